/* The strip machine: see strip.h. */
#include "engine/run/strip.h"

#include <stdlib.h>
#include <string.h>

enum {
  REGISTER_BYTES = CW_STRIP * 16 + 64, /* 64 more, so that registers do not share cache sets */
  PART           = 65536,              /* elements a part, about */
  BAND_ROWS      = 16,                 /* rows that a transposed leaf is brought over at a time */
  BAND_VALUES    = 64,                 /* ... and that a transposed source is made at a time: what random bits come in */
  BAND_BYTES_MAX = 4 << 20,
};

/* A leaf as a strided walk over its space: element (i0, i1, ...) is at base + sum of i * stride. */
typedef struct {
  const CwArray *source; /* generated; else memory */
  const char    *base;
  int64_t        first;  /* source: flat index of the first element */
  int            ndim, item;
  int64_t        shape[CW_MAX_NDIM], stride[CW_MAX_NDIM]; /* bytes; source: elements */
  int            band_rows; /* 0: read in place */
} Leaf;

/* One run of axes that are all reduced, or all kept. */
typedef struct {
  bool    reduced;
  int64_t length;
  int64_t slot_stride;  /* kept: slots a step */
  int64_t index_stride; /* ARG: index a step */
} Group;

struct _CwBound {
  const CwProgram *p;
  int64_t          size; /* elements that run through the program */
  int              n_parts;
  int64_t          part_size;
  int              run; /* parts that one worker does best one after the other, since they share a band */
  CwBuffer        *out;
  bool             direct; /* out is contiguous: strips are written in place */
  Leaf           **leaves; /* by node */
  /* reduction */
  const CwReduce  *reduce;
  int              n_groups;
  Group            groups[CW_MAX_NDIM];
  int64_t          slots, index_base;
  char            *accs; /* one accumulator, or one a part */
  int64_t          acc_bytes;
  bool             own_accs; /* a part each */
  /* selection: what each part kept stands in out where the part's elements would */
  bool     selects;
  int64_t *n_kept;
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
coalesce (Leaf *l)
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
static Leaf *
make_leaf (const CwNode *n, const int64_t *block, const CwViewAxis *map, CwBuffer *buffer, int ndim, const int64_t *space)
{
  Leaf    *l      = g_new0 (Leaf, 1);
  CwArray *a      = n->array;
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
  CwViewAxis(*map)[CW_MAX_NDIM] = g_malloc (sizeof *map * (size_t) p->n_nodes);
  int *space                    = g_new (int, p->n_nodes); /* the node whose shape is the space */
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
  g_free (space);
  g_free (map);
}

/* ---- reductions: how positions map to slots ---- */

static void
group_axes (CwBound *b, const int64_t *shape, const int64_t *block)
{
  const CwReduce *r      = b->reduce;
  const CwArray  *in     = b->p->nodes[b->p->nodes[0].child[0]].array;
  bool            is_arg = r->kind == CW_REDUCE_ARGMIN || r->kind == CW_REDUCE_ARGMAX;
  int             n_reduced = 0;
  int64_t         global[CW_MAX_NDIM + 1] = { 0 };
  for (int k = 0; k < r->ndim; k++)
    n_reduced += r->reduced[k];
  bool flat_index   = is_arg && n_reduced == r->ndim && r->ndim > 1;
  global[r->ndim]   = 1;
  for (int k = r->ndim - 1; k >= 0; k--)
    global[k] = global[k + 1] * r->index_shape[k];
  for (int k = 0; k < r->ndim; k++) {
    Group *last = b->n_groups ? &b->groups[b->n_groups - 1] : NULL;
    if (is_arg && r->reduced[k])
      b->index_base += in->axes[k]->offsets[block[k]] * (flat_index ? global[k + 1] : 1);
    if (last && last->reduced == r->reduced[k] && !flat_index)
      last->length *= shape[k];
    else
      b->groups[b->n_groups++] = (Group){ r->reduced[k], shape[k], 0, !is_arg || !r->reduced[k] ? 0 : flat_index ? global[k + 1] : 1 };
  }
  if (b->n_groups == 0)
    b->groups[b->n_groups++] = (Group){ true, 1, 0, 0 };
  b->slots = 1;
  for (int g = b->n_groups - 1; g >= 0; g--)
    if (!b->groups[g].reduced) {
      b->groups[g].slot_stride = b->slots;
      b->slots *= b->groups[g].length;
    }
}

/* Parts of a reduction: whole steps of the first group, so that parts either fill slots of their own or are large against them. */
static void
part_reduction (CwBound *b)
{
  int64_t rows = MAX (b->groups[0].length, 1), row = b->size / rows;
  int64_t least = b->groups[0].reduced && b->n_groups > 1 ? MAX (PART, 32 * b->slots) : PART;
  if (b->n_groups == 1 && b->groups[0].reduced)
    b->part_size = PART;
  else
    b->part_size = MAX (row, 1) * MAX (1, least / MAX (row, 1));
  b->n_parts   = (int) MAX ((b->size + b->part_size - 1) / b->part_size, 1);
  b->own_accs  = b->groups[0].reduced && b->n_parts > 1;
  b->acc_bytes = (b->slots * b->reduce->n_components * cw_dtype_size (b->reduce->acc) + 63) / 64 * 64;
}

/* A histogram: every value goes to one of the bins. */
static void
bin_groups (CwBound *b)
{
  b->groups[b->n_groups++] = (Group){ true, b->size, 0, 0 };
  b->slots                 = b->reduce->edges->size - 1;
}

static bool
bind_reduction (CwBound *b, const int64_t *shape, const int64_t *blocks, GError **error)
{
  b->reduce = b->p->nodes[0].array->params;
  if (b->reduce->edges)
    bin_groups (b);
  else
    group_axes (b, shape, blocks + b->p->nodes[0].child[0] * CW_MAX_NDIM);
  part_reduction (b);
  int64_t out_shape[CW_MAX_NDIM + 1] = { b->reduce->n_components, b->slots };
  for (int k = 0; k < b->reduce->ndim && !b->reduce->edges; k++)
    out_shape[k + 1] = b->reduce->reduced[k] ? 1 : shape[k];
  b->out = cw_buffer_new (b->reduce->acc, b->reduce->edges ? 2 : b->reduce->ndim + 1, out_shape, error);
  if (!b->out)
    return false;
  int n   = b->own_accs ? b->n_parts : 1;
  b->accs = b->own_accs ? aligned_alloc (64, (size_t) (MAX (b->acc_bytes, 64) * n)) : b->out->data;
  if (!b->accs)
    return cw_fail (error, CW_ERROR_MEMORY, "no memory for the partial results of a reduction");
  for (int i = 0; i < n; i++)
    cw_reduce_init (b->reduce, b->accs + i * b->acc_bytes, b->slots);
  return true;
}

/* ---- selections ---- */

static bool
bind_selection (CwBound *b, const int64_t *values, const int64_t *mask, GError **error)
{
  if (values[0] != mask[0])
    return cw_fail (error, CW_ERROR_INDEX,
                    "boolean index did not match indexed array along dimension 0; dimension is %" G_GINT64_FORMAT
                    " but corresponding boolean dimension is %" G_GINT64_FORMAT,
                    values[0], mask[0]);
  b->selects   = true;
  b->part_size = PART;
  b->n_parts   = (int) MAX ((b->size + PART - 1) / PART, 1);
  b->n_kept    = g_new0 (int64_t, b->n_parts);
  b->out       = cw_buffer_reserve (b->p->nodes[0].array->dtype, b->size, error);
  return b->out != NULL;
}

/* Moves what the parts kept together; memory that was never written takes none. */
static CwBuffer *
join_selection (CwBound *b)
{
  int64_t total = 0, item = cw_dtype_size (b->out->dtype);
  for (int i = 0; i < b->n_parts; i++) {
    memmove (b->out->data + total * item, b->out->data + i * b->part_size * item, (size_t) (b->n_kept[i] * item));
    total += b->n_kept[i];
  }
  cw_buffer_settle (b->out, total);
  return cw_buffer_ref (b->out);
}

/* ---- binding ---- */

/* As many parts as the rows of the tallest band fill, if that leaves enough for all workers. */
static int
run_length (const CwBound *b)
{
  int64_t band = 0;
  for (int i = 0; i < b->p->n_nodes; i++) {
    const Leaf *l = b->leaves[i];
    if (l && l->source && l->band_rows)
      band = MAX (band, l->band_rows * l->shape[l->ndim - 1]);
  }
  return (int) CLAMP (band / b->part_size, 1, MAX (b->n_parts / 8, 1));
}

CwBound *
cw_bound_new (const CwProgram *p, const int64_t *block, CwBuffer *const *leaves, CwBuffer *dest, GError **error)
{
  CwBound *b      = g_new0 (CwBound, 1);
  int64_t *blocks = g_new (int64_t, (size_t) p->n_nodes * CW_MAX_NDIM);
  int64_t(*shapes)[CW_MAX_NDIM] = g_malloc (sizeof *shapes * (size_t) p->n_nodes);
  b->p      = p;
  b->leaves = g_new0 (Leaf *, p->n_nodes);
  cw_program_blocks (p, block, blocks);
  bool ok = node_shapes (p, blocks, leaves, shapes, error);
  if (ok) {
    bool           reduces = p->nodes[0].kind == CW_NODE_REDUCE, selects = p->nodes[0].kind == CW_NODE_SELECT;
    int            top     = reduces || selects ? p->nodes[0].child[0] : 0;
    const int64_t *shape   = shapes[top];
    b->size                = 1;
    for (int k = 0; k < p->nodes[top].array->ndim; k++)
      b->size *= shape[k];
    bind_leaves (b, blocks, leaves, shapes);
    if (reduces)
      ok = bind_reduction (b, shape, blocks, error);
    else if (selects)
      ok = bind_selection (b, shape, shapes[p->nodes[0].child[1]], error);
    else {
      b->out       = dest ? cw_buffer_ref (dest) : cw_buffer_new (p->nodes[0].array->dtype, p->nodes[0].array->ndim, shape, error);
      ok           = b->out != NULL;
      b->direct    = ok && cw_buffer_is_contiguous (b->out);
      b->part_size = PART;
      b->n_parts   = (int) MAX ((b->size + PART - 1) / PART, 1);
    }
  }
  g_free (blocks);
  g_free (shapes);
  if (ok) {
    b->run = run_length (b);
    return b;
  }
  cw_bound_free (b);
  return NULL;
}

void
cw_bound_free (CwBound *b)
{
  for (int i = 0; i < b->p->n_nodes; i++)
    g_free (b->leaves[i]);
  if (b->own_accs)
    free (b->accs);
  g_free (b->n_kept);
  g_clear_pointer (&b->out, cw_buffer_unref);
  g_free (b->leaves);
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
fill_band (const Leaf *l, char *to, int64_t outer, int64_t first, size_t rows)
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
band_row (const Leaf *l, Band *band, CwScratch *s, int64_t outer, int64_t row)
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

/* Elements [flat, flat + n) of a leaf's space, in place where they lie contiguous, else in @out. */
static const void *
load_strip (const Leaf *l, Band *band, CwScratch *s, int64_t flat, size_t n, char *out)
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
      if (count == n && l->stride[inner] == l->item)
        return from;
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

/* ---- sinks ---- */

/* Writes @n values from flat position @flat on into a buffer that is not contiguous. */
static void
store_strided (CwBuffer *out, int64_t flat, const char *values, size_t n)
{
  int64_t index[CW_MAX_NDIM], rest = flat;
  int     inner = out->ndim - 1, item = cw_dtype_size (out->dtype);
  for (int k = inner; k >= 0; k--) {
    index[k] = rest % out->shape[k];
    rest /= out->shape[k];
  }
  while (n > 0) {
    size_t count = (size_t) MIN ((int64_t) n, out->shape[inner] - index[inner]);
    char  *to    = cw_buffer_at (out, index);
    if (out->strides[inner] == item)
      memcpy (to, values, count * (size_t) item);
    else
      for (size_t i = 0; i < count; i++)
        memcpy (to + (int64_t) i * out->strides[inner], values + i * (size_t) item, (size_t) item);
    values += count * (size_t) item;
    n -= count;
    index[inner] = 0;
    int k        = inner - 1;
    for (; k >= 0 && ++index[k] == out->shape[k]; k--)
      index[k] = 0;
  }
}

/* Folds a strip that starts at @flat, one run of the innermost group at a time. */
static void
fold_strip (const CwBound *b, char *acc, int64_t flat, const char *values, size_t n)
{
  const CwReduce *r = b->reduce;
  if (r->edges) {
    cw_kernels ()->histogram ((int64_t *) acc, (const double *) values, n, (const double *) r->edges->data, (size_t) b->slots, r->uniform);
    return;
  }
  int             inner = b->n_groups - 1, item = cw_dtype_size (r->acc);
  int64_t         index[CW_MAX_NDIM], rest = flat;
  for (int g = inner; g >= 0; g--) {
    index[g] = rest % b->groups[g].length;
    rest /= b->groups[g].length;
  }
  while (n > 0) {
    size_t  count = (size_t) MIN ((int64_t) n, b->groups[inner].length - index[inner]);
    int64_t slot = 0, position = b->index_base;
    for (int g = 0; g <= inner; g++) {
      slot += index[g] * b->groups[g].slot_stride;
      position += index[g] * b->groups[g].index_stride;
    }
    if (b->groups[inner].reduced)
      cw_reduce_run (r, acc, b->slots, slot, values, count, position);
    else
      cw_reduce_spread (r, acc, b->slots, slot, values, count, position);
    values += count * (size_t) item;
    n -= count;
    index[inner] = 0;
    int g        = inner - 1;
    for (; g >= 0 && ++index[g] == b->groups[g].length; g--)
      index[g] = 0;
  }
}

/* ---- running ---- */

void
cw_scratch_clear (CwScratch *s)
{
  free (s->registers);
  free (s->band);
  g_free (s->values);
  memset (s, 0, sizeof *s);
}

static void
grow (char **memory, size_t bytes)
{
  free (*memory);
  if (posix_memalign ((void **) memory, 64, bytes) != 0)
    g_error ("no memory for the registers of a strip program");
}

/* Registers, filled constants and bands for a part of @b. */
static Band *
prepare_scratch (CwBound *b, CwScratch *s)
{
  const CwProgram *p = b->p;
  if (s->n_registers < p->n_registers) {
    grow (&s->registers, (size_t) p->n_registers * REGISTER_BYTES);
    s->values      = g_renew (void *, s->values, p->n_registers);
    s->n_registers = p->n_registers;
  }
  for (int i = 0; i < p->n_constants; i++) {
    const CwConstantRegister *k    = &p->constants[i];
    char                     *at   = s->registers + (size_t) k->reg * REGISTER_BYTES;
    int                       item = cw_dtype_size (k->dtype);
    size_t                    n    = (size_t) MIN (CW_STRIP, MAX (b->size, 1));
    cw_scalar_store (k->value, k->dtype, at);
    for (size_t e = 1; e < n; e++)
      memcpy (at + e * (size_t) item, at, (size_t) item);
    s->values[k->reg] = at;
  }
  Band  *bands = NULL;
  size_t bytes = 0;
  for (int i = 0; i < p->n_nodes; i++) {
    const Leaf *l = b->leaves[i];
    if (!l || !l->band_rows)
      continue;
    bands    = bands ? bands : g_new (Band, p->n_nodes);
    bands[i] = (Band){ -1, 0, bytes };
    bytes += (size_t) (l->shape[l->ndim - 1] * l->item * l->band_rows + 63) / 64 * 64;
  }
  if (bytes > s->band_bytes) {
    grow (&s->band, bytes);
    s->band_bytes = bytes;
  }
  return bands;
}

static void
run_part (CwBound *b, int part, CwScratch *s, Band *bands)
{
  const CwProgram *p     = b->p;
  int64_t          begin = part * b->part_size, end = MIN (begin + b->part_size, b->size);
  if (begin >= end)
    return;
  char *acc      = b->reduce ? b->accs + (b->own_accs ? part * b->acc_bytes : 0) : NULL;
  int   out_item = b->reduce ? 0 : cw_dtype_size (p->nodes[0].array->dtype), last = -1;
  /* The instruction that makes the result may write it in place. */
  for (int i = 0; i < p->n_instructions && b->direct; i++)
    if (p->instructions[i].dst == p->result)
      last = i;
  for (int64_t flat = begin; flat < end; flat += CW_STRIP) {
    size_t n    = (size_t) MIN (CW_STRIP, end - flat);
    char  *here = b->direct ? b->out->data + flat * out_item : NULL;
    for (int i = 0; i < p->n_instructions; i++) {
      const CwInstruction *in  = &p->instructions[i];
      char                *own = i == last ? here : s->registers + (size_t) in->dst * REGISTER_BYTES;
      if (in->loop) {
        in->loop (own, s->values[in->a], s->values[in->b], s->values[in->c], n);
        s->values[in->dst] = own;
      } else
        s->values[in->dst] = (void *) load_strip (b->leaves[in->node], bands ? &bands[in->node] : NULL, s, flat, n, own);
    }
    const char *result = s->values[p->result];
    if (b->reduce)
      fold_strip (b, acc, flat, result, n);
    else if (b->selects)
      b->n_kept[part] += (int64_t) cw_kernels ()->compress (b->out->data + (begin + b->n_kept[part]) * out_item, result, s->values[p->mask], n, out_item);
    else if (!b->direct)
      store_strided (b->out, flat, result, n);
    else if (result != here)
      memcpy (here, result, n * (size_t) out_item);
  }
}

void
cw_bound_run (CwBound *b, int run, CwScratch *s, const _Atomic bool *stop)
{
  Band *bands = prepare_scratch (b, s);
  for (int i = run * b->run; i < MIN ((run + 1) * b->run, b->n_parts) && !atomic_load_explicit (stop, memory_order_relaxed); i++)
    run_part (b, i, s, bands);
  g_free (bands);
}

CwBuffer *
cw_bound_finish (CwBound *b)
{
  if (b->selects)
    return join_selection (b);
  if (b->own_accs) {
    /* Pairwise: neighbours, then neighbours of those. */
    for (int step = 1; step < b->n_parts; step *= 2)
      for (int i = 0; i + step < b->n_parts; i += 2 * step)
        cw_reduce_combine (b->reduce, b->accs + i * b->acc_bytes, b->slots, 0, b->accs + (i + step) * b->acc_bytes, b->slots, 0, b->slots);
    memcpy (b->out->data, b->accs, (size_t) (b->slots * b->reduce->n_components * cw_dtype_size (b->reduce->acc)));
  }
  return cw_buffer_ref (b->out);
}
