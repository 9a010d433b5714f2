/* The command line from outside: exit statuses, and a run that is interrupted. The program's path is the first argument. */
#include <gio/gio.h>
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  program = argv[1];
  g_test_add_func ("/command/exit-statuses", test_exit_statuses);
  g_test_add_func ("/command/interrupt", test_interrupt);
  return g_test_run ();
}
