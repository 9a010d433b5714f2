/* lesson.h: lessons as the window and the terminal read them.
 *
 * A lesson is a Markdown file (CommonMark, read through libcmark) with a short head of "key: value" lines between two
 * "---" lines: format (1), id, title, minutes, and needs, the ids of lessons before it. Headings of the first and second
 * level begin a step. Fenced blocks with a known word behind the fence are what a learner does: cells to run, predictions,
 * checks and what belongs to them; lessons/README.md describes them all. What is read is a list of blocks from top to bottom.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

typedef enum {
  CW_BLOCK_HEADING, /* level 1 to 6 */
  CW_BLOCK_TEXT,    /* a paragraph */
  CW_BLOCK_ITEM,    /* of a list; level 1 is the outermost, marker "•" or "1." */
  CW_BLOCK_QUOTE,   /* a remark */
  CW_BLOCK_CODE,    /* code that is only shown; word: its language, may be "" */
  CW_BLOCK_CELL,    /* code to run */
  CW_BLOCK_SETUP,   /* code that runs before the first cell and is not shown */
  CW_BLOCK_PREDICT, /* a question that is answered before its cell runs */
  CW_BLOCK_CHECK,   /* what has to be true after its cell ran: that cell is an exercise */
  CW_BLOCK_MISTAKE, /* a wrong answer to an exercise, and what to say to it */
  CW_BLOCK_HINT,    /* help with an exercise */
  CW_BLOCK_SOLUTION, /* code that passes an exercise's check */
  CW_BLOCK_NOTE,    /* for the instructor */
  CW_BLOCK_COMPARE, /* pieces of code run once and set beside each other */
  CW_BLOCK_BENCH,   /* pieces of code timed several times over sizes */
  CW_N_BLOCK_KINDS
} CwBlockKind;

/* ---- what fenced blocks hold ------------------------------------------------------------------- */

typedef enum { CW_PREDICT_CHOICE, CW_PREDICT_NUMBER, CW_PREDICT_CHUNKS } CwPredictKind;

typedef struct {
  char *text, *markup; /* as written, and for a label */
  char *said;          /* what is said to who chose it; NULL: nothing */
  bool  right;         /* marked [x]; where the engine computes the answer, the mark is not needed */
} CwOption;

typedef struct {
  CwPredictKind kind;
  char      *question; /* Markdown */
  GPtrArray *options;  /* of CwOption; CHOICE */
  char      *answer;   /* an expression whose value is the right answer; NULL: an option is marked */
  double     within;   /* NUMBER: how far off is right, as a part of the answer (0.1: a tenth) */
  char      *unit;     /* NUMBER: "MiB"; may be NULL */
  char      *why;      /* said when the truth is known; may be NULL; {expressions} are filled in */
  int        ndim;     /* CHUNKS: the array that is cut */
  int64_t    shape[2];
  int64_t    grid[2];  /* ... and the multiples at which cuts are put */
} CwPredict;

/* One thing that has to be true. */
typedef struct {
  char *condition; /* an expression */
  char *said;      /* when it is not; {expressions} are filled in */
  int   line;
} CwPredicate;

typedef struct {
  GPtrArray *predicates; /* of CwPredicate */
  char      *good;       /* said when all are true; may be NULL */
} CwCheck;

typedef struct {
  char *when, *said; /* a condition, and what to say then */
  char *example;     /* code that makes the mistake */
  int   when_line;
} CwMistake;

/* One of the things that a comparison or a bench runs. */
typedef struct {
  char *label;
  char *code;    /* in the notebook language; NULL: plain C */
  char *plain_c; /* the name of a function in lessons/plain_c */
  int   line;
} CwVariant;

typedef struct {
  char      *title, *setup; /* either may be NULL; @setup is code that is not timed */
  char      *over;          /* BENCH: the name that takes the sizes, else NULL */
  int        n_sizes, repeat;
  int64_t    sizes[16];
  GPtrArray *variants; /* of CwVariant */
} CwVariants;

/* ---- lessons ------------------------------------------------------------------------------------ */

typedef struct {
  CwBlockKind kind;
  int         level;
  char       *marker; /* ITEM */
  char       *markup; /* Pango markup; NULL for code and for what has a body of its own */
  char       *text;   /* the Markdown source; for code the code itself; for other fenced blocks their body */
  char       *word;   /* of fenced blocks: the word behind the fence */
  int         line;   /* where it begins in the file, from 1 */
  int         step;   /* number of its step, from 0 */
  char       *id;     /* of cells, predictions, comparisons and benches; unique in the lesson */
  char       *target; /* the cell that a prediction, check, mistake, hint or solution belongs to; a prediction may belong to a comparison or bench */
  char       *view;   /* CELL: the page of the stage that it opens, or NULL */
  char       *error;  /* CELL: the class of the error that it has to end with, or NULL */
  CwPredict  *predict;
  CwCheck    *check;
  CwMistake  *mistake;
  CwVariants *variants; /* COMPARE, BENCH */
} CwLessonBlock;

typedef struct {
  char *id, *title; /* plain text */
  int   line;
  guint first, n;   /* its blocks */
  char *hash;       /* of its content, so that progress can tell when a lesson was changed */
} CwStep;

typedef struct {
  char      *id, *title;
  int        minutes;
  char     **needs;  /* ids; NULL-terminated */
  GPtrArray *blocks; /* of CwLessonBlock */
  GPtrArray *steps;  /* of CwStep; at least one */
} CwLesson;

void cw_lesson_free (CwLesson *lesson);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwLesson, cw_lesson_free)

/* Reads a lesson from a file or a resource ("resource:///..."). ValueError names the line that is wrong. */
CwLesson *cw_lesson_load (const char *path, GError **error);
/* The same from text; @name stands in error messages. */
CwLesson *cw_lesson_parse (const char *text, const char *name, GError **error);
/* Blocks of Markdown without a head, as notebooks' text cells hold it; GPtrArray of CwLessonBlock. Fenced blocks are code. */
GPtrArray *cw_markdown_blocks (const char *markdown);

const CwLessonBlock *cw_lesson_block (const CwLesson *lesson, guint i);
/* The cell with @id, and what a prediction may belong to: a cell, comparison or bench; or NULL. */
const CwLessonBlock *cw_lesson_cell (const CwLesson *lesson, const char *id);
const CwLessonBlock *cw_lesson_predicted (const CwLesson *lesson, const char *id);
/* The @n-th block of @kind that belongs to the cell @id, or NULL. */
const CwLessonBlock *cw_lesson_of_cell (const CwLesson *lesson, const char *id, CwBlockKind kind, int n);
int                  cw_lesson_count_of_cell (const CwLesson *lesson, const char *id, CwBlockKind kind);
static inline const CwStep *cw_lesson_step (const CwLesson *lesson, guint i) { return (const CwStep *) lesson->steps->pdata[i]; }

/* Pango markup as plain text; code stands in ` `. g_free. */
char *cw_markup_to_text (const char *markup);
/* A line of Markdown as Pango markup. g_free. */
char *cw_markdown_line (const char *markdown);

/* ---- the course and the user's own lessons -------------------------------------------------------- */

/* The lessons of the course in their order: NULL-terminated URIs for cw_lesson_load; g_strfreev. */
char **cw_course_lessons (void);
/* The lessons in a folder, its .md files but README.md, by name; none, with OSError, where it cannot be read. g_strfreev. */
char **cw_lessons_in (const char *folder, GError **error);
/* The folder of the user's own lessons (it need not exist), and the lessons in it. */
char  *cw_user_lessons_folder (void);
char **cw_user_lessons (void);
/* The lesson with @id, of the course or of the user's own; KeyError names those that there are. @uri (may be NULL) is where it was found. */
CwLesson *cw_course_load (const char *id, char **uri, GError **error);

G_END_DECLS
