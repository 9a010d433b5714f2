/* guide-private.h: what the parts of the guide share: guide.c (the session in order, judging, progress) and guide-build.c (what stands in the document). */
#pragma once

#include "app/guide.h"

/* A cell of the lesson in the document; or a comparison or bench, which has a card in a cell's place. */
typedef struct {
  const CwLessonBlock *block;
  CwCellView          *view;     /* NULL: there is a card */
  GtkWidget           *variants; /* that card, or NULL */
  GtkWidget           *exercise; /* its card, or NULL */
  GPtrArray           *predicts; /* of CwPredictCard */
  bool                 edited;
} GuideCell;

struct _CwGuide {
  GObject      parent_instance;
  CwLesson    *lesson;
  CwRecord    *record;
  CwDocument  *document;
  CwEvaluator *evaluator;
  GPtrArray   *cells; /* of GuideCell */
  GPtrArray   *notes, *predicts; /* widgets */
  GPtrArray   *done;  /* of char: what the session has run */
  struct _Preparation *next; /* of the cell that is queued now */
  guint        save_timer;
  bool         loading, closed;
};

/* ---- guide.c ---- */

GuideCell *cw_guide_cell_with_id (CwGuide *guide, const char *id);
/* A cell is locked until its predictions are answered. */
void cw_guide_update_lock (GuideCell *cell);
/* A prediction's card was answered. */
void cw_guide_answered (CwGuide *guide, const char *answer, GtkWidget *card);
/* A run of code that has to be done before something else. */
typedef struct _Preparation {
  bool       reset;
  GPtrArray *codes;   /* of char */
  GPtrArray *blocks;  /* the CwLessonBlock of each, borrowed */
  char      *problem; /* why it could not be done */
} Preparation;

/* What has to run before @block; the cells above count as done then. */
Preparation *cw_guide_get_ready (CwGuide *guide, const CwLessonBlock *block);
/* Runs it, on the session's thread; false with a problem. */
bool cw_guide_prepare (CwSession *session, Preparation *preparation);
void cw_guide_preparation_free (Preparation *preparation);
/* What runs next begins with a fresh session. */
void cw_guide_forget_done (CwGuide *guide);
/* What was judged of the predictions of @cell: shows and keeps it. @verdicts: of CwPredictVerdict, NULL where there is none. */
void cw_guide_tell_predictions (CwGuide *guide, GuideCell *cell, GPtrArray *verdicts);
/* The answers to the predictions of @cell as they are now, and their verdicts, on the session's thread. */
GPtrArray *cw_guide_answers (GuideCell *cell);
void       cw_guide_judge_predictions (CwGuide *guide, CwSession *session, const CwLessonBlock *block, GPtrArray *answers, GPtrArray *verdicts,
                                       const CwCellResult *result);
/* The document's runner, and what goes with each cell; @guide is a CwGuide. */
void cw_guide_run_cell (CwCellView *view, void *guide);
CwWithCell cw_guide_make_with (CwCellView *view, void *guide);

/* ---- guide-build.c ---- */

void cw_guide_build_step (CwGuide *guide, int number);
/* Gives each cell the cards of its predictions, in the order of the lesson. */
void cw_guide_bind_predictions (CwGuide *guide);
/* Code, answers and passes as the record has them. */
void cw_guide_restore_all (CwGuide *guide);
