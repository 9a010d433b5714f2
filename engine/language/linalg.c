/* linalg.c: decompositions of whole matrices, at once or as tasks. */
#include "engine/language/linalg.h"

#include <math.h>
#include <string.h>

#include "engine/language/lapack.h"

/* What a task computes: a decomposition and which part of its answer. */
typedef struct {
  CwLinalg op;
  int      part;
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
    cw_lapack_multiply (all->dtype, b->shape[0], b->shape[1], k, b->data, second->data + base * second->strides[0], (*q)->data + row * (*q)->strides[0]);
    row += b->shape[0];
    base += b->shape[1];
  }
  return *q != NULL;
}

/* Turns the signs so that each row of vt has a sum that is not negative, as Dask does. Both are float64 or complex128. */
static void settle_signs (CwBuffer *u, CwBuffer *vt) {
  int64_t k = MIN (u->shape[1], vt->shape[0]), parts = cw_dtype_is_complex (vt->dtype) ? 2 : 1, n = vt->shape[1] * parts, columns = u->shape[1] * parts;
  double *left = (double *) u->data, *right = (double *) vt->data;
  for (int64_t i = 0; i < k; i++) {
    double sum = 0;
    for (int64_t j = 0; j < n; j += parts) sum += right[i * n + j];
    if (sum >= 0) continue;
    for (int64_t j = 0; j < n; j++) right[i * n + j] = -right[i * n + j];
    for (int64_t j = 0; j < u->shape[0]; j++) {
      for (int64_t p = 0; p < parts; p++) left[j * columns + i * parts + p] = -left[j * columns + i * parts + p];
    }
  }
}

/* The sums of the squares of what @x leaves of @b, a column each. */
static bool residuals (CwBuffer *a, CwBuffer *b, CwBuffer *x, CwBuffer *sums, GError **error) {
  int64_t m = a->shape[0], n = a->shape[1], columns = sums->size;
  g_autoptr (CwBuffer) matrix = cw_buffer_cast (a, CW_FLOAT64, error);
  g_autoptr (CwBuffer) side = matrix ? cw_buffer_cast (b, CW_FLOAT64, error) : NULL;
  if (!side) return false;
  const double *row = (const double *) matrix->data, *right = (const double *) side->data, *solution = (const double *) x->data;
  double *sum = (double *) sums->data;
  for (int64_t c = 0; c < columns; c++) sum[c] = 0;
  for (int64_t i = 0; i < m; i++, row += n) {
    for (int64_t c = 0; c < columns; c++) {
      double rest = right[i * columns + c];
      for (int64_t j = 0; j < n; j++) rest -= row[j] * solution[j * columns + c];
      sum[c] += rest * rest;
    }
  }
  return true;
}

static bool least_squares (CwBuffer *const *in, CwBuffer **parts, GError **error) {
  int rank;
  if (!cw_lapack_lstsq (in[0], in[1], &parts[0], &rank, &parts[3], error)) return false;
  parts[2] = cw_buffer_from_scalar (cw_scalar_cast (cw_scalar_int (rank), CW_INT64));
  int64_t m = in[0]->shape[0], n = in[0]->shape[1], columns = in[1]->ndim > 1 ? in[1]->shape[1] : 1;
  int64_t count = rank == n && m > n ? columns : 0;
  parts[1] = cw_buffer_new (CW_FLOAT64, 1, &count, error);
  return parts[1] && residuals (in[0], in[1], parts[0], parts[1], error);
}

/* @b turned, conjugate, each of its columns times @factors where they are given. */
static CwBuffer *conjugate_turned (CwBuffer *b, const double *factors, GError **error) {
  int64_t shape[2] = { b->shape[1], b->shape[0] }, strides[2] = { b->strides[1], b->strides[0] };
  g_autoptr (CwBuffer) view = cw_buffer_view (b, b->dtype, 2, shape, strides, b->data);
  CwBuffer *turned = cw_buffer_cast (view, b->dtype, error);
  for (int64_t i = 0; turned && i < turned->size; i++) {
    double factor = factors ? factors[i % shape[1]] : 1;
    if (b->dtype == CW_FLOAT64) ((double *) turned->data)[i] *= factor;
    else ((double complex *) turned->data)[i] = conj (((double complex *) turned->data)[i]) * factor;
  }
  return turned;
}

static CwBuffer *pseudo_inverse (CwBuffer *a, GError **error) {
  g_autoptr (CwBuffer) u = NULL, s = NULL, vt = NULL;
  if (!cw_lapack_svd (a, false, &u, &s, &vt, error)) return NULL;
  int64_t m = a->shape[0], n = a->shape[1], k = s->size, shape[2] = { n, m };
  double *sizes = (double *) s->data, limit = k ? sizes[0] * 1e-15 : 0;
  for (int64_t i = 0; i < k; i++) sizes[i] = sizes[i] > limit ? 1 / sizes[i] : 0;
  g_autoptr (CwBuffer) left = conjugate_turned (vt, sizes, error), right = left ? conjugate_turned (u, NULL, error) : NULL;
  CwBuffer *out = right ? cw_buffer_new (u->dtype, 2, shape, error) : NULL;
  if (out) cw_lapack_multiply (u->dtype, n, k, m, left->data, right->data, out->data);
  return out;
}

static bool scalars_of (const Task *t, CwBuffer *a, CwBuffer **parts, GError **error) {
  if (t->op == CW_LINALG_RANK || t->op == CW_LINALG_COND) {
    g_autoptr (CwBuffer) s = NULL;
    if (!cw_lapack_svd (a, false, NULL, &s, NULL, error)) return false;
    double *values = (double *) s->data, largest = s->size ? values[0] : 0, limit = largest * (double) MAX (a->shape[0], a->shape[1]) * 2.220446049250313e-16;
    int64_t rank = 0;
    for (int64_t i = 0; i < s->size; i++) rank += values[i] > limit;
    parts[0] = cw_buffer_from_scalar (t->op == CW_LINALG_RANK ? cw_scalar_cast (cw_scalar_int (rank), CW_INT64)
                                                       : cw_scalar_cast (cw_scalar_float (s->size ? largest / values[s->size - 1] : 0), CW_FLOAT64));
    return true;
  }
  double complex sign;
  double log_abs;
  if (!cw_lapack_determinant (a, &sign, &log_abs, error)) return false;
  bool is_complex = cw_dtype_is_complex (a->dtype);
  double complex first = t->op == CW_LINALG_DET ? sign * exp (log_abs) : sign;
  parts[0] = cw_buffer_from_scalar (is_complex ? cw_scalar_cast (cw_scalar_complex (first), CW_COMPLEX128) : cw_scalar_cast (cw_scalar_float (creal (first)), CW_FLOAT64));
  parts[1] = cw_buffer_from_scalar (cw_scalar_cast (cw_scalar_float (log_abs), CW_FLOAT64));
  return true;
}

/* All parts of the answer. */
static bool decompose (const Task *t, CwBuffer *const *in, CwBuffer **parts, GError **error) {
  switch (t->op) {
  case CW_LINALG_EIG:
  case CW_LINALG_EIGVALS:
    return cw_lapack_eig (in[0], &parts[0], t->op == CW_LINALG_EIG ? &parts[1] : NULL, error);
  case CW_LINALG_EIGH:
  case CW_LINALG_EIGVALSH:
    return cw_lapack_eigh (in[0], &parts[0], t->op == CW_LINALG_EIGH ? &parts[1] : NULL, error);
  case CW_LINALG_INV:
    return (parts[0] = cw_lapack_inverse (in[0], error)) != NULL;
  case CW_LINALG_SOLVE:
    return (parts[0] = cw_lapack_solve (in[0], in[1], error)) != NULL;
  case CW_LINALG_TRIANGULAR:
    return (parts[0] = cw_lapack_solve_triangular (in[0], in[1], t->flag, error)) != NULL;
  case CW_LINALG_SVD:
    if (!cw_lapack_svd (in[0], t->flag && !t->rows, &parts[0], &parts[1], &parts[2], error)) return false;
    if (t->rows) settle_signs (parts[0], parts[2]);
    return true;
  case CW_LINALG_QR:
    return tall_qr (in[0], t, &parts[0], &parts[1], error);
  case CW_LINALG_CHOLESKY:
    return (parts[0] = cw_lapack_cholesky (in[0], t->flag, error)) != NULL;
  case CW_LINALG_LU:
    return cw_lapack_lu (in[0], &parts[0], &parts[1], &parts[2], error);
  case CW_LINALG_LSTSQ:
    return least_squares (in, parts, error);
  case CW_LINALG_PINV:
    return (parts[0] = pseudo_inverse (in[0], error)) != NULL;
  default:
    return scalars_of (t, in[0], parts, error);
  }
}

static CwBuffer *run_task (CwBuffer *const *in, int n_in, void *data, GError **error) {
  const Task *t = data;
  CwBuffer *parts[CW_LINALG_MAX_PARTS] = { NULL }, *contiguous[2] = { NULL }, *result = NULL;
  bool ok = true;
  for (int i = 0; i < n_in && ok; i++) ok = (contiguous[i] = cw_buffer_contiguous (in[i], error)) != NULL;
  if (ok && decompose (t, contiguous, parts, error) && parts[t->part]) {
    result = t->dtype == CW_DTYPE_NONE || parts[t->part]->dtype == t->dtype ? cw_buffer_ref (parts[t->part]) : cw_buffer_cast (parts[t->part], t->dtype, error);
  }
  for (int i = 0; i < 4; i++) g_clear_pointer (&parts[i], cw_buffer_unref);
  for (int i = 0; i < 2; i++) g_clear_pointer (&contiguous[i], cw_buffer_unref);
  return result;
}

/* ---- what others call ---------------------------------------------------------------------------------------------------------- */

int cw_linalg_n_parts (CwLinalg op) {
  static const int parts[] = {
#define X(id, name, n) n,
    CW_LINALGS (X)
#undef X
  };
  return parts[op];
}

int cw_linalg_n_inputs (CwLinalg op) {
  return op == CW_LINALG_SOLVE || op == CW_LINALG_LSTSQ || op == CW_LINALG_TRIANGULAR ? 2 : 1;
}

const char *cw_linalg_name (CwLinalg op) {
  static const char *const names[] = {
#define X(id, name, parts) "CW_LINALG_" #id,
    CW_LINALGS (X)
#undef X
  };
  return names[op];
}

bool cw_linalg (CwLinalg op, bool flag, CwBuffer *const *in, CwBuffer **parts, GError **error) {
  const Task t = { .op = op, .flag = flag, .dtype = CW_DTYPE_NONE };
  if (decompose (&t, in, parts, error)) return true;
  for (int i = 0; i < CW_LINALG_MAX_PARTS; i++) g_clear_pointer (&parts[i], cw_buffer_unref);
  return false;
}

CwArray *cw_linalg_part (CwLinalg op, int part, bool flag, int64_t n_rows, const int64_t *rows, int n, CwArray **in, CwDtype dtype, int ndim,
                         const int64_t *shape, GError **error) {
  static const char *const names[] = {
#define X(id, name, parts) name,
    CW_LINALGS (X)
#undef X
  };
  Task *t = g_new0 (Task, 1);
  *t = (Task){ .op = op, .part = part, .flag = flag, .n_rows = n_rows, .dtype = dtype, .rows = g_memdup2 (rows, sizeof *rows * (gsize) n_rows) };
  return cw_array_whole (names[op], run_task, t, task_free, n, in, dtype, ndim, shape, error);
}
