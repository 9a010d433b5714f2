/* document.h: the left pane: text and cells in one column, a lesson or a notebook.
 *
 * Signals: "modified-changed"; "cell-focused" (CwCellView), "cell-run-begins" (CwCellView, CwRun), "cell-finished"
 * (CwCellView); "cell-deleted", after which cw_document_undo brings the cell back; "step-changed" when another step of a
 * lesson came into sight.
 */
#pragma once

#include <gtk/gtk.h>

#include "app/cell.h"
#include "lessons/lesson.h"

G_BEGIN_DECLS

#define CW_TYPE_DOCUMENT (cw_document_get_type ())
G_DECLARE_FINAL_TYPE (CwDocument, cw_document, CW, DOCUMENT, GtkBox)

GtkWidget *cw_document_new (CwEvaluator *evaluator);
void       cw_document_load_lesson (CwDocument *document, const CwLesson *lesson);
/* The text of a .py file with "# %%" marks; "" is an empty notebook. */
void       cw_document_load_notebook (CwDocument *document, const char *text);
/* The same kind of text; lessons become notebooks with text cells. g_free. */
char      *cw_document_text (CwDocument *document);
bool       cw_document_is_modified (CwDocument *document);
void       cw_document_set_saved (CwDocument *document);

/* The steps of a lesson are its headings of the first and second level; 0 in documents without. */
int  cw_document_n_steps (CwDocument *document);
int  cw_document_step (CwDocument *document); /* the one in sight, from 0 */
void cw_document_go_to_step (CwDocument *document, int step);

int         cw_document_n_cells (CwDocument *document);
CwCellView *cw_document_nth_cell (CwDocument *document, int n); /* code cells only */
CwCellView *cw_document_current (CwDocument *document);         /* or NULL */
void        cw_document_add_cell (CwDocument *document, const char *code); /* below the current one */
void        cw_document_run_current (CwDocument *document);
void        cw_document_run_all (CwDocument *document);
void        cw_document_move_current (CwDocument *document, int by);
void        cw_document_delete_current (CwDocument *document);
/* Adding, moving and deleting of cells; text has its own undo in its cell. */
bool        cw_document_undo (CwDocument *document);
bool        cw_document_redo (CwDocument *document);

G_END_DECLS
