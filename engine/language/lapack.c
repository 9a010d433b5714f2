/* lapack.c: LAPACK on buffers.
 *
 * Every routine works on a fresh row-major copy in float64 or complex128, so that inputs are never written.
 */
#include "engine/language/lapack.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <string.h>

#include "engine/array/array.h"

#define ROWS LAPACK_ROW_MAJOR

static CwDtype work_dtype (CwBuffer *a) {
  return cw_dtype_is_complex (a->dtype) ? CW_COMPLEX128 : CW_FLOAT64;
}

/* What comes before any of LAPACK's routines. */
static bool check_matrix (CwBuffer *a, bool square, GError **error) {
  cw_blas_use_one_thread ();
  if (a->ndim != 2) return cw_fail (error, CW_ERROR_LINALG, "%d-dimensional array given. Array must be two-dimensional", a->ndim);
  if (square && a->shape[0] != a->shape[1]) return cw_fail (error, CW_ERROR_LINALG, "Last 2 dimensions of the array must be square");
  if (a->size > G_MAXINT32) return cw_fail (error, CW_ERROR_LINALG, "the matrix is too large for a dense decomposition");
  return true;
}

/* Of a copy to work on, float64 or complex128. */
static bool check_finite (const CwBuffer *work, GError **error) {
  const double *parts = (const double *) work->data;
  for (int64_t i = 0; i < cw_buffer_nbytes (work) / (int64_t) sizeof *parts; i++) {
    if (!isfinite (parts[i])) return cw_fail (error, CW_ERROR_LINALG, "Array must not contain infs or NaNs");
  }
  return true;
}

static CwBuffer *zeros (CwDtype dtype, int ndim, const int64_t *shape, GError **error) {
  CwBuffer *b = cw_buffer_new (dtype, ndim, shape, error);
  if (b) memset (b->data, 0, (size_t) cw_buffer_nbytes (b));
  return b;
}

/* ---- eigenvalues ------------------------------------------------------------------------------------------------------- */

/* LAPACK gives a real matrix's complex eigenvectors as pairs of columns: re, im. */
static void unpack_vectors (int n, const double *wi, const double *packed, double complex *v) {
  for (int j = 0; j < n; j++) {
    bool pair = wi[j] != 0 && j + 1 < n;
    for (int i = 0; i < n; i++) {
      double re = packed[i * n + j], im = pair ? packed[i * n + j + 1] : 0;
      v[i * n + j] = CMPLX (re, im);
      if (pair) v[i * n + j + 1] = CMPLX (re, -im);
    }
    j += pair;
  }
}

static int eig_real (CwBuffer *a, CwBuffer **w, CwBuffer **v, GError **error) {
  int n = (int) a->shape[0];
  g_autofree double *wr = g_new0 (double, (gsize) n + 1), *wi = g_new0 (double, (gsize) n + 1), *packed = g_new0 (double, (gsize) n * (gsize) n + 1);
  int info = n ? LAPACKE_dgeev (ROWS, 'N', v ? 'V' : 'N', n, (double *) a->data, n, wr, wi, NULL, MAX (n, 1), packed, MAX (n, 1)) : 0;
  if (info) return info;
  bool complex_values = false;
  for (int i = 0; i < n; i++) complex_values |= wi[i] != 0;
  CwDtype dtype = complex_values ? CW_COMPLEX128 : CW_FLOAT64;
  *w = cw_buffer_new (dtype, 1, a->shape, error);
  if (v) *v = cw_buffer_new (dtype, 2, a->shape, error);
  if (!*w || (v && !*v)) return -1;
  for (int i = 0; i < n; i++) cw_buffer_set (*w, i, complex_values ? cw_scalar_complex (CMPLX (wr[i], wi[i])) : cw_scalar_float (wr[i]));
  if (v && complex_values) unpack_vectors (n, wi, packed, (double complex *) (*v)->data);
  else if (v) memcpy ((*v)->data, packed, sizeof (double) * (size_t) n * (size_t) n);
  return 0;
}

bool cw_lapack_eig (CwBuffer *a, CwBuffer **w, CwBuffer **v, GError **error) {
  if (!check_matrix (a, true, error)) return false;
  g_autoptr (CwBuffer) work = cw_buffer_cast (a, work_dtype (a), error);
  int n = (int) a->shape[0], info;
  *w = NULL;
  if (v) *v = NULL;
  if (!work || !check_finite (work, error)) return false;
  if (work->dtype == CW_FLOAT64) {
    info = eig_real (work, w, v, error);
  } else {
    *w = cw_buffer_new (CW_COMPLEX128, 1, a->shape, error);
    if (v) *v = cw_buffer_new (CW_COMPLEX128, 2, a->shape, error);
    if (!*w || (v && !*v)) return false;
    info = n ? LAPACKE_zgeev (ROWS, 'N', v ? 'V' : 'N', n, (void *) work->data, n, (void *) (*w)->data, NULL, n, v ? (void *) (*v)->data : NULL, n) : 0;
  }
  return info ? cw_fail (error, CW_ERROR_LINALG, "Eigenvalues did not converge") : true;
}

bool cw_lapack_eigh (CwBuffer *a, CwBuffer **w, CwBuffer **v, GError **error) {
  if (!check_matrix (a, true, error)) return false;
  int n = (int) a->shape[0], info = 0;
  g_autoptr (CwBuffer) work = cw_buffer_cast (a, work_dtype (a), error);
  *w = work && check_finite (work, error) ? cw_buffer_new (CW_FLOAT64, 1, a->shape, error) : NULL;
  if (!*w) return false;
  if (n && work->dtype == CW_FLOAT64) info = LAPACKE_dsyevd (ROWS, v ? 'V' : 'N', 'L', n, (double *) work->data, n, (double *) (*w)->data);
  else if (n) info = LAPACKE_zheevd (ROWS, v ? 'V' : 'N', 'L', n, (void *) work->data, n, (double *) (*w)->data);
  if (info) return cw_fail (error, CW_ERROR_LINALG, "Eigenvalues did not converge");
  if (v) *v = g_steal_pointer (&work);
  return true;
}

/* ---- systems ---------------------------------------------------------------------------------------------------------------- */

static CwBuffer *solve_columns (CwBuffer *a, CwBuffer *b, int kind, GError **error) {
  if (!check_matrix (a, true, error)) return NULL;
  int n = (int) a->shape[0], columns = b->ndim > 1 ? (int) b->shape[1] : 1, info = 0;
  if (b->ndim < 1 || b->ndim > 2 || b->shape[0] != n) {
    cw_fail (error, CW_ERROR_VALUE, "solve: the right side has %d rows, the matrix %d", b->ndim ? (int) b->shape[0] : 0, n);
    return NULL;
  }
  CwDtype dtype = cw_dtype_promote (work_dtype (a), work_dtype (b));
  g_autoptr (CwBuffer) m = cw_buffer_cast (a, dtype, error);
  g_autoptr (CwBuffer) x = m ? cw_buffer_cast (b, dtype, error) : NULL;
  if (!x || !n || !columns) return g_steal_pointer (&x);
  g_autofree lapack_int *pivots = g_new (lapack_int, (gsize) n);
  bool real = dtype == CW_FLOAT64;
  char part = kind == 1 ? 'L' : 'U';
  if (kind == 0) {
    info = real ? LAPACKE_dgesv (ROWS, n, columns, (double *) m->data, n, pivots, (double *) x->data, columns)
                : LAPACKE_zgesv (ROWS, n, columns, (void *) m->data, n, pivots, (void *) x->data, columns);
  } else {
    info = real ? LAPACKE_dtrtrs (ROWS, part, 'N', 'N', n, columns, (double *) m->data, n, (double *) x->data, columns)
                : LAPACKE_ztrtrs (ROWS, part, 'N', 'N', n, columns, (void *) m->data, n, (void *) x->data, columns);
  }
  if (info) {
    cw_fail (error, CW_ERROR_LINALG, "Singular matrix");
    return NULL;
  }
  return g_steal_pointer (&x);
}

CwBuffer *cw_lapack_solve (CwBuffer *a, CwBuffer *b, GError **error) {
  return solve_columns (a, b, 0, error);
}

CwBuffer *cw_lapack_solve_triangular (CwBuffer *a, CwBuffer *b, bool lower, GError **error) {
  return solve_columns (a, b, lower ? 1 : 2, error);
}

CwBuffer *cw_lapack_inverse (CwBuffer *a, GError **error) {
  if (!check_matrix (a, true, error)) return NULL;
  g_autoptr (CwBuffer) unit = zeros (CW_FLOAT64, 2, a->shape, error);
  for (int64_t i = 0; unit && i < a->shape[0]; i++) cw_buffer_set (unit, i * a->shape[0] + i, cw_scalar_float (1));
  return unit ? solve_columns (a, unit, 0, error) : NULL;
}

/* LU in place; the number of row exchanges' parity in @odd. */
static bool factor (CwBuffer *m, lapack_int *pivots, bool *odd, GError **error) {
  int rows = (int) m->shape[0], columns = (int) m->shape[1], info = 0;
  if (rows && columns) {
    info = m->dtype == CW_FLOAT64 ? LAPACKE_dgetrf (ROWS, rows, columns, (double *) m->data, columns, pivots)
                                  : LAPACKE_zgetrf (ROWS, rows, columns, (void *) m->data, columns, pivots);
  }
  *odd = false;
  for (int i = 0; i < MIN (rows, columns); i++) *odd ^= pivots[i] != i + 1;
  return info >= 0 || cw_fail (error, CW_ERROR_LINALG, "the matrix cannot be factorized");
}

bool cw_lapack_determinant (CwBuffer *a, double complex *sign, double *log_abs, GError **error) {
  bool odd;
  if (!check_matrix (a, true, error)) return false;
  g_autoptr (CwBuffer) m = cw_buffer_cast (a, work_dtype (a), error);
  g_autofree lapack_int *pivots = g_new0 (lapack_int, (gsize) a->shape[0] + 1);
  if (!m || !factor (m, pivots, &odd, error)) return false;
  *sign    = odd ? -1 : 1;
  *log_abs = 0;
  for (int64_t i = 0; i < a->shape[0]; i++) {
    double complex d = cw_scalar_to_complex (cw_buffer_get (m, i * a->shape[0] + i));
    double size = cabs (d);
    *sign *= size > 0 ? d / size : 0;
    *log_abs += log (size);
  }
  return true;
}

bool cw_lapack_lu (CwBuffer *a, CwBuffer **p, CwBuffer **l, CwBuffer **u, GError **error) {
  bool odd;
  if (!check_matrix (a, true, error)) return false;
  int64_t n = a->shape[0];
  g_autoptr (CwBuffer) m = cw_buffer_cast (a, work_dtype (a), error);
  g_autofree lapack_int *pivots = g_new0 (lapack_int, (gsize) n + 1);
  g_autofree int64_t *row = g_new (int64_t, (gsize) n + 1);
  if (!m || !factor (m, pivots, &odd, error)) return false;
  *p = zeros (CW_FLOAT64, 2, a->shape, error);
  *l = *p ? zeros (m->dtype, 2, a->shape, error) : NULL;
  *u = *l ? zeros (m->dtype, 2, a->shape, error) : NULL;
  if (!*u) return false;
  for (int64_t i = 0; i < n; i++) row[i] = i;
  for (int64_t i = 0; i < n; i++) {
    int64_t other = pivots[i] - 1, swap = row[i];
    row[i]     = row[other];
    row[other] = swap;
  }
  size_t item = (size_t) cw_dtype_size (m->dtype);
  for (int64_t i = 0; i < n; i++) {
    size_t start = (size_t) (i * n) * item, diagonal = start + (size_t) i * item;
    cw_buffer_set (*p, row[i] * n + i, cw_scalar_float (1));
    cw_buffer_set (*l, i * n + i, cw_scalar_float (1));
    memcpy ((*l)->data + start, m->data + start, diagonal - start);
    memcpy ((*u)->data + diagonal, m->data + diagonal, start + (size_t) n * item - diagonal);
  }
  return true;
}

CwBuffer *cw_lapack_cholesky (CwBuffer *a, bool lower, GError **error) {
  if (!check_matrix (a, true, error)) return NULL;
  int n = (int) a->shape[0], info = 0;
  g_autoptr (CwBuffer) m = cw_buffer_cast (a, work_dtype (a), error);
  if (m && n) {
    info = m->dtype == CW_FLOAT64 ? LAPACKE_dpotrf (ROWS, lower ? 'L' : 'U', n, (double *) m->data, n)
                                  : LAPACKE_zpotrf (ROWS, lower ? 'L' : 'U', n, (void *) m->data, n);
  }
  if (info) {
    cw_fail (error, CW_ERROR_LINALG, "Matrix is not positive definite");
    return NULL;
  }
  for (int64_t i = 0; m && i < n; i++) {
    int64_t first = i * n + (lower ? i + 1 : 0), end = lower ? i * n + n : i * n + i;
    memset (m->data + first * cw_dtype_size (m->dtype), 0, (size_t) ((end - first) * cw_dtype_size (m->dtype)));
  }
  return g_steal_pointer (&m);
}

/* ---- orthogonal decompositions ------------------------------------------------------------------------------------------------- */

bool cw_lapack_svd (CwBuffer *a, bool full, CwBuffer **u, CwBuffer **s, CwBuffer **vt, GError **error) {
  if (!check_matrix (a, false, error)) return false;
  int64_t m = a->shape[0], n = a->shape[1], k = MIN (m, n), u_shape[2] = { m, full ? m : k }, v_shape[2] = { full ? n : k, n };
  int info = 0;
  g_autoptr (CwBuffer) work = cw_buffer_cast (a, work_dtype (a), error);
  g_autoptr (CwBuffer) left = work && check_finite (work, error) ? zeros (work->dtype, 2, u_shape, error) : NULL;
  g_autoptr (CwBuffer) values = left ? zeros (CW_FLOAT64, 1, &k, error) : NULL;
  g_autoptr (CwBuffer) right = values ? zeros (work->dtype, 2, v_shape, error) : NULL;
  if (!right) return false;
  if (k && work->dtype == CW_FLOAT64) {
    info = LAPACKE_dgesdd (ROWS, full ? 'A' : 'S', (int) m, (int) n, (double *) work->data, (int) n, (double *) values->data, (double *) left->data,
                           (int) u_shape[1], (double *) right->data, (int) n);
  } else if (k) {
    info = LAPACKE_zgesdd (ROWS, full ? 'A' : 'S', (int) m, (int) n, (void *) work->data, (int) n, (double *) values->data, (void *) left->data,
                           (int) u_shape[1], (void *) right->data, (int) n);
  }
  if (info) return cw_fail (error, CW_ERROR_LINALG, "SVD did not converge");
  *s = g_steal_pointer (&values);
  if (u) *u = g_steal_pointer (&left);
  if (vt) *vt = g_steal_pointer (&right);
  return true;
}

bool cw_lapack_qr (CwBuffer *a, CwBuffer **q, CwBuffer **r, GError **error) {
  if (!check_matrix (a, false, error)) return false;
  int64_t m = a->shape[0], n = a->shape[1], k = MIN (m, n), q_shape[2] = { m, k }, r_shape[2] = { k, n };
  g_autoptr (CwBuffer) work = cw_buffer_cast (a, work_dtype (a), error);
  g_autoptr (CwBuffer) left = work ? zeros (work->dtype, 2, q_shape, error) : NULL;
  g_autoptr (CwBuffer) right = left ? zeros (work->dtype, 2, r_shape, error) : NULL;
  if (!right) return false;
  g_autofree double complex *tau = g_new0 (double complex, (gsize) k + 1);
  bool real = work->dtype == CW_FLOAT64;
  if (k) {
    if (real) LAPACKE_dgeqrf (ROWS, (int) m, (int) n, (double *) work->data, (int) n, (double *) tau);
    else LAPACKE_zgeqrf (ROWS, (int) m, (int) n, (void *) work->data, (int) n, (void *) tau);
  }
  size_t item = (size_t) cw_dtype_size (work->dtype);
  for (int64_t i = 0; i < k; i++) memcpy (right->data + (size_t) (i * n + i) * item, work->data + (size_t) (i * n + i) * item, (size_t) (n - i) * item);
  for (int64_t i = 0; i < m; i++) memcpy (left->data + (size_t) (i * k) * item, work->data + (size_t) (i * n) * item, (size_t) k * item);
  if (k && real) LAPACKE_dorgqr (ROWS, (int) m, (int) k, (int) k, (double *) left->data, (int) k, (double *) tau);
  else if (k) LAPACKE_zungqr (ROWS, (int) m, (int) k, (int) k, (void *) left->data, (int) k, (void *) tau);
  *q = g_steal_pointer (&left);
  *r = g_steal_pointer (&right);
  return true;
}

bool cw_lapack_lstsq (CwBuffer *a, CwBuffer *b, CwBuffer **x, int *rank, CwBuffer **s, GError **error) {
  if (!check_matrix (a, false, error)) return false;
  int64_t m = a->shape[0], n = a->shape[1], columns = b->ndim > 1 ? b->shape[1] : 1, tall[2] = { MAX (m, n), columns }, out[2] = { n, columns }, k = MIN (m, n);
  if (b->ndim < 1 || b->ndim > 2 || b->shape[0] != m) return cw_fail (error, CW_ERROR_LINALG, "Incompatible dimensions");
  g_autoptr (CwBuffer) work = cw_buffer_cast (a, CW_FLOAT64, error);
  g_autoptr (CwBuffer) side = work ? zeros (CW_FLOAT64, 2, tall, error) : NULL;
  g_autoptr (CwBuffer) values = side ? zeros (CW_FLOAT64, 1, &k, error) : NULL;
  g_autoptr (CwBuffer) solution = values ? zeros (CW_FLOAT64, b->ndim, out, error) : NULL;
  if (!solution) return false;
  g_autoptr (CwBuffer) rows = cw_buffer_view (side, CW_FLOAT64, b->ndim, b->shape, NULL, side->data);
  cw_buffer_copy (rows, b);
  lapack_int found = 0;
  double smallest = 2.220446049250313e-16 * (double) MAX (m, n);
  int info = k && columns ? LAPACKE_dgelsd (ROWS, (int) m, (int) n, (int) columns, (double *) work->data, (int) n, (double *) side->data, (int) columns,
                                            (double *) values->data, smallest, &found) : 0;
  if (info) return cw_fail (error, CW_ERROR_LINALG, "SVD did not converge in Linear Least Squares");
  memcpy (solution->data, side->data, sizeof (double) * (size_t) (n * columns));
  *x    = g_steal_pointer (&solution);
  *rank = found;
  *s    = g_steal_pointer (&values);
  return true;
}

void cw_lapack_multiply (CwDtype dtype, int64_t m, int64_t k, int64_t n, const void *a, const void *b, void *out) {
  static const double complex one = 1, zero = 0;
  cw_blas_use_one_thread ();
  if (m == 0 || n == 0) return;
  if (dtype == CW_FLOAT64) cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) m, (int) n, (int) k, 1, a, (int) MAX (k, 1), b, (int) n, 0, out, (int) n);
  else cblas_zgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) m, (int) n, (int) k, &one, a, (int) MAX (k, 1), b, (int) n, &zero, out, (int) n);
}
