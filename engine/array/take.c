/* Lists and masks: values gathered from blocks.
 *
 * A list makes an output block for every run of entries that lie in the same input block (Dask's plan). A lazy mask keeps
 * the blocks and makes their lengths unknown. A lazy integer array needs the whole axis. */
#include "engine/array/array-private.h"
#include "engine/array/index-private.h"

#include <string.h>

/* Pieces of @bytes at @positions[n] of @from, one after the other. */
static void
gather_pieces (char *to, const char *from, int64_t n, const int64_t *positions, int64_t bytes)
{
#define PIECES(type)                                                                                         \
  for (int64_t i = 0; i < n; i++)                                                                            \
    memcpy (to + i * (int64_t) sizeof (type), from + positions[i] * (int64_t) sizeof (type), sizeof (type)); \
  break;
  switch (bytes) {
  case 1: PIECES (uint8_t)
  case 2: PIECES (uint16_t)
  case 4: PIECES (uint32_t)
  case 8: PIECES (uint64_t)
  case 16: PIECES (double complex)
  default:
    for (int64_t i = 0; i < n; i++)
      memcpy (to + i * bytes, from + positions[i] * bytes, (size_t) bytes);
  }
#undef PIECES
}

/* Copies the slices @positions[0 .. n) along @axis of @from, one after the other. */
static CwBuffer *
gather_axis (CwBuffer *from, int axis, int64_t n, const int64_t *positions, GError **error)
{
  int64_t shape[CW_MAX_NDIM], one[CW_MAX_NDIM], outer = 1, bytes = cw_dtype_size (from->dtype);
  memcpy (shape, from->shape, (size_t) from->ndim * sizeof *shape);
  memcpy (one, shape, (size_t) from->ndim * sizeof *shape);
  shape[axis]   = n;
  one[axis]     = 1;
  CwBuffer *out = cw_buffer_new (from->dtype, from->ndim, shape, error);
  if (!out || out->size == 0)
    return out;
  if (cw_buffer_is_contiguous (from)) {
    for (int k = 0; k < from->ndim; k++)
      *(k < axis ? &outer : &bytes) *= one[k];
    for (int64_t o = 0; o < outer; o++)
      gather_pieces (out->data + o * n * bytes, from->data + o * from->shape[axis] * bytes, n, positions, bytes);
    return out;
  }
  for (int64_t i = 0; i < n; i++) {
    g_autoptr (CwBuffer) to = cw_buffer_view (out, out->dtype, out->ndim, one, out->strides, out->data + i * out->strides[axis]);
    g_autoptr (CwBuffer) src
      = cw_buffer_view (from, from->dtype, from->ndim, one, from->strides, from->data + positions[i] * from->strides[axis]);
    cw_buffer_copy (to, src);
  }
  return out;
}

/* ---- lists ---- */

typedef struct {
  int      axis;
  int64_t *in_block;  /* an output block */
  int64_t *first;     /* an output block and one more: where its positions start */
  int64_t *positions; /* within the input block */
} Take;

static void
free_take (void *params)
{
  Take *t = params;
  g_free (t->in_block);
  g_free (t->first);
  g_free (t->positions);
}

static void
region_take (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Take *t = a->params;
  for (int i = 0; i < a->ndim; i++) {
    lo[i] = i == t->axis ? t->in_block[block[i]] : block[i];
    hi[i] = lo[i] + 1;
  }
}

static CwBuffer *
compute_take (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  const Take *t = a->params;
  int64_t     b = block[t->axis];
  return gather_axis (in[0].blocks[0], t->axis, t->first[b + 1] - t->first[b], t->positions + t->first[b], error);
}

static const CwOp op_take
  = { .name = "take", .kind = CW_OP_BLOCK, .region = region_take, .compute = compute_take, .free_params = free_take };

CwBuffer *
cw_index_positions (CwBuffer *list, int64_t length, int axis, GError **error)
{
  g_autoptr (CwBuffer) out = NULL;
  if (list->ndim != 1) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "Don't yet support nd fancy indexing: a list used as an index must be 1-dimensional; index with x.ravel() of it and reshape the result");
    return NULL;
  }
  if (list->dtype == CW_BOOL) {
    if (list->size != length) {
      cw_fail (error, CW_ERROR_INDEX, "Boolean array with size %" G_GINT64_FORMAT " is not long enough for axis %d with size %" G_GINT64_FORMAT,
               list->size, axis, length);
      return NULL;
    }
    int64_t n = 0;
    for (int64_t i = 0; i < length; i++)
      n += cw_scalar_is_true (cw_buffer_get (list, i));
    if (!(out = cw_buffer_new (CW_INT64, 1, &n, error)))
      return NULL;
    for (int64_t i = 0, k = 0; i < length; i++)
      if (cw_scalar_is_true (cw_buffer_get (list, i)))
        ((int64_t *) out->data)[k++] = i;
    return g_steal_pointer (&out);
  }
  if (!cw_dtype_is_integer (list->dtype) && list->size > 0) {
    cw_fail (error, CW_ERROR_INDEX, "arrays used as indices must be of integer (or boolean) type, not %s", cw_dtype_name (list->dtype));
    return NULL;
  }
  if (!(out = cw_buffer_cast (list, CW_INT64, error)))
    return NULL;
  int64_t *p = (int64_t *) out->data;
  for (int64_t i = 0; i < out->size; i++) {
    if (p[i] < -length || p[i] >= length) {
      cw_fail (error, CW_ERROR_INDEX, "Index %" G_GINT64_FORMAT " is out of bounds for axis %d with size %" G_GINT64_FORMAT, p[i], axis, length);
      return NULL;
    }
    p[i] += p[i] < 0 ? length : 0;
  }
  return g_steal_pointer (&out);
}

CwArray *
cw_array_take (CwArray *a, CwBuffer *indices, int axis, GError **error)
{
  CwAxis *axis_in = a->axes[axis];
  if (axis_in->unknown) {
    cw_fail (error, CW_ERROR_VALUE, "Arrays chunk sizes are unknown along axis %d. Call x.compute_chunk_sizes() first", axis);
    return NULL;
  }
  g_autoptr (CwBuffer) positions = cw_index_positions (indices, axis_in->total, axis, error);
  if (!positions)
    return NULL;
  int64_t  n = positions->size, runs = 0, *p = (int64_t *) positions->data;
  Take    *t     = g_new0 (Take, 1);
  int64_t *lengths = g_new0 (int64_t, n + 1);
  t->axis          = axis;
  t->in_block      = g_new0 (int64_t, n + 1);
  t->first         = g_new0 (int64_t, n + 2);
  t->positions     = g_new (int64_t, n + 1);
  for (int64_t i = 0; i < n; i++) {
    int64_t b = cw_axis_find (axis_in, p[i]);
    if (runs == 0 || t->in_block[runs - 1] != b) {
      t->in_block[runs] = b;
      t->first[runs++]  = i;
    }
    lengths[runs - 1]++;
    t->positions[i] = p[i] - axis_in->offsets[b];
  }
  runs           = MAX (runs, 1);
  t->first[runs] = n;
  CwAxis *axes[CW_MAX_NDIM];
  cw_axes_ref (a->ndim, a->axes, axes);
  cw_axis_unref (axes[axis]);
  axes[axis] = cw_axis_new (runs, lengths);
  g_free (lengths);
  return cw_array_new (&op_take, "getitem", a->dtype, a->ndim, axes, 1, &a, t);
}

/* ---- masks ---- */

typedef struct {
  int axis; /* the 1-d mask's axis; 0 for a mask of x's own shape, both ravelled */
} Mask;

static void
region_mask (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Mask *m = a->params;
  int         n = input == 0 ? a->ndim : 1;
  for (int i = 0; i < n; i++) {
    lo[i] = input == 0 ? block[i] : block[m->axis];
    hi[i] = lo[i] + 1;
  }
}

static CwBuffer *
compute_mask (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  const Mask *m = a->params;
  CwBuffer   *x = in[0].blocks[0], *mask = in[1].blocks[0];
  int64_t     n = 0, length = mask->shape[0], stride = mask->strides[0];
  if (x->shape[m->axis] != length) {
    cw_fail (error, CW_ERROR_INDEX,
             "boolean index did not match indexed array along dimension %d; dimension is %" G_GINT64_FORMAT
             " but corresponding boolean dimension is %" G_GINT64_FORMAT,
             m->axis, x->shape[m->axis], length);
    return NULL;
  }
  for (int64_t i = 0; i < length; i++)
    n += mask->data[i * stride] != 0;
  g_autofree int64_t *positions = g_new (int64_t, n + 1);
  for (int64_t i = 0, k = 0; i < length; i++)
    if (mask->data[i * stride])
      positions[k++] = i;
  return gather_axis (x, m->axis, n, positions, error);
}

/* A mask on the only axis there is: a strip program. */
static const CwOp op_select = { .name = "select", .kind = CW_OP_SELECT };
static const CwOp op_mask = { .name = "mask", .kind = CW_OP_BLOCK, .region = region_mask, .compute = compute_mask };

/* A 1-d mask on @axis of @a; both cut alike along it. */
static CwArray *
mask_axis (CwArray *a, CwArray *mask, int axis, GError **error)
{
  if (a->shape[axis] != CW_UNKNOWN && mask->shape[0] != CW_UNKNOWN && a->shape[axis] != mask->shape[0]) {
    cw_fail (error, CW_ERROR_VALUE, "operands could not be broadcast together with shapes (%" G_GINT64_FORMAT ",) (%" G_GINT64_FORMAT
                                    ",): the mask must be as long as axis %d", a->shape[axis], mask->shape[0], axis);
    return NULL;
  }
  g_autoptr (CwArray) x = cw_array_ref (a);
  g_autoptr (CwArray) m = cw_array_ref (mask);
  if (!cw_axis_equal (a->axes[axis], mask->axes[0])) {
    /* Unify along the one axis: the array's other axes keep their cuts. */
    int64_t  line[1] = { a->shape[axis] };
    CwAxis  *cut[1]  = { a->axes[axis] };
    CwScalar zero    = cw_scalar_bool (false);
    g_autoptr (CwArray) ruler = cw_array_full ("zeros", 1, line, NULL, CW_BOOL, zero, error);
    g_autoptr (CwArray) cut_ruler = ruler ? cw_array_rechunk_to (ruler, cut, error) : NULL;
    if (!cut_ruler)
      return NULL;
    CwArray *pair[2] = { g_steal_pointer (&cut_ruler), g_steal_pointer (&m) };
    bool     ok      = cw_arrays_unify (2, pair, error);
    cut_ruler        = pair[0];
    m                = pair[1];
    if (!ok)
      return NULL;
    CwAxis *axes[CW_MAX_NDIM];
    memcpy (axes, a->axes, (size_t) a->ndim * sizeof *axes);
    axes[axis]   = m->axes[0];
    CwArray *cutx = cw_array_rechunk_to (a, axes, error);
    if (!cutx)
      return NULL;
    cw_array_unref (x);
    x = cutx;
  }
  CwAxis *axes[CW_MAX_NDIM];
  cw_axes_ref (x->ndim, x->axes, axes);
  cw_axis_unref (axes[axis]);
  axes[axis]       = cw_axis_new_unknown (x->axes[axis]->n);
  CwArray *inputs[2] = { x, m };
  if (x->ndim == 1 && !cw_dtype_is_text (x->dtype))
    return cw_array_new (&op_select, "getitem", x->dtype, 1, axes, 2, inputs, NULL);
  Mask *params     = g_new (Mask, 1);
  params->axis     = axis;
  return cw_array_new (&op_mask, "getitem", x->dtype, x->ndim, axes, 2, inputs, params);
}

/* in[0]: rows of the array; in[1]: the same rows of the mask. */
static CwBuffer *
select_rows (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  if (!cw_shape_equal (in[0]->ndim, in[0]->shape, in[1]->shape)) {
    g_autofree char *x = cw_shape_to_string (in[0]->ndim, in[0]->shape), *m = cw_shape_to_string (in[1]->ndim, in[1]->shape);
    cw_fail (error, CW_ERROR_VALUE, "a block of shape %s has a mask of shape %s: make the mask from the array itself, as in x[x > 0]", x, m);
    return NULL;
  }
  g_autoptr (CwBuffer) x = cw_buffer_contiguous (in[0], error);
  g_autoptr (CwBuffer) m = x ? cw_buffer_contiguous (in[1], error) : NULL;
  int64_t n = 0, size = cw_dtype_size (in[0]->dtype);
  for (int64_t i = 0; m && i < m->size; i++)
    n += m->data[i] != 0;
  CwBuffer *out = m ? cw_buffer_new (x->dtype, 1, &n, error) : NULL;
  for (int64_t i = 0, to = 0; out && i < m->size; i++)
    if (m->data[i])
      memcpy (out->data + size * to++, x->data + size * i, (size_t) size);
  return out;
}

/* A mask of the array's own shape where nobody knows how many rows a block has: rows stay in their blocks, which become as wide as
 * the array, so the order is NumPy's. */
static CwArray *
mask_unknown_rows (CwArray *a, CwArray *mask, GError **error)
{
  CwAxis *axes[CW_MAX_NDIM];
  bool    fits = a->axes[0]->n == mask->axes[0]->n;
  for (int k = 1; k < a->ndim; k++)
    fits &= !a->axes[k]->unknown && !mask->axes[k]->unknown;
  if (!fits) {
    cw_fail (error, CW_ERROR_VALUE, "Arrays chunk sizes are unknown, so it is not known which elements of the mask belong to which of the array. Call x.compute_chunk_sizes() first");
    return NULL;
  }
  for (int k = 0; k < a->ndim; k++)
    axes[k] = k ? cw_axis_new_uniform (a->shape[k], MAX (a->shape[k], 1)) : cw_axis_ref (a->axes[0]);
  g_autoptr (CwArray) x = cw_array_rechunk_to (a, axes, error);
  cw_axis_unref (axes[0]);
  axes[0]               = cw_axis_ref (mask->axes[0]);
  g_autoptr (CwArray) m = x ? cw_array_rechunk_to (mask, axes, error) : NULL;
  cw_axes_unref (a->ndim, axes);
  if (!m)
    return NULL;
  int follow[2][CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++)
    follow[0][k] = follow[1][k] = k ? -1 : 0;
  g_autoptr (CwAxis) lengths = cw_axis_new_unknown (a->axes[0]->n);
  return cw_array_blockwise ("getitem", select_rows, NULL, NULL, 2, (CwArray *[]){ x, m }, follow, a->dtype, 1, &lengths);
}

/* A mask of the array's own shape: both become one line in C order, then a 1-d mask. */
static CwArray *
mask_same_shape (CwArray *a, CwArray *mask, GError **error)
{
  if (a->ndim == 1)
    return mask_axis (a, mask, 0, error);
  for (int i = 0; i < a->ndim; i++)
    if (a->shape[i] != mask->shape[i] && a->shape[i] != CW_UNKNOWN && mask->shape[i] != CW_UNKNOWN) {
      g_autofree char *x = cw_shape_to_string (a->ndim, a->shape), *m = cw_shape_to_string (mask->ndim, mask->shape);
      cw_fail (error, CW_ERROR_VALUE, "operands could not be broadcast together with shapes %s %s: a mask has the shape of the array", x, m);
      return NULL;
    }
  if (cw_array_has_unknown (a) || cw_array_has_unknown (mask))
    return mask_unknown_rows (a, mask, error);
  CwArray *pair[2] = { cw_array_ref (a), cw_array_ref (mask) };
  CwArray *result  = NULL;
  int64_t  line    = -1;
  if (cw_arrays_unify (2, pair, error)) {
    g_autoptr (CwArray) x = cw_array_reshape (pair[0], 1, &line, error);
    g_autoptr (CwArray) m = x ? cw_array_reshape (pair[1], 1, &line, error) : NULL;
    result                = m ? mask_axis (x, m, 0, error) : NULL;
  }
  cw_array_unref (pair[0]);
  cw_array_unref (pair[1]);
  return result;
}

/* ---- lazy integer arrays ---- */

typedef struct {
  int axis;
} TakeLazy;

static void
region_take_lazy (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const TakeLazy *t  = a->params;
  const CwArray  *in = a->inputs[input];
  for (int i = 0; i < in->ndim; i++) {
    bool whole = input == 0 && i == t->axis;
    lo[i]      = whole ? 0 : input == 0 ? block[i] : block[t->axis];
    hi[i]      = whole ? in->axes[i]->n : lo[i] + 1;
  }
}

static CwBuffer *
compute_take_lazy (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  const TakeLazy *t    = a->params;
  const CwAxis   *axis = a->inputs[0]->axes[t->axis];
  g_autoptr (CwBuffer) positions = cw_index_positions (in[1].blocks[0], axis->total, t->axis, error);
  if (!positions)
    return NULL;
  int64_t shape[CW_MAX_NDIM], one[CW_MAX_NDIM];
  memcpy (shape, in[0].blocks[0]->shape, (size_t) a->ndim * sizeof *shape);
  memcpy (one, shape, (size_t) a->ndim * sizeof *one);
  shape[t->axis] = positions->size;
  one[t->axis]   = 1;
  CwBuffer *out  = cw_buffer_new (a->dtype, a->ndim, shape, error);
  for (int64_t i = 0; out && i < positions->size; i++) {
    int64_t   p = ((int64_t *) positions->data)[i], b = cw_axis_find (axis, p);
    CwBuffer *from = in[0].blocks[b];
    g_autoptr (CwBuffer) to = cw_buffer_view (out, out->dtype, out->ndim, one, out->strides, out->data + i * out->strides[t->axis]);
    g_autoptr (CwBuffer) src = cw_buffer_view (from, from->dtype, from->ndim, one, from->strides,
                                               from->data + (p - axis->offsets[b]) * from->strides[t->axis]);
    cw_buffer_copy (to, src);
  }
  return out;
}

static const CwOp op_take_lazy
  = { .name = "take", .kind = CW_OP_BLOCK, .region = region_take_lazy, .compute = compute_take_lazy };

static CwArray *
take_lazy (CwArray *a, CwArray *index, int axis, GError **error)
{
  if (index->ndim != 1 || a->axes[axis]->unknown || !cw_dtype_is_integer (index->dtype)) {
    cw_fail (error, cw_dtype_is_integer (index->dtype) ? CW_ERROR_NOT_IMPLEMENTED : CW_ERROR_INDEX,
             "Slicing with a lazy array takes a 1-dimensional array of integers or bools, on an axis of known chunk sizes: call x.compute_chunk_sizes() first, or i.ravel(), or give computed positions, x[i.compute()]");
    return NULL;
  }
  CwAxis *axes[CW_MAX_NDIM];
  cw_axes_ref (a->ndim, a->axes, axes);
  cw_axis_unref (axes[axis]);
  axes[axis]         = cw_axis_ref (index->axes[0]);
  TakeLazy *params   = g_new (TakeLazy, 1);
  CwArray  *inputs[2] = { a, index };
  params->axis       = axis;
  return cw_array_new (&op_take_lazy, "getitem", a->dtype, a->ndim, axes, 2, inputs, params);
}

/* ---- dispatch ---- */

CwArray *
cw_index_fancy (CwArray *a, const CwIndex *item, int axis, GError **error)
{
  g_autoptr (CwArray) mask = NULL;
  if (item->kind == CW_INDEX_LIST) {
    bool is_bool = item->list->dtype == CW_BOOL;
    if (!is_bool || item->list->ndim <= 1)
      return cw_array_take (a, item->list, axis, error);
    if (!(mask = cw_array_from_buffer (item->list, NULL, NULL, error)))
      return NULL;
  } else
    mask = cw_array_ref (item->array);
  if (mask->dtype != CW_BOOL)
    return take_lazy (a, mask, axis, error);
  if (mask->ndim == 1)
    return mask_axis (a, mask, axis, error);
  if (mask->ndim == a->ndim) {
    CwArray *result = mask_same_shape (a, mask, error);
    if (!result && item->kind == CW_INDEX_LIST && error && *error && (*error)->code == CW_ERROR_VALUE)
      (*error)->code = CW_ERROR_INDEX; /* what NumPy says of a mask whose shape is known at once */
    return result;
  }
  cw_fail (error, CW_ERROR_NOT_IMPLEMENTED,
           "Indexing with a mask takes one of the array's own dimensions (%d) or of 1 dimension, not of %d: reshape or broadcast the mask to the array's shape", a->ndim, mask->ndim);
  return NULL;
}
