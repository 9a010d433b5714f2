/* mask-density.h: how much of each chunk of a computed mask is true; private to the diagram's view. */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* A fraction a chunk, in C order, free with g_free; NULL where @array is no mask, or @values (may be NULL) are not all of its values, or
 * there are too many chunks. Of large chunks a part is looked at. */
double *cw_mask_density_new (const CwArray *array, const CwBuffer *values);

G_END_DECLS
