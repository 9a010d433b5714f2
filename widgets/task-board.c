/* task-board.c: the state of every task at one moment of a run.
 *
 * Live, the workers' streams of events are read one after the other, so an event may be seen before an earlier one of
 * another worker; states therefore only move forward while following. For seeking, the events are sorted once, and
 * copies of the states are kept at even distances, so that a jump applies few events.
 */
#include "widgets/task-board.h"

#include "widgets/adapt.h"

#include <string.h>

#define N_CHECKPOINTS 32
#define CURVE_SAMPLES 1500

struct _CwTaskBoard {
  CwPlan  *plan;
  CwTrace *trace;
  uint32_t n_tasks;
  uint8_t *states, *workers;
  uint32_t counts[CW_N_TASK_STATES];
  size_t  *read;     /* events read of each worker */
  int64_t *started;  /* when the task of each worker's open bar began; -1: none */
  uint32_t *running; /* that task */
  GArray **bars;     /* of CwDrawBar, a worker */
  GArray  *memory;   /* of CwDrawSample */
  CwDrawTimeline timeline;
  int64_t  busy_ns;
  uint32_t n_bars;
  bool     complete;
  CwEvent *sorted; /* once seeking began */
  size_t   n_sorted, position;
  uint8_t *checkpoints; /* N_CHECKPOINTS copies of states and workers */
};

CwTaskBoard *
cw_task_board_new (CwPlan *plan, CwTrace *trace) {
  CwTaskBoard *board = g_new0 (CwTaskBoard, 1);
  int n = cw_trace_n_workers (trace);
  board->plan = cw_plan_ref (plan);
  board->trace = cw_trace_ref (trace);
  board->n_tasks = cw_plan_n_tasks (plan);
  board->states = g_malloc0 (MAX (board->n_tasks, 1));
  board->workers = g_malloc0 (MAX (board->n_tasks, 1));
  board->counts[CW_TASK_WAITING] = board->n_tasks;
  board->read = g_new0 (size_t, n);
  board->started = g_new (int64_t, n);
  board->running = g_new0 (uint32_t, n);
  board->bars = g_new0 (GArray *, n);
  board->timeline.lanes = g_new0 (CwDrawLane, n);
  board->timeline.n_lanes = n;
  board->memory = g_array_new (FALSE, FALSE, sizeof (CwDrawSample));
  for (int w = 0; w < n; w++) {
    board->started[w] = -1;
    board->bars[w] = g_array_new (FALSE, FALSE, sizeof (CwDrawBar));
  }
  return board;
}

void
cw_task_board_free (CwTaskBoard *board) {
  if (!board)
    return;
  for (int w = 0; w < board->timeline.n_lanes; w++)
    g_array_unref (board->bars[w]);
  g_array_unref (board->memory);
  g_free (board->bars);
  g_free (board->timeline.lanes);
  g_free (board->read);
  g_free (board->started);
  g_free (board->running);
  g_free (board->states);
  g_free (board->workers);
  g_free (board->sorted);
  g_free (board->checkpoints);
  cw_plan_unref (board->plan);
  cw_trace_unref (board->trace);
  g_free (board);
}

/* ---- following ------------------------------------------------------------------------------ */

/* A spilled block may come back to memory; everything else only moves forward. */
static bool
moves_forward (uint8_t from, uint8_t to) {
  return to > from || (from == CW_TASK_SPILLED && (to == CW_TASK_DONE || to == CW_TASK_RELEASED));
}

static void
apply (CwTaskBoard *board, const CwEvent *event, bool any_order) {
  if (event->task >= board->n_tasks || event->flags & CW_EVENT_HELPED || event->state >= CW_N_TASK_STATES)
    return;
  uint8_t *state = &board->states[event->task];
  if (event->state == CW_TASK_RUNNING)
    board->workers[event->task] = event->worker;
  if (any_order && !moves_forward (*state, event->state))
    return;
  board->counts[*state]--;
  *state = event->state;
  board->counts[*state]++;
}

static void
close_bar (CwTaskBoard *board, int worker, int64_t time_ns) {
  if (board->started[worker] < 0)
    return;
  uint32_t task = board->running[worker];
  int      layer = cw_plan_task_layer (board->plan, task);
  CwDrawBar bar = { board->started[worker], MAX (time_ns, board->started[worker] + 1), task,
                    (uint8_t) cw_adapt_color (cw_plan_layer (board->plan, layer)->array) };
  g_array_append_val (board->bars[worker], bar);
  board->busy_ns += bar.end_ns - bar.start_ns;
  board->n_bars++;
  board->started[worker] = -1;
}

/* Keeps the curve short: near samples become their maximum. */
static void
add_sample (CwTaskBoard *board, CwDrawSample sample) {
  CwDrawSample *last = board->memory->len ? &g_array_index (board->memory, CwDrawSample, board->memory->len - 1) : NULL;
  int64_t gap = MAX (sample.time_ns, board->timeline.duration_ns) / CURVE_SAMPLES;
  if (last && sample.time_ns >= last->time_ns && sample.time_ns < last->time_ns + gap)
    last->bytes = MAX (last->bytes, sample.bytes);
  else
    g_array_append_val (board->memory, sample);
}

static void
record (CwTaskBoard *board, int worker, const CwEvent *event) {
  bool ends = event->state == CW_TASK_DONE || event->state == CW_TASK_RELEASED || event->state == CW_TASK_FAILED
              || event->state == CW_TASK_CANCELLED;
  if (event->state == CW_TASK_RUNNING) {
    close_bar (board, worker, event->time_ns);
    board->started[worker] = event->time_ns;
    board->running[worker] = event->task;
  } else if (ends && event->task == board->running[worker]) {
    close_bar (board, worker, event->time_ns);
  }
  if (event->state == CW_TASK_DONE || event->state == CW_TASK_RELEASED) {
    add_sample (board, (CwDrawSample) { event->time_ns, MAX (event->bytes, 0) });
  }
}

static int
compare_samples (const void *a, const void *b) {
  const CwDrawSample *x = a, *y = b;
  return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

static void
publish (CwTaskBoard *board) {
  for (int w = 0; w < board->timeline.n_lanes; w++) {
    board->timeline.lanes[w].bars = (CwDrawBar *) (void *) board->bars[w]->data;
    board->timeline.lanes[w].n = board->bars[w]->len;
  }
  board->timeline.memory = (CwDrawSample *) (void *) board->memory->data;
  board->timeline.n_memory = board->memory->len;
  board->timeline.duration_ns = cw_trace_duration_ns (board->trace);
}

size_t
cw_task_board_follow (CwTaskBoard *board, int64_t budget_ns) {
  if (board->complete)
    return 0;
  int64_t until = g_get_monotonic_time () + budget_ns / 1000;
  size_t  total = 0;
  bool    finished = cw_trace_finished (board->trace), all_read = true;
  for (int w = 0; w < board->timeline.n_lanes; w++) {
    size_t n = cw_trace_n_events (board->trace, w);
    while (board->read[w] < n) {
      CwEvent event = cw_trace_event (board->trace, w, board->read[w]++);
      apply (board, &event, true);
      record (board, w, &event);
      if (++total % 256 == 0 && g_get_monotonic_time () > until)
        break;
    }
    all_read &= board->read[w] == n;
  }
  if (total > 0 || finished)
    g_array_sort (board->memory, compare_samples);
  publish (board);
  board->complete = finished && all_read;
  for (int w = 0; board->complete && w < board->timeline.n_lanes; w++)
    close_bar (board, w, board->timeline.duration_ns);
  publish (board);
  return total;
}

bool
cw_task_board_complete (const CwTaskBoard *board) {
  return board->complete;
}

/* ---- seeking -------------------------------------------------------------------------------- */

static void
count_states (CwTaskBoard *board) {
  memset (board->counts, 0, sizeof board->counts);
  for (uint32_t i = 0; i < board->n_tasks; i++)
    board->counts[board->states[i]]++;
}

static void
restart (CwTaskBoard *board) {
  memset (board->states, CW_TASK_WAITING, board->n_tasks);
  board->position = 0;
  count_states (board);
}

static void
make_checkpoints (CwTaskBoard *board) {
  size_t size = 2 * (size_t) board->n_tasks;
  board->sorted = cw_trace_sorted (board->trace, &board->n_sorted);
  board->checkpoints = g_malloc (MAX (size * N_CHECKPOINTS, 1));
  restart (board);
  for (int c = 0; c < N_CHECKPOINTS; c++) {
    for (; board->position < board->n_sorted * c / N_CHECKPOINTS; board->position++)
      apply (board, &board->sorted[board->position], false);
    memcpy (board->checkpoints + c * size, board->states, board->n_tasks);
    memcpy (board->checkpoints + c * size + board->n_tasks, board->workers, board->n_tasks);
  }
}

/* Events of the sorted list until @time_ns. */
static size_t
events_until (const CwTaskBoard *board, int64_t time_ns) {
  size_t low = 0, high = board->n_sorted;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (board->sorted[middle].time_ns <= time_ns)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

void
cw_task_board_seek (CwTaskBoard *board, int64_t time_ns) {
  if (!board->complete)
    return;
  if (!board->sorted)
    make_checkpoints (board);
  size_t target = events_until (board, time_ns), step = MAX (board->n_sorted / N_CHECKPOINTS, 1);
  if (target < board->position || target > board->position + step) {
    int    c = 0;
    size_t size = 2 * (size_t) board->n_tasks;
    while (c + 1 < N_CHECKPOINTS && board->n_sorted * (c + 1) / N_CHECKPOINTS <= target)
      c++;
    memcpy (board->states, board->checkpoints + c * size, board->n_tasks);
    memcpy (board->workers, board->checkpoints + c * size + board->n_tasks, board->n_tasks);
    board->position = board->n_sorted * c / N_CHECKPOINTS;
    count_states (board);
  }
  for (; board->position < target; board->position++)
    apply (board, &board->sorted[board->position], false);
}

/* ---- reading -------------------------------------------------------------------------------- */

int64_t
cw_task_board_duration (const CwTaskBoard *board) {
  return cw_trace_duration_ns (board->trace);
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

const CwDrawTimeline *
cw_task_board_timeline (const CwTaskBoard *board) {
  return &board->timeline;
}

int64_t
cw_task_board_mean_task_ns (const CwTaskBoard *board) {
  return board->n_bars ? board->busy_ns / board->n_bars : 0;
}
