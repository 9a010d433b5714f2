/* Creation: arrays whose values are a rule (constants, ranges, the identity) or an eager buffer. */
#include "engine/array/array-private.h"

#include <math.h>
#include <string.h>

/* Cuts @shape as @chunks say and makes the node; takes @params. */
static CwArray *
make (const CwOp *op, const char *name, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, void *params,
      GError **error)
{
  CwAxis *axes[CW_MAX_NDIM];
  for (int i = 0; i < ndim; i++)
    if (shape[i] < 0) {
      cw_fail (error, CW_ERROR_VALUE, "negative dimensions are not allowed: axis %d has length %" G_GINT64_FORMAT, i, shape[i]);
      goto fail;
    }
  if (!cw_chunks_normalize (chunks, ndim, shape, dtype, NULL, axes, error))
    goto fail;
  return cw_array_new (op, name, dtype, ndim, axes, 0, NULL, params);
fail:
  if (op->free_params && params)
    op->free_params (params);
  g_free (params);
  return NULL;
}

/* ---- constants ---- */

const CwOp cw_op_constant = { .name = "constant", .kind = CW_OP_SOURCE, .cheap = true };

CwArray *
cw_array_full (const char *name, int ndim, const int64_t *shape, const CwChunkSpec *chunks, CwDtype dtype, CwScalar value,
               GError **error)
{
  CwConstant *params = g_new (CwConstant, 1);
  params->value      = cw_scalar_cast (value, dtype);
  return make (&cw_op_constant, name, ndim, shape, chunks, dtype, params, error);
}

/* ---- ranges: start + index * step, from the global index, so that chunks do not change a bit ---- */

typedef struct {
  double  start, step, last;
  int64_t istart, istep, n;
  bool    integer;
  bool    pin_last; /* linspace with its end point: the last value is `last` exactly */
} Range;

CwDtype
cw_op_fill_dtype (const CwArray *a)
{
  return cw_loop_dtype (cw_loop_of (a->dtype)) == CW_FLOAT32 ? CW_FLOAT64 : cw_loop_dtype (cw_loop_of (a->dtype));
}

static inline double
range_value (const Range *r, int64_t index)
{
  return r->pin_last && index == r->n - 1 ? r->last : r->start + (double) index * r->step;
}

static void
fill_range (const CwArray *a, uint64_t first, int64_t step, size_t n, void *out)
{
  const Range *r     = a->params;
  CwDtype      d     = cw_op_fill_dtype (a);
  int64_t      index = (int64_t) first, count = (int64_t) n;
  int64_t     *whole = out;
  double      *real  = out;
  if (r->integer && d == CW_INT64)
    for (int64_t i = 0; i < count; i++)
      whole[i] = r->istart + (index + step * i) * r->istep;
  else if (r->integer && d == CW_FLOAT64)
    for (int64_t i = 0; i < count; i++)
      real[i] = (double) (r->istart + (index + step * i) * r->istep);
  else if (d == CW_FLOAT64)
    for (int64_t i = 0; i < count; i++)
      real[i] = range_value (r, index + step * i);
  else
    for (int64_t i = 0; i < count; i++) {
      CwScalar s = r->integer ? cw_scalar_int (r->istart + (index + step * i) * r->istep) : cw_scalar_float (range_value (r, index + step * i));
      cw_scalar_store (s, d, (char *) out + i * cw_dtype_size (d));
    }
}

static const CwOp op_range = { .name = "range", .kind = CW_OP_SOURCE, .cheap = true, .fill = fill_range };

CwArray *
cw_array_arange (CwScalar start, CwScalar stop, CwScalar step, const CwChunkSpec *chunks, CwDtype dtype, GError **error)
{
  double lo = cw_scalar_to_double (start), hi = cw_scalar_to_double (stop), by = cw_scalar_to_double (step);
  if (by == 0) {
    cw_fail (error, CW_ERROR_ZERO_DIVISION, "arange needs a step other than 0");
    return NULL;
  }
  if (dtype == CW_DTYPE_NONE) {
    dtype = cw_dtype_promote (cw_dtype_promote (start.dtype, stop.dtype), step.dtype);
    if (dtype == CW_BOOL)
      dtype = CW_INT64;
  }
  double count = ceil ((hi - lo) / by);
  if (!(count < 9e18)) {
    cw_fail (error, CW_ERROR_VALUE, "Maximum allowed size exceeded: arange would need %g elements", count);
    return NULL;
  }
  int64_t n      = count > 0 ? (int64_t) count : 0;
  Range  *r      = g_new0 (Range, 1);
  r->integer     = !cw_dtype_is_float (start.dtype) && !cw_dtype_is_float (step.dtype);
  r->istart      = cw_scalar_to_int (start);
  r->istep       = cw_scalar_to_int (step);
  r->start       = lo;
  r->step        = by;
  r->n           = n;
  return make (&op_range, "arange", 1, &n, chunks, dtype, r, error);
}

CwArray *
cw_array_linspace (double start, double stop, int64_t num, bool endpoint, const CwChunkSpec *chunks, CwDtype dtype,
                   GError **error)
{
  Range  *r   = g_new0 (Range, 1);
  int64_t div = endpoint ? num - 1 : num;
  r->start    = start;
  r->step     = div > 0 ? (stop - start) / (double) div : 0;
  r->last     = stop;
  r->pin_last = endpoint && num > 1;
  r->n        = num;
  return make (&op_range, "linspace", 1, &num, chunks, dtype == CW_DTYPE_NONE ? CW_FLOAT64 : dtype, r, error);
}

/* ---- the identity ---- */

typedef struct {
  int64_t m, k;
} Eye;

static void
fill_eye (const CwArray *a, uint64_t first, int64_t step, size_t n, void *out)
{
  const Eye *e    = a->params;
  CwDtype    d    = cw_op_fill_dtype (a);
  int        item = cw_dtype_size (d);
  int64_t    from = (int64_t) first, last = from + step * ((int64_t) n - 1), low = MIN (from, last), high = MAX (from, last);
  memset (out, 0, n * (size_t) item);
  for (int64_t row = low / e->m; row <= high / e->m; row++) {
    int64_t one = row * e->m + row + e->k;
    if (row + e->k < 0 || row + e->k >= e->m || one < low || one > high || (step != 0 && (one - from) % step != 0))
      continue;
    int64_t at = step == 0 ? 0 : (one - from) / step, copies = step == 0 ? (int64_t) n : 1;
    for (int64_t i = at; i < at + copies; i++)
      cw_scalar_store (cw_scalar_int (1), d, (char *) out + i * item);
  }
}

static const CwOp op_eye = { .name = "eye", .kind = CW_OP_SOURCE, .cheap = true, .fill = fill_eye };

CwArray *
cw_array_eye (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, CwDtype dtype, GError **error)
{
  int64_t shape[2] = { n, m };
  Eye    *e        = g_new (Eye, 1);
  e->m             = m;
  e->k             = k;
  return make (&op_eye, "eye", 2, shape, chunks, dtype, e, error);
}

/* ---- eager buffers ---- */

typedef struct {
  CwBuffer *buffer;
} Source;

static void
free_source (void *params)
{
  cw_buffer_unref (((Source *) params)->buffer);
}

/* The block is a view of the buffer: no copy. */
static CwBuffer *
compute_buffer (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  CwBuffer *whole = ((Source *) a->params)->buffer;
  int64_t   shape[CW_MAX_NDIM];
  char     *data = whole->data;
  for (int i = 0; i < a->ndim; i++) {
    shape[i] = a->axes[i]->lengths[block[i]];
    data += a->axes[i]->offsets[block[i]] * whole->strides[i];
  }
  return cw_buffer_view (whole, whole->dtype, a->ndim, shape, whole->strides, data);
}

const CwOp cw_op_buffer = { .name = "array", .kind = CW_OP_BUFFER, .cheap = true, .compute = compute_buffer, .free_params = free_source };

CwArray *
cw_array_from_buffer (CwBuffer *buffer, const CwChunkSpec *chunks, const char *name, GError **error)
{
  Source *s = g_new (Source, 1);
  s->buffer = cw_buffer_ref (buffer);
  return make (&cw_op_buffer, name ? name : "array", buffer->ndim, buffer->shape, chunks, buffer->dtype, s, error);
}

CwBuffer *
cw_array_source_buffer (const CwArray *a)
{
  return a->op == &cw_op_buffer ? ((Source *) a->params)->buffer : NULL;
}

/* ---- random ---- */

static void
fill_random (const CwArray *a, uint64_t first, int64_t step, size_t n, void *out)
{
  cw_kernels ()->random (out, a->params, first, step, n);
}

static const CwOp op_random = { .name = "random", .kind = CW_OP_SOURCE, .fill = fill_random };

static const struct {
  const char *name;
  int         n_params;
  bool        integer;
} random_infos[] = {
  [CW_RANDOM_UNIFORM] = { "uniform", 2, false },     [CW_RANDOM_NORMAL] = { "normal", 2, false },
  [CW_RANDOM_EXPONENTIAL] = { "exponential", 1, false }, [CW_RANDOM_POISSON] = { "poisson", 1, true },
  [CW_RANDOM_INTEGERS] = { "randint", 0, true },     [CW_RANDOM_BINOMIAL] = { "binomial", 2, true },
  [CW_RANDOM_GAMMA] = { "gamma", 2, false },         [CW_RANDOM_LAPLACE] = { "laplace", 2, false },
};

static CwArray *
make_random (CwRandomState *state, const CwRandomSource *source, int ndim, const int64_t *shape, const CwChunkSpec *chunks,
             CwDtype dtype, GError **error)
{
  CwRandomSource *s    = g_memdup2 (source, sizeof *source);
  const char     *name = random_infos[s->kind].name;
  if (s->kind == CW_RANDOM_UNIFORM && s->p[0] == 0 && s->p[1] == 1)
    name = "random_sample";
  s->seed   = state->seed;
  s->stream = state->next++;
  return make (&op_random, name, ndim, shape, chunks, dtype, s, error);
}

/* The condition under which a distribution's parameters make sense, as NumPy checks it. */
static bool
check_random (CwRandomKind kind, const double *p, GError **error)
{
  switch (kind) {
  case CW_RANDOM_NORMAL:
  case CW_RANDOM_LAPLACE: return p[1] >= 0 || cw_fail (error, CW_ERROR_VALUE, "scale < 0: the spread of a distribution cannot be negative");
  case CW_RANDOM_EXPONENTIAL: return p[0] >= 0 || cw_fail (error, CW_ERROR_VALUE, "scale < 0: the scale of an exponential cannot be negative");
  case CW_RANDOM_POISSON: return (p[0] >= 0 && p[0] < 9.2e18) || cw_fail (error, CW_ERROR_VALUE, "lam < 0 or too large: a Poisson mean lies between 0 and 9.2e18");
  case CW_RANDOM_BINOMIAL:
    return (p[0] >= 0 && p[1] >= 0 && p[1] <= 1) || cw_fail (error, CW_ERROR_VALUE, "binomial needs n >= 0 and 0 <= p <= 1");
  case CW_RANDOM_GAMMA: return (p[0] >= 0 && p[1] >= 0) || cw_fail (error, CW_ERROR_VALUE, "gamma needs shape >= 0 and scale >= 0");
  default: return isfinite (p[1] - p[0]) || cw_fail (error, CW_ERROR_OVERFLOW, "Range exceeds valid bounds: low and high must be finite");
  }
}

CwArray *
cw_array_random (CwRandomState *state, CwRandomKind kind, const double *p, int ndim, const int64_t *shape,
                 const CwChunkSpec *chunks, CwDtype dtype, GError **error)
{
  CwRandomSource s = { .kind = kind };
  for (int i = 0; i < random_infos[kind].n_params; i++)
    s.p[i] = p[i];
  if (!check_random (kind, s.p, error))
    return NULL;
  if (dtype == CW_DTYPE_NONE)
    dtype = random_infos[kind].integer ? CW_INT64 : CW_FLOAT64;
  return make_random (state, &s, ndim, shape, chunks, dtype, error);
}

CwArray *
cw_array_randint (CwRandomState *state, int64_t low, int64_t high, int ndim, const int64_t *shape, const CwChunkSpec *chunks,
                  CwDtype dtype, GError **error)
{
  if (low >= high) {
    cw_fail (error, CW_ERROR_VALUE, "low >= high: there is no integer from %" G_GINT64_FORMAT " up to, but not including, %" G_GINT64_FORMAT,
             low, high);
    return NULL;
  }
  CwRandomSource s = { .kind = CW_RANDOM_INTEGERS, .low = low, .range = (uint64_t) high - (uint64_t) low };
  return make_random (state, &s, ndim, shape, chunks, dtype == CW_DTYPE_NONE ? CW_INT64 : dtype, error);
}

/* Fisher and Yates, with one random word a step. */
CwBuffer *
cw_random_permutation (CwRandomState *state, int64_t n, GError **error)
{
  CwBuffer *b = cw_buffer_new (CW_INT64, 1, &n, error);
  if (!b)
    return NULL;
  int64_t       *v      = (int64_t *) b->data;
  const uint32_t key[2] = { (uint32_t) state->seed, (uint32_t) (state->seed >> 32) };
  uint32_t       stream = state->next++;
  for (int64_t i = 0; i < n; i++)
    v[i] = i;
  for (int64_t i = n - 1; i > 0; i--) {
    const uint32_t counter[4] = { (uint32_t) i, (uint32_t) (i >> 32), stream, 0 };
    uint32_t       w[4];
    cw_philox4x32 (counter, key, w);
    int64_t k = (int64_t) (((unsigned __int128) (w[0] | (uint64_t) w[1] << 32) * (uint64_t) (i + 1)) >> 64);
    int64_t t = v[i];
    v[i]      = v[k];
    v[k]      = t;
  }
  return b;
}
