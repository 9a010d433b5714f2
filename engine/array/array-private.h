/* array-private.h: how an operation is declared; for engine/array, engine/plan and engine/run.
 *
 * An operation is one CwOp: its kind says how a task computes a block, its functions say which input blocks that takes.
 *
 *   SOURCE       values are a function of the element's flat index in the whole array (random, arange, eye)
 *   BUFFER       a block is a view into an eager buffer
 *   ELEMENTWISE  a ufunc or a cast of blocks at the same place
 *   VIEW         a block is one input block seen through other axes, offsets and steps (slice, transpose, broadcast)
 *   FLAT         a block's values in C order are those of one input block in C order (reshape)
 *   SELECT       the values of one 1-d block where another one, a mask, is true
 *   REDUCE       the first step of a reduction, which takes values as they come
 *   BLOCK        any function from input blocks to a block
 *
 * Chains of all but the last are what fusion turns into strip programs.
 */
#pragma once

#include "engine/array/array.h"

typedef enum { CW_OP_SOURCE, CW_OP_BUFFER, CW_OP_ELEMENTWISE, CW_OP_VIEW, CW_OP_FLAT, CW_OP_SELECT, CW_OP_REDUCE, CW_OP_BLOCK } CwOpKind;

/* For one axis of the input: index = offset + step * (index along @axis of the output); axis -1: index = offset. */
typedef struct {
  int     axis;
  int64_t offset, step;
} CwViewAxis;

/* The blocks of one input that a task reads, in C order over the region. */
typedef struct {
  int64_t    n;
  CwBuffer **blocks; /* borrowed */
} CwBlockInput;

typedef struct _CwReduce CwReduce;

struct _CwOp {
  const char *name; /* of the operation, for errors and debugging; arrays have names of their own */
  CwOpKind    kind;
  bool        cheap; /* SOURCE: cheaper to make again than to keep */

  /* Does block @block read from @input at all? NULL: yes, from all of them. */
  bool (*uses) (const CwArray *a, const int64_t *block, int input);
  /* Blocks lo[k] <= b[k] < hi[k] of input @input that block @block needs. NULL: the same block, broadcast from the right. */
  void (*region) (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi);

  /* SOURCE: @n values of the elements first, first + step, ..., as cw_op_fill_dtype says. */
  void (*fill) (const CwArray *a, uint64_t first, int64_t step, size_t n, void *out);

  /* VIEW: how block @block sees its input block; fills one entry an axis of input @input. */
  void (*view) (const CwArray *a, const int64_t *block, int input, CwViewAxis *axes);

  /* BLOCK, either one call that makes the block; blocks whose length only the values tell are made so. An operation that has parts as
   * well may return NULL without an error: parts make this block. */
  CwBuffer *(*compute) (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error);
  /* ... or parts that several workers may compute into @out. prepare says how many there are for these inputs and, where
   * chunks are unknown, the block's shape (preset to the chunk lengths). NULL: one part. */
  bool (*prepare) (const CwArray *a, const int64_t *block, const CwBlockInput *in, int64_t *shape, int *n_parts, GError **error);
  bool (*part) (const CwArray *a, const int64_t *block, const CwBlockInput *in, CwBuffer *out, int part, GError **error);

  /* Bytes that a worker at a part holds at most beside blocks and the pages of those that lie in files. NULL: next to nothing. */
  int64_t (*part_bytes) (const CwArray *a);

  bool copies;  /* compute holds about as much again as its block, for a while */
  bool strided; /* part writes into memory of any strides whose last axis is contiguous */
  bool recut; /* the same values under other cuts: rechunk */
  /* The same blocks, bit for bit, in fewer layers; NULL where there is no such way. Optimized plans use it. */
  CwArray *(*condense) (CwArray *a);
  /* What sums the one reduced axis of @a, a length of one a block, in @n_levels steps of @fan_in blocks (the last takes all), and
   * gives blocks of @axes; NULL where that needs more than @a's own tasks. */
  CwArray *(*summed) (CwArray *a, const CwReduce *reduce, int n_levels, int fan_in, CwArray *result);

  void (*free_params) (void *params);
};

/* ---- params that plan and run look into ---- */

/* ELEMENTWISE. Operand i is inputs[operand[i]], or scalar[i] where operand[i] < 0. */
typedef struct {
  bool     is_cast; /* astype: one operand, dtype of the array */
  CwUfunc  ufunc;
  CwDtype  loop; /* dtype in which NumPy computes: operands are cast to it first */
  int      n;
  int      operand[3];
  CwScalar scalar[3];
} CwElementwise;

/* SOURCE: constant arrays have one value. */
typedef struct {
  CwScalar value;
} CwConstant;

/* REDUCE and the BLOCK operations that follow it. A block between the steps holds one slot an output element and
 * component, of dtype acc: shape (n_components, lengths with reduced axes 1).
 *   SUM PROD ANY ALL: value.  MIN MAX and nan forms: value, count.  MEAN: sum, count.  VAR STD: mean, M2, count.
 *   ARGMIN ARGMAX: bits of the value in `value` dtype, flat or axis index (-1: none yet), as int64. */
struct _CwReduce {
  CwReduction kind;     /* the plain form: NANSUM is SUM with skip_nan */
  bool        skip_nan;
  CwDtype     acc;      /* INT64, UINT64, FLOAT64 or COMPLEX128 */
  CwDtype     value;    /* ARG: dtype of the values compared (INT64, UINT64 or FLOAT64); counts: of those counted */
  int         n_components;
  bool        reduced[CW_MAX_NDIM];
  int         ndim;        /* of the input */
  double      ddof;
  bool        keepdims;
  CwDtype     out;         /* dtype of the final result */
  int64_t     index_shape[CW_MAX_NDIM]; /* ARG over all axes: shape of the whole array, for flat indices */
  bool        whole; /* nothing of a slot lies in another block: a block of final values */
  /* Counts: SUM of ones by bin, all axes reduced; the block has shape (1, n_bins). Adds @n values of dtype `value` to @counts, in any order and
   * any pieces; @state: the block of the operation's second input, if it has one. */
  void (*count) (const CwReduce *r, int64_t *counts, const void *values, size_t n, const CwBuffer *state);
  int64_t     n_bins;
  CwBuffer   *edges;   /* histogram */
  bool        uniform; /* ... whose bins are evenly spaced */
};

extern const CwOp cw_op_constant, cw_op_buffer, cw_op_elementwise, cw_op_reduce_chunk, cw_op_histogram;

/* ---- making nodes ---- */

/* Takes @params and the references in @axes; adds references to @inputs. */
CwArray *cw_array_new (const CwOp *op, const char *name, CwDtype dtype, int ndim, CwAxis *const *axes, int n_inputs,
                       CwArray *const *inputs, void *params);
/* A node like @a, of the same id and params, under other cuts and on other inputs; what it computes must not depend on them. */
CwArray *cw_array_recut (CwArray *a, CwAxis *const *axes, CwArray *const *inputs);
/* The dtype in which a source's fill writes. */
CwDtype cw_op_fill_dtype (const CwArray *a);
/* Region of the default rule or the operation's own. */
void cw_op_region (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi);
/* View of ELEMENTWISE operands (broadcast from the right) and of VIEW operations. */
void cw_op_view (const CwArray *a, const int64_t *block, int input, CwViewAxis *axes);
/* Lengths of block @block; CW_UNKNOWN possible. */
void cw_array_block_shape (const CwArray *a, const int64_t *block, int64_t *shape);
void cw_array_block_from_flat (const CwArray *a, int64_t flat, int64_t *block);
int64_t cw_array_block_to_flat (const CwArray *a, const int64_t *block);
CwAxis **cw_axes_ref (int n, CwAxis *const *axes, CwAxis **to);
void     cw_axes_unref (int n, CwAxis **axes);

/* ---- reductions: arithmetic on accumulators, shared by the strip sinks and the tree ----
 *
 * An accumulator is n_components arrays of @slots slots each, one after the other, of dtype r->acc. */

void cw_reduce_init (const CwReduce *r, void *acc, int64_t slots);
/* Folds @runs runs of @n values each (dtype acc; ARG: value), CW_STRIP at most in all, into slots @slot, @slot + 1, .... @index: of the first
 * value of every run, for ARG; they count up by one. */
void cw_reduce_runs (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const void *values, size_t n, size_t runs, int64_t index);
/* Folds value i into slot @slot + i; all have index @index. */
void cw_reduce_spread (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const void *values, size_t n, int64_t index);
/* acc (op)= other, for @n slots from @slot and @other_slot on. */
void cw_reduce_combine (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const void *other, int64_t other_slots,
                        int64_t other_slot, int64_t n);
/* The final values, of r->out, one after the other; ValueError where there is no value. */
bool cw_reduce_finish (const CwReduce *r, const void *acc, int64_t slots, char *out, GError **error);

/* All blocks of @a, in C order, as one buffer; lengths are those of the blocks themselves, so unknown chunks work.
 * @in_file: its memory is a spill file. */
CwBuffer *cw_blocks_join (const CwArray *a, CwBuffer *const *blocks, bool in_file, GError **error);
