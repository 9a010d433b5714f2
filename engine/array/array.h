/* array.h: lazy chunked arrays.
 *
 * A CwArray is an immutable node of a graph: which operation makes it, from which arrays, and what is known
 * of the result without computing it (shape, chunks, dtype). Nothing here computes values; engine/plan turns
 * arrays into block tasks and engine/run works through them. One node is one layer of the raw task graph, so
 * a reduction is several nodes (chunk, partial, aggregate), as in Dask.
 *
 * Every function that makes an array returns a new reference, or NULL with @error set as Python would raise.
 */
#pragma once

#include "engine/base/base.h"
#include "engine/kernels/kernels.h"

G_BEGIN_DECLS

/* ---- chunks ------------------------------------------------------------------------------- */

/* How one axis is cut. Lengths may be CW_UNKNOWN (then all offsets after it are unknown too). */
typedef struct {
  gatomicrefcount ref_count;
  int64_t         n;       /* blocks, at least 1 */
  int64_t         total;   /* the axis' length or CW_UNKNOWN */
  int64_t         max;     /* longest block, 0 if none known */
  bool            unknown; /* any length unknown */
  int64_t        *lengths; /* n */
  int64_t        *offsets; /* n + 1; meaningless when unknown */
} CwAxis;

/* @n blocks of the given @lengths; new references. */
CwAxis *cw_axis_new (int64_t n, const int64_t *lengths);
CwAxis *cw_axis_new_uniform (int64_t total, int64_t chunk); /* equal blocks and a remainder */
CwAxis *cw_axis_new_unknown (int64_t n);
CwAxis *cw_axis_ref (CwAxis *a);
void    cw_axis_unref (CwAxis *a);
bool    cw_axis_equal (const CwAxis *a, const CwAxis *b); /* unknown lengths are equal to each other */
int64_t cw_axis_find (const CwAxis *a, int64_t position);  /* the block that holds @position */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwAxis, cw_axis_unref)

/* What an argument `chunks=` says about one axis. */
typedef enum { CW_CHUNK_AUTO, CW_CHUNK_WHOLE, CW_CHUNK_SIZE, CW_CHUNK_LENGTHS, CW_CHUNK_KEEP } CwChunkKind;
typedef struct {
  CwChunkKind kind;
  int64_t     size;    /* CW_CHUNK_SIZE */
  int64_t     n;       /* CW_CHUNK_LENGTHS; CW_UNKNOWN lengths allowed */
  int64_t    *lengths; /* owned */
} CwChunkAxis;

/* An argument `chunks=`, read but not yet applied to a shape. */
typedef struct {
  int          n;           /* axes given, or -1: axes[0] holds for every axis */
  CwChunkAxis *axes;        /* owned */
  int64_t      limit_bytes; /* of "auto"; 0: the default, CW_CHUNK_LIMIT */
  bool         some;        /* axes that are not given are kept: a dict names axes */
} CwChunkSpec;

#define CW_CHUNK_LIMIT ((int64_t) 134217728) /* Dask's array.chunk-size, 128 MiB */

/* The limit of "auto" where a specification names none: Dask's setting array.chunk-size. 0 sets CW_CHUNK_LIMIT again. */
int64_t cw_chunk_limit (void);
void    cw_chunk_limit_set (int64_t bytes);

CwChunkSpec *cw_chunk_spec_new (int n); /* all axes AUTO; n == -1: one entry for every axis */
void         cw_chunk_spec_free (CwChunkSpec *spec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwChunkSpec, cw_chunk_spec_free)

/* Dask's normalize_chunks: @given (NULL: auto) on @shape. @previous (may be NULL) are the chunks that "auto"
 * in a rechunk starts from and that CW_CHUNK_KEEP keeps. Fills @axes[ndim] with new references.
 * ValueError where lengths do not add up to the shape. */
bool cw_chunks_normalize (const CwChunkSpec *given, int ndim, const int64_t *shape, CwDtype dtype,
                          CwAxis *const *previous, CwAxis **axes, GError **error);

/* ---- arrays ------------------------------------------------------------------------------- */

typedef struct _CwOp CwOp; /* array-private.h: what an operation declares */

typedef struct _CwArray {
  gatomicrefcount   ref_count;
  const CwOp       *op;
  uint64_t          id;   /* unique in the process; the tail of Dask's names */
  char             *name; /* the layer's name: "random_sample", "sum-aggregate" */
  CwDtype           dtype;
  int               ndim;
  int64_t          *shape; /* ndim, CW_UNKNOWN possible */
  CwAxis          **axes;  /* ndim */
  int               n_inputs;
  struct _CwArray **inputs;
  void             *params; /* the operation's own */
  struct _CwArray  *twin;   /* whose params these are, if not this node's own */
} CwArray;

CwArray *cw_array_ref (CwArray *a);
void     cw_array_unref (CwArray *a);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwArray, cw_array_unref)

int64_t cw_array_n_blocks (const CwArray *a);
int64_t cw_array_size (const CwArray *a); /* elements, CW_UNKNOWN if unknown */
int64_t cw_array_nbytes (const CwArray *a);
bool    cw_array_has_unknown (const CwArray *a);
/* Layers and tasks of the raw graph that computes @a, as Dask counts them. */
void cw_array_count_graph (CwArray *a, int64_t *layers, int64_t *tasks);
/* "dask.array<random_sample, shape=(4, 5), dtype=float64, chunksize=(4, 5), chunktype=numpy.ndarray>" */
char *cw_array_repr (const CwArray *a);
char *cw_array_chunks_to_string (const CwArray *a); /* "((4,), (5,))" */

/* The elements of input @input, from start[k] up to stop[k] along each of its axes, that block @block of @a reads: exact for views, else whole
 * blocks. False where the block does not read that input, or lengths are unknown. */
bool cw_array_input_region (const CwArray *a, const int64_t *block, int input, int64_t *start, int64_t *stop);

/* Checks an axis number, negative counting from the end; AxisError. */
bool cw_axis_number (int64_t axis, int ndim, int *out, GError **error);

/* ---- creation ----------------------------------------------------------------------------- */

/* Constant arrays; @name is the layer's ("ones", "zeros_like", "full", "empty", ...). */
CwArray *cw_array_full (const char *name, int ndim, const int64_t *shape, const CwChunkSpec *chunks,
                        CwDtype dtype, CwScalar value, GError **error);
/* numpy.arange; @dtype CW_DTYPE_NONE: from the arguments. */
CwArray *cw_array_arange (CwScalar start, CwScalar stop, CwScalar step, const CwChunkSpec *chunks, CwDtype dtype,
                          GError **error);
/* @num values from @start to @stop, which is the last one with @endpoint; @dtype CW_DTYPE_NONE: float64. */
CwArray *cw_array_linspace (double start, double stop, int64_t num, bool endpoint, const CwChunkSpec *chunks,
                            CwDtype dtype, GError **error);
/* Ones on diagonal @k of an @n x @m matrix. */
CwArray *cw_array_eye (int64_t n, int64_t m, int64_t k, const CwChunkSpec *chunks, CwDtype dtype, GError **error);
/* The values of @buffer (kept by reference), cut into chunks. @name NULL: "array". */
CwArray *cw_array_from_buffer (CwBuffer *buffer, const CwChunkSpec *chunks, const char *name, GError **error);
/* The buffer behind an array made by cw_array_from_buffer, else NULL (borrowed). */
CwBuffer *cw_array_source_buffer (const CwArray *a);

/* ---- random ------------------------------------------------------------------------------- */

/* A stream of random arrays: the same seed gives the same arrays, whatever their chunks. */
typedef struct {
  uint64_t seed;
  uint32_t next; /* number of the next array drawn from it */
} CwRandomState;

/* @p: the distribution's parameters in NumPy's order (low/high, loc/scale, ...); CwRandomKind says how many. */
CwArray *cw_array_random (CwRandomState *state, CwRandomKind kind, const double *p, int ndim, const int64_t *shape,
                          const CwChunkSpec *chunks, CwDtype dtype, GError **error);
/* The same with parameters that are arrays, at most four, broadcast to @shape: every element has its own. */
CwArray *cw_array_random_of (CwRandomState *state, CwRandomKind kind, int n, CwArray **params, int ndim, const int64_t *shape,
                             const CwChunkSpec *chunks, GError **error);
/* Integers in [low, high). */
CwArray *cw_array_randint (CwRandomState *state, int64_t low, int64_t high, int ndim, const int64_t *shape,
                           const CwChunkSpec *chunks, CwDtype dtype, GError **error);
/* A random order of 0 .. n-1, at once. */
CwBuffer *cw_random_permutation (CwRandomState *state, int64_t n, GError **error);

/* ---- elementwise -------------------------------------------------------------------------- */

/* One operand of an elementwise operation: an array, or a scalar where @array is NULL. */
typedef struct {
  CwArray *array; /* borrowed */
  CwScalar scalar;
} CwOperand;

/* Applies a ufunc to @n operands, at least one of them an array; broadcasts and unifies chunks.
 * @dtype (or CW_DTYPE_NONE) is NumPy's `dtype=`. TypeError where the ufunc does not take the dtypes. */
CwArray *cw_array_ufunc (CwUfunc ufunc, int n, const CwOperand *in, CwDtype dtype, GError **error);
/* The dtype (and the loop's dtype) of that, without making it. */
bool     cw_ufunc_result_dtype (CwUfunc ufunc, int n, const CwOperand *in, CwDtype *out, CwDtype *loop, GError **error);
CwArray *cw_array_astype (CwArray *a, CwDtype dtype, GError **error); /* @a itself if it has that dtype */
/* Common chunks of broadcast operands, as da.unify_chunks; new arrays replace @arrays[i] where rechunked. */
bool cw_arrays_unify (int n, CwArray **arrays, GError **error);
bool cw_shapes_broadcast (int n, CwArray *const *arrays, int *ndim, int64_t *shape, GError **error);

/* The ufunc of an elementwise node; false for other nodes. @zero: is its last operand the number 0? */
bool cw_array_node_ufunc (const CwArray *a, CwUfunc *ufunc, bool *zero);

/* ---- reductions --------------------------------------------------------------------------- */

typedef struct {
  int     n_axes;             /* -1: all axes */
  int     axes[CW_MAX_NDIM];  /* normalized, distinct */
  bool    keepdims;
  CwDtype dtype;       /* of the result, or CW_DTYPE_NONE */
  double  ddof;        /* var, std */
  int     split_every; /* 0: Dask's default, 4 */
} CwReduceOptions;

#define CW_REDUCE_OPTIONS_INIT { .n_axes = -1, .dtype = CW_DTYPE_NONE }

/* Reduces @a: a chunk step, partial steps of split_every blocks, one aggregate step. The result's dtype is NumPy's (sums of
 * integers are int64 or uint64, means float64, arg-reductions int64) unless @options gives one. AxisError, TypeError, ValueError. */
CwArray *cw_array_reduce (CwReduction kind, CwArray *a, const CwReduceOptions *options, GError **error);
/* Running sums or products along @axis ("cumsum", "cumprod", nan forms by @skip_nan). */
CwArray *cw_array_cumulate (CwArray *a, bool product, bool skip_nan, int axis, CwDtype dtype, GError **error);

/* ---- indexing ----------------------------------------------------------------------------- */

typedef enum { CW_INDEX_INT, CW_INDEX_SLICE, CW_INDEX_NEWAXIS, CW_INDEX_ELLIPSIS, CW_INDEX_LIST, CW_INDEX_ARRAY } CwIndexKind;

typedef struct {
  CwIndexKind kind;
  int64_t     start, stop, step;             /* INT: start. SLICE: with the flags below */
  bool        has_start, has_stop, has_step; /* SLICE */
  CwBuffer   *list;                          /* LIST: an eager integer or bool buffer (borrowed) */
  CwArray    *array;                         /* ARRAY: a lazy mask or integer array (borrowed) */
} CwIndex;

/* x[items]: Dask's rules and refusals. */
CwArray *cw_array_index (CwArray *a, int n, const CwIndex *items, GError **error);
/* Resolves a slice on an axis as Python's slice.indices; @count is the length selected. */
void     cw_slice_resolve (const CwIndex *slice, int64_t length, int64_t *start, int64_t *step, int64_t *count);
/* Elements @indices (1-d integers or bools, checked) along @axis; a block for each run of entries from one block. */
CwArray *cw_array_take (CwArray *a, CwBuffer *indices, int axis, GError **error);
/* x.blocks[...]: one slice or int an axis over block numbers. */
CwArray *cw_array_blocks (CwArray *a, int n, const CwIndex *items, GError **error);
/* x[items] = value as a new array; @value broadcasts. */
CwArray *cw_array_set_item (CwArray *a, int n, const CwIndex *items, CwOperand value, GError **error);

/* ---- shape -------------------------------------------------------------------------------- */

/* Result axis k is @a's axis axes[k]; blocks and their chunks move along. */
CwArray *cw_array_transpose (CwArray *a, const int *axes /* NULL: reversed */, GError **error);
/* One of @shape may be -1. NotImplementedError for a reshape that is neither a merge nor a split. */
CwArray *cw_array_reshape (CwArray *a, int ndim, const int64_t *shape, GError **error);
/* The same with Dask's merge_chunks=False: leading axes that go away are cut to single elements first, so that no block has to
 * be merged with others. */
CwArray *cw_array_reshape_unmerged (CwArray *a, int ndim, const int64_t *shape, GError **error);
/* Any reshape, by way of one axis where the shapes neither merge nor split: every block may need pieces of many others. */
CwArray *cw_array_reshape_shuffled (CwArray *a, int ndim, const int64_t *shape, GError **error);
/* @a under the cuts that @chunks describes (NULL: auto, from the present ones); @balance evens out the last blocks. */
CwArray *cw_array_rechunk (CwArray *a, const CwChunkSpec *chunks, bool balance, GError **error);
/* @a cut as @axes say (borrowed); the same array if it is already. */
CwArray *cw_array_rechunk_to (CwArray *a, CwAxis *const *axes, GError **error);
/* Joins along an axis, or along a new one; shapes must agree elsewhere (ValueError), dtypes are promoted, cuts unified. */
CwArray *cw_array_concatenate (int n, CwArray **arrays, int axis, GError **error); /* promotes dtypes */
CwArray *cw_array_stack (int n, CwArray **arrays, int axis, GError **error);
/* Views in which axes are repeated, added, dropped or turned round. ValueError where lengths do not allow it. */
CwArray *cw_array_broadcast_to (CwArray *a, int ndim, const int64_t *shape, const CwChunkSpec *chunks, GError **error);
CwArray *cw_array_expand_dims (CwArray *a, int n, const int *positions, GError **error); /* positions in the result */
CwArray *cw_array_squeeze (CwArray *a, int n_axes, const int *axes /* n_axes == -1: all of length 1 */, GError **error);
CwArray *cw_array_flip (CwArray *a, int n_axes, const int *axes /* n_axes == -1: all */, GError **error);

/* ---- products ----------------------------------------------------------------------------- */

/* Sums over pairs of axes, over the last axis and the last but one, and by the rules of `@` (leading axes broadcast). Dtypes are
 * promoted; lengths must agree (ValueError). */
CwArray *cw_array_tensordot (CwArray *a, CwArray *b, int n, const int *axes_a, const int *axes_b, GError **error);
CwArray *cw_array_dot (CwArray *a, CwArray *b, GError **error);
CwArray *cw_array_matmul (CwArray *a, CwArray *b, GError **error);
/* The OPENBLAS_CORETYPE that suits this processor where OpenBLAS did not recognise it, else NULL. OpenBLAS reads the variable
 * while it is loaded, so a program that wants the speed sets it and starts itself again. */
const char *cw_blas_better_core (void);
/* Ends the threads that OpenBLAS starts while it is loaded and after a call with several, which spin for a tenth of a second and take a
 * processor from the workers. It starts them again where it needs them. */
void cw_blas_end_threads (void);
/* From now on BLAS runs in the thread that calls it: its own would get in the way of the workers, and its sums would depend on how many there are. To be
 * called before its routines. */
void cw_blas_use_one_thread (void);

/* ---- histogram and others that need a whole block ------------------------------------------ */

/* Counts per bin of @edges (1-d float64, increasing), the last bin closed. @weights may be NULL. int64, or
 * float64 with weights or @density. */
CwArray *cw_array_histogram (CwArray *a, CwBuffer *edges, CwArray *weights, bool density, GError **error);

/* ---- what only values can tell -------------------------------------------------------------- */

/* @a with the block lengths along every unknown axis replaced by @lengths[axis] (n blocks each). */
CwArray *cw_array_with_known_chunks (CwArray *a, CwAxis *const *axes, GError **error);

/* ---- any function from buffers to a buffer, as a task a block ---------------------------------- */

/* Computes @n_in whole inputs to one output; @data is @func's own. Runs on one worker. */
typedef CwBuffer *(*CwWholeFunc) (CwBuffer *const *in, int n_in, void *data, GError **error);
/* A lazy array cut as @axes say. @func makes a block from the inputs' blocks: axis k of input i goes along the result's axis
 * follow[i][k] (an axis of one block serves all), or is there as a whole where that is -1. @follow NULL: everything as a whole. */
CwArray *cw_array_blockwise (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs, CwArray **inputs,
                             const int (*follow)[CW_MAX_NDIM], CwDtype dtype, int ndim, CwAxis *const *axes);
/* A stand-in for a block whose values are not there yet: computing it fails with NotImplementedError. */
CwArray *cw_array_placeholder (CwDtype dtype, int ndim, const int64_t *shape);
/* Is the graph behind @root made of elementwise operations on placeholders of its own shape and on numbers alone? */
bool cw_array_is_elementwise (CwArray *root);
/* @root with real values where @placeholders were. */
CwArray *cw_array_fill_placeholders (CwArray *root, int n, CwArray *const *placeholders, CwBuffer *const *values, GError **error);
/* Text: conversion, and where() and comparisons of operands of which at least one is text. */
CwArray  *cw_array_astype_text (CwArray *a, CwDtype dtype, GError **error);
CwBuffer *cw_buffer_cast_text (CwBuffer *b, CwDtype dtype, GError **error);
CwArray  *cw_array_text_operation (CwUfunc ufunc, int n, CwArray *const *operands, GError **error);
/* @func on all of @axis at once, which then has @length elements in one block; the other axes stay cut as they are. */
CwArray *cw_array_along_axis (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, CwArray *a, int axis, int64_t length,
                              CwDtype dtype);
/* A lazy array of the given shape in one chunk that @func makes from all of @inputs. */
CwArray *cw_array_whole (const char *name, CwWholeFunc func, void *data, GDestroyNotify free_data, int n_inputs,
                         CwArray **inputs, CwDtype dtype, int ndim, const int64_t *shape, GError **error);

G_END_DECLS
