/* animation.h: a recorded run as moving pictures. */
#pragma once

#include "engine/run/run.h"

G_BEGIN_DECLS

/* Writes the run as some seconds of the graph above the timeline: a .gif or .webm where an encoder is installed, else (any other name)
 * a folder of numbered .png files. OSError where files cannot be written, RuntimeError without an encoder. */
bool cw_animation_write (CwRun *run, const char *filename, GError **error);

G_END_DECLS
