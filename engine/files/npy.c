/* Arrays in .npy files and in files of bare elements: read, mapped, made.
 *
 * A mapped file is a buffer like any other; its pages count against the memory limit only while they are there, and are sent
 * away where the limit is near. Room on the disk is taken before a new file is mapped, since a full disk under a mapping
 * would end the program. */
#include "engine/files/files-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONGEST_HEADER = 1 << 20 };

bool
cw_fail_path (GError **error, const char *path)
{
  int code = errno;
  return cw_fail (error, CW_ERROR_OS, "[Errno %d] %s: '%s'", code, g_strerror (code), path);
}

/* ---- reading ---- */

/* Reads @bytes from @offset on; false with errno, 0 where the file ends before. */
static bool
read_fully (int fd, void *to, int64_t bytes, int64_t offset)
{
  for (char *at = to; bytes > 0;) {
    ssize_t n = pread (fd, at, (size_t) MIN (bytes, 1 << 30), offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      errno = n < 0 ? errno : 0;
      return false;
    }
    at += n;
    bytes -= n;
    offset += n;
  }
  return true;
}

/* An open regular file and its length; -1 with an error. */
static int
open_file (const char *path, bool writable, int64_t *length, GError **error)
{
  struct stat      about;
  g_autofree char *found = writable ? g_strdup (path) : cw_file_find (path);
  int              fd    = open (found, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || fstat (fd, &about) != 0) {
    cw_fail_path (error, path);
  } else if (!S_ISREG (about.st_mode)) {
    errno = S_ISDIR (about.st_mode) ? EISDIR : EINVAL;
    cw_fail_path (error, path);
  } else {
    *length = about.st_size;
    return fd;
  }
  if (fd >= 0)
    close (fd);
  return -1;
}

static bool
read_header (int fd, int64_t length, const char *path, CwNpyHeader *h, GError **error)
{
  unsigned char start[12] = { 0 };
  if (!read_fully (fd, start, MIN (length, 12), 0))
    return cw_fail_path (error, path);
  if (memcmp (start, "PK\x03\x04", 4) == 0)
    return cw_fail (error, CW_ERROR_VALUE, "%s is an archive of several arrays (.npz), which is not read here: save each array with np.save into an .npy file", path);
  if (length < 10 || memcmp (start, "\x93NUMPY", 6) != 0)
    return cw_fail (error, CW_ERROR_VALUE, "%s is not an .npy file: those are written by np.save(file, x)", path);
  int version = start[6];
  if (version < 1 || version > 3)
    return cw_fail (error, CW_ERROR_VALUE, "%s is written in version %d of the .npy format; versions 1 to 3 are read", path, version);
  int64_t prefix = version == 1 ? 10 : 12, n = start[8] | start[9] << 8;
  if (version > 1)
    n |= (int64_t) start[10] << 16 | (int64_t) start[11] << 24;
  if (n > LONGEST_HEADER || prefix + n > length)
    return cw_fail (error, CW_ERROR_VALUE, "%s is cut off or damaged: its header should be %" G_GINT64_FORMAT " bytes long", path, n);
  g_autofree char *text = g_malloc ((gsize) n + 1);
  if (!read_fully (fd, text, n, prefix))
    return cw_fail_path (error, path);
  if (!cw_npy_parse (path, text, (size_t) n, h, error))
    return false;
  h->offset = prefix + n;
  if (h->bytes > length - h->offset) {
    g_autofree char *shape = cw_shape_to_string (h->ndim, h->shape);
    return cw_fail (error, CW_ERROR_VALUE, "%s is cut off: an array of shape %s and dtype %s takes %" G_GINT64_FORMAT " bytes, and the file has %" G_GINT64_FORMAT, path, shape,
                    cw_dtype_name (h->dtype), h->bytes, length - h->offset);
  }
  return true;
}

/* The elements at @data inside @base, in the order that the header tells. */
static CwBuffer *
view_of (CwBuffer *base, const CwNpyHeader *h, char *data)
{
  int64_t strides[CW_MAX_NDIM], step = cw_dtype_size (h->dtype);
  for (int i = 0; i < h->ndim; i++) {
    int k      = h->fortran ? i : h->ndim - 1 - i;
    strides[k] = step;
    step *= MAX (h->shape[k], 1);
  }
  return cw_buffer_view (base, h->dtype, h->ndim, h->shape, strides, data);
}

/* Turns the bytes of every number round. */
static void
swap_bytes (CwBuffer *flat)
{
  int size = cw_dtype_size (flat->dtype), item = cw_dtype_kind (flat->dtype) == 'c' ? size / 2 : cw_dtype_kind (flat->dtype) == 'U' ? 4 : size;
  for (char *p = flat->data, *end = p + cw_buffer_nbytes (flat); p < end; p += item)
    for (int i = 0; i < item / 2; i++) {
      char c          = p[i];
      p[i]            = p[item - 1 - i];
      p[item - 1 - i] = c;
    }
}

bool
cw_npy_read_header (const char *path, CwNpyHeader *h, GError **error)
{
  int64_t length = 0;
  *h             = (CwNpyHeader){ 0 };
  int  fd        = open_file (path, false, &length, error);
  bool ok        = fd >= 0 && read_header (fd, length, path, h, error);
  if (fd >= 0)
    close (fd);
  return ok;
}

static CwBuffer *
load_from (int fd, const char *path, const CwNpyHeader *h, GError **error)
{
  if (h->bytes > cw_memory_budget ()) {
    g_autofree char *size = cw_bytes_to_string ((double) h->bytes), *limit = cw_bytes_to_string ((double) cw_memory_limit ());
    cw_fail (error, CW_ERROR_MEMORY, "%s holds %s, which do not fit within the memory limit of %s: np.load(file, mmap_mode='r') leaves them in the file, and "
             "da.from_array of that reads a chunk at a time", path, size, limit);
    return NULL;
  }
  int64_t size = 1;
  for (int k = 0; k < h->ndim; k++)
    size *= h->shape[k];
  g_autoptr (CwBuffer) flat = cw_buffer_new (h->dtype, 1, &size, error);
  if (!flat)
    return NULL;
  if (!read_fully (fd, flat->data, h->bytes, h->offset)) {
    cw_fail_path (error, path);
    return NULL;
  }
  if (h->swapped)
    swap_bytes (flat);
  for (int64_t i = 0; h->dtype == CW_BOOL && i < size; i++)
    flat->data[i] = flat->data[i] != 0;
  return view_of (flat, h, flat->data);
}

CwBuffer *
cw_npy_load (const char *path, GError **error)
{
  CwNpyHeader h      = { 0 };
  int64_t     length = 0;
  int         fd     = open_file (path, false, &length, error);
  CwBuffer   *b      = fd >= 0 && read_header (fd, length, path, &h, error) ? load_from (fd, path, &h, error) : NULL;
  if (fd >= 0)
    close (fd);
  return b;
}

/* ---- mapping ---- */

static CwBuffer *
map_elements (int fd, const char *path, const CwNpyHeader *h, bool writable, GError **error)
{
  int64_t all = h->offset + h->bytes;
  if (h->swapped || h->offset % MIN (cw_dtype_size (h->dtype), 8)) {
    if (cw_dtype_kind (h->dtype) != 'S' || h->swapped) {
      cw_fail (error, CW_ERROR_VALUE, h->swapped ? "%s holds big-endian elements, which cannot be used where they stand: np.load(file) without mmap_mode turns them round"
                                                 : "%s has elements that do not stand at multiples of their size, so they cannot be used where they stand: read them without mapping",
               path);
      return NULL;
    }
  }
  g_autoptr (CwBuffer) bytes = cw_buffer_map (fd, 0, CW_UINT8, 1, &all, writable, error);
  return bytes ? view_of (bytes, h, bytes->data + h->offset) : NULL;
}

CwBuffer *
cw_npy_map (const char *path, bool writable, GError **error)
{
  CwNpyHeader h      = { 0 };
  int64_t     length = 0;
  int         fd     = open_file (path, writable, &length, error);
  CwBuffer   *b      = fd >= 0 && read_header (fd, length, path, &h, error) ? map_elements (fd, path, &h, writable, error) : NULL;
  if (fd >= 0)
    close (fd);
  return b;
}

/* Fills in what a caller says about bare elements. */
static bool
describe (CwNpyHeader *h, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error)
{
  int64_t size, all;
  *h = (CwNpyHeader){ .dtype = dtype, .ndim = ndim, .offset = offset };
  memcpy (h->shape, shape, sizeof *shape * (size_t) ndim);
  if (!cw_shape_size (ndim, shape, &size, error))
    return false;
  for (int k = 0; k < ndim; k++)
    if (shape[k] < 0)
      return cw_fail (error, CW_ERROR_VALUE, "negative dimensions are not allowed");
  if (offset < 0)
    return cw_fail (error, CW_ERROR_VALUE, "an offset counts bytes from the start of the file, so it cannot be negative");
  return (cw_size_mul (size, cw_dtype_size (dtype), &h->bytes) && cw_size_add (h->bytes, offset, &all)) ||
         cw_fail (error, CW_ERROR_VALUE, "an array of this shape has more bytes than can be counted");
}

CwBuffer *
cw_file_map (const char *path, bool writable, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error)
{
  CwNpyHeader h;
  int64_t     length = 0, rest;
  int         fd     = open_file (path, writable, &length, error);
  CwBuffer   *b      = NULL;
  if (fd < 0)
    return NULL;
  rest = MAX (length - offset, 0) / MAX (cw_dtype_size (dtype), 1);
  if (describe (&h, offset, dtype, ndim < 0 ? 1 : ndim, ndim < 0 ? &rest : shape, error)) {
    if (h.bytes + offset > length)
      cw_fail (error, CW_ERROR_VALUE, "%s has %" G_GINT64_FORMAT " bytes, and an array of this shape from byte %" G_GINT64_FORMAT " on takes %" G_GINT64_FORMAT, path, length, offset, h.bytes);
    else
      b = map_elements (fd, path, &h, writable, error);
  }
  close (fd);
  return b;
}

/* ---- new files ---- */

/* Where @path leads, since a new file is put in the place of the old one, not of a link to it; g_free. */
static char *
place_of (const char *path, GError **error)
{
  struct stat about;
  char       *real  = realpath (path, NULL);
  char       *place = g_strdup (real ? real : path);
  free (real);
  if (stat (place, &about) == 0 && !S_ISREG (about.st_mode)) {
    errno = S_ISDIR (about.st_mode) ? EISDIR : EINVAL;
    cw_fail_path (error, path);
    g_clear_pointer (&place, g_free);
  }
  return place;
}

static bool
write_start (int fd, const char *path, const GString *start, int64_t all, GError **error)
{
  int failed = posix_fallocate (fd, 0, MAX (all, 1));
  if (failed == 0 && ftruncate (fd, all) == 0 && (!start || pwrite (fd, start->str, start->len, 0) == (ssize_t) start->len))
    return true;
  g_autofree char *size = cw_bytes_to_string ((double) all);
  return cw_fail (error, CW_ERROR_OS, "no room to write %s to %s: %s. Free some space there, or choose another folder", size, path, g_strerror (failed ? failed : errno));
}

/* A new file beside @place that begins with @start, mapped; @name: what it is called until it takes its place. */
static CwBuffer *
make_file (const char *place, const GString *start, const CwNpyHeader *h, char **name, GError **error)
{
  *name  = g_strconcat (place, ".XXXXXX", NULL);
  int fd = g_mkstemp_full (*name, O_RDWR | O_CLOEXEC, 0666);
  if (fd < 0) {
    cw_fail_path (error, place);
    g_clear_pointer (name, g_free);
    return NULL;
  }
  CwBuffer *b = write_start (fd, place, start, h->offset + h->bytes, error) ? map_elements (fd, place, h, true, error) : NULL;
  close (fd);
  if (!b) {
    g_unlink (*name);
    g_clear_pointer (name, g_free);
  }
  return b;
}

/* The file called @name takes its place, or goes. */
static bool
settle (bool ok, const char *name, const char *place, GError **error)
{
  if (ok && g_rename (name, place) != 0)
    ok = cw_fail_path (error, place);
  if (!ok)
    g_unlink (name);
  return ok;
}

static CwBuffer *
create (const char *path, const GString *start, const CwNpyHeader *h, CwNpyFill fill, void *data, GError **error)
{
  g_autofree char *place = place_of (path, error), *name = NULL;
  g_autoptr (CwBuffer) b = place ? make_file (place, start, h, &name, error) : NULL;
  bool ok                = b && (!fill || fill (b, data, error));
  if (b && !settle (ok, name, place, error))
    ok = false;
  return ok ? g_steal_pointer (&b) : NULL;
}

static CwBuffer *
create_npy (const char *path, CwDtype dtype, bool fortran, int ndim, const int64_t *shape, CwNpyFill fill, void *data, GError **error)
{
  CwNpyHeader h;
  GString    *start = cw_npy_print (dtype, fortran, ndim, shape);
  bool        ok    = describe (&h, (int64_t) start->len, dtype, ndim, shape, error);
  h.fortran         = fortran;
  CwBuffer *b       = ok ? create (path, start, &h, fill, data, error) : NULL;
  g_string_free (start, TRUE);
  return b;
}

CwBuffer *
cw_npy_create (const char *path, CwDtype dtype, bool fortran, int ndim, const int64_t *shape, GError **error)
{
  return create_npy (path, dtype, fortran, ndim, shape, NULL, NULL, error);
}

CwBuffer *
cw_file_create (const char *path, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error)
{
  CwNpyHeader h;
  return describe (&h, offset, dtype, ndim, shape, error) ? create (path, NULL, &h, NULL, NULL, error) : NULL;
}

bool
cw_npy_write (const char *path, CwDtype dtype, bool fortran, int ndim, const int64_t *shape, CwNpyFill fill, void *data, GError **error)
{
  g_autoptr (CwBuffer) b = create_npy (path, dtype, fortran, ndim, shape, fill, data, error);
  return b != NULL;
}

static bool
fill_from_buffer (CwBuffer *target, void *data, GError **error)
{
  cw_copy_in_parts (target, data);
  return true;
}

bool
cw_npy_save (const char *path, CwBuffer *b, GError **error)
{
  int64_t step    = cw_dtype_size (b->dtype);
  bool    fortran = b->ndim > 1 && !cw_buffer_is_contiguous (b);
  for (int k = 0; k < b->ndim; k++) {
    fortran &= b->shape[k] == 1 || b->strides[k] == step;
    step *= b->shape[k];
  }
  return cw_npy_write (path, b->dtype, fortran, b->ndim, b->shape, fill_from_buffer, b, error);
}
