/* buffer-private.h: what a buffer's memory is; for engine/base. */
#pragma once

#include "engine/base/base.h"

struct _CwStorage {
  gatomicrefcount ref_count;
  void           *data;
  int64_t         bytes;    /* counted as live; 0 where the memory is not ours or in a file */
  size_t          capacity; /* of reserved memory */
  GDestroyNotify  free_func;
  void           *free_data;
};

/* Counts @bytes as live until the storage goes. */
void cw_storage_account (CwStorage *s, int64_t bytes);
/* Asks for large pages where @bytes are many: the system gives out and clears one of them several times as fast as the small ones in its place. @data
 * starts a page. */
void cw_memory_prefer_large_pages (void *data, int64_t bytes);
