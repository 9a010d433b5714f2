/* Runs within a memory limit: the same bits whatever is dropped or spilled, refusals before anything starts, disks that fail. */
#include "engine/run/spill.h"
#include "tests/engine-test.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define SHAPE(...) (int64_t[]){ __VA_ARGS__ }

enum { TIGHT = 800 << 10 }; /* bytes; blocks below are of some 64 KiB */

/* @a as the tested run makes it: optimized for the limit or raw, with @threads; and what it spilled. */
static CwBuffer *
compute_within (CwArray *a, int64_t limit, int threads, CwPlanKind kind, CwProgress *progress, GError **error)
{
  cw_memory_set_limit (limit ? limit + cw_buffer_live_bytes () : 0);
  g_autoptr (CwPlan) plan = cw_plan_new_within (1, &a, kind, cw_memory_limit (), error);
  CwRunOptions      o     = { .threads = threads, .trace = true };
  g_autoptr (CwRun) run   = cw_run_new (plan, &o);
  CwBuffer         *b     = NULL;
  cw_run_start (run);
  bool ok = cw_run_wait (run, &b, error);
  if (progress)
    cw_run_progress (run, progress);
  cw_memory_set_limit (0);
  return ok ? b : NULL;
}

/* Work whose blocks do not fit in TIGHT: kept products, views into them, prefix sums, rechunks, masks, sources read twice. */
static GPtrArray *
workloads (void)
{
  GPtrArray          *all = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (540, 540), 90), t = cw_array_transpose (x, NULL, NULL);
  g_autoptr (CwArray) square = cw_array_matmul (x, t, NULL), over = cw_array_transpose (square, NULL, NULL);
  g_autoptr (CwArray) twice = apply2 (CW_UFUNC_subtract, square, over);
  g_autoptr (CwArray) mean = reduce_all (CW_REDUCE_MEAN, square), centred = apply2 (CW_UFUNC_subtract, square, mean);
  g_autoptr (CwArray) again = cw_array_matmul (square, over, NULL);
  g_autoptr (CwArray) running = cw_array_cumulate (square, false, false, 1, CW_DTYPE_NONE, NULL);
  g_autoptr (CwChunkSpec) other = chunks_of (135);
  g_autoptr (CwArray) cut = cw_array_rechunk (running, other, false, NULL), wide = apply1 (CW_UFUNC_sqrt, x);
  g_autoptr (CwArray) wide_t = cw_array_transpose (wide, NULL, NULL), both = apply2 (CW_UFUNC_multiply, wide, wide_t);
  CwOperand           half[2] = { { .array = square }, { .scalar = cw_scalar_float (135) } };
  g_autoptr (CwArray) mask = cw_array_ufunc (CW_UFUNC_greater, 2, half, CW_DTYPE_NONE, NULL);
  CwIndex             masked = { .kind = CW_INDEX_ARRAY, .array = mask };
  g_ptr_array_add (all, reduce_all (CW_REDUCE_SUM, twice));
  g_ptr_array_add (all, reduce_all (CW_REDUCE_STD, centred));
  g_ptr_array_add (all, reduce_axis (CW_REDUCE_SUM, again, 0));
  g_ptr_array_add (all, reduce_axis (CW_REDUCE_MAX, cut, 1));
  g_ptr_array_add (all, reduce_all (CW_REDUCE_SUM, both));
  g_ptr_array_add (all, cw_array_index (square, 1, &masked, NULL));
  g_ptr_array_add (all, cw_array_ref (again)); /* a result larger than the limit */
  return all;
}

static void
test_same_bits (void)
{
  g_autoptr (GPtrArray) arrays = workloads ();
  int64_t               spilled = 0;
  for (guint i = 0; i < arrays->len; i++) {
    CwArray            *a = g_ptr_array_index (arrays, i);
    g_autoptr (GError)   error = NULL;
    g_autoptr (CwBuffer) free_run = compute_within (a, 0, 2, CW_PLAN_OPTIMIZED, NULL, &error);
    g_assert_no_error (error);
    for (int kind = 0; kind < 2; kind++)
      for (int threads = 1; threads <= 3; threads++) {
        CwProgress           progress;
        g_autoptr (CwBuffer) made = compute_within (a, TIGHT, threads, (CwPlanKind) kind, &progress, &error);
        g_assert_no_error (error);
        g_autoptr (CwBuffer) b = cw_buffer_contiguous (made, NULL), all = cw_buffer_contiguous (free_run, NULL);
        g_assert_cmpmem (b->data, cw_buffer_nbytes (b), all->data, cw_buffer_nbytes (all));
        g_assert_cmpuint (progress.done, ==, progress.total);
        spilled += progress.spilled_bytes;
        if (progress.spilled_bytes > 0) /* then blocks were held, and that is told */
          g_assert_cmpint (progress.peak_bytes, >=, 90 * 90 * 8);
      }
  }
  g_assert_cmpint (spilled, >, 0);
}

/* Products of blocks that lie in files, or that BLAS cannot read where they are, are those of blocks in memory: deeper than a panel, larger than a
 * tile, rows and columns the other way round, every other one, backwards. */
static void
test_products_of_blocks_in_files (void)
{
  enum { N = 1100, LIMIT = 12 << 20 };
  g_autoptr (CwArray) x = uniform (4, 2, SHAPE (2 * N, N), 2 * N);
  CwIndex             rows[2][1] = { { { .kind = CW_INDEX_SLICE, .stop = N, .has_stop = true } }, { { .kind = CW_INDEX_SLICE, .step = -2, .has_step = true } } };
  for (int backwards = 0; backwards < 2; backwards++) {
    g_autoptr (CwArray) square = cw_array_index (x, 1, rows[backwards], NULL), over = cw_array_transpose (square, NULL, NULL);
    CwArray            *pairs[3][2] = { { square, square }, { square, over }, { over, square } };
    for (int i = 0; i < 3; i++) {
      g_autoptr (CwArray)  product = cw_array_dot (pairs[i][0], pairs[i][1], NULL);
      g_autoptr (GError)   error   = NULL;
      CwProgress           progress;
      g_autoptr (CwBuffer) all  = compute_within (product, 0, 2, CW_PLAN_OPTIMIZED, NULL, &error);
      g_autoptr (CwBuffer) made = compute_within (product, LIMIT, 2, CW_PLAN_OPTIMIZED, &progress, &error);
      g_assert_no_error (error);
      g_assert_cmpint (progress.spilled_bytes, >, 0);
      g_assert_cmpmem (made->data, cw_buffer_nbytes (made), all->data, cw_buffer_nbytes (all));
    }
  }
}

/* @chosen is what exceeds @least of @values, in order. */
static void
assert_exceeding (const CwBuffer *chosen, const CwBuffer *values, double least)
{
  const double *v = (const double *) values->data, *c = (const double *) chosen->data;
  int64_t       n = 0;
  for (int64_t i = 0; i < values->size; i++)
    if (v[i] > least) {
      g_assert_cmpint (n, <, chosen->size);
      g_assert_cmpfloat (c[n++], ==, v[i]);
    }
  g_assert_cmpint (n, ==, chosen->size);
}

/* What a mask keeps stands in order, however many blocks, parts and workers there are, whether somebody else reads the blocks, and within a limit; a
 * result that is asked for twice is two buffers. */
static void
test_selections (void)
{
  static const int64_t chunks[] = { 5000, 70000, 400000, 900001 };
  static const double  least[]  = { -1, 0.5, 0.9999, 2 };
  g_autoptr (CwArray) all       = uniform (20, 1, SHAPE (900001), 900001);
  g_autoptr (CwBuffer) values   = cw_compute (all, NULL);
  int64_t before                = cw_buffer_live_bytes ();
  for (int i = 0; i < 4 * 4 * 4 * 2; i++) {
    const double        t       = least[i / 4 % 4];
    g_autoptr (CwArray) x       = uniform (20, 1, SHAPE (900001), chunks[i % 4]);
    CwOperand           more[2] = { { .array = x }, { .scalar = cw_scalar_float (t) } };
    g_autoptr (CwArray) mask    = cw_array_ufunc (CW_UFUNC_greater, 2, more, CW_DTYPE_NONE, NULL);
    CwIndex             masked  = { .kind = CW_INDEX_ARRAY, .array = mask };
    g_autoptr (CwArray) chosen  = cw_array_index (x, 1, &masked, NULL), sum = reduce_all (CW_REDUCE_SUM, chosen);
    CwArray            *asked[3] = { chosen, chosen, sum };
    int                 n        = i / 64 ? 3 : 2;
    for (int limited = 0; limited < 2; limited++) {
      g_autoptr (GError) error  = NULL;
      CwBuffer          *made[3] = { NULL };
      cw_memory_set_limit (limited ? (3 << 20) + cw_buffer_live_bytes () : 0);
      g_autoptr (CwPlan) plan = cw_plan_new_within (n, asked, CW_PLAN_OPTIMIZED, cw_memory_limit (), &error);
      g_autoptr (CwRun) run   = cw_run_new (plan, &(CwRunOptions){ .threads = (int[]){ 1, 2, 3, 8 }[i / 16 % 4] });
      bool ok                 = cw_run_work (run, made, &error);
      cw_memory_set_limit (0);
      g_assert_no_error (error);
      g_assert_true (ok);
      assert_exceeding (made[0], values, t);
      assert_exceeding (made[1], values, t);
      g_assert_true (made[0]->size == 0 || made[0]->data != made[1]->data || cw_array_n_blocks (chosen) == 1);
      for (int k = 0; k < n; k++)
        cw_buffer_unref (made[k]);
    }
  }
  g_assert_cmpint (cw_buffer_live_bytes (), ==, before);
}

/* A result of several blocks that is asked for twice is there twice. */
static void
test_one_result_twice (void)
{
  g_autoptr (CwArray) x   = uniform (21, 2, SHAPE (500, 400), 130);
  g_autoptr (CwBuffer) want = cw_compute (x, NULL);
  CwArray *asked[2]       = { x, x };
  for (int limited = 0; limited < 2; limited++) {
    CwBuffer *made[2] = { NULL };
    cw_memory_set_limit (limited ? (1 << 20) + cw_buffer_live_bytes () : 0);
    bool ok = cw_compute_many (2, asked, made, NULL);
    cw_memory_set_limit (0);
    g_assert_true (ok);
    g_assert_true (made[0]->data != made[1]->data);
    for (int i = 0; i < 2; i++) {
      g_assert_cmpmem (made[i]->data, cw_buffer_nbytes (made[i]), want->data, cw_buffer_nbytes (want));
      cw_buffer_unref (made[i]);
    }
  }
}

/* Values that follow from positions are made again rather than written to disk. */
static void
test_cheap_values_are_made_again (void)
{
  g_autoptr (CwArray) x = uniform (2, 2, SHAPE (540, 540), 90), mean = reduce_all (CW_REDUCE_MEAN, x);
  g_autoptr (CwArray) centred = apply2 (CW_UFUNC_subtract, x, mean), std = reduce_all (CW_REDUCE_STD, centred);
  g_autoptr (CwArray) t = cw_array_transpose (x, NULL, NULL), product = cw_array_dot (x, t, NULL), sum = reduce_all (CW_REDUCE_SUM, product);
  CwProgress          progress;
  g_autoptr (GError)   error = NULL;
  g_autoptr (CwBuffer) one = compute_within (std, TIGHT, 2, CW_PLAN_OPTIMIZED, &progress, &error);
  g_assert_no_error (error);
  g_assert_cmpint (progress.spilled_bytes, ==, 0);
  g_autoptr (CwBuffer) two = compute_within (sum, 2 << 20, 1, CW_PLAN_OPTIMIZED, &progress, &error);
  g_assert_no_error (error);
  g_assert_cmpint (progress.spilled_bytes, ==, 0);
}

/* An operation on whole blocks that are larger than the limit is refused with figures and with blocks that would fit. */
static void
test_refusal (void)
{
  g_autoptr (CwArray) x = uniform (3, 2, SHAPE (600, 300), 300), square = cw_array_dot (x, x, NULL);
  g_assert_null (square);
  g_autoptr (CwArray) running = cw_array_cumulate (x, false, false, 1, CW_DTYPE_NONE, NULL), sum = reduce_all (CW_REDUCE_SUM, running);
  g_autoptr (GError)   error = NULL;
  CwProgress           progress;
  g_autoptr (CwBuffer) b = compute_within (sum, TIGHT, 2, CW_PLAN_OPTIMIZED, &progress, &error);
  g_assert_null (b);
  g_assert_error (error, CW_ERROR, CW_ERROR_MEMORY);
  g_assert_nonnull (strstr (error->message, "800.00 KiB"));
  g_assert_nonnull (strstr (error->message, "Blocks of about (149, 300) would fit"));
  g_assert_cmpuint (progress.done, ==, 0);
}

/* Eager arrays are memory by definition. */
static void
test_eager_results_are_refused (void)
{
  g_autoptr (CwArray) x = ones (1, SHAPE (1000000), 1000000);
  g_autoptr (GError)  error = NULL;
  cw_memory_set_limit (1 << 20);
  g_autoptr (CwBuffer) b = cw_compute (x, &error);
  cw_memory_set_limit (0);
  g_assert_null (b);
  g_assert_error (error, CW_ERROR, CW_ERROR_MEMORY);
}

/* ---- spill files ---- */

static CwBuffer *
numbers (int64_t n)
{
  CwBuffer *b = cw_buffer_new (CW_INT64, 1, &n, NULL);
  for (int64_t i = 0; i < n; i++)
    ((int64_t *) b->data)[i] = i * i;
  return b;
}

static void
test_damage_is_found (void)
{
  g_autoptr (GError)   error = NULL;
  g_autoptr (CwBuffer) b = numbers (300000);
  CwSpill             *s = cw_spill_new (&error);
  CwExtent             first, second;
  g_assert_no_error (error);
  g_assert_true (cw_spill_write (s, b, &first, &error) && cw_spill_write (s, b, &second, &error));
  g_autoptr (CwBuffer) back = cw_spill_read (s, &second, CW_INT64, 1, b->shape, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (back->data, cw_buffer_nbytes (back), b->data, cw_buffer_nbytes (b));
  /* one byte is another */
  g_assert_cmpint (pwrite (cw_spill_descriptor (s), "!", 1, first.offset + 1000), ==, 1);
  g_assert_null (cw_spill_read (s, &first, CW_INT64, 1, b->shape, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_OS);
  g_clear_error (&error);
  /* the end is gone */
  g_clear_pointer (&back, cw_buffer_unref);
  g_assert_cmpint (ftruncate (cw_spill_descriptor (s), second.offset + 4096), ==, 0);
  g_assert_null (cw_spill_read (s, &second, CW_INT64, 1, b->shape, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_OS);
  cw_spill_free (s);
}

/* Nothing is left in the folder, even while a file is open. */
static void
test_files_have_no_name (void)
{
  g_autofree char   *folder = g_dir_make_tmp ("chunkwise-test-XXXXXX", NULL), *none = g_build_filename (folder, "none", NULL);
  g_autoptr (GError) error  = NULL;
  g_assert_true (cw_spill_set_folder (folder, &error));
  CwSpill *s = cw_spill_new (&error);
  g_assert_no_error (error);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  cw_spill_free (s);
  g_assert_false (cw_spill_set_folder (none, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_OS);
  g_assert_nonnull (strstr (error->message, none));
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_true (cw_spill_set_folder (g_get_tmp_dir (), NULL));
}

/* A disk that is full ends the run with an error, and what was computed before is still there. */
static void
test_full_disk (void)
{
  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
    g_test_trap_assert_passed ();
    return;
  }
  const struct rlimit small = { 200 << 10, 200 << 10 };
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (540, 540), 90), t = cw_array_transpose (x, NULL, NULL), square = cw_array_matmul (x, t, NULL);
  g_autoptr (CwArray) over = cw_array_transpose (square, NULL, NULL), again = cw_array_matmul (square, over, NULL), sum = reduce_all (CW_REDUCE_SUM, again);
  g_autoptr (GError)   error  = NULL;
  g_autoptr (CwBuffer) before = compute_within (square, 0, 2, CW_PLAN_OPTIMIZED, NULL, &error);
  double               first  = ((double *) before->data)[0];
  signal (SIGXFSZ, SIG_IGN);
  setrlimit (RLIMIT_FSIZE, &small);
  g_autoptr (CwBuffer) b = compute_within (sum, TIGHT, 2, CW_PLAN_OPTIMIZED, NULL, &error);
  g_assert_null (b);
  g_assert_error (error, CW_ERROR, CW_ERROR_OS);
  g_assert_nonnull (strstr (error->message, "--spill-dir"));
  g_assert_true (((double *) before->data)[0] == first);
  /* and the next computation goes on */
  g_autoptr (GError)   none = NULL;
  g_autoptr (CwBuffer) more = compute_within (square, 0, 2, CW_PLAN_OPTIMIZED, NULL, &none);
  g_assert_no_error (none);
}

/* ---- stepping by hand ---- */

/* While paused, the task that was chosen starts, and each starts once. */
static void
test_chosen_task (void)
{
  g_autoptr (CwArray) x = uniform (1, 1, SHAPE (100), 10), sum = reduce_all (CW_REDUCE_SUM, x);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &sum, CW_PLAN_RAW, NULL);
  CwRunOptions      o     = { .threads = 2, .trace = true, .paused = true };
  g_autoptr (CwRun) run   = cw_run_new (plan, &o);
  CwBuffer         *b     = NULL;
  CwProgress        progress;
  cw_run_start (run);
  g_assert_false (cw_run_step_task (run, cw_plan_n_tasks (plan) - 1)); /* its inputs are missing */
  g_assert_true (cw_run_step_task (run, 7));
  do
    cw_run_progress (run, &progress);
  while (progress.done < 1);
  g_assert_cmpuint (cw_trace_n_events (cw_run_trace (run), 0) + cw_trace_n_events (cw_run_trace (run), 1), >=, 2);
  size_t              n;
  g_autofree CwEvent *events = cw_trace_sorted (cw_run_trace (run), &n);
  g_assert_cmpuint (events[0].task, ==, 7);
  g_assert_false (cw_run_step_task (run, 7));
  cw_run_resume (run);
  g_assert_true (cw_run_wait (run, &b, NULL));
  cw_run_progress (run, &progress);
  g_assert_cmpuint (progress.done, ==, progress.total);
  cw_buffer_unref (b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_true (cw_spill_set_folder (g_get_tmp_dir (), NULL));
#define ADD(name) g_test_add_func ("/memory/" #name, test_##name)
  ADD (same_bits);
  ADD (cheap_values_are_made_again);
  ADD (refusal);
  ADD (products_of_blocks_in_files);
  ADD (selections);
  ADD (one_result_twice);
  ADD (eager_results_are_refused);
  ADD (damage_is_found);
  ADD (files_have_no_name);
  ADD (full_disk);
  ADD (chosen_task);
  return g_test_run ();
}
