/* complete.c: completion and help from the register and the session's names. */
#include <string.h>

#include "engine/language/help.h"
#include "engine/language/session-private.h"

static bool is_name_char (char c) {
  return g_ascii_isalnum (c) || c == '_' || (c & 0x80);
}

/* The module that everybody imports under a name, for a notebook whose imports have not run yet. */
static CwValue *usual_module (const char *name) {
  static const char *const usual[][2] = { { "np", "numpy" }, { "numpy", "numpy" }, { "da", "dask.array" }, { "dask", "dask" } };
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++) {
    if (!g_str_equal (usual[i][0], name)) continue;
    CwValue *v = cw_value_new (CW_V_MODULE);
    v->module = cw_module_find (usual[i][1]);
    return v;
  }
  return NULL;
}

/* The value of a dotted name, by attributes alone: nothing is called or computed. */
static CwValue *value_of_path (CwSession *s, char **parts) {
  CwValue *v = *parts ? g_hash_table_lookup (s->globals->names, g_intern_string (*parts)) : NULL;
  if (!v && *parts) v = usual_module (*parts);
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

/* ---- the call at the cursor ------------------------------------------------------------------------------------------------ */

/* An open bracket, and what was written in it so far at its own level. */
typedef struct {
  const char *at, *argument; /* the bracket; where the current argument starts */
  int         commas;
} Open;

/* Past a string literal that starts at @p; NULL where it does not end. */
static const char *skip_string (const char *p) {
  bool triple = p[1] == *p && p[2] == *p;
  char quote = *p;
  for (p += triple ? 3 : 1; *p; p++) {
    if (*p == '\\' && p[1]) p++;
    else if (*p == '\n' && !triple) return NULL;
    else if (*p == quote && (!triple || (p[1] == quote && p[2] == quote))) return p + (triple ? 3 : 1);
  }
  return NULL;
}

static GArray *open_brackets (const char *text) {
  GArray *open = g_array_new (FALSE, FALSE, sizeof (Open));
  for (const char *p = text; *p; p++) {
    Open *top = open->len ? &g_array_index (open, Open, open->len - 1) : NULL;
    if (*p == '#') {
      while (p[1] && p[1] != '\n') p++;
    } else if (*p == '"' || *p == '\'') {
      const char *after = skip_string (p);
      if (!after) break; /* the cursor stands in it */
      p = after - 1;
    } else if (strchr ("([{", *p)) {
      Open bracket = { p, p + 1, 0 };
      g_array_append_val (open, bracket);
    } else if (strchr (")]}", *p)) {
      if (open->len) g_array_set_size (open, open->len - 1);
    } else if (*p == ',' && top) {
      top->commas++;
      top->argument = p + 1;
    }
  }
  return open;
}

/* The parameter at the cursor: by its name, or by how many commas stand before it. */
static int current_parameter (const Open *open, char **parameters) {
  const char *p = open->argument;
  while (g_ascii_isspace (*p)) p++;
  size_t length = 0;
  while (is_name_char (p[length])) length++;
  const char *after = p + length;
  while (*after == ' ') after++;
  bool named = length && *after == '=' && after[1] != '=';
  int position = 0;
  for (int i = 0; parameters[i]; i++) {
    size_t own = strcspn (parameters[i], "=");
    if (named && own == length && !strncmp (parameters[i], p, length)) return i;
    if (named || g_str_equal (parameters[i], "*") || g_str_equal (parameters[i], "/")) continue;
    if (parameters[i][0] == '*' && parameters[i][1] != '*') return i; /* takes all further ones */
    if (position++ == open->commas) return i;
  }
  return -1;
}

static char **parameters_of_function (const CwValue *f) {
  const CwNode *node = f->function.node;
  GPtrArray *params = node->kind == CW_NODE_LAMBDA ? node->list : node->list2, *out = g_ptr_array_new ();
  for (guint i = 0; i < params->len; i++) {
    const CwNode *param = params->pdata[i];
    g_autofree char *value = f->function.defaults->pdata[i] ? cw_value_repr (f->function.defaults->pdata[i]) : NULL;
    g_ptr_array_add (out, g_strdup_printf ("%s%s%s%s", param->op == '*' ? "*" : param->op == 'd' ? "**" : "", param->text, value ? "=" : "", value ? value : ""));
  }
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (out, FALSE);
}

/* What can be said of the function named by @path. */
static CwCallHint *hint_of (CwSession *s, const char *path) {
  g_auto (GStrv) parts = g_strsplit (path, ".", -1);
  guint n = g_strv_length (parts);
  g_autofree char *last = n > 1 ? g_steal_pointer (&parts[n - 1]) : NULL;
  CwValue *of = n ? value_of_path (s, parts) : NULL;
  unsigned space = of && last ? cw_value_spaces (of) : CW_IN_BUILTINS;
  const CwEntry *entry = of && !last ? (of->kind == CW_V_BUILTIN ? of->builtin.entry : of->kind == CW_V_TYPE ? of->type.entry : NULL)
                                     : of || n == 1 ? cw_register_find (space, last ? last : path) : NULL;
  if (of && !last && of->kind == CW_V_BUILTIN) space = of->builtin.via;
  if (of && !last && of->kind == CW_V_FUNCTION) {
    CwCallHint *hint = g_new0 (CwCallHint, 1);
    hint->name       = g_strdup (path);
    hint->parameters = parameters_of_function (of);
    hint->doc        = g_strdup ("");
    return hint;
  }
  if (!entry || !entry->signature) return NULL;
  CwCallHint *hint = g_new0 (CwCallHint, 1);
  hint->name       = g_strdup (entry->name);
  hint->parameters = cw_help_parameters (entry, space);
  hint->doc        = g_strdup (entry->doc);
  return hint;
}

CwCallHint *cw_session_call_hint (CwSession *s, const char *text) {
  g_autoptr (GArray) open = open_brackets (text);
  CwPool *before = cw_pool_enter (s->pool);
  guint mark = cw_pool_mark ();
  CwCallHint *hint = NULL;
  for (guint i = open->len; i-- > 0 && !hint;) {
    const Open *bracket = &g_array_index (open, Open, i);
    const char *end = bracket->at, *start = end;
    while (start > text && (is_name_char (start[-1]) || start[-1] == '.')) start--;
    if (*bracket->at != '(' || start == end) continue;
    g_autofree char *path = g_strndup (start, (gsize) (end - start));
    if (!(hint = hint_of (s, path))) break;
    hint->current = current_parameter (bracket, hint->parameters);
    hint->about   = hint->current >= 0 ? g_strdup (cw_help_argument (hint->parameters[hint->current])) : NULL;
  }
  cw_pool_drain (mark);
  cw_pool_enter (before);
  return hint;
}

void cw_call_hint_free (CwCallHint *hint) {
  if (!hint) return;
  g_free (hint->name);
  g_strfreev (hint->parameters);
  g_free (hint->doc);
  g_free (hint->about);
  g_free (hint);
}
