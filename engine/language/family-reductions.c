/* family-reductions.c: reductions, whose rows come from the kernels' table, running sums, and what is made of them. */
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

static bool is_arg (CwReduction r) {
  return r == CW_REDUCE_ARGMIN || r == CW_REDUCE_ARGMAX || r == CW_REDUCE_NANARGMIN || r == CW_REDUCE_NANARGMAX;
}

static bool is_spread (CwReduction r) {
  return r == CW_REDUCE_VAR || r == CW_REDUCE_STD || r == CW_REDUCE_NANVAR || r == CW_REDUCE_NANSTD;
}

/* split_every: an int, or a dict of axis to int as Dask takes it. */
static bool split_every (CwCall *call, int i, CwReduceOptions *options, GError **error) {
  int64_t every;
  CwValue *v = call->args[i];
  if (cw_arg_is_none (call, i)) return true;
  if (v->kind == CW_V_DICT) {
    if (!v->dict.values->len) return true;
    v = v->dict.values->pdata[0];
  }
  if (!cw_value_index (v, &every, error)) return false;
  if (every < 2) return cw_fail (error, CW_ERROR_VALUE, "split_every must be at least 2");
  options->split_every = (int) MIN (every, 1 << 20);
  return true;
}

static CwValue *reductions_reduce (CwCall *call, GError **error) {
  CwReduction kind = (CwReduction) call->entry->data;
  CwReduceOptions options = CW_REDUCE_OPTIONS_INIT;
  if (call->args[0]->kind == CW_V_LAZY) call->lazy = true;
  CwArray *a = cw_value_array_split (call, call->args[0], error);
  if (!a) return NULL;
  if (is_arg (kind) && cw_is_sequence (call->args[1])) {
    cw_fail (error, CW_ERROR_TYPE, "axis must be either an int or None, not a tuple: %s works along one axis or over all", call->entry->name);
    return NULL;
  }
  if (!cw_arg_axes (call, 1, a->ndim, &options.n_axes, options.axes, error)) return NULL;
  int at = 2;
  if (!is_arg (kind) && !cw_arg_dtype (call, at++, &options.dtype, error)) return NULL;
  if (!cw_arg_bool (call, at++, &options.keepdims, error)) return NULL;
  if (is_spread (kind) && !cw_arg_double (call, at++, &options.ddof, error)) return NULL;
  if (!split_every (call, at, &options, error)) return NULL;
  if ((kind == CW_REDUCE_NANMIN || kind == CW_REDUCE_NANMAX) && cw_array_size (a) == 0) {
    cw_fail (error, CW_ERROR_VALUE, "zero-size array to reduction operation %s which has no identity", kind == CW_REDUCE_NANMIN ? "fmin" : "fmax");
    return NULL;
  }
  bool of_complex = is_arg (kind) && cw_dtype_is_complex (a->dtype);
  return cw_answer (call, of_complex ? cw_compose_complex_arg (kind, a, &options, error) : cw_array_reduce (kind, a, &options, error), error);
}

static const char *signature_of (CwReduction r) {
  if (is_arg (r)) return "a, axis=None, keepdims=False, split_every=None, out=None";
  if (is_spread (r)) return "a, axis=None, dtype=None, keepdims=False, ddof=0, split_every=None, out=None";
  return "a, axis=None, dtype=None, keepdims=False, split_every=None, out=None";
}

void cw_reductions_register (void (*add) (const CwEntry *entry)) {
  static CwEntry entries[CW_N_REDUCTIONS + 2];
  int n = 0;
  for (int r = 0; r < CW_N_REDUCTIONS; r++) {
    const CwReductionInfo *info = cw_reduction_info ((CwReduction) r);
    bool method = r <= CW_REDUCE_ARGMAX;
    entries[n] = (CwEntry){ info->name, method ? CW_IN_ALL : CW_IN_MODULES, signature_of ((CwReduction) r), reductions_reduce, info->doc, r, 0 };
    add (&entries[n++]);
  }
  static const struct {
    const char *alias;
    CwReduction r;
  } aliases[] = { { "amin", CW_REDUCE_MIN }, { "amax", CW_REDUCE_MAX } };
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++) {
    entries[n] = (CwEntry){ aliases[i].alias, CW_IN_NP, signature_of (aliases[i].r), reductions_reduce, cw_reduction_info (aliases[i].r)->doc, aliases[i].r, 0 };
    add (&entries[n++]);
  }
}

/* ---- running sums ------------------------------------------------------------------------------------------------------------ */

enum { CUMULATE_PRODUCT = 1, CUMULATE_SKIP_NAN = 2, CUMULATE_METHOD = 4 };

static CwValue *reductions_cumulate (CwCall *call, GError **error) {
  int axis = 0, flags = call->entry->data;
  CwDtype dtype;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_dtype (call, 2, &dtype, error)) return NULL;
  if (!cw_arg_is_none (call, 4) && (call->args[4]->kind != CW_V_STR || (!g_str_equal (call->args[4]->s, "sequential") && !g_str_equal (call->args[4]->s, "blelloch")))) {
    g_autofree char *text = cw_value_repr (call->args[4]);
    cw_fail (error, CW_ERROR_VALUE, "Invalid method for cumreduction.  Expected \"sequential\" or \"blelloch\".  Got: %s", text);
    return NULL;
  }
  if (call->lazy && (flags & CUMULATE_METHOD) && !call->given[1]) {
    cw_fail (error, CW_ERROR_TYPE, "Array.%s() missing 1 required positional argument: 'axis'", call->entry->name);
    return NULL;
  }
  g_autoptr (CwArray) flat = NULL;
  if (cw_arg_is_none (call, 1)) {
    int64_t all = -1;
    g_autoptr (CwArray) line = cw_array_reshape (a, 1, &all, error);
    g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (-1);
    spec->axes[0] = (CwChunkAxis){ .kind = CW_CHUNK_SIZE, .size = cw_array_n_blocks (a) }; /* Dask cuts by the number of blocks */
    flat = !line ? NULL : call->lazy && !cw_array_has_unknown (line) ? cw_array_rechunk (line, spec, false, error) : cw_array_ref (line);
    if (!(a = flat)) return NULL;
  } else if (!cw_arg_axis (call, 1, a->ndim, &axis, error)) {
    return NULL;
  }
  return cw_answer (call, cw_array_cumulate (a, flags & CUMULATE_PRODUCT, flags & CUMULATE_SKIP_NAN, axis, dtype, error), error);
}

/* ---- made of reductions --------------------------------------------------------------------------------------------------------- */

static CwValue *call_method (CwValue *v, const char *name, CwValue *axis, GError **error) {
  CwValue *method = cw_value_attribute (v, name, error), *keywords = cw_dict ();
  cw_dict_set (keywords, cw_str ("axis"), axis, NULL);
  return method ? cw_value_call (method, 0, NULL, keywords, error) : NULL;
}

static CwValue *as_array_value (CwCall *call, int i, GError **error) {
  if (call->args[i]->kind == CW_V_LAZY) return call->args[i];
  if (call->lazy) {
    CwArray *a = cw_arg_array (call, i, error);
    return a ? cw_lazy (cw_array_ref (a)) : NULL;
  }
  CwBuffer *b = cw_arg_buffer (call, i, error);
  return b ? cw_eager (cw_buffer_ref (b)) : NULL;
}

static CwValue *reductions_ptp (CwCall *call, GError **error) {
  CwValue *a = as_array_value (call, 0, error);
  CwValue *high = a ? call_method (a, "max", call->args[1], error) : NULL, *low = high ? call_method (a, "min", call->args[1], error) : NULL;
  return low ? cw_binary (CW_OP_SUB, high, low, error) : NULL;
}

static CwValue *reductions_count_nonzero (CwCall *call, GError **error) {
  CwValue *a = as_array_value (call, 0, error), *zero = cw_int (0);
  CwValue *flags = a ? cw_compare (CW_OP_NE, a, zero, error) : NULL;
  return flags ? call_method (flags, "sum", call->args[1], error) : NULL;
}

/* average(a, axis, weights, returned). */
static CwValue *reductions_average (CwCall *call, GError **error) {
  bool returned;
  if (!cw_arg_is_none (call, 2) && call->args[2]->kind == CW_V_LAZY) call->lazy = true;
  CwValue *a = as_array_value (call, 0, error);
  if (!a || !cw_arg_bool (call, 3, &returned, error)) return NULL;
  if (a->kind == CW_V_LAZY) call->lazy = true;
  CwArray *array = cw_value_array (call, a, error);
  if (!array) return NULL;
  if (cw_arg_is_none (call, 2)) {
    CwValue *mean = call_method (a, "mean", call->args[1], error);
    if (!mean || !returned) return mean;
    CwReduceOptions count = CW_REDUCE_OPTIONS_INIT;
    if (!cw_arg_axes (call, 1, array->ndim, &count.n_axes, count.axes, error)) return NULL;
    double n = 1;
    for (int i = 0; i < array->ndim; i++) {
      bool over = count.n_axes < 0;
      for (int k = 0; k < count.n_axes; k++) over |= count.axes[k] == i;
      if (over) n *= (double) array->shape[i];
    }
    CwValue *zero = cw_float (0), *total = cw_float (n);
    CwValue *same = cw_binary (CW_OP_MUL, mean, zero, error);
    CwValue *scale = same ? cw_binary (CW_OP_ADD, same, total, error) : NULL;
    return scale ? cw_pair (mean, scale) : NULL;
  }
  CwValue *w = as_array_value (call, 2, error);
  CwArray *weights = w ? cw_value_array (call, w, error) : NULL;
  if (!weights) return NULL;
  if (weights->ndim != array->ndim || !cw_shape_equal (weights->ndim, weights->shape, array->shape)) {
    int axis;
    if (cw_arg_is_none (call, 1) || cw_is_sequence (call->args[1])) {
      cw_fail (error, CW_ERROR_TYPE, "Axis must be specified when shapes of a and weights differ.");
      return NULL;
    }
    if (!cw_arg_axis (call, 1, array->ndim, &axis, error)) return NULL;
    if (weights->ndim != 1) {
      cw_fail (error, CW_ERROR_TYPE, "1D weights expected when shapes of a and weights differ.");
      return NULL;
    }
    if (weights->shape[0] != array->shape[axis]) {
      cw_fail (error, CW_ERROR_VALUE, "Length of weights not compatible with specified axis.");
      return NULL;
    }
    int64_t shape[CW_MAX_NDIM];
    for (int i = 0; i < array->ndim; i++) shape[i] = i == axis ? weights->shape[0] : 1;
    CwArray *wide = cw_keep_array (cw_array_reshape (weights, array->ndim, shape, error));
    CwArray *full = wide ? cw_keep_array (cw_array_broadcast_to (wide, array->ndim, array->shape, NULL, error)) : NULL;
    w = full ? cw_answer (call, cw_array_ref (full), error) : NULL;
    if (!w) return NULL;
  }
  CwValue *products = cw_binary (CW_OP_MUL, a, w, error);
  CwValue *sum = products ? call_method (products, "sum", call->args[1], error) : NULL;
  CwValue *scale = sum ? call_method (w, "sum", call->args[1], error) : NULL;
  CwValue *mean = scale ? cw_apply_ufunc (CW_UFUNC_divide, 2, (CwValue *[]){ sum, scale }, CW_DTYPE_NONE, error) : NULL;
  if (!mean || !returned) return mean;
  CwValue *zero = cw_float (0), *same = cw_binary (CW_OP_MUL, mean, zero, error);
  CwValue *wide = same ? cw_binary (CW_OP_ADD, same, scale, error) : NULL;
  return wide ? cw_pair (mean, wide) : NULL;
}

/* moment(order, axis, ...): the mean of (x - mean)**order. */
static CwValue *reductions_moment (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error);
  int64_t order;
  CwReduceOptions mean = CW_REDUCE_OPTIONS_INIT, result;
  CwDtype dtype;
  if (!a || !cw_arg_int (call, 1, &order, error) || !cw_arg_axes (call, 2, a->ndim, &mean.n_axes, mean.axes, error) ||
      !cw_arg_dtype (call, 3, &dtype, error)) {
    return NULL;
  }
  if (order < 0) {
    cw_fail (error, CW_ERROR_VALUE, "Order must be an integer >= 0");
    return NULL;
  }
  double ddof;
  if (!cw_arg_bool (call, 4, &mean.keepdims, error) || !cw_arg_double (call, 5, &ddof, error)) return NULL;
  result = mean;
  mean.keepdims = true;
  g_autoptr (CwArray) middle = cw_array_reduce (CW_REDUCE_MEAN, a, &mean, error);
  g_autoptr (CwArray) apart = middle ? cw_compose_binary (CW_UFUNC_subtract, a, middle, error) : NULL;
  g_autoptr (CwArray) powers = apart ? cw_compose_scalar (CW_UFUNC_power, apart, cw_scalar_int (order), error) : NULL;
  g_autoptr (CwArray) moment = powers ? cw_array_reduce (CW_REDUCE_MEAN, powers, &result, error) : NULL;
  double n = 1;
  for (int i = 0; i < a->ndim; i++) {
    bool over = result.n_axes < 0;
    for (int k = 0; k < result.n_axes; k++) over |= result.axes[k] == i;
    if (over) n *= (double) a->shape[i];
  }
  if (!moment || !ddof || cw_array_has_unknown (a)) return cw_answer (call, g_steal_pointer (&moment), error);
  return cw_answer (call, cw_compose_scalar (CW_UFUNC_multiply, moment, cw_scalar_float (n / (n - ddof)), error), error);
}

#define CUMULATIVE "a, axis=None, dtype=None, out=None, method=None"

const CwEntry cw_entries_reductions[] = {
  { "cumsum", CW_IN_MODULES, CUMULATIVE, reductions_cumulate, "Running sums along an axis.", 0 },
  { "cumsum", CW_IN_ARRAY, CUMULATIVE, reductions_cumulate, "Running sums along an axis.", CUMULATE_METHOD },
  { "cumprod", CW_IN_MODULES, CUMULATIVE, reductions_cumulate, "Running products along an axis.", CUMULATE_PRODUCT },
  { "cumprod", CW_IN_ARRAY, CUMULATIVE, reductions_cumulate, "Running products along an axis.", CUMULATE_PRODUCT | CUMULATE_METHOD },
  { "nancumsum", CW_IN_MODULES, CUMULATIVE, reductions_cumulate, "Running sums that skip NaN.", CUMULATE_SKIP_NAN },
  { "nancumprod", CW_IN_MODULES, CUMULATIVE, reductions_cumulate, "Running products that skip NaN.", CUMULATE_PRODUCT | CUMULATE_SKIP_NAN },
  { "ptp", CW_IN_MODULES | CW_IN_EAGER, "a, axis=None", reductions_ptp, "The largest less the smallest element.", 0 },
  { "count_nonzero", CW_IN_MODULES, "a, axis=None", reductions_count_nonzero, "How many elements are not zero.", 0 },
  { "average", CW_IN_MODULES, "a, axis=None, weights=None, returned=False", reductions_average, "The mean, weighted.", 0 },
  { "moment", CW_IN_DA | CW_IN_LAZY, "a, order, axis=None, dtype=None, keepdims=False, ddof=0, split_every=None", reductions_moment, "The n-th centralized moment.", 0 },
  { 0 },
};
