/* as-dask.c: a cell, and what it needs of the cells before, as a Python script for dask.array.
 *
 * The notebook's own text is kept: a statement stays if it gives or changes a name that a later one needs, and goes otherwise. What
 * only a notebook has becomes plain Python: magics, the value of a cell's last line, a picture of a graph, a client.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/language/ast.h"
#include "engine/language/translate.h"
#include "engine/language/language.h"

#define FILES "\001" /* all files, where names are meant */

/* Statements that share a line, with the names that they read, give and change. */
typedef struct {
  char       *text; /* with its line break */
  GPtrArray  *nodes; /* of CwNode, borrowed */
  GHashTable *reads, *gives, *changes;
  bool        plain; /* nothing but assignments: names that it gives have no older value */
  bool        shown; /* of the cell that is translated */
  bool        last;  /* its last line */
  bool        kept;
} Unit;

static GHashTable *new_names (void) {
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void add_name (GHashTable *names, const char *name) {
  g_hash_table_add (names, g_strdup (name));
}

static void unit_free (void *data) {
  Unit *u = data;
  g_free (u->text);
  g_ptr_array_unref (u->nodes);
  g_hash_table_unref (u->reads);
  g_hash_table_unref (u->gives);
  g_hash_table_unref (u->changes);
  g_free (u);
}

/* ---- names of a statement ----------------------------------------------------------------------------------------------------------- */

/* The name at the root of a.b[c].d; NULL where it is something else. */
static const CwNode *root_of (const CwNode *node) {
  while (node && (node->kind == CW_NODE_ATTR || node->kind == CW_NODE_INDEX || node->kind == CW_NODE_CALL)) node = node->a;
  return node && node->kind == CW_NODE_NAME ? node : NULL;
}

/* Does a call of this method leave what it belongs to changed? Functions of modules set what is common to all. */
static bool changes_its_object (const char *object, const char *method) {
  static const char *const modules[] = { "np", "numpy", "da", "dask", "math", "time", NULL };
  static const char *const settings[] = { "seed", "set", "set_printoptions", "seterr", NULL };
  static const char *const names[] = { "append", "extend", "insert", "pop", "remove", "sort", "reverse", "update", "clear", "add", "setdefault", "fill", "seed",
                                       "shuffle", "partition", "resize", "compute_chunk_sizes", "itemset", NULL };
  return g_strv_contains (g_strv_contains (modules, object) ? settings : names, method);
}

static void walk (const CwNode *node, Unit *u);

static void walk_list (const GPtrArray *list, Unit *u) {
  for (guint i = 0; list && i < list->len; i++) walk (list->pdata[i], u);
}

static void walk_target (const CwNode *target, Unit *u) {
  if (!target) return;
  if (target->kind == CW_NODE_NAME) {
    add_name (u->gives, target->text);
  } else if (target->kind == CW_NODE_TUPLE || target->kind == CW_NODE_LIST) {
    for (guint i = 0; i < target->list->len; i++) walk_target (target->list->pdata[i], u);
  } else if (target->kind == CW_NODE_STAR) {
    walk_target (target->a, u);
  } else {
    const CwNode *root = root_of (target);
    if (root) add_name (u->changes, root->text);
    walk (target, u);
  }
}

/* A call may change what its method belongs to; a function of the notebook may change its arguments. */
static void walk_call (const CwNode *call, Unit *u) {
  const CwNode *callee = call->a, *root = callee->kind == CW_NODE_ATTR ? root_of (callee) : NULL;
  if (root && changes_its_object (root->text, callee->text)) add_name (u->changes, root->text);
  static const char *const readers[] = { "load", "memmap", "fromfile", "open_memmap", "from_npy_stack", "loadtxt", "imread", NULL };
  static const char *const writers[] = { "save", "savez", "tofile", "to_npy_stack", "store", "savetxt", "memmap", "open_memmap", NULL };
  const char *method = callee->kind == CW_NODE_ATTR ? callee->text : "";
  if (g_strv_contains (readers, method)) add_name (u->reads, FILES);
  if (g_strv_contains (writers, method)) add_name (u->changes, FILES);
  bool statement = false;
  for (guint i = 0; i < u->nodes->len; i++) statement |= ((CwNode *) u->nodes->pdata[i])->a == call;
  bool own = callee->kind == CW_NODE_NAME && !g_str_equal (callee->text, "print");
  bool shuffles = callee->kind == CW_NODE_ATTR && g_str_equal (callee->text, "shuffle");
  for (guint i = 0; ((own && statement) || shuffles) && i < call->list->len; i++) {
    const CwNode *argument = root_of (call->list->pdata[i]);
    if (argument) add_name (u->changes, argument->text);
  }
}

static void walk_import (const CwNode *node, Unit *u) {
  for (guint i = 0; i < node->list->len; i++) {
    const CwNode *alias = node->list->pdata[i];
    g_autofree char *first = g_strndup (alias->text, strcspn (alias->text, "."));
    add_name (u->gives, alias->text2 ? alias->text2 : node->kind == CW_NODE_FROM ? alias->text : first);
  }
}

static void walk (const CwNode *node, Unit *u) {
  if (!node) return;
  switch (node->kind) {
  case CW_NODE_NAME:
    add_name (u->reads, node->text);
    return;
  case CW_NODE_ASSIGN:
    walk (node->a, u);
    for (guint i = 0; i < node->list->len; i++) walk_target (node->list->pdata[i], u);
    return;
  case CW_NODE_AUGMENT:
    walk (node->a, u);
    walk (node->b, u);
    if (root_of (node->a)) add_name (u->changes, root_of (node->a)->text);
    return;
  case CW_NODE_FOR:
    walk_target (node->a, u);
    walk (node->b, u);
    walk_list (node->list, u);
    walk_list (node->list2, u);
    return;
  case CW_NODE_WITH:
    walk (node->a, u);
    walk_target (node->b, u);
    walk_list (node->list, u);
    return;
  case CW_NODE_WALRUS:
  case CW_NODE_DEF:
    add_name (u->gives, node->text);
    break;
  case CW_NODE_DEL:
    walk_list (node->list, u);
    for (guint i = 0; i < node->list->len; i++) {
      if (root_of (node->list->pdata[i])) add_name (u->changes, root_of (node->list->pdata[i])->text);
    }
    return;
  case CW_NODE_IMPORT:
  case CW_NODE_FROM:
    walk_import (node, u);
    return;
  case CW_NODE_CALL:
    walk_call (node, u);
    break;
  case CW_NODE_HELP: {
    g_autofree char *first = g_strndup (node->text, strcspn (node->text, "."));
    add_name (u->reads, first);
    return;
  }
  default:
    break;
  }
  walk (node->a, u);
  walk (node->b, u);
  walk (node->c, u);
  walk_list (node->list, u);
  walk_list (node->list2, u);
  walk_list (node->list3, u);
  walk_list (node->list4, u);
}

/* ---- units of a cell ------------------------------------------------------------------------------------------------------------------- */

static char *lines_between (char **lines, int first, int last) {
  GString *text = g_string_new (NULL);
  for (int i = first; i <= last && lines[i - 1]; i++) g_string_append_printf (text, "%s\n", lines[i - 1]);
  return g_string_free (text, FALSE);
}

/* A compound statement ends where the last one in it does. */
static int last_line (const CwNode *node) {
  int last = MAX (node->line, node->end_line);
  const GPtrArray *lists[] = { node->list, node->list2, node->list3, node->list4 };
  const CwNode *parts[] = { node->a, node->b, node->c };
  for (int i = 0; i < 3; i++) {
    if (parts[i]) last = MAX (last, last_line (parts[i]));
  }
  for (int k = 0; k < 4; k++) {
    for (guint i = 0; lists[k] && i < lists[k]->len; i++) last = MAX (last, last_line (lists[k]->pdata[i]));
  }
  return last;
}

static void add_units (GPtrArray *units, CwProgram *program, const char *code, bool shown) {
  g_auto (GStrv) lines = g_strsplit (code, "\n", -1);
  guint i = 0;
  while (i < program->statements->len) {
    const CwNode *first = program->statements->pdata[i];
    Unit *u = g_new0 (Unit, 1);
    *u = (Unit){ .nodes = g_ptr_array_new (), .reads = new_names (), .gives = new_names (), .changes = new_names (), .plain = true, .shown = shown };
    int end = first->line;
    for (; i < program->statements->len && ((CwNode *) program->statements->pdata[i])->line <= end; i++) {
      CwNode *node = program->statements->pdata[i];
      end = MAX (end, last_line (node));
      u->plain &= node->kind == CW_NODE_ASSIGN || node->kind == CW_NODE_DEF || node->kind == CW_NODE_IMPORT || node->kind == CW_NODE_FROM;
      g_ptr_array_add (u->nodes, node);
    }
    for (guint k = 0; k < u->nodes->len; k++) walk (u->nodes->pdata[k], u);
    u->text = lines_between (lines, first->line, end);
    u->last = shown && i == program->statements->len;
    g_ptr_array_add (units, u);
  }
}

/* ---- which units stay --------------------------------------------------------------------------------------------------------------------- */

static bool any_of (GHashTable *names, GHashTable *among) {
  GHashTableIter iter;
  void *name;
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    if (g_hash_table_contains (among, name)) return true;
  }
  return false;
}

static void add_all (GHashTable *names, GHashTable *to) {
  GHashTableIter iter;
  void *name;
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL)) add_name (to, name);
}

/* y = x, y = x[...], y = x.T may be the same memory: a change of one is a change of the other. */
static void share_changes (GPtrArray *units) {
  for (guint pass = 0; pass < 2; pass++) {
    for (guint i = 0; i < units->len; i++) {
      const Unit *u = units->pdata[i];
      for (guint k = 0; k < u->nodes->len; k++) {
        const CwNode *node = u->nodes->pdata[k], *from = node->kind == CW_NODE_ASSIGN ? root_of (node->a) : NULL;
        for (guint t = 0; from && t < node->list->len; t++) {
          const CwNode *target = node->list->pdata[t];
          if (target->kind != CW_NODE_NAME) continue;
          for (guint j = i + 1; j < units->len; j++) {
            Unit *later = units->pdata[j];
            if (g_hash_table_contains (later->changes, target->text)) add_name (later->changes, from->text);
            else if (g_hash_table_contains (later->changes, from->text)) add_name (later->changes, target->text);
          }
        }
      }
    }
  }
}

static GHashTable *keep_needed (GPtrArray *units) {
  GHashTable *needed = new_names ();
  share_changes (units);
  for (guint i = units->len; i-- > 0;) {
    Unit *u = units->pdata[i];
    u->kept = u->shown || any_of (u->gives, needed) || any_of (u->changes, needed);
    if (!u->kept) continue;
    GHashTableIter iter;
    void *name;
    g_hash_table_iter_init (&iter, u->gives);
    while (u->plain && g_hash_table_iter_next (&iter, &name, NULL)) g_hash_table_remove (needed, name);
    add_all (u->reads, needed);
    add_all (u->changes, needed);
  }
  return needed;
}

/* ---- text that only a notebook has --------------------------------------------------------------------------------------------------------- */

typedef struct {
  GString    *out;
  GHashTable *clients;  /* names that hold one */
  bool        stand_in; /* a class takes the part of Client */
  bool        times, repeats;
} Writer;

static bool makes_client (const CwNode *node) {
  const CwNode *callee = node && node->kind == CW_NODE_CALL ? node->a : NULL;
  return callee && (callee->kind == CW_NODE_NAME || callee->kind == CW_NODE_ATTR) && g_str_equal (callee->text, "Client");
}

static void put_indented (GString *out, const char *text, const char *indent) {
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **l = lines; *l; l++) {
    if (**l) g_string_append_printf (out, "%s%s\n", indent, *l);
    else if (l[1]) g_string_append_c (out, '\n');
  }
}

/* Code without comments and semicolons at its end. */
static char *bare (const char *text, bool *comment) {
  char *code = g_strchomp (g_strdup (text));
  *comment = strchr (code, '#') != NULL;
  if (!*comment && g_str_has_suffix (code, ";")) code[strlen (code) - 1] = '\0';
  return code;
}

static void put_print (GString *out, const char *expression, bool multiline) {
  if (!multiline) {
    g_string_append_printf (out, "print(%s)\n", expression);
    return;
  }
  g_string_append (out, "print(\n");
  put_indented (out, expression, "    ");
  g_string_append (out, ")\n");
}

/* x.visualize(...): a picture needs Graphviz, the number of tasks does not. */
static bool put_graph (GString *out, const CwNode *value, const char *code) {
  bool drawn = value->kind == CW_NODE_CALL && value->a->kind == CW_NODE_ATTR && g_str_equal (value->a->text, "visualize");
  const char *at = drawn ? g_strrstr (code, ".visualize") : NULL;
  if (!at || (value->a->a->kind == CW_NODE_NAME && g_str_equal (value->a->a->text, "dask"))) return false;
  g_autofree char *array = g_strndup (code, (gsize) (at - code));
  g_string_append_printf (out, "# %s draws this, where Graphviz is installed\n", code);
  g_string_append_printf (out, "print(len(dict(%s.__dask_graph__())), \"tasks\")\n", array);
  return true;
}

static void put_statements (Writer *w, const GPtrArray *nodes, const char *text, bool last) {
  const CwNode *node = nodes->pdata[nodes->len - 1];
  bool comment;
  g_autofree char *code = bare (text, &comment);
  if (node->kind == CW_NODE_EXPR && nodes->len == 1) {
    bool prints = node->a->kind == CW_NODE_CALL && node->a->a->kind == CW_NODE_NAME && g_str_equal (node->a->a->text, "print");
    if (!strchr (code, '\n') && put_graph (w->out, node->a, code)) return;
    if (last && !node->flag && !prints) {
      put_print (w->out, code, comment || strchr (code, '\n'));
      return;
    }
  }
  /* a; b: the last one alone is shown. No text ends after the last semicolon, so it is none of a text. */
  const char *semicolon = last && node->kind == CW_NODE_EXPR && !node->flag && nodes->len > 1 && !comment ? strrchr (code, ';') : NULL;
  if (semicolon && !strpbrk (semicolon, "\"'\n")) {
    const char *value = semicolon + 1 + strspn (semicolon + 1, " \t");
    g_string_append_len (w->out, code, semicolon - code);
    g_string_append_c (w->out, '\n');
    if (g_str_has_prefix (value, "print(")) g_string_append_printf (w->out, "%s\n", value);
    else put_print (w->out, value, false);
    return;
  }
  g_string_append_printf (w->out, "%s\n", code);
}

/* Chunkwise reshapes any array where it is asked to; Dask by way of one axis. */
static char *without_shuffle (const char *text) {
  if (!strstr (text, "shuffle")) return g_strdup (text);
  g_autoptr (GRegex) regex = g_regex_new ("\\.reshape\\(((?:[^()]|\\([^()]*\\))*?)\\s*,\\s*shuffle\\s*=\\s*True\\s*\\)", 0, 0, NULL);
  g_autofree char *changed = g_regex_replace (regex, text, -1, 0, ".reshape(-1).reshape(\\1)", 0, NULL);
  if (g_str_equal (changed, text)) return g_strdup (text);
  return g_strconcat ("# shuffle=True is Chunkwise's own: Dask has to go by way of one axis\n", changed, NULL);
}

static char *after_magic (const char *text) {
  const char *p = text + strspn (text, " \t");
  p += strcspn (p, " \t\n");
  while (*p == ' ' && p[1] == '-') p += 1 + strcspn (p + 1, " \n"); /* %timeit -n 10 ... */
  for (p += strspn (p, " \t"); g_ascii_isdigit (*p);) p += strcspn (p, " \n"), p += strspn (p, " \t");
  return g_strdup (*p == '\n' ? p + 1 : p);
}

static void put_timed (Writer *w, const CwNode *time, const char *text, bool last) {
  g_autofree char *inner = after_magic (text);
  if (time->flag) {
    w->repeats = true;
    g_string_append (w->out, "def timed():\n");
    put_indented (w->out, inner, "    ");
    g_string_append (w->out, "\n\nprint(f\"{min(timeit.repeat(timed, number=1, repeat=7)):.3g} s per loop, best of 7\")\n");
    return;
  }
  w->times = true;
  g_string_append (w->out, "start = time.perf_counter()\n");
  const CwNode *end = time->list->len ? time->list->pdata[time->list->len - 1] : NULL;
  const char *rest = inner; /* the last statement */
  for (int line = time->line + (strchr (text, '\n')[1] ? 1 : 0); end && line < end->line && strchr (rest, '\n'); line++) rest = strchr (rest, '\n') + 1;
  g_string_append_len (w->out, inner, rest - inner);
  g_autoptr (GPtrArray) only = g_ptr_array_new ();
  if (end) g_ptr_array_add (only, (void *) end);
  if (end) put_statements (w, only, rest, last);
  g_string_append (w->out, "print(f\"wall time: {time.perf_counter() - start:.3g} s\")\n");
}

/* ---- a cluster, which need not be there ---------------------------------------------------------------------------------------------- */

static bool is_from_distributed (const CwNode *node) {
  return node->kind == CW_NODE_FROM && (g_str_equal (node->text, "dask.distributed") || g_str_equal (node->text, "distributed"));
}

/* client = Client(...): the name; NULL for all else. */
static const char *client_of (const Unit *u) {
  const CwNode *node = u->nodes->pdata[0];
  bool plain = u->nodes->len == 1 && node->kind == CW_NODE_ASSIGN && makes_client (node->a) && node->list->len == 1;
  const CwNode *target = plain ? node->list->pdata[0] : NULL;
  return target && target->kind == CW_NODE_NAME ? target->text : NULL;
}

/* An import, a new client, a question to a client alone: nothing is missing without them. */
static bool can_be_a_comment (const Writer *w, const Unit *u) {
  const CwNode *node = u->nodes->pdata[0];
  if (u->nodes->len > 1) return false;
  if (is_from_distributed (node)) {
    for (guint i = 0; i < node->list->len; i++) {
      if (((CwNode *) node->list->pdata[i])->text2) return false;
    }
    return true;
  }
  if (client_of (u)) return true;
  const CwNode *root = node->kind == CW_NODE_EXPR ? root_of (node->a) : NULL;
  if (!root || !(g_hash_table_contains (w->clients, root->text) || makes_client (node->a))) return false;
  GHashTableIter iter;
  void *name;
  g_hash_table_iter_init (&iter, u->reads);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    if (!g_str_equal (name, root->text)) return false;
  }
  return true;
}

/* Where some line with a client has to stay, all of them do, and work on a stand-in. */
static void look_for_clients (Writer *w, const GPtrArray *units) {
  for (guint i = 0; i < units->len; i++) {
    const char *name = client_of (units->pdata[i]);
    if (name) add_name (w->clients, name);
  }
  for (guint i = 0; i < units->len; i++) {
    const Unit *u = units->pdata[i];
    bool about = g_regex_match_simple ("\\b(Client|LocalCluster|distributed)\\b", u->text, 0, 0) || any_of (u->reads, w->clients) ||
                 any_of (u->changes, w->clients) || any_of (u->gives, w->clients);
    w->stand_in |= u->kept && about && !can_be_a_comment (w, u);
  }
}

/* Lines about a cluster as comments. */
static bool put_client (Writer *w, const Unit *u, const char *text) {
  const CwNode *node = u->nodes->pdata[0];
  bool comment, import = u->nodes->len == 1 && is_from_distributed (node);
  if (!can_be_a_comment (w, u) || (w->stand_in && !import)) return false;
  g_autofree char *code = bare (text, &comment);
  const char *name = client_of (u);
  if (name) g_string_append (w->out, "# Without a cluster Dask works with threads of this process. With one:\n");
  put_indented (w->out, code, "# ");
  if (name) g_string_append_printf (w->out, "%s = None\n", name);
  return true;
}

/* Other ways to come by the class. */
static char *with_stand_in (const char *text) {
  static const char *const changes[][2] = {
    { "\\b(?:dask\\.)?distributed\\.(Client|LocalCluster)\\b", "\\1" },
    { "\\bfrom\\s+(?:dask\\.)?distributed\\s+import\\s+(\\w+)\\s+as\\s+(\\w+)", "\\2 = \\1" },
    { "\\bfrom\\s+(?:dask\\.)?distributed\\s+import\\s+\\w+(\\s*,\\s*\\w+)*", "pass" },
    { "\\bfrom\\s+dask\\s+import\\s+distributed\\b|\\bimport\\s+distributed\\b", "pass" },
    { "\\bimport\\s+dask\\.distributed\\b", "import dask" },
  };
  char *changed = g_strdup (text);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (GRegex) regex = g_regex_new (changes[i][0], 0, 0, NULL);
    g_autofree char *before = changed;
    changed = g_regex_replace (regex, before, -1, 0, changes[i][1], 0, NULL);
  }
  return changed;
}

static void put_stand_in (GString *out) {
  g_string_append (out, "# This script starts no cluster: Dask works with threads of this process, and this class takes the part of a client.\n"
                        "# With a cluster, put in its place: from dask.distributed import Client, LocalCluster\n"
                        "class Client:\n"
                        "    def __init__(self, address=None, n_workers=1, threads_per_worker=1, **options):\n"
                        "        self.workers, self.threads = n_workers, threads_per_worker\n"
                        "        self.dashboard_link = None\n\n"
                        "    def nthreads(self):\n"
                        "        return {f\"worker-{i}\": self.threads for i in range(self.workers)}\n\n"
                        "    def compute(self, x):\n"
                        "        return x.compute()\n\n"
                        "    def persist(self, x):\n"
                        "        return x.persist()\n\n"
                        "    def close(self):\n"
                        "        pass\n\n"
                        "    def __enter__(self):\n"
                        "        return self\n\n"
                        "    def __exit__(self, *error):\n"
                        "        pass\n\n"
                        "    ncores, shutdown = nthreads, close\n\n\n"
                        "LocalCluster = Client\n\n");
}

static void put_unit (Writer *w, const Unit *u) {
  const CwNode *first = u->nodes->pdata[0];
  g_autofree char *own = without_shuffle (u->text), *text = w->stand_in ? with_stand_in (own) : g_strdup (own);
  if (put_client (w, u, u->text)) return;
  if (first->kind == CW_NODE_TIME) put_timed (w, first, text, u->last);
  else if (first->kind == CW_NODE_HELP) g_string_append_printf (w->out, "help(%s)\n", first->text);
  else if (u->shown) put_statements (w, u->nodes, text, u->last);
  else g_string_append (w->out, text);
}

static void put_imports (GString *out, const Writer *w, GHashTable *needed) {
  static const struct {
    const char *name, *import;
  } usual[] = { { "da", "import dask.array as da" }, { "np", "import numpy as np" }, { "dask", "import dask" }, { "numpy", "import numpy" }, { "math", "import math" } };
  bool any = w->times || w->repeats;
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++) {
    if (!g_hash_table_contains (needed, usual[i].name)) continue;
    g_string_append_printf (out, "%s\n", usual[i].import);
    any = true;
  }
  if (w->times || g_hash_table_contains (needed, "time")) g_string_append (out, "import time\n");
  if (w->repeats) g_string_append (out, "import timeit\n");
  if (any) g_string_append_c (out, '\n');
}

static char *script_of (GPtrArray *units) {
  GString *out = g_string_new (NULL);
  Writer w = { .out = g_string_new (NULL), .clients = new_names () };
  g_autoptr (GHashTable) needed = keep_needed (units);
  const Unit *before = NULL;
  look_for_clients (&w, units);
  for (guint i = 0; i < units->len; i++) {
    const Unit *u = units->pdata[i];
    if (!u->kept) continue;
    const CwNode *first = u->nodes->pdata[0], *last = before ? before->nodes->pdata[0] : NULL;
    bool imports = first->kind == CW_NODE_IMPORT || first->kind == CW_NODE_FROM, imported = last && (last->kind == CW_NODE_IMPORT || last->kind == CW_NODE_FROM);
    if (imported && !imports && u->shown == before->shown) g_string_append_c (w.out, '\n');
    if (before && u->shown && !before->shown) g_string_append (w.out, "\n# the cell itself\n");
    put_unit (&w, u);
    before = u;
  }
  g_string_append (out, "# A notebook's cell as a script for Dask. Run it with: python3 cell.py\n");
  put_imports (out, &w, needed);
  if (w.stand_in) put_stand_in (out);
  g_string_append (out, w.out->str);
  g_string_free (w.out, TRUE);
  g_hash_table_unref (w.clients);
  return g_string_free (out, FALSE);
}

char *cw_cells_as_dask (GPtrArray *cells, int cell, GError **error) {
  g_autoptr (GPtrArray) programs = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_program_unref);
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func (unit_free);
  if (!cw_cells_check (cells, cell, error)) return NULL;
  for (int i = 0; i <= cell; i++) {
    const CwCell *each = cells->pdata[i];
    int line, column;
    g_autoptr (GError) mistake = NULL;
    CwProgram *program = each->markdown ? NULL : cw_parse (cw_cell_code (each), &line, &column, &mistake);
    if (program) {
      g_ptr_array_add (programs, program);
      add_units (units, program, cw_cell_code (each), i == cell);
    } else if (i == cell) {
      cw_fail (error, CW_ERROR_SYNTAX, _("Line %d of this cell is not Python yet: %s"), line, mistake->message);
      return NULL;
    }
  }
  return script_of (units);
}
