/* lesson.c: the head of a lesson, its blocks from cmark's tree, and the course that is compiled in. */
#include "lessons/lesson.h"

#include <cmark.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "lessons/course-resource.h"
#include "lessons/markup.h"

#define COURSE "/org/chunkwise/course"

static void
block_free (CwLessonBlock *block) {
  g_free (block->marker);
  g_free (block->markup);
  g_free (block->text);
  g_free (block);
}

void
cw_lesson_free (CwLesson *lesson) {
  if (!lesson)
    return;
  g_free (lesson->id);
  g_free (lesson->title);
  g_strfreev (lesson->needs);
  g_ptr_array_unref (lesson->blocks);
  g_free (lesson);
}

/* ---- blocks --------------------------------------------------------------------------------- */

typedef struct {
  char     **lines; /* of the text that cmark read */
  int        n_lines;
  int        first_line; /* its first line's number in the file */
  GPtrArray *blocks;
} Reader;

/* The source lines of @node. */
static char *
source_of (const Reader *reader, cmark_node *node) {
  GString *out = g_string_new (NULL);
  int from = cmark_node_get_start_line (node), to = cmark_node_get_end_line (node);
  for (int i = from; i <= to && i <= reader->n_lines; i++)
    g_string_append_printf (out, "%s%s", i > from ? "\n" : "", reader->lines[i - 1]);
  return g_string_free (out, FALSE);
}

static CwLessonBlock *
add_block (Reader *reader, CwBlockKind kind, int level, cmark_node *node) {
  CwLessonBlock *block = g_new0 (CwLessonBlock, 1);
  block->kind = kind;
  block->level = level;
  block->line = reader->first_line + cmark_node_get_start_line (node) - 1;
  g_ptr_array_add (reader->blocks, block);
  return block;
}

static void
add_text (Reader *reader, CwBlockKind kind, int level, cmark_node *node) {
  CwLessonBlock *block = add_block (reader, kind, level, node);
  block->markup = cw_markup_from_node (node);
  block->text = source_of (reader, node);
}

static void
add_code (Reader *reader, cmark_node *node) {
  const char *info = cmark_node_get_fence_info (node), *code = cmark_node_get_literal (node);
  bool is_cell = info && (strcmp (info, "cell") == 0 || g_str_has_prefix (info, "cell "));
  CwLessonBlock *block = add_block (reader, is_cell ? CW_BLOCK_CELL : CW_BLOCK_CODE, 0, node);
  block->text = g_strdup (code ? code : "");
  g_strchomp (block->text);
}

static void
add_list (Reader *reader, cmark_node *list, int level) {
  int number = cmark_node_get_list_start (list);
  for (cmark_node *item = cmark_node_first_child (list); item; item = cmark_node_next (item), number++) {
    for (cmark_node *child = cmark_node_first_child (item); child; child = cmark_node_next (child)) {
      if (cmark_node_get_type (child) == CMARK_NODE_LIST) {
        add_list (reader, child, level + 1);
        continue;
      }
      bool is_first = child == cmark_node_first_child (item);
      CwLessonBlock *block = add_block (reader, CW_BLOCK_ITEM, level, child);
      bool ordered = cmark_node_get_list_type (list) == CMARK_ORDERED_LIST;
      block->marker = !is_first ? g_strdup ("") : ordered ? g_strdup_printf ("%d.", number) : g_strdup ("•");
      block->markup = cw_markup_from_node (child);
      block->text = source_of (reader, child);
    }
  }
}

static void
add_node (Reader *reader, cmark_node *node) {
  switch (cmark_node_get_type (node)) {
  case CMARK_NODE_HEADING:
    add_text (reader, CW_BLOCK_HEADING, cmark_node_get_heading_level (node), node);
    break;
  case CMARK_NODE_PARAGRAPH:
    add_text (reader, CW_BLOCK_TEXT, 0, node);
    break;
  case CMARK_NODE_BLOCK_QUOTE:
    add_text (reader, CW_BLOCK_QUOTE, 0, node);
    break;
  case CMARK_NODE_LIST:
    add_list (reader, node, 1);
    break;
  case CMARK_NODE_CODE_BLOCK:
    add_code (reader, node);
    break;
  default: /* HTML and rules have no place in a lesson's column */
    break;
  }
}

static GPtrArray *
read_blocks (const char *markdown, int first_line) {
  g_auto (GStrv) lines = g_strsplit (markdown, "\n", -1);
  Reader reader = { lines, g_strv_length (lines), first_line, g_ptr_array_new_with_free_func ((GDestroyNotify) block_free) };
  cmark_node *document = cmark_parse_document (markdown, strlen (markdown), CMARK_OPT_DEFAULT);
  for (cmark_node *node = cmark_node_first_child (document); node; node = cmark_node_next (node))
    add_node (&reader, node);
  cmark_node_free (document);
  return reader.blocks;
}

GPtrArray *
cw_markdown_blocks (const char *markdown) {
  return read_blocks (markdown, 1);
}

/* ---- head ----------------------------------------------------------------------------------- */

static char **
read_list (const char *value) {
  g_autofree char *inner = g_strdup (value);
  size_t length = strlen (inner);
  if (length >= 2 && inner[0] == '[' && inner[length - 1] == ']') {
    inner[length - 1] = '\0';
    memmove (inner, inner + 1, length - 1);
  }
  g_auto (GStrv) parts = g_strsplit (inner, ",", -1);
  GPtrArray *out = g_ptr_array_new ();
  for (int i = 0; parts[i]; i++)
    if (*g_strstrip (parts[i]))
      g_ptr_array_add (out, g_strdup (parts[i]));
  g_ptr_array_add (out, NULL);
  return (char **) g_ptr_array_free (out, FALSE);
}

static bool
read_head_line (CwLesson *lesson, const char *line, const char *name, int number, int *format, GError **error) {
  const char *colon = strchr (line, ':');
  if (!colon)
    return cw_fail (error, CW_ERROR_VALUE, _("%s, line %d: expected “key: value”, found “%s”"), name, number, line);
  g_autofree char *key = g_strstrip (g_strndup (line, colon - line)), *value = g_strstrip (g_strdup (colon + 1));
  if (strcmp (key, "id") == 0)
    lesson->id = g_steal_pointer (&value);
  else if (strcmp (key, "title") == 0)
    lesson->title = g_steal_pointer (&value);
  else if (strcmp (key, "minutes") == 0)
    lesson->minutes = atoi (value);
  else if (strcmp (key, "format") == 0)
    *format = atoi (value);
  else if (strcmp (key, "needs") == 0)
    lesson->needs = read_list (value);
  else
    return cw_fail (error, CW_ERROR_VALUE, _("%s, line %d: a lesson has no “%s”; it has format, id, title, minutes, needs"),
                    name, number, key);
  return true;
}

/* Reads the head; *@rest is where the text begins and *@line that line's number. */
static bool
read_head (CwLesson *lesson, const char *text, const char *name, const char **rest, int *line, GError **error) {
  int format = 0, number = 1;
  const char *at = text;
  if (!g_str_has_prefix (text, "---\n"))
    return cw_fail (error, CW_ERROR_VALUE, _("%s, line 1: a lesson begins with a line “---”"), name);
  for (at = strchr (at, '\n') + 1;; number++) {
    const char *end = strchr (at, '\n');
    if (!end)
      return cw_fail (error, CW_ERROR_VALUE, _("%s: the head has no closing line “---”"), name);
    g_autofree char *current = g_strndup (at, end - at);
    at = end + 1;
    if (strcmp (g_strstrip (current), "---") == 0)
      break;
    if (*current && !read_head_line (lesson, current, name, number + 1, &format, error))
      return false;
  }
  if (format != 1)
    return cw_fail (error, CW_ERROR_VALUE, _("%s: this program reads “format: 1”, the lesson says %d"), name, format);
  if (!lesson->id || !lesson->title || lesson->minutes <= 0)
    return cw_fail (error, CW_ERROR_VALUE, _("%s: the head needs an id, a title and the minutes the lesson takes"), name);
  *rest = at;
  *line = number + 2;
  return true;
}

CwLesson *
cw_lesson_parse (const char *text, const char *name, GError **error) {
  CwLesson   *lesson = g_new0 (CwLesson, 1);
  const char *rest = NULL;
  int         line = 0;
  if (!read_head (lesson, text, name, &rest, &line, error)) {
    lesson->blocks = g_ptr_array_new ();
    cw_lesson_free (lesson);
    return NULL;
  }
  if (!lesson->needs)
    lesson->needs = g_new0 (char *, 1);
  lesson->blocks = read_blocks (rest, line);
  return lesson;
}

/* ---- files ----------------------------------------------------------------------------------- */

static void
register_course (void) {
  static gsize once;
  if (g_once_init_enter (&once)) {
    cw_course_register_resource ();
    g_once_init_leave (&once, 1);
  }
}

static GFile *
open_path (const char *path) {
  register_course ();
  return g_str_has_prefix (path, "resource://") ? g_file_new_for_uri (path) : g_file_new_for_path (path);
}

CwLesson *
cw_lesson_load (const char *path, GError **error) {
  g_autoptr (GFile) file = open_path (path);
  g_autofree char  *text = NULL, *name = g_file_get_basename (file);
  g_autoptr (GError) failure = NULL;
  gsize length;
  if (!g_file_load_contents (file, NULL, &text, &length, NULL, &failure)) {
    cw_fail (error, CW_ERROR_OS, _("%s cannot be read: %s"), path, failure->message);
    return NULL;
  }
  if (!g_utf8_validate (text, length, NULL)) {
    cw_fail (error, CW_ERROR_VALUE, _("%s is not UTF-8 text"), name);
    return NULL;
  }
  return cw_lesson_parse (text, name, error);
}

/* ---- course --------------------------------------------------------------------------------- */

static int
compare_names (const void *a, const void *b) {
  return strcmp (*(char *const *) a, *(char *const *) b);
}

char **
cw_course_lessons (void) {
  register_course ();
  char **names = g_resources_enumerate_children (COURSE, 0, NULL);
  g_return_val_if_fail (names != NULL, g_new0 (char *, 1));
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (int i = 0; names[i]; i++) {
    char *uri = g_strconcat ("resource://" COURSE "/", names[i], NULL);
    g_free (names[i]);
    names[i] = uri;
  }
  return names;
}

CwLesson *
cw_course_load (const char *id, GError **error) {
  g_auto (GStrv) uris = cw_course_lessons ();
  g_autoptr (GString) known = g_string_new (NULL);
  for (int i = 0; uris[i]; i++) {
    g_autoptr (CwLesson) lesson = cw_lesson_load (uris[i], error);
    if (!lesson)
      return NULL;
    if (strcmp (lesson->id, id) == 0)
      return g_steal_pointer (&lesson);
    g_string_append_printf (known, "%s%s", known->len ? ", " : "", lesson->id);
  }
  cw_fail (error, CW_ERROR_KEY, _("the course has no lesson “%s”; it has: %s"), id, known->str);
  return NULL;
}
