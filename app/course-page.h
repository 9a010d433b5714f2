/* course-page.h: the lessons with what was done in them, and the user's own lessons.
 *
 * Everything acts through the window's actions: "win.lesson" (a URI or path), "win.report", "win.sum-reports".
 */
#pragma once

#include <adwaita.h>

#include "lessons/progress.h"

G_BEGIN_DECLS

#define CW_TYPE_COURSE_PAGE (cw_course_page_get_type ())
G_DECLARE_FINAL_TYPE (CwCoursePage, cw_course_page, CW, COURSE_PAGE, GtkBox)

/* @record is borrowed and outlives the page. Nothing is read before the first refresh; then the user's folder of lessons is watched. */
GtkWidget *cw_course_page_new (CwRecord *record);
/* Reads the lessons and their progress anew. */
void       cw_course_page_refresh (CwCoursePage *page);

G_END_DECLS
