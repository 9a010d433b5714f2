/* diagram.c: how an array is cut into chunks.
 *
 * An array is drawn as faces: parallelograms with a side an axis. One face is a 1-d or 2-d array, three faces in
 * oblique projection a 3-d one, and more axes are small multiples of those. A side knows where its chunks end, so
 * that drawing, thinning of lines and hit-testing read the same numbers. Proportions follow dask/array/svg.py.
 */
#include "widgets/draw/draw.h"

#include <math.h>
#include <string.h>

#define LINE_GAP   4.0  /* pixels between lines; closer ones are thinned */
#define DEPTH      1.7  /* the oblique axis is drawn this much shorter */
#define PANEL_GAP  28.0
#define UNKNOWN_LENGTH 100.0 /* an axis of unknown length is drawn at least as long as this beside others */
#define LABEL_SIZE 12.0
#define TICK_SIZE  10.0

CwDrawChunks *
cw_draw_chunks_new (int ndim) {
  CwDrawChunks *chunks = g_new0 (CwDrawChunks, 1);
  chunks->ndim = ndim;
  chunks->axes = g_new0 (CwDrawAxis, MAX (ndim, 1));
  return chunks;
}

void
cw_draw_chunks_set (CwDrawChunks *chunks, int axis, int64_t n, const int64_t *lengths) {
  CwDrawAxis *a = &chunks->axes[axis];
  g_free (a->lengths);
  a->n = n;
  a->lengths = g_memdup2 (lengths, n * sizeof *lengths);
}

void
cw_draw_chunks_free (CwDrawChunks *chunks) {
  if (!chunks)
    return;
  for (int i = 0; i < chunks->ndim; i++)
    g_free (chunks->axes[i].lengths);
  g_free (chunks->axes);
  g_free (chunks);
}

/* ---- sides and faces ------------------------------------------------------------------------ */

typedef struct {
  int      axis;    /* of the array; -1: a side that the array does not have */
  int64_t  n;       /* chunks */
  int64_t  total;   /* -1: unknown */
  bool     unknown;
  int64_t *lengths; /* borrowed from the copy in the diagram; NULL for axis -1 */
  double  *ends;    /* n + 1 positions, 0 .. 1 */
  double   extent;  /* pixels */
} Side;

typedef struct {
  int    a, b;           /* sides: the one that runs along (ux, uy), the one along (vx, vy) */
  int    fixed;          /* side that stands still on this face, or -1 */
  double x, y;           /* corner */
  double ux, uy, vx, vy; /* pixels for a pixel along the side */
  double shade;          /* 0: the fill itself; towards the foreground */
} Face;

typedef struct {
  Side   sides[3];
  int    n_sides;
  Face   faces[3];
  int    n_faces;
  double x, y, width, height;
} Panel;

struct _CwDiagram {
  CwDrawChunks  *chunks;
  CwDiagramFlags flags;
  Panel         *panels;
  int            n_panels;
};

static void
side_init (Side *side, const CwDrawChunks *chunks, int axis) {
  side->axis = axis;
  side->n = axis < 0 ? 1 : chunks->axes[axis].n;
  side->lengths = axis < 0 ? NULL : chunks->axes[axis].lengths;
  side->total = axis < 0 ? 1 : 0;
  for (int64_t i = 0; axis >= 0 && i < side->n; i++) {
    side->unknown |= side->lengths[i] < 0;
    side->total += side->lengths[i];
  }
  if (side->unknown)
    side->total = -1;
  side->ends = g_new (double, side->n + 1);
  side->ends[0] = 0;
  int64_t position = 0;
  for (int64_t i = 0; i < side->n; i++) {
    position += side->lengths ? side->lengths[i] : 1;
    side->ends[i + 1] = side->unknown || side->total == 0 ? (double) (i + 1) / side->n : (double) position / side->total;
  }
}

/* Dask's f: a ratio is shown true up to e, by its logarithm beyond, and not more than ln (112.4) times. */
static double
shown_ratio (double ratio) {
  return ratio < G_E ? ratio : ratio <= 100 ? log (ratio + 12.4) : log (100 + 12.4);
}

static void
set_extents (CwDiagram *diagram) {
  double longest = 0.1;
  for (int p = 0; p < diagram->n_panels; p++)
    for (int s = 0; s < diagram->panels[p].n_sides; s++) {
      const Side *side = &diagram->panels[p].sides[s];
      longest = MAX (longest, side->unknown ? UNKNOWN_LENGTH : side->total);
    }
  for (int p = 0; p < diagram->n_panels; p++) {
    for (int s = 0; s < diagram->panels[p].n_sides; s++) {
      Side  *side = &diagram->panels[p].sides[s];
      double length = side->unknown ? longest : side->total;
      side->extent = 1 / shown_ratio (longest / MAX (0.1, length));
    }
  }
}

static void
panel_size (Panel *panel) {
  Side *s = panel->sides;
  double depth = panel->n_sides == 3 ? s[0].extent / DEPTH : 0;
  Side *row = &s[panel->n_sides - 2], *column = &s[panel->n_sides - 1];
  panel->width = depth + column->extent;
  panel->height = depth + row->extent;
}

static void
panel_faces (Panel *panel) {
  if (panel->n_sides == 2) {
    panel->faces[0] = (Face) { 1, 0, -1, panel->x, panel->y, 1, 0, 0, 1, 0 };
    panel->n_faces = 1;
    return;
  }
  double depth = panel->sides[0].extent / DEPTH, d = 1 / DEPTH;
  panel->faces[0] = (Face) { 0, 1, 2, panel->x, panel->y, d, d, 0, 1, 0.22 };
  panel->faces[1] = (Face) { 2, 0, 1, panel->x, panel->y, 1, 0, d, d, 0.10 };
  panel->faces[2] = (Face) { 2, 1, 0, panel->x + depth, panel->y + depth, 1, 0, 0, 1, 0 };
  panel->n_faces = 3;
}

static void
make_panels (CwDiagram *diagram) {
  int ndim = diagram->chunks->ndim, first = 0;
  /* Groups of three from the right; a left over single axis gets a side of one beside it. */
  int left = ndim % 3;
  diagram->n_panels = MAX (1, (ndim + 2) / 3);
  diagram->panels = g_new0 (Panel, diagram->n_panels);
  for (int p = 0; p < diagram->n_panels; p++) {
    Panel *panel = &diagram->panels[p];
    int    n = p == 0 && left ? left : MIN (3, ndim);
    panel->n_sides = MAX (n, 2);
    for (int s = 0; s < panel->n_sides; s++)
      side_init (&panel->sides[s], diagram->chunks, s < panel->n_sides - n ? -1 : first + s - (panel->n_sides - n));
    first += n;
  }
}

static void
place_panels (CwDiagram *diagram, double width, double height) {
  bool   labels = diagram->flags & CW_DIAGRAM_LABELS;
  double margin = labels ? 26 : 3, right = labels ? 64 : 3, top = labels ? 30 : 3, bottom = labels ? 40 : 3;
  double total = 0, tallest = 0, gaps = (labels ? PANEL_GAP + 56 : 8) * (diagram->n_panels - 1);
  for (int p = 0; p < diagram->n_panels; p++) {
    panel_size (&diagram->panels[p]);
    total += diagram->panels[p].width;
    tallest = MAX (tallest, diagram->panels[p].height);
  }
  double room_x = MAX (width - margin - right - gaps, 8), room_y = MAX (height - top - bottom, 8);
  double scale = MIN (room_x / total, room_y / tallest);
  double x = margin + (room_x - total * scale) / 2;
  for (int p = 0; p < diagram->n_panels; p++) {
    Panel *panel = &diagram->panels[p];
    for (int s = 0; s < panel->n_sides; s++)
      panel->sides[s].extent *= scale;
    panel_size (panel);
    panel->x = round (x) + 0.5;
    panel->y = round (top + (room_y - panel->height) / 2) + 0.5;
    panel_faces (panel);
    x += panel->width + gaps / MAX (1, diagram->n_panels - 1);
  }
}

CwDiagram *
cw_diagram_new (const CwDrawChunks *chunks, double width, double height, CwDiagramFlags flags) {
  CwDiagram *diagram = g_new0 (CwDiagram, 1);
  diagram->flags = flags;
  diagram->chunks = cw_draw_chunks_new (chunks->ndim);
  for (int i = 0; i < chunks->ndim; i++)
    cw_draw_chunks_set (diagram->chunks, i, chunks->axes[i].n, chunks->axes[i].lengths);
  make_panels (diagram);
  set_extents (diagram);
  place_panels (diagram, width, height);
  return diagram;
}

void
cw_diagram_free (CwDiagram *diagram) {
  if (!diagram)
    return;
  for (int p = 0; p < diagram->n_panels; p++)
    for (int s = 0; s < diagram->panels[p].n_sides; s++)
      g_free (diagram->panels[p].sides[s].ends);
  g_free (diagram->panels);
  cw_draw_chunks_free (diagram->chunks);
  g_free (diagram);
}

void
cw_diagram_extents (const CwDiagram *diagram, double *x, double *y, double *width, double *height) {
  double x0 = G_MAXDOUBLE, y0 = G_MAXDOUBLE, x1 = 0, y1 = 0;
  for (int p = 0; p < diagram->n_panels; p++) {
    const Panel *panel = &diagram->panels[p];
    x0 = MIN (x0, panel->x);
    y0 = MIN (y0, panel->y);
    x1 = MAX (x1, panel->x + panel->width);
    y1 = MAX (y1, panel->y + panel->height);
  }
  *x = x0;
  *y = y0;
  *width = x1 - x0;
  *height = y1 - y0;
}

/* ---- lines ---------------------------------------------------------------------------------- */

typedef void (*LineFunc) (double position, void *data);

/* Calls @func for every line between chunks that is drawn. Lines nearer than LINE_GAP are left out, but the ends of
 * the first and the last chunk stay, so that those keep their true size. */
static void
each_line (const Side *side, LineFunc func, void *data) {
  double last = 0, end = side->n > 1 ? side->ends[side->n - 1] : 1;
  for (int64_t i = 1; i < side->n; i++) {
    bool is_edge = i == 1 || i == side->n - 1;
    bool has_room = (side->ends[i] - last) * side->extent >= LINE_GAP && (end - side->ends[i]) * side->extent >= LINE_GAP;
    if (is_edge || has_room) {
      func (side->ends[i], data);
      last = side->ends[i];
    }
  }
}

typedef struct {
  double *positions;
  int     n, max;
} Lines;

static void
collect_line (double position, void *data) {
  Lines *lines = data;
  if (lines->n < lines->max)
    lines->positions[lines->n] = position;
  lines->n++;
}

static const Side *
find_side (const CwDiagram *diagram, int axis) {
  for (int p = 0; p < diagram->n_panels; p++)
    for (int s = 0; s < diagram->panels[p].n_sides; s++)
      if (diagram->panels[p].sides[s].axis == axis)
        return &diagram->panels[p].sides[s];
  return NULL;
}

int
cw_diagram_lines (const CwDiagram *diagram, int axis, double *positions, int max) {
  const Side *side = find_side (diagram, axis);
  g_return_val_if_fail (side != NULL, 0);
  Lines lines = { positions, 0, max };
  collect_line (0, &lines);
  each_line (side, collect_line, &lines);
  collect_line (1, &lines);
  return lines.n;
}

/* ---- hit ------------------------------------------------------------------------------------ */

static int64_t
find_chunk (const Side *side, double position) {
  int64_t low = 0, high = side->n - 1;
  while (low < high) {
    int64_t middle = (low + high) / 2;
    if (side->ends[middle + 1] <= position)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static bool
hit_face (const Panel *panel, const Face *face, double x, double y, int64_t *block) {
  const Side *a = &panel->sides[face->a], *b = &panel->sides[face->b];
  double determinant = face->ux * face->vy - face->vx * face->uy, dx = x - face->x, dy = y - face->y;
  double along_a = (dx * face->vy - dy * face->vx) / determinant / MAX (a->extent, 1e-9);
  double along_b = (dy * face->ux - dx * face->uy) / determinant / MAX (b->extent, 1e-9);
  if (along_a < 0 || along_a >= 1 || along_b < 0 || along_b >= 1)
    return false;
  if (a->axis >= 0)
    block[a->axis] = find_chunk (a, along_a);
  if (b->axis >= 0)
    block[b->axis] = find_chunk (b, along_b);
  /* The front face shows the last chunk of the oblique axis, the other two the first ones of theirs. */
  if (face->fixed >= 0)
    block[panel->sides[face->fixed].axis] = face->fixed == 0 ? panel->sides[0].n - 1 : 0;
  return true;
}

bool
cw_diagram_hit (const CwDiagram *diagram, double x, double y, int64_t *block) {
  for (int i = 0; i < diagram->chunks->ndim; i++)
    block[i] = -1;
  for (int p = 0; p < diagram->n_panels; p++)
    for (int f = diagram->panels[p].n_faces - 1; f >= 0; f--)
      if (hit_face (&diagram->panels[p], &diagram->panels[p].faces[f], x, y, block))
        return true;
  return false;
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void
face_point (const Face *face, double a, double b, double *x, double *y) {
  *x = face->x + a * face->ux + b * face->vx;
  *y = face->y + a * face->uy + b * face->vy;
}

static void
face_path (cairo_t *cr, const Face *face, double a0, double a1, double b0, double b1) {
  double corners[4][2] = { { a0, b0 }, { a1, b0 }, { a1, b1 }, { a0, b1 } };
  for (int i = 0; i < 4; i++) {
    double x, y;
    face_point (face, corners[i][0], corners[i][1], &x, &y);
    cairo_line_to (cr, x, y);
  }
  cairo_close_path (cr);
}

typedef struct {
  cairo_t    *cr;
  const Face *face;
  double      extent, across;
  bool        along_a;
} LinePen;

static void
add_line (double position, void *data) {
  LinePen *pen = data;
  double at = position * pen->extent, x, y;
  face_point (pen->face, pen->along_a ? at : 0, pen->along_a ? 0 : at, &x, &y);
  cairo_move_to (pen->cr, x, y);
  face_point (pen->face, pen->along_a ? at : pen->across, pen->along_a ? pen->across : at, &x, &y);
  cairo_line_to (pen->cr, x, y);
}

static void
draw_lines (cairo_t *cr, const Panel *panel, const Face *face, CwColor color) {
  static const double dashes[] = { 3, 3 };
  const Side *a = &panel->sides[face->a], *b = &panel->sides[face->b];
  cw_set_color (cr, color);
  cairo_set_line_width (cr, 1);
  for (int i = 0; i < 2; i++) {
    const Side *side = i ? b : a;
    LinePen     pen = { cr, face, side->extent, (i ? a : b)->extent, i == 0 };
    cairo_set_dash (cr, dashes, side->unknown ? 2 : 0, 0);
    each_line (side, add_line, &pen);
    cairo_stroke (cr);
  }
  cairo_set_dash (cr, NULL, 0, 0);
}

/* The path of a block on a face; false where the face does not show it. */
static bool
block_path (cairo_t *cr, const Panel *panel, const Face *face, const int64_t *block) {
  const Side *sides[2] = { &panel->sides[face->a], &panel->sides[face->b] };
  double from[2], to[2];
  if (face->fixed >= 0) {
    const Side *still = &panel->sides[face->fixed];
    int64_t     shown = face->fixed == 0 ? still->n - 1 : 0;
    if (block[still->axis] != -1 && block[still->axis] != shown)
      return false;
  }
  for (int i = 0; i < 2; i++) {
    int64_t at = sides[i]->axis < 0 ? 0 : block[sides[i]->axis];
    if (at < 0 || at >= sides[i]->n)
      return false;
    from[i] = sides[i]->ends[at] * sides[i]->extent;
    to[i] = MAX (sides[i]->ends[at + 1] * sides[i]->extent, from[i] + 1.5);
  }
  face_path (cr, face, from[0], to[0], from[1], to[1]);
  return true;
}

static void
draw_highlight (cairo_t *cr, const Panel *panel, const Face *face, const int64_t *block, CwColor color) {
  if (!block_path (cr, panel, face, block))
    return;
  cw_set_color (cr, cw_color_with_alpha (color, 0.55 * color.a));
  cairo_fill_preserve (cr);
  cw_set_color (cr, color);
  cairo_set_line_width (cr, color.a < 1 ? 1 : 2);
  cairo_stroke (cr);
}

/* As draw_highlight, of elements from start[k] up to stop[k] along each axis: a firm line with a dark veil inside. */
static void
draw_region (cairo_t *cr, const Panel *panel, const Face *face, const int64_t *start, const int64_t *stop, CwColor color) {
  const Side *sides[2] = { &panel->sides[face->a], &panel->sides[face->b] };
  double from[2] = { 0, 0 }, to[2] = { sides[0]->extent, sides[1]->extent };
  if (face->fixed >= 0) {
    const Side *still = &panel->sides[face->fixed];
    int64_t     shown = face->fixed == 0 ? still->total - 1 : 0;
    if (shown < start[still->axis] || shown >= stop[still->axis])
      return;
  }
  for (int i = 0; i < 2; i++) {
    int axis = sides[i]->axis;
    if (axis < 0 || sides[i]->total <= 0)
      continue;
    from[i] = (double) start[axis] / sides[i]->total * sides[i]->extent;
    to[i] = MAX ((double) stop[axis] / sides[i]->total * sides[i]->extent, from[i] + 1.5);
  }
  face_path (cr, face, from[0], to[0], from[1], to[1]);
  cw_set_color (cr, cw_color_with_alpha (color, 0.18));
  cairo_fill_preserve (cr);
  cw_set_color (cr, color);
  cairo_set_line_width (cr, 2);
  cairo_stroke (cr);
}

void
cw_diagram_mark_region (const CwDiagram *diagram, cairo_t *cr, CwColor color, const int64_t *start, const int64_t *stop) {
  for (int p = 0; p < diagram->n_panels; p++)
    for (int f = 0; f < diagram->panels[p].n_faces; f++)
      draw_region (cr, &diagram->panels[p], &diagram->panels[p].faces[f], start, stop, color);
}

void
cw_diagram_fill (const CwDiagram *diagram, cairo_t *cr, CwColor color, const int64_t *block) {
  cw_set_color (cr, color);
  for (int p = 0; p < diagram->n_panels; p++)
    for (int f = 0; f < diagram->panels[p].n_faces; f++)
      if (block_path (cr, &diagram->panels[p], &diagram->panels[p].faces[f], block))
        cairo_fill (cr);
}

void
cw_diagram_mark (const CwDiagram *diagram, cairo_t *cr, CwColor color, const int64_t *block) {
  for (int p = 0; p < diagram->n_panels; p++)
    for (int f = 0; f < diagram->panels[p].n_faces; f++)
      draw_highlight (cr, &diagram->panels[p], &diagram->panels[p].faces[f], block, color);
}

static void
draw_face (cairo_t *cr, const Panel *panel, const Face *face, const CwPalette *palette, CwColor fill) {
  static const double dashes[] = { 6, 4 };
  const Side *a = &panel->sides[face->a], *b = &panel->sides[face->b];
  bool unknown = a->unknown || b->unknown;
  CwColor body = cw_color_mix (palette->background, fill, unknown ? 0.25 : 0.62);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  face_path (cr, face, 0, a->extent, 0, b->extent);
  cw_set_color (cr, cw_color_mix (body, palette->foreground, face->shade));
  cairo_fill (cr);
  draw_lines (cr, panel, face, cw_color_with_alpha (palette->foreground, 0.45));
  face_path (cr, face, 0, a->extent, 0, b->extent);
  cw_set_color (cr, palette->foreground);
  cairo_set_line_width (cr, 1.6);
  cairo_set_dash (cr, dashes, unknown ? 2 : 0, 0);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

/* The length of an axis, with its name where there are several panels. */
static char *
side_label (const CwDiagram *diagram, const Side *side) {
  g_autofree char *length = cw_number_to_string (side->total);
  if (diagram->n_panels == 1)
    return g_steal_pointer (&length);
  return g_strdup_printf ("axis %d: %s", side->axis, length);
}

static void
draw_labels (const CwDiagram *diagram, const Panel *panel, cairo_t *cr, const CwPalette *palette) {
  const Side *column = &panel->sides[panel->n_sides - 1], *row = &panel->sides[panel->n_sides - 2];
  double depth = panel->width - column->extent;
  double bottom = panel->y + panel->height, right = panel->x + panel->width;
  if (column->axis >= 0) {
    g_autofree char *text = side_label (diagram, column);
    cw_draw_text (cr, text, panel->x + depth + column->extent / 2, bottom + 6, 0.5, 0, LABEL_SIZE, palette->foreground);
  }
  if (row->axis >= 0) {
    g_autofree char *text = side_label (diagram, row);
    bool turned = diagram->n_panels > 1 || strlen (text) > 6;
    cw_draw_text_turned (cr, text, right + 8, panel->y + depth + row->extent / 2, turned ? 0.5 : 0, turned ? 0 : 0.5,
                         LABEL_SIZE, palette->foreground, turned ? -G_PI_2 : 0);
  }
  if (panel->n_sides == 3) {
    g_autofree char *text = side_label (diagram, &panel->sides[0]);
    double x = panel->x + depth / 2 - 5, y = panel->y + row->extent + depth / 2 + 5;
    cw_draw_text_turned (cr, text, x, y, 0.5, 0, LABEL_SIZE, palette->foreground, depth > 30 ? G_PI_4 : 0);
  }
}

/* Chunk lengths along the top and the left of a 2-d picture, where every one has room. */
static void
draw_ticks (const Panel *panel, cairo_t *cr, const CwPalette *palette) {
  for (int s = 0; s < 2 && panel->n_sides == 2; s++) {
    const Side *side = &panel->sides[s];
    if (side->axis < 0 || side->n < 2 || side->n > 40)
      continue;
    double room = G_MAXDOUBLE;
    for (int64_t i = 0; i < side->n - 1; i++)
      room = MIN (room, (side->ends[i + 1] - side->ends[i]) * side->extent);
    if (room < (s == 1 ? 44 : 16))
      continue;
    for (int64_t i = 0; i < side->n; i++) {
      double at = (side->ends[i] + side->ends[i + 1]) / 2 * side->extent;
      if ((side->ends[i + 1] - side->ends[i]) * side->extent < 12)
        continue;
      g_autofree char *text = cw_number_to_string (side->lengths[i]);
      if (s == 1)
        cw_draw_text (cr, text, panel->x + at, panel->y - 5, 0.5, 1, TICK_SIZE, palette->dim);
      else
        cw_draw_text (cr, text, panel->x - 6, panel->y + at, 1, 0.5, TICK_SIZE, palette->dim);
    }
  }
}

static void
draw_scalar (const CwDiagram *diagram, cairo_t *cr, const CwPalette *palette, CwColor fill) {
  const Panel *panel = &diagram->panels[0];
  double x = panel->x + panel->width / 2, y = panel->y + panel->height / 2;
  double side = MIN (MIN (panel->width, panel->height), 44) / 2;
  cairo_rectangle (cr, round (x - side) + 0.5, round (y - side) + 0.5, round (2 * side), round (2 * side));
  cw_set_color (cr, cw_color_mix (palette->background, fill, 0.62));
  cairo_fill_preserve (cr);
  cw_set_color (cr, palette->foreground);
  cairo_set_line_width (cr, 1.6);
  cairo_stroke (cr);
}

void
cw_diagram_draw (const CwDiagram *diagram, cairo_t *cr, const CwPalette *palette, CwColor fill,
                 const int64_t *highlight) {
  if (diagram->chunks->ndim == 0) {
    draw_scalar (diagram, cr, palette, fill);
    return;
  }
  for (int p = 0; p < diagram->n_panels; p++) {
    const Panel *panel = &diagram->panels[p];
    for (int f = 0; f < panel->n_faces; f++)
      draw_face (cr, panel, &panel->faces[f], palette, fill);
    if (diagram->flags & CW_DIAGRAM_LABELS) {
      draw_labels (diagram, panel, cr, palette);
      draw_ticks (panel, cr, palette);
    }
  }
  if (highlight)
    cw_diagram_mark (diagram, cr, palette->accent, highlight);
}
