/* family-random.c: random arrays.
 *
 * A stream is a seed and a counter of the arrays drawn from it: the same seed gives the same arrays whatever their
 * chunks. np.random and da.random have a stream each; RandomState and default_rng make others. A few distributions are the
 * kernels' own; the rest are made of them by the textbook formulas (Devroye: Non-Uniform Random Variate Generation, 1986).
 */
#include <math.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

CwValue *const *cw_random_begin (CwCall *call, CwRandomState **stream) {
  if (call->via & CW_IN_GENERATOR) {
    CwValue *self = call->args[0];
    call->lazy = self->random.lazy;
    *stream    = &self->random.state;
    return &call->args[1];
  }
  *stream = cw_session_random (call->session, call->lazy);
  return &call->args[0];
}

/* ---- draws ------------------------------------------------------------------------------------------------------------- */

/* A call that draws: its stream, its own arguments, and the shape and chunks of its result. */
typedef struct {
  CwCall         *call;
  CwRandomState  *stream;
  CwValue *const *args; /* the distribution's parameters */
  int             n;    /* how many */
  bool            sized;
  int             ndim;
  int64_t         shape[CW_MAX_NDIM];
  CwChunkSpec    *chunks;
} Draw;

/* Without size= the parameters' own shapes broadcast. */
static bool shape_of_parameters (Draw *d, GError **error) {
  CwArray *arrays[4];
  int n = 0;
  for (int i = 0; i < d->n; i++) {
    if (cw_value_is_number (d->args[i]) || d->args[i]->kind == CW_V_NONE) continue;
    if (!(arrays[n++] = cw_value_array (d->call, d->args[i], error))) return false;
  }
  d->ndim = 0;
  return !n || cw_shapes_broadcast (n, arrays, &d->ndim, d->shape, error);
}

static bool begin (CwCall *call, int n, Draw *d, GError **error) {
  *d = (Draw){ .call = call, .n = n };
  d->args = cw_random_begin (call, &d->stream);
  int skip = (int) (d->args - call->args);
  bool lazy = call->lazy;
  d->sized = d->args[n]->kind != CW_V_NONE;
  if (call->given[skip + n + 1] && !lazy) {
    return cw_fail (error, CW_ERROR_TYPE, "%s() got an unexpected keyword argument 'chunks': NumPy arrays have none, da.random makes arrays with chunks", call->entry->name);
  }
  if (!cw_arg_chunks (call, skip + n + 1, &d->chunks, error)) return false;
  bool ok = d->sized ? cw_value_shape (d->args[n], &d->ndim, d->shape, error) : shape_of_parameters (d, error);
  call->lazy = lazy; /* the space decides, not the parameters */
  return ok;
}

/* One array of a kernel's distribution with parameters @p, numbers or arrays. */
static CwValue *draw (Draw *d, CwRandomKind kind, int n, CwValue *const *p, GError **error) {
  double numbers[4] = { 0 };
  bool plain = true, lazy = d->call->lazy;
  for (int i = 0; i < n; i++) {
    CwScalar s;
    plain &= cw_value_scalar (p[i], &s);
    if (plain) numbers[i] = cw_scalar_to_double (s);
    if (p[i]->kind == CW_V_STR) {
      cw_fail (error, CW_ERROR_TYPE, "the parameters of a distribution must be numbers or arrays, not '%s'", cw_type_name (p[i]));
      return NULL;
    }
  }
  if (plain) return cw_answer (d->call, cw_array_random (d->stream, kind, numbers, d->ndim, d->shape, d->chunks, CW_DTYPE_NONE, error), error);
  CwArray *arrays[4];
  for (int i = 0; i < n; i++) {
    if (!(arrays[i] = cw_value_array (d->call, p[i], error))) return NULL;
  }
  d->call->lazy = lazy;
  return cw_answer (d->call, cw_array_random_of (d->stream, kind, n, arrays, d->ndim, d->shape, d->chunks, error), error);
}

/* ---- formulas ------------------------------------------------------------------------------------------------------------- */

static CwValue *apply (CwUfunc ufunc, CwValue *a, CwValue *b, GError **error) {
  CwValue *pair[2] = { a, b };
  return a && b ? cw_apply_ufunc (ufunc, 2, pair, CW_DTYPE_NONE, error) : NULL;
}

static CwValue *of (CwUfunc ufunc, CwValue *a, GError **error) {
  return a ? cw_apply_ufunc (ufunc, 1, &a, CW_DTYPE_NONE, error) : NULL;
}

static CwValue *uniform (Draw *d, GError **error) {
  CwValue *p[2] = { cw_float (0), cw_float (1) };
  return draw (d, CW_RANDOM_UNIFORM, 2, p, error);
}

static CwValue *normal (Draw *d, GError **error) {
  CwValue *p[2] = { cw_float (0), cw_float (1) };
  return draw (d, CW_RANDOM_NORMAL, 2, p, error);
}

static CwValue *exponential (Draw *d, GError **error) {
  CwValue *one = cw_float (1);
  return draw (d, CW_RANDOM_EXPONENTIAL, 1, &one, error);
}

static CwValue *gamma_of (Draw *d, CwValue *shape, GError **error) {
  CwValue *p[2] = { shape, cw_float (1) };
  return shape ? draw (d, CW_RANDOM_GAMMA, 2, p, error) : NULL;
}

static CwValue *half (CwValue *v, GError **error) {
  return apply (CW_UFUNC_multiply, v, cw_float (0.5), error);
}

/* loc + scale * v. */
static CwValue *placed (Draw *d, CwValue *v, GError **error) {
  return apply (CW_UFUNC_add, d->args[0], apply (CW_UFUNC_multiply, d->args[1], v, error), error);
}

static CwValue *make_lognormal (Draw *d, GError **error) {
  return of (CW_UFUNC_exp, draw (d, CW_RANDOM_NORMAL, 2, d->args, error), error);
}

static CwValue *make_rayleigh (Draw *d, GError **error) {
  CwValue *root = of (CW_UFUNC_sqrt, apply (CW_UFUNC_multiply, exponential (d, error), cw_float (2), error), error);
  return apply (CW_UFUNC_multiply, d->args[0], root, error);
}

static CwValue *make_weibull (Draw *d, GError **error) {
  return apply (CW_UFUNC_power, exponential (d, error), apply (CW_UFUNC_divide, cw_float (1), d->args[0], error), error);
}

static CwValue *make_pareto (Draw *d, GError **error) {
  return of (CW_UFUNC_expm1, apply (CW_UFUNC_divide, exponential (d, error), d->args[0], error), error);
}

static CwValue *make_power (Draw *d, GError **error) {
  CwValue *below = of (CW_UFUNC_negative, of (CW_UFUNC_expm1, of (CW_UFUNC_negative, exponential (d, error), error), error), error);
  return apply (CW_UFUNC_power, below, apply (CW_UFUNC_divide, cw_float (1), d->args[0], error), error);
}

static CwValue *make_gumbel (Draw *d, GError **error) {
  return placed (d, of (CW_UFUNC_negative, of (CW_UFUNC_log, exponential (d, error), error), error), error);
}

static CwValue *make_logistic (Draw *d, GError **error) {
  CwValue *u = uniform (d, error), *rest = u ? apply (CW_UFUNC_subtract, cw_float (1), u, error) : NULL;
  return rest ? placed (d, of (CW_UFUNC_log, apply (CW_UFUNC_divide, u, rest, error), error), error) : NULL;
}

static CwValue *make_cauchy (Draw *d, GError **error) {
  CwValue *above = normal (d, error);
  return above ? apply (CW_UFUNC_divide, above, normal (d, error), error) : NULL;
}

static CwValue *make_chisquare (Draw *d, GError **error) {
  return apply (CW_UFUNC_multiply, gamma_of (d, half (d->args[0], error), error), cw_float (2), error);
}

static CwValue *make_t (Draw *d, GError **error) {
  CwValue *freedom = half (d->args[0], error), *g = gamma_of (d, freedom, error);
  CwValue *spread = g ? of (CW_UFUNC_sqrt, apply (CW_UFUNC_divide, freedom, g, error), error) : NULL;
  return spread ? apply (CW_UFUNC_multiply, normal (d, error), spread, error) : NULL;
}

static CwValue *make_f (Draw *d, GError **error) {
  CwValue *a = half (d->args[0], error), *b = half (d->args[1], error);
  CwValue *above = apply (CW_UFUNC_divide, gamma_of (d, a, error), a, error);
  return above ? apply (CW_UFUNC_divide, above, apply (CW_UFUNC_divide, gamma_of (d, b, error), b, error), error) : NULL;
}

static CwValue *make_beta (Draw *d, GError **error) {
  CwValue *a = gamma_of (d, d->args[0], error), *b = a ? gamma_of (d, d->args[1], error) : NULL;
  return b ? apply (CW_UFUNC_divide, a, apply (CW_UFUNC_add, a, b, error), error) : NULL;
}

/* The number of trials up to the first success: ceil(log(u) / log(1 - p)), at least 1. */
static CwValue *make_geometric (Draw *d, GError **error) {
  CwValue *failure = of (CW_UFUNC_log1p, of (CW_UFUNC_negative, d->args[0], error), error), *e = exponential (d, error);
  CwValue *trials = failure && e ? of (CW_UFUNC_ceil, of (CW_UFUNC_negative, apply (CW_UFUNC_divide, e, failure, error), error), error) : NULL;
  CwValue *least = trials ? apply (CW_UFUNC_maximum, trials, cw_float (1), error) : NULL, *dtype = cw_str ("int64");
  CwValue *astype = least && cw_value_is_array (least) ? cw_value_attribute (least, "astype", error) : NULL;
  CwScalar s;
  if (least && cw_value_scalar (least, &s)) return cw_scalar_value (cw_scalar_cast (s, CW_INT64));
  return astype ? cw_value_call (astype, 1, &dtype, NULL, error) : NULL;
}

static CwValue *make_negative_binomial (Draw *d, GError **error) {
  CwValue *p = d->args[1], *odds = apply (CW_UFUNC_divide, apply (CW_UFUNC_subtract, cw_float (1), p, error), p, error);
  CwValue *rate = odds ? apply (CW_UFUNC_multiply, gamma_of (d, d->args[0], error), odds, error) : NULL;
  return rate ? draw (d, CW_RANDOM_POISSON, 1, &rate, error) : NULL;
}

/* Inverse of the distribution function, which bends at the mode. */
static CwValue *make_triangular (Draw *d, GError **error) {
  CwValue *left = d->args[0], *mode = d->args[1], *right = d->args[2], *u = uniform (d, error);
  CwValue *width = apply (CW_UFUNC_subtract, right, left, error), *rise = apply (CW_UFUNC_subtract, mode, left, error), *fall = apply (CW_UFUNC_subtract, right, mode, error);
  if (!u || !width || !rise || !fall) return NULL;
  CwValue *up = of (CW_UFUNC_sqrt, apply (CW_UFUNC_multiply, u, apply (CW_UFUNC_multiply, width, rise, error), error), error);
  CwValue *rest = apply (CW_UFUNC_subtract, cw_float (1), u, error);
  CwValue *down = rest ? of (CW_UFUNC_sqrt, apply (CW_UFUNC_multiply, rest, apply (CW_UFUNC_multiply, width, fall, error), error), error) : NULL;
  CwValue *before = apply (CW_UFUNC_less, u, apply (CW_UFUNC_divide, rise, width, error), error);
  CwValue *three[3] = { before, apply (CW_UFUNC_add, left, up, error), apply (CW_UFUNC_subtract, right, down, error) };
  return three[0] && three[1] && three[2] ? cw_apply_ufunc (CW_UFUNC_where, 3, three, CW_DTYPE_NONE, error) : NULL;
}

/* ---- the distributions ------------------------------------------------------------------------------------------------------- */

#define OWN NULL /* a kernel's distribution, with its parameters as they stand */

static const struct {
  const char  *name;
  int          n;
  const char  *parameters; /* as in a signature */
  const char  *doc;
  CwRandomKind kind;
  CwValue *(*make) (Draw *d, GError **error);
} distributions[] = {
  { "uniform", 2, "low=0.0, high=1.0", "Floats evenly from low to high.", CW_RANDOM_UNIFORM, OWN },
  { "normal", 2, "loc=0.0, scale=1.0", "Normal numbers of mean loc and standard deviation scale.", CW_RANDOM_NORMAL, OWN },
  { "laplace", 2, "loc=0.0, scale=1.0", "Laplace numbers: an exponential on both sides of loc.", CW_RANDOM_LAPLACE, OWN },
  { "exponential", 1, "scale=1.0", "Exponential numbers of mean scale.", CW_RANDOM_EXPONENTIAL, OWN },
  { "poisson", 1, "lam=1.0", "Poisson counts of mean lam.", CW_RANDOM_POISSON, OWN },
  { "binomial", 2, "n, p", "Successes in n trials of probability p.", CW_RANDOM_BINOMIAL, OWN },
  { "gamma", 2, "shape, scale=1.0", "Gamma numbers of a shape and a scale.", CW_RANDOM_GAMMA, OWN },
  { "standard_exponential", 0, "", "Exponential numbers of mean 1.", 0, exponential },
  { "standard_gamma", 1, "shape", "Gamma numbers of scale 1.", CW_RANDOM_GAMMA, NULL },
  { "lognormal", 2, "mean=0.0, sigma=1.0", "Numbers whose logarithm is normal.", 0, make_lognormal },
  { "rayleigh", 1, "scale=1.0", "The length of a vector of two normal numbers.", 0, make_rayleigh },
  { "weibull", 1, "a", "Weibull numbers of shape a.", 0, make_weibull },
  { "pareto", 1, "a", "Pareto (Lomax) numbers of shape a.", 0, make_pareto },
  { "power", 1, "a", "Numbers from 0 to 1 with density a * x**(a-1).", 0, make_power },
  { "gumbel", 2, "loc=0.0, scale=1.0", "Gumbel numbers: the largest of many.", 0, make_gumbel },
  { "logistic", 2, "loc=0.0, scale=1.0", "Logistic numbers.", 0, make_logistic },
  { "standard_cauchy", 0, "", "Cauchy numbers: the ratio of two normal ones.", 0, make_cauchy },
  { "standard_t", 1, "df", "Student's t with df degrees of freedom.", 0, make_t },
  { "chisquare", 1, "df", "Sums of df squared normal numbers.", 0, make_chisquare },
  { "f", 2, "dfnum, dfden", "Fisher's F: the ratio of two mean squares.", 0, make_f },
  { "beta", 2, "a, b", "Beta numbers, from 0 to 1.", 0, make_beta },
  { "geometric", 1, "p", "Trials up to the first success of probability p.", 0, make_geometric },
  { "negative_binomial", 2, "n, p", "Failures before n successes of probability p.", 0, make_negative_binomial },
  { "triangular", 3, "left, mode, right", "Numbers from left to right with a peak at mode.", 0, make_triangular },
};

/* A single number comes out as Python's, as NumPy's RandomState does. */
static CwValue *as_drawn (const Draw *d, CwValue *v) {
  return v && v->kind == CW_V_SCALAR && !d->sized ? cw_python_number (v->scalar) : v;
}

static CwValue *random_distribution (CwCall *call, GError **error) {
  int row = call->entry->data, n = distributions[row].n;
  Draw d;
  if (!begin (call, n, &d, error)) return NULL;
  if (distributions[row].make) return as_drawn (&d, distributions[row].make (&d, error));
  CwValue *p[4] = { NULL };
  for (int i = 0; i < n; i++) p[i] = d.args[i];
  if (distributions[row].kind == CW_RANDOM_GAMMA && n == 1) p[n++] = cw_float (1);
  return as_drawn (&d, draw (&d, distributions[row].kind, n, p, error));
}

/* ---- the usual ones ------------------------------------------------------------------------------------------------------------ */

static CwValue *random_plain (CwCall *call, GError **error) {
  CwDtype dtype;
  Draw d;
  const double unit[4] = { 0, 1 };
  if (!begin (call, 0, &d, error) || !cw_arg_dtype (call, (int) (d.args - call->args) + 2, &dtype, error)) return NULL;
  CwArray *a = cw_array_random (d.stream, call->entry->data ? CW_RANDOM_NORMAL : CW_RANDOM_UNIFORM, unit, d.ndim, d.shape, d.chunks, dtype, error);
  return as_drawn (&d, cw_answer (call, a, error));
}

/* rand(d0, d1, ...) and randn: the shape as arguments. */
static CwValue *random_rand (CwCall *call, GError **error) {
  CwRandomState *stream;
  CwValue *lengths = cw_random_begin (call, &stream)[0];
  int ndim = cw_items_n (lengths);
  int64_t shape[CW_MAX_NDIM];
  const double unit[4] = { 0, 1 };
  if (!cw_value_shape (lengths, &ndim, shape, error)) return NULL;
  CwValue *v = cw_answer (call, cw_array_random (stream, call->entry->data ? CW_RANDOM_NORMAL : CW_RANDOM_UNIFORM, unit, ndim, shape, NULL, CW_FLOAT64, error), error);
  return v && v->kind == CW_V_SCALAR ? cw_python_number (v->scalar) : v;
}

/* Integers from low up to high; the data says whether high is among them. */
static CwValue *random_integers (CwCall *call, GError **error) {
  Draw d;
  int64_t low, high;
  CwDtype dtype;
  bool closed = call->entry->data;
  if (!begin (call, 2, &d, error)) return NULL;
  int first = (int) (d.args - call->args);
  if (!cw_value_index (d.args[0], &low, error) || !cw_arg_dtype (call, first + 4, &dtype, error) ||
      (call->n > first + 5 && !cw_arg_bool (call, first + 5, &closed, error))) {
    return NULL;
  }
  high = low;
  if (d.args[1]->kind == CW_V_NONE) low = call->entry->data ? 1 : 0;
  else if (!cw_value_index (d.args[1], &high, error)) return NULL;
  if (closed && high < INT64_MAX) high++;
  return as_drawn (&d, cw_answer (call, cw_array_randint (d.stream, low, high, d.ndim, d.shape, d.chunks, dtype, error), error));
}

/* How n things fall into bins of given probabilities: for each result n draws, counted. */
static CwValue *random_multinomial (CwCall *call, GError **error) {
  Draw d;
  int64_t n, count, bins;
  CwValue *pvals = cw_random_begin (call, &d.stream)[1];
  CwBuffer *p = cw_buffer_from_value (pvals, CW_FLOAT64, error);
  if (!p || !begin (call, 2, &d, error) || !cw_value_index (d.args[0], &n, error)) return NULL;
  if (!d.sized) d.ndim = 0;
  if (p->ndim != 1 || d.ndim >= CW_MAX_NDIM || n < 0) {
    cw_fail (error, CW_ERROR_VALUE, "multinomial() takes n >= 0 and a list of probabilities");
    return NULL;
  }
  if (!cw_shape_size (d.ndim, d.shape, &count, error)) return NULL;
  bins = d.shape[d.ndim] = p->size;
  g_autoptr (CwBuffer) out = cw_buffer_new (CW_INT64, d.ndim + 1, d.shape, error);
  if (!out) return NULL;
  for (int64_t i = 0; i < count; i++) { /* bin by bin, a binomial of what is left */
    int64_t left = n;
    double rest = 1;
    for (int64_t b = 0; b < bins; b++) {
      double own = cw_buffer_get (p, b).f, parameters[4] = { (double) left, rest > 0 ? CLAMP (own / rest, 0, 1) : 0 };
      if (own < 0 || rest - own < -1e-9) {
        cw_fail (error, CW_ERROR_VALUE, "sum(pvals[:-1]) > 1.0 or a probability is negative");
        return NULL;
      }
      g_autoptr (CwArray) one = b + 1 < bins ? cw_array_random (d.stream, CW_RANDOM_BINOMIAL, parameters, 0, NULL, NULL, CW_INT64, error) : NULL;
      g_autoptr (CwBuffer) drawn = one ? cw_session_compute_one (one, error) : NULL;
      if (!drawn && b + 1 < bins) return NULL;
      int64_t here = drawn ? cw_buffer_get (drawn, 0).i : left;
      ((int64_t *) out->data)[i * bins + b] = here;
      left -= here;
      rest -= own;
    }
  }
  if (!call->lazy) return cw_eager (g_steal_pointer (&out));
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (d.ndim + 1);
  CwChunkSpec *given = d.chunks;
  for (int i = 0; i <= d.ndim; i++) {
    spec->axes[i].kind = CW_CHUNK_WHOLE;
    if (!given || i == d.ndim) continue;
    CwChunkAxis *from = &given->axes[given->n < 0 ? 0 : MIN (i, given->n - 1)];
    spec->axes[i] = *from;
    if (from->lengths) spec->axes[i].lengths = g_memdup2 (from->lengths, sizeof (int64_t) * (gsize) from->n);
  }
  return cw_lazy (cw_array_from_buffer (out, spec, "multinomial", error));
}

#define BOTH(name, parameters, handler, doc, data)                          \
  { name, CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, parameters, handler, doc, data }, \
  { name, CW_IN_GENERATOR, "self, " parameters, handler, doc, data }

const CwEntry cw_entries_random[] = {
  BOTH ("random", "size=None, chunks='auto', dtype=None", random_plain, "Floats evenly from 0 to 1.", 0),
  BOTH ("random_sample", "size=None, chunks='auto', dtype=None", random_plain, "Floats evenly from 0 to 1.", 0),
  BOTH ("standard_normal", "size=None, chunks='auto', dtype=None", random_plain, "Normal numbers of mean 0 and standard deviation 1.", 1),
  { "rand", CW_IN_NP_RANDOM, "*shape", random_rand, "Floats evenly from 0 to 1: rand(2, 3).", 0 },
  { "randn", CW_IN_NP_RANDOM, "*shape", random_rand, "Normal numbers: randn(2, 3).", 1 },
  { "rand", CW_IN_GENERATOR, "self, *shape", random_rand, "Floats evenly from 0 to 1: rand(2, 3).", 0 },
  { "randn", CW_IN_GENERATOR, "self, *shape", random_rand, "Normal numbers: randn(2, 3).", 1 },
  BOTH ("randint", "low, high=None, size=None, chunks='auto', dtype=None", random_integers, "Integers from low up to, but not including, high; from 0 where high is left out.", 0),
  BOTH ("integers", "low, high=None, size=None, chunks='auto', dtype=None, endpoint=False", random_integers, "Integers from low up to high; high itself only with endpoint=True.", 0),
  BOTH ("random_integers", "low, high=None, size=None, chunks='auto', dtype=None", random_integers, "Integers from low to high, both among them.", 1),
  BOTH ("multinomial", "n, pvals, size=None, chunks='auto'", random_multinomial, "How n things fall into bins of given probabilities.", 0),
  { 0 },
};

void cw_random_register (void (*add) (const CwEntry *entry)) {
  static CwEntry entries[2 * G_N_ELEMENTS (distributions)];
  for (guint i = 0; i < G_N_ELEMENTS (distributions); i++) {
    const char *parameters = distributions[i].parameters, *comma = *parameters ? ", " : "";
    g_autofree char *own = g_strconcat (parameters, comma, "size=None, chunks='auto'", NULL), *method = g_strconcat ("self, ", own, NULL);
    entries[2 * i] = (CwEntry){ distributions[i].name, CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, g_intern_string (own), random_distribution, distributions[i].doc, (int) i, 0 };
    entries[2 * i + 1] = entries[2 * i];
    entries[2 * i + 1].spaces    = CW_IN_GENERATOR;
    entries[2 * i + 1].signature = g_intern_string (method);
    add (&entries[2 * i]);
    add (&entries[2 * i + 1]);
  }
}
