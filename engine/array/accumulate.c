/* Accumulators: what reductions keep while values come by, and how two of them become one.
 *
 * Each kind of reduction is one fold of a value into slots; runs of values for one slot take the lane sums of the
 * kernels. The order of all additions follows from shapes alone, so results do not depend on threads or fusion. Variance
 * merges means and squared deviations as Chan, Golub and LeVeque (1983) do. */
#include "engine/array/array-private.h"

#include <math.h>
#include <string.h>

#define INT(p) ((int64_t *) (p))
#define UINT(p) ((uint64_t *) (p))
#define REAL(p) ((double *) (p))
#define COMPLEX(p) ((double complex *) (p))

void
cw_reduce_init (const CwReduce *r, void *acc, int64_t slots)
{
  memset (acc, 0, (size_t) (slots * r->n_components * cw_dtype_size (r->acc)));
  bool one = r->kind == CW_REDUCE_PROD || r->kind == CW_REDUCE_ALL;
  for (int64_t i = 0; i < slots && one; i++)
    cw_scalar_store (cw_scalar_int (1), r->acc, (char *) acc + i * cw_dtype_size (r->acc));
  if (r->kind == CW_REDUCE_ARGMIN || r->kind == CW_REDUCE_ARGMAX)
    for (int64_t i = 0; i < slots; i++)
      INT (acc)[slots + i] = -1;
}

/* ---- the orders of min, max, argmin and argmax ---- */

/* Does @v beat @best? NaN beats every number (unless NaN is skipped before). */
static inline bool
beats_f (bool max, double v, double best)
{
  return max ? v > best || (v != v && best == best) : v < best || (v != v && best == best);
}

static inline bool
beats_c (bool max, double complex v, double complex best)
{
  if (v != v || best != best)
    return v != v && best == best;
  double a = creal (max ? best : v), b = creal (max ? v : best);
  return a < b || (a == b && cimag (max ? best : v) < cimag (max ? v : best));
}

/* ---- one value into one slot; the loops below inline it ---- */

static inline void
fold_extreme (const CwReduce *r, char *acc, int64_t slots, int64_t s, const void *values, size_t i)
{
  bool max = r->kind == CW_REDUCE_MAX;
#define EXTREME(ARRAY, type, beats)                                \
  {                                                                \
    type v = ((const type *) values)[i];                           \
    if (r->skip_nan && v != v)                                     \
      return;                                                      \
    if (ARRAY (acc)[slots + s] == 0 || beats)                      \
      ARRAY (acc)[s] = v;                                          \
    ARRAY (acc)[slots + s] += 1;                                   \
    break;                                                         \
  }
  switch (r->acc) {
  case CW_UINT64: EXTREME (UINT, uint64_t, (max ? v > UINT (acc)[s] : v < UINT (acc)[s]))
  case CW_FLOAT64: EXTREME (REAL, double, beats_f (max, v, REAL (acc)[s]))
  case CW_COMPLEX128: EXTREME (COMPLEX, double complex, beats_c (max, v, COMPLEX (acc)[s]))
  default: EXTREME (INT, int64_t, (max ? v > INT (acc)[s] : v < INT (acc)[s]))
  }
#undef EXTREME
}

/* Keeps the value's bits and its index where it beats what the slot has. */
static inline void
fold_arg (const CwReduce *r, int64_t *acc, int64_t slots, int64_t s, int64_t bits, int64_t index)
{
  bool    max = r->kind == CW_REDUCE_ARGMAX, wins;
  int64_t best = acc[s], at = acc[slots + s];
  double  v, b;
  memcpy (&v, &bits, sizeof v);
  memcpy (&b, &best, sizeof b);
  if (index < 0 || (r->value == CW_FLOAT64 && r->skip_nan && v != v))
    return;
  if (at < 0)
    wins = true;
  else if (r->value == CW_FLOAT64)
    wins = beats_f (max, v, b) || (!beats_f (max, b, v) && index < at);
  else if (r->value == CW_UINT64)
    wins = (max ? (uint64_t) bits > (uint64_t) best : (uint64_t) bits < (uint64_t) best) || (bits == best && index < at);
  else
    wins = (max ? bits > best : bits < best) || (bits == best && index < at);
  if (wins) {
    acc[s]         = bits;
    acc[slots + s] = index;
  }
}

static inline void
merge_moments (double complex *mean, double complex *m2, double complex *count, double complex mean_b, double complex m2_b, double nb)
{
  double na = creal (*count), n = na + nb;
  if (nb == 0)
    return;
  if (na == 0) {
    *mean  = mean_b;
    *m2    = m2_b;
    *count = n;
    return;
  }
  double complex delta = mean_b - *mean;
  double         sq    = creal (delta) * creal (delta) + cimag (delta) * cimag (delta);
  *mean += delta * (nb / n);
  *m2 += m2_b + sq * (na * nb / n);
  *count = n;
}

/* Merges (mean, M2, count) of either dtype. */
static inline void
fold_moments (const CwReduce *r, void *acc, int64_t slots, int64_t s, double complex mean_b, double m2_b, double nb)
{
  if (r->acc == CW_COMPLEX128) {
    double complex *c = acc;
    merge_moments (&c[s], &c[slots + s], &c[2 * slots + s], mean_b, m2_b, nb);
    return;
  }
  double        *d    = acc;
  double complex mean = d[s], m2 = d[slots + s], count = d[2 * slots + s];
  merge_moments (&mean, &m2, &count, mean_b, m2_b, nb);
  d[s]             = creal (mean);
  d[slots + s]     = creal (m2);
  d[2 * slots + s] = creal (count);
}

static inline void
fold_value (const CwReduce *r, void *acc, int64_t slots, int64_t s, const void *values, size_t i, int64_t index)
{
  double complex z   = r->acc == CW_COMPLEX128 ? ((const double complex *) values)[i] : r->acc == CW_FLOAT64 ? ((const double *) values)[i] : 0;
  bool           nan = r->skip_nan && z != z;
  switch (r->kind) {
  case CW_REDUCE_MIN:
  case CW_REDUCE_MAX: fold_extreme (r, acc, slots, s, values, i); break;
  case CW_REDUCE_ANY: INT (acc)[s] |= ((const int64_t *) values)[i]; break;
  case CW_REDUCE_ALL: INT (acc)[s] &= ((const int64_t *) values)[i]; break;
  case CW_REDUCE_ARGMIN:
  case CW_REDUCE_ARGMAX: fold_arg (r, acc, slots, s, ((const int64_t *) values)[i], index); break;
  case CW_REDUCE_VAR:
    if (!nan)
      fold_moments (r, acc, slots, s, z, 0, 1);
    break;
  case CW_REDUCE_PROD:
    if (r->acc == CW_COMPLEX128)
      COMPLEX (acc)[s] *= nan ? 1 : z;
    else if (r->acc == CW_FLOAT64)
      REAL (acc)[s] *= nan ? 1 : creal (z);
    else
      UINT (acc)[s] *= ((const uint64_t *) values)[i];
    break;
  default: /* SUM, MEAN */
    if (r->acc == CW_COMPLEX128)
      COMPLEX (acc)[s] += nan ? 0 : z;
    else if (r->acc == CW_FLOAT64)
      REAL (acc)[s] += nan ? 0 : creal (z);
    else
      UINT (acc)[s] += ((const uint64_t *) values)[i];
    if (r->kind == CW_REDUCE_MEAN && !nan) {
      if (r->acc == CW_COMPLEX128)
        COMPLEX (acc)[slots + s] += 1;
      else
        REAL (acc)[slots + s] += 1;
    }
  }
}

/* ---- runs: many values into one slot ---- */

/* Moments of a run by two passes over it, which stays in the first cache. */
static void
run_moments_c128 (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const double complex *z, size_t n)
{
  double complex        mean = cw_kernels ()->sum_c128 (z, n) / (double) n;
  double                m2   = 0;
  for (size_t i = 0; i < n; i++) {
    double re = creal (z[i] - mean), im = cimag (z[i] - mean);
    m2 += re * re + im * im;
  }
  fold_moments (r, acc, slots, slot, mean, m2, (double) n);
}

/* The loop that keeps the larger, or the smaller, of two values; NULL for complex numbers, whose order is another. */
static CwLoop
extreme_loop (CwDtype dtype, bool max)
{
  return cw_dtype_is_complex (dtype) ? NULL : cw_kernels ()->ufunc[max ? CW_UFUNC_maximum : CW_UFUNC_minimum][cw_loop_of (dtype)];
}

/* May NaN be left out of account: does nobody skip it, or is there none among these values of accumulators' dtypes? */
static bool
has_no_gaps (const CwReduce *r, CwDtype dtype, const void *values, size_t n)
{
  return !r->skip_nan || dtype == CW_INT64 || dtype == CW_UINT64 || (dtype == CW_FLOAT64 && isfinite (cw_kernels ()->sum_f64 (values, n)));
}

/* What @loop makes of @n values of 8 bytes, a strip at most: of the first half with the second, of the halves of that, and so on. */
static int64_t
extreme_of (CwLoop loop, const int64_t *values, size_t n)
{
  int64_t best[CW_STRIP];
  for (; n > 1; n -= n / 2) {
    size_t half = n / 2;
    loop (best, values, values + half, NULL, half);
    best[half] = values[n - 1]; /* the odd one; overwritten next where there is none */
    values     = best;
  }
  return values[0];
}

static void
run_extreme (const CwReduce *r, CwLoop loop, void *acc, int64_t slots, int64_t slot, const int64_t *values, size_t n)
{
  int64_t best = extreme_of (loop, values, n);
  fold_extreme (r, acc, slots, slot, &best, 0);
  if (r->acc == CW_FLOAT64)
    REAL (acc)[slots + slot] += (double) (n - 1);
  else
    INT (acc)[slots + slot] += (int64_t) n - 1;
}

/* The first place of the extreme, if it could take that of what the slot has. */
static void
run_arg (const CwReduce *r, CwLoop loop, int64_t *acc, int64_t slots, int64_t slot, const int64_t *values, size_t n, int64_t index)
{
  int64_t best = extreme_of (loop, values, n);
  double  v, x;
  memcpy (&v, &best, sizeof v);
  for (size_t i = 0; i < n; i++) {
    memcpy (&x, &values[i], sizeof x);
    if (r->value == CW_FLOAT64 ? x == v || (x != x && v != v) : values[i] == best) {
      fold_arg (r, acc, slots, slot, values[i], index + (int64_t) i);
      return;
    }
  }
}

/* Sums, means and variances of float64 in @runs runs of @n values: as a rule many short ones. */
static void
fold_runs_f64 (const CwReduce *r, double *acc, int64_t slots, int64_t slot, const double *values, size_t n, size_t runs)
{
  const CwKernels *k = cw_kernels ();
  double           sums[CW_STRIP], squares[CW_STRIP];
  k->sum_runs_f64 (sums, values, NULL, runs, n);
  if (r->kind != CW_REDUCE_VAR) {
    for (size_t i = 0; i < runs; i++)
      acc[slot + (int64_t) i] += sums[i];
    for (size_t i = 0; i < runs && r->kind == CW_REDUCE_MEAN; i++)
      acc[slots + slot + (int64_t) i] += (double) n;
    return;
  }
  for (size_t i = 0; i < runs; i++)
    sums[i] /= (double) n;
  k->sum_runs_f64 (squares, values, sums, runs, n);
  for (size_t i = 0; i < runs; i++)
    fold_moments (r, acc, slots, slot + (int64_t) i, sums[i], squares[i], (double) n);
}

static void
fold_run (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const void *values, size_t n, int64_t index)
{
  const CwKernels *k   = cw_kernels ();
  bool             sum = r->kind == CW_REDUCE_SUM || r->kind == CW_REDUCE_MEAN;
  CwLoop           extreme = r->kind == CW_REDUCE_MIN || r->kind == CW_REDUCE_MAX ? extreme_loop (r->acc, r->kind == CW_REDUCE_MAX) : NULL;
  CwLoop           place = r->kind == CW_REDUCE_ARGMIN || r->kind == CW_REDUCE_ARGMAX ? extreme_loop (r->value, r->kind == CW_REDUCE_ARGMAX) : NULL;
  if (sum && !r->skip_nan && r->acc == CW_COMPLEX128) {
    COMPLEX (acc)[slot] += k->sum_c128 (values, n);
    if (r->kind == CW_REDUCE_MEAN)
      COMPLEX (acc)[slots + slot] += (double) n;
  } else if (sum && !r->skip_nan)
    UINT (acc)[slot] += (uint64_t) k->sum_i64 (values, n);
  else if (r->kind == CW_REDUCE_VAR && !r->skip_nan)
    run_moments_c128 (r, acc, slots, slot, values, n);
  else if (extreme && n >= 8 && n <= CW_STRIP && has_no_gaps (r, r->acc, values, n))
    run_extreme (r, extreme, acc, slots, slot, values, n);
  else if (place && n >= 8 && n <= CW_STRIP && has_no_gaps (r, r->value, values, n))
    run_arg (r, place, acc, slots, slot, values, n, index);
  else if (r->kind == CW_REDUCE_ANY || r->kind == CW_REDUCE_ALL)
    for (size_t i = 0; i < n; i++) {
      int64_t v = ((const int64_t *) values)[i];
      INT (acc)[slot] = r->kind == CW_REDUCE_ANY ? INT (acc)[slot] | v : INT (acc)[slot] & v;
    }
  else
    for (size_t i = 0; i < n; i++)
      fold_value (r, acc, slots, slot, values, i, index + (int64_t) i);
}

void
cw_reduce_runs (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const void *values, size_t n, size_t runs, int64_t index)
{
  bool adds = r->kind == CW_REDUCE_SUM || r->kind == CW_REDUCE_MEAN || r->kind == CW_REDUCE_VAR;
  int  item = cw_dtype_size (r->acc);
  if (n > 0 && adds && !r->skip_nan && r->acc == CW_FLOAT64)
    fold_runs_f64 (r, acc, slots, slot, values, n, runs);
  else
    for (size_t i = 0; i < runs && n > 0; i++)
      fold_run (r, acc, slots, slot + (int64_t) i, (const char *) values + i * n * (size_t) item, n, index);
}

/* Has a slot of @n, which begin at @counts, no value yet? Where none is skipped they are filled in order, and the last one tells. */
static bool
has_empty_slot (const CwReduce *r, const char *counts, size_t n)
{
  for (size_t i = r->skip_nan ? 0 : n - 1; i < n; i++)
    if (r->acc == CW_FLOAT64 ? ((const double *) counts)[i] == 0 : ((const int64_t *) counts)[i] == 0)
      return true;
  return false;
}

/* The loop that takes values into slots of 8 bytes, as many as values; NULL for kinds that have none. */
static CwLoop
slot_loop (const CwReduce *r)
{
  CwUfunc u;
  switch (r->kind) {
  case CW_REDUCE_SUM:
  case CW_REDUCE_MEAN: u = CW_UFUNC_add; break;
  case CW_REDUCE_PROD: u = CW_UFUNC_multiply; break;
  case CW_REDUCE_ANY: u = CW_UFUNC_bitwise_or; break;
  case CW_REDUCE_ALL: u = CW_UFUNC_bitwise_and; break;
  case CW_REDUCE_MIN:
  case CW_REDUCE_MAX: return extreme_loop (r->acc, r->kind == CW_REDUCE_MAX);
  default: return NULL;
  }
  return cw_dtype_size (r->acc) == 8 ? cw_kernels ()->ufunc[u][cw_loop_of (r->acc)] : NULL;
}

/* Takes @values and, where the reduction counts, @counts into @n slots at @acc, a strip at most; false, with nothing done, where each slot wants a look. */
static bool
merge_strip (const CwReduce *r, char *acc, int64_t slots, const void *values, const void *counts, size_t n)
{
  CwLoop loop    = slot_loop (r);
  bool   extreme = r->kind == CW_REDUCE_MIN || r->kind == CW_REDUCE_MAX; /* an empty slot is not less than anything */
  char  *own     = acc + slots * 8;
  if (!loop || n == 0 || n > CW_STRIP || (extreme && (has_empty_slot (r, own, n) || has_empty_slot (r, counts, n))))
    return false;
  loop (acc, acc, values, NULL, n);
  if (r->n_components > 1)
    cw_kernels ()->ufunc[CW_UFUNC_add][cw_loop_of (r->acc)](own, own, counts, NULL, n);
  return true;
}

void
cw_reduce_spread (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const void *values, size_t n, int64_t index)
{
  static const double  ones[CW_STRIP]       = { [0 ... CW_STRIP - 1] = 1 };
  static const int64_t whole_ones[CW_STRIP] = { [0 ... CW_STRIP - 1] = 1 };
  const void          *counts               = r->acc == CW_FLOAT64 ? (const void *) ones : whole_ones;
  if (!has_no_gaps (r, r->acc, values, n) || !merge_strip (r, (char *) acc + slot * 8, slots, values, counts, n))
    for (size_t i = 0; i < n; i++)
      fold_value (r, acc, slots, slot + (int64_t) i, values, i, index);
}

/* ---- two accumulators ---- */

static void
combine_one (const CwReduce *r, char *acc, int64_t slots, int64_t s, const char *other, int64_t os, int64_t o)
{
  switch (r->kind) {
  case CW_REDUCE_MIN:
  case CW_REDUCE_MAX: {
    CwScalar count = cw_scalar_load (r->acc, other + (os + o) * cw_dtype_size (r->acc));
    if (cw_scalar_to_double (count) == 0)
      return;
    CwReduce plain = *r;
    plain.skip_nan = false; /* NaN that was skipped never came this far */
    fold_extreme (&plain, acc, slots, s, other, (size_t) o);
    char *mine = acc + (slots + s) * cw_dtype_size (r->acc);
    cw_scalar_store (cw_scalar_float (cw_scalar_to_double (cw_scalar_load (r->acc, mine)) + cw_scalar_to_double (count) - 1), r->acc, mine);
    break;
  }
  case CW_REDUCE_ARGMIN:
  case CW_REDUCE_ARGMAX: fold_arg (r, INT (acc), slots, s, ((const int64_t *) other)[o], ((const int64_t *) other)[os + o]); break;
  case CW_REDUCE_VAR:
    if (r->acc == CW_COMPLEX128) {
      const double complex *z = (const double complex *) other;
      fold_moments (r, acc, slots, s, z[o], creal (z[os + o]), creal (z[2 * os + o]));
    } else {
      const double *d = (const double *) other;
      fold_moments (r, acc, slots, s, d[o], d[os + o], d[2 * os + o]);
    }
    break;
  case CW_REDUCE_MEAN: /* of complex numbers: others go by strips */
    COMPLEX (acc)[s] += ((const double complex *) other)[o];
    COMPLEX (acc)[slots + s] += ((const double complex *) other)[os + o];
    break;
  default: {
    CwReduce plain = *r;
    plain.skip_nan = false;
    fold_value (&plain, acc, slots, s, other, (size_t) o, 0);
  }
  }
}

void
cw_reduce_combine (const CwReduce *r, void *acc, int64_t slots, int64_t slot, const void *other, int64_t other_slots, int64_t other_slot,
                   int64_t n)
{
  for (int64_t first = 0; first < n; first += CW_STRIP) {
    int64_t     m   = MIN (CW_STRIP, n - first), s = slot + first, o = other_slot + first;
    const char *its = (const char *) other + o * 8;
    if (!merge_strip (r, (char *) acc + s * 8, slots, its, its + other_slots * 8, (size_t) m))
      for (int64_t i = 0; i < m; i++)
        combine_one (r, acc, slots, s + i, other, other_slots, o + i);
  }
}

/* ---- the end ---- */

static bool
finish_one (const CwReduce *r, const char *acc, int64_t slots, int64_t s, CwScalar *out, GError **error)
{
  int      item  = cw_dtype_size (r->acc);
  CwScalar value = cw_scalar_load (r->acc, acc + s * item);
  CwScalar last  = cw_scalar_load (r->acc, acc + ((r->n_components - 1) * slots + s) * item);
  double   count = cw_scalar_to_double (last);
  *out           = value;
  switch (r->kind) {
  case CW_REDUCE_MIN:
  case CW_REDUCE_MAX:
    if (count > 0)
      return true;
    if (r->skip_nan) {
      *out = cw_scalar_float (NAN);
      return true;
    }
    return cw_fail (error, CW_ERROR_VALUE, "zero-size array to reduction operation %s which has no identity",
                    r->kind == CW_REDUCE_MIN ? "minimum" : "maximum");
  case CW_REDUCE_ARGMIN:
  case CW_REDUCE_ARGMAX:
    *out = last;
    if (last.i >= 0)
      return true;
    return cw_fail (error, CW_ERROR_VALUE, r->skip_nan ? "All NaN slice encountered" : "attempt to get %s of an empty sequence",
                    r->kind == CW_REDUCE_ARGMIN ? "argmin" : "argmax");
  case CW_REDUCE_MEAN: *out = r->acc == CW_COMPLEX128 ? cw_scalar_complex (value.c / count) : cw_scalar_float (value.f / count); return true;
  case CW_REDUCE_VAR: {
    double m2 = cw_scalar_to_double (cw_scalar_load (r->acc, acc + (slots + s) * item));
    *out      = cw_scalar_float (m2 / MAX (count - r->ddof, 0));
    return true;
  }
  default: return true;
  }
}

bool
cw_reduce_finish (const CwReduce *r, const void *acc, int64_t slots, char *out, GError **error)
{
  int item = cw_dtype_size (r->out);
  if (r->kind == CW_REDUCE_SUM || r->kind == CW_REDUCE_PROD) {
    cw_kernels ()->cast[r->out][r->acc](out, acc, NULL, NULL, (size_t) slots);
    return true;
  }
  for (int64_t s = 0; s < slots; s++) {
    CwScalar value;
    if (!finish_one (r, acc, slots, s, &value, error))
      return false;
    cw_scalar_store (value, r->out, out + s * item);
  }
  return true;
}
