/* builtins.c: Python's own functions, and the modules time and math. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "engine/language/containers.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- printing and asking ------------------------------------------------------------------------------------------ */

static CwValue *builtin_print (CwCall *call, GError **error) {
  g_autoptr (GString) out = g_string_new (NULL);
  const char *sep = " ", *end = "\n";
  if (!cw_arg_is_none (call, 1) && !cw_arg_str (call, 1, &sep, error)) return NULL;
  if (!cw_arg_is_none (call, 2) && !cw_arg_str (call, 2, &end, error)) return NULL;
  for (int i = 0; i < cw_items_n (call->args[0]); i++) {
    g_autofree char *text = cw_value_str (cw_items_get (call->args[0], i));
    g_string_append_printf (out, "%s%s", i ? sep : "", text);
  }
  g_string_append (out, end);
  cw_tape_print (call->args[0], sep, end);
  cw_session_output (call->session, CW_OUTPUT_TEXT, out->str);
  return cw_none ();
}

static CwValue *builtin_len (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  if (v->kind == CW_V_LAZY && v->array->ndim) {
    if (v->array->shape[0] != CW_UNKNOWN) return cw_int (v->array->shape[0]);
    cw_fail (error, CW_ERROR_VALUE, "Cannot call len() on object with unknown chunk size. Call .compute_chunk_sizes() first.");
    return NULL;
  }
  if (v->kind == CW_V_EAGER && v->buffer->ndim) return cw_int (v->buffer->shape[0]);
  if (v->kind == CW_V_RECORD && v->record.length >= 0) return cw_int (v->record.length);
  if (v->kind == CW_V_RECORD && v->record.items) v = v->record.items;
  if (cw_value_is_array (v)) {
    cw_fail (error, CW_ERROR_TYPE, "len() of unsized object");
    return NULL;
  }
  if (cw_is_sequence (v) || v->kind == CW_V_STR || v->kind == CW_V_DICT || v->kind == CW_V_SET || v->kind == CW_V_RANGE) return cw_int (cw_value_length (v));
  cw_fail (error, CW_ERROR_TYPE, "object of type '%s' has no len()", cw_type_name (v));
  return NULL;
}

static CwValue *builtin_text (CwCall *call, GError **error) {
  if (call->entry->data == 1 || call->args[0]->kind != CW_V_STR) {
    return cw_str_take (call->entry->data == 1 ? cw_value_repr (call->args[0]) : cw_value_str (call->args[0]));
  }
  return call->args[0];
}

static CwValue *builtin_format (CwCall *call, GError **error) {
  const char *spec;
  char *text = cw_arg_str (call, 1, &spec, error) ? cw_value_format (call->args[0], spec, error) : NULL;
  return text ? cw_str_take (text) : NULL;
}

static CwValue *builtin_type (CwCall *call, GError **error) {
  CwValue *v = call->args[0], *type = cw_value_new (CW_V_TYPE);
  if (v->kind == CW_V_SCALAR) return cw_dtype_value (v->scalar.dtype, true);
  if (cw_value_is_array (v)) return cw_value_attribute (cw_module_value (v->kind == CW_V_LAZY ? "dask.array" : "numpy"), cw_type_name (v), error);
  type->type.name  = cw_type_name (v);
  type->type.entry = cw_register_find (CW_IN_BUILTINS, type->type.name);
  type->type.error = v->kind == CW_V_EXCEPTION ? v->exception.code : -1;
  if (!type->type.entry && type->type.error < 0) type->type.entry = cw_register_find (CW_IN_BUILTINS, "type");
  return type;
}

static bool is_instance (CwValue *v, CwValue *class) {
  if (class->kind == CW_V_TUPLE) {
    for (int i = 0; i < cw_items_n (class); i++) {
      if (is_instance (v, cw_items_get (class, i))) return true;
    }
    return false;
  }
  if (class->kind == CW_V_DTYPE) return v->kind == CW_V_SCALAR && v->scalar.dtype == class->dtype.id;
  CwValue *kinds = class->kind == CW_V_RECORD ? cw_record_get (class, "kinds") : NULL; /* np.integer */
  if (kinds) return v->kind == CW_V_SCALAR && strchr (kinds->s, cw_dtype_kind (v->scalar.dtype));
  const char *name = class->kind == CW_V_TYPE ? class->type.name : class->kind == CW_V_BUILTIN ? class->builtin.entry->name : "";
  if (v->kind == CW_V_BOOL && g_str_equal (name, "int")) return true;
  if (v->kind == CW_V_EXCEPTION && class->kind == CW_V_TYPE && !class->type.entry) return cw_error_is_a (v->exception.code, name);
  if (v->kind == CW_V_SCALAR && v->scalar.dtype == CW_FLOAT64 && g_str_equal (name, "float")) return true; /* NumPy derives them */
  if (v->kind == CW_V_SCALAR && v->scalar.dtype == CW_COMPLEX128 && g_str_equal (name, "complex")) return true;
  return g_str_equal (name, cw_type_name (v)) || g_str_equal (name, "object");
}

static CwValue *builtin_isinstance (CwCall *call, GError **error) {
  return cw_bool (is_instance (call->args[0], call->args[1]));
}

static CwValue *builtin_help (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  g_autofree char *text = v->kind == CW_V_BUILTIN ? cw_entry_help (v->builtin.entry, v->builtin.via)
                          : v->kind == CW_V_TYPE && v->type.entry ? cw_entry_help (v->type.entry, CW_IN_BUILTINS)
                                                                  : g_strdup_printf ("a value of type '%s'", cw_type_name (v));
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  cw_session_output (call->session, CW_OUTPUT_TEXT, line);
  return cw_none ();
}

static CwValue *builtin_dir (CwCall *call, GError **error) {
  g_autoptr (GPtrArray) names = cw_register_names (cw_value_spaces (call->args[0]), "");
  CwValue *list = cw_list ();
  for (guint i = 0; i < names->len; i++) {
    if (!i || !g_str_equal (names->pdata[i], names->pdata[i - 1])) cw_items_add (list, cw_str (names->pdata[i]));
  }
  return list;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------ */

/* The one number in @v, where arrays of a single element count. */
static bool number_of (CwValue *v, CwScalar *s, GError **error) {
  if (cw_value_scalar (v, s)) return true;
  if (cw_value_is_array (v)) {
    int64_t size = v->kind == CW_V_LAZY ? cw_array_size (v->array) : v->buffer->size;
    if (size != 1) return cw_fail (error, CW_ERROR_TYPE, "Only length-1 arrays can be converted to Python scalars");
    CwBuffer *b = cw_value_buffer (v, error);
    if (!b) return false;
    *s = cw_buffer_get (b, 0);
    return true;
  }
  return false;
}

static CwValue *builtin_int (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  CwScalar s;
  g_autoptr (GError) failed = NULL;
  if (v->kind == CW_V_STR) {
    int64_t base = 10;
    char *end;
    if (!cw_arg_is_none (call, 1) && !cw_arg_int (call, 1, &base, error)) return NULL;
    g_autofree char *text = g_strstrip (g_strdup (v->s));
    if (base < 0 || base == 1 || base > 36) {
      cw_fail (error, CW_ERROR_VALUE, "int() base must be >= 2 and <= 36, or 0");
      return NULL;
    }
    errno = 0;
    int64_t i = g_ascii_strtoll (text, &end, (guint) base);
    if (*text && !*end && errno != ERANGE) return cw_int (i);
    if (*text && !*end) {
      cw_fail (error, CW_ERROR_OVERFLOW, "this integer is too large: integers of the notebook language have 64 bits");
      return NULL;
    }
    g_autofree char *repr = cw_string_repr (v->s);
    cw_fail (error, CW_ERROR_VALUE, "invalid literal for int() with base %d: %s", (int) base, repr);
    return NULL;
  }
  if (!number_of (v, &s, &failed)) {
    if (failed) g_propagate_error (error, g_steal_pointer (&failed));
    else cw_fail (error, CW_ERROR_TYPE, "int() argument must be a string, a bytes-like object or a real number, not '%s'", cw_type_name (v));
    return NULL;
  }
  if (cw_dtype_is_complex (s.dtype)) {
    cw_fail (error, CW_ERROR_TYPE, "int() argument must be a string, a bytes-like object or a real number, not 'complex'");
    return NULL;
  }
  if (cw_dtype_is_float (s.dtype)) {
    if (isnan (s.f)) cw_fail (error, CW_ERROR_VALUE, "cannot convert float NaN to integer");
    else if (isinf (s.f)) cw_fail (error, CW_ERROR_OVERFLOW, "cannot convert float infinity to integer");
    else if (fabs (s.f) >= 0x1p63) cw_fail (error, CW_ERROR_OVERFLOW, "this float does not fit an integer of 64 bits");
    else return cw_int ((int64_t) s.f);
    return NULL;
  }
  return cw_int (cw_scalar_to_int (s));
}

static CwValue *builtin_float (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  CwScalar s;
  g_autoptr (GError) failed = NULL;
  if (v->kind == CW_V_STR) {
    char *end;
    g_autofree char *text = g_strstrip (g_strdup (v->s));
    double f = g_ascii_strtod (text, &end);
    if (*text && !*end) return cw_float (f);
    g_autofree char *repr = cw_string_repr (v->s);
    cw_fail (error, CW_ERROR_VALUE, "could not convert string to float: %s", repr);
    return NULL;
  }
  if (!number_of (v, &s, &failed) || cw_dtype_is_complex (s.dtype)) {
    if (failed) g_propagate_error (error, g_steal_pointer (&failed));
    else cw_fail (error, CW_ERROR_TYPE, "float() argument must be a string or a real number, not '%s'", cw_type_name (v));
    return NULL;
  }
  return cw_float (cw_scalar_to_double (s));
}

static CwValue *builtin_bool (CwCall *call, GError **error) {
  bool truth;
  return cw_value_truth (call->args[0], &truth, error) ? cw_bool (truth) : NULL;
}

static CwValue *builtin_complex (CwCall *call, GError **error) {
  CwScalar re, im;
  if (!number_of (call->args[0], &re, error) || !number_of (call->args[1], &im, error)) {
    if (error && !*error) cw_fail (error, CW_ERROR_TYPE, "complex() needs numbers");
    return NULL;
  }
  return cw_complex (cw_scalar_to_complex (re) + cw_scalar_to_complex (im) * CMPLX (0, 1));
}

static CwValue *builtin_abs (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  if (v->kind == CW_V_BOOL) return cw_int (v->b);
  if (v->kind == CW_V_INT) return v->i < 0 ? cw_unary (CW_OP_NEG, v, error) : v;
  if (v->kind == CW_V_FLOAT) return cw_float (fabs (v->f));
  if (v->kind == CW_V_COMPLEX) return cw_float (cabs (v->c));
  if (cw_value_is_array (v) || v->kind == CW_V_SCALAR) return cw_apply_ufunc (CW_UFUNC_absolute, 1, &v, CW_DTYPE_NONE, error);
  cw_fail (error, CW_ERROR_TYPE, "bad operand type for abs(): '%s'", cw_type_name (v));
  return NULL;
}

static CwValue *builtin_divmod (CwCall *call, GError **error) {
  CwValue *a = cw_binary (CW_OP_FLOORDIV, call->args[0], call->args[1], error);
  CwValue *b = a ? cw_binary (CW_OP_MOD, call->args[0], call->args[1], error) : NULL;
  return b ? cw_pair (a, b) : NULL;
}

/* @base to the power @exp modulo @mod, whose sign it has. A negative power is one of the inverse, found by Euclid's algorithm. */
static CwValue *power_modulo (int64_t base, int64_t exp, int64_t mod, GError **error) {
  __extension__ typedef __int128 Wide;
  Wide m = mod < 0 ? -(Wide) mod : mod, b = m ? (base % m + m) % m : 0, result = m ? 1 % m : 0;
  if (!m) {
    cw_fail (error, CW_ERROR_VALUE, "pow() 3rd argument cannot be 0");
    return NULL;
  }
  if (exp < 0) {
    Wide r0 = m, r1 = b, t0 = 0, t1 = 1;
    while (r1) {
      Wide q = r0 / r1, r = r0 - q * r1, t = t0 - q * t1;
      r0 = r1;
      r1 = r;
      t0 = t1;
      t1 = t;
    }
    if (r0 != 1) {
      cw_fail (error, CW_ERROR_VALUE, "base is not invertible for the given modulus");
      return NULL;
    }
    b = (t0 % m + m) % m;
  }
  for (uint64_t e = exp < 0 ? -(uint64_t) exp : (uint64_t) exp; e; e >>= 1) {
    if (e & 1) result = result * b % m;
    b = b * b % m;
  }
  return cw_int ((int64_t) (mod < 0 && result ? result - m : result));
}

static CwValue *builtin_pow (CwCall *call, GError **error) {
  int64_t part[3];
  if (!cw_arg_is_none (call, 2)) {
    for (int i = 0; i < 3; i++) {
      if (cw_value_index (call->args[i], &part[i], NULL)) continue;
      cw_fail (error, CW_ERROR_TYPE, "pow() 3rd argument not allowed unless all arguments are integers");
      return NULL;
    }
    return power_modulo (part[0], part[1], part[2], error);
  }
  return cw_binary (CW_OP_POW, call->args[0], call->args[1], error);
}

static double round_half_even (double f, int64_t digits) {
  if (!isfinite (f) || digits > 300) return f;
  if (digits == 0) return rint (f);
  g_autofree char *text = g_malloc (700);
  char format[16];
  if (digits < 0) {
    double scale = pow (10, (double) -digits);
    return rint (f / scale) * scale;
  }
  g_snprintf (format, sizeof format, "%%.%df", (int) digits);
  g_ascii_formatd (text, 700, format, f);
  return g_ascii_strtod (text, NULL);
}

static CwValue *builtin_round (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  int64_t digits = 0;
  if (v->kind == CW_V_SCALAR && cw_arg_is_none (call, 1) && !cw_dtype_is_complex (v->scalar.dtype)) v = cw_python_number (v->scalar); /* whole, as of a float */
  if (cw_value_is_array (v) || v->kind == CW_V_SCALAR) {
    CwValue *round = cw_value_attribute (v, "round", error);
    return round ? cw_value_call (round, cw_arg_is_none (call, 1) ? 0 : 1, &call->args[1], NULL, error) : NULL;
  }
  if (!cw_arg_is_none (call, 1) && !cw_arg_int (call, 1, &digits, error)) return NULL;
  if (v->kind == CW_V_INT || v->kind == CW_V_BOOL) return digits >= 0 ? v : cw_int ((int64_t) round_half_even ((double) v->i, digits));
  if (v->kind != CW_V_FLOAT) {
    cw_fail (error, CW_ERROR_TYPE, "type %s doesn't define __round__ method", cw_type_name (v));
    return NULL;
  }
  if (!cw_arg_is_none (call, 1)) return cw_float (round_half_even (v->f, digits));
  CwValue *whole = cw_float (rint (v->f));
  return cw_entry_call (cw_register_find (CW_IN_BUILTINS, "int"), CW_IN_BUILTINS, NULL, 1, &whole, NULL, error);
}

/* ---- sequences ---------------------------------------------------------------------------------------------------------- */

static CwValue *builtin_range (CwCall *call, GError **error) {
  int n = cw_items_n (call->args[0]);
  int64_t part[3] = { 0, 0, 1 };
  if (n < 1 || n > 3) {
    cw_fail (error, CW_ERROR_TYPE, "range expected from 1 to 3 arguments, got %d", n);
    return NULL;
  }
  for (int i = 0; i < n; i++) {
    if (!cw_value_index (cw_items_get (call->args[0], i), &part[n == 1 ? 1 : i], error)) return NULL;
  }
  if (part[2] == 0) {
    cw_fail (error, CW_ERROR_VALUE, "range() arg 3 must not be zero");
    return NULL;
  }
  CwValue *v = cw_value_new (CW_V_RANGE);
  v->range.start = part[0];
  v->range.stop  = part[1];
  v->range.step  = part[2];
  return v;
}

static CwValue *builtin_slice (CwCall *call, GError **error) {
  int n = cw_items_n (call->args[0]);
  if (n < 1 || n > 3) {
    cw_fail (error, CW_ERROR_TYPE, "slice expected from 1 to 3 arguments, got %d", n);
    return NULL;
  }
  CwValue *v = cw_value_new (CW_V_SLICE), *none = cw_none ();
  v->slice.start = cw_value_ref (n == 1 ? none : cw_items_get (call->args[0], 0));
  v->slice.stop  = cw_value_ref (cw_items_get (call->args[0], n == 1 ? 0 : 1));
  v->slice.step  = cw_value_ref (n == 3 ? cw_items_get (call->args[0], 2) : none);
  return v;
}

static CwValue *builtin_list (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[0], error);
  if (!list) return NULL;
  return call->entry->data ? cw_tuple_of (cw_items_n (list), (CwValue **) list->items->pdata) : list;
}

static CwValue *builtin_set (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[0], error), *set = cw_set ();
  for (int i = 0; list && i < cw_items_n (list); i++) {
    if (!cw_dict_set (set, cw_items_get (list, i), NULL, error)) return NULL;
  }
  return list ? set : NULL;
}

static CwValue *builtin_dict (CwCall *call, GError **error) {
  CwValue *dict = cw_dict (), *from = call->args[0];
  if (from->kind == CW_V_DICT) {
    for (guint i = 0; i < from->dict.keys->len; i++) cw_dict_set (dict, from->dict.keys->pdata[i], from->dict.values->pdata[i], NULL);
  } else {
    CwValue *pairs = cw_to_list (from, error);
    for (int i = 0; pairs && i < cw_items_n (pairs); i++) {
      CwValue *pair = cw_to_list (cw_items_get (pairs, i), error);
      if (pair && cw_items_n (pair) != 2) cw_fail (error, CW_ERROR_VALUE, "dict() needs pairs of key and value");
      if (!pair || cw_items_n (pair) != 2 || !cw_dict_set (dict, cw_items_get (pair, 0), cw_items_get (pair, 1), error)) return NULL;
    }
    if (!pairs) return NULL;
  }
  CwValue *rest = call->args[1];
  for (guint i = 0; i < rest->dict.keys->len; i++) cw_dict_set (dict, rest->dict.keys->pdata[i], rest->dict.values->pdata[i], NULL);
  return dict;
}

static CwValue *iterator_over (CwValue *list) {
  CwValue *v = cw_value_new (CW_V_ITERATOR);
  v->iterator.over = cw_value_ref (list);
  return v;
}

static CwValue *builtin_enumerate (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[0], error), *out = cw_list ();
  int64_t start;
  if (!list || !cw_arg_int (call, 1, &start, error)) return NULL;
  for (int i = 0; i < cw_items_n (list); i++) cw_items_add (out, cw_pair (cw_int (start + i), cw_items_get (list, i)));
  return iterator_over (out);
}

/* map and zip: rows of one item of each iterable, as long as the shortest. */
static CwValue *builtin_zip (CwCall *call, GError **error) {
  bool map = call->entry->data;
  CwValue *sources = call->args[map], *out = cw_list ();
  int n = cw_items_n (sources), rows = n ? INT_MAX : 0;
  CwValue **lists = cw_keep_memory (g_new0 (CwValue *, (gsize) n + 1)), **row = cw_keep_memory (g_new0 (CwValue *, (gsize) n + 1));
  for (int i = 0; i < n; i++) {
    lists[i] = cw_to_list (cw_items_get (sources, i), error);
    if (!lists[i]) return NULL;
    rows = MIN (rows, cw_items_n (lists[i]));
  }
  for (int r = 0; r < rows; r++) {
    guint mark = cw_pool_mark ();
    if (!cw_session_check (call->session, error)) return NULL;
    for (int i = 0; i < n; i++) row[i] = cw_items_get (lists[i], r);
    CwValue *item = map ? cw_value_call (call->args[0], n, row, NULL, error) : cw_tuple_of (n, row);
    if (!item) return NULL;
    cw_items_add (out, item);
    cw_pool_drain (mark);
  }
  return iterator_over (out);
}

static CwValue *builtin_filter (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[1], error), *out = cw_list ();
  for (int i = 0; list && i < cw_items_n (list); i++) {
    CwValue *item = cw_items_get (list, i);
    CwValue *keep = cw_arg_is_none (call, 0) ? item : cw_value_call (call->args[0], 1, &item, NULL, error);
    bool truth;
    if (!keep || !cw_value_truth (keep, &truth, error)) return NULL;
    if (truth) cw_items_add (out, item);
  }
  return list ? iterator_over (out) : NULL;
}

static CwValue *builtin_sum (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[0], error), *total = call->args[1];
  for (int i = 0; list && total && i < cw_items_n (list); i++) total = cw_binary (CW_OP_ADD, total, cw_items_get (list, i), error);
  return list ? total : NULL;
}

static CwValue *builtin_extreme (CwCall *call, GError **error) {
  CwValue *args = call->args[0], *key = call->args[1], *best = NULL, *best_key = NULL;
  CwValue *list = cw_items_n (args) == 1 ? cw_to_list (cw_items_get (args, 0), error) : args;
  if (!list) return NULL;
  if (!cw_items_n (list)) {
    if (call->given[2]) return call->args[2];
    cw_fail (error, CW_ERROR_VALUE, "%s() arg is an empty sequence", call->entry->name);
    return NULL;
  }
  for (int i = 0; i < cw_items_n (list); i++) {
    CwValue *item = cw_items_get (list, i), *k = key->kind == CW_V_NONE ? item : cw_value_call (key, 1, &item, NULL, error);
    bool better = !best;
    if (!k) return NULL;
    if (best) {
      CwValue *less = cw_compare (call->entry->data, k, best_key, error);
      if (!less || !cw_value_truth (less, &better, error)) return NULL;
    }
    if (better) {
      best     = item;
      best_key = k;
    }
  }
  return best;
}

static CwValue *builtin_any (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[0], error);
  for (int i = 0; list && i < cw_items_n (list); i++) {
    bool truth;
    if (!cw_value_truth (cw_items_get (list, i), &truth, error)) return NULL;
    if (truth == (bool) call->entry->data) return cw_bool (truth);
  }
  return list ? cw_bool (!call->entry->data) : NULL;
}

static CwValue *builtin_sorted (CwCall *call, GError **error) {
  bool reverse;
  return cw_arg_bool (call, 2, &reverse, error) ? cw_sorted (call->args[0], call->args[1], reverse, error) : NULL;
}

static CwValue *builtin_reversed (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[0], error), *out = cw_list ();
  for (int i = list ? cw_items_n (list) : 0; i-- > 0;) cw_items_add (out, cw_items_get (list, i));
  return list ? iterator_over (out) : NULL;
}

static CwValue *builtin_iter (CwCall *call, GError **error) {
  CwIterator it;
  if (call->args[0]->kind == CW_V_ITERATOR) return call->args[0];
  if (!cw_iterate (call->args[0], &it, error)) return NULL;
  CwValue *v = iterator_over (it.over);
  v->iterator.size = it.size;
  return v;
}

static CwValue *builtin_next (CwCall *call, GError **error) {
  CwValue *it = call->args[0];
  if (it->kind != CW_V_ITERATOR) {
    cw_fail (error, CW_ERROR_TYPE, "'%s' object is not an iterator", cw_type_name (it));
    return NULL;
  }
  g_autoptr (GError) failed = NULL;
  CwValue *v = cw_iterate_next (&it->iterator, &failed);
  if (failed) g_propagate_error (error, g_steal_pointer (&failed));
  else if (!v && call->given[1]) return call->args[1];
  else if (!v) cw_fail (error, CW_ERROR_STOP, "%s", "");
  return v;
}

static CwValue *builtin_main (CwCall *call, GError **error) {
  return cw_str ("__main__");
}

static CwValue *builtin_constant (CwCall *call, GError **error) {
  return cw_value_new ((CwValueKind) call->entry->data);
}

const CwEntry cw_entries_builtins[] = {
  { "print", CW_IN_BUILTINS, "*values, sep=' ', end=None", builtin_print, "Shows values as text.", 0 },
  { "len", CW_IN_BUILTINS, "obj", builtin_len, "Number of elements; of an array the length of its first axis.", 0 },
  { "repr", CW_IN_BUILTINS, "obj", builtin_text, "A value as text that shows what it is.", 1 },
  { "format", CW_IN_BUILTINS, "value, format_spec=''", builtin_format, "A value as text in a given format.", 0 },
  { "isinstance", CW_IN_BUILTINS, "obj, class_or_tuple", builtin_isinstance, "Is a value of one of these types?", 0 },
  { "help", CW_IN_BUILTINS, "obj", builtin_help, "Shows how a function is called and what it does.", 0 },
  { "dir", CW_IN_BUILTINS, "obj", builtin_dir, "Names that can stand after the value's dot.", 0 },
  { "abs", CW_IN_BUILTINS, "x", builtin_abs, "Absolute value.", 0 },
  { "divmod", CW_IN_BUILTINS, "x, y", builtin_divmod, "The pair (x // y, x % y).", 0 },
  { "pow", CW_IN_BUILTINS, "base, exp, mod=None", builtin_pow, "base ** exp, or its remainder by mod.", 0 },
  { "round", CW_IN_BUILTINS, "number, ndigits=None", builtin_round, "Rounded to decimals, halves to even.", 0 },
  { "enumerate", CW_IN_BUILTINS, "iterable, start=0", builtin_enumerate, "Pairs of position and element.", 0 },
  { "zip", CW_IN_BUILTINS, "*iterables", builtin_zip, "Tuples of one element of each.", 0 },
  { "map", CW_IN_BUILTINS, "function, *iterables", builtin_zip, "The function's values for each element.", 1 },
  { "filter", CW_IN_BUILTINS, "function, iterable", builtin_filter, "Elements for which the function is true.", 0 },
  { "sum", CW_IN_BUILTINS, "iterable, start=0", builtin_sum, "Sum of the elements.", 0 },
  { "min", CW_IN_BUILTINS, "*args, key=None, default=None", builtin_extreme, "The smallest element.", CW_OP_LT },
  { "max", CW_IN_BUILTINS, "*args, key=None, default=None", builtin_extreme, "The largest element.", CW_OP_GT },
  { "any", CW_IN_BUILTINS, "iterable", builtin_any, "Is any element true?", 1 },
  { "all", CW_IN_BUILTINS, "iterable", builtin_any, "Are all elements true?", 0 },
  { "sorted", CW_IN_BUILTINS, "iterable, *, key=None, reverse=False", builtin_sorted, "A sorted list of the elements.", 0 },
  { "reversed", CW_IN_BUILTINS, "sequence", builtin_reversed, "The elements from last to first.", 0 },
  { "iter", CW_IN_BUILTINS, "iterable", builtin_iter, "An iterator over the elements.", 0 },
  { "next", CW_IN_BUILTINS, "iterator, default=None", builtin_next, "The next element of an iterator.", 0 },
  { "type", CW_IN_BUILTINS, "obj", builtin_type, "The type of a value.", 0, CW_ENTRY_TYPE },
  { "str", CW_IN_BUILTINS, "object=''", builtin_text, "A value as text.", 0, CW_ENTRY_TYPE },
  { "int", CW_IN_BUILTINS, "x=0, base=None", builtin_int, "A number or text as an integer, cut towards zero.", 0, CW_ENTRY_TYPE },
  { "float", CW_IN_BUILTINS, "x=0.0", builtin_float, "A number or text as a float.", 0, CW_ENTRY_TYPE },
  { "bool", CW_IN_BUILTINS, "x=False", builtin_bool, "Is the value true?", 0, CW_ENTRY_TYPE },
  { "complex", CW_IN_BUILTINS, "real=0, imag=0", builtin_complex, "A complex number.", 0, CW_ENTRY_TYPE },
  { "list", CW_IN_BUILTINS, "iterable=()", builtin_list, "A list of the elements.", 0, CW_ENTRY_TYPE },
  { "tuple", CW_IN_BUILTINS, "iterable=()", builtin_list, "A tuple of the elements.", 1, CW_ENTRY_TYPE },
  { "set", CW_IN_BUILTINS, "iterable=()", builtin_set, "The distinct elements.", 0, CW_ENTRY_TYPE },
  { "dict", CW_IN_BUILTINS, "mapping=(), **kwargs", builtin_dict, "Keys with values.", 0, CW_ENTRY_TYPE },
  { "range", CW_IN_BUILTINS, "*args", builtin_range, "Integers from start to before stop.", 0, CW_ENTRY_TYPE },
  { "slice", CW_IN_BUILTINS, "*args", builtin_slice, "What start:stop:step means inside brackets.", 0, CW_ENTRY_TYPE },
  { "__name__", CW_IN_BUILTINS, NULL, builtin_main, "A notebook is a program of its own: \"__main__\".", 0, CW_ENTRY_PROPERTY },
  { "Ellipsis", CW_IN_BUILTINS, NULL, builtin_constant, "All the axes not named: x[..., 0].", CW_V_ELLIPSIS, CW_ENTRY_PROPERTY },
  { "NotImplemented", CW_IN_BUILTINS, NULL, builtin_constant, "Python's sign of an operation that does not exist.", CW_V_NOT_IMPLEMENTED, CW_ENTRY_PROPERTY },
  { 0 },
};
