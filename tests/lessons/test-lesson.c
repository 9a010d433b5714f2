/* Lessons: the head, the blocks, the markup, and that the whole course can be read. */
#include "lessons/lesson.h"

#include <string.h>

#define HEAD "---\nformat: 1\nid: a\ntitle: A & B\nminutes: 5\nneeds: [x, y]\n---\n"

static CwLessonBlock *
block (const CwLesson *lesson, guint i) {
  g_assert_cmpuint (i, <, lesson->blocks->len);
  return g_ptr_array_index (lesson->blocks, i);
}

static void
head_is_read (void) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_lesson_parse (HEAD "text\n", "a.md", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (lesson->id, ==, "a");
  g_assert_cmpstr (lesson->title, ==, "A & B");
  g_assert_cmpint (lesson->minutes, ==, 5);
  g_assert_cmpstr (lesson->needs[0], ==, "x");
  g_assert_cmpstr (lesson->needs[1], ==, "y");
  g_assert_null (lesson->needs[2]);
}

static void
blocks_are_read (void) {
  g_autoptr (GError) error = NULL;
  g_autoptr (CwLesson) lesson = cw_lesson_parse (HEAD "# One\n\nSome *text* with `a < b`.\n\n- first\n- second\n\n"
                                                 "```cell\nx = 1\nx\n```\n\n> a remark\n", "a.md", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lesson->blocks->len, ==, 6);
  g_assert_cmpint (block (lesson, 0)->kind, ==, CW_BLOCK_HEADING);
  g_assert_cmpint (block (lesson, 0)->level, ==, 1);
  g_assert_cmpstr (block (lesson, 1)->markup, ==, "Some <i>text</i> with <tt>a &lt; b</tt>.");
  g_assert_cmpint (block (lesson, 3)->kind, ==, CW_BLOCK_ITEM);
  g_assert_cmpstr (block (lesson, 3)->markup, ==, "second");
  g_assert_cmpint (block (lesson, 4)->kind, ==, CW_BLOCK_CELL);
  g_assert_cmpstr (block (lesson, 4)->text, ==, "x = 1\nx");
  g_assert_cmpint (block (lesson, 4)->line, ==, 15);
  g_assert_cmpint (block (lesson, 5)->kind, ==, CW_BLOCK_QUOTE);
}

static void
markdown_survives (void) {
  const char *text = "# One\n\nSome *text*.\n\n1. first\n2. second";
  g_autoptr (GPtrArray) blocks = cw_markdown_blocks (text);
  g_autoptr (GString) again = g_string_new (NULL);
  for (guint i = 0; i < blocks->len; i++)
    g_string_append_printf (again, "%s%s", i ? "\n\n" : "", ((CwLessonBlock *) g_ptr_array_index (blocks, i))->text);
  g_autoptr (GPtrArray) second = cw_markdown_blocks (again->str);
  g_assert_cmpuint (second->len, ==, blocks->len);
  for (guint i = 0; i < blocks->len; i++)
    g_assert_cmpstr (((CwLessonBlock *) g_ptr_array_index (second, i))->markup, ==, ((CwLessonBlock *) g_ptr_array_index (blocks, i))->markup);
}

static void
plain_text_of_markup (void) {
  g_autofree char *text = cw_markup_to_text ("a <b>bold</b> <tt>x &lt; 1</tt>");
  g_assert_cmpstr (text, ==, "a bold `x < 1`");
}

static void
bad_heads_are_refused (void) {
  static const struct { const char *text, *says; } cases[] = {
    { "text", "begins with" },
    { "---\nid: a\n", "no closing line" },
    { "---\nformat: 1\nid: a\ntitle: t\n---\n", "minutes" },
    { "---\nformat: 7\nid: a\ntitle: t\nminutes: 1\n---\n", "7" },
    { "---\nformat: 1\ncolour: red\n---\n", "line 3" },
    { "---\nformat\n---\n", "key: value" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_null (cw_lesson_parse (cases[i].text, "bad.md", &error));
    g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
    if (!strstr (error->message, cases[i].says))
      g_error ("“%s” does not say “%s”", error->message, cases[i].says);
  }
}

static void
course_can_be_read (void) {
  g_auto (GStrv) uris = cw_course_lessons ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_assert_cmpuint (g_strv_length (uris), >=, 1);
  for (int i = 0; uris[i]; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CwLesson) lesson = cw_lesson_load (uris[i], &error);
    int cells = 0;
    g_assert_no_error (error);
    for (int k = 0; lesson->needs[k]; k++)
      g_assert_true (g_hash_table_contains (seen, lesson->needs[k]));
    g_assert_true (g_hash_table_add (seen, g_strdup (lesson->id)));
    for (guint k = 0; k < lesson->blocks->len; k++)
      cells += block (lesson, k)->kind == CW_BLOCK_CELL;
    g_assert_cmpint (cells, >=, 5);
  }
}

static void
unknown_lesson_names_the_others (void) {
  g_autoptr (GError) error = NULL;
  g_assert_null (cw_course_load ("nothing", NULL, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_KEY);
  g_assert_nonnull (strstr (error->message, "lazy-random-arrays"));
}

int
main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lesson/head", head_is_read);
  g_test_add_func ("/lesson/blocks", blocks_are_read);
  g_test_add_func ("/lesson/markdown", markdown_survives);
  g_test_add_func ("/lesson/plain-text", plain_text_of_markup);
  g_test_add_func ("/lesson/bad-heads", bad_heads_are_refused);
  g_test_add_func ("/lesson/course", course_can_be_read);
  g_test_add_func ("/lesson/unknown", unknown_lesson_names_the_others);
  return g_test_run ();
}
