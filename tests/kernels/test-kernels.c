/* Loops: every build against the plainest one, random numbers against Random123's known answers. */
#include "engine/kernels/kernels.h"

#include <math.h>
#include <string.h>

/* Known answers of Random123's philox4x32 with 10 rounds. */
static void
test_philox_known_answers (void)
{
  static const struct {
    uint32_t counter[4], key[2], want[4];
  } cases[] = {
    { { 0, 0, 0, 0 }, { 0, 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { 0xffffffff, 0xffffffff }, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 }, { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    uint32_t out[4];
    cw_philox4x32 (cases[i].counter, cases[i].key, out);
    g_assert_cmpmem (out, sizeof out, cases[i].want, sizeof out);
  }
}

/* Integers over the whole range are Philox' words as they come. */
static void
test_vector_philox (void)
{
  CwRandomSource s = { .kind = CW_RANDOM_INTEGERS, .seed = 0x299f31d0a4093822, .stream = 7 };
  for (int b = 0; b < cw_kernels_n (); b++) {
    uint64_t out[100];
    uint64_t first = ((uint64_t) 5 << 33) + 1;
    cw_kernels_nth (b)->random (out, &s, first, 1, 100);
    for (uint64_t i = 0; i < 100; i++) {
      uint64_t       pair       = (first + i) / 2;
      const uint32_t counter[4] = { (uint32_t) pair, (uint32_t) (pair >> 32), 7, 0 }, key[2] = { 0xa4093822, 0x299f31d0 };
      uint32_t       w[4];
      cw_philox4x32 (counter, key, w);
      int half = (first + i) % 2 ? 2 : 0;
      g_assert_cmphex (out[i], ==, w[half] | (uint64_t) w[half + 1] << 32);
    }
  }
}

static const CwRandomSource sources[] = {
  { .kind = CW_RANDOM_UNIFORM, .seed = 1, .p = { -1, 3 } },   { .kind = CW_RANDOM_NORMAL, .seed = 2, .p = { 9, 2 } },
  { .kind = CW_RANDOM_EXPONENTIAL, .seed = 3, .p = { 4 } },   { .kind = CW_RANDOM_POISSON, .seed = 4, .p = { 3 } },
  { .kind = CW_RANDOM_POISSON, .seed = 4, .p = { 200 } },     { .kind = CW_RANDOM_INTEGERS, .seed = 5, .low = -5, .range = 11 },
  { .kind = CW_RANDOM_BINOMIAL, .seed = 6, .p = { 10, 0.3 } }, { .kind = CW_RANDOM_BINOMIAL, .seed = 6, .p = { 1000, 0.7 } },
  { .kind = CW_RANDOM_GAMMA, .seed = 7, .p = { 2.5, 2 } },    { .kind = CW_RANDOM_LAPLACE, .seed = 8, .p = { 1, 2 } },
  { .kind = CW_RANDOM_INTEGERS, .seed = 9, .low = 0, .range = (uint64_t) 1 << 40 },
};

/* Any piece, any stride, gives the same elements. */
static void
test_random_does_not_depend_on_pieces (void)
{
  enum { N = 1500 };
  for (int b = 0; b < cw_kernels_n (); b++)
    for (size_t k = 0; k < G_N_ELEMENTS (sources); k++) {
      uint64_t whole[N], piece[N];
      cw_kernels_nth (b)->random (whole, &sources[k], 0, 1, N);
      for (size_t at = 0, n = 1; at < N; at += n, n = n * 2 + 1) {
        n = MIN (n, N - at);
        cw_kernels_nth (b)->random (piece + at, &sources[k], at, 1, n);
      }
      g_assert_cmpmem (piece, sizeof piece, whole, sizeof whole);
      cw_kernels_nth (b)->random (piece, &sources[k], N - 1, -3, N / 3);
      for (int i = 0; i < N / 3; i++)
        g_assert_cmphex (piece[i], ==, whole[N - 1 - 3 * i]);
    }
}

/* Builds with FMA make the same numbers, whatever the width of their vectors; words and what needs no function of SLEEF's are the same in all. */
static void
test_random_does_not_depend_on_builds (void)
{
  enum { N = 1037 };
  for (size_t k = 0; k < G_N_ELEMENTS (sources); k++) {
    bool     plain = sources[k].kind == CW_RANDOM_UNIFORM || sources[k].kind == CW_RANDOM_INTEGERS;
    uint64_t first[N], other[N];
    int      b = plain ? 0 : 1;
    if (b >= cw_kernels_n ())
      continue;
    cw_kernels_nth (b)->random (first, &sources[k], 3, 1, N);
    while (++b < cw_kernels_n ()) {
      cw_kernels_nth (b)->random (other, &sources[k], 3, 1, N);
      g_assert_cmpmem (other, sizeof other, first, sizeof first);
    }
  }
}

static void
test_moments (void)
{
  static const struct {
    double mean, var;
  } want[] = { { 1, 16.0 / 12 }, { 9, 4 }, { 4, 16 }, { 3, 3 }, { 200, 200 }, { 0, 10 }, { 3, 2.1 }, { 700, 210 }, { 5, 10 }, { 1, 8 } };
  enum { N = 400000 };
  g_autofree uint64_t *raw = g_new (uint64_t, N);
  for (size_t k = 0; k < G_N_ELEMENTS (want); k++) {
    double sum = 0, sq = 0;
    bool   integer = sources[k].kind == CW_RANDOM_POISSON || sources[k].kind == CW_RANDOM_INTEGERS || sources[k].kind == CW_RANDOM_BINOMIAL;
    cw_kernels ()->random (raw, &sources[k], 0, 1, N);
    for (int i = 0; i < N; i++) {
      double x = integer ? (double) (int64_t) raw[i] : ((double *) raw)[i];
      sum += x - want[k].mean;
      sq += (x - want[k].mean) * (x - want[k].mean);
    }
    /* Five standard errors; the fourth moment of all of these is below 10 var^2. */
    g_assert_cmpfloat (fabs (sum / N), <, 5 * sqrt (want[k].var / N));
    g_assert_cmpfloat (fabs (sq / N - want[k].var), <, 5 * want[k].var * sqrt (10.0 / N));
  }
}

/* Builds with FMA agree to the last bit in every loop; the plain one does for everything but SLEEF's functions. */
static void
test_builds_agree (void)
{
  enum { N = 203 };
  static double a[N], b[N], c[N];
  for (int i = 0; i < N; i++) {
    a[i] = (i - 100) * 0.37;
    b[i] = 3.0 - i * 0.011;
    c[i] = b[i] + 1;
  }
  for (int build = 2; build < cw_kernels_n (); build++)
    for (int u = 0; u < CW_N_UFUNCS; u++) {
      double one[N] = { 0 }, two[N] = { 0 };
      CwLoop f = cw_kernels_nth (1)->ufunc[u][CW_LOOP_FLOAT64], g = cw_kernels_nth (build)->ufunc[u][CW_LOOP_FLOAT64];
      if (!f)
        continue;
      f (one, a, b, c, N);
      g (two, a, b, c, N);
      if (memcmp (one, two, sizeof one) != 0)
        for (int i = 0; i < N; i++)
          if (!(isnan (one[i]) && isnan (two[i])))
            g_assert_cmpfloat (one[i], ==, two[i]);
    }
  for (int build = 1; build < cw_kernels_n (); build++) {
    g_assert_cmpfloat (cw_kernels_nth (build)->sum_f64 (a, N), ==, cw_kernels_nth (0)->sum_f64 (a, N));
    g_assert_cmpfloat (cw_kernels_nth (build)->sum_sq_f64 (a, 0.5, N), ==, cw_kernels_nth (0)->sum_sq_f64 (a, 0.5, N));
  }
}

/* A loop of two steps makes the bits of one step after the other. */
static void
test_chains (void)
{
  enum { N = 37 };
  static const CwUfunc steps[] = { CW_UFUNC_add, CW_UFUNC_subtract, CW_UFUNC_multiply };
  double               d[3][N], d_one[N], d_two[N], mid[N];
  float                f[3][N], f_one[N], f_two[N], f_mid[N];
  CwRandomSource       source = { .kind = CW_RANDOM_NORMAL, .seed = 3, .p = { 0, 1e3 } };
  for (int k = 0; k < 3; k++) {
    cw_kernels ()->random (d[k], &source, (uint64_t) (k * N), 1, N);
    d[k][5 + k] = -0.0;
    d[k][9]     = k == 1 ? -INFINITY : INFINITY;
    for (int i = 0; i < N; i++)
      f[k][i] = (float) d[k][i];
  }
  for (int b = 0; b < cw_kernels_n (); b++) {
    const CwKernels *k = cw_kernels_nth (b);
    for (int one = 0; one < 3; one++)
      for (int two = 0; two < 3; two++)
        for (int turned = 0; turned < 2; turned++) {
          CwLoop dl[2] = { k->ufunc[steps[one]][CW_LOOP_FLOAT64], k->ufunc[steps[two]][CW_LOOP_FLOAT64] };
          CwLoop fl[2] = { k->ufunc[steps[one]][CW_LOOP_FLOAT32], k->ufunc[steps[two]][CW_LOOP_FLOAT32] };
          dl[0] (mid, d[0], d[1], NULL, N);
          dl[1] (d_two, turned ? d[2] : mid, turned ? mid : d[2], NULL, N);
          cw_kernels_chain (k, dl[0], dl[1], turned) (d_one, d[0], d[1], d[2], N);
          g_assert_cmpmem (d_one, sizeof d_one, d_two, sizeof d_two);
          fl[0] (f_mid, f[0], f[1], NULL, N);
          fl[1] (f_two, turned ? f[2] : f_mid, turned ? f_mid : f[2], NULL, N);
          cw_kernels_chain (k, fl[0], fl[1], turned) (f_one, f[0], f[1], f[2], N);
          g_assert_cmpmem (f_one, sizeof f_one, f_two, sizeof f_two);
        }
    g_assert_null (cw_kernels_chain (k, k->ufunc[CW_UFUNC_add][CW_LOOP_FLOAT64], k->ufunc[CW_UFUNC_add][CW_LOOP_FLOAT32], false));
    g_assert_null (cw_kernels_chain (k, k->ufunc[CW_UFUNC_sqrt][CW_LOOP_FLOAT64], k->ufunc[CW_UFUNC_add][CW_LOOP_FLOAT64], false));
  }
}

/* Runs side by side have the bits of each by itself, in every build. */
static void
test_sums_of_runs (void)
{
  enum { N = 512 };
  static double a[N], sums[N], squares[N], means[N];
  for (int i = 0; i < N; i++)
    a[i] = i % 11 ? (i - 100) * 0.37 : -0.0;
  for (int b = 0; b < cw_kernels_n (); b++)
    for (size_t n = 1; n <= N; n = n < 40 ? n + 1 : 2 * n + 1) {
      const CwKernels *k = cw_kernels_nth (b), *plain = cw_kernels_nth (0);
      size_t           runs = N / n;
      k->sum_runs_f64 (sums, a, NULL, runs, n);
      for (size_t i = 0; i < runs; i++)
        means[i] = sums[i] / (double) n;
      k->sum_runs_f64 (squares, a, means, runs, n);
      for (size_t i = 0; i < runs; i++) {
        double want[2] = { plain->sum_f64 (a + i * n, n), plain->sum_sq_f64 (a + i * n, means[i], n) };
        g_assert_cmpmem (&sums[i], sizeof sums[i], &want[0], sizeof want[0]);
        g_assert_cmpmem (&squares[i], sizeof squares[i], &want[1], sizeof want[1]);
      }
    }
}

/* Vector math is within 2 units in the last place of libm. */
static void
test_math_accuracy (void)
{
  static const struct {
    CwUfunc ufunc;
    double (*libm) (double);
    double lo, hi;
  } cases[] = { { CW_UFUNC_sin, sin, -100, 100 }, { CW_UFUNC_cos, cos, -100, 100 }, { CW_UFUNC_exp, exp, -50, 50 }, { CW_UFUNC_log, log, 1e-9, 1e9 },
                { CW_UFUNC_tanh, tanh, -5, 5 },   { CW_UFUNC_cbrt, cbrt, -9, 9 },   { CW_UFUNC_log1p, log1p, -0.9, 9 } };
  for (int b = 0; b < cw_kernels_n (); b++)
    for (size_t k = 0; k < G_N_ELEMENTS (cases); k++) {
      double x[997], y[997];
      for (int i = 0; i < 997; i++)
        x[i] = cases[k].lo + (cases[k].hi - cases[k].lo) * i / 996;
      cw_kernels_nth (b)->ufunc[cases[k].ufunc][CW_LOOP_FLOAT64] (y, x, NULL, NULL, 997);
      for (int i = 0; i < 997; i++) {
        double want = cases[k].libm (x[i]), ulp = fabs (nextafter (want, INFINITY) - want);
        g_assert_cmpfloat (fabs (y[i] - want), <=, 2 * ulp);
      }
    }
}

static void
test_integer_rules (void)
{
  int64_t  a[] = { -7, 7, 5, INT64_MIN, 3 }, b[] = { 2, -2, 0, -1, 64 }, out[5];
  CwLoop (*f)[CW_N_LOOPS] = (CwLoop (*)[CW_N_LOOPS]) cw_kernels ()->ufunc;
  f[CW_UFUNC_floor_divide][CW_LOOP_INT64] (out, a, b, NULL, 5);
  g_assert_cmpint (out[0], ==, -4);
  g_assert_cmpint (out[1], ==, -4);
  g_assert_cmpint (out[2], ==, 0);
  g_assert_cmpint (out[3], ==, INT64_MIN);
  f[CW_UFUNC_remainder][CW_LOOP_INT64] (out, a, b, NULL, 5);
  g_assert_cmpint (out[0], ==, 1);
  g_assert_cmpint (out[1], ==, -1);
  f[CW_UFUNC_left_shift][CW_LOOP_INT64] (out, a, b, NULL, 5);
  g_assert_cmpint (out[4], ==, 0);
}

static void
test_histogram_edges (void)
{
  const double edges[] = { 0, 0.1, 0.2, 0.30000000000000004 }, x[] = { 0, 0.1, 0.09999999999, 0.2, 0.30000000000000004, -1, 2, NAN };
  for (int uniform = 0; uniform < 2; uniform++) {
    int64_t counts[3] = { 0 };
    cw_kernels ()->histogram (counts, x, 8, edges, 3, uniform);
    g_assert_cmpint (counts[0], ==, 2);
    g_assert_cmpint (counts[1], ==, 1);
    g_assert_cmpint (counts[2], ==, 2);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/philox-known-answers", test_philox_known_answers);
  g_test_add_func ("/kernels/vector-philox", test_vector_philox);
  g_test_add_func ("/kernels/random-pieces", test_random_does_not_depend_on_pieces);
  g_test_add_func ("/kernels/random-builds", test_random_does_not_depend_on_builds);
  g_test_add_func ("/kernels/moments", test_moments);
  g_test_add_func ("/kernels/builds-agree", test_builds_agree);
  g_test_add_func ("/kernels/chains", test_chains);
  g_test_add_func ("/kernels/sums-of-runs", test_sums_of_runs);
  g_test_add_func ("/kernels/math-accuracy", test_math_accuracy);
  g_test_add_func ("/kernels/integer-rules", test_integer_rules);
  g_test_add_func ("/kernels/histogram-edges", test_histogram_edges);
  return g_test_run ();
}
