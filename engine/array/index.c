/* Indexing with ints, slices, newaxis and Ellipsis: views of blocks, by Dask's rule that every input block which the index
 * touches makes one output block. Lists and masks are in take.c. */
#include "engine/array/array-private.h"
#include "engine/array/index-private.h"

#include <string.h>

/* ---- the view ---- */

typedef struct {
  int      out_axis; /* -1: an int dropped the axis */
  int64_t  step;
  int64_t  n;        /* output blocks along it (1 for an int) */
  int64_t *in_block; /* n: input block of each output block */
  int64_t *start;    /* n: first element taken, within that block */
} AxisSlice;

typedef struct {
  int       ndim; /* of the input */
  AxisSlice axes[];
} Getitem;

static void
free_getitem (void *params)
{
  Getitem *g = params;
  for (int i = 0; i < g->ndim; i++) {
    g_free (g->axes[i].in_block);
    g_free (g->axes[i].start);
  }
}

static void
region_getitem (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Getitem *g = a->params;
  for (int i = 0; i < g->ndim; i++) {
    const AxisSlice *s = &g->axes[i];
    lo[i]              = s->in_block[s->out_axis < 0 ? 0 : block[s->out_axis]];
    hi[i]              = lo[i] + 1;
  }
}

static void
view_getitem (const CwArray *a, const int64_t *block, int input, CwViewAxis *axes)
{
  const Getitem *g = a->params;
  for (int i = 0; i < g->ndim; i++) {
    const AxisSlice *s = &g->axes[i];
    axes[i]            = (CwViewAxis){ s->out_axis, s->start[s->out_axis < 0 ? 0 : block[s->out_axis]], s->step };
  }
}

static const CwOp op_getitem
  = { .name = "getitem", .kind = CW_OP_VIEW, .region = region_getitem, .view = view_getitem, .free_params = free_getitem };

/* ---- slices ---- */

void
cw_slice_resolve (const CwIndex *s, int64_t length, int64_t *start, int64_t *step, int64_t *count)
{
  int64_t by    = s->has_step ? s->step : 1;
  int64_t first = by > 0 ? 0 : length - 1, last = by > 0 ? length : -1;
  if (s->has_start) {
    first = s->start < 0 ? s->start + length : s->start;
    first = CLAMP (first, by > 0 ? 0 : -1, by > 0 ? length : length - 1);
  }
  if (s->has_stop) {
    last = s->stop < 0 ? s->stop + length : s->stop;
    last = CLAMP (last, by > 0 ? 0 : -1, by > 0 ? length : length - 1);
  }
  *start = first;
  *step  = by;
  *count = by > 0 ? (last > first ? (last - first - 1) / by + 1 : 0) : (first > last ? (first - last - 1) / -by + 1 : 0);
}

static bool
is_full (const CwIndex *s, const CwAxis *axis)
{
  int64_t start, step, count;
  if ((!s->has_start || s->start == 0) && !s->has_stop && (!s->has_step || s->step == 1))
    return true;
  if (axis->unknown)
    return false;
  cw_slice_resolve (s, axis->total, &start, &step, &count);
  return start == 0 && step == 1 && count == axis->total;
}

/* Fills @out for a slice of @axis and returns the output's chunks. */
static CwAxis *
slice_axis (const CwIndex *s, CwAxis *axis, AxisSlice *out)
{
  out->in_block = g_new (int64_t, axis->n);
  out->start    = g_new0 (int64_t, axis->n);
  out->step     = 1;
  if (is_full (s, axis)) {
    out->n = axis->n;
    for (int64_t i = 0; i < axis->n; i++)
      out->in_block[i] = i;
    return cw_axis_ref (axis);
  }
  int64_t start, count, n = 0;
  cw_slice_resolve (s, axis->total, &start, &out->step, &count);
  g_autofree int64_t *lengths = g_new (int64_t, axis->n);
  /* Walk from block to block; each takes all of the remaining positions that it holds. */
  for (int64_t taken = 0; taken < count;) {
    int64_t position = start + taken * out->step, b = cw_axis_find (axis, position), lo = axis->offsets[b];
    int64_t room = out->step > 0 ? (axis->offsets[b + 1] - 1 - position) / out->step + 1 : (position - lo) / -out->step + 1;
    int64_t here = MIN (room, count - taken);
    out->in_block[n] = b;
    out->start[n]    = position - lo;
    lengths[n++]     = here;
    taken += here;
  }
  /* Dask also makes an (empty) block where the step lands in a block that the range only begins. */
  int64_t next = start + count * out->step;
  int64_t stop = !s->has_stop ? axis->total : MIN (s->stop < 0 ? s->stop + axis->total : s->stop, axis->total);
  if (n > 0 && out->step > 0 && next < axis->total) {
    int64_t b = cw_axis_find (axis, next);
    if (b != out->in_block[n - 1] && axis->offsets[b] < stop) {
      out->in_block[n] = b;
      lengths[n++]     = 0;
    }
  }
  if (n == 0) {
    out->in_block[0] = 0;
    lengths[n++]     = 0;
  }
  out->n = n;
  return cw_axis_new (n, lengths);
}

static bool
int_axis (const CwIndex *item, const CwAxis *axis, int number, AxisSlice *out, GError **error)
{
  int64_t i = item->start < 0 ? item->start + axis->total : item->start;
  if (axis->unknown)
    return cw_fail (error, CW_ERROR_VALUE,
                    "Arrays chunk sizes are unknown along axis %d, so nobody knows which block holds index %" G_GINT64_FORMAT
                    ". Call x.compute_chunk_sizes() first",
                    number, item->start);
  if (i < 0 || i >= axis->total)
    return cw_fail (error, CW_ERROR_INDEX, "Index %" G_GINT64_FORMAT " is out of bounds for axis %d with size %" G_GINT64_FORMAT,
                    item->start, number, axis->total);
  int64_t b     = cw_axis_find (axis, i);
  out->in_block = g_memdup2 (&b, sizeof b);
  i -= axis->offsets[b];
  out->start    = g_memdup2 (&i, sizeof i);
  out->n        = 1;
  out->step     = 0;
  out->out_axis = -1;
  return true;
}

/* Ints, slices and newaxis only, one item an axis besides newaxis. */
static CwArray *
index_basic (CwArray *a, int n, const CwIndex *items, GError **error)
{
  Getitem *g    = g_malloc0 (sizeof *g + sizeof (AxisSlice) * (size_t) MAX (a->ndim, 1));
  CwAxis  *axes[CW_MAX_NDIM * 2];
  int      ndim = 0, d = 0;
  bool     same = true;
  g->ndim       = a->ndim;
  for (int i = 0; i < n; i++) {
    if (items[i].kind == CW_INDEX_NEWAXIS) {
      axes[ndim++] = cw_axis_new_uniform (1, 1);
      same         = false;
    } else if (items[i].kind == CW_INDEX_INT) {
      same = false;
      if (!int_axis (&items[i], a->axes[d], d, &g->axes[d], error))
        goto fail;
      d++;
    } else {
      if (items[i].has_step && items[i].step == 0) {
        cw_fail (error, CW_ERROR_VALUE, "slice step cannot be zero");
        goto fail;
      }
      bool full = is_full (&items[i], a->axes[d]);
      if (a->axes[d]->unknown && !full) {
        cw_fail (error, CW_ERROR_VALUE,
                 "Arrays chunk sizes are unknown along axis %d, so it cannot be sliced. Call x.compute_chunk_sizes() first", d);
        goto fail;
      }
      same &= full;
      g->axes[d].out_axis = ndim;
      axes[ndim++]        = slice_axis (&items[i], a->axes[d], &g->axes[d]);
      d++;
    }
    if (ndim > CW_MAX_NDIM) {
      cw_fail (error, CW_ERROR_INDEX, "an array can have at most %d dimensions", CW_MAX_NDIM);
      goto fail;
    }
  }
  if (!same)
    return cw_array_new (&op_getitem, "getitem", a->dtype, ndim, axes, 1, &a, g);
  cw_axes_unref (ndim, axes);
  free_getitem (g);
  g_free (g);
  return cw_array_ref (a);
fail:
  cw_axes_unref (ndim, axes);
  free_getitem (g);
  g_free (g);
  return NULL;
}

/* ---- the whole index ---- */

static int
consumes (const CwIndex *item)
{
  switch (item->kind) {
  case CW_INDEX_NEWAXIS:
  case CW_INDEX_ELLIPSIS: return 0;
  case CW_INDEX_LIST: return item->list->dtype == CW_BOOL ? MAX (item->list->ndim, 1) : 1;
  case CW_INDEX_ARRAY: return item->array->dtype == CW_BOOL ? MAX (item->array->ndim, 1) : 1;
  default: return 1;
  }
}

bool
cw_index_expand (const CwArray *a, int n, const CwIndex *items, CwIndex *out, int *n_out, GError **error)
{
  int used = 0, ellipses = 0, k = 0;
  for (int i = 0; i < n; i++) {
    used += consumes (&items[i]);
    ellipses += items[i].kind == CW_INDEX_ELLIPSIS;
  }
  if (used > a->ndim)
    return cw_fail (error, CW_ERROR_INDEX, "Too many indices for array: it has %d dimension%s, but %d were indexed", a->ndim,
                    a->ndim == 1 ? "" : "s", used);
  if (ellipses > 1)
    return cw_fail (error, CW_ERROR_INDEX, "an index can only have a single ellipsis ('...')");
  if (n + a->ndim > 2 * CW_MAX_NDIM)
    return cw_fail (error, CW_ERROR_INDEX, "an array can have at most %d dimensions", CW_MAX_NDIM);
  for (int i = 0; i <= n; i++) {
    bool fill = i < n ? items[i].kind == CW_INDEX_ELLIPSIS : !ellipses;
    for (int f = 0; fill && f < a->ndim - used; f++)
      out[k++] = (CwIndex){ .kind = CW_INDEX_SLICE };
    if (i < n && items[i].kind != CW_INDEX_ELLIPSIS)
      out[k++] = items[i];
  }
  *n_out = k;
  return true;
}

CwArray *
cw_array_index (CwArray *a, int n, const CwIndex *items, GError **error)
{
  CwIndex full[2 * CW_MAX_NDIM], basic[2 * CW_MAX_NDIM];
  int     n_full, fancy = -1, out_axis = 0;
  if (!cw_index_expand (a, n, items, full, &n_full, error))
    return NULL;
  for (int i = 0; i < n_full; i++) {
    basic[i] = full[i];
    if (full[i].kind != CW_INDEX_LIST && full[i].kind != CW_INDEX_ARRAY)
      continue;
    if (fancy >= 0) {
      cw_fail (error, CW_ERROR_NOT_IMPLEMENTED,
               "Don't yet support nd fancy indexing: one list or mask an index. Use x.vindex[...] for points, or index twice");
      return NULL;
    }
    fancy = i;
  }
  if (fancy < 0)
    return index_basic (a, n_full, full, error);
  /* First the basic part with everything kept where the list or mask stands, then the list or mask on its own axis. */
  int wide = consumes (&full[fancy]), k = 0;
  for (int i = 0; i < n_full; i++) {
    if (i < fancy && full[i].kind != CW_INDEX_INT)
      out_axis++;
    if (i != fancy)
      basic[k++] = full[i];
    else
      for (int w = 0; w < wide; w++)
        basic[k++] = (CwIndex){ .kind = CW_INDEX_SLICE };
  }
  g_autoptr (CwArray) viewed = index_basic (a, k, basic, error);
  return viewed ? cw_index_fancy (viewed, &full[fancy], out_axis, error) : NULL;
}

CwArray *
cw_array_blocks (CwArray *a, int n, const CwIndex *items, GError **error)
{
  Getitem *g = g_malloc0 (sizeof *g + sizeof (AxisSlice) * (size_t) MAX (a->ndim, 1));
  CwAxis  *axes[CW_MAX_NDIM];
  CwIndex  full[2 * CW_MAX_NDIM];
  int      n_full, d = 0;
  g->ndim = a->ndim;
  if (!cw_index_expand (a, n, items, full, &n_full, error))
    goto fail;
  for (; d < n_full; d++) {
    AxisSlice          *s    = &g->axes[d];
    const CwAxis       *axis = a->axes[d];
    g_autofree int64_t *lengths = NULL;
    int64_t             start, step, count;
    if (full[d].kind == CW_INDEX_LIST && full[d].list->ndim == 1 && cw_dtype_is_integer (full[d].list->dtype)) {
      count       = full[d].list->size;
      s->in_block = g_new (int64_t, count);
      for (int64_t i = 0; i < count; i++) {
        int64_t b      = cw_scalar_to_int (cw_buffer_get (full[d].list, i));
        s->in_block[i] = b < 0 ? b + axis->n : b;
      }
    } else if (full[d].kind == CW_INDEX_INT || full[d].kind == CW_INDEX_SLICE) {
      cw_slice_resolve (&full[d], axis->n, &start, &step, &count);
      if (full[d].kind == CW_INDEX_INT) {
        start = full[d].start < 0 ? full[d].start + axis->n : full[d].start;
        step = count = 1;
      }
      s->in_block = g_new (int64_t, MAX (count, 1));
      for (int64_t i = 0; i < count; i++)
        s->in_block[i] = start + i * step;
    } else {
      cw_fail (error, CW_ERROR_VALUE, "blocks are indexed with ints, slices or one list, and never add an axis");
      goto fail;
    }
    s->start    = g_new0 (int64_t, MAX (count, 1));
    s->step     = 1;
    s->out_axis = d;
    s->n        = count;
    lengths     = g_new (int64_t, MAX (count, 1));
    for (int64_t i = 0; i < count; i++) {
      if (s->in_block[i] < 0 || s->in_block[i] >= axis->n) {
        cw_fail (error, CW_ERROR_INDEX, "block index %" G_GINT64_FORMAT " is out of bounds: axis %d has %" G_GINT64_FORMAT " blocks",
                 s->in_block[i], d, axis->n);
        goto fail;
      }
      lengths[i] = axis->lengths[s->in_block[i]];
    }
    if (count == 0) {
      cw_fail (error, CW_ERROR_VALUE, "no block of axis %d is selected; take at least one of its %" G_GINT64_FORMAT, d, axis->n);
      goto fail;
    }
    axes[d] = cw_axis_new (count, lengths);
  }
  return cw_array_new (&op_getitem, "blocks", a->dtype, a->ndim, axes, 1, &a, g);
fail:
  cw_axes_unref (d, axes);
  free_getitem (g);
  g_free (g);
  return NULL;
}
