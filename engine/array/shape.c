/* Shape: views that move, add, drop or repeat axes, and joins of several arrays. */
#include "engine/array/array-private.h"

#include <string.h>

/* ---- transpose ---- */

typedef struct {
  int axes[CW_MAX_NDIM]; /* output axis k is input axis axes[k] */
} Transpose;

static void
region_transpose (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Transpose *t = a->params;
  for (int k = 0; k < a->ndim; k++) {
    lo[t->axes[k]] = block[k];
    hi[t->axes[k]] = block[k] + 1;
  }
}

static void
view_transpose (const CwArray *a, const int64_t *block, int input, CwViewAxis *axes)
{
  const Transpose *t = a->params;
  for (int k = 0; k < a->ndim; k++)
    axes[t->axes[k]] = (CwViewAxis){ k, 0, 1 };
}

static const CwOp op_transpose = { .name = "transpose", .kind = CW_OP_VIEW, .region = region_transpose, .view = view_transpose };

CwArray *
cw_array_transpose (CwArray *a, const int *order, GError **error)
{
  Transpose t         = { { 0 } };
  bool      identity  = true;
  CwAxis   *axes[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++) {
    t.axes[k] = order ? order[k] : a->ndim - 1 - k;
    axes[k]   = cw_axis_ref (a->axes[t.axes[k]]);
    identity &= t.axes[k] == k;
  }
  if (!identity)
    return cw_array_new (&op_transpose, "transpose", a->dtype, a->ndim, axes, 1, &a, g_memdup2 (&t, sizeof t));
  cw_axes_unref (a->ndim, axes);
  return cw_array_ref (a);
}

/* ---- axes of length 1 ---- */

CwArray *
cw_array_expand_dims (CwArray *a, int n, const int *positions, GError **error)
{
  CwIndex items[2 * CW_MAX_NDIM];
  int     total = a->ndim + n;
  for (int k = 0; k < total; k++) {
    bool added = false;
    for (int i = 0; i < n; i++)
      added |= positions[i] == k;
    items[k] = (CwIndex){ .kind = added ? CW_INDEX_NEWAXIS : CW_INDEX_SLICE };
  }
  return cw_array_index (a, total, items, error);
}

CwArray *
cw_array_squeeze (CwArray *a, int n_axes, const int *axes, GError **error)
{
  CwIndex items[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++) {
    bool drop = n_axes < 0 && a->shape[k] == 1;
    for (int i = 0; i < n_axes; i++)
      drop |= axes[i] == k;
    if (drop && a->shape[k] != 1) {
      cw_fail (error, CW_ERROR_VALUE, "cannot squeeze axis %d with size %" G_GINT64_FORMAT ": only axes of length 1 can go", k, a->shape[k]);
      return NULL;
    }
    items[k] = drop ? (CwIndex){ .kind = CW_INDEX_INT } : (CwIndex){ .kind = CW_INDEX_SLICE };
  }
  return cw_array_index (a, a->ndim, items, error);
}

CwArray *
cw_array_flip (CwArray *a, int n_axes, const int *axes, GError **error)
{
  CwIndex items[CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++) {
    bool turn = n_axes < 0;
    for (int i = 0; i < n_axes; i++)
      turn |= axes[i] == k;
    items[k] = (CwIndex){ .kind = CW_INDEX_SLICE, .step = -1, .has_step = turn };
  }
  return cw_array_index (a, a->ndim, items, error);
}

/* ---- broadcast ---- */

static const CwOp op_broadcast = { .name = "broadcast_to", .kind = CW_OP_VIEW };

CwArray *
cw_array_broadcast_to (CwArray *a, int ndim, const int64_t *shape, const CwChunkSpec *chunks, GError **error)
{
  CwAxis *axes[CW_MAX_NDIM];
  int     extra = ndim - a->ndim;
  bool    fits  = extra >= 0, same = extra == 0;
  for (int k = 0; k < a->ndim && fits; k++) {
    fits = a->shape[k] == 1 || a->shape[k] == shape[k + extra];
    same &= a->shape[k] == shape[k + extra];
  }
  if (!fits) {
    g_autofree char *from = cw_shape_to_string (a->ndim, a->shape), *to = cw_shape_to_string (ndim, shape);
    cw_fail (error, CW_ERROR_VALUE, "cannot broadcast shape %s to shape %s: each axis must be 1 or agree, counted from the right", from, to);
    return NULL;
  }
  if (same && !chunks)
    return cw_array_ref (a);
  if (chunks) {
    if (!cw_chunks_normalize (chunks, ndim, shape, a->dtype, NULL, axes, error))
      return NULL;
  } else
    for (int k = 0; k < ndim; k++)
      axes[k] = k >= extra && a->shape[k - extra] == shape[k] ? cw_axis_ref (a->axes[k - extra])
                                                             : cw_axis_new_uniform (shape[k], MAX (shape[k], 1));
  for (int k = 0; k < a->ndim; k++)
    if (a->shape[k] != 1 && !cw_axis_equal (a->axes[k], axes[k + extra])) {
      cw_axes_unref (ndim, axes);
      cw_fail (error, CW_ERROR_VALUE, "cannot broadcast chunks: axis %d of the array is cut differently than `chunks` says", k);
      return NULL;
    }
  return cw_array_new (&op_broadcast, "broadcast_to", a->dtype, ndim, axes, 1, &a, NULL);
}

/* ---- concatenate and stack: every output block is one block of one input ---- */

typedef struct {
  int      axis;
  int64_t *first; /* concatenate: an input, its first block along the axis; one more at the end */
} Join;

static void
free_join (void *params)
{
  g_free (((Join *) params)->first);
}

static void
region_concatenate (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Join *j = a->params;
  for (int k = 0; k < a->ndim; k++) {
    lo[k] = k == j->axis ? block[k] - j->first[input] : block[k];
    hi[k] = lo[k] + 1;
  }
}

static bool
uses_concatenate (const CwArray *a, const int64_t *block, int input)
{
  const Join *j = a->params;
  return block[j->axis] >= j->first[input] && block[j->axis] < j->first[input + 1];
}

static const CwOp op_concatenate
  = { .name = "concatenate", .kind = CW_OP_VIEW, .uses = uses_concatenate, .region = region_concatenate, .free_params = free_join };

static void
region_stack (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Join *j = a->params;
  for (int k = 0; k < a->ndim - 1; k++) {
    lo[k] = block[k < j->axis ? k : k + 1];
    hi[k] = lo[k] + 1;
  }
}

static bool
uses_stack (const CwArray *a, const int64_t *block, int input)
{
  return block[((const Join *) a->params)->axis] == input;
}

static void
view_stack (const CwArray *a, const int64_t *block, int input, CwViewAxis *axes)
{
  const Join *j = a->params;
  for (int k = 0; k < a->ndim - 1; k++)
    axes[k] = (CwViewAxis){ k < j->axis ? k : k + 1, 0, 1 };
}

static const CwOp op_stack
  = { .name = "stack", .kind = CW_OP_VIEW, .uses = uses_stack, .region = region_stack, .view = view_stack, .free_params = free_join };

/* References to @arrays with one dtype and, on all axes but @axis, one cut. */
static bool
align_inputs (int n, CwArray **arrays, int axis, CwArray **out, GError **error)
{
  CwDtype dtype = arrays[0]->dtype;
  int     ndim = arrays[0]->ndim, made = 0;
  for (int i = 1; i < n; i++)
    dtype = cw_dtype_promote (dtype, arrays[i]->dtype);
  CwArray **line = g_new0 (CwArray *, n);
  CwAxis  **axes = g_new0 (CwAxis *, (size_t) n * MAX (ndim, 1));
  bool      ok   = true;
  for (int k = 0; k < ndim && ok; k++) {
    if (k == axis)
      continue;
    /* Unify one axis through 1-d stand-ins: elementwise unification is the one place of that rule. */
    CwScalar zero = cw_scalar_bool (false);
    int      m    = 0;
    for (int i = 0; i < n && ok; i++) {
      CwAxis *cut = cw_axis_ref (arrays[i]->axes[k]);
      line[m++]   = cw_array_new (&cw_op_constant, "zeros", CW_BOOL, 1, &cut, 0, NULL, g_memdup2 (&zero, sizeof zero));
    }
    ok = ok && cw_arrays_unify (m, line, error);
    for (int i = 0; i < m; i++) {
      if (ok)
        axes[i * ndim + k] = cw_axis_ref (line[i]->axes[0]);
      cw_array_unref (line[i]);
    }
  }
  for (; made < n && ok; made++) {
    g_autoptr (CwArray) cast = cw_array_astype (arrays[made], dtype, error);
    CwAxis *wanted[CW_MAX_NDIM];
    for (int k = 0; cast && k < ndim; k++)
      wanted[k] = k == axis ? cast->axes[k] : axes[made * ndim + k];
    out[made] = cast ? cw_array_rechunk_to (cast, wanted, error) : NULL;
    ok        = out[made] != NULL;
    if (!ok)
      break;
  }
  for (int i = 0; !ok && i < made; i++)
    cw_array_unref (out[i]);
  for (int i = 0; i < n * ndim; i++)
    if (axes[i])
      cw_axis_unref (axes[i]);
  g_free (axes);
  g_free (line);
  return ok;
}

static bool
check_shapes (int n, CwArray **arrays, int axis, const char *what, GError **error)
{
  for (int i = 1; i < n; i++) {
    bool fits = arrays[i]->ndim == arrays[0]->ndim;
    for (int k = 0; fits && k < arrays[0]->ndim; k++)
      fits = k == axis || arrays[i]->shape[k] == arrays[0]->shape[k];
    if (!fits) {
      g_autofree char *a = cw_shape_to_string (arrays[0]->ndim, arrays[0]->shape), *b = cw_shape_to_string (arrays[i]->ndim, arrays[i]->shape);
      return cw_fail (error, CW_ERROR_VALUE, "%s: array %d has shape %s, the first one %s", what, i + 1, b, a);
    }
  }
  return true;
}

CwArray *
cw_array_concatenate (int n, CwArray **arrays, int axis, GError **error)
{
  if (n == 0) {
    cw_fail (error, CW_ERROR_VALUE, "Need array(s) to concatenate");
    return NULL;
  }
  if (!check_shapes (n, arrays, axis, "Shapes do not align: all axes but the one joined must agree", error))
    return NULL;
  g_autofree CwArray **kept = g_new (CwArray *, n), **in = g_new (CwArray *, n);
  int                  m     = 0;
  CwDtype              dtype = arrays[0]->dtype; /* empty ones add no elements, but they count here */
  for (int i = 1; i < n; i++)
    dtype = cw_dtype_promote (dtype, arrays[i]->dtype);
  for (int i = 0; i < n; i++)
    if (cw_array_size (arrays[i]) != 0)
      kept[m++] = arrays[i];
  if (m == 0) {
    memcpy (kept, arrays, (size_t) n * sizeof *kept);
    m = n;
  }
  if (!align_inputs (m, kept, axis, in, error))
    return NULL;
  Join   *j     = g_new (Join, 1);
  int64_t total = 0;
  j->axis       = axis;
  j->first      = g_new (int64_t, m + 1);
  for (int i = 0; i < m; i++) {
    j->first[i] = total;
    total += in[i]->axes[axis]->n;
  }
  j->first[m]                 = total;
  g_autofree int64_t *lengths = g_new (int64_t, total);
  CwAxis             *axes[CW_MAX_NDIM];
  for (int i = 0; i < m; i++)
    memcpy (lengths + j->first[i], in[i]->axes[axis]->lengths, (size_t) in[i]->axes[axis]->n * sizeof *lengths);
  cw_axes_ref (in[0]->ndim, in[0]->axes, axes);
  cw_axis_unref (axes[axis]);
  axes[axis]      = cw_axis_new (total, lengths);
  g_autoptr (CwArray) result = cw_array_new (&op_concatenate, "concatenate", in[0]->dtype, in[0]->ndim, axes, m, in, j);
  for (int i = 0; i < m; i++)
    cw_array_unref (in[i]);
  return cw_array_astype (result, dtype, error);
}

CwArray *
cw_array_stack (int n, CwArray **arrays, int axis, GError **error)
{
  if (n == 0) {
    cw_fail (error, CW_ERROR_VALUE, "Need array(s) to stack");
    return NULL;
  }
  for (int i = 0; i < n; i++)
    if (i && arrays[i] != arrays[0] && cw_array_has_unknown (arrays[i])) {
      cw_fail (error, CW_ERROR_VALUE, "Stacked arrays must have the same shape, but array %d has unknown lengths. Call "
                                      "x.compute_chunk_sizes() first", i + 1);
      return NULL;
    }
  if (!check_shapes (n, arrays, -1, "Stacked arrays must have the same shape", error))
    return NULL;
  g_autofree CwArray **in = g_new (CwArray *, n);
  if (!align_inputs (n, arrays, -1, in, error))
    return NULL;
  CwAxis *axes[CW_MAX_NDIM + 1];
  int     ndim = in[0]->ndim + 1;
  for (int k = 0; k < ndim; k++)
    axes[k] = k == axis ? cw_axis_new_uniform (n, 1) : cw_axis_ref (in[0]->axes[k < axis ? k : k - 1]);
  Join *j  = g_new0 (Join, 1);
  j->axis  = axis;
  CwArray *result = cw_array_new (&op_stack, "stack", in[0]->dtype, ndim, axes, n, in, j);
  for (int i = 0; i < n; i++)
    cw_array_unref (in[i]);
  return result;
}
