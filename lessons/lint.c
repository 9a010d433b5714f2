/* lint.c: what is wrong with a lesson, found by reading it and by doing it. */
#include "lessons/lint.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/judge.h"
#include "lessons/variants.h"

#define SEED 1

typedef struct {
  const CwLesson *lesson;
  char           *file;
  char          **known;
  CwLintTell      tell;
  void           *data;
  int             findings;
} Lint;

static void G_GNUC_PRINTF (3, 4)
found (Lint *lint, int line, const char *format, ...) {
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  lint->findings++;
  lint->tell (lint->file, line, text, lint->data);
}

/* ---- what reading finds --------------------------------------------------------------------------------- */

static void
check_ids (Lint *lint) {
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal), steps = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < lint->lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lint->lesson, i);
    if (block->id && block->kind != CW_BLOCK_HEADING && !g_hash_table_add (seen, block->id))
      found (lint, block->line, _("the id “%s” is used twice"), block->id);
    bool predict = block->kind == CW_BLOCK_PREDICT;
    if (block->target && !(predict ? cw_lesson_predicted : cw_lesson_cell) (lint->lesson, block->target))
      found (lint, block->line, predict ? _("there is no cell, comparison or bench “%s”") : _("there is no cell “%s”"), block->target);
    bool needs_cell = block->kind >= CW_BLOCK_PREDICT && block->kind <= CW_BLOCK_SOLUTION;
    if (needs_cell && !block->target)
      found (lint, block->line, _("there is no cell that this belongs to"));
  }
  for (guint i = 0; i < lint->lesson->steps->len; i++) {
    const CwStep *step = cw_lesson_step (lint->lesson, i);
    if (!g_hash_table_add (steps, step->id))
      found (lint, step->line, _("two steps have the id “%s”; give one of them its own: “## Title {#id}”"), step->id);
  }
}

static bool
has_step (const CwLesson *lesson, const char *id) {
  for (guint i = 0; i < lesson->steps->len; i++)
    if (strcmp (cw_lesson_step (lesson, i)->id, id) == 0)
      return true;
  return false;
}

static void
check_link (Lint *lint, const CwLessonBlock *block, const char *to) {
  bool fine = g_str_has_prefix (to, "https://") || g_str_has_prefix (to, "http://");
  if (to[0] == '#')
    fine = has_step (lint->lesson, to + 1);
  else if (g_str_has_prefix (to, "lesson:"))
    fine = g_strv_contains ((const char *const *) lint->known, to + 7);
  if (!fine)
    found (lint, block->line, _("the link “%s” leads nowhere; there are lesson:ID, #step-id and https://"), to);
}

static void
check_links (Lint *lint, const CwLessonBlock *block) {
  for (const char *c = block->markup; c && (c = strstr (c, "<a href=\""));) {
    const char *begin = c + strlen ("<a href=\""), *end = strchr (begin, '"');
    g_autofree char *to = g_strndup (begin, end - begin);
    check_link (lint, block, to);
    c = end;
  }
}

static void
check_exercise (Lint *lint, const CwLessonBlock *cell) {
  const CwLesson *lesson = lint->lesson;
  int checks = cw_lesson_count_of_cell (lesson, cell->id, CW_BLOCK_CHECK), hints = cw_lesson_count_of_cell (lesson, cell->id, CW_BLOCK_HINT);
  int solutions = cw_lesson_count_of_cell (lesson, cell->id, CW_BLOCK_SOLUTION), mistakes = cw_lesson_count_of_cell (lesson, cell->id, CW_BLOCK_MISTAKE);
  if (checks == 0 && (hints || solutions || mistakes))
    found (lint, cell->line, _("the cell “%s” has hints, a solution or mistakes, but no check"), cell->id);
  if (checks > 1)
    found (lint, cell->line, _("the cell “%s” has %d checks; put the conditions into one"), cell->id, checks);
  if (checks && solutions != 1)
    found (lint, cell->line, _("the exercise “%s” needs one solution, it has %d"), cell->id, solutions);
  if (checks && mistakes == 0)
    found (lint, cell->line, _("the exercise “%s” foresees no mistake"), cell->id);
  if (hints > 3)
    found (lint, cell->line, _("the exercise “%s” has %d hints; three are enough"), cell->id, hints);
}

static void
check_reading (Lint *lint) {
  check_ids (lint);
  for (int i = 0; lint->lesson->needs[i]; i++)
    if (!g_strv_contains ((const char *const *) lint->known, lint->lesson->needs[i]))
      found (lint, 1, _("it needs the lesson “%s”, which there is not"), lint->lesson->needs[i]);
  for (guint i = 0; i < lint->lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lint->lesson, i);
    check_links (lint, block);
    if (block->kind == CW_BLOCK_CELL)
      check_exercise (lint, block);
    for (guint k = 0; block->variants && k < block->variants->variants->len; k++) {
      const CwVariant *variant = block->variants->variants->pdata[k];
      if (variant->plain_c && !cw_plain_c_exists (variant->plain_c))
        found (lint, variant->line, _("there is no C function “%s”"), variant->plain_c);
    }
  }
}

/* ---- what doing finds -------------------------------------------------------------------------------------- */

static void
check_words (Lint *lint, int line, const char *source, const char *filled) {
  if (source && filled && strstr (filled, "…") && !strstr (source, "…"))
    found (lint, line, _("something between braces has no value: “%s”"), filled);
}

static void
judge_predictions (Lint *lint, CwSession *session, const CwLessonBlock *cell, const CwCellResult *result) {
  const CwLessonBlock *block;
  for (int n = 0; (block = cw_lesson_of_cell (lint->lesson, cell->id, CW_BLOCK_PREDICT, n)); n++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CwPredictVerdict) verdict = cw_judge_predict (session, block->predict, "", result, &error);
    if (!verdict)
      found (lint, block->line, _("this prediction cannot be answered: %s"), error->message);
    else
      check_words (lint, block->line, block->predict->why, verdict->why);
  }
}

/* Does the exercise's cell with @code, in a session that stands before it. */
static CwCheckVerdict *
try_code (Lint *lint, CwSession *session, const CwLessonBlock *cell, const char *code, CwCellResult **kept) {
  g_autoptr (GError) error = NULL;
  if (!cw_lesson_rebuild (session, lint->lesson, cell, &error))
    return NULL; /* told of where the cell itself stands */
  CwCellResult   *result = cw_session_run_cell (session, code);
  CwCheckVerdict *verdict = cw_judge_check (session, lint->lesson, cell->id, result);
  if (kept)
    *kept = result;
  else
    cw_cell_result_free (result);
  return verdict;
}

static void
do_solution (Lint *lint, CwSession *session, const CwLessonBlock *cell) {
  const CwLessonBlock *solution = cw_lesson_of_cell (lint->lesson, cell->id, CW_BLOCK_SOLUTION, 0);
  g_autoptr (CwCellResult) result = NULL;
  g_autoptr (CwCheckVerdict) verdict = solution ? try_code (lint, session, cell, solution->text, &result) : NULL;
  if (!verdict)
    return;
  for (guint i = 0; i < verdict->verdicts->len; i++) {
    const CwVerdict *v = verdict->verdicts->pdata[i];
    if (!v->passed)
      found (lint, v->line, _("the solution does not pass: %s"), v->said);
  }
  const CwLessonBlock *check = cw_lesson_of_cell (lint->lesson, cell->id, CW_BLOCK_CHECK, 0);
  check_words (lint, check->line, check->check->good, verdict->good);
  judge_predictions (lint, session, cell, result);
}

static void
do_mistake (Lint *lint, CwSession *session, const CwLessonBlock *cell, const CwLessonBlock *block) {
  g_autoptr (CwCheckVerdict) verdict = try_code (lint, session, cell, block->mistake->example, NULL);
  if (!verdict)
    return;
  if (verdict->passed)
    found (lint, block->line, _("the example of this mistake passes the check"));
  else if (!verdict->mistake)
    found (lint, block->mistake->when_line, _("the example of this mistake is not recognised: “%s” is not true of it"), block->mistake->when);
  else if (verdict->mistake_line != block->line)
    found (lint, block->line, _("the example of this mistake is taken for the one of line %d"), verdict->mistake_line);
  else
    check_words (lint, block->line, block->mistake->said, verdict->mistake);
}

static void
do_exercise (Lint *lint, CwSession *session, const CwLessonBlock *cell) {
  const CwLessonBlock *mistake;
  g_autoptr (CwCheckVerdict) start = try_code (lint, session, cell, cell->text, NULL);
  if (start && start->passed)
    found (lint, cell->line, _("the exercise “%s” is solved before the learner begins"), cell->id);
  do_solution (lint, session, cell);
  for (int n = 0; (mistake = cw_lesson_of_cell (lint->lesson, cell->id, CW_BLOCK_MISTAKE, n)); n++)
    do_mistake (lint, session, cell, mistake);
}

static void
do_cell (Lint *lint, CwSession *session, const CwLessonBlock *cell) {
  g_autoptr (CwCellResult) result = cw_session_run_cell (session, cell->text);
  int line = cell->line + MAX (result->error_line, 1);
  if (result->error_class && !cell->error)
    found (lint, line, "%s: %s", result->error_class, result->error_message);
  else if (g_strcmp0 (result->error_class, cell->error) != 0)
    found (lint, line, _("the cell has to end with %s, but %s"), cell->error, result->error_class ? result->error_message : _("it succeeds"));
  judge_predictions (lint, session, cell, result);
}

/* Once, at the smallest size; what it leaves in a session is not the lesson's. */
static void
do_variants (Lint *lint, CwSession *session, const CwLessonBlock *block) {
  CwVariants quick = *block->variants;
  CwLessonBlock once = *block;
  quick.n_sizes = MIN (quick.n_sizes, 1);
  quick.repeat = 1;
  once.variants = &quick;
  if (!cw_lesson_rebuild (session, lint->lesson, block, NULL))
    return; /* told of where the cell itself stands */
  g_autoptr (CwMeasurements) all = cw_variants_run (session, &once, NULL, NULL, NULL);
  judge_predictions (lint, session, block, NULL);
  cw_session_reset (session);
  for (int i = 0; i < all->n_variants; i++)
    if (cw_measured (all, 0, i)->error)
      found (lint, ((CwVariant *) quick.variants->pdata[i])->line, "%s", cw_measured (all, 0, i)->error);
}

static void
check_doing (Lint *lint) {
  g_autoptr (CwSession) session = cw_session_new (), aside = cw_session_new ();
  cw_session_set_seed (session, SEED);
  cw_session_set_seed (aside, SEED);
  for (guint i = 0; i < lint->lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lint->lesson, i);
    if (block->kind == CW_BLOCK_SETUP || (block->kind == CW_BLOCK_CELL && !cw_lesson_is_exercise (lint->lesson, block)))
      do_cell (lint, session, block);
    else if (block->kind == CW_BLOCK_CELL)
      do_exercise (lint, aside, block);
    else if (block->variants)
      do_variants (lint, aside, block);
  }
}

/* ---- lessons and folders ------------------------------------------------------------------------------------- */

int
cw_lint_lesson (const char *path, char **known, CwLintTell tell, void *data) {
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_path_get_basename (path);
  g_autoptr (CwLesson) lesson = cw_lesson_load (path, &error);
  Lint lint = { lesson, file, known, tell, data, 0 };
  if (!lesson) {
    const char *number = strstr (error->message, ", line ");
    found (&lint, number ? atoi (number + strlen (", line ")) : 1, "%s", error->message);
    return lint.findings;
  }
  check_reading (&lint);
  if (lint.findings == 0)
    check_doing (&lint);
  return lint.findings;
}

static void
add_ids (GPtrArray *ids, char **uris) {
  for (int i = 0; uris[i]; i++) {
    g_autoptr (CwLesson) lesson = cw_lesson_load (uris[i], NULL);
    if (lesson)
      g_ptr_array_add (ids, g_strdup (lesson->id));
  }
}

bool
cw_lint_folder (const char *folder, CwLintTell tell, void *data, int *findings, int *lessons, GError **error) {
  g_autoptr (GError) failure = NULL;
  g_auto (GStrv) course = cw_course_lessons (), paths = cw_lessons_in (folder, &failure);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  *findings = 0;
  *lessons = g_strv_length (paths);
  if (failure) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return false;
  }
  add_ids (ids, course);
  add_ids (ids, paths);
  g_ptr_array_add (ids, NULL);
  for (int i = 0; i < *lessons; i++)
    *findings += cw_lint_lesson (paths[i], (char **) ids->pdata, tell, data);
  return true;
}
