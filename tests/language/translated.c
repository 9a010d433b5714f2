/* translated.c: all programs become one executable, so that there is one compilation and one link: the number of a program is its
 * argument. Times and pictures have no text to compare. */
#include "tests/language/translated.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *title;
  char *program;          /* C; NULL where the cell has no such form */
  char *script;           /* for Dask */
  char *expected, *error; /* what it shows; the line that it ends with, or NULL */
} Case;

struct _Batch {
  GPtrArray *cases;
  int        refused;
  char      *folder;
};

static void case_free (void *data) {
  Case *c = data;
  g_free (c->title);
  g_free (c->program);
  g_free (c->script);
  g_free (c->expected);
  g_free (c->error);
  g_free (c);
}

Batch *batch_new (void) {
  Batch *b = g_new0 (Batch, 1);
  b->cases  = g_ptr_array_new_with_free_func (case_free);
  b->folder = g_dir_make_tmp ("translated-XXXXXX", NULL);
  g_assert_cmpint (g_chdir (b->folder), ==, 0); /* for files that cells write */
  g_autofree char *samples = g_test_build_filename (G_TEST_DIST, "..", "data", "samples", NULL);
  g_assert_cmpint (symlink (samples, "samples"), ==, 0); /* a program finds them beside it, as a script for Dask does */
  return b;
}

int batch_n_programs (const Batch *b) {
  return (int) b->cases->len - b->refused;
}

int batch_n_refused (const Batch *b) {
  return b->refused;
}

/* What a program prints for the outputs of a cell. */
static char *printed (const CwCellResult *result) {
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < result->outputs->len; i++) {
    const CwOutput *output = result->outputs->pdata[i];
    int64_t layers, tasks;
    switch (output->kind) {
    case CW_OUTPUT_TEXT:
      g_string_append (out, output->text);
      break;
    case CW_OUTPUT_ARRAY:
    case CW_OUTPUT_VALUES:
      g_string_append_printf (out, "%s\n", output->text);
      break;
    case CW_OUTPUT_GRAPH:
      cw_array_count_graph (output->array, &layers, &tasks);
      g_string_append_printf (out, "task graph: %d layers, %d tasks\n", (int) layers, (int) tasks);
      break;
    default:
      break;
    }
  }
  return g_string_free (out, FALSE);
}

void batch_add (Batch *b, const char *title, GPtrArray *cells) {
  g_autoptr (CwSession) session = cw_session_new ();
  int run = 0;
  cw_session_set_seed (session, 42);
  cw_session_record (session);
  for (guint i = 0; i < cells->len; i++) {
    const CwCell *cell = cells->pdata[i];
    if (cell->markdown) continue;
    g_autoptr (CwCellResult) result = cw_session_run_cell (session, cell->code);
    g_autoptr (GError) error = NULL, unfinished = NULL;
    Case *c = g_new0 (Case, 1);
    *c = (Case){ g_strdup_printf ("%s, cell %u", title, i + 1), cw_session_as_c (session, run++, &error), cw_cells_as_dask (cells, (int) i, &unfinished), printed (result),
                 result->error_class ? g_strdup_printf ("%s: %s\n", result->error_class, result->error_message) : NULL };
    g_assert_true (c->script || g_strcmp0 (result->error_class, "SyntaxError") == 0);
    g_ptr_array_add (b->cases, c);
    if (c->program) continue;
    g_assert_nonnull (error);
    g_test_message ("%s: %s", c->title, error->message);
    b->refused++;
  }
}

static void run_command (const Batch *b, const char *command) {
  g_autofree char *out = NULL, *err = NULL;
  g_autoptr (GError) error = NULL;
  char *argv[] = { "sh", "-c", (char *) command, NULL };
  int status = 0;
  g_spawn_sync (b->folder, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, &status, &error);
  g_assert_no_error (error);
  if (status) g_error ("%s\n%s%s", command, out, err);
}

static void write_file (const Batch *b, const char *name, const char *text) {
  g_autofree char *path = g_build_filename (b->folder, name, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void build (const Batch *b) {
  g_autoptr (GString) driver = g_string_new ("#include <stdlib.h>\n"), table = g_string_new ("static int (*const cells[]) (void) = {");
  for (guint i = 0; i < b->cases->len; i++) {
    const Case *c = b->cases->pdata[i];
    if (!c->program) continue;
    g_autofree char *name = g_strdup_printf ("cell%u.c", i), *text = g_strdup_printf ("#define main cell%u\nint main (void);\n%s", i, c->program);
    write_file (b, name, text);
    g_string_append_printf (driver, "int cell%u (void);\n", i);
    g_string_append_printf (table, " [%u] = cell%u,", i, i);
  }
  g_string_append_printf (driver, "%s };\nint main (int argc, char **argv) { return argc == 2 ? cells[atoi (argv[1])] () : 2; }\n", table->str);
  write_file (b, "driver.c", driver->str);
  write_file (b, "all.h", "#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include \"engine/chunkwise.h\"\n");
  g_autofree char *command = g_strdup_printf ("flags=\"$(pkg-config --cflags chunkwise) -O0 -Wall -Wextra -Werror %s\" && cc $flags all.h && "
                                              "ls cell*.c | xargs -n 16 -P 2 cc $flags -include all.h -c && cc -O0 -c driver.c && cc %s *.o $(pkg-config --libs chunkwise) -o cells",
                                              SANITIZE, SANITIZE);
  run_command (b, command);
}

/* Without lines that time. */
static char *comparable (const char *text) {
  g_autoptr (GString) out = g_string_new (NULL);
  for (const char *p = text, *end; *p; p = end) {
    end = strchr (p, '\n') ? strchr (p, '\n') + 1 : p + strlen (p);
    if (!g_str_has_prefix (p, "wall time: ")) g_string_append_len (out, p, end - p);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* The same words; numbers may differ by what is left of rounding, since products on several threads round in their own order. */
static bool is_same (const char *have, const char *want) {
  static const char *const between = " \n(),[]";
  while (*have && *want) {
    char *after_have, *after_want;
    double x = g_ascii_strtod (have, &after_have), y = g_ascii_strtod (want, &after_want);
    if (after_have > have && after_want > want && strchr (between, *after_have) && fabs (x - y) <= 1e-12 + 1e-9 * fabs (y)) {
      have = after_have;
      want = after_want;
    } else if (*have++ != *want++) {
      return false;
    }
  }
  return *have == *want;
}

/* How a program failed, without how much of the memory limit was left to it: that is what the process itself had not taken yet. */
static char *reason (const char *error) {
  if (!g_str_has_prefix (error, "MemoryError: ")) return g_strdup (error);
  g_autoptr (GRegex) regex = g_regex_new ("only [0-9.]+ \\w+ are left|Blocks of about \\([^)]*\\)", 0, 0, NULL);
  return g_regex_replace (regex, error, -1, 0, "...", 0, NULL);
}

static void check_case (const Batch *b, guint i) {
  const Case *c = b->cases->pdata[i];
  g_autofree char *number = g_strdup_printf ("%u", i), *program = g_build_filename (b->folder, "cells", NULL), *out = NULL, *err = NULL;
  char *argv[] = { program, number, NULL };
  int status = 0;
  if (!c->program) return;
  g_assert_true (g_spawn_sync (NULL, argv, NULL, 0, NULL, NULL, &out, &err, &status, NULL));
  g_autofree char *have = comparable (out);
  g_autofree char *fails = reason (err), *should = c->error ? reason (c->error) : NULL;
  bool same = is_same (have, c->expected) && (!should || g_str_equal (fails, should)) && (status != 0) == (should != NULL);
  if (same) return;
  g_test_message ("%s: status %d\n%s\n--- prints\n%s%s--- instead of\n%s%s", c->title, status, c->program, have, err, c->expected, c->error ? c->error : "");
  g_test_fail ();
}

/* One Python for all scripts, the system's own: that is where python3-dask would be. */
static void check_scripts (const Batch *b) {
  for (guint i = 0; i < b->cases->len; i++) {
    const Case *c = b->cases->pdata[i];
    const char *const texts[][2] = { { "py", c->script }, { "expected", c->expected }, { "error", c->error } };
    for (int k = 0; k < 3; k++) {
      g_autofree char *name = g_strdup_printf ("%u.%s", i, texts[k][0]);
      if (texts[k][1] && c->script) write_file (b, name, texts[k][1]);
    }
  }
  g_autofree char *runner = g_test_build_filename (G_TEST_DIST, "language", "translate", "run_dask.py", NULL), *out = NULL, *err = NULL;
  char *argv[] = { "/usr/bin/python3", runner, b->folder, NULL };
  int status = 0;
  if (!g_spawn_sync (b->folder, argv, NULL, 0, NULL, NULL, &out, &err, &status, NULL)) return; /* no Python here */
  if (*out || *err) g_test_message ("%s%s", out, err);
  if (status) g_test_fail ();
}

void batch_check (Batch *b) {
  int64_t start = g_get_monotonic_time ();
  build (b);
  int64_t built = g_get_monotonic_time ();
  for (guint i = 0; i < b->cases->len; i++) check_case (b, i);
  int64_t run = g_get_monotonic_time ();
  g_test_message ("%d programs agree or are listed above, %d cells have no form in C", batch_n_programs (b), b->refused);
  check_scripts (b);
  g_test_message ("%.1f s to build them, %.1f s to run them, %.1f s for Dask", (double) (built - start) / 1e6, (double) (run - built) / 1e6,
                  (double) (g_get_monotonic_time () - run) / 1e6);
}

void batch_free (Batch *b) {
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", b->folder);
  g_assert_cmpint (g_chdir (g_get_tmp_dir ()), ==, 0);
  run_command (b, command);
  g_ptr_array_unref (b->cases);
  g_free (b->folder);
  g_free (b);
}
