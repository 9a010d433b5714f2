/* command-facts.c: chunkwise facts, the interchange of the conformance suite.
 *
 * One JSON line {"id", "code"} in, one JSON line of facts out. A line that is no such object is answered with an error,
 * so that every line in has a line out.
 */
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/commands.h"
#include "engine/language/language.h"

static const char *text_member (JsonObject *object, const char *name) {
  JsonNode *node = json_object_get_member (object, name);
  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : NULL;
}

static char *json_string (const char *text) {
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), text);
  return json_to_string (node, FALSE);
}

static void answer (const char *line) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  bool parsed = json_parser_load_from_data (parser, line, -1, NULL);
  JsonNode *root = parsed ? json_parser_get_root (parser) : NULL;
  JsonObject *object = root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  const char *id = object ? text_member (object, "id") : NULL, *code = object ? text_member (object, "code") : NULL;
  g_autofree char *quoted = json_string (id ? id : "");
  if (!id || !code) {
    printf ("{\"id\":%s,\"error\":{\"type\":\"ValueError\",\"message\":\"a line must be an object with the strings id and code\"}}\n", quoted);
  } else {
    g_autofree char *facts = cw_session_facts (code);
    printf ("{\"id\":%s,%s}\n", quoted, facts);
  }
  fflush (stdout);
}

int cw_command_facts (int argc, char **argv) {
  if (argc > 1) {
    fprintf (stderr, _("chunkwise facts takes no arguments: it reads JSON lines from standard input\n"));
    return 2;
  }
  char *line = NULL;
  size_t room = 0;
  while (getline (&line, &room, stdin) >= 0) {
    g_strchomp (line);
    if (*line) answer (line);
  }
  free (line);
  return 0;
}
