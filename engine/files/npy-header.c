/* The header of .npy files: a Python dict with three entries, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }".
 *
 * It is read by what it must be, not as Python: anything else is told as what is wrong with the file. */
#include "engine/files/files-private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading ---- */

/* The place after @token if that comes next, else NULL. */
static const char *
after (const char *p, const char *token)
{
  while (p && g_ascii_isspace (*p))
    p++;
  return p && g_str_has_prefix (p, token) ? p + strlen (token) : NULL;
}

/* A string in quotes without escapes; g_free. */
static char *
read_string (const char **p)
{
  const char *start = after (*p, "'"), *end = start ? strchr (start, '\'') : NULL;
  if (!end && (start = after (*p, "\"")))
    end = strchr (start, '"');
  if (!start || !end)
    return NULL;
  *p = end + 1;
  return g_strndup (start, (gsize) (end - start));
}

static bool
read_dtype (const char *path, const char **p, CwNpyHeader *h, GError **error)
{
  if (after (*p, "["))
    return cw_fail (error, CW_ERROR_VALUE, "%s holds records of several fields, and arrays here have one dtype: save each field into a file of its own", path);
  g_autofree char *text = read_string (p);
  if (!text)
    return cw_fail (error, CW_ERROR_VALUE, "%s has a damaged header: 'descr' is not a string", path);
  const char *bare = *text == '>' ? text + 1 : text;
  if (strchr (text, 'O'))
    return cw_fail (error, CW_ERROR_VALUE, "%s holds Python objects, which are not loaded: save an array of numbers or text", path);
  /* The names of types that have no size in them mean other things on other machines. */
  if (!strpbrk (bare, "0123456789?") || !cw_dtype_from_name (bare, &h->dtype))
    return cw_fail (error, CW_ERROR_VALUE, "%s holds elements of type '%s': there are bool, int8 to int64, uint8 to uint64, float16 to float64, complex64, complex128 and text; "
                    "save it as one of these, for example x.astype('float64')", path, text);
  h->swapped = *text == '>' && cw_dtype_size (h->dtype) > 1 && cw_dtype_kind (h->dtype) != 'S';
  return true;
}

static bool
read_shape (const char *path, const char **p, CwNpyHeader *h, GError **error)
{
  const char *at = after (*p, "(");
  h->ndim        = 0;
  while (at && !after (at, ")")) {
    char *end;
    errno            = 0;
    long long length = strtoll (at, &end, 10);
    if (end == at || errno || length < 0)
      return cw_fail (error, CW_ERROR_VALUE, "%s has a damaged header: its shape has a length that is none", path);
    if (h->ndim == CW_MAX_NDIM)
      return cw_fail (error, CW_ERROR_VALUE, "%s holds an array of more than %d dimensions", path, CW_MAX_NDIM);
    h->shape[h->ndim++] = length;
    at                  = after (end, ",");
    if (!at && after (end, ")"))
      at = end;
  }
  if (!at)
    return cw_fail (error, CW_ERROR_VALUE, "%s has a damaged header: its shape is not a tuple of lengths", path);
  *p = after (at, ")");
  return true;
}

static bool
read_order (const char *path, const char **p, CwNpyHeader *h, GError **error)
{
  const char *yes = after (*p, "True"), *no = after (*p, "False");
  if (!yes && !no)
    return cw_fail (error, CW_ERROR_VALUE, "%s has a damaged header: 'fortran_order' is neither True nor False", path);
  h->fortran = yes != NULL;
  *p         = yes ? yes : no;
  return true;
}

bool
cw_npy_parse (const char *path, const char *text, size_t length, CwNpyHeader *h, GError **error)
{
  static const struct {
    const char *key;
    bool (*read) (const char *path, const char **p, CwNpyHeader *h, GError **error);
  } entries[] = { { "descr", read_dtype }, { "fortran_order", read_order }, { "shape", read_shape } };
  g_autofree char *copy = g_strndup (text, length);
  const char      *p    = after (copy, "{");
  unsigned         seen = 0;
  while (p && !after (p, "}")) {
    g_autofree char *key = read_string (&p);
    size_t           i   = 0;
    while (i < G_N_ELEMENTS (entries) && g_strcmp0 (key, entries[i].key) != 0)
      i++;
    if (i == G_N_ELEMENTS (entries) || (seen & 1u << i) || !(p = after (p, ":")))
      return cw_fail (error, CW_ERROR_VALUE, "%s has a damaged header: it should have the entries 'descr', 'fortran_order' and 'shape', once each", path);
    if (!entries[i].read (path, &p, h, error))
      return false;
    seen |= 1u << i;
    if (!after (p, "}"))
      p = after (p, ",");
  }
  if (!p || seen != 7)
    return cw_fail (error, CW_ERROR_VALUE, "%s has a damaged header: it is not a dict of 'descr', 'fortran_order' and 'shape'", path);
  int64_t size;
  if (!cw_shape_size (h->ndim, h->shape, &size, NULL) || !cw_size_mul (size, cw_dtype_size (h->dtype), &h->bytes))
    return cw_fail (error, CW_ERROR_VALUE, "%s says that it holds more elements than can be counted: its header is damaged", path);
  return true;
}

/* ---- writing ---- */

GString *
cw_npy_print (CwDtype dtype, bool fortran, int ndim, const int64_t *shape)
{
  GString    *text = g_string_new (NULL);
  bool        bare = cw_dtype_size (dtype) == 1 || cw_dtype_kind (dtype) == 'S';
  const char *code = cw_dtype_info (dtype)->code;
  g_string_append_printf (text, "{'descr': '%c%s', 'fortran_order': %s, 'shape': (", bare ? '|' : '<', code, fortran ? "True" : "False");
  for (int k = 0; k < ndim; k++)
    g_string_append_printf (text, k ? ", %" G_GINT64_FORMAT : "%" G_GINT64_FORMAT, shape[k]);
  g_string_append (text, ndim == 1 ? ",), }" : "), }");
  /* At most 32 lengths of 20 characters: a header is never too long for version 1.0, which has two bytes for its length. */
  const gsize prefix = 10;
  while ((prefix + text->len + 1) % 64)
    g_string_append_c (text, ' ');
  g_string_append_c (text, '\n');
  GString *out = g_string_new (NULL);
  g_string_append_len (out, "\x93NUMPY\x01\x00", 8);
  g_string_append_c (out, (char) (text->len & 0xff));
  g_string_append_c (out, (char) (text->len >> 8));
  g_string_append_len (out, text->str, (gssize) text->len);
  g_string_free (text, TRUE);
  return out;
}
