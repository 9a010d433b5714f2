/* graph-private.h: what the layout of a graph and its drawing share. */
#pragma once

#include "widgets/draw/draw.h"

#define CW_CELL_PAD 0.14 /* of a cell's side, left free on each side of a task */

/* Where a layer stands, in world units. Its tasks fill an outer grid of inner grids. */
typedef struct {
  double  x, y, cell;
  double  rows, columns; /* in cells, gaps between inner grids included */
  double  gap;           /* in cells */
  int64_t inner_rows, inner_columns, outer_rows, outer_columns;
} CwPlace;

struct _CwGraphLayout {
  const CwDrawGraph *graph;
  bool               top_down;
  CwPlace           *places;
  double             width, height;
};
