/* The drawings: layout, hit-testing, level of detail and what is seen, on image surfaces without a display. */
#include <math.h>
#include <string.h>

#include "tests/widgets/image.h"
#include "widgets/draw/draw.h"

static int
count_inked (Image *image) {
  int n = 0;
  for (int y = 0; y < image->height; y++)
    for (int x = 0; x < image->width; x++)
      n += pixel (image, x, y) != 0xffffff;
  return n;
}

static uint32_t
color_value (CwColor c) {
  return (uint32_t) (c.r * 255 + 0.5) << 16 | (uint32_t) (c.g * 255 + 0.5) << 8 | (uint32_t) (c.b * 255 + 0.5);
}

/* ---- palette and text ----------------------------------------------------------------------- */

static void
palette_is_readable (void) {
  for (int style = 0; style < CW_N_STYLES; style++) {
    const CwPalette *p = cw_palette_get (style);
    g_assert_cmpfloat (cw_color_contrast (p->foreground, p->background), >=, 7);
    g_assert_cmpfloat (cw_color_contrast (p->dim, p->background), >=, 4.5);
    g_assert_cmpfloat (cw_color_contrast (p->accent, p->background), >=, 4.5);
    for (int i = 0; i < CW_N_LAYER_COLORS; i++) {
      CwColor fill = cw_palette_layer (p, i);
      g_assert_cmpfloat (cw_color_contrast (cw_color_text_on (fill), fill), >=, 4.5);
      for (int k = 0; k < i; k++)
        g_assert_cmpuint (color_value (fill), !=, color_value (cw_palette_layer (p, k)));
    }
  }
}

static void
color_maps_are_ordered_by_lightness (void) {
  for (int i = 1; i <= 20; i++) {
    g_assert_cmpfloat (cw_color_luminance (cw_color_map (CW_MAP_VIRIDIS, i / 20.)), >, cw_color_luminance (cw_color_map (CW_MAP_VIRIDIS, (i - 1) / 20.)));
    g_assert_cmpfloat (cw_color_luminance (cw_color_map (CW_MAP_CIVIDIS, i / 20.)), >, cw_color_luminance (cw_color_map (CW_MAP_CIVIDIS, (i - 1) / 20.)));
  }
  g_assert_cmpuint (color_value (cw_color_map (CW_MAP_VIRIDIS, -3)), ==, color_value (cw_color_map (CW_MAP_VIRIDIS, 0)));
}

static void
assert_text (char *text, const char *expected) {
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
numbers_have_separators (void) {
  assert_text (cw_number_to_string (0), "0");
  assert_text (cw_number_to_string (999), "999");
  assert_text (cw_number_to_string (1000), "1,000");
  assert_text (cw_number_to_string (1234567), "1,234,567");
  assert_text (cw_number_to_string (-1), "?");
  assert_text (cw_duration_to_string (831000000), "831 ms");
  assert_text (cw_duration_to_string (1250000000), "1.25 s");
  assert_text (cw_duration_to_string (125000000000), "2 min 05 s");
}

/* ---- diagram -------------------------------------------------------------------------------- */

static CwDrawChunks *
chunks_of (int ndim, const int64_t *shape, const int64_t *chunk) {
  CwDrawChunks *chunks = cw_draw_chunks_new (ndim);
  for (int a = 0; a < ndim; a++) {
    int64_t n = (shape[a] + chunk[a] - 1) / chunk[a];
    g_autofree int64_t *lengths = g_new (int64_t, n);
    for (int64_t i = 0; i < n; i++)
      lengths[i] = MIN (chunk[a], shape[a] - i * chunk[a]);
    cw_draw_chunks_set (chunks, a, n, lengths);
  }
  return chunks;
}

static void
last_chunk_keeps_its_size (void) {
  const int64_t shape[] = { 5000, 5000 }, chunk[] = { 4096, 4096 };
  g_autoptr (CwDrawChunks) chunks = chunks_of (2, shape, chunk);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 400, 400, CW_DIAGRAM_LABELS);
  double lines[8];
  g_assert_cmpint (cw_diagram_lines (diagram, 0, lines, 8), ==, 3);
  g_assert_cmpfloat_with_epsilon (lines[1], 4096 / 5000., 1e-12);
}

static void
lines_are_thinned_but_the_ends_stay (void) {
  const int64_t shape[] = { 10005, 100 }, chunk[] = { 10, 100 };
  g_autoptr (CwDrawChunks) chunks = chunks_of (2, shape, chunk);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 400, 400, CW_DIAGRAM_LABELS);
  double lines[2000], x, y, width, height;
  int    n = cw_diagram_lines (diagram, 0, lines, 2000);
  cw_diagram_extents (diagram, &x, &y, &width, &height);
  g_assert_cmpint (n, <, 110);
  g_assert_cmpint (n, >, 40);
  g_assert_cmpfloat_with_epsilon (lines[1], 10 / 10005., 1e-12);
  g_assert_cmpfloat_with_epsilon (lines[n - 2], 10000 / 10005., 1e-12);
  for (int i = 3; i < n - 2; i++)
    g_assert_cmpfloat ((lines[i] - lines[i - 1]) * height, >=, 3.99);
}

static void
lines_with_room_are_all_there (void) {
  const int64_t shape[] = { 1000, 1000 }, chunk[] = { 100, 100 };
  g_autoptr (CwDrawChunks) chunks = chunks_of (2, shape, chunk);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 400, 400, CW_DIAGRAM_LABELS);
  double lines[20];
  g_assert_cmpint (cw_diagram_lines (diagram, 1, lines, 20), ==, 11);
}

static void
proportions_follow_dask (void) {
  const int64_t shape[] = { 1000, 10 }, chunk[] = { 1000, 10 };
  g_autoptr (CwDrawChunks) chunks = chunks_of (2, shape, chunk);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 400, 400, CW_DIAGRAM_COMPACT);
  double x, y, width, height;
  cw_diagram_extents (diagram, &x, &y, &width, &height);
  g_assert_cmpfloat_with_epsilon (height / width, log (100 + 12.4), 1e-6);
}

static void
hit_names_the_chunk (void) {
  const int64_t shape[] = { 9, 6 }, chunk[] = { 3, 2 };
  g_autoptr (CwDrawChunks) chunks = chunks_of (2, shape, chunk);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 300, 300, CW_DIAGRAM_LABELS);
  double x, y, width, height;
  int64_t block[CW_DIAGRAM_MAX_NDIM];
  cw_diagram_extents (diagram, &x, &y, &width, &height);
  for (int row = 0; row < 3; row++) {
    for (int column = 0; column < 3; column++) {
      g_assert_true (cw_diagram_hit (diagram, x + width * (column + 0.5) / 3, y + height * (row + 0.5) / 3, block));
      g_assert_cmpint (block[0], ==, row);
      g_assert_cmpint (block[1], ==, column);
    }
  }
  g_assert_false (cw_diagram_hit (diagram, x - 2, y, block));
}

static void
hit_knows_the_faces_of_a_box (void) {
  const int64_t shape[] = { 4, 4, 4 }, chunk[] = { 2, 2, 2 };
  g_autoptr (CwDrawChunks) chunks = chunks_of (3, shape, chunk);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 300, 300, CW_DIAGRAM_COMPACT);
  double x, y, width, height;
  int64_t block[CW_DIAGRAM_MAX_NDIM];
  cw_diagram_extents (diagram, &x, &y, &width, &height);
  g_assert_true (cw_diagram_hit (diagram, x + width - 5, y + height - 5, block));
  g_assert_cmpint (block[0], ==, 1);
  g_assert_cmpint (block[1], ==, 1);
  g_assert_cmpint (block[2], ==, 1);
  g_assert_true (cw_diagram_hit (diagram, x + 10, y + 4, block)); /* the top, at the back */
  g_assert_cmpint (block[0], ==, 0);
  g_assert_cmpint (block[1], ==, 0);
  g_assert_true (cw_diagram_hit (diagram, x + 3, y + 30, block)); /* the left, at the back */
  g_assert_cmpint (block[0], ==, 0);
  g_assert_cmpint (block[2], ==, 0);
}

static void
every_shape_is_drawn (void) {
  const int64_t shapes[][7] = { { 0 }, { 20 }, { 5, 5 }, { 4, 4, 4 }, { 3, 3, 3, 3 }, { 2, 2, 2, 2, 2 }, { 2, 2, 2, 2, 2, 2 } };
  const int64_t chunk[7] = { 2, 2, 2, 2, 2, 2, 2 };
  for (int ndim = 0; ndim <= 6; ndim++) {
    Image image = image_new (320, 200);
    g_autoptr (CwDrawChunks) chunks = chunks_of (ndim, shapes[ndim], chunk);
    g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 320, 200, CW_DIAGRAM_LABELS);
    cw_diagram_draw (diagram, image.cr, cw_palette_get (CW_STYLE_LIGHT), cw_palette_layer (cw_palette_get (CW_STYLE_LIGHT), 0), NULL);
    g_assert_cmpint (count_inked (&image), >, 500);
    image_clear (&image);
  }
}

static void
unknown_lengths_are_drawn_as_unknown (void) {
  const int64_t unknown[] = { -1, -1, -1 }, known[] = { 3, 3, 3 };
  int inked[2];
  for (int i = 0; i < 2; i++) {
    Image image = image_new (300, 200);
    g_autoptr (CwDrawChunks) chunks = cw_draw_chunks_new (2);
    cw_draw_chunks_set (chunks, 0, 3, i ? unknown : known);
    cw_draw_chunks_set (chunks, 1, 3, i ? unknown : known);
    g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 300, 200, CW_DIAGRAM_COMPACT);
    double lines[8];
    g_assert_cmpint (cw_diagram_lines (diagram, 0, lines, 8), ==, 4);
    g_assert_cmpfloat_with_epsilon (lines[1], 1 / 3., 1e-12);
    cw_diagram_draw (diagram, image.cr, cw_palette_get (CW_STYLE_LIGHT), cw_palette_layer (cw_palette_get (CW_STYLE_LIGHT), 4), NULL);
    inked[i] = 0;
    for (int x = 0; x < 300; x++)
      for (int y = 0; y < 200; y++)
        inked[i] += (pixel (&image, x, y) & 0xff) < 0x60; /* firm lines */
    image_clear (&image);
  }
  g_assert_cmpint (inked[1], <, inked[0]);
}

static void
empty_axis_is_no_crash (void) {
  const int64_t zero[] = { 0 }, some[] = { 4, 4 };
  Image image = image_new (200, 200);
  g_autoptr (CwDrawChunks) chunks = cw_draw_chunks_new (2);
  cw_draw_chunks_set (chunks, 0, 1, zero);
  cw_draw_chunks_set (chunks, 1, 2, some);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, 200, 200, CW_DIAGRAM_LABELS);
  int64_t block[CW_DIAGRAM_MAX_NDIM];
  cw_diagram_draw (diagram, image.cr, cw_palette_get (CW_STYLE_DARK), cw_palette_layer (cw_palette_get (CW_STYLE_DARK), 0), NULL);
  cw_diagram_hit (diagram, 100, 100, block);
  g_assert_cmpint (cairo_status (image.cr), ==, CAIRO_STATUS_SUCCESS);
  image_clear (&image);
}

/* ---- graph ---------------------------------------------------------------------------------- */

/* Two layers of n tasks, the second reading the first one by one, and one task that reads them all. */
static const uint32_t *
chain_parents (void *data, uint32_t task, uint32_t *n) {
  static uint32_t one;
  const CwDrawGraph *graph = data;
  uint32_t width = graph->layers[0].n;
  *n = task >= width && task < 2 * width;
  one = task - width;
  return &one;
}

static const uint32_t *
chain_children (void *data, uint32_t task, uint32_t *n) {
  static uint32_t one;
  const CwDrawGraph *graph = data;
  *n = task < graph->layers[0].n;
  one = task + graph->layers[0].n;
  return &one;
}

static CwDrawGraph *
chain_graph (int64_t rows, int64_t columns) {
  CwDrawGraph *graph = cw_draw_graph_new (3);
  uint32_t first = 0;
  for (int i = 0; i < 3; i++) {
    CwDrawLayer *layer = &graph->layers[i];
    layer->label = g_strdup (i == 0 ? "random_sample" : i == 1 ? "add" : "sum-aggregate");
    layer->color = i;
    layer->depth = i;
    layer->ndim = 2;
    layer->grid[0] = i < 2 ? rows : 1;
    layer->grid[1] = i < 2 ? columns : 1;
    layer->first = first;
    layer->n = layer->grid[0] * layer->grid[1];
    first += layer->n;
    layer->n_inputs = i > 0;
    layer->inputs = g_new (int, 1);
    layer->inputs[0] = i - 1;
  }
  graph->n_tasks = first;
  graph->parents = chain_parents;
  graph->children = chain_children;
  graph->data = graph;
  return graph;
}

static void
layers_stand_in_columns_of_depth (void) {
  g_autoptr (CwDrawGraph) graph = chain_graph (5, 4);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwRect a = cw_graph_layer_rect (layout, 0), b = cw_graph_layer_rect (layout, 1), c = cw_graph_layer_rect (layout, 2);
  g_assert_cmpfloat (a.x + a.width, <, b.x);
  g_assert_cmpfloat (b.x + b.width, <, c.x);
  g_autoptr (CwGraphLayout) down = cw_graph_layout_new (graph, true);
  g_assert_cmpfloat (cw_graph_layer_rect (down, 0).y + cw_graph_layer_rect (down, 0).height, <, cw_graph_layer_rect (down, 1).y);
}

static void
tasks_stand_at_their_chunk_coordinates (void) {
  g_autoptr (CwDrawGraph) graph = chain_graph (5, 4);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwRect first = cw_graph_task_rect (layout, 0), right = cw_graph_task_rect (layout, 1), below = cw_graph_task_rect (layout, 4);
  g_assert_cmpfloat_with_epsilon (right.x - first.x, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (right.y, first.y, 1e-9);
  g_assert_cmpfloat_with_epsilon (below.y - first.y, 1, 1e-9);
}

static void
check_hits (CwDrawGraph *graph) {
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwViewport view = { .width = 900, .height = 600 };
  cw_graph_fit (layout, &view);
  for (uint32_t task = 0; task < graph->n_tasks; task += 1 + graph->n_tasks / 997) {
    CwRect   r = cw_graph_task_rect (layout, task);
    uint32_t hit = UINT32_MAX;
    double   x = (r.x + r.width / 2 - view.x) * view.scale, y = (r.y + r.height / 2 - view.y) * view.scale;
    g_assert_true (cw_graph_hit (layout, &view, x, y, &hit));
    g_assert_cmpuint (hit, ==, task);
    g_assert_cmpfloat (x, >, 0);
    g_assert_cmpfloat (x, <, 900);
    g_assert_cmpfloat (y, >, 0);
    g_assert_cmpfloat (y, <, 600);
  }
}

static void
every_task_can_be_hit (void) {
  const int64_t sizes[][2] = { { 1, 1 }, { 7, 1 }, { 1, 9 }, { 5, 4 }, { 200, 1 }, { 40, 50 } };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (CwDrawGraph) graph = chain_graph (sizes[i][0], sizes[i][1]);
    check_hits (graph);
  }
}

static void
outer_axes_repeat_the_grid (void) {
  g_autoptr (CwDrawGraph) graph = chain_graph (6, 4);
  graph->layers[0].ndim = 4;
  graph->layers[0].grid[0] = 3;
  graph->layers[0].grid[1] = 2;
  graph->layers[0].grid[2] = 2;
  graph->layers[0].grid[3] = 2;
  check_hits (graph);
}

static void
arrows_walk_over_tasks_and_layers (void) {
  g_autoptr (CwDrawGraph) graph = chain_graph (5, 4);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  g_assert_cmpuint (cw_graph_step (layout, 0, 1, 0), ==, 1);
  g_assert_cmpuint (cw_graph_step (layout, 0, 0, 1), ==, 4);
  g_assert_cmpuint (cw_graph_step (layout, 0, -1, 0), ==, 0);
  g_assert_cmpuint (cw_graph_step (layout, 3, 1, 0), ==, 20);
  g_assert_cmpuint (cw_graph_step (layout, 31, 1, 0), ==, 40);
}

static void
edges_are_single_while_few (void) {
  g_autoptr (CwDrawGraph) few = chain_graph (10, 10), many = chain_graph (100, 100);
  g_autoptr (CwGraphLayout) small = cw_graph_layout_new (few, false), large = cw_graph_layout_new (many, false);
  CwViewport view = { .width = 900, .height = 600 };
  cw_graph_fit (small, &view);
  g_assert_true (cw_graph_edges_are_single (small, &view));
  cw_graph_fit (large, &view);
  g_assert_false (cw_graph_edges_are_single (large, &view));
  view.scale = 60; /* near enough that few tasks are seen */
  view.x = cw_graph_layer_rect (large, 1).x;
  view.y = cw_graph_layer_rect (large, 1).y;
  g_assert_true (cw_graph_edges_are_single (large, &view));
}

static void
draw_graph (Image *image, CwDrawGraph *graph, const uint8_t *states) {
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  CwViewport view = { .width = image->width, .height = image->height };
  CwGraphStates all = { states, NULL, 0 };
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  cw_graph_fit (layout, &view);
  cw_graph_draw_edges (layout, image->cr, palette, &view);
  cw_graph_draw_nodes (layout, image->cr, palette, &view, &all);
  cw_graph_draw_labels (layout, image->cr, palette, &view);
  cw_graph_draw_selection (layout, image->cr, palette, &view, graph->n_tasks / 2, 1);
}

/* A million tasks are drawn in the time of few; the bound is generous for slow machines. */
static void
any_number_of_tasks_is_drawn (void) {
  const int64_t sides[] = { 1, 3, 10, 32, 100, 316, 708 };
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    g_autoptr (CwDrawGraph) graph = chain_graph (sides[i], sides[i]);
    g_autofree uint8_t *states = g_malloc0 (graph->n_tasks);
    Image image = image_new (800, 500);
    for (uint32_t t = 0; t < graph->n_tasks; t++)
      states[t] = t % CW_N_DRAW_STATES;
    int64_t begin = g_get_monotonic_time ();
    draw_graph (&image, graph, states);
    int64_t passed = g_get_monotonic_time () - begin;
    g_test_message ("%u tasks in %.1f ms", graph->n_tasks, passed / 1e3);
    g_assert_cmpint (passed, <, 1500000);
    g_assert_cmpint (count_inked (&image), >, 200);
    image_clear (&image);
  }
}

static void
one_running_task_among_a_million_is_seen (void) {
  g_autoptr (CwDrawGraph) graph = chain_graph (700, 700);
  g_autofree uint8_t *states = g_malloc0 (graph->n_tasks);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwViewport view = { .width = 600, .height = 400 };
  CwGraphStates all = { states, NULL, 0 };
  Image image = image_new (600, 400);
  int   found = 0;
  states[345678] = CW_DRAW_RUNNING;
  cw_graph_fit (layout, &view);
  cw_graph_draw_nodes (layout, image.cr, palette, &view, &all);
  for (int y = 0; y < 400; y++)
    for (int x = 0; x < 600; x++)
      found += pixel (&image, x, y) == color_value (cw_palette_layer (palette, 0));
  g_assert_cmpint (found, >=, 1);
  image_clear (&image);
}

/* Levels of detail that followed every change say the same as ones made of the states at the end. */
static void
levels_follow_changes (void) {
  g_autoptr (CwDrawGraph) graph = chain_graph (300, 211);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  g_autofree uint8_t *states = g_malloc0 (graph->n_tasks);
  g_autoptr (CwGraphLevels) followed = cw_graph_levels_new (layout, states);
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwViewport view = { .width = 400, .height = 300 };
  Image      images[2] = { image_new (400, 300), image_new (400, 300) };
  for (uint32_t i = 0; i < 200000; i++) {
    uint32_t task = i * 7919u % graph->n_tasks;
    uint8_t  to = i % CW_N_DRAW_STATES;
    cw_graph_levels_change (followed, task, states[task], to);
    states[task] = to;
  }
  g_autoptr (CwGraphLevels) made = cw_graph_levels_new (layout, states);
  cw_graph_fit (layout, &view);
  for (int i = 0; i < 2; i++) {
    CwGraphStates all = { .states = states, .levels = i ? made : followed };
    cw_graph_draw_nodes (layout, images[i].cr, palette, &view, &all);
  }
  int different = 0;
  for (int y = 0; y < 300; y++)
    for (int x = 0; x < 400; x++)
      different += pixel (&images[0], x, y) != pixel (&images[1], x, y);
  g_assert_cmpint (different, ==, 0);
  g_assert_cmpint (count_inked (&images[0]), >, 5000);
  image_clear (&images[0]);
  image_clear (&images[1]);
}

/* Half of the tasks done and half waiting lie between all waiting and all done. */
static void
a_far_pixel_mixes_its_tasks (void) {
  g_autoptr (CwDrawGraph) graph = chain_graph (512, 512);
  g_autofree uint8_t *states = g_malloc0 (graph->n_tasks);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  CwViewport view = { .width = 500, .height = 300 };
  int        blue[3];
  cw_graph_fit (layout, &view);
  for (int i = 0; i < 3; i++) {
    Image         image = image_new (500, 300);
    CwGraphStates all = { .states = states };
    CwRect        rect = cw_graph_layer_rect (layout, 1);
    for (uint32_t t = 0; t < graph->n_tasks; t++)
      states[t] = i == 2 || (i == 1 && t % 2) ? CW_DRAW_DONE : CW_DRAW_WAITING;
    cw_graph_draw_nodes (layout, image.cr, palette, &view, &all);
    blue[i] = pixel (&image, (rect.x + rect.width / 2 - view.x) * view.scale, (rect.y + rect.height / 2 - view.y) * view.scale) & 0xff;
    image_clear (&image);
  }
  g_assert_cmpint (blue[0], >, blue[1] + 20);
  g_assert_cmpint (blue[1], >, blue[2] + 20);
}

/* States differ in shape: drawn in grey alone they still differ. */
static void
states_differ_without_colour (void) {
  int inked[CW_N_DRAW_STATES];
  CwColor grey = { 0.4, 0.4, 0.4, 1 };
  for (int state = 0; state < CW_N_DRAW_STATES; state++) {
    Image image = image_new (40, 40);
    cw_graph_draw_cell (image.cr, cw_palette_get (CW_STYLE_LIGHT), (CwRect) { 5.5, 5.5, 28, 28 }, grey, state, 0, 0);
    inked[state] = 0;
    for (int y = 0; y < 40; y++)
      for (int x = 0; x < 40; x++)
        inked[state] += 255 - (pixel (&image, x, y) & 0xff);
    image_clear (&image);
    for (int other = 0; other < state; other++)
      if (!(state == CW_DRAW_CANCELLED && other == CW_DRAW_FAILED)) /* both a cross, red or grey */
        g_assert_cmpint (ABS (inked[state] - inked[other]), >, 500);
  }
}

/* ---- timeline ------------------------------------------------------------------------------- */

static void
timeline_finds_bars (void) {
  CwDrawBar bars[100];
  for (int i = 0; i < 100; i++)
    bars[i] = (CwDrawBar) { i * 1000, i * 1000 + 600, i, i % 8 };
  CwDrawLane     lane = { .bars = bars, .n = 100 };
  CwDrawTimeline timeline = { .n_lanes = 1, .lanes = &lane, .duration_ns = 100000 };
  CwTimeSpan     span = { 0, 100000, 1000, 200, -1, -1 };
  int    hit_lane;
  size_t bar;
  g_assert_cmpuint (cw_timeline_find (&lane, 0), ==, 0);
  g_assert_cmpuint (cw_timeline_find (&lane, 599), ==, 0);
  g_assert_cmpuint (cw_timeline_find (&lane, 600), ==, 1);
  g_assert_cmpuint (cw_timeline_find (&lane, 200000), ==, 100);
  g_assert_true (cw_timeline_hit (&timeline, &span, cw_timeline_x_of (&span, 42300), 30, &hit_lane, &bar));
  g_assert_cmpuint (bar, ==, 42);
  g_assert_false (cw_timeline_hit (&timeline, &span, cw_timeline_x_of (&span, 42900), 30, &hit_lane, &bar));
  g_assert_cmpint (ABS (cw_timeline_time_at (&span, cw_timeline_x_of (&span, 5000)) - 5000), <, 10);
}

static void
timeline_merges_thin_bars (void) {
  const int n = 400000;
  g_autofree CwDrawBar *bars = g_new (CwDrawBar, n);
  for (int i = 0; i < n; i++)
    bars[i] = (CwDrawBar) { i * 10, i * 10 + 9, i, 0 };
  CwDrawLane     lane = { .bars = bars, .n = n };
  CwDrawTimeline timeline = { .n_lanes = 1, .lanes = &lane, .duration_ns = n * 10 };
  CwTimeSpan     span = { 0, n * 10, 800, 160, 1000, -1 };
  Image   image = image_new (800, 160);
  int64_t begin = g_get_monotonic_time ();
  cw_timeline_draw (&timeline, image.cr, cw_palette_get (CW_STYLE_LIGHT), &span);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 500000);
  g_assert_cmpuint (pixel (&image, 400, 30), !=, 0xffffff);
  image_clear (&image);
}

/* ---- values --------------------------------------------------------------------------------- */

static void
range_skips_nan (void) {
  g_autoptr (CwDrawValues) values = cw_draw_values_new (2, 2);
  values->values[0] = NAN;
  values->values[1] = -2;
  values->values[2] = INFINITY;
  values->values[3] = 7;
  cw_draw_values_find_range (values);
  g_assert_cmpfloat (values->min, ==, -2);
  g_assert_cmpfloat (values->max, ==, 7);
}

static void
heat_map_shows_low_and_high (void) {
  g_autoptr (CwDrawValues) values = cw_draw_values_new (1, 2);
  Image image = image_new (500, 300);
  int   row, column, n[2] = { 0, 0 };
  values->values[0] = 0;
  values->values[1] = 1;
  cw_draw_values_find_range (values);
  cw_values_draw_heat_map (values, image.cr, cw_palette_get (CW_STYLE_LIGHT), CW_MAP_VIRIDIS, 500, 300);
  for (int y = 0; y < 300; y += 2) {
    for (int x = 0; x < 500; x += 2) {
      if (!cw_values_hit_heat_map (values, 500, 300, x, y, &row, &column))
        continue;
      g_assert_cmpint (row, ==, 0);
      n[column] += pixel (&image, x, y) == color_value (cw_color_map (CW_MAP_VIRIDIS, column));
    }
  }
  g_assert_cmpint (n[0], >, 500);
  g_assert_cmpint (n[1], >, 500);
  image_clear (&image);
}

static void
the_cursor_stands_on_its_value (void) {
  g_autoptr (CwDrawValues) values = cw_draw_values_new (7, 13);
  for (int row = 0; row < 7; row++) {
    for (int column = 0; column < 13; column++) {
      CwRect cell = cw_values_heat_map_cell (values, 500, 300, row, column);
      int    hit_row, hit_column;
      g_assert_true (cw_values_hit_heat_map (values, 500, 300, cell.x + cell.width / 2, cell.y + cell.height / 2, &hit_row, &hit_column));
      g_assert_cmpint (hit_row, ==, row);
      g_assert_cmpint (hit_column, ==, column);
    }
  }
}

static void
a_plot_keeps_peaks (void) {
  const int n = 100000;
  g_autofree double *line = g_new0 (double, n);
  Image image = image_new (400, 200);
  CwColor color = cw_palette_layer (cw_palette_get (CW_STYLE_LIGHT), 4);
  int   above = 0;
  line[54321] = 1;
  cw_plot_line (image.cr, cw_palette_get (CW_STYLE_LIGHT), line, n, 400, 200, color);
  for (int x = 62; x < 380; x++)
    above += pixel (&image, x, 60) != 0xffffff && pixel (&image, x, 62) != 0xffffff;
  g_assert_cmpint (above, >=, 1);
  image_clear (&image);
}

int
main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draw/palette/readable", palette_is_readable);
  g_test_add_func ("/draw/palette/maps", color_maps_are_ordered_by_lightness);
  g_test_add_func ("/draw/text/numbers", numbers_have_separators);
  g_test_add_func ("/draw/diagram/last-chunk", last_chunk_keeps_its_size);
  g_test_add_func ("/draw/diagram/thinning", lines_are_thinned_but_the_ends_stay);
  g_test_add_func ("/draw/diagram/all-lines", lines_with_room_are_all_there);
  g_test_add_func ("/draw/diagram/proportions", proportions_follow_dask);
  g_test_add_func ("/draw/diagram/hit", hit_names_the_chunk);
  g_test_add_func ("/draw/diagram/hit-box", hit_knows_the_faces_of_a_box);
  g_test_add_func ("/draw/diagram/shapes", every_shape_is_drawn);
  g_test_add_func ("/draw/diagram/unknown", unknown_lengths_are_drawn_as_unknown);
  g_test_add_func ("/draw/diagram/empty", empty_axis_is_no_crash);
  g_test_add_func ("/draw/graph/columns", layers_stand_in_columns_of_depth);
  g_test_add_func ("/draw/graph/coordinates", tasks_stand_at_their_chunk_coordinates);
  g_test_add_func ("/draw/graph/hit", every_task_can_be_hit);
  g_test_add_func ("/draw/graph/outer-axes", outer_axes_repeat_the_grid);
  g_test_add_func ("/draw/graph/arrows", arrows_walk_over_tasks_and_layers);
  g_test_add_func ("/draw/graph/edges", edges_are_single_while_few);
  g_test_add_func ("/draw/graph/any-number", any_number_of_tasks_is_drawn);
  g_test_add_func ("/draw/graph/running-is-seen", one_running_task_among_a_million_is_seen);
  g_test_add_func ("/draw/graph/levels-follow", levels_follow_changes);
  g_test_add_func ("/draw/graph/far-mixes", a_far_pixel_mixes_its_tasks);
  g_test_add_func ("/draw/graph/states", states_differ_without_colour);
  g_test_add_func ("/draw/timeline/hit", timeline_finds_bars);
  g_test_add_func ("/draw/timeline/merge", timeline_merges_thin_bars);
  g_test_add_func ("/draw/values/range", range_skips_nan);
  g_test_add_func ("/draw/values/heat-map", heat_map_shows_low_and_high);
  g_test_add_func ("/draw/values/cursor", the_cursor_stands_on_its_value);
  g_test_add_func ("/draw/plot/peaks", a_plot_keeps_peaks);
  return g_test_run ();
}
