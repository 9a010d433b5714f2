/* Budgets: see budget.h.
 *
 * Views own no memory: their inputs are held as long as they are, and letting go of a block lets go of the views into it. */
#include "engine/run/budget.h"
#include "engine/run/spill.h"

#include <pthread.h>
#include <string.h>

enum {
  REMAKE_INSTRUCTIONS = 24, /* programs of at most so many steps cost less to run again than to write and read back */
  TINY                = 4096, /* bytes of blocks that are never let go */
  SMALL               = 64, /* blocks below the budget's size / SMALL are not worth waiting for */
  BATCH               = 16, /* where room is made, a batch of the budget's size / BATCH is made at least: looking costs a walk over all blocks */
};

typedef enum {
  ABSENT,   /* not made yet, or released */
  HELD,     /* in memory, counted */
  WRITING,  /* ... and on its way to the file */
  SPILLED,  /* in the file alone */
  MAPPED,   /* in a file, and mapped */
  DROPPED,  /* to be made again */
  FETCHING, /* a worker brings it back */
  ELSEWHERE /* in memory that is not counted here: whole results, eager buffers, views */
} State;

typedef struct {
  CwExtent extent;
  CwDtype  dtype;
  int      ndim;
  int64_t  shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
} Spilled;

struct _CwBudget {
  const CwPlan    *plan;
  CwBuffer       **results;
  CwHeld          *counter;
  bool            *view, *remakeable, *elsewhere; /* by layer */
  int64_t          limit;
  pthread_mutex_t  lock; /* of all below, and of results[] */
  pthread_cond_t   changed;
  int64_t          held, reserved, writing;
  uint8_t         *state, *done;
  uint32_t        *pins, *rank;
  GArray          *candidates; /* of uint32_t: tasks that are HELD */
  uint32_t        *candidate;  /* a task's place there */
  GHashTable      *spilled;    /* task -> Spilled */
  /* the writer */
  CwSpill  *file;
  GQueue    queue; /* of Waiting */
  bool      writer_runs, stop;
  pthread_t writer;
  GError   *error;
  GArray   *fresh; /* of uint32_t: spilled or dropped since last asked */
  int64_t   spilled_bytes;
};

static int
layer_of (const CwBudget *b, uint32_t task)
{
  return cw_plan_task_layer (b->plan, task);
}

static bool
is_view (const CwBudget *b, uint32_t task)
{
  return b->view[layer_of (b, task)];
}

/* ---- sizes ---- */

/* Bytes that a task of @layer takes for its block, all inputs there; blocks of unknown size are at most their first input. */
static int64_t
block_bytes (const CwBudget *b, uint32_t task)
{
  int64_t            bytes = cw_plan_task_bytes (b->plan, task);
  const CwPlanLayer *l     = &b->plan->layers[layer_of (b, task)];
  if (bytes != CW_UNKNOWN)
    return bytes;
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (b->plan, task, &n);
  bytes                   = 0;
  for (uint32_t i = 0; i < n; i++)
    if (b->results[parents[i]])
      bytes = MAX (bytes, b->results[parents[i]]->size * cw_dtype_size (l->pub.array->dtype));
  return MAX (bytes, cw_plan_program_input_bytes (b->plan, task));
}

/* What a running task holds beside its inputs: its block, and a copy where the operation makes its own. */
static int64_t
needed_bytes (const CwBudget *b, uint32_t task)
{
  const CwPlanLayer *l = &b->plan->layers[layer_of (b, task)];
  if (!cw_plan_layer_owns_memory (b->plan, layer_of (b, task)))
    return 0;
  int64_t bytes = block_bytes (b, task);
  if (l->program || l->pub.array->op->strided)
    return b->elsewhere[layer_of (b, task)] ? 0 : bytes;
  return l->pub.array->op->copies ? 2 * bytes : bytes;
}

/* ---- blocks, under the lock ---- */

static void
count (CwBudget *b, int64_t bytes)
{
  b->held += bytes;
  cw_held_add (b->counter, bytes);
}

static void
set_held (CwBudget *b, uint32_t task)
{
  b->state[task]     = HELD;
  b->candidate[task] = b->candidates->len;
  g_array_append_val (b->candidates, task);
}

static void
leave_candidates (CwBudget *b, uint32_t task)
{
  uint32_t last = g_array_index (b->candidates, uint32_t, b->candidates->len - 1);
  g_array_index (b->candidates, uint32_t, b->candidate[task]) = last;
  b->candidate[last] = b->candidate[task];
  g_array_set_size (b->candidates, b->candidates->len - 1);
}

/* Takes the block's memory away, and the views into it. */
static void
let_go (CwBudget *b, uint32_t task)
{
  uint32_t        n;
  const uint32_t *children = cw_plan_children (b->plan, task, &n);
  for (uint32_t i = 0; i < n; i++)
    if (b->results[children[i]] && b->state[children[i]] == ELSEWHERE && is_view (b, children[i])) {
      let_go (b, children[i]);
      b->state[children[i]] = DROPPED;
    }
  g_clear_pointer (&b->results[task], cw_buffer_unref);
}

static void
pin (CwBudget *b, uint32_t task, int by)
{
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (b->plan, task, &n);
  b->pins[task] += (uint32_t) by;
  for (uint32_t i = 0; i < n && is_view (b, task); i++)
    pin (b, parents[i], by);
}

/* The place in depth-first order of the first task that still reads @task; the end if none does. */
static uint32_t
next_use (const CwBudget *b, uint32_t task)
{
  uint32_t        n, first = UINT32_MAX;
  const uint32_t *children = cw_plan_children (b->plan, task, &n);
  for (uint32_t i = 0; i < n; i++) {
    uint32_t use = !b->done[children[i]] ? b->rank[children[i]] : is_view (b, children[i]) ? next_use (b, children[i]) : UINT32_MAX;
    first        = MIN (first, use);
  }
  return first;
}

/* ---- the writer ---- */

/* A block in the queue, which keeps its memory. */
typedef struct {
  uint32_t  task;
  CwBuffer *block;
} Waiting;

static void
waiting_free (void *data)
{
  cw_buffer_unref (((Waiting *) data)->block);
  g_free (data);
}

static void
write_one (CwBudget *b, uint32_t task, CwBuffer *made)
{
  GError              *error = NULL;
  Spilled              s     = { .dtype = made->dtype, .ndim = made->ndim };
  memcpy (s.shape, made->shape, (size_t) made->ndim * sizeof *made->shape);
  pthread_mutex_unlock (&b->lock);
  g_autoptr (CwBuffer) dense = cw_buffer_is_contiguous (made) ? cw_buffer_ref (made) : cw_buffer_copy_dense (made, &error);
  bool ok = dense && (b->file || (b->file = cw_spill_new (&error))) && cw_spill_write (b->file, dense, &s.extent, &error);
  if (ok)
    memcpy (s.strides, dense->strides, (size_t) dense->ndim * sizeof *dense->strides);
  pthread_mutex_lock (&b->lock);
  int64_t bytes = cw_buffer_nbytes (made);
  if (!ok) {
    if (b->state[task] == WRITING)
      set_held (b, task);
    g_clear_error (&b->error);
    b->error = error;
    return;
  }
  if (b->state[task] != WRITING) /* released meanwhile */
    cw_spill_discard (b->file, &s.extent);
  else if (b->pins[task]) { /* wanted again */
    set_held (b, task);
    cw_spill_discard (b->file, &s.extent);
  } else {
    let_go (b, task);
    b->state[task] = SPILLED;
    g_hash_table_insert (b->spilled, GUINT_TO_POINTER (task), g_memdup2 (&s, sizeof s));
    count (b, -bytes);
    b->spilled_bytes += bytes;
    g_array_append_val (b->fresh, task);
  }
}

static void *
write_blocks (void *data)
{
  CwBudget *b = data;
  pthread_mutex_lock (&b->lock);
  while (!b->stop) {
    if (g_queue_is_empty (&b->queue)) {
      pthread_cond_wait (&b->changed, &b->lock);
      continue;
    }
    Waiting *next = g_queue_pop_head (&b->queue);
    if (b->state[next->task] == WRITING) /* else it has been released meanwhile */
      write_one (b, next->task, next->block);
    b->writing -= cw_buffer_nbytes (next->block);
    waiting_free (next);
    pthread_cond_broadcast (&b->changed);
  }
  pthread_mutex_unlock (&b->lock);
  return NULL;
}

static void
spill (CwBudget *b, uint32_t task)
{
  leave_candidates (b, task);
  Waiting *next  = g_new (Waiting, 1);
  *next          = (Waiting){ task, cw_buffer_ref (b->results[task]) };
  b->state[task] = WRITING;
  b->writing += cw_buffer_nbytes (next->block);
  g_queue_push_tail (&b->queue, next);
  if (!b->writer_runs)
    b->writer_runs = pthread_create (&b->writer, NULL, write_blocks, b) == 0;
  pthread_cond_broadcast (&b->changed);
}

static void
drop (CwBudget *b, uint32_t task)
{
  int64_t bytes = cw_buffer_nbytes (b->results[task]);
  leave_candidates (b, task);
  let_go (b, task);
  b->state[task] = DROPPED;
  count (b, -bytes);
  g_array_append_val (b->fresh, task);
}

/* ---- making room ---- */

typedef struct {
  uint32_t task, use;
} Victim;

static int
furthest_first (const void *x, const void *y)
{
  const Victim *a = x, *b = y;
  return a->use < b->use ? 1 : a->use > b->use ? -1 : 0;
}

static bool
reads (const CwBudget *b, uint32_t task, uint32_t input)
{
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (b->plan, task, &n);
  for (uint32_t i = 0; i < n; i++)
    if (parents[i] == input || (is_view (b, parents[i]) && reads (b, parents[i], input)))
      return true;
  return false;
}

/* Lets blocks go until @bytes are on their way, those of @task's own inputs only where @own, and then into the file, since they are needed
 * at once. */
static void
make_room (CwBudget *b, uint32_t task, int64_t bytes, bool own)
{
  g_autoptr (GArray) victims = g_array_new (FALSE, FALSE, sizeof (Victim));
  for (guint i = 0; i < b->candidates->len; i++) {
    uint32_t t = g_array_index (b->candidates, uint32_t, i);
    if (b->pins[t] || reads (b, task, t) != own || cw_buffer_nbytes (b->results[t]) < MIN (b->limit / BATCH / BATCH, TINY))
      continue;
    Victim v = { t, next_use (b, t) };
    g_array_append_val (victims, v);
  }
  g_array_sort (victims, furthest_first);
  for (guint i = 0; i < victims->len && bytes > 0; i++) {
    uint32_t t = g_array_index (victims, Victim, i).task;
    bytes -= cw_buffer_nbytes (b->results[t]);
    if (b->remakeable[layer_of (b, t)] && !own)
      drop (b, t);
    else
      spill (b, t);
  }
}

/* Bytes of the inputs of @task that are to be made again (@dropped), or that stand in files. */
static int64_t
input_bytes (const CwBudget *b, uint32_t task, bool dropped)
{
  uint32_t        n;
  int64_t         bytes   = 0;
  const uint32_t *parents = cw_plan_parents (b->plan, task, &n);
  for (uint32_t i = 0; i < n; i++) {
    State now = b->state[parents[i]];
    if (is_view (b, parents[i]))
      bytes += input_bytes (b, parents[i], dropped);
    else if (dropped ? now == DROPPED : now == SPILLED || now == MAPPED)
      bytes += block_bytes (b, parents[i]);
  }
  return bytes;
}

/* What the pages of inputs in files take while @task runs: all of them where the operation works on whole blocks, else what passes through; strip
 * programs read few rows at a time, and so do operations that say what a part holds. */
static int64_t
window_bytes (const CwBudget *b, uint32_t task)
{
  const CwPlanLayer *l = &b->plan->layers[layer_of (b, task)];
  if (l->program || l->pub.array->op->kind != CW_OP_BLOCK || l->pub.array->op->part_bytes)
    return 0;
  int64_t bytes = input_bytes (b, task, false);
  return l->pub.array->op->part ? MIN (bytes, b->limit / 2) : bytes;
}

static CwAdmit
admit (CwBudget *b, uint32_t task, CwAdmission *admission, GError **error)
{
  if (b->error) {
    if (error)
      *error = g_error_copy (b->error);
    return CW_ADMIT_FAILED;
  }
  const CwPlanLayer *l    = &b->plan->layers[layer_of (b, task)];
  bool               whole = !l->program && !l->pub.array->op->part && l->pub.array->op->kind == CW_OP_BLOCK;
  int64_t            window = window_bytes (b, task), need = needed_bytes (b, task) + input_bytes (b, task, true) + window;
  int64_t            over = b->held + b->reserved + need - b->limit;
  *admission   = (CwAdmission){ need, false };
  bool               large = need > b->limit / SMALL;
  if (over > b->writing && need > 0)
    make_room (b, task, MAX (over - b->writing, b->limit / BATCH), false);
  if (large && b->held + b->reserved + need > b->limit) {
    if (b->reserved > 0 || b->writing > 0)
      return CW_ADMIT_WAIT;
    make_room (b, task, over, true);
    if (b->writing > 0)
      return CW_ADMIT_WAIT;
    /* Nothing else is in the way: the block is too large, and is made in a file where the operation can do that. */
    *admission = (CwAdmission){ whole ? need : MAX (window, 1), true };
  }
  b->reserved += admission->reserved;
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (b->plan, task, &n);
  for (uint32_t i = 0; i < n; i++)
    pin (b, parents[i], 1);
  return CW_ADMIT_YES;
}

CwAdmit
cw_budget_admit (CwBudget *b, uint32_t task, CwAdmission *admission, GError **error)
{
  pthread_mutex_lock (&b->lock);
  CwAdmit answer = admit (b, task, admission, error);
  pthread_mutex_unlock (&b->lock);
  return answer;
}

/* ---- bringing back ---- */

static CwBuffer *
read_back (CwBudget *b, const Spilled *s, GError **error)
{
  g_autoptr (CwBuffer) flat = cw_spill_read (b->file, &s->extent, s->dtype, s->ndim, s->shape, error);
  return flat ? cw_buffer_view (flat, s->dtype, s->ndim, s->shape, s->strides, flat->data) : NULL;
}

static bool fetch_inputs (CwBudget *b, uint32_t task, CwAdmission *admission, CwRemakeFunc remake, void *data, GError **error);

/* Under the lock, which is given up while a block is read or made. */
static bool
fetch (CwBudget *b, uint32_t task, CwAdmission *admission, CwRemakeFunc remake, void *data, GError **error)
{
  while (b->state[task] == FETCHING)
    pthread_cond_wait (&b->changed, &b->lock);
  if (is_view (b, task) && !fetch_inputs (b, task, admission, remake, data, error))
    return false;
  while (b->state[task] == FETCHING)
    pthread_cond_wait (&b->changed, &b->lock);
  State before = b->state[task];
  if (before != SPILLED && before != DROPPED)
    return true;
  Spilled *s     = g_hash_table_lookup (b->spilled, GUINT_TO_POINTER (task));
  b->state[task] = FETCHING;
  pthread_mutex_unlock (&b->lock);
  CwBuffer *back = before == SPILLED ? read_back (b, s, error)
                                     : remake (data, task, admission->in_file && !is_view (b, task), error);
  pthread_mutex_lock (&b->lock);
  pthread_cond_broadcast (&b->changed);
  if (!back) {
    b->state[task] = before;
    return false;
  }
  b->results[task] = back;
  if (before == SPILLED || cw_buffer_is_in_file (back))
    b->state[task] = is_view (b, task) ? ELSEWHERE : MAPPED;
  else if (is_view (b, task))
    b->state[task] = ELSEWHERE;
  else {
    int64_t bytes = MIN (cw_buffer_nbytes (back), admission->reserved);
    b->reserved -= bytes;
    admission->reserved -= bytes;
    count (b, cw_buffer_nbytes (back));
    set_held (b, task);
  }
  return true;
}

static bool
fetch_inputs (CwBudget *b, uint32_t task, CwAdmission *admission, CwRemakeFunc remake, void *data, GError **error)
{
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (b->plan, task, &n);
  for (uint32_t i = 0; i < n; i++)
    if (!fetch (b, parents[i], admission, remake, data, error))
      return false;
  return true;
}

bool
cw_budget_fetch (CwBudget *b, uint32_t task, CwAdmission *admission, CwRemakeFunc remake, void *data, GError **error)
{
  pthread_mutex_lock (&b->lock);
  bool ok = fetch_inputs (b, task, admission, remake, data, error);
  pthread_mutex_unlock (&b->lock);
  return ok;
}

void
cw_budget_made (CwBudget *b, uint32_t task, CwAdmission *admission, CwBuffer *result)
{
  uint32_t        n;
  const uint32_t *parents = cw_plan_parents (b->plan, task, &n);
  pthread_mutex_lock (&b->lock);
  b->reserved -= admission->reserved;
  for (uint32_t i = 0; i < n; i++)
    pin (b, parents[i], -1);
  if (result) {
    int layer        = layer_of (b, task);
    b->results[task] = result;
    b->done[task]    = 1;
    if (cw_buffer_is_in_file (result) && !b->elsewhere[layer] && !b->view[layer]) {
      b->state[task] = MAPPED;
      if (admission->in_file) { /* else it is a view of a file that the notebook reads */
        b->spilled_bytes += cw_buffer_nbytes (result);
        g_array_append_val (b->fresh, task);
      }
    } else if (b->elsewhere[layer] || b->view[layer] || b->plan->layers[layer].pub.array->op->kind == CW_OP_BUFFER)
      b->state[task] = ELSEWHERE;
    else {
      count (b, cw_buffer_nbytes (result));
      set_held (b, task);
    }
  }
  pthread_cond_broadcast (&b->changed);
  pthread_mutex_unlock (&b->lock);
}

void
cw_budget_release (CwBudget *b, uint32_t task)
{
  pthread_mutex_lock (&b->lock);
  Spilled *s = g_hash_table_lookup (b->spilled, GUINT_TO_POINTER (task));
  if (b->state[task] == HELD)
    leave_candidates (b, task);
  if (b->state[task] == HELD || b->state[task] == WRITING)
    count (b, -cw_buffer_nbytes (b->results[task]));
  b->state[task] = ABSENT;
  g_clear_pointer (&b->results[task], cw_buffer_unref);
  if (s)
    cw_spill_discard (b->file, &s->extent);
  g_hash_table_remove (b->spilled, GUINT_TO_POINTER (task));
  pthread_cond_broadcast (&b->changed);
  pthread_mutex_unlock (&b->lock);
}

CwBuffer *
cw_budget_take (CwBudget *b, uint32_t task, CwRemakeFunc remake, void *data, GError **error)
{
  CwAdmission none = { 0, true };
  pthread_mutex_lock (&b->lock);
  CwBuffer *block = fetch (b, task, &none, remake, data, error) ? cw_buffer_ref (b->results[task]) : NULL;
  pthread_mutex_unlock (&b->lock);
  return block;
}

/* ---- making one ---- */

/* Programs that read no other layer and are short. */
static bool
is_remakeable (const CwPlanLayer *l)
{
  const CwProgram *p = l->program;
  if (!p || p->nodes[0].kind == CW_NODE_REDUCE || p->nodes[0].kind == CW_NODE_SELECT || p->n_instructions > REMAKE_INSTRUCTIONS)
    return false;
  for (int i = 0; i < p->n_nodes; i++)
    if (p->nodes[i].kind == CW_NODE_LEAF)
      return false;
  return true;
}

CwBudget *
cw_budget_new (const CwPlan *plan, CwBuffer **results, const bool *elsewhere, int64_t bytes, CwHeld *held)
{
  CwBudget *b   = g_new0 (CwBudget, 1);
  uint32_t  n   = plan->n_tasks;
  b->plan       = plan;
  b->results    = results;
  b->counter    = held;
  b->limit      = bytes;
  b->view       = g_new0 (bool, plan->n_layers);
  b->remakeable = g_new0 (bool, plan->n_layers);
  b->elsewhere  = g_memdup2 (elsewhere, sizeof (bool) * (size_t) plan->n_layers);
  b->state      = g_new0 (uint8_t, n);
  b->done       = g_new0 (uint8_t, n);
  b->pins       = g_new0 (uint32_t, n);
  b->rank       = g_new (uint32_t, n);
  b->candidate  = g_new0 (uint32_t, n);
  b->candidates = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  b->fresh      = g_array_new (FALSE, FALSE, sizeof (uint32_t));
  b->spilled    = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  pthread_mutex_init (&b->lock, NULL);
  pthread_cond_init (&b->changed, NULL);
  for (int i = 0; i < plan->n_layers; i++) {
    b->view[i]       = cw_plan_layer_is_view (plan, i) && !elsewhere[i];
    b->remakeable[i] = is_remakeable (&plan->layers[i]);
  }
  for (uint32_t i = 0; i < n; i++)
    b->rank[plan->order[i]] = i;
  return b;
}

void
cw_budget_free (CwBudget *b)
{
  pthread_mutex_lock (&b->lock);
  b->stop = true;
  pthread_cond_broadcast (&b->changed);
  pthread_mutex_unlock (&b->lock);
  if (b->writer_runs)
    pthread_join (b->writer, NULL);
  g_queue_clear_full (&b->queue, waiting_free);
  g_clear_pointer (&b->file, cw_spill_free);
  g_clear_error (&b->error);
  g_array_unref (b->candidates);
  g_array_unref (b->fresh);
  g_hash_table_unref (b->spilled);
  pthread_mutex_destroy (&b->lock);
  pthread_cond_destroy (&b->changed);
  g_free (b->view);
  g_free (b->remakeable);
  g_free (b->elsewhere);
  g_free (b->state);
  g_free (b->done);
  g_free (b->pins);
  g_free (b->rank);
  g_free (b->candidate);
  g_free (b);
}

bool
cw_budget_next_event (CwBudget *b, uint32_t *task, CwTaskState *state)
{
  bool any = false;
  pthread_mutex_lock (&b->lock);
  while (b->fresh->len > 0 && !any) {
    *task     = g_array_index (b->fresh, uint32_t, b->fresh->len - 1);
    State now = b->state[*task];
    any       = now == SPILLED || now == MAPPED || now == DROPPED; /* else it has been released or brought back meanwhile */
    *state    = now == DROPPED ? CW_TASK_RELEASED : CW_TASK_SPILLED;
    g_array_set_size (b->fresh, b->fresh->len - 1);
  }
  pthread_mutex_unlock (&b->lock);
  return any;
}

int64_t
cw_budget_spilled_bytes (CwBudget *b)
{
  pthread_mutex_lock (&b->lock);
  int64_t bytes = b->spilled_bytes;
  pthread_mutex_unlock (&b->lock);
  return bytes;
}
