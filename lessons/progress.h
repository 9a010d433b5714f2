/* progress.h: what a learner did in lessons: steps done, code written, predictions made, exercises passed.
 *
 * One key file in the user's data folder, a group a lesson. Steps are kept with a hash of their content: a step that was rewritten since
 * counts as not done, while code and answers are found again by their ids. Every change is written at once and as a whole, so that a crash loses
 * nothing.
 */
#pragma once

#include "lessons/lesson.h"

G_BEGIN_DECLS

typedef struct _CwRecord CwRecord;

/* Reads @path; NULL: the user's own. A file that is not there or cannot be read is an empty record; the latter is kept beside it under another name. */
CwRecord *cw_record_open (const char *path);
void      cw_record_free (CwRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwRecord, cw_record_free)

/* Steps by their number. */
bool cw_record_step_done (CwRecord *record, const CwLesson *lesson, guint step);
void cw_record_set_step_done (CwRecord *record, const CwLesson *lesson, guint step, bool done);
int  cw_record_n_done (CwRecord *record, const CwLesson *lesson);
/* Are the predictions of a step answered and its exercises passed? True for a step that has none. */
bool cw_record_step_is_answered (CwRecord *record, const CwLesson *lesson, guint step);

/* The step where the learner is, by its id; g_free, NULL: not begun. */
char *cw_record_place (CwRecord *record, const CwLesson *lesson);
void  cw_record_set_place (CwRecord *record, const CwLesson *lesson, guint step);
/* The learner's code of a cell; g_free, NULL: the lesson's own. */
char *cw_record_code (CwRecord *record, const CwLesson *lesson, const char *cell);
void  cw_record_set_code (CwRecord *record, const CwLesson *lesson, const char *cell, const char *code);
/* The answer to a prediction (as cw_judge_predict takes it), and whether it was right; g_free, NULL: not answered. */
char *cw_record_answer (CwRecord *record, const CwLesson *lesson, const char *predict);
bool  cw_record_answer_right (CwRecord *record, const CwLesson *lesson, const char *predict);
void  cw_record_set_answer (CwRecord *record, const CwLesson *lesson, const char *predict, const char *answer, bool right);
bool  cw_record_passed (CwRecord *record, const CwLesson *lesson, const char *cell);
void  cw_record_set_passed (CwRecord *record, const CwLesson *lesson, const char *cell, bool passed);
/* How often an exercise was tried, and hints shown. */
int   cw_record_count (CwRecord *record, const CwLesson *lesson, const char *cell, const char *what);
void  cw_record_set_count (CwRecord *record, const CwLesson *lesson, const char *cell, const char *what, int n);

/* Forgets a step's code, answers and passes, or (@step -1) all of a lesson. */
void  cw_record_forget (CwRecord *record, const CwLesson *lesson, int step);
/* The ids of lessons that something is known of; g_strfreev. */
char **cw_record_lessons (CwRecord *record);
/* What went wrong when the record was last written, or NULL. */
const char *cw_record_problem (CwRecord *record);

G_END_DECLS
