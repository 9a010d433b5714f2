/* evaluator.h: one session of the notebook language on a thread of its own.
 *
 * Cells are queued and run one after the other; what happens is told by signals on the main thread:
 *   "started" (uint ticket)                       a cell's turn has come
 *   "finished" (uint ticket, CwCellResult *, CwArray *)   it has ended; the array is the one that the cell assigned or
 *                                                 showed last, or NULL; both are borrowed for the call
 *   "run-begins" (uint ticket, CwRun *)           a computation starts; runs that are over at once are told of as well
 *   "dropped" (uint ticket)                       a queued cell will not run, since one before it failed
 */
#pragma once

#include <glib-object.h>

#include "engine/language/language.h"

G_BEGIN_DECLS

#define CW_TYPE_EVALUATOR (cw_evaluator_get_type ())
G_DECLARE_FINAL_TYPE (CwEvaluator, cw_evaluator, CW, EVALUATOR, GObject)

/* @seed -1: chosen by the session. @threads 0: one a processor. */
CwEvaluator *cw_evaluator_new (int threads, int seed);
/* What goes with a cell. On the session's thread: @before it runs (false: it is dropped, with what is queued behind), and @judge with its
 * result. On the main thread: @tell after "finished" or "dropped". Each may be NULL. @data is freed in the end, also where the cell never runs. */
typedef struct {
  bool (*before) (CwSession *session, void *data);
  void (*judge) (CwSession *session, const CwCellResult *result, void *data);
  void (*tell) (void *data);
  void          *data;
  GDestroyNotify free;
} CwWithCell;

/* Queues a cell; the ticket names it in signals. @may_fail: an error in it is expected, and cells behind it run all the same. */
guint cw_evaluator_run (CwEvaluator *evaluator, const char *code, bool may_fail, CwWithCell with);
/* Queues a call of @func on the session's thread; false from it drops what is queued behind, as a cell that fails does. @done is called on the
 * main thread afterwards, also where the call was dropped before its turn (not after cw_evaluator_close). @data is freed in the end. */
void  cw_evaluator_call (CwEvaluator *evaluator, bool (*func) (CwSession *session, void *data), void (*done) (void *data), void *data,
                         GDestroyNotify free);
/* Stops the running cell, and drops the queued ones. */
void  cw_evaluator_interrupt (CwEvaluator *evaluator);
bool  cw_evaluator_is_busy (CwEvaluator *evaluator);
/* Slow motion of runs that begin from now on; 0: full speed. */
void  cw_evaluator_set_task_time (CwEvaluator *evaluator, int64_t ns);
/* Characters that a line of a printed array may have, from the next cell on. */
void  cw_evaluator_set_print_width (CwEvaluator *evaluator, int columns);
void  cw_evaluator_set_threads (CwEvaluator *evaluator, int threads);
int   cw_evaluator_threads (CwEvaluator *evaluator);
/* As cw_session_complete, cw_session_array and cw_session_help; NULL while a cell runs. */
char **cw_evaluator_complete (CwEvaluator *evaluator, const char *text_before_cursor);
/* The call that the cursor stands in; NULL where there is none, and while a cell runs. */
CwCallHint *cw_evaluator_call_hint (CwEvaluator *evaluator, const char *text_before_cursor);
CwArray *cw_evaluator_array (CwEvaluator *evaluator, const char *name);
/* Ends the thread; nothing is told after this. */
void  cw_evaluator_close (CwEvaluator *evaluator);

G_END_DECLS
