/* Sizes: checked products, shapes, and bytes as people read them. */
#include "engine/base/base.h"

#include <math.h>
#include <string.h>

int
cw_order_int64 (const void *a, const void *b)
{
  int64_t x = *(const int64_t *) a, y = *(const int64_t *) b;
  return (x > y) - (x < y);
}

bool
cw_size_mul (int64_t a, int64_t b, int64_t *out)
{
  if (a == CW_UNKNOWN || b == CW_UNKNOWN) {
    *out = CW_UNKNOWN;
    return true;
  }
  return !__builtin_mul_overflow (a, b, out);
}

bool
cw_size_add (int64_t a, int64_t b, int64_t *out)
{
  if (a == CW_UNKNOWN || b == CW_UNKNOWN) {
    *out = CW_UNKNOWN;
    return true;
  }
  return !__builtin_add_overflow (a, b, out);
}

bool
cw_shape_size (int ndim, const int64_t *shape, int64_t *size, GError **error)
{
  int64_t product = 1;
  bool    unknown = false, zero = false;
  for (int i = 0; i < ndim; i++) {
    if (shape[i] == CW_UNKNOWN)
      unknown = true;
    else if (shape[i] == 0)
      zero = true;
  }
  for (int i = 0; i < ndim && !zero && !unknown; i++)
    if (!cw_size_mul (product, shape[i], &product)) {
      g_autofree char *text = cw_shape_to_string (ndim, shape);
      return cw_fail (error, CW_ERROR_VALUE, "an array of shape %s has more elements than a 64-bit number can count", text);
    }
  *size = unknown ? CW_UNKNOWN : zero ? 0 : product;
  return true;
}

bool
cw_shape_equal (int ndim, const int64_t *a, const int64_t *b)
{
  return ndim == 0 || memcmp (a, b, ndim * sizeof *a) == 0;
}

char *
cw_shape_to_string (int ndim, const int64_t *shape)
{
  GString *s = g_string_new ("(");
  for (int i = 0; i < ndim; i++) {
    if (i)
      g_string_append (s, ", ");
    if (shape[i] == CW_UNKNOWN)
      g_string_append (s, "nan");
    else
      g_string_append_printf (s, "%" G_GINT64_FORMAT, shape[i]);
  }
  g_string_append (s, ndim == 1 ? ",)" : ")");
  return g_string_free (s, FALSE);
}

/* Dask's format_bytes: binary prefixes with two decimals, the next prefix from 0.9 of it on. */
char *
cw_bytes_to_string (double bytes)
{
  static const char *const prefixes[] = { "Ki", "Mi", "Gi", "Ti", "Pi" };
  for (int i = G_N_ELEMENTS (prefixes) - 1; i >= 0; i--) {
    double unit = ldexp (1, 10 * (i + 1));
    if (fabs (bytes) >= unit * 0.9)
      return g_strdup_printf ("%.2f %sB", bytes / unit, prefixes[i]);
  }
  return g_strdup_printf ("%.0f B", bytes);
}

bool
cw_bytes_from_string (const char *text, int64_t *bytes)
{
  static const struct {
    const char *name;
    double      factor;
  } units[] = {
    { "", 1 },       { "b", 1 },       { "k", 1e3 },           { "m", 1e6 },           { "g", 1e9 },
    { "t", 1e12 },   { "kb", 1e3 },    { "mb", 1e6 },          { "gb", 1e9 },          { "tb", 1e12 },
    { "pb", 1e15 },  { "ki", 1024 },   { "mi", 1048576 },      { "gi", 1073741824.0 }, { "ti", 1099511627776.0 },
    { "kib", 1024 }, { "mib", 1048576 }, { "gib", 1073741824.0 }, { "tib", 1099511627776.0 }, { "pib", 1125899906842624.0 },
  };
  g_autofree char *compact = g_ascii_strdown (text, -1);
  char            *w       = compact;
  for (const char *r = compact; *r; r++)
    if (*r != ' ')
      *w++ = *r;
  *w = 0;
  char  *end    = NULL;
  double number = g_ascii_isalpha (*compact) ? 1 : g_ascii_strtod (compact, &end);
  if (!end)
    end = compact;
  for (size_t i = 0; i < G_N_ELEMENTS (units); i++)
    if (strcmp (units[i].name, end) == 0 && *compact) {
      double product = number * units[i].factor;
      if (!(product >= 0 && product < 9e18))
        return false;
      *bytes = (int64_t) product;
      return true;
    }
  return false;
}
