/* family-blocks.c: work block by block: map_blocks, overlap, coarsen, windows.
 *
 * A function given to map_blocks is called once a block, with that block as a Dask array of its own: what it does to
 * it becomes part of the graph. Nothing is interpreted per element.
 */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- map_blocks --------------------------------------------------------------------------------------------------------- */

static CwArray *joined (GPtrArray *parts, const int64_t *counts, int axis, int ndim, guint *next, GError **error) {
  if (axis == ndim) return cw_array_ref (parts->pdata[(*next)++]);
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  for (int64_t i = 0; i < counts[axis]; i++) {
    CwArray *part = joined (parts, counts, axis + 1, ndim, next, error);
    if (!part) return NULL;
    g_ptr_array_add (row, part);
  }
  return row->len == 1 ? cw_array_ref (row->pdata[0]) : cw_array_concatenate ((int) row->len, (CwArray **) row->pdata, axis, error);
}

static CwArray *block_of (CwArray *a, const int64_t *index, int ndim, GError **error) {
  CwIndex items[CW_MAX_NDIM];
  for (int i = 0; i < a->ndim; i++) {
    int64_t at = index[ndim - a->ndim + i];
    items[i] = (CwIndex){ .kind = CW_INDEX_INT, .start = a->axes[i]->n == 1 ? 0 : at };
  }
  return cw_array_blocks (a, a->ndim, items, error);
}

/* Calls @function with block @index of every array among @args. */
static CwArray *mapped_block (CwCall *call, CwValue *function, CwValue *args, CwValue *keywords, const int64_t *index, int ndim, GError **error) {
  CwValue *own = cw_tuple ();
  for (int i = 0; i < cw_items_n (args); i++) {
    CwValue *v = cw_items_get (args, i);
    if (v->kind == CW_V_LAZY && v->array->ndim && !(v = cw_lazy (block_of (v->array, index, ndim, error)))) return NULL;
    cw_items_add (own, v);
  }
  CwValue *result = cw_value_call (function, cw_items_n (own), (CwValue **) own->items->pdata, keywords, error);
  if (!result) return NULL;
  CwArray *array = cw_value_array (call, result, error);
  return array ? cw_array_ref (array) : NULL;
}

static CwValue *map_all (CwCall *call, CwValue *function, CwValue *args, CwValue *keywords, GError **error) {
  int ndim = 0;
  int64_t counts[CW_MAX_NDIM], index[CW_MAX_NDIM] = { 0 }, n = 1;
  for (int i = 0; i < CW_MAX_NDIM; i++) counts[i] = 1;
  for (int i = 0; i < cw_items_n (args); i++) {
    if (cw_items_get (args, i)->kind == CW_V_LAZY) ndim = MAX (ndim, cw_items_get (args, i)->array->ndim);
  }
  for (int i = 0; i < cw_items_n (args); i++) {
    CwValue *v = cw_items_get (args, i);
    for (int d = 0; v->kind == CW_V_LAZY && d < v->array->ndim; d++) {
      int64_t *to = &counts[ndim - v->array->ndim + d];
      *to = MAX (*to, v->array->axes[d]->n);
    }
  }
  for (int i = 0; i < ndim; i++) n *= counts[i];
  if (n > 20000) {
    cw_fail (error, CW_ERROR_VALUE, "map_blocks calls the function once a block: %" G_GINT64_FORMAT " blocks are too many, rechunk first", n);
    return NULL;
  }
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  for (int64_t k = 0; k < n; k++) {
    CwArray *part = cw_session_check (call->session, error) ? mapped_block (call, function, args, keywords, index, ndim, error) : NULL;
    if (!part) return NULL;
    g_ptr_array_add (parts, part);
    for (int i = ndim; i-- > 0 && ++index[i] == counts[i];) index[i] = 0;
  }
  guint next = 0;
  int same = ((CwArray *) parts->pdata[0])->ndim;
  if (same < ndim) { /* axes that the function dropped must not be cut */
    for (int i = same; i < ndim; i++) {
      if (counts[i] == 1) continue;
      cw_fail (error, CW_ERROR_VALUE, "the function drops an axis that is cut into blocks: rechunk that axis to one block first");
      return NULL;
    }
  }
  return cw_lazy (joined (parts, counts, 0, MIN (ndim, same), &next, error));
}

static CwValue *blocks_map (CwCall *call, GError **error) {
  CwDtype dtype;
  bool method = call->via & CW_IN_LAZY;
  CwValue *function = call->args[method ? 1 : 0], *rest = call->args[2 - !method], *args = cw_tuple ();
  if (method) cw_items_add (args, call->args[0]);
  for (int i = 0; i < cw_items_n (rest); i++) cw_items_add (args, cw_items_get (rest, i));
  int at = method ? 3 : 2;
  if (!cw_arg_dtype (call, at, &dtype, error)) return NULL;
  call->lazy = true;
  CwValue *keywords = call->args[at + 6];
  CwValue *v = map_all (call, function, args, keywords->dict.keys->len ? keywords : NULL, error);
  return v && dtype != CW_DTYPE_NONE && v->kind == CW_V_LAZY ? cw_lazy (cw_array_astype (v->array, dtype, error)) : v;
}

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

static CwArray *overlapped (CwArray *a, CwValue *depth, CwValue *boundary, GError **error) {
  g_autoptr (CwArray) result = cw_array_ref (a);
  for (int i = 0; i < a->ndim; i++) {
    int64_t before, after;
    if (!depth_of (depth, i, &before, &after, error)) return NULL;
    for (int64_t k = 0; k < a->axes[i]->n; k++) {
      if (a->axes[i]->lengths[k] >= MAX (before, after) || a->axes[i]->lengths[k] == CW_UNKNOWN) continue;
      cw_fail (error, CW_ERROR_VALUE, "The overlapping depth %d is larger than your smallest chunk size %d. Rechunk your array with a larger chunk size or a chunk size that more evenly divides the shape of your array.",
               (int) MAX (before, after), (int) a->axes[i]->lengths[k]);
      return NULL;
    }
    CwArray *next = overlap_axis (result, i, before, after, of_axis (boundary, i), error);
    if (!next) return NULL;
    cw_array_unref (result);
    result = next;
  }
  return g_steal_pointer (&result);
}

static CwValue *blocks_overlap (CwCall *call, GError **error) {
  call->lazy = true;
  CwArray *a = cw_arg_array (call, 0, error);
  return a ? cw_answer (call, overlapped (a, call->args[1], call->args[2], error), error) : NULL;
}

/* Cuts @depth off every block; off the outer edges too, unless the boundary added nothing there. */
static CwArray *trimmed (CwArray *a, CwValue *depth, CwValue *boundary, GError **error) {
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
    CwArray *next = cw_array_concatenate ((int) parts->len, (CwArray **) parts->pdata, axis, error);
    if (!next) return NULL;
    cw_array_unref (result);
    result = next;
  }
  return g_steal_pointer (&result);
}

static CwValue *blocks_trim (CwCall *call, GError **error) {
  call->lazy = true;
  CwArray *a = cw_arg_array (call, 0, error);
  return a ? cw_answer (call, trimmed (a, call->args[1], call->args[2], error), error) : NULL;
}

static CwValue *blocks_map_overlap (CwCall *call, GError **error) {
  bool method = call->via & CW_IN_LAZY, trim;
  CwValue *function = call->args[method ? 1 : 0], *x = call->args[method ? 0 : 1];
  call->lazy = true;
  CwArray *a = cw_value_array (call, x, error);
  if (!a || !cw_arg_bool (call, 4, &trim, error)) return NULL;
  CwArray *wide = cw_keep_array (overlapped (a, call->args[2], call->args[3], error));
  CwValue *arg = wide ? cw_lazy (cw_array_ref (wide)) : NULL;
  CwValue *v = arg ? map_all (call, function, cw_tuple_of (1, &arg), NULL, error) : NULL;
  return v && trim ? cw_lazy (trimmed (v->array, call->args[2], call->args[3], error)) : v;
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

static CwValue *blocks_coarsen (CwCall *call, GError **error) {
  int64_t shape[2 * CW_MAX_NDIM], factor, kept;
  int n = 0;
  bool trim;
  CwValue *axes = cw_tuple (), *keywords = cw_dict ();
  CwArray *a = cw_arg_array (call, 1, error);
  if (!a || !cw_arg_bool (call, 3, &trim, error)) return NULL;
  if (call->args[2]->kind != CW_V_DICT) {
    cw_fail (error, CW_ERROR_TYPE, "axes must be a dict of axis and factor, such as {0: 2, 1: 2}");
    return NULL;
  }
  g_autoptr (CwArray) whole = cw_array_ref (a);
  for (int i = 0; i < a->ndim; i++) {
    CwValue *own = cw_dict_get (call->args[2], cw_int (i));
    factor = 1;
    if (own && !cw_value_index (own, &factor, error)) return NULL;
    kept = whole->shape[i];
    if (factor < 1 || (kept % factor && !trim)) {
      cw_fail (error, CW_ERROR_VALUE, "Coarsening factors do not align with block dimensions: axis %d of length %d, factor %d", i, (int) kept, (int) factor);
      return NULL;
    }
    if (kept % factor) {
      CwArray *cut = cw_compose_slice (whole, i, 0, kept - kept % factor, error);
      if (!cut) return NULL;
      cw_array_unref (whole);
      whole = cut;
    }
    shape[n++] = kept / factor;
    if (factor > 1) {
      cw_items_add (axes, cw_int (n));
      shape[n++] = factor;
    }
  }
  g_autoptr (CwChunkSpec) one = cw_chunk_spec_new (-1);
  one->axes[0].kind = CW_CHUNK_WHOLE;
  g_autoptr (CwArray) single = n <= CW_MAX_NDIM ? cw_array_rechunk (whole, one, false, error) : NULL;
  g_autoptr (CwArray) split = single ? cw_array_reshape (single, n, shape, error) : NULL;
  CwValue *v = split ? cw_answer (call, cw_array_ref (split), error) : NULL;
  if (!v || !cw_dict_set (keywords, cw_str ("axis"), axes, error)) return NULL;
  return cw_value_call (call->args[0], 1, &v, keywords, error);
}

/* apply_along_axis(function, axis, array): the function on each line. */
static CwValue *blocks_along_axis (CwCall *call, GError **error) {
  int axis, order[CW_MAX_NDIM], n = 0;
  CwArray *a = cw_arg_array (call, 2, error);
  if (!a || !cw_arg_axis (call, 1, a->ndim, &axis, error)) return NULL;
  int64_t lines = 1, shape[2], outer[CW_MAX_NDIM];
  for (int i = 0; i < a->ndim; i++) {
    if (i == axis) continue;
    outer[n]   = a->shape[i];
    order[n++] = i;
    lines *= a->shape[i];
  }
  order[n] = axis;
  shape[0] = lines;
  shape[1] = a->shape[axis];
  if (lines > 10000) {
    cw_fail (error, CW_ERROR_VALUE, "apply_along_axis calls the function once a line: %" G_GINT64_FORMAT " lines are too many; use a reduction with axis=", lines);
    return NULL;
  }
  g_autoptr (CwChunkSpec) one = cw_chunk_spec_new (-1);
  one->axes[0].kind = CW_CHUNK_WHOLE;
  g_autoptr (CwArray) turned = cw_array_transpose (a, order, error);
  g_autoptr (CwArray) single = turned ? cw_array_rechunk (turned, one, false, error) : NULL;
  g_autoptr (CwArray) rows = single ? cw_array_reshape (single, 2, shape, error) : NULL;
  CwValue *results = cw_list (), *all = rows ? cw_answer (call, cw_array_ref (rows), error) : NULL;
  for (int64_t i = 0; all && i < lines; i++) {
    CwValue *line = cw_array_item (all, cw_int (i), error), *v = line ? cw_value_call (call->args[0], 1, &line, NULL, error) : NULL;
    if (!v) return NULL;
    cw_items_add (results, v);
  }
  unsigned via = call->lazy ? CW_IN_DA : CW_IN_NP;
  CwValue *stacked = all ? cw_entry_call (cw_register_find (via, "stack"), via, NULL, 1, &results, NULL, error) : NULL, *lengths = cw_list ();
  if (!stacked) return NULL;
  for (int i = 0; i < n; i++) cw_items_add (lengths, cw_int (outer[i]));
  CwValue *inner = cw_value_attribute (stacked, "shape", error);
  for (int i = 1; i < cw_items_n (inner); i++) cw_items_add (lengths, cw_items_get (inner, i));
  return cw_entry_call (cw_register_find (via, "reshape"), via, NULL, 2, (CwValue *[]){ stacked, lengths }, NULL, error);
}

#define MAP_REST "dtype=None, chunks=None, drop_axis=None, new_axis=None, name=None, meta=None, **kwargs"

const CwEntry cw_entries_blocks[] = {
  { "map_blocks", CW_IN_DA, "func, *args, " MAP_REST, blocks_map, "A function applied to every block.", 0 },
  { "map_blocks", CW_IN_LAZY, "a, func, *args, " MAP_REST, blocks_map, "A function applied to every block.", 0 },
  { "map_overlap", CW_IN_DA | CW_IN_OVERLAP, "func, x, depth=None, boundary=None, trim=True, dtype=None", blocks_map_overlap, "A function applied to every block and its neighbours' edges.", 0 },
  { "map_overlap", CW_IN_LAZY, "a, func, depth=None, boundary=None, trim=True, dtype=None", blocks_map_overlap, "A function applied to every block and its neighbours' edges.", 0 },
  { "overlap", CW_IN_OVERLAP, "x, depth, boundary='reflect'", blocks_overlap, "Every block with its neighbours' edges.", 0 },
  { "trim_internal", CW_IN_OVERLAP, "x, axes, boundary=None", blocks_trim, "Edges cut off every block.", 0 },
  { "trim_overlap", CW_IN_OVERLAP, "x, depth, boundary=None", blocks_trim, "Edges cut off every block.", 0 },
  { "sliding_window_view", CW_IN_STRIDE, "x, window_shape, axis=None", blocks_windows, "All windows of a width, as further axes.", 0 },
  { "coarsen", CW_IN_DA, "reduction, x, axes, trim_excess=False", blocks_coarsen, "A reduction over small neighbourhoods.", 0 },
  { "apply_along_axis", CW_IN_MODULES, "func1d, axis, arr", blocks_along_axis, "A function applied to every line of an axis.", 0 },
  { 0 },
};
