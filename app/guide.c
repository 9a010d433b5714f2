/* guide.c: leads a learner through a lesson.
 *
 * The session has no hidden state: `done` lists the code that it has run, and before a cell runs it has to be the code of the cells above
 * it as they stand now. Where it is the beginning of that, the rest is run; where it is not, everything is run from the start. Cells that only show
 * something do not count. What is judged is judged on the session's thread right behind the cell.
 */
#include "app/guide-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/exercise-card.h"
#include "app/predict-card.h"
#include "app/variants-card.h"

enum { CHANGED, OPEN_VIEW, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwGuide, cw_guide, G_TYPE_OBJECT)

static void
guide_cell_free (GuideCell *cell) {
  g_ptr_array_unref (cell->predicts);
  g_free (cell);
}

static void
cw_guide_finalize (GObject *object) {
  CwGuide *self = CW_GUIDE (object);
  g_ptr_array_unref (self->cells);
  g_ptr_array_unref (self->notes);
  g_ptr_array_unref (self->predicts);
  g_ptr_array_unref (self->done);
  g_object_unref (self->evaluator);
  cw_lesson_free (self->lesson);
  G_OBJECT_CLASS (cw_guide_parent_class)->finalize (object);
}

static void
cw_guide_class_init (CwGuideClass *class) {
  GType type = G_TYPE_FROM_CLASS (class);
  G_OBJECT_CLASS (class)->finalize = cw_guide_finalize;
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[OPEN_VIEW] = g_signal_new ("open-view", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
cw_guide_init (CwGuide *self) {
  self->cells = g_ptr_array_new_with_free_func ((GDestroyNotify) guide_cell_free);
  self->notes = g_ptr_array_new ();
  self->predicts = g_ptr_array_new ();
  self->done = g_ptr_array_new_with_free_func (g_free);
}

static GuideCell *
cell_of_view (CwGuide *self, CwCellView *view) {
  for (guint i = 0; view && i < self->cells->len; i++)
    if (((GuideCell *) self->cells->pdata[i])->view == view)
      return self->cells->pdata[i];
  return NULL;
}

GuideCell *
cw_guide_cell_with_id (CwGuide *self, const char *id) {
  for (guint i = 0; i < self->cells->len; i++)
    if (g_strcmp0 (((GuideCell *) self->cells->pdata[i])->block->id, id) == 0)
      return self->cells->pdata[i];
  return NULL;
}

/* ---- progress ---------------------------------------------------------------------------------------- */

static void
changed (CwGuide *self) {
  g_signal_emit (self, signals[CHANGED], 0);
}

/* A step with questions is done when they are answered, one without when the learner goes on. */
static void
note_step (CwGuide *self, int step) {
  if (cw_record_step_is_answered (self->record, self->lesson, step))
    cw_record_set_step_done (self->record, self->lesson, step, true);
  changed (self);
}

bool
cw_guide_step_done (CwGuide *self, int step) {
  return cw_record_step_done (self->record, self->lesson, step);
}

static void
save_code (CwGuide *self) {
  g_clear_handle_id (&self->save_timer, g_source_remove);
  for (guint i = 0; i < self->cells->len; i++) {
    GuideCell *cell = self->cells->pdata[i];
    if (!cell->edited)
      continue;
    g_autofree char *code = cw_cell_view_code (cell->view);
    cw_record_set_code (self->record, self->lesson, cell->block->id, strcmp (code, cell->block->text) == 0 ? NULL : code);
    cell->edited = false;
  }
}

static gboolean
save_now (void *data) {
  CwGuide *self = data;
  self->save_timer = 0;
  save_code (self);
  return G_SOURCE_REMOVE;
}

static void
edited (CwGuide *self, CwCellView *view) {
  GuideCell *cell = cell_of_view (self, view);
  if (!cell || self->loading || self->closed)
    return;
  cell->edited = true;
  if (!self->save_timer)
    self->save_timer = g_timeout_add (400, save_now, self);
}

/* ---- locks ---------------------------------------------------------------------------------------------- */

void
cw_guide_update_lock (GuideCell *cell) {
  bool open = true;
  for (guint i = 0; i < cell->predicts->len; i++)
    open = open && cw_predict_card_answer (cell->predicts->pdata[i]);
  if (cell->variants)
    cw_variants_card_set_locked (CW_VARIANTS_CARD (cell->variants), !open);
  else
    cw_cell_view_set_locked (cell->view, open ? NULL : _("Answer the question above first; “not sure” is an answer"));
}

void
cw_guide_answered (CwGuide *self, const char *answer, GtkWidget *card) {
  const CwLessonBlock *block = g_object_get_data (G_OBJECT (card), "block");
  GuideCell *cell = cw_guide_cell_with_id (self, block->target);
  cw_record_set_answer (self->record, self->lesson, block->id, answer, false);
  if (cell)
    cw_guide_update_lock (cell);
  note_step (self, block->step);
  if (cell && cell->view && !cw_cell_view_is_locked (cell->view))
    cw_cell_view_focus_editor (cell->view);
}

/* ---- the session in order ----------------------------------------------------------------------------------- */

/* The code of a cell if it counts for what comes after it. g_free. */
static char *
counting_code (CwGuide *self, const CwLessonBlock *block) {
  if (block->kind == CW_BLOCK_SETUP)
    return g_strdup (block->text);
  GuideCell *cell = block->kind == CW_BLOCK_CELL ? cw_guide_cell_with_id (self, block->id) : NULL;
  if (!cell || (cell->exercise && !cw_record_passed (self->record, self->lesson, block->id)))
    return NULL;
  g_autofree char *code = cw_cell_view_code (cell->view);
  return cw_code_only_shows (code) ? NULL : g_steal_pointer (&code);
}

void
cw_guide_preparation_free (Preparation *p) {
  if (!p)
    return;
  g_ptr_array_unref (p->codes);
  g_ptr_array_unref (p->blocks);
  g_free (p->problem);
  g_free (p);
}

bool
cw_guide_prepare (CwSession *session, Preparation *p) {
  if (p->reset)
    cw_session_reset (session);
  for (guint i = 0; i < p->codes->len; i++) {
    const CwLessonBlock *block = p->blocks->pdata[i];
    g_autoptr (CwCellResult) result = cw_session_run_cell (session, p->codes->pdata[i]);
    if (!result->error_class || g_strcmp0 (result->error_class, block->error) == 0)
      continue;
    g_auto (GStrv) lines = g_strsplit (p->codes->pdata[i], "\n", 2);
    bool stopped = strcmp (result->error_class, cw_error_class_name (CW_ERROR_INTERRUPT)) == 0;
    p->problem = stopped ? g_strdup (_("Stopped while the cells above were run."))
                         : g_strdup_printf (_("A cell above, “%s”, stops with %s: %s. Mend it, or start its step over."), lines[0], result->error_class,
                                            result->error_message);
    return false;
  }
  return true;
}

void
cw_guide_forget_done (CwGuide *self) {
  g_ptr_array_set_size (self->done, 0);
  g_ptr_array_add (self->done, g_strdup ("")); /* unlike any cell, so that the next one begins anew */
}

Preparation *
cw_guide_get_ready (CwGuide *self, const CwLessonBlock *block) {
  Preparation *p = g_new0 (Preparation, 1);
  guint n = 0;
  *p = (Preparation) { false, g_ptr_array_new_with_free_func (g_free), g_ptr_array_new (), NULL };
  for (guint i = 0; cw_lesson_block (self->lesson, i) != block; i++) {
    char *code = counting_code (self, cw_lesson_block (self->lesson, i));
    if (!code)
      continue;
    p->reset = p->reset || (n < self->done->len && strcmp (self->done->pdata[n], code) != 0);
    g_ptr_array_add (p->codes, code);
    g_ptr_array_add (p->blocks, (void *) cw_lesson_block (self->lesson, i));
    n++;
  }
  p->reset = p->reset || self->done->len > n;
  if (p->reset)
    g_ptr_array_set_size (self->done, 0);
  if (self->done->len > 0) { /* what is done already */
    g_ptr_array_remove_range (p->codes, 0, self->done->len);
    g_ptr_array_remove_range (p->blocks, 0, self->done->len);
  }
  for (guint i = 0; i < p->codes->len; i++)
    g_ptr_array_add (self->done, g_strdup (p->codes->pdata[i]));
  return p;
}

/* ---- running and judging --------------------------------------------------------------------------------------- */

/* What is judged behind a cell, on the session's thread. */
typedef struct {
  CwGuide        *guide;
  GuideCell      *cell;
  Preparation    *preparation;
  GPtrArray      *answers;  /* of char, one a prediction; NULL: not answered */
  GPtrArray      *verdicts; /* of CwPredictVerdict, NULL where there is none */
  CwCheckVerdict *check;
  bool            failed;
} Judging;

static void
judging_free (void *data) {
  Judging *j = data;
  cw_guide_preparation_free (j->preparation);
  g_ptr_array_unref (j->answers);
  g_ptr_array_unref (j->verdicts);
  g_clear_pointer (&j->check, cw_check_verdict_free);
  g_object_unref (j->guide);
  g_free (j);
}

GPtrArray *
cw_guide_answers (GuideCell *cell) {
  GPtrArray *answers = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < cell->predicts->len; i++)
    g_ptr_array_add (answers, g_strdup (cw_predict_card_answer (cell->predicts->pdata[i])));
  return answers;
}

static void
verdict_free (void *verdict) {
  if (verdict)
    cw_predict_verdict_free (verdict);
}

void
cw_guide_judge_predictions (CwGuide *self, CwSession *session, const CwLessonBlock *block, GPtrArray *answers, GPtrArray *verdicts,
                            const CwCellResult *result) {
  g_ptr_array_set_free_func (verdicts, verdict_free);
  for (guint i = 0; i < answers->len; i++) {
    const CwLessonBlock *predict = cw_lesson_of_cell (self->lesson, block->id, CW_BLOCK_PREDICT, i);
    const char *answer = answers->pdata[i];
    g_ptr_array_add (verdicts, answer ? cw_judge_predict (session, predict->predict, answer, result, NULL) : NULL);
  }
}

void
cw_guide_tell_predictions (CwGuide *self, GuideCell *cell, GPtrArray *verdicts) {
  for (guint i = 0; i < verdicts->len; i++) {
    const CwPredictVerdict *verdict = verdicts->pdata[i];
    const CwLessonBlock    *predict = cw_lesson_of_cell (self->lesson, cell->block->id, CW_BLOCK_PREDICT, i);
    const char             *answer = cw_predict_card_answer (cell->predicts->pdata[i]);
    if (!verdict || !answer) /* the step was started over in between */
      continue;
    cw_predict_card_reveal (cell->predicts->pdata[i], verdict);
    cw_record_set_answer (self->record, self->lesson, predict->id, answer, verdict->right);
  }
}

static bool
before (CwSession *session, void *data) {
  return cw_guide_prepare (session, ((Judging *) data)->preparation);
}

static void
judge (CwSession *session, const CwCellResult *result, void *data) {
  Judging *j = data;
  const CwLesson      *lesson = j->guide->lesson;
  const CwLessonBlock *block = j->cell->block;
  j->failed = result->error_class && g_strcmp0 (result->error_class, block->error) != 0;
  if (cw_lesson_is_exercise (lesson, block))
    j->check = cw_judge_check (session, lesson, block->id, result);
  if (!j->failed && (!j->check || j->check->passed)) /* a wrong try does not give the answer away */
    cw_guide_judge_predictions (j->guide, session, block, j->answers, j->verdicts, result);
}

static void
tell_check (Judging *j) {
  CwGuide    *self = j->guide;
  const char *id = j->cell->block->id;
  cw_record_set_count (self->record, self->lesson, id, "tries", cw_record_count (self->record, self->lesson, id, "tries") + 1);
  if (j->check->passed)
    cw_record_set_passed (self->record, self->lesson, id, true);
  cw_exercise_card_show (CW_EXERCISE_CARD (j->cell->exercise), j->check);
}

static void
tell (void *data) {
  Judging *j = data;
  CwGuide *self = j->guide;
  if (self->closed)
    return;
  if (j->failed || j->preparation->problem)
    cw_guide_forget_done (self);
  if (j->preparation->problem) {
    cw_cell_view_say (j->cell->view, j->preparation->problem);
    return;
  }
  cw_guide_tell_predictions (self, j->cell, j->verdicts);
  if (j->check)
    tell_check (j);
  if (j->cell->block->view && !j->failed)
    g_signal_emit (self, signals[OPEN_VIEW], 0, j->cell->block->view);
  note_step (self, j->cell->block->step);
}

CwWithCell
cw_guide_make_with (CwCellView *view, void *data) {
  CwGuide *self = data;
  Judging *j = g_new0 (Judging, 1);
  j->guide = g_object_ref (self);
  j->cell = cell_of_view (self, view);
  j->preparation = g_steal_pointer (&self->next);
  j->answers = cw_guide_answers (j->cell);
  j->verdicts = g_ptr_array_new ();
  return (CwWithCell) { before, judge, tell, j, judging_free };
}

/* The document asks for every cell here. */
void
cw_guide_run_cell (CwCellView *view, void *data) {
  CwGuide    *self = data;
  GuideCell  *cell = cell_of_view (self, view);
  CwCellState state = cw_cell_view_state (view);
  g_autofree char *code = cw_cell_view_code (view);
  if (state == CW_CELL_RUNNING || state == CW_CELL_QUEUED)
    return;
  if (cell && cw_cell_view_is_locked (view)) {
    cw_cell_view_say (view, _("First the question above: what do you expect? “Not sure” is an answer, too."));
    return;
  }
  save_code (self);
  if (cell)
    self->next = cw_guide_get_ready (self, cell->block);
  if (!cw_code_only_shows (code)) {
    bool counts = cell && (!cell->exercise || cw_record_passed (self->record, self->lesson, cell->block->id));
    if (counts)
      g_ptr_array_add (self->done, g_strdup (code));
    else
      cw_guide_forget_done (self); /* a cell of the learner's own, or an exercise that may be wrong: what comes next begins anew */
  }
  cw_cell_view_run (view);
}

static int
remembered_step (CwGuide *self) {
  g_autofree char *id = cw_record_place (self->record, self->lesson);
  for (guint i = 0; id && i < self->lesson->steps->len; i++)
    if (strcmp (cw_lesson_step (self->lesson, i)->id, id) == 0)
      return i;
  return 0;
}

CwGuide *
cw_guide_new (CwLesson *lesson, CwRecord *record, CwDocument *document, CwEvaluator *evaluator) {
  CwGuide *self = g_object_new (CW_TYPE_GUIDE, NULL);
  self->lesson = lesson;
  self->record = record;
  self->document = document;
  self->evaluator = g_object_ref (evaluator);
  self->loading = true;
  cw_document_begin_lesson (document);
  for (guint i = 0; i < lesson->steps->len; i++)
    cw_guide_build_step (self, i);
  cw_guide_bind_predictions (self);
  cw_guide_restore_all (self);
  cw_document_set_runner (document, cw_guide_run_cell, self);
  cw_document_end_lesson (document, lesson->steps->len);
  g_signal_connect_object (document, "cell-edited", G_CALLBACK (edited), self, G_CONNECT_SWAPPED);
  cw_document_go_to_step (document, remembered_step (self));
  return self;
}

void
cw_guide_close (CwGuide *self) {
  if (self->closed)
    return;
  save_code (self);
  self->closed = true;
  cw_document_set_runner (self->document, NULL, NULL);
}

/* ---- moving about --------------------------------------------------------------------------------------------------------- */

const CwLesson *
cw_guide_lesson (CwGuide *self) {
  return self->lesson;
}

void
cw_guide_go_to_step (CwGuide *self, int step) {
  int from = cw_document_step (self->document);
  if (step > from)
    note_step (self, from);
  if (step < 0 || step >= (int) self->lesson->steps->len)
    return;
  cw_record_set_place (self->record, self->lesson, step);
  cw_document_go_to_step (self->document, step);
}

bool
cw_guide_go_to_id (CwGuide *self, const char *id) {
  for (guint i = 0; i < self->lesson->steps->len; i++)
    if (strcmp (cw_lesson_step (self->lesson, i)->id, id) == 0) {
      cw_guide_go_to_step (self, i);
      return true;
    }
  return false;
}

void
cw_guide_start_over (CwGuide *self, int step) {
  cw_record_forget (self->record, self->lesson, step);
  for (guint i = 0; i < self->cells->len; i++) {
    GuideCell *cell = self->cells->pdata[i];
    if (cell->view && (step < 0 || cell->block->step == step))
      cw_cell_view_forget (cell->view);
  }
  cw_guide_restore_all (self);
  if (step < 0)
    cw_guide_go_to_step (self, 0);
  changed (self);
}

void
cw_guide_show_notes (CwGuide *self, bool show) {
  for (guint i = 0; i < self->notes->len; i++)
    gtk_revealer_set_reveal_child (self->notes->pdata[i], show);
}

/* ---- as a notebook ---------------------------------------------------------------------------------------------------------- */

static CwCell *
code_cell (const char *code, const char *marker) {
  CwCell *cell = g_new0 (CwCell, 1);
  cell->code = g_strdup (code);
  cell->marker = g_strdup (marker);
  return cell;
}

/* Text as a cell of comments. */
static CwCell *
text_cell (const char *markdown) {
  g_autofree char *comments = cw_document_comments (markdown);
  CwCell *cell = code_cell (comments, " [markdown]");
  cell->markdown = true;
  return cell;
}

GPtrArray *
cw_guide_cells_until (CwGuide *self, CwCellView *view) {
  GPtrArray *cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  GuideCell *last = cell_of_view (self, view);
  for (guint i = 0; i < self->lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (self->lesson, i);
    g_autofree char *code = last && block == last->block ? cw_cell_view_code (view) : counting_code (self, block);
    if (code)
      g_ptr_array_add (cells, code_cell (code, ""));
    if (last && block == last->block)
      break;
  }
  if (!last) { /* a cell that the learner added */
    g_autofree char *code = cw_cell_view_code (view);
    g_ptr_array_add (cells, code_cell (code, ""));
  }
  return cells;
}

char *
cw_guide_as_notebook (CwGuide *self) {
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  int last = cw_document_step (self->document);
  for (guint i = 0; i < self->lesson->blocks->len; i++) {
    const CwLessonBlock *block = cw_lesson_block (self->lesson, i);
    GuideCell *cell = block->kind == CW_BLOCK_CELL ? cw_guide_cell_with_id (self, block->id) : NULL;
    if (block->step > last)
      break;
    if (block->kind == CW_BLOCK_HEADING)
      g_ptr_array_add (cells, text_cell (block->text));
    else if (block->kind == CW_BLOCK_SETUP)
      g_ptr_array_add (cells, code_cell (block->text, ""));
    if (!cell)
      continue;
    g_autofree char *code = cw_cell_view_code (cell->view);
    g_ptr_array_add (cells, code_cell (code, cw_cell_view_marker (cell->view)));
  }
  return cw_notebook_print (cells);
}
