/* run.h: threads that work through a plan, and the record of what they did.
 *
 * Workers keep their own deques of ready tasks and steal from each other; sources start in depth-first order, so
 * that few blocks live at once. A run can be paused, stepped, slowed down and cancelled while it goes. Every state change
 * is an event in a trace that only its worker writes; a view or a replay reads the same events.
 */
#pragma once

#include "engine/plan/plan.h"

G_BEGIN_DECLS

/* ---- trace -------------------------------------------------------------------------------- */

typedef enum {
  CW_TASK_WAITING,  /* inputs missing */
  CW_TASK_READY,    /* could start */
  CW_TASK_RUNNING,
  CW_TASK_DONE,     /* its block is held in memory */
  CW_TASK_RELEASED, /* done, and nobody needs its block any more */
  CW_TASK_SPILLED,
  CW_TASK_FAILED,
  CW_TASK_CANCELLED,
  CW_N_TASK_STATES
} CwTaskState;

const char *cw_task_state_name (CwTaskState state); /* "waiting", ...; translated */

typedef struct {
  int64_t  time_ns; /* since the run's start */
  uint32_t task;
  uint8_t  state;  /* CwTaskState entered */
  uint8_t  worker; /* 0 .. threads-1 */
  uint16_t flags;  /* CW_EVENT_HELPED: a worker joined a task that another one runs */
  int64_t  bytes;  /* held by all blocks of the run after this event, as this worker saw it */
} CwEvent;

#define CW_EVENT_HELPED 1

typedef struct _CwTrace CwTrace;

CwTrace *cw_trace_ref (CwTrace *t);
void     cw_trace_unref (CwTrace *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwTrace, cw_trace_unref)

int     cw_trace_n_workers (const CwTrace *t);
/* Events that worker @w has published so far; safe while the run goes. */
size_t  cw_trace_n_events (const CwTrace *t, int worker);
/* Event @i < that count. Constant time. */
CwEvent cw_trace_event (const CwTrace *t, int worker, size_t i);
/* Duration of the run: until now while it goes, else until its end. */
int64_t cw_trace_duration_ns (const CwTrace *t);
bool    cw_trace_finished (const CwTrace *t);
/* All events so far in order of time; free with g_free. For replay, drawing and export. */
CwEvent *cw_trace_sorted (const CwTrace *t, size_t *n);
/* Chrome trace format, which Perfetto opens. */
char *cw_trace_to_json (const CwTrace *t, const CwPlan *plan);

/* ---- run ---------------------------------------------------------------------------------- */

typedef struct _CwRun CwRun;

typedef struct {
  int      threads;     /* 0: one a processor */
  bool     paused;      /* start paused */
  bool     trace;       /* record events (runs of a single task are recorded too) */
  int64_t  min_task_ns; /* slow motion: a task takes at least this long; 0: full speed */
} CwRunOptions;

typedef struct {
  uint32_t total, done, running, ready;
  int64_t  held_bytes, peak_bytes; /* of blocks of this run, in memory */
  int64_t  spilled_bytes;          /* written to spill files so far, results that stand in files included */
  int64_t  limit_bytes;            /* cw_memory_limit () */
  int64_t  elapsed_ns;
  bool     paused, finished, cancelled;
} CwProgress;

CwRun *cw_run_new (CwPlan *plan, const CwRunOptions *options);
CwRun *cw_run_ref (CwRun *run);
void   cw_run_unref (CwRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwRun, cw_run_unref)

void cw_run_start (CwRun *run); /* returns at once */
/* Waits for the end and gives the values of the plan's outputs (new references in @results[n_outputs]).
 * False with a task's error, or KeyboardInterrupt when cancelled. */
bool cw_run_wait (CwRun *run, CwBuffer **results, GError **error);
/* Starts @run, is one of its workers, and waits: one thread less to start than cw_run_start() and cw_run_wait() need. */
bool cw_run_work (CwRun *run, CwBuffer **results, GError **error);

/* Controls; from any thread, at any time. */
void cw_run_pause (CwRun *run);
void cw_run_resume (CwRun *run);
void cw_run_step (CwRun *run, int n); /* while paused: lets @n more tasks start */
/* While paused: lets @task start next, whatever the scheduler would do. False where its inputs are missing or it has started already. */
bool cw_run_step_task (CwRun *run, uint32_t task);
void cw_run_set_min_task_ns (CwRun *run, int64_t ns);
void cw_run_cancel (CwRun *run);

void     cw_run_progress (CwRun *run, CwProgress *progress);
CwTrace *cw_run_trace (CwRun *run); /* borrowed */
CwPlan  *cw_run_plan (CwRun *run);  /* borrowed */
double   cw_run_cpu_seconds (CwRun *run); /* of its workers */

/* Plans, runs and waits in one call with one thread and no trace; for eager operations and tests. */
CwBuffer *cw_compute (CwArray *a, GError **error);

/* Plans, runs and waits with all processors, within the memory limit: the values of @n arrays as new references in @results. */
bool cw_compute_many (int n, CwArray *const *arrays, CwBuffer **results, GError **error);
/* @a with the lengths of its blocks, which are computed where they are unknown. */
CwArray *cw_compute_chunk_sizes (CwArray *a, GError **error);

#define CW_MAX_MAPPED 8

/* A graph on stand-ins for blocks (cw_array_placeholder), which belongs to blocks of their shapes. */
typedef struct {
  int      n;
  CwArray *placeholders[CW_MAX_MAPPED];
  CwArray *root;
} CwTemplate;

/* A lazy array cut as @axes say, each block of which is made by the template that has the shapes of the inputs' blocks; all templates' roots have one
 * dtype. @follow as in cw_array_blockwise(). Takes references of its own. */
CwArray *cw_array_of_templates (const char *name, int n_templates, const CwTemplate *templates, int n_inputs, CwArray **inputs,
                                const int (*follow)[CW_MAX_NDIM], int ndim, CwAxis *const *axes);

/* Processors that this process may use. */
int cw_default_threads (void);

G_END_DECLS
