/* completion.h: names of the notebook language as GtkSourceView's completion shows them. */
#pragma once

#include <gtksourceview/gtksource.h>

#include "app/evaluator.h"

G_BEGIN_DECLS

#define CW_TYPE_COMPLETION (cw_completion_get_type ())
G_DECLARE_FINAL_TYPE (CwCompletion, cw_completion, CW, COMPLETION, GObject)

GtkSourceCompletionProvider *cw_completion_new (CwEvaluator *evaluator);
/* Shows the signature of the call that is being written below the cursor of @view, the current argument marked. */
void cw_completion_hint_calls (GtkSourceView *view, CwEvaluator *evaluator);

G_END_DECLS
