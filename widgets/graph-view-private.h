/* graph-view-private.h: what the parts of the graph's view share: graph-view.c (what is shown) and graph-move.c (how it moves). */
#pragma once

#include "widgets/widgets.h"

G_BEGIN_DECLS

#define LINEAGE_NS  2000000
#define GLIDE_US    220000
#define MORPH_US    420000
#define DRAW_US     200000 /* a selection's lines draw themselves */
#define FADE_US     250000 /* a released block fades */
#define MOST_FADING 400
#define MOST_SCALE  200

/* A drawing that is kept as long as it looks at the same. */
typedef struct {
  cairo_surface_t *surface;
  CwViewport       view;
  const CwPalette *palette;
  uint64_t         version;
} CwGraphKept;

/* A block that was released a moment ago. */
typedef struct {
  uint32_t task;
  int64_t  since_us;
} CwGraphFading;

/* A plan and where its tasks stand. */
typedef struct {
  CwPlan        *plan;
  CwDrawGraph   *graph;
  CwGraphLayout *layout;
  CwViewport     view;
} CwGraphScene;

struct _CwGraphView {
  GtkDrawingArea  parent_instance;
  CwViewSession  *session;
  CwGraphScene    scene, leaving; /* the latter while layers glide from one plan to the other */
  int            *morph_target;   /* by layer of the plan as written: its layer of the optimized plan, or -1 */
  int64_t         morph_begin;
  CwTaskBoard    *board; /* that the levels follow */
  CwGraphLevels  *levels;
  CwGraphLineage *lineage;
  bool            lineage_done;
  CwGraphKept     edges, labels, veil;
  bool            animate;
  bool            fitted; /* follows the widget's size until the learner moves it */
  bool            follow, moving_map;
  CwViewport      glide_from, glide_to;
  int64_t         glide_begin; /* 0: none */
  int64_t         select_begin;
  GArray         *fading; /* of CwGraphFading, the oldest first */
  guint           tick;
  double          drag_x, drag_y, pointer_x, pointer_y;
  bool            dragged;
};

/* How far something that began at @begin_us and takes @length_us is, 0 to 1. */
static inline double
cw_graph_progress (int64_t begin_us, int64_t length_us) {
  return CLAMP ((g_get_monotonic_time () - begin_us) / (double) length_us, 0, 1);
}

void cw_graph_scene_clear (CwGraphScene *scene);
/* Lays out the session's plan, if it is not shown yet. */
void cw_graph_view_ensure_scene (CwGraphView *self);
/* Frames go on as long as anything moves. */
void cw_graph_view_ensure_tick (CwGraphView *self);
/* Connects the pointer, the keys and what the session tells. */
void cw_graph_view_listen (CwGraphView *self);

G_END_DECLS
