/* test-facts.c: code has the values, shapes, chunks, dtypes and errors that real Dask gave.
 *
 * chains.jsonl holds random chains of operations, facts.jsonl single calls of all functions: one JSON object a line, code and what
 * Dask 2022.12 answered (with NumPy 2's scalar promotion). The facts of the same code here must agree; floats within
 * 1e-10, where a dtype has fewer digits within its own.
 */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/language/language.h"

typedef struct {
  char       *name, *code;
  JsonObject *expect;
} Fact;

static double tolerance (const char *dtype) {
  if (g_str_equal (dtype, "float16")) return 2e-3;
  return g_str_equal (dtype, "float32") || g_str_equal (dtype, "complex64") ? 1e-5 : 1e-10;
}

static double number_of (JsonNode *node) {
  if (json_node_get_value_type (node) == G_TYPE_STRING) {
    const char *text = json_node_get_string (node);
    return g_str_equal (text, "nan") ? NAN : g_str_equal (text, "inf") ? INFINITY : -INFINITY;
  }
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN) return json_node_get_boolean (node);
  return json_node_get_double (node);
}

static double largest_of (JsonNode *node) {
  double largest = 0;
  if (!JSON_NODE_HOLDS_ARRAY (node)) return isfinite (number_of (node)) ? fabs (number_of (node)) : 0;
  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) largest = fmax (largest, largest_of (json_array_get_element (array, i)));
  return largest;
}

static void compare_values (JsonNode *have, JsonNode *want, double relative, double largest) {
  if (JSON_NODE_HOLDS_ARRAY (want)) {
    g_assert_true (JSON_NODE_HOLDS_ARRAY (have));
    JsonArray *a = json_node_get_array (have), *b = json_node_get_array (want);
    g_assert_cmpuint (json_array_get_length (a), ==, json_array_get_length (b));
    for (guint i = 0; i < json_array_get_length (b); i++) {
      compare_values (json_array_get_element (a, i), json_array_get_element (b, i), relative, largest);
    }
    return;
  }
  double x = number_of (have), y = number_of (want);
  if (isnan (y) || isinf (y)) g_assert_true ((isnan (x) && isnan (y)) || x == y);
  else g_assert_cmpfloat_with_epsilon (x, y, relative * fabs (y) + relative * 1e-2 + 1e-15 * largest);
}

static const char *text_of (JsonObject *o, const char *name) {
  return json_object_has_member (o, name) ? json_object_get_string_member (o, name) : "";
}

static void compare_facts (JsonObject *have, JsonObject *want) {
  if (json_object_has_member (want, "items")) {
    g_assert_true (json_object_has_member (have, "items"));
    JsonArray *a = json_object_get_array_member (have, "items"), *b = json_object_get_array_member (want, "items");
    g_assert_cmpuint (json_array_get_length (a), ==, json_array_get_length (b));
    for (guint i = 0; i < json_array_get_length (b); i++) {
      compare_facts (json_array_get_object_element (a, i), json_array_get_object_element (b, i));
    }
    return;
  }
  const char *dtype = text_of (want, "dtype");
  g_assert_cmpstr (text_of (have, "kind"), ==, text_of (want, "kind"));
  if (!g_str_equal (dtype, text_of (have, "dtype"))) g_assert_cmpstr (text_of (have, "dtype"), ==, text_of (want, "computed_dtype"));
  if (json_object_has_member (want, "chunks")) {
    g_assert_true (json_object_has_member (have, "chunks"));
    compare_values (json_object_get_member (have, "chunks"), json_object_get_member (want, "chunks"), 1e-10, 1);
  }
  if (json_object_has_member (want, "values") && *dtype) {
    JsonNode *values = json_object_get_member (want, "values");
    compare_values (json_object_get_member (have, "values"), values, tolerance (dtype), largest_of (values));
  }
}

static void compare_errors (JsonObject *have, JsonObject *want) {
  g_assert_true (json_object_has_member (have, "error"));
  const char *class = text_of (json_object_get_object_member (have, "error"), "type");
  if (g_str_equal (class, text_of (want, "type"))) return;
  JsonArray *accept = json_object_has_member (want, "accept") ? json_object_get_array_member (want, "accept") : NULL;
  for (guint i = 0; accept && i < json_array_get_length (accept); i++) {
    if (g_str_equal (json_array_get_string_element (accept, i), class)) return;
  }
  g_error ("raised %s, Dask raises %s", class, text_of (want, "type"));
}

static void answers_as_dask (const void *data) {
  const Fact *fact = data;
  g_test_message ("%s", fact->code);
  g_autofree char *members = cw_session_facts (fact->code);
  g_autofree char *object = g_strdup_printf ("{%s}", members);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_assert_true (json_parser_load_from_data (parser, object, -1, NULL));
  JsonObject *have = json_node_get_object (json_parser_get_root (parser));
  if (json_object_has_member (fact->expect, "error")) {
    compare_errors (have, json_object_get_object_member (fact->expect, "error"));
  } else {
    if (json_object_has_member (have, "error")) g_error ("raised %s", text_of (json_object_get_object_member (have, "error"), "message"));
    compare_facts (have, fact->expect);
  }
}

static void fact_free (void *data) {
  Fact *fact = data;
  g_free (fact->name);
  g_free (fact->code);
  json_object_unref (fact->expect);
  g_free (fact);
}

static void add_fact (const char *line) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_assert_true (json_parser_load_from_data (parser, line, -1, NULL));
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  Fact *fact = g_new0 (Fact, 1);
  fact->name   = g_strdup_printf ("/conformance/%s", text_of (object, "id"));
  fact->code   = g_strdup (text_of (object, "code"));
  fact->expect = json_object_ref (json_object_get_object_member (object, "expect"));
  g_test_add_data_func_full (fact->name, fact, answers_as_dask, fact_free);
}

static void add_file (const char *name) {
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "conformance", name, NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line; line++) {
    if (**line) add_fact (*line);
  }
}

/* names.txt: what dask.array and NumPy have and a notebook may ask for; x is a Dask array, e a NumPy array. */
static void names_are_there (void) {
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "conformance", "names.txt", NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  for (char **line = lines; *line; line++) {
    g_autofree char *code = g_strdup_printf ("import numpy as np\nimport dask.array as da\nx = da.ones((4, 4), chunks=2)\ne = np.ones((2, 2))\n%s", *line);
    g_autofree char *facts = cw_session_facts (code);
    if (g_str_has_prefix (facts, "\"error\"")) g_error ("%s: %s", *line, facts);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  add_file ("chains.jsonl");
  add_file ("facts.jsonl");
  g_test_add_func ("/conformance/names", names_are_there);
  return g_test_run ();
}
