/* frame-stats.h: how long drawing takes, for the debug key and `--frame-stats`. Everything here belongs to the main thread. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

G_BEGIN_DECLS

typedef enum {
  CW_STATS_DRAW,   /* a canvas draws itself */
  CW_STATS_EVENTS, /* new events of a run are read */
  CW_STATS_FRAME,  /* a whole frame: everything from the clock's tick to the pixels */
  CW_N_STATS
} CwStatsKind;

/* Measuring costs a look at the clock; showing is up to the stage. */
void cw_frame_stats_add (CwStatsKind kind, int64_t ns);
void cw_frame_stats_show (bool show);
bool cw_frame_stats_shown (void);
/* "draw 1.2 ms, at most 3.4 ms · …" of the last frames; g_free. */
char *cw_frame_stats_text (void);

G_END_DECLS
