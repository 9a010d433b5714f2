/* save-dialogs.c: the window's dialogs that write something other than the document. */
#include "app/save-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/handout.h"
#include "lessons/report.h"

static void
say (GtkWindow *window, const char *text) {
  gtk_widget_activate_action (GTK_WIDGET (window), "win.say", "s", text);
}

/* A dialog that saves as @name; @chosen gets the path in the dialog's data "path". */
static GtkFileChooserNative *
save_dialog (GtkWindow *parent, const char *title, const char *name, GCallback response) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect_object (dialog, "response", response, parent, 0);
  return dialog;
}

/* The path that was chosen, or NULL; the dialog is done with. g_free. */
static char *
take_path (GtkNativeDialog *dialog, int response) {
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  return response == GTK_RESPONSE_ACCEPT && file ? g_file_get_path (file) : NULL;
}

static void
written (GObject *source, GAsyncResult *result, void *data) {
  g_autoptr (GError) error = NULL;
  bool saved = g_task_propagate_boolean (G_TASK (result), &error);
  say (GTK_WINDOW (source), saved ? _("Saved") : error->message);
}

/* ---- pictures ------------------------------------------------------------------------------------------ */

static void
picture_chosen (GtkNativeDialog *dialog, int response, GtkWindow *parent) {
  g_autofree char *path = take_path (dialog, response);
  if (path)
    cw_stage_save_picture (g_object_get_data (G_OBJECT (dialog), "stage"), GPOINTER_TO_INT (g_object_get_data (G_OBJECT (dialog), "what")), path,
                           written, G_OBJECT (parent));
  g_object_unref (dialog);
}

void
cw_save_picture (GtkWindow *parent, CwStage *stage, CwPicture what) {
  static const char *const endings[CW_N_PICTURES] = { "svg", "svg", "svg", "svg", "gif", "json" };
  g_autofree char *name = g_strdup_printf ("%s.%s", cw_picture_name (what), endings[what]);
  GtkFileChooserNative *dialog = save_dialog (parent, _("Save a picture: the ending of its name says the format"), name, G_CALLBACK (picture_chosen));
  g_object_set_data (G_OBJECT (dialog), "what", GINT_TO_POINTER (what));
  g_object_set_data (G_OBJECT (dialog), "stage", stage);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* ---- handouts -------------------------------------------------------------------------------------------- */

typedef struct {
  char *uri, *path;
  bool  answers;
} Handout;

static void
handout_free (void *data) {
  Handout *handout = data;
  g_free (handout->uri);
  g_free (handout->path);
  g_free (handout);
}

static void
write_handout (GTask *task, void *source, void *data, GCancellable *cancellable) {
  Handout *handout = data;
  GError  *error = NULL;
  g_autoptr (CwLesson) lesson = cw_lesson_load (handout->uri, &error);
  if (lesson && cw_handout_write (lesson, handout->path, handout->answers, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
handout_chosen (GtkNativeDialog *dialog, int response, GtkWindow *parent) {
  char *path = take_path (dialog, response);
  if (path) {
    Handout *handout = g_new (Handout, 1);
    g_autoptr (GTask) task = g_task_new (parent, NULL, written, NULL);
    *handout = (Handout) { g_strdup (g_object_get_data (G_OBJECT (dialog), "uri")), path, g_object_get_data (G_OBJECT (dialog), "answers") != NULL };
    g_task_set_task_data (task, handout, handout_free);
    say (parent, _("The lesson is done once for its pictures; that may take a moment"));
    g_task_run_in_thread (task, write_handout);
  }
  g_object_unref (dialog);
}

void
cw_save_handout (GtkWindow *parent, const char *uri, const char *id, bool answers) {
  g_autofree char *name = g_strdup_printf (answers ? "%s-answers.pdf" : "%s.pdf", id);
  GtkFileChooserNative *dialog = save_dialog (parent, _("Save the lesson for print"), name, G_CALLBACK (handout_chosen));
  g_object_set_data_full (G_OBJECT (dialog), "uri", g_strdup (uri), g_free);
  g_object_set_data (G_OBJECT (dialog), "answers", GINT_TO_POINTER (answers));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* ---- reports ----------------------------------------------------------------------------------------------- */

static void
report_chosen (GtkNativeDialog *dialog, int response, GtkWindow *parent) {
  g_autofree char *path = take_path (dialog, response);
  g_autoptr (GError) error = NULL;
  if (path) {
    g_autofree char *text = cw_report_learner (g_object_get_data (G_OBJECT (dialog), "record"), g_get_real_name ());
    say (parent, g_file_set_contents (path, text, -1, &error) ? _("Saved") : error->message);
  }
  g_object_unref (dialog);
}

void
cw_save_report (GtkWindow *parent, CwRecord *record) {
  g_autofree char *name = g_strdup_printf ("%s.json", g_get_user_name ());
  GtkFileChooserNative *dialog = save_dialog (parent, _("Save my report"), name, G_CALLBACK (report_chosen));
  g_object_set_data (G_OBJECT (dialog), "record", record);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
copy_table (GtkWidget *button, void *data) {
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), g_object_get_data (G_OBJECT (button), "table"));
}

static GtkWidget *
table_grid (const char *table) {
  GtkWidget *grid = gtk_grid_new ();
  g_auto (GStrv) rows = g_strsplit (table, "\n", -1);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  for (int r = 0; rows[r] && *rows[r]; r++) {
    g_auto (GStrv) fields = g_strsplit (rows[r], "\t", -1);
    for (int c = 0; fields[c]; c++) {
      GtkWidget *label = gtk_label_new (fields[c]);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, r == 0 || c == 0 ? "heading" : "numeric");
      gtk_grid_attach (GTK_GRID (grid), label, c, r, 1, 1);
    }
  }
  gtk_widget_add_css_class (grid, "report-table");
  return grid;
}

static void
show_table (GtkWindow *parent, const char *table) {
  GtkWidget *window = adw_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *bar = adw_header_bar_new ();
  GtkWidget *copy = gtk_button_new_with_mnemonic (_("_Copy")), *scroller = gtk_scrolled_window_new ();
  g_object_set_data_full (G_OBJECT (copy), "table", g_strdup (table), g_free);
  g_signal_connect (copy, "clicked", G_CALLBACK (copy_table), NULL);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), copy);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), table_grid (table));
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), bar);
  gtk_box_append (GTK_BOX (box), scroller);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _("Reports of a class"));
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 480);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
}

static void
reports_chosen (GtkNativeDialog *dialog, int response, GtkWindow *parent) {
  g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
  guint n = response == GTK_RESPONSE_ACCEPT ? g_list_model_get_n_items (files) : 0;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free), names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < n && !error; i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    char *text = NULL;
    if (!g_file_load_contents (file, NULL, &text, NULL, NULL, &error))
      break;
    g_ptr_array_add (texts, text);
    g_ptr_array_add (names, g_file_get_basename (file));
  }
  g_autofree char *table = n && !error ? cw_report_table (n, (char **) texts->pdata, (char **) names->pdata, &error) : NULL;
  if (table)
    show_table (parent, table);
  else if (error)
    say (parent, error->message);
  g_object_unref (dialog);
}

void
cw_sum_reports (GtkWindow *parent) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Choose the reports of a class"), parent, GTK_FILE_CHOOSER_ACTION_OPEN, _("_Sum up"), _("_Cancel"));
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (reports_chosen), parent, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
