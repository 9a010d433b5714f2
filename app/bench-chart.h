/* bench-chart.h: what `chunkwise bench --json` measured, as charts. */
#pragma once

#include "widgets/draw/draw.h"

G_BEGIN_DECLS

/* Reads @text, the JSON that `chunkwise bench --json` writes: one CwDrawBench a table with times in it, at least one. ValueError where it
 * is anything else. */
GPtrArray *cw_bench_charts_read (const char *text, GError **error);
/* The height that @charts need below each other to be read well, at any width. */
double     cw_bench_charts_height (GPtrArray *charts);
/* Draws them below each other. */
void       cw_bench_charts_draw (GPtrArray *charts, cairo_t *cr, const CwPalette *palette, double width, double height);
/* What the bar in whose row (x, y) of that drawing is shows, in words; NULL: there is none. */
char      *cw_bench_charts_tell (GPtrArray *charts, double width, double height, double x, double y);
/* All that they show, a line a bar. */
char      *cw_bench_charts_describe (GPtrArray *charts);

G_END_DECLS
