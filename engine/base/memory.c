/* Memory: how much of it the program may use, and buffers that live in a file where it does not do.
 *
 * A buffer in a file is mapped: its pages come when they are touched and can be sent away at any time, since the file keeps
 * them. Files are unlinked as soon as they are open, so nothing stays behind however the program ends. */
#include "engine/base/buffer-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PROGRAM_BYTES = 48 << 20 }; /* what code, stacks and graphs may take beside the limit */

/* ---- the limit ---- */

static _Atomic int64_t limit;

/* The first number after @key in @path; -1 where there is none ("max"). */
static int64_t
number_in (const char *path, const char *key)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return -1;
  const char *at = key ? strstr (text, key) : text;
  char       *end;
  if (!at)
    return -1;
  at += key ? strlen (key) : 0;
  int64_t n = g_ascii_strtoll (at, &end, 10);
  return end == at ? -1 : n;
}

/* What is free on the machine, and within the control group that the program runs in. */
static int64_t
available (void)
{
  int64_t kib = number_in ("/proc/meminfo", "MemAvailable:"), free_bytes = kib < 0 ? (int64_t) 1 << 30 : kib * 1024;
  int64_t most = number_in ("/sys/fs/cgroup/memory.max", NULL), used = number_in ("/sys/fs/cgroup/memory.current", NULL);
  return most >= 0 && used >= 0 ? MIN (free_bytes, MAX (most - used, 0)) : free_bytes;
}

int64_t
cw_memory_limit (void)
{
  int64_t now = atomic_load (&limit), none = 0;
  if (now > 0)
    return now;
  now = available () / 4 * 3;
  return atomic_compare_exchange_strong (&limit, &none, now) ? now : none;
}

void
cw_memory_set_limit (int64_t bytes)
{
  /* Blocks must go back to the system when they are freed, or freed memory would count against the limit. */
  if (bytes > 0)
    mallopt (M_MMAP_THRESHOLD, 1 << 20);
  atomic_store (&limit, MAX (bytes, 0));
}

bool
cw_memory_from_environment (GError **error)
{
  const char *size = g_getenv ("CHUNKWISE_MEMORY"), *folder = g_getenv ("CHUNKWISE_SPILL_DIR");
  int64_t     bytes;
  if (size && *size) {
    if (!cw_bytes_from_string (size, &bytes) || bytes <= 0)
      return cw_fail (error, CW_ERROR_VALUE, "CHUNKWISE_MEMORY is '%s', which is no amount of memory; write for example 512M or 4GiB", size);
    cw_memory_set_limit (bytes);
  }
  return !folder || !*folder || cw_spill_set_folder (folder, error);
}

int64_t
cw_memory_resident (void)
{
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
  return cw_buffer_live_bytes (); /* a sanitizer's own memory is many times the program's */
#endif
  char buffer[64];
  int  fd = open ("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  ssize_t n = read (fd, buffer, sizeof buffer - 1);
  close (fd);
  buffer[MAX (n, 0)] = 0;
  char *at = strchr (buffer, ' ');
  return at ? g_ascii_strtoll (at, NULL, 10) * sysconf (_SC_PAGESIZE) : 0;
}

int64_t
cw_memory_budget (void)
{
  int64_t most = cw_memory_limit () / 8 * 7; /* the rest is for what passes through: strips, tiles, pages of files */
  return MAX (MIN (most - cw_buffer_live_bytes (), most + PROGRAM_BYTES - cw_memory_resident ()), 0);
}

/* ---- stopping ---- */

static _Thread_local const _Atomic bool *stop_flag;

bool
cw_work_is_stopped (void)
{
  return stop_flag && atomic_load_explicit (stop_flag, memory_order_relaxed);
}

const _Atomic bool *
cw_work_set_stop (const _Atomic bool *stop)
{
  const _Atomic bool *before = stop_flag;
  stop_flag                  = stop;
  return before;
}

/* ---- files ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static char           *folder;

static int
open_unlinked (const char *in, GError **error)
{
  int fd = open (in, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) {
    g_autofree char *name = g_build_filename (in, "chunkwise-XXXXXX", NULL);
    fd                    = g_mkstemp_full (name, O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
      g_unlink (name);
  }
  if (fd < 0)
    cw_fail (error, CW_ERROR_OS, "cannot write to the spill folder %s: %s", in, g_strerror (errno));
  return fd;
}

bool
cw_spill_set_folder (const char *path, GError **error)
{
  int fd = open_unlinked (path, error);
  if (fd < 0)
    return false;
  close (fd);
  pthread_mutex_lock (&lock);
  g_free (folder);
  folder = g_strdup (path);
  pthread_mutex_unlock (&lock);
  return true;
}

char *
cw_spill_folder (void)
{
  pthread_mutex_lock (&lock);
  if (!folder) {
    folder = g_build_filename (g_get_user_cache_dir (), "chunkwise", NULL);
    if (g_mkdir_with_parents (folder, 0700) != 0) {
      g_free (folder);
      folder = g_strdup (g_get_tmp_dir ());
    }
  }
  char *copy = g_strdup (folder);
  pthread_mutex_unlock (&lock);
  return copy;
}

int
cw_spill_open (GError **error)
{
  g_autofree char *in = cw_spill_folder ();
  return open_unlinked (in, error);
}

bool
cw_spill_allocate (int fd, int64_t offset, int64_t bytes, GError **error)
{
  int failed = posix_fallocate (fd, offset, MAX (bytes, 1));
  if (failed == 0)
    return true;
  g_autofree char *in = cw_spill_folder (), *size = cw_bytes_to_string ((double) bytes);
  return cw_fail (error, CW_ERROR_OS,
                  "no room to spill %s to %s: %s. Free some space there, choose another folder with --spill-dir, or allow more memory", size,
                  in, g_strerror (failed));
}

/* ---- buffers in files ---- */

typedef struct _Mapping {
  void            *address;
  size_t           bytes;
  bool             writable;
  struct _Mapping *next, *previous;
} Mapping;

static Mapping     mappings = { NULL, 0, false, &mappings, &mappings }; /* under lock */
static _Atomic int n_mappings;

static void
unmap (void *data)
{
  Mapping *m = data;
  pthread_mutex_lock (&lock);
  m->previous->next = m->next;
  m->next->previous = m->previous;
  munmap (m->address, m->bytes);
  pthread_mutex_unlock (&lock);
  atomic_fetch_sub (&n_mappings, 1);
  g_free (m);
}

CwBuffer *
cw_buffer_map (int fd, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, bool writable, GError **error)
{
  int64_t size, bytes;
  if (!cw_shape_size (ndim, shape, &size, error) || !cw_size_mul (size, cw_dtype_size (dtype), &bytes))
    return NULL;
  void *address = mmap (NULL, (size_t) MAX (bytes, 1), PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, fd, offset);
  if (address == MAP_FAILED) {
    cw_fail (error, CW_ERROR_OS, "cannot map a file: %s", g_strerror (errno));
    return NULL;
  }
  cw_buffer_forget_kept (); /* its pages will take that place */
  Mapping *m = g_new0 (Mapping, 1);
  m->address = address;
  m->bytes   = (size_t) MAX (bytes, 1);
  m->writable = writable;
  pthread_mutex_lock (&lock);
  m->next                 = &mappings;
  m->previous             = mappings.previous;
  mappings.previous->next = m;
  mappings.previous       = m;
  pthread_mutex_unlock (&lock);
  atomic_fetch_add (&n_mappings, 1);
  return cw_buffer_wrap (dtype, ndim, shape, address, unmap, m);
}

CwBuffer *
cw_buffer_new_in_file (CwDtype dtype, int ndim, const int64_t *shape, GError **error)
{
  int64_t size, bytes;
  if (!cw_shape_size (ndim, shape, &size, error) || !cw_size_mul (size, cw_dtype_size (dtype), &bytes))
    return NULL;
  int       fd = cw_spill_open (error);
  CwBuffer *b  = fd >= 0 && cw_spill_allocate (fd, 0, bytes, error) ? cw_buffer_map (fd, 0, dtype, ndim, shape, true, error) : NULL;
  if (fd >= 0)
    close (fd);
  return b;
}

bool
cw_buffer_is_in_file (const CwBuffer *b)
{
  return b->storage->free_func == unmap;
}

bool
cw_buffer_is_writable (const CwBuffer *b)
{
  return !cw_buffer_is_in_file (b) || ((const Mapping *) b->storage->free_data)->writable;
}

void
cw_memory_relieve (void)
{
  /* A part of work touches some tens of megabytes before the next look, in every worker. */
  int64_t resident = atomic_load_explicit (&n_mappings, memory_order_relaxed) ? cw_memory_resident () : 0;
  if (resident <= cw_memory_limit () / 4)
    return;
  if (resident > cw_memory_limit () / 2)
    cw_buffer_forget_kept ();
  pthread_mutex_lock (&lock);
  for (Mapping *m = mappings.next; m != &mappings; m = m->next)
    madvise (m->address, m->bytes, MADV_DONTNEED);
  pthread_mutex_unlock (&lock);
}

/* ---- buffers whose size shows while they are filled ---- */

CwBuffer *
cw_buffer_take (CwDtype dtype, int64_t n, void *data)
{
  int64_t   bytes  = n * cw_dtype_size (dtype);
  void     *values = realloc (data, (size_t) MAX (bytes, 1));
  CwBuffer *b      = cw_buffer_wrap (dtype, 1, &n, values ? values : data, free, values ? values : data);
  cw_storage_account (b->storage, bytes);
  return b;
}

static void
release_reserved (void *data)
{
  CwStorage *s = data;
  munmap (s->data, s->capacity);
}

CwBuffer *
cw_buffer_reserve (CwDtype dtype, int64_t most, GError **error)
{
  int64_t bytes = 0;
  void   *data  = cw_size_mul (most, cw_dtype_size (dtype), &bytes)
                      ? mmap (NULL, (size_t) MAX (bytes, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
                      : MAP_FAILED;
  if (data == MAP_FAILED) {
    g_autofree char *human = cw_bytes_to_string ((double) most * cw_dtype_size (dtype));
    cw_fail (error, CW_ERROR_MEMORY, "Unable to allocate %s for the selected values", human);
    return NULL;
  }
  cw_memory_prefer_large_pages (data, bytes);
  CwBuffer *b              = cw_buffer_wrap (dtype, 1, &most, data, release_reserved, NULL);
  b->storage->free_data    = b->storage;
  b->storage->capacity     = (size_t) MAX (bytes, 1);
  return b;
}

void
cw_buffer_settle (CwBuffer *b, int64_t n)
{
  size_t page = (size_t) sysconf (_SC_PAGESIZE), used = (size_t) (n * cw_dtype_size (b->dtype)), keep = (used + page - 1) / page * page;
  b->size     = n;
  b->shape[0] = n;
  keep        = MAX (keep, page);
  if (keep < b->storage->capacity) {
    munmap (b->data + keep, b->storage->capacity - keep);
    b->storage->capacity = keep;
  }
  cw_storage_account (b->storage, (int64_t) used);
}
