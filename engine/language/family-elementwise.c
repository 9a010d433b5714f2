/* family-elementwise.c: ufuncs, whose rows come from the kernels' table, and functions made of them. */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- applying a ufunc ------------------------------------------------------------------------------------------------- */

/* A ufunc needs an array to start from: where all operands are numbers, the strong ones (or else all) become one. */
static bool numbers_to_arrays (int n, CwOperand *operands, GError **error) {
  bool any_strong = false;
  for (int i = 0; i < n; i++) {
    if (operands[i].array) return true;
    any_strong |= !operands[i].scalar.weak;
  }
  for (int i = 0; i < n; i++) {
    if (any_strong && operands[i].scalar.weak) continue;
    g_autoptr (CwBuffer) b = cw_buffer_from_scalar (operands[i].scalar);
    operands[i].array = cw_keep_array (cw_array_from_buffer (b, NULL, NULL, error));
    if (!operands[i].array) return false;
  }
  return true;
}

static bool is_text (CwValue *v) {
  return v->kind == CW_V_STR || (v->kind == CW_V_LAZY && cw_dtype_is_text (v->array->dtype)) || (v->kind == CW_V_EAGER && cw_dtype_is_text (v->buffer->dtype));
}

/* where() and comparisons of text. */
static CwValue *apply_to_text (CwUfunc ufunc, int n, CwValue *const *args, bool lazy, GError **error) {
  CwCall call = { .session = cw_current_session (), .lazy = lazy };
  CwArray *in[3];
  bool compares = n == 2 && cw_ufunc_info (ufunc)->rule == CW_RULE_COMPARE && is_text (args[0]) && is_text (args[1]);
  if (!compares && ufunc != CW_UFUNC_where) {
    cw_fail (error, CW_ERROR_TYPE, "ufunc '%s' did not contain a loop with signature matching types: text can be compared with text, and chosen by where()", cw_ufunc_info (ufunc)->name);
    return NULL;
  }
  for (int i = 0; i < n; i++) {
    CwValue *v = args[i];
    if (v->kind != CW_V_STR) {
      if (!(in[i] = cw_value_array (&call, v, error))) return NULL;
    } else {
      g_autoptr (CwBuffer) b = cw_buffer_new (cw_dtype_text ('U', MAX ((int) g_utf8_strlen (v->s, -1), 1)), 0, NULL, error);
      if (b) cw_text_put (b->dtype, b->data, v->s);
      if (!b || !(in[i] = cw_keep_array (cw_array_from_buffer (b, NULL, NULL, error)))) return NULL;
    }
    bool number = ufunc == CW_UFUNC_where && i && !cw_dtype_is_text (in[i]->dtype);
    if (number && !(in[i] = cw_keep_array (cw_array_astype (in[i], cw_dtype_text ('U', 0), error)))) return NULL;
  }
  return cw_answer (&call, cw_array_text_operation (ufunc, n, in, error), error);
}

CwValue *cw_apply_ufunc (CwUfunc ufunc, int n, CwValue *const *args, CwDtype dtype, GError **error) {
  CwCall call = { .session = cw_current_session () };
  CwOperand operands[3];
  for (int i = 0; i < n; i++) {
    if (cw_value_is_array (args[i]) && is_text (args[i])) return apply_to_text (ufunc, n, args, false, error);
  }
  for (int i = 0; i < n; i++) call.lazy |= args[i]->kind == CW_V_LAZY;
  for (int i = 0; i < n; i++) {
    if (!cw_value_operand (&call, args[i], &operands[i], error)) return NULL;
  }
  if (!numbers_to_arrays (n, operands, error)) return NULL;
  CwValue *result = cw_answer (&call, cw_array_ufunc (ufunc, n, operands, dtype, error), error);
  if (result && !call.lazy) cw_warn_of_values (call.session, ufunc, n, args, result);
  return result;
}

/* Is it made of integers or bools? */
static bool is_whole (CwValue *v) {
  CwScalar s;
  CwDtype dtype = v->kind == CW_V_LAZY ? v->array->dtype : v->kind == CW_V_EAGER ? v->buffer->dtype : cw_value_scalar (v, &s) ? s.dtype : CW_DTYPE_NONE;
  if (dtype == CW_DTYPE_NONE) {
    CwBuffer *b = cw_buffer_from_value (v, CW_DTYPE_NONE, NULL);
    dtype = b ? b->dtype : CW_FLOAT64;
  }
  return cw_dtype_is_integer (dtype) || dtype == CW_BOOL;
}

static CwValue *elementwise_ufunc (CwCall *call, GError **error) {
  const CwUfuncInfo *info = cw_ufunc_info ((CwUfunc) call->entry->data);
  CwDtype dtype;
  if (!cw_arg_dtype (call, info->arity, &dtype, error)) return NULL;
  for (int i = 0; i < info->arity; i++) {
    CwValue *v = call->args[i];
    if (cw_value_is_number (v) || cw_value_is_array (v) || cw_is_sequence (v)) continue;
    cw_fail (error, CW_ERROR_TYPE, "ufunc '%s' takes numbers and arrays, not a value of type '%s'", info->name, cw_type_name (v));
    return NULL;
  }
  CwUfunc ufunc = (CwUfunc) call->entry->data;
  if (ufunc == CW_UFUNC_ldexp && !is_whole (call->args[1])) {
    cw_fail (error, CW_ERROR_TYPE, "ufunc 'ldexp' not supported for the input types: the exponent must be an integer");
    return NULL;
  }
  if ((ufunc == CW_UFUNC_sinc || ufunc == CW_UFUNC_i0 || ufunc == CW_UFUNC_angle) && dtype == CW_DTYPE_NONE && is_whole (call->args[0])) {
    CwValue *one = cw_scalar_value (cw_scalar_cast (cw_scalar_int (1), CW_FLOAT64)), *pair[2] = { call->args[0], one };
    CwValue *f = cw_apply_ufunc (CW_UFUNC_multiply, 2, pair, CW_DTYPE_NONE, error); /* NumPy's are functions over float64 here */
    return f ? cw_apply_ufunc (ufunc, 1, &f, CW_DTYPE_NONE, error) : NULL;
  }
  return cw_apply_ufunc ((CwUfunc) call->entry->data, info->arity, call->args, dtype, error);
}

/* ---- the rows --------------------------------------------------------------------------------------------------------- */

static const char *signature_of (const CwUfuncInfo *info) {
  return info->arity == 1 ? "x, dtype=None" : info->arity == 2 ? "x1, x2, dtype=None" : "x1, x2, x3, dtype=None";
}

static bool has_own_entry (const char *name) {
  static const char *const own[] = { "where", "clip", "round", "cube", "frexp_mantissa", "frexp_exponent", "modf_fraction", NULL };
  return g_strv_contains (own, name);
}

void cw_elementwise_register (void (*add) (const CwEntry *entry)) {
  static const struct {
    const char *alias, *name;
  } aliases[] = { { "abs", "absolute" }, { "conj", "conjugate" }, { "mod", "remainder" }, { "true_divide", "divide" }, { "bitwise_not", "invert" },
                  { "acos", "arccos" }, { "asin", "arcsin" }, { "atan", "arctan" }, { "pow", "power" } };
  static CwEntry entries[CW_N_UFUNCS + G_N_ELEMENTS (aliases)];
  int n = 0;
  for (int u = 0; u < CW_N_UFUNCS; u++) {
    const CwUfuncInfo *info = cw_ufunc_info ((CwUfunc) u);
    if (has_own_entry (info->name)) continue;
    entries[n] = (CwEntry){ info->name, CW_IN_MODULES, signature_of (info), elementwise_ufunc, info->doc, u, 0 };
    add (&entries[n++]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++) {
    CwUfunc u;
    if (!cw_ufunc_from_name (aliases[i].name, &u)) continue;
    const CwUfuncInfo *info = cw_ufunc_info (u);
    entries[n] = (CwEntry){ aliases[i].alias, CW_IN_MODULES, signature_of (info), elementwise_ufunc, info->doc, (int) u, 0 };
    add (&entries[n++]);
  }
}

/* ---- choosing and limiting ---------------------------------------------------------------------------------------------- */

/* where() of one truth value: Dask takes the chosen operand, in the common dtype and shape, and leaves its cuts alone. */
static CwValue *where_scalar (CwCall *call, bool truth, CwOperand *operands, GError **error) {
  CwArray *pair[2];
  CwDtype dtype, loop;
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  if (!cw_ufunc_result_dtype (CW_UFUNC_where, 3, operands, &dtype, &loop, error)) return NULL;
  for (int i = 0; i < 2; i++) {
    if (!(pair[i] = cw_arg_array (call, i + 1, error))) return NULL;
  }
  if (!cw_shapes_broadcast (2, pair, &ndim, shape, error)) return NULL;
  g_autoptr (CwArray) wide = cw_array_broadcast_to (pair[!truth], ndim, shape, NULL, error);
  return wide ? cw_answer (call, cw_array_astype (wide, dtype, error), error) : NULL;
}

static CwValue *elementwise_where (CwCall *call, GError **error) {
  if (!call->given[1] && !call->given[2]) {
    const CwEntry *nonzero = cw_register_find (call->via, "nonzero");
    return cw_entry_call (nonzero, call->via, NULL, 1, call->args, NULL, error);
  }
  if (!call->given[1] || !call->given[2]) {
    cw_fail (error, CW_ERROR_VALUE, "either both or neither of x and y should be given");
    return NULL;
  }
  CwOperand operands[3];
  for (int i = 0; i < 3; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  if (is_text (call->args[1]) || is_text (call->args[2])) return apply_to_text (CW_UFUNC_where, 3, call->args, call->lazy, error);
  for (int i = 0; i < 3; i++) {
    if (!cw_value_operand (call, call->args[i], &operands[i], error)) return NULL;
  }
  bool scalar = !operands[0].array, truth = scalar && cw_scalar_is_true (operands[0].scalar);
  if (scalar) {
    g_autoptr (CwBuffer) b = cw_buffer_from_scalar (cw_scalar_bool (cw_scalar_is_true (operands[0].scalar)));
    operands[0].array = cw_keep_array (cw_array_from_buffer (b, NULL, NULL, error));
    if (!operands[0].array) return NULL;
  }
  if (!operands[1].array && !operands[2].array) { /* the dtype comes from the two numbers alone */
    CwScalar *x = &operands[1].scalar, *y = &operands[2].scalar;
    CwDtype dtype = cw_dtype_promote (x->dtype, y->dtype);
    if (x->weak != y->weak && !cw_dtype_promote_scalar (x->weak ? y->dtype : x->dtype, x->weak ? *x : *y, &dtype, error)) return NULL;
    *x = cw_scalar_cast (*x, dtype);
    *y = cw_scalar_cast (*y, dtype);
  }
  if (scalar && call->lazy) return where_scalar (call, truth, operands, error);
  return cw_answer (call, cw_array_ufunc (CW_UFUNC_where, 3, operands, CW_DTYPE_NONE, error), error);
}

static CwValue *elementwise_clip (CwCall *call, GError **error) {
  bool low = !cw_arg_is_none (call, 1), high = !cw_arg_is_none (call, 2);
  if (!low && !high) {
    cw_fail (error, CW_ERROR_VALUE, "One of max or min must be given");
    return NULL;
  }
  if (low && high) return cw_apply_ufunc (CW_UFUNC_clip, 3, call->args, CW_DTYPE_NONE, error);
  CwValue *pair[2] = { call->args[0], call->args[low ? 1 : 2] };
  return cw_apply_ufunc (low ? CW_UFUNC_maximum : CW_UFUNC_minimum, 2, pair, CW_DTYPE_NONE, error);
}

static CwValue *elementwise_round (CwCall *call, GError **error) {
  CwValue *args[2] = { call->args[0], call->args[1] };
  int64_t decimals;
  if (!cw_arg_int (call, 1, &decimals, error)) return NULL;
  args[1] = cw_int (decimals);
  return cw_apply_ufunc (CW_UFUNC_round, 2, args, CW_DTYPE_NONE, error);
}

static CwValue *elementwise_pair (CwCall *call, GError **error) {
  static const CwUfunc first[] = { CW_UFUNC_floor_divide, CW_UFUNC_frexp_mantissa, CW_UFUNC_modf_fraction };
  static const CwUfunc second[] = { CW_UFUNC_remainder, CW_UFUNC_frexp_exponent, CW_UFUNC_trunc };
  int which = call->entry->data, n = which == 0 ? 2 : 1;
  CwValue *a = cw_apply_ufunc (first[which], n, call->args, CW_DTYPE_NONE, error);
  CwValue *b = a ? cw_apply_ufunc (second[which], n, call->args, CW_DTYPE_NONE, error) : NULL;
  return b ? cw_pair (a, b) : NULL;
}

/* ---- closeness, complex parts ------------------------------------------------------------------------------------------------ */

static CwValue *elementwise_isclose (CwCall *call, GError **error) {
  double rtol, atol;
  bool nan;
  for (int i = 0; i < 2; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  CwArray *a = cw_arg_array (call, 0, error), *b = a ? cw_arg_array (call, 1, error) : NULL;
  if (!b || !cw_arg_double (call, 2, &rtol, error) || !cw_arg_double (call, 3, &atol, error) || !cw_arg_bool (call, 4, &nan, error)) return NULL;
  g_autoptr (CwArray) close = cw_compose_isclose (a, b, rtol, atol, nan, error);
  if (!close) return NULL;
  if (!call->entry->data) return cw_answer (call, cw_array_ref (close), error);
  CwReduceOptions all = CW_REDUCE_OPTIONS_INIT;
  CwValue *answer = cw_answer (call, cw_array_reduce (CW_REDUCE_ALL, close, &all, error), error);
  return answer && answer->kind == CW_V_SCALAR ? cw_bool (answer->scalar.i) : answer;
}

static CwValue *elementwise_array_equal (CwCall *call, GError **error) {
  CwBuffer *a = cw_arg_buffer (call, 0, error), *b = a ? cw_arg_buffer (call, 1, error) : NULL;
  if (!b) return NULL;
  if (a->ndim != b->ndim || !cw_shape_equal (a->ndim, a->shape, b->shape)) return cw_bool (false);
  for (int64_t i = 0; i < a->size; i++) {
    if (cw_scalar_to_complex (cw_buffer_get (a, i)) != cw_scalar_to_complex (cw_buffer_get (b, i))) return cw_bool (false);
  }
  return cw_bool (true);
}

static CwValue *elementwise_iscomplex (CwCall *call, GError **error) {
  CwValue *imaginary = cw_apply_ufunc (CW_UFUNC_imag, 1, call->args, CW_DTYPE_NONE, error);
  CwValue *zero = cw_int (0);
  if (!imaginary) return NULL;
  return cw_apply_ufunc (call->entry->data ? CW_UFUNC_equal : CW_UFUNC_not_equal, 2, (CwValue *[]){ imaginary, zero }, CW_DTYPE_NONE, error);
}

static CwValue *elementwise_angle (CwCall *call, GError **error) {
  bool degrees;
  CwValue *angle = cw_apply_ufunc (CW_UFUNC_angle, 1, call->args, CW_DTYPE_NONE, error);
  if (!angle || !cw_arg_bool (call, 1, &degrees, error) || !degrees) return angle;
  return cw_apply_ufunc (CW_UFUNC_degrees, 1, &angle, CW_DTYPE_NONE, error);
}

static CwValue *elementwise_astype (CwCall *call, GError **error) {
  CwDtype dtype;
  const char *casting;
  if (!cw_value_dtype (call->args[1], &dtype, error) || !cw_arg_str (call, 2, &casting, error)) return NULL;
  CwArray *a = cw_value_array_split (call, call->args[0], error);
  if (!a) return NULL;
  if (cw_dtype_is_text (dtype) || cw_dtype_is_text (a->dtype)) return cw_answer (call, cw_array_astype (a, dtype, error), error);
  bool same_kind = cw_dtype_promote (a->dtype, dtype) == dtype ||
                   (g_str_equal (casting, "same_kind") && cw_dtype_kind (a->dtype) == cw_dtype_kind (dtype));
  if (!g_str_equal (casting, "unsafe") && (g_str_equal (casting, "no") || g_str_equal (casting, "equiv") ? a->dtype != dtype : !same_kind)) {
    cw_fail (error, CW_ERROR_TYPE, "Cannot cast array from dtype('%s') to dtype('%s') according to the rule '%s'", cw_dtype_name (a->dtype),
             cw_dtype_name (dtype), casting);
    return NULL;
  }
  return cw_answer (call, cw_array_astype (a, dtype, error), error);
}

static CwValue *ufunc_reduce (CwCall *call, GError **error) {
  CwValue *ufunc = call->args[0], *a = call->args[1];
  static const struct {
    const char *ufunc, *reduction;
  } table[] = { { "add", "sum" }, { "multiply", "prod" }, { "maximum", "max" }, { "minimum", "min" }, { "logical_and", "all" }, { "logical_or", "any" } };
  if (a->kind == CW_V_LAZY) {
    cw_fail (error, CW_ERROR_TYPE, "np.%s.reduce does not work on a Dask array: use its methods, such as .sum() or .max()", ufunc->builtin.entry->name);
    return NULL;
  }
  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    if (!g_str_equal (table[i].ufunc, ufunc->builtin.entry->name)) continue;
    return cw_entry_call (cw_register_find (CW_IN_NP, table[i].reduction), CW_IN_NP, NULL, 2, &call->args[1], NULL, error);
  }
  cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "reduce works for add, multiply, maximum, minimum, logical_and and logical_or");
  return NULL;
}

const CwEntry cw_entries_elementwise[] = {
  { "where", CW_IN_MODULES, "condition, x=None, y=None", elementwise_where, "x where the condition holds, else y.", 0 },
  { "clip", CW_IN_ALL, "a, min=None, max=None", elementwise_clip, "Elements limited to the range from min to max.", 0 },
  { "round", CW_IN_ALL, "a, decimals=0", elementwise_round, "Rounded to decimals, halves to even.", 0 },
  { "around", CW_IN_MODULES, "a, decimals=0", elementwise_round, "Rounded to decimals, halves to even.", 0 },
  { "divmod", CW_IN_MODULES, "x1, x2", elementwise_pair, "The pair (x1 // x2, x1 % x2).", 0 },
  { "frexp", CW_IN_MODULES, "x", elementwise_pair, "Fraction and exponent: x = fraction * 2**exponent.", 1 },
  { "modf", CW_IN_MODULES, "x", elementwise_pair, "Fraction and whole part.", 2 },
  { "isclose", CW_IN_MODULES, "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", elementwise_isclose, "Are elements equal within a tolerance?", 0 },
  { "allclose", CW_IN_MODULES, "a, b, rtol=1e-05, atol=1e-08, equal_nan=False", elementwise_isclose, "Are all elements equal within a tolerance?", 1 },
  { "array_equal", CW_IN_NP, "a1, a2", elementwise_array_equal, "Same shape and same elements?", 0 },
  { "iscomplex", CW_IN_MODULES, "x", elementwise_iscomplex, "Has it an imaginary part?", 0 },
  { "isreal", CW_IN_MODULES, "x", elementwise_iscomplex, "Is it without an imaginary part?", 1 },
  { "angle", CW_IN_MODULES, "x, deg=False", elementwise_angle, "Angle of complex numbers.", 0 },
  { "astype", CW_IN_ARRAY, "a, dtype, casting='unsafe', copy=True", elementwise_astype, "The elements as another dtype.", 0 },
  { "reduce", CW_IN_UFUNC, "self, array, axis=0", ufunc_reduce, "The ufunc applied along an axis until one element is left.", 0 },
  { 0 },
};
