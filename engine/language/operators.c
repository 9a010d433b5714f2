/* operators.c: what +, -, <, in and the others do between values.
 *
 * Between Python numbers Python's rules hold: integers of 64 bits that raise instead of wrapping, // and % that
 * follow the divisor's sign. As soon as an array or a NumPy scalar takes part it is a ufunc.
 */
#include <math.h>
#include <string.h>

#include "engine/language/session-private.h"

static CwValue *refuse (int op, CwValue *a, CwValue *b, GError **error) {
  cw_fail (error, CW_ERROR_TYPE, "unsupported operand type(s) for %s: '%s' and '%s'", cw_operator_text (op), cw_type_name (a), cw_type_name (b));
  return NULL;
}

static CwValue *overflow (GError **error) {
  cw_fail (error, CW_ERROR_OVERFLOW, "the result does not fit an integer: integers of the notebook language have 64 bits; use a float such as 2.0**64");
  return NULL;
}

/* ---- integers --------------------------------------------------------------------------------------------- */

static int64_t floor_mod (int64_t a, int64_t b) {
  int64_t r = b == -1 ? 0 : a % b;
  return r && (r < 0) != (b < 0) ? r + b : r;
}

static CwValue *int_power (int64_t a, int64_t b, GError **error) {
  if (b < 0) {
    if (a == 0) {
      cw_fail (error, CW_ERROR_ZERO_DIVISION, "0.0 cannot be raised to a negative power");
      return NULL;
    }
    return cw_float (pow ((double) a, (double) b));
  }
  int64_t result = 1;
  for (; b; b >>= 1) {
    if ((b & 1) && __builtin_mul_overflow (result, a, &result)) return overflow (error);
    if (b > 1 && __builtin_mul_overflow (a, a, &a)) return overflow (error);
  }
  return cw_int (result);
}

static CwValue *int_shift (int op, int64_t a, int64_t b, GError **error) {
  if (b < 0) {
    cw_fail (error, CW_ERROR_VALUE, "negative shift count");
    return NULL;
  }
  if (op == CW_OP_SHR) return cw_int (b > 63 ? (a < 0 ? -1 : 0) : a >> b);
  if (a == 0) return cw_int (0);
  int64_t factor;
  if (b > 62) return overflow (error);
  factor = (int64_t) 1 << b;
  return __builtin_mul_overflow (a, factor, &a) ? overflow (error) : cw_int (a);
}

static CwValue *int_binary (int op, int64_t a, int64_t b, GError **error) {
  int64_t r;
  if (b == 0 && (op == CW_OP_DIV || op == CW_OP_FLOORDIV || op == CW_OP_MOD)) {
    cw_fail (error, CW_ERROR_ZERO_DIVISION, op == CW_OP_DIV ? "division by zero" : op == CW_OP_MOD ? "integer modulo by zero" : "integer division or modulo by zero");
    return NULL;
  }
  switch (op) {
  case CW_OP_ADD:
    return __builtin_add_overflow (a, b, &r) ? overflow (error) : cw_int (r);
  case CW_OP_SUB:
    return __builtin_sub_overflow (a, b, &r) ? overflow (error) : cw_int (r);
  case CW_OP_MUL:
    return __builtin_mul_overflow (a, b, &r) ? overflow (error) : cw_int (r);
  case CW_OP_DIV:
    return cw_float ((double) a / (double) b);
  case CW_OP_FLOORDIV:
    if (b == -1) return __builtin_sub_overflow ((int64_t) 0, a, &r) ? overflow (error) : cw_int (r);
    return cw_int ((a - floor_mod (a, b)) / b);
  case CW_OP_MOD:
    return cw_int (floor_mod (a, b));
  case CW_OP_POW:
    return int_power (a, b, error);
  case CW_OP_AND:
    return cw_int (a & b);
  case CW_OP_OR:
    return cw_int (a | b);
  case CW_OP_XOR:
    return cw_int (a ^ b);
  default:
    return int_shift (op, a, b, error);
  }
}

/* ---- floats and complex numbers ----------------------------------------------------------------------------- */

static double float_mod (double a, double b) {
  double r = fmod (a, b);
  return r && (r < 0) != (b < 0) ? r + b : r ? r : copysign (0, b);
}

static CwValue *float_binary (int op, double a, double b, CwValue *va, CwValue *vb, GError **error) {
  if (b == 0 && (op == CW_OP_DIV || op == CW_OP_FLOORDIV || op == CW_OP_MOD)) {
    cw_fail (error, CW_ERROR_ZERO_DIVISION, op == CW_OP_DIV ? "float division by zero" : op == CW_OP_MOD ? "float modulo" : "float floor division by zero");
    return NULL;
  }
  switch (op) {
  case CW_OP_ADD:
    return cw_float (a + b);
  case CW_OP_SUB:
    return cw_float (a - b);
  case CW_OP_MUL:
    return cw_float (a * b);
  case CW_OP_DIV:
    return cw_float (a / b);
  case CW_OP_FLOORDIV:
    return cw_float (floor ((a - float_mod (a, b)) / b + 0.25));
  case CW_OP_MOD:
    return cw_float (float_mod (a, b));
  case CW_OP_POW:
    if (a == 0 && b < 0) {
      cw_fail (error, CW_ERROR_ZERO_DIVISION, "0.0 cannot be raised to a negative power");
      return NULL;
    }
    if (a < 0 && b != floor (b)) return cw_complex (cpow (a, b));
    if (isfinite (a) && isfinite (b) && isinf (pow (a, b))) {
      cw_fail (error, CW_ERROR_OVERFLOW, "(34, 'Numerical result out of range')");
      return NULL;
    }
    return cw_float (pow (a, b));
  default:
    return refuse (op, va, vb, error);
  }
}

static CwValue *complex_binary (int op, double complex a, double complex b, CwValue *va, CwValue *vb, GError **error) {
  switch (op) {
  case CW_OP_ADD:
    return cw_complex (a + b);
  case CW_OP_SUB:
    return cw_complex (a - b);
  case CW_OP_MUL:
    return cw_complex (a * b);
  case CW_OP_DIV:
    if (b == 0) {
      cw_fail (error, CW_ERROR_ZERO_DIVISION, "complex division by zero");
      return NULL;
    }
    return cw_complex (a / b);
  case CW_OP_POW:
    return cw_complex (b == 2 ? a * a : cpow (a, b));
  default:
    return refuse (op, va, vb, error);
  }
}

static bool is_int (const CwValue *v) {
  return v->kind == CW_V_INT || v->kind == CW_V_BOOL;
}

static int64_t int_of (const CwValue *v) {
  return v->kind == CW_V_BOOL ? v->b : v->i;
}

/* Of a Python number that is not complex. */
static double float_of (const CwValue *v) {
  return v->kind == CW_V_FLOAT ? v->f : (double) int_of (v);
}

static double complex complex_of (const CwValue *v) {
  return v->kind == CW_V_COMPLEX ? v->c : float_of (v);
}

static CwValue *number_binary (int op, CwValue *a, CwValue *b, GError **error) {
  if (a->kind == CW_V_COMPLEX || b->kind == CW_V_COMPLEX) return complex_binary (op, complex_of (a), complex_of (b), a, b, error);
  if (a->kind == CW_V_FLOAT || b->kind == CW_V_FLOAT) return float_binary (op, float_of (a), float_of (b), a, b, error);
  if (a->kind == CW_V_BOOL && b->kind == CW_V_BOOL && (op == CW_OP_AND || op == CW_OP_OR || op == CW_OP_XOR)) {
    return cw_bool (op == CW_OP_AND ? a->b && b->b : op == CW_OP_OR ? a->b || b->b : a->b != b->b);
  }
  if (op == CW_OP_MATMUL) return refuse (op, a, b, error);
  return int_binary (op, int_of (a), int_of (b), error);
}

/* ---- arrays ---------------------------------------------------------------------------------------------------- */

static const CwUfunc ufuncs[CW_N_OPS] = {
  [CW_OP_ADD] = CW_UFUNC_add, [CW_OP_SUB] = CW_UFUNC_subtract, [CW_OP_MUL] = CW_UFUNC_multiply, [CW_OP_DIV] = CW_UFUNC_divide,
  [CW_OP_FLOORDIV] = CW_UFUNC_floor_divide, [CW_OP_MOD] = CW_UFUNC_remainder, [CW_OP_POW] = CW_UFUNC_power, [CW_OP_AND] = CW_UFUNC_bitwise_and,
  [CW_OP_OR] = CW_UFUNC_bitwise_or, [CW_OP_XOR] = CW_UFUNC_bitwise_xor, [CW_OP_SHL] = CW_UFUNC_left_shift, [CW_OP_SHR] = CW_UFUNC_right_shift,
  [CW_OP_NEG] = CW_UFUNC_negative, [CW_OP_POS] = CW_UFUNC_positive, [CW_OP_INVERT] = CW_UFUNC_invert, [CW_OP_EQ] = CW_UFUNC_equal,
  [CW_OP_NE] = CW_UFUNC_not_equal, [CW_OP_LT] = CW_UFUNC_less, [CW_OP_LE] = CW_UFUNC_less_equal, [CW_OP_GT] = CW_UFUNC_greater,
  [CW_OP_GE] = CW_UFUNC_greater_equal,
};

static bool takes_part (const CwValue *v) {
  return cw_value_is_number (v) || cw_value_is_array (v) || cw_is_sequence (v);
}

static bool involves_arrays (const CwValue *a, const CwValue *b) {
  return cw_value_is_array (a) || cw_value_is_array (b) || a->kind == CW_V_SCALAR || b->kind == CW_V_SCALAR;
}

static CwValue *array_binary (int op, CwValue *a, CwValue *b, GError **error) {
  if (!takes_part (a) || !takes_part (b)) return refuse (op, a, b, error);
  if (op == CW_OP_MATMUL) {
    return cw_entry_call (cw_register_find (CW_IN_NP, "matmul"), CW_IN_NP, NULL, 2, (CwValue *[]){ a, b }, NULL, error);
  }
  if (op == CW_OP_POW && b->kind == CW_V_INT && b->i == 2) return cw_apply_ufunc (CW_UFUNC_square, 1, &a, CW_DTYPE_NONE, error);
  return cw_apply_ufunc (ufuncs[op], 2, (CwValue *[]){ a, b }, CW_DTYPE_NONE, error);
}

/* ---- strings and sequences ------------------------------------------------------------------------------------------ */

static CwValue *repeat (CwValue *v, int64_t times, GError **error) {
  times = MAX (times, 0);
  int64_t length = v->kind == CW_V_STR ? (int64_t) strlen (v->s) : cw_items_n (v), total;
  if (!cw_check_size (__builtin_mul_overflow (times, length, &total) ? INT64_MAX : total, error)) return NULL;
  if (v->kind == CW_V_STR) {
    GString *out = g_string_new (NULL);
    for (int64_t i = 0; i < times; i++) g_string_append (out, v->s);
    return cw_str_take (g_string_free (out, FALSE));
  }
  CwValue *out = v->kind == CW_V_LIST ? cw_list () : cw_tuple ();
  for (int64_t i = 0; i < times; i++) {
    for (int k = 0; k < length; k++) cw_items_add (out, cw_items_get (v, k));
  }
  return out;
}

static CwValue *join (CwValue *a, CwValue *b, GError **error) {
  if (!cw_check_size ((int64_t) cw_items_n (a) + cw_items_n (b), error)) return NULL;
  CwValue *out = a->kind == CW_V_LIST ? cw_list () : cw_tuple ();
  for (int i = 0; i < cw_items_n (a); i++) cw_items_add (out, cw_items_get (a, i));
  for (int i = 0; i < cw_items_n (b); i++) cw_items_add (out, cw_items_get (b, i));
  return out;
}

static CwValue *set_binary (int op, CwValue *a, CwValue *b) {
  CwValue *out = cw_set ();
  for (guint i = 0; i < a->dict.keys->len; i++) {
    CwValue *key = a->dict.keys->pdata[i];
    bool in_both = cw_dict_get (b, key) != NULL;
    if (op == CW_OP_OR || (op == CW_OP_AND ? in_both : !in_both)) cw_dict_set (out, key, NULL, NULL);
  }
  for (guint i = 0; i < b->dict.keys->len; i++) {
    CwValue *key = b->dict.keys->pdata[i];
    if (op == CW_OP_OR || (op == CW_OP_XOR && !cw_dict_get (a, key))) cw_dict_set (out, key, NULL, NULL);
  }
  return out;
}

static CwValue *merge_dicts (CwValue *a, CwValue *b) {
  CwValue *out = cw_dict ();
  for (int k = 0; k < 2; k++) {
    CwValue *from = k ? b : a;
    for (guint i = 0; i < from->dict.keys->len; i++) cw_dict_set (out, from->dict.keys->pdata[i], from->dict.values->pdata[i], NULL);
  }
  return out;
}

CwValue *cw_binary (int op, CwValue *a, CwValue *b, GError **error) {
  if (cw_value_is_python_number (a) && cw_value_is_python_number (b)) return number_binary (op, a, b, error);
  if (a->kind == CW_V_STR && op == CW_OP_MOD) {
    return cw_entry_call (cw_register_find (CW_IN_STR, "__mod__"), CW_IN_STR, a, 1, &b, NULL, error);
  }
  if (involves_arrays (a, b)) return array_binary (op, a, b, error);
  if (op == CW_OP_ADD && a->kind == b->kind) {
    if (a->kind == CW_V_STR) return cw_check_size ((int64_t) (strlen (a->s) + strlen (b->s)), error) ? cw_str_take (g_strconcat (a->s, b->s, NULL)) : NULL;
    if (cw_is_sequence (a)) return join (a, b, error);
  }
  bool a_repeats = cw_is_sequence (a) || a->kind == CW_V_STR, b_repeats = cw_is_sequence (b) || b->kind == CW_V_STR;
  if (op == CW_OP_MUL && a_repeats && is_int (b)) return repeat (a, int_of (b), error);
  if (op == CW_OP_MUL && b_repeats && is_int (a)) return repeat (b, int_of (a), error);
  if (a->kind == CW_V_SET && b->kind == CW_V_SET && (op == CW_OP_OR || op == CW_OP_AND || op == CW_OP_XOR || op == CW_OP_SUB)) {
    return set_binary (op, a, b);
  }
  if (a->kind == CW_V_DICT && b->kind == CW_V_DICT && op == CW_OP_OR) return merge_dicts (a, b);
  if (op == CW_OP_ADD && (a->kind == CW_V_STR || cw_is_sequence (a))) {
    const char *what = cw_type_name (a);
    cw_fail (error, CW_ERROR_TYPE, "can only concatenate %s (not \"%s\") to %s", what, cw_type_name (b), what);
    return NULL;
  }
  return refuse (op, a, b, error);
}

CwValue *cw_unary (int op, CwValue *a, GError **error) {
  if (cw_value_is_array (a) || a->kind == CW_V_SCALAR) {
    bool is_bool = a->kind == CW_V_LAZY ? a->array->dtype == CW_BOOL : a->kind == CW_V_EAGER ? a->buffer->dtype == CW_BOOL : a->scalar.dtype == CW_BOOL;
    if (op == CW_OP_NEG && is_bool) {
      cw_fail (error, CW_ERROR_TYPE, "The numpy boolean negative, the `-` operator, is not supported, use the `~` operator or the logical_not function instead.");
      return NULL;
    }
    return cw_apply_ufunc (ufuncs[op], 1, &a, CW_DTYPE_NONE, error);
  }
  if (is_int (a)) {
    int64_t i = int_of (a);
    if (op == CW_OP_INVERT) return cw_int (~i);
    if (op == CW_OP_POS) return cw_int (i);
    return i == INT64_MIN ? overflow (error) : cw_int (-i);
  }
  if (a->kind == CW_V_FLOAT && op != CW_OP_INVERT) return cw_float (op == CW_OP_NEG ? -a->f : a->f);
  if (a->kind == CW_V_COMPLEX && op != CW_OP_INVERT) return cw_complex (op == CW_OP_NEG ? -a->c : a->c);
  cw_fail (error, CW_ERROR_TYPE, "bad operand type for unary %s: '%s'", cw_operator_text (op), cw_type_name (a));
  return NULL;
}

/* ---- comparison --------------------------------------------------------------------------------------------------------- */

static CwValue *contains (CwValue *item, CwValue *in, GError **error) {
  if (in->kind == CW_V_STR) {
    if (item->kind == CW_V_STR) return cw_bool (strstr (in->s, item->s) != NULL);
    cw_fail (error, CW_ERROR_TYPE, "'in <string>' requires string as left operand, not %s", cw_type_name (item));
    return NULL;
  }
  if (in->kind == CW_V_DICT || in->kind == CW_V_SET) {
    bool found = cw_dict_get (in, item) != NULL;
    return cw_check_depth (error) ? cw_bool (found) : NULL;
  }
  if (cw_value_is_array (in)) {
    CwValue *equal = cw_compare (CW_OP_EQ, in, item, error);
    CwValue *any = equal ? cw_value_attribute (equal, "any", error) : NULL;
    CwValue *found = any ? cw_value_call (any, 0, NULL, NULL, error) : NULL;
    bool truth;
    return found && cw_value_truth (found, &truth, error) ? cw_bool (truth) : NULL;
  }
  if (in->kind == CW_V_RANGE && is_int (item)) {
    int64_t i = int_of (item), from = in->range.start, to = in->range.stop, step = in->range.step;
    return cw_bool ((step > 0 ? from <= i && i < to : to < i && i <= from) && floor_mod (i, step) == floor_mod (from, step));
  }
  CwValue *list = cw_to_list (in, error);
  if (!list) return NULL;
  for (int i = 0; i < cw_items_n (list); i++) {
    CwValue *other = cw_items_get (list, i);
    bool same = item == other;
    if (!same && (cw_value_is_array (item) || cw_value_is_array (other))) {
      CwValue *equal = cw_compare (CW_OP_EQ, item, other, error);
      if (!equal || !cw_value_truth (equal, &same, error)) return NULL;
    } else if (!same) {
      same = cw_value_equal (item, other);
    }
    if (same) return cw_bool (true);
  }
  return cw_check_depth (error) ? cw_bool (false) : NULL;
}

/* -1, 0, 1; 2 for numbers that cannot be ordered (NaN); false where the types have no order. */
static bool order (CwValue *a, CwValue *b, int *result) {
  CwScalar x, y;
  if (is_int (a) && is_int (b)) {
    *result = (int_of (a) > int_of (b)) - (int_of (a) < int_of (b));
    return true;
  }
  if (cw_value_scalar (a, &x) && cw_value_scalar (b, &y) && a->kind != CW_V_COMPLEX && b->kind != CW_V_COMPLEX) {
    double p = cw_scalar_to_double (x), q = cw_scalar_to_double (y);
    *result = p != p || q != q ? 2 : (p > q) - (p < q);
    return true;
  }
  if (a->kind == CW_V_STR && b->kind == CW_V_STR) {
    int c = strcmp (a->s, b->s);
    *result = (c > 0) - (c < 0);
    return true;
  }
  if (cw_is_sequence (a) && a->kind == b->kind && !cw_too_deep ()) {
    int n = cw_items_n (a), m = cw_items_n (b);
    for (int i = 0; i < MIN (n, m); i++) {
      if (!cw_value_equal (cw_items_get (a, i), cw_items_get (b, i))) return order (cw_items_get (a, i), cw_items_get (b, i), result);
    }
    *result = (n > m) - (n < m);
    return true;
  }
  return false;
}

/* Subsets are below; sets of which neither is one have no order, as NaN has none. */
static bool order_sets (CwValue *a, CwValue *b, int *result) {
  bool below = cw_set_within (a, b), above = cw_set_within (b, a);
  *result = below && above ? 0 : below ? -1 : above ? 1 : 2;
  return true;
}

static bool is_same (CwValue *a, CwValue *b) {
  if (a->kind == b->kind && (a->kind == CW_V_NONE || a->kind == CW_V_BOOL || a->kind == CW_V_INT || a->kind == CW_V_STR || a->kind == CW_V_TYPE ||
                             a->kind == CW_V_MODULE || a->kind == CW_V_ELLIPSIS || a->kind == CW_V_DTYPE || (a->kind == CW_V_BUILTIN && !a->builtin.self))) {
    return cw_value_equal (a, b);
  }
  return a == b;
}

static bool is_text_array (const CwValue *v) {
  return (v->kind == CW_V_LAZY && cw_dtype_is_text (v->array->dtype)) || (v->kind == CW_V_EAGER && cw_dtype_is_text (v->buffer->dtype));
}

CwValue *cw_compare (int op, CwValue *a, CwValue *b, GError **error) {
  if (op == CW_OP_IS || op == CW_OP_IS_NOT) return cw_bool (is_same (a, b) == (op == CW_OP_IS));
  if (op == CW_OP_IN || op == CW_OP_NOT_IN) {
    CwValue *found = contains (a, b, error);
    return found ? cw_bool (found->b == (op == CW_OP_IN)) : NULL;
  }
  bool equality = op == CW_OP_EQ || op == CW_OP_NE;
  if ((is_text_array (a) && (is_text_array (b) || b->kind == CW_V_STR)) || (is_text_array (b) && a->kind == CW_V_STR)) {
    return cw_apply_ufunc (ufuncs[op], 2, (CwValue *[]){ a, b }, CW_DTYPE_NONE, error);
  }
  if (involves_arrays (a, b) && (takes_part (a) && takes_part (b))) {
    return cw_apply_ufunc (ufuncs[op], 2, (CwValue *[]){ a, b }, CW_DTYPE_NONE, error);
  }
  if (equality) {
    bool equal = cw_value_equal (a, b);
    return cw_check_depth (error) ? cw_bool (equal == (op == CW_OP_EQ)) : NULL;
  }
  int result;
  bool ordered = a->kind == CW_V_SET && b->kind == CW_V_SET ? order_sets (a, b, &result) : order (a, b, &result);
  if (!cw_check_depth (error)) return NULL;
  if (!ordered) {
    cw_fail (error, CW_ERROR_TYPE, "'%s' not supported between instances of '%s' and '%s'", cw_operator_text (op), cw_type_name (a), cw_type_name (b));
    return NULL;
  }
  if (result == 2) return cw_bool (false);
  return cw_bool (op == CW_OP_LT ? result < 0 : op == CW_OP_LE ? result <= 0 : op == CW_OP_GT ? result > 0 : result >= 0);
}
