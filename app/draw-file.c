/* draw-file.c: an array, its plan or a run as a picture in a file.
 *
 * The same functions draw as in the window, with the light palette, to a surface of the format that the file's
 * ending names. Graphs grow with their number of tasks up to a page of bounded size; larger ones are drawn smaller.
 */
#include "app/draw-file.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "widgets/adapt.h"
#include "widgets/task-board.h"

#define LARGEST_PAGE 2400.0
#define DOT_TASKS    50000 /* more make a text that no tool lays out */

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
draw_graph (CwPlan *plan, const char *filename, GError **error) {
  g_autoptr (CwDrawGraph) graph = cw_adapt_graph (plan);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  GraphPage page = { layout, { NULL, NULL, 0 } };
  double width, height;
  cw_graph_layout_size (layout, &width, &height);
  return write_surface (filename, CLAMP (width * 34 + 130, 360, LARGEST_PAGE), CLAMP (height * 34 + 100, 200, LARGEST_PAGE),
                        paint_graph, &page, error);
}

static void
append_task_name (GString *out, CwPlan *plan, uint32_t task) {
  int64_t block[CW_MAX_NDIM];
  int     layer = cw_plan_task_layer (plan, task), ndim = cw_plan_layer (plan, layer)->array->ndim;
  g_autofree char *label = cw_plan_layer_label (plan, layer), *escaped = g_strescape (label, NULL);
  cw_plan_task_block (plan, task, block);
  g_string_append_printf (out, "%s (", escaped);
  for (int i = 0; i < ndim; i++)
    g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i ? ", " : "", block[i]);
  g_string_append_c (out, ')');
}

static bool
write_dot (CwPlan *plan, const char *filename, GError **error) {
  if (cw_plan_n_tasks (plan) > DOT_TASKS)
    return cw_fail (error, CW_ERROR_VALUE, _("a graph of %u tasks is too large for .dot, which ends at %d; .svg, .pdf and .png have no such end"),
                    cw_plan_n_tasks (plan), DOT_TASKS);
  g_autoptr (GString) out = g_string_new ("digraph chunkwise {\n  rankdir=LR;\n  node [shape=box];\n");
  for (uint32_t task = 0; task < cw_plan_n_tasks (plan); task++) {
    uint32_t n;
    const uint32_t *parents = cw_plan_parents (plan, task, &n);
    g_string_append_printf (out, "  t%u [label=\"", task);
    append_task_name (out, plan, task);
    g_string_append (out, "\"];\n");
    for (uint32_t i = 0; i < n; i++)
      g_string_append_printf (out, "  t%u -> t%u;\n", parents[i], task);
  }
  g_string_append (out, "}\n");
  return g_file_set_contents (filename, out->str, out->len, error);
}

/* ---- timeline ------------------------------------------------------------------------------- */

static void
paint_timeline (cairo_t *cr, double width, double height, void *data) {
  CwTaskBoard *board = data;
  CwTimeSpan   span = { .to_ns = MAX (cw_task_board_duration (board), 1000), .width = width, .height = height, .cursor_ns = -1, .selected = -1 };
  cw_timeline_draw (cw_task_board_timeline (board), cr, cw_palette_get (CW_STYLE_LIGHT), &span);
}

static bool
draw_timeline (CwRun *run, const char *filename, GError **error) {
  if (!run)
    return cw_fail (error, CW_ERROR_VALUE, _("a timeline shows a run: compute the array first"));
  g_autoptr (CwTaskBoard) board = cw_task_board_new (cw_run_plan (run), cw_run_trace (run));
  while (!cw_task_board_complete (board))
    cw_task_board_follow (board, G_MAXINT64 / 4);
  return write_surface (filename, 1000, 150 + 40 * cw_task_board_timeline (board)->n_lanes, paint_timeline, board, error);
}

bool
cw_draw_picture (CwPicture what, CwArray *array, CwPlanKind kind, CwRun *run, const char *filename, GError **error) {
  bool dot = g_str_has_suffix (filename, ".dot");
  if (dot && what != CW_PICTURE_GRAPH)
    return cw_fail (error, CW_ERROR_VALUE, _("only a graph can be written as .dot; use .svg, .pdf or .png"));
  if (what == CW_PICTURE_DIAGRAM)
    return write_surface (filename, 480, 380, paint_diagram, array, error);
  if (what == CW_PICTURE_TIMELINE)
    return draw_timeline (run, filename, error);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &array, kind, error);
  if (!plan)
    return false;
  return dot ? write_dot (plan, filename, error) : draw_graph (plan, filename, error);
}

bool
cw_draw_file (CwArray *array, CwPlanKind kind, const char *filename, void *data, GError **error) {
  if (!filename)
    return true;
  return cw_draw_picture (CW_PICTURE_GRAPH, array, kind, NULL, filename, error);
}
