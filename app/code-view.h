/* code-view.h: code as it stands in a document, as high as its lines are when they are wrapped. */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

#define CW_TYPE_CODE_VIEW (cw_code_view_get_type ())
G_DECLARE_FINAL_TYPE (CwCodeView, cw_code_view, CW, CODE_VIEW, GtkSourceView)

/* Code that is wrapped, in the system's font for code. */
GtkWidget *cw_code_view_new (GtkSourceBuffer *buffer);

G_END_DECLS
