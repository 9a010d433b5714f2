/* Running sums and products along an axis: every block sums itself and starts from the totals of the blocks before it. */
#include "engine/array/array-private.h"

#include <string.h>

typedef struct {
  int  axis;
  bool product, skip_nan;
} Cumulate;

/* Its own block, and the totals of all blocks before it. */
static void
region_cumulate (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Cumulate *c = a->params;
  for (int k = 0; k < a->ndim; k++) {
    lo[k] = block[k];
    hi[k] = block[k] + 1;
    if (input == 1 && k == c->axis) {
      lo[k] = 0;
      hi[k] = block[k];
    }
  }
}

static bool
uses_cumulate (const CwArray *a, const int64_t *block, int input)
{
  return input == 0 || block[((const Cumulate *) a->params)->axis] > 0;
}

/* acc (op)= x for one line of @n slices that lie @stride bytes apart; @acc starts as the carry. */
static void
cumulate_line (const Cumulate *c, CwDtype dtype, char *out, int64_t out_stride, const char *in, int64_t in_stride, int64_t n, void *carry)
{
  const CwKernels *k    = cw_kernels ();
  CwDtype          loop = cw_loop_dtype (cw_loop_of (dtype));
  CwLoop           op   = k->ufunc[c->product ? CW_UFUNC_multiply : CW_UFUNC_add][cw_loop_of (dtype)];
  double complex   x, acc;
  k->cast[loop][dtype] (&acc, carry, NULL, NULL, 1);
  for (int64_t i = 0; i < n; i++) {
    CwScalar s = cw_scalar_load (dtype, in + i * in_stride);
    if (c->skip_nan && ((cw_dtype_is_float (dtype) && s.f != s.f) || (cw_dtype_is_complex (dtype) && s.c != s.c)))
      s = cw_scalar_cast (cw_scalar_int (c->product), dtype);
    cw_scalar_store (s, loop, &x);
    op (&acc, &acc, &x, NULL, 1);
    k->cast[dtype][loop] (out + i * out_stride, &acc, NULL, NULL, 1);
  }
  k->cast[dtype][loop] (carry, &acc, NULL, NULL, 1);
}

static CwBuffer *
compute_cumulate (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  const Cumulate *c   = a->params;
  CwBuffer       *x   = in[0].blocks[0];
  CwBuffer       *out = cw_buffer_new (a->dtype, a->ndim, x->shape, error);
  int64_t         lines = x->shape[c->axis] ? x->size / x->shape[c->axis] : 0;
  for (int64_t line = 0; out && line < lines; line++) {
    const char    *from = x->data;
    char          *to   = out->data;
    int64_t        rest = line, index[CW_MAX_NDIM] = { 0 };
    double complex carry;
    for (int k = a->ndim - 1; k >= 0; k--)
      if (k != c->axis) {
        index[k] = rest % x->shape[k];
        rest /= x->shape[k];
        from += index[k] * x->strides[k];
        to += index[k] * out->strides[k];
      }
    cw_scalar_store (cw_scalar_int (c->product), a->dtype, &carry);
    for (int64_t b = 0; block[c->axis] > 0 && b < in[1].n; b++) {
      double complex ignored;
      cumulate_line (c, a->dtype, (char *) &ignored, 0, cw_buffer_at (in[1].blocks[b], index), 0, 1, &carry);
    }
    cumulate_line (c, a->dtype, to, out->strides[c->axis], from, x->strides[c->axis], x->shape[c->axis], &carry);
  }
  return out;
}

static const CwOp op_cumulate
  = { .name = "cumulate", .kind = CW_OP_BLOCK, .uses = uses_cumulate, .region = region_cumulate, .compute = compute_cumulate };

/* The total of each block along the axis, as a block of length 1. */
static CwBuffer *
compute_total (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  int64_t shape[CW_MAX_NDIM], zero[CW_MAX_NDIM] = { 0 };
  CwArray fake = *a;
  CwBlockInput only[1] = { in[0] };
  g_autoptr (CwBuffer) running = compute_cumulate (&fake, zero, only, error);
  if (!running)
    return NULL;
  const Cumulate *c = a->params;
  memcpy (shape, running->shape, (size_t) a->ndim * sizeof *shape);
  int64_t n      = shape[c->axis];
  shape[c->axis] = 1;
  if (n > 0) {
    g_autoptr (CwBuffer) last = cw_buffer_view (running, running->dtype, a->ndim, shape, running->strides, running->data + (n - 1) * running->strides[c->axis]);
    return cw_buffer_cast (last, a->dtype, error);
  }
  CwBuffer *out = cw_buffer_new (a->dtype, a->ndim, shape, error);
  for (int64_t i = 0; out && i < out->size; i++)
    cw_buffer_set (out, i, cw_scalar_int (c->product));
  return out;
}

static const CwOp op_total = { .name = "total", .kind = CW_OP_BLOCK, .compute = compute_total, .region = NULL };

CwArray *
cw_array_cumulate (CwArray *a, bool product, bool skip_nan, int axis, CwDtype dtype, GError **error)
{
  if (dtype == CW_DTYPE_NONE)
    dtype = a->dtype == CW_BOOL || cw_dtype_is_signed (a->dtype) ? CW_INT64 : cw_dtype_is_unsigned (a->dtype) ? CW_UINT64 : a->dtype;
  g_autoptr (CwArray) x = cw_array_astype (a, dtype, error);
  if (!x)
    return NULL;
  Cumulate c = { axis, product, skip_nan };
  CwAxis  *axes[CW_MAX_NDIM];
  cw_axes_ref (x->ndim, x->axes, axes);
  const char *name = product ? "cumprod" : "cumsum";
  if (x->axes[axis]->n == 1)
    return cw_array_new (&op_cumulate, name, dtype, x->ndim, axes, 1, &x, g_memdup2 (&c, sizeof c));
  CwAxis *ones[CW_MAX_NDIM];
  cw_axes_ref (x->ndim, x->axes, ones);
  cw_axis_unref (ones[axis]);
  ones[axis] = cw_axis_new_uniform (x->axes[axis]->n, 1);
  g_autoptr (CwArray) totals = cw_array_new (&op_total, "last", dtype, x->ndim, ones, 1, &x, g_memdup2 (&c, sizeof c));
  CwArray *inputs[2] = { x, totals };
  return cw_array_new (&op_cumulate, name, dtype, x->ndim, axes, 2, inputs, g_memdup2 (&c, sizeof c));
}
