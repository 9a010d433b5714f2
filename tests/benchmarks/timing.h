/* timing.h: what benchmarks in C measure with. */
#pragma once

#include <stdlib.h>
#include <time.h>

static int
timing_ascending (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* The median of an odd number of values, which are sorted. */
static inline double
timing_median (double *v, size_t n)
{
  qsort (v, n, sizeof *v, timing_ascending);
  return v[n / 2];
}

static inline double
timing_now_ns (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec * 1e9 + (double) t.tv_nsec;
}
