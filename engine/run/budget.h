/* budget.h: which blocks of a run are in memory; private to engine/run.
 *
 * A run that might not fit gets a budget. A task starts once the block that it makes fits beside those that are held. For that, blocks that
 * nobody works with are let go, furthest next use first: those that are cheap to make again are dropped, others are written to a spill file by a
 * thread of its own. Before a task starts its inputs are brought back. A block that does not fit even alone is made in a file. */
#pragma once

#include "engine/plan/plan-private.h"
#include "engine/run/run.h"

#include <stdatomic.h>

typedef struct _CwBudget CwBudget;

typedef enum { CW_ADMIT_WAIT, CW_ADMIT_YES, CW_ADMIT_FAILED } CwAdmit;

/* What one admitted task has reserved. */
typedef struct {
  int64_t reserved;
  bool    in_file; /* its block is to be made in a file */
} CwAdmission;

/* Makes block @task again from its inputs, which are there, into @dest or new memory. */
typedef CwBuffer *(*CwRemakeFunc) (void *data, uint32_t task, bool in_file, GError **error);

/* Bytes of a run's blocks in memory: now, and at most so far. */
typedef struct {
  _Atomic int64_t now, peak;
} CwHeld;

static inline void
cw_held_add (CwHeld *held, int64_t bytes)
{
  int64_t now = atomic_fetch_add (&held->now, bytes) + bytes, peak = atomic_load (&held->peak);
  while (now > peak && !atomic_compare_exchange_weak (&held->peak, &peak, now))
    ;
}

/* @results: the run's blocks by task; @held: its count of bytes, kept right. @elsewhere[layer]: blocks live in a whole result. @bytes: what all other
 * blocks may take at once. */
CwBudget *cw_budget_new (const CwPlan *plan, CwBuffer **results, const bool *elsewhere, int64_t bytes, CwHeld *held);
void      cw_budget_free (CwBudget *b); /* after all workers have ended */

/* May @task, whose inputs are done, start? YES pins its inputs; FAILED is the writer's error. */
CwAdmit cw_budget_admit (CwBudget *b, uint32_t task, CwAdmission *admission, GError **error);
/* Brings the inputs of an admitted task back into reach. */
bool cw_budget_fetch (CwBudget *b, uint32_t task, CwAdmission *admission, CwRemakeFunc remake, void *data, GError **error);
/* The admitted task is done and made @result (NULL: it failed). */
void cw_budget_made (CwBudget *b, uint32_t task, CwAdmission *admission, CwBuffer *result);
/* Nobody needs @task's block any more. */
void cw_budget_release (CwBudget *b, uint32_t task);
/* The block of a finished output task, wherever it is; new reference. */
CwBuffer *cw_budget_take (CwBudget *b, uint32_t task, CwRemakeFunc remake, void *data, GError **error);

/* A task whose block was spilled or dropped (RELEASED) and that no call has told yet; false if there is none. For the trace. */
bool    cw_budget_next_event (CwBudget *b, uint32_t *task, CwTaskState *state);
int64_t cw_budget_spilled_bytes (CwBudget *b);
