/* Exact quantiles of long arrays without bringing their values together.
 *
 * Elements become unsigned keys that sort as they do. A pass over the blocks counts the keys by 16 of their bits, a tree adds the counts
 * up, and a step finds, for every rank that is wanted, in which bin it lies and how many elements come before that bin. The next pass
 * counts the next 16 bits of the keys in those bins alone. After the last pass the bits are the element itself. A block's
 * result is a table of counts, so memory does not grow with the array. */
#include "engine/array/array-private.h"
#include "engine/array/compose.h"
#include "engine/array/ranks.h"
#include "engine/array/sort.h"

#include <math.h>
#include <string.h>

#define DIGIT 65536

/* The state between two passes, as int64 numbers: elements, NaNs among them, then for every rank the bits found so far and how many
 * elements of those bits come before it. */
#define HEAD      2
#define STATE(n)  (HEAD + 2 * (n))

typedef struct {
  CwReduce reduce; /* of the counting of a pass; first, so that plan and run may read it */
  CwDtype dtype;
  int     pass, n_passes, n_ranks; /* two ranks a quantile: the elements below and above it */
  bool    skip_nan;
  double  q[];
} Ranks;

/* ---- a pass ---- */

/* A row of bins a rank, all in one line; of ranks with the same bits the first one's row is read. @state: that before the pass. */
static void
count_digits (const CwReduce *reduce, int64_t *counts, const void *values, size_t n, const CwBuffer *state)
{
  const Ranks   *r     = (const Ranks *) reduce;
  const int64_t *found = state ? (const int64_t *) state->data + HEAD : NULL;
  uint64_t       keys[CW_STRIP];
  cw_keys_of (r->dtype, values, n, keys);
  for (size_t i = 0; i < n && !r->pass; i++)
    counts[keys[i] >> (16 * (r->n_passes - 1))]++;
  for (int k = 0; k < r->n_ranks && r->pass; k++) {
    if (k > 0 && found[2 * k] == found[2 * k - 2]) /* the ranks below and above a quantile have most of their bits in common */
      continue;
    const int      shift = 16 * (r->n_passes - r->pass); /* keys with the bits found are those from first to first + span - 1 */
    const uint64_t first = (uint64_t) found[2 * k] << shift, span = (uint64_t) 1 << shift;
    int64_t       *row   = counts + (int64_t) k * DIGIT;
    for (size_t i = 0; i < n; i++)
      if (keys[i] - first < span)
        row[(keys[i] - first) >> (shift - 16)]++;
  }
}

/* A block of the array, and the state as a whole. */
static void
region_count (const CwArray *a, const int64_t *block, int input, int64_t *lo, int64_t *hi)
{
  lo[0] = input == 0 ? block[0] : 0;
  hi[0] = lo[0] + 1;
}

static const CwOp op_count = { .name = "count-ranks", .kind = CW_OP_REDUCE, .region = region_count };

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
  Ranks   *own   = ranks_of_pass (r, pass);
  CwArray *in[2] = { a, state };
  own->reduce    = (CwReduce){ .kind         = CW_REDUCE_SUM,
                               .acc          = CW_INT64,
                               .out          = CW_INT64,
                               .value        = a->dtype,
                               .n_components = 1,
                               .ndim         = 1,
                               .reduced      = { true },
                               .count        = count_digits,
                               .n_bins       = (int64_t) (pass ? r->n_ranks : 1) * DIGIT };
  CwAxis *axes[2] = { cw_axis_new_uniform (a->axes[0]->n, 1), cw_axis_new_uniform (own->reduce.n_bins, own->reduce.n_bins) };
  return cw_array_new (&op_count, "count-ranks", CW_INT64, 2, axes, state ? 2 : 1, in, own);
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
    CwScalar low = cw_key_value (r->dtype, (uint64_t) state[HEAD + 4 * k]), high = cw_key_value (r->dtype, (uint64_t) state[HEAD + 4 * k + 2]);
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
