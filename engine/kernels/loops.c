/* loops.c: all loops over elements. Built once per instruction set (meson.build sets CW_BUILD and CW_BUILD_NAME); the
 * loop bodies come from ufuncs.def. Everything is written so that each build computes the same bits: no contraction,
 * sums in fixed lanes, SLEEF's reproducible variants. */
#include "engine/kernels/kernels.h"
#include "engine/kernels/loop-math.h"
#include "engine/kernels/simd.h"

#include <string.h>

static CwKernels build;

#define CW_PASTE2(a, b) a##b
#define CW_PASTE(a, b) CW_PASTE2 (a, b)

/* ---- ufunc loops ---- */

#define CW_LOOP(name, T, OT, BODY)                                                               \
  static void name (void *out, const void *pa, const void *pb, const void *pc, size_t n)         \
  {                                                                                              \
    OT      *o  = out;                                                                           \
    const T *va = pa, *vb = pb, *vc = pc;                                                        \
    (void) vb;                                                                                   \
    (void) vc;                                                                                   \
    _Pragma ("GCC ivdep") for (size_t i = 0; i < n; i++)                                         \
    {                                                                                            \
      BODY                                                                                       \
    }                                                                                            \
  }
#define CW_ARGS_1 T a = va[i]; (void) a;
#define CW_ARGS_2 T a = va[i], b = vb[i]; (void) a; (void) b;
#define CW_ARGS_3 T a = va[i], b = vb[i], c = vc[i]; (void) a; (void) b; (void) c;
#define CW_OUT_T_SAME(T, R) T
#define CW_OUT_T_BOOL(T, R) uint8_t
#define CW_OUT_T_REAL(T, R) R
#define CW_OUT_T_INT32(T, R) int32_t

/* `where` reads its condition as bytes, whatever the dtype of the choices. */
#define CW_WHERE(name, T)                                                                        \
  static void name (void *out, const void *pa, const void *pb, const void *pc, size_t n)         \
  {                                                                                              \
    T             *o = out;                                                                      \
    const uint8_t *a = pa;                                                                       \
    const T       *b = pb, *c = pc;                                                              \
    _Pragma ("GCC ivdep") for (size_t i = 0; i < n; i++) o[i] = a[i] ? b[i] : c[i];              \
  }

#define F(fn) CW_PASTE (fn, CW_SUFFIX)
#define T uint8_t
#define CW_SUFFIX
#define U(id, arity, rule, out, loops, b_, i_, u_, f_, c_, doc) \
  CW_LOOP (id##_bool, uint8_t, CW_OUT_T_##out (uint8_t, uint8_t), CW_ARGS_##arity o[i] = (b_);)
#define V(id, ...)
#include "engine/kernels/ufuncs.def"
#undef U
#undef T
#define T int64_t
#define U(id, arity, rule, out, loops, b_, i_, u_, f_, c_, doc) \
  CW_LOOP (id##_int64, int64_t, CW_OUT_T_##out (int64_t, int64_t), CW_ARGS_##arity o[i] = (i_);)
#undef V
#define V(id, arity, rule, loops, i_, u_, f_, c_, doc) CW_LOOP (id##_int64, int64_t, int64_t, CW_ARGS_##arity o[i] = (i_);)
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
#undef T
#define T uint64_t
#define U(id, arity, rule, out, loops, b_, i_, u_, f_, c_, doc) \
  CW_LOOP (id##_uint64, uint64_t, CW_OUT_T_##out (uint64_t, uint64_t), CW_ARGS_##arity o[i] = (u_);)
#define V(id, arity, rule, loops, i_, u_, f_, c_, doc) CW_LOOP (id##_uint64, uint64_t, uint64_t, CW_ARGS_##arity o[i] = (u_);)
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
#undef T
#define T double complex
#define U(id, arity, rule, out, loops, b_, i_, u_, f_, c_, doc) \
  CW_LOOP (id##_complex128, double complex, CW_OUT_T_##out (double complex, double), CW_ARGS_##arity o[i] = (c_);)
#define V(id, arity, rule, loops, i_, u_, f_, c_, doc) \
  CW_LOOP (id##_complex128, double complex, double complex, CW_ARGS_##arity o[i] = (c_);)
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
#undef T

/* Vector math on @n floats; the tail goes through one padded vector. */
#ifdef CW_VD
#define CW_VLOOP_1(name, T, VT, fn)                                                              \
  static void name (void *out, const void *pa, const void *pb, const void *pc, size_t n)         \
  {                                                                                              \
    enum { N = sizeof (VT) / sizeof (T) };                                                       \
    T      *o = out;                                                                             \
    const T *a = pa;                                                                             \
    size_t  i = 0;                                                                               \
    VT      v;                                                                                   \
    for (; i + N <= n; i += N) {                                                                 \
      memcpy (&v, a + i, sizeof v);                                                              \
      v = fn (v);                                                                                \
      memcpy (o + i, &v, sizeof v);                                                              \
    }                                                                                            \
    if (i < n) {                                                                                 \
      v = (VT){ 0 };                                                                             \
      memcpy (&v, a + i, (n - i) * sizeof (T));                                                  \
      v = fn (v);                                                                                \
      memcpy (o + i, &v, (n - i) * sizeof (T));                                                  \
    }                                                                                            \
  }
#define CW_VLOOP_2(name, T, VT, fn)                                                              \
  static void name (void *out, const void *pa, const void *pb, const void *pc, size_t n)         \
  {                                                                                              \
    enum { N = sizeof (VT) / sizeof (T) };                                                       \
    T      *o = out;                                                                             \
    const T *a = pa, *b = pb;                                                                    \
    for (size_t i = 0; i < n; i += N) {                                                          \
      size_t k = MIN ((size_t) N, n - i);                                                        \
      VT     v = { 0 }, w = { 0 };                                                               \
      memcpy (&v, a + i, k * sizeof (T));                                                        \
      memcpy (&w, b + i, k * sizeof (T));                                                        \
      v = fn (v, w);                                                                             \
      memcpy (o + i, &v, k * sizeof (T));                                                        \
    }                                                                                            \
  }
#define CW_VMATH(id, arity, T, VT, fn, libm) CW_VLOOP_##arity (id, T, VT, fn)
#else
#define CW_CALL_1(fn) fn (a)
#define CW_CALL_2(fn) fn (a, b)
#define CW_VMATH(id, arity, T, VT, fn, libm) CW_LOOP (id, T, T, CW_ARGS_##arity o[i] = CW_CALL_##arity (libm);)
#endif

#define T double
#define U(id, arity, rule, out, loops, b_, i_, u_, f_, c_, doc) \
  CW_LOOP (id##_float64, double, CW_OUT_T_##out (double, double), CW_ARGS_##arity o[i] = (f_);)
#define V(id, arity, rule, loops, i_, u_, f_, c_, doc) CW_VMATH (id##_float64, arity, double, CW_VD, CW_VMATH_D (f_), f_)
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
#undef T
#undef CW_SUFFIX
#define CW_SUFFIX f
#define T float
#define U(id, arity, rule, out, loops, b_, i_, u_, f_, c_, doc) \
  CW_LOOP (id##_float32, float, CW_OUT_T_##out (float, float), CW_ARGS_##arity o[i] = (f_);)
#define V(id, arity, rule, loops, i_, u_, f_, c_, doc) CW_VMATH (id##_float32, arity, float, CW_VF, CW_VMATH_F (f_), f_##f)
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
#undef T

CW_WHERE (choose_bool, uint8_t)
CW_WHERE (choose_int64, int64_t)
CW_WHERE (choose_float32, float)
CW_WHERE (choose_complex128, double complex)

static void
fill_ufuncs (void)
{
#define CW_ROW(id)                                                     \
  if (cw_ufunc_has_loop (CW_UFUNC_##id, 'i'))                          \
    build.ufunc[CW_UFUNC_##id][CW_LOOP_INT64] = id##_int64;            \
  if (cw_ufunc_has_loop (CW_UFUNC_##id, 'u'))                          \
    build.ufunc[CW_UFUNC_##id][CW_LOOP_UINT64] = id##_uint64;          \
  if (cw_ufunc_has_loop (CW_UFUNC_##id, 'f')) {                        \
    build.ufunc[CW_UFUNC_##id][CW_LOOP_FLOAT32] = id##_float32;        \
    build.ufunc[CW_UFUNC_##id][CW_LOOP_FLOAT64] = id##_float64;        \
  }                                                                    \
  if (cw_ufunc_has_loop (CW_UFUNC_##id, 'c'))                          \
    build.ufunc[CW_UFUNC_##id][CW_LOOP_COMPLEX128] = id##_complex128;
#define U(id, ...)                                                     \
  if (cw_ufunc_has_loop (CW_UFUNC_##id, 'b'))                          \
    build.ufunc[CW_UFUNC_##id][CW_LOOP_BOOL] = id##_bool;              \
  CW_ROW (id)
#define V(id, ...) CW_ROW (id)
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
#undef CW_ROW
  CwLoop *choose             = build.ufunc[CW_UFUNC_where];
  choose[CW_LOOP_BOOL]       = choose_bool;
  choose[CW_LOOP_INT64]      = choose_int64;
  choose[CW_LOOP_UINT64]     = choose_int64;
  choose[CW_LOOP_FLOAT32]    = choose_float32;
  choose[CW_LOOP_FLOAT64]    = choose_int64;
  choose[CW_LOOP_COMPLEX128] = choose_complex128;
}

/* ---- chains ---- */

#define CW_CHAIN(name, T, F, G)                                                                  \
  static void name (void *out, const void *pa, const void *pb, const void *pc, size_t n)         \
  {                                                                                              \
    T       *o = out;                                                                            \
    const T *va = pa, *vb = pb, *vc = pc;                                                        \
    _Pragma ("GCC ivdep") for (size_t i = 0; i < n; i++)                                         \
    {                                                                                            \
      T t = va[i] F vb[i], c = vc[i];                                                            \
      o[i] = G;                                                                                  \
    }                                                                                            \
  }
#define CW_CHAINS(T, first, F)                                                                   \
  CW_CHAIN (first##_add_##T, T, F, t + c)                                                        \
  CW_CHAIN (first##_subtract_##T, T, F, t - c)                                                   \
  CW_CHAIN (first##_from_##T, T, F, c - t)                                                       \
  CW_CHAIN (first##_multiply_##T, T, F, t * c)
#define CW_CHAINS_OF(T) CW_CHAINS (T, add, +) CW_CHAINS (T, subtract, -) CW_CHAINS (T, multiply, *)
CW_CHAINS_OF (float)
CW_CHAINS_OF (double)

static void
fill_chains (void)
{
#define CW_ROW(T, first)                                                                                                                   \
  { [CW_CHAIN_ADD] = first##_add_##T, [CW_CHAIN_SUBTRACT] = first##_subtract_##T, [CW_CHAIN_MULTIPLY] = first##_multiply_##T,              \
    [CW_CHAIN_FROM] = first##_from_##T }
#define CW_TABLE(T) { [CW_CHAIN_ADD] = CW_ROW (T, add), [CW_CHAIN_SUBTRACT] = CW_ROW (T, subtract), [CW_CHAIN_MULTIPLY] = CW_ROW (T, multiply) }
  static const CwLoop f32[CW_N_CHAIN_FIRST][CW_N_CHAIN_SECOND] = CW_TABLE (float), f64[CW_N_CHAIN_FIRST][CW_N_CHAIN_SECOND] = CW_TABLE (double);
#undef CW_TABLE
#undef CW_ROW
  memcpy (build.chain[CW_LOOP_FLOAT32], f32, sizeof f32);
  memcpy (build.chain[CW_LOOP_FLOAT64], f64, sizeof f64);
}

/* ---- casts ---- */

static inline int64_t
cw_float_to_int (double x)
{
  return x >= -9223372036854775808.0 && x < 9223372036854775808.0 ? (int64_t) x : INT64_MIN;
}

static inline uint64_t
cw_float_to_uint (double x)
{
  return x >= 9223372036854775808.0 && x < 18446744073709551616.0 ? (uint64_t) x : (uint64_t) cw_float_to_int (x);
}

#define CW_ID(d) CW_PASTE (CW_, d)
#define CW_FROM BOOL
#define CW_FROM_T uint8_t
#define CW_FROM_KIND 'b'
#include "engine/kernels/cast.inc"
#define CW_FROM INT8
#define CW_FROM_T int8_t
#define CW_FROM_KIND 'i'
#include "engine/kernels/cast.inc"
#define CW_FROM INT16
#define CW_FROM_T int16_t
#define CW_FROM_KIND 'i'
#include "engine/kernels/cast.inc"
#define CW_FROM INT32
#define CW_FROM_T int32_t
#define CW_FROM_KIND 'i'
#include "engine/kernels/cast.inc"
#define CW_FROM INT64
#define CW_FROM_T int64_t
#define CW_FROM_KIND 'i'
#include "engine/kernels/cast.inc"
#define CW_FROM UINT8
#define CW_FROM_T uint8_t
#define CW_FROM_KIND 'u'
#include "engine/kernels/cast.inc"
#define CW_FROM UINT16
#define CW_FROM_T uint16_t
#define CW_FROM_KIND 'u'
#include "engine/kernels/cast.inc"
#define CW_FROM UINT32
#define CW_FROM_T uint32_t
#define CW_FROM_KIND 'u'
#include "engine/kernels/cast.inc"
#define CW_FROM UINT64
#define CW_FROM_T uint64_t
#define CW_FROM_KIND 'u'
#include "engine/kernels/cast.inc"
#define CW_FROM FLOAT16
#define CW_FROM_T _Float16
#define CW_FROM_KIND 'f'
#include "engine/kernels/cast.inc"
#define CW_FROM FLOAT32
#define CW_FROM_T float
#define CW_FROM_KIND 'f'
#include "engine/kernels/cast.inc"
#define CW_FROM FLOAT64
#define CW_FROM_T double
#define CW_FROM_KIND 'f'
#include "engine/kernels/cast.inc"
#define CW_FROM COMPLEX64
#define CW_FROM_T float complex
#define CW_FROM_KIND 'c'
#include "engine/kernels/cast.inc"
#define CW_FROM COMPLEX128
#define CW_FROM_T double complex
#define CW_FROM_KIND 'c'
#include "engine/kernels/cast.inc"

static void
fill_casts (void)
{
#define X(id, name, kind, code, size, ctype) cast_fill_from_##id ();
  CW_DTYPES (X)
#undef X
}

/* ---- sums ---- */

enum { LANES = 32 };

enum { SIDE = 8 }; /* short runs that are summed side by side */

/* Pairwise sum of the lanes down to @width of them. */
static inline void
fold_lanes (double *lanes, int width)
{
  for (int half = LANES / 2; half >= width; half /= 2)
    for (int i = 0; i < half; i++)
      lanes[i] += lanes[i + half];
}

#define CW_LANE_SUM(value)                                   \
  double lanes[LANES] __attribute__ ((aligned (64))) = { 0 }; \
  size_t i                                           = 0;     \
  for (; i + LANES <= n; i += LANES)                          \
    for (int l = 0; l < LANES; l++) {                         \
      double x = a[i + (size_t) l];                           \
      lanes[l] += (value);                                    \
    }                                                         \
  double *rest = lanes;                                       \
  for (; i + SIDE <= n; i += SIDE, rest += SIDE)              \
    for (int l = 0; l < SIDE; l++) {                          \
      double x = a[i + (size_t) l];                           \
      rest[l] += (value);                                     \
    }                                                         \
  for (; i < n; i++, rest++) {                                \
    double x = a[i];                                          \
    *rest += (value);                                         \
  }

static double
sum_f64 (const double *a, size_t n)
{
  CW_LANE_SUM (x)
  fold_lanes (lanes, 1);
  return lanes[0];
}

static double
sum_sq_f64 (const double *a, double mean, size_t n)
{
  CW_LANE_SUM ((x - mean) * (x - mean))
  fold_lanes (lanes, 1);
  return lanes[0];
}

/* SIDE runs of at most LANES values: a run is a column here, and lanes are folded in all of them at once. */
static inline void
sum_short_runs (double *sums, const double *a, const double *means, size_t n)
{
  typedef double Side __attribute__ ((vector_size (SIDE * sizeof (double))));
  Side   lanes[LANES], mean = { 0 };
  size_t width = 1;
  while (width < n)
    width *= 2;
  if (means)
    memcpy (&mean, means, sizeof mean);
  for (size_t l = 0; l < n; l++) {
    const double *x = a + l;
    Side          v = { x[0], x[n], x[2 * n], x[3 * n], x[4 * n], x[5 * n], x[6 * n], x[7 * n] };
    lanes[l]        = means ? (v - mean) * (v - mean) : 0 + v;
  }
  for (size_t l = n; l < width; l++)
    lanes[l] = (Side){ 0 };
  for (size_t half = width / 2; half > 0; half /= 2)
    for (size_t l = 0; l < half; l++)
      lanes[l] += lanes[l + half];
  memcpy (sums, lanes, sizeof *lanes);
}

static void
sum_runs_f64 (double *sums, const double *a, const double *means, size_t runs, size_t n)
{
  bool side = n <= LANES && runs >= SIDE;
  for (size_t i = 0; i < runs; i += side ? SIDE : 1) {
    if (side)
      i = MIN (i, runs - SIDE); /* the last ones, some of them for a second time */
    if (side)
      sum_short_runs (sums + i, a + i * n, means ? means + i : NULL, n);
    else
      sums[i] = means ? sum_sq_f64 (a + i * n, means[i], n) : sum_f64 (a + i * n, n);
  }
}

/* Real and imaginary parts fall on even and odd lanes. */
static double complex
sum_c128 (const double complex *z, size_t count)
{
  const double *a = (const double *) z;
  size_t        n = 2 * count;
  CW_LANE_SUM (x)
  fold_lanes (lanes, 2);
  return CMPLX (lanes[0], lanes[1]);
}

static int64_t
sum_i64 (const int64_t *a, size_t n)
{
  uint64_t sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += (uint64_t) a[i];
  return (int64_t) sum;
}

/* ---- moving elements ---- */

#define CW_GATHER(ctype)                                   \
  {                                                        \
    ctype      *o = out;                                   \
    const char *s = src;                                   \
    for (size_t i = 0; i < n; i++)                         \
      o[i] = *(const ctype *) (s + (int64_t) i * stride);  \
    break;                                                 \
  }

static void
gather (void *out, const void *src, int64_t stride, size_t n, int item)
{
  if (stride == item) {
    memcpy (out, src, n * (size_t) item);
    return;
  }
  switch (item) {
  case 1: CW_GATHER (uint8_t)
  case 2: CW_GATHER (uint16_t)
  case 4: CW_GATHER (uint32_t)
  case 8: CW_GATHER (uint64_t)
  case 16: CW_GATHER (double complex)
  default: /* text */
    for (size_t i = 0; i < n; i++)
      memcpy ((char *) out + i * (size_t) item, (const char *) src + (int64_t) i * stride, (size_t) item);
  }
}

/* Stores always and advances when selected: no branch to mispredict. */
#define CW_COMPRESS(ctype)                 \
  for (size_t i = 0; i < n; i++) {         \
    ((ctype *) out)[k] = ((const ctype *) values)[i]; \
    k += mask[i] != 0;                     \
  }

static size_t
compress (void *out, const void *values, const uint8_t *mask, size_t n, int item)
{
  size_t k = 0;
  switch (item) {
  case 1: CW_COMPRESS (uint8_t) break;
  case 2: CW_COMPRESS (uint16_t) break;
  case 4: CW_COMPRESS (uint32_t) break;
  case 8: CW_COMPRESS (uint64_t) break;
  default: CW_COMPRESS (double complex) break;
  }
  return k;
}

/* In squares of 16 x 16, so that both sides stay in cache lines. */
#define CW_TRANSPOSE(ctype)                                                                       \
  for (size_t r0 = 0; r0 < rows; r0 += 16)                                                        \
    for (size_t c0 = 0; c0 < columns; c0 += 16)                                                   \
      for (size_t c = c0; c < MIN (c0 + 16, columns); c++)                                        \
        for (size_t r = r0; r < MIN (r0 + 16, rows); r++)                                         \
          ((ctype *) out)[c * rows + r] =                                                         \
            *(const ctype *) ((const char *) src + (int64_t) r * row_stride + (int64_t) c * col_stride);

static void
transpose (void *out, const void *src, int64_t row_stride, int64_t col_stride, size_t rows, size_t columns, int item)
{
  switch (item) {
  case 1: CW_TRANSPOSE (uint8_t) break;
  case 2: CW_TRANSPOSE (uint16_t) break;
  case 4: CW_TRANSPOSE (uint32_t) break;
  case 8: CW_TRANSPOSE (uint64_t) break;
  case 16: CW_TRANSPOSE (double complex) break;
  default: /* text */
    for (size_t r = 0; r < rows; r++)
      for (size_t c = 0; c < columns; c++)
        memcpy ((char *) out + (c * rows + r) * (size_t) item, (const char *) src + (int64_t) r * row_stride + (int64_t) c * col_stride, (size_t) item);
  }
}

/* ---- histogram ---- */

enum { UNIFORM_BINS = 1024 }; /* tables of more do not stay in the first cache: binary search does as well */

/* Evenly spaced bins: all positions by arithmetic, mended by comparing with the edges themselves, as NumPy does, then counted in several tables, so that equal neighbours do
 * not wait for each other. Bin @bins is for what lies outside. */
static void
histogram_uniform (int64_t *counts, const double *a, size_t n, const double *edges, size_t bins)
{
  enum { TABLES = 4, TABLE = UNIFORM_BINS + 1 };
  double   first = edges[0], last = edges[bins], scale = (double) bins / (last - first), most = (double) bins;
  uint32_t table[TABLES][TABLE], bin[CW_STRIP + TABLES];
  int32_t  top = (int32_t) bins - 1; /* 32 bits: AVX2 has no conversion to 64 */
  for (int l = 0; l < TABLES; l++)
    memset (table[l], 0, (bins + 1) * sizeof **table);
  for (size_t start = 0; start < n; start += CW_STRIP) {
    size_t count = MIN ((size_t) CW_STRIP, n - start);
    for (size_t i = 0; i < count; i++) {
      double  x = a[start + i], t = (x - first) * scale;
      t         = x >= first ? t : 0;
      int32_t b = (int32_t) (t < most ? t : most); /* what lies outside, or is no number, is sorted out below */
      b         = b > top ? top : b;
      b -= x < edges[b] ? 1 : 0;
      b = b < 0 ? 0 : b;
      b += x >= edges[b + 1] && b < top ? 1 : 0;
      bin[i] = (uint32_t) (x >= first && x <= last ? b : top + 1);
    }
    for (size_t i = count; i % TABLES; i++)
      bin[i] = (uint32_t) bins;
    for (size_t i = 0; i < count; i += TABLES)
      for (int l = 0; l < TABLES; l++)
        table[l][bin[i + (size_t) l]]++;
  }
  for (size_t b = 0; b < bins; b++)
    for (int l = 0; l < TABLES; l++)
      counts[b] += table[l][b];
}

static void
histogram (int64_t *counts, const double *a, size_t n, const double *edges, size_t bins, bool uniform)
{
  if (uniform && bins <= UNIFORM_BINS) {
    histogram_uniform (counts, a, n, edges, bins);
    return;
  }
  double first = edges[0], last = edges[bins];
  for (size_t i = 0; i < n; i++) {
    double x = a[i];
    if (!(x >= first && x <= last))
      continue;
    size_t low = 0, high = bins;
    while (high - low > 1) {
      size_t mid = (low + high) / 2;
      if (x >= edges[mid])
        low = mid;
      else
        high = mid;
    }
    counts[low]++;
  }
}

#include "engine/kernels/random.inc"

const CwKernels *CW_PASTE (cw_kernels_build_, CW_BUILD) (void);

/* The table of this build, filled at the first call. */
const CwKernels *
CW_PASTE (cw_kernels_build_, CW_BUILD) (void)
{
  static size_t once;
  if (g_once_init_enter (&once)) {
    build.isa = CW_BUILD_NAME;
    fill_ufuncs ();
    fill_casts ();
    fill_chains ();
    build.sum_i64    = sum_i64;
    build.sum_f64    = sum_f64;
    build.sum_c128   = sum_c128;
    build.sum_sq_f64 = sum_sq_f64;
    build.sum_runs_f64 = sum_runs_f64;
    build.gather     = gather;
    build.compress   = compress;
    build.transpose  = transpose;
    build.random     = random_fill;
    build.histogram  = histogram;
    g_once_init_leave (&once, 1);
  }
  return &build;
}
