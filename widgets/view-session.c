/* view-session.c: what the views of the stage share: array, plan, run, selection and clock.
 *
 * The clock has three ways to go. Live, it is the run's own time, and the board reads the trace as it grows. Stopped
 * after the end, it stands where the learner puts it. Replaying, it goes on with the frames, slowed down so that a
 * task of mean length takes the time that was asked for. Plans of many tasks are made on a thread of their own.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>

#define FRAME_BUDGET_NS 1500000
#define PLAN_AT_ONCE    20000 /* tasks; larger plans are made on a thread */
#define MOST_TASKS      20000000

struct _CwViewSession {
  GObject    parent_instance;
  CwArray   *array;
  CwBuffer  *values;
  CwPlanKind plan_kind;
  CwPlan    *plan;
  char      *plan_error;
  bool       planning;
  int64_t    selected;
  char      *hover;

  CwRun       *run;
  CwTaskBoard *board;
  bool         live, replaying;
  int64_t      clock, task_time, last_frame_us;
  double       phase;
  int          threads;

  guint  generation; /* of the array: results for an older one are dropped */
  CwRun *preview;
  bool   own_run; /* the run was started here, not by a cell */
  char  *failure;
};

enum { ARRAY_CHANGED, PLAN_CHANGED, VALUES_CHANGED, SELECTION_CHANGED, CLOCK_CHANGED, STATUS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwViewSession, cw_view_session, G_TYPE_OBJECT)

static void
emit (CwViewSession *self, int signal) {
  g_signal_emit (self, signals[signal], 0);
}

static void
clear_run (CwViewSession *self) {
  g_clear_pointer (&self->board, cw_task_board_free);
  g_clear_pointer (&self->run, cw_run_unref);
  self->live = self->replaying = self->own_run = false;
  self->clock = 0;
}

static void
cancel_preview (CwViewSession *self) {
  if (self->preview)
    cw_run_cancel (self->preview);
  g_clear_pointer (&self->preview, cw_run_unref);
}

static void
cw_view_session_finalize (GObject *object) {
  CwViewSession *self = CW_VIEW_SESSION (object);
  if (self->own_run && self->live)
    cw_run_cancel (self->run);
  cancel_preview (self);
  clear_run (self);
  g_clear_pointer (&self->array, cw_array_unref);
  g_clear_pointer (&self->values, cw_buffer_unref);
  g_clear_pointer (&self->plan, cw_plan_unref);
  g_free (self->plan_error);
  g_free (self->hover);
  g_free (self->failure);
  G_OBJECT_CLASS (cw_view_session_parent_class)->finalize (object);
}

static void
cw_view_session_class_init (CwViewSessionClass *class) {
  static const char *const names[N_SIGNALS] = { "array-changed",     "plan-changed",  "values-changed",
                                                "selection-changed", "clock-changed", "status-changed" };
  G_OBJECT_CLASS (class)->finalize = cw_view_session_finalize;
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
cw_view_session_init (CwViewSession *self) {
  self->selected = -1;
}

CwViewSession *
cw_view_session_new (void) {
  return g_object_new (CW_TYPE_VIEW_SESSION, NULL);
}

/* ---- array and plan ------------------------------------------------------------------------- */

static void
forget_plan (CwViewSession *self) {
  self->generation++;
  self->planning = false;
  g_clear_pointer (&self->plan, cw_plan_unref);
  g_clear_pointer (&self->plan_error, g_free);
  self->selected = -1;
}

void
cw_view_session_show (CwViewSession *self, CwArray *array, CwBuffer *values) {
  bool same = array == self->array;
  if (same && (values == self->values || !values))
    return;
  if (values)
    cw_buffer_ref (values);
  g_clear_pointer (&self->values, cw_buffer_unref);
  self->values = values;
  if (!same) {
    cancel_preview (self);
    g_clear_pointer (&self->failure, g_free);
    g_clear_pointer (&self->array, cw_array_unref);
    self->array = array ? cw_array_ref (array) : NULL;
    forget_plan (self);
    if (!self->live)
      clear_run (self);
    emit (self, ARRAY_CHANGED);
    emit (self, PLAN_CHANGED);
    emit (self, SELECTION_CHANGED);
  }
  emit (self, VALUES_CHANGED);
  emit (self, STATUS_CHANGED);
}

CwArray *
cw_view_session_array (CwViewSession *self) {
  return self->array;
}

CwBuffer *
cw_view_session_values (CwViewSession *self) {
  return self->values;
}

void
cw_view_session_set_plan_kind (CwViewSession *self, CwPlanKind kind) {
  if (kind == self->plan_kind)
    return;
  self->plan_kind = kind;
  forget_plan (self);
  if (!self->live)
    clear_run (self);
  emit (self, PLAN_CHANGED);
  emit (self, SELECTION_CHANGED);
  emit (self, CLOCK_CHANGED);
  emit (self, STATUS_CHANGED);
}

CwPlanKind
cw_view_session_plan_kind (CwViewSession *self) {
  return self->plan_kind;
}

typedef struct {
  CwArray   *array;
  CwPlanKind kind;
  guint      generation;
} PlanJob;

static void
plan_job_free (PlanJob *job) {
  cw_array_unref (job->array);
  g_free (job);
}

static void
make_plan (GTask *task, void *source, void *data, GCancellable *cancellable) {
  PlanJob *job = data;
  GError  *error = NULL;
  CwPlan  *plan = cw_plan_new (1, &job->array, job->kind, &error);
  if (plan)
    g_task_return_pointer (task, plan, (GDestroyNotify) cw_plan_unref);
  else
    g_task_return_error (task, error);
}

static void
plan_made (GObject *source, GAsyncResult *result, void *data) {
  CwViewSession *self = CW_VIEW_SESSION (source);
  PlanJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (CwPlan) plan = g_task_propagate_pointer (G_TASK (result), &error);
  if (job->generation != self->generation)
    return;
  self->planning = false;
  self->plan = g_steal_pointer (&plan);
  self->plan_error = error ? g_strdup (error->message) : NULL;
  emit (self, PLAN_CHANGED);
}

static void
start_planning (CwViewSession *self) {
  g_autoptr (GTask) task = g_task_new (self, NULL, plan_made, NULL);
  PlanJob *job = g_new0 (PlanJob, 1);
  job->array = cw_array_ref (self->array);
  job->kind = self->plan_kind;
  job->generation = self->generation;
  g_task_set_task_data (task, job, (GDestroyNotify) plan_job_free);
  self->planning = true;
  g_task_run_in_thread (task, make_plan);
}

CwPlan *
cw_view_session_plan (CwViewSession *self, const char **error_message) {
  int64_t layers, tasks;
  if (!self->plan && self->array && !self->plan_error && !self->planning) {
    cw_array_count_graph (self->array, &layers, &tasks);
    if (tasks > MOST_TASKS) {
      g_autofree char *n = cw_number_to_string (tasks), *most = cw_number_to_string (MOST_TASKS);
      self->plan_error = g_strdup_printf (_("This graph has %s tasks; graphs of up to %s are drawn. Larger chunks make fewer tasks."),
                                          n, most);
    } else if (tasks > PLAN_AT_ONCE) {
      start_planning (self);
    } else {
      g_autoptr (GError) error = NULL;
      self->plan = cw_plan_new (1, &self->array, self->plan_kind, &error);
      self->plan_error = error ? g_strdup (error->message) : NULL;
    }
  }
  if (error_message)
    *error_message = self->plan_error;
  return self->plan;
}

/* ---- runs ----------------------------------------------------------------------------------- */

/* The array whose blocks the plan gives at last. */
static CwArray *
output_of (CwPlan *plan) {
  for (int i = cw_plan_n_layers (plan) - 1; i >= 0; i--)
    if (cw_plan_layer (plan, i)->is_output)
      return cw_plan_layer (plan, i)->array;
  return NULL;
}

void
cw_view_session_attach (CwViewSession *self, CwRun *run) {
  CwPlan  *plan = cw_run_plan (run);
  CwArray *output = output_of (plan);
  bool     same = output == self->array;
  cw_run_ref (run);
  clear_run (self);
  cancel_preview (self);
  forget_plan (self);
  if (!same) {
    g_clear_pointer (&self->values, cw_buffer_unref);
    g_clear_pointer (&self->array, cw_array_unref);
    self->array = output ? cw_array_ref (output) : NULL;
  }
  g_clear_pointer (&self->failure, g_free);
  self->plan = cw_plan_ref (plan);
  self->plan_kind = cw_plan_kind (plan);
  self->run = run;
  self->board = cw_task_board_new (plan, cw_run_trace (run));
  self->live = true;
  if (self->task_time > 0)
    cw_run_set_min_task_ns (run, self->task_time);
  if (!same)
    emit (self, ARRAY_CHANGED);
  emit (self, PLAN_CHANGED);
  emit (self, SELECTION_CHANGED);
  emit (self, VALUES_CHANGED);
  emit (self, STATUS_CHANGED);
}

typedef struct {
  CwRun   *run;
  guint    generation;
  bool     preview;
} RunJob;

static void
run_job_free (RunJob *job) {
  cw_run_unref (job->run);
  g_free (job);
}

static void
wait_for_run (GTask *task, void *source, void *data, GCancellable *cancellable) {
  RunJob   *job = data;
  GError   *error = NULL;
  CwBuffer *results[1] = { NULL };
  if (cw_run_wait (job->run, results, &error))
    g_task_return_pointer (task, results[0], (GDestroyNotify) cw_buffer_unref);
  else
    g_task_return_error (task, error);
}

static void
run_ended (GObject *source, GAsyncResult *result, void *data) {
  CwViewSession *self = CW_VIEW_SESSION (source);
  RunJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (CwBuffer) values = g_task_propagate_pointer (G_TASK (result), &error);
  if (job->generation != self->generation)
    return;
  if (job->preview)
    g_clear_pointer (&self->preview, cw_run_unref);
  g_clear_pointer (&self->failure, g_free);
  if (error && !g_error_matches (error, CW_ERROR, CW_ERROR_INTERRUPT))
    self->failure = g_strdup (error->message);
  if (values) {
    g_clear_pointer (&self->values, cw_buffer_unref);
    self->values = g_steal_pointer (&values);
  }
  emit (self, VALUES_CHANGED);
  emit (self, STATUS_CHANGED);
}

static void
start_waiting (CwViewSession *self, CwRun *run, bool preview) {
  g_autoptr (GTask) task = g_task_new (self, NULL, run_ended, NULL);
  RunJob *job = g_new0 (RunJob, 1);
  job->run = cw_run_ref (run);
  job->generation = self->generation;
  job->preview = preview;
  g_task_set_task_data (task, job, (GDestroyNotify) run_job_free);
  cw_run_start (run);
  g_task_run_in_thread (task, wait_for_run);
}

void
cw_view_session_start (CwViewSession *self, bool paused) {
  CwPlan *plan = cw_view_session_plan (self, NULL);
  if (!plan || self->live)
    return;
  CwRunOptions options = { .threads = self->threads, .paused = paused, .trace = true, .min_task_ns = self->task_time };
  g_autoptr (CwPlan) kept = cw_plan_ref (plan);
  g_autoptr (CwRun) run = cw_run_new (kept, &options);
  cw_view_session_attach (self, run);
  self->own_run = true;
  start_waiting (self, run, false);
  if (paused)
    cw_run_step (run, 1);
  emit (self, STATUS_CHANGED);
}

static CwArray *
preview_of (CwArray *array, int64_t limit, GError **error) {
  CwIndex items[CW_MAX_NDIM] = { 0 };
  if (cw_array_has_unknown (array) || array->ndim == 0)
    return cw_array_ref (array);
  for (int i = 0; i < array->ndim; i++) {
    items[i].kind = i < array->ndim - 2 ? CW_INDEX_INT : CW_INDEX_SLICE;
    items[i].has_stop = true;
    items[i].stop = limit;
    if (array->shape[i] == 0)
      return cw_array_ref (array);
  }
  return cw_array_index (array, array->ndim, items, error);
}

void
cw_view_session_start_preview (CwViewSession *self, int64_t limit) {
  g_autoptr (GError) error = NULL;
  if (!self->array || self->preview)
    return;
  g_autoptr (CwArray) part = preview_of (self->array, limit, &error);
  g_autoptr (CwPlan) plan = part ? cw_plan_new (1, &part, CW_PLAN_OPTIMIZED, &error) : NULL;
  g_clear_pointer (&self->failure, g_free);
  if (!plan) {
    self->failure = g_strdup (error->message);
    emit (self, VALUES_CHANGED);
    return;
  }
  CwRunOptions options = { .threads = self->threads };
  self->preview = cw_run_new (plan, &options);
  start_waiting (self, self->preview, true);
  emit (self, VALUES_CHANGED);
}

bool
cw_view_session_preview_runs (CwViewSession *self) {
  return self->preview != NULL;
}

const char *
cw_view_session_failure (CwViewSession *self) {
  return self->failure;
}

void
cw_view_session_set_threads (CwViewSession *self, int threads) {
  self->threads = threads;
}

/* ---- controls ------------------------------------------------------------------------------- */

CwRun *
cw_view_session_run (CwViewSession *self) {
  return self->run;
}

CwTaskBoard *
cw_view_session_board (CwViewSession *self) {
  return self->board;
}

bool
cw_view_session_is_live (CwViewSession *self) {
  return self->live;
}

bool
cw_view_session_is_paused (CwViewSession *self) {
  CwProgress progress;
  if (!self->live)
    return !self->replaying;
  cw_run_progress (self->run, &progress);
  return progress.paused;
}

bool
cw_view_session_is_replaying (CwViewSession *self) {
  return self->replaying;
}

void
cw_view_session_toggle (CwViewSession *self) {
  if (self->live && cw_view_session_is_paused (self)) {
    cw_run_resume (self->run);
  } else if (self->live) {
    cw_run_pause (self->run);
  } else if (!self->board) {
    cw_view_session_start (self, false);
  } else {
    self->replaying = !self->replaying;
    if (self->replaying && self->clock >= cw_view_session_duration (self))
      cw_view_session_seek (self, 0);
    self->last_frame_us = 0;
  }
  emit (self, STATUS_CHANGED);
}

/* The next moment after the clock at which a task starts or ends. */
static int64_t
next_moment (CwViewSession *self) {
  const CwDrawTimeline *timeline = cw_task_board_timeline (self->board);
  int64_t next = cw_view_session_duration (self);
  for (int w = 0; w < timeline->n_lanes; w++) {
    size_t i = cw_timeline_find (&timeline->lanes[w], self->clock);
    if (i >= timeline->lanes[w].n)
      continue;
    const CwDrawBar *bar = &timeline->lanes[w].bars[i];
    next = MIN (next, bar->start_ns > self->clock ? bar->start_ns : bar->end_ns);
  }
  return next;
}

void
cw_view_session_step (CwViewSession *self) {
  if (self->live) {
    if (!cw_view_session_is_paused (self))
      cw_run_pause (self->run);
    cw_run_step (self->run, 1);
  } else if (!self->board) {
    cw_view_session_start (self, true);
  } else {
    self->replaying = false;
    cw_view_session_seek (self, self->clock >= cw_view_session_duration (self) ? 0 : next_moment (self));
  }
  emit (self, STATUS_CHANGED);
}

void
cw_view_session_cancel (CwViewSession *self) {
  if (self->live)
    cw_run_cancel (self->run);
  cancel_preview (self);
  emit (self, STATUS_CHANGED);
}

void
cw_view_session_seek (CwViewSession *self, int64_t time_ns) {
  if (!self->board || self->live)
    return;
  self->clock = CLAMP (time_ns, 0, cw_view_session_duration (self));
  cw_task_board_seek (self->board, self->clock);
  emit (self, CLOCK_CHANGED);
}

int64_t
cw_view_session_clock (CwViewSession *self) {
  return self->clock;
}

int64_t
cw_view_session_duration (CwViewSession *self) {
  return self->board ? cw_task_board_duration (self->board) : 0;
}

void
cw_view_session_set_task_time (CwViewSession *self, int64_t ns) {
  self->task_time = ns;
  if (self->live)
    cw_run_set_min_task_ns (self->run, ns);
  emit (self, STATUS_CHANGED);
}

int64_t
cw_view_session_task_time (CwViewSession *self) {
  return self->task_time;
}

/* ---- frames --------------------------------------------------------------------------------- */

static void
tick_live (CwViewSession *self) {
  cw_task_board_follow (self->board, FRAME_BUDGET_NS);
  self->clock = cw_view_session_duration (self);
  if (cw_task_board_complete (self->board)) {
    self->live = false;
    /* The learner may have turned to another array meanwhile: its record is not this one. */
    if (self->plan != cw_run_plan (self->run))
      clear_run (self);
    emit (self, STATUS_CHANGED);
  }
  emit (self, CLOCK_CHANGED);
}

static void
tick_replay (CwViewSession *self, int64_t passed_us) {
  int64_t mean = cw_task_board_mean_task_ns (self->board);
  double  rate = self->task_time > 0 && mean > 0 ? MIN (1.0, (double) mean / self->task_time) : 1;
  /* A replay is for looking: even in real time it lasts a second and a half at least. */
  rate = MIN (rate, cw_view_session_duration (self) / 1.5e9);
  cw_view_session_seek (self, self->clock + (int64_t) (passed_us * 1000 * rate) + 1);
  if (self->clock >= cw_view_session_duration (self)) {
    self->replaying = false;
    emit (self, STATUS_CHANGED);
  }
}

void
cw_view_session_tick (CwViewSession *self, int64_t frame_time_us) {
  int64_t passed = self->last_frame_us ? frame_time_us - self->last_frame_us : 0;
  self->last_frame_us = frame_time_us;
  self->phase = frame_time_us % 1200000 / 1.2e6;
  if (self->live)
    tick_live (self);
  else if (self->replaying)
    tick_replay (self, passed);
}

double
cw_view_session_pulse (CwViewSession *self) {
  gboolean animate = TRUE;
  GtkSettings *settings = gtk_settings_get_default ();
  if (settings)
    g_object_get (settings, "gtk-enable-animations", &animate, NULL);
  return animate && (self->live || self->replaying) ? self->phase : 0;
}

/* ---- selection ------------------------------------------------------------------------------ */

void
cw_view_session_select (CwViewSession *self, int64_t task) {
  if (task == self->selected)
    return;
  self->selected = task;
  emit (self, SELECTION_CHANGED);
  emit (self, STATUS_CHANGED);
}

int64_t
cw_view_session_selected (CwViewSession *self) {
  return self->selected;
}

void
cw_view_session_set_hover (CwViewSession *self, const char *text) {
  if (g_strcmp0 (text, self->hover) == 0)
    return;
  g_free (self->hover);
  self->hover = g_strdup (text);
  emit (self, STATUS_CHANGED);
}

char *
cw_view_session_describe (CwViewSession *self) {
  if (self->hover)
    return g_strdup (self->hover);
  if (self->selected >= 0 && self->plan && self->selected < cw_plan_n_tasks (self->plan))
    return cw_adapt_task_text (self->plan, self->selected);
  return self->array ? cw_adapt_array_text (self->array) : g_strdup ("");
}
