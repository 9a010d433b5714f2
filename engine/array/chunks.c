/* Chunks: how axes are cut, and Dask's rules that turn `chunks=` into lengths. */
#include "engine/array/array-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

CwAxis *
cw_axis_new (int64_t n, const int64_t *lengths)
{
  CwAxis *a = g_new0 (CwAxis, 1);
  g_atomic_ref_count_init (&a->ref_count);
  a->n       = n;
  a->lengths = g_new (int64_t, n);
  a->offsets = g_new (int64_t, n + 1);
  a->offsets[0] = 0;
  for (int64_t i = 0; i < n; i++) {
    a->lengths[i] = lengths[i];
    a->unknown |= lengths[i] == CW_UNKNOWN;
    a->max            = MAX (a->max, lengths[i]);
    a->offsets[i + 1] = a->offsets[i] + MAX (lengths[i], 0);
  }
  a->total = a->unknown ? CW_UNKNOWN : a->offsets[n];
  return a;
}

CwAxis *
cw_axis_new_uniform (int64_t total, int64_t chunk)
{
  if (total == 0) {
    int64_t zero = 0;
    return cw_axis_new (1, &zero);
  }
  int64_t             n       = (total + chunk - 1) / chunk;
  g_autofree int64_t *lengths = g_new (int64_t, n);
  for (int64_t i = 0; i < n; i++)
    lengths[i] = MIN (chunk, total - i * chunk);
  return cw_axis_new (n, lengths);
}

CwAxis *
cw_axis_new_unknown (int64_t n)
{
  g_autofree int64_t *lengths = g_new (int64_t, n);
  for (int64_t i = 0; i < n; i++)
    lengths[i] = CW_UNKNOWN;
  return cw_axis_new (n, lengths);
}

CwAxis *
cw_axis_ref (CwAxis *a)
{
  g_atomic_ref_count_inc (&a->ref_count);
  return a;
}

void
cw_axis_unref (CwAxis *a)
{
  if (!g_atomic_ref_count_dec (&a->ref_count))
    return;
  g_free (a->lengths);
  g_free (a->offsets);
  g_free (a);
}

CwAxis **
cw_axes_ref (int n, CwAxis *const *axes, CwAxis **to)
{
  for (int i = 0; i < n; i++)
    to[i] = cw_axis_ref (axes[i]);
  return to;
}

void
cw_axes_unref (int n, CwAxis **axes)
{
  for (int i = 0; i < n; i++)
    cw_axis_unref (axes[i]);
}

bool
cw_axis_equal (const CwAxis *a, const CwAxis *b)
{
  return a == b || (a->n == b->n && memcmp (a->lengths, b->lengths, (size_t) a->n * sizeof (int64_t)) == 0);
}

int64_t
cw_axis_find (const CwAxis *a, int64_t position)
{
  int64_t low = 0, high = a->n;
  while (high - low > 1) {
    int64_t mid = (low + high) / 2;
    if (a->offsets[mid] <= position)
      low = mid;
    else
      high = mid;
  }
  /* Skip blocks of length zero that start at the same place. */
  while (low + 1 < a->n && a->offsets[low + 1] <= position)
    low++;
  return low;
}

static _Atomic int64_t chunk_limit = CW_CHUNK_LIMIT;

int64_t
cw_chunk_limit (void)
{
  return chunk_limit;
}

void
cw_chunk_limit_set (int64_t bytes)
{
  chunk_limit = bytes > 0 ? bytes : CW_CHUNK_LIMIT;
}

CwChunkSpec *
cw_chunk_spec_new (int n)
{
  CwChunkSpec *s = g_new0 (CwChunkSpec, 1);
  s->n           = n;
  s->axes        = g_new0 (CwChunkAxis, MAX (n, 1));
  return s;
}

void
cw_chunk_spec_free (CwChunkSpec *spec)
{
  for (int i = 0; i < MAX (spec->n, 1); i++)
    g_free (spec->axes[i].lengths);
  g_free (spec->axes);
  g_free (spec);
}

/* ---- auto ---- */

/* An axis of @length in blocks of @size has to be one that can be listed. */
static bool
check_blocks (int64_t length, double size, int axis, GError **error)
{
  const double most = 1 << 26;
  if ((double) length / MAX (size, 1) <= most)
    return true;
  return cw_fail (error, CW_ERROR_MEMORY,
                  "axis %d of length %" G_GINT64_FORMAT " would be cut into %.0f blocks of %.0f, more than %.0f; use larger chunks", axis, length,
                  (double) length / MAX (size, 1), MAX (size, 1), most);
}

static int
compare_int64 (const void *a, const void *b)
{
  int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
  return (x > y) - (x < y);
}

static double
median_length (const CwAxis *axis)
{
  g_autofree int64_t *sorted = g_memdup2 (axis->lengths, (size_t) axis->n * sizeof (int64_t));
  qsort (sorted, (size_t) axis->n, sizeof *sorted, compare_int64);
  return axis->n % 2 ? (double) sorted[axis->n / 2] : (sorted[axis->n / 2 - 1] + sorted[axis->n / 2]) / 2.0;
}

/* The block length that more than half of an axis' blocks have, which grown blocks should be multiples of; else the
 * axis' own length. */
static int64_t
ideal_length (const CwAxis *axis)
{
  g_autofree int64_t *sorted = g_memdup2 (axis->lengths, (size_t) axis->n * sizeof (int64_t));
  qsort (sorted, (size_t) axis->n, sizeof *sorted, compare_int64);
  int64_t mode = sorted[0], best = 0;
  for (int64_t i = 0, run = 0; i < axis->n; i++) {
    run = i && sorted[i] == sorted[i - 1] ? run + 1 : 1;
    if (run > best) {
      best = run;
      mode = sorted[i];
    }
  }
  return mode > 1 && best * 2 >= axis->n ? mode : axis->total;
}

/* Dask's auto_chunks where there are previous chunks: the median block is scaled to the limit, the factor shared evenly by
 * the axes that can still grow; lengths above the usual one are multiples of it. */
static void
auto_from_previous (int ndim, const bool *is_auto, CwAxis *const *previous, CwAxis **axes, double limit_elements)
{
  double result[CW_MAX_NDIM], fixed = 1, last = 0;
  bool   open[CW_MAX_NDIM];
  int    n_open = 0, last_open = -1;
  for (int i = 0; i < ndim; i++) {
    open[i] = is_auto[i];
    n_open += is_auto[i];
    if (is_auto[i])
      result[i] = median_length (previous[i]);
    else
      fixed *= (double) MAX (axes[i]->max, 1);
  }
  for (int pass = 0; n_open > 0 && pass < 1000; pass++) {
    double product = fixed;
    for (int i = 0; i < ndim; i++)
      if (open[i] && result[i] > 0)
        product *= result[i];
    double multiplier = limit_elements / product;
    if (multiplier == last && n_open == last_open)
      break;
    last      = multiplier;
    last_open = n_open;
    for (int i = 0; i < ndim; i++) {
      if (!open[i])
        continue;
      double  total = (double) previous[i]->total, proposed = result[i] * pow (multiplier, 1.0 / n_open);
      int64_t ideal = ideal_length (previous[i]);
      if (ideal == 0)
        result[i] = 0;
      else if (proposed > total) {
        open[i]   = false;
        result[i] = total;
        fixed *= total;
        n_open--;
      } else
        result[i] = proposed <= (double) ideal ? MAX (1, floor (proposed)) : floor (proposed / (double) ideal) * (double) ideal;
    }
  }
  for (int i = 0; i < ndim; i++)
    if (is_auto[i])
      axes[i] = cw_axis_new_uniform (previous[i]->total, MAX ((int64_t) result[i], 1));
}

/* The same without previous chunks: equal sides, axes shorter than that become whole and the rest share what is left. */
static bool
auto_fresh (int ndim, const bool *is_auto, const int64_t *shape, CwAxis **axes, double limit_bytes, double itemsize, GError **error)
{
  double fixed = 1;
  bool   open[CW_MAX_NDIM];
  int    n_open = 0;
  for (int i = 0; i < ndim; i++) {
    open[i] = is_auto[i];
    n_open += is_auto[i];
    if (!is_auto[i])
      fixed *= (double) MAX (axes[i]->max, 1);
  }
  for (;;) {
    double size  = pow (limit_bytes / itemsize / fixed, 1.0 / MAX (n_open, 1));
    bool   small = false;
    for (int i = 0; i < ndim; i++)
      if (open[i] && (double) shape[i] < size) {
        axes[i] = cw_axis_new_uniform (shape[i], MAX (shape[i], 1));
        fixed *= (double) MAX (shape[i], 1);
        open[i] = false;
        n_open--;
        small = true;
      }
    if (small)
      continue;
    for (int i = 0; i < ndim; i++)
      if (open[i]) {
        if (!check_blocks (shape[i], size, i, error))
          return false;
        axes[i] = cw_axis_new_uniform (shape[i], MAX (1, (int64_t) size));
      }
    return true;
  }
}

/* ---- explicit ---- */

static CwAxis *
axis_from_lengths (const CwChunkAxis *spec, int64_t length, int axis, int ndim, const int64_t *shape, GError **error)
{
  if (spec->n == 0) {
    cw_fail (error, CW_ERROR_VALUE,
             "Empty tuples are not allowed in chunks. Express zero length dimensions with 0(s) in chunks");
    return NULL;
  }
  for (int64_t i = 0; i < spec->n; i++)
    if (spec->lengths[i] < 0 && spec->lengths[i] != CW_UNKNOWN) {
      cw_fail (error, CW_ERROR_VALUE, "Chunk lengths must not be negative, but axis %d has %" G_GINT64_FORMAT, axis,
               spec->lengths[i]);
      return NULL;
    }
  CwAxis *a = cw_axis_new (spec->n, spec->lengths);
  if (!a->unknown && length != CW_UNKNOWN && a->total != length) {
    g_autofree char *text  = cw_shape_to_string (ndim, shape);
    g_autofree char *given = spec->n < 20 ? cw_shape_to_string ((int) spec->n, spec->lengths) : g_strdup ("(...)");
    cw_fail (error, CW_ERROR_VALUE,
             "Chunks do not add up to shape. Got chunks=%s along axis %d, which is %" G_GINT64_FORMAT " in all, shape=%s", given,
             axis, a->total, text);
    cw_axis_unref (a);
    return NULL;
  }
  return a;
}

static CwAxis *
axis_from_spec (const CwChunkAxis *spec, int axis, int ndim, const int64_t *shape, CwAxis *const *previous, GError **error)
{
  int64_t length = shape[axis];
  if (length == CW_UNKNOWN && spec->kind != CW_CHUNK_LENGTHS) {
    if (previous && (spec->kind == CW_CHUNK_KEEP || (spec->kind == CW_CHUNK_WHOLE && previous[axis]->n == 1)))
      return cw_axis_ref (previous[axis]);
    cw_fail (error, CW_ERROR_VALUE,
             "Arrays chunk sizes are unknown along axis %d. Call x.compute_chunk_sizes() first, or keep the chunks of that axis",
             axis);
    return NULL;
  }
  switch (spec->kind) {
  case CW_CHUNK_LENGTHS: return axis_from_lengths (spec, length, axis, ndim, shape, error);
  case CW_CHUNK_KEEP: return previous ? cw_axis_ref (previous[axis]) : cw_axis_new_uniform (length, MAX (length, 1));
  case CW_CHUNK_SIZE:
    if (spec->size == 0 && length != 0) {
      cw_fail (error, CW_ERROR_ZERO_DIVISION, "a chunk size of 0 cannot cut an axis of length %" G_GINT64_FORMAT, length);
      return NULL;
    }
    if (spec->size < 0) {
      cw_fail (error, CW_ERROR_VALUE, "a chunk size must be positive, or -1 for the whole axis; got %" G_GINT64_FORMAT,
               spec->size);
      return NULL;
    }
    if (!check_blocks (length, (double) spec->size, axis, error))
      return NULL;
    return cw_axis_new_uniform (length, MIN (MAX (spec->size, 1), MAX (length, 1)));
  default: return cw_axis_new_uniform (length, MAX (length, 1));
  }
}

/* chunks=(4, 6) on one axis: a tuple of plain numbers that is longer than the shape gives the lengths of its blocks. */
static CwChunkSpec *
as_lengths (const CwChunkSpec *spec, int ndim)
{
  if (!spec || ndim != 1 || spec->n <= 1)
    return NULL;
  for (int i = 0; i < spec->n; i++)
    if (spec->axes[i].kind != CW_CHUNK_SIZE)
      return NULL;
  CwChunkSpec *line     = cw_chunk_spec_new (1);
  line->axes[0].kind    = CW_CHUNK_LENGTHS;
  line->axes[0].n       = spec->n;
  line->axes[0].lengths = g_new (int64_t, spec->n);
  for (int i = 0; i < spec->n; i++)
    line->axes[0].lengths[i] = spec->axes[i].size;
  return line;
}

bool
cw_chunks_normalize (const CwChunkSpec *given, int ndim, const int64_t *shape, CwDtype dtype, CwAxis *const *previous,
                     CwAxis **axes, GError **error)
{
  static const CwChunkAxis auto_axis = { .kind = CW_CHUNK_AUTO }, kept_axis = { .kind = CW_CHUNK_KEEP };
  bool                     is_auto[CW_MAX_NDIM];
  bool                     any_auto = false;
  int64_t                  size;
  g_autoptr (CwChunkSpec) line = as_lengths (given, ndim);
  const CwChunkSpec *spec      = line ? line : given;
  if (!cw_shape_size (ndim, shape, &size, error))
    return false;
  if (spec && spec->n >= 0 && (spec->some ? spec->n > ndim : spec->n != ndim)) {
    g_autofree char *text = cw_shape_to_string (ndim, shape);
    return cw_fail (error, CW_ERROR_VALUE, "Chunks and shape must be of the same length/dimension. Got %d entries in chunks, shape=%s",
                    spec->n, text);
  }
  for (int i = 0; i < ndim; i++) {
    const CwChunkAxis *s = !spec ? &auto_axis : spec->n < 0 ? &spec->axes[0] : i < spec->n ? &spec->axes[i] : &kept_axis;
    axes[i]              = NULL;
    is_auto[i]           = s->kind == CW_CHUNK_AUTO && shape[i] != CW_UNKNOWN;
    any_auto |= is_auto[i];
    if (is_auto[i])
      continue;
    axes[i] = axis_from_spec (s, i, ndim, shape, previous, error);
    if (!axes[i]) {
      for (int k = 0; k < i; k++)
        g_clear_pointer (&axes[k], cw_axis_unref);
      return false;
    }
  }
  if (!any_auto)
    return true;
  for (int i = 0; i < ndim; i++)
    if (!is_auto[i] && axes[i]->unknown) {
      for (int k = 0; k < ndim; k++)
        g_clear_pointer (&axes[k], cw_axis_unref);
      return cw_fail (error, CW_ERROR_VALUE, "Can not perform automatic rechunking with unknown chunk sizes. Call "
                                             "x.compute_chunk_sizes() first");
    }
  double limit = (double) (spec && spec->limit_bytes > 0 ? spec->limit_bytes : cw_chunk_limit ());
  if (previous)
    auto_from_previous (ndim, is_auto, previous, axes, MAX (1, limit / cw_dtype_size (dtype)));
  else if (!auto_fresh (ndim, is_auto, shape, axes, MAX (1, limit), cw_dtype_size (dtype), error)) {
    for (int k = 0; k < ndim; k++)
      g_clear_pointer (&axes[k], cw_axis_unref);
    return false;
  }
  return true;
}
