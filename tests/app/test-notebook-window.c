/* A notebook in the real window as it is used for long: large outputs, cells below the edge of the window, code that is wrapped, and what happens
 * when it is left. */
#include <glib/gstdio.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

#include "app/application.h"
#include "app/settings.h"
#include "app/window.h"

static AdwApplication *application;
static CwWindow       *window;

/* ---- helpers -------------------------------------------------------------------------------- */

/* Until what changed has its place, however busy the computer is. */
static void
draw (void) {
  GdkFrameClock *clock = window ? gtk_widget_get_frame_clock (GTK_WIDGET (window)) : NULL;
  for (int64_t until = clock ? gdk_frame_clock_get_frame_counter (clock) + 2 : 0; window && clock && gdk_frame_clock_get_frame_counter (clock) < until;) {
    gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
    g_main_context_iteration (NULL, TRUE);
  }
}

/* The main loop for a while; the longest that it was kept from drawing, in microseconds. */
static int64_t
iterate (int milliseconds) {
  int64_t until = g_get_monotonic_time () + milliseconds * 1000, longest = 0;
  for (int64_t now = g_get_monotonic_time (); now < until;) {
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
    int64_t then = g_get_monotonic_time ();
    longest = MAX (longest, then - now);
    now = then;
  }
  draw ();
  return longest;
}

static CwDocument *
document (void) {
  return cw_window_document (window);
}

static CwCellView *
cell (int n) {
  return cw_document_nth_cell (document (), n);
}

static void
act (const char *action) {
  gtk_widget_activate_action (GTK_WIDGET (window), action, NULL);
}

static void
open_notebook (const char *text) {
  cw_window_new_notebook (window);
  cw_document_load_notebook (document (), text);
  iterate (100);
}

/* The first widget of @type in sight below @widget for which @is says so. */
static GtkWidget *
find (GtkWidget *widget, GType type, bool (*is) (GtkWidget *widget)) {
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && (!is || is (widget)))
    return widget;
  GtkWidget *found = NULL;
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c && !found; c = gtk_widget_get_next_sibling (c))
    found = find (c, type, is);
  return found;
}

/* Runs a cell, and gives the longest that the window stood still for it. */
static int64_t
run (CwCellView *view) {
  int64_t longest = 0, until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  g_signal_emit_by_name (view, "run", FALSE);
  do {
    longest = MAX (longest, iterate (20));
    g_assert_cmpint (g_get_monotonic_time (), <, until);
  } while (cw_cell_view_state (view) == CW_CELL_QUEUED || cw_cell_view_state (view) == CW_CELL_RUNNING);
  return MAX (longest, iterate (200));
}

#define MOST_STILL (5 * G_TIME_SPAN_SECOND) /* some milliseconds on a quiet machine; labels of all the text took more than a minute */

/* ---- large outputs ---------------------------------------------------------------------------- */

static bool
copies_all (GtkWidget *button) {
  return g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), "_Copy all") == 0;
}

static void
keep_text (GObject *clipboard, GAsyncResult *result, void *data) {
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

/* What "Copy all" below the cell copies. g_free. */
static char *
all_of (CwCellView *view) {
  GtkWidget *copy = find (GTK_WIDGET (view), GTK_TYPE_BUTTON, copies_all);
  char *text = NULL;
  g_assert_nonnull (copy);
  g_signal_emit_by_name (copy, "clicked");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (copy), NULL, keep_text, &text);
  while (!text)
    g_main_context_iteration (NULL, TRUE);
  return text;
}

static bool
says_the_rest (GtkWidget *label) {
  return strstr (gtk_label_get_text (GTK_LABEL (label)), "199,700 lines") != NULL;
}

static void
large_outputs_do_not_stop_the_window (void) {
  open_notebook ("# %%\nfor i in range(200000):\n    print(i, \"abc\")\n# %%\nlist(range(100000))\n# %%\nfor i in range(300):\n    print(i)\n");
  int64_t longest = run (cell (0));
  g_test_message ("200,000 lines: the window stood still for %.0f ms", longest / 1e3);
  g_assert_cmpint (longest, <, MOST_STILL);
  g_assert_nonnull (find (GTK_WIDGET (cell (0)), GTK_TYPE_LABEL, says_the_rest));
  g_autofree char *lines = all_of (cell (0));
  g_assert_true (g_str_has_prefix (lines, "0 abc\n1 abc\n") && g_str_has_suffix (lines, "\n199999 abc"));
  longest = run (cell (1));
  g_test_message ("a line of 700,000 characters: the window stood still for %.0f ms", longest / 1e3);
  g_assert_cmpint (longest, <, MOST_STILL);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (window)), <, 2000);
  g_autofree char *line = all_of (cell (1));
  g_assert_true (g_str_has_prefix (line, "[0, 1, 2,") && g_str_has_suffix (line, "99998, 99999]"));
  run (cell (2));
  g_assert_null (find (GTK_WIDGET (cell (2)), GTK_TYPE_BUTTON, copies_all)); /* all of it is there */
}

/* ---- what is in sight --------------------------------------------------------------------------- */

static bool
is_document_scroller (GtkWidget *scroller) {
  return GTK_IS_VIEWPORT (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroller)));
}

static GtkWidget *
scroller (void) {
  return find (GTK_WIDGET (document ()), GTK_TYPE_SCROLLED_WINDOW, is_document_scroller);
}

static void
assert_in_sight (double top, double bottom) {
  g_assert_cmpfloat (top, >=, 0);
  g_assert_cmpfloat (bottom, <=, gtk_widget_get_height (scroller ()));
}

static void
assert_cursor_in_sight (CwCellView *view) {
  double top, bottom;
  g_assert_true (cw_cell_view_has_focus (view));
  cw_cell_view_cursor_place (view, scroller (), &top, &bottom);
  assert_in_sight (top, bottom);
}

static double
scrolled_to (void) {
  return gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller ())));
}

static void
type (CwCellView *view, const char *text) {
  GtkWidget *editor = find (GTK_WIDGET (view), GTK_SOURCE_TYPE_VIEW, NULL);
  g_signal_emit_by_name (editor, "insert-at-cursor", text);
  iterate (60);
}

static void
open_long_notebook (void) {
  g_autoptr (GString) text = g_string_new (NULL);
  for (int i = 0; i < 40; i++)
    g_string_append_printf (text, "# %%%%\nx = %d\n", i);
  open_notebook (text->str);
}

static void
new_cells_come_into_sight (void) {
  open_long_notebook ();
  cw_cell_view_focus_editor (cell (39));
  iterate (60);
  act ("win.add-cell");
  iterate (300); /* as long as a scroller takes that moves by itself */
  assert_cursor_in_sight (cell (40));
  g_signal_emit_by_name (cell (40), "run", TRUE);
  iterate (300);
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 42);
  assert_cursor_in_sight (cell (41));
  double before = scrolled_to ();
  cw_cell_view_focus_editor (cell (38));
  act ("win.add-cell"); /* there is room for it: nothing moves */
  iterate (300);
  assert_cursor_in_sight (cell (39));
  g_assert_cmpfloat (ABS (scrolled_to () - before), <, 100);
}

static void
cursor_stays_in_sight (void) {
  open_long_notebook ();
  cw_cell_view_focus_editor (cell (39));
  iterate (60);
  for (int i = 0; i < 60; i++)
    type (cell (39), i % 2 ? "\n" : "# more");
  assert_cursor_in_sight (cell (39));
}

static void
output_comes_into_sight (void) {
  open_long_notebook ();
  cw_cell_view_set_code (cell (39), "for i in range(12):\n    print(i)");
  cw_cell_view_focus_editor (cell (39));
  iterate (60);
  run (cell (39));
  double top, bottom; /* of the output */
  cw_cell_view_output_place (cell (39), scroller (), &top, &bottom);
  assert_in_sight (top, bottom);
  g_signal_emit_by_name (cell (39), "run", TRUE); /* the cell below is in sight as well */
  iterate (500);
  cw_cell_view_output_place (cell (39), scroller (), &top, &bottom);
  assert_in_sight (top, bottom);
  assert_cursor_in_sight (cell (40));

  cw_cell_view_set_code (cell (39), "import dask.array as da\nda.random.random((10000, 10000)).mean().compute()");
  cw_cell_view_focus_editor (cell (39));
  g_signal_emit_by_name (cell (39), "run", FALSE);
  cw_cell_view_focus_editor (cell (0));
  g_signal_emit_by_name (cell (0), "focused"); /* who went on to something else is not taken away from it */
  run (cell (39));
  assert_cursor_in_sight (cell (0));
}

/* ---- code that is wrapped ----------------------------------------------------------------------- */

/* All of the code has room, and there is none below it. */
static void
assert_code_is_whole (GtkWidget *widget) {
  if (!gtk_widget_get_mapped (widget))
    return;
  if (GTK_SOURCE_IS_VIEW (widget)) {
    GtkTextView *view = GTK_TEXT_VIEW (widget);
    GtkTextIter  iter;
    int          y, height, needed = gtk_text_view_get_top_margin (view) + gtk_text_view_get_bottom_margin (view);
    gtk_text_buffer_get_start_iter (gtk_text_view_get_buffer (view), &iter);
    do {
      gtk_text_view_get_line_yrange (view, &iter, &y, &height);
      needed += height;
    } while (gtk_text_iter_forward_line (&iter));
    if (gtk_text_iter_get_line_offset (&iter) == 0 && gtk_text_iter_get_line (&iter) > 0) { /* an empty last line */
      gtk_text_view_get_line_yrange (view, &iter, &y, &height);
      needed += height;
    }
    g_assert_cmpint (gtk_widget_get_height (widget), >=, needed);
    g_assert_cmpint (gtk_widget_get_height (widget), <=, needed + 3); /* a single line is as high as the button beside it */
  }
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c; c = gtk_widget_get_next_sibling (c))
    assert_code_is_whole (c);
}

/* A cell that is out of sight when its run ends, behind the course page, has its output all the same. */
static void
cells_out_of_sight_finish (void) {
  open_notebook ("# %%\nimport time\ntime.sleep(1)\n1 + 1\n");
  CwCellView *view = cell (0);
  int64_t until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  g_signal_emit_by_name (view, "run", FALSE);
  act ("win.course");
  iterate (300);
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (view)));
  while (cw_cell_view_state (view) != CW_CELL_DONE) {
    iterate (20);
    g_assert_cmpint (g_get_monotonic_time (), <, until);
  }
  act ("win.course");
  iterate (300);
}

static void
code_is_never_cut (void) {
  open_notebook ("# %%\na_long_name = [first_value, second_value, third_value, fourth_value, fifth_value, sixth_value]\n\nmine = None\n\n"
                 "# %%\nx = 1\n");
  assert_code_is_whole (GTK_WIDGET (document ()));
  static const int widths[] = { 400, 520, 361, 700 };
  GtkPaned *paned = GTK_PANED (gtk_widget_get_ancestor (GTK_WIDGET (document ()), GTK_TYPE_PANED));
  for (guint i = 0; i < G_N_ELEMENTS (widths); i++) {
    gtk_paned_set_position (paned, widths[i]);
    iterate (100);
    assert_code_is_whole (GTK_WIDGET (document ()));
  }
  act ("win.present");
  iterate (300);
  assert_code_is_whole (GTK_WIDGET (document ()));
  act ("win.present");
  iterate (300);
  assert_code_is_whole (GTK_WIDGET (document ()));
  g_auto (GStrv) uris = cw_course_lessons ();
  for (int i = 0; uris[i]; i++) {
    g_assert_true (cw_window_open_lesson (window, uris[i]));
    for (int step = 0; step < cw_document_n_steps (document ()); step++) {
      gtk_widget_activate_action (GTK_WIDGET (window), "win.go-to-step", "i", step);
      iterate (40);
      assert_code_is_whole (GTK_WIDGET (document ()));
    }
  }
}

/* ---- tools --------------------------------------------------------------------------------------- */

static bool
is_delete (GtkWidget *button) {
  return g_str_equal (gtk_widget_get_name (button), "delete");
}

/* However long the first line is, nothing stands over it; and the tools do what they say. */
static void
tools_stand_beside_the_code (void) {
  open_notebook ("# %%\na_long_name = [first_value, second_value, third_value, fourth_value, fifth_value, sixth_value]\n# %%\nx = 1\n");
  GtkWidget *editor = find (GTK_WIDGET (cell (0)), GTK_SOURCE_TYPE_VIEW, NULL), *tools = find (GTK_WIDGET (cell (0)), GTK_TYPE_MENU_BUTTON, NULL);
  graphene_rect_t code, menu;
  g_assert_true (gtk_widget_compute_bounds (editor, GTK_WIDGET (cell (0)), &code));
  g_assert_true (gtk_widget_compute_bounds (tools, GTK_WIDGET (cell (0)), &menu));
  g_assert_false (graphene_rect_intersection (&code, &menu, NULL));
  gtk_menu_button_popup (GTK_MENU_BUTTON (tools));
  iterate (300);
  g_signal_emit_by_name (find (tools, GTK_TYPE_BUTTON, is_delete), "clicked");
  iterate (300);
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 1);
  g_assert_true (cw_cell_view_has_focus (cell (0)));
}

/* ---- what runs --------------------------------------------------------------------------------- */

/* A run that the stage began is stopped like one of a cell. */
static void
runs_of_the_stage_are_stopped (void) {
  CwViewSession *session = cw_window_session (window);
  open_notebook ("# %%\nimport dask.array as da\nx = da.random.random((200000, 200000)).mean()\nx\n");
  run (cell (0));
  act ("win.play");
  iterate (300);
  g_assert_true (cw_view_session_is_live (session));
  act ("win.interrupt");
  iterate (1000);
  g_assert_false (cw_view_session_is_live (session));
}

/* ---- messages ---------------------------------------------------------------------------------- */

static bool
says_first (GtkWidget *label) {
  return g_str_equal (gtk_label_get_text (GTK_LABEL (label)), "the first");
}

static bool
says_last (GtkWidget *label) {
  return g_str_equal (gtk_label_get_text (GTK_LABEL (label)), "the last");
}

/* The last message is the one in sight, however fast they come; and it goes. */
static void
messages_replace_each_other (void) {
  static const char *const messages[] = { "the first", "between", "the last" };
  for (guint i = 0; i < G_N_ELEMENTS (messages); i++) {
    gtk_widget_activate_action (GTK_WIDGET (window), "win.say", "s", messages[i]);
    iterate (i == 0 ? 600 : 0);
  }
  g_assert_nonnull (find (GTK_WIDGET (window), GTK_TYPE_LABEL, says_last));
  g_assert_null (find (GTK_WIDGET (window), GTK_TYPE_LABEL, says_first));
  iterate (7000);
  g_assert_null (find (GTK_WIDGET (window), GTK_TYPE_LABEL, says_last));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.say", "s", "the first");
  iterate (100);
  g_assert_nonnull (find (GTK_WIDGET (window), GTK_TYPE_LABEL, says_first));
}

/* ---- unsaved changes ----------------------------------------------------------------------------- */

/* The window of @type that is open, or NULL. */
static GtkWidget *
dialog_of (GType type) {
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) top = g_list_model_get_item (windows, i);
    if (g_type_is_a (G_OBJECT_TYPE (top), type) && gtk_widget_get_visible (top))
      return top;
  }
  return NULL;
}

static void
answer_changes (const char *response) {
  iterate (100);
  g_assert_nonnull (dialog_of (ADW_TYPE_MESSAGE_DIALOG));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog_of (ADW_TYPE_MESSAGE_DIALOG)), response);
  iterate (300);
}

static void
saving_goes_on (void) {
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "changed.py", NULL), *text = NULL;
  g_mkdir_with_parents (g_get_user_data_dir (), 0700);
  g_assert_true (g_file_set_contents (path, "# %%\nx = 1\n", -1, NULL));
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_assert_true (cw_window_open (window, file));
  cw_cell_view_set_code (cell (0), "x = 2");
  act ("win.new");
  answer_changes ("cancel");
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 1);
  act ("win.new");
  answer_changes ("save");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "x = 2"));
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 0); /* and there is the new one */

  cw_document_add_cell (document (), "y = 3"); /* a notebook without a name */
  act ("win.new");
  answer_changes ("save");
  gtk_dialog_response (GTK_DIALOG (dialog_of (GTK_TYPE_FILE_CHOOSER_DIALOG)), GTK_RESPONSE_CANCEL);
  iterate (200);
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 1); /* not saved: it stays, */
  g_assert_true (cw_document_is_modified (document ()));
  g_autofree char *name = g_build_filename (g_get_user_data_dir (), "named.py", NULL);
  g_autoptr (GFile) named = g_file_new_for_path (name);
  g_assert_true (cw_window_save_to (window, named));
  act ("win.save");
  iterate (100);
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 1); /* and what was asked for then is forgotten */
  g_unlink (path);
  g_unlink (name);
}

/* A list of names that was shown does not keep the document that it was shown in, nor the arrays of its session. */
static void
what_was_left_is_freed (void) {
  open_notebook ("# %%\nimport numpy as np\na = np.ones((2000, 2000))\n# %%\na.sha\n");
  run (cell (0));
  int64_t with = cw_buffer_live_bytes ();
  g_assert_cmpint (with, >=, 32000000);
  GtkWidget *editor = find (GTK_WIDGET (cell (1)), GTK_SOURCE_TYPE_VIEW, NULL);
  cw_cell_view_focus_editor (cell (1));
  g_signal_emit_by_name (editor, "move-cursor", GTK_MOVEMENT_BUFFER_ENDS, 1, FALSE);
  g_signal_emit_by_name (editor, "show-completion");
  iterate (500);
  g_assert_nonnull (find (editor, GTK_TYPE_POPOVER, NULL));
  g_object_add_weak_pointer (G_OBJECT (editor), (gpointer *) &editor);
  act ("win.new");
  iterate (1000);
  g_assert_null (editor);
  g_assert_cmpint (cw_buffer_live_bytes (), <=, with - 32000000);
}

static void
window_closes_without_changes (void) {
  open_notebook ("# %%\nx = 1\n");
  cw_cell_view_set_code (cell (0), "x = 2");
  gtk_window_close (GTK_WINDOW (window));
  answer_changes ("discard");
  g_assert_null (gtk_application_get_active_window (GTK_APPLICATION (application)));
}

int
main (int argc, char **argv) {
  gtk_test_init (&argc, &argv, NULL);
  application = cw_application_new (FALSE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_application_activate (G_APPLICATION (application));
  iterate (100);
  window = CW_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  g_test_add_func ("/notebook-window/large-outputs", large_outputs_do_not_stop_the_window);
  g_test_add_func ("/notebook-window/new-cells", new_cells_come_into_sight);
  g_test_add_func ("/notebook-window/cursor", cursor_stays_in_sight);
  g_test_add_func ("/notebook-window/output", output_comes_into_sight);
  g_test_add_func ("/notebook-window/out-of-sight", cells_out_of_sight_finish);
  g_test_add_func ("/notebook-window/code", code_is_never_cut);
  g_test_add_func ("/notebook-window/tools", tools_stand_beside_the_code);
  g_test_add_func ("/notebook-window/save", saving_goes_on);
  g_test_add_func ("/notebook-window/stop", runs_of_the_stage_are_stopped);
  g_test_add_func ("/notebook-window/messages", messages_replace_each_other);
  g_test_add_func ("/notebook-window/freed", what_was_left_is_freed);
  g_test_add_func ("/notebook-window/z-close", window_closes_without_changes);
  int result = g_test_run ();
  g_object_unref (application);
  return result;
}
