/* Lazy arrays written where somebody wants them, block by block: into memory or into a mapped file.
 *
 * Writing is a layer of the graph like any other, which gives one true element for a block that is written; so the scheduler
 * keeps blocks within the memory limit and the picture shows the layer. Which block it is, is told to a task by further inputs. */
#include "engine/files/files-private.h"

#include <string.h>

#include "engine/run/run.h"

CwArray *
cw_array_one_a_block (int64_t n, const int64_t *values, GError **error)
{
  g_autoptr (CwBuffer) b = cw_buffer_new (CW_INT64, 1, &n, error);
  if (!b)
    return NULL;
  memcpy (b->data, values, sizeof *values * (size_t) n);
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (-1);
  spec->axes[0]                = (CwChunkAxis){ .kind = CW_CHUNK_SIZE, .size = 1 };
  return cw_array_from_buffer (b, spec, NULL, error);
}

CwArray *
cw_array_count_a_block (int64_t n, GError **error)
{
  g_autofree int64_t *values = g_new (int64_t, n);
  for (int64_t i = 0; i < n; i++)
    values[i] = i;
  return cw_array_one_a_block (n, values, error);
}

CwBuffer *
cw_block_written (int ndim, GError **error)
{
  int64_t ones[CW_MAX_NDIM];
  for (int k = 0; k < ndim; k++)
    ones[k] = 1;
  CwBuffer *b = cw_buffer_new (CW_BOOL, ndim, ones, error);
  if (b)
    *b->data = 1;
  return b;
}

void
cw_copy_in_parts (CwBuffer *to, CwBuffer *from)
{
  const int64_t part  = 1 << 20;
  int64_t       bytes = cw_buffer_nbytes (to);
  if (to->ndim == 0 || bytes <= part) {
    cw_buffer_copy (to, from);
    cw_memory_relieve ();
    return;
  }
  int64_t rows = to->shape[0], step = MAX (rows * part / bytes, 1), shape[CW_MAX_NDIM];
  memcpy (shape, to->shape, sizeof *shape * (size_t) to->ndim);
  for (int64_t at = 0; at < rows; at += step) {
    shape[0]                  = MIN (step, rows - at);
    g_autoptr (CwBuffer) into = cw_buffer_view (to, to->dtype, to->ndim, shape, to->strides, to->data + at * to->strides[0]);
    g_autoptr (CwBuffer) of   = cw_buffer_view (from, from->dtype, from->ndim, shape, from->strides, from->data + at * from->strides[0]);
    cw_buffer_copy (into, of);
    cw_memory_relieve ();
  }
}

/* ---- into one buffer ---- */

/* in[0]: the block; in[1 + k]: where it starts along axis k. */
static CwBuffer *
store_block (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  CwBuffer *target = data, *block = in[0];
  char     *at = target->data;
  for (int k = 0; k < block->ndim; k++)
    at += *(int64_t *) in[1 + k]->data * target->strides[k];
  g_autoptr (CwBuffer) place = cw_buffer_view (target, target->dtype, block->ndim, block->shape, target->strides, at);
  cw_copy_in_parts (place, block);
  return cw_block_written (block->ndim, error);
}

static bool
check_target (const CwArray *a, const CwBuffer *target, GError **error)
{
  if (cw_array_has_unknown (a))
    return cw_fail (error, CW_ERROR_VALUE, "an array of unknown chunk lengths cannot be stored, since it is not known where its blocks go: call x.compute_chunk_sizes() first");
  if (a->ndim == target->ndim && cw_shape_equal (a->ndim, a->shape, target->shape))
    return true;
  g_autofree char *have = cw_shape_to_string (a->ndim, a->shape), *want = cw_shape_to_string (target->ndim, target->shape);
  return cw_fail (error, CW_ERROR_VALUE, "could not store an array of shape %s into a target of shape %s: make the target with np.empty(x.shape, x.dtype), or name a part of it with regions=", have, want);
}

CwArray *
cw_array_store (CwArray *a, CwBuffer *target, GError **error)
{
  if (!check_target (a, target, error))
    return NULL;
  bool text              = cw_dtype_is_text (a->dtype) || cw_dtype_is_text (target->dtype);
  g_autoptr (CwArray) of = a->dtype == target->dtype ? cw_array_ref (a) : text ? cw_array_astype_text (a, target->dtype, error) : cw_array_astype (a, target->dtype, error);
  if (!of)
    return NULL;
  CwArray *inputs[1 + CW_MAX_NDIM] = { of }, *result = NULL;
  CwAxis  *axes[CW_MAX_NDIM];
  int      follow[1 + CW_MAX_NDIM][CW_MAX_NDIM], n = 0;
  for (; n < a->ndim; n++) {
    if (!(inputs[1 + n] = cw_array_one_a_block (a->axes[n]->n, a->axes[n]->offsets, error)))
      break;
    axes[n]          = cw_axis_new_uniform (a->axes[n]->n, 1);
    follow[0][n]     = n;
    follow[1 + n][0] = n;
  }
  if (n == a->ndim)
    result = cw_array_blockwise ("store-map", store_block, cw_buffer_ref (target), (GDestroyNotify) cw_buffer_unref, 1 + n, inputs, follow, CW_BOOL, n, axes);
  for (int k = 0; k < n; k++) {
    cw_axis_unref (axes[k]);
    cw_array_unref (inputs[1 + k]);
  }
  return result;
}

bool
cw_array_reads (CwArray *a, const CwBuffer *b)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray)  open = g_ptr_array_new (); /* an explicit stack: graphs may be deep */
  g_ptr_array_add (open, a);
  while (open->len) {
    CwArray  *top    = g_ptr_array_steal_index_fast (open, open->len - 1);
    CwBuffer *source = cw_array_source_buffer (top);
    if (source && source->storage == b->storage)
      return true;
    for (int i = 0; i < top->n_inputs; i++)
      if (g_hash_table_add (seen, top->inputs[i]))
        g_ptr_array_add (open, top->inputs[i]);
  }
  return false;
}

static bool
compute_into (CwBuffer *target, void *data, GError **error)
{
  CwBuffer *done            = NULL;
  g_autoptr (CwArray) store = cw_array_store (data, target, error);
  if (!store || !cw_compute_many (1, &store, &done, error))
    return false;
  cw_buffer_unref (done);
  return true;
}

bool
cw_npy_save_array (const char *path, CwArray *a, GError **error)
{
  return cw_npy_write (path, a->dtype, false, a->ndim, a->shape, compute_into, a, error);
}
