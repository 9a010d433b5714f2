/* lesson.h: lessons as the window and the terminal read them.
 *
 * A lesson is a Markdown file (CommonMark, read through libcmark) with a short head of "key: value" lines between two
 * "---" lines: format (1), id, title, minutes, and needs, the ids of lessons before it. A fenced block marked `cell` is
 * code that the learner runs. What is read is a list of blocks from top to bottom.
 */
#pragma once

#include "engine/base/base.h"

G_BEGIN_DECLS

typedef enum {
  CW_BLOCK_HEADING, /* level 1 to 6 */
  CW_BLOCK_TEXT,    /* a paragraph */
  CW_BLOCK_ITEM,    /* of a list; level 1 is the outermost, marker "•" or "1." */
  CW_BLOCK_QUOTE,   /* a remark */
  CW_BLOCK_CODE,    /* code that is only shown */
  CW_BLOCK_CELL,    /* code to run */
} CwBlockKind;

typedef struct {
  CwBlockKind kind;
  int         level;
  char       *marker; /* ITEM */
  char       *markup; /* Pango markup; NULL for CODE and CELL */
  char       *text;   /* the Markdown source; for CODE and CELL the code itself */
  int         line;   /* where it begins in the file, from 1 */
} CwLessonBlock;

typedef struct {
  char      *id, *title;
  int        minutes;
  char     **needs;  /* ids; NULL-terminated */
  GPtrArray *blocks; /* of CwLessonBlock */
} CwLesson;

void cw_lesson_free (CwLesson *lesson);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwLesson, cw_lesson_free)

/* Reads a lesson from a file or a resource ("resource:///..."). ValueError names the line that is wrong. */
CwLesson *cw_lesson_load (const char *path, GError **error);
/* The same from text; @name stands in error messages. */
CwLesson *cw_lesson_parse (const char *text, const char *name, GError **error);
/* Blocks of Markdown without a head, as notebooks' text cells hold it; GPtrArray of CwLessonBlock. */
GPtrArray *cw_markdown_blocks (const char *markdown);

/* Pango markup as plain text; code stands in ` `. g_free. */
char *cw_markup_to_text (const char *markup);

/* The lessons of the course in their order: NULL-terminated URIs for cw_lesson_load; g_strfreev. */
char **cw_course_lessons (void);
/* The lesson of the course with @id; KeyError names those that there are. */
CwLesson *cw_course_load (const char *id, GError **error);

G_END_DECLS
