/* Products: tensordot, dot and matmul as one contraction a pair of blocks, summed over the contracted blocks.
 *
 * Every axis of the operands and of the result has a label. Labels in both operands and contracted become axes of one element a
 * block in the intermediate result, which a sum then removes. A task's matrix product is cut into tiles that several workers may
 * share; the tiles follow from the block's shape alone, and BLAS runs with one thread. */
#include "engine/array/gemm.h"

#include <string.h>

/* Tiles are wide, since BLAS copies both operands of each, the rows' side once for all columns; and flat, so that workers end together and hold
 * little: at 10000 x 10000 on two threads tiles of 512 x 4096 took as long as those of 1024 x 4096 and 2048 x 2048, and 1366 x 1366 a fiftieth more. A
 * product of fewer than TILE elements is one tile. */
enum { TILE = 1 << 20, TILE_ROWS = 512, TILE_COLUMNS = 4096, NOWHERE = -1 };

/* What a label is to a contraction. */
typedef enum { BATCH, ROW, COLUMN, CONTRACTED } Role;

typedef struct {
  int  n_labels;
  Role role[3 * CW_MAX_NDIM];
  int  axis[2][3 * CW_MAX_NDIM]; /* a label's axis in operand 0 and 1, or NOWHERE */
  int  out[CW_MAX_NDIM];         /* labels of the result's axes */
} Contraction;

static void
region_contract (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Contraction *c  = a->params;
  const CwArray     *in = a->inputs[input];
  for (int k = 0; k < a->ndim; k++) {
    int axis = c->axis[input][c->out[k]];
    if (axis == NOWHERE)
      continue;
    lo[axis] = in->axes[axis]->n == 1 ? 0 : block[k];
    hi[axis] = lo[axis] + 1;
  }
}

/* ---- matrices in blocks ---- */

/* Joins the axes of one role into a single (length, stride); false where strides do not allow it. */
static bool
collapse (const CwBuffer *b, int n, const int *axes, int64_t *length, int64_t *stride)
{
  *length = 1;
  *stride = cw_dtype_size (b->dtype);
  for (int i = n - 1; i >= 0; i--) {
    int64_t len = b->shape[axes[i]];
    if (len == 1)
      continue;
    if (*length != 1 && b->strides[axes[i]] != *stride * *length)
      return false;
    if (*length == 1)
      *stride = b->strides[axes[i]];
    *length *= len;
  }
  return true;
}

/* @block with its axes in the order batch, first, second, as three axes; a copy where strides do not allow a view. */
static bool
as_matrix (const CwArray *a, int input, CwBuffer *block, const Role order[3], CwDtype dtype, CwMatrix *m, GError **error)
{
  const Contraction *c = a->params;
  int                axes[3][CW_MAX_NDIM], n[3] = { 0 };
  for (int k = 0; k < a->ndim; k++)
    for (int g = 0; g < 3; g++)
      if (c->role[c->out[k]] == order[g] && c->axis[input][c->out[k]] != NOWHERE)
        axes[g][n[g]++] = c->axis[input][c->out[k]];
  bool fits = block->dtype == dtype;
  for (int g = 0; g < 3; g++)
    fits &= collapse (block, n[g], axes[g], &m->n[g], &m->stride[g]);
  m->data  = block->data;
  m->owner = cw_buffer_ref (block);
  if (fits)
    return true;
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  int     ndim = 0;
  for (int g = 0; g < 3; g++) {
    m->n[g] = 1;
    for (int i = 0; i < n[g]; i++) {
      shape[ndim]     = block->shape[axes[g][i]];
      strides[ndim++] = block->strides[axes[g][i]];
      m->n[g] *= block->shape[axes[g][i]];
    }
  }
  g_autoptr (CwBuffer) view = cw_buffer_view (block, block->dtype, ndim, shape, strides, block->data);
  cw_buffer_unref (m->owner);
  m->owner = cw_buffer_cast (view, dtype, error);
  if (!m->owner)
    return false;
  m->data      = m->owner->data;
  m->stride[2] = cw_dtype_size (dtype);
  m->stride[1] = m->n[2] * m->stride[2];
  m->stride[0] = m->n[1] * m->stride[1];
  return true;
}

/* ---- the task ---- */

static const Role left_order[3] = { BATCH, ROW, CONTRACTED }, right_order[3] = { BATCH, CONTRACTED, COLUMN };

/* Rows [r0, r1) and columns [c0, c1) of a product. */
typedef struct {
  int64_t r0, r1, c0, c1;
} Tile;

/* Into what a product of a shape is cut: that shape alone decides. */
typedef struct {
  int64_t rows, columns, tile_rows, tile_columns;
  int     across, n;
} Tiling;

/* @n in pieces of one length, at most @most. */
static int64_t
piece (int64_t n, int64_t most)
{
  int64_t k = MAX ((n + most - 1) / most, 1);
  return MAX ((n + k - 1) / k + 7, 8) / 8 * 8;
}

static Tiling
tiling (int64_t rows, int64_t columns)
{
  Tiling t       = { .rows = rows, .columns = columns, .tile_columns = piece (columns, TILE_COLUMNS) };
  t.tile_rows    = piece (rows, MAX (TILE_ROWS, TILE / t.tile_columns));
  t.across       = (int) MAX ((columns + t.tile_columns - 1) / t.tile_columns, 1);
  t.n            = (int) MAX ((rows + t.tile_rows - 1) / t.tile_rows, 1) * t.across;
  return t;
}

static Tile
tile_at (const Tiling *t, int part)
{
  int64_t r = part / t->across * t->tile_rows, c = part % t->across * t->tile_columns;
  return (Tile){ r, MIN (r + t->tile_rows, t->rows), c, MIN (c + t->tile_columns, t->columns) };
}

/* Rows and columns of a product whose blocks have @shape; @sums: without the contracted axes. */
static Tiling
tiling_of (const Contraction *c, int ndim, const int64_t *shape, bool sums)
{
  int64_t rows = 1, columns = 1;
  for (int k = 0, o = 0; k < ndim; k++) {
    Role role = c->role[c->out[k]];
    rows *= role == ROW ? shape[o] : 1;
    columns *= role == COLUMN ? shape[o] : 1;
    o += !sums || role != CONTRACTED;
  }
  return tiling (rows, columns);
}

/* The tiling of the largest block of @a, and what the product of one of its tiles holds. */
static Tiling
largest_tiling (const Contraction *c, int ndim, const CwArray *a, CwDtype dtype, bool sums, int64_t *bytes)
{
  int64_t shape[CW_MAX_NDIM], depth = 1;
  for (int k = 0; k < a->ndim; k++)
    shape[k] = MAX (a->axes[k]->max, 1);
  for (int l = 0; l < c->n_labels; l++)
    depth *= c->role[l] == CONTRACTED ? MAX (a->inputs[0]->axes[c->axis[0][l]]->max, 1) : 1;
  Tiling t = tiling_of (c, ndim, shape, sums);
  *bytes   = cw_matrix_multiply_bytes (dtype, t.tile_rows, depth, t.tile_columns);
  return t;
}

/* The block's shape where chunks do not tell it. */
static bool
prepare_contract (const CwArray *a, const int64_t *block, const CwBlockInput *in, int64_t *shape, int *n_parts, GError **error)
{
  const Contraction *c     = a->params;
  bool               plain = true;
  for (int k = 0; k < a->ndim; k++) {
    int label = c->out[k];
    for (int i = 0; i < 2 && c->role[label] != CONTRACTED; i++)
      if (c->axis[i][label] != NOWHERE && (shape[k] == CW_UNKNOWN || shape[k] == 1))
        shape[k] = in[i].blocks[0]->shape[c->axis[i][label]];
    plain &= c->role[label] != BATCH;
  }
  *n_parts = plain ? tiling_of (c, a->ndim, shape, false).n : 1;
  return true;
}

static int64_t
part_bytes_contract (const CwArray *a)
{
  int64_t bytes;
  largest_tiling (a->params, a->ndim, a, cw_product_dtype (a->dtype), false, &bytes);
  return bytes;
}

/* @t of the product, every batch. */
static bool
contract_tile (CwDtype dtype, const CwMatrix *a, const CwMatrix *b, Tile t, CwBuffer *out, GError **error)
{
  int     item = cw_dtype_size (dtype);
  int64_t batches = MAX (a->n[0], b->n[0]), columns = b->n[2];
  for (int64_t z = 0; z < batches; z++) {
    CwMatrix ta = *a, tb = *b;
    ta.data += (a->n[0] == 1 ? 0 : z) * a->stride[0] + t.r0 * a->stride[1];
    tb.data += (b->n[0] == 1 ? 0 : z) * b->stride[0] + t.c0 * b->stride[2];
    ta.n[1] = t.r1 - t.r0;
    tb.n[2] = t.c1 - t.c0;
    char *to = out->data + ((z * a->n[1] + t.r0) * columns + t.c0) * item;
    if (ta.n[1] && tb.n[2] && !cw_matrix_multiply (dtype, ta, tb, false, to, columns, error))
      return false;
  }
  return true;
}

static bool
part_contract (const CwArray *a, const int64_t *block, const CwBlockInput *in, CwBuffer *out, int part, GError **error)
{
  CwDtype dtype = cw_product_dtype (a->dtype);
  CwMatrix  m[2]  = { 0 };
  bool    ok    = as_matrix (a, 0, in[0].blocks[0], left_order, dtype, &m[0], error)
            && as_matrix (a, 1, in[1].blocks[0], right_order, dtype, &m[1], error);
  if (ok && out->size > 0) {
    bool    one = m[0].n[0] * m[1].n[0] > 1;
    int64_t columns = m[1].n[2];
    Tiling  tiles   = tiling (m[0].n[1], columns);
    Tile    t       = one ? (Tile){ 0, m[0].n[1], 0, columns } : tile_at (&tiles, part);
    g_autoptr (CwBuffer) wide = dtype == out->dtype ? cw_buffer_ref (out) : cw_buffer_new (dtype, out->ndim, out->shape, error);
    ok = wide && contract_tile (dtype, &m[0], &m[1], t, wide, error);
    if (ok && wide != out) { /* narrow dtypes: this tile alone goes over */
      int64_t shape[2] = { t.r1 - t.r0, t.c1 - t.c0 }, ws[2] = { columns * cw_dtype_size (dtype), cw_dtype_size (dtype) };
      int64_t os[2]    = { columns * cw_dtype_size (out->dtype), cw_dtype_size (out->dtype) };
      if (one)
        cw_buffer_copy (out, wide);
      else {
        g_autoptr (CwBuffer) from = cw_buffer_view (wide, dtype, 2, shape, ws, wide->data + t.r0 * ws[0] + t.c0 * ws[1]);
        g_autoptr (CwBuffer) to   = cw_buffer_view (out, out->dtype, 2, shape, os, out->data + t.r0 * os[0] + t.c0 * os[1]);
        cw_buffer_copy (to, from);
      }
    }
  }
  g_clear_pointer (&m[0].owner, cw_buffer_unref);
  g_clear_pointer (&m[1].owner, cw_buffer_unref);
  return ok;
}

/* ---- products that are summed as they are made ----
 *
 * A tile of the result is the sum of the tiles of all contracted blocks, added in the order of the reduction's tree, so that the
 * bits are those of separate layers; but no partial product is ever written to memory. */

typedef struct {
  CwArray *partial; /* the contraction, one block a contracted block */
  CwDtype  acc;     /* in which the reduction adds */
  int      n_levels, fan_in;
} Summed;

static void
free_summed (void *params)
{
  cw_array_unref (((Summed *) params)->partial);
}

static void
region_summed (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  const Summed      *s = a->params;
  const Contraction *c = s->partial->params;
  for (int k = 0, o = 0; k < s->partial->ndim; k++) {
    int  label = c->out[k], axis = c->axis[input][label];
    bool contracted = c->role[label] == CONTRACTED;
    if (axis != NOWHERE) {
      lo[axis] = contracted ? 0 : block[o];
      hi[axis] = contracted ? a->inputs[input]->axes[axis]->n : lo[axis] + 1;
    }
    o += !contracted;
  }
}

static bool
prepare_summed (const CwArray *a, const int64_t *block, const CwBlockInput *in, int64_t *shape, int *n_parts, GError **error)
{
  const Summed *s = a->params;
  *n_parts        = tiling_of (s->partial->params, s->partial->ndim, shape, true).n;
  return true;
}

/* One tile at work: the product's values and an accumulator a level. */
typedef struct {
  const Summed       *s;
  const CwBlockInput *in;
  Tile                at;
  int64_t             n_blocks;
  size_t              n;     /* elements of the tile */
  char               *memory;
  size_t              slice; /* bytes of one accumulator */
} Summing;

/* A tree of one step adds up in the result itself where that has the products' dtype: one slice is enough. */
static bool
sums_in_place (const CwArray *a)
{
  const Summed *s = a->params;
  return s->n_levels == 1 && s->acc == s->partial->dtype && s->acc == a->dtype;
}

/* Bytes of all slices of the largest tile; *product gets what its products hold. Smaller tiles ask for as much: memory that waits for one of its size
 * then serves the next. */
static int64_t
slices_bytes (const CwArray *a, int64_t *product)
{
  const Summed *s = a->params;
  Tiling        t = largest_tiling (s->partial->params, s->partial->ndim, a, s->partial->dtype, true, product);
  return t.tile_rows * t.tile_columns * cw_dtype_size (s->acc) * (sums_in_place (a) ? 1 : s->n_levels + 2);
}

static int64_t
part_bytes_summed (const CwArray *a)
{
  int64_t product, slices = slices_bytes (a, &product);
  return slices + product;
}

/* Whether the product of contracted block @k may be added where the sum of those before it is. */
static bool
adds_there (const Summing *t, int64_t k)
{
  const CwArray     *p     = t->s->partial;
  const Contraction *c     = p->params;
  int64_t            depth = 1;
  for (int l = 0; l < c->n_labels; l++)
    depth *= c->role[l] == CONTRACTED ? t->in[0].blocks[k]->shape[c->axis[0][l]] : 1;
  return t->s->acc == p->dtype && cw_matrix_multiply_adds (p->dtype, t->at.r1 - t->at.r0, depth, t->at.c1 - t->at.c0);
}

/* The product of contracted block @k, in the accumulator's dtype, at @to, or, with @add, added to what is there; rows are @ldc elements apart: the
 * tile's columns where the products' dtype is another one. */
static bool
tile_product (const Summing *t, int64_t k, bool add, char *to, int64_t ldc, GError **error)
{
  const CwArray *p     = t->s->partial;
  CwMatrix         m[2]  = { 0 };
  int64_t        shape[2] = { t->at.r1 - t->at.r0, t->at.c1 - t->at.c0 };
  bool           ok       = as_matrix (p, 0, t->in[0].blocks[k], left_order, p->dtype, &m[0], error)
            && as_matrix (p, 1, t->in[1].blocks[k], right_order, p->dtype, &m[1], error);
  if (ok) {
    m[0].data += t->at.r0 * m[0].stride[1];
    m[1].data += t->at.c0 * m[1].stride[2];
    m[0].n[1] = shape[0];
    m[1].n[2] = shape[1];
    ok        = cw_matrix_multiply (p->dtype, m[0], m[1], add, to, ldc, error);
    if (ok && t->s->acc != p->dtype) {
      char *narrow = t->memory;
      memcpy (narrow, to, t->n * (size_t) cw_dtype_size (p->dtype));
      cw_kernels ()->cast[t->s->acc][p->dtype](to, narrow, NULL, NULL, t->n);
    }
  }
  g_clear_pointer (&m[0].owner, cw_buffer_unref);
  g_clear_pointer (&m[1].owner, cw_buffer_unref);
  cw_memory_relieve ();
  return ok;
}

/* acc = what step @level of the tree makes of the blocks from @first on. Memory: slice 0 for widening, then one a level. Products and their sums
 * start from nothing, as the tree does, so that no zero in them is negative and the first of a step can be made where it is added to. */
static bool
fold_tile (const Summing *t, int level, int64_t first, char *acc, GError **error)
{
  CwLoop  add  = cw_kernels ()->ufunc[CW_UFUNC_add][cw_loop_of (t->s->acc)];
  char   *from = t->memory + (size_t) level * t->slice;
  int64_t step = 1;
  for (int i = 1; i < level; i++)
    step *= t->s->fan_in;
  int64_t end = level == t->s->n_levels ? t->n_blocks : MIN (first + step * t->s->fan_in, t->n_blocks);
  for (int64_t k = first; k < end; k += step) {
    bool  there = level == 1 && k > first && adds_there (t, k);
    char *to    = k == first || there ? acc : from;
    if (!(level == 1 ? tile_product (t, k, there, to, t->at.c1 - t->at.c0, error) : fold_tile (t, level - 1, k, to, error)))
      return false;
    if (to != acc)
      add (acc, acc, from, NULL, t->n);
  }
  return true;
}

/* Puts @n values of @dtype into @out from position @flat on, in C order; or, with @add, adds them to what is there, of the same dtype. */
static void
store_row (CwBuffer *out, CwDtype dtype, bool add, int64_t flat, const char *values, int64_t n)
{
  int64_t index[CW_MAX_NDIM], last = out->ndim ? out->shape[out->ndim - 1] : 1;
  while (n > 0) {
    int64_t rest = flat, run = MIN (n, last - flat % last);
    for (int k = out->ndim - 1; k >= 0; k--) {
      index[k] = rest % out->shape[k];
      rest /= out->shape[k];
    }
    char *to = cw_buffer_at (out, index);
    if (add)
      cw_kernels ()->ufunc[CW_UFUNC_add][cw_loop_of (dtype)](to, to, values, NULL, (size_t) run);
    else
      cw_kernels ()->cast[out->dtype][dtype](to, values, NULL, NULL, (size_t) run);
    values += run * cw_dtype_size (dtype);
    flat += run;
    n -= run;
  }
}

/* Puts the tile's values into @out, or adds them there. */
static void
store_tile (const Summing *t, CwBuffer *out, int64_t columns, bool add, const char *values)
{
  int64_t n = t->at.c1 - t->at.c0;
  for (int64_t r = t->at.r0; r < t->at.r1; r++) {
    store_row (out, t->s->acc, add, r * columns + t->at.c0, values + (r - t->at.r0) * n * cw_dtype_size (t->s->acc), n);
    if (r % 256 == 255)
      cw_memory_relieve ();
  }
}

/* Elements from row to row of @out as a matrix of @columns in memory; 0 where it is none. A file's pages come in by far more than a tile's
 * columns, and are not to be there for as long as a product takes. */
static int64_t
row_stride (const CwBuffer *out, int64_t columns)
{
  if (cw_buffer_is_in_file (out))
    return 0;
  if (cw_buffer_is_contiguous (out))
    return columns;
  return out->ndim == 2 ? out->strides[0] / cw_dtype_size (out->dtype) : 0;
}

/* The first product is made in the result itself where it can be, and others are added there where BLAS can. */
static bool
sum_in_place (const Summing *t, CwBuffer *out, int64_t columns, GError **error)
{
  int64_t stride = row_stride (out, columns);
  char   *first  = stride ? out->data + (t->at.r0 * stride + t->at.c0) * cw_dtype_size (out->dtype) : NULL;
  for (int64_t k = 0; k < t->n_blocks; k++) {
    bool there = first && (k == 0 || adds_there (t, k));
    if (!tile_product (t, k, there && k > 0, there ? first : t->memory, there ? stride : t->at.c1 - t->at.c0, error))
      return false;
    if (!there)
      store_tile (t, out, columns, k > 0, t->memory);
  }
  return true;
}

static bool
part_summed (const CwArray *a, const int64_t *block, const CwBlockInput *in, CwBuffer *out, int part, GError **error)
{
  const Summed *s    = a->params;
  CwMatrix        m[2] = { 0 };
  bool          ok   = as_matrix (s->partial, 0, in[0].blocks[0], left_order, s->partial->dtype, &m[0], error)
            && as_matrix (s->partial, 1, in[1].blocks[0], right_order, s->partial->dtype, &m[1], error);
  if (ok && out->size > 0) {
    int64_t columns = m[1].n[2];
    Tiling  tiles   = tiling (m[0].n[1], columns);
    Summing t       = { .s = s, .in = in, .at = tile_at (&tiles, part), .n_blocks = in[0].n };
    t.n             = (size_t) ((t.at.r1 - t.at.r0) * (t.at.c1 - t.at.c0));
    t.slice         = t.n * (size_t) cw_dtype_size (s->acc);
    int64_t              product, bytes = slices_bytes (a, &product);
    g_autoptr (CwBuffer) scratch = cw_buffer_new (CW_UINT8, 1, &bytes, error);
    t.memory                     = scratch ? scratch->data : NULL;
    if (!scratch)
      ok = false;
    else if (sums_in_place (a))
      ok = sum_in_place (&t, out, columns, error);
    else {
      char *acc = t.memory + t.slice * (size_t) (s->n_levels + 1);
      ok        = fold_tile (&t, s->n_levels, 0, acc, error);
      if (ok)
        store_tile (&t, out, columns, false, acc);
    }
  }
  g_clear_pointer (&m[0].owner, cw_buffer_unref);
  g_clear_pointer (&m[1].owner, cw_buffer_unref);
  return ok;
}

static const CwOp op_summed = { .name        = "contract",
                                .kind        = CW_OP_BLOCK,
                                .region      = region_summed,
                                .prepare     = prepare_summed,
                                .part        = part_summed,
                                .part_bytes  = part_bytes_summed,
                                .strided     = true,
                                .free_params = free_summed };

/* CwMatrix products without batches, in dtypes that BLAS computes in; others keep their partial blocks. */
static CwArray *
sum_contraction (CwArray *a, const CwReduce *reduce, int n_levels, int fan_in, CwArray *result)
{
  const Contraction *c = a->params;
  Summed             s = { .acc = reduce->acc, .n_levels = n_levels, .fan_in = fan_in };
  int                label = -1;
  for (int k = 0; k < a->ndim; k++) {
    if (c->role[c->out[k]] == BATCH || (c->role[c->out[k]] == CONTRACTED && !reduce->reduced[k]))
      return NULL;
    if (c->role[c->out[k]] == CONTRACTED)
      label = c->out[k];
  }
  if (label < 0 || cw_product_dtype (a->dtype) != a->dtype || cw_array_has_unknown (a->inputs[0]) || cw_array_has_unknown (a->inputs[1]))
    return NULL;
  if (!cw_axis_equal (a->inputs[0]->axes[c->axis[0][label]], a->inputs[1]->axes[c->axis[1][label]]))
    return NULL;
  CwAxis *axes[CW_MAX_NDIM];
  s.partial    = cw_array_ref (a);
  CwArray *sum = cw_array_new (&op_summed, a->name, result->dtype, result->ndim, cw_axes_ref (result->ndim, result->axes, axes), 2, a->inputs,
                               g_memdup2 (&s, sizeof s));
  sum->id      = result->id;
  return sum;
}

static const CwOp op_contract = { .name       = "contract",
                                  .kind       = CW_OP_BLOCK,
                                  .region     = region_contract,
                                  .prepare    = prepare_contract,
                                  .part       = part_contract,
                                  .part_bytes = part_bytes_contract,
                                  .summed     = sum_contraction };

/* ---- making it ---- */

/* Contracts @a and @b (unified already); @out_labels of the intermediate; contracted ones have length 1 a block. */
static CwArray *
contract (const char *name, CwArray *a, CwArray *b, const Contraction *c, int ndim, CwDtype dtype)
{
  CwArray *inputs[2] = { a, b };
  CwAxis  *axes[CW_MAX_NDIM];
  for (int k = 0; k < ndim; k++) {
    int     label = c->out[k], ia = c->axis[0][label], ib = c->axis[1][label];
    CwAxis *axis = ia != NOWHERE && (ib == NOWHERE || a->shape[ia] != 1) ? a->axes[ia] : b->axes[ib];
    axes[k]      = c->role[label] == CONTRACTED ? cw_axis_new_uniform (axis->n, 1) : cw_axis_ref (axis);
  }
  return cw_array_new (&op_contract, name, dtype, ndim, axes, 2, inputs, g_memdup2 (c, sizeof *c));
}

/* @b's axis cut as @a's, for every contracted or batch label. */
static bool
unify_labels (CwArray **a, CwArray **b, const Contraction *c, GError **error)
{
  for (int l = 0; l < c->n_labels; l++) {
    int ia = c->axis[0][l], ib = c->axis[1][l];
    if (ia == NOWHERE || ib == NOWHERE || (*a)->shape[ia] == 1 || (*b)->shape[ib] == 1)
      continue;
    if (cw_axis_equal ((*a)->axes[ia], (*b)->axes[ib]))
      continue;
    /* 1-d stand-ins let elementwise unification find the common cuts. */
    CwScalar zero = cw_scalar_bool (false);
    CwAxis  *ca = cw_axis_ref ((*a)->axes[ia]), *cb = cw_axis_ref ((*b)->axes[ib]);
    CwArray *line[2] = { cw_array_new (&cw_op_constant, "zeros", CW_BOOL, 1, &ca, 0, NULL, g_memdup2 (&zero, sizeof zero)),
                         cw_array_new (&cw_op_constant, "zeros", CW_BOOL, 1, &cb, 0, NULL, g_memdup2 (&zero, sizeof zero)) };
    bool     ok      = cw_arrays_unify (2, line, error);
    for (int i = 0; i < 2 && ok; i++) {
      CwArray **x = i ? b : a;
      CwAxis   *axes[CW_MAX_NDIM];
      memcpy (axes, (*x)->axes, (size_t) (*x)->ndim * sizeof *axes);
      axes[i ? ib : ia] = line[0]->axes[0];
      CwArray *cut      = cw_array_rechunk_to (*x, axes, error);
      ok                = cut != NULL;
      if (ok) {
        cw_array_unref (*x);
        *x = cut;
      }
    }
    cw_array_unref (line[0]);
    cw_array_unref (line[1]);
    if (!ok)
      return false;
  }
  return true;
}

/* Casts, unifies, contracts and sums over the axes of the intermediate that are contracted. */
static CwArray *
contract_and_sum (const char *name, CwArray *a, CwArray *b, const Contraction *c, int ndim, bool always_sum, GError **error)
{
  CwDtype  dtype = cw_dtype_promote (a->dtype, b->dtype);
  CwArray *x = cw_array_astype (a, dtype, error), *y = cw_array_astype (b, dtype, error), *result = NULL;
  if (x && y && unify_labels (&x, &y, c, error)) {
    g_autoptr (CwArray) partial = contract (name, x, y, c, ndim, dtype);
    CwReduceOptions     options = { .dtype = CW_DTYPE_NONE };
    bool                single  = true;
    for (int k = 0; k < ndim; k++)
      if (c->role[c->out[k]] == CONTRACTED) {
        options.axes[options.n_axes++] = k;
        single &= partial->axes[k]->n == 1;
      }
    result = single && !always_sum ? cw_array_squeeze (partial, options.n_axes, options.axes, error)
                                   : cw_array_reduce (CW_REDUCE_SUM, partial, &options, error);
  }
  g_clear_pointer (&x, cw_array_unref);
  g_clear_pointer (&y, cw_array_unref);
  return result;
}

CwArray *
cw_array_tensordot (CwArray *a, CwArray *b, int n, const int *axes_a, const int *axes_b, GError **error)
{
  Contraction c    = { 0 };
  int         ndim = 0, of_a[CW_MAX_NDIM], of_b[CW_MAX_NDIM];
  if (a->ndim + b->ndim - n > CW_MAX_NDIM) {
    cw_fail (error, CW_ERROR_VALUE, "the product would have more than %d dimensions", CW_MAX_NDIM);
    return NULL;
  }
  for (int k = 0; k < a->ndim; k++)
    of_a[k] = NOWHERE;
  for (int k = 0; k < b->ndim; k++)
    of_b[k] = NOWHERE;
  for (int i = 0; i < n; i++) {
    if (a->shape[axes_a[i]] != b->shape[axes_b[i]]) {
      g_autofree char *sa = cw_shape_to_string (a->ndim, a->shape), *sb = cw_shape_to_string (b->ndim, b->shape);
      cw_fail (error, CW_ERROR_VALUE, "shape-mismatch for sum: axis %d of %s and axis %d of %s must have the same length", axes_a[i], sa,
               axes_b[i], sb);
      return NULL;
    }
    of_a[axes_a[i]] = of_b[axes_b[i]] = i;
  }
  /* Labels: contracted pairs first, then the kept axes of a, then those of b. */
  c.n_labels = n;
  for (int i = 0; i < n; i++)
    c.role[i] = CONTRACTED;
  for (int side = 0; side < 2; side++) {
    const CwArray *x  = side ? b : a;
    const int     *of = side ? of_b : of_a;
    for (int k = 0; k < x->ndim; k++) {
      int label = of[k] == NOWHERE ? c.n_labels++ : of[k];
      if (of[k] == NOWHERE) {
        c.role[label]        = side ? COLUMN : ROW;
        c.axis[!side][label] = NOWHERE;
        c.out[ndim++]        = label;
      } else if (!side)
        c.out[ndim++] = label;
      c.axis[side][label] = k;
    }
  }
  return contract_and_sum ("tensordot", a, b, &c, ndim, true, error);
}

CwArray *
cw_array_dot (CwArray *a, CwArray *b, GError **error)
{
  if (a->ndim == 0 || b->ndim == 0) {
    CwOperand in[2] = { { .array = a }, { .array = b } };
    return cw_array_ufunc (CW_UFUNC_multiply, 2, in, CW_DTYPE_NONE, error);
  }
  int axis_a = a->ndim - 1, axis_b = MAX (b->ndim - 2, 0);
  return cw_array_tensordot (a, b, 1, &axis_a, &axis_b, error);
}

CwArray *
cw_array_matmul (CwArray *a, CwArray *b, GError **error)
{
  if (a->ndim == 0 || b->ndim == 0) {
    cw_fail (error, CW_ERROR_VALUE, "`matmul` does not support scalars. Multiply with * instead");
    return NULL;
  }
  if (a->ndim == 1 || b->ndim == 1 || (a->ndim == 2 && b->ndim == 2)) {
    int     axis_a = a->ndim - 1, axis_b = MAX (b->ndim - 2, 0);
    int64_t la = a->shape[axis_a], lb = b->shape[axis_b];
    if (la != lb) {
      g_autofree char *sa = cw_shape_to_string (a->ndim, a->shape), *sb = cw_shape_to_string (b->ndim, b->shape);
      cw_fail (error, CW_ERROR_VALUE, "matmul: the last axis of %s and axis %d of %s must have the same length, but are %" G_GINT64_FORMAT
                                      " and %" G_GINT64_FORMAT, sa, axis_b, sb, la, lb);
      return NULL;
    }
  }
  int         batch = MAX (MAX (a->ndim, b->ndim) - 2, 0), ndim = 0;
  Contraction c     = { .n_labels = batch + 3 };
  int         row = batch, middle = batch + 1, column = batch + 2;
  for (int l = 0; l < c.n_labels; l++) {
    c.role[l]    = l < batch ? BATCH : l == row ? ROW : l == middle ? CONTRACTED : COLUMN;
    c.axis[0][l] = c.axis[1][l] = NOWHERE;
  }
  for (int l = 0; l < batch; l++) {
    int ka = l - (batch - (a->ndim - 2)), kb = l - (batch - (b->ndim - 2));
    c.axis[0][l] = ka >= 0 && a->ndim > 2 ? ka : NOWHERE;
    c.axis[1][l] = kb >= 0 && b->ndim > 2 ? kb : NOWHERE;
    int64_t la = c.axis[0][l] == NOWHERE ? 1 : a->shape[ka], lb = c.axis[1][l] == NOWHERE ? 1 : b->shape[kb];
    if (la != lb && la != 1 && lb != 1) {
      cw_fail (error, CW_ERROR_VALUE, "matmul: the leading axes cannot be broadcast together: %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, la, lb);
      return NULL;
    }
    c.out[ndim++] = l;
  }
  c.axis[0][row]    = a->ndim > 1 ? a->ndim - 2 : NOWHERE;
  c.axis[0][middle] = a->ndim - 1;
  c.axis[1][middle] = MAX (b->ndim - 2, 0);
  c.axis[1][column] = b->ndim > 1 ? b->ndim - 1 : NOWHERE;
  if (a->ndim > 1)
    c.out[ndim++] = row;
  c.out[ndim++] = middle;
  if (b->ndim > 1)
    c.out[ndim++] = column;
  if (a->shape[a->ndim - 1] != b->shape[MAX (b->ndim - 2, 0)]) {
    cw_fail (error, CW_ERROR_VALUE, "matmul: the last axis of the first array (%" G_GINT64_FORMAT
                                    ") and the last but one of the second (%" G_GINT64_FORMAT ") must have the same length",
             a->shape[a->ndim - 1], b->shape[MAX (b->ndim - 2, 0)]);
    return NULL;
  }
  return contract_and_sum ("matmul", a, b, &c, ndim, false, error);
}
