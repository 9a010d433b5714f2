/* window-lesson.c: lessons in the window: opening them, leaving them for a notebook and coming back, and what a classroom needs. */
#include "app/window-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/header.h"
#include "app/settings.h"
#include "app/translation-window.h"

void
cw_window_end_guide (CwWindow *self) {
  if (self->guide)
    cw_guide_close (self->guide);
  g_clear_object (&self->guide);
  g_clear_object (&self->lesson_file);
}

/* ---- lessons ------------------------------------------------------------------------------------ */

static void
open_view (CwWindow *self, const char *page) {
  cw_stage_show_page (CW_STAGE (self->stage), page);
}

static void
lesson_file_changed (CwWindow *self, GFile *file, GFile *other, GFileMonitorEvent event) {
  if (event == G_FILE_MONITOR_EVENT_CHANGES_DONE_HINT && self->guide && self->uri) {
    g_autofree char *uri = g_strdup (self->uri);
    cw_window_open_lesson (self, uri);
  }
}

/* A lesson of the user's own is read again whenever it was saved. */
static void
watch_lesson (CwWindow *self, const char *uri) {
  if (g_str_has_prefix (uri, "resource://"))
    return;
  g_autoptr (GFile) file = g_file_new_for_path (uri);
  self->lesson_file = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->lesson_file)
    g_signal_connect_object (self->lesson_file, "changed", G_CALLBACK (lesson_file_changed), self, G_CONNECT_SWAPPED);
}

bool
cw_window_open_lesson (CwWindow *self, const char *uri) {
  g_autoptr (GError) error = NULL;
  CwLesson *lesson = cw_lesson_load (uri, &error);
  if (!lesson) {
    cw_window_toast (self, error->message);
    return false;
  }
  g_autofree char *subtitle = g_strdup_printf (ngettext ("about %d minute", "about %d minutes", lesson->minutes), lesson->minutes);
  cw_window_start_session (self);
  self->guide = cw_guide_new (lesson, cw_user_record (), CW_DOCUMENT (self->document), self->evaluator);
  g_signal_connect_object (self->guide, "changed", G_CALLBACK (cw_window_update_title), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->guide, "open-view", G_CALLBACK (open_view), self, G_CONNECT_SWAPPED);
  cw_guide_show_notes (self->guide, cw_settings ()->notes);
  cw_window_set_left_lesson (self, NULL, NULL);
  cw_window_set_document_name (self, lesson->title, subtitle, uri, NULL);
  watch_lesson (self, uri);
  if (cw_record_problem (cw_user_record ()))
    cw_window_toast (self, cw_record_problem (cw_user_record ()));
  return true;
}

/* The lesson's code so far as a notebook, in the same session: its names are there. */
void
cw_window_explore (CwWindow *self) {
  if (!self->guide)
    return;
  g_autofree char *text = cw_guide_as_notebook (self->guide), *uri = g_strdup (self->uri), *title = g_strdup (self->name);
  g_autofree char *name = g_strdup_printf (_("From “%s”"), title);
  cw_window_new_document (self);
  cw_document_load_notebook (CW_DOCUMENT (self->document), text);
  cw_window_set_left_lesson (self, uri, title);
  cw_window_set_document_name (self, name, NULL, NULL, NULL);
}

void
cw_window_way_back (CwWindow *self) {
  if (!self->left_lesson)
    return;
  g_autofree char *uri = g_strdup (self->left_lesson);
  cw_window_open_lesson (self, uri);
}

void
cw_window_go_to_step (CwWindow *self, int step) {
  if (self->guide)
    cw_guide_go_to_step (self->guide, step);
}

static void
restart_lesson (CwWindow *self) {
  if (self->guide)
    cw_guide_start_over (self->guide, -1);
}

void
cw_window_ask_restart (CwWindow *self) {
  if (!self->guide)
    return;
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Start the lesson over?"), _("Your code, answers and progress in this lesson are forgotten."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "restart", _("_Start over"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "restart", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response::restart", G_CALLBACK (restart_lesson), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* "lesson:ID", "#step", or something for the web browser. */
void
cw_window_follow_link (CwWindow *self, const char *to) {
  g_autoptr (GError) error = NULL;
  if (to[0] == '#') {
    if (self->guide)
      cw_guide_go_to_id (self->guide, to + 1);
    return;
  }
  if (!g_str_has_prefix (to, "lesson:")) {
    gtk_show_uri (GTK_WINDOW (self), to, GDK_CURRENT_TIME);
    return;
  }
  g_autofree char *uri = NULL;
  g_autoptr (CwLesson) lesson = cw_course_load (to + 7, &uri, &error);
  if (lesson)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.lesson", "s", uri);
  else
    cw_window_toast (self, error->message);
}

/* Large type, one pane; F9 turns to the other pane. */
void
cw_window_present (CwWindow *self) {
  bool begin = !gtk_widget_has_css_class (GTK_WIDGET (self), "presenter");
  if (begin) {
    gtk_widget_add_css_class (GTK_WIDGET (self), "presenter");
    gtk_window_fullscreen (GTK_WINDOW (self));
  } else {
    gtk_widget_remove_css_class (GTK_WIDGET (self), "presenter");
    gtk_window_unfullscreen (GTK_WINDOW (self));
  }
  cw_document_set_wide (CW_DOCUMENT (self->document), begin);
  gtk_widget_set_visible (self->document_slot, TRUE);
  gtk_widget_set_visible (self->stage, !begin);
}

void
cw_window_fold (CwWindow *self) {
  bool shown = gtk_widget_get_visible (self->document_slot);
  gtk_widget_set_visible (self->document_slot, !shown);
  if (gtk_widget_has_css_class (GTK_WIDGET (self), "presenter"))
    gtk_widget_set_visible (self->stage, shown);
}

void
cw_window_toggle_notes (CwWindow *self) {
  cw_settings ()->notes = !cw_settings ()->notes;
  if (self->guide)
    cw_guide_show_notes (self->guide, cw_settings ()->notes);
  cw_window_toast (self, cw_settings ()->notes ? _("Notes for the instructor are shown") : _("Notes for the instructor are hidden"));
}

/* ---- as C, as a script for Dask ---------------------------------------------------------------- */

/* The code cells of the document up to and with @cell; *@index: its number. */
static GPtrArray *
cells_until (CwWindow *self, CwCellView *cell, int *index) {
  if (self->guide) {
    GPtrArray *cells = cw_guide_cells_until (self->guide, cell);
    *index = cells->len - 1;
    return cells;
  }
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  for (int i = 0; i < cw_document_n_cells (CW_DOCUMENT (self->document)); i++) {
    CwCellView *view = cw_document_nth_cell (CW_DOCUMENT (self->document), i);
    CwCell     *copy = g_new0 (CwCell, 1);
    copy->code = cw_cell_view_code (view);
    copy->marker = g_strdup (cw_cell_view_marker (view));
    copy->raises_exception = copy->marker && strstr (copy->marker, "raises-exception");
    g_ptr_array_add (cells, copy);
    if (view == cell)
      break;
  }
  *index = cells->len - 1;
  return cells;
}

void
cw_window_show_as (CwWindow *self, CwCellView *cell) {
  int index;
  if (!cell) {
    cw_window_toast (self, _("Click into the cell that you want to see as C or as a Dask script"));
    return;
  }
  g_autoptr (GPtrArray) cells = cells_until (self, cell, &index);
  cw_translation_window_open (GTK_WINDOW (self), cells, index);
}
