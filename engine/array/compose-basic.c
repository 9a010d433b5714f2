/* compose-basic.c: elementwise helpers, grids, triangles and diagonals. */
#include <string.h>

#include "engine/array/compose.h"

/* ---- elementwise ---------------------------------------------------------------------------------------------- */

CwArray *cw_compose_unary (CwUfunc ufunc, CwArray *a, GError **error) {
  const CwOperand in = { .array = a };
  return cw_array_ufunc (ufunc, 1, &in, CW_DTYPE_NONE, error);
}

CwArray *cw_compose_binary (CwUfunc ufunc, CwArray *a, CwArray *b, GError **error) {
  const CwOperand in[2] = { { .array = a }, { .array = b } };
  return cw_array_ufunc (ufunc, 2, in, CW_DTYPE_NONE, error);
}

CwArray *cw_compose_scalar (CwUfunc ufunc, CwArray *a, CwScalar s, GError **error) {
  const CwOperand in[2] = { { .array = a }, { .scalar = s } };
  return cw_array_ufunc (ufunc, 2, in, CW_DTYPE_NONE, error);
}

CwArray *cw_compose_where (CwArray *condition, CwArray *a, CwScalar otherwise, GError **error) {
  const CwOperand in[3] = { { .array = condition }, { .array = a }, { .scalar = cw_scalar_cast (otherwise, a->dtype) } };
  return cw_array_ufunc (CW_UFUNC_where, 3, in, CW_DTYPE_NONE, error);
}

CwArray *cw_compose_isclose (CwArray *a, CwArray *b, double rtol, double atol, bool equal_nan, GError **error) {
  g_autoptr (CwArray) fa = cw_array_astype (a, cw_dtype_promote (a->dtype, CW_FLOAT64), error);
  g_autoptr (CwArray) fb = fa ? cw_array_astype (b, cw_dtype_promote (b->dtype, CW_FLOAT64), error) : NULL;
  g_autoptr (CwArray) apart = fb ? cw_compose_binary (CW_UFUNC_subtract, fa, fb, error) : NULL;
  g_autoptr (CwArray) distance = apart ? cw_compose_unary (CW_UFUNC_absolute, apart, error) : NULL;
  g_autoptr (CwArray) size = distance ? cw_compose_unary (CW_UFUNC_absolute, fb, error) : NULL;
  g_autoptr (CwArray) scaled = size ? cw_compose_scalar (CW_UFUNC_multiply, size, cw_scalar_float (rtol), error) : NULL;
  g_autoptr (CwArray) limit = scaled ? cw_compose_scalar (CW_UFUNC_add, scaled, cw_scalar_float (atol), error) : NULL;
  g_autoptr (CwArray) near = limit ? cw_compose_binary (CW_UFUNC_less_equal, distance, limit, error) : NULL;
  g_autoptr (CwArray) finite = near ? cw_compose_unary (CW_UFUNC_isfinite, fb, error) : NULL;
  g_autoptr (CwArray) close = finite ? cw_compose_binary (CW_UFUNC_logical_and, near, finite, error) : NULL;
  g_autoptr (CwArray) same = close ? cw_compose_binary (CW_UFUNC_equal, fa, fb, error) : NULL;
  g_autoptr (CwArray) result = same ? cw_compose_binary (CW_UFUNC_logical_or, close, same, error) : NULL;
  if (!result || !equal_nan) return g_steal_pointer (&result);
  g_autoptr (CwArray) nan_a = cw_compose_unary (CW_UFUNC_isnan, fa, error);
  g_autoptr (CwArray) nan_b = nan_a ? cw_compose_unary (CW_UFUNC_isnan, fb, error) : NULL;
  g_autoptr (CwArray) both = nan_b ? cw_compose_binary (CW_UFUNC_logical_and, nan_a, nan_b, error) : NULL;
  return both ? cw_compose_binary (CW_UFUNC_logical_or, result, both, error) : NULL;
}

/* ---- grids -------------------------------------------------------------------------------------------------------- */

/* A 1-d array as axis @at of @ndim axes. */
static CwArray *along (CwArray *a, int at, int ndim, GError **error) {
  int positions[CW_MAX_NDIM] = { 0 }, n = 0;
  for (int i = 0; i < ndim; i++) {
    if (i != at) positions[n++] = i;
  }
  return cw_array_expand_dims (a, n, positions, error);
}

static CwArray *flat (CwArray *a, GError **error) {
  int64_t all = -1;
  return a->ndim == 1 ? cw_array_ref (a) : cw_array_reshape (a, 1, &all, error);
}

CwArray *cw_compose_outer (CwArray *a, CwArray *b, GError **error) {
  g_autoptr (CwArray) fa = flat (a, error);
  g_autoptr (CwArray) fb = fa ? flat (b, error) : NULL;
  g_autoptr (CwArray) column = fb ? along (fa, 0, 2, error) : NULL;
  g_autoptr (CwArray) row = column ? along (fb, 1, 2, error) : NULL;
  return row ? cw_compose_binary (CW_UFUNC_multiply, column, row, error) : NULL;
}

static CwChunkSpec *spec_of_axes (int n, CwArray **in) {
  CwChunkSpec *spec = cw_chunk_spec_new (n);
  for (int i = 0; i < n; i++) {
    spec->axes[i].kind    = CW_CHUNK_LENGTHS;
    spec->axes[i].n       = in[i]->axes[0]->n;
    spec->axes[i].lengths = g_memdup2 (in[i]->axes[0]->lengths, sizeof (int64_t) * (gsize) in[i]->axes[0]->n);
  }
  return spec;
}

static CwArray *grid_part (int n, CwArray **in, int i, bool sparse, bool xy, GError **error) {
  g_autoptr (CwArray) wide = along (in[i], i, n, error);
  g_autoptr (CwChunkSpec) spec = spec_of_axes (n, in);
  g_autoptr (CwArray) full = NULL;
  int64_t shape[CW_MAX_NDIM];
  int order[CW_MAX_NDIM];
  if (!wide) return NULL;
  for (int k = 0; k < n; k++) {
    shape[k] = in[k]->shape[0];
    order[k] = k;
  }
  full = sparse ? cw_array_ref (wide) : cw_array_broadcast_to (wide, n, shape, spec, error);
  if (!full || !xy || n < 2) return g_steal_pointer (&full);
  order[0] = 1;
  order[1] = 0;
  return cw_array_transpose (full, order, error);
}

bool cw_compose_meshgrid (int n, CwArray **in, bool sparse, bool xy, CwArray **out, GError **error) {
  CwArray **lines = g_new0 (CwArray *, (gsize) n + 1);
  bool ok = n <= CW_MAX_NDIM;
  for (int i = 0; i < n && ok; i++) ok = (lines[i] = flat (in[i], error)) != NULL;
  for (int i = 0; i < n && ok; i++) ok = (out[i] = grid_part (n, lines, i, sparse, xy, error)) != NULL;
  for (int i = 0; i < n; i++) {
    g_clear_pointer (&lines[i], cw_array_unref);
    if (!ok) g_clear_pointer (&out[i], cw_array_unref);
  }
  g_free (lines);
  return ok;
}

CwArray *cw_compose_indices (int ndim, const int64_t *shape, CwDtype dtype, const CwChunkSpec *chunks, GError **error) {
  CwAxis *axes[CW_MAX_NDIM] = { NULL };
  CwArray *lines[CW_MAX_NDIM] = { NULL }, *out[CW_MAX_NDIM] = { NULL }, *result = NULL;
  bool ok = ndim < CW_MAX_NDIM && cw_chunks_normalize (chunks, ndim, shape, dtype, NULL, axes, error);
  for (int i = 0; i < ndim && ok; i++) {
    g_autoptr (CwArray) line = cw_array_arange (cw_scalar_int (0), cw_scalar_int (shape[i]), cw_scalar_int (1), NULL, dtype, error);
    ok = line && (lines[i] = cw_array_rechunk_to (line, &axes[i], error));
  }
  if (ok && ndim == 0) {
    int64_t none[1] = { 0 };
    result = cw_array_full ("indices", 1, none, NULL, dtype, cw_scalar_int (0), error);
  } else if (ok && cw_compose_meshgrid (ndim, lines, false, false, out, error)) {
    result = cw_array_stack (ndim, out, 0, error);
  }
  for (int i = 0; i < ndim; i++) {
    g_clear_pointer (&axes[i], cw_axis_unref);
    g_clear_pointer (&lines[i], cw_array_unref);
    g_clear_pointer (&out[i], cw_array_unref);
  }
  return result;
}

/* ---- triangles and diagonals ------------------------------------------------------------------------------------------ */

/* (row + k) (op) column for all rows and columns, cut evenly by @row_chunk and @column_chunk. */
static CwArray *compare_positions (CwUfunc op, int64_t n, int64_t m, int64_t k, int64_t row_chunk, int64_t column_chunk, GError **error) {
  CwScalar one = cw_scalar_int (1);
  g_autoptr (CwChunkSpec) by_row = cw_chunk_spec_new (-1);
  g_autoptr (CwChunkSpec) by_column = cw_chunk_spec_new (-1);
  by_row->axes[0]    = (CwChunkAxis){ .kind = CW_CHUNK_SIZE, .size = MAX (row_chunk, 1) };
  by_column->axes[0] = (CwChunkAxis){ .kind = CW_CHUNK_SIZE, .size = MAX (column_chunk, 1) };
  g_autoptr (CwArray) rows = cw_array_arange (cw_scalar_int (k), cw_scalar_int (k + n), one, by_row, CW_INT64, error);
  g_autoptr (CwArray) columns = rows ? cw_array_arange (cw_scalar_int (0), cw_scalar_int (m), one, by_column, CW_INT64, error) : NULL;
  g_autoptr (CwArray) r = columns ? along (rows, 0, 2, error) : NULL;
  g_autoptr (CwArray) c = r ? along (columns, 1, 2, error) : NULL;
  return c ? cw_compose_binary (op, r, c, error) : NULL;
}

CwArray *cw_compose_tri (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, GError **error) {
  const int64_t shape[2] = { n, m };
  CwAxis *axes[2] = { NULL, NULL };
  if (!cw_chunks_normalize (chunks, 2, shape, CW_FLOAT64, NULL, axes, error)) return NULL;
  int64_t first[2] = { axes[0]->lengths[0], axes[1]->lengths[0] }; /* Dask goes on with the first chunk's length */
  for (int i = 0; i < 2; i++) cw_axis_unref (axes[i]);
  return compare_positions (CW_UFUNC_greater_equal, n, m, k, first[0], first[1], error);
}

CwArray *cw_compose_triangle (CwArray *a, int64_t k, bool upper, GError **error) {
  if (a->ndim < 2) {
    cw_fail (error, CW_ERROR_VALUE, "input must be a matrix: it has %d dimensions", a->ndim);
    return NULL;
  }
  int64_t n = a->shape[a->ndim - 2], m = a->shape[a->ndim - 1];
  if (n == CW_UNKNOWN || m == CW_UNKNOWN) {
    cw_fail (error, CW_ERROR_VALUE, "the matrix has an unknown length: call .compute_chunk_sizes() first");
    return NULL;
  }
  const CwAxis *rows = a->axes[a->ndim - 2], *columns = a->axes[a->ndim - 1];
  g_autoptr (CwArray) mask = compare_positions (CW_UFUNC_greater_equal, n, m, upper ? k - 1 : k, rows->lengths[0], columns->lengths[0], error);
  g_autoptr (CwArray) keep = mask && upper ? cw_compose_unary (CW_UFUNC_logical_not, mask, error) : mask ? cw_array_ref (mask) : NULL;
  return keep ? cw_compose_where (keep, a, cw_scalar_int (0), error) : NULL;
}

CwArray *cw_compose_diag (CwArray *v, int64_t k, GError **error) {
  int64_t n = v->shape[0], before[2] = { MAX (-k, 0), MAX (k, 0) }, after[2] = { MAX (k, 0), MAX (-k, 0) };
  CwScalar zeros[4] = { { 0 } };
  if (n == CW_UNKNOWN) {
    cw_fail (error, CW_ERROR_VALUE, "the vector has an unknown length: call .compute_chunk_sizes() first");
    return NULL;
  }
  for (int i = 0; i < 4; i++) zeros[i] = cw_scalar_int (0);
  g_autoptr (CwArray) placed = along (v, 1, 2, error);
  g_autoptr (CwArray) mask = placed ? compare_positions (CW_UFUNC_equal, n, n, 0, n, n, error) : NULL;
  CwAxis *axes[2] = { v->axes[0], v->axes[0] };
  g_autoptr (CwArray) cut = mask ? cw_array_rechunk_to (mask, axes, error) : NULL;
  g_autoptr (CwArray) square = cut ? cw_compose_where (cut, placed, cw_scalar_int (0), error) : NULL;
  return square && k ? cw_compose_pad (square, CW_PAD_CONSTANT, before, after, zeros, NULL, error) : g_steal_pointer (&square);
}

typedef struct {
  int64_t k;
  int     axis1, axis2;
} Diagonal;

static CwBuffer *read_diagonal (CwBuffer *const *in, int n_in, void *data, GError **error) {
  const Diagonal *d = data;
  CwBuffer *b = in[0];
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM], s1 = b->strides[d->axis1], s2 = b->strides[d->axis2];
  int64_t n = b->shape[d->axis1] - MAX (-d->k, 0), m = b->shape[d->axis2] - MAX (d->k, 0);
  int ndim = 0;
  for (int i = 0; i < b->ndim; i++) {
    if (i == d->axis1 || i == d->axis2) continue;
    shape[ndim]     = b->shape[i];
    strides[ndim++] = b->strides[i];
  }
  shape[ndim]   = MAX (MIN (n, m), 0);
  strides[ndim] = s1 + s2;
  char *start = b->data + (shape[ndim] ? MAX (-d->k, 0) * s1 + MAX (d->k, 0) * s2 : 0);
  g_autoptr (CwBuffer) view = cw_buffer_view (b, b->dtype, ndim + 1, shape, strides, start);
  return cw_buffer_contiguous (view, error);
}

/* Elements @start to @stop of the diagonal, which lie in one block of both axes. */
static CwArray *diagonal_piece (CwArray *a, Diagonal d, int64_t start, int64_t stop, GError **error) {
  int follow[1][CW_MAX_NDIM], ndim = 0;
  CwAxis *axes[CW_MAX_NDIM];
  g_autoptr (CwArray) rows = cw_compose_slice (a, d.axis1, start + MAX (-d.k, 0), stop + MAX (-d.k, 0), error);
  g_autoptr (CwArray) square = rows ? cw_compose_slice (rows, d.axis2, start + MAX (d.k, 0), stop + MAX (d.k, 0), error) : NULL;
  if (!square) return NULL;
  g_autoptr (CwAxis) own = cw_axis_new_uniform (stop - start, MAX (stop - start, 1));
  for (int i = 0; i < a->ndim; i++) {
    bool gone = i == d.axis1 || i == d.axis2;
    follow[0][i] = gone ? -1 : ndim;
    if (!gone) axes[ndim++] = a->axes[i];
  }
  axes[ndim++] = own;
  d.k = 0;
  return cw_array_blockwise ("diagonal", read_diagonal, g_memdup2 (&d, sizeof d), g_free, 1, &square, follow, a->dtype, ndim, axes);
}

/* A block of the result for each block that the diagonal passes through, as Dask cuts it. */
CwArray *cw_compose_diagonal (CwArray *a, int64_t k, int axis1, int axis2, GError **error) {
  if (axis1 > axis2) return cw_compose_diagonal (a, -k, axis2, axis1, error);
  Diagonal d = { k, axis1, axis2 };
  const CwAxis *rows = a->axes[axis1], *columns = a->axes[axis2];
  if (rows->unknown || columns->unknown) {
    cw_fail (error, CW_ERROR_VALUE, "a diagonal needs axes of known length: call .compute_chunk_sizes() first");
    return NULL;
  }
  int64_t row = MAX (-k, 0), column = MAX (k, 0), length = MAX (MIN (rows->total - row, columns->total - column), 0);
  g_autoptr (GPtrArray) pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  for (int64_t at = 0; at < length || !pieces->len;) {
    int64_t stop = length;
    if (length) stop = MIN (rows->offsets[cw_axis_find (rows, row + at) + 1] - row, columns->offsets[cw_axis_find (columns, column + at) + 1] - column);
    CwArray *piece = length ? diagonal_piece (a, d, at, stop, error) : diagonal_piece (a, (Diagonal){ 0, axis1, axis2 }, 0, 0, error);
    if (!piece) return NULL;
    g_ptr_array_add (pieces, piece);
    at = stop;
  }
  CwArray **all = (CwArray **) pieces->pdata;
  return pieces->len == 1 ? cw_array_ref (all[0]) : cw_array_concatenate ((int) pieces->len, all, a->ndim - 2, error);
}

CwArray *cw_compose_rot90 (CwArray *a, int turns, int axis1, int axis2, GError **error) {
  int order[CW_MAX_NDIM], both[2] = { axis1, axis2 };
  for (int i = 0; i < a->ndim; i++) order[i] = i == axis1 ? axis2 : i == axis2 ? axis1 : i;
  if (turns == 0) return cw_array_ref (a);
  if (turns == 2) return cw_array_flip (a, 2, both, error);
  g_autoptr (CwArray) first = turns == 1 ? cw_array_flip (a, 1, &axis2, error) : cw_array_transpose (a, order, error);
  if (!first) return NULL;
  return turns == 1 ? cw_array_transpose (first, order, error) : cw_array_flip (first, 1, &axis2, error);
}
