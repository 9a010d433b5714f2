/* bench-window.c: a window that shows what `chunkwise bench --json` measured: the charts that `chunkwise draw --what bench` draws, with the
 * figures of the bar under the pointer. */
#include "app/bench-window.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "app/bench-chart.h"
#include "widgets/widgets.h"

#define WIDTH          760
#define MOST_IN_SIGHT  640

static void
draw_charts (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  cw_bench_charts_draw (cw_canvas_subject (area), cr, cw_widgets_palette (), width, height);
}

static gboolean
show_figures (GtkWidget *area, int x, int y, gboolean keyboard, GtkTooltip *tooltip, void *data) {
  g_autofree char *text = keyboard ? NULL
                                   : cw_bench_charts_tell (cw_canvas_subject (GTK_DRAWING_AREA (area)), gtk_widget_get_width (area),
                                                           gtk_widget_get_height (area), x, y);
  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

static GtkWidget *
new_picture (GPtrArray *charts) {
  g_autofree char *words = cw_bench_charts_describe (charts);
  GtkWidget *picture = cw_canvas_new_picture (draw_charts, _("Measured times"), g_ptr_array_ref (charts), (GDestroyNotify) g_ptr_array_unref,
                                              320, cw_bench_charts_height (charts));
  cw_canvas_describe (picture, words);
  gtk_widget_set_hexpand (picture, TRUE);
  gtk_widget_set_vexpand (picture, TRUE);
  gtk_widget_set_has_tooltip (picture, TRUE);
  g_signal_connect (picture, "query-tooltip", G_CALLBACK (show_figures), NULL);
  return picture;
}

bool
cw_bench_window_show (GtkWindow *parent, GFile *file, GError **error) {
  g_autofree char *text = NULL, *name = g_file_get_basename (file);
  if (!g_file_load_contents (file, NULL, &text, NULL, NULL, error))
    return false;
  g_autoptr (GPtrArray) charts = cw_bench_charts_read (text, error);
  if (!charts)
    return false;
  GtkWidget *window = adw_window_new (), *scrolled = gtk_scrolled_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), new_picture (charts));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), scrolled);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), name);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, MIN (cw_bench_charts_height (charts) + 60, MOST_IN_SIGHT));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_present (GTK_WINDOW (window));
  return true;
}
