/* The command line from outside: exit statuses, and a run that is interrupted. The program's path is the first argument. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

static const char *program;

static GSubprocess *
start (const char *a, const char *b, const char *input)
{
  GSubprocessFlags   flags = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr (GError) error = NULL;
  GSubprocess       *p     = g_subprocess_new (flags, &error, program, a, b, NULL);
  g_assert_no_error (error);
  GOutputStream *to = g_subprocess_get_stdin_pipe (p);
  g_output_stream_write_all (to, input, strlen (input), NULL, NULL, NULL);
  g_output_stream_close (to, NULL, NULL);
  return p;
}

static int
status_of (const char *a, const char *b, const char *input)
{
  g_autoptr (GSubprocess) p = start (a, b, input);
  g_assert_true (g_subprocess_wait (p, NULL, NULL));
  return g_subprocess_get_if_exited (p) ? g_subprocess_get_exit_status (p) : -1;
}

static void
test_exit_statuses (void)
{
  g_assert_cmpint (status_of ("run", "-", "1 + 1\n"), ==, 0);
  g_assert_cmpint (status_of ("run", "-", "# only a comment\n"), ==, 0);
  g_assert_cmpint (status_of ("run", "-", "1 / 0\n"), ==, 1);
  g_assert_cmpint (status_of ("run", "-", "x = (\n"), ==, 1);
  g_assert_cmpint (status_of ("run", "/no/such/file.py", ""), ==, 2);
  g_assert_cmpint (status_of ("run", "--threads=many", ""), ==, 2);
  g_assert_cmpint (status_of ("dance", NULL, ""), ==, 2);
  g_assert_cmpint (status_of ("--version", NULL, ""), ==, 0);
  g_assert_cmpint (status_of ("run", "-", "# %% tags=[\"raises-exception\"]\n1 / 0\n# %%\n1\n"), ==, 0);
}

/* A Jupyter notebook runs as it stands, but for what IPython alone understands; what is none is said so. */
static void
test_jupyter (void)
{
  static const char notebook[] = "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": [\"# Title\\n\", \"text\"]},"
                                 "{\"cell_type\": \"code\", \"source\": [\"%matplotlib inline\\n\", \"!pip install dask\\n\", \"x = 20\\n\", \"x + 1\"]},"
                                 "{\"cell_type\": \"code\", \"metadata\": {\"tags\": [\"raises-exception\"]}, \"source\": \"1 / 0\"},"
                                 "{\"cell_type\": \"code\", \"source\": \"%time x + 2\"}], \"nbformat\": 4}";
  static const char *const bad[] = { "{}", "{\"cells\": 3}", "no JSON", "\xff" };
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "chunkwise-command.ipynb", NULL), *printed = NULL;
  const char      *argv[] = { program, "run", path, NULL };
  int              status = 0;
  g_assert_true (g_file_set_contents (path, notebook, -1, NULL));
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &printed, NULL, &status, NULL));
  g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  const char *first = strstr (printed, "21\n"), *error = first ? strstr (first, "ZeroDivisionError") : NULL, *last = error ? strstr (error, "22\n") : NULL;
  g_assert_nonnull (last);
  for (size_t i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_true (g_file_set_contents (path, bad[i], -1, NULL));
    g_assert_cmpint (status_of ("run", path, ""), ==, 2);
  }
  g_unlink (path);
}

/* chunkwise translate with @to and @cell, of a notebook of two cells and a text. */
static int
translate (const char *to, const char *cell, char **out)
{
  static const char *const text = "# %% [markdown]\n# Text\n# %%\nimport dask.array as da\nx = da.ones(3)\n# %%\nx.sum()\n# %%\n1 / 0\n";
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "chunkwise-translate.py", NULL), *printed = NULL;
  const char      *argv[] = { program, "translate", "--to", to, "--cell", cell, path, NULL };
  int              status = 0;
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &printed, NULL, &status, NULL));
  g_unlink (path);
  if (out)
    *out = g_steal_pointer (&printed);
  return WEXITSTATUS (status);
}

static void
test_translate (void)
{
  g_autofree char *c = NULL, *dask = NULL;
  g_assert_cmpint (translate ("c", "3", &c), ==, 0);
  g_assert_cmpint (translate ("dask", "3", &dask), ==, 0);
  g_assert_nonnull (strstr (c, "int main (void)"));
  g_assert_nonnull (strstr (dask, "print(x.sum())"));
  g_assert_cmpint (translate ("c", "4", NULL), ==, 1);
  g_assert_cmpint (translate ("c", "1", NULL), ==, 2);
  g_assert_cmpint (translate ("c", "5", NULL), ==, 2);
  g_assert_cmpint (translate ("c", "-1", NULL), ==, 2);
  g_assert_cmpint (translate ("rust", "3", NULL), ==, 2);
  g_assert_cmpint (status_of ("translate", "--to=c", ""), ==, 2);
  g_assert_cmpint (status_of ("translate", "/no/such/file.py", ""), ==, 2);
}

/* Options of memory that make no sense are wrong usage; a computation that cannot fit is the notebook's error; one that streams runs. */
static void
test_memory (void)
{
  static const char wide[] = "import dask.array as da\nx = da.random.random((4000, 4000), chunks=4000)\n";
  g_autofree char *fft = g_strconcat (wide, "da.fft.fft(x).sum().compute()\n", NULL), *sum = g_strconcat (wide, "(x - x.mean()).std().compute()\n", NULL);
  g_assert_cmpint (status_of ("run", "--memory=12 apples", ""), ==, 2);
  g_assert_cmpint (status_of ("run", "--memory=0", ""), ==, 2);
  g_assert_cmpint (status_of ("run", "--spill-dir=/no/such/folder", ""), ==, 2);
  g_assert_cmpint (status_of ("run", "--memory=64M", fft), ==, 1);
  g_assert_cmpint (status_of ("run", "--memory=64M", sum), ==, 0);
  g_setenv ("CHUNKWISE_MEMORY", "64M", TRUE);
  g_assert_cmpint (status_of ("run", "-", fft), ==, 1);
  g_setenv ("CHUNKWISE_MEMORY", "plenty", TRUE);
  g_assert_cmpint (status_of ("run", "-", "1"), ==, 2);
  g_unsetenv ("CHUNKWISE_MEMORY");
}

static void
test_interrupt (void)
{
  static const char *const endless[] = { "while True:\n    pass\n",
                                         "import dask.array as da\nx = da.random.random((30000, 30000))\nfor i in range(1000):\n    x.std().compute()\n" };
  for (size_t i = 0; i < G_N_ELEMENTS (endless); i++) {
    g_autoptr (GSubprocess) p = start ("run", "-", endless[i]);
    g_usleep (700000);
    g_subprocess_send_signal (p, SIGINT);
    g_assert_true (g_subprocess_wait (p, NULL, NULL));
    g_assert_true (g_subprocess_get_if_exited (p));
    g_assert_cmpint (g_subprocess_get_exit_status (p), ==, 130);
  }
}

/* Runs `chunkwise draw` on a small notebook; gives its exit status. */
static int
draw (const char *what, const char *file)
{
  static const char  *notebook = "import dask.array as da\nx = da.random.random((40, 40), chunks=10)\n(x + x.T).sum(axis=0)\n";
  GSubprocessFlags    flags = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE;
  g_autoptr (GSubprocess) p = g_subprocess_new (flags, NULL, program, "draw", "--what", what, "-o", file, "-", NULL);
  g_assert_true (g_subprocess_communicate_utf8 (p, notebook, NULL, NULL, NULL, NULL));
  return g_subprocess_get_if_exited (p) ? g_subprocess_get_exit_status (p) : -1;
}

static void
check_begins (const char *path, const char *begin)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  g_assert_cmpuint (length, >, 200);
  g_assert_true (strncmp (text, begin, strlen (begin)) == 0);
}

static void
test_draw (void)
{
  static const struct { const char *what, *name, *begin; } drawn[] = {
    { "diagram", "a.svg", "<?xml" }, { "graph", "a.pdf", "%PDF" },     { "graph", "a.dot", "digraph" },
    { "graph", "a.png", "\x89PNG" }, { "timeline", "a.svg", "<?xml" }, { "values", "a.svg", "<?xml" },
    { "trace", "a.json", "{" },
  };
  g_autofree char *folder = g_dir_make_tmp ("chunkwise-test-XXXXXX", NULL), *film = g_build_filename (folder, "film", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (drawn); i++) {
    g_autofree char *path = g_build_filename (folder, drawn[i].name, NULL);
    g_assert_cmpint (draw (drawn[i].what, path), ==, 0);
    check_begins (path, drawn[i].begin);
    g_unlink (path);
  }
  g_assert_cmpint (draw ("animation", film), ==, 0);
  g_autoptr (GDir) frames = g_dir_open (film, 0, NULL);
  int n = 0;
  for (const char *name; (name = g_dir_read_name (frames)); n++) {
    g_autofree char *path = g_build_filename (film, name, NULL);
    check_begins (path, "\x89PNG");
    g_unlink (path);
  }
  g_assert_cmpint (n, >, 20);
  g_rmdir (film);
  g_autofree char *wrong = g_build_filename (folder, "a.dot", NULL);
  g_assert_cmpint (draw ("timeline", wrong), ==, 1);
  g_assert_cmpint (draw ("portrait", wrong), ==, 2);
  g_assert_cmpint (draw ("graph", "/no/such/folder/a.svg"), ==, 1);
  g_rmdir (folder);
}

/* A film needs an encoder: where none is found, a sentence says which, and nothing is written. */
static void
test_film_without_encoder (void)
{
  static const char *const names[] = { "a.webm", "a.gif" };
  g_autofree char *folder = g_dir_make_tmp ("chunkwise-test-XXXXXX", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL), *said = NULL;
    g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_subprocess_launcher_setenv (launcher, "PATH", folder, TRUE);
    g_autoptr (GSubprocess) p = g_subprocess_launcher_spawn (launcher, NULL, program, "draw", "--what", "animation", "-o", path, "-", NULL);
    g_assert_true (g_subprocess_communicate_utf8 (p, "import dask.array as da\nda.ones((4, 4), chunks=2).sum()\n", NULL, NULL, &said, NULL));
    g_assert_cmpint (g_subprocess_get_exit_status (p), ==, 1);
    g_assert_nonnull (strstr (said, "ffmpeg"));
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  }
  g_rmdir (folder);
}

/* A bench's JSON is drawn; what holds no measurements is refused with a sentence. */
static void
test_draw_bench (void)
{
  static const struct { const char *text, *says; int status; } cases[] = {
    { "{ \"machine\": \"m\", \"speed\": [{ \"name\": \"a\", \"chunkwise_s\": [0.1, 0.2], \"dask_s\": [], \"wanted_dask\": 3 }] }", "", 0 },
    { "{ \"memory\": [{ \"name\": \"a\", \"free_s\": 1, \"limited_s\": -1 }] }", "", 0 },
    { "{ \"speed\": [{ \"name\": \"a\", \"dask_s\": [] }] }", "no measurements", 1 },
    { "{ \"speed\": [{ \"name\": \"a\", \"dask_s\": [\"b\"] }] }", "dask_s", 1 },
    { "{ \"speed\": [{ \"dask_s\": [1] }] }", "row 1", 1 },
    { "{ \"speed\": [3] }", "row 1", 1 },
    { "{ \"speed\": [{ \"name\": \"a\", \"dask_s\": [1e300] }] }", "dask_s", 1 },
    { "[]", "no measurements", 1 },
    { "", "no measurements", 1 },
    { "import numpy", "not JSON", 1 },
  };
  g_autofree char *folder = g_dir_make_tmp ("chunkwise-test-XXXXXX", NULL), *path = g_build_filename (folder, "a.svg", NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *said = NULL;
    g_autoptr (GSubprocess) p = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL, program, "draw", "--what",
                                                  "bench", "-o", path, "-", NULL);
    g_assert_true (g_subprocess_communicate_utf8 (p, cases[i].text, NULL, NULL, &said, NULL));
    g_assert_cmpint (g_subprocess_get_exit_status (p), ==, cases[i].status);
    g_assert_nonnull (strstr (said, cases[i].says));
    if (cases[i].status == 0)
      check_begins (path, "<?xml");
    g_unlink (path);
  }
  g_rmdir (folder);
}

/* `chunkwise lesson` with up to five words; what it prints is in @out (may be NULL). */
static int
lesson (char **out, const char *a, const char *b, const char *c, const char *d, const char *e)
{
  const char      *argv[] = { program, "lesson", a, b, c, d, e, NULL };
  g_autofree char *printed = NULL;
  int              status = 0;
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &printed, NULL, &status, NULL));
  if (out)
    *out = g_steal_pointer (&printed);
  return WEXITSTATUS (status);
}

static void
test_lessons (void)
{
  g_autofree char *folder = g_dir_make_tmp ("chunkwise-test-XXXXXX", NULL), *list = NULL, *json = NULL, *run = NULL, *found = NULL, *table = NULL;
  g_autofree char *notebook = g_build_filename (folder, "a.py", NULL), *bad = g_build_filename (folder, "bad.md", NULL);
  g_assert_cmpint (lesson (&list, "list", NULL, NULL, NULL, NULL), ==, 0);
  g_assert_nonnull (strstr (list, "tour "));
  g_assert_nonnull (strstr (list, "your-data "));
  g_assert_cmpint (lesson (&run, "run", "tour", NULL, NULL, NULL), ==, 0);
  g_assert_nonnull (strstr (run, "Well done"));
  g_assert_true (g_file_set_contents (notebook, "import dask.array as da\nmine = da.zeros((12, 6), chunks=(3, 3))\n", -1, NULL));
  g_assert_cmpint (lesson (&json, "check", "tour", notebook, NULL, NULL), ==, 0);
  g_assert_nonnull (strstr (json, "\"passed\" : true"));
  g_assert_true (g_file_set_contents (notebook, "import numpy as np\nmine = np.zeros((12, 6))\n", -1, NULL));
  g_clear_pointer (&json, g_free);
  g_assert_cmpint (lesson (&json, "check", "tour", notebook, NULL, NULL), ==, 1);
  g_assert_nonnull (strstr (json, "da.zeros"));
  g_assert_true (g_file_set_contents (bad, "---\nformat: 1\nid: b\ntitle: B\nminutes: 1\n---\n```cell\n1 / 0\n```\n", -1, NULL));
  g_assert_cmpint (lesson (&found, "lint", folder, NULL, NULL, NULL), ==, 1);
  g_assert_nonnull (strstr (found, "bad.md:8: ZeroDivisionError"));
  g_assert_cmpint (lesson (NULL, "lint", "/no/such/folder", NULL, NULL, NULL), ==, 1);
  g_assert_cmpint (lesson (NULL, "check", "nothing", notebook, NULL, NULL), ==, 1);
  g_assert_cmpint (lesson (NULL, "check", "tour", "/no/such/file.py", NULL, NULL), ==, 1);
  g_assert_cmpint (lesson (NULL, "dance", NULL, NULL, NULL, NULL), ==, 2);
  g_assert_true (g_file_set_contents (notebook, "{\"chunkwise-report\": 1, \"learner\": \"Ada\", \"lessons\": []}", -1, NULL));
  g_assert_cmpint (lesson (&table, "report", notebook, NULL, NULL, NULL), ==, 0);
  g_assert_cmpstr (table, ==, "learner\nAda\n");
  g_assert_cmpint (lesson (NULL, "report", bad, NULL, NULL, NULL), ==, 1);
  g_unlink (notebook);
  g_unlink (bad);
  g_rmdir (folder);
}

static void
test_handout (void)
{
  g_autofree char *folder = g_dir_make_tmp ("chunkwise-test-XXXXXX", NULL), *plain = g_build_filename (folder, "a.pdf", NULL);
  g_autofree char *answers = g_build_filename (folder, "b.pdf", NULL);
  GStatBuf         a, b;
  g_assert_cmpint (lesson (NULL, "handout", "tour", "-o", plain, NULL), ==, 0);
  g_assert_cmpint (lesson (NULL, "handout", "tour", "--answers", "-o", answers), ==, 0);
  check_begins (plain, "%PDF");
  check_begins (answers, "%PDF");
  g_assert_cmpint (g_stat (plain, &a), ==, 0);
  g_assert_cmpint (g_stat (answers, &b), ==, 0);
  g_assert_cmpint (b.st_size, >, a.st_size); /* solutions, reasons, notes */
  g_assert_cmpint (lesson (NULL, "handout", "tour", "-o", "/no/such/folder/a.pdf", NULL), ==, 1);
  g_assert_cmpint (lesson (NULL, "handout", "tour", NULL, NULL, NULL), ==, 2);
  g_unlink (plain);
  g_unlink (answers);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  program = argv[1];
  g_test_add_func ("/command/exit-statuses", test_exit_statuses);
  g_test_add_func ("/command/jupyter", test_jupyter);
  g_test_add_func ("/command/translate", test_translate);
  g_test_add_func ("/command/lessons", test_lessons);
  g_test_add_func ("/command/handout", test_handout);
  g_test_add_func ("/command/memory", test_memory);
  g_test_add_func ("/command/interrupt", test_interrupt);
  g_test_add_func ("/command/draw", test_draw);
  g_test_add_func ("/command/film-without-encoder", test_film_without_encoder);
  g_test_add_func ("/command/draw-bench", test_draw_bench);
  return g_test_run ();
}
