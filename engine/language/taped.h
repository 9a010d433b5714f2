/* taped.h: the engine's functions as the notebook language calls them: each cw_taped_... does what its namesake of the engine does, and
 * notes it where a tape runs (tape.h). */
#pragma once

#include "engine/array/compose.h"
#include "engine/files/files.h"
#include "engine/language/eager-index.h"
#include "engine/language/fourier.h"
#include "engine/language/linalg.h"
#include "engine/run/run.h"

G_BEGIN_DECLS

CwArray *cw_taped_array_full (const char *name, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, CwScalar value, GError **error);
CwArray *cw_taped_array_arange (CwScalar start, CwScalar stop, CwScalar step, const CwChunkSpec *chunks, CwDtype dtype, GError **error);
CwArray *cw_taped_array_linspace (double start, double stop, int64_t num, bool endpoint, const CwChunkSpec *chunks, CwDtype dtype, GError **error);
CwArray *cw_taped_array_eye (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, CwDtype dtype, GError **error);
CwArray *cw_taped_array_from_buffer (CwBuffer *buffer, const CwChunkSpec *chunks, const char *name, GError **error);
CwArray *cw_taped_array_random (CwRandomState *state, CwRandomKind kind, const double *p, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, GError **error);
CwArray *cw_taped_array_random_of (CwRandomState *state, CwRandomKind kind, int n, CwArray **params, int ndim, const int64_t *shape, const CwChunkSpec *chunks, GError **error);
CwArray *cw_taped_array_randint (CwRandomState *state, int64_t low, int64_t high, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, GError **error);
CwArray *cw_taped_array_ufunc (CwUfunc ufunc, int n, const CwOperand *in, CwDtype dtype, GError **error);
CwArray *cw_taped_array_astype (CwArray *a, CwDtype dtype, GError **error);
CwArray *cw_taped_array_reduce (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error);
CwArray *cw_taped_array_cumulate (CwArray *a, bool product, bool skip_nan, int axis, CwDtype dtype, GError **error);
CwArray *cw_taped_array_index (CwArray *a, int n, const CwIndex *items, GError **error);
CwArray *cw_taped_array_take (CwArray *a, CwBuffer *indices, int axis, GError **error);
CwArray *cw_taped_array_blocks (CwArray *a, int n, const CwIndex *items, GError **error);
CwArray *cw_taped_array_set_item (CwArray *a, int n, const CwIndex *items, CwOperand value, GError **error);
CwArray *cw_taped_array_transpose (CwArray *a, const int *axes, GError **error);
CwArray *cw_taped_array_reshape (CwArray *a, int ndim, const int64_t *shape, GError **error);
CwArray *cw_taped_array_reshape_unmerged (CwArray *a, int ndim, const int64_t *shape, GError **error);
CwArray *cw_taped_array_reshape_shuffled (CwArray *a, int ndim, const int64_t *shape, GError **error);
CwArray *cw_taped_array_rechunk (CwArray *a, const CwChunkSpec *chunks, bool balance, GError **error);
CwArray *cw_taped_array_rechunk_to (CwArray *a, CwAxis *const *axes, GError **error);
CwArray *cw_taped_array_concatenate (int n, CwArray **arrays, int axis, GError **error);
CwArray *cw_taped_array_stack (int n, CwArray **arrays, int axis, GError **error);
CwArray *cw_taped_array_broadcast_to (CwArray *a, int ndim, const int64_t *shape, const CwChunkSpec *chunks, GError **error);
CwArray *cw_taped_array_expand_dims (CwArray *a, int n, const int *positions, GError **error);
CwArray *cw_taped_array_squeeze (CwArray *a, int n_axes, const int *axes, GError **error);
CwArray *cw_taped_array_flip (CwArray *a, int n_axes, const int *axes, GError **error);
CwArray *cw_taped_array_tensordot (CwArray *a, CwArray *b, int n, const int *axes_a, const int *axes_b, GError **error);
CwArray *cw_taped_array_dot (CwArray *a, CwArray *b, GError **error);
CwArray *cw_taped_array_matmul (CwArray *a, CwArray *b, GError **error);
CwArray *cw_taped_array_histogram (CwArray *a, CwBuffer *edges, CwArray *weights, bool density, GError **error);
CwArray *cw_taped_array_with_known_chunks (CwArray *a, CwAxis *const *axes, GError **error);
CwArray *cw_taped_array_astype_text (CwArray *a, CwDtype dtype, GError **error);
CwArray *cw_taped_compose_unary (CwUfunc ufunc, CwArray *a, GError **error);
CwArray *cw_taped_compose_binary (CwUfunc ufunc, CwArray *a, CwArray *b, GError **error);
CwArray *cw_taped_compose_scalar (CwUfunc ufunc, CwArray *a, CwScalar s, GError **error);
CwArray *cw_taped_compose_where (CwArray *condition, CwArray *a, CwScalar otherwise, GError **error);
CwArray *cw_taped_compose_isclose (CwArray *a, CwArray *b, double rtol, double atol, bool equal_nan, GError **error);
CwArray *cw_taped_compose_outer (CwArray *a, CwArray *b, GError **error);
CwArray *cw_taped_compose_indices (int ndim, const int64_t *shape, CwDtype dtype, const CwChunkSpec *chunks, GError **error);
CwArray *cw_taped_compose_tri (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, GError **error);
CwArray *cw_taped_compose_triangle (CwArray *a, int64_t k, bool upper, GError **error);
CwArray *cw_taped_compose_diag (CwArray *v, int64_t k, GError **error);
CwArray *cw_taped_compose_diagonal (CwArray *a, int64_t k, int axis1, int axis2, GError **error);
CwArray *cw_taped_compose_rot90 (CwArray *a, int turns, int axis1, int axis2, GError **error);
CwArray *cw_taped_compose_slice (CwArray *a, int axis, int64_t start, int64_t stop, GError **error);
CwArray *cw_taped_compose_roll (CwArray *a, int n, const int64_t *shifts, const int *axes, GError **error);
CwArray *cw_taped_compose_diff (CwArray *a, int n, int axis, GError **error);
CwArray *cw_taped_compose_tile (CwArray *a, int n, const int64_t *reps, GError **error);
CwArray *cw_taped_compose_repeat (CwArray *a, int64_t times, int axis, GError **error);
CwArray *cw_taped_compose_pad (CwArray *a, CwPadMode mode, const int64_t *before, const int64_t *after, const CwScalar *values, const int64_t *over, GError **error);
CwArray *cw_taped_compose_insert (CwArray *a, int n, const int64_t *at, CwArray *values, int axis, GError **error);
CwArray *cw_taped_compose_delete (CwArray *a, int64_t n, const int64_t *at, int axis, GError **error);
CwArray *cw_taped_compose_windows (CwArray *a, int n, const int64_t *widths, const int *axes, GError **error);
CwArray *cw_taped_compose_shuffle (CwArray *a, CwBuffer *order, int axis, GError **error);
CwArray *cw_taped_compose_einsum (const char *subscripts, int n, CwArray **in, CwDtype dtype, GError **error);
CwArray *cw_taped_compose_sort (CwArray *a, int axis, bool positions, GError **error);
CwArray *cw_taped_compose_topk (CwArray *a, int64_t k, int axis, bool positions, GError **error);
CwArray *cw_taped_compose_complex_arg (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error);
CwArray *cw_taped_compose_unique (CwArray *a, CwUniquePart part, GError **error);
CwArray *cw_taped_compose_searchsorted (CwArray *a, CwArray *v, bool right, GError **error);
CwArray *cw_taped_compose_bincount (CwArray *a, CwArray *weights, int64_t least, GError **error);
CwArray *cw_taped_compose_isin (CwArray *a, CwArray *among, bool invert, GError **error);
CwArray *cw_taped_compose_argwhere (CwArray *a, GError **error);
CwArray *cw_taped_compose_percentile (CwArray *a, CwBuffer *q, int axis, const char *method, bool skip_nan, GError **error);
CwArray *cw_taped_compose_median (CwArray *a, int n, const int *axes, bool keepdims, bool skip_nan, GError **error);
CwArray *cw_taped_compose_cov (CwArray *m, double ddof, bool correlate, GError **error);
CwArray *cw_taped_compose_gradient (CwArray *a, int axis, double spacing, CwBuffer *positions, int edge_order, GError **error);
CwArray *cw_taped_compose_histogramdd (CwArray *sample, int d, CwBuffer **edges, CwArray *weights, bool density, GError **error);
bool cw_taped_arrays_unify (int n, CwArray **arrays, GError **error);
CwArray *cw_taped_array_text_operation (CwUfunc ufunc, int n, CwArray *const *operands, GError **error);
CwArray *cw_taped_array_blockwise (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs, CwArray **inputs,
                                   const int (*follow)[CW_MAX_NDIM], CwDtype dtype, int ndim, CwAxis *const *axes);
CwArray *cw_taped_array_placeholder (CwDtype dtype, int ndim, const int64_t *shape);
CwArray *cw_taped_array_of_templates (const char *name, int n_templates, const CwTemplate *templates, int n_inputs, CwArray **inputs,
                                      const int (*follow)[CW_MAX_NDIM], int ndim, CwAxis *const *axes);
CwArray *cw_taped_array_along_axis (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, CwArray *a, int axis, int64_t length,
                                    CwDtype dtype);
CwArray *cw_taped_array_whole (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs, CwArray **inputs, CwDtype dtype,
                               int ndim, const int64_t *shape, GError **error);
bool cw_taped_compose_meshgrid (int n, CwArray **in, bool sparse, bool xy, CwArray **out, GError **error);

CwBuffer *cw_taped_compute (CwArray *a, GError **error);
CwBuffer *cw_taped_random_permutation (CwRandomState *state, int64_t n, GError **error);
CwBuffer *cw_taped_buffer_index (CwBuffer *b, int n, const CwIndex *items, GError **error);
bool      cw_taped_buffer_assign (CwBuffer *b, int n, const CwIndex *items, CwBuffer *value, GError **error);
CwBuffer *cw_taped_buffer_broadcast (CwBuffer *b, int ndim, const int64_t *shape, GError **error);
bool      cw_taped_buffer_nonzero (CwBuffer *mask, CwBuffer **out, GError **error);
CwBuffer *cw_taped_buffer_cast (CwBuffer *b, CwDtype dtype, GError **error);
CwBuffer *cw_taped_buffer_contiguous (CwBuffer *b, GError **error);
CwBuffer *cw_taped_buffer_reshape (CwBuffer *b, int ndim, const int64_t *shape, GError **error);
CwBuffer *cw_taped_buffer_view (CwBuffer *base, CwDtype dtype, int ndim, const int64_t *shape, const int64_t *strides, char *data);
CwBuffer *cw_taped_buffer_from_scalar (CwScalar s);
CwBuffer *cw_taped_npy_load (const char *path, GError **error);
CwBuffer *cw_taped_npy_map (const char *path, bool writable, GError **error);
bool      cw_taped_npy_save (const char *path, CwBuffer *b, GError **error);
CwArray  *cw_taped_npy_stack_read (const char *folder, GError **error);
CwBuffer *cw_taped_image_load (const char *path, GError **error);
CwArray  *cw_taped_image_stack (const char *pattern, GError **error);
CwArray  *cw_taped_npy_stack_write (const char *folder, CwArray *a, int axis, GError **error);
CwBuffer *cw_taped_npy_create (const char *path, CwDtype dtype, bool fortran, int ndim, const int64_t *shape, GError **error);
CwBuffer *cw_taped_file_map (const char *path, bool writable, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error);
CwBuffer *cw_taped_file_create (const char *path, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error);
CwArray  *cw_taped_array_store (CwArray *a, CwBuffer *target, GError **error);
CwArray  *cw_taped_array_fourier (const char *name, CwFourier kind, CwArray *a, int axis, int64_t n, double scale);
bool      cw_taped_linalg (CwLinalg op, bool flag, CwBuffer *const *in, CwBuffer **parts, GError **error);
CwArray  *cw_taped_linalg_part (CwLinalg op, int part, bool flag, int64_t n_rows, const int64_t *rows, int n, CwArray **in, CwDtype dtype, int ndim,
                                const int64_t *shape, GError **error);

G_END_DECLS
