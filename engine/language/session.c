/* session.c: running a cell, and computing arrays for it.
 *
 * A cell is parsed, then its statements run in order; the value of the last one, if it is an expression without a semicolon
 * behind it, is shown. Whatever happens ends up in the result: outputs, times, the error and its place.
 */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <time.h>

#include "engine/language/print.h"
#include "engine/language/session-private.h"

static __thread CwSession *current;

CwSession *cw_current_session (void) {
  return current;
}

CwSession *cw_session_enter (CwSession *s) {
  CwSession *before = current;
  current = s;
  return before;
}

/* ---- making and setting ------------------------------------------------------------------------------------------------- */

void cw_session_set_seed (CwSession *s, uint64_t seed) {
  s->seed = seed;
  for (int i = 0; i < 2; i++) s->random[i] = (CwRandomState){ .seed = seed + (uint64_t) i };
}

CwSession *cw_session_new (void) {
  CwSession *s = g_new0 (CwSession, 1);
  s->pool     = cw_pool_new ();
  s->globals  = cw_scope_new (s->pool, NULL);
  s->scope    = s->globals;
  s->optimize = true;
  s->first_line = 1;
  s->printed_width = cw_print_defaults.width;
  s->handled  = g_ptr_array_new_with_free_func ((GDestroyNotify) g_error_free);
  g_mutex_init (&s->lock);
  cw_session_set_seed (s, (uint64_t) g_get_real_time ());
  return s;
}

/* A limit that a Client set holds as long as the session's names do. To be called when these are gone. */
static void release_memory (CwSession *s) {
  if (s->memory_before > 0) cw_memory_set_limit (s->memory_before);
  s->memory_before = 0;
  cw_buffer_forget_kept (); /* nothing of this size may come again */
}

void cw_session_limit_memory (CwSession *s, int64_t bytes) {
  if (s->memory_before == 0) s->memory_before = cw_memory_limit ();
  cw_memory_set_limit (bytes);
  if (!cw_tape_begin ("cw_memory_set_limit")) return;
  cw_tape_int (bytes);
  cw_tape_end_setting ();
}

void cw_session_free (CwSession *s) {
  if (!s) return;
  cw_settings_clear (s);
  g_clear_pointer (&s->warned, g_hash_table_unref);
  cw_tape_free (s->tape);
  cw_pool_free_with (s->pool, s->globals);
  release_memory (s);
  g_ptr_array_unref (s->handled);
  g_mutex_clear (&s->lock);
  g_free (s);
}

void cw_session_reset (CwSession *s) {
  cw_settings_clear (s);
  cw_pool_free_with (s->pool, s->globals);
  release_memory (s);
  s->pool    = cw_pool_new ();
  s->globals = cw_scope_new (s->pool, NULL);
  s->scope   = s->globals;
  cw_session_set_seed (s, s->seed);
}

void cw_session_set_hooks (CwSession *s, const CwSessionHooks *hooks) {
  s->hooks = hooks ? *hooks : (CwSessionHooks){ 0 };
}

void cw_session_set_threads (CwSession *s, int threads) {
  s->threads = MAX (threads, 0);
}

int cw_session_threads (CwSession *s) {
  return s->threads ? s->threads : cw_default_threads ();
}

void cw_session_set_optimize (CwSession *s, bool optimize) {
  s->optimize = optimize;
}

void cw_session_set_min_task_ns (CwSession *s, int64_t ns) {
  s->min_task_ns = ns;
}

void cw_session_set_print_width (CwSession *s, int columns) {
  g_atomic_int_set (&s->print_width, MAX (columns, 20));
}

void cw_session_set_first_line (CwSession *s, int line) {
  s->first_line = line;
}

void cw_session_set_visualize (CwSession *s, CwVisualizeFunc func, void *data) {
  s->visualize      = func;
  s->visualize_data = data;
}

CwRandomState *cw_session_random (CwSession *s, bool lazy) {
  return &s->random[lazy];
}

void cw_session_interrupt (CwSession *s) {
  g_atomic_int_set (&s->interrupted, 1);
  g_mutex_lock (&s->lock);
  if (s->run) cw_run_cancel (s->run);
  g_mutex_unlock (&s->lock);
}

bool cw_session_raise (CwSession *s, CwValue *exception, GError **error) {
  if (s) cw_value_set (&s->raised, exception);
  return cw_fail (error, exception->exception.code, "%s", exception->exception.message);
}

bool cw_session_check (CwSession *s, GError **error) {
  if (!s || !g_atomic_int_get (&s->interrupted)) return true;
  return cw_fail (error, CW_ERROR_INTERRUPT, "%s", "");
}

/* ---- computing -------------------------------------------------------------------------------------------------------------- */

static bool run_plan (CwSession *s, CwPlan *plan, CwBuffer **results, GError **error) {
  CwRunOptions options = { .threads = cw_session_threads (s), .trace = true, .min_task_ns = s->min_task_ns };
  g_autoptr (CwRun) run = cw_run_new (plan, &options);
  g_mutex_lock (&s->lock);
  s->run = run;
  g_mutex_unlock (&s->lock);
  if (s->hooks.run_begins) s->hooks.run_begins (s, run, s->hooks.data);
  if (g_atomic_int_get (&s->interrupted)) cw_run_cancel (run);
  bool ok = cw_run_work (run, results, error);
  g_mutex_lock (&s->lock);
  s->run = NULL;
  g_mutex_unlock (&s->lock);
  CwProgress progress;
  cw_run_progress (run, &progress);
  if (s->result) {
    s->result->compute_s += (double) progress.elapsed_ns / 1e9;
    s->result->tasks += progress.done;
    s->result->peak_bytes = MAX (s->result->peak_bytes, progress.peak_bytes);
    s->result->spilled_bytes += progress.spilled_bytes;
  }
  if (s->hooks.run_ended) s->hooks.run_ended (s, run, s->hooks.data);
  return ok;
}

bool cw_session_compute (CwSession *s, int n, CwArray *const *arrays, CwBuffer **results, GError **error) {
  if (!cw_session_check (s, error)) return false;
  CwTape *tape = cw_tape_enter (NULL); /* what tasks do is not what the notebook asks */
  g_autoptr (CwPlan) plan = cw_plan_new_within (n, arrays, s->optimize ? CW_PLAN_OPTIMIZED : CW_PLAN_RAW, cw_memory_limit (), error);
  bool ok = plan && run_plan (s, plan, results, error);
  cw_tape_enter (tape);
  cw_tape_computed (ok, n, arrays, results, error);
  return ok;
}

CwBuffer *cw_session_compute_one (CwArray *array, GError **error) {
  const int64_t small = 1 << 16;
  int64_t layers, tasks, size = cw_array_size (array);
  cw_array_count_graph (array, &layers, &tasks);
  bool quick = size != CW_UNKNOWN && size <= small && tasks <= 64;
  for (int i = 0; quick && i < array->n_inputs; i++) {
    int64_t input = cw_array_size (array->inputs[i]);
    quick = input != CW_UNKNOWN && input <= small;
  }
  if (quick || !current) return cw_compute (array, error);
  CwBuffer *result = NULL;
  return cw_session_compute (current, 1, &array, &result, error) ? result : NULL;
}

/* ---- outputs -------------------------------------------------------------------------------------------------------------------- */

static void output_free (void *data) {
  CwOutput *output = data;
  g_free (output->text);
  g_clear_pointer (&output->array, cw_array_unref);
  g_clear_pointer (&output->buffer, cw_buffer_unref);
  g_free (output);
}

static void add_output (CwSession *s, const CwOutput *output) {
  if (!s->result) {
    CwOutput copy = *output;
    output_free (g_memdup2 (&copy, sizeof copy));
    return;
  }
  CwOutput *kept = g_memdup2 (output, sizeof *output);
  g_ptr_array_add (s->result->outputs, kept);
  if (s->hooks.output) s->hooks.output (s, kept, s->hooks.data);
}

void cw_session_output (CwSession *s, CwOutputKind kind, const char *text) {
  CwOutput output = { .kind = kind, .text = g_strdup (text) };
  add_output (s, &output);
}

void cw_session_output_graph (CwSession *s, CwArray *array, CwPlanKind kind, bool top_down, const char *text) {
  CwOutput output = { .kind = CW_OUTPUT_GRAPH, .text = g_strdup (text), .array = cw_array_ref (array), .plan_kind = kind, .top_down = top_down };
  add_output (s, &output);
  cw_tape_show_graph (array);
}

void cw_session_warn (CwSession *s, const char *format, ...) {
  va_list args;
  va_start (args, format);
  CwOutput output = { .kind = CW_OUTPUT_WARNING, .text = g_strdup_vprintf (format, args) };
  va_end (args);
  add_output (s, &output);
}

void cw_session_output_value (CwSession *s, CwValue *v) {
  if (v->kind == CW_V_NONE) return;
  cw_tape_show (v);
  CwOutput output = { .kind = CW_OUTPUT_TEXT, .text = cw_value_repr (v) };
  if (v->kind == CW_V_LAZY) {
    output.kind  = CW_OUTPUT_ARRAY;
    output.array = cw_array_ref (v->array);
  } else if (v->kind == CW_V_EAGER) {
    output.kind   = CW_OUTPUT_VALUES;
    output.buffer = cw_buffer_ref (v->buffer);
  } else if (v->kind == CW_V_CLIENT) {
    output.kind = CW_OUTPUT_CLIENT;
  } else {
    char *line = g_strconcat (output.text, "\n", NULL);
    g_free (output.text);
    output.text = line;
  }
  add_output (s, &output);
}

void cw_cell_result_free (CwCellResult *r) {
  if (!r) return;
  g_ptr_array_unref (r->outputs);
  g_free (r->error_class);
  g_free (r->error_message);
  g_free (r->focus_name);
  g_free (r);
}

/* ---- running a cell ----------------------------------------------------------------------------------------------------------------- */

static double cpu_seconds (void) {
  struct timespec t;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static bool show_expression (CwSession *s, const CwNode *node, GError **error) {
  guint mark = cw_pool_mark ();
  s->line = node->line;
  CwValue *v = cw_evaluate (s, node->a, error);
  if (v) {
    cw_session_output_value (s, v);
    if (node->a->kind == CW_NODE_NAME) cw_session_focus (s, node->a->text, v);
  } else {
    cw_at (s, node);
  }
  cw_pool_drain (mark);
  return v != NULL;
}

static bool run_statements (CwSession *s, GPtrArray *statements, GError **error) {
  for (guint i = 0; i < statements->len; i++) {
    const CwNode *node = statements->pdata[i];
    bool times = node->kind == CW_NODE_TIME; /* the statements in it say where they stand */
    if (!times) cw_tape_line (node->line, node->end_line);
    bool shown = i + 1 == statements->len && node->kind == CW_NODE_EXPR && !node->flag;
    bool ok = shown ? cw_session_check (s, error) && show_expression (s, node, error) : cw_execute (s, node, error) == CW_FLOW_NEXT;
    if (!ok) return false;
    cw_tape_names (s->globals->names);
  }
  return true;
}

static char *duration_text (double seconds) {
  if (seconds < 1e-3) return g_strdup_printf ("%.3g µs", seconds * 1e6);
  if (seconds < 1) return g_strdup_printf ("%.3g ms", seconds * 1e3);
  if (seconds < 60) return g_strdup_printf ("%.3g s", seconds);
  return g_strdup_printf ("%dmin %ds", (int) (seconds / 60), (int) seconds % 60);
}

static bool time_once (CwSession *s, const CwNode *node, GError **error) {
  double cpu = cpu_seconds ();
  int64_t start = g_get_monotonic_time ();
  const CwNode *first = node->list->len ? node->list->pdata[0] : node;
  cw_tape_line (first->line, first->end_line);
  cw_tape_time (true);
  bool ok = run_statements (s, node->list, error);
  cw_tape_time (false);
  double wall = (double) (g_get_monotonic_time () - start) / 1e6;
  g_autofree char *cpu_text = duration_text (cpu_seconds () - cpu), *wall_text = duration_text (wall);
  g_autofree char *text = g_strdup_printf (_("CPU time: %s, wall time: %s"), cpu_text, wall_text);
  if (ok) cw_session_output (s, CW_OUTPUT_TIMING, text);
  return ok;
}

/* Repeats until 0.2 s have passed, seven times, as timeit does; nothing is shown but the times. */
static bool time_often (CwSession *s, const CwNode *node, GError **error) {
  CwCellResult *result = s->result;
  double best = 0, total = 0, worst = 0;
  int64_t loops = 1;
  for (int run = 0; run < 8; run++) {
    int64_t start = g_get_monotonic_time ();
    s->result = NULL;
    for (int64_t i = 0; i < loops; i++) {
      if (cw_execute_block (s, node->list, error) == CW_FLOW_ERROR) {
        s->result = result;
        return false;
      }
    }
    s->result = result;
    double each = (double) (g_get_monotonic_time () - start) / 1e6 / (double) loops;
    if (run == 0) { /* the first run only tells how often to loop */
      loops = each > 0.2 ? 1 : MIN ((int64_t) (0.1 / MAX (each, 1e-7)) + 1, 1000000);
      if (each > 2) { /* one is enough to know */
        best = worst = total = each;
        break;
      }
      continue;
    }
    best  = run == 1 ? each : MIN (best, each);
    worst = MAX (worst, each);
    total += each / 7;
  }
  g_autofree char *mean = duration_text (total), *low = duration_text (best), *high = duration_text (worst);
  g_autofree char *text = g_strdup_printf (_("%s per loop (best %s, worst %s; %d loops)"), mean, low, high, (int) loops);
  cw_session_output (s, CW_OUTPUT_TIMING, text);
  return true;
}

bool cw_session_time (CwSession *s, const CwNode *node, GError **error) {
  return node->flag && !s->tape ? time_often (s, node, error) : time_once (s, node, error);
}

static void keep_error (CwCellResult *result, const GError *error, const CwPlace *place) {
  int code = error->domain == CW_ERROR ? error->code : CW_ERROR_OS;
  bool inside = place->inside && code != CW_ERROR_INTERRUPT;
  result->error_class   = g_strdup (cw_error_class_name (code));
  result->error_message = !inside ? g_strdup (error->message) : *error->message ? g_strdup_printf ("%s (in %s)", error->message, place->inside)
                                                                                : g_strdup_printf ("in %s", place->inside);
  result->error_line    = place->line;
  result->error_column  = place->column;
}

CwCellResult *cw_session_run_cell (CwSession *s, const char *code) {
  CwCellResult *result = g_new0 (CwCellResult, 1);
  g_autoptr (GError) error = NULL;
  CwPlace place = { 0 }; /* of a mistake in the grammar */
  int64_t start = g_get_monotonic_time ();
  double cpu = cpu_seconds ();
  result->outputs = g_ptr_array_new_with_free_func (output_free);
  g_autoptr (CwProgram) program = cw_parse (code, &place.line, &place.column, &error);
  if (!program) {
    keep_error (result, error, &place);
    if (s->tape) cw_tape_cell_begins (s->tape, code);
    if (s->tape) cw_tape_cell_ends (s->tape, result);
    return result;
  }
  CwSession *outer = current;
  current = s;
  CwPool *before = cw_pool_enter (s->pool);
  if (!s->tape) g_atomic_int_set (&s->interrupted, 0); /* a recording of many cells ends with its first interruption */
  s->result     = result;
  s->program    = s->cell = program;
  s->depth      = s->line = 0;
  if (s->warned) g_hash_table_remove_all (s->warned);
  s->scope      = s->globals;
  cw_settings_follow_width (s);
  if (s->tape) cw_tape_cell_begins (s->tape, code);
  CwTape *tape = cw_tape_enter (s->tape);
  if (!run_statements (s, program->statements, &error)) keep_error (result, error, &s->place);
  cw_place_clear (&s->place);
  cw_tape_enter (tape);
  if (s->tape) cw_tape_cell_ends (s->tape, result);
  g_ptr_array_set_size (s->handled, 0);
  g_clear_pointer (&s->returned, cw_value_unref);
  g_clear_pointer (&s->raised, cw_value_unref);
  cw_pool_drain (0);
  cw_pool_enter (before);
  s->result  = NULL;
  s->program = s->cell = NULL;
  current    = outer;
  result->wall_s = (double) (g_get_monotonic_time () - start) / 1e6;
  result->cpu_s  = cpu_seconds () - cpu;
  return result;
}

char *cw_session_print (CwSession *s, const char *code, GError **error) {
  CwSessionHooks hooks = s->hooks;
  GString *out = g_string_new (NULL);
  s->hooks = (CwSessionHooks){ 0 };
  g_autoptr (CwCellResult) result = cw_session_run_cell (s, code);
  s->hooks = hooks;
  for (guint i = 0; i < result->outputs->len; i++) {
    const CwOutput *output = result->outputs->pdata[i];
    if (output->kind == CW_OUTPUT_TEXT) g_string_append (out, output->text);
  }
  if (result->error_class) {
    CwErrorCode kind = CW_ERROR_RUNTIME;
    cw_error_code_from_name (result->error_class, &kind);
    cw_fail (error, kind, "%s", result->error_message);
    g_string_free (out, TRUE);
    return NULL;
  }
  if (g_str_has_suffix (out->str, "\n")) g_string_truncate (out, out->len - 1);
  return g_string_free (out, FALSE);
}

static bool draw_nothing (CwArray *array, CwPlanKind kind, bool top_down, const char *filename, void *data, GError **error) {
  return true;
}

void cw_session_record (CwSession *s) {
  if (!s->tape) s->tape = cw_tape_new ();
  if (!s->visualize) s->visualize = draw_nothing;
}

char *cw_session_as_c (CwSession *s, int cell, GError **error) {
  if (s->tape) return cw_tape_as_c (s->tape, cell, error);
  cw_fail (error, CW_ERROR_RUNTIME, "nothing was recorded: call cw_session_record() before the first cell");
  return NULL;
}

CwArray *cw_session_array (CwSession *s, const char *name) {
  CwValue *v = g_hash_table_lookup (s->globals->names, g_intern_string (name));
  if (!v || !cw_value_is_array (v)) return NULL;
  if (v->kind == CW_V_LAZY) return cw_array_ref (v->array);
  g_autoptr (CwChunkSpec) whole = cw_chunk_spec_new (-1);
  whole->axes[0].kind = CW_CHUNK_WHOLE;
  return cw_array_from_buffer (v->buffer, whole, NULL, NULL);
}
