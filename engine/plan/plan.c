/* Plans: layers of tasks in flat arrays.
 *
 * Layers come from fusion; tasks that no output needs are culled; edges are collected block by block from the operations' own
 * rules into two compressed arrays (parents, children); and one depth-first walk gives the order in which a single worker would
 * go, which is also the order in which sources are started. */
#include "engine/plan/fuse.h"
#include "engine/plan/plan-private.h"

#include <string.h>

#define NO_TASK UINT32_MAX

/* ---- dependencies ---- */

typedef void (*DependencyFunc) (void *data, int layer, int64_t flat_block);

/* Calls @func for every block of another layer that block @block of @layer reads. */
static void
each_dependency (const CwPlan *plan, const CwPlanLayer *layer, const int64_t *block, int64_t *scratch, DependencyFunc func, void *data)
{
  const CwArray *a = layer->pub.array;
  if (layer->program) {
    const CwProgram *p = layer->program;
    cw_program_blocks (p, block, scratch);
    for (int i = 0; i < p->n_nodes; i++)
      if (p->nodes[i].kind == CW_NODE_LEAF)
        func (data, p->nodes[i].layer, cw_array_block_to_flat (p->nodes[i].array, scratch + i * CW_MAX_NDIM));
    return;
  }
  for (int i = 0; i < a->n_inputs; i++) {
    const CwArray *in = a->inputs[i];
    int64_t        lo[CW_MAX_NDIM], hi[CW_MAX_NDIM], at[CW_MAX_NDIM];
    if (a->op->uses && !a->op->uses (a, block, i))
      continue;
    cw_op_region (a, block, i, lo, hi);
    memcpy (at, lo, sizeof at);
    for (;;) {
      func (data, layer->input_layers[i], cw_array_block_to_flat (in, at));
      int k = in->ndim - 1;
      for (; k >= 0 && ++at[k] == hi[k]; k--)
        at[k] = lo[k];
      if (k < 0)
        break;
    }
  }
}

/* ---- layers ---- */

/* Fusion numbers layers users first; plans number them inputs first. */
static bool
make_layers (CwPlan *plan, CwFusion *f, GError **error)
{
  int                    n        = (int) f->layers->len;
  g_autoptr (GHashTable) layer_of = g_hash_table_new (NULL, NULL);
  plan->n_layers                  = n;
  plan->layers                    = g_new0 (CwPlanLayer, MAX (n, 1));
  for (int i = 0; i < n; i++)
    g_hash_table_insert (layer_of, g_array_index (f->layers, CwFusedLayer, i).array, GINT_TO_POINTER (n - 1 - i));
  for (int i = 0; i < n; i++) {
    CwFusedLayer *from = &g_array_index (f->layers, CwFusedLayer, i);
    CwPlanLayer  *l    = &plan->layers[n - 1 - i];
    l->pub.array       = from->array;
    if (cw_array_n_blocks (from->array) >= NO_TASK)
      return cw_fail (error, CW_ERROR_MEMORY, "%s would make more than 4 billion tasks; use larger chunks", from->array->name);
    if (!from->is_program) {
      l->pub.n_fused  = 1;
      l->pub.fused    = g_memdup2 (&from->array, sizeof (CwArray *));
      l->input_layers = g_new (int, MAX (from->array->n_inputs, 1));
      for (int k = 0; k < from->array->n_inputs; k++)
        l->input_layers[k] = GPOINTER_TO_INT (g_hash_table_lookup (layer_of, from->array->inputs[k]));
      continue;
    }
    int     n_nodes = (int) from->nodes->len;
    CwNode *nodes   = (CwNode *) g_array_free (g_steal_pointer (&from->nodes), FALSE);
    l->pub.fused    = g_new (CwArray *, n_nodes);
    for (int k = 0; k < n_nodes; k++) {
      if (nodes[k].kind == CW_NODE_LEAF)
        nodes[k].layer = n - 1 - nodes[k].layer;
      else
        l->pub.fused[l->pub.n_fused++] = nodes[k].array;
    }
    l->program = cw_program_new (n_nodes, nodes);
  }
  return true;
}

/* Which layers feed which, and how far each is from a source. */
static void
link_layers (CwPlan *plan)
{
  for (int i = 0; i < plan->n_layers; i++) {
    CwPlanLayer      *l    = &plan->layers[i];
    g_autoptr (GArray) ins = g_array_new (FALSE, FALSE, sizeof (int));
    int                n   = l->program ? l->program->n_nodes : l->pub.array->n_inputs;
    for (int k = 0; k < n; k++) {
      if (l->program && l->program->nodes[k].kind != CW_NODE_LEAF)
        continue;
      int  in   = l->program ? l->program->nodes[k].layer : l->input_layers[k];
      bool seen = false;
      for (guint j = 0; j < ins->len; j++)
        seen |= g_array_index (ins, int, j) == in;
      if (seen)
        continue;
      g_array_append_val (ins, in);
      l->pub.depth = MAX (l->pub.depth, plan->layers[in].pub.depth + 1);
    }
    l->pub.n_inputs = (int) ins->len;
    l->pub.inputs   = g_memdup2 (ins->data, ins->len * sizeof (int));
  }
}

/* ---- culling ---- */

typedef struct {
  uint8_t **needed;
} Cull;

static void
mark_needed (void *data, int layer, int64_t flat_block)
{
  ((Cull *) data)->needed[layer][flat_block] = 1;
}

/* Marks blocks from the outputs down, then numbers what is left. */
static bool
number_tasks (CwPlan *plan, int64_t *scratch, GError **error)
{
  Cull     cull  = { g_new0 (uint8_t *, MAX (plan->n_layers, 1)) };
  bool     all   = plan->kind == CW_PLAN_RAW;
  uint64_t total = 0;
  for (int i = 0; i < plan->n_layers; i++) {
    int64_t n      = cw_array_n_blocks (plan->layers[i].pub.array);
    cull.needed[i] = g_malloc ((size_t) n);
    memset (cull.needed[i], all || plan->layers[i].pub.is_output, (size_t) n);
  }
  for (int i = plan->n_layers - 1; i >= 0 && !all; i--) {
    CwPlanLayer *l = &plan->layers[i];
    int64_t      n = cw_array_n_blocks (l->pub.array), block[CW_MAX_NDIM];
    for (int64_t b = 0; b < n; b++)
      if (cull.needed[i][b]) {
        cw_array_block_from_flat (l->pub.array, b, block);
        each_dependency (plan, l, block, scratch, mark_needed, &cull);
      }
  }
  for (int i = 0; i < plan->n_layers; i++) {
    CwPlanLayer *l = &plan->layers[i];
    int64_t      n = cw_array_n_blocks (l->pub.array), kept = 0;
    for (int64_t b = 0; b < n; b++)
      kept += cull.needed[i][b];
    l->pub.first_task = (uint32_t) total;
    l->pub.n_tasks    = (uint32_t) kept;
    if (kept < n) {
      l->task_of_block = g_new (uint32_t, n);
      l->block_of_task = g_new (uint32_t, MAX (kept, 1));
      uint32_t t       = 0;
      for (int64_t b = 0; b < n; b++) {
        l->task_of_block[b] = cull.needed[i][b] ? l->pub.first_task + t : NO_TASK;
        if (cull.needed[i][b])
          l->block_of_task[t++] = (uint32_t) b;
      }
    }
    total += (uint64_t) kept;
    g_free (cull.needed[i]);
  }
  g_free (cull.needed);
  if (total >= NO_TASK)
    return cw_fail (error, CW_ERROR_MEMORY, "the graph would have %" G_GUINT64_FORMAT " tasks, more than 4 billion; use larger chunks", total);
  plan->n_tasks = (uint32_t) total;
  return true;
}

static uint32_t
task_of (const CwPlanLayer *l, int64_t flat_block)
{
  return l->task_of_block ? l->task_of_block[flat_block] : l->pub.first_task + (uint32_t) flat_block;
}

static int64_t
flat_block_of (const CwPlanLayer *l, uint32_t task)
{
  uint32_t i = task - l->pub.first_task;
  return l->block_of_task ? l->block_of_task[i] : i;
}

/* ---- edges ---- */

typedef struct {
  CwPlan   *plan;
  GArray   *parents;
  uint32_t *last; /* the task that each task was last made a parent of, plus one: each edge counts once */
  uint32_t  task;
} Edges;

static void
add_parent (void *data, int layer, int64_t flat_block)
{
  Edges   *e = data;
  uint32_t t = task_of (&e->plan->layers[layer], flat_block);
  if (e->last[t] == e->task + 1)
    return;
  e->last[t] = e->task + 1;
  g_array_append_val (e->parents, t);
}

static void
collect_edges (CwPlan *plan, int64_t *scratch)
{
  Edges e = { plan, g_array_new (FALSE, FALSE, sizeof (uint32_t)), g_new0 (uint32_t, MAX (plan->n_tasks, 1)), 0 };
  plan->parent_start = g_new (uint64_t, (size_t) plan->n_tasks + 1);
  for (int i = 0; i < plan->n_layers; i++) {
    const CwPlanLayer *l = &plan->layers[i];
    int64_t            block[CW_MAX_NDIM];
    for (uint32_t k = 0; k < l->pub.n_tasks; k++) {
      e.task                        = l->pub.first_task + k;
      plan->parent_start[e.task] = e.parents->len;
      cw_array_block_from_flat (l->pub.array, flat_block_of (l, e.task), block);
      each_dependency (plan, l, block, scratch, add_parent, &e);
    }
  }
  plan->parent_start[plan->n_tasks] = e.parents->len;
  plan->parents                     = (uint32_t *) g_array_free (e.parents, FALSE);
  g_free (e.last);
}

/* Children from parents by counting. */
static void
invert_edges (CwPlan *plan)
{
  uint64_t n        = plan->parent_start[plan->n_tasks];
  plan->child_start = g_new0 (uint64_t, (size_t) plan->n_tasks + 1);
  plan->children    = g_new (uint32_t, MAX (n, 1));
  for (uint64_t i = 0; i < n; i++)
    plan->child_start[plan->parents[i] + 1]++;
  for (uint32_t t = 0; t < plan->n_tasks; t++)
    plan->child_start[t + 1] += plan->child_start[t];
  g_autofree uint64_t *next = g_memdup2 (plan->child_start, ((size_t) plan->n_tasks + 1) * sizeof *next);
  for (uint32_t t = 0; t < plan->n_tasks; t++)
    for (uint64_t i = plan->parent_start[t]; i < plan->parent_start[t + 1]; i++)
      plan->children[next[plan->parents[i]]++] = t;
}

/* Parents before children, finishing one result before beginning the next. */
static void
order_depth_first (CwPlan *plan)
{
  uint32_t             n      = plan->n_tasks, done = 0;
  g_autofree uint8_t  *placed = g_malloc0 (MAX (n, 1));
  g_autofree uint64_t *next   = g_memdup2 (plan->parent_start, ((size_t) n + 1) * sizeof *next);
  g_autoptr (GArray)   stack  = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  plan->order                 = g_new (uint32_t, MAX (n, 1));
  for (int i = plan->n_layers - 1; i >= 0; i--)
    for (uint32_t k = 0; k < plan->layers[i].pub.n_tasks; k++) {
      uint32_t root = plan->layers[i].pub.first_task + k;
      if (placed[root])
        continue;
      g_array_append_val (stack, root);
      while (stack->len) {
        uint32_t t = g_array_index (stack, uint32_t, stack->len - 1);
        while (next[t] < plan->parent_start[t + 1] && placed[plan->parents[next[t]]])
          next[t]++;
        if (next[t] < plan->parent_start[t + 1]) {
          g_array_append_val (stack, plan->parents[next[t]]);
          continue;
        }
        if (!placed[t]) {
          placed[t]           = 1;
          plan->order[done++] = t;
        }
        g_array_set_size (stack, stack->len - 1);
      }
    }
}

/* ---- public ---- */

static CwPlan *
make_plan (int n, CwArray *const *arrays, CwPlanKind kind, bool lean, GError **error)
{
  g_autoptr (CwPlan) plan = g_new0 (CwPlan, 1);
  g_atomic_ref_count_init (&plan->ref_count);
  plan->kind      = kind;
  plan->n_outputs = n;
  plan->outputs   = g_new (CwArray *, MAX (n, 1));
  if (kind == CW_PLAN_OPTIMIZED)
    cw_rewrite (n, arrays, plan->outputs);
  else
    for (int i = 0; i < n; i++)
      plan->outputs[i] = cw_array_ref (arrays[i]);
  CwFusion *fusion = cw_fuse (n, plan->outputs, kind == CW_PLAN_OPTIMIZED, lean);
  bool      ok     = make_layers (plan, fusion, error);
  cw_fusion_free (fusion);
  if (!ok)
    return NULL;
  link_layers (plan);
  plan->output_layers = g_new (int, MAX (n, 1));
  int most            = 1;
  for (int i = 0; i < plan->n_layers; i++) {
    most = MAX (most, plan->layers[i].program ? plan->layers[i].program->n_nodes : 1);
    for (int k = 0; k < n; k++)
      if (plan->layers[i].pub.array == plan->outputs[k]) {
        plan->layers[i].pub.is_output = true;
        plan->output_layers[k]        = i;
      }
  }
  g_autofree int64_t *scratch = g_new (int64_t, (size_t) most * CW_MAX_NDIM);
  if (!number_tasks (plan, scratch, error))
    return NULL;
  collect_edges (plan, scratch);
  invert_edges (plan);
  order_depth_first (plan);
  return g_steal_pointer (&plan);
}

CwPlan *
cw_plan_new (int n, CwArray *const *arrays, CwPlanKind kind, GError **error)
{
  return make_plan (n, arrays, kind, false, error);
}

CwPlan *
cw_plan_new_within (int n, CwArray *const *arrays, CwPlanKind kind, int64_t bytes, GError **error)
{
  CwPlan *plan = make_plan (n, arrays, kind, false, error);
  if (kind == CW_PLAN_RAW || !plan || cw_plan_bytes (plan, NULL) <= bytes || cw_plan_peak_bytes (plan) <= bytes)
    return plan;
  CwPlan *lean = make_plan (n, arrays, kind, true, error);
  cw_plan_unref (plan);
  return lean;
}

CwPlan *
cw_plan_ref (CwPlan *plan)
{
  g_atomic_ref_count_inc (&plan->ref_count);
  return plan;
}

void
cw_plan_unref (CwPlan *plan)
{
  if (!g_atomic_ref_count_dec (&plan->ref_count))
    return;
  for (int i = 0; i < plan->n_layers; i++) {
    CwPlanLayer *l = &plan->layers[i];
    g_clear_pointer (&l->program, cw_program_free);
    g_free (l->input_layers);
    g_free (l->task_of_block);
    g_free (l->block_of_task);
    g_free (l->pub.fused);
    g_free (l->pub.inputs);
  }
  for (int i = 0; i < plan->n_outputs; i++)
    cw_array_unref (plan->outputs[i]);
  g_free (plan->layers);
  g_free (plan->output_layers);
  g_free (plan->outputs);
  g_free (plan->parent_start);
  g_free (plan->child_start);
  g_free (plan->parents);
  g_free (plan->children);
  g_free (plan->order);
  g_free (plan);
}

CwPlanKind
cw_plan_kind (const CwPlan *plan)
{
  return plan->kind;
}

int
cw_plan_n_layers (const CwPlan *plan)
{
  return plan->n_layers;
}

const CwLayer *
cw_plan_layer (const CwPlan *plan, int layer)
{
  return &plan->layers[layer].pub;
}

uint32_t
cw_plan_n_tasks (const CwPlan *plan)
{
  return plan->n_tasks;
}

uint64_t
cw_plan_n_edges (const CwPlan *plan)
{
  return plan->parent_start[plan->n_tasks];
}

int
cw_plan_n_outputs (const CwPlan *plan)
{
  return plan->n_outputs;
}

int
cw_plan_task_layer (const CwPlan *plan, uint32_t task)
{
  int low = 0, high = plan->n_layers;
  while (high - low > 1) {
    int mid = (low + high) / 2;
    if (plan->layers[mid].pub.first_task <= task)
      low = mid;
    else
      high = mid;
  }
  while (plan->layers[low].pub.n_tasks == 0) /* layers that culling emptied start at the same number */
    low--;
  return low;
}

void
cw_plan_task_block (const CwPlan *plan, uint32_t task, int64_t *block)
{
  const CwPlanLayer *l = &plan->layers[cw_plan_task_layer (plan, task)];
  cw_array_block_from_flat (l->pub.array, flat_block_of (l, task), block);
}

bool
cw_plan_find_task (const CwPlan *plan, int layer, const int64_t *block, uint32_t *task)
{
  const CwPlanLayer *l = &plan->layers[layer];
  *task                = task_of (l, cw_array_block_to_flat (l->pub.array, block));
  return *task != NO_TASK;
}

const uint32_t *
cw_plan_parents (const CwPlan *plan, uint32_t task, uint32_t *n)
{
  *n = (uint32_t) (plan->parent_start[task + 1] - plan->parent_start[task]);
  return plan->parents + plan->parent_start[task];
}

const uint32_t *
cw_plan_children (const CwPlan *plan, uint32_t task, uint32_t *n)
{
  *n = (uint32_t) (plan->child_start[task + 1] - plan->child_start[task]);
  return plan->children + plan->child_start[task];
}

void
cw_plan_task_shape (const CwPlan *plan, uint32_t task, int64_t *shape)
{
  int64_t block[CW_MAX_NDIM];
  cw_plan_task_block (plan, task, block);
  cw_array_block_shape (plan->layers[cw_plan_task_layer (plan, task)].pub.array, block, shape);
}

/* Accumulators have several numbers an element. */
static int64_t
item_bytes (const CwPlanLayer *l)
{
  const CwReduce *r = l->program && l->program->nodes[0].kind == CW_NODE_REDUCE ? l->pub.array->params : NULL;
  return cw_dtype_size (l->pub.array->dtype) * (r && !r->whole ? r->n_components : 1);
}

int64_t
cw_plan_task_bytes (const CwPlan *plan, uint32_t task)
{
  int                layer = cw_plan_task_layer (plan, task);
  const CwPlanLayer *l     = &plan->layers[layer];
  int64_t            shape[CW_MAX_NDIM], bytes;
  if (!cw_plan_layer_owns_memory (plan, layer))
    return 0;
  cw_plan_task_shape (plan, task, shape);
  if (!cw_shape_size (l->pub.array->ndim, shape, &bytes, NULL))
    return CW_UNKNOWN;
  return cw_size_mul (bytes, item_bytes (l), &bytes) ? bytes : CW_UNKNOWN;
}

bool
cw_plan_layer_is_view (const CwPlan *plan, int layer)
{
  const CwPlanLayer *l = &plan->layers[layer];
  return !l->program && l->pub.array->op->kind == CW_OP_VIEW;
}

bool
cw_plan_layer_owns_memory (const CwPlan *plan, int layer)
{
  const CwPlanLayer *l = &plan->layers[layer];
  return l->program || (l->pub.array->op->kind != CW_OP_VIEW && l->pub.array->op->kind != CW_OP_BUFFER);
}

/* Bytes of all blocks of @layer; those of unknown size count as what they are chosen from, INT64_MAX where that is unknown too. */
static int64_t
layer_bytes (const CwPlan *plan, int layer)
{
  const CwPlanLayer *l = &plan->layers[layer];
  const CwArray     *a = l->pub.array;
  if (!cw_plan_layer_owns_memory (plan, layer))
    return 0;
  if (a->op->kind == CW_OP_SELECT && l->program && cw_array_has_unknown (a))
    a = l->program->nodes[l->program->nodes[0].child[0]].array;
  int64_t size = cw_array_size (a), bytes;
  return size != CW_UNKNOWN && cw_size_mul (size, item_bytes (l), &bytes) ? bytes : INT64_MAX;
}

int64_t
cw_plan_bytes (const CwPlan *plan, const bool *except)
{
  int64_t total = 0;
  for (int i = 0; i < plan->n_layers; i++)
    if (!(except && except[i]) && __builtin_add_overflow (total, layer_bytes (plan, i), &total))
      return INT64_MAX;
  return total;
}

int64_t
cw_plan_program_input_bytes (const CwPlan *plan, uint32_t task)
{
  const CwPlanLayer *l = &plan->layers[cw_plan_task_layer (plan, task)];
  if (!l->program || l->program->nodes[0].kind != CW_NODE_SELECT)
    return 0;
  const CwProgram    *p      = l->program;
  g_autofree int64_t *blocks = g_new (int64_t, (size_t) p->n_nodes * CW_MAX_NDIM);
  int64_t             block[CW_MAX_NDIM], shape[CW_MAX_NDIM], size;
  int                 from = p->nodes[0].child[0];
  cw_plan_task_block (plan, task, block);
  cw_program_blocks (p, block, blocks);
  cw_array_block_shape (p->nodes[from].array, blocks + from * CW_MAX_NDIM, shape);
  return cw_shape_size (p->nodes[from].array->ndim, shape, &size, NULL) && size != CW_UNKNOWN ? size * cw_dtype_size (l->pub.array->dtype) : 0;
}

int64_t
cw_plan_peak_bytes (const CwPlan *plan)
{
  g_autofree uint32_t *left = g_new (uint32_t, MAX (plan->n_tasks, 1));
  g_autofree int64_t  *size = g_new (int64_t, MAX (plan->n_tasks, 1));
  int64_t              held = 0, peak = 0;
  for (uint32_t t = 0; t < plan->n_tasks; t++)
    left[t] = (uint32_t) (plan->child_start[t + 1] - plan->child_start[t]);
  for (uint32_t i = 0; i < plan->n_tasks; i++) {
    uint32_t t = plan->order[i];
    size[t]    = cw_plan_task_bytes (plan, t);
    for (uint64_t p = plan->parent_start[t]; size[t] == CW_UNKNOWN && p < plan->parent_start[t + 1]; p++)
      size[t] = MAX (size[t], size[plan->parents[p]]);
    size[t] = MAX (size[t], 0);
    held += size[t];
    peak = MAX (peak, held);
    for (uint64_t p = plan->parent_start[t]; p < plan->parent_start[t + 1]; p++)
      if (--left[plan->parents[p]] == 0)
        held -= size[plan->parents[p]];
  }
  return peak;
}

char *
cw_plan_layer_label (const CwPlan *plan, int layer)
{
  const CwLayer *l = &plan->layers[layer].pub;
  GString       *s = g_string_new (NULL);
  for (int i = l->n_fused - 1; i >= 0; i--) /* sources first, as the data flow */
    g_string_append_printf (s, "%s%s", s->len ? ", " : "", l->fused[i]->name);
  return g_string_free (s, FALSE);
}
