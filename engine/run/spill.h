/* spill.h: blocks written to a file and read back checked; private to engine/run. */
#pragma once

#include "engine/base/base.h"

/* Where a block stands in the file, and what it must read like. */
typedef struct {
  int64_t  offset, bytes;
  uint64_t checksum;
} CwExtent;

typedef struct _CwSpill CwSpill;

/* An empty spill file without a name; OSError. */
CwSpill *cw_spill_new (GError **error);
void     cw_spill_free (CwSpill *s);
/* Writes contiguous @b behind all others; OSError where the disk is full or fails. One thread at a time. */
bool cw_spill_write (CwSpill *s, const CwBuffer *b, CwExtent *extent, GError **error);
/* The block, mapped from the file after its length and checksum were found to be right; OSError where they are not. */
CwBuffer *cw_spill_read (CwSpill *s, const CwExtent *extent, CwDtype dtype, int ndim, const int64_t *shape, GError **error);
/* Gives the extent's disk space back. */
void cw_spill_discard (CwSpill *s, const CwExtent *extent);
/* For tests: the open file. */
int cw_spill_descriptor (const CwSpill *s);
