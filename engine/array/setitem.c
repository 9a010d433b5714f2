/* x[items] = value: a new array whose blocks are the old ones with the chosen elements replaced. */
#include "engine/array/array-private.h"
#include "engine/array/index-private.h"

#include <string.h>

typedef struct {
  int       ndim;
  CwBuffer *positions[CW_MAX_NDIM]; /* global positions chosen on each axis, int64 */
  int       value_axis[CW_MAX_NDIM]; /* axis of the value, or -1 for an int */
} SetItem;

static void
free_set_item (void *params)
{
  SetItem *s = params;
  for (int k = 0; k < s->ndim; k++)
    g_clear_pointer (&s->positions[k], cw_buffer_unref);
}

/* The value is one block that every block reads. */
static void
region_set_item (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  for (int k = 0; k < a->inputs[input]->ndim; k++) {
    lo[k] = input == 0 ? block[k] : 0;
    hi[k] = lo[k] + 1;
  }
}

/* Chosen positions that lie in this block: the ordinal among all chosen and the local position. */
static int64_t
positions_in_block (const SetItem *s, const CwArray *a, const int64_t *block, int axis, int64_t *ordinal, int64_t *local)
{
  const int64_t *p  = (const int64_t *) s->positions[axis]->data;
  int64_t        lo = a->axes[axis]->offsets[block[axis]], hi = a->axes[axis]->offsets[block[axis] + 1], n = 0;
  for (int64_t i = 0; i < s->positions[axis]->size; i++)
    if (p[i] >= lo && p[i] < hi) {
      ordinal[n] = i;
      local[n++] = p[i] - lo;
    }
  return n;
}

static void
write_positions (const CwArray *a, CwBuffer *out, CwBuffer *value, int axis, int64_t **ordinal, int64_t **local, const int64_t *n,
                 char *to, const char *from)
{
  const SetItem *s = a->params;
  if (axis == a->ndim) {
    cw_scalar_store (cw_scalar_load (value->dtype, from), out->dtype, to);
    return;
  }
  int     va     = s->value_axis[axis];
  int64_t stride = va < 0 || va >= value->ndim || value->shape[va] == 1 ? 0 : value->strides[va];
  for (int64_t i = 0; i < n[axis]; i++)
    write_positions (a, out, value, axis + 1, ordinal, local, n, to + local[axis][i] * out->strides[axis], from + ordinal[axis][i] * stride);
}

static CwBuffer *
compute_set_item (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  const SetItem *s    = a->params;
  CwBuffer      *old  = in[0].blocks[0];
  int64_t        n[CW_MAX_NDIM], *ordinal[CW_MAX_NDIM], *local[CW_MAX_NDIM];
  bool           any  = true;
  for (int k = 0; k < a->ndim; k++) {
    ordinal[k] = g_new (int64_t, s->positions[k]->size + 1);
    local[k]   = g_new (int64_t, s->positions[k]->size + 1);
    n[k]       = positions_in_block (s, a, block, k, ordinal[k], local[k]);
    any &= n[k] > 0;
  }
  CwBuffer *out = any ? cw_buffer_cast (old, a->dtype, error) : cw_buffer_ref (old);
  if (out && any)
    write_positions (a, out, in[1].blocks[0], 0, ordinal, local, n, out->data, in[1].blocks[0]->data);
  for (int k = 0; k < a->ndim; k++) {
    g_free (ordinal[k]);
    g_free (local[k]);
  }
  return out;
}

static const CwOp op_set_item
  = { .name = "setitem", .kind = CW_OP_BLOCK, .region = region_set_item, .compute = compute_set_item, .free_params = free_set_item };

/* ---- making it ---- */

/* The positions that one index item chooses on @axis. */
static CwBuffer *
item_positions (CwArray *a, const CwIndex *item, int axis, GError **error)
{
  int64_t length = a->shape[axis], start = item->start, step = 1, count = 1;
  if (item->kind == CW_INDEX_LIST)
    return cw_index_positions (item->list, length, axis, error);
  if (item->kind == CW_INDEX_SLICE)
    cw_slice_resolve (item, length, &start, &step, &count);
  else if (start < -length || start >= length) {
    cw_fail (error, CW_ERROR_INDEX, "index %" G_GINT64_FORMAT " is out of bounds for axis %d with size %" G_GINT64_FORMAT, start, axis, length);
    return NULL;
  } else if (start < 0)
    start += length;
  CwBuffer *b = cw_buffer_new (CW_INT64, 1, &count, error);
  for (int64_t i = 0; b && i < count; i++)
    ((int64_t *) b->data)[i] = start + i * step;
  return b;
}

static bool
is_mask (const CwArray *a, int n, const CwIndex *items)
{
  if (n != 1 || (items[0].kind != CW_INDEX_ARRAY && items[0].kind != CW_INDEX_LIST))
    return false;
  bool is_bool = items[0].kind == CW_INDEX_ARRAY ? items[0].array->dtype == CW_BOOL : items[0].list->dtype == CW_BOOL;
  int  ndim    = items[0].kind == CW_INDEX_ARRAY ? items[0].array->ndim : items[0].list->ndim;
  return is_bool && (items[0].kind == CW_INDEX_ARRAY || ndim == a->ndim) && ndim <= a->ndim;
}

/* x[mask] = value is where(mask, value, x): the mask's axes are the array's first ones. */
static CwArray *
set_masked (CwArray *a, const CwIndex *item, CwOperand value, GError **error)
{
  g_autoptr (CwArray) mask = item->kind == CW_INDEX_ARRAY ? cw_array_ref (item->array) : cw_array_from_buffer (item->list, NULL, NULL, error);
  if (!mask)
    return NULL;
  if (value.array && cw_array_size (value.array) != 1 && !cw_shape_equal (MIN (a->ndim, value.array->ndim), a->shape, value.array->shape)) {
    cw_fail (error, CW_ERROR_VALUE, "an array assigned through a mask must have one element or the shape of the array itself");
    return NULL;
  }
  int positions[CW_MAX_NDIM];
  for (int k = mask->ndim; k < a->ndim; k++)
    positions[k - mask->ndim] = k;
  g_autoptr (CwArray) wide = mask->ndim < a->ndim ? cw_array_expand_dims (mask, a->ndim - mask->ndim, positions, error) : cw_array_ref (mask);
  g_autoptr (CwArray) same = value.array && wide ? cw_array_astype (value.array, a->dtype, error) : NULL;
  if (!wide || (value.array && !same))
    return NULL;
  CwOperand in[3] = { { .array = wide }, { .array = same, .scalar = cw_scalar_cast (value.scalar, a->dtype) }, { .array = a } };
  return cw_array_ufunc (CW_UFUNC_where, 3, in, CW_DTYPE_NONE, error);
}

CwArray *
cw_array_set_item (CwArray *a, int n, const CwIndex *items, CwOperand value, GError **error)
{
  CwIndex full[2 * CW_MAX_NDIM];
  int     n_full, k = 0, value_ndim = 0;
  g_autoptr (CwArray) whole   = NULL;
  g_autoptr (CwChunkSpec) one = NULL;
  if (cw_dtype_is_integer (a->dtype) && !value.array && cw_dtype_is_float (value.scalar.dtype) && value.scalar.f != value.scalar.f) {
    cw_fail (error, CW_ERROR_VALUE, "cannot convert float NaN to integer");
    return NULL;
  }
  if (is_mask (a, n, items))
    return set_masked (a, &items[0], value, error);
  if (cw_array_has_unknown (a)) {
    cw_fail (error, CW_ERROR_VALUE, "Arrays chunk sizes are unknown, so positions cannot be assigned. Call x.compute_chunk_sizes() first");
    return NULL;
  }
  if (!cw_index_expand (a, n, items, full, &n_full, error))
    return NULL;
  SetItem *s = g_new0 (SetItem, 1);
  s->ndim    = a->ndim;
  int64_t shape[CW_MAX_NDIM];
  for (int i = 0; i < n_full; i++) {
    if (full[i].kind == CW_INDEX_NEWAXIS)
      continue;
    if (full[i].kind == CW_INDEX_ARRAY) {
      cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "assignment takes ints, slices, one list, or one mask of the whole array; a lazy index beside others is not supported: compute it first, x[i.compute(), 0] = 1, or use da.where");
      goto fail;
    }
    if (!(s->positions[k] = item_positions (a, &full[i], k, error)))
      goto fail;
    s->value_axis[k] = full[i].kind == CW_INDEX_INT ? -1 : value_ndim;
    if (full[i].kind != CW_INDEX_INT)
      shape[value_ndim++] = s->positions[k]->size;
    k++;
  }
  whole = value.array ? cw_array_ref (value.array) : cw_array_full ("full", 0, NULL, NULL, value.scalar.dtype, value.scalar, error);
  if (!whole)
    goto fail;
  for (int i = 0; i < whole->ndim; i++) {
    int64_t want = i + value_ndim - whole->ndim >= 0 ? shape[i + value_ndim - whole->ndim] : 1;
    if (whole->shape[i] != 1 && whole->shape[i] != want) {
      g_autofree char *from = cw_shape_to_string (whole->ndim, whole->shape), *to = cw_shape_to_string (value_ndim, shape);
      cw_fail (error, CW_ERROR_VALUE, "could not broadcast input array from shape %s into shape %s", from, to);
      goto fail;
    }
  }
  for (int i = 0; i < a->ndim; i++)
    if (s->value_axis[i] >= 0)
      s->value_axis[i] += whole->ndim - value_ndim; /* negative: the value is broadcast along it */
  one               = cw_chunk_spec_new (-1);
  one->axes[0].kind = CW_CHUNK_WHOLE;
  CwArray *block    = cw_array_rechunk (whole, one, false, error);
  if (!block)
    goto fail;
  CwArray *inputs[2] = { a, block };
  CwAxis  *axes[CW_MAX_NDIM];
  CwArray *result = cw_array_new (&op_set_item, "setitem", a->dtype, a->ndim, cw_axes_ref (a->ndim, a->axes, axes), 2, inputs, s);
  cw_array_unref (block);
  return result;
fail:
  free_set_item (s);
  g_free (s);
  return NULL;
}
