/* dot_reordered.c: the same product with two of the loops exchanged.
 *
 * Now the innermost loop walks along rows of b and c, one number after the other. Memory delivers whole lines of eight numbers, and all eight
 * are used; the compiler can also do several of them in one instruction.
 */
#include <string.h>

#include "lessons/plain_c/plain_c.h"

void
dot_reordered (size_t n, const double *a, const double *b, double *c)
{
  memset (c, 0, n * n * sizeof *c);
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      for (size_t j = 0; j < n; j++)
        c[i * n + j] += a[i * n + k] * b[k * n + j];
}
