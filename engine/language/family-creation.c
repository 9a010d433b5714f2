/* family-creation.c: functions that make arrays. */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- constants --------------------------------------------------------------------------------------------------------- */

static bool fill_value (CwCall *call, CwScalar *fill, CwDtype *dtype, GError **error) {
  CwValue *v = call->args[1];
  if (v->kind == CW_V_EAGER && v->buffer->ndim == 0) *fill = cw_buffer_get (v->buffer, 0);
  else if (!cw_value_scalar (v, fill)) {
    return cw_fail (error, CW_ERROR_VALUE, "fill_value must be scalar. Received %s instead.", cw_type_name (v));
  }
  if (*dtype == CW_DTYPE_NONE) *dtype = fill->dtype;
  if (cw_dtype_is_integer (*dtype) && cw_dtype_is_float (fill->dtype) && !isfinite (fill->f)) {
    return cw_fail (error, isnan (fill->f) ? CW_ERROR_VALUE : CW_ERROR_OVERFLOW, "cannot convert float %s to integer", isnan (fill->f) ? "NaN" : "infinity");
  }
  return true;
}

/* zeros, ones, empty (data: the value) and full (data: -1). */
static CwValue *creation_constant (CwCall *call, GError **error) {
  bool full = call->entry->data < 0;
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  CwDtype dtype;
  CwScalar value = cw_scalar_int (call->entry->data);
  CwChunkSpec *chunks;
  if (!cw_arg_shape (call, 0, &ndim, shape, error) || !cw_arg_dtype (call, 1 + full, &dtype, error) || !cw_arg_chunks (call, 2 + full, &chunks, error)) {
    return NULL;
  }
  if (full && !fill_value (call, &value, &dtype, error)) return NULL;
  if (dtype == CW_DTYPE_NONE) dtype = CW_FLOAT64;
  if (cw_dtype_is_text (dtype)) { /* the text of the value; zeros are empty */
    if (!full && !call->entry->data) { /* zeros are the empty text */
      g_autoptr (CwBuffer) none = cw_buffer_new (dtype, 0, NULL, error);
      if (none) cw_text_put (dtype, none->data, "");
      g_autoptr (CwArray) one = none ? cw_array_from_buffer (none, NULL, call->entry->name, error) : NULL;
      return one ? cw_answer (call, cw_array_broadcast_to (one, ndim, shape, chunks, error), error) : NULL;
    }
    g_autoptr (CwArray) numbers = cw_array_full (call->entry->name, ndim, shape, chunks, CW_INT64, value, error);
    return numbers ? cw_answer (call, cw_array_astype (numbers, cw_dtype_text_width (dtype) ? dtype : cw_dtype_text (cw_dtype_kind (dtype), 1), error), error) : NULL;
  }
  g_autofree char *name = g_strconcat (call->entry->name, "_like", NULL); /* Dask makes a block of another one's kind, and says so */
  return cw_answer (call, cw_array_full (name, ndim, shape, chunks, dtype, value, error), error);
}

static CwChunkSpec *chunks_of (CwArray *a) {
  CwChunkSpec *spec = cw_keep (cw_chunk_spec_new (a->ndim), (GDestroyNotify) cw_chunk_spec_free);
  for (int i = 0; i < a->ndim; i++) {
    spec->axes[i].kind    = CW_CHUNK_LENGTHS;
    spec->axes[i].n       = a->axes[i]->n;
    spec->axes[i].lengths = g_memdup2 (a->axes[i]->lengths, sizeof (int64_t) * (gsize) a->axes[i]->n);
  }
  return spec;
}

static CwValue *creation_like (CwCall *call, GError **error) {
  bool full = call->entry->data < 0;
  CwDtype dtype;
  CwScalar value = cw_scalar_int (call->entry->data);
  CwChunkSpec *chunks;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_dtype (call, 1 + full, &dtype, error) || !cw_arg_chunks (call, 2 + full, &chunks, error)) return NULL;
  if (cw_array_has_unknown (a)) {
    cw_fail (error, CW_ERROR_VALUE, "Can not use `%s` with unknown dimensions: call .compute_chunk_sizes() first", call->entry->name);
    return NULL;
  }
  if (dtype == CW_DTYPE_NONE) dtype = a->dtype;
  if (full && !fill_value (call, &value, &dtype, error)) return NULL;
  int ndim = a->ndim;
  int64_t shape[CW_MAX_NDIM];
  memcpy (shape, a->shape, (size_t) ndim * sizeof *shape);
  if (!cw_arg_is_none (call, 3 + full) && !cw_arg_shape (call, 3 + full, &ndim, shape, error)) return NULL;
  bool same = ndim == a->ndim && cw_shape_equal (ndim, shape, a->shape);
  return cw_answer (call, cw_array_full (call->entry->name, ndim, shape, chunks ? chunks : same ? chunks_of (a) : NULL, dtype, value, error), error);
}

/* ---- ranges ---------------------------------------------------------------------------------------------------------------- */

static CwValue *creation_arange (CwCall *call, GError **error) {
  CwScalar part[3] = { cw_scalar_int (0), cw_scalar_int (0), cw_scalar_int (1) };
  int n = cw_items_n (call->args[0]);
  CwDtype dtype;
  CwChunkSpec *chunks;
  if (n < 1 || n > 3) {
    cw_fail (error, CW_ERROR_TYPE, "arange() takes from 1 to 3 positional arguments: stop, or start, stop and step");
    return NULL;
  }
  for (int i = 0; i < n; i++) {
    CwValue *v = cw_items_get (call->args[0], i);
    CwBuffer *b = cw_value_is_array (v) ? cw_value_buffer (v, error) : NULL;
    if (cw_value_is_array (v) && !b) return NULL;
    if (b && b->size == 1) part[n == 1 ? 1 : i] = cw_buffer_get (b, 0);
    else if (!cw_value_scalar (v, &part[n == 1 ? 1 : i])) {
      cw_fail (error, CW_ERROR_TYPE, "arange() takes numbers, not a value of type '%s'", cw_type_name (v));
      return NULL;
    }
  }
  if (!cw_arg_is_none (call, 3) && !cw_value_scalar (call->args[3], &part[2])) {
    cw_fail (error, CW_ERROR_TYPE, "arange() takes numbers, not a value of type '%s'", cw_type_name (call->args[3]));
    return NULL;
  }
  for (int i = 0; i < 3; i++) { /* NumPy starts from int64 and promotes from there */
    if (!part[i].weak && cw_dtype_is_signed (part[i].dtype)) part[i] = cw_scalar_int (cw_scalar_to_int (part[i]));
    else if (!part[i].weak && cw_dtype_is_float (part[i].dtype)) part[i] = cw_scalar_float (cw_scalar_to_double (part[i]));
  }
  if (!cw_arg_dtype (call, 1, &dtype, error) || !cw_arg_chunks (call, 2, &chunks, error)) return NULL;
  double steps = (cw_scalar_to_double (part[1]) - cw_scalar_to_double (part[0])) / cw_scalar_to_double (part[2]);
  if (dtype == CW_BOOL && steps > 2) {
    cw_fail (error, CW_ERROR_TYPE, "arange() is only supported for booleans when the result has at most length 2.");
    return NULL;
  }
  return cw_answer (call, cw_array_arange (part[0], part[1], part[2], chunks, dtype, error), error);
}

static CwValue *creation_linspace (CwCall *call, GError **error) {
  double start, stop;
  int64_t num;
  bool endpoint, retstep;
  CwDtype dtype;
  CwChunkSpec *chunks;
  if (!cw_arg_double (call, 0, &start, error) || !cw_arg_double (call, 1, &stop, error) || !cw_arg_int (call, 2, &num, error) ||
      !cw_arg_bool (call, 3, &endpoint, error) || !cw_arg_bool (call, 4, &retstep, error) || !cw_arg_dtype (call, 5, &dtype, error) ||
      !cw_arg_chunks (call, 6, &chunks, error)) {
    return NULL;
  }
  CwValue *v = cw_answer (call, cw_array_linspace (start, stop, num, endpoint, chunks, dtype, error), error);
  if (!v || !retstep) return v;
  int64_t parts = endpoint ? num - 1 : num;
  return cw_pair (v, cw_float (parts > 0 ? (stop - start) / (double) parts : NAN));
}

static CwValue *creation_logspace (CwCall *call, GError **error) {
  double start, stop, base;
  int64_t num;
  if (!cw_arg_double (call, 0, &start, error) || !cw_arg_double (call, 1, &stop, error) || !cw_arg_int (call, 2, &num, error)) return NULL;
  if (call->entry->data) { /* geomspace */
    start = log10 (start);
    stop  = log10 (stop);
    base  = 10;
  } else if (!cw_arg_double (call, 3, &base, error)) {
    return NULL;
  }
  CwValue *powers = cw_answer (call, cw_array_linspace (start, stop, num, true, NULL, CW_DTYPE_NONE, error), error), *b = cw_float (base);
  return powers ? cw_apply_ufunc (CW_UFUNC_power, 2, (CwValue *[]){ b, powers }, CW_DTYPE_NONE, error) : NULL;
}

static CwValue *creation_eye (CwCall *call, GError **error) {
  int64_t n, m, k = 0;
  CwDtype dtype;
  CwChunkSpec *chunks;
  if (!cw_arg_int (call, 0, &n, error)) return NULL;
  m = n;
  if (!cw_arg_is_none (call, 1) && !cw_arg_int (call, 1, &m, error)) return NULL;
  if (!cw_arg_int (call, 2, &k, error) || !cw_arg_dtype (call, 3, &dtype, error) || !cw_arg_chunks (call, 4, &chunks, error)) return NULL;
  if (chunks && chunks->n >= 0) {
    cw_fail (error, CW_ERROR_VALUE, "chunks must be an int or string");
    return NULL;
  }
  return cw_answer (call, cw_array_eye (n, m, k, chunks, dtype == CW_DTYPE_NONE ? CW_FLOAT64 : dtype, error), error);
}

static CwValue *creation_tri (CwCall *call, GError **error) {
  int64_t n, m, k;
  CwDtype dtype;
  CwChunkSpec *chunks;
  if (!cw_arg_int (call, 0, &n, error)) return NULL;
  m = n;
  if (!cw_arg_is_none (call, 1) && !cw_arg_int (call, 1, &m, error)) return NULL;
  if (!cw_arg_int (call, 2, &k, error) || !cw_arg_dtype (call, 3, &dtype, error) || !cw_arg_chunks (call, 4, &chunks, error)) return NULL;
  g_autoptr (CwArray) mask = cw_compose_tri (n, m, k, chunks, error);
  return mask ? cw_answer (call, cw_array_astype (mask, dtype == CW_DTYPE_NONE ? CW_FLOAT64 : dtype, error), error) : NULL;
}

/* ---- from values ------------------------------------------------------------------------------------------------------------- */

static CwValue *array_from (CwCall *call, GError **error) {
  CwDtype dtype;
  CwValue *v = call->args[0];
  CwChunkSpec *chunks = NULL;
  if (!cw_arg_dtype (call, 1, &dtype, error) || !cw_arg_chunks (call, 2, &chunks, error)) return NULL;
  bool copies = call->entry->data == 0;
  if (call->via & CW_IN_DASK_SPACES) {
    if (v->kind == CW_V_LAZY) return dtype == CW_DTYPE_NONE ? v : cw_lazy (cw_array_astype (v->array, dtype, error));
    if (cw_is_sequence (v)) { /* a list of Dask arrays is stacked */
      for (int i = 0; i < cw_items_n (v); i++) {
        if (cw_items_get (v, i)->kind != CW_V_LAZY) continue;
        return cw_entry_call (cw_register_find (CW_IN_DA, "stack"), CW_IN_DA, NULL, 1, &v, NULL, error);
      }
    }
    CwBuffer *b = cw_buffer_from_value (v, dtype, error);
    g_autoptr (CwChunkSpec) whole = cw_chunk_spec_new (-1);
    whole->axes[0].kind = CW_CHUNK_WHOLE;
    return b ? cw_lazy (cw_array_from_buffer (b, chunks ? chunks : whole, NULL, error)) : NULL;
  }
  if (v->kind == CW_V_EAGER && !copies && (dtype == CW_DTYPE_NONE || dtype == v->buffer->dtype)) return v;
  CwBuffer *b = cw_buffer_from_value (v, dtype, error);
  if (!b) return NULL;
  return cw_eager (v->kind == CW_V_EAGER && b == v->buffer ? cw_buffer_cast (b, b->dtype, error) : cw_buffer_ref (b));
}

static CwValue *creation_array (CwCall *call, GError **error) {
  CwValue *v = array_from (call, error);
  int64_t least = 0;
  if (!v || (call->entry->data == 0 && !cw_arg_int (call, 3, &least, error))) return NULL;
  int ndim = v->kind == CW_V_LAZY ? v->array->ndim : v->buffer->ndim;
  if (least <= ndim || least > CW_MAX_NDIM) return v;
  CwIndex items[2 * CW_MAX_NDIM];
  for (int i = 0; i < least; i++) items[i] = (CwIndex){ .kind = i < least - ndim ? CW_INDEX_NEWAXIS : CW_INDEX_SLICE };
  CwArray *a = cw_value_array (call, v, error);
  return a ? cw_answer (call, cw_array_index (a, (int) least, items, error), error) : NULL;
}

static CwValue *creation_from_array (CwCall *call, GError **error) {
  CwChunkSpec *chunks;
  if (call->args[0]->kind == CW_V_LAZY) {
    cw_fail (error, CW_ERROR_VALUE, "Array is already a dask array. Use 'asarray' or 'rechunk' instead.");
    return NULL;
  }
  CwBuffer *b = cw_arg_buffer (call, 0, error);
  if (!b || !cw_arg_chunks (call, 1, &chunks, error)) return NULL;
  return cw_lazy (cw_array_from_buffer (b, chunks, NULL, error));
}

static CwValue *creation_copy (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  if (v->kind == CW_V_LAZY) return cw_lazy (cw_array_ref (v->array));
  CwBuffer *b = cw_arg_buffer (call, 0, error);
  return b ? cw_eager (cw_buffer_cast (b, b->dtype, error)) : NULL;
}

/* ---- grids and diagonals ----------------------------------------------------------------------------------------------------------- */

static CwValue *creation_meshgrid (CwCall *call, GError **error) {
  int n;
  CwArray **in;
  bool sparse;
  const char *indexing;
  for (int i = 0; i < cw_items_n (call->args[0]); i++) call->lazy |= cw_items_get (call->args[0], i)->kind == CW_V_LAZY;
  if (!cw_arg_arrays (call, 0, &n, &in, error) || !cw_arg_bool (call, 1, &sparse, error) || !cw_arg_str (call, 2, &indexing, error)) return NULL;
  if (!g_str_equal (indexing, "xy") && !g_str_equal (indexing, "ij")) {
    cw_fail (error, CW_ERROR_VALUE, "`indexing` must be `'xy'` or `'ij'`");
    return NULL;
  }
  CwArray **out = cw_keep_memory (g_new0 (CwArray *, (gsize) n + 1));
  if (!cw_compose_meshgrid (n, in, sparse, g_str_equal (indexing, "xy"), out, error)) return NULL;
  CwValue *list = cw_list ();
  bool ok = true;
  for (int i = 0; i < n; i++) {
    CwValue *v = ok ? cw_answer (call, out[i], error) : NULL;
    if (!ok) cw_array_unref (out[i]);
    ok &= v != NULL;
    if (v) cw_items_add (list, v);
  }
  return ok ? list : NULL;
}

static CwValue *creation_indices (CwCall *call, GError **error) {
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  CwDtype dtype;
  CwChunkSpec *chunks;
  if (!cw_arg_shape (call, 0, &ndim, shape, error) || !cw_arg_dtype (call, 1, &dtype, error) || !cw_arg_chunks (call, 2, &chunks, error)) return NULL;
  return cw_answer (call, cw_compose_indices (ndim, shape, dtype == CW_DTYPE_NONE ? CW_INT64 : dtype, chunks, error), error);
}

static CwValue *creation_diag (CwCall *call, GError **error) {
  int64_t k;
  if (call->lazy && !cw_value_is_array (call->args[0])) {
    cw_fail (error, CW_ERROR_TYPE, "v must be a dask array or numpy array, got %s", cw_type_name (call->args[0]));
    return NULL;
  }
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_int (call, 1, &k, error)) return NULL;
  if (a->ndim != 1 && a->ndim != 2) {
    cw_fail (error, CW_ERROR_VALUE, "Array must be 1d or 2d only");
    return NULL;
  }
  g_autoptr (CwArray) result = a->ndim == 1 ? cw_compose_diag (a, k, error) : cw_compose_diagonal (a, k, 0, 1, error);
  if (!result || call->args[0]->kind == CW_V_LAZY) return cw_answer (call, g_steal_pointer (&result), error);
  g_autoptr (CwChunkSpec) whole = cw_chunk_spec_new (-1); /* a NumPy array is one block, and so is what comes of it */
  whole->axes[0].kind = CW_CHUNK_WHOLE;
  return cw_answer (call, cw_array_rechunk (result, whole, false, error), error);
}

static CwValue *creation_diagonal (CwCall *call, GError **error) {
  int64_t k;
  int a1, a2;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_int (call, 1, &k, error)) return NULL;
  if (a->ndim < 2) {
    cw_fail (error, CW_ERROR_VALUE, "diag requires an array of at least two dimensions");
    return NULL;
  }
  if (!cw_arg_axis (call, 2, a->ndim, &a1, error) || !cw_arg_axis (call, 3, a->ndim, &a2, error)) return NULL;
  if (a1 == a2) {
    cw_fail (error, CW_ERROR_VALUE, "axis1 and axis2 cannot be the same");
    return NULL;
  }
  g_autoptr (CwArray) diagonal = cw_compose_diagonal (a, k, a1, a2, error);
  if (!diagonal) return NULL;
  if (!call->entry->data) return cw_answer (call, g_steal_pointer (&diagonal), error);
  CwReduceOptions last = CW_REDUCE_OPTIONS_INIT; /* trace */
  last.n_axes  = 1;
  last.axes[0] = diagonal->ndim - 1;
  return cw_arg_dtype (call, 4, &last.dtype, error) ? cw_answer (call, cw_array_reduce (CW_REDUCE_SUM, diagonal, &last, error), error) : NULL;
}

static CwValue *creation_triangle (CwCall *call, GError **error) {
  int64_t k;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_int (call, 1, &k, error)) return NULL;
  return cw_answer (call, cw_compose_triangle (a, k, call->entry->data, error), error);
}

/* tril_indices(n, k, m): the positions, whose number only values tell. */
static CwValue *creation_triangle_indices (CwCall *call, GError **error) {
  int64_t n, k, m;
  if (!cw_arg_int (call, 0, &n, error) || !cw_arg_int (call, 1, &k, error)) return NULL;
  m = n;
  if (!cw_arg_is_none (call, 2) && !cw_arg_int (call, 2, &m, error)) return NULL;
  CwChunkSpec *chunks;
  if (!cw_arg_chunks (call, 3, &chunks, error)) return NULL;
  g_autoptr (CwArray) lower = cw_compose_tri (n, m, call->entry->data ? k - 1 : k, chunks, error);
  if (!lower) return NULL;
  g_autoptr (CwArray) mask = call->entry->data ? cw_compose_unary (CW_UFUNC_logical_not, lower, error) : cw_array_ref (lower);
  CwValue *v = mask ? cw_answer (call, g_steal_pointer (&mask), error) : NULL;
  return v ? cw_entry_call (cw_register_find (call->via, "nonzero"), call->via, NULL, 1, &v, NULL, error) : NULL;
}

/* tril_indices_from(m, k): those of a matrix' shape. */
static CwValue *creation_triangle_indices_of (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a) return NULL;
  if (a->ndim != 2 || cw_array_has_unknown (a)) {
    cw_fail (error, CW_ERROR_VALUE, "input array must be 2-d and of known shape");
    return NULL;
  }
  unsigned via = call->lazy ? CW_IN_DA : CW_IN_NP;
  CwValue *args[4] = { cw_int (a->shape[0]), call->args[1], cw_int (a->shape[1]), cw_tuple () };
  for (int i = 0; i < 2; i++) { /* cut as the matrix is */
    CwValue *lengths = cw_tuple ();
    for (int64_t k = 0; k < a->axes[i]->n; k++) cw_items_add (lengths, cw_int (a->axes[i]->lengths[k]));
    cw_items_add (args[3], lengths);
  }
  bool square = cw_axis_equal (a->axes[0], a->axes[1]);
  const CwEntry *entry = cw_register_find (via, call->entry->data ? "triu_indices" : "tril_indices");
  return cw_entry_call (entry, via, NULL, call->lazy && square ? 4 : 3, args, NULL, error);
}

const CwEntry cw_entries_creation[] = {
  { "zeros", CW_IN_MODULES, "shape, dtype=None, chunks='auto'", creation_constant, "An array of zeros.", 0 },
  { "ones", CW_IN_MODULES, "shape, dtype=None, chunks='auto'", creation_constant, "An array of ones.", 1 },
  { "empty", CW_IN_MODULES, "shape, dtype=None, chunks='auto'", creation_constant, "An array whose values mean nothing yet.", 0 },
  { "full", CW_IN_MODULES, "shape, fill_value, dtype=None, chunks='auto'", creation_constant, "An array of one value.", -1 },
  { "zeros_like", CW_IN_MODULES, "a, dtype=None, chunks=None, shape=None", creation_like, "Zeros in the shape of another array.", 0 },
  { "ones_like", CW_IN_MODULES, "a, dtype=None, chunks=None, shape=None", creation_like, "Ones in the shape of another array.", 1 },
  { "empty_like", CW_IN_MODULES, "a, dtype=None, chunks=None, shape=None", creation_like, "Meaningless values in the shape of another array.", 0 },
  { "full_like", CW_IN_MODULES, "a, fill_value, dtype=None, chunks=None, shape=None", creation_like, "One value in the shape of another array.", -1 },
  { "arange", CW_IN_MODULES, "*args, dtype=None, chunks='auto', step=None", creation_arange, "Numbers from start to before stop: arange(stop) or arange(start, stop, step).", 0 },
  { "linspace", CW_IN_MODULES, "start, stop, num=50, endpoint=True, retstep=False, dtype=None, chunks='auto'", creation_linspace, "num numbers evenly from start to stop.", 0 },
  { "logspace", CW_IN_NP, "start, stop, num=50, base=10.0", creation_logspace, "Numbers evenly on a logarithmic scale.", 0 },
  { "geomspace", CW_IN_NP, "start, stop, num=50", creation_logspace, "Numbers in geometric progression.", 1 },
  { "eye", CW_IN_MODULES, "N, M=None, k=0, dtype=None, chunks='auto'", creation_eye, "Ones on a diagonal.", 0 },
  { "identity", CW_IN_NP, "n, M=None, k=0, dtype=None, chunks='auto'", creation_eye, "The identity matrix.", 0 },
  { "tri", CW_IN_MODULES, "N, M=None, k=0, dtype=None, chunks='auto'", creation_tri, "Ones at and below a diagonal.", 0 },
  { "array", CW_IN_MODULES, "object, dtype=None, chunks='auto', ndmin=0, copy=True", creation_array, "Nested lists or another array as an array.", 0 },
  { "asarray", CW_IN_MODULES, "a, dtype=None, chunks='auto', order=None", creation_array, "Anything as an array, without a copy where it is one.", 1 },
  { "asanyarray", CW_IN_MODULES, "a, dtype=None, chunks='auto', order=None", creation_array, "Anything as an array, without a copy where it is one.", 1 },
  { "ascontiguousarray", CW_IN_NP, "a, dtype=None, chunks='auto'", creation_array, "A copy whose elements stand in order.", 0 },
  { "from_array", CW_IN_DA, "x, chunks='auto', name=None, lock=False, asarray=None", creation_from_array, "A NumPy array cut into chunks as a Dask array.", 0 },
  { "copy", CW_IN_NP | CW_IN_ARRAY, "a", creation_copy, "A copy.", 0 },
  { "meshgrid", CW_IN_MODULES, "*xi, sparse=False, indexing='xy'", creation_meshgrid, "Coordinates of a grid, one array an axis.", 0 },
  { "indices", CW_IN_MODULES, "dimensions, dtype=None, chunks='auto'", creation_indices, "The index of each element along each axis.", 0 },
  { "diag", CW_IN_MODULES, "v, k=0", creation_diag, "A vector as a diagonal matrix, or a matrix's diagonal.", 0 },
  { "diagonal", CW_IN_MODULES | CW_IN_EAGER, "a, offset=0, axis1=0, axis2=1", creation_diagonal, "The diagonal of two axes.", 0 },
  { "trace", CW_IN_ALL, "a, offset=0, axis1=0, axis2=1, dtype=None", creation_diagonal, "The sum along a diagonal.", 1 },
  { "tril", CW_IN_MODULES, "m, k=0", creation_triangle, "The matrix with zeros above a diagonal.", 0 },
  { "triu", CW_IN_MODULES, "m, k=0", creation_triangle, "The matrix with zeros below a diagonal.", 1 },
  { "tril_indices", CW_IN_MODULES, "n, k=0, m=None, chunks='auto'", creation_triangle_indices, "Positions at and below a diagonal.", 0 },
  { "triu_indices", CW_IN_MODULES, "n, k=0, m=None, chunks='auto'", creation_triangle_indices, "Positions at and above a diagonal.", 1 },
  { "tril_indices_from", CW_IN_MODULES, "arr, k=0", creation_triangle_indices_of, "Positions at and below a diagonal of a matrix.", 0 },
  { "triu_indices_from", CW_IN_MODULES, "arr, k=0", creation_triangle_indices_of, "Positions at and above a diagonal of a matrix.", 1 },
  { 0 },
};
