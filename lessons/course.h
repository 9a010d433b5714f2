/* course.h: what is compiled in: the lessons of the course, and the C files that they show. */
#pragma once

#include <gio/gio.h>

#include "lessons/lesson.h"

/* The file at @path, which may be a resource's URI. */
GFile *cw_course_file (const char *path);
/* The text of a file in lessons/plain_c; KeyError names those that there are. */
char  *cw_plain_c_source (const char *file, GError **error);
