/* view-run.c: the session's runs and its clock.
 *
 * Live, the clock is the run's own time, and the board reads the trace as it grows; a run at full speed that uses every processor is
 * looked at so rarely that it loses no more than a fiftieth of its time. Stopped after the end, the clock stands where the
 * learner puts it. Replaying, it goes on with the frames, in either direction, slowed down so that a task of mean length takes the
 * time that was asked for.
 */
#include "widgets/view-session-private.h"

#include <glib/gi18n.h>
#include <math.h>
#include <time.h>

#include "widgets/frame-stats.h"

#define FRAME_BUDGET_NS 1200000

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
  CwProgress progress;
  cw_run_ref (run);
  cw_view_session_clear_run (self);
  cw_view_session_cancel_preview (self);
  cw_view_session_forget_plan (self);
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
  cw_run_progress (run, &progress);
  cw_task_board_set_limit (self->board, progress.limit_bytes);
  self->live = true;
  if (self->task_time > 0)
    cw_run_set_min_task_ns (run, self->task_time);
  if (!same)
    cw_view_session_emit (self, ARRAY_CHANGED);
  cw_view_session_emit (self, PLAN_CHANGED);
  cw_view_session_emit (self, SELECTION_CHANGED);
  cw_view_session_emit (self, VALUES_CHANGED);
  cw_view_session_emit (self, STATUS_CHANGED);
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
    for (int i = 0; i < 2; i++)
      self->origin[i] = job->preview ? self->preview_origin[i] : 0;
  }
  cw_view_session_emit (self, VALUES_CHANGED);
  cw_view_session_emit (self, STATUS_CHANGED);
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
  cw_view_session_emit (self, STATUS_CHANGED);
}

static CwArray *
preview_of (CwArray *array, const int64_t *origin, int64_t limit, GError **error) {
  CwIndex items[CW_MAX_NDIM] = { 0 };
  if (cw_array_has_unknown (array) || array->ndim == 0)
    return cw_array_ref (array);
  for (int i = 0; i < array->ndim; i++) {
    items[i].kind = i < array->ndim - 2 ? CW_INDEX_INT : CW_INDEX_SLICE;
    items[i].has_start = items[i].has_stop = true;
    items[i].start = i < array->ndim - 2 ? 0 : origin[i - array->ndim + 2];
    items[i].stop = items[i].start + limit;
    if (array->shape[i] == 0)
      return cw_array_ref (array);
  }
  return cw_array_index (array, array->ndim, items, error);
}

void
cw_view_session_start_preview (CwViewSession *self, int64_t row, int64_t column, int64_t limit) {
  g_autoptr (GError) error = NULL;
  if (!self->array || self->preview)
    return;
  self->preview_origin[0] = row;
  self->preview_origin[1] = column;
  g_autoptr (CwArray) part = preview_of (self->array, self->preview_origin, limit, &error);
  g_autoptr (CwPlan) plan = part ? cw_plan_new_within (1, &part, CW_PLAN_OPTIMIZED, cw_memory_limit (), &error) : NULL;
  g_clear_pointer (&self->failure, g_free);
  if (!plan) {
    self->failure = g_strdup (error->message);
    cw_view_session_emit (self, VALUES_CHANGED);
    return;
  }
  CwRunOptions options = { .threads = self->threads };
  self->preview = cw_run_new (plan, &options);
  start_waiting (self, self->preview, true);
  cw_view_session_emit (self, VALUES_CHANGED);
}

bool
cw_view_session_preview_runs (CwViewSession *self) {
  return self->preview != NULL;
}

const int64_t *
cw_view_session_values_origin (CwViewSession *self) {
  return self->origin;
}

const char *
cw_view_session_failure (CwViewSession *self) {
  return self->failure;
}

void
cw_view_session_set_threads (CwViewSession *self, int threads) {
  self->threads = threads;
}

int
cw_view_session_threads (CwViewSession *self) {
  return self->threads > 0 ? self->threads : cw_default_threads ();
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
cw_view_session_play (CwViewSession *self, double speed) {
  self->speed = speed;
  if (!self->board || self->live)
    return;
  self->replaying = true;
  self->last_frame_us = 0;
  if (speed > 0 && self->clock >= cw_view_session_duration (self))
    cw_view_session_seek (self, 0);
  if (speed < 0 && self->clock <= 0)
    cw_view_session_seek (self, cw_view_session_duration (self));
  cw_view_session_emit (self, STATUS_CHANGED);
}

void
cw_view_session_set_replay_speed (CwViewSession *self, double speed) {
  self->speed = self->speed < 0 ? -speed : speed;
}

void
cw_view_session_toggle (CwViewSession *self) {
  if (self->live && cw_view_session_is_paused (self))
    cw_run_resume (self->run);
  else if (self->live)
    cw_run_pause (self->run);
  else if (!self->board)
    cw_view_session_start (self, false);
  else if (self->replaying)
    self->replaying = false;
  else
    cw_view_session_play (self, fabs (self->speed));
  cw_view_session_emit (self, STATUS_CHANGED);
}

/* The next moment after the clock, or the last one before it, at which a task of the recorded run starts or ends. */
static int64_t
next_moment (CwViewSession *self, int direction) {
  const CwDrawTimeline *timeline = cw_task_board_timeline (self->board);
  int64_t next = direction > 0 ? cw_view_session_duration (self) : 0;
  for (int w = 0; w < timeline->n_lanes; w++) {
    const CwDrawLane *lane = &timeline->lanes[w];
    size_t at = cw_timeline_find (lane, direction > 0 ? self->clock : self->clock - 1);
    for (size_t i = at > 0 ? at - 1 : 0; i < MIN (at + 2, lane->n); i++) {
      const int64_t moments[2] = { lane->bars[i].start_ns, lane->bars[i].end_ns };
      for (int k = 0; k < 2; k++)
        if (direction > 0 ? moments[k] > self->clock && moments[k] < next : moments[k] < self->clock && moments[k] > next)
          next = moments[k];
    }
  }
  return next;
}

void
cw_view_session_step_back (CwViewSession *self) {
  if (!self->board || self->live)
    return;
  self->replaying = false;
  cw_view_session_seek (self, next_moment (self, -1));
  cw_view_session_emit (self, STATUS_CHANGED);
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
    cw_view_session_seek (self, self->clock >= cw_view_session_duration (self) ? 0 : next_moment (self, 1));
  }
  cw_view_session_emit (self, STATUS_CHANGED);
}

bool
cw_view_session_step_task (CwViewSession *self, uint32_t task) {
  bool own = self->live && self->plan == cw_run_plan (self->run) && cw_view_session_is_paused (self);
  bool started = own && cw_run_step_task (self->run, task);
  cw_view_session_emit (self, STATUS_CHANGED);
  return started;
}

void
cw_view_session_cancel (CwViewSession *self) {
  if (self->live)
    cw_run_cancel (self->run);
  cw_view_session_cancel_preview (self);
  cw_view_session_emit (self, STATUS_CHANGED);
}

void
cw_view_session_seek (CwViewSession *self, int64_t time_ns) {
  if (!self->board || self->live)
    return;
  self->clock = CLAMP (time_ns, 0, cw_view_session_duration (self));
  cw_task_board_seek (self->board, self->clock);
  if (self->kept && self->kept != self->board)
    cw_task_board_seek (self->kept, self->clock);
  cw_view_session_emit (self, CLOCK_CHANGED);
}

int64_t
cw_view_session_clock (CwViewSession *self) {
  return self->clock;
}

int64_t
cw_view_session_duration (CwViewSession *self) {
  int64_t own = self->board ? cw_task_board_duration (self->board) : 0;
  return self->kept && self->board && !self->live ? MAX (own, cw_task_board_duration (self->kept)) : own;
}

void
cw_view_session_set_task_time (CwViewSession *self, int64_t ns) {
  self->task_time = ns;
  if (self->live)
    cw_run_set_min_task_ns (self->run, ns);
  cw_view_session_emit (self, STATUS_CHANGED);
}

int64_t
cw_view_session_task_time (CwViewSession *self) {
  return self->task_time;
}

/* ---- frames --------------------------------------------------------------------------------- */

static int64_t
thread_ns (void) {
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

/* Does looking take time from the workers? Not while they wait, nor where a processor is free. */
static bool
holds_up_workers (CwViewSession *self) {
  CwProgress progress;
  cw_run_progress (self->run, &progress);
  return self->task_time == 0 && !progress.paused && !progress.finished
         && cw_trace_n_workers (cw_run_trace (self->run)) >= cw_default_threads ();
}

/* What was spent since the last look on this thread, drawing included, is a fiftieth of all processors' time until the next one. */
static bool
is_time_to_look (CwViewSession *self, int64_t frame_time_us) {
  int64_t spent = thread_ns () - self->looked_cpu_ns;
  if (self->waits_us == 0)
    self->waits_us = self->looked_us + spent / 1000 * 50 / cw_default_threads ();
  if (holds_up_workers (self) && frame_time_us < self->waits_us)
    return false;
  self->looked_us = frame_time_us;
  self->looked_cpu_ns = thread_ns ();
  self->waits_us = 0;
  return true;
}

/* Reads some events, and shows the moment that they lead to. */
static void
follow (CwViewSession *self) {
  int64_t begin = g_get_monotonic_time ();
  cw_task_board_follow (self->board, FRAME_BUDGET_NS);
  cw_frame_stats_add (CW_STATS_EVENTS, (g_get_monotonic_time () - begin) * 1000);
  self->clock = cw_task_board_time (self->board);
  if (cw_task_board_complete (self->board)) {
    self->live = false;
    cw_task_board_prepare (self->board);
    /* The learner may have turned to another array meanwhile: its record is not this one. */
    if (self->plan != cw_run_plan (self->run))
      cw_view_session_clear_run (self);
    cw_view_session_emit (self, STATUS_CHANGED);
  }
  cw_view_session_emit (self, CLOCK_CHANGED);
}

/* Once the run is over, what is left to read is read between the frames as well. */
static gboolean
catch_up (void *data) {
  CwViewSession *self = data;
  if (self->live)
    follow (self);
  if (self->live)
    return G_SOURCE_CONTINUE;
  self->catching_up = 0;
  return G_SOURCE_REMOVE;
}

static void
tick_live (CwViewSession *self, int64_t frame_time_us) {
  if (!is_time_to_look (self, frame_time_us))
    return;
  follow (self);
  if (self->live && self->catching_up == 0 && cw_trace_finished (cw_run_trace (self->run)))
    self->catching_up = g_idle_add (catch_up, self);
}

static void
tick_replay (CwViewSession *self, int64_t passed_us) {
  int64_t mean = cw_task_board_mean_task_ns (self->board), duration = cw_view_session_duration (self);
  double  rate = self->task_time > 0 && mean > 0 ? MIN (1.0, (double) mean / self->task_time) : 1;
  /* A replay is for looking: even in real time it lasts a second and a half at least. */
  rate = MIN (rate, duration / 1.5e9) * self->speed;
  int64_t by = passed_us * 1000 * rate;
  cw_view_session_seek (self, self->clock + (by != 0 ? by : rate > 0 ? 1 : -1));
  if (rate > 0 ? self->clock >= duration : self->clock <= 0) {
    self->replaying = false;
    cw_view_session_emit (self, STATUS_CHANGED);
  }
}

void
cw_view_session_tick (CwViewSession *self, int64_t frame_time_us) {
  int64_t passed = self->last_frame_us ? frame_time_us - self->last_frame_us : 0;
  self->last_frame_us = frame_time_us;
  self->phase = frame_time_us % 1200000 / 1.2e6;
  if (self->live)
    tick_live (self, frame_time_us);
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

/* ---- an earlier run beside this one ---------------------------------------------------------- */

void
cw_view_session_keep_run (CwViewSession *self) {
  g_clear_pointer (&self->kept, cw_task_board_unref);
  g_clear_pointer (&self->kept_name, g_free);
  if (self->board && !self->live) {
    int workers = cw_trace_n_workers (cw_run_trace (self->run));
    g_autofree char *tasks = cw_number_to_string (cw_plan_n_tasks (cw_task_board_plan (self->board)));
    g_autofree char *time = cw_duration_to_string (cw_task_board_duration (self->board));
    g_autofree char *threads = g_strdup_printf (ngettext ("%d thread", "%d threads", workers), workers);
    self->kept = cw_task_board_ref (self->board);
    self->kept_name = g_strdup_printf (_("Kept: %s, %s, %s tasks, %s"), time, threads, tasks,
                                       self->plan_kind == CW_PLAN_OPTIMIZED ? _("optimized") : _("as written"));
  }
  cw_view_session_emit (self, STATUS_CHANGED);
  cw_view_session_emit (self, CLOCK_CHANGED);
}

void
cw_view_session_drop_kept (CwViewSession *self) {
  g_clear_pointer (&self->kept, cw_task_board_unref);
  g_clear_pointer (&self->kept_name, g_free);
  if (self->board && !self->live)
    cw_view_session_seek (self, self->clock);
  cw_view_session_emit (self, STATUS_CHANGED);
  cw_view_session_emit (self, CLOCK_CHANGED);
}

CwTaskBoard *
cw_view_session_kept (CwViewSession *self, const char **name) {
  if (name)
    *name = self->kept_name;
  return self->kept;
}
