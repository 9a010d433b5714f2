/* output.h: what a cell gave, as widgets that stand below it. */
#pragma once

#include <gtk/gtk.h>

#include "engine/language/language.h"

G_BEGIN_DECLS

/* One output: an array's table and chunks, values as text and picture, text, a warning, times. */
GtkWidget *cw_output_new (const CwOutput *output);
/* The error of a result in words; NULL where there is none. */
GtkWidget *cw_output_error_new (const CwCellResult *result);

/* A remark of the program's own below a cell. */
GtkWidget *cw_output_note_new (const char *text);

G_END_DECLS
