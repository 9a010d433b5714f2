/* family-linalg.c: np.linalg and da.linalg.
 *
 * A decomposition is one task over the whole matrix. np.linalg works on values at once (a Dask array is computed
 * first), da.linalg stays lazy: each part of its answer is an array of its own.
 */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/lapack.h"
#include "engine/language/session-private.h"

enum { LA_EIG, LA_EIGVALS, LA_EIGH, LA_EIGVALSH, LA_INV, LA_DET, LA_SLOGDET, LA_SOLVE, LA_SVD, LA_QR, LA_CHOLESKY, LA_LU, LA_LSTSQ, LA_RANK, LA_PINV,
       LA_TRIANGULAR, LA_COND };

/* What a task computes: a decomposition and which part of its answer. */
typedef struct {
  int      op, part;
  bool     flag;    /* lower triangle, full matrices, signs settled */
  int64_t  n_rows;  /* row blocks of a tall matrix */
  int64_t *rows;
  CwDtype  dtype;   /* of the answer, NONE: as it comes */
} Task;

static void task_free (void *data) {
  Task *t = data;
  g_free (t->rows);
  g_free (t);
}

/* ---- decompositions with parts -------------------------------------------------------------------------------------------- */

/* q r as Dask finds it: each block of rows first, then the stacked r. */
static bool tall_qr (CwBuffer *a, const Task *t, CwBuffer **q, CwBuffer **r, GError **error) {
  if (t->n_rows < 1) return cw_lapack_qr (a, q, r, error);
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_buffer_unref);
  int64_t columns = a->shape[1], stacked = 0, from = 0;
  for (int64_t i = 0; i < t->n_rows; i++) stacked += MIN (t->rows[i], columns);
  int64_t shape[2] = { stacked, columns };
  g_autoptr (CwBuffer) all = cw_buffer_new (cw_dtype_is_complex (a->dtype) ? CW_COMPLEX128 : CW_FLOAT64, 2, shape, error);
  for (int64_t i = 0, at = 0; all && i < t->n_rows; i++) {
    int64_t own[2] = { t->rows[i], columns };
    g_autoptr (CwBuffer) block = cw_buffer_view (a, a->dtype, 2, own, a->strides, a->data + (own[0] ? from * a->strides[0] : 0));
    CwBuffer *bq, *br;
    if (!cw_lapack_qr (block, &bq, &br, error)) return false;
    memcpy (all->data + at * all->strides[0], br->data, (size_t) cw_buffer_nbytes (br));
    at += br->shape[0];
    from += own[0];
    cw_buffer_unref (br);
    g_ptr_array_add (blocks, bq);
  }
  g_autoptr (CwBuffer) second = NULL;
  if (!all || !cw_lapack_qr (all, &second, r, error)) return false;
  int64_t k = second->shape[1], q_shape[2] = { a->shape[0], k }, row = 0, base = 0;
  *q = cw_buffer_new (all->dtype, 2, q_shape, error);
  for (guint i = 0; *q && i < blocks->len; i++) {
    CwBuffer *b = blocks->pdata[i];
    for (int64_t x = 0; x < b->shape[0]; x++, row++) {
      for (int64_t y = 0; y < k; y++) {
        double complex sum = 0;
        for (int64_t z = 0; z < b->shape[1]; z++) {
          sum += cw_scalar_to_complex (cw_buffer_get (b, x * b->shape[1] + z)) * cw_scalar_to_complex (cw_buffer_get (second, (base + z) * k + y));
        }
        cw_buffer_set (*q, row * k + y, cw_scalar_complex (sum));
      }
    }
    base += b->shape[1];
  }
  return *q != NULL;
}

/* Turns the signs so that each row of vt has a sum that is not negative, as Dask does. */
static void settle_signs (CwBuffer *u, CwBuffer *vt) {
  int64_t k = MIN (u->shape[1], vt->shape[0]), n = vt->shape[1];
  for (int64_t i = 0; i < k; i++) {
    double sum = 0;
    for (int64_t j = 0; j < n; j++) sum += cw_scalar_to_double (cw_buffer_get (vt, i * n + j));
    if (sum >= 0) continue;
    for (int64_t j = 0; j < n; j++) cw_buffer_set (vt, i * n + j, cw_scalar_complex (-cw_scalar_to_complex (cw_buffer_get (vt, i * n + j))));
    for (int64_t j = 0; j < u->shape[0]; j++) {
      cw_buffer_set (u, j * u->shape[1] + i, cw_scalar_complex (-cw_scalar_to_complex (cw_buffer_get (u, j * u->shape[1] + i))));
    }
  }
}

static bool least_squares (CwBuffer *const *in, CwBuffer **parts, GError **error) {
  int rank;
  if (!cw_lapack_lstsq (in[0], in[1], &parts[0], &rank, &parts[3], error)) return false;
  parts[2] = cw_buffer_from_scalar (cw_scalar_cast (cw_scalar_int (rank), CW_INT64));
  int64_t m = in[0]->shape[0], n = in[0]->shape[1], columns = in[1]->ndim > 1 ? in[1]->shape[1] : 1;
  int64_t count = rank == n && m > n ? columns : 0;
  parts[1] = cw_buffer_new (CW_FLOAT64, 1, &count, error);
  for (int64_t c = 0; parts[1] && c < count; c++) {
    double sum = 0;
    for (int64_t i = 0; i < m; i++) {
      double rest = cw_scalar_to_double (cw_buffer_get (in[1], i * columns + c));
      for (int64_t j = 0; j < n; j++) rest -= cw_scalar_to_double (cw_buffer_get (in[0], i * n + j)) * cw_scalar_to_double (cw_buffer_get (parts[0], j * columns + c));
      sum += rest * rest;
    }
    ((double *) parts[1]->data)[c] = sum;
  }
  return parts[1] != NULL;
}

static CwBuffer *pseudo_inverse (CwBuffer *a, GError **error) {
  g_autoptr (CwBuffer) u = NULL, s = NULL, vt = NULL;
  if (!cw_lapack_svd (a, false, &u, &s, &vt, error)) return NULL;
  int64_t m = a->shape[0], n = a->shape[1], k = s->size, shape[2] = { n, m };
  CwBuffer *out = cw_buffer_new (u->dtype, 2, shape, error);
  double limit = k ? ((double *) s->data)[0] * 1e-15 : 0;
  for (int64_t i = 0; out && i < n; i++) {
    for (int64_t j = 0; j < m; j++) {
      double complex sum = 0;
      for (int64_t x = 0; x < k; x++) {
        double size = ((double *) s->data)[x];
        if (size > limit) sum += conj (cw_scalar_to_complex (cw_buffer_get (vt, x * n + i))) * conj (cw_scalar_to_complex (cw_buffer_get (u, j * k + x))) / size;
      }
      cw_buffer_set (out, i * m + j, cw_scalar_complex (sum));
    }
  }
  return out;
}

static bool scalars_of (const Task *t, CwBuffer *a, CwBuffer **parts, GError **error) {
  if (t->op == LA_RANK || t->op == LA_COND) {
    g_autoptr (CwBuffer) s = NULL;
    if (!cw_lapack_svd (a, false, NULL, &s, NULL, error)) return false;
    double *values = (double *) s->data, largest = s->size ? values[0] : 0, limit = largest * (double) MAX (a->shape[0], a->shape[1]) * 2.220446049250313e-16;
    int64_t rank = 0;
    for (int64_t i = 0; i < s->size; i++) rank += values[i] > limit;
    parts[0] = cw_buffer_from_scalar (t->op == LA_RANK ? cw_scalar_cast (cw_scalar_int (rank), CW_INT64)
                                                       : cw_scalar_cast (cw_scalar_float (s->size ? largest / values[s->size - 1] : 0), CW_FLOAT64));
    return true;
  }
  double complex sign;
  double log_abs;
  if (!cw_lapack_determinant (a, &sign, &log_abs, error)) return false;
  bool is_complex = cw_dtype_is_complex (a->dtype);
  double complex first = t->op == LA_DET ? sign * exp (log_abs) : sign;
  parts[0] = cw_buffer_from_scalar (is_complex ? cw_scalar_cast (cw_scalar_complex (first), CW_COMPLEX128) : cw_scalar_cast (cw_scalar_float (creal (first)), CW_FLOAT64));
  parts[1] = cw_buffer_from_scalar (cw_scalar_cast (cw_scalar_float (log_abs), CW_FLOAT64));
  return true;
}

/* All parts of the answer. */
static bool decompose (const Task *t, CwBuffer *const *in, CwBuffer **parts, GError **error) {
  switch (t->op) {
  case LA_EIG:
  case LA_EIGVALS:
    return cw_lapack_eig (in[0], &parts[0], t->op == LA_EIG ? &parts[1] : NULL, error);
  case LA_EIGH:
  case LA_EIGVALSH:
    return cw_lapack_eigh (in[0], &parts[0], t->op == LA_EIGH ? &parts[1] : NULL, error);
  case LA_INV:
    return (parts[0] = cw_lapack_inverse (in[0], error)) != NULL;
  case LA_SOLVE:
    return (parts[0] = cw_lapack_solve (in[0], in[1], error)) != NULL;
  case LA_TRIANGULAR:
    return (parts[0] = cw_lapack_solve_triangular (in[0], in[1], t->flag, error)) != NULL;
  case LA_SVD:
    if (!cw_lapack_svd (in[0], t->flag && !t->rows, &parts[0], &parts[1], &parts[2], error)) return false;
    if (t->rows) settle_signs (parts[0], parts[2]);
    return true;
  case LA_QR:
    return tall_qr (in[0], t, &parts[0], &parts[1], error);
  case LA_CHOLESKY:
    return (parts[0] = cw_lapack_cholesky (in[0], t->flag, error)) != NULL;
  case LA_LU:
    return cw_lapack_lu (in[0], &parts[0], &parts[1], &parts[2], error);
  case LA_LSTSQ:
    return least_squares (in, parts, error);
  case LA_PINV:
    return (parts[0] = pseudo_inverse (in[0], error)) != NULL;
  default:
    return scalars_of (t, in[0], parts, error);
  }
}

static CwBuffer *run_task (CwBuffer *const *in, int n_in, void *data, GError **error) {
  const Task *t = data;
  CwBuffer *parts[4] = { NULL }, *contiguous[2] = { NULL }, *result = NULL;
  bool ok = true;
  for (int i = 0; i < n_in && ok; i++) ok = (contiguous[i] = cw_buffer_contiguous (in[i], error)) != NULL;
  if (ok && decompose (t, contiguous, parts, error) && parts[t->part]) {
    result = t->dtype == CW_DTYPE_NONE || parts[t->part]->dtype == t->dtype ? cw_buffer_ref (parts[t->part]) : cw_buffer_cast (parts[t->part], t->dtype, error);
  }
  for (int i = 0; i < 4; i++) g_clear_pointer (&parts[i], cw_buffer_unref);
  for (int i = 0; i < 2; i++) g_clear_pointer (&contiguous[i], cw_buffer_unref);
  return result;
}

/* ---- np.linalg: on values ----------------------------------------------------------------------------------------------------- */

static int n_parts (int op) {
  switch (op) {
  case LA_EIG:
  case LA_EIGH:
  case LA_SLOGDET:
  case LA_QR:
    return 2;
  case LA_SVD:
  case LA_LU:
    return 3;
  case LA_LSTSQ:
    return 4;
  default:
    return 1;
  }
}

static bool takes_two (int op) {
  return op == LA_SOLVE || op == LA_LSTSQ || op == LA_TRIANGULAR;
}

static CwDtype narrow (CwBuffer *a, CwBuffer *part) {
  bool single = a->dtype == CW_FLOAT32 || a->dtype == CW_COMPLEX64;
  if (!single || cw_dtype_is_integer (part->dtype)) return part->dtype;
  return cw_dtype_is_complex (part->dtype) ? CW_COMPLEX64 : CW_FLOAT32;
}

static CwValue *linalg_eager (CwCall *call, GError **error) {
  CwBuffer *in[2] = { NULL }, *parts[4] = { NULL };
  Task t = { .op = call->entry->data, .flag = true, .dtype = CW_DTYPE_NONE };
  const CwEntry *lazy = call->args[0]->kind == CW_V_LAZY ? cw_register_find (CW_IN_DA_LINALG, call->entry->name) : NULL;
  if (lazy) return cw_entry_call (lazy, CW_IN_DA_LINALG, NULL, takes_two (t.op) ? 2 : 1, call->args, NULL, error); /* stays lazy, as NumPy hands it to Dask */
  for (int i = 0; i < (takes_two (t.op) ? 2 : 1); i++) {
    CwBuffer *b = cw_arg_buffer (call, i, error);
    in[i] = b ? cw_keep_buffer (cw_buffer_contiguous (b, error)) : NULL;
    if (!in[i]) return NULL;
  }
  if (t.op == LA_SVD && !cw_arg_bool (call, 1, &t.flag, error)) return NULL;
  bool vectors = true;
  if (t.op == LA_SVD && !cw_arg_bool (call, 2, &vectors, error)) return NULL;
  if (!decompose (&t, in, parts, error)) {
    for (int i = 0; i < 4; i++) g_clear_pointer (&parts[i], cw_buffer_unref);
    return NULL;
  }
  CwValue *tuple = cw_tuple ();
  for (int i = 0; i < 4; i++) {
    CwBuffer *part = parts[i];
    if (part && i < n_parts (t.op)) cw_items_add (tuple, cw_eager_or_scalar (cw_buffer_cast (part, narrow (in[0], part), error)));
    g_clear_pointer (&parts[i], cw_buffer_unref);
  }
  if (!vectors) return cw_items_get (tuple, 1);
  return n_parts (t.op) == 1 ? cw_items_get (tuple, 0) : tuple;
}

/* ---- da.linalg: lazy --------------------------------------------------------------------------------------------------------------- */

static CwArray *part_of (const char *name, const Task *like, int part, int n, CwArray **in, CwDtype dtype, int ndim, const int64_t *shape, GError **error) {
  Task *t = g_memdup2 (like, sizeof *like);
  t->part  = part;
  t->dtype = dtype;
  t->rows  = g_memdup2 (like->rows, sizeof (int64_t) * (gsize) like->n_rows);
  return cw_array_whole (name, run_task, t, task_free, n, in, dtype, ndim, shape, error);
}

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
  Task t = { .op = call->entry->data, .flag = true };
  CwArray *in[2] = { cw_arg_array (call, 0, error), NULL };
  if (!in[0]) return NULL;
  if (takes_two (t.op) && !(in[1] = cw_arg_array (call, 1, error))) return NULL;
  if ((t.op == LA_TRIANGULAR || t.op == LA_CHOLESKY) && !cw_arg_bool (call, t.op == LA_CHOLESKY ? 1 : 2, &t.flag, error)) return NULL;
  if (!square_chunks (in[0], t.op == LA_CHOLESKY ? "cholesky decomposition" : "lu decomposition", error)) return NULL;
  CwArray *like = takes_two (t.op) ? in[1] : in[0];
  CwDtype dtype = takes_two (t.op) ? cw_dtype_promote (float_dtype (in[0]), float_dtype (in[1])) : float_dtype (in[0]);
  CwValue *tuple = cw_tuple ();
  for (int i = 0; i < n_parts (t.op); i++) {
    g_autoptr (CwArray) part = part_of (call->entry->name, &t, i, takes_two (t.op) ? 2 : 1, in, dtype, like->ndim, like->shape, error);
    CwValue *v = part ? cw_lazy (cw_array_rechunk_to (part, like->axes, error)) : NULL;
    if (!v) return NULL;
    cw_items_add (tuple, v);
  }
  return n_parts (t.op) == 1 ? cw_items_get (tuple, 0) : tuple;
}

static bool cut_along_one (CwArray *a, const char *what, GError **error) {
  if (a->axes[0]->n == 1 || a->axes[1]->n == 1) return true;
  return cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "Array must be chunked in one dimension only. This function (%s) only supports tall-and-skinny or short-and-fat matrices. Consider rechunking: x.rechunk((1000, -1)) cuts rows alone, x.rechunk((-1, 1000)) columns alone.", what);
}

/* qr, tsqr, sfqr, svd: matrices cut along one axis only. */
static CwValue *linalg_lazy_tall (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 0, error);
  Task t = { .op = call->entry->data, .dtype = CW_DTYPE_NONE };
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
  int64_t m = a->shape[0], n = a->shape[1], k = MIN (m, n), left[2] = { m, k }, right[2] = { k, n };
  if (a->axes[1]->n == 1) {
    t.n_rows = a->axes[0]->n;
    t.rows   = a->axes[0]->lengths;
  }
  CwDtype dtype = float_dtype (a);
  CwValue *tuple = cw_tuple ();
  const int64_t *shapes[3] = { left, t.op == LA_QR ? right : &k, right };
  for (int i = 0; i < n_parts (t.op); i++) {
    int ndim = t.op == LA_SVD && i == 1 ? 1 : 2;
    bool singular = t.op == LA_SVD && i == 1;
    int64_t whole = 1;
    Task own = t;
    if (t.op == LA_SVD && !t.rows) {
      own.rows   = &whole;
      own.n_rows = 1;
    }
    g_autoptr (CwArray) part = part_of (call->entry->name, &own, i, 1, &a, singular ? cw_dtype_real (dtype) : dtype, ndim, shapes[i], error);
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
  Task t = { .op = LA_LSTSQ };
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
    CwValue *v = cw_lazy (part_of ("lstsq", &t, i, 2, in, i == 2 ? CW_INT64 : CW_FLOAT64, ndims[i], shapes[i], error));
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

static CwBuffer *singular_values (CwBuffer *const *in, int n_in, void *data, GError **error) {
  CwBuffer *s = NULL;
  return cw_lapack_svd (in[0], false, NULL, &s, NULL, error) ? s : NULL;
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
  g_autoptr (CwArray) s = turned ? cw_array_whole ("svd", singular_values, NULL, NULL, 1, &turned, CW_FLOAT64, 1, &k, error) : NULL;
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
  { "eig", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues and eigenvectors; a Dask array is computed.", LA_EIG },
  { "eigvals", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues.", LA_EIGVALS },
  { "eigh", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues and eigenvectors of a symmetric matrix.", LA_EIGH },
  { "eigvalsh", CW_IN_NP_LINALG, "a", linalg_eager, "Eigenvalues of a symmetric matrix.", LA_EIGVALSH },
  { "inv", CW_IN_NP_LINALG, "a", linalg_eager, "The inverse matrix.", LA_INV },
  { "pinv", CW_IN_NP_LINALG, "a", linalg_eager, "The pseudo-inverse.", LA_PINV },
  { "det", CW_IN_NP_LINALG, "a", linalg_eager, "The determinant.", LA_DET },
  { "slogdet", CW_IN_NP_LINALG, "a", linalg_eager, "Sign and logarithm of the determinant.", LA_SLOGDET },
  { "solve", CW_IN_NP_LINALG, "a, b", linalg_eager, "x of a @ x = b.", LA_SOLVE },
  { "svd", CW_IN_NP_LINALG, "a, full_matrices=True, compute_uv=True", linalg_eager, "Singular values and vectors.", LA_SVD },
  { "qr", CW_IN_NP_LINALG, "a", linalg_eager, "An orthogonal and an upper triangular factor.", LA_QR },
  { "cholesky", CW_IN_NP_LINALG, "a", linalg_eager, "The lower triangular factor of a positive definite matrix.", LA_CHOLESKY },
  { "lstsq", CW_IN_NP_LINALG, "a, b, rcond=None", linalg_eager, "The least squares solution.", LA_LSTSQ },
  { "matrix_rank", CW_IN_NP_LINALG, "A", linalg_eager, "The rank.", LA_RANK },
  { "cond", CW_IN_NP_LINALG, "x", linalg_eager, "The condition number.", LA_COND },
  { "matrix_power", CW_IN_NP_LINALG, "a, n", linalg_matrix_power, "The matrix times itself, n times.", 0 },
  { "norm", CW_IN_LINALG, "x, ord=None, axis=None, keepdims=False", linalg_norm, "The length of vectors, the size of matrices.", 0 },
  { "inv", CW_IN_DA_LINALG, "a", linalg_lazy_square, "The inverse matrix.", LA_INV },
  { "solve", CW_IN_DA_LINALG, "a, b, sym_pos=False", linalg_lazy_square, "x of a @ x = b.", LA_SOLVE },
  { "solve_triangular", CW_IN_DA_LINALG, "a, b, lower=False", linalg_lazy_square, "x of a @ x = b for a triangular matrix.", LA_TRIANGULAR },
  { "cholesky", CW_IN_DA_LINALG, "a, lower=False", linalg_lazy_square, "The triangular factor of a positive definite matrix.", LA_CHOLESKY },
  { "lu", CW_IN_DA_LINALG, "a", linalg_lazy_square, "Permutation, lower and upper triangular factors.", LA_LU },
  { "qr", CW_IN_DA_LINALG, "a", linalg_lazy_tall, "An orthogonal and an upper triangular factor.", LA_QR },
  { "tsqr", CW_IN_DA_LINALG, "a, compute_svd=False", linalg_lazy_tall, "qr of a tall matrix.", LA_QR },
  { "sfqr", CW_IN_DA_LINALG, "a", linalg_lazy_tall, "qr of a wide matrix.", LA_QR },
  { "svd", CW_IN_DA_LINALG, "a, coerce_signs=True", linalg_lazy_tall, "Singular values and vectors.", LA_SVD },
  { "lstsq", CW_IN_DA_LINALG, "a, b", linalg_lazy_lstsq, "The least squares solution.", 0 },
  { 0 },
};
