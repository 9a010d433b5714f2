/* draw.h: the drawings themselves, as functions over cairo and plain structs.
 *
 * Nothing here knows GTK or the engine: widgets/adapt.c turns engine objects into these structs, and the same
 * functions then draw the window, the exported SVG, PDF and PNG files, and the images that tests look at. Layout,
 * hit-testing and level of detail are functions too, so that what is drawn and what is pointed at cannot differ.
 * Lengths are in pixels of the cairo context unless said otherwise.
 */
#pragma once

#include <cairo.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

G_BEGIN_DECLS

/* ---- palette ------------------------------------------------------------------------------ */

typedef struct {
  double r, g, b, a;
} CwColor;

typedef enum {
  CW_STYLE_LIGHT,
  CW_STYLE_DARK,
  CW_STYLE_HIGH_CONTRAST,
  CW_STYLE_HIGH_CONTRAST_DARK,
  CW_N_STYLES
} CwDrawStyle;

#define CW_N_LAYER_COLORS 8

typedef struct {
  CwColor background; /* of the stage */
  CwColor surface;    /* a quiet field on the background */
  CwColor foreground; /* text and firm lines */
  CwColor dim;        /* secondary text, axes */
  CwColor hairline;   /* lines between chunks, grids */
  CwColor accent;     /* selection */
  CwColor error;      /* failed tasks */
  CwColor layers[CW_N_LAYER_COLORS]; /* hues of Okabe and Ito (2008), lightness tuned per style */
} CwPalette;

const CwPalette *cw_palette_get (CwDrawStyle style);
CwColor          cw_palette_layer (const CwPalette *palette, int layer); /* any number; wraps around */
CwColor          cw_color_mix (CwColor from, CwColor to, double amount);
CwColor          cw_color_with_alpha (CwColor color, double alpha);
/* WCAG 2.1's relative luminance and contrast ratio (1 to 21) of opaque colours. */
double  cw_color_luminance (CwColor color);
double  cw_color_contrast (CwColor a, CwColor b);
CwColor cw_color_text_on (CwColor fill); /* black or white, whichever reads better */
void    cw_set_color (cairo_t *cr, CwColor color);

typedef enum { CW_MAP_VIRIDIS, CW_MAP_CIVIDIS, CW_MAP_DIVERGING } CwColorMap;
/* @t from 0 to 1 (clamped; NaN is a neutral grey). */
CwColor cw_color_map (CwColorMap map, double t);

/* ---- text --------------------------------------------------------------------------------- */

/* Draws @text with its anchor at (x, y): @ax 0 left, 0.5 middle, 1 right; @ay 0 top, 1 bottom. @size in pixels. */
void cw_draw_text (cairo_t *cr, const char *text, double x, double y, double ax, double ay, double size, CwColor color);
/* The same, turned by @angle radians about the anchor. */
void cw_draw_text_turned (cairo_t *cr, const char *text, double x, double y, double ax, double ay, double size,
                          CwColor color, double angle);
/* Left aligned and shortened with an ellipsis to @width. */
void cw_draw_text_within (cairo_t *cr, const char *text, double x, double y, double width, double size, CwColor color);
/* Wrapped to @width, its middle at (x, y). */
void cw_draw_text_wrapped (cairo_t *cr, const char *text, double x, double y, double width, double size, CwColor color);
/* In the monospace font. */
void cw_draw_text_mono (cairo_t *cr, const char *text, double x, double y, double ax, double ay, double size,
                        CwColor color);
void  cw_text_size (cairo_t *cr, const char *text, double size, double *width, double *height);
char *cw_number_to_string (int64_t n);      /* "1,234,567"; "?" for -1 */
char *cw_duration_to_string (int64_t ns);   /* "831 ms", "1.25 s", "2 min 05 s" */
char *cw_value_to_string (double value);    /* at most 6 significant digits */

/* ---- diagram: how an array is cut into chunks ---------------------------------------------- */

typedef struct {
  int64_t  n;       /* chunks along the axis */
  int64_t *lengths; /* n; -1 where unknown */
} CwDrawAxis;

typedef struct {
  int         ndim;
  CwDrawAxis *axes; /* ndim */
} CwDrawChunks;

CwDrawChunks *cw_draw_chunks_new (int ndim);
/* Copies @lengths to axis @axis. */
void cw_draw_chunks_set (CwDrawChunks *chunks, int axis, int64_t n, const int64_t *lengths);
void cw_draw_chunks_free (CwDrawChunks *chunks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwDrawChunks, cw_draw_chunks_free)

#define CW_DIAGRAM_MAX_NDIM 32

/* A diagram laid out for an area. */
typedef struct _CwDiagram CwDiagram;

typedef enum {
  CW_DIAGRAM_COMPACT = 0, /* the picture alone, with small margins */
  CW_DIAGRAM_LABELS  = 1, /* lengths stand on the axes, chunk lengths where there is room */
} CwDiagramFlags;

/* Lays @chunks out in @width x @height. 1-d arrays are a row, 2-d a rectangle, 3-d a box in oblique projection, and
 * more axes small multiples of three axes from the last one on. Proportions follow Dask's SVG (dask/array/svg.py):
 * the ratio of axes is shown true up to e and by its logarithm beyond. */
CwDiagram *cw_diagram_new (const CwDrawChunks *chunks, double width, double height, CwDiagramFlags flags);
void       cw_diagram_free (CwDiagram *diagram);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwDiagram, cw_diagram_free)
/* The chunk under (x, y): ndim numbers in @block, -1 for axes that the panel under the point does not show. */
bool cw_diagram_hit (const CwDiagram *diagram, double x, double y, int64_t *block);
/* @highlight (may be NULL): a block as cw_diagram_hit gives it. */
void cw_diagram_draw (const CwDiagram *diagram, cairo_t *cr, const CwPalette *palette, CwColor fill,
                      const int64_t *highlight);
/* Marks one more chunk, for overlays; a colour that is not opaque marks it quietly. */
void cw_diagram_mark (const CwDiagram *diagram, cairo_t *cr, CwColor color, const int64_t *block);
/* Covers a chunk with a colour. */
void cw_diagram_fill (const CwDiagram *diagram, cairo_t *cr, CwColor color, const int64_t *block);
/* Marks the elements from start[k] up to stop[k] along each axis; lengths have to be known. */
void cw_diagram_mark_region (const CwDiagram *diagram, cairo_t *cr, CwColor color, const int64_t *start, const int64_t *stop);
/* Bounding box of the picture without labels. */
void cw_diagram_extents (const CwDiagram *diagram, double *x, double *y, double *width, double *height);
/* Positions of the lines between chunks along @axis that are drawn (0 .. 1 of its length), both ends included;
 * for tests. Returns their number. */
int cw_diagram_lines (const CwDiagram *diagram, int axis, double *positions, int max);

/* ---- graph: layers of block tasks ----------------------------------------------------------- */

typedef enum {
  CW_DRAW_WAITING,
  CW_DRAW_READY,
  CW_DRAW_RUNNING,
  CW_DRAW_DONE,
  CW_DRAW_RELEASED,
  CW_DRAW_SPILLED,
  CW_DRAW_FAILED,
  CW_DRAW_CANCELLED,
  CW_N_DRAW_STATES
} CwDrawState;

typedef struct {
  char     *label;
  int       color;
  int       depth; /* the column */
  bool      is_output;
  uint32_t  first, n; /* tasks first .. first + n - 1 */
  int       ndim;     /* of the grid of blocks */
  int64_t   grid[CW_DIAGRAM_MAX_NDIM];
  int       n_inputs;
  int      *inputs; /* owned */
  uint64_t  n_edges; /* into this layer */
} CwDrawLayer;

/* Tasks that @task reads from, or that read from it; borrowed. */
typedef const uint32_t *(*CwNeighbours) (void *data, uint32_t task, uint32_t *n);

typedef struct {
  int            n_layers;
  CwDrawLayer   *layers; /* owned; tasks in order */
  uint32_t       n_tasks;
  CwNeighbours   parents, children;
  char        *(*describe) (void *data, uint32_t task); /* what stands in a task that is large enough; may be NULL */
  void          *data;
  GDestroyNotify free_data;
} CwDrawGraph;

CwDrawGraph *cw_draw_graph_new (int n_layers);
void         cw_draw_graph_free (CwDrawGraph *graph);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwDrawGraph, cw_draw_graph_free)
int cw_draw_graph_layer_of (const CwDrawGraph *graph, uint32_t task);

/* World point (x, y) is drawn at the top left corner; @scale pixels a world unit. */
typedef struct {
  double x, y, scale;
  double width, height; /* pixels */
  double device_scale;  /* pixels of the device a pixel; 0: as the surface says */
} CwViewport;

typedef struct {
  double x, y, width, height;
} CwRect;

/* Where each layer stands. Positions follow from structure: a layer is in the column of its depth, and its tasks
 * stand at their chunk coordinates, so that a position is arithmetic and nothing is kept per task. */
typedef struct _CwGraphLayout CwGraphLayout;

/* @graph is borrowed and has to outlive the layout. @top_down: rows instead of columns. */
CwGraphLayout *cw_graph_layout_new (const CwDrawGraph *graph, bool top_down);
void           cw_graph_layout_free (CwGraphLayout *layout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwGraphLayout, cw_graph_layout_free)
void   cw_graph_layout_size (const CwGraphLayout *layout, double *width, double *height);
CwRect cw_graph_layer_rect (const CwGraphLayout *layout, int layer); /* world */
CwRect cw_graph_task_rect (const CwGraphLayout *layout, uint32_t task); /* world */
/* Sets @view's x, y and scale so that all is seen with a margin. */
void cw_graph_fit (const CwGraphLayout *layout, CwViewport *view);
bool cw_graph_hit (const CwGraphLayout *layout, const CwViewport *view, double x, double y, uint32_t *task);
/* The task next to @task in direction (dx, dy) of -1, 0, 1: inside its layer, else the nearest layer's. */
uint32_t cw_graph_step (const CwGraphLayout *layout, uint32_t task, int dx, int dy);

/* How many tasks of which kind stand under each pixel, at every size of pixel: what the graph from afar is drawn from. */
typedef struct _CwGraphLevels CwGraphLevels;

/* @layout is borrowed; @states: CwDrawState a task. Takes time by the number of tasks. */
CwGraphLevels *cw_graph_levels_new (const CwGraphLayout *layout, const uint8_t *states);
void           cw_graph_levels_free (CwGraphLevels *levels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwGraphLevels, cw_graph_levels_free)
/* All states anew, and that of one task; the latter in no time. */
void cw_graph_levels_set (CwGraphLevels *levels, const uint8_t *states);
void cw_graph_levels_change (CwGraphLevels *levels, uint32_t task, CwDrawState from, CwDrawState to);

typedef struct {
  const uint8_t       *states;  /* CwDrawState a task, or NULL: nothing has run */
  const uint8_t       *workers; /* worker a task, or NULL */
  double               pulse;   /* 0 .. 1, phase of running tasks' pulse; 0 with reduced motion */
  CwGraphLevels       *levels;  /* of these states, or NULL: made where they are needed */
} CwGraphStates;

#define CW_GRAPH_MAX_EDGES 1200 /* more visible edges than this are drawn as bundles */

void cw_graph_draw_edges (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view);
void cw_graph_draw_nodes (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                          const CwGraphStates *states);
void cw_graph_draw_labels (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view);
/* The task with its parents and children; @part of the lines to them has drawn itself so far, 1: all. */
void cw_graph_draw_selection (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette,
                              const CwViewport *view, uint32_t task, double part);
/* What is left to be seen of a block that was released: @age from 0 to 1. */
void cw_graph_draw_fading (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view, uint32_t task,
                           double age);

/* Everything that @task comes from, and everything that comes from it. @graph is borrowed. */
typedef struct _CwGraphLineage CwGraphLineage;
CwGraphLineage *cw_graph_lineage_new (const CwDrawGraph *graph, uint32_t task);
void            cw_graph_lineage_free (CwGraphLineage *lineage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwGraphLineage, cw_graph_lineage_free)
/* Searches on for at most @budget_ns; true once nothing is left to search. */
bool cw_graph_lineage_step (CwGraphLineage *lineage, int64_t budget_ns);
/* The tasks found so far, the first one among them. */
const uint32_t *cw_graph_lineage_tasks (const CwGraphLineage *lineage, uint32_t *n);
/* A veil over all tasks that are not of it. */
void cw_graph_draw_lineage (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                            const CwGraphLineage *lineage);

/* What stands in tasks that are large enough to be read: block, shape, bytes. */
void cw_graph_draw_names (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                          const CwGraphStates *states);
/* One cell as cw_graph_draw_nodes draws it, for legends. @worker -1: none. */
void cw_graph_draw_cell (cairo_t *cr, const CwPalette *palette, CwRect cell, CwColor color, CwDrawState state,
                         int worker, double pulse);
/* A small map of the whole in the lower right corner of the view, with what the view shows; of use where that is a part. */
bool   cw_graph_map_is_useful (const CwGraphLayout *layout, const CwViewport *view);
CwRect cw_graph_map_rect (const CwViewport *view);
/* The point of the world under (x, y) of the map; false outside of it. */
bool   cw_graph_map_point (const CwGraphLayout *layout, const CwViewport *view, double x, double y, double *world_x, double *world_y);
void   cw_graph_draw_map (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                          const CwGraphStates *states);
/* The layers of @from on their way to those of @to that they are part of: @target[layer] or -1, where a layer goes; @t from 0 to 1. */
void cw_graph_draw_morph (const CwGraphLayout *from, const CwViewport *from_view, const CwGraphLayout *to, const CwViewport *to_view,
                          const int *target, double t, cairo_t *cr, const CwPalette *palette);
/* Are single edges drawn (true) or bundles (false)? */
bool cw_graph_edges_are_single (const CwGraphLayout *layout, const CwViewport *view);

/* ---- timeline: what each worker did when ----------------------------------------------------- */

typedef struct {
  int64_t  start_ns, end_ns;
  int64_t  busy_before_ns; /* of the bars before it in its lane */
  uint32_t task;
  uint8_t  color;
} CwDrawBar;

typedef struct {
  int64_t time_ns, bytes;
} CwDrawSample;

/* Something to notice: a block spilled, a task failed or cancelled. */
typedef struct {
  int64_t  time_ns;
  uint32_t task;
  uint8_t  lane, state; /* CwDrawState */
} CwDrawMark;

typedef struct {
  CwDrawBar *bars; /* in order of time, not overlapping */
  size_t     n;
  CwDrawBar  open; /* of the task that runs, until now; of no length where none does */
} CwDrawLane;

typedef struct {
  int           n_lanes;
  CwDrawLane   *lanes;
  CwDrawSample *memory; /* in order of time */
  size_t        n_memory;
  CwDrawMark   *marks;
  size_t        n_marks;
  int64_t       limit_bytes; /* of memory; 0: none */
  int64_t       duration_ns;
} CwDrawTimeline;

typedef struct {
  int64_t from_ns, to_ns; /* what is seen */
  double  width, height;
  int64_t cursor_ns;      /* the clock; -1: none */
  int64_t selected;       /* a task or -1 */
  int64_t hovered;        /* a task or -1 */
  const char *title;      /* what run this is, or NULL */
} CwTimeSpan;

void   cw_timeline_draw (const CwDrawTimeline *timeline, cairo_t *cr, const CwPalette *palette,
                         const CwTimeSpan *view);
/* The bar under (x, y). */
bool   cw_timeline_hit (const CwDrawTimeline *timeline, const CwTimeSpan *view, double x, double y, int *lane,
                        size_t *bar);
int64_t cw_timeline_time_at (const CwTimeSpan *view, double x);
double  cw_timeline_x_of (const CwTimeSpan *view, int64_t time_ns);
/* Which part of the time in [@from_ns, @to_ns) the lane's worker was busy, 0 to 1; in logarithmic time. */
double cw_timeline_busy (const CwDrawLane *lane, int64_t from_ns, int64_t to_ns);
/* First bar of @lane that ends after @time_ns; lane->n if none. */
size_t cw_timeline_find (const CwDrawLane *lane, int64_t time_ns);
/* A round step (1, 2 or 5 times a power of ten) so that about @count fit in @span. */
double cw_nice_step (double span, int count);

/* ---- values --------------------------------------------------------------------------------- */

typedef struct {
  int     rows, columns;
  double *values;      /* rows x columns, sampled where the array is larger; NaN possible */
  char  **texts;       /* rows x columns or NULL */
  int64_t true_rows, true_columns; /* of the array */
  int    *row_borders; /* rows where a chunk begins, other than 0 */
  int    *column_borders;
  int     n_row_borders, n_column_borders;
  double  min, max;    /* of finite values */
} CwDrawValues;

CwDrawValues *cw_draw_values_new (int rows, int columns);
void          cw_draw_values_free (CwDrawValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwDrawValues, cw_draw_values_free)
void cw_draw_values_find_range (CwDrawValues *values); /* sets min and max */

/* Cell size in pixels of the number grid that shows all texts. */
void cw_values_cell_size (const CwDrawValues *values, cairo_t *cr, double *width, double *height);
/* A table of numbers with chunk borders; draws what fits from row and column (@row, @column) on. */
void cw_values_draw_numbers (const CwDrawValues *values, cairo_t *cr, const CwPalette *palette, double width,
                             double height, int row, int column);
/* A heat map with a colour bar. */
void cw_values_draw_heat_map (const CwDrawValues *values, cairo_t *cr, const CwPalette *palette, CwColorMap map,
                              double width, double height);
/* The value under (x, y) of that heat map. */
bool cw_values_hit_heat_map (const CwDrawValues *values, double width, double height, double x, double y, int *row,
                             int *column);
/* Where that value is drawn. */
CwRect cw_values_heat_map_cell (const CwDrawValues *values, double width, double height, int row, int column);
/* A line over the index (values of one row), as min and max a pixel column where there are many. */
void cw_plot_line (cairo_t *cr, const CwPalette *palette, const double *values, int64_t n, double width,
                   double height, CwColor color);
/* Bars from zero, a bar a value. */
void cw_plot_bars (cairo_t *cr, const CwPalette *palette, const double *values, int64_t n, double width,
                   double height, CwColor color);

/* ---- bench: how long workloads took in programs ----------------------------------------------- */

/* Seconds; of @n measurements, 0: not measured. */
typedef struct {
  int    n;
  double smallest, median, largest;
} CwDrawMeasure;

typedef struct {
  char          *title;  /* or NULL */
  int            n_groups, n_series;
  char         **groups; /* names of the workloads */
  char         **series; /* names of the programs */
  CwDrawMeasure *measures; /* n_groups x n_series */
} CwDrawBench;

/* All not measured yet and without names, which the caller sets. */
CwDrawBench *cw_draw_bench_new (int n_groups, int n_series);
void         cw_draw_bench_free (CwDrawBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwDrawBench, cw_draw_bench_free)
void cw_draw_bench_set (CwDrawBench *bench, int group, int series, const double *seconds, int n);

/* A chart of lying bars; legible from 320 x 240 on. */
void   cw_bench_draw (const CwDrawBench *bench, cairo_t *cr, const CwPalette *palette, double width, double height);
/* Where it draws a bar, of no width if not measured, and where a time stands; the bar in whose row (x, y) is. */
CwRect cw_bench_bar (const CwDrawBench *bench, double width, double height, int group, int series);
double cw_bench_x (const CwDrawBench *bench, double width, double height, double seconds);
bool   cw_bench_hit (const CwDrawBench *bench, double width, double height, double x, double y, int *group, int *series);
/* Is its axis logarithmic? */
bool   cw_bench_is_logarithmic (const CwDrawBench *bench);

G_END_DECLS
