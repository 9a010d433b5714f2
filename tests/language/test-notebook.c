/* test-notebook.c: cells of a .py file. */
#include "engine/language/language.h"

static const CwCell *cell (GPtrArray *cells, guint i) {
  g_assert_cmpuint (i, <, cells->len);
  return cells->pdata[i];
}

static void marks_separate_cells (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("# %% First\nx = 1\n\n# %% [markdown]\n# Text\n# %% tags=[\"raises-exception\"]\n1/0\n");
  g_assert_cmpuint (cells->len, ==, 3);
  g_assert_cmpstr (cell (cells, 0)->code, ==, "x = 1\n");
  g_assert_cmpstr (cell (cells, 0)->marker, ==, " First");
  g_assert_cmpint (cell (cells, 0)->line, ==, 2);
  g_assert_true (cell (cells, 1)->markdown);
  g_assert_cmpstr (cell (cells, 1)->code, ==, "# Text\n");
  g_assert_true (cell (cells, 2)->raises_exception);
  g_assert_cmpint (cell (cells, 2)->line, ==, 7);
}

static void a_script_has_a_cell_a_statement (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("# a remark\nx = 1\n\nfor i in range(3):\n    x += i\n\n    x += 1\n%%time\ny = (x +\n     1)\ny\n");
  g_assert_cmpuint (cells->len, ==, 4);
  g_assert_cmpstr (cell (cells, 0)->code, ==, "x = 1\n");
  g_assert_cmpint (cell (cells, 0)->line, ==, 2);
  g_assert_cmpstr (cell (cells, 1)->code, ==, "for i in range(3):\n    x += i\n\n    x += 1\n");
  g_assert_cmpstr (cell (cells, 2)->code, ==, "%%time\ny = (x +\n     1)\n");
  g_assert_cmpstr (cell (cells, 3)->code, ==, "y\n");
}

static void printing_and_parsing_are_inverse (void) {
  const char *texts[] = { "# %%\nfor i in range(3):\n    print(i)\n# %%\nif x:\n    y = 1\n    z = 2\n", "# %%\nx = 1\n# %% [markdown]\n# Text\n", "# %%\n# %% tags=[\"a\"]\ny\n", "before\n# %%\nafter\n" };
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GPtrArray) cells = cw_notebook_parse (texts[i]);
    g_autofree char *printed = cw_notebook_print (cells);
    g_autoptr (GPtrArray) again = cw_notebook_parse (printed);
    g_assert_cmpstr (printed, ==, texts[i]);
    g_assert_cmpuint (again->len, ==, cells->len);
    for (guint k = 0; k < cells->len; k++) {
      g_assert_cmpstr (cell (again, k)->code, ==, cell (cells, k)->code);
      g_assert_cmpstr (cell (again, k)->marker, ==, cell (cells, k)->marker);
    }
  }
}

static void timing_marks_are_code (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("# %%\n# %%time\nx = 1\n");
  g_assert_cmpuint (cells->len, ==, 1);
  g_assert_cmpstr (cell (cells, 0)->code, ==, "# %%time\nx = 1\n");
}

static void an_empty_text_has_no_cells (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("");
  g_assert_cmpuint (cells->len, ==, 0);
  g_autoptr (GPtrArray) remarks = cw_notebook_parse ("# only\n# remarks\n");
  g_assert_cmpuint (remarks->len, ==, 0);
}

static void broken_code_is_still_a_cell (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("x = (1\ny = 2\n");
  g_assert_cmpuint (cells->len, ==, 1);
}

static void a_byte_order_mark_says_nothing (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("\xef\xbb\xbf# %% Title\nx = 1\n");
  g_assert_cmpuint (cells->len, ==, 1);
  g_assert_cmpstr (cell (cells, 0)->code, ==, "x = 1\n");
  g_assert_cmpint (cell (cells, 0)->line, ==, 2);
}

/* However far its end is from the bracket, or the quotes, that opened it. */
static void a_long_statement_is_one_cell (void) {
  static const char *const ends[][2] = { { "x = [\n", "]\n" }, { "x = '''\n", "'''\n" } };
  for (guint k = 0; k < G_N_ELEMENTS (ends); k++) {
    g_autoptr (GString) text = g_string_new (ends[k][0]);
    for (int i = 0; i < 300; i++) g_string_append (text, "1,\n");
    g_string_append (text, ends[k][1]);
    g_autoptr (GPtrArray) cells = cw_notebook_parse (text->str);
    g_assert_cmpuint (cells->len, ==, 1);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/notebook/marks", marks_separate_cells);
  g_test_add_func ("/notebook/script", a_script_has_a_cell_a_statement);
  g_test_add_func ("/notebook/round-trip", printing_and_parsing_are_inverse);
  g_test_add_func ("/notebook/timing", timing_marks_are_code);
  g_test_add_func ("/notebook/byte-order-mark", a_byte_order_mark_says_nothing);
  g_test_add_func ("/notebook/long-statement", a_long_statement_is_one_cell);
  g_test_add_func ("/notebook/empty", an_empty_text_has_no_cells);
  g_test_add_func ("/notebook/broken", broken_code_is_still_a_cell);
  return g_test_run ();
}
