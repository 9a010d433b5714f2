/* course.c: the course that is compiled in, and the user's own lessons beside it. */
#include "lessons/course.h"

#include <glib/gi18n.h>
#include <string.h>

#include "lessons/course-resource.h"

#define COURSE "/org/chunkwise/course"
#define PLAIN_C "/org/chunkwise/plain_c"

static void
register_course (void) {
  static gsize once;
  if (g_once_init_enter (&once)) {
    cw_course_register_resource ();
    g_once_init_leave (&once, 1);
  }
}

GFile *
cw_course_file (const char *path) {
  register_course ();
  return g_str_has_prefix (path, "resource://") ? g_file_new_for_uri (path) : g_file_new_for_path (path);
}

char *
cw_plain_c_source (const char *file, GError **error) {
  register_course ();
  g_autofree char *path = g_strconcat (PLAIN_C "/", file, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
  if (!bytes) {
    g_auto (GStrv) names = g_resources_enumerate_children (PLAIN_C, 0, NULL);
    g_autofree char *known = names ? g_strjoinv (", ", names) : g_strdup ("");
    cw_fail (error, CW_ERROR_KEY, _("there is no C file “%s”; there are: %s"), file, known);
    return NULL;
  }
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static int
compare_names (const void *a, const void *b) {
  return strcmp (*(char *const *) a, *(char *const *) b);
}

char **
cw_course_lessons (void) {
  register_course ();
  char **names = g_resources_enumerate_children (COURSE, 0, NULL);
  g_return_val_if_fail (names != NULL, g_new0 (char *, 1));
  qsort (names, g_strv_length (names), sizeof *names, compare_names);
  for (int i = 0; names[i]; i++) {
    char *uri = g_strconcat ("resource://" COURSE "/", names[i], NULL);
    g_free (names[i]);
    names[i] = uri;
  }
  return names;
}

char *
cw_user_lessons_folder (void) {
  return g_build_filename (g_get_user_data_dir (), "chunkwise", "lessons", NULL);
}

char **
cw_lessons_in (const char *folder, GError **error) {
  g_autoptr (GError) failure = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &failure);
  GPtrArray *paths = g_ptr_array_new ();
  if (!dir)
    cw_fail (error, CW_ERROR_OS, "%s", failure->message);
  for (const char *name; dir && (name = g_dir_read_name (dir));)
    if (g_str_has_suffix (name, ".md") && strcmp (name, "README.md") != 0)
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_names);
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (paths, FALSE);
}

char **
cw_user_lessons (void) {
  g_autofree char *folder = cw_user_lessons_folder ();
  return cw_lessons_in (folder, NULL);
}

/* The lesson with @id among @uris; the ids of the others are added to @known. One that cannot be read is passed over in the user's
 * folder, where it may be half written. */
static CwLesson *
find_lesson (char **uris, const char *id, GString *known, char **uri) {
  for (int i = 0; uris[i]; i++) {
    g_autoptr (CwLesson) lesson = cw_lesson_load (uris[i], NULL);
    if (!lesson)
      continue;
    if (strcmp (lesson->id, id) == 0) {
      if (uri)
        *uri = g_strdup (uris[i]);
      return g_steal_pointer (&lesson);
    }
    g_string_append_printf (known, "%s%s", known->len ? ", " : "", lesson->id);
  }
  return NULL;
}

CwLesson *
cw_course_load (const char *id, char **uri, GError **error) {
  g_auto (GStrv) course = cw_course_lessons (), own = cw_user_lessons ();
  g_autoptr (GString) known = g_string_new (NULL);
  CwLesson *lesson = find_lesson (course, id, known, uri);
  if (!lesson)
    lesson = find_lesson (own, id, known, uri);
  if (!lesson)
    cw_fail (error, CW_ERROR_KEY, _("there is no lesson “%s”; there are: %s"), id, known->str);
  return lesson;
}
