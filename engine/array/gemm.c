/* CwMatrix products of two blocks: BLAS for floating point, plain loops that wrap for integers. */
#include "engine/array/gemm.h"

#include <cblas.h>
#include <string.h>

/* A product goes panel by panel along the contracted axis, so that a cancelled one ends within a tenth of a second: as deep as the panels that
 * OpenBLAS itself packs, so that nothing is lost by it. A complex product is the work of four. */
enum { PANEL = 384, PANEL_COMPLEX = PANEL / 4 };

/* An operand as BLAS reads it: row-major or transposed with a leading dimension. */
typedef struct {
  CwMatrix             m;
  enum CBLAS_TRANSPOSE trans;
  int                  ld;
} Operand;

/* False where BLAS cannot read @m. */
static bool
blas_layout (const CwMatrix *m, int item, Operand *o)
{
  int64_t rows = m->n[1], columns = m->n[2], rs = m->stride[1] / item, cs = m->stride[2] / item;
  *o = (Operand){ .m = *m, .trans = CblasNoTrans };
  if ((cs == 1 || columns == 1) && (rs >= MAX (columns, 1) || rows == 1)) {
    o->ld = (int) (rows == 1 ? MAX (columns, 1) : rs);
    return rs < INT_MAX;
  }
  if ((rs == 1 || rows == 1) && cs >= MAX (rows, 1)) {
    o->trans = CblasTrans;
    o->ld    = (int) cs;
    return cs < INT_MAX;
  }
  return false;
}

static void
gemm (CwDtype dtype, const Operand *x, const Operand *y, bool add, char *out, int ldc)
{
  const CwMatrix      *a = &x->m, *b = &y->m;
  enum CBLAS_TRANSPOSE ta = x->trans, tb = y->trans;
  int                  lda = x->ld, ldb = y->ld, m = (int) a->n[1], n = (int) b->n[2], k = (int) a->n[2];
  const float complex  one_c = 1, beta_c = add;
  const double complex one_z = 1, beta_z = add;
  switch (dtype) {
  case CW_FLOAT32: cblas_sgemm (CblasRowMajor, ta, tb, m, n, k, 1, (float *) a->data, lda, (float *) b->data, ldb, add, (float *) out, ldc); break;
  case CW_FLOAT64: cblas_dgemm (CblasRowMajor, ta, tb, m, n, k, 1, (double *) a->data, lda, (double *) b->data, ldb, add, (double *) out, ldc); break;
  case CW_COMPLEX64: cblas_cgemm (CblasRowMajor, ta, tb, m, n, k, &one_c, a->data, lda, b->data, ldb, &beta_c, out, ldc); break;
  default: cblas_zgemm (CblasRowMajor, ta, tb, m, n, k, &one_z, a->data, lda, b->data, ldb, &beta_z, out, ldc); break;
  }
}

/* Integers and bools: sums wrap in int64, rows by rows of b. Stops early where the run was stopped. */
static void
integer_product (const CwMatrix *a, const CwMatrix *b, bool add, char *out, int64_t ldc)
{
  for (int64_t i = 0; i < a->n[1] && !cw_work_is_stopped (); i++) {
    uint64_t *row = (uint64_t *) out + i * ldc;
    if (!add)
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

void
cw_blas_use_one_thread (void)
{
  static gsize once;
  if (g_once_init_enter (&once)) {
    openblas_set_num_threads (1);
    cw_blas_end_threads ();
    g_once_init_leave (&once, 1);
  }
}

/* ---- panels that are copied first ----
 *
 * Those of operands whose layout BLAS cannot read; and those of operands that lie in files, since a product reads every page of a panel many times
 * while others may be giving pages back. */

static int64_t
panel_depth (CwDtype dtype)
{
  return cw_dtype_is_complex (dtype) ? PANEL_COMPLEX : PANEL;
}

/* Copies the panel @o in the order that its transposition says into @memory, and reads it there from now on. */
static void
pack (CwDtype dtype, Operand *o, CwBuffer *memory)
{
  enum { AT_ONCE = 16 << 20, READ_AROUND = 64 << 10 }; /* bytes: what a file may show before the next look at memory, and the system's step in it */
  CwMatrix *m     = &o->m;
  int       outer = o->trans == CblasTrans ? 2 : 1, inner = 3 - outer, item = cw_dtype_size (dtype);
  int64_t   from[2] = { m->stride[outer], m->stride[inner] }, to[2] = { m->n[inner] * item, item };
  int64_t   step = MAX (AT_ONCE / MAX (to[0], READ_AROUND), 1);
  for (int64_t i = 0; i < m->n[outer]; i += step) {
    int64_t              shape[2] = { MIN (step, m->n[outer] - i), m->n[inner] };
    g_autoptr (CwBuffer) source   = cw_buffer_view (m->owner, dtype, 2, shape, from, m->data + i * from[0]);
    g_autoptr (CwBuffer) dense    = cw_buffer_view (memory, dtype, 2, shape, to, memory->data + i * to[0]);
    cw_buffer_copy (dense, source);
    cw_memory_relieve ();
  }
  m->data          = memory->data;
  m->stride[outer] = to[0];
  m->stride[inner] = item;
  o->ld            = (int) MAX (m->n[inner], 1);
}

/* Memory for panels of @o of @size elements, NULL where BLAS reads them where they are. False with an error. */
static bool
panel_memory (CwDtype dtype, const Operand *o, bool readable, int64_t size, CwBuffer **memory, GError **error)
{
  bool in_place = readable && !cw_buffer_is_in_file (o->m.owner);
  *memory       = in_place ? NULL : cw_buffer_new (dtype, 1, &size, error);
  return in_place || *memory;
}

int64_t
cw_matrix_multiply_bytes (CwDtype dtype, int64_t rows, int64_t depth, int64_t columns)
{
  return (rows + columns) * MIN (depth, panel_depth (dtype)) * cw_dtype_size (dtype);
}

bool
cw_matrix_multiply (CwDtype dtype, CwMatrix a, CwMatrix b, bool add, char *out, int64_t ldc, GError **error)
{
  int     item = cw_dtype_size (dtype);
  int64_t depth = a.n[2], panel = MIN (depth, panel_depth (dtype));
  cw_blas_use_one_thread ();
  if (depth == 0) {
    for (int64_t i = 0; i < a.n[1] && !add; i++)
      memset (out + i * ldc * item, 0, (size_t) (b.n[2] * item));
    return true;
  }
  if (dtype == CW_INT64) {
    integer_product (&a, &b, add, out, ldc);
    return true;
  }
  Operand              x, y;
  bool                 read_x = blas_layout (&a, item, &x), read_y = blas_layout (&b, item, &y);
  g_autoptr (CwBuffer) memory_x = NULL, memory_y = NULL;
  if (!panel_memory (dtype, &x, read_x, a.n[1] * panel, &memory_x, error) || !panel_memory (dtype, &y, read_y, panel * b.n[2], &memory_y, error))
    return false;
  for (int64_t k = 0; k < depth && !cw_work_is_stopped (); k += panel) {
    Operand px = x, py = y;
    px.m.data += k * a.stride[2];
    py.m.data += k * b.stride[1];
    px.m.n[2] = py.m.n[1] = MIN (panel, depth - k);
    if (memory_x)
      pack (dtype, &px, memory_x);
    if (memory_y)
      pack (dtype, &py, memory_y);
    gemm (dtype, &px, &py, add || k > 0, out, (int) ldc);
    cw_memory_relieve ();
  }
  return true;
}

/* ---- sums of products ----
 *
 * A BLAS that adds up all of a shallow product before it looks at what is there adds the two with one addition an element. That is what a product and
 * a sum do, without writing and reading the product. Whether the BLAS that is there does so on this processor is tried, on a product that is as deep
 * as any for which it is used, and whose rows and columns need loops of every width. */

enum { ADDED_DEPTH = 256, TRIED_ROWS = 93, TRIED_COLUMNS = 107 };

/* Smaller products may have loops of their own. */
static const int64_t least_added_work = (int64_t) TRIED_ROWS * TRIED_COLUMNS * 128;

/* @n numbers between -0.5 and 0.5 with all their bits in use. */
static double *
some_numbers (int n)
{
  double *values = g_new (double, n);
  for (int i = 0; i < n; i++)
    values[i] = (double) ((uint32_t) i * 2654435761u) / 4294967291.0 - 0.5;
  return values;
}

static bool
try_to_add (void)
{
  int                n = TRIED_ROWS * TRIED_COLUMNS;
  g_autofree double *a = some_numbers (TRIED_ROWS * ADDED_DEPTH), *b = some_numbers (ADDED_DEPTH * TRIED_COLUMNS);
  g_autofree double *added = some_numbers (n), *sum = some_numbers (n), *product = g_new (double, n);
  Operand x = { { .n = { 1, TRIED_ROWS, ADDED_DEPTH }, .data = (char *) a }, CblasNoTrans, ADDED_DEPTH };
  Operand y = { { .n = { 1, ADDED_DEPTH, TRIED_COLUMNS }, .data = (char *) b }, CblasNoTrans, TRIED_COLUMNS };
  cw_blas_use_one_thread ();
  gemm (CW_FLOAT64, &x, &y, true, (char *) added, TRIED_COLUMNS);
  gemm (CW_FLOAT64, &x, &y, false, (char *) product, TRIED_COLUMNS);
  for (int i = 0; i < n; i++)
    sum[i] += product[i];
  return memcmp (added, sum, (size_t) n * sizeof *sum) == 0;
}

bool
cw_matrix_multiply_adds (CwDtype dtype, int64_t rows, int64_t depth, int64_t columns)
{
  enum { UNKNOWN, NO, YES };
  static gsize answer = UNKNOWN;
  if (dtype != CW_FLOAT64)
    return dtype == CW_INT64; /* which wraps */
  if (depth > ADDED_DEPTH || rows * columns * depth < least_added_work)
    return false;
  if (g_once_init_enter (&answer))
    g_once_init_leave (&answer, try_to_add () ? YES : NO);
  return answer == YES;
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
