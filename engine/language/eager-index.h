/* eager-index.h: NumPy's indexing of buffers. */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* b[items]: a view where only ints, slices, newaxis and Ellipsis index, else a copy. LIST items may be of any
 * dimension, integers or bools. */
CwBuffer *cw_buffer_index (CwBuffer *b, int n, const CwIndex *items, GError **error);
/* b[items] = value, broadcast. */
bool cw_buffer_assign (CwBuffer *b, int n, const CwIndex *items, CwBuffer *value, GError **error);
/* A view of @b broadcast to @shape; ValueError. */
CwBuffer *cw_buffer_broadcast (CwBuffer *b, int ndim, const int64_t *shape, GError **error);
/* Positions of the true elements of @mask: one int64 buffer an axis, new references in @out. */
bool cw_buffer_nonzero (CwBuffer *mask, CwBuffer **out, GError **error);

G_END_DECLS
