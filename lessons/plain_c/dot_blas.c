/* dot_blas.c: the same product by BLAS, the library that NumPy calls.
 *
 * BLAS works in blocks too, in several sizes at once, one for each level of memory, and its innermost loop is written for the very processor
 * that it runs on.
 */
#include <cblas.h>

#include "lessons/plain_c/plain_c.h"

void
dot_blas (size_t n, const double *a, const double *b, double *c)
{
  int m = (int) n;
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, m, m, m, 1, a, m, b, m, 0, c, m);
}
