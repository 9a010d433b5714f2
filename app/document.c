/* document.c: the left pane: text and cells in one column, a lesson or a notebook.
 *
 * The column is a box whose children are CwProse, CwCellView and, in lessons, cards of several kinds. Adding, deleting and moving a cell are operations that know
 * their reverse; undo and redo walk a list of them, and a deleted cell lives on in its operation with all it showed.
 */
#include "app/document.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/prose.h"

typedef enum { OP_INSERT, OP_DELETE, OP_MOVE } OpKind;

typedef struct {
  OpKind     kind;
  GtkWidget *child; /* owned */
  int        from, to; /* places among the column's children */
} Op;

struct _CwDocument {
  GtkBox       parent_instance;
  CwEvaluator *evaluator;
  GtkWidget   *column, *empty, *add_button, *scroller, *clamp;
  CwCellView  *current;
  CwCellView  *to_show; /* what of it is to be in sight after the next layout, or NULL */
  bool         to_show_output;
  guint        awaited; /* the ticket of a run that was asked for with the keyboard */
  GPtrArray   *ops;
  int          n_steps, step;
  void       (*runner) (CwCellView *cell, void *data);
  void        *runner_data;
  guint        n_done; /* of the operations; those after it can be done again */
  bool         modified, is_lesson, loading;
};

enum { MODIFIED_CHANGED, CELL_FOCUSED, CELL_RUN_BEGINS, CELL_FINISHED, CELL_EDITED, CELL_DELETED, SHOW_AS, STEP_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwDocument, cw_document, GTK_TYPE_BOX)

static void
op_free (Op *op) {
  g_object_unref (op->child);
  g_free (op);
}

static void
cw_document_dispose (GObject *object) {
  CwDocument *self = CW_DOCUMENT (object);
  g_clear_pointer (&self->ops, g_ptr_array_unref);
  g_clear_object (&self->evaluator);
  self->current = NULL;
  G_OBJECT_CLASS (cw_document_parent_class)->dispose (object);
}

/* What is written in a lesson is kept with its progress, so that there is nothing to save. */
static void
set_modified (CwDocument *self, bool modified) {
  if (self->modified == modified || self->loading || (modified && self->is_lesson))
    return;
  self->modified = modified;
  g_signal_emit (self, signals[MODIFIED_CHANGED], 0);
}

/* ---- the column ------------------------------------------------------------------------------ */

static GtkWidget *
child_at (CwDocument *self, int place) {
  GtkWidget *child = gtk_widget_get_first_child (self->column);
  for (; child && place > 0; place--)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static int
place_of (CwDocument *self, GtkWidget *child) {
  int place = 0;
  for (GtkWidget *c = gtk_widget_get_first_child (self->column); c && c != child; c = gtk_widget_get_next_sibling (c))
    place++;
  return place;
}

static int
n_children (CwDocument *self) {
  return place_of (self, NULL);
}

static void
update_empty (CwDocument *self) {
  bool empty = n_children (self) == 0;
  gtk_widget_set_visible (self->empty, empty);
  gtk_widget_set_visible (self->add_button, !empty && !self->is_lesson);
}

static void
put_at (CwDocument *self, GtkWidget *child, int place) {
  gtk_box_insert_child_after (GTK_BOX (self->column), child, place > 0 ? child_at (self, place - 1) : NULL);
}

int
cw_document_n_cells (CwDocument *self) {
  int n = 0;
  for (GtkWidget *c = gtk_widget_get_first_child (self->column); c; c = gtk_widget_get_next_sibling (c))
    n += CW_IS_CELL_VIEW (c);
  return n;
}

CwCellView *
cw_document_nth_cell (CwDocument *self, int n) {
  for (GtkWidget *c = gtk_widget_get_first_child (self->column); c; c = gtk_widget_get_next_sibling (c))
    if (CW_IS_CELL_VIEW (c) && n-- == 0)
      return CW_CELL_VIEW (c);
  return NULL;
}

CwCellView *
cw_document_current (CwDocument *self) {
  return self->current;
}

/* The next cell in sight. */
static CwCellView *
next_cell (CwCellView *cell) {
  for (GtkWidget *c = gtk_widget_get_next_sibling (GTK_WIDGET (cell)); c; c = gtk_widget_get_next_sibling (c))
    if (CW_IS_CELL_VIEW (c) && gtk_widget_get_visible (c))
      return CW_CELL_VIEW (c);
  return NULL;
}

/* ---- what is in sight ------------------------------------------------------------------------ */

#define AROUND 12 /* pixels that are in sight above and below */

static GtkAdjustment *
place_in_sight (CwDocument *self) {
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
}

/* Everything has its place now. Of what is too high for the window, the top is shown. */
static void
laid_out (CwDocument *self, GdkFrameClock *clock) {
  CwCellView *cell = g_steal_pointer (&self->to_show);
  double top, bottom, other;
  g_signal_handlers_disconnect_by_func (clock, laid_out, self);
  if (!cell || !gtk_widget_get_mapped (GTK_WIDGET (cell))) /* another step is in sight */
    return;
  cw_cell_view_cursor_place (cell, self->clamp, &top, &bottom);
  if (self->to_show_output)
    cw_cell_view_output_place (cell, self->clamp, &top, &bottom);
  if (self->current && self->current != cell) { /* with the cell that is typed in, where that is below */
    cw_cell_view_cursor_place (self->current, self->clamp, &other, &other);
    bottom = MAX (bottom, other);
  }
  double at = gtk_adjustment_get_value (place_in_sight (self)), page = gtk_adjustment_get_page_size (place_in_sight (self));
  gtk_adjustment_set_value (place_in_sight (self), MIN (MAX (at, bottom + AROUND - page), top - AROUND));
}

/* Scrolls as far as it takes to see the cursor of @cell, or its output, once what changes now has its place. */
static void
show_later (CwDocument *self, CwCellView *cell, bool output) {
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  if (!clock)
    return;
  self->to_show = cell;
  self->to_show_output = output;
  g_signal_handlers_disconnect_by_func (clock, laid_out, self);
  g_signal_connect_object (clock, "layout", G_CALLBACK (laid_out), self, G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_LAYOUT);
}

/* The keys go to @cell. The scroller would go where it stands, which is the top for a cell that has no place yet. */
static void
turn_to (CwDocument *self, CwCellView *cell) {
  double at = gtk_adjustment_get_value (place_in_sight (self));
  self->current = cell;
  cw_cell_view_focus_editor (cell);
  gtk_adjustment_set_value (place_in_sight (self), at);
  show_later (self, cell, false);
}

/* ---- operations ------------------------------------------------------------------------------ */

static void
take_out (CwDocument *self, GtkWidget *child) {
  if ((GtkWidget *) self->current == child)
    self->current = NULL;
  if ((GtkWidget *) self->to_show == child)
    self->to_show = NULL;
  gtk_box_remove (GTK_BOX (self->column), child);
}

static void
apply (CwDocument *self, const Op *op, bool forward) {
  if (op->kind == OP_MOVE) {
    int to = forward ? op->to : op->from;
    g_object_ref (op->child);
    take_out (self, op->child);
    put_at (self, op->child, to);
    g_object_unref (op->child);
  } else if ((op->kind == OP_INSERT) == forward) {
    put_at (self, op->child, op->to);
  } else {
    take_out (self, op->child);
  }
  if (gtk_widget_get_parent (op->child) && CW_IS_CELL_VIEW (op->child))
    turn_to (self, CW_CELL_VIEW (op->child));
  update_empty (self);
  set_modified (self, true);
}

static void
perform (CwDocument *self, OpKind kind, GtkWidget *child, int from, int to) {
  Op *op = g_new0 (Op, 1);
  *op = (Op) { kind, g_object_ref_sink (child), from, to };
  if (self->n_done < self->ops->len)
    g_ptr_array_remove_range (self->ops, self->n_done, self->ops->len - self->n_done);
  g_ptr_array_add (self->ops, op);
  self->n_done++;
  apply (self, op, true);
}

bool
cw_document_undo (CwDocument *self) {
  if (self->n_done == 0)
    return false;
  apply (self, g_ptr_array_index (self->ops, --self->n_done), false);
  return true;
}

bool
cw_document_redo (CwDocument *self) {
  if (self->n_done == self->ops->len)
    return false;
  apply (self, g_ptr_array_index (self->ops, self->n_done++), true);
  return true;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static void
run_cell (CwDocument *self, CwCellView *cell) {
  if (self->runner)
    self->runner (cell, self->runner_data);
  else
    cw_cell_view_run (cell);
}

static void
cell_run (CwDocument *self, gboolean advance, CwCellView *cell) {
  CwCellView *next = next_cell (cell);
  run_cell (self, cell);
  if (cw_cell_view_has_focus (cell))
    self->awaited = cw_cell_view_ticket (cell);
  if (!advance)
    return;
  if (next)
    turn_to (self, next);
  else if (!self->is_lesson)
    cw_document_add_cell (self, "");
}

static void
move_cell (CwDocument *self, CwCellView *cell, int by) {
  int from = place_of (self, GTK_WIDGET (cell)), to = from + by;
  if (to >= 0 && to < n_children (self))
    perform (self, OP_MOVE, GTK_WIDGET (cell), from, to);
}

static void
delete_cell (CwDocument *self, CwCellView *cell) {
  CwCellView *next = next_cell (cell);
  int         place = place_of (self, GTK_WIDGET (cell));
  perform (self, OP_DELETE, GTK_WIDGET (cell), place, place);
  if (next)
    turn_to (self, next);
  g_signal_emit (self, signals[CELL_DELETED], 0);
}

/* Up from the first line of a cell or down from its last one. */
static void
cell_leave (CwDocument *self, int by, CwCellView *cell) {
  GtkWidget *c = GTK_WIDGET (cell);
  do {
    c = by < 0 ? gtk_widget_get_prev_sibling (c) : gtk_widget_get_next_sibling (c);
  } while (c && !(CW_IS_CELL_VIEW (c) && gtk_widget_get_visible (c)));
  if (c)
    turn_to (self, CW_CELL_VIEW (c));
}

static void
cell_tool (CwDocument *self, const char *tool, CwCellView *cell) {
  self->current = cell;
  if (strcmp (tool, "add") == 0)
    cw_document_add_cell (self, "");
  else if (strcmp (tool, "delete") == 0)
    delete_cell (self, cell);
  else if (strcmp (tool, "stop") == 0)
    cw_evaluator_interrupt (self->evaluator);
  else if (strcmp (tool, "show-as") == 0)
    g_signal_emit (self, signals[SHOW_AS], 0, cell);
  else
    move_cell (self, cell, strcmp (tool, "up") == 0 ? -1 : 1);
}

static void
cell_modified (CwDocument *self, CwCellView *cell) {
  if (self->loading)
    return;
  g_signal_emit (self, signals[CELL_EDITED], 0, cell);
  set_modified (self, true);
}

static void
cell_focused (CwDocument *self, CwCellView *cell) {
  self->current = cell;
  g_signal_emit (self, signals[CELL_FOCUSED], 0, cell);
}

static void
cell_cursor_moved (CwDocument *self, CwCellView *cell) {
  show_later (self, cell, false);
}

static GtkWidget *
new_cell (CwDocument *self, const char *code, const char *marker) {
  GtkWidget *cell = cw_cell_view_new (self->evaluator, code, marker);
  g_signal_connect_object (cell, "run", G_CALLBACK (cell_run), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell, "leave", G_CALLBACK (cell_leave), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell, "tool", G_CALLBACK (cell_tool), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell, "modified", G_CALLBACK (cell_modified), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell, "cursor-moved", G_CALLBACK (cell_cursor_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell, "focused", G_CALLBACK (cell_focused), self, G_CONNECT_SWAPPED);
  return cell;
}

/* The step that a child of a lesson's column belongs to. */
static void
set_step (GtkWidget *child, int step) {
  g_object_set_data (G_OBJECT (child), "step", GINT_TO_POINTER (step));
}

static int
step_of (GtkWidget *child) {
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (child), "step"));
}

void
cw_document_add_cell (CwDocument *self, const char *code) {
  GtkWidget *cell = new_cell (self, code, "");
  int place = self->current ? place_of (self, GTK_WIDGET (self->current)) + 1 : n_children (self);
  set_step (cell, self->step);
  perform (self, OP_INSERT, cell, place, place);
}

void
cw_document_run_current (CwDocument *self) {
  if (self->current)
    run_cell (self, self->current);
}

void
cw_document_run_all (CwDocument *self) {
  for (GtkWidget *c = gtk_widget_get_first_child (self->column); c; c = gtk_widget_get_next_sibling (c))
    if (CW_IS_CELL_VIEW (c) && gtk_widget_get_visible (c))
      run_cell (self, CW_CELL_VIEW (c));
}

void
cw_document_move_current (CwDocument *self, int by) {
  if (self->current)
    move_cell (self, self->current, by);
}

void
cw_document_delete_current (CwDocument *self) {
  if (self->current)
    delete_cell (self, self->current);
}

/* ---- what the evaluator tells ----------------------------------------------------------------- */

static CwCellView *
cell_of_ticket (CwDocument *self, guint ticket) {
  for (GtkWidget *c = gtk_widget_get_first_child (self->column); c; c = gtk_widget_get_next_sibling (c))
    if (CW_IS_CELL_VIEW (c) && cw_cell_view_ticket (CW_CELL_VIEW (c)) == ticket)
      return CW_CELL_VIEW (c);
  return NULL;
}

static void
started (CwDocument *self, guint ticket) {
  CwCellView *cell = cell_of_ticket (self, ticket);
  if (cell)
    cw_cell_view_started (cell);
}

static void
dropped (CwDocument *self, guint ticket) {
  CwCellView *cell = cell_of_ticket (self, ticket);
  if (cell)
    cw_cell_view_dropped (cell);
}

static void
run_begins (CwDocument *self, guint ticket, CwRun *run) {
  CwCellView *cell = cell_of_ticket (self, ticket);
  if (!cell)
    return;
  cw_cell_view_run_begins (cell, run);
  g_signal_emit (self, signals[CELL_RUN_BEGINS], 0, cell, run);
}

static void
finished (CwDocument *self, guint ticket, CwCellResult *result, CwArray *focus) {
  CwCellView *cell = cell_of_ticket (self, ticket);
  if (!cell)
    return;
  cw_cell_view_finished (cell, result, focus);
  if (ticket == self->awaited && (self->current == cell || self->current == next_cell (cell))) /* the learner is still there */
    show_later (self, cell, true);
  g_signal_emit (self, signals[CELL_FINISHED], 0, cell);
}

/* ---- loading and saving ----------------------------------------------------------------------- */

static void
clear (CwDocument *self) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->column)))
    take_out (self, child);
  g_ptr_array_set_size (self->ops, 0);
  self->n_done = 0;
}

/* The keys go to what is read now: they move it up and down. (A label with links complains in GTK 4.8 where a window has no focus at all.) */
static void
take_focus (CwDocument *self) {
  if (gtk_widget_get_root (GTK_WIDGET (self)))
    gtk_widget_grab_focus (self->scroller);
}

static void
loaded (CwDocument *self) {
  update_empty (self);
  self->loading = false;
  if (self->modified)
    set_modified (self, false);
  take_focus (self);
  gtk_adjustment_set_value (place_in_sight (self), 0);
}

/* ---- lessons ---------------------------------------------------------------------------------- */

void
cw_document_begin_lesson (CwDocument *self) {
  self->loading = self->is_lesson = true;
  clear (self);
}

void
cw_document_append (CwDocument *self, GtkWidget *child, int step) {
  set_step (child, step);
  gtk_box_append (GTK_BOX (self->column), child);
}

CwCellView *
cw_document_append_cell (CwDocument *self, const char *code, const char *marker, int step) {
  GtkWidget *cell = new_cell (self, code, marker);
  cw_document_append (self, cell, step);
  return CW_CELL_VIEW (cell);
}

static void
show_step (CwDocument *self, int step) {
  self->step = step;
  for (GtkWidget *c = gtk_widget_get_first_child (self->column); c; c = gtk_widget_get_next_sibling (c))
    gtk_widget_set_visible (c, step_of (c) == step);
  self->current = NULL;
  take_focus (self);
}

void
cw_document_end_lesson (CwDocument *self, int n_steps) {
  self->n_steps = n_steps;
  show_step (self, 0);
  loaded (self);
}

void
cw_document_set_runner (CwDocument *self, void (*runner) (CwCellView *cell, void *data), void *data) {
  self->runner = runner;
  self->runner_data = data;
}

bool
cw_document_is_lesson (CwDocument *self) {
  return self->is_lesson;
}

int
cw_document_n_steps (CwDocument *self) {
  return self->n_steps;
}

int
cw_document_step (CwDocument *self) {
  return self->step;
}

void
cw_document_go_to_step (CwDocument *self, int step) {
  if (step < 0 || step >= self->n_steps)
    return;
  show_step (self, step);
  gtk_adjustment_set_value (place_in_sight (self), 0);
  g_signal_emit (self, signals[STEP_CHANGED], 0);
}

/* ---- notebooks -------------------------------------------------------------------------------- */

/* Text cells hold their lines behind "# ". */
static char *
without_comment_marks (const char *code) {
  g_auto (GStrv) lines = g_strsplit (code, "\n", -1);
  GString *out = g_string_new (NULL);
  for (int i = 0; lines[i]; i++) {
    const char *line = g_str_has_prefix (lines[i], "# ") ? lines[i] + 2 : lines[i][0] == '#' ? lines[i] + 1 : lines[i];
    g_string_append_printf (out, "%s%s", i ? "\n" : "", line);
  }
  return g_string_free (out, FALSE);
}

char *
cw_document_comments (const char *markdown) {
  g_auto (GStrv) lines = g_strsplit (markdown, "\n", -1);
  GString *out = g_string_new (NULL);
  for (int i = 0; lines[i]; i++)
    g_string_append_printf (out, "%s#%s%s", i ? "\n" : "", *lines[i] ? " " : "", lines[i]);
  return g_string_free (out, FALSE);
}

void
cw_document_load_notebook (CwDocument *self, const char *text) {
  g_autoptr (GPtrArray) cells = cw_notebook_parse (text);
  self->loading = true;
  self->is_lesson = false;
  self->n_steps = 0;
  clear (self);
  for (guint i = 0; i < cells->len; i++) {
    const CwCell *cell = g_ptr_array_index (cells, i);
    g_autofree char *text_of_cell = cell->markdown ? without_comment_marks (cell->code) : g_strdup (cell->code);
    g_strchomp (text_of_cell);
    GtkWidget *child = cell->markdown ? cw_prose_new (text_of_cell)
                                      : new_cell (self, text_of_cell, cell->marker ? cell->marker : "");
    gtk_box_append (GTK_BOX (self->column), child);
  }
  loaded (self);
}

static CwCell *
cell_to_save (GtkWidget *child) {
  CwCell *cell = g_new0 (CwCell, 1);
  if (CW_IS_PROSE (child)) {
    cell->code = cw_document_comments (cw_prose_markdown (CW_PROSE (child)));
    cell->marker = g_strdup (" [markdown]");
    cell->markdown = true;
  } else if (CW_IS_CELL_VIEW (child)) {
    cell->code = cw_cell_view_code (CW_CELL_VIEW (child));
    cell->marker = g_strdup (cw_cell_view_marker (CW_CELL_VIEW (child)));
  }
  return cell;
}

char *
cw_document_text (CwDocument *self) {
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  for (GtkWidget *c = gtk_widget_get_first_child (self->column); c; c = gtk_widget_get_next_sibling (c))
    if (CW_IS_PROSE (c) || CW_IS_CELL_VIEW (c)) /* cards of a lesson have no place in a notebook */
      g_ptr_array_add (cells, cell_to_save (c));
  return cw_notebook_print (cells);
}

bool
cw_document_is_modified (CwDocument *self) {
  return self->modified;
}

void
cw_document_set_saved (CwDocument *self) {
  set_modified (self, false);
}

/* ---- construction ----------------------------------------------------------------------------- */

/* Lines of 60 to 80 characters. */
void
cw_document_set_wide (CwDocument *self, bool wide) {
  adw_clamp_set_maximum_size (ADW_CLAMP (self->clamp), wide ? 1100 : 720);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (self->clamp), wide ? 1000 : 600);
}

static void
suggestion_clicked (CwDocument *self, GtkWidget *button) {
  cw_document_add_cell (self, gtk_widget_get_name (button));
}

static GtkWidget *
build_empty (CwDocument *self) {
  static const char *const lines[] = {
    "import dask.array as da\nx = da.random.random((5000, 5000))\nx",
    "import dask.array as da\nx = da.ones((8, 8), chunks=(2, 4))\n(x + x.T).sum().visualize()",
    "import numpy as np\nnp.arange(12).reshape(3, 4)",
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *title = gtk_label_new (_("An empty notebook"));
  GtkWidget *hint = gtk_label_new (_("Begin with one of these, or add a cell of your own."));
  gtk_widget_add_css_class (title, "title-2");
  gtk_widget_add_css_class (hint, "dim-label");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), hint);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    GtkWidget *button = gtk_button_new (), *label = gtk_label_new (lines[i]);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_widget_add_css_class (label, "monospace");
    gtk_button_set_child (GTK_BUTTON (button), label);
    gtk_widget_set_name (button, lines[i]);
    gtk_widget_add_css_class (button, "suggestion");
    g_signal_connect_swapped (button, "clicked", G_CALLBACK (suggestion_clicked), self);
    gtk_box_append (GTK_BOX (box), button);
  }
  gtk_widget_set_margin_top (box, 48);
  return box;
}

static void
add_clicked (CwDocument *self) {
  self->current = NULL;
  cw_document_add_cell (self, "");
}

static void
cw_document_class_init (CwDocumentClass *class) {
  GType type = G_TYPE_FROM_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = cw_document_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "document");
  signals[MODIFIED_CHANGED] = g_signal_new ("modified-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CELL_DELETED] = g_signal_new ("cell-deleted", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STEP_CHANGED] = g_signal_new ("step-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CELL_FOCUSED] = g_signal_new ("cell-focused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CW_TYPE_CELL_VIEW);
  signals[CELL_FINISHED] = g_signal_new ("cell-finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CW_TYPE_CELL_VIEW);
  signals[CELL_EDITED] = g_signal_new ("cell-edited", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CW_TYPE_CELL_VIEW);
  signals[SHOW_AS] = g_signal_new ("show-as", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, CW_TYPE_CELL_VIEW);
  signals[CELL_RUN_BEGINS] = g_signal_new ("cell-run-begins", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                           CW_TYPE_CELL_VIEW, G_TYPE_POINTER);
}

static void
cw_document_init (CwDocument *self) {
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) op_free);
  self->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->column, "pieces");
  self->empty = build_empty (self);
  self->add_button = gtk_button_new_with_mnemonic (_("_Add a cell"));
  gtk_widget_add_css_class (self->add_button, "flat");
  gtk_widget_set_halign (self->add_button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->add_button, "clicked", G_CALLBACK (add_clicked), self);
  gtk_box_append (GTK_BOX (outer), self->empty);
  gtk_box_append (GTK_BOX (outer), self->column);
  gtk_box_append (GTK_BOX (outer), self->add_button);
  gtk_widget_add_css_class (outer, "column");
  self->clamp = adw_clamp_new ();
  cw_document_set_wide (self, false);
  adw_clamp_set_child (ADW_CLAMP (self->clamp), outer);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->clamp);
  /* Children get the height that they like, not the least that they bear. */
  gtk_scrollable_set_vscroll_policy (GTK_SCROLLABLE (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (self->scroller))),
                                     GTK_SCROLL_NATURAL);
  gtk_widget_set_focusable (self->scroller, TRUE);
  gtk_widget_set_hexpand (self->scroller, TRUE);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  gtk_box_append (GTK_BOX (self), self->scroller);
}

GtkWidget *
cw_document_new (CwEvaluator *evaluator) {
  CwDocument *self = g_object_new (CW_TYPE_DOCUMENT, NULL);
  self->evaluator = g_object_ref (evaluator);
  g_signal_connect_object (evaluator, "started", G_CALLBACK (started), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (evaluator, "dropped", G_CALLBACK (dropped), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (evaluator, "run-begins", G_CALLBACK (run_begins), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (evaluator, "finished", G_CALLBACK (finished), self, G_CONNECT_SWAPPED);
  update_empty (self);
  return GTK_WIDGET (self);
}
