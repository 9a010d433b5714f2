/* Arrays: making, sharing and describing nodes of the lazy graph. */
#include "engine/array/array-private.h"

#include <stdatomic.h>
#include <string.h>

static void
array_free (CwArray *a)
{
  for (int i = 0; i < a->n_inputs; i++)
    cw_array_unref (a->inputs[i]);
  cw_axes_unref (a->ndim, a->axes);
  if (a->twin)
    cw_array_unref (a->twin);
  else if (a->params) {
    if (a->op->free_params)
      a->op->free_params (a->params);
    g_free (a->params);
  }
  g_free (a->inputs);
  g_free (a->axes);
  g_free (a->shape);
  g_free (a->name);
  g_free (a);
}

CwArray *
cw_array_new (const CwOp *op, const char *name, CwDtype dtype, int ndim, CwAxis *const *axes, int n_inputs,
              CwArray *const *inputs, void *params)
{
  static _Atomic uint64_t next_id = 1;
  CwArray                *a       = g_new0 (CwArray, 1);
  g_atomic_ref_count_init (&a->ref_count);
  a->op       = op;
  a->id       = atomic_fetch_add (&next_id, 1);
  a->name     = g_strdup (name);
  a->dtype    = dtype;
  a->ndim     = ndim;
  a->axes     = g_new (CwAxis *, MAX (ndim, 1));
  a->shape    = g_new (int64_t, MAX (ndim, 1));
  a->n_inputs = n_inputs;
  a->inputs   = g_new (CwArray *, MAX (n_inputs, 1));
  a->params   = params;
  for (int i = 0; i < ndim; i++) {
    a->axes[i]  = axes[i];
    a->shape[i] = axes[i]->total;
  }
  for (int i = 0; i < n_inputs; i++)
    a->inputs[i] = cw_array_ref (inputs[i]);
  return a;
}

CwArray *
cw_array_recut (CwArray *a, CwAxis *const *axes, CwArray *const *inputs)
{
  CwAxis  *refs[CW_MAX_NDIM];
  CwArray *b = cw_array_new (a->op, a->name, a->dtype, a->ndim, cw_axes_ref (a->ndim, axes, refs), a->n_inputs, inputs, a->params);
  b->id      = a->id;
  b->twin    = cw_array_ref (a);
  return b;
}

CwArray *
cw_array_ref (CwArray *a)
{
  g_atomic_ref_count_inc (&a->ref_count);
  return a;
}

/* Frees long chains without recursion: `for i in range(100000): x = x + 1` is one. */
void
cw_array_unref (CwArray *a)
{
  static _Thread_local GPtrArray *pending;
  if (!g_atomic_ref_count_dec (&a->ref_count))
    return;
  if (pending) {
    g_ptr_array_add (pending, a);
    return;
  }
  pending = g_ptr_array_new ();
  g_ptr_array_add (pending, a);
  while (pending->len)
    array_free (g_ptr_array_steal_index_fast (pending, pending->len - 1));
  g_clear_pointer (&pending, g_ptr_array_unref);
}

int64_t
cw_array_n_blocks (const CwArray *a)
{
  int64_t n = 1;
  for (int i = 0; i < a->ndim; i++)
    if (__builtin_mul_overflow (n, a->axes[i]->n, &n))
      return INT64_MAX;
  return n;
}

int64_t
cw_array_size (const CwArray *a)
{
  int64_t size;
  return cw_shape_size (a->ndim, a->shape, &size, NULL) ? size : INT64_MAX;
}

int64_t
cw_array_nbytes (const CwArray *a)
{
  int64_t bytes;
  return cw_size_mul (cw_array_size (a), cw_dtype_size (a->dtype), &bytes) ? bytes : INT64_MAX;
}

bool
cw_array_has_unknown (const CwArray *a)
{
  for (int i = 0; i < a->ndim; i++)
    if (a->axes[i]->unknown)
      return true;
  return false;
}

void
cw_array_count_graph (CwArray *a, int64_t *layers, int64_t *tasks)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) stack = g_ptr_array_new ();
  g_ptr_array_add (stack, a);
  *layers = *tasks = 0;
  while (stack->len) {
    CwArray *x = g_ptr_array_steal_index_fast (stack, stack->len - 1);
    if (!g_hash_table_add (seen, x))
      continue;
    ++*layers;
    if (__builtin_add_overflow (*tasks, cw_array_n_blocks (x), tasks))
      *tasks = INT64_MAX;
    for (int i = 0; i < x->n_inputs; i++)
      g_ptr_array_add (stack, x->inputs[i]);
  }
}

char *
cw_array_repr (const CwArray *a)
{
  int64_t chunk[CW_MAX_NDIM];
  for (int i = 0; i < a->ndim; i++)
    chunk[i] = a->axes[i]->unknown ? CW_UNKNOWN : a->axes[i]->max;
  g_autofree char *shape = cw_shape_to_string (a->ndim, a->shape);
  g_autofree char *size  = cw_shape_to_string (a->ndim, chunk);
  return g_strdup_printf ("dask.array<%s, shape=%s, dtype=%s, chunksize=%s, chunktype=numpy.ndarray>", a->name, shape,
                          cw_dtype_name (a->dtype), size);
}

char *
cw_array_chunks_to_string (const CwArray *a)
{
  GString *s = g_string_new ("(");
  for (int i = 0; i < a->ndim; i++) {
    g_autofree char *axis = cw_shape_to_string ((int) MIN (a->axes[i]->n, INT_MAX), a->axes[i]->lengths);
    g_string_append_printf (s, "%s%s", i ? ", " : "", axis);
  }
  g_string_append (s, a->ndim == 1 ? ",)" : ")");
  return g_string_free (s, FALSE);
}

bool
cw_axis_number (int64_t axis, int ndim, int *out, GError **error)
{
  if (axis < -ndim || axis >= ndim)
    return cw_fail (error, CW_ERROR_AXIS, "axis %" G_GINT64_FORMAT " is out of bounds for array of dimension %d", axis, ndim);
  *out = (int) (axis < 0 ? axis + ndim : axis);
  return true;
}

void
cw_array_block_shape (const CwArray *a, const int64_t *block, int64_t *shape)
{
  for (int i = 0; i < a->ndim; i++)
    shape[i] = a->axes[i]->lengths[block[i]];
}

void
cw_array_block_from_flat (const CwArray *a, int64_t flat, int64_t *block)
{
  for (int i = a->ndim - 1; i >= 0; i--) {
    block[i] = flat % a->axes[i]->n;
    flat /= a->axes[i]->n;
  }
}

int64_t
cw_array_block_to_flat (const CwArray *a, const int64_t *block)
{
  int64_t flat = 0;
  for (int i = 0; i < a->ndim; i++)
    flat = flat * a->axes[i]->n + block[i];
  return flat;
}

/* The default rule: axes aligned from the right; an axis with one block feeds all. */
static void
region_same (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const CwArray *in = a->inputs[input];
  for (int i = 0; i < in->ndim; i++) {
    lo[i] = in->axes[i]->n == 1 ? 0 : block[i + a->ndim - in->ndim];
    hi[i] = lo[i] + 1;
  }
}

void
cw_op_region (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  (a->op->region ? a->op->region : region_same) (a, block, input, lo, hi);
}

void
cw_op_view (const CwArray *a, const int64_t *block, int input, CwViewAxis *axes)
{
  if (a->op->view) {
    a->op->view (a, block, input, axes);
    return;
  }
  const CwArray *in = a->inputs[input];
  for (int i = 0; i < in->ndim; i++) {
    int axis = i + a->ndim - in->ndim;
    axes[i]  = (CwViewAxis){ axis, 0, in->shape[i] == 1 && a->shape[axis] != 1 ? 0 : 1 };
  }
}

bool
cw_array_input_region (const CwArray *a, const int64_t *block, int input, int64_t *start, int64_t *stop)
{
  const CwArray *in = a->inputs[input];
  int64_t        lo[CW_MAX_NDIM], hi[CW_MAX_NDIM], shape[CW_MAX_NDIM];
  CwViewAxis     view[CW_MAX_NDIM];
  if (cw_array_has_unknown (in) || (a->op->uses && !a->op->uses (a, block, input)))
    return false;
  cw_op_region (a, block, input, lo, hi);
  for (int k = 0; k < in->ndim; k++) {
    start[k] = in->axes[k]->offsets[lo[k]];
    stop[k]  = in->axes[k]->offsets[hi[k]];
  }
  if (a->op->kind != CW_OP_VIEW || cw_array_has_unknown (a))
    return true;
  cw_op_view (a, block, input, view);
  cw_array_block_shape (a, block, shape);
  for (int k = 0; k < in->ndim; k++) {
    int64_t n = view[k].axis < 0 ? 1 : shape[view[k].axis], first = start[k] + view[k].offset, last = first + (n - 1) * view[k].step;
    start[k] = MIN (first, last);
    stop[k]  = MAX (first, last) + 1;
  }
  return true;
}

bool
cw_array_node_ufunc (const CwArray *a, CwUfunc *ufunc, bool *zero)
{
  if (a->op != &cw_op_elementwise)
    return false;
  const CwElementwise *e = a->params;
  int                  k = e->n - 1;
  *ufunc                 = e->ufunc;
  *zero                  = !e->is_cast && e->operand[k] < 0 && !cw_scalar_is_true (e->scalar[k]);
  return !e->is_cast;
}
