/* containers.h: what the containers' file offers to its neighbours. */
#pragma once

#include "engine/language/register.h"

G_BEGIN_DECLS

/* A slice value as an index item. */
bool     cw_slice_from_value (CwValue *v, CwIndex *out, GError **error);
/* Elements of a list, tuple, str, dict, set or range. */
int64_t  cw_value_length (CwValue *v);
/* A new sorted list. */
CwValue *cw_sorted (CwValue *over, CwValue *key, bool reverse, GError **error);

G_END_DECLS
