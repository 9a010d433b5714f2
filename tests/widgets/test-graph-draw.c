/* The graph's finer drawings, on image surfaces without a display: lineage, map, names, gliding, files that keep shapes, screens of two
 * pixels a pixel; and the timeline's limit and marks.
 */
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#include "tests/widgets/image.h"
#include "widgets/draw/draw.h"

#define SIDE 40 /* a layer is SIDE x SIDE tasks */

/* Task (r, c) of each of four layers reads tasks (r, c) and (r, c + 1) of the one before. */
static const uint32_t *
neighbours (uint32_t task, uint32_t *n, bool up) {
  static uint32_t found[2];
  int layer = task / (SIDE * SIDE), column = task % SIDE, other = up ? column + 1 : column - 1;
  *n = 0;
  if (up ? layer == 0 : layer == 3)
    return found;
  uint32_t same = up ? task - SIDE * SIDE : task + SIDE * SIDE;
  found[(*n)++] = same;
  if (other >= 0 && other < SIDE)
    found[(*n)++] = up ? same + 1 : same - 1;
  return found;
}

static const uint32_t *
parents_of (void *data, uint32_t task, uint32_t *n) {
  return neighbours (task, n, true);
}

static const uint32_t *
children_of (void *data, uint32_t task, uint32_t *n) {
  return neighbours (task, n, false);
}

static char *
describe (void *data, uint32_t task) {
  return g_strdup ("first line\nsecond line");
}

static CwDrawGraph *
make_graph (void) {
  CwDrawGraph *graph = cw_draw_graph_new (4);
  for (int i = 0; i < 4; i++)
    graph->layers[i] = (CwDrawLayer) { .label = g_strdup ("layer"), .color = i, .depth = i, .ndim = 2, .grid = { SIDE, SIDE }, .first = i * SIDE * SIDE,
                                       .n = SIDE * SIDE, .n_inputs = i > 0, .inputs = g_memdup2 (&(int) { i - 1 }, sizeof (int)) };
  graph->n_tasks = 4 * SIDE * SIDE;
  graph->parents = parents_of;
  graph->children = children_of;
  graph->describe = describe;
  return graph;
}

static uint32_t
pixel_of_task (Image *image, const CwGraphLayout *layout, const CwViewport *view, uint32_t task) {
  CwRect r = cw_graph_task_rect (layout, task);
  return pixel (image, (r.x + r.width / 2 - view->x) * view->scale, (r.y + r.height / 2 - view->y) * view->scale);
}

/* ---- lineage -------------------------------------------------------------------------------- */

static void
lineage_goes_back_and_forth (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  uint32_t task = 1 * SIDE * SIDE + 7 * SIDE + 10, n;
  g_autoptr (CwGraphLineage) lineage = cw_graph_lineage_new (graph, task);
  while (!cw_graph_lineage_step (lineage, 1000))
    ;
  /* Itself; (7, 10) and (7, 11) before it; behind it (7, 10), (7, 9), and (7, 10), (7, 9), (7, 8). Cousins are not of it. */
  const uint32_t *tasks = cw_graph_lineage_tasks (lineage, &n);
  static const int before[] = { 10, 11 }, after[] = { 10, 9 }, last[] = { 10, 9, 8 };
  g_assert_cmpuint (n, ==, 1 + 2 + 2 + 3);
  uint8_t found[4 * SIDE * SIDE] = { 0 };
  for (uint32_t i = 0; i < n; i++)
    found[tasks[i]]++;
  for (int i = 0; i < 2; i++) {
    g_assert_cmpint (found[7 * SIDE + before[i]], ==, 1);
    g_assert_cmpint (found[2 * SIDE * SIDE + 7 * SIDE + after[i]], ==, 1);
  }
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (found[3 * SIDE * SIDE + 7 * SIDE + last[i]], ==, 1);
}

static void
the_veil_spares_the_lineage (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  uint32_t task = 2 * SIDE * SIDE + 20 * SIDE + 20;
  g_autoptr (CwGraphLineage) lineage = cw_graph_lineage_new (graph, task);
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwViewport view = { .width = 1400, .height = 500 };
  Image      plain = image_new (1400, 500), veiled = image_new (1400, 500);
  while (!cw_graph_lineage_step (lineage, G_MAXINT32))
    ;
  cw_graph_fit (layout, &view);
  cw_graph_draw_nodes (layout, plain.cr, palette, &view, NULL);
  cw_graph_draw_nodes (layout, veiled.cr, palette, &view, NULL);
  cw_graph_draw_lineage (layout, veiled.cr, palette, &view, lineage);
  g_assert_cmpuint (pixel_of_task (&veiled, layout, &view, task), ==, pixel_of_task (&plain, layout, &view, task));
  int paler = 0;
  for (uint32_t t = 0; t < graph->n_tasks; t += 37)
    paler += (pixel_of_task (&veiled, layout, &view, t) & 0xff) > (pixel_of_task (&plain, layout, &view, t) & 0xff)
             || pixel_of_task (&plain, layout, &view, t) == 0xffffff;
  g_assert_cmpint (paler, >, (int) graph->n_tasks / 37 * 9 / 10);
  image_clear (&plain);
  image_clear (&veiled);
}

/* ---- map, names, gliding --------------------------------------------------------------------- */

static void
the_map_leads_where_it_points (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwViewport view = { .width = 900, .height = 600 };
  double     x, y, width, height;
  cw_graph_fit (layout, &view);
  g_assert_false (cw_graph_map_is_useful (layout, &view)); /* all is in sight */
  view.scale *= 6;
  g_assert_true (cw_graph_map_is_useful (layout, &view));
  CwRect map = cw_graph_map_rect (&view);
  cw_graph_layout_size (layout, &width, &height);
  g_assert_true (cw_graph_map_point (layout, &view, map.x + map.width / 2, map.y + map.height / 2, &x, &y));
  g_assert_cmpfloat_with_epsilon (x, width / 2, 1e-6);
  g_assert_cmpfloat_with_epsilon (y, height / 2, 1e-6);
  g_assert_false (cw_graph_map_point (layout, &view, map.x - 3, map.y + 5, &x, &y));
}

static int
count_pixels (Image *image, int width, int height, uint32_t color) {
  int n = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      n += pixel (image, x, y) == color;
  return n;
}

static void
names_stand_in_large_tasks_only (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  for (int large = 0; large < 2; large++) {
    CwViewport view = { .width = 600, .height = 400, .scale = large ? 120 : 40 };
    Image      image = image_new (600, 400);
    cw_graph_draw_names (layout, image.cr, cw_palette_get (CW_STYLE_LIGHT), &view, NULL);
    int ink = 600 * 400 - count_pixels (&image, 600, 400, 0xffffff);
    if (large)
      g_assert_cmpint (ink, >, 500);
    else
      g_assert_cmpint (ink, ==, 0);
    image_clear (&image);
  }
}

static void
layers_glide_from_plan_to_plan (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) from = cw_graph_layout_new (graph, false), to = cw_graph_layout_new (graph, true);
  CwViewport a = { .width = 500, .height = 300 }, b = a;
  const int  target[4] = { 0, 0, 0, -1 };
  int        white[3];
  cw_graph_fit (from, &a);
  cw_graph_fit (to, &b);
  for (int i = 0; i < 3; i++) {
    Image image = image_new (500, 300);
    cw_graph_draw_morph (from, &a, to, &b, target, i / 2., image.cr, cw_palette_get (CW_STYLE_LIGHT));
    white[i] = count_pixels (&image, 500, 300, 0xffffff);
    CwRect first = cw_graph_layer_rect (i < 2 ? from : to, 0);
    if (i != 1) { /* at both ends they stand where their plans have them */
      const CwViewport *view = i ? &b : &a;
      g_assert_cmpuint (pixel (&image, (first.x + first.width / 2 - view->x) * view->scale, (first.y + first.height / 2 - view->y) * view->scale), !=,
                        0xffffff);
    }
    image_clear (&image);
  }
  g_assert_cmpint (white[2], >, white[0]); /* three layers became one, and one went */
}

static void
lines_draw_themselves_and_blocks_fade (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwViewport view = { .width = 900, .height = 300 };
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  int white[3], faded[2];
  cw_graph_fit (layout, &view);
  for (int i = 0; i < 3; i++) {
    Image image = image_new (900, 300);
    cw_graph_draw_selection (layout, image.cr, palette, &view, SIDE * SIDE + 5, i / 2.);
    white[i] = count_pixels (&image, 900, 300, 0xffffff);
    image_clear (&image);
  }
  g_assert_cmpint (white[0], >, white[1] + 50);
  g_assert_cmpint (white[1], >, white[2] + 50);
  view.scale = 20;
  view.x = view.y = 0;
  for (int i = 0; i < 2; i++) {
    Image image = image_new (900, 300);
    cw_graph_draw_fading (layout, image.cr, palette, &view, 1, i ? 1 : 0.2);
    faded[i] = count_pixels (&image, 900, 300, 0xffffff);
    image_clear (&image);
  }
  g_assert_cmpint (faded[0], <, 900 * 300 - 100);
  g_assert_cmpint (faded[1], ==, 900 * 300);
}

/* ---- surfaces ------------------------------------------------------------------------------- */

static cairo_status_t
count_bytes (void *data, const unsigned char *bytes, unsigned n) {
  g_byte_array_append (data, bytes, n);
  return CAIRO_STATUS_SUCCESS;
}

static void
files_keep_shapes (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  CwViewport view = { .width = 2000, .height = 600 };
  cw_graph_fit (layout, &view);
  cairo_surface_t *surface = cairo_svg_surface_create_for_stream (count_bytes, bytes, 2000, 600);
  cairo_t *cr = cairo_create (surface);
  cw_graph_draw_nodes (layout, cr, cw_palette_get (CW_STYLE_LIGHT), &view, NULL);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  g_assert_null (strstr ((const char *) bytes->data, "<image"));
  g_assert_nonnull (strstr ((const char *) bytes->data, "<path"));
}

/* On a screen of two pixels a pixel the squares are as sharp as can be: the image is not the small one blown up. */
static void
fine_screens_get_fine_squares (void) {
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwViewport view = { .width = 300, .height = 200, .scale = 20.4, .device_scale = 2 };
  Image      image = image_new (600, 400);
  int        odd = 0;
  cairo_scale (image.cr, 2, 2);
  cw_graph_draw_nodes (layout, image.cr, cw_palette_get (CW_STYLE_LIGHT), &view, NULL);
  for (int y = 0; y < 400; y += 2)
    for (int x = 0; x < 600; x += 2)
      odd += pixel (&image, x, y) != pixel (&image, x + 1, y);
  g_assert_cmpint (odd, >, 300);
  image_clear (&image);
}

/* Tasks between a pixel and four are told apart by nothing but their place: no row or column of them is lost. */
static void
no_task_is_lost_between_pixels (void) {
  static const double scales[] = { 1.5, 1.6, 2.3, 3.1, 3.9, 4.4, 6.7, 9.3, 17 };
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  g_autofree uint8_t *states = g_malloc0 (graph->n_tasks);
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  for (guint i = 0; i < G_N_ELEMENTS (scales); i++) {
    CwViewport    view = { .width = 700, .height = 700, .scale = scales[i], .y = cw_graph_layer_rect (layout, 0).y };
    CwGraphStates all = { .states = states };
    for (uint32_t task = 0; task < SIDE * SIDE; task += 161) {
      Image image = image_new (700, 700);
      memset (states, CW_DRAW_WAITING, graph->n_tasks);
      states[task] = CW_DRAW_RUNNING;
      cw_graph_draw_nodes (layout, image.cr, palette, &view, &all);
      CwColor c = cw_palette_layer (palette, 0);
      g_assert_cmpint (count_pixels (&image, 700, 700, (uint32_t) (c.r * 255 + 0.5) << 16 | (uint32_t) (c.g * 255 + 0.5) << 8 | (uint32_t) (c.b * 255 + 0.5)), >=, 1);
      image_clear (&image);
    }
  }
}

/* Which pixels of the first task's cell are inked strongly, by their distance from white relative to the strongest: its shape without its colour. */
static char *
shape_of (CwGraphLayout *layout, CwDrawState state, double pitch, double device_scale) {
  g_autofree uint8_t *states = g_malloc (4 * SIDE * SIDE);
  CwRect        cell = cw_graph_task_rect (layout, 0), next = cw_graph_task_rect (layout, 1);
  CwViewport    view = { .width = 100, .height = 100, .scale = pitch / device_scale / (next.x - cell.x), .device_scale = device_scale };
  CwGraphStates all = { .states = states };
  int           side = ceil (pitch), strongest = 1;
  Image         image = image_new (200, 200);
  GString      *shape = g_string_new (NULL);
  memset (states, state, 4 * SIDE * SIDE);
  view.x = cw_graph_layer_rect (layout, 0).x;
  view.y = cw_graph_layer_rect (layout, 0).y;
  cairo_scale (image.cr, device_scale, device_scale);
  cw_graph_draw_nodes (layout, image.cr, cw_palette_get (CW_STYLE_LIGHT), &view, &all);
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < side * side; i++) {
      uint32_t c = pixel (&image, i % side, i / side);
      int ink = 765 - (int) (c >> 16 & 255) - (int) (c >> 8 & 255) - (int) (c & 255);
      strongest = MAX (strongest, ink);
      if (pass == 1)
        g_string_append_c (shape, ink > 0.62 * strongest ? '#' : '.');
    }
  }
  image_clear (&image);
  return g_string_free (shape, FALSE);
}

/* From four pixels a task on, states differ by shape, not by colour alone. */
static void
small_tasks_show_their_state (void) {
  static const CwDrawState states[] = { CW_DRAW_WAITING, CW_DRAW_READY, CW_DRAW_RUNNING, CW_DRAW_DONE, CW_DRAW_SPILLED, CW_DRAW_FAILED };
  static const double pitches[] = { 4.1, 5, 5.9, 7, 8.3, 9.2, 11, 13.5 };
  g_autoptr (CwDrawGraph) graph = make_graph ();
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  for (guint p = 0; p < G_N_ELEMENTS (pitches) * 2; p++) {
    char *shapes[G_N_ELEMENTS (states)];
    for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
      shapes[i] = shape_of (layout, states[i], pitches[p / 2], 1 + p % 2);
      for (guint k = 0; k < i; k++)
        g_assert_cmpstr (shapes[i], !=, shapes[k]);
    }
    for (guint i = 0; i < G_N_ELEMENTS (states); i++)
      g_free (shapes[i]);
  }
}

/* ---- timeline ------------------------------------------------------------------------------- */

static void
the_limit_is_a_line_where_it_matters (void) {
  CwDrawBar    bar = { .start_ns = 0, .end_ns = 1000 };
  CwDrawLane   lane = { .bars = &bar, .n = 1 };
  CwDrawSample memory[] = { { 0, 100 }, { 500, 900 } };
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwColor  red = palette->error;
  uint32_t value = (uint32_t) (red.r * 255 + 0.5) << 16 | (uint32_t) (red.g * 255 + 0.5) << 8 | (uint32_t) (red.b * 255 + 0.5);
  const int64_t limits[] = { 0, 1000, 1000000 };
  for (int i = 0; i < 3; i++) {
    CwDrawTimeline timeline = { .n_lanes = 1, .lanes = &lane, .memory = memory, .n_memory = 2, .limit_bytes = limits[i], .duration_ns = 1000 };
    CwTimeSpan span = { .to_ns = 1000, .width = 600, .height = 300, .cursor_ns = -1, .selected = -1, .hovered = -1 };
    Image image = image_new (600, 300);
    cw_timeline_draw (&timeline, image.cr, palette, &span);
    int reds = count_pixels (&image, 600, 300, value);
    if (i == 1)
      g_assert_cmpint (reds, >, 150);
    else
      g_assert_cmpint (reds, ==, 0);
    image_clear (&image);
  }
}

static void
failures_are_marked (void) {
  CwDrawBar  bar = { .start_ns = 0, .end_ns = 1000 };
  CwDrawLane lane = { .bars = &bar, .n = 1 };
  CwDrawMark mark = { 500, 0, 0, CW_DRAW_FAILED };
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwTimeSpan span = { .to_ns = 1000, .width = 600, .height = 200, .cursor_ns = -1, .selected = -1, .hovered = -1 };
  int changed = 0;
  Image images[2] = { image_new (600, 200), image_new (600, 200) };
  for (int i = 0; i < 2; i++) {
    CwDrawTimeline timeline = { .n_lanes = 1, .lanes = &lane, .marks = &mark, .n_marks = i, .duration_ns = 1000 };
    cw_timeline_draw (&timeline, images[i].cr, palette, &span);
  }
  double x = cw_timeline_x_of (&span, 500);
  for (int y = 0; y < 200; y++)
    for (int px = 0; px < 600; px++) {
      bool other = pixel (&images[0], px, y) != pixel (&images[1], px, y);
      changed += other;
      g_assert_true (!other || fabs (px - x) < 8);
    }
  g_assert_cmpint (changed, >, 15);
  image_clear (&images[0]);
  image_clear (&images[1]);
}

int
main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draw/graph/lineage", lineage_goes_back_and_forth);
  g_test_add_func ("/draw/graph/veil", the_veil_spares_the_lineage);
  g_test_add_func ("/draw/graph/map", the_map_leads_where_it_points);
  g_test_add_func ("/draw/graph/names", names_stand_in_large_tasks_only);
  g_test_add_func ("/draw/graph/morph", layers_glide_from_plan_to_plan);
  g_test_add_func ("/draw/graph/motion", lines_draw_themselves_and_blocks_fade);
  g_test_add_func ("/draw/graph/shapes", files_keep_shapes);
  g_test_add_func ("/draw/graph/fine", fine_screens_get_fine_squares);
  g_test_add_func ("/draw/graph/between", no_task_is_lost_between_pixels);
  g_test_add_func ("/draw/graph/small", small_tasks_show_their_state);
  g_test_add_func ("/draw/timeline/limit", the_limit_is_a_line_where_it_matters);
  g_test_add_func ("/draw/timeline/marks", failures_are_marked);
  return g_test_run ();
}
