/* draw-file.c: an array, its plan, its values or a run as a picture in a file.
 *
 * The same functions draw as in the window, with the light palette, to a surface of the format that the file's
 * ending names. Graphs grow with their number of tasks up to a page of bounded size; larger ones are drawn smaller.
 */
#include "app/draw-file.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "app/animation.h"
#include "app/bench-chart.h"
#include "widgets/adapt.h"

#define LARGEST_PAGE 2400.0
#define VALUE_CELLS  600 /* rows and columns of a heat map */

typedef void (*PaintFunc) (cairo_t *cr, double width, double height, void *data);

static bool
write_surface (const char *filename, double width, double height, PaintFunc paint, void *data, GError **error) {
  cairo_surface_t *surface;
  bool png = g_str_has_suffix (filename, ".png");
  if (g_str_has_suffix (filename, ".svg"))
    surface = cairo_svg_surface_create (filename, width, height);
  else if (g_str_has_suffix (filename, ".pdf"))
    surface = cairo_pdf_surface_create (filename, width, height);
  else if (png)
    surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  else
    return cw_fail (error, CW_ERROR_VALUE, _("“%s” does not say which format to write: end the name in .svg, .pdf, .png or .dot"),
                    filename);
  cairo_t *cr = cairo_create (surface);
  cw_set_color (cr, cw_palette_get (CW_STYLE_LIGHT)->background);
  cairo_paint (cr);
  paint (cr, width, height, data);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  if (png && status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_write_to_png (surface, filename);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    return cw_fail (error, CW_ERROR_OS, _("%s cannot be written: %s"), filename, cairo_status_to_string (status));
  return true;
}

/* ---- diagram -------------------------------------------------------------------------------- */

static void
paint_diagram (cairo_t *cr, double width, double height, void *data) {
  CwArray *array = data;
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  g_autoptr (CwDrawChunks) chunks = cw_adapt_chunks (array);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, width, height, CW_DIAGRAM_LABELS);
  cw_diagram_draw (diagram, cr, palette, cw_palette_layer (palette, cw_adapt_color (array)), NULL);
}

/* ---- graph ---------------------------------------------------------------------------------- */

typedef struct {
  CwGraphLayout *layout;
  CwGraphStates  states;
} GraphPage;

static void
paint_graph (cairo_t *cr, double width, double height, void *data) {
  GraphPage       *page = data;
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwViewport view = { .width = width, .height = height };
  cw_graph_fit (page->layout, &view);
  cw_graph_draw_edges (page->layout, cr, palette, &view);
  cw_graph_draw_nodes (page->layout, cr, palette, &view, &page->states);
  cw_graph_draw_labels (page->layout, cr, palette, &view);
}

static bool
draw_graph (CwPlan *plan, const CwPictureOf *of, const char *filename, GError **error) {
  g_autoptr (CwDrawGraph) graph = cw_adapt_graph (plan);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, of->top_down);
  bool      ran = of->board && cw_task_board_plan (of->board) == plan;
  GraphPage page = { layout, { .states = ran ? cw_task_board_states (of->board) : NULL, .workers = ran ? cw_task_board_workers (of->board) : NULL } };
  double width, height;
  cw_graph_layout_size (layout, &width, &height);
  return write_surface (filename, CLAMP (width * 34 + 130, 360, LARGEST_PAGE), CLAMP (height * 34 + 100, 200, LARGEST_PAGE),
                        paint_graph, &page, error);
}

/* The nodes and edges of one layer; its label is escaped once. */
static void
append_layer (GString *out, CwPlan *plan, int i) {
  const CwLayer   *layer = cw_plan_layer (plan, i);
  g_autofree char *label = cw_plan_layer_label (plan, i), *escaped = g_strescape (label, NULL);
  for (uint32_t task = layer->first_task; task < layer->first_task + layer->n_tasks; task++) {
    int64_t  block[CW_MAX_NDIM];
    uint32_t n;
    const uint32_t *parents = cw_plan_parents (plan, task, &n);
    cw_plan_task_block (plan, task, block);
    g_string_append_printf (out, "  t%u [label=\"%s (", task, escaped);
    for (int k = 0; k < layer->array->ndim; k++)
      g_string_append_printf (out, "%s%" G_GINT64_FORMAT, k ? ", " : "", block[k]);
    g_string_append (out, ")\"];\n");
    for (uint32_t k = 0; k < n; k++)
      g_string_append_printf (out, "  t%u -> t%u;\n", parents[k], task);
  }
}

static bool
write_dot (CwPlan *plan, const CwPictureOf *of, const char *filename, GError **error) {
  g_autoptr (GString) out = g_string_new ("digraph chunkwise {\n");
  g_string_append_printf (out, "  rankdir=%s;\n  node [shape=box];\n", of->top_down ? "TB" : "LR");
  for (int i = 0; i < cw_plan_n_layers (plan); i++)
    append_layer (out, plan, i);
  g_string_append (out, "}\n");
  return g_file_set_contents (filename, out->str, out->len, error);
}

/* ---- timeline ------------------------------------------------------------------------------- */

static void
paint_timeline (cairo_t *cr, double width, double height, void *data) {
  CwTaskBoard *board = data;
  CwTimeSpan   span = { .to_ns = MAX (cw_task_board_duration (board), 1000), .width = width, .height = height, .cursor_ns = -1, .selected = -1, .hovered = -1 };
  cw_timeline_draw (cw_task_board_timeline (board), cr, cw_palette_get (CW_STYLE_LIGHT), &span);
}

static bool
draw_timeline (CwRun *run, const char *filename, GError **error) {
  g_autoptr (CwTaskBoard) board = cw_task_board_new (cw_run_plan (run), cw_run_trace (run));
  while (!cw_task_board_complete (board))
    cw_task_board_follow (board, G_MAXINT64 / 4);
  return write_surface (filename, 1000, 150 + 40 * cw_task_board_timeline (board)->n_lanes, paint_timeline, board, error);
}

/* ---- values --------------------------------------------------------------------------------- */

static void
paint_values (cairo_t *cr, double width, double height, void *data) {
  const CwPictureOf *of = data;
  const CwPalette   *palette = cw_palette_get (CW_STYLE_LIGHT);
  bool numbers = of->values->size <= 400;
  if (!numbers && of->values->ndim == 1) {
    int64_t n;
    g_autofree double *line = cw_adapt_line (of->values, G_MAXINT32, &n);
    CwColor color = cw_palette_layer (palette, of->array ? cw_adapt_color (of->array) : 4);
    if (cw_dtype_is_integer (of->values->dtype) && n <= 2000)
      cw_plot_bars (cr, palette, line, n, width, height, color);
    else
      cw_plot_line (cr, palette, line, n, width, height, color);
    return;
  }
  g_autoptr (CwDrawValues) values = cw_adapt_values (of->values, of->array, (int64_t[2]) { 0, 0 }, VALUE_CELLS, VALUE_CELLS, numbers);
  if (numbers)
    cw_values_draw_numbers (values, cr, palette, width, height, 0, 0);
  else
    cw_values_draw_heat_map (values, cr, palette, CW_MAP_VIRIDIS, width, height);
}

/* ---- measurements --------------------------------------------------------------------------- */

static void
paint_charts (cairo_t *cr, double width, double height, void *data) {
  cw_bench_charts_draw (data, cr, cw_palette_get (CW_STYLE_LIGHT), width, height);
}

/* ---- all ------------------------------------------------------------------------------------ */

const char *
cw_picture_name (int what) {
  static const char *const names[CW_N_PICTURES] = { "diagram", "graph", "timeline", "values", "animation", "trace", "bench" };
  return what >= 0 && what < CW_N_PICTURES ? names[what] : NULL;
}

static bool
draw_plan (const CwPictureOf *of, const char *filename, GError **error) {
  g_autoptr (CwPlan) plan = of->plan ? cw_plan_ref (of->plan) : cw_plan_new (1, (CwArray *const *) &of->array, of->kind, error);
  if (!plan)
    return false;
  return g_str_has_suffix (filename, ".dot") ? write_dot (plan, of, filename, error) : draw_graph (plan, of, filename, error);
}

static bool
write_trace (CwRun *run, const char *filename, GError **error) {
  g_autofree char *text = cw_trace_to_json (cw_run_trace (run), cw_run_plan (run));
  return g_file_set_contents (filename, text, -1, error);
}

bool
cw_draw_picture (CwPicture what, const CwPictureOf *of, const char *filename, GError **error) {
  bool needs_run = what == CW_PICTURE_TIMELINE || what == CW_PICTURE_ANIMATION || what == CW_PICTURE_TRACE;
  if (g_str_has_suffix (filename, ".dot") && what != CW_PICTURE_GRAPH)
    return cw_fail (error, CW_ERROR_VALUE, _("only a graph can be written as .dot; use .svg, .pdf or .png"));
  if (needs_run && !of->run)
    return cw_fail (error, CW_ERROR_VALUE, _("a timeline, an animation or a trace shows a run: compute the array first"));
  if (what == CW_PICTURE_VALUES && !of->values)
    return cw_fail (error, CW_ERROR_VALUE, _("the array has no values yet: compute it first"));
  switch (what) {
  case CW_PICTURE_GRAPH: return draw_plan (of, filename, error);
  case CW_PICTURE_TIMELINE: return draw_timeline (of->run, filename, error);
  case CW_PICTURE_VALUES: return write_surface (filename, 640, 520, paint_values, (void *) of, error);
  case CW_PICTURE_ANIMATION: return cw_animation_write (of->run, filename, error);
  case CW_PICTURE_BENCH: return write_surface (filename, 800, ceil (MAX (cw_bench_charts_height (of->charts), 240)), paint_charts, of->charts, error);
  case CW_PICTURE_TRACE: return write_trace (of->run, filename, error);
  default: return write_surface (filename, 480, 380, paint_diagram, of->array, error);
  }
}

bool
cw_draw_file (CwArray *array, CwPlanKind kind, bool top_down, const char *filename, void *data, GError **error) {
  CwPictureOf of = { .array = array, .kind = kind, .top_down = top_down };
  return !filename || cw_draw_picture (CW_PICTURE_GRAPH, &of, filename, error);
}
