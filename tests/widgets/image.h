/* image.h: pictures in memory that tests of drawings look at, pixel by pixel. */
#pragma once

#include <cairo.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  cairo_surface_t *surface;
  cairo_t         *cr;
  int              width, height;
} Image;

static inline Image
image_new (int width, int height) {
  Image image = { cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height), NULL, width, height };
  image.cr = cairo_create (image.surface);
  cairo_set_source_rgb (image.cr, 1, 1, 1);
  cairo_paint (image.cr);
  return image;
}

static inline void
image_clear (Image *image) {
  cairo_destroy (image->cr);
  cairo_surface_destroy (image->surface);
}

static inline uint32_t
pixel (Image *image, int x, int y) {
  cairo_surface_flush (image->surface);
  const unsigned char *data = cairo_image_surface_get_data (image->surface);
  uint32_t value;
  memcpy (&value, data + (size_t) y * cairo_image_surface_get_stride (image->surface) + 4 * x, 4);
  return value & 0xffffff;
}
