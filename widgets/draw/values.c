/* values.c: what an array holds, as a table of numbers or as a heat map. Lines show where chunks begin. */
#include "widgets/draw/draw.h"

#include <math.h>

#define TEXT_SIZE 12.0
#define HEADER    20.0
#define BAR_ROOM  92.0 /* of the colour bar with its numbers */
#define MARGIN    24.0
#define MAP_COLORS 512

CwDrawValues *
cw_draw_values_new (int rows, int columns) {
  CwDrawValues *values = g_new0 (CwDrawValues, 1);
  values->rows = rows;
  values->columns = columns;
  values->true_rows = rows;
  values->true_columns = columns;
  values->values = g_new0 (double, MAX ((size_t) rows * columns, 1));
  return values;
}

void
cw_draw_values_free (CwDrawValues *values) {
  if (!values)
    return;
  for (size_t i = 0; values->texts && i < (size_t) values->rows * values->columns; i++)
    g_free (values->texts[i]);
  g_free (values->texts);
  g_free (values->values);
  g_free (values->row_borders);
  g_free (values->column_borders);
  g_free (values);
}

void
cw_draw_values_find_range (CwDrawValues *values) {
  values->min = G_MAXDOUBLE;
  values->max = -G_MAXDOUBLE;
  for (size_t i = 0; i < (size_t) values->rows * values->columns; i++) {
    if (isfinite (values->values[i])) {
      values->min = MIN (values->min, values->values[i]);
      values->max = MAX (values->max, values->values[i]);
    }
  }
  if (values->min > values->max)
    values->min = values->max = 0;
}

/* ---- numbers -------------------------------------------------------------------------------- */

static const char *
text_at (const CwDrawValues *values, int row, int column) {
  return values->texts ? values->texts[(size_t) row * values->columns + column] : "";
}

void
cw_values_cell_size (const CwDrawValues *values, cairo_t *cr, double *width, double *height) {
  size_t longest = 3;
  for (size_t i = 0; values->texts && i < (size_t) values->rows * values->columns; i++)
    longest = MAX (longest, (size_t) g_utf8_strlen (values->texts[i], -1));
  g_autofree char *widest = g_strnfill (longest, '0');
  double w;
  cw_text_size (cr, widest, TEXT_SIZE, &w, height);
  *width = MAX (w * 0.96 + 18, 34); /* the monospace figures are about as wide as the tabular ones */
  *height += 8;
}

static bool
is_border (const int *borders, int n, int position) {
  for (int i = 0; i < n; i++)
    if (borders[i] == position)
      return true;
  return false;
}

static void
draw_border (cairo_t *cr, const CwPalette *palette, double x0, double y0, double x1, double y1, bool strong) {
  cairo_move_to (cr, round (x0) + 0.5, round (y0) + 0.5);
  cairo_line_to (cr, round (x1) + 0.5, round (y1) + 0.5);
  cw_set_color (cr, strong ? palette->foreground : cw_color_with_alpha (palette->hairline, 0.5));
  cairo_set_line_width (cr, strong ? 1.4 : 1);
  cairo_stroke (cr);
}

void
cw_values_draw_numbers (const CwDrawValues *values, cairo_t *cr, const CwPalette *palette, double width, double height,
                        int row, int column) {
  double cell_w, cell_h, left = 44;
  cw_values_cell_size (values, cr, &cell_w, &cell_h);
  int rows = CLAMP ((int) ceil ((height - HEADER) / cell_h), 0, values->rows - row);
  int columns = CLAMP ((int) ceil ((width - left) / cell_w), 0, values->columns - column);
  double right = left + columns * cell_w, bottom = HEADER + rows * cell_h;
  for (int c = 0; c < columns; c++) {
    g_autofree char *number = cw_number_to_string (column + c);
    cw_draw_text (cr, number, left + (c + 1) * cell_w - 8, HEADER - 4, 1, 1, 10, palette->dim);
  }
  for (int r = 0; r < rows; r++) {
    g_autofree char *number = cw_number_to_string (row + r);
    double middle = HEADER + (r + 0.5) * cell_h;
    cw_draw_text (cr, number, left - 8, middle, 1, 0.5, 10, palette->dim);
    for (int c = 0; c < columns; c++)
      cw_draw_text_mono (cr, text_at (values, row + r, column + c), left + (c + 1) * cell_w - 8, middle, 1, 0.5,
                         TEXT_SIZE, palette->foreground);
  }
  for (int r = 0; r <= rows; r++)
    draw_border (cr, palette, left, HEADER + r * cell_h, right, HEADER + r * cell_h,
                 row + r == 0 || row + r == values->rows || is_border (values->row_borders, values->n_row_borders, row + r));
  for (int c = 0; c <= columns; c++)
    draw_border (cr, palette, left + c * cell_w, HEADER, left + c * cell_w, bottom,
                 column + c == 0 || column + c == values->columns
                   || is_border (values->column_borders, values->n_column_borders, column + c));
}

/* ---- heat map ------------------------------------------------------------------------------- */

static CwRect
map_rect (const CwDrawValues *values, double width, double height) {
  double room_x = MAX (width - 2 * MARGIN - BAR_ROOM, 10), room_y = MAX (height - 2 * MARGIN - 16, 10);
  double ratio = (double) values->true_columns / MAX (values->true_rows, 1);
  ratio = CLAMP (ratio, 0.2, 5);
  double w = MIN (room_x, room_y * ratio), h = w / ratio;
  return (CwRect) { round (MARGIN + (room_x - w) / 2), round (MARGIN + (room_y - h) / 2), MAX (round (w), 1),
                    MAX (round (h), 1) };
}

bool
cw_values_hit_heat_map (const CwDrawValues *values, double width, double height, double x, double y, int *row,
                        int *column) {
  CwRect r = map_rect (values, width, height);
  if (x < r.x || y < r.y || x >= r.x + r.width || y >= r.y + r.height)
    return false;
  *row = (y - r.y) / r.height * values->rows;
  *column = (x - r.x) / r.width * values->columns;
  return true;
}

CwRect
cw_values_heat_map_cell (const CwDrawValues *values, double width, double height, int row, int column) {
  CwRect r = map_rect (values, width, height);
  return (CwRect) { r.x + r.width * column / values->columns, r.y + r.height * row / values->rows, r.width / values->columns,
                    r.height / values->rows };
}

static cairo_surface_t *
map_image (const CwDrawValues *values, CwColorMap map) {
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_RGB24, values->columns, values->rows);
  double   span = values->max - values->min, scale = span > 0 ? (MAP_COLORS - 1) / span : 0;
  uint32_t colors[MAP_COLORS + 1]; /* the last one for values that are none */
  for (int i = 0; i <= MAP_COLORS; i++) {
    CwColor c = cw_color_map (map, i == MAP_COLORS ? NAN : span > 0 ? i / (MAP_COLORS - 1.) : 0.5);
    colors[i] = (uint32_t) (c.r * 255 + 0.5) << 16 | (uint32_t) (c.g * 255 + 0.5) << 8 | (uint32_t) (c.b * 255 + 0.5);
  }
  cairo_surface_flush (image);
  for (int y = 0; y < values->rows; y++) {
    uint32_t *row = (uint32_t *) (void *) (cairo_image_surface_get_data (image) + (size_t) y * cairo_image_surface_get_stride (image));
    for (int x = 0; x < values->columns; x++) {
      double v = values->values[(size_t) y * values->columns + x];
      row[x] = colors[isnan (v) ? MAP_COLORS : (int) (CLAMP (v - values->min, 0, span) * scale + 0.5)];
    }
  }
  cairo_surface_mark_dirty (image);
  return image;
}

static void
draw_color_bar (const CwDrawValues *values, cairo_t *cr, const CwPalette *palette, CwColorMap map, CwRect r) {
  double x = r.x + r.width + 22, bar = 14, height = MAX (r.height, 60);
  for (int i = 0; i < height; i++) {
    cairo_rectangle (cr, x, r.y + i, bar, 1);
    cw_set_color (cr, cw_color_map (map, 1 - i / height));
    cairo_fill (cr);
  }
  for (int i = 0; i <= 4; i++) {
    double value = values->min + (values->max - values->min) * i / 4;
    g_autofree char *text = g_strdup_printf ("%.4g", value);
    cw_draw_text (cr, text, x + bar + 6, r.y + height * (4 - i) / 4, 0, 0.5, 10.5, palette->dim);
    if (values->max == values->min)
      break;
  }
}

static void
draw_chunk_borders (const CwDrawValues *values, cairo_t *cr, CwRect r) {
  cairo_set_line_width (cr, 1);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.75);
  double last = 0;
  for (int i = 0; i < values->n_row_borders; i++) {
    double y = round (r.y + r.height * values->row_borders[i] / values->rows) + 0.5;
    if (y - last < 4)
      continue;
    cairo_move_to (cr, r.x, y);
    cairo_line_to (cr, r.x + r.width, y);
    last = y;
  }
  last = 0;
  for (int i = 0; i < values->n_column_borders; i++) {
    double x = round (r.x + r.width * values->column_borders[i] / values->columns) + 0.5;
    if (x - last < 4)
      continue;
    cairo_move_to (cr, x, r.y);
    cairo_line_to (cr, x, r.y + r.height);
    last = x;
  }
  cairo_stroke (cr);
}

void
cw_values_draw_heat_map (const CwDrawValues *values, cairo_t *cr, const CwPalette *palette, CwColorMap map,
                         double width, double height) {
  CwRect r = map_rect (values, width, height);
  cairo_surface_t *image = map_image (values, map);
  cairo_save (cr);
  cairo_translate (cr, r.x, r.y);
  cairo_scale (cr, r.width / values->columns, r.height / values->rows);
  cairo_set_source_surface (cr, image, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), r.width >= values->columns ? CAIRO_FILTER_NEAREST : CAIRO_FILTER_GOOD);
  cairo_rectangle (cr, 0, 0, values->columns, values->rows);
  cairo_fill (cr);
  cairo_restore (cr);
  cairo_surface_destroy (image);
  draw_chunk_borders (values, cr, r);
  cairo_rectangle (cr, r.x - 0.5, r.y - 0.5, r.width + 1, r.height + 1);
  cw_set_color (cr, palette->foreground);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  g_autofree char *columns = cw_number_to_string (values->true_columns);
  g_autofree char *rows = cw_number_to_string (values->true_rows);
  cw_draw_text (cr, columns, r.x + r.width / 2, r.y + r.height + 5, 0.5, 0, 11, palette->dim);
  cw_draw_text_turned (cr, rows, r.x - 6, r.y + r.height / 2, 0.5, 1, 11, palette->dim, -G_PI_2);
  draw_color_bar (values, cr, palette, map, r);
}
