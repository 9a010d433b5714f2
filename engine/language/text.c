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

static void group_digits (GString *digits, char separator, int every) {
  int end = 0;
  while (g_ascii_isxdigit (digits->str[end])) end++;
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
  if (spec->group) group_digits (body, spec->group, type == 'd' ? 3 : 4);
  if (spec->alternate && type != 'd') {
    char prefix[] = { '0', type, '\0' };
    g_string_prepend (body, prefix);
  }
  return pad (spec, i < 0 ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "", body->str, '>');
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
  if (spec->group) group_digits (body, spec->group, 3);
  return pad (spec, sign, body->str, '>');
}

static char *format_string (const char *s, const Spec *spec) {
  g_autofree char *cut = spec->precision >= 0 && g_utf8_strlen (s, -1) > spec->precision ? g_utf8_substring (s, 0, spec->precision) : g_strdup (s);
  return pad (spec, "", cut, '<');
}

char *cw_value_format (CwValue *v, const char *text, GError **error) {
  Spec spec;
  CwScalar s;
  if (!*text) return cw_value_str (v);
  bool known = parse_spec (text, &spec);
  bool number = cw_value_scalar (v, &s);
  bool whole = number && (cw_dtype_is_integer (s.dtype) || s.dtype == CW_BOOL);
  if (known && v->kind == CW_V_STR && (!spec.type || spec.type == 's')) return format_string (v->s, &spec);
  if (known && v->kind == CW_V_BOOL && !spec.type) return format_string (v->b ? "True" : "False", &spec);
  if (known && whole && (!spec.type || strchr ("dbxXon", spec.type))) return format_integer (cw_scalar_to_int (s), &spec, error);
  if (known && number && (!spec.type || strchr ("eEfFgG%n", spec.type))) {
    if (spec.type == 'n') spec.type = 'g';
    if (!cw_dtype_is_complex (s.dtype)) return format_float_spec (cw_scalar_to_double (s), &spec);
    Spec part = spec, imaginary = spec;
    part.width = imaginary.width = 0;
    imaginary.sign = '+';
    g_autofree char *re = format_float_spec (creal (s.c), &part), *im = format_float_spec (cimag (s.c), &imaginary);
    g_autofree char *both = g_strdup_printf ("%s%sj", re, im);
    return pad (&spec, "", both, '>');
  }
  if (!number && v->kind != CW_V_STR) {
    cw_fail (error, CW_ERROR_TYPE, "unsupported format string passed to %s.__format__", cw_type_name (v));
  } else {
    cw_fail (error, CW_ERROR_VALUE, "Invalid format specifier '%s' for object of type '%s'", text, cw_type_name (v));
  }
  return NULL;
}

/* ---- % and .format -------------------------------------------------------------------------------------------------- */

static CwValue *str_percent (CwCall *call, GError **error) {
  CwValue *args = call->args[1]->kind == CW_V_TUPLE ? call->args[1] : cw_tuple_of (1, &call->args[1]);
  g_autoptr (GString) out = g_string_new (NULL);
  int next = 0;
  for (const char *p = call->args[0]->s; *p; p++) {
    if (*p != '%') {
      g_string_append_c (out, *p);
      continue;
    }
    const char *start = ++p;
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
    if (next >= cw_items_n (args)) {
      cw_fail (error, CW_ERROR_TYPE, "not enough arguments for format string");
      return NULL;
    }
    CwValue *v = cw_items_get (args, next++);
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
  if (next < cw_items_n (args)) {
    cw_fail (error, CW_ERROR_TYPE, "not all arguments converted during string formatting");
    return NULL;
  }
  return cw_str_take (g_string_free (g_steal_pointer (&out), FALSE));
}

static CwValue *format_field (CwCall *call, const char *name, int *next, GError **error) {
  CwValue *positional = call->args[1], *v = NULL;
  int64_t number = *name ? g_ascii_strtoll (name, NULL, 10) : (*next)++;
  if (!*name || g_ascii_isdigit (*name)) v = number < cw_items_n (positional) ? cw_items_get (positional, (int) number) : NULL;
  else v = cw_dict_get (call->args[2], cw_str (name));
  if (!v && (!*name || g_ascii_isdigit (*name))) cw_fail (error, CW_ERROR_INDEX, "Replacement index %d out of range for positional args tuple", (int) number);
  else if (!v) cw_fail (error, CW_ERROR_KEY, "'%s'", name);
  return v;
}

static CwValue *str_format (CwCall *call, GError **error) {
  g_autoptr (GString) out = g_string_new (NULL);
  int next = 0;
  for (const char *p = call->args[0]->s; *p; p++) {
    if ((*p == '{' || *p == '}') && p[1] == *p) {
      g_string_append_c (out, *p++);
      continue;
    }
    if (*p != '{') {
      g_string_append_c (out, *p);
      continue;
    }
    const char *end = strchr (p, '}');
    if (!end) {
      cw_fail (error, CW_ERROR_VALUE, "expected '}' before end of string");
      return NULL;
    }
    g_autofree char *field = g_strndup (p + 1, (gsize) (end - p - 1));
    char *colon = strchr (field, ':');
    if (colon) *colon = '\0';
    char *bang = strchr (field, '!');
    if (bang) *bang = '\0';
    CwValue *v = format_field (call, field, &next, error);
    if (v && bang) v = cw_str_take (bang[1] == 'r' ? cw_value_repr (v) : cw_value_str (v));
    g_autofree char *text = v ? cw_value_format (v, colon ? colon + 1 : "", error) : NULL;
    if (!text) return NULL;
    g_string_append (out, text);
    p = end;
  }
  return cw_str_take (g_string_free (g_steal_pointer (&out), FALSE));
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

static CwValue *str_split (CwCall *call, GError **error) {
  CwValue *list = cw_list ();
  const char *s = call->args[0]->s;
  if (!cw_arg_is_none (call, 1)) {
    const char *by;
    if (!cw_arg_str (call, 1, &by, error)) return NULL;
    if (!*by) {
      cw_fail (error, CW_ERROR_VALUE, "empty separator");
      return NULL;
    }
    g_auto (GStrv) parts = g_strsplit (s, by, -1);
    for (char **p = parts; *p; p++) cw_items_add (list, cw_str (*p));
    if (!*parts) cw_items_add (list, cw_str (""));
    return list;
  }
  g_auto (GStrv) parts = g_strsplit_set (s, " \t\n\r", -1);
  for (char **p = parts; *p; p++) {
    if (**p) cw_items_add (list, cw_str (*p));
  }
  return list;
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
  }
  return cw_str_take (g_string_free (g_steal_pointer (&out), FALSE));
}

static CwValue *str_replace (CwCall *call, GError **error) {
  const char *old, *new;
  if (!cw_arg_str (call, 1, &old, error) || !cw_arg_str (call, 2, &new, error)) return NULL;
  if (!*old) return call->args[0];
  g_auto (GStrv) parts = g_strsplit (call->args[0]->s, old, -1);
  return cw_str_take (g_strjoinv (new, parts));
}

static CwValue *str_affix (CwCall *call, GError **error) {
  const char *part;
  if (!cw_arg_str (call, 1, &part, error)) return NULL;
  return cw_bool (call->entry->data ? g_str_has_suffix (call->args[0]->s, part) : g_str_has_prefix (call->args[0]->s, part));
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
  int64_t width;
  const char *fill;
  if (!cw_arg_int (call, 1, &width, error) || !cw_arg_str (call, 2, &fill, error)) return NULL;
  Spec spec = { .fill = g_utf8_get_char (fill), .align = (char) call->entry->data, .width = (int) CLAMP (width, 0, 100000) };
  return cw_str_take (pad (&spec, "", call->args[0]->s, '<'));
}

static CwValue *str_isdigit (CwCall *call, GError **error) {
  const char *s = call->args[0]->s;
  bool all = *s != '\0';
  for (; *s; s++) all &= g_ascii_isdigit (*s);
  return cw_bool (all);
}

const CwEntry cw_entries_text[] = {
  { "upper", CW_IN_STR, "self", str_case, "The text in capital letters.", 0 },
  { "lower", CW_IN_STR, "self", str_case, "The text in small letters.", 1 },
  { "capitalize", CW_IN_STR, "self", str_case, "The text with a capital first letter.", 2 },
  { "lstrip", CW_IN_STR, "self, chars=None", str_strip, "The text without spaces at its start.", 0 },
  { "rstrip", CW_IN_STR, "self, chars=None", str_strip, "The text without spaces at its end.", 1 },
  { "strip", CW_IN_STR, "self, chars=None", str_strip, "The text without spaces at both ends.", 2 },
  { "split", CW_IN_STR, "self, sep=None", str_split, "The parts of the text between separators.", 0 },
  { "join", CW_IN_STR, "self, iterable", str_join, "Strings joined with this one between them.", 0 },
  { "replace", CW_IN_STR, "self, old, new", str_replace, "The text with every old replaced by new.", 0 },
  { "startswith", CW_IN_STR, "self, prefix", str_affix, "Does the text start so?", 0 },
  { "endswith", CW_IN_STR, "self, suffix", str_affix, "Does the text end so?", 1 },
  { "find", CW_IN_STR, "self, sub", str_find, "Where a part first stands, or -1.", 0 },
  { "count", CW_IN_STR, "self, sub", str_find, "How often a part occurs.", 1 },
  { "ljust", CW_IN_STR, "self, width, fillchar=' '", str_justify, "The text filled up on the right.", '<' },
  { "rjust", CW_IN_STR, "self, width, fillchar=' '", str_justify, "The text filled up on the left.", '>' },
  { "center", CW_IN_STR, "self, width, fillchar=' '", str_justify, "The text filled up on both sides.", '^' },
  { "isdigit", CW_IN_STR, "self", str_isdigit, "Are all characters digits?", 0 },
  { "format", CW_IN_STR, "self, *args, **kwargs", str_format, "The text with its {} fields filled in.", 0 },
  { "__mod__", CW_IN_STR, "self, args", str_percent, "The text with its % fields filled in.", 0 },
  { 0 },
};
