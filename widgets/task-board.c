/* task-board.c: the state of every task at one moment of a run.
 *
 * Live, the workers' streams of events are merged by time. An event is published a little after its moment, so what is younger
 * than a few milliseconds waits for the next frame. For seeking, all events are put in order on a thread as soon as the run is
 * over, and copies of the states are kept at even distances, so that a jump applies few events.
 */
#include "widgets/task-board.h"

#include <string.h>

#define LAG_NS            3000000
#define CHECKPOINT_EVENTS 262144               /* between two copies of the states */
#define MOST_COPIED       ((size_t) 256 << 20) /* bytes of all copies */

/* A finished run, ready for jumps. */
typedef struct {
  CwEvent *events; /* in order of time */
  size_t   n, step; /* events from one copy to the next */
  int      n_copies;
  uint8_t *copies;
} Replay;

struct _CwTaskBoard {
  int           ref_count; /* the main thread's alone */
  CwPlan       *plan;
  CwTrace      *trace;
  CwTaskRecord *record;
  int           n_workers;
  uint32_t      n_tasks;
  uint8_t      *states, *workers;
  uint32_t      counts[CW_N_TASK_STATES];
  int64_t       held, time;
  size_t       *read; /* events read of each worker */
  bool          complete;
  GThread      *preparing;
  Replay       *replay;
  size_t        position; /* events of the replay that are applied */
  CwStateChanged changed;
  void          *changed_data;
};

/* Before anything happens: tasks that read from no other one are ready. */
static void
begin_states (CwPlan *plan, uint8_t *states) {
  for (uint32_t task = 0; task < cw_plan_n_tasks (plan); task++) {
    uint32_t n;
    cw_plan_parents (plan, task, &n);
    states[task] = n == 0 ? CW_TASK_READY : CW_TASK_WAITING;
  }
}

static void
count_states (CwTaskBoard *board) {
  memset (board->counts, 0, sizeof board->counts);
  for (uint32_t i = 0; i < board->n_tasks; i++)
    board->counts[board->states[i]]++;
}

CwTaskBoard *
cw_task_board_new (CwPlan *plan, CwTrace *trace) {
  CwTaskBoard *board = g_new0 (CwTaskBoard, 1);
  board->ref_count = 1;
  board->plan = cw_plan_ref (plan);
  board->trace = cw_trace_ref (trace);
  board->n_workers = cw_trace_n_workers (trace);
  board->n_tasks = cw_plan_n_tasks (plan);
  board->record = cw_task_record_new (plan, board->n_workers);
  board->states = g_malloc0 (MAX (board->n_tasks, 1));
  board->workers = g_malloc0 (MAX (board->n_tasks, 1));
  board->read = g_new0 (size_t, board->n_workers);
  begin_states (plan, board->states);
  count_states (board);
  return board;
}

static void
replay_free (Replay *replay) {
  g_free (replay->events);
  g_free (replay->copies);
  g_free (replay);
}

CwTaskBoard *
cw_task_board_ref (CwTaskBoard *board) {
  board->ref_count++;
  return board;
}

void
cw_task_board_unref (CwTaskBoard *board) {
  if (--board->ref_count > 0)
    return;
  if (board->preparing)
    board->replay = g_thread_join (board->preparing);
  g_clear_pointer (&board->replay, replay_free);
  cw_task_record_free (board->record);
  g_free (board->read);
  g_free (board->states);
  g_free (board->workers);
  cw_plan_unref (board->plan);
  cw_trace_unref (board->trace);
  g_free (board);
}

void
cw_task_board_watch (CwTaskBoard *board, CwStateChanged changed, void *data) {
  board->changed = changed;
  board->changed_data = data;
}

/* Does the event say a task's new state? A helper's does not, since the task is another worker's. */
static bool
is_change (const CwEvent *event, uint32_t n_tasks) {
  return event->task < n_tasks && event->state < CW_N_TASK_STATES && !(event->flags & CW_EVENT_HELPED);
}

static void
apply (CwTaskBoard *board, const CwEvent *event) {
  if (!is_change (event, board->n_tasks))
    return;
  uint8_t from = board->states[event->task];
  if (event->state == CW_TASK_RUNNING)
    board->workers[event->task] = event->worker;
  board->counts[from]--;
  board->counts[event->state]++;
  board->states[event->task] = event->state;
  board->held = event->bytes;
  if (board->changed)
    board->changed (board->changed_data, event->task, from, event->state);
}

/* ---- following ------------------------------------------------------------------------------ */

/* The worker whose next event is the oldest one of those before @until_ns, or -1. */
static int
next_worker (const CwTaskBoard *board, const size_t *published, int64_t until_ns) {
  int best = -1;
  for (int w = 0; w < board->n_workers; w++) {
    if (board->read[w] >= published[w])
      continue;
    int64_t time = cw_trace_event (board->trace, w, board->read[w]).time_ns;
    if (time < until_ns) {
      until_ns = time;
      best = w;
    }
  }
  return best;
}

size_t
cw_task_board_follow (CwTaskBoard *board, int64_t budget_ns) {
  if (board->complete)
    return 0;
  int64_t stop = g_get_monotonic_time () + budget_ns / 1000;
  bool    finished = cw_trace_finished (board->trace), all_read = true;
  int64_t until = finished ? G_MAXINT64 : cw_trace_duration_ns (board->trace) - LAG_NS;
  size_t  total = 0;
  g_autofree size_t *published = g_new (size_t, board->n_workers);
  for (int w = 0; w < board->n_workers; w++)
    published[w] = cw_trace_n_events (board->trace, w);
  int w;
  while ((w = next_worker (board, published, until)) >= 0) {
    if (total++ % 64 == 63 && g_get_monotonic_time () >= stop)
      break;
    CwEvent event = cw_trace_event (board->trace, w, board->read[w]++);
    apply (board, &event);
    board->time = event.time_ns;
    cw_task_record_add (board->record, &event);
  }
  if (w < 0 && !finished) /* nothing else has happened until then */
    board->time = MAX (board->time, until);
  for (w = 0; w < board->n_workers; w++)
    all_read &= board->read[w] == published[w];
  board->complete = finished && all_read;
  if (board->complete)
    cw_task_record_close (board->record, cw_trace_duration_ns (board->trace));
  return total;
}

bool
cw_task_board_complete (const CwTaskBoard *board) {
  return board->complete;
}

/* ---- seeking -------------------------------------------------------------------------------- */

typedef struct {
  CwPlan  *plan;
  CwTrace *trace;
} Source;

static void *
make_replay (void *data) {
  Source  *source = data;
  Replay  *replay = g_new0 (Replay, 1);
  uint32_t n_tasks = cw_plan_n_tasks (source->plan);
  replay->events = cw_trace_sorted (source->trace, &replay->n);
  replay->n_copies = CLAMP (replay->n / CHECKPOINT_EVENTS + 1, 1, MAX (MOST_COPIED / MAX (n_tasks, 1), 1));
  replay->step = replay->n / replay->n_copies + 1;
  replay->copies = g_malloc (MAX ((size_t) replay->n_copies * n_tasks, 1));
  begin_states (source->plan, replay->copies);
  for (int c = 1; c < replay->n_copies; c++) {
    uint8_t *states = replay->copies + (size_t) c * n_tasks;
    memcpy (states, states - n_tasks, n_tasks);
    for (size_t i = (c - 1) * replay->step; i < c * replay->step; i++)
      if (is_change (&replay->events[i], n_tasks))
        states[replay->events[i].task] = replay->events[i].state;
  }
  cw_plan_unref (source->plan);
  cw_trace_unref (source->trace);
  g_free (source);
  return replay;
}

void
cw_task_board_prepare (CwTaskBoard *board) {
  if (!board->complete || board->preparing || board->replay)
    return;
  Source *source = g_new (Source, 1);
  *source = (Source) { cw_plan_ref (board->plan), cw_trace_ref (board->trace) };
  board->preparing = g_thread_new ("replay", make_replay, source);
}

/* Events until @time_ns. */
static size_t
events_until (const Replay *replay, int64_t time_ns) {
  size_t low = 0, high = replay->n;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (replay->events[middle].time_ns <= time_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static void
take_copy (CwTaskBoard *board, int copy) {
  memcpy (board->states, board->replay->copies + (size_t) copy * board->n_tasks, board->n_tasks);
  board->position = copy * board->replay->step;
  board->held = 0;
  count_states (board);
  if (board->changed)
    board->changed (board->changed_data, UINT32_MAX, CW_TASK_WAITING, CW_TASK_WAITING);
}

void
cw_task_board_seek (CwTaskBoard *board, int64_t time_ns) {
  if (!board->complete)
    return;
  cw_task_board_prepare (board);
  if (board->preparing) {
    board->replay = g_thread_join (g_steal_pointer (&board->preparing));
    board->position = board->replay->n; /* following ended there */
  }
  Replay *replay = board->replay;
  size_t  target = events_until (replay, time_ns);
  if (target < board->position || target > board->position + replay->step)
    take_copy (board, MIN (target / replay->step, (size_t) replay->n_copies - 1));
  for (; board->position < target; board->position++)
    apply (board, &replay->events[board->position]);
}

/* ---- reading -------------------------------------------------------------------------------- */

int64_t
cw_task_board_duration (const CwTaskBoard *board) {
  return cw_trace_duration_ns (board->trace);
}

int64_t
cw_task_board_time (const CwTaskBoard *board) {
  return board->complete ? cw_task_board_duration (board) : board->time;
}

CwPlan *
cw_task_board_plan (const CwTaskBoard *board) {
  return board->plan;
}

const uint8_t *
cw_task_board_states (const CwTaskBoard *board) {
  return board->states;
}

const uint8_t *
cw_task_board_workers (const CwTaskBoard *board) {
  return board->workers;
}

const uint32_t *
cw_task_board_counts (const CwTaskBoard *board) {
  return board->counts;
}

int
cw_task_board_running (const CwTaskBoard *board, uint32_t *tasks, int max) {
  int n = 0, most = MIN ((uint32_t) max, board->counts[CW_TASK_RUNNING]);
  for (const uint8_t *at = board->states, *end = at + board->n_tasks; n < most && (at = memchr (at, CW_TASK_RUNNING, end - at)); at++)
    tasks[n++] = at - board->states;
  return n;
}

int64_t
cw_task_board_held_bytes (const CwTaskBoard *board) {
  return board->held;
}

const CwDrawTimeline *
cw_task_board_timeline (CwTaskBoard *board) {
  return cw_task_record_timeline (board->record, cw_task_board_duration (board));
}

void
cw_task_board_set_limit (CwTaskBoard *board, int64_t bytes) {
  cw_task_record_set_limit (board->record, bytes);
}

int64_t
cw_task_board_mean_task_ns (const CwTaskBoard *board) {
  return cw_task_record_mean_ns (board->record);
}
