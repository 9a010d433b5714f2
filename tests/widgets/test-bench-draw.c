/* Charts of measurements: where bars, whiskers and times stand, at any size and in any style. */
#include <math.h>
#include <string.h>

#include "widgets/draw/draw.h"

static const double sizes[][2] = { { 320, 240 }, { 800, 500 }, { 1600, 900 } };

static CwDrawBench *
bench_of (int n_groups, int n_series, double step) {
  CwDrawBench *bench = cw_draw_bench_new (n_groups, n_series);
  for (int s = 0; s < n_series; s++)
    bench->series[s] = g_strdup_printf ("program %d", s);
  for (int g = 0; g < n_groups; g++) {
    bench->groups[g] = g_strdup_printf ("workload %d", g);
    for (int s = 0; s < n_series; s++) {
      double m = 0.1 + step * (g * n_series + s);
      cw_draw_bench_set (bench, g, s, (const double[]) { m * 1.5, m, m * 0.8 }, 3);
    }
  }
  return bench;
}

static void
measures_are_median_and_range (void) {
  g_autoptr (CwDrawBench) bench = cw_draw_bench_new (1, 2);
  cw_draw_bench_set (bench, 0, 0, (const double[]) { 3, 1, 8, 2 }, 4);
  g_assert_cmpfloat (bench->measures[0].smallest, ==, 1);
  g_assert_cmpfloat (bench->measures[0].median, ==, 2.5);
  g_assert_cmpfloat (bench->measures[0].largest, ==, 8);
  g_assert_cmpint (bench->measures[1].n, ==, 0);
}

/* On a linear axis lengths are as times; bars of a group touch, groups stand apart, all of them inside. */
static void
bars_are_to_scale (void) {
  g_autoptr (CwDrawBench) bench = bench_of (5, 3, 0.01);
  g_assert_false (cw_bench_is_logarithmic (bench));
  for (size_t k = 0; k < G_N_ELEMENTS (sizes); k++) {
    double width = sizes[k][0], height = sizes[k][1], below = 0;
    CwRect first = cw_bench_bar (bench, width, height, 0, 0);
    for (int i = 0; i < 15; i++) {
      CwRect bar = cw_bench_bar (bench, width, height, i / 3, i % 3);
      g_assert_cmpfloat_with_epsilon (bar.width / first.width, bench->measures[i].median / bench->measures[0].median, 1e-9);
      g_assert_cmpfloat (bar.height, >=, 4);
      g_assert_cmpfloat (bar.y, >=, below + (i % 3 == 0 ? 1 : -1e-9));
      below = bar.y + bar.height;
      g_assert_cmpfloat (cw_bench_x (bench, width, height, bench->measures[i].largest), <=, width - 40);
    }
    g_assert_cmpfloat (below, <, height - 20);
  }
}

/* Over a wide range equal ratios are equal distances, and the shortest time still has a bar. */
static void
wide_ranges_are_logarithmic (void) {
  g_autoptr (CwDrawBench) bench = cw_draw_bench_new (1, 2);
  cw_draw_bench_set (bench, 0, 0, (const double[]) { 0.01 }, 1);
  cw_draw_bench_set (bench, 0, 1, (const double[]) { 10 }, 1);
  bench->groups[0] = g_strdup ("g");
  bench->series[0] = g_strdup ("a");
  bench->series[1] = g_strdup ("b");
  g_assert_true (cw_bench_is_logarithmic (bench));
  double x[3];
  for (int i = 0; i < 3; i++)
    x[i] = cw_bench_x (bench, 600, 300, 0.1 * pow (10, i));
  g_assert_cmpfloat_with_epsilon (x[1] - x[0], x[2] - x[1], 1e-9);
  g_assert_cmpfloat (cw_bench_bar (bench, 600, 300, 0, 0).width, >, 5);
}

static void
what_was_not_measured_has_no_bar (void) {
  g_autoptr (CwDrawBench) bench = bench_of (2, 2, 0.01);
  cw_draw_bench_set (bench, 1, 1, NULL, 0);
  g_assert_cmpfloat (cw_bench_bar (bench, 600, 300, 1, 1).width, ==, 0);
  g_assert_cmpfloat (cw_bench_bar (bench, 600, 300, 1, 0).width, >, 0);
}

static void
pointer_finds_bars (void) {
  g_autoptr (CwDrawBench) bench = bench_of (4, 3, 0.02);
  for (int i = 0; i < 12; i++) {
    CwRect bar = cw_bench_bar (bench, 640, 400, i / 3, i % 3);
    int group = -1, series = -1;
    g_assert_true (cw_bench_hit (bench, 640, 400, bar.x + 2, bar.y + bar.height / 2, &group, &series));
    g_assert_cmpint (group * 3 + series, ==, i);
  }
  int group, series;
  g_assert_false (cw_bench_hit (bench, 640, 400, 300, 5, &group, &series));
  g_assert_false (cw_bench_hit (bench, 640, 400, 300, 395, &group, &series));
}

/* ---- pixels --------------------------------------------------------------------------------- */

static uint32_t
pixel (cairo_surface_t *surface, double x, double y) {
  uint32_t value;
  cairo_surface_flush (surface);
  memcpy (&value, cairo_image_surface_get_data (surface) + (size_t) y * cairo_image_surface_get_stride (surface) + 4 * (size_t) x, 4);
  return value & 0xffffff;
}

static uint32_t
value_of (CwColor c) {
  return (uint32_t) (c.r * 255 + 0.5) << 16 | (uint32_t) (c.g * 255 + 0.5) << 8 | (uint32_t) (c.b * 255 + 0.5);
}

/* The first program's bar is full, the others' are of more than one colour: hatched. In all styles; and the whisker is longer than the bar. */
static void
programs_differ_by_hatch (void) {
  g_autoptr (CwDrawBench) bench = bench_of (2, 3, 0.03);
  for (int style = 0; style < CW_N_STYLES; style++) {
    const CwPalette *palette = cw_palette_get (style);
    cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 640, 300);
    cairo_t *cr = cairo_create (surface);
    cw_set_color (cr, palette->background);
    cairo_paint (cr);
    cw_bench_draw (bench, cr, palette, 640, 300);
    for (int i = 0; i < 6; i++) {
      CwRect bar = cw_bench_bar (bench, 640, 300, i / 3, i % 3);
      bool   plain = true;
      uint32_t first = pixel (surface, bar.x + 4, bar.y + bar.height / 2);
      for (double x = bar.x + 4; x < cw_bench_x (bench, 640, 300, bench->measures[i].smallest) - 6; x++)
        plain = plain && pixel (surface, x, bar.y + bar.height / 2) == first;
      g_assert_cmpint (plain, ==, i % 3 == 0);
      g_assert_cmpuint (first, !=, value_of (palette->background));
      double beyond = (bar.x + bar.width + cw_bench_x (bench, 640, 300, bench->measures[i].largest)) / 2;
      g_assert_cmpuint (pixel (surface, beyond, floor (bar.y + bar.height / 2)), !=, value_of (palette->background));
    }
    cairo_destroy (cr);
    cairo_surface_destroy (surface);
  }
}

int
main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bench/measures", measures_are_median_and_range);
  g_test_add_func ("/bench/to-scale", bars_are_to_scale);
  g_test_add_func ("/bench/logarithmic", wide_ranges_are_logarithmic);
  g_test_add_func ("/bench/not-measured", what_was_not_measured_has_no_bar);
  g_test_add_func ("/bench/hit", pointer_finds_bars);
  g_test_add_func ("/bench/hatch", programs_differ_by_hatch);
  return g_test_run ();
}
