/* Random arrays whose parameters are arrays: every element has its own. An element's number is drawn as in any random array, from
 * the seed, the array's stream and its place in the whole array, so here too chunks make no difference. */
#include "engine/array/array-private.h"

#include <math.h>
#include <string.h>

typedef struct {
  CwRandomSource source;
  CwDtype        dtype;
} Draw;

static bool
check (CwRandomKind kind, const double *p, GError **error)
{
  switch (kind) {
  case CW_RANDOM_NORMAL:
  case CW_RANDOM_LAPLACE: return p[1] >= 0 || cw_fail (error, CW_ERROR_VALUE, "scale < 0: the spread of a distribution cannot be negative");
  case CW_RANDOM_EXPONENTIAL: return p[0] >= 0 || cw_fail (error, CW_ERROR_VALUE, "scale < 0: the scale of an exponential cannot be negative");
  case CW_RANDOM_POISSON: return p[0] >= 0 || cw_fail (error, CW_ERROR_VALUE, "lam < 0 or lam contains NaNs");
  case CW_RANDOM_BINOMIAL: return (p[0] >= 0 && p[1] >= 0 && p[1] <= 1) || cw_fail (error, CW_ERROR_VALUE, "p < 0, p > 1 or p is NaN");
  case CW_RANDOM_GAMMA: return (p[0] >= 0 && p[1] >= 0) || cw_fail (error, CW_ERROR_VALUE, "gamma needs shape >= 0 and scale >= 0");
  default: return isfinite (p[1] - p[0]) || cw_fail (error, CW_ERROR_OVERFLOW, "Range exceeds valid bounds: low and high must be finite");
  }
}

/* in[0]: the elements' flat indices; in[1 ...]: their parameters, of the same shape. */
static CwBuffer *
draw_block (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  const Draw    *d      = data;
  bool           whole  = d->source.kind == CW_RANDOM_POISSON || d->source.kind == CW_RANDOM_BINOMIAL;
  CwRandomSource source = d->source;
  g_autoptr (CwBuffer) out = cw_buffer_new (d->dtype, in[0]->ndim, in[0]->shape, error);
  for (int64_t i = 0; out && i < out->size; i++) {
    union { double f; int64_t i; } value;
    for (int k = 1; k < n_in; k++)
      source.p[k - 1] = cw_scalar_to_double (cw_buffer_get (in[k], i));
    if (!check (source.kind, source.p, error))
      return NULL;
    cw_kernels ()->random (&value, &source, (uint64_t) cw_scalar_to_int (cw_buffer_get (in[0], i)), 1, 1);
    cw_buffer_set (out, i, whole ? cw_scalar_int (value.i) : cw_scalar_float (value.f));
  }
  return g_steal_pointer (&out);
}

/* The flat index of every element of @like, cut as it is. */
static CwArray *
flat_indices (CwArray *like, GError **error)
{
  g_autoptr (CwArray) line = cw_array_arange (cw_scalar_int (0), cw_scalar_int (cw_array_size (like)), cw_scalar_int (1), NULL, CW_INT64, error);
  g_autoptr (CwArray) grid = line ? cw_array_reshape (line, like->ndim, like->shape, error) : NULL;
  return grid ? cw_array_rechunk_to (grid, like->axes, error) : NULL;
}

CwArray *
cw_array_random_of (CwRandomState *state, CwRandomKind kind, int n, CwArray **params, int ndim, const int64_t *shape, const CwChunkSpec *chunks,
                    GError **error)
{
  CwArray *in[5] = { NULL }, *result = NULL;
  int      follow[5][CW_MAX_NDIM];
  CwDtype  dtype = kind == CW_RANDOM_POISSON || kind == CW_RANDOM_BINOMIAL ? CW_INT64 : CW_FLOAT64;
  CwScalar zero  = cw_scalar_int (0);
  g_autoptr (CwArray) like = cw_array_full ("zeros", ndim, shape, chunks, dtype, zero, error);
  in[0]   = like ? flat_indices (like, error) : NULL;
  bool ok = in[0] != NULL;
  for (int i = 0; i < n && ok; i++) {
    g_autoptr (CwArray) wide = cw_array_broadcast_to (params[i], ndim, shape, NULL, error);
    ok = wide && (in[i + 1] = cw_array_rechunk_to (wide, like->axes, error));
  }
  for (int i = 0; i <= n; i++)
    for (int k = 0; k < ndim; k++)
      follow[i][k] = k;
  if (ok) {
    Draw *d          = g_new0 (Draw, 1);
    d->source.kind   = kind;
    d->source.seed   = state->seed;
    d->source.stream = state->next++;
    d->dtype         = dtype;
    result           = cw_array_blockwise ("random", draw_block, d, g_free, n + 1, in, follow, dtype, ndim, like->axes);
  }
  for (int i = 0; i <= n; i++)
    g_clear_pointer (&in[i], cw_array_unref);
  return result;
}
