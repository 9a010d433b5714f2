/* palette.c: the colours of all drawings.
 *
 * A layer has one colour everywhere. The eight hues are those of Okabe and Ito, Color Universal Design (2008), which
 * people with any kind of colour vision tell apart; their lightness is tuned for light and dark backgrounds, and
 * the eighth, black there, is a strong grey. Everything else is neutral, but for one accent and one error colour.
 */
#include "widgets/draw/draw.h"

#include <math.h>

#define RGB(hex) { ((hex) >> 16 & 255) / 255., ((hex) >> 8 & 255) / 255., ((hex) & 255) / 255., 1 }

static const CwPalette palettes[CW_N_STYLES] = {
  [CW_STYLE_LIGHT] = {
    .background = RGB (0xffffff), .surface = RGB (0xf3f3f3), .foreground = RGB (0x2b2b2b), .dim = RGB (0x666666),
    .hairline = RGB (0xc9c9c9), .accent = RGB (0x1a5fb4), .error = RGB (0xc01c28),
    .layers = { RGB (0x4aa8e0), RGB (0xe69f00), RGB (0x00966d), RGB (0xcc79a7), RGB (0x0072b2), RGB (0xd55e00),
                RGB (0xdccb2a), RGB (0x6b6b6b) } },
  [CW_STYLE_DARK] = {
    .background = RGB (0x1e1e1e), .surface = RGB (0x2a2a2a), .foreground = RGB (0xeeeeee), .dim = RGB (0xa6a6a6),
    .hairline = RGB (0x4c4c4c), .accent = RGB (0x78aeed), .error = RGB (0xff7b63),
    .layers = { RGB (0x6cc0f0), RGB (0xf0ad26), RGB (0x23b88d), RGB (0xdc93ba), RGB (0x3d92d6), RGB (0xec7a2c),
                RGB (0xf0e442), RGB (0xb9b9b9) } },
  [CW_STYLE_HIGH_CONTRAST] = {
    .background = RGB (0xffffff), .surface = RGB (0xf0f0f0), .foreground = RGB (0x000000), .dim = RGB (0x333333),
    .hairline = RGB (0x767676), .accent = RGB (0x003f8f), .error = RGB (0xa00010),
    .layers = { RGB (0x2b86bd), RGB (0xb87a00), RGB (0x007a58), RGB (0xa8507f), RGB (0x00588c), RGB (0xb34c00),
                RGB (0x968800), RGB (0x444444) } },
  [CW_STYLE_HIGH_CONTRAST_DARK] = {
    .background = RGB (0x000000), .surface = RGB (0x1c1c1c), .foreground = RGB (0xffffff), .dim = RGB (0xd6d6d6),
    .hairline = RGB (0x8a8a8a), .accent = RGB (0xa8d0ff), .error = RGB (0xff9a88),
    .layers = { RGB (0x8ad2ff), RGB (0xffbe3d), RGB (0x3bdcab), RGB (0xf2b0d3), RGB (0x62b3f5), RGB (0xff9a55),
                RGB (0xfff45c), RGB (0xdedede) } },
};

const CwPalette *
cw_palette_get (CwDrawStyle style) {
  g_return_val_if_fail ((int) style >= 0 && style < CW_N_STYLES, &palettes[0]);
  return &palettes[style];
}

CwColor
cw_palette_layer (const CwPalette *palette, int layer) {
  int i = layer % CW_N_LAYER_COLORS;
  return palette->layers[i < 0 ? i + CW_N_LAYER_COLORS : i];
}

CwColor
cw_color_mix (CwColor from, CwColor to, double amount) {
  return (CwColor) { from.r + (to.r - from.r) * amount, from.g + (to.g - from.g) * amount,
                     from.b + (to.b - from.b) * amount, from.a + (to.a - from.a) * amount };
}

CwColor
cw_color_with_alpha (CwColor color, double alpha) {
  color.a = alpha;
  return color;
}

static double
linear (double channel) {
  return channel <= 0.03928 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

double
cw_color_luminance (CwColor color) {
  return 0.2126 * linear (color.r) + 0.7152 * linear (color.g) + 0.0722 * linear (color.b);
}

double
cw_color_contrast (CwColor a, CwColor b) {
  double la = cw_color_luminance (a), lb = cw_color_luminance (b);
  return (MAX (la, lb) + 0.05) / (MIN (la, lb) + 0.05);
}

CwColor
cw_color_text_on (CwColor fill) {
  static const CwColor black = { 0, 0, 0, 1 }, white = { 1, 1, 1, 1 };
  return cw_color_contrast (fill, black) >= cw_color_contrast (fill, white) ? black : white;
}

void
cw_set_color (cairo_t *cr, CwColor color) {
  cairo_set_source_rgba (cr, color.r, color.g, color.b, color.a);
}

/* Nine samples of matplotlib's viridis and cividis (both CC0), and a blue to red map by way of a light grey whose two
 * arms have equal lightness. Between samples the colour is interpolated. */
static const uint32_t maps[][9] = {
  [CW_MAP_VIRIDIS] = { 0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30, 0xfde725 },
  [CW_MAP_CIVIDIS] = { 0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8678, 0xa59c74, 0xc3b369, 0xfee838 },
  [CW_MAP_DIVERGING] = { 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf2f2f2, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b },
};

CwColor
cw_color_map (CwColorMap map, double t) {
  static const CwColor nan_color = RGB (0x8f8f8f);
  if (isnan (t))
    return nan_color;
  double position = CLAMP (t, 0, 1) * 8;
  int    i = MIN ((int) position, 7);
  CwColor a = RGB (maps[map][i]), b = RGB (maps[map][i + 1]);
  return cw_color_mix (a, b, position - i);
}
