/* family-blocks.c: blocks and their neighbours: overlap, windows, coarsening. */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- overlap ------------------------------------------------------------------------------------------------------------------ */

/* depth= and boundary=: one value for all axes, a tuple, or a dict. */
static CwValue *of_axis (CwValue *v, int axis) {
  if (v->kind == CW_V_DICT) {
    CwValue *found = cw_dict_get (v, cw_int (axis));
    return found ? found : cw_none ();
  }
  if (cw_is_sequence (v)) return axis < cw_items_n (v) ? cw_items_get (v, axis) : cw_none ();
  return v;
}

static bool depth_of (CwValue *v, int axis, int64_t *before, int64_t *after, GError **error) {
  CwValue *own = v->kind == CW_V_TUPLE && axis < 0 ? v : of_axis (v, axis);
  *before = *after = 0;
  if (own->kind == CW_V_NONE) return true;
  if (own->kind == CW_V_TUPLE && cw_items_n (own) == 2) {
    return cw_value_index (cw_items_get (own, 0), before, error) && cw_value_index (cw_items_get (own, 1), after, error);
  }
  if (!cw_value_index (own, before, error)) return false;
  *after = *before;
  return *before >= 0 || cw_fail (error, CW_ERROR_VALUE, "depth must not be negative");
}

/* Adds what stands beyond the edge; *outer says whether anything was added. */
static CwArray *with_boundary (CwArray *a, int axis, int64_t before, int64_t after, CwValue *boundary, bool *outer, GError **error) {
  int64_t lows[CW_MAX_NDIM] = { 0 }, highs[CW_MAX_NDIM] = { 0 };
  CwScalar values[2 * CW_MAX_NDIM];
  CwPadMode mode = CW_PAD_CONSTANT;
  CwScalar fill = cw_scalar_int (0);
  *outer = false;
  if (boundary->kind == CW_V_STR) {
    const char *name = boundary->s;
    if (g_str_equal (name, "none")) return cw_array_ref (a);
    if (g_str_equal (name, "reflect")) mode = CW_PAD_SYMMETRIC;
    else if (g_str_equal (name, "periodic")) mode = CW_PAD_WRAP;
    else if (g_str_equal (name, "nearest")) mode = CW_PAD_EDGE;
    else {
      cw_fail (error, CW_ERROR_VALUE, "boundary '%s' is not known: use 'reflect', 'periodic', 'nearest', 'none' or a number", name);
      return NULL;
    }
  } else if (boundary->kind == CW_V_NONE) {
    return cw_array_ref (a);
  } else if (!cw_value_scalar (boundary, &fill)) {
    cw_fail (error, CW_ERROR_VALUE, "boundary must be a name or a number");
    return NULL;
  }
  for (int i = 0; i < 2 * a->ndim; i++) values[i] = fill;
  lows[axis]  = before;
  highs[axis] = after;
  *outer      = before || after;
  return cw_compose_pad (a, mode, lows, highs, values, NULL, error);
}

/* Every block with its neighbours' edges, along one axis. */
static CwArray *overlap_axis (CwArray *a, int axis, int64_t before, int64_t after, CwValue *boundary, GError **error) {
  bool outer;
  if (!before && !after) return cw_array_ref (a);
  if (a->shape[axis] == CW_UNKNOWN) {
    cw_fail (error, CW_ERROR_VALUE, "overlap needs axes of known length: call .compute_chunk_sizes() first");
    return NULL;
  }
  g_autoptr (CwArray) wide = with_boundary (a, axis, before, after, boundary, &outer, error);
  if (!wide) return NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  g_autofree int64_t *lengths = g_new (int64_t, (gsize) a->axes[axis]->n);
  for (int64_t k = 0; k < a->axes[axis]->n; k++) {
    int64_t shift = outer ? before : 0, start = a->axes[axis]->offsets[k] + shift - before, stop = a->axes[axis]->offsets[k + 1] + shift + after;
    start = MAX (start, 0);
    stop  = MIN (stop, wide->shape[axis]);
    CwArray *part = cw_compose_slice (wide, axis, start, stop, error);
    if (!part) return NULL;
    g_ptr_array_add (parts, part);
    lengths[k] = stop - start;
  }
  g_autoptr (CwArray) all = cw_array_concatenate ((int) parts->len, (CwArray **) parts->pdata, axis, error);
  CwAxis *axes[CW_MAX_NDIM], *own = cw_axis_new (a->axes[axis]->n, lengths);
  for (int i = 0; all && i < a->ndim; i++) axes[i] = i == axis ? own : a->axes[i];
  CwArray *result = all ? cw_array_rechunk_to (all, axes, error) : NULL;
  cw_axis_unref (own);
  return result;
}

/* Chunks shorter than @least joined to those before them, as Dask does it; NULL where the whole axis is shorter. */
static CwAxis *merged_chunks (const CwAxis *axis, int64_t least, GError **error) {
  g_autoptr (GArray) out = g_array_new (FALSE, FALSE, sizeof (int64_t));
  int64_t open = 0;
  for (int64_t k = 0; k < axis->n; k++) {
    int64_t c = axis->lengths[k];
    if (c < least && open > least + (least - c)) {
      int64_t part = open - (least - c);
      g_array_append_val (out, part);
      open = least;
    } else if (c < least) {
      open += c;
    }
    if (open >= least) {
      g_array_append_val (out, open);
      open = 0;
    }
    if (c >= least) open += c;
  }
  if (open >= least) g_array_append_val (out, open);
  else if (out->len) g_array_index (out, int64_t, out->len - 1) += open;
  else {
    cw_fail (error, CW_ERROR_VALUE, "The overlapping depth %" G_GINT64_FORMAT " is larger than your array %" G_GINT64_FORMAT ".", least, axis->total);
    return NULL;
  }
  return cw_axis_new (out->len, (int64_t *) out->data);
}

static CwArray *with_long_chunks (CwArray *a, CwValue *depth, bool rechunk, GError **error) {
  CwAxis *axes[CW_MAX_NDIM] = { NULL };
  int n = 0;
  bool ok = true;
  for (; n < a->ndim && ok; n++) {
    int64_t before, after, shortest = INT64_MAX;
    CwAxis *own = a->axes[n];
    ok = depth_of (depth, n, &before, &after, error);
    for (int64_t k = 0; k < own->n; k++) shortest = MIN (shortest, own->lengths[k] == CW_UNKNOWN ? INT64_MAX : own->lengths[k]);
    axes[n] = !ok ? NULL : shortest >= MAX (before, after) ? cw_axis_ref (own) : rechunk ? merged_chunks (own, MAX (before, after), error) : NULL;
    if (ok && !axes[n] && !rechunk) {
      cw_fail (error, CW_ERROR_VALUE, "The overlapping depth %d is larger than your smallest chunk size %d. Rechunk your array with a larger chunk size or a chunk size that more evenly divides the shape of your array.",
               (int) MAX (before, after), (int) shortest);
    }
    ok &= axes[n] != NULL;
  }
  CwArray *result = ok ? cw_array_rechunk_to (a, axes, error) : NULL;
  for (int i = 0; i < n; i++) g_clear_pointer (&axes[i], cw_axis_unref);
  return result;
}

CwArray *cw_blocks_overlapped (CwArray *a, CwValue *depth, CwValue *boundary, bool rechunk, GError **error) {
  g_autoptr (CwArray) result = with_long_chunks (a, depth, rechunk, error);
  for (int i = 0; result && i < a->ndim; i++) {
    int64_t before, after;
    if (!depth_of (depth, i, &before, &after, error)) return NULL;
    CwArray *next = overlap_axis (result, i, before, after, of_axis (boundary, i), error);
    if (!next) return NULL;
    cw_array_unref (result);
    result = next;
  }
  return g_steal_pointer (&result);
}

static CwValue *blocks_overlap (CwCall *call, GError **error) {
  bool rechunk;
  call->lazy = true;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!cw_arg_bool (call, 3, &rechunk, error)) return NULL;
  return a ? cw_answer (call, cw_blocks_overlapped (a, call->args[1], call->args[2], rechunk, error), error) : NULL;
}

/* Cuts @depth off every block; off the outer edges too, unless the boundary added nothing there. */
CwArray *cw_blocks_trimmed (CwArray *a, CwValue *depth, CwValue *boundary, GError **error) {
  g_autoptr (CwArray) result = cw_array_ref (a);
  for (int axis = 0; axis < a->ndim; axis++) {
    int64_t before, after;
    CwValue *edge = of_axis (boundary, axis);
    bool outer = edge->kind != CW_V_NONE && !(edge->kind == CW_V_STR && g_str_equal (edge->s, "none"));
    if (!depth_of (depth, axis, &before, &after, error)) return NULL;
    if (!before && !after) continue;
    g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
    const CwAxis *own = result->axes[axis];
    for (int64_t k = 0; k < own->n; k++) {
      int64_t start = own->offsets[k] + (k || outer ? before : 0), stop = own->offsets[k + 1] - (k + 1 < own->n || outer ? after : 0);
      CwArray *part = cw_compose_slice (result, axis, start, MAX (stop, start), error);
      if (!part) return NULL;
      g_ptr_array_add (parts, part);
    }
    g_autofree int64_t *lengths = g_new (int64_t, parts->len);
    for (guint k = 0; k < parts->len; k++) lengths[k] = ((CwArray *) parts->pdata[k])->shape[axis];
    g_autoptr (CwArray) joined = cw_array_concatenate ((int) parts->len, (CwArray **) parts->pdata, axis, error);
    g_autoptr (CwAxis) cut = cw_axis_new (parts->len, lengths); /* a block that is all edge stays, empty */
    CwAxis *axes[CW_MAX_NDIM];
    for (int i = 0; i < result->ndim; i++) axes[i] = i == axis ? cut : result->axes[i];
    CwArray *next = joined ? cw_array_rechunk_to (joined, axes, error) : NULL;
    if (!next) return NULL;
    cw_array_unref (result);
    result = next;
  }
  return g_steal_pointer (&result);
}

static CwValue *blocks_trim (CwCall *call, GError **error) {
  call->lazy = true;
  CwArray *a = cw_arg_array (call, 0, error);
  return a ? cw_answer (call, cw_blocks_trimmed (a, call->args[1], call->args[2], error), error) : NULL;
}

/* ---- windows and coarsening --------------------------------------------------------------------------------------------------------- */

static CwValue *blocks_windows (CwCall *call, GError **error) {
  int n, m, axes[CW_MAX_NDIM];
  int64_t widths[CW_MAX_NDIM];
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_shape (call, 1, &n, widths, error) || !cw_arg_axes (call, 2, a->ndim, &m, axes, error)) return NULL;
  if (m < 0) {
    m = a->ndim;
    for (int i = 0; i < m; i++) axes[i] = i;
  }
  if (n != m) {
    cw_fail (error, CW_ERROR_VALUE, "Since axis is None, must provide window_shape for all dimensions of `x`; got %d window_shape elements and %d axes", n, m);
    return NULL;
  }
  return cw_answer (call, cw_compose_windows (a, n, widths, axes, error), error);
}

/* Chunks moved to multiples of @factor, the excess in a chunk of its own at the end, as Dask's aligned_coarsen_chunks: what
 * chunks have too much goes, a factor at a time, to the smallest of them. */
static CwAxis *aligned_chunks (const CwAxis *axis, int64_t factor) {
  g_autofree int64_t *lengths = g_new (int64_t, (gsize) axis->n + 1);
  g_autofree bool *given = g_new0 (bool, (gsize) axis->n + 1);
  int64_t excess = 0, n = 0;
  for (int64_t k = 0; k < axis->n; k++) {
    lengths[k] = axis->lengths[k] - axis->lengths[k] % factor;
    excess += axis->lengths[k] % factor;
  }
  for (; excess >= factor; excess -= factor) { /* first to chunks that gave something away, the smallest first */
    int64_t best = -1;
    bool best_valid = true;
    for (int64_t k = 0; k < axis->n; k++) {
      int64_t own = axis->lengths[k] - axis->lengths[k] % factor;
      bool valid = own == axis->lengths[k];
      if (given[k]) continue;
      if (best < 0 || valid < best_valid || (valid == best_valid && own < axis->lengths[best] - axis->lengths[best] % factor)) {
        best       = k;
        best_valid = valid;
      }
    }
    if (best < 0) break;
    given[best] = true;
    lengths[best] += factor;
  }
  for (int64_t k = 0; k < axis->n; k++) {
    if (lengths[k] > 0) lengths[n++] = lengths[k];
  }
  if (excess > 0 || !n) lengths[n++] = excess;
  return cw_axis_new (n, lengths);
}

/* coarsen(reduction, x, {axis: factor}): every factor elements become an axis of their own, which the reduction goes over. */
static CwValue *blocks_coarsen (CwCall *call, GError **error) {
  int64_t shape[2 * CW_MAX_NDIM], factors[CW_MAX_NDIM];
  int n = 0, aligned = 0;
  bool trim, ok = true;
  CwAxis *axes[CW_MAX_NDIM], *result_axes[CW_MAX_NDIM] = { NULL };
  CwValue *over = cw_tuple (), *keywords = cw_dict ();
  CwArray *a = cw_arg_array (call, 1, error);
  if (!a || !cw_arg_bool (call, 3, &trim, error)) return NULL;
  if (call->args[2]->kind != CW_V_DICT) {
    cw_fail (error, CW_ERROR_TYPE, "axes must be a dict of axis and factor, such as {0: 2, 1: 2}");
    return NULL;
  }
  for (int i = 0; i < a->ndim; i++) {
    CwValue *own = cw_dict_get (call->args[2], cw_int (i));
    factors[i] = 1;
    if (own && !cw_value_index (own, &factors[i], error)) return NULL;
    if (a->shape[i] != CW_UNKNOWN && factors[i] >= 1 && (a->shape[i] % factors[i] == 0 || trim)) continue;
    cw_fail (error, CW_ERROR_VALUE, "Coarsening factors do not align with array shape: axis %d of length %d, factor %d; trim_excess=True leaves the rest out", i, (int) a->shape[i], (int) factors[i]);
    return NULL;
  }
  for (; aligned < a->ndim; aligned++) axes[aligned] = aligned_chunks (a->axes[aligned], factors[aligned]);
  g_autoptr (CwArray) whole = cw_array_rechunk_to (a, axes, error);
  for (int i = 0; i < a->ndim && whole; i++) {
    g_autofree int64_t *lengths = g_new (int64_t, (gsize) axes[i]->n);
    int64_t kept = a->shape[i] / factors[i];
    for (int64_t k = 0; k < axes[i]->n; k++) lengths[k] = axes[i]->lengths[k] / factors[i];
    result_axes[i] = cw_axis_new (axes[i]->n, lengths);
    CwArray *cut = cw_compose_slice (whole, i, 0, kept * factors[i], error);
    cw_array_unref (whole);
    whole = cut;
    ok &= n + 2 <= CW_MAX_NDIM;
    shape[n++] = kept;
    if (factors[i] == 1) continue;
    cw_items_add (over, cw_int (n));
    shape[n++] = factors[i];
  }
  for (int i = 0; i < aligned; i++) cw_axis_unref (axes[i]);
  g_autoptr (CwArray) split = whole && ok ? cw_array_reshape (whole, n, shape, error) : NULL;
  CwValue *v = split ? cw_answer (call, cw_array_ref (split), error) : NULL;
  CwValue *result = v && cw_dict_set (keywords, cw_str ("axis"), over, error) ? cw_value_call (call->args[0], 1, &v, keywords, error) : NULL;
  bool same = result && result->kind == CW_V_LAZY && result->array->ndim == a->ndim;
  if (same) result = cw_lazy (cw_array_rechunk_to (result->array, result_axes, error));
  for (int i = 0; i < a->ndim; i++) g_clear_pointer (&result_axes[i], cw_axis_unref);
  return result;
}

const CwEntry cw_entries_blocks[] = {
  { "overlap", CW_IN_OVERLAP, "x, depth, boundary, *, allow_rechunk=True", blocks_overlap, "Every block with its neighbours' edges.", 0 },
  { "trim_internal", CW_IN_OVERLAP, "x, axes, boundary=None", blocks_trim, "Edges cut off every block.", 0 },
  { "trim_overlap", CW_IN_OVERLAP, "x, depth, boundary=None", blocks_trim, "Edges cut off every block.", 0 },
  { "sliding_window_view", CW_IN_STRIDE, "x, window_shape, axis=None", blocks_windows, "All windows of a width, as further axes.", 0 },
  { "coarsen", CW_IN_DA, "reduction, x, axes, trim_excess=False", blocks_coarsen, "A reduction over small neighbourhoods.", 0 },
  { 0 },
};
