/* loop-math.h: the small functions that loop bodies in ufuncs.def call. Included by loops.c only. */
#pragma once

#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdint.h>

#define cw_clip(a, b, c) ((a) < (b) ? ((b) > (c) ? (c) : (b)) : ((a) > (c) ? (c) : (a)))
#define cw_max_of(a) _Generic ((a), float: FLT_MAX, default: DBL_MAX)

/* ---- integers: division by zero gives 0, as NumPy does ---- */

static inline int64_t
cw_floor_div_i (int64_t a, int64_t b)
{
  if (b == 0)
    return 0;
  if (b == -1)
    return -a;
  int64_t q = a / b;
  return q - (a % b != 0 && (a < 0) != (b < 0));
}

static inline int64_t
cw_mod_i (int64_t a, int64_t b)
{
  if (b == 0 || b == -1)
    return 0;
  int64_t r = a % b;
  return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

static inline int64_t
cw_fmod_i (int64_t a, int64_t b)
{
  return b == 0 || b == -1 ? 0 : a % b;
}

static inline int64_t
cw_reciprocal_i (int64_t a)
{
  return a == 0 ? INT64_MIN : 1 / a;
}

static inline uint64_t
cw_pow_u (uint64_t a, uint64_t n)
{
  uint64_t r = 1;
  for (; n; n >>= 1, a *= a)
    if (n & 1)
      r *= a;
  return r;
}

/* A negative power that is a scalar is refused before a loop starts; those in arrays are found here. */
static inline int64_t
cw_pow_i (int64_t a, int64_t n)
{
  if (n < 0) {
    cw_loop_refused = true;
    return 0;
  }
  return (int64_t) cw_pow_u ((uint64_t) a, (uint64_t) n);
}

static inline uint64_t
cw_gcd_u (uint64_t a, uint64_t b)
{
  while (b) {
    uint64_t r = a % b;
    a          = b;
    b          = r;
  }
  return a;
}

static inline int64_t
cw_gcd_i (int64_t a, int64_t b)
{
  return (int64_t) cw_gcd_u (a < 0 ? -(uint64_t) a : (uint64_t) a, b < 0 ? -(uint64_t) b : (uint64_t) b);
}

static inline uint64_t
cw_lcm_u (uint64_t a, uint64_t b)
{
  uint64_t g = cw_gcd_u (a, b);
  return g ? a / g * b : 0;
}

static inline int64_t
cw_lcm_i (int64_t a, int64_t b)
{
  return (int64_t) cw_lcm_u (a < 0 ? -(uint64_t) a : (uint64_t) a, b < 0 ? -(uint64_t) b : (uint64_t) b);
}

static inline int64_t
cw_shl_i (int64_t a, int64_t b)
{
  return (uint64_t) b < 64 ? (int64_t) ((uint64_t) a << b) : 0;
}

static inline int64_t
cw_shr_i (int64_t a, int64_t b)
{
  return a >> ((uint64_t) b < 63 ? b : 63);
}

/* 10 to the power of @n, 0 or more; the powers that double, and of them those that float can hold exactly, without computing them. */
static const double cw_powers_of_ten[]
  = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

static inline double
cw_power_of_ten (double n)
{
  return n <= 22 && n == (double) (int) n ? cw_powers_of_ten[(int) n] : pow (10, n);
}

static inline float
cw_power_of_tenf (float n)
{
  return n <= 10 && n == (float) (int) n ? (float) cw_powers_of_ten[(int) n] : powf (10, n);
}

/* Decimals below zero round integers to tens, hundreds, ...; halves to even. */
static inline int64_t
cw_round_i (int64_t a, int64_t decimals)
{
  if (decimals >= 0)
    return a;
  double scale = cw_power_of_ten ((double) -decimals);
  return (int64_t) (rint ((double) a / scale) * scale);
}

static inline uint64_t
cw_round_u (uint64_t a, uint64_t decimals)
{
  return (int64_t) decimals >= 0 ? a : (uint64_t) cw_round_i ((int64_t) a, (int64_t) decimals);
}

/* ---- floats: each function once for double and once for float ---- */

#define CW_FLOAT_FUNCTIONS(T, S)                                       \
  static inline T cw_mod##S (T a, T b)                                 \
  {                                                                    \
    T r = fmod##S (a, b);                                              \
    if (b == 0 || r != r)                                              \
      return r;                                                        \
    if (r == 0)                                                        \
      return copysign##S (0, b);                                       \
    return (r < 0) != (b < 0) ? r + b : r;                             \
  }                                                                    \
  static inline T cw_floor_div##S (T a, T b)                           \
  {                                                                    \
    if (b == 0)                                                        \
      return a / b;                                                    \
    T r = fmod##S (a, b), q = (a - r) / b;                             \
    if (r != 0 && (r < 0) != (b < 0))                                  \
      q -= 1;                                                          \
    if (q == 0)                                                        \
      return copysign##S (0, a / b);                                   \
    T f = floor##S (q);                                                \
    return q - f > (T) 0.5 ? f + 1 : f;                                \
  }                                                                    \
  static inline T cw_round##S (T a, T decimals)                        \
  {                                                                    \
    T scale = cw_power_of_ten##S (fabs##S (decimals));                 \
    if (decimals == 0)                                                 \
      return rint##S (a);                                              \
    return decimals > 0 ? rint##S (a * scale) / scale : rint##S (a / scale) * scale; \
  }                                                                    \
  static inline T cw_logaddexp##S (T a, T b)                           \
  {                                                                    \
    if (a == b)                                                        \
      return a + (T) M_LN2;                                            \
    T d = a - b;                                                       \
    return d > 0 ? a + log1p##S (exp##S (-d)) : d <= 0 ? b + log1p##S (exp##S (d)) : d; \
  }                                                                    \
  static inline T cw_logaddexp2##S (T a, T b)                          \
  {                                                                    \
    if (a == b)                                                        \
      return a + 1;                                                    \
    T d = a - b, k = (T) (1 / M_LN2);                                  \
    return d > 0 ? a + k * log1p##S (exp2##S (-d)) : d <= 0 ? b + k * log1p##S (exp2##S (d)) : d; \
  }                                                                    \
  static inline T cw_spacing##S (T a)                                  \
  {                                                                    \
    return isinf (a) ? (T) NAN : nextafter##S (a, copysign##S ((T) INFINITY, a)) - a; \
  }                                                                    \
  static inline T cw_frexp_mantissa##S (T a)                           \
  {                                                                    \
    int e;                                                             \
    return frexp##S (a, &e);                                           \
  }                                                                    \
  static inline int cw_frexp_exponent##S (T a)                         \
  {                                                                    \
    int e = 0;                                                         \
    frexp##S (a, &e);                                                  \
    return isfinite (a) ? e : 0;                                       \
  }

CW_FLOAT_FUNCTIONS (double, )
CW_FLOAT_FUNCTIONS (float, f)
#undef CW_FLOAT_FUNCTIONS

/* Modified Bessel function of the first kind, order 0: its power series, summed until terms vanish; the asymptotic
 * series beyond 30 (Abramowitz and Stegun 9.6.12 and 9.7.1). */
static inline double
cw_bessel_i0 (double x)
{
  double ax = fabs (x), term = 1, sum = 1;
  if (ax < 30) {
    for (int k = 1; term > sum * 1e-17; k++) {
      term *= ax * ax / (4.0 * k * k);
      sum += term;
    }
    return sum;
  }
  for (int k = 1; k < 20 && fabs (term) > 1e-17; k++) {
    term *= (2.0 * k - 1) * (2.0 * k - 1) / (8.0 * k * ax);
    sum += term;
  }
  return exp (ax) / sqrt (2 * M_PI * ax) * sum;
}

/* ---- complex: ordered by real part, then imaginary, as NumPy ---- */

static inline int
cw_complex_less (double complex a, double complex b)
{
  return creal (a) < creal (b) || (creal (a) == creal (b) && cimag (a) < cimag (b));
}

static inline double complex
cw_complex_max (double complex a, double complex b)
{
  return a != a ? a : b != b ? b : cw_complex_less (a, b) ? b : a;
}

static inline double complex
cw_complex_min (double complex a, double complex b)
{
  return a != a ? a : b != b ? b : cw_complex_less (b, a) ? b : a;
}

static inline double complex
cw_complex_fmax (double complex a, double complex b)
{
  return a != a ? b : b != b ? a : cw_complex_max (a, b);
}

static inline double complex
cw_complex_fmin (double complex a, double complex b)
{
  return a != a ? b : b != b ? a : cw_complex_min (a, b);
}

static inline double complex
cw_complex_sign (double complex a)
{
  double r = creal (a), i = cimag (a);
  return a != a ? CMPLX (NAN, 0) : r != 0 ? (r > 0) - (r < 0) : (i > 0) - (i < 0);
}

static inline double
cw_nan_to_num_1 (double a)
{
  return a != a ? 0 : a > DBL_MAX ? DBL_MAX : a < -DBL_MAX ? -DBL_MAX : a;
}

static inline double complex
cw_complex_nan_to_num (double complex a)
{
  return CMPLX (cw_nan_to_num_1 (creal (a)), cw_nan_to_num_1 (cimag (a)));
}

/* Small whole powers by multiplication, which keeps exact results exact, as NumPy does. */
static inline double complex
cw_complex_pow (double complex a, double complex b)
{
  double n = creal (b);
  if (b == 0)
    return 1;
  if (a == 0)
    return creal (b) > 0 && cimag (b) == 0 ? 0 : CMPLX (NAN, NAN);
  if (cimag (b) == 0 && n == floor (n) && fabs (n) < 100) {
    double complex r = 1, p = a;
    for (int k = (int) fabs (n); k; k >>= 1, p *= p)
      if (k & 1)
        r *= p;
    return n < 0 ? 1 / r : r;
  }
  return cpow (a, b);
}
