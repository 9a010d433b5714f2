/* canvas.c: what all drawing areas share: the palette of the style, focus, and words for people who hear the window. */
#include "widgets/widgets.h"

#include "widgets/frame-stats.h"

const CwPalette *
cw_widgets_palette (void) {
  AdwStyleManager *manager = adw_style_manager_get_default ();
  bool dark = adw_style_manager_get_dark (manager), contrast = adw_style_manager_get_high_contrast (manager);
  if (contrast)
    return cw_palette_get (dark ? CW_STYLE_HIGH_CONTRAST_DARK : CW_STYLE_HIGH_CONTRAST);
  return cw_palette_get (dark ? CW_STYLE_DARK : CW_STYLE_LIGHT);
}

bool
cw_widgets_animate (GtkWidget *widget) {
  gboolean animate = TRUE;
  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &animate, NULL);
  return animate;
}

/* Draws, and notes how long that takes. */
static void
draw_measured (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  GtkDrawingAreaDrawFunc *draw = data;
  int64_t begin = g_get_monotonic_time ();
  (*draw) (area, cr, width, height, NULL);
  cw_frame_stats_add (CW_STATS_DRAW, (g_get_monotonic_time () - begin) * 1000);
}

void
cw_canvas_init (GtkWidget *canvas, GtkDrawingAreaDrawFunc draw, const char *label) {
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GtkDrawingAreaDrawFunc *kept = g_new (GtkDrawingAreaDrawFunc, 1);
  *kept = draw;
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (canvas), draw_measured, kept, g_free);
  gtk_widget_set_hexpand (canvas, TRUE);
  gtk_widget_set_vexpand (canvas, TRUE);
  gtk_widget_set_focusable (canvas, TRUE);
  gtk_widget_set_focus_on_click (canvas, TRUE);
  gtk_widget_set_overflow (canvas, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (canvas), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw), canvas, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (gtk_widget_queue_draw), canvas,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
cw_canvas_new_picture (GtkDrawingAreaDrawFunc draw, const char *label, void *subject, GDestroyNotify free_subject, int width, int height) {
  GtkWidget *area = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, NULL);
  cw_canvas_init (area, draw, label);
  g_object_set_data_full (G_OBJECT (area), "subject", subject, free_subject);
  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), width);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), height);
  gtk_widget_set_hexpand (area, FALSE);
  gtk_widget_set_vexpand (area, FALSE);
  gtk_widget_set_focusable (area, FALSE);
  return area;
}

void *
cw_canvas_subject (GtkDrawingArea *picture) {
  return g_object_get_data (G_OBJECT (picture), "subject");
}

void
cw_canvas_redraw_on (GtkWidget *canvas, CwViewSession *session, const char *signal) {
  g_signal_connect_object (session, signal, G_CALLBACK (gtk_widget_queue_draw), canvas, G_CONNECT_SWAPPED);
}

void
cw_canvas_describe (GtkWidget *canvas, const char *description) {
  gtk_accessible_update_property (GTK_ACCESSIBLE (canvas), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description, -1);
}

void
cw_canvas_listen (GtkWidget *widget, const CwCanvasInput *input) {
  GtkEventController *motion = gtk_event_controller_motion_new (), *keys = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  g_signal_connect_swapped (motion, "motion", input->motion, widget);
  g_signal_connect_swapped (motion, "leave", input->leave, widget);
  g_signal_connect_swapped (keys, "key-pressed", input->key, widget);
  g_signal_connect_swapped (scroll, "scroll", input->scroll, widget);
  g_signal_connect_swapped (drag, "drag-begin", input->drag_begin, widget);
  g_signal_connect_swapped (drag, "drag-update", input->drag_update, widget);
  g_signal_connect_swapped (drag, "drag-end", input->drag_end, widget);
  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, keys);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
}
