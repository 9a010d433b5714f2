/* One task: see task.h. */
#include "engine/run/task.h"

#include <string.h>

static CwBuffer *
result_of (const CwTask *t, int layer, int64_t flat_block)
{
  const CwPlanLayer *l    = &t->plan->layers[layer];
  uint32_t           task = l->task_of_block ? l->task_of_block[flat_block] : l->pub.first_task + (uint32_t) flat_block;
  return t->results[task];
}

/* ---- strip programs ---- */

static bool
begin_program (CwTask *t, GError **error)
{
  const CwProgram *p      = t->layer->program;
  CwBuffer       **leaves = g_newa (CwBuffer *, p->n_nodes);
  int64_t         *blocks = g_newa (int64_t, (size_t) p->n_nodes * CW_MAX_NDIM);
  CwBuffer       **made   = g_newa0 (CwBuffer *, p->n_nodes);
  cw_program_blocks (p, t->block, blocks);
  for (int i = 0; i < p->n_nodes; i++) {
    const CwNode *n = &p->nodes[i];
    leaves[i]       = NULL;
    if (n->kind == CW_NODE_LEAF)
      leaves[i] = result_of (t, n->layer, cw_array_block_to_flat (n->array, blocks + i * CW_MAX_NDIM));
    else if (n->kind == CW_NODE_BUFFER)
      leaves[i] = made[i] = n->array->op->compute (n->array, blocks + i * CW_MAX_NDIM, NULL, NULL);
  }
  t->bound = cw_bound_new (p, t->block, leaves, t->dest, error);
  for (int i = 0; i < p->n_nodes; i++)
    g_clear_pointer (&made[i], cw_buffer_unref);
  t->n_parts = t->bound ? cw_bound_n_runs (t->bound) : 0;
  return t->bound != NULL;
}

/* ---- operations ---- */

/* Points every input at its blocks, in C order over its region. */
static void
gather_inputs (CwTask *t)
{
  const CwArray *a     = t->layer->pub.array;
  int64_t        total = 0, lo[CW_MAX_NDIM], hi[CW_MAX_NDIM], at[CW_MAX_NDIM];
  t->inputs            = a->n_inputs <= (int) G_N_ELEMENTS (t->few_inputs) ? t->few_inputs : g_new0 (CwBlockInput, a->n_inputs);
  for (int pass = 0; pass < 2; pass++) {
    int64_t n = 0;
    for (int i = 0; i < a->n_inputs; i++) {
      const CwArray *in = a->inputs[i];
      if (pass)
        t->inputs[i].blocks = t->input_blocks + n;
      if (a->op->uses && !a->op->uses (a, t->block, i))
        continue;
      cw_op_region (a, t->block, i, lo, hi);
      int64_t count = 1;
      for (int k = 0; k < in->ndim; k++)
        count *= hi[k] - lo[k];
      t->inputs[i].n = count;
      memcpy (at, lo, sizeof at);
      for (int64_t c = 0; c < count && pass; c++) {
        t->input_blocks[n + c] = result_of (t, t->layer->input_layers[i], cw_array_block_to_flat (in, at));
        for (int k = in->ndim - 1; k >= 0 && ++at[k] == hi[k]; k--)
          at[k] = lo[k];
      }
      n += count;
    }
    total = n;
    if (!pass)
      t->input_blocks = total <= (int64_t) G_N_ELEMENTS (t->few_blocks) ? t->few_blocks : g_new0 (CwBuffer *, total);
  }
}

/* The input block of a view, seen through the operation. */
static CwBuffer *
view_block (CwTask *t)
{
  const CwArray *a     = t->layer->pub.array;
  int            input = 0;
  while (t->inputs[input].n == 0)
    input++;
  CwBuffer  *from = t->inputs[input].blocks[0];
  CwViewAxis view[CW_MAX_NDIM];
  int64_t    shape[CW_MAX_NDIM], strides[CW_MAX_NDIM] = { 0 };
  char      *data = from->data;
  cw_op_view (a, t->block, input, view);
  cw_array_block_shape (a, t->block, shape);
  for (int k = 0; k < from->ndim; k++) {
    data += view[k].offset * from->strides[k];
    if (view[k].axis < 0)
      continue;
    strides[view[k].axis] += view[k].step * from->strides[k];
    if (shape[view[k].axis] == CW_UNKNOWN)
      shape[view[k].axis] = from->shape[k];
  }
  return cw_buffer_view (from, from->dtype, a->ndim, shape, strides, data);
}

static bool
begin_operation (CwTask *t, GError **error)
{
  const CwArray *a = t->layer->pub.array;
  int64_t        shape[CW_MAX_NDIM];
  gather_inputs (t);
  if (a->op->kind == CW_OP_VIEW)
    t->out = view_block (t);
  else if (a->op->compute) {
    GError *failed = NULL;
    t->out         = a->op->compute (a, t->block, t->inputs, &failed);
    if (failed) {
      g_propagate_error (error, failed);
      return false;
    }
  }
  if (!t->out) {
    t->n_parts = 1;
    cw_array_block_shape (a, t->block, shape);
    if (a->op->prepare && !a->op->prepare (a, t->block, t->inputs, shape, &t->n_parts, error))
      return false;
    bool in_place = t->dest && (a->op->strided || cw_buffer_is_contiguous (t->dest)) && cw_shape_equal (a->ndim, t->dest->shape, shape);
    t->out        = in_place ? cw_buffer_ref (t->dest) : cw_buffer_new (a->dtype, a->ndim, shape, error);
  }
  return t->out != NULL;
}

/* ---- public ---- */

bool
cw_task_begin (CwTask *t, const CwPlan *plan, uint32_t task, CwBuffer *const *results, CwBuffer *dest, GError **error)
{
  memset (t, 0, sizeof *t);
  pthread_mutex_init (&t->error_lock, NULL);
  t->plan    = plan;
  t->layer   = &plan->layers[cw_plan_task_layer (plan, task)];
  t->task    = task;
  t->results = results;
  t->dest    = dest;
  cw_plan_task_block (plan, task, t->block);
  return t->layer->program ? begin_program (t, error) : begin_operation (t, error);
}

void
cw_task_work (CwTask *t, CwScratch *scratch, const _Atomic bool *stop)
{
  const CwArray *a = t->layer->pub.array;
  for (;;) {
    int part = atomic_fetch_add (&t->next_part, 1);
    if (part >= t->n_parts || atomic_load_explicit (stop, memory_order_relaxed) || atomic_load (&t->failed))
      return;
    GError *error = NULL;
    if (t->bound) {
      cw_bound_run (t->bound, part, scratch, stop);
      cw_loop_is_refused (&error);
    } else
      a->op->part (a, t->block, t->inputs, t->out, part, &error);
    if (error) {
      pthread_mutex_lock (&t->error_lock);
      if (t->error)
        g_error_free (error);
      else
        t->error = error;
      pthread_mutex_unlock (&t->error_lock);
      atomic_store (&t->failed, true);
    }
    cw_memory_relieve ();
  }
}

/* Is a block of a result as its array says? Nothing is to be written beside its place. */
static bool
keeps_its_word (const CwTask *t, const CwBuffer *out, GError **error)
{
  const CwArray *a = t->layer->pub.array;
  int64_t        shape[CW_MAX_NDIM];
  cw_array_block_shape (a, t->block, shape);
  bool fits = out->ndim == a->ndim;
  for (int k = 0; k < a->ndim && fits; k++)
    fits = shape[k] == CW_UNKNOWN || shape[k] == out->shape[k];
  if (fits)
    return true;
  g_autofree char *made = cw_shape_to_string (out->ndim, out->shape), *wanted = cw_shape_to_string (a->ndim, shape);
  return cw_fail (error, CW_ERROR_VALUE, "a block of '%s' has shape %s where %s was announced", a->name, made, wanted);
}

CwBuffer *
cw_task_finish (CwTask *t, GError **error)
{
  CwBuffer *out = NULL;
  if (t->error)
    g_propagate_error (error, g_steal_pointer (&t->error));
  else if (t->bound)
    out = cw_bound_finish (t->bound);
  else if (t->out) {
    out = g_steal_pointer (&t->out);
    if (t->layer->pub.is_output && !keeps_its_word (t, out, error))
      g_clear_pointer (&out, cw_buffer_unref);
    else if (t->dest && out != t->dest) {
      cw_buffer_copy (t->dest, out);
      cw_memory_relieve ();
      cw_buffer_unref (out);
      out = cw_buffer_ref (t->dest);
    }
  }
  g_clear_pointer (&t->bound, cw_bound_free);
  g_clear_pointer (&t->out, cw_buffer_unref);
  if (t->inputs != t->few_inputs)
    g_free (t->inputs);
  if (t->input_blocks != t->few_blocks)
    g_free (t->input_blocks);
  pthread_mutex_destroy (&t->error_lock);
  return out;
}
