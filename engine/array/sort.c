/* Sorting by keys: see sort.h. A stable radix sort, which moves (key, position) pairs once for every digit in which keys differ: small integers take
 * one or two passes, float64 six. */
#include "engine/array/sort.h"

#include <math.h>
#include <string.h>

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

/* Those of float64, which most long arrays hold, without a branch on the dtype or the sign. */
void
cw_keys_of (CwDtype dtype, const void *values, size_t n, uint64_t *keys)
{
  const uint64_t top = (uint64_t) 1 << 63, infinity = (uint64_t) 0x7ff << 52;
  const char    *at  = values;
  for (size_t i = 0; i < n && dtype == CW_FLOAT64; i++) {
    uint64_t raw;
    memcpy (&raw, at + 8 * i, sizeof raw);
    uint64_t flip = raw == top ? 0 : (uint64_t) ((int64_t) raw >> 63) | top;
    keys[i]       = (raw & ~top) > infinity ? UINT64_MAX : raw ^ flip;
  }
  for (size_t i = 0; i < n && dtype != CW_FLOAT64; i++)
    keys[i] = key_of (dtype, at + i * (size_t) cw_dtype_size (dtype));
}

CwScalar
cw_key_value (CwDtype dtype, uint64_t key)
{
  int      bits = 8 * cw_dtype_size (dtype);
  uint64_t top  = (uint64_t) 1 << (bits - 1), raw = key;
  if (cw_dtype_is_signed (dtype))
    raw = key ^ top;
  else if (cw_dtype_is_float (dtype))
    raw = key & top ? key & ~top : ~key;
  return cw_scalar_load (dtype, &raw);
}

/* ---- strips of keys ---- */

enum { AT_ONCE = 1024 };

/* The keys of @n values of @b from @first on; @minor: of the imaginary parts of complex numbers. A NaN in either part is in both. */
static void
strip_keys (const CwBuffer *b, int64_t first, size_t n, uint64_t *keys, uint64_t *minor)
{
  CwDtype     dtype  = cw_dtype_is_complex (b->dtype) ? CW_COMPLEX128 : b->dtype;
  size_t      item   = (size_t) cw_dtype_size (dtype);
  char        room[AT_ONCE * sizeof (double complex)];
  const char *values = cw_values_at (b, first, n, dtype, room);
  if (dtype != CW_COMPLEX128) {
    cw_keys_of (dtype, values, n, keys);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    cw_keys_of (CW_FLOAT64, values + i * item, 1, &keys[i]);
    cw_keys_of (CW_FLOAT64, values + i * item + sizeof (double), 1, &minor[i]);
    if (keys[i] == UINT64_MAX || minor[i] == UINT64_MAX)
      keys[i] = minor[i] = UINT64_MAX;
  }
}

uint64_t *
cw_keys_new (const CwBuffer *b, int64_t *n_nan, GError **error)
{
  uint64_t *keys = g_try_new (uint64_t, (size_t) MAX (b->size, 1)), nan = UINT64_MAX >> (64 - 8 * cw_dtype_size (b->dtype));
  *n_nan         = 0;
  if (!keys) {
    cw_fail (error, CW_ERROR_MEMORY, "no memory for the order of %" G_GINT64_FORMAT " elements", b->size);
    return NULL;
  }
  for (int64_t first = 0; first < b->size; first += AT_ONCE)
    strip_keys (b, first, (size_t) MIN (AT_ONCE, b->size - first), keys + first, NULL);
  for (int64_t i = 0; i < b->size && cw_dtype_is_float (b->dtype); i++)
    *n_nan += keys[i] == nan;
  return keys;
}

/* ---- selecting ---- */

/* Moves keys[low] to keys[high - 1] so that the one at @rank is the right one, with none greater before it and none less after it. (Hoare 1961.) */
static void
select_one (uint64_t *keys, int64_t low, int64_t high, int64_t rank)
{
  uint64_t random = (uint64_t) high;
  while (high - low > 1) {
    random         = random * 6364136223846793005u + 1442695040888963407u;
    uint64_t pivot = keys[low + (int64_t) ((random >> 33) % (uint64_t) (high - low))];
    int64_t  i = low, j = high - 1;
    while (i <= j) {
      while (keys[i] < pivot)
        i++;
      while (keys[j] > pivot)
        j--;
      if (i <= j) {
        uint64_t other = keys[i];
        keys[i++]      = keys[j];
        keys[j--]      = other;
      }
    }
    if (rank <= j)
      high = j + 1;
    else if (rank >= i)
      low = i;
    else
      return;
  }
}

static void
select_between (uint64_t *keys, int64_t low, int64_t high, const int64_t *ranks, int n)
{
  int middle = n / 2;
  if (n == 0)
    return;
  select_one (keys, low, high, ranks[middle]);
  select_between (keys, low, ranks[middle] + 1, ranks, middle);
  select_between (keys, ranks[middle], high, ranks + middle + 1, n - middle - 1);
}

void
cw_keys_select (uint64_t *keys, int64_t count, const int64_t *ranks, int n)
{
  select_between (keys, 0, count, ranks, n);
}

typedef struct {
  uint64_t key;
  int64_t  at;
} Pair;

static inline bool
less (Pair a, Pair b)
{
  return a.key < b.key || (a.key == b.key && a.at < b.at);
}

/* @heap[0] is the least of @n, and each pair less than the two below it: but @heap[i] may be too large. */
static void
sink (Pair *heap, int64_t i, int64_t n)
{
  Pair p = heap[i];
  for (int64_t below = 2 * i + 1; below < n; below = 2 * i + 1) {
    below += below + 1 < n && less (heap[below + 1], heap[below]);
    if (!less (heap[below], p))
      break;
    heap[i] = heap[below];
    i       = below;
  }
  heap[i] = p;
}

/* Keeps the @k greatest pairs in a heap, whose least is what the next element has to be greater than. The smallest elements are those of the greatest
 * complements. */
void
cw_utmost (const CwBuffer *b, int64_t k, bool smallest, int64_t *at)
{
  g_autofree Pair *heap = g_new (Pair, (size_t) MAX (k, 1));
  uint64_t         keys[AT_ONCE], flip = smallest ? UINT64_MAX : 0;
  for (int64_t first = 0; first < b->size && k > 0; first += AT_ONCE) {
    int64_t many = MIN (AT_ONCE, b->size - first);
    strip_keys (b, first, (size_t) many, keys, NULL);
    for (int64_t i = 0; i < many; i++) {
      Pair p = { keys[i] ^ flip, (first + i) ^ (int64_t) flip };
      if (first + i < k) {
        heap[first + i] = p;
        for (int64_t parent = k / 2; first + i == k - 1 && parent-- > 0;)
          sink (heap, parent, k);
      } else if (less (heap[0], p)) {
        heap[0] = p;
        sink (heap, 0, k);
      }
    }
  }
  for (int64_t n = k; n-- > 0;) { /* the least goes to the end */
    at[n]   = heap[0].at ^ (int64_t) flip;
    heap[0] = heap[n];
    sink (heap, 0, n);
  }
}

/* ---- sorting ---- */

/* Sorts @pairs; @spare has room for as many. */
static void
sort_pairs (Pair *pairs, Pair *spare, int64_t n)
{
  enum { FEW = 32, MANY = 4096, MOST_BITS = 11 };
  for (int64_t i = 1; i < n && n <= FEW; i++) {
    Pair    p = pairs[i];
    int64_t k = i;
    for (; k > 0 && pairs[k - 1].key > p.key; k--)
      pairs[k] = pairs[k - 1];
    pairs[k] = p;
  }
  if (n <= FEW)
    return;
  const int bits = n < MANY ? 8 : MOST_BITS, n_digits = (64 + bits - 1) / bits, bins = 1 << bits;
  const uint64_t digit = (uint64_t) bins - 1;
  int64_t  counts[6 << MOST_BITS]; /* more than for eight digits of 8 bits */
  Pair    *from = pairs, *to = spare;
  memset (counts, 0, sizeof *counts * (size_t) (n_digits * bins));
  for (int64_t i = 0; i < n; i++)
    for (int d = 0; d < n_digits; d++)
      counts[d * bins + (int64_t) (pairs[i].key >> (d * bits) & digit)]++;
  for (int d = 0; d < n_digits; d++) {
    int64_t *count = counts + d * bins, sum = 0;
    if (count[from[0].key >> (d * bits) & digit] == n)
      continue; /* all have the same digit */
    for (int b = 0; b < bins; b++) {
      int64_t here = count[b];
      count[b]     = sum;
      sum += here;
    }
    for (int64_t i = 0; i < n; i++)
      to[count[from[i].key >> (d * bits) & digit]++] = from[i];
    Pair *other = from;
    from        = to;
    to          = other;
  }
  if (from != pairs)
    memcpy (pairs, from, sizeof *pairs * (size_t) n);
}

CwSorted *
cw_sorted_new (const CwBuffer *b, GError **error)
{
  int64_t n      = b->size;
  bool    couple = cw_dtype_is_complex (b->dtype);
  size_t  room   = (size_t) MAX (n, 1);
  g_autofree Pair     *pairs = g_try_new (Pair, room), *spare = g_try_new (Pair, room);
  g_autofree uint64_t *major = g_try_new (uint64_t, room), *minor = couple ? g_try_new (uint64_t, room) : NULL;
  if (!pairs || !spare || !major || (couple && !minor)) {
    cw_fail (error, CW_ERROR_MEMORY, "no memory to sort %" G_GINT64_FORMAT " elements", n);
    return NULL;
  }
  CwSorted *s = g_new0 (CwSorted, 1);
  s->n        = n;
  for (int64_t first = 0; first < n; first += AT_ONCE)
    strip_keys (b, first, (size_t) MIN (AT_ONCE, n - first), major + first, couple ? minor + first : NULL);
  for (int64_t i = 0; i < n; i++)
    pairs[i] = (Pair){ couple ? minor[i] : major[i], i };
  sort_pairs (pairs, spare, n);
  if (couple) { /* then by the real parts: equal ones keep their order */
    for (int64_t i = 0; i < n; i++)
      pairs[i].key = major[pairs[i].at];
    sort_pairs (pairs, spare, n);
  }
  s->at = (int64_t *) g_steal_pointer (&spare); /* large enough, and done with */
  for (int64_t i = 0; i < n; i++) {
    major[i] = pairs[i].key;
    s->at[i] = pairs[i].at;
  }
  s->keys = g_steal_pointer (&major);
  if (couple) {
    uint64_t *in_order = (uint64_t *) pairs;
    for (int64_t i = 0; i < n; i++)
      in_order[i] = minor[s->at[i]];
    s->minor = (uint64_t *) g_steal_pointer (&pairs);
  }
  uint64_t nan = UINT64_MAX >> (couple ? 0 : 64 - 8 * cw_dtype_size (b->dtype));
  while ((couple || cw_dtype_is_float (b->dtype)) && s->n_nan < n && s->keys[n - 1 - s->n_nan] == nan)
    s->n_nan++;
  return s;
}

void
cw_sorted_free (CwSorted *s)
{
  g_free (s->keys);
  g_free (s->minor);
  g_free (s->at);
  g_free (s);
}

bool
cw_sorted_equal (const CwSorted *s, int64_t i, int64_t j)
{
  return s->keys[i] == s->keys[j] && (!s->minor || s->minor[i] == s->minor[j]);
}

/* ---- searching ---- */

/* How many of @n ordered keys are less than @key, @lesser, or, from the @right, not greater. @minor NULL: real numbers. */
static int64_t
search (const uint64_t *major, const uint64_t *minor, int64_t n, uint64_t key, uint64_t lesser, bool right)
{
  int64_t low = 0;
  for (int64_t left = n; left > 0;) { /* the answer is one of low to low + left */
    int64_t half = left / 2, at = low + half;
    bool    tie  = major[at] == key;
    bool    less = minor && tie ? minor[at] < lesser || (right && minor[at] == lesser) : major[at] < key || (right && tie);
    low          = less ? at + 1 : low;
    left         = less ? left - half - 1 : half;
  }
  return low;
}

void
cw_search_sorted (const CwBuffer *among, const CwBuffer *v, bool right, int64_t *found)
{
  bool     couple = cw_dtype_is_complex (among->dtype);
  int64_t  n      = among->size;
  uint64_t keys[AT_ONCE], lesser[AT_ONCE];
  g_autofree uint64_t *major = g_new (uint64_t, (size_t) MAX (n, 1)), *minor = couple ? g_new (uint64_t, (size_t) MAX (n, 1)) : NULL;
  for (int64_t first = 0; first < n; first += AT_ONCE)
    strip_keys (among, first, (size_t) MIN (AT_ONCE, n - first), major + first, couple ? minor + first : NULL);
  for (int64_t first = 0; first < v->size; first += AT_ONCE) {
    int64_t many = MIN (AT_ONCE, v->size - first);
    strip_keys (v, first, (size_t) many, keys, lesser);
    for (int64_t i = 0; i < many; i++)
      found[first + i] = search (major, minor, n, keys[i], couple ? lesser[i] : 0, right);
  }
}

void
cw_sorted_contains (const CwSorted *s, const CwBuffer *v, bool invert, bool *found)
{
  int64_t  n = s->n - s->n_nan; /* NaN equals nothing */
  uint64_t keys[AT_ONCE], lesser[AT_ONCE];
  for (int64_t first = 0; first < v->size; first += AT_ONCE) {
    int64_t many = MIN (AT_ONCE, v->size - first);
    strip_keys (v, first, (size_t) many, keys, lesser);
    for (int64_t i = 0; i < many; i++) {
      int64_t at       = search (s->keys, s->minor, n, keys[i], s->minor ? lesser[i] : 0, false);
      found[first + i] = (at < n && s->keys[at] == keys[i] && (!s->minor || s->minor[at] == lesser[i])) != invert;
    }
  }
}
