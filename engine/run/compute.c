/* Computing in one call, with all processors: for programs that have no use for a run that they can watch. */
#include "engine/run/run.h"

bool
cw_compute_many (int n, CwArray *const *arrays, CwBuffer **results, GError **error)
{
  const CwRunOptions options = { 0 };
  g_autoptr (CwPlan) plan    = cw_plan_new_within (n, arrays, CW_PLAN_OPTIMIZED, cw_memory_limit (), error);
  if (!plan)
    return false;
  g_autoptr (CwRun) run = cw_run_new (plan, &options);
  return cw_run_work (run, results, error);
}

CwArray *
cw_compute_chunk_sizes (CwArray *a, GError **error)
{
  int64_t  n = cw_array_n_blocks (a), index[CW_MAX_NDIM] = { 0 };
  CwAxis  *axes[CW_MAX_NDIM];
  CwArray *known                = NULL;
  g_autoptr (GPtrArray) blocks  = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_buffer_unref);
  for (int64_t k = 0; k < n; k++) {
    CwIndex items[CW_MAX_NDIM];
    for (int i = 0; i < a->ndim; i++)
      items[i] = (CwIndex){ .kind = CW_INDEX_INT, .start = index[i] };
    CwArray *block = cw_array_blocks (a, a->ndim, items, error);
    if (!block)
      return NULL;
    g_ptr_array_add (blocks, block);
    for (int i = a->ndim; i-- > 0 && ++index[i] == a->axes[i]->n;)
      index[i] = 0;
  }
  g_ptr_array_set_size (results, (int) n);
  if (!cw_compute_many ((int) n, (CwArray *const *) blocks->pdata, (CwBuffer **) results->pdata, error)) {
    g_ptr_array_set_free_func (results, NULL);
    return NULL;
  }
  for (int i = 0; i < a->ndim; i++) {
    g_autofree int64_t *lengths = g_new0 (int64_t, (gsize) a->axes[i]->n);
    int64_t             inner   = 1;
    for (int k = i + 1; k < a->ndim; k++)
      inner *= a->axes[k]->n;
    for (int64_t k = 0; k < n; k++)
      lengths[k / inner % a->axes[i]->n] = ((CwBuffer *) results->pdata[k])->shape[i];
    axes[i] = cw_axis_new (a->axes[i]->n, lengths);
  }
  known = cw_array_with_known_chunks (a, axes, error);
  for (int i = 0; i < a->ndim; i++)
    cw_axis_unref (axes[i]);
  return known;
}
