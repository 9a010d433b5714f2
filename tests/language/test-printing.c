/* test-printing.c: values look as Python and NumPy print them; the answers are theirs. */
#include "tests/language/run-cell.h"

static const struct {
  const char *code, *text;
} printed[] = {
#include "tests/language/printed.inc"
};

static void prints_as_numpy (const void *data) {
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *text = run_code (printed[i].code);
  g_assert_cmpstr (text, ==, printed[i].text);
}

static void lazy_arrays_show_what_they_are (void) {
  g_autofree char *text = run_code ("da.random.random((4, 5))");
  g_assert_cmpstr (text, ==, "dask.array<random_sample, shape=(4, 5), dtype=float64, chunksize=(4, 5), chunktype=numpy.ndarray>");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (printed); i++) {
    g_autofree char *name = g_strdup_printf ("/printing/%03u", i);
    g_test_add_data_func (name, GUINT_TO_POINTER (i), prints_as_numpy);
  }
  g_test_add_func ("/printing/lazy", lazy_arrays_show_what_they_are);
  return g_test_run ();
}
