/* tape.h: what a notebook asks of the engine, noted down as C.
 *
 * While a tape runs, every call of a public function of the engine that the notebook language makes is noted as a statement of C:
 * the function, its arguments, and which earlier statements' results they are. taped.h puts the noting functions in the place of
 * the engine's own, for this folder alone; so the engine knows nothing of tapes, what it calls itself is not noted, and a session
 * without a tape pays one test of a thread's variable a call. as-c.c makes programs of the notes.
 *
 * Texts of notes hold references to things (arrays, buffers, cuts of axes) as a number between two marks; names come later.
 */
#pragma once

#include "engine/language/value.h"

G_BEGIN_DECLS

typedef enum {
  CW_NOTE_CALL,    /* makes things */
  CW_NOTE_CHANGE,  /* writes into a buffer's memory */
  CW_NOTE_SHOW,    /* prints */
  CW_NOTE_TIME,    /* reads the clock */
  CW_NOTE_REFUSED, /* makes things in a way that C cannot say; text is what */
  CW_NOTE_FAILED,  /* a call that gave an error; dropped unless the cell ends with it */
} CwNoteKind;

typedef struct {
  CwNoteKind kind;
  int        cell, line, end_line; /* of the notebook; lines of the cell from 1 */
  char      *text;                 /* C statements, a line each, without indentation */
  guint      first, n;             /* the things that it makes have numbers from @first on */
  guint      storage;              /* of the memory that it writes into, 0: none */
} CwNote;

typedef enum { CW_THING_ARRAY, CW_THING_BUFFER, CW_THING_AXIS } CwThingKind;

typedef struct {
  CwThingKind kind;
  char       *name;    /* the variable that held it first, or NULL */
  guint       storage; /* BUFFER: a number for its memory, which views share; ARRAY: of the memory that computing it writes into */
  bool        single;  /* BUFFER: one element, */
  CwScalar    value;   /* which this is */
} CwThing;

typedef struct _CwTape CwTape;

/* What a piece of printed text is made of: a string, or a C expression. */
typedef enum { CW_PIECE_LITERAL, CW_PIECE_TEXT, CW_PIECE_NUMBER } CwPieceKind;

/* What stands where notes name a storage: all files, and settings of the whole program, which are always needed. */
#define CW_STORAGE_FILES    G_MAXUINT
#define CW_STORAGE_SETTINGS (G_MAXUINT - 1)

#define CW_REFERENCE_BEGINS '\001'
#define CW_REFERENCE_ENDS   '\002'

CwTape *cw_tape_new (void);
void    cw_tape_free (CwTape *tape);
/* Makes @tape the one of this thread (NULL: nothing is noted from now on); returns the one before. */
CwTape *cw_tape_enter (CwTape *tape);
bool    cw_tape_runs (void);

GPtrArray  *cw_tape_notes (const CwTape *tape);  /* of CwNote */
GPtrArray  *cw_tape_things (const CwTape *tape); /* of CwThing */
int         cw_tape_n_cells (const CwTape *tape);
const char *cw_tape_source (const CwTape *tape, int cell);
const char *cw_tape_error (const CwTape *tape, int cell); /* how the cell ended; NULL: well */

/* The program of the cell with that number (from 0); NotImplementedError for what C cannot say, RuntimeError for cells that end with an
 * error which no call of the engine gave. g_free. */
char *cw_tape_as_c (const CwTape *tape, int cell, GError **error);

/* ---- what the session says ------------------------------------------------------------------------------------------------------- */

void cw_tape_cell_begins (CwTape *tape, const char *code);
void cw_tape_cell_ends (CwTape *tape, const CwCellResult *result);
/* A statement of the notebook begins; it has ended, and the variables of @names hold what they hold. */
void cw_tape_line (int line, int end_line);
void cw_tape_names (GHashTable *names);
/* Values are printed: as print() does with @sep and @end, or as a cell shows its last one. */
void cw_tape_print (CwValue *values, const char *sep, const char *end);
void cw_tape_show (CwValue *value);
void cw_tape_show_graph (CwArray *array);
void cw_tape_time (bool begins);
/* @fact was asked of @of under @name: shape, dtype, ... So it can be printed by asking again. */
void cw_tape_fact (CwValue *fact, CwValue *of, const char *name);
/* Python calculated @result from @a and @b by the operator @op. */
void cw_tape_number (CwValue *result, int op, CwValue *a, CwValue *b);
/* @text is what printing @parts one after the other gives, formatted by @specs (NULL: as str). */
void cw_tape_text (CwValue *text, int n, CwValue *const *parts, char *const *specs);

/* ---- noting a call --------------------------------------------------------------------------------------------------------------------- */

/* Begins a note of a call of @function, false where no tape runs; then come its arguments in their order, then its end. */
bool cw_tape_begin (const char *function);
void cw_tape_array (CwArray *a); /* NULL is an argument too, here and below */
void cw_tape_buffer (CwBuffer *b);
void cw_tape_arrays (int n, CwArray *const *arrays);
void cw_tape_buffers (int n, CwBuffer *const *buffers);
void cw_tape_axes (int n, CwAxis *const *axes);
void cw_tape_int (int64_t i);
void cw_tape_double (double f);
void cw_tape_bool (bool b);
void cw_tape_text_argument (const char *text);
void cw_tape_inside (CwBuffer *b, const char *data); /* an address in the memory of @b */
void cw_tape_code (const char *code); /* as it stands */
void cw_tape_ints (int n, const int *items);
void cw_tape_longs (int n, const int64_t *items);
void cw_tape_doubles (int n, const double *items);
void cw_tape_scalar (CwScalar s);
void cw_tape_scalars (int n, const CwScalar *items);
void cw_tape_dtype (CwDtype dtype);
void cw_tape_chunks (const CwChunkSpec *spec);
void cw_tape_operand (const CwOperand *operand);
void cw_tape_operands (int n, const CwOperand *operands);
void cw_tape_items (int n, const CwIndex *items);
void cw_tape_options (const CwReduceOptions *options);
void cw_tape_random (const CwRandomState *state);
void cw_tape_ufunc (CwUfunc ufunc);
void cw_tape_reduction (CwReduction kind);
void cw_tape_random_kind (CwRandomKind kind);

void cw_tape_templates (int n, const CwTemplate *templates);
void cw_tape_follow (int n, CwArray *const *inputs, const int (*follow)[CW_MAX_NDIM]);

/* Ends: the call answered with a new array or buffer, or failed with @error; @may_fail: it takes a GError. */
void cw_tape_end_array (CwArray *made, GError **error);
void cw_tape_end_plain_array (CwArray *made); /* by a call that takes no GError */
void cw_tape_end_buffer (CwBuffer *made, bool may_fail, GError **error);
/* It gave @n buffers by way of an array of them; @ok says whether. */
void cw_tape_end_buffers (bool ok, int n, CwBuffer *const *made, GError **error);
void cw_tape_end_arrays (bool ok, int n, CwArray *const *made, GError **error);
/* @n arrays were computed together. */
void cw_tape_computed (bool ok, int n, CwArray *const *arrays, CwBuffer *const *results, GError **error);
/* It wrote into the memory of @changed. */
void cw_tape_end_change (bool ok, CwBuffer *changed, GError **error);
/* It wrote a file, which calls that read files may need. */
void cw_tape_end_file (bool ok, GError **error);
/* It set something for the whole program. */
void cw_tape_end_setting (void);
/* Nothing public makes @made: what needs it is refused in the words of @what. */
void cw_tape_refuse_array (CwArray *made, const char *what);
/* @made stands in a file: who writes into it writes files. */
void cw_tape_in_file (CwBuffer *made);
/* Computing @made writes into the memory of @target (NULL: files); what was computed last wrote what @arrays write. */
void cw_tape_writes (CwArray *made, CwBuffer *target);
void cw_tape_wrote (int n, CwArray *const *arrays);

G_END_DECLS
