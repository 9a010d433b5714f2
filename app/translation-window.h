/* translation-window.h: a window that shows a cell as a C program or as a script for Dask. */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define CW_TYPE_TRANSLATION_WINDOW (cw_translation_window_get_type ())
G_DECLARE_FINAL_TYPE (CwTranslationWindow, cw_translation_window, CW, TRANSLATION_WINDOW, AdwWindow)

/* Shows cell @cell (from 0) of @cells (of CwCell, copied) above @parent, as C first. */
CwTranslationWindow *cw_translation_window_open (GtkWindow *parent, GPtrArray *cells, int cell);
/* "c" or "dask": what is in sight. */
void        cw_translation_window_choose (CwTranslationWindow *self, const char *to);
/* The program in sight; NULL while it is being made, and where there is none. g_free. */
char       *cw_translation_window_text (CwTranslationWindow *self);
/* Is the program in sight still being made? */
bool        cw_translation_window_is_busy (CwTranslationWindow *self);

G_END_DECLS
