/* lesson.c: the head of a lesson, and its blocks from cmark's tree, sorted into steps. */
#include "lessons/lesson.h"

#include <cmark.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "lessons/course.h"
#include "lessons/fence.h"
#include "lessons/markup.h"

static void
block_free (CwLessonBlock *block) {
  cw_fence_clear (block);
  g_free (block->marker);
  g_free (block->markup);
  g_free (block->text);
  g_free (block);
}

static void
step_free (CwStep *step) {
  g_free (step->id);
  g_free (step->title);
  g_free (step->hash);
  g_free (step);
}

void
cw_lesson_free (CwLesson *lesson) {
  if (!lesson)
    return;
  g_free (lesson->id);
  g_free (lesson->title);
  g_strfreev (lesson->needs);
  g_clear_pointer (&lesson->blocks, g_ptr_array_unref);
  g_clear_pointer (&lesson->steps, g_ptr_array_unref);
  g_free (lesson);
}

/* ---- blocks --------------------------------------------------------------------------------- */

typedef struct {
  char     **lines; /* of the text that cmark read */
  int        n_lines;
  int        first_line; /* its first line's number in the file */
  GPtrArray *blocks;
  const char *name; /* of a lesson; NULL: plain Markdown, whose fenced blocks are all code */
  GError    *error; /* the first one */
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

/* Takes an ending "{#id}" off @text. */
static char *
take_id (char *text) {
  char *brace = strstr (text, " {#"), *end = brace ? strchr (brace, '}') : NULL;
  if (!end || end[1] != '\0')
    return NULL;
  char *id = g_strndup (brace + 3, end - brace - 3);
  *brace = '\0';
  return id;
}

static void
add_heading (Reader *reader, cmark_node *node) {
  add_text (reader, CW_BLOCK_HEADING, cmark_node_get_heading_level (node), node);
  CwLessonBlock *block = reader->blocks->pdata[reader->blocks->len - 1];
  block->id = take_id (block->markup);
  g_free (take_id (block->text));
}

/* "c file=dot.c": a file of lessons/plain_c stands in the block's place. */
static void
include_file (Reader *reader, CwLessonBlock *block, const char *info) {
  const char *file = info ? strstr (info, " file=") : NULL;
  if (!file || reader->error)
    return;
  char *text = cw_plain_c_source (file + 6, &reader->error);
  if (!text) {
    g_prefix_error (&reader->error, _("%s, line %d: "), reader->name, block->line);
    return;
  }
  g_free (block->text);
  block->text = g_strchomp (text);
}

static void
add_code (Reader *reader, cmark_node *node) {
  CwLessonBlock *block = add_block (reader, CW_BLOCK_CODE, 0, node);
  const char *info = cmark_node_get_fence_info (node), *body = cmark_node_get_literal (node);
  if (!reader->name) {
    block->text = g_strchomp (g_strdup (body ? body : ""));
    block->word = g_strdup (info ? info : "");
    return;
  }
  cw_fence_read (block, info, body, reader->name, reader->error ? NULL : &reader->error);
  if (block->kind == CW_BLOCK_CODE)
    include_file (reader, block, info);
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
    add_heading (reader, node);
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
read_blocks (const char *markdown, int first_line, const char *name, GError **error) {
  g_auto (GStrv) lines = g_strsplit (markdown, "\n", -1);
  Reader reader = { lines, g_strv_length (lines), first_line, g_ptr_array_new_with_free_func ((GDestroyNotify) block_free), name, NULL };
  cmark_node *document = cmark_parse_document (markdown, strlen (markdown), CMARK_OPT_DEFAULT);
  for (cmark_node *node = cmark_node_first_child (document); node; node = cmark_node_next (node))
    add_node (&reader, node);
  cmark_node_free (document);
  if (reader.error)
    g_propagate_error (error, reader.error);
  return reader.blocks;
}

GPtrArray *
cw_markdown_blocks (const char *markdown) {
  return read_blocks (markdown, 1, NULL, NULL);
}

char *
cw_markdown_line (const char *markdown) {
  cmark_node *document = cmark_parse_document (markdown, strlen (markdown), CMARK_OPT_DEFAULT);
  cmark_node *first = cmark_node_first_child (document);
  bool        plain = first && cmark_node_get_type (first) == CMARK_NODE_PARAGRAPH; /* "4." would be a list */
  char       *markup = plain ? cw_markup_from_node (first) : g_markup_escape_text (markdown, -1);
  cmark_node_free (document);
  return markup;
}

/* ---- steps, and what belongs to what ------------------------------------------------------------ */

/* "What a chunk is" as "what-a-chunk-is". */
static char *
slug (const char *title) {
  GString *out = g_string_new (NULL);
  for (const char *c = title; *c; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (out, g_ascii_tolower (*c));
    else if (out->len && out->str[out->len - 1] != '-')
      g_string_append_c (out, '-');
  if (out->len && out->str[out->len - 1] == '-')
    g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static CwStep *
begin_step (CwLesson *lesson, const CwLessonBlock *heading, guint first) {
  CwStep *step = g_new0 (CwStep, 1);
  step->title = heading ? cw_markup_to_text (heading->markup) : g_strdup (lesson->title);
  step->id = heading && heading->id ? g_strdup (heading->id) : slug (step->title);
  step->line = heading ? heading->line : 1;
  step->first = first;
  g_ptr_array_add (lesson->steps, step);
  return step;
}

static void
sort_into_steps (CwLesson *lesson) {
  CwStep *step = NULL;
  lesson->steps = g_ptr_array_new_with_free_func ((GDestroyNotify) step_free);
  for (guint i = 0; i < lesson->blocks->len; i++) {
    CwLessonBlock *block = lesson->blocks->pdata[i];
    if (!step || (block->kind == CW_BLOCK_HEADING && block->level <= 2))
      step = begin_step (lesson, block->kind == CW_BLOCK_HEADING ? block : NULL, i);
    block->step = lesson->steps->len - 1;
    step->n = i + 1 - step->first;
  }
  if (!step)
    begin_step (lesson, NULL, 0);
  for (guint i = 0; i < lesson->steps->len; i++) {
    g_autoptr (GString) content = g_string_new (NULL);
    step = lesson->steps->pdata[i];
    for (guint k = 0; k < step->n; k++)
      g_string_append_printf (content, "%s\n", ((CwLessonBlock *) lesson->blocks->pdata[step->first + k])->text);
    step->hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, content->str, -1);
    step->hash[16] = '\0';
  }
}

static const char *
next_cell_id (const CwLesson *lesson, guint i) {
  for (; i < lesson->blocks->len; i++)
    if (cw_lesson_block (lesson, i)->kind == CW_BLOCK_CELL)
      return cw_lesson_block (lesson, i)->id;
  return NULL;
}

/* Gives ids to what has none, and lets blocks without "for=" belong to the cell before them; a prediction to the one behind it. */
static void
give_ids (CwLesson *lesson) {
  int counts[CW_N_BLOCK_KINDS] = { 0 };
  const char *cell = NULL;
  for (guint i = 0; i < lesson->blocks->len; i++) {
    CwLessonBlock *block = lesson->blocks->pdata[i];
    bool has_id = block->kind == CW_BLOCK_CELL || block->kind == CW_BLOCK_PREDICT || block->variants;
    if (has_id && !block->id)
      block->id = g_strdup_printf ("%s-%d", block->word, ++counts[block->kind]);
  }
  for (guint i = 0; i < lesson->blocks->len; i++) {
    CwLessonBlock *block = lesson->blocks->pdata[i];
    bool of_cell = block->kind >= CW_BLOCK_CHECK && block->kind <= CW_BLOCK_SOLUTION;
    if (block->kind == CW_BLOCK_CELL)
      cell = block->id;
    if (!block->target && (of_cell || block->kind == CW_BLOCK_PREDICT))
      block->target = g_strdup (of_cell ? cell : next_cell_id (lesson, i));
  }
}

const CwLessonBlock *
cw_lesson_block (const CwLesson *lesson, guint i) {
  return lesson->blocks->pdata[i];
}

const CwLessonBlock *
cw_lesson_cell (const CwLesson *lesson, const char *id) {
  for (guint i = 0; i < lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lesson, i);
    if (block->kind == CW_BLOCK_CELL && g_strcmp0 (block->id, id) == 0)
      return block;
  }
  return NULL;
}

const CwLessonBlock *
cw_lesson_predicted (const CwLesson *lesson, const char *id) {
  for (guint i = 0; i < lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lesson, i);
    if ((block->kind == CW_BLOCK_CELL || block->variants) && g_strcmp0 (block->id, id) == 0)
      return block;
  }
  return NULL;
}

const CwLessonBlock *
cw_lesson_of_cell (const CwLesson *lesson, const char *id, CwBlockKind kind, int n) {
  for (guint i = 0; i < lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lesson, i);
    if (block->kind == kind && g_strcmp0 (block->target, id) == 0 && n-- == 0)
      return block;
  }
  return NULL;
}

int
cw_lesson_count_of_cell (const CwLesson *lesson, const char *id, CwBlockKind kind) {
  int n = 0;
  while (cw_lesson_of_cell (lesson, id, kind, n))
    n++;
  return n;
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
  g_autoptr (CwLesson) lesson = g_new0 (CwLesson, 1);
  g_autoptr (GError) failure = NULL;
  const char *rest = NULL;
  int         line = 0;
  if (!read_head (lesson, text, name, &rest, &line, error))
    return NULL;
  if (!lesson->needs)
    lesson->needs = g_new0 (char *, 1);
  lesson->blocks = read_blocks (rest, line, name, &failure);
  if (failure) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return NULL;
  }
  give_ids (lesson);
  sort_into_steps (lesson);
  return g_steal_pointer (&lesson);
}

/* ---- files ----------------------------------------------------------------------------------- */

CwLesson *
cw_lesson_load (const char *path, GError **error) {
  g_autoptr (GFile) file = cw_course_file (path);
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
