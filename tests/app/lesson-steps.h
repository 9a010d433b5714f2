/* lesson-steps.h: what tests do in a lesson's step in the place of a learner. */
#pragma once

#include "app/document.h"
#include "app/exercise-card.h"
#include "app/predict-card.h"

/* The next widget of @type in sight in the document's column, after @from (NULL: the first). */
static inline GtkWidget *
lesson_next (CwDocument *document, GType type, GtkWidget *from) {
  GtkWidget *column = gtk_widget_get_parent (GTK_WIDGET (cw_document_nth_cell (document, 0)));
  for (GtkWidget *c = from ? gtk_widget_get_next_sibling (from) : gtk_widget_get_first_child (column); c; c = gtk_widget_get_next_sibling (c))
    if (gtk_widget_get_visible (c) && g_type_is_a (G_OBJECT_TYPE (c), type))
      return c;
  return NULL;
}

static inline void
lesson_answer (GtkWidget *card, const char *answer) {
  cw_predict_card_set_answer (CW_PREDICT_CARD (card), answer);
  g_signal_emit_by_name (card, "answered", answer);
}

/* "Not sure" to every question of the step in sight that has no answer yet. */
static inline void
lesson_answer_all (CwDocument *document) {
  for (GtkWidget *card = NULL; (card = lesson_next (document, CW_TYPE_PREDICT_CARD, card));)
    if (!cw_predict_card_answer (CW_PREDICT_CARD (card)))
      lesson_answer (card, "");
}
