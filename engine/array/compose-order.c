/* compose-order.c: sorting and what stands on it.
 *
 * These need all values of an axis at once, so each is one task over whole arrays, line by line of the axis (sort.h).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/array/ranks.h"
#include "engine/array/sort.h"

/* ---- lines ------------------------------------------------------------------------------------------------------------ */

static bool is_nan (CwScalar s) {
  return cw_dtype_is_float (s.dtype) ? isnan (s.f) : cw_dtype_is_complex (s.dtype) && (isnan (creal (s.c)) || isnan (cimag (s.c)));
}

static int compare_scalars (CwScalar a, CwScalar b) {
  switch (cw_dtype_kind (a.dtype)) {
  case 'u':
    return (a.u > b.u) - (a.u < b.u);
  case 'f':
    if (isnan (a.f) || isnan (b.f)) return isnan (a.f) - isnan (b.f);
    return (a.f > b.f) - (a.f < b.f);
  case 'c':
    if (is_nan (a) || is_nan (b)) return is_nan (a) - is_nan (b);
    if (creal (a.c) != creal (b.c)) return creal (a.c) < creal (b.c) ? -1 : 1;
    return (cimag (a.c) > cimag (b.c)) - (cimag (a.c) < cimag (b.c));
  default:
    return (a.i > b.i) - (a.i < b.i);
  }
}

/* Copies element @from of 1-d @in to element @to of 1-d @out, of the same dtype. */
static void copy_element (CwBuffer *out, int64_t to, const CwBuffer *in, int64_t from) {
  memcpy (out->data + to * out->strides[0], in->data + from * in->strides[0], (size_t) cw_dtype_size (in->dtype));
}

typedef bool (*LineFunc) (const CwBuffer *in, CwBuffer *out, void *data, GError **error);

/* @b with its lines along @axis one after the other in memory: itself, or a copy. */
static CwBuffer *in_lines (CwBuffer *b, int axis, GError **error) {
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  if (b->shape[axis] < 2 || b->strides[axis] == cw_dtype_size (b->dtype)) return cw_buffer_ref (b);
  for (int i = 0, to = 0; i < b->ndim; i++) {
    int at = i == axis ? b->ndim - 1 : to++;
    shape[at]   = b->shape[i];
    strides[at] = b->strides[i];
  }
  g_autoptr (CwBuffer) turned = cw_buffer_view (b, b->dtype, b->ndim, shape, strides, b->data);
  g_autoptr (CwBuffer) dense = cw_buffer_contiguous (turned, error);
  for (int i = 0, from = 0; dense && i < b->ndim; i++) strides[i] = dense->strides[i == axis ? b->ndim - 1 : from++];
  return dense ? cw_buffer_view (dense, b->dtype, b->ndim, b->shape, strides, dense->data) : NULL;
}

/* Calls @func for each pair of lines of @array and @out along @axis, until the run is stopped. */
static bool each_line (CwBuffer *array, CwBuffer *out, int axis, LineFunc func, void *data, GError **error) {
  int64_t index[CW_MAX_NDIM] = { 0 }, count = 1;
  g_autoptr (CwBuffer) in = in_lines (array, axis, error);
  if (!in) return false;
  for (int i = 0; i < in->ndim; i++) count *= i == axis ? 1 : in->shape[i];
  for (int64_t k = 0; k < count && !cw_work_is_stopped (); k++) {
    char *from = in->data, *to = out->data;
    for (int i = 0; i < in->ndim; i++) {
      if (i == axis) continue;
      from += index[i] * in->strides[i];
      to += index[i] * out->strides[i];
    }
    g_autoptr (CwBuffer) a = cw_buffer_view (in, in->dtype, 1, &in->shape[axis], &in->strides[axis], from);
    g_autoptr (CwBuffer) b = cw_buffer_view (out, out->dtype, 1, &out->shape[axis], &out->strides[axis], to);
    if (!func (a, b, data, error)) return false;
    for (int i = in->ndim; i-- > 0;) {
      if (i == axis) continue;
      if (++index[i] < in->shape[i]) break;
      index[i] = 0;
    }
  }
  return true;
}

/* ---- sort and topk ------------------------------------------------------------------------------------------------------- */

typedef struct {
  int     axis;
  bool    positions, all;
  int64_t k;
} Order;

/* Few elements of many are found without bringing all of them into order. */
static bool order_line (const CwBuffer *in, CwBuffer *out, void *data, GError **error) {
  enum { FEW = 16 };
  const Order *o = data;
  bool few = !o->all && out->size < in->size / FEW && !cw_dtype_is_complex (in->dtype);
  g_autofree int64_t *utmost = few ? g_new (int64_t, MAX (out->size, 1)) : NULL;
  g_autoptr (CwSorted) s = few ? NULL : cw_sorted_new (in, error);
  if (!few && !s) return false;
  if (few) cw_utmost (in, out->size, o->k < 0, utmost);
  for (int64_t i = 0; i < out->size; i++) {
    int64_t at = few ? utmost[i] : s->at[o->all || o->k < 0 ? i : in->size - 1 - i];
    if (o->positions) memcpy (out->data + i * out->strides[0], &at, sizeof at);
    else copy_element (out, i, in, at);
  }
  return true;
}

static CwBuffer *order_block (CwBuffer *const *in, int n_in, void *data, GError **error) {
  const Order *o = data;
  int64_t shape[CW_MAX_NDIM];
  memcpy (shape, in[0]->shape, (size_t) in[0]->ndim * sizeof *shape);
  if (!o->all) shape[o->axis] = MIN (shape[o->axis], llabs (o->k));
  g_autoptr (CwBuffer) out = cw_buffer_new (o->positions ? CW_INT64 : in[0]->dtype, in[0]->ndim, shape, error);
  return out && each_line (in[0], out, o->axis, order_line, data, error) ? g_steal_pointer (&out) : NULL;
}

static CwArray *ordered (const char *name, CwArray *a, Order o, GError **error) {
  int64_t length = a->shape[o.axis];
  if (!o.all) length = length == CW_UNKNOWN ? llabs (o.k) : MIN (length, llabs (o.k));
  return cw_array_along_axis (name, order_block, g_memdup2 (&o, sizeof o), g_free, a, o.axis, length, o.positions ? CW_INT64 : a->dtype);
}

CwArray *cw_compose_sort (CwArray *a, int axis, bool positions, GError **error) {
  return ordered (positions ? "argsort" : "sort", a, (Order){ .axis = axis, .positions = positions, .all = true }, error);
}

/* The best of every block, so that the last step looks at few values. */
static CwArray *best_of_blocks (CwArray *a, Order o) {
  int follow[1][CW_MAX_NDIM];
  CwAxis *axes[CW_MAX_NDIM];
  const CwAxis *own = a->axes[o.axis];
  g_autofree int64_t *lengths = g_new (int64_t, (gsize) own->n);
  for (int64_t b = 0; b < own->n; b++) lengths[b] = MIN (own->lengths[b], llabs (o.k));
  g_autoptr (CwAxis) fewer = cw_axis_new (own->n, lengths);
  for (int i = 0; i < a->ndim; i++) {
    follow[0][i] = i;
    axes[i]      = i == o.axis ? fewer : a->axes[i];
  }
  return cw_array_blockwise ("topk", order_block, g_memdup2 (&o, sizeof o), g_free, 1, &a, follow, a->dtype, a->ndim, axes);
}

CwArray *cw_compose_topk (CwArray *a, int64_t k, int axis, bool positions, GError **error) {
  Order o = { .axis = axis, .positions = positions, .k = k };
  bool reduces = !positions && !a->axes[axis]->unknown && a->axes[axis]->n > 1 && a->axes[axis]->max > llabs (k);
  g_autoptr (CwArray) best = reduces ? best_of_blocks (a, o) : cw_array_ref (a);
  return best ? ordered (positions ? "argtopk_aggregate-aggregate" : "topk_aggregate-aggregate", best, o, error) : NULL;
}

/* ---- the place of the largest complex number --------------------------------------------------------------------------------- */

typedef struct {
  bool max, skip_nan;
  int  axis;
} Extreme;

/* Does @b, met after @a, take its place? A NaN does, and keeps it. */
static bool takes_place (const Extreme *e, CwScalar a, CwScalar b) {
  if (is_nan (a)) return e->skip_nan && !is_nan (b);
  if (is_nan (b)) return !e->skip_nan;
  int order = compare_scalars (b, a);
  return e->max ? order > 0 : order < 0;
}

static CwBuffer *extreme_block (CwBuffer *const *in, int n_in, void *data, GError **error) {
  const Extreme *e = data;
  int64_t shape[CW_MAX_NDIM], index[CW_MAX_NDIM] = { 0 }, n = in[0]->shape[e->axis];
  memcpy (shape, in[0]->shape, sizeof *shape * (size_t) in[0]->ndim);
  shape[e->axis] = 1;
  CwBuffer *out = cw_buffer_new (CW_INT64, in[0]->ndim, shape, error);
  for (int64_t k = 0; out && k < out->size; k++) {
    const char *line = cw_buffer_at (in[0], index);
    CwScalar best = cw_scalar_load (in[0]->dtype, line);
    int64_t at = 0;
    for (int64_t i = 1; i < n; i++) {
      CwScalar next = cw_scalar_load (in[0]->dtype, line + i * in[0]->strides[e->axis]);
      if (!takes_place (e, best, next)) continue;
      best = next;
      at   = i;
    }
    ((int64_t *) out->data)[k] = at;
    if (e->skip_nan && is_nan (best)) {
      cw_fail (error, CW_ERROR_VALUE, "All-NaN slice encountered: fill the gaps first, da.where(da.isnan(x), 0, x)");
      g_clear_pointer (&out, cw_buffer_unref);
    }
    for (int i = in[0]->ndim; i-- > 0 && ++index[i] >= shape[i];) index[i] = 0;
  }
  return out;
}

CwArray *cw_compose_complex_arg (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error) {
  bool max = kind == CW_REDUCE_ARGMAX || kind == CW_REDUCE_NANARGMAX, all = options->n_axes < 0;
  int64_t flat = -1, ones[CW_MAX_NDIM];
  g_autoptr (CwArray) of = all ? cw_array_reshape (a, 1, &flat, error) : cw_array_ref (a);
  Extreme e = { max, kind == CW_REDUCE_NANARGMAX || kind == CW_REDUCE_NANARGMIN, all ? 0 : options->axes[0] };
  if (!of) return NULL;
  if (of->shape[e.axis] == 0) {
    cw_fail (error, CW_ERROR_VALUE, "attempt to get %s of an empty sequence", max ? "argmax" : "argmin");
    return NULL;
  }
  g_autoptr (CwArray) kept = cw_array_along_axis (max ? "argmax" : "argmin", extreme_block, g_memdup2 (&e, sizeof e), g_free, of, e.axis, 1, CW_INT64);
  if (!options->keepdims) return cw_array_squeeze (kept, 1, &e.axis, error);
  for (int i = 0; i < a->ndim; i++) ones[i] = 1;
  return all ? cw_array_reshape (kept, a->ndim, ones, error) : cw_array_ref (kept);
}

/* ---- unique -------------------------------------------------------------------------------------------------------------- */

static CwBuffer *unique_whole (CwBuffer *const *in, int n_in, void *data, GError **error) {
  CwUniquePart part = GPOINTER_TO_INT (data);
  g_autoptr (CwSorted) s = cw_sorted_new (in[0], error);
  if (!s) return NULL;
  int64_t n = s->n, count = 0;
  for (int64_t i = 0; i < n; i++) count += i == 0 || !cw_sorted_equal (s, i, i - 1);
  bool inverse = part == CW_UNIQUE_INVERSE;
  CwBuffer *out = cw_buffer_new (part == CW_UNIQUE_VALUES ? in[0]->dtype : CW_INT64, 1, inverse ? &n : &count, error);
  if (!out) return NULL;
  int64_t *numbers = (int64_t *) out->data;
  for (int64_t i = 0, group = -1; i < n; i++) {
    bool first = i == 0 || !cw_sorted_equal (s, i, i - 1);
    group += first;
    if (inverse) numbers[s->at[i]] = group;
    else if (part == CW_UNIQUE_COUNTS) numbers[group] = first ? 1 : numbers[group] + 1;
    else if (first && part == CW_UNIQUE_INDEX) numbers[group] = s->at[i];
    else if (first) cw_buffer_set (out, group, cw_buffer_get (in[0], s->at[i]));
  }
  return out;
}

/* The values of every block once, so that the last step looks at few. */
static CwArray *unique_of_blocks (CwArray *a) {
  const int follow[1][CW_MAX_NDIM] = { { 0 } };
  g_autoptr (CwAxis) fewer = cw_axis_new_unknown (a->axes[0]->n);
  return cw_array_blockwise ("unique", unique_whole, GINT_TO_POINTER (CW_UNIQUE_VALUES), NULL, 1, &a, follow, a->dtype, 1, &fewer);
}

CwArray *cw_compose_unique (CwArray *a, CwUniquePart part, GError **error) {
  static const char *const names[] = { "unique-aggregate", "unique-index", "unique-inverse", "unique-counts" };
  int64_t unknown = CW_UNKNOWN, size = cw_array_size (a);
  bool reduces = part == CW_UNIQUE_VALUES && a->ndim == 1 && a->axes[0]->n > 1;
  g_autoptr (CwArray) in = reduces ? unique_of_blocks (a) : cw_array_ref (a);
  return cw_array_whole (names[part], unique_whole, GINT_TO_POINTER (part), NULL, 1, &in, part == CW_UNIQUE_VALUES ? a->dtype : CW_INT64, 1,
                         part == CW_UNIQUE_INVERSE ? &size : &unknown, error);
}

/* ---- searching --------------------------------------------------------------------------------------------------------------- */

/* @b as @dtype; new reference. */
static CwBuffer *as_dtype (CwBuffer *b, CwDtype dtype, GError **error) {
  return b->dtype == dtype ? cw_buffer_ref (b) : cw_buffer_cast (b, dtype, error);
}

static CwBuffer *search_whole (CwBuffer *const *in, int n_in, void *data, GError **error) {
  CwDtype common = cw_dtype_promote (in[0]->dtype, in[1]->dtype);
  g_autoptr (CwBuffer) a = as_dtype (in[0], common, error);
  g_autoptr (CwBuffer) v = a ? as_dtype (in[1], common, error) : NULL;
  CwBuffer *out = v ? cw_buffer_new (CW_INT64, v->ndim, v->shape, error) : NULL;
  if (out) cw_search_sorted (a, v, GPOINTER_TO_INT (data), (int64_t *) out->data);
  return out;
}

CwArray *cw_compose_searchsorted (CwArray *a, CwArray *v, bool right, GError **error) {
  CwArray *in[2] = { a, v };
  int follow[2][CW_MAX_NDIM] = { { -1 } };
  for (int i = 0; i < v->ndim; i++) follow[1][i] = i;
  return cw_array_blockwise ("searchsorted", search_whole, GINT_TO_POINTER (right), NULL, 2, in, follow, CW_INT64, v->ndim, v->axes);
}

static CwBuffer *bincount_whole (CwBuffer *const *in, int n_in, void *data, GError **error) {
  int64_t size = *(int64_t *) data, room[CW_STRIP], n = in[0]->size;
  double weight_room[CW_STRIP];
  for (int64_t first = 0; first < n; first += CW_STRIP) {
    int64_t m = MIN (CW_STRIP, n - first);
    const int64_t *bins = cw_values_at (in[0], first, (size_t) m, CW_INT64, room);
    for (int64_t i = 0; i < m; i++) {
      if (bins[i] < 0 || bins[i] > ((int64_t) 1 << 40)) {
        cw_fail (error, CW_ERROR_VALUE, "'list' argument must have no negative elements");
        return NULL;
      }
      size = MAX (size, bins[i] + 1);
    }
  }
  CwBuffer *out = cw_buffer_new (n_in > 1 ? CW_FLOAT64 : CW_INT64, 1, &size, error);
  if (!out) return NULL;
  memset (out->data, 0, (size_t) cw_buffer_nbytes (out));
  for (int64_t first = 0; first < n; first += CW_STRIP) {
    int64_t m = MIN (CW_STRIP, n - first);
    const int64_t *bins = cw_values_at (in[0], first, (size_t) m, CW_INT64, room);
    const double *weights = n_in > 1 ? cw_values_at (in[1], first, (size_t) m, CW_FLOAT64, weight_room) : NULL;
    for (int64_t i = 0; i < m; i++) {
      if (weights) ((double *) out->data)[bins[i]] += weights[i];
      else ((int64_t *) out->data)[bins[i]]++;
    }
  }
  return out;
}

CwArray *cw_compose_bincount (CwArray *a, CwArray *weights, int64_t least, GError **error) {
  CwArray *in[2] = { a, weights };
  int64_t unknown = CW_UNKNOWN;
  if (a->ndim != 1) {
    cw_fail (error, CW_ERROR_VALUE, "Input array must be one dimensional. Try using x.ravel()");
    return NULL;
  }
  if (!cw_dtype_is_integer (a->dtype) && a->dtype != CW_BOOL) {
    cw_fail (error, CW_ERROR_TYPE, "Cannot cast array data from dtype('%s') to dtype('int64') according to the rule 'safe'", cw_dtype_name (a->dtype));
    return NULL;
  }
  if (weights && (weights->ndim != 1 || !cw_axis_equal (weights->axes[0], a->axes[0]))) {
    cw_fail (error, CW_ERROR_VALUE, "Chunks of input array x and weights must match.");
    return NULL;
  }
  return cw_array_whole ("bincount", bincount_whole, g_memdup2 (&least, sizeof least), g_free, weights ? 2 : 1, in, weights ? CW_FLOAT64 : CW_INT64, 1, least ? &least : &unknown, error);
}

static CwBuffer *isin_whole (CwBuffer *const *in, int n_in, void *data, GError **error) {
  CwDtype common = cw_dtype_promote (in[0]->dtype, in[1]->dtype);
  g_autoptr (CwBuffer) a = as_dtype (in[0], common, error);
  g_autoptr (CwBuffer) among = a ? as_dtype (in[1], common, error) : NULL;
  g_autoptr (CwSorted) s = among ? cw_sorted_new (among, error) : NULL;
  CwBuffer *out = s ? cw_buffer_new (CW_BOOL, a->ndim, a->shape, error) : NULL;
  if (out) cw_sorted_contains (s, a, GPOINTER_TO_INT (data) != 0, (bool *) out->data);
  return out;
}

CwArray *cw_compose_isin (CwArray *a, CwArray *among, bool invert, GError **error) {
  CwArray *in[2] = { a, among };
  int follow[2][CW_MAX_NDIM];
  for (int i = 0; i < CW_MAX_NDIM; i++) {
    follow[0][i] = i;
    follow[1][i] = -1;
  }
  return cw_array_blockwise ("isin", isin_whole, GINT_TO_POINTER (invert), NULL, 2, in, follow, CW_BOOL, a->ndim, a->axes);
}

static CwBuffer *argwhere_whole (CwBuffer *const *in, int n_in, void *data, GError **error) {
  CwBuffer *b = in[0];
  int64_t shape[2] = { 0, b->ndim }, index[CW_MAX_NDIM] = { 0 }, row = 0;
  for (int64_t i = 0; i < b->size; i++) shape[0] += cw_scalar_is_true (cw_buffer_get (b, i));
  CwBuffer *out = cw_buffer_new (CW_INT64, 2, shape, error);
  for (int64_t i = 0; out && i < b->size; i++) {
    if (cw_scalar_is_true (cw_buffer_get (b, i))) {
      memcpy ((int64_t *) out->data + row * b->ndim, index, (size_t) b->ndim * sizeof *index);
      row++;
    }
    for (int d = b->ndim; d-- > 0 && ++index[d] == b->shape[d];) index[d] = 0;
  }
  return out;
}

/* The indices of all elements as rows, block by block as @a is cut, then those where it is not zero. */
static CwArray *argwhere_by_blocks (CwArray *a, GError **error) {
  int64_t all = -1;
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (a->ndim);
  for (int i = 0; i < a->ndim; i++) {
    spec->axes[i].kind    = CW_CHUNK_LENGTHS;
    spec->axes[i].n       = a->axes[i]->n;
    spec->axes[i].lengths = g_memdup2 (a->axes[i]->lengths, sizeof (int64_t) * (gsize) a->axes[i]->n);
  }
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  g_autoptr (CwArray) indices = cw_compose_indices (a->ndim, a->shape, CW_INT64, spec, error);
  for (int i = 0; indices && i < a->ndim; i++) {
    const CwIndex one = { .kind = CW_INDEX_INT, .start = i };
    g_autoptr (CwArray) part = cw_array_index (indices, 1, &one, error);
    CwArray *column = part ? cw_array_reshape (part, 1, &all, error) : NULL;
    if (!column) return NULL;
    g_ptr_array_add (columns, column);
  }
  g_autoptr (CwArray) rows = indices ? cw_array_stack (a->ndim, (CwArray **) columns->pdata, 1, error) : NULL;
  g_autoptr (CwArray) some = rows ? cw_array_astype (a, CW_BOOL, error) : NULL;
  g_autoptr (CwArray) flat = some ? cw_array_reshape (some, 1, &all, error) : NULL;
  const CwIndex mask = { .kind = CW_INDEX_ARRAY, .array = flat };
  return flat ? cw_array_index (rows, 1, &mask, error) : NULL;
}

CwArray *cw_compose_argwhere (CwArray *a, GError **error) {
  int64_t shape[2] = { CW_UNKNOWN, a->ndim };
  if (a->ndim > 0 && cw_array_size (a) > 0) return argwhere_by_blocks (a, error);
  return cw_array_whole ("argwhere", argwhere_whole, NULL, NULL, 1, &a, CW_INT64, 2, shape, error);
}

/* ---- percentiles ------------------------------------------------------------------------------------------------------------------ */

typedef struct {
  int        axis, n;
  CwQuantile between;
  bool       skip_nan;
  CwDtype    dtype;
  double     q[]; /* 0 to 1 */
} Percentile;

CwScalar cw_quantile_between (CwScalar low, CwScalar high, int64_t n, double q, CwQuantile between) {
  double at = q * (double) (n - 1), part = at - floor (at);
  if (between == CW_QUANTILE_NEAREST) return rint (at) > floor (at) ? high : low;
  if (between == CW_QUANTILE_LOWER || part == 0) return low;
  if (between == CW_QUANTILE_HIGHER) return high;
  if (between == CW_QUANTILE_MIDPOINT) part = 0.5;
  double a = cw_scalar_to_double (low), b = cw_scalar_to_double (high);
  return cw_scalar_float (part >= 0.5 ? b - (b - a) * (1 - part) : a + (b - a) * part);
}

static bool percentile_line (const CwBuffer *in, CwBuffer *out, void *data, GError **error) {
  const Percentile *p = data;
  int64_t n_nan;
  g_autofree uint64_t *keys = cw_keys_new (in, &n_nan, error);
  if (!keys) return false;
  int64_t n = in->size - (p->skip_nan ? n_nan : 0);
  bool none = n == 0 || (n_nan && !p->skip_nan);
  g_autofree int64_t *ranks = g_new (int64_t, 2 * (gsize) MAX (p->n, 1)); /* the elements below and above each quantile */
  for (int k = 0; k < p->n && !none; k++) {
    ranks[2 * k]     = (int64_t) floor (p->q[k] * (double) (n - 1));
    ranks[2 * k + 1] = MIN (ranks[2 * k] + 1, n - 1);
  }
  g_autofree int64_t *rising = g_memdup2 (ranks, sizeof *ranks * 2 * (gsize) MAX (p->n, 1));
  if (!none) {
    qsort (rising, 2 * (size_t) p->n, sizeof *rising, cw_order_int64);
    cw_keys_select (keys, in->size, rising, 2 * p->n);
  }
  for (int k = 0; k < p->n; k++) {
    CwScalar value = cw_scalar_float (NAN);
    if (!none) value = cw_quantile_between (cw_key_value (in->dtype, keys[ranks[2 * k]]), cw_key_value (in->dtype, keys[ranks[2 * k + 1]]), n, p->q[k], p->between);
    cw_buffer_set (out, k, value);
  }
  return true;
}

/* The axis becomes the quantiles' and moves to the front. */
static CwBuffer *percentile_whole (CwBuffer *const *in, int n_in, void *data, GError **error) {
  const Percentile *p = data;
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  memcpy (shape, in[0]->shape, (size_t) in[0]->ndim * sizeof *shape);
  shape[p->axis] = p->n;
  g_autoptr (CwBuffer) out = cw_buffer_new (p->dtype, in[0]->ndim, shape, error);
  if (!out || !each_line (in[0], out, p->axis, percentile_line, data, error)) return NULL;
  shape[0]   = p->n;
  strides[0] = out->strides[p->axis];
  for (int i = 0, to = 1; i < out->ndim; i++) {
    if (i == p->axis) continue;
    shape[to]     = out->shape[i];
    strides[to++] = out->strides[i];
  }
  g_autoptr (CwBuffer) turned = cw_buffer_view (out, out->dtype, out->ndim, shape, strides, out->data);
  return cw_buffer_contiguous (turned, error);
}

CwArray *cw_compose_percentile (CwArray *a, CwBuffer *q, int axis, const char *method, bool skip_nan, GError **error) {
  static const char *const methods[] = { "linear", "lower", "higher", "midpoint", "nearest" };
  g_autofree Percentile *p = g_malloc0 (sizeof *p + sizeof (double) * (gsize) MAX (q->size, 1));
  p->between = G_N_ELEMENTS (methods);
  for (guint i = 0; i < G_N_ELEMENTS (methods); i++) {
    if (g_str_equal (methods[i], method)) p->between = (CwQuantile) i;
  }
  if (p->between == G_N_ELEMENTS (methods)) {
    cw_fail (error, CW_ERROR_VALUE, "'%s' is not a valid method: use linear, lower, higher, midpoint or nearest", method);
    return NULL;
  }
  if (cw_dtype_is_complex (a->dtype)) {
    cw_fail (error, CW_ERROR_TYPE, "percentiles and medians need an order, and complex numbers have none; take abs(x) or x.real");
    return NULL;
  }
  p->axis     = axis;
  p->n        = (int) q->size;
  p->skip_nan = skip_nan;
  bool exact  = p->between == CW_QUANTILE_LOWER || p->between == CW_QUANTILE_HIGHER || p->between == CW_QUANTILE_NEAREST;
  p->dtype    = exact ? a->dtype : cw_dtype_is_float (a->dtype) ? a->dtype : CW_FLOAT64;
  for (int k = 0; k < p->n; k++) {
    p->q[k] = cw_scalar_to_double (cw_buffer_get (q, k)) / 100;
    if (!(p->q[k] >= 0 && p->q[k] <= 1)) {
      cw_fail (error, CW_ERROR_VALUE, "Percentiles must be in the range [0, 100]");
      return NULL;
    }
  }
  CwAxis *axes[CW_MAX_NDIM];
  int follow[1][CW_MAX_NDIM];
  g_autoptr (CwAxis) quantiles = cw_axis_new_uniform (p->n, MAX (p->n, 1));
  axes[0] = quantiles;
  for (int i = 0, to = 1; i < a->ndim; i++) {
    follow[0][i] = i == axis ? -1 : to;
    if (i != axis) axes[to++] = a->axes[i];
  }
  CwDtype dtype = p->dtype;
  if (cw_ranks_suit (a)) return cw_array_quantiles (a, p->n, p->q, p->between, skip_nan, dtype, error);
  return cw_array_blockwise ("percentile", percentile_whole, g_steal_pointer (&p), g_free, 1, &a, follow, dtype, a->ndim, axes);
}

/* @a with @axes in one block each. If they are not already, the others are cut anew, into larger blocks where these are small, as Dask does. */
static CwArray *whole_axes (CwArray *a, int n, const int *axes, GError **error) {
  bool cut = false;
  for (int k = 0; k < n; k++) cut |= a->axes[axes[k]]->n > 1;
  if (!cut) return cw_array_ref (a);
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (a->ndim);
  for (int k = 0; k < n; k++) spec->axes[axes[k]].kind = CW_CHUNK_WHOLE;
  for (int i = 0; i < a->ndim; i++) {
    if (a->axes[i]->unknown) spec->axes[i].kind = CW_CHUNK_KEEP;
  }
  return cw_array_rechunk (a, spec, false, error);
}

CwArray *cw_compose_median (CwArray *a, int n, const int *axes, bool keepdims, bool skip_nan, GError **error) {
  int order[CW_MAX_NDIM], kept = 0, positions[CW_MAX_NDIM];
  int64_t shape[CW_MAX_NDIM], together = 1;
  for (int i = 0; i < a->ndim; i++) {
    bool over = false;
    for (int k = 0; k < n; k++) over |= axes[k] == i;
    if (!over) {
      shape[kept]   = a->shape[i];
      order[kept++] = i;
    } else if (a->shape[i] != CW_UNKNOWN) {
      together *= a->shape[i];
    } else {
      cw_fail (error, CW_ERROR_VALUE, "a median needs axes of known length: call .compute_chunk_sizes() first");
      return NULL;
    }
  }
  for (int k = 0; k < n; k++) {
    order[kept + k] = axes[k];
    positions[k]    = axes[k];
  }
  shape[kept] = together;
  g_autoptr (CwBuffer) half = cw_buffer_from_scalar (cw_scalar_float (50));
  bool counted = n == 1 && cw_ranks_suit (a); /* a long line: its blocks stay where they are */
  g_autoptr (CwArray) cut = counted ? cw_array_ref (a) : whole_axes (a, n, axes, error);
  g_autoptr (CwArray) one = cut ? cw_array_transpose (cut, order, error) : NULL;
  g_autoptr (CwArray) lines = one ? (n == 1 ? cw_array_ref (one) : cw_array_reshape (one, kept + 1, shape, error)) : NULL;
  g_autoptr (CwArray) found = lines ? cw_compose_percentile (lines, half, kept, "midpoint", skip_nan, error) : NULL;
  int first = 0;
  g_autoptr (CwArray) result = found ? cw_array_squeeze (found, 1, &first, error) : NULL;
  return result && keepdims ? cw_array_expand_dims (result, n, positions, error) : g_steal_pointer (&result);
}
