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

/* ---- scanning ---- */

typedef struct {
  bool        product, skip_nan;
  CwDtype     dtype;
  CwLoopDtype loop; /* in which values add up, each sum then becomes one of dtype */
  CwLoop      op, in, out; /* out and in: casts from and to dtype */
  int64_t     item, loop_item;
} Scan;

static Scan
scan_of (const CwArray *a)
{
  const Cumulate *c = a->params;
  const CwKernels *k = cw_kernels ();
  Scan s = { .product = c->product, .skip_nan = c->skip_nan, .dtype = a->dtype, .loop = cw_loop_of (a->dtype) };
  CwDtype loop = cw_loop_dtype (s.loop);
  s.op         = k->ufunc[c->product ? CW_UFUNC_multiply : CW_UFUNC_add][s.loop];
  s.in         = k->cast[loop][a->dtype];
  s.out        = k->cast[a->dtype][loop];
  s.item       = cw_dtype_size (a->dtype);
  s.loop_item  = cw_dtype_size (loop);
  return s;
}

/* Puts what changes nothing in the place of NaN. */
static void
fill_gaps (const Scan *s, void *values, size_t n)
{
  float          *f = values;
  double         *d = values;
  double complex *z = values;
  for (size_t i = 0; i < n && s->loop == CW_LOOP_FLOAT32; i++)
    f[i] = f[i] != f[i] ? (float) s->product : f[i];
  for (size_t i = 0; i < n && s->loop == CW_LOOP_FLOAT64; i++)
    d[i] = d[i] != d[i] ? (double) s->product : d[i];
  for (size_t i = 0; i < n && s->loop == CW_LOOP_COMPLEX128; i++)
    z[i] = z[i] != z[i] ? (double) s->product : z[i];
}

/* Each of @n values of the loop's dtype becomes the sum or product of @acc, itself and those before it, as @acc does of all. */
static void
scan_values (const Scan *s, void *acc, void *values, size_t n)
{
#define SCAN(type)                                                 \
  {                                                                \
    type so_far, *v = values;                                      \
    memcpy (&so_far, acc, sizeof so_far);                          \
    for (size_t i = 0; i < n && s->product; i++)                   \
      v[i] = so_far = so_far * v[i];                               \
    for (size_t i = 0; i < n && !s->product; i++)                  \
      v[i] = so_far = so_far + v[i];                               \
    memcpy (acc, &so_far, sizeof so_far);                          \
    break;                                                         \
  }
  switch (s->loop) {
  case CW_LOOP_FLOAT32: SCAN (float)
  case CW_LOOP_FLOAT64: SCAN (double)
  case CW_LOOP_INT64:
  case CW_LOOP_UINT64: SCAN (uint64_t)
  default: /* complex numbers multiply as the kernels say */
    for (size_t i = 0; i < n; i++) {
      char *v = (char *) values + (int64_t) i * s->loop_item;
      s->op (acc, acc, v, NULL, 1);
      memcpy (v, acc, (size_t) s->loop_item);
    }
  }
#undef SCAN
}

/* A line of @n elements, @stride bytes apart at @from and @out_stride at @to; @to NULL: only @acc is wanted. */
static void
scan_line (const Scan *s, void *acc, char *to, int64_t out_stride, const char *from, int64_t stride, int64_t n)
{
  char raw[CW_STRIP * sizeof (double complex)], values[CW_STRIP * sizeof (double complex)];
  for (int64_t first = 0; first < n; first += CW_STRIP) {
    size_t      m  = (size_t) MIN (CW_STRIP, n - first);
    const char *in = from + first * stride;
    char       *out = to + first * out_stride;
    if (stride != s->item) {
      cw_kernels ()->gather (raw, in, stride, m, (int) s->item);
      in = raw;
    }
    s->in (values, in, NULL, NULL, m);
    if (s->skip_nan)
      fill_gaps (s, values, m);
    scan_values (s, acc, values, m);
    if (!to)
      continue;
    s->out (out_stride == s->item ? out : raw, values, NULL, NULL, m);
    for (size_t i = 0; i < m && out_stride != s->item; i++)
      memcpy (out + (int64_t) i * out_stride, raw + (int64_t) i * s->item, (size_t) s->item);
  }
}

/* @n rows of @m elements side by side, at most CW_STRIP, @stride bytes apart; @acc: a row in the loop's dtype. */
static void
scan_rows (const Scan *s, void *acc, char *to, const char *from, int64_t stride, int64_t n, size_t m)
{
  char values[CW_STRIP * sizeof (double complex)];
  for (int64_t i = 0; i < n; i++) {
    s->in (values, from + i * stride, NULL, NULL, m);
    if (s->skip_nan)
      fill_gaps (s, values, m);
    s->op (acc, acc, values, NULL, m);
    if (to)
      s->out (to + i * stride, acc, NULL, NULL, m);
  }
}

/* What @m elements start with that lie @at bytes into the totals @before, contiguous blocks of one row: all of these together, each sum a value of
 * the dtype. */
static void
start_with (const Scan *s, void *acc, const CwBlockInput *before, int64_t at, size_t m)
{
  char     raw[CW_STRIP * sizeof (double complex)];
  CwScalar none = cw_scalar_int (s->product);
  for (size_t i = 0; i < m; i++)
    cw_scalar_store (none, cw_loop_dtype (s->loop), (char *) acc + (int64_t) i * s->loop_item);
  for (int64_t b = 0; before && b < before->n; b++) {
    scan_rows (s, acc, NULL, before->blocks[b]->data + at, 0, 1, m);
    s->out (raw, acc, NULL, NULL, m);
    s->in (acc, raw, NULL, NULL, m);
  }
}

/* Scans block @x along the axis of @a into @out, or, where that is NULL, into @total alone, a block of one row; from what @before comes to. Where the
 * axis is not the last one, rows add up as wholes. */
static void
scan_block (const CwArray *a, const CwBuffer *x, const CwBlockInput *before, CwBuffer *out, CwBuffer *total)
{
  const Scan s    = scan_of (a);
  int        axis = ((const Cumulate *) a->params)->axis;
  int64_t    n = x->shape[axis], outer = 1, inner = 1;
  char       acc[CW_STRIP * sizeof (double complex)];
  for (int k = 0; k < a->ndim; k++)
    *(k < axis ? &outer : &inner) *= k == axis ? 1 : x->shape[k];
  bool    by_rows = inner > 1 && cw_buffer_is_contiguous (x);
  int64_t width   = by_rows ? CW_STRIP : 1;
  for (int64_t o = 0; o < outer; o++)
    for (int64_t i = 0; i < inner; i += width) {
      size_t  m  = (size_t) MIN (width, inner - i);
      int64_t at = (o * inner + i) * s.item, rest_o = o, rest_i = i;
      char   *to = out ? out->data + (o * n * inner + i) * s.item : NULL;
      start_with (&s, acc, before, at, m);
      if (by_rows)
        scan_rows (&s, acc, to, x->data + (o * n * inner + i) * s.item, inner * s.item, n, m);
      else {
        const char *from = x->data;
        for (int k = a->ndim - 1; k >= 0; k--)
          if (k != axis) {
            int64_t *rest = k < axis ? &rest_o : &rest_i;
            from += *rest % x->shape[k] * x->strides[k];
            *rest /= x->shape[k];
          }
        scan_line (&s, acc, to, inner * s.item, from, x->strides[axis], n);
      }
      if (total)
        s.out (total->data + at, acc, NULL, NULL, m);
    }
}

/* ---- the operations ---- */

static CwBuffer *
compute_cumulate (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  CwBuffer *out = cw_buffer_new (a->dtype, a->ndim, in[0].blocks[0]->shape, error);
  if (out)
    scan_block (a, in[0].blocks[0], block[((const Cumulate *) a->params)->axis] > 0 ? &in[1] : NULL, out, NULL);
  return out;
}

static const CwOp op_cumulate
  = { .name = "cumulate", .kind = CW_OP_BLOCK, .uses = uses_cumulate, .region = region_cumulate, .compute = compute_cumulate };

/* The total of each block along the axis, as a block of length 1. */
static CwBuffer *
compute_total (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  int64_t shape[CW_MAX_NDIM];
  memcpy (shape, in[0].blocks[0]->shape, (size_t) a->ndim * sizeof *shape);
  shape[((const Cumulate *) a->params)->axis] = 1;
  CwBuffer *out = cw_buffer_new (a->dtype, a->ndim, shape, error);
  if (out)
    scan_block (a, in[0].blocks[0], NULL, NULL, out);
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
