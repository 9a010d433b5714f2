/* Traces: append-only events, a list of chunks for each worker. Only the worker writes; readers see what it has published.
 *
 * Chunk k has room for FIRST << k events: events never move while someone reads them, and a short run touches little memory. */
#include "engine/run/trace.h"

#include <glib/gi18n-lib.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { FIRST = 128, MAX_CHUNKS = 19 }; /* 67 million events a worker; later ones are not recorded */

typedef struct {
  CwEvent       *chunks[MAX_CHUNKS]; /* made as they are needed */
  _Atomic size_t n;
} Ring;

struct _CwTrace {
  gatomicrefcount ref_count;
  int             n_workers;
  _Atomic int64_t begin_ns; /* someone may ask how far the run is while it starts */
  _Atomic int64_t end_ns; /* -1 while the run goes */
  Ring           *rings;
};

static int64_t
clock_ns (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

const char *
cw_task_state_name (CwTaskState state)
{
  static const char *const names[] = { N_ ("waiting"), N_ ("ready"),   N_ ("running"), N_ ("done"),
                                       N_ ("released"), N_ ("spilled"), N_ ("failed"),  N_ ("cancelled") };
  return _ (names[state]);
}

CwTrace *
cw_trace_new (int n_workers)
{
  CwTrace *t = g_new0 (CwTrace, 1);
  g_atomic_ref_count_init (&t->ref_count);
  t->n_workers = n_workers;
  t->end_ns    = -1;
  atomic_init (&t->begin_ns, clock_ns ());
  t->rings     = g_new0 (Ring, n_workers);
  return t;
}

CwTrace *
cw_trace_ref (CwTrace *t)
{
  g_atomic_ref_count_inc (&t->ref_count);
  return t;
}

void
cw_trace_unref (CwTrace *t)
{
  if (!g_atomic_ref_count_dec (&t->ref_count))
    return;
  for (int i = 0; i < t->n_workers; i++)
    for (int k = 0; k < MAX_CHUNKS; k++)
      g_free (t->rings[i].chunks[k]);
  g_free (t->rings);
  g_free (t);
}

void
cw_trace_begin (CwTrace *t)
{
  atomic_store_explicit (&t->begin_ns, clock_ns (), memory_order_relaxed);
}

void
cw_trace_end (CwTrace *t)
{
  atomic_store (&t->end_ns, cw_trace_now (t));
}

int64_t
cw_trace_now (const CwTrace *t)
{
  return clock_ns () - atomic_load_explicit (&t->begin_ns, memory_order_relaxed);
}

/* The chunk that event @i of a worker lies in, and where in it. */
static int
chunk_of (size_t i, size_t *at)
{
  int k = (int) g_bit_storage (i / FIRST + 1) - 1;
  *at   = i - (size_t) FIRST * (((size_t) 1 << k) - 1);
  return k;
}

void
cw_trace_add (CwTrace *t, int worker, CwEvent event)
{
  Ring  *r = &t->rings[worker];
  size_t n = atomic_load_explicit (&r->n, memory_order_relaxed), at;
  int    k = chunk_of (n, &at);
  if (k == MAX_CHUNKS)
    return;
  if (at == 0)
    r->chunks[k] = g_new (CwEvent, (size_t) FIRST << k);
  event.worker     = (uint8_t) worker;
  r->chunks[k][at] = event;
  atomic_store_explicit (&r->n, n + 1, memory_order_release);
}

int
cw_trace_n_workers (const CwTrace *t)
{
  return t->n_workers;
}

size_t
cw_trace_n_events (const CwTrace *t, int worker)
{
  return atomic_load_explicit (&t->rings[worker].n, memory_order_acquire);
}

CwEvent
cw_trace_event (const CwTrace *t, int worker, size_t i)
{
  size_t at;
  int    k = chunk_of (i, &at);
  return t->rings[worker].chunks[k][at];
}

int64_t
cw_trace_duration_ns (const CwTrace *t)
{
  int64_t end = atomic_load (&t->end_ns);
  return end >= 0 ? end : cw_trace_now (t);
}

bool
cw_trace_finished (const CwTrace *t)
{
  return atomic_load (&t->end_ns) >= 0;
}

/* Merges the workers' lists, each of which is in order of time already. */
CwEvent *
cw_trace_sorted (const CwTrace *t, size_t *n)
{
  g_autofree size_t *at = g_new0 (size_t, t->n_workers), *end = g_new (size_t, t->n_workers);
  size_t             total = 0;
  for (int w = 0; w < t->n_workers; w++)
    total += end[w] = cw_trace_n_events (t, w);
  CwEvent *events = g_new (CwEvent, MAX (total, 1));
  for (size_t i = 0; i < total; i++) {
    int     best = -1;
    int64_t time = 0;
    for (int w = 0; w < t->n_workers; w++)
      if (at[w] < end[w]) {
        int64_t mine = cw_trace_event (t, w, at[w]).time_ns;
        if (best < 0 || mine < time) {
          best = w;
          time = mine;
        }
      }
    events[i] = cw_trace_event (t, best, at[best]++);
  }
  *n = total;
  return events;
}

/* @text within a JSON string. */
static void
append_escaped (GString *s, const char *text)
{
  for (const char *p = text; *p; p++) {
    if ((unsigned char) *p < ' ')
      g_string_append_printf (s, "\\u%04x", *p);
    else {
      if (*p == '"' || *p == '\\')
        g_string_append_c (s, '\\');
      g_string_append_c (s, *p);
    }
  }
}

/* A task's name: "random_sample, sum (0, 1)". */
static void
append_task_name (GString *s, const CwPlan *plan, uint32_t task)
{
  int              layer = cw_plan_task_layer (plan, task);
  const CwArray   *a     = cw_plan_layer (plan, layer)->array;
  int64_t          block[CW_MAX_NDIM];
  g_autofree char *label = cw_plan_layer_label (plan, layer);
  cw_plan_task_block (plan, task, block);
  append_escaped (s, label);
  g_string_append (s, " (");
  for (int k = 0; k < a->ndim; k++)
    g_string_append_printf (s, "%s%" G_GINT64_FORMAT, k ? ", " : "", block[k]);
  g_string_append_c (s, ')');
}

char *
cw_trace_to_json (const CwTrace *t, const CwPlan *plan)
{
  GString *s = g_string_new ("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[");
  bool     first = true;
  for (int w = 0; w < t->n_workers; w++) {
    size_t n = cw_trace_n_events (t, w);
    g_string_append_printf (s, "%s{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":%d,\"args\":{\"name\":\"worker %d\"}}", first ? "" : ",", w, w);
    first = false;
    for (size_t i = 0; i < n; i++) {
      CwEvent e = cw_trace_event (t, w, i);
      bool starts = e.state == CW_TASK_RUNNING, spilled = e.state == CW_TASK_SPILLED;
      bool ends   = e.state == CW_TASK_DONE || e.state == CW_TASK_FAILED || e.state == CW_TASK_CANCELLED;
      if (!starts && !ends && !spilled)
        continue;
      g_string_append (s, spilled ? ",{\"name\":\"spilled: " : ",{\"name\":\"");
      append_task_name (s, plan, e.task);
      g_string_append_printf (s, "\",\"ph\":\"%c\",%s\"pid\":1,\"tid\":%d,\"ts\":%.3f}", starts ? 'B' : ends ? 'E' : 'i', spilled ? "\"s\":\"p\"," : "", w,
                              (double) e.time_ns / 1e3);
      if (ends || spilled)
        g_string_append_printf (s, ",{\"name\":\"held\",\"ph\":\"C\",\"pid\":1,\"ts\":%.3f,\"args\":{\"bytes\":%" G_GINT64_FORMAT "}}",
                                (double) e.time_ns / 1e3, e.bytes);
    }
  }
  g_string_append (s, "]}\n");
  return g_string_free (s, FALSE);
}
