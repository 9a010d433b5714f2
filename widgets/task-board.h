/* task-board.h: the state of every task at one moment of a run, and what happened until then.
 *
 * While the run goes the board reads new events from the trace, never more than a time budget at once. Afterwards it
 * can be set to any moment. The live view and a replay show the same board.
 */
#pragma once

#include "engine/run/run.h"
#include "widgets/draw/draw.h"

G_BEGIN_DECLS

typedef struct _CwTaskBoard CwTaskBoard;

CwTaskBoard *cw_task_board_new (CwPlan *plan, CwTrace *trace);
void         cw_task_board_free (CwTaskBoard *board);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwTaskBoard, cw_task_board_free)

/* Reads new events for at most @budget_ns. Returns the number read. */
size_t cw_task_board_follow (CwTaskBoard *board, int64_t budget_ns);
/* Has the run ended, and is every event read? */
bool cw_task_board_complete (const CwTaskBoard *board);
/* Sets the states to those at @time_ns of a complete run. */
void cw_task_board_seek (CwTaskBoard *board, int64_t time_ns);
int64_t cw_task_board_duration (const CwTaskBoard *board);
const uint8_t *cw_task_board_states (const CwTaskBoard *board);
const uint8_t *cw_task_board_workers (const CwTaskBoard *board);
/* Tasks in each state (CW_N_TASK_STATES numbers). */
const uint32_t *cw_task_board_counts (const CwTaskBoard *board);
/* Everything read so far, whatever moment is shown. */
const CwDrawTimeline *cw_task_board_timeline (const CwTaskBoard *board);
/* Mean time a task ran, 0 before the first ended. */
int64_t cw_task_board_mean_task_ns (const CwTaskBoard *board);

G_END_DECLS
