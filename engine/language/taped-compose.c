/* taped-compose.c: the functions of compose.h, noted. */
#include "engine/language/taped.h"

#include "engine/language/tape.h"

static void pad_mode (CwPadMode mode) {
  static const char *const names[CW_N_PAD_MODES] = { "CW_PAD_CONSTANT", "CW_PAD_EDGE", "CW_PAD_LINEAR_RAMP", "CW_PAD_MAXIMUM", "CW_PAD_MEAN", "CW_PAD_MINIMUM",
                                                     "CW_PAD_REFLECT", "CW_PAD_SYMMETRIC", "CW_PAD_WRAP", "CW_PAD_EMPTY", "CW_PAD_MEDIAN" };
  cw_tape_code (names[mode]);
}

static void unique_part (CwUniquePart part) {
  static const char *const names[] = { "CW_UNIQUE_VALUES", "CW_UNIQUE_INDEX", "CW_UNIQUE_INVERSE", "CW_UNIQUE_COUNTS" };
  cw_tape_code (names[part]);
}

CwArray *cw_taped_compose_unary (CwUfunc ufunc, CwArray *a, GError **error) {
  CwArray *made = cw_compose_unary (ufunc, a, error);
  if (!cw_tape_begin ("cw_compose_unary")) return made;
  cw_tape_ufunc (ufunc);
  cw_tape_array (a);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_binary (CwUfunc ufunc, CwArray *a, CwArray *b, GError **error) {
  CwArray *made = cw_compose_binary (ufunc, a, b, error);
  if (!cw_tape_begin ("cw_compose_binary")) return made;
  cw_tape_ufunc (ufunc);
  cw_tape_array (a);
  cw_tape_array (b);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_scalar (CwUfunc ufunc, CwArray *a, CwScalar s, GError **error) {
  CwArray *made = cw_compose_scalar (ufunc, a, s, error);
  if (!cw_tape_begin ("cw_compose_scalar")) return made;
  cw_tape_ufunc (ufunc);
  cw_tape_array (a);
  cw_tape_scalar (s);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_where (CwArray *condition, CwArray *a, CwScalar otherwise, GError **error) {
  CwArray *made = cw_compose_where (condition, a, otherwise, error);
  if (!cw_tape_begin ("cw_compose_where")) return made;
  cw_tape_array (condition);
  cw_tape_array (a);
  cw_tape_scalar (otherwise);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_isclose (CwArray *a, CwArray *b, double rtol, double atol, bool equal_nan, GError **error) {
  CwArray *made = cw_compose_isclose (a, b, rtol, atol, equal_nan, error);
  if (!cw_tape_begin ("cw_compose_isclose")) return made;
  cw_tape_array (a);
  cw_tape_array (b);
  cw_tape_double (rtol);
  cw_tape_double (atol);
  cw_tape_bool (equal_nan);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_outer (CwArray *a, CwArray *b, GError **error) {
  CwArray *made = cw_compose_outer (a, b, error);
  if (!cw_tape_begin ("cw_compose_outer")) return made;
  cw_tape_array (a);
  cw_tape_array (b);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_indices (int ndim, const int64_t *shape, CwDtype dtype, const CwChunkSpec *chunks, GError **error) {
  CwArray *made = cw_compose_indices (ndim, shape, dtype, chunks, error);
  if (!cw_tape_begin ("cw_compose_indices")) return made;
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_dtype (dtype);
  cw_tape_chunks (chunks);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_tri (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, GError **error) {
  CwArray *made = cw_compose_tri (n, m, k, chunks, error);
  if (!cw_tape_begin ("cw_compose_tri")) return made;
  cw_tape_int (n);
  cw_tape_int (m);
  cw_tape_int (k);
  cw_tape_chunks (chunks);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_triangle (CwArray *a, int64_t k, bool upper, GError **error) {
  CwArray *made = cw_compose_triangle (a, k, upper, error);
  if (!cw_tape_begin ("cw_compose_triangle")) return made;
  cw_tape_array (a);
  cw_tape_int (k);
  cw_tape_bool (upper);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_diag (CwArray *v, int64_t k, GError **error) {
  CwArray *made = cw_compose_diag (v, k, error);
  if (!cw_tape_begin ("cw_compose_diag")) return made;
  cw_tape_array (v);
  cw_tape_int (k);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_diagonal (CwArray *a, int64_t k, int axis1, int axis2, GError **error) {
  CwArray *made = cw_compose_diagonal (a, k, axis1, axis2, error);
  if (!cw_tape_begin ("cw_compose_diagonal")) return made;
  cw_tape_array (a);
  cw_tape_int (k);
  cw_tape_int (axis1);
  cw_tape_int (axis2);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_rot90 (CwArray *a, int turns, int axis1, int axis2, GError **error) {
  CwArray *made = cw_compose_rot90 (a, turns, axis1, axis2, error);
  if (!cw_tape_begin ("cw_compose_rot90")) return made;
  cw_tape_array (a);
  cw_tape_int (turns);
  cw_tape_int (axis1);
  cw_tape_int (axis2);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_slice (CwArray *a, int axis, int64_t start, int64_t stop, GError **error) {
  CwArray *made = cw_compose_slice (a, axis, start, stop, error);
  if (!cw_tape_begin ("cw_compose_slice")) return made;
  cw_tape_array (a);
  cw_tape_int (axis);
  cw_tape_int (start);
  cw_tape_int (stop);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_roll (CwArray *a, int n, const int64_t *shifts, const int *axes, GError **error) {
  CwArray *made = cw_compose_roll (a, n, shifts, axes, error);
  if (!cw_tape_begin ("cw_compose_roll")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_longs (n, shifts);
  cw_tape_ints (n, axes);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_diff (CwArray *a, int n, int axis, GError **error) {
  CwArray *made = cw_compose_diff (a, n, axis, error);
  if (!cw_tape_begin ("cw_compose_diff")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_tile (CwArray *a, int n, const int64_t *reps, GError **error) {
  CwArray *made = cw_compose_tile (a, n, reps, error);
  if (!cw_tape_begin ("cw_compose_tile")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_longs (n, reps);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_repeat (CwArray *a, int64_t times, int axis, GError **error) {
  CwArray *made = cw_compose_repeat (a, times, axis, error);
  if (!cw_tape_begin ("cw_compose_repeat")) return made;
  cw_tape_array (a);
  cw_tape_int (times);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_pad (CwArray *a, CwPadMode mode, const int64_t *before, const int64_t *after, const CwScalar *values, const int64_t *over, GError **error) {
  CwArray *made = cw_compose_pad (a, mode, before, after, values, over, error);
  if (!cw_tape_begin ("cw_compose_pad")) return made;
  cw_tape_array (a);
  pad_mode (mode);
  cw_tape_longs (a->ndim, before);
  cw_tape_longs (a->ndim, after);
  cw_tape_scalars (2 * a->ndim, values);
  cw_tape_longs (2 * a->ndim, over);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_insert (CwArray *a, int n, const int64_t *at, CwArray *values, int axis, GError **error) {
  CwArray *made = cw_compose_insert (a, n, at, values, axis, error);
  if (!cw_tape_begin ("cw_compose_insert")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_longs (n, at);
  cw_tape_array (values);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_delete (CwArray *a, int64_t n, const int64_t *at, int axis, GError **error) {
  CwArray *made = cw_compose_delete (a, n, at, axis, error);
  if (!cw_tape_begin ("cw_compose_delete")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_longs (n, at);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_windows (CwArray *a, int n, const int64_t *widths, const int *axes, GError **error) {
  CwArray *made = cw_compose_windows (a, n, widths, axes, error);
  if (!cw_tape_begin ("cw_compose_windows")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_longs (n, widths);
  cw_tape_ints (n, axes);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_einsum (const char *subscripts, int n, CwArray **in, CwDtype dtype, GError **error) {
  CwArray *made = cw_compose_einsum (subscripts, n, in, dtype, error);
  if (!cw_tape_begin ("cw_compose_einsum")) return made;
  cw_tape_text_argument (subscripts);
  cw_tape_int (n);
  cw_tape_arrays (n, in);
  cw_tape_dtype (dtype);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_sort (CwArray *a, int axis, bool positions, GError **error) {
  CwArray *made = cw_compose_sort (a, axis, positions, error);
  if (!cw_tape_begin ("cw_compose_sort")) return made;
  cw_tape_array (a);
  cw_tape_int (axis);
  cw_tape_bool (positions);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_topk (CwArray *a, int64_t k, int axis, bool positions, GError **error) {
  CwArray *made = cw_compose_topk (a, k, axis, positions, error);
  if (!cw_tape_begin ("cw_compose_topk")) return made;
  cw_tape_array (a);
  cw_tape_int (k);
  cw_tape_int (axis);
  cw_tape_bool (positions);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_complex_arg (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error) {
  CwArray *made = cw_compose_complex_arg (kind, a, options, error);
  if (!cw_tape_begin ("cw_compose_complex_arg")) return made;
  cw_tape_reduction (kind);
  cw_tape_array (a);
  cw_tape_options (options);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_unique (CwArray *a, CwUniquePart part, GError **error) {
  CwArray *made = cw_compose_unique (a, part, error);
  if (!cw_tape_begin ("cw_compose_unique")) return made;
  cw_tape_array (a);
  unique_part (part);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_searchsorted (CwArray *a, CwArray *v, bool right, GError **error) {
  CwArray *made = cw_compose_searchsorted (a, v, right, error);
  if (!cw_tape_begin ("cw_compose_searchsorted")) return made;
  cw_tape_array (a);
  cw_tape_array (v);
  cw_tape_bool (right);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_bincount (CwArray *a, CwArray *weights, int64_t least, GError **error) {
  CwArray *made = cw_compose_bincount (a, weights, least, error);
  if (!cw_tape_begin ("cw_compose_bincount")) return made;
  cw_tape_array (a);
  cw_tape_array (weights);
  cw_tape_int (least);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_isin (CwArray *a, CwArray *among, bool invert, GError **error) {
  CwArray *made = cw_compose_isin (a, among, invert, error);
  if (!cw_tape_begin ("cw_compose_isin")) return made;
  cw_tape_array (a);
  cw_tape_array (among);
  cw_tape_bool (invert);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_argwhere (CwArray *a, GError **error) {
  CwArray *made = cw_compose_argwhere (a, error);
  if (!cw_tape_begin ("cw_compose_argwhere")) return made;
  cw_tape_array (a);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_percentile (CwArray *a, CwBuffer *q, int axis, const char *method, bool skip_nan, GError **error) {
  CwArray *made = cw_compose_percentile (a, q, axis, method, skip_nan, error);
  if (!cw_tape_begin ("cw_compose_percentile")) return made;
  cw_tape_array (a);
  cw_tape_buffer (q);
  cw_tape_int (axis);
  cw_tape_text_argument (method);
  cw_tape_bool (skip_nan);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_median (CwArray *a, int n, const int *axes, bool keepdims, bool skip_nan, GError **error) {
  CwArray *made = cw_compose_median (a, n, axes, keepdims, skip_nan, error);
  if (!cw_tape_begin ("cw_compose_median")) return made;
  cw_tape_array (a);
  cw_tape_int (n);
  cw_tape_ints (n, axes);
  cw_tape_bool (keepdims);
  cw_tape_bool (skip_nan);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_cov (CwArray *m, double ddof, bool correlate, GError **error) {
  CwArray *made = cw_compose_cov (m, ddof, correlate, error);
  if (!cw_tape_begin ("cw_compose_cov")) return made;
  cw_tape_array (m);
  cw_tape_double (ddof);
  cw_tape_bool (correlate);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_gradient (CwArray *a, int axis, double spacing, CwBuffer *positions, int edge_order, GError **error) {
  CwArray *made = cw_compose_gradient (a, axis, spacing, positions, edge_order, error);
  if (!cw_tape_begin ("cw_compose_gradient")) return made;
  cw_tape_array (a);
  cw_tape_int (axis);
  cw_tape_double (spacing);
  cw_tape_buffer (positions);
  cw_tape_int (edge_order);
  cw_tape_end_array (made, error);
  return made;
}

CwArray *cw_taped_compose_histogramdd (CwArray *sample, int d, CwBuffer **edges, CwArray *weights, bool density, GError **error) {
  CwArray *made = cw_compose_histogramdd (sample, d, edges, weights, density, error);
  if (!cw_tape_begin ("cw_compose_histogramdd")) return made;
  cw_tape_array (sample);
  cw_tape_int (d);
  cw_tape_buffers (d, edges);
  cw_tape_array (weights);
  cw_tape_bool (density);
  cw_tape_end_array (made, error);
  return made;
}

bool cw_taped_compose_meshgrid (int n, CwArray **in, bool sparse, bool xy, CwArray **out, GError **error) {
  bool ok = cw_compose_meshgrid (n, in, sparse, xy, out, error);
  if (!cw_tape_begin ("cw_compose_meshgrid")) return ok;
  cw_tape_int (n);
  cw_tape_arrays (n, in);
  cw_tape_bool (sparse);
  cw_tape_bool (xy);
  cw_tape_end_arrays (ok, n, out, error);
  return ok;
}

CwArray *cw_taped_compose_shuffle (CwArray *a, CwBuffer *order, int axis, GError **error) {
  CwArray *made = cw_compose_shuffle (a, order, axis, error);
  if (!cw_tape_begin ("cw_compose_shuffle")) return made;
  cw_tape_array (a);
  cw_tape_buffer (order);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  return made;
}
