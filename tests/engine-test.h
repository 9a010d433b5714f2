/* engine-test.h: short ways to make arrays in tests. */
#pragma once

#include "engine/run/run.h"

/* A spec that cuts every axis into blocks of @size. */
static inline CwChunkSpec *
chunks_of (int64_t size)
{
  CwChunkSpec *s  = cw_chunk_spec_new (-1);
  s->axes[0].kind = CW_CHUNK_SIZE;
  s->axes[0].size = size;
  return s;
}

static inline CwArray *
ones (int ndim, const int64_t *shape, int64_t chunk)
{
  g_autoptr (CwChunkSpec) c = chunks_of (chunk);
  return cw_array_full ("ones", ndim, shape, c, CW_FLOAT64, cw_scalar_int (1), NULL);
}

/* 0, 1, 2, ... in the given shape, cut into blocks of @chunk. */
static inline CwArray *
counting (int ndim, const int64_t *shape, int64_t chunk, CwDtype dtype)
{
  g_autoptr (CwChunkSpec) c = chunks_of (chunk);
  g_autoptr (CwBuffer) b    = cw_buffer_new (dtype, ndim, shape, NULL);
  for (int64_t i = 0; i < b->size; i++)
    cw_buffer_set (b, i, cw_scalar_int (i));
  return cw_array_from_buffer (b, c, NULL, NULL);
}

static inline CwArray *
uniform (uint64_t seed, int ndim, const int64_t *shape, int64_t chunk)
{
  CwRandomState           state = { seed, 0 };
  const double            p[2]  = { 0, 1 };
  g_autoptr (CwChunkSpec) c     = chunks_of (chunk);
  return cw_array_random (&state, CW_RANDOM_UNIFORM, p, ndim, shape, c, CW_DTYPE_NONE, NULL);
}

static inline CwArray *
apply2 (CwUfunc f, CwArray *a, CwArray *b)
{
  CwOperand in[2] = { { .array = a }, { .array = b } };
  return cw_array_ufunc (f, 2, in, CW_DTYPE_NONE, NULL);
}

static inline CwArray *
apply1 (CwUfunc f, CwArray *a)
{
  CwOperand in = { .array = a };
  return cw_array_ufunc (f, 1, &in, CW_DTYPE_NONE, NULL);
}

static inline CwArray *
reduce_all (CwReduction r, CwArray *a)
{
  CwReduceOptions all = CW_REDUCE_OPTIONS_INIT;
  return cw_array_reduce (r, a, &all, NULL);
}

static inline CwArray *
reduce_axis (CwReduction r, CwArray *a, int axis)
{
  CwReduceOptions o = { .n_axes = 1, .axes = { axis }, .dtype = CW_DTYPE_NONE };
  return cw_array_reduce (r, a, &o, NULL);
}

/* The values of @a, computed by @threads threads from the raw or the optimized plan. */
static inline CwBuffer *
compute_with (CwArray *a, int threads, CwPlanKind kind, GError **error)
{
  g_autoptr (CwPlan) plan = cw_plan_new (1, &a, kind, error);
  if (!plan)
    return NULL;
  CwRunOptions      o   = { .threads = threads, .trace = true };
  g_autoptr (CwRun) run = cw_run_new (plan, &o);
  CwBuffer         *b   = NULL;
  cw_run_start (run);
  return cw_run_wait (run, &b, error) ? b : NULL;
}

static inline double
number (CwArray *a)
{
  g_autoptr (CwBuffer) b = cw_compute (a, NULL);
  g_assert_nonnull (b);
  return cw_scalar_to_double (cw_buffer_get (b, 0));
}

/* "((4,), (5,))" of @a's chunks. */
#define assert_chunks(a, text)                                \
  G_STMT_START                                                \
  {                                                           \
    g_autofree char *_chunks = cw_array_chunks_to_string (a); \
    g_assert_cmpstr (_chunks, ==, text);                      \
  }                                                           \
  G_STMT_END
