/* Runs as the views see them: exact states at every moment, both directions, two runs on one clock, tasks chosen by the learner, other
 * cuts and what they cost, and what the learner types to find a task.
 */
#include "tests/widgets/widgets-test.h"

#include <string.h>

#include "widgets/forecast.h"
#include "widgets/graph-find.h"
#include "widgets/mask-density.h"

static CwViewSession *
finished_session (CwArray *array) {
  CwViewSession *session = cw_view_session_new ();
  cw_view_session_show (session, array, NULL);
  cw_view_session_start (session, false);
  wait_for (session, run_is_over);
  return session;
}

/* ---- moments -------------------------------------------------------------------------------- */

/* The states at @moment by the plain rule: the last event of each task until then. */
static uint8_t *
states_at (CwRun *run, int64_t moment) {
  CwPlan  *plan = cw_run_plan (run);
  uint8_t *states = g_malloc0 (cw_plan_n_tasks (plan));
  size_t   n;
  g_autofree CwEvent *events = cw_trace_sorted (cw_run_trace (run), &n);
  for (uint32_t t = 0; t < cw_plan_n_tasks (plan); t++) {
    uint32_t parents;
    cw_plan_parents (plan, t, &parents);
    states[t] = parents ? CW_TASK_WAITING : CW_TASK_READY;
  }
  for (size_t i = 0; i < n && events[i].time_ns <= moment; i++)
    if (!(events[i].flags & CW_EVENT_HELPED))
      states[events[i].task] = events[i].state;
  return states;
}

static void
every_moment_is_exact (void) {
  g_autoptr (CwArray) array = ones (300, 300, 10), sum = sum_of (array);
  g_autoptr (CwViewSession) session = finished_session (sum);
  CwTaskBoard *board = cw_view_session_board (session);
  uint32_t     n = cw_plan_n_tasks (cw_task_board_plan (board));
  int64_t      duration = cw_view_session_duration (session);
  for (int i = 0; i < 40; i++) {
    int64_t moment = duration / 40 * (i * 17 % 41); /* back and forth */
    g_autofree uint8_t *expected = states_at (cw_view_session_run (session), moment);
    uint32_t counts[CW_N_TASK_STATES] = { 0 };
    cw_view_session_seek (session, moment);
    g_assert_cmpmem (cw_task_board_states (board), n, expected, n);
    for (uint32_t t = 0; t < n; t++)
      counts[expected[t]]++;
    g_assert_cmpmem (cw_task_board_counts (board), sizeof counts, counts, sizeof counts);
    uint32_t running[256];
    g_assert_cmpint (cw_task_board_running (board, running, 256), ==, counts[CW_TASK_RUNNING]);
    for (uint32_t k = 0; k < counts[CW_TASK_RUNNING]; k++)
      g_assert_cmpint (expected[running[k]], ==, CW_TASK_RUNNING);
  }
}

static void
note_change (void *data, uint32_t task, CwTaskState from, CwTaskState to) {
  uint8_t *states = data;
  if (task == UINT32_MAX) {
    states[0] = 255; /* look again */
    return;
  }
  g_assert_cmpint (states[task], ==, from);
  states[task] = to;
}

static void
watchers_hear_of_every_change (void) {
  g_autoptr (CwArray) array = ones (100, 100, 10), sum = sum_of (array);
  g_autoptr (CwViewSession) session = finished_session (sum);
  CwRun *run = cw_view_session_run (session);
  g_autoptr (CwTaskBoard) board = cw_task_board_new (cw_run_plan (run), cw_run_trace (run));
  uint32_t n = cw_plan_n_tasks (cw_run_plan (run));
  g_autofree uint8_t *heard = g_memdup2 (cw_task_board_states (board), n);
  cw_task_board_watch (board, note_change, heard);
  while (!cw_task_board_complete (board))
    cw_task_board_follow (board, 1000000);
  g_assert_cmpmem (heard, n, cw_task_board_states (board), n);
  cw_task_board_seek (board, -1);
  g_assert_cmpint (heard[0], ==, 255);
}

static void
replays_go_both_ways (void) {
  g_autoptr (CwArray) array = ones (100, 100, 10);
  g_autoptr (CwViewSession) session = finished_session (array);
  int64_t duration = cw_view_session_duration (session), now = 1000000;
  cw_view_session_play (session, -50);
  g_assert_true (cw_view_session_is_replaying (session));
  for (int64_t last = duration + 1; cw_view_session_is_replaying (session); now += 16000) {
    cw_view_session_tick (session, now);
    g_assert_cmpint (cw_view_session_clock (session), <=, last);
    last = cw_view_session_clock (session);
  }
  g_assert_cmpint (cw_view_session_clock (session), ==, 0);
  g_assert_cmpuint (cw_task_board_counts (cw_view_session_board (session))[CW_TASK_READY], >, 0);
  cw_view_session_play (session, 50);
  for (; cw_view_session_is_replaying (session); now += 16000)
    cw_view_session_tick (session, now);
  g_assert_cmpint (cw_view_session_clock (session), ==, duration);
  cw_view_session_step_back (session);
  g_assert_cmpint (cw_view_session_clock (session), <, duration);
}

static void
two_runs_share_a_clock (void) {
  g_autoptr (CwArray) array = ones (100, 100, 10);
  g_autoptr (CwViewSession) session = finished_session (array);
  CwTaskBoard *first = cw_view_session_board (session);
  const char  *name = NULL;
  cw_view_session_keep_run (session);
  g_assert_true (cw_view_session_kept (session, &name) == first);
  g_assert_nonnull (strstr (name, "100 tasks"));
  cw_view_session_set_plan_kind (session, CW_PLAN_OPTIMIZED);
  cw_view_session_start (session, false);
  wait_for (session, run_is_over);
  while (cw_view_session_is_live (session))
    cw_view_session_tick (session, g_get_monotonic_time ());
  g_assert_true (cw_view_session_board (session) != first);
  g_assert_cmpint (cw_view_session_duration (session), >=, cw_task_board_duration (first));
  cw_view_session_seek (session, 0);
  g_assert_cmpuint (cw_task_board_counts (first)[CW_TASK_READY], ==, 100);
  cw_view_session_seek (session, cw_view_session_duration (session));
  g_assert_cmpuint (cw_task_board_counts (first)[CW_TASK_READY], ==, 0);
  cw_view_session_drop_kept (session);
  g_assert_null (cw_view_session_kept (session, NULL));
}

static void
the_learner_chooses_the_next_task (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (40, 40, 10), sum = sum_of (array);
  cw_view_session_show (session, sum, NULL);
  uint32_t last = cw_plan_n_tasks (cw_view_session_plan (session, NULL)) - 1;
  cw_view_session_start (session, true);
  g_assert_false (cw_view_session_step_task (session, last)); /* its inputs are missing */
  g_assert_true (cw_view_session_step_task (session, 13));
  for (int i = 0; i < 4000 && cw_task_board_states (cw_view_session_board (session))[13] <= CW_TASK_RUNNING; i++) {
    cw_view_session_tick (session, g_get_monotonic_time ());
    g_usleep (1000);
  }
  g_assert_cmpint (cw_task_board_states (cw_view_session_board (session))[13], >=, CW_TASK_DONE);
  g_assert_cmpint (cw_task_board_states (cw_view_session_board (session))[last], ==, CW_TASK_WAITING);
  cw_view_session_toggle (session);
  wait_for (session, run_is_over);
}

/* ---- records -------------------------------------------------------------------------------- */

static CwTaskRecord *
record_of (CwPlan *plan) {
  CwTaskRecord *record = cw_task_record_new (plan, 1);
  /* A hundred tasks of 6 us every 10 us; the block of task 50 is large; task 70 is spilled. */
  for (uint32_t t = 0; t < 100; t++) {
    int64_t bytes = t == 50 ? 1000000 : t * 10;
    cw_task_record_add (record, &(CwEvent) { t * 10000, t, CW_TASK_RUNNING, 0, 0, bytes });
    cw_task_record_add (record, &(CwEvent) { t * 10000 + 6000, t, CW_TASK_DONE, 0, 0, bytes });
  }
  cw_task_record_add (record, &(CwEvent) { 60000000000, 70, CW_TASK_SPILLED, 0, 0, 12 });
  return record;
}

static void
records_keep_bars_peaks_and_marks (void) {
  g_autoptr (CwArray) array = ones (100, 100, 10);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &array, CW_PLAN_RAW, NULL);
  g_autoptr (CwTaskRecord) record = record_of (plan);
  const CwDrawTimeline *timeline = cw_task_record_timeline (record, 60000000000);
  int64_t most = 0, last = -1;
  g_assert_cmpuint (timeline->lanes[0].n, ==, 100);
  g_assert_cmpfloat_with_epsilon (cw_timeline_busy (&timeline->lanes[0], 0, 1000000), 0.6, 1e-9);
  g_assert_cmpfloat_with_epsilon (cw_timeline_busy (&timeline->lanes[0], 3000, 13000), 0.6, 1e-9);
  g_assert_cmpfloat_with_epsilon (cw_timeline_busy (&timeline->lanes[0], 6000, 10000), 0, 1e-9);
  for (size_t i = 0; i < timeline->n_memory; i++) {
    most = MAX (most, timeline->memory[i].bytes);
    g_assert_cmpint (timeline->memory[i].time_ns, >, last);
    last = timeline->memory[i].time_ns;
  }
  g_assert_cmpint (most, ==, 1000000); /* a minute later it still stands out */
  g_assert_cmpuint (timeline->n_marks, ==, 1);
  g_assert_cmpuint (timeline->marks[0].task, ==, 70);
}

/* ---- cuts ----------------------------------------------------------------------------------- */

static void
another_cut_is_shown_and_undone (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (100, 100, 50);
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (-1);
  cw_view_session_show (session, array, NULL);
  spec->axes[0].kind = CW_CHUNK_SIZE;
  for (int size = 10; size <= 30; size += 10) {
    spec->axes[0].size = size;
    g_assert_true (cw_view_session_recut (session, spec, NULL));
    g_assert_cmpint (cw_view_session_array (session)->axes[0]->max, ==, size);
    g_assert_true (cw_view_session_given (session) == array); /* not a cut of a cut */
    g_assert_cmpuint (cw_view_session_array (session)->n_inputs, <=, 1);
  }
  cw_view_session_undo_recut (session);
  g_assert_true (cw_view_session_array (session) == array);
  g_assert_true (cw_view_session_recut (session, spec, NULL));
  cw_view_session_show (session, array, NULL);
  g_assert_true (cw_view_session_given (session) == array);
}

static void
forecasts_are_the_plans (void) {
  g_autoptr (CwArray) array = ones (1000, 1000, 100), sum = sum_of (array);
  CwForecast one, two, slow;
  g_autoptr (CwPlan) plan = cw_plan_new (1, &sum, CW_PLAN_OPTIMIZED, NULL);
  g_assert_true (cw_forecast_make (&one, sum, 1, 1, NULL));
  cw_forecast_plan (&two, plan, 2, 1);
  cw_forecast_plan (&slow, plan, 1, 3);
  g_assert_cmpuint (one.tasks, ==, cw_plan_n_tasks (plan));
  g_assert_cmpint (one.peak_bytes, ==, cw_plan_peak_bytes (plan));
  g_assert_cmpint (one.chunks, ==, 1);
  g_assert_cmpint (one.chunk_bytes, ==, 8);
  g_assert_cmpint (ABS (one.time_ns - 2 * two.time_ns), <=, 2);
  g_assert_cmpint (ABS (slow.time_ns - 3 * one.time_ns), <=, 3);
}

static void
masks_have_a_density (void) {
  const int64_t shape[2] = { 200, 300 };
  g_autoptr (CwBuffer) buffer = cw_buffer_new (CW_BOOL, 2, shape, NULL);
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (-1);
  g_autoptr (CwArray) other = ones (200, 300, 100);
  uint8_t *data = (uint8_t *) (void *) buffer->data;
  for (int i = 0; i < 200 * 300; i++)
    data[i] = i / 300 < 100 ? i % 300 >= 200 : i % 2; /* a chunk full, two empty, below half of each */
  spec->axes[0].kind = CW_CHUNK_SIZE;
  spec->axes[0].size = 100;
  g_autoptr (CwArray) mask = cw_array_from_buffer (buffer, spec, NULL, NULL);
  g_autofree double *densities = cw_mask_density_new (mask, buffer);
  const double expected[] = { 0, 0, 1, 0.5, 0.5, 0.5 };
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (densities[i], expected[i], 1e-12);
  g_assert_null (cw_mask_density_new (other, buffer));
  g_assert_null (cw_mask_density_new (mask, NULL));
}

/* ---- finding -------------------------------------------------------------------------------- */

static void
what_is_typed_is_found (void) {
  g_autoptr (CwArray) array = ones (100, 100, 10), sum = sum_of (array);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &sum, CW_PLAN_RAW, NULL);
  uint32_t task;
  bool     whole;
  g_assert_true (cw_graph_find (plan, "ones", -1, &task, &whole));
  g_assert_true (whole);
  g_assert_cmpuint (task, ==, 0);
  g_assert_true (cw_graph_find (plan, "ones (3, 4)", -1, &task, &whole));
  g_assert_false (whole);
  g_assert_cmpuint (task, ==, 34);
  g_assert_true (cw_graph_find (plan, "#17", -1, &task, &whole));
  g_assert_cmpuint (task, ==, 17);
  g_assert_false (cw_graph_find (plan, "#1000000", -1, &task, &whole));
  g_assert_false (cw_graph_find (plan, "ones (30, 4)", -1, &task, &whole));
  g_assert_false (cw_graph_find (plan, "ones (-1, 4)", -1, &task, &whole));
  g_assert_false (cw_graph_find (plan, "tensordot", -1, &task, &whole));
  /* The same word again goes on to the next layer, and around. */
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (int));
  int64_t after = -1;
  for (int i = 0; i < 12; i++) {
    g_assert_true (cw_graph_find (plan, "SUM", after, &task, &whole));
    int layer = cw_plan_task_layer (plan, task);
    if (i > 0 && layer == g_array_index (seen, int, 0))
      break;
    g_array_append_val (seen, layer);
    after = task;
  }
  g_assert_cmpuint (seen->len, ==, cw_plan_n_layers (plan) - 1);
}

/* ---- views ---------------------------------------------------------------------------------- */

static guint
rows_of (GtkWidget *twin) {
  GtkWidget *view = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (twin));
  return g_list_model_get_n_items (G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view))));
}

static void
tables_have_the_pictures_rows (void) {
  g_autoptr (CwArray) array = ones (60, 60, 10), sum = sum_of (array);
  g_autoptr (CwViewSession) session = finished_session (sum);
  CwPlan *plan = cw_view_session_plan (session, NULL);
  const struct { const char *view; guint rows; } tables[] = {
    { "diagram", 1 }, { "graph", cw_plan_n_layers (plan) }, { "timeline", cw_plan_n_tasks (plan) }, { "values", 1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    GtkWidget *window = gtk_window_new (), *twin = cw_table_twin_new (session, tables[i].view);
    gtk_window_set_child (GTK_WINDOW (window), twin);
    gtk_window_present (GTK_WINDOW (window));
    gtk_test_widget_wait_for_draw (twin);
    g_assert_cmpuint (rows_of (twin), ==, tables[i].rows);
    if (i == 2) {
      GtkWidget *view = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (twin));
      g_signal_emit_by_name (view, "activate", 3);
      g_assert_cmpint (cw_view_session_selected (session), >=, 0);
    }
    gtk_window_destroy (GTK_WINDOW (window));
  }
}

static void
the_view_goes_where_it_is_told (void) {
  g_autoptr (CwArray) array = ones (500, 500, 10), sum = sum_of (array);
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  GtkWidget *window = gtk_window_new (), *graph = cw_graph_view_new (session);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  cw_view_session_show (session, sum, NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), 600, 400);
  gtk_window_set_child (GTK_WINDOW (window), graph);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (graph);
  g_assert_true (cw_graph_view_find (CW_GRAPH_VIEW (graph), "ones (30, 31)"));
  g_assert_cmpint (cw_view_session_selected (session), ==, 1531);
  CwViewport view;
  const CwGraphLayout *layout = cw_graph_view_layout (CW_GRAPH_VIEW (graph), &view);
  CwRect   rect = cw_graph_task_rect (layout, 1531);
  uint32_t hit;
  g_assert_true (cw_graph_hit (layout, &view, view.width / 2, view.height / 2, &hit));
  g_assert_cmpuint (hit, ==, 1531);
  g_assert_cmpfloat (rect.width * view.scale, >, 15);
  g_assert_false (cw_graph_view_find (CW_GRAPH_VIEW (graph), "nothing of that name"));
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* ---- the numbers of the moment ------------------------------------------------------------------ */

static GtkLabel *
label_that_ends_in (GtkWidget *widget, const char *end) {
  if (GTK_IS_LABEL (widget) && g_str_has_suffix (gtk_label_get_text (GTK_LABEL (widget)), end))
    return GTK_LABEL (widget);
  GtkLabel *found = NULL;
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c && !found; c = gtk_widget_get_next_sibling (c))
    found = label_that_ends_in (c, end);
  return found;
}

/* However narrow the window is, no digit of a number is cut off. */
static void
numbers_are_whole (void) {
  g_autoptr (CwArray) array = ones (600, 600, 10), sum = sum_of (array);
  g_autoptr (CwViewSession) session = finished_session (sum);
  cw_view_session_seek (session, cw_view_session_duration (session) / 2);
  GtkWidget *window = gtk_window_new (), *transport = cw_transport_new (session);
  gtk_window_set_child (GTK_WINDOW (window), transport);
  gtk_window_set_default_size (GTK_WINDOW (window), 420, 80);
  gtk_window_present (GTK_WINDOW (window));
  int64_t until = g_get_monotonic_time () + 300000;
  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  GtkLabel *counts = label_that_ends_in (transport, "tasks");
  g_assert_nonnull (counts);
  g_assert_nonnull (strstr (gtk_label_get_text (counts), "held"));
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (counts)));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv) {
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/runs/moments", every_moment_is_exact);
  g_test_add_func ("/runs/watch", watchers_hear_of_every_change);
  g_test_add_func ("/runs/both-ways", replays_go_both_ways);
  g_test_add_func ("/runs/compare", two_runs_share_a_clock);
  g_test_add_func ("/runs/choose", the_learner_chooses_the_next_task);
  g_test_add_func ("/runs/record", records_keep_bars_peaks_and_marks);
  g_test_add_func ("/runs/recut", another_cut_is_shown_and_undone);
  g_test_add_func ("/runs/forecast", forecasts_are_the_plans);
  g_test_add_func ("/runs/mask", masks_have_a_density);
  g_test_add_func ("/runs/find", what_is_typed_is_found);
  g_test_add_func ("/runs/tables", tables_have_the_pictures_rows);
  g_test_add_func ("/runs/go-to", the_view_goes_where_it_is_told);
  g_test_add_func ("/runs/numbers", numbers_are_whole);
  return g_test_run ();
}
