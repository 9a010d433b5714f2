/* warnings.c: what arithmetic has to say besides its results.
 *
 * NumPy's loops ask the processor whether they divided by zero. Here the values are asked: an infinite result of finite
 * operands, a NaN of operands that are numbers. Of lazy arrays the result is at hand, not what came between; the graph tells which
 * operation is to blame. Large results are not searched.
 */
#include <math.h>
#include <string.h>

#include "engine/language/session-private.h"

#define MOST ((int64_t) 1 << 22) /* elements that are searched */

/* What an infinite result of a ufunc means. */
static bool divides (CwUfunc u) {
  switch (u) {
  case CW_UFUNC_divide:
  case CW_UFUNC_floor_divide:
  case CW_UFUNC_remainder:
  case CW_UFUNC_fmod:
  case CW_UFUNC_reciprocal:
  case CW_UFUNC_log:
  case CW_UFUNC_log2:
  case CW_UFUNC_log10:
  case CW_UFUNC_log1p:
  case CW_UFUNC_arctanh:
    return true;
  default:
    return false;
  }
}

static bool is_suspect (CwUfunc u) {
  switch (u) {
  case CW_UFUNC_add:
  case CW_UFUNC_subtract:
  case CW_UFUNC_multiply:
  case CW_UFUNC_power:
  case CW_UFUNC_float_power:
  case CW_UFUNC_sqrt:
  case CW_UFUNC_square:
  case CW_UFUNC_exp:
  case CW_UFUNC_exp2:
  case CW_UFUNC_expm1:
  case CW_UFUNC_sinh:
  case CW_UFUNC_cosh:
  case CW_UFUNC_arcsin:
  case CW_UFUNC_arccos:
  case CW_UFUNC_arccosh:
  case CW_UFUNC_sin:
  case CW_UFUNC_cos:
  case CW_UFUNC_tan:
    return true;
  default:
    return divides (u);
  }
}

static void warn (CwSession *s, const char *what, CwUfunc u, bool scalar) {
  g_autofree char *text = g_strdup_printf ("RuntimeWarning: %s encountered in %s%s", what, scalar ? "scalar " : "", cw_ufunc_info (u)->name);
  g_autofree char *key = g_strdup_printf ("%d %s", s->line, text);
  if (!s->warned) s->warned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_hash_table_add (s->warned, g_steal_pointer (&key))) return;
  if (s->line > 0) cw_session_warn (s, "%s (line %d)", text, s->first_line + s->line - 1);
  else cw_session_warn (s, "%s", text);
}

/* ---- looking for values ---------------------------------------------------------------------------------------------------- */

enum { AT_ONCE = 2048 }; /* values that are looked at together */

/* Are there NaN and infinite values in @b? Large buffers are not searched. */
static void search (const CwBuffer *b, bool *nan, bool *infinite) {
  bool pairs = cw_dtype_is_complex (b->dtype);
  double room[2 * AT_ONCE];
  if (b->size > MOST || (!pairs && !cw_dtype_is_float (b->dtype))) return;
  for (int64_t first = 0; first < b->size && !(*nan && *infinite); first += AT_ONCE) {
    size_t n = (size_t) MIN (AT_ONCE, b->size - first), n_parts = pairs ? 2 * n : n;
    const double *parts = cw_values_at (b, first, n, pairs ? CW_COMPLEX128 : CW_FLOAT64, room);
    if (isfinite (cw_kernels ()->sum_f64 (parts, n_parts))) continue; /* so is every term then */
    for (size_t i = 0; i < n_parts; i++) {
      *nan |= isnan (parts[i]);
      *infinite |= isinf (parts[i]);
    }
  }
}

static bool has_zero (const CwBuffer *b) {
  char room[AT_ONCE];
  for (int64_t first = 0; first < b->size; first += AT_ONCE) {
    size_t n = (size_t) MIN (AT_ONCE, b->size - first);
    if (memchr (cw_values_at (b, first, n, CW_BOOL, room), 0, n)) return true;
  }
  return false;
}

/* ---- eager ------------------------------------------------------------------------------------------------------------- */

/* Element @i of an operand that broadcasts from the right to @shape. */
static CwScalar operand_at (CwValue *v, const CwBuffer *b, int ndim, const int64_t *index) {
  CwScalar s = { 0 };
  if (!b) {
    cw_value_scalar (v, &s);
    return s;
  }
  const char *at = b->data;
  for (int k = 0; k < b->ndim; k++) at += b->shape[k] == 1 ? 0 : index[ndim - b->ndim + k] * b->strides[k];
  return cw_scalar_load (b->dtype, at);
}

static bool is_nan (CwScalar s) {
  double complex c = cw_scalar_to_complex (s);
  return isnan (creal (c)) || isnan (cimag (c));
}

static bool is_infinite (CwScalar s) {
  double complex c = cw_scalar_to_complex (s);
  return isinf (creal (c)) || isinf (cimag (c));
}

void cw_warn_of_values (CwSession *s, CwUfunc u, int n, CwValue *const *args, CwValue *result) {
  CwScalar single;
  bool scalar = cw_value_scalar (result, &single);
  const CwBuffer *out = result->kind == CW_V_EAGER ? result->buffer : NULL, *in[3] = { NULL };
  CwDtype dtype = scalar ? single.dtype : out ? out->dtype : CW_BOOL;
  bool whole = cw_dtype_is_integer (dtype) && (u == CW_UFUNC_floor_divide || u == CW_UFUNC_remainder);
  bool nan = false, infinite = false, zero = false;
  int64_t index[CW_MAX_NDIM] = { 0 }, size = out ? out->size : 1;
  if (!s || s->quiet || !s->result || !is_suspect (u) || size > MOST || (!out && !scalar)) return;
  if (!whole && !cw_dtype_is_float (dtype) && !cw_dtype_is_complex (dtype)) return;
  for (int i = 0; i < n; i++) {
    if (args[i]->kind == CW_V_EAGER) in[i] = args[i]->buffer;
    else if (!cw_value_scalar (args[i], &single) && !(in[i] = cw_value_buffer (args[i], NULL))) return;
  }
  if (whole) zero = size > 0 && (in[1] ? has_zero (in[1]) : cw_value_scalar (args[1], &single) && !cw_scalar_is_true (single));
  else if (out) search (out, &nan, &infinite);
  bool look = !whole && (!out || nan || infinite);
  nan = infinite = false;
  for (int64_t e = 0; e < size && look && !(nan && infinite); e++) {
    CwScalar r = { 0 };
    if (out) r = cw_buffer_get (out, e);
    else cw_value_scalar (result, &r);
    if (is_nan (r) || is_infinite (r)) {
      bool numbers = true, finite = true;
      for (int i = 0; i < n; i++) {
        CwScalar x = operand_at (args[i], in[i], out ? out->ndim : 0, index);
        numbers &= !is_nan (x);
        finite &= !is_nan (x) && !is_infinite (x);
      }
      nan |= numbers && is_nan (r);
      infinite |= finite && is_infinite (r);
    }
    for (int k = out ? out->ndim : 0; k-- > 0 && ++index[k] == out->shape[k];) index[k] = 0;
  }
  if (zero) warn (s, "divide by zero", u, scalar);
  if (infinite) warn (s, divides (u) ? "divide by zero" : "overflow", u, scalar);
  if (nan) warn (s, "invalid value", u, scalar);
}

/* ---- lazy ----------------------------------------------------------------------------------------------------------------- */

void cw_warn_of_computed (CwSession *s, CwArray *array, const CwBuffer *result) {
  bool nan = false, infinite = false, given = false;
  if (!s || s->quiet || !s->result) return;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();
  int to_blame[2] = { -1, -1 }; /* nearest to the result: for NaN, for infinity */
  g_ptr_array_add (open, array);
  for (guint i = 0; i < open->len && i < 10000; i++) {
    CwArray *a = open->pdata[i];
    CwUfunc u;
    bool zero;
    if (cw_array_node_ufunc (a, &u, &zero) && is_suspect (u)) {
      if (zero && cw_dtype_is_integer (a->dtype) && (u == CW_UFUNC_floor_divide || u == CW_UFUNC_remainder)) warn (s, "divide by zero", u, false);
      if (to_blame[0] < 0) to_blame[0] = (int) u;
      if (to_blame[1] < 0 || (divides (u) && !divides ((CwUfunc) to_blame[1]))) to_blame[1] = (int) u;
    }
    for (int k = 0; k < a->n_inputs; k++) {
      if (g_hash_table_add (seen, a->inputs[k])) g_ptr_array_add (open, a->inputs[k]);
    }
  }
  if (to_blame[0] >= 0) search (result, &nan, &infinite);
  for (guint i = 0; i < open->len && (nan || infinite); i++) {
    CwBuffer *source = cw_array_source_buffer (open->pdata[i]);
    if (source) search (source, &given, &given);
    if (given) return; /* they were there before */
  }
  if (infinite) warn (s, divides ((CwUfunc) to_blame[1]) ? "divide by zero" : "overflow", (CwUfunc) to_blame[1], false);
  if (nan) warn (s, "invalid value", (CwUfunc) to_blame[0], false);
}
