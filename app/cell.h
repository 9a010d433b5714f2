/* cell.h: a code cell of the document: an editor with its output below it.
 *
 * Signals: "run" (gboolean advance) asks to be run; "tool" (char *name) is one of "add", "up", "down", "delete", "stop";
 * "leave" (int by) when the cursor goes over the first line (-1) or the last one (1); "modified" when the code changed; "cursor-moved" when
 * the learner moved the cursor or typed; "focused" when the learner turned to it.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/evaluator.h"

G_BEGIN_DECLS

#define CW_TYPE_CELL_VIEW (cw_cell_view_get_type ())
G_DECLARE_FINAL_TYPE (CwCellView, cw_cell_view, CW, CELL_VIEW, GtkBox)

typedef enum { CW_CELL_IDLE, CW_CELL_QUEUED, CW_CELL_RUNNING, CW_CELL_DONE, CW_CELL_FAILED } CwCellState;

/* @marker as in CwCell, may be NULL. */
GtkWidget  *cw_cell_view_new (CwEvaluator *evaluator, const char *code, const char *marker);
char       *cw_cell_view_code (CwCellView *cell); /* g_free */
void        cw_cell_view_set_code (CwCellView *cell, const char *code);
const char *cw_cell_view_marker (CwCellView *cell);
CwCellState cw_cell_view_state (CwCellView *cell);
guint       cw_cell_view_ticket (CwCellView *cell);
void        cw_cell_view_focus_editor (CwCellView *cell);
bool        cw_cell_view_has_focus (CwCellView *cell); /* is it typed in? */

/* From where to where the line of the cursor, or what stands below the code, reaches in @in, a widget around the cell. */
void cw_cell_view_cursor_place (CwCellView *cell, GtkWidget *in, double *top, double *bottom);
void cw_cell_view_output_place (CwCellView *cell, GtkWidget *in, double *top, double *bottom);

/* Queues the cell; the ticket of its run is kept. */
void cw_cell_view_run (CwCellView *cell);
/* What goes with each run of the cell: asked for when it is queued. */
void cw_cell_view_set_with (CwCellView *cell, CwWithCell (*make) (CwCellView *cell, void *data), void *data);
/* A cell that cannot be run yet says why; NULL: it can. */
void cw_cell_view_set_locked (CwCellView *cell, const char *why);
bool cw_cell_view_is_locked (CwCellView *cell);
/* Says something below the code, instead of outputs. */
void cw_cell_view_say (CwCellView *cell, const char *text);
/* A cell of a lesson cannot be moved or deleted. */
void cw_cell_view_set_fixed (CwCellView *cell);
/* Empties what stands below the code, as if the cell had not run. */
void cw_cell_view_forget (CwCellView *cell);
void cw_cell_view_started (CwCellView *cell);
void cw_cell_view_dropped (CwCellView *cell);
void cw_cell_view_run_begins (CwCellView *cell, CwRun *run);
/* Shows the outputs; @focus is the array that the cell assigned or showed last, or NULL. */
void cw_cell_view_finished (CwCellView *cell, const CwCellResult *result, CwArray *focus);

/* What the stage shows for this cell; borrowed or NULL. */
CwArray  *cw_cell_view_array (CwCellView *cell);
CwBuffer *cw_cell_view_values (CwCellView *cell);
CwRun    *cw_cell_view_last_run (CwCellView *cell);
/* Did the cell ask for a graph, and of which kind? */
bool      cw_cell_view_wants_graph (CwCellView *cell, CwPlanKind *kind);

G_END_DECLS
