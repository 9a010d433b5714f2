/* variants-card.h: a comparison or a bench of a lesson: what it runs, a button, and then a table or a chart.
 *
 * Signal "run" asks for it to be measured.
 */
#pragma once

#include <gtk/gtk.h>

#include "lessons/variants.h"

G_BEGIN_DECLS

#define CW_TYPE_VARIANTS_CARD (cw_variants_card_get_type ())
G_DECLARE_FINAL_TYPE (CwVariantsCard, cw_variants_card, CW, VARIANTS_CARD, GtkBox)

/* @block is borrowed and outlives the card. */
GtkWidget *cw_variants_card_new (const CwLessonBlock *block);
/* Before its predictions are answered it cannot be run. */
void       cw_variants_card_set_locked (CwVariantsCard *card, bool locked);
/* While it runs: @part (0 to 1) is done. */
void       cw_variants_card_set_progress (CwVariantsCard *card, double part);
/* Shows what was measured, or why it was not. */
void       cw_variants_card_show (CwVariantsCard *card, const CwMeasurements *measurements, const char *problem);

G_END_DECLS
