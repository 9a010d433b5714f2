/* handout.h: a lesson on paper. */
#pragma once

#include "lessons/lesson.h"

G_BEGIN_DECLS

/* Does all of @lesson once, and writes it as an A4 PDF with the diagrams and graphs of its cells. Without @answers predictions have room to write
 * and exercises their starting code; with them the truths, reasons, solutions and the instructor's notes are there too. OSError where the
 * file cannot be written. */
bool cw_handout_write (const CwLesson *lesson, const char *filename, bool answers, GError **error);

G_END_DECLS
