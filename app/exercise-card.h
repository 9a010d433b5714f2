/* exercise-card.h: what stands below an exercise's cell: whether it passes, hints, the solution, starting over.
 *
 * Signals: "check" asks for the cell to be run and judged; "use-solution" and "start-over" for its code to be replaced; "hint-shown" (int n) when the
 * n-th hint was opened.
 */
#pragma once

#include <gtk/gtk.h>

#include "lessons/judge.h"

G_BEGIN_DECLS

#define CW_TYPE_EXERCISE_CARD (cw_exercise_card_get_type ())
G_DECLARE_FINAL_TYPE (CwExerciseCard, cw_exercise_card, CW, EXERCISE_CARD, GtkBox)

/* Of the exercise @cell of @lesson; both are borrowed and outlive the card. */
GtkWidget *cw_exercise_card_new (const CwLesson *lesson, const CwLessonBlock *cell);
/* As it was left: how many hints are open, and whether the exercise was passed before. */
void       cw_exercise_card_restore (CwExerciseCard *card, int hints, bool passed);
void       cw_exercise_card_show (CwExerciseCard *card, const CwCheckVerdict *verdict);

G_END_DECLS
