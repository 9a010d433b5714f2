/* save-dialogs.h: the window's dialogs that write something other than the document: pictures, handouts, reports.
 *
 * What went well or wrong is told by the window's action "win.say".
 */
#pragma once

#include "app/stage.h"
#include "lessons/lesson.h"
#include "lessons/progress.h"

G_BEGIN_DECLS

/* The picture @what of what @stage shows. */
void cw_save_picture (GtkWindow *parent, CwStage *stage, CwPicture what);
/* A lesson as a PDF; @uri is where it is read from. */
void cw_save_handout (GtkWindow *parent, const char *uri, const char *id, bool answers);
/* What the learner did in all lessons. */
void cw_save_report (GtkWindow *parent, CwRecord *record);
/* Asks for several reports and shows them as one table, which can be copied. */
void cw_sum_reports (GtkWindow *parent);

G_END_DECLS
