/* stage.h: the right pane: one array seen in four ways, with the transport below. */
#pragma once

#include "app/draw-file.h"
#include "widgets/widgets.h"

G_BEGIN_DECLS

#define CW_TYPE_STAGE (cw_stage_get_type ())
G_DECLARE_FINAL_TYPE (CwStage, cw_stage, CW, STAGE, GtkBox)

GtkWidget  *cw_stage_new (CwViewSession *session);
/* "diagram", "graph", "timeline" or "values". */
void        cw_stage_show_page (CwStage *stage, const char *page);
const char *cw_stage_page (CwStage *stage);
/* Lets the learner type which layer or task of the graph to go to. */
void        cw_stage_find (CwStage *stage);
/* Pictures, or the tables that say the same. */
void        cw_stage_toggle_table (CwStage *stage);
/* The picture of the page that is shown. */
CwPicture   cw_stage_picture (CwStage *stage);
/* Writes a picture of what the stage shows, as it is at this moment; on a thread. @done gets a GTask of @source with a bool. */
void        cw_stage_save_picture (CwStage *stage, CwPicture what, const char *filename, GAsyncReadyCallback done, GObject *source);
/* How long frames take, in a corner. */
void        cw_stage_show_stats (CwStage *stage, bool show);

G_END_DECLS
