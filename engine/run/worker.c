/* What a worker does: finds a task, computes its block, passes it on.
 *
 * A worker takes the newest task that it made ready itself, else the next source in depth-first order, else steals the oldest ready
 * task of another worker, else helps with a task that another worker has cut into parts, else sleeps. A block is released when its last
 * reader is done; a view's inputs are released with the view. */
#include "engine/run/run-private.h"

#include <time.h>

/* In graphs of many tasks a worker adds up small blocks before it tells the run: the count of bytes held is off by that much. */
enum { MANY_TASKS = 4096, HELD_STEP = 64 << 10 };

/* ---- waking and sleeping ----
 *
 * pthread's locks rather than GLib's, since thread sanitizers know them. */

void
cw_run_init_cond (pthread_cond_t *c)
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

void
cw_run_doze (CwRun *run, int64_t ns)
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

void
cw_run_stop_all (CwRun *run)
{
  pthread_mutex_lock (&run->lock);
  atomic_store (&run->stop, true);
  pthread_cond_broadcast (&run->changed);
  pthread_mutex_unlock (&run->lock);
}

/* ---- bookkeeping around a task ---- */

static void
record (CwWorker *w, uint32_t task, CwTaskState state, int64_t time, int flags)
{
  if (w->run->traced)
    cw_trace_add (w->run->trace, w->number,
                  (CwEvent){ time, task, (uint8_t) state, 0, (uint16_t) flags, atomic_load_explicit (&w->run->held.now, memory_order_relaxed) });
}

static void
flush_held (CwWorker *w)
{
  cw_held_add (&w->run->held, w->held);
  w->held = 0;
}

void
cw_worker_hold (CwWorker *w, int64_t bytes)
{
  w->held += bytes;
  if (w->run->plan->n_tasks < MANY_TASKS || w->held > HELD_STEP || w->held < -HELD_STEP)
    flush_held (w);
}

uint32_t
cw_run_count_done (CwRun *run)
{
  uint32_t done = 0;
  for (int i = 0; i < run->n_workers; i++)
    done += atomic_load (&run->workers[i].done);
  return done;
}

/* Adds to a count that only this worker writes. */
#define add_own(count, by) atomic_store (&(count), atomic_load_explicit (&(count), memory_order_relaxed) + (by))

/* Views cost nothing: their memory is counted where it was made. */
static int64_t
counted_bytes (const CwPlan *plan, int layer, const CwBuffer *b)
{
  return cw_plan_layer_owns_memory (plan, layer) ? cw_buffer_nbytes (b) : 0;
}

/* One reader of @task is done; with the last one its block goes, and a view's claim on its inputs. */
static void
release (CwWorker *w, uint32_t task, int64_t time)
{
  CwRun *run = w->run;
  if (atomic_fetch_sub (&run->readers[task], 1) != 1)
    return;
  int layer = cw_plan_task_layer (run->plan, task);
  if (run->budget)
    cw_budget_release (run->budget, task);
  else {
    CwBuffer *b = run->results[task];
    cw_worker_hold (w, -counted_bytes (run->plan, layer, b));
    run->results[task] = NULL;
    cw_buffer_unref (b);
  }
  record (w, task, CW_TASK_RELEASED, time, 0);
  if (!run->aliases[layer])
    return;
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (run->plan, task, &n);
  for (uint32_t i = 0; i < n; i++)
    release (w, parents[i], time);
}

/* Puts what the budget did since the last look into the trace. */
static void
record_budget (CwWorker *w)
{
  uint32_t    task;
  CwTaskState state;
  while (w->run->traced && cw_budget_next_event (w->run->budget, &task, &state))
    record (w, task, state, cw_trace_now (w->run->trace), 0);
}

static void
finish_task (CwWorker *w, uint32_t task, int layer, CwBuffer *result, CwAdmission *admission)
{
  CwRun  *run  = w->run;
  CwPlan *plan = run->plan;
  int64_t time = run->traced ? cw_trace_now (run->trace) : 0;
  if (!run->budget || (run->elsewhere[layer] && !cw_buffer_is_in_file (result)))
    cw_worker_hold (w, counted_bytes (plan, layer, result));
  if (run->budget)
    cw_budget_made (run->budget, task, admission, result);
  else
    cw_run_take_block (run, layer, task, result);
  record (w, task, CW_TASK_DONE, time, 0);
  if (run->budget)
    record_budget (w);
  uint32_t        n, pushed = 0;
  const uint32_t *children = cw_plan_children (plan, task, &n);
  for (uint32_t i = n; i-- > 0;)
    if (atomic_fetch_sub (&run->missing[children[i]], 1) == 1) {
      record (w, children[i], CW_TASK_READY, time, 0);
      cw_deque_push (&w->deque, children[i]);
      pushed++;
    }
  const uint32_t *parents = cw_plan_parents (plan, task, &n);
  for (uint32_t i = 0; i < n && !run->aliases[layer]; i++)
    release (w, parents[i], time);
  if (pushed)
    add_own (w->ready, (int32_t) pushed);
  atomic_store_explicit (&w->running, 0, memory_order_relaxed);
  add_own (w->done, 1);
  if (pushed > 1)
    wake (run);
}

static void
fail (CwWorker *w, uint32_t task, GError *error)
{
  CwRun *run = w->run;
  record (w, task, CW_TASK_FAILED, run->traced ? cw_trace_now (run->trace) : 0, 0);
  pthread_mutex_lock (&run->lock);
  if (run->error)
    g_clear_error (&error);
  else
    run->error = error;
  pthread_mutex_unlock (&run->lock);
  atomic_store (&w->running, 0);
  cw_run_stop_all (run);
}

/* The part of a whole result that an output's task fills; of a selection that is a result, where the first block stays, or room for another one, which
 * waits there for its place and comes back soon. NULL for other tasks. */
static CwBuffer *
destination (CwRun *run, uint32_t task, int layer)
{
  CwPlan *plan = run->plan;
  if (!plan->layers[layer].pub.is_output)
    return NULL;
  for (int i = 0; i < plan->n_outputs; i++) {
    if (plan->output_layers[i] != layer || !run->whole[i])
      continue;
    const CwArray *a = plan->outputs[i];
    if (cw_array_has_unknown (a)) {
      uint32_t number = task - plan->layers[layer].pub.first_task;
      return number == 0 ? cw_buffer_ref (run->whole[i]) : cw_buffer_new (a->dtype, 1, &a->inputs[0]->axes[0]->lengths[number], NULL);
    }
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
open_share (CwWorker *w, CwTask *t)
{
  pthread_mutex_lock (&w->share_lock);
  w->shared = t;
  pthread_mutex_unlock (&w->share_lock);
  wake (w->run);
}

/* Nobody may join any more; waits for those who did. Most end sooner than a sleeper wakes up. */
static void
close_share (CwWorker *w)
{
  pthread_mutex_lock (&w->share_lock);
  w->shared = NULL;
  pthread_mutex_unlock (&w->share_lock);
  for (int i = 0; i < CW_YIELDS && atomic_load_explicit (&w->helpers, memory_order_acquire) > 0; i++)
    sched_yield ();
  pthread_mutex_lock (&w->share_lock);
  while (w->helpers > 0)
    pthread_cond_wait (&w->helped, &w->share_lock);
  pthread_mutex_unlock (&w->share_lock);
}

static bool
help_others (CwWorker *me)
{
  CwRun *run = me->run;
  for (int i = 1; i < run->n_workers; i++) {
    CwWorker *w = &run->workers[(me->number + i) % run->n_workers];
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
    cw_run_doze (run, MIN (rest, 50 * 1000 * 1000));
  }
}

/* A buffer in a file for the block of @task; NULL without an error where the block's shape or memory is not ours to choose. */
static CwBuffer *
block_in_file (CwRun *run, uint32_t task, GError **error)
{
  const CwPlanLayer *l = &run->plan->layers[cw_plan_task_layer (run->plan, task)];
  const CwArray     *a = l->pub.array;
  CwNodeKind         root = l->program ? l->program->nodes[0].kind : CW_NODE_OP;
  int64_t            shape[CW_MAX_NDIM], size;
  if (root == CW_NODE_REDUCE || root == CW_NODE_SELECT || (!l->program && !a->op->part))
    return NULL;
  cw_plan_task_shape (run->plan, task, shape);
  bool known = cw_shape_size (a->ndim, shape, &size, NULL) && size != CW_UNKNOWN;
  return known ? cw_buffer_new_in_file (a->dtype, a->ndim, shape, error) : NULL;
}

/* Computes the block of @task from its inputs, with the help of others; NULL without an error where the run was stopped. */
static CwBuffer *
compute_block (CwWorker *w, uint32_t task, CwBuffer *dest, GError **error)
{
  CwRun *run   = w->run;
  CwTask t;
  bool   begun = cw_task_begin (&t, run->plan, task, run->results, dest, error);
  if (begun && t.n_parts > 0) {
    bool share = t.n_parts > 1 && run->n_workers > 1;
    if (share)
      open_share (w, &t);
    cw_task_work (&t, &w->scratch, &run->stop);
    if (share)
      close_share (w);
  }
  CwBuffer *result = cw_task_finish (&t, begun ? error : NULL);
  if (result && atomic_load (&run->stop))
    g_clear_pointer (&result, cw_buffer_unref); /* something may be missing: the block is worth nothing */
  return result;
}

CwBuffer *
cw_worker_remake (void *data, uint32_t task, bool in_file, GError **error)
{
  CwWorker *w   = data;
  CwRun  *run = w->run;
  GError *failed = NULL;
  record (w, task, CW_TASK_RUNNING, run->traced ? cw_trace_now (run->trace) : 0, 0);
  g_autoptr (CwBuffer) dest = in_file ? block_in_file (run, task, &failed) : NULL;
  CwBuffer *made            = failed ? NULL : compute_block (w, task, dest, &failed);
  record (w, task, made ? CW_TASK_DONE : CW_TASK_CANCELLED, run->traced ? cw_trace_now (run->trace) : 0, 0);
  if (!made && !failed)
    cw_fail (&failed, CW_ERROR_INTERRUPT, "the computation was cancelled");
  if (failed)
    g_propagate_error (error, failed);
  return made;
}

/* Waits until @task may start within the budget, helping others meanwhile, and has its inputs brought back. False with an error, or
 * without one where the run was stopped. */
static bool
enter_budget (CwWorker *w, uint32_t task, CwAdmission *admission, GError **error)
{
  CwRun *run = w->run;
  for (;;) {
    CwAdmit answer = cw_budget_admit (run->budget, task, admission, error);
    record_budget (w);
    if (answer == CW_ADMIT_FAILED)
      return false;
    if (answer == CW_ADMIT_YES)
      break;
    if (atomic_load (&run->stop))
      return false;
    if (!help_others (w))
      cw_run_doze (run, 500 * 1000);
  }
  if (cw_budget_fetch (run->budget, task, admission, cw_worker_remake, w, error))
    return true;
  cw_budget_made (run->budget, task, admission, NULL);
  return false;
}

/* Under a budget a block that lies in an input's memory is copied, or letting go of one of the two would free nothing. */
static CwBuffer *
own_memory (CwRun *run, uint32_t task, int layer, CwBuffer *block, GError **error)
{
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (run->plan, task, &n);
  bool            shared  = false;
  for (uint32_t i = 0; i < n && !run->aliases[layer]; i++)
    shared |= run->results[parents[i]]->storage == block->storage;
  if (!shared)
    return block;
  CwBuffer *copy = cw_buffer_copy_dense (block, error);
  cw_buffer_unref (block);
  return copy;
}

static void
run_task (CwWorker *w, uint32_t task)
{
  CwRun              *run       = w->run;
  GError             *error     = NULL;
  CwAdmission         admission = { 0 };
  int                 layer     = cw_plan_task_layer (run->plan, task);
  g_autoptr (CwBuffer) dest     = destination (run, task, layer);
  atomic_store_explicit (&w->running, 1, memory_order_relaxed);
  add_own (w->ready, -1);
  bool entered = !run->budget || enter_budget (w, task, &admission, &error);
  if (entered && admission.in_file && !dest)
    dest = block_in_file (run, task, &error);
  bool    slow  = atomic_load_explicit (&run->min_task_ns, memory_order_relaxed) > 0;
  int64_t start = run->traced || slow ? cw_trace_now (run->trace) : 0;
  record (w, task, CW_TASK_RUNNING, start, 0);
  CwBuffer *result = entered && !error ? compute_block (w, task, dest, &error) : NULL;
  if (slow && result)
    stretch (run, start);
  if (result && run->budget)
    result = own_memory (run, task, layer, result, &error);
  cw_memory_relieve ();
  if (result) {
    finish_task (w, task, layer, result, &admission);
    return;
  }
  if (entered && run->budget)
    cw_budget_made (run->budget, task, &admission, NULL);
  if (error)
    fail (w, task, error);
  else {
    record (w, task, CW_TASK_CANCELLED, run->traced ? cw_trace_now (run->trace) : 0, 0);
    atomic_store (&w->running, 0);
  }
}

/* ---- workers ---- */

static bool
next_task (CwWorker *w, uint32_t *task)
{
  CwRun *run = w->run;
  if (cw_deque_take (&w->deque, task))
    return true;
  if (w->next_source == w->end_source && atomic_load_explicit (&run->next_source, memory_order_relaxed) < run->n_sources) {
    uint32_t first = atomic_fetch_add (&run->next_source, run->source_batch);
    w->next_source = MIN (first, run->n_sources);
    w->end_source  = MIN (w->next_source + run->source_batch, run->n_sources);
  }
  if (w->next_source < w->end_source) {
    *task = run->sources[w->next_source++];
    return true;
  }
  for (int i = 1; i < run->n_workers; i++)
    if (cw_deque_steal (&run->workers[(w->number + i) % run->n_workers].deque, task))
      return true;
  return false;
}

/* A ready task for this worker alone. */
static bool
find_task (CwWorker *w, uint32_t *task)
{
  while (next_task (w, task))
    if (!atomic_exchange_explicit (&w->run->claimed[*task], true, memory_order_relaxed))
      return true;
  return false;
}

/* Whoever does the last task comes by here. */
static bool
stop_when_done (CwRun *run)
{
  bool done = cw_run_count_done (run) == run->plan->n_tasks;
  if (done)
    cw_run_stop_all (run);
  return done;
}

/* A task that was chosen by hand; such a task is claimed already. */
static bool
take_chosen (CwRun *run, uint32_t *task)
{
  if (atomic_load_explicit (&run->chosen, memory_order_relaxed) == 0)
    return false;
  uint64_t chosen = atomic_exchange (&run->chosen, 0);
  *task           = (uint32_t) (chosen - 1);
  return chosen != 0;
}

/* While paused: waits for a step, a chosen task, the end of the pause, or the end. True with a chosen task. */
static bool
wait_for_permission (CwRun *run, uint32_t *task)
{
  while (atomic_load (&run->paused) && !atomic_load (&run->stop)) {
    int steps = atomic_load (&run->steps);
    stop_when_done (run);
    if (take_chosen (run, task))
      return true;
    if (steps > 0 && atomic_compare_exchange_strong (&run->steps, &steps, steps - 1))
      return false;
    if (steps <= 0)
      cw_run_doze (run, 50 * 1000 * 1000);
  }
  return false;
}

void *
cw_worker_main (void *data)
{
  CwWorker       *w   = data;
  CwRun          *run = w->run;
  struct timespec cpu0, cpu1;
  int             idle = 0;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu0);
  const _Atomic bool *outer = cw_work_set_stop (&run->stop); /* a task may itself compute something */
  while (!atomic_load_explicit (&run->stop, memory_order_relaxed)) {
    uint32_t task;
    bool     chosen = take_chosen (run, &task);
    if (!chosen && atomic_load_explicit (&run->paused, memory_order_relaxed))
      chosen = wait_for_permission (run, &task);
    if (atomic_load_explicit (&run->stop, memory_order_relaxed))
      break;
    if (chosen || find_task (w, &task)) {
      idle = 0;
      run_task (w, task);
    } else if (help_others (w))
      idle = 0;
    else if (stop_when_done (run))
      break;
    else if (++idle < CW_YIELDS)
      sched_yield ();
    else
      cw_run_doze (run, 1000 * 1000);
  }
  flush_held (w);
  cw_work_set_stop (outer);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu1);
  w->cpu_s = (double) (cpu1.tv_sec - cpu0.tv_sec) + (double) (cpu1.tv_nsec - cpu0.tv_nsec) * 1e-9;
  return NULL;
}
