/* print.h: what the printing files share. */
#pragma once

#include "engine/language/value.h"

G_BEGIN_DECLS

/* repr of functions, modules, types, dtypes, clients and the like. */
char *cw_value_object_repr (CwValue *v);

G_END_DECLS
