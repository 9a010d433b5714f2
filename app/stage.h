/* stage.h: the right pane: one array seen in four ways, with the transport below. */
#pragma once

#include "widgets/widgets.h"

G_BEGIN_DECLS

#define CW_TYPE_STAGE (cw_stage_get_type ())
G_DECLARE_FINAL_TYPE (CwStage, cw_stage, CW, STAGE, GtkBox)

GtkWidget  *cw_stage_new (CwViewSession *session);
/* "diagram", "graph", "timeline" or "values". */
void        cw_stage_show_page (CwStage *stage, const char *page);
const char *cw_stage_page (CwStage *stage);

G_END_DECLS
