/* language.h: the notebook language, as the window and the command line use it.
 *
 * A session holds the names that cells defined. Running a cell gives a list of outputs: printed text, the value of
 * the last expression, a graph to draw, warnings, times. Nothing is printed here. Cells run on the caller's thread;
 * the window calls from a worker thread and interrupts from the main loop.
 */
#pragma once

#include "engine/run/run.h"

G_BEGIN_DECLS

typedef struct _CwSession CwSession;

typedef enum {
  CW_OUTPUT_TEXT,    /* print() and repr of the value */
  CW_OUTPUT_ARRAY,   /* a lazy array: text is its repr, array the array */
  CW_OUTPUT_VALUES,  /* an eager array: text is its repr, buffer the values */
  CW_OUTPUT_GRAPH,   /* .visualize(): array (and plan kind) to draw; text says where a file went, if any */
  CW_OUTPUT_CLIENT,  /* a Client: text is its repr */
  CW_OUTPUT_WARNING, /* text */
  CW_OUTPUT_TIMING,  /* %%time, %%timeit: text */
} CwOutputKind;

typedef struct {
  CwOutputKind kind;
  char        *text;
  CwArray     *array;  /* owned; ARRAY, GRAPH */
  CwBuffer    *buffer; /* owned; VALUES */
  CwPlanKind   plan_kind;
  bool         top_down; /* GRAPH: layers stand below each other */
} CwOutput;

typedef struct {
  GPtrArray *outputs; /* of CwOutput */
  char      *error_class;   /* NULL where the cell succeeded: "ValueError" */
  char      *error_message; /* "operands could not be broadcast together ..." */
  int        error_line;    /* 1-based within the cell's text, 0 unknown */
  int        error_column;  /* 1-based, 0 unknown */
  double     wall_s, cpu_s; /* whole cell */
  double     compute_s;     /* inside runs */
  int64_t    tasks;         /* tasks run */
  int64_t    peak_bytes;    /* of blocks, most at once */
  int64_t    spilled_bytes; /* written to spill files */
  char      *focus_name;    /* the variable assigned or shown last that holds an array, or NULL */
} CwCellResult;

void cw_cell_result_free (CwCellResult *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwCellResult, cw_cell_result_free)

typedef struct {
  /* A computation is about to start (run not started yet) and has ended; on the evaluating thread. The receiver
   * may keep references and control the run. */
  void (*run_begins) (CwSession *session, CwRun *run, void *data);
  void (*run_ended) (CwSession *session, CwRun *run, void *data);
  /* An output was made while the cell goes on (print in a loop). Also found in the result at the end. */
  void (*output) (CwSession *session, const CwOutput *output, void *data);
  void *data;
} CwSessionHooks;

CwSession *cw_session_new (void);
void       cw_session_free (CwSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwSession, cw_session_free)

void cw_session_set_hooks (CwSession *session, const CwSessionHooks *hooks);
void cw_session_set_threads (CwSession *session, int threads); /* 0: one a processor */
int  cw_session_threads (CwSession *session);
void cw_session_set_seed (CwSession *session, uint64_t seed);   /* of da.random and np.random without a seed */
void cw_session_set_optimize (CwSession *session, bool optimize);
void cw_session_set_min_task_ns (CwSession *session, int64_t ns); /* slow motion of later runs */
/* Characters in a line of a printed array, 75 at first: where np.set_printoptions(linewidth=) was not used, from the next cell on. From any
 * thread. */
void cw_session_set_print_width (CwSession *session, int columns);
/* The line of its file in which the next cell begins, 1 at first: warnings count from there. Errors count within the cell. */
void cw_session_set_first_line (CwSession *session, int line);
/* Where visualize(filename=..., rankdir=...) is drawn: the application installs it; returns false with an error. @top_down: layers
 * stand below each other, not side by side. */
typedef bool (*CwVisualizeFunc) (CwArray *array, CwPlanKind kind, bool top_down, const char *filename, void *data, GError **error);
void cw_session_set_visualize (CwSession *session, CwVisualizeFunc func, void *data);

/* Runs one cell. Never NULL: errors stand in the result. */
CwCellResult *cw_session_run_cell (CwSession *session, const char *code);
/* Runs @code without telling the hooks and gives what it printed, without the last line break; NULL with the error that it raised. g_free. */
char *cw_session_print (CwSession *session, const char *code, GError **error);
/* From any thread: stops the running cell within 100 ms with KeyboardInterrupt. */
void cw_session_interrupt (CwSession *session);
void cw_session_reset (CwSession *session); /* forgets every name */

/* One snippet in the interchange of the conformance suite: a new session, the facts of the last expression as a
 * JSON object's members without "id". @code as in {"id", "code"}. Free with g_free. */
char *cw_session_facts (const char *code);

/* The lazy array that variable @name holds (a lazy array, or an eager one wrapped in one chunk); new reference or NULL. */
CwArray *cw_session_array (CwSession *session, const char *name);
/* Names (variables, modules' members after a dot) that complete the text before the cursor, e.g. "da.ra" ->
 * {"random", "ravel", ...}. NULL-terminated; g_strfreev. */
char **cw_session_complete (CwSession *session, const char *text_before_cursor);
/* The documentation of a function or method named as in code ("da.histogram"); NULL if unknown. g_free. */
char *cw_session_help (CwSession *session, const char *name);

/* The call that the cursor stands in: what it calls, and which argument is being written. */
typedef struct {
  char  *name;
  char **parameters; /* as in the signature: "bins=10", "*args"; NULL-terminated */
  int    current;    /* the parameter at the cursor, -1: none of them */
  char  *doc;        /* what the function does, may be "" */
  char  *about;      /* what the current argument means, or NULL */
} CwCallHint;

/* Of the innermost open call before the cursor, or NULL where there is none or nothing is known of it. Nothing is computed. */
CwCallHint *cw_session_call_hint (CwSession *session, const char *text_before_cursor);
void        cw_call_hint_free (CwCallHint *hint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwCallHint, cw_call_hint_free)

/* ---- printing of numbers and arrays ---------------------------------------------------------- */

/* array(...) as numpy.ndarray.__repr__, and the text inside as __str__. */
char *cw_buffer_repr (const CwBuffer *b);
char *cw_buffer_str (const CwBuffer *b);

/* NumPy's print options, as set_printoptions sets them; of this thread. */
typedef struct {
  int     precision, edge, width;
  int64_t threshold;
  bool    suppress; /* never scientific notation */
} CwPrintOptions;

CwPrintOptions *cw_print_options (void);
extern const CwPrintOptions cw_print_defaults;

/* ---- the same in other words --------------------------------------------------------------------- */

/* From now on what cells ask of the engine is noted, for cw_session_as_c; in a new session, before its first cell. */
void  cw_session_record (CwSession *session);
/* The @cell-th cell that was run since (from 0) as a complete C program against the public headers, which prints what the cell showed. NotImplementedError
 * where C has no way to say it, RuntimeError where the cell itself failed in Python. g_free. */
char *cw_session_as_c (CwSession *session, int cell, GError **error);
/* Runs the code cells up to @cell of a notebook (of CwCell; numbers count all cells) in @session, a new one, which can be interrupted from another thread
 * meanwhile, and gives that. @seed is of random arrays without a seed. KeyboardInterrupt. */
char *cw_cells_as_c (GPtrArray *cells, int cell, uint64_t seed, CwSession *session, GError **error);
/* The cell and what it needs of those before as a Python script for dask.array. */
char *cw_cells_as_dask (GPtrArray *cells, int cell, GError **error);

/* ---- notebooks ---------------------------------------------------------------------------- */

/* A cell of a .py file with "# %%" marks (Jupytext's percent format). */
typedef struct {
  char *code;             /* without the mark */
  char *marker;           /* what follows "# %%" on its line, as written ("" if none; NULL: no mark) */
  bool  markdown;         /* "# %% [markdown]": code is the text with "# " kept */
  bool  raises_exception; /* tagged so */
  int   line;             /* 1-based line of the code's first line in the file */
} CwCell;

void cw_cell_free (CwCell *cell);
/* Cells of a notebook's text. Without any mark every top-level statement is a cell (%%time belongs to the next one). */
GPtrArray *cw_notebook_parse (const char *text);
/* The text of cells, marks written; parse (print (cells)) gives the same cells. g_free. */
char *cw_notebook_print (GPtrArray *cells);

/* @text as a string literal of the notebook language. g_free. */
char *cw_string_literal (const char *text);
/* Does a cell only show something, so that what comes behind it does not need it? False for code that cannot be read. */
bool cw_code_only_shows (const char *code);

G_END_DECLS
