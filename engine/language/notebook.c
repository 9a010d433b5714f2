/* notebook.c: cells of a .py file, in Jupytext's percent format.
 *
 * "# %%" starts a cell; what follows on the line are its title and tags. A file without any mark is a script: then
 * every top-level statement is a cell. Parsing what was printed gives the same cells.
 */
#include <string.h>

#include "engine/language/ast.h"
#include "engine/language/language.h"

void cw_cell_free (CwCell *cell) {
  if (!cell) return;
  g_free (cell->code);
  g_free (cell->marker);
  g_free (cell);
}

static bool is_mark (const char *line) {
  return g_str_has_prefix (line, "# %%") && !g_str_has_prefix (line, "# %%time");
}

/* Text after the mark, without the line break. */
static char *marker_of (const char *line) {
  return g_strchomp (g_strdup (line + strlen ("# %%")));
}

static CwCell *new_cell (const char *marker, int line) {
  CwCell *cell = g_new0 (CwCell, 1);
  cell->marker           = g_strdup (marker);
  cell->line             = line;
  cell->markdown         = marker && strstr (marker, "[markdown]");
  cell->raises_exception = marker && strstr (marker, "raises-exception");
  return cell;
}

/* "# %%time" is %%time that other tools read as a comment. */
static bool is_blank (const char *line) {
  return line[strspn (line, " \t\r\f")] == '\0';
}

static char *code_of_lines (GPtrArray *lines) {
  GString *code = g_string_new (NULL);
  while (lines->len && is_blank (lines->pdata[lines->len - 1])) g_ptr_array_set_size (lines, (int) lines->len - 1);
  for (guint i = 0; i < lines->len; i++) {
    g_string_append (code, lines->pdata[i]);
    g_string_append_c (code, '\n');
  }
  return g_string_free (code, FALSE);
}

static GPtrArray *cells_by_marks (char **lines) {
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  g_autoptr (GPtrArray) body = g_ptr_array_new_with_free_func (g_free);
  CwCell *cell = NULL;
  for (int i = 0;; i++) {
    bool mark = lines[i] && is_mark (lines[i]);
    if (mark || !lines[i]) {
      g_autofree char *code = code_of_lines (body);
      if (!cell && *code) { /* text before the first mark */
        cell = new_cell (NULL, 1);
        g_ptr_array_add (cells, cell);
      }
      if (cell) cell->code = g_steal_pointer (&code);
      g_ptr_array_set_size (body, 0);
      if (!lines[i]) break;
      g_autofree char *marker = marker_of (lines[i]);
      cell = new_cell (marker, i + 2);
      g_ptr_array_add (cells, cell);
    } else {
      g_ptr_array_add (body, g_strdup (lines[i]));
    }
  }
  return cells;
}

static char *join_lines (char **lines, int from, int to) {
  GString *code = g_string_new (NULL);
  for (int i = from; i < to && lines[i]; i++) g_string_append_printf (code, "%s\n", lines[i]);
  return g_string_free (code, FALSE);
}

/* A bracket or text that is open may be closed by the lines that follow, wherever it began. */
static bool is_open (const GError *error) {
  return g_str_has_suffix (error->message, "never closed");
}

/* Where the next cell starts: one that %%time stands at the top of takes the statement after it. */
static GPtrArray *cells_by_statements (const char *text, char **lines) {
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  int n = (int) g_strv_length (lines), from = 0;
  while (from < n) {
    int to = from;
    bool any = false;
    for (; to < n && !any; to++) {
      const char *p = lines[to] + strspn (lines[to], " \t\r");
      any = *p && *p != '#';
    }
    if (!any) break;
    bool magic = g_str_has_prefix (lines[to - 1], "%%");
    int start = to - 1;
    /* the shortest run of lines from here that parses and is not continued by an indented line */
    for (to += magic; to <= n; to++) {
      g_autofree char *code = join_lines (lines, start, to);
      g_autoptr (GError) error = NULL;
      int line, column;
      int after = to;
      while (after < n && !*lines[after]) after++;
      const char *next = after < n ? lines[after] : "";
      bool continued = *next == ' ' || *next == '\t' || g_str_has_prefix (next, "else") || g_str_has_prefix (next, "elif") ||
                       g_str_has_prefix (next, "except") || g_str_has_prefix (next, "finally");
      g_autoptr (CwProgram) program = continued ? NULL : cw_parse (code, &line, &column, &error);
      if (program || to == n || (error && !continued && !is_open (error) && line < to - start && to - start > 200)) break;
    }
    CwCell *cell = new_cell (NULL, start + 1);
    cell->code = join_lines (lines, start, MIN (to, n));
    g_ptr_array_add (cells, cell);
    from = to;
  }
  return cells;
}

GPtrArray *cw_notebook_parse (const char *text) {
  if (g_str_has_prefix (text, "\xef\xbb\xbf")) text += 3; /* a byte order mark */
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  bool marks = false;
  for (char **p = lines; *p; p++) {
    g_strchomp (*p);
    marks |= is_mark (*p);
  }
  if (marks) return cells_by_marks (lines);
  int n = (int) g_strv_length (lines);
  if (n && !*lines[n - 1]) g_clear_pointer (&lines[n - 1], g_free);
  return cells_by_statements (text, lines);
}

char *cw_notebook_print (GPtrArray *cells) {
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < cells->len; i++) {
    const CwCell *cell = cells->pdata[i];
    const char *marker = cell->marker;
    if (!marker && i == 0 && cells->len > 1 && ((CwCell *) cells->pdata[1])->marker) {
      g_string_append (out, cell->code);
      continue;
    }
    g_string_append_printf (out, "# %%%%%s\n%s", marker ? marker : "", cell->code);
    if (*cell->code && !g_str_has_suffix (cell->code, "\n")) g_string_append_c (out, '\n');
  }
  return g_string_free (out, FALSE);
}

char *cw_string_literal (const char *text) {
  GString *out = g_string_new ("\"");
  for (const char *c = text; *c; c++) g_string_append_printf (out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
  return g_string_free (g_string_append_c (out, '"'), FALSE);
}

bool cw_code_only_shows (const char *code) {
  int line, column;
  g_autoptr (CwProgram) program = cw_parse (code, &line, &column, NULL);
  if (!program) return false;
  for (guint i = 0; i < program->statements->len; i++) {
    const CwNode *node = program->statements->pdata[i];
    if (node->kind != CW_NODE_EXPR && node->kind != CW_NODE_HELP && node->kind != CW_NODE_PASS) return false;
  }
  return true;
}
