/* command-lesson.c: `chunkwise lesson list | show ID | run ID | check ID FILE | lint DIR | report FILE... | handout ID`: the course in the terminal. */
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/draw-file.h"
#include "app/handout.h"
#include "lessons/judge.h"
#include "lessons/lint.h"
#include "lessons/report.h"
#include "lessons/variants.h"

#define WRAP 78
#define SEED 1

static int
usage (void) {
  fputs (_("usage: chunkwise lesson list\n"
           "       chunkwise lesson show ID\n"
           "       chunkwise lesson run ID\n"
           "       chunkwise lesson check ID FILE      grades a notebook, as JSON\n"
           "       chunkwise lesson lint DIR           what is wrong with the lessons in a folder\n"
           "       chunkwise lesson report FILE...     learners' reports as one table\n"
           "       chunkwise lesson handout ID -o OUT.pdf [--answers]\n"),
         stderr);
  return 2;
}

static int
complain (const char *message) {
  fflush (stdout);
  fprintf (stderr, "chunkwise: %s\n", message);
  return 1;
}

/* ---- text ----------------------------------------------------------------------------------- */

/* Prints plain text wrapped, each line behind @indent. */
static void
print_text (const char *text, const char *first, const char *indent) {
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

/* The same of Pango markup, without its marks. */
static void
print_prose (const char *markup, const char *first, const char *indent) {
  g_autofree char *text = cw_markup_to_text (markup);
  print_text (text, first, indent);
}

static void
print_code (const char *code) {
  g_auto (GStrv) lines = g_strsplit (code, "\n", -1);
  for (int i = 0; lines[i]; i++)
    printf ("%s %s\n", i == 0 ? ">>>" : "...", lines[i]);
}

static void
print_question (const CwPredict *predict) {
  print_text (predict->question, "? ", "  ");
  for (guint i = 0; i < predict->options->len; i++) {
    g_autofree char *first = g_strdup_printf ("  (%u) ", i + 1);
    print_text (((CwOption *) predict->options->pdata[i])->text, first, "      ");
  }
}

static void
print_variants (const CwVariants *v) {
  if (v->title)
    print_text (v->title, "", "");
  for (guint i = 0; i < v->variants->len; i++) {
    const CwVariant *variant = v->variants->pdata[i];
    printf ("  %s: %s\n", variant->label, variant->code ? variant->code : variant->plain_c);
  }
}

/* False for what belongs to an exercise and is not shown before it is done. */
static bool
print_block (const CwLessonBlock *block) {
  g_autofree char *first = NULL;
  switch (block->kind) {
  case CW_BLOCK_HEADING:
    print_prose (block->markup, block->level == 1 ? "# " : "## ", "   ");
    return true;
  case CW_BLOCK_ITEM:
    first = g_strdup_printf ("%*s%s ", 2 * block->level - 2, "", *block->marker ? block->marker : " ");
    print_prose (block->markup, first, "  ");
    return true;
  case CW_BLOCK_QUOTE:
    print_prose (block->markup, "  | ", "  | ");
    return true;
  case CW_BLOCK_TEXT:
    print_prose (block->markup, "", "");
    return true;
  case CW_BLOCK_CODE:
    printf ("%s\n", block->text);
    return true;
  case CW_BLOCK_CELL:
    print_code (block->text);
    return true;
  case CW_BLOCK_PREDICT:
    print_question (block->predict);
    return true;
  case CW_BLOCK_COMPARE:
  case CW_BLOCK_BENCH:
    print_variants (block->variants);
    return true;
  default:
    return false;
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

/* Tells the truth about the predictions of a cell that has run. */
static void
tell_predictions (CwSession *session, const CwLesson *lesson, const CwLessonBlock *cell, const CwCellResult *result) {
  const CwLessonBlock *block;
  for (int n = 0; (block = cw_lesson_of_cell (lesson, cell->id, CW_BLOCK_PREDICT, n)); n++) {
    g_autoptr (CwPredictVerdict) verdict = cw_judge_predict (session, block->predict, "", result, NULL);
    if (!verdict)
      continue;
    g_autofree char *text = g_strdup_printf (_("%s → %s"), block->predict->question, verdict->truth);
    print_text (text, "= ", "  ");
    if (verdict->why)
      print_text (verdict->why, "  ", "  ");
  }
}

/* Runs the text of @code, which is @block or its solution, and shows what came of it. */
static bool
run_block (CwSession *session, const CwLesson *lesson, const CwLessonBlock *block, const CwLessonBlock *code, CwCellResult **out) {
  cw_session_set_first_line (session, code->line + 1);
  CwCellResult *result = *out = cw_session_run_cell (session, code->text);
  for (guint i = 0; i < result->outputs->len; i++)
    print_output (g_ptr_array_index (result->outputs, i));
  if (result->error_class && block->error) /* it belongs to the lesson */
    printf ("%s: %s\n", result->error_class, result->error_message);
  tell_predictions (session, lesson, block, result);
  if (g_strcmp0 (result->error_class, block->error) == 0)
    return true;
  fflush (stdout);
  if (result->error_class)
    fprintf (stderr, _("line %d: %s: %s\n"), code->line + MAX (result->error_line, 1), result->error_class, result->error_message);
  else
    fprintf (stderr, _("line %d: this should have ended with %s\n"), block->line, block->error);
  return false;
}

/* An exercise is done with its solution, in a session of its own. */
static bool
run_exercise (const CwLesson *lesson, const CwLessonBlock *cell) {
  const CwLessonBlock *solution = cw_lesson_of_cell (lesson, cell->id, CW_BLOCK_SOLUTION, 0);
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (GError) error = NULL;
  cw_session_set_seed (session, SEED);
  if (!solution || !cw_lesson_rebuild (session, lesson, cell, &error))
    return complain (error ? error->message : _("the exercise has no solution")) == 0;
  puts (_("A solution:"));
  print_code (solution->text);
  g_autoptr (CwCellResult) result = NULL;
  if (!run_block (session, lesson, cell, solution, &result))
    return false;
  g_autoptr (CwCheckVerdict) verdict = cw_judge_check (session, lesson, cell->id, result);
  if (verdict->good)
    print_text (verdict->good, "= ", "  ");
  for (guint i = 0; i < verdict->verdicts->len; i++) {
    const CwVerdict *v = verdict->verdicts->pdata[i];
    if (!v->passed)
      fprintf (stderr, _("line %d: %s\n"), v->line, v->said);
  }
  return verdict->passed;
}

static void
print_measurements (const CwVariants *v, const CwMeasurements *all) {
  for (int size = 0; size < all->n_sizes; size++)
    for (int i = 0; i < all->n_variants; i++) {
      const CwMeasured *m = cw_measured (all, size, i);
      g_autofree char *over = v->over ? g_strdup_printf ("%s = %" G_GINT64_FORMAT, v->over, v->sizes[size]) : g_strdup ("");
      g_autofree char *peak = cw_bytes_to_string (m->peak_bytes), *tasks = m->tasks ? g_strdup_printf (_("%" G_GINT64_FORMAT " tasks, %s at most"), m->tasks, peak) : g_strdup ("");
      if (m->error)
        printf ("  %-12s %-36s %s\n", over, ((CwVariant *) v->variants->pdata[i])->label, m->error);
      else
        printf ("  %-12s %-36s %9.4f s  %s\n", over, ((CwVariant *) v->variants->pdata[i])->label, cw_measured_median (m), tasks);
    }
}

/* In a session of its own: what it leaves there is not the lesson's. */
static bool
run_variants (const CwLesson *lesson, const CwLessonBlock *block) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwSession) session = cw_session_new ();
  cw_session_set_seed (session, SEED);
  g_autoptr (CwMeasurements) all = cw_lesson_rebuild (session, lesson, block, &error) ? cw_variants_run (session, block, NULL, NULL, &error) : NULL;
  if (!all)
    return complain (error->message) == 0;
  print_measurements (block->variants, all);
  tell_predictions (session, lesson, block, NULL);
  return true;
}

/* What a block does, if it does something. */
static bool
do_block (CwSession *session, const CwLesson *lesson, const CwLessonBlock *block) {
  if (block->variants)
    return run_variants (lesson, block);
  if (block->kind != CW_BLOCK_CELL && block->kind != CW_BLOCK_SETUP)
    return true;
  if (block->kind == CW_BLOCK_CELL && cw_lesson_is_exercise (lesson, block))
    return run_exercise (lesson, block);
  g_autoptr (CwCellResult) result = NULL;
  return run_block (session, lesson, block, block, &result);
}

static int
show (const char *id, bool run) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_course_load (id, NULL, &error);
  g_autoptr (CwSession) session = run ? cw_session_new () : NULL;
  if (!lesson)
    return complain (error->message);
  if (session) {
    cw_session_set_seed (session, SEED);
    cw_session_set_visualize (session, cw_draw_file, NULL);
  }
  for (guint i = 0; i < lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lesson, i);
    bool shown = print_block (block);
    if (run && !do_block (session, lesson, block))
      return 1;
    bool in_list = block->kind == CW_BLOCK_ITEM && i + 1 < lesson->blocks->len && cw_lesson_block (lesson, i + 1)->kind == CW_BLOCK_ITEM;
    if (shown && !in_list)
      putchar ('\n');
    fflush (stdout);
  }
  return 0;
}

/* ---- the other commands ------------------------------------------------------------------------ */

static void
list_lesson (const char *uri) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_lesson_load (uri, &error);
  if (lesson)
    printf (_("%-24s %3d min  %s\n"), lesson->id, lesson->minutes, lesson->title);
  else
    complain (error->message);
}

static int
list (void) {
  g_auto (GStrv) course = cw_course_lessons (), own = cw_user_lessons ();
  for (int i = 0; course[i]; i++)
    list_lesson (course[i]);
  for (int i = 0; own[i]; i++)
    list_lesson (own[i]);
  return 0;
}

static int
check (const char *id, const char *file) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_course_load (id, NULL, &error);
  g_autofree char *text = NULL;
  bool passed;
  if (!lesson)
    return complain (error->message);
  if (!g_file_get_contents (file, &text, NULL, &error))
    return complain (error->message);
  if (!g_utf8_validate (text, -1, NULL))
    return complain (_("the notebook is not a text file"));
  g_autofree char *json = cw_report_grade (lesson, text, SEED, &passed);
  puts (json);
  return passed ? 0 : 1;
}

static void
tell_finding (const char *file, int line, const char *text, void *data) {
  printf ("%s:%d: %s\n", file, line, text);
}

static int
lint (const char *folder) {
  g_autoptr (GError) error = NULL;
  int findings, lessons;
  if (!cw_lint_folder (folder, tell_finding, NULL, &findings, &lessons, &error))
    return complain (error->message);
  if (lessons == 0)
    return complain (_("there is no lesson (.md) in that folder"));
  printf (ngettext ("%d lesson", "%d lessons", lessons), lessons);
  printf (ngettext (", %d finding\n", ", %d findings\n", findings), findings);
  return findings ? 1 : 0;
}

static int
report (int n, char **files) {
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  for (int i = 0; i < n; i++) {
    char *text;
    if (!g_file_get_contents (files[i], &text, NULL, &error))
      return complain (error->message);
    g_ptr_array_add (texts, text);
  }
  g_autofree char *table = cw_report_table (n, (char **) texts->pdata, files, &error);
  if (!table)
    return complain (error->message);
  fputs (table, stdout);
  return 0;
}

static int
handout (int argc, char **argv) {
  const char *id = NULL, *out = NULL;
  bool answers = false;
  for (int i = 0; i < argc; i++) {
    if (strcmp (argv[i], "--answers") == 0)
      answers = true;
    else if (strcmp (argv[i], "-o") == 0 && i + 1 < argc)
      out = argv[++i];
    else if (!id && argv[i][0] != '-')
      id = argv[i];
    else
      return usage ();
  }
  if (!id || !out)
    return usage ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_course_load (id, NULL, &error);
  if (!lesson || !cw_handout_write (lesson, out, answers, &error))
    return complain (error->message);
  return 0;
}

int
cw_command_lesson (int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  if (argc == 2 && strcmp (what, "list") == 0)
    return list ();
  if (argc == 3 && (strcmp (what, "show") == 0 || strcmp (what, "run") == 0))
    return show (argv[2], strcmp (what, "run") == 0);
  if (argc == 4 && strcmp (what, "check") == 0)
    return check (argv[2], argv[3]);
  if (argc == 3 && strcmp (what, "lint") == 0)
    return lint (argv[2]);
  if (argc >= 3 && strcmp (what, "report") == 0)
    return report (argc - 2, argv + 2);
  if (strcmp (what, "handout") == 0)
    return handout (argc - 2, argv + 2);
  return usage ();
}
