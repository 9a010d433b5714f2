/* Errors: one domain, codes that are Python's exception classes. */
#include "engine/base/base.h"

#include <string.h>

G_DEFINE_QUARK (cw-error-quark, cw_error)

static const struct {
  const char *name, *base;
} classes[] = {
#define X(code, name, base) { name, base },
  CW_ERROR_CLASSES (X)
#undef X
};

/* The class of @code in Python's words; "Exception" for a code outside the domain. */
const char *
cw_error_class_name (int code)
{
  return code >= 0 && code < (int) G_N_ELEMENTS (classes) ? classes[code].name : "Exception";
}

/* The class that @code's class derives from, for `except`. */
const char *
cw_error_base_name (int code)
{
  return code >= 0 && code < (int) G_N_ELEMENTS (classes) ? classes[code].base : "Exception";
}

bool
cw_error_code_from_name (const char *name, CwErrorCode *code)
{
  for (size_t i = 0; i < G_N_ELEMENTS (classes); i++)
    if (strcmp (classes[i].name, name) == 0) {
      *code = (CwErrorCode) i;
      return true;
    }
  return false;
}

bool
cw_fail (GError **error, CwErrorCode code, const char *format, ...)
{
  if (error) {
    va_list args;
    va_start (args, format);
    g_autofree char *message = g_strdup_vprintf (format, args);
    va_end (args);
    g_set_error_literal (error, CW_ERROR, code, message);
  }
  return false;
}
