/* Random graphs under random conditions: whatever the number of threads, the memory limit, pauses and steps, the bits are the same; and a
 * run that is cancelled at any moment ends and leaks nothing. And the matrix: threads x instruction set x memory x fused or not. */
#include "tests/engine-test.h"

#include <string.h>

#define SHAPE(...) (int64_t[]){ __VA_ARGS__ }

enum { GRAPHS = 24, STEPS = 9 };

static int
pick (GRand *r, int n)
{
  return g_rand_int_range (r, 0, n);
}

/* Square matrices only, so that every operation takes every array. */
static CwArray *
random_step (GRand *r, GPtrArray *made, int64_t n)
{
  CwArray                *a = g_ptr_array_index (made, pick (r, (int) made->len)), *b = g_ptr_array_index (made, pick (r, (int) made->len));
  g_autoptr (CwChunkSpec) c = chunks_of (20 + pick (r, 60));
  switch (pick (r, 8)) {
  case 0: return apply2 (CW_UFUNC_add, a, b);
  case 1: return apply2 (CW_UFUNC_maximum, a, b);
  case 2: return cw_array_transpose (a, NULL, NULL);
  case 3: {
    g_autoptr (CwArray) product = cw_array_matmul (a, b, NULL);
    CwOperand           in[2]   = { { .array = product }, { .scalar = cw_scalar_float ((double) n) } };
    return cw_array_ufunc (CW_UFUNC_divide, 2, in, CW_DTYPE_NONE, NULL);
  }
  case 4: return cw_array_cumulate (a, false, false, pick (r, 2), CW_DTYPE_NONE, NULL);
  case 5: {
    g_autoptr (CwArray) mean = reduce_axis (CW_REDUCE_MEAN, a, pick (r, 2));
    return apply2 (CW_UFUNC_subtract, a, mean);
  }
  case 6: return cw_array_rechunk (a, c, false, NULL);
  default: return apply1 (CW_UFUNC_sin, a);
  }
}

static CwArray *
random_graph (uint32_t seed)
{
  g_autoptr (GRand) r        = g_rand_new_with_seed (seed);
  g_autoptr (GPtrArray) made = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  int64_t               n    = 100 + pick (r, 100);
  for (int i = 0; i < 2; i++)
    g_ptr_array_add (made, uniform (seed + (uint64_t) i, 2, SHAPE (n, n), 20 + pick (r, 60)));
  for (int i = 0; i < STEPS; i++)
    g_ptr_array_add (made, random_step (r, made, n));
  return cw_array_ref (g_ptr_array_index (made, made->len - 1));
}

static CwRun *
start (CwArray *a, CwPlanKind kind, int threads, bool paused)
{
  g_autoptr (CwPlan) plan = cw_plan_new_within (1, &a, kind, cw_memory_limit (), NULL);
  CwRunOptions      o     = { .threads = threads, .trace = true, .paused = paused };
  CwRun            *run   = cw_run_new (plan, &o);
  cw_run_start (run);
  return run;
}

static GChecksum *
checksum (CwBuffer *b)
{
  GChecksum           *sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (CwBuffer) all = cw_buffer_contiguous (b, NULL);
  g_checksum_update (sum, (const guchar *) all->data, cw_buffer_nbytes (all));
  return sum;
}

/* Pauses, steps and chooses tasks at random while the run goes. */
static void
disturb (GRand *r, CwRun *run)
{
  for (int i = 0; i < 20; i++)
    switch (pick (r, 4)) {
    case 0: cw_run_pause (run); break;
    case 1: cw_run_step (run, pick (r, 5)); break;
    case 2: cw_run_step_task (run, (uint32_t) pick (r, (int) cw_plan_n_tasks (cw_run_plan (run)))); break;
    default: g_usleep ((gulong) pick (r, 300));
    }
  cw_run_resume (run);
}

static void
test_random_runs (void)
{
  for (uint32_t g = 0; g < GRAPHS; g++) {
    g_autoptr (GRand) r   = g_rand_new_with_seed (1000 + g);
    g_autoptr (CwArray) a = random_graph (g);
    g_autoptr (CwBuffer) first = compute_with (a, 1, CW_PLAN_RAW, NULL);
    g_assert_nonnull (first);
    g_autoptr (GChecksum) wanted = checksum (first);
    for (int i = 0; i < 4; i++) {
      g_autoptr (GError) error  = NULL;
      CwBuffer          *made   = NULL;
      /* room for some of the blocks: enough for one task of any kind */
      cw_memory_set_limit (i % 2 ? cw_buffer_live_bytes () + (2 << 20) : 0);
      g_autoptr (CwRun) run = start (a, (CwPlanKind) pick (r, 2), 1 + pick (r, 4), pick (r, 2));
      disturb (r, run);
      g_assert_true (cw_run_wait (run, &made, &error));
      g_assert_no_error (error);
      g_autoptr (GChecksum) sum = checksum (made);
      g_assert_cmpstr (g_checksum_get_string (sum), ==, g_checksum_get_string (wanted));
      cw_buffer_unref (made);
    }
    cw_memory_set_limit (0);
  }
}

static void
test_random_cancels (void)
{
  int64_t before = cw_buffer_live_bytes ();
  for (uint32_t g = 0; g < GRAPHS; g++) {
    g_autoptr (GRand) r   = g_rand_new_with_seed (2000 + g);
    g_autoptr (CwArray) a = random_graph (g);
    CwBuffer           *b = NULL;
    g_autoptr (GError) error = NULL;
    cw_memory_set_limit (g % 2 ? cw_buffer_live_bytes () + (2 << 20) : 0);
    g_autoptr (CwRun) run = start (a, (CwPlanKind) pick (r, 2), 1 + pick (r, 4), pick (r, 2));
    g_usleep ((gulong) pick (r, 3000));
    cw_run_cancel (run);
    if (cw_run_wait (run, &b, &error)) /* it may have been done by then */
      cw_buffer_unref (b);
    else
      g_assert_error (error, CW_ERROR, CW_ERROR_INTERRUPT);
    cw_memory_set_limit (0);
  }
  g_assert_cmpint (cw_buffer_live_bytes (), ==, before);
}

/* ---- the matrix ---- */

/* A line a graph: its checksum, the same for all threads, limits and plans, or "differs". */
static void
print_checksums (void)
{
  static const int threads[] = { 1, 2, 3, 8 };
  for (uint32_t g = 0; g < GRAPHS; g++) {
    g_autoptr (CwArray) a    = random_graph (g);
    g_autofree char    *only = NULL;
    bool                same = true;
    for (int kind = 0; kind < 2; kind++)
      for (size_t t = 0; t < G_N_ELEMENTS (threads); t++)
        for (int tight = 0; tight < 2; tight++) {
          CwBuffer *b = NULL;
          cw_memory_set_limit (tight ? cw_buffer_live_bytes () + (2 << 20) : 0);
          g_autoptr (CwRun) run = start (a, (CwPlanKind) kind, threads[t], false);
          g_assert_true (cw_run_wait (run, &b, NULL));
          g_autoptr (GChecksum) sum = checksum (b);
          same &= !only || strcmp (only, g_checksum_get_string (sum)) == 0;
          if (!only)
            only = g_strdup (g_checksum_get_string (sum));
          cw_buffer_unref (b);
        }
    cw_memory_set_limit (0);
    g_print ("%s\n", same ? only : "differs");
  }
}

/* Builds for processors with FMA agree; the matrix product is the BLAS's, told to be the same in both. */
static void
test_matrix (void)
{
  g_autofree char *first = NULL, *self = g_file_read_link ("/proc/self/exe", NULL);
  for (int i = 0; i < cw_kernels_n (); i++) {
    const char *isa = cw_kernels_nth (i)->isa;
    if (strcmp (isa, "x86-64-v3") != 0 && strcmp (isa, "x86-64-v4") != 0)
      continue;
    g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "CHUNKWISE_ISA", isa, TRUE);
    const char        *argv[] = { self, "--checksums", NULL };
    g_autofree char   *out    = NULL;
    g_autoptr (GError) error  = NULL;
    int                status = -1;
    g_spawn_sync (NULL, (char **) argv, env, 0, NULL, NULL, &out, NULL, &status, &error);
    g_assert_no_error (error);
    g_assert_cmpint (status, ==, 0);
    g_assert_null (strstr (out, "differs"));
    if (first)
      g_assert_cmpstr (out, ==, first);
    else
      first = g_steal_pointer (&out);
  }
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--checksums") == 0) {
    print_checksums ();
    return 0;
  }
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stress/random-runs", test_random_runs);
  g_test_add_func ("/stress/random-cancels", test_random_cancels);
  g_test_add_func ("/stress/matrix", test_matrix);
  return g_test_run ();
}
