/* report.c: what learners achieved. */
#include "lessons/report.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "lessons/judge.h"

static char *
to_text (JsonBuilder *builder) {
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

static void
add_string (JsonBuilder *b, const char *name, const char *value) {
  json_builder_set_member_name (b, name);
  if (value)
    json_builder_add_string_value (b, value);
  else
    json_builder_add_null_value (b);
}

static void
add_bool (JsonBuilder *b, const char *name, bool value) {
  json_builder_set_member_name (b, name);
  json_builder_add_boolean_value (b, value);
}

static void
add_int (JsonBuilder *b, const char *name, int64_t value) {
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

/* ---- a notebook ------------------------------------------------------------------------------------------- */

typedef struct {
  const CwLesson *lesson;
  CwSession      *session;
  JsonBuilder    *out;
  GHashTable     *judged; /* ids of exercises */
  bool            passed;
  char           *error;
} Grader;

static void
judge (Grader *g, const CwLessonBlock *cell, const CwCellResult *result) {
  static const CwCellResult none = { 0 };
  g_autoptr (CwCheckVerdict) verdict = cw_judge_check (g->session, g->lesson, cell->id, result ? result : &none);
  g_hash_table_add (g->judged, cell->id);
  g->passed = g->passed && verdict->passed;
  json_builder_begin_object (g->out);
  add_string (g->out, "id", cell->id);
  add_string (g->out, "step", cw_lesson_step (g->lesson, cell->step)->title);
  add_bool (g->out, "passed", verdict->passed);
  add_string (g->out, "mistake", verdict->mistake);
  json_builder_set_member_name (g->out, "checks");
  json_builder_begin_array (g->out);
  for (guint i = 0; i < verdict->verdicts->len; i++) {
    const CwVerdict *v = verdict->verdicts->pdata[i];
    json_builder_begin_object (g->out);
    add_int (g->out, "line", v->line);
    add_bool (g->out, "passed", v->passed);
    add_string (g->out, "said", v->said);
    json_builder_end_object (g->out);
  }
  json_builder_end_array (g->out);
  json_builder_end_object (g->out);
}

/* The exercise that a cell's marker names, or NULL. */
static const CwLessonBlock *
marked_exercise (const CwLesson *lesson, const char *marker) {
  const char *at = marker ? strstr (marker, "cell=\"") : NULL, *end = at ? strchr (at + 6, '"') : NULL;
  if (!end)
    return NULL;
  g_autofree char *id = g_strndup (at + 6, end - at - 6);
  const CwLessonBlock *cell = cw_lesson_cell (lesson, id);
  return cell && cw_lesson_is_exercise (lesson, cell) ? cell : NULL;
}

static void
run_setup (Grader *g) {
  for (guint i = 0; i < g->lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (g->lesson, i);
    if (block->kind == CW_BLOCK_SETUP)
      cw_cell_result_free (cw_session_run_cell (g->session, block->text));
  }
}

static CwCellResult *
run_cells (Grader *g, GPtrArray *cells) {
  CwCellResult *last = NULL;
  for (guint i = 0; i < cells->len; i++) {
    const CwCell *cell = cells->pdata[i];
    if (cell->markdown)
      continue;
    g_clear_pointer (&last, cw_cell_result_free);
    last = cw_session_run_cell (g->session, cell->code);
    if (last->error_class && !cell->raises_exception && !g->error)
      g->error = g_strdup_printf (_("line %d: %s: %s"), cell->line + MAX (last->error_line, 1) - 1, last->error_class, last->error_message);
    const CwLessonBlock *exercise = marked_exercise (g->lesson, cell->marker);
    if (exercise && !g_hash_table_contains (g->judged, exercise->id))
      judge (g, exercise, last);
  }
  return last;
}

char *
cw_report_grade (const CwLesson *lesson, const char *text, uint64_t seed, bool *passed) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse (text);
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (JsonBuilder) out = json_builder_new ();
  g_autoptr (GHashTable) judged = g_hash_table_new (g_str_hash, g_str_equal);
  Grader g = { lesson, session, out, judged, true, NULL };
  cw_session_set_seed (session, seed);
  json_builder_begin_object (out);
  add_string (out, "lesson", lesson->id);
  add_string (out, "title", lesson->title);
  json_builder_set_member_name (out, "exercises");
  json_builder_begin_array (out);
  run_setup (&g);
  g_autoptr (CwCellResult) last = run_cells (&g, cells);
  for (guint i = 0; i < lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (lesson, i);
    if (block->kind == CW_BLOCK_CELL && cw_lesson_is_exercise (lesson, block) && !g_hash_table_contains (judged, block->id))
      judge (&g, block, last);
  }
  json_builder_end_array (out);
  add_bool (out, "passed", g.passed);
  add_string (out, "error", g.error);
  json_builder_end_object (out);
  g_free (g.error);
  *passed = g.passed;
  return to_text (out);
}

/* ---- a learner -------------------------------------------------------------------------------------------- */

typedef struct {
  int predictions, answered, right, exercises, passed, tries, hints;
} Sums;

static void
count_block (CwRecord *record, const CwLesson *lesson, const CwLessonBlock *block, Sums *s) {
  if (block->kind == CW_BLOCK_PREDICT) {
    g_autofree char *answer = cw_record_answer (record, lesson, block->id);
    s->predictions++;
    s->answered += answer != NULL;
    s->right += answer && cw_record_answer_right (record, lesson, block->id);
  } else if (block->kind == CW_BLOCK_CHECK) {
    s->exercises++;
    s->passed += cw_record_passed (record, lesson, block->target);
    s->tries += cw_record_count (record, lesson, block->target, "tries");
    s->hints += cw_record_count (record, lesson, block->target, "hints");
  }
}

static void
add_lesson (JsonBuilder *out, CwRecord *record, const char *id) {
  g_autoptr (CwLesson) lesson = cw_course_load (id, NULL, NULL);
  Sums s = { 0 };
  if (!lesson) /* a lesson of another machine, or one that was taken away */
    return;
  for (guint i = 0; i < lesson->blocks->len; i++)
    count_block (record, lesson, cw_lesson_block (lesson, i), &s);
  json_builder_begin_object (out);
  add_string (out, "id", lesson->id);
  add_string (out, "title", lesson->title);
  add_int (out, "steps", lesson->steps->len);
  add_int (out, "done", cw_record_n_done (record, lesson));
  add_int (out, "predictions", s.predictions);
  add_int (out, "answered", s.answered);
  add_int (out, "right", s.right);
  add_int (out, "exercises", s.exercises);
  add_int (out, "passed", s.passed);
  add_int (out, "tries", s.tries);
  add_int (out, "hints", s.hints);
  json_builder_end_object (out);
}

char *
cw_report_learner (CwRecord *record, const char *learner) {
  g_autoptr (JsonBuilder) out = json_builder_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *date = g_date_time_format_iso8601 (now);
  g_auto (GStrv) ids = cw_record_lessons (record);
  json_builder_begin_object (out);
  add_int (out, "chunkwise-report", 1);
  add_string (out, "learner", learner);
  add_string (out, "date", date);
  json_builder_set_member_name (out, "lessons");
  json_builder_begin_array (out);
  for (int i = 0; ids[i]; i++)
    add_lesson (out, record, ids[i]);
  json_builder_end_array (out);
  json_builder_end_object (out);
  return to_text (out);
}

/* ---- a class ------------------------------------------------------------------------------------------------- */

static JsonObject *
read_report (JsonParser *parser, const char *text, const char *name, GError **error) {
  bool parsed = json_parser_load_from_data (parser, text, -1, NULL);
  JsonNode   *root = parsed ? json_parser_get_root (parser) : NULL;
  JsonObject *object = root && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode   *lessons = object ? json_object_get_member (object, "lessons") : NULL;
  if (!object || !json_object_has_member (object, "chunkwise-report") || !lessons || !JSON_NODE_HOLDS_ARRAY (lessons)) {
    cw_fail (error, CW_ERROR_VALUE, _("%s is not a learner's report: save one with “Save my report…” on the page of the course"), name);
    return NULL;
  }
  return object;
}

static void
note_lessons (JsonObject *report, GPtrArray *ids) {
  JsonArray *lessons = json_object_get_array_member (report, "lessons");
  for (guint i = 0; i < json_array_get_length (lessons); i++) {
    JsonNode   *node = json_array_get_element (lessons, i);
    const char *id = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_string_member_with_default (json_node_get_object (node), "id", NULL) : NULL;
    if (id && !g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL))
      g_ptr_array_add (ids, g_strdup (id));
  }
}

static int64_t
number (JsonObject *lesson, const char *name) {
  return json_object_get_int_member_with_default (lesson, name, 0);
}

/* "5/7 steps, 3/4 right, 1/1 passed"; "" where the learner did not begin. */
static char *
cell_of (JsonObject *report, const char *id) {
  JsonArray *lessons = json_object_get_array_member (report, "lessons");
  for (guint i = 0; i < json_array_get_length (lessons); i++) {
    JsonNode   *node = json_array_get_element (lessons, i);
    JsonObject *lesson = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    if (lesson && g_strcmp0 (json_object_get_string_member_with_default (lesson, "id", NULL), id) == 0)
      return g_strdup_printf (_("%d/%d steps, %d/%d right, %d/%d passed"), (int) number (lesson, "done"), (int) number (lesson, "steps"),
                              (int) number (lesson, "right"), (int) number (lesson, "predictions"), (int) number (lesson, "passed"),
                              (int) number (lesson, "exercises"));
  }
  return g_strdup ("");
}

/* Tabs and line breaks would tear the table. */
static void
append_field (GString *out, const char *text) {
  g_autofree char *plain = g_strdelimit (g_strdup (text), "\t\r\n", ' ');
  g_string_append (out, plain);
}

char *
cw_report_table (int n, char *const *texts, char *const *names, GError **error) {
  g_autoptr (GPtrArray) parsers = g_ptr_array_new_with_free_func (g_object_unref), ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree JsonObject **reports = g_new0 (JsonObject *, n + 1);
  for (int i = 0; i < n; i++) {
    JsonParser *parser = json_parser_new ();
    g_ptr_array_add (parsers, parser);
    if (!(reports[i] = read_report (parser, texts[i], names[i], error)))
      return NULL;
    note_lessons (reports[i], ids);
  }
  GString *out = g_string_new (_("learner"));
  for (guint k = 0; k < ids->len; k++)
    g_string_append_printf (out, "\t%s", (char *) ids->pdata[k]);
  g_string_append_c (out, '\n');
  for (int i = 0; i < n; i++) {
    append_field (out, json_object_get_string_member_with_default (reports[i], "learner", names[i]));
    for (guint k = 0; k < ids->len; k++) {
      g_autofree char *cell = cell_of (reports[i], ids->pdata[k]);
      g_string_append_printf (out, "\t%s", cell);
    }
    g_string_append_c (out, '\n');
  }
  return g_string_free (out, FALSE);
}
