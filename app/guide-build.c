/* guide-build.c: what a lesson puts into the document: text, cells, cards, and the way on at the foot of each step. */
#include "app/guide-private.h"

#include <glib/gi18n.h>

#include "app/exercise-card.h"
#include "app/predict-card.h"
#include "app/prose.h"
#include "app/variants-card.h"

/* ---- comparisons and benches ------------------------------------------------------------------------------------- */

typedef struct {
  CwGuide             *guide;
  const CwLessonBlock *block;
  CwVariantsCard      *card;
  GuideCell           *cell;
  GPtrArray           *answers, *verdicts; /* of its predictions */
  Preparation         *preparation;
  CwMeasurements      *measurements;
  char                *problem;
} Measuring;

static void
measuring_free (void *data) {
  Measuring *m = data;
  cw_guide_preparation_free (m->preparation);
  g_ptr_array_unref (m->answers);
  g_ptr_array_unref (m->verdicts);
  g_clear_pointer (&m->measurements, cw_measurements_free);
  g_object_unref (m->guide);
  g_object_unref (m->card);
  g_free (m->problem);
  g_free (m);
}

typedef struct {
  CwVariantsCard *card;
  double          part;
} Progress;

static gboolean
show_progress (void *data) {
  Progress *progress = data;
  cw_variants_card_set_progress (progress->card, progress->part);
  g_object_unref (progress->card);
  g_free (progress);
  return G_SOURCE_REMOVE;
}

static bool
tell_progress (int done, int of, void *data) {
  Measuring *m = data;
  Progress  *progress = g_new (Progress, 1);
  *progress = (Progress) { g_object_ref (m->card), (double) done / of };
  g_idle_add_full (G_PRIORITY_DEFAULT, show_progress, progress, NULL); /* in order with what is told at the end */
  return true;
}

static bool
measure (CwSession *session, void *data) {
  Measuring *m = data;
  g_autoptr (GError) error = NULL;
  if (!cw_guide_prepare (session, m->preparation)) {
    m->problem = g_steal_pointer (&m->preparation->problem);
    return true;
  }
  m->measurements = cw_variants_run (session, m->block, tell_progress, m, &error);
  if (!m->measurements)
    m->problem = g_strdup (error->code == CW_ERROR_INTERRUPT ? _("Stopped.") : error->message);
  else
    cw_guide_judge_predictions (m->guide, session, m->block, m->answers, m->verdicts, NULL);
  return true;
}

static void
measured (void *data) {
  Measuring *m = data;
  if (m->guide->closed)
    return;
  cw_guide_tell_predictions (m->guide, m->cell, m->verdicts);
  cw_variants_card_show (m->card, m->measurements, m->measurements || m->problem ? m->problem : _("Not measured: something before it was stopped."));
}

static void
run_variants (CwGuide *self, CwVariantsCard *card) {
  const CwLessonBlock *block = g_object_get_data (G_OBJECT (card), "block");
  Measuring *m = g_new0 (Measuring, 1);
  GuideCell *cell = cw_guide_cell_with_id (self, block->id);
  *m = (Measuring) { g_object_ref (self), block, g_object_ref (card), cell, cw_guide_answers (cell), g_ptr_array_new (), cw_guide_get_ready (self, block), NULL, NULL };
  cw_variants_card_set_progress (card, 0);
  cw_evaluator_call (self->evaluator, measure, measured, m, measuring_free);
  cw_guide_forget_done (self); /* it leaves names behind */
}

/* ---- exercises ------------------------------------------------------------------------------------------------------ */

static void
check_asked (CwGuide *self, GtkWidget *card) {
  GuideCell *cell = g_object_get_data (G_OBJECT (card), "cell");
  cw_guide_run_cell (cell->view, self);
}

static void
solution_asked (CwGuide *self, GtkWidget *card) {
  GuideCell *cell = g_object_get_data (G_OBJECT (card), "cell");
  const CwLessonBlock *solution = cw_lesson_of_cell (self->lesson, cell->block->id, CW_BLOCK_SOLUTION, 0);
  cw_cell_view_set_code (cell->view, solution->text);
}

static void
restart_asked (CwGuide *self, GtkWidget *card) {
  GuideCell *cell = g_object_get_data (G_OBJECT (card), "cell");
  cw_cell_view_set_code (cell->view, cell->block->text);
  cw_cell_view_forget (cell->view);
}

static void
hint_shown (CwGuide *self, int n, GtkWidget *card) {
  GuideCell *cell = g_object_get_data (G_OBJECT (card), "cell");
  cw_record_set_count (self->record, self->lesson, cell->block->id, "hints", n);
}

/* ---- building --------------------------------------------------------------------------------------------------------- */

static void
restore_cell (CwGuide *self, GuideCell *cell) {
  g_autofree char *code = cell->view ? cw_record_code (self->record, self->lesson, cell->block->id) : NULL;
  if (cell->view)
    cw_cell_view_set_code (cell->view, code ? code : cell->block->text);
  cell->edited = false;
  for (guint i = 0; i < cell->predicts->len; i++) {
    const CwLessonBlock *block = g_object_get_data (G_OBJECT (cell->predicts->pdata[i]), "block");
    g_autofree char *answer = cw_record_answer (self->record, self->lesson, block->id);
    cw_predict_card_set_answer (cell->predicts->pdata[i], answer);
  }
  if (cell->exercise)
    cw_exercise_card_restore (CW_EXERCISE_CARD (cell->exercise), cw_record_count (self->record, self->lesson, cell->block->id, "hints"),
                              cw_record_passed (self->record, self->lesson, cell->block->id));
  cw_guide_update_lock (cell);
}

static GuideCell *
new_guide_cell (CwGuide *self, const CwLessonBlock *block) {
  GuideCell *cell = g_new0 (GuideCell, 1);
  cell->block = block;
  cell->predicts = g_ptr_array_new ();
  g_ptr_array_add (self->cells, cell);
  return cell;
}

static void
add_cell (CwGuide *self, const CwLessonBlock *block) {
  GuideCell *cell = new_guide_cell (self, block);
  bool is_exercise = cw_lesson_is_exercise (self->lesson, block);
  g_autofree char *marker = g_strdup_printf (" cell=\"%s\"%s", block->id, block->error ? " tags=[\"raises-exception\"]" : "");
  if (is_exercise)
    cw_document_append (self->document, cw_prose_line (_("Your turn"), "card-title"), block->step);
  cell->view = cw_document_append_cell (self->document, block->text, marker, block->step);
  cw_cell_view_set_with (cell->view, cw_guide_make_with, self);
  cw_cell_view_set_fixed (cell->view);
  if (!is_exercise)
    return;
  cell->exercise = cw_exercise_card_new (self->lesson, block);
  g_object_set_data (G_OBJECT (cell->exercise), "cell", cell);
  g_signal_connect_object (cell->exercise, "check", G_CALLBACK (check_asked), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell->exercise, "use-solution", G_CALLBACK (solution_asked), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell->exercise, "start-over", G_CALLBACK (restart_asked), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (cell->exercise, "hint-shown", G_CALLBACK (hint_shown), self, G_CONNECT_SWAPPED);
  cw_document_append (self->document, cell->exercise, block->step);
}

static void
add_card (CwGuide *self, const CwLessonBlock *block, GtkWidget *card) {
  g_object_set_data (G_OBJECT (card), "block", (void *) block);
  cw_document_append (self->document, card, block->step);
}

static void
add_predict (CwGuide *self, const CwLessonBlock *block) {
  GtkWidget *card = cw_predict_card_new (block);
  g_signal_connect_object (card, "answered", G_CALLBACK (cw_guide_answered), self, G_CONNECT_SWAPPED);
  g_ptr_array_add (self->predicts, card);
  add_card (self, block, card);
}

static void
add_variants (CwGuide *self, const CwLessonBlock *block) {
  GtkWidget *card = cw_variants_card_new (block);
  GuideCell *cell = new_guide_cell (self, block);
  cell->variants = card;
  g_signal_connect_object (card, "run", G_CALLBACK (run_variants), self, G_CONNECT_SWAPPED);
  add_card (self, block, card);
}

static void
add_note (CwGuide *self, const CwLessonBlock *block) {
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class (card, "lesson-card");
  gtk_widget_add_css_class (card, "instructor");
  gtk_box_append (GTK_BOX (card), cw_prose_line (_("For the instructor"), "card-title"));
  gtk_box_append (GTK_BOX (card), cw_prose_new (block->text));
  GtkWidget *revealer = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (revealer), card);
  g_ptr_array_add (self->notes, revealer);
  cw_document_append (self->document, revealer, block->step);
}

static bool
is_text (const CwLessonBlock *block) {
  return block->kind <= CW_BLOCK_QUOTE;
}

/* Text blocks from @i on that stand together; gives the last one's number. */
static guint
add_text (CwGuide *self, guint i, const CwStep *step) {
  g_autoptr (GString) prose = g_string_new (NULL);
  int number = cw_lesson_block (self->lesson, i)->step;
  bool was_item = false;
  for (; i < step->first + step->n && is_text (cw_lesson_block (self->lesson, i)); i++) {
    const CwLessonBlock *block = cw_lesson_block (self->lesson, i);
    bool in_list = block->kind == CW_BLOCK_ITEM && was_item;
    g_string_append_printf (prose, "%s%s", in_list ? "\n" : prose->len ? "\n\n" : "", block->text);
    was_item = block->kind == CW_BLOCK_ITEM;
  }
  cw_document_append (self->document, cw_prose_new (prose->str), number);
  return i - 1;
}

static void
add_block (CwGuide *self, const CwLessonBlock *block) {
  switch (block->kind) {
  case CW_BLOCK_CODE:
    cw_document_append (self->document, cw_code_new (block->text, g_str_equal (block->word, "python") ? "python3" : block->word), block->step);
    break;
  case CW_BLOCK_CELL:
    add_cell (self, block);
    break;
  case CW_BLOCK_PREDICT:
    add_predict (self, block);
    break;
  case CW_BLOCK_COMPARE:
  case CW_BLOCK_BENCH:
    add_variants (self, block);
    break;
  case CW_BLOCK_NOTE:
    add_note (self, block);
    break;
  default: /* the set-up is not shown; hints and solutions stand in their exercise's card */
    break;
  }
}

static void
go_clicked (CwGuide *self, GtkWidget *button) {
  cw_guide_go_to_step (self, GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "to")));
}

static void
course_clicked (GtkWidget *button) {
  gtk_widget_activate_action (button, "win.course", NULL);
}

/* Back and Next below a step. */
static void
add_footer (CwGuide *self, int step) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *gap = gtk_label_new (NULL);
  bool is_last = step + 1 == (int) self->lesson->steps->len;
  g_autofree char *text = is_last ? g_strdup (_("Back to the course")) : g_strdup_printf (_("Next: %s"), cw_lesson_step (self->lesson, step + 1)->title);
  GtkWidget *next = gtk_button_new_with_label (text), *back = gtk_button_new_with_label (_("Back"));
  g_object_set_data (G_OBJECT (next), "to", GINT_TO_POINTER (step + 1));
  g_object_set_data (G_OBJECT (back), "to", GINT_TO_POINTER (step - 1));
  gtk_widget_add_css_class (next, "suggested-action");
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (next))), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (gap, TRUE);
  gtk_widget_set_visible (back, step > 0);
  g_signal_connect_object (next, "clicked", G_CALLBACK (go_clicked), self, G_CONNECT_SWAPPED);
  if (is_last) /* behind that: the course shows what is done */
    g_signal_connect (next, "clicked", G_CALLBACK (course_clicked), NULL);
  g_signal_connect_object (back, "clicked", G_CALLBACK (go_clicked), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), back);
  gtk_box_append (GTK_BOX (row), gap);
  gtk_box_append (GTK_BOX (row), next);
  gtk_widget_add_css_class (row, "step-footer");
  cw_document_append (self->document, row, step);
}

void
cw_guide_build_step (CwGuide *self, int number) {
  const CwStep *step = cw_lesson_step (self->lesson, number);
  for (guint i = step->first; i < step->first + step->n; i++) {
    if (is_text (cw_lesson_block (self->lesson, i)))
      i = add_text (self, i, step);
    else
      add_block (self, cw_lesson_block (self->lesson, i));
  }
  add_footer (self, number);
}

void
cw_guide_bind_predictions (CwGuide *self) {
  for (guint i = 0; i < self->predicts->len; i++) {
    const CwLessonBlock *block = g_object_get_data (self->predicts->pdata[i], "block");
    GuideCell *cell = cw_guide_cell_with_id (self, block->target);
    if (cell)
      g_ptr_array_add (cell->predicts, self->predicts->pdata[i]);
  }
}

void
cw_guide_restore_all (CwGuide *self) {
  self->loading = true;
  for (guint i = 0; i < self->cells->len; i++)
    restore_cell (self, self->cells->pdata[i]);
  self->loading = false;
}
