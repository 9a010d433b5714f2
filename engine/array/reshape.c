/* Reshape: Dask's rule that axes may merge or split, worked out from the right, as a rechunk followed by blocks that keep
 * their values in C order; and the refusal of everything else, which is a lesson of its own. */
#include "engine/array/array-private.h"

#include <string.h>

/* Output block i, counted in C order, is input block i. */
static void
region_reshape (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  cw_array_block_from_flat (a->inputs[0], cw_array_block_to_flat (a, block), lo);
  for (int k = 0; k < a->inputs[0]->ndim; k++)
    hi[k] = lo[k] + 1;
}

static CwBuffer *
compute_reshape (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  int64_t shape[CW_MAX_NDIM];
  cw_array_block_shape (a, block, shape);
  return cw_buffer_reshape (in[0].blocks[0], a->ndim, shape, error);
}

static const CwOp op_reshape = { .name = "reshape", .kind = CW_OP_FLAT, .region = region_reshape, .compute = compute_reshape };

static CwArray *
refuse (CwArray *a, int ndim, const int64_t *shape, int in_axis, int out_axis, GError **error)
{
  g_autofree char *from = cw_shape_to_string (a->ndim, a->shape), *to = cw_shape_to_string (ndim, shape);
  cw_fail (error, CW_ERROR_NOT_IMPLEMENTED,
           "Dask's reshape only supports operations that merge or split existing dimensions evenly: from %s to %s, axis %d (%" G_GINT64_FORMAT
           ") of the array and axis %d (%" G_GINT64_FORMAT
           ") of the result overlap without one being a product of the other, so every block of the result would need pieces of many "
           "blocks. What works: x.reshape(%s, shuffle=True), which moves pieces between blocks; or one chunk, x.rechunk(-1).reshape(%s)",
           from, to, in_axis, a->shape[in_axis], out_axis, shape[out_axis], to, to);
  return NULL;
}

static int64_t
product (const int64_t *shape, int from, int to)
{
  int64_t p = 1;
  for (int k = from; k <= to; k++)
    p *= shape[k];
  return p;
}

/* Every block cut into about @factor pieces, as Dask's expand_tuple. */
static CwAxis *
expand (CwAxis *a, int64_t factor)
{
  if (factor == 1)
    return cw_axis_ref (a);
  GArray *lengths = g_array_new (FALSE, FALSE, sizeof (int64_t));
  for (int64_t i = 0; i < a->n; i++) {
    int64_t rest = a->lengths[i];
    double  part = MAX ((double) rest / (double) factor, 1);
    int64_t whole = (int64_t) part;
    while ((double) rest >= 2 * part) {
      g_array_append_val (lengths, whole);
      rest -= whole;
    }
    if (rest)
      g_array_append_val (lengths, rest);
  }
  int64_t zero = 0;
  if (!lengths->len)
    g_array_append_val (lengths, zero);
  CwAxis *out = cw_axis_new (lengths->len, (int64_t *) lengths->data);
  g_array_unref (lengths);
  return out;
}

/* Blocks moved to multiples of @factor, as Dask's contract_tuple. */
static CwAxis *
contract (const CwAxis *a, int64_t factor)
{
  GArray *lengths  = g_array_new (FALSE, FALSE, sizeof (int64_t));
  int64_t residual = 0;
  for (int64_t i = 0; i < a->n; i++) {
    int64_t length = a->lengths[i] + residual, whole = length / factor * factor;
    residual       = length % factor;
    if (whole)
      g_array_append_val (lengths, whole);
  }
  CwAxis *out = cw_axis_new (lengths->len, (int64_t *) lengths->data);
  g_array_unref (lengths);
  return out;
}

static CwAxis *
scaled (const CwAxis *a, int64_t multiply, int64_t divide, int64_t repeat)
{
  g_autofree int64_t *lengths = g_new (int64_t, a->n * repeat);
  for (int64_t r = 0; r < repeat; r++)
    for (int64_t i = 0; i < a->n; i++)
      lengths[r * a->n + i] = a->lengths[i] * multiply / divide;
  return cw_axis_new (a->n * repeat, lengths);
}

/* Axes left .. ii of the input become axis oi: inner axes whole, unless every outer axis is cut to single elements. */
static void
merge_axes (const CwArray *a, int left, int ii, CwAxis **in, CwAxis **out)
{
  bool    single = true;
  int64_t blocks = 1;
  for (int k = 0; k < ii; k++)
    single &= a->axes[k]->n == a->shape[k];
  if (single) {
    for (int k = left; k < ii; k++)
      blocks *= a->axes[k]->n;
    for (int k = left; k <= ii; k++)
      in[k] = cw_axis_ref (a->axes[k]);
    *out = scaled (a->axes[ii], 1, 1, blocks);
    return;
  }
  for (int k = left + 1; k <= ii; k++) {
    in[k] = cw_axis_new_uniform (a->shape[k], MAX (a->shape[k], 1));
    blocks *= a->axes[k]->n;
  }
  in[left] = expand (a->axes[left], blocks);
  *out     = scaled (in[left], product (a->shape, left + 1, ii), 1, 1);
}

/* Fills chunks for the input (to rechunk to) and the output. */
static bool
plan_reshape (CwArray *a, int ndim, const int64_t *shape, CwAxis **in, CwAxis **out, GError **error)
{
  int ii = a->ndim - 1, oi = ndim - 1;
  while (ii >= 0 || oi >= 0) {
    int64_t din = ii >= 0 ? a->shape[ii] : 1, dout = oi >= 0 ? shape[oi] : 1;
    if (ii >= 0 && oi >= 0 && din == dout) {
      in[ii]  = cw_axis_ref (a->axes[ii]);
      out[oi] = cw_axis_ref (a->axes[ii]);
      ii--;
      oi--;
    } else if (ii >= 0 && din == 1)
      in[ii--] = cw_axis_new_uniform (1, 1);
    else if (oi >= 0 && dout == 1)
      out[oi--] = cw_axis_new_uniform (1, 1);
    else if (din < dout && ii >= 0) {
      int left = ii - 1;
      while (left >= 0 && product (a->shape, left, ii) < dout)
        left--;
      if (left < 0 || product (a->shape, left, ii) != dout)
        return refuse (a, ndim, shape, ii, oi, error) != NULL;
      merge_axes (a, left, ii, in, &out[oi]);
      oi--;
      ii = left - 1;
    } else if (oi >= 0 && ii >= 0) {
      int left = oi - 1;
      while (left >= 0 && product (shape, left, oi) < din)
        left--;
      if (left < 0 || product (shape, left, oi) != din)
        return refuse (a, ndim, shape, ii, oi, error) != NULL;
      int64_t inner = product (shape, left + 1, oi);
      in[ii]        = contract (a->axes[ii], inner);
      for (int k = left + 1; k <= oi; k++)
        out[k] = cw_axis_new_uniform (shape[k], MAX (shape[k], 1));
      out[left] = scaled (in[ii], 1, inner, 1);
      oi        = left - 1;
      ii--;
    } else
      return refuse (a, ndim, shape, MAX (ii, 0), MAX (oi, 0), error) != NULL;
  }
  return true;
}

/* Resolves one -1 in @wanted and checks the size. */
static bool
resolve_shape (CwArray *a, int ndim, const int64_t *wanted, int64_t *shape, GError **error)
{
  int64_t size = cw_array_size (a), known = 1;
  int     open = -1;
  for (int k = 0; k < ndim; k++) {
    shape[k] = wanted[k];
    if (wanted[k] == -1) {
      if (open >= 0)
        return cw_fail (error, CW_ERROR_VALUE, "can only specify one unknown dimension: one -1 in the shape");
      open = k;
    } else if (wanted[k] < 0)
      return cw_fail (error, CW_ERROR_VALUE, "negative dimensions are not allowed in a shape (one -1 stands for what is left)");
    else if (!cw_size_mul (known, wanted[k], &known))
      return cw_fail (error, CW_ERROR_VALUE, "total size of new array must be unchanged");
  }
  if (open >= 0 && known > 0 && size % known == 0)
    shape[open] = size / known;
  else if (open >= 0 || known != size) {
    g_autofree char *from = cw_shape_to_string (a->ndim, a->shape), *to = cw_shape_to_string (ndim, wanted);
    return cw_fail (error, CW_ERROR_VALUE, "total size of new array must be unchanged: shape %s holds %" G_GINT64_FORMAT
                    " elements, which %s cannot hold", from, size, to);
  }
  return true;
}

CwArray *
cw_array_reshape (CwArray *a, int ndim, const int64_t *wanted, GError **error)
{
  int64_t shape[CW_MAX_NDIM];
  CwAxis *in[CW_MAX_NDIM] = { NULL }, *out[CW_MAX_NDIM] = { NULL };
  if (cw_array_has_unknown (a)) {
    if (a->ndim == 1 && ndim == 1 && wanted[0] == -1)
      return cw_array_ref (a);
    g_autofree char *text = cw_shape_to_string (a->ndim, a->shape);
    cw_fail (error, CW_ERROR_VALUE, "Array chunk size or shape is unknown. shape: %s. Call x.compute_chunk_sizes() first", text);
    return NULL;
  }
  if (!resolve_shape (a, ndim, wanted, shape, error))
    return NULL;
  if (ndim == a->ndim && cw_shape_equal (ndim, shape, a->shape))
    return cw_array_ref (a);
  CwArray *result = NULL;
  if (cw_array_n_blocks (a) == 1) {
    for (int k = 0; k < ndim; k++)
      out[k] = cw_axis_new_uniform (shape[k], MAX (shape[k], 1));
    return cw_array_new (&op_reshape, "reshape", a->dtype, ndim, out, 1, &a, NULL);
  }
  if (plan_reshape (a, ndim, shape, in, out, error)) {
    g_autoptr (CwArray) cut = cw_array_rechunk_to (a, in, error);
    if (cut)
      result = cw_array_new (&op_reshape, "reshape", a->dtype, ndim, cw_axes_ref (ndim, out, (CwAxis *[CW_MAX_NDIM]){ NULL }), 1, &cut, NULL);
  }
  for (int k = 0; k < CW_MAX_NDIM; k++) {
    if (in[k])
      cw_axis_unref (in[k]);
    if (out[k])
      cw_axis_unref (out[k]);
  }
  return result;
}

CwArray *
cw_array_reshape_unmerged (CwArray *a, int ndim, const int64_t *shape, GError **error)
{
  CwAxis *axes[CW_MAX_NDIM];
  if (a->ndim <= ndim || cw_array_has_unknown (a) || cw_array_n_blocks (a) == 1)
    return cw_array_reshape (a, ndim, shape, error);
  for (int k = 0; k < a->ndim; k++)
    axes[k] = k < a->ndim - ndim ? cw_axis_new_uniform (a->shape[k], 1) : cw_axis_ref (a->axes[k]);
  g_autoptr (CwArray) cut = cw_array_rechunk_to (a, axes, error);
  cw_axes_unref (a->ndim, axes);
  return cut ? cw_array_reshape (cut, ndim, shape, error) : NULL;
}

CwArray *
cw_array_reshape_shuffled (CwArray *a, int ndim, const int64_t *shape, GError **error)
{
  g_autoptr (GError) refused = NULL;
  int64_t            line   = -1;
  CwArray           *direct = cw_array_reshape (a, ndim, shape, &refused);
  if (direct)
    return direct;
  if (refused->code != CW_ERROR_NOT_IMPLEMENTED) {
    g_propagate_error (error, g_steal_pointer (&refused));
    return NULL;
  }
  g_autoptr (CwArray) flat = cw_array_reshape (a, 1, &line, error);
  return flat ? cw_array_reshape (flat, ndim, shape, error) : NULL;
}
