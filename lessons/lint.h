/* lint.h: what is wrong with a lesson, found by reading it and by doing it. */
#pragma once

#include "lessons/lesson.h"

G_BEGIN_DECLS

/* Told of each finding: @file is the lesson's name, @line where it is. */
typedef void (*CwLintTell) (const char *file, int line, const char *text, void *data);

/* Reads the lesson at @path (a file or a resource) and does all of it: every cell, the answer of every prediction, and for every exercise its
 * starting code (must not pass), its solution (must pass) and its mistakes (must fail, and as foreseen). @known are ids of other lessons
 * that it may need or name in links. Gives the number of findings. */
int cw_lint_lesson (const char *path, char **known, CwLintTell tell, void *data);
/* All .md files of @folder; OSError where it cannot be read. Lessons may need those of the course. */
bool cw_lint_folder (const char *folder, CwLintTell tell, void *data, int *findings, int *lessons, GError **error);

G_END_DECLS
