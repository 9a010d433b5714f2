/* translate.c: a notebook's cells as programs in other words: C, and Python for Dask. */
#include <glib/gi18n-lib.h>

#include "engine/language/translate.h"

bool cw_cells_check (GPtrArray *cells, int cell, GError **error) {
  const CwCell *shown = cell >= 0 && cell < (int) cells->len ? cells->pdata[cell] : NULL;
  if (!shown) return cw_fail (error, CW_ERROR_INDEX, _("There is no cell %d: the notebook has %d"), cell + 1, (int) cells->len);
  return !shown->markdown || cw_fail (error, CW_ERROR_VALUE, _("Cell %d is text: choose one with code"), cell + 1);
}

const char *cw_cell_code (const CwCell *cell) {
  return cell->code + (g_str_has_prefix (cell->code, "# %%time") ? 2 : 0);
}

char *cw_cells_as_c (GPtrArray *cells, int cell, uint64_t seed, CwSession *session, GError **error) {
  int run = 0;
  if (!cw_cells_check (cells, cell, error)) return NULL;
  cw_session_set_seed (session, seed);
  cw_session_record (session);
  for (int i = 0; i <= cell; i++) {
    const CwCell *each = cells->pdata[i];
    if (each->markdown) continue;
    g_autoptr (CwCellResult) result = cw_session_run_cell (session, cw_cell_code (each));
    run++;
    if (result->error_class && g_str_equal (result->error_class, "KeyboardInterrupt")) {
      cw_fail (error, CW_ERROR_INTERRUPT, _("Cancelled"));
      return NULL;
    }
  }
  return cw_session_as_c (session, run - 1, error);
}
