/* Rechunk: the same values under other cuts, in steps that keep the graph small (Dask's plan), and reshape, which is a
 * rechunk followed by blocks that keep their values in C order. */
#include "engine/array/array-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BAND_BYTES = 8 << 20 };

/* ---- the operation ---- */

static void
region_rechunk (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const CwArray *in = a->inputs[0];
  for (int k = 0; k < a->ndim; k++) {
    const CwAxis *to = a->axes[k], *from = in->axes[k];
    int64_t       b = block[k];
    if (to == from || to->unknown) {
      lo[k] = b;
      hi[k] = b + 1;
      continue;
    }
    int64_t start = to->offsets[b], end = to->offsets[b + 1];
    lo[k] = cw_axis_find (from, MIN (start, MAX (from->total - 1, 0)));
    hi[k] = end > start ? cw_axis_find (from, end - 1) + 1 : lo[k] + 1;
  }
}

/* Copies of what block @from (at @at in the input's grid) and output block @block share the @band-th of @n_bands bands of rows. */
static void
copy_shared (const CwArray *a, const int64_t *block, const int64_t *at, CwBuffer *from, CwBuffer *out, int64_t band, int64_t n_bands)
{
  int64_t shape[CW_MAX_NDIM];
  char   *src = from->data, *to = out->data;
  for (int k = 0; k < a->ndim; k++) {
    const CwAxis *ta = a->axes[k], *fa = a->inputs[0]->axes[k];
    int64_t       start = 0, end = from->shape[k], t0 = 0, f0 = 0;
    if (ta != fa && !ta->unknown) {
      t0    = ta->offsets[block[k]];
      f0    = fa->offsets[at[k]];
      start = MAX (t0, f0);
      end   = MIN (ta->offsets[block[k] + 1], fa->offsets[at[k] + 1]);
    }
    if (k == 0) {
      int64_t rows = MAX (end - start, 0);
      end          = start + rows * (band + 1) / n_bands;
      start += rows * band / n_bands;
    }
    shape[k] = MAX (end - start, 0);
    if (shape[k] == 0)
      return;
    src += (start - f0) * from->strides[k];
    to += (start - t0) * out->strides[k];
  }
  g_autoptr (CwBuffer) piece = cw_buffer_view (from, from->dtype, a->ndim, shape, from->strides, src);
  g_autoptr (CwBuffer) hole  = cw_buffer_view (out, out->dtype, a->ndim, shape, out->strides, to);
  cw_buffer_copy (hole, piece);
}

static CwBuffer *
view_rechunk (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  int64_t lo[CW_MAX_NDIM], hi[CW_MAX_NDIM], shape[CW_MAX_NDIM];
  if (in[0].n > 1)
    return NULL;
  CwBuffer *from = in[0].blocks[0];
  char     *data = from->data;
  region_rechunk (a, block, 0, lo, hi);
  cw_array_block_shape (a, block, shape);
  for (int k = 0; k < a->ndim; k++) {
    if (shape[k] == CW_UNKNOWN)
      shape[k] = from->shape[k];
    else if (a->axes[k] != a->inputs[0]->axes[k])
      data += (a->axes[k]->offsets[block[k]] - a->inputs[0]->axes[k]->offsets[lo[k]]) * from->strides[k];
  }
  return cw_buffer_view (from, from->dtype, a->ndim, shape, from->strides, data);
}

/* Else the parts copy what each input block shares with this one, a few megabytes of rows at a time. */
static int64_t
n_bands (int64_t bytes, int64_t n_blocks)
{
  return 1 + bytes / MAX (n_blocks, 1) / BAND_BYTES;
}

static bool
prepare_rechunk (const CwArray *a, const int64_t *block, const CwBlockInput *in, int64_t *shape, int *n_parts, GError **error)
{
  for (int k = 0; k < a->ndim; k++)
    if (shape[k] == CW_UNKNOWN)
      shape[k] = in[0].blocks[0]->shape[k];
  int64_t size = 1;
  for (int k = 0; k < a->ndim; k++)
    size *= shape[k];
  *n_parts = (int) (in[0].n * n_bands (size * cw_dtype_size (a->dtype), in[0].n));
  return true;
}

static bool
part_rechunk (const CwArray *a, const int64_t *block, const CwBlockInput *in, CwBuffer *out, int part, GError **error)
{
  int64_t lo[CW_MAX_NDIM], hi[CW_MAX_NDIM], at[CW_MAX_NDIM], bands = n_bands (cw_buffer_nbytes (out), in[0].n), rest = part / bands;
  region_rechunk (a, block, 0, lo, hi);
  for (int k = a->ndim - 1; k >= 0; k--) {
    at[k] = lo[k] + rest % (hi[k] - lo[k]);
    rest /= hi[k] - lo[k];
  }
  copy_shared (a, block, at, in[0].blocks[part / bands], out, part % bands, bands);
  return true;
}

static const CwOp op_rechunk = { .name    = "rechunk",
                                 .kind    = CW_OP_BLOCK,
                                 .region  = region_rechunk,
                                 .compute = view_rechunk,
                                 .prepare = prepare_rechunk,
                                 .part    = part_rechunk,
                                 .strided = true,
                                 .recut   = true };

static CwArray *
rechunk_step (CwArray *a, CwAxis *const *axes)
{
  CwAxis *refs[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++)
    refs[k] = cw_axis_ref (cw_axis_equal (axes[k], a->axes[k]) ? a->axes[k] : axes[k]);
  return cw_array_new (&op_rechunk, "rechunk-merge", a->dtype, a->ndim, refs, 1, &a, NULL);
}

/* ---- the plan: merge along cheap axes first, within a block size, so that the graph does not explode ---- */

static double
largest_block (int n, CwAxis *const *axes)
{
  double product = 1;
  for (int k = 0; k < n; k++)
    product *= (double) MAX (axes[k]->max, 1);
  return product;
}

static double
graph_size (int n, CwAxis *const *from, CwAxis *const *to)
{
  double product = 1;
  for (int k = 0; k < n; k++)
    product *= cw_axis_equal (from[k], to[k]) ? (double) from[k]->n : (double) (from[k]->n + to[k]->n - 1);
  return product;
}

/* Cuts blocks longer than @width into even pieces. */
static CwAxis *
divide_to_width (const CwAxis *a, int64_t width)
{
  GArray *lengths = g_array_new (FALSE, FALSE, sizeof (int64_t));
  for (int64_t i = 0; i < a->n; i++) {
    int64_t rest = a->lengths[i], pieces = (rest + width - 1) / width;
    for (int64_t p = 0; p < pieces; p++) {
      int64_t piece = rest / (pieces - p);
      g_array_append_val (lengths, piece);
      rest -= piece;
    }
  }
  CwAxis *out = cw_axis_new (lengths->len, (int64_t *) lengths->data);
  g_array_unref (lengths);
  return out;
}

/* Merges neighbouring blocks, the smallest pair first, until there are at most @number. */
static CwAxis *
merge_to_number (CwAxis *a, int64_t number)
{
  number = MAX (number, 1);
  if (a->n <= number)
    return cw_axis_ref (a);
  g_autofree int64_t *l = g_memdup2 (a->lengths, (size_t) a->n * sizeof (int64_t));
  int64_t             n = a->n;
  while (n > number) {
    int64_t best = 0;
    for (int64_t i = 1; i + 1 < n; i++)
      if (l[i] + l[i + 1] < l[best] + l[best + 1])
        best = i;
    l[best] += l[best + 1];
    memmove (l + best + 1, l + best + 2, (size_t) (n - best - 2) * sizeof *l);
    n--;
  }
  return cw_axis_new (n, l);
}

static void
split_pass (int n, CwAxis *const *to, CwAxis **now, double budget)
{
  for (int k = 0; k < n; k++) {
    double size = graph_size (n, now, to);
    if (size > budget)
      return;
    if (now[k]->n > to[k]->n)
      continue;
    CwAxis *c = merge_to_number (to[k], (int64_t) ((double) now[k]->n * budget / size));
    if (c->n >= now[k]->n && c->max <= now[k]->max) {
      cw_axis_unref (now[k]);
      now[k] = c;
    } else
      cw_axis_unref (c);
  }
}

/* Value for effort of merging along an axis: less is better. */
static double
merge_key (const CwAxis *from, const CwAxis *to)
{
  double graph = (double) to->n / (double) from->n, block = (double) to->max / (double) MAX (from->max, 1);
  return block > 0 ? log (graph) / log (block == 1 ? 1 + 1e-9 : block) : 0;
}

/* Returns whether the block limit stood in the way. */
static bool
merge_pass (int n, CwAxis *const *to, CwAxis **now, double limit)
{
  int    order[CW_MAX_NDIM], m = 0;
  double key[CW_MAX_NDIM], largest = largest_block (n, now);
  bool   hit = false;
  for (int k = 0; k < n; k++)
    if (to[k]->n <= now[k]->n) {
      int i  = m++;
      key[k] = merge_key (now[k], to[k]);
      for (; i > 0 && key[order[i - 1]] > key[k]; i--)
        order[i] = order[i - 1];
      order[i] = k;
    }
  for (int i = 0; i < m; i++) {
    int    k    = order[i];
    double width = (double) MAX (now[k]->max, 1), next = floor (largest * (double) to[k]->max / width);
    if (next <= limit) {
      cw_axis_unref (now[k]);
      now[k]  = cw_axis_ref (to[k]);
      largest = next;
      continue;
    }
    CwAxis *c = divide_to_width (to[k], MAX ((int64_t) (limit * width / largest), 1));
    if (c->n <= now[k]->n) {
      largest = floor (largest * (double) c->max / width);
      cw_axis_unref (now[k]);
      now[k] = c;
    } else
      cw_axis_unref (c);
    hit = true;
  }
  return hit;
}

static bool
axes_equal (int n, CwAxis *const *a, CwAxis *const *b)
{
  for (int k = 0; k < n; k++)
    if (!cw_axis_equal (a[k], b[k]))
      return false;
  return true;
}

CwArray *
cw_array_rechunk_to (CwArray *a, CwAxis *const *axes, GError **error)
{
  int n = a->ndim;
  if (axes_equal (n, a->axes, axes))
    return cw_array_ref (a);
  for (int k = 0; k < n; k++)
    if (a->axes[k]->unknown && !cw_axis_equal (a->axes[k], axes[k])) {
      cw_fail (error, CW_ERROR_VALUE,
               "Arrays chunk sizes are unknown along axis %d, so it cannot be cut anew. Call x.compute_chunk_sizes() first", k);
      return NULL;
    }
  const double threshold = 4; /* Dask's array.rechunk-threshold */
  double limit = MAX (MAX ((double) cw_chunk_limit () / cw_dtype_size (a->dtype), largest_block (n, a->axes)), largest_block (n, axes));
  double most  = threshold * ((double) cw_array_n_blocks (a));
  double blocks = 1;
  for (int k = 0; k < n; k++)
    blocks *= (double) axes[k]->n;
  most += threshold * blocks;
  CwArray *now = cw_array_ref (a);
  bool     trivial = n <= 1 || cw_array_has_unknown (a) || cw_array_size (a) == 0;
  for (bool first = true; !trivial; first = false) {
    double size = graph_size (n, now->axes, axes);
    if (size < most)
      break;
    CwAxis *next[CW_MAX_NDIM];
    cw_axes_ref (n, now->axes, next);
    if (!first)
      split_pass (n, axes, next, size * threshold);
    bool hit     = merge_pass (n, axes, next, limit);
    bool still   = axes_equal (n, next, now->axes);
    bool reached = axes_equal (n, next, axes);
    if (!still && !reached) {
      CwArray *step = rechunk_step (now, next);
      cw_array_unref (now);
      now = step;
    }
    cw_axes_unref (n, next);
    if ((still && !first) || reached || !hit)
      break;
  }
  CwArray *result = rechunk_step (now, axes);
  cw_array_unref (now);
  return result;
}

/* Dask's balance: the chunk length near the median that makes blocks most alike without one more block. */
static CwAxis *
balanced (CwAxis *a)
{
  g_autofree int64_t *sorted = g_memdup2 (a->lengths, (size_t) a->n * sizeof (int64_t));
  for (int64_t i = 1; i < a->n; i++)
    for (int64_t j = i; j > 0 && sorted[j - 1] > sorted[j]; j--) {
      int64_t t     = sorted[j];
      sorted[j]     = sorted[j - 1];
      sorted[j - 1] = t;
    }
  int64_t median = a->n % 2 ? sorted[a->n / 2] : (sorted[a->n / 2 - 1] + sorted[a->n / 2]) / 2;
  int64_t blocks = a->n - (2 * sorted[0] <= sorted[a->n - 1]), best = INT64_MAX;
  CwAxis *out    = NULL;
  for (int64_t c = MAX (median - median / 2, 1); c <= median + median / 2; c++) {
    int64_t n = (a->total + c - 1) / c, spread = c - (a->total - (n - 1) * c);
    if (n != blocks || spread >= best)
      continue;
    best = spread;
    if (out)
      cw_axis_unref (out);
    out = cw_axis_new_uniform (a->total, c);
  }
  return out ? out : cw_axis_ref (a);
}

CwArray *
cw_array_rechunk (CwArray *a, const CwChunkSpec *chunks, bool balance, GError **error)
{
  CwAxis *axes[CW_MAX_NDIM];
  if (!cw_chunks_normalize (chunks, a->ndim, a->shape, a->dtype, a->axes, axes, error))
    return NULL;
  for (int k = 0; balance && k < a->ndim; k++) {
    CwAxis *even = axes[k]->unknown ? cw_axis_ref (axes[k]) : balanced (axes[k]);
    cw_axis_unref (axes[k]);
    axes[k] = even;
  }
  CwArray *result = cw_array_rechunk_to (a, axes, error);
  cw_axes_unref (a->ndim, axes);
  return result;
}
