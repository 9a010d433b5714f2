/* view-session-private.h: what the parts of the session share: view-session.c (array, plan, selection) and view-run.c (runs, clock). */
#pragma once

#include "widgets/widgets.h"

G_BEGIN_DECLS

struct _CwViewSession {
  GObject    parent_instance;
  CwArray   *array;
  CwArray   *given; /* the array before the learner cut it otherwise, or NULL */
  CwBuffer  *values;
  CwPlanKind plan_kind;
  CwPlan    *plan;
  char      *plan_error;
  bool       planning;
  int64_t    selected, hovered; /* tasks of the plan, or -1 */
  char      *hover;             /* what the pointer is on, in words */

  CwRun       *run;
  CwTaskBoard *board;
  bool         live, replaying;
  guint        catching_up; /* source */
  int64_t      clock, task_time, last_frame_us;
  int64_t      looked_us, looked_cpu_ns, waits_us; /* when events were read last, and may be read again */
  double       speed;        /* of a replay; negative: backwards */
  CwTaskBoard *kept;         /* an earlier run, for comparison */
  char        *kept_name;
  double       phase;
  int          threads;

  guint  generation; /* of the array: results for an older one are dropped */
  CwRun *preview;
  int64_t preview_origin[2], origin[2]; /* of the preview that runs, and of the values */
  bool   own_run; /* the run was started here, not by a cell */
  char  *failure;
};

enum { ARRAY_CHANGED, PLAN_CHANGED, VALUES_CHANGED, SELECTION_CHANGED, HOVER_CHANGED, CLOCK_CHANGED, STATUS_CHANGED, N_SIGNALS };

void cw_view_session_emit (CwViewSession *self, int signal);
/* The plan is another one, or none: nothing of it is selected any more. */
void cw_view_session_forget_plan (CwViewSession *self);
void cw_view_session_clear_run (CwViewSession *self);
void cw_view_session_cancel_preview (CwViewSession *self);

G_END_DECLS
