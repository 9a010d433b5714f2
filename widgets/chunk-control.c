/* chunk-control.c: the array under other cuts, and what that would cost.
 *
 * Moving a slider cuts the session's array anew at once, so that every view shows it. What the computation would take is planned a
 * moment later on a thread, beside what it takes as given; after a run, what was measured stands below, and the next predictions
 * of time learn from it.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>
#include <math.h>

#include "widgets/forecast.h"

#define MOST_AXES  4
#define WAIT_MS    90
#define MOST_TASKS 3000000 /* of a plan that is made only to be looked at */

enum { GIVEN, CUT, MEASURED, N_ROWS };
enum { CHUNKS, CHUNK_BYTES, TASKS, PEAK, TIME, N_COLUMNS };

struct _CwChunkControl {
  GtkBox         parent_instance;
  CwViewSession *session;
  GtkWidget     *sliders[MOST_AXES], *lengths[MOST_AXES], *reset, *names[N_ROWS], *cells[N_ROWS][N_COLUMNS];
  CwRun         *measured; /* compared only */
  guint          timer, generation;
  double         factor, learned; /* measured time for a predicted one: as this array's predictions take it, and as the last run told */
  bool           updating;
};

G_DEFINE_FINAL_TYPE (CwChunkControl, cw_chunk_control, GTK_TYPE_BOX)

static void
cw_chunk_control_dispose (GObject *object) {
  CwChunkControl *self = CW_CHUNK_CONTROL (object);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (cw_chunk_control_parent_class)->dispose (object);
}

/* ---- the table -------------------------------------------------------------------------------- */

static void
set_cell (CwChunkControl *self, int row, int column, char *text) {
  gtk_label_set_label (GTK_LABEL (self->cells[row][column]), text);
  g_free (text);
}

static void
set_row (CwChunkControl *self, int row, const CwForecast *f) {
  bool predicted = row != MEASURED;
  g_autofree char *time = cw_duration_to_string (f->time_ns), *peak = cw_bytes_to_string (f->peak_bytes);
  set_cell (self, row, CHUNKS, cw_number_to_string (f->chunks));
  set_cell (self, row, CHUNK_BYTES, cw_bytes_to_string (f->chunk_bytes));
  set_cell (self, row, TASKS, cw_number_to_string (f->tasks));
  set_cell (self, row, PEAK, g_strdup_printf (predicted ? "≈ %s" : "%s", peak));
  set_cell (self, row, TIME, g_strdup_printf (predicted ? "≈ %s" : "%s", time));
  gtk_widget_set_visible (self->names[row], TRUE);
  for (int c = 0; c < N_COLUMNS; c++)
    gtk_widget_set_visible (self->cells[row][c], TRUE);
}

static void
hide_row (CwChunkControl *self, int row) {
  gtk_widget_set_visible (self->names[row], FALSE);
  for (int c = 0; c < N_COLUMNS; c++)
    gtk_widget_set_visible (self->cells[row][c], FALSE);
}

static void
show_problem (CwChunkControl *self, int row, const char *text) {
  static const CwForecast none;
  set_row (self, row, &none);
  for (int c = 0; c < N_COLUMNS; c++)
    set_cell (self, row, c, g_strdup (c == 0 ? text : ""));
}

/* ---- predicting ------------------------------------------------------------------------------- */

typedef struct {
  CwArray   *array;
  int        row, threads;
  guint      generation;
  double     factor;
  CwForecast forecast;
} Job;

static void
job_free (Job *job) {
  cw_array_unref (job->array);
  g_free (job);
}

static void
predict (GTask *task, void *source, void *data, GCancellable *cancellable) {
  Job    *job = data;
  GError *error = NULL;
  if (cw_forecast_make (&job->forecast, job->array, job->threads, job->factor, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
predicted (GObject *source, GAsyncResult *result, void *data) {
  CwChunkControl *self = CW_CHUNK_CONTROL (source);
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  bool ok = g_task_propagate_boolean (G_TASK (result), &error);
  if (job->generation != self->generation)
    return;
  if (!ok)
    show_problem (self, job->row, error->message);
  else
    set_row (self, job->row, &job->forecast);
}

static void
start_predicting (CwChunkControl *self, int row, CwArray *array) {
  int64_t layers, tasks;
  cw_array_count_graph (array, &layers, &tasks);
  if (tasks > MOST_TASKS) {
    g_autofree char *n = cw_number_to_string (tasks), *text = g_strdup_printf (_("%s tasks: larger chunks are wanted"), n);
    show_problem (self, row, text);
    return;
  }
  Job *job = g_new0 (Job, 1);
  *job = (Job) { .array = cw_array_ref (array), .row = row, .threads = cw_view_session_threads (self->session),
                 .generation = self->generation, .factor = self->factor };
  g_autoptr (GTask) task = g_task_new (self, NULL, predicted, NULL);
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, predict);
}

static gboolean
predict_all (void *data) {
  CwChunkControl *self = data;
  CwArray *array = cw_view_session_array (self->session), *given = cw_view_session_given (self->session);
  self->timer = 0;
  if (!array || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return G_SOURCE_REMOVE;
  start_predicting (self, GIVEN, given);
  if (array != given)
    start_predicting (self, CUT, array);
  return G_SOURCE_REMOVE;
}

static void
predict_soon (CwChunkControl *self) {
  self->generation++;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (WAIT_MS, predict_all, self);
}

/* ---- measuring -------------------------------------------------------------------------------- */

/* The run that is over, beside what was predicted for it. */
static void
show_measured (CwChunkControl *self) {
  CwRun     *run = cw_view_session_is_live (self->session) ? NULL : cw_view_session_run (self->session);
  CwForecast f;
  CwProgress progress;
  if (run == self->measured)
    return;
  self->measured = run;
  if (!run) {
    hide_row (self, MEASURED);
    return;
  }
  cw_run_progress (run, &progress);
  cw_forecast_plan (&f, cw_run_plan (run), cw_trace_n_workers (cw_run_trace (run)), 1);
  if (progress.done == progress.total && f.time_ns > 0 && cw_view_session_task_time (self->session) == 0)
    self->learned = CLAMP ((double) progress.elapsed_ns / f.time_ns, 0.01, 100);
  f.tasks = progress.done;
  f.peak_bytes = progress.peak_bytes;
  f.time_ns = progress.elapsed_ns;
  set_row (self, MEASURED, &f);
}

/* ---- sliders ---------------------------------------------------------------------------------- */

/* Slider positions are logarithms: small chunks are as easy to choose as large ones; lengths are round where they are long. */
static int64_t
length_at (double position, int64_t total) {
  double length = exp (position * log (MAX (total, 1)));
  double step = length > 100 ? pow (10, floor (log10 (length)) - 1) : 1;
  return CLAMP ((int64_t) (round (length / step) * step), 1, MAX (total, 1));
}

static double
position_of (int64_t length, int64_t total) {
  return total > 1 ? log (MAX (length, 1)) / log (total) : 1;
}

static void
show_lengths (CwChunkControl *self) {
  CwArray *array = cw_view_session_array (self->session);
  self->updating = true;
  for (int i = 0; array && i < MIN (array->ndim, MOST_AXES); i++) {
    g_autofree char *length = cw_number_to_string (array->axes[i]->max);
    gtk_label_set_label (GTK_LABEL (self->lengths[i]), length);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->sliders[i]), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, length, -1);
    if (!gtk_widget_has_focus (self->sliders[i]))
      gtk_range_set_value (GTK_RANGE (self->sliders[i]), position_of (array->axes[i]->max, array->shape[i]));
  }
  gtk_widget_set_sensitive (self->reset, array && array != cw_view_session_given (self->session));
  self->updating = false;
}

static void
cut (CwChunkControl *self, CwChunkSpec *spec) {
  g_autoptr (GError) error = NULL;
  if (!cw_view_session_recut (self->session, spec, &error))
    show_problem (self, CUT, error->message);
}

static void
slider_moved (CwChunkControl *self) {
  CwArray *given = cw_view_session_given (self->session);
  if (self->updating || !given)
    return;
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (given->ndim);
  for (int i = 0; i < given->ndim; i++) {
    spec->axes[i].kind = i < MOST_AXES ? CW_CHUNK_SIZE : CW_CHUNK_KEEP;
    if (i < MOST_AXES)
      spec->axes[i].size = length_at (gtk_range_get_value (GTK_RANGE (self->sliders[i])), given->shape[i]);
  }
  cut (self, spec);
}

static void
auto_clicked (CwChunkControl *self) {
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (-1);
  cut (self, spec);
}

static void
reset_clicked (CwChunkControl *self) {
  cw_view_session_undo_recut (self->session);
}

static void
array_changed (CwChunkControl *self) {
  CwArray *given = cw_view_session_given (self->session), *array = cw_view_session_array (self->session);
  bool     fits = given && given->ndim > 0 && !cw_array_has_unknown (given) && cw_array_size (given) > 0;
  gtk_widget_set_visible (GTK_WIDGET (self), fits);
  for (int i = 0; i < MOST_AXES; i++)
    gtk_widget_set_visible (gtk_widget_get_parent (gtk_widget_get_parent (self->sliders[i])), fits && i < given->ndim); /* the child of the flow */
  if (!fits)
    return;
  for (int row = 0; row < N_ROWS; row++)
    hide_row (self, row);
  if (array != given)
    for (int c = 0; c < N_COLUMNS; c++)
      set_cell (self, CUT, c, g_strdup ("…"));
  show_lengths (self);
  self->factor = self->learned; /* a run must not tell what was predicted for it */
  self->measured = NULL;
  show_measured (self);
  predict_soon (self);
}

/* ---- construction ----------------------------------------------------------------------------- */

static GtkWidget *
quiet_label (const char *text, double xalign) {
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static GtkWidget *
build_axis (CwChunkControl *self, int i) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *name = g_strdup_printf (_("axis %d"), i), *full = g_strdup_printf (_("Chunk length along axis %d"), i);
  GtkWidget *label = quiet_label (name, 0);
  gtk_widget_add_css_class (label, "dim-label");
  self->sliders[i] = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 0.02);
  gtk_scale_set_draw_value (GTK_SCALE (self->sliders[i]), FALSE);
  gtk_widget_set_size_request (self->sliders[i], 90, -1);
  gtk_widget_set_hexpand (self->sliders[i], TRUE);
  gtk_widget_set_tooltip_text (self->sliders[i], full);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->sliders[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, full, -1);
  self->lengths[i] = quiet_label ("", 1);
  gtk_label_set_width_chars (GTK_LABEL (self->lengths[i]), 6);
  g_signal_connect_swapped (self->sliders[i], "value-changed", G_CALLBACK (slider_moved), self);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->sliders[i]);
  gtk_box_append (GTK_BOX (box), self->lengths[i]);
  return box;
}

static GtkWidget *
build_sliders (CwChunkControl *self) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *automatic = gtk_button_new_with_label (_("Auto"));
  GtkWidget *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *axes = gtk_flow_box_new (); /* more lines where there are many axes, not a wider stage */
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (axes), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (axes), MOST_AXES);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (axes), 12);
  gtk_widget_set_hexpand (axes, TRUE);
  for (int i = 0; i < MOST_AXES; i++) {
    gtk_flow_box_append (GTK_FLOW_BOX (axes), build_axis (self, i));
    gtk_widget_set_focusable (gtk_widget_get_parent (gtk_widget_get_parent (self->sliders[i])), FALSE);
  }
  gtk_box_append (GTK_BOX (row), axes);
  self->reset = gtk_button_new_with_label (_("As given"));
  gtk_widget_set_tooltip_text (automatic, _("Chunks as chunks='auto' chooses them"));
  gtk_widget_set_tooltip_text (self->reset, _("The chunks that the code asked for"));
  g_signal_connect_swapped (automatic, "clicked", G_CALLBACK (auto_clicked), self);
  g_signal_connect_swapped (self->reset, "clicked", G_CALLBACK (reset_clicked), self);
  gtk_widget_add_css_class (automatic, "flat");
  gtk_widget_add_css_class (self->reset, "flat");
  gtk_box_append (GTK_BOX (linked), automatic);
  gtk_box_append (GTK_BOX (linked), self->reset);
  gtk_box_append (GTK_BOX (row), linked);
  return row;
}

static GtkWidget *
build_table (CwChunkControl *self) {
  static const char *const names[N_ROWS] = { N_("as given"), N_("with these chunks"), N_("measured") };
  static const char *const heads[N_COLUMNS] = { N_("Chunks"), N_("Bytes a chunk"), N_("Tasks"), N_("Peak memory"), N_("Time") };
  GtkWidget *grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 2);
  for (int c = 0; c < N_COLUMNS; c++) {
    GtkWidget *head = quiet_label (_(heads[c]), 1);
    gtk_widget_add_css_class (head, "dim-label");
    gtk_grid_attach (GTK_GRID (grid), head, c + 1, 0, 1, 1);
  }
  for (int r = 0; r < N_ROWS; r++) {
    self->names[r] = quiet_label (_(names[r]), 0);
    gtk_widget_add_css_class (self->names[r], "dim-label");
    gtk_grid_attach (GTK_GRID (grid), self->names[r], 0, r + 1, 1, 1);
    for (int c = 0; c < N_COLUMNS; c++) {
      self->cells[r][c] = quiet_label ("", 1);
      gtk_grid_attach (GTK_GRID (grid), self->cells[r][c], c + 1, r + 1, 1, 1);
    }
  }
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (grid, -1, 72);
  return grid;
}

static void
cw_chunk_control_class_init (CwChunkControlClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_chunk_control_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cw_chunk_control_init (CwChunkControl *self) {
  self->factor = self->learned = 1;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "stage-bar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Chunk sizes, and what they cost"), -1);
  gtk_box_append (GTK_BOX (self), build_sliders (self));
  gtk_box_append (GTK_BOX (self), build_table (self));
  g_signal_connect (self, "map", G_CALLBACK (predict_soon), NULL);
}

GtkWidget *
cw_chunk_control_new (CwViewSession *session) {
  CwChunkControl *self = g_object_new (CW_TYPE_CHUNK_CONTROL, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "array-changed", G_CALLBACK (array_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "values-changed", G_CALLBACK (show_measured), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "status-changed", G_CALLBACK (show_measured), self, G_CONNECT_SWAPPED);
  array_changed (self);
  return GTK_WIDGET (self);
}
