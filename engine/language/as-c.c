/* as-c.c: what a tape noted, as a C program.
 *
 * The program of a cell has what the cell shows and computes, and what it needs of the statements before: a slice, found from the last
 * note to the first. Notes come out in their order, below the notebook's line that made them.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "engine/language/tape-private.h"

typedef struct {
  const CwTape *tape;
  int           cell;
  GPtrArray    *notes, *things;
  bool         *kept;     /* one a note */
  bool         *needed;   /* one a thing */
  GHashTable   *memory;   /* numbers of storages that are needed */
  char        **names;    /* one a thing, of those that are needed */
  GHashTable   *taken;    /* names */
} Slice;

/* Calls @func for every reference in @text. */
static void each_reference (const char *text, void (*func) (Slice *s, guint number), Slice *s) {
  for (const char *p = text; (p = strchr (p, CW_REFERENCE_BEGINS)); p++) func (s, (guint) g_ascii_strtoull (p + 1, NULL, 10));
}

static void need (Slice *s, guint number) {
  const CwThing *thing = s->things->pdata[number];
  s->needed[number] = true;
  if (thing->storage) g_hash_table_add (s->memory, GUINT_TO_POINTER (thing->storage));
}

/* Does the shown cell ask for this by itself? */
static bool is_root (const Slice *s, const CwNote *note) {
  if (note->cell != s->cell) return false;
  if (!note->n) return true; /* it prints, writes, times or is refused for itself */
  for (guint i = 0; i < note->n; i++) {
    if (((CwThing *) s->things->pdata[note->first + i])->name) return true;
  }
  return note->kind == CW_NOTE_CALL && (strstr (note->text, "= compute (") || strstr (note->text, "(cw_compute_many ("));
}

static void slice (Slice *s) {
  g_hash_table_add (s->memory, GUINT_TO_POINTER (CW_STORAGE_SETTINGS));
  for (guint i = s->notes->len; i-- > 0;) {
    const CwNote *note = s->notes->pdata[i];
    bool keep = note->cell <= s->cell && is_root (s, note);
    for (guint k = 0; k < note->n; k++) keep |= s->needed[note->first + k];
    if (note->storage && note->cell <= s->cell) keep |= g_hash_table_contains (s->memory, GUINT_TO_POINTER (note->storage));
    if (note->kind == CW_NOTE_FAILED) keep &= note->cell == s->cell;
    s->kept[i] = keep;
    if (!keep) continue;
    for (guint k = 0; k < note->n; k++) need (s, note->first + k);
    if (note->kind != CW_NOTE_REFUSED) each_reference (note->text, need, s);
    if (note->kind == CW_NOTE_CALL && (strstr (note->text, " (cw_npy_") || strstr (note->text, " (cw_file_"))) g_hash_table_add (s->memory, GUINT_TO_POINTER (CW_STORAGE_FILES));
  }
}

/* The notebook's lines that a note comes from; a line for each of them. */
static char **source_lines (const CwTape *tape, const CwNote *note) {
  g_auto (GStrv) lines = g_strsplit (cw_tape_source (tape, note->cell), "\n", -1);
  g_autoptr (GPtrArray) out = g_ptr_array_new ();
  int n = (int) g_strv_length (lines);
  for (int i = MAX (note->line, 1); i <= MIN (note->end_line, n); i++) g_ptr_array_add (out, g_strchomp (g_strdup (lines[i - 1])));
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&out), FALSE);
}

#define MOST_STATEMENTS 3000

static bool check_refusals (Slice *s, GError **error) {
  guint n = 0;
  for (guint i = 0; i < s->notes->len; i++) n += s->kept[i];
  if (n > MOST_STATEMENTS) {
    return cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, _("This cell cannot be shown as C: its loops make %u calls of libchunkwise, and a program of more than %d would be no help"), n, MOST_STATEMENTS);
  }
  for (guint i = 0; i < s->notes->len; i++) {
    const CwNote *note = s->notes->pdata[i];
    if (!s->kept[i] || note->kind != CW_NOTE_REFUSED) continue;
    g_auto (GStrv) lines = source_lines (s->tape, note);
    const char *where = lines[0] ? g_strchug (lines[0]) : "";
    return cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, _("This cell cannot be shown as C: `%s` needs %s, for which libchunkwise has no public function"), where, note->text);
  }
  return true;
}

/* ---- names --------------------------------------------------------------------------------------------------------------------------- */

static bool is_plain_name (const char *name) {
  static const char *const words[] = {
    "auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int",
    "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile",
    "while", "bool", "true", "false", "main", "error", "check", "ensure", "compute", "show", "show_graph", "literal", "nothing", "printf", "fputs", "stdout", "exit", "complex", "I",
    "asm", "typeof", "unix", "linux", "NULL", "NAN", "INFINITY", "CMPLX", NULL,
  };
  for (const char *p = name; *p; p++) {
    if (!g_ascii_isalnum (*p) && *p != '_') return false;
  }
  return !g_strv_contains (words, name) && !g_str_has_prefix (name, "cw_") && !g_str_has_prefix (name, "g_") && !g_str_has_prefix (name, "made") &&
         !g_str_has_prefix (name, "start") && name[0] != '_';
}

static char *new_name (Slice *s, const char *wanted, const char *separator, int *count) {
  char *name = count ? g_strdup_printf ("%s%s%d", wanted, separator, ++*count) : g_strdup (wanted);
  for (int k = count ? *count : 1; g_hash_table_contains (s->taken, name);) {
    g_free (name);
    name = g_strdup_printf ("%s%s%d", wanted, separator, ++k);
    if (count) *count = k;
  }
  g_hash_table_add (s->taken, name);
  return name;
}

/* Variables' names first, so that a1 is a variable where the notebook has one. */
static void give_names (Slice *s) {
  static const char *const letters[] = { "a", "b", "cuts" };
  int counts[3] = { 0 };
  for (guint i = 0; i < s->things->len; i++) {
    const CwThing *thing = s->things->pdata[i];
    if (s->needed[i] && thing->name && is_plain_name (thing->name)) s->names[i] = new_name (s, thing->name, "_", NULL);
  }
  for (guint i = 0; i < s->things->len; i++) {
    const CwThing *thing = s->things->pdata[i];
    if (s->needed[i] && !s->names[i]) s->names[i] = new_name (s, letters[thing->kind], "", &counts[thing->kind]);
  }
}

/* ---- text ----------------------------------------------------------------------------------------------------------------------------- */

/* Where @line may be broken before column @width: after a comma, or between two strings; the less deep in brackets the better, then the later. */
static gsize break_of (const char *line, gsize width) {
  gsize at = 0;
  int depth = 0, best = G_MAXINT;
  bool quoted = false;
  for (gsize i = 0; line[i] && i < width; i++) {
    bool between = line[i] == '"' && !quoted && i > 1 && line[i - 1] == ' ' && line[i - 2] == '"';
    bool comma = !quoted && line[i] == ' ' && i && line[i - 1] == ',';
    if ((between || comma) && i > width / 3 && depth <= best) {
      at   = comma ? i + 1 : i;
      best = depth;
    }
    if (line[i] == '\\' && quoted) i++;
    else if (line[i] == '"') quoted = !quoted;
    else if (!quoted && strchr ("([{", line[i])) depth++;
    else if (!quoted && strchr (")]}", line[i])) depth--;
  }
  return at;
}

static void put_line (GString *out, const char *line) {
  const gsize width = 104;
  const char *indent = "  ";
  gsize at;
  while (strlen (line) > width && (at = break_of (line, width)) > 0) {
    gsize end = at;
    while (end && line[end - 1] == ' ') end--;
    g_string_append_printf (out, "%s%.*s\n", indent, (int) end, line);
    line += at;
    indent = "      ";
  }
  g_string_append_printf (out, "%s%s\n", indent, line);
}

static void put_statements (Slice *s, GString *out, const char *text) {
  g_autoptr (GString) named = g_string_new (NULL);
  for (const char *p = text; *p; p++) {
    if (*p != CW_REFERENCE_BEGINS) {
      g_string_append_c (named, *p);
      continue;
    }
    g_string_append (named, s->names[g_ascii_strtoull (p + 1, NULL, 10)]);
    p = strchr (p, CW_REFERENCE_ENDS);
  }
  g_auto (GStrv) lines = g_strsplit (named->str, "\n", -1);
  for (char **l = lines; *l; l++) put_line (out, *l);
}

static void put_source (Slice *s, GString *out, const CwNote *note) {
  g_auto (GStrv) lines = source_lines (s->tape, note);
  if (!lines[0]) return;
  if (out->len) g_string_append_c (out, '\n');
  for (int i = 0; lines[i]; i++) {
    g_autoptr (GString) safe = g_string_new (lines[i]);
    g_string_replace (safe, "*/", "* /", 0);
    g_string_replace (safe, "/*", "/ *", 0); /* "samples/" and then *.png */
    g_string_append_printf (out, "%s%s%s\n", i ? "   * " : "  /* ", safe->str, lines[i + 1] ? "" : " */");
  }
}

static char *body_of (Slice *s) {
  GString *out = g_string_new (NULL);
  int cell = -1, line = -1;
  for (guint i = 0; i < s->notes->len; i++) {
    const CwNote *note = s->notes->pdata[i];
    if (!s->kept[i]) continue;
    if (note->cell != cell || note->line != line) put_source (s, out, note);
    cell = note->cell;
    line = note->line;
    put_statements (s, out, note->text);
  }
  return g_string_free (out, FALSE);
}

/* Helpers, each there only where it is used. */
static const struct {
  const char *call, *text;
} helpers[] = {
  { "check (", "/* @made, unless the call that should have made it failed: then the program ends with the reason. */\n"
               "static void *check (void *made) {\n"
               "  if (made) return made;\n"
               "  fprintf (stderr, \"%s: %s\\n\", cw_error_class_name (error->code), error->message);\n"
               "  exit (1);\n"
               "}\n" },
  { "ensure (", "/* The same for calls that say whether they went well. */\n"
                "static void ensure (bool ok) {\n"
                "  if (ok) return;\n"
                "  fprintf (stderr, \"%s: %s\\n\", cw_error_class_name (error->code), error->message);\n"
                "  exit (1);\n"
                "}\n" },
  { "compute (", "/* The values of a lazy array. */\n"
                 "static CwBuffer *compute (CwArray *a) {\n"
                 "  CwBuffer *result = NULL;\n"
                 "  ensure (cw_compute_many (1, &a, &result, &error));\n"
                 "  return result;\n"
                 "}\n" },
  { "literal (", "/* A buffer of values that stand in the program, where nothing has to be freed. */\n"
                 "static void nothing (void *data) {\n"
                 "  (void) data;\n"
                 "}\n\n"
                 "static CwBuffer *literal (CwDtype dtype, int ndim, const int64_t *shape, void *data) {\n"
                 "  return cw_buffer_wrap (dtype, ndim, shape, data, nothing, NULL);\n"
                 "}\n" },
  { "show (", "/* Prints a new string and frees it. */\n"
              "static void show (char *text) {\n"
              "  fputs (text, stdout);\n"
              "  g_free (text);\n"
              "}\n" },
  { "show_graph (", "/* What visualize() would draw. */\n"
                    "static void show_graph (CwArray *a) {\n"
                    "  int64_t layers, tasks;\n"
                    "  cw_array_count_graph (a, &layers, &tasks);\n"
                    "  printf (\"task graph: %d layers, %\" G_GINT64_FORMAT \" tasks\\n\", (int) layers, tasks);\n"
                    "}\n" },
};

/* Is @call called, by that name alone? */
static bool calls (const char *text, const char *call) {
  for (const char *p = text; (p = strstr (p, call)); p++) {
    if (p == text || !(g_ascii_isalnum (p[-1]) || p[-1] == '_')) return true;
  }
  return false;
}

static char *program_of (Slice *s) {
  g_autofree char *body = body_of (s);
  GString *out = g_string_new (NULL);
  g_string_append (out, "/* A notebook's cell as C. Build and run it with\n *\n *     cc cell.c $(pkg-config --cflags --libs chunkwise) -o cell && ./cell\n */\n");
  g_string_append (out, "#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n\n#include \"engine/chunkwise.h\"\n\n");
  bool wanted[G_N_ELEMENTS (helpers)];
  for (guint i = 0; i < G_N_ELEMENTS (helpers); i++) wanted[i] = calls (body, helpers[i].call);
  wanted[1] |= wanted[2]; /* compute() calls ensure() */
  if (wanted[0] || wanted[1]) g_string_append (out, "static GError *error;\n\n");
  for (guint i = 0; i < G_N_ELEMENTS (helpers); i++) {
    if (wanted[i]) g_string_append_printf (out, "%s\n", helpers[i].text);
  }
  g_string_append_printf (out, "int main (void) {\n%s  return 0;\n}\n", *body ? body : "  /* The cell computes nothing and shows nothing. */\n");
  return g_string_free (out, FALSE);
}

char *cw_tape_as_c (const CwTape *tape, int cell, GError **error) {
  if (cell < 0 || cell >= cw_tape_n_cells (tape)) {
    cw_fail (error, CW_ERROR_INDEX, _("There is no cell %d: %d were run"), cell + 1, cw_tape_n_cells (tape));
    return NULL;
  }
  if (cw_tape_error (tape, cell)) {
    cw_fail (error, CW_ERROR_RUNTIME, _("This cell cannot be shown as C, since it ends with an error of its own: %s"), cw_tape_error (tape, cell));
    return NULL;
  }
  Slice s = { .tape = tape, .cell = cell, .notes = cw_tape_notes (tape), .things = cw_tape_things (tape) };
  g_autofree bool *kept = s.kept = g_new0 (bool, s.notes->len + 1), *needed = s.needed = g_new0 (bool, s.things->len + 1);
  g_autoptr (GHashTable) memory = s.memory = g_hash_table_new (NULL, NULL), taken = s.taken = g_hash_table_new (g_str_hash, g_str_equal);
  char *program = NULL;
  slice (&s);
  s.names = g_new0 (char *, s.things->len + 1);
  give_names (&s);
  if (check_refusals (&s, error)) program = program_of (&s);
  for (guint i = 0; i < s.things->len; i++) g_free (s.names[i]);
  g_free (s.names);
  return program;
}
