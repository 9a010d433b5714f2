/* timeline.c: what each worker did when, and what memory that took.
 *
 * A lane a worker holds bars in order of time, so the seen span is found by binary search. Where there are more bars than
 * pixels, each pixel column shows, as its opacity, which part of its time was busy, which the bars' running sums tell in
 * logarithmic time: a million tasks are drawn as fast as ten.
 */
#include "widgets/draw/draw.h"

#include <glib/gi18n.h>
#include <math.h>

#define LEFT        78.0 /* room for the lanes' names */
#define RIGHT       16.0
#define TITLE       20.0 /* room for the name of the run, where it has one */
#define AXIS_HEIGHT 26.0
#define CROWDED     3 /* bars a pixel column, from which on columns are drawn */

static double
top_of (const CwTimeSpan *view) {
  return 14 + (view->title ? TITLE : 0);
}

double
cw_nice_step (double span, int count) {
  double raw = span / MAX (count, 1);
  if (!(raw > 0))
    return 1;
  double power = pow (10, floor (log10 (raw))), fraction = raw / power;
  return power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
}

double
cw_timeline_x_of (const CwTimeSpan *view, int64_t time_ns) {
  double span = MAX (view->to_ns - view->from_ns, 1);
  return LEFT + (time_ns - view->from_ns) / span * (view->width - LEFT - RIGHT);
}

int64_t
cw_timeline_time_at (const CwTimeSpan *view, double x) {
  double part = (x - LEFT) / MAX (view->width - LEFT - RIGHT, 1);
  return view->from_ns + (int64_t) (part * (view->to_ns - view->from_ns));
}

size_t
cw_timeline_find (const CwDrawLane *lane, int64_t time_ns) {
  size_t low = 0, high = lane->n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (lane->bars[middle].end_ns <= time_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Time that the lane's worker was busy before @time_ns. */
static int64_t
busy_until (const CwDrawLane *lane, int64_t time_ns) {
  size_t i = cw_timeline_find (lane, time_ns);
  if (i < lane->n)
    return lane->bars[i].busy_before_ns + MAX (time_ns - lane->bars[i].start_ns, 0);
  const CwDrawBar *last = lane->n ? &lane->bars[lane->n - 1] : NULL;
  return last ? last->busy_before_ns + last->end_ns - last->start_ns : 0;
}

double
cw_timeline_busy (const CwDrawLane *lane, int64_t from_ns, int64_t to_ns) {
  return to_ns > from_ns ? (double) (busy_until (lane, to_ns) - busy_until (lane, from_ns)) / (to_ns - from_ns) : 0;
}

/* ---- places --------------------------------------------------------------------------------- */

typedef struct {
  double lane_height, lanes_bottom, memory_top, memory_bottom;
} Places;

static Places
places_of (const CwDrawTimeline *timeline, const CwTimeSpan *view) {
  double bottom = view->height - AXIS_HEIGHT;
  double memory = timeline->n_memory > 0 ? CLAMP (0.28 * view->height, 40, 150) : 0;
  double lanes = MAX (bottom - memory - top_of (view) - (memory > 0 ? 16 : 0), 10);
  Places p = { .lane_height = MIN (lanes / MAX (timeline->n_lanes, 1), 54) };
  p.lanes_bottom = top_of (view) + p.lane_height * timeline->n_lanes;
  /* The curve stands right below the lanes; what room is left stays free. */
  p.memory_top = p.lanes_bottom + (memory > 0 ? 16 : 0);
  p.memory_bottom = MIN (bottom, p.memory_top + (memory > 0 ? MAX (memory, 180) : 0));
  return p;
}

bool
cw_timeline_hit (const CwDrawTimeline *timeline, const CwTimeSpan *view, double x, double y, int *lane,
                 size_t *bar) {
  Places p = places_of (timeline, view);
  if (y < top_of (view) || y >= p.lanes_bottom || x < LEFT || x > view->width - RIGHT)
    return false;
  int     i = (y - top_of (view)) / p.lane_height;
  int64_t time = cw_timeline_time_at (view, x);
  size_t  found = cw_timeline_find (&timeline->lanes[i], time);
  if (found >= timeline->lanes[i].n || timeline->lanes[i].bars[found].start_ns > time)
    return false;
  *lane = i;
  *bar = found;
  return true;
}

/* ---- lanes ---------------------------------------------------------------------------------- */

static void
draw_busy_column (cairo_t *cr, const CwPalette *palette, double x, double y, double height, double busy, int color) {
  cairo_rectangle (cr, x, y, 1, height);
  cw_set_color (cr, cw_color_with_alpha (cw_palette_layer (palette, color), CLAMP (busy, 0.15, 1)));
  cairo_fill (cr);
}

static void
draw_bar (cairo_t *cr, const CwPalette *palette, const CwDrawBar *bar, double x0, double x1, double y, double height,
          const CwTimeSpan *view) {
  double gap = x1 - x0 > 4 ? 1 : 0;
  bool   selected = view->selected == bar->task, hovered = view->hovered == bar->task;
  cairo_rectangle (cr, x0, y, x1 - x0 - gap, height);
  cw_set_color (cr, cw_palette_layer (palette, bar->color));
  cairo_fill (cr);
  if (selected || hovered) {
    cairo_rectangle (cr, x0 - 1, y - 1, x1 - x0 + 2, height + 2);
    cw_set_color (cr, selected ? palette->foreground : palette->accent);
    cairo_set_line_width (cr, 2);
    cairo_stroke (cr);
  }
}

#define LEVELS 15 /* of opacity, 0 left out */

/* One column a pixel, each in the colour of the bar in its middle; those that look alike are one path. */
static void
draw_crowded (const CwDrawLane *lane, cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view, double y, double height) {
  int     n = MAX ((int) (view->width - RIGHT - LEFT), 0);
  bool    used[CW_N_LAYER_COLORS * (LEVELS + 1)] = { false };
  int64_t from = cw_timeline_time_at (view, LEFT), before = busy_until (lane, from);
  g_autofree uint8_t *looks = g_malloc0 (n + 1);
  for (int x = 0; x < n; x++) {
    int64_t to = cw_timeline_time_at (view, LEFT + x + 1), after = busy_until (lane, to);
    size_t  middle = MIN (cw_timeline_find (lane, (from + to) / 2), lane->n - 1);
    int     level = to > from ? ceil (LEVELS * (double) (after - before) / (to - from)) : 0;
    looks[x] = lane->bars[middle].color % CW_N_LAYER_COLORS * (LEVELS + 1) + CLAMP (level, 0, LEVELS);
    used[looks[x]] = true;
    from = to;
    before = after;
  }
  for (int look = 0; look < CW_N_LAYER_COLORS * (LEVELS + 1); look++) {
    double busy = look % (LEVELS + 1) / (double) LEVELS;
    if (!used[look] || busy == 0)
      continue;
    for (int x = 0, end; x < n; x = end + 1) {
      for (end = x; end < n && looks[end] == look; end++)
        ;
      if (end > x)
        cairo_rectangle (cr, LEFT + x, y, end - x, height);
    }
    cw_set_color (cr, cw_color_with_alpha (cw_palette_layer (palette, look / (LEVELS + 1)), MAX (busy, 0.15)));
    cairo_fill (cr);
  }
}

static void
draw_lane (const CwDrawLane *lane, cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view, double y, double height) {
  double right = view->width - RIGHT, column = -1;
  size_t first = cw_timeline_find (lane, view->from_ns), last = cw_timeline_find (lane, view->to_ns);
  bool   crowded = last - first > CROWDED * MAX (right - LEFT, 1);
  if (crowded)
    draw_crowded (lane, cr, palette, view, y, height);
  for (size_t b = first; !crowded && b < lane->n && lane->bars[b].start_ns < view->to_ns; b++) {
    const CwDrawBar *bar = &lane->bars[b];
    double x0 = MAX (cw_timeline_x_of (view, bar->start_ns), LEFT), x1 = MIN (cw_timeline_x_of (view, bar->end_ns), right);
    if (x1 - x0 >= 1 || view->selected == bar->task || view->hovered == bar->task) {
      draw_bar (cr, palette, bar, x0, MAX (x1, x0 + 1.5), y, height, view);
    } else if (floor (x0) != column) {
      column = floor (x0);
      draw_busy_column (cr, palette, column, y, height,
                        cw_timeline_busy (lane, cw_timeline_time_at (view, column), cw_timeline_time_at (view, column + 1)), bar->color);
    }
  }
}

/* The task that runs now, and is not over. */
static void
draw_open (const CwDrawLane *lane, cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view, double y, double height) {
  double x0 = MAX (cw_timeline_x_of (view, lane->open.start_ns), LEFT), x1 = MIN (cw_timeline_x_of (view, lane->open.end_ns), view->width - RIGHT);
  if (lane->open.end_ns > lane->open.start_ns && x1 > x0)
    draw_bar (cr, palette, &lane->open, x0, x1, y, height, view);
}

/* Where blocks were spilled (a dark foot with a hatch's slant), and where tasks failed or were cancelled (a cross). */
static void
draw_marks (const CwDrawTimeline *timeline, cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view, const Places *p) {
  double last[256];
  for (int i = 0; i < 256; i++)
    last[i] = -1;
  for (size_t i = 0; i < timeline->n_marks; i++) {
    const CwDrawMark *mark = &timeline->marks[i];
    double x = floor (cw_timeline_x_of (view, mark->time_ns)), y = top_of (view) + mark->lane * p->lane_height + 2;
    double height = MAX (p->lane_height - 6, 1), foot = MIN (height, 9);
    if (mark->time_ns < view->from_ns || mark->time_ns > view->to_ns || x - last[mark->lane] < 3)
      continue;
    last[mark->lane] = x;
    bool spilled = mark->state == CW_DRAW_SPILLED;
    cw_set_color (cr, spilled ? palette->foreground : mark->state == CW_DRAW_FAILED ? palette->error : palette->dim);
    cairo_set_line_width (cr, 2);
    cairo_move_to (cr, x - (spilled ? 2 : foot / 2), y + height);
    cairo_line_to (cr, x + (spilled ? 2 : foot / 2), y + height - foot);
    if (!spilled) {
      cairo_move_to (cr, x - foot / 2, y + height - foot);
      cairo_line_to (cr, x + foot / 2, y + height);
    }
    cairo_stroke (cr);
  }
}

/* ---- memory --------------------------------------------------------------------------------- */

static char *
bytes_text (double bytes) {
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
  int u = 0;
  while (bytes >= 1024 && u < 4) {
    bytes /= 1024;
    u++;
  }
  return g_strdup_printf (bytes < 10 && u > 0 ? "%.1f %s" : "%.0f %s", bytes, units[u]);
}

/* A staircase; of what falls into one pixel column, the highest level is seen. */
static void
memory_path (const CwDrawTimeline *timeline, cairo_t *cr, const CwTimeSpan *view, const Places *p, double most) {
  double height = p->memory_bottom - p->memory_top, level = p->memory_bottom, top = level, column = LEFT;
  cairo_move_to (cr, LEFT, p->memory_bottom);
  for (size_t i = 0; i < timeline->n_memory; i++) {
    double x = floor (CLAMP (cw_timeline_x_of (view, timeline->memory[i].time_ns), LEFT, view->width - RIGHT));
    if (x != column) {
      cairo_line_to (cr, column, top);
      cairo_line_to (cr, column, level);
      cairo_line_to (cr, x, level);
      column = x;
      top = level;
    }
    level = p->memory_bottom - timeline->memory[i].bytes / most * height;
    top = MIN (top, level);
  }
  double end = CLAMP (cw_timeline_x_of (view, timeline->duration_ns), LEFT, view->width - RIGHT);
  cairo_line_to (cr, column, top);
  cairo_line_to (cr, column, level);
  cairo_line_to (cr, end, level);
  cairo_line_to (cr, end, p->memory_bottom);
  cairo_close_path (cr);
}

static void
draw_limit (const CwDrawTimeline *timeline, cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view, const Places *p,
            double most) {
  static const double dashes[] = { 6, 4 };
  double y = round (p->memory_bottom - timeline->limit_bytes / most * (p->memory_bottom - p->memory_top)) + 0.5;
  g_autofree char *bytes = bytes_text (timeline->limit_bytes), *text = g_strdup_printf (_("limit %s"), bytes);
  cairo_move_to (cr, LEFT, y);
  cairo_line_to (cr, view->width - RIGHT, y);
  cairo_set_dash (cr, dashes, 2, 0);
  cw_set_color (cr, palette->error);
  cairo_set_line_width (cr, 1.4);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  cw_draw_text (cr, text, view->width - RIGHT - 2, y + 2, 1, 0, 10.5, palette->error);
}

static void
draw_memory (const CwDrawTimeline *timeline, cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view,
             const Places *p) {
  double most = 1;
  for (size_t i = 0; i < timeline->n_memory; i++)
    most = MAX (most, timeline->memory[i].bytes);
  /* A limit that the curve comes nowhere near would only press it flat. */
  bool limited = timeline->limit_bytes > 0 && timeline->limit_bytes < 4 * most;
  if (limited)
    most = MAX (most, timeline->limit_bytes * 1.06);
  memory_path (timeline, cr, view, p, most);
  cw_set_color (cr, cw_color_with_alpha (palette->foreground, 0.14));
  cairo_fill_preserve (cr);
  cw_set_color (cr, palette->dim);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  g_autofree char *text = bytes_text (most);
  cw_draw_text (cr, text, LEFT - 8, p->memory_top, 1, 0, 10.5, palette->dim);
  cw_draw_text (cr, "0", LEFT - 8, p->memory_bottom, 1, 1, 10.5, palette->dim);
  if (limited)
    draw_limit (timeline, cr, palette, view, p, most);
}

/* ---- axis ----------------------------------------------------------------------------------- */

static void
draw_axis (cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view, const Places *p) {
  double span = view->to_ns - view->from_ns, step = cw_nice_step (span, (view->width - LEFT) / 110);
  cairo_set_line_width (cr, 1);
  for (double t = ceil (view->from_ns / step) * step; t <= view->to_ns; t += step) {
    double x = round (cw_timeline_x_of (view, t)) + 0.5;
    g_autofree char *text = t == 0 ? g_strdup ("0") : cw_duration_to_string (t);
    cairo_move_to (cr, x, top_of (view));
    cairo_line_to (cr, x, p->memory_bottom + 4);
    cw_set_color (cr, cw_color_with_alpha (palette->hairline, 0.6));
    cairo_stroke (cr);
    if (x < view->width - 20)
      cw_draw_text (cr, text, x, p->memory_bottom + 7, 0.5, 0, 10.5, palette->dim);
  }
}

void
cw_timeline_draw (const CwDrawTimeline *timeline, cairo_t *cr, const CwPalette *palette, const CwTimeSpan *view) {
  Places p = places_of (timeline, view);
  draw_axis (cr, palette, view, &p);
  for (int i = 0; i < timeline->n_lanes; i++) {
    double y = top_of (view) + i * p.lane_height + 2, height = MAX (p.lane_height - 6, 1);
    int    busy = round (100 * cw_timeline_busy (&timeline->lanes[i], MAX (view->from_ns, 0), MIN (view->to_ns, timeline->duration_ns)));
    g_autofree char *name = g_strdup_printf ("%d", i + 1), *part = g_strdup_printf (_("%d%% busy"), busy);
    cairo_rectangle (cr, LEFT, y, view->width - LEFT - RIGHT, height);
    cw_set_color (cr, cw_color_with_alpha (palette->foreground, 0.04));
    cairo_fill (cr);
    if (p.lane_height >= 12)
      cw_draw_text (cr, name, LEFT - 8, y + height / 2, 1, p.lane_height >= 32 ? 1 : 0.5, 11, palette->foreground);
    if (p.lane_height >= 32)
      cw_draw_text (cr, part, LEFT - 8, y + height / 2, 1, 0, 10, palette->dim);
    draw_lane (&timeline->lanes[i], cr, palette, view, y, height);
    draw_open (&timeline->lanes[i], cr, palette, view, y, height);
  }
  draw_marks (timeline, cr, palette, view, &p);
  if (view->title)
    cw_draw_text (cr, view->title, LEFT, 8, 0, 0, 11, palette->foreground);
  if (timeline->n_memory > 0)
    draw_memory (timeline, cr, palette, view, &p);
  if (view->cursor_ns >= view->from_ns && view->cursor_ns <= view->to_ns) {
    double x = round (cw_timeline_x_of (view, view->cursor_ns)) + 0.5;
    cairo_move_to (cr, x, top_of (view) - 6);
    cairo_line_to (cr, x, p.memory_bottom + 4);
    cw_set_color (cr, palette->accent);
    cairo_set_line_width (cr, 2);
    cairo_stroke (cr);
  }
}
