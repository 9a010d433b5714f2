/* judge.c: what is true of a learner's session. */
#include "lessons/judge.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* ---- expressions ---------------------------------------------------------------------------------- */

/* @expression printed, with what is known of @result as names that exist in it alone. */
static char *
code_for (const char *expression, const CwCellResult *result) {
  static const CwCellResult none = { 0 };
  const CwCellResult *r = result ? result : &none;
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *error = r->error_class ? g_strdup_printf ("'%s'", r->error_class) : g_strdup ("None");
  return g_strdup_printf ("print((lambda tasks, peak_bytes, spilled_bytes, seconds, error: (%s))(%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
                          ", %" G_GINT64_FORMAT ", %s, %s))",
                          expression, r->tasks, r->peak_bytes, r->spilled_bytes, g_ascii_dtostr (seconds, sizeof seconds, r->wall_s), error);
}

char *
cw_judge_value (CwSession *session, const char *expression, const CwCellResult *result, GError **error) {
  g_autofree char *code = code_for (expression, result);
  return cw_session_print (session, code, error);
}

bool
cw_judge_condition (CwSession *session, const char *condition, const CwCellResult *result, GError **error) {
  g_autofree char *value = cw_judge_value (session, condition, result, error);
  return value && strcmp (value, "True") == 0;
}

/* One part between braces: an f-string, so that ":.2f" works. */
static char *
fill_part (CwSession *session, const char *part, size_t n, const CwCellResult *result) {
  g_autofree char *inside = g_strndup (part, n), *expression = g_strdup_printf ("f'''{%s}'''", inside);
  char *value = cw_judge_value (session, expression, result, NULL);
  return value ? value : g_strdup ("…");
}

char *
cw_judge_fill (CwSession *session, const char *text, const CwCellResult *result) {
  GString *out = g_string_new (NULL);
  for (const char *c = text; *c;) {
    const char *open = strchr (c, '{'), *close = open ? strchr (open, '}') : NULL;
    if (!close) {
      g_string_append (out, c);
      break;
    }
    g_autofree char *value = fill_part (session, open + 1, close - open - 1, result);
    g_string_append_len (out, c, open - c);
    g_string_append (out, value);
    c = close + 1;
  }
  return g_string_free (out, FALSE);
}

/* ---- predictions ------------------------------------------------------------------------------------- */

bool
cw_judge_read_number (const char *text, double *number) {
  g_autofree char *plain = g_strdup (text);
  char *to = plain, *end;
  for (const char *c = text; *c; c++)
    if (*c != ',' && *c != ' ' && *c != '_')
      *to++ = *c;
  *to = '\0';
  *number = g_ascii_strtod (plain, &end);
  return end != plain && *end == '\0' && isfinite (*number);
}

/* Are an option's words and a value the same? Numbers by value; marks of code do not count. */
static bool
says_the_same (const char *option, const char *value) {
  g_auto (GStrv) parts = g_strsplit (option, "`", -1);
  g_autofree char *plain = g_strjoinv ("", parts);
  double a, b;
  if (cw_judge_read_number (plain, &a) && cw_judge_read_number (value, &b))
    return a == b;
  return strcmp (g_strstrip (plain), value) == 0;
}

/* The option that is right, or -1. */
static int
right_option (const CwPredict *predict, const char *value) {
  for (guint i = 0; i < predict->options->len; i++) {
    const CwOption *option = predict->options->pdata[i];
    if (value ? says_the_same (option->text, value) : option->right)
      return i;
  }
  return -1;
}

static bool
judge_choice (const CwPredict *predict, const char *answer, const char *value, CwPredictVerdict *verdict, GError **error) {
  int right = right_option (predict, value), chosen = verdict->sure ? (int) g_ascii_strtoll (answer, NULL, 10) : -1;
  if (right < 0)
    return cw_fail (error, CW_ERROR_VALUE, _("the right answer is %s, but no option says that"), value);
  verdict->option = right;
  verdict->right = chosen == right;
  verdict->truth = g_strdup (((CwOption *) predict->options->pdata[right])->text);
  if (chosen >= 0 && chosen < (int) predict->options->len)
    verdict->said = g_strdup (((CwOption *) predict->options->pdata[chosen])->said);
  return true;
}

static bool
judge_number (const CwPredict *predict, const char *answer, const char *value, CwPredictVerdict *verdict, GError **error) {
  double truth, given;
  if (!cw_judge_read_number (value, &truth))
    return cw_fail (error, CW_ERROR_VALUE, _("the answer %s is not a number"), value);
  verdict->right = verdict->sure && cw_judge_read_number (answer, &given) && fabs (given - truth) <= predict->within * fabs (truth);
  char text[32];
  if (truth == floor (truth) && fabs (truth) < 1e15)
    g_snprintf (text, sizeof text, "%'.0f", truth);
  else
    g_ascii_formatd (text, sizeof text, "%.4g", truth);
  verdict->truth = g_strdup_printf ("%s%s%s", text, predict->unit ? " " : "", predict->unit ? predict->unit : "");
  return true;
}

/* "((2, 2), (4,))" as where the cuts of each axis stand. */
static GArray *
read_cuts (const char *text, int axis) {
  GArray *cuts = g_array_new (FALSE, FALSE, sizeof (int64_t));
  int     depth = 0, at = -1;
  int64_t place = 0;
  for (const char *c = text; *c; c++) {
    if (*c == '(' && ++depth == 2)
      at++;
    else if (*c == ')')
      depth--;
    else if (g_ascii_isdigit (*c)) {
      char *end;
      int64_t length = g_ascii_strtoll (c, &end, 10);
      c = end - 1;
      if (at != axis)
        continue;
      place += length;
      g_array_append_val (cuts, place);
    }
  }
  return cuts;
}

/* The same cuts, as far as one can draw them: each within half of the grid. */
static bool
same_cuts (const CwPredict *predict, const char *a, const char *b) {
  bool same = true;
  for (int k = 0; k < predict->ndim && same; k++) {
    g_autoptr (GArray) left = read_cuts (a, k), right = read_cuts (b, k);
    same = left->len == right->len;
    for (guint i = 0; i < left->len && same; i++)
      same = 2 * ABS (g_array_index (left, int64_t, i) - g_array_index (right, int64_t, i)) <= predict->grid[k];
  }
  return same;
}

CwPredictVerdict *
cw_judge_predict (CwSession *session, const CwPredict *predict, const char *answer, const CwCellResult *result, GError **error) {
  g_autofree char *value = predict->answer ? cw_judge_value (session, predict->answer, result, error) : NULL;
  g_autoptr (CwPredictVerdict) verdict = g_new0 (CwPredictVerdict, 1);
  verdict->sure = *answer != '\0';
  if (predict->answer && !value)
    return NULL;
  if (predict->kind == CW_PREDICT_CHUNKS) {
    verdict->right = verdict->sure && same_cuts (predict, answer, value);
    verdict->truth = g_strdup (value);
  } else if (!(predict->kind == CW_PREDICT_CHOICE ? judge_choice : judge_number) (predict, answer, value, verdict, error)) {
    return NULL;
  }
  if (predict->why)
    verdict->why = cw_judge_fill (session, predict->why, result);
  return g_steal_pointer (&verdict);
}

void
cw_predict_verdict_free (CwPredictVerdict *verdict) {
  g_free (verdict->truth);
  g_free (verdict->said);
  g_free (verdict->why);
  g_free (verdict);
}

/* ---- checks -------------------------------------------------------------------------------------------- */

static void
verdict_free (CwVerdict *verdict) {
  g_free (verdict->said);
  g_free (verdict);
}

void
cw_check_verdict_free (CwCheckVerdict *verdict) {
  g_free (verdict->good);
  g_free (verdict->mistake);
  g_ptr_array_unref (verdict->verdicts);
  g_free (verdict);
}

static void
add_verdict (CwCheckVerdict *out, bool passed, char *said, int line) {
  CwVerdict *verdict = g_new (CwVerdict, 1);
  *verdict = (CwVerdict) { passed, said, line };
  g_ptr_array_add (out->verdicts, verdict);
  out->passed = out->passed && passed;
}

/* A name that is missing says more than the words for a wrong value. */
static char *
words_for (CwSession *session, const CwPredicate *predicate, const CwCellResult *result, const GError *failure) {
  if (failure && failure->code == CW_ERROR_NAME)
    return g_strdup_printf (_("Something is not there yet: %s."), failure->message);
  return cw_judge_fill (session, predicate->said, result);
}

static void
find_mistake (CwSession *session, const CwLesson *lesson, const char *cell, const CwCellResult *result, CwCheckVerdict *out) {
  const CwLessonBlock *block;
  for (int n = 0; !out->mistake && (block = cw_lesson_of_cell (lesson, cell, CW_BLOCK_MISTAKE, n)); n++) {
    if (!cw_judge_condition (session, block->mistake->when, result, NULL))
      continue;
    out->mistake = cw_judge_fill (session, block->mistake->said, result);
    out->mistake_line = block->line;
  }
}

CwCheckVerdict *
cw_judge_check (CwSession *session, const CwLesson *lesson, const char *cell, const CwCellResult *result) {
  const CwLessonBlock *block = cw_lesson_of_cell (lesson, cell, CW_BLOCK_CHECK, 0), *of = cw_lesson_cell (lesson, cell);
  CwCheckVerdict *out = g_new0 (CwCheckVerdict, 1);
  out->verdicts = g_ptr_array_new_with_free_func ((GDestroyNotify) verdict_free);
  out->passed = block != NULL;
  if (!block)
    return out;
  if (result->error_class && g_strcmp0 (result->error_class, of->error) != 0)
    add_verdict (out, false, g_strdup_printf (_("The cell stopped with %s: %s"), result->error_class, result->error_message), block->line);
  for (guint i = 0; out->passed && i < block->check->predicates->len; i++) {
    const CwPredicate *predicate = block->check->predicates->pdata[i];
    g_autoptr (GError) failure = NULL;
    bool passed = cw_judge_condition (session, predicate->condition, result, &failure);
    add_verdict (out, passed, passed ? NULL : words_for (session, predicate, result, failure), predicate->line);
  }
  if (!out->passed)
    find_mistake (session, lesson, cell, result, out);
  else if (block->check->good)
    out->good = cw_judge_fill (session, block->check->good, result);
  return out;
}

/* ---- the session of a lesson ------------------------------------------------------------------------------ */

bool
cw_lesson_is_exercise (const CwLesson *lesson, const CwLessonBlock *cell) {
  return cw_lesson_of_cell (lesson, cell->id, CW_BLOCK_CHECK, 0) != NULL;
}

static bool
run_again (CwSession *session, const CwLessonBlock *block, const char *code, GError **error) {
  g_autoptr (CwCellResult) result = cw_session_run_cell (session, code);
  if (!result->error_class || g_strcmp0 (result->error_class, block->error) == 0)
    return true;
  bool stopped = strcmp (result->error_class, cw_error_class_name (CW_ERROR_INTERRUPT)) == 0;
  return cw_fail (error, stopped ? CW_ERROR_INTERRUPT : CW_ERROR_RUNTIME, _("line %d: %s: %s"), block->line + MAX (result->error_line, 1),
                  result->error_class, result->error_message);
}

bool
cw_lesson_rebuild (CwSession *session, const CwLesson *lesson, const CwLessonBlock *block, GError **error) {
  cw_session_reset (session);
  for (guint i = 0; i < lesson->blocks->len && cw_lesson_block (lesson, i) != block; i++) {
    const CwLessonBlock *above = cw_lesson_block (lesson, i);
    bool counts = above->kind == CW_BLOCK_SETUP || (above->kind == CW_BLOCK_CELL && !cw_lesson_is_exercise (lesson, above));
    if (counts && !cw_code_only_shows (above->text) && !run_again (session, above, above->text, error))
      return false;
  }
  return true;
}
