/* index-private.h: what the files of indexing share. */
#pragma once

#include "engine/array/array-private.h"

/* Replaces an Ellipsis (or the missing end) by full slices: one item an axis of @a besides newaxis. @out has room for
 * 2 * CW_MAX_NDIM items. */
bool cw_index_expand (const CwArray *a, int n, const CwIndex *items, CwIndex *out, int *n_out, GError **error);
/* A list or mask on axis @axis (a mask of several dimensions: on the axes from @axis on). */
CwArray *cw_index_fancy (CwArray *a, const CwIndex *item, int axis, GError **error);
/* The positions that a list or a 1-d bool buffer selects on an axis of @length: int64, checked. */
CwBuffer *cw_index_positions (CwBuffer *list, int64_t length, int axis, GError **error);
