/* command-run.c: chunkwise run, a notebook in the terminal.
 *
 * Each cell prints what it would show. Errors go to standard error as Python writes the last lines of a traceback; a cell that
 * is tagged raises-exception prints its error and the run goes on.
 */
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "app/commands.h"
#include "app/draw-file.h"
#include "app/ipynb.h"
#include "engine/language/language.h"

typedef struct {
  int         threads;
  gint64      seed;
  char       *stats, *trace;
  gboolean    raw, quiet;
  const char *file;
} Options;

typedef struct {
  Options      options;
  CwSession   *session;
  JsonBuilder *stats;
  GPtrArray   *traces; /* of strings: Chrome traces of single runs */
  pthread_t    signals;
  gint         interrupted, finished;
} Runner;

/* ---- outputs ----------------------------------------------------------------------------------------------------------------- */

/* visualize() without a filename: the terminal has no graph view, so the graph goes to a file as Dask's does. */
static void draw_graph (const CwOutput *output) {
  static const char filename[] = "mydask.svg";
  g_autoptr (GError) error = NULL;
  if (cw_draw_file (output->array, output->plan_kind, output->top_down, filename, NULL, &error)) printf (_("The task graph is drawn in %s.\n"), filename);
  else fprintf (stderr, _("Warning: %s\n"), error->message);
}

static void show (CwSession *session, const CwOutput *output, void *data) {
  Runner *runner = data;
  if (output->kind == CW_OUTPUT_GRAPH && !output->text && !runner->options.quiet) {
    draw_graph (output);
    fflush (stdout);
    return;
  }
  if (output->kind == CW_OUTPUT_WARNING) {
    fflush (stdout);
    fprintf (stderr, _("Warning: %s\n"), output->text);
    return;
  }
  if (runner->options.quiet || !output->text) return;
  printf (output->kind == CW_OUTPUT_TEXT ? "%s" : "%s\n", output->text);
  fflush (stdout);
}

static void keep_trace (CwSession *session, CwRun *run, void *data) {
  Runner *runner = data;
  if (runner->options.trace) g_ptr_array_add (runner->traces, cw_trace_to_json (cw_run_trace (run), cw_run_plan (run)));
}

static void print_error (Runner *runner, const CwCell *cell, const CwCellResult *result, FILE *to) {
  int line = cell->line + MAX (result->error_line, 1) - 1;
  const char *file = g_str_equal (runner->options.file, "-") ? "<stdin>" : runner->options.file;
  g_auto (GStrv) lines = g_strsplit (cell->code, "\n", -1);
  fflush (stdout);
  fprintf (to, "  File \"%s\", line %d\n", file, line);
  if (result->error_line >= 1 && result->error_line <= (int) g_strv_length (lines)) {
    const char *text = lines[result->error_line - 1];
    int skip = (int) strspn (text, " \t");
    fprintf (to, "    %s\n", text + skip);
    if (result->error_column > skip) fprintf (to, "    %*s^\n", result->error_column - 1 - skip, "");
  }
  fprintf (to, "%s%s%s\n", result->error_class, *result->error_message ? ": " : "", result->error_message);
  fflush (to);
}

static gint64 peak_rss_bytes (void) {
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  return (gint64) usage.ru_maxrss * 1024;
}

static void add_number (JsonBuilder *b, const char *name, double value) {
  json_builder_set_member_name (b, name);
  json_builder_add_double_value (b, value);
}

static void add_count (JsonBuilder *b, const char *name, gint64 value) {
  json_builder_set_member_name (b, name);
  json_builder_add_int_value (b, value);
}

static void add_cell (JsonBuilder *b, const CwCell *cell, const CwCellResult *result) {
  json_builder_begin_object (b);
  add_count (b, "line", cell->line);
  add_number (b, "wall_s", result->wall_s);
  add_number (b, "compute_s", result->compute_s);
  add_count (b, "tasks", result->tasks);
  add_count (b, "peak_bytes", result->peak_bytes);
  add_count (b, "spilled_bytes", result->spilled_bytes);
  json_builder_end_object (b);
}

/* ---- the notebook --------------------------------------------------------------------------------------------------------------- */

/* "# %%time" is a mark that other tools read as a comment; here it is the magic. */
static char *code_of (const CwCell *cell) {
  const char *p = cell->code;
  if (g_str_has_prefix (p, "# %%time")) return g_strdup (p + 2);
  return g_strdup (p);
}

static int run_cell (Runner *runner, const CwCell *cell) {
  g_autofree char *code = code_of (cell);
  cw_session_set_first_line (runner->session, cell->line);
  g_autoptr (CwCellResult) result = cw_session_run_cell (runner->session, code);
  add_cell (runner->stats, cell, result);
  if (result->spilled_bytes > 0 && !runner->options.quiet) {
    g_autofree char *spilled = cw_bytes_to_string ((double) result->spilled_bytes), *limit = cw_bytes_to_string ((double) cw_memory_limit ());
    fprintf (stderr, _("note: %s did not fit in %s of memory and went to disk\n"), spilled, limit);
  }
  if (!result->error_class) return 0;
  if (g_str_equal (result->error_class, "KeyboardInterrupt") && g_atomic_int_get (&runner->interrupted)) {
    fprintf (stderr, "KeyboardInterrupt\n");
    return 130;
  }
  print_error (runner, cell, result, cell->raises_exception ? stdout : stderr);
  return cell->raises_exception ? 0 : 1;
}

static bool write_text (const char *path, const char *text) {
  g_autoptr (GError) error = NULL;
  if (g_file_set_contents (path, text, -1, &error)) return true;
  fprintf (stderr, "chunkwise run: %s\n", error->message);
  return false;
}

/* Chrome traces are arrays of events; those of several runs become one array. */
static char *join_traces (GPtrArray *traces) {
  g_autoptr (JsonArray) events = json_array_new ();
  for (guint i = 0; i < traces->len; i++) {
    g_autoptr (JsonParser) parser = json_parser_new ();
    if (!json_parser_load_from_data (parser, traces->pdata[i], -1, NULL)) continue;
    JsonNode *root = json_parser_get_root (parser);
    JsonArray *own = JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : json_object_get_array_member (json_node_get_object (root), "traceEvents");
    for (guint k = 0; own && k < json_array_get_length (own); k++) {
      JsonNode *event = json_node_copy (json_array_get_element (own, k));
      if (JSON_NODE_HOLDS_OBJECT (event)) json_object_set_int_member (json_node_get_object (event), "pid", i + 1);
      json_array_add_element (events, event);
    }
  }
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), events);
  g_autofree char *text = json_to_string (node, FALSE);
  return g_strdup_printf ("{\"traceEvents\":%s}\n", text);
}

static int run_cells (Runner *runner, GPtrArray *cells) {
  int status = 0;
  json_builder_begin_object (runner->stats);
  json_builder_set_member_name (runner->stats, "cells");
  json_builder_begin_array (runner->stats);
  for (guint i = 0; i < cells->len && !status; i++) {
    const CwCell *cell = cells->pdata[i];
    if (!cell->markdown) status = run_cell (runner, cell);
    if (g_atomic_int_get (&runner->interrupted)) status = 130;
  }
  json_builder_end_array (runner->stats);
  add_count (runner->stats, "threads", cw_session_threads (runner->session));
  add_count (runner->stats, "peak_rss_bytes", peak_rss_bytes ());
  json_builder_end_object (runner->stats);
  return status;
}

/* ---- interruption: the handler wakes a thread, so that nothing else runs in it ------------------------------------------------------ */

static sem_t wake_up;

static void on_interrupt (int signal) {
  sem_post (&wake_up);
}

static void *wait_for_signal (void *data) {
  Runner *runner = data;
  for (;;) {
    while (sem_wait (&wake_up) != 0) continue; /* the handler itself may interrupt the wait */
    if (g_atomic_int_get (&runner->finished)) return NULL;
    g_atomic_int_set (&runner->interrupted, 1);
    cw_session_interrupt (runner->session);
  }
}

static void watch_signals (Runner *runner) {
  struct sigaction action = { .sa_handler = on_interrupt };
  sem_init (&wake_up, 0, 0);
  pthread_create (&runner->signals, NULL, wait_for_signal, runner);
  sigaction (SIGINT, &action, NULL);
}

static void unwatch_signals (Runner *runner) {
  g_atomic_int_set (&runner->finished, 1);
  sem_post (&wake_up);
  pthread_join (runner->signals, NULL);
  signal (SIGINT, SIG_DFL);
}

/* ---- the command --------------------------------------------------------------------------------------------------------------------- */

static char *read_input (const char *file, GError **error) {
  if (!g_str_equal (file, "-")) return cw_notebook_read (file, error);
  GString *all = g_string_new (NULL);
  char part[4096];
  for (size_t n; (n = fread (part, 1, sizeof part, stdin)) > 0;) g_string_append_len (all, part, (gssize) n);
  return g_string_free (all, FALSE);
}

static bool parse_options (int argc, char **argv, Options *o) {
  gint64 seed = -1;
  int64_t bytes = 0;
  g_autofree char *memory = NULL, *spill = NULL;
  const GOptionEntry entries[] = {
    { "threads", 0, 0, G_OPTION_ARG_INT, &o->threads, N_("Worker threads (one a processor)"), "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, N_("Seed of random arrays"), "N" },
    { "stats", 0, 0, G_OPTION_ARG_FILENAME, &o->stats, N_("Write times and memory as JSON"), "OUT.json" },
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &o->trace, N_("Write what threads did, in Chrome's trace format"), "OUT.json" },
    { "memory", 0, 0, G_OPTION_ARG_STRING, &memory, N_("Memory that the program may use (three quarters of what is free)"), "SIZE" },
    { "spill-dir", 0, 0, G_OPTION_ARG_FILENAME, &spill, N_("Folder for blocks that do not fit in memory"), "DIR" },
    { "no-optimize", 0, 0, G_OPTION_ARG_NONE, &o->raw, N_("Run the raw graph: no culling, no fusion"), NULL },
    { "quiet", 0, 0, G_OPTION_ARG_NONE, &o->quiet, N_("Print errors and warnings only"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("[FILE|-]"));
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = g_strdupv (argv);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, _("Runs a notebook (a .py file with # %% cells, or an .ipynb file) in the terminal."));
  bool ok = g_option_context_parse_strv (context, &args, &error);
  int n = ok ? (int) g_strv_length (args) : 0;
  if (ok && n > 2) {
    ok = false;
    fprintf (stderr, _("chunkwise run: one notebook at a time\n"));
  } else if (!ok) {
    fprintf (stderr, "chunkwise run: %s\n", error->message);
  } else if (o->threads < 0 || o->threads > 256) {
    ok = false;
    fprintf (stderr, _("chunkwise run: --threads takes a number from 1 to 256\n"));
  } else if (memory && (!cw_bytes_from_string (memory, &bytes) || bytes <= 0)) {
    ok = false;
    fprintf (stderr, _("chunkwise run: --memory takes a size such as 512M or 4GiB, not '%s'\n"), memory);
  } else if (spill && !cw_spill_set_folder (spill, &error)) {
    ok = false;
    fprintf (stderr, "chunkwise run: %s\n", error->message);
  }
  if (ok && memory) cw_memory_set_limit (bytes);
  o->seed = seed;
  for (int i = 1; i < argc; i++) { /* args is a copy that goes away */
    if (n == 2 && g_str_equal (argv[i], args[1])) o->file = argv[i];
  }
  if (!o->file) o->file = "-";
  return ok;
}

int cw_command_run (int argc, char **argv) {
  Runner runner = { 0 };
  g_autoptr (GError) error = NULL;
  if (!parse_options (argc, argv, &runner.options)) return 2;
  g_autofree char *text = read_input (runner.options.file, &error);
  if (!text) {
    fprintf (stderr, "chunkwise run: %s\n", error->message);
    return 2;
  }
  g_autoptr (GPtrArray) cells = cw_notebook_parse (text);
  g_autoptr (CwSession) session = runner.session = cw_session_new ();
  g_autoptr (JsonBuilder) stats = runner.stats = json_builder_new ();
  g_autoptr (GPtrArray) traces = runner.traces = g_ptr_array_new_with_free_func (g_free);
  CwSessionHooks hooks = { .output = show, .run_ended = keep_trace, .data = &runner };
  cw_session_set_hooks (session, &hooks);
  cw_session_set_visualize (session, cw_draw_file, NULL);
  cw_session_set_threads (session, runner.options.threads);
  cw_session_set_optimize (session, !runner.options.raw);
  if (runner.options.seed >= 0) cw_session_set_seed (session, (guint64) runner.options.seed);
  watch_signals (&runner);
  int status = run_cells (&runner, cells);
  g_autoptr (JsonNode) root = json_builder_get_root (stats);
  g_autofree char *json = json_to_string (root, TRUE);
  if (runner.options.stats && !write_text (runner.options.stats, json)) status = MAX (status, 1);
  if (runner.options.trace) {
    g_autofree char *trace = join_traces (traces);
    if (!write_text (runner.options.trace, trace)) status = MAX (status, 1);
  }
  unwatch_signals (&runner);
  g_free (runner.options.stats);
  g_free (runner.options.trace);
  return status;
}
