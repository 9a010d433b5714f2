/* Strip programs: from fused arrays to instructions on registers of CW_STRIP elements.
 *
 * Every node's register holds its array's dtype. An operation casts its operands to the dtype that NumPy would compute in
 * (more precisely, to the loop that carries it), runs one loop, and casts the result where narrowing matters, so that a
 * fused chain gives the very bits of one operation at a time. Registers are given back after their last use. */
#include "engine/plan/plan-private.h"

#include <string.h>

typedef struct {
  CwProgram *p;
  GArray    *instructions, *constants;
  int       *reg;      /* of a node's value, -1 none yet */
  int       *uses;     /* of a node's value, still to come */
  GArray    *free_regs;
  int        n_regs;
} Compiler;

static uint16_t
take_register (Compiler *c)
{
  if (c->free_regs->len) {
    int r = g_array_index (c->free_regs, int, c->free_regs->len - 1);
    g_array_set_size (c->free_regs, c->free_regs->len - 1);
    return (uint16_t) r;
  }
  return (uint16_t) c->n_regs++;
}

static void
give_back (Compiler *c, int reg)
{
  g_array_append_val (c->free_regs, reg);
}

static uint16_t
constant (Compiler *c, CwDtype dtype, CwScalar value)
{
  CwConstantRegister k = { (uint16_t) c->n_regs++, dtype, value };
  g_array_append_val (c->constants, k);
  return k.reg;
}

/* Operands that @loop does not have are its first once more. */
static void
emit (Compiler *c, CwLoop loop, int dst, int a, int b, int d, int node)
{
  CwInstruction i = { loop, (uint16_t) dst, (uint16_t) a, (uint16_t) b, (uint16_t) d, node };
  g_array_append_val (c->instructions, i);
}

static void
emit_cast (Compiler *c, CwDtype to, CwDtype from, int dst, int a)
{
  emit (c, cw_kernels ()->cast[to][from], dst, a, a, a, -1);
}

/* The node whose register carries the values of @node: views, reshapes and selections hand on their child's. */
static int
value_node (const CwProgram *p, int node)
{
  while (p->nodes[node].kind == CW_NODE_VIEW || p->nodes[node].kind == CW_NODE_FLAT || p->nodes[node].kind == CW_NODE_SELECT)
    node = p->nodes[node].child[0];
  return node;
}

static void
release_use (Compiler *c, int node)
{
  if (--c->uses[node] == 0 && c->reg[node] >= 0)
    give_back (c, c->reg[node]);
}

/* A register with the values of @node as @dtype; *own tells that it is temporary. */
static int
as_dtype (Compiler *c, int node, CwDtype dtype, bool *own)
{
  CwDtype from = c->p->nodes[node].array->dtype;
  *own         = from != dtype;
  if (!*own)
    return c->reg[node];
  int r = take_register (c);
  emit_cast (c, dtype, from, r, c->reg[node]);
  return r;
}

static void
compile_cast (Compiler *c, int node)
{
  const CwNode *n     = &c->p->nodes[node];
  int           child = value_node (c->p, n->child[0]);
  int           r     = take_register (c);
  emit_cast (c, n->array->dtype, c->p->nodes[child].array->dtype, r, c->reg[child]);
  c->reg[node] = r;
  release_use (c, child);
}

static void
compile_ufunc (Compiler *c, int node)
{
  const CwNode        *n    = &c->p->nodes[node];
  const CwElementwise *e    = n->array->params;
  CwLoopDtype          loop = cw_loop_of (e->loop);
  CwDtype              wide = cw_loop_dtype (loop);
  int                  reg[3] = { 0 };
  bool                 own[3] = { false };
  for (int i = 0; i < e->n; i++) {
    CwDtype want = i == 0 && cw_ufunc_info (e->ufunc)->rule == CW_RULE_WHERE ? CW_BOOL : wide;
    if (e->operand[i] < 0)
      reg[i] = constant (c, want, cw_scalar_cast (e->scalar[i], want));
    else
      reg[i] = as_dtype (c, value_node (c->p, n->child[e->operand[i]]), want, &own[i]);
  }
  static const CwDtype outs[] = { [CW_OUT_BOOL] = CW_BOOL, [CW_OUT_INT32] = CW_INT32 };
  CwUfuncOut           kind   = cw_ufunc_info (e->ufunc)->out;
  CwDtype              made   = kind == CW_OUT_SAME ? wide : kind == CW_OUT_REAL ? cw_dtype_real (wide) : outs[kind];
  int                  out    = take_register (c);
  emit (c, cw_kernels ()->ufunc[e->ufunc][loop], out, reg[0], reg[e->n > 1 ? 1 : 0], reg[e->n > 2 ? 2 : 0], -1);
  if (made != n->array->dtype) {
    int narrow = take_register (c);
    emit_cast (c, n->array->dtype, made, narrow, out);
    give_back (c, out);
    out = narrow;
  }
  c->reg[node] = out;
  for (int i = 0; i < e->n; i++) {
    if (own[i])
      give_back (c, reg[i]);
    if (e->operand[i] >= 0)
      release_use (c, value_node (c->p, n->child[e->operand[i]]));
  }
}

/* The values that a reduction folds, in its accumulator's dtype. */
static int
compile_reduce (Compiler *c, const CwNode *n)
{
  const CwReduce *r     = n->array->params;
  int             child = value_node (c->p, n->child[0]);
  CwDtype         want  = r->count || r->kind == CW_REDUCE_ARGMIN || r->kind == CW_REDUCE_ARGMAX ? r->value : r->acc;
  bool            own;
  if (r->kind != CW_REDUCE_ANY && r->kind != CW_REDUCE_ALL)
    return as_dtype (c, child, want, &own);
  int truth = as_dtype (c, child, CW_BOOL, &own), wide = take_register (c);
  emit_cast (c, want, CW_BOOL, wide, truth);
  return wide;
}

static void
compile_node (Compiler *c, int node)
{
  const CwNode *n = &c->p->nodes[node];
  switch (n->kind) {
  case CW_NODE_OP:
    if (((CwElementwise *) n->array->params)->is_cast)
      compile_cast (c, node);
    else
      compile_ufunc (c, node);
    break;
  case CW_NODE_SOURCE:
    if (n->array->op == &cw_op_constant) {
      c->reg[node]  = constant (c, n->array->dtype, ((CwConstant *) n->array->params)->value);
      c->uses[node] = G_MAXINT; /* constants are never given back */
      break;
    }
    /* Generators write their own dtype, which may be wider. */
    c->reg[node] = take_register (c);
    emit (c, NULL, c->reg[node], 0, 0, 0, node);
    if (cw_op_fill_dtype (n->array) != n->array->dtype) {
      int narrow = take_register (c);
      emit_cast (c, n->array->dtype, cw_op_fill_dtype (n->array), narrow, c->reg[node]);
      give_back (c, c->reg[node]);
      c->reg[node] = narrow;
    }
    break;
  case CW_NODE_BUFFER:
  case CW_NODE_LEAF:
    if (node == c->p->nodes[0].child[1] && c->p->nodes[0].kind == CW_NODE_REDUCE)
      break; /* the state, which is no strip */
    c->reg[node] = take_register (c);
    emit (c, NULL, c->reg[node], 0, 0, 0, node);
    break;
  default: break;
  }
}

/* Does nobody read register @reg between instruction @i, which may write it, and its next writing? */
static bool
dies_at (const Compiler *c, guint i, int reg)
{
  const CwInstruction *all = (CwInstruction *) c->instructions->data;
  if (all[i].dst == reg)
    return true;
  for (guint k = i + 1; k < c->instructions->len; k++) {
    if (all[k].loop && (all[k].a == reg || all[k].b == reg || all[k].c == reg))
      return false;
    if (all[k].dst == reg)
      return true;
  }
  return reg != c->p->result && (c->p->select < 0 || reg != c->p->mask);
}

/* Makes one instruction of two in a row where there is a loop for both: a strip is then written and read once less. */
static void
chain_instructions (Compiler *c)
{
  for (guint i = 0; i + 1 < c->instructions->len; i++) {
    CwInstruction *f = &g_array_index (c->instructions, CwInstruction, i), *g = f + 1;
    bool           first = g->a == f->dst, second = g->b == f->dst;
    CwLoop         both = f->loop && g->loop && first != second ? cw_kernels_chain (cw_kernels (), f->loop, g->loop, second) : NULL;
    if (!both || !dies_at (c, i + 1, f->dst))
      continue;
    *f = (CwInstruction){ both, g->dst, f->a, f->b, first ? g->b : g->a, -1 };
    g_array_remove_index (c->instructions, i + 1);
  }
}

static void
count_uses (Compiler *c)
{
  for (int i = 0; i < c->p->n_nodes; i++) {
    const CwNode *n = &c->p->nodes[i];
    c->reg[i]       = -1;
    if (n->kind == CW_NODE_REDUCE || n->kind == CW_NODE_SELECT)
      c->uses[value_node (c->p, n->child[0])] += 1000; /* kept to the end */
    if (n->kind == CW_NODE_SELECT)
      c->uses[value_node (c->p, n->child[1])] += 1000;
    if (n->kind == CW_NODE_OP) {
      const CwElementwise *e = n->array->params;
      for (int k = 0; k < e->n; k++)
        if (e->operand[k] >= 0)
          c->uses[value_node (c->p, n->child[e->operand[k]])]++;
    }
  }
  c->uses[value_node (c->p, 0)] += 1000;
}

CwProgram *
cw_program_new (int n_nodes, CwNode *nodes)
{
  CwProgram *p = g_new0 (CwProgram, 1);
  Compiler   c = { .p            = p,
                   .instructions = g_array_new (FALSE, FALSE, sizeof (CwInstruction)),
                   .constants    = g_array_new (FALSE, FALSE, sizeof (CwConstantRegister)),
                   .free_regs    = g_array_new (FALSE, FALSE, sizeof (int)),
                   .reg          = g_new0 (int, n_nodes),
                   .uses         = g_new0 (int, n_nodes) };
  p->n_nodes   = n_nodes;
  p->nodes     = nodes;
  count_uses (&c);
  for (int i = n_nodes - 1; i >= 0; i--)
    compile_node (&c, i);
  p->result = (uint16_t) (nodes[0].kind == CW_NODE_REDUCE ? compile_reduce (&c, &nodes[0]) : c.reg[value_node (p, 0)]);
  p->select = -1;
  for (int i = 0; i < n_nodes; i++)
    if (nodes[i].kind == CW_NODE_SELECT) {
      p->select = i;
      p->mask   = (uint16_t) c.reg[value_node (p, nodes[i].child[1])];
      p->kept   = take_register (&c);
    }
  chain_instructions (&c);
  p->n_registers    = c.n_regs;
  p->n_instructions = (int) c.instructions->len;
  p->instructions   = (CwInstruction *) g_array_free (c.instructions, FALSE);
  p->n_constants    = (int) c.constants->len;
  p->constants      = (CwConstantRegister *) g_array_free (c.constants, FALSE);
  g_array_unref (c.free_regs);
  g_free (c.reg);
  g_free (c.uses);
  return p;
}

void
cw_program_free (CwProgram *p)
{
  g_free (p->nodes);
  g_free (p->instructions);
  g_free (p->constants);
  g_free (p);
}

void
cw_program_blocks (const CwProgram *p, const int64_t *block, int64_t *blocks)
{
  int64_t hi[CW_MAX_NDIM];
  memcpy (blocks, block, (size_t) p->nodes[0].array->ndim * sizeof *block);
  for (int i = 1; i < p->n_nodes; i++) {
    const CwNode *n = &p->nodes[i];
    cw_op_region (p->nodes[n->parent].array, blocks + n->parent * CW_MAX_NDIM, n->parent_input, blocks + i * CW_MAX_NDIM, hi);
  }
}
