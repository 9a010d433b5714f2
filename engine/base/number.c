/* Numbers as Python and NumPy write them.
 *
 * A float is written with the fewest digits that read back as the same float of its own width: 0.1 and not
 * 0.1000000000000000055. Which notation is used follows Python's rule: exponents below -4 and from 16 on.
 */
#include "engine/base/base.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- shortest digits ---------------------------------------------------------------------------- */

static locale_t c_locale (void) {
  static gsize made = 0;
  if (g_once_init_enter (&made)) g_once_init_leave (&made, (gsize) newlocale (LC_ALL_MASK, "C", (locale_t) 0));
  return (locale_t) made;
}

static bool reads_back (const char *text, double f, CwDtype dtype) {
  double back = dtype == CW_FLOAT32 ? (double) strtof_l (text, NULL, c_locale ()) : g_ascii_strtod (text, NULL);
  if (dtype == CW_FLOAT16) return (double) (_Float16) back == f;
  return back == f;
}

/* Decimals of so many digits as every float of the dtype keeps are what such a float is written with again, and zeros after them: fewer digits need not be
 * tried. Subnormal numbers keep fewer. */
void cw_shortest_digits (double f, CwDtype dtype, char digits[32], int *exponent) {
  char text[64], format[16];
  const int most = dtype == CW_FLOAT16 ? 5 : dtype == CW_FLOAT32 ? 9 : 17, kept = dtype == CW_FLOAT16 ? 3 : dtype == CW_FLOAT32 ? FLT_DIG : DBL_DIG;
  const double least = dtype == CW_FLOAT16 ? 0x1p-14 : dtype == CW_FLOAT32 ? (double) FLT_MIN : DBL_MIN; /* that is normal */
  f = fabs (f);
  for (int n = f < least ? 0 : kept - 1; n < most; n++) {
    g_snprintf (format, sizeof format, "%%.%de", n);
    g_ascii_formatd (text, sizeof text, format, f);
    if (reads_back (text, f, dtype)) break;
  }
  char *e = strchr (text, 'e');
  *exponent = atoi (e + 1);
  int n = 0;
  for (char *p = text; p < e; p++) {
    if (*p != '.') digits[n++] = *p;
  }
  while (n > 1 && digits[n - 1] == '0') n--;
  digits[n] = '\0';
}

static char *nonfinite (double f) {
  return g_strdup (isnan (f) ? "nan" : f > 0 ? "inf" : "-inf");
}

char *cw_float_repr_of (double f, CwDtype dtype) {
  if (!isfinite (f)) return nonfinite (f);
  char digits[32];
  int exponent;
  cw_shortest_digits (f, dtype, digits, &exponent);
  GString *out = g_string_new (signbit (f) ? "-" : "");
  int n = (int) strlen (digits);
  if (f != 0 && (exponent < -4 || exponent >= 16)) {
    g_string_append_c (out, digits[0]);
    if (n > 1) g_string_append_printf (out, ".%s", digits + 1);
    g_string_append_printf (out, "e%c%02d", exponent < 0 ? '-' : '+', abs (exponent));
  } else if (exponent < 0) {
    g_string_append (out, "0.");
    for (int i = -1; i > exponent; i--) g_string_append_c (out, '0');
    g_string_append (out, digits);
  } else {
    for (int i = 0; i <= exponent; i++) g_string_append_c (out, i < n ? digits[i] : '0');
    g_string_append_printf (out, ".%s", n > exponent + 1 ? digits + exponent + 1 : "0");
  }
  return g_string_free (out, FALSE);
}

char *cw_float_repr (double f) {
  return cw_float_repr_of (f, CW_FLOAT64);
}

static char *without_point_zero (char *text) {
  if (g_str_has_suffix (text, ".0")) text[strlen (text) - 2] = '\0';
  return text;
}

static char *complex_repr_of (double complex c, CwDtype part) {
  g_autofree char *re = without_point_zero (cw_float_repr_of (creal (c), part));
  g_autofree char *im = without_point_zero (cw_float_repr_of (cimag (c), part));
  if (creal (c) == 0 && !signbit (creal (c))) return g_strdup_printf ("%sj", im);
  return g_strdup_printf ("(%s%s%sj)", re, im[0] == '-' ? "" : "+", im);
}

char *cw_complex_repr (double complex c) {
  return complex_repr_of (c, CW_FLOAT64);
}

char *cw_scalar_repr (CwScalar s) {
  switch (cw_dtype_kind (s.dtype)) {
  case 'b':
    return g_strdup (s.i ? "True" : "False");
  case 'i':
    return g_strdup_printf ("%" G_GINT64_FORMAT, s.i);
  case 'u':
    return g_strdup_printf ("%" G_GUINT64_FORMAT, s.u);
  case 'f':
    return cw_float_repr_of (s.f, s.dtype);
  default:
    return complex_repr_of (s.c, cw_dtype_real (s.dtype) == CW_FLOAT32 ? CW_FLOAT32 : CW_FLOAT64);
  }
}
