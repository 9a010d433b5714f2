/* print-array.c: eager arrays as NumPy prints them.
 *
 * All elements that will be shown are looked at first, to choose one notation and one column width for
 * the whole array; then rows are nested in brackets, long rows are wrapped at 75 columns and arrays of more than 1000
 * elements show three at each end of every axis.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/language/print.h"

const CwPrintOptions cw_print_defaults = { .precision = 8, .edge = 3, .width = 75, .threshold = 1000 };

static _Thread_local CwPrintOptions options = { .precision = 8, .edge = 3, .width = 75, .threshold = 1000 };

CwPrintOptions *cw_print_options (void) {
  return &options;
}

#define PRECISION options.precision
#define EDGE      options.edge
#define THRESHOLD options.threshold
#define WIDTH     options.width

/* ---- one float ---------------------------------------------------------------------------------- */

/* How all floats of an array are written. */
typedef struct {
  CwDtype dtype;
  bool    scientific, plus;
  int     precision, left, right, exponent_digits;
} FloatFormat;

/* [-]int.frac with at most @precision decimals, trailing zeros cut. */
static char *positional (double f, CwDtype dtype, int precision) {
  char digits[32];
  int exponent;
  cw_shortest_digits (f, dtype, digits, &exponent);
  int decimals = MAX ((int) strlen (digits) - 1 - exponent, 0);
  char format[16];
  g_snprintf (format, sizeof format, "%%.%df", MIN (decimals, precision));
  char text[400];
  g_ascii_formatd (text, sizeof text, format, fabs (f));
  GString *out = g_string_new (signbit (f) ? "-" : "");
  if (decimals == 0) { /* beyond the shortest digits NumPy writes zeros, printf the binary's digits */
    for (int i = 0; i <= exponent; i++) g_string_append_c (out, i < (int) strlen (digits) ? digits[i] : '0');
    g_string_append_c (out, '.');
    return g_string_free (out, FALSE);
  }
  g_string_append (out, text);
  if (!strchr (text, '.')) g_string_append_c (out, '.');
  while (out->str[out->len - 1] == '0') g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

/* [-]d.ddd with at most @precision decimals and the exponent apart; with @pad that many, beyond the shortest digits those of the binary: where a number
 * has few of its own (5e-324), NumPy writes 4.94. */
static char *scientific (double f, CwDtype dtype, int precision, bool pad, int *exponent) {
  char digits[32], text[64], format[16];
  cw_shortest_digits (f, dtype, digits, exponent);
  int decimals = (int) strlen (digits) - 1;
  g_snprintf (format, sizeof format, "%%.%de", pad ? precision : MIN (decimals, precision));
  g_ascii_formatd (text, sizeof text, format, fabs (f));
  char *e = strchr (text, 'e');
  *exponent = atoi (e + 1);
  *e = '\0';
  GString *out = g_string_new (signbit (f) ? "-" : "");
  g_string_append (out, text);
  char *point = strchr (out->str, '.');
  if (!point) g_string_append_c (out, '.');
  else while (!pad && out->str[out->len - 1] == '0') g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static void measure_finite (FloatFormat *format, const double *values, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    if (!isfinite (values[i])) continue;
    int exponent = 0;
    g_autofree char *text = format->scientific ? scientific (values[i], format->dtype, PRECISION, false, &exponent)
                                               : positional (values[i], format->dtype, PRECISION);
    int point = (int) (strchr (text, '.') - text);
    format->left  = MAX (format->left, point + (format->plus && text[0] != '-'));
    format->right = MAX (format->right, (int) strlen (text) - point - 1);
    g_autofree char *e = g_strdup_printf ("%02d", abs (exponent));
    format->exponent_digits = MAX (format->exponent_digits, (int) strlen (e));
  }
}

static FloatFormat choose_format (const double *values, int64_t n, CwDtype dtype, bool plus) {
  FloatFormat format = { .dtype = dtype, .plus = plus };
  double low = INFINITY, high = 0;
  bool all_finite = true, negative_infinity = false;
  for (int64_t i = 0; i < n; i++) {
    double a = fabs (values[i]);
    all_finite &= isfinite (values[i]) != 0;
    negative_infinity |= isinf (values[i]) && values[i] < 0;
    if (!isfinite (a) || a == 0) continue;
    low  = fmin (low, a);
    high = fmax (high, a);
  }
  double span = dtype == CW_FLOAT16 ? (double) (_Float16) (high / low) : dtype == CW_FLOAT32 ? (double) (float) (high / low) : high / low; /* NumPy divides in the dtype */
  format.scientific = high > 0 && !options.suppress && (high >= 1e8 || low < 0.0001 || span > 1000);
  measure_finite (&format, values, n);
  format.precision = format.right;
  if (format.scientific) format.right = format.exponent_digits + 2 + format.precision;
  if (!all_finite) {
    int offset = format.right + 1;
    format.left = MAX (format.left, MAX (3 - offset, 3 + (negative_infinity || plus) - offset));
  }
  return format;
}

static char *format_float (const FloatFormat *format, double f) {
  int width = format->left + format->right + 1;
  if (!isfinite (f)) {
    const char *sign = isnan (f) ? (format->plus ? "+" : "") : f < 0 ? "-" : format->plus ? "+" : "";
    g_autofree char *text = g_strdup_printf ("%s%s", sign, isnan (f) ? "nan" : "inf");
    return g_strdup_printf ("%*s", width, text);
  }
  int exponent = 0;
  g_autofree char *text = format->scientific ? scientific (f, format->dtype, format->precision, true, &exponent)
                                             : positional (f, format->dtype, format->precision);
  g_autoptr (GString) out = g_string_new (NULL);
  g_string_append_printf (out, "%s%s", format->plus && text[0] != '-' ? "+" : "", text);
  if (format->scientific) {
    g_string_append_printf (out, "e%c%0*d", exponent < 0 ? '-' : '+', MAX (format->exponent_digits, 2), abs (exponent));
  }
  int point = (int) (strchr (out->str, '.') - out->str);
  GString *padded = g_string_new (NULL);
  for (int i = point; i < format->left; i++) g_string_append_c (padded, ' ');
  g_string_append (padded, out->str);
  while ((int) padded->len < width) g_string_append_c (padded, ' ');
  return g_string_free (padded, FALSE);
}

/* ---- one element ---------------------------------------------------------------------------------- */

typedef struct {
  const CwBuffer *buffer;
  const char     *separator;
  bool            summary;
  int             width;        /* of integers and bools */
  FloatFormat     real, imaginary;
} Printer;

static char *format_element (const Printer *p, const char *where) {
  if (cw_dtype_is_text (p->buffer->dtype)) {
    g_autofree char *text = cw_text_get (p->buffer->dtype, where), *quoted = cw_string_repr (text);
    return g_strconcat (cw_dtype_kind (p->buffer->dtype) == 'S' ? "b" : "", quoted, NULL);
  }
  CwScalar s = cw_scalar_load (p->buffer->dtype, where);
  switch (cw_dtype_kind (s.dtype)) {
  case 'f':
    return format_float (&p->real, s.f);
  case 'c': {
    g_autofree char *re = format_float (&p->real, creal (s.c));
    g_autofree char *im = format_float (&p->imaginary, cimag (s.c));
    int end = (int) strlen (im);
    while (end > 0 && im[end - 1] == ' ') end--;
    return g_strdup_printf ("%s%.*sj%s", re, end, im, im + end);
  }
  default: {
    g_autofree char *text = cw_scalar_repr (s);
    return g_strdup_printf ("%*s", p->width, text);
  }
  }
}

/* Calls @visit for every element that will be shown. */
static void visit_shown (const Printer *p, int axis, const char *where, void (*visit) (CwScalar, void *), void *data) {
  const CwBuffer *b = p->buffer;
  if (axis == b->ndim) {
    visit (cw_scalar_load (b->dtype, where), data);
    return;
  }
  bool cut = p->summary && b->shape[axis] > 2 * EDGE;
  for (int64_t i = 0; i < b->shape[axis]; i++) {
    if (cut && i == EDGE) i = b->shape[axis] - EDGE;
    visit_shown (p, axis + 1, where + i * b->strides[axis], visit, data);
  }
}

static void collect_element (CwScalar s, void *data) {
  GArray **lists = data;
  double complex c = cw_scalar_to_complex (s);
  double re = creal (c), im = cimag (c);
  g_array_append_val (lists[0], re);
  g_array_append_val (lists[1], im);
}

static void measure_element (CwScalar s, void *data) {
  Printer *p = data;
  g_autofree char *text = cw_scalar_repr (s);
  p->width = MAX (p->width, (int) strlen (text));
}

static void choose_notation (Printer *p) {
  const CwBuffer *b = p->buffer;
  if (cw_dtype_is_text (b->dtype)) return;
  char kind = cw_dtype_kind (b->dtype);
  if (kind == 'f' || kind == 'c') {
    g_autoptr (GArray) re = g_array_new (FALSE, FALSE, sizeof (double));
    g_autoptr (GArray) im = g_array_new (FALSE, FALSE, sizeof (double));
    visit_shown (p, 0, b->data, collect_element, (GArray *[]){ re, im });
    CwDtype part = cw_dtype_real (b->dtype);
    p->real      = choose_format ((double *) re->data, re->len, part, false);
    p->imaginary = choose_format ((double *) im->data, im->len, part, true);
  } else {
    visit_shown (p, 0, b->data, measure_element, p);
    if (kind == 'b' && b->ndim > 0) p->width = 5;
  }
}

/* ---- rows ------------------------------------------------------------------------------------------- */

static int characters (const char *text) {
  return (int) strlen (text);
}

static void extend_line (GString *done, GString *line, const char *word, int width, const char *indent) {
  if (characters (line->str) + characters (word) > width && line->len > strlen (indent)) {
    while (line->len && line->str[line->len - 1] == ' ') g_string_truncate (line, line->len - 1);
    g_string_append_printf (done, "%s\n", line->str);
    g_string_assign (line, indent);
  }
  g_string_append (line, word);
}

static char *format_nested (const Printer *p, int axis, const char *where, const char *indent, int width);

static void format_row (const Printer *p, int axis, const char *where, const char *indent, int width, GString *out) {
  const CwBuffer *b = p->buffer;
  g_autoptr (GString) line = g_string_new (indent);
  g_autofree char *bare = g_strchomp (g_strdup (p->separator));
  int room = width - MAX ((int) strlen (bare), 1);
  bool cut = p->summary && b->shape[axis] > 2 * EDGE;
  for (int64_t i = 0; i < b->shape[axis]; i++) {
    if (cut && i == EDGE) {
      extend_line (out, line, "...", room, indent);
      g_string_append (line, p->separator);
      i = b->shape[axis] - EDGE;
    }
    g_autofree char *word = format_element (p, where + i * b->strides[axis]);
    extend_line (out, line, word, room, indent);
    if (i + 1 < b->shape[axis]) g_string_append (line, p->separator);
  }
  g_string_append (out, line->str);
}

static void format_rows (const Printer *p, int axis, const char *where, const char *indent, const char *inner, int width, GString *out) {
  const CwBuffer *b = p->buffer;
  g_autoptr (GString) separator = g_string_new (p->separator);
  while (separator->len && separator->str[separator->len - 1] == ' ') g_string_truncate (separator, separator->len - 1);
  for (int i = 0; i < b->ndim - axis - 1; i++) g_string_append_c (separator, '\n');
  bool cut = p->summary && b->shape[axis] > 2 * EDGE;
  for (int64_t i = 0; i < b->shape[axis]; i++) {
    if (cut && i == EDGE) {
      g_string_append_printf (out, "%s...%s", indent, separator->str);
      i = b->shape[axis] - EDGE;
    }
    g_autofree char *nested = format_nested (p, axis + 1, where + i * b->strides[axis], inner, width - 1);
    g_string_append_printf (out, "%s%s%s", indent, nested, i + 1 < b->shape[axis] ? separator->str : "");
  }
}

static char *format_nested (const Printer *p, int axis, const char *where, const char *indent, int width) {
  int left = p->buffer->ndim - axis;
  if (left == 0) return format_element (p, where);
  g_autofree char *inner = g_strdup_printf ("%s ", indent);
  g_autoptr (GString) out = g_string_new (NULL);
  if (left == 1) format_row (p, axis, where, indent, width, out);
  else format_rows (p, axis, where, indent, inner, width, out);
  return g_strdup_printf ("[%s]", out->str + strlen (indent));
}

static char *array_to_string (const CwBuffer *b, const char *separator, const char *prefix, int suffix) {
  if (b->size == 0) return g_strdup ("[]");
  Printer p = { .buffer = b, .separator = separator, .summary = b->size > THRESHOLD };
  choose_notation (&p);
  g_autofree char *indent = g_strdup_printf (" %*s", (int) strlen (prefix), "");
  return format_nested (&p, 0, b->data, indent, WIDTH - suffix);
}

char *cw_buffer_str (const CwBuffer *b) {
  if (b->ndim == 0) return cw_scalar_repr (cw_buffer_get (b, 0));
  return array_to_string (b, " ", "", 0);
}

char *cw_buffer_repr (const CwBuffer *b) {
  g_autofree char *text = NULL;
  if (b->size > 0 || (b->ndim == 1 && b->shape[0] == 0)) {
    text = array_to_string (b, ", ", "array(", 1);
  } else {
    g_autofree char *shape = cw_shape_to_string (b->ndim, b->shape);
    text = g_strdup_printf ("[], shape=%s", shape);
  }
  bool implied = b->dtype == CW_INT64 || b->dtype == CW_FLOAT64 || b->dtype == CW_COMPLEX128 || b->dtype == CW_BOOL;
  if (implied && b->size > 0) return g_strdup_printf ("array(%s)", text);
  g_autofree char *head = g_strdup_printf ("array(%s,", text);
  const char *quote = cw_dtype_is_text (b->dtype) ? "'" : "";
  g_autofree char *dtype = g_strdup_printf ("dtype=%s%s%s)", quote, cw_dtype_name (b->dtype), quote);
  const char *last = strrchr (head, '\n');
  int last_length = (int) strlen (last ? last + 1 : head);
  return g_strdup_printf ("%s%s%s", head, last_length + (int) strlen (dtype) + 1 > WIDTH ? "\n      " : " ", dtype);
}
