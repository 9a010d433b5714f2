/* chunk-sketch.h: an array that the learner cuts into chunks by hand, to answer how it will be cut. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>
#include <stdint.h>

G_BEGIN_DECLS

#define CW_TYPE_CHUNK_SKETCH (cw_chunk_sketch_get_type ())
G_DECLARE_FINAL_TYPE (CwChunkSketch, cw_chunk_sketch, CW, CHUNK_SKETCH, GtkBox)

/* An array of @ndim (1 or 2) axes of the lengths @shape, cut at multiples of @grid. A click at its left or right edge cuts across the rows, elsewhere
 * across the columns; a click on a cut takes it away. The fields below cut evenly, for keys. Signal "changed". */
GtkWidget *cw_chunk_sketch_new (int ndim, const int64_t *shape, const int64_t *grid);
/* The cuts as chunks, "((2, 2), (4,))"; g_free. */
char      *cw_chunk_sketch_text (CwChunkSketch *sketch);
void       cw_chunk_sketch_set_text (CwChunkSketch *sketch, const char *text);
/* A sketch that only shows has no fields. */
void       cw_chunk_sketch_set_editable (CwChunkSketch *sketch, bool editable);

G_END_DECLS
