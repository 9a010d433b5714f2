/* graph-view.c: the session's plan as layers of blocks, with pan, zoom and selection.
 *
 * Edges are the dear part of the picture and do not change while a run goes, so they are kept as an image until the
 * viewport, the plan or the style changes; the tasks themselves are drawn anew each frame.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>
#include <math.h>

struct _CwGraphView {
  GtkDrawingArea   parent_instance;
  CwViewSession   *session;
  CwPlan          *plan; /* of the graph below */
  CwDrawGraph     *graph;
  CwGraphLayout   *layout;
  CwViewport       view;
  bool             fitted; /* follows the widget's size until the learner moves it */
  cairo_surface_t *edges;
  CwViewport       edges_view;
  const CwPalette *edges_palette;
  double           drag_x, drag_y, pointer_x, pointer_y;
  bool             dragged;
};

G_DEFINE_FINAL_TYPE (CwGraphView, cw_graph_view, GTK_TYPE_DRAWING_AREA)

static void
drop_graph (CwGraphView *self) {
  g_clear_pointer (&self->edges, cairo_surface_destroy);
  g_clear_pointer (&self->layout, cw_graph_layout_free);
  g_clear_pointer (&self->graph, cw_draw_graph_free);
  g_clear_pointer (&self->plan, cw_plan_unref);
}

static void
cw_graph_view_dispose (GObject *object) {
  CwGraphView *self = CW_GRAPH_VIEW (object);
  drop_graph (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (cw_graph_view_parent_class)->dispose (object);
}

static void
describe (CwGraphView *self) {
  if (!self->plan)
    return;
  g_autofree char *tasks = cw_number_to_string (cw_plan_n_tasks (self->plan));
  g_autofree char *text = g_strdup_printf (_("%s tasks in %d layers"), tasks, cw_plan_n_layers (self->plan));
  cw_canvas_describe (GTK_WIDGET (self), text);
}

static void
ensure_graph (CwGraphView *self) {
  CwPlan *plan = cw_view_session_plan (self->session, NULL);
  if (plan == self->plan)
    return;
  drop_graph (self);
  if (!plan)
    return;
  self->plan = cw_plan_ref (plan);
  self->graph = cw_adapt_graph (plan);
  self->layout = cw_graph_layout_new (self->graph, false);
  self->fitted = true;
  describe (self);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void
ensure_edges (CwGraphView *self, cairo_t *cr, const CwPalette *palette) {
  const CwViewport *a = &self->view, *b = &self->edges_view;
  bool same = a->x == b->x && a->y == b->y && a->scale == b->scale && a->width == b->width && a->height == b->height;
  if (self->edges && same && palette == self->edges_palette)
    return;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  g_clear_pointer (&self->edges, cairo_surface_destroy);
  self->edges = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, MAX (1, a->width * scale), MAX (1, a->height * scale));
  cairo_surface_set_device_scale (self->edges, scale, scale);
  cairo_t *own = cairo_create (self->edges);
  cw_graph_draw_edges (self->layout, own, palette, &self->view);
  cairo_destroy (own);
  self->edges_view = self->view;
  self->edges_palette = palette;
}

static void
draw_message (cairo_t *cr, const CwPalette *palette, const char *text, int width, int height) {
  cw_draw_text_wrapped (cr, text, width / 2.0, height / 2.0, MIN (width - 48, 420), 13, palette->dim);
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  CwGraphView     *self = CW_GRAPH_VIEW (area);
  const CwPalette *palette = cw_widgets_palette ();
  const char      *message = NULL;
  ensure_graph (self);
  if (!self->layout) {
    cw_view_session_plan (self->session, &message);
    if (cw_view_session_array (self->session))
      draw_message (cr, palette, message ? message : _("Laying out the graph …"), width, height);
    return;
  }
  self->view.width = width;
  self->view.height = height;
  if (self->fitted)
    cw_graph_fit (self->layout, &self->view);
  CwTaskBoard  *board = cw_view_session_board (self->session);
  bool          own = board && cw_run_plan (cw_view_session_run (self->session)) == self->plan;
  CwGraphStates states = { own ? cw_task_board_states (board) : NULL, own ? cw_task_board_workers (board) : NULL,
                           own ? cw_view_session_pulse (self->session) : 0 };
  int64_t selected = cw_view_session_selected (self->session);
  ensure_edges (self, cr, palette);
  cairo_set_source_surface (cr, self->edges, 0, 0);
  cairo_paint (cr);
  cw_graph_draw_nodes (self->layout, cr, palette, &self->view, &states);
  cw_graph_draw_labels (self->layout, cr, palette, &self->view);
  if (selected >= 0 && selected < self->graph->n_tasks)
    cw_graph_draw_selection (self->layout, cr, palette, &self->view, selected);
}

/* ---- moving --------------------------------------------------------------------------------- */

static void
zoom_at (CwGraphView *self, double factor, double x, double y) {
  double scale = CLAMP (self->view.scale * factor, 1e-4, 160);
  if (!self->layout)
    return;
  self->view.x += x / self->view.scale - x / scale;
  self->view.y += y / self->view.scale - y / scale;
  self->view.scale = scale;
  self->fitted = false;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pan (CwGraphView *self, double dx, double dy) {
  if (!self->layout)
    return;
  self->view.x += dx / self->view.scale;
  self->view.y += dy / self->view.scale;
  self->fitted = false;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
cw_graph_view_zoom (CwGraphView *self, double factor) {
  zoom_at (self, factor, self->view.width / 2, self->view.height / 2);
}

void
cw_graph_view_fit (CwGraphView *self) {
  self->fitted = true;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const CwGraphLayout *
cw_graph_view_layout (CwGraphView *self, CwViewport *viewport) {
  if (viewport)
    *viewport = self->view;
  return self->layout;
}

/* Moves the viewport so that the selected task is in it. */
static void
reveal (CwGraphView *self, uint32_t task) {
  CwRect rect = cw_graph_task_rect (self->layout, task);
  double x = (rect.x + rect.width / 2 - self->view.x) * self->view.scale;
  double y = (rect.y + rect.height / 2 - self->view.y) * self->view.scale;
  if (x < 20 || y < 20 || x > self->view.width - 20 || y > self->view.height - 20)
    pan (self, x - self->view.width / 2, y - self->view.height / 2);
}

/* ---- input ---------------------------------------------------------------------------------- */

static void
pointer_moved (CwGraphView *self, double x, double y) {
  uint32_t task;
  self->pointer_x = x;
  self->pointer_y = y;
  if (self->layout && cw_graph_hit (self->layout, &self->view, x, y, &task)) {
    g_autofree char *text = cw_adapt_task_text (self->plan, task);
    cw_view_session_set_hover (self->session, text);
  } else {
    cw_view_session_set_hover (self->session, NULL);
  }
}

static void
pointer_left (CwGraphView *self) {
  cw_view_session_set_hover (self->session, NULL);
}

static void
drag_begin (CwGraphView *self, double x, double y) {
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = self->drag_y = 0;
  self->dragged = false;
}

static void
drag_update (CwGraphView *self, double dx, double dy) {
  if (!self->dragged && fabs (dx) + fabs (dy) < 5)
    return;
  self->dragged = true;
  pan (self, self->drag_x - dx, self->drag_y - dy);
  self->drag_x = dx;
  self->drag_y = dy;
}

static void
drag_end (CwGraphView *self, double dx, double dy, GtkGestureDrag *gesture) {
  double   x, y;
  uint32_t task;
  if (self->dragged || !self->layout || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  bool hit = cw_graph_hit (self->layout, &self->view, x, y, &task);
  cw_view_session_select (self->session, hit ? (int64_t) task : -1);
}

static gboolean
scrolled (CwGraphView *self, double dx, double dy, GtkEventController *controller) {
  GdkModifierType state = gtk_event_controller_get_current_event_state (controller);
  if (state & GDK_SHIFT_MASK)
    pan (self, (dx + dy) * 60, 0);
  else
    zoom_at (self, pow (1.18, -dy), self->pointer_x, self->pointer_y);
  return TRUE;
}

static void
walk (CwGraphView *self, int dx, int dy, bool move_view) {
  int64_t selected = cw_view_session_selected (self->session);
  if (!self->layout || self->graph->n_tasks == 0)
    return;
  if (move_view) {
    pan (self, dx * 60, dy * 60);
    return;
  }
  uint32_t next = selected < 0 ? 0 : cw_graph_step (self->layout, selected, dx, dy);
  g_autofree char *text = cw_adapt_task_text (self->plan, next);
  cw_view_session_select (self->session, next);
  cw_canvas_describe (GTK_WIDGET (self), text);
  reveal (self, next);
}

static gboolean
key_pressed (CwGraphView *self, guint key, guint code, GdkModifierType state) {
  bool shift = state & GDK_SHIFT_MASK;
  switch (key) {
  case GDK_KEY_Left: walk (self, -1, 0, shift); return TRUE;
  case GDK_KEY_Right: walk (self, 1, 0, shift); return TRUE;
  case GDK_KEY_Up: walk (self, 0, -1, shift); return TRUE;
  case GDK_KEY_Down: walk (self, 0, 1, shift); return TRUE;
  case GDK_KEY_plus:
  case GDK_KEY_equal:
  case GDK_KEY_KP_Add: cw_graph_view_zoom (self, 1.3); return TRUE;
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract: cw_graph_view_zoom (self, 1 / 1.3); return TRUE;
  case GDK_KEY_0:
  case GDK_KEY_KP_0: cw_graph_view_fit (self); return TRUE;
  case GDK_KEY_Escape: cw_view_session_select (self->session, -1); return TRUE;
  default: return FALSE;
  }
}

static void
cw_graph_view_class_init (CwGraphViewClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_graph_view_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "graph");
}

static void
cw_graph_view_init (CwGraphView *self) {
  self->view.scale = 1;
  self->fitted = true;
  cw_canvas_init (GTK_WIDGET (self), draw, _("Task graph"));
  cw_canvas_listen (GTK_WIDGET (self), &(CwCanvasInput){ .motion = G_CALLBACK (pointer_moved),
                                                         .leave = G_CALLBACK (pointer_left),
                                                         .key = G_CALLBACK (key_pressed),
                                                         .scroll = G_CALLBACK (scrolled),
                                                         .drag_begin = G_CALLBACK (drag_begin),
                                                         .drag_update = G_CALLBACK (drag_update),
                                                         .drag_end = G_CALLBACK (drag_end) });
}

GtkWidget *
cw_graph_view_new (CwViewSession *session) {
  CwGraphView *self = g_object_new (CW_TYPE_GRAPH_VIEW, NULL);
  self->session = g_object_ref (session);
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "plan-changed");
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "clock-changed");
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "selection-changed");
  return GTK_WIDGET (self);
}
