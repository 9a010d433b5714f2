/* print.h: what the printing files share. */
#pragma once

#include "engine/language/value.h"

G_BEGIN_DECLS

/* The fewest decimal digits of |@f| that read back as @f in @dtype; the first stands before the point of
 * digits * 10^exponent. */
void  cw_shortest_digits (double f, CwDtype dtype, char digits[32], int *exponent);
/* As cw_float_repr, for float16, float32 or float64. */
char *cw_float_repr_of (double f, CwDtype dtype);
/* repr of functions, modules, types, dtypes, clients and the like. */
char *cw_value_object_repr (CwValue *v);

G_END_DECLS
