/* graph-cell.c: what one task looks like.
 *
 * Its state is told by shape first and by colour second: an outline, thin or thick, a full square, a tick in the corner, a
 * hatch, a cross. How much of that is drawn follows from the square's size.
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

/* Above the smallest squares, where no shape fits, the outline's strength still tells states apart. */
static double
plain_amount (CwDrawState state) {
  return state == CW_DRAW_RUNNING ? 1 : state == CW_DRAW_WAITING ? 0.3 : state == CW_DRAW_RELEASED ? 0.45 : 0.75;
}

void
cw_graph_draw_square (cairo_t *cr, const CwPalette *palette, CwRect c, CwColor color, CwDrawState state) {
  CwColor line = line_color (palette, color, state);
  bool    marked = state != CW_DRAW_WAITING && state != CW_DRAW_READY && state != CW_DRAW_RELEASED;
  double  half = looks[state].width / 2;
  if (c.width < CW_CELL_SMALL) {
    cairo_rectangle (cr, c.x, c.y, c.width, c.height);
    cw_set_color (cr, cw_color_mix (palette->background, line, plain_amount (state)));
    cairo_fill (cr);
    return;
  }
  cw_graph_cell_path (cr, (CwRect) { c.x + half, c.y + half, c.width - 2 * half, c.height - 2 * half });
  cw_graph_paint_path (cr, palette, color, state);
  if (marked)
    cw_graph_draw_marks (cr, palette, c, color, state, -1, 0);
  cw_set_color (cr, color);
  cairo_fill (cr);
}
