/* variants.h: comparisons and benches: pieces of code, and functions in plain C, run and measured beside each other. */
#pragma once

#include "engine/language/language.h"
#include "lessons/lesson.h"

G_BEGIN_DECLS

/* What was measured of one variant at one size. */
typedef struct {
  int     n;           /* measurements; 0: it could not be run */
  double *seconds;     /* n */
  int64_t tasks, peak_bytes, spilled_bytes; /* of the last one; 0 of plain C */
  char   *value;       /* COMPARE: what the code showed, in one line; else NULL */
  char   *error;       /* "MemoryError: ..."; NULL: none */
} CwMeasured;

typedef struct {
  int         n_variants, n_sizes; /* n_sizes is 1 where there are no sizes */
  CwMeasured *measured;            /* n_sizes x n_variants */
} CwMeasurements;

/* Runs every variant in @session, where the names of a set-up stay, and `medians` is left: for each label its seconds, one a size. Those of a bench in turns, so that a slow moment of the machine meets all of
 * them. @progress (may be NULL) is told how many of how many runs are done, and stops the whole with false: KeyboardInterrupt then, as when the
 * session is interrupted. Other errors of a variant are kept with it. */
typedef bool (*CwVariantsProgress) (int done, int of, void *data);
CwMeasurements *cw_variants_run (CwSession *session, const CwLessonBlock *block, CwVariantsProgress progress, void *data, GError **error);
void            cw_measurements_free (CwMeasurements *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwMeasurements, cw_measurements_free)
static inline const CwMeasured *cw_measured (const CwMeasurements *m, int size, int variant) { return &m->measured[size * m->n_variants + variant]; }
/* The middle one of what was measured; 0 where nothing was. */
double cw_measured_median (const CwMeasured *m);
/* Is there a function of that name in lessons/plain_c? */
bool   cw_plain_c_exists (const char *name);

G_END_DECLS
