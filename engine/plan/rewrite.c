/* Rewriting before fusion: rechunks of values that follow from their position alone (random numbers, ranges, constants, eager
 * buffers, and elementwise work on them) are those values made in the new cuts, so nothing has to be kept and copied.
 *
 * Sums of matrix products are added up by the products' own tasks, where the operation knows how (CwOp.condense).
 *
 * Random arrays do not depend on their chunks, so the bits stay the same. A source is made again for every cut that is asked for; an
 * elementwise array is moved to other cuts only if all of its users ask for the same ones, so that nothing is computed twice. */
#include "engine/plan/fuse.h"

#include <string.h>

enum { MAX_DEPTH = 200 };

/* The cuts in which an array's users ask for it. */
typedef struct {
  CwAxis *axes[CW_MAX_NDIM]; /* borrowed */
  bool    agree;
  bool    by_rechunks; /* all of them are rechunks */
  enum { UNDECIDED, YES, NO } movable;
} Demand;

typedef struct {
  CwArray *from, *to; /* to: borrowed from Rewriter.made */
} Recut;

typedef struct {
  GHashTable *demands; /* CwArray -> Demand, owned */
  GHashTable *map;     /* CwArray -> what stands for it; borrowed */
  GArray     *recuts;
  GPtrArray  *made; /* owned */
} Rewriter;

static bool
same_cuts (int ndim, CwAxis *const *a, CwAxis *const *b)
{
  for (int k = 0; k < ndim; k++)
    if (!cw_axis_equal (a[k], b[k]))
      return false;
  return true;
}

static bool
is_source (const CwArray *a)
{
  return (a->op->kind == CW_OP_SOURCE || a->op->kind == CW_OP_BUFFER) && !cw_array_has_unknown (a);
}

/* The cuts of input @i of elementwise @a when @a is cut as @axes; axes that are broadcast stay. */
static void
aligned (const CwArray *a, int i, CwAxis *const *axes, CwAxis **wanted)
{
  const CwArray *in = a->inputs[i];
  for (int k = 0; k < in->ndim; k++) {
    int out   = k + a->ndim - in->ndim;
    wanted[k] = in->shape[k] == 1 && a->shape[out] != 1 ? in->axes[k] : axes[out];
  }
}

/* ---- what users ask for, users first ---- */

static void
demand (Rewriter *w, CwArray *a, CwAxis *const *axes, bool by_rechunk)
{
  Demand *d = g_hash_table_lookup (w->demands, a);
  if (!d) {
    d              = g_new0 (Demand, 1);
    d->agree       = true;
    d->by_rechunks = true;
    memcpy (d->axes, axes, (size_t) a->ndim * sizeof *axes);
    g_hash_table_insert (w->demands, a, d);
  } else if (!same_cuts (a->ndim, d->axes, axes))
    d->agree = false;
  d->by_rechunks &= by_rechunk;
}

static void
demand_inputs (Rewriter *w, CwArray *a)
{
  const Demand *d = g_hash_table_lookup (w->demands, a);
  for (int i = 0; i < a->n_inputs; i++) {
    CwAxis *wanted[CW_MAX_NDIM];
    if (a->op->recut) /* of rechunks in a row the last one's cuts are wanted */
      demand (w, a->inputs[i], d && d->agree && d->by_rechunks ? d->axes : a->axes, true);
    else if (a->op->kind == CW_OP_ELEMENTWISE && d && d->agree) {
      aligned (a, i, d->axes, wanted);
      demand (w, a->inputs[i], wanted, false);
    } else
      demand (w, a->inputs[i], a->inputs[i]->axes, false);
  }
}

/* ---- moving ---- */

/* Can @a be cut as @axes, which all its users ask for? The answer is kept, since arrays are shared; chains deeper than @depth stay. */
static bool
can_recut (Rewriter *w, CwArray *a, CwAxis *const *axes, int depth)
{
  if (is_source (a))
    return true;
  if (depth == 0)
    return false;
  if (a->op->recut)
    return can_recut (w, a->inputs[0], axes, depth - 1);
  Demand *d = g_hash_table_lookup (w->demands, a);
  if (a->op->kind != CW_OP_ELEMENTWISE || cw_array_has_unknown (a) || !d || !d->agree || !same_cuts (a->ndim, d->axes, axes))
    return false;
  for (int i = 0; i < a->n_inputs && d->movable == UNDECIDED; i++) {
    CwAxis *wanted[CW_MAX_NDIM];
    aligned (a, i, axes, wanted);
    if (!can_recut (w, a->inputs[i], wanted, depth - 1))
      d->movable = NO;
  }
  if (d->movable == UNDECIDED)
    d->movable = YES;
  return d->movable == YES;
}

static CwArray *
keep (Rewriter *w, CwArray *made)
{
  g_ptr_array_add (w->made, made);
  return made;
}

/* @a, which can be, cut as @axes. */
static CwArray *
recut (Rewriter *w, CwArray *a, CwAxis *const *axes)
{
  while (a->op->recut)
    a = a->inputs[0];
  for (guint i = 0; i < w->recuts->len; i++) {
    const Recut *r = &g_array_index (w->recuts, Recut, i);
    if (r->from == a && same_cuts (a->ndim, r->to->axes, axes))
      return r->to;
  }
  CwArray *inputs[3] = { NULL };
  for (int i = 0; i < a->n_inputs; i++) {
    CwAxis *wanted[CW_MAX_NDIM];
    aligned (a, i, axes, wanted);
    inputs[i] = recut (w, a->inputs[i], wanted);
  }
  Recut r = { a, keep (w, cw_array_recut (a, axes, inputs)) };
  g_array_append_val (w->recuts, r);
  return r.to;
}

static CwArray *
rewrite_one (Rewriter *w, CwArray *a)
{
  if (a->op->recut && can_recut (w, a->inputs[0], a->axes, MAX_DEPTH))
    return recut (w, a->inputs[0], a->axes);
  CwArray *fewer = a->op->condense ? a->op->condense (a) : NULL;
  if (fewer)
    a = keep (w, fewer);
  bool changed = false;
  for (int i = 0; i < a->n_inputs; i++)
    changed |= g_hash_table_lookup (w->map, a->inputs[i]) != a->inputs[i];
  if (!changed)
    return a;
  g_autofree CwArray **inputs = g_new (CwArray *, a->n_inputs);
  for (int i = 0; i < a->n_inputs; i++)
    inputs[i] = g_hash_table_lookup (w->map, a->inputs[i]);
  return keep (w, cw_array_recut (a, a->axes, inputs));
}

void
cw_rewrite (int n, CwArray *const *arrays, CwArray **out)
{
  g_autoptr (GPtrArray) order = cw_topological_order (n, arrays);
  Rewriter w = { .demands = g_hash_table_new_full (NULL, NULL, NULL, g_free),
                 .map     = g_hash_table_new (NULL, NULL),
                 .recuts  = g_array_new (FALSE, FALSE, sizeof (Recut)),
                 .made    = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref) };
  for (int i = 0; i < n; i++)
    demand (&w, arrays[i], arrays[i]->axes, false);
  for (guint i = order->len; i-- > 0;)
    demand_inputs (&w, g_ptr_array_index (order, i));
  for (guint i = 0; i < order->len; i++) {
    CwArray *a = g_ptr_array_index (order, i);
    g_hash_table_insert (w.map, a, rewrite_one (&w, a));
  }
  for (int i = 0; i < n; i++)
    out[i] = cw_array_ref (g_hash_table_lookup (w.map, arrays[i]));
  g_ptr_array_unref (w.made);
  g_array_unref (w.recuts);
  g_hash_table_unref (w.map);
  g_hash_table_unref (w.demands);
}
