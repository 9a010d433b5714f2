/* graph-layout.c: where the tasks of a graph stand.
 *
 * A layer stands in the column of its depth, and its tasks in a grid at their chunk coordinates: the last two axes
 * are rows and columns, outer axes are repetitions of that grid, and a long single axis is wrapped. So the position
 * of a task is arithmetic on its number, and finding the task at a point is the same arithmetic backwards. Layers
 * with few tasks beside large ones have larger cells, so that the last step of a reduction is still seen.
 */
#include "widgets/draw/graph-private.h"

#include <math.h>

#define LONG_AXIS 24 /* a 1-d layer with more blocks is wrapped */

CwDrawGraph *
cw_draw_graph_new (int n_layers) {
  CwDrawGraph *graph = g_new0 (CwDrawGraph, 1);
  graph->n_layers = n_layers;
  graph->layers = g_new0 (CwDrawLayer, MAX (n_layers, 1));
  return graph;
}

void
cw_draw_graph_free (CwDrawGraph *graph) {
  if (!graph)
    return;
  for (int i = 0; i < graph->n_layers; i++) {
    g_free (graph->layers[i].label);
    g_free (graph->layers[i].inputs);
  }
  g_free (graph->layers);
  if (graph->free_data)
    graph->free_data (graph->data);
  g_free (graph);
}

int
cw_draw_graph_layer_of (const CwDrawGraph *graph, uint32_t task) {
  int low = 0, high = graph->n_layers - 1;
  while (low < high) {
    int middle = (low + high) / 2;
    if (graph->layers[middle].first + graph->layers[middle].n <= task)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* ---- grids ---------------------------------------------------------------------------------- */

/* A roughly square number of columns for @n things of the given aspect (width / height of one). */
static int64_t
wrap_columns (int64_t n, double aspect) {
  return CLAMP ((int64_t) ceil (sqrt (n / aspect)), 1, n);
}

static void
choose_grid (CwPlace *place, const CwDrawLayer *layer) {
  int64_t product = 1;
  for (int i = 0; i < layer->ndim; i++)
    product *= layer->grid[i];
  bool culled = product != layer->n;
  int64_t rows = layer->ndim >= 2 && !culled ? layer->grid[layer->ndim - 2] : layer->n;
  int64_t columns = layer->ndim >= 2 && !culled ? layer->grid[layer->ndim - 1] : 1;
  if (rows == 1 && columns > 1 && layer->n == columns) {
    rows = columns;
    columns = 1;
  }
  int64_t outer = layer->n / MAX (rows * columns, 1);
  place->inner_rows = rows;
  place->inner_columns = columns;
  bool is_line = outer == 1 && columns == 1;
  if (is_line && rows > LONG_AXIS) {
    place->inner_columns = wrap_columns (rows, 1);
    place->inner_rows = (rows + place->inner_columns - 1) / place->inner_columns;
  }
  place->outer_columns = outer == 1 ? 1 : wrap_columns (outer, (double) place->inner_columns / place->inner_rows);
  place->outer_rows = (outer + place->outer_columns - 1) / place->outer_columns;
  place->gap = outer > 1 && place->inner_rows * place->inner_columns > 1 ? 0.5 : 0;
  place->rows = place->outer_rows * (place->inner_rows + place->gap) - place->gap;
  place->columns = place->outer_columns * (place->inner_columns + place->gap) - place->gap;
}

/* Cell column and row (in cells from the layer's corner) of the layer's task @i. */
static void
cell_of (const CwPlace *place, uint32_t i, double *column, double *row) {
  uint32_t inner = place->inner_rows * place->inner_columns, outer = i / inner, rest = i % inner;
  *column = outer % place->outer_columns * (place->inner_columns + place->gap) + rest % place->inner_columns;
  *row = outer / place->outer_columns * (place->inner_rows + place->gap) + rest / place->inner_columns;
}

/* ---- columns -------------------------------------------------------------------------------- */

static int
deepest (const CwDrawGraph *graph) {
  int depth = 0;
  for (int i = 0; i < graph->n_layers; i++)
    depth = MAX (depth, graph->layers[i].depth);
  return depth;
}

/* Puts the layers of @depth under each other (or beside, top down) from @along on; returns the column's width. */
static double
stack_column (CwGraphLayout *layout, int depth, double along, double gap, double *length) {
  double width = 0, at = 0;
  for (int i = 0; i < layout->graph->n_layers; i++) {
    CwPlace *place = &layout->places[i];
    if (layout->graph->layers[i].depth != depth)
      continue;
    double w = place->columns * place->cell, h = place->rows * place->cell;
    place->x = layout->top_down ? at : along;
    place->y = layout->top_down ? along : at;
    at += (layout->top_down ? w : h) + gap;
    width = MAX (width, layout->top_down ? h : w);
  }
  *length = MAX (at - gap, 0);
  return width;
}

/* Moves the layers of @depth to the middle of the whole, each to the middle of its column. */
static void
centre_column (CwGraphLayout *layout, int depth, double width, double shift) {
  for (int i = 0; i < layout->graph->n_layers; i++) {
    CwPlace *place = &layout->places[i];
    if (layout->graph->layers[i].depth != depth)
      continue;
    double w = place->columns * place->cell, h = place->rows * place->cell;
    place->x += layout->top_down ? shift : (width - w) / 2;
    place->y += layout->top_down ? (width - h) / 2 : shift;
  }
}

static void
size_cells (CwGraphLayout *layout, double *largest) {
  *largest = 1;
  for (int i = 0; i < layout->graph->n_layers; i++) {
    choose_grid (&layout->places[i], &layout->graph->layers[i]);
    *largest = MAX (*largest, MAX (layout->places[i].rows, layout->places[i].columns));
  }
  for (int i = 0; i < layout->graph->n_layers; i++) {
    CwPlace *place = &layout->places[i];
    place->cell = MAX (1, 0.07 * *largest / MAX (MAX (place->rows, place->columns), 1));
  }
}

CwGraphLayout *
cw_graph_layout_new (const CwDrawGraph *graph, bool top_down) {
  CwGraphLayout *layout = g_new0 (CwGraphLayout, 1);
  layout->graph = graph;
  layout->top_down = top_down;
  layout->places = g_new0 (CwPlace, MAX (graph->n_layers, 1));
  int    n = deepest (graph) + 1;
  double largest, along = 0, longest = 0;
  size_cells (layout, &largest);
  g_autofree double *widths = g_new (double, n), *lengths = g_new (double, n);
  double gap = MAX (2.2, 0.12 * largest), column_gap = CLAMP (0.35 * largest, 2.6, MAX (6, 0.3 * largest));
  for (int depth = 0; depth < n; depth++) {
    widths[depth] = stack_column (layout, depth, along, gap, &lengths[depth]);
    along += widths[depth] + column_gap;
    longest = MAX (longest, lengths[depth]);
  }
  for (int depth = 0; depth < n; depth++)
    centre_column (layout, depth, widths[depth], (longest - lengths[depth]) / 2);
  layout->width = top_down ? longest : along - column_gap;
  layout->height = top_down ? along - column_gap : longest;
  return layout;
}

void
cw_graph_layout_free (CwGraphLayout *layout) {
  if (!layout)
    return;
  g_free (layout->places);
  g_free (layout);
}

void
cw_graph_layout_size (const CwGraphLayout *layout, double *width, double *height) {
  *width = layout->width;
  *height = layout->height;
}

CwRect
cw_graph_layer_rect (const CwGraphLayout *layout, int layer) {
  const CwPlace *place = &layout->places[layer];
  return (CwRect) { place->x, place->y, place->columns * place->cell, place->rows * place->cell };
}

CwRect
cw_graph_task_rect (const CwGraphLayout *layout, uint32_t task) {
  int            layer = cw_draw_graph_layer_of (layout->graph, task);
  const CwPlace *place = &layout->places[layer];
  double         column, row, pad = CW_CELL_PAD * place->cell;
  cell_of (place, task - layout->graph->layers[layer].first, &column, &row);
  return (CwRect) { place->x + column * place->cell + pad, place->y + row * place->cell + pad, place->cell - 2 * pad,
                    place->cell - 2 * pad };
}

void
cw_graph_fit (const CwGraphLayout *layout, CwViewport *view) {
  /* The labels of the last column hang over to the right, those of every column stand above it. */
  double left = 36, right = 84, top = 46, bottom = 40;
  double room_x = MAX (view->width - left - right, 20), room_y = MAX (view->height - top - bottom, 20);
  view->scale = MIN (MIN (room_x / MAX (layout->width, 1e-9), room_y / MAX (layout->height, 1e-9)), 56);
  view->x = layout->width / 2 - (left + room_x / 2) / view->scale;
  view->y = layout->height / 2 - (top + room_y / 2) / view->scale;
}

/* ---- what is in sight ----------------------------------------------------------------------- */

static void
visible_range (double corner, double pitch, int64_t n, double size, int64_t *from, int64_t *to) {
  *from = CLAMP ((int64_t) floor (-corner / pitch), 0, n);
  *to = CLAMP ((int64_t) ceil ((size - corner) / pitch), 0, n);
}

void
cw_graph_each_visible (const CwGraphLayout *layout, int i, const CwViewport *view, CwRunFunc func, void *data) {
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

bool
cw_graph_layer_is_visible (const CwGraphLayout *layout, int i, const CwViewport *view) {
  CwRect rect = cw_graph_layer_rect (layout, i);
  double x = (rect.x - view->x) * view->scale, y = (rect.y - view->y) * view->scale;
  return layout->graph->layers[i].n > 0 && x < view->width && y < view->height && x + rect.width * view->scale > 0
         && y + rect.height * view->scale > 0;
}

CwRect
cw_graph_to_pixels (const CwViewport *view, CwRect rect) {
  return (CwRect) { (rect.x - view->x) * view->scale, (rect.y - view->y) * view->scale, rect.width * view->scale,
                    rect.height * view->scale };
}

/* ---- hit ------------------------------------------------------------------------------------ */

static bool
hit_layer (const CwGraphLayout *layout, int i, double x, double y, uint32_t *task) {
  const CwPlace *place = &layout->places[i];
  double column = (x - place->x) / place->cell, row = (y - place->y) / place->cell;
  if (column < 0 || row < 0 || column >= place->columns || row >= place->rows)
    return false;
  double pitch_x = place->inner_columns + place->gap, pitch_y = place->inner_rows + place->gap;
  int64_t outer_x = column / pitch_x, outer_y = row / pitch_y;
  int64_t inner_x = column - outer_x * pitch_x, inner_y = row - outer_y * pitch_y;
  if (inner_x >= place->inner_columns || inner_y >= place->inner_rows)
    return false;
  int64_t number = (outer_y * place->outer_columns + outer_x) * place->inner_rows * place->inner_columns
                   + inner_y * place->inner_columns + inner_x;
  if (number >= layout->graph->layers[i].n)
    return false;
  *task = layout->graph->layers[i].first + number;
  return true;
}

bool
cw_graph_hit (const CwGraphLayout *layout, const CwViewport *view, double x, double y, uint32_t *task) {
  double world_x = view->x + x / view->scale, world_y = view->y + y / view->scale;
  for (int i = 0; i < layout->graph->n_layers; i++)
    if (hit_layer (layout, i, world_x, world_y, task))
      return true;
  return false;
}

/* The task of layer @i whose cell is nearest to a point in the world. */
static uint32_t
nearest_in_layer (const CwGraphLayout *layout, int i, double x, double y) {
  const CwPlace *place = &layout->places[i];
  CwRect rect = cw_graph_layer_rect (layout, i);
  double half = place->cell / 2;
  x = CLAMP (x, rect.x + half, rect.x + rect.width - half);
  y = CLAMP (y, rect.y + half, rect.y + rect.height - half);
  uint32_t task;
  if (hit_layer (layout, i, x, y, &task) || hit_layer (layout, i, x, y + place->gap * place->cell, &task))
    return task;
  return layout->graph->layers[i].first + layout->graph->layers[i].n - 1;
}

uint32_t
cw_graph_step (const CwGraphLayout *layout, uint32_t task, int dx, int dy) {
  int    own = cw_draw_graph_layer_of (layout->graph, task), best = -1;
  CwRect at = cw_graph_task_rect (layout, task);
  double cell = layout->places[own].cell, x = at.x + at.width / 2, y = at.y + at.height / 2, distance = G_MAXDOUBLE;
  uint32_t next;
  if (hit_layer (layout, own, x + dx * cell, y + dy * cell, &next))
    return next;
  double jump = 1 + layout->places[own].gap;
  if (hit_layer (layout, own, x + dx * cell * jump, y + dy * cell * jump, &next))
    return next;
  for (int i = 0; i < layout->graph->n_layers; i++) {
    CwRect rect = cw_graph_layer_rect (layout, i);
    double away_x = CLAMP (x, rect.x, rect.x + rect.width) - x, away_y = CLAMP (y, rect.y, rect.y + rect.height) - y;
    double forward = away_x * dx + away_y * dy, aside = fabs (away_x * dy) + fabs (away_y * dx);
    if (i != own && layout->graph->layers[i].n > 0 && forward > 0 && forward + 2 * aside < distance) {
      distance = forward + 2 * aside;
      best = i;
    }
  }
  return best < 0 ? task : nearest_in_layer (layout, best, x, y);
}
