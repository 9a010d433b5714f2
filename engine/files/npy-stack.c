/* A lazy array as a folder of .npy files, one a block along an axis: a task a file, in both directions. */
#include "engine/files/files-private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

static char *
block_path (const char *folder, int64_t i)
{
  return g_strdup_printf ("%s/%" G_GINT64_FORMAT ".npy", folder, i);
}

/* ---- writing ---- */

/* in[0]: the block; in[1]: its number. */
static CwBuffer *
write_block (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  g_autofree char *path = block_path (data, *(int64_t *) in[1]->data);
  return cw_npy_save (path, in[0], error) ? cw_block_written (1, error) : NULL;
}

/* @a with every axis but @axis in one chunk. */
static CwArray *
cut_along (CwArray *a, int axis, GError **error)
{
  CwAxis *axes[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++)
    axes[k] = k == axis ? cw_axis_ref (a->axes[k]) : cw_axis_new_uniform (a->shape[k], MAX (a->shape[k], 1));
  CwArray *cut = cw_array_rechunk_to (a, axes, error);
  for (int k = 0; k < a->ndim; k++)
    cw_axis_unref (axes[k]);
  return cut;
}

CwArray *
cw_npy_stack_write (const char *folder, CwArray *a, int axis, GError **error)
{
  if (cw_array_has_unknown (a) || !a->ndim) {
    cw_fail (error, CW_ERROR_VALUE, a->ndim ? "an array of unknown chunk lengths cannot be written as a stack: call x.compute_chunk_sizes() first"
                                            : "an array without axes cannot be written as a stack: np.save(file, x) writes it");
    return NULL;
  }
  if (g_mkdir_with_parents (folder, 0777) != 0) {
    cw_fail_path (error, folder);
    return NULL;
  }
  g_autoptr (CwArray) cut    = cut_along (a, axis, error);
  g_autoptr (CwArray) number = cut ? cw_array_count_a_block (cut->axes[axis]->n, error) : NULL;
  if (!number || !cw_stack_info_write (folder, cut, axis, error))
    return NULL;
  int follow[2][CW_MAX_NDIM];
  for (int k = 0; k < cut->ndim; k++)
    follow[0][k] = k == axis ? 0 : -1;
  follow[1][0] = 0;
  return cw_array_blockwise ("to-npy-stack", write_block, g_strdup (folder), g_free, 2, (CwArray *[]){ cut, number }, follow, CW_BOOL, 1, number->axes);
}

/* ---- reading ---- */

typedef struct {
  char       *folder;
  int         axis;
  int64_t    *lengths; /* of the blocks */
  CwNpyHeader first;   /* what all blocks are like but for their length */
} Stack;

static void
stack_free (void *data)
{
  Stack *s = data;
  g_free (s->folder);
  g_free (s->lengths);
  g_free (s);
}

/* in[0]: the number of the block. */
static CwBuffer *
read_block (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  const Stack     *s = data;
  int64_t          i = *(int64_t *) in[0]->data;
  g_autofree char *path = block_path (s->folder, i);
  g_autoptr (CwBuffer) b = s->first.swapped ? cw_npy_load (path, error) : cw_npy_map (path, false, error);
  if (!b)
    return NULL;
  bool fits = b->ndim == s->first.ndim && b->dtype == s->first.dtype;
  for (int k = 0; fits && k < b->ndim; k++)
    fits = b->shape[k] == (k == s->axis ? s->lengths[i] : s->first.shape[k]);
  if (fits)
    return g_steal_pointer (&b);
  cw_fail (error, CW_ERROR_VALUE, "%s is not the block that the folder's file info tells of: write the stack anew with da.to_npy_stack", path);
  return NULL;
}

static CwArray *
stack_array (const char *folder, const CwStackInfo *info, GError **error)
{
  g_autofree char *path = block_path (folder, 0);
  CwNpyHeader      first;
  if (!cw_npy_read_header (path, &first, error))
    return NULL;
  if (info->axis >= first.ndim) {
    cw_fail (error, CW_ERROR_VALUE, "%s has no axis %d, along which it should be joined with the others", path, info->axis);
    return NULL;
  }
  int64_t              n      = info->lengths->len, total = 0;
  CwAxis              *axes[CW_MAX_NDIM];
  int                  follow[1][CW_MAX_NDIM] = { { info->axis } };
  for (int64_t i = 0; i < n; i++)
    if (!cw_size_add (total, g_array_index (info->lengths, int64_t, i), &total)) {
      cw_fail (error, CW_ERROR_VALUE, "the blocks in %s are longer together than can be counted", folder);
      return NULL;
    }
  g_autoptr (CwArray) number = cw_array_count_a_block (n, error);
  if (!number)
    return NULL;
  Stack *s = g_new0 (Stack, 1);
  s->folder  = g_strdup (folder);
  s->axis    = info->axis;
  s->first   = first;
  s->lengths = g_memdup2 (info->lengths->data, sizeof (int64_t) * (gsize) n);
  for (int k = 0; k < first.ndim; k++)
    axes[k] = k == info->axis ? cw_axis_new (n, s->lengths) : cw_axis_new_uniform (first.shape[k], MAX (first.shape[k], 1));
  CwArray *a = cw_array_blockwise ("from-npy-stack", read_block, s, stack_free, 1, (CwArray *[]){ number }, follow, first.dtype, first.ndim, axes);
  for (int k = 0; k < first.ndim; k++)
    cw_axis_unref (axes[k]);
  return a;
}

CwArray *
cw_npy_stack_read (const char *folder, GError **error)
{
  CwStackInfo info = { .lengths = g_array_new (FALSE, FALSE, sizeof (int64_t)) };
  CwArray    *a    = cw_stack_info_read (folder, &info, error) ? stack_array (folder, &info, error) : NULL;
  g_array_unref (info.lengths);
  return a;
}
