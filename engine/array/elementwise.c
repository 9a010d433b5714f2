/* Elementwise operations: dtypes by NumPy 2's rules, shapes by broadcasting, chunks by Dask's unification. The operations
 * themselves are the rows of engine/kernels/ufuncs.def. */
#include "engine/array/array-private.h"

#include <string.h>

const CwOp cw_op_elementwise = { .name = "elementwise", .kind = CW_OP_ELEMENTWISE };

/* ---- dtypes ---- */

/* The promoted dtype of operands first .. n-1: arrays and strong scalars first, weak scalars last. */
static bool
promote_operands (int first, int n, const CwOperand *in, CwDtype *out, GError **error)
{
  bool any = false;
  for (int i = first; i < n; i++)
    if (in[i].array || !in[i].scalar.weak) {
      CwDtype d = in[i].array ? in[i].array->dtype : in[i].scalar.dtype;
      *out      = any ? cw_dtype_promote (*out, d) : d;
      any       = true;
    }
  for (int i = first; i < n; i++)
    if (!in[i].array && in[i].scalar.weak) {
      if (!any)
        *out = in[i].scalar.dtype;
      else if (!cw_dtype_promote_scalar (*out, in[i].scalar, out, error))
        return false;
      any = true;
    }
  return true;
}

static bool
refuse (CwUfunc ufunc, CwDtype p, GError **error)
{
  const CwUfuncInfo *info = cw_ufunc_info (ufunc);
  if (p == CW_BOOL && ufunc == CW_UFUNC_subtract)
    return cw_fail (error, CW_ERROR_TYPE,
                    "numpy boolean subtract, the `-` operator, is not supported; use the bitwise_xor, the `^` operator, instead");
  if (p == CW_BOOL && ufunc == CW_UFUNC_negative)
    return cw_fail (error, CW_ERROR_TYPE,
                    "The numpy boolean negative, the `-` operator, is not supported; use the `~` operator or logical_not instead");
  return cw_fail (error, CW_ERROR_TYPE, "ufunc '%s' not supported for the input types: it does not take %s", info->name,
                  cw_dtype_name (p));
}

static CwDtype
no_bool (CwDtype p)
{
  return p == CW_BOOL ? CW_INT8 : p;
}

/* Functions whose loops begin at int8 in NumPy though they are arithmetic. */
static bool
has_no_bool_loop (CwUfunc ufunc)
{
  return ufunc == CW_UFUNC_square || ufunc == CW_UFUNC_reciprocal || ufunc == CW_UFUNC_conjugate;
}

/* NumPy takes the first float loop that every operand fits by itself: int8 beside uint8 is float16, though they promote to int16. */
static CwDtype
float_of_operands (int first, int last, const CwOperand *in, CwDtype p)
{
  CwDtype each = CW_BOOL;
  if (!cw_dtype_is_integer (p))
    return cw_dtype_to_float (p);
  for (int i = first; i < last; i++) {
    CwDtype own = in[i].array ? in[i].array->dtype : in[i].scalar.dtype;
    if (in[i].array || !in[i].scalar.weak)
      each = cw_dtype_promote (each, cw_dtype_to_float (own));
  }
  return each == CW_BOOL ? cw_dtype_to_float (p) : each;
}

/* The loop's dtype from the promoted dtype @p by the ufunc's rule. */
static bool
loop_dtype (CwUfunc ufunc, CwDtype p, CwDtype *loop, GError **error)
{
  const CwUfuncInfo *info = cw_ufunc_info (ufunc);
  bool               is_complex = cw_dtype_is_complex (p);
  *loop                         = p;
  switch (info->rule) {
  case CW_RULE_ARITH: *loop = has_no_bool_loop (ufunc) ? no_bool (p) : p; break;
  case CW_RULE_ARITH_REAL: *loop = no_bool (p); break;
  case CW_RULE_POWER: *loop = no_bool (p); break;
  case CW_RULE_INTEGER: *loop = no_bool (p); break;
  case CW_RULE_DIVIDE: *loop = cw_dtype_is_integer (p) || p == CW_BOOL ? CW_FLOAT64 : p; break;
  case CW_RULE_FLOAT_POWER: *loop = is_complex ? CW_COMPLEX128 : CW_FLOAT64; break;
  case CW_RULE_FLOAT:
  case CW_RULE_FLOAT_REAL:
  case CW_RULE_LDEXP:
  case CW_RULE_PREDICATE: *loop = cw_dtype_to_float (p); break;
  case CW_RULE_ROUND: *loop = p == CW_BOOL ? CW_FLOAT16 : p; break;
  case CW_RULE_LOGICAL: *loop = CW_BOOL; break;
  default: break;
  }
  return cw_ufunc_has_loop (ufunc, cw_dtype_kind (*loop)) || refuse (ufunc, p, error);
}

static CwDtype
out_dtype (CwUfunc ufunc, CwDtype loop)
{
  switch (cw_ufunc_info (ufunc)->out) {
  case CW_OUT_BOOL: return CW_BOOL;
  case CW_OUT_REAL: return cw_dtype_real (loop);
  case CW_OUT_INT32: return CW_INT32;
  default: return loop;
  }
}

/* Negative whole powers of integers have no integer result. */
static bool
check_power (const CwOperand *in, CwDtype loop, GError **error)
{
  if (cw_dtype_is_integer (loop) && !in[1].array && cw_dtype_kind (in[1].scalar.dtype) == 'i' && in[1].scalar.i < 0)
    return cw_fail (error, CW_ERROR_VALUE, CW_NO_NEGATIVE_POWERS " ** %" G_GINT64_FORMAT, in[1].scalar.i);
  return true;
}

bool
cw_ufunc_result_dtype (CwUfunc ufunc, int n, const CwOperand *in, CwDtype *out, CwDtype *loop, GError **error)
{
  CwUfuncRule rule = cw_ufunc_info (ufunc)->rule;
  CwDtype     p    = CW_BOOL;
  for (int i = 0; i < n; i++)
    if (in[i].array && cw_dtype_is_text (in[i].array->dtype))
      return cw_fail (error, CW_ERROR_TYPE, "ufunc '%s' did not contain a loop with signature matching types: text takes part in where() and in comparisons alone",
                      cw_ufunc_info (ufunc)->name);
  /* where: the first operand chooses; ldexp, round: the second has a role of its own. */
  int         first = rule == CW_RULE_WHERE, last = rule == CW_RULE_LDEXP || rule == CW_RULE_ROUND ? 1 : n;
  GError     *overflow = NULL;
  if (!promote_operands (first, last, in, &p, &overflow)) {
    /* A Python int that does not fit can still be compared: every element is on one side of it. */
    if (rule != CW_RULE_COMPARE) {
      g_propagate_error (error, overflow);
      return false;
    }
    g_clear_error (&overflow);
    p = CW_FLOAT64;
  }
  if (rule == CW_RULE_FLOAT || rule == CW_RULE_FLOAT_REAL)
    p = float_of_operands (first, last, in, p);
  if (!loop_dtype (ufunc, p, loop, error))
    return false;
  if (ufunc == CW_UFUNC_power && !check_power (in, *loop, error))
    return false;
  *out = out_dtype (ufunc, *loop);
  return true;
}

/* ---- shapes and chunks ---- */

bool
cw_shapes_broadcast (int n, CwArray *const *arrays, int *ndim, int64_t *shape, GError **error)
{
  *ndim = 0;
  for (int i = 0; i < n; i++)
    *ndim = MAX (*ndim, arrays[i]->ndim);
  for (int k = 0; k < *ndim; k++)
    shape[k] = 1;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < arrays[i]->ndim; k++) {
      int64_t  d = arrays[i]->shape[k];
      int64_t *s = &shape[k + *ndim - arrays[i]->ndim];
      if (*s == 1)
        *s = d;
      else if (d != 1 && d != *s) {
        GString *text = g_string_new (NULL);
        for (int j = 0; j < n; j++) {
          g_autofree char *one = cw_shape_to_string (arrays[j]->ndim, arrays[j]->shape);
          g_string_append_printf (text, "%s%s", j ? " " : "", one);
        }
        cw_fail (error, CW_ERROR_VALUE, "operands could not be broadcast together with shapes %s", text->str);
        g_string_free (text, TRUE);
        return false;
      }
    }
  return true;
}

/* The common refinement of chunkings of one axis: every cut of any of them. */
static CwAxis *
refine (CwAxis *a, CwAxis *b, GError **error)
{
  if (cw_axis_equal (a, b))
    return cw_axis_ref (a);
  if (a->unknown || b->unknown) {
    cw_fail (error, CW_ERROR_VALUE,
             "Arrays' chunk sizes are unknown and differ in number (%" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
             " blocks), so blocks cannot be paired. Call x.compute_chunk_sizes() first",
             a->n, b->n);
    return NULL;
  }
  GArray *lengths = g_array_new (FALSE, FALSE, sizeof (int64_t));
  int64_t i = 0, j = 0, at = 0;
  while (i < a->n && j < b->n) {
    int64_t ea = a->offsets[i + 1], eb = b->offsets[j + 1], end = MIN (ea, eb), length = end - at;
    if (length > 0)
      g_array_append_val (lengths, length);
    at = end;
    i += ea == end;
    j += eb == end;
  }
  CwAxis *axis = lengths->len ? cw_axis_new (lengths->len, (int64_t *) lengths->data) : cw_axis_ref (a);
  g_array_unref (lengths);
  return axis;
}

/* Unified chunks of every output axis; new references in @axes. An axis with one block gives way to any other cut. */
static bool
unify_axes (int n, CwArray *const *arrays, int ndim, const int64_t *shape, CwAxis **axes, GError **error)
{
  for (int k = 0; k < ndim; k++) {
    axes[k] = NULL;
    for (int i = 0; i < n; i++) {
      int d = k - (ndim - arrays[i]->ndim);
      if (d < 0)
        continue;
      CwAxis *axis = arrays[i]->axes[d];
      if (axis->total == 1 && shape[k] != 1)
        continue;
      if (!axes[k])
        axes[k] = cw_axis_ref (axis);
      else {
        CwAxis *refined = axes[k]->n == 1 && !axes[k]->unknown && !axis->unknown ? cw_axis_ref (axis)
                          : axis->n == 1 && !axis->unknown && !axes[k]->unknown  ? cw_axis_ref (axes[k])
                                                                                 : refine (axes[k], axis, error);
        cw_axis_unref (axes[k]);
        axes[k] = refined;
        if (!refined) {
          cw_axes_unref (k, axes);
          return false;
        }
      }
    }
  }
  return true;
}

/* @a cut as the output axes @axes (aligned from the right); axes of length 1 stay. */
static CwArray *
align (CwArray *a, int ndim, CwAxis *const *axes, const int64_t *shape, GError **error)
{
  CwAxis *wanted[CW_MAX_NDIM];
  for (int d = 0; d < a->ndim; d++) {
    int k     = d + ndim - a->ndim;
    wanted[d] = a->shape[d] == 1 && shape[k] != 1 ? a->axes[d] : axes[k];
  }
  return cw_array_rechunk_to (a, wanted, error);
}

bool
cw_arrays_unify (int n, CwArray **arrays, GError **error)
{
  int64_t shape[CW_MAX_NDIM];
  CwAxis *axes[CW_MAX_NDIM];
  int     ndim;
  if (!cw_shapes_broadcast (n, arrays, &ndim, shape, error) || !unify_axes (n, arrays, ndim, shape, axes, error))
    return false;
  bool ok = true;
  for (int i = 0; i < n && ok; i++) {
    CwArray *aligned = align (arrays[i], ndim, axes, shape, error);
    ok               = aligned != NULL;
    if (ok) {
      cw_array_unref (arrays[i]);
      arrays[i] = aligned;
    }
  }
  cw_axes_unref (ndim, axes);
  return ok;
}

/* The node for operands that are unified already. */
static CwArray *
make_elementwise (const char *name, CwElementwise *params, CwDtype out, int n_arrays, CwArray **arrays, GError **error)
{
  int64_t shape[CW_MAX_NDIM];
  CwAxis *axes[CW_MAX_NDIM];
  int     ndim;
  if (!cw_shapes_broadcast (n_arrays, arrays, &ndim, shape, error) || !unify_axes (n_arrays, arrays, ndim, shape, axes, error)) {
    g_free (params);
    return NULL;
  }
  return cw_array_new (&cw_op_elementwise, name, out, ndim, axes, n_arrays, arrays, params);
}

/* x ** 2 is a product, x ** 0.5 a root, as in NumPy: faster, and exact where pow may round. So is x ** 3, for speed alone: two
 * roundings where NumPy's pow has one. */
static bool
simplify_power (CwUfunc *ufunc, int *n, const CwOperand *in)
{
  if (*ufunc != CW_UFUNC_power || in[1].array || !in[0].array)
    return false;
  double exponent = cw_scalar_to_double (in[1].scalar);
  bool   inexact  = cw_dtype_is_float (in[0].array->dtype) || cw_dtype_is_complex (in[0].array->dtype);
  if (cw_dtype_is_complex (in[1].scalar.dtype))
    return false;
  if (exponent == 2 && (inexact || cw_dtype_is_integer (in[0].array->dtype)))
    *ufunc = CW_UFUNC_square;
  else if (exponent == 3 && !cw_dtype_is_complex (in[0].array->dtype) && (inexact || cw_dtype_is_integer (in[0].array->dtype)))
    *ufunc = CW_UFUNC_cube;
  else if (exponent == 0.5 && inexact)
    *ufunc = CW_UFUNC_sqrt;
  else if (exponent == -1 && inexact)
    *ufunc = CW_UFUNC_reciprocal;
  else
    return false;
  *n = 1;
  return true;
}

static const char *
layer_name (CwUfunc ufunc)
{
  switch (ufunc) {
  case CW_UFUNC_subtract: return "sub";
  case CW_UFUNC_multiply: return "mul";
  case CW_UFUNC_divide: return "truediv";
  case CW_UFUNC_floor_divide: return "floordiv";
  case CW_UFUNC_remainder: return "mod";
  case CW_UFUNC_power: return "pow";
  case CW_UFUNC_negative: return "neg";
  case CW_UFUNC_absolute: return "abs";
  case CW_UFUNC_greater: return "gt";
  case CW_UFUNC_greater_equal: return "ge";
  case CW_UFUNC_less: return "lt";
  case CW_UFUNC_less_equal: return "le";
  case CW_UFUNC_equal: return "eq";
  case CW_UFUNC_not_equal: return "ne";
  case CW_UFUNC_bitwise_and: return "and";
  case CW_UFUNC_bitwise_or: return "or";
  case CW_UFUNC_bitwise_xor: return "xor";
  default: return cw_ufunc_info (ufunc)->name;
  }
}

CwArray *
cw_array_ufunc (CwUfunc ufunc, int n, const CwOperand *in, CwDtype dtype, GError **error)
{
  CwDtype     out, loop;
  const char *name = layer_name (ufunc);
  if (!cw_ufunc_result_dtype (ufunc, n, in, &out, &loop, error))
    return NULL;
  if (dtype != CW_DTYPE_NONE && cw_ufunc_info (ufunc)->out == CW_OUT_SAME) {
    if (!cw_ufunc_has_loop (ufunc, cw_dtype_kind (dtype))) {
      refuse (ufunc, dtype, error);
      return NULL;
    }
    out = loop = dtype;
  }
  CwUfunc chosen = ufunc;
  simplify_power (&chosen, &n, in);
  CwElementwise *params = g_new0 (CwElementwise, 1);
  CwArray       *arrays[3];
  int            n_arrays = 0;
  params->ufunc           = chosen;
  params->loop            = loop;
  params->n               = n;
  for (int i = 0; i < n; i++) {
    params->operand[i] = -1;
    params->scalar[i]  = loop == CW_FLOAT16 ? cw_scalar_cast (in[i].scalar, loop) : in[i].scalar; /* float16 is computed in float32, with its own digits */
    if (in[i].array) {
      params->operand[i]   = n_arrays;
      arrays[n_arrays++] = cw_array_ref (in[i].array);
    }
  }
  CwArray *result = NULL;
  if (cw_arrays_unify (n_arrays, arrays, error))
    result = make_elementwise (name, params, out, n_arrays, arrays, error);
  else
    g_free (params);
  for (int i = 0; i < n_arrays; i++)
    cw_array_unref (arrays[i]);
  return result;
}

CwArray *
cw_array_astype (CwArray *a, CwDtype dtype, GError **error)
{
  if (a->dtype == dtype)
    return cw_array_ref (a);
  if (cw_dtype_is_text (a->dtype) || cw_dtype_is_text (dtype))
    return cw_array_astype_text (a, dtype, error);
  CwElementwise *params = g_new0 (CwElementwise, 1);
  params->is_cast       = true;
  params->n             = 1;
  params->loop          = a->dtype;
  return make_elementwise ("astype", params, dtype, 1, &a, error);
}
