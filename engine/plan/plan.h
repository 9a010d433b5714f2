/* plan.h: from arrays to block tasks.
 *
 * A plan is layers of tasks. In the raw plan every array is a layer and every block a task, as a learner
 * imagines it and as Dask draws it. In the optimized plan tasks that nobody needs are gone (culling) and chains of
 * elementwise work are one layer whose tasks run as strip programs (fusion). Tasks are numbered 0 .. n_tasks-1, the
 * layers following each other; edges are two flat arrays. Nothing here is an object per task.
 */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

typedef struct _CwPlan CwPlan;

typedef enum {
  CW_PLAN_RAW       = 0,
  CW_PLAN_OPTIMIZED = 1, /* culled and fused */
} CwPlanKind;

/* A layer: the tasks that make the blocks of one array. */
typedef struct {
  CwArray *array;      /* whose blocks the tasks make */
  uint32_t first_task; /* tasks first_task .. first_task + n_tasks - 1, blocks in C order */
  uint32_t n_tasks;    /* after culling; cw_array_n_blocks(array) in a raw plan */
  int      n_fused;    /* arrays computed inside these tasks, array itself included (1: nothing fused) */
  CwArray **fused;     /* borrowed */
  int      n_inputs;   /* layers that feed this one */
  int     *inputs;     /* their numbers */
  int      depth;      /* longest way from a source layer, 0 for sources: the column in a drawing */
  bool     is_output;
} CwLayer;

/* Plans the computation of @n arrays together. MemoryError beyond 2^32-2 tasks. */
CwPlan *cw_plan_new (int n, CwArray *const *arrays, CwPlanKind kind, GError **error);
/* As cw_plan_new; an optimized plan that would hold more than @bytes makes values that follow from positions (random numbers, ranges and
 * what is computed from them) again for every reader, where that can be. */
CwPlan *cw_plan_new_within (int n, CwArray *const *arrays, CwPlanKind kind, int64_t bytes, GError **error);
CwPlan *cw_plan_ref (CwPlan *plan);
void    cw_plan_unref (CwPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwPlan, cw_plan_unref)

CwPlanKind     cw_plan_kind (const CwPlan *plan);
int            cw_plan_n_layers (const CwPlan *plan); /* in topological order: inputs before users */
const CwLayer *cw_plan_layer (const CwPlan *plan, int layer);
uint32_t       cw_plan_n_tasks (const CwPlan *plan);
uint64_t       cw_plan_n_edges (const CwPlan *plan);
int            cw_plan_n_outputs (const CwPlan *plan);

int cw_plan_task_layer (const CwPlan *plan, uint32_t task);
/* Block index of @task in its layer's array (ndim numbers). */
void cw_plan_task_block (const CwPlan *plan, uint32_t task, int64_t *block);
/* The task that makes block @block of @layer; false where culling dropped it. */
bool cw_plan_find_task (const CwPlan *plan, int layer, const int64_t *block, uint32_t *task);
/* Tasks that @task reads from, and tasks that read from it; borrowed, valid as long as the plan. */
const uint32_t *cw_plan_parents (const CwPlan *plan, uint32_t task, uint32_t *n);
const uint32_t *cw_plan_children (const CwPlan *plan, uint32_t task, uint32_t *n);
/* Bytes of the block that @task makes; CW_UNKNOWN where its shape is unknown. Views and fused parts cost none. */
int64_t cw_plan_task_bytes (const CwPlan *plan, uint32_t task);
/* Shape of that block (ndim numbers, CW_UNKNOWN possible). */
void cw_plan_task_shape (const CwPlan *plan, uint32_t task, int64_t *shape);
/* The most bytes that serial depth-first execution holds at once; unknown blocks count as their inputs' bytes. */
int64_t cw_plan_peak_bytes (const CwPlan *plan);
/* "sum-aggregate" or, fused, "random_sample, add, sum": free with g_free. */
char *cw_plan_layer_label (const CwPlan *plan, int layer);

G_END_DECLS
