/* view-session.c: what the views of the stage share: array, plan and selection; view-run.c has the run and the clock.
 *
 * A view reads the session and asks it for changes, and all views hear of them. Plans of many tasks are made on a thread.
 */
#include "widgets/view-session-private.h"

#include <glib/gi18n.h>

#define PLAN_AT_ONCE 20000 /* tasks; larger plans are made on a thread */
#define MOST_TASKS   20000000

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwViewSession, cw_view_session, G_TYPE_OBJECT)

void
cw_view_session_emit (CwViewSession *self, int signal) {
  g_signal_emit (self, signals[signal], 0);
}

void
cw_view_session_clear_run (CwViewSession *self) {
  g_clear_handle_id (&self->catching_up, g_source_remove);
  g_clear_pointer (&self->board, cw_task_board_unref);
  g_clear_pointer (&self->run, cw_run_unref);
  self->live = self->replaying = self->own_run = false;
  self->clock = 0;
}

void
cw_view_session_cancel_preview (CwViewSession *self) {
  if (self->preview)
    cw_run_cancel (self->preview);
  g_clear_pointer (&self->preview, cw_run_unref);
}

static void
cw_view_session_finalize (GObject *object) {
  CwViewSession *self = CW_VIEW_SESSION (object);
  if (self->own_run && self->live)
    cw_run_cancel (self->run);
  cw_view_session_cancel_preview (self);
  cw_view_session_clear_run (self);
  g_clear_pointer (&self->array, cw_array_unref);
  g_clear_pointer (&self->given, cw_array_unref);
  g_clear_pointer (&self->values, cw_buffer_unref);
  g_clear_pointer (&self->plan, cw_plan_unref);
  g_clear_pointer (&self->kept, cw_task_board_unref);
  g_free (self->kept_name);
  g_free (self->plan_error);
  g_free (self->hover);
  g_free (self->failure);
  G_OBJECT_CLASS (cw_view_session_parent_class)->finalize (object);
}

static void
cw_view_session_class_init (CwViewSessionClass *class) {
  static const char *const names[N_SIGNALS] = { "array-changed",     "plan-changed",  "values-changed",
                                                "selection-changed", "hover-changed", "clock-changed",
                                                "status-changed" };
  G_OBJECT_CLASS (class)->finalize = cw_view_session_finalize;
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
cw_view_session_init (CwViewSession *self) {
  self->selected = self->hovered = -1;
  self->speed = 1;
}

CwViewSession *
cw_view_session_new (void) {
  return g_object_new (CW_TYPE_VIEW_SESSION, NULL);
}

/* ---- array and plan ------------------------------------------------------------------------- */

void
cw_view_session_forget_plan (CwViewSession *self) {
  self->generation++;
  self->planning = false;
  g_clear_pointer (&self->plan, cw_plan_unref);
  g_clear_pointer (&self->plan_error, g_free);
  self->selected = self->hovered = -1;
}

static void
show (CwViewSession *self, CwArray *array, CwBuffer *values) {
  bool same = array == self->array;
  if (same && (values == self->values || !values))
    return;
  if (values)
    cw_buffer_ref (values);
  g_clear_pointer (&self->values, cw_buffer_unref);
  self->values = values;
  self->origin[0] = self->origin[1] = 0;
  if (!same) {
    cw_view_session_cancel_preview (self);
    g_clear_pointer (&self->failure, g_free);
    g_clear_pointer (&self->array, cw_array_unref);
    self->array = array ? cw_array_ref (array) : NULL;
    cw_view_session_forget_plan (self);
    if (!self->live)
      cw_view_session_clear_run (self);
    cw_view_session_emit (self, ARRAY_CHANGED);
    cw_view_session_emit (self, PLAN_CHANGED);
    cw_view_session_emit (self, SELECTION_CHANGED);
  }
  cw_view_session_emit (self, VALUES_CHANGED);
  cw_view_session_emit (self, STATUS_CHANGED);
}

void
cw_view_session_show (CwViewSession *self, CwArray *array, CwBuffer *values) {
  if (array != self->array)
    g_clear_pointer (&self->given, cw_array_unref);
  show (self, array, values);
}

void
cw_view_session_reset (CwViewSession *self) {
  cw_view_session_cancel (self);
  cw_view_session_clear_run (self);
  g_clear_pointer (&self->kept, cw_task_board_unref);
  g_clear_pointer (&self->kept_name, g_free);
  cw_view_session_show (self, NULL, NULL);
}

CwArray *
cw_view_session_given (CwViewSession *self) {
  return self->given ? self->given : self->array;
}

bool
cw_view_session_recut (CwViewSession *self, const CwChunkSpec *chunks, GError **error) {
  g_autoptr (CwArray) given = self->array ? cw_array_ref (cw_view_session_given (self)) : NULL;
  if (!given)
    return true;
  g_autoptr (CwArray) cut = cw_array_rechunk (given, chunks, false, error);
  if (!cut)
    return false;
  if (!self->given)
    self->given = cw_array_ref (given);
  show (self, cut, NULL);
  return true;
}

void
cw_view_session_undo_recut (CwViewSession *self) {
  CwArray *given = g_steal_pointer (&self->given);
  if (given)
    show (self, given, NULL);
  g_clear_pointer (&given, cw_array_unref);
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
  cw_view_session_forget_plan (self);
  if (!self->live)
    cw_view_session_clear_run (self);
  cw_view_session_emit (self, PLAN_CHANGED);
  cw_view_session_emit (self, SELECTION_CHANGED);
  cw_view_session_emit (self, CLOCK_CHANGED);
  cw_view_session_emit (self, STATUS_CHANGED);
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
  CwPlan  *plan = cw_plan_new_within (1, &job->array, job->kind, cw_memory_limit (), &error);
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
  cw_view_session_emit (self, PLAN_CHANGED);
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
      self->plan = cw_plan_new_within (1, &self->array, self->plan_kind, cw_memory_limit (), &error);
      self->plan_error = error ? g_strdup (error->message) : NULL;
    }
  }
  if (error_message)
    *error_message = self->plan_error;
  return self->plan;
}

/* ---- selection ------------------------------------------------------------------------------ */

void
cw_view_session_select (CwViewSession *self, int64_t task) {
  if (task == self->selected)
    return;
  self->selected = task;
  cw_view_session_emit (self, SELECTION_CHANGED);
  cw_view_session_emit (self, STATUS_CHANGED);
}

int64_t
cw_view_session_selected (CwViewSession *self) {
  return self->selected;
}

void
cw_view_session_set_hover (CwViewSession *self, int64_t task, const char *text) {
  bool other = task != self->hovered;
  if (!other && g_strcmp0 (text, self->hover) == 0)
    return;
  self->hovered = task;
  g_free (self->hover);
  self->hover = g_strdup (text);
  if (other)
    cw_view_session_emit (self, HOVER_CHANGED);
  cw_view_session_emit (self, STATUS_CHANGED);
}

int64_t
cw_view_session_hovered (CwViewSession *self) {
  return self->hovered;
}

char *
cw_view_session_describe (CwViewSession *self) {
  if (self->hover)
    return g_strdup (self->hover);
  if (self->selected >= 0 && self->plan && self->selected < cw_plan_n_tasks (self->plan))
    return cw_adapt_task_text (self->plan, self->selected);
  return self->array ? cw_adapt_array_text (self->array) : g_strdup ("");
}
