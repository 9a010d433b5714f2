/* task-record.h: what happened in a run, as the lanes, marks and memory curve of a timeline. */
#pragma once

#include "engine/run/run.h"
#include "widgets/draw/draw.h"

G_BEGIN_DECLS

typedef struct _CwTaskRecord CwTaskRecord;

CwTaskRecord *cw_task_record_new (CwPlan *plan, int n_workers);
void          cw_task_record_free (CwTaskRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwTaskRecord, cw_task_record_free)

/* Takes an event; those of one worker have to come in order of time. */
void cw_task_record_add (CwTaskRecord *record, const CwEvent *event);
/* The run is over: bars that are open end. */
void cw_task_record_close (CwTaskRecord *record, int64_t time_ns);
/* The memory that the run may take; 0: no limit. */
void cw_task_record_set_limit (CwTaskRecord *record, int64_t bytes);
/* Everything so far; borrowed, until the next event is added. */
const CwDrawTimeline *cw_task_record_timeline (CwTaskRecord *record, int64_t duration_ns);
/* Mean time a task ran, 0 before the first ended. */
int64_t cw_task_record_mean_ns (const CwTaskRecord *record);

G_END_DECLS
