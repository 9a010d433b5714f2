/* trace.h: writing traces; private to engine/run. */
#pragma once

#include "engine/run/run.h"

CwTrace *cw_trace_new (int n_workers);
void     cw_trace_begin (CwTrace *t); /* the clock starts */
void     cw_trace_end (CwTrace *t);
int64_t  cw_trace_now (const CwTrace *t);
/* Appends an event of @worker; called by that worker's thread alone. */
void cw_trace_add (CwTrace *t, int worker, CwEvent event);
