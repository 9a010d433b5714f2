/* fence.h: fenced blocks of lessons: the line behind the fence, and bodies that are questions, checks, mistakes and variants. */
#pragma once

#include "lessons/lesson.h"

/* Reads the @info line of a fence and its @body into @block, whose line is set. A word that lessons do not know is the language of code that is
 * only shown. ValueError, with the line in @name, where something is wrong. */
bool cw_fence_read (CwLessonBlock *block, const char *info, const char *body, const char *name, GError **error);
/* Frees what cw_fence_read added. */
void cw_fence_clear (CwLessonBlock *block);
