/* Reductions: a chunk step a block, then a tree of partial steps, then one aggregate step, as in Dask. */
#include "engine/array/array-private.h"

#include <math.h>
#include <string.h>

const CwOp cw_op_reduce_chunk = { .name = "reduce", .kind = CW_OP_REDUCE };

/* ---- the tree ---- */

typedef struct {
  CwReduce reduce;            /* first, so that plan and run may read it of any reducing node */
  int      split[CW_MAX_NDIM]; /* input blocks a group along each axis */
  bool     last;
} Step;

static void
region_step (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Step    *s  = a->params;
  const CwArray *in = a->inputs[0];
  for (int k = 0, o = 0; k < in->ndim; k++) {
    bool    dropped = s->last && s->reduce.reduced[k] && !s->reduce.keepdims;
    int64_t b       = dropped ? 0 : block[o++];
    if (s->reduce.reduced[k]) {
      lo[k] = b * s->split[k];
      hi[k] = MIN (lo[k] + s->split[k], in->axes[k]->n);
    } else {
      lo[k] = b;
      hi[k] = b + 1;
    }
  }
}

static CwBuffer *
compute_step (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  const Step     *s     = a->params;
  const CwReduce *r     = &s->reduce;
  CwBuffer       *first = in[0].blocks[0];
  int64_t         slots = first->size / MAX (r->n_components, 1);
  g_autoptr (CwBuffer) acc = cw_buffer_new (r->acc, first->ndim, first->shape, error);
  if (!acc)
    return NULL;
  cw_reduce_init (r, acc->data, slots);
  for (int64_t i = 0; i < in[0].n; i++)
    cw_reduce_combine (r, acc->data, slots, 0, in[0].blocks[i]->data, slots, 0, slots);
  if (!s->last)
    return g_steal_pointer (&acc);
  int64_t shape[CW_MAX_NDIM];
  int     ndim = 0;
  for (int k = 0; k < r->ndim; k++)
    if (!r->reduced[k] || r->keepdims)
      shape[ndim++] = first->shape[k + 1];
  g_autoptr (CwBuffer) out = cw_buffer_new (r->out, ndim, shape, error);
  return out && cw_reduce_finish (r, acc->data, slots, out->data, error) ? g_steal_pointer (&out) : NULL;
}

/* A reduction within blocks: one block along every reduced axis. */
static void
region_whole (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const CwReduce *r = a->params;
  for (int k = 0, o = 0; k < r->ndim; k++) {
    lo[k] = r->reduced[k] ? 0 : block[o];
    hi[k] = lo[k] + 1;
    o += !r->reduced[k] || r->keepdims;
  }
}

static const CwOp op_whole = { .name = "reduce", .kind = CW_OP_REDUCE, .region = region_whole };

/* Where nothing has to be put together, the first step can give the result: an accumulator that is merged with none is the same, and these
 * kinds have a value whatever comes. */
static CwArray *
reduce_within_blocks (CwArray *a, CwArray *in)
{
  CwReduce r     = ((const Step *) a->params)->reduce;
  bool     whole = (r.kind == CW_REDUCE_SUM || r.kind == CW_REDUCE_MEAN || r.kind == CW_REDUCE_VAR || r.kind == CW_REDUCE_ANY || r.kind == CW_REDUCE_ALL)
               && !cw_array_has_unknown (in);
  for (int k = 0; k < r.ndim; k++)
    whole &= !r.reduced[k] || in->axes[k]->n == 1;
  if (!whole)
    return NULL;
  CwAxis *axes[CW_MAX_NDIM];
  r.whole      = true;
  CwArray *one = cw_array_new (&op_whole, a->name, a->dtype, a->ndim, cw_axes_ref (a->ndim, a->axes, axes), 1, &in, g_memdup2 (&r, sizeof r));
  one->id      = a->id;
  return one;
}

/* A sum over one axis of blocks that its producer can add up as it makes them, or a reduction within blocks. */
static CwArray *
condense_step (CwArray *a)
{
  const Step *s       = a->params;
  CwArray    *bottom  = a;
  int         levels  = 0, n_reduced = 0, axis = 0, fan_in = INT_MAX;
  for (int k = 0; k < s->reduce.ndim; k++)
    if (s->reduce.reduced[k]) {
      axis = k;
      n_reduced++;
    }
  for (; bottom->op == a->op; bottom = bottom->inputs[0], levels++)
    if (levels > 0)
      fan_in = ((const Step *) bottom->params)->split[axis];
  if (!s->last || bottom->op != &cw_op_reduce_chunk)
    return NULL;
  CwArray *made = bottom->inputs[0];
  bool     adds = s->reduce.kind == CW_REDUCE_SUM && !s->reduce.skip_nan && !s->reduce.keepdims && n_reduced == 1;
  CwArray *sum  = adds && made->op->summed ? made->op->summed (made, &s->reduce, levels, fan_in, a) : NULL;
  return sum ? sum : reduce_within_blocks (a, made);
}

static const CwOp op_step
  = { .name = "reduce", .kind = CW_OP_BLOCK, .region = region_step, .compute = compute_step, .copies = true, .condense = condense_step };

/* ---- dtypes ---- */

static CwDtype
wide (CwDtype d)
{
  return d == CW_BOOL || cw_dtype_is_signed (d) ? CW_INT64 : cw_dtype_is_unsigned (d) ? CW_UINT64 : d;
}

static CwDtype
accumulator (CwDtype d)
{
  return cw_dtype_is_float (d) ? CW_FLOAT64 : cw_dtype_is_complex (d) ? CW_COMPLEX128 : wide (d);
}

/* The plain form of @kind, and dtypes and components for input @in. */
static bool
describe (CwReduction kind, CwDtype in, CwDtype wanted, CwReduce *r, GError **error)
{
  static const CwReduction plain[CW_N_REDUCTIONS] = {
    [CW_REDUCE_NANSUM] = CW_REDUCE_SUM,       [CW_REDUCE_NANPROD] = CW_REDUCE_PROD,     [CW_REDUCE_NANMIN] = CW_REDUCE_MIN,
    [CW_REDUCE_NANMAX] = CW_REDUCE_MAX,       [CW_REDUCE_NANMEAN] = CW_REDUCE_MEAN,     [CW_REDUCE_NANVAR] = CW_REDUCE_VAR,
    [CW_REDUCE_NANARGMIN] = CW_REDUCE_ARGMIN, [CW_REDUCE_NANARGMAX] = CW_REDUCE_ARGMAX,
  };
  r->skip_nan     = kind >= CW_REDUCE_NANSUM;
  r->kind         = r->skip_nan ? plain[kind] : kind;
  r->n_components = 1;
  CwDtype inexact = cw_dtype_is_integer (in) || in == CW_BOOL ? CW_FLOAT64 : in;
  switch (r->kind) {
  case CW_REDUCE_SUM:
  case CW_REDUCE_PROD:
    r->out = wanted != CW_DTYPE_NONE ? wanted : wide (in);
    r->acc = accumulator (r->out);
    break;
  case CW_REDUCE_MIN:
  case CW_REDUCE_MAX:
    r->out          = in;
    r->acc          = accumulator (in);
    r->n_components = 2;
    break;
  case CW_REDUCE_ANY:
  case CW_REDUCE_ALL:
    r->out = CW_BOOL;
    r->acc = CW_INT64;
    break;
  case CW_REDUCE_MEAN:
    r->out          = wanted != CW_DTYPE_NONE ? wanted : inexact;
    r->acc          = cw_dtype_is_complex (in) || cw_dtype_is_complex (r->out) ? CW_COMPLEX128 : CW_FLOAT64;
    r->n_components = 2;
    break;
  case CW_REDUCE_VAR:
    r->out          = wanted != CW_DTYPE_NONE ? wanted : cw_dtype_real (inexact);
    r->acc          = cw_dtype_is_complex (in) ? CW_COMPLEX128 : CW_FLOAT64;
    r->n_components = 3;
    break;
  default: /* ARGMIN, ARGMAX */
    if (cw_dtype_is_complex (in))
      return cw_fail (error, CW_ERROR_TYPE, "argmin and argmax need an order, and complex numbers have none; take abs(x) or x.real");
    r->out          = CW_INT64;
    r->acc          = CW_INT64;
    r->value        = accumulator (in);
    r->n_components = 2;
  }
  return true;
}

static void
layer_names (CwReduction kind, const CwReduce *r, char **chunk, char **tree)
{
  const char *name = cw_reduction_info (kind)->name;
  const char *end  = name;
  switch (r->kind) {
  case CW_REDUCE_MIN: end = r->skip_nan ? name : "amin"; break;
  case CW_REDUCE_MAX: end = r->skip_nan ? name : "amax"; break;
  case CW_REDUCE_MEAN: end = "mean_agg"; break;
  case CW_REDUCE_ARGMIN:
  case CW_REDUCE_ARGMAX: end = "arg_agg"; break;
  default: break;
  }
  *chunk = g_strdup (name);
  *tree  = g_strdup (end);
}

/* Chunks of a step's output: groups of blocks, each of length 1, along reduced axes. */
static int
step_axes (const CwArray *in, const Step *s, CwAxis **axes)
{
  int ndim = 0;
  for (int k = 0; k < in->ndim; k++) {
    if (!s->reduce.reduced[k])
      axes[ndim++] = cw_axis_ref (in->axes[k]);
    else if (!s->last || s->reduce.keepdims)
      axes[ndim++] = cw_axis_new_uniform ((in->axes[k]->n + s->split[k] - 1) / s->split[k], 1);
  }
  return ndim;
}

/* One layer of the tree on top of @in. */
static CwArray *
add_step (CwArray *in, const Step *step, const char *name)
{
  CwAxis *axes[CW_MAX_NDIM];
  int     ndim = step_axes (in, step, axes);
  return cw_array_new (&op_step, name, step->last ? step->reduce.out : step->reduce.acc, ndim, axes, 1, &in, g_memdup2 (step, sizeof *step));
}

static CwArray *
build_tree (CwReduction kind, CwArray *a, Step *step, int split_every)
{
  const CwReduce *r = &step->reduce;
  int             n_reduced = 0, depth = 1;
  for (int k = 0; k < a->ndim; k++)
    n_reduced += r->reduced[k];
  int per_axis = MAX ((int) pow (split_every, 1.0 / MAX (n_reduced, 1)), 2);
  CwAxis *axes[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++) {
    step->split[k] = r->reduced[k] ? per_axis : 1;
    if (r->reduced[k] && a->axes[k]->n > 1)
      depth = MAX (depth, (int) ceil (log ((double) a->axes[k]->n) / log (per_axis)));
    axes[k] = r->reduced[k] ? cw_axis_new_uniform (a->axes[k]->n, 1) : cw_axis_ref (a->axes[k]);
  }
  g_autofree char *chunk_name = NULL, *tree_name = NULL;
  layer_names (kind, r, &chunk_name, &tree_name);
  g_autofree char *partial = g_strconcat (tree_name, "-partial", NULL), *aggregate = g_strconcat (tree_name, "-aggregate", NULL);
  CwArray *now = cw_array_new (&cw_op_reduce_chunk, chunk_name, r->acc, a->ndim, axes, 1, &a, g_memdup2 (r, sizeof *r));
  for (int level = 0; level < depth; level++) {
    step->last = level == depth - 1;
    for (int k = 0; k < a->ndim && step->last; k++)
      if (r->reduced[k]) /* the last group takes all that is left */
        step->split[k] = (int) MIN (now->axes[k]->n, INT_MAX);
    CwArray *next = add_step (now, step, step->last ? aggregate : partial);
    cw_array_unref (now);
    now = next;
  }
  return now;
}

static bool
check_arg (CwArray *a, const CwReduce *r, int n_reduced, GError **error)
{
  if (r->kind != CW_REDUCE_ARGMIN && r->kind != CW_REDUCE_ARGMAX)
    return true;
  if (n_reduced != 1 && n_reduced != a->ndim)
    return cw_fail (error, CW_ERROR_TYPE, "axis must be either None or an integer for argmin and argmax");
  bool unknown = false;
  for (int k = 0; k < a->ndim; k++)
    unknown |= r->reduced[k] && a->axes[k]->unknown;
  if (unknown)
    return cw_fail (error, CW_ERROR_VALUE,
                    "Arg-reductions do not work with arrays that have unknown chunk sizes: positions need to know where a block starts. "
                    "Call x.compute_chunk_sizes() first");
  for (int k = 0; k < a->ndim; k++)
    if (r->reduced[k] && a->shape[k] == 0)
      return cw_fail (error, CW_ERROR_VALUE, "attempt to get %s of an empty sequence", r->kind == CW_REDUCE_ARGMIN ? "argmin" : "argmax");
  return true;
}

CwArray *
cw_array_reduce (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error)
{
  bool is_std = kind == CW_REDUCE_STD || kind == CW_REDUCE_NANSTD;
  if (is_std)
    kind = kind == CW_REDUCE_STD ? CW_REDUCE_VAR : CW_REDUCE_NANVAR;
  Step      step = { 0 };
  CwReduce *r    = &step.reduce;
  if (!describe (kind, a->dtype, options->dtype, r, error))
    return NULL;
  r->ndim     = a->ndim;
  r->ddof     = options->ddof;
  r->keepdims = options->keepdims;
  int n_reduced = options->n_axes < 0 ? a->ndim : options->n_axes;
  for (int i = 0; i < n_reduced; i++)
    r->reduced[options->n_axes < 0 ? i : options->axes[i]] = true;
  memcpy (r->index_shape, a->shape, (size_t) a->ndim * sizeof *a->shape);
  if (!check_arg (a, r, n_reduced, error))
    return NULL;
  if (options->split_every < 0 || options->split_every == 1) {
    cw_fail (error, CW_ERROR_VALUE, "split_every must be at least 2: so many blocks are reduced together in each step");
    return NULL;
  }
  CwArray *result = build_tree (kind, a, &step, options->split_every ? options->split_every : 4);
  if (!is_std)
    return result;
  CwOperand in   = { .array = result };
  CwArray  *root = cw_array_ufunc (CW_UFUNC_sqrt, 1, &in, CW_DTYPE_NONE, error);
  cw_array_unref (result);
  if (root) {
    g_free (root->name);
    root->name = g_strdup ("_sqrt");
  }
  return root;
}
