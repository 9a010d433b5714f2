/* dot_naive.c: the product of two n x n matrices, as one would write it down first.
 *
 * The innermost loop walks down a column of b. Its elements are n numbers apart in memory, so nearly every one of them has to be fetched
 * from far away.
 */
#include "lessons/plain_c/plain_c.h"

void
dot_naive (size_t n, const double *a, const double *b, double *c)
{
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      double sum = 0;
      for (size_t k = 0; k < n; k++)
        sum += a[i * n + k] * b[k * n + j];
      c[i * n + j] = sum;
    }
}
