/* mapping.h: functions of the notebook as functions of blocks. */
#pragma once

#include "engine/language/register.h"

G_BEGIN_DECLS

/* Which blocks meet: axis k of array i goes along axis along[i][k] of a grid of blocks, and grid axis g becomes the result's axis
 * result_axis[g], or none (-1): then a task gets all blocks along it, joined. */
typedef struct {
  int      n;
  CwArray *arrays[CW_MAX_MAPPED]; /* borrowed */
  int      along[CW_MAX_MAPPED][CW_MAX_NDIM];
  int      n_grid;
  int      result_axis[CW_MAX_NDIM];
} CwMapping;

/* Makes the value that the function has for stand-ins of the arrays' blocks: calls it, with whatever other arguments there are. */
typedef CwValue *(*CwMappedCall) (CwCall *call, CwValue *const *blocks, void *data, GError **error);

/* A lazy array named @name of which every block is the function of the blocks that meet there. The function is called once for
 * every distinct shape of blocks, on placeholders. Where it only does arithmetic element by element it is called on the arrays
 * themselves, and the result is ordinary layers. NULL with @error where it needs values, or shapes that are not known. */
CwArray *cw_map_traced (CwCall *call, const char *name, const CwMapping *mapping, CwMappedCall func, void *data, GError **error);
/* The name that a function's layer gets. */
const char *cw_function_name (const CwValue *function);

G_END_DECLS
