/* family-sets.c: sorting, searching, distinct values, positions. */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/eager-index.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

static CwArray *flat (CwArray *a, GError **error) {
  int64_t all = -1;
  return a->ndim == 1 ? a : cw_keep_array (cw_array_reshape (a, 1, &all, error));
}

/* ---- sort --------------------------------------------------------------------------------------------------------------- */

static CwValue *sets_sort (CwCall *call, GError **error) {
  bool lazy = call->via & CW_IN_DA; /* Dask has no sort: NumPy's works on the computed values, da.sort is our own */
  CwBuffer *b = lazy ? NULL : cw_arg_buffer (call, 0, error);
  int axis = 0;
  CwCall eager = { .session = call->session, .lazy = lazy };
  CwArray *a = lazy ? cw_arg_array (call, 0, error) : b ? cw_value_array (&eager, cw_eager (cw_buffer_ref (b)), error) : NULL;
  if (!a) return NULL;
  if (cw_arg_is_none (call, 1)) a = flat (a, error);
  else if (!cw_arg_axis (call, 1, a->ndim, &axis, error)) return NULL;
  return a ? cw_answer (&eager, cw_compose_sort (a, axis, call->entry->data, error), error) : NULL;
}

static CwValue *sets_sort_in_place (CwCall *call, GError **error) {
  CwValue *sorted = cw_entry_call (cw_register_find (CW_IN_NP, "sort"), CW_IN_NP, NULL, 2, call->args, NULL, error);
  if (!sorted || !cw_set_item (call->args[0], cw_value_new (CW_V_ELLIPSIS), sorted, error)) return NULL;
  return cw_none ();
}

static CwValue *sets_topk (CwCall *call, GError **error) {
  int64_t k;
  int axis;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_int (call, 1, &k, error) || !cw_arg_axis (call, 2, a->ndim, &axis, error)) return NULL;
  return cw_answer (call, cw_compose_topk (a, k, axis, call->entry->data, error), error);
}

/* ---- distinct values ------------------------------------------------------------------------------------------------------- */

static CwValue *sets_unique (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error), *line = a ? flat (a, error) : NULL;
  CwValue *parts = cw_tuple ();
  for (int i = 0; i < 4 && line; i++) {
    bool wanted = i == 0;
    if (i && !cw_arg_bool (call, i, &wanted, error)) return NULL;
    g_autoptr (CwArray) part = wanted ? cw_compose_unique (line, (CwUniquePart) i, error) : NULL;
    bool like = part && i == CW_UNIQUE_INVERSE && !cw_array_has_unknown (line); /* as long as the array, and cut as it is */
    CwValue *v = !part ? NULL : cw_answer (call, like ? cw_array_rechunk_to (part, line->axes, error) : cw_array_ref (part), error);
    if (wanted && !v) return NULL;
    if (v) cw_items_add (parts, v);
  }
  return !line ? NULL : cw_items_n (parts) == 1 ? cw_items_get (parts, 0) : parts;
}

static CwValue *sets_union1d (CwCall *call, GError **error) {
  for (int i = 0; i < 2; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *parts[2] = { cw_arg_array (call, 0, error), NULL };
  parts[1] = parts[0] ? cw_arg_array (call, 1, error) : NULL;
  if (!parts[1] || !(parts[0] = flat (parts[0], error)) || !(parts[1] = flat (parts[1], error))) return NULL;
  CwArray *both = cw_keep_array (cw_array_concatenate (2, parts, 0, error));
  return both ? cw_answer (call, cw_compose_unique (both, CW_UNIQUE_VALUES, error), error) : NULL;
}

static CwValue *sets_isin (CwCall *call, GError **error) {
  bool invert;
  for (int i = 0; i < 2; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *a = cw_arg_array (call, 0, error), *among = a ? cw_arg_array (call, 1, error) : NULL;
  if (!among || !cw_arg_bool (call, 3, &invert, error) || !(among = flat (among, error))) return NULL;
  g_autoptr (CwArray) found = cw_compose_isin (a, among, invert, error);
  return found ? cw_answer (call, cw_array_has_unknown (a) ? cw_array_ref (found) : cw_array_rechunk_to (found, a->axes, error), error) : NULL;
}

/* ---- searching ------------------------------------------------------------------------------------------------------------- */

static CwValue *sets_searchsorted (CwCall *call, GError **error) {
  const char *side;
  for (int i = 0; i < 2; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *a = cw_arg_array (call, 0, error), *v = a ? cw_arg_array (call, 1, error) : NULL;
  if (!v || !cw_arg_str (call, 2, &side, error)) return NULL;
  if (!cw_arg_is_none (call, 3)) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "da.searchsorted with a sorter argument is not supported: give the sorted array, a[sorter]");
    return NULL;
  }
  if (a->ndim != 1) {
    cw_fail (error, CW_ERROR_VALUE, "Input array a must be one dimensional");
    return NULL;
  }
  if (!g_str_equal (side, "left") && !g_str_equal (side, "right")) {
    cw_fail (error, CW_ERROR_VALUE, "search side must be 'left' or 'right' (got '%s')", side);
    return NULL;
  }
  g_autoptr (CwArray) found = cw_compose_searchsorted (a, v, g_str_equal (side, "right"), error);
  return found ? cw_answer (call, cw_array_has_unknown (v) ? cw_array_ref (found) : cw_array_rechunk_to (found, v->axes, error), error) : NULL;
}

static CwValue *sets_digitize (CwCall *call, GError **error) {
  bool right;
  CwArray *a = cw_arg_array (call, 0, error);
  CwBuffer *bins = a ? cw_arg_buffer (call, 1, error) : NULL;
  if (!bins || !cw_arg_bool (call, 2, &right, error)) return NULL;
  bool up = true, down = true;
  for (int64_t i = 1; i < bins->size; i++) {
    double before = cw_scalar_to_double (cw_buffer_get (bins, i - 1)), after = cw_scalar_to_double (cw_buffer_get (bins, i));
    up &= before <= after;
    down &= before >= after;
  }
  if (!up && !down) {
    cw_fail (error, CW_ERROR_VALUE, "bins must be monotonically increasing or decreasing");
    return NULL;
  }
  CwCall part = *call;
  int first = 0;
  CwArray *edges = cw_value_array (&part, cw_eager (cw_buffer_ref (bins)), error);
  CwArray *turned = edges && !up ? cw_keep_array (cw_array_flip (edges, 1, &first, error)) : edges;
  /* searched to the left of equal bins where right= closes them on the right; a decreasing row is turned and counts from the other end */
  g_autoptr (CwArray) found = turned ? cw_compose_searchsorted (turned, a, !right, error) : NULL;
  g_autoptr (CwArray) cut = found ? (cw_array_has_unknown (a) ? cw_array_ref (found) : cw_array_rechunk_to (found, a->axes, error)) : NULL;
  if (!cut || up) return cw_answer (call, g_steal_pointer (&cut), error);
  g_autoptr (CwArray) minus = cw_compose_unary (CW_UFUNC_negative, cut, error);
  return minus ? cw_answer (call, cw_compose_scalar (CW_UFUNC_add, minus, cw_scalar_int (bins->size), error), error) : NULL;
}

static CwValue *sets_bincount (CwCall *call, GError **error) {
  int64_t least;
  CwArray *a = cw_arg_array (call, 0, error), *weights = NULL;
  if (!a || !cw_arg_int (call, 2, &least, error)) return NULL;
  if (!cw_arg_is_none (call, 1) && !(weights = cw_arg_array (call, 1, error))) return NULL;
  if (least < 0) {
    cw_fail (error, CW_ERROR_VALUE, "'minlength' must not be negative");
    return NULL;
  }
  return cw_answer (call, cw_compose_bincount (a, weights, least, error), error);
}

/* ---- positions -------------------------------------------------------------------------------------------------------------------- */

static CwValue *sets_argwhere (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error);
  return a ? cw_answer (call, cw_compose_argwhere (a, error), error) : NULL;
}

static CwValue *sets_nonzero (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error);
  bool one = call->entry->data; /* flatnonzero */
  if (a && one) a = flat (a, error);
  if (!a) return NULL;
  if (a->ndim == 0) {
    cw_fail (error, CW_ERROR_VALUE, "nonzero needs an array of at least one dimension");
    return NULL;
  }
  g_autoptr (CwArray) positions = cw_compose_argwhere (a, error);
  CwValue *tuple = cw_tuple ();
  for (int i = 0; positions && i < a->ndim; i++) {
    const CwIndex items[2] = { { .kind = CW_INDEX_SLICE }, { .kind = CW_INDEX_INT, .start = i } };
    CwValue *v = cw_answer (call, cw_array_index (positions, 2, items, error), error);
    if (!v) return NULL;
    cw_items_add (tuple, v);
  }
  return !positions ? NULL : one ? cw_items_get (tuple, 0) : tuple;
}

/* unravel_index(indices, shape) and ravel_multi_index(multi, dims): the arithmetic of C order. */
static CwValue *sets_unravel (CwCall *call, GError **error) {
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  if (!cw_arg_shape (call, 1, &ndim, shape, error)) return NULL;
  CwValue *rest = call->args[0], *tuple = cw_tuple (), *parts[CW_MAX_NDIM];
  if (!cw_value_is_array (rest) && !cw_value_is_number (rest)) {
    CwBuffer *b = cw_arg_buffer (call, 0, error);
    if (!b) return NULL;
    rest = cw_eager (cw_buffer_ref (b));
  }
  for (int i = ndim; i-- > 0;) {
    CwValue *length = cw_int (shape[i]);
    parts[i] = cw_binary (CW_OP_MOD, rest, length, error);
    rest     = parts[i] ? cw_binary (CW_OP_FLOORDIV, rest, length, error) : NULL;
    if (!rest) return NULL;
  }
  for (int i = 0; i < ndim; i++) cw_items_add (tuple, parts[i]);
  if (!call->lazy && call->args[0]->kind != CW_V_LAZY) return tuple;
  return tuple;
}

static CwValue *sets_ravel_multi (CwCall *call, GError **error) {
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  CwValue *list = cw_to_list (call->args[0], error), *sum = cw_int (0);
  if (!list || !cw_arg_shape (call, 1, &ndim, shape, error)) return NULL;
  if (cw_items_n (list) != ndim) {
    cw_fail (error, CW_ERROR_VALUE, "parameter multi_index must be a sequence of length %d", ndim);
    return NULL;
  }
  for (int i = 0; i < ndim; i++) {
    CwValue *length = cw_int (shape[i]), *scaled = cw_binary (CW_OP_MUL, sum, length, error), *part = cw_items_get (list, i);
    if (cw_is_sequence (part)) {
      CwBuffer *b = cw_value_buffer (part, error);
      if (!b) return NULL;
      part = cw_eager (cw_buffer_ref (b));
    }
    sum = scaled ? cw_binary (CW_OP_ADD, part, scaled, error) : NULL;
    if (!sum) return NULL;
  }
  return sum;
}

/* ---- choosing ------------------------------------------------------------------------------------------------------------------------ */

static CwValue *where (CwValue *condition, CwValue *x, CwValue *y, GError **error) {
  bool lazy = condition->kind == CW_V_LAZY || x->kind == CW_V_LAZY || y->kind == CW_V_LAZY;
  unsigned via = lazy ? CW_IN_DA : CW_IN_NP;
  return cw_entry_call (cw_register_find (via, "where"), via, NULL, 3, (CwValue *[]){ condition, x, y }, NULL, error);
}

#define CW_MAX_CHOICES 32 /* as NumPy */

/* One row of what is chosen: element i of the choice that element i of the first of @in numbers. @at: where the row starts in each. */
static bool choose_row (CwBuffer *const *in, int n_in, char **at, char *to, int64_t n, GError **error) {
  int64_t step[CW_MAX_CHOICES + 1], item = cw_dtype_size (in[1]->dtype);
  for (int i = 0; i < n_in; i++) step[i] = in[i]->ndim ? in[i]->strides[in[i]->ndim - 1] : 0;
  for (int64_t k = 0; k < n; k++, to += item) {
    int64_t which = *(int64_t *) (at[0] + k * step[0]);
    if (which < 0 || which >= n_in - 1) return cw_fail (error, CW_ERROR_VALUE, "invalid entry in choice array: %" G_GINT64_FORMAT " where there are %d choices", which, n_in - 1);
    memcpy (to, at[which + 1] + k * step[which + 1], (size_t) item);
  }
  return true;
}

/* in[0]: int64; choices of one dtype; all broadcast to that block's shape. */
static CwBuffer *choose_block (CwBuffer *const *in, int n_in, void *data, GError **error) {
  CwBuffer *wide[CW_MAX_CHOICES + 1] = { NULL };
  int ndim = 0;
  int64_t shape[CW_MAX_NDIM], index[CW_MAX_NDIM] = { 0 };
  for (int k = 0; k < CW_MAX_NDIM; k++) shape[k] = 1;
  for (int i = 0; i < n_in; i++) ndim = MAX (ndim, in[i]->ndim);
  for (int i = 0; i < n_in; i++) {
    for (int k = 0; k < in[i]->ndim; k++) {
      int64_t *to = &shape[ndim - in[i]->ndim + k];
      if (in[i]->shape[k] != 1) *to = in[i]->shape[k];
    }
  }
  g_autoptr (CwBuffer) out = cw_buffer_new (in[1]->dtype, ndim, shape, error);
  bool ok = out != NULL;
  for (int i = 0; i < n_in && ok; i++) ok = (wide[i] = cw_buffer_broadcast (in[i], ndim, shape, error)) != NULL;
  int64_t row = ndim ? shape[ndim - 1] : 1;
  for (int64_t e = 0; ok && e < out->size; e += row) {
    char *at[CW_MAX_CHOICES + 1];
    for (int i = 0; i < n_in; i++) at[i] = cw_buffer_at (wide[i], index);
    ok = choose_row (wide, n_in, at, cw_buffer_at (out, index), row, error);
    for (int k = ndim - 2; k >= 0 && ++index[k] == shape[k]; k--) index[k] = 0;
  }
  for (int i = 0; i < n_in; i++) g_clear_pointer (&wide[i], cw_buffer_unref);
  return ok ? g_steal_pointer (&out) : NULL;
}

static CwValue *sets_choose (CwCall *call, GError **error) {
  CwArray *in[CW_MAX_CHOICES + 1], *a = cw_arg_array (call, 0, error);
  CwValue *choices = a ? cw_to_list (call->args[1], error) : NULL;
  int n = choices ? cw_items_n (choices) : 0, ndim, follow[CW_MAX_CHOICES + 1][CW_MAX_NDIM];
  int64_t shape[CW_MAX_NDIM];
  CwDtype dtype = CW_DTYPE_NONE;
  if (!choices) return NULL;
  if (n < 1 || n > CW_MAX_CHOICES) {
    cw_fail (error, CW_ERROR_VALUE, "choose() takes from 1 to %d choices, not %d", CW_MAX_CHOICES, n);
    return NULL;
  }
  if (!cw_dtype_is_integer (a->dtype) && a->dtype != CW_BOOL) {
    cw_fail (error, CW_ERROR_TYPE, "Cannot cast array data from dtype('%s') to dtype('int64') according to the rule 'safe'", cw_dtype_name (a->dtype));
    return NULL;
  }
  in[0] = a;
  for (int i = 0; i < n; i++) {
    if (!(in[i + 1] = cw_value_array (call, cw_items_get (choices, i), error))) return NULL;
    dtype = i ? cw_dtype_promote (dtype, in[i + 1]->dtype) : in[1]->dtype;
  }
  if (!cw_shapes_broadcast (n + 1, in, &ndim, shape, error)) return NULL;
  bool ok = true;
  for (int i = 0; i <= n; i++) ok &= (in[i] = cw_array_astype (in[i], i ? dtype : CW_INT64, error)) != NULL;
  ok = ok && cw_arrays_unify (n + 1, in, error);
  CwAxis *axes[CW_MAX_NDIM] = { NULL };
  for (int i = 0; ok && i <= n; i++) {
    for (int k = 0; k < in[i]->ndim; k++) {
      int to = follow[i][k] = ndim - in[i]->ndim + k;
      if (!axes[to] || in[i]->shape[k] != 1) axes[to] = in[i]->axes[k];
    }
  }
  CwArray *result = ok ? cw_array_blockwise ("choose", choose_block, NULL, NULL, n + 1, in, follow, dtype, ndim, axes) : NULL;
  for (int i = 0; i <= n; i++) g_clear_pointer (&in[i], cw_array_unref);
  return cw_answer (call, result, error);
}

static CwValue *sets_select (CwCall *call, GError **error) {
  CwValue *conditions = cw_to_list (call->args[0], error), *choices = conditions ? cw_to_list (call->args[1], error) : NULL, *result = call->args[2];
  if (!choices) return NULL;
  if (cw_items_n (conditions) != cw_items_n (choices)) {
    cw_fail (error, CW_ERROR_VALUE, "list of cases must be same length as list of conditions");
    return NULL;
  }
  for (int i = cw_items_n (choices); i-- > 0;) {
    result = where (cw_items_get (conditions, i), cw_items_get (choices, i), result, error);
    if (!result) return NULL;
  }
  return result;
}

static CwValue *sets_piecewise (CwCall *call, GError **error) {
  CwValue *x = call->args[0], *conditions = cw_to_list (call->args[1], error), *functions = conditions ? cw_to_list (call->args[2], error) : NULL;
  if (!functions) return NULL;
  CwValue *zero = cw_int (0), *result = cw_binary (CW_OP_MUL, x, zero, error);
  int n = cw_items_n (conditions);
  bool otherwise = cw_items_n (functions) == n + 1;
  for (int i = otherwise ? n : n - 1; result && i >= 0; i--) {
    CwValue *f = cw_items_get (functions, i), *value = cw_value_is_number (f) ? f : cw_value_call (f, 1, &x, NULL, error);
    if (!value) return NULL;
    if (i == n) result = cw_value_is_number (value) ? cw_binary (CW_OP_ADD, result, value, error) : value;
    else result = where (cw_items_get (conditions, i), value, result, error);
  }
  return result;
}

const CwEntry cw_entries_sets[] = {
  { "sort", CW_IN_NP, "a, axis=-1, kind=None", sets_sort, "The elements in order; a Dask array is computed, da.sort() stays lazy.", 0 },
  { "argsort", CW_IN_NP | CW_IN_EAGER, "a, axis=-1, kind=None", sets_sort, "Positions that put the elements in order.", 1 },
  { "sort", CW_IN_DA, "a, axis=-1", sets_sort, "The elements in order along an axis, lazily; Dask itself has no sort.", 0 },
  { "argsort", CW_IN_DA, "a, axis=-1", sets_sort, "Positions that put the elements in order along an axis, lazily.", 1 },
  { "sort", CW_IN_EAGER, "a, axis=-1, kind=None", sets_sort_in_place, "Puts the elements in order, in place.", 0 },
  { "topk", CW_IN_DA | CW_IN_LAZY, "a, k, axis=-1, split_every=None", sets_topk, "The k largest elements in order; the smallest where k is negative.", 0 },
  { "argtopk", CW_IN_DA | CW_IN_LAZY, "a, k, axis=-1, split_every=None", sets_topk, "Positions of the k largest elements.", 1 },
  { "unique", CW_IN_MODULES, "ar, return_index=False, return_inverse=False, return_counts=False", sets_unique, "The distinct elements in order.", 0 },
  { "union1d", CW_IN_MODULES, "ar1, ar2", sets_union1d, "Distinct elements of two arrays.", 0 },
  { "isin", CW_IN_MODULES, "element, test_elements, assume_unique=False, invert=False", sets_isin, "Is each element among some values?", 0 },
  { "searchsorted", CW_IN_MODULES, "a, v, side='left', sorter=None", sets_searchsorted, "Where values go into a sorted array.", 0 },
  { "digitize", CW_IN_MODULES, "a, bins, right=False", sets_digitize, "The number of the bin of each element.", 0 },
  { "bincount", CW_IN_MODULES, "x, weights=None, minlength=0, split_every=None", sets_bincount, "How often each integer from 0 occurs.", 0 },
  { "argwhere", CW_IN_MODULES, "a", sets_argwhere, "Positions of nonzero elements, one row each.", 0 },
  { "nonzero", CW_IN_ALL, "a", sets_nonzero, "Positions of nonzero elements, one array an axis.", 0 },
  { "flatnonzero", CW_IN_MODULES, "a", sets_nonzero, "Positions of nonzero elements in one axis.", 1 },
  { "unravel_index", CW_IN_MODULES, "indices, shape, order='C'", sets_unravel, "Flat positions as positions along each axis.", 0 },
  { "ravel_multi_index", CW_IN_MODULES, "multi_index, dims, mode='raise', order='C'", sets_ravel_multi, "Positions along each axis as flat positions.", 0 },
  { "choose", CW_IN_MODULES | CW_IN_ARRAY, "a, choices", sets_choose, "An element of one of several arrays, by number.", 0 },
  { "select", CW_IN_MODULES, "condlist, choicelist, default=0", sets_select, "An element of the first array whose condition holds.", 0 },
  { "piecewise", CW_IN_MODULES, "x, condlist, funclist", sets_piecewise, "A function made of pieces.", 0 },
  { 0 },
};
