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
  g_assert_cmpint (longest, <, 1000000);
  g_assert_nonnull (find (GTK_WIDGET (cell (0)), GTK_TYPE_LABEL, says_the_rest));
  g_autofree char *lines = all_of (cell (0));
  g_assert_true (g_str_has_prefix (lines, "0 abc\n1 abc\n") && g_str_has_suffix (lines, "\n199999 abc"));
  longest = run (cell (1));
  g_test_message ("a line of 700,000 characters: the window stood still for %.0f ms", longest / 1e3);
  g_assert_cmpint (longest, <, 1000000);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (window)), <, 2000);
  g_autofree char *line = all_of (cell (1));
  g_assert_true (g_str_has_prefix (line, "[0, 1, 2,") && g_str_has_suffix (line, "99998, 99999]"));
  run (cell (2));
  g_assert_null (find (GTK_WIDGET (cell (2)), GTK_TYPE_BUTTON, copies_all)); /* all of it is there */
}

int
main (int argc, char **argv) {
  gtk_test_init (&argc, &argv, NULL);
  application = cw_application_new (FALSE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_application_activate (G_APPLICATION (application));
  iterate (100);
  window = CW_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  g_test_add_func ("/notebook-window/large-outputs", large_outputs_do_not_stop_the_window);
  int result = g_test_run ();
  g_object_unref (application);
  return result;
}
