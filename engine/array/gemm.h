/* gemm.h: products of matrices that lie in blocks; private to engine/array. */
#pragma once

#include "engine/array/array-private.h"

/* A stack of matrices seen in a block's memory. */
typedef struct {
  int64_t   n[3];      /* batch, rows, columns (rows: kept or contracted) */
  int64_t   stride[3]; /* bytes */
  char     *data;
  CwBuffer *owner;
} CwMatrix;

/* The dtype that a product of @dtype is computed in: float32 for float16, int64 for whole numbers, else its own. */
CwDtype cw_product_dtype (CwDtype dtype);
/* @out (row stride @ldc elements of @dtype, which is one that products are computed in) = the first matrix of @a times that of @b, or, with @add, that
 * much more. BLAS runs with one thread; stops early where the run was stopped (cw_work_is_stopped). MemoryError where an operand has to be copied. */
bool cw_matrix_multiply (CwDtype dtype, CwMatrix a, CwMatrix b, bool add, char *out, int64_t ldc, GError **error);
/* Whether a product of matrices of @rows x @depth and @depth x @columns that is added to what is there gives the bits of a product and a sum
 * made one after the other. */
bool cw_matrix_multiply_adds (CwDtype dtype, int64_t rows, int64_t depth, int64_t columns);
/* Bytes that it holds at most for matrices of @rows x @depth and @depth x @columns, beside what it is given. */
int64_t cw_matrix_multiply_bytes (CwDtype dtype, int64_t rows, int64_t depth, int64_t columns);
