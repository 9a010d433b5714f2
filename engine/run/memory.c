/* Where a run's results and blocks stand: in memory if they fit within the limit, else partly in files.
 *
 * Blocks of a result whose shape is known are written where they belong in it at once. A run whose blocks might not all fit has a budget
 * (budget.h); one that fits pays nothing for it. */
#include "engine/run/run-private.h"

/* Runs below this never come near a limit, so nothing is looked up for them. */
static bool
is_small (CwRun *run)
{
  int64_t total = 0;
  for (int i = 0; i < run->plan->n_layers; i++)
    if (__builtin_add_overflow (total, cw_plan_layer_bytes (run->plan, i), &total))
      return false;
  return cw_buffer_live_bytes () + MIN (total, INT64_MAX / 4) <= cw_memory_limit () / 4;
}

/* The most bytes that a block of any layer takes. */
static int64_t
largest_block (const CwPlan *plan)
{
  int64_t most = 0;
  for (int i = 0; i < plan->n_layers; i++) {
    const CwArray *a     = plan->layers[i].pub.array;
    int64_t        bytes = cw_dtype_size (a->dtype);
    for (int k = 0; k < a->ndim; k++) {
      int64_t longest = 0;
      for (int64_t b = 0; b < a->axes[k]->n && !a->axes[k]->unknown; b++)
        longest = MAX (longest, a->axes[k]->lengths[b]);
      if (!cw_size_mul (bytes, MAX (longest, 1), &bytes))
        return INT64_MAX / 4;
    }
    most = MAX (most, bytes);
  }
  return most;
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

/* Memory for results of several blocks and known shape, so that tasks can write into it; what does not fit stands in a file. */
static bool
make_whole_results (CwRun *run, int64_t *left)
{
  CwPlan *plan = run->plan;
  int64_t room = *left == INT64_MAX ? INT64_MAX : *left - 2 * largest_block (plan);
  for (int i = 0; i < plan->n_outputs; i++) {
    const CwArray *a = plan->outputs[i];
    int64_t        bytes = cw_array_has_unknown (a) ? 0 : cw_array_nbytes (a);
    if (run->eager && bytes > *left)
      return refuse_result (bytes, *left, &run->error);
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

bool
cw_run_provide_memory (CwRun *run)
{
  CwPlan *plan = run->plan;
  int64_t left = is_small (run) ? INT64_MAX : cw_memory_budget ();
  if (!make_whole_results (run, &left))
    return false;
  for (int i = 0; i < plan->n_layers; i++)
    run->aliases[i] = cw_plan_layer_is_view (plan, i) && !run->elsewhere[i];
  if (left == INT64_MAX || !cw_budget_needed (plan, run->elsewhere, left))
    return true;
  run->budget = cw_budget_new (plan, run->results, run->elsewhere, left, &run->held, &run->error);
  run->source_batch = 1; /* depth-first order matters more */
  return run->budget != NULL;
}

CwBuffer *
cw_run_collect (CwRun *run, int output, GError **error)
{
  CwPlan            *plan = run->plan;
  const CwPlanLayer *l    = &plan->layers[plan->output_layers[output]];
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
