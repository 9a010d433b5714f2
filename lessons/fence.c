/* fence.c: fenced blocks of lessons.
 *
 * Bodies are made of entries: an entry begins at the left margin, and lines below it that are indented belong to it. What the
 * entries mean is the business of the block's own reader.
 */
#include "lessons/fence.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

/* ---- entries -------------------------------------------------------------------------------------- */

typedef struct {
  char *first; /* the line at the margin */
  char *rest;  /* the indented lines, their common indentation taken off */
  int   line;
} Entry;

static void
entry_free (Entry *entry) {
  g_free (entry->first);
  g_free (entry->rest);
  g_free (entry);
}

/* Takes the indentation that all lines share off them. */
static char *
dedent (const char *text) {
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  size_t   common = G_MAXSIZE;
  GString *out = g_string_new (NULL);
  for (int i = 0; lines[i]; i++) {
    size_t indent = strspn (lines[i], " ");
    if (lines[i][indent])
      common = MIN (common, indent);
  }
  for (int i = 0; lines[i]; i++)
    g_string_append_printf (out, "%s%s", i ? "\n" : "", strlen (lines[i]) > common ? lines[i] + common : "");
  return g_strchomp (g_string_free (out, FALSE));
}

/* The entries of a body whose first line is number @line in the file. Lines with # at the margin are comments. */
static GPtrArray *
read_entries (const char *body, int line) {
  GPtrArray *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  g_auto (GStrv) lines = g_strsplit (body, "\n", -1);
  for (int i = 0; lines[i]; i++) {
    bool indented = lines[i][0] == ' ' || lines[i][0] == '\t' || lines[i][0] == '\0';
    if (lines[i][0] == '#' || (indented && entries->len == 0))
      continue;
    if (!indented) {
      Entry *entry = g_new0 (Entry, 1);
      *entry = (Entry) { g_strchomp (g_strdup (lines[i])), g_strdup (""), line + i };
      g_ptr_array_add (entries, entry);
      continue;
    }
    Entry *last = entries->pdata[entries->len - 1];
    char  *longer = g_strconcat (last->rest, *last->rest ? "\n" : "", lines[i], NULL);
    g_free (last->rest);
    last->rest = longer;
  }
  for (guint i = 0; i < entries->len; i++) {
    Entry *entry = entries->pdata[i];
    char  *rest = dedent (entry->rest);
    g_free (entry->rest);
    entry->rest = rest;
  }
  return entries;
}

/* An entry as one line of text. */
static char *
joined (const char *first, const char *rest) {
  g_autofree char *text = g_strconcat (first, *first && *rest ? " " : "", rest, NULL);
  return g_strstrip (g_strdelimit (g_steal_pointer (&text), "\n", ' '));
}

/* The value of an entry "key: value"; NULL where it has another key. */
static char *
value_of (const Entry *entry, const char *key) {
  size_t n = strlen (key);
  if (strncmp (entry->first, key, n) != 0 || entry->first[n] != ':')
    return NULL;
  return joined (entry->first + n + 1, entry->rest);
}

/* The same where line breaks matter. */
static char *
code_of (const Entry *entry, const char *key) {
  size_t n = strlen (key);
  if (strncmp (entry->first, key, n) != 0 || entry->first[n] != ':')
    return NULL;
  g_autofree char *first = g_strstrip (g_strdup (entry->first + n + 1));
  return g_strconcat (first, *first && *entry->rest ? "\n" : "", entry->rest, NULL);
}

static bool
wrong (const char *name, int line, GError **error, const char *text) {
  return cw_fail (error, CW_ERROR_VALUE, _("%s, line %d: %s"), name, line, text);
}

static bool
not_known (const Entry *entry, const char *name, const char *known, GError **error) {
  g_autofree char *text = g_strdup_printf (_("“%s” is not understood here; there are: %s"), entry->first, known);
  return wrong (name, entry->line, error, text);
}

static void
take (char **slot, char *value) {
  g_free (*slot);
  *slot = value;
}

/* ---- predictions ------------------------------------------------------------------------------------ */

static void
option_free (CwOption *option) {
  g_free (option->text);
  g_free (option->markup);
  g_free (option->said);
  g_free (option);
}

static CwOption *
read_option (const Entry *entry) {
  CwOption *option = g_new0 (CwOption, 1);
  g_autofree char *text = joined (entry->first + 2, entry->rest);
  char *rest = text, *said;
  option->right = g_str_has_prefix (rest, "[x] ");
  if (option->right || g_str_has_prefix (rest, "[ ] "))
    rest += 4;
  if ((said = strstr (rest, " :: "))) {
    option->said = g_strstrip (g_strdup (said + 4));
    *said = '\0';
  }
  option->text = g_strstrip (g_strdup (rest));
  option->markup = cw_markdown_line (option->text);
  return option;
}

/* "(4, 5)" or "4"; up to two lengths. */
static int
read_lengths (const char *text, int64_t lengths[2]) {
  int n = 0;
  for (const char *c = text; *c && n < 2;) {
    if (!g_ascii_isdigit (*c)) {
      c++;
      continue;
    }
    char *end;
    lengths[n++] = g_ascii_strtoll (c, &end, 10);
    c = end;
  }
  return n;
}

static bool
read_predict_entry (CwPredict *p, const Entry *entry, const char *name, GError **error) {
  char *value;
  if (g_str_has_prefix (entry->first, "? "))
    take (&p->question, joined (entry->first + 2, entry->rest));
  else if (g_str_has_prefix (entry->first, "- "))
    g_ptr_array_add (p->options, read_option (entry));
  else if ((value = value_of (entry, "answer")))
    take (&p->answer, value);
  else if ((value = value_of (entry, "why")))
    take (&p->why, value);
  else if ((value = value_of (entry, "unit")))
    take (&p->unit, value);
  else if ((value = value_of (entry, "within"))) {
    p->within = g_ascii_strtod (value, NULL) / (strchr (value, '%') ? 100 : 1);
    g_free (value);
  } else if ((value = value_of (entry, "shape"))) {
    p->ndim = read_lengths (value, p->shape);
    g_free (value);
  } else if ((value = value_of (entry, "grid"))) {
    if (read_lengths (value, p->grid) == 1)
      p->grid[1] = p->grid[0];
    g_free (value);
  } else
    return not_known (entry, name, "? question, - option, answer:, why:, unit:, within:, shape:, grid:", error);
  return true;
}

static bool
check_predict (const CwPredict *p, int line, const char *name, GError **error) {
  int right = 0;
  for (guint i = 0; i < p->options->len; i++)
    right += ((CwOption *) p->options->pdata[i])->right;
  if (!p->question)
    return wrong (name, line, error, _("a prediction needs a question: a line that begins with “? ”"));
  if (p->kind == CW_PREDICT_CHOICE && p->options->len < 2)
    return wrong (name, line, error, _("a choice needs at least two options: lines that begin with “- ”"));
  if (p->kind == CW_PREDICT_CHOICE && !p->answer && right != 1)
    return wrong (name, line, error, _("a choice without “answer:” needs one option marked as right, “- [x] ...”"));
  if (p->kind != CW_PREDICT_CHOICE && !p->answer)
    return wrong (name, line, error, _("this prediction cannot be answered: it needs “answer:” with an expression"));
  if (p->kind != CW_PREDICT_CHOICE && p->options->len)
    return wrong (name, line, error, _("only a choice has options"));
  if (p->kind == CW_PREDICT_CHUNKS && (p->ndim == 0 || p->shape[0] <= 0 || (p->ndim == 2 && p->shape[1] <= 0)))
    return wrong (name, line, error, _("drawing chunks needs “shape:” with one or two lengths"));
  return true;
}

static bool
read_predict (CwLessonBlock *block, const char *type, const char *body, const char *name, GError **error) {
  static const char *const kinds[] = { "choice", "number", "chunks" };
  g_autoptr (GPtrArray) entries = read_entries (body, block->line + 1);
  CwPredict *p = block->predict = g_new0 (CwPredict, 1);
  p->options = g_ptr_array_new_with_free_func ((GDestroyNotify) option_free);
  int kind = 0;
  while (type && kind < 3 && strcmp (type, kinds[kind]) != 0)
    kind++;
  if (kind == 3)
    return wrong (name, block->line, error, _("a prediction's type is choice, number or chunks"));
  p->kind = kind;
  for (guint i = 0; i < entries->len; i++)
    if (!read_predict_entry (p, entries->pdata[i], name, error))
      return false;
  for (int k = 0; k < p->ndim; k++)
    if (p->grid[k] <= 0)
      p->grid[k] = MAX (p->shape[k] / 20, 1);
  return check_predict (p, block->line, name, error);
}

static void
predict_free (CwPredict *p) {
  if (!p)
    return;
  g_free (p->question);
  g_free (p->answer);
  g_free (p->unit);
  g_free (p->why);
  g_ptr_array_unref (p->options);
  g_free (p);
}

/* ---- checks and mistakes --------------------------------------------------------------------------- */

static void
predicate_free (CwPredicate *p) {
  g_free (p->condition);
  g_free (p->said);
  g_free (p);
}

static bool
read_check (CwLessonBlock *block, const char *body, const char *name, GError **error) {
  g_autoptr (GPtrArray) entries = read_entries (body, block->line + 1);
  CwCheck *check = block->check = g_new0 (CwCheck, 1);
  check->predicates = g_ptr_array_new_with_free_func ((GDestroyNotify) predicate_free);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = entries->pdata[i];
    char *good = value_of (entry, "good");
    if (good) {
      take (&check->good, good);
      continue;
    }
    const char *say = g_str_has_prefix (entry->rest, "say:") ? entry->rest : strstr (entry->rest, "\nsay:");
    if (!say)
      return wrong (name, entry->line, error, _("below a condition stands, indented, “say:” with what the learner is told when it is not true"));
    CwPredicate *p = g_new0 (CwPredicate, 1);
    g_autofree char *more = g_strndup (entry->rest, say - entry->rest);
    p->condition = joined (entry->first, more);
    p->said = joined ("", strstr (say, "say:") + 4);
    p->line = entry->line;
    g_ptr_array_add (check->predicates, p);
  }
  if (check->predicates->len == 0)
    return wrong (name, block->line, error, _("a check needs at least one condition"));
  return true;
}

static bool
read_mistake (CwLessonBlock *block, const char *body, const char *name, GError **error) {
  g_autoptr (GPtrArray) entries = read_entries (body, block->line + 1);
  CwMistake *mistake = block->mistake = g_new0 (CwMistake, 1);
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = entries->pdata[i];
    char *value;
    if ((value = value_of (entry, "when"))) {
      take (&mistake->when, value);
      mistake->when_line = entry->line;
    } else if ((value = value_of (entry, "say")))
      take (&mistake->said, value);
    else if ((value = code_of (entry, "example")))
      take (&mistake->example, value);
    else
      return not_known (entry, name, "when:, say:, example:", error);
  }
  if (!mistake->when || !mistake->said || !mistake->example)
    return wrong (name, block->line, error, _("a mistake needs “when:” with a condition, “say:”, and “example:” with code that makes it"));
  return true;
}

static void
mistake_free (CwMistake *mistake) {
  if (!mistake)
    return;
  g_free (mistake->when);
  g_free (mistake->said);
  g_free (mistake->example);
  g_free (mistake);
}

static void
check_free (CwCheck *check) {
  if (!check)
    return;
  g_ptr_array_unref (check->predicates);
  g_free (check->good);
  g_free (check);
}

/* ---- comparisons and benches -------------------------------------------------------------------------- */

static void
variant_free (CwVariant *variant) {
  g_free (variant->label);
  g_free (variant->code);
  g_free (variant->plain_c);
  g_free (variant);
}

/* "- Label :: code", or "- Label :: plain_c name". */
static CwVariant *
read_variant (const Entry *entry, const char *name, GError **error) {
  const char *colons = strstr (entry->first, " :: ");
  if (!colons) {
    wrong (name, entry->line, error, _("a variant is “- label :: code”, or “- label :: plain_c name”"));
    return NULL;
  }
  CwVariant *variant = g_new0 (CwVariant, 1);
  g_autofree char *first = g_strstrip (g_strdup (colons + 4));
  variant->line = entry->line;
  variant->label = g_strstrip (g_strndup (entry->first + 2, colons - entry->first - 2));
  if (g_str_has_prefix (first, "plain_c "))
    variant->plain_c = g_strstrip (g_strdup (first + 8));
  else
    variant->code = g_strconcat (first, *entry->rest ? "\n" : "", entry->rest, NULL);
  return variant;
}

/* "n = 128, 256, 512" */
static bool
read_sizes (CwVariants *v, const char *text, int line, const char *name, GError **error) {
  const char *equals = strchr (text, '=');
  if (!equals)
    return wrong (name, line, error, _("sizes are written as “over: n = 128, 256, 512”"));
  take (&v->over, g_strstrip (g_strndup (text, equals - text)));
  g_auto (GStrv) parts = g_strsplit (equals + 1, ",", -1);
  for (int i = 0; parts[i]; i++) {
    int64_t size = g_ascii_strtoll (g_strstrip (parts[i]), NULL, 10);
    if (size <= 0 || v->n_sizes == (int) G_N_ELEMENTS (v->sizes))
      return wrong (name, line, error, _("sizes are at most 16 whole numbers above 0"));
    v->sizes[v->n_sizes++] = size;
  }
  return true;
}

static bool
read_variants_entry (CwVariants *v, const Entry *entry, const char *name, GError **error) {
  g_autofree char *sizes = value_of (entry, "over"), *repeat = value_of (entry, "repeat");
  char *value;
  if (sizes)
    return read_sizes (v, sizes, entry->line, name, error);
  if (repeat)
    v->repeat = CLAMP (atoi (repeat), 1, 99);
  else if ((value = value_of (entry, "title")))
    take (&v->title, value);
  else if ((value = code_of (entry, "setup")))
    take (&v->setup, value);
  else if (g_str_has_prefix (entry->first, "- ")) {
    CwVariant *variant = read_variant (entry, name, error);
    if (!variant)
      return false;
    g_ptr_array_add (v->variants, variant);
  } else
    return not_known (entry, name, "- label :: code, title:, setup:, over:, repeat:", error);
  return true;
}

static bool
read_variants (CwLessonBlock *block, const char *body, const char *name, GError **error) {
  g_autoptr (GPtrArray) entries = read_entries (body, block->line + 1);
  CwVariants *v = block->variants = g_new0 (CwVariants, 1);
  v->variants = g_ptr_array_new_with_free_func ((GDestroyNotify) variant_free);
  v->repeat = block->kind == CW_BLOCK_BENCH ? 5 : 1;
  for (guint i = 0; i < entries->len; i++)
    if (!read_variants_entry (v, entries->pdata[i], name, error))
      return false;
  if (v->variants->len < 2)
    return wrong (name, block->line, error, _("there have to be at least two variants: lines “- label :: code”"));
  return true;
}

static void
variants_free (CwVariants *v) {
  if (!v)
    return;
  g_free (v->title);
  g_free (v->setup);
  g_free (v->over);
  g_ptr_array_unref (v->variants);
  g_free (v);
}

/* ---- the line behind the fence ------------------------------------------------------------------------- */

static const struct {
  const char *word;
  CwBlockKind kind;
  const char *keys; /* that may stand behind the word, between spaces */
} words[] = {
  { "cell", CW_BLOCK_CELL, " id view error " },
  { "setup", CW_BLOCK_SETUP, " " },
  { "predict", CW_BLOCK_PREDICT, " id for type " },
  { "check", CW_BLOCK_CHECK, " for " },
  { "mistake", CW_BLOCK_MISTAKE, " for " },
  { "hint", CW_BLOCK_HINT, " for " },
  { "solution", CW_BLOCK_SOLUTION, " for " },
  { "note", CW_BLOCK_NOTE, " " },
  { "compare", CW_BLOCK_COMPARE, " id " },
  { "bench", CW_BLOCK_BENCH, " id " },
};

static bool
read_key (CwLessonBlock *block, const char *key, const char *value, char **type) {
  if (strcmp (key, "id") == 0)
    take (&block->id, g_strdup (value));
  else if (strcmp (key, "for") == 0)
    take (&block->target, g_strdup (value));
  else if (strcmp (key, "view") == 0)
    take (&block->view, g_strdup (value));
  else if (strcmp (key, "error") == 0)
    take (&block->error, g_strdup (value));
  else if (strcmp (key, "type") == 0)
    take (type, g_strdup (value));
  return true;
}

static bool
read_keys (CwLessonBlock *block, char **parts, const char *known, char **type, const char *name, GError **error) {
  for (int i = 1; parts[i]; i++) {
    if (!*parts[i])
      continue;
    const char *equals = strchr (parts[i], '=');
    g_autofree char *key = equals ? g_strndup (parts[i], equals - parts[i]) : g_strdup (parts[i]), *between = g_strdup_printf (" %s ", key);
    if (!equals || !strstr (known, between)) {
      g_autofree char *text = g_strdup_printf (_("“%s” is not understood behind “%s”; there may stand:%s"), parts[i], parts[0], known);
      return wrong (name, block->line, error, text);
    }
    read_key (block, key, equals + 1, type);
  }
  return true;
}

static bool
check_view (const CwLessonBlock *block, const char *name, GError **error) {
  static const char *const views[] = { "diagram", "graph", "timeline", "values", NULL };
  if (block->view && !g_strv_contains (views, block->view))
    return wrong (name, block->line, error, _("a cell's view is diagram, graph, timeline or values"));
  return true;
}

static bool
read_body (CwLessonBlock *block, const char *type, const char *body, const char *name, GError **error) {
  switch (block->kind) {
  case CW_BLOCK_PREDICT:
    return read_predict (block, type, body, name, error);
  case CW_BLOCK_CHECK:
    return read_check (block, body, name, error);
  case CW_BLOCK_MISTAKE:
    return read_mistake (block, body, name, error);
  case CW_BLOCK_COMPARE:
  case CW_BLOCK_BENCH:
    return read_variants (block, body, name, error);
  case CW_BLOCK_CELL:
    return check_view (block, name, error);
  default:
    return true;
  }
}

bool
cw_fence_read (CwLessonBlock *block, const char *info, const char *body, const char *name, GError **error) {
  g_auto (GStrv) parts = g_strsplit (info ? info : "", " ", -1);
  g_autofree char *type = NULL;
  guint word = 0;
  while (parts[0] && word < G_N_ELEMENTS (words) && strcmp (parts[0], words[word].word) != 0)
    word++;
  block->kind = parts[0] && word < G_N_ELEMENTS (words) ? words[word].kind : CW_BLOCK_CODE;
  block->word = g_strdup (parts[0] ? parts[0] : "");
  block->text = g_strchomp (g_strdup (body ? body : ""));
  if (block->kind == CW_BLOCK_CODE)
    return true;
  return read_keys (block, parts, words[word].keys, &type, name, error) && read_body (block, type, block->text, name, error);
}

void
cw_fence_clear (CwLessonBlock *block) {
  g_free (block->word);
  g_free (block->id);
  g_free (block->target);
  g_free (block->view);
  g_free (block->error);
  predict_free (block->predict);
  check_free (block->check);
  mistake_free (block->mistake);
  variants_free (block->variants);
}
