/* family-random.c: random arrays, RandomState and default_rng.
 *
 * A stream is a seed and a counter of the arrays drawn from it: the same seed gives the same arrays whatever their
 * chunks. np.random and da.random have a stream each; RandomState and default_rng make others.
 */
#include <math.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* The stream that a call draws from, and whether its arrays are lazy. Methods have it before the arguments. */
static CwRandomState *stream_of (CwCall *call, CwValue **self) {
  if (call->via & CW_IN_GENERATOR) {
    call->lazy = (*self)->random.lazy;
    return &(*self)->random.state;
  }
  return cw_session_random (call->session, call->lazy);
}

/* Where the declared parameters start: methods are bound to their stream. */
typedef struct {
  CwRandomState *stream;
  CwValue       *values[CW_MAX_ARGS];
  bool           given[CW_MAX_ARGS];
  int            n;
} Draw;

static bool begin (CwCall *call, Draw *draw, GError **error) {
  int skip = 0;
  CwValue *args = call->args[0], *keywords = call->args[1];
  int n = cw_items_n (args);
  if (call->via & CW_IN_GENERATOR) {
    CwValue *self = cw_items_get (args, 0);
    draw->stream = stream_of (call, &self);
    skip         = 1;
  } else {
    draw->stream = stream_of (call, NULL);
  }
  const char *const *names = NULL;
  static const char *const signatures[][9] = {
    /* 0 */ { "size", "chunks", "dtype", NULL },
    /* 1 */ { "low", "high", "size", "chunks", "dtype", "endpoint", NULL },
    /* 2 */ { "low", "high", "size", "chunks", NULL },
    /* 3 */ { "loc", "scale", "size", "chunks", NULL },
    /* 4 */ { "scale", "size", "chunks", NULL },
    /* 5 */ { "lam", "size", "chunks", NULL },
    /* 6 */ { "n", "p", "size", "chunks", NULL },
    /* 7 */ { "shape", "scale", "size", "chunks", NULL },
    /* 8 */ { "a", "size", "replace", "p", "chunks", NULL },
  };
  names = signatures[call->entry->data & 15];
  for (draw->n = 0; names[draw->n]; draw->n++) {
    CwValue *v = skip + draw->n < n ? cw_items_get (args, skip + draw->n) : NULL;
    CwValue *named = cw_dict_get (keywords, cw_str (names[draw->n]));
    if (v && named) return cw_fail (error, CW_ERROR_TYPE, "%s() got multiple values for argument '%s'", call->entry->name, names[draw->n]);
    draw->given[draw->n]  = v || named;
    draw->values[draw->n] = v ? v : named ? named : cw_none ();
  }
  if (n - skip > draw->n) return cw_fail (error, CW_ERROR_TYPE, "%s() takes at most %d arguments but %d were given", call->entry->name, draw->n, n - skip);
  for (guint i = 0; i < keywords->dict.keys->len; i++) {
    const char *key = ((CwValue *) keywords->dict.keys->pdata[i])->s;
    if (!g_strv_contains (names, key)) return cw_fail (error, CW_ERROR_TYPE, "%s() got an unexpected keyword argument '%s'", call->entry->name, key);
  }
  return true;
}

static bool number (Draw *draw, int i, double fallback, double *out, GError **error) {
  CwScalar s;
  *out = fallback;
  if (draw->values[i]->kind == CW_V_NONE) return true;
  if (!cw_value_scalar (draw->values[i], &s)) return cw_fail (error, CW_ERROR_TYPE, "the parameters of a distribution must be numbers, not '%s'", cw_type_name (draw->values[i]));
  *out = cw_scalar_to_double (s);
  return true;
}

static bool shape_and_chunks (Draw *draw, int size, int chunks, int *ndim, int64_t shape[CW_MAX_NDIM], CwChunkSpec **spec, GError **error) {
  *ndim = 0;
  *spec = NULL;
  if (draw->values[size]->kind != CW_V_NONE && !cw_value_shape (draw->values[size], ndim, shape, error)) return false;
  return !draw->given[chunks] || cw_value_chunks (draw->values[chunks], spec, error);
}

/* A single number comes out as Python's, as NumPy's RandomState does. */
static CwValue *drawn (CwCall *call, Draw *draw, int size, CwArray *array, GError **error) {
  CwValue *v = cw_answer (call, array, error);
  return v && v->kind == CW_V_SCALAR && draw->values[size]->kind == CW_V_NONE ? cw_python_number (v->scalar) : v;
}

static CwValue *random_uniform01 (CwCall *call, GError **error) {
  Draw draw;
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  CwChunkSpec *spec;
  CwDtype dtype = CW_FLOAT64;
  if (!begin (call, &draw, error) || !shape_and_chunks (&draw, 0, 1, &ndim, shape, &spec, error)) return NULL;
  if (draw.given[2] && !cw_value_dtype (draw.values[2], &dtype, error)) return NULL;
  bool normal = call->entry->data >= 16;
  const double p[4] = { 0, 1 };
  return drawn (call, &draw, 0, cw_array_random (draw.stream, normal ? CW_RANDOM_NORMAL : CW_RANDOM_UNIFORM, p, ndim, shape, spec, dtype, error), error);
}

/* rand(d0, d1, ...) and randn: the shape as arguments. */
static CwValue *random_rand (CwCall *call, GError **error) {
  CwValue *args = call->args[0];
  CwRandomState *stream = stream_of (call, cw_items_n (args) ? (CwValue **) &args->items->pdata[0] : NULL);
  int skip = call->via & CW_IN_GENERATOR ? 1 : 0, ndim = cw_items_n (args) - skip;
  int64_t shape[CW_MAX_NDIM];
  if (ndim > CW_MAX_NDIM) {
    cw_fail (error, CW_ERROR_VALUE, "arrays have at most %d dimensions", CW_MAX_NDIM);
    return NULL;
  }
  for (int i = 0; i < ndim; i++) {
    if (!cw_value_index (cw_items_get (args, i + skip), &shape[i], error)) return NULL;
  }
  const double p[4] = { 0, 1 };
  CwValue *v = cw_answer (call, cw_array_random (stream, call->entry->data ? CW_RANDOM_NORMAL : CW_RANDOM_UNIFORM, p, ndim, shape, NULL, CW_FLOAT64, error), error);
  return v && v->kind == CW_V_SCALAR ? cw_python_number (v->scalar) : v;
}

static CwValue *random_randint (CwCall *call, GError **error) {
  Draw draw;
  int ndim;
  int64_t shape[CW_MAX_NDIM], low, high;
  CwChunkSpec *spec;
  CwDtype dtype = CW_INT64;
  bool closed = false;
  if (!begin (call, &draw, error) || !shape_and_chunks (&draw, 2, 3, &ndim, shape, &spec, error)) return NULL;
  if (!draw.given[0]) {
    cw_fail (error, CW_ERROR_TYPE, "%s() missing 1 required positional argument: 'low'", call->entry->name);
    return NULL;
  }
  if (!cw_value_index (draw.values[0], &low, error)) return NULL;
  if (draw.values[1]->kind == CW_V_NONE) {
    high = low;
    low  = 0;
  } else if (!cw_value_index (draw.values[1], &high, error)) {
    return NULL;
  }
  if (draw.given[4] && !cw_value_dtype (draw.values[4], &dtype, error)) return NULL;
  if (draw.given[5] && !cw_value_truth (draw.values[5], &closed, error)) return NULL;
  if (closed && high < INT64_MAX) high++;
  if (low >= high) {
    cw_fail (error, CW_ERROR_VALUE, "low >= high");
    return NULL;
  }
  return drawn (call, &draw, 2, cw_array_randint (draw.stream, low, high, ndim, shape, spec, dtype, error), error);
}

/* Distributions of one or two parameters; the data holds signature, kind and how many parameters. */
#define DISTRIBUTION(signature, kind, n) ((signature) | (kind) << 4 | (n) << 8)

/* loc + scale * standard, with arrays as parameters: standard numbers of their common shape, moved and stretched. */
static CwValue *random_with_arrays (CwCall *call, Draw *draw, CwRandomKind kind, int n, GError **error) {
  if (kind != CW_RANDOM_NORMAL && kind != CW_RANDOM_UNIFORM && kind != CW_RANDOM_EXPONENTIAL && kind != CW_RANDOM_LAPLACE) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "the parameters of %s must be numbers here, not arrays", call->entry->name);
    return NULL;
  }
  CwValue *low = kind == CW_RANDOM_EXPONENTIAL ? cw_float (0) : draw->given[0] ? draw->values[0] : cw_float (0);
  CwValue *high = kind == CW_RANDOM_EXPONENTIAL ? draw->values[0] : draw->given[1] ? draw->values[1] : cw_float (1);
  CwValue *stretch = kind == CW_RANDOM_UNIFORM ? cw_binary (CW_OP_SUB, high, low, error) : high;
  CwValue *like = stretch ? cw_binary (CW_OP_ADD, low, stretch, error) : NULL;
  CwArray *shaped = like ? cw_value_array (call, like, error) : NULL;
  CwChunkSpec *spec = NULL;
  int ndim = shaped ? shaped->ndim : 0;
  int64_t shape[CW_MAX_NDIM];
  if (!shaped) return NULL;
  memcpy (shape, shaped->shape, (size_t) ndim * sizeof *shape);
  if (draw->given[n] && draw->values[n]->kind != CW_V_NONE && !cw_value_shape (draw->values[n], &ndim, shape, error)) return NULL;
  if (draw->given[n + 1] && !cw_value_chunks (draw->values[n + 1], &spec, error)) return NULL;
  const double unit[4] = { 0, 1 }, rate[4] = { 1 };
  CwValue *standard = cw_answer (call, cw_array_random (draw->stream, kind, kind == CW_RANDOM_EXPONENTIAL ? rate : unit, ndim, shape, spec, CW_FLOAT64, error), error);
  CwValue *scaled = standard ? cw_binary (CW_OP_MUL, standard, stretch, error) : NULL;
  return scaled ? cw_binary (CW_OP_ADD, scaled, low, error) : NULL;
}

static CwValue *random_distribution (CwCall *call, GError **error) {
  static const double defaults[CW_N_RANDOM][2] = { [CW_RANDOM_UNIFORM] = { 0, 1 }, [CW_RANDOM_NORMAL] = { 0, 1 }, [CW_RANDOM_EXPONENTIAL] = { 1, 0 },
                                                   [CW_RANDOM_POISSON] = { 1, 0 }, [CW_RANDOM_LAPLACE] = { 0, 1 }, [CW_RANDOM_GAMMA] = { NAN, 1 },
                                                   [CW_RANDOM_BINOMIAL] = { NAN, NAN } };
  Draw draw;
  int ndim, n = call->entry->data >> 8;
  CwRandomKind kind = (CwRandomKind) (call->entry->data >> 4 & 15);
  int64_t shape[CW_MAX_NDIM];
  CwChunkSpec *spec;
  double p[4] = { 0 };
  if (!begin (call, &draw, error)) return NULL;
  for (int i = 0; i < n; i++) {
    if (cw_value_is_array (draw.values[i])) return random_with_arrays (call, &draw, kind, n, error);
  }
  if (!shape_and_chunks (&draw, n, n + 1, &ndim, shape, &spec, error)) return NULL;
  for (int i = 0; i < n; i++) {
    if (!number (&draw, i, defaults[kind][i], &p[i], error)) return NULL;
    if (isnan (p[i]) && !draw.given[i]) {
      cw_fail (error, CW_ERROR_TYPE, "%s() misses a required argument", call->entry->name);
      return NULL;
    }
  }
  bool negative_scale = (kind == CW_RANDOM_NORMAL || kind == CW_RANDOM_LAPLACE || kind == CW_RANDOM_GAMMA) && p[1] < 0;
  if (negative_scale || (kind == CW_RANDOM_EXPONENTIAL && p[0] < 0)) {
    cw_fail (error, CW_ERROR_VALUE, "scale < 0");
    return NULL;
  }
  if (kind == CW_RANDOM_POISSON && p[0] < 0) {
    cw_fail (error, CW_ERROR_VALUE, "lam < 0 or lam contains NaNs");
    return NULL;
  }
  if (kind == CW_RANDOM_BINOMIAL && (p[1] < 0 || p[1] > 1 || p[0] < 0)) {
    cw_fail (error, CW_ERROR_VALUE, "p < 0, p > 1 or p is NaN");
    return NULL;
  }
  CwDtype dtype = kind == CW_RANDOM_POISSON || kind == CW_RANDOM_BINOMIAL ? CW_INT64 : CW_FLOAT64;
  return drawn (call, &draw, n, cw_array_random (draw.stream, kind, p, ndim, shape, spec, dtype, error), error);
}

/* ---- permutations and choices --------------------------------------------------------------------------------------------- */

static CwValue *random_permutation (CwCall *call, GError **error) {
  CwValue *args = call->args[0];
  int skip = call->via & CW_IN_GENERATOR ? 1 : 0;
  if (cw_items_n (args) != 1 + skip) {
    cw_fail (error, CW_ERROR_TYPE, "permutation() takes 1 argument: a number or an array");
    return NULL;
  }
  CwRandomState *stream = stream_of (call, (CwValue **) &args->items->pdata[0]);
  CwValue *of = cw_items_get (args, skip);
  int64_t n;
  if (cw_value_is_python_number (of)) {
    if (!cw_value_index (of, &n, error)) return NULL;
    CwBuffer *order = cw_random_permutation (stream, n, error);
    if (!order || !call->lazy) return cw_eager (order);
    cw_keep_buffer (order);
    return cw_lazy (cw_array_from_buffer (order, NULL, NULL, error));
  }
  CwArray *a = cw_value_array (call, of, error);
  if (!a) return NULL;
  if (!a->ndim || a->shape[0] == CW_UNKNOWN) {
    cw_fail (error, a->ndim ? CW_ERROR_VALUE : CW_ERROR_INDEX, "permutation() needs an array whose length is known");
    return NULL;
  }
  CwBuffer *order = cw_keep_buffer (cw_random_permutation (stream, a->shape[0], error));
  return order ? cw_answer (call, cw_array_take (a, order, 0, error), error) : NULL;
}

/* Positions drawn by probabilities: the uniform numbers searched in the running sums. */
static CwBuffer *weighted_positions (CwBuffer *uniform, CwBuffer *p, GError **error) {
  g_autoptr (CwBuffer) weights = cw_buffer_cast (p, CW_FLOAT64, error);
  CwBuffer *out = weights ? cw_buffer_new (CW_INT64, uniform->ndim, uniform->shape, error) : NULL;
  if (!out) return NULL;
  double *w = (double *) weights->data, total = 0;
  for (int64_t i = 0; i < weights->size; i++) w[i] = total += w[i];
  for (int64_t i = 0; i < uniform->size; i++) {
    double u = cw_buffer_get (uniform, i).f * total;
    int64_t low = 0, high = weights->size - 1;
    while (low < high) {
      int64_t middle = (low + high) / 2;
      if (w[middle] > u) high = middle;
      else low = middle + 1;
    }
    ((int64_t *) out->data)[i] = low;
  }
  return out;
}

static CwValue *random_choice (CwCall *call, GError **error) {
  Draw draw;
  int ndim;
  int64_t shape[CW_MAX_NDIM], n, count;
  CwChunkSpec *spec;
  bool replace = true;
  if (!begin (call, &draw, error) || !shape_and_chunks (&draw, 1, 4, &ndim, shape, &spec, error) || !cw_shape_size (ndim, shape, &count, error)) return NULL;
  if (draw.given[2] && !cw_value_truth (draw.values[2], &replace, error)) return NULL;
  CwValue *of = draw.values[0];
  CwBuffer *from = cw_value_is_python_number (of) ? NULL : cw_value_buffer (of, error);
  if (!from && !cw_value_is_python_number (of)) return NULL;
  if (!from && !cw_value_index (of, &n, error)) return NULL;
  if (from && from->ndim != 1) {
    cw_fail (error, CW_ERROR_VALUE, "a must be one dimensional");
    return NULL;
  }
  if (from) n = from->size;
  if (n <= 0 && count > 0) {
    cw_fail (error, CW_ERROR_VALUE, "a must be greater than 0 unless no samples are taken");
    return NULL;
  }
  CwBuffer *p = draw.values[3]->kind == CW_V_NONE ? NULL : cw_value_buffer (draw.values[3], error), *at = NULL;
  if (draw.values[3]->kind != CW_V_NONE) {
    if (!p) return NULL;
    double total = 0;
    for (int64_t i = 0; i < p->size; i++) total += cw_scalar_to_double (cw_buffer_get (p, i));
    if (p->ndim != 1 || p->size != n) cw_fail (error, CW_ERROR_VALUE, "a and p must have the same size");
    else if (fabs (total - 1) > 1e-8) cw_fail (error, CW_ERROR_VALUE, "probabilities do not sum to 1");
    if (p->ndim != 1 || p->size != n || fabs (total - 1) > 1e-8) return NULL;
  }
  if (!replace) {
    if (count > n) {
      cw_fail (error, CW_ERROR_VALUE, "Cannot take a larger sample than population when 'replace=False'");
      return NULL;
    }
    g_autoptr (CwBuffer) order = cw_random_permutation (draw.stream, n, error);
    g_autoptr (CwBuffer) some = order ? cw_buffer_view (order, CW_INT64, 1, &count, order->strides, order->data) : NULL;
    at = some ? cw_keep_buffer (cw_buffer_reshape (some, ndim, shape, error)) : NULL;
  } else if (p) {
    const double unit[4] = { 0, 1 };
    g_autoptr (CwArray) uniform = cw_array_random (draw.stream, CW_RANDOM_UNIFORM, unit, ndim, shape, NULL, CW_FLOAT64, error);
    g_autoptr (CwBuffer) u = uniform ? cw_session_compute_one (uniform, error) : NULL;
    at = u ? cw_keep_buffer (weighted_positions (u, p, error)) : NULL;
  } else {
    g_autoptr (CwArray) indices = cw_array_randint (draw.stream, 0, MAX (n, 1), ndim, shape, NULL, CW_INT64, error);
    at = indices ? cw_keep_buffer (cw_session_compute_one (indices, error)) : NULL;
  }
  if (!at) return NULL;
  CwValue *indices = cw_eager (cw_buffer_ref (at));
  CwValue *v = from ? cw_array_item (cw_eager (cw_buffer_ref (from)), indices, error) : indices;
  if (!v || v->kind != CW_V_EAGER || !call->lazy) return v && v->kind == CW_V_EAGER && !ndim ? cw_eager_or_scalar (cw_buffer_ref (v->buffer)) : v;
  return cw_lazy (cw_array_from_buffer (v->buffer, spec, "choice", error));
}

/* ---- streams ---------------------------------------------------------------------------------------------------------------------- */

static CwValue *random_state (CwCall *call, GError **error) {
  int64_t seed = 0;
  CwValue *v = cw_value_new (CW_V_RANDOM);
  if (!cw_arg_is_none (call, 0) && !cw_arg_int (call, 0, &seed, error)) return NULL;
  if (seed < 0) {
    cw_fail (error, CW_ERROR_VALUE, "Seed must be between 0 and 2**32 - 1");
    return NULL;
  }
  if (cw_arg_is_none (call, 0)) {
    CwRandomState *own = cw_session_random (call->session, call->lazy);
    seed = (int64_t) (own->seed * 6364136223846793005u + own->next++ + 1) & INT64_MAX;
  }
  v->random.state     = (CwRandomState){ .seed = (uint64_t) seed };
  v->random.generator = call->entry->data;
  v->random.lazy      = call->via & CW_IN_DA_RANDOM;
  return v;
}

static CwValue *random_seed (CwCall *call, GError **error) {
  int64_t seed = 0;
  if (!cw_arg_is_none (call, 0) && !cw_arg_int (call, 0, &seed, error)) return NULL;
  *cw_session_random (call->session, call->lazy) = (CwRandomState){ .seed = (uint64_t) seed };
  return cw_none ();
}

#define ANY "*args, **kwargs"

const CwEntry cw_entries_random[] = {
  { "random", CW_IN_RANDOM, ANY, random_uniform01, "Floats evenly from 0 to 1: random(size=None, chunks='auto').", 0 },
  { "random_sample", CW_IN_RANDOM, ANY, random_uniform01, "Floats evenly from 0 to 1: random_sample(size=None, chunks='auto').", 0 },
  { "standard_normal", CW_IN_RANDOM, ANY, random_uniform01, "Normal numbers of mean 0 and deviation 1: standard_normal(size=None, chunks='auto').", 16 },
  { "rand", CW_IN_NP_RANDOM | CW_IN_GENERATOR, "*shape", random_rand, "Floats evenly from 0 to 1: rand(2, 3).", 0 },
  { "randn", CW_IN_NP_RANDOM | CW_IN_GENERATOR, "*shape", random_rand, "Normal numbers: randn(2, 3).", 1 },
  { "randint", CW_IN_RANDOM, ANY, random_randint, "Integers from low to before high: randint(low, high=None, size=None, chunks='auto').", 1 },
  { "integers", CW_IN_RANDOM, ANY, random_randint, "Integers from low to before high: integers(low, high=None, size=None, chunks='auto', endpoint=False).", 1 },
  { "uniform", CW_IN_RANDOM, ANY, random_distribution, "Floats evenly from low to high: uniform(low=0.0, high=1.0, size=None, chunks='auto').", DISTRIBUTION (2, CW_RANDOM_UNIFORM, 2) },
  { "normal", CW_IN_RANDOM, ANY, random_distribution, "Normal numbers: normal(loc=0.0, scale=1.0, size=None, chunks='auto').", DISTRIBUTION (3, CW_RANDOM_NORMAL, 2) },
  { "laplace", CW_IN_RANDOM, ANY, random_distribution, "Laplace numbers: laplace(loc=0.0, scale=1.0, size=None, chunks='auto').", DISTRIBUTION (3, CW_RANDOM_LAPLACE, 2) },
  { "exponential", CW_IN_RANDOM, ANY, random_distribution, "Exponential numbers: exponential(scale=1.0, size=None, chunks='auto').", DISTRIBUTION (4, CW_RANDOM_EXPONENTIAL, 1) },
  { "poisson", CW_IN_RANDOM, ANY, random_distribution, "Poisson counts: poisson(lam=1.0, size=None, chunks='auto').", DISTRIBUTION (5, CW_RANDOM_POISSON, 1) },
  { "binomial", CW_IN_RANDOM, ANY, random_distribution, "Binomial counts: binomial(n, p, size=None, chunks='auto').", DISTRIBUTION (6, CW_RANDOM_BINOMIAL, 2) },
  { "gamma", CW_IN_RANDOM, ANY, random_distribution, "Gamma numbers: gamma(shape, scale=1.0, size=None, chunks='auto').", DISTRIBUTION (7, CW_RANDOM_GAMMA, 2) },
  { "choice", CW_IN_RANDOM, ANY, random_choice, "Elements drawn at random: choice(a, size=None, replace=True, p=None, chunks='auto').", 8 },
  { "permutation", CW_IN_RANDOM, ANY, random_permutation, "A random order of 0 to n-1, or of an array's rows.", 0 },
  { "RandomState", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "seed=None", random_state, "A stream of random arrays: the same seed gives the same arrays.", 0 },
  { "default_rng", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "seed=None", random_state, "A stream of random arrays: the same seed gives the same arrays.", 1 },
  { "seed", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "seed=None", random_seed, "Starts the module's own stream anew.", 0 },
  { 0 },
};
