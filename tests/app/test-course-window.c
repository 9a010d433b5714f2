/* Lessons in the real window: questions lock their cells, answers are judged, mistakes are told, progress is kept, the session has no hidden
 * state; and every lesson of the course can be done from beginning to end. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/application.h"
#include "app/settings.h"
#include "app/variants-card.h"
#include "app/window.h"
#include "tests/app/lesson-steps.h"

static AdwApplication *application;
static CwWindow       *window;

/* ---- helpers -------------------------------------------------------------------------------- */

static void
iterate (int milliseconds) {
  int64_t until = g_get_monotonic_time () + milliseconds * 1000;
  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

static CwDocument *
document (void) {
  return cw_window_document (window);
}

static void
act (const char *action) {
  gtk_widget_activate_action (GTK_WIDGET (window), action, NULL);
}

static void
go_to (int step) {
  gtk_widget_activate_action (GTK_WIDGET (window), "win.go-to-step", "i", step);
}

static const CwLesson *
lesson (void) {
  return cw_guide_lesson (cw_window_guide (window));
}

static CwCellView *
cell (const char *id) {
  g_autofree char *mark = g_strdup_printf ("cell=\"%s\"", id);
  for (int i = 0; i < cw_document_n_cells (document ()); i++)
    if (strstr (cw_cell_view_marker (cw_document_nth_cell (document (), i)), mark))
      return cw_document_nth_cell (document (), i);
  g_error ("there is no cell “%s”", id);
}

static void
run (CwCellView *view) {
  int64_t until = g_get_monotonic_time () + 200 * G_TIME_SPAN_SECOND;
  g_signal_emit_by_name (view, "run", FALSE);
  while (cw_cell_view_state (view) == CW_CELL_QUEUED || cw_cell_view_state (view) == CW_CELL_RUNNING) {
    g_assert_cmpint (g_get_monotonic_time (), <, until);
    g_main_context_iteration (NULL, FALSE);
    g_usleep (300);
  }
  iterate (20); /* what is told behind the cell */
}

static bool
passed (const char *id) {
  return cw_record_passed (cw_user_record (), lesson (), id);
}

/* The text of all labels below @widget. */
static void
collect_text (GtkWidget *widget, GString *out) {
  if (GTK_IS_LABEL (widget))
    g_string_append_printf (out, "%s\n", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c; c = gtk_widget_get_next_sibling (c))
    collect_text (c, out);
}

static void
assert_says (GtkWidget *widget, const char *words) {
  g_autoptr (GString) text = g_string_new (NULL);
  collect_text (widget, text);
  if (!strstr (text->str, words))
    g_error ("“%s” is not said in:\n%s", words, text->str);
}

static void
open_sample (void) {
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "lessons", "sample.md", NULL);
  g_assert_true (cw_window_open_lesson (window, path));
  iterate (50);
}

/* ---- one lesson ------------------------------------------------------------------------------- */

static void
questions_lock_their_cell (void) {
  open_sample ();
  GtkWidget *number = lesson_next (document (), CW_TYPE_PREDICT_CARD, NULL), *choice = lesson_next (document (), CW_TYPE_PREDICT_CARD, number);
  GtkWidget *chunks = lesson_next (document (), CW_TYPE_PREDICT_CARD, choice);
  g_assert_true (cw_cell_view_is_locked (cell ("x")));
  run (cell ("x"));
  g_assert_cmpint (cw_cell_view_state (cell ("x")), ==, CW_CELL_IDLE);
  lesson_answer (number, "4");
  lesson_answer (choice, "0");
  g_assert_true (cw_cell_view_is_locked (cell ("x")));
  lesson_answer (chunks, "");
  g_assert_false (cw_cell_view_is_locked (cell ("x")));
  run (cell ("x"));
  g_assert_cmpint (cw_cell_view_state (cell ("x")), ==, CW_CELL_DONE);
  assert_says (number, "Right: 4");
  assert_says (choice, "That is all of it.");
  assert_says (choice, "Not quite: (500, 500)");
  assert_says (chunks, "The engine cuts like this");
  g_assert_true (cw_guide_step_done (cw_window_guide (window), 0));
}

static GtkWidget *
entry_below (GtkWidget *widget) {
  GtkWidget *found = GTK_IS_ENTRY (widget) ? widget : NULL;
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c && !found; c = gtk_widget_get_next_sibling (c))
    found = entry_below (c);
  return found;
}

/* Enter answers a question about a number, and the keys leave the entry while it still takes them. */
static void
enter_answers (void) {
  open_sample ();
  cw_guide_start_over (cw_window_guide (window), -1);
  GtkWidget *number = lesson_next (document (), CW_TYPE_PREDICT_CARD, NULL), *entry = entry_below (number);
  gtk_widget_grab_focus (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), "4");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (cw_predict_card_answer (CW_PREDICT_CARD (number)), ==, "4");
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));
  g_assert_nonnull (focus);
  g_assert_true (gtk_widget_is_sensitive (focus));
  g_assert_false (gtk_widget_is_ancestor (focus, number));
  cw_guide_start_over (cw_window_guide (window), -1);
}

static void
exercises_are_judged (void) {
  go_to (1);
  GtkWidget *card = lesson_next (document (), CW_TYPE_EXERCISE_CARD, NULL);
  run (cell ("ex"));
  assert_says (card, "Your array has the chunks ((500, 500), (500, 500)).");
  cw_cell_view_set_code (cell ("ex"), "y = x.rechunk(250)");
  g_signal_emit_by_name (card, "check");
  run (cell ("ex"));
  assert_says (card, "You cut both axes.");
  cw_cell_view_set_code (cell ("ex"), "y = x.rechunk(");
  run (cell ("ex"));
  assert_says (card, "SyntaxError");
  g_assert_false (passed ("ex"));
  g_signal_emit_by_name (card, "use-solution");
  run (cell ("ex"));
  assert_says (card, "Right, 4 chunks.");
  g_assert_true (passed ("ex"));
  g_assert_true (cw_guide_step_done (cw_window_guide (window), 1));
}

/* A question about a bench locks it; the truth is what was measured. */
static void
benches_are_predicted (void) {
  go_to (2);
  GtkWidget *question = lesson_next (document (), CW_TYPE_PREDICT_CARD, NULL), *card = lesson_next (document (), CW_TYPE_VARIANTS_CARD, NULL);
  lesson_answer (question, "1");
  g_signal_emit_by_name (card, "run");
  int64_t until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  g_autoptr (GString) text = g_string_new (NULL);
  while (!strstr (text->str, "Measure again") && g_get_monotonic_time () < until) {
    iterate (20);
    g_string_truncate (text, 0);
    collect_text (card, text);
  }
  assert_says (card, "Measure again");
  g_string_truncate (text, 0);
  collect_text (question, text);
  g_assert_true (strstr (text->str, "Right: ") || strstr (text->str, "Not quite: "));
}

/* A cell that changes a name above changes what is below, whatever ran before. */
static void
session_has_no_hidden_state (void) {
  go_to (2);
  run (cell ("sum"));
  run (cell ("sum"));
  g_assert_cmpint (cw_cell_view_state (cell ("sum")), ==, CW_CELL_DONE); /* count += 1 ran once on a fresh count each time */
  cw_cell_view_set_code (cell ("x"), "x = da.ones((10, 10), chunks=5)");
  run (cell ("shape"));
  g_assert_cmpint (cw_cell_view_array (cell ("shape"))->shape[0], ==, 10);
  cw_cell_view_set_code (cell ("x"), "x = nothing");
  run (cell ("shape"));
  g_assert_cmpint (cw_cell_view_state (cell ("shape")), ==, CW_CELL_IDLE);
  assert_says (GTK_WIDGET (cell ("shape")), "x = nothing");
  cw_cell_view_set_code (cell ("x"), "x = da.ones((1000, 1000), chunks=500)");
  run (cell ("shape"));
  g_assert_cmpint (cw_cell_view_array (cell ("shape"))->shape[0], ==, 1000);
}

static void
progress_is_kept (void) {
  iterate (600); /* what was typed is written after a moment */
  open_sample ();
  g_assert_cmpint (cw_document_step (document ()), ==, 2);
  g_assert_false (cw_cell_view_is_locked (cell ("x")));
  g_autofree char *code = cw_cell_view_code (cell ("ex"));
  g_assert_cmpstr (code, ==, "y = x.rechunk((250, 1000))");
  g_assert_true (passed ("ex"));
  run (cell ("shape")); /* in a new session: everything above is run first */
  g_assert_cmpint (cw_cell_view_state (cell ("shape")), ==, CW_CELL_DONE);
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "chunkwise", "progress.ini", NULL);
  g_autoptr (CwRecord) again = cw_record_open (path);
  g_assert_true (cw_record_passed (again, lesson (), "ex"));
  g_assert_cmpint (cw_record_count (again, lesson (), "ex", "tries"), >=, 4);
}

static void
steps_start_over (void) {
  go_to (1);
  act ("win.restart-step");
  g_autofree char *code = cw_cell_view_code (cell ("ex"));
  g_assert_cmpstr (code, ==, "y = x");
  g_assert_false (passed ("ex"));
  g_assert_false (cw_guide_step_done (cw_window_guide (window), 1));
  g_assert_true (cw_guide_step_done (cw_window_guide (window), 0));
  cw_guide_start_over (cw_window_guide (window), -1);
  g_assert_cmpint (cw_document_step (document ()), ==, 0);
  g_assert_true (cw_cell_view_is_locked (cell ("x")));
  g_assert_cmpint (cw_record_n_done (cw_user_record (), lesson ()), ==, 0);
}

static void
lessons_are_left_and_found_again (void) {
  lesson_answer_all (document ());
  run (cell ("x"));
  act ("win.explore");
  iterate (50);
  g_assert_null (cw_window_guide (window));
  g_autofree char *text = cw_document_text (document ());
  g_assert_nonnull (strstr (text, "cell=\"x\""));
  act ("win.way-back");
  iterate (50);
  g_assert_nonnull (cw_window_guide (window));
  g_assert_cmpstr (lesson ()->id, ==, "sample");
  act ("win.course");
  iterate (50);
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "The course");
  act ("win.course");
  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (window)), ==, "A sample");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.follow-link", "s", "#your-turn");
  g_assert_cmpint (cw_document_step (document ()), ==, 1);
  act ("win.present");
  iterate (50);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (window), "presenter"));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (cw_window_stage (window))));
  act ("win.present");
}

static GtkWidget *
button_that_says (GtkWidget *widget, const char *words) {
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), words) == 0 && gtk_widget_get_mapped (widget))
    return widget;
  GtkWidget *found = NULL;
  for (GtkWidget *c = gtk_widget_get_first_child (widget); c && !found; c = gtk_widget_get_next_sibling (c))
    found = button_that_says (c, words);
  return found;
}

/* The last step is done when the learner goes on from it, and the course says so at once. */
static void
finished_lessons_are_shown_as_such (void) {
  g_autofree char *uri = NULL;
  g_autoptr (CwLesson) tour = cw_course_load ("tour", &uri, NULL);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.lesson", "s", uri);
  iterate (50);
  int n = cw_document_n_steps (document ());
  for (int step = 0; step < n - 1; step++)
    cw_record_set_step_done (cw_user_record (), lesson (), step, true);
  go_to (n - 1);
  iterate (50);
  g_signal_emit_by_name (button_that_says (GTK_WIDGET (document ()), "Back to the course"), "clicked");
  iterate (50);
  g_assert_cmpint (cw_record_n_done (cw_user_record (), lesson ()), ==, n);
  g_autofree char *unfinished = g_strdup_printf ("%d of %d steps", n - 1, n);
  g_autoptr (GString) shown = g_string_new (NULL);
  collect_text (GTK_WIDGET (window), shown);
  g_assert_null (strstr (shown->str, unfinished));
  act ("win.course");
}

static bool
until_steps (int n) {
  int64_t until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  while (cw_document_n_steps (document ()) != n && g_get_monotonic_time () < until)
    iterate (20);
  return cw_document_n_steps (document ()) == n;
}

/* A lesson in the user's folder stands in the course page, and is read again when it is saved, in the page and where it is open. */
static void
own_lessons_are_reloaded (void) {
  g_autofree char *folder = cw_user_lessons_folder (), *path = g_build_filename (folder, "own.md", NULL), *sample = NULL, *text = NULL;
  g_autofree char *source = g_test_build_filename (G_TEST_DIST, "..", "lessons", "sample.md", NULL);
  g_assert_true (g_file_get_contents (source, &sample, NULL, NULL));
  g_auto (GStrv) parts = g_strsplit (sample, "id: sample\ntitle: A sample", 2);
  text = g_strjoinv ("id: own\ntitle: My own", parts);
  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  act ("win.course");
  iterate (100);
  assert_says (GTK_WIDGET (window), "My own");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.lesson", "s", path);
  iterate (50);
  g_assert_cmpstr (lesson ()->id, ==, "own");
  go_to (1);
  g_autofree char *longer = g_strconcat (text, "\n## One more\n\nWords.\n", NULL), *broken = g_strconcat (text, "\n```check for=nothing\n```\n", NULL);
  g_assert_true (g_file_set_contents (path, longer, -1, NULL));
  g_assert_true (until_steps (4));
  g_assert_cmpint (cw_document_step (document ()), ==, 1); /* where the reader was */
  g_assert_true (g_file_set_contents (path, broken, -1, NULL));
  iterate (1200);
  g_assert_cmpint (cw_document_n_steps (document ()), ==, 4); /* what cannot be read does not take the open lesson away */
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (until_steps (3)); /* and it is still watched */
  g_unlink (path);
}

/* ---- the course ---------------------------------------------------------------------------------- */

static void
do_step (int step) {
  go_to (step);
  iterate (20);
  lesson_answer_all (document ());
  for (int i = 0; i < cw_document_n_cells (document ()); i++) {
    CwCellView *view = cw_document_nth_cell (document (), i);
    GtkWidget  *below = gtk_widget_get_next_sibling (GTK_WIDGET (view));
    if (!gtk_widget_get_visible (GTK_WIDGET (view)))
      continue;
    if (CW_IS_EXERCISE_CARD (below))
      g_signal_emit_by_name (below, "use-solution");
    run (view);
    bool meant_to_fail = strstr (cw_cell_view_marker (view), "raises-exception") != NULL;
    if (cw_cell_view_state (view) != (meant_to_fail ? CW_CELL_FAILED : CW_CELL_DONE)) {
      g_autofree char *code = cw_cell_view_code (view);
      g_autoptr (GString) shown = g_string_new (NULL);
      collect_text (GTK_WIDGET (view), shown);
      g_error ("lesson “%s”, step %d: this cell did not end as it should:\n%s\n%s", lesson ()->id, step, code, shown->str);
    }
  }
}

static void
lesson_can_be_done (const void *uri) {
  g_assert_true (cw_window_open_lesson (window, uri));
  iterate (50);
  for (int step = 0; step < cw_document_n_steps (document ()); step++)
    do_step (step);
  cw_guide_go_to_step (cw_window_guide (window), cw_document_n_steps (document ())); /* on from the last one */
  for (int step = 0; step < cw_document_n_steps (document ()); step++)
    if (!cw_guide_step_done (cw_window_guide (window), step))
      g_error ("lesson “%s”: step “%s” is not done", lesson ()->id, cw_lesson_step (lesson (), step)->title);
}

int
main (int argc, char **argv) {
  gtk_test_init (&argc, &argv, NULL);
  g_auto (GStrv) uris = cw_course_lessons ();
  application = cw_application_new (FALSE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_application_activate (G_APPLICATION (application));
  iterate (100);
  window = CW_WINDOW (gtk_application_get_active_window (GTK_APPLICATION (application)));
  cw_settings ()->seed = 1;
  g_test_add_func ("/course-window/1-enter", enter_answers);
  g_test_add_func ("/course-window/1-questions", questions_lock_their_cell);
  g_test_add_func ("/course-window/2-exercises", exercises_are_judged);
  g_test_add_func ("/course-window/2-benches", benches_are_predicted);
  g_test_add_func ("/course-window/3-session", session_has_no_hidden_state);
  g_test_add_func ("/course-window/4-progress", progress_is_kept);
  g_test_add_func ("/course-window/5-start-over", steps_start_over);
  g_test_add_func ("/course-window/6-explore", lessons_are_left_and_found_again);
  g_test_add_func ("/course-window/6-finished", finished_lessons_are_shown_as_such);
  g_test_add_func ("/course-window/7-own", own_lessons_are_reloaded);
  for (int i = 0; uris[i]; i++) {
    g_autofree char *name = g_path_get_basename (uris[i]), *path = g_strdup_printf ("/course-window/lessons/%s", name);
    g_test_add_data_func (path, uris[i], lesson_can_be_done);
  }
  int result = g_test_run ();
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (application);
  return result;
}
