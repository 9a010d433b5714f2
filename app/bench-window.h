/* bench-window.h: a window that shows what `chunkwise bench --json` measured. */
#pragma once

#include <gtk/gtk.h>
#include <stdbool.h>

G_BEGIN_DECLS

/* Shows the measurements in @file above @parent; ValueError where there are none in it. */
bool cw_bench_window_show (GtkWindow *parent, GFile *file, GError **error);

G_END_DECLS
