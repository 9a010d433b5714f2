/* The whole way in the real window: a newcomer opens the program, does a lesson, watches the graph finish, leaves it for a notebook, makes a
 * mistake, stops a long computation, saves, and opens what was saved. */
#include <glib/gstdio.h>
#include <string.h>

#include "app/application.h"
#include "app/settings.h"
#include "app/translation-window.h"
#include "app/window.h"
#include "tests/app/lesson-steps.h"

static AdwApplication *application;

/* ---- helpers -------------------------------------------------------------------------------- */

static CwWindow *
window (void) {
  GtkWindow *active = gtk_application_get_active_window (GTK_APPLICATION (application));
  g_assert_nonnull (active);
  return CW_WINDOW (active);
}

static CwDocument *
document (void) {
  return cw_window_document (window ());
}

static void
iterate (int milliseconds) {
  int64_t until = g_get_monotonic_time () + milliseconds * 1000;
  while (g_get_monotonic_time () < until)
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (500);
}

static bool
is_settled (CwCellView *cell) {
  CwCellState state = cw_cell_view_state (cell);
  return state == CW_CELL_DONE || state == CW_CELL_FAILED || state == CW_CELL_IDLE;
}

static void
wait_for_cell (CwCellView *cell, int seconds) {
  int64_t until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  while (!is_settled (cell)) {
    if (g_get_monotonic_time () > until) {
      g_autofree char *code = cw_cell_view_code (cell);
      g_error ("still running after %d s:\n%s", seconds, code);
    }
    g_main_context_iteration (NULL, FALSE);
    g_usleep (300);
  }
}

static void
wait_for_run (int seconds) {
  CwViewSession *session = cw_window_session (window ());
  int64_t until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  while (cw_view_session_is_live (session)) {
    g_assert_cmpint (g_get_monotonic_time (), <, until);
    g_main_context_iteration (NULL, FALSE);
    g_usleep (300);
  }
}

static CwCellView *
last_cell (void) {
  return cw_document_nth_cell (document (), cw_document_n_cells (document ()) - 1);
}

static CwCellView *
cell_with (const char *part) {
  for (int i = 0; i < cw_document_n_cells (document ()); i++) {
    g_autofree char *code = cw_cell_view_code (cw_document_nth_cell (document (), i));
    if (strstr (code, part))
      return cw_document_nth_cell (document (), i);
  }
  g_error ("no cell holds “%s”", part);
}

static void
add_and_run (const char *code) {
  cw_cell_view_focus_editor (last_cell ());
  iterate (20);
  cw_document_add_cell (document (), code);
  cw_cell_view_run (last_cell ());
}

/* ---- the way -------------------------------------------------------------------------------- */

static void
newcomer_meets_the_first_lesson (void) {
  g_auto (GStrv) uris = cw_course_lessons ();
  g_application_activate (G_APPLICATION (application));
  iterate (100);
  g_assert_nonnull (cw_window_guide (window ()));
  g_autoptr (CwLesson) first = cw_lesson_load (uris[0], NULL);
  g_assert_nonnull (strstr (gtk_window_get_title (GTK_WINDOW (window ())), first->title));
  g_assert_false (cw_document_is_modified (document ()));
}

static void
lesson_has_steps (void) {
  g_autofree char *uri = NULL;
  g_autoptr (CwLesson) lesson = cw_course_load ("lazy-random-arrays", &uri, NULL);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.lesson", "s", uri);
  iterate (50);
  int n = cw_document_n_steps (document ());
  g_assert_cmpint (n, ==, lesson->steps->len);
  g_assert_cmpint (cw_document_step (document ()), ==, 0);
  for (int step = 1; step < n; step++) {
    gtk_widget_activate_action (GTK_WIDGET (window ()), "win.next-step", NULL);
    iterate (30);
    g_assert_cmpint (cw_document_step (document ()), ==, step);
  }
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.go-to-step", "i", 0);
  g_assert_cmpint (cw_document_step (document ()), ==, 0);
}

static void
lesson_runs (void) {
  for (int step = 0; step < cw_document_n_steps (document ()); step++) {
    gtk_widget_activate_action (GTK_WIDGET (window ()), "win.go-to-step", "i", step);
    lesson_answer_all (document ());
    gtk_widget_activate_action (GTK_WIDGET (window ()), "win.run-all", NULL);
    for (int i = 0; i < cw_document_n_cells (document ()); i++) {
      CwCellView *cell = cw_document_nth_cell (document (), i);
      wait_for_cell (cell, 200);
      if (gtk_widget_get_visible (GTK_WIDGET (cell)) && cw_cell_view_state (cell) != CW_CELL_DONE) {
        g_autofree char *code = cw_cell_view_code (cell);
        g_error ("this cell of the lesson failed:\n%s", code);
      }
    }
  }
}

/* The lesson is left for a notebook with all its names. */
static void
lesson_is_explored (void) {
  int before = cw_document_n_cells (document ());
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.explore", NULL);
  iterate (50);
  g_assert_null (cw_window_guide (window ()));
  g_assert_cmpint (cw_document_n_cells (document ()), >=, before);
  g_assert_false (cw_document_is_modified (document ()));
  add_and_run ("assert lazy.shape == (4, 5)");
  wait_for_cell (last_cell (), 10);
  g_assert_cmpint (cw_cell_view_state (last_cell ()), ==, CW_CELL_DONE);
}

static void
graph_finishes (void) {
  CwViewSession *session = cw_window_session (window ());
  CwCellView    *cell = cell_with ("mean.compute()");
  wait_for_run (60); /* of the last cell */
  cw_cell_view_focus_editor (cell);
  g_signal_emit_by_name (cell, "focused");
  wait_for_run (60);
  CwTaskBoard *board = cw_view_session_board (session);
  g_assert_nonnull (board);
  g_assert_true (cw_view_session_run (session) == cw_cell_view_last_run (cell));
  const uint32_t *counts = cw_task_board_counts (board);
  CwPlan *plan = cw_view_session_plan (session, NULL);
  g_assert_cmpuint (counts[CW_TASK_DONE] + counts[CW_TASK_RELEASED], ==, cw_plan_n_tasks (plan));
  g_assert_cmpstr (cw_stage_page (cw_window_stage (window ())), ==, "graph");
  cw_view_session_seek (session, cw_view_session_duration (session) / 2);
  g_assert_cmpuint (counts[CW_TASK_DONE] + counts[CW_TASK_RELEASED], <, cw_plan_n_tasks (plan));
  g_assert_cmpuint (counts[CW_TASK_RUNNING], >=, 1);
}

static void
focus_chooses_the_array (void) {
  CwViewSession *session = cw_window_session (window ());
  CwCellView    *cell = cell_with ("da.zeros((6, 9)");
  g_signal_emit_by_name (cell, "focused");
  g_assert_true (cw_view_session_array (session) == cw_cell_view_array (cell));
  g_assert_cmpint (cw_view_session_array (session)->shape[1], ==, 9);
  static const char *const pages[] = { "diagram", "graph", "timeline", "values" };
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    gtk_widget_activate_action (GTK_WIDGET (window ()), "win.page", "s", pages[i]);
    iterate (60);
    g_assert_cmpstr (cw_stage_page (cw_window_stage (window ())), ==, pages[i]);
  }
}

static void
keep_answer (GObject *source, GAsyncResult *result, void *data) {
  g_autoptr (GError) error = NULL;
  g_task_propagate_boolean (G_TASK (result), &error);
  g_assert_no_error (error);
  g_object_set_data (source, "saved", GINT_TO_POINTER (1));
}

static void
pictures_are_saved (void) {
  CwStage *stage = cw_window_stage (window ());
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "picture.svg", NULL), *folder = g_path_get_dirname (path);
  g_mkdir_with_parents (folder, 0700);
  for (int what = CW_PICTURE_DIAGRAM; what <= CW_PICTURE_GRAPH; what++) {
    g_object_set_data (G_OBJECT (window ()), "saved", NULL);
    cw_stage_show_page (stage, cw_picture_name (what));
    g_assert_cmpint (cw_stage_picture (stage), ==, what);
    cw_stage_save_picture (stage, what, path, keep_answer, G_OBJECT (window ()));
    while (!g_object_get_data (G_OBJECT (window ()), "saved"))
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
}

static void
pages_turn_into_tables (void) {
  static const char *const pages[] = { "diagram", "graph", "timeline", "values" };
  for (guint i = 0; i < 2 * G_N_ELEMENTS (pages); i++) {
    if (i % G_N_ELEMENTS (pages) == 0)
      gtk_widget_activate_action (GTK_WIDGET (window ()), "win.table", NULL);
    gtk_widget_activate_action (GTK_WIDGET (window ()), "win.page", "s", pages[i % G_N_ELEMENTS (pages)]);
    iterate (60);
  }
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.frame-stats", NULL);
  iterate (60);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.frame-stats", NULL);
}

static void
mistakes_are_told (void) {
  add_and_run ("a = da.ones((3,))\na + da.ones((4,))");
  wait_for_cell (last_cell (), 10);
  g_assert_cmpint (cw_cell_view_state (last_cell ()), ==, CW_CELL_FAILED);
  g_assert_true (cw_document_is_modified (document ()));
}

static void
long_work_can_be_stopped (void) {
  add_and_run ("da.random.random((200000, 200000)).mean().compute()");
  while (cw_cell_view_state (last_cell ()) != CW_CELL_RUNNING)
    g_main_context_iteration (NULL, FALSE);
  iterate (300);
  g_assert_cmpint (cw_cell_view_state (last_cell ()), ==, CW_CELL_RUNNING);
  int64_t begin = g_get_monotonic_time ();
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.interrupt", NULL);
  wait_for_cell (last_cell (), 10);
  g_test_message ("stopped after %.0f ms", (g_get_monotonic_time () - begin) / 1e3);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 1500000);
  g_assert_cmpint (cw_cell_view_state (last_cell ()), ==, CW_CELL_FAILED);
}

static void
cells_can_be_undone (void) {
  int n = cw_document_n_cells (document ());
  g_autofree char *before = cw_document_text (document ());
  cw_cell_view_focus_editor (cw_document_nth_cell (document (), 2));
  iterate (30);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.delete-cell", NULL);
  g_assert_cmpint (cw_document_n_cells (document ()), ==, n - 1);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.undo", NULL);
  iterate (30);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.cell-up", NULL);
  g_autofree char *moved = cw_document_text (document ());
  g_assert_cmpstr (moved, !=, before);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.delete-cell", NULL); /* the cell that was moved */
  g_assert_cmpint (cw_document_n_cells (document ()), ==, n - 1);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.undo", NULL);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.undo", NULL);
  g_autofree char *after = cw_document_text (document ());
  g_assert_cmpstr (after, ==, before);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.redo", NULL);
  gtk_widget_activate_action (GTK_WIDGET (window ()), "win.undo", NULL);
}

static void
saved_is_opened_again (void) {
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "saved.py", NULL);
  g_autofree char *folder = g_path_get_dirname (path), *text = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  int n = cw_document_n_cells (document ());
  g_mkdir_with_parents (folder, 0700);
  g_autofree char *before = cw_document_text (document ());
  g_assert_true (cw_window_save_to (window (), file));
  g_assert_false (cw_document_is_modified (document ()));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, before);
  g_assert_nonnull (strstr (text, "# %% [markdown]"));
  cw_window_new_notebook (window ());
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 0);
  g_assert_true (cw_window_open (window (), file));
  g_assert_cmpint (cw_document_n_cells (document ()), ==, n);
  g_autofree char *again = cw_document_text (document ());
  g_assert_true (g_str_equal (again, before));
  g_unlink (path);
}

/* A notebook of Jupyter opens as a copy that has no file yet; what is none leaves the notebook as it is. */
static void
jupyter_notebooks_are_copied (void) {
  static const char *const texts[] = { "{ \"cells\": [{ \"cell_type\": \"code\", \"source\": [\"a = 1\\n\", \"a\"] }, { \"cell_type\": \"markdown\", \"source\": \"word\" }] }", "{}" };
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "jupyter.ipynb", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  for (int i = 0; i < 2; i++) {
    g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
    g_assert_cmpint (cw_window_open (window (), file), ==, i == 0);
    g_autofree char *text = cw_document_text (document ());
    g_assert_cmpstr (text, ==, "# %%\na = 1\na\n# %% [markdown]\n# word\n");
  }
  g_unlink (path);
}

/* Measurements open in a window of their own, above the notebook, which stays; what holds none opens nothing. */
static void
measurements_are_shown (void) {
  static const char *const texts[] = { "{ \"speed\": [{ \"name\": \"a\", \"chunkwise_s\": [0.1, 0.2, 0.3], \"dask_s\": [1] }] }", "{}" };
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "bench.json", NULL), *before = cw_document_text (document ());
  g_autoptr (GFile) file = g_file_new_for_path (path);
  CwWindow *notebook = window ();
  for (int i = 0; i < 2; i++) {
    guint n = g_list_model_get_n_items (gtk_window_get_toplevels ()), opened = 0;
    g_assert_true (g_file_set_contents (path, texts[i], -1, NULL));
    g_assert_cmpint (cw_window_open (notebook, file), ==, i == 0);
    iterate (100);
    for (guint k = g_list_model_get_n_items (gtk_window_get_toplevels ()); k-- > 0;) {
      g_autoptr (GtkWindow) top = g_list_model_get_item (gtk_window_get_toplevels (), k);
      if (g_strcmp0 (gtk_window_get_title (top), "bench.json") != 0)
        continue;
      g_assert_true (gtk_window_get_transient_for (top) == GTK_WINDOW (notebook));
      gtk_window_destroy (top);
      opened++;
    }
    g_assert_cmpuint (opened, ==, i == 0);
    iterate (30);
    g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, n);
  }
  g_autofree char *after = cw_document_text (document ());
  g_assert_cmpstr (after, ==, before);
  g_unlink (path);
}

/* The program in sight, once it is made. */
static char *
translated (CwTranslationWindow *shown) {
  int64_t until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  while (cw_translation_window_is_busy (shown) && g_get_monotonic_time () < until)
    iterate (10);
  return cw_translation_window_text (shown);
}

static void
cells_are_shown_as_programs (void) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse ("# %%\nimport dask.array as da\nx = da.arange(6, chunks=2)\n# %%\nx.sum().compute()\n# %%\n1 / 0\n"
                                                   "# %%\nda.random.random((100000, 100000)).sum().compute()\n");
  guint n = g_list_model_get_n_items (gtk_window_get_toplevels ());
  CwTranslationWindow *shown = cw_translation_window_open (GTK_WINDOW (window ()), cells, 1);
  g_autofree char *c = translated (shown);
  g_assert_nonnull (strstr (c, "cw_array_reduce (CW_REDUCE_SUM, x,"));
  cw_translation_window_choose (shown, "dask");
  g_autofree char *dask = translated (shown);
  g_assert_nonnull (strstr (dask, "print(x.sum().compute())"));
  iterate (100);
  gtk_window_destroy (GTK_WINDOW (shown));

  shown = cw_translation_window_open (GTK_WINDOW (window ()), cells, 2); /* there is no such program */
  g_autofree char *none = translated (shown);
  g_assert_null (none);
  gtk_window_destroy (GTK_WINDOW (shown));

  shown = cw_translation_window_open (GTK_WINDOW (window ()), cells, 3); /* takes minutes, and is closed at once */
  iterate (100);
  g_assert_true (cw_translation_window_is_busy (shown));
  g_object_add_weak_pointer (G_OBJECT (shown), (gpointer *) &shown);
  gtk_window_destroy (GTK_WINDOW (shown));
  for (int i = 0; shown && i < 100; i++)
    iterate (10);
  g_assert_null (shown);
  g_assert_cmpuint (g_list_model_get_n_items (gtk_window_get_toplevels ()), ==, n);
}

/* A file of numbers or a picture becomes a notebook that has cut it into chunks. */
static void
data_files_are_opened (void) {
  static const struct { const char *name; int ndim; int64_t first; } files[] = { { "temperatures.npy", 3, 364 }, { "island.png", 3, 360 } };
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "data", "samples", files[i].name, NULL);
    g_autoptr (GFile) file = g_file_new_for_path (path);
    g_assert_true (cw_window_open (window (), file));
    wait_for_cell (last_cell (), 20);
    g_assert_cmpint (cw_cell_view_state (last_cell ()), ==, CW_CELL_DONE);
    g_assert_cmpint (cw_cell_view_array (last_cell ())->ndim, ==, files[i].ndim);
    g_assert_cmpint (cw_cell_view_array (last_cell ())->shape[0], ==, files[i].first);
  }
  g_autoptr (GFile) nothing = g_file_new_for_path ("/nothing/here.xyz");
  g_assert_false (cw_window_open (window (), nothing));
  g_assert_cmpint (cw_document_n_cells (document ()), ==, 2); /* what was open stays */
  g_autofree char *saved = g_build_filename (g_get_user_data_dir (), "saved.py", NULL);
  g_autoptr (GFile) again = g_file_new_for_path (saved);
  g_assert_true (cw_window_save_to (window (), again));
}

static void
window_closes_and_remembers (void) {
  gtk_window_close (GTK_WINDOW (window ()));
  iterate (50);
  g_assert_null (gtk_application_get_active_window (GTK_APPLICATION (application)));
  g_assert_nonnull (strstr (cw_settings ()->last, "saved.py"));
}

int
main (int argc, char **argv) {
  gtk_test_init (&argc, &argv, NULL);
  application = cw_application_new (FALSE);
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
  g_test_add_func ("/window/1-newcomer", newcomer_meets_the_first_lesson);
  g_test_add_func ("/window/1-steps", lesson_has_steps);
  g_test_add_func ("/window/2-lesson", lesson_runs);
  g_test_add_func ("/window/3-graph", graph_finishes);
  g_test_add_func ("/window/4-focus", focus_chooses_the_array);
  g_test_add_func ("/window/4-pictures", pictures_are_saved);
  g_test_add_func ("/window/4-tables", pages_turn_into_tables);
  g_test_add_func ("/window/5-explore", lesson_is_explored);
  g_test_add_func ("/window/5-mistake", mistakes_are_told);
  g_test_add_func ("/window/6-stop", long_work_can_be_stopped);
  g_test_add_func ("/window/7-undo", cells_can_be_undone);
  g_test_add_func ("/window/7-jupyter", jupyter_notebooks_are_copied);
  g_test_add_func ("/window/8-save", saved_is_opened_again);
  g_test_add_func ("/window/8-measurements", measurements_are_shown);
  g_test_add_func ("/window/8-programs", cells_are_shown_as_programs);
  g_test_add_func ("/window/8-data", data_files_are_opened);
  g_test_add_func ("/window/9-close", window_closes_and_remembers);
  int result = g_test_run ();
  g_object_unref (application);
  return result;
}
