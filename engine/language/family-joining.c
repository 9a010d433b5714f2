/* family-joining.c: putting arrays together, moving elements along axes, padding, inserting and deleting. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* A sequence of arrays; the call is lazy when any of them is. */
static bool sequence (CwCall *call, int i, int *n, CwArray ***arrays, GError **error) {
  CwValue *v = call->args[i];
  if (v->kind == CW_V_LAZY) call->lazy = true;
  for (int k = 0; cw_is_sequence (v) && k < cw_items_n (v); k++) call->lazy |= cw_items_get (v, k)->kind == CW_V_LAZY;
  if (!cw_arg_arrays (call, i, n, arrays, error)) return false;
  return *n > 0 || cw_fail (error, CW_ERROR_VALUE, "Need array(s) to %s", call->entry->name);
}

static CwArray *flat (CwArray *a, GError **error) {
  int64_t all = -1;
  return a->ndim == 1 ? a : cw_keep_array (cw_array_reshape (a, 1, &all, error));
}

static CwValue *joining_concatenate (CwCall *call, GError **error) {
  int n, axis = 0;
  CwArray **arrays;
  if (!sequence (call, 0, &n, &arrays, error)) return NULL;
  if (cw_arg_is_none (call, 1)) {
    for (int i = 0; i < n; i++) {
      if (!(arrays[i] = flat (arrays[i], error))) return NULL;
    }
  } else if (!arrays[0]->ndim) {
    cw_fail (error, CW_ERROR_VALUE, "zero-dimensional arrays cannot be concatenated: stack() puts them side by side");
    return NULL;
  } else if (!cw_arg_axis (call, 1, arrays[0]->ndim, &axis, error)) {
    return NULL;
  }
  return cw_answer (call, cw_array_concatenate (n, arrays, axis, error), error);
}

static CwValue *joining_stack (CwCall *call, GError **error) {
  int n, axis;
  CwArray **arrays;
  if (!sequence (call, 0, &n, &arrays, error) || !cw_arg_axis (call, 1, arrays[0]->ndim + 1, &axis, error)) return NULL;
  return cw_answer (call, cw_array_stack (n, arrays, axis, error), error);
}

/* hstack, vstack, dstack: at least 1, 2, 3 dimensions, joined along the axis. */
static CwValue *joining_nstack (CwCall *call, GError **error) {
  int n, least = call->entry->data;
  CwArray **arrays;
  if (!sequence (call, 0, &n, &arrays, error)) return NULL;
  for (int i = 0; i < n; i++) {
    int ndim = arrays[i]->ndim, positions[3], k = 0;
    if (least == 3 && ndim < 2) positions[k++] = 0;
    if (least == 3 && ndim == 0) positions[k++] = 1;
    if (least == 3 && ndim < 3) positions[k++] = 2;
    while (least < 3 && ndim + k < least) {
      positions[k] = k;
      k++;
    }
    if (k && !(arrays[i] = cw_keep_array (cw_array_expand_dims (arrays[i], k, positions, error)))) return NULL;
  }
  int axis = least == 1 ? (arrays[0]->ndim > 1 ? 1 : 0) : least - 2;
  if (least == 3) axis = 2;
  return cw_answer (call, cw_array_concatenate (n, arrays, axis, error), error);
}

/* ---- block --------------------------------------------------------------------------------------------------------- */

static int block_depth (CwValue *v) {
  int depth = 0;
  for (; v->kind == CW_V_LIST && cw_items_n (v); v = cw_items_get (v, 0)) depth++;
  return depth;
}

static bool any_lazy (CwValue *v) {
  if (v->kind == CW_V_LAZY) return true;
  for (int i = 0; v->kind == CW_V_LIST && i < cw_items_n (v); i++) {
    if (any_lazy (cw_items_get (v, i))) return true;
  }
  return false;
}

static int block_ndim (CwCall *call, CwValue *v, GError **error) {
  int ndim = 0;
  if (v->kind != CW_V_LIST) {
    CwArray *a = cw_value_array (call, v, error);
    return a ? a->ndim : -1;
  }
  for (int i = 0; i < cw_items_n (v) && ndim >= 0; i++) {
    int own = block_ndim (call, cw_items_get (v, i), error);
    ndim = own < 0 ? -1 : MAX (ndim, own);
  }
  return ndim;
}

static CwArray *block_join (CwCall *call, CwValue *v, int level, int depth, int ndim, GError **error) {
  if (v->kind != CW_V_LIST) {
    CwArray *a = cw_value_array (call, v, error);
    int positions[CW_MAX_NDIM];
    if (level != depth) {
      cw_fail (error, CW_ERROR_VALUE, "List depths are mismatched: blocks stand at different depths");
      return NULL;
    }
    for (int i = 0; a && i < ndim - a->ndim; i++) positions[i] = i;
    return !a || a->ndim == ndim ? a : cw_keep_array (cw_array_expand_dims (a, ndim - a->ndim, positions, error));
  }
  int n = cw_items_n (v);
  CwArray **parts = cw_keep_memory (g_new0 (CwArray *, (gsize) n + 1));
  if (!n) cw_fail (error, CW_ERROR_VALUE, "Lists cannot be empty");
  for (int i = 0; i < n; i++) {
    if (!(parts[i] = block_join (call, cw_items_get (v, i), level + 1, depth, ndim, error))) return NULL;
  }
  return n ? cw_keep_array (cw_array_concatenate (n, parts, ndim - depth + level, error)) : NULL;
}

static CwValue *joining_block (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  if (v->kind == CW_V_TUPLE) {
    cw_fail (error, CW_ERROR_TYPE, "arrays is a tuple. Only lists can be used to arrange blocks, and np.block does not allow implicit conversion from tuple to ndarray.");
    return NULL;
  }
  call->lazy |= any_lazy (v);
  int depth = block_depth (v), ndim = block_ndim (call, v, error);
  if (ndim < 0) return NULL;
  CwArray *a = block_join (call, v, 0, depth, MAX (ndim, depth), error);
  return a ? cw_answer (call, cw_array_ref (a), error) : NULL;
}

/* ---- along an axis ------------------------------------------------------------------------------------------------------ */

static bool list_of_ints (CwValue *v, int *n, int64_t *out, GError **error) {
  CwValue *list = cw_value_is_array (v) || cw_is_sequence (v) ? cw_to_list (v, error) : cw_tuple_of (1, &v);
  if (!list) return false;
  *n = cw_items_n (list);
  if (*n > CW_MAX_NDIM) return cw_fail (error, CW_ERROR_VALUE, "more than %d numbers", CW_MAX_NDIM);
  for (int i = 0; i < *n; i++) {
    if (!cw_value_index (cw_items_get (list, i), &out[i], error)) return false;
  }
  return true;
}

/* The axes of a roll; one may be named twice, its shifts then add up. */
static bool axes_of_shifts (CwCall *call, int ndim, int *n, int axes[CW_MAX_NDIM], GError **error) {
  int64_t numbers[CW_MAX_NDIM];
  if (!list_of_ints (call->args[2], n, numbers, error)) return false;
  for (int i = 0; i < *n; i++) {
    if (!cw_axis_number (numbers[i], ndim, &axes[i], error)) return false;
  }
  return true;
}

static CwValue *joining_roll (CwCall *call, GError **error) {
  int n, m, axes[CW_MAX_NDIM];
  int64_t shifts[CW_MAX_NDIM];
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !list_of_ints (call->args[1], &n, shifts, error)) return NULL;
  if (cw_arg_is_none (call, 2)) {
    int zero = 0;
    int64_t total = 0;
    for (int i = 0; i < n; i++) total += shifts[i];
    CwArray *line = flat (a, error);
    g_autoptr (CwArray) rolled = line ? cw_compose_roll (line, 1, &total, &zero, error) : NULL;
    return rolled ? cw_answer (call, cw_array_reshape (rolled, a->ndim, a->shape, error), error) : NULL;
  }
  if (!axes_of_shifts (call, a->ndim, &m, axes, error)) {
    if (call->lazy && error && *error && (*error)->code == CW_ERROR_AXIS) (*error)->code = CW_ERROR_INDEX;
    return NULL;
  }
  for (int i = 1; n == 1 && i < m; i++) shifts[i] = shifts[0];
  if (n == 1 && !call->lazy) n = m;
  if (n != m) {
    cw_fail (error, CW_ERROR_VALUE, "Must have the same number of shifts as axes.");
    return NULL;
  }
  return cw_answer (call, cw_compose_roll (a, n, shifts, axes, error), error);
}

static CwValue *joining_diff (CwCall *call, GError **error) {
  int axis;
  int64_t times;
  for (int i = 3; i < 5; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *a = cw_arg_array (call, 0, error), *parts[3];
  if (!a || !cw_arg_int (call, 1, &times, error)) return NULL;
  if (times < 0) {
    cw_fail (error, CW_ERROR_VALUE, "order must be non-negative but got %d", (int) times);
    return NULL;
  }
  if (!times) return cw_answer (call, cw_array_ref (a), error);
  if (call->lazy && a->dtype == CW_BOOL) {
    cw_fail (error, CW_ERROR_TYPE, "unsupported operand type(s) for -: bools have no difference; x.astype(int) makes numbers of them");
    return NULL;
  }
  if (!cw_arg_axis (call, 2, a->ndim, &axis, error)) return NULL;
  int n = 0;
  for (int i = 3; i < 6; i++) { /* prepend, the array, append */
    int which = i == 4 ? 0 : i == 3 ? 3 : 4;
    if (which && cw_arg_is_none (call, which)) continue;
    CwArray *part = cw_arg_array (call, which, error);
    if (part && part->ndim == 0) {
      int64_t shape[CW_MAX_NDIM];
      memcpy (shape, a->shape, (size_t) a->ndim * sizeof *shape);
      shape[axis] = 1;
      part = cw_keep_array (cw_array_broadcast_to (part, a->ndim, shape, NULL, error));
    }
    if (!part) return NULL;
    parts[n++] = part;
  }
  CwArray *whole = n > 1 ? cw_keep_array (cw_array_concatenate (n, parts, axis, error)) : a;
  return whole ? cw_answer (call, cw_compose_diff (whole, (int) MIN (times, 1000), axis, error), error) : NULL;
}

static CwValue *joining_ediff1d (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error), *line = a ? flat (a, error) : NULL, *parts[3];
  int n = 0;
  if (!line) return NULL;
  CwArray *steps = cw_keep_array (cw_compose_diff (line, 1, 0, error));
  CwArray *begin = cw_arg_is_none (call, 2) ? NULL : cw_arg_array (call, 2, error), *end = cw_arg_is_none (call, 1) ? NULL : cw_arg_array (call, 1, error);
  if (!steps || (!begin && !cw_arg_is_none (call, 2)) || (!end && !cw_arg_is_none (call, 1))) return NULL;
  int first = 0;
  if (begin) parts[n++] = begin->ndim ? flat (begin, error) : cw_keep_array (cw_array_expand_dims (begin, 1, &first, error));
  parts[n++] = steps;
  if (end) parts[n++] = end->ndim ? flat (end, error) : cw_keep_array (cw_array_expand_dims (end, 1, &first, error));
  for (int i = 0; i < n; i++) {
    if (!parts[i]) return NULL;
  }
  return cw_answer (call, n > 1 ? cw_array_concatenate (n, parts, 0, error) : cw_array_ref (steps), error);
}

static CwValue *joining_tile (CwCall *call, GError **error) {
  int n;
  int64_t reps[CW_MAX_NDIM];
  CwArray *a = cw_arg_array (call, 0, error);
  return a && list_of_ints (call->args[1], &n, reps, error) ? cw_answer (call, cw_compose_tile (a, n, reps, error), error) : NULL;
}

static CwValue *joining_repeat (CwCall *call, GError **error) {
  int axis = 0;
  int64_t times;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a) return NULL;
  if (cw_arg_is_none (call, 2)) {
    if (call->lazy && a->ndim != 1) {
      cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "Must supply an integer axis value: name the axis, axis=0, or work on x.ravel()");
      return NULL;
    }
    if (!(a = flat (a, error))) return NULL;
  } else if (!cw_arg_axis (call, 2, a->ndim, &axis, error)) {
    if (call->lazy && error && *error && (*error)->code == CW_ERROR_AXIS) (*error)->code = CW_ERROR_VALUE;
    return NULL;
  }
  if (!cw_value_index (call->args[1], &times, NULL)) {
    CwBuffer *each = cw_arg_buffer (call, 1, error);
    if (call->lazy || !each) {
      if (each) cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "Only integer valued repeats supported: repeat single parts and da.concatenate them where each needs a number of its own");
      return NULL;
    }
    if (each->ndim != 1 || each->size != a->shape[axis]) {
      cw_fail (error, CW_ERROR_VALUE, "operands could not be broadcast together with shape (%d,) (%d,)", (int) a->shape[axis], (int) each->size);
      return NULL;
    }
    int64_t total = 0, k = 0;
    for (int64_t i = 0; i < each->size; i++) total += MAX (cw_scalar_to_int (cw_buffer_get (each, i)), 0);
    CwBuffer *at = cw_keep_buffer (cw_buffer_new (CW_INT64, 1, &total, error));
    for (int64_t i = 0; at && i < each->size; i++) {
      for (int64_t r = cw_scalar_to_int (cw_buffer_get (each, i)); r > 0; r--) ((int64_t *) at->data)[k++] = i;
    }
    return at ? cw_answer (call, cw_array_take (a, at, axis, error), error) : NULL;
  }
  if (times < 0) {
    cw_fail (error, CW_ERROR_VALUE, "repeats may not contain negative values.");
    return NULL;
  }
  return cw_answer (call, cw_compose_repeat (a, times, axis, error), error);
}

/* ---- padding -------------------------------------------------------------------------------------------------------------- */

/* pad_width and constant_values: one number, a pair, or a pair an axis. */
static bool pairs (CwValue *v, int ndim, CwScalar *out, GError **error) {
  CwBuffer *b = cw_buffer_from_value (v, CW_DTYPE_NONE, error);
  if (!b) return false;
  bool fits = b->ndim == 0 || (b->ndim == 1 && (b->shape[0] == 1 || b->shape[0] == 2)) ||
              (b->ndim == 2 && (b->shape[0] == 1 || b->shape[0] == ndim) && (b->shape[1] == 1 || b->shape[1] == 2));
  if (!fits) return cw_fail (error, CW_ERROR_VALUE, "operands could not be broadcast together: give a number, a pair, or a pair for each of the %d axes", ndim);
  int64_t rows = b->ndim == 2 ? b->shape[0] : 1, columns = b->ndim == 2 ? b->shape[1] : b->ndim == 1 ? b->shape[0] : 1;
  for (int i = 0; i < 2 * ndim; i++) out[i] = cw_buffer_get (b, (rows > 1 ? i / 2 : 0) * columns + (columns > 1 ? i % 2 : 0));
  return true;
}

static CwValue *joining_pad (CwCall *call, GError **error) {
  static const char *const modes[CW_N_PAD_MODES] = { "constant", "edge", "linear_ramp", "maximum", "mean", "minimum", "reflect", "symmetric", "wrap", "empty", "median" };
  CwScalar widths[2 * CW_MAX_NDIM], values[2 * CW_MAX_NDIM];
  int64_t before[CW_MAX_NDIM], after[CW_MAX_NDIM];
  const char *name;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_str (call, 2, &name, error) || !pairs (call->args[1], a->ndim, widths, error)) return NULL;
  if (!call->lazy && call->args[6]->kind == CW_V_STR && g_str_equal (call->args[6]->s, "odd")) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "reflect_type='odd' is not part of the notebook language: it is twice the edge's value less the even border");
    return NULL;
  }
  int mode = CW_N_PAD_MODES;
  for (int i = 0; i < CW_N_PAD_MODES; i++) {
    if (g_str_equal (modes[i], name)) mode = i;
  }
  if (mode == CW_N_PAD_MODES) {
    cw_fail (error, CW_ERROR_VALUE, "mode '%s' is not supported", name);
    return NULL;
  }
  for (int i = 0; i < a->ndim; i++) {
    if (!cw_dtype_is_integer (widths[2 * i].dtype)) {
      cw_fail (error, CW_ERROR_TYPE, "`pad_width` must be of integral type.");
      return NULL;
    }
    before[i] = cw_scalar_to_int (widths[2 * i]);
    after[i]  = cw_scalar_to_int (widths[2 * i + 1]);
  }
  int64_t over[2 * CW_MAX_NDIM] = { 0 };
  if (!cw_arg_is_none (call, 5)) {
    if (!pairs (call->args[5], a->ndim, values, error)) return NULL;
    for (int i = 0; i < 2 * a->ndim; i++) over[i] = cw_scalar_to_int (values[i]);
  }
  if (!pairs (call->args[mode == CW_PAD_LINEAR_RAMP ? 4 : 3], a->ndim, values, error)) return NULL;
  return cw_answer (call, cw_compose_pad (a, (CwPadMode) mode, before, after, values, over, error), error);
}

/* ---- inserting, deleting, appending -------------------------------------------------------------------------------------------- */

/* Positions from an int, a slice or a list; negative ones count from the end. Kept. */
static bool positions_of (CwCall *call, int i, int64_t length, int64_t *n, int64_t **out, GError **error) {
  CwValue *v = call->args[i];
  if (v->kind == CW_V_SLICE) {
    CwValue *range = cw_value_new (CW_V_RANGE);
    range->range.stop = length;
    range->range.step = 1;
    v = cw_get_item (range, v, error);
    if (!v) return false;
  }
  CwBuffer *b = cw_buffer_from_value (v, CW_DTYPE_NONE, error);
  if (!b) return false;
  if (b->dtype == CW_BOOL && b->size == length) {
    CwValue *list = cw_list ();
    for (int64_t k = 0; k < length; k++) {
      if (b->data[k]) cw_items_add (list, cw_int (k));
    }
    b = cw_buffer_from_value (list, CW_INT64, error);
    if (!b) return false;
  }
  *n   = b->size;
  *out = cw_keep_memory (g_new (int64_t, (gsize) MAX (*n, 1)));
  for (int64_t k = 0; k < *n; k++) {
    (*out)[k] = cw_scalar_to_int (cw_buffer_get (b, k));
    if ((*out)[k] < -length || (*out)[k] > length + (call->lazy ? (int64_t) 1 << 40 : 0)) {
      return cw_fail (error, CW_ERROR_INDEX, "index %" G_GINT64_FORMAT " is out of bounds for axis with size %" G_GINT64_FORMAT, (*out)[k], length);
    }
    if ((*out)[k] < 0) (*out)[k] += length;
  }
  return true;
}

static bool axis_required (CwCall *call, int i, CwArray **a, int *axis, GError **error) {
  *axis = 0;
  if (!cw_arg_is_none (call, i)) return cw_arg_axis (call, i, (*a)->ndim, axis, error);
  if (call->lazy) return cw_fail (error, CW_ERROR_TYPE, "axis must be given: Dask's %s works along one axis", call->entry->name);
  *a = flat (*a, error);
  return *a != NULL;
}

static CwValue *joining_delete (CwCall *call, GError **error) {
  int axis;
  int64_t n, *at;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !axis_required (call, 2, &a, &axis, error) || !positions_of (call, 1, a->shape[axis], &n, &at, error)) return NULL;
  qsort (at, (size_t) n, sizeof *at, cw_order_int64);
  int64_t kept = 0;
  for (int64_t i = 0; i < n; i++) {
    if (at[i] >= a->shape[axis] && !call->lazy) {
      cw_fail (error, CW_ERROR_INDEX, "index %" G_GINT64_FORMAT " is out of bounds for axis %d with size %" G_GINT64_FORMAT, at[i], axis, a->shape[axis]);
      return NULL;
    }
    if (at[i] < a->shape[axis] && (!kept || at[kept - 1] != at[i])) at[kept++] = at[i];
  }
  return cw_answer (call, cw_compose_delete (a, kept, at, axis, error), error);
}

static CwValue *joining_insert (CwCall *call, GError **error) {
  int axis;
  int64_t n, *at;
  call->lazy |= call->args[2]->kind == CW_V_LAZY;
  CwArray *a = cw_arg_array (call, 0, error), *values = a ? cw_arg_array (call, 2, error) : NULL;
  if (!values || !axis_required (call, 3, &a, &axis, error) || !positions_of (call, 1, a->shape[axis], &n, &at, error)) return NULL;
  bool single = cw_value_is_number (call->args[1]);
  CwScalar s;
  if (!call->lazy || (cw_value_scalar (call->args[2], &s) && !s.weak)) {
    values = cw_keep_array (cw_array_astype (values, call->lazy ? values->dtype : a->dtype, error));
    if (!values) return NULL;
  }
  for (int64_t i = 0; i < n; i++) at[i] = MIN (at[i], a->shape[axis]);
  for (int64_t i = 1; i < n; i++) {
    if (at[i] >= at[i - 1]) continue;
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "da.insert only implemented for monotonic ``obj`` argument: sort the positions, and the values with them");
    return NULL;
  }
  if (single && values->ndim > 0 && n == 1) {
    if (values->ndim < a->ndim && axis < a->ndim && values->ndim == a->ndim - 1) {
      values = cw_keep_array (cw_array_expand_dims (values, 1, &axis, error));
    } else if (values->ndim == a->ndim) {
      n = values->shape[axis]; /* several slices at one place */
      int64_t place = at[0];
      at = cw_keep_memory (g_new (int64_t, (gsize) MAX (n, 1)));
      for (int64_t i = 0; i < n; i++) at[i] = place;
    }
    if (!values) return NULL;
  }
  return cw_answer (call, cw_compose_insert (a, (int) n, at, values, axis, error), error);
}

static CwValue *joining_append (CwCall *call, GError **error) {
  int axis = 0;
  call->lazy |= call->args[1]->kind == CW_V_LAZY;
  CwArray *parts[2] = { cw_arg_array (call, 0, error), NULL };
  parts[1] = parts[0] ? cw_arg_array (call, 1, error) : NULL;
  if (!parts[1]) return NULL;
  if (cw_arg_is_none (call, 2)) {
    parts[0] = flat (parts[0], error);
    parts[1] = parts[0] ? flat (parts[1], error) : NULL;
    if (!parts[1]) return NULL;
  } else if (!cw_arg_axis (call, 2, parts[0]->ndim, &axis, error)) {
    return NULL;
  }
  if (parts[0]->ndim != parts[1]->ndim) {
    cw_fail (error, CW_ERROR_VALUE, "values must have the same number of dimensions as arr: %d and %d", parts[1]->ndim, parts[0]->ndim);
    return NULL;
  }
  return cw_answer (call, cw_array_concatenate (2, parts, axis, error), error);
}

/* split(a, indices_or_sections, axis). */
static CwValue *joining_split (CwCall *call, GError **error) {
  int axis, n;
  int64_t at[CW_MAX_NDIM + 1] = { 0 };
  CwArray *a = cw_arg_array (call, 0, error);
  CwValue *list = cw_list ();
  if (!a || !cw_arg_axis (call, 2, a->ndim, &axis, error)) return NULL;
  int64_t length = a->shape[axis], parts = 0;
  bool equal = cw_value_index (call->args[1], &parts, NULL);
  if (!equal && !list_of_ints (call->args[1], &n, at, error)) return NULL;
  if (equal && (parts < 1 || (!call->entry->data && length % parts))) {
    cw_fail (error, CW_ERROR_VALUE, "array split does not result in an equal division");
    return NULL;
  }
  int64_t start = 0, count = equal ? parts : n + 1;
  for (int64_t i = 0; i < count; i++) {
    int64_t stop = equal ? start + length / parts + (i < length % parts) : i < n ? CLAMP (at[i] < 0 ? at[i] + length : at[i], 0, length) : length;
    CwValue *v = cw_answer (call, cw_compose_slice (a, axis, start, MAX (start, stop), error), error);
    if (!v) return NULL;
    cw_items_add (list, v);
    start = stop;
  }
  return list;
}

const CwEntry cw_entries_joining[] = {
  { "concatenate", CW_IN_MODULES, "seq, axis=0", joining_concatenate, "Arrays one after the other along an axis.", 0 },
  { "stack", CW_IN_MODULES, "seq, axis=0", joining_stack, "Arrays of one shape along a new axis.", 0 },
  { "hstack", CW_IN_MODULES, "tup", joining_nstack, "Arrays side by side.", 1 },
  { "vstack", CW_IN_MODULES, "tup", joining_nstack, "Arrays below each other.", 2 },
  { "row_stack", CW_IN_NP, "tup", joining_nstack, "Arrays below each other.", 2 },
  { "dstack", CW_IN_MODULES, "tup", joining_nstack, "Arrays behind each other.", 3 },
  { "block", CW_IN_MODULES, "arrays", joining_block, "An array of nested lists of blocks.", 0 },
  { "roll", CW_IN_MODULES, "array, shift, axis=None", joining_roll, "Elements shifted round along axes.", 0 },
  { "diff", CW_IN_MODULES, "a, n=1, axis=-1, prepend=None, append=None", joining_diff, "Differences of neighbours.", 0 },
  { "ediff1d", CW_IN_MODULES, "ary, to_end=None, to_begin=None", joining_ediff1d, "Differences of neighbours in one axis.", 0 },
  { "tile", CW_IN_MODULES, "A, reps", joining_tile, "The array repeated as a whole.", 0 },
  { "repeat", CW_IN_MODULES | CW_IN_ARRAY, "a, repeats, axis=None", joining_repeat, "Each element repeated.", 0 },
  { "pad", CW_IN_MODULES, "array, pad_width, mode='constant', constant_values=0, end_values=0, stat_length=None, reflect_type=None", joining_pad, "The array with a border.", 0 },
  { "delete", CW_IN_MODULES, "arr, obj, axis=None", joining_delete, "The array without some slices.", 0 },
  { "insert", CW_IN_MODULES, "arr, obj, values, axis=None", joining_insert, "The array with values put in.", 0 },
  { "append", CW_IN_MODULES, "arr, values, axis=None", joining_append, "The array with values at its end.", 0 },
  { "split", CW_IN_NP, "ary, indices_or_sections, axis=0", joining_split, "Parts of an array, as a list.", 0 },
  { "array_split", CW_IN_NP, "ary, indices_or_sections, axis=0", joining_split, "Parts of an array of nearly equal length.", 1 },
  { 0 },
};
