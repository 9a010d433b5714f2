/* translate.h: what the translations of cells share. */
#pragma once

#include "engine/language/language.h"

G_BEGIN_DECLS

/* Is @cell one with code? IndexError, ValueError. */
bool        cw_cells_check (GPtrArray *cells, int cell, GError **error);
/* Its code, where "# %%time", a mark that other tools read as a comment, is the magic. */
const char *cw_cell_code (const CwCell *cell);

G_END_DECLS
