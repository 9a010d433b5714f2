/* Functions of blocks that are graphs themselves.
 *
 * A function of the notebook is called once, on placeholders: arrays that have a shape and a dtype but no values. What it makes of
 * them is a small graph; a task that has real blocks puts them where the placeholders are and computes that graph. */
#include "engine/array/array-private.h"

static CwBuffer *
compute_placeholder (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "a block has no values while the graph is being made");
  return NULL;
}

static const CwOp op_placeholder = { .name = "placeholder", .kind = CW_OP_BLOCK, .compute = compute_placeholder };

CwArray *
cw_array_placeholder (CwDtype dtype, int ndim, const int64_t *shape)
{
  CwAxis *axes[CW_MAX_NDIM];
  for (int k = 0; k < ndim; k++)
    axes[k] = cw_axis_new_uniform (shape[k], MAX (shape[k], 1));
  return cw_array_new (&op_placeholder, "block", dtype, ndim, axes, 0, NULL, NULL);
}

/* ---- does every element depend on the elements at its own place alone? ---- */

static bool
elementwise_of (CwArray *a, CwArray *like, GHashTable *seen)
{
  if (!g_hash_table_add (seen, a))
    return true;
  if (a->ndim != like->ndim || !cw_shape_equal (a->ndim, a->shape, like->shape))
    return a->ndim == 0 && a->op->kind == CW_OP_BUFFER;
  if (a->op == &op_placeholder)
    return true;
  if (a->op->kind != CW_OP_ELEMENTWISE)
    return false;
  for (int i = 0; i < a->n_inputs; i++)
    if (!elementwise_of (a->inputs[i], like, seen))
      return false;
  return true;
}

bool
cw_array_is_elementwise (CwArray *root)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  return root->op->kind == CW_OP_ELEMENTWISE && elementwise_of (root, root, seen);
}

/* ---- real blocks where the placeholders were ---- */

/* The copy of @a, borrowed from @copies, which owns one reference each; @a itself where it depends on no placeholder. */
static CwArray *
copied (CwArray *a, GHashTable *copies)
{
  CwArray *copy = g_hash_table_lookup (copies, a);
  if (copy)
    return copy;
  g_autofree CwArray **inputs = g_new (CwArray *, a->n_inputs + 1);
  bool                 same   = true;
  for (int i = 0; i < a->n_inputs; i++) {
    inputs[i] = copied (a->inputs[i], copies);
    same &= inputs[i] == a->inputs[i];
  }
  copy = same ? cw_array_ref (a) : cw_array_recut (a, a->axes, inputs);
  g_hash_table_insert (copies, a, copy);
  return copy;
}

CwArray *
cw_array_fill_placeholders (CwArray *root, int n, CwArray *const *placeholders, CwBuffer *const *values, GError **error)
{
  g_autoptr (CwChunkSpec) whole = cw_chunk_spec_new (-1);
  g_autoptr (GHashTable)  copies = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) cw_array_unref);
  whole->axes[0].kind            = CW_CHUNK_WHOLE;
  for (int i = 0; i < n; i++) {
    CwArray *value = cw_array_from_buffer (values[i], whole, "block", error);
    if (!value)
      return NULL;
    g_hash_table_insert (copies, placeholders[i], value);
  }
  return cw_array_ref (copied (root, copies));
}
