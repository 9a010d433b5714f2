/* report.h: what learners achieved: one notebook graded, one learner's record, and many records in one table. All are JSON; nothing needs a window. */
#pragma once

#include "lessons/lesson.h"
#include "lessons/progress.h"

G_BEGIN_DECLS

/* Runs the notebook @text (.py) and judges the lesson's exercises in it: {"lesson", "title", "passed", "exercises": [{"id", "step", "passed",
 * "mistake", "checks": [{"line", "passed", "said"}]}], "error"}. An exercise is judged after the cell marked `cell="ID"` (as the workbench
 * saves them), or at the notebook's end where no cell is marked so. *@passed: did all pass? g_free. */
char *cw_report_grade (const CwLesson *lesson, const char *text, uint64_t seed, bool *passed);

/* The record of all lessons as {"chunkwise-report": 1, "learner", "date", "lessons": [{"id", "title", "steps", "done", "predictions", "answered", "right",
 * "exercises", "passed", "tries", "hints"}]}. g_free. */
char *cw_report_learner (CwRecord *record, const char *learner);

/* Reports of several learners (texts of the above; @names stand in messages) as one table with tabs between columns: a learner a row, for each
 * lesson the steps done, predictions right and exercises passed. ValueError where a text is no report. g_free. */
char *cw_report_table (int n, char *const *texts, char *const *names, GError **error);

G_END_DECLS
