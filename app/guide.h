/* guide.h: leads a learner through a lesson: builds its steps in the document, keeps the session in order, judges answers, keeps progress.
 *
 * Signals: "changed" when progress changed; "open-view" (char *page) when a cell wants a page of the stage.
 */
#pragma once

#include "app/document.h"
#include "lessons/lesson.h"
#include "lessons/progress.h"

G_BEGIN_DECLS

#define CW_TYPE_GUIDE (cw_guide_get_type ())
G_DECLARE_FINAL_TYPE (CwGuide, cw_guide, CW, GUIDE, GObject)

/* Fills @document with @lesson (taken) as @record (borrowed, outlives the guide) knows it, at the step where the learner left it. */
CwGuide        *cw_guide_new (CwLesson *lesson, CwRecord *record, CwDocument *document, CwEvaluator *evaluator);
/* Ends it: nothing is told after this, and what was typed last is kept. */
void            cw_guide_close (CwGuide *guide);
const CwLesson *cw_guide_lesson (CwGuide *guide);
bool            cw_guide_step_done (CwGuide *guide, int step);
/* Goes to a step and remembers it. */
void            cw_guide_go_to_step (CwGuide *guide, int step);
bool            cw_guide_go_to_id (CwGuide *guide, const char *step_id);
/* Forgets what was done in a step, or (-1) in the whole lesson. */
void            cw_guide_start_over (CwGuide *guide, int step);
void            cw_guide_show_notes (CwGuide *guide, bool show);
/* The lesson up to the step in sight as a notebook: text, set-up and the learner's cells. g_free. */
char           *cw_guide_as_notebook (CwGuide *guide);
/* The code cells up to and with @cell, set-up first, for what shows them in other languages; GPtrArray of CwCell. */
GPtrArray      *cw_guide_cells_until (CwGuide *guide, CwCellView *cell);

G_END_DECLS
