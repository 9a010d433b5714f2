/* Operations that are any function from blocks to a block: on the blocks of each place, on all blocks of some axes, or on whole
 * arrays at once; and arrays whose unknown chunk lengths have become known. */
#include "engine/array/array-private.h"

#include <string.h>

/* ---- joining blocks ---- */

/* Blocks of a region with @counts[ndim] blocks along its axes, in C order, as one buffer (@in_file: whose memory is a file). */
static CwBuffer *
join_region (CwDtype dtype, int ndim, const int64_t *counts, CwBuffer *const *blocks, bool in_file, GError **error)
{
  int64_t  shape[CW_MAX_NDIM], steps[CW_MAX_NDIM], n = 1;
  int64_t *offsets[CW_MAX_NDIM];
  for (int k = ndim; k-- > 0; n *= counts[k])
    steps[k] = n;
  if (n == 1)
    return cw_buffer_ref (blocks[0]);
  /* Lengths along an axis are those of the blocks at index 0 of all others. */
  for (int k = 0; k < ndim; k++) {
    offsets[k] = g_new0 (int64_t, counts[k] + 1);
    for (int64_t b = 0; b < counts[k]; b++)
      offsets[k][b + 1] = offsets[k][b] + blocks[b * steps[k]]->shape[k];
    shape[k] = offsets[k][counts[k]];
  }
  CwBuffer *out = in_file ? cw_buffer_new_in_file (dtype, ndim, shape, error) : cw_buffer_new (dtype, ndim, shape, error);
  for (int64_t i = 0; out && i < n; i++) {
    char *data = out->data;
    for (int k = 0; k < ndim; k++)
      data += offsets[k][i / steps[k] % counts[k]] * out->strides[k];
    g_autoptr (CwBuffer) hole = cw_buffer_view (out, out->dtype, ndim, blocks[i]->shape, out->strides, data);
    cw_buffer_copy (hole, blocks[i]);
    cw_memory_relieve ();
  }
  for (int k = 0; k < ndim; k++)
    g_free (offsets[k]);
  return out;
}

CwBuffer *
cw_blocks_join (const CwArray *a, CwBuffer *const *blocks, bool in_file, GError **error)
{
  int64_t counts[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++)
    counts[k] = a->axes[k]->n;
  return join_region (a->dtype, a->ndim, counts, blocks, in_file, error);
}

/* ---- any function of blocks ---- */

typedef struct {
  CwWholeFunc    func;
  void          *data;
  GDestroyNotify free_data;
  int8_t        *follow; /* CW_MAX_NDIM an input: the result's axis that the input's axis goes along, or -1 */
} Blockwise;

static void
free_blockwise (void *params)
{
  Blockwise *w = params;
  if (w->free_data)
    w->free_data (w->data);
  g_free (w->follow);
}

static void
region_blockwise (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Blockwise *w  = a->params;
  const CwArray   *in = a->inputs[input];
  for (int k = 0; k < in->ndim; k++) {
    int along = w->follow[input * CW_MAX_NDIM + k];
    lo[k]     = along < 0 || in->axes[k]->n == 1 ? 0 : block[along];
    hi[k]     = along < 0 ? in->axes[k]->n : lo[k] + 1;
  }
}

static CwBuffer *
compute_blockwise (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  const Blockwise *w      = a->params;
  CwBuffer       **inputs = g_new0 (CwBuffer *, a->n_inputs + 1), *out = NULL;
  bool             ok     = true;
  for (int i = 0; i < a->n_inputs && ok; i++) {
    int64_t lo[CW_MAX_NDIM], hi[CW_MAX_NDIM];
    region_blockwise (a, block, i, lo, hi);
    for (int k = 0; k < a->inputs[i]->ndim; k++)
      hi[k] -= lo[k];
    ok = (inputs[i] = join_region (a->inputs[i]->dtype, a->inputs[i]->ndim, hi, in[i].blocks, false, error)) != NULL;
  }
  if (ok)
    out = w->func (inputs, a->n_inputs, w->data, error);
  for (int i = 0; i < a->n_inputs; i++)
    g_clear_pointer (&inputs[i], cw_buffer_unref);
  g_free (inputs);
  return out;
}

static const CwOp op_blockwise
  = { .name = "blockwise", .kind = CW_OP_BLOCK, .region = region_blockwise, .compute = compute_blockwise, .copies = true, .free_params = free_blockwise };

CwArray *
cw_array_blockwise (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs, CwArray **inputs,
                    const int (*follow)[CW_MAX_NDIM], CwDtype dtype, int ndim, CwAxis *const *axes)
{
  Blockwise *w = g_new (Blockwise, 1);
  w->func      = func;
  w->data      = data;
  w->free_data = free_data;
  w->follow    = g_new (int8_t, (gsize) n_inputs * CW_MAX_NDIM + 1);
  for (int i = 0; i < n_inputs; i++)
    for (int k = 0; k < CW_MAX_NDIM; k++)
      w->follow[i * CW_MAX_NDIM + k] = (int8_t) (follow && k < inputs[i]->ndim ? follow[i][k] : -1);
  return cw_array_new (&op_blockwise, name, dtype, ndim, cw_axes_ref (ndim, axes, (CwAxis *[CW_MAX_NDIM]){ NULL }), n_inputs, inputs, w);
}

CwArray *
cw_array_along_axis (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, CwArray *a, int axis, int64_t length, CwDtype dtype)
{
  int     follow[1][CW_MAX_NDIM];
  CwAxis *axes[CW_MAX_NDIM];
  g_autoptr (CwAxis) own = length == CW_UNKNOWN ? cw_axis_new_unknown (1) : cw_axis_new_uniform (length, MAX (length, 1));
  for (int k = 0; k < a->ndim; k++) {
    follow[0][k] = k == axis ? -1 : k;
    axes[k]      = k == axis ? own : a->axes[k];
  }
  return cw_array_blockwise (name, func, data, free_data, 1, &a, follow, dtype, a->ndim, axes);
}

CwArray *
cw_array_whole (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs, CwArray **inputs, CwDtype dtype,
                int ndim, const int64_t *shape, GError **error)
{
  CwAxis *axes[CW_MAX_NDIM];
  for (int k = 0; k < ndim; k++)
    axes[k] = shape[k] == CW_UNKNOWN ? cw_axis_new_unknown (1) : cw_axis_new_uniform (shape[k], MAX (shape[k], 1));
  CwArray *result = cw_array_blockwise (name, func, data, free_data, n_inputs, inputs, NULL, dtype, ndim, axes);
  cw_axes_unref (ndim, axes);
  return result;
}

/* ---- lengths that have become known ---- */

static const CwOp op_known = { .name = "known", .kind = CW_OP_VIEW };

CwArray *
cw_array_with_known_chunks (CwArray *a, CwAxis *const *axes, GError **error)
{
  CwAxis *known[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++) {
    if (axes[k]->n != a->axes[k]->n) {
      cw_fail (error, CW_ERROR_VALUE, "axis %d has %" G_GINT64_FORMAT " blocks, not %" G_GINT64_FORMAT, k, a->axes[k]->n, axes[k]->n);
      return NULL;
    }
    known[k] = axes[k];
  }
  return cw_array_new (&op_known, a->name, a->dtype, a->ndim, cw_axes_ref (a->ndim, known, (CwAxis *[CW_MAX_NDIM]){ NULL }), 1, &a, NULL);
}
