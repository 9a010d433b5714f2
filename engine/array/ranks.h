/* ranks.h: quantiles by counting, for arrays too long to bring together. */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* How a quantile between two neighbours is chosen, in the order of their names in NumPy: linear, lower, higher, midpoint, nearest. */
typedef enum { CW_QUANTILE_LINEAR, CW_QUANTILE_LOWER, CW_QUANTILE_HIGHER, CW_QUANTILE_MIDPOINT, CW_QUANTILE_NEAREST, CW_N_QUANTILES } CwQuantile;

/* The quantile @q (0 to 1) of @n sorted elements, of which @low stands at floor(q (n - 1)) and @high after it. */
CwScalar cw_quantile_between (CwScalar low, CwScalar high, int64_t n, double q, CwQuantile between);

#define CW_RANKS_BYTES ((int64_t) 32 << 20) /* arrays of more bytes are counted */

/* Is counting the way for @a: one axis of several blocks, real numbers of at least two bytes, long or of unknown length? */
bool cw_ranks_suit (const CwArray *a);
/* Quantiles @q[n] of 1-d @a, of @dtype. */
CwArray *cw_array_quantiles (CwArray *a, int n, const double *q, CwQuantile between, bool skip_nan, CwDtype dtype, GError **error);

G_END_DECLS
