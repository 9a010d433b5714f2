/* draw-file.h: an array, its plan, its values or a run as a picture in a file. */
#pragma once

#include "widgets/task-board.h"

G_BEGIN_DECLS

typedef enum { CW_PICTURE_DIAGRAM, CW_PICTURE_GRAPH, CW_PICTURE_TIMELINE, CW_PICTURE_VALUES, CW_PICTURE_ANIMATION, CW_PICTURE_TRACE, CW_PICTURE_BENCH, CW_N_PICTURES } CwPicture;

/* What a picture is of; everything is borrowed. */
typedef struct {
  CwArray     *array;
  CwPlanKind   kind;   /* of a graph that is planned here */
  CwPlan      *plan;   /* the graph's, or NULL */
  CwTaskBoard *board;  /* states of the graph's tasks, if it is of that plan, or NULL */
  CwRun       *run;    /* a finished run: timelines, animations and traces need it */
  CwBuffer    *values; /* values need them */
  GPtrArray   *charts; /* of measurements, as cw_bench_charts_read gives them */
  bool         top_down; /* layers of a graph below each other */
} CwPictureOf;

/* "diagram", "graph", ... by number, or NULL beyond the last one. */
const char *cw_picture_name (int what);

/* Draws @what to @filename; its ending says the format: .svg, .pdf or .png; graphs also as .dot, animations as .gif or .webm (where
 * an encoder is installed) or as numbered pictures in the folder of that name, traces as Chrome's .json. ValueError where @of lacks
 * what that needs, or for another ending. */
bool cw_draw_picture (CwPicture what, const CwPictureOf *of, const char *filename, GError **error);
/* The graph of @array, as visualize(filename=...) draws it: a CwVisualizeFunc. Without a filename there is nothing to do, since
 * the caller shows the graph itself. @data is not used. */
bool cw_draw_file (CwArray *array, CwPlanKind kind, bool top_down, const char *filename, void *data, GError **error);

G_END_DECLS
