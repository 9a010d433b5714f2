/* translated.h: notebooks as C programs, compiled, run and compared with what the notebooks show. */
#pragma once

#include "engine/language/language.h"

typedef struct _Batch Batch;

Batch *batch_new (void);
/* Runs the cells (of CwCell) of a notebook, and keeps the programs and the Dask script of each. */
void batch_add (Batch *batch, const char *title, GPtrArray *cells);
/* Compiles all programs and runs them: each prints what its cell showed, and fails as it failed. Then the scripts, where Dask is
 * installed. */
void batch_check (Batch *batch);
int  batch_n_programs (const Batch *batch);
int  batch_n_refused (const Batch *batch);
void batch_free (Batch *batch);
