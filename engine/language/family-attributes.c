/* family-attributes.c: what an array tells of itself without being computed, dtypes, and constants of modules. */
#include <math.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/print.h"
#include "engine/language/session-private.h"

/* ---- facts of arrays ------------------------------------------------------------------------------------------------- */

/* Shape, dtype and number of axes of any array or NumPy scalar. */
static void facts_of (CwValue *v, int *ndim, const int64_t **shape, CwDtype *dtype) {
  *ndim  = v->kind == CW_V_LAZY ? v->array->ndim : v->kind == CW_V_EAGER ? v->buffer->ndim : 0;
  *shape = v->kind == CW_V_LAZY ? v->array->shape : v->kind == CW_V_EAGER ? v->buffer->shape : NULL;
  *dtype = v->kind == CW_V_LAZY ? v->array->dtype : v->kind == CW_V_EAGER ? v->buffer->dtype : v->scalar.dtype;
}

enum { FACT_SHAPE, FACT_NDIM, FACT_DTYPE, FACT_SIZE, FACT_NBYTES, FACT_ITEMSIZE };

static CwValue *fact_of (CwCall *call, GError **error) {
  int ndim;
  const int64_t *shape;
  CwDtype dtype;
  int64_t size = 1;
  facts_of (call->args[0], &ndim, &shape, &dtype);
  if (!cw_shape_size (ndim, shape, &size, error)) return NULL;
  switch (call->entry->data) {
  case FACT_SHAPE:
    return cw_int_tuple (ndim, shape);
  case FACT_NDIM:
    return cw_int (ndim);
  case FACT_DTYPE:
    return cw_dtype_value (dtype, false);
  case FACT_ITEMSIZE:
    return cw_int (cw_dtype_size (dtype));
  case FACT_SIZE:
    return size == CW_UNKNOWN ? cw_float (NAN) : cw_int (size);
  default:
    if (size == CW_UNKNOWN) return cw_float (NAN);
    return cw_binary (CW_OP_MUL, cw_int (size), cw_int (cw_dtype_size (dtype)), error);
  }
}

/* The tape hears of it, so that a program can ask the array again. */
static CwValue *attribute_fact (CwCall *call, GError **error) {
  CwValue *fact = fact_of (call, error);
  cw_tape_fact (fact, call->args[0], call->entry->name);
  return fact;
}

enum { CHUNKS, CHUNKSIZE, NUMBLOCKS, NPARTITIONS, LAYER_NAME };

static CwValue *chunks_of (CwCall *call) {
  CwArray *a = call->args[0]->array;
  CwValue *out = cw_tuple ();
  switch (call->entry->data) {
  case NPARTITIONS:
    return cw_int (cw_array_n_blocks (a));
  case LAYER_NAME:
    return cw_str_take (g_strdup_printf ("%s-%016" G_GINT64_MODIFIER "x", a->name, a->id));
  default:
    for (int i = 0; i < a->ndim; i++) {
      const CwAxis *axis = a->axes[i];
      CwValue *item = call->entry->data == NUMBLOCKS ? cw_int (axis->n) : axis->unknown ? cw_float (NAN) : cw_int (axis->max);
      if (call->entry->data == CHUNKS) {
        item = cw_tuple ();
        for (int64_t k = 0; k < axis->n; k++) cw_items_add (item, axis->lengths[k] == CW_UNKNOWN ? cw_float (NAN) : cw_int (axis->lengths[k]));
      }
      cw_items_add (out, item);
    }
    return out;
  }
}

static CwValue *attribute_chunks (CwCall *call, GError **error) {
  CwValue *fact = chunks_of (call);
  cw_tape_fact (fact, call->args[0], call->entry->name);
  return fact;
}

static CwValue *attribute_part (CwCall *call, GError **error) {
  return cw_apply_ufunc ((CwUfunc) call->entry->data, 1, call->args, CW_DTYPE_NONE, error);
}

static CwValue *attribute_self (CwCall *call, GError **error) {
  return call->args[0];
}

static CwValue *attribute_flat (CwCall *call, GError **error) {
  CwValue *ravel = cw_value_attribute (call->args[0], "ravel", error);
  return ravel ? cw_value_call (ravel, 0, NULL, NULL, error) : NULL;
}

/* view(dtype): the same bytes read as another dtype, along the last axis. */
static CwBuffer *view_bytes (CwBuffer *const *in, int n_in, void *data, GError **error) {
  CwDtype dtype = (CwDtype) GPOINTER_TO_INT (data);
  g_autoptr (CwBuffer) flat = cw_buffer_contiguous (in[0], error);
  if (!flat) return NULL;
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM], stride = cw_dtype_size (dtype);
  memcpy (shape, flat->shape, (size_t) flat->ndim * sizeof *shape);
  shape[flat->ndim - 1] = shape[flat->ndim - 1] * cw_dtype_size (flat->dtype) / cw_dtype_size (dtype);
  for (int i = flat->ndim; i-- > 0;) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return cw_buffer_view (flat, dtype, flat->ndim, shape, strides, flat->data);
}

static CwValue *attribute_view (CwCall *call, GError **error) {
  CwDtype dtype;
  CwArray *a = cw_arg_array (call, 0, error);
  const char *order;
  if (!a || !cw_arg_dtype (call, 1, &dtype, error) || !cw_arg_str (call, 2, &order, error)) return NULL;
  if (!g_str_equal (order, "C") && !g_str_equal (order, "F")) {
    cw_fail (error, CW_ERROR_VALUE, "Order must be one of 'C' or 'F'");
    return NULL;
  }
  if (dtype == CW_DTYPE_NONE || dtype == a->dtype) return call->args[0];
  int64_t shape[CW_MAX_NDIM];
  if (!a->ndim) {
    cw_fail (error, CW_ERROR_VALUE, "Changing the dtype of a 0d array is only supported if the itemsize is unchanged");
    return NULL;
  }
  memcpy (shape, a->shape, (size_t) a->ndim * sizeof *shape);
  int64_t bytes = shape[a->ndim - 1] * cw_dtype_size (a->dtype);
  if (shape[a->ndim - 1] == CW_UNKNOWN || bytes % cw_dtype_size (dtype)) {
    cw_fail (error, CW_ERROR_VALUE, "When changing to a larger dtype, its size must be a divisor of the total size in bytes of the last axis of the array.");
    return NULL;
  }
  shape[a->ndim - 1] = bytes / cw_dtype_size (dtype);
  g_autoptr (CwArray) whole = cw_array_whole ("view", view_bytes, GINT_TO_POINTER ((int) dtype), NULL, 1, &a, dtype, a->ndim, shape, error);
  if (!whole || cw_array_has_unknown (a)) return cw_answer (call, g_steal_pointer (&whole), error);
  const CwAxis *last = a->axes[a->ndim - 1]; /* cut as before, where the cuts fall between elements */
  g_autofree int64_t *lengths = g_new (int64_t, (gsize) last->n);
  bool even = true;
  for (int64_t k = 0; k < last->n; k++) {
    int64_t chunk = last->lengths[k] * cw_dtype_size (a->dtype);
    even &= chunk % cw_dtype_size (dtype) == 0;
    lengths[k] = chunk / cw_dtype_size (dtype);
  }
  g_autoptr (CwAxis) cut = even ? cw_axis_new (last->n, lengths) : cw_axis_ref (whole->axes[a->ndim - 1]);
  CwAxis *axes[CW_MAX_NDIM];
  for (int i = 0; i < a->ndim; i++) axes[i] = i + 1 == a->ndim ? cut : a->axes[i];
  return cw_answer (call, cw_array_rechunk_to (whole, axes, error), error);
}

/* ---- dtypes -------------------------------------------------------------------------------------------------------------- */

static CwValue *dtype_fact (CwCall *call, GError **error) {
  CwDtype d = call->args[0]->dtype.id;
  const CwDtypeInfo *info = cw_dtype_info (d);
  if (call->entry->data == 0) return cw_str (info->name);
  if (call->entry->data == 1) return cw_str_take (g_strdup_printf ("%c", info->kind));
  if (call->entry->data == 2) return cw_int (info->size);
  if (call->entry->data == 3) return cw_dtype_value (d, true);
  return cw_str_take (g_strdup_printf ("%c%s", info->size == 1 ? '|' : '<', info->code));
}

static CwValue *dtype_make (CwCall *call, GError **error) {
  CwDtype dtype;
  return cw_value_dtype (call->args[0], &dtype, error) ? cw_dtype_value (dtype, false) : NULL;
}

static CwValue *dtype_class (CwCall *call, GError **error) {
  return cw_dtype_value ((CwDtype) call->entry->data, true);
}

static bool add_type (CwValue *v, CwDtype *dtype, GError **error) {
  CwDtype d;
  if (v->kind == CW_V_LAZY) d = v->array->dtype;
  else if (v->kind == CW_V_EAGER) d = v->buffer->dtype;
  else if (v->kind == CW_V_SCALAR) d = v->scalar.dtype;
  else if (!cw_value_dtype (v, &d, error)) return false;
  *dtype = *dtype == CW_DTYPE_NONE ? d : cw_dtype_promote (*dtype, d);
  return true;
}

static CwValue *dtype_result_type (CwCall *call, GError **error) {
  CwDtype dtype = CW_DTYPE_NONE;
  CwScalar s;
  CwValue *args = call->args[0];
  for (int pass = 0; pass < 2; pass++) { /* Python numbers are weak: they come last */
    for (int i = 0; i < cw_items_n (args); i++) {
      CwValue *v = cw_items_get (args, i);
      bool weak = cw_value_is_python_number (v);
      if (weak != pass) continue;
      if (!weak && !add_type (v, &dtype, error)) return NULL;
      if (weak && cw_value_scalar (v, &s)) {
        if (dtype == CW_DTYPE_NONE) dtype = s.dtype;
        else if (!cw_dtype_promote_scalar (dtype, s, &dtype, error)) return NULL;
      }
    }
  }
  if (dtype == CW_DTYPE_NONE) {
    cw_fail (error, CW_ERROR_VALUE, "at least one array or dtype is required");
    return NULL;
  }
  return cw_dtype_value (dtype, false);
}

static CwValue *dtype_can_cast (CwCall *call, GError **error) {
  CwDtype from, to;
  if (!cw_value_dtype (call->args[0], &from, error) || !cw_value_dtype (call->args[1], &to, error)) return NULL;
  return cw_bool (cw_dtype_promote (from, to) == to);
}

/* iinfo(dtype) and finfo(dtype): the limits of a dtype. */
static CwValue *dtype_limits (CwCall *call, GError **error) {
  CwDtype d;
  CwValue *of = call->args[0];
  bool floats = call->entry->data;
  if (of->kind == CW_V_LAZY) d = of->array->dtype;
  else if (of->kind == CW_V_EAGER) d = of->buffer->dtype;
  else if (of->kind == CW_V_SCALAR) d = of->scalar.dtype;
  else if (!cw_value_dtype (of, &d, error)) return NULL;
  d = floats ? cw_dtype_real (d) : d;
  if (floats ? !cw_dtype_is_float (d) : !cw_dtype_is_integer (d)) {
    cw_fail (error, CW_ERROR_VALUE, floats ? "data type %s not inexact: iinfo() knows integers" : "Invalid integer data type %s: finfo() knows floats", cw_dtype_name (d));
    return NULL;
  }
  int bits = 8 * cw_dtype_size (d);
  CwValue *record = cw_record (floats ? "finfo" : "iinfo", g_strdup_printf ("%s(dtype=%s)", floats ? "finfo" : "iinfo", cw_dtype_name (d)), NULL, NULL);
  cw_record_set (record, "bits", cw_int (bits));
  cw_record_set (record, "dtype", cw_dtype_value (d, false));
  if (floats) {
    static const double facts[3][3] = { { 65504, 0x1p-10, 0x1p-14 }, { 0x1.fffffep127, 0x1p-23, 0x1p-126 }, { 0x1.fffffffffffffp1023, 0x1p-52, 0x1p-1022 } };
    const double *f = facts[d - CW_FLOAT16];
    const char *const names[] = { "max", "eps", "tiny" };
    for (int i = 0; i < 3; i++) cw_record_set (record, names[i], cw_scalar_value (cw_scalar_cast (cw_scalar_float (f[i]), d)));
    cw_record_set (record, "min", cw_scalar_value (cw_scalar_cast (cw_scalar_float (-f[0]), d)));
    cw_record_set (record, "smallest_normal", cw_record_get (record, "tiny"));
    return record;
  }
  bool is_signed = cw_dtype_is_signed (d);
  cw_record_set (record, "min", cw_int (is_signed ? (int64_t) -1 << (bits - 1) : 0));
  uint64_t max = UINT64_MAX >> (64 - bits + is_signed);
  cw_record_set (record, "max", max > INT64_MAX ? cw_scalar_value (cw_scalar_cast (cw_scalar_int (-1), CW_UINT64)) : cw_int ((int64_t) max));
  return record;
}

const CwEntry cw_entries_attributes[] = {
  { "shape", CW_IN_ARRAY, NULL, attribute_fact, "Lengths of the axes.", FACT_SHAPE, CW_ENTRY_PROPERTY },
  { "ndim", CW_IN_ARRAY, NULL, attribute_fact, "Number of axes.", FACT_NDIM, CW_ENTRY_PROPERTY },
  { "dtype", CW_IN_ARRAY, NULL, attribute_fact, "Type of the elements.", FACT_DTYPE, CW_ENTRY_PROPERTY },
  { "size", CW_IN_ARRAY, NULL, attribute_fact, "Number of elements.", FACT_SIZE, CW_ENTRY_PROPERTY },
  { "nbytes", CW_IN_ARRAY, NULL, attribute_fact, "Bytes of all elements.", FACT_NBYTES, CW_ENTRY_PROPERTY },
  { "itemsize", CW_IN_ARRAY, NULL, attribute_fact, "Bytes of an element.", FACT_ITEMSIZE, CW_ENTRY_PROPERTY },
  { "chunks", CW_IN_LAZY, NULL, attribute_chunks, "Lengths of the chunks along each axis.", CHUNKS, CW_ENTRY_PROPERTY },
  { "chunksize", CW_IN_LAZY, NULL, attribute_chunks, "The longest chunk of each axis.", CHUNKSIZE, CW_ENTRY_PROPERTY },
  { "numblocks", CW_IN_LAZY, NULL, attribute_chunks, "Number of chunks along each axis.", NUMBLOCKS, CW_ENTRY_PROPERTY },
  { "npartitions", CW_IN_LAZY, NULL, attribute_chunks, "Number of chunks.", NPARTITIONS, CW_ENTRY_PROPERTY },
  { "name", CW_IN_LAZY, NULL, attribute_chunks, "The name of the array's layer in the graph.", LAYER_NAME, CW_ENTRY_PROPERTY },
  { "real", CW_IN_ARRAY, NULL, attribute_part, "Real parts.", CW_UFUNC_real, CW_ENTRY_PROPERTY },
  { "imag", CW_IN_ARRAY, NULL, attribute_part, "Imaginary parts.", CW_UFUNC_imag, CW_ENTRY_PROPERTY },
  { "conj", CW_IN_ARRAY, "a", attribute_part, "Complex conjugates.", CW_UFUNC_conjugate },
  { "conjugate", CW_IN_ARRAY, "a", attribute_part, "Complex conjugates.", CW_UFUNC_conjugate },
  CW_PROPERTY ("A", CW_IN_LAZY, attribute_self, "The array itself."),
  CW_PROPERTY ("flat", CW_IN_EAGER, attribute_flat, "All elements in one axis."),
  { "view", CW_IN_ARRAY, "a, dtype=None, order='C'", attribute_view, "The same bytes read as another dtype.", 0 },
  { "name", CW_IN_DTYPE, NULL, dtype_fact, "The dtype's name.", 0, CW_ENTRY_PROPERTY },
  { "kind", CW_IN_DTYPE, NULL, dtype_fact, "b, i, u, f or c.", 1, CW_ENTRY_PROPERTY },
  { "itemsize", CW_IN_DTYPE, NULL, dtype_fact, "Bytes of an element.", 2, CW_ENTRY_PROPERTY },
  { "type", CW_IN_DTYPE, NULL, dtype_fact, "The class of single elements.", 3, CW_ENTRY_PROPERTY },
  { "str", CW_IN_DTYPE, NULL, dtype_fact, "The dtype's short code.", 4, CW_ENTRY_PROPERTY },
  { "iinfo", CW_IN_NP, "type", dtype_limits, "The smallest and largest integer of a dtype: .min, .max, .bits.", 0 },
  { "finfo", CW_IN_NP, "dtype", dtype_limits, "The limits of a floating-point dtype: .min, .max, .eps, .tiny, .bits.", 1 },
  { "dtype", CW_IN_NP, "dtype", dtype_make, "A dtype by name, such as 'f4'.", 0 },
  { "result_type", CW_IN_MODULES, "*arrays_and_dtypes", dtype_result_type, "The dtype that an operation between these has.", 0 },
  { "promote_types", CW_IN_NP, "*arrays_and_dtypes", dtype_result_type, "The smallest dtype that holds both.", 0 },
  { "can_cast", CW_IN_NP, "from_, to", dtype_can_cast, "Does every value of one dtype fit another?", 0 },
#define X(id, type_name, kind, code, size, ctype) { type_name, CW_IN_NP | CW_IN_DA, NULL, dtype_class, "The class of " type_name " elements.", CW_##id, CW_ENTRY_PROPERTY },
  CW_DTYPES (X)
#undef X
  { "bool_", CW_IN_NP | CW_IN_DA, NULL, dtype_class, "The class of bool elements.", CW_BOOL, CW_ENTRY_PROPERTY },
  { "int_", CW_IN_NP, NULL, dtype_class, "The class of int64 elements.", CW_INT64, CW_ENTRY_PROPERTY },
  { "float_", CW_IN_NP, NULL, dtype_class, "The class of float64 elements.", CW_FLOAT64, CW_ENTRY_PROPERTY },
  { "double", CW_IN_NP, NULL, dtype_class, "The class of float64 elements.", CW_FLOAT64, CW_ENTRY_PROPERTY },
  { "single", CW_IN_NP, NULL, dtype_class, "The class of float32 elements.", CW_FLOAT32, CW_ENTRY_PROPERTY },
  { 0 },
};
