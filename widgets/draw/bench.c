/* bench.c: how long each of some workloads took in each of some programs.
 *
 * Bars lie, since names of workloads are long: a group a workload, a bar a program. A bar ends at the median; a whisker goes from the
 * smallest to the largest measurement. Programs differ by hatch as well as by colour. Times that differ by more than a factor of
 * fifty stand on a logarithmic axis, others on one that begins at nought.
 */
#include "widgets/draw/draw.h"

#include <math.h>

#define RIGHT       62.0 /* room for the longest bar's time */
#define BOTTOM      28.0
#define ROW         20.0 /* of the head: the title, the programs */
#define THICKEST    20.0
#define LOG_FROM    50.0 /* largest by smallest time */
#define LABELS_FROM 8.5  /* a bar of this thickness has its time beside it */

typedef struct {
  CwRect field;
  double low, high; /* seconds at its left and right edge */
  double pitch, bar; /* from group to group, and a bar's thickness */
  bool   log;
} Axes;

CwDrawBench *
cw_draw_bench_new (int n_groups, int n_series) {
  CwDrawBench *bench = g_new0 (CwDrawBench, 1);
  bench->n_groups = n_groups;
  bench->n_series = n_series;
  bench->groups = g_new0 (char *, n_groups + 1);
  bench->series = g_new0 (char *, n_series + 1);
  bench->measures = g_new0 (CwDrawMeasure, (size_t) n_groups * n_series);
  return bench;
}

void
cw_draw_bench_free (CwDrawBench *bench) {
  for (int i = 0; i < bench->n_groups; i++)
    g_free (bench->groups[i]);
  for (int i = 0; i < bench->n_series; i++)
    g_free (bench->series[i]);
  g_free (bench->title);
  g_free (bench->groups);
  g_free (bench->series);
  g_free (bench->measures);
  g_free (bench);
}

static int
ascending (const void *a, const void *b) {
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

void
cw_draw_bench_set (CwDrawBench *bench, int group, int series, const double *seconds, int n) {
  CwDrawMeasure *m = &bench->measures[group * bench->n_series + series];
  g_autofree double *sorted = g_memdup2 (seconds, n * sizeof *seconds);
  *m = (CwDrawMeasure) { .n = n };
  if (n == 0)
    return;
  qsort (sorted, n, sizeof *sorted, ascending);
  m->smallest = sorted[0];
  m->median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  m->largest = sorted[n - 1];
}

/* ---- where things stand --------------------------------------------------------------------- */

static void
find_range (const CwDrawBench *bench, Axes *axes) {
  double smallest = G_MAXDOUBLE, largest = 0;
  for (int i = 0; i < bench->n_groups * bench->n_series; i++) {
    const CwDrawMeasure *m = &bench->measures[i];
    if (m->n == 0)
      continue;
    smallest = MIN (smallest, m->smallest);
    largest = MAX (largest, m->largest);
  }
  axes->log = smallest > 0 && largest / smallest > LOG_FROM;
  axes->low = axes->log ? pow (10, floor (log10 (smallest / 1.5))) : 0;
  axes->high = largest > 0 ? largest * (axes->log ? 1.2 : 1.04) : 1;
}

static Axes
make_axes (const CwDrawBench *bench, double width, double height) {
  size_t longest = 0;
  for (int i = 0; i < bench->n_groups; i++)
    longest = MAX (longest, (size_t) g_utf8_strlen (bench->groups[i], -1));
  double names = MIN (width * 0.36, 24 + 7.6 * longest), top = bench->title ? 2 * ROW + 10 : ROW + 10;
  Axes   axes = { .field = { names, top, MAX (width - names - RIGHT, 10), MAX (height - top - BOTTOM, 10) } };
  axes.pitch = axes.field.height / MAX (bench->n_groups, 1);
  axes.bar = MIN (axes.pitch * 0.8 / MAX (bench->n_series, 1), THICKEST);
  find_range (bench, &axes);
  return axes;
}

static double
x_of (const Axes *axes, double seconds) {
  double part = axes->log ? log (seconds / axes->low) / log (axes->high / axes->low) : seconds / axes->high;
  return axes->field.x + axes->field.width * CLAMP (part, 0, 1);
}

bool
cw_bench_is_logarithmic (const CwDrawBench *bench) {
  return make_axes (bench, 0, 0).log;
}

static CwRect
bar_rect (const CwDrawBench *bench, const Axes *axes, int group, int series) {
  const CwDrawMeasure *m = &bench->measures[group * bench->n_series + series];
  double top = axes->field.y + (group + 0.5) * axes->pitch - axes->bar * bench->n_series / 2.0;
  return (CwRect) { axes->field.x, top + series * axes->bar, m->n ? x_of (axes, m->median) - axes->field.x : 0, axes->bar };
}

CwRect
cw_bench_bar (const CwDrawBench *bench, double width, double height, int group, int series) {
  Axes axes = make_axes (bench, width, height);
  return bar_rect (bench, &axes, group, series);
}

double
cw_bench_x (const CwDrawBench *bench, double width, double height, double seconds) {
  Axes axes = make_axes (bench, width, height);
  return x_of (&axes, seconds);
}

bool
cw_bench_hit (const CwDrawBench *bench, double width, double height, double x, double y, int *group, int *series) {
  Axes axes = make_axes (bench, width, height);
  int  g = (int) floor ((y - axes.field.y) / axes.pitch);
  if (g < 0 || g >= bench->n_groups || x < 0 || x > width)
    return false;
  int s = (int) floor ((y - bar_rect (bench, &axes, g, 0).y) / axes.bar);
  if (s < 0 || s >= bench->n_series)
    return false;
  *group = g;
  *series = s;
  return true;
}

/* ---- drawing -------------------------------------------------------------------------------- */

static CwColor
series_color (const CwPalette *palette, int series) {
  static const int layers[] = { 4, 1, 2, 3, 5, 0 };
  return cw_palette_layer (palette, layers[series % (int) G_N_ELEMENTS (layers)]);
}

/* The first program's bars are full; the others are hatched: rising, falling, upright, crossed lines. */
static void
draw_hatch (cairo_t *cr, CwRect r, int kind) {
  double end = r.x + r.width + r.height;
  for (double x = r.x - r.height; x < end; x += 5) {
    if (kind == 1 || kind == 4) {
      cairo_move_to (cr, x, r.y + r.height);
      cairo_line_to (cr, x + r.height, r.y);
    }
    if (kind == 2 || kind == 4) {
      cairo_move_to (cr, x, r.y);
      cairo_line_to (cr, x + r.height, r.y + r.height);
    }
    if (kind == 3) {
      cairo_move_to (cr, x, r.y);
      cairo_line_to (cr, x, r.y + r.height);
    }
  }
  cairo_stroke (cr);
}

static void
draw_bar (cairo_t *cr, const CwPalette *palette, CwRect r, int series) {
  CwColor color = series_color (palette, series);
  int     kind = series % 5;
  cairo_save (cr);
  cairo_rectangle (cr, r.x, r.y, r.width, r.height);
  cairo_clip_preserve (cr);
  cw_set_color (cr, kind ? cw_color_mix (palette->background, color, 0.25) : color);
  cairo_fill (cr);
  cw_set_color (cr, color);
  cairo_set_line_width (cr, 1.4);
  if (kind)
    draw_hatch (cr, r, kind);
  cairo_restore (cr);
  cw_set_color (cr, color);
  cairo_set_line_width (cr, 1);
  cairo_rectangle (cr, r.x + 0.5, r.y + 0.5, MAX (r.width - 1, 0), MAX (r.height - 1, 0));
  cairo_stroke (cr);
}

static void
draw_whisker (cairo_t *cr, const CwPalette *palette, double x0, double x1, double y, double height) {
  double cap = MIN (height * 0.3, 4);
  cairo_move_to (cr, x0, y);
  cairo_line_to (cr, x1, y);
  cairo_move_to (cr, x0, y - cap);
  cairo_line_to (cr, x0, y + cap);
  cairo_move_to (cr, x1, y - cap);
  cairo_line_to (cr, x1, y + cap);
  cw_set_color (cr, cw_color_with_alpha (palette->background, 0.85)); /* a rim, so that it is seen on any bar */
  cairo_set_line_width (cr, height >= 6 ? 3.2 : 2);
  cairo_stroke_preserve (cr);
  cw_set_color (cr, palette->foreground);
  cairo_set_line_width (cr, height >= 6 ? 1.2 : 0.8);
  cairo_stroke (cr);
}

static void
draw_measure (const CwDrawBench *bench, cairo_t *cr, const CwPalette *palette, const Axes *axes, int group, int series) {
  const CwDrawMeasure *m = &bench->measures[group * bench->n_series + series];
  CwRect bar = bar_rect (bench, axes, group, series);
  double middle = bar.y + bar.height / 2;
  if (m->n == 0)
    return;
  draw_bar (cr, palette, (CwRect) { bar.x, bar.y + bar.height * 0.05, bar.width, bar.height * 0.9 }, series);
  if (m->largest > m->smallest)
    draw_whisker (cr, palette, x_of (axes, m->smallest), x_of (axes, m->largest), middle, bar.height);
  if (bar.height < LABELS_FROM)
    return;
  g_autofree char *text = cw_duration_to_string (m->median * 1e9);
  cw_draw_text (cr, text, x_of (axes, m->largest) + 6, middle, 0, 0.5, MIN (10.5, bar.height * 0.95), palette->dim);
}

static void
draw_tick (cairo_t *cr, const CwPalette *palette, const Axes *axes, double seconds) {
  double x = round (x_of (axes, seconds)) + 0.5;
  g_autofree char *text = seconds > 0 ? cw_duration_to_string (llround (seconds * 1e9)) : g_strdup ("0");
  cairo_move_to (cr, x, axes->field.y);
  cairo_line_to (cr, x, axes->field.y + axes->field.height);
  cw_set_color (cr, cw_color_with_alpha (palette->hairline, 0.6));
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cw_draw_text (cr, text, x, axes->field.y + axes->field.height + 6, 0.5, 0, 10.5, palette->dim);
}

static void
draw_axis (cairo_t *cr, const CwPalette *palette, const Axes *axes) {
  if (!axes->log) {
    double step = cw_nice_step (axes->high, MAX (axes->field.width / 80, 1));
    for (int i = 0; i * step <= axes->high; i++)
      draw_tick (cr, palette, axes, i * step);
    return;
  }
  double decade = axes->field.width / log10 (axes->high / axes->low);
  int    every = MAX (1, (int) ceil (56 / decade));
  for (int i = 0; axes->low * pow (10, i) <= axes->high; i += every)
    draw_tick (cr, palette, axes, axes->low * pow (10, i));
}

static void
draw_head (const CwDrawBench *bench, cairo_t *cr, const CwPalette *palette, double width) {
  double x = 14, y = 8;
  if (bench->title) {
    cw_draw_text_within (cr, bench->title, x, y, width - 2 * x, 13, palette->foreground);
    y += ROW;
  }
  for (int s = 0; s < bench->n_series; s++) {
    double text;
    cw_text_size (cr, bench->series[s], 11, &text, NULL);
    draw_bar (cr, palette, (CwRect) { x, y + 2, 16, 12 }, s);
    cw_draw_text (cr, bench->series[s], x + 22, y + 8, 0, 0.5, 11, palette->foreground);
    x += text + 40;
  }
}

/* Where groups are lower than a line of text, only some have their name. */
static void
draw_names (const CwDrawBench *bench, cairo_t *cr, const CwPalette *palette, const Axes *axes) {
  double size = CLAMP (axes->pitch * 0.8, 9, 11.5);
  int    every = MAX (1, (int) ceil (11 / axes->pitch));
  for (int g = 0; g < bench->n_groups; g += every)
    cw_draw_text_within (cr, bench->groups[g], 14, axes->field.y + (g + 0.5) * axes->pitch - size * 0.68, axes->field.x - 22, size,
                         palette->foreground);
}

void
cw_bench_draw (const CwDrawBench *bench, cairo_t *cr, const CwPalette *palette, double width, double height) {
  Axes axes = make_axes (bench, width, height);
  draw_head (bench, cr, palette, width);
  draw_axis (cr, palette, &axes);
  draw_names (bench, cr, palette, &axes);
  for (int g = 0; g < bench->n_groups; g++)
    for (int s = 0; s < bench->n_series; s++)
      draw_measure (bench, cr, palette, &axes, g, s);
  cw_set_color (cr, palette->dim);
  cairo_set_line_width (cr, 1);
  cairo_move_to (cr, round (axes.field.x) + 0.5, axes.field.y);
  cairo_line_to (cr, round (axes.field.x) + 0.5, axes.field.y + axes.field.height);
  cairo_stroke (cr);
}
