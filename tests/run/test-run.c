/* Runs: the same bits for any number of threads and any plan, controls, failures, and what the trace says. */
#include "engine/array/ranks.h"
#include "tests/engine-test.h"

#include <sched.h>
#include <string.h>

#define SHAPE(...) (int64_t[]){ __VA_ARGS__ }

/* Reductions of many short runs, summed side by side, and of runs that strips cut; within blocks and across them. */
static void
add_short_runs (GPtrArray *all)
{
  static const CwReduction kinds[] = { CW_REDUCE_SUM, CW_REDUCE_MEAN, CW_REDUCE_VAR, CW_REDUCE_NANSUM, CW_REDUCE_ANY, CW_REDUCE_MAX, CW_REDUCE_ARGMIN };
  static const int64_t     lengths[] = { 1, 5, 32, 33, 513 };
  for (size_t l = 0; l < G_N_ELEMENTS (lengths); l++)
    for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++) {
      g_autoptr (CwArray) rows = uniform (17, 2, SHAPE (1200, lengths[l]), 600), cut = uniform (17, 3, SHAPE (11, 90, lengths[l]), 27);
      g_ptr_array_add (all, reduce_axis (kinds[k], rows, 1));
      g_ptr_array_add (all, reduce_axis (kinds[k], cut, 2));
    }
}

/* Counts, of all values and of those that a mask chooses. */
static void
add_counts (GPtrArray *all)
{
  const double        q[]   = { 0.01, 0.5, 0.5, 0.99 };
  int64_t             n     = 12;
  g_autoptr (CwArray) x     = uniform (18, 2, SHAPE (300, 400), 130);
  CwOperand           low[2] = { { .array = x }, { .scalar = cw_scalar_float (0.7) } };
  g_autoptr (CwArray) mask  = cw_array_ufunc (CW_UFUNC_less, 2, low, CW_DTYPE_NONE, NULL);
  CwIndex             masked = { .kind = CW_INDEX_ARRAY, .array = mask };
  g_autoptr (CwArray) chosen = cw_array_index (x, 1, &masked, NULL), line = uniform (19, 1, SHAPE (200000), 70000);
  g_autoptr (CwBuffer) edges = cw_buffer_new (CW_FLOAT64, 1, &n, NULL);
  for (int64_t i = 0; i < n; i++)
    cw_buffer_set (edges, i, cw_scalar_float (0.08 * (double) i));
  g_ptr_array_add (all, cw_array_histogram (x, edges, NULL, false, NULL));
  g_ptr_array_add (all, cw_array_histogram (chosen, edges, NULL, false, NULL));
  g_ptr_array_add (all, cw_array_quantiles (line, G_N_ELEMENTS (q), q, CW_QUANTILE_LINEAR, false, CW_FLOAT64, NULL));
}

/* Arrays whose computation takes every path: programs, views, bands, reductions of all shapes, products, masks. */
static GPtrArray *
workloads (void)
{
  GPtrArray          *all = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  g_autoptr (CwArray) x = uniform (11, 2, SHAPE (301, 283), 90), n = uniform (12, 2, SHAPE (301, 283), 50);
  g_autoptr (CwArray) t = cw_array_transpose (x, NULL, NULL), square = cw_array_matmul (x, t, NULL);
  g_autoptr (CwArray) mean = reduce_all (CW_REDUCE_MEAN, x), centred = apply2 (CW_UFUNC_subtract, x, mean);
  g_autoptr (CwArray) sum = apply2 (CW_UFUNC_add, x, n), sine = apply1 (CW_UFUNC_sin, sum), small = cw_array_astype (sine, CW_FLOAT32, NULL);
  g_autoptr (CwArray) big = uniform (13, 1, SHAPE (3000000), 1000000), cube = uniform (14, 3, SHAPE (40, 50, 60), 17);
  CwOperand           half[2] = { { .array = x }, { .scalar = cw_scalar_float (0.5) } };
  g_autoptr (CwArray) mask = cw_array_ufunc (CW_UFUNC_greater, 2, half, CW_DTYPE_NONE, NULL);
  CwIndex             masked = { .kind = CW_INDEX_ARRAY, .array = mask }, strided = { .kind = CW_INDEX_SLICE, .step = -3, .has_step = true };
  g_autoptr (CwArray) over = cw_array_transpose (square, NULL, NULL);
  g_ptr_array_add (all, apply2 (CW_UFUNC_add, square, over));
  g_ptr_array_add (all, reduce_all (CW_REDUCE_STD, centred));
  g_ptr_array_add (all, reduce_axis (CW_REDUCE_SUM, small, 0));
  g_ptr_array_add (all, reduce_axis (CW_REDUCE_VAR, sum, 1));
  g_ptr_array_add (all, reduce_all (CW_REDUCE_SUM, big));
  g_ptr_array_add (all, reduce_all (CW_REDUCE_ARGMAX, cube));
  g_ptr_array_add (all, reduce_axis (CW_REDUCE_SUM, cube, 1));
  g_ptr_array_add (all, cw_array_index (x, 1, &masked, NULL));
  g_ptr_array_add (all, cw_array_index (sum, 1, &strided, NULL));
  g_ptr_array_add (all, cw_array_rechunk (t, NULL, false, NULL));
  g_ptr_array_add (all, cw_array_cumulate (cube, false, false, 2, CW_DTYPE_NONE, NULL));
  /* a transposed source, whose rows are made in bands */
  g_autoptr (CwArray) wide = uniform (15, 2, SHAPE (700, 700), 640), wide_t = cw_array_transpose (wide, NULL, NULL);
  g_ptr_array_add (all, apply2 (CW_UFUNC_subtract, wide, wide_t));
  g_ptr_array_add (all, reduce_all (CW_REDUCE_SUM, wide_t));
  /* products whose sums are trees of three steps */
  g_autoptr (CwArray) fine = uniform (16, 2, SHAPE (200, 170), 10), fine_t = cw_array_transpose (fine, NULL, NULL);
  const CwDtype       dtypes[] = { CW_FLOAT64, CW_FLOAT32, CW_INT64, CW_COMPLEX64 };
  for (size_t i = 0; i < G_N_ELEMENTS (dtypes); i++) {
    CwOperand           up[2] = { { .array = fine }, { .scalar = cw_scalar_float (100) } };
    g_autoptr (CwArray) big_fine = cw_array_ufunc (CW_UFUNC_multiply, 2, up, CW_DTYPE_NONE, NULL);
    g_autoptr (CwArray) left = cw_array_astype (big_fine, dtypes[i], NULL), right = cw_array_astype (fine_t, dtypes[i], NULL);
    g_autoptr (CwArray) zeros = apply2 (CW_UFUNC_subtract, left, left), less = apply1 (CW_UFUNC_negative, right);
    g_ptr_array_add (all, cw_array_dot (left, right, NULL));
    g_ptr_array_add (all, cw_array_dot (zeros, less, NULL)); /* of negative zeros */
  }
  /* products that BLAS adds up itself, but for those of the last blocks */
  g_autoptr (CwArray) coarse = uniform (21, 2, SHAPE (300, 1350), 130), coarse_t = cw_array_transpose (coarse, NULL, NULL);
  g_ptr_array_add (all, cw_array_dot (coarse, coarse_t, NULL));
  g_ptr_array_add (all, cw_array_dot (coarse_t, coarse, NULL));
  add_short_runs (all);
  add_counts (all);
  return all;
}

static void
test_same_bits (void)
{
  static const int     threads[] = { 1, 2, 3, 8 };
  g_autoptr (GPtrArray) arrays   = workloads ();
  for (guint i = 0; i < arrays->len; i++) {
    CwArray *a = g_ptr_array_index (arrays, i);
    g_assert_nonnull (a);
    g_autoptr (CwBuffer) first = NULL;
    for (int kind = 0; kind < 2; kind++)
      for (size_t k = 0; k < G_N_ELEMENTS (threads); k++) {
        g_autoptr (GError) error = NULL;
        g_autoptr (CwBuffer) made = compute_with (a, threads[k], (CwPlanKind) kind, &error);
        g_assert_no_error (error);
        g_autoptr (CwBuffer) b = cw_buffer_contiguous (made, NULL);
        if (first)
          g_assert_cmpmem (b->data, cw_buffer_nbytes (b), first->data, cw_buffer_nbytes (first));
        else
          first = g_steal_pointer (&b);
      }
  }
}

/* Threads of this process; 0 on a system that does not tell. */
static int
count_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  int              n     = 0;
  while (tasks && g_dir_read_name (tasks))
    n++;
  return n;
}

/* BLAS leaves no threads behind, which would spin beside the workers: neither those of its start nor any after a product. */
static void
test_blas_has_no_threads (void)
{
  g_autoptr (CwArray) x = uniform (20, 2, SHAPE (600, 600), 300), product = cw_array_dot (x, x, NULL);
  cw_blas_end_threads ();
  int                  before = count_threads ();
  g_autoptr (CwBuffer) b      = compute_with (product, 2, CW_PLAN_OPTIMIZED, NULL);
  g_assert_nonnull (b);
  for (int i = 0; i < 1000 && count_threads () > before; i++)
    g_usleep (1000); /* a thread that was joined is seen for a moment longer */
  g_assert_cmpint (count_threads (), <=, before);
}

/* The order of additions is that of the shape: a sum of many values stays close to the exact one. */
static void
test_sums_are_accurate (void)
{
  CwOperand           in[2] = { { .array = NULL }, { .scalar = cw_scalar_float (0.1) } };
  g_autoptr (CwArray) one   = ones (1, SHAPE (10000000), 3000000);
  in[0].array               = one;
  g_autoptr (CwArray) tenth = cw_array_ufunc (CW_UFUNC_multiply, 2, in, CW_DTYPE_NONE, NULL);
  g_autoptr (CwArray) sum   = reduce_all (CW_REDUCE_SUM, tenth);
  g_assert_cmpfloat_with_epsilon (number (sum), 1e6, 1e-7);
}

static CwRun *
start (CwArray *a, CwRunOptions options)
{
  g_autoptr (CwPlan) plan = cw_plan_new (1, &a, CW_PLAN_RAW, NULL);
  CwRun             *run  = cw_run_new (plan, &options);
  cw_run_start (run);
  return run;
}

static CwArray *
many_tasks (void)
{
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (1000, 1000), 20);
  return reduce_all (CW_REDUCE_SUM, x);
}

static void
test_cancel (void)
{
  g_autoptr (CwArray) a = many_tasks ();
  for (int i = 0; i < 30; i++) {
    g_autoptr (CwRun) run    = start (a, (CwRunOptions){ .threads = 3, .trace = true, .min_task_ns = 200000 });
    CwBuffer *result         = NULL;
    g_autoptr (GError) error = NULL;
    g_usleep ((gulong) (i * 300));
    int64_t before = g_get_monotonic_time ();
    cw_run_cancel (run);
    g_assert_false (cw_run_wait (run, &result, &error));
    g_assert_error (error, CW_ERROR, CW_ERROR_INTERRUPT);
    g_assert_cmpint (g_get_monotonic_time () - before, <, 5000000);
  }
}

static pthread_mutex_t noted_lock = PTHREAD_MUTEX_INITIALIZER;
static int             processors;

static void *
cancel_later (void *run)
{
  CwProgress p;
  do {
    g_usleep (200);
    cw_run_progress (run, &p);
  } while (p.done < 10);
  cw_run_cancel (run);
  return NULL;
}

/* Of this thread. */
static int
count_processors (void)
{
  cpu_set_t mine;
  return sched_getaffinity (0, sizeof mine, &mine) == 0 ? CPU_COUNT (&mine) : 0;
}

/* A copy of the block; data: the threads that have made one. They may use as many processors as the thread that waits. */
static CwBuffer *
note_thread (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  g_assert_cmpint (count_processors (), ==, processors);
  pthread_mutex_lock (&noted_lock);
  g_hash_table_add (data, (gpointer) pthread_self ());
  pthread_mutex_unlock (&noted_lock);
  g_usleep (200);
  return cw_buffer_copy_dense (in[0], error);
}

/* The thread that waits works as well, alone where there is one worker: the same bits; and it can be cancelled from another one. */
static void
test_working_caller (void)
{
  g_autoptr (GHashTable) threads_seen = g_hash_table_new (NULL, NULL);
  g_autoptr (CwArray)    x = uniform (1, 1, SHAPE (400), 4);
  const int              follow[1][CW_MAX_NDIM] = { { 0 } };
  CwAxis                *axes[1]   = { cw_axis_ref (x->axes[0]) };
  processors                       = count_processors ();
  CwArray               *inputs[1] = { x };
  g_autoptr (CwArray)    noted = cw_array_blockwise ("note", note_thread, threads_seen, NULL, 1, inputs, follow, x->dtype, 1, axes);
  for (int threads = 1; threads <= 3; threads++) {
    g_autoptr (CwPlan)   plan   = cw_plan_new (1, &noted, CW_PLAN_RAW, NULL);
    g_autoptr (CwRun)    run    = cw_run_new (plan, &(CwRunOptions){ .threads = threads });
    g_autoptr (CwBuffer) result = NULL;
    g_hash_table_remove_all (threads_seen);
    g_assert_true (cw_run_work (run, &result, NULL));
    g_assert_true (g_hash_table_contains (threads_seen, (gpointer) pthread_self ()));
    g_assert_cmpuint (g_hash_table_size (threads_seen), <=, (guint) threads);
  }
  cw_axis_unref (axes[0]);
  g_autoptr (CwArray) a = many_tasks ();
  g_autoptr (CwPlan)  plan = cw_plan_new (1, &a, CW_PLAN_RAW, NULL);
  for (int threads = 1; threads <= 3; threads++) {
    g_autoptr (CwRun)    run    = cw_run_new (plan, &(CwRunOptions){ .threads = threads });
    g_autoptr (CwBuffer) result = NULL;
    CwProgress           p;
    g_assert_true (cw_run_work (run, &result, NULL));
    g_assert_cmpfloat (cw_buffer_get (result, 0).f, ==, number (a));
    cw_run_progress (run, &p);
    g_assert_true (p.finished);
  }
  for (int threads = 1; threads <= 3; threads++) {
    g_autoptr (CwRun)    run    = cw_run_new (plan, &(CwRunOptions){ .threads = threads, .min_task_ns = 200000 });
    g_autoptr (CwBuffer) result = NULL;
    g_autoptr (GError)   error  = NULL;
    pthread_t            other;
    g_assert_cmpint (pthread_create (&other, NULL, cancel_later, run), ==, 0);
    g_assert_false (cw_run_work (run, &result, &error));
    g_assert_error (error, CW_ERROR, CW_ERROR_INTERRUPT);
    pthread_join (other, NULL);
  }
}

static void
test_pause_and_step (void)
{
  g_autoptr (CwArray) a = many_tasks ();
  g_autoptr (CwRun) run = start (a, (CwRunOptions){ .threads = 2, .paused = true });
  CwProgress p;
  g_usleep (20000);
  cw_run_progress (run, &p);
  g_assert_cmpuint (p.done, ==, 0);
  g_assert_true (p.paused);
  for (uint32_t want = 1; want <= 5; want++) {
    cw_run_step (run, 1);
    do {
      g_usleep (200);
      cw_run_progress (run, &p);
    } while (p.done < want);
    g_usleep (2000);
    cw_run_progress (run, &p);
    g_assert_cmpuint (p.done, ==, want);
  }
  cw_run_resume (run);
  CwBuffer *result = NULL;
  g_assert_true (cw_run_wait (run, &result, NULL));
  g_assert_cmpfloat (cw_buffer_get (result, 0).f, ==, number (a));
  cw_buffer_unref (result);
}

static void
test_slow_motion (void)
{
  g_autoptr (CwArray) x = uniform (1, 1, SHAPE (40), 10);
  g_autoptr (CwArray) a = reduce_all (CW_REDUCE_SUM, x);
  int64_t             before = g_get_monotonic_time ();
  g_autoptr (CwRun) run = start (a, (CwRunOptions){ .threads = 1, .min_task_ns = 5000000 });
  CwBuffer *result      = NULL;
  g_assert_true (cw_run_wait (run, &result, NULL));
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 9 * 5000);
  cw_buffer_unref (result);
}

/* Every task runs once, after its parents, on one worker; blocks that nobody needs are released, and nothing is held at the end. */
static void
test_trace (void)
{
  g_autoptr (CwArray) a = many_tasks ();
  g_autoptr (CwRun) run = start (a, (CwRunOptions){ .threads = 3, .trace = true });
  CwBuffer *result      = NULL;
  g_assert_true (cw_run_wait (run, &result, NULL));
  cw_buffer_unref (result);
  CwPlan              *plan  = cw_run_plan (run);
  uint32_t             n     = cw_plan_n_tasks (plan);
  g_autofree uint8_t  *state = g_malloc0 (n);
  size_t               count;
  g_autofree CwEvent  *e = cw_trace_sorted (cw_run_trace (run), &count);
  int64_t              last = 0;
  for (size_t i = 0; i < count; i++) {
    g_assert_cmpint (e[i].time_ns, >=, last);
    last = e[i].time_ns;
    if (e[i].flags & CW_EVENT_HELPED)
      continue;
    if (e[i].state == CW_TASK_RUNNING) {
      uint32_t        np;
      const uint32_t *parents = cw_plan_parents (plan, e[i].task, &np);
      g_assert_cmpint (state[e[i].task], <=, CW_TASK_READY);
      for (uint32_t k = 0; k < np; k++)
        g_assert_cmpint (state[parents[k]], ==, CW_TASK_DONE);
    }
    state[e[i].task] = e[i].state;
  }
  for (uint32_t t = 0; t < n; t++)
    g_assert_cmpint (state[t], ==, t == n - 1 ? CW_TASK_DONE : CW_TASK_RELEASED);
  g_autofree char *json = cw_trace_to_json (cw_run_trace (run), plan);
  g_assert_true (g_str_has_prefix (json, "{\"displayTimeUnit\""));
  g_assert_nonnull (strstr (json, "sum-aggregate ("));
}

static void
test_a_failing_task (void)
{
  CwIndex             none = { .kind = CW_INDEX_SLICE, .stop = 0, .has_stop = true };
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (40, 40), 10);
  g_autoptr (CwArray) e = cw_array_index (x, 1, &none, NULL);
  g_autoptr (CwArray) m = reduce_all (CW_REDUCE_MAX, e);
  for (int threads = 1; threads < 4; threads++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (compute_with (m, threads, CW_PLAN_RAW, &error));
    g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
  }
}

static CwBuffer *
turn (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  int64_t shape[2] = { in[0]->shape[1], in[0]->shape[0] };
  return cw_buffer_new (in[0]->dtype, 2, shape, error);
}

/* Writes nothing beside the place of its block. */
static void
test_a_block_of_another_shape (void)
{
  const int           follow[1][CW_MAX_NDIM] = { { 0, 1 } };
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (40, 30), 10);
  g_autoptr (CwChunkSpec) whole = chunks_of (40);
  g_autoptr (CwArray) y = cw_array_rechunk (x, whole, false, NULL);
  CwArray            *in[1] = { y };
  g_autoptr (CwArray) turned = cw_array_blockwise ("turn", turn, NULL, NULL, 1, in, follow, y->dtype, 2, y->axes);
  for (int kind = 0; kind < 2; kind++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (compute_with (turned, 2, (CwPlanKind) kind, &error));
    g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
    g_assert_nonnull (strstr (error->message, "turn"));
  }
}

static void
test_blocks_of_unknown_size_that_do_not_fit (void)
{
  g_autoptr (CwArray) x = counting (1, SHAPE (10), 4, CW_INT64);
  CwArray            *y[2];
  for (int i = 0; i < 2; i++) {
    CwOperand           in[2] = { { .array = x }, { .scalar = cw_scalar_int (4 + i) } };
    g_autoptr (CwArray) m     = cw_array_ufunc (CW_UFUNC_greater, 2, in, CW_DTYPE_NONE, NULL);
    CwIndex             item  = { .kind = CW_INDEX_ARRAY, .array = m };
    y[i]                      = cw_array_index (x, 1, &item, NULL);
  }
  g_autoptr (CwArray) sum  = apply2 (CW_UFUNC_add, y[0], y[1]);
  g_autoptr (GError) error = NULL;
  g_assert_null (cw_compute (sum, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
  cw_array_unref (y[0]);
  cw_array_unref (y[1]);
}

static void
test_no_memory_is_left (void)
{
  int64_t before = cw_buffer_live_bytes ();
  {
    g_autoptr (CwArray) a = many_tasks ();
    g_autoptr (CwBuffer) b = compute_with (a, 2, CW_PLAN_RAW, NULL);
    g_assert_nonnull (b);
  }
  g_assert_cmpint (cw_buffer_live_bytes (), ==, before);
}

/* Chaos for the thread sanitizer: pauses, steps and cancels from several threads while tasks of all sizes run. */
static void *
disturb (void *data)
{
  CwRun  *run  = data;
  GRand  *rand = g_rand_new_with_seed (5);
  for (int i = 0; i < 200; i++) {
    CwProgress p;
    switch (g_rand_int_range (rand, 0, 6)) {
    case 0: cw_run_pause (run); break;
    case 1: cw_run_resume (run); break;
    case 2: cw_run_step (run, 3); break;
    case 3: cw_run_set_min_task_ns (run, g_rand_int_range (rand, 0, 3000)); break;
    case 4: g_usleep (50); break;
    default: cw_run_progress (run, &p);
    }
    for (int w = 0; w < cw_trace_n_workers (cw_run_trace (run)); w++) {
      size_t n = cw_trace_n_events (cw_run_trace (run), w);
      if (n > 0)
        g_assert_cmpint (cw_trace_event (cw_run_trace (run), w, n - 1).worker, ==, w);
    }
  }
  cw_run_resume (run);
  g_rand_free (rand);
  return NULL;
}

static void
test_disturbed (void)
{
  g_autoptr (GPtrArray) arrays = workloads ();
  for (guint i = 0; i < arrays->len; i++) {
    CwArray *a                   = g_ptr_array_index (arrays, i);
    g_autoptr (CwBuffer) want    = cw_compute (a, NULL);
    g_autoptr (CwRun) run        = start (a, (CwRunOptions){ .threads = 4, .trace = true });
    GThread  *threads[2]         = { g_thread_new ("a", disturb, run), g_thread_new ("b", disturb, run) };
    CwBuffer *result             = NULL;
    g_thread_join (threads[0]);
    g_thread_join (threads[1]);
    g_assert_true (cw_run_wait (run, &result, NULL));
    g_assert_cmpint (result->size, ==, want->size);
    cw_buffer_unref (result);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/run/" #name, test_##name)
  ADD (same_bits);
  ADD (blas_has_no_threads);
  ADD (sums_are_accurate);
  ADD (cancel);
  ADD (working_caller);
  ADD (pause_and_step);
  ADD (slow_motion);
  ADD (trace);
  ADD (a_failing_task);
  ADD (a_block_of_another_shape);
  ADD (blocks_of_unknown_size_that_do_not_fit);
  ADD (no_memory_is_left);
  ADD (disturbed);
  return g_test_run ();
}
