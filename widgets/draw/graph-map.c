/* graph-map.c: the whole graph, small, in a corner of a view that shows a part of it; and the way from one plan to another. */
#include "widgets/draw/graph-private.h"

#include <math.h>

#define MAP_WIDTH  176.0
#define MAP_HEIGHT 112.0
#define MAP_PAD    8.0

static CwViewport
map_view (const CwGraphLayout *layout) {
  CwViewport view = { .width = MAP_WIDTH, .height = MAP_HEIGHT };
  view.scale = MIN ((MAP_WIDTH - 2 * MAP_PAD) / MAX (layout->width, 1e-9), (MAP_HEIGHT - 2 * MAP_PAD) / MAX (layout->height, 1e-9));
  view.x = layout->width / 2 - MAP_WIDTH / 2 / view.scale;
  view.y = layout->height / 2 - MAP_HEIGHT / 2 / view.scale;
  return view;
}

CwRect
cw_graph_map_rect (const CwViewport *view) {
  return (CwRect) { view->width - MAP_WIDTH - 12, view->height - MAP_HEIGHT - 12, MAP_WIDTH, MAP_HEIGHT };
}

bool
cw_graph_map_is_useful (const CwGraphLayout *layout, const CwViewport *view) {
  bool whole = view->x <= 0 && view->y <= 0 && view->x + view->width / view->scale >= layout->width
               && view->y + view->height / view->scale >= layout->height;
  return !whole && view->width > 2.5 * MAP_WIDTH && view->height > 2.5 * MAP_HEIGHT;
}

bool
cw_graph_map_point (const CwGraphLayout *layout, const CwViewport *view, double x, double y, double *world_x, double *world_y) {
  CwRect     map = cw_graph_map_rect (view);
  CwViewport small = map_view (layout);
  *world_x = small.x + (x - map.x) / small.scale;
  *world_y = small.y + (y - map.y) / small.scale;
  return x >= map.x && y >= map.y && x < map.x + map.width && y < map.y + map.height;
}

void
cw_graph_draw_map (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                   const CwGraphStates *states) {
  CwRect     map = cw_graph_map_rect (view);
  CwViewport small = map_view (layout);
  small.device_scale = view->device_scale;
  cairo_save (cr);
  cairo_translate (cr, map.x, map.y);
  cairo_rectangle (cr, 0, 0, map.width, map.height);
  cw_set_color (cr, cw_color_with_alpha (palette->background, 0.92));
  cairo_fill_preserve (cr);
  cw_set_color (cr, palette->hairline);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_rectangle (cr, 0, 0, map.width, map.height);
  cairo_clip (cr);
  cw_graph_draw_nodes (layout, cr, palette, &small, states);
  double x = (view->x - small.x) * small.scale, y = (view->y - small.y) * small.scale;
  double width = view->width / view->scale * small.scale, height = view->height / view->scale * small.scale;
  cairo_rectangle (cr, round (x) + 0.5, round (y) + 0.5, MAX (round (width), 4), MAX (round (height), 4));
  cw_set_color (cr, cw_color_with_alpha (palette->accent, 0.12));
  cairo_fill_preserve (cr);
  cw_set_color (cr, palette->accent);
  cairo_set_line_width (cr, 1.6);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* ---- from one plan to another --------------------------------------------------------------- */

static double
between (double from, double to, double t) {
  return from + (to - from) * t;
}

void
cw_graph_draw_morph (const CwGraphLayout *from, const CwViewport *from_view, const CwGraphLayout *to, const CwViewport *to_view,
                     const int *target, double t, cairo_t *cr, const CwPalette *palette) {
  double eased = t * t * (3 - 2 * t);
  for (int i = 0; i < from->graph->n_layers; i++) {
    CwRect a = cw_graph_to_pixels (from_view, cw_graph_layer_rect (from, i)), b = a;
    bool   stays = target[i] >= 0;
    if (stays)
      b = cw_graph_to_pixels (to_view, cw_graph_layer_rect (to, target[i]));
    CwColor color = cw_palette_layer (palette, from->graph->layers[i].color);
    double  alpha = stays ? 0.85 : 0.6 * (1 - eased);
    cairo_rectangle (cr, between (a.x, b.x, eased), between (a.y, b.y, eased), between (a.width, b.width, eased),
                     between (a.height, b.height, eased));
    cw_set_color (cr, cw_color_with_alpha (color, alpha * 0.6));
    cairo_fill_preserve (cr);
    cw_set_color (cr, cw_color_with_alpha (color, alpha));
    cairo_set_line_width (cr, 1.2);
    cairo_stroke (cr);
  }
}
