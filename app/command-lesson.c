/* command-lesson.c: `chunkwise lesson list | show ID | run ID`: the course in the terminal. */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/draw-file.h"
#include "engine/language/language.h"
#include "lessons/lesson.h"

#define WRAP 78

static int
usage (void) {
  fputs (_("usage: chunkwise lesson list | show ID | run ID\n"), stderr);
  return 2;
}

/* ---- text ----------------------------------------------------------------------------------- */

/* Prints Pango markup without its marks, wrapped, each line behind @indent. */
static void
print_prose (const char *markup, const char *first, const char *indent) {
  g_autofree char *text = cw_markup_to_text (markup);
  size_t column = strlen (first);
  g_auto (GStrv) words = g_strsplit_set (text, " \n", -1);
  fputs (first, stdout);
  bool begins = true;
  for (int i = 0; words[i]; i++) {
    size_t length = g_utf8_strlen (words[i], -1);
    if (length == 0)
      continue;
    if (!begins && column + 1 + length > WRAP) {
      printf ("\n%s", indent);
      column = strlen (indent);
      begins = true;
    }
    printf ("%s%s", begins ? "" : " ", words[i]);
    column += length + !begins;
    begins = false;
  }
  putchar ('\n');
}

static void
print_code (const char *code) {
  g_auto (GStrv) lines = g_strsplit (code, "\n", -1);
  for (int i = 0; lines[i]; i++)
    printf ("%s %s\n", i == 0 ? ">>>" : "...", lines[i]);
}

static void
print_block (const CwLessonBlock *block) {
  g_autofree char *first = NULL;
  switch (block->kind) {
  case CW_BLOCK_HEADING:
    print_prose (block->markup, block->level == 1 ? "# " : "## ", "   ");
    break;
  case CW_BLOCK_ITEM:
    first = g_strdup_printf ("%*s%s ", 2 * block->level - 2, "", *block->marker ? block->marker : " ");
    print_prose (block->markup, first, "  ");
    return;
  case CW_BLOCK_QUOTE:
    print_prose (block->markup, "  | ", "  | ");
    break;
  case CW_BLOCK_CODE:
  case CW_BLOCK_CELL:
    print_code (block->text);
    return;
  default:
    print_prose (block->markup, "", "");
  }
}

/* ---- running -------------------------------------------------------------------------------- */

static void
print_output (const CwOutput *output) {
  int64_t layers, tasks;
  if (output->kind == CW_OUTPUT_GRAPH && output->array) {
    cw_array_count_graph (output->array, &layers, &tasks);
    printf (_("(a graph of %" G_GINT64_FORMAT " tasks in %" G_GINT64_FORMAT " layers)\n"), tasks, layers);
  } else if (output->text && *output->text) {
    printf ("%s%s", output->text, g_str_has_suffix (output->text, "\n") ? "" : "\n");
  }
}

static bool
run_cell (CwSession *session, const CwLessonBlock *block) {
  g_autoptr (CwCellResult) result = cw_session_run_cell (session, block->text);
  for (guint i = 0; i < result->outputs->len; i++)
    print_output (g_ptr_array_index (result->outputs, i));
  if (!result->error_class)
    return true;
  fflush (stdout);
  fprintf (stderr, _("line %d: %s: %s\n"), block->line + MAX (result->error_line, 1), result->error_class, result->error_message);
  return false;
}

static int
show (const char *id, bool run) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_course_load (id, &error);
  g_autoptr (CwSession) session = run ? cw_session_new () : NULL;
  if (!lesson) {
    fprintf (stderr, "chunkwise: %s\n", error->message);
    return 1;
  }
  if (session)
    cw_session_set_visualize (session, cw_draw_file, NULL);
  for (guint i = 0; i < lesson->blocks->len; i++) {
    const CwLessonBlock *block = g_ptr_array_index (lesson->blocks, i);
    print_block (block);
    if (run && block->kind == CW_BLOCK_CELL && !run_cell (session, block))
      return 1;
    bool in_list = block->kind == CW_BLOCK_ITEM && i + 1 < lesson->blocks->len
                   && ((CwLessonBlock *) g_ptr_array_index (lesson->blocks, i + 1))->kind == CW_BLOCK_ITEM;
    if (!in_list)
      putchar ('\n');
    fflush (stdout);
  }
  return 0;
}

static int
list (void) {
  g_auto (GStrv) uris = cw_course_lessons ();
  for (int i = 0; uris[i]; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CwLesson) lesson = cw_lesson_load (uris[i], &error);
    if (!lesson) {
      fprintf (stderr, "chunkwise: %s\n", error->message);
      return 1;
    }
    printf (_("%-24s %s (%d minutes)\n"), lesson->id, lesson->title, lesson->minutes);
  }
  return 0;
}

int
cw_command_lesson (int argc, char **argv) {
  if (argc == 2 && strcmp (argv[1], "list") == 0)
    return list ();
  if (argc == 3 && (strcmp (argv[1], "show") == 0 || strcmp (argv[1], "run") == 0))
    return show (argv[2], strcmp (argv[1], "run") == 0);
  return usage ();
}
