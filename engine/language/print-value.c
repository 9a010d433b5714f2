/* print-value.c: strings and plain values as Python writes them; numbers are engine/base/number.c's. */
#include "engine/language/print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
    g_string_append (out, cw_error_class_name (v->exception.code));
    append_items (out, v->exception.args->items, "(", ")", depth);
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
