/* Where the strips of a program go: into the block itself, into the slots of a reduction, or, of those that a mask marks, one after the other.
 *
 * A part of a reduction folds into an accumulator of its own. Where the first axis is kept, a part's slots are its alone and go to their place at
 * its end; where it is reduced, all parts have the same slots, and are added up in pairs when the last one is done. What a part of a selection
 * keeps goes behind what the parts before it kept, as soon as that is known: a part that ends early leaves it to whoever ends the one it waits for. */
#include "engine/run/strip-private.h"

#include <stdlib.h>
#include <string.h>

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
    CwAxisGroup *last = b->n_groups ? &b->groups[b->n_groups - 1] : NULL;
    if (is_arg && r->reduced[k])
      b->index_base += in->axes[k]->offsets[block[k]] * (flat_index ? global[k + 1] : 1);
    if (last && last->reduced == r->reduced[k] && !flat_index)
      last->length *= shape[k];
    else
      b->groups[b->n_groups++] = (CwAxisGroup){ r->reduced[k], shape[k], 0, !is_arg || !r->reduced[k] ? 0 : flat_index ? global[k + 1] : 1 };
  }
  if (b->n_groups == 0)
    b->groups[b->n_groups++] = (CwAxisGroup){ true, 1, 0, 0 };
  b->slots = 1;
  for (int g = b->n_groups - 1; g >= 0; g--)
    if (!b->groups[g].reduced) {
      b->groups[g].slot_stride = b->slots;
      b->slots *= b->groups[g].length;
    }
}

/* Every value goes to one of the slots, whatever its place. */
static void
group_counts (CwBound *b)
{
  b->groups[b->n_groups++] = (CwAxisGroup){ true, b->size, 0, 0 };
  b->slots                 = b->reduce->n_bins;
}

/* Parts of a reduction: whole steps of the first group, so that parts either have slots of their own or are large against them. Strips end
 * where the innermost group does, or divide it, so that short runs come whole and long ones in few pieces. */
static void
part_reduction (CwBound *b)
{
  int64_t steps = MAX (b->groups[0].length, 1), step = b->size / steps, inner = MAX (b->groups[b->n_groups - 1].length, 1);
  int64_t least = b->groups[0].reduced ? MAX (CW_PART, (b->reduce->count ? 32 : 64) * b->slots) : CW_PART;
  b->part_steps = MAX (1, least / MAX (step, 1));
  b->part_size  = MAX (b->part_steps * step, 1);
  b->n_parts    = (int) ((steps + b->part_steps - 1) / b->part_steps);
  if (!b->reduce->count && inner <= CW_STRIP)
    b->strip = CW_STRIP / inner * inner;
  else if (!b->reduce->count) {
    int64_t pieces = (inner + CW_STRIP - 1) / CW_STRIP;
    b->line        = inner;
    b->strip       = ((inner + pieces - 1) / pieces + 63) / 64 * 64;
  }
}

/* The slots of a part: the first, and how many. */
static int64_t
slots_of (const CwBound *b, int part, int64_t *first)
{
  *first = b->accs ? 0 : part * b->part_steps * b->groups[0].slot_stride;
  return b->accs ? b->slots : MIN (b->part_steps * b->groups[0].slot_stride, b->slots - *first);
}

/* Bytes of an accumulator of @slots and, after it, of the values that it gives. */
static int64_t
accumulator_bytes (const CwReduce *r, int64_t slots, int64_t *acc)
{
  *acc = (slots * r->n_components * cw_dtype_size (r->acc) + 63) / 64 * 64;
  return MAX (*acc + slots * cw_dtype_size (r->out), 64);
}

static bool
bind_reduction (CwBound *b, const int64_t *shape, const int64_t *blocks, CwBuffer *dest, GError **error)
{
  const CwReduce *r = b->reduce = b->p->nodes[0].array->params;
  int64_t out_shape[CW_MAX_NDIM + 1] = { r->n_components, 0 };
  int     ndim                       = r->whole ? 0 : 1;
  if (r->count)
    group_counts (b);
  else
    group_axes (b, shape, blocks + b->p->nodes[0].child[0] * CW_MAX_NDIM);
  part_reduction (b);
  for (int k = 0; k < r->ndim && !r->count; k++)
    if (!r->whole || !r->reduced[k] || r->keepdims)
      out_shape[ndim++] = r->reduced[k] ? 1 : shape[k];
  if (r->count)
    out_shape[ndim++] = b->slots;
  b->out = dest && r->whole ? cw_buffer_ref (dest) : cw_buffer_new (r->whole ? r->out : r->acc, ndim, out_shape, error);
  if (!b->out)
    return false;
  if (!b->groups[0].reduced)
    return true;
  accumulator_bytes (r, b->slots, &b->acc_bytes);
  int64_t bytes = b->acc_bytes * b->n_parts;
  bool    one   = b->n_parts == 1 && !r->whole;
  b->parts      = one ? cw_buffer_ref (b->out) : cw_buffer_new (CW_UINT8, 1, &bytes, error);
  b->accs       = b->parts ? b->parts->data : NULL;
  return b->parts != NULL;
}

/* Folds a strip that starts at @flat, one run of the innermost group at a time, or all of its whole runs at once where each has a slot of its
 * own; @acc has @slots, the first of which is slot @first of the block. */
static void
fold_strip (const CwBound *b, char *acc, int64_t slots, int64_t first, int64_t flat, const char *values, size_t n)
{
  const CwReduce *r     = b->reduce;
  int             inner = b->n_groups - 1, item = cw_dtype_size (r->acc);
  int64_t         index[CW_MAX_NDIM], rest = flat;
  for (int g = inner; g >= 0; g--) {
    index[g] = rest % b->groups[g].length;
    rest /= b->groups[g].length;
  }
  while (n > 0) {
    int64_t length = b->groups[inner].length, runs = 1;
    size_t  count  = (size_t) MIN ((int64_t) n, length - index[inner]);
    int64_t slot = -first, position = b->index_base;
    for (int g = 0; g <= inner; g++) {
      slot += index[g] * b->groups[g].slot_stride;
      position += index[g] * b->groups[g].index_stride;
    }
    if (!b->groups[inner].reduced)
      cw_reduce_spread (r, acc, slots, slot, values, count, position);
    else {
      if (inner > 0 && !b->groups[inner - 1].reduced && (int64_t) count == length)
        runs = MIN ((int64_t) n / length, b->groups[inner - 1].length - index[inner - 1]);
      cw_reduce_runs (r, acc, slots, slot, values, count, (size_t) runs, position);
    }
    values += count * (size_t) (runs * item);
    n -= count * (size_t) runs;
    index[inner] = 0;
    if (inner > 0)
      index[inner - 1] += runs - 1;
    int g = inner - 1;
    for (; g >= 0 && ++index[g] == b->groups[g].length; g--)
      index[g] = 0;
  }
}

/* Puts @n values, which come at flat position @flat, into a buffer that is not contiguous. */
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

static void
store (CwBuffer *out, int64_t flat, const char *values, size_t n)
{
  int item = cw_dtype_size (out->dtype);
  if (cw_buffer_is_contiguous (out))
    memmove (out->data + flat * item, values, n * (size_t) item);
  else
    store_strided (out, flat, values, n);
}

/* Puts @slots of the block, from @first on, where they belong: every component, or, of a whole reduction, what they come to, made at @values. */
static void
deliver (CwBound *b, int64_t first, int64_t slots, const char *acc, char *values)
{
  const CwReduce *r = b->reduce;
  if (r->whole) {
    cw_reduce_finish (r, acc, slots, values, NULL);
    store (b->out, first, values, (size_t) slots);
  } else
    for (int c = 0; c < r->n_components; c++)
      store (b->out, c * b->slots + first, acc + c * slots * cw_dtype_size (r->acc), (size_t) slots);
}

/* Adds up the parts in pairs: neighbours, then neighbours of those. */
static void
join_parts (CwBound *b)
{
  for (int step = 1; step < b->n_parts; step *= 2)
    for (int i = 0; i + step < b->n_parts; i += 2 * step)
      cw_reduce_combine (b->reduce, b->accs + i * b->acc_bytes, b->slots, 0, b->accs + (i + step) * b->acc_bytes, b->slots, 0, b->slots);
  g_autofree char *values = b->reduce->whole ? g_malloc ((size_t) (b->slots * cw_dtype_size (b->reduce->out))) : NULL;
  deliver (b, 0, b->slots, b->accs, values);
}

/* ---- selections ---- */

static bool
bind_selection (CwBound *b, CwBuffer *dest, GError **error)
{
  b->begins_result = dest != NULL;
  b->direct        = dest && b->n_parts == 1;
  if (dest)
    b->out = cw_buffer_ref (dest);
  else if (b->n_parts > 1) /* else what the one part keeps is the block */
    b->out = cw_buffer_reserve (b->p->nodes[0].array->dtype, b->size, error);
  if (!b->out && b->n_parts > 1)
    return false;
  b->kept = g_new0 (CwKept, b->n_parts);
  pthread_mutex_init (&b->kept_lock, NULL);
  return true;
}

/* Ends @part, whose values are in the accumulator, and puts into the block what now can be. Memory is taken and given on by worker. */
static void
place_kept (CwBound *b, int part, CwScratch *s)
{
  size_t item = (size_t) cw_dtype_size (b->p->nodes[0].array->dtype), room = s->accumulator_bytes;
  pthread_mutex_lock (&b->kept_lock);
  b->kept[part].values = g_steal_pointer (&s->accumulator);
  s->accumulator_bytes = 0;
  while (b->out && b->next_part < b->n_parts && b->kept[b->next_part].values) {
    CwKept *k  = &b->kept[b->next_part++];
    char   *to = b->out->data + (size_t) b->n_kept * item;
    b->n_kept += k->n;
    pthread_mutex_unlock (&b->kept_lock);
    memcpy (to, k->values, (size_t) k->n * item);
    if (s->accumulator)
      free (k->values);
    else {
      s->accumulator       = k->values;
      s->accumulator_bytes = room;
    }
    k->values = NULL;
    pthread_mutex_lock (&b->kept_lock);
  }
  pthread_mutex_unlock (&b->kept_lock);
}

/* The block: what its one part kept, what its values take of the memory of the result that it begins, or all of its memory. */
static CwBuffer *
finish_selection (CwBound *b)
{
  if (!b->out)
    return cw_buffer_take (b->p->nodes[0].array->dtype, b->kept[0].n, g_steal_pointer (&b->kept[0].values));
  if (b->begins_result)
    return cw_buffer_view (b->out, b->out->dtype, 1, &b->n_kept, b->out->strides, b->out->data);
  cw_buffer_settle (b->out, b->n_kept);
  return cw_buffer_ref (b->out);
}

/* ---- what the strip machine calls ---- */

/* The length of the rows that sources make, where strips hold several of them; else 1. Strips and parts of whole rows ask a source for rows, not for
 * pieces of them, of which it would make more than is wanted. */
static int64_t
source_row (const CwBound *b)
{
  int64_t row = 1;
  for (int i = 0; i < b->p->n_nodes; i++) {
    const CwStripLeaf *l      = b->leaves[i];
    int64_t            length = l && l->source && l->ndim > 1 ? l->shape[l->ndim - 1] : 0;
    if (length > row && length < CW_STRIP)
      row = length;
  }
  return row;
}

bool
cw_sink_bind (CwBound *b, const int64_t *shape, const int64_t *blocks, CwBuffer *dest, GError **error)
{
  const CwArray *a   = b->p->nodes[0].array;
  int64_t        row = source_row (b);
  b->strip           = CW_STRIP / row * row;
  b->line            = MAX (b->size, 1);
  b->part_size       = CW_PART / row * row;
  b->n_parts         = (int) MAX ((b->size + b->part_size - 1) / b->part_size, 1);
  if (b->p->nodes[0].kind == CW_NODE_REDUCE)
    return bind_reduction (b, shape, blocks, dest, error);
  if (b->p->nodes[0].kind == CW_NODE_SELECT)
    return bind_selection (b, dest, error);
  b->out    = dest ? cw_buffer_ref (dest) : cw_buffer_new (a->dtype, a->ndim, shape, error);
  b->direct = b->out && cw_buffer_is_contiguous (b->out);
  return b->out != NULL;
}

/* The accumulator of a part. */
static char *
accumulator (const CwBound *b, int part, const CwScratch *s)
{
  return b->accs ? b->accs + part * b->acc_bytes : s->accumulator;
}

void
cw_sink_begin (CwBound *b, int part, CwScratch *s)
{
  int64_t first, ignored;
  if (b->kept && !b->direct)
    cw_scratch_grow (&s->accumulator, &s->accumulator_bytes, (size_t) (MIN (b->part_size, MAX (b->size, 1)) * cw_dtype_size (b->p->nodes[0].array->dtype)));
  if (!b->reduce)
    return;
  int64_t slots = slots_of (b, part, &first);
  if (!b->accs)
    cw_scratch_grow (&s->accumulator, &s->accumulator_bytes, (size_t) accumulator_bytes (b->reduce, slots, &ignored));
  cw_reduce_init (b->reduce, accumulator (b, part, s), slots);
}

void
cw_sink_take (CwBound *b, int part, CwScratch *s, int64_t flat, size_t n)
{
  const CwProgram *p      = b->p;
  const char      *values = s->values[p->result];
  int64_t          first;
  if (b->kept) {
    int     item = cw_dtype_size (p->nodes[0].array->dtype);
    CwKept *k    = &b->kept[part];
    k->n += (int64_t) cw_kernels ()->compress ((b->direct ? b->out->data : s->accumulator) + k->n * item, values, s->values[p->mask], n, item);
  } else if (b->reduce && b->reduce->count) {
    char *kept = cw_scratch_register (s, p->kept);
    if (p->select >= 0) {
      n      = cw_kernels ()->compress (kept, values, s->values[p->mask], n, cw_dtype_size (b->reduce->value));
      values = kept;
    }
    b->reduce->count (b->reduce, (int64_t *) accumulator (b, part, s), values, n, b->state);
  } else if (b->reduce) {
    int64_t slots = slots_of (b, part, &first);
    fold_strip (b, accumulator (b, part, s), slots, first, flat, values, n);
  } else if (!b->direct)
    store_strided (b->out, flat, values, n);
  else if (values != b->out->data + flat * cw_dtype_size (b->out->dtype))
    memcpy (b->out->data + flat * cw_dtype_size (b->out->dtype), values, n * (size_t) cw_dtype_size (b->out->dtype));
}

void
cw_sink_end (CwBound *b, int part, CwScratch *s)
{
  int64_t first, values;
  if (b->kept && b->direct)
    b->n_kept = b->kept[part].n;
  else if (b->kept)
    place_kept (b, part, s);
  if (!b->reduce || b->accs)
    return;
  int64_t slots = slots_of (b, part, &first);
  accumulator_bytes (b->reduce, slots, &values);
  deliver (b, first, slots, s->accumulator, s->accumulator + values);
}

CwBuffer *
cw_bound_finish (CwBound *b)
{
  if (b->kept)
    return finish_selection (b);
  if (b->parts && b->parts != b->out)
    join_parts (b);
  return cw_buffer_ref (b->out);
}

void
cw_sink_free (CwBound *b)
{
  g_clear_pointer (&b->parts, cw_buffer_unref);
  for (int i = 0; b->kept && i < b->n_parts; i++)
    free (b->kept[i].values); /* of parts that waited for one that was never ended */
  if (b->kept)
    pthread_mutex_destroy (&b->kept_lock);
  g_free (b->kept);
  g_clear_pointer (&b->out, cw_buffer_unref);
}
