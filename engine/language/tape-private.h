/* tape-private.h: what the files of the tape share. */
#pragma once

#include "engine/language/language.h"
#include "engine/language/tape.h"

G_BEGIN_DECLS

struct _CwTape {
  GPtrArray  *notes, *things;
  GPtrArray  *sources, *errors; /* a cell's text, and the message that it ended with or NULL */
  GHashTable *arrays;           /* id -> number + 1 */
  GHashTable *buffers;          /* CwBuffer, with a reference -> number + 1 */
  GHashTable *storages;         /* CwStorage -> its number */
  GHashTable *origins;          /* CwValue, with a reference -> pieces that print it */
  guint       n_storages;
  GString    *call;      /* the call that is being noted */
  int         arguments; /* of it so far */
  int         groups;    /* calls with several results */
  int         line, end_line;
  int         timers;
  char       *failure; /* the message of the last failed call */
};

/* A piece of printed text. */
typedef struct {
  CwPieceKind kind;
  bool        whole; /* NUMBER: an integer */
  char       *text;
} CwPiece;

CwTape *cw_tape_current (void);
CwNote *cw_tape_add (CwTape *tape, CwNoteKind kind, char *text, guint first, guint n); /* takes @text */
guint   cw_tape_new_thing (CwTape *tape, CwThingKind kind);
guint   cw_tape_number_of_array (CwTape *tape, CwArray *a);
guint   cw_tape_number_of_buffer (CwTape *tape, CwBuffer *b);
void    cw_tape_put_reference (GString *to, guint number);
bool    cw_tape_find_number (CwTape *tape, CwScalar s, guint *number);
void    cw_tape_sweep (CwTape *tape);
/* Spellings: a number by its dtype, a dtype, an array of int64 as a compound literal, the C type of elements. */
void        cw_put_double (GString *to, double f);
void        cw_put_plain (GString *to, CwScalar s);
void        cw_put_dtype (GString *to, CwDtype dtype);
void        cw_put_longs (GString *to, int n, const int64_t *items);
const char *cw_c_type (CwDtype dtype);
/* @text between quotes, as C writes it. */
void    cw_put_c_string (GString *to, const char *text);

G_END_DECLS
