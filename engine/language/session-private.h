/* session-private.h: what a session holds. */
#pragma once

#include "engine/language/register.h"

G_BEGIN_DECLS

/* Where an error arose: a place in the cell that runs. If that was in a function of another cell, it is the place of the call, and
 * @inside says where in the function. */
typedef struct {
  int   line, column; /* 0: not known yet */
  char *inside;       /* "norm: return v / n", or NULL */
} CwPlace;

struct _CwSession {
  CwPool         *pool;
  CwScope        *globals;
  CwSessionHooks  hooks;
  int             threads;
  bool            optimize;
  int64_t         min_task_ns;
  gint            print_width;   /* asked for; 0: the default */
  int             printed_width; /* what the print options were last set to for that */
  int64_t         memory_before; /* the limit before a Client set one; 0: none did */
  CwTape         *tape; /* what cells ask of the engine; NULL: not noted */
  CwVisualizeFunc visualize;
  void           *visualize_data;
  uint64_t        seed;
  CwRandomState   random[2]; /* np.random's and da.random's own streams */

  GMutex lock; /* of run, which another thread may cancel */
  CwRun *run;
  gint   interrupted;

  int         line;   /* of the cell's statement that runs */
  int         first_line; /* of the cell in its file, for warnings */
  GHashTable *warned; /* texts of warnings of the cell that runs, with their line: each is shown once */
  bool     quiet;  /* np.seterr: arithmetic does not warn */
  CwValue *config; /* dict: what dask.config.set() set; NULL: nothing */

  /* of the cell that runs */
  CwCellResult *result;
  int           depth;          /* of calls */
  CwPlace       place;          /* of the error */
  CwScope      *scope;          /* borrowed */
  CwProgram    *program;        /* borrowed: of the code that runs, which a function brings from its cell */
  CwProgram    *cell;           /* borrowed */
  CwValue      *returned;       /* by a return statement */
  CwValue      *raised;         /* the exception raised last, which the error on its way stands for; NULL: the engine's own error */
  GPtrArray    *handled;        /* of GError: the exceptions that except clauses now handle */
};

/* How a statement ended. */
typedef enum { CW_FLOW_NEXT, CW_FLOW_BREAK, CW_FLOW_CONTINUE, CW_FLOW_RETURN, CW_FLOW_ERROR } CwFlow;

/* Makes @session the one that runs on this thread; returns the one before. */
CwSession *cw_session_enter (CwSession *session);
CwFlow   cw_execute (CwSession *session, const CwNode *node, GError **error);
CwFlow   cw_execute_block (CwSession *session, GPtrArray *block, GError **error);
CwValue *cw_evaluate (CwSession *session, const CwNode *node, GError **error);
bool     cw_assign (CwSession *session, const CwNode *target, CwValue *value, GError **error);
CwValue *cw_function_call (CwSession *session, CwValue *function, int n, CwValue *const *args, CwValue *keywords, GError **error);
/* Remembers where an error arose, if nobody did before; returns NULL. */
CwValue *cw_at (CwSession *session, const CwNode *node);
void     cw_place_clear (CwPlace *place);
void     cw_session_focus (CwSession *session, const char *name, const CwValue *value);
bool     cw_session_import (CwSession *session, const CwNode *node, GError **error);
/* Sets the print options' line width where cells did not choose one. */
void     cw_settings_follow_width (CwSession *session);
/* Forgets what dask.config.set() and np.set_printoptions() set. */
void     cw_settings_clear (CwSession *session);
/* Limits the program's memory until the session is reset. */
void     cw_session_limit_memory (CwSession *session, int64_t bytes);
bool     cw_session_time (CwSession *session, const CwNode *node, GError **error);

G_END_DECLS
