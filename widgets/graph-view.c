/* graph-view.c: the session's plan as layers of blocks, with pan, zoom, selection and lineage.
 *
 * What does not change while a run goes (edges, labels) is kept as images until the viewport, the plan or the style changes; the tasks
 * themselves are drawn anew each frame, from levels of detail that hear of every change. A hovered task's lineage is searched for in
 * slices of a frame. When the learner turns from the plan as written to the optimized one, the layers glide into those that they
 * became part of.
 */
#include "widgets/graph-view-private.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (CwGraphView, cw_graph_view, GTK_TYPE_DRAWING_AREA)

/* ---- what is shown --------------------------------------------------------------------------- */

void
cw_graph_scene_clear (CwGraphScene *scene) {
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
  if (self->fading)
    g_array_set_size (self->fading, 0);
}

static void
drop_scene (CwGraphView *self) {
  CwGraphKept *kept[] = { &self->edges, &self->labels, &self->veil };
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    g_clear_pointer (&kept[i]->surface, cairo_surface_destroy);
  g_clear_pointer (&self->lineage, cw_graph_lineage_free);
  drop_levels (self);
  cw_graph_scene_clear (&self->scene);
}

/* Where there is nothing to show, the plan that was drawn last must not keep its arrays alive. */
static void
array_changed (CwGraphView *self) {
  if (cw_view_session_array (self->session))
    return;
  drop_scene (self);
  cw_graph_scene_clear (&self->leaving);
}

static void
cw_graph_view_dispose (GObject *object) {
  CwGraphView *self = CW_GRAPH_VIEW (object);
  drop_scene (self);
  cw_graph_scene_clear (&self->leaving);
  g_clear_pointer (&self->morph_target, g_free);
  g_clear_pointer (&self->fading, g_array_unref);
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
    cw_graph_scene_clear (&self->leaving);
    return;
  }
  self->morph_begin = g_get_monotonic_time ();
  cw_graph_view_ensure_tick (self);
}

void
cw_graph_view_ensure_scene (CwGraphView *self) {
  CwPlan *plan = cw_view_session_plan (self->session, NULL);
  if (plan == self->scene.plan)
    return;
  if (self->scene.plan && plan && gtk_widget_get_mapped (GTK_WIDGET (self))) {
    cw_graph_scene_clear (&self->leaving);
    self->leaving = self->scene;
    self->scene = (CwGraphScene) { .view = self->leaving.view };
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
  if (task == UINT32_MAX) {
    cw_graph_levels_set (self->levels, cw_task_board_states (self->board));
    return;
  }
  cw_graph_levels_change (self->levels, task, (CwDrawState) from, (CwDrawState) to);
  /* At full speed there is no time for it, and the workers need the processors. */
  bool slow = cw_view_session_is_replaying (self->session) || cw_view_session_task_time (self->session) > 0;
  if (to == CW_TASK_RELEASED && slow && self->animate && self->fading->len < MOST_FADING) {
    CwGraphFading fading = { task, g_get_monotonic_time () };
    g_array_append_val (self->fading, fading);
    cw_graph_view_ensure_tick (self);
  }
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
kept_begin (CwGraphView *self, CwGraphKept *kept, const CwPalette *palette, uint64_t version) {
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
kept_paint (CwGraphKept *kept, cairo_t *cr) {
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
  double t = cw_graph_progress (self->morph_begin, MORPH_US);
  bool   forward = cw_plan_kind (self->leaving.plan) == CW_PLAN_RAW;
  const CwGraphScene *raw = forward ? &self->leaving : &self->scene, *optimized = forward ? &self->scene : &self->leaving;
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
  self->animate = cw_widgets_animate (GTK_WIDGET (self));
  cw_graph_view_ensure_scene (self);
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
  for (guint i = 0; i < self->fading->len; i++) {
    const CwGraphFading *fading = &g_array_index (self->fading, CwGraphFading, i);
    cw_graph_draw_fading (self->scene.layout, cr, palette, view, fading->task, cw_graph_progress (fading->since_us, FADE_US));
  }
  draw_lineage (self, cr, palette);
  if (selected >= 0 && selected < self->scene.graph->n_tasks)
    cw_graph_draw_selection (self->scene.layout, cr, palette, view, selected,
                             self->animate ? cw_graph_progress (self->select_begin, DRAW_US) : 1);
  if (cw_graph_map_is_useful (self->scene.layout, view))
    cw_graph_draw_map (self->scene.layout, cr, palette, view, &states);
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
  self->fading = g_array_new (FALSE, FALSE, sizeof (CwGraphFading));
  self->fitted = true;
  cw_canvas_init (GTK_WIDGET (self), draw, _("Task graph"));
}

GtkWidget *
cw_graph_view_new (CwViewSession *session) {
  CwGraphView *self = g_object_new (CW_TYPE_GRAPH_VIEW, NULL);
  self->session = g_object_ref (session);
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "plan-changed");
  g_signal_connect_object (session, "array-changed", G_CALLBACK (array_changed), self, G_CONNECT_SWAPPED);
  cw_graph_view_listen (self);
  return GTK_WIDGET (self);
}
