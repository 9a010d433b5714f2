/* task.h: one task at work: from its inputs' blocks to its own, in parts that several workers may share; private to engine/run. */
#pragma once

#include "engine/run/strip.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct {
  /* what to compute */
  const CwPlan      *plan;
  const CwPlanLayer *layer;
  uint32_t           task;
  CwBuffer *const   *results; /* of all tasks: where the inputs are */
  CwBuffer          *dest;    /* where to store, or NULL */
  /* how */
  int64_t       block[CW_MAX_NDIM];
  CwBound      *bound;       /* a strip program */
  CwBlockInput *inputs;      /* an operation with blocks */
  CwBuffer    **input_blocks;
  CwBlockInput  few_inputs[3]; /* their memory, where these do */
  CwBuffer     *few_blocks[8];
  CwBuffer     *out;
  int           n_parts;
  /* shared with helpers */
  _Atomic int      next_part;
  _Atomic bool     failed;
  pthread_mutex_t           error_lock;
  GError          *error;
} CwTask;

/* Finds inputs and says how many parts there are; 0 parts: computed already. */
bool cw_task_begin (CwTask *t, const CwPlan *plan, uint32_t task, CwBuffer *const *results, CwBuffer *dest, GError **error);
/* Works on parts until none is left or @stop is set. */
void cw_task_work (CwTask *t, CwScratch *scratch, const _Atomic bool *stop);
/* The block, after all parts are done; NULL with the error of a part. */
CwBuffer *cw_task_finish (CwTask *t, GError **error);
