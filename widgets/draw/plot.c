/* plot.c: a one-dimensional array as a line or as bars.
 *
 * Where there are more values than pixels, each pixel column shows the smallest and the largest of its values, so that
 * no peak is lost.
 */
#include "widgets/draw/draw.h"

#include <math.h>

#define LEFT   62.0
#define RIGHT  18.0
#define TOP    16.0
#define BOTTOM 30.0

typedef struct {
  double  x, y, width, height; /* of the plotting field */
  double  min, max;
  int64_t n;
} Field;

static Field
make_field (const double *values, int64_t n, double width, double height, bool from_zero) {
  Field f = { LEFT, TOP, MAX (width - LEFT - RIGHT, 10), MAX (height - TOP - BOTTOM, 10), G_MAXDOUBLE, -G_MAXDOUBLE, n };
  for (int64_t i = 0; i < n; i++) {
    if (isfinite (values[i])) {
      f.min = MIN (f.min, values[i]);
      f.max = MAX (f.max, values[i]);
    }
  }
  if (f.min > f.max)
    f.min = f.max = 0;
  if (from_zero) {
    f.min = MIN (f.min, 0);
    f.max = MAX (f.max, 0);
  }
  if (f.min == f.max) {
    f.min -= 0.5;
    f.max += 0.5;
  }
  double pad = 0.04 * (f.max - f.min);
  f.max += pad;
  if (!from_zero || f.min < 0)
    f.min -= pad;
  return f;
}

static double
y_of (const Field *f, double value) {
  return f->y + f->height * (f->max - value) / (f->max - f->min);
}

static void
draw_axes (cairo_t *cr, const CwPalette *palette, const Field *f) {
  double step = cw_nice_step (f->max - f->min, f->height / 44), x_step = MAX (cw_nice_step (f->n, f->width / 90), 1);
  cairo_set_line_width (cr, 1);
  for (double v = ceil (f->min / step) * step; v <= f->max; v += step) {
    double y = round (y_of (f, v)) + 0.5;
    g_autofree char *text = g_strdup_printf ("%.6g", fabs (v) < step * 1e-9 ? 0 : v);
    cairo_move_to (cr, f->x, y);
    cairo_line_to (cr, f->x + f->width, y);
    cw_set_color (cr, cw_color_with_alpha (palette->hairline, 0.6));
    cairo_stroke (cr);
    cw_draw_text (cr, text, f->x - 8, y, 1, 0.5, 10.5, palette->dim);
  }
  for (double i = 0; i < f->n; i += x_step) {
    g_autofree char *text = cw_number_to_string (i);
    cw_draw_text (cr, text, f->x + f->width * (i + 0.5) / f->n, f->y + f->height + 6, 0.5, 0, 10.5, palette->dim);
  }
}

static void
line_path (cairo_t *cr, const Field *f, const double *values) {
  int columns = MAX ((int) f->width, 1);
  if (f->n <= 2 * columns) {
    for (int64_t i = 0; i < f->n; i++)
      if (isfinite (values[i]))
        cairo_line_to (cr, f->x + f->width * (i + 0.5) / f->n, y_of (f, values[i]));
      else
        cairo_new_sub_path (cr);
    return;
  }
  for (int c = 0; c < columns; c++) {
    double low = G_MAXDOUBLE, high = -G_MAXDOUBLE;
    for (int64_t i = f->n * c / columns; i < f->n * (c + 1) / columns; i++) {
      if (isfinite (values[i])) {
        low = MIN (low, values[i]);
        high = MAX (high, values[i]);
      }
    }
    if (low <= high) {
      cairo_line_to (cr, f->x + c + 0.5, y_of (f, low));
      cairo_line_to (cr, f->x + c + 0.5, y_of (f, high));
    }
  }
}

void
cw_plot_line (cairo_t *cr, const CwPalette *palette, const double *values, int64_t n, double width, double height,
              CwColor color) {
  if (n <= 0)
    return;
  Field f = make_field (values, n, width, height, false);
  draw_axes (cr, palette, &f);
  cairo_new_path (cr);
  line_path (cr, &f, values);
  cw_set_color (cr, color);
  cairo_set_line_width (cr, 1.6);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  for (int64_t i = 0; n <= 60 && i < n; i++) {
    if (!isfinite (values[i]))
      continue;
    cairo_arc (cr, f.x + f.width * (i + 0.5) / n, y_of (&f, values[i]), 2.6, 0, 2 * G_PI);
    cairo_fill (cr);
  }
}

void
cw_plot_bars (cairo_t *cr, const CwPalette *palette, const double *values, int64_t n, double width, double height,
              CwColor color) {
  if (n <= 0)
    return;
  Field  f = make_field (values, n, width, height, true);
  double pitch = f.width / n, gap = pitch > 4 ? 1 : 0, zero = y_of (&f, 0);
  draw_axes (cr, palette, &f);
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite (values[i]))
      continue;
    double y = y_of (&f, values[i]);
    cairo_rectangle (cr, f.x + i * pitch, MIN (y, zero), MAX (pitch - gap, 0.5), fabs (y - zero));
  }
  cw_set_color (cr, color);
  cairo_fill (cr);
}
