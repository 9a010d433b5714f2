/* draw-budgets: what the views cost on a graph of a million tasks, dot (x, x + x.T) in small chunks, at 1600 x 900.
 *
 *     draw-budgets [TASKS] [graphviz]    (1000000; graphviz: also how long `dot` takes for a graph of 2,700 tasks)
 *
 * The worst of several frames is told of each kind, so that it may be held against the budgets: opening 1 s, a frame
 * 8 ms, reading a frame's events 2 ms, a jump to any moment 50 ms.
 */
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine/language/language.h"
#include "widgets/adapt.h"
#include "widgets/task-board.h"

#define WIDTH  1600
#define HEIGHT 900

/* Of this thread's processor: other programs do not count. */
static double
now_ms (void) {
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double
wall_ms (void) {
  return g_get_monotonic_time () / 1e3;
}

static void
tell (const char *what, double ms, double budget) {
  if (budget > 0)
    printf ("%-46s %9.2f ms   budget %5.0f ms   %s\n", what, ms, budget, ms <= budget ? "ok" : "OVER");
  else
    printf ("%-46s %9.2f ms\n", what, ms);
}

/* dot (x, x + x.T) of @side x @side blocks: side^3 products and their sums, and some layers of fewer tasks. */
static CwArray *
make_array (int side) {
  CwSession *session = cw_session_new ();
  g_autofree char *code = g_strdup_printf ("import dask.array as da\nx = da.random.random((%d, %d), chunks=2)\ny = da.dot(x, x + x.T)",
                                           2 * side, 2 * side);
  g_autoptr (CwCellResult) result = cw_session_run_cell (session, code);
  CwArray *array = cw_session_array (session, "y");
  if (!array)
    g_error ("%s", result->error_message);
  cw_session_free (session);
  return array;
}

static CwPlan *
make_plan (uint32_t tasks, CwPlanKind kind) {
  GError *error = NULL;
  g_autoptr (CwArray) array = make_array (cbrt (tasks / 2.35));
  double  begin = now_ms ();
  CwPlan *plan = cw_plan_new (1, &array, kind, &error);
  g_assert_no_error (error);
  printf ("%u tasks in %d layers, %lu edges\n", cw_plan_n_tasks (plan), cw_plan_n_layers (plan), (unsigned long) cw_plan_n_edges (plan));
  tell ("planning", now_ms () - begin, 0);
  return plan;
}

/* ---- frames --------------------------------------------------------------------------------- */

static double
frame (const CwGraphLayout *layout, cairo_t *cr, const CwViewport *view, const CwGraphStates *states, bool edges) {
  const CwPalette *palette = cw_palette_get (CW_STYLE_LIGHT);
  double begin = now_ms ();
  cw_set_color (cr, palette->background);
  cairo_paint (cr);
  if (edges)
    cw_graph_draw_edges (layout, cr, palette, view);
  cw_graph_draw_nodes (layout, cr, palette, view, states);
  cw_graph_draw_labels (layout, cr, palette, view);
  return now_ms () - begin;
}

/* The worst of frames with tasks of about @pixels, at several places. */
static void
bench_scale (const CwGraphLayout *layout, cairo_t *cr, const CwGraphStates *states, double pixels, bool edges) {
  CwViewport view = { .width = WIDTH, .height = HEIGHT, .scale = pixels };
  double     worst = 0, width, height;
  char       what[80];
  cw_graph_layout_size (layout, &width, &height);
  for (int i = 0; i < 9; i++) {
    view.x = width * (0.1 + 0.1 * i) - WIDTH / pixels / 2;
    view.y = height * (0.3 + 0.05 * i) - HEIGHT / pixels / 2;
    worst = MAX (worst, frame (layout, cr, &view, states, edges));
  }
  g_snprintf (what, sizeof what, "frame, tasks of %g pixels%s", pixels, edges ? ", edges anew" : "");
  tell (what, worst, 8);
}

static void
bench_frames (const CwGraphLayout *layout, uint32_t n) {
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  g_autofree uint8_t *states = g_malloc (n), *workers = g_malloc0 (n);
  for (uint32_t t = 0; t < n; t++)
    states[t] = t % 100003 == 7 ? CW_DRAW_RUNNING : t % 5;
  for (uint32_t t = 0; t < n; t++)
    states[t] = states[t] == CW_DRAW_RUNNING && t % 100003 != 7 ? CW_DRAW_SPILLED : states[t];
  double begin = now_ms ();
  g_autoptr (CwGraphLevels) levels = cw_graph_levels_new (layout, states);
  tell ("levels of detail", now_ms () - begin, 0);
  CwGraphStates all = { states, workers, 0.5, levels };
  CwViewport    fit = { .width = WIDTH, .height = HEIGHT };
  cw_graph_fit (layout, &fit);
  double worst = 0;
  for (int i = 0; i < 9; i++)
    worst = MAX (worst, frame (layout, cr, &fit, &all, true));
  tell ("frame, all in sight", worst, 8);
  static const double pixels[] = { 0.3, 0.6, 1, 1.4, 1.6, 2, 3, 5, 8, 10.6, 15, 25, 40, 45, 70, 110, 150 };
  for (guint i = 0; i < G_N_ELEMENTS (pixels); i++)
    for (int edges = 1; edges >= 0; edges--)
      bench_scale (layout, cr, &all, pixels[i], edges);
  begin = now_ms ();
  for (uint32_t t = 0; t < 100000; t++)
    cw_graph_levels_change (levels, (uint32_t) (t * 7919LL % n), states[t * 7919LL % n], CW_DRAW_DONE);
  tell ("100,000 changes of states", now_ms () - begin, 0);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* ---- a run ---------------------------------------------------------------------------------- */

static void
bench_timeline (CwTaskBoard *board) {
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  int64_t  duration = cw_task_board_duration (board);
  double   worst = 0;
  for (int64_t span = duration; span > 1000; span /= 3) {
    CwTimeSpan view = { .from_ns = (duration - span) / 2, .to_ns = (duration + span) / 2, .width = WIDTH, .height = HEIGHT, .selected = -1,
                        .hovered = -1, .cursor_ns = duration / 2 };
    double begin = now_ms ();
    cw_timeline_draw (cw_task_board_timeline (board), cr, cw_palette_get (CW_STYLE_LIGHT), &view);
    worst = MAX (worst, now_ms () - begin);
  }
  tell ("timeline, any span", worst, 8);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

static void
bench_run (CwPlan *plan) {
  CwRunOptions options = { .threads = 1, .trace = true };
  CwBuffer    *values = NULL;
  GError      *error = NULL;
  g_autoptr (CwRun) run = cw_run_new (plan, &options);
  double begin = wall_ms (), worst = 0;
  cw_run_start (run);
  cw_run_wait (run, &values, &error);
  g_assert_no_error (error);
  tell ("the run, 1 thread", wall_ms () - begin, 0);
  g_clear_pointer (&values, cw_buffer_unref);
  g_autoptr (CwTaskBoard) board = cw_task_board_new (plan, cw_run_trace (run));
  int frames = 0;
  while (!cw_task_board_complete (board)) {
    begin = now_ms ();
    cw_task_board_follow (board, 1200000);
    worst = MAX (worst, now_ms () - begin);
    frames++;
  }
  printf ("%d frames to read the trace\n", frames);
  tell ("reading a frame's events", worst, 2);
  int64_t duration = cw_task_board_duration (board);
  bench_timeline (board);
  begin = wall_ms ();
  cw_task_board_seek (board, duration / 2);
  tell ("putting the events in order, on a thread", wall_ms () - begin, 0);
  worst = 0;
  for (int i = 0; i < 60; i++) {
    begin = now_ms ();
    cw_task_board_seek (board, duration / 100 * (i * 37 % 100));
    worst = MAX (worst, now_ms () - begin);
  }
  tell ("jump to a moment", worst, 50);
}

/* ---- Graphviz ------------------------------------------------------------------------------- */

static void
bench_graphviz (void) {
  g_autofree char *program = g_find_program_in_path ("dot"), *file = g_build_filename (g_get_tmp_dir (), "draw-budgets.dot", NULL);
  if (!program) {
    printf ("Graphviz is not installed\n");
    return;
  }
  g_autoptr (CwPlan) plan = make_plan (2700, CW_PLAN_RAW);
  g_autoptr (GString) text = g_string_new ("digraph { rankdir=LR;\n");
  for (uint32_t t = 0; t < cw_plan_n_tasks (plan); t++) {
    uint32_t n;
    const uint32_t *parents = cw_plan_parents (plan, t, &n);
    for (uint32_t i = 0; i < n; i++)
      g_string_append_printf (text, "t%u -> t%u;\n", parents[i], t);
  }
  g_string_append (text, "}\n");
  g_file_set_contents (file, text->str, -1, NULL);
  g_autofree char *line = g_strdup_printf ("timeout 600 %s -Tsvg %s -o %s.svg", program, file, file);
  double begin = wall_ms ();
  int    status = system (line);
  tell (status == 0 ? "Graphviz, that graph" : "Graphviz did not end within", wall_ms () - begin, 0);
}

int
main (int argc, char **argv) {
  uint32_t tasks = argc > 1 ? strtoul (argv[1], NULL, 10) : 1000000;
  g_autoptr (CwPlan) plan = make_plan (tasks, CW_PLAN_RAW);
  double begin = now_ms ();
  g_autoptr (CwDrawGraph) graph = cw_adapt_graph (plan);
  g_autoptr (CwGraphLayout) layout = cw_graph_layout_new (graph, false);
  tell ("opening: graph and layout", now_ms () - begin, 1000);
  bench_frames (layout, cw_plan_n_tasks (plan));
  bench_run (plan);
  if (argc > 2 && g_str_equal (argv[2], "graphviz"))
    bench_graphviz ();
  return 0;
}
