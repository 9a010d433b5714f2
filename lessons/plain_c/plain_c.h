/* plain_c.h: products of matrices in plain C, to stand beside the chunked ones. */
#pragma once

#include <stddef.h>

/* c = a times b: n x n matrices, a row after the other. Nothing overlaps. */
void dot_naive (size_t n, const double *a, const double *b, double *c);
void dot_reordered (size_t n, const double *a, const double *b, double *c);
void dot_blocked (size_t n, const double *a, const double *b, double *c);
void dot_blas (size_t n, const double *a, const double *b, double *c);
