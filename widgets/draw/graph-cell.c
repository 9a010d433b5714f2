/* graph-cell.c: what one task looks like.
 *
 * Its state is told by shape first and by colour second: an outline, thin or thick, a full square, a tick in the corner, a
 * hatch, a cross. How much of that is drawn follows from the square's size; the smallest ones are patterns of a few dots.
 */
#include "widgets/draw/graph-private.h"

#include <math.h>

const uint8_t cw_graph_weights[CW_N_DRAW_STATES] = {
  [CW_DRAW_WAITING] = 56,   [CW_DRAW_READY] = 102,   [CW_DRAW_RUNNING] = 255, [CW_DRAW_DONE] = 191,
  [CW_DRAW_RELEASED] = 128, [CW_DRAW_SPILLED] = 153, [CW_DRAW_FAILED] = 255,  [CW_DRAW_CANCELLED] = 102,
};

void
cw_graph_cell_path (cairo_t *cr, CwRect c) {
  double r = c.width >= CW_CELL_LARGE ? MIN (c.width * 0.18, 6) : 0;
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

void
cw_graph_paint_path (cairo_t *cr, const CwPalette *palette, CwColor color, CwDrawState state) {
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

void
cw_graph_draw_marks (cairo_t *cr, const CwPalette *palette, CwRect c, CwColor color, CwDrawState state, int worker,
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
    cw_graph_cell_path (cr, (CwRect) { c.x - grow, c.y - grow, c.width + 2 * grow, c.height + 2 * grow });
    cw_set_color (cr, cw_color_with_alpha (color, 0.7 * (1 - pulse)));
    cairo_set_line_width (cr, 1.5);
    cairo_stroke (cr);
  }
  if (worker >= 0 && c.width >= 13) {
    char text[8];
    g_snprintf (text, sizeof text, "%d", worker + 1);
    bool large = c.width >= 58; /* the middle is for the task's name */
    cw_draw_text (cr, text, large ? c.x + c.width - 7 : c.x + c.width / 2, large ? c.y + c.height - 4 : c.y + c.height / 2,
                  large ? 1 : 0.5, large ? 1 : 0.5, MIN (c.height * 0.62, 15), cw_color_text_on (color));
  }
}

void
cw_graph_draw_cell (cairo_t *cr, const CwPalette *palette, CwRect cell, CwColor color, CwDrawState state, int worker,
                    double pulse) {
  cw_graph_cell_path (cr, cell);
  cw_graph_paint_path (cr, palette, color, state);
  cw_graph_draw_marks (cr, palette, cell, color, state, worker, pulse);
  cw_set_color (cr, color);
  cairo_fill (cr);
}

/* ---- small squares ---------------------------------------------------------------------------- */

/* How much of the line's colour has the dot (x, y) of a square of @n x @n dots: what the larger squares show, in its coarsest form. A waiting
 * task's outline is dotted, where a larger one's is thin. */
static double
dot_amount (CwDrawState state, int n, int x, int y) {
  bool edge = x == 0 || y == 0 || x == n - 1 || y == n - 1;
  bool tick = x - y >= n - 1 - n / 3, cross = x == y || x + y == n - 1;
  switch (state) {
  case CW_DRAW_WAITING: return edge && (x + y) % 2 == 0 ? 0.75 : 0.06;
  case CW_DRAW_READY: return edge ? 1 : 0;
  case CW_DRAW_DONE: return tick ? 1 : looks[state].fill;
  case CW_DRAW_RELEASED: return 0.45;
  case CW_DRAW_SPILLED: return (x + y + 2 * n + 1) % 3 == 0 ? 1 : looks[state].fill;
  case CW_DRAW_FAILED:
  case CW_DRAW_CANCELLED: return cross ? 1 : 0.1;
  default: return 1;
  }
}

/* Dots are pixels of the device, or larger ones where six fit in any case. */
static void
draw_dots (cairo_t *cr, const CwPalette *palette, CwRect c, CwColor line, CwDrawState state) {
  double scale = 1;
  cairo_surface_get_device_scale (cairo_get_target (cr), &scale, NULL);
  double side = c.width * scale;
  int    n = MAX (1, (int) round (side / MAX (1, floor (side / 6))));
  double dot = c.width / n;
  cairo_save (cr);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  for (int y = 0; y < n; y++) {
    for (int x = 0; x < n; x++) {
      cairo_rectangle (cr, c.x + x * dot, c.y + y * dot, dot, dot);
      cw_set_color (cr, cw_color_mix (palette->background, line, dot_amount (state, n, x, y)));
      cairo_fill (cr);
    }
  }
  cairo_restore (cr);
}

void
cw_graph_draw_square (cairo_t *cr, const CwPalette *palette, CwRect c, CwColor color, CwDrawState state) {
  CwColor line = line_color (palette, color, state);
  bool    marked = state != CW_DRAW_WAITING && state != CW_DRAW_READY && state != CW_DRAW_RELEASED;
  double  half = looks[state].width / 2;
  if (c.width < CW_CELL_LARGE) {
    draw_dots (cr, palette, c, line, state);
    return;
  }
  cw_graph_cell_path (cr, (CwRect) { c.x + half, c.y + half, c.width - 2 * half, c.height - 2 * half });
  cw_graph_paint_path (cr, palette, color, state);
  if (marked)
    cw_graph_draw_marks (cr, palette, c, color, state, -1, 0);
  cw_set_color (cr, color);
  cairo_fill (cr);
}
