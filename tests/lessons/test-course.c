/* What lessons do: answers judged, checks, mistakes, progress, reports, what lint finds; and the whole course, done by lint: every cell, every
 * prediction's answer, every exercise's start, solution and mistakes. */
#include <glib/gstdio.h>
#include <string.h>

#include "lessons/judge.h"
#include "lessons/lint.h"
#include "lessons/report.h"
#include "lessons/variants.h"

#define HEAD "---\nformat: 1\nid: a\ntitle: A\nminutes: 5\nneeds: []\n---\n"
#define SETUP "```setup\nimport dask.array as da\nimport numpy as np\n```\n"

static CwLesson *
parse (const char *text) {
  g_autoptr (GError) error = NULL;
  CwLesson *lesson = cw_lesson_parse (text, "a.md", &error);
  g_assert_no_error (error);
  return lesson;
}

static CwLesson *
load_sample (void) {
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "lessons", "sample.md", NULL);
  g_autoptr (GError) error = NULL;
  CwLesson *lesson = cw_lesson_load (path, &error);
  g_assert_no_error (error);
  return lesson;
}

static void
assert_has (const char *text, const char *part) {
  if (!text || !strstr (text, part))
    g_error ("“%s” does not hold “%s”", text, part);
}

/* ---- reading ------------------------------------------------------------------------------------ */

static void
blocks_belong_to_cells (void) {
  g_autoptr (CwLesson) lesson = load_sample ();
  g_assert_cmpuint (lesson->steps->len, ==, 3);
  g_assert_cmpstr (cw_lesson_step (lesson, 1)->id, ==, "your-turn");
  g_assert_cmpint (cw_lesson_count_of_cell (lesson, "x", CW_BLOCK_PREDICT), ==, 3);
  g_assert_cmpint (cw_lesson_count_of_cell (lesson, "ex", CW_BLOCK_CHECK), ==, 1);
  g_assert_cmpint (cw_lesson_count_of_cell (lesson, "ex", CW_BLOCK_MISTAKE), ==, 1);
  g_assert_true (cw_lesson_is_exercise (lesson, cw_lesson_cell (lesson, "ex")));
  g_assert_false (cw_lesson_is_exercise (lesson, cw_lesson_cell (lesson, "x")));
  g_assert_null (cw_lesson_cell (lesson, "race"));
  g_assert_nonnull (cw_lesson_predicted (lesson, "race"));
  const CwPredict *choice = cw_lesson_of_cell (lesson, "x", CW_BLOCK_PREDICT, 1)->predict;
  g_assert_cmpstr (((CwOption *) choice->options->pdata[0])->said, ==, "That is all of it.");
}

static void
wrong_blocks_say_their_line (void) {
  static const struct { const char *block, *says; } cases[] = {
    { "```cell id=a colour=red\nx\n```\n", "line 8: “colour=red”" },
    { "```cell view=sideways\nx\n```\n", "diagram, graph, timeline or values" },
    { "```predict\n- 1\n- 2\n```\n", "needs a question" },
    { "```predict\n? Why\n- [x] 1\n```\n", "at least two options" },
    { "```predict\n? Why\n- 1\n- 2\n```\n", "marked as right" },
    { "```predict type=number\n? Why\n```\n", "cannot be answered" },
    { "```predict type=chunks\n? Why\nanswer: x.chunks\n```\n", "shape:" },
    { "```predict type=essay\n? Why\n```\n", "choice, number or chunks" },
    { "```predict\n? Why\n- [x] 1\n- 2\nwhen: 3\n```\n", "line 12: “when: 3”" },
    { "```check\nx == 1\n```\n", "line 9" },
    { "```check\n```\n", "at least one condition" },
    { "```mistake\nwhen: x\nsay: y\n```\n", "example:" },
    { "```compare\n- a :: b\n```\n", "at least two variants" },
    { "```bench\nover: n\n- a :: b\n- c :: d\n```\n", "over: n = 128" },
    { "```bench\nover: n = 0\n- a :: b\n- c :: d\n```\n", "above 0" },
    { "```c file=nothing.c\n```\n", "nothing.c" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strconcat (HEAD, cases[i].block, NULL);
    g_autoptr (GError) error = NULL;
    g_assert_null (cw_lesson_parse (text, "bad.md", &error));
    assert_has (error->message, cases[i].says);
  }
}

/* ---- judging -------------------------------------------------------------------------------------- */

typedef struct {
  CwSession    *session;
  CwCellResult *result;
} Ran;

static Ran
run (const char *code) {
  CwSession *session = cw_session_new ();
  cw_cell_result_free (cw_session_run_cell (session, "import dask.array as da\nimport numpy as np"));
  return (Ran) { session, cw_session_run_cell (session, code) };
}

static void
ran_free (Ran *ran) {
  cw_cell_result_free (ran->result);
  cw_session_free (ran->session);
}

static CwPredictVerdict *
predict (Ran *ran, const char *block, const char *answer, GError **error) {
  g_autofree char *text = g_strconcat (HEAD, block, "\n```cell\nx\n```\n", NULL);
  g_autoptr (CwLesson) lesson = parse (text);
  return cw_judge_predict (ran->session, cw_lesson_block (lesson, 0)->predict, answer, ran->result, error);
}

static void
predictions_are_judged (void) {
  static const struct { const char *block, *answer; bool sure, right; const char *truth; } cases[] = {
    { "```predict type=number\n? n\nanswer: x.npartitions\n```", "4", true, true, "4" },
    { "```predict type=number\n? n\nanswer: x.npartitions\n```", "5", true, false, "4" },
    { "```predict type=number\n? n\nanswer: x.npartitions\n```", "four", true, false, "4" },
    { "```predict type=number\n? n\nanswer: x.npartitions\n```", "", false, false, "4" },
    { "```predict type=number\n? n\nanswer: 1234567\nwithin: 10%\nunit: bytes\n```", "1,200,000", true, true, "1234567 bytes" },
    { "```predict type=number\n? n\nanswer: 1234567\nwithin: 1%\n```", "1.2e6", true, false, "1234567" },
    { "```predict\n? s\n- (10, 10)\n- `(5, 5)`\nanswer: x.chunksize\n```", "1", true, true, "`(5, 5)`" },
    { "```predict\n? s\n- 1,000\n- 4\nanswer: 1000.0\n```", "0", true, true, "1,000" },
    { "```predict\n? s\n- no\n- [x] yes\n```", "0", true, false, "yes" },
    { "```predict type=chunks\n? c\nshape: (10, 10)\ngrid: 1\nanswer: x.chunks\n```", "((5, 5), (5, 5))", true, true, NULL },
    { "```predict type=chunks\n? c\nshape: (10, 10)\ngrid: 2\nanswer: x.chunks\n```", "((6, 4), (4, 6))", true, true, NULL },
    { "```predict type=chunks\n? c\nshape: (10, 10)\ngrid: 1\nanswer: x.chunks\n```", "((5, 5), (10,))", true, false, NULL },
  };
  Ran ran = run ("x = da.ones((10, 10), chunks=5)");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CwPredictVerdict) verdict = predict (&ran, cases[i].block, cases[i].answer, &error);
    g_assert_no_error (error);
    g_assert_cmpint (verdict->sure, ==, cases[i].sure);
    g_assert_cmpint (verdict->right, ==, cases[i].right);
    if (cases[i].truth) {
      g_auto (GStrv) parts = g_strsplit (verdict->truth, ",", -1); /* thousands as the locale has them */
      g_auto (GStrv) wanted = g_strsplit (cases[i].truth, ",", -1);
      g_autofree char *plain = g_strjoinv ("", parts), *expected = g_strjoinv ("", wanted);
      g_assert_cmpstr (plain, ==, expected);
    }
  }
  ran_free (&ran);
}

static void
unanswerable_predictions_say_so (void) {
  static const char *const blocks[] = { "```predict\n? s\n- 1\n- 2\nanswer: 3\n```", "```predict type=number\n? s\nanswer: nothing\n```", "```predict type=number\n? s\nanswer: 'many'\n```" };
  Ran ran = run ("1");
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (predict (&ran, blocks[i], "", &error));
    g_assert_nonnull (error);
  }
  ran_free (&ran);
}

static void
conditions_know_the_run (void) {
  Ran ran = run ("x = da.ones((100, 100), chunks=50)\nx.sum().compute()");
  g_autofree char *filled = cw_judge_fill (ran.session, "{tasks > 0} {x.shape} {1/3:.2f} {missing} {", ran.result);
  g_assert_true (cw_judge_condition (ran.session, "tasks > 0 and peak_bytes > 0 and seconds >= 0 and error is None", ran.result, NULL));
  g_assert_false (cw_judge_condition (ran.session, "missing == 1", ran.result, NULL));
  g_assert_cmpstr (filled, ==, "True (100, 100) 0.33 … {");
  g_autoptr (CwCellResult) after = cw_session_run_cell (ran.session, "tasks");
  g_assert_cmpstr (after->error_class, ==, "NameError"); /* nothing of it is left behind */
  ran_free (&ran);
}

static CwCheckVerdict *
check (const CwLesson *lesson, const char *code) {
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (cw_lesson_rebuild (session, lesson, cw_lesson_cell (lesson, "ex"), &error));
  g_autoptr (CwCellResult) result = cw_session_run_cell (session, code);
  return cw_judge_check (session, lesson, "ex", result);
}

static void
checks_tell_what_is_wrong (void) {
  static const struct { const char *code; bool passed; const char *mistake, *said; } cases[] = {
    { "y = x.rechunk((250, 1000))", true, NULL, NULL },
    { "y = x.rechunk(250)", false, "You cut both axes.", "(250, 250, 250, 250), (250" },
    { "y = x", false, NULL, "((500, 500), (500, 500))" },
    { "y = x.rechunk(", false, NULL, "SyntaxError" },
    { "z = x", false, NULL, "not there yet" },
  };
  g_autoptr (CwLesson) lesson = load_sample ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (CwCheckVerdict) verdict = check (lesson, cases[i].code);
    g_assert_cmpint (verdict->passed, ==, cases[i].passed);
    g_assert_cmpstr (verdict->mistake, ==, cases[i].mistake);
    if (cases[i].said)
      assert_has (((CwVerdict *) verdict->verdicts->pdata[verdict->verdicts->len - 1])->said, cases[i].said);
    else
      g_assert_cmpstr (verdict->good, ==, "Right, 4 chunks.");
  }
}

/* ---- comparisons and benches --------------------------------------------------------------------------- */

static bool
stop_at_second (int done, int of, void *data) {
  return done < 1;
}

static void
variants_are_measured (void) {
  g_autoptr (CwLesson) lesson = load_sample ();
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CwMeasurements) all = cw_variants_run (session, cw_lesson_predicted (lesson, "race"), NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (all->n_sizes * all->n_variants, ==, 4);
  for (int i = 0; i < 4; i++) {
    g_assert_null (all->measured[i].error);
    g_assert_cmpint (all->measured[i].n, ==, 2);
    g_assert_cmpfloat (cw_measured_median (&all->measured[i]), >=, 0);
  }
  g_assert_true (cw_judge_condition (session, "len(medians['By hand']) == 2 and medians['The engine'][1] >= 0", NULL, NULL));
  g_assert_null (cw_variants_run (session, cw_lesson_predicted (lesson, "race"), stop_at_second, NULL, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_INTERRUPT);
}

static void
variants_keep_their_errors (void) {
  g_autoptr (CwLesson) lesson = parse (HEAD "```compare\n- works :: 1 + 1\n- fails :: 1 / 0\n```\n");
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (CwMeasurements) all = cw_variants_run (session, cw_lesson_block (lesson, 0), NULL, NULL, NULL);
  g_assert_cmpstr (cw_measured (all, 0, 0)->value, ==, "2");
  assert_has (cw_measured (all, 0, 1)->error, "ZeroDivisionError");
}

/* ---- progress and reports --------------------------------------------------------------------------------- */

static char *
temporary (const char *name) {
  g_autofree char *folder = g_dir_make_tmp ("chunkwise-XXXXXX", NULL);
  return g_build_filename (folder, name, NULL);
}

static void
progress_survives (void) {
  g_autofree char *path = temporary ("progress.ini");
  g_autoptr (CwLesson) lesson = load_sample ();
  g_autoptr (CwRecord) record = cw_record_open (path);
  g_assert_false (cw_record_step_is_answered (record, lesson, 0));
  cw_record_set_code (record, lesson, "ex", "y = 'a\nb; c=d'\n");
  cw_record_set_answer (record, lesson, "predict-1", "", false);
  cw_record_set_passed (record, lesson, "ex", true);
  cw_record_set_step_done (record, lesson, 1, true);
  cw_record_set_place (record, lesson, 2);
  g_assert_null (cw_record_problem (record));
  g_autoptr (CwRecord) again = cw_record_open (path); /* nothing was closed or flushed */
  g_autofree char *code = cw_record_code (again, lesson, "ex"), *answer = cw_record_answer (again, lesson, "predict-1"), *place = cw_record_place (again, lesson);
  g_assert_cmpstr (code, ==, "y = 'a\nb; c=d'\n");
  g_assert_cmpstr (answer, ==, "");
  g_assert_cmpstr (place, ==, "state");
  g_assert_true (cw_record_step_is_answered (again, lesson, 1));
  g_assert_cmpint (cw_record_n_done (again, lesson), ==, 1);
}

/* A step that was rewritten is to be done again; what was written in it is still there. */
static void
progress_follows_content (void) {
  g_autofree char *path = temporary ("progress.ini");
  g_autoptr (CwLesson) before = parse (HEAD "# One\n\n```cell id=c\n1\n```\n"), after = parse (HEAD "# One\n\nNew words.\n\n```cell id=c\n1\n```\n");
  g_autoptr (CwRecord) record = cw_record_open (path);
  cw_record_set_step_done (record, before, 0, true);
  cw_record_set_code (record, before, "c", "2");
  g_assert_true (cw_record_step_done (record, before, 0));
  g_assert_false (cw_record_step_done (record, after, 0));
  g_autofree char *code = cw_record_code (record, after, "c");
  g_assert_cmpstr (code, ==, "2");
}

static void
unreadable_progress_is_kept_aside (void) {
  g_autofree char *path = temporary ("progress.ini"), *aside = g_strconcat (path, ".unreadable", NULL), *kept = NULL;
  g_autoptr (CwLesson) lesson = load_sample ();
  g_assert_true (g_file_set_contents (path, "no key file\n", -1, NULL));
  g_autoptr (CwRecord) record = cw_record_open (path);
  g_assert_cmpint (cw_record_n_done (record, lesson), ==, 0);
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, "no key file\n");
}

static void
progress_that_cannot_be_written_is_told (void) {
  g_autoptr (CwLesson) lesson = load_sample ();
  g_autoptr (CwRecord) record = cw_record_open ("/proc/nothing/progress.ini");
  cw_record_set_passed (record, lesson, "ex", true);
  g_assert_nonnull (cw_record_problem (record));
  g_assert_true (cw_record_passed (record, lesson, "ex"));
}

static void
notebooks_are_graded (void) {
  static const struct { const char *notebook; bool passed; const char *holds; } cases[] = {
    { "# %%\nx = da.ones((1000, 1000), chunks=500)\n# %% cell=\"ex\"\ny = x.rechunk((250, 1000))\n", true, "\"passed\" : true" },
    { "# %%\nx = da.ones((1000, 1000), chunks=500)\ny = x.rechunk((250, 1000))\n", true, "\"passed\" : true" }, /* not marked: judged at the end */
    { "# %%\nx = da.ones((1000, 1000), chunks=500)\n# %% cell=\"ex\"\ny = x.rechunk(250)\n# %%\ny = 1\n", false, "You cut both axes." },
    { "# %%\nx = 1 / 0\n", false, "ZeroDivisionError" },
    { "", false, "not there yet" },
  };
  g_autoptr (CwLesson) lesson = load_sample ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    bool passed;
    g_autofree char *json = cw_report_grade (lesson, cases[i].notebook, 1, &passed);
    g_assert_cmpint (passed, ==, cases[i].passed);
    assert_has (json, cases[i].holds);
  }
}

static void
reports_become_a_table (void) {
  g_autofree char *path = temporary ("progress.ini");
  g_autoptr (CwLesson) tour = cw_course_load ("tour", NULL, NULL);
  g_autoptr (CwRecord) record = cw_record_open (path);
  g_autoptr (GError) error = NULL;
  cw_record_set_step_done (record, tour, 0, true);
  cw_record_set_answer (record, tour, "predict-1", "2", true);
  cw_record_set_passed (record, tour, "mine", true);
  g_autofree char *a = cw_report_learner (record, "Ada\tL."), *b = g_strdup ("{\"chunkwise-report\": 1, \"learner\": \"Bo\", \"lessons\": []}");
  char *texts[] = { a, b }, *names[] = { "a.json", "b.json" };
  g_autofree char *table = cw_report_table (2, texts, names, &error);
  g_assert_no_error (error);
  g_auto (GStrv) rows = g_strsplit (table, "\n", -1);
  g_assert_cmpstr (rows[0], ==, "learner\ttour");
  g_assert_true (g_str_has_prefix (rows[1], "Ada L.\t1/6 steps, 1/"));
  g_assert_true (g_str_has_suffix (rows[1], "1/1 passed"));
  g_assert_cmpstr (rows[2], ==, "Bo\t");
  texts[1] = (char *) "[1, 2]";
  g_assert_null (cw_report_table (2, texts, names, &error));
  assert_has (error->message, "b.json");
}

/* ---- lint --------------------------------------------------------------------------------------------------- */

static void
collect (const char *file, int line, const char *text, void *out) {
  g_string_append_printf (out, "%s:%d: %s\n", file, line, text);
}

#define EXERCISE(check) SETUP "```cell id=e\ny = 0\n```\n```check\n" check "\n  say: no\n```\n```solution\ny = 1\n```\n"
#define MISTAKE(when, example) "```mistake\nwhen: " when "\nsay: so\nexample:\n  " example "\n```\n"

static void
lint_finds_what_is_wrong (void) {
  static const struct { const char *text, *says; } cases[] = {
    { "```cell id=a\n1\n```\n```cell id=a\n2\n```\n", "twice" },
    { "# One\n\n# One\n", "two steps" },
    { "See [it](lesson:nothing).\n", "leads nowhere" },
    { "See [it](#nothing).\n", "leads nowhere" },
    { "See [it](other.html).\n", "leads nowhere" },
    { "```check for=b\nx == 1\n  say: no\n```\n", "no cell “b”" },
    { "```cell id=a\n1 / 0\n```\n", "a.md:9: ZeroDivisionError" },
    { "```cell id=a error=ValueError\n1\n```\n", "it succeeds" },
    { "```predict type=number\n? n\nanswer: y\n```\n```cell\n1\n```\n", "cannot be answered" },
    { "```predict\n? n\n- 1\n- 2\nanswer: 3\n```\n```cell\n1\n```\n", "no option says that" },
    { "```predict\n? n\n- [x] 1\n- 2\nwhy: {nothing}\n```\n```cell\n1\n```\n", "between braces" },
    { "```compare\n- a :: 1\n- b :: nothing\n```\n", "NameError" },
    { "```bench\n- a :: plain_c nothing\n- b :: 1\n```\n", "no C function" },
    { EXERCISE ("y == 1"), "foresees no mistake" },
    { EXERCISE ("y >= 0") MISTAKE ("y == 2", "y = 2"), "solved before the learner begins" },
    { EXERCISE ("y == 3") MISTAKE ("y == 2", "y = 2"), "the solution does not pass" },
    { EXERCISE ("y > 0") MISTAKE ("y == 2", "y = 2"), "passes the check" }, /* a check that a wrong answer passes */
    { EXERCISE ("y == 1") MISTAKE ("y == 3", "y = 2"), "is not recognised" },
    { EXERCISE ("y == 1") MISTAKE ("y > 1", "y = 2") MISTAKE ("y == 3", "y = 3"), "is taken for the one of line" },
    { EXERCISE ("y == 1") MISTAKE ("y == 2", "y = 2") "```hint\n1\n```\n```hint\n2\n```\n```hint\n3\n```\n```hint\n4\n```\n", "three are enough" },
    { EXERCISE ("y == 1") MISTAKE ("y == 2", "y = 2"), "" },
  };
  char *known[] = { NULL };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = temporary ("a.md"), *text = g_strconcat (HEAD, cases[i].text, NULL);
    g_autoptr (GString) said = g_string_new (NULL);
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
    int findings = cw_lint_lesson (path, known, collect, said);
    g_assert_cmpint (findings > 0, ==, *cases[i].says != '\0');
    assert_has (said->str, cases[i].says);
    g_unlink (path);
  }
}

static char **
course_ids (void) {
  g_auto (GStrv) uris = cw_course_lessons ();
  GPtrArray *ids = g_ptr_array_new ();
  for (int i = 0; uris[i]; i++) {
    g_autoptr (CwLesson) lesson = cw_lesson_load (uris[i], NULL);
    g_ptr_array_add (ids, g_strdup (lesson->id));
  }
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_free (ids, FALSE);
}

/* Each lesson of the course asks twice at least, has an exercise, foresees mistakes, and can be done as it stands. */
static void
lesson_holds (const void *uri) {
  g_autoptr (CwLesson) lesson = cw_lesson_load (uri, NULL);
  g_auto (GStrv) known = course_ids ();
  g_autoptr (GString) said = g_string_new (NULL);
  int counts[CW_N_BLOCK_KINDS] = { 0 };
  for (guint i = 0; i < lesson->blocks->len; i++)
    counts[cw_lesson_block (lesson, i)->kind]++;
  g_assert_cmpint (lesson->minutes, >=, 5);
  g_assert_cmpint (lesson->minutes, <=, 20);
  g_assert_cmpint (counts[CW_BLOCK_PREDICT], >=, 2);
  g_assert_cmpint (counts[CW_BLOCK_CHECK], >=, 1);
  g_assert_cmpint (counts[CW_BLOCK_MISTAKE], >=, 2);
  g_assert_cmpint (counts[CW_BLOCK_HINT], >=, 1);
  g_assert_cmpint (counts[CW_BLOCK_NOTE], >=, 1);
  if (cw_lint_lesson (uri, known, collect, said) > 0)
    g_error ("%s", said->str);
}

static void
sample_holds (void) {
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "lessons", "sample.md", NULL);
  g_auto (GStrv) known = course_ids ();
  g_autoptr (GString) said = g_string_new (NULL);
  if (cw_lint_lesson (path, known, collect, said) > 0)
    g_error ("%s", said->str);
}

int
main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_auto (GStrv) uris = cw_course_lessons ();
  g_test_add_func ("/lessons/blocks", blocks_belong_to_cells);
  g_test_add_func ("/lessons/wrong-blocks", wrong_blocks_say_their_line);
  g_test_add_func ("/lessons/predictions", predictions_are_judged);
  g_test_add_func ("/lessons/unanswerable", unanswerable_predictions_say_so);
  g_test_add_func ("/lessons/conditions", conditions_know_the_run);
  g_test_add_func ("/lessons/checks", checks_tell_what_is_wrong);
  g_test_add_func ("/lessons/variants", variants_are_measured);
  g_test_add_func ("/lessons/variant-errors", variants_keep_their_errors);
  g_test_add_func ("/lessons/progress", progress_survives);
  g_test_add_func ("/lessons/progress-content", progress_follows_content);
  g_test_add_func ("/lessons/progress-unreadable", unreadable_progress_is_kept_aside);
  g_test_add_func ("/lessons/progress-unwritable", progress_that_cannot_be_written_is_told);
  g_test_add_func ("/lessons/grades", notebooks_are_graded);
  g_test_add_func ("/lessons/reports", reports_become_a_table);
  g_test_add_func ("/lessons/lint", lint_finds_what_is_wrong);
  g_test_add_func ("/lessons/sample", sample_holds);
  for (int i = 0; uris[i]; i++) {
    g_autofree char *name = g_path_get_basename (uris[i]), *path = g_strdup_printf ("/course/%s", name);
    g_test_add_data_func (path, uris[i], lesson_holds);
  }
  return g_test_run ();
}
