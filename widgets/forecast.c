/* forecast.c: what a computation will take, before it is run.
 *
 * The plan knows the tasks and the most bytes that are held at once. Time is a guess from two costs, of a task and of a byte that
 * a step writes, which is right within a factor that one run of anything alike tells.
 */
#include "widgets/forecast.h"

#define TASK_NS  3000.0
#define BYTE_NS  0.35

static double
work_ns (CwPlan *plan) {
  double ns = TASK_NS * cw_plan_n_tasks (plan);
  for (int i = 0; i < cw_plan_n_layers (plan); i++) {
    const CwLayer *layer = cw_plan_layer (plan, i);
    for (int k = 0; k < layer->n_fused; k++) {
      int64_t bytes = cw_array_nbytes (layer->fused[k]);
      ns += bytes > 0 ? bytes * BYTE_NS : 0;
    }
  }
  return ns;
}

static int64_t
largest_chunk (const CwArray *array) {
  int64_t bytes = cw_dtype_size (array->dtype);
  for (int i = 0; i < array->ndim; i++)
    bytes *= array->axes[i]->max;
  return bytes;
}

void
cw_forecast_plan (CwForecast *forecast, CwPlan *plan, int threads, double factor) {
  int workers = MIN ((uint32_t) MAX (threads, 1), MAX (cw_plan_n_tasks (plan), 1));
  forecast->tasks = cw_plan_n_tasks (plan);
  forecast->peak_bytes = cw_plan_peak_bytes (plan);
  forecast->time_ns = work_ns (plan) * factor / workers;
  for (int i = 0; i < cw_plan_n_layers (plan); i++) {
    const CwArray *array = cw_plan_layer (plan, i)->array;
    if (!cw_plan_layer (plan, i)->is_output)
      continue;
    forecast->chunks = cw_array_n_blocks (array);
    forecast->chunk_bytes = largest_chunk (array);
  }
}

bool
cw_forecast_make (CwForecast *forecast, CwArray *array, int threads, double factor, GError **error) {
  g_autoptr (CwPlan) plan = cw_plan_new_within (1, &array, CW_PLAN_OPTIMIZED, cw_memory_limit (), error);
  if (!plan)
    return false;
  cw_forecast_plan (forecast, plan, threads, factor);
  return true;
}
