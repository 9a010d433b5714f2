/* guide-private.h: what the parts of the guide share: guide.c (the session in order, judging, progress) and guide-build.c (what stands in the document). */
#pragma once

#include "app/guide.h"

/* A cell of the lesson in the document. */
typedef struct {
  const CwLessonBlock *block;
  CwCellView          *view;
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
  GPtrArray   *notes; /* widgets */
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
/* The document's runner, and what goes with each cell; @guide is a CwGuide. */
void cw_guide_run_cell (CwCellView *view, void *guide);
CwWithCell cw_guide_make_with (CwCellView *view, void *guide);

/* ---- guide-build.c ---- */

void cw_guide_build_step (CwGuide *guide, int number);
/* Predictions are found again by the cell that they belong to, in the order of the lesson; @first is the document's first child. */
void cw_guide_bind_predictions (CwGuide *guide, GtkWidget *first);
/* Code, answers and passes as the record has them. */
void cw_guide_restore_all (CwGuide *guide);
