/* Where a run's results and blocks stand: in memory if they fit within the limit, else partly in files.
 *
 * Blocks of a result whose shape is known are written where they belong in it at once. A run whose blocks might not all fit has a budget
 * (budget.h); one that fits pays nothing for it. */
#include "engine/run/run-private.h"

#include <math.h>
#include <string.h>

/* Runs below this never come near a limit, so nothing is looked up for them. */
static bool
is_small (const CwPlan *plan)
{
  int64_t most = cw_memory_limit () / 4 - cw_buffer_live_bytes (), bytes = cw_plan_bytes (plan, NULL);
  for (int i = 0; i < plan->n_outputs && bytes <= most; i++) /* a result is memory of its own, even of a view */
    if (!cw_array_has_unknown (plan->outputs[i]) && __builtin_add_overflow (bytes, cw_array_nbytes (plan->outputs[i]), &bytes))
      return false;
  return bytes <= most;
}

/* The most bytes that a block of any layer takes, as far as is known. */
static int64_t
largest_bytes (const CwPlan *plan)
{
  int64_t most = 0;
  for (int i = 0; i < plan->n_layers; i++) {
    const CwArray *a     = plan->layers[i].pub.array;
    int64_t        bytes = cw_dtype_size (a->dtype);
    for (int k = 0; k < a->ndim; k++)
      if (!a->axes[k]->unknown && !cw_size_mul (bytes, MAX (a->axes[k]->max, 1), &bytes))
        return INT64_MAX / 4;
    most = MAX (most, bytes);
  }
  return most;
}

/* ---- what cannot fit is refused before it starts ---- */

/* The block whose lengths are the largest along every axis. */
static void
largest_block (const CwArray *a, int64_t *block)
{
  for (int k = 0; k < a->ndim; k++) {
    block[k] = 0;
    for (int64_t i = 1; i < a->axes[k]->n && !a->axes[k]->unknown; i++)
      if (a->axes[k]->lengths[i] > a->axes[k]->lengths[block[k]])
        block[k] = i;
  }
}

/* Bytes that an operation which works on whole blocks has to hold at once: its inputs, its block, and perhaps as much again. */
static int64_t
whole_block_need (const CwArray *a)
{
  int64_t block[CW_MAX_NDIM], shape[CW_MAX_NDIM], lo[CW_MAX_NDIM], hi[CW_MAX_NDIM], size, total = 0;
  largest_block (a, block);
  for (int i = 0; i < a->n_inputs; i++) {
    const CwArray *in = a->inputs[i];
    if (a->op->uses && !a->op->uses (a, block, i))
      continue;
    cw_op_region (a, block, i, lo, hi);
    int64_t bytes = cw_dtype_size (in->dtype);
    for (int k = 0; k < in->ndim; k++)
      bytes *= in->axes[k]->unknown ? 1 : in->axes[k]->offsets[hi[k] - 1] + in->axes[k]->lengths[hi[k] - 1] - in->axes[k]->offsets[lo[k]];
    total += bytes;
  }
  cw_array_block_shape (a, block, shape);
  if (cw_shape_size (a->ndim, shape, &size, NULL) && size != CW_UNKNOWN)
    total += (a->op->copies ? 2 : 1) * size * cw_dtype_size (a->dtype);
  return total;
}

static bool
refuse (const CwArray *a, int64_t need, int64_t have, GError **error)
{
  int64_t block[CW_MAX_NDIM], shape[CW_MAX_NDIM], fit[CW_MAX_NDIM];
  largest_block (a, block);
  cw_array_block_shape (a, block, shape);
  /* Axes in one block are often so because the operation wants them whole: the others shrink, if there are any. */
  int n_cut = 0;
  for (int k = 0; k < a->ndim; k++)
    n_cut += a->axes[k]->n > 1;
  double shrink = pow ((double) have / (double) need, 1.0 / MAX (n_cut ? n_cut : a->ndim, 1));
  for (int k = 0; k < a->ndim; k++)
    fit[k] = n_cut && a->axes[k]->n == 1 ? shape[k] : MAX ((int64_t) ((double) shape[k] * shrink), 1);
  g_autofree char *needs = cw_bytes_to_string ((double) need), *has = cw_bytes_to_string ((double) have),
                  *limit = cw_bytes_to_string ((double) cw_memory_limit ()), *now = cw_shape_to_string (a->ndim, shape),
                  *then = cw_shape_to_string (a->ndim, fit);
  return cw_fail (error, CW_ERROR_MEMORY,
                  "this cannot be computed within the memory limit of %s: a task of '%s' works on whole blocks, here of shape %s, and needs %s at "
                  "once, but only %s are left. Blocks of about %s would fit (rechunk the arrays it reads), or allow more memory",
                  limit, a->name, now, needs, has, then);
}

/* False where an operation needs more than @bytes at once: what it needs, what there is, and blocks that would do. */
static bool
check_fits (const CwPlan *plan, int64_t bytes, GError **error)
{
  for (int i = 0; i < plan->n_layers; i++) {
    const CwPlanLayer *l = &plan->layers[i];
    if (l->program || l->pub.n_tasks == 0 || l->pub.array->op->part || l->pub.array->op->kind != CW_OP_BLOCK)
      continue;
    int64_t need = whole_block_need (l->pub.array);
    if (need > bytes)
      return refuse (l->pub.array, need, bytes, error);
  }
  return true;
}

/* An eager result is memory by definition: refuse what is more than there is. */
static bool
refuse_result (int64_t bytes, int64_t left, GError **error)
{
  g_autofree char *needs = cw_bytes_to_string ((double) bytes), *limit = cw_bytes_to_string ((double) cw_memory_limit ()),
                  *has   = cw_bytes_to_string ((double) left);
  return cw_fail (error, CW_ERROR_MEMORY,
                  "Unable to allocate %s: the memory limit is %s, of which %s are left. A Dask array (da instead of np) is computed chunk by chunk "
                  "and needs no more than a few of them at once",
                  needs, limit, has);
}

/* ---- results ---- */

/* A selection of several blocks: room for all that it could keep, of which what it keeps becomes memory. Its first block is written where it stays. */
static bool
reserve_selection (CwRun *run, int output)
{
  const CwPlan      *plan = run->plan;
  const CwPlanLayer *l    = &plan->layers[plan->output_layers[output]];
  const CwArray     *a    = plan->outputs[output];
  uint32_t           end  = l->pub.first_task + l->pub.n_tasks;
  bool               read = plan->child_start[end] > plan->child_start[l->pub.first_task]; /* then each block is needed by itself */
  if (read || l->pub.n_tasks <= 1 || !l->program || l->program->nodes[0].kind != CW_NODE_SELECT || cw_array_size (a->inputs[0]) == CW_UNKNOWN)
    return true;
  run->whole[output] = cw_buffer_reserve (a->dtype, cw_array_size (a->inputs[0]), &run->error);
  return run->whole[output] != NULL;
}

/* Puts the blocks of selection @output that are there, from the first that is not in its place on, behind each other. */
static void
place_blocks (CwRun *run, int output)
{
  const CwPlanLayer *l     = &run->plan->layers[run->plan->output_layers[output]];
  CwPlaced          *p     = &run->placed[output];
  CwBuffer          *whole = run->whole[output], **blocks = run->results + l->pub.first_task;
  while (p->n_blocks < l->pub.n_tasks && blocks[p->n_blocks]) {
    CwBuffer *block = g_steal_pointer (&blocks[p->n_blocks++]);
    char     *to    = whole->data + p->n_values * cw_dtype_size (whole->dtype);
    p->n_values += block->size;
    pthread_mutex_unlock (&run->place_lock);
    if (block->data != to)
      memcpy (to, block->data, (size_t) cw_buffer_nbytes (block));
    cw_buffer_unref (block);
    pthread_mutex_lock (&run->place_lock);
  }
}

void
cw_run_take_block (CwRun *run, int layer, uint32_t task, CwBuffer *block)
{
  const CwPlan *plan = run->plan;
  for (int i = 0; i < plan->n_outputs && plan->layers[layer].pub.is_output; i++) {
    if (plan->output_layers[i] != layer || !run->whole[i] || !cw_array_has_unknown (plan->outputs[i]))
      continue;
    pthread_mutex_lock (&run->place_lock);
    run->results[task] = block;
    place_blocks (run, i);
    pthread_mutex_unlock (&run->place_lock);
    return;
  }
  run->results[task] = block;
}

/* Memory for results of several blocks and known shape, so that tasks can write into it; what does not fit stands in a file. */
static bool
make_whole_results (CwRun *run, int64_t *left)
{
  CwPlan *plan = run->plan;
  int64_t room = *left == INT64_MAX ? INT64_MAX : *left - 2 * largest_bytes (plan);
  for (int i = 0; i < plan->n_outputs; i++) {
    const CwArray *a = plan->outputs[i];
    int64_t        bytes = cw_array_has_unknown (a) ? 0 : cw_array_nbytes (a);
    if (run->eager && bytes > *left)
      return refuse_result (bytes, *left, &run->error);
    if (*left == INT64_MAX && !reserve_selection (run, i))
      return false;
    if (cw_array_has_unknown (a) || cw_array_n_blocks (a) <= 1)
      continue;
    bool in_file  = !run->eager && bytes > MAX (room, *left / 4);
    run->whole[i] = in_file ? cw_buffer_new_in_file (a->dtype, a->ndim, a->shape, &run->error)
                            : cw_buffer_new (a->dtype, a->ndim, a->shape, &run->error);
    if (!run->whole[i])
      return false;
    run->elsewhere[plan->output_layers[i]] = true;
    if (in_file)
      run->spilled_results += bytes;
    else if (*left != INT64_MAX) {
      *left -= bytes;
      room -= bytes;
    }
  }
  return true;
}

/* The most that workers hold at once beside blocks. */
static int64_t
workers_bytes (const CwRun *run)
{
  int64_t most = 0;
  for (int i = 0; i < run->plan->n_layers; i++) {
    const CwPlanLayer *l = &run->plan->layers[i];
    if (!l->program && l->pub.n_tasks > 0 && l->pub.array->op->part_bytes)
      most = MAX (most, l->pub.array->op->part_bytes (l->pub.array));
  }
  return most * run->n_workers;
}

bool
cw_run_provide_memory (CwRun *run)
{
  CwPlan *plan = run->plan;
  int64_t left = is_small (plan) ? INT64_MAX : cw_memory_budget ();
  if (!make_whole_results (run, &left))
    return false;
  for (int i = 0; i < plan->n_layers; i++)
    run->aliases[i] = cw_plan_layer_is_view (plan, i) && !run->elsewhere[i];
  int64_t beside = left == INT64_MAX ? 0 : workers_bytes (run);
  if (left == INT64_MAX || cw_plan_bytes (plan, run->elsewhere) <= left - beside)
    return true;
  if (!check_fits (plan, left, &run->error))
    return false;
  left              = MAX (left - beside, left / 4); /* blocks that do not fit stand in files */
  run->budget       = cw_budget_new (plan, run->results, run->elsewhere, left, &run->held);
  run->source_batch = 1; /* depth-first order matters more */
  return true;
}

/* The first output that is of the same layer as @output: tasks fill that one. */
static int
same_output (const CwPlan *plan, int output)
{
  int i = 0;
  while (plan->output_layers[i] != plan->output_layers[output])
    i++;
  return i;
}

/* Copies a result as long as @to, a piece at a time: either may lie in a file, whose pages count while they are in memory. */
static void
copy_whole (CwBuffer *to, const CwBuffer *from)
{
  enum { PIECE = 16 << 20 };
  for (int64_t at = 0; at < cw_buffer_nbytes (to); at += PIECE) {
    memcpy (to->data + at, from->data + at, (size_t) MIN (PIECE, cw_buffer_nbytes (to) - at));
    cw_memory_relieve ();
  }
}

CwBuffer *
cw_run_collect (CwRun *run, int output, GError **error)
{
  CwPlan            *plan = run->plan;
  const CwPlanLayer *l    = &plan->layers[plan->output_layers[output]];
  int                first = same_output (plan, output);
  if (run->whole[output] && cw_array_has_unknown (plan->outputs[output]))
    cw_buffer_settle (run->whole[output], run->placed[first].n_values);
  if (run->whole[output] && first < output)
    copy_whole (run->whole[output], run->whole[first]);
  if (run->whole[output])
    return cw_buffer_ref (run->whole[output]);
  if (!run->budget)
    return cw_blocks_join (plan->outputs[output], run->results + l->pub.first_task, false, error);
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_buffer_unref);
  int64_t               bytes  = 0;
  for (uint32_t i = 0; i < l->pub.n_tasks; i++) {
    CwBuffer *block = cw_budget_take (run->budget, l->pub.first_task + i, cw_worker_remake, &run->workers[0], error);
    if (!block)
      return NULL;
    bytes += cw_buffer_nbytes (block);
    g_ptr_array_add (blocks, block);
  }
  bool in_file = bytes > MAX (cw_memory_budget (), cw_memory_limit () / 4);
  run->spilled_results += in_file ? bytes : 0;
  return cw_blocks_join (plan->outputs[output], (CwBuffer **) blocks->pdata, in_file, error);
}
