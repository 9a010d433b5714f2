/* test-parser.c: tokens as a tree, and what the notebook language refuses. */
#include <string.h>

#include "engine/language/ast.h"

static CwProgram *parse (const char *text) {
  g_autoptr (GError) error = NULL;
  int line, column;
  CwProgram *program = cw_parse (text, &line, &column, &error);
  g_assert_no_error (error);
  return program;
}

static const CwNode *statement (CwProgram *p, guint i) {
  g_assert_cmpuint (i, <, p->statements->len);
  return p->statements->pdata[i];
}

static void precedence_is_pythons (void) {
  g_autoptr (CwProgram) p = parse ("-a ** 2 + b * c\na or b and not c");
  const CwNode *sum = statement (p, 0)->a;
  g_assert_cmpint (sum->op, ==, CW_OP_ADD);
  g_assert_cmpint (sum->a->kind, ==, CW_NODE_UNARY);
  g_assert_cmpint (sum->a->a->op, ==, CW_OP_POW);
  g_assert_cmpint (sum->b->op, ==, CW_OP_MUL);
  const CwNode *either = statement (p, 1)->a;
  g_assert_cmpint (either->kind, ==, CW_NODE_OR);
  g_assert_cmpint (either->b->kind, ==, CW_NODE_AND);
  g_assert_cmpint (either->b->b->kind, ==, CW_NODE_NOT);
}

static void powers_lean_right_and_differences_left (void) {
  g_autoptr (CwProgram) p = parse ("a ** b ** c\na - b - c");
  g_assert_cmpint (statement (p, 0)->a->b->op, ==, CW_OP_POW);
  g_assert_cmpint (statement (p, 1)->a->a->op, ==, CW_OP_SUB);
}

static void subscripts_hold_slices (void) {
  g_autoptr (CwProgram) p = parse ("x[::2, 1:, ..., None, i]");
  const CwNode *items = statement (p, 0)->a->b;
  g_assert_cmpint (items->kind, ==, CW_NODE_TUPLE);
  g_assert_cmpuint (items->list->len, ==, 5);
  const CwNode *slice = items->list->pdata[0];
  g_assert_null (slice->a);
  g_assert_cmpint (slice->c->integer, ==, 2);
}

static void calls_keep_their_arguments (void) {
  g_autoptr (CwProgram) p = parse ("f(1, *a, k=2, **d)");
  GPtrArray *args = statement (p, 0)->a->list;
  const CwNodeKind kinds[] = { CW_NODE_INT, CW_NODE_STAR, CW_NODE_KEYWORD, CW_NODE_STAR2 };
  g_assert_cmpuint (args->len, ==, 4);
  for (guint i = 0; i < 4; i++) g_assert_cmpint (((CwNode *) args->pdata[i])->kind, ==, kinds[i]);
}

static void a_semicolon_at_the_end_hides (void) {
  g_autoptr (CwProgram) p = parse ("a; b;\nc");
  g_assert_false (statement (p, 0)->flag);
  g_assert_true (statement (p, 1)->flag);
  g_assert_false (statement (p, 2)->flag);
}

static void nodes_know_line_and_column (void) {
  g_autoptr (CwProgram) p = parse ("a = 1\nb = (a +\n     c.d)");
  const CwNode *sum = statement (p, 1)->a;
  g_assert_cmpint (sum->line, ==, 2);
  g_assert_cmpint (sum->column, ==, 8);
  g_assert_cmpint (sum->b->line, ==, 3);
}

static void magics_wrap_what_they_time (void) {
  g_autoptr (CwProgram) p = parse ("%%time\na = 1\nb = 2");
  g_assert_true (p->timed);
  g_assert_cmpuint (p->statements->len, ==, 1);
  g_assert_cmpuint (statement (p, 0)->list->len, ==, 2);
  g_autoptr (CwProgram) q = parse ("a = 1\n%timeit a\nb");
  g_assert_cmpuint (q->statements->len, ==, 3);
  g_assert_true (statement (q, 1)->flag);
}

static void refuses (const char *text, int line, int column, const char *part) {
  g_autoptr (GError) error = NULL;
  int at_line = 0, at_column = 0;
  CwProgram *p = cw_parse (text, &at_line, &at_column, &error);
  g_assert_null (p);
  g_assert_error (error, CW_ERROR, CW_ERROR_SYNTAX);
  if (!strstr (error->message, part)) g_error ("%s: got \"%s\"", text, error->message);
  g_assert_cmpint (at_line, ==, line);
  g_assert_cmpint (at_column, ==, column);
}

static void what_is_outside_says_so (void) {
  refuses ("class A:\n  pass", 1, 1, "classes are not part of the notebook language");
  refuses ("async def f(): pass", 1, 1, "not part of the notebook language");
  refuses ("@d\ndef f(): pass", 1, 1, "decorators are not part of the notebook language");
  refuses ("from numpy import *", 1, 19, "not part of the notebook language");
  refuses ("!ls", 1, 1, "shell commands are not part of the notebook language");
  refuses ("def f():\n  yield 1", 2, 3, "not part of the notebook language");
}

static void mistakes_are_explained (void) {
  refuses ("if a = 1:\n  b", 1, 6, "to compare, write '=='");
  refuses ("f(1) = 2", 1, 1, "cannot assign to a function call");
  refuses ("x = [1, 2", 1, 5, "'[' was never closed");
  refuses ("for i in range(3)\n  i", 1, 18, "':' is missing");
  refuses ("x = 1 +", 1, 8, "a value is missing");
  refuses ("x y", 1, 3, "cannot stand here");
  refuses ("f(a=1, 2)", 1, 8, "positional argument follows keyword argument");
  refuses ("return 1", 1, 1, "outside a function");
  refuses ("break", 1, 1, "outside a loop");
  refuses ("if a:\nb", 2, 1, "an indented block is missing");
  refuses ("f'{x'", 1, 1, "expecting '}'");
  refuses ("print 'a'", 1, 1, "print is a function");
  refuses ("None = 1", 1, 1, "cannot assign to None");
}

static void nesting_has_an_end (void) {
  g_autofree char *deep = g_strnfill (150, '(');
  g_autofree char *code = g_strconcat (deep, "1", NULL);
  g_autoptr (GError) error = NULL;
  int line, column;
  g_assert_null (cw_parse (code, &line, &column, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_SYNTAX);
  const char *const chains[] = { "lambda: ", "not ", "-", "1 if a else ", "a ** ", "1 + ", "1 * ", "a and ", "a or " };
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++) {
    GString *chain = g_string_new (NULL);
    for (int k = 0; k < 20000; k++) g_string_append (chain, chains[i]);
    g_string_append (chain, "1");
    g_autoptr (GError) refused = NULL;
    g_assert_null (cw_parse (chain->str, &line, &column, &refused));
    g_assert_error (refused, CW_ERROR, CW_ERROR_SYNTAX);
    g_string_free (chain, TRUE);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parser/precedence", precedence_is_pythons);
  g_test_add_func ("/parser/associativity", powers_lean_right_and_differences_left);
  g_test_add_func ("/parser/subscripts", subscripts_hold_slices);
  g_test_add_func ("/parser/calls", calls_keep_their_arguments);
  g_test_add_func ("/parser/semicolon", a_semicolon_at_the_end_hides);
  g_test_add_func ("/parser/places", nodes_know_line_and_column);
  g_test_add_func ("/parser/magics", magics_wrap_what_they_time);
  g_test_add_func ("/parser/outside", what_is_outside_says_so);
  g_test_add_func ("/parser/mistakes", mistakes_are_explained);
  g_test_add_func ("/parser/nesting", nesting_has_an_end);
  return g_test_run ();
}
