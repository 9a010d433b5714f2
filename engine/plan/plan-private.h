/* plan-private.h: strip programs and the inside of a plan; for engine/plan and engine/run. */
#pragma once

#include "engine/array/array-private.h"
#include "engine/plan/plan.h"

/* ---- strip programs ----
 *
 * A program computes one array of a layer from leaves (blocks of other layers, eager buffers, generated values) by way
 * of the arrays fused into it. Its nodes stand parents first: node 0 is the layer's array. A node's elements are looked up through
 * its parents' views, so views themselves are no work. Values run over strips of the block in C order. */

typedef enum {
  CW_NODE_OP,     /* elementwise */
  CW_NODE_VIEW,   /* changes where its child is read */
  CW_NODE_FLAT,   /* the child's block in C order is this one's: a new space */
  CW_NODE_REDUCE, /* node 0 only: folds its child; a second one is a state that it counts by */
  CW_NODE_SELECT, /* node 0, or the child of one that counts: keeps of its first child what its second one marks */
  CW_NODE_SOURCE, /* values from the global index */
  CW_NODE_BUFFER, /* part of an eager buffer */
  CW_NODE_LEAF,   /* a block that another layer makes */
} CwNodeKind;

typedef struct {
  CwNodeKind kind;
  CwArray   *array; /* borrowed */
  int        parent, parent_input; /* of the first parent; -1 at node 0 */
  int        child[3];
  int        layer; /* LEAF */
} CwNode;

/* registers[dst] = loop (registers[a], ...); or the next strip of leaf `node` where loop is NULL. */
typedef struct {
  CwLoop   loop;
  uint16_t dst, a, b, c;
  int      node;
} CwInstruction;

typedef struct {
  uint16_t reg;
  CwDtype  dtype;
  CwScalar value;
} CwConstantRegister;

typedef struct {
  int                 n_nodes;
  CwNode             *nodes;
  int                 n_instructions;
  CwInstruction      *instructions;
  int                 n_constants;
  CwConstantRegister *constants;
  int                 n_registers;
  uint16_t            result; /* register with the values of node 0 (REDUCE: of its child, in the accumulator's dtype) */
  int                 select; /* the SELECT node, -1 if there is none */
  uint16_t            mask;   /* ... register with the mask; result has the values to choose from */
  uint16_t            kept;   /* ... that counts: register for what was chosen */
} CwProgram;

/* Compiles nodes (taken) to instructions for this machine's kernels. */
CwProgram *cw_program_new (int n_nodes, CwNode *nodes);
void       cw_program_free (CwProgram *p);

/* ---- plans ---- */

typedef struct {
  CwLayer    pub;
  CwProgram *program;       /* NULL: the operation computes the block itself */
  int       *input_layers;  /* without a program: the layer of each of the array's inputs */
  uint32_t  *task_of_block; /* NULL: first_task + block; UINT32_MAX where culled */
  uint32_t  *block_of_task; /* NULL: task - first_task */
} CwPlanLayer;

struct _CwPlan {
  gatomicrefcount ref_count;
  CwPlanKind      kind;
  int             n_layers, n_outputs;
  CwPlanLayer    *layers;
  int            *output_layers;
  CwArray       **outputs; /* owned: they keep every array of the plan alive */
  uint32_t        n_tasks;
  uint64_t       *parent_start, *child_start; /* n_tasks + 1 each */
  uint32_t       *parents, *children;
  uint32_t       *order; /* depth-first: what a single worker does */
};

/* Do @layer's tasks see their inputs' memory under other axes, so that it has to stay as long as they do? */
bool cw_plan_layer_is_view (const CwPlan *plan, int layer);
/* Views into inputs and into eager buffers cost none of their own. */
bool cw_plan_layer_owns_memory (const CwPlan *plan, int layer);
/* Bytes of all blocks of all layers but those marked in @except[n_layers] (NULL: none); blocks of unknown size count as what they are chosen from.
 * INT64_MAX where that is unknown too, or does not fit. */
int64_t cw_plan_bytes (const CwPlan *plan, const bool *except);
/* A selecting program: bytes of the values that @task chooses from; 0 for others, and where unknown. */
int64_t cw_plan_program_input_bytes (const CwPlan *plan, uint32_t task);

/* Blocks of every node for a task; @blocks has n_nodes * CW_MAX_NDIM entries. */
void cw_program_blocks (const CwProgram *p, const int64_t *block, int64_t *blocks);
