/* Spill files: see spill.h.
 *
 * Blocks are appended at page boundaries, so that they can be mapped; holes are punched where blocks are no longer wanted. Disk space
 * is reserved before it is written, so a full disk shows as an error and never while a page is written back. */
#include "engine/run/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

enum { PIECE = 1 << 20, PAGE = 4096 };

struct _CwSpill {
  int     fd;
  int64_t end;
};

CwSpill *
cw_spill_new (GError **error)
{
  int fd = cw_spill_open (error);
  if (fd < 0)
    return NULL;
  CwSpill *s = g_new0 (CwSpill, 1);
  s->fd      = fd;
  return s;
}

void
cw_spill_free (CwSpill *s)
{
  close (s->fd);
  g_free (s);
}

int
cw_spill_descriptor (const CwSpill *s)
{
  return s->fd;
}

bool
cw_spill_write (CwSpill *s, const CwBuffer *b, CwExtent *extent, GError **error)
{
  *extent = (CwExtent){ s->end, cw_buffer_nbytes (b), XXH3_64bits (b->data, (size_t) cw_buffer_nbytes (b)) };
  if (!cw_spill_allocate (s->fd, extent->offset, extent->bytes, error))
    return false;
  for (int64_t done = 0; done < extent->bytes;) {
    ssize_t n = pwrite (s->fd, b->data + done, (size_t) MIN (PIECE, extent->bytes - done), extent->offset + done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return cw_fail (error, CW_ERROR_OS, "writing a spilled block failed: %s", g_strerror (n < 0 ? errno : ENOSPC));
    done += n;
  }
  s->end += (extent->bytes + PAGE - 1) / PAGE * PAGE;
  return true;
}

CwBuffer *
cw_spill_read (CwSpill *s, const CwExtent *extent, CwDtype dtype, int ndim, const int64_t *shape, GError **error)
{
  g_autofree char *piece = g_malloc (PIECE);
  XXH3_state_t    *state = XXH3_createState ();
  int64_t          done  = 0;
  XXH3_64bits_reset (state);
  while (done < extent->bytes) {
    ssize_t n = pread (s->fd, piece, (size_t) MIN (PIECE, extent->bytes - done), extent->offset + done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    XXH3_64bits_update (state, piece, (size_t) n);
    done += n;
  }
  uint64_t checksum = XXH3_64bits_digest (state);
  XXH3_freeState (state);
  if (done < extent->bytes || checksum != extent->checksum) {
    cw_fail (error, CW_ERROR_OS,
             "a spilled block does not read back as it was written (%s): the disk or the spill folder's file system is damaged. Choose another "
             "folder with --spill-dir",
             done < extent->bytes ? "it is too short" : "its checksum differs");
    return NULL;
  }
  return cw_buffer_map (s->fd, extent->offset, dtype, ndim, shape, false, error);
}

void
cw_spill_discard (CwSpill *s, const CwExtent *extent)
{
  /* Where the file system cannot punch holes, the space comes back when the file closes. */
  if (extent->bytes > 0)
    (void) !fallocate (s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, extent->offset, extent->bytes);
}
