/* prose.h: the text between cells, as labels in one column. */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define CW_TYPE_PROSE (cw_prose_get_type ())
G_DECLARE_FINAL_TYPE (CwProse, cw_prose, CW, PROSE, GtkBox)

/* Links call the action "win.follow-link" with where they lead. Fenced blocks are shown with their language's colours. */
GtkWidget  *cw_prose_new (const char *markdown);
const char *cw_prose_markdown (CwProse *prose);
/* One line of Markdown as a label that wraps; @class may be NULL. */
GtkWidget  *cw_prose_line (const char *markdown, const char *class);
/* Code that is only read, with the colours of @language ("c", "python3"; NULL: none). */
GtkWidget  *cw_code_new (const char *code, const char *language);

G_END_DECLS
