/* test-translate.c: cells as C programs and as Dask scripts. */
#include <string.h>

#include "tests/language/translated.h"

/* The notebook that stands in the file of that name beside this one. */
static GPtrArray *cells_of (const char *path) {
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return cw_notebook_parse (text);
}

static void check_notebook (const void *path) {
  g_autoptr (GPtrArray) cells = cells_of (path);
  Batch *batch = batch_new ();
  g_autofree char *title = g_path_get_basename (path);
  batch_add (batch, title, cells);
  batch_check (batch);
  batch_free (batch);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_autofree char *calls = g_test_build_filename (G_TEST_DIST, "language", "translate", "calls.py", NULL), *tour = g_test_build_filename (G_TEST_DIST, "language", "translate", "tour.py", NULL);
  if (argc > 1) { /* any notebook, by hand */
    g_test_add_data_func ("/translate/notebook", argv[1], check_notebook);
    return g_test_run ();
  }
  g_test_add_data_func ("/translate/calls", calls, check_notebook);
  g_test_add_data_func ("/translate/tour", tour, check_notebook);
  return g_test_run ();
}
