/* prose.h: the text between cells, as labels in one column. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CW_TYPE_PROSE (cw_prose_get_type ())
G_DECLARE_FINAL_TYPE (CwProse, cw_prose, CW, PROSE, GtkBox)

GtkWidget  *cw_prose_new (const char *markdown);
const char *cw_prose_markdown (CwProse *prose);
/* The labels of its headings of the first and second level, in order, appended to @headings. */
void        cw_prose_collect_headings (CwProse *prose, GPtrArray *headings);

G_END_DECLS
