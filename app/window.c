/* window.c: the workbench's window: a document on the left, a stage on the right.
 *
 * The window ties them together: the cell that the learner turns to is what the stage shows, and a cell's run is followed
 * there while it goes. It also owns the file, and asks before changes are lost.
 */
#include "app/window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/bench-window.h"
#include "app/settings.h"
#include "widgets/frame-stats.h"

struct _CwWindow {
  AdwApplicationWindow parent_instance;
  CwEvaluator   *evaluator;
  CwViewSession *session;
  GtkWidget     *document, *stage, *paned, *title, *back, *forward, *status, *toasts, *document_slot;
  GFile         *file; /* of a notebook, NULL: never saved */
  char          *name, *uri, *subtitle;
  guint          status_timer;
  bool           closing; /* asked already */
  int64_t        task_time;
};

G_DEFINE_FINAL_TYPE (CwWindow, cw_window, ADW_TYPE_APPLICATION_WINDOW)

static void
toast (CwWindow *self, const char *text) {
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), adw_toast_new (text));
}

static void
cw_window_dispose (GObject *object) {
  CwWindow *self = CW_WINDOW (object);
  g_clear_handle_id (&self->status_timer, g_source_remove);
  if (self->evaluator)
    cw_evaluator_close (self->evaluator);
  g_clear_object (&self->evaluator);
  g_clear_object (&self->session);
  g_clear_object (&self->file);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->subtitle, g_free);
  G_OBJECT_CLASS (cw_window_parent_class)->dispose (object);
}

/* ---- title and status -------------------------------------------------------------------------- */

static void
update_title (CwWindow *self) {
  bool modified = cw_document_is_modified (CW_DOCUMENT (self->document));
  g_autofree char *title = g_strdup_printf ("%s%s", modified ? "• " : "", self->name ? self->name : _("New notebook"));
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), title);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

/* The steps of a lesson, beside the title. */
static void
update_step (CwWindow *self) {
  CwDocument *document = CW_DOCUMENT (self->document);
  int n = cw_document_n_steps (document), step = cw_document_step (document);
  bool is_lesson = n > 1;
  g_autofree char *steps = g_strdup_printf (_("step %d of %d"), step + 1, n);
  g_autofree char *text = !is_lesson ? g_strdup ("") : self->subtitle ? g_strdup_printf ("%s · %s", steps, self->subtitle) : g_strdup (steps);
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), text);
  gtk_widget_set_visible (self->back, is_lesson);
  gtk_widget_set_visible (self->forward, is_lesson);
  gtk_widget_set_sensitive (self->back, step > 0);
  gtk_widget_set_sensitive (self->forward, step < n - 1);
}

static gboolean
update_status (void *data) {
  CwWindow *self = data;
  int threads = cw_evaluator_threads (self->evaluator);
  g_autofree char *now = cw_bytes_to_string (cw_memory_resident ()), *limit = cw_bytes_to_string (cw_memory_limit ());
  g_autofree char *arrays = cw_bytes_to_string (cw_buffer_live_bytes ()), *most = cw_bytes_to_string (cw_buffer_peak_bytes ());
  g_autofree char *count = g_strdup_printf (ngettext ("%d thread", "%d threads", threads), threads);
  g_autofree char *text = g_strdup_printf (_("%s · %s of %s"), count, now, limit);
  g_autofree char *tip = g_strdup_printf (_("Worker threads; memory that the program takes, and may take. Arrays hold %s now, %s at most."), arrays, most);
  gtk_widget_set_tooltip_text (self->status, tip);
  gtk_label_set_label (GTK_LABEL (self->status), text);
  return G_SOURCE_CONTINUE;
}

/* ---- document and stage ------------------------------------------------------------------------- */

static void
show_cell (CwWindow *self, CwCellView *cell) {
  CwRun   *run = cw_cell_view_last_run (cell);
  CwArray *array = cw_cell_view_array (cell);
  if (!array)
    return;
  if (run && cw_view_session_run (self->session) != run && !cw_view_session_is_live (self->session))
    cw_view_session_attach (self->session, run);
  if (run && cw_view_session_array (self->session) != array && !cw_cell_view_values (cell)) {
    /* The cell shows something else than what it computed last. */
    CwPlan *plan = cw_run_plan (run);
    if (cw_plan_layer (plan, cw_plan_n_layers (plan) - 1)->array == array)
      return;
  }
  cw_view_session_show (self->session, array, cw_cell_view_values (cell));
}

static void
cell_focused (CwWindow *self, CwCellView *cell) {
  if (cw_cell_view_state (cell) == CW_CELL_DONE || cw_cell_view_state (cell) == CW_CELL_FAILED)
    show_cell (self, cell);
}

static void
cell_run_begins (CwWindow *self, CwCellView *cell, CwRun *run) {
  int64_t task_time = cw_view_session_task_time (self->session);
  cw_view_session_attach (self->session, run);
  cw_evaluator_set_task_time (self->evaluator, task_time);
}

static void
cell_finished (CwWindow *self, CwCellView *cell) {
  CwPlanKind kind;
  show_cell (self, cell);
  if (cw_cell_view_wants_graph (cell, &kind)) {
    cw_view_session_set_plan_kind (self->session, kind);
    cw_stage_show_page (CW_STAGE (self->stage), "graph");
  }
  update_status (self);
}

static void
session_status_changed (CwWindow *self) {
  int64_t task_time = cw_view_session_task_time (self->session);
  if (task_time != self->task_time)
    cw_evaluator_set_task_time (self->evaluator, task_time);
  self->task_time = task_time;
}

static void
undo_toast (CwWindow *self) {
  AdwToast *message = adw_toast_new (_("Cell deleted"));
  adw_toast_set_button_label (message, _("_Undo"));
  adw_toast_set_action_name (message, "win.undo");
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), message);
}

/* A new document gets a new session: nothing of the old one's names is left. */
static void
start_session (CwWindow *self) {
  CwSettings *settings = cw_settings ();
  if (self->evaluator)
    cw_evaluator_close (self->evaluator);
  g_clear_object (&self->evaluator);
  self->evaluator = cw_evaluator_new (settings->threads, settings->seed);
  cw_evaluator_set_task_time (self->evaluator, self->task_time);
  cw_view_session_cancel (self->session);
  cw_view_session_show (self->session, NULL, NULL);
  self->document = cw_document_new (self->evaluator);
  adw_bin_set_child (ADW_BIN (self->document_slot), self->document);
  g_signal_connect_object (self->document, "modified-changed", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "step-changed", G_CALLBACK (update_step), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-focused", G_CALLBACK (cell_focused), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-run-begins", G_CALLBACK (cell_run_begins), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-finished", G_CALLBACK (cell_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-deleted", G_CALLBACK (undo_toast), self, G_CONNECT_SWAPPED);
  update_status (self);
}

static void
set_document_name (CwWindow *self, const char *name, const char *subtitle, const char *uri, GFile *file) {
  g_set_object (&self->file, file);
  g_free (self->name);
  g_free (self->uri);
  self->name = g_strdup (name);
  self->uri = g_strdup (uri);
  g_free (self->subtitle);
  self->subtitle = g_strdup (subtitle);
  update_step (self);
  update_title (self);
}

/* ---- opening and saving ------------------------------------------------------------------------- */

bool
cw_window_open_lesson (CwWindow *self, const char *uri) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_lesson_load (uri, &error);
  if (!lesson) {
    toast (self, error->message);
    return false;
  }
  start_session (self);
  cw_document_load_lesson (CW_DOCUMENT (self->document), lesson);
  g_autofree char *subtitle = g_strdup_printf (ngettext ("about %d minute", "about %d minutes", lesson->minutes),
                                               lesson->minutes);
  set_document_name (self, lesson->title, subtitle, uri, NULL);
  return true;
}

bool
cw_window_open (CwWindow *self, GFile *file) {
  g_autofree char *name = g_file_get_basename (file), *path = g_file_get_path (file), *uri = g_file_get_uri (file);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  if (g_str_has_suffix (name, ".md"))
    return cw_window_open_lesson (self, path ? path : uri);
  if (g_str_has_suffix (name, ".json")) {
    if (!cw_bench_window_show (GTK_WINDOW (self), file, &error))
      toast (self, error->message);
    return !error;
  }
  if (!g_str_has_suffix (name, ".py")) {
    g_autofree char *message = g_strdup_printf (_("“%s” is neither a notebook (.py) nor a lesson (.md) nor measurements (.json)"), name);
    toast (self, message);
    return false;
  }
  if (!g_file_load_contents (file, NULL, &text, NULL, NULL, &error) || !g_utf8_validate (text, -1, NULL)) {
    g_autofree char *message = error ? g_strdup (error->message) : g_strdup_printf (_("“%s” is not a text file"), name);
    toast (self, message);
    return false;
  }
  start_session (self);
  cw_document_load_notebook (CW_DOCUMENT (self->document), text);
  set_document_name (self, name, NULL, path, file);
  return true;
}

void
cw_window_new_notebook (CwWindow *self) {
  start_session (self);
  cw_document_load_notebook (CW_DOCUMENT (self->document), "");
  set_document_name (self, NULL, NULL, NULL, NULL);
}

bool
cw_window_save_to (CwWindow *self, GFile *file) {
  g_autofree char *text = cw_document_text (CW_DOCUMENT (self->document)), *name = g_file_get_basename (file);
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GError) error = NULL;
  if (!g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, &error)) {
    toast (self, error->message);
    return false;
  }
  cw_document_set_saved (CW_DOCUMENT (self->document));
  set_document_name (self, name, NULL, path, file);
  return true;
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *pattern, const char *other) {
  GtkFileFilter *filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_pattern (filter, pattern);
  if (other)
    gtk_file_filter_add_pattern (filter, other);
  gtk_file_chooser_add_filter (chooser, filter);
  g_object_unref (filter);
}

static void
save_chosen (GtkNativeDialog *dialog, int response, CwWindow *self) {
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  bool saved = response == GTK_RESPONSE_ACCEPT && file && cw_window_save_to (self, file);
  g_object_unref (dialog);
  if (saved && self->closing)
    gtk_window_close (GTK_WINDOW (self));
  self->closing = self->closing && saved;
}

static void
save_as (CwWindow *self) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Save the notebook"), GTK_WINDOW (self),
                                                              GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), self->file && self->name ? self->name : _("notebook.py"));
  add_filter (GTK_FILE_CHOOSER (dialog), _("Notebooks"), "*.py", NULL);
  g_signal_connect_object (dialog, "response", G_CALLBACK (save_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
save (CwWindow *self) {
  if (!self->file)
    save_as (self);
  else if (cw_window_save_to (self, self->file) && self->closing)
    gtk_window_close (GTK_WINDOW (self));
}

static void
open_chosen (GtkNativeDialog *dialog, int response, CwWindow *self) {
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (response == GTK_RESPONSE_ACCEPT && file)
    cw_window_open (self, file);
  g_object_unref (dialog);
}

static void
open_dialog (CwWindow *self) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Open a notebook or a lesson"), GTK_WINDOW (self),
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  add_filter (GTK_FILE_CHOOSER (dialog), _("Notebooks and lessons"), "*.py", "*.md");
  add_filter (GTK_FILE_CHOOSER (dialog), _("Measurements of chunkwise bench"), "*.json", NULL);
  g_signal_connect_object (dialog, "response", G_CALLBACK (open_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* ---- saving pictures ---------------------------------------------------------------------------- */

static void
picture_written (GObject *source, GAsyncResult *result, void *data) {
  g_autoptr (GError) error = NULL;
  bool saved = g_task_propagate_boolean (G_TASK (result), &error);
  toast (CW_WINDOW (source), saved ? _("Saved") : error->message);
}

static void
picture_chosen (GtkNativeDialog *dialog, int response, CwWindow *self) {
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = file ? g_file_get_path (file) : NULL;
  if (response == GTK_RESPONSE_ACCEPT && path)
    cw_stage_save_picture (CW_STAGE (self->stage), GPOINTER_TO_INT (g_object_get_data (G_OBJECT (dialog), "what")), path,
                           picture_written, G_OBJECT (self));
  g_object_unref (dialog);
}

static void
save_picture (CwWindow *self, CwPicture what) {
  static const char *const endings[CW_N_PICTURES] = { "svg", "svg", "svg", "svg", "gif", "json" };
  g_autofree char *name = g_strdup_printf ("%s.%s", cw_picture_name (what), endings[what]);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Save a picture: the ending of its name says the format"), GTK_WINDOW (self),
                                                              GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_object_set_data (G_OBJECT (dialog), "what", GINT_TO_POINTER (what));
  g_signal_connect_object (dialog, "response", G_CALLBACK (picture_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
act_picture (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow *self = CW_WINDOW (widget);
  if (g_str_equal (name, "win.save-picture"))
    save_picture (self, cw_stage_picture (CW_STAGE (self->stage)));
  else
    save_picture (self, g_str_equal (name, "win.save-trace") ? CW_PICTURE_TRACE : CW_PICTURE_ANIMATION);
}

/* ---- unsaved changes ----------------------------------------------------------------------------- */

typedef void (*Continue) (CwWindow *self);

static void
answered (AdwMessageDialog *dialog, const char *response, CwWindow *self) {
  Continue proceed = g_object_get_data (G_OBJECT (dialog), "proceed");
  if (g_strcmp0 (response, "discard") == 0)
    proceed (self);
  else if (g_strcmp0 (response, "save") == 0)
    save (self);
}

/* Calls @proceed at once, or after the learner said that changes may be lost. */
static void
ask_first (CwWindow *self, Continue proceed) {
  if (!cw_document_is_modified (CW_DOCUMENT (self->document))) {
    proceed (self);
    return;
  }
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save changes?"),
                                              _("What you wrote in this document is not saved yet."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "discard", _("_Discard"), "save",
                                    _("_Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data (G_OBJECT (dialog), "proceed", proceed);
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
close_now (CwWindow *self) {
  self->closing = true;
  gtk_window_close (GTK_WINDOW (self));
}

static void
remember (CwWindow *self) {
  CwSettings *settings = cw_settings ();
  g_autoptr (GError) error = NULL;
  settings->maximized = gtk_window_is_maximized (GTK_WINDOW (self));
  if (!settings->maximized && !gtk_window_is_fullscreen (GTK_WINDOW (self)))
    gtk_window_get_default_size (GTK_WINDOW (self), &settings->width, &settings->height);
  settings->divider = gtk_paned_get_position (GTK_PANED (self->paned));
  g_free (settings->last);
  settings->last = g_strdup (self->uri ? self->uri : "");
  if (!cw_settings_save (&error))
    g_message ("%s", error->message);
}

static gboolean
cw_window_close_request (GtkWindow *window) {
  CwWindow *self = CW_WINDOW (window);
  if (!self->closing && cw_document_is_modified (CW_DOCUMENT (self->document))) {
    ask_first (self, close_now);
    return TRUE;
  }
  remember (self);
  return GTK_WINDOW_CLASS (cw_window_parent_class)->close_request (window);
}

/* ---- actions ------------------------------------------------------------------------------------- */

static void
act (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow   *self = CW_WINDOW (widget);
  CwDocument *document = CW_DOCUMENT (self->document);
  if (g_str_equal (name, "win.new"))
    ask_first (self, cw_window_new_notebook);
  else if (g_str_equal (name, "win.open"))
    ask_first (self, open_dialog);
  else if (g_str_equal (name, "win.save"))
    save (self);
  else if (g_str_equal (name, "win.save-as"))
    save_as (self);
  else if (g_str_equal (name, "win.undo"))
    cw_document_undo (document);
  else if (g_str_equal (name, "win.redo"))
    cw_document_redo (document);
  else if (g_str_equal (name, "win.add-cell"))
    cw_document_add_cell (document, "");
  else if (g_str_equal (name, "win.delete-cell"))
    cw_document_delete_current (document);
  else if (g_str_equal (name, "win.cell-up"))
    cw_document_move_current (document, -1);
  else if (g_str_equal (name, "win.cell-down"))
    cw_document_move_current (document, 1);
  else if (g_str_equal (name, "win.previous-step"))
    cw_document_go_to_step (document, cw_document_step (document) - 1);
  else if (g_str_equal (name, "win.next-step"))
    cw_document_go_to_step (document, cw_document_step (document) + 1);
  else if (g_str_equal (name, "win.run-all"))
    cw_document_run_all (document);
  else if (g_str_equal (name, "win.interrupt"))
    cw_evaluator_interrupt (self->evaluator);
}

static void
act_on_stage (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow *self = CW_WINDOW (widget);
  if (g_str_equal (name, "win.page"))
    cw_stage_show_page (CW_STAGE (self->stage), g_variant_get_string (parameter, NULL));
  else if (g_str_equal (name, "win.play"))
    cw_view_session_toggle (self->session);
  else if (g_str_equal (name, "win.step"))
    cw_view_session_step (self->session);
  else if (g_str_equal (name, "win.step-back"))
    cw_view_session_step_back (self->session);
  else if (g_str_equal (name, "win.find"))
    cw_stage_find (CW_STAGE (self->stage));
  else if (g_str_equal (name, "win.table"))
    cw_stage_toggle_table (CW_STAGE (self->stage));
  else if (g_str_equal (name, "win.frame-stats"))
    cw_stage_show_stats (CW_STAGE (self->stage), !cw_frame_stats_shown ());
}

static void
act_on_window (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow *self = CW_WINDOW (widget);
  if (g_str_equal (name, "win.fold"))
    gtk_widget_set_visible (self->document_slot, !gtk_widget_get_visible (self->document_slot));
  else if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    gtk_window_unfullscreen (GTK_WINDOW (self));
  else
    gtk_window_fullscreen (GTK_WINDOW (self));
}

static void
open_chosen_lesson (CwWindow *self) {
  const char *uri = g_object_get_data (G_OBJECT (self), "chosen-lesson");
  cw_window_open_lesson (self, uri);
}

static void
act_lesson (GtkWidget *widget, const char *name, GVariant *parameter) {
  g_object_set_data_full (G_OBJECT (widget), "chosen-lesson", g_variant_dup_string (parameter, NULL), g_free);
  ask_first (CW_WINDOW (widget), open_chosen_lesson);
}

static void
bind_key (GtkWidgetClass *class, guint key, GdkModifierType modifiers, const char *action, const char *argument) {
  if (argument)
    gtk_widget_class_add_binding_action (class, key, modifiers, action, "s", argument);
  else
    gtk_widget_class_add_binding_action (class, key, modifiers, action, NULL);
}

static void
install_actions (GtkWidgetClass *class) {
  static const struct { const char *name; guint key; GdkModifierType modifiers; } actions[] = {
    { "win.new", GDK_KEY_n, GDK_CONTROL_MASK },
    { "win.open", GDK_KEY_o, GDK_CONTROL_MASK },
    { "win.save", GDK_KEY_s, GDK_CONTROL_MASK },
    { "win.save-as", GDK_KEY_s, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.undo", GDK_KEY_z, GDK_CONTROL_MASK },
    { "win.redo", GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.add-cell", GDK_KEY_b, GDK_CONTROL_MASK },
    { "win.delete-cell", GDK_KEY_x, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.cell-up", GDK_KEY_Up, GDK_ALT_MASK | GDK_SHIFT_MASK },
    { "win.cell-down", GDK_KEY_Down, GDK_ALT_MASK | GDK_SHIFT_MASK },
    { "win.previous-step", GDK_KEY_Page_Up, GDK_ALT_MASK },
    { "win.next-step", GDK_KEY_Page_Down, GDK_ALT_MASK },
    { "win.run-all", GDK_KEY_F5, 0 },
    { "win.interrupt", GDK_KEY_period, GDK_CONTROL_MASK },
  };
  static const char *const pages[] = { "diagram", "graph", "timeline", "values" };
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    gtk_widget_class_install_action (class, actions[i].name, NULL, act);
    bind_key (class, actions[i].key, actions[i].modifiers, actions[i].name, NULL);
  }
  gtk_widget_class_install_action (class, "win.page", "s", act_on_stage);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    bind_key (class, GDK_KEY_1 + i, GDK_CONTROL_MASK, "win.page", pages[i]);
  gtk_widget_class_install_action (class, "win.play", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.step", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.step-back", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.find", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.table", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.frame-stats", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.fold", NULL, act_on_window);
  gtk_widget_class_install_action (class, "win.fullscreen", NULL, act_on_window);
  gtk_widget_class_install_action (class, "win.lesson", "s", act_lesson);
  gtk_widget_class_install_action (class, "win.save-picture", NULL, act_picture);
  gtk_widget_class_install_action (class, "win.save-animation", NULL, act_picture);
  gtk_widget_class_install_action (class, "win.save-trace", NULL, act_picture);
  bind_key (class, GDK_KEY_p, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.save-picture", NULL);
  bind_key (class, GDK_KEY_F7, 0, "win.step", NULL);
  bind_key (class, GDK_KEY_F7, GDK_SHIFT_MASK, "win.step-back", NULL);
  bind_key (class, GDK_KEY_f, GDK_CONTROL_MASK, "win.find", NULL);
  bind_key (class, GDK_KEY_t, GDK_CONTROL_MASK, "win.table", NULL);
  bind_key (class, GDK_KEY_F12, 0, "win.frame-stats", NULL);
  bind_key (class, GDK_KEY_F9, 0, "win.fold", NULL);
  bind_key (class, GDK_KEY_F11, 0, "win.fullscreen", NULL);
}

/* ---- construction -------------------------------------------------------------------------------- */

static GtkWidget *
lessons_button (void) {
  GtkWidget *button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new (), lessons = g_menu_new (), other = g_menu_new ();
  g_auto (GStrv) uris = cw_course_lessons ();
  for (int i = 0; uris[i]; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CwLesson) lesson = cw_lesson_load (uris[i], &error);
    g_autoptr (GMenuItem) item = g_menu_item_new (lesson ? lesson->title : error->message, NULL);
    g_menu_item_set_action_and_target (item, "win.lesson", "s", uris[i]);
    g_menu_append_item (lessons, item);
  }
  g_menu_append (other, _("_Empty notebook"), "win.new");
  g_menu_append_section (menu, _("Course"), G_MENU_MODEL (lessons));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (other));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (button), "cw-course-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (button, _("Lessons of the course"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lessons of the course"), -1);
  return button;
}

static GMenuModel *
primary_menu (void) {
  static const struct { const char *label, *action; } items[][5] = {
    { { N_("_New notebook"), "win.new" }, { N_("_Open…"), "win.open" }, { N_("_Save"), "win.save" }, { N_("Save _as…"), "win.save-as" } },
    { { N_("Run _all cells"), "win.run-all" }, { N_("S_top"), "win.interrupt" }, { N_("_Undo"), "win.undo" }, { N_("_Redo"), "win.redo" } },
    { { N_("Save p_icture…"), "win.save-picture" }, { N_("Save ani_mation…"), "win.save-animation" }, { N_("Save _trace…"), "win.save-trace" } },
    { { N_("_Fold the document away"), "win.fold" }, { N_("F_ull screen"), "win.fullscreen" } },
    { { N_("_Preferences"), "app.preferences" }, { N_("_Keyboard shortcuts"), "win.show-help-overlay" }, { N_("A_bout Chunkwise"), "app.about" } },
  };
  GMenu *menu = g_menu_new ();
  for (guint s = 0; s < G_N_ELEMENTS (items); s++) {
    g_autoptr (GMenu) section = g_menu_new ();
    for (guint i = 0; i < G_N_ELEMENTS (items[s]) && items[s][i].label; i++)
      g_menu_append (section, _(items[s][i].label), items[s][i].action);
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  }
  return G_MENU_MODEL (menu);
}

static GtkWidget *
step_button (const char *icon, const char *action, const char *tip) {
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static GtkWidget *
build_header (CwWindow *self) {
  GtkWidget *header = adw_header_bar_new (), *menu = gtk_menu_button_new (), *run_all;
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autoptr (GMenuModel) model = primary_menu ();
  self->title = adw_window_title_new ("", "");
  self->status = gtk_label_new ("");
  gtk_widget_add_css_class (self->status, "caption");
  gtk_widget_add_css_class (self->status, "numeric");
  gtk_widget_add_css_class (self->status, "dim-label");
  run_all = gtk_button_new_from_icon_name ("media-seek-forward-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (run_all), "win.run-all");
  gtk_widget_set_tooltip_text (run_all, _("Run all cells (F5)"));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "open-menu-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu), model);
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (menu), TRUE);
  gtk_widget_set_tooltip_text (menu, _("Main menu"));
  self->back = step_button ("go-previous-symbolic", "win.previous-step", _("Previous step (Alt+Page Up)"));
  self->forward = step_button ("go-next-symbolic", "win.next-step", _("Next step (Alt+Page Down)"));
  gtk_box_append (GTK_BOX (middle), self->back);
  gtk_box_append (GTK_BOX (middle), self->title);
  gtk_box_append (GTK_BOX (middle), self->forward);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), middle);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), lessons_button ());
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), run_all);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), menu);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->status);
  return header;
}

/* The pane between document and stage takes F6 for itself, unless it is asked after the window. */
static void
catch_play_key (CwWindow *self) {
  GtkEventController *keys = gtk_shortcut_controller_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_F6, 0), gtk_named_action_new ("win.play")));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
cw_window_class_init (CwWindowClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_window_dispose;
  GTK_WINDOW_CLASS (class)->close_request = cw_window_close_request;
  install_actions (GTK_WIDGET_CLASS (class));
}

static void
cw_window_init (CwWindow *self) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->session = cw_view_session_new ();
  self->stage = cw_stage_new (self->session);
  self->document_slot = adw_bin_new ();
  self->paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  self->toasts = adw_toast_overlay_new ();
  gtk_widget_set_size_request (self->document_slot, 360, -1);
  gtk_widget_set_size_request (self->stage, 420, -1);
  gtk_paned_set_start_child (GTK_PANED (self->paned), self->document_slot);
  gtk_paned_set_end_child (GTK_PANED (self->paned), self->stage);
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_resize_start_child (GTK_PANED (self->paned), TRUE);
  gtk_paned_set_position (GTK_PANED (self->paned), cw_settings ()->divider);
  gtk_widget_set_vexpand (self->paned, TRUE);
  gtk_box_append (GTK_BOX (box), build_header (self));
  gtk_box_append (GTK_BOX (box), self->paned);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), box);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), self->toasts);
  gtk_window_set_default_size (GTK_WINDOW (self), cw_settings ()->width, cw_settings ()->height);
  if (cw_settings ()->maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  g_signal_connect_object (self->session, "status-changed", G_CALLBACK (session_status_changed), self, G_CONNECT_SWAPPED);
  cw_view_session_set_threads (self->session, cw_settings ()->threads);
  catch_play_key (self);
  cw_window_new_notebook (self);
  self->status_timer = g_timeout_add (400, update_status, self);
}

CwWindow *
cw_window_new (GtkApplication *application) {
  return g_object_new (CW_TYPE_WINDOW, "application", application, NULL);
}

void
cw_window_settings_changed (CwWindow *self) {
  cw_evaluator_set_threads (self->evaluator, cw_settings ()->threads);
  cw_view_session_set_threads (self->session, cw_settings ()->threads);
}

CwDocument *
cw_window_document (CwWindow *self) {
  return CW_DOCUMENT (self->document);
}

CwStage *
cw_window_stage (CwWindow *self) {
  return CW_STAGE (self->stage);
}

CwViewSession *
cw_window_session (CwWindow *self) {
  return self->session;
}
