/* Exact quantiles of long arrays without bringing their values together.
 *
 * Elements become unsigned keys that sort as they do. A pass over the blocks counts the keys by 16 of their bits, a tree adds the counts
 * up, and a step finds, for every rank that is wanted, in which bin it lies and how many elements come before that bin. The next pass
 * counts the next 16 bits of the keys in those bins alone. After the last pass the bits are the element itself. A block's
 * result is a table of counts, so memory does not grow with the array. Keys as in radix sorting of floats (Herf 2001). */
#include "engine/array/compose.h"
#include "engine/array/ranks.h"

#include <math.h>
#include <string.h>

#define DIGIT 65536

/* The state between two passes, as int64 numbers: elements, NaNs among them, then for every rank the bits found so far and how many
 * elements of those bits come before it. */
#define HEAD      2
#define STATE(n)  (HEAD + 2 * (n))

typedef struct {
  CwDtype dtype;
  int     pass, n_passes, n_ranks; /* two ranks a quantile: the elements below and above it */
  bool    skip_nan;
  double  q[];
} Ranks;

/* ---- keys ---- */

static uint64_t
key_of (CwDtype dtype, const char *where)
{
  int      bits = 8 * cw_dtype_size (dtype);
  uint64_t raw  = 0, top = (uint64_t) 1 << (bits - 1);
  memcpy (&raw, where, (size_t) cw_dtype_size (dtype));
  if (cw_dtype_is_signed (dtype))
    return raw ^ top;
  if (!cw_dtype_is_float (dtype))
    return raw;
  if (isnan (cw_scalar_load (dtype, where).f))
    return UINT64_MAX >> (64 - bits); /* last, as in sorting */
  if (raw << (64 - bits) == (uint64_t) 1 << 63)
    raw = 0; /* -0.0 is 0.0 */
  return raw & top ? (UINT64_MAX >> (64 - bits)) & ~raw : raw | top;
}

/* key_of a float64, without a branch on its dtype: most long arrays hold these. */
static inline uint64_t
key_of_double (const char *where)
{
  const uint64_t top = (uint64_t) 1 << 63;
  uint64_t       raw;
  memcpy (&raw, where, sizeof raw);
  if ((raw & ~top) > (uint64_t) 0x7ff << 52)
    return UINT64_MAX;
  if (raw == top)
    return top;
  return raw & top ? ~raw : raw | top;
}

static CwScalar
value_of (CwDtype dtype, uint64_t key)
{
  int      bits = 8 * cw_dtype_size (dtype);
  uint64_t top  = (uint64_t) 1 << (bits - 1), raw = key;
  if (cw_dtype_is_signed (dtype))
    raw = key ^ top;
  else if (cw_dtype_is_float (dtype))
    raw = key & top ? key & ~top : ~key;
  return cw_scalar_load (dtype, &raw);
}

/* The 16 bits of a pass, and those of all passes before it; keys of one byte have 8 bits in their only pass. */
static inline int
digit_of (uint64_t key, int pass, int n_passes)
{
  return (int) (key >> (16 * (n_passes - 1 - pass)) & (DIGIT - 1));
}

static inline uint64_t
before_of (uint64_t key, int pass, int n_passes)
{
  return pass ? key >> (16 * (n_passes - pass)) : 0;
}

/* ---- a pass ---- */

/* in[0]: a block; in[1]: the state. One row of counts a rank, all in one line; a rank whose bits an earlier one has counts nothing. */
static CwBuffer *
count_block (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  const Ranks   *r     = data;
  int            rows  = r->pass ? r->n_ranks : 1;
  const int64_t *state = n_in > 1 ? (int64_t *) in[1]->data : NULL;
  int64_t        shape[2] = { 1, (int64_t) rows * DIGIT }, length = in[0]->shape[0], stride = in[0]->strides[0];
  CwBuffer      *out = cw_buffer_new (CW_INT64, 2, shape, error);
  if (!out)
    return NULL;
  int64_t *counts = (int64_t *) out->data;
  memset (counts, 0, (size_t) cw_buffer_nbytes (out));
  const char *at = in[0]->data;
  for (int64_t i = 0; i < length; i++, at += stride) {
    uint64_t key = r->dtype == CW_FLOAT64 ? key_of_double (at) : key_of (r->dtype, at);
    if (!r->pass) {
      counts[digit_of (key, 0, r->n_passes)]++;
      continue;
    }
    uint64_t before = before_of (key, r->pass, r->n_passes);
    for (int k = 0; k < rows; k++)
      if ((uint64_t) state[HEAD + 2 * k] == before) {
        counts[(int64_t) k * DIGIT + digit_of (key, r->pass, r->n_passes)]++;
        break;
      }
  }
  return out;
}

/* The row that counted the bits of rank @k. */
static int
row_of (const int64_t *state, int k)
{
  int row = 0;
  while (state[HEAD + 2 * row] != state[HEAD + 2 * k])
    row++;
  return row;
}

/* in[0]: counts of all blocks; in[1]: the state before the pass. */
static CwBuffer *
find_bins (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  const Ranks   *r      = data;
  int64_t        length = STATE (r->n_ranks);
  const int64_t *counts = (int64_t *) in[0]->data, *old = n_in > 1 ? (int64_t *) in[1]->data : NULL;
  CwBuffer      *out = cw_buffer_new (CW_INT64, 1, &length, error);
  if (!out)
    return NULL;
  int64_t *state = (int64_t *) out->data;
  if (old)
    memcpy (state, old, (size_t) length * sizeof *state);
  else {
    state[0] = 0;
    for (int d = 0; d < DIGIT; d++)
      state[0] += counts[d];
    state[1]  = cw_dtype_is_float (r->dtype) ? counts[DIGIT - 1] : 0; /* nothing but NaN has these bits */
    int64_t n = state[0] - (r->skip_nan ? state[1] : 0);
    for (int k = 0; k < r->n_ranks; k++) {
      int64_t low           = n ? (int64_t) floor (r->q[k / 2] * (double) (n - 1)) : 0;
      state[HEAD + 2 * k]     = 0;
      state[HEAD + 2 * k + 1] = k % 2 ? MIN (low + 1, MAX (n - 1, 0)) : low;
    }
  }
  g_autofree int *rows = g_new (int, r->n_ranks);
  for (int k = 0; k < r->n_ranks; k++)
    rows[k] = old ? row_of (old, k) : 0;
  for (int k = 0; k < r->n_ranks; k++) {
    const int64_t *own  = counts + (int64_t) rows[k] * DIGIT;
    int64_t        rank = state[HEAD + 2 * k + 1];
    int            d    = 0;
    while (d < DIGIT - 1 && rank >= own[d])
      rank -= own[d++];
    state[HEAD + 2 * k]     = state[HEAD + 2 * k] << 16 | d;
    state[HEAD + 2 * k + 1] = rank;
  }
  return out;
}

/* ---- the graph ---- */

static Ranks *
ranks_of_pass (const Ranks *r, int pass)
{
  Ranks *own = g_memdup2 (r, sizeof *r + sizeof (double) * (gsize) (r->n_ranks / 2));
  own->pass  = pass;
  return own;
}

static CwArray *
count_pass (CwArray *a, CwArray *state, const Ranks *r, int pass)
{
  int     follow[2][CW_MAX_NDIM] = { { 0 }, { -1 } };
  int64_t width = (int64_t) (pass ? r->n_ranks : 1) * DIGIT;
  CwArray *in[2] = { a, state };
  g_autoptr (CwAxis) blocks = cw_axis_new_uniform (a->axes[0]->n, 1);
  g_autoptr (CwAxis) table  = cw_axis_new_uniform (width, width);
  CwAxis *axes[2] = { blocks, table };
  return cw_array_blockwise ("count-ranks", count_block, ranks_of_pass (r, pass), g_free, state ? 2 : 1, in, follow, CW_INT64, 2, axes);
}

/* The state after all passes. */
static CwArray *
all_passes (CwArray *a, const Ranks *r, GError **error)
{
  g_autoptr (CwArray) state = NULL;
  int64_t length = STATE (r->n_ranks);
  for (int pass = 0; pass < r->n_passes; pass++) {
    CwReduceOptions options = CW_REDUCE_OPTIONS_INIT;
    options.n_axes          = 1;
    options.axes[0]         = 0;
    g_autoptr (CwArray) counts = count_pass (a, state, r, pass);
    g_autoptr (CwArray) sums   = cw_array_reduce (CW_REDUCE_SUM, counts, &options, error);
    CwArray *in[2] = { sums, state };
    CwArray *next  = sums ? cw_array_whole ("find-ranks", find_bins, ranks_of_pass (r, pass), g_free, state ? 2 : 1, in, CW_INT64, 1, &length, error) : NULL;
    if (!next)
      return NULL;
    g_clear_pointer (&state, cw_array_unref);
    state = next;
  }
  return g_steal_pointer (&state);
}

typedef struct {
  CwQuantile  between;
  CwDtype     dtype;
  Ranks      *ranks;
} Finish;

static void
finish_free (void *data)
{
  Finish *f = data;
  g_free (f->ranks);
  g_free (f);
}

static CwBuffer *
read_quantiles (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  const Finish  *f     = data;
  const Ranks   *r     = f->ranks;
  const int64_t *state = (int64_t *) in[0]->data;
  int64_t        n_q = r->n_ranks / 2, n = state[0] - (r->skip_nan ? state[1] : 0);
  CwBuffer      *out = cw_buffer_new (f->dtype, 1, &n_q, error);
  for (int k = 0; out && k < n_q; k++) {
    CwScalar low = value_of (r->dtype, (uint64_t) state[HEAD + 4 * k]), high = value_of (r->dtype, (uint64_t) state[HEAD + 4 * k + 2]);
    bool     none = n == 0 || (state[1] && !r->skip_nan);
    cw_buffer_set (out, k, none ? cw_scalar_float (NAN) : cw_quantile_between (low, high, n, r->q[k], f->between));
  }
  return out;
}

bool
cw_ranks_suit (const CwArray *a)
{
  int64_t bytes = cw_array_nbytes (a);
  bool    kind  = cw_dtype_is_integer (a->dtype) || cw_dtype_is_float (a->dtype);
  return a->ndim == 1 && kind && cw_dtype_size (a->dtype) > 1 && a->axes[0]->n > 1 && (bytes == CW_UNKNOWN || bytes > CW_RANKS_BYTES);
}

CwArray *
cw_array_quantiles (CwArray *a, int n, const double *q, CwQuantile between, bool skip_nan, CwDtype dtype, GError **error)
{
  int64_t          length = n;
  g_autofree Ranks *r = g_malloc0 (sizeof *r + sizeof (double) * (gsize) MAX (n, 1));
  r->dtype    = a->dtype;
  r->n_passes = MAX (cw_dtype_size (a->dtype) / 2, 1);
  r->n_ranks  = 2 * n;
  r->skip_nan = skip_nan;
  memcpy (r->q, q, sizeof (double) * (size_t) n);
  g_autoptr (CwArray) state = all_passes (a, r, error);
  if (!state)
    return NULL;
  Finish *f  = g_new (Finish, 1);
  f->between = between;
  f->dtype   = dtype;
  f->ranks   = g_steal_pointer (&r);
  return cw_array_whole ("percentile", read_quantiles, f, finish_free, 1, &state, dtype, 1, &length, error);
}
