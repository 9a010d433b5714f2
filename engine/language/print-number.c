/* print-number.c: numbers and plain values as Python and NumPy write them.
 *
 * A float is written with the fewest digits that read back as the same float of its own width: 0.1 and not
 * 0.1000000000000000055. Which notation is used follows Python's rule: exponents below -4 and from 16 on.
 */
#include "engine/language/print.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
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

void cw_shortest_digits (double f, CwDtype dtype, char digits[32], int *exponent) {
  char text[64], format[16];
  int most = dtype == CW_FLOAT16 ? 5 : dtype == CW_FLOAT32 ? 9 : 17;
  f = fabs (f);
  for (int n = 0; n < most; n++) {
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

/* ---- strings ------------------------------------------------------------------------------------ */

char *cw_string_repr (const char *s) {
  char quote = strchr (s, '\'') && !strchr (s, '"') ? '"' : '\'';
  GString *out = g_string_new (NULL);
  g_string_append_c (out, quote);
  for (const char *p = s; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (c == '\n') g_string_append (out, "\\n");
    else if (c == '\t') g_string_append (out, "\\t");
    else if (c == '\r') g_string_append (out, "\\r");
    else if (c == '\\' || c == (gunichar) quote) g_string_append_printf (out, "\\%c", (char) c);
    else if (c < 32 || c == 127) g_string_append_printf (out, "\\x%02x", c);
    else g_string_append_unichar (out, c);
  }
  g_string_append_c (out, quote);
  return g_string_free (out, FALSE);
}

/* ---- values --------------------------------------------------------------------------------------- */

static void append_repr (GString *out, CwValue *v, int depth);

static void append_items (GString *out, GPtrArray *items, const char *open, const char *close, int depth) {
  g_string_append (out, open);
  for (guint i = 0; i < items->len; i++) {
    if (i) g_string_append (out, ", ");
    append_repr (out, items->pdata[i], depth + 1);
  }
  g_string_append (out, close);
}

static void append_dict (GString *out, CwValue *v, int depth) {
  g_string_append_c (out, '{');
  for (guint i = 0; i < v->dict.keys->len; i++) {
    if (i) g_string_append (out, ", ");
    append_repr (out, v->dict.keys->pdata[i], depth + 1);
    g_string_append (out, ": ");
    append_repr (out, v->dict.values->pdata[i], depth + 1);
  }
  g_string_append_c (out, '}');
}

static void append_range (GString *out, CwValue *v) {
  g_string_append_printf (out, "range(%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT, v->range.start, v->range.stop);
  if (v->range.step != 1) g_string_append_printf (out, ", %" G_GINT64_FORMAT, v->range.step);
  g_string_append_c (out, ')');
}

static void append_exception (GString *out, CwValue *v) {
  g_autofree char *text = cw_string_repr (v->exception.message);
  g_string_append_printf (out, "%s(%s)", cw_error_class_name (v->exception.code), *v->exception.message ? text : "");
}

static void append_owned (GString *out, char *text) {
  g_string_append (out, text);
  g_free (text);
}

/* Containers that are being written: one that holds itself shows as [...]. */
static __thread GPtrArray *open_containers;

static void append_container (GString *out, CwValue *v, int depth) {
  if (v->kind != CW_V_TUPLE && g_ptr_array_find (open_containers, v, NULL)) {
    g_string_append (out, v->kind == CW_V_LIST ? "[...]" : "{...}");
    return;
  }
  g_ptr_array_add (open_containers, v);
  if (depth > 100) {
    g_string_append (out, "...");
  } else if (v->kind == CW_V_LIST) {
    append_items (out, v->items, "[", "]", depth);
  } else if (v->kind == CW_V_TUPLE) {
    append_items (out, v->items, "(", v->items->len == 1 ? ",)" : ")", depth);
  } else if (v->kind == CW_V_DICT) {
    append_dict (out, v, depth);
  } else if (!v->dict.keys->len) {
    g_string_append (out, "set()");
  } else {
    append_items (out, v->dict.keys, "{", "}", depth);
  }
  g_ptr_array_set_size (open_containers, (int) open_containers->len - 1);
}

static void append_repr (GString *out, CwValue *v, int depth) {
  switch (v->kind) {
  case CW_V_NONE:
    g_string_append (out, "None");
    break;
  case CW_V_BOOL:
    g_string_append (out, v->b ? "True" : "False");
    break;
  case CW_V_INT:
    g_string_append_printf (out, "%" G_GINT64_FORMAT, v->i);
    break;
  case CW_V_FLOAT:
    append_owned (out, cw_float_repr (v->f));
    break;
  case CW_V_COMPLEX:
    append_owned (out, cw_complex_repr (v->c));
    break;
  case CW_V_STR:
    append_owned (out, cw_string_repr (v->s));
    break;
  case CW_V_LIST:
  case CW_V_TUPLE:
  case CW_V_DICT:
  case CW_V_SET:
    append_container (out, v, depth);
    break;
  case CW_V_RANGE:
    append_range (out, v);
    break;
  case CW_V_SLICE:
    g_string_append (out, "slice(");
    append_repr (out, v->slice.start, depth);
    g_string_append (out, ", ");
    append_repr (out, v->slice.stop, depth);
    g_string_append (out, ", ");
    append_repr (out, v->slice.step, depth);
    g_string_append_c (out, ')');
    break;
  case CW_V_ELLIPSIS:
    g_string_append (out, "Ellipsis");
    break;
  case CW_V_NOT_IMPLEMENTED:
    g_string_append (out, "NotImplemented");
    break;
  case CW_V_EXCEPTION:
    append_exception (out, v);
    break;
  case CW_V_SCALAR:
    append_owned (out, cw_scalar_repr (v->scalar));
    break;
  case CW_V_LAZY:
    append_owned (out, cw_array_repr (v->array));
    break;
  case CW_V_EAGER:
    append_owned (out, cw_buffer_repr (v->buffer));
    break;
  default:
    append_owned (out, cw_value_object_repr (v));
  }
}

char *cw_value_repr (CwValue *v) {
  GString *out = g_string_new (NULL);
  GPtrArray *outer = open_containers;
  open_containers = g_ptr_array_new ();
  append_repr (out, v, 0);
  g_ptr_array_unref (open_containers);
  open_containers = outer;
  return g_string_free (out, FALSE);
}

char *cw_value_str (CwValue *v) {
  if (v->kind == CW_V_STR) return g_strdup (v->s);
  if (v->kind == CW_V_EAGER) return cw_buffer_str (v->buffer);
  if (v->kind == CW_V_EXCEPTION) return g_strdup (v->exception.message);
  if (v->kind == CW_V_DTYPE && !v->dtype.is_class) return g_strdup (cw_dtype_name (v->dtype.id));
  return cw_value_repr (v);
}
