/* task-board.h: the state of every task at one moment of a run, and what happened until then.
 *
 * While the run goes the board reads new events from the trace, never more than a time budget at once. Afterwards it
 * can be set to any moment. The live view and a replay show the same board.
 */
#pragma once

#include "widgets/task-record.h"

G_BEGIN_DECLS

typedef struct _CwTaskBoard CwTaskBoard;

CwTaskBoard *cw_task_board_new (CwPlan *plan, CwTrace *trace);
CwTaskBoard *cw_task_board_ref (CwTaskBoard *board);
void         cw_task_board_unref (CwTaskBoard *board);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwTaskBoard, cw_task_board_unref)

/* Reads new events for at most @budget_ns. Returns the number read. */
size_t cw_task_board_follow (CwTaskBoard *board, int64_t budget_ns);
/* Has the run ended, and is every event read? */
bool cw_task_board_complete (const CwTaskBoard *board);
/* Puts the events of a complete run in order, on a thread, so that the first jump need not wait for it. */
void cw_task_board_prepare (CwTaskBoard *board);
/* Sets the states to those at @time_ns of a complete run. */
void cw_task_board_seek (CwTaskBoard *board, int64_t time_ns);
int64_t cw_task_board_duration (const CwTaskBoard *board);
/* The moment of the last event read; while the board follows a run, the picture is exact for this one. */
int64_t cw_task_board_time (const CwTaskBoard *board);
CwPlan *cw_task_board_plan (const CwTaskBoard *board); /* borrowed */

const uint8_t *cw_task_board_states (const CwTaskBoard *board);
const uint8_t *cw_task_board_workers (const CwTaskBoard *board);
/* Tasks in each state (CW_N_TASK_STATES numbers). */
const uint32_t *cw_task_board_counts (const CwTaskBoard *board);
/* At most @max tasks that run at this moment; returns how many were found. */
int cw_task_board_running (const CwTaskBoard *board, uint32_t *tasks, int max);
/* Bytes that blocks hold in memory at this moment. */
int64_t cw_task_board_held_bytes (const CwTaskBoard *board);

/* Called for every change of a state from now on, or with @task UINT32_MAX where all of them may have changed at once. */
typedef void (*CwStateChanged) (void *data, uint32_t task, CwTaskState from, CwTaskState to);
void cw_task_board_watch (CwTaskBoard *board, CwStateChanged changed, void *data);

/* Everything read so far, whatever moment is shown. */
const CwDrawTimeline *cw_task_board_timeline (CwTaskBoard *board);
/* The memory that the run may take, for the timeline; 0: no limit. */
void cw_task_board_set_limit (CwTaskBoard *board, int64_t bytes);
/* Mean time a task ran, 0 before the first ended. */
int64_t cw_task_board_mean_task_ns (const CwTaskBoard *board);

G_END_DECLS
