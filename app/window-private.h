/* window-private.h: what the parts of the window share: window.c (document, stage, files), window-lesson.c, window-actions.c. */
#pragma once

#include "app/guide.h"
#include "app/window.h"

struct _CwWindow {
  AdwApplicationWindow parent_instance;
  CwEvaluator   *evaluator;
  CwViewSession *session;
  CwGuide       *guide; /* of the lesson that is open, or NULL */
  GtkWidget     *document, *stage, *paned, *header, *pages, *course, *toasts, *document_slot;
  AdwToast      *toast; /* the message that is shown, or NULL */
  GFile         *file; /* of a notebook, NULL: never saved */
  GFileMonitor  *lesson_file; /* of a lesson of the user's own */
  char          *name, *uri, *subtitle, *left_lesson; /* the last: the URI of a lesson left for a notebook, or NULL */
  guint          status_timer, message_timer;
  bool           closing; /* asked already */
  void         (*proceed) (CwWindow *window); /* once the changes are saved or given up, or NULL */
  int64_t        task_time;
};

/* ---- window.c ---- */

void cw_window_toast (CwWindow *window, const char *text);
bool cw_window_is_on_course (CwWindow *window);
void cw_window_show_course (CwWindow *window, bool show);
void cw_window_update_title (CwWindow *window);
/* A new session and an empty document; a document in the session that there is. */
void cw_window_start_session (CwWindow *window);
void cw_window_new_document (CwWindow *window);
void cw_window_set_document_name (CwWindow *window, const char *name, const char *subtitle, const char *uri, GFile *file);
/* A notebook that a lesson was left for knows the way back; NULL: none. */
void cw_window_set_left_lesson (CwWindow *window, const char *uri, const char *title);
/* Calls @proceed at once where nothing is lost by it, or when the learner has saved the changes or given them up. */
void cw_window_ask_first (CwWindow *window, void (*proceed) (CwWindow *window));
void cw_window_open_dialog (CwWindow *window);
void cw_window_save (CwWindow *window);
void cw_window_save_as (CwWindow *window);

/* ---- window-lesson.c ---- */

void cw_window_end_guide (CwWindow *window);
void cw_window_explore (CwWindow *window);
void cw_window_way_back (CwWindow *window);
void cw_window_go_to_step (CwWindow *window, int step);
void cw_window_ask_restart (CwWindow *window);
void cw_window_follow_link (CwWindow *window, const char *to);
void cw_window_present (CwWindow *window);
void cw_window_fold (CwWindow *window);
void cw_window_toggle_notes (CwWindow *window);
/* A window with @cell as C and as a script for Dask; NULL: says what to do first. */
void cw_window_show_as (CwWindow *window, CwCellView *cell);

/* ---- window-actions.c ---- */

void cw_window_install_actions (GtkWidgetClass *class);
