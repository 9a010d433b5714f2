/* graph-private.h: what the layout of a graph and the parts of its drawing share. */
#pragma once

#include "widgets/draw/draw.h"

#define CW_CELL_PAD 0.14 /* of a cell's side, left free on each side of a task */

/* Sizes of a task's square, in pixels, from which on more of it is drawn. */
#define CW_CELL_SMALL 7.0  /* marks in files, worker and pulse */
#define CW_CELL_LARGE 10.5 /* lines and rounded corners; below: patterns of dots */

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

/* ---- what is in sight ---- */

/* @n tasks from @first on stand beside each other, the first cell's corner at (x, y), @pitch apart; in pixels. */
typedef void (*CwRunFunc) (uint32_t first, int64_t n, double x, double y, double pitch, void *data);

/* Calls @func for every row of tasks of layer @i that is in @view. */
void   cw_graph_each_visible (const CwGraphLayout *layout, int i, const CwViewport *view, CwRunFunc func, void *data);
bool   cw_graph_layer_is_visible (const CwGraphLayout *layout, int i, const CwViewport *view);
CwRect cw_graph_to_pixels (const CwViewport *view, CwRect rect);

/* The curve from one task to another that reads from it, as a path; of what goes far beyond the view, only what may be seen. */
void cw_graph_edge_path (cairo_t *cr, const CwGraphLayout *layout, const CwViewport *view, uint32_t from, uint32_t to);

/* ---- pixels ---- */

/* Pixels of the device for one of @cr: as the view says, else as the surface does. */
double cw_graph_device_scale (cairo_t *cr, const CwViewport *view);
/* Does @cr write shapes to a file, rather than pixels? */
bool   cw_keeps_shapes (cairo_t *cr);

/* A part of the drawing whose pixels are written one by one. */
typedef struct {
  cairo_surface_t *surface;
  uint32_t        *pixels; /* ARGB, premultiplied */
  int              width, height, stride; /* stride in pixels */
  double           x, y, scale;           /* the image's corner in the drawing, and its pixels a drawing pixel */
} CwImage;

/* An empty image of the part of @rect that is in sight; false without memory. */
bool cw_image_begin (CwImage *image, cairo_t *cr, const CwViewport *view, CwRect rect);
/* Paints it and frees it. */
void cw_image_end (CwImage *image, cairo_t *cr);
/* A smooth line of about a pixel's width between two points in pixels of the image; clipped. */
void cw_image_line (CwImage *image, double x0, double y0, double x1, double y1, CwColor color);

/* ---- one task ---- */

static inline CwDrawState
cw_graph_state_of (const CwGraphStates *states, uint32_t task) {
  return states && states->states ? states->states[task] : CW_DRAW_WAITING;
}

void cw_graph_cell_path (cairo_t *cr, CwRect cell);
/* Fills and outlines the current path as tasks of @state. */
void cw_graph_paint_path (cairo_t *cr, const CwPalette *palette, CwColor color, CwDrawState state);
/* What stands on a task's square: hatch, cross, pulse, worker's number; a tick is only added to the path. */
void cw_graph_draw_marks (cairo_t *cr, const CwPalette *palette, CwRect cell, CwColor color, CwDrawState state, int worker,
                          double pulse);
/* A task without number and pulse inside @cell (nothing of it stands out), as much of it as its size allows. */
void cw_graph_draw_square (cairo_t *cr, const CwPalette *palette, CwRect cell, CwColor color, CwDrawState state);
/* How much of the layer's colour, of 255, a task has where there is no room for shapes: a ladder that reads as progress. */
extern const uint8_t cw_graph_weights[CW_N_DRAW_STATES];
#define CW_GRAPH_IDLE_WEIGHT 115 /* where nothing has run */

/* ---- levels of detail ---- */

/* What the tasks under one cell of a level are doing. */
typedef struct {
  uint32_t n;       /* tasks */
  uint32_t weight;  /* sum of their weights */
  uint32_t running, failed;
} CwLevelCell;

typedef struct {
  int64_t      rows, columns;
  CwLevelCell *cells;
} CwLevel;

#define CW_MAX_LEVELS 32

/* A cell of levels[k] stands for 2^(k+1) x 2^(k+1) tasks of the layer's grid without gaps. */
typedef struct {
  int     n;
  bool    stale; /* only the lowest one is up to date */
  CwLevel levels[CW_MAX_LEVELS];
} CwLayerLevels;

struct _CwGraphLevels {
  const CwGraphLayout *layout;
  CwLayerLevels       *layers;
};

/* The levels of layer @i, all of them up to date. */
const CwLayerLevels *cw_graph_levels_layer (CwGraphLevels *levels, int i);
