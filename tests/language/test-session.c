/* test-session.c: sessions: outputs, hooks, interruption, completion, help. */
#include <string.h>

#include "tests/language/run-cell.h"

static const CwOutput *output (const CwCellResult *result, guint i) {
  g_assert_cmpuint (i, <, result->outputs->len);
  return result->outputs->pdata[i];
}

static void outputs_know_their_kind (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (CwCellResult) lazy = run_in (s, "import numpy as np\nimport dask.array as da\nx = da.ones((4, 4), chunks=2)\nx");
  g_assert_cmpint (output (lazy, 0)->kind, ==, CW_OUTPUT_ARRAY);
  g_assert_cmpint ((int) output (lazy, 0)->array->shape[0], ==, 4);
  g_assert_cmpstr (lazy->focus_name, ==, "x");
  g_autoptr (CwCellResult) eager = run_in (s, "np.arange(3)");
  g_assert_cmpint (output (eager, 0)->kind, ==, CW_OUTPUT_VALUES);
  g_assert_cmpint ((int) output (eager, 0)->buffer->size, ==, 3);
  g_autoptr (CwCellResult) graph = run_in (s, "x.visualize(optimize_graph=True)");
  g_assert_cmpint (output (graph, 0)->kind, ==, CW_OUTPUT_GRAPH);
  g_assert_cmpint (output (graph, 0)->plan_kind, ==, CW_PLAN_OPTIMIZED);
  g_autoptr (CwCellResult) timed = run_in (s, "%%time\nx.sum().compute();");
  g_assert_cmpint (output (timed, 0)->kind, ==, CW_OUTPUT_TIMING);
  g_autoptr (CwCellResult) client = run_in (s, "from dask.distributed import Client\nClient(n_workers=2, threads_per_worker=1)");
  g_assert_cmpint (output (client, 0)->kind, ==, CW_OUTPUT_CLIENT);
  g_assert_cmpint (cw_session_threads (s), ==, 2);
}

static bool remember_direction (CwArray *array, CwPlanKind kind, bool top_down, const char *filename, void *data, GError **error) {
  *(bool *) data = top_down;
  return true;
}

static void graphs_have_a_direction (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  static const struct {
    const char *direction;
    bool top_down;
  } cases[] = { { "None", false }, { "'LR'", false }, { "'RL'", false }, { "'TB'", true }, { "'BT'", true } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    bool seen = !cases[i].top_down;
    g_autofree char *code = g_strdup_printf ("import dask.array as da\nda.ones(4, chunks=2).visualize('x.svg', rankdir=%s)", cases[i].direction);
    cw_session_set_visualize (s, remember_direction, &seen);
    g_autoptr (CwCellResult) result = run_in (s, code);
    g_assert_null (result->error_class);
    g_assert_true (seen == cases[i].top_down);
    g_assert_true (output (result, 0)->top_down == seen);
  }
  g_autoptr (CwCellResult) wrong = run_in (s, "da.ones(4, chunks=2).visualize(rankdir='UP')");
  g_assert_cmpstr (wrong->error_class, ==, "ValueError");
}

static void lines_are_as_wide_as_the_page (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  cw_session_set_print_width (s, 30);
  g_autoptr (CwCellResult) narrow = run_in (s, "import numpy as np\nprint(np.arange(12))");
  g_assert_cmpstr (output (narrow, 0)->text, ==, "[ 0  1  2  3  4  5  6  7  8\n  9 10 11]\n");
  g_autoptr (CwCellResult) chosen = run_in (s, "np.set_printoptions(linewidth=40)\nprint(np.arange(12))");
  g_assert_cmpstr (output (chosen, 0)->text, ==, "[ 0  1  2  3  4  5  6  7  8  9 10 11]\n");
  cw_session_set_print_width (s, 25);
  g_autoptr (CwCellResult) kept = run_in (s, "print(np.arange(12))"); /* what a cell chose stays */
  g_assert_cmpstr (output (kept, 0)->text, ==, output (chosen, 0)->text);
  cw_session_reset (s);
  g_autoptr (CwCellResult) again = run_in (s, "import numpy as np\nprint(np.arange(10))");
  g_assert_cmpstr (output (again, 0)->text, ==, "[0 1 2 3 4 5 6 7 8 9]\n");
  g_autoptr (CwCellResult) width = run_in (s, "np.get_printoptions()['linewidth']");
  g_assert_cmpstr (output (width, 0)->text, ==, "25\n");
}

static void a_missing_cluster_is_a_warning (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  gint64 start = g_get_monotonic_time ();
  g_autoptr (CwCellResult) result = run_in (s, "from dask.distributed import Client\nc = Client('tcp://127.0.0.1:1')\n1");
  g_assert_null (result->error_class);
  g_assert_cmpint (output (result, 0)->kind, ==, CW_OUTPUT_WARNING);
  g_assert_nonnull (strstr (output (result, 0)->text, "tcp://127.0.0.1:1"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC);
}

typedef struct {
  int begun, ended, outputs;
} Seen;

static void count_begin (CwSession *s, CwRun *run, void *data) {
  ((Seen *) data)->begun++;
}

static void count_end (CwSession *s, CwRun *run, void *data) {
  ((Seen *) data)->ended++;
}

static void count_output (CwSession *s, const CwOutput *o, void *data) {
  ((Seen *) data)->outputs++;
}

static void hooks_see_runs_and_outputs (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  Seen seen = { 0 };
  const CwSessionHooks hooks = { count_begin, count_end, count_output, &seen };
  cw_session_set_hooks (s, &hooks);
  g_autoptr (CwCellResult) result = run_in (s, "import dask.array as da\nfor i in range(3): print(i)\nda.ones(10, chunks=5).sum().compute()");
  g_assert_cmpint (seen.begun, ==, 1);
  g_assert_cmpint (seen.ended, ==, 1);
  g_assert_cmpint (seen.outputs, ==, 4);
  g_assert_cmpint ((int) result->tasks, >, 0);
}

static void *interrupt_later (void *data) {
  g_usleep (100000);
  cw_session_interrupt (data);
  return NULL;
}

static void interruptions_end_within_100_ms (const void *data) {
  g_autoptr (CwSession) s = cw_session_new ();
  GThread *thread = g_thread_new ("interrupt", interrupt_later, s);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (CwCellResult) result = run_in (s, data);
  gint64 took = g_get_monotonic_time () - start;
  g_thread_join (thread);
  g_assert_cmpstr (result->error_class, ==, "KeyboardInterrupt");
  g_assert_cmpint (took, <, 600000);
  g_autoptr (CwCellResult) after = run_in (s, "1 + 1");
  g_autofree char *text = shown (after);
  g_assert_cmpstr (text, ==, "2\n");
}

static bool offers (CwSession *s, const char *before, const char *name) {
  g_auto (GStrv) names = cw_session_complete (s, before);
  return g_strv_contains ((const char *const *) names, name);
}

static void completion_knows_modules_and_values (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (CwCellResult) result = run_in (s, "import dask.array as da\nmyarray = da.ones(3)");
  g_assert_true (offers (s, "da.ra", "random"));
  g_assert_true (offers (s, "y = da.ra", "ravel"));
  g_assert_true (offers (s, "da.random.no", "normal"));
  g_assert_true (offers (s, "mya", "myarray"));
  g_assert_true (offers (s, "myarray.comp", "compute"));
  g_assert_true (offers (s, "pri", "print"));
  g_assert_false (offers (s, "da.ra", "sum"));
  g_assert_null (result->error_class);
}

static void help_shows_signature_and_doc (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (CwCellResult) result = run_in (s, "import dask.array as da\nx = da.ones(3)");
  g_autofree char *function = cw_session_help (s, "da.histogram"), *method = cw_session_help (s, "x.sum"), *missing = cw_session_help (s, "da.nothing");
  g_assert_true (g_str_has_prefix (function, "histogram(a, bins=10"));
  g_assert_true (g_str_has_prefix (method, "sum(axis=None"));
  g_assert_null (missing);
  g_assert_null (result->error_class);
}

static void arrays_are_found_by_name (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (CwCellResult) result = run_in (s, "import numpy as np\nimport dask.array as da\nx = da.ones((2, 3))\ny = np.ones(4)\nz = 5");
  g_autoptr (CwArray) x = cw_session_array (s, "x"), y = cw_session_array (s, "y");
  g_assert_cmpint (x->ndim, ==, 2);
  g_assert_cmpint ((int) cw_array_n_blocks (y), ==, 1);
  g_assert_null (cw_session_array (s, "z"));
  g_assert_null (cw_session_array (s, "nothing"));
  g_assert_null (result->error_class);
}

static void reset_forgets_names (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (CwCellResult) before = run_in (s, "l = []\nl.append(l)\ndef f(): return f\nx = 1");
  cw_session_reset (s);
  g_autoptr (CwCellResult) after = run_in (s, "x");
  g_assert_null (before->error_class);
  g_assert_cmpstr (after->error_class, ==, "NameError");
}

static void facts_are_json (void) {
  g_autofree char *facts = cw_session_facts ("import dask.array as da\nda.arange(3, chunks=2)");
  g_assert_cmpstr (facts, ==, "\"kind\":\"dask\",\"shape\":[3],\"dtype\":\"int64\",\"chunks\":[[2,1]],\"values\":[0,1,2]");
  g_autofree char *error = cw_session_facts ("1 / 0");
  g_assert_cmpstr (error, ==, "\"error\":{\"type\":\"ZeroDivisionError\",\"message\":\"division by zero\",\"when\":\"build\"}");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/outputs", outputs_know_their_kind);
  g_test_add_func ("/session/graphs-have-a-direction", graphs_have_a_direction);
  g_test_add_func ("/session/lines-are-as-wide-as-the-page", lines_are_as_wide_as_the_page);
  g_test_add_func ("/session/cluster", a_missing_cluster_is_a_warning);
  g_test_add_func ("/session/hooks", hooks_see_runs_and_outputs);
  g_test_add_data_func ("/session/interrupt/loop", "while True: pass", interruptions_end_within_100_ms);
  g_test_add_data_func ("/session/interrupt/sort", "sorted(range(2000000), key=lambda v: -v)", interruptions_end_within_100_ms);
  g_test_add_data_func ("/session/interrupt/map", "list(map(lambda v: -v, range(2000000)))", interruptions_end_within_100_ms);
  g_test_add_data_func ("/session/interrupt/list", "list(range(60000000))", interruptions_end_within_100_ms);
  g_test_add_data_func ("/session/interrupt/sleep", "import time\ntime.sleep(60)", interruptions_end_within_100_ms);
  g_test_add_data_func ("/session/interrupt/compute", "import dask.array as da\nda.random.normal(size=(200000, 50000), chunks=(1000, 1000)).std().compute()",
                        interruptions_end_within_100_ms);
  g_test_add_func ("/session/completion", completion_knows_modules_and_values);
  g_test_add_func ("/session/help", help_shows_signature_and_doc);
  g_test_add_func ("/session/arrays", arrays_are_found_by_name);
  g_test_add_func ("/session/reset", reset_forgets_names);
  g_test_add_func ("/session/facts", facts_are_json);
  return g_test_run ();
}
