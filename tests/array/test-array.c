/* Shapes, chunks and dtypes of lazy arrays, against what Dask answered for the same lines. */
#include "engine/array/ranks.h"
#include "tests/engine-test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SHAPE(...) (int64_t[]){ __VA_ARGS__ }

static void
assert_auto (int ndim, const int64_t *shape, CwDtype dtype, const int64_t *blocks, const int64_t *most, const int64_t *last)
{
  CwAxis *axes[CW_MAX_NDIM];
  g_assert_true (cw_chunks_normalize (NULL, ndim, shape, dtype, NULL, axes, NULL));
  for (int k = 0; k < ndim; k++) {
    g_assert_cmpint (axes[k]->n, ==, blocks[k]);
    g_assert_cmpint (axes[k]->max, ==, most[k]);
    g_assert_cmpint (axes[k]->lengths[axes[k]->n - 1], ==, last[k]);
    cw_axis_unref (axes[k]);
  }
}

static void
test_auto_chunks (void)
{
  assert_auto (1, SHAPE (1000000000), CW_FLOAT64, SHAPE (60), SHAPE (16777216), SHAPE (10144256));
  assert_auto (2, SHAPE (20000, 20000), CW_FLOAT64, SHAPE (5, 5), SHAPE (4096, 4096), SHAPE (3616, 3616));
  assert_auto (3, SHAPE (1000, 1000, 1000), CW_FLOAT64, SHAPE (4, 4, 4), SHAPE (255, 255, 255), SHAPE (235, 235, 235));
  assert_auto (3, SHAPE (100000, 10000, 10), CW_FLOAT64, SHAPE (78, 8, 1), SHAPE (1295, 1295, 10), SHAPE (285, 935, 10));
  assert_auto (2, SHAPE (100, 1000000000), CW_UINT8, SHAPE (1, 746), SHAPE (100, 1342177), SHAPE (100, 78135));
  assert_auto (4, SHAPE (300, 300, 300, 300), CW_FLOAT64, SHAPE (5, 5, 5, 5), SHAPE (64, 64, 64, 64), SHAPE (44, 44, 44, 44));
  assert_auto (3, SHAPE (6000, 6000, 600), CW_FLOAT32, SHAPE (19, 19, 2), SHAPE (322, 322, 322), SHAPE (204, 204, 278));
}

static void
test_rechunk_auto (void)
{
  g_autoptr (CwArray) a     = ones (2, SHAPE (20000, 20000), 1000);
  g_autoptr (CwChunkSpec) c = cw_chunk_spec_new (-1);
  g_autoptr (CwArray) b     = cw_array_rechunk (a, c, false, NULL);
  g_assert_cmpint (b->axes[0]->max, ==, 4000);
  g_assert_cmpint (b->axes[1]->max, ==, 4000);
}

static void
test_chunk_errors (void)
{
  int64_t lengths[2] = { 2, 2 };
  CwAxis *axes[1];
  g_autoptr (CwChunkSpec) c = cw_chunk_spec_new (1);
  g_autoptr (GError) error  = NULL;
  c->axes[0].kind           = CW_CHUNK_LENGTHS;
  c->axes[0].n              = 2;
  c->axes[0].lengths        = g_memdup2 (lengths, sizeof lengths);
  g_assert_false (cw_chunks_normalize (c, 1, SHAPE (5), CW_FLOAT64, NULL, axes, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
  g_clear_error (&error);
  g_autoptr (CwChunkSpec) zero = chunks_of (0);
  g_assert_false (cw_chunks_normalize (zero, 1, SHAPE (5), CW_FLOAT64, NULL, axes, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_ZERO_DIVISION);
}

/* Cuts that no memory could list are refused, not tried. */
static void
test_too_many_blocks (void)
{
  CwAxis *axes[2];
  g_autoptr (GError) error = NULL;
  g_autoptr (CwChunkSpec) c = chunks_of (4);
  g_assert_false (cw_chunks_normalize (c, 2, SHAPE ((int64_t) 1 << 40, 20), CW_FLOAT64, NULL, axes, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_MEMORY);
  g_clear_error (&error);
  g_assert_false (cw_chunks_normalize (NULL, 1, SHAPE ((int64_t) 1 << 60), CW_FLOAT64, NULL, axes, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_MEMORY);
}

static CwIndex
slice (int64_t start, int64_t stop, int64_t step)
{
  return (CwIndex){ .kind = CW_INDEX_SLICE, .start = start, .stop = stop, .step = step, .has_start = start != INT64_MAX,
                    .has_stop = stop != INT64_MAX, .has_step = step != INT64_MAX };
}

#define NO INT64_MAX

static void
test_slices (void)
{
  static const struct {
    int64_t     n, chunk, start, stop, step;
    const char *chunks;
  } cases[] = {
    { 100, 20, 0, 35, NO, "((20, 15),)" },  { 100, 20, 10, 35, NO, "((10, 15),)" }, { 100, 20, NO, NO, 2, "((10, 10, 10, 10, 10),)" },
    { 100, 20, NO, NO, -1, "((20, 20, 20, 20, 20),)" }, { 100, 20, 95, 5, -10, "((2, 2, 2, 2, 1),)" }, { 100, 20, 50, 50, NO, "((0,),)" },
    { 100, 20, 3, NO, 30, "((1, 1, 1, 1),)" }, { 20, 5, NO, NO, 2, "((3, 2, 3, 2),)" }, { 20, 5, NO, NO, 3, "((2, 2, 1, 2),)" },
    { 10, 5, NO, 1, -1, "((5, 3),)" },      { 20, 5, 19, 0, -7, "((1, 1, 1),)" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (CwArray) a = counting (1, &cases[i].n, cases[i].chunk, CW_INT64);
    CwIndex             s = slice (cases[i].start, cases[i].stop, cases[i].step);
    g_autoptr (CwArray) b = cw_array_index (a, 1, &s, NULL);
    assert_chunks (b, cases[i].chunks);
    /* ... and the values are those of the positions. */
    g_autoptr (CwBuffer) values = cw_compute (b, NULL);
    int64_t              start, step, count;
    cw_slice_resolve (&s, cases[i].n, &start, &step, &count);
    g_assert_cmpint (values->size, ==, count);
    for (int64_t k = 0; k < count; k++)
      g_assert_cmpint (cw_buffer_get (values, k).i, ==, start + k * step);
  }
}

/* The values of a view of a source, which an operation on it draws into its own layer. */
static CwBuffer *
compute_seen (CwArray *view)
{
  g_autoptr (CwArray) twice = apply1 (CW_UFUNC_negative, view);
  g_autoptr (CwArray) once  = apply1 (CW_UFUNC_negative, twice);
  g_autoptr (CwPlan) plan   = cw_plan_new (1, &once, CW_PLAN_OPTIMIZED, NULL);
  g_assert_cmpint (cw_plan_n_layers (plan), ==, 1);
  return compute_with (once, 2, CW_PLAN_OPTIMIZED, NULL);
}

/* Rules that make values from an element's place, seen through views that step over places, go back and stay where they are. */
static void
test_sources_through_views (void)
{
  static const CwDtype dtypes[] = { CW_FLOAT64, CW_INT64, CW_UINT8, CW_FLOAT32, CW_COMPLEX128 };
  static const int64_t steps[]  = { 1, 2, 5, -1, -3 };
  for (guint d = 0; d < G_N_ELEMENTS (dtypes); d++)
    for (guint s = 0; s < G_N_ELEMENTS (steps); s++) {
      g_autoptr (CwChunkSpec) c = chunks_of (4);
      CwIndex items[2]          = { slice (NO, NO, steps[s]), slice (NO, NO, -1) };
      int64_t start, step, count, k = (int64_t) s - 2;
      cw_slice_resolve (&items[0], 11, &start, &step, &count);
      g_autoptr (CwArray) eye    = cw_array_eye (11, 7, k, c, dtypes[d], NULL);
      g_autoptr (CwArray) seen   = cw_array_index (eye, 2, items, NULL);
      g_autoptr (CwArray) turned = cw_array_transpose (seen, NULL, NULL);
      g_autoptr (CwBuffer) ones  = compute_seen (turned);
      for (int64_t i = 0; i < 7; i++)
        for (int64_t j = 0; j < count; j++)
          g_assert_cmpfloat (cw_scalar_to_double (cw_buffer_get (ones, i * count + j)), ==, 6 - i - (start + j * step) == k);
      CwIndex             corner[2] = { slice (NO, NO, steps[s]), slice (2, 3, NO) };
      g_autoptr (CwArray) column    = cw_array_index (eye, 2, corner, NULL);
      g_autoptr (CwArray) wide      = cw_array_broadcast_to (column, 2, SHAPE (count, 9), NULL, NULL);
      g_autoptr (CwBuffer) repeated = compute_seen (wide);
      for (int64_t i = 0; i < count * 9; i++)
        g_assert_cmpfloat (cw_scalar_to_double (cw_buffer_get (repeated, i)), ==, 2 - (start + i / 9 * step) == k);
      g_autoptr (CwArray) whole = cw_array_arange (cw_scalar_int (3), cw_scalar_int (25), cw_scalar_int (2), c, dtypes[d], NULL);
      g_autoptr (CwArray) real  = cw_array_arange (cw_scalar_float (0.5), cw_scalar_float (6), cw_scalar_float (0.5), c, dtypes[d], NULL);
      g_autoptr (CwArray) even  = cw_array_linspace (0, 1, 11, true, c, dtypes[d], NULL);
      CwArray *lines[3]         = { whole, real, even };
      for (int l = 0; l < 3; l++) {
        g_autoptr (CwArray) part    = cw_array_index (lines[l], 1, items, NULL);
        g_autoptr (CwBuffer) values = compute_seen (part);
        for (int64_t i = 0; i < count; i++) {
          int64_t  at   = start + i * step;
          CwScalar want = l == 0 ? cw_scalar_int (3 + 2 * at) : cw_scalar_float (l == 1 ? 0.5 + (double) at * 0.5 : at == 10 ? 1 : (double) at * 0.1);
          g_assert_cmpfloat (cw_scalar_to_double (cw_buffer_get (values, i)), ==, cw_scalar_to_double (cw_scalar_cast (want, dtypes[d])));
        }
      }
    }
}

static void
test_lists (void)
{
  static const int64_t lists[][5] = { { 1, 2, 9, NO }, { 5, 1, 17, 3, NO }, { 19, 0, 1, 6, 5 } };
  static const char   *want[]     = { "((2, 1),)", "((1, 1, 1, 1),)", "((1, 2, 2),)" };
  g_autoptr (CwArray) a           = counting (1, SHAPE (20), 5, CW_INT64);
  for (int i = 0; i < 3; i++) {
    int64_t n = 0;
    while (n < 5 && lists[i][n] != NO)
      n++;
    g_autoptr (CwBuffer) list = cw_buffer_new (CW_INT64, 1, &n, NULL);
    memcpy (list->data, lists[i], (size_t) n * 8);
    CwIndex             item = { .kind = CW_INDEX_LIST, .list = list };
    g_autoptr (CwArray) b    = cw_array_index (a, 1, &item, NULL);
    assert_chunks (b, want[i]);
    g_autoptr (CwBuffer) v = cw_compute (b, NULL);
    g_assert_cmpmem (v->data, n * 8, lists[i], n * 8);
  }
}

static void
test_reshape (void)
{
  static const struct {
    int         n_in, n_out;
    int64_t     in[3], chunk[3], out[4];
    const char *chunks; /* NULL: refused */
  } cases[] = {
    { 3, 4, { 6, 5, 4 }, { 3, 2, 2 }, { 3, 2, 5, 4 }, "((1, 2), (2,), (2, 2, 1), (2, 2))" },
    { 3, 2, { 6, 5, 4 }, { 3, 2, 2 }, { 30, 4 }, "((5, 5, 5, 5, 5, 5), (2, 2))" },
    { 3, 3, { 6, 5, 4 }, { 3, 2, 2 }, { 4, 5, 6 }, NULL },
    { 2, 1, { 10, 10 }, { 5, 10 }, { 100 }, "((50, 50),)" },
    { 3, 1, { 4, 4, 4 }, { 2, 2, 2 }, { 64 }, "((16, 16, 16, 16),)" },
    { 1, 3, { 64 }, { 16 }, { 4, 4, 4 }, "((1, 1, 1, 1), (4,), (4,))" },
    { 1, 2, { 24 }, { 5 }, { 12, 2 }, "((2, 3, 2, 3, 2), (2,))" },
    { 2, 1, { 6, 4 }, { 1, 2 }, { 24 }, "((2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2),)" },
    { 2, 2, { 6, 4 }, { 2, 4 }, { 2, 12 }, NULL },
    { 2, 2, { 6, 4 }, { 6, 4 }, { 4, 6 }, "((4,), (6,))" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (CwChunkSpec) c = cw_chunk_spec_new (cases[i].n_in);
    for (int k = 0; k < cases[i].n_in; k++)
      c->axes[k] = (CwChunkAxis){ .kind = CW_CHUNK_SIZE, .size = cases[i].chunk[k] };
    g_autoptr (CwArray) whole = counting (cases[i].n_in, cases[i].in, 100, CW_INT64);
    g_autoptr (CwArray) a     = cw_array_rechunk (whole, c, false, NULL);
    g_autoptr (GError) error  = NULL;
    g_autoptr (CwArray) b     = cw_array_reshape (a, cases[i].n_out, cases[i].out, &error);
    if (!cases[i].chunks) {
      g_assert_error (error, CW_ERROR, CW_ERROR_NOT_IMPLEMENTED);
      continue;
    }
    g_assert_no_error (error);
    assert_chunks (b, cases[i].chunks);
    g_autoptr (CwBuffer) v = cw_compute (b, NULL);
    for (int64_t k = 0; k < v->size; k++)
      g_assert_cmpint (cw_buffer_get (v, k).i, ==, k);
  }
}

static void
test_unify (void)
{
  int64_t left[] = { 5, 2, 3 }, right[] = { 2, 3, 5 };
  CwAxis *a_axes[1] = { cw_axis_new (3, left) }, *b_axes[1] = { cw_axis_new (3, right) };
  g_autoptr (CwArray) whole = counting (1, SHAPE (10), 10, CW_INT64);
  g_autoptr (CwArray) a     = cw_array_rechunk_to (whole, a_axes, NULL);
  g_autoptr (CwArray) b     = cw_array_rechunk_to (whole, b_axes, NULL);
  g_autoptr (CwArray) sum   = apply2 (CW_UFUNC_add, a, b);
  assert_chunks (sum, "((2, 3, 2, 3),)");
  g_autoptr (CwBuffer) v = cw_compute (sum, NULL);
  for (int64_t k = 0; k < 10; k++)
    g_assert_cmpint (cw_buffer_get (v, k).i, ==, 2 * k);
  cw_axis_unref (a_axes[0]);
  cw_axis_unref (b_axes[0]);
}

static void
test_broadcast_error (void)
{
  g_autoptr (CwArray) a    = ones (1, SHAPE (3), 3);
  g_autoptr (CwArray) b    = ones (1, SHAPE (4), 4);
  CwOperand           in[] = { { .array = a }, { .array = b } };
  g_autoptr (GError) error = NULL;
  g_assert_null (cw_array_ufunc (CW_UFUNC_add, 2, in, CW_DTYPE_NONE, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
  g_assert_nonnull (strstr (error->message, "(3,) (4,)"));
}

static void
test_reduction_tree (void)
{
  static const struct {
    int     split_every;
    int64_t layers, tasks;
  } cases[] = { { 0, 6, 100 + 100 + 25 + 7 + 2 + 1 }, { 2, 9, 100 + 100 + 50 + 25 + 13 + 7 + 4 + 2 + 1 }, { 8, 5, 100 + 100 + 13 + 2 + 1 } };
  g_autoptr (CwArray) a = ones (1, SHAPE (1000), 10);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    CwReduceOptions     o = { .n_axes = -1, .dtype = CW_DTYPE_NONE, .split_every = cases[i].split_every };
    g_autoptr (CwArray) s = cw_array_reduce (CW_REDUCE_SUM, a, &o, NULL);
    int64_t             layers, tasks;
    cw_array_count_graph (s, &layers, &tasks);
    g_assert_cmpint (layers, ==, cases[i].layers);
    g_assert_cmpint (tasks, ==, cases[i].tasks);
    g_assert_cmpfloat (number (s), ==, 1000);
  }
}

static void
test_reductions_match_plain_loops (void)
{
  int64_t shape[3]      = { 7, 11, 5 };
  g_autoptr (CwArray) x = uniform (5, 3, shape, 4);
  g_autoptr (CwBuffer) v = cw_compute (x, NULL);
  for (int axis = 0; axis < 3; axis++) {
    g_autoptr (CwArray) sum  = reduce_axis (CW_REDUCE_SUM, x, axis);
    g_autoptr (CwArray) most = reduce_axis (CW_REDUCE_ARGMAX, x, axis);
    g_autoptr (CwArray) var  = reduce_axis (CW_REDUCE_VAR, x, axis);
    g_autoptr (CwBuffer) s = cw_compute (sum, NULL), m = cw_compute (most, NULL), w = cw_compute (var, NULL);
    for (int64_t i = 0; i < s->size; i++) {
      double  total = 0, sq = 0, best = -1;
      int64_t at = 0, n = shape[axis], inner = axis == 2 ? 1 : axis == 1 ? 5 : 55;
      int64_t base = i / inner * inner * n + i % inner;
      for (int64_t k = 0; k < n; k++) {
        double e = cw_buffer_get (v, base + k * inner).f;
        total += e;
        sq += e * e;
        if (e > best) {
          best = e;
          at   = k;
        }
      }
      g_assert_cmpfloat_with_epsilon (cw_buffer_get (s, i).f, total, 1e-12);
      g_assert_cmpfloat_with_epsilon (cw_buffer_get (w, i).f, sq / (double) n - total / (double) n * total / (double) n, 1e-12);
      g_assert_cmpint (cw_buffer_get (m, i).i, ==, at);
    }
  }
  g_autoptr (CwArray) where = reduce_all (CW_REDUCE_ARGMIN, x);
  int64_t             at    = 0;
  for (int64_t k = 1; k < v->size; k++)
    if (cw_buffer_get (v, k).f < cw_buffer_get (v, at).f)
      at = k;
  g_assert_cmpfloat (number (where), ==, (double) at);
}

static void
test_masks (void)
{
  g_autoptr (CwArray) x = counting (2, SHAPE (10, 9), 4, CW_INT64);
  CwOperand           in[2] = { { .array = x }, { .scalar = cw_scalar_int (40) } };
  g_autoptr (CwArray) m = cw_array_ufunc (CW_UFUNC_greater, 2, in, CW_DTYPE_NONE, NULL);
  CwIndex             item = { .kind = CW_INDEX_ARRAY, .array = m };
  g_autoptr (CwArray) y = cw_array_index (x, 1, &item, NULL);
  g_assert_cmpint (y->ndim, ==, 1);
  g_assert_cmpint (y->shape[0], ==, CW_UNKNOWN);
  g_autoptr (CwBuffer) v = cw_compute (y, NULL);
  g_assert_cmpint (v->size, ==, 49);
  for (int64_t i = 0; i < 49; i++)
    g_assert_cmpint (cw_buffer_get (v, i).i, ==, 41 + i);
  /* What follows from an unknown size: sums work, positions do not. */
  g_autoptr (CwArray) sum = reduce_all (CW_REDUCE_SUM, y);
  g_assert_cmpfloat (number (sum), ==, (41 + 89) * 49 / 2.0);
  CwIndex            first = { .kind = CW_INDEX_INT };
  g_autoptr (GError) error = NULL;
  g_assert_null (cw_array_index (y, 1, &first, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
}

static void
test_products (void)
{
  static const CwDtype dtypes[] = { CW_FLOAT64, CW_FLOAT32, CW_INT32, CW_COMPLEX128, CW_FLOAT16 };
  for (size_t d = 0; d < G_N_ELEMENTS (dtypes); d++) {
    g_autoptr (CwArray) ai = counting (2, SHAPE (5, 7), 3, CW_INT64), bi = counting (2, SHAPE (7, 4), 2, CW_INT64);
    g_autoptr (CwArray) a  = cw_array_astype (ai, dtypes[d], NULL);
    g_autoptr (CwArray) b  = cw_array_astype (bi, dtypes[d], NULL);
    g_autoptr (CwArray) bt = cw_array_transpose (b, NULL, NULL), btt = cw_array_transpose (bt, NULL, NULL);
    g_autoptr (CwArray) p  = cw_array_dot (a, btt, NULL), q = cw_array_matmul (a, b, NULL);
    g_autoptr (CwBuffer) x = cw_compute (p, NULL), y = cw_compute (q, NULL);
    for (int64_t i = 0; i < 5; i++)
      for (int64_t j = 0; j < 4; j++) {
        double want = 0;
        for (int64_t k = 0; k < 7; k++)
          want += (double) ((i * 7 + k) * (k * 4 + j));
        double slack = dtypes[d] == CW_FLOAT16 ? want * 2e-3 : 0;
        g_assert_cmpfloat_with_epsilon (cw_scalar_to_double (cw_buffer_get (x, i * 4 + j)), want, slack + 1e-9);
        g_assert_cmpfloat_with_epsilon (cw_scalar_to_double (cw_buffer_get (y, i * 4 + j)), want, slack + 1e-9);
      }
  }
}

static void
test_batched_matmul (void)
{
  g_autoptr (CwArray) a = counting (3, SHAPE (3, 2, 4), 2, CW_FLOAT64), b = counting (3, SHAPE (1, 4, 5), 3, CW_FLOAT64);
  g_autoptr (CwArray) p = cw_array_matmul (a, b, NULL);
  g_autoptr (CwBuffer) v = cw_compute (p, NULL);
  for (int64_t z = 0; z < 3; z++)
    for (int64_t i = 0; i < 2; i++)
      for (int64_t j = 0; j < 5; j++) {
        double want = 0;
        for (int64_t k = 0; k < 4; k++)
          want += (double) ((z * 8 + i * 4 + k) * (k * 5 + j));
        g_assert_cmpfloat (cw_buffer_get (v, (z * 2 + i) * 5 + j).f, ==, want);
      }
}

static void
test_join (void)
{
  g_autoptr (CwArray) a = counting (2, SHAPE (4, 6), 2, CW_INT64), b = counting (2, SHAPE (3, 6), 3, CW_INT32);
  CwArray *pair[2]      = { a, b };
  g_autoptr (CwArray) c = cw_array_concatenate (2, pair, 0, NULL);
  assert_chunks (c, "((2, 2, 3), (2, 1, 1, 2))");
  g_assert_cmpint (c->dtype, ==, CW_INT64);
  g_autoptr (CwBuffer) v = cw_compute (c, NULL);
  for (int64_t i = 0; i < 42; i++)
    g_assert_cmpint (cw_buffer_get (v, i).i, ==, i < 24 ? i : i - 24);
  CwArray *same[2]      = { a, a };
  g_autoptr (CwArray) s = cw_array_stack (2, same, 1, NULL);
  g_autoptr (CwBuffer) w = cw_compute (s, NULL);
  for (int64_t i = 0; i < 48; i++)
    g_assert_cmpint (cw_buffer_get (w, i).i, ==, i / 12 * 6 + i % 6);
}

static void
test_histogram (void)
{
  int64_t              n = 4;
  g_autoptr (CwBuffer) edges = cw_buffer_new (CW_FLOAT64, 1, &n, NULL);
  for (int i = 0; i < 4; i++)
    ((double *) edges->data)[i] = i * 10;
  g_autoptr (CwArray) x = counting (1, SHAPE (31), 7, CW_INT64);
  g_autoptr (CwArray) h = cw_array_histogram (x, edges, NULL, false, NULL);
  g_autoptr (CwBuffer) v = cw_compute (h, NULL);
  g_assert_cmpint (cw_buffer_get (v, 0).i, ==, 10);
  g_assert_cmpint (cw_buffer_get (v, 2).i, ==, 11);
  ((double *) edges->data)[1] = 50;
  g_autoptr (GError) error    = NULL;
  g_assert_null (cw_array_histogram (x, edges, NULL, false, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
}

static void
test_set_item (void)
{
  g_autoptr (CwArray) x = counting (2, SHAPE (5, 5), 2, CW_INT64);
  CwIndex             items[2] = { slice (1, NO, 2), { .kind = CW_INDEX_INT, .start = -1 } };
  CwOperand           value = { .scalar = cw_scalar_float (2.9) };
  g_autoptr (CwArray) y = cw_array_set_item (x, 2, items, value, NULL);
  g_autoptr (CwBuffer) v = cw_compute (y, NULL);
  for (int64_t i = 0; i < 25; i++)
    g_assert_cmpint (cw_buffer_get (v, i).i, ==, i == 9 || i == 19 ? 2 : i);
}

static void
test_cumulate (void)
{
  g_autoptr (CwArray) x = counting (2, SHAPE (6, 4), 2, CW_INT32);
  g_autoptr (CwArray) c = cw_array_cumulate (x, false, false, 0, CW_DTYPE_NONE, NULL);
  g_autoptr (CwBuffer) v = cw_compute (c, NULL);
  g_assert_cmpint (v->dtype, ==, CW_INT64);
  for (int64_t i = 0; i < 6; i++)
    for (int64_t j = 0; j < 4; j++)
      g_assert_cmpint (cw_buffer_get (v, i * 4 + j).i, ==, 4 * i * (i + 1) / 2 + j * (i + 1));
}

static void
test_repr (void)
{
  g_autoptr (CwArray) x   = uniform (1, 2, SHAPE (4, 5), 100);
  g_autoptr (CwArray) m   = reduce_all (CW_REDUCE_MEAN, x);
  g_autofree char    *one = cw_array_repr (x), *two = cw_array_repr (m);
  g_assert_cmpstr (one, ==, "dask.array<random_sample, shape=(4, 5), dtype=float64, chunksize=(4, 5), chunktype=numpy.ndarray>");
  g_assert_cmpstr (two, ==, "dask.array<mean_agg-aggregate, shape=(), dtype=float64, chunksize=(), chunktype=numpy.ndarray>");
}

static void
test_random_does_not_depend_on_chunks (void)
{
  g_autoptr (CwArray) a = uniform (3, 2, SHAPE (40, 30), 100), b = uniform (3, 2, SHAPE (40, 30), 7);
  g_autoptr (CwBuffer) x = cw_compute (a, NULL), y = cw_compute (b, NULL);
  g_assert_cmpmem (x->data, 40 * 30 * 8, y->data, 40 * 30 * 8);
}

static void
test_flip (void)
{
  g_autoptr (CwArray) x = counting (2, SHAPE (3, 5), 2, CW_INT64);
  int                 first = 0;
  g_autoptr (CwArray) one = cw_array_flip (x, 1, &first, NULL), all = cw_array_flip (x, -1, NULL, NULL);
  g_autoptr (CwBuffer) v = cw_compute (one, NULL), w = cw_compute (all, NULL);
  for (int64_t i = 0; i < 15; i++) {
    g_assert_cmpint (cw_buffer_get (v, i).i, ==, (2 - i / 5) * 5 + i % 5);
    g_assert_cmpint (cw_buffer_get (w, i).i, ==, 14 - i);
  }
}

static void
test_narrow_integers_wrap (void)
{
  g_autoptr (CwArray) a  = counting (1, SHAPE (200), 50, CW_UINT8);
  CwOperand           in[2] = { { .array = a }, { .scalar = cw_scalar_int (100) } };
  g_autoptr (CwArray) b  = cw_array_ufunc (CW_UFUNC_add, 2, in, CW_DTYPE_NONE, NULL);
  CwOperand           cmp[2] = { { .array = b }, { .array = a } };
  g_autoptr (CwArray) less = cw_array_ufunc (CW_UFUNC_less, 2, cmp, CW_DTYPE_NONE, NULL);
  g_assert_cmpint (b->dtype, ==, CW_UINT8);
  g_autoptr (CwBuffer) v = cw_compute (less, NULL);
  for (int64_t i = 0; i < 200; i++)
    g_assert_cmpint (cw_buffer_get (v, i).i, ==, i >= 156);
}

static int
ascending (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Quantiles by counting are elements of the sorted array, for any dtype, with zeros of both signs and NaN in it. */
static void
test_quantiles_by_counting (void)
{
  enum { N = 5000 };
  static const CwDtype dtypes[] = { CW_FLOAT64, CW_FLOAT32, CW_FLOAT16, CW_INT64, CW_INT32, CW_UINT16 };
  const double         q[]      = { 0, 0.25, 0.5, 0.999, 1 };
  for (size_t d = 0; d < G_N_ELEMENTS (dtypes); d++) {
    bool                 real  = cw_dtype_is_float (dtypes[d]);
    static double        sorted[N];
    int64_t              known = real ? N - 7 : N;
    g_autoptr (CwBuffer) b     = cw_buffer_new (dtypes[d], 1, SHAPE (N), NULL);
    g_autoptr (CwChunkSpec) c  = chunks_of (1700);
    for (int64_t i = 0; i < N; i++) {
      double v = cw_dtype_is_unsigned (dtypes[d]) ? (double) (i * 7919 % 60000) : i % 5 ? (double) ((i * 7919) % 4001 - 2000) * (real ? 0.125 : 1) : -0.0;
      cw_buffer_set (b, i, cw_scalar_float (i < known ? v : NAN));
      if (i < known)
        sorted[i] = cw_scalar_to_double (cw_buffer_get (b, i));
    }
    qsort (sorted, (size_t) known, sizeof *sorted, ascending);
    g_autoptr (CwArray) a       = cw_array_from_buffer (b, c, NULL, NULL);
    g_autoptr (CwArray) skipped = cw_array_quantiles (a, G_N_ELEMENTS (q), q, CW_QUANTILE_LOWER, true, CW_FLOAT64, NULL);
    g_autoptr (CwArray) whole   = cw_array_quantiles (a, G_N_ELEMENTS (q), q, CW_QUANTILE_LOWER, false, CW_FLOAT64, NULL);
    g_autoptr (CwBuffer) v = cw_compute (skipped, NULL), w = cw_compute (whole, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS (q); i++) {
      g_assert_cmpfloat (cw_scalar_to_double (cw_buffer_get (v, (int64_t) i)), ==, sorted[(int64_t) floor (q[i] * (double) (known - 1))]);
      g_assert_true (real == isnan (cw_scalar_to_double (cw_buffer_get (w, (int64_t) i))));
    }
  }
}

static void
test_long_chains (void)
{
  CwArray *x = ones (1, SHAPE (10), 5);
  for (int i = 0; i < 20000; i++) {
    CwOperand in[2] = { { .array = x }, { .scalar = cw_scalar_int (1) } };
    CwArray  *y     = cw_array_ufunc (CW_UFUNC_add, 2, in, CW_DTYPE_NONE, NULL);
    cw_array_unref (x);
    x = y;
  }
  g_autoptr (CwArray) s = reduce_all (CW_REDUCE_SUM, x);
  g_assert_cmpfloat (number (s), ==, 10 * 20001.0);
  cw_array_unref (x);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/array/" #name, test_##name)
  ADD (auto_chunks);
  ADD (rechunk_auto);
  ADD (chunk_errors);
  ADD (too_many_blocks);
  ADD (slices);
  ADD (sources_through_views);
  ADD (lists);
  ADD (reshape);
  ADD (unify);
  ADD (broadcast_error);
  ADD (reduction_tree);
  ADD (reductions_match_plain_loops);
  ADD (masks);
  ADD (products);
  ADD (batched_matmul);
  ADD (join);
  ADD (histogram);
  ADD (set_item);
  ADD (cumulate);
  ADD (repr);
  ADD (random_does_not_depend_on_chunks);
  ADD (flip);
  ADD (narrow_integers_wrap);
  ADD (quantiles_by_counting);
  ADD (long_chains);
  return g_test_run ();
}
