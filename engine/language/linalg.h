/* linalg.h: linear algebra of whole matrices.
 *
 * A decomposition answers with parts: eigenvalues and eigenvectors, q and r. cw_linalg() works on values at once and gives all parts;
 * cw_linalg_part() is a lazy array of one part, a task over the whole matrix.
 */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* One row a function: id, NumPy's name, number of parts. */
#define CW_LINALGS(X) \
  X (EIG, "eig", 2) \
  X (EIGVALS, "eigvals", 1) \
  X (EIGH, "eigh", 2) \
  X (EIGVALSH, "eigvalsh", 1) \
  X (INV, "inv", 1) \
  X (DET, "det", 1) \
  X (SLOGDET, "slogdet", 2) \
  X (SOLVE, "solve", 1) \
  X (SVD, "svd", 3) \
  X (QR, "qr", 2) \
  X (CHOLESKY, "cholesky", 1) \
  X (LU, "lu", 3) \
  X (LSTSQ, "lstsq", 4) \
  X (RANK, "matrix_rank", 1) \
  X (PINV, "pinv", 1) \
  X (TRIANGULAR, "solve_triangular", 1) \
  X (COND, "cond", 1)

typedef enum {
#define X(id, name, parts) CW_LINALG_##id,
  CW_LINALGS (X)
#undef X
} CwLinalg;

#define CW_LINALG_MAX_PARTS 4

int         cw_linalg_n_parts (CwLinalg op);
int         cw_linalg_n_inputs (CwLinalg op); /* 2: solve and its kin */
const char *cw_linalg_name (CwLinalg op);     /* "CW_LINALG_EIG" */

/* Fills @parts[CW_LINALG_MAX_PARTS] (NULL before) with new references; what the answer does not have, or need not be looked at, is NULL. @in: contiguous matrices of
 * any dtype; parts are float64 or complex128. @flag: the lower triangle (CHOLESKY, TRIANGULAR), square factors (SVD); else true.
 * LinAlgError, ValueError. */
bool cw_linalg (CwLinalg op, bool flag, CwBuffer *const *in, CwBuffer **parts, GError **error);
/* Part @part as a lazy array of @dtype and @shape in one block. @rows: lengths of the row blocks of a tall matrix, which QR and SVD
 * work on one after the other; their signs are then settled as Dask settles them. */
CwArray *cw_linalg_part (CwLinalg op, int part, bool flag, int64_t n_rows, const int64_t *rows, int n, CwArray **in, CwDtype dtype, int ndim,
                         const int64_t *shape, GError **error);

G_END_DECLS
