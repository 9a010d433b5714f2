/* What arrays hold, against plain definitions: reductions, running sums, orders and searches of values with NaN, repeats and extremes. */
#include "engine/array/sort.h"
#include "tests/engine-test.h"

#include <complex.h>
#include <math.h>

#define SHAPE(...) (int64_t[]){ __VA_ARGS__ }

/* What @kind makes of @v[n]: NaN where that is among them, or where nothing is left. */
static double
plain_reduction (CwReduction kind, const double *v, int n)
{
  bool   skip = kind >= CW_REDUCE_NANSUM, max = kind == CW_REDUCE_MAX || kind == CW_REDUCE_NANMAX || kind == CW_REDUCE_ARGMAX || kind == CW_REDUCE_NANARGMAX;
  double sum = 0, product = 1, best = NAN;
  int    count = 0, at = 0, n_true = 0;
  bool   nan = false;
  for (int i = 0; i < n; i++) {
    n_true += v[i] != 0;
    if (isnan (v[i]) && skip)
      continue;
    if (isnan (v[i]) ? !nan : !nan && (count == 0 || (max ? v[i] > best : v[i] < best))) {
      best = v[i];
      at   = i;
      nan  = isnan (v[i]);
    }
    count++;
    sum += v[i];
    product *= v[i];
  }
  switch (kind) {
  case CW_REDUCE_ANY: return n_true > 0;
  case CW_REDUCE_ALL: return n_true == n;
  case CW_REDUCE_SUM:
  case CW_REDUCE_NANSUM: return sum;
  case CW_REDUCE_PROD:
  case CW_REDUCE_NANPROD: return product;
  case CW_REDUCE_MEAN:
  case CW_REDUCE_NANMEAN: return sum / count;
  case CW_REDUCE_ARGMAX:
  case CW_REDUCE_ARGMIN:
  case CW_REDUCE_NANARGMAX:
  case CW_REDUCE_NANARGMIN: return at;
  default: return best;
  }
}

/* Reductions of few values that repeat and, of floats, are NaN here and there or often: along rows, columns and both, over any cuts. */
static void
test_reductions_of_mixed_values (void)
{
  static const CwDtype dtypes[] = { CW_FLOAT64, CW_FLOAT32, CW_INT64, CW_INT8, CW_BOOL };
  enum { ROWS = 37, COLUMNS = 700 };
  GRand *rand = g_rand_new_with_seed (13);
  for (guint d = 0; d < G_N_ELEMENTS (dtypes); d++)
    for (int kind = 0; kind < CW_N_REDUCTIONS; kind++)
      for (int cut = 0; cut < 6; cut++) {
        if (kind == CW_REDUCE_VAR || kind == CW_REDUCE_STD || kind == CW_REDUCE_NANVAR || kind == CW_REDUCE_NANSTD)
          continue;
        bool   floats = cw_dtype_is_float (dtypes[d]), product = kind == CW_REDUCE_PROD || kind == CW_REDUCE_NANPROD;
        double v[ROWS][COLUMNS], line[ROWS * COLUMNS];
        g_autoptr (CwBuffer) b = cw_buffer_new (dtypes[d], 2, SHAPE (ROWS, COLUMNS), NULL);
        for (int i = 0; i < ROWS * COLUMNS; i++) {
          bool nan = floats && cut < 4 && g_rand_int_range (rand, 0, (int[]){ 3, 8, 60, 900 }[cut]) == 0 && i > COLUMNS;
          int  x   = dtypes[d] == CW_BOOL ? g_rand_int_range (rand, 0, 300) != 0 : product ? (g_rand_boolean (rand) ? 1 : -1) : g_rand_int_range (rand, 1, 9);
          if (dtypes[d] != CW_BOOL && (kind == CW_REDUCE_MAX || kind == CW_REDUCE_NANMAX)) /* so that a slot without values would win, were it counted */
            x = -x;
          cw_buffer_set (b, i, nan ? cw_scalar_float (NAN) : cw_scalar_int (x));
          v[i / COLUMNS][i % COLUMNS] = nan ? NAN : x;
        }
        g_autoptr (CwChunkSpec) c = chunks_of ((int64_t[]){ 5, 13, 300, 512, 700, 64 }[cut]);
        g_autoptr (CwArray) x     = cw_array_from_buffer (b, c, NULL, NULL);
        g_autoptr (CwArray) down = reduce_axis (kind, x, 0), across = reduce_axis (kind, x, 1), all = reduce_all (kind, x);
        g_autoptr (CwBuffer) columns = compute_with (down, 2, CW_PLAN_OPTIMIZED, NULL), rows = compute_with (across, 2, CW_PLAN_OPTIMIZED, NULL);
        g_autoptr (CwBuffer) one = compute_with (all, 2, CW_PLAN_OPTIMIZED, NULL);
        for (int i = 0; i < ROWS + COLUMNS + 1; i++) {
          int n = 0;
          for (int k = 0; i < ROWS && k < COLUMNS; k++)
            line[n++] = v[i][k];
          for (int k = 0; i >= ROWS && i < ROWS + COLUMNS && k < ROWS; k++)
            line[n++] = v[k][i - ROWS];
          for (int k = 0; i == ROWS + COLUMNS && k < ROWS * COLUMNS; k++)
            line[n++] = v[k / COLUMNS][k % COLUMNS];
          double want = plain_reduction (kind, line, n);
          double got  = cw_scalar_to_double (i < ROWS ? cw_buffer_get (rows, i) : i < ROWS + COLUMNS ? cw_buffer_get (columns, i - ROWS) : cw_buffer_get (one, 0));
          if (dtypes[d] == CW_FLOAT32)
            want = (float) want;
          if (isnan (want))
            g_assert_true (isnan (got));
          else
            g_assert_true (fabs (got - want) <= 1e-6 * fabs (want));
        }
      }
  g_rand_free (rand);
}

/* Running sums and products of whole numbers, which are exact in every dtype: along each axis, over any cuts, of views, with gaps that do not count. */
static void
test_running_sums (void)
{
  static const CwDtype dtypes[] = { CW_INT8, CW_UINT16, CW_INT64, CW_FLOAT16, CW_FLOAT32, CW_FLOAT64, CW_COMPLEX64, CW_COMPLEX128 };
  const int64_t        shape[3] = { 5, 7, 600 };
  GRand               *rand     = g_rand_new_with_seed (12);
  for (int round = 0; round < (int) G_N_ELEMENTS (dtypes) * 2 * 2 * 3; round++) {
    CwDtype dtype   = dtypes[round % G_N_ELEMENTS (dtypes)];
    bool    product = round / 8 % 2, turned = round / 16 % 2, gaps = !cw_dtype_is_integer (dtype) && round % 3 == 0;
    int     axis    = round / 32;
    g_autoptr (CwBuffer) values = cw_buffer_new (dtype, 3, shape, NULL);
    for (int64_t i = 0; i < values->size; i++) {
      int v = product ? (g_rand_int_range (rand, 0, 40) ? 1 : -1) : g_rand_int_range (rand, -1, 3);
      cw_buffer_set (values, i, gaps && g_rand_int_range (rand, 0, 5) == 0 ? cw_scalar_float (NAN) : cw_scalar_int (v));
    }
    for (int64_t chunk = 4; chunk <= 4 * 13 * 13; chunk *= 13) { /* cut finely, twice, not at all */
      g_autoptr (CwChunkSpec) c = chunks_of (chunk);
      g_autoptr (CwArray) whole = cw_array_from_buffer (values, c, NULL, NULL);
      g_autoptr (CwArray) x = turned ? cw_array_transpose (whole, NULL, NULL) : cw_array_ref (whole);
      g_autoptr (CwArray) running  = cw_array_cumulate (x, product, gaps, axis, dtype, NULL);
      g_autoptr (CwBuffer) in = cw_compute (x, NULL), made = compute_with (running, 2, CW_PLAN_OPTIMIZED, NULL);
      int64_t inner = axis == 2 ? 1 : axis == 1 ? x->shape[2] : x->shape[1] * x->shape[2];
      g_autofree int64_t *want = g_new (int64_t, values->size);
      for (int64_t i = 0; i < values->size; i++) {
        double complex z = cw_scalar_to_complex (cw_buffer_get (in, i)), got = cw_scalar_to_complex (cw_buffer_get (made, i));
        int64_t        v = z != z ? product : (int64_t) creal (z), before = i / inner % x->shape[axis] ? want[i - inner] : product;
        want[i]          = product ? (int64_t) ((uint64_t) before * (uint64_t) v) : before + v; /* of unsigned numbers it wraps */
        g_assert_true (got == cw_scalar_to_complex (cw_scalar_cast (cw_scalar_int (want[i]), dtype)));
      }
    }
  }
  g_rand_free (rand);
}

/* NumPy's order: NaN after all numbers, complex numbers by their real parts and then by the imaginary ones. */
static int
order (CwScalar a, CwScalar b)
{
  double complex x = cw_scalar_to_complex (a), y = cw_scalar_to_complex (b);
  bool           nan_x = x != x, nan_y = y != y;
  if (cw_dtype_is_integer (a.dtype) && a.dtype != CW_UINT64)
    return (a.i > b.i) - (a.i < b.i);
  if (a.dtype == CW_UINT64)
    return (a.u > b.u) - (a.u < b.u);
  if (nan_x || nan_y)
    return nan_x - nan_y;
  if (creal (x) != creal (y))
    return creal (x) < creal (y) ? -1 : 1;
  return (cimag (x) > cimag (y)) - (cimag (x) < cimag (y));
}

/* Values that repeat, of both signs, with the extremes of the dtype, zeros of both signs and NaN. */
static CwBuffer *
mixed_values (GRand *rand, CwDtype dtype, int64_t n)
{
  static const double odd[] = { 0.0, -0.0, NAN, INFINITY, -INFINITY, 5e-324, -1e300, 65504, -128, 127, 255 };
  CwBuffer *b = cw_buffer_new (dtype, 1, &n, NULL);
  for (int64_t i = 0; i < n; i++) {
    bool     whole = cw_dtype_is_integer (dtype) || dtype == CW_BOOL;
    int      kind  = g_rand_int_range (rand, 0, 4);
    double   re = odd[g_rand_int_range (rand, 0, G_N_ELEMENTS (odd))], im = odd[g_rand_int_range (rand, 0, 3)];
    uint64_t bits = (uint64_t) g_rand_int (rand) << 32 | g_rand_int (rand);
    if (whole)
      cw_buffer_set (b, i, kind ? cw_scalar_int (g_rand_int_range (rand, -4, 5)) : cw_scalar_cast ((CwScalar){ .dtype = CW_UINT64, .u = bits }, dtype));
    else if (kind == 0)
      cw_buffer_set (b, i, cw_scalar_complex (CMPLX (re, im)));
    else
      cw_buffer_set (b, i, cw_scalar_complex (CMPLX (g_rand_int_range (rand, -3, 4) * 0.5, g_rand_double (rand) < 0.5 ? 0 : 1.5)));
  }
  return b;
}

/* Orders, searches and memberships are those that comparing gives, for every dtype of numbers, any length and any stride. */
static void
test_sorting (void)
{
  static const CwDtype dtypes[]  = { CW_BOOL,   CW_INT8,    CW_UINT8,   CW_INT16,   CW_INT32,     CW_INT64,
                                     CW_UINT64, CW_FLOAT16, CW_FLOAT32, CW_FLOAT64, CW_COMPLEX64, CW_COMPLEX128 };
  static const int64_t lengths[] = { 0, 1, 2, 32, 33, 700, 5000 };
  GRand *rand = g_rand_new_with_seed (11);
  for (guint d = 0; d < G_N_ELEMENTS (dtypes); d++)
    for (guint l = 0; l < G_N_ELEMENTS (lengths); l++) {
      int64_t              n = lengths[l], half = n / 2, stride = 2 * cw_dtype_size (dtypes[d]);
      g_autoptr (CwBuffer) all = mixed_values (rand, dtypes[d], n), some = mixed_values (rand, dtypes[d], 60);
      g_autoptr (CwBuffer) every_second = cw_buffer_view (all, dtypes[d], 1, &half, &stride, all->data);
      const CwBuffer      *lines[2] = { all, every_second };
      for (int k = 0; k < 2; k++) {
        g_autoptr (CwSorted) s = cw_sorted_new (lines[k], NULL);
        g_autoptr (CwBuffer) in_order = cw_buffer_new (dtypes[d], 1, &s->n, NULL);
        int64_t              n_nan = 0, found[2][60];
        bool                 there[60];
        g_assert_cmpint (s->n, ==, lines[k]->size);
        for (int64_t i = 0; i < s->n; i++) {
          CwScalar v = cw_buffer_get (lines[k], s->at[i]), before = cw_buffer_get (lines[k], s->at[MAX (i - 1, 0)]);
          double complex z = cw_scalar_to_complex (v);
          n_nan += z != z;
          cw_buffer_set (in_order, i, v);
          if (i > 0) {
            g_assert_cmpint (order (before, v), <=, 0);
            g_assert_cmpint (cw_sorted_equal (s, i, i - 1), ==, order (before, v) == 0);
            g_assert_true (order (before, v) < 0 || s->at[i - 1] < s->at[i]);
          }
        }
        g_assert_cmpint (s->n_nan, ==, n_nan);
        for (int right = 0; right < 2; right++)
          cw_search_sorted (in_order, some, right, found[right]);
        cw_sorted_contains (s, some, false, there);
        for (int64_t j = 0; j < 60; j++) {
          CwScalar v = cw_buffer_get (some, j);
          double complex z = cw_scalar_to_complex (v);
          int64_t  less = 0, equal = 0;
          for (int64_t i = 0; i < s->n; i++) {
            int c = order (cw_buffer_get (in_order, i), v);
            less += c < 0;
            equal += c == 0;
          }
          g_assert_cmpint (found[0][j], ==, less);
          g_assert_cmpint (found[1][j], ==, less + equal);
          g_assert_cmpint (there[j], ==, equal > 0 && z == z);
        }
      }
    }
  g_rand_free (rand);
}

/* What is selected is what an order of all gives: ranks' keys, NaNs, and the utmost elements from either end. */
static void
test_selecting (void)
{
  static const CwDtype dtypes[]  = { CW_BOOL, CW_INT8, CW_UINT16, CW_INT64, CW_UINT64, CW_FLOAT16, CW_FLOAT32, CW_FLOAT64 };
  static const int64_t lengths[] = { 1, 2, 33, 700, 5000 };
  GRand *rand = g_rand_new_with_seed (14);
  for (guint d = 0; d < G_N_ELEMENTS (dtypes); d++)
    for (int round = 0; round < (int) G_N_ELEMENTS (lengths) * 6; round++) {
      int64_t              n = lengths[round % (int) G_N_ELEMENTS (lengths)], ranks[8], n_nan, at[5000];
      g_autoptr (CwBuffer) values = mixed_values (rand, dtypes[d], n);
      g_autoptr (CwSorted) s      = cw_sorted_new (values, NULL);
      g_autofree uint64_t *keys   = cw_keys_new (values, &n_nan, NULL);
      int n_ranks = g_rand_int_range (rand, 0, 9), most = g_rand_int_range (rand, 0, (int) n + 1);
      for (int k = 0; k < n_ranks; k++) { /* rising, some the same */
        ranks[k] = g_rand_int_range (rand, 0, (int) n);
        for (int i = k; i > 0 && ranks[i - 1] > ranks[i]; i--) {
          int64_t other = ranks[i];
          ranks[i]      = ranks[i - 1];
          ranks[i - 1]  = other;
        }
      }
      cw_keys_select (keys, n, ranks, n_ranks);
      g_assert_cmpint (n_nan, ==, s->n_nan);
      for (int k = 0; k < n_ranks; k++)
        g_assert_cmpuint (keys[ranks[k]], ==, s->keys[ranks[k]]);
      for (int smallest = 0; smallest < 2; smallest++) {
        cw_utmost (values, most, smallest, at);
        for (int i = 0; i < most; i++)
          g_assert_cmpint (at[i], ==, s->at[smallest ? i : n - 1 - i]);
      }
    }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/values/" #name, test_##name)
  ADD (reductions_of_mixed_values);
  ADD (running_sums);
  ADD (sorting);
  ADD (selecting);
  return g_test_run ();
}
