/* lapack.h: linear algebra of whole matrices, by LAPACK. Matrices are 2-d buffers of any dtype; results are float64 or
 * complex128. False or NULL with LinAlgError or ValueError. */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/* Eigenvalues and right eigenvectors (columns; @v may be NULL); real where no imaginary part is left. */
bool cw_lapack_eig (CwBuffer *a, CwBuffer **w, CwBuffer **v, GError **error);
/* Of a symmetric or Hermitian matrix, ascending. */
bool cw_lapack_eigh (CwBuffer *a, CwBuffer **w, CwBuffer **v, GError **error);
/* x of a x = b; @b is a vector or a matrix. */
CwBuffer *cw_lapack_solve (CwBuffer *a, CwBuffer *b, GError **error);
CwBuffer *cw_lapack_solve_triangular (CwBuffer *a, CwBuffer *b, bool lower, GError **error);
CwBuffer *cw_lapack_inverse (CwBuffer *a, GError **error);
bool      cw_lapack_determinant (CwBuffer *a, double complex *sign, double *log_abs, GError **error);
CwBuffer *cw_lapack_cholesky (CwBuffer *a, bool lower, GError **error);
/* a = u diag(s) vt; @full: square u and vt. */
bool cw_lapack_svd (CwBuffer *a, bool full, CwBuffer **u, CwBuffer **s, CwBuffer **vt, GError **error);
/* a = q r, reduced. */
bool cw_lapack_qr (CwBuffer *a, CwBuffer **q, CwBuffer **r, GError **error);
/* a = p l u. */
bool cw_lapack_lu (CwBuffer *a, CwBuffer **p, CwBuffer **l, CwBuffer **u, GError **error);
/* @out = @a times @b: @m x @k and @k x @n, contiguous, of @dtype float64 or complex128. */
void cw_lapack_multiply (CwDtype dtype, int64_t m, int64_t k, int64_t n, const void *a, const void *b, void *out);
bool cw_lapack_lstsq (CwBuffer *a, CwBuffer *b, CwBuffer **x, int *rank, CwBuffer **s, GError **error);

G_END_DECLS
