/* draw-file.h: an array, its plan or a run as a picture in a file. */
#pragma once

#include "engine/run/run.h"

G_BEGIN_DECLS

typedef enum { CW_PICTURE_DIAGRAM, CW_PICTURE_GRAPH, CW_PICTURE_TIMELINE } CwPicture;

/* Draws @what of @array to @filename; its ending says the format: .svg, .pdf, .png, or .dot (graphs only). A timeline
 * needs @run, a finished run of the array; otherwise it may be NULL. ValueError for an ending that is not known. */
bool cw_draw_picture (CwPicture what, CwArray *array, CwPlanKind kind, CwRun *run, const char *filename, GError **error);
/* The graph of @array, as visualize(filename=...) draws it: a CwVisualizeFunc. Without a filename there is nothing to do, since
 * the caller shows the graph itself. @data is not used. */
bool cw_draw_file (CwArray *array, CwPlanKind kind, const char *filename, void *data, GError **error);

G_END_DECLS
