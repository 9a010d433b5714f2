/* widgets.h: GTK widgets that show engine objects, and the session that they share.
 *
 * The four views of the stage (diagram, graph, timeline, values) and the transport below them show one CwViewSession:
 * one array, one plan, one run, one selection, one clock. A view only reads the session and asks it for changes; the
 * session tells all views by its signals. Everything here belongs to the main thread.
 */
#pragma once

#include <adwaita.h>

#include "widgets/adapt.h"
#include "widgets/task-board.h"

G_BEGIN_DECLS

/* ---- session -------------------------------------------------------------------------------- */

#define CW_TYPE_VIEW_SESSION (cw_view_session_get_type ())
G_DECLARE_FINAL_TYPE (CwViewSession, cw_view_session, CW, VIEW_SESSION, GObject)

/* Signals, all without arguments: "array-changed", "plan-changed" (also its layout kind), "values-changed",
 * "selection-changed", "hover-changed", "clock-changed" (the states of tasks, the moment shown), "status-changed" (run begins, pauses,
 * ends; hover text). */
CwViewSession *cw_view_session_new (void);

/* What the stage shows. @array NULL: nothing. @values (may be NULL): its computed values. */
void      cw_view_session_show (CwViewSession *session, CwArray *array, CwBuffer *values);
/* Shows nothing, and lets go of everything that was shown, runs and the kept run too. */
void      cw_view_session_reset (CwViewSession *session);
/* Shows the array under other cuts, as cw_array_rechunk makes them; again and again from the one that was given. */
bool      cw_view_session_recut (CwViewSession *session, const CwChunkSpec *chunks, GError **error);
void      cw_view_session_undo_recut (CwViewSession *session);
CwArray  *cw_view_session_given (CwViewSession *session);  /* the array as it was given; borrowed or NULL */
CwArray  *cw_view_session_array (CwViewSession *session);  /* borrowed or NULL */
CwBuffer *cw_view_session_values (CwViewSession *session); /* borrowed or NULL */

void       cw_view_session_set_plan_kind (CwViewSession *session, CwPlanKind kind);
CwPlanKind cw_view_session_plan_kind (CwViewSession *session);
/* The plan of the array, or NULL: none yet ("plan-changed" follows), or @error_message (borrowed, may be NULL). */
CwPlan    *cw_view_session_plan (CwViewSession *session, const char **error_message);

/* ---- run and clock ---- */

/* Follows @run from now on: shows its plan's output and its trace. */
void cw_view_session_attach (CwViewSession *session, CwRun *run);
/* Computes the array that is shown, on worker threads; its values come with "values-changed". */
void cw_view_session_start (CwViewSession *session, bool paused);
/* Computes at most @limit elements a side of the array's last two axes, from @row and @column on, as a preview of its values: only the
 * chunks that have them. */
void cw_view_session_start_preview (CwViewSession *session, int64_t row, int64_t column, int64_t limit);
/* Row and column of the array where the values begin: those of the preview, else 0. */
const int64_t *cw_view_session_values_origin (CwViewSession *session);
bool cw_view_session_preview_runs (CwViewSession *session);
/* Why the last computation started here failed, or NULL; borrowed. */
const char *cw_view_session_failure (CwViewSession *session);
void cw_view_session_set_threads (CwViewSession *session, int threads); /* of runs started here; 0: one a processor */
int  cw_view_session_threads (CwViewSession *session);                  /* that many there are */

CwRun       *cw_view_session_run (CwViewSession *session);   /* borrowed or NULL */
CwTaskBoard *cw_view_session_board (CwViewSession *session); /* borrowed or NULL */
/* Is a run going (paused or not)? */
bool cw_view_session_is_live (CwViewSession *session);
bool cw_view_session_is_paused (CwViewSession *session);
bool cw_view_session_is_replaying (CwViewSession *session);
/* Run, pause or go on: what the transport's first button does at the moment. */
void cw_view_session_toggle (CwViewSession *session);
void cw_view_session_step (CwViewSession *session); /* one task, live or in the replay */
void cw_view_session_step_back (CwViewSession *session); /* in the replay */
/* Lets one ready task of a paused run start, whatever the scheduler would do; false where it cannot. */
bool cw_view_session_step_task (CwViewSession *session, uint32_t task);
/* Replays from the clock on, at @speed times the usual one; negative: backwards. */
void cw_view_session_play (CwViewSession *session, double speed);
/* The speed of replays that go on or begin, in the direction that they have. */
void cw_view_session_set_replay_speed (CwViewSession *session, double speed);
void cw_view_session_cancel (CwViewSession *session);
void cw_view_session_seek (CwViewSession *session, int64_t time_ns);
int64_t cw_view_session_clock (CwViewSession *session); /* moment shown */
int64_t cw_view_session_duration (CwViewSession *session);
/* 0: real time; else a task takes at least so long. Live runs and replays slow down alike. */
void    cw_view_session_set_task_time (CwViewSession *session, int64_t ns);
int64_t cw_view_session_task_time (CwViewSession *session);
/* Called once a frame with the frame clock's time in microseconds. */
void cw_view_session_tick (CwViewSession *session, int64_t frame_time_us);
/* 0 .. 1, for the soft pulse of running tasks; 0 where the system asks for reduced motion. */
double cw_view_session_pulse (CwViewSession *session);

/* Keeps the run that is over, to be compared with later ones: their clock is its clock too. */
void         cw_view_session_keep_run (CwViewSession *session);
void         cw_view_session_drop_kept (CwViewSession *session);
/* The kept run (borrowed) or NULL; @name (may be NULL): what it was, in words. */
CwTaskBoard *cw_view_session_kept (CwViewSession *session, const char **name);

/* ---- selection and hover ---- */

void        cw_view_session_select (CwViewSession *session, int64_t task); /* -1: none */
int64_t     cw_view_session_selected (CwViewSession *session);
/* What the pointer is on: a task of the plan or -1, and it in words; NULL: nothing. */
void        cw_view_session_set_hover (CwViewSession *session, int64_t task, const char *text);
int64_t     cw_view_session_hovered (CwViewSession *session);
/* What the pointer or else the selection is on, in words; free with g_free. */
char       *cw_view_session_describe (CwViewSession *session);

/* ---- views ---------------------------------------------------------------------------------- */

#define CW_TYPE_DIAGRAM_VIEW (cw_diagram_view_get_type ())
G_DECLARE_FINAL_TYPE (CwDiagramView, cw_diagram_view, CW, DIAGRAM_VIEW, GtkDrawingArea)
/* Arrow keys walk over the chunks, a click or Enter selects the task that makes a chunk. */
GtkWidget *cw_diagram_view_new (CwViewSession *session);

#define CW_TYPE_CHUNK_CONTROL (cw_chunk_control_get_type ())
G_DECLARE_FINAL_TYPE (CwChunkControl, cw_chunk_control, CW, CHUNK_CONTROL, GtkBox)
/* A slider an axis cuts the array anew; a table says what that would change, and what was measured afterwards. */
GtkWidget *cw_chunk_control_new (CwViewSession *session);

/* A small picture of an array's chunks, without labels, for outputs. */
GtkWidget *cw_chunk_thumbnail_new (CwArray *array, int width, int height);

#define CW_TYPE_GRAPH_VIEW (cw_graph_view_get_type ())
G_DECLARE_FINAL_TYPE (CwGraphView, cw_graph_view, CW, GRAPH_VIEW, GtkDrawingArea)
/* Drag and scroll, or Shift with arrows and + - 0, move and zoom; a click or the arrows select. */
GtkWidget *cw_graph_view_new (CwViewSession *session);
void       cw_graph_view_zoom (CwGraphView *view, double factor);
void       cw_graph_view_fit (CwGraphView *view);
/* Selects and shows the next layer or the task that @text names; false where there is none. */
bool       cw_graph_view_find (CwGraphView *view, const char *text);
/* Keeps the tasks that run in sight. */
void       cw_graph_view_set_follow (CwGraphView *view, bool follow);
bool       cw_graph_view_follows (CwGraphView *view);
/* The layout and viewport in use, or NULL; for tests. */
const CwGraphLayout *cw_graph_view_layout (CwGraphView *view, CwViewport *viewport);

#define CW_TYPE_TIMELINE_VIEW (cw_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (CwTimelineView, cw_timeline_view, CW, TIMELINE_VIEW, GtkDrawingArea)
GtkWidget *cw_timeline_view_new (CwViewSession *session);

#define CW_TYPE_VALUES_VIEW (cw_values_view_get_type ())
G_DECLARE_FINAL_TYPE (CwValuesView, cw_values_view, CW, VALUES_VIEW, GtkBox)
GtkWidget *cw_values_view_new (CwViewSession *session);

#define CW_TYPE_TRANSPORT (cw_transport_get_type ())
G_DECLARE_FINAL_TYPE (CwTransport, cw_transport, CW, TRANSPORT, GtkBox)
GtkWidget *cw_transport_new (CwViewSession *session);

/* The facts of a view ("diagram", "graph", "timeline", "values") as a table; activating a row selects its task. */
GtkWidget *cw_table_twin_new (CwViewSession *session, const char *view);

/* A picture of values (line, bars or heat map) for outputs, NULL for shapes that numbers show better. */
GtkWidget *cw_values_thumbnail_new (CwBuffer *values, int width, int height);

/* ---- what the canvases share ---------------------------------------------------------------- */

/* The palette for the current light, dark or high contrast style. */
const CwPalette *cw_widgets_palette (void);
bool             cw_widgets_animate (GtkWidget *widget);
/* Makes a drawing area focusable and redraws it when the style changes. */
void cw_canvas_init (GtkWidget *canvas, GtkDrawingAreaDrawFunc draw, const char *label);

/* What a canvas that is moved about answers to; each handler gets the widget first, then the signal's arguments. */
typedef struct {
  GCallback motion, leave, key, scroll, drag_begin, drag_update, drag_end;
} CwCanvasInput;
void cw_canvas_listen (GtkWidget *widget, const CwCanvasInput *input);
/* A picture of one thing that does not change, of a fixed size, in an output or beside text; it takes @subject. */
GtkWidget *cw_canvas_new_picture (GtkDrawingAreaDrawFunc draw, const char *label, void *subject, GDestroyNotify free_subject, int width, int height);
void      *cw_canvas_subject (GtkDrawingArea *picture);
/* Redraws when @signal of @session is emitted. */
void cw_canvas_redraw_on (GtkWidget *canvas, CwViewSession *session, const char *signal);
/* What is drawn, for people who hear the window. */
void cw_canvas_describe (GtkWidget *canvas, const char *description);

G_END_DECLS
