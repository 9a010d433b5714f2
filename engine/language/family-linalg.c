/* family-linalg.c: np.linalg and da.linalg.
 *
 * A decomposition is one task over the whole matrix. np.linalg works on values at once (a Dask array is computed
 * first), da.linalg stays lazy: each part of its answer is an array of its own.
 */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

static CwDtype narrow (CwBuffer *a, CwBuffer *part) {
  bool single = a->dtype == CW_FLOAT32 || a->dtype == CW_COMPLEX64;
  if (!single || cw_dtype_is_integer (part->dtype)) return part->dtype;
  return cw_dtype_is_complex (part->dtype) ? CW_COMPLEX64 : CW_FLOAT32;
}

static CwValue *linalg_eager (CwCall *call, GError **error) {
  CwLinalg op = (CwLinalg) call->entry->data;
  CwBuffer *in[2] = { NULL }, *parts[CW_LINALG_MAX_PARTS] = { NULL };
  bool full = true, vectors = true;
  const CwEntry *lazy = call->args[0]->kind == CW_V_LAZY ? cw_register_find (CW_IN_DA_LINALG, call->entry->name) : NULL;
  if (lazy) return cw_entry_call (lazy, CW_IN_DA_LINALG, NULL, cw_linalg_n_inputs (op), call->args, NULL, error); /* stays lazy, as NumPy hands it to Dask */
  for (int i = 0; i < cw_linalg_n_inputs (op); i++) {
    CwBuffer *b = cw_arg_buffer (call, i, error);
    in[i] = b ? cw_keep_buffer (cw_buffer_contiguous (b, error)) : NULL;
    if (!in[i]) return NULL;
  }
  if (op == CW_LINALG_SVD && (!cw_arg_bool (call, 1, &full, error) || !cw_arg_bool (call, 2, &vectors, error))) return NULL;
  if (!cw_linalg (op, full, in, parts, error)) return NULL;
  CwValue *tuple = cw_tuple ();
  for (int i = 0; i < CW_LINALG_MAX_PARTS; i++) {
    CwBuffer *part = parts[i];
    if (part && i < cw_linalg_n_parts (op)) cw_items_add (tuple, cw_eager_or_scalar (cw_buffer_cast (part, narrow (in[0], part), error)));
    g_clear_pointer (&parts[i], cw_buffer_unref);
  }
  if (!vectors) return cw_items_get (tuple, 1);
  return cw_linalg_n_parts (op) == 1 ? cw_items_get (tuple, 0) : tuple;
}

/* ---- da.linalg: lazy --------------------------------------------------------------------------------------------------------------- */

static bool square_chunks (CwArray *a, const char *what, GError **error) {
  if (a->ndim != 2) return cw_fail (error, CW_ERROR_VALUE, "Dimension must be 2 to perform %s", what);
  for (int64_t i = 0; i < a->axes[0]->n; i++) {
    bool square = a->axes[0]->n == a->axes[1]->n && a->axes[0]->lengths[i] == a->axes[1]->lengths[i] && a->axes[0]->lengths[i] == a->axes[0]->lengths[0];
    if (!square) {
      return cw_fail (error, CW_ERROR_VALUE, "All chunks must be a square matrix to perform %s. Use .rechunk method to change the size of chunks.", what);
    }
  }
  return true;
}

static CwDtype float_dtype (CwArray *a) {
  return cw_dtype_is_float (a->dtype) || cw_dtype_is_complex (a->dtype) ? a->dtype : CW_FLOAT64;
}

static CwValue *linalg_lazy_square (CwCall *call, GError **error) {
  CwLinalg op = (CwLinalg) call->entry->data;
  bool lower = true, two = cw_linalg_n_inputs (op) == 2;
  CwArray *in[2] = { cw_arg_array (call, 0, error), NULL };
  if (!in[0]) return NULL;
  if (two && !(in[1] = cw_arg_array (call, 1, error))) return NULL;
  if ((op == CW_LINALG_TRIANGULAR || op == CW_LINALG_CHOLESKY) && !cw_arg_bool (call, op == CW_LINALG_CHOLESKY ? 1 : 2, &lower, error)) return NULL;
  if (!square_chunks (in[0], op == CW_LINALG_CHOLESKY ? "cholesky decomposition" : "lu decomposition", error)) return NULL;
  CwArray *like = two ? in[1] : in[0];
  CwDtype dtype = two ? cw_dtype_promote (float_dtype (in[0]), float_dtype (in[1])) : float_dtype (in[0]);
  CwValue *tuple = cw_tuple ();
  for (int i = 0; i < cw_linalg_n_parts (op); i++) {
    g_autoptr (CwArray) part = cw_linalg_part (op, i, lower, 0, NULL, two ? 2 : 1, in, dtype, like->ndim, like->shape, error);
    CwValue *v = part ? cw_lazy (cw_array_rechunk_to (part, like->axes, error)) : NULL;
    if (!v) return NULL;
    cw_items_add (tuple, v);
  }
  return cw_linalg_n_parts (op) == 1 ? cw_items_get (tuple, 0) : tuple;
}

static bool cut_along_one (CwArray *a, const char *what, GError **error) {
  if (a->axes[0]->n == 1 || a->axes[1]->n == 1) return true;
  return cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "Array must be chunked in one dimension only. This function (%s) only supports tall-and-skinny or short-and-fat matrices. Consider rechunking: x.rechunk((1000, -1)) cuts rows alone, x.rechunk((-1, 1000)) columns alone.", what);
}

/* qr, tsqr, sfqr, svd: matrices cut along one axis only. */
static CwValue *linalg_lazy_tall (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error);
  CwLinalg op = (CwLinalg) call->entry->data;
  if (!a) return NULL;
  if (a->ndim != 2 || cw_array_has_unknown (a)) {
    cw_fail (error, CW_ERROR_VALUE, "%s needs a matrix of known shape", call->entry->name);
    return NULL;
  }
  bool wants_tall = g_str_equal (call->entry->name, "tsqr"), wants_wide = g_str_equal (call->entry->name, "sfqr");
  bool narrow = a->axes[1]->n == 1 || a->axes[0]->lengths[0] <= a->axes[1]->lengths[0];
  if ((wants_tall && a->axes[1]->n > 1) || (wants_wide && (a->axes[0]->n > 1 || !narrow))) {
    cw_fail (error, CW_ERROR_VALUE, "Input must have the following properties: two dimensions, and one chunk along the %s%s; rechunk first",
             wants_tall ? "columns" : "rows", wants_tall ? "" : ", which is no longer than the first chunk along the columns");
    return NULL;
  }
  if (!cut_along_one (a, call->entry->name, error)) return NULL;
  int64_t m = a->shape[0], n = a->shape[1], k = MIN (m, n), left[2] = { m, k }, right[2] = { k, n }, whole = 1;
  bool tall = a->axes[1]->n == 1;
  int64_t n_rows = tall ? a->axes[0]->n : op == CW_LINALG_SVD ? 1 : 0;
  const int64_t *rows = tall ? a->axes[0]->lengths : op == CW_LINALG_SVD ? &whole : NULL;
  CwDtype dtype = float_dtype (a);
  CwValue *tuple = cw_tuple ();
  const int64_t *shapes[3] = { left, op == CW_LINALG_QR ? right : &k, right };
  for (int i = 0; i < cw_linalg_n_parts (op); i++) {
    bool singular = op == CW_LINALG_SVD && i == 1;
    int ndim = singular ? 1 : 2;
    g_autoptr (CwArray) part = cw_linalg_part (op, i, false, n_rows, rows, 1, &a, singular ? cw_dtype_real (dtype) : dtype, ndim, shapes[i], error);
    CwAxis *axes[2] = { a->axes[0], part ? part->axes[ndim - 1] : NULL };
    CwArray *cut = part && i == 0 ? cw_array_rechunk_to (part, axes, error) : part ? cw_array_ref (part) : NULL;
    CwValue *v = cw_lazy (cut);
    if (!v) return NULL;
    cw_items_add (tuple, v);
  }
  return tuple;
}

static CwValue *linalg_lazy_lstsq (CwCall *call, GError **error) {
  CwArray *in[2] = { cw_arg_array (call, 0, error), NULL };
  in[1] = in[0] ? cw_arg_array (call, 1, error) : NULL;
  if (!in[1]) return NULL;
  if (in[0]->ndim != 2 || cw_array_has_unknown (in[0])) {
    cw_fail (error, CW_ERROR_VALUE, "lstsq needs a matrix of known shape");
    return NULL;
  }
  if (!cut_along_one (in[0], "lstsq", error)) return NULL;
  if (!in[1]->ndim || !cw_axis_equal (in[0]->axes[0], in[1]->axes[0])) {
    cw_fail (error, CW_ERROR_VALUE, "Chunks do not add up to same value: the rows of a and b must be cut alike");
    return NULL;
  }
  int64_t n = in[0]->shape[1], k = MIN (in[0]->shape[0], n), columns = in[1]->ndim > 1 ? in[1]->shape[1] : 1, x_shape[2] = { n, columns };
  const int64_t *shapes[4] = { x_shape, &columns, NULL, &k };
  const int ndims[4] = { in[1]->ndim, 1, 0, 1 };
  CwValue *tuple = cw_tuple ();
  for (int i = 0; i < 4; i++) {
    CwValue *v = cw_lazy (cw_linalg_part (CW_LINALG_LSTSQ, i, false, 0, NULL, 2, in, i == 2 ? CW_INT64 : CW_FLOAT64, ndims[i], shapes[i], error));
    if (!v) return NULL;
    cw_items_add (tuple, v);
  }
  return tuple;
}

/* ---- norm ------------------------------------------------------------------------------------------------------------------------- */

static CwArray *reduced (CwReduction kind, CwArray *a, int n, const int *axes, bool keepdims, GError **error) {
  CwReduceOptions options = CW_REDUCE_OPTIONS_INIT;
  options.n_axes   = n;
  options.keepdims = keepdims;
  for (int i = 0; i < n; i++) options.axes[i] = axes[i];
  return cw_array_reduce (kind, a, &options, error);
}

static CwArray *power_norm (CwArray *size, double p, int n, const int *axes, bool keepdims, GError **error) {
  g_autoptr (CwArray) powers = p == 2 ? cw_compose_unary (CW_UFUNC_square, size, error) : cw_compose_scalar (CW_UFUNC_power, size, cw_scalar_float (p), error);
  g_autoptr (CwArray) sum = powers ? reduced (CW_REDUCE_SUM, powers, n, axes, keepdims, error) : NULL;
  if (!sum) return NULL;
  return p == 2 ? cw_compose_unary (CW_UFUNC_sqrt, sum, error) : cw_compose_scalar (CW_UFUNC_power, sum, cw_scalar_float (1 / p), error);
}

static CwArray *vector_norm (CwArray *size, double p, const int *axis, bool keepdims, GError **error) {
  if (isinf (p)) return reduced (p > 0 ? CW_REDUCE_MAX : CW_REDUCE_MIN, size, 1, axis, keepdims, error);
  if (p == 1) return reduced (CW_REDUCE_SUM, size, 1, axis, keepdims, error);
  if (p == 0) {
    g_autoptr (CwArray) some = cw_compose_scalar (CW_UFUNC_not_equal, size, cw_scalar_int (0), error);
    g_autoptr (CwArray) ones = some ? cw_array_astype (some, size->dtype, error) : NULL;
    return ones ? reduced (CW_REDUCE_SUM, ones, 1, axis, keepdims, error) : NULL;
  }
  return power_norm (size, p, 1, axis, keepdims, error);
}

/* The largest (2), smallest (-2) or summed (nuclear) singular values. */
static CwArray *spectral_norm (CwArray *a, CwReduction kind, const int *axes, bool keepdims, GError **error) {
  int order[2] = { axes[0], axes[1] }, both[2] = { 0, 1 };
  int64_t k = MIN (a->shape[0], a->shape[1]);
  if (a->ndim != 2) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "this norm works on matrices of two dimensions: take x[i], or a norm along an axis, ord=None, 1, 2 or np.inf with axis=");
    return NULL;
  }
  g_autoptr (CwArray) turned = cw_array_transpose (a, order, error);
  g_autoptr (CwArray) s = turned ? cw_linalg_part (CW_LINALG_SVD, 1, false, 0, NULL, 1, &turned, CW_FLOAT64, 1, &k, error) : NULL;
  g_autoptr (CwArray) norm = s ? reduced (kind, s, -1, NULL, false, error) : NULL;
  return norm && keepdims ? cw_array_expand_dims (norm, 2, both, error) : g_steal_pointer (&norm);
}

static CwArray *matrix_norm (CwArray *a, CwArray *size, double p, const int *axes, bool keepdims, GError **error) {
  bool over_rows = fabs (p) == 1;
  if (fabs (p) == 2) return spectral_norm (a, p > 0 ? CW_REDUCE_MAX : CW_REDUCE_MIN, axes, keepdims, error);
  if (!over_rows && !isinf (p)) {
    cw_fail (error, CW_ERROR_VALUE, "Invalid norm order for matrices.");
    return NULL;
  }
  g_autoptr (CwArray) sums = reduced (CW_REDUCE_SUM, size, 1, &axes[over_rows ? 0 : 1], true, error);
  g_autoptr (CwArray) norm = sums ? reduced (p > 0 ? CW_REDUCE_MAX : CW_REDUCE_MIN, sums, 1, &axes[over_rows ? 1 : 0], true, error) : NULL;
  if (!norm || keepdims) return g_steal_pointer (&norm);
  return cw_array_squeeze (norm, 2, axes, error);
}

static CwValue *linalg_norm (CwCall *call, GError **error) {
  int n, axes[CW_MAX_NDIM];
  bool keepdims;
  CwArray *a = cw_arg_array (call, 0, error);
  CwScalar s = cw_scalar_float (2);
  if (!a || !cw_arg_axes (call, 2, a->ndim, &n, axes, error) || !cw_arg_bool (call, 3, &keepdims, error)) return NULL;
  CwArray *f = cw_keep_array (cw_array_astype (a, cw_dtype_promote (a->dtype, CW_FLOAT32) == CW_FLOAT32 ? (call->lazy ? CW_FLOAT64 : a->dtype) : cw_dtype_promote (a->dtype, CW_FLOAT64), error));
  CwArray *size = f ? cw_keep_array (cw_compose_unary (CW_UFUNC_absolute, f, error)) : NULL;
  if (!size) return NULL;
  CwValue *order = call->args[1];
  bool all = n < 0;
  for (int i = 0; all && i < a->ndim; i++) axes[i] = i;
  if (all) n = a->ndim;
  CwArray *result = NULL;
  bool named = order->kind == CW_V_STR, frobenius = named && g_str_equal (order->s, "fro"), nuclear = named && g_str_equal (order->s, "nuc");
  if (named && !frobenius && !nuclear) cw_fail (error, CW_ERROR_VALUE, "Invalid norm order '%s'", order->s);
  else if ((frobenius || nuclear) && n != 2) cw_fail (error, CW_ERROR_VALUE, "Invalid norm order for vectors.");
  else if (n > 2 && call->lazy) cw_fail (error, CW_ERROR_VALUE, "Improper number of dimensions to norm: it takes one or two axes, and axis= names them");
  else if (order->kind == CW_V_NONE || frobenius) result = power_norm (size, 2, n, axes, keepdims, error);
  else if (nuclear) result = spectral_norm (f, CW_REDUCE_SUM, axes, keepdims, error);
  else if (!cw_value_scalar (order, &s)) cw_fail (error, CW_ERROR_VALUE, "Invalid norm order");
  else if (n == 1) result = vector_norm (size, cw_scalar_to_double (s), axes, keepdims, error);
  else if (n == 2) result = matrix_norm (f, size, cw_scalar_to_double (s), axes, keepdims, error);
  else cw_fail (error, CW_ERROR_VALUE, "Improper number of dimensions to norm.");
  return cw_answer (call, result, error);
}

static CwValue *linalg_matrix_power (CwCall *call, GError **error) {
  int64_t n;
  CwValue *base = call->args[0], *result = NULL;
  if (!cw_arg_int (call, 1, &n, error)) return NULL;
  if (n < 0) base = cw_entry_call (cw_register_find (CW_IN_NP_LINALG, "inv"), CW_IN_NP_LINALG, NULL, 1, &base, NULL, error);
  for (int64_t i = 0; base && i < (n < 0 ? -n : n); i++) {
    result = result ? cw_binary (CW_OP_MATMUL, result, base, error) : base;
    if (!result) return NULL;
  }
  if (n) return result;
  CwBuffer *b = cw_arg_buffer (call, 0, error);
  CwValue *rows = b && b->ndim ? cw_int (b->shape[0]) : NULL;
  return rows ? cw_entry_call (cw_register_find (CW_IN_NP, "eye"), CW_IN_NP, NULL, 1, &rows, NULL, error) : NULL;
}

const CwEntry cw_entries_linalg[] = {
  { "eig", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues and eigenvectors; a Dask array is computed.", CW_LINALG_EIG },
  { "eigvals", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues.", CW_LINALG_EIGVALS },
  { "eigh", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues and eigenvectors of a symmetric matrix.", CW_LINALG_EIGH },
  { "eigvalsh", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues of a symmetric matrix.", CW_LINALG_EIGVALSH },
  { "inv", CW_IN_NP_LINALG, "a", linalg_eager, "The inverse matrix.", CW_LINALG_INV },
  { "pinv", CW_IN_NP_LINALG, "a", linalg_eager, "The pseudo-inverse.", CW_LINALG_PINV },
  { "det", CW_IN_NP_LINALG, "a", linalg_eager, "The determinant.", CW_LINALG_DET },
  { "slogdet", CW_IN_NP_LINALG, "a", linalg_eager, "Sign and logarithm of the determinant.", CW_LINALG_SLOGDET },
  { "solve", CW_IN_NP_LINALG, "a, b", linalg_eager, "x of a @ x = b.", CW_LINALG_SOLVE },
  { "svd", CW_IN_NP_LINALG, "a, full_matrices=True, compute_uv=True", linalg_eager, "Singular values and vectors.", CW_LINALG_SVD },
  { "qr", CW_IN_NP_LINALG, "a", linalg_eager, "An orthogonal and an upper triangular factor.", CW_LINALG_QR },
  { "cholesky", CW_IN_NP_LINALG, "a", linalg_eager, "The lower triangular factor of a positive definite matrix.", CW_LINALG_CHOLESKY },
  { "lstsq", CW_IN_NP_LINALG, "a, b, rcond=None", linalg_eager, "The least squares solution.", CW_LINALG_LSTSQ },
  { "matrix_rank", CW_IN_NP_LINALG, "A", linalg_eager, "The rank.", CW_LINALG_RANK },
  { "cond", CW_IN_NP_LINALG, "x", linalg_eager, "The condition number.", CW_LINALG_COND },
  { "matrix_power", CW_IN_NP_LINALG, "a, n", linalg_matrix_power, "The matrix times itself, n times.", 0 },
  { "norm", CW_IN_LINALG, "x, ord=None, axis=None, keepdims=False", linalg_norm, "The length of vectors, the size of matrices.", 0 },
  { "inv", CW_IN_DA_LINALG, "a", linalg_lazy_square, "The inverse matrix.", CW_LINALG_INV },
  { "solve", CW_IN_DA_LINALG, "a, b, sym_pos=False", linalg_lazy_square, "x of a @ x = b.", CW_LINALG_SOLVE },
  { "solve_triangular", CW_IN_DA_LINALG, "a, b, lower=False", linalg_lazy_square, "x of a @ x = b for a triangular matrix.", CW_LINALG_TRIANGULAR },
  { "cholesky", CW_IN_DA_LINALG, "a, lower=False", linalg_lazy_square, "The triangular factor of a positive definite matrix.", CW_LINALG_CHOLESKY },
  { "lu", CW_IN_DA_LINALG, "a", linalg_lazy_square, "Permutation, lower and upper triangular factors.", CW_LINALG_LU },
  { "qr", CW_IN_DA_LINALG, "a", linalg_lazy_tall, "An orthogonal and an upper triangular factor.", CW_LINALG_QR },
  { "tsqr", CW_IN_DA_LINALG, "a, compute_svd=False", linalg_lazy_tall, "qr of a tall matrix.", CW_LINALG_QR },
  { "sfqr", CW_IN_DA_LINALG, "a", linalg_lazy_tall, "qr of a wide matrix.", CW_LINALG_QR },
  { "svd", CW_IN_DA_LINALG, "a, coerce_signs=True", linalg_lazy_tall, "Singular values and vectors.", CW_LINALG_SVD },
  { "lstsq", CW_IN_DA_LINALG, "a, b", linalg_lazy_lstsq, "The least squares solution.", 0 },
  { 0 },
};
