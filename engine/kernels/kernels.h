/* kernels.h: loops over elements, built once per instruction set and chosen once at start.
 *
 * A loop works on contiguous strips of at most CW_STRIP elements in one of six loop dtypes; engine/run strings loops
 * together to strip programs. All loops of one name give the same bits in every build for machines with FMA:
 * nothing is contracted, sums have fixed lanes, and vector math comes from SLEEF's reproducible variants.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

/* Elements a strip: 4 KiB of float64, so that a program's registers stay in the first cache. */
#define CW_STRIP 512

/* ---- ufuncs ------------------------------------------------------------------------------- */

typedef enum {
#define U(id, ...) CW_UFUNC_##id,
#define V(id, ...) CW_UFUNC_##id,
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
  CW_N_UFUNCS
} CwUfunc;

/* How the dtype of the loop follows from the operands' promoted dtype p. */
typedef enum {
  CW_RULE_ARITH,       /* p; where there is no bool loop a bool is a TypeError */
  CW_RULE_ARITH_REAL,  /* p; bool runs as int8; complex is a TypeError */
  CW_RULE_INTEGER,     /* p if integer; bool runs as int8; else TypeError */
  CW_RULE_BITWISE,     /* p if bool or integer; else TypeError */
  CW_RULE_DIVIDE,      /* integers and bools: float64; else p */
  CW_RULE_POWER,       /* p; bool runs as int8 */
  CW_RULE_FLOAT_POWER, /* float64, or complex128 for complex */
  CW_RULE_FLOAT,       /* the float that holds p: int8 -> float16, int16 -> float32, else float64 */
  CW_RULE_FLOAT_REAL,  /* the same, complex is a TypeError */
  CW_RULE_COMPARE,     /* p */
  CW_RULE_LOGICAL,     /* bool, by truth value */
  CW_RULE_PREDICATE,   /* as FLOAT */
  CW_RULE_ROUND,       /* p of the first operand alone; bool runs as float16 */
  CW_RULE_LDEXP,       /* FLOAT of the first operand; the second is an integer */
  CW_RULE_WHERE,       /* p of the second and third; the first is a bool */
} CwUfuncRule;

typedef enum { CW_OUT_SAME, CW_OUT_BOOL, CW_OUT_REAL, CW_OUT_INT32 } CwUfuncOut;

typedef struct {
  const char *name;
  int         arity;
  CwUfuncRule rule;
  CwUfuncOut  out;
  const char *loops; /* kinds with a loop: letters of "biufc" */
  const char *doc;
} CwUfuncInfo;

const CwUfuncInfo *cw_ufunc_info (CwUfunc ufunc);
bool               cw_ufunc_from_name (const char *name, CwUfunc *ufunc);
/* Is there a loop for the dtype kind ('b', 'i', 'u', 'f', 'c')? */
bool cw_ufunc_has_loop (CwUfunc ufunc, char kind);

/* ---- loops -------------------------------------------------------------------------------- */

/* The dtypes in which loops exist; every dtype runs in one of them. */
typedef enum { CW_LOOP_BOOL, CW_LOOP_INT64, CW_LOOP_UINT64, CW_LOOP_FLOAT32, CW_LOOP_FLOAT64, CW_LOOP_COMPLEX128, CW_N_LOOPS } CwLoopDtype;

CwLoopDtype cw_loop_of (CwDtype dtype);
CwDtype     cw_loop_dtype (CwLoopDtype loop);

/* out[i] = f (a[i], b[i], c[i]) for i < n; out may be a, b or c. */
typedef void (*CwLoop) (void *out, const void *a, const void *b, const void *c, size_t n);

/* Loops of two steps, whose middle never leaves the processor: out[i] = g (f (a[i], b[i]), c[i]), or g (c[i], f (a[i], b[i])) where that is turned.
 * f and g are additions, subtractions and multiplications of float32 or float64; the bits are those of one step after the other. */
enum { CW_CHAIN_ADD, CW_CHAIN_SUBTRACT, CW_CHAIN_MULTIPLY, CW_N_CHAIN_FIRST, CW_CHAIN_FROM = CW_N_CHAIN_FIRST /* c - f (a, b) */, CW_N_CHAIN_SECOND };

/* ---- reductions --------------------------------------------------------------------------- */

/* One row a reduction: id, NumPy's name, doc. */
#define CW_REDUCTIONS(X)                                                                                   \
  X (SUM, "sum", "Sum of elements over the given axes.")                                                   \
  X (PROD, "prod", "Product of elements over the given axes.")                                             \
  X (MIN, "min", "Smallest element over the given axes; NaN wins.")                                        \
  X (MAX, "max", "Largest element over the given axes; NaN wins.")                                         \
  X (ANY, "any", "Is any element true?")                                                                   \
  X (ALL, "all", "Are all elements true?")                                                                 \
  X (MEAN, "mean", "Arithmetic mean over the given axes.")                                                 \
  X (VAR, "var", "Variance over the given axes; ddof is taken off the divisor.")                           \
  X (STD, "std", "Standard deviation over the given axes.")                                                \
  X (ARGMIN, "argmin", "Position of the first smallest element.")                                          \
  X (ARGMAX, "argmax", "Position of the first largest element.")                                           \
  X (NANSUM, "nansum", "Sum that skips NaN.")                                                              \
  X (NANPROD, "nanprod", "Product that skips NaN.")                                                        \
  X (NANMIN, "nanmin", "Smallest element that is not NaN.")                                                \
  X (NANMAX, "nanmax", "Largest element that is not NaN.")                                                 \
  X (NANMEAN, "nanmean", "Mean that skips NaN.")                                                           \
  X (NANVAR, "nanvar", "Variance that skips NaN.")                                                         \
  X (NANSTD, "nanstd", "Standard deviation that skips NaN.")                                               \
  X (NANARGMIN, "nanargmin", "Position of the smallest element that is not NaN.")                          \
  X (NANARGMAX, "nanargmax", "Position of the largest element that is not NaN.")

typedef enum {
#define X(id, name, doc) CW_REDUCE_##id,
  CW_REDUCTIONS (X)
#undef X
  CW_N_REDUCTIONS
} CwReduction;

typedef struct {
  const char *name, *doc;
} CwReductionInfo;
const CwReductionInfo *cw_reduction_info (CwReduction r);

/* ---- random ------------------------------------------------------------------------------- */

/* Distributions whose element i is a function of (seed, stream, i). */
typedef enum {
  CW_RANDOM_UNIFORM,     /* p: low, high (random: 0, 1) */
  CW_RANDOM_NORMAL,      /* p: loc, scale */
  CW_RANDOM_EXPONENTIAL, /* p: scale */
  CW_RANDOM_POISSON,     /* p: lam; int64 */
  CW_RANDOM_INTEGERS,    /* low in the key's .low, range in .range; int64 */
  CW_RANDOM_BINOMIAL,    /* p: n, p; int64 */
  CW_RANDOM_GAMMA,       /* p: shape, scale */
  CW_RANDOM_LAPLACE,     /* p: loc, scale */
  CW_N_RANDOM
} CwRandomKind;

typedef struct {
  CwRandomKind kind;
  uint64_t     seed;
  uint32_t     stream; /* number of the array drawn from the seed */
  double       p[4];
  int64_t      low;
  uint64_t     range; /* number of integers to choose from; 0: all 2^64 */
} CwRandomSource;

/* Philox 4x32-10 of one counter; the reference that vector builds are checked against.
 * Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (2011). */
void cw_philox4x32 (const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/* ---- the table of one build --------------------------------------------------------------- */

typedef struct {
  const char *isa; /* "x86-64", "x86-64-v3", "x86-64-v4", "generic" */
  CwLoop      ufunc[CW_N_UFUNCS][CW_N_LOOPS]; /* NULL where there is none */
  CwLoop      cast[CW_N_DTYPES][CW_N_DTYPES]; /* [to][from]; b and c unused */
  CwLoop      chain[CW_N_LOOPS][CW_N_CHAIN_FIRST][CW_N_CHAIN_SECOND]; /* see cw_kernels_chain */
  /* Sum of n elements in fixed order: 32 lanes, then pairwise. int64 and uint64 wrap. */
  int64_t (*sum_i64) (const int64_t *a, size_t n);
  double (*sum_f64) (const double *a, size_t n);
  double complex (*sum_c128) (const double complex *a, size_t n);
  double (*sum_sq_f64) (const double *a, double mean, size_t n); /* sum of (a - mean)^2 */
  /* sums[i]: what sum_f64, or with @means sum_sq_f64 about means[i], makes of run i of @runs runs of @n values, one after the other. */
  void (*sum_runs_f64) (double *sums, const double *a, const double *means, size_t runs, size_t n);
  /* out[i] = src[i * stride bytes], elements of 1, 2, 4, 8 or 16 bytes. */
  void (*gather) (void *out, const void *src, int64_t stride, size_t n, int item);
  /* The values whose mask is true, one after the other; their number. @out has room for @n. */
  size_t (*compress) (void *out, const void *values, const uint8_t *mask, size_t n, int item);
  /* out (columns x rows, contiguous) = transpose of src: out[c * rows + r] = src[r * row_stride + c * col_stride]. */
  void (*transpose) (void *out, const void *src, int64_t row_stride, int64_t col_stride, size_t rows, size_t columns,
                     int item);
  /* Elements first, first + step, ... (n of them) of the random array, as float64 or int64 by kind. */
  void (*random) (void *out, const CwRandomSource *source, uint64_t first, int64_t step, size_t n);
  /* Adds one to counts[bin] for each element; bins by binary search, or by arithmetic when uniform. */
  void (*histogram) (int64_t *counts, const double *a, size_t n, const double *edges, size_t bins, bool uniform);
} CwKernels;

/* The build for this machine, or the one that CHUNKWISE_ISA names. */
const CwKernels *cw_kernels (void);
/* The loop that does the work of @f and then of @g, its first operand, or where @turned its second, being what @f made; NULL if there is none. */
CwLoop           cw_kernels_chain (const CwKernels *k, CwLoop f, CwLoop g, bool turned);
#define CW_NO_NEGATIVE_POWERS "Integers to negative integer powers are not allowed. Make the base a float: x.astype(float)"

/* Loops cannot fail. One that meets integers to negative integer powers, which have no result, sets this in its thread; cw_loop_is_refused takes the mark
 * away, and is true with the error (ValueError) if there was one. */
extern _Thread_local bool cw_loop_refused;
bool                      cw_loop_is_refused (GError **error);
/* The @n values of @b, some thousands at most, from element @first (in C order) on, as contiguous @dtype: where they stand if they do so, else put into
 * @room. */
const void *cw_values_at (const CwBuffer *b, int64_t first, size_t n, CwDtype dtype, void *room);
/* Builds that this machine can run, best last; for tests. */
int              cw_kernels_n (void);
const CwKernels *cw_kernels_nth (int i);

G_END_DECLS
