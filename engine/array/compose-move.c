/* compose-move.c: rolling, differences, repeating, padding, inserting, deleting and shuffling: slices put together again. */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/array/sort.h"

static bool known_length (CwArray *a, int axis, GError **error) {
  if (a->shape[axis] != CW_UNKNOWN) return true;
  g_autofree char *shape = cw_shape_to_string (a->ndim, a->shape);
  return cw_fail (error, CW_ERROR_VALUE, "Arrays chunk sizes are unknown: %s. Call .compute_chunk_sizes() first.", shape);
}

CwArray *cw_compose_slice (CwArray *a, int axis, int64_t start, int64_t stop, GError **error) {
  CwIndex items[CW_MAX_NDIM];
  for (int i = 0; i < a->ndim; i++) items[i] = (CwIndex){ .kind = CW_INDEX_SLICE };
  items[axis] = (CwIndex){ .kind = CW_INDEX_SLICE, .start = start, .stop = stop, .has_start = true, .has_stop = true };
  return cw_array_index (a, a->ndim, items, error);
}

CwArray *cw_compose_roll (CwArray *a, int n, const int64_t *shifts, const int *axes, GError **error) {
  g_autoptr (CwArray) result = cw_array_ref (a);
  for (int i = 0; i < n; i++) {
    int64_t length = result->shape[axes[i]];
    if (!known_length (result, axes[i], error)) return NULL;
    int64_t cut = length ? ((-shifts[i] % length) + length) % length : 0;
    if (!cut && length) continue;
    g_autoptr (CwArray) tail = cw_compose_slice (result, axes[i], cut, length, error);
    g_autoptr (CwArray) head = tail ? cw_compose_slice (result, axes[i], 0, cut, error) : NULL;
    CwArray *parts[2] = { tail, head }, *joined = head ? cw_array_concatenate (2, parts, axes[i], error) : NULL;
    if (!joined) return NULL;
    cw_array_unref (result);
    result = joined;
  }
  return g_steal_pointer (&result);
}

CwArray *cw_compose_diff (CwArray *a, int n, int axis, GError **error) {
  g_autoptr (CwArray) result = cw_array_ref (a);
  if (!known_length (a, axis, error)) return NULL;
  for (int i = 0; i < n; i++) {
    int64_t length = result->shape[axis];
    g_autoptr (CwArray) later = cw_compose_slice (result, axis, MIN (1, length), length, error);
    g_autoptr (CwArray) earlier = later ? cw_compose_slice (result, axis, 0, MAX (length - 1, 0), error) : NULL;
    CwArray *next = earlier ? cw_compose_binary (a->dtype == CW_BOOL ? CW_UFUNC_not_equal : CW_UFUNC_subtract, later, earlier, error) : NULL;
    if (!next) return NULL;
    cw_array_unref (result);
    result = next;
  }
  return g_steal_pointer (&result);
}

/* ---- repeating ----------------------------------------------------------------------------------------------------- */

static CwArray *repeat_whole (CwArray *a, int64_t times, int axis, GError **error) {
  if (times == 0) return cw_compose_slice (a, axis, 0, 0, error);
  if (times > (1 << 20)) {
    cw_fail (error, CW_ERROR_VALUE, "%" G_GINT64_FORMAT " copies are more than a graph can hold", times);
    return NULL;
  }
  g_autofree CwArray **parts = g_new (CwArray *, (gsize) times);
  for (int64_t i = 0; i < times; i++) parts[i] = a;
  return times == 1 ? cw_array_ref (a) : cw_array_concatenate ((int) times, parts, axis, error);
}

CwArray *cw_compose_tile (CwArray *a, int n, const int64_t *reps, GError **error) {
  int positions[CW_MAX_NDIM], ndim = MAX (n, a->ndim);
  for (int i = 0; i < n; i++) {
    if (reps[i] < 0) {
      cw_fail (error, CW_ERROR_VALUE, "Negative `reps` are not allowed.");
      return NULL;
    }
  }
  for (int i = 0; i < ndim - a->ndim; i++) positions[i] = i;
  g_autoptr (CwArray) result = ndim > a->ndim ? cw_array_expand_dims (a, ndim - a->ndim, positions, error) : cw_array_ref (a);
  for (int i = 0; i < n && result; i++) {
    CwArray *next = repeat_whole (result, reps[i], ndim - n + i, error);
    cw_array_unref (result);
    result = next;
  }
  return g_steal_pointer (&result);
}

/* Dask cuts each chunk into about @times parts before repeating, so that chunks keep their size. */
static CwAxis *repeated_axis (const CwAxis *axis, int64_t times) {
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (int64_t));
  for (int64_t k = 0; k < axis->n; k++) {
    double start = (double) axis->offsets[k], length = (double) axis->lengths[k], before = start;
    for (int64_t i = 1; i < times; i++) {
      double at = rint (start + length * (double) i / (double) (times - 1));
      int64_t part = (int64_t) (at - before) * times;
      if (part) g_array_append_val (lengths, part);
      before = at;
    }
  }
  int64_t zero = 0;
  if (!lengths->len) g_array_append_val (lengths, zero);
  return cw_axis_new (lengths->len, (int64_t *) lengths->data);
}

CwArray *cw_compose_repeat (CwArray *a, int64_t times, int axis, GError **error) {
  int64_t size;
  if (!known_length (a, axis, error)) return NULL;
  if (times == 1) return cw_array_ref (a);
  if (times == 0) return cw_compose_slice (a, axis, 0, 0, error);
  if (!cw_size_mul (a->shape[axis], times, &size)) {
    cw_fail (error, CW_ERROR_VALUE, "the repeated array is too large");
    return NULL;
  }
  g_autoptr (CwBuffer) at = cw_buffer_new (CW_INT64, 1, &size, error);
  if (!at) return NULL;
  for (int64_t i = 0; i < size; i++) ((int64_t *) at->data)[i] = i / times;
  g_autoptr (CwArray) taken = cw_array_take (a, at, axis, error);
  if (!taken) return NULL;
  CwAxis *axes[CW_MAX_NDIM];
  for (int i = 0; i < a->ndim; i++) axes[i] = i == axis ? repeated_axis (a->axes[i], times) : cw_axis_ref (a->axes[i]);
  CwArray *result = cw_array_rechunk_to (taken, axes, error);
  for (int i = 0; i < a->ndim; i++) cw_axis_unref (axes[i]);
  return result;
}

/* ---- padding ---------------------------------------------------------------------------------------------------------- */

/* The element that position @i outside 0 .. n-1 shows. */
static int64_t reflected (CwPadMode mode, int64_t i, int64_t n) {
  if (mode == CW_PAD_EDGE || n == 1) return CLAMP (i, 0, n - 1);
  int64_t period = mode == CW_PAD_WRAP ? n : mode == CW_PAD_SYMMETRIC ? 2 * n : 2 * (n - 1);
  int64_t at = ((i % period) + period) % period;
  if (at < n) return at;
  return mode == CW_PAD_SYMMETRIC ? 2 * n - 1 - at : period - at;
}

static CwArray *pad_taken (CwArray *a, CwPadMode mode, int axis, int64_t from, int64_t count, GError **error) {
  g_autoptr (CwBuffer) at = cw_buffer_new (CW_INT64, 1, &count, error);
  for (int64_t i = 0; at && i < count; i++) ((int64_t *) at->data)[i] = reflected (mode, from + i, a->shape[axis]);
  return at ? cw_array_take (a, at, axis, error) : NULL;
}

static CwArray *broadcast_along (CwArray *slice, CwArray *like, int axis, int64_t count, GError **error) {
  int64_t shape[CW_MAX_NDIM];
  memcpy (shape, like->shape, (size_t) like->ndim * sizeof *shape);
  shape[axis] = count;
  return cw_array_broadcast_to (slice, like->ndim, shape, NULL, error);
}

static CwArray *pad_constant (CwArray *a, int axis, int64_t count, CwScalar value, GError **error) {
  int64_t shape[CW_MAX_NDIM];
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (a->ndim);
  for (int i = 0; i < a->ndim; i++) {
    shape[i]              = i == axis ? count : a->shape[i];
    spec->axes[i].kind    = i == axis ? CW_CHUNK_WHOLE : CW_CHUNK_LENGTHS;
    spec->axes[i].n       = a->axes[i]->n;
    spec->axes[i].lengths = i == axis ? NULL : g_memdup2 (a->axes[i]->lengths, sizeof (int64_t) * (gsize) a->axes[i]->n);
  }
  return cw_array_full ("full", a->ndim, shape, spec, a->dtype, value, error);
}

/* edge + (end - edge) * steps, the steps from 1 at the far end to 0 beside the array. */
static CwArray *pad_ramp (CwArray *a, int axis, int64_t count, CwScalar end, bool before, GError **error) {
  int64_t n = a->shape[axis], positions_n = 0;
  int positions[CW_MAX_NDIM];
  for (int i = 0; i < a->ndim; i++) {
    if (i != axis) positions[positions_n++] = i;
  }
  double last = 1.0 / (double) count, first = before ? 1 : last, step_end = before ? last : 1;
  g_autoptr (CwArray) edge = cw_compose_slice (a, axis, before ? 0 : n - 1, before ? 1 : n, error);
  g_autoptr (CwArray) steps = edge ? cw_array_linspace (first, step_end, count, true, NULL, CW_FLOAT64, error) : NULL;
  g_autoptr (CwArray) wide = steps ? cw_array_expand_dims (steps, (int) positions_n, positions, error) : NULL;
  g_autoptr (CwArray) minus = wide ? cw_compose_scalar (CW_UFUNC_subtract, edge, cw_scalar_float (cw_scalar_to_double (end)), error) : NULL;
  g_autoptr (CwArray) scaled = minus ? cw_compose_binary (CW_UFUNC_multiply, minus, wide, error) : NULL;
  g_autoptr (CwArray) ramp = scaled ? cw_compose_binary (CW_UFUNC_subtract, edge, scaled, error) : NULL;
  g_autoptr (CwArray) whole = ramp && cw_dtype_is_integer (a->dtype) ? cw_compose_unary (CW_UFUNC_floor, ramp, error) : ramp ? cw_array_ref (ramp) : NULL;
  return whole ? cw_array_astype (whole, a->dtype, error) : NULL;
}

static CwArray *pad_statistic (CwArray *whole_array, CwPadMode mode, int axis, int64_t count, bool before, int64_t over, GError **error) {
  int64_t length = whole_array->shape[axis];
  bool part = over > 0 && over < length;
  g_autoptr (CwArray) a = part ? cw_compose_slice (whole_array, axis, before ? 0 : length - over, before ? over : length, error) : cw_array_ref (whole_array);
  if (!a) return NULL;
  CwReduceOptions options = CW_REDUCE_OPTIONS_INIT;
  options.n_axes   = 1;
  options.axes[0]  = axis;
  options.keepdims = true;
  g_autoptr (CwArray) value = mode == CW_PAD_MEDIAN ? cw_compose_median (a, 1, &axis, true, false, error)
                              : cw_array_reduce (mode == CW_PAD_MAXIMUM ? CW_REDUCE_MAX : mode == CW_PAD_MINIMUM ? CW_REDUCE_MIN : CW_REDUCE_MEAN, a, &options, error);
  bool rounds = (mode == CW_PAD_MEAN || mode == CW_PAD_MEDIAN) && cw_dtype_is_integer (a->dtype);
  g_autoptr (CwArray) whole = value && rounds ? cw_compose_unary (CW_UFUNC_rint, value, error) : value ? cw_array_ref (value) : NULL;
  g_autoptr (CwArray) typed = whole ? cw_array_astype (whole, a->dtype, error) : NULL;
  return typed ? broadcast_along (typed, whole_array, axis, count, error) : NULL;
}

static CwArray *pad_side (CwArray *a, CwPadMode mode, int axis, int64_t count, bool before, CwScalar value, int64_t over, GError **error) {
  switch (mode) {
  case CW_PAD_CONSTANT:
  case CW_PAD_EMPTY:
    return pad_constant (a, axis, count, value, error);
  case CW_PAD_LINEAR_RAMP:
    return pad_ramp (a, axis, count, value, before, error);
  case CW_PAD_MAXIMUM:
  case CW_PAD_MEAN:
  case CW_PAD_MINIMUM:
  case CW_PAD_MEDIAN:
    return pad_statistic (a, mode, axis, count, before, over, error);
  default:
    if (a->shape[axis] == 0) {
      cw_fail (error, CW_ERROR_VALUE, "can't extend empty axis %d using modes other than 'constant' or 'empty'", axis);
      return NULL;
    }
    return pad_taken (a, mode, axis, before ? -count : a->shape[axis], count, error);
  }
}

CwArray *cw_compose_pad (CwArray *a, CwPadMode mode, const int64_t *before, const int64_t *after, const CwScalar *values, const int64_t *over,
                         GError **error) {
  g_autoptr (CwArray) result = cw_array_ref (a);
  for (int axis = 0; axis < a->ndim; axis++) {
    if (before[axis] < 0 || after[axis] < 0) {
      cw_fail (error, CW_ERROR_VALUE, "index can't contain negative values");
      return NULL;
    }
    if (!known_length (result, axis, error)) return NULL;
    CwArray *parts[3];
    int n = 0, middle = before[axis] ? 1 : 0;
    bool ok = true;
    if (before[axis]) ok = (parts[n++] = pad_side (result, mode, axis, before[axis], true, values[2 * axis], over ? over[2 * axis] : 0, error)) != NULL;
    parts[n++] = result;
    if (ok && after[axis]) ok = (parts[n++] = pad_side (result, mode, axis, after[axis], false, values[2 * axis + 1], over ? over[2 * axis + 1] : 0, error)) != NULL;
    CwArray *joined = !ok ? NULL : n == 1 ? cw_array_ref (result) : cw_array_concatenate (n, parts, axis, error);
    for (int i = 0; i < n; i++) {
      if (i != middle) g_clear_pointer (&parts[i], cw_array_unref);
    }
    if (!joined) return NULL;
    cw_array_unref (result);
    result = joined;
  }
  return g_steal_pointer (&result);
}

/* ---- inserting and deleting ------------------------------------------------------------------------------------------------ */

static CwArray *join_parts (GPtrArray *parts, CwArray *a, int axis, GError **error) {
  if (!parts->len) return cw_compose_slice (a, axis, 0, 0, error);
  if (parts->len == 1) return cw_array_ref (parts->pdata[0]);
  return cw_array_concatenate ((int) parts->len, (CwArray **) parts->pdata, axis, error);
}

static bool add_slice (GPtrArray *parts, CwArray *a, int axis, int64_t start, int64_t stop, GError **error) {
  CwArray *part = stop > start ? cw_compose_slice (a, axis, start, stop, error) : NULL;
  if (part) g_ptr_array_add (parts, part);
  return stop <= start || part;
}

CwArray *cw_compose_insert (CwArray *a, int n, const int64_t *at, CwArray *values, int axis, GError **error) {
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  int64_t shape[CW_MAX_NDIM], from = 0;
  if (!known_length (a, axis, error)) return NULL;
  memcpy (shape, a->shape, (size_t) a->ndim * sizeof *shape);
  shape[axis] = n;
  g_autoptr (CwArray) wide = cw_array_broadcast_to (values, a->ndim, shape, NULL, error);
  if (!wide) return NULL;
  for (int i = 0; i < n;) { /* values that go in at one place stay together */
    int run = 1;
    while (i + run < n && at[i + run] == at[i]) run++;
    if (!add_slice (parts, a, axis, from, at[i], error) || !add_slice (parts, wide, axis, i, i + run, error)) return NULL;
    from = at[i];
    i += run;
  }
  if (!add_slice (parts, a, axis, from, a->shape[axis], error)) return NULL;
  return join_parts (parts, a, axis, error);
}

CwArray *cw_compose_delete (CwArray *a, int64_t n, const int64_t *at, int axis, GError **error) {
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  int64_t from = 0;
  if (!known_length (a, axis, error)) return NULL;
  for (int64_t i = 0; i < n; i++) {
    if (!add_slice (parts, a, axis, from, at[i], error)) return NULL;
    from = at[i] + 1;
  }
  return add_slice (parts, a, axis, from, a->shape[axis], error) ? join_parts (parts, a, axis, error) : NULL;
}

/* ---- windows ------------------------------------------------------------------------------------------------------------------ */

/* Windows in one chunk, the axis they slide along cut as it was, shortened at its end. */
static CwArray *cut_windows (CwArray *windows, CwArray *before, int axis, GError **error) {
  CwAxis *axes[CW_MAX_NDIM];
  const CwAxis *old = before->axes[axis];
  int64_t left = windows->shape[axis], n = 0, last = windows->ndim - 1;
  g_autofree int64_t *lengths = g_new0 (int64_t, (gsize) old->n + 1);
  for (int64_t k = 0; k < old->n && (left > 0 || !n); k++) {
    lengths[n] = MIN (left, old->lengths[k]);
    left -= lengths[n++];
  }
  for (int i = 0; i < windows->ndim; i++) axes[i] = i < before->ndim ? before->axes[i] : windows->axes[i];
  g_autoptr (CwAxis) own = cw_axis_new (n, lengths);
  g_autoptr (CwAxis) whole = cw_axis_new_uniform (windows->shape[last], windows->shape[last]);
  axes[axis] = own;
  axes[last] = whole;
  return cw_array_rechunk_to (windows, axes, error);
}

CwArray *cw_compose_windows (CwArray *a, int n, const int64_t *widths, const int *axes, GError **error) {
  g_autoptr (CwArray) result = cw_array_ref (a);
  for (int i = 0; i < n; i++) {
    if (!known_length (result, axes[i], error)) return NULL;
    int64_t width = widths[i], count = result->shape[axes[i]] - width + 1;
    if (width < 0) cw_fail (error, CW_ERROR_VALUE, "`window_shape` cannot contain negative values");
    else if (count < 1) cw_fail (error, CW_ERROR_VALUE, "window shape cannot be larger than input array shape");
    if (width < 0 || count < 1) return NULL;
    g_autoptr (GPtrArray) shifted = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
    for (int64_t k = 0; k < width; k++) {
      CwArray *part = cw_compose_slice (result, axes[i], k, k + count, error);
      if (!part) return NULL;
      g_ptr_array_add (shifted, part);
    }
    g_autoptr (CwArray) stacked = width ? cw_array_stack ((int) width, (CwArray **) shifted->pdata, result->ndim, error) : NULL;
    CwArray *next = stacked ? cut_windows (stacked, result, axes[i], error) : NULL;
    if (!next) return NULL;
    cw_array_unref (result);
    result = next;
  }
  return g_steal_pointer (&result);
}

/* ---- another order ------------------------------------------------------------------------------------------------------------------------ */

CwArray *cw_compose_shuffle (CwArray *a, CwBuffer *order, int axis, GError **error) {
  const CwAxis *own = a->axes[axis];
  if (own->n == 1) return cw_array_take (a, order, axis, error);
  g_autoptr (CwBuffer) gathered = cw_buffer_new (CW_INT64, 1, &order->size, error);
  g_autoptr (CwBuffer) within = gathered ? cw_buffer_new (CW_INT64, 1, &order->size, error) : NULL; /* each chunk */
  if (!within) return NULL;
  int64_t *from = (int64_t *) gathered->data, *to = (int64_t *) within->data;
  for (int64_t b = 0; b < own->n; b++) {
    int64_t first = own->offsets[b];
    g_autoptr (CwBuffer) part = cw_buffer_view (order, CW_INT64, 1, &own->lengths[b], order->strides, order->data + first * order->strides[0]);
    g_autoptr (CwSorted) s = cw_sorted_new (part, error);
    if (!s) return NULL;
    for (int64_t i = 0; i < s->n; i++) {
      from[first + i]      = cw_buffer_get (part, s->at[i]).i;
      to[first + s->at[i]] = first + i;
    }
  }
  g_autoptr (CwArray) taken = cw_array_take (a, gathered, axis, error);
  g_autoptr (CwArray) chunks = taken ? cw_array_rechunk_to (taken, a->axes, error) : NULL;
  return chunks ? cw_array_take (chunks, within, axis, error) : NULL;
}
