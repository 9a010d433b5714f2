/* adapt.h: engine objects as the plain structs that widgets/draw takes. */
#pragma once

#include "engine/run/run.h"
#include "widgets/draw/draw.h"

G_BEGIN_DECLS

/* An array's colour: the same in every drawing. */
int cw_adapt_color (const CwArray *array);
CwDrawChunks *cw_adapt_chunks (const CwArray *array);
/* "block (1, 0): 4,096 × 904, 28.25 MiB"; @block may hold -1 for axes that are not shown. */
char *cw_adapt_block_text (const CwArray *array, const int64_t *block);
/* "random_sample, 5,000 × 5,000 float64 in 4 chunks, 190.73 MiB" */
char *cw_adapt_array_text (const CwArray *array);
/* Keeps a reference to @plan for its edges. */
CwDrawGraph *cw_adapt_graph (CwPlan *plan);
/* "add, block (3, 0): 1,000 × 1,000, 7.63 MiB, reads 2 tasks" */
char *cw_adapt_task_text (CwPlan *plan, uint32_t task);
/* The values of the last two axes (others at 0), sampled to at most @max_rows x @max_columns, with texts where
 * @texts, and the borders of @array's chunks (may be NULL), of which they are the part from row and column @origin on. */
CwDrawValues *cw_adapt_values (const CwBuffer *buffer, const CwArray *array, const int64_t *origin, int max_rows, int max_columns, bool texts);
/* A 1-d (or flattened) buffer as doubles; at most @max of them from the start. g_free. */
double *cw_adapt_line (const CwBuffer *buffer, int64_t max, int64_t *n);
/* One element as NumPy writes it: "True", "42", "0.25", "1+2j". g_free. */
char *cw_adapt_scalar_text (CwScalar scalar);

G_END_DECLS
