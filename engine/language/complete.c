/* complete.c: completion and help from the register and the session's names. */
#include <string.h>

#include "engine/language/session-private.h"

static bool is_name_char (char c) {
  return g_ascii_isalnum (c) || c == '_' || (c & 0x80);
}

/* The value of a dotted name, by attributes alone: nothing is called or computed. */
static CwValue *value_of_path (CwSession *s, char **parts) {
  CwValue *v = *parts ? g_hash_table_lookup (s->globals->names, *parts) : NULL;
  for (char **p = parts + 1; v && *p; p++) v = cw_value_attribute (v, *p, NULL);
  return v;
}

static void add_unique (GPtrArray *out, const char *name) {
  for (guint i = 0; i < out->len; i++) {
    if (g_str_equal (out->pdata[i], name)) return;
  }
  g_ptr_array_add (out, g_strdup (name));
}

static int compare_strings (const void *a, const void *b) {
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void complete_names (CwSession *s, const char *prefix, GPtrArray *out) {
  static const char *const keywords[] = { "and", "assert", "break", "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
                                          "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
                                          "with", "None", "True", "False" };
  GHashTableIter iter;
  void *name;
  g_hash_table_iter_init (&iter, s->globals->names);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    if (g_str_has_prefix (name, prefix)) add_unique (out, name);
  }
  g_autoptr (GPtrArray) names = cw_register_names (CW_IN_BUILTINS, prefix);
  for (guint i = 0; i < names->len; i++) add_unique (out, names->pdata[i]);
  for (guint i = 0; i < G_N_ELEMENTS (keywords); i++) {
    if (g_str_has_prefix (keywords[i], prefix)) add_unique (out, keywords[i]);
  }
}

char **cw_session_complete (CwSession *s, const char *text) {
  const char *end = text + strlen (text), *start = end;
  while (start > text && (is_name_char (start[-1]) || start[-1] == '.')) start--;
  g_auto (GStrv) parts = g_strsplit (start, ".", -1);
  guint n = g_strv_length (parts);
  GPtrArray *out = g_ptr_array_new ();
  CwPool *before = cw_pool_enter (s->pool);
  guint mark = cw_pool_mark ();
  if (n <= 1) {
    if (n == 1 && *parts[0]) complete_names (s, parts[0], out);
  } else {
    g_autofree char *prefix = g_steal_pointer (&parts[n - 1]);
    CwValue *v = value_of_path (s, parts);
    g_autoptr (GPtrArray) names = v ? cw_value_names (v, prefix) : NULL;
    for (guint i = 0; names && i < names->len; i++) {
      if (!g_str_has_prefix (names->pdata[i], "__")) add_unique (out, names->pdata[i]);
    }
  }
  cw_pool_drain (mark);
  cw_pool_enter (before);
  g_ptr_array_sort (out, compare_strings);
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (out, FALSE);
}

static char *help_of_value (CwSession *s, CwValue *v) {
  if (v->kind == CW_V_BUILTIN) return cw_entry_help (v->builtin.entry, v->builtin.via);
  if (v->kind == CW_V_TYPE && v->type.entry) return cw_entry_help (v->type.entry, CW_IN_BUILTINS);
  g_autofree char *text = v->kind == CW_V_EAGER || cw_is_sequence (v) || v->kind == CW_V_DICT ? g_strdup ("") : cw_value_repr (v);
  return g_strdup_printf ("%s%s%s", cw_type_name (v), *text ? "\n\n" : "", text);
}

char *cw_session_help (CwSession *s, const char *name) {
  g_auto (GStrv) parts = g_strsplit (name, ".", -1);
  CwPool *before = cw_pool_enter (s->pool);
  guint mark = cw_pool_mark ();
  guint n = g_strv_length (parts);
  char *text = NULL;
  /* an attribute such as x.shape or x.max is looked up, not evaluated */
  g_autofree char *last = n > 1 ? g_steal_pointer (&parts[n - 1]) : NULL;
  CwValue *of = n ? value_of_path (s, parts) : NULL;
  if (of && last) {
    const CwEntry *entry = cw_register_find (cw_value_spaces (of), last);
    text = entry ? cw_entry_help (entry, cw_value_spaces (of)) : NULL;
  } else if (of) {
    text = help_of_value (s, of);
  } else if (n == 1) {
    const CwEntry *entry = cw_register_find (CW_IN_BUILTINS, name);
    text = entry ? cw_entry_help (entry, CW_IN_BUILTINS) : NULL;
  }
  cw_pool_drain (mark);
  cw_pool_enter (before);
  return text;
}
