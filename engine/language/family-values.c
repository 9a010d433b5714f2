/* family-values.c: questions about values: their attributes, kinds and abstract dtypes. */
#include <math.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- attributes by name ---------------------------------------------------------------------------------------------------- */

static CwValue *value_getattr (CwCall *call, GError **error) {
  const char *name;
  bool asks = call->entry->data;
  g_autoptr (GError) missing = NULL;
  if (!cw_arg_str (call, 1, &name, error)) return NULL;
  CwValue *v = cw_value_attribute (call->args[0], name, &missing);
  if (asks) return cw_bool (v != NULL);
  if (v) return v;
  if (call->given[2] && missing->code == CW_ERROR_ATTRIBUTE) return call->args[2];
  g_propagate_error (error, g_steal_pointer (&missing));
  return NULL;
}

static CwValue *value_callable (CwCall *call, GError **error) {
  CwValueKind kind = call->args[0]->kind;
  return cw_bool (kind == CW_V_FUNCTION || kind == CW_V_BUILTIN || kind == CW_V_TYPE || (kind == CW_V_DTYPE && call->args[0]->dtype.is_class));
}

static CwValue *value_id (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  const void *what = v->kind == CW_V_LAZY ? (void *) v->array : v->kind == CW_V_EAGER ? (void *) v->buffer : (void *) v;
  return cw_int ((int64_t) (intptr_t) what);
}

static CwValue *value_is_dask (CwCall *call, GError **error) {
  return cw_bool (call->args[0]->kind == CW_V_LAZY);
}

/* ---- characters ---------------------------------------------------------------------------------------------------------------- */

static CwValue *value_ord (CwCall *call, GError **error) {
  const char *text;
  if (!cw_arg_str (call, 0, &text, error)) return NULL;
  if (g_utf8_strlen (text, -1) == 1) return cw_int (g_utf8_get_char (text));
  cw_fail (error, CW_ERROR_TYPE, "ord() expected a character, but string of length %d found", (int) g_utf8_strlen (text, -1));
  return NULL;
}

static CwValue *value_chr (CwCall *call, GError **error) {
  int64_t code;
  char text[8] = "";
  if (!cw_arg_int (call, 0, &code, error)) return NULL;
  if (code < 0 || code > 0x10ffff || (code && !g_unichar_validate ((gunichar) code))) {
    cw_fail (error, CW_ERROR_VALUE, "chr() arg not in range(0x110000)");
    return NULL;
  }
  g_unichar_to_utf8 ((gunichar) code, text);
  return cw_str (text);
}

/* ---- abstract dtypes ------------------------------------------------------------------------------------------------------------- */

/* np.integer and its kin stand for the kinds of dtypes that belong to them. */
#define ABSTRACT_DTYPES(X)                                                                \
  X (0, "number", "iufc", "All numbers, for np.issubdtype().")                             \
  X (1, "integer", "iu", "All integers, for np.issubdtype().")                             \
  X (2, "signedinteger", "i", "Integers with a sign, for np.issubdtype().")                \
  X (3, "unsignedinteger", "u", "Integers without a sign, for np.issubdtype().")           \
  X (4, "inexact", "fc", "Floats and complex numbers, for np.issubdtype().")               \
  X (5, "floating", "f", "Floating-point numbers, for np.issubdtype().")                   \
  X (6, "complexfloating", "c", "Complex numbers, for np.issubdtype().")                   \
  X (7, "generic", "biufcSU", "All dtypes, for np.issubdtype().")

static const struct {
  const char *name, *kinds;
} abstract[] = {
#define X(row, name, kinds, doc) { name, kinds },
  ABSTRACT_DTYPES (X)
#undef X
};

static CwValue *value_abstract (CwCall *call, GError **error) {
  int row = call->entry->data;
  CwValue *record = cw_record ("type", g_strdup_printf ("<class 'numpy.%s'>", abstract[row].name), NULL, NULL);
  cw_record_set (record, "kinds", cw_str (abstract[row].kinds));
  cw_record_set (record, "__name__", cw_str (abstract[row].name));
  return record;
}

static CwValue *value_issubdtype (CwCall *call, GError **error) {
  CwDtype dtype, other;
  CwValue *of = call->args[1], *kinds = of->kind == CW_V_RECORD ? cw_record_get (of, "kinds") : NULL;
  if (!cw_value_dtype (call->args[0], &dtype, error)) return NULL;
  if (kinds) return cw_bool (strchr (kinds->s, cw_dtype_kind (dtype)) != NULL);
  if (!cw_value_dtype (of, &other, error)) return NULL;
  bool python = of->kind == CW_V_TYPE; /* int and float stand for all of their kind */
  return cw_bool (python ? cw_dtype_kind (dtype) == cw_dtype_kind (other) : dtype == other);
}

/* ---- numbers ------------------------------------------------------------------------------------------------------------------------ */

static CwValue *value_part (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  bool imaginary = call->entry->data;
  if (v->kind == CW_V_COMPLEX) return cw_float (imaginary ? cimag (v->c) : creal (v->c));
  if (!imaginary) return v->kind == CW_V_BOOL ? cw_int (v->b) : v;
  return v->kind == CW_V_FLOAT ? cw_float (0) : cw_int (0);
}

static CwValue *value_conjugate (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  return v->kind == CW_V_COMPLEX ? cw_complex (conj (v->c)) : v;
}

static CwValue *value_strides (CwCall *call, GError **error) {
  CwBuffer *b = call->args[0]->kind == CW_V_EAGER ? call->args[0]->buffer : NULL;
  return cw_int_tuple (b ? b->ndim : 0, b ? b->strides : NULL);
}

static CwValue *value_linalg_error (CwCall *call, GError **error) {
  CwValue *v = cw_value_new (CW_V_TYPE);
  v->type.error = CW_ERROR_LINALG;
  v->type.name  = cw_error_class_name (CW_ERROR_LINALG);
  return v;
}

const CwEntry cw_entries_values[] = {
  { "getattr", CW_IN_BUILTINS, "obj, name, default=None", value_getattr, "The attribute of a name, or a default.", 0 },
  { "hasattr", CW_IN_BUILTINS, "obj, name", value_getattr, "Has the value an attribute of that name?", 1 },
  { "callable", CW_IN_BUILTINS, "obj", value_callable, "Can it be called like a function?", 0 },
  { "id", CW_IN_BUILTINS, "obj", value_id, "A number that tells one value from another.", 0 },
  { "ord", CW_IN_BUILTINS, "c", value_ord, "The number of a character.", 0 },
  { "chr", CW_IN_BUILTINS, "i", value_chr, "The character of a number.", 0 },
  { "is_dask_collection", CW_IN_DASK, "x", value_is_dask, "Is it a Dask array?", 0 },
  { "issubdtype", CW_IN_NP, "arg1, arg2", value_issubdtype, "Does a dtype belong to a kind such as np.integer?", 0 },
#define X(row, name, kinds, doc) { name, CW_IN_NP, NULL, value_abstract, doc, row, CW_ENTRY_PROPERTY },
  ABSTRACT_DTYPES (X)
#undef X
  { "real", CW_IN_NUMBER, NULL, value_part, "The real part.", 0, CW_ENTRY_PROPERTY },
  { "imag", CW_IN_NUMBER, NULL, value_part, "The imaginary part.", 1, CW_ENTRY_PROPERTY },
  { "conjugate", CW_IN_NUMBER, "x", value_conjugate, "The complex conjugate.", 0 },
  CW_PROPERTY ("strides", CW_IN_EAGER, value_strides, "Bytes from one element to the next along each axis."),
  CW_PROPERTY ("LinAlgError", CW_IN_NP_LINALG, value_linalg_error, "What linear algebra raises where a matrix is singular or does not fit."),
  { 0 },
};
