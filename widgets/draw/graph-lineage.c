/* graph-lineage.c: everything that a task's block comes from, and everything that comes from it.
 *
 * The search goes backwards to the sources and forwards to the results, in slices of time, since of a million tasks it may
 * reach all. It is shown by covering everything else with a veil.
 */
#include "widgets/draw/graph-private.h"

#include <math.h>
#include <string.h>

#define MOST_EDGES 600
#define MOST_DOTS  200000 /* tasks that are looked up one by one; of more, each pixel is asked for its task */

struct _CwGraphLineage {
  const CwDrawGraph *graph;
  uint32_t task;
  uint8_t *reached; /* a task */
  uint32_t *queue;  /* the task itself, what is before it, what is after it */
  uint32_t n, next, capacity;
  bool     forward;
};

static void
reach (CwGraphLineage *lineage, uint32_t task) {
  if (lineage->reached[task])
    return;
  lineage->reached[task] = 1;
  if (lineage->n == lineage->capacity) {
    lineage->capacity = MAX (64, lineage->capacity * 2);
    lineage->queue = g_renew (uint32_t, lineage->queue, lineage->capacity);
  }
  lineage->queue[lineage->n++] = task;
}

CwGraphLineage *
cw_graph_lineage_new (const CwDrawGraph *graph, uint32_t task) {
  CwGraphLineage *lineage = g_new0 (CwGraphLineage, 1);
  lineage->graph = graph;
  lineage->task = task;
  lineage->reached = g_malloc0 (graph->n_tasks);
  reach (lineage, task);
  return lineage;
}

void
cw_graph_lineage_free (CwGraphLineage *lineage) {
  if (!lineage)
    return;
  g_free (lineage->reached);
  g_free (lineage->queue);
  g_free (lineage);
}

/* One task's neighbours; false once both directions are searched. */
static bool
expand (CwGraphLineage *lineage) {
  if (lineage->next == lineage->n && lineage->forward)
    return false;
  if (lineage->next == lineage->n) {
    lineage->forward = true;
    lineage->next = 0; /* the task itself again; what is before it must not be followed forwards */
  }
  uint32_t task = lineage->queue[lineage->next], n = 0;
  CwNeighbours neighbours = lineage->forward ? lineage->graph->children : lineage->graph->parents;
  const uint32_t *others = neighbours (lineage->graph->data, task, &n);
  bool first_forward = lineage->forward && lineage->next == 0;
  lineage->next = first_forward ? lineage->n : lineage->next + 1;
  for (uint32_t i = 0; i < n; i++)
    reach (lineage, others[i]);
  return true;
}

bool
cw_graph_lineage_step (CwGraphLineage *lineage, int64_t budget_ns) {
  int64_t stop = g_get_monotonic_time () + budget_ns / 1000;
  for (uint32_t i = 1; expand (lineage); i++)
    if (i % 256 == 0 && g_get_monotonic_time () >= stop)
      return false;
  return true;
}

const uint32_t *
cw_graph_lineage_tasks (const CwGraphLineage *lineage, uint32_t *n) {
  *n = lineage->n;
  return lineage->queue;
}

/* ---- the veil ------------------------------------------------------------------------------- */

static void
fill (CwImage *image, double x, double y, double width, double height, uint32_t value) {
  double k = image->scale;
  int    x0 = floor ((x - image->x) * k), y0 = floor ((y - image->y) * k);
  int    x1 = MAX (x0 + 1, (int) ceil ((x - image->x + width) * k)), y1 = MAX (y0 + 1, (int) ceil ((y - image->y + height) * k));
  for (int py = MAX (y0, 0); py < MIN (y1, image->height); py++)
    for (int px = MAX (x0, 0); px < MIN (x1, image->width); px++)
      image->pixels[(size_t) py * image->stride + px] = value;
}

/* Lifts the veil from each pixel whose task was reached. */
static void
lift_by_pixel (const CwGraphLineage *lineage, CwImage *image, const CwGraphLayout *layout, const CwViewport *view) {
  for (int y = 0; y < image->height; y++) {
    for (int x = 0; x < image->width; x++) {
      uint32_t task;
      if (image->pixels[(size_t) y * image->stride + x] && cw_graph_hit (layout, view, (x + 0.5) / image->scale, (y + 0.5) / image->scale, &task)
          && lineage->reached[task])
        image->pixels[(size_t) y * image->stride + x] = 0;
    }
  }
}

/* The edges between the tasks that were reached, from the sources to the results. */
static void
draw_edges (const CwGraphLineage *lineage, cairo_t *cr, const CwGraphLayout *layout, const CwViewport *view) {
  uint32_t drawn = 0;
  for (uint32_t i = 0; i < lineage->n && drawn < MOST_EDGES; i++) {
    uint32_t n = 0;
    const uint32_t *parents = lineage->graph->parents (lineage->graph->data, lineage->queue[i], &n);
    for (uint32_t k = 0; k < n && drawn < MOST_EDGES; k++) {
      if (!lineage->reached[parents[k]])
        continue;
      cw_graph_edge_path (cr, layout, view, parents[k], lineage->queue[i]);
      cairo_stroke (cr);
      drawn++;
    }
  }
}

void
cw_graph_draw_lineage (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                       const CwGraphLineage *lineage) {
  CwImage image;
  CwColor c = palette->background;
  double  a = 0.74 * 255;
  uint32_t veil = (uint32_t) a << 24 | (uint32_t) (c.r * a) << 16 | (uint32_t) (c.g * a) << 8 | (uint32_t) (c.b * a);
  if (!cw_image_begin (&image, cr, view, (CwRect) { 0, 0, view->width, view->height }))
    return;
  fill (&image, 0, 0, view->width, view->height, veil);
  if (lineage->n > MOST_DOTS)
    lift_by_pixel (lineage, &image, layout, view);
  for (uint32_t i = 0; lineage->n <= MOST_DOTS && i < lineage->n; i++) {
    CwRect r = cw_graph_to_pixels (view, cw_graph_task_rect (layout, lineage->queue[i]));
    double pad = r.width > 6 ? 2 : 0;
    fill (&image, r.x - pad, r.y - pad, r.width + 2 * pad, r.height + 2 * pad, 0);
  }
  cw_image_end (&image, cr);
  cw_set_color (cr, cw_color_with_alpha (palette->accent, lineage->n > 200 ? 0.25 : 0.7));
  cairo_set_line_width (cr, 1.2);
  if (lineage->n < MOST_EDGES)
    draw_edges (lineage, cr, layout, view);
}
