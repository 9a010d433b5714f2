/* markup.c: cmark's inline nodes as Pango markup, by one walk over the tree. */
#include "lessons/markup.h"

#include <string.h>

#include "lessons/lesson.h"

static void
append_escaped (GString *out, const char *text) {
  g_autofree char *escaped = g_markup_escape_text (text ? text : "", -1);
  g_string_append (out, escaped);
}

static void
enter (GString *out, cmark_node *node) {
  switch (cmark_node_get_type (node)) {
  case CMARK_NODE_TEXT: append_escaped (out, cmark_node_get_literal (node)); break;
  case CMARK_NODE_SOFTBREAK: g_string_append_c (out, ' '); break;
  case CMARK_NODE_LINEBREAK: g_string_append_c (out, '\n'); break;
  case CMARK_NODE_CODE:
    g_string_append (out, "<tt>");
    append_escaped (out, cmark_node_get_literal (node));
    g_string_append (out, "</tt>");
    break;
  case CMARK_NODE_EMPH: g_string_append (out, "<i>"); break;
  case CMARK_NODE_STRONG: g_string_append (out, "<b>"); break;
  case CMARK_NODE_LINK:
    g_string_append (out, "<a href=\"");
    append_escaped (out, cmark_node_get_url (node));
    g_string_append (out, "\">");
    break;
  default: break;
  }
}

static void
leave (GString *out, cmark_node *node) {
  switch (cmark_node_get_type (node)) {
  case CMARK_NODE_EMPH: g_string_append (out, "</i>"); break;
  case CMARK_NODE_STRONG: g_string_append (out, "</b>"); break;
  case CMARK_NODE_LINK: g_string_append (out, "</a>"); break;
  case CMARK_NODE_PARAGRAPH:
    if (cmark_node_next (node))
      g_string_append (out, "\n\n");
    break;
  default: break;
  }
}

char *
cw_markup_from_node (cmark_node *node) {
  GString    *out = g_string_new (NULL);
  cmark_iter *walk = cmark_iter_new (node);
  for (cmark_event_type event; (event = cmark_iter_next (walk)) != CMARK_EVENT_DONE;) {
    cmark_node *at = cmark_iter_get_node (walk);
    if (at == node)
      continue;
    if (event == CMARK_EVENT_ENTER)
      enter (out, at);
    else
      leave (out, at);
  }
  cmark_iter_free (walk);
  return g_string_free (out, FALSE);
}

static void
collect_text (GMarkupParseContext *context, const char *text, gsize length, void *out, GError **error) {
  g_string_append_len (out, text, length);
}

static void
mark_code (GString *out, const char *element) {
  if (strcmp (element, "tt") == 0)
    g_string_append_c (out, '`');
}

static void
element_begins (GMarkupParseContext *context, const char *element, const char **names, const char **values, void *out,
                GError **error) {
  mark_code (out, element);
}

static void
element_ends (GMarkupParseContext *context, const char *element, void *out, GError **error) {
  mark_code (out, element);
}

char *
cw_markup_to_text (const char *markup) {
  static const GMarkupParser parser = { .text = collect_text, .start_element = element_begins, .end_element = element_ends };
  GString *out = g_string_new (NULL);
  g_autofree char *document = g_strconcat ("<text>", markup, "</text>", NULL);
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, out, NULL);
  g_markup_parse_context_parse (context, document, -1, NULL);
  g_markup_parse_context_free (context);
  return g_string_free (out, FALSE);
}
