/* What an element costs: the strip machine beside a loop fused by hand, and random numbers, on one thread.
 *
 *   build/tests/benchmarks/kernel-cost
 *
 * Eleven operations on three float64 inputs, in the first caches (1 MB arrays) and from memory (64 MB). The loop by hand is compiled as the kernels are.
 * Medians of nine. */
#include "engine/run/run.h"
#include "tests/benchmarks/timing.h"

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { RUNS = 9 };

__attribute__ ((noinline)) static void
by_hand (double *restrict o, const double *restrict a, const double *restrict b, const double *restrict c, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    double s = a[i] + b[i], d = a[i] - c[i], p = s * d;
    o[i]     = sqrt ((p * p + b[i] * c[i]) * 0.5 + 2.0) - (s + 1.0);
  }
}

static CwArray *
binary (CwUfunc f, CwArray *a, CwArray *b, double scalar)
{
  CwOperand in[2] = { { .array = a }, { .array = b } };
  if (!b)
    in[1] = (CwOperand){ .scalar = cw_scalar_float (scalar) };
  return cw_array_ufunc (f, 2, in, CW_DTYPE_NONE, NULL);
}

/* The same eleven operations as arrays. */
static CwArray *
expression (CwArray *a, CwArray *b, CwArray *c)
{
  g_autoptr (CwArray) s = binary (CW_UFUNC_add, a, b, 0), d = binary (CW_UFUNC_subtract, a, c, 0), p = binary (CW_UFUNC_multiply, s, d, 0);
  g_autoptr (CwArray) pp = binary (CW_UFUNC_multiply, p, p, 0), bc = binary (CW_UFUNC_multiply, b, c, 0), sum = binary (CW_UFUNC_add, pp, bc, 0);
  g_autoptr (CwArray) half = binary (CW_UFUNC_multiply, sum, NULL, 0.5), two = binary (CW_UFUNC_add, half, NULL, 2), one = binary (CW_UFUNC_add, s, NULL, 1);
  CwOperand           in = { .array = two };
  g_autoptr (CwArray) root = cw_array_ufunc (CW_UFUNC_sqrt, 1, &in, CW_DTYPE_NONE, NULL);
  return binary (CW_UFUNC_subtract, root, one, 0);
}

/* Both end in a sum, so that neither has to write its result to fresh memory. */
static void
strip (int64_t bytes)
{
  int64_t n = bytes / 8, runs = MAX ((64 << 20) / bytes, 1);
  double  machine[RUNS], hand[RUNS], sink = 0;
  CwBuffer *v[3];
  CwArray  *x[3];
  g_autoptr (CwBuffer) out = cw_buffer_new (CW_FLOAT64, 1, &n, NULL);
  for (int i = 0; i < 3; i++) {
    v[i] = cw_buffer_new (CW_FLOAT64, 1, &n, NULL);
    for (int64_t k = 0; k < n; k++)
      ((double *) v[i]->data)[k] = (double) (k % 1000) * 1e-3 + i;
    x[i] = cw_array_from_buffer (v[i], NULL, NULL, NULL);
  }
  g_autoptr (CwArray) e   = expression (x[0], x[1], x[2]);
  CwReduceOptions     all = CW_REDUCE_OPTIONS_INIT;
  g_autoptr (CwArray) sum = cw_array_reduce (CW_REDUCE_SUM, e, &all, NULL);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &sum, CW_PLAN_OPTIMIZED, NULL);
  for (int r = 0; r < RUNS; r++) {
    double elapsed = 0;
    for (int64_t k = 0; k < runs; k++) {
      CwRunOptions      o   = { .threads = 1 };
      CwBuffer         *b   = NULL;
      CwProgress        p;
      g_autoptr (CwRun) run = cw_run_new (plan, &o);
      double            t   = timing_now_ns ();
      cw_run_start (run);
      cw_run_wait (run, &b, NULL);
      cw_run_progress (run, &p);
      elapsed += runs > 1 ? (double) p.elapsed_ns : timing_now_ns () - t;
      cw_buffer_unref (b);
    }
    machine[r] = elapsed / (double) (runs * n);
    double t   = timing_now_ns ();
    for (int64_t k = 0; k < runs; k++) {
      by_hand ((double *) out->data, (double *) v[0]->data, (double *) v[1]->data, (double *) v[2]->data, (size_t) n);
      sink += cw_kernels ()->sum_f64 ((double *) out->data, (size_t) n);
    }
    hand[r] = (timing_now_ns () - t) / (double) (runs * n);
  }
  double m = timing_median (machine, RUNS), h = timing_median (hand, RUNS);
  printf ("| 11 operations and a sum, arrays of %.0f MB | %.2f | %.2f | %.1f |\n", (double) bytes / 1048576, m, h, m / h);
  for (int i = 0; i < 3; i++) {
    cw_array_unref (x[i]);
    cw_buffer_unref (v[i]);
  }
  if (sink == 42)
    printf ("\n");
}

static void
random_numbers (const char *name, CwRandomKind kind)
{
  enum { N = 1 << 18 };
  static double out[N];
  CwRandomSource s = { .kind = kind, .seed = 1, .p = { 0, 1 } };
  double         ns[RUNS];
  for (int r = 0; r < RUNS; r++) {
    double t = timing_now_ns ();
    for (int k = 0; k < 16; k++)
      for (int i = 0; i < N; i += CW_STRIP)
        cw_kernels ()->random (out + i, &s, (uint64_t) (k * N + i), 1, CW_STRIP);
    ns[r] = (timing_now_ns () - t) / (16.0 * N);
  }
  printf ("| %s | %.2f | | |\n", name, timing_median (ns, RUNS));
}

/* The engine's product of two n x n arrays in automatic chunks beside one bare dgemm on as many threads. */
static void
product (int64_t n, int runs)
{
  int64_t   shape[2] = { n, n };
  int       threads  = cw_default_threads ();
  double    engine[RUNS], bare[RUNS];
  CwBuffer *v[2];
  CwArray  *x[2];
  g_autoptr (CwBuffer) out = cw_buffer_new (CW_FLOAT64, 2, shape, NULL);
  for (int i = 0; i < 2; i++) {
    v[i] = cw_buffer_new (CW_FLOAT64, 2, shape, NULL);
    for (int64_t k = 0; k < n * n; k++)
      ((double *) v[i]->data)[k] = (double) (k % 1000) * 1e-3 + i;
    x[i] = cw_array_from_buffer (v[i], NULL, NULL, NULL);
  }
  memset (out->data, 0, (size_t) cw_buffer_nbytes (out));
  g_autoptr (CwArray) dot = cw_array_dot (x[0], x[1], NULL);
  for (int r = 0; r < runs; r++) {
    g_autoptr (CwPlan) plan = cw_plan_new (1, &dot, CW_PLAN_OPTIMIZED, NULL);
    CwRunOptions      o     = { .threads = threads };
    CwBuffer         *b     = NULL;
    double            t     = timing_now_ns ();
    g_autoptr (CwRun) run   = cw_run_new (plan, &o);
    cw_run_start (run);
    cw_run_wait (run, &b, NULL);
    engine[r] = (timing_now_ns () - t) * 1e-9;
    cw_buffer_unref (b);
    openblas_set_num_threads (threads);
    t = timing_now_ns ();
    cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) n, (int) n, (int) n, 1, (double *) v[0]->data, (int) n, (double *) v[1]->data, (int) n, 0,
                 (double *) out->data, (int) n);
    bare[r] = (timing_now_ns () - t) * 1e-9;
    openblas_set_num_threads (1);
    cw_blas_end_threads ();
  }
  double e = timing_median (engine, (size_t) runs), d = timing_median (bare, (size_t) runs);
  printf ("| dot, %" G_GINT64_FORMAT " x %" G_GINT64_FORMAT ", %d threads: seconds, beside a bare dgemm | %.2f | %.2f | %.2f |\n", n, n, threads, e, d, e / d);
  for (int i = 0; i < 2; i++) {
    cw_array_unref (x[i]);
    cw_buffer_unref (v[i]);
  }
}

int
main (void)
{
  printf ("kernels for %s (CHUNKWISE_ISA chooses others)\n\n| float64, one thread | ns an element | by hand | ratio |\n|---|---|---|---|\n", cw_kernels ()->isa);
  strip (1 << 20);
  strip (64 << 20);
  random_numbers ("random", CW_RANDOM_UNIFORM);
  random_numbers ("normal", CW_RANDOM_NORMAL);
  product (5000, 5);
  product (10000, 3);
  return 0;
}
