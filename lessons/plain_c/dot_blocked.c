/* dot_blocked.c: the same product in blocks of 64 x 64.
 *
 * Three blocks of 64 x 64 numbers take 96 KiB: they stay close to the processor while 64 x 64 x 64 multiplications are done with them. This
 * is what chunks are, on a small scale.
 */
#include <string.h>

#include "lessons/plain_c/plain_c.h"

#define BLOCK 64

static size_t
least (size_t a, size_t b)
{
  return a < b ? a : b;
}

/* Adds the product of one block of a and one of b to a block of c. */
static void
add_product (size_t n, const double *a, const double *b, double *c, size_t rows, size_t inner, size_t columns)
{
  for (size_t i = 0; i < rows; i++)
    for (size_t k = 0; k < inner; k++)
      for (size_t j = 0; j < columns; j++)
        c[i * n + j] += a[i * n + k] * b[k * n + j];
}

void
dot_blocked (size_t n, const double *a, const double *b, double *c)
{
  memset (c, 0, n * n * sizeof *c);
  for (size_t i = 0; i < n; i += BLOCK)
    for (size_t k = 0; k < n; k += BLOCK)
      for (size_t j = 0; j < n; j += BLOCK)
        add_product (n, a + i * n + k, b + k * n + j, c + i * n + j, least (BLOCK, n - i), least (BLOCK, n - k), least (BLOCK, n - j));
}
