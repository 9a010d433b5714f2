/* main.c: the program. Without a command it is the workbench. */
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "engine/array/array.h"

static const struct {
  const char *name;
  int (*run) (int argc, char **argv);
  const char *what;
} commands[] = {
  { "run", cw_command_run, N_("run [FILE|-]      a notebook in the terminal") },
  { "bench", cw_command_bench, N_("bench [NAME...]   speed and memory beside Dask and NumPy") },
  { "facts", cw_command_facts, N_("facts             answers of snippets as JSON lines") },
  { "draw", cw_command_draw, N_("draw --what diagram|graph|timeline -o OUT FILE") },
  { "translate", cw_command_translate, N_("translate --to c|dask [--cell N] FILE") },
  { "lesson", cw_command_lesson, N_("lesson list | show ID | run ID | check ID FILE | lint DIR | report FILE... | handout ID -o OUT.pdf") },
};

static int print_help (void) {
  printf (_("Usage: chunkwise [FILE...]      the workbench\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) printf ("       chunkwise %s\n", _(commands[i].what));
  printf (_("       chunkwise --version | --help\n"));
  return 0;
}

/* OpenBLAS chooses its loops while it is loaded: where it would choose badly, the program starts again with the hint it reads. */
static void choose_blas (char **argv) {
  const char *core = cw_blas_better_core ();
  if (!core || g_getenv ("OPENBLAS_CORETYPE")) return;
  g_setenv ("OPENBLAS_CORETYPE", core, TRUE);
  execv ("/proc/self/exe", argv); /* where that fails the program goes on, slower */
}

int main (int argc, char **argv) {
  choose_blas (argv);
  cw_blas_end_threads ();
  setlocale (LC_ALL, "");
  g_autoptr (GError) error = NULL;
  if (!cw_memory_from_environment (&error)) {
    fprintf (stderr, "chunkwise: %s\n", error->message);
    return 2;
  }
  const char *first = argc > 1 ? argv[1] : NULL;
  for (guint i = 0; first && i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (first, commands[i].name) == 0) return commands[i].run (argc - 1, argv + 1);
  }
  if (first && strcmp (first, "--version") == 0) {
    printf ("chunkwise %s\n", CW_VERSION);
    return 0;
  }
  if (first && (strcmp (first, "--help") == 0 || strcmp (first, "-h") == 0)) return print_help ();
  if (first && first[0] == '-' && strcmp (first, "--frame-stats") != 0) {
    fprintf (stderr, _("chunkwise: unknown option %s; see chunkwise --help\n"), first);
    return 2;
  }
  for (int i = 1; i < argc; i++) {
    if (argv[i][0] == '-' || g_file_test (argv[i], G_FILE_TEST_EXISTS)) continue;
    fprintf (stderr, _("chunkwise: %s is neither a command nor a file; see chunkwise --help\n"), argv[i]);
    return 2;
  }
  return cw_gui_main (argc, argv);
}
