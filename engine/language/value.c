/* value.c: making, comparing and asking values. */
#include "engine/language/value.h"

#include <math.h>
#include <string.h>

#include "engine/language/containers.h"
#include "engine/language/register.h"

/* ---- making --------------------------------------------------------------------------------- */

CwValue *cw_none (void) {
  return cw_value_new (CW_V_NONE);
}

CwValue *cw_bool (bool b) {
  CwValue *v = cw_value_new (CW_V_BOOL);
  v->b = b;
  return v;
}

CwValue *cw_int (int64_t i) {
  CwValue *v = cw_value_new (CW_V_INT);
  v->i = i;
  return v;
}

CwValue *cw_float (double f) {
  CwValue *v = cw_value_new (CW_V_FLOAT);
  v->f = f;
  return v;
}

CwValue *cw_complex (double complex c) {
  CwValue *v = cw_value_new (CW_V_COMPLEX);
  v->c = c;
  return v;
}

CwValue *cw_str (const char *s) {
  return cw_str_take (g_strdup (s));
}

CwValue *cw_str_take (char *s) {
  CwValue *v = cw_value_new (CW_V_STR);
  v->s = s;
  return v;
}

CwValue *cw_list (void) {
  CwValue *v = cw_value_new (CW_V_LIST);
  v->items = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_value_unref);
  return v;
}

CwValue *cw_tuple (void) {
  CwValue *v = cw_value_new (CW_V_TUPLE);
  v->items = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_value_unref);
  return v;
}

CwValue *cw_tuple_of (int n, CwValue *const *items) {
  CwValue *v = cw_tuple ();
  for (int i = 0; i < n; i++) cw_items_add (v, items[i]);
  return v;
}

CwValue *cw_pair (CwValue *a, CwValue *b) {
  return cw_tuple_of (2, (CwValue *[]){ a, b });
}

CwValue *cw_int_tuple (int n, const int64_t *items) {
  CwValue *v = cw_tuple ();
  for (int i = 0; i < n; i++) cw_items_add (v, items[i] == CW_UNKNOWN ? cw_float (NAN) : cw_int (items[i]));
  return v;
}

CwValue *cw_dtype_value (CwDtype dtype, bool is_class) {
  CwValue *v = cw_value_new (CW_V_DTYPE);
  v->dtype.id       = dtype;
  v->dtype.is_class = is_class;
  return v;
}

CwValue *cw_scalar_value (CwScalar s) {
  CwValue *v = cw_value_new (CW_V_SCALAR);
  v->scalar      = s;
  v->scalar.weak = false;
  return v;
}

CwValue *cw_lazy (CwArray *array) {
  if (!array) return NULL;
  CwValue *v = cw_value_new (CW_V_LAZY);
  v->array = array;
  return v;
}

CwValue *cw_eager (CwBuffer *buffer) {
  if (!buffer) return NULL;
  CwValue *v = cw_value_new (CW_V_EAGER);
  v->buffer = buffer;
  return v;
}

CwValue *cw_eager_or_scalar (CwBuffer *buffer) {
  if (!buffer || buffer->ndim) return cw_eager (buffer);
  if (cw_dtype_is_text (buffer->dtype)) {
    CwValue *text = cw_str_take (cw_text_get (buffer->dtype, buffer->data));
    cw_buffer_unref (buffer);
    return text;
  }
  CwValue *v = cw_scalar_value (cw_buffer_get (buffer, 0));
  cw_buffer_unref (buffer);
  return v;
}

static CwValue *new_exception (int code, char *message, CwValue *args) {
  CwValue *v = cw_value_new (CW_V_EXCEPTION);
  v->exception.code    = code;
  v->exception.message = message;
  v->exception.args    = cw_value_ref (args);
  return v;
}

CwValue *cw_exception (int code, CwValue *args) {
  int n = cw_items_n (args);
  CwValue *only = n == 1 ? cw_items_get (args, 0) : NULL;
  return new_exception (code, n == 0 ? g_strdup ("") : only && code != CW_ERROR_KEY ? cw_value_str (only) : cw_value_repr (only ? only : args), args);
}

CwValue *cw_exception_of_error (const GError *raised) {
  CwValue *args = cw_tuple ();
  if (*raised->message) cw_items_add (args, cw_str (raised->message));
  return new_exception (raised->domain == CW_ERROR ? raised->code : CW_ERROR_OS, g_strdup (raised->message), args);
}

bool cw_error_is_a (int code, const char *wanted) {
  if (g_str_equal (wanted, "BaseException")) return true;
  if (g_str_equal (wanted, "Exception")) return code != CW_ERROR_INTERRUPT;
  for (;;) {
    CwErrorCode base;
    if (g_str_equal (cw_error_class_name (code), wanted) || g_str_equal (cw_error_base_name (code), wanted)) return true;
    if (!cw_error_code_from_name (cw_error_base_name (code), &base) || (int) base == code) return false;
    code = base;
  }
}

void cw_items_add (CwValue *sequence, CwValue *item) {
  g_ptr_array_add (sequence->items, cw_value_ref (item));
}

int cw_items_n (const CwValue *sequence) {
  return (int) sequence->items->len;
}

CwValue *cw_items_get (const CwValue *sequence, int i) {
  return sequence->items->pdata[i];
}

/* ---- dicts and sets --------------------------------------------------------------------------- */

static guint hash_value (const void *data) {
  const CwValue *v = data;
  CwScalar s;
  if (cw_value_scalar (v, &s)) {
    double f = cw_scalar_to_double (s);
    return g_double_hash (&f);
  }
  if (v->kind == CW_V_STR) return g_str_hash (v->s);
  if (v->kind == CW_V_TUPLE && !cw_too_deep ()) {
    guint hash = 1;
    for (guint i = 0; i < v->items->len; i++) hash = hash * 31 + hash_value (v->items->pdata[i]);
    return hash;
  }
  if (v->kind == CW_V_DTYPE) return (guint) v->dtype.id;
  if (v->kind == CW_V_TYPE) return g_str_hash (v->type.name);
  if (v->kind == CW_V_BUILTIN) return g_direct_hash (v->builtin.entry);
  return v->kind == CW_V_NONE || v->kind == CW_V_ELLIPSIS ? (guint) v->kind : g_direct_hash (v);
}

static gboolean equal_values (const void *a, const void *b) {
  return cw_value_equal ((CwValue *) a, (CwValue *) b);
}

static CwValue *new_dict (CwValueKind kind) {
  CwValue *v = cw_value_new (kind);
  v->dict.keys   = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_value_unref);
  v->dict.values = kind == CW_V_DICT ? g_ptr_array_new_with_free_func ((GDestroyNotify) cw_value_unref) : NULL;
  v->dict.index  = g_hash_table_new (hash_value, equal_values);
  return v;
}

CwValue *cw_dict (void) {
  return new_dict (CW_V_DICT);
}

CwValue *cw_set (void) {
  return new_dict (CW_V_SET);
}

bool cw_value_hashable (const CwValue *v) {
  if (v->kind == CW_V_TUPLE) {
    if (cw_too_deep ()) return false;
    for (guint i = 0; i < v->items->len; i++) {
      if (!cw_value_hashable (v->items->pdata[i])) return false;
    }
  }
  return v->kind != CW_V_LIST && v->kind != CW_V_DICT && v->kind != CW_V_SET && v->kind != CW_V_EAGER && v->kind != CW_V_SLICE;
}

bool cw_dict_set (CwValue *dict, CwValue *key, CwValue *value, GError **error) {
  if (!cw_value_hashable (key)) {
    if (!cw_check_depth (error)) return false;
    return cw_fail (error, CW_ERROR_TYPE, "unhashable type: '%s'", cw_type_name (key->kind == CW_V_TUPLE ? key->items->pdata[0] : key));
  }
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (dict->dict.index, key));
  if (!at) {
    g_ptr_array_add (dict->dict.keys, cw_value_ref (key));
    if (dict->dict.values) g_ptr_array_add (dict->dict.values, cw_value_ref (value));
    g_hash_table_insert (dict->dict.index, key, GUINT_TO_POINTER (dict->dict.keys->len));
  } else if (dict->dict.values) {
    cw_value_set ((CwValue **) &dict->dict.values->pdata[at - 1], value);
  }
  return true;
}

CwValue *cw_dict_get (CwValue *dict, CwValue *key) {
  if (!cw_value_hashable (key)) return NULL;
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (dict->dict.index, key));
  return at ? (dict->dict.values ? dict->dict.values : dict->dict.keys)->pdata[at - 1] : NULL;
}

bool cw_set_within (CwValue *set, CwValue *other) {
  for (guint i = 0; i < set->dict.keys->len; i++) {
    if (!cw_dict_get (other, set->dict.keys->pdata[i])) return false;
  }
  return true;
}

bool cw_dict_remove (CwValue *dict, CwValue *key) {
  if (!cw_value_hashable (key)) return false;
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (dict->dict.index, key));
  if (!at) return false;
  g_hash_table_remove_all (dict->dict.index);
  g_ptr_array_remove_index (dict->dict.keys, at - 1);
  if (dict->dict.values) g_ptr_array_remove_index (dict->dict.values, at - 1);
  for (guint i = 0; i < dict->dict.keys->len; i++) {
    g_hash_table_insert (dict->dict.index, dict->dict.keys->pdata[i], GUINT_TO_POINTER (i + 1));
  }
  return true;
}

/* ---- records -------------------------------------------------------------------------------------- */

CwValue *cw_record (const char *type, char *text, CwValue *items, CwLeave leave) {
  CwValue *v = cw_value_new (CW_V_RECORD);
  v->record.type    = type;
  v->record.text    = text;
  v->record.members = cw_value_ref (cw_dict ());
  v->record.items   = items ? cw_value_ref (items) : NULL;
  v->record.length  = -1;
  v->record.leave   = leave;
  return v;
}

void cw_record_set (CwValue *record, const char *name, CwValue *value) {
  cw_dict_set (record->record.members, cw_str (name), value, NULL);
}

CwValue *cw_record_get (const CwValue *record, const char *name) {
  return cw_dict_get (record->record.members, cw_str (name));
}

/* ---- asking --------------------------------------------------------------------------------------- */

const char *cw_type_name (const CwValue *v) {
  static const char *const names[CW_N_VALUE_KINDS] = {
    [CW_V_NONE] = "NoneType", [CW_V_BOOL] = "bool", [CW_V_INT] = "int", [CW_V_FLOAT] = "float", [CW_V_COMPLEX] = "complex",
    [CW_V_STR] = "str", [CW_V_LIST] = "list", [CW_V_TUPLE] = "tuple", [CW_V_DICT] = "dict", [CW_V_SET] = "set",
    [CW_V_RANGE] = "range", [CW_V_SLICE] = "slice", [CW_V_ELLIPSIS] = "ellipsis", [CW_V_NOT_IMPLEMENTED] = "NotImplementedType",
    [CW_V_FUNCTION] = "function", [CW_V_BUILTIN] = "function", [CW_V_MODULE] = "module", [CW_V_TYPE] = "type",
    [CW_V_LAZY] = "Array", [CW_V_EAGER] = "ndarray", [CW_V_CLIENT] = "Client", [CW_V_ITERATOR] = "iterator",
    [CW_V_ACCESSOR] = "IndexCallable",
  };
  switch (v->kind) {
  case CW_V_SCALAR:
    return v->scalar.dtype == CW_BOOL ? "bool_" : cw_dtype_name (v->scalar.dtype);
  case CW_V_DTYPE:
    return v->dtype.is_class ? "type" : "dtype";
  case CW_V_RANDOM:
    return v->random.generator ? "Generator" : "RandomState";
  case CW_V_EXCEPTION:
    return cw_error_class_name (v->exception.code);
  case CW_V_RECORD:
    return v->record.type;
  default:
    return names[v->kind];
  }
}

bool cw_value_is_python_number (const CwValue *v) {
  return v->kind == CW_V_BOOL || v->kind == CW_V_INT || v->kind == CW_V_FLOAT || v->kind == CW_V_COMPLEX;
}

bool cw_value_is_number (const CwValue *v) {
  return cw_value_is_python_number (v) || v->kind == CW_V_SCALAR;
}

bool cw_value_is_array (const CwValue *v) {
  return v->kind == CW_V_LAZY || v->kind == CW_V_EAGER;
}

bool cw_value_scalar (const CwValue *v, CwScalar *s) {
  switch (v->kind) {
  case CW_V_BOOL:
    *s = cw_scalar_bool (v->b);
    return true;
  case CW_V_INT:
    *s = cw_scalar_int (v->i);
    return true;
  case CW_V_FLOAT:
    *s = cw_scalar_float (v->f);
    return true;
  case CW_V_COMPLEX:
    *s = cw_scalar_complex (v->c);
    return true;
  case CW_V_SCALAR:
    *s = v->scalar;
    return true;
  default:
    return false;
  }
}

static bool equal_items (GPtrArray *a, GPtrArray *b) {
  if (a->len != b->len || cw_too_deep ()) return false;
  for (guint i = 0; i < a->len; i++) {
    if (!cw_value_equal (a->pdata[i], b->pdata[i])) return false;
  }
  return true;
}

static bool equal_dicts (CwValue *a, CwValue *b) {
  if (a->dict.keys->len != b->dict.keys->len || cw_too_deep ()) return false;
  for (guint i = 0; i < a->dict.keys->len; i++) {
    CwValue *other = cw_dict_get (b, a->dict.keys->pdata[i]);
    if (!other || (a->dict.values && !cw_value_equal (a->dict.values->pdata[i], other))) return false;
  }
  return true;
}

bool cw_value_equal (CwValue *a, CwValue *b) {
  CwScalar x, y;
  if (a->kind == CW_V_INT && b->kind == CW_V_INT) return a->i == b->i;
  if (cw_value_scalar (a, &x) && cw_value_scalar (b, &y)) {
    bool whole = !cw_dtype_is_float (x.dtype) && !cw_dtype_is_complex (x.dtype) && !cw_dtype_is_float (y.dtype) && !cw_dtype_is_complex (y.dtype);
    return whole ? cw_scalar_to_int (x) == cw_scalar_to_int (y) : cw_scalar_to_complex (x) == cw_scalar_to_complex (y);
  }
  CwDtype da, db;
  if ((a->kind == CW_V_DTYPE || b->kind == CW_V_DTYPE) && cw_value_dtype (a, &da, NULL) && cw_value_dtype (b, &db, NULL)) return da == db;
  if (a == b) return true;
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case CW_V_NONE:
  case CW_V_ELLIPSIS:
  case CW_V_NOT_IMPLEMENTED:
    return true;
  case CW_V_STR:
    return g_str_equal (a->s, b->s);
  case CW_V_LIST:
  case CW_V_TUPLE:
    return equal_items (a->items, b->items);
  case CW_V_DICT:
  case CW_V_SET:
    return equal_dicts (a, b);
  case CW_V_RANGE:
    return a->range.start == b->range.start && a->range.stop == b->range.stop && a->range.step == b->range.step;
  case CW_V_SLICE:
    return cw_value_equal (a->slice.start, b->slice.start) && cw_value_equal (a->slice.stop, b->slice.stop) &&
           cw_value_equal (a->slice.step, b->slice.step);
  case CW_V_TYPE:
    return g_str_equal (a->type.name, b->type.name);
  case CW_V_MODULE:
    return a->module == b->module;
  case CW_V_BUILTIN:
    return a->builtin.entry == b->builtin.entry && a->builtin.self == b->builtin.self;
  default:
    return false;
  }
}

static bool array_truth (CwValue *v, bool *truth, GError **error) {
  int64_t size = v->kind == CW_V_LAZY ? cw_array_size (v->array) : v->buffer->size;
  if (size != 1) {
    return cw_fail (error, CW_ERROR_VALUE, v->kind == CW_V_LAZY
                    ? "The truth value of a Array is ambiguous. Use a.any() or a.all()."
                    : "The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()");
  }
  g_autoptr (CwBuffer) b = v->kind == CW_V_LAZY ? cw_session_compute_one (v->array, error) : cw_buffer_ref (v->buffer);
  if (!b) return false;
  *truth = cw_scalar_is_true (cw_buffer_get (b, 0));
  return true;
}

bool cw_value_truth (CwValue *v, bool *truth, GError **error) {
  CwScalar s;
  *truth = true;
  if (v->kind == CW_V_BOOL) *truth = v->b;
  else if (cw_value_scalar (v, &s)) *truth = cw_scalar_is_true (s);
  else if (v->kind == CW_V_NONE) *truth = false;
  else if (v->kind == CW_V_STR) *truth = *v->s != '\0';
  else if (cw_is_sequence (v)) *truth = v->items->len > 0;
  else if (v->kind == CW_V_DICT || v->kind == CW_V_SET) *truth = v->dict.keys->len > 0;
  else if (v->kind == CW_V_RANGE) *truth = v->range.step > 0 ? v->range.start < v->range.stop : v->range.start > v->range.stop;
  else if (cw_value_is_array (v)) return array_truth (v, truth, error);
  return true;
}

bool cw_value_index (CwValue *v, int64_t *i, GError **error) {
  if (v->kind == CW_V_INT) *i = v->i;
  else if (v->kind == CW_V_BOOL) *i = v->b;
  else if (v->kind == CW_V_SCALAR && cw_dtype_is_integer (v->scalar.dtype)) *i = cw_scalar_to_int (v->scalar);
  else if (v->kind == CW_V_EAGER && v->buffer->size == 1 && cw_dtype_is_integer (v->buffer->dtype)) *i = cw_scalar_to_int (cw_buffer_get (v->buffer, 0));
  else if (v->kind == CW_V_LAZY && v->array->ndim == 0 && cw_dtype_is_integer (v->array->dtype)) {
    g_autoptr (CwBuffer) b = cw_session_compute_one (v->array, error);
    if (!b) return false;
    *i = cw_scalar_to_int (cw_buffer_get (b, 0));
  } else {
    return cw_fail (error, CW_ERROR_TYPE, "'%s' object cannot be interpreted as an integer", cw_type_name (v));
  }
  return true;
}

bool cw_value_dtype (CwValue *v, CwDtype *dtype, GError **error) {
  if (v->kind == CW_V_DTYPE) {
    *dtype = v->dtype.id;
    return true;
  }
  if (v->kind == CW_V_TYPE || v->kind == CW_V_STR) {
    const char *name = v->kind == CW_V_STR ? v->s : v->type.name;
    if (cw_dtype_from_name (name, dtype)) return true;
    return cw_fail (error, CW_ERROR_TYPE, "data type '%s' not understood", name);
  }
  if (v->kind == CW_V_NONE) {
    *dtype = CW_FLOAT64;
    return true;
  }
  return cw_fail (error, CW_ERROR_TYPE, "Cannot interpret a value of type '%s' as a data type", cw_type_name (v));
}

bool cw_check_size (int64_t n, GError **error) {
  const int64_t most = 1 << 26;
  return n <= most || cw_fail (error, CW_ERROR_MEMORY, "a result of more than 67 million elements is too large for a list or a string; use an array");
}

/* ---- iteration ------------------------------------------------------------------------------------- */

bool cw_iterate (CwValue *v, CwIterator *it, GError **error) {
  if (v->kind == CW_V_RECORD && v->record.items) v = v->record.items;
  if (v->kind == CW_V_ITERATOR) {
    *it = v->iterator;
    return true;
  }
  it->over = v;
  it->next = 0;
  it->size = v->kind == CW_V_DICT || v->kind == CW_V_SET ? v->dict.keys->len : 0;
  bool scalar_array = (v->kind == CW_V_LAZY && !v->array->ndim) || (v->kind == CW_V_EAGER && !v->buffer->ndim);
  if (scalar_array) return cw_fail (error, CW_ERROR_TYPE, "iteration over a 0-d array");
  if (v->kind == CW_V_LAZY && v->array->shape[0] == CW_UNKNOWN) {
    return cw_fail (error, CW_ERROR_VALUE, "Cannot iterate over an array whose length is unknown: call .compute_chunk_sizes() first");
  }
  if (cw_is_sequence (v) || v->kind == CW_V_STR || v->kind == CW_V_DICT || v->kind == CW_V_SET || v->kind == CW_V_RANGE ||
      cw_value_is_array (v)) {
    return true;
  }
  return cw_fail (error, CW_ERROR_TYPE, "'%s' object is not iterable", cw_type_name (v));
}

static CwValue *next_character (CwIterator *it) {
  const char *p = it->over->s + it->next;
  if (!*p) return NULL;
  const char *after = g_utf8_next_char (p);
  it->next += after - p;
  return cw_str_take (g_strndup (p, (gsize) (after - p)));
}

CwValue *cw_iterate_next (CwIterator *it, GError **error) {
  CwValue *v = it->over;
  if (v->kind == CW_V_STR) return next_character (it);
  int64_t i = it->next++;
  switch (v->kind) {
  case CW_V_LIST:
  case CW_V_TUPLE:
    return i < v->items->len ? cw_keep (cw_value_ref (v->items->pdata[i]), (GDestroyNotify) cw_value_unref) : NULL;
  case CW_V_DICT:
  case CW_V_SET:
    if (v->dict.keys->len != it->size) {
      cw_fail (error, CW_ERROR_RUNTIME, v->kind == CW_V_DICT ? "dictionary changed size during iteration" : "Set changed size during iteration");
      return NULL;
    }
    return i < v->dict.keys->len ? v->dict.keys->pdata[i] : NULL;
  case CW_V_RANGE: {
    int64_t offset, at;
    if (__builtin_mul_overflow (i, v->range.step, &offset) || __builtin_add_overflow (v->range.start, offset, &at)) return NULL;
    return (v->range.step > 0 ? at < v->range.stop : at > v->range.stop) ? cw_int (at) : NULL;
  }
  case CW_V_EAGER:
  case CW_V_LAZY:
    if (i >= (v->kind == CW_V_LAZY ? v->array->shape[0] : v->buffer->shape[0])) return NULL;
    return cw_array_item (v, cw_int (i), error);
  default:
    return NULL;
  }
}

CwValue *cw_to_list (CwValue *v, GError **error) {
  CwIterator it;
  if (!cw_iterate (v, &it, error)) return NULL;
  CwValue *list = cw_list ();
  CwSession *s = cw_current_session ();
  g_autoptr (GError) failed = NULL;
  if (it.over->kind == CW_V_RANGE && !cw_check_size (cw_value_length (it.over), error)) return NULL; /* rather than after minutes */
  for (guint mark = cw_pool_mark ();; cw_pool_drain (mark)) {
    CwValue *item = cw_iterate_next (&it, &failed);
    if (!item) break;
    if (!cw_check_size ((int64_t) cw_items_n (list) + 1, error) || !cw_session_check (s, error)) return NULL;
    cw_items_add (list, item);
  }
  if (failed) {
    g_propagate_error (error, g_steal_pointer (&failed));
    return NULL;
  }
  if (v->kind == CW_V_ITERATOR) v->iterator.next = it.next;
  return list;
}
