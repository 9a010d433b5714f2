/* ipynb.c: reads notebooks of Jupyter (nbformat 4), cell by cell.
 *
 * Outputs stay behind: they are computed anew. Lines that IPython alone understands (%matplotlib inline, !pip install) become comments, as Jupytext makes
 * them; those that the notebook language has, %time and %timeit, stay. */
#include "app/ipynb.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "engine/language/language.h"

bool
cw_is_ipynb (const char *name) {
  return g_str_has_suffix (name, ".ipynb");
}

/* The text of a cell: one string, or a list of lines with their breaks. */
static char *
source_of (JsonObject *cell) {
  JsonNode *source = json_object_get_member (cell, "source");
  GString *text = g_string_new (NULL);
  if (source && JSON_NODE_HOLDS_VALUE (source) && json_node_get_value_type (source) == G_TYPE_STRING)
    g_string_append (text, json_node_get_string (source));
  JsonArray *lines = source && JSON_NODE_HOLDS_ARRAY (source) ? json_node_get_array (source) : NULL;
  for (guint i = 0; lines && i < json_array_get_length (lines); i++) {
    JsonNode *line = json_array_get_element (lines, i);
    if (JSON_NODE_HOLDS_VALUE (line) && json_node_get_value_type (line) == G_TYPE_STRING)
      g_string_append (text, json_node_get_string (line));
  }
  return g_string_free (text, FALSE);
}

static bool
has_tag (JsonObject *cell, const char *tag) {
  JsonNode *metadata = json_object_get_member (cell, "metadata");
  JsonNode *tags = metadata && JSON_NODE_HOLDS_OBJECT (metadata) ? json_object_get_member (json_node_get_object (metadata), "tags") : NULL;
  JsonArray *all = tags && JSON_NODE_HOLDS_ARRAY (tags) ? json_node_get_array (tags) : NULL;
  for (guint i = 0; all && i < json_array_get_length (all); i++) {
    JsonNode *one = json_array_get_element (all, i);
    if (JSON_NODE_HOLDS_VALUE (one) && g_strcmp0 (json_node_get_string (one), tag) == 0)
      return true;
  }
  return false;
}

/* @text with "# " before its lines: before all of them, or before those that are IPython's. */
static char *
commented (const char *text, bool all) {
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *out = g_string_new (NULL);
  for (int i = 0; lines[i] && (lines[i + 1] || *lines[i]); i++) {
    const char *word = lines[i] + strspn (lines[i], " \t"), *magic = word + strspn (word, "%");
    bool timing = magic > word && (g_str_has_prefix (magic, "time ") || g_str_has_prefix (magic, "timeit") || g_str_equal (magic, "time"));
    bool comment = all || ((*word == '%' || *word == '!') && !timing);
    g_string_append_printf (out, "%s%s\n", comment ? *lines[i] ? "# " : "#" : "", lines[i]);
  }
  return g_string_free (out, FALSE);
}

static CwCell *
cell_of (JsonObject *object) {
  JsonNode *type = json_object_get_member (object, "cell_type");
  bool code = type && JSON_NODE_HOLDS_VALUE (type) && g_strcmp0 (json_node_get_string (type), "code") == 0;
  g_autofree char *source = source_of (object);
  CwCell *cell = g_new0 (CwCell, 1);
  cell->code = commented (source, !code);
  cell->marker = g_strdup (!code ? " [markdown]" : has_tag (object, "raises-exception") ? " tags=[\"raises-exception\"]" : "");
  return cell;
}

static char *
convert (const char *name, const char *contents, gsize length, GError **error) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) broken = NULL;
  if (!json_parser_load_from_data (parser, contents, (gssize) length, &broken)) {
    cw_fail (error, CW_ERROR_VALUE, "%s is no notebook of Jupyter: %s", name, broken->message);
    return NULL;
  }
  JsonNode *root = json_parser_get_root (parser);
  JsonNode *list = root && JSON_NODE_HOLDS_OBJECT (root) ? json_object_get_member (json_node_get_object (root), "cells") : NULL;
  if (!list || !JSON_NODE_HOLDS_ARRAY (list)) {
    cw_fail (error, CW_ERROR_VALUE, "%s has no cells: notebooks of Jupyter are read in their format 4, in which any Jupyter of today saves", name);
    return NULL;
  }
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  JsonArray *all = json_node_get_array (list);
  for (guint i = 0; i < json_array_get_length (all); i++) {
    JsonNode *cell = json_array_get_element (all, i);
    if (JSON_NODE_HOLDS_OBJECT (cell))
      g_ptr_array_add (cells, cell_of (json_node_get_object (cell)));
  }
  return cw_notebook_print (cells);
}

char *
cw_notebook_text (const char *name, const char *contents, gsize length, GError **error) {
  if (!g_utf8_validate (contents, (gssize) length, NULL)) {
    cw_fail (error, CW_ERROR_VALUE, "“%s” is not a text file", name);
    return NULL;
  }
  return cw_is_ipynb (name) ? convert (name, contents, length, error) : g_strndup (contents, length);
}

char *
cw_notebook_read (const char *path, GError **error) {
  g_autofree char *contents = NULL, *name = g_path_get_basename (path);
  gsize length;
  return g_file_get_contents (path, &contents, &length, error) ? cw_notebook_text (name, contents, length, error) : NULL;
}
