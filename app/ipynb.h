/* ipynb.h: notebooks of Jupyter, read as notebooks with "# %%" marks. */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

/* Is @name that of a Jupyter notebook (.ipynb)? */
bool cw_is_ipynb (const char *name);
/* What a notebook's file holds, as text with "# %%" marks: a Jupyter notebook is converted, other text comes as it is. @name tells which, and stands in
 * errors; @contents of @length bytes. ValueError for what is no text or no notebook. g_free. */
char *cw_notebook_text (const char *name, const char *contents, gsize length, GError **error);
/* The same from a file. */
char *cw_notebook_read (const char *path, GError **error);

G_END_DECLS
