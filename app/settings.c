/* settings.c: what the program remembers between starts. */
#include "app/settings.h"

#define GROUP "chunkwise"

static CwSettings settings = { .threads = 0, .seed = -1, .width = 1280, .height = 800, .divider = 560 };

static char *
settings_path (void) {
  return g_build_filename (g_get_user_config_dir (), "chunkwise", "settings.ini", NULL);
}

static void
read_int (GKeyFile *file, const char *key, int least, int most, int *value) {
  g_autoptr (GError) error = NULL;
  int read = g_key_file_get_integer (file, GROUP, key, &error);
  if (!error)
    *value = CLAMP (read, least, most);
}

static void
read_settings (void) {
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = settings_path ();
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  read_int (file, "threads", 0, 255, &settings.threads);
  read_int (file, "seed", -1, G_MAXINT, &settings.seed);
  read_int (file, "memory", 0, G_MAXINT, &settings.memory);
  read_int (file, "width", 600, 20000, &settings.width);
  read_int (file, "height", 400, 20000, &settings.height);
  read_int (file, "divider", 200, 20000, &settings.divider);
  settings.maximized = g_key_file_get_boolean (file, GROUP, "maximized", NULL);
  settings.notes = g_key_file_get_boolean (file, GROUP, "notes", NULL);
  settings.last = g_key_file_get_string (file, GROUP, "last", NULL);
}

CwSettings *
cw_settings (void) {
  static gsize once;
  if (g_once_init_enter (&once)) {
    read_settings ();
    g_once_init_leave (&once, 1);
  }
  return &settings;
}

bool
cw_settings_save (GError **error) {
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = settings_path (), *folder = g_path_get_dirname (path);
  g_key_file_set_integer (file, GROUP, "threads", settings.threads);
  g_key_file_set_integer (file, GROUP, "seed", settings.seed);
  g_key_file_set_integer (file, GROUP, "memory", settings.memory);
  g_key_file_set_integer (file, GROUP, "width", settings.width);
  g_key_file_set_integer (file, GROUP, "height", settings.height);
  g_key_file_set_integer (file, GROUP, "divider", settings.divider);
  g_key_file_set_boolean (file, GROUP, "maximized", settings.maximized);
  g_key_file_set_boolean (file, GROUP, "notes", settings.notes);
  if (settings.last)
    g_key_file_set_string (file, GROUP, "last", settings.last);
  g_mkdir_with_parents (folder, 0700);
  return g_key_file_save_to_file (file, path, error);
}

CwRecord *
cw_user_record (void) {
  static CwRecord *record;
  if (!record)
    record = cw_record_open (NULL);
  return record;
}
