/* image.c: pixels that a drawing writes itself, where paths would cost too much; and whether its surface wants pixels at all. */
#include "widgets/draw/graph-private.h"

#include <math.h>

double
cw_graph_device_scale (cairo_t *cr, const CwViewport *view) {
  double x = 1, y = 1;
  if (view->device_scale > 0)
    return view->device_scale;
  cairo_surface_get_device_scale (cairo_get_target (cr), &x, &y);
  return x;
}

bool
cw_keeps_shapes (cairo_t *cr) {
  cairo_surface_type_t type = cairo_surface_get_type (cairo_get_target (cr));
  return type == CAIRO_SURFACE_TYPE_SVG || type == CAIRO_SURFACE_TYPE_PDF || type == CAIRO_SURFACE_TYPE_PS;
}

bool
cw_image_begin (CwImage *image, cairo_t *cr, const CwViewport *view, CwRect rect) {
  double x0 = floor (MAX (rect.x, 0)), y0 = floor (MAX (rect.y, 0));
  double x1 = ceil (MIN (rect.x + rect.width, view->width)), y1 = ceil (MIN (rect.y + rect.height, view->height));
  double scale = cw_graph_device_scale (cr, view);
  image->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, MAX (1, (x1 - x0) * scale), MAX (1, (y1 - y0) * scale));
  if (cairo_surface_status (image->surface) != CAIRO_STATUS_SUCCESS) {
    cairo_surface_destroy (image->surface);
    return false;
  }
  cairo_surface_flush (image->surface);
  image->pixels = (uint32_t *) (void *) cairo_image_surface_get_data (image->surface);
  image->width = cairo_image_surface_get_width (image->surface);
  image->height = cairo_image_surface_get_height (image->surface);
  image->stride = cairo_image_surface_get_stride (image->surface) / 4;
  image->x = x0;
  image->y = y0;
  image->scale = scale;
  return true;
}

void
cw_image_end (CwImage *image, cairo_t *cr) {
  cairo_surface_mark_dirty (image->surface);
  cairo_surface_set_device_scale (image->surface, image->scale, image->scale);
  cairo_set_source_surface (cr, image->surface, image->x, image->y);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_surface_destroy (image->surface);
}

/* Source over destination, both premultiplied, two channels at a time; @amount of the source is 0 .. 256. */
static inline void
blend (uint32_t *pixel, uint32_t source, uint32_t amount) {
  uint32_t d = *pixel, rest = 256 - amount * (source >> 24) / 255;
  uint32_t low = ((source & 0xff00ff) * amount + (d & 0xff00ff) * rest) >> 8;
  uint32_t high = (source >> 8 & 0xff00ff) * amount + (d >> 8 & 0xff00ff) * rest;
  *pixel = (low & 0xff00ff) | (high & 0xff00ff00);
}

void
cw_image_line (CwImage *image, double x0, double y0, double x1, double y1, CwColor color) {
  bool   steep = fabs (y1 - y0) > fabs (x1 - x0);
  double a0 = steep ? y0 : x0, b0 = steep ? x0 : y0, a1 = steep ? y1 : x1, b1 = steep ? x1 : y1;
  if (a0 > a1) {
    double a = a0, b = b0;
    a0 = a1, b0 = b1, a1 = a, b1 = b;
  }
  int     length = steep ? image->height : image->width, across = steep ? image->width : image->height;
  int     step_b = steep ? 1 : image->stride, step_a = steep ? image->stride : 1;
  int     from = MAX ((int) ceil (a0), 0), to = MIN ((int) ceil (a1), length);
  double  slope = a1 > a0 ? (b1 - b0) / (a1 - a0) : 0;
  int64_t b = (b0 + (from - a0) * slope) * 65536, step = slope * 65536;
  double   k = color.a * 255;
  uint32_t source = (uint32_t) k << 24 | (uint32_t) (color.r * k) << 16 | (uint32_t) (color.g * k) << 8 | (uint32_t) (color.b * k);
  for (int i = from; i < to; i++, b += step) {
    int      at = b >> 16;
    uint32_t part = (b >> 8) & 255;
    uint32_t *pixel = image->pixels + (ptrdiff_t) i * step_a + (ptrdiff_t) at * step_b;
    if (at >= 0 && at < across)
      blend (pixel, source, 256 - part);
    if (at + 1 >= 0 && at + 1 < across)
      blend (pixel + step_b, source, part);
  }
}
