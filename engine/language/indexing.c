/* indexing.c: what stands between the brackets after an array, and functions that choose elements.
 *
 * Lazy arrays follow Dask's rules, which engine/array knows; eager ones follow NumPy's. The reading of the
 * brackets is the same for both.
 */
#include <math.h>
#include <string.h>

#include "engine/language/containers.h"
#include "engine/language/eager-index.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

#define MAX_ITEMS (2 * CW_MAX_NDIM)

/* ---- reading an index ------------------------------------------------------------------------------------------------ */

static bool index_int (CwValue *v, CwIndex *out, bool lazy, GError **error) {
  double f = v->kind == CW_V_FLOAT ? v->f : 0;
  out->kind = CW_INDEX_INT;
  if (v->kind == CW_V_FLOAT && lazy && f == floor (f) && fabs (f) < 1e18) {
    out->start = (int64_t) f;
    return true;
  }
  if (v->kind == CW_V_FLOAT && lazy) {
    g_autofree char *text = cw_float_repr (f);
    return cw_fail (error, CW_ERROR_INDEX, "Bad index.  Must be integer-like: %s", text);
  }
  if (cw_value_index (v, &out->start, NULL)) return true;
  if (v->kind == CW_V_STR && lazy) return cw_fail (error, CW_ERROR_KEY, "'There are no fields: an array is indexed by ints, slices, lists, None and ..., not by text'");
  return cw_fail (error, CW_ERROR_INDEX, "only integers, slices (`:`), ellipsis (`...`), numpy.newaxis (`None`) and integer or boolean arrays are valid indices");
}

/* Dask takes floats that are whole, also in slices. */
static bool index_slice (CwValue *v, CwIndex *out, GError **error) {
  CwValue *parts[3] = { v->slice.start, v->slice.stop, v->slice.step }, *whole = cw_value_new (CW_V_SLICE);
  for (int i = 0; i < 3; i++) {
    if (parts[i]->kind != CW_V_FLOAT) continue;
    if (!index_int (parts[i], out, true, error)) return false;
    parts[i] = cw_int (out->start);
  }
  whole->slice.start = cw_value_ref (parts[0]);
  whole->slice.stop  = cw_value_ref (parts[1]);
  whole->slice.step  = cw_value_ref (parts[2]);
  return cw_slice_from_value (whole, out, error);
}

/* Dask counts the elements of a mask in lists as if they lay in one axis, and so refuses masks of several axes that are not arrays. */
static bool refuse_nested_mask (CwBuffer *b, GError **error) {
  return cw_fail (error, CW_ERROR_INDEX, "Boolean array with size %" G_GINT64_FORMAT " is not long enough for axis 0: "
                  "nested lists are no mask here; make an array of them first, with np.array(...)", b->size);
}

static bool index_list (CwValue *v, CwIndex *out, bool lazy, GError **error) {
  CwBuffer *b = cw_buffer_from_value (v, CW_DTYPE_NONE, error);
  if (!b) return false;
  if (lazy && cw_is_sequence (v) && b->dtype == CW_BOOL && b->ndim > 1) return refuse_nested_mask (b, error);
  bool whole = b->dtype == CW_FLOAT64 && (lazy || b->size == 0);
  for (int64_t i = 0; whole && i < b->size; i++) whole = cw_buffer_get (b, i).f == floor (cw_buffer_get (b, i).f);
  if (whole) b = cw_keep_buffer (cw_buffer_cast (b, CW_INT64, error));
  out->kind = CW_INDEX_LIST;
  out->list = b;
  return b != NULL;
}

static bool index_item (CwValue *v, CwIndex *out, bool lazy, GError **error) {
  *out = (CwIndex){ .kind = CW_INDEX_NEWAXIS };
  switch (v->kind) {
  case CW_V_NONE:
    return true;
  case CW_V_ELLIPSIS:
    out->kind = CW_INDEX_ELLIPSIS;
    return true;
  case CW_V_SLICE:
    return lazy ? index_slice (v, out, error) : cw_slice_from_value (v, out, error);
  case CW_V_LIST:
  case CW_V_TUPLE:
  case CW_V_RANGE:
    return index_list (v, out, lazy, error);
  case CW_V_BOOL:
    return index_list (v, out, lazy, error);
  case CW_V_EAGER:
    if (v->buffer->ndim == 0 && cw_dtype_is_integer (v->buffer->dtype)) return index_int (v, out, lazy, error);
    return index_list (v, out, lazy, error);
  case CW_V_LAZY:
    if (!lazy) return index_list (v, out, lazy, error);
    if (v->array->ndim == 0 && cw_dtype_is_integer (v->array->dtype)) return index_int (v, out, lazy, error);
    out->kind  = CW_INDEX_ARRAY;
    out->array = v->array;
    return true;
  default:
    return index_int (v, out, lazy, error);
  }
}

static bool read_index (CwValue *v, CwIndex *items, int *n, bool lazy, GError **error) {
  bool many = v->kind == CW_V_TUPLE;
  *n = many ? cw_items_n (v) : 1;
  if (*n > MAX_ITEMS) return cw_fail (error, CW_ERROR_INDEX, "too many indices for array");
  for (int i = 0; i < *n; i++) {
    if (!index_item (many ? cw_items_get (v, i) : v, &items[i], lazy, error)) return false;
  }
  return true;
}

/* ---- vindex ----------------------------------------------------------------------------------------------------------- */

typedef struct {
  int        n;
  CwIndex    items[MAX_ITEMS];
} Pointwise;

static void pointwise_free (void *data) {
  Pointwise *p = data;
  for (int i = 0; i < p->n; i++) {
    if (p->items[i].kind == CW_INDEX_LIST) cw_buffer_unref (p->items[i].list);
  }
  g_free (p);
}

static CwBuffer *pointwise_read (CwBuffer *const *in, int n_in, void *data, GError **error) {
  Pointwise *p = data;
  g_autoptr (CwBuffer) b = cw_buffer_index (in[0], p->n, p->items, error);
  return b ? cw_buffer_contiguous (b, error) : NULL;
}

/* What vindex takes: ints and slices, which are applied first as everywhere, and at least one list. */
static bool check_vindex (CwArray *a, int n, const CwIndex *items, GError **error) {
  int lists = 0, slices = 0;
  if (cw_array_has_unknown (a)) return cw_fail (error, CW_ERROR_VALUE, "Arrays chunk sizes are unknown: call .compute_chunk_sizes() before vindex");
  for (int i = 0; i < n; i++) {
    const CwIndex *item = &items[i];
    if (item->kind == CW_INDEX_NEWAXIS) return cw_fail (error, CW_ERROR_INDEX, "vindex does not support indexing with None (np.newaxis)");
    if (item->kind == CW_INDEX_ARRAY) return cw_fail (error, CW_ERROR_INDEX, "vindex does not support indexing with dask objects: call compute() on the index first");
    if (item->kind == CW_INDEX_LIST && item->list->dtype == CW_BOOL) return cw_fail (error, CW_ERROR_INDEX, "vindex does not support indexing with boolean arrays");
    lists += item->kind == CW_INDEX_LIST || item->kind == CW_INDEX_INT;
    slices += item->kind == CW_INDEX_SLICE && (item->has_start || item->has_stop || item->has_step);
  }
  return lists || !slices || cw_fail (error, CW_ERROR_INDEX, "vindex requires at least one list where slices are not over the whole array: use x[...] for slices alone");
}

/* One item an axis: an Ellipsis and the missing end become full slices. */
static bool fill_vindex (CwArray *a, CwIndex *items, int *n, GError **error) {
  CwIndex given[MAX_ITEMS];
  int used = 0, k = 0;
  for (int i = 0; i < *n; i++) used += items[i].kind != CW_INDEX_ELLIPSIS;
  if (used > a->ndim) return cw_fail (error, CW_ERROR_INDEX, "Too many indices for array: it has %d dimensions, but %d were indexed", a->ndim, used);
  memcpy (given, items, sizeof *items * (size_t) *n);
  bool filled = false;
  for (int i = 0; i <= *n; i++) {
    bool here = !filled && (i == *n || given[i].kind == CW_INDEX_ELLIPSIS);
    for (int f = 0; here && f < a->ndim - used; f++) items[k++] = (CwIndex){ .kind = CW_INDEX_SLICE };
    filled |= here;
    if (i < *n && given[i].kind != CW_INDEX_ELLIPSIS) items[k++] = given[i];
  }
  *n = k;
  return true;
}

/* Points of @a, whose axes the lists of @p index from the first on: the points' axes come first, then the others as they are cut. */
static CwArray *read_points (CwArray *a, Pointwise *p, int lists, GError **error) {
  int64_t shape[CW_MAX_NDIM] = { 1 }, zeros[CW_MAX_NDIM] = { 0 };
  CwAxis *axes[CW_MAX_NDIM];
  int follow[1][CW_MAX_NDIM];
  g_autoptr (CwBuffer) one = cw_buffer_new (CW_BOOL, 0, shape, error);
  g_autoptr (CwBuffer) like = one ? cw_buffer_view (one, CW_BOOL, a->ndim, a->shape, zeros, one->data) : NULL;
  g_autoptr (CwBuffer) result = like ? cw_buffer_index (like, p->n, p->items, error) : NULL; /* the shape, and whether all positions exist */
  if (!result) {
    pointwise_free (p);
    return NULL;
  }
  int points = result->ndim - (a->ndim - lists);
  for (int i = 0; i < points; i++) axes[i] = cw_axis_new_uniform (result->shape[i], MAX (result->shape[i], 1));
  for (int i = 0; i < a->ndim; i++) {
    follow[0][i] = i < lists ? -1 : points + i - lists;
    if (i >= lists) axes[points + i - lists] = cw_axis_ref (a->axes[i]);
  }
  CwArray *read = cw_array_blockwise ("vindex-merge", pointwise_read, p, pointwise_free, 1, &a, follow, a->dtype, result->ndim, axes);
  for (int i = 0; i < result->ndim; i++) cw_axis_unref (axes[i]);
  return read;
}

/* x.vindex[...]: the axes of the points come first whatever stands between the lists. */
static CwValue *vindex (CwArray *a, CwValue *index, GError **error) {
  CwIndex read[MAX_ITEMS], basic[MAX_ITEMS], lists[MAX_ITEMS];
  int n, n_lists = 0, order[MAX_ITEMS], axis = 0, rest = 0;
  if (!read_index (index, read, &n, true, error) || !check_vindex (a, n, read, error) || !fill_vindex (a, read, &n, error)) return NULL;
  for (int i = 0; i < n; i++) {
    bool list = read[i].kind == CW_INDEX_LIST;
    basic[i] = list ? (CwIndex){ .kind = CW_INDEX_SLICE } : read[i];
    if (list) {
      order[n_lists]   = axis;
      lists[n_lists++] = read[i];
    }
    axis += read[i].kind != CW_INDEX_INT;
  }
  g_autoptr (CwArray) viewed = cw_array_index (a, n, basic, error);
  if (!viewed || !n_lists) return cw_lazy (g_steal_pointer (&viewed));
  for (int i = 0, k = 0; i < viewed->ndim; i++) {
    if (k < n_lists && order[k] == i) k++;
    else order[n_lists + rest++] = i;
  }
  g_autoptr (CwArray) front = cw_array_transpose (viewed, order, error);
  if (!front) return NULL;
  Pointwise *p = g_new0 (Pointwise, 1);
  p->n = n_lists;
  for (int i = 0; i < n_lists; i++) {
    p->items[i] = lists[i];
    cw_buffer_ref (lists[i].list);
  }
  return cw_lazy (read_points (front, p, n_lists, error));
}

/* ---- reading and writing ------------------------------------------------------------------------------------------------ */

static CwValue *accessor_item (CwValue *v, CwValue *index, GError **error) {
  CwArray *a = v->accessor.of->array;
  CwIndex items[MAX_ITEMS];
  int n;
  if (g_str_equal (v->accessor.what, "vindex")) return vindex (a, index, error);
  if (!read_index (index, items, &n, true, error)) return NULL;
  return cw_lazy (cw_array_blocks (a, n, items, error));
}

CwValue *cw_array_item (CwValue *v, CwValue *index, GError **error) {
  CwIndex items[MAX_ITEMS];
  int n;
  if (v->kind == CW_V_ACCESSOR) return accessor_item (v, index, error);
  if (!read_index (index, items, &n, v->kind == CW_V_LAZY, error)) return NULL;
  if (v->kind == CW_V_LAZY) return cw_lazy (cw_array_index (v->array, n, items, error));
  g_autoptr (CwBuffer) b = v->kind == CW_V_EAGER ? cw_buffer_ref (v->buffer) : cw_buffer_from_scalar (v->scalar);
  CwBuffer *out = cw_buffer_index (b, n, items, error);
  bool all_ints = out && out->ndim == 0;
  for (int i = 0; i < n && all_ints; i++) all_ints = items[i].kind != CW_INDEX_ELLIPSIS;
  return all_ints ? cw_eager_or_scalar (out) : cw_eager (out);
}

/* NaN is no integer; a complex number is no real one, though Dask drops its imaginary part. */
static bool check_number (CwDtype dtype, bool lazy, CwValue *to, GError **error) {
  CwScalar s;
  if (!cw_value_scalar (to, &s)) return true;
  if (!lazy && cw_dtype_is_complex (s.dtype) && !cw_dtype_is_complex (dtype)) {
    return cw_fail (error, CW_ERROR_TYPE, "can't convert complex to %s: take the real part, or make the array complex with astype(complex)", cw_dtype_is_float (dtype) ? "float" : "int");
  }
  if (!cw_dtype_is_integer (dtype) || !cw_dtype_is_float (s.dtype)) return true;
  if (isnan (s.f)) return cw_fail (error, CW_ERROR_VALUE, "cannot convert float NaN to integer");
  if (isinf (s.f)) return cw_fail (error, CW_ERROR_OVERFLOW, "cannot convert float infinity to integer");
  return true;
}

/* x[mask] = to, where the mask is a Dask array: where(mask, to, x), whose dtype and cuts the array then has, as in Dask. */
static bool assign_where (CwValue *v, CwValue *mask, CwValue *to, GError **error) {
  g_autoptr (GError) refused = NULL;
  if (to->kind == CW_V_LAZY && to->array->ndim > 1) {
    return cw_fail (error, CW_ERROR_VALUE, "boolean index array should have 1 dimension: what is assigned where a mask holds is a number, or an array of one axis; where(mask, a, b) takes any");
  }
  CwValue *chosen = cw_apply_ufunc (CW_UFUNC_where, 3, (CwValue *[]){ mask, to, v }, CW_DTYPE_NONE, &refused);
  if (!chosen && refused->code != CW_ERROR_VALUE) {
    g_propagate_error (error, g_steal_pointer (&refused));
    return false;
  }
  bool same = chosen && chosen->array->ndim == v->array->ndim && cw_shape_equal (v->array->ndim, chosen->array->shape, v->array->shape);
  if (!same) return cw_fail (error, CW_ERROR_VALUE, "Boolean index assignment in Dask expects equally shaped arrays: the mask has the shape of the array, and the value fits it");
  cw_array_unref (v->array);
  v->array = cw_array_ref (chosen->array);
  return true;
}

static bool lazy_assign (CwValue *v, CwValue *index, CwValue *to, GError **error) {
  CwIndex items[MAX_ITEMS];
  CwOperand value;
  CwCall call = { .session = cw_current_session (), .lazy = true };
  int n;
  if (index->kind == CW_V_BOOL) {
    return cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "dask does not yet implement assignment to a scalar boolean index: %s; write x[...] = value inside an if", index->b ? "True" : "False");
  }
  if (index->kind == CW_V_LAZY && index->array->dtype == CW_BOOL) return assign_where (v, index, to, error);
  if (!read_index (index, items, &n, true, error) || !cw_value_operand (&call, to, &value, error)) return false;
  int lists = 0;
  for (int i = 0; i < n; i++) lists += items[i].kind == CW_INDEX_LIST;
  if (lists > 1) {
    return cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "dask is currently limited to at most one dimension's assignment index being a 1-d array of integers or booleans: assign in a loop, or to slices");
  }
  for (int i = 0; i < n; i++) {
    if (items[i].kind != CW_INDEX_ARRAY || items[i].array->dtype == CW_BOOL) continue;
    return cw_fail (error, CW_ERROR_VALUE, "Boolean index assignment in Dask expects equally shaped arrays: a lazy array of positions cannot be assigned to; a list can");
  }
  CwArray *a = cw_array_set_item (v->array, n, items, value, error);
  if (!a) return false;
  cw_array_unref (v->array);
  v->array = a;
  return true;
}

bool cw_array_assign (CwValue *v, CwValue *index, CwValue *to, GError **error) {
  CwIndex items[MAX_ITEMS];
  int n;
  CwDtype dtype = v->kind == CW_V_LAZY ? v->array->dtype : v->buffer->dtype;
  if (!check_number (dtype, v->kind == CW_V_LAZY, to, error)) return false;
  if (v->kind == CW_V_LAZY) return lazy_assign (v, index, to, error);
  if (!read_index (index, items, &n, false, error)) return false;
  CwBuffer *value = cw_value_buffer (to, error);
  if (!value) return false;
  CwScalar s;
  CwDtype ignored;
  if (cw_value_scalar (to, &s) && s.weak && cw_dtype_is_integer (dtype) && cw_dtype_is_integer (s.dtype) &&
      !cw_dtype_promote_scalar (dtype, s, &ignored, error)) {
    return false;
  }
  return cw_buffer_assign (v->buffer, n, items, value, error);
}

/* ---- functions ------------------------------------------------------------------------------------------------------------ */

static CwValue *indexing_take (CwCall *call, GError **error) {
  int axis = 0;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a) return NULL;
  g_autoptr (CwArray) flat = NULL;
  if (cw_arg_is_none (call, 2)) {
    int64_t all = -1;
    flat = cw_array_reshape (a, 1, &all, error);
    a = flat;
    if (!a) return NULL;
  } else if (!cw_arg_axis (call, 2, a->ndim, &axis, error)) {
    return NULL;
  }
  CwValue *indices = call->args[1];
  if (indices->kind == CW_V_LAZY || cw_value_is_number (indices)) {
    CwIndex items[CW_MAX_NDIM];
    for (int i = 0; i < axis; i++) items[i] = (CwIndex){ .kind = CW_INDEX_SLICE };
    if (!index_item (indices, &items[axis], true, error)) return NULL;
    return cw_answer (call, cw_array_index (a, axis + 1, items, error), error);
  }
  CwBuffer *list = cw_arg_buffer (call, 1, error);
  if (!list) return NULL;
  if (!call->lazy) { /* any shape of indices, as in NumPy */
    CwBuffer *b = cw_value_buffer (call->args[0], error);
    CwIndex items[CW_MAX_NDIM];
    for (int i = 0; i < axis; i++) items[i] = (CwIndex){ .kind = CW_INDEX_SLICE };
    items[axis] = (CwIndex){ .kind = CW_INDEX_LIST, .list = list };
    g_autoptr (CwBuffer) flat_b = b && flat ? cw_buffer_contiguous (b, error) : NULL;
    g_autoptr (CwBuffer) one = flat_b ? cw_buffer_reshape (flat_b, 1, &flat_b->size, error) : NULL;
    return b && (!flat || one) ? cw_eager_or_scalar (cw_buffer_index (flat ? one : b, axis + 1, items, error)) : NULL;
  }
  return cw_answer (call, cw_array_take (a, list, axis, error), error);
}

/* compress(condition, a, axis) and extract(condition, a). */
static CwValue *indexing_compress (CwCall *call, GError **error) {
  int axis = 0;
  CwArray *a = cw_arg_array (call, 1, error);
  if (!a) return NULL;
  g_autoptr (CwArray) flat = NULL;
  int64_t all = -1;
  if (cw_arg_is_none (call, 2)) {
    flat = cw_array_reshape (a, 1, &all, error);
    a = flat;
    if (!a) return NULL;
  } else if (!cw_arg_axis (call, 2, a->ndim, &axis, error)) {
    return NULL;
  }
  CwValue *condition = call->args[0];
  CwIndex items[CW_MAX_NDIM];
  for (int i = 0; i < axis; i++) items[i] = (CwIndex){ .kind = CW_INDEX_SLICE };
  if (condition->kind == CW_V_LAZY || (call->lazy && call->entry->data)) {
    CwArray *given = cw_value_array (call, condition, error);
    g_autoptr (CwArray) mask = given ? cw_array_astype (given, CW_BOOL, error) : NULL;
    g_autoptr (CwArray) row = mask && mask->ndim != 1 && call->entry->data ? cw_array_reshape (mask, 1, &all, error) : mask ? cw_array_ref (mask) : NULL;
    if (!row) return NULL;
    if (row->ndim != 1) {
      cw_fail (error, CW_ERROR_VALUE, "Condition must be one dimensional");
      return NULL;
    }
    items[axis] = (CwIndex){ .kind = CW_INDEX_ARRAY, .array = row };
    return cw_answer (call, cw_array_index (a, axis + 1, items, error), error);
  }
  CwBuffer *given = cw_buffer_from_value (condition, CW_BOOL, error);
  if (!given) return NULL;
  if (given->ndim != 1 && !call->entry->data) {
    cw_fail (error, CW_ERROR_VALUE, "Condition must be one dimensional");
    return NULL;
  }
  CwBuffer *flat_given = cw_keep_buffer (cw_buffer_contiguous (given, error));
  CwBuffer *mask = flat_given ? cw_keep_buffer (cw_buffer_reshape (flat_given, 1, &flat_given->size, error)) : NULL;
  CwBuffer *positions;
  if (!mask || !cw_buffer_nonzero (mask, &positions, error)) return NULL;
  cw_keep_buffer (positions);
  return cw_answer (call, cw_array_take (a, positions, axis, error), error);
}

static CwValue *indexing_accessor (CwCall *call, GError **error) {
  CwValue *v = cw_value_new (CW_V_ACCESSOR);
  v->accessor.of   = cw_value_ref (call->args[0]);
  v->accessor.what = call->entry->data ? "vindex" : "blocks";
  return v;
}

static CwValue *indexing_item (CwCall *call, GError **error) {
  CwBuffer *b = cw_arg_buffer (call, 0, error);
  if (!b) return NULL;
  CwValue *args = call->args[1], *only = cw_items_n (args) == 1 ? cw_items_get (args, 0) : NULL;
  CwScalar s;
  if (cw_items_n (args)) { /* one number counts through all elements */
    g_autoptr (CwBuffer) line = only && only->kind != CW_V_TUPLE ? cw_buffer_reshape (b, 1, &b->size, error) : cw_buffer_ref (b);
    CwValue *at = line ? cw_array_item (cw_eager (cw_buffer_ref (line)), only ? only : args, error) : NULL;
    if (!at || at->kind != CW_V_SCALAR) return at;
    s = at->scalar;
  } else if (b->size != 1) {
    cw_fail (error, CW_ERROR_VALUE, "can only convert an array of size 1 to a Python scalar");
    return NULL;
  } else {
    s = cw_buffer_get (b, 0);
  }
  return cw_python_number (s);
}

CwValue *cw_python_number (CwScalar s) {
  switch (cw_dtype_kind (s.dtype)) {
  case 'b':
    return cw_bool (s.i);
  case 'f':
    return cw_float (s.f);
  case 'c':
    return cw_complex (s.c);
  default:
    return cw_int (cw_scalar_to_int (s));
  }
}

static CwValue *nested_list (const CwBuffer *b, int axis, int64_t *index) {
  if (axis == b->ndim && cw_dtype_is_text (b->dtype)) return cw_str_take (cw_text_get (b->dtype, cw_buffer_at (b, index)));
  if (axis == b->ndim) return cw_python_number (cw_scalar_load (b->dtype, cw_buffer_at (b, index)));
  CwValue *list = cw_list ();
  for (index[axis] = 0; index[axis] < b->shape[axis]; index[axis]++) cw_items_add (list, nested_list (b, axis + 1, index));
  return list;
}

static CwValue *indexing_tolist (CwCall *call, GError **error) {
  CwBuffer *b = cw_arg_buffer (call, 0, error);
  int64_t index[CW_MAX_NDIM] = { 0 };
  return b ? nested_list (b, 0, index) : NULL;
}

const CwEntry cw_entries_indexing[] = {
  { "take", CW_IN_MODULES | CW_IN_EAGER, "a, indices, axis=None", indexing_take, "Elements at given positions along an axis.", 0 },
  { "take", CW_IN_DA, "a, indices, axis=0", indexing_take, "Elements at given positions along an axis.", 0 },
  { "compress", CW_IN_MODULES, "condition, a, axis=None", indexing_compress, "Slices of an array where a condition holds.", 0 },
  { "extract", CW_IN_MODULES, "condition, arr, axis=None", indexing_compress, "Elements where a condition holds.", 1 },
  CW_PROPERTY ("blocks", CW_IN_LAZY, indexing_accessor, "Blocks by their number: x.blocks[0, 1]."),
  CW_PROPERTY ("partitions", CW_IN_LAZY, indexing_accessor, "Blocks by their number, as x.blocks."),
  { "vindex", CW_IN_LAZY, NULL, indexing_accessor, "Points by lists of positions: x.vindex[[0, 1], [2, 3]].", 1, CW_ENTRY_PROPERTY },
  { "item", CW_IN_EAGER, "a, *args", indexing_item, "One element as a Python number.", 0 },
  { "tolist", CW_IN_EAGER, "a", indexing_tolist, "The elements as nested lists of Python numbers.", 0 },
  { 0 },
};
