/* graph-levels.c: how many tasks of which kind stand under each pixel, kept for every size of pixel.
 *
 * Each layer has a pyramid: a cell of its lowest level sums up 2 x 2 tasks, one of the next level 2 x 2 of those cells, and so
 * on to a single cell. A task that changes its state changes one cell of the lowest level at once; the higher ones follow when they
 * are drawn next. So following a run costs little, and drawing from afar costs by the pixels seen and not by the tasks.
 */
#include "widgets/draw/graph-private.h"

#include <string.h>

/* Where the layer's task @i stands in the grid without gaps. */
static void
grid_of (const CwPlace *place, uint32_t i, int64_t *row, int64_t *column) {
  int64_t inner = place->inner_rows * place->inner_columns, outer = i / inner, rest = i % inner;
  *column = outer % place->outer_columns * place->inner_columns + rest % place->inner_columns;
  *row = outer / place->outer_columns * place->inner_rows + rest / place->inner_columns;
}

static void
add (CwLevelCell *cell, CwDrawState state, uint32_t n) {
  cell->weight += n * cw_graph_weights[state];
  cell->running += state == CW_DRAW_RUNNING ? n : 0;
  cell->failed += state == CW_DRAW_FAILED ? n : 0;
}

static void
make_levels (CwLayerLevels *layer, const CwPlace *place) {
  int64_t rows = place->outer_rows * place->inner_rows, columns = place->outer_columns * place->inner_columns;
  while (layer->n < CW_MAX_LEVELS && (rows > 1 || columns > 1)) {
    CwLevel *level = &layer->levels[layer->n++];
    level->rows = rows = (rows + 1) / 2;
    level->columns = columns = (columns + 1) / 2;
    level->cells = g_new0 (CwLevelCell, rows * columns);
  }
}

/* Fills the lowest level from the tasks. */
static void
fill_lowest (CwLayerLevels *layer, const CwPlace *place, const CwDrawLayer *tasks, const uint8_t *states) {
  CwLevel *lowest = &layer->levels[0];
  memset (lowest->cells, 0, lowest->rows * lowest->columns * sizeof (CwLevelCell));
  for (uint32_t i = 0; i < tasks->n; i += place->inner_columns) {
    int64_t row, column, n = MIN (place->inner_columns, tasks->n - i);
    grid_of (place, i, &row, &column);
    CwLevelCell *cells = lowest->cells + row / 2 * lowest->columns;
    for (int64_t c = 0; c < n; c++) {
      CwLevelCell *cell = &cells[(column + c) / 2];
      cell->n++;
      add (cell, states[tasks->first + i + c], 1);
    }
  }
}

/* Fills each higher level from the one below. */
static void
fill_higher (CwLayerLevels *layer) {
  for (int k = 1; k < layer->n; k++) {
    const CwLevel *below = &layer->levels[k - 1];
    CwLevel       *level = &layer->levels[k];
    memset (level->cells, 0, level->rows * level->columns * sizeof (CwLevelCell));
    for (int64_t row = 0; row < below->rows; row++) {
      const CwLevelCell *from = below->cells + row * below->columns;
      CwLevelCell       *to = level->cells + row / 2 * level->columns;
      for (int64_t column = 0; column < below->columns; column++) {
        to[column / 2].n += from[column].n;
        to[column / 2].weight += from[column].weight;
        to[column / 2].running += from[column].running;
        to[column / 2].failed += from[column].failed;
      }
    }
  }
  layer->stale = false;
}

const CwLayerLevels *
cw_graph_levels_layer (CwGraphLevels *levels, int i) {
  if (levels->layers[i].stale)
    fill_higher (&levels->layers[i]);
  return &levels->layers[i];
}

CwGraphLevels *
cw_graph_levels_new (const CwGraphLayout *layout, const uint8_t *states) {
  CwGraphLevels *levels = g_new0 (CwGraphLevels, 1);
  levels->layout = layout;
  levels->layers = g_new0 (CwLayerLevels, MAX (layout->graph->n_layers, 1));
  for (int i = 0; i < layout->graph->n_layers; i++)
    make_levels (&levels->layers[i], &layout->places[i]);
  cw_graph_levels_set (levels, states);
  return levels;
}

void
cw_graph_levels_free (CwGraphLevels *levels) {
  if (!levels)
    return;
  for (int i = 0; i < levels->layout->graph->n_layers; i++)
    for (int k = 0; k < levels->layers[i].n; k++)
      g_free (levels->layers[i].levels[k].cells);
  g_free (levels->layers);
  g_free (levels);
}

void
cw_graph_levels_set (CwGraphLevels *levels, const uint8_t *states) {
  const CwGraphLayout *layout = levels->layout;
  for (int i = 0; i < layout->graph->n_layers; i++) {
    if (levels->layers[i].n > 0)
      fill_lowest (&levels->layers[i], &layout->places[i], &layout->graph->layers[i], states);
    levels->layers[i].stale = true;
  }
}

void
cw_graph_levels_change (CwGraphLevels *levels, uint32_t task, CwDrawState from, CwDrawState to) {
  const CwGraphLayout *layout = levels->layout;
  int                  i = cw_draw_graph_layer_of (layout->graph, task);
  CwLayerLevels       *layer = &levels->layers[i];
  int64_t              row, column;
  if (layer->n == 0)
    return;
  grid_of (&layout->places[i], task - layout->graph->layers[i].first, &row, &column);
  CwLevelCell *cell = &layer->levels[0].cells[row / 2 * layer->levels[0].columns + column / 2];
  add (cell, to, 1);
  add (cell, from, (uint32_t) -1);
  layer->stale = true;
}
