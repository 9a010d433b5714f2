/* code-view.c: code as it stands in a document, as high as its lines are when they are wrapped.
 *
 * GtkTextView is made for scrollers: it asks for the height that its lines had in the width and type they were laid out in before. This one lays them out
 * in the width that it is asked about, as the view will, so that it never stands there cut.
 */
#include "app/code-view.h"

#include <string.h>

#define SIDE 12
#define EDGE 9
#define CURSOR 1 /* what GtkTextView leaves for it at the end of a line */

struct _CwCodeView {
  GtkSourceView parent_instance;
};

G_DEFINE_FINAL_TYPE (CwCodeView, cw_code_view, GTK_SOURCE_TYPE_VIEW)

static GtkSizeRequestMode
cw_code_view_get_request_mode (GtkWidget *widget) {
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Paragraph by paragraph, as GtkTextView does, which gives each a whole number of pixels. */
static int
height_of_text (GtkWidget *widget, int width) {
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget));
  GtkTextIter    start, end;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  g_autofree char *text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, NULL);
  int height = 0;
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_width (layout, width < 0 ? -1 : width * PANGO_SCALE);
  for (const char *line = text; line;) {
    const char    *line_end = strchr (line, '\n');
    PangoRectangle extents;
    pango_layout_set_text (layout, line, line_end ? line_end - line : -1);
    pango_layout_get_extents (layout, NULL, &extents);
    height += PANGO_PIXELS (extents.height);
    line = line_end ? line_end + 1 : NULL;
  }
  return height;
}

static void
cw_code_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline) {
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    GTK_WIDGET_CLASS (cw_code_view_parent_class)->measure (widget, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
    return;
  }
  *minimum = *natural = 2 * EDGE + height_of_text (widget, for_size < 0 ? -1 : MAX (for_size - 2 * SIDE - CURSOR, 1));
}

static void
cw_code_view_class_init (CwCodeViewClass *class) {
  GTK_WIDGET_CLASS (class)->get_request_mode = cw_code_view_get_request_mode;
  GTK_WIDGET_CLASS (class)->measure = cw_code_view_measure;
}

static void
cw_code_view_init (CwCodeView *self) {
  GtkTextView *view = GTK_TEXT_VIEW (self);
  gtk_text_view_set_monospace (view, TRUE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_top_margin (view, EDGE);
  gtk_text_view_set_bottom_margin (view, EDGE);
  gtk_text_view_set_left_margin (view, SIDE);
  gtk_text_view_set_right_margin (view, SIDE);
}

GtkWidget *
cw_code_view_new (GtkSourceBuffer *buffer) {
  CwCodeView *self = g_object_new (CW_TYPE_CODE_VIEW, "buffer", buffer, NULL);
  g_signal_connect_object (buffer, "changed", G_CALLBACK (gtk_widget_queue_resize), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
