/* find.c: the samples that come with the program, wherever it was installed or built. */
#include "engine/files/files.h"

#include <string.h>

/* The folder that holds "samples": beside the installed program, or above the program in the folder that it was built in. */
static char *
data_folder (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *at      = program ? g_path_get_dirname (program) : g_strdup (".");
  static const char *const beside[] = { "share/chunkwise", "data" };
  while (strcmp (at, "/") != 0 && strcmp (at, ".") != 0) {
    for (guint i = 0; i < G_N_ELEMENTS (beside); i++) {
      g_autofree char *samples = g_build_filename (at, beside[i], "samples", NULL);
      if (g_file_test (samples, G_FILE_TEST_IS_DIR))
        return g_path_get_dirname (samples);
    }
    char *up = g_path_get_dirname (at);
    g_free (at);
    at = up;
  }
  return NULL;
}

char *
cw_file_find (const char *path)
{
  if (!g_str_has_prefix (path, "samples/") || g_file_test ("samples", G_FILE_TEST_IS_DIR))
    return g_strdup (path);
  g_autofree char *folder = data_folder ();
  return folder ? g_build_filename (folder, path, NULL) : g_strdup (path);
}
