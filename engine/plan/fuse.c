/* Fusion: which arrays are computed inside whose tasks.
 *
 * Arrays are visited users first. Each has been asked for by its users, a request saying in which layer and through which view.
 * An elementwise array, a source or a view that all users ask for in one layer through one view joins that layer; so does, for every
 * user, what costs nothing to make again (constants, ranges, eager buffers, and views). All others become layers of their own and
 * leaves of the layers that asked. */
#include "engine/plan/fuse.h"

#include <string.h>

enum { MAX_NODES = 200, FEW = 4, MAX_POSITIONAL = 6 };

typedef struct {
  int  layer;     /* index in Fusion.layers */
  int  view;      /* number of the view, unique in the plan */
  bool flat;      /* the elements stand in the order of the layer's strips */
  bool expanding; /* the same elements are asked for several times */
  int  node;      /* that asks ... */
  int  input;     /* ... for its input */
} Request;

typedef struct {
  int      layer, view;
  CwArray *in;
  int      child_view;
} FlatView;

typedef struct {
  CwFusion *f;
  GArray   *flats; /* of FlatView */
  GArray  **requests; /* an array of the order: of Request */
  GHashTable *position; /* CwArray -> position + 1 */
  int       next_view;
} Fuser;

static CwFusedLayer *
layer_at (CwFusion *f, int i)
{
  return &g_array_index (f->layers, CwFusedLayer, i);
}

static bool
is_view_kind (const CwArray *a)
{
  return (a->op->kind == CW_OP_VIEW && a->n_inputs == 1) || a->op->kind == CW_OP_FLAT;
}

/* Does the operand have fewer elements than the result, so that broadcasting repeats them? */
static bool
is_broadcast (const CwArray *a, const CwArray *in)
{
  if (a->ndim != in->ndim)
    return true;
  for (int k = 0; k < a->ndim; k++)
    if (in->shape[k] != a->shape[k])
      return true;
  return false;
}

/* Reshapes of arrays that are cut alike see them in one way: x and x > 0.5, both ravelled, share their x. */
static int
flat_view (Fuser *u, int layer, int view, CwArray *in)
{
  for (guint i = 0; i < u->flats->len; i++) {
    const FlatView *f    = &g_array_index (u->flats, FlatView, i);
    bool            same = f->layer == layer && f->view == view && f->in->ndim == in->ndim;
    for (int k = 0; same && k < in->ndim; k++)
      same = cw_axis_equal (f->in->axes[k], in->axes[k]);
    if (same)
      return f->child_view;
  }
  FlatView f = { layer, view, in, u->next_view++ };
  g_array_append_val (u->flats, f);
  return f.child_view;
}

/* Asks for the inputs of the array at node @node of @layer, which was itself asked for as @r says. */
static void
ask_inputs (Fuser *u, CwArray *a, int layer, int node, const Request *r)
{
  for (int i = 0; i < a->n_inputs; i++) {
    Request q = *r;
    q.layer   = layer;
    q.node    = node;
    q.input   = i;
    bool broadcast = (a->op->kind == CW_OP_ELEMENTWISE || a->op->kind == CW_OP_VIEW) && is_broadcast (a, a->inputs[i]);
    if (a->op->kind == CW_OP_VIEW || broadcast) {
      q.view = u->next_view++;
      q.flat = false;
      q.expanding |= broadcast && (a->op->kind == CW_OP_ELEMENTWISE || !a->op->view);
    } else if (a->op->kind == CW_OP_FLAT)
      q.view = flat_view (u, layer, r->view, a->inputs[i]);
    int at = GPOINTER_TO_INT (g_hash_table_lookup (u->position, a->inputs[i])) - 1;
    g_array_append_val (u->requests[at], q);
  }
}

static int
add_node (CwFusion *f, int layer, CwNodeKind kind, CwArray *a, const Request *r)
{
  CwFusedLayer *l = layer_at (f, layer);
  CwNode        n = { .kind = kind, .array = a, .parent = r ? r->node : -1, .parent_input = r ? r->input : 0, .layer = -1 };
  g_array_append_val (l->nodes, n);
  return (int) l->nodes->len - 1;
}

static void
link_child (CwFusion *f, const Request *r, int node)
{
  CwNode *parent = &g_array_index (layer_at (f, r->layer)->nodes, CwNode, r->node);
  if (r->input < 3)
    parent->child[r->input] = node;
}

static CwNodeKind
node_kind (const CwArray *a)
{
  switch (a->op->kind) {
  case CW_OP_ELEMENTWISE: return CW_NODE_OP;
  case CW_OP_VIEW: return CW_NODE_VIEW;
  case CW_OP_FLAT: return CW_NODE_FLAT;
  case CW_OP_SOURCE: return CW_NODE_SOURCE;
  case CW_OP_BUFFER: return CW_NODE_BUFFER;
  case CW_OP_SELECT: return CW_NODE_SELECT;
  default: return CW_NODE_REDUCE;
  }
}

/* Can a layer run as a strip program at all? */
static bool
can_root (const CwArray *a)
{
  return a->op->kind == CW_OP_ELEMENTWISE || a->op->kind == CW_OP_SOURCE || a->op->kind == CW_OP_REDUCE
         || a->op->kind == CW_OP_SELECT;
}

/* Does the array follow from positions alone, through at most @depth operations? */
static bool
is_positional (const CwArray *a, int depth)
{
  if (a->op->kind == CW_OP_SOURCE || a->op->kind == CW_OP_BUFFER)
    return true;
  if (depth == 0 || (a->op->kind != CW_OP_ELEMENTWISE && a->op->kind != CW_OP_VIEW))
    return false;
  for (int i = 0; i < a->n_inputs; i++)
    if (!is_positional (a->inputs[i], depth - 1))
      return false;
  return true;
}

/* Does the layer count values, in any order and pieces, so that a mask may choose them strip by strip? */
static bool
is_counting (const CwArray *a)
{
  return a->op->kind == CW_OP_REDUCE && ((const CwReduce *) a->params)->count;
}

/* May the array be computed in the layer that @r asks from? @alone: nobody else asks. @few: so few ask that a source is made again
 * for each of them, since values cost less to make than to put into fresh memory and to get back. */
static bool
may_join (CwFusion *f, const CwArray *a, const Request *r, bool alone, bool few)
{
  const CwFusedLayer *l = layer_at (f, r->layer);
  if (!l->is_program || l->nodes->len >= MAX_NODES)
    return false;
  if ((a->op->kind == CW_OP_SOURCE || a->op->kind == CW_OP_BUFFER) && a->op->cheap)
    return true;
  if (is_view_kind (a))
    return a->op->kind == CW_OP_VIEW ? alone || !r->expanding : r->flat && !r->expanding;
  if (a->op->kind == CW_OP_SELECT)
    return alone && r->node == 0 && is_counting (l->array);
  if (a->op->kind == CW_OP_SOURCE)
    return (alone || few || f->lean) && !r->expanding;
  if (a->op->kind == CW_OP_ELEMENTWISE)
    return (alone || (f->lean && is_positional (a, MAX_POSITIONAL))) && !r->expanding;
  return false;
}

/* Starts the layer of array @a; every request becomes a leaf. */
static void
make_layer (Fuser *u, CwArray *a, GArray *requests)
{
  CwFusion    *f    = u->f;
  int          self = (int) f->layers->len;
  CwFusedLayer l    = { .array = a, .is_program = can_root (a) };
  l.nodes           = g_array_new (FALSE, TRUE, sizeof (CwNode));
  g_array_append_val (f->layers, l);
  for (guint i = 0; i < requests->len; i++) {
    const Request *r = &g_array_index (requests, Request, i);
    /* One leaf for requests through one view. */
    int node = -1;
    for (guint k = 0; k < i && node < 0; k++) {
      const Request *s = &g_array_index (requests, Request, k);
      if (s->layer == r->layer && s->view == r->view)
        node = g_array_index (layer_at (f, s->layer)->nodes, CwNode, s->node).child[MIN (s->input, 2)];
    }
    if (!layer_at (f, r->layer)->is_program)
      continue; /* such a layer reads its inputs by itself */
    if (node < 0) {
      node = add_node (f, r->layer, CW_NODE_LEAF, a, r);
      g_array_index (layer_at (f, r->layer)->nodes, CwNode, node).layer = self;
    }
    link_child (f, r, node);
  }
  Request root = { .layer = self, .view = u->next_view++, .flat = true };
  int     node = add_node (f, self, l.is_program ? node_kind (a) : CW_NODE_LEAF, a, NULL);
  ask_inputs (u, a, self, node, &root);
}

/* Puts @a into every layer that asks for it. */
static void
join_layers (Fuser *u, CwArray *a, GArray *requests)
{
  for (guint i = 0; i < requests->len; i++) {
    Request r    = g_array_index (requests, Request, i);
    int     node = -1;
    for (guint k = 0; k < i && node < 0; k++) {
      const Request *s = &g_array_index (requests, Request, k);
      if (s->layer == r.layer && s->view == r.view)
        node = g_array_index (layer_at (u->f, s->layer)->nodes, CwNode, s->node).child[s->input];
    }
    bool fresh = node < 0;
    if (fresh)
      node = add_node (u->f, r.layer, node_kind (a), a, &r);
    link_child (u->f, &r, node);
    if (fresh)
      ask_inputs (u, a, r.layer, node, &r);
  }
}

static void
visit (Fuser *u, CwArray *a, bool is_output, GArray *requests)
{
  bool join = u->f->fuse && !is_output && requests->len > 0;
  int  distinct = 0; /* layers and views that ask */
  for (guint i = 0; i < requests->len; i++) {
    const Request *r    = &g_array_index (requests, Request, i);
    bool           seen = false;
    for (guint k = 0; k < i && !seen; k++) {
      const Request *s = &g_array_index (requests, Request, k);
      seen             = s->layer == r->layer && s->view == r->view;
    }
    distinct += !seen;
  }
  for (guint i = 0; i < requests->len && join; i++)
    join = may_join (u->f, a, &g_array_index (requests, Request, i), distinct == 1, distinct <= FEW);
  if (join)
    join_layers (u, a, requests);
  else
    make_layer (u, a, requests);
}

GPtrArray *
cw_topological_order (int n, CwArray *const *arrays)
{
  GPtrArray             *order = g_ptr_array_new ();
  g_autoptr (GHashTable) state = g_hash_table_new (NULL, NULL); /* 1: entered, 2: done */
  g_autoptr (GPtrArray) stack  = g_ptr_array_new ();
  for (int i = 0; i < n; i++)
    g_ptr_array_add (stack, arrays[n - 1 - i]);
  while (stack->len) {
    CwArray *a = g_ptr_array_index (stack, stack->len - 1);
    int      s = GPOINTER_TO_INT (g_hash_table_lookup (state, a));
    if (s == 0) {
      g_hash_table_insert (state, a, GINT_TO_POINTER (1));
      for (int i = a->n_inputs - 1; i >= 0; i--)
        if (!g_hash_table_lookup (state, a->inputs[i]))
          g_ptr_array_add (stack, a->inputs[i]);
    } else {
      g_ptr_array_set_size (stack, (int) stack->len - 1);
      if (s == 1) {
        g_hash_table_insert (state, a, GINT_TO_POINTER (2));
        g_ptr_array_add (order, a);
      }
    }
  }
  return order;
}

CwFusion *
cw_fuse (int n, CwArray *const *outputs, bool fuse, bool lean)
{
  CwFusion *f = g_new0 (CwFusion, 1);
  Fuser     u = { .f = f, .position = g_hash_table_new (NULL, NULL) };
  g_autoptr (GPtrArray) order = cw_topological_order (n, outputs);
  f->fuse     = fuse;
  f->lean     = lean;
  f->layers   = g_array_new (FALSE, TRUE, sizeof (CwFusedLayer));
  u.flats     = g_array_new (FALSE, FALSE, sizeof (FlatView));
  u.requests  = g_new (GArray *, order->len);
  for (guint i = 0; i < order->len; i++) {
    g_hash_table_insert (u.position, g_ptr_array_index (order, i), GINT_TO_POINTER ((int) i + 1));
    u.requests[i] = g_array_new (FALSE, FALSE, sizeof (Request));
  }
  for (int i = (int) order->len - 1; i >= 0; i--) {
    CwArray *a         = g_ptr_array_index (order, i);
    bool     is_output = false;
    for (int k = 0; k < n; k++)
      is_output |= outputs[k] == a;
    visit (&u, a, is_output, u.requests[i]);
    g_array_unref (u.requests[i]);
  }
  g_array_unref (u.flats);
  g_hash_table_unref (u.position);
  g_free (u.requests);
  return f;
}

void
cw_fusion_free (CwFusion *f)
{
  for (guint i = 0; i < f->layers->len; i++)
    if (layer_at (f, (int) i)->nodes)
      g_array_unref (layer_at (f, (int) i)->nodes);
  g_array_unref (f->layers);
  g_free (f);
}
