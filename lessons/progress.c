/* progress.c: what a learner did in lessons, in a key file. */
#include "lessons/progress.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

struct _CwRecord {
  GKeyFile *file;
  char     *path, *problem;
};

CwRecord *
cw_record_open (const char *path) {
  CwRecord *record = g_new0 (CwRecord, 1);
  g_autoptr (GError) error = NULL;
  record->file = g_key_file_new ();
  record->path = path ? g_strdup (path) : g_build_filename (g_get_user_data_dir (), "chunkwise", "progress.ini", NULL);
  if (!g_key_file_load_from_file (record->file, record->path, G_KEY_FILE_NONE, &error) && error->domain == G_KEY_FILE_ERROR) {
    g_autofree char *aside = g_strconcat (record->path, ".unreadable", NULL);
    g_rename (record->path, aside);
  }
  return record;
}

void
cw_record_free (CwRecord *record) {
  if (!record)
    return;
  g_key_file_unref (record->file);
  g_free (record->path);
  g_free (record->problem);
  g_free (record);
}

/* g_file_set_contents writes beside the file and renames, so that there is always a whole one. */
static void
save (CwRecord *record) {
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (record->path);
  gsize length;
  g_autofree char *text = g_key_file_to_data (record->file, &length, NULL);
  g_clear_pointer (&record->problem, g_free);
  g_mkdir_with_parents (folder, 0700);
  if (!g_file_set_contents (record->path, text, length, &error))
    record->problem = g_strdup (error->message);
}

const char *
cw_record_problem (CwRecord *record) {
  return record->problem;
}

/* ---- values ------------------------------------------------------------------------------------------- */

static char *
get (CwRecord *record, const CwLesson *lesson, const char *kind, const char *id) {
  g_autofree char *key = g_strdup_printf ("%s.%s", kind, id);
  return g_key_file_get_string (record->file, lesson->id, key, NULL);
}

static void
set (CwRecord *record, const CwLesson *lesson, const char *kind, const char *id, const char *value) {
  g_autofree char *key = g_strdup_printf ("%s.%s", kind, id), *before = g_key_file_get_string (record->file, lesson->id, key, NULL);
  if (g_strcmp0 (before, value) == 0)
    return;
  if (value)
    g_key_file_set_string (record->file, lesson->id, key, value);
  else
    g_key_file_remove_key (record->file, lesson->id, key, NULL);
  save (record);
}

bool
cw_record_step_done (CwRecord *record, const CwLesson *lesson, guint step) {
  const CwStep *s = cw_lesson_step (lesson, step);
  g_autofree char *hash = get (record, lesson, "step", s->id);
  return g_strcmp0 (hash, s->hash) == 0;
}

void
cw_record_set_step_done (CwRecord *record, const CwLesson *lesson, guint step, bool done) {
  const CwStep *s = cw_lesson_step (lesson, step);
  set (record, lesson, "step", s->id, done ? s->hash : NULL);
}

int
cw_record_n_done (CwRecord *record, const CwLesson *lesson) {
  int n = 0;
  for (guint i = 0; i < lesson->steps->len; i++)
    n += cw_record_step_done (record, lesson, i);
  return n;
}

bool
cw_record_step_is_answered (CwRecord *record, const CwLesson *lesson, guint step) {
  const CwStep *s = cw_lesson_step (lesson, step);
  for (guint i = s->first; i < s->first + s->n; i++) {
    const CwLessonBlock *block = cw_lesson_block (lesson, i);
    g_autofree char *answer = block->kind == CW_BLOCK_PREDICT ? cw_record_answer (record, lesson, block->id) : NULL;
    if (block->kind == CW_BLOCK_PREDICT && !answer)
      return false;
    if (block->kind == CW_BLOCK_CHECK && !cw_record_passed (record, lesson, block->target))
      return false;
  }
  return true;
}

char *
cw_record_place (CwRecord *record, const CwLesson *lesson) {
  return get (record, lesson, "at", "step");
}

void
cw_record_set_place (CwRecord *record, const CwLesson *lesson, guint step) {
  set (record, lesson, "at", "step", cw_lesson_step (lesson, step)->id);
}

char *
cw_record_code (CwRecord *record, const CwLesson *lesson, const char *cell) {
  return get (record, lesson, "code", cell);
}

void
cw_record_set_code (CwRecord *record, const CwLesson *lesson, const char *cell, const char *code) {
  set (record, lesson, "code", cell, code);
}

char *
cw_record_answer (CwRecord *record, const CwLesson *lesson, const char *predict) {
  return get (record, lesson, "answer", predict);
}

bool
cw_record_answer_right (CwRecord *record, const CwLesson *lesson, const char *predict) {
  g_autofree char *right = get (record, lesson, "right", predict);
  return g_strcmp0 (right, "yes") == 0;
}

void
cw_record_set_answer (CwRecord *record, const CwLesson *lesson, const char *predict, const char *answer, bool right) {
  set (record, lesson, "answer", predict, answer);
  set (record, lesson, "right", predict, !answer ? NULL : right ? "yes" : "no");
}

bool
cw_record_passed (CwRecord *record, const CwLesson *lesson, const char *cell) {
  g_autofree char *passed = get (record, lesson, "passed", cell);
  return passed != NULL;
}

void
cw_record_set_passed (CwRecord *record, const CwLesson *lesson, const char *cell, bool passed) {
  set (record, lesson, "passed", cell, passed ? "yes" : NULL);
}

int
cw_record_count (CwRecord *record, const CwLesson *lesson, const char *cell, const char *what) {
  g_autofree char *n = get (record, lesson, what, cell);
  return n ? (int) g_ascii_strtoll (n, NULL, 10) : 0;
}

void
cw_record_set_count (CwRecord *record, const CwLesson *lesson, const char *cell, const char *what, int n) {
  g_autofree char *text = n > 0 ? g_strdup_printf ("%d", n) : NULL;
  set (record, lesson, what, cell, text);
}

/* ---- all of them ----------------------------------------------------------------------------------------- */

static void
forget_id (CwRecord *record, const CwLesson *lesson, const char *id) {
  static const char *const kinds[] = { "code", "answer", "right", "passed", "tries", "hints" };
  for (guint k = 0; id && k < G_N_ELEMENTS (kinds); k++)
    set (record, lesson, kinds[k], id, NULL);
}

void
cw_record_forget (CwRecord *record, const CwLesson *lesson, int step) {
  if (step < 0) {
    g_key_file_remove_group (record->file, lesson->id, NULL);
    save (record);
    return;
  }
  const CwStep *s = cw_lesson_step (lesson, step);
  cw_record_set_step_done (record, lesson, step, false);
  for (guint i = s->first; i < s->first + s->n; i++)
    forget_id (record, lesson, cw_lesson_block (lesson, i)->id);
}

char **
cw_record_lessons (CwRecord *record) {
  return g_key_file_get_groups (record->file, NULL);
}
