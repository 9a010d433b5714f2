/* graph-nodes.c: the tasks of a laid out graph at any scale.
 *
 * Where many tasks share a pixel, a layer is an image of its levels of detail: a pixel has the mean colour of its tasks, and one
 * that is running or has failed is never lost. Then each task has a few pixels of its colour; nearer, each is a small picture of its state, made once a layer and
 * copied to where the tasks stand; in files that keep shapes, tasks are paths. No frame costs more than the pixels it covers.
 */
#include "widgets/draw/graph-private.h"

#include <math.h>
#include <string.h>

#define FAR       1.5  /* pixels of the device a cell, below: levels of detail */
#define GAPLESS   4.0  /* below: no gaps between tasks, which would make a pattern of their own */
#define MOST_FAR  300000 /* cells of a level that are drawn at once; more, and the next level is taken */

/* ---- far: levels of detail ------------------------------------------------------------------ */

static uint32_t
pack (CwColor c) {
  return 0xff000000u | (uint32_t) (c.r * 255 + 0.5) << 16 | (uint32_t) (c.g * 255 + 0.5) << 8 | (uint32_t) (c.b * 255 + 0.5);
}

typedef struct {
  uint32_t ladder[256]; /* colours by mean weight */
  uint32_t running, failed;
} FarColors;

static FarColors
far_colors (const CwPalette *palette, CwColor color) {
  FarColors colors = { .running = pack (color), .failed = pack (palette->error) };
  for (int i = 0; i < 256; i++)
    colors.ladder[i] = pack (cw_color_mix (palette->background, color, i / 255.));
  return colors;
}

static uint32_t
far_color (const FarColors *colors, const CwLevelCell *cell) {
  return cell->n == 0 ? 0 : cell->failed ? colors->failed : cell->running ? colors->running : colors->ladder[cell->weight / cell->n];
}

/* Which level has cells of at least a pixel, and not too many of them in sight. */
static const CwLevel *
choose_level (const CwLayerLevels *layer, double pitch, const CwImage *image, int *shift) {
  int k = 0;
  while (k + 1 < layer->n && (pitch * (2 << k) < 1 || image->width / (pitch * (2 << k)) * (image->height / (pitch * (2 << k))) > MOST_FAR))
    k++;
  *shift = k + 1;
  return &layer->levels[k];
}

/* Where the level's cell @i begins along one axis of the image. */
static int
far_edge (double corner, double pitch, int64_t i, int size) {
  return CLAMP ((int64_t) floor (corner + i * pitch), 0, size);
}

static void
paint_level (CwImage *image, const CwLevel *level, double x, double y, double pitch_x, double pitch_y, const FarColors *colors) {
  int64_t c0 = MAX ((int64_t) floor (-x / pitch_x), 0), c1 = MIN ((int64_t) ceil ((image->width - x) / pitch_x), level->columns);
  int64_t r0 = MAX ((int64_t) floor (-y / pitch_y), 0), r1 = MIN ((int64_t) ceil ((image->height - y) / pitch_y), level->rows);
  for (int64_t r = r0; r < r1; r++) {
    int y0 = far_edge (y, pitch_y, r, image->height), y1 = far_edge (y, pitch_y, r + 1, image->height);
    if (y1 <= y0)
      continue;
    uint32_t *row = image->pixels + (size_t) y0 * image->stride;
    const CwLevelCell *cells = level->cells + r * level->columns;
    for (int64_t c = c0; c < c1; c++) {
      uint32_t color = far_color (colors, &cells[c]);
      int      right = far_edge (x, pitch_x, c + 1, image->width);
      for (int px = far_edge (x, pitch_x, c, image->width); px < right; px++)
        row[px] = color;
    }
    for (int py = y0 + 1; py < y1; py++)
      memcpy (image->pixels + (size_t) py * image->stride, row, image->width * sizeof *row);
  }
}

static void
draw_far (const CwGraphLayout *layout, int i, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
          CwGraphLevels *levels) {
  const CwPlace *p = &layout->places[i];
  CwRect    rect = cw_graph_to_pixels (view, cw_graph_layer_rect (layout, i));
  FarColors colors = far_colors (palette, cw_palette_layer (palette, layout->graph->layers[i].color));
  CwImage   image;
  int       shift;
  if (!cw_image_begin (&image, cr, view, rect))
    return;
  /* Gaps between inner grids are less than a pixel here: they are spread over the cells. */
  double pitch_x = rect.width * image.scale / (p->outer_columns * p->inner_columns);
  double pitch_y = rect.height * image.scale / (p->outer_rows * p->inner_rows);
  const CwLevel *level = choose_level (cw_graph_levels_layer (levels, i), MIN (pitch_x, pitch_y), &image, &shift);
  paint_level (&image, level, (rect.x - image.x) * image.scale, (rect.y - image.y) * image.scale,
               ldexp (pitch_x, shift), ldexp (pitch_y, shift), &colors);
  cw_image_end (&image, cr);
}

/* A layer of which nothing has run, from afar: one field, without the end of its last row. */
static void
draw_idle (const CwGraphLayout *layout, int i, cairo_t *cr, const CwPalette *palette, const CwViewport *view) {
  const CwPlace *p = &layout->places[i];
  CwRect  rect = cw_graph_to_pixels (view, cw_graph_layer_rect (layout, i));
  int64_t per_row = p->inner_columns, n = layout->graph->layers[i].n;
  double  cell = p->cell * view->scale;
  bool    whole = p->outer_rows * p->outer_columns > 1 || n % per_row == 0;
  CwColor color = cw_palette_layer (palette, layout->graph->layers[i].color);
  cw_set_color (cr, cw_color_mix (palette->background, color, CW_GRAPH_IDLE_WEIGHT / 255.));
  cairo_rectangle (cr, rect.x, rect.y, rect.width, whole ? rect.height : n / per_row * cell);
  if (!whole)
    cairo_rectangle (cr, rect.x, rect.y + n / per_row * cell, n % per_row * cell, cell);
  cairo_fill (cr);
}

/* ---- between: one colour a task -------------------------------------------------------------- */

typedef struct {
  CwImage              image;
  const CwGraphStates *states;
  uint32_t             colors[CW_N_DRAW_STATES];
} Fields;

static void
field_run (uint32_t first, int64_t n, double x, double y, double pitch, void *data) {
  Fields *f = data;
  double  step = pitch * f->image.scale, left = (x - f->image.x) * f->image.scale, top = (y - f->image.y) * f->image.scale;
  int     y0 = CLAMP ((int) floor (top), 0, f->image.height), y1 = CLAMP ((int) floor (top + step), 0, f->image.height);
  if (y1 <= y0)
    return;
  uint32_t *row = f->image.pixels + (size_t) y0 * f->image.stride;
  int       from = CLAMP ((int) floor (left), 0, f->image.width), px = from;
  for (int64_t i = 0; i < n; i++) {
    uint32_t color = f->colors[cw_graph_state_of (f->states, first + i)];
    for (int right = MIN ((int) floor (left + (i + 1) * step), f->image.width); px < right; px++)
      row[px] = color;
  }
  for (int py = y0 + 1; py < y1; py++)
    memcpy (f->image.pixels + (size_t) py * f->image.stride + from, row + from, (px - from) * sizeof *row);
}

static void
draw_fields (const CwGraphLayout *layout, int i, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
             const CwGraphStates *states) {
  CwColor color = cw_palette_layer (palette, layout->graph->layers[i].color);
  Fields  f = { .states = states };
  bool    ran = states && states->states;
  for (int state = 0; state < CW_N_DRAW_STATES; state++)
    f.colors[state] = pack (cw_color_mix (palette->background, state == CW_DRAW_FAILED ? palette->error : color,
                                          (ran ? cw_graph_weights[state] : CW_GRAPH_IDLE_WEIGHT) / 255.));
  if (!cw_image_begin (&f.image, cr, view, cw_graph_to_pixels (view, cw_graph_layer_rect (layout, i))))
    return;
  cw_graph_each_visible (layout, i, view, field_run, &f);
  cw_image_end (&f.image, cr);
}

/* ---- near: copied pictures --------------------------------------------------------------- */

#define MOST_RUNNING 256

typedef struct {
  CwImage              image;
  const CwPalette     *palette;
  CwColor              color;
  const CwGraphStates *states;
  int                  side; /* of a square, in pixels of the device */
  cairo_surface_t     *squares[CW_N_DRAW_STATES];
  uint32_t             running[MOST_RUNNING]; /* tasks with numbers and pulses */
  int                  n_running;
} Stamps;

static const uint32_t *
stamp_of (Stamps *s, CwDrawState state, int *stride) {
  if (!s->squares[state]) {
    double side = s->side / s->image.scale;
    s->squares[state] = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, s->side, s->side);
    cairo_surface_set_device_scale (s->squares[state], s->image.scale, s->image.scale);
    cairo_t *cr = cairo_create (s->squares[state]);
    cw_graph_draw_square (cr, s->palette, (CwRect) { 0, 0, side, side }, s->color, state);
    cairo_destroy (cr);
    cairo_surface_flush (s->squares[state]);
  }
  *stride = cairo_image_surface_get_stride (s->squares[state]) / 4;
  return (const uint32_t *) (const void *) cairo_image_surface_get_data (s->squares[state]);
}

static void
stamp (Stamps *s, CwDrawState state, int left, int top) {
  int stride, x0 = MAX (left, 0), x1 = MIN (left + s->side, s->image.width);
  int y0 = MAX (top, 0), y1 = MIN (top + s->side, s->image.height);
  const uint32_t *from = stamp_of (s, state, &stride);
  if (x0 >= x1)
    return;
  for (int y = y0; y < y1; y++) {
    uint32_t       *to = s->image.pixels + (size_t) y * s->image.stride + x0;
    const uint32_t *row = from + (size_t) (y - top) * stride + (x0 - left);
    for (int n = x1 - x0; n > 0; n--)
      *to++ = *row++;
  }
}

static void
stamp_run (uint32_t first, int64_t n, double x, double y, double pitch, void *data) {
  Stamps *s = data;
  double  step = pitch * s->image.scale, pad = CW_CELL_PAD * step;
  double  left = (x - s->image.x) * s->image.scale + pad;
  int     top = floor ((y - s->image.y) * s->image.scale + pad);
  for (int64_t i = 0; i < n; i++) {
    CwDrawState state = cw_graph_state_of (s->states, first + i);
    stamp (s, state, (int) floor (left + i * step), top);
    if (state == CW_DRAW_RUNNING && s->n_running < MOST_RUNNING)
      s->running[s->n_running++] = first + i;
  }
}

static void
draw_stamps (const CwGraphLayout *layout, int i, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
             const CwGraphStates *states) {
  CwRect rect = cw_graph_to_pixels (view, cw_graph_layer_rect (layout, i));
  Stamps s = { .palette = palette, .color = cw_palette_layer (palette, layout->graph->layers[i].color), .states = states };
  if (!cw_image_begin (&s.image, cr, view, rect))
    return;
  double pitch = layout->places[i].cell * view->scale * s.image.scale;
  s.side = MAX (1, (int) floor (pitch * (1 - 2 * CW_CELL_PAD) + 0.3));
  cw_graph_each_visible (layout, i, view, stamp_run, &s);
  cw_image_end (&s.image, cr);
  for (int state = 0; state < CW_N_DRAW_STATES; state++)
    g_clear_pointer (&s.squares[state], cairo_surface_destroy);
  for (int k = 0; k < s.n_running; k++) {
    CwRect cell = cw_graph_to_pixels (view, cw_graph_task_rect (layout, s.running[k]));
    if (cell.width >= CW_CELL_SMALL)
      cw_graph_draw_marks (cr, palette, cell, s.color, CW_DRAW_RUNNING, states->workers ? states->workers[s.running[k]] : -1,
                           states->pulse);
  }
}

/* ---- in files: paths -------------------------------------------------------------------------- */

typedef struct {
  cairo_t             *cr;
  const CwGraphStates *states;
  CwDrawState          state; /* the one that is collected */
  const CwPalette     *palette;
  CwColor              color;
  bool                 marks, found;
} PathPen;

static void
path_run (uint32_t first, int64_t n, double x, double y, double pitch, void *data) {
  PathPen *pen = data;
  double   pad = CW_CELL_PAD * pitch, side = pitch - 2 * pad;
  for (int64_t i = 0; i < n; i++) {
    if (cw_graph_state_of (pen->states, first + i) != pen->state)
      continue;
    CwRect cell = { x + i * pitch + pad, y + pad, side, side };
    pen->found = true;
    if (pen->marks)
      cw_graph_draw_marks (pen->cr, pen->palette, cell, pen->color, pen->state,
                           pen->states && pen->states->workers ? pen->states->workers[first + i] : -1,
                           pen->states ? pen->states->pulse : 0);
    else
      cw_graph_cell_path (pen->cr, cell);
  }
}

/* All tasks of one state are one path. */
static void
draw_paths (const CwGraphLayout *layout, int i, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
            const CwGraphStates *states) {
  CwColor color = cw_palette_layer (palette, layout->graph->layers[i].color);
  bool    has_marks = layout->places[i].cell * view->scale * (1 - 2 * CW_CELL_PAD) >= CW_CELL_SMALL;
  for (int state = 0; state < CW_N_DRAW_STATES; state++) {
    PathPen pen = { .cr = cr, .states = states, .state = state, .palette = palette, .color = color };
    cairo_new_path (cr);
    cw_graph_each_visible (layout, i, view, path_run, &pen);
    if (!pen.found)
      continue;
    cw_graph_paint_path (cr, palette, color, state);
    pen.marks = true;
    if (has_marks && state != CW_DRAW_WAITING && state != CW_DRAW_READY && state != CW_DRAW_RELEASED)
      cw_graph_each_visible (layout, i, view, path_run, &pen);
    cw_set_color (cr, color);
    cairo_fill (cr);
  }
}

/* ---- all ------------------------------------------------------------------------------------ */

void
cw_graph_draw_nodes (const CwGraphLayout *layout, cairo_t *cr, const CwPalette *palette, const CwViewport *view,
                     const CwGraphStates *states) {
  g_autoptr (CwGraphLevels) own = NULL;
  bool   ran = states && states->states, shapes = cw_keeps_shapes (cr);
  double scale = cw_graph_device_scale (cr, view);
  for (int i = 0; i < layout->graph->n_layers; i++) {
    double pixels = layout->places[i].cell * view->scale;
    if (!cw_graph_layer_is_visible (layout, i, view))
      continue;
    bool far = pixels * scale < FAR && layout->graph->layers[i].n > 1;
    if (far && ran && !states->levels && !own)
      own = cw_graph_levels_new (layout, states->states);
    if (far && ran)
      draw_far (layout, i, cr, palette, view, own ? own : states->levels);
    else if (far)
      draw_idle (layout, i, cr, palette, view);
    else if (shapes)
      draw_paths (layout, i, cr, palette, view, states);
    else if (pixels * scale < GAPLESS)
      draw_fields (layout, i, cr, palette, view, states);
    else
      draw_stamps (layout, i, cr, palette, view, states);
  }
}
