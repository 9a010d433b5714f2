/* family-statistics.c: histograms, percentiles, medians, covariances, gradients. */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- histograms ---------------------------------------------------------------------------------------------------------- */

static CwBuffer *even_edges (double low, double high, int64_t bins, GError **error) {
  if (bins < 1) {
    cw_fail (error, CW_ERROR_VALUE, "`bins` must be positive, when an integer");
    return NULL;
  }
  if (low == high) {
    low -= 0.5;
    high += 0.5;
  }
  g_autoptr (CwArray) line = cw_array_linspace (low, high, bins + 1, true, NULL, CW_FLOAT64, error);
  return line ? cw_keep_buffer (cw_compute (line, error)) : NULL;
}

static bool range_of (CwValue *v, double *low, double *high, GError **error) {
  CwBuffer *b = cw_buffer_from_value (v, CW_FLOAT64, error);
  if (!b) return false;
  if (b->size != 2) return cw_fail (error, CW_ERROR_VALUE, "range must be a pair: (lowest, highest)");
  *low  = cw_buffer_get (b, 0).f;
  *high = cw_buffer_get (b, 1).f;
  if (!isfinite (*low) || !isfinite (*high)) return cw_fail (error, CW_ERROR_VALUE, "supplied range of [%g, %g] is not finite", *low, *high);
  if (*low > *high) return cw_fail (error, CW_ERROR_VALUE, "max must be larger than min in range parameter.");
  return true;
}

/* Edges from bins= and range=; an eager array without a range tells its own. */
static CwBuffer *edges_of (CwCall *call, CwValue *bins, CwValue *range, CwValue *of, GError **error) {
  int64_t n;
  double low = 0, high = 1;
  if (!cw_value_index (bins, &n, NULL)) {
    CwBuffer *edges = cw_buffer_from_value (bins, CW_FLOAT64, error);
    if (!edges) return NULL;
    if (edges->ndim != 1 || edges->size < 2) {
      cw_fail (error, CW_ERROR_VALUE, "bins must be an integer or a 1-d array of at least two edges");
      return NULL;
    }
    for (int64_t i = 1; i < edges->size; i++) {
      if (cw_buffer_get (edges, i).f >= cw_buffer_get (edges, i - 1).f) continue;
      cw_fail (error, CW_ERROR_VALUE, "`bins` must increase monotonically, when an array");
      return NULL;
    }
    return edges;
  }
  if (range->kind == CW_V_NONE && call->lazy) {
    cw_fail (error, CW_ERROR_VALUE, "dask.array.histogram requires either specifying bins as an iterable or specifying both a range and the number of bins");
    return NULL;
  }
  if (range->kind != CW_V_NONE && !range_of (range, &low, &high, error)) return NULL;
  if (range->kind == CW_V_NONE) {
    CwBuffer *b = cw_value_buffer (of, error);
    if (!b) return NULL;
    for (int64_t i = 0; i < b->size; i++) {
      double f = cw_scalar_to_double (cw_buffer_get (b, i));
      low  = i ? (f < low || isnan (f) ? f : low) : f;
      high = i ? (f > high || isnan (f) ? f : high) : f;
    }
    if (!isfinite (low) || !isfinite (high)) {
      g_autofree char *from = cw_float_repr (low), *to = cw_float_repr (high);
      cw_fail (error, CW_ERROR_VALUE, "autodetected range of [%s, %s] is not finite: give range=(lowest, highest)", from, to);
      return NULL;
    }
  }
  return even_edges (low, high, n, error);
}

/* The edges as they were given: a list comes back as a Dask array from da, made edges and arrays as they are. */
static CwValue *shown_edges (CwCall *call, CwValue *given, CwBuffer *edges, GError **error) {
  if (cw_value_is_array (given) && (given->kind == CW_V_LAZY || given->buffer->ndim)) return given;
  if (!cw_is_sequence (given)) return cw_eager (cw_buffer_ref (edges));
  CwBuffer *b = cw_buffer_from_value (given, CW_DTYPE_NONE, error);
  CwValue *eager = b ? cw_eager (cw_buffer_ref (b)) : NULL;
  CwArray *a = eager && call->lazy ? cw_value_array (call, eager, error) : NULL;
  return a ? cw_lazy (cw_array_ref (a)) : call->lazy ? NULL : eager;
}

static CwValue *statistics_histogram (CwCall *call, GError **error) {
  bool density;
  for (int i = 0; i < 5; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *a = cw_value_array_split (call, call->args[0], error), *weights = NULL;
  if (!a || !cw_arg_bool (call, 4, &density, error)) return NULL;
  if (!cw_arg_is_none (call, 3) && !(weights = cw_arg_array (call, 3, error))) return NULL;
  CwBuffer *edges = edges_of (call, call->args[1], call->args[2], call->args[0], error);
  g_autoptr (CwArray) histogram = edges ? cw_array_histogram (a, edges, weights, density, error) : NULL;
  g_autoptr (CwArray) typed = histogram && weights && !density ? cw_array_astype (histogram, weights->dtype, error) : histogram ? cw_array_ref (histogram) : NULL;
  CwValue *counts = cw_answer (call, g_steal_pointer (&typed), error);
  CwValue *shown = counts ? shown_edges (call, call->args[1], edges, error) : NULL;
  return shown ? cw_pair (counts, shown) : NULL;
}

static CwValue *histogramdd (CwCall *call, CwArray *sample, int d, CwValue *bins, CwValue *range, CwArray *weights, bool density, CwValue **edges_list, GError **error) {
  CwBuffer *edges[CW_MAX_NDIM];
  bool each = cw_is_sequence (bins) && cw_items_n (bins) == d;
  bool each_range = cw_is_sequence (range) && cw_items_n (range) == d && cw_is_sequence (cw_items_get (range, 0));
  *edges_list = cw_list ();
  for (int i = 0; i < d; i++) {
    CwValue *own = each ? cw_items_get (bins, i) : bins, *extent = each_range ? cw_items_get (range, i) : range, *column = cw_none ();
    if (!call->lazy && extent->kind == CW_V_NONE) {
      int last = sample->ndim - 1;
      g_autoptr (CwArray) slice = cw_compose_slice (sample, last, i, i + 1, error);
      CwBuffer *values = slice ? cw_keep_buffer (cw_compute (slice, error)) : NULL;
      if (!values) return NULL;
      column = cw_eager (cw_buffer_ref (values));
    }
    if (!(edges[i] = edges_of (call, own, extent, column, error))) return NULL;
    CwValue *shown = shown_edges (call, own, edges[i], error);
    if (!shown) return NULL;
    cw_items_add (*edges_list, shown);
  }
  return cw_answer (call, cw_compose_histogramdd (sample, d, edges, weights, density, error), error);
}

static CwValue *statistics_histogram2d (CwCall *call, GError **error) {
  bool density;
  CwValue *edges;
  for (int i = 0; i < 2; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *xy[2] = { cw_arg_array (call, 0, error), NULL }, *weights = NULL;
  xy[1] = xy[0] ? cw_arg_array (call, 1, error) : NULL;
  if (!xy[1] || !cw_arg_bool (call, 5, &density, error)) return NULL;
  if (!cw_arg_is_none (call, 4) && !(weights = cw_arg_array (call, 4, error))) return NULL;
  if (xy[0]->ndim != 1 || xy[1]->ndim != 1) {
    cw_fail (error, CW_ERROR_VALUE, "x and y must be 1-dimensional arrays of one length");
    return NULL;
  }
  if (call->lazy && !cw_axis_equal (xy[0]->axes[0], xy[1]->axes[0])) {
    cw_fail (error, CW_ERROR_VALUE, "All coordinate arrays must be chunked identically.");
    return NULL;
  }
  CwArray *sample = cw_keep_array (cw_array_stack (2, xy, 1, error));
  CwValue *counts = sample ? histogramdd (call, sample, 2, call->args[2], call->args[3], weights, density, &edges, error) : NULL;
  return counts ? cw_tuple_of (3, (CwValue *[]){ counts, cw_items_get (edges, 0), cw_items_get (edges, 1) }) : NULL;
}

static CwValue *statistics_histogramdd (CwCall *call, GError **error) {
  bool density;
  CwValue *edges;
  CwArray *sample, *weights = NULL;
  if (cw_is_sequence (call->args[0])) { /* coordinates, one array a dimension */
    int n;
    CwArray **columns;
    for (int i = 0; i < cw_items_n (call->args[0]); i++) call->lazy |= cw_items_get (call->args[0], i)->kind == CW_V_LAZY;
    if (!cw_arg_arrays (call, 0, &n, &columns, error)) return NULL;
    sample = cw_keep_array (cw_array_stack (n, columns, 1, error));
  } else {
    sample = cw_arg_array (call, 0, error);
  }
  if (!sample || !cw_arg_bool (call, 4, &density, error)) return NULL;
  if (!cw_arg_is_none (call, 3) && !(weights = cw_arg_array (call, 3, error))) return NULL;
  if (call->lazy && !cw_is_sequence (call->args[0]) && sample->ndim == 2 && sample->axes[1]->n > 1) {
    cw_fail (error, CW_ERROR_VALUE, "Input array can only be chunked along the 0th axis.");
    return NULL;
  }
  if (sample->ndim != 2 || sample->shape[1] == CW_UNKNOWN || sample->shape[1] > CW_MAX_NDIM) {
    cw_fail (error, CW_ERROR_VALUE, "sample must be an (n, d) array");
    return NULL;
  }
  CwValue *counts = histogramdd (call, sample, (int) sample->shape[1], call->args[1], call->args[2], weights, density, &edges, error);
  return counts ? cw_pair (counts, edges) : NULL;
}

/* ---- percentiles and medians -------------------------------------------------------------------------------------------------- */

enum { QUANTILE_FRACTION = 1, QUANTILE_SKIP_NAN = 2 };

static CwValue *statistics_percentile (CwCall *call, GError **error) {
  const char *method;
  int axis = 0;
  bool keepdims = false;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_str (call, 2, &method, error) || (!call->lazy && !cw_arg_bool (call, 4, &keepdims, error))) return NULL;
  int ndim = a->ndim;
  if (call->lazy && a->ndim != 1) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "Percentiles only implemented for 1-d arrays: x.ravel() makes one, and da.median(x, axis=0) works along an axis");
    return NULL;
  }
  CwBuffer *q = cw_buffer_from_value (call->args[1], CW_FLOAT64, error);
  if (!q) return NULL;
  if (call->entry->data & QUANTILE_FRACTION) {
    q = cw_keep_buffer (cw_buffer_cast (q, CW_FLOAT64, error));
    for (int64_t i = 0; q && i < q->size; i++) ((double *) q->data)[i] *= 100;
    if (!q) return NULL;
  }
  bool all = cw_arg_is_none (call, 3);
  if (!all && !cw_arg_axis (call, 3, a->ndim, &axis, error)) return NULL;
  if (all && a->ndim != 1) {
    int64_t flat = -1;
    a = cw_keep_array (cw_array_reshape (a, 1, &flat, error));
    if (!a) return NULL;
  }
  g_autoptr (CwArray) result = cw_compose_percentile (a, q, axis, method, call->entry->data & QUANTILE_SKIP_NAN, error);
  if (result && keepdims) { /* behind the quantiles' axis */
    int positions[CW_MAX_NDIM], n = all ? ndim : 1;
    for (int i = 0; i < n; i++) positions[i] = 1 + (all ? i : axis);
    CwArray *wide = cw_array_expand_dims (result, n, positions, error);
    cw_array_unref (result);
    result = wide;
  }
  int first = 0;
  if (result && q->ndim == 0 && !call->lazy) {
    CwArray *one = cw_array_squeeze (result, 1, &first, error);
    cw_array_unref (result);
    result = one;
  }
  return cw_answer (call, g_steal_pointer (&result), error);
}

static CwValue *statistics_median (CwCall *call, GError **error) {
  int n, axes[CW_MAX_NDIM];
  bool keepdims;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_bool (call, 2, &keepdims, error)) return NULL;
  if (!cw_arg_axes (call, 1, a->ndim, &n, axes, error)) {
    if (call->lazy && error && *error && (*error)->code == CW_ERROR_AXIS) (*error)->code = CW_ERROR_INDEX; /* as Dask */
    return NULL;
  }
  if (n < 0 && call->lazy) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "The da.%s function only works along an axis.  The full algorithm is difficult to do in parallel: name an axis, axis=0, or compute all of it with axis=tuple(range(x.ndim))", call->entry->name);
    return NULL;
  }
  for (int i = 0; n < 0 && i < a->ndim; i++) axes[i] = i;
  return cw_answer (call, cw_compose_median (a, n < 0 ? a->ndim : n, axes, keepdims, call->entry->data, error), error);
}

/* ---- covariance and gradient ---------------------------------------------------------------------------------------------------- */

static CwValue *statistics_cov (CwCall *call, GError **error) {
  bool rowvar, bias = false, correlate = call->entry->data;
  double ddof;
  int order[2] = { 1, 0 };
  for (int i = 0; i < 2; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *m = cw_arg_array (call, 0, error);
  if (!m || !cw_arg_bool (call, 2, &rowvar, error)) return NULL;
  if (!correlate && !cw_arg_bool (call, 3, &bias, error)) return NULL;
  ddof = bias ? 0 : 1;
  if (!correlate && !cw_arg_is_none (call, 4) && !cw_arg_double (call, 4, &ddof, error)) return NULL;
  CwArray *parts[2] = { m, NULL };
  for (int i = 0, first = 0; i < 2; i++) {
    if (i && cw_arg_is_none (call, 1)) break;
    if (i && !(parts[1] = cw_arg_array (call, 1, error))) return NULL;
    if (parts[i]->ndim == 1) parts[i] = cw_keep_array (cw_array_expand_dims (parts[i], 1, &first, error));
    else if (!rowvar && parts[i]->ndim == 2 && parts[i]->shape[0] != 1) parts[i] = cw_keep_array (cw_array_transpose (parts[i], order, error));
    if (!parts[i]) return NULL;
  }
  CwArray *all = parts[1] ? cw_keep_array (cw_array_concatenate (2, parts, 0, error)) : parts[0];
  return all ? cw_answer (call, cw_compose_cov (all, ddof, correlate, error), error) : NULL;
}

static CwValue *one_gradient (CwCall *call, CwArray *a, int axis, CwValue *spacing, int edge_order, GError **error) {
  double h = 1;
  CwScalar s;
  CwBuffer *positions = NULL;
  for (int64_t k = 0; call->lazy && k < a->axes[axis]->n; k++) {
    if (a->axes[axis]->lengths[k] >= edge_order + 1) continue;
    cw_fail (error, CW_ERROR_VALUE, "Chunk size must be larger than edge_order + 1. Minimum chunk for axis %d is %d. Rechunk to proceed.", axis, (int) a->axes[axis]->lengths[k]);
    return NULL;
  }
  if (spacing && cw_value_scalar (spacing, &s)) h = cw_scalar_to_double (s);
  else if (spacing && !(positions = cw_value_buffer (spacing, error))) return NULL;
  if (positions && positions->ndim == 0) {
    h         = cw_scalar_to_double (cw_buffer_get (positions, 0));
    positions = NULL;
  }
  return cw_answer (call, cw_compose_gradient (a, axis, h, positions, edge_order, error), error);
}

static CwValue *statistics_gradient (CwCall *call, GError **error) {
  int n, axes[CW_MAX_NDIM];
  int64_t edge_order;
  CwValue *spacings = call->args[1];
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_axes (call, 2, a->ndim, &n, axes, error) || !cw_arg_int (call, 3, &edge_order, error)) return NULL;
  if (edge_order < 1 || edge_order > 2) {
    cw_fail (error, CW_ERROR_VALUE, "edge_order must be less than or equal to 2.");
    return NULL;
  }
  bool all = n < 0;
  for (int i = 0; all && i < a->ndim; i++) axes[i] = i;
  if (all) n = a->ndim;
  int given = cw_items_n (spacings);
  if (given > 1 && given != n) {
    cw_fail (error, CW_ERROR_TYPE, "Spacing must either be a single scalar, or a scalar / 1d-array per axis");
    return NULL;
  }
  CwValue *list = cw_list ();
  for (int i = 0; i < n; i++) {
    CwValue *spacing = given == 0 ? NULL : cw_items_get (spacings, given == 1 ? 0 : i);
    CwValue *v = one_gradient (call, a, axes[i], spacing, (int) edge_order, error);
    if (!v) return NULL;
    cw_items_add (list, v);
  }
  bool single = n == 1 && (!call->lazy || (!cw_is_sequence (call->args[2]) && !all));
  return single ? cw_items_get (list, 0) : list;
}

const CwEntry cw_entries_statistics[] = {
  { "histogram", CW_IN_MODULES, "a, bins=10, range=None, weights=None, density=False", statistics_histogram, "Counts per bin, and the bins' edges.", 0 },
  { "histogram2d", CW_IN_MODULES, "x, y, bins=10, range=None, weights=None, density=False", statistics_histogram2d, "Counts per bin of two coordinates.", 0 },
  { "histogramdd", CW_IN_MODULES, "sample, bins=10, range=None, weights=None, density=False", statistics_histogramdd, "Counts per bin of several coordinates.", 0 },
  { "percentile", CW_IN_NP, "a, q, method='linear', axis=None, keepdims=False", statistics_percentile, "Values below which given percentages lie.", 0 },
  { "percentile", CW_IN_DA, "a, q, method='linear', axis=None, internal_method='default', interpolation=None", statistics_percentile, "Values below which given percentages lie.", 0 },
  { "nanpercentile", CW_IN_NP, "a, q, method='linear', axis=None, keepdims=False", statistics_percentile, "Percentiles that skip NaN.", QUANTILE_SKIP_NAN },
  { "quantile", CW_IN_NP, "a, q, method='linear', axis=None, keepdims=False", statistics_percentile, "Values below which given fractions lie.", QUANTILE_FRACTION },
  { "nanquantile", CW_IN_NP, "a, q, method='linear', axis=None, keepdims=False", statistics_percentile, "Quantiles that skip NaN.", QUANTILE_FRACTION | QUANTILE_SKIP_NAN },
  { "median", CW_IN_MODULES, "a, axis=None, keepdims=False, out=None", statistics_median, "The middle of the sorted values.", 0 },
  { "nanmedian", CW_IN_MODULES, "a, axis=None, keepdims=False, out=None", statistics_median, "The median that skips NaN.", 1 },
  { "cov", CW_IN_MODULES, "m, y=None, rowvar=True, bias=False, ddof=None", statistics_cov, "The covariance matrix.", 0 },
  { "corrcoef", CW_IN_MODULES, "x, y=None, rowvar=True", statistics_cov, "The correlation matrix.", 1 },
  { "gradient", CW_IN_MODULES, "f, *varargs, axis=None, edge_order=1", statistics_gradient, "Slopes along axes.", 0 },
  { 0 },
};
