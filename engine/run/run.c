/* Runs: workers, their controls, and what happens around each task.
 *
 * A worker takes the newest task that it made ready itself, else the next source in depth-first order, else steals the oldest ready
 * task of another worker, else helps with a task that another worker has cut into parts, else sleeps. A block is released when its last
 * reader is done. Blocks of a result whose shape is known are written where they belong in it at once. */
#include "engine/run/run.h"
#include "engine/run/deque.h"
#include "engine/run/task.h"
#include "engine/run/trace.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <time.h>

typedef struct {
  CwRun    *run;
  int       number;
  pthread_t thread;
  CwDeque   deque;
  CwScratch scratch;
  double    cpu_s;
  /* a task that others may help with */
  pthread_mutex_t  share_lock;
  CwTask *shared;
  int     helpers; /* under share_lock */
  pthread_cond_t   helped;
} Worker;

struct _CwRun {
  gatomicrefcount ref_count;
  CwPlan         *plan;
  CwTrace        *trace;
  bool            traced;
  int             n_workers;
  Worker         *workers;
  bool            started, joined;

  /* by task */
  _Atomic uint32_t *missing; /* parents that are not done */
  _Atomic uint32_t *readers; /* children that are not done, and one for an output */
  CwBuffer        **results;

  uint32_t        *sources; /* tasks without parents, depth first */
  uint32_t         n_sources;
  _Atomic uint32_t next_source;
  _Atomic uint32_t done, running, ready;
  _Atomic int64_t  held, peak;

  CwBuffer **whole; /* an output: its result, filled block by block; NULL where the shape is unknown */

  /* control */
  pthread_mutex_t          lock;
  pthread_cond_t           changed; /* anything a sleeper may wait for */
  _Atomic int     sleepers;
  _Atomic bool    paused, stop, cancelled, finished;
  _Atomic int     steps;
  _Atomic int64_t min_task_ns;
  GError         *error; /* under lock */
};

/* ---- waking and sleeping ----
 *
 * pthread's locks rather than GLib's, since thread sanitizers know them. */

static void
init_cond (pthread_cond_t *c)
{
  pthread_condattr_t a;
  pthread_condattr_init (&a);
  pthread_condattr_setclock (&a, CLOCK_MONOTONIC);
  pthread_cond_init (c, &a);
  pthread_condattr_destroy (&a);
}

static void
wake (CwRun *run)
{
  if (atomic_load (&run->sleepers) == 0)
    return;
  pthread_mutex_lock (&run->lock);
  pthread_cond_broadcast (&run->changed);
  pthread_mutex_unlock (&run->lock);
}

/* Sleeps until woken, at most @ns: what could be missed between looking and sleeping is found then. */
static void
doze (CwRun *run, int64_t ns)
{
  atomic_fetch_add (&run->sleepers, 1);
  pthread_mutex_lock (&run->lock);
  if (!atomic_load (&run->stop)) {
    struct timespec until;
    clock_gettime (CLOCK_MONOTONIC, &until);
    until.tv_nsec += ns;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait (&run->changed, &run->lock, &until);
  }
  pthread_mutex_unlock (&run->lock);
  atomic_fetch_sub (&run->sleepers, 1);
}

static void
stop_all (CwRun *run)
{
  pthread_mutex_lock (&run->lock);
  atomic_store (&run->stop, true);
  pthread_cond_broadcast (&run->changed);
  pthread_mutex_unlock (&run->lock);
}

/* ---- bookkeeping around a task ---- */

static void
record (Worker *w, uint32_t task, CwTaskState state, int64_t time, int flags)
{
  if (w->run->traced)
    cw_trace_add (w->run->trace, w->number,
                  (CwEvent){ time, task, (uint8_t) state, 0, (uint16_t) flags, atomic_load_explicit (&w->run->held, memory_order_relaxed) });
}

static void
hold (CwRun *run, int64_t bytes)
{
  int64_t now = atomic_fetch_add (&run->held, bytes) + bytes, peak = atomic_load (&run->peak);
  while (now > peak && !atomic_compare_exchange_weak (&run->peak, &peak, now))
    ;
}

/* Views cost nothing: their memory is counted where it was made. */
static int64_t
counted_bytes (const CwPlan *plan, uint32_t task, const CwBuffer *b)
{
  const CwPlanLayer *l = &plan->layers[cw_plan_task_layer (plan, task)];
  CwOpKind           k = l->pub.array->op->kind;
  return !l->program && (k == CW_OP_VIEW || k == CW_OP_BUFFER) ? 0 : cw_buffer_nbytes (b);
}

static void
release (Worker *w, uint32_t task, int64_t time)
{
  CwRun *run = w->run;
  if (atomic_fetch_sub (&run->readers[task], 1) != 1)
    return;
  CwBuffer *b = run->results[task];
  hold (run, -counted_bytes (run->plan, task, b));
  run->results[task] = NULL;
  cw_buffer_unref (b);
  record (w, task, CW_TASK_RELEASED, time, 0);
}

static void
finish_task (Worker *w, uint32_t task, CwBuffer *result)
{
  CwRun  *run  = w->run;
  CwPlan *plan = run->plan;
  int64_t time = run->traced ? cw_trace_now (run->trace) : 0;
  run->results[task] = result;
  hold (run, counted_bytes (plan, task, result));
  record (w, task, CW_TASK_DONE, time, 0);
  uint32_t        n, pushed = 0;
  const uint32_t *children = cw_plan_children (plan, task, &n);
  for (uint32_t i = n; i-- > 0;)
    if (atomic_fetch_sub (&run->missing[children[i]], 1) == 1) {
      record (w, children[i], CW_TASK_READY, time, 0);
      cw_deque_push (&w->deque, children[i]);
      pushed++;
    }
  const uint32_t *parents = cw_plan_parents (plan, task, &n);
  for (uint32_t i = 0; i < n; i++)
    release (w, parents[i], time);
  atomic_fetch_add (&run->ready, pushed);
  atomic_fetch_sub (&run->running, 1);
  if (atomic_fetch_add (&run->done, 1) + 1 == plan->n_tasks)
    stop_all (run);
  else if (pushed > 1)
    wake (run);
}

static void
fail (Worker *w, uint32_t task, GError *error)
{
  CwRun *run = w->run;
  record (w, task, CW_TASK_FAILED, run->traced ? cw_trace_now (run->trace) : 0, 0);
  pthread_mutex_lock (&run->lock);
  if (run->error)
    g_clear_error (&error);
  else
    run->error = error;
  pthread_mutex_unlock (&run->lock);
  atomic_fetch_sub (&run->running, 1);
  stop_all (run);
}

/* The part of a whole result that an output's task fills; NULL for other tasks. */
static CwBuffer *
destination (CwRun *run, uint32_t task)
{
  CwPlan *plan  = run->plan;
  int     layer = cw_plan_task_layer (plan, task);
  if (!plan->layers[layer].pub.is_output)
    return NULL;
  for (int i = 0; i < plan->n_outputs; i++) {
    if (plan->output_layers[i] != layer || !run->whole[i])
      continue;
    const CwArray *a = plan->outputs[i];
    int64_t        block[CW_MAX_NDIM], shape[CW_MAX_NDIM];
    char          *data = run->whole[i]->data;
    cw_plan_task_block (plan, task, block);
    cw_array_block_shape (a, block, shape);
    for (int k = 0; k < a->ndim; k++)
      data += a->axes[k]->offsets[block[k]] * run->whole[i]->strides[k];
    return cw_buffer_view (run->whole[i], a->dtype, a->ndim, shape, run->whole[i]->strides, data);
  }
  return NULL;
}

/* ---- sharing a task ---- */

static void
open_share (Worker *w, CwTask *t)
{
  pthread_mutex_lock (&w->share_lock);
  w->shared = t;
  pthread_mutex_unlock (&w->share_lock);
  wake (w->run);
}

/* Nobody may join any more; waits for those who did. */
static void
close_share (Worker *w)
{
  pthread_mutex_lock (&w->share_lock);
  w->shared = NULL;
  while (w->helpers > 0)
    pthread_cond_wait (&w->helped, &w->share_lock);
  pthread_mutex_unlock (&w->share_lock);
}

static bool
help_others (Worker *me)
{
  CwRun *run = me->run;
  for (int i = 1; i < run->n_workers; i++) {
    Worker *w = &run->workers[(me->number + i) % run->n_workers];
    pthread_mutex_lock (&w->share_lock);
    CwTask *t = w->shared && atomic_load (&w->shared->next_part) < w->shared->n_parts ? w->shared : NULL;
    if (t)
      w->helpers++;
    pthread_mutex_unlock (&w->share_lock);
    if (!t)
      continue;
    record (me, t->task, CW_TASK_RUNNING, run->traced ? cw_trace_now (run->trace) : 0, CW_EVENT_HELPED);
    cw_task_work (t, &me->scratch, &run->stop);
    record (me, t->task, CW_TASK_DONE, run->traced ? cw_trace_now (run->trace) : 0, CW_EVENT_HELPED);
    pthread_mutex_lock (&w->share_lock);
    if (--w->helpers == 0)
      pthread_cond_signal (&w->helped);
    pthread_mutex_unlock (&w->share_lock);
    return true;
  }
  return false;
}

/* ---- one task ---- */

/* Slow motion: waits until the task has taken as long as the run's speed says. */
static void
stretch (CwRun *run, int64_t since)
{
  for (;;) {
    int64_t rest = atomic_load (&run->min_task_ns) - (cw_trace_now (run->trace) - since);
    if (rest <= 0 || atomic_load (&run->stop))
      return;
    doze (run, MIN (rest, 50 * 1000 * 1000));
  }
}

static void
run_task (Worker *w, uint32_t task)
{
  CwRun  *run   = w->run;
  bool    slow  = atomic_load_explicit (&run->min_task_ns, memory_order_relaxed) > 0;
  int64_t start = run->traced || slow ? cw_trace_now (run->trace) : 0;
  GError *error = NULL;
  CwTask  t;
  atomic_fetch_add (&run->running, 1);
  atomic_fetch_sub (&run->ready, 1);
  record (w, task, CW_TASK_RUNNING, start, 0);
  g_autoptr (CwBuffer) dest   = destination (run, task);
  CwBuffer            *result = NULL;
  bool                 begun  = cw_task_begin (&t, run->plan, task, run->results, dest, &error);
  if (begun && t.n_parts > 0) {
    bool share = t.n_parts > 1 && run->n_workers > 1;
    if (share)
      open_share (w, &t);
    cw_task_work (&t, &w->scratch, &run->stop);
    if (share)
      close_share (w);
  }
  result = cw_task_finish (&t, error ? NULL : &error);
  if (slow && !error)
    stretch (run, start);
  if (result && t.n_parts > 0 && atomic_load (&run->stop)) {
    /* Parts may be missing: the block is worth nothing. */
    cw_buffer_unref (result);
    record (w, task, CW_TASK_CANCELLED, run->traced ? cw_trace_now (run->trace) : 0, 0);
    atomic_fetch_sub (&run->running, 1);
  } else if (result && !error)
    finish_task (w, task, result);
  else {
    g_clear_pointer (&result, cw_buffer_unref);
    fail (w, task, error);
  }
}

/* ---- workers ---- */

static bool
find_task (Worker *w, uint32_t *task)
{
  CwRun *run = w->run;
  if (cw_deque_take (&w->deque, task))
    return true;
  if (atomic_load_explicit (&run->next_source, memory_order_relaxed) < run->n_sources) {
    uint32_t i = atomic_fetch_add (&run->next_source, 1);
    if (i < run->n_sources) {
      *task = run->sources[i];
      return true;
    }
  }
  for (int i = 1; i < run->n_workers; i++)
    if (cw_deque_steal (&run->workers[(w->number + i) % run->n_workers].deque, task))
      return true;
  return false;
}

/* While paused: waits for a step, the end of the pause, or the end. */
static void
wait_for_permission (CwRun *run)
{
  while (atomic_load (&run->paused) && !atomic_load (&run->stop)) {
    int steps = atomic_load (&run->steps);
    if (steps > 0 && atomic_compare_exchange_strong (&run->steps, &steps, steps - 1))
      return;
    if (steps <= 0)
      doze (run, 50 * 1000 * 1000);
  }
}

static void *
work (void *data)
{
  Worker         *w   = data;
  CwRun          *run = w->run;
  struct timespec cpu0, cpu1;
  int             idle = 0;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu0);
  while (!atomic_load_explicit (&run->stop, memory_order_relaxed)) {
    uint32_t task;
    if (atomic_load_explicit (&run->paused, memory_order_relaxed))
      wait_for_permission (run);
    if (atomic_load_explicit (&run->stop, memory_order_relaxed))
      break;
    if (find_task (w, &task)) {
      idle = 0;
      run_task (w, task);
    } else if (help_others (w))
      idle = 0;
    else if (++idle < 64)
      sched_yield ();
    else
      doze (run, 1000 * 1000);
  }
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu1);
  w->cpu_s = (double) (cpu1.tv_sec - cpu0.tv_sec) + (double) (cpu1.tv_nsec - cpu0.tv_nsec) * 1e-9;
  return NULL;
}

/* ---- making a run ---- */

int
cw_default_threads (void)
{
  return (int) g_get_num_processors ();
}

CwRun *
cw_run_new (CwPlan *plan, const CwRunOptions *options)
{
  CwRun   *run = g_new0 (CwRun, 1);
  uint32_t n   = plan->n_tasks;
  g_atomic_ref_count_init (&run->ref_count);
  pthread_mutex_init (&run->lock, NULL);
  init_cond (&run->changed);
  run->plan      = cw_plan_ref (plan);
  run->traced    = options->trace;
  run->n_workers = CLAMP (options->threads > 0 ? options->threads : cw_default_threads (), 1, 255);
  run->trace     = cw_trace_new (run->n_workers);
  run->missing   = g_new (_Atomic uint32_t, MAX (n, 1));
  run->readers   = g_new (_Atomic uint32_t, MAX (n, 1));
  run->results   = g_new0 (CwBuffer *, MAX (n, 1));
  run->sources   = g_new (uint32_t, MAX (n, 1));
  run->whole     = g_new0 (CwBuffer *, MAX (plan->n_outputs, 1));
  atomic_init (&run->paused, options->paused);
  atomic_init (&run->min_task_ns, options->min_task_ns);
  for (uint32_t t = 0; t < n; t++) {
    atomic_init (&run->missing[t], (uint32_t) (plan->parent_start[t + 1] - plan->parent_start[t]));
    atomic_init (&run->readers[t], (uint32_t) (plan->child_start[t + 1] - plan->child_start[t]));
  }
  for (int i = 0; i < plan->n_layers; i++)
    for (uint32_t k = 0; plan->layers[i].pub.is_output && k < plan->layers[i].pub.n_tasks; k++)
      atomic_fetch_add (&run->readers[plan->layers[i].pub.first_task + k], 1);
  for (uint32_t i = 0; i < n; i++)
    if (atomic_load (&run->missing[plan->order[i]]) == 0)
      run->sources[run->n_sources++] = plan->order[i];
  atomic_init (&run->ready, run->n_sources);
  run->workers = g_new0 (Worker, run->n_workers);
  for (int i = 0; i < run->n_workers; i++) {
    Worker *w = &run->workers[i];
    w->run    = run;
    w->number = i;
    pthread_mutex_init (&w->share_lock, NULL);
    init_cond (&w->helped);
    cw_deque_init (&w->deque, n);
  }
  return run;
}

CwRun *
cw_run_ref (CwRun *run)
{
  g_atomic_ref_count_inc (&run->ref_count);
  return run;
}

static void
join (CwRun *run)
{
  if (run->joined || !run->started)
    return;
  for (int i = 0; i < run->n_workers; i++)
    pthread_join (run->workers[i].thread, NULL);
  run->joined = true;
  cw_trace_end (run->trace);
  atomic_store (&run->finished, true);
}

void
cw_run_unref (CwRun *run)
{
  if (!g_atomic_ref_count_dec (&run->ref_count))
    return;
  stop_all (run);
  join (run);
  for (uint32_t t = 0; t < run->plan->n_tasks; t++)
    g_clear_pointer (&run->results[t], cw_buffer_unref);
  for (int i = 0; i < run->plan->n_outputs; i++)
    g_clear_pointer (&run->whole[i], cw_buffer_unref);
  for (int i = 0; i < run->n_workers; i++) {
    Worker *w = &run->workers[i];
    g_free (w->deque.ring);
    cw_scratch_clear (&w->scratch);
    pthread_mutex_destroy (&w->share_lock);
    pthread_cond_destroy (&w->helped);
  }
  g_free (run->workers);
  g_free (run->missing);
  g_free (run->readers);
  g_free (run->results);
  g_free (run->sources);
  g_free (run->whole);
  g_clear_error (&run->error);
  pthread_mutex_destroy (&run->lock);
  pthread_cond_destroy (&run->changed);
  cw_trace_unref (run->trace);
  cw_plan_unref (run->plan);
  g_free (run);
}

/* Memory for results of several blocks and known shape, so that tasks can write into it. */
static bool
make_whole_results (CwRun *run)
{
  for (int i = 0; i < run->plan->n_outputs; i++) {
    const CwArray *a = run->plan->outputs[i];
    if (cw_array_has_unknown (a) || cw_array_n_blocks (a) <= 1)
      continue;
    run->whole[i] = cw_buffer_new (a->dtype, a->ndim, a->shape, &run->error);
    if (!run->whole[i])
      return false;
  }
  return true;
}

/* False where there is nothing for workers to do. */
static bool
prepare (CwRun *run)
{
  run->started = true;
  cw_trace_begin (run->trace);
  if (run->plan->n_tasks > 0 && make_whole_results (run))
    return true;
  atomic_store (&run->stop, true);
  return false;
}

void
cw_run_start (CwRun *run)
{
  if (run->started)
    return;
  prepare (run);
  for (int i = 0; i < run->n_workers; i++)
    if (pthread_create (&run->workers[i].thread, NULL, work, &run->workers[i]) != 0) {
      /* Fewer workers do as well; without any, this thread is one. */
      run->n_workers = i;
      break;
    }
  if (run->n_workers == 0) {
    work (&run->workers[0]);
    run->joined = true;
    cw_trace_end (run->trace);
    atomic_store (&run->finished, true);
  }
}

static CwBuffer *
collect (CwRun *run, int output, GError **error)
{
  CwPlan            *plan = run->plan;
  const CwPlanLayer *l    = &plan->layers[plan->output_layers[output]];
  if (run->whole[output])
    return cw_buffer_ref (run->whole[output]);
  return cw_blocks_join (plan->outputs[output], run->results + l->pub.first_task, error);
}

bool
cw_run_wait (CwRun *run, CwBuffer **results, GError **error)
{
  join (run);
  if (run->error) {
    g_propagate_error (error, g_error_copy (run->error));
    return false;
  }
  if (atomic_load (&run->done) < run->plan->n_tasks)
    return cw_fail (error, CW_ERROR_INTERRUPT, "the computation was cancelled");
  for (int i = 0; i < run->plan->n_outputs; i++) {
    results[i] = collect (run, i, error);
    if (!results[i]) {
      while (i-- > 0)
        g_clear_pointer (&results[i], cw_buffer_unref);
      return false;
    }
  }
  return true;
}

/* ---- controls ---- */

void
cw_run_pause (CwRun *run)
{
  atomic_store (&run->paused, true);
}

void
cw_run_resume (CwRun *run)
{
  pthread_mutex_lock (&run->lock);
  atomic_store (&run->paused, false);
  atomic_store (&run->steps, 0);
  pthread_cond_broadcast (&run->changed);
  pthread_mutex_unlock (&run->lock);
}

void
cw_run_step (CwRun *run, int n)
{
  pthread_mutex_lock (&run->lock);
  atomic_fetch_add (&run->steps, n);
  pthread_cond_broadcast (&run->changed);
  pthread_mutex_unlock (&run->lock);
}

void
cw_run_set_min_task_ns (CwRun *run, int64_t ns)
{
  pthread_mutex_lock (&run->lock);
  atomic_store (&run->min_task_ns, ns);
  pthread_cond_broadcast (&run->changed);
  pthread_mutex_unlock (&run->lock);
}

void
cw_run_cancel (CwRun *run)
{
  atomic_store (&run->cancelled, true);
  stop_all (run);
}

void
cw_run_progress (CwRun *run, CwProgress *progress)
{
  *progress = (CwProgress){ .total      = run->plan->n_tasks,
                            .done       = atomic_load (&run->done),
                            .running    = atomic_load (&run->running),
                            .ready      = atomic_load (&run->ready),
                            .held_bytes = atomic_load (&run->held),
                            .peak_bytes = atomic_load (&run->peak),
                            .elapsed_ns = cw_trace_duration_ns (run->trace),
                            .paused     = atomic_load (&run->paused),
                            .finished   = atomic_load (&run->finished),
                            .cancelled  = atomic_load (&run->cancelled) };
}

CwTrace *
cw_run_trace (CwRun *run)
{
  return run->trace;
}

CwPlan *
cw_run_plan (CwRun *run)
{
  return run->plan;
}

double
cw_run_cpu_seconds (CwRun *run)
{
  double sum = 0;
  for (int i = 0; run->joined && i < run->n_workers; i++)
    sum += run->workers[i].cpu_s;
  return sum;
}

CwBuffer *
cw_compute (CwArray *a, GError **error)
{
  g_autoptr (CwPlan) plan = cw_plan_new (1, &a, CW_PLAN_OPTIMIZED, error);
  if (!plan)
    return NULL;
  CwRunOptions      options = { .threads = 1 };
  g_autoptr (CwRun) run     = cw_run_new (plan, &options);
  CwBuffer         *result  = NULL;
  if (prepare (run))
    work (&run->workers[0]);
  run->joined = true;
  cw_trace_end (run->trace);
  atomic_store (&run->finished, true);
  return cw_run_wait (run, &result, error) ? result : NULL;
}
