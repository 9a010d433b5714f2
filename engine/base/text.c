/* Text as elements: fixed-width strings, bytes ('S') or Unicode characters of four bytes ('U'), as NumPy lays them out.
 *
 * The width is part of the dtype, so these dtypes are numbers beyond the table: which kind, and how many characters. What is known
 * of one is made when it is first asked for. */
#include "engine/base/base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

CwDtype
cw_dtype_text (char kind, int width)
{
  return (CwDtype) (CW_TEXT | (kind == 'S' ? CW_TEXT_BYTES : 0) | (unsigned) CLAMP (width, 0, CW_TEXT_WIDEST));
}

const CwDtypeInfo *
cw_dtype_text_info (CwDtype dtype)
{
  static GMutex      lock;
  static GHashTable *known;
  g_mutex_lock (&lock);
  if (!known)
    known = g_hash_table_new (NULL, NULL);
  CwDtypeInfo *info = g_hash_table_lookup (known, GUINT_TO_POINTER ((guint) dtype));
  if (!info) {
    bool bytes = (unsigned) dtype & CW_TEXT_BYTES;
    int  width = cw_dtype_text_width (dtype);
    g_autofree char *code = g_strdup_printf ("%c%d", bytes ? 'S' : 'U', width), *name = g_strdup_printf ("%c%s", bytes ? '|' : '<', code);
    info  = g_new (CwDtypeInfo, 1);
    *info = (CwDtypeInfo){ g_intern_string (name), g_intern_string (code), bytes ? 'S' : 'U', bytes ? width : 4 * width };
    g_hash_table_insert (known, GUINT_TO_POINTER ((guint) dtype), info);
  }
  g_mutex_unlock (&lock);
  return info;
}

bool
cw_dtype_text_from_name (const char *name, CwDtype *dtype)
{
  char *end;
  if (g_str_equal (name, "str") || g_str_equal (name, "str_"))
    name = "U";
  if (g_str_equal (name, "bytes_"))
    name = "S";
  if (*name != 'U' && *name != 'S')
    return false;
  long width = strtol (name + 1, &end, 10);
  if (*end || width < 0 || width > CW_TEXT_WIDEST)
    return false;
  *dtype = cw_dtype_text (*name, (int) width);
  return true;
}

/* Characters that NumPy keeps for the numbers of a dtype. */
static int
width_for (CwDtype dtype)
{
  switch (cw_dtype_kind (dtype)) {
  case 'b': return 5;
  case 'i':
  case 'u': return cw_dtype_size (dtype) == 1 ? 4 : cw_dtype_size (dtype) == 2 ? 6 : cw_dtype_size (dtype) == 4 ? 11 : 21;
  case 'f': return 32;
  default: return 64;
  }
}

CwDtype
cw_dtype_text_for (CwDtype text, CwDtype of)
{
  if (cw_dtype_text_width (text))
    return text;
  return cw_dtype_text (cw_dtype_kind (text), cw_dtype_is_text (of) ? cw_dtype_text_width (of) : width_for (of));
}

CwDtype
cw_dtype_text_promote (CwDtype a, CwDtype b)
{
  int  wa = cw_dtype_is_text (a) ? cw_dtype_text_width (a) : width_for (a), wb = cw_dtype_is_text (b) ? cw_dtype_text_width (b) : width_for (b);
  bool wide = cw_dtype_kind (a) == 'U' || cw_dtype_kind (b) == 'U';
  return cw_dtype_text (wide ? 'U' : 'S', MAX (wa, wb));
}

/* ---- elements ---- */

char *
cw_text_get (CwDtype dtype, const void *where)
{
  int width = cw_dtype_text_width (dtype);
  if (cw_dtype_kind (dtype) == 'S')
    return g_strndup (where, (gsize) width);
  int n = 0;
  for (const gunichar *p = where; n < width && p[n]; n++) {}
  return g_ucs4_to_utf8 (where, n, NULL, NULL, NULL);
}

void
cw_text_put (CwDtype dtype, void *where, const char *text)
{
  int width = cw_dtype_text_width (dtype);
  memset (where, 0, (size_t) cw_dtype_size (dtype));
  if (cw_dtype_kind (dtype) == 'S') {
    memcpy (where, text, MIN (strlen (text), (size_t) width));
    return;
  }
  glong     n;
  gunichar *wide = g_utf8_to_ucs4_fast (text, -1, &n);
  memcpy (where, wide, sizeof *wide * (size_t) MIN (n, width));
  g_free (wide);
}

/* ---- between text and numbers ---- */

bool
cw_text_to_number (const char *text, CwDtype dtype, CwScalar *out, GError **error)
{
  g_autofree char *bare = g_strstrip (g_strdup (text));
  char            *end;
  if (cw_dtype_is_integer (dtype)) {
    errno     = 0;
    int64_t i = g_ascii_strtoll (bare, &end, 10);
    if (*bare && !*end && !errno) {
      *out = cw_scalar_int (i);
      return true;
    }
    return cw_fail (error, CW_ERROR_VALUE, "invalid literal for int() with base 10: '%s'", text);
  }
  double f = g_ascii_strtod (bare, &end);
  if (*bare && !*end) {
    *out = cw_scalar_float (f);
    return true;
  }
  return cw_fail (error, CW_ERROR_VALUE, "could not convert string to float: '%s'", text);
}
