/* arguments.c: arguments as the engine wants them. */
#include <math.h>
#include <string.h>

#include "engine/language/session-private.h"

/* ---- plain values ----------------------------------------------------------------------------------------- */

bool cw_arg_int (CwCall *call, int i, int64_t *out, GError **error) {
  return cw_value_index (call->args[i], out, error);
}

bool cw_arg_double (CwCall *call, int i, double *out, GError **error) {
  CwScalar s;
  CwValue *v = call->args[i];
  if (v->kind == CW_V_EAGER && v->buffer->size == 1) s = cw_buffer_get (v->buffer, 0);
  else if (v->kind == CW_V_LAZY && v->array->ndim == 0) {
    g_autoptr (CwBuffer) b = cw_session_compute_one (v->array, error);
    if (!b) return false;
    s = cw_buffer_get (b, 0);
  } else if (!cw_value_scalar (v, &s)) {
    return cw_fail (error, CW_ERROR_TYPE, "%s() needs a number here, not a value of type '%s'", call->entry->name, cw_type_name (v));
  }
  *out = cw_scalar_to_double (s);
  return true;
}

bool cw_arg_bool (CwCall *call, int i, bool *out, GError **error) {
  return cw_value_truth (call->args[i], out, error);
}

bool cw_arg_str (CwCall *call, int i, const char **out, GError **error) {
  if (call->args[i]->kind != CW_V_STR) {
    return cw_fail (error, CW_ERROR_TYPE, "%s() needs a string here, not a value of type '%s'", call->entry->name, cw_type_name (call->args[i]));
  }
  *out = call->args[i]->s;
  return true;
}

bool cw_arg_dtype (CwCall *call, int i, CwDtype *out, GError **error) {
  *out = CW_DTYPE_NONE;
  return cw_arg_is_none (call, i) || cw_value_dtype (call->args[i], out, error);
}

bool cw_value_shape (CwValue *v, int *ndim, int64_t shape[CW_MAX_NDIM], GError **error) {
  if (v->kind == CW_V_EAGER && v->buffer->ndim == 1) v = cw_to_list (v, error);
  if (!cw_is_sequence (v)) {
    *ndim = 1;
    if (v->kind == CW_V_FLOAT && isnan (v->f)) return cw_fail (error, CW_ERROR_VALUE, "a length cannot be nan");
    return cw_value_index (v, &shape[0], error);
  }
  if (cw_items_n (v) > CW_MAX_NDIM) return cw_fail (error, CW_ERROR_VALUE, "arrays have at most %d dimensions", CW_MAX_NDIM);
  *ndim = cw_items_n (v);
  for (int i = 0; i < *ndim; i++) {
    CwValue *item = cw_items_get (v, i);
    if (item->kind == CW_V_FLOAT && isnan (item->f)) return cw_fail (error, CW_ERROR_VALUE, "a length cannot be nan: call .compute_chunk_sizes() first");
    if (!cw_value_index (item, &shape[i], error)) return false;
  }
  return true;
}

bool cw_arg_shape (CwCall *call, int i, int *ndim, int64_t shape[CW_MAX_NDIM], GError **error) {
  return cw_value_shape (call->args[i], ndim, shape, error);
}

bool cw_arg_axis (CwCall *call, int i, int ndim, int *axis, GError **error) {
  int64_t number;
  return cw_arg_int (call, i, &number, error) && cw_axis_number (number, ndim, axis, error);
}

bool cw_arg_axes (CwCall *call, int i, int ndim, int *n, int axes[CW_MAX_NDIM], GError **error) {
  CwValue *v = call->args[i];
  *n = -1;
  if (cw_arg_is_none (call, i)) return true;
  if (!cw_is_sequence (v)) {
    *n = 1;
    return cw_arg_axis (call, i, ndim, &axes[0], error);
  }
  if (cw_items_n (v) > ndim) return cw_fail (error, CW_ERROR_VALUE, "more axes are named than the %d that the array has", ndim);
  *n = cw_items_n (v);
  for (int k = 0; k < *n; k++) {
    int64_t number;
    if (!cw_value_index (cw_items_get (v, k), &number, error) || !cw_axis_number (number, ndim, &axes[k], error)) return false;
    for (int j = 0; j < k; j++) {
      if (axes[j] == axes[k]) return cw_fail (error, CW_ERROR_VALUE, "duplicate value in 'axis'");
    }
  }
  return true;
}

/* ---- chunks ------------------------------------------------------------------------------------------------- */

static bool chunk_lengths (CwValue *v, CwChunkAxis *axis, GError **error) {
  if (!cw_items_n (v)) {
    return cw_fail (error, CW_ERROR_VALUE, "Empty tuples are not allowed in chunks. Express zero length dimensions with 0(s) in chunks");
  }
  axis->kind    = CW_CHUNK_LENGTHS;
  axis->n       = cw_items_n (v);
  axis->lengths = g_new (int64_t, (gsize) axis->n);
  for (int i = 0; i < axis->n; i++) {
    CwValue *item = cw_items_get (v, i);
    if (item->kind == CW_V_FLOAT && isnan (item->f)) axis->lengths[i] = CW_UNKNOWN;
    else if (item->kind == CW_V_FLOAT && item->f == floor (item->f)) axis->lengths[i] = (int64_t) item->f;
    else if (!cw_value_index (item, &axis->lengths[i], error)) return false;
  }
  return true;
}

static bool chunk_axis (CwValue *v, CwChunkAxis *axis, int64_t *limit, GError **error) {
  int64_t size;
  axis->kind = CW_CHUNK_AUTO;
  if (v->kind == CW_V_NONE) {
    axis->kind = CW_CHUNK_WHOLE;
  } else if (v->kind == CW_V_STR) {
    if (g_str_equal (v->s, "auto")) return true;
    if (!cw_bytes_from_string (v->s, limit)) {
      return cw_fail (error, CW_ERROR_VALUE, "chunks='%s' is neither 'auto' nor a number of bytes such as '64MiB'", v->s);
    }
  } else if (cw_is_sequence (v)) {
    return chunk_lengths (v, axis, error);
  } else {
    if (v->kind == CW_V_FLOAT && v->f == floor (v->f)) size = (int64_t) v->f;
    else if (!cw_value_index (v, &size, error)) {
      g_clear_error (error);
      g_autofree char *text = cw_value_repr (v);
      return cw_fail (error, CW_ERROR_VALUE, "chunks must be ints, tuples of ints, 'auto' or a number of bytes; got %s", text);
    }
    axis->kind = size == -1 ? CW_CHUNK_WHOLE : CW_CHUNK_SIZE;
    axis->size = size;
  }
  return true;
}

static bool chunks_from_dict (CwValue *v, CwChunkSpec **out, GError **error) {
  int64_t most = -1;
  for (guint i = 0; i < v->dict.keys->len; i++) {
    int64_t key;
    if (!cw_value_index (v->dict.keys->pdata[i], &key, error)) return false;
    if (key < 0 || key >= CW_MAX_NDIM) return cw_fail (error, CW_ERROR_VALUE, "chunks={...} names axis %d, which the array does not have", (int) key);
    most = MAX (most, key);
  }
  CwChunkSpec *spec = cw_keep (cw_chunk_spec_new ((int) most + 1), (GDestroyNotify) cw_chunk_spec_free);
  spec->some = true;
  for (int i = 0; i < spec->n; i++) {
    CwValue *axis = cw_dict_get (v, cw_int (i));
    spec->axes[i].kind = CW_CHUNK_KEEP;
    if (axis && !chunk_axis (axis, &spec->axes[i], &spec->limit_bytes, error)) return false;
  }
  *out = spec;
  return true;
}

bool cw_value_chunks (CwValue *v, CwChunkSpec **out, GError **error) {
  if (v->kind == CW_V_DICT) return chunks_from_dict (v, out, error);
  bool each = cw_is_sequence (v);
  if (each && cw_items_n (v) == 0) {
    *out = cw_keep (cw_chunk_spec_new (0), (GDestroyNotify) cw_chunk_spec_free);
    return true;
  }
  CwChunkSpec *spec = cw_keep (cw_chunk_spec_new (each ? cw_items_n (v) : -1), (GDestroyNotify) cw_chunk_spec_free);
  for (int i = 0; i < (each ? spec->n : 1); i++) {
    if (!chunk_axis (each ? cw_items_get (v, i) : v, &spec->axes[i], &spec->limit_bytes, error)) return false;
  }
  *out = spec;
  return true;
}

bool cw_arg_chunks (CwCall *call, int i, CwChunkSpec **out, GError **error) {
  *out = NULL;
  if (!call->given[i]) return true;
  return cw_value_chunks (call->args[i], out, error);
}

/* ---- arrays -------------------------------------------------------------------------------------------------- */

static CwArray *array_of_buffer (CwBuffer *b, GError **error) {
  g_autoptr (CwChunkSpec) whole = cw_chunk_spec_new (-1);
  whole->axes[0].kind = CW_CHUNK_WHOLE;
  return cw_keep_array (cw_array_from_buffer (b, whole, NULL, error));
}

/* Functions that move elements about, or choose and compare them, take text; what calculates does not. */
static bool takes_text (const CwCall *call) {
  static const char *const names[] = { "array", "asarray", "asanyarray", "from_array", "copy", "astype", "where", "concatenate", "stack", "hstack", "vstack", "dstack",
                                       "block", "append", "reshape", "ravel", "flatten", "transpose", "T", "swapaxes", "moveaxis", "flip", "flipud", "fliplr", "squeeze",
                                       "expand_dims", "atleast_1d", "atleast_2d", "rechunk", "broadcast_to", "take", "compress", "roll", "repeat", "tile", "delete",
                                       "compute", "persist", "shape", "ndim", "size", "map_blocks", "to_npy_stack", NULL };
  return !call->entry || g_strv_contains (names, call->entry->name);
}

static bool refuse_text (const CwCall *call, CwDtype dtype, GError **error) {
  if (!cw_dtype_is_text (dtype) || takes_text (call)) return true;
  return cw_fail (error, CW_ERROR_TYPE, "%s() calculates with numbers, and these elements are text (%s): x.astype(float) makes numbers of them", call->entry->name, cw_dtype_name (dtype));
}

CwArray *cw_value_array (CwCall *call, CwValue *v, GError **error) {
  if (v->kind == CW_V_LAZY) {
    call->lazy = true;
    return refuse_text (call, v->array->dtype, error) ? v->array : NULL;
  }
  CwBuffer *b = cw_value_buffer (v, error);
  return b && refuse_text (call, b->dtype, error) ? array_of_buffer (b, error) : NULL;
}

CwArray *cw_value_array_split (CwCall *call, CwValue *v, GError **error) {
  const int64_t small = 8 << 20;
  if (v->kind != CW_V_EAGER || cw_buffer_nbytes (v->buffer) < small || call->lazy) return cw_value_array (call, v, error);
  g_autoptr (CwChunkSpec) parts = cw_chunk_spec_new (-1);
  parts->limit_bytes = MAX (cw_buffer_nbytes (v->buffer) / (2 * cw_session_threads (call->session)), small / 2);
  return cw_keep_array (cw_array_from_buffer (v->buffer, parts, NULL, error));
}

CwArray *cw_arg_array (CwCall *call, int i, GError **error) {
  return cw_value_array (call, call->args[i], error);
}

bool cw_value_operand (CwCall *call, CwValue *v, CwOperand *out, GError **error) {
  out->array = NULL;
  if (cw_value_scalar (v, &out->scalar)) return true;
  out->array = cw_value_array_split (call, v, error);
  return out->array != NULL;
}

CwBuffer *cw_value_buffer (CwValue *v, GError **error) {
  if (v->kind == CW_V_EAGER) return v->buffer;
  if (v->kind == CW_V_LAZY) return cw_keep_buffer (cw_session_compute_one (v->array, error));
  return cw_buffer_from_value (v, CW_DTYPE_NONE, error);
}

CwBuffer *cw_arg_buffer (CwCall *call, int i, GError **error) {
  static const char *const reads[] = { "tolist", "item", "from_array", "repr", NULL };
  CwBuffer *b = cw_value_buffer (call->args[i], error);
  return b && (g_strv_contains (reads, call->entry->name) || refuse_text (call, b->dtype, error)) ? b : NULL;
}

bool cw_arg_arrays (CwCall *call, int i, int *n, CwArray ***out, GError **error) {
  CwValue *v = call->args[i];
  CwValue *list = cw_is_sequence (v) ? v : cw_to_list (v, error);
  if (!list) return false;
  *n   = cw_items_n (list);
  *out = cw_keep_memory (g_new0 (CwArray *, (gsize) *n + 1));
  for (int k = 0; k < *n; k++) { /* one lazy array makes all of them lazy, so look at them all before answering */
    (*out)[k] = cw_value_array (call, cw_items_get (list, k), error);
    if (!(*out)[k]) return false;
  }
  return true;
}

/* ---- nested lists ------------------------------------------------------------------------------------------------ */

typedef struct {
  int     ndim;
  int64_t shape[CW_MAX_NDIM];
  CwDtype dtype;
  bool    text; /* a single text is an element too */
} Nested;

static bool measure_leaf (CwValue *v, Nested *nested, int depth, GError **error) {
  CwScalar s;
  bool text = v->kind == CW_V_STR && (depth > 0 || nested->text);
  if (text) s.dtype = cw_dtype_text ('U', MAX ((int) g_utf8_strlen (v->s, -1), 1));
  else if (!cw_value_scalar (v, &s)) {
    return cw_fail (error, CW_ERROR_TYPE, "a value of type '%s' cannot be an element of an array", cw_type_name (v));
  }
  if (nested->ndim < 0) nested->ndim = depth;
  if (nested->ndim != depth) {
    return cw_fail (error, CW_ERROR_VALUE, "setting an array element with a sequence. The requested array has an inhomogeneous shape: rows of different depth");
  }
  nested->dtype = nested->dtype == CW_DTYPE_NONE ? s.dtype : cw_dtype_promote (nested->dtype, s.dtype);
  return true;
}

static bool measure_nested (CwValue *v, Nested *nested, int depth, GError **error) {
  if (!cw_is_sequence (v) && v->kind != CW_V_RANGE && !cw_value_is_array (v)) return measure_leaf (v, nested, depth, error);
  CwBuffer *inner = cw_value_is_array (v) ? cw_value_buffer (v, error) : NULL;
  if (cw_value_is_array (v) && !inner) return false;
  if (inner && cw_dtype_is_text (inner->dtype)) return measure_leaf (cw_str (""), nested, depth, error); /* lists of text arrays are no arrays here */
  if (inner && inner->ndim == 0) return measure_leaf (cw_scalar_value (cw_buffer_get (inner, 0)), nested, depth, error);
  if (depth >= CW_MAX_NDIM) return cw_fail (error, CW_ERROR_VALUE, "lists are nested too deeply for an array");
  if (nested->ndim >= 0 && nested->ndim <= depth) {
    return cw_fail (error, CW_ERROR_VALUE, "setting an array element with a sequence. The requested array has an inhomogeneous shape: numbers beside sequences");
  }
  CwValue *list = cw_to_list (v, error);
  if (!list) return false;
  int64_t n = cw_items_n (list);
  if (nested->shape[depth] >= 0 && nested->shape[depth] != n) {
    return cw_fail (error, CW_ERROR_VALUE, "setting an array element with a sequence. The requested array has an inhomogeneous shape: rows of %"
                    G_GINT64_FORMAT " and of %" G_GINT64_FORMAT " elements", nested->shape[depth], n);
  }
  nested->shape[depth] = n;
  if (!n && nested->ndim < 0) nested->ndim = depth + 1;
  for (int i = 0; i < n; i++) {
    if (!measure_nested (cw_items_get (list, i), nested, depth + 1, error)) return false;
  }
  return true;
}

static bool fill_nested (CwValue *v, const Nested *nested, int depth, char **to, CwDtype dtype, GError **error) {
  CwScalar s;
  if (depth < nested->ndim) {
    CwValue *list = cw_to_list (v, error);
    if (!list) return false;
    for (int i = 0; i < cw_items_n (list); i++) {
      if (!fill_nested (cw_items_get (list, i), nested, depth + 1, to, dtype, error)) return false;
    }
    return true;
  }
  if (v->kind == CW_V_STR || cw_dtype_is_text (dtype)) { /* a number among texts is text, a text among numbers must spell one */
    g_autofree char *text = cw_value_str (v);
    if (cw_dtype_is_text (dtype)) cw_text_put (dtype, *to, text);
    else if (!cw_text_to_number (text, dtype, &s, error)) return false;
    else cw_scalar_store (s, dtype, *to);
    *to += cw_dtype_size (dtype);
    return true;
  }
  if (!cw_value_scalar (v, &s)) s = cw_buffer_get (cw_value_buffer (v, NULL), 0);
  if (s.weak && cw_dtype_is_integer (dtype) && cw_dtype_is_integer (s.dtype)) {
    CwDtype ignored;
    if (!cw_dtype_promote_scalar (dtype, s, &ignored, error)) return false;
  }
  if (cw_dtype_is_integer (dtype) && cw_dtype_is_float (s.dtype) && isnan (s.f)) {
    return cw_fail (error, CW_ERROR_VALUE, "cannot convert float NaN to integer");
  }
  cw_scalar_store (s, dtype, *to);
  *to += cw_dtype_size (dtype);
  return true;
}

CwBuffer *cw_buffer_from_value (CwValue *v, CwDtype dtype, GError **error) {
  if (cw_value_is_array (v)) {
    CwBuffer *b = cw_value_buffer (v, error);
    if (!b || dtype == CW_DTYPE_NONE || b->dtype == dtype) return b;
    if (cw_dtype_is_text (dtype)) dtype = cw_dtype_text_for (dtype, b->dtype);
    bool text = cw_dtype_is_text (dtype) || cw_dtype_is_text (b->dtype);
    return cw_keep_buffer (text ? cw_buffer_cast_text (b, dtype, error) : cw_buffer_cast (b, dtype, error));
  }
  if (v->kind == CW_V_ITERATOR) v = cw_to_list (v, error);
  Nested nested = { .ndim = -1, .dtype = CW_DTYPE_NONE };
  for (int i = 0; i < CW_MAX_NDIM; i++) nested.shape[i] = -1;
  if (!v || !measure_nested (v, &nested, 0, error)) return NULL;
  if (nested.dtype == CW_DTYPE_NONE) nested.dtype = CW_FLOAT64;
  if (dtype == CW_DTYPE_NONE) dtype = nested.dtype;
  if (cw_dtype_is_text (dtype)) dtype = cw_dtype_text_for (dtype, nested.dtype);
  CwBuffer *b = cw_keep_buffer (cw_buffer_new (dtype, nested.ndim, nested.shape, error));
  if (!b) return NULL;
  char *to = b->data;
  return fill_nested (v, &nested, 0, &to, dtype, error) ? b : NULL;
}

/* ---- answers -------------------------------------------------------------------------------------------------------- */

CwValue *cw_answer (CwCall *call, CwArray *array, GError **error) {
  if (!array) return NULL;
  if (call->lazy) return cw_lazy (array);
  g_autoptr (CwArray) owned = array;
  CwBuffer *b = cw_session_compute_one (array, error);
  if (!b) return NULL;
  CwBuffer *source = cw_array_source_buffer (array);
  if (source && source->storage == b->storage) { /* the operand itself: an eager result is a new array */
    CwBuffer *copy = cw_buffer_cast (b, b->dtype, error);
    cw_buffer_unref (b);
    b = copy;
  }
  return cw_eager_or_scalar (b);
}
