/* family-shape.c: the order, number and length of axes.
 *
 * On NumPy arrays these are views where NumPy gives views; on Dask arrays they are nodes of the graph.
 */
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/eager-index.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* The first argument as an eager array where the call answers at once, else NULL. */
static CwBuffer *eager_argument (CwCall *call, GError **error) {
  if (call->args[0]->kind == CW_V_LAZY) call->lazy = true;
  return call->lazy ? NULL : cw_arg_buffer (call, 0, error);
}

static CwValue *permuted (CwCall *call, const int *axes, GError **error) {
  CwBuffer *b = eager_argument (call, error);
  if (!b && !call->lazy) return NULL;
  if (call->lazy) {
    CwArray *a = cw_arg_array (call, 0, error);
    return a ? cw_answer (call, cw_array_transpose (a, axes, error), error) : NULL;
  }
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  for (int i = 0; i < b->ndim; i++) {
    int from = axes ? axes[i] : b->ndim - 1 - i;
    shape[i]   = b->shape[from];
    strides[i] = b->strides[from];
  }
  return cw_eager (cw_buffer_view (b, b->dtype, b->ndim, shape, strides, b->data));
}

static int ndim_of (CwCall *call, GError **error) {
  if (call->args[0]->kind == CW_V_LAZY) return call->args[0]->array->ndim;
  CwBuffer *b = cw_arg_buffer (call, 0, error);
  return b ? b->ndim : -1;
}

/* ---- transposes ---------------------------------------------------------------------------------------------------------- */

static CwValue *shape_transpose (CwCall *call, GError **error) {
  int ndim = ndim_of (call, error), n, axes[CW_MAX_NDIM];
  if (ndim < 0) return NULL;
  CwValue *list = call->args[1];
  if (list->kind == CW_V_TUPLE && cw_items_n (list) == 1 && (cw_is_sequence (cw_items_get (list, 0)) || cw_items_get (list, 0)->kind == CW_V_NONE)) {
    list = cw_items_get (list, 0);
  }
  if (list->kind == CW_V_NONE || !cw_items_n (list)) return permuted (call, NULL, error);
  n = cw_items_n (list);
  if (n != ndim) {
    cw_fail (error, CW_ERROR_VALUE, "axes don't match array: %d axes are named for an array of %d dimensions", n, ndim);
    return NULL;
  }
  bool seen[CW_MAX_NDIM] = { false };
  for (int i = 0; i < n; i++) {
    int64_t number;
    if (!cw_value_index (cw_items_get (list, i), &number, error) || !cw_axis_number (number, ndim, &axes[i], error)) return NULL;
    if (seen[axes[i]]) {
      cw_fail (error, CW_ERROR_VALUE, "repeated axis in transpose");
      return NULL;
    }
    seen[axes[i]] = true;
  }
  return permuted (call, axes, error);
}

static CwValue *shape_t (CwCall *call, GError **error) {
  if (call->args[0]->kind == CW_V_SCALAR) return call->args[0];
  return permuted (call, NULL, error);
}

static CwValue *shape_swapaxes (CwCall *call, GError **error) {
  int ndim = ndim_of (call, error), a, b, axes[CW_MAX_NDIM];
  if (ndim < 0 || !cw_arg_axis (call, 1, ndim, &a, error) || !cw_arg_axis (call, 2, ndim, &b, error)) {
    if (error && *error && (*error)->code == CW_ERROR_AXIS && call->lazy | (call->args[0]->kind == CW_V_LAZY)) (*error)->code = CW_ERROR_INDEX;
    return NULL;
  }
  for (int i = 0; i < ndim; i++) axes[i] = i == a ? b : i == b ? a : i;
  return permuted (call, axes, error);
}

static CwValue *shape_moveaxis (CwCall *call, GError **error) {
  int ndim = ndim_of (call, error), n, m, from[CW_MAX_NDIM], to[CW_MAX_NDIM], axes[CW_MAX_NDIM];
  bool taken[CW_MAX_NDIM] = { false };
  if (ndim < 0 || !cw_arg_axes (call, 1, ndim, &n, from, error) || !cw_arg_axes (call, 2, ndim, &m, to, error)) return NULL;
  if (n != m) {
    cw_fail (error, CW_ERROR_VALUE, "`source` and `destination` arguments must have the same number of elements");
    return NULL;
  }
  for (int i = 0; i < ndim; i++) axes[i] = -1;
  for (int i = 0; i < n; i++) {
    axes[to[i]]    = from[i];
    taken[from[i]] = true;
  }
  for (int i = 0, next = 0; i < ndim; i++) {
    if (axes[i] >= 0) continue;
    while (taken[next]) next++;
    axes[i] = next++;
  }
  return permuted (call, axes, error);
}

static CwValue *shape_rollaxis (CwCall *call, GError **error) {
  int ndim = ndim_of (call, error), axis, axes[CW_MAX_NDIM], n = 0;
  int64_t start;
  if (ndim < 0 || !cw_arg_axis (call, 1, ndim, &axis, error) || !cw_arg_int (call, 2, &start, error)) return NULL;
  if (start < -ndim || start > ndim) {
    cw_fail (error, call->lazy || call->args[0]->kind == CW_V_LAZY ? CW_ERROR_VALUE : CW_ERROR_AXIS, "start: %d is out of bounds for an array of dimension %d", (int) start, ndim);
    return NULL;
  }
  if (start < 0) start += ndim;
  for (int i = 0; i <= ndim; i++) {
    if (i == start) axes[n++] = axis;
    if (i < ndim && i != axis) axes[n++] = i;
  }
  return permuted (call, axes, error);
}

/* ---- reshape ---------------------------------------------------------------------------------------------------------------- */

static CwBuffer *reversed_axes (CwBuffer *b) {
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  for (int i = 0; i < b->ndim; i++) {
    shape[i]   = b->shape[b->ndim - 1 - i];
    strides[i] = b->strides[b->ndim - 1 - i];
  }
  return cw_buffer_view (b, b->dtype, b->ndim, shape, strides, b->data);
}

/* Fills in the one length that is -1. */
static bool complete_shape (int64_t size, int ndim, int64_t *shape, GError **error) {
  int64_t known = 1;
  int unknown = -1;
  g_autofree char *asked = cw_shape_to_string (ndim, shape);
  for (int i = 0; i < ndim; i++) {
    if (shape[i] == -1 && unknown >= 0) return cw_fail (error, CW_ERROR_VALUE, "can only specify one unknown dimension");
    if (shape[i] == -1) unknown = i;
    else if (!cw_size_mul (known, shape[i], &known)) known = -2;
  }
  if (unknown >= 0 && known > 0 && size % known == 0) shape[unknown] = size / known;
  else if (unknown >= 0 || known != size) {
    return cw_fail (error, CW_ERROR_VALUE, "cannot reshape array of size %" G_GINT64_FORMAT " into shape %s", size, asked);
  }
  return true;
}

static CwValue *reshaped_eager (CwBuffer *b, int ndim, int64_t *shape, const char *order, GError **error) {
  if (!g_str_equal (order, "C") && !g_str_equal (order, "F") && !g_str_equal (order, "A") && !g_str_equal (order, "K")) {
    cw_fail (error, CW_ERROR_VALUE, "order must be one of 'C', 'F', 'A', or 'K' (got '%s')", order);
    return NULL;
  }
  if (!complete_shape (b->size, ndim, shape, error)) return NULL;
  bool columns = g_str_equal (order, "F"); /* the same with all axes reversed before and after */
  for (int i = 0; columns && i < ndim / 2; i++) {
    int64_t other = shape[ndim - 1 - i];
    shape[ndim - 1 - i] = shape[i];
    shape[i] = other;
  }
  g_autoptr (CwBuffer) turned = columns ? reversed_axes (b) : cw_buffer_ref (b);
  g_autoptr (CwBuffer) flat = cw_buffer_contiguous (turned, error);
  g_autoptr (CwBuffer) result = flat ? cw_buffer_reshape (flat, ndim, shape, error) : NULL;
  return !result ? NULL : cw_eager (columns ? reversed_axes (result) : cw_buffer_ref (result));
}

static CwValue *shape_reshape (CwCall *call, GError **error) {
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  bool lazy_form = call->n > 3, merge = true, shuffle = false; /* Dask's signature has options of its own */
  CwValue *list = call->args[1];
  const char *order = "C";
  if (cw_is_sequence (list) && cw_items_n (list) == 1 && cw_is_sequence (cw_items_get (list, 0))) list = cw_items_get (list, 0);
  if (!cw_value_shape (list, &ndim, shape, error)) return NULL;
  if (!lazy_form && !cw_arg_str (call, 2, &order, error)) return NULL;
  if (lazy_form && (!cw_arg_bool (call, 2, &merge, error) || !cw_arg_bool (call, 4, &shuffle, error))) return NULL;
  CwBuffer *b = eager_argument (call, error);
  if (!call->lazy) return b ? reshaped_eager (b, ndim, shape, order, error) : NULL;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a) return NULL;
  return cw_answer (call, shuffle ? cw_array_reshape_shuffled (a, ndim, shape, error)
                          : merge ? cw_array_reshape (a, ndim, shape, error)
                                  : cw_array_reshape_unmerged (a, ndim, shape, error), error);
}

static CwValue *shape_ravel (CwCall *call, GError **error) {
  int64_t all = -1;
  const char *order = "C";
  CwBuffer *b = eager_argument (call, error);
  if (call->n > 1 && !cw_arg_str (call, 1, &order, error)) return NULL;
  if (call->lazy) {
    CwArray *a = cw_arg_array (call, 0, error);
    return a ? cw_answer (call, cw_array_reshape (a, 1, &all, error), error) : NULL;
  }
  if (b && call->entry->data) b = cw_keep_buffer (cw_buffer_cast (b, b->dtype, error)); /* flatten copies */
  if (b && b->size == 0) all = 0;
  return b ? reshaped_eager (b, 1, &all, order, error) : NULL;
}

static CwValue *shape_squeeze (CwCall *call, GError **error) {
  int ndim = ndim_of (call, error), n, axes[CW_MAX_NDIM];
  if (ndim < 0 || !cw_arg_axes (call, 1, ndim, &n, axes, error)) return NULL;
  CwBuffer *b = eager_argument (call, error);
  if (call->lazy) {
    CwArray *a = cw_arg_array (call, 0, error);
    return a ? cw_answer (call, cw_array_squeeze (a, n, axes, error), error) : NULL;
  }
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  int kept = 0;
  for (int i = 0; b && i < b->ndim; i++) {
    bool drop = n < 0 && b->shape[i] == 1;
    for (int k = 0; k < n; k++) drop |= axes[k] == i;
    if (drop && b->shape[i] != 1) {
      cw_fail (error, CW_ERROR_VALUE, "cannot select an axis to squeeze out which has size not equal to one");
      return NULL;
    }
    if (drop) continue;
    shape[kept]     = b->shape[i];
    strides[kept++] = b->strides[i];
  }
  return b ? cw_eager (cw_buffer_view (b, b->dtype, kept, shape, strides, b->data)) : NULL;
}

static CwValue *expanded (CwCall *call, int n, const int *positions, GError **error) {
  CwBuffer *b = eager_argument (call, error);
  if (call->lazy) {
    CwArray *a = cw_arg_array (call, 0, error);
    return a ? cw_answer (call, cw_array_expand_dims (a, n, positions, error), error) : NULL;
  }
  int64_t shape[2 * CW_MAX_NDIM], strides[2 * CW_MAX_NDIM];
  for (int i = 0, from = 0; b && i < b->ndim + n; i++) {
    bool added = false;
    for (int k = 0; k < n; k++) added |= positions[k] == i;
    shape[i]   = added ? 1 : b->shape[from];
    strides[i] = added ? 0 : b->strides[from];
    from += !added;
  }
  return b ? cw_eager (cw_buffer_view (b, b->dtype, b->ndim + n, shape, strides, b->data)) : NULL;
}

static CwValue *shape_expand_dims (CwCall *call, GError **error) {
  int ndim = ndim_of (call, error), n, axes[CW_MAX_NDIM];
  if (ndim < 0) return NULL;
  int more = cw_is_sequence (call->args[1]) ? cw_items_n (call->args[1]) : 1;
  if (ndim + more > CW_MAX_NDIM) {
    cw_fail (error, CW_ERROR_VALUE, "arrays have at most %d dimensions", CW_MAX_NDIM);
    return NULL;
  }
  return cw_arg_axes (call, 1, ndim + more, &n, axes, error) ? expanded (call, n, axes, error) : NULL;
}

static CwValue *at_least (CwCall *call, int least, GError **error) {
  int ndim = ndim_of (call, error), positions[3], n = 0;
  if (ndim < 0) return NULL;
  if (ndim >= least) return call->lazy && call->args[0]->kind != CW_V_LAZY ? cw_lazy (cw_array_ref (cw_arg_array (call, 0, error)))
                                                                           : cw_value_is_array (call->args[0]) ? call->args[0] : cw_eager (cw_buffer_ref (cw_arg_buffer (call, 0, error)));
  if (least == 3) { /* (n,) becomes (1, n, 1), (n, m) becomes (n, m, 1) */
    if (ndim < 2) positions[n++] = 0;
    if (ndim == 0) positions[n++] = 1;
    positions[n++] = 2;
  } else {
    for (int i = 0; i < least - ndim; i++) positions[n++] = i;
  }
  return expanded (call, n, positions, error);
}

static CwValue *shape_atleast (CwCall *call, GError **error) {
  CwValue *arrays = call->args[0], *list = cw_list ();
  for (int i = 0; i < cw_items_n (arrays); i++) {
    CwCall one = *call;
    one.args[0] = cw_items_get (arrays, i);
    CwValue *v = at_least (&one, call->entry->data, error);
    if (!v) return NULL;
    if (cw_items_n (arrays) == 1) return v;
    cw_items_add (list, v);
  }
  return list;
}

/* ---- flips and broadcasts ------------------------------------------------------------------------------------------------------- */

static CwValue *flipped (CwCall *call, int n, const int *axes, GError **error) {
  CwBuffer *b = eager_argument (call, error);
  int all[CW_MAX_NDIM];
  if (n < 0) {
    n = ndim_of (call, error);
    for (int i = 0; i < n; i++) all[i] = i;
    axes = all;
  }
  if (call->lazy) {
    CwArray *a = cw_arg_array (call, 0, error);
    return a ? cw_answer (call, cw_array_flip (a, n, axes, error), error) : NULL;
  }
  if (!b) return NULL;
  int64_t strides[CW_MAX_NDIM];
  char *data = b->data;
  memcpy (strides, b->strides, (size_t) b->ndim * sizeof *strides);
  for (int i = 0; i < b->ndim; i++) {
    bool turn = false;
    for (int k = 0; k < n; k++) turn |= axes[k] == i;
    if (!turn) continue;
    if (b->size) data += (b->shape[i] - 1) * b->strides[i];
    strides[i] = -b->strides[i];
  }
  return cw_eager (cw_buffer_view (b, b->dtype, b->ndim, b->shape, strides, data));
}

/* Where Dask says ValueError of an axis that does not exist. */
static void as_value_error (GError **error) {
  if (error && *error && (*error)->code == CW_ERROR_AXIS) (*error)->code = CW_ERROR_VALUE;
}

static CwValue *shape_flip (CwCall *call, GError **error) {
  int ndim = ndim_of (call, error), n = 1, axes[CW_MAX_NDIM];
  if (ndim < 0) return NULL;
  if (call->entry->data < 0) {
    if (cw_arg_axes (call, 1, ndim, &n, axes, error)) return flipped (call, n, axes, error);
    if (call->args[0]->kind == CW_V_LAZY) as_value_error (error);
    return NULL;
  }
  axes[0] = call->entry->data;
  if (ndim <= axes[0]) {
    cw_fail (error, CW_ERROR_VALUE, "%s needs an array of at least %d dimensions", call->entry->name, axes[0] + 1);
    return NULL;
  }
  return flipped (call, 1, axes, error);
}

static CwValue *shape_rot90 (CwCall *call, GError **error) {
  int64_t k;
  int n, axes[CW_MAX_NDIM];
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_int (call, 1, &k, error)) return NULL;
  if (!cw_is_sequence (call->args[2]) || cw_items_n (call->args[2]) != 2) {
    if (call->given[2]) {
      cw_fail (error, CW_ERROR_VALUE, "len(axes) must be 2.");
      return NULL;
    }
    axes[0] = 0;
    axes[1] = 1;
    if (a->ndim < 2) {
      cw_fail (error, CW_ERROR_VALUE, "Axes=(0, 1) out of range for array of ndim=%d.", a->ndim);
      return NULL;
    }
  } else if (!cw_arg_axes (call, 2, a->ndim, &n, axes, error)) {
    as_value_error (error);
    return NULL;
  }
  return cw_answer (call, cw_compose_rot90 (a, (int) (((k % 4) + 4) % 4), axes[0], axes[1], error), error);
}

static CwValue *shape_broadcast_to (CwCall *call, GError **error) {
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  CwChunkSpec *chunks;
  if (!cw_arg_shape (call, 1, &ndim, shape, error) || !cw_arg_chunks (call, 2, &chunks, error)) return NULL;
  CwBuffer *b = eager_argument (call, error);
  if (!call->lazy) return b ? cw_eager (cw_buffer_broadcast (b, ndim, shape, error)) : NULL;
  CwArray *a = cw_arg_array (call, 0, error);
  return a ? cw_answer (call, cw_array_broadcast_to (a, ndim, shape, chunks, error), error) : NULL;
}

static CwValue *shape_broadcast_arrays (CwCall *call, GError **error) {
  int n, ndim;
  int64_t shape[CW_MAX_NDIM];
  CwArray **in;
  for (int i = 0; i < cw_items_n (call->args[0]); i++) call->lazy |= cw_items_get (call->args[0], i)->kind == CW_V_LAZY;
  if (!cw_arg_arrays (call, 0, &n, &in, error)) return NULL;
  CwArray **unified = cw_keep_memory (g_memdup2 (in, sizeof *in * (gsize) (n + 1)));
  for (int i = 0; i < n; i++) cw_array_ref (unified[i]);
  bool ok = cw_arrays_unify (n, unified, error) && cw_shapes_broadcast (n, unified, &ndim, shape, error);
  CwValue *list = cw_list ();
  for (int i = 0; i < n; i++) {
    CwChunkSpec *spec = cw_keep (cw_chunk_spec_new (ok ? ndim : 0), (GDestroyNotify) cw_chunk_spec_free);
    for (int d = 0; ok && d < ndim; d++) { /* the cut of whichever array is long on this axis */
      spec->axes[d].kind = CW_CHUNK_WHOLE;
      for (int k = 0; k < n; k++) {
        int at = d - (ndim - unified[k]->ndim);
        if (at < 0 || unified[k]->shape[at] != shape[d] || spec->axes[d].lengths) continue;
        spec->axes[d].kind    = CW_CHUNK_LENGTHS;
        spec->axes[d].n       = unified[k]->axes[at]->n;
        spec->axes[d].lengths = g_memdup2 (unified[k]->axes[at]->lengths, sizeof (int64_t) * (gsize) spec->axes[d].n);
      }
    }
    CwValue *v = ok ? cw_answer (call, cw_array_broadcast_to (unified[i], ndim, shape, spec, error), error) : NULL;
    cw_array_unref (unified[i]);
    if (v) cw_items_add (list, v);
    ok &= v != NULL;
  }
  return ok ? list : NULL;
}

/* ---- chunks ------------------------------------------------------------------------------------------------------------------------ */

static CwValue *shape_rechunk (CwCall *call, GError **error) {
  CwChunkSpec *spec = NULL;
  bool balance;
  call->lazy = true;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_bool (call, 4, &balance, error)) return NULL;
  if (cw_arg_is_none (call, 1)) {
    cw_fail (error, CW_ERROR_VALUE, "You must specify a chunks= keyword argument: a number, a tuple, a dict, 'auto' or -1 for one block");
    return NULL;
  }
  if (call->args[1]->kind == CW_V_DICT) { /* negative axes count from the end */
    CwValue *positive = cw_dict ();
    for (guint i = 0; i < call->args[1]->dict.keys->len; i++) {
      int64_t axis;
      int number;
      if (!cw_value_index (call->args[1]->dict.keys->pdata[i], &axis, error) || !cw_axis_number (axis, a->ndim, &number, error)) return NULL;
      cw_dict_set (positive, cw_int (number), call->args[1]->dict.values->pdata[i], NULL);
    }
    if (!cw_value_chunks (positive, &spec, error)) return NULL;
  } else if (!cw_value_chunks (call->args[1], &spec, error)) {
    return NULL;
  }
  if (cw_is_sequence (call->args[1]) && spec->n > a->ndim) { /* Dask looks at as many entries as there are axes */
    for (int i = a->ndim; i < spec->n; i++) g_clear_pointer (&spec->axes[i].lengths, g_free);
    spec->n = a->ndim;
  }
  for (int i = 0; i < spec->n && cw_is_sequence (call->args[1]); i++) { /* in rechunk None keeps an axis as it is */
    if (cw_items_get (call->args[1], i)->kind == CW_V_NONE) spec->axes[i].kind = CW_CHUNK_KEEP;
  }
  if (!cw_arg_is_none (call, 3) && !cw_arg_int (call, 3, &spec->limit_bytes, error)) return NULL;
  return cw_answer (call, cw_array_rechunk (a, spec, balance, error), error);
}

static CwValue *shape_number (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  if (!cw_value_is_array (v)) {
    CwBuffer *b = cw_arg_buffer (call, 0, error);
    if (!b) return NULL;
    v = cw_eager (cw_buffer_ref (b));
  }
  return cw_value_attribute (v, call->entry->name, error);
}

const CwEntry cw_entries_shape[] = {
  { "transpose", CW_IN_MODULES, "a, axes=None", shape_transpose, "The array with its axes in another order.", 0 },
  { "transpose", CW_IN_ARRAY, "a, *axes", shape_transpose, "The array with its axes in another order.", 0 },
  { "permute_dims", CW_IN_NP, "a, axes=None", shape_transpose, "The array with its axes in another order.", 0 },
  CW_PROPERTY ("T", CW_IN_ARRAY, shape_t, "The transpose: axes in reversed order."),
  { "swapaxes", CW_IN_ALL, "a, axis1, axis2", shape_swapaxes, "The array with two axes exchanged.", 0 },
  { "moveaxis", CW_IN_MODULES, "a, source, destination", shape_moveaxis, "The array with axes moved to other places.", 0 },
  { "rollaxis", CW_IN_MODULES, "a, axis, start=0", shape_rollaxis, "The array with an axis moved before another.", 0 },
  { "reshape", CW_IN_NP, "a, newshape, order='C'", shape_reshape, "The same elements in another shape.", 0 },
  { "reshape", CW_IN_EAGER, "a, *shape, order='C'", shape_reshape, "The same elements in another shape.", 0 },
  { "reshape", CW_IN_DA, "x, shape, merge_chunks=True, limit=None, shuffle=False", shape_reshape, "The same elements in another shape.", 0 },
  { "reshape", CW_IN_LAZY, "x, *shape, merge_chunks=True, limit=None, shuffle=False", shape_reshape, "The same elements in another shape.", 0 },
  { "ravel", CW_IN_NP | CW_IN_EAGER, "a, order='C'", shape_ravel, "All elements in one axis.", 0 },
  { "ravel", CW_IN_DA | CW_IN_LAZY, "array", shape_ravel, "All elements in one axis.", 0 },
  { "flatten", CW_IN_EAGER, "a, order='C'", shape_ravel, "All elements in one axis, as a copy.", 1 },
  { "flatten", CW_IN_LAZY, "array", shape_ravel, "All elements in one axis.", 0 },
  { "squeeze", CW_IN_ALL, "a, axis=None", shape_squeeze, "The array without axes of length 1.", 0 },
  { "expand_dims", CW_IN_MODULES, "a, axis", shape_expand_dims, "The array with axes of length 1 added.", 0 },
  { "atleast_1d", CW_IN_MODULES, "*arrays", shape_atleast, "At least one dimension.", 1 },
  { "atleast_2d", CW_IN_MODULES, "*arrays", shape_atleast, "At least two dimensions.", 2 },
  { "atleast_3d", CW_IN_MODULES, "*arrays", shape_atleast, "At least three dimensions.", 3 },
  { "flip", CW_IN_MODULES, "m, axis=None", shape_flip, "The elements in reversed order along axes.", -1 },
  { "flipud", CW_IN_MODULES, "m", shape_flip, "The first axis reversed.", 0 },
  { "fliplr", CW_IN_MODULES, "m", shape_flip, "The second axis reversed.", 1 },
  { "rot90", CW_IN_MODULES, "m, k=1, axes=None", shape_rot90, "The plane of two axes turned by 90 degrees.", 0 },
  { "broadcast_to", CW_IN_MODULES, "x, shape, chunks=None", shape_broadcast_to, "The array repeated to a larger shape.", 0 },
  { "broadcast_arrays", CW_IN_MODULES, "*args", shape_broadcast_arrays, "Arrays brought to one shape.", 0 },
  { "rechunk", CW_IN_DA | CW_IN_LAZY, "x, chunks='auto', threshold=None, block_size_limit=None, balance=False", shape_rechunk, "The same array cut into other chunks.", 0 },
  { "shape", CW_IN_MODULES, "a", shape_number, "Lengths of the axes.", 0 },
  { "ndim", CW_IN_MODULES, "a", shape_number, "Number of axes.", 0 },
  { "size", CW_IN_NP, "a", shape_number, "Number of elements.", 0 },
  { 0 },
};
