/* compose-statistics.c: covariance, gradients, histograms of several dimensions. */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"

/* ---- covariance ------------------------------------------------------------------------------------------------------ */

static CwArray *scaled_by_deviations (CwArray *c, GError **error) {
  g_autoptr (CwArray) variances = cw_compose_diagonal (c, 0, 0, 1, error);
  g_autoptr (CwArray) deviations = variances ? cw_compose_unary (CW_UFUNC_sqrt, variances, error) : NULL;
  g_autoptr (CwArray) products = deviations ? cw_compose_outer (deviations, deviations, error) : NULL;
  return products ? cw_compose_binary (CW_UFUNC_divide, c, products, error) : NULL;
}

CwArray *cw_compose_cov (CwArray *m, double ddof, bool correlate, GError **error) {
  CwReduceOptions options = CW_REDUCE_OPTIONS_INIT;
  int first = 0, order[2] = { 1, 0 };
  g_autoptr (CwArray) f = cw_array_astype (m, cw_dtype_promote (m->dtype, CW_FLOAT64), error);
  g_autoptr (CwArray) x = f && f->ndim == 1 ? cw_array_expand_dims (f, 1, &first, error) : f ? cw_array_ref (f) : NULL;
  if (!x) return NULL;
  if (x->ndim != 2) {
    cw_fail (error, CW_ERROR_VALUE, "m has more than 2 dimensions");
    return NULL;
  }
  options.n_axes   = 1;
  options.axes[0]  = 1;
  options.keepdims = true;
  double n = (double) x->shape[1] - ddof;
  g_autoptr (CwArray) mean = cw_array_reduce (CW_REDUCE_MEAN, x, &options, error);
  g_autoptr (CwArray) apart = mean ? cw_compose_binary (CW_UFUNC_subtract, x, mean, error) : NULL;
  g_autoptr (CwArray) conjugate = apart ? (cw_dtype_is_complex (apart->dtype) ? cw_compose_unary (CW_UFUNC_conjugate, apart, error) : cw_array_ref (apart)) : NULL;
  g_autoptr (CwArray) turned = conjugate ? cw_array_transpose (conjugate, order, error) : NULL;
  g_autoptr (CwArray) sums = turned ? cw_array_dot (apart, turned, error) : NULL;
  g_autoptr (CwArray) c = sums ? cw_compose_scalar (CW_UFUNC_divide, sums, cw_scalar_float (MAX (n, 0)), error) : NULL;
  g_autoptr (CwArray) result = c && correlate ? scaled_by_deviations (c, error) : c ? cw_array_ref (c) : NULL;
  if (!result || result->shape[0] != 1) return g_steal_pointer (&result);
  return cw_array_squeeze (result, -1, NULL, error);
}

/* ---- gradient --------------------------------------------------------------------------------------------------------- */

/* sum of c[i] * a[.. at[i] : at[i] + count ..] along @axis. */
static CwArray *combined (CwArray *a, int axis, int n, const int64_t *at, const double *c, int64_t count, GError **error) {
  g_autoptr (CwArray) sum = NULL;
  for (int i = 0; i < n; i++) {
    g_autoptr (CwArray) part = cw_compose_slice (a, axis, at[i], at[i] + count, error);
    g_autoptr (CwArray) term = part ? cw_compose_scalar (CW_UFUNC_multiply, part, cw_scalar_float (c[i]), error) : NULL;
    CwArray *next = !term ? NULL : sum ? cw_compose_binary (CW_UFUNC_add, sum, term, error) : cw_array_ref (term);
    if (!next) return NULL;
    g_clear_pointer (&sum, cw_array_unref);
    sum = next;
  }
  return g_steal_pointer (&sum);
}

static CwArray *inner_uneven (CwArray *a, int axis, const double *x, int64_t n, GError **error) {
  /* second order differences on uneven positions: weights that vary along the axis */
  CwArray *sum = NULL;
  for (int part = 0; part < 3; part++) {
    int64_t count = n - 2, n_positions = 0;
    int added[CW_MAX_NDIM];
    g_autoptr (CwBuffer) weights = cw_buffer_new (CW_FLOAT64, 1, &count, error);
    for (int64_t i = 0; weights && i < count; i++) {
      double before = x[i + 1] - x[i], after = x[i + 2] - x[i + 1];
      ((double *) weights->data)[i] = part == 0 ? -after / (before * (before + after)) : part == 1 ? (after - before) / (before * after) : before / (after * (before + after));
    }
    for (int i = 0; i < a->ndim; i++) {
      if (i != axis) added[n_positions++] = i;
    }
    g_autoptr (CwArray) line = weights ? cw_array_from_buffer (weights, NULL, NULL, error) : NULL;
    g_autoptr (CwArray) wide = line ? cw_array_expand_dims (line, (int) n_positions, added, error) : NULL;
    g_autoptr (CwArray) slice = wide ? cw_compose_slice (a, axis, part, part + count, error) : NULL;
    g_autoptr (CwArray) term = slice ? cw_compose_binary (CW_UFUNC_multiply, slice, wide, error) : NULL;
    CwArray *next = !term ? NULL : sum ? cw_compose_binary (CW_UFUNC_add, sum, term, error) : cw_array_ref (term);
    g_clear_pointer (&sum, cw_array_unref);
    if (!next) return NULL;
    sum = next;
  }
  return sum;
}

static CwArray *end_difference (CwArray *a, int axis, int64_t n, bool last, int order, double h1, double h2, GError **error) {
  if (order == 1) {
    const int64_t at[2] = { last ? n - 2 : 0, last ? n - 1 : 1 };
    const double c[2] = { -1 / h1, 1 / h1 };
    return combined (a, axis, 2, at, c, 1, error);
  }
  /* h1 lies at the end, h2 beside it */
  const int64_t at[3] = { last ? n - 1 : 0, last ? n - 2 : 1, last ? n - 3 : 2 };
  double sign = last ? -1 : 1;
  const double c[3] = { -sign * (2 * h1 + h2) / (h1 * (h1 + h2)), sign * (h1 + h2) / (h1 * h2), -sign * h1 / (h2 * (h1 + h2)) };
  return combined (a, axis, 3, at, c, 1, error);
}

CwArray *cw_compose_gradient (CwArray *a, int axis, double spacing, CwBuffer *positions, int edge_order, GError **error) {
  int64_t n = a->shape[axis];
  g_autofree double *x = NULL;
  if (n == CW_UNKNOWN || n < edge_order + 1) {
    cw_fail (error, CW_ERROR_VALUE, "Shape of array too small to calculate a numerical gradient, at least (edge_order + 1) elements are required.");
    return NULL;
  }
  if (positions && positions->size != n) {
    cw_fail (error, CW_ERROR_VALUE, "when 1d, distances must match the length of the corresponding dimension");
    return NULL;
  }
  x = g_new (double, (gsize) n);
  for (int64_t i = 0; i < n; i++) x[i] = positions ? cw_scalar_to_double (cw_buffer_get (positions, i)) : (double) i * spacing;
  g_autoptr (CwArray) f = cw_array_astype (a, cw_dtype_is_integer (a->dtype) || a->dtype == CW_BOOL ? CW_FLOAT64 : a->dtype, error);
  if (!f) return NULL;
  const int64_t sides[2] = { 2, 0 };
  const double c[2] = { 1 / (2 * spacing), -1 / (2 * spacing) };
  double far = n > 2 ? x[2] - x[1] : 0, far_last = n > 2 ? x[n - 2] - x[n - 3] : 0;
  g_autoptr (CwArray) first = end_difference (f, axis, n, false, edge_order, x[1] - x[0], far, error);
  g_autoptr (CwArray) inner = first && n > 2 ? (positions ? inner_uneven (f, axis, x, n, error) : combined (f, axis, 2, sides, c, n - 2, error)) : NULL;
  g_autoptr (CwArray) last = first && (inner || n <= 2) ? end_difference (f, axis, n, true, edge_order, x[n - 1] - x[n - 2], far_last, error) : NULL;
  CwArray *parts[3] = { first, inner ? inner : last, last };
  g_autoptr (CwArray) joined = last ? cw_array_concatenate (inner ? 3 : 2, parts, axis, error) : NULL;
  return joined ? cw_array_rechunk_to (joined, a->axes, error) : NULL;
}

/* ---- histograms of several dimensions ------------------------------------------------------------------------------------- */

typedef struct {
  int       d;
  bool      density;
  CwBuffer *edges[CW_MAX_NDIM];
} Bins;

static void bins_free (void *data) {
  Bins *b = data;
  for (int i = 0; i < b->d; i++) cw_buffer_unref (b->edges[i]);
  g_free (b);
}

/* The bin of @f between @n + 1 rising edges, the last of which belongs to the last bin; -1 outside. */
static int64_t bin_of (const double *edges, int64_t n, double f) {
  int64_t low = 0, left = n;
  if (!(f >= edges[0] && f <= edges[n])) return -1;
  while (left > 1) {
    int64_t half = left / 2;
    low += edges[low + half] <= f ? half : 0;
    left -= half;
  }
  return low;
}

static void make_density (const Bins *bins, CwBuffer *out) {
  double total = 0, *counts = (double *) out->data;
  for (int64_t i = 0; i < out->size; i++) total += counts[i];
  int64_t index[CW_MAX_NDIM] = { 0 };
  for (int64_t i = 0; i < out->size; i++) {
    double volume = total;
    for (int d = 0; d < bins->d; d++) {
      volume *= cw_scalar_to_double (cw_buffer_get (bins->edges[d], index[d] + 1)) - cw_scalar_to_double (cw_buffer_get (bins->edges[d], index[d]));
    }
    counts[i] /= volume;
    for (int d = bins->d; d-- > 0 && ++index[d] == out->shape[d];) index[d] = 0;
  }
}

static CwBuffer *histogram_whole (CwBuffer *const *in, int n_in, void *data, GError **error) {
  const Bins *bins = data;
  int64_t shape[CW_MAX_NDIM], n = in[0]->shape[0], d = bins->d, at_once = CW_STRIP / d;
  g_autoptr (GPtrArray) edges = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_buffer_unref);
  double room[CW_STRIP], weight_room[CW_STRIP];
  for (int k = 0; k < d; k++) {
    shape[k] = bins->edges[k]->size - 1;
    CwBuffer *own = cw_buffer_cast (bins->edges[k], CW_FLOAT64, error);
    if (!own) return NULL;
    g_ptr_array_add (edges, own);
  }
  CwBuffer *out = cw_buffer_new (CW_FLOAT64, bins->d, shape, error);
  if (!out) return NULL;
  memset (out->data, 0, (size_t) cw_buffer_nbytes (out));
  for (int64_t first = 0; first < n; first += at_once) {
    int64_t m = MIN (at_once, n - first);
    const double *sample = cw_values_at (in[0], first * d, (size_t) (m * d), CW_FLOAT64, room);
    const double *weights = n_in > 1 ? cw_values_at (in[1], first, (size_t) m, CW_FLOAT64, weight_room) : NULL;
    for (int64_t i = 0; i < m; i++) {
      int64_t at = 0;
      for (int k = 0; k < d && at >= 0; k++) {
        int64_t bin = bin_of ((const double *) ((CwBuffer *) edges->pdata[k])->data, shape[k], sample[i * d + k]);
        at = bin < 0 ? -1 : at * shape[k] + bin;
      }
      if (at >= 0) ((double *) out->data)[at] += weights ? weights[i] : 1;
    }
  }
  if (bins->density) make_density (bins, out);
  return out;
}

CwArray *cw_compose_histogramdd (CwArray *sample, int d, CwBuffer **edges, CwArray *weights, bool density, GError **error) {
  Bins *bins = g_new0 (Bins, 1);
  int64_t shape[CW_MAX_NDIM];
  CwArray *in[2] = { sample, weights };
  bins->d       = d;
  bins->density = density;
  for (int i = 0; i < d; i++) {
    bins->edges[i] = cw_buffer_ref (edges[i]);
    shape[i]       = edges[i]->size - 1;
  }
  return cw_array_whole ("histogramdd", histogram_whole, bins, bins_free, weights ? 2 : 1, in, CW_FLOAT64, d, shape, error);
}
