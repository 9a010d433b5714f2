/* compose.h: operations that are made of others.
 *
 * Nothing here knows blocks or kernels: each function builds a small graph of the operations in array.h. What needs all values
 * of an axis at once (sorting, searching) is one whole-array task.
 */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* ---- elementwise -------------------------------------------------------------------------- */

CwArray *cw_compose_unary (CwUfunc ufunc, CwArray *a, GError **error);
CwArray *cw_compose_binary (CwUfunc ufunc, CwArray *a, CwArray *b, GError **error);
CwArray *cw_compose_scalar (CwUfunc ufunc, CwArray *a, CwScalar s, GError **error); /* a (op) s */
CwArray *cw_compose_where (CwArray *condition, CwArray *a, CwScalar otherwise, GError **error);
/* |a - b| <= atol + rtol |b|, or equal; NaNs are equal where @equal_nan. */
CwArray *cw_compose_isclose (CwArray *a, CwArray *b, double rtol, double atol, bool equal_nan, GError **error);

/* ---- grids and diagonals ------------------------------------------------------------------ */

CwArray *cw_compose_outer (CwArray *a, CwArray *b, GError **error);
/* numpy.meshgrid; @xy exchanges the first two axes. Fills @out[n] with new references. */
bool     cw_compose_meshgrid (int n, CwArray **in, bool sparse, bool xy, CwArray **out, GError **error);
CwArray *cw_compose_indices (int ndim, const int64_t *shape, CwDtype dtype, const CwChunkSpec *chunks, GError **error);
/* A bool @n x @m matrix, true at and below diagonal @k. @chunks holds for both axes. */
CwArray *cw_compose_tri (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, GError **error);
/* numpy.tril, or triu where @upper. */
CwArray *cw_compose_triangle (CwArray *a, int64_t k, bool upper, GError **error);
CwArray *cw_compose_diag (CwArray *v, int64_t k, GError **error); /* 1-d to a matrix */
/* The diagonal of two axes as the last axis. */
CwArray *cw_compose_diagonal (CwArray *a, int64_t k, int axis1, int axis2, GError **error);
CwArray *cw_compose_rot90 (CwArray *a, int turns, int axis1, int axis2, GError **error);

/* ---- moving and repeating ----------------------------------------------------------------- */

CwArray *cw_compose_slice (CwArray *a, int axis, int64_t start, int64_t stop, GError **error);
CwArray *cw_compose_roll (CwArray *a, int n, const int64_t *shifts, const int *axes, GError **error);
CwArray *cw_compose_diff (CwArray *a, int n, int axis, GError **error);
CwArray *cw_compose_tile (CwArray *a, int n, const int64_t *reps, GError **error);
CwArray *cw_compose_repeat (CwArray *a, int64_t times, int axis, GError **error);

typedef enum {
  CW_PAD_CONSTANT, CW_PAD_EDGE, CW_PAD_LINEAR_RAMP, CW_PAD_MAXIMUM, CW_PAD_MEAN, CW_PAD_MINIMUM, CW_PAD_REFLECT, CW_PAD_SYMMETRIC,
  CW_PAD_WRAP, CW_PAD_EMPTY, CW_PAD_MEDIAN, CW_N_PAD_MODES,
} CwPadMode;

/* numpy.pad: @before and @after elements an axis; @values: constants or ramp ends, two an axis; @over (NULL: all): how many
 * elements at an end a statistic looks at, two an axis, 0 for all. */
CwArray *cw_compose_pad (CwArray *a, CwPadMode mode, const int64_t *before, const int64_t *after, const CwScalar *values, const int64_t *over,
                         GError **error);
/* Values put in before positions @at (sorted) of @axis; @values broadcasts to one slice a position. */
CwArray *cw_compose_insert (CwArray *a, int n, const int64_t *at, CwArray *values, int axis, GError **error);
/* Without the positions @at (sorted, distinct) of @axis. */
CwArray *cw_compose_delete (CwArray *a, int64_t n, const int64_t *at, int axis, GError **error);
/* The elements of @axis in @order (int64, a permutation of their positions), in the chunks they have: each is gathered in the order in which its elements
 * stand, so that it takes a piece of each of @a's chunks, and then put into its own (as dask.array.random.permutation does). */
CwArray *cw_compose_shuffle (CwArray *a, CwBuffer *order, int axis, GError **error);
/* All windows of @widths along @axes as further axes at the end. */
CwArray *cw_compose_windows (CwArray *a, int n, const int64_t *widths, const int *axes, GError **error);

/* ---- products ----------------------------------------------------------------------------- */

/* numpy.einsum; ValueError where the subscripts do not fit. */
CwArray *cw_compose_einsum (const char *subscripts, int n, CwArray **in, CwDtype dtype, GError **error);

/* ---- order and search: whole-array tasks -------------------------------------------------- */

CwArray *cw_compose_sort (CwArray *a, int axis, bool positions, GError **error); /* argsort where @positions */
/* The @k largest (or -k smallest) along @axis in order, or their positions. */
CwArray *cw_compose_topk (CwArray *a, int64_t k, int axis, bool positions, GError **error);
/* argmin, argmax and their nan forms of complex numbers, which NumPy orders by their real, then their imaginary parts. */
CwArray *cw_compose_complex_arg (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error);
typedef enum { CW_UNIQUE_VALUES, CW_UNIQUE_INDEX, CW_UNIQUE_INVERSE, CW_UNIQUE_COUNTS } CwUniquePart;
CwArray *cw_compose_unique (CwArray *a, CwUniquePart part, GError **error);
/* Where elements of @v go into sorted @a; @right: after equal ones. */
CwArray *cw_compose_searchsorted (CwArray *a, CwArray *v, bool right, GError **error);
CwArray *cw_compose_bincount (CwArray *a, CwArray *weights, int64_t least, GError **error);
CwArray *cw_compose_isin (CwArray *a, CwArray *among, bool invert, GError **error);
/* Positions of nonzero elements: (n, ndim) int64. */
CwArray *cw_compose_argwhere (CwArray *a, GError **error);
/* Percentiles @q (0-100) along @axis, as the first axis of the result; @method as NumPy's. */
CwArray *cw_compose_percentile (CwArray *a, CwBuffer *q, int axis, const char *method, bool skip_nan, GError **error);
/* Median over @axes. */
CwArray *cw_compose_median (CwArray *a, int n, const int *axes, bool keepdims, bool skip_nan, GError **error);

/* ---- statistics --------------------------------------------------------------------------- */

/* numpy.cov of observations in rows; @ddof taken off. @correlate divides by the deviations. */
CwArray *cw_compose_cov (CwArray *m, double ddof, bool correlate, GError **error);
/* Central differences with @spacing (one number, or a buffer of positions). */
CwArray *cw_compose_gradient (CwArray *a, int axis, double spacing, CwBuffer *positions, int edge_order, GError **error);
/* Counts in bins of several dimensions: @sample is (n, d), @edges d buffers. */
CwArray *cw_compose_histogramdd (CwArray *sample, int d, CwBuffer **edges, CwArray *weights, bool density, GError **error);

G_END_DECLS
