/* Buffers: reference-counted strided views of counted memory.
 *
 * Memory of a view and its shape are one allocation each; large storages come straight from mmap through the C
 * library, so that releasing a block gives its pages back at once. */
#include "engine/base/buffer-private.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static _Atomic int64_t live_bytes, peak_bytes;

static void
account (int64_t bytes)
{
  int64_t now  = atomic_fetch_add (&live_bytes, bytes) + bytes;
  int64_t peak = atomic_load (&peak_bytes);
  while (now > peak && !atomic_compare_exchange_weak (&peak_bytes, &peak, now))
    ;
}

void
cw_storage_account (CwStorage *s, int64_t bytes)
{
  s->bytes = bytes;
  account (bytes);
}

int64_t
cw_buffer_live_bytes (void)
{
  return atomic_load (&live_bytes);
}

int64_t
cw_buffer_peak_bytes (void)
{
  return atomic_load (&peak_bytes);
}

void
cw_buffer_reset_peak (void)
{
  atomic_store (&peak_bytes, atomic_load (&live_bytes));
}

/* ---- memory that was just freed ----
 *
 * The system clears every page that it gives out, which costs more than most of what is computed in it. Blocks come and go in the same few sizes,
 * so a large block's memory is kept for the next one of its size. It never adds to what a run may hold: memory kept was held before, and a
 * new block either takes it or sends it away first. */

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
enum { KEPT = 0, KEPT_LEAST = 1 << 18 }; /* a sanitizer wants to see every block freed */
#else
enum { KEPT = 8, KEPT_LEAST = 1 << 18 };
#endif

static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static int             n_kept; /* under kept_lock, as the next */
static struct {
  void   *data;
  int64_t bytes;
} kept[8];

void
cw_buffer_forget_kept (void)
{
  pthread_mutex_lock (&kept_lock);
  while (n_kept > 0)
    free (kept[--n_kept].data);
  pthread_mutex_unlock (&kept_lock);
}

/* Memory of exactly @bytes, or NULL. */
static void *
take_kept (int64_t bytes)
{
  void *data = NULL;
  if (bytes < KEPT_LEAST)
    return NULL;
  pthread_mutex_lock (&kept_lock);
  for (int i = n_kept - 1; i >= 0 && !data; i--)
    if (kept[i].bytes == bytes) {
      data    = kept[i].data;
      kept[i] = kept[--n_kept];
    }
  pthread_mutex_unlock (&kept_lock);
  if (!data)
    cw_buffer_forget_kept ();
  return data;
}

static void
keep_or_free (void *data, int64_t bytes)
{
  pthread_mutex_lock (&kept_lock);
  bool keep = bytes >= KEPT_LEAST && n_kept < KEPT;
  if (keep) {
    kept[n_kept].data    = data;
    kept[n_kept++].bytes = bytes;
  }
  pthread_mutex_unlock (&kept_lock);
  if (!keep)
    free (data);
}

/* Counts go through g_atomic_int_*, which are compiled here, rather than g_atomic_ref_count_*, which thread sanitizers cannot see into. */
static void
storage_unref (CwStorage *s)
{
  if (!g_atomic_int_dec_and_test (&s->ref_count))
    return;
  if (s->free_func)
    s->free_func (s->free_data);
  else
    keep_or_free (s->data, s->bytes);
  account (-s->bytes);
  g_free (s);
}

static CwBuffer *
buffer_alloc (CwDtype dtype, int ndim, const int64_t *shape, const int64_t *strides)
{
  CwBuffer *b = g_malloc (sizeof *b + 2 * sizeof (int64_t) * ndim);
  g_atomic_int_set (&b->ref_count, 1);
  b->dtype   = dtype;
  b->ndim    = ndim;
  b->shape   = (int64_t *) (b + 1);
  b->strides = b->shape + ndim;
  b->size    = 1;
  for (int i = 0; i < ndim; i++) {
    b->shape[i] = shape[i];
    b->size *= shape[i];
  }
  int64_t stride = cw_dtype_size (dtype);
  for (int i = ndim - 1; i >= 0; i--) {
    b->strides[i] = strides ? strides[i] : stride;
    stride *= MAX (shape[i], 1);
  }
  return b;
}

enum { LARGE_PAGE = 2 << 20, LARGE = 2 * LARGE_PAGE };

void
cw_memory_prefer_large_pages (void *data, int64_t bytes)
{
#ifdef MADV_HUGEPAGE
  if (bytes >= LARGE)
    madvise (data, (size_t) bytes, MADV_HUGEPAGE);
#endif
}

/* Small blocks, of which there may be a million, come faster where nothing is asked of their place. */
static void *
allocate (int64_t bytes)
{
  enum { SMALL = 2048 };
  void *data = NULL;
  if (bytes <= SMALL)
    return malloc ((size_t) MAX (bytes, 1));
  if (posix_memalign (&data, bytes >= LARGE ? LARGE_PAGE : 64, (size_t) MAX (bytes, 64)) != 0)
    return NULL;
  cw_memory_prefer_large_pages (data, bytes);
  return data;
}

CwBuffer *
cw_buffer_new (CwDtype dtype, int ndim, const int64_t *shape, GError **error)
{
  int64_t size, bytes;
  if (!cw_shape_size (ndim, shape, &size, error))
    return NULL;
  bool  counted = cw_size_mul (size, cw_dtype_size (dtype), &bytes);
  void *data    = counted ? take_kept (bytes) : NULL;
  if (counted && !data)
    data = allocate (bytes);
  if (!data) {
    g_autofree char *text  = cw_shape_to_string (ndim, shape);
    g_autofree char *human = cw_bytes_to_string ((double) size * cw_dtype_size (dtype));
    cw_fail (error, CW_ERROR_MEMORY, "Unable to allocate %s for an array with shape %s and data type %s", human, text,
             cw_dtype_name (dtype));
    return NULL;
  }
  CwBuffer *b = cw_buffer_wrap (dtype, ndim, shape, data, NULL, NULL);
  cw_storage_account (b->storage, bytes);
  return b;
}

CwBuffer *
cw_buffer_wrap (CwDtype dtype, int ndim, const int64_t *shape, void *data, GDestroyNotify free_func, void *free_data)
{
  CwStorage *s = g_new0 (CwStorage, 1);
  g_atomic_int_set (&s->ref_count, 1);
  s->data      = data;
  s->free_func = free_func;
  s->free_data = free_data;
  CwBuffer *b  = buffer_alloc (dtype, ndim, shape, NULL);
  b->data      = data;
  b->storage   = s;
  return b;
}

CwBuffer *
cw_buffer_view (CwBuffer *base, CwDtype dtype, int ndim, const int64_t *shape, const int64_t *strides, char *data)
{
  CwBuffer *b = buffer_alloc (dtype, ndim, shape, strides);
  b->data     = data;
  b->storage  = base->storage;
  g_atomic_int_inc (&b->storage->ref_count);
  return b;
}

CwBuffer *
cw_buffer_from_scalar (CwScalar s)
{
  CwBuffer *b = cw_buffer_new (s.dtype, 0, NULL, NULL);
  cw_scalar_store (s, s.dtype, b->data);
  return b;
}

CwBuffer *
cw_buffer_ref (CwBuffer *b)
{
  g_atomic_int_inc (&b->ref_count);
  return b;
}

void
cw_buffer_unref (CwBuffer *b)
{
  if (!g_atomic_int_dec_and_test (&b->ref_count))
    return;
  storage_unref (b->storage);
  g_free (b);
}

bool
cw_buffer_is_contiguous (const CwBuffer *b)
{
  int64_t stride = cw_dtype_size (b->dtype);
  for (int i = b->ndim - 1; i >= 0; i--) {
    if (b->shape[i] != 1 && b->strides[i] != stride)
      return b->size == 0;
    stride *= b->shape[i];
  }
  return true;
}

int64_t
cw_buffer_nbytes (const CwBuffer *b)
{
  return b->size * cw_dtype_size (b->dtype);
}

char *
cw_buffer_at (const CwBuffer *b, const int64_t *index)
{
  char *p = b->data;
  for (int i = 0; i < b->ndim; i++)
    p += index[i] * b->strides[i];
  return p;
}

static char *
at_flat (const CwBuffer *b, int64_t flat)
{
  char *p = b->data;
  for (int i = b->ndim - 1; i >= 0; i--) {
    p += flat % b->shape[i] * b->strides[i];
    flat /= b->shape[i];
  }
  return p;
}

CwScalar
cw_buffer_get (const CwBuffer *b, int64_t flat)
{
  return cw_scalar_load (b->dtype, at_flat (b, flat));
}

void
cw_buffer_set (CwBuffer *b, int64_t flat, CwScalar value)
{
  cw_scalar_store (value, b->dtype, at_flat (b, flat));
}

CwBuffer *
cw_buffer_contiguous (CwBuffer *b, GError **error)
{
  return cw_buffer_is_contiguous (b) ? cw_buffer_ref (b) : cw_buffer_cast (b, b->dtype, error);
}

CwBuffer *
cw_buffer_copy_dense (const CwBuffer *b, GError **error)
{
  int     order[CW_MAX_NDIM];
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM], least = INT64_MAX;
  for (int k = 0; k < b->ndim; k++) {
    order[k] = k;
    if (b->shape[k] > 1)
      least = MIN (least, b->strides[k]);
  }
  /* Largest stride first; insertion keeps equal ones in place. */
  for (int k = 1; k < b->ndim && least == cw_dtype_size (b->dtype); k++)
    for (int j = k; j > 0 && b->strides[order[j - 1]] < b->strides[order[j]]; j--) {
      int swap     = order[j];
      order[j]     = order[j - 1];
      order[j - 1] = swap;
    }
  for (int k = 0; k < b->ndim; k++)
    shape[k] = b->shape[order[k]];
  g_autoptr (CwBuffer) memory = cw_buffer_new (b->dtype, b->ndim, shape, error);
  if (!memory)
    return NULL;
  for (int k = 0; k < b->ndim; k++)
    strides[order[k]] = memory->strides[k];
  CwBuffer *copy = cw_buffer_view (memory, b->dtype, b->ndim, b->shape, strides, memory->data);
  cw_buffer_copy (copy, b);
  return copy;
}

CwBuffer *
cw_buffer_cast (CwBuffer *b, CwDtype dtype, GError **error)
{
  CwBuffer *out = cw_buffer_new (dtype, b->ndim, b->shape, error);
  if (out)
    cw_buffer_copy (out, b);
  return out;
}

/* One row: @n elements with strides; the common case (same dtype) moves bytes. */
static void
copy_row (char *to, int64_t to_stride, CwDtype to_dtype, const char *from, int64_t from_stride, CwDtype from_dtype, int64_t n)
{
  if (to_dtype != from_dtype) {
    for (int64_t i = 0; i < n; i++)
      cw_scalar_store (cw_scalar_load (from_dtype, from + i * from_stride), to_dtype, to + i * to_stride);
    return;
  }
  int item = cw_dtype_size (to_dtype);
  if (to_stride == item && from_stride == item) {
    memmove (to, from, (size_t) (n * item));
    return;
  }
#define MOVE(type)                                                           \
  for (int64_t i = 0; i < n; i++)                                            \
    memcpy (to + i * to_stride, from + i * from_stride, sizeof (type));
  switch (item) {
  case 1: MOVE (uint8_t) break;
  case 2: MOVE (uint16_t) break;
  case 4: MOVE (uint32_t) break;
  case 8: MOVE (uint64_t) break;
  case 16: MOVE (double complex) break;
  default: /* text */
    for (int64_t i = 0; i < n; i++)
      memcpy (to + i * to_stride, from + i * from_stride, (size_t) item);
  }
#undef MOVE
}

void
cw_buffer_read (const CwBuffer *b, int64_t first, int64_t n, void *to)
{
  int64_t index[CW_MAX_NDIM] = { 0 }, item = cw_dtype_size (b->dtype), rest = first;
  int     last = b->ndim - 1;
  char   *t    = to;
  for (int k = last; k >= 0; k--) {
    index[k] = rest % MAX (b->shape[k], 1);
    rest /= MAX (b->shape[k], 1);
  }
  while (n > 0) {
    int64_t row = last < 0 ? 1 : MIN (n, b->shape[last] - index[last]);
    copy_row (t, item, b->dtype, cw_buffer_at (b, index), last < 0 ? item : b->strides[last], b->dtype, row);
    t += row * item;
    n -= row;
    if (last >= 0)
      index[last] = 0;
    for (int k = last - 1; k >= 0 && ++index[k] == b->shape[k]; k--)
      index[k] = 0;
  }
}

/* A box of elements, and how both sides lie in memory. */
typedef struct {
  int            ndim;
  int64_t        shape[CW_MAX_NDIM];
  int64_t        to_strides[CW_MAX_NDIM], from_strides[CW_MAX_NDIM];
  CwDtype        to_dtype, from_dtype;
} Box;

/* Row by row of the last axis. */
static void
copy_rows (const Box *box, char *t, const char *f)
{
  int     last = box->ndim - 1, outer = last;
  int64_t index[CW_MAX_NDIM] = { 0 }, n = box->shape[last], item = cw_dtype_size (box->to_dtype);
  /* Trailing axes that are contiguous on both sides are one long row. */
  if (box->to_dtype == box->from_dtype && box->to_strides[last] == item && box->from_strides[last] == item)
    while (outer > 0 && box->to_strides[outer - 1] == n * item && box->from_strides[outer - 1] == n * item)
      n *= box->shape[--outer];
  for (;;) {
    copy_row (t, box->to_strides[last], box->to_dtype, f, box->from_strides[last], box->from_dtype, n);
    int axis = outer - 1;
    for (; axis >= 0; axis--) {
      t += box->to_strides[axis];
      f += box->from_strides[axis];
      if (++index[axis] < box->shape[axis])
        break;
      t -= box->to_strides[axis] * box->shape[axis];
      f -= box->from_strides[axis] * box->shape[axis];
      index[axis] = 0;
    }
    if (axis < 0)
      return;
  }
}

/* Makes @axis the last but one. */
static void
move_inwards (Box *box, int axis)
{
  for (; axis < box->ndim - 2; axis++) {
    int64_t n = box->shape[axis], ts = box->to_strides[axis], fs = box->from_strides[axis];
    box->shape[axis]            = box->shape[axis + 1];
    box->to_strides[axis]       = box->to_strides[axis + 1];
    box->from_strides[axis]     = box->from_strides[axis + 1];
    box->shape[axis + 1]        = n;
    box->to_strides[axis + 1]   = ts;
    box->from_strides[axis + 1] = fs;
  }
}

/* Where the last axis jumps through the source and another one does not (a transpose), rows are copied in pieces, along that axis: what a piece touches of
 * the source is still in the cache for its next rows. */
void
cw_buffer_copy (CwBuffer *to, const CwBuffer *from)
{
  enum { PIECE = 16, NEAR = 16 }; /* elements; bytes between neighbours in a line of the cache */
  Box box = { .ndim = MAX (to->ndim, 1), .shape = { 1 }, .to_dtype = to->dtype, .from_dtype = from->dtype };
  int last = box.ndim - 1, along = -1;
  if (to->size == 0)
    return;
  for (int k = 0; k < to->ndim; k++) {
    box.shape[k]        = to->shape[k];
    box.to_strides[k]   = to->strides[k];
    box.from_strides[k] = from->strides[k];
    if (k < last && to->shape[k] > PIECE && ABS (from->strides[k]) <= NEAR && from->strides[k] != 0)
      along = k;
  }
  int64_t n = box.shape[last], step = along >= 0 && n > PIECE && ABS (box.from_strides[last]) > 4 * NEAR ? PIECE : n;
  if (step < n)
    move_inwards (&box, along);
  for (int64_t at = 0; at < n; at += step) {
    box.shape[last] = MIN (step, n - at);
    copy_rows (&box, to->data + at * box.to_strides[last], from->data + at * box.from_strides[last]);
  }
}

CwBuffer *
cw_buffer_reshape (CwBuffer *b, int ndim, const int64_t *shape, GError **error)
{
  int64_t size;
  if (!cw_shape_size (ndim, shape, &size, error))
    return NULL;
  if (size != b->size) {
    g_autofree char *text = cw_shape_to_string (ndim, shape);
    cw_fail (error, CW_ERROR_VALUE, "cannot reshape array of size %" G_GINT64_FORMAT " into shape %s", b->size, text);
    return NULL;
  }
  g_autoptr (CwBuffer) flat = cw_buffer_contiguous (b, error);
  return flat ? cw_buffer_view (flat, flat->dtype, ndim, shape, NULL, flat->data) : NULL;
}
