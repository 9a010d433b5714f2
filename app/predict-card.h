/* predict-card.h: a question that is answered before its cell runs, and the truth afterwards.
 *
 * Signal "answered" (char *answer): as cw_judge_predict takes it, "" for "not sure".
 */
#pragma once

#include <gtk/gtk.h>

#include "lessons/judge.h"

G_BEGIN_DECLS

#define CW_TYPE_PREDICT_CARD (cw_predict_card_get_type ())
G_DECLARE_FINAL_TYPE (CwPredictCard, cw_predict_card, CW, PREDICT_CARD, GtkBox)

/* @block is borrowed and outlives the card. */
GtkWidget  *cw_predict_card_new (const CwLessonBlock *block);
/* The answer given, or NULL. Setting one is as if the learner had given it before, NULL asks again. */
const char *cw_predict_card_answer (CwPredictCard *card);
void        cw_predict_card_set_answer (CwPredictCard *card, const char *answer);
/* Shows the truth. */
void        cw_predict_card_reveal (CwPredictCard *card, const CwPredictVerdict *verdict);

G_END_DECLS
