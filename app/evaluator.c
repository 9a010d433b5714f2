/* evaluator.c: one session of the notebook language on a thread of its own.
 *
 * The thread takes cells from a queue and posts what happens to the main loop. The session is touched by one thread at a
 * time: a lock is held while a cell runs, and the main thread only tries it, so that the window never waits.
 */
#include "app/evaluator.h"

#include "app/draw-file.h"

struct _CwEvaluator {
  GObject      parent_instance;
  CwSession   *session;
  GMutex       session_lock; /* held while a cell runs */
  GAsyncQueue *queue;        /* of Job; one without code ends the thread */
  GThread     *thread;
  GMutex       lock; /* of what follows */
  bool         closed;
  int          threads;
  int64_t      task_time;
  guint        last_ticket, running; /* 0: none */
  CwRun       *latest; /* the run that began last; older ones are not told of any more */
};

/* A cell, or a call of a function. */
typedef struct {
  guint ticket;
  char *code;
  bool  may_fail;
  CwWithCell with; /* of a call: what it is of, and @tell when it is over */
  bool (*call) (CwSession *session, void *data);
} Job;

enum { STARTED, FINISHED, RUN_BEGINS, DROPPED, N_SIGNALS, CALLED = N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwEvaluator, cw_evaluator, G_TYPE_OBJECT)

static void
with_clear (CwWithCell *with) {
  if (with->free)
    with->free (with->data);
  *with = (CwWithCell) { 0 };
}

static void
job_free (Job *job) {
  with_clear (&job->with);
  g_free (job->code);
  g_free (job);
}

static bool
is_last (const Job *job) {
  return !job->code && !job->call;
}

/* ---- to the main thread ----------------------------------------------------------------------- */

typedef struct {
  CwEvaluator  *evaluator;
  int           signal;
  guint         ticket;
  CwCellResult *result;
  CwRun        *run;
  CwArray      *focus;
  CwWithCell    with;
} Message;

static void
message_free (Message *message) {
  g_clear_pointer (&message->result, cw_cell_result_free);
  g_clear_pointer (&message->run, cw_run_unref);
  g_clear_pointer (&message->focus, cw_array_unref);
  with_clear (&message->with);
  g_object_unref (message->evaluator);
  g_free (message);
}

static bool
is_stale (Message *message) {
  CwEvaluator *self = message->evaluator;
  g_mutex_lock (&self->lock);
  bool stale = self->closed || (message->signal == RUN_BEGINS && message->run != self->latest);
  g_mutex_unlock (&self->lock);
  return stale;
}

static gboolean
deliver (void *data) {
  Message *message = data;
  if (is_stale (message))
    return G_SOURCE_REMOVE;
  if (message->signal == FINISHED)
    g_signal_emit (message->evaluator, signals[FINISHED], 0, message->ticket, message->result, message->focus);
  else if (message->signal == RUN_BEGINS)
    g_signal_emit (message->evaluator, signals[RUN_BEGINS], 0, message->ticket, message->run);
  else if (message->signal != CALLED)
    g_signal_emit (message->evaluator, signals[message->signal], 0, message->ticket);
  if (message->with.tell)
    message->with.tell (message->with.data);
  return G_SOURCE_REMOVE;
}

/* Takes @result, @focus and what is in @with (may be NULL). */
static void
post (CwEvaluator *self, int signal, guint ticket, CwCellResult *result, CwRun *run, CwArray *focus, CwWithCell *with) {
  Message *message = g_new0 (Message, 1);
  *message = (Message) { g_object_ref (self), signal, ticket, result, run ? cw_run_ref (run) : NULL, focus, with ? *with : (CwWithCell) { 0 } };
  if (with)
    *with = (CwWithCell) { 0 };
  g_idle_add_full (G_PRIORITY_DEFAULT, deliver, message, (GDestroyNotify) message_free);
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void
run_begins (CwSession *session, CwRun *run, void *data) {
  CwEvaluator *self = data;
  g_mutex_lock (&self->lock);
  g_clear_pointer (&self->latest, cw_run_unref);
  self->latest = cw_run_ref (run);
  if (self->task_time > 0)
    cw_run_set_min_task_ns (run, self->task_time);
  guint ticket = self->running;
  g_mutex_unlock (&self->lock);
  post (self, RUN_BEGINS, ticket, NULL, run, NULL, NULL);
}

/* After an error or an interruption the cells behind are not run: they mostly build on it. */
static void
drop_queue (CwEvaluator *self) {
  for (Job *job; (job = g_async_queue_try_pop (self->queue));) {
    if (is_last (job)) {
      g_async_queue_push_front (self->queue, job);
      return;
    }
    post (self, job->call ? CALLED : DROPPED, job->ticket, NULL, NULL, NULL, &job->with);
    job_free (job);
  }
}

static void
do_call (CwEvaluator *self, Job *job) {
  g_mutex_lock (&self->session_lock);
  bool go_on = job->call (self->session, job->with.data);
  g_mutex_unlock (&self->session_lock);
  if (!go_on)
    drop_queue (self);
  post (self, CALLED, 0, NULL, NULL, NULL, &job->with);
}

static void
do_cell (CwEvaluator *self, Job *job, int threads) {
  g_mutex_lock (&self->session_lock);
  if (job->with.before && !job->with.before (self->session, job->with.data)) {
    g_mutex_unlock (&self->session_lock);
    drop_queue (self);
    post (self, DROPPED, job->ticket, NULL, NULL, NULL, &job->with);
    return;
  }
  post (self, STARTED, job->ticket, NULL, NULL, NULL, NULL);
  if (threads >= 0)
    cw_session_set_threads (self->session, threads);
  CwCellResult *result = cw_session_run_cell (self->session, job->code);
  CwArray      *focus = result->focus_name ? cw_session_array (self->session, result->focus_name) : NULL;
  if (job->with.judge)
    job->with.judge (self->session, result, job->with.data);
  g_mutex_unlock (&self->session_lock);
  bool interrupted = g_strcmp0 (result->error_class, cw_error_class_name (CW_ERROR_INTERRUPT)) == 0;
  if (interrupted || (result->error_class && !job->may_fail))
    drop_queue (self);
  post (self, FINISHED, job->ticket, result, NULL, focus, &job->with);
}

static void *
work (void *data) {
  CwEvaluator *self = data;
  for (;;) {
    Job *job = g_async_queue_pop (self->queue);
    if (is_last (job)) {
      job_free (job);
      return NULL;
    }
    g_mutex_lock (&self->lock);
    self->running = job->ticket;
    int threads = self->threads;
    g_mutex_unlock (&self->lock);
    if (job->call)
      do_call (self, job);
    else
      do_cell (self, job, threads);
    g_mutex_lock (&self->lock);
    self->threads = job->call ? self->threads : -1; /* set once; a cell may have changed it since */
    self->running = 0;
    g_mutex_unlock (&self->lock);
    job_free (job);
  }
}

/* ---- object ---------------------------------------------------------------------------------- */

void
cw_evaluator_close (CwEvaluator *self) {
  if (!self->thread)
    return;
  g_mutex_lock (&self->lock);
  self->closed = true;
  g_mutex_unlock (&self->lock);
  drop_queue (self);
  g_async_queue_push (self->queue, g_new0 (Job, 1));
  cw_session_interrupt (self->session);
  g_clear_pointer (&self->thread, g_thread_join);
}

static void
cw_evaluator_finalize (GObject *object) {
  CwEvaluator *self = CW_EVALUATOR (object);
  cw_evaluator_close (self);
  g_clear_pointer (&self->latest, cw_run_unref);
  cw_session_free (self->session);
  g_async_queue_unref (self->queue);
  g_mutex_clear (&self->session_lock);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (cw_evaluator_parent_class)->finalize (object);
}

static void
cw_evaluator_class_init (CwEvaluatorClass *class) {
  GType type = G_TYPE_FROM_CLASS (class);
  G_OBJECT_CLASS (class)->finalize = cw_evaluator_finalize;
  signals[STARTED] = g_signal_new ("started", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[DROPPED] = g_signal_new ("dropped", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                                    G_TYPE_UINT, G_TYPE_POINTER, G_TYPE_POINTER);
  signals[RUN_BEGINS] = g_signal_new ("run-begins", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                      G_TYPE_UINT, G_TYPE_POINTER);
}

static void
cw_evaluator_init (CwEvaluator *self) {
  g_mutex_init (&self->lock);
  g_mutex_init (&self->session_lock);
  self->queue = g_async_queue_new ();
  self->session = cw_session_new ();
}

CwEvaluator *
cw_evaluator_new (int threads, int seed) {
  CwEvaluator   *self = g_object_new (CW_TYPE_EVALUATOR, NULL);
  CwSessionHooks hooks = { .run_begins = run_begins, .data = self };
  self->threads = threads;
  cw_session_set_hooks (self->session, &hooks);
  cw_session_set_visualize (self->session, cw_draw_file, NULL);
  cw_session_set_threads (self->session, threads);
  if (seed >= 0)
    cw_session_set_seed (self->session, seed);
  self->thread = g_thread_new ("cells", work, self);
  return self;
}

guint
cw_evaluator_run (CwEvaluator *self, const char *code, bool may_fail, CwWithCell with) {
  Job *job = g_new0 (Job, 1);
  guint ticket = ++self->last_ticket;
  *job = (Job) { .ticket = ticket, .code = g_strdup (code), .may_fail = may_fail, .with = with };
  g_async_queue_push (self->queue, job);
  return ticket;
}

void
cw_evaluator_call (CwEvaluator *self, bool (*func) (CwSession *session, void *data), void (*done) (void *data), void *data, GDestroyNotify free) {
  Job *job = g_new0 (Job, 1);
  *job = (Job) { .ticket = ++self->last_ticket, .call = func, .with = { .tell = done, .data = data, .free = free } };
  g_async_queue_push (self->queue, job);
}

void
cw_evaluator_interrupt (CwEvaluator *self) {
  drop_queue (self);
  if (cw_evaluator_is_busy (self))
    cw_session_interrupt (self->session);
}

bool
cw_evaluator_is_busy (CwEvaluator *self) {
  g_mutex_lock (&self->lock);
  bool busy = self->running != 0 || g_async_queue_length (self->queue) > 0;
  g_mutex_unlock (&self->lock);
  return busy;
}

void
cw_evaluator_set_task_time (CwEvaluator *self, int64_t ns) {
  g_mutex_lock (&self->lock);
  self->task_time = ns;
  g_mutex_unlock (&self->lock);
}

void
cw_evaluator_set_print_width (CwEvaluator *self, int columns) {
  cw_session_set_print_width (self->session, columns);
}

void
cw_evaluator_set_threads (CwEvaluator *self, int threads) {
  g_mutex_lock (&self->lock);
  self->threads = threads;
  g_mutex_unlock (&self->lock);
}

int
cw_evaluator_threads (CwEvaluator *self) {
  return cw_session_threads (self->session);
}

char **
cw_evaluator_complete (CwEvaluator *self, const char *text_before_cursor) {
  if (!g_mutex_trylock (&self->session_lock))
    return NULL;
  char **names = cw_session_complete (self->session, text_before_cursor);
  g_mutex_unlock (&self->session_lock);
  return names;
}

CwCallHint *
cw_evaluator_call_hint (CwEvaluator *self, const char *text_before_cursor) {
  if (!g_mutex_trylock (&self->session_lock))
    return NULL;
  CwCallHint *hint = cw_session_call_hint (self->session, text_before_cursor);
  g_mutex_unlock (&self->session_lock);
  return hint;
}

CwArray *
cw_evaluator_array (CwEvaluator *self, const char *name) {
  if (!g_mutex_trylock (&self->session_lock))
    return NULL;
  CwArray *array = cw_session_array (self->session, name);
  g_mutex_unlock (&self->session_lock);
  return array;
}
