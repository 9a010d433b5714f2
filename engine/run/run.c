/* Runs: making, starting, controlling and ending them. */
#include "engine/run/run-private.h"

#include <stdlib.h>
#include <string.h>

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
  pthread_mutex_init (&run->place_lock, NULL);
  cw_run_init_cond (&run->changed);
  run->plan      = cw_plan_ref (plan);
  run->traced    = options->trace;
  run->n_workers = CLAMP (options->threads > 0 ? options->threads : cw_default_threads (), 1, 255);
  run->trace     = cw_trace_new (run->n_workers);
  run->missing   = g_new (_Atomic uint32_t, MAX (n, 1));
  run->readers   = g_new (_Atomic uint32_t, MAX (n, 1));
  run->claimed   = g_new0 (_Atomic bool, MAX (n, 1));
  run->results   = g_new0 (CwBuffer *, MAX (n, 1));
  run->sources   = g_new (uint32_t, MAX (n, 1));
  run->whole     = g_new0 (CwBuffer *, MAX (plan->n_outputs, 1));
  run->placed    = g_new0 (CwPlaced, MAX (plan->n_outputs, 1));
  run->elsewhere = g_new0 (bool, MAX (plan->n_layers, 1));
  run->aliases   = g_new0 (bool, MAX (plan->n_layers, 1));
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
  /* Neighbours share cache lines, so long lists are handed out in stretches. */
  run->source_batch = CLAMP (run->n_sources / ((uint32_t) run->n_workers * 64), 1, 16);
  run->workers = aligned_alloc (_Alignof (CwWorker), sizeof (CwWorker) * (size_t) run->n_workers);
  memset (run->workers, 0, sizeof (CwWorker) * (size_t) run->n_workers);
  for (int i = 0; i < run->n_workers; i++) {
    CwWorker *w = &run->workers[i];
    w->run    = run;
    w->number = i;
    pthread_mutex_init (&w->share_lock, NULL);
    cw_run_init_cond (&w->helped);
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

/* A thread that is about to end does so sooner than a sleeper wakes up. */
static void
join_thread (pthread_t thread)
{
#ifdef __linux__
  for (int i = 0; i < CW_YIELDS; i++) {
    if (pthread_tryjoin_np (thread, NULL) == 0)
      return;
    sched_yield ();
  }
#endif
  pthread_join (thread, NULL);
}

static void
join (CwRun *run)
{
  if (run->joined || !run->started)
    return;
  for (int i = run->first_thread; i < run->n_workers; i++)
    join_thread (run->workers[i].thread);
  run->joined = true;
  if (!run->eager) /* more operations on arrays of that size are to be expected */
    cw_buffer_forget_kept ();
  cw_trace_end (run->trace);
  atomic_store (&run->finished, true);
}

void
cw_run_unref (CwRun *run)
{
  if (!g_atomic_ref_count_dec (&run->ref_count))
    return;
  cw_run_stop_all (run);
  join (run);
  g_clear_pointer (&run->budget, cw_budget_free);
  for (uint32_t t = 0; t < run->plan->n_tasks; t++)
    g_clear_pointer (&run->results[t], cw_buffer_unref);
  for (int i = 0; i < run->plan->n_outputs; i++)
    g_clear_pointer (&run->whole[i], cw_buffer_unref);
  for (int i = 0; i < run->n_workers; i++) {
    CwWorker *w = &run->workers[i];
    g_free (w->deque.ring);
    cw_scratch_clear (&w->scratch);
    pthread_mutex_destroy (&w->share_lock);
    pthread_cond_destroy (&w->helped);
  }
  free (run->workers);
  g_free (run->missing);
  g_free (run->readers);
  g_free (run->claimed);
  g_free (run->results);
  g_free (run->elsewhere);
  g_free (run->aliases);
  g_free (run->sources);
  g_free (run->whole);
  g_free (run->placed);
  g_clear_error (&run->error);
  pthread_mutex_destroy (&run->lock);
  pthread_mutex_destroy (&run->place_lock);
  pthread_cond_destroy (&run->changed);
  cw_trace_unref (run->trace);
  cw_plan_unref (run->plan);
  g_free (run);
}

/* Provides for results; where there is nothing for workers to do, they end at once. */
static void
prepare (CwRun *run)
{
  run->started = true;
  cw_trace_begin (run->trace);
  if (run->plan->n_tasks == 0 || !cw_run_provide_memory (run))
    atomic_store (&run->stop, true);
}

#ifdef __linux__
/* A worker that was started beside a thread that works: it may use all processors, as soon as it runs. */
static void *
work_anywhere (void *data)
{
  CwWorker *w = data;
  pthread_setaffinity_np (pthread_self (), sizeof w->run->processors, &w->run->processors);
  return cw_worker_main (w);
}
#endif

/* Starts a worker; on another processor than this thread's where that is to go on working: the system might start it behind this thread, and look around
 * again only after 2 to 5 ms, longer than small computations take. */
static bool
start_worker (CwWorker *w)
{
#ifdef __linux__
  int here = sched_getcpu ();
  if (here >= 0 && w->run->n_processors > 1) {
    cpu_set_t      others = w->run->processors;
    pthread_attr_t attr;
    CPU_CLR (here, &others);
    pthread_attr_init (&attr);
    pthread_attr_setaffinity_np (&attr, sizeof others, &others);
    bool ok = pthread_create (&w->thread, &attr, work_anywhere, w) == 0;
    pthread_attr_destroy (&attr);
    return ok;
  }
#endif
  return pthread_create (&w->thread, NULL, cw_worker_main, w) == 0;
}

/* Starts the workers from @first on in threads of their own; the first one is this thread where @first is not 0, and where there are no threads to be
 * had. */
static void
start (CwRun *run, int first)
{
  prepare (run);
  cw_kernels (); /* chosen before there are threads, which thread sanitizers cannot see that GLib orders */
  run->first_thread = first;
#ifdef __linux__
  if (first > 0 && first < run->n_workers && pthread_getaffinity_np (pthread_self (), sizeof run->processors, &run->processors) == 0)
    run->n_processors = CPU_COUNT (&run->processors);
#endif
  for (int i = first; i < run->n_workers; i++)
    if (!start_worker (&run->workers[i])) {
      run->first_thread = i == 0 ? 1 : first;
      run->n_workers    = MAX (i, 1); /* fewer do as well */
    }
  if (run->first_thread > 0) {
    cw_worker_main (&run->workers[0]);
    join (run);
  }
}

void
cw_run_start (CwRun *run)
{
  if (!run->started)
    start (run, 0);
}

bool
cw_run_work (CwRun *run, CwBuffer **results, GError **error)
{
  if (!run->started)
    start (run, 1);
  return cw_run_wait (run, results, error);
}

bool
cw_run_wait (CwRun *run, CwBuffer **results, GError **error)
{
  join (run);
  if (run->error) {
    g_propagate_error (error, g_error_copy (run->error));
    return false;
  }
  if (cw_run_count_done (run) < run->plan->n_tasks)
    return cw_fail (error, CW_ERROR_INTERRUPT, "the computation was cancelled");
  for (int i = 0; i < run->plan->n_outputs; i++) {
    results[i] = cw_run_collect (run, i, error);
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

bool
cw_run_step_task (CwRun *run, uint32_t task)
{
  uint64_t none = 0;
  if (task >= run->plan->n_tasks || atomic_load (&run->missing[task]) > 0 || atomic_load (&run->chosen) != 0
      || atomic_exchange (&run->claimed[task], true))
    return false;
  if (!atomic_compare_exchange_strong (&run->chosen, &none, (uint64_t) task + 1)) {
    /* Another thread chose at the same moment. */
    atomic_store (&run->claimed[task], false);
    return false;
  }
  pthread_mutex_lock (&run->lock);
  pthread_cond_broadcast (&run->changed);
  pthread_mutex_unlock (&run->lock);
  return true;
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
  cw_run_stop_all (run);
}

void
cw_run_progress (CwRun *run, CwProgress *progress)
{
  int64_t ready = run->n_sources, running = 0;
  for (int i = 0; i < run->n_workers; i++) {
    ready += atomic_load (&run->workers[i].ready);
    running += atomic_load (&run->workers[i].running);
  }
  *progress = (CwProgress){ .total      = run->plan->n_tasks,
                            .done       = cw_run_count_done (run),
                            .running    = (uint32_t) running,
                            .ready      = (uint32_t) MAX (ready, 0),
                            .held_bytes = atomic_load (&run->held.now),
                            .peak_bytes = atomic_load (&run->held.peak),
                            .spilled_bytes = run->spilled_results + (run->budget ? cw_budget_spilled_bytes (run->budget) : 0),
                            .limit_bytes   = cw_memory_limit (),
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
  run->eager                = true;
  return cw_run_work (run, &result, error) ? result : NULL;
}
