/* test-random.c: seeds decide random arrays, chunks do not. */
#include "tests/language/run-cell.h"

static void same (const char *a, const char *b) {
  g_autofree char *x = run_code (a), *y = run_code (b);
  g_assert_cmpstr (x, ==, y);
}

static void differ (const char *a, const char *b) {
  g_autofree char *x = run_code (a), *y = run_code (b);
  g_assert_cmpstr (x, !=, y);
}

static void chunks_do_not_matter (void) {
  same ("da.random.RandomState(3).normal(size=(6, 5), chunks=2).compute()", "da.random.RandomState(3).normal(size=(6, 5), chunks=-1).compute()");
  same ("da.random.default_rng(3).integers(0, 9, 20, chunks=7).compute()", "da.random.default_rng(3).integers(0, 9, 20, chunks=20).compute()");
}

static void seeds_matter (void) {
  differ ("da.random.RandomState(3).random(5).compute()", "da.random.RandomState(4).random(5).compute()");
  same ("np.random.seed(1)\nnp.random.random(3)", "np.random.seed(1)\nnp.random.random(3)");
}

static void draws_follow_each_other (void) {
  differ ("r = np.random.RandomState(1)\nr.random(3)", "r = np.random.RandomState(1)\nr.random(3)\nr.random(3)");
}

static void choices_come_from_the_population (void) {
  g_autofree char *text = run_code ("x = np.random.choice([2, 4, 6], 50, p=[0.5, 0, 0.5])\nsorted(set(x.tolist()))");
  g_assert_cmpstr (text, ==, "[2, 6]");
  g_autofree char *order = run_code ("sorted(np.random.permutation(6).tolist())");
  g_assert_cmpstr (order, ==, "[0, 1, 2, 3, 4, 5]");
  g_autofree char *distinct = run_code ("len(set(np.random.choice(10, 10, replace=False).tolist()))");
  g_assert_cmpstr (distinct, ==, "10");
}

static void a_single_draw_is_a_number (void) {
  g_autofree char *text = run_code ("(isinstance(np.random.random(), float), isinstance(np.random.randint(5), int))");
  g_assert_cmpstr (text, ==, "(True, True)");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/random/chunks", chunks_do_not_matter);
  g_test_add_func ("/random/seeds", seeds_matter);
  g_test_add_func ("/random/stream", draws_follow_each_other);
  g_test_add_func ("/random/choice", choices_come_from_the_population);
  g_test_add_func ("/random/single", a_single_draw_is_a_number);
  return g_test_run ();
}
