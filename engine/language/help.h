/* help.h: what completion, help() and call hints share. */
#pragma once

#include "engine/language/register.h"

G_BEGIN_DECLS

/* What an argument of that name means everywhere ("axis", "chunks=..."); NULL if it is not one of those. */
const char *cw_help_argument (const char *name);
/* The parameters of @entry as called through @space, without a method's own value; g_strfreev. */
char **cw_help_parameters (const CwEntry *entry, unsigned space);

G_END_DECLS
