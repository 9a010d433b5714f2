/* window.c: the workbench's window: a document on the left, a stage on the right.
 *
 * The window ties them together: the cell that the learner turns to is what the stage shows, and a cell's run is followed
 * there while it goes. It also owns the file, and asks before changes are lost.
 */
#include "app/ipynb.h"
#include "app/window-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/bench-window.h"
#include "app/course-page.h"
#include "app/header.h"
#include "app/settings.h"

G_DEFINE_FINAL_TYPE (CwWindow, cw_window, ADW_TYPE_APPLICATION_WINDOW)

/* ---- messages ------------------------------------------------------------------------------------ */

#define MESSAGE_SECONDS 5

static void
message_dismissed (CwWindow *self) {
  g_clear_weak_pointer (&self->toast);
}

static gboolean
message_over (void *data) {
  CwWindow *self = data;
  self->message_timer = 0;
  if (self->toast)
    adw_toast_dismiss (self->toast);
  return G_SOURCE_REMOVE;
}

/* A message takes the place of the one that is there: one that waits its turn comes when nobody knows what it is about. @button may be NULL. */
static void
show_message (CwWindow *self, const char *text, const char *button, const char *action) {
  if (!self->toast) {
    AdwToast *toast = adw_toast_new (text);
    adw_toast_set_timeout (toast, 0);
    g_set_weak_pointer (&self->toast, toast);
    g_signal_connect_object (toast, "dismissed", G_CALLBACK (message_dismissed), self, G_CONNECT_SWAPPED);
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), toast);
  }
  adw_toast_set_title (self->toast, text);
  adw_toast_set_button_label (self->toast, button);
  adw_toast_set_action_name (self->toast, action);
  g_clear_handle_id (&self->message_timer, g_source_remove);
  self->message_timer = g_timeout_add_seconds (MESSAGE_SECONDS, message_over, self);
}

void
cw_window_toast (CwWindow *self, const char *text) {
  show_message (self, text, NULL, NULL);
}

static void
cw_window_dispose (GObject *object) {
  CwWindow *self = CW_WINDOW (object);
  g_clear_handle_id (&self->status_timer, g_source_remove);
  g_clear_handle_id (&self->message_timer, g_source_remove);
  g_clear_weak_pointer (&self->toast);
  cw_window_end_guide (self);
  if (self->evaluator)
    cw_evaluator_close (self->evaluator);
  g_clear_object (&self->evaluator);
  g_clear_object (&self->session);
  g_clear_object (&self->file);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->subtitle, g_free);
  g_clear_pointer (&self->left_lesson, g_free);
  G_OBJECT_CLASS (cw_window_parent_class)->dispose (object);
}

/* ---- title and status -------------------------------------------------------------------------- */

bool
cw_window_is_on_course (CwWindow *self) {
  return g_strcmp0 (gtk_stack_get_visible_child_name (GTK_STACK (self->pages)), "course") == 0;
}

/* Title, and the steps of a lesson behind it. */
void
cw_window_update_title (CwWindow *self) {
  CwDocument *document = CW_DOCUMENT (self->document);
  int n = cw_document_n_steps (document), step = cw_document_step (document);
  g_autofree char *title = g_strdup_printf ("%s%s", cw_document_is_modified (document) ? "• " : "", self->name ? self->name : _("New notebook"));
  g_autofree char *below = n > 0 ? g_strdup_printf (_("step %d of %d · %s"), step + 1, n, self->subtitle) : g_strdup (self->subtitle ? self->subtitle : "");
  g_autofree const char **titles = g_new0 (const char *, n + 1);
  g_autofree bool *done = g_new0 (bool, n + 1);
  for (int i = 0; i < n && self->guide; i++) {
    titles[i] = cw_lesson_step (cw_guide_lesson (self->guide), i)->title;
    done[i] = cw_guide_step_done (self->guide, i);
  }
  gtk_window_set_title (GTK_WINDOW (self), cw_window_is_on_course (self) ? _("The course") : title);
  cw_header_set_title (CW_HEADER (self->header), cw_window_is_on_course (self) ? _("The course") : title, cw_window_is_on_course (self) ? "" : below);
  cw_header_set_steps (CW_HEADER (self->header), self->guide && !cw_window_is_on_course (self) ? n : 0, titles, done, step);
  cw_header_set_on_course (CW_HEADER (self->header), cw_window_is_on_course (self));
}

void
cw_window_show_course (CwWindow *self, bool show) {
  if (show)
    cw_course_page_refresh (CW_COURSE_PAGE (self->course));
  gtk_stack_set_visible_child_name (GTK_STACK (self->pages), show ? "course" : "work");
  cw_window_update_title (self);
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
  cw_header_set_status (CW_HEADER (self->header), text, tip);
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
cell_deleted (CwWindow *self) {
  show_message (self, _("Cell deleted"), _("_Undo"), "win.undo");
}

/* A new document in the session that there is. */
void
cw_window_new_document (CwWindow *self) {
  cw_window_end_guide (self);
  self->document = cw_document_new (self->evaluator);
  cw_document_set_wide (CW_DOCUMENT (self->document), gtk_widget_has_css_class (GTK_WIDGET (self), "presenter"));
  adw_bin_set_child (ADW_BIN (self->document_slot), self->document);
  g_signal_connect_object (self->document, "modified-changed", G_CALLBACK (cw_window_update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "step-changed", G_CALLBACK (cw_window_update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-focused", G_CALLBACK (cell_focused), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-run-begins", G_CALLBACK (cell_run_begins), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-finished", G_CALLBACK (cell_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "show-as", G_CALLBACK (cw_window_show_as), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->document, "cell-deleted", G_CALLBACK (cell_deleted), self, G_CONNECT_SWAPPED);
  update_status (self);
}

/* A new document gets a new session: nothing of the old one's names is left. */
void
cw_window_start_session (CwWindow *self) {
  CwSettings *settings = cw_settings ();
  cw_window_end_guide (self);
  if (self->evaluator)
    cw_evaluator_close (self->evaluator);
  g_clear_object (&self->evaluator);
  self->evaluator = cw_evaluator_new (settings->threads, settings->seed);
  cw_evaluator_set_task_time (self->evaluator, self->task_time);
  cw_view_session_reset (self->session);
  cw_window_new_document (self);
}

void
cw_window_set_document_name (CwWindow *self, const char *name, const char *subtitle, const char *uri, GFile *file) {
  g_set_object (&self->file, file);
  g_free (self->name);
  g_free (self->uri);
  self->name = g_strdup (name);
  self->uri = g_strdup (uri);
  g_free (self->subtitle);
  self->subtitle = g_strdup (subtitle);
  cw_window_show_course (self, false);
}

/* A notebook that a lesson was left for knows the way back. */
void
cw_window_set_left_lesson (CwWindow *self, const char *uri, const char *title) {
  g_free (self->left_lesson);
  self->left_lesson = g_strdup (uri);
  cw_header_set_way_back (CW_HEADER (self->header), title);
}

/* ---- opening and saving ------------------------------------------------------------------------- */

static bool
is_picture (const char *name) {
  static const char *const endings[] = { ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".gif", ".bmp", ".webp" };
  g_autofree char *lower = g_ascii_strdown (name, -1);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return true;
  return false;
}

/* A notebook that opens a file of numbers or a picture, and cuts it into chunks. */
static void
open_data (CwWindow *self, const char *path, bool picture) {
  g_autofree char *name = cw_string_literal (path);
  g_autofree char *text = picture
    ? g_strdup_printf ("# %%%%\nimport dask.array as da\nimport imageio.v3 as iio\npicture = iio.imread(%s)\n# %%%%\nx = da.from_array(picture, chunks=(256, 256, -1))\nx\n", name)
    : g_strdup_printf ("# %%%%\nimport dask.array as da\nimport numpy as np\ndata = np.load(%s, mmap_mode=\"r\")\n# %%%%\nx = da.from_array(data, chunks=\"auto\")\nx\n", name);
  cw_window_new_notebook (self);
  cw_document_load_notebook (CW_DOCUMENT (self->document), text);
  cw_document_run_all (CW_DOCUMENT (self->document));
}

bool
cw_window_open (CwWindow *self, GFile *file) {
  g_autofree char *name = g_file_get_basename (file), *path = g_file_get_path (file), *uri = g_file_get_uri (file);
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL, *text = NULL;
  gsize length = 0;
  if (g_str_has_suffix (name, ".md"))
    return cw_window_open_lesson (self, path ? path : uri);
  if (g_str_has_suffix (name, ".json")) {
    if (!cw_bench_window_show (GTK_WINDOW (self), file, &error))
      cw_window_toast (self, error->message);
    return !error;
  }
  if (path && (g_str_has_suffix (name, ".npy") || is_picture (name))) {
    open_data (self, path, is_picture (name));
    return true;
  }
  bool jupyter = cw_is_ipynb (name);
  if (!g_str_has_suffix (name, ".py") && !jupyter) {
    g_autofree char *message = g_strdup_printf (_("“%s” is no notebook (.py, .ipynb), lesson (.md), array (.npy), picture or measurements (.json)"), name);
    cw_window_toast (self, message);
    return false;
  }
  if (g_file_load_contents (file, NULL, &contents, &length, NULL, &error))
    text = cw_notebook_text (name, contents, length, &error);
  if (!text) {
    cw_window_toast (self, error->message);
    return false;
  }
  cw_window_start_session (self);
  cw_document_load_notebook (CW_DOCUMENT (self->document), text);
  cw_window_set_left_lesson (self, NULL, NULL);
  if (jupyter) { /* a notebook of its own from now on */
    cw_window_set_document_name (self, NULL, NULL, NULL, NULL);
    cw_window_toast (self, _("This is a copy of Jupyter’s notebook: saved, it becomes a .py file, which Jupyter opens too"));
  } else
    cw_window_set_document_name (self, name, NULL, path, file);
  return true;
}

void
cw_window_new_notebook (CwWindow *self) {
  cw_window_start_session (self);
  cw_document_load_notebook (CW_DOCUMENT (self->document), "");
  cw_window_set_left_lesson (self, NULL, NULL);
  cw_window_set_document_name (self, NULL, NULL, NULL, NULL);
}

bool
cw_window_save_to (CwWindow *self, GFile *file) {
  g_autofree char *text = cw_document_text (CW_DOCUMENT (self->document)), *name = g_file_get_basename (file);
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GError) error = NULL;
  if (!g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, &error)) {
    cw_window_toast (self, error->message);
    return false;
  }
  if (cw_document_is_lesson (CW_DOCUMENT (self->document))) { /* what was saved is a notebook; the lesson goes on */
    cw_window_toast (self, _("Saved as a notebook"));
    return true;
  }
  cw_document_set_saved (CW_DOCUMENT (self->document));
  cw_window_set_document_name (self, name, NULL, path, file);
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

/* What was asked for before changes were in its way. Not from within the answer of a dialog, which would see its window go. */
static gboolean
go_on (void *data) {
  CwWindow *self = data;
  void (*proceed) (CwWindow *window) = g_steal_pointer (&self->proceed);
  if (proceed)
    proceed (self);
  return G_SOURCE_REMOVE;
}

/* The changes are saved or given up; or they are neither, and everything stays. */
static void
changes_settled (CwWindow *self, bool settled) {
  if (settled && self->proceed)
    g_idle_add_full (G_PRIORITY_DEFAULT, go_on, g_object_ref (self), g_object_unref);
  else
    self->proceed = NULL;
}

static void
save_chosen (GtkNativeDialog *dialog, int response, CwWindow *self) {
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  bool saved = response == GTK_RESPONSE_ACCEPT && file && cw_window_save_to (self, file);
  g_object_unref (dialog);
  changes_settled (self, saved);
}

void
cw_window_save_as (CwWindow *self) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Save the notebook"), GTK_WINDOW (self),
                                                              GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), self->file && self->name ? self->name : _("notebook.py"));
  add_filter (GTK_FILE_CHOOSER (dialog), _("Notebooks"), "*.py", NULL);
  g_signal_connect_object (dialog, "response", G_CALLBACK (save_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
cw_window_save (CwWindow *self) {
  if (!self->file)
    cw_window_save_as (self);
  else
    changes_settled (self, cw_window_save_to (self, self->file));
}

static void
open_chosen (GtkNativeDialog *dialog, int response, CwWindow *self) {
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  if (response == GTK_RESPONSE_ACCEPT && file)
    cw_window_open (self, file);
  g_object_unref (dialog);
}

void
cw_window_open_dialog (CwWindow *self) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Open a notebook or a lesson"), GTK_WINDOW (self),
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  add_filter (GTK_FILE_CHOOSER (dialog), _("Notebooks and lessons"), "*.py", "*.md");
  add_filter (GTK_FILE_CHOOSER (dialog), _("Notebooks of Jupyter"), "*.ipynb", NULL);
  add_filter (GTK_FILE_CHOOSER (dialog), _("Arrays and pictures"), "*.npy", "*.png");
  add_filter (GTK_FILE_CHOOSER (dialog), _("Measurements of chunkwise bench"), "*.json", NULL);
  g_signal_connect_object (dialog, "response", G_CALLBACK (open_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* ---- unsaved changes ----------------------------------------------------------------------------- */

static void
answered (AdwMessageDialog *dialog, const char *response, CwWindow *self) {
  if (g_strcmp0 (response, "save") == 0)
    cw_window_save (self);
  else
    changes_settled (self, g_strcmp0 (response, "discard") == 0);
}

void
cw_window_ask_first (CwWindow *self, void (*proceed) (CwWindow *window)) {
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
  self->proceed = proceed;
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
    cw_window_ask_first (self, close_now);
    return TRUE;
  }
  remember (self);
  return GTK_WINDOW_CLASS (cw_window_parent_class)->close_request (window);
}

/* ---- construction -------------------------------------------------------------------------------- */

static void
open_dropped (CwWindow *self) {
  cw_window_open (self, g_object_get_data (G_OBJECT (self), "dropped"));
}

static gboolean
dropped (CwWindow *self, const GValue *value) {
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  if (!files)
    return FALSE;
  g_object_set_data_full (G_OBJECT (self), "dropped", g_object_ref (files->data), g_object_unref);
  cw_window_ask_first (self, open_dropped);
  return TRUE;
}

/* Files that are dropped onto the window are opened in it. */
static void
take_drops (CwWindow *self) {
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE); /* before an editor takes their names */
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* The pane between document and stage takes these keys for itself, unless it is asked after the window. */
static void
catch_keys (CwWindow *self) {
  static const struct { guint key; const char *action; } keys_of[] = { { GDK_KEY_F6, "win.play" }, { GDK_KEY_F8, "win.present" } };
  GtkEventController *keys = gtk_shortcut_controller_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (keys_of); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_keyval_trigger_new (keys_of[i].key, 0),
                                                                                            gtk_named_action_new (keys_of[i].action)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
cw_window_class_init (CwWindowClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_window_dispose;
  GTK_WINDOW_CLASS (class)->close_request = cw_window_close_request;
  cw_window_install_actions (GTK_WIDGET_CLASS (class));
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
  self->header = cw_header_new ();
  self->pages = gtk_stack_new ();
  self->course = cw_course_page_new (cw_user_record ());
  gtk_stack_add_named (GTK_STACK (self->pages), self->paned, "work");
  gtk_stack_add_named (GTK_STACK (self->pages), self->course, "course");
  gtk_box_append (GTK_BOX (box), self->header);
  gtk_box_append (GTK_BOX (box), self->pages);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), box);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), self->toasts);
  gtk_window_set_default_size (GTK_WINDOW (self), cw_settings ()->width, cw_settings ()->height);
  if (cw_settings ()->maximized)
    gtk_window_maximize (GTK_WINDOW (self));
  g_signal_connect_object (self->session, "status-changed", G_CALLBACK (session_status_changed), self, G_CONNECT_SWAPPED);
  cw_view_session_set_threads (self->session, cw_settings ()->threads);
  catch_keys (self);
  take_drops (self);
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

CwGuide *
cw_window_guide (CwWindow *self) {
  return self->guide;
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
