/* window.h: the workbench's window: a document on the left, a stage on the right. */
#pragma once

#include <adwaita.h>

#include "app/document.h"
#include "app/guide.h"
#include "app/stage.h"

G_BEGIN_DECLS

#define CW_TYPE_WINDOW (cw_window_get_type ())
G_DECLARE_FINAL_TYPE (CwWindow, cw_window, CW, WINDOW, AdwApplicationWindow)

CwWindow *cw_window_new (GtkApplication *application);
/* Opens a notebook (.py) or a lesson (.md); what went wrong is shown in the window. False then. */
bool cw_window_open (CwWindow *window, GFile *file);
/* Opens a lesson of the course by its URI. */
bool cw_window_open_lesson (CwWindow *window, const char *uri);
void cw_window_new_notebook (CwWindow *window);
/* Saves the document as a notebook. */
bool cw_window_save_to (CwWindow *window, GFile *file);
/* Takes over threads from the settings. */
void cw_window_settings_changed (CwWindow *window);

CwGuide       *cw_window_guide (CwWindow *window); /* NULL in notebooks */
CwDocument    *cw_window_document (CwWindow *window);
CwStage       *cw_window_stage (CwWindow *window);
CwViewSession *cw_window_session (CwWindow *window);

G_END_DECLS
