/* graph-draw.c: the drawing of a laid out graph at any scale.
 *
 * What a task looks like says its state by shape first and by colour second; how much of that is drawn follows from
 * its size in pixels. Below three pixels tasks are written straight into an image, where the state that matters most
 * wins its pixel, so that a running or failed task among a million is never lost; above that, all tasks of one state
 * share one cairo path; large ones get rounded corners, ticks and numbers. Edges are curves while few are
 * in sight, and bands between layers otherwise.
 */
#include "widgets/draw/graph-private.h"

#include <math.h>
#include <string.h>

#define TINY  3.0  /* pixels a cell, below: an image */
#define SMALL 7.0  /* below: plain squares */
#define LARGE 15.0 /* from here: rounded, with ticks */

#define LABEL_SIZE 11.5

/* ---- what is in sight ----------------------------------------------------------------------- */

/* @n tasks from @first on stand beside each other, the first cell's corner at (x, y), @pitch apart; in pixels. */
typedef void (*RunFunc) (uint32_t first, int64_t n, double x, double y, double pitch, void *data);

static void
visible_range (double corner, double pitch, int64_t n, double size, int64_t *from, int64_t *to) {
  *from = CLAMP ((int64_t) floor (-corner / pitch), 0, n);
  *to = CLAMP ((int64_t) ceil ((size - corner) / pitch), 0, n);
}

/* Calls @func for every row of tasks of layer @i that is in @view. */
static void
each_visible (const CwGraphLayout *layout, int i, const CwViewport *view, RunFunc func, void *data) {
  const CwPlace *p = &layout->places[i];
  int64_t n = layout->graph->layers[i].n, inner = p->inner_rows * p->inner_columns;
  double  cell = p->cell * view->scale, x = (p->x - view->x) * view->scale, y = (p->y - view->y) * view->scale;
  double  pitch_x = (p->inner_columns + p->gap) * cell, pitch_y = (p->inner_rows + p->gap) * cell;
  int64_t ox0, ox1, oy0, oy1;
  visible_range (x, pitch_x, p->outer_columns, view->width, &ox0, &ox1);
  visible_range (y, pitch_y, p->outer_rows, view->height, &oy0, &oy1);
  for (int64_t oy = oy0; oy < oy1; oy++) {
    for (int64_t ox = ox0; ox < ox1; ox++) {
      int64_t first = (oy * p->outer_columns + ox) * inner, c0, c1, r0, r1;
      double  cx = x + ox * pitch_x, cy = y + oy * pitch_y;
      visible_range (cx, cell, p->inner_columns, view->width, &c0, &c1);
      visible_range (cy, cell, p->inner_rows, view->height, &r0, &r1);
      for (int64_t row = r0; row < r1; row++) {
        int64_t start = first + row * p->inner_columns + c0, count = MIN (c1 - c0, n - start);
        if (count > 0)
          func (layout->graph->layers[i].first + start, count, cx + c0 * cell, cy + row * cell, cell, data);
      }
    }
  }
}

static bool
is_visible (const CwGraphLayout *layout, int i, const CwViewport *view) {
  CwRect rect = cw_graph_layer_rect (layout, i);
  double x = (rect.x - view->x) * view->scale, y = (rect.y - view->y) * view->scale;
  return layout->graph->layers[i].n > 0 && x < view->width && y < view->height && x + rect.width * view->scale > 0
         && y + rect.height * view->scale > 0;
}

static CwRect
to_pixels (const CwViewport *view, CwRect rect) {
  return (CwRect) { (rect.x - view->x) * view->scale, (rect.y - view->y) * view->scale, rect.width * view->scale,
                    rect.height * view->scale };
}

/* ---- one task ------------------------------------------------------------------------------- */

static void
cell_path (cairo_t *cr, CwRect c) {
  double r = c.width >= LARGE * 0.7 ? MIN (c.width * 0.18, 6) : 0;
  if (r == 0) {
    cairo_rectangle (cr, c.x, c.y, c.width, c.height);
    return;
  }
  cairo_new_sub_path (cr);
  cairo_arc (cr, c.x + c.width - r, c.y + r, r, -G_PI_2, 0);
  cairo_arc (cr, c.x + c.width - r, c.y + c.height - r, r, 0, G_PI_2);
  cairo_arc (cr, c.x + r, c.y + c.height - r, r, G_PI_2, G_PI);
  cairo_arc (cr, c.x + r, c.y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

typedef struct {
  double fill;    /* how much of the layer's colour over the background */
  double outline; /* how much of it in the outline */
  double width;   /* of the outline */
} Look;

static const Look looks[CW_N_DRAW_STATES] = {
  [CW_DRAW_WAITING] = { 0, 0.65, 1 },    [CW_DRAW_READY] = { 0, 1, 2.4 },
  [CW_DRAW_RUNNING] = { 1, 1, 1 },       [CW_DRAW_DONE] = { 0.5, 1, 1 },
  [CW_DRAW_RELEASED] = { 0.22, 0.55, 1 }, [CW_DRAW_SPILLED] = { 0.12, 1, 1 },
  [CW_DRAW_FAILED] = { 0, 0, 1.6 },      [CW_DRAW_CANCELLED] = { 0, 0, 1.2 },
};

static CwColor
line_color (const CwPalette *palette, CwColor color, CwDrawState state) {
  return state == CW_DRAW_FAILED      ? palette->error
         : state == CW_DRAW_CANCELLED ? palette->dim
                                      : cw_color_mix (palette->background, color, looks[state].outline);
}

/* Fills and outlines the current path as tasks of @state. */
static void
paint_path (cairo_t *cr, const CwPalette *palette, CwColor color, CwDrawState state) {
  cw_set_color (cr, cw_color_mix (palette->background, color, looks[state].fill));
  cairo_fill_preserve (cr);
  cw_set_color (cr, line_color (palette, color, state));
  cairo_set_line_width (cr, looks[state].width);
  cairo_stroke (cr);
}

static void
tick_path (cairo_t *cr, CwRect c) {
  double side = c.width * 0.34;
  cairo_move_to (cr, c.x + c.width - side, c.y);
  cairo_line_to (cr, c.x + c.width, c.y);
  cairo_line_to (cr, c.x + c.width, c.y + side);
  cairo_close_path (cr);
}

static void
draw_hatch (cairo_t *cr, CwRect c, CwColor color) {
  cairo_save (cr);
  cairo_rectangle (cr, c.x, c.y, c.width, c.height);
  cairo_clip (cr);
  for (double d = 4; d < 2 * c.width; d += 5) {
    cairo_move_to (cr, c.x + d, c.y);
    cairo_line_to (cr, c.x, c.y + d);
  }
  cw_set_color (cr, color);
  cairo_set_line_width (cr, 1.2);
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
draw_cross (cairo_t *cr, CwRect c, CwColor color) {
  double pad = c.width * 0.25;
  cairo_move_to (cr, c.x + pad, c.y + pad);
  cairo_line_to (cr, c.x + c.width - pad, c.y + c.height - pad);
  cairo_move_to (cr, c.x + c.width - pad, c.y + pad);
  cairo_line_to (cr, c.x + pad, c.y + c.height - pad);
  cw_set_color (cr, color);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

/* The marks that stand on a task's square: hatch, cross, worker's number, pulse; ticks are a path, filled for all at once. */
static void
draw_marks (cairo_t *cr, const CwPalette *palette, CwRect c, CwColor color, CwDrawState state, int worker,
            double pulse) {
  if (state == CW_DRAW_DONE)
    tick_path (cr, c);
  else if (state == CW_DRAW_SPILLED)
    draw_hatch (cr, c, color);
  else if (state == CW_DRAW_FAILED || state == CW_DRAW_CANCELLED)
    draw_cross (cr, c, state == CW_DRAW_FAILED ? palette->error : palette->dim);
  if (state != CW_DRAW_RUNNING)
    return;
  if (pulse > 0) {
    double grow = 1 + 4 * pulse;
    cell_path (cr, (CwRect) { c.x - grow, c.y - grow, c.width + 2 * grow, c.height + 2 * grow });
    cw_set_color (cr, cw_color_with_alpha (color, 0.7 * (1 - pulse)));
    cairo_set_line_width (cr, 1.5);
    cairo_stroke (cr);
  }
  if (worker >= 0 && c.width >= 13) {
    char text[8];
    g_snprintf (text, sizeof text, "%d", worker + 1);
    cw_draw_text (cr, text, c.x + c.width / 2, c.y + c.height / 2, 0.5, 0.5, MIN (c.height * 0.62, 15),
                  cw_color_text_on (color));
  }
}

void
cw_graph_draw_cell (cairo_t *cr, const CwPalette *palette, CwRect cell, CwColor color, CwDrawState state, int worker,
                    double pulse) {
  cell_path (cr, cell);
  paint_path (cr, palette, color, state);
  draw_marks (cr, palette, cell, color, state, worker, pulse);
  cw_set_color (cr, color);
  cairo_fill (cr);
}

/* ---- a layer's tasks as paths ---------------------------------------------------------------- */

typedef struct {
  cairo_t             *cr;
  const CwGraphStates *states;
  CwDrawState          state; /* the one that is collected */
  const CwPalette     *palette;
  CwColor              color;
  bool                 marks;
  bool                 found;
  bool                 snapped; /* to whole pixels, where squares are small: crisp and fast */
  double               inset;
} PathPen;

static CwDrawState
state_of (const CwGraphStates *states, uint32_t task) {
  return states && states->states ? states->states[task] : CW_DRAW_WAITING;
}

static void
path_run (uint32_t first, int64_t n, double x, double y, double pitch, void *data) {
  PathPen *pen = data;
  double   pad = CW_CELL_PAD * pitch, side = pitch - 2 * pad;
  for (int64_t i = 0; i < n; i++) {
    if (state_of (pen->states, first + i) != pen->state)
      continue;
    CwRect cell = { x + i * pitch + pad, y + pad, side, side };
    pen->found = true;
    if (pen->snapped)
      cell = (CwRect) { floor (cell.x) + pen->inset, floor (cell.y) + pen->inset, MAX (floor (side), 1) - 2 * pen->inset,
                        MAX (floor (side), 1) - 2 * pen->inset };
    if (pen->marks)
      draw_marks (pen->cr, pen->palette, cell, pen->color, pen->state,
                  pen->states && pen->states->workers ? pen->states->workers[first + i] : -1,
                  pen->states ? pen->states->pulse : 0);
    else
      cell_path (pen->cr, cell);
  }
}

/* The current path is the squares of one state; small ones are filled in the outline's colour and then, smaller, in their own. */
static void
paint_small (const CwGraphLayout *layout, int i, const CwViewport *view, PathPen *pen, double pixels) {
  CwColor line = line_color (pen->palette, pen->color, pen->state);
  bool    plain = pixels < SMALL;
  double  amount = pen->state == CW_DRAW_WAITING ? 0.3 : pen->state == CW_DRAW_RELEASED ? 0.45 : 0.75;
  cw_set_color (pen->cr, plain ? cw_color_mix (pen->palette->background, line, pen->state == CW_DRAW_RUNNING ? 1 : amount) : line);
  cairo_fill (pen->cr);
  if (plain)
    return;
  pen->inset = looks[pen->state].width > 2 ? 2 : 1;
  each_visible (layout, i, view, path_run, pen);
  cw_set_color (pen->cr, cw_color_mix (pen->palette->background, pen->color, looks[pen->state].fill));
  cairo_fill (pen->cr);
}

static void
draw_layer_paths (const CwGraphLayout *layout, int i, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                  const CwGraphStates *states, double pixels) {
  CwColor color = cw_palette_layer (palette, layout->graph->layers[i].color);
  for (int state = 0; state < CW_N_DRAW_STATES; state++) {
    PathPen pen = { .cr = cr, .states = states, .state = state, .palette = palette, .color = color, .snapped = pixels < LARGE };
    cairo_new_path (cr);
    each_visible (layout, i, view, path_run, &pen);
    if (!pen.found)
      continue;
    if (pixels < LARGE)
      paint_small (layout, i, view, &pen, pixels);
    else
      paint_path (cr, palette, color, state);
    pen.marks = true;
    pen.inset = 0;
    if (pixels >= SMALL && state != CW_DRAW_WAITING && state != CW_DRAW_READY && state != CW_DRAW_RELEASED)
      each_visible (layout, i, view, path_run, &pen);
    cw_set_color (cr, color);
    cairo_fill (cr);
  }
}

/* ---- a layer's tasks as an image ------------------------------------------------------------- */

/* Which state wins a pixel that several tasks share. */
static const uint8_t rank[CW_N_DRAW_STATES] = {
  [CW_DRAW_WAITING] = 2, [CW_DRAW_READY] = 4,     [CW_DRAW_RUNNING] = 7, [CW_DRAW_DONE] = 5,
  [CW_DRAW_RELEASED] = 1, [CW_DRAW_CANCELLED] = 3, [CW_DRAW_SPILLED] = 6, [CW_DRAW_FAILED] = 8,
};

typedef struct {
  uint8_t             *pixels; /* rank of the winner, 0: no task */
  int                  width, height;
  double               x, y, scale; /* the image's corner, and its pixels a drawing pixel */
  const CwGraphStates *states;
} Raster;

static void
raster_run (uint32_t first, int64_t n, double x, double y, double pitch, void *data) {
  Raster *r = data;
  double  step = pitch * r->scale;
  int     pad = step >= 2 ? 1 : 0; /* a gap between squares where there is room for it */
  int     y0 = MAX (0, (int) ((y - r->y) * r->scale)), y1 = MIN (r->height, MAX (y0 + 1, (int) ((y - r->y + pitch) * r->scale) - pad));
  for (int64_t i = 0; i < n; i++) {
    double  left = (x - r->x) * r->scale + i * step;
    int     x0 = MAX (0, (int) left), x1 = MIN (r->width, MAX (x0 + 1, (int) (left + step) - pad));
    uint8_t own = rank[state_of (r->states, first + i)];
    for (int py = y0; py < y1; py++)
      for (int px = x0; px < x1; px++)
        if (r->pixels[py * r->width + px] < own)
          r->pixels[py * r->width + px] = own;
  }
}

static uint32_t
pack (CwColor c) {
  return 0xff000000u | (uint32_t) (c.r * 255 + 0.5) << 16 | (uint32_t) (c.g * 255 + 0.5) << 8 | (uint32_t) (c.b * 255 + 0.5);
}

/* Colours by rank: a ladder from waiting to running that reads as progress where shapes have no room. */
static void
rank_colors (const CwPalette *palette, CwColor color, bool ran, uint32_t out[9]) {
  static const double amounts[CW_N_DRAW_STATES] = { 0.22, 0.4, 1, 0.75, 0.5, 0.6, 1, 0.4 };
  out[0] = 0;
  for (int state = 0; state < CW_N_DRAW_STATES; state++) {
    CwColor to = state == CW_DRAW_FAILED ? palette->error : state == CW_DRAW_CANCELLED ? palette->dim : color;
    out[rank[state]] = pack (cw_color_mix (palette->background, to, ran ? amounts[state] : 0.45));
  }
}

static void
draw_layer_image (const CwGraphLayout *layout, int i, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                  const CwGraphStates *states) {
  CwRect rect = to_pixels (view, cw_graph_layer_rect (layout, i));
  double device_x = 1, device_y = 1;
  cairo_surface_get_device_scale (cairo_get_target (cr), &device_x, &device_y);
  double x0 = floor (MAX (rect.x, 0)), y0 = floor (MAX (rect.y, 0));
  double x1 = ceil (MIN (rect.x + rect.width, view->width)), y1 = ceil (MIN (rect.y + rect.height, view->height));
  Raster raster = { NULL, MAX (1, (x1 - x0) * device_x), MAX (1, (y1 - y0) * device_x), x0, y0, device_x, states };
  g_autofree uint8_t *pixels = raster.pixels = g_malloc0 ((size_t) raster.width * raster.height);
  each_visible (layout, i, view, raster_run, &raster);
  uint32_t colors[9];
  rank_colors (palette, cw_palette_layer (palette, layout->graph->layers[i].color), states && states->states, colors);
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, raster.width, raster.height);
  cairo_surface_flush (image);
  for (int y = 0; y < raster.height; y++) {
    uint32_t *row = (uint32_t *) (void *) (cairo_image_surface_get_data (image) + (size_t) y * cairo_image_surface_get_stride (image));
    for (int x = 0; x < raster.width; x++)
      row[x] = colors[pixels[(size_t) y * raster.width + x]];
  }
  cairo_surface_mark_dirty (image);
  cairo_surface_set_device_scale (image, device_x, device_x);
  cairo_set_source_surface (cr, image, x0, y0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_surface_destroy (image);
}

void
cw_graph_draw_nodes (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                     const CwGraphStates *states) {
  for (int i = 0; i < layout->graph->n_layers; i++) {
    double pixels = layout->places[i].cell * view->scale;
    if (!is_visible (layout, i, view))
      continue;
    if (pixels < TINY)
      draw_layer_image (layout, i, cr, palette, view, states);
    else
      draw_layer_paths (layout, i, cr, palette, view, states, pixels);
  }
}

/* Does the label of layer @i stand below it? So it does for the lowest layer of a column of several, and with @alternate for
 * the lowest one of every second column, so that the next label beside is two columns away. */
static bool
label_is_below (const CwGraphLayout *layout, int i, bool alternate) {
  const CwDrawLayer *layers = layout->graph->layers;
  int above = 0;
  for (int k = 0; k < layout->graph->n_layers; k++) {
    if (k == i || layers[k].depth != layers[i].depth)
      continue;
    if (layout->places[k].y > layout->places[i].y)
      return false;
    above++;
  }
  return !layout->top_down && (above > 0 || (alternate && layers[i].depth % 2));
}

/* Room for the label of layer @i up to the next one at the same height. */
static double
label_room (const CwGraphLayout *layout, int i, const CwViewport *view, bool alternate) {
  CwRect rect = to_pixels (view, cw_graph_layer_rect (layout, i));
  bool   below = label_is_below (layout, i, alternate);
  double room = view->width - rect.x - 4, y = below ? rect.y + rect.height : rect.y;
  for (int k = 0; k < layout->graph->n_layers; k++) {
    CwRect other = to_pixels (view, cw_graph_layer_rect (layout, k));
    bool   other_below = label_is_below (layout, k, alternate);
    double other_y = other_below ? other.y + other.height : other.y;
    bool   crosses = other.y < y + (below ? 34 : 0) && other.y + other.height > y - (below ? 0 : 34); /* its tasks stand there */
    if (layout->graph->layers[k].depth != layout->graph->layers[i].depth && other.x > rect.x && ((other_below == below && fabs (other_y - y) < 34) || crosses))
      room = MIN (room, other.x - rect.x - 8);
  }
  return room;
}

static bool
labels_fit (const CwGraphLayout *layout, cairo_t *cr, const CwViewport *view) {
  for (int i = 0; i < layout->graph->n_layers; i++) {
    double width;
    cw_text_size (cr, layout->graph->layers[i].label, LABEL_SIZE, &width, NULL);
    if (is_visible (layout, i, view) && width > label_room (layout, i, view, false))
      return false;
  }
  return true;
}

void
cw_graph_draw_labels (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view) {
  bool alternate = !layout->top_down && !labels_fit (layout, cr, view);
  for (int i = 0; i < layout->graph->n_layers; i++) {
    const CwDrawLayer *layer = &layout->graph->layers[i];
    CwRect rect = to_pixels (view, cw_graph_layer_rect (layout, i));
    double room = is_visible (layout, i, view) ? label_room (layout, i, view, alternate) : 0;
    if (room < 26)
      continue;
    g_autofree char *count = cw_number_to_string (layer->n);
    double top = label_is_below (layout, i, alternate) ? rect.y + rect.height + 4 : rect.y - 31;
    cw_draw_text_within (cr, layer->label, rect.x, top, room, LABEL_SIZE, palette->foreground);
    cw_draw_text_within (cr, count, rect.x, top + 14, room, 10, palette->dim);
  }
}

/* ---- edges ---------------------------------------------------------------------------------- */

typedef struct {
  const CwGraphLayout *layout;
  const CwViewport    *view;
  cairo_t             *cr; /* NULL: only count */
  uint64_t             n;
} EdgePen;

static void
curve (cairo_t *cr, const CwGraphLayout *layout, CwRect from, CwRect to) {
  if (layout->top_down) {
    double x0 = from.x + from.width / 2, y0 = from.y + from.height, x1 = to.x + to.width / 2, y1 = to.y, d = (y1 - y0) / 2;
    cairo_move_to (cr, x0, y0);
    cairo_curve_to (cr, x0, y0 + d, x1, y1 - d, x1, y1);
  } else {
    double x0 = from.x + from.width, y0 = from.y + from.height / 2, x1 = to.x, y1 = to.y + to.height / 2, d = (x1 - x0) / 2;
    cairo_move_to (cr, x0, y0);
    cairo_curve_to (cr, x0 + d, y0, x1 - d, y1, x1, y1);
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
    for (uint32_t p = 0; pen->cr && p < n_parents; p++)
      curve (pen->cr, pen->layout, to_pixels (pen->view, cw_graph_task_rect (pen->layout, parents[p])),
             to_pixels (pen->view, cw_graph_task_rect (pen->layout, first + i)));
  }
}

bool
cw_graph_edges_are_single (const CwGraphLayout *layout, const CwViewport *view) {
  EdgePen pen = { layout, view, NULL, 0 };
  if (!layout->graph->parents)
    return false;
  for (int i = 0; i < layout->graph->n_layers && pen.n <= CW_GRAPH_MAX_EDGES; i++)
    each_visible (layout, i, view, edge_run, &pen);
  return pen.n <= CW_GRAPH_MAX_EDGES;
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

void
cw_graph_draw_edges (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view) {
  const CwDrawGraph *graph = layout->graph;
  if (cw_graph_edges_are_single (layout, view)) {
    EdgePen pen = { layout, view, cr, 0 };
    cairo_new_path (cr);
    for (int i = 0; i < graph->n_layers; i++)
      each_visible (layout, i, view, edge_run, &pen);
    cw_set_color (cr, cw_color_with_alpha (palette->foreground, pen.n > 300 ? 0.15 : pen.n > 60 ? 0.24 : 0.38));
    cairo_set_line_width (cr, pen.n > 60 ? 0.8 : 1.1);
    cairo_stroke (cr);
    return;
  }
  for (int i = 0; i < graph->n_layers; i++)
    for (int k = 0; k < graph->layers[i].n_inputs; k++)
      draw_bundle (layout, cr, palette, to_pixels (view, cw_graph_layer_rect (layout, graph->layers[i].inputs[k])),
                   to_pixels (view, cw_graph_layer_rect (layout, i)));
}

/* ---- selection ------------------------------------------------------------------------------ */

static void
draw_relatives (const CwGraphLayout *layout, cairo_t *cr, const CwViewport *view, uint32_t task, bool parents) {
  const CwDrawGraph *graph = layout->graph;
  CwNeighbours neighbours = parents ? graph->parents : graph->children;
  CwRect   own = to_pixels (view, cw_graph_task_rect (layout, task));
  uint32_t n = 0;
  const uint32_t *others = neighbours ? neighbours (graph->data, task, &n) : NULL;
  for (uint32_t i = 0; i < MIN (n, 600); i++) {
    CwRect other = to_pixels (view, cw_graph_task_rect (layout, others[i]));
    curve (cr, layout, parents ? other : own, parents ? own : other);
    cairo_stroke (cr);
    cell_path (cr, (CwRect) { other.x - 1.5, other.y - 1.5, other.width + 3, other.height + 3 });
    cairo_stroke (cr);
  }
}

void
cw_graph_draw_selection (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                         uint32_t task) {
  CwRect own = to_pixels (view, cw_graph_task_rect (layout, task));
  cw_set_color (cr, palette->accent);
  cairo_set_line_width (cr, 1.6);
  draw_relatives (layout, cr, view, task, true);
  draw_relatives (layout, cr, view, task, false);
  double grow = own.width < 6 ? 4 : 3;
  cell_path (cr, (CwRect) { own.x - grow, own.y - grow, own.width + 2 * grow, own.height + 2 * grow });
  cairo_set_line_width (cr, 2.6);
  cairo_stroke (cr);
}
