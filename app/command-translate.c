/* command-translate.c: chunkwise translate, a cell of a notebook as a C program or as a script for Dask. */
#include <glib/gi18n.h>
#include <stdio.h>

#include "app/commands.h"
#include "app/ipynb.h"
#include "engine/language/language.h"

typedef struct {
  char  *to;
  int    cell; /* from 1; 0: the last one */
  gint64 seed;
} Options;

/* The number of the last cell with code, -1 if there is none. */
static int last_cell (GPtrArray *cells) {
  for (int i = (int) cells->len - 1; i >= 0; i--) {
    if (!((CwCell *) cells->pdata[i])->markdown) return i;
  }
  return -1;
}

static int translate (const Options *o, const char *file) {
  g_autoptr (GError) error = NULL;
  g_autofree char *text = cw_notebook_read (file, &error);
  if (!text) {
    fprintf (stderr, "chunkwise translate: %s\n", error->message);
    return 2;
  }
  g_autoptr (GPtrArray) cells = cw_notebook_parse (text);
  int cell = o->cell ? o->cell - 1 : last_cell (cells);
  if (cell < 0 || cell >= (int) cells->len || ((CwCell *) cells->pdata[cell])->markdown) {
    fprintf (stderr, _("chunkwise translate: --cell takes the number of a cell with code; %s has %d cells\n"), file, (int) cells->len);
    return 2;
  }
  g_autoptr (CwSession) session = cw_session_new ();
  g_autofree char *program = g_str_equal (o->to, "c") ? cw_cells_as_c (cells, cell, (guint64) o->seed, session, &error) : cw_cells_as_dask (cells, cell, &error);
  if (!program) {
    fprintf (stderr, "chunkwise translate: %s\n", error->message);
    return 1;
  }
  fputs (program, stdout);
  return 0;
}

int cw_command_translate (int argc, char **argv) {
  Options o = { 0 };
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &o.to, N_("What it becomes: c or dask"), "c|dask" },
    { "cell", 0, 0, G_OPTION_ARG_INT, &o.cell, N_("Number of the cell, from 1 (the last one)"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &o.seed, N_("Seed of random arrays in C (0)"), "N" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("FILE"));
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = g_strdupv (argv);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, _("Writes a cell of a notebook, with what it needs of the cells before, as a complete program."));
  int status = 2;
  if (!g_option_context_parse_strv (context, &args, &error)) fprintf (stderr, "chunkwise translate: %s\n", error->message);
  else if (!o.to || (!g_str_equal (o.to, "c") && !g_str_equal (o.to, "dask"))) fprintf (stderr, _("chunkwise translate: say --to c or --to dask\n"));
  else if (o.cell < 0) fprintf (stderr, _("chunkwise translate: --cell takes a number from 1\n"));
  else if (g_strv_length (args) != 2) fprintf (stderr, _("chunkwise translate: name one notebook\n"));
  else status = translate (&o, args[1]);
  g_free (o.to);
  return status;
}
