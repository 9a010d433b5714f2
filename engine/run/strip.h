/* strip.h: running strip programs on a block; private to engine/run.
 *
 * A program is bound to a block (where its leaves lie, how its reduction folds), then run in parts that several workers may share.
 * Which parts there are, and every order of additions, follows from the block's shape alone. */
#pragma once

#include "engine/plan/plan-private.h"

#include <stdatomic.h>

/* Registers, bands and an accumulator of one worker; grows as programs need. */
typedef struct {
  char  *registers, *band, *accumulator;
  size_t register_bytes, band_bytes, accumulator_bytes;
  void **values; /* where a register's strip is: its own memory, or a leaf's */
  int    n_values;
} CwScratch;

void cw_scratch_clear (CwScratch *s);

typedef struct _CwBound CwBound;

/* @leaves[i]: the block that LEAF or BUFFER node i reads (borrowed), NULL for others. @dest: where to store (a view of the final
 * result), or NULL. Fails where blocks of unknown size turn out not to fit each other. */
CwBound *cw_bound_new (const CwProgram *p, const int64_t *block, CwBuffer *const *leaves, CwBuffer *dest, GError **error);
/* Workers share a block in runs, 0 .. n_runs - 1; a run that @stop breaks off leaves the block worthless. */
int      cw_bound_n_runs (const CwBound *b);
void     cw_bound_run (CwBound *b, int run, CwScratch *scratch, const _Atomic bool *stop);
/* Merges parts and gives the block (new reference). */
CwBuffer *cw_bound_finish (CwBound *b);
void      cw_bound_free (CwBound *b);
