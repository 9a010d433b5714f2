/* test-lexer.c: a cell's text as tokens. */
#include "engine/language/lexer.h"

#include <string.h>

static GArray *tokens_of (const char *text) {
  g_autoptr (GError) error = NULL;
  int line, column;
  GArray *tokens = cw_tokenize (text, 1, 1, false, &line, &column, &error);
  g_assert_no_error (error);
  return tokens;
}

static const CwToken *at (GArray *tokens, guint i) {
  g_assert_cmpuint (i, <, tokens->len);
  return &g_array_index (tokens, CwToken, i);
}

static void numbers_keep_their_kind (void) {
  g_autoptr (GArray) t = tokens_of ("12 0x1f 1_000 2.5 1e3 .5 3j");
  const CwTokenKind kinds[] = { CW_TOKEN_INT, CW_TOKEN_INT, CW_TOKEN_INT, CW_TOKEN_FLOAT, CW_TOKEN_FLOAT, CW_TOKEN_FLOAT, CW_TOKEN_IMAG };
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) g_assert_cmpint (at (t, i)->kind, ==, kinds[i]);
  g_assert_cmpint (at (t, 1)->integer, ==, 31);
  g_assert_cmpint (at (t, 2)->integer, ==, 1000);
  g_assert_cmpfloat (at (t, 4)->number, ==, 1000);
}

static void strings_are_decoded (void) {
  g_autoptr (GArray) t = tokens_of ("'a\\n\\x41' r'a\\n' \"\"\"two\nlines\"\"\" f'{x}'");
  g_assert_cmpstr (at (t, 0)->text, ==, "a\nA");
  g_assert_cmpstr (at (t, 1)->text, ==, "a\\n");
  g_assert_cmpstr (at (t, 2)->text, ==, "two\nlines");
  g_assert_cmpint (at (t, 3)->kind, ==, CW_TOKEN_FSTRING);
  g_assert_cmpint (at (t, 3)->line, ==, 2);
}

static void indentation_opens_and_closes_blocks (void) {
  g_autoptr (GArray) t = tokens_of ("if a:\n  b\n\n  # remark\n  c\nd");
  int indents = 0, dedents = 0, lines = 0;
  for (guint i = 0; i < t->len; i++) {
    indents += at (t, i)->kind == CW_TOKEN_INDENT;
    dedents += at (t, i)->kind == CW_TOKEN_DEDENT;
    lines += at (t, i)->kind == CW_TOKEN_NEWLINE;
  }
  g_assert_cmpint (indents, ==, 1);
  g_assert_cmpint (dedents, ==, 1);
  g_assert_cmpint (lines, ==, 4);
}

static void brackets_and_backslashes_continue_lines (void) {
  g_autoptr (GArray) t = tokens_of ("f(1,\n  2)\na = 1 + \\\n  2");
  int lines = 0;
  for (guint i = 0; i < t->len; i++) lines += at (t, i)->kind == CW_TOKEN_NEWLINE;
  g_assert_cmpint (lines, ==, 2);
}

static void columns_count_characters (void) {
  g_autoptr (GArray) t = tokens_of ("'äöü' + x");
  g_assert_cmpint (at (t, 2)->column, ==, 9);
}

static void magics_are_tokens (void) {
  g_autoptr (GArray) t = tokens_of ("%%time\nx");
  g_assert_cmpint (at (t, 0)->kind, ==, CW_TOKEN_MAGIC);
  g_assert_true (at (t, 0)->flag);
}

static void refuses (const char *text, int line, int column, const char *part) {
  g_autoptr (GError) error = NULL;
  int at_line = 0, at_column = 0;
  GArray *t = cw_tokenize (text, 1, 1, false, &at_line, &at_column, &error);
  g_assert_null (t);
  g_assert_error (error, CW_ERROR, CW_ERROR_SYNTAX);
  g_assert_cmpint (at_line, ==, line);
  g_assert_cmpint (at_column, ==, column);
  g_assert_nonnull (strstr (error->message, part));
}

static void errors_name_their_place (void) {
  refuses ("x = 'abc", 1, 5, "never closed");
  refuses ("a\nb = (1, 2", 2, 5, "'(' was never closed");
  refuses ("a = )", 1, 5, "unmatched ')'");
  refuses ("a = (1]", 1, 7, "does not match");
  refuses ("99999999999999999999", 1, 1, "64 bits");
  refuses ("if a:\n    b\n  c", 3, 3, "indentation");
  refuses ("x = 3 $ 4", 1, 7, "no meaning");
  refuses ("%matplotlib inline", 1, 1, "not a magic");
  refuses ("x = b'a'", 1, 5, "bytes are not part");
  refuses ("3abc", 1, 1, "cannot start with a digit");
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lexer/numbers", numbers_keep_their_kind);
  g_test_add_func ("/lexer/strings", strings_are_decoded);
  g_test_add_func ("/lexer/indentation", indentation_opens_and_closes_blocks);
  g_test_add_func ("/lexer/continuation", brackets_and_backslashes_continue_lines);
  g_test_add_func ("/lexer/columns", columns_count_characters);
  g_test_add_func ("/lexer/magics", magics_are_tokens);
  g_test_add_func ("/lexer/errors", errors_name_their_place);
  return g_test_run ();
}
