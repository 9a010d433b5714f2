/* test-translate.c: cells as C programs and as Dask scripts: that they say what the notebook says, and what cannot be said. */
#include <string.h>

#include "tests/language/translated.h"

static void check_notebook (const void *path) {
  g_autofree char *text = NULL, *title = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (GPtrArray) cells = cw_notebook_parse (text);
  Batch *batch = batch_new ();
  batch_add (batch, title, cells);
  batch_check (batch);
  batch_free (batch);
}

/* ---- single programs ---------------------------------------------------------------------------------------------------------------- */

/* The last of cells that are parted by lines "#". */
static char *translate (const char *text, bool c, GError **error) {
  g_autofree char *marked = g_strdup_printf ("# %%%%\nimport numpy as np\nimport dask.array as da\n# %%%%\n%s", text);
  g_auto (GStrv) parts = g_strsplit (marked, "\n#\n", -1);
  g_autofree char *all = g_strjoinv ("\n# %%\n", parts);
  g_autoptr (GPtrArray) cells = cw_notebook_parse (all);
  g_autoptr (CwSession) session = cw_session_new ();
  return c ? cw_cells_as_c (cells, (int) cells->len - 1, 7, session, error) : cw_cells_as_dask (cells, (int) cells->len - 1, error);
}

static void expect (const char *text, bool c, const char *has, const char *has_not) {
  g_autoptr (GError) error = NULL;
  g_autofree char *program = translate (text, c, &error);
  g_assert_no_error (error);
  if (!strstr (program, has)) g_error ("no %s in\n%s", has, program);
  if (has_not && strstr (program, has_not)) g_error ("%s in\n%s", has_not, program);
}

static void programs_are_slices (void) {
  expect ("x = da.ones(3)\ny = da.zeros(4)\n#\ny + 1", true, "y = check (cw_array_full", "\"ones\"");
  expect ("x = da.ones(3)\ny = da.zeros(4)\n#\ny + 1", false, "y = da.zeros(4)\n\n", NULL);
  expect ("x = da.ones(3)\n#\ny = da.zeros(4)\n#\ny + 1", false, "y = da.zeros(4)", "x = da.ones(3)");
  expect ("x = da.ones(3)\nx = x + 1\n#\nx", true, "CwArray) x_2 = check (cw_array_ufunc", NULL);
  expect ("b = np.arange(3)\nv = b[1:]\n#\nv[0] = 9\n#\nb", true, "cw_buffer_assign (v", NULL);
  expect ("b = np.arange(3)\nv = b[1:]\n#\nv[0] = 9\n#\nb", false, "v[0] = 9", NULL);
  expect ("b = np.arange(3)\nv = np.ones(2)\n#\nv[0] = 9\n#\nb", true, "show (cw_buffer_repr (b))", "cw_buffer_assign");
}

static void numbers_come_from_where_they_were_computed (void) {
  expect ("x = da.random.random(9)\nm = x.mean().compute()\n#\n(x - m).compute()", true, "cw_buffer_get (m, 0)", NULL);
  expect ("x = da.random.random(9)\n#\nm = x.mean().compute()\nprint(f'{m:.2f} of {x.size}')", true, "(\"%.2f\", cw_scalar_to_double (cw_buffer_get (m, 0)))", NULL);
  expect ("x = da.ones((9, 8), chunks=4)\n#\nx.shape, x.nbytes / 2", true, "cw_shape_to_string (x->ndim, x->shape)", "576");
  expect ("x = da.random.random(9)\nx = da.random.random(9)\n#\nx.sum().compute()", true, ".seed = 8u, .next = 1", ".next = 0");
}

static void names_are_those_of_c (void) {
  expect ("double = da.ones(3)\n#\ndouble + 1", true, "CwArray) a1 = ", "CwArray) double");
  expect ("a1 = da.ones(3)\n#\na1 + 1 + 2", true, "CwArray) a2 = ", NULL);
  expect ("g_free = check = da.ones(3)\n#\ncheck * 2", true, "check (cw_array_full", "CwArray) check");
}

static void scripts_are_python (void) {
  expect ("x = da.ones(3)\n#\n%%time\nx.sum().compute()", false, "start = time.perf_counter()\nprint(x.sum().compute())\n", "%%");
  expect ("x = da.ones(3)\n#\n%timeit x.sum().compute()", false, "def timed():\n    x.sum().compute()", "%timeit");
  expect ("x = da.ones(3)\n#\nx.visualize()", false, "print(len(dict(x.__dask_graph__())), \"tasks\")", NULL);
  expect ("x = da.ones((4, 6))\n#\nx.reshape((3, 8), shuffle=True)", false, "x.reshape(-1).reshape((3, 8))", "shuffle=True)");
  expect ("from dask.distributed import Client\nclient = Client('tcp://127.0.0.1:1')\n#\nclient", false, "client = None", "\nfrom dask.distributed");
  expect ("1; 2", false, "1\nprint(2)\n", NULL);
  expect ("from dask.distributed import Client\nClient(n_workers=1); 2", false, "class Client:", "\nfrom dask.distributed");
  expect ("l = []\n#\nl.append(1)\n#\nl", false, "l.append(1)", NULL);
  expect ("x = da.ones(3)  # three\n#\nx + 1  # more", false, "print(\n    x + 1  # more\n)", NULL);
  expect ("def f(a):\n    return a + 1\n#\nf(2)", false, "def f(a):\n    return a + 1\n", NULL);
}

/* ---- what is refused ------------------------------------------------------------------------------------------------------------------ */

static void refuse (const char *text, bool c, int code, const char *has) {
  g_autoptr (GError) error = NULL;
  g_autofree char *program = translate (text, c, &error);
  g_assert_null (program);
  g_assert_error (error, CW_ERROR, code);
  if (!strstr (error->message, has)) g_error ("no %s in %s", has, error->message);
}

static void what_c_cannot_say_is_refused (void) {
  refuse ("da.ones((4, 4)).vindex[[0, 1], [1, 2]]", true, CW_ERROR_NOT_IMPLEMENTED, "`da.ones((4, 4)).vindex[[0, 1], [1, 2]]` needs");
  refuse ("x = da.ones((4, 4))\n#\ny = x.vindex[[0, 1], [1, 2]]\n#\ny.compute()", true, CW_ERROR_NOT_IMPLEMENTED, "vindex");
  refuse ("np.array(list(range(5000)))\n#\nb = np.array(list(range(5000)))\nb + 1\n#\n(b + 1).sum()", true, CW_ERROR_NOT_IMPLEMENTED, "(5000,)");
  refuse ("1 / 0", true, CW_ERROR_RUNTIME, "ZeroDivisionError");
  refuse ("x = (", true, CW_ERROR_RUNTIME, "SyntaxError");
  refuse ("x = (", false, CW_ERROR_SYNTAX, "Line ");
  expect ("da.ones((4, 4)).vindex[[0, 1], [1, 2]]\n#\nda.ones(3)", true, "cw_array_full", NULL); /* what is not needed is no obstacle */
}

static void there_must_be_such_a_cell (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("# %% [markdown]\n# text\n# %%\n1\n");
  for (int cell = -1; cell <= 2; cell++) {
    g_autoptr (CwSession) session = cw_session_new ();
    g_autoptr (GError) in_c = NULL, in_dask = NULL;
    g_autofree char *c = cw_cells_as_c (cells, cell, 0, session, &in_c), *dask = cw_cells_as_dask (cells, cell, &in_dask);
    g_assert_true ((c != NULL) == (cell == 1) && (dask != NULL) == (cell == 1));
    int code = cell == 0 ? CW_ERROR_VALUE : CW_ERROR_INDEX;
    if (cell == 1) continue;
    g_assert_error (in_c, CW_ERROR, code);
    g_assert_error (in_dask, CW_ERROR, code);
  }
}

static void *interrupt_soon (void *session) {
  g_usleep (100000);
  cw_session_interrupt (session);
  return NULL;
}

static void making_a_program_can_be_stopped (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("# %%\nimport dask.array as da\nda.random.random((200000, 200000)).sum().compute()\n# %%\n1\n");
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (GError) error = NULL;
  int64_t start = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("interrupt", interrupt_soon, session);
  g_assert_null (cw_cells_as_c (cells, 1, 0, session, &error));
  g_thread_join (thread);
  g_assert_error (error, CW_ERROR, CW_ERROR_INTERRUPT);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 5 * G_TIME_SPAN_SECOND);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  if (argc > 1) { /* any notebook, by hand */
    g_test_add_data_func ("/translate/notebook", argv[1], check_notebook);
    return g_test_run ();
  }
  g_autofree char *calls = g_test_build_filename (G_TEST_DIST, "language", "translate", "calls.py", NULL), *more = g_test_build_filename (G_TEST_DIST, "language", "translate", "more.py", NULL),
                   *tour = g_test_build_filename (G_TEST_DIST, "language", "translate", "tour.py", NULL);
  g_test_add_func ("/translate/slices", programs_are_slices);
  g_test_add_func ("/translate/numbers", numbers_come_from_where_they_were_computed);
  g_test_add_func ("/translate/names", names_are_those_of_c);
  g_test_add_func ("/translate/scripts", scripts_are_python);
  g_test_add_func ("/translate/refused", what_c_cannot_say_is_refused);
  g_test_add_func ("/translate/cells", there_must_be_such_a_cell);
  g_test_add_func ("/translate/stopped", making_a_program_can_be_stopped);
  g_test_add_data_func ("/translate/calls", calls, check_notebook);
  g_test_add_data_func ("/translate/more", more, check_notebook);
  g_test_add_data_func ("/translate/tour", tour, check_notebook);
  return g_test_run ();
}
