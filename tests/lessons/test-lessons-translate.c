/* test-lessons-translate.c: every cell of every lesson of the course as a C program, which prints what the cell shows, and as a script for Dask. */
#include "lessons/lesson.h"
#include "tests/language/translated.h"

/* The cells of a lesson as those of a notebook: what sets up first, and what solves an exercise after it. */
static GPtrArray *cells_of (const CwLesson *lesson) {
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  for (guint i = 0; i < lesson->blocks->len; i++) {
    const CwLessonBlock *block = lesson->blocks->pdata[i];
    if (block->kind != CW_BLOCK_CELL && block->kind != CW_BLOCK_SETUP && block->kind != CW_BLOCK_SOLUTION) continue;
    CwCell *cell = g_new0 (CwCell, 1);
    cell->code = g_strdup (block->text);
    cell->line = block->line;
    g_ptr_array_add (cells, cell);
  }
  return cells;
}

static void check_course (void) {
  g_auto (GStrv) uris = cw_course_lessons ();
  Batch *batch = batch_new ();
  for (char **uri = uris; *uri; uri++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CwLesson) lesson = cw_lesson_load (*uri, &error);
    g_assert_no_error (error);
    g_autoptr (GPtrArray) cells = cells_of (lesson);
    batch_add (batch, lesson->id, cells);
  }
  batch_check (batch);
  batch_free (batch);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lessons/translate", check_course);
  return g_test_run ();
}
