/* task-record.c: what happened in a run, as the lanes, marks and memory curve of a timeline.
 *
 * A bar a task is kept for each worker. Memory is kept in a fixed number of buckets of equal time, each with the most that
 * was held in it; when the run outlasts them, two become one. So the curve of a long run takes no more room than that of a
 * short one, and its highest point is never lost.
 */
#include "widgets/task-record.h"

#include "widgets/adapt.h"

#define N_BUCKETS  4096
#define FIRST_NS   1000  /* width of a bucket, at first */
#define MOST_MARKS 50000

struct _CwTaskRecord {
  CwPlan        *plan;
  uint8_t       *colors;  /* of the plan's layers */
  int64_t       *started; /* when the task of each worker's open bar began; -1: none */
  uint32_t      *running; /* that task */
  GArray       **bars;    /* of CwDrawBar, a worker */
  GArray        *marks;   /* of CwDrawMark */
  int64_t       *buckets; /* bytes, -1: nothing happened */
  int64_t        bucket_ns;
  CwDrawSample  *samples; /* N_BUCKETS */
  CwDrawTimeline timeline;
  int64_t        busy_ns;
  uint32_t       n_bars;
};

/* Room for the bars of one worker: memory that is never written takes none, while an array that grows is copied, in one frame. */
static uint32_t
bars_expected (uint32_t n_tasks, int n_workers) {
  bool few = (uint64_t) n_tasks * n_workers < 20000000;
  return (few ? n_tasks : n_tasks / n_workers * 2) + 16;
}

CwTaskRecord *
cw_task_record_new (CwPlan *plan, int n_workers) {
  CwTaskRecord *record = g_new0 (CwTaskRecord, 1);
  record->plan = cw_plan_ref (plan);
  record->colors = g_new (uint8_t, MAX (cw_plan_n_layers (plan), 1));
  for (int i = 0; i < cw_plan_n_layers (plan); i++)
    record->colors[i] = cw_adapt_color (cw_plan_layer (plan, i)->array);
  record->started = g_new (int64_t, n_workers);
  record->running = g_new0 (uint32_t, n_workers);
  record->bars = g_new0 (GArray *, n_workers);
  record->marks = g_array_new (FALSE, FALSE, sizeof (CwDrawMark));
  record->buckets = g_new (int64_t, N_BUCKETS);
  record->samples = g_new (CwDrawSample, N_BUCKETS);
  record->bucket_ns = FIRST_NS;
  record->timeline.lanes = g_new0 (CwDrawLane, n_workers);
  record->timeline.n_lanes = n_workers;
  for (int i = 0; i < N_BUCKETS; i++)
    record->buckets[i] = -1;
  for (int w = 0; w < n_workers; w++) {
    record->started[w] = -1;
    record->bars[w] = g_array_sized_new (FALSE, FALSE, sizeof (CwDrawBar), bars_expected (cw_plan_n_tasks (plan), n_workers));
  }
  return record;
}

void
cw_task_record_free (CwTaskRecord *record) {
  if (!record)
    return;
  for (int w = 0; w < record->timeline.n_lanes; w++)
    g_array_unref (record->bars[w]);
  g_array_unref (record->marks);
  g_free (record->bars);
  g_free (record->timeline.lanes);
  g_free (record->colors);
  g_free (record->started);
  g_free (record->running);
  g_free (record->buckets);
  g_free (record->samples);
  cw_plan_unref (record->plan);
  g_free (record);
}

static void
close_bar (CwTaskRecord *record, int worker, int64_t time_ns) {
  if (record->started[worker] < 0)
    return;
  uint32_t  task = record->running[worker];
  GArray   *bars = record->bars[worker];
  CwDrawBar bar = { .start_ns = record->started[worker], .end_ns = MAX (time_ns, record->started[worker] + 1), .task = task,
                    .color = record->colors[cw_plan_task_layer (record->plan, task)] };
  if (bars->len > 0) {
    const CwDrawBar *last = &g_array_index (bars, CwDrawBar, bars->len - 1);
    bar.busy_before_ns = last->busy_before_ns + last->end_ns - last->start_ns;
  }
  g_array_append_val (bars, bar);
  record->busy_ns += bar.end_ns - bar.start_ns;
  record->n_bars++;
  record->started[worker] = -1;
}

static void
halve_buckets (CwTaskRecord *record) {
  for (int i = 0; i < N_BUCKETS; i++)
    record->buckets[i] = i < N_BUCKETS / 2 ? MAX (record->buckets[2 * i], record->buckets[2 * i + 1]) : -1;
  record->bucket_ns *= 2;
}

static void
add_bytes (CwTaskRecord *record, int64_t time_ns, int64_t bytes) {
  while (time_ns / record->bucket_ns >= N_BUCKETS)
    halve_buckets (record);
  int64_t *bucket = &record->buckets[MAX (time_ns, 0) / record->bucket_ns];
  *bucket = MAX (*bucket, bytes);
}

void
cw_task_record_add (CwTaskRecord *record, const CwEvent *event) {
  int  worker = event->worker;
  bool marked = event->state == CW_TASK_SPILLED || event->state == CW_TASK_FAILED || event->state == CW_TASK_CANCELLED;
  bool ends = event->state == CW_TASK_DONE || event->state == CW_TASK_FAILED || event->state == CW_TASK_CANCELLED;
  if (event->state == CW_TASK_RUNNING) {
    close_bar (record, worker, event->time_ns);
    record->started[worker] = event->time_ns;
    record->running[worker] = event->task;
  } else if (ends && event->task == record->running[worker]) {
    close_bar (record, worker, event->time_ns);
  }
  if (marked && record->marks->len < MOST_MARKS) {
    CwDrawMark mark = { event->time_ns, event->task, worker, event->state };
    g_array_append_val (record->marks, mark);
  }
  if (event->bytes >= 0 && event->state != CW_TASK_READY)
    add_bytes (record, event->time_ns, event->bytes);
}

void
cw_task_record_close (CwTaskRecord *record, int64_t time_ns) {
  for (int w = 0; w < record->timeline.n_lanes; w++)
    close_bar (record, w, time_ns);
}

void
cw_task_record_set_limit (CwTaskRecord *record, int64_t bytes) {
  record->timeline.limit_bytes = bytes;
}

static CwDrawBar
open_bar (CwTaskRecord *record, int worker, int64_t now_ns) {
  if (record->started[worker] < 0)
    return (CwDrawBar) { 0 };
  uint32_t task = record->running[worker];
  return (CwDrawBar) { .start_ns = record->started[worker], .end_ns = MAX (now_ns, record->started[worker]), .task = task,
                       .color = record->colors[cw_plan_task_layer (record->plan, task)] };
}

const CwDrawTimeline *
cw_task_record_timeline (CwTaskRecord *record, int64_t duration_ns) {
  CwDrawTimeline *timeline = &record->timeline;
  timeline->n_memory = 0;
  for (int i = 0; i < N_BUCKETS; i++)
    if (record->buckets[i] >= 0)
      record->samples[timeline->n_memory++] = (CwDrawSample) { i * record->bucket_ns, record->buckets[i] };
  for (int w = 0; w < timeline->n_lanes; w++) {
    timeline->lanes[w].bars = (CwDrawBar *) (void *) record->bars[w]->data;
    timeline->lanes[w].n = record->bars[w]->len;
    timeline->lanes[w].open = open_bar (record, w, duration_ns);
  }
  timeline->memory = record->samples;
  timeline->marks = (CwDrawMark *) (void *) record->marks->data;
  timeline->n_marks = record->marks->len;
  timeline->duration_ns = duration_ns;
  return timeline;
}

int64_t
cw_task_record_mean_ns (const CwTaskRecord *record) {
  return record->n_bars ? record->busy_ns / record->n_bars : 0;
}
