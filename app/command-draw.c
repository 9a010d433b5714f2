/* command-draw.c: `chunkwise draw`: runs a notebook and draws the last array that it made; or draws what `chunkwise bench` measured.
 *
 * The window's drawings and this one are the same functions; only the surface differs.
 */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "app/bench-chart.h"
#include "app/commands.h"
#include "app/draw-file.h"
#include "app/ipynb.h"
#include "engine/language/language.h"

typedef struct {
  CwSession *session;
  CwArray   *array; /* the last one */
  CwRun     *run;   /* the last run */
  CwBuffer  *values; /* of the array, where they were asked for */
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

/* What shows a run or its values is drawn of the last array's own run. */
static bool
run_last (Drawing *drawing, CwPlanKind kind, GError **error) {
  g_autoptr (CwPlan) plan = cw_plan_new_within (1, &drawing->array, kind, cw_memory_limit (), error);
  CwRunOptions options = { .threads = cw_session_threads (drawing->session), .trace = true };
  if (!plan)
    return false;
  g_clear_pointer (&drawing->run, cw_run_unref);
  drawing->run = cw_run_new (plan, &options);
  return cw_run_work (drawing->run, &drawing->values, error);
}

static bool
draw (Drawing *drawing, const char *text, CwPicture what, const CwPictureOf *how, const char *output, GError **error) {
  CwSessionHooks hooks = { .run_begins = keep_run, .data = drawing };
  CwPictureOf    of = *how;
  drawing->session = cw_session_new ();
  cw_session_set_hooks (drawing->session, &hooks);
  cw_session_set_visualize (drawing->session, cw_draw_file, NULL);
  if (!run_notebook (drawing, text))
    return cw_fail (error, CW_ERROR_RUNTIME, _("the notebook stopped with an error, so nothing was drawn"));
  if (!drawing->array)
    return cw_fail (error, CW_ERROR_VALUE, _("the notebook makes no array that could be drawn"));
  if (what != CW_PICTURE_DIAGRAM && what != CW_PICTURE_GRAPH && !run_last (drawing, of.kind, error))
    return false;
  of.array = drawing->array;
  of.run = drawing->run;
  of.values = drawing->values;
  return cw_draw_picture (what, &of, output, error);
}

static bool
read_text (const char *path, char **text, GError **error) {
  if (strcmp (path, "-") != 0)
    return (*text = cw_notebook_read (path, error)) != NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  char part[4096];
  for (size_t n; (n = fread (part, 1, sizeof part, stdin)) > 0;)
    g_string_append_len (all, part, n);
  *text = g_strdup (all->str);
  return true;
}

static bool
draw_bench (const char *text, const char *output, GError **error) {
  g_autoptr (GPtrArray) charts = cw_bench_charts_read (text, error);
  CwPictureOf of = { .charts = charts };
  return charts && cw_draw_picture (CW_PICTURE_BENCH, &of, output, error);
}

static int
find_picture (const char *name) {
  for (int i = 0; name && cw_picture_name (i); i++)
    if (strcmp (name, cw_picture_name (i)) == 0)
      return i;
  return -1;
}

int
cw_command_draw (int argc, char **argv) {
  g_autofree char *what = NULL, *output = NULL, *text = NULL;
  gboolean optimized = FALSE, top_down = FALSE;
  g_autoptr (GError) error = NULL;
  const GOptionEntry entries[] = {
    { "what", 'w', 0, G_OPTION_ARG_STRING, &what, N_("diagram, graph, timeline, values, animation, trace or bench"), "WHAT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("the file to write: .svg, .png or .pdf; .dot for graphs, .gif, .webm or a folder for animations, .json for traces"), "OUT" },
    { "optimized", 0, 0, G_OPTION_ARG_NONE, &optimized, N_("draw the plan as it is run"), NULL },
    { "top-down", 0, 0, G_OPTION_ARG_NONE, &top_down, N_("layers of a graph below each other"), NULL },
    { 0 }
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE");
  g_set_prgname ("chunkwise draw");
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, _("Runs a notebook and draws the last array that it makes. A bench is drawn of the JSON that `chunkwise bench --json` wrote."));
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || !output || find_picture (what) < 0) {
    g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);
    fprintf (stderr, "%s%s%s", error ? error->message : "", error ? "\n" : "", help);
    return 2;
  }
  Drawing     drawing = { 0 };
  CwPictureOf how = { .kind = optimized ? CW_PLAN_OPTIMIZED : CW_PLAN_RAW, .top_down = top_down };
  bool ok = read_text (argv[1], &text, &error)
            && (find_picture (what) == CW_PICTURE_BENCH ? draw_bench (text, output, &error)
                                                        : draw (&drawing, text, find_picture (what), &how, output, &error));
  g_clear_pointer (&drawing.array, cw_array_unref);
  g_clear_pointer (&drawing.run, cw_run_unref);
  g_clear_pointer (&drawing.values, cw_buffer_unref);
  g_clear_pointer (&drawing.session, cw_session_free);
  if (!ok)
    fprintf (stderr, "chunkwise: %s\n", error->message);
  return ok ? 0 : 1;
}
