/* lexer.c: a cell's text as tokens.
 *
 * Python's rules: a line break ends a statement unless a bracket is open or a backslash stands before it; the
 * indentation of a line opens and closes blocks. Lines that start with % are magics, as in Jupyter. A token
 * remembers line and column, so that every later error can point at its place.
 */
#include "engine/language/lexer.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char *text, *at, *line_start;
  int         line, first_column;
  const char *counted; /* the last place whose column was asked for */
  int         counted_column;
  int         depth; /* of open brackets */
  char        brackets[200];
  struct {
    int line, column;
  } opened[200]; /* where */
  GArray     *tokens;
  GArray     *indents;
  bool        expression_only;
  int        *error_line, *error_column;
} Lexer;

/* Counted on from the last place asked for on the line, so that long lines cost no more than short ones. */
static int column_of (Lexer *lx, const char *where) {
  if (lx->counted < lx->line_start || where < lx->counted) {
    lx->counted        = lx->line_start;
    lx->counted_column = lx->first_column;
  }
  lx->counted_column += (int) g_utf8_pointer_to_offset (lx->counted, where);
  lx->counted = where;
  return lx->counted_column;
}

static bool fail_at (Lexer *lx, const char *where, GError **error, const char *message) {
  *lx->error_line   = lx->line;
  *lx->error_column = column_of (lx, where);
  return cw_fail (error, CW_ERROR_SYNTAX, "%s", message);
}

static CwToken *add (Lexer *lx, CwTokenKind kind, const char *where, char *text) {
  CwToken token = { .kind = kind, .text = text, .line = lx->line, .column = column_of (lx, where) };
  g_array_append_val (lx->tokens, token);
  return &g_array_index (lx->tokens, CwToken, lx->tokens->len - 1);
}

static void clear_token (void *data) {
  g_free (((CwToken *) data)->text);
}

/* ---- strings ------------------------------------------------------------------------------ */

static bool unescape_hex (const char **p, const char *end, int digits, GString *out, GError **error) {
  gunichar value = 0;
  for (int i = 0; i < digits; i++) {
    (*p)++;
    if (*p >= end || !g_ascii_isxdigit (**p)) {
      return cw_fail (error, CW_ERROR_SYNTAX, "a \\x, \\u or \\U escape in this string needs %d hexadecimal digits", digits);
    }
    value = value * 16 + (gunichar) g_ascii_xdigit_value (**p);
  }
  if (!g_unichar_validate (value) || value == 0) {
    return cw_fail (error, CW_ERROR_SYNTAX, "an escape in this string names no character");
  }
  g_string_append_unichar (out, value);
  return true;
}

static bool unescape_octal (const char **p, const char *end, GString *out, GError **error) {
  gunichar value = 0;
  for (int i = 0; i < 3 && *p < end && **p >= '0' && **p <= '7'; i++, (*p)++) value = value * 8 + (gunichar) (**p - '0');
  (*p)--; /* on the last digit */
  if (value == 0) return cw_fail (error, CW_ERROR_SYNTAX, "an escape in this string names no character");
  g_string_append_unichar (out, value);
  return true;
}

char *cw_string_unescape (const char *body, gsize length, GError **error) {
  g_autoptr (GString) out = g_string_new (NULL);
  const char *end = body + length;
  for (const char *p = body; p < end; p++) {
    if (*p != '\\' || p + 1 >= end) {
      g_string_append_c (out, *p);
      continue;
    }
    static const char from[] = "ntr\\'\"abfv", to[] = "\n\t\r\\'\"\a\b\f\v";
    p++;
    const char *which = strchr (from, *p);
    int digits = *p == 'x' ? 2 : *p == 'u' ? 4 : *p == 'U' ? 8 : 0;
    if (*p == '\n') {
      continue;
    } else if (*p >= '0' && *p <= '7') {
      if (!unescape_octal (&p, end, out, error)) return NULL;
    } else if (which && *p) {
      g_string_append_c (out, to[which - from]);
    } else if (digits) {
      if (!unescape_hex (&p, end, digits, out, error)) return NULL;
    } else {
      g_string_append_c (out, '\\');
      g_string_append_c (out, *p);
    }
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static bool is_string_prefix (const char *p, bool *raw, bool *format, const char **quote) {
  *raw = *format = false;
  for (int i = 0; i < 3; i++, p++) {
    if (*p == '\'' || *p == '"') {
      *quote = p;
      return true;
    }
    if (*p == 'r' || *p == 'R') *raw = true;
    else if (*p == 'f' || *p == 'F') *format = true;
    else if (*p != 'u' && *p != 'U') return false;
  }
  return false;
}

static bool lex_string (Lexer *lx, const char *quote, bool raw, bool format, GError **error) {
  const char *start = lx->at;
  int line = lx->line, column = column_of (lx, start);
  bool triple = quote[1] == *quote && quote[2] == *quote;
  const char *body = quote + (triple ? 3 : 1), *p = body;
  for (;; p++) {
    if (*p == '\0' || (*p == '\n' && !triple)) {
      *lx->error_line   = line;
      *lx->error_column = column;
      return cw_fail (error, CW_ERROR_SYNTAX, triple ? "this triple-quoted string is never closed" : "this string is never closed");
    }
    if (*p == '\\' && p[1]) {
      p++;
    } else if (*p == *quote && (!triple || (p[1] == *quote && p[2] == *quote))) {
      break;
    }
    if (*p == '\n') {
      lx->line++;
      lx->line_start = p + 1;
    }
  }
  char *text = raw || format ? g_strndup (body, (gsize) (p - body)) : cw_string_unescape (body, (gsize) (p - body), error);
  if (!text) {
    *lx->error_line   = line;
    *lx->error_column = column;
    return false;
  }
  CwToken *token = add (lx, format ? CW_TOKEN_FSTRING : CW_TOKEN_STRING, p, text);
  token->flag   = raw;
  token->line   = line;
  token->column = column;
  lx->at = p + (triple ? 3 : 1);
  return true;
}

/* ---- numbers ------------------------------------------------------------------------------ */

static bool lex_based (Lexer *lx, const char *start, int base, GError **error) {
  g_autoptr (GString) digits = g_string_new (NULL);
  const char *p = start + 2;
  for (; g_ascii_isalnum (*p) || *p == '_'; p++) {
    if (*p != '_') g_string_append_c (digits, *p);
  }
  char *end;
  errno = 0;
  int64_t value = g_ascii_strtoll (digits->str, &end, base);
  if (!digits->len || *end) return fail_at (lx, start, error, "invalid digit in this number");
  if (errno == ERANGE) return fail_at (lx, start, error, "this integer is too large: integers of the notebook language have 64 bits");
  add (lx, CW_TOKEN_INT, start, NULL)->integer = value;
  lx->at = p;
  return true;
}

static bool lex_number (Lexer *lx, GError **error) {
  const char *start = lx->at, *p = start;
  char second = g_ascii_tolower (p[1]);
  if (*p == '0' && (second == 'x' || second == 'o' || second == 'b')) {
    return lex_based (lx, start, second == 'x' ? 16 : second == 'o' ? 8 : 2, error);
  }
  g_autoptr (GString) digits = g_string_new (NULL);
  bool is_float = false;
  for (;; p++) {
    if (*p == '_' && g_ascii_isdigit (p[1])) continue;
    bool sign_of_exponent = (*p == '+' || *p == '-') && (p[-1] == 'e' || p[-1] == 'E') && p > start;
    bool exponent = (*p == 'e' || *p == 'E') && (g_ascii_isdigit (p[1]) || ((p[1] == '+' || p[1] == '-') && g_ascii_isdigit (p[2])));
    if (!g_ascii_isdigit (*p) && *p != '.' && !exponent && !sign_of_exponent) break;
    if (*p == '.' && is_float) break;
    is_float |= *p == '.' || exponent;
    g_string_append_c (digits, *p);
  }
  bool imaginary = *p == 'j' || *p == 'J';
  if (imaginary) p++;
  if (g_ascii_isalnum (*p) || *p == '_') return fail_at (lx, start, error, "a name cannot start with a digit");
  if (is_float || imaginary) {
    add (lx, imaginary ? CW_TOKEN_IMAG : CW_TOKEN_FLOAT, start, NULL)->number = g_ascii_strtod (digits->str, NULL);
  } else {
    errno = 0;
    int64_t value = g_ascii_strtoll (digits->str, NULL, 10);
    if (errno == ERANGE) {
      return fail_at (lx, start, error, "this integer is too large: integers of the notebook language have 64 bits");
    }
    if (digits->len > 1 && digits->str[0] == '0' && value != 0) {
      return fail_at (lx, start, error, "leading zeros in integers are not allowed; use 0o for octal numbers");
    }
    add (lx, CW_TOKEN_INT, start, NULL)->integer = value;
  }
  lx->at = p;
  return true;
}

/* ---- operators and lines -------------------------------------------------------------------- */

static bool lex_operator (Lexer *lx, GError **error) {
  static const char *const operators[] = { "**=", "//=", ">>=", "<<=", "...", "**", "//", ">>", "<<", "<=", ">=", "==", "!=", "->",
                                           "+=", "-=", "*=", "/=", "%=", "@=", "&=", "|=", "^=", ":=" };
  for (guint i = 0; i < G_N_ELEMENTS (operators); i++) {
    if (g_str_has_prefix (lx->at, operators[i])) {
      add (lx, CW_TOKEN_OP, lx->at, g_strdup (operators[i]));
      lx->at += strlen (operators[i]);
      return true;
    }
  }
  char c = *lx->at;
  if (!strchr ("+-*/%@&|^~<>()[]{},:.;=?!", c)) {
    g_autofree char *what = g_strdup_printf ("the character %.*s has no meaning here",
                                             (int) (g_utf8_next_char (lx->at) - lx->at), lx->at);
    return fail_at (lx, lx->at, error, what);
  }
  if (strchr ("([{", c)) {
    if (lx->depth == (int) sizeof lx->brackets) return fail_at (lx, lx->at, error, "too many nested brackets");
    lx->opened[lx->depth].line   = lx->line;
    lx->opened[lx->depth].column = column_of (lx, lx->at);
    lx->brackets[lx->depth++]    = c;
  } else if (strchr (")]}", c)) {
    char want = c == ')' ? '(' : c == ']' ? '[' : '{';
    if (lx->depth == 0) {
      g_autofree char *what = g_strdup_printf ("unmatched '%c'", c);
      return fail_at (lx, lx->at, error, what);
    }
    if (lx->brackets[--lx->depth] != want) {
      g_autofree char *what = g_strdup_printf ("closing '%c' does not match opening '%c'", c, lx->brackets[lx->depth]);
      return fail_at (lx, lx->at, error, what);
    }
  }
  add (lx, CW_TOKEN_OP, lx->at, g_strndup (lx->at, 1));
  lx->at++;
  return true;
}

static bool lex_magic (Lexer *lx, GError **error) {
  const char *start = lx->at, *p = start;
  while (*p == '%') p++;
  bool cell = p - start == 2;
  const char *name = p;
  while (g_ascii_isalnum (*p) || *p == '_') p++;
  g_autofree char *text = g_strndup (name, (gsize) (p - name));
  if (!g_str_equal (text, "time") && !g_str_equal (text, "timeit")) {
    g_autofree char *what = g_strdup_printf ("%s%s is not a magic that notebooks here know; %%time and %%timeit are", cell ? "%%" : "%", text);
    return fail_at (lx, start, error, what);
  }
  while (g_str_has_prefix (p, " -")) { /* options of %timeit, such as -n 10 -r 3 */
    p += 3;
    while (*p == ' ') p++;
    while (g_ascii_isdigit (*p)) p++;
  }
  add (lx, CW_TOKEN_MAGIC, start, g_steal_pointer (&text))->flag = cell;
  lx->at = p;
  return true;
}

static bool lex_indentation (Lexer *lx, GError **error) {
  for (;;) {
    const char *p = lx->at;
    int width = 0;
    for (; *p == ' ' || *p == '\t' || *p == '\f'; p++) width = *p == '\t' ? (width / 8 + 1) * 8 : width + 1;
    if (*p == '#') p += strcspn (p, "\n");
    if (*p == '\r' && p[1] == '\n') p++;
    if (*p == '\n') { /* an empty line says nothing */
      lx->at = lx->line_start = p + 1;
      lx->line++;
      continue;
    }
    lx->at = p;
    if (*p == '\0') width = 0;
    int *top = &g_array_index (lx->indents, int, lx->indents->len - 1);
    if (width > *top) {
      g_array_append_val (lx->indents, width);
      add (lx, CW_TOKEN_INDENT, p, NULL);
    }
    while (width < g_array_index (lx->indents, int, lx->indents->len - 1)) {
      g_array_set_size (lx->indents, lx->indents->len - 1);
      add (lx, CW_TOKEN_DEDENT, p, NULL);
      if (width > g_array_index (lx->indents, int, lx->indents->len - 1)) {
        return fail_at (lx, p, error, "this line's indentation matches no block before it");
      }
    }
    return true;
  }
}

static bool lex_newline (Lexer *lx, GError **error) {
  if (lx->depth == 0 && !lx->expression_only) {
    add (lx, CW_TOKEN_NEWLINE, lx->at, NULL);
  }
  lx->at++;
  lx->line++;
  lx->line_start = lx->at;
  if (lx->depth == 0 && !lx->expression_only) {
    if (!lex_indentation (lx, error)) return false;
    if (*lx->at == '%') return lex_magic (lx, error);
  }
  return true;
}

static bool lex_token (Lexer *lx, GError **error) {
  const char *p = lx->at, *quote;
  bool raw, format;
  if (*p == '\n') return lex_newline (lx, error);
  if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\f') {
    lx->at++;
    return true;
  }
  if (*p == '#') {
    lx->at += strcspn (p, "\n");
    return true;
  }
  if (*p == '\\' && (p[1] == '\n' || (p[1] == '\r' && p[2] == '\n'))) {
    lx->at = lx->line_start = p + (p[1] == '\n' ? 2 : 3);
    lx->line++;
    return true;
  }
  if (is_string_prefix (p, &raw, &format, &quote)) return lex_string (lx, quote, raw, format, error);
  if ((*p == 'b' || *p == 'B') && (p[1] == '\'' || p[1] == '"')) {
    return fail_at (lx, p, error, "bytes are not part of the notebook language");
  }
  if (g_ascii_isdigit (*p) || (*p == '.' && g_ascii_isdigit (p[1]))) return lex_number (lx, error);
  gunichar c = g_utf8_get_char (p);
  if (c == '_' || g_unichar_isalpha (c)) {
    while (c == '_' || g_unichar_isalnum (c)) {
      p = g_utf8_next_char (p);
      c = g_utf8_get_char (p);
    }
    add (lx, CW_TOKEN_NAME, lx->at, g_strndup (lx->at, (gsize) (p - lx->at)));
    lx->at = p;
    return true;
  }
  return lex_operator (lx, error);
}

static bool tokenize_all (Lexer *lx, GError **error) {
  if (!g_utf8_validate (lx->text, -1, NULL)) return fail_at (lx, lx->text, error, "the text is not valid UTF-8");
  if (!lx->expression_only) {
    if (!lex_indentation (lx, error)) return false;
    if (*lx->at == '%' && !lex_magic (lx, error)) return false;
  }
  while (*lx->at) {
    if (!lex_token (lx, error)) return false;
  }
  if (lx->depth > 0) {
    *lx->error_line   = lx->opened[lx->depth - 1].line;
    *lx->error_column = lx->opened[lx->depth - 1].column;
    return cw_fail (error, CW_ERROR_SYNTAX, "'%c' was never closed", lx->brackets[lx->depth - 1]);
  }
  const CwToken *last = lx->tokens->len ? &g_array_index (lx->tokens, CwToken, lx->tokens->len - 1) : NULL;
  bool ended = !last || last->kind == CW_TOKEN_NEWLINE || last->kind == CW_TOKEN_DEDENT;
  if (!lx->expression_only && !ended) add (lx, CW_TOKEN_NEWLINE, lx->at, NULL);
  while (lx->indents->len > 1) {
    g_array_set_size (lx->indents, lx->indents->len - 1);
    add (lx, CW_TOKEN_DEDENT, lx->at, NULL);
  }
  add (lx, CW_TOKEN_END, lx->at, NULL);
  return true;
}

GArray *cw_tokenize (const char *text, int first_line, int first_column, bool expression_only, int *line, int *column,
                     GError **error) {
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (CwToken));
  g_autoptr (GArray) indents = g_array_new (FALSE, FALSE, sizeof (int));
  g_array_set_clear_func (tokens, clear_token);
  int zero = 0;
  g_array_append_val (indents, zero);
  Lexer lx = { .text = text, .at = text, .line_start = text, .line = first_line, .first_column = first_column, .tokens = tokens,
               .indents = indents, .expression_only = expression_only, .error_line = line, .error_column = column };
  if (!tokenize_all (&lx, error)) return NULL;
  return g_steal_pointer (&tokens);
}
