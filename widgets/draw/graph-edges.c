/* graph-edges.c: who reads from whom: single curves where they can be told apart, bands between layers where not; and
 * the selected task with its relatives.
 */
#include "widgets/draw/graph-private.h"

#include <math.h>
#include <string.h>

typedef struct {
  const CwGraphLayout *layout;
  const CwViewport    *view;
  cairo_t             *cr;    /* paths */
  CwImage             *image; /* or pixels; neither: only count */
  CwColor              color;
  uint64_t             n;
} EdgePen;

/* The four points of the curve from one task to another. */
static void
curve_points (const CwGraphLayout *layout, CwRect from, CwRect to, double p[8]) {
  bool   down = layout->top_down;
  double x0 = down ? from.x + from.width / 2 : from.x + from.width, y0 = down ? from.y + from.height : from.y + from.height / 2;
  double x1 = down ? to.x + to.width / 2 : to.x, y1 = down ? to.y : to.y + to.height / 2;
  double dx = down ? 0 : (x1 - x0) / 2, dy = down ? (y1 - y0) / 2 : 0;
  const double points[8] = { x0, y0, x0 + dx, y0 + dy, x1 - dx, y1 - dy, x1, y1 };
  memcpy (p, points, sizeof points);
}

static double
bezier (const double *p, double t) {
  double u = 1 - t;
  return u * u * u * p[0] + 3 * u * u * t * p[2] + 3 * u * t * t * p[4] + t * t * t * p[6];
}

#define MOST_PIECES 32

typedef void (*PieceFunc) (void *data, double x0, double y0, double x1, double y1, bool joined);

/* Calls @func for the straight pieces of a curve that may be seen. */
static void
each_piece (const double *p, const CwViewport *view, PieceFunc func, void *data) {
  double left = MIN (p[0], p[6]), right = MAX (p[0], p[6]), top = MIN (p[1], p[7]), bottom = MAX (p[1], p[7]);
  if (right < 0 || left > view->width || bottom < 0 || top > view->height)
    return;
  int    n = CLAMP ((right - left + bottom - top) / 12, 4, MOST_PIECES);
  double x0 = p[0], y0 = p[1];
  bool   joined = false;
  for (int i = 1; i <= n; i++) {
    double x1 = bezier (p, i / (double) n), y1 = bezier (p + 1, i / (double) n);
    bool   seen = MAX (x0, x1) >= 0 && MIN (x0, x1) <= view->width && MAX (y0, y1) >= 0 && MIN (y0, y1) <= view->height;
    if (seen)
      func (data, x0, y0, x1, y1, joined);
    joined = seen;
    x0 = x1;
    y0 = y1;
  }
}

static void
add_to_path (void *data, double x0, double y0, double x1, double y1, bool joined) {
  if (!joined)
    cairo_move_to (data, x0, y0);
  cairo_line_to (data, x1, y1);
}

static void
write_pixels (void *data, double x0, double y0, double x1, double y1, bool joined) {
  EdgePen *pen = data;
  double   k = pen->image->scale;
  for (int i = 0; i < MAX (k, 1); i++) /* a pixel of the drawing wide */
    cw_image_line (pen->image, x0 * k + i, y0 * k + i, x1 * k + i, y1 * k + i, pen->color);
}

/* Adds the curve to the path; of one that goes far beyond the view, only the pieces that may be seen. */
static void
curve (cairo_t *cr, const CwGraphLayout *layout, const CwViewport *view, CwRect from, CwRect to) {
  double p[8], reach = 200;
  curve_points (layout, from, to, p);
  bool inside = MIN (p[0], p[6]) > -reach && MAX (p[0], p[6]) < view->width + reach && MIN (p[1], p[7]) > -reach
                && MAX (p[1], p[7]) < view->height + reach;
  if (!inside) {
    each_piece (p, view, add_to_path, cr);
    return;
  }
  cairo_move_to (cr, p[0], p[1]);
  cairo_curve_to (cr, p[2], p[3], p[4], p[5], p[6], p[7]);
}

void
cw_graph_edge_path (cairo_t *cr, const CwGraphLayout *layout, const CwViewport *view, uint32_t from, uint32_t to) {
  curve (cr, layout, view, cw_graph_to_pixels (view, cw_graph_task_rect (layout, from)),
         cw_graph_to_pixels (view, cw_graph_task_rect (layout, to)));
}

static void
draw_edge (EdgePen *pen, CwRect from, CwRect to) {
  double p[8];
  if (pen->cr) {
    curve (pen->cr, pen->layout, pen->view, from, to);
    cairo_stroke (pen->cr); /* each by itself: crossings within one path are dear */
  } else {
    curve_points (pen->layout, from, to, p);
    each_piece (p, pen->view, write_pixels, pen);
  }
}

static void
edge_run (uint32_t first, int64_t n, double x, double y, double pitch, void *data) {
  EdgePen *pen = data;
  const CwDrawGraph *graph = pen->layout->graph;
  for (int64_t i = 0; i < n && pen->n <= CW_GRAPH_MAX_EDGES; i++) {
    uint32_t n_parents;
    const uint32_t *parents = graph->parents (graph->data, first + i, &n_parents);
    pen->n += n_parents;
    for (uint32_t p = 0; (pen->cr || pen->image) && p < n_parents; p++)
      draw_edge (pen, cw_graph_to_pixels (pen->view, cw_graph_task_rect (pen->layout, parents[p])),
                 cw_graph_to_pixels (pen->view, cw_graph_task_rect (pen->layout, first + i)));
  }
}

/* Edges into the tasks in sight; counting ends beyond the most that are drawn singly. */
static uint64_t
count_edges (const CwGraphLayout *layout, const CwViewport *view) {
  EdgePen pen = { .layout = layout, .view = view };
  for (int i = 0; i < layout->graph->n_layers && pen.n <= CW_GRAPH_MAX_EDGES; i++)
    cw_graph_each_visible (layout, i, view, edge_run, &pen);
  return pen.n;
}

bool
cw_graph_edges_are_single (const CwGraphLayout *layout, const CwViewport *view) {
  return layout->graph->parents && count_edges (layout, view) <= CW_GRAPH_MAX_EDGES;
}

/* A band from one layer's side to the next one's: many edges seen from afar. */
static void
draw_bundle (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, CwRect a, CwRect b) {
  if (layout->top_down) {
    double y0 = a.y + a.height + 3, y1 = b.y - 3, d = (y1 - y0) / 2;
    cairo_move_to (cr, a.x, y0);
    cairo_curve_to (cr, a.x, y0 + d, b.x, y1 - d, b.x, y1);
    cairo_line_to (cr, b.x + b.width, y1);
    cairo_curve_to (cr, b.x + b.width, y1 - d, a.x + a.width, y0 + d, a.x + a.width, y0);
  } else {
    double x0 = a.x + a.width + 3, x1 = b.x - 3, d = (x1 - x0) / 2;
    cairo_move_to (cr, x0, a.y);
    cairo_curve_to (cr, x0 + d, a.y, x1 - d, b.y, x1, b.y);
    cairo_line_to (cr, x1, b.y + b.height);
    cairo_curve_to (cr, x1 - d, b.y + b.height, x0 + d, a.y + a.height, x0, a.y + a.height);
  }
  cairo_close_path (cr);
  cw_set_color (cr, cw_color_with_alpha (palette->foreground, 0.08));
  cairo_fill (cr);
}

/* Fainter the more there are; in files as curves, on screens as pixels, which are many times faster. */
static void
draw_single_edges (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view) {
  uint64_t n = count_edges (layout, view);
  CwColor  color = cw_color_with_alpha (palette->foreground, n > 300 ? 0.15 : n > 60 ? 0.24 : 0.38);
  CwImage  image;
  EdgePen  pen = { .layout = layout, .view = view, .color = color };
  if (!cw_keeps_shapes (cr) && cw_image_begin (&image, cr, view, (CwRect) { 0, 0, view->width, view->height }))
    pen.image = &image;
  else
    pen.cr = cr;
  cairo_new_path (cr);
  cw_set_color (cr, color);
  cairo_set_line_width (cr, n > 60 ? 0.8 : 1.1);
  for (int i = 0; i < layout->graph->n_layers; i++)
    cw_graph_each_visible (layout, i, view, edge_run, &pen);
  if (pen.image)
    cw_image_end (&image, cr);
}

void
cw_graph_draw_edges (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view) {
  const CwDrawGraph *graph = layout->graph;
  if (cw_graph_edges_are_single (layout, view)) {
    draw_single_edges (layout, cr, palette, view);
    return;
  }
  for (int i = 0; i < graph->n_layers; i++)
    for (int k = 0; k < graph->layers[i].n_inputs; k++)
      draw_bundle (layout, cr, palette, cw_graph_to_pixels (view, cw_graph_layer_rect (layout, graph->layers[i].inputs[k])),
                   cw_graph_to_pixels (view, cw_graph_layer_rect (layout, i)));
}

/* ---- selection ------------------------------------------------------------------------------ */

/* The part of a curve that has drawn itself so far: from its end on (@backwards) or from its beginning. */
static void
part_of_curve (cairo_t *cr, const CwGraphLayout *layout, CwRect from, CwRect to, double part, bool backwards) {
  double p[8];
  curve_points (layout, from, to, p);
  for (int i = 0; i <= MOST_PIECES; i++) {
    double t = part * i / MOST_PIECES;
    t = backwards ? 1 - t : t;
    cairo_line_to (cr, bezier (p, t), bezier (p + 1, t));
  }
}

static void
draw_relatives (const CwGraphLayout *layout, cairo_t *cr, const CwViewport *view, uint32_t task, bool parents, double part) {
  const CwDrawGraph *graph = layout->graph;
  CwNeighbours neighbours = parents ? graph->parents : graph->children;
  CwRect   own = cw_graph_to_pixels (view, cw_graph_task_rect (layout, task));
  uint32_t n = 0;
  const uint32_t *others = neighbours ? neighbours (graph->data, task, &n) : NULL;
  for (uint32_t i = 0; i < MIN (n, 600); i++) {
    CwRect other = cw_graph_to_pixels (view, cw_graph_task_rect (layout, others[i]));
    if (part < 1)
      part_of_curve (cr, layout, parents ? other : own, parents ? own : other, part, parents);
    else
      curve (cr, layout, view, parents ? other : own, parents ? own : other);
    cairo_stroke (cr);
    if (part < 1)
      continue;
    cw_graph_cell_path (cr, (CwRect) { other.x - 1.5, other.y - 1.5, other.width + 3, other.height + 3 });
    cairo_stroke (cr);
  }
}

void
cw_graph_draw_selection (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                         uint32_t task, double part) {
  CwRect own = cw_graph_to_pixels (view, cw_graph_task_rect (layout, task));
  cw_set_color (cr, palette->accent);
  cairo_set_line_width (cr, 1.6);
  cairo_new_path (cr);
  draw_relatives (layout, cr, view, task, true, part);
  draw_relatives (layout, cr, view, task, false, part);
  double grow = own.width < 6 ? 4 : 3;
  cw_graph_cell_path (cr, (CwRect) { own.x - grow, own.y - grow, own.width + 2 * grow, own.height + 2 * grow });
  cairo_set_line_width (cr, 2.6);
  cairo_stroke (cr);
}

void
cw_graph_draw_fading (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view, uint32_t task,
                      double age) {
  CwRect cell = cw_graph_to_pixels (view, cw_graph_task_rect (layout, task));
  int    layer = cw_draw_graph_layer_of (layout->graph, task);
  if (cell.width < CW_CELL_SMALL || cell.x > view->width || cell.y > view->height || cell.x + cell.width < 0 || cell.y + cell.height < 0)
    return;
  cw_graph_cell_path (cr, cell);
  cw_set_color (cr, cw_color_with_alpha (cw_palette_layer (palette, layout->graph->layers[layer].color), 0.55 * (1 - age)));
  cairo_fill (cr);
}
