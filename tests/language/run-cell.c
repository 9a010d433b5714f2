/* run-cell.c: running a piece of code in a new session. */
#include "tests/language/run-cell.h"

CwCellResult *run_in (CwSession *session, const char *code) {
  return cw_session_run_cell (session, code);
}

char *shown (const CwCellResult *result) {
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < result->outputs->len; i++) {
    const CwOutput *output = result->outputs->pdata[i];
    g_string_append (out, output->text ? output->text : "");
    if (output->kind != CW_OUTPUT_TEXT) g_string_append_c (out, '\n');
  }
  if (result->error_class) g_string_append_printf (out, "%s: %s\n", result->error_class, result->error_message);
  return g_string_free (out, FALSE);
}

char *run_code (const char *code) {
  g_autoptr (CwSession) session = cw_session_new ();
  g_autofree char *whole = g_strconcat ("import numpy as np\nimport dask.array as da\n", code, NULL);
  g_autoptr (CwCellResult) result = run_in (session, whole);
  return g_strchomp (shown (result));
}
