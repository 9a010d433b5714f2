/* settings.h: what the program remembers between starts, in a key file in the user's configuration folder. */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "lessons/progress.h"

G_BEGIN_DECLS

typedef struct {
  int   threads; /* 0: one a processor */
  int   seed;    /* -1: another one each time */
  int   memory;  /* MiB that the program may take; 0: chosen by what is free */
  int   width, height, divider;
  bool  maximized, notes; /* notes: those for the instructor are shown */
  char *last; /* the document that was open: a path, or a lesson's resource URI; NULL for a newcomer */
} CwSettings;

/* The one settings of the process; read at the first call. Defaults where there is no file. */
CwSettings *cw_settings (void);
/* Writes them; a file that cannot be written is a warning in @error, never a loss of work. */
bool cw_settings_save (GError **error);

/* The one record of what the user did in lessons; as long as the process. */
CwRecord *cw_user_record (void);

G_END_DECLS
