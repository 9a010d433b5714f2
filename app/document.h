/* document.h: the left pane: text and cells in one column, a lesson or a notebook.
 *
 * A notebook is text and cells. A lesson is built from outside (app/guide.c): children of any kind, each of a step, one step in sight.
 *
 * Signals: "modified-changed"; "cell-focused" (CwCellView), "cell-run-begins" (CwCellView, CwRun), "cell-finished"
 * (CwCellView); "cell-edited" (CwCellView); "cell-deleted", after which cw_document_undo brings the cell back; "show-as" (CwCellView); "step-changed"
 * when another step of a lesson came into sight.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/cell.h"

G_BEGIN_DECLS

#define CW_TYPE_DOCUMENT (cw_document_get_type ())
G_DECLARE_FINAL_TYPE (CwDocument, cw_document, CW, DOCUMENT, GtkBox)

GtkWidget *cw_document_new (CwEvaluator *evaluator);
/* The text of a .py file with "# %%" marks; "" is an empty notebook. */
void       cw_document_load_notebook (CwDocument *document, const char *text);
/* The same kind of text; lessons become notebooks with text cells. g_free. */
char      *cw_document_text (CwDocument *document);
bool       cw_document_is_modified (CwDocument *document);
void       cw_document_set_saved (CwDocument *document);


/* A wider column, for larger type. */
void       cw_document_set_wide (CwDocument *document, bool wide);

/* ---- lessons ---- */

/* Empties the document for a lesson; then children are appended in order, each with its step, and cw_document_end_lesson shows the first one. */
void        cw_document_begin_lesson (CwDocument *document);
void        cw_document_append (CwDocument *document, GtkWidget *child, int step);
CwCellView *cw_document_append_cell (CwDocument *document, const char *code, const char *marker, int step);
void        cw_document_end_lesson (CwDocument *document, int n_steps);
/* Cells of a lesson are run by @runner, which says whether they may. */
void        cw_document_set_runner (CwDocument *document, void (*runner) (CwCellView *cell, void *data), void *data);
bool        cw_document_is_lesson (CwDocument *document);

int  cw_document_n_steps (CwDocument *document); /* 0 in notebooks */
int  cw_document_step (CwDocument *document);    /* the one in sight, from 0 */
void cw_document_go_to_step (CwDocument *document, int step);

/* Markdown as a notebook's file holds it: every line behind "# ". g_free. */
char *cw_document_comments (const char *markdown);

/* ---- cells ---- */

int         cw_document_n_cells (CwDocument *document);
CwCellView *cw_document_nth_cell (CwDocument *document, int n); /* code cells only */
CwCellView *cw_document_current (CwDocument *document);         /* or NULL */
void        cw_document_add_cell (CwDocument *document, const char *code); /* below the current one */
void        cw_document_run_current (CwDocument *document);
/* Of a lesson: those of the step in sight. */
void        cw_document_run_all (CwDocument *document);
void        cw_document_move_current (CwDocument *document, int by);
void        cw_document_delete_current (CwDocument *document);
/* Adding, moving and deleting of cells; text has its own undo in its cell. */
bool        cw_document_undo (CwDocument *document);
bool        cw_document_redo (CwDocument *document);

G_END_DECLS
