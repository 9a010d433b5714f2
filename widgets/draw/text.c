/* text.c: words and numbers in drawings, set with Pango in the system's sans-serif font with tabular figures. */
#include "widgets/draw/draw.h"

#include <glib/gi18n.h>
#include <math.h>
#include <pango/pangocairo.h>

#define MOST_KEPT 1500

/* Laying out words is the dear part of drawing them, and most words are drawn again in the next frame: what was laid out is
 * kept, a table a thread. */
static GPrivate kept_layouts = G_PRIVATE_INIT ((GDestroyNotify) g_hash_table_unref);

static PangoLayout *
new_layout (const char *text, double size, bool mono) {
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoLayout  *layout = pango_layout_new (context);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string (mono ? "Monospace" : "Sans");
  pango_font_description_set_absolute_size (font, size * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  if (!mono) {
    g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
    pango_layout_set_attributes (layout, attributes);
  }
  pango_layout_set_text (layout, text, -1);
  g_object_unref (context);
  return layout;
}

/* How the text stands: @width 0: in one line; else shortened to it, or wrapped and centred where @wrap. */
static PangoLayout *
make_layout (const char *text, double size, bool mono, double width, bool wrap) {
  g_autofree char *key = g_strdup_printf ("%g %d %d %d %s", size, mono, (int) width, wrap, text);
  GHashTable      *kept = g_private_get (&kept_layouts);
  if (!kept || g_hash_table_size (kept) > MOST_KEPT) {
    kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
    g_private_replace (&kept_layouts, kept);
  }
  PangoLayout *layout = g_hash_table_lookup (kept, key);
  if (!layout) {
    layout = new_layout (text, size, mono);
    if (width > 0)
      pango_layout_set_width (layout, width * PANGO_SCALE);
    if (width > 0 && !wrap)
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    if (wrap)
      pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
    if (wrap)
      pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
    g_hash_table_insert (kept, g_steal_pointer (&key), layout);
  }
  return g_object_ref (layout);
}

static void
show_layout (cairo_t *cr, PangoLayout *layout, double x, double y, double ax, double ay, CwColor color, double angle) {
  int width, height;
  pango_layout_get_pixel_size (layout, &width, &height);
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, angle);
  cairo_move_to (cr, -ax * width, -ay * height);
  cw_set_color (cr, color);
  pango_cairo_show_layout (cr, layout);
  cairo_new_path (cr);
  cairo_restore (cr);
}

void
cw_draw_text (cairo_t *cr, const char *text, double x, double y, double ax, double ay, double size, CwColor color) {
  cw_draw_text_turned (cr, text, x, y, ax, ay, size, color, 0);
}

void
cw_draw_text_turned (cairo_t *cr, const char *text, double x, double y, double ax, double ay, double size,
                     CwColor color, double angle) {
  g_autoptr (PangoLayout) layout = make_layout (text, size, false, 0, false);
  show_layout (cr, layout, x, y, ax, ay, color, angle);
}

void
cw_draw_text_mono (cairo_t *cr, const char *text, double x, double y, double ax, double ay, double size,
                   CwColor color) {
  g_autoptr (PangoLayout) layout = make_layout (text, size, true, 0, false);
  show_layout (cr, layout, x, y, ax, ay, color, 0);
}

void
cw_draw_text_within (cairo_t *cr, const char *text, double x, double y, double width, double size, CwColor color) {
  g_autoptr (PangoLayout) layout = make_layout (text, size, false, MAX (width, 1), false);
  show_layout (cr, layout, x, y, 0, 0, color, 0);
}

void
cw_draw_text_wrapped (cairo_t *cr, const char *text, double x, double y, double width, double size, CwColor color) {
  g_autoptr (PangoLayout) layout = make_layout (text, size, false, MAX (width, 1), true);
  int shown;
  pango_layout_get_pixel_size (layout, NULL, &shown);
  show_layout (cr, layout, x - width / 2, y - shown / 2.0, 0, 0, color, 0);
}

void
cw_text_size (cairo_t *cr, const char *text, double size, double *width, double *height) {
  g_autoptr (PangoLayout) layout = make_layout (text, size, false, 0, false);
  int w, h;
  pango_layout_get_pixel_size (layout, &w, &h);
  if (width)
    *width = w;
  if (height)
    *height = h;
}

char *
cw_number_to_string (int64_t n) {
  if (n == -1)
    return g_strdup ("?");
  char digits[24];
  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, n < 0 ? -n : n);
  size_t   length = strlen (digits);
  GString *out = g_string_new (n < 0 ? "-" : NULL);
  for (size_t i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      g_string_append_c (out, ',');
    g_string_append_c (out, digits[i]);
  }
  return g_string_free (out, FALSE);
}

char *
cw_duration_to_string (int64_t ns) {
  double s = ns / 1e9;
  if (s < 1e-6)
    return g_strdup_printf (_("%d ns"), (int) ns);
  if (s < 1e-3)
    return g_strdup_printf (_("%.0f µs"), s * 1e6);
  if (s < 1)
    return g_strdup_printf (s < 0.01 ? _("%.1f ms") : _("%.0f ms"), s * 1e3);
  if (s < 100)
    return g_strdup_printf (s < 10 ? _("%.2f s") : _("%.1f s"), s);
  return g_strdup_printf (_("%d min %02d s"), (int) (s / 60), (int) fmod (s, 60));
}

char *
cw_value_to_string (double value) {
  if (isnan (value))
    return g_strdup ("nan");
  char text[40];
  g_ascii_formatd (text, sizeof text, "%.6g", value);
  return g_strdup (text);
}
