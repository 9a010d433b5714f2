/* text.c: methods of strings, format specs, and % formatting. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/print.h"

/* ---- format specs --------------------------------------------------------------------------------------------- */

typedef struct {
  gunichar fill;
  char     align, sign, group, type;
  bool     alternate;
  int      width, precision;
} Spec;

static bool parse_spec (const char *p, Spec *spec) {
  *spec = (Spec){ .fill = ' ', .precision = -1 };
  const char *second = *p ? g_utf8_next_char (p) : p;
  if (*p && *second && strchr ("<>=^", *second)) {
    spec->fill  = g_utf8_get_char (p);
    spec->align = *second;
    p = second + 1;
  } else if (*p && strchr ("<>=^", *p)) {
    spec->align = *p++;
  }
  if (*p && strchr ("+- ", *p)) spec->sign = *p++;
  if (*p == '#') spec->alternate = *p++ != 0;
  if (*p == '0') {
    if (!spec->align) {
      spec->align = '=';
      spec->fill  = '0';
    }
    p++;
  }
  while (g_ascii_isdigit (*p) && spec->width < 100000) spec->width = spec->width * 10 + (*p++ - '0');
  if (*p == ',' || *p == '_') spec->group = *p++;
  if (*p == '.') {
    p++;
    if (!g_ascii_isdigit (*p)) return false;
    for (spec->precision = 0; g_ascii_isdigit (*p) && spec->precision < 1000;) spec->precision = spec->precision * 10 + (*p++ - '0');
  }
  if (*p) spec->type = *p++;
  return *p == '\0';
}

/* @width: as wide as zeros before it make it, which count as digits. */
static void group_digits (GString *digits, char separator, int every, int width) {
  int end = 0;
  while (g_ascii_isxdigit (digits->str[end])) end++;
  for (; (int) digits->len + (end - 1) / every < width; end++) g_string_prepend_c (digits, '0');
  for (int at = end - every; at > 0; at -= every) g_string_insert_c (digits, at, separator);
}

static char *pad (const Spec *spec, const char *sign, const char *body, char natural) {
  int have = (int) (g_utf8_strlen (sign, -1) + g_utf8_strlen (body, -1)), missing = MAX (spec->width - have, 0);
  char align = spec->align ? spec->align : natural;
  int left = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
  GString *out = g_string_new (align == '=' ? sign : "");
  for (int i = 0; i < left; i++) g_string_append_unichar (out, spec->fill);
  if (align != '=') g_string_append (out, sign);
  g_string_append (out, body);
  for (int i = left; i < missing; i++) g_string_append_unichar (out, spec->fill);
  return g_string_free (out, FALSE);
}

static int width_of_zeros (const Spec *spec, const char *sign) {
  return spec->align == '=' && spec->fill == '0' ? spec->width - (int) strlen (sign) : 0;
}

static char *format_integer (int64_t i, const Spec *spec, GError **error) {
  g_autoptr (GString) body = g_string_new (NULL);
  uint64_t u = i < 0 ? -(uint64_t) i : (uint64_t) i;
  char type = spec->type ? spec->type : 'd';
  if (spec->precision >= 0) {
    cw_fail (error, CW_ERROR_VALUE, "Precision not allowed in integer format specifier");
    return NULL;
  }
  if (type == 'b') {
    for (uint64_t rest = u; rest || !body->len; rest >>= 1) g_string_prepend_c (body, rest & 1 ? '1' : '0');
  } else {
    g_string_printf (body, type == 'x' ? "%" G_GINT64_MODIFIER "x" : type == 'X' ? "%" G_GINT64_MODIFIER "X" : type == 'o' ? "%" G_GINT64_MODIFIER "o"
                                                                                                                     : "%" G_GUINT64_FORMAT, u);
  }
  const char *sign = i < 0 ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "";
  if (spec->group) group_digits (body, spec->group, type == 'd' ? 3 : 4, width_of_zeros (spec, sign));
  if (spec->alternate && type != 'd') {
    char prefix[] = { '0', type, '\0' };
    g_string_prepend (body, prefix);
  }
  return pad (spec, sign, body->str, '>');
}

static char *format_float_spec (double f, const Spec *spec) {
  const char *sign = signbit (f) && !isnan (f) ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "";
  g_autoptr (GString) body = g_string_new (NULL);
  char type = spec->type;
  double a = fabs (f);
  if (!isfinite (f)) {
    g_string_append (body, isnan (f) ? "nan" : "inf");
  } else if (!type && spec->precision < 0) {
    g_autofree char *text = cw_float_repr (a);
    g_string_append (body, text);
  } else {
    char format[24];
    g_autofree char *text = g_malloc (1500);
    bool percent = type == '%';
    g_snprintf (format, sizeof format, "%%%s.%d%c", spec->alternate ? "#" : "", spec->precision < 0 ? 6 : !type && !spec->precision ? 1 : spec->precision,
                percent ? 'f' : type ? type : 'g');
    g_ascii_formatd (text, 1500, format, percent ? a * 100 : a);
    g_string_append (body, text);
    if (!type && !strpbrk (text, ".e")) g_string_append (body, ".0");
    if (percent) g_string_append_c (body, '%');
  }
  if (spec->group) group_digits (body, spec->group, 3, width_of_zeros (spec, sign));
  return pad (spec, sign, body->str, '>');
}

static char *format_string (const char *s, const Spec *spec) {
  g_autofree char *cut = spec->precision >= 0 && g_utf8_strlen (s, -1) > spec->precision ? g_utf8_substring (s, 0, spec->precision) : g_strdup (s);
  return pad (spec, "", cut, '<');
}

/* Without a type as Python shows complex numbers: in brackets, and without ".0". */
static char *format_complex (double complex c, const Spec *spec) {
  Spec re = *spec, im = *spec;
  re.width = im.width = 0;
  im.sign  = '+';
  bool shown = !spec->type && spec->precision < 0 && !spec->sign;
  if (!spec->type) re.type = im.type = 'g';
  g_autofree char *a = format_float_spec (creal (c), &re), *b = format_float_spec (cimag (c), &im);
  g_autofree char *both = shown ? cw_complex_repr (c) : g_strdup_printf (spec->type ? "%s%sj" : "(%s%sj)", a, b);
  return pad (spec, "", both, '>');
}

/* NumPy's floats and arrays without axes format as the Python number that they are. */
static CwValue *as_formatted (CwValue *v) {
  if (v->kind == CW_V_EAGER && !v->buffer->ndim && !cw_dtype_is_text (v->buffer->dtype)) v = cw_scalar_value (cw_buffer_get (v->buffer, 0));
  bool inexact = v->kind == CW_V_SCALAR && (cw_dtype_is_float (v->scalar.dtype) || cw_dtype_is_complex (v->scalar.dtype));
  return inexact ? cw_python_number (v->scalar) : v;
}

char *cw_value_format (CwValue *v, const char *text, GError **error) {
  Spec spec;
  CwScalar s;
  v = as_formatted (v);
  if (!*text) return cw_value_str (v);
  bool known = parse_spec (text, &spec);
  bool number = cw_value_scalar (v, &s);
  bool whole = number && (cw_dtype_is_integer (s.dtype) || s.dtype == CW_BOOL);
  if (known && v->kind == CW_V_STR && (!spec.type || spec.type == 's')) return format_string (v->s, &spec);
  if (known && whole && (!spec.type || strchr ("dbxXon", spec.type))) return format_integer (cw_scalar_to_int (s), &spec, error);
  if (known && number && (!spec.type || strchr ("eEfFgG%n", spec.type))) {
    if (spec.type == 'n') spec.type = 'g';
    return cw_dtype_is_complex (s.dtype) ? format_complex (s.c, &spec) : format_float_spec (cw_scalar_to_double (s), &spec);
  }
  if (!number && v->kind != CW_V_STR) {
    cw_fail (error, CW_ERROR_TYPE, "unsupported format string passed to %s.__format__", cw_type_name (v));
  } else {
    cw_fail (error, CW_ERROR_VALUE, "Invalid format specifier '%s' for object of type '%s'", text, cw_type_name (v));
  }
  return NULL;
}

/* ---- % and .format -------------------------------------------------------------------------------------------------- */

/* The value of "%(key)s". */
static CwValue *percent_key (CwValue *mapping, const char *start, const char *end, GError **error) {
  if (mapping->kind != CW_V_DICT) {
    cw_fail (error, CW_ERROR_TYPE, "format requires a mapping");
    return NULL;
  }
  return cw_get_item (mapping, cw_str_take (g_strndup (start, (gsize) (end - start))), error);
}

static CwValue *str_percent (CwCall *call, GError **error) {
  CwValue *args = call->args[1]->kind == CW_V_TUPLE ? call->args[1] : cw_tuple_of (1, &call->args[1]);
  bool mapping = call->args[1]->kind == CW_V_DICT; /* need not be used up */
  g_autoptr (GString) out = g_string_new (NULL);
  int next = 0;
  for (const char *p = call->args[0]->s; *p; p++) {
    if (*p != '%') {
      g_string_append_c (out, *p);
      continue;
    }
    CwValue *named = NULL;
    if (*++p == '(') {
      const char *end = strchr (p, ')');
      named = end ? percent_key (call->args[1], p + 1, end, error) : NULL;
      if (!end) cw_fail (error, CW_ERROR_VALUE, "incomplete format key");
      if (!named) return NULL;
      p = end + 1;
    }
    const char *start = p;
    while (*p && strchr ("+- #0", *p)) p++;
    while (g_ascii_isdigit (*p) || *p == '.') p++;
    if (*p == '%') {
      g_string_append_c (out, '%');
      continue;
    }
    if (!*p || !strchr ("sdrfgeixXo", *p)) {
      cw_fail (error, CW_ERROR_VALUE, "unsupported format character '%c'", *p ? *p : '%');
      return NULL;
    }
    if (!named && next >= cw_items_n (args)) {
      cw_fail (error, CW_ERROR_TYPE, "not enough arguments for format string");
      return NULL;
    }
    CwValue *v = named ? named : cw_items_get (args, next++);
    CwScalar s;
    g_autofree char *flags = g_strndup (start, (gsize) (p - start));
    bool left = flags[0] == '-';
    g_autofree char *spec = NULL, *text = NULL;
    if (*p == 's' || *p == 'r') {
      v    = cw_str_take (*p == 'r' ? cw_value_repr (v) : cw_value_str (v));
      spec = g_strdup_printf ("%s%s", left ? "<" : ">", flags + left);
    } else {
      if (!cw_value_scalar (v, &s)) {
        cw_fail (error, CW_ERROR_TYPE, "%%%c format: a real number is required, not %s", *p, cw_type_name (v));
        return NULL;
      }
      bool whole = strchr ("dixXo", *p) != NULL;
      if (whole) v = cw_int (cw_scalar_to_int (s));
      spec = g_strdup_printf ("%s%s%c", left ? "<" : "", flags + left, *p == 'i' ? 'd' : *p);
    }
    text = cw_value_format (v, spec, error);
    if (!text) return NULL;
    g_string_append (out, text);
  }
  if (next < cw_items_n (args) && !mapping) {
    cw_fail (error, CW_ERROR_TYPE, "not all arguments converted during string formatting");
    return NULL;
  }
  return cw_str_take (g_string_free (g_steal_pointer (&out), FALSE));
}

/* What "0.real" and "a[k]" name: an argument, and what follows of it. */
static CwValue *format_field (CwCall *call, const char *path, int *next, GError **error) {
  CwValue *positional = call->args[1], *v = NULL;
  const char *p = path + strcspn (path, ".[");
  g_autofree char *name = g_strndup (path, (gsize) (p - path));
  int64_t number = *name ? g_ascii_strtoll (name, NULL, 10) : (*next)++;
  if (!*name || g_ascii_isdigit (*name)) v = number < cw_items_n (positional) ? cw_items_get (positional, (int) number) : NULL;
  else v = cw_dict_get (call->args[2], cw_str (name));
  if (!v && (!*name || g_ascii_isdigit (*name))) cw_fail (error, CW_ERROR_INDEX, "Replacement index %d out of range for positional args tuple", (int) number);
  else if (!v) cw_fail (error, CW_ERROR_KEY, "'%s'", name);
  while (v && *p) {
    bool item = *p++ == '[';
    const char *end = p + (item ? strcspn (p, "]") : strcspn (p, ".["));
    g_autofree char *part = g_strndup (p, (gsize) (end - p));
    if (item && *end != ']') {
      cw_fail (error, CW_ERROR_VALUE, "expected ']' in format string");
      return NULL;
    }
    if (!item) v = cw_value_attribute (v, part, error);
    else v = cw_get_item (v, g_ascii_isdigit (*part) ? cw_int (g_ascii_strtoll (part, NULL, 10)) : cw_str (part), error);
    p = end + item;
  }
  return v;
}

/* Where a field ends that may hold others. */
static const char *end_of_braces (const char *p) {
  for (int depth = 1; *p; p++) {
    depth += (*p == '{') - (*p == '}');
    if (!depth) return p;
  }
  return NULL;
}

static char *fill_fields (CwCall *call, const char *text, int *next, int nesting, GError **error) {
  g_autoptr (GString) out = g_string_new (NULL);
  for (const char *p = text; *p; p++) {
    if ((*p == '{' || *p == '}') && p[1] == *p) {
      g_string_append_c (out, *p++);
      continue;
    }
    if (*p != '{' && *p != '}') {
      g_string_append_c (out, *p);
      continue;
    }
    const char *end = *p == '{' ? end_of_braces (p + 1) : NULL;
    if (!end || nesting > 1) {
      cw_fail (error, CW_ERROR_VALUE, *p == '}' ? "Single '}' encountered in format string" : end ? "Max string recursion exceeded" : "expected '}' before end of string");
      return NULL;
    }
    g_autofree char *field = g_strndup (p + 1, (gsize) (end - p - 1));
    char *colon = strchr (field, ':');
    if (colon) *colon = '\0';
    char *bang = strchr (field, '!');
    if (bang) *bang = '\0';
    CwValue *v = format_field (call, field, next, error);
    if (v && bang) v = cw_str_take (bang[1] == 'r' ? cw_value_repr (v) : cw_value_str (v));
    g_autofree char *spec = v ? fill_fields (call, colon ? colon + 1 : "", next, nesting + 1, error) : NULL;
    g_autofree char *shown = spec ? cw_value_format (v, spec, error) : NULL;
    if (!shown) return NULL;
    g_string_append (out, shown);
    p = end;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static CwValue *str_format (CwCall *call, GError **error) {
  int next = 0;
  char *text = fill_fields (call, call->args[0]->s, &next, 0, error);
  return text ? cw_str_take (text) : NULL;
}

/* ---- methods ------------------------------------------------------------------------------------------------------------ */

static CwValue *str_case (CwCall *call, GError **error) {
  const char *s = call->args[0]->s;
  if (call->entry->data == 0) return cw_str_take (g_utf8_strup (s, -1));
  if (call->entry->data == 1) return cw_str_take (g_utf8_strdown (s, -1));
  g_autofree char *first = g_utf8_substring (s, 0, *s ? 1 : 0), *up = g_utf8_strup (first, -1), *rest = g_utf8_strdown (s + strlen (first), -1);
  return cw_str_take (g_strconcat (up, rest, NULL));
}

static CwValue *str_strip (CwCall *call, GError **error) {
  const char *s = call->args[0]->s, *set = cw_arg_is_none (call, 1) ? " \t\n\r\f\v" : call->args[1]->s, *end = s + strlen (s);
  if (call->entry->data != 1) while (*s && strchr (set, *s)) s++;
  if (call->entry->data != 0) while (end > s && strchr (set, end[-1])) end--;
  return cw_str_take (g_strndup (s, (gsize) (end - s)));
}

static bool is_blank (const char *p) {
  return *p && strchr (" \t\n\r\f\v", *p);
}

/* From the left: the parts between @by, the last one holds the rest; without @by between runs of blanks. */
static void split_left (CwValue *list, const char *s, const char *by, int64_t most) {
  for (;; most--) {
    while (!by && is_blank (s)) s++;
    if (!by && !*s) return;
    const char *end = by ? strstr (s, by) : s;
    while (!by && *end && !is_blank (end)) end++;
    if (!end || most == 0 || (!by && !*end)) break;
    cw_items_add (list, cw_str_take (g_strndup (s, (gsize) (end - s))));
    s = end + (by ? strlen (by) : 0);
  }
  cw_items_add (list, cw_str (s));
}

/* From the right: the first part holds the rest. Parts come last first. */
static void split_right (CwValue *list, const char *s, const char *by, int64_t most) {
  const char *end = s + strlen (s);
  for (;; most--) {
    while (!by && end > s && is_blank (end - 1)) end--;
    if (!by && end == s) return;
    const char *start = by ? g_strrstr_len (s, end - s, by) : end;
    while (!by && start > s && !is_blank (start - 1)) start--;
    if (!start || most == 0 || (!by && start == s)) break;
    const char *part = by ? start + strlen (by) : start;
    cw_items_add (list, cw_str_take (g_strndup (part, (gsize) (end - part))));
    end = start;
  }
  cw_items_add (list, cw_str_take (g_strndup (s, (gsize) (end - s))));
}

static CwValue *str_split (CwCall *call, GError **error) {
  CwValue *list = cw_list ();
  const char *by = NULL;
  int64_t most;
  bool right = call->entry->data;
  if ((!cw_arg_is_none (call, 1) && !cw_arg_str (call, 1, &by, error)) || !cw_arg_int (call, 2, &most, error)) return NULL;
  if (by && !*by) {
    cw_fail (error, CW_ERROR_VALUE, "empty separator");
    return NULL;
  }
  if (right) split_right (list, call->args[0]->s, by, most);
  else split_left (list, call->args[0]->s, by, most);
  for (guint i = 0; right && i < list->items->len / 2; i++) {
    void *swap = list->items->pdata[i];
    list->items->pdata[i] = list->items->pdata[list->items->len - 1 - i];
    list->items->pdata[list->items->len - 1 - i] = swap;
  }
  return list;
}

static CwValue *str_splitlines (CwCall *call, GError **error) {
  CwValue *list = cw_list ();
  bool keep;
  if (!cw_arg_bool (call, 1, &keep, error)) return NULL;
  for (const char *s = call->args[0]->s, *next; *s; s = next) {
    const char *end = s + strcspn (s, "\n\r\v\f");
    next = *end == '\r' && end[1] == '\n' ? end + 2 : end + (*end != '\0');
    cw_items_add (list, cw_str_take (g_strndup (s, (gsize) ((keep ? next : end) - s))));
  }
  return list;
}

static CwValue *str_title (CwCall *call, GError **error) {
  GString *out = g_string_new (NULL);
  bool inside = false; /* of a word */
  for (const char *p = call->args[0]->s; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    g_string_append_unichar (out, inside ? g_unichar_tolower (c) : g_unichar_totitle (c));
    inside = g_unichar_isupper (c) || g_unichar_islower (c) || g_unichar_istitle (c);
  }
  return cw_str_take (g_string_free (out, FALSE));
}

static CwValue *str_join (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[1], error);
  if (!list) return NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  for (int i = 0; i < cw_items_n (list); i++) {
    CwValue *item = cw_items_get (list, i);
    if (item->kind != CW_V_STR) {
      cw_fail (error, CW_ERROR_TYPE, "sequence item %d: expected str instance, %s found", i, cw_type_name (item));
      return NULL;
    }
    g_string_append_printf (out, "%s%s", i ? call->args[0]->s : "", item->s);
    if (!cw_check_size ((int64_t) out->len, error)) return NULL;
  }
  return cw_str_take (g_string_free (g_steal_pointer (&out), FALSE));
}

static CwValue *str_replace (CwCall *call, GError **error) {
  const char *old, *new;
  if (!cw_arg_str (call, 1, &old, error) || !cw_arg_str (call, 2, &new, error)) return NULL;
  int64_t most;
  if (!cw_arg_int (call, 3, &most, error)) return NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  const char *s = call->args[0]->s;
  for (; most != 0 && cw_check_size ((int64_t) out->len, error); most--) {
    const char *at = strstr (s, old);
    if (!at) break;
    g_string_append_len (out, s, at - s);
    g_string_append (out, new);
    s = at + strlen (old);
    if (*old) continue;
    if (!*s) break; /* nothing stands before every character and at the end */
    const char *after = g_utf8_next_char (s);
    g_string_append_len (out, s, after - s);
    s = after;
  }
  if (!cw_check_size ((int64_t) out->len, NULL)) return NULL; /* said above */
  g_string_append (out, s);
  return cw_str_take (g_string_free (g_steal_pointer (&out), FALSE));
}

static CwValue *str_affix (CwCall *call, GError **error) {
  CwValue *parts = call->args[1]->kind == CW_V_TUPLE ? call->args[1] : cw_tuple_of (1, &call->args[1]);
  const char *s = call->args[0]->s;
  for (int i = 0; i < cw_items_n (parts); i++) {
    CwValue *part = cw_items_get (parts, i);
    if (part->kind != CW_V_STR) {
      cw_fail (error, CW_ERROR_TYPE, "%s first arg must be str or a tuple of str, not %s", call->entry->name, cw_type_name (part));
      return NULL;
    }
    if (call->entry->data ? g_str_has_suffix (s, part->s) : g_str_has_prefix (s, part->s)) return cw_bool (true);
  }
  return cw_bool (false);
}

static CwValue *str_find (CwCall *call, GError **error) {
  const char *part, *s = call->args[0]->s;
  if (!cw_arg_str (call, 1, &part, error)) return NULL;
  if (call->entry->data == 1) { /* count */
    int n = 0;
    for (const char *p = s; *part && (p = strstr (p, part)); p += strlen (part)) n++;
    return cw_int (n);
  }
  const char *at = strstr (s, part);
  return cw_int (at ? g_utf8_pointer_to_offset (s, at) : -1);
}

static CwValue *str_justify (CwCall *call, GError **error) {
  int64_t width, length = g_utf8_strlen (call->args[0]->s, -1);
  const char *fill;
  char align = (char) call->entry->data;
  if (!cw_arg_int (call, 1, &width, error) || !cw_arg_str (call, 2, &fill, error) || !cw_check_size (width, error)) return NULL;
  if (g_utf8_strlen (fill, -1) != 1) {
    cw_fail (error, CW_ERROR_TYPE, "The fill character must be exactly one character long");
    return NULL;
  }
  int64_t missing = MAX (width - length, 0), left = align == '<' ? 0 : align == '>' ? missing : missing / 2 + (missing & width & 1);
  GString *out = g_string_new (NULL);
  for (int64_t i = 0; i < left; i++) g_string_append (out, fill);
  g_string_append (out, call->args[0]->s);
  for (int64_t i = left; i < missing; i++) g_string_append (out, fill);
  return cw_str_take (g_string_free (out, FALSE));
}

/* isdigit, isalpha, isalnum: are all characters so, and is there any? */
static CwValue *str_is (CwCall *call, GError **error) {
  const char *s = call->args[0]->s;
  bool all = *s != '\0';
  for (; *s; s = g_utf8_next_char (s)) {
    gunichar c = g_utf8_get_char (s);
    all &= call->entry->data == 0 ? g_unichar_isdigit (c) : call->entry->data == 1 ? g_unichar_isalpha (c) : g_unichar_isalnum (c);
  }
  return cw_bool (all);
}

const CwEntry cw_entries_text[] = {
  { "upper", CW_IN_STR, "self", str_case, "The text in capital letters.", 0 },
  { "lower", CW_IN_STR, "self", str_case, "The text in small letters.", 1 },
  { "capitalize", CW_IN_STR, "self", str_case, "The text with a capital first letter.", 2 },
  { "lstrip", CW_IN_STR, "self, chars=None", str_strip, "The text without spaces at its start.", 0 },
  { "rstrip", CW_IN_STR, "self, chars=None", str_strip, "The text without spaces at its end.", 1 },
  { "strip", CW_IN_STR, "self, chars=None", str_strip, "The text without spaces at both ends.", 2 },
  { "split", CW_IN_STR, "self, sep=None, maxsplit=-1", str_split, "The parts of the text between separators.", 0 },
  { "rsplit", CW_IN_STR, "self, sep=None, maxsplit=-1", str_split, "The parts of the text between separators, where maxsplit counts from the end.", 1 },
  { "splitlines", CW_IN_STR, "self, keepends=False", str_splitlines, "The lines of the text.", 0 },
  { "title", CW_IN_STR, "self", str_title, "The text with capital first letters.", 0 },
  { "join", CW_IN_STR, "self, iterable", str_join, "Strings joined with this one between them.", 0 },
  { "replace", CW_IN_STR, "self, old, new, count=-1", str_replace, "The text with every old replaced by new.", 0 },
  { "startswith", CW_IN_STR, "self, prefix", str_affix, "Does the text start so?", 0 },
  { "endswith", CW_IN_STR, "self, suffix", str_affix, "Does the text end so?", 1 },
  { "find", CW_IN_STR, "self, sub", str_find, "Where a part first stands, or -1.", 0 },
  { "count", CW_IN_STR, "self, sub", str_find, "How often a part occurs.", 1 },
  { "ljust", CW_IN_STR, "self, width, fillchar=' '", str_justify, "The text filled up on the right.", '<' },
  { "rjust", CW_IN_STR, "self, width, fillchar=' '", str_justify, "The text filled up on the left.", '>' },
  { "center", CW_IN_STR, "self, width, fillchar=' '", str_justify, "The text filled up on both sides.", '^' },
  { "isdigit", CW_IN_STR, "self", str_is, "Are all characters digits?", 0 },
  { "isalpha", CW_IN_STR, "self", str_is, "Is it letters alone?", 1 },
  { "isalnum", CW_IN_STR, "self", str_is, "Is it letters and digits alone?", 2 },
  { "format", CW_IN_STR, "self, *args, **kwargs", str_format, "The text with its {} fields filled in.", 0 },
  { "__mod__", CW_IN_STR, "self, args", str_percent, "The text with its % fields filled in.", 0 },
  { 0 },
};
