/* graph-labels.c: the names of layers and, near enough, what each task makes; where there is room for them. */
#include "widgets/draw/graph-private.h"

#include <math.h>
#include <string.h>

#define LABEL_SIZE 11.5

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
  CwRect rect = cw_graph_to_pixels (view, cw_graph_layer_rect (layout, i));
  bool   below = label_is_below (layout, i, alternate);
  double room = view->width - rect.x - 4, y = below ? rect.y + rect.height : rect.y;
  for (int k = 0; k < layout->graph->n_layers; k++) {
    CwRect other = cw_graph_to_pixels (view, cw_graph_layer_rect (layout, k));
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
    if (cw_graph_layer_is_visible (layout, i, view) && width > label_room (layout, i, view, false))
      return false;
  }
  return true;
}

void
cw_graph_draw_labels (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view) {
  bool alternate = !layout->top_down && !labels_fit (layout, cr, view);
  for (int i = 0; i < layout->graph->n_layers; i++) {
    const CwDrawLayer *layer = &layout->graph->layers[i];
    CwRect rect = cw_graph_to_pixels (view, cw_graph_layer_rect (layout, i));
    double room = cw_graph_layer_is_visible (layout, i, view) ? label_room (layout, i, view, alternate) : 0;
    if (room < 26)
      continue;
    g_autofree char *count = cw_number_to_string (layer->n);
    double top = label_is_below (layout, i, alternate) ? rect.y + rect.height + 4 : rect.y - 31;
    cw_draw_text_within (cr, layer->label, rect.x, top, room, LABEL_SIZE, palette->foreground);
    cw_draw_text_within (cr, count, rect.x, top + 14, room, 10, palette->dim);
  }
}

/* ---- names of tasks ------------------------------------------------------------------------- */

#define NAME_SIZE  10.5
#define NAME_CELL  84.0 /* pixels a cell, from which on tasks say what they are */

typedef struct {
  const CwDrawGraph   *graph;
  const CwPalette     *palette;
  const CwGraphStates *states;
  CwColor              color;
  cairo_t             *cr;
} NamePen;

static void
name_run (uint32_t first, int64_t n, double x, double y, double pitch, void *data) {
  NamePen *pen = data;
  double   pad = CW_CELL_PAD * pitch + 5, width = pitch - 2 * pad;
  for (int64_t i = 0; i < n; i++) {
    g_autofree char *text = pen->graph->describe (pen->graph->data, first + i);
    bool    full = cw_graph_state_of (pen->states, first + i) == CW_DRAW_RUNNING;
    CwColor color = full ? cw_color_text_on (pen->color) : pen->palette->foreground;
    char   *rest = text;
    double  top = y + pad + 2;
    for (char *line; (line = strsep (&rest, "\n")); top += NAME_SIZE + 4)
      cw_draw_text_within (pen->cr, line, x + i * pitch + pad, top, width, NAME_SIZE, color);
  }
}

void
cw_graph_draw_names (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                     const CwGraphStates *states) {
  for (int i = 0; layout->graph->describe && i < layout->graph->n_layers; i++) {
    NamePen pen = { layout->graph, palette, states, cw_palette_layer (palette, layout->graph->layers[i].color), cr };
    if (layout->places[i].cell * view->scale >= NAME_CELL)
      cw_graph_each_visible (layout, i, view, name_run, &pen);
  }
}
