/* judge.h: what is true of a learner's session: the answers of predictions, the conditions of checks, and the mistakes that were made.
 *
 * Conditions are expressions of the notebook language over the learner's own names and, of the cell that ran last: tasks (run),
 * peak_bytes, spilled_bytes, seconds, and error (the class of the error that it ended with, or None). Nothing is compared as text.
 */
#pragma once

#include "engine/language/language.h"
#include "lessons/lesson.h"

G_BEGIN_DECLS

/* The value of @expression as print() shows it; @result (may be NULL) is of the cell that ran last. g_free. Errors as Python's. */
char *cw_judge_value (CwSession *session, const char *expression, const CwCellResult *result, GError **error);
/* @text with {expressions} filled in; those that have no value become "…". g_free. */
char *cw_judge_fill (CwSession *session, const char *text, const CwCellResult *result);

typedef struct {
  bool  sure;  /* false: the learner said "not sure" */
  bool  right;
  int   option; /* CHOICE: the right one */
  char *truth; /* the right answer, for people */
  char *said;  /* to this answer; may be NULL */
  char *why;   /* may be NULL */
} CwPredictVerdict;

/* Judges @answer ("": not sure; CHOICE: the option's number from 0; NUMBER: as typed; CHUNKS: "((2, 2), (4,))") after the prediction's cell ran.
 * An error where the right answer has no value: the cell failed, say. */
CwPredictVerdict *cw_judge_predict (CwSession *session, const CwPredict *predict, const char *answer, const CwCellResult *result, GError **error);
void              cw_predict_verdict_free (CwPredictVerdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwPredictVerdict, cw_predict_verdict_free)
/* A number as people type it: "1,000", "2.5e3", "1 000 000". */
bool cw_judge_read_number (const char *text, double *number);

typedef struct {
  bool  passed;
  char *said; /* what the learner is told; NULL where it passed */
  int   line; /* of the condition in the lesson */
} CwVerdict;

typedef struct {
  bool       passed;
  char      *good;     /* said when all passed; may be NULL */
  char      *mistake;  /* the foreseen mistake's words, or NULL */
  int        mistake_line;
  GPtrArray *verdicts; /* of CwVerdict, one a condition; a cell that failed has one that says so */
} CwCheckVerdict;

/* Judges the exercise @cell after it ran with @result. */
CwCheckVerdict *cw_judge_check (CwSession *session, const CwLesson *lesson, const char *cell, const CwCellResult *result);
void            cw_check_verdict_free (CwCheckVerdict *verdict);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwCheckVerdict, cw_check_verdict_free)
/* Is a condition true? An error counts as no; it is left in @error. */
bool cw_judge_condition (CwSession *session, const char *condition, const CwCellResult *result, GError **error);

/* Puts @session where it stands before @block: a fresh start, the set-up, and the lesson's own cells above it, exercises left out. Cells that
 * only show something are not run again. False with the first error that a cell was not meant to have. */
bool cw_lesson_rebuild (CwSession *session, const CwLesson *lesson, const CwLessonBlock *block, GError **error);
/* Is @cell an exercise, one with a check? */
bool cw_lesson_is_exercise (const CwLesson *lesson, const CwLessonBlock *cell);

G_END_DECLS
