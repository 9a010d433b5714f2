/* frame-stats.c: how long drawing takes. The last few hundred times of each kind are kept. */
#include "widgets/frame-stats.h"

#include <glib/gi18n.h>

#define N_KEPT 240

static struct {
  int64_t times[CW_N_STATS][N_KEPT];
  guint   n[CW_N_STATS];
  bool    shown;
} stats;

void
cw_frame_stats_add (CwStatsKind kind, int64_t ns) {
  stats.times[kind][stats.n[kind]++ % N_KEPT] = ns;
}

void
cw_frame_stats_show (bool show) {
  stats.shown = show;
}

bool
cw_frame_stats_shown (void) {
  return stats.shown;
}

char *
cw_frame_stats_text (void) {
  static const char *const names[CW_N_STATS] = { N_("draw"), N_("events"), N_("frame") };
  GString *out = g_string_new (NULL);
  for (int kind = 0; kind < CW_N_STATS; kind++) {
    guint   n = MIN (stats.n[kind], N_KEPT);
    int64_t sum = 0, most = 0;
    for (guint i = 0; i < n; i++) {
      sum += stats.times[kind][i];
      most = MAX (most, stats.times[kind][i]);
    }
    g_string_append_printf (out, _("%s%s %.2f ms, at most %.2f ms"), kind ? "  ·  " : "", _(names[kind]), n ? sum / 1e6 / n : 0, most / 1e6);
  }
  return g_string_free (out, FALSE);
}
