/* The strip machine: see strip.h. */
#include "engine/run/strip-private.h"

#include <stdlib.h>
#include <string.h>

enum {
  REGISTER_BYTES = CW_STRIP * 16 + 64, /* 64 more, so that registers do not share cache sets */
  BAND_ROWS      = 16,                 /* rows that a transposed leaf is brought over at a time */
  BAND_VALUES    = 64,                 /* ... and that a transposed source is made at a time: what random bits come in */
  BAND_BYTES_MAX = 4 << 20,
};

/* ---- where the leaves lie ---- */

/* Lengths of every node's block; those that chunks do not tell come from the leaves upwards. */
static bool
node_shapes (const CwProgram *p, const int64_t *blocks, CwBuffer *const *leaves, int64_t (*shapes)[CW_MAX_NDIM], GError **error)
{
  for (int i = p->n_nodes - 1; i >= 0; i--) {
    const CwNode *n = &p->nodes[i];
    const CwArray *a = n->array;
    cw_array_block_shape (a, blocks + i * CW_MAX_NDIM, shapes[i]);
    if (!cw_array_has_unknown (a))
      continue;
    if (n->kind == CW_NODE_LEAF)
      memcpy (shapes[i], leaves[i]->shape, (size_t) a->ndim * sizeof (int64_t));
    else if (n->kind == CW_NODE_SELECT) /* as many as it chooses from */
      shapes[i][0] = shapes[n->child[0]][0];
    else if (n->kind == CW_NODE_VIEW) {
      CwViewAxis view[CW_MAX_NDIM];
      cw_op_view (a, blocks + i * CW_MAX_NDIM, 0, view);
      for (int k = 0; k < a->inputs[0]->ndim; k++)
        if (view[k].axis >= 0 && shapes[i][view[k].axis] == CW_UNKNOWN)
          shapes[i][view[k].axis] = shapes[n->child[0]][k];
    } else if (n->kind == CW_NODE_OP) {
      const int64_t *first = NULL;
      for (int k = 0; k < a->ndim; k++)
        shapes[i][k] = 1;
      for (int c = 0; c < a->n_inputs; c++) {
        int            child = n->child[c], extra = a->ndim - a->inputs[c]->ndim;
        const int64_t *s = shapes[child];
        first            = first ? first : s;
        for (int k = 0; k < a->inputs[c]->ndim; k++) {
          if (shapes[i][k + extra] != 1 && s[k] != 1 && s[k] != shapes[i][k + extra]) {
            g_autofree char *x = cw_shape_to_string (a->inputs[0]->ndim, first), *y = cw_shape_to_string (a->inputs[c]->ndim, s);
            return cw_fail (error, CW_ERROR_VALUE,
                            "operands could not be broadcast together with shapes %s %s: blocks of unknown size turned out to differ", x, y);
          }
          if (shapes[i][k + extra] == 1)
            shapes[i][k + extra] = s[k];
        }
      }
    }
  }
  return true;
}

/* Joins neighbouring axes that one walk covers. */
static void
coalesce (CwStripLeaf *l)
{
  int n = 0;
  for (int k = 0; k < l->ndim; k++) {
    if (l->shape[k] == 1)
      continue;
    if (n > 0 && l->stride[n - 1] == l->stride[k] * l->shape[k]) {
      l->shape[n - 1] *= l->shape[k];
      l->stride[n - 1] = l->stride[k];
    } else {
      l->shape[n]    = l->shape[k];
      l->stride[n++] = l->stride[k];
    }
  }
  if (n == 0) {
    l->shape[0]  = 1;
    l->stride[0] = l->source ? 1 : l->item;
    n            = 1;
  }
  l->ndim   = n;
  int64_t unit = l->source ? 1 : l->item, row = l->shape[n - 1] * l->item;
  if (n >= 2 && row > 0 && l->stride[n - 1] != unit && l->stride[n - 2] == unit && l->shape[n - 2] >= 4)
    l->band_rows = (int) MIN (l->source ? BAND_VALUES : BAND_ROWS, BAND_BYTES_MAX / row);
}

/* A leaf of node @n whose axes map to a space of @ndim axes of lengths @space. */
static CwStripLeaf *
make_leaf (const CwNode *n, const int64_t *block, const CwViewAxis *map, CwBuffer *buffer, int ndim, const int64_t *space)
{
  CwStripLeaf *l  = g_new0 (CwStripLeaf, 1);
  CwArray     *a  = n->array;
  int64_t  global = 1;
  l->ndim         = ndim;
  memcpy (l->shape, space, (size_t) ndim * sizeof *space);
  l->source = n->kind == CW_NODE_SOURCE ? a : NULL;
  l->item   = cw_dtype_size (l->source ? cw_op_fill_dtype (a) : a->dtype);
  l->base   = buffer ? buffer->data : NULL;
  for (int k = a->ndim - 1; k >= 0; k--) {
    int64_t stride = buffer ? buffer->strides[k] : global;
    int64_t origin = buffer ? 0 : a->axes[k]->offsets[block[k]];
    if (buffer)
      l->base += map[k].offset * stride;
    else
      l->first += (origin + map[k].offset) * stride;
    if (map[k].axis >= 0)
      l->stride[map[k].axis] += map[k].step * stride;
    global *= a->shape[k];
  }
  coalesce (l);
  return l;
}

/* Follows every node's views from the root down and binds the leaves. */
static void
bind_leaves (CwBound *b, const int64_t *blocks, CwBuffer *const *leaves, int64_t (*shapes)[CW_MAX_NDIM])
{
  const CwProgram *p    = b->p;
  CwViewAxis(*map)[CW_MAX_NDIM] = g_alloca (sizeof *map * (size_t) p->n_nodes);
  int *space                    = g_newa (int, p->n_nodes); /* the node whose shape is the space */
  for (int i = 0; i < p->n_nodes; i++) {
    const CwNode *n = &p->nodes[i];
    CwViewAxis    via[CW_MAX_NDIM];
    bool          fresh = i == 0 || p->nodes[n->parent].kind == CW_NODE_FLAT || p->nodes[n->parent].kind == CW_NODE_REDUCE
                          || p->nodes[n->parent].kind == CW_NODE_SELECT;
    space[i]            = fresh ? i : space[n->parent];
    if (!fresh)
      cw_op_view (p->nodes[n->parent].array, blocks + n->parent * CW_MAX_NDIM, n->parent_input, via);
    for (int k = 0; k < n->array->ndim; k++) {
      if (fresh)
        map[i][k] = (CwViewAxis){ k, 0, 1 };
      else if (via[k].axis < 0)
        map[i][k] = (CwViewAxis){ -1, via[k].offset, 0 };
      else {
        const CwViewAxis *up = &map[n->parent][via[k].axis];
        map[i][k]            = (CwViewAxis){ up->axis, via[k].offset + via[k].step * up->offset, via[k].step * up->step };
      }
    }
    if ((n->kind == CW_NODE_SOURCE && n->array->op->fill) || n->kind == CW_NODE_BUFFER || n->kind == CW_NODE_LEAF)
      b->leaves[i] = make_leaf (n, blocks + i * CW_MAX_NDIM, map[i], leaves[i], p->nodes[space[i]].array->ndim, shapes[space[i]]);
  }
}

/* ---- binding ---- */

/* A mask and what it chooses from, if there are such, are of one length. */
static bool
check_mask (const CwProgram *p, int64_t (*shapes)[CW_MAX_NDIM], GError **error)
{
  if (p->select < 0)
    return true;
  const CwNode *n      = &p->nodes[p->select];
  int64_t       values = shapes[n->child[0]][0], mask = shapes[n->child[1]][0];
  return values == mask
         || cw_fail (error, CW_ERROR_INDEX,
                     "boolean index did not match indexed array along dimension 0; dimension is %" G_GINT64_FORMAT
                     " but corresponding boolean dimension is %" G_GINT64_FORMAT,
                     values, mask);
}

/* As many parts as the rows of the tallest band fill, if that leaves enough for all workers. */
static int
run_length (const CwBound *b)
{
  int64_t band = 0;
  for (int i = 0; i < b->p->n_nodes; i++) {
    const CwStripLeaf *l = b->leaves[i];
    if (l && l->source && l->band_rows)
      band = MAX (band, l->band_rows * l->shape[l->ndim - 1]);
  }
  return (int) CLAMP (band / b->part_size, 1, MAX (b->n_parts / 8, 1));
}

CwBound *
cw_bound_new (const CwProgram *p, const int64_t *block, CwBuffer *const *leaves, CwBuffer *dest, GError **error)
{
  CwBound *b      = g_new0 (CwBound, 1);
  int64_t *blocks = g_newa (int64_t, (size_t) p->n_nodes * CW_MAX_NDIM);
  int64_t(*shapes)[CW_MAX_NDIM] = g_alloca (sizeof *shapes * (size_t) p->n_nodes);
  b->p      = p;
  b->leaves = g_new0 (CwStripLeaf *, p->n_nodes);
  cw_program_blocks (p, block, blocks);
  bool ok = node_shapes (p, blocks, leaves, shapes, error) && check_mask (p, shapes, error);
  if (ok) {
    const CwNode  *root  = &p->nodes[0];
    bool           folds = root->kind == CW_NODE_REDUCE || root->kind == CW_NODE_SELECT;
    const int64_t *shape = shapes[folds ? root->child[0] : 0];
    b->size              = 1;
    for (int k = 0; k < p->nodes[folds ? root->child[0] : 0].array->ndim; k++)
      b->size *= shape[k];
    bind_leaves (b, blocks, leaves, shapes);
    if (root->kind == CW_NODE_REDUCE && root->array->n_inputs > 1)
      b->state = leaves[root->child[1]];
    ok     = cw_sink_bind (b, shape, blocks, dest, error);
    b->run = ok ? run_length (b) : 1;
  }
  if (!ok)
    g_clear_pointer (&b, cw_bound_free);
  return b;
}

void
cw_bound_free (CwBound *b)
{
  for (int i = 0; i < b->p->n_nodes; i++)
    g_free (b->leaves[i]);
  g_free (b->leaves);
  cw_sink_free (b);
  g_free (b);
}

int
cw_bound_n_runs (const CwBound *b)
{
  return (b->n_parts + b->run - 1) / b->run;
}

/* ---- loading ---- */

/* The rows of one transposed leaf that are at hand. */
typedef struct {
  int64_t row;  /* first row in the band, -1 none */
  int64_t outer; /* offset of the axes above */
  size_t  at;   /* where in the scratch's band memory */
} Band;

/* Makes @rows rows from row @first on of a source whose columns are contiguous, a square of columns at a time. */
static void
fill_band (const CwStripLeaf *l, char *to, int64_t outer, int64_t first, size_t rows)
{
  uint64_t square[BAND_VALUES * BAND_VALUES];
  int64_t  columns = l->shape[l->ndim - 1], stride = l->stride[l->ndim - 1];
  for (int64_t c = 0; c < columns; c += BAND_VALUES) {
    size_t n = (size_t) MIN (BAND_VALUES, columns - c), column = rows * (size_t) l->item;
    for (size_t i = 0; i < n; i++)
      l->source->op->fill (l->source, (uint64_t) (l->first + outer + first + (c + (int64_t) i) * stride), 1, rows, (char *) square + i * column);
    for (size_t r = 0; r < rows; r++)
      cw_kernels ()->gather (to + ((int64_t) r * columns + c) * l->item, (char *) square + r * (size_t) l->item, (int64_t) column, n, l->item);
  }
}

/* Brings some rows of a leaf whose columns are contiguous into row order. */
static const char *
band_row (const CwStripLeaf *l, Band *band, CwScratch *s, int64_t outer, int64_t row)
{
  int64_t columns = l->shape[l->ndim - 1], first = row / l->band_rows * l->band_rows;
  if (band->row != first || band->outer != outer) {
    size_t rows = (size_t) MIN (l->band_rows, l->shape[l->ndim - 2] - first);
    char  *to   = s->band + band->at;
    if (l->source)
      fill_band (l, to, outer, first, rows);
    else
      cw_kernels ()->transpose (to, l->base + outer + first * l->item, l->stride[l->ndim - 1], l->item, (size_t) columns, rows, l->item);
    band->row   = first;
    band->outer = outer;
  }
  return s->band + band->at + (row - first) * columns * l->item;
}

/* Memory that the next strip is likely to read. It is asked for a few lines at a time between instructions, since a processor has room for no more on
 * their way: so it comes while this strip is computed. (What processors fetch by themselves ends with a page, and a strip is as long as one.) */
typedef struct {
  const char *next[4], *end[4]; /* streams */
  int         n;
} Ahead;

static void
fetch_ahead (Ahead *a)
{
  enum { LINE = 64, AT_ONCE = 12 }; /* lines of a stream; 8, 16 and 24 made long programs slower */
  for (int i = 0; i < a->n; i++) {
    const char *end = MIN (a->next[i] + AT_ONCE * LINE, a->end[i]);
    for (; a->next[i] < end; a->next[i] += LINE)
      __builtin_prefetch (a->next[i], 0, 2);
  }
}

/* Elements [flat, flat + n) of a leaf's space, in place where they lie contiguous, else in @out. */
static const void *
load_strip (const CwStripLeaf *l, Band *band, CwScratch *s, int64_t flat, size_t n, char *out, Ahead *ahead)
{
  int64_t index[CW_MAX_NDIM], rest = flat;
  int     inner = l->ndim - 1;
  for (int k = inner; k >= 0; k--) {
    index[k] = rest % l->shape[k];
    rest /= l->shape[k];
  }
  for (size_t done = 0; done < n;) {
    size_t  count  = (size_t) MIN ((int64_t) (n - done), l->shape[inner] - index[inner]);
    int64_t offset = index[inner] * l->stride[inner], above = 0;
    for (int k = 0; k < inner; k++)
      above += index[k] * l->stride[k];
    char *to = out + done * (size_t) l->item;
    if (l->band_rows) {
      const char *row = band_row (l, band, s, above - index[inner - 1] * l->stride[inner - 1], index[inner - 1]) + index[inner] * l->item;
      if (count == n)
        return row;
      memcpy (to, row, count * (size_t) l->item);
    } else if (l->source)
      l->source->op->fill (l->source, (uint64_t) (l->first + above + offset), l->stride[inner], count, to);
    else {
      const char *from = l->base + above + offset;
      if (count == n && l->stride[inner] == l->item) {
        if (ahead->n < (int) G_N_ELEMENTS (ahead->next)) {
          ahead->next[ahead->n]  = from + n * (size_t) l->item;
          ahead->end[ahead->n++] = from + 2 * n * (size_t) l->item;
        }
        return from;
      }
      cw_kernels ()->gather (to, from, l->stride[inner], count, l->item);
    }
    done += count;
    index[inner] = 0;
    int k        = inner - 1;
    for (; k >= 0 && ++index[k] == l->shape[k]; k--)
      index[k] = 0;
  }
  return out;
}

/* ---- running ---- */

void
cw_scratch_clear (CwScratch *s)
{
  free (s->registers);
  free (s->band);
  free (s->accumulator);
  g_free (s->values);
  memset (s, 0, sizeof *s);
}

void
cw_scratch_grow (char **memory, size_t *have, size_t bytes)
{
  if (bytes <= *have)
    return;
  free (*memory);
  if (posix_memalign ((void **) memory, 64, bytes) != 0)
    g_error ("no memory for the registers of a strip program");
  *have = bytes;
}

char *
cw_scratch_register (CwScratch *s, int reg)
{
  return s->registers + (size_t) reg * REGISTER_BYTES;
}

/* Registers, filled constants and bands for a part of @b. */
static Band *
prepare_scratch (CwBound *b, CwScratch *s)
{
  const CwProgram *p = b->p;
  cw_scratch_grow (&s->registers, &s->register_bytes, (size_t) p->n_registers * REGISTER_BYTES);
  if (s->n_values < p->n_registers) {
    s->values   = g_renew (void *, s->values, p->n_registers);
    s->n_values = p->n_registers;
  }
  for (int i = 0; i < p->n_constants; i++) {
    const CwConstantRegister *k    = &p->constants[i];
    char                     *at   = cw_scratch_register (s, k->reg);
    size_t                    item = (size_t) cw_dtype_size (k->dtype), n = (size_t) MIN (CW_STRIP, MAX (b->size, 1));
    cw_scalar_store (k->value, k->dtype, at);
    for (size_t filled = 1; filled < n; filled *= 2)
      memcpy (at + filled * item, at, MIN (filled, n - filled) * item);
    s->values[k->reg] = at;
  }
  Band  *bands = NULL;
  size_t bytes = 0;
  for (int i = 0; i < p->n_nodes; i++) {
    const CwStripLeaf *l = b->leaves[i];
    if (!l || !l->band_rows)
      continue;
    bands    = bands ? bands : g_new (Band, p->n_nodes);
    bands[i] = (Band){ -1, 0, bytes };
    bytes += (size_t) (l->shape[l->ndim - 1] * l->item * l->band_rows + 63) / 64 * 64;
  }
  cw_scratch_grow (&s->band, &s->band_bytes, bytes);
  return bands;
}

static void
run_part (CwBound *b, int part, CwScratch *s, Band *bands, const _Atomic bool *stop)
{
  const CwProgram *p     = b->p;
  int64_t          begin = part * b->part_size, end = MIN (begin + b->part_size, b->size);
  int              item  = cw_dtype_size (p->nodes[0].array->dtype), last = -1;
  size_t           n;
  /* The instruction that makes the result may write it in place. */
  for (int i = 0; i < p->n_instructions && b->direct; i++)
    if (p->instructions[i].dst == p->result)
      last = i;
  Ahead ahead;
  cw_sink_begin (b, part, s);
  for (int64_t flat = begin; flat < end && !atomic_load_explicit (stop, memory_order_relaxed); flat += (int64_t) n) {
    n       = (size_t) MIN (MIN (b->strip, end - flat), b->line - flat % b->line);
    ahead.n = 0;
    for (int i = 0; i < p->n_instructions; i++) {
      const CwInstruction *in  = &p->instructions[i];
      char                *own = i == last ? b->out->data + flat * item : cw_scratch_register (s, in->dst);
      if (in->loop) {
        in->loop (own, s->values[in->a], s->values[in->b], s->values[in->c], n);
        s->values[in->dst] = own;
        fetch_ahead (&ahead);
      } else
        s->values[in->dst] = (void *) load_strip (b->leaves[in->node], bands ? &bands[in->node] : NULL, s, flat, n, own, &ahead);
    }
    cw_sink_take (b, part, s, flat, n);
  }
  cw_sink_end (b, part, s);
}

void
cw_bound_run (CwBound *b, int run, CwScratch *s, const _Atomic bool *stop)
{
  Band *bands = prepare_scratch (b, s);
  for (int i = run * b->run; i < MIN ((run + 1) * b->run, b->n_parts) && !atomic_load_explicit (stop, memory_order_relaxed); i++)
    run_part (b, i, s, bands, stop);
  g_free (bands);
}
