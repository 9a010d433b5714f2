/* Histogram: counts a block, added up over blocks. */
#include "engine/array/array-private.h"

#include <math.h>
#include <string.h>

/* Row i of the (blocks, bins) layer comes from input block i in C order. */
static void
region_histogram (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  cw_array_block_from_flat (a->inputs[input], block[0], lo);
  for (int k = 0; k < a->inputs[input]->ndim; k++)
    hi[k] = lo[k] + 1;
}

static void
free_histogram (void *params)
{
  cw_buffer_unref (((CwReduce *) params)->edges);
}

static void
count_values (const CwReduce *r, int64_t *counts, const void *values, size_t n, const CwBuffer *state)
{
  cw_kernels ()->histogram (counts, values, n, (const double *) r->edges->data, (size_t) r->n_bins, r->uniform);
}

/* Plain counts are a reduction whose slots are the bins. */
const CwOp cw_op_histogram
  = { .name = "histogram", .kind = CW_OP_REDUCE, .region = region_histogram, .free_params = free_histogram };

/* ---- with weights ---- */

static void
add_weighted (double *sums, const double *x, const double *w, int64_t n, const double *edges, int64_t bins)
{
  for (int64_t i = 0; i < n; i++) {
    if (!(x[i] >= edges[0] && x[i] <= edges[bins]))
      continue;
    int64_t low = 0, high = bins;
    while (high - low > 1) {
      int64_t mid = (low + high) / 2;
      if (x[i] >= edges[mid])
        low = mid;
      else
        high = mid;
    }
    sums[low] += w[i];
  }
}

static CwBuffer *
compute_weighted (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  CwBuffer *edges    = ((const CwReduce *) a->params)->edges;
  int64_t   shape[2] = { 1, edges->size - 1 };
  g_autoptr (CwBuffer) x   = cw_buffer_cast (in[0].blocks[0], CW_FLOAT64, error);
  g_autoptr (CwBuffer) w   = x ? cw_buffer_cast (in[1].blocks[0], CW_FLOAT64, error) : NULL;
  g_autoptr (CwBuffer) out = w ? cw_buffer_new (CW_FLOAT64, 2, shape, error) : NULL;
  if (!out)
    return NULL;
  memset (out->data, 0, (size_t) cw_buffer_nbytes (out));
  add_weighted ((double *) out->data, (const double *) x->data, (const double *) w->data, x->size, (const double *) edges->data, shape[1]);
  return g_steal_pointer (&out);
}

static const CwOp op_weighted = {
  .name = "histogram", .kind = CW_OP_BLOCK, .region = region_histogram, .compute = compute_weighted, .free_params = free_histogram
};

/* Are the edges evenly spaced, so that a bin can be found by arithmetic? */
static bool
is_uniform (const double *e, int64_t bins)
{
  double width = (e[bins] - e[0]) / (double) bins;
  for (int64_t i = 0; i <= bins; i++)
    if (fabs (e[i] - (e[0] + (double) i * width)) > fabs (width) * 1e-6)
      return false;
  return width > 0;
}

/* counts / (total * width of the bin). */
static CwArray *
make_density (CwArray *counts, CwBuffer *edges, GError **error)
{
  int64_t       bins   = edges->size - 1;
  const double *e      = (const double *) edges->data;
  g_autoptr (CwBuffer) widths = cw_buffer_new (CW_FLOAT64, 1, &bins, error);
  if (!widths)
    return NULL;
  for (int64_t i = 0; i < bins; i++)
    ((double *) widths->data)[i] = e[i + 1] - e[i];
  CwReduceOptions all = CW_REDUCE_OPTIONS_INIT;
  g_autoptr (CwArray) w     = cw_array_from_buffer (widths, NULL, NULL, error);
  g_autoptr (CwArray) total = cw_array_reduce (CW_REDUCE_SUM, counts, &all, error);
  CwOperand by_width[2] = { { .array = counts }, { .array = w } };
  g_autoptr (CwArray) part = w && total ? cw_array_ufunc (CW_UFUNC_divide, 2, by_width, CW_DTYPE_NONE, error) : NULL;
  CwOperand by_total[2] = { { .array = part }, { .array = total } };
  return part ? cw_array_ufunc (CW_UFUNC_divide, 2, by_total, CW_DTYPE_NONE, error) : NULL;
}

CwArray *
cw_array_histogram (CwArray *a, CwBuffer *edges, CwArray *weights, bool density, GError **error)
{
  if (cw_dtype_is_complex (a->dtype)) {
    cw_fail (error, CW_ERROR_TYPE, "a histogram needs an order, and complex numbers have none; take abs(x) or x.real");
    return NULL;
  }
  if (edges->ndim != 1 || edges->size < 2) {
    cw_fail (error, CW_ERROR_VALUE, "`bins` must be 1-dimensional with at least two edges, or a number of bins together with `range`");
    return NULL;
  }
  for (int64_t i = 0; i + 1 < edges->size; i++)
    if (cw_scalar_to_double (cw_buffer_get (edges, i)) > cw_scalar_to_double (cw_buffer_get (edges, i + 1))) {
      cw_fail (error, CW_ERROR_VALUE, "`bins` must increase monotonically, but edge %" G_GINT64_FORMAT " is larger than the next one", i);
      return NULL;
    }
  bool same = true;
  if (weights) {
    same = weights->ndim == a->ndim;
    for (int k = 0; same && k < a->ndim; k++)
      same = cw_axis_equal (weights->axes[k], a->axes[k]);
  }
  if (!same) {
    cw_fail (error, CW_ERROR_VALUE, "Input array and weights must have the same shape and chunked structure");
    return NULL;
  }
  CwReduce *h = g_new0 (CwReduce, 1);
  h->edges    = cw_buffer_cast (edges, CW_FLOAT64, error);
  if (!h->edges) {
    g_free (h);
    return NULL;
  }
  h->kind         = CW_REDUCE_SUM;
  h->count        = count_values;
  h->n_bins       = edges->size - 1;
  h->value        = CW_FLOAT64;
  h->acc = h->out = CW_INT64;
  h->n_components = 1;
  h->ndim         = a->ndim;
  h->uniform      = is_uniform ((const double *) h->edges->data, edges->size - 1);
  for (int k = 0; k < a->ndim; k++)
    h->reduced[k] = true;
  CwArray *inputs[2] = { a, weights };
  CwAxis  *axes[2]   = { cw_axis_new_uniform (cw_array_n_blocks (a), 1), cw_axis_new_uniform (edges->size - 1, edges->size - 1) };
  g_autoptr (CwArray) blocks = weights ? cw_array_new (&op_weighted, "histogram", CW_FLOAT64, 2, axes, 2, inputs, h)
                                       : cw_array_new (&cw_op_histogram, "histogram", CW_INT64, 2, axes, 1, inputs, h);
  CwReduceOptions rows = { .n_axes = 1, .axes = { 0 }, .dtype = CW_DTYPE_NONE };
  CwArray *counts = cw_array_reduce (CW_REDUCE_SUM, blocks, &rows, error);
  if (!counts || !density)
    return counts;
  CwArray *result = make_density (counts, h->edges, error);
  cw_array_unref (counts);
  return result;
}
