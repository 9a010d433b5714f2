/* strip-private.h: a program bound to a block; for strip.c, which brings strips of values, and sink.c, which takes them. */
#pragma once

#include "engine/run/strip.h"

#include <pthread.h>

enum { CW_PART = 65536 }; /* elements a part, about */

/* A leaf as a strided walk over its space: element (i0, i1, ...) is at base + sum of i * stride. */
typedef struct {
  const CwArray *source; /* generated; else memory */
  const char    *base;
  int64_t        first;  /* source: flat index of the first element */
  int            ndim, item;
  int64_t        shape[CW_MAX_NDIM], stride[CW_MAX_NDIM]; /* bytes; source: elements */
  int            band_rows; /* 0: read in place */
} CwStripLeaf;

/* One run of axes that are all reduced, or all kept. */
typedef struct {
  bool    reduced;
  int64_t length;
  int64_t slot_stride;  /* kept: slots a step */
  int64_t index_stride; /* ARG: index a step */
} CwAxisGroup;

/* What a part of a selection kept. */
typedef struct {
  char   *values; /* of a part that has ended and waits; NULL before and after */
  int64_t n;
} CwKept;

struct _CwBound {
  const CwProgram *p;
  int64_t          size; /* elements that run through the program */
  int              n_parts;
  int64_t          part_size;
  int64_t          strip, line; /* elements a strip, which ends where a line of so many does */
  int              run; /* parts that one worker does best one after the other, since they share a band */
  CwBuffer        *out;
  bool             direct; /* strips are written in place: out is contiguous, or takes what the one part of a selection keeps */
  CwStripLeaf    **leaves; /* by node */
  /* reduction */
  const CwReduce  *reduce;
  const CwBuffer  *state; /* of a counting one; borrowed */
  int              n_groups;
  CwAxisGroup      groups[CW_MAX_NDIM];
  int64_t          slots, index_base;
  int64_t          part_steps; /* steps of the first group a part */
  CwBuffer        *parts; /* an accumulator a part, where parts fold into the same slots; the block itself where there is but one */
  char            *accs;  /* ... their memory */
  int64_t          acc_bytes; /* of the accumulator of a part */
  bool             begins_result; /* selection: out has room for more, the block is its first values */
  /* selection: what each part kept, until the parts before it have been put into the block */
  CwKept         *kept;
  pthread_mutex_t kept_lock; /* of what follows, and of which parts have ended */
  int             next_part; /* the first that is not in the block */
  int64_t         n_kept;    /* values in the block */
};

/* Decides how a block of @shape is cut into parts and strips and where they go; @blocks of all nodes. @dest as for cw_bound_new. */
bool cw_sink_bind (CwBound *b, const int64_t *shape, const int64_t *blocks, CwBuffer *dest, GError **error);
/* A part: begun, given its strips in order (elements from @flat on; the values stand in the program's registers), ended. */
void cw_sink_begin (CwBound *b, int part, CwScratch *s);
void cw_sink_take (CwBound *b, int part, CwScratch *s, int64_t flat, size_t n);
void cw_sink_end (CwBound *b, int part, CwScratch *s);
void cw_sink_free (CwBound *b);

/* Makes @memory larger; what was in it is gone. */
void cw_scratch_grow (char **memory, size_t *have, size_t bytes);
/* The memory of a register. */
char *cw_scratch_register (CwScratch *s, int reg);
