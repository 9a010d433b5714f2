/* CwMatrix products of two blocks: BLAS for floating point, plain loops that wrap for integers. */
#include "engine/array/gemm.h"

#include <cblas.h>
#include <string.h>

/* A product goes panel by panel along the contracted axis, so that a cancelled one ends within a tenth of a second: as deep as the panels that
 * OpenBLAS itself packs, so that nothing is lost by it. A complex product is the work of four. */
enum { PANEL = 384, PANEL_COMPLEX = PANEL / 4 };

/* How BLAS may read a matrix: row-major or transposed with a leading dimension; false if neither. */
static bool
blas_layout (const CwMatrix *m, int item, enum CBLAS_TRANSPOSE *trans, int *ld)
{
  int64_t rows = m->n[1], columns = m->n[2], rs = m->stride[1] / item, cs = m->stride[2] / item;
  if ((cs == 1 || columns == 1) && (rs >= MAX (columns, 1) || rows == 1)) {
    *trans = CblasNoTrans;
    *ld    = (int) (rows == 1 ? MAX (columns, 1) : rs);
    return rs < INT_MAX;
  }
  if ((rs == 1 || rows == 1) && cs >= MAX (rows, 1)) {
    *trans = CblasTrans;
    *ld    = (int) cs;
    return cs < INT_MAX;
  }
  return false;
}

static void
gemm (CwDtype dtype, const CwMatrix *a, enum CBLAS_TRANSPOSE ta, int lda, const CwMatrix *b, enum CBLAS_TRANSPOSE tb, int ldb, bool add, char *out,
      int ldc)
{
  int                  m = (int) a->n[1], n = (int) b->n[2], k = (int) a->n[2];
  const float complex  one_c = 1, beta_c = add;
  const double complex one_z = 1, beta_z = add;
  switch (dtype) {
  case CW_FLOAT32: cblas_sgemm (CblasRowMajor, ta, tb, m, n, k, 1, (float *) a->data, lda, (float *) b->data, ldb, add, (float *) out, ldc); break;
  case CW_FLOAT64: cblas_dgemm (CblasRowMajor, ta, tb, m, n, k, 1, (double *) a->data, lda, (double *) b->data, ldb, add, (double *) out, ldc); break;
  case CW_COMPLEX64: cblas_cgemm (CblasRowMajor, ta, tb, m, n, k, &one_c, a->data, lda, b->data, ldb, &beta_c, out, ldc); break;
  default: cblas_zgemm (CblasRowMajor, ta, tb, m, n, k, &one_z, a->data, lda, b->data, ldb, &beta_z, out, ldc); break;
  }
}

/* Integers and bools: sums wrap in int64, rows by rows of b. */
static void
integer_product (const CwMatrix *a, const CwMatrix *b, char *out, int64_t ldc)
{
  for (int64_t i = 0; i < a->n[1]; i++) {
    uint64_t *row = (uint64_t *) out + i * ldc;
    memset (row, 0, (size_t) b->n[2] * sizeof *row);
    for (int64_t k = 0; k < a->n[2]; k++) {
      uint64_t    x  = *(const uint64_t *) (a->data + i * a->stride[1] + k * a->stride[2]);
      const char *br = b->data + k * b->stride[1];
      for (int64_t j = 0; j < b->n[2]; j++)
        row[j] += x * *(const uint64_t *) (br + j * b->stride[2]);
    }
  }
}

CwDtype
cw_product_dtype (CwDtype dtype)
{
  return dtype == CW_FLOAT16 ? CW_FLOAT32 : cw_dtype_is_integer (dtype) || dtype == CW_BOOL ? CW_INT64 : dtype;
}

/* Not in OpenBLAS's headers, and not in those builds of it that have no threads. */
extern int blas_thread_shutdown_ (void) __attribute__ ((weak));

void
cw_blas_end_threads (void)
{
  if (blas_thread_shutdown_)
    blas_thread_shutdown_ ();
}

/* BLAS's own threads would get in the way of the workers. */
static void
use_one_thread (void)
{
  static gsize once;
  if (g_once_init_enter (&once)) {
    openblas_set_num_threads (1);
    cw_blas_end_threads ();
    g_once_init_leave (&once, 1);
  }
}

bool
cw_matrix_multiply (CwDtype dtype, CwMatrix a, CwMatrix b, char *out, int64_t ldc, GError **error)
{
  enum CBLAS_TRANSPOSE ta, tb;
  int                  lda, ldb, item = cw_dtype_size (dtype);
  use_one_thread ();
  if (a.n[2] == 0) {
    for (int64_t i = 0; i < a.n[1]; i++)
      memset (out + i * ldc * item, 0, (size_t) (b.n[2] * item));
    return true;
  }
  if (dtype == CW_INT64) {
    integer_product (&a, &b, out, ldc);
    return true;
  }
  CwMatrix    *pair[2]   = { &a, &b };
  CwBuffer  *packed[2] = { NULL, NULL };
  for (int i = 0; i < 2; i++)
    if (!blas_layout (pair[i], item, i ? &tb : &ta, i ? &ldb : &lda)) {
      g_autoptr (CwBuffer) view = cw_buffer_view (pair[i]->owner, dtype, 2, pair[i]->n + 1, pair[i]->stride + 1, pair[i]->data);
      packed[i] = cw_buffer_cast (view, dtype, error);
      if (!packed[i])
        return false;
      pair[i]->data      = packed[i]->data;
      pair[i]->stride[2] = item;
      pair[i]->stride[1] = pair[i]->n[2] * item;
      blas_layout (pair[i], item, i ? &tb : &ta, i ? &ldb : &lda);
    }
  int64_t panel = cw_dtype_is_complex (dtype) ? PANEL_COMPLEX : PANEL;
  for (int64_t k = 0, depth = a.n[2]; k < depth && !cw_work_is_stopped (); k += panel) {
    CwMatrix pa = a, pb = b;
    pa.data += k * a.stride[2];
    pb.data += k * b.stride[1];
    pa.n[2] = pb.n[1] = MIN (panel, depth - k);
    gemm (dtype, &pa, ta, lda, &pb, tb, ldb, k > 0, out, (int) ldc);
    cw_memory_relieve ();
  }
  g_clear_pointer (&packed[0], cw_buffer_unref);
  g_clear_pointer (&packed[1], cw_buffer_unref);
  return true;
}

const char *
cw_blas_better_core (void)
{
#ifdef __x86_64__
  /* OpenBLAS of Debian 12 takes processors newer than itself for a Prescott, at a fifth of their speed. */
  __builtin_cpu_init ();
  if (strcmp (openblas_get_corename (), "Prescott") != 0)
    return NULL;
  return __builtin_cpu_supports ("x86-64-v4") ? "SkylakeX" : __builtin_cpu_supports ("x86-64-v3") ? "Haswell" : NULL;
#else
  return NULL;
#endif
}
