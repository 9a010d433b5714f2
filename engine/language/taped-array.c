/* taped-array.c: the functions of array.h, noted: each does what its namesake does and, where a tape runs, says so to it. */
#include "engine/language/taped.h"

#include "engine/language/tape.h"

CwArray *cw_taped_array_full (const char *name, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, CwScalar value, GError **error) {
  CwArray *made = cw_array_full (name, ndim, shape, chunks, dtype, value, error);
  if (!cw_tape_begin ("cw_array_full")) return made;
  cw_tape_text_argument (name);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_chunks (chunks);
  cw_tape_dtype (dtype);
  cw_tape_scalar (value);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_arange (CwScalar start, CwScalar stop, CwScalar step, const CwChunkSpec *chunks, CwDtype dtype, GError **error) {
  CwArray *made = cw_array_arange (start, stop, step, chunks, dtype, error);
  if (!cw_tape_begin ("cw_array_arange")) return made;
  cw_tape_scalar (start);
  cw_tape_scalar (stop);
  cw_tape_scalar (step);
  cw_tape_chunks (chunks);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_linspace (double start, double stop, int64_t num, bool endpoint, const CwChunkSpec *chunks, CwDtype dtype, GError **error) {
  CwArray *made = cw_array_linspace (start, stop, num, endpoint, chunks, dtype, error);
  if (!cw_tape_begin ("cw_array_linspace")) return made;
  cw_tape_double (start);
  cw_tape_double (stop);
  cw_tape_int (num);
  cw_tape_bool (endpoint);
  cw_tape_chunks (chunks);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_eye (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, CwDtype dtype, GError **error) {
  CwArray *made = cw_array_eye (n, m, k, chunks, dtype, error);
  if (!cw_tape_begin ("cw_array_eye")) return made;
  cw_tape_int (n);
  cw_tape_int (m);
  cw_tape_int (k);
  cw_tape_chunks (chunks);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_from_buffer (CwBuffer *buffer, const CwChunkSpec *chunks, const char *name, GError **error) {
  CwArray *made = cw_array_from_buffer (buffer, chunks, name, error);
  if (!cw_tape_begin ("cw_array_from_buffer")) return made;
  cw_tape_buffer (buffer);
  cw_tape_chunks (chunks);
  cw_tape_text_argument (name);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_random (CwRandomState *state, CwRandomKind kind, const double *p, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, GError **error) {
  CwRandomState before = *state;
  CwArray *made = cw_array_random (state, kind, p, ndim, shape, chunks, dtype, error);
  if (!cw_tape_begin ("cw_array_random")) return made;
  cw_tape_random (&before);
  cw_tape_random_kind (kind);
  cw_tape_doubles (4, p);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_chunks (chunks);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_random_of (CwRandomState *state, CwRandomKind kind, int n, CwArray **params, int ndim, const int64_t *shape, const CwChunkSpec *chunks, GError **error) {
  CwRandomState before = *state;
  CwArray *made = cw_array_random_of (state, kind, n, params, ndim, shape, chunks, error);
  if (!cw_tape_begin ("cw_array_random_of")) return made;
  cw_tape_random (&before);
  cw_tape_random_kind (kind);
  cw_tape_int (n);
  cw_tape_arrays (n, params);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_chunks (chunks);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_randint (CwRandomState *state, int64_t low, int64_t high, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, GError **error) {
  CwRandomState before = *state;
  CwArray *made = cw_array_randint (state, low, high, ndim, shape, chunks, dtype, error);
  if (!cw_tape_begin ("cw_array_randint")) return made;
  cw_tape_random (&before);
  cw_tape_int (low);
  cw_tape_int (high);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_chunks (chunks);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_ufunc (CwUfunc ufunc, int n, const CwOperand *in, CwDtype dtype, GError **error) {
  CwArray *made = cw_array_ufunc (ufunc, n, in, dtype, error);
  if (!cw_tape_begin ("cw_array_ufunc")) return made;
  cw_tape_ufunc (ufunc);
  cw_tape_int (n);
  cw_tape_operands (n, in);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_astype (CwArray *a, CwDtype dtype, GError **error) {
  CwArray *made = cw_array_astype (a, dtype, error);
  if (!cw_tape_begin ("cw_array_astype")) return made;
  cw_tape_array (a);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_reduce (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error) {
  CwArray *made = cw_array_reduce (kind, a, options, error);
  if (!cw_tape_begin ("cw_array_reduce")) return made;
  cw_tape_reduction (kind);
  cw_tape_array (a);
  cw_tape_options (options);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_cumulate (CwArray *a, bool product, bool skip_nan, int axis, CwDtype dtype, GError **error) {
  CwArray *made = cw_array_cumulate (a, product, skip_nan, axis, dtype, error);
  if (!cw_tape_begin ("cw_array_cumulate")) return made;
  cw_tape_array (a);
  cw_tape_bool (product);
  cw_tape_bool (skip_nan);
  cw_tape_int (axis);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_index (CwArray *a, int n, const CwIndex *items, GError **error) {
  CwArray *made = cw_array_index (a, n, items, error);
  if (!cw_tape_begin ("cw_array_index")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_items (n, items);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_take (CwArray *a, CwBuffer *indices, int axis, GError **error) {
  CwArray *made = cw_array_take (a, indices, axis, error);
  if (!cw_tape_begin ("cw_array_take")) return made;
  cw_tape_array (a);
  cw_tape_buffer (indices);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_blocks (CwArray *a, int n, const CwIndex *items, GError **error) {
  CwArray *made = cw_array_blocks (a, n, items, error);
  if (!cw_tape_begin ("cw_array_blocks")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_items (n, items);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_set_item (CwArray *a, int n, const CwIndex *items, CwOperand value, GError **error) {
  CwArray *made = cw_array_set_item (a, n, items, value, error);
  if (!cw_tape_begin ("cw_array_set_item")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_items (n, items);
  cw_tape_operand (&value);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_transpose (CwArray *a, const int *axes, GError **error) {
  CwArray *made = cw_array_transpose (a, axes, error);
  if (!cw_tape_begin ("cw_array_transpose")) return made;
  cw_tape_array (a);
  cw_tape_ints (a->ndim, axes);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_reshape (CwArray *a, int ndim, const int64_t *shape, GError **error) {
  CwArray *made = cw_array_reshape (a, ndim, shape, error);
  if (!cw_tape_begin ("cw_array_reshape")) return made;
  cw_tape_array (a);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_reshape_unmerged (CwArray *a, int ndim, const int64_t *shape, GError **error) {
  CwArray *made = cw_array_reshape_unmerged (a, ndim, shape, error);
  if (!cw_tape_begin ("cw_array_reshape_unmerged")) return made;
  cw_tape_array (a);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_reshape_shuffled (CwArray *a, int ndim, const int64_t *shape, GError **error) {
  CwArray *made = cw_array_reshape_shuffled (a, ndim, shape, error);
  if (!cw_tape_begin ("cw_array_reshape_shuffled")) return made;
  cw_tape_array (a);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_rechunk (CwArray *a, const CwChunkSpec *chunks, bool balance, GError **error) {
  CwArray *made = cw_array_rechunk (a, chunks, balance, error);
  if (!cw_tape_begin ("cw_array_rechunk")) return made;
  cw_tape_array (a);
  cw_tape_chunks (chunks);
  cw_tape_bool (balance);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_rechunk_to (CwArray *a, CwAxis *const *axes, GError **error) {
  CwArray *made = cw_array_rechunk_to (a, axes, error);
  if (!cw_tape_begin ("cw_array_rechunk_to")) return made;
  cw_tape_array (a);
  cw_tape_axes (a->ndim, axes);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_concatenate (int n, CwArray **arrays, int axis, GError **error) {
  CwArray *made = cw_array_concatenate (n, arrays, axis, error);
  if (!cw_tape_begin ("cw_array_concatenate")) return made;
  cw_tape_int (n);
  cw_tape_arrays (n, arrays);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_stack (int n, CwArray **arrays, int axis, GError **error) {
  CwArray *made = cw_array_stack (n, arrays, axis, error);
  if (!cw_tape_begin ("cw_array_stack")) return made;
  cw_tape_int (n);
  cw_tape_arrays (n, arrays);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_broadcast_to (CwArray *a, int ndim, const int64_t *shape, const CwChunkSpec *chunks, GError **error) {
  CwArray *made = cw_array_broadcast_to (a, ndim, shape, chunks, error);
  if (!cw_tape_begin ("cw_array_broadcast_to")) return made;
  cw_tape_array (a);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_chunks (chunks);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_expand_dims (CwArray *a, int n, const int *positions, GError **error) {
  CwArray *made = cw_array_expand_dims (a, n, positions, error);
  if (!cw_tape_begin ("cw_array_expand_dims")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_ints (n, positions);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_squeeze (CwArray *a, int n_axes, const int *axes, GError **error) {
  CwArray *made = cw_array_squeeze (a, n_axes, axes, error);
  if (!cw_tape_begin ("cw_array_squeeze")) return made;
  cw_tape_array (a);
  cw_tape_int (n_axes);
  cw_tape_ints (n_axes, axes);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_flip (CwArray *a, int n_axes, const int *axes, GError **error) {
  CwArray *made = cw_array_flip (a, n_axes, axes, error);
  if (!cw_tape_begin ("cw_array_flip")) return made;
  cw_tape_array (a);
  cw_tape_int (n_axes);
  cw_tape_ints (n_axes, axes);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_tensordot (CwArray *a, CwArray *b, int n, const int *axes_a, const int *axes_b, GError **error) {
  CwArray *made = cw_array_tensordot (a, b, n, axes_a, axes_b, error);
  if (!cw_tape_begin ("cw_array_tensordot")) return made;
  cw_tape_array (a);
  cw_tape_array (b);
  cw_tape_int (n);
  cw_tape_ints (n, axes_a);
  cw_tape_ints (n, axes_b);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_dot (CwArray *a, CwArray *b, GError **error) {
  CwArray *made = cw_array_dot (a, b, error);
  if (!cw_tape_begin ("cw_array_dot")) return made;
  cw_tape_array (a);
  cw_tape_array (b);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_matmul (CwArray *a, CwArray *b, GError **error) {
  CwArray *made = cw_array_matmul (a, b, error);
  if (!cw_tape_begin ("cw_array_matmul")) return made;
  cw_tape_array (a);
  cw_tape_array (b);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_histogram (CwArray *a, CwBuffer *edges, CwArray *weights, bool density, GError **error) {
  CwArray *made = cw_array_histogram (a, edges, weights, density, error);
  if (!cw_tape_begin ("cw_array_histogram")) return made;
  cw_tape_array (a);
  cw_tape_buffer (edges);
  cw_tape_array (weights);
  cw_tape_bool (density);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_with_known_chunks (CwArray *a, CwAxis *const *axes, GError **error) {
  CwArray *made = cw_array_with_known_chunks (a, axes, error);
  if (!cw_tape_begin ("cw_array_with_known_chunks")) return made;
  cw_tape_array (a);
  cw_tape_axes (a->ndim, axes);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_astype_text (CwArray *a, CwDtype dtype, GError **error) {
  CwArray *made = cw_array_astype_text (a, dtype, error);
  if (!cw_tape_begin ("cw_array_astype_text")) return made;
  cw_tape_array (a);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

bool cw_taped_arrays_unify (int n, CwArray **arrays, GError **error) {
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  for (int i = 0; i < n; i++) g_ptr_array_add (before, cw_array_ref (arrays[i]));
  if (!cw_arrays_unify (n, arrays, error)) return false;
  for (int i = 0; i < n; i++) {
    if (!cw_tape_begin ("cw_array_rechunk_to")) return true;
    cw_tape_array (before->pdata[i]);
    cw_tape_axes (arrays[i]->ndim, arrays[i]->axes);
    cw_tape_end_array (arrays[i], NULL);
  }
  return true;
}

CwArray *cw_taped_array_text_operation (CwUfunc ufunc, int n, CwArray *const *operands, GError **error) {
  CwArray *made = cw_array_text_operation (ufunc, n, operands, error);
  if (!cw_tape_begin ("cw_array_text_operation")) return made;
  cw_tape_ufunc (ufunc);
  cw_tape_int (n);
  cw_tape_arrays (n, operands);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_array_placeholder (CwDtype dtype, int ndim, const int64_t *shape) {
  CwArray *made = cw_array_placeholder (dtype, ndim, shape);
  if (!cw_tape_begin ("cw_array_placeholder")) return made;
  cw_tape_dtype (dtype);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_plain_array (made);
  return made;
}

CwArray *cw_taped_array_of_templates (const char *name, int n_templates, const CwTemplate *templates, int n_inputs, CwArray **inputs,
                                      const int (*follow)[CW_MAX_NDIM], int ndim, CwAxis *const *axes) {
  CwArray *made = cw_array_of_templates (name, n_templates, templates, n_inputs, inputs, follow, ndim, axes);
  if (!cw_tape_begin ("cw_array_of_templates")) return made;
  cw_tape_text_argument (name);
  cw_tape_int (n_templates);
  cw_tape_templates (n_templates, templates);
  cw_tape_int (n_inputs);
  cw_tape_arrays (n_inputs, inputs);
  cw_tape_follow (n_inputs, inputs, follow);
  cw_tape_int (ndim);
  cw_tape_axes (ndim, axes);
  cw_tape_end_plain_array (made);
  return made;
}

/* ---- functions of the notebook language's own: no program can call them ------------------------------------------------------------ */

CwArray *cw_taped_array_blockwise (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs, CwArray **inputs,
                                   const int (*follow)[CW_MAX_NDIM], CwDtype dtype, int ndim, CwAxis *const *axes) {
  CwArray *made = cw_array_blockwise (name, func, data, free_data, n_inputs, inputs, follow, dtype, ndim, axes);
  cw_tape_refuse_array (made, name);
  return made;
}

CwArray *cw_taped_array_along_axis (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, CwArray *a, int axis, int64_t length,
                                    CwDtype dtype) {
  CwArray *made = cw_array_along_axis (name, func, data, free_data, a, axis, length, dtype);
  cw_tape_refuse_array (made, name);
  return made;
}

CwArray *cw_taped_array_whole (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs, CwArray **inputs, CwDtype dtype,
                               int ndim, const int64_t *shape, GError **error) {
  CwArray *made = cw_array_whole (name, func, data, free_data, n_inputs, inputs, dtype, ndim, shape, error);
  cw_tape_refuse_array (made, name);
  return made;
}
