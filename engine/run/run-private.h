/* run-private.h: the inside of a run; for engine/run.
 *
 * run.c makes runs and controls them, worker.c is what their threads do, memory.c says where blocks and results stand. */
#pragma once

#include "engine/run/budget.h"
#include "engine/run/deque.h"
#include "engine/run/run.h"
#include "engine/run/task.h"
#include "engine/run/trace.h"

#include <sched.h>

/* How often a thread that waits for another gives up its turn before it sleeps: for about as long as a sleeper takes to wake up. */
enum { CW_YIELDS = 128 };

/* How much of a selection that is a result stands in its place. */
typedef struct {
  uint32_t n_blocks;
  int64_t  n_values;
} CwPlaced;

typedef struct {
  CwRun    *run;
  int       number;
  pthread_t thread;
  CwDeque   deque;
  CwScratch scratch;
  double    cpu_s;
  uint32_t  next_source, end_source; /* of run->sources: a batch that is this worker's own */
  /* Only this worker writes these, on a cache line of its own; a run's count is the sum over its workers. */
  _Alignas (64) _Atomic uint32_t done, running;
  _Atomic int32_t ready; /* made ready less started */
  int64_t         held;  /* not in run->held yet */
  /* a task that others may help with */
  _Alignas (64) pthread_mutex_t share_lock;
  CwTask        *shared;
  _Atomic int    helpers; /* written under share_lock */
  pthread_cond_t helped;
} CwWorker;

struct _CwRun {
  gatomicrefcount ref_count;
  CwPlan         *plan;
  CwTrace        *trace;
  bool            traced;
  int             n_workers;
  CwWorker       *workers;
  bool            started, joined;
  int             first_thread; /* workers before it work in threads that somebody else has */
#ifdef __linux__
  cpu_set_t processors; /* that workers may use, where they start beside a thread that works; their number, else 0 */
  int       n_processors;
#endif

  /* by task */
  _Atomic uint32_t *missing; /* parents that are not done */
  _Atomic bool     *claimed; /* somebody has started it, or is about to */
  _Atomic uint32_t *readers; /* children that are not done, and one for an output */
  CwBuffer        **results;

  uint32_t        *sources; /* tasks without parents, depth first */
  uint32_t         n_sources;
  uint32_t         source_batch; /* taken by a worker at a time */
  _Atomic uint32_t next_source;
  CwHeld           held;

  CwBuffer **whole;     /* an output: its result, filled block by block; NULL where blocks are joined at the end */
  CwPlaced  *placed;    /* an output: a selection whose blocks follow each other; under place_lock, as their results */
  pthread_mutex_t place_lock;
  bool      *elsewhere; /* a layer: its blocks are parts of a whole result */
  bool      *aliases;   /* a layer: its blocks are views that keep their inputs */
  CwBudget  *budget;    /* NULL: everything fits */
  bool       eager;     /* results have to be in memory */
  int64_t    spilled_results; /* bytes of results that stand in files */

  /* control */
  pthread_mutex_t          lock;
  pthread_cond_t           changed; /* anything a sleeper may wait for */
  _Atomic int     sleepers;
  _Atomic bool    paused, stop, cancelled, finished;
  _Atomic int     steps;
  _Atomic uint64_t chosen; /* a task that has been claimed and is to run next, plus one; 0: none */
  _Atomic int64_t min_task_ns;
  GError         *error; /* under lock */
};

/* worker.c */
void  cw_run_init_cond (pthread_cond_t *c); /* on the monotonic clock */
void  cw_run_stop_all (CwRun *run);
/* Counts bytes that came or went; small amounts are added up by the worker first. */
void  cw_worker_hold (CwWorker *w, int64_t bytes);
uint32_t cw_run_count_done (CwRun *run);
/* Sleeps until woken, at most @ns: what could be missed between looking and sleeping is found then. */
void  cw_run_doze (CwRun *run, int64_t ns);
void *cw_worker_main (void *worker);
/* Makes the block of @task again from inputs that are there: what a budget calls; @data: a worker. */
CwBuffer *cw_worker_remake (void *data, uint32_t task, bool in_file, GError **error);

/* memory.c */
/* Places for the results, and a budget where the rest might not fit; false with run->error. */
bool cw_run_provide_memory (CwRun *run);
/* Takes the block of @task of @layer, and puts it where it belongs if it is one of a selection that is a result. */
void cw_run_take_block (CwRun *run, int layer, uint32_t task, CwBuffer *block);
/* An output's blocks as one buffer, wherever each of them is; new reference. */
CwBuffer *cw_run_collect (CwRun *run, int output, GError **error);
