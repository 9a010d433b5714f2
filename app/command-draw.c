/* command-draw.c: `chunkwise draw`: runs a notebook and draws the last array that it made.
 *
 * The window's drawings and this one are the same functions; only the surface differs.
 */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/draw-file.h"
#include "engine/language/language.h"

typedef struct {
  CwSession *session;
  CwArray   *array; /* the last one */
  CwRun     *run;   /* the last run */
} Drawing;

static void
keep_run (CwSession *session, CwRun *run, void *data) {
  Drawing *drawing = data;
  g_clear_pointer (&drawing->run, cw_run_unref);
  drawing->run = cw_run_ref (run);
}

static void
keep_array (Drawing *drawing, CwArray *array) {
  if (!array)
    return;
  g_clear_pointer (&drawing->array, cw_array_unref);
  drawing->array = array;
}

static bool
run_cell (Drawing *drawing, const CwCell *cell) {
  g_autoptr (CwCellResult) result = cw_session_run_cell (drawing->session, cell->code);
  if (result->focus_name)
    keep_array (drawing, cw_session_array (drawing->session, result->focus_name));
  for (guint i = 0; i < result->outputs->len; i++) {
    const CwOutput *output = g_ptr_array_index (result->outputs, i);
    if (output->array)
      keep_array (drawing, cw_array_ref (output->array));
  }
  if (!result->error_class || cell->raises_exception)
    return true;
  fprintf (stderr, _("line %d: %s: %s\n"), cell->line + MAX (result->error_line, 1) - 1, result->error_class,
           result->error_message);
  return false;
}

static bool
run_notebook (Drawing *drawing, const char *text) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse (text);
  for (guint i = 0; i < cells->len; i++) {
    const CwCell *cell = g_ptr_array_index (cells, i);
    if (!cell->markdown && !run_cell (drawing, cell))
      return false;
  }
  return true;
}

/* A timeline is drawn of the last array's own run, with one event a task. */
static bool
run_last (Drawing *drawing, CwPlanKind kind, GError **error) {
  g_autoptr (CwPlan) plan = cw_plan_new (1, &drawing->array, kind, error);
  CwRunOptions options = { .threads = cw_session_threads (drawing->session), .trace = true };
  CwBuffer    *values = NULL;
  if (!plan)
    return false;
  g_clear_pointer (&drawing->run, cw_run_unref);
  drawing->run = cw_run_new (plan, &options);
  cw_run_start (drawing->run);
  bool ok = cw_run_wait (drawing->run, &values, error);
  g_clear_pointer (&values, cw_buffer_unref);
  return ok;
}

static bool
draw (Drawing *drawing, const char *text, CwPicture what, CwPlanKind kind, const char *output, GError **error) {
  CwSessionHooks hooks = { .run_begins = keep_run, .data = drawing };
  drawing->session = cw_session_new ();
  cw_session_set_hooks (drawing->session, &hooks);
  cw_session_set_visualize (drawing->session, cw_draw_file, NULL);
  if (!run_notebook (drawing, text))
    return cw_fail (error, CW_ERROR_RUNTIME, _("the notebook stopped with an error, so nothing was drawn"));
  if (!drawing->array)
    return cw_fail (error, CW_ERROR_VALUE, _("the notebook makes no array that could be drawn"));
  if (what == CW_PICTURE_TIMELINE && !run_last (drawing, kind, error))
    return false;
  return cw_draw_picture (what, drawing->array, kind, drawing->run, output, error);
}

static bool
read_text (const char *path, char **text, GError **error) {
  if (strcmp (path, "-") != 0)
    return g_file_get_contents (path, text, NULL, error);
  g_autoptr (GString) all = g_string_new (NULL);
  char part[4096];
  for (size_t n; (n = fread (part, 1, sizeof part, stdin)) > 0;)
    g_string_append_len (all, part, n);
  *text = g_strdup (all->str);
  return true;
}

static int
find_picture (const char *name) {
  static const char *const names[] = { "diagram", "graph", "timeline" };
  for (int i = 0; name && i < 3; i++)
    if (strcmp (name, names[i]) == 0)
      return i;
  return -1;
}

int
cw_command_draw (int argc, char **argv) {
  g_autofree char *what = NULL, *output = NULL, *text = NULL;
  gboolean optimized = FALSE;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "what", 'w', 0, G_OPTION_ARG_STRING, &what, N_("diagram, graph or timeline"), "WHAT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("the file to write: .svg, .png, .pdf or .dot"), "OUT" },
    { "optimized", 0, 0, G_OPTION_ARG_NONE, &optimized, N_("draw the plan as it is run"), NULL },
    { 0 }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE");
  g_set_prgname ("chunkwise draw");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, _("Runs a notebook and draws the last array that it makes."));
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || !output || find_picture (what) < 0) {
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
    fprintf (stderr, "%s%s%s", error ? error->message : "", error ? "\n" : "", help);
    return 2;
  }
  Drawing drawing = { 0 };
  bool ok = read_text (argv[1], &text, &error)
            && draw (&drawing, text, find_picture (what), optimized ? CW_PLAN_OPTIMIZED : CW_PLAN_RAW, output, &error);
  g_clear_pointer (&drawing.array, cw_array_unref);
  g_clear_pointer (&drawing.run, cw_run_unref);
  g_clear_pointer (&drawing.session, cw_session_free);
  if (!ok)
    fprintf (stderr, "chunkwise: %s\n", error->message);
  return ok ? 0 : 1;
}
