/* graph-view.c: the session's plan as layers of blocks, with pan, zoom, selection and lineage.
 *
 * What does not change while a run goes (edges, labels) is kept as images until the viewport, the plan or the style changes; the tasks
 * themselves are drawn anew each frame, from levels of detail that hear of every change. A hovered task's lineage is searched for in
 * slices of a frame. When the learner turns from the plan as written to the optimized one, the layers glide into those that they
 * became part of.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>
#include <math.h>

#include "widgets/graph-find.h"

#define LINEAGE_NS  2000000
#define GLIDE_US    220000
#define MORPH_US    420000
#define MOST_SCALE  200

/* A drawing that is kept as long as it looks at the same. */
typedef struct {
  cairo_surface_t *surface;
  CwViewport       view;
  const CwPalette *palette;
  uint64_t         version;
} Kept;

/* A plan and where its tasks stand. */
typedef struct {
  CwPlan        *plan;
  CwDrawGraph   *graph;
  CwGraphLayout *layout;
  CwViewport     view;
} Scene;

struct _CwGraphView {
  GtkDrawingArea  parent_instance;
  CwViewSession  *session;
  Scene           scene, leaving; /* the latter while layers glide from one plan to the other */
  int            *morph_target;   /* by layer of the plan as written: its layer of the optimized plan, or -1 */
  int64_t         morph_begin;
  CwTaskBoard    *board; /* that the levels follow */
  CwGraphLevels  *levels;
  CwGraphLineage *lineage;
  bool            lineage_done;
  Kept            edges, labels, veil;
  bool            fitted; /* follows the widget's size until the learner moves it */
  bool            follow, moving_map;
  CwViewport      glide_from, glide_to;
  int64_t         glide_begin; /* 0: none */
  guint           tick;
  double          drag_x, drag_y, pointer_x, pointer_y;
  bool            dragged;
};

G_DEFINE_FINAL_TYPE (CwGraphView, cw_graph_view, GTK_TYPE_DRAWING_AREA)

static void ensure_tick (CwGraphView *self);

/* ---- what is shown --------------------------------------------------------------------------- */

static void
scene_clear (Scene *scene) {
  g_clear_pointer (&scene->layout, cw_graph_layout_free);
  g_clear_pointer (&scene->graph, cw_draw_graph_free);
  g_clear_pointer (&scene->plan, cw_plan_unref);
}

static void
drop_levels (CwGraphView *self) {
  if (self->board)
    cw_task_board_watch (self->board, NULL, NULL);
  g_clear_pointer (&self->board, cw_task_board_unref);
  g_clear_pointer (&self->levels, cw_graph_levels_free);
}

static void
drop_scene (CwGraphView *self) {
  Kept *kept[] = { &self->edges, &self->labels, &self->veil };
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    g_clear_pointer (&kept[i]->surface, cairo_surface_destroy);
  g_clear_pointer (&self->lineage, cw_graph_lineage_free);
  drop_levels (self);
  scene_clear (&self->scene);
}

static void
cw_graph_view_dispose (GObject *object) {
  CwGraphView *self = CW_GRAPH_VIEW (object);
  drop_scene (self);
  scene_clear (&self->leaving);
  g_clear_pointer (&self->morph_target, g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (cw_graph_view_parent_class)->dispose (object);
}

static void
describe (CwGraphView *self) {
  g_autofree char *tasks = cw_number_to_string (cw_plan_n_tasks (self->scene.plan));
  g_autofree char *text = g_strdup_printf (_("%s tasks in %d layers"), tasks, cw_plan_n_layers (self->scene.plan));
  cw_canvas_describe (GTK_WIDGET (self), text);
}

/* The layer of @optimized in whose tasks @array is computed, or -1. */
static int
layer_with (CwPlan *optimized, const CwArray *array) {
  for (int i = 0; i < cw_plan_n_layers (optimized); i++) {
    const CwLayer *layer = cw_plan_layer (optimized, i);
    for (int k = 0; k < layer->n_fused; k++)
      if (layer->fused[k] == array)
        return i;
    if (layer->array == array)
      return i;
  }
  return -1;
}

/* Begins to glide from the scene that is left, where the new one is the other plan of the same arrays. */
static void
begin_morph (CwGraphView *self) {
  CwPlan *a = self->leaving.plan, *b = self->scene.plan;
  bool    forward = cw_plan_kind (a) == CW_PLAN_RAW;
  CwPlan *raw = forward ? a : b, *optimized = forward ? b : a;
  int     found = 0;
  g_free (self->morph_target);
  self->morph_target = g_new (int, MAX (cw_plan_n_layers (raw), 1));
  for (int i = 0; i < cw_plan_n_layers (raw); i++) {
    self->morph_target[i] = layer_with (optimized, cw_plan_layer (raw, i)->array);
    found += self->morph_target[i] >= 0;
  }
  if (found == 0 || cw_plan_kind (raw) == cw_plan_kind (optimized) || !cw_widgets_animate (GTK_WIDGET (self))) {
    scene_clear (&self->leaving);
    return;
  }
  self->morph_begin = g_get_monotonic_time ();
  ensure_tick (self);
}

static void
ensure_scene (CwGraphView *self) {
  CwPlan *plan = cw_view_session_plan (self->session, NULL);
  if (plan == self->scene.plan)
    return;
  if (self->scene.plan && plan && gtk_widget_get_mapped (GTK_WIDGET (self))) {
    scene_clear (&self->leaving);
    self->leaving = self->scene;
    self->scene = (Scene) { .view = self->leaving.view };
  }
  drop_scene (self);
  if (!plan)
    return;
  self->scene.plan = cw_plan_ref (plan);
  self->scene.graph = cw_adapt_graph (plan);
  self->scene.layout = cw_graph_layout_new (self->scene.graph, false);
  self->fitted = true;
  self->glide_begin = 0;
  describe (self);
  if (self->leaving.plan)
    begin_morph (self);
}

static void
state_changed (void *data, uint32_t task, CwTaskState from, CwTaskState to) {
  CwGraphView *self = data;
  if (task == UINT32_MAX)
    cw_graph_levels_set (self->levels, cw_task_board_states (self->board));
  else
    cw_graph_levels_change (self->levels, task, (CwDrawState) from, (CwDrawState) to);
}

/* The states to draw; those of a run of another plan say nothing of this one. */
static CwGraphStates
current_states (CwGraphView *self) {
  CwTaskBoard *board = cw_view_session_board (self->session);
  if (!board || cw_task_board_plan (board) != self->scene.plan) {
    drop_levels (self);
    return (CwGraphStates) { 0 };
  }
  if (board != self->board) {
    drop_levels (self);
    self->board = cw_task_board_ref (board);
    self->levels = cw_graph_levels_new (self->scene.layout, cw_task_board_states (board));
    cw_task_board_watch (board, state_changed, self);
  }
  return (CwGraphStates) { cw_task_board_states (board), cw_task_board_workers (board), cw_view_session_pulse (self->session), self->levels };
}

/* ---- drawing -------------------------------------------------------------------------------- */

/* A kept drawing's own context, or NULL where it still holds. */
static cairo_t *
kept_begin (CwGraphView *self, Kept *kept, const CwPalette *palette, uint64_t version) {
  const CwViewport *a = &self->scene.view, *b = &kept->view;
  bool same = a->x == b->x && a->y == b->y && a->scale == b->scale && a->width == b->width && a->height == b->height
              && a->device_scale == b->device_scale;
  if (kept->surface && same && palette == kept->palette && version == kept->version)
    return NULL;
  double scale = a->device_scale;
  g_clear_pointer (&kept->surface, cairo_surface_destroy);
  kept->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, MAX (1, a->width * scale), MAX (1, a->height * scale));
  cairo_surface_set_device_scale (kept->surface, scale, scale);
  kept->view = *a;
  kept->palette = palette;
  kept->version = version;
  return cairo_create (kept->surface);
}

static void
kept_paint (Kept *kept, cairo_t *cr) {
  cairo_set_source_surface (cr, kept->surface, 0, 0);
  cairo_paint (cr);
}

static void
draw_scene (CwGraphView *self, cairo_t *cr, const CwPalette *palette, const CwGraphStates *states) {
  const CwGraphLayout *layout = self->scene.layout;
  cairo_t *own = kept_begin (self, &self->edges, palette, 0);
  if (own)
    cw_graph_draw_edges (layout, own, palette, &self->scene.view);
  g_clear_pointer (&own, cairo_destroy);
  own = kept_begin (self, &self->labels, palette, 0);
  if (own)
    cw_graph_draw_labels (layout, own, palette, &self->scene.view);
  g_clear_pointer (&own, cairo_destroy);
  kept_paint (&self->edges, cr);
  cw_graph_draw_nodes (layout, cr, palette, &self->scene.view, states);
  cw_graph_draw_names (layout, cr, palette, &self->scene.view, states);
  kept_paint (&self->labels, cr);
}

static void
draw_lineage (CwGraphView *self, cairo_t *cr, const CwPalette *palette) {
  uint32_t n;
  if (!self->lineage)
    return;
  cw_graph_lineage_tasks (self->lineage, &n);
  cairo_t *own = kept_begin (self, &self->veil, palette, self->lineage_done ? n : 0);
  if (own)
    cw_graph_draw_lineage (self->scene.layout, own, palette, &self->scene.view, self->lineage);
  g_clear_pointer (&own, cairo_destroy);
  kept_paint (&self->veil, cr);
}

static void
draw_morph (CwGraphView *self, cairo_t *cr, const CwPalette *palette, const CwGraphStates *states) {
  double t = CLAMP ((g_get_monotonic_time () - self->morph_begin) / (double) MORPH_US, 0, 1);
  bool   forward = cw_plan_kind (self->leaving.plan) == CW_PLAN_RAW;
  const Scene *raw = forward ? &self->leaving : &self->scene, *optimized = forward ? &self->scene : &self->leaving;
  if (t > 0.55) {
    cairo_push_group (cr);
    draw_scene (self, cr, palette, states);
    cairo_pop_group_to_source (cr);
    cairo_paint_with_alpha (cr, (t - 0.55) / 0.45);
  }
  cairo_push_group (cr);
  cw_graph_draw_morph (raw->layout, &raw->view, optimized->layout, &optimized->view, self->morph_target, forward ? t : 1 - t, cr, palette);
  cairo_pop_group_to_source (cr);
  cairo_paint_with_alpha (cr, t > 0.75 ? (1 - t) / 0.25 : 1);
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
  ensure_scene (self);
  if (!self->scene.layout) {
    cw_view_session_plan (self->session, &message);
    if (cw_view_session_array (self->session))
      draw_message (cr, palette, message ? message : _("Laying out the graph …"), width, height);
    return;
  }
  CwViewport *view = &self->scene.view;
  view->width = width;
  view->height = height;
  view->device_scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  if (self->fitted && !self->glide_begin)
    cw_graph_fit (self->scene.layout, view);
  CwGraphStates states = current_states (self);
  int64_t       selected = cw_view_session_selected (self->session);
  if (self->leaving.plan) {
    draw_morph (self, cr, palette, &states);
    return;
  }
  draw_scene (self, cr, palette, &states);
  draw_lineage (self, cr, palette);
  if (selected >= 0 && selected < self->scene.graph->n_tasks)
    cw_graph_draw_selection (self->scene.layout, cr, palette, view, selected);
  if (cw_graph_map_is_useful (self->scene.layout, view))
    cw_graph_draw_map (self->scene.layout, cr, palette, view, &states);
}

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
  ensure_tick (self);
}

/* One frame of gliding: the scale in equal ratios, the middle of the view in a line. */
static void
glide (CwGraphView *self) {
  const CwViewport *a = &self->glide_from, *b = &self->glide_to;
  CwViewport       *v = &self->scene.view;
  double t = CLAMP ((g_get_monotonic_time () - self->glide_begin) / (double) GLIDE_US, 0, 1), e = t * t * (3 - 2 * t);
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
  ensure_scene (self);
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
  if (follow)
    ensure_tick (self);
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

static bool
is_running (CwGraphView *self) {
  return cw_view_session_is_live (self->session) || cw_view_session_is_replaying (self->session);
}

static gboolean
tick (GtkWidget *widget, GdkFrameClock *clock, void *data) {
  CwGraphView *self = CW_GRAPH_VIEW (widget);
  if (self->glide_begin)
    glide (self);
  if (self->leaving.plan && g_get_monotonic_time () - self->morph_begin > MORPH_US)
    scene_clear (&self->leaving);
  if (self->lineage && !self->lineage_done)
    self->lineage_done = cw_graph_lineage_step (self->lineage, LINEAGE_NS);
  bool following = self->follow && is_running (self) && self->scene.layout;
  if (following)
    follow_front (self);
  gtk_widget_queue_draw (widget);
  if (self->glide_begin || self->leaving.plan || (self->lineage && !self->lineage_done) || following)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
ensure_tick (CwGraphView *self) {
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick, NULL, NULL);
}

static void
status_changed (CwGraphView *self) {
  if (self->follow && is_running (self))
    ensure_tick (self);
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
      ensure_tick (self);
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

static void
cw_graph_view_class_init (CwGraphViewClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_graph_view_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "graph");
}

static void
cw_graph_view_init (CwGraphView *self) {
  self->scene.view.scale = 1;
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
  g_signal_connect_object (session, "hover-changed", G_CALLBACK (hover_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "status-changed", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "clock-changed");
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "selection-changed");
  return GTK_WIDGET (self);
}
