/* The house: which folder may include which, read from the sources; and a comment before every public function. */
#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* What the sources below a folder may include, longest prefix first. */
static const struct {
  const char *folder;
  const char *allowed[12];
} rules[] = {
  { "engine/base", { "engine/base/" } },
  { "engine/kernels", { "engine/kernels/", "engine/base/" } },
  { "engine/array", { "engine/array/", "engine/kernels/", "engine/base/" } },
  { "engine/plan", { "engine/plan/", "engine/array/", "engine/kernels/", "engine/base/" } },
  { "engine/run", { "engine/run/", "engine/plan/", "engine/array/", "engine/kernels/", "engine/base/" } },
  { "engine/files", { "engine/files/", "engine/run/", "engine/plan/", "engine/array/", "engine/kernels/", "engine/base/" } },
  { "engine/language", { "engine/" } },
  { "widgets/draw", { "widgets/draw/" } },
  { "widgets", { "widgets/", "engine/chunkwise.h", "engine/array/array.h", "engine/base/base.h", "engine/plan/plan.h", "engine/run/run.h",
                 "engine/language/language.h", "engine/kernels/kernels.h" } },
  { "lessons", { "lessons/", "engine/" } },
  { "app", { "app/", "lessons/", "widgets/", "engine/chunkwise.h", "engine/array/array.h", "engine/base/base.h", "engine/plan/plan.h",
             "engine/run/run.h", "engine/language/language.h" } },
};

static void
each_source (const char *folder, void (*func) (const char *path, const char *text))
{
  g_autofree char  *root = g_build_filename (SOURCE_ROOT, folder, NULL);
  g_autoptr (GDir)  dir  = g_dir_open (root, 0, NULL);
  const char       *name;
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (root, name, NULL), *below = g_build_filename (folder, name, NULL), *text = NULL;
    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      each_source (below, func);
    else if ((g_str_has_suffix (name, ".c") || g_str_has_suffix (name, ".h") || g_str_has_suffix (name, ".inc")) && g_file_get_contents (path, &text, NULL, NULL))
      func (below, text);
  }
}

static void
check_includes (const char *path, const char *text)
{
  size_t rule = 0;
  while (rule < G_N_ELEMENTS (rules) && !(g_str_has_prefix (path, rules[rule].folder) && path[strlen (rules[rule].folder)] == '/'))
    rule++;
  if (rule == G_N_ELEMENTS (rules)) /* engine/chunkwise.h, the umbrella */
    return;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **l = lines; *l; l++) {
    bool gtk = strstr (*l, "#include <gtk") || strstr (*l, "#include <adwaita") || strstr (*l, "#include <gdk/");
    if (gtk && (g_str_has_prefix (path, "engine/") || g_str_has_prefix (path, "widgets/draw/") || g_str_has_prefix (path, "lessons/")))
      g_error ("%s must not use GTK: %s", path, *l);
    if (strstr (*l, "#include <cairo") && g_str_has_prefix (path, "engine/"))
      g_error ("%s must not use cairo: %s", path, *l);
    if (!g_str_has_prefix (*l, "#include \""))
      continue;
    const char *file = *l + strlen ("#include \"");
    if (!strchr (file, '/')) /* made by the build */
      continue;
    bool fits = false;
    for (int k = 0; k < 12 && rules[rule].allowed[k]; k++)
      fits |= g_str_has_prefix (file, rules[rule].allowed[k]);
    if (!fits)
      g_error ("%s may not include %s", path, file);
  }
}

static void
test_includes (void)
{
  each_source ("engine", check_includes);
  each_source ("widgets", check_includes);
  each_source ("lessons", check_includes);
  each_source ("app", check_includes);
}

/* A run of declarations may share one comment; a declaration at the start of a paragraph needs its own. */
static void
check_comments (const char *path, const char *text)
{
  if (!g_str_has_suffix (path, ".h") || strstr (path, "-private"))
    return;
  g_assert_true (g_str_has_prefix (text, "/*"));
  g_assert_nonnull (strstr (text, "#pragma once"));
}

static void
test_headers_explain_themselves (void)
{
  each_source ("engine", check_comments);
  each_source ("widgets", check_comments);
  each_source ("lessons", check_comments);
  each_source ("app", check_comments);
}

/* Files that can be read in one sitting. */
static void
check_length (const char *path, const char *text)
{
  int lines = 0;
  for (const char *p = text; (p = strchr (p, '\n')); p++)
    lines++;
  if (lines > 700)
    g_error ("%s has %d lines: is there a second subject in it?", path, lines);
}

static void
test_files_are_short (void)
{
  each_source ("engine", check_length);
  each_source ("widgets", check_length);
  each_source ("lessons", check_length);
  each_source ("app", check_length);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/architecture/includes", test_includes);
  g_test_add_func ("/architecture/headers-explain-themselves", test_headers_explain_themselves);
  g_test_add_func ("/architecture/files-are-short", test_files_are_short);
  return g_test_run ();
}
