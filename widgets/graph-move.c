/* graph-move.c: how the graph's view is moved about and what moves in it by itself: pan, zoom and glide, keys and pointer, the frames
 * of a lineage that is searched for, of lines that draw themselves and of blocks that fade.
 */
#include "widgets/graph-view-private.h"

#include <math.h>

#include "widgets/graph-find.h"

/* ---- moving --------------------------------------------------------------------------------- */

static void
moved (CwGraphView *self) {
  self->fitted = false;
  self->glide_begin = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
zoom_at (CwGraphView *self, double factor, double x, double y) {
  CwViewport *view = &self->scene.view;
  double      scale = CLAMP (view->scale * factor, 1e-4, MOST_SCALE);
  if (!self->scene.layout)
    return;
  view->x += x / view->scale - x / scale;
  view->y += y / view->scale - y / scale;
  view->scale = scale;
  moved (self);
}

static void
pan (CwGraphView *self, double dx, double dy) {
  if (!self->scene.layout)
    return;
  self->scene.view.x += dx / self->scene.view.scale;
  self->scene.view.y += dy / self->scene.view.scale;
  moved (self);
}

static void
glide_to (CwGraphView *self, CwViewport to) {
  if (!cw_widgets_animate (GTK_WIDGET (self))) {
    self->scene.view = to;
    gtk_widget_queue_draw (GTK_WIDGET (self));
    return;
  }
  self->glide_from = self->scene.view;
  self->glide_to = to;
  self->glide_begin = g_get_monotonic_time ();
  cw_graph_view_ensure_tick (self);
}

/* One frame of gliding: the scale in equal ratios, the middle of the view in a line. */
static void
glide (CwGraphView *self) {
  const CwViewport *a = &self->glide_from, *b = &self->glide_to;
  CwViewport       *v = &self->scene.view;
  double t = cw_graph_progress (self->glide_begin, GLIDE_US), e = t * t * (3 - 2 * t);
  double ax = a->x + v->width / 2 / a->scale, ay = a->y + v->height / 2 / a->scale;
  double bx = b->x + v->width / 2 / b->scale, by = b->y + v->height / 2 / b->scale;
  v->scale = a->scale * pow (b->scale / a->scale, e);
  v->x = ax + (bx - ax) * e - v->width / 2 / v->scale;
  v->y = ay + (by - ay) * e - v->height / 2 / v->scale;
  if (t >= 1)
    self->glide_begin = 0;
}

void
cw_graph_view_zoom (CwGraphView *self, double factor) {
  zoom_at (self, factor, self->scene.view.width / 2, self->scene.view.height / 2);
}

void
cw_graph_view_fit (CwGraphView *self) {
  CwViewport to = self->scene.view;
  self->fitted = true;
  if (!self->scene.layout)
    return;
  cw_graph_fit (self->scene.layout, &to);
  glide_to (self, to);
}

const CwGraphLayout *
cw_graph_view_layout (CwGraphView *self, CwViewport *viewport) {
  if (viewport)
    *viewport = self->scene.view;
  return self->scene.layout;
}

/* A viewport with the middle of @rect in its middle, no further away than to show @rect whole. */
static CwViewport
around (CwGraphView *self, CwRect rect, double least_scale) {
  CwViewport to = self->scene.view;
  double     whole = 0.8 * MIN (to.width / MAX (rect.width, 1e-9), to.height / MAX (rect.height, 1e-9));
  to.scale = MIN (MAX (to.scale, least_scale), MIN (whole, MOST_SCALE));
  to.x = rect.x + rect.width / 2 - to.width / 2 / to.scale;
  to.y = rect.y + rect.height / 2 - to.height / 2 / to.scale;
  return to;
}

/* Moves the viewport so that the task is in it. */
static void
reveal (CwGraphView *self, uint32_t task, double least_scale) {
  const CwViewport *view = &self->scene.view;
  CwRect rect = cw_graph_task_rect (self->scene.layout, task);
  double x = (rect.x + rect.width / 2 - view->x) * view->scale, y = (rect.y + rect.height / 2 - view->y) * view->scale;
  bool   seen = x >= 20 && y >= 20 && x <= view->width - 20 && y <= view->height - 20;
  if (seen && view->scale >= least_scale)
    return;
  self->fitted = false;
  glide_to (self, around (self, rect, least_scale));
}

bool
cw_graph_view_find (CwGraphView *self, const char *text) {
  uint32_t task;
  bool     whole;
  cw_graph_view_ensure_scene (self);
  if (!self->scene.layout || !cw_graph_find (self->scene.plan, text, cw_view_session_selected (self->session), &task, &whole))
    return false;
  cw_view_session_select (self->session, task);
  self->fitted = false;
  CwRect rect = cw_graph_layer_rect (self->scene.layout, cw_plan_task_layer (self->scene.plan, task));
  if (whole)
    glide_to (self, around (self, rect, MOST_SCALE));
  else
    reveal (self, task, 26);
  return true;
}

void
cw_graph_view_set_follow (CwGraphView *self, bool follow) {
  self->follow = follow;
}

bool
cw_graph_view_follows (CwGraphView *self) {
  return self->follow;
}

/* Brings the tasks that run a part of the way to the middle. */
static void
follow_front (CwGraphView *self) {
  uint32_t tasks[64];
  int      n = self->board ? cw_task_board_running (self->board, tasks, G_N_ELEMENTS (tasks)) : 0;
  double   x = 0, y = 0;
  for (int i = 0; i < n; i++) {
    CwRect rect = cw_graph_task_rect (self->scene.layout, tasks[i]);
    x += (rect.x + rect.width / 2) / n;
    y += (rect.y + rect.height / 2) / n;
  }
  if (n == 0)
    return;
  CwViewport *view = &self->scene.view;
  double      part = cw_widgets_animate (GTK_WIDGET (self)) ? 0.12 : 1;
  double      dx = x - view->width / 2 / view->scale - view->x, dy = y - view->height / 2 / view->scale - view->y;
  self->fitted = false;
  view->x += dx * part;
  view->y += dy * part;
}

/* ---- frames ---------------------------------------------------------------------------------- */

static void
drop_faded (CwGraphView *self) {
  guint n = 0;
  while (n < self->fading->len && cw_graph_progress (g_array_index (self->fading, CwGraphFading, n).since_us, FADE_US) >= 1)
    n++;
  g_array_remove_range (self->fading, 0, n);
}

static gboolean
tick (GtkWidget *widget, GdkFrameClock *clock, void *data) {
  CwGraphView *self = CW_GRAPH_VIEW (widget);
  if (self->glide_begin)
    glide (self);
  if (self->leaving.plan && g_get_monotonic_time () - self->morph_begin > MORPH_US)
    cw_graph_scene_clear (&self->leaving);
  if (self->lineage && !self->lineage_done)
    self->lineage_done = cw_graph_lineage_step (self->lineage, LINEAGE_NS);
  drop_faded (self);
  bool drawing = self->animate && cw_graph_progress (self->select_begin, DRAW_US) < 1;
  gtk_widget_queue_draw (widget);
  if (self->glide_begin || self->leaving.plan || (self->lineage && !self->lineage_done) || drawing || self->fading->len > 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

void
cw_graph_view_ensure_tick (CwGraphView *self) {
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick, NULL, NULL);
}

/* Another moment is shown. */
static void
clock_changed (CwGraphView *self) {
  if (self->follow && self->scene.layout)
    follow_front (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
selection_changed (CwGraphView *self) {
  self->select_begin = g_get_monotonic_time ();
  if (self->animate && gtk_widget_get_mapped (GTK_WIDGET (self)))
    cw_graph_view_ensure_tick (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The task that the pointer is on, here or in another view, shows where it comes from and what comes of it. */
static void
hover_changed (CwGraphView *self) {
  int64_t task = cw_view_session_hovered (self->session);
  g_clear_pointer (&self->lineage, cw_graph_lineage_free);
  g_clear_pointer (&self->veil.surface, cairo_surface_destroy);
  if (task >= 0 && self->scene.graph && task < self->scene.graph->n_tasks && gtk_widget_get_mapped (GTK_WIDGET (self))) {
    self->lineage = cw_graph_lineage_new (self->scene.graph, task);
    self->lineage_done = cw_graph_lineage_step (self->lineage, LINEAGE_NS);
    if (!self->lineage_done)
      cw_graph_view_ensure_tick (self);
  }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* ---- input ---------------------------------------------------------------------------------- */

static bool
move_by_map (CwGraphView *self, double x, double y) {
  CwViewport *view = &self->scene.view;
  double      world_x, world_y;
  if (!self->scene.layout || !cw_graph_map_is_useful (self->scene.layout, view)
      || !cw_graph_map_point (self->scene.layout, view, x, y, &world_x, &world_y))
    return false;
  view->x = world_x - view->width / 2 / view->scale;
  view->y = world_y - view->height / 2 / view->scale;
  moved (self);
  return true;
}

static void
pointer_moved (CwGraphView *self, double x, double y) {
  uint32_t task;
  self->pointer_x = x;
  self->pointer_y = y;
  if (self->scene.layout && !self->dragged && cw_graph_hit (self->scene.layout, &self->scene.view, x, y, &task)) {
    g_autofree char *text = cw_adapt_task_text (self->scene.plan, task);
    cw_view_session_set_hover (self->session, task, text);
  } else {
    cw_view_session_set_hover (self->session, -1, NULL);
  }
}

static void
pointer_left (CwGraphView *self) {
  cw_view_session_set_hover (self->session, -1, NULL);
}

static void
drag_begin (CwGraphView *self, double x, double y) {
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = self->drag_y = 0;
  self->dragged = false;
  self->moving_map = move_by_map (self, x, y);
}

static void
drag_update (CwGraphView *self, double dx, double dy, GtkGestureDrag *gesture) {
  double x, y;
  if (self->moving_map && gtk_gesture_drag_get_start_point (gesture, &x, &y)) {
    move_by_map (self, x + dx, y + dy);
    return;
  }
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
  bool     clicked = !self->dragged && !self->moving_map;
  self->dragged = self->moving_map = false;
  if (!clicked || !self->scene.layout || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  bool hit = cw_graph_hit (self->scene.layout, &self->scene.view, x, y, &task);
  /* A second click on the selected task lets it run next. */
  if (hit && task == cw_view_session_selected (self->session) && cw_view_session_step_task (self->session, task))
    return;
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
select_task (CwGraphView *self, uint32_t task) {
  g_autofree char *text = cw_adapt_task_text (self->scene.plan, task);
  cw_view_session_select (self->session, task);
  cw_canvas_describe (GTK_WIDGET (self), text);
  reveal (self, task, 0);
}

static void
walk (CwGraphView *self, int dx, int dy, bool move_view) {
  int64_t selected = cw_view_session_selected (self->session);
  if (!self->scene.layout || self->scene.graph->n_tasks == 0)
    return;
  if (move_view)
    pan (self, dx * 60, dy * 60);
  else
    select_task (self, selected < 0 ? 0 : cw_graph_step (self->scene.layout, selected, dx, dy));
}

/* Lets the selected task run next, where the run is paused and it is ready. */
static void
run_selected (CwGraphView *self) {
  int64_t selected = cw_view_session_selected (self->session);
  if (selected >= 0 && !cw_view_session_step_task (self->session, selected))
    gtk_widget_error_bell (GTK_WIDGET (self));
}

/* To the first task that the selected one reads from (@up), or that reads from it. */
static void
walk_edge (CwGraphView *self, bool up) {
  int64_t  selected = cw_view_session_selected (self->session);
  uint32_t n = 0;
  if (!self->scene.layout || selected < 0)
    return;
  const uint32_t *others = up ? cw_plan_parents (self->scene.plan, selected, &n) : cw_plan_children (self->scene.plan, selected, &n);
  if (n > 0)
    select_task (self, others[0]);
}

static gboolean
key_pressed (CwGraphView *self, guint key, guint code, GdkModifierType state) {
  bool shift = state & GDK_SHIFT_MASK;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  switch (key) {
  case GDK_KEY_Left: walk (self, -1, 0, shift); return TRUE;
  case GDK_KEY_Right: walk (self, 1, 0, shift); return TRUE;
  case GDK_KEY_Up: walk (self, 0, -1, shift); return TRUE;
  case GDK_KEY_Down: walk (self, 0, 1, shift); return TRUE;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter: run_selected (self); return TRUE;
  case GDK_KEY_Page_Up: walk_edge (self, true); return TRUE;
  case GDK_KEY_Page_Down: walk_edge (self, false); return TRUE;
  case GDK_KEY_plus:
  case GDK_KEY_equal:
  case GDK_KEY_KP_Add: cw_graph_view_zoom (self, 1.3); return TRUE;
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract: cw_graph_view_zoom (self, 1 / 1.3); return TRUE;
  case GDK_KEY_0:
  case GDK_KEY_KP_0:
  case GDK_KEY_Home: cw_graph_view_fit (self); return TRUE;
  case GDK_KEY_Escape: cw_view_session_select (self->session, -1); return TRUE;
  default: return FALSE;
  }
}

void
cw_graph_view_listen (CwGraphView *self) {
  cw_canvas_listen (GTK_WIDGET (self), &(CwCanvasInput){ .motion = G_CALLBACK (pointer_moved),
                                                         .leave = G_CALLBACK (pointer_left),
                                                         .key = G_CALLBACK (key_pressed),
                                                         .scroll = G_CALLBACK (scrolled),
                                                         .drag_begin = G_CALLBACK (drag_begin),
                                                         .drag_update = G_CALLBACK (drag_update),
                                                         .drag_end = G_CALLBACK (drag_end) });
  g_signal_connect_object (self->session, "hover-changed", G_CALLBACK (hover_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "clock-changed", G_CALLBACK (clock_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "selection-changed", G_CALLBACK (selection_changed), self, G_CONNECT_SWAPPED);
}
