/* compose-einsum.c: sums of products by named axes.
 *
 * Operands are taken in pairs. Axes that both have and nobody needs later are contracted by tensordot, whatever
 * else the pair shares is multiplied by broadcasting; an axis that only one operand has and nobody needs is summed first.
 */
#include <string.h>

#include "engine/array/compose.h"

typedef struct {
  CwArray *array;                  /* owned */
  int      labels[CW_MAX_NDIM];    /* one an axis */
} Term;

static int find_label (const int *labels, int n, int label) {
  for (int i = 0; i < n; i++) {
    if (labels[i] == label) return i;
  }
  return -1;
}

/* ---- subscripts --------------------------------------------------------------------------------------------------- */

/* Labels of one operand: letters, and numbers from 1000 for the axes under "...", aligned to the right. */
static bool read_labels (const char *text, int length, int ndim, int *labels, int *n, int most_dots, GError **error) {
  int letters = 0;
  bool dots = false;
  for (int i = 0; i < length; i++) {
    if (text[i] == '.') {
      if (dots || i + 2 >= length || text[i + 1] != '.' || text[i + 2] != '.') {
        return cw_fail (error, CW_ERROR_VALUE, "einstein sum subscripts string contains a '.' that is not part of an ellipsis ('...')");
      }
      dots = true;
      i += 2;
    } else if (g_ascii_isalpha (text[i])) {
      letters++;
    } else {
      return cw_fail (error, CW_ERROR_VALUE, "invalid subscript '%c' in einstein sum subscripts string, subscripts must be letters", text[i]);
    }
  }
  int under = ndim < 0 ? most_dots : ndim - letters;
  if (under < 0 || (!dots && ndim >= 0 && under > 0)) {
    return cw_fail (error, CW_ERROR_VALUE, "einstein sum subscripts string has %d subscripts for an operand of %d dimensions", letters, ndim);
  }
  *n = 0;
  for (int i = 0; i < length; i++) {
    if (text[i] != '.') {
      labels[(*n)++] = text[i];
      continue;
    }
    for (int k = 0; k < under; k++) labels[(*n)++] = 1000 + CW_MAX_NDIM - under + k;
    i += 2;
  }
  return true;
}

static int count_dots (const char *text, int length, int ndim) {
  int letters = 0;
  bool dots = false;
  for (int i = 0; i < length; i++) {
    letters += g_ascii_isalpha (text[i]) != 0;
    dots |= text[i] == '.';
  }
  return dots ? MAX (ndim - letters, 0) : 0;
}

/* ---- terms ------------------------------------------------------------------------------------------------------------ */

/* Takes over a new array for a term; false where it is NULL. */
static bool set_array (Term *t, CwArray *array) {
  if (!array) return false;
  cw_array_unref (t->array);
  t->array = array;
  return true;
}

/* "ii": the diagonal of the repeated axes. */
static bool take_diagonals (Term *t, GError **error) {
  for (int i = 0; i < t->array->ndim; i++) {
    for (int j = i + 1; j < t->array->ndim; j++) {
      if (t->labels[i] != t->labels[j]) continue;
      int label = t->labels[i], kept = 0, ndim = t->array->ndim;
      if (t->array->shape[i] != t->array->shape[j]) {
        return cw_fail (error, CW_ERROR_VALUE, "dimensions of subscript '%c' differ: %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT, label, t->array->shape[i], t->array->shape[j]);
      }
      if (!set_array (t, cw_compose_diagonal (t->array, 0, i, j, error))) return false;
      for (int k = 0; k < ndim; k++) {
        if (k != i && k != j) t->labels[kept++] = t->labels[k];
      }
      t->labels[kept] = label;
      return take_diagonals (t, error);
    }
  }
  return true;
}

/* Sums over the axes that are neither in @others nor in the output. */
static bool sum_unneeded (Term *t, const int *needed, int n_needed, GError **error) {
  CwReduceOptions options = CW_REDUCE_OPTIONS_INIT;
  int kept = 0, labels[CW_MAX_NDIM];
  options.n_axes = 0;
  for (int i = 0; i < t->array->ndim; i++) {
    if (find_label (needed, n_needed, t->labels[i]) < 0) options.axes[options.n_axes++] = i;
    else labels[kept++] = t->labels[i];
  }
  if (!options.n_axes) return true;
  /* sums of small integers are int64 or uint64, here as in Dask */
  if (!set_array (t, cw_array_reduce (CW_REDUCE_SUM, t->array, &options, error))) return false;
  memcpy (t->labels, labels, sizeof labels);
  return true;
}

/* @t with its axes in the order of @labels, axes of length 1 where it lacks one. */
static CwArray *spread (const Term *t, const int *labels, int n, GError **error) {
  int order[CW_MAX_NDIM] = { 0 }, added[CW_MAX_NDIM] = { 0 }, n_order = 0, n_added = 0;
  for (int i = 0; i < n; i++) {
    int at = find_label (t->labels, t->array->ndim, labels[i]);
    if (at >= 0) order[n_order++] = at;
    else added[n_added++] = i;
  }
  g_autoptr (CwArray) turned = cw_array_transpose (t->array, order, error);
  if (!turned || !n_added) return g_steal_pointer (&turned);
  return cw_array_expand_dims (turned, n_added, added, error);
}

static bool contract (Term *a, Term *b, const int *needed, int n_needed, GError **error) {
  int axes_a[CW_MAX_NDIM], axes_b[CW_MAX_NDIM], n = 0, batch = 0, labels[2 * CW_MAX_NDIM], n_labels = 0;
  bool fits = true;
  for (int i = 0; i < a->array->ndim; i++) {
    int j = find_label (b->labels, b->array->ndim, a->labels[i]);
    if (j >= 0 && find_label (needed, n_needed, a->labels[i]) < 0) {
      fits &= a->array->shape[i] == b->array->shape[j];
      axes_a[n]   = i;
      axes_b[n++] = j;
    } else if (j >= 0) {
      batch++;
    }
  }
  if (!batch && fits && n > 0) {
    for (int i = 0; i < a->array->ndim; i++) {
      if (find_label (axes_a, n, i) < 0) labels[n_labels++] = a->labels[i];
    }
    for (int i = 0; i < b->array->ndim; i++) {
      if (find_label (axes_b, n, i) < 0) labels[n_labels++] = b->labels[i];
    }
    if (!set_array (a, cw_array_tensordot (a->array, b->array, n, axes_a, axes_b, error))) return false;
  } else {
    for (int i = 0; i < a->array->ndim; i++) labels[n_labels++] = a->labels[i];
    for (int i = 0; i < b->array->ndim; i++) {
      if (find_label (a->labels, a->array->ndim, b->labels[i]) < 0) labels[n_labels++] = b->labels[i];
    }
    if (n_labels > CW_MAX_NDIM) return cw_fail (error, CW_ERROR_VALUE, "einsum needs more than %d dimensions", CW_MAX_NDIM);
    g_autoptr (CwArray) x = spread (a, labels, n_labels, error);
    g_autoptr (CwArray) y = x ? spread (b, labels, n_labels, error) : NULL;
    if (!y || !set_array (a, cw_compose_binary (CW_UFUNC_multiply, x, y, error))) return false;
  }
  memcpy (a->labels, labels, (size_t) n_labels * sizeof *labels);
  return sum_unneeded (a, needed, n_needed, error);
}

/* ---- all together ---------------------------------------------------------------------------------------------------------- */

/* Without "->" the output is every label that occurs once, in alphabetical order, after those of "...". */
static void implied_output (const Term *terms, int n, int *labels, int *n_labels) {
  *n_labels = 0;
  for (int pass = 0; pass < 2; pass++) {
    for (int label = pass ? 'A' : 1000; label < (pass ? 'z' + 1 : 1000 + CW_MAX_NDIM); label++) {
      int count = 0;
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < terms[i].array->ndim; k++) count += terms[i].labels[k] == label;
      }
      if (pass ? count == 1 : count > 0) labels[(*n_labels)++] = label;
    }
  }
}

static bool read_terms (char **parts, int n, CwArray **in, Term *terms, int *most_dots, CwDtype dtype, GError **error) {
  *most_dots = 0;
  for (int i = 0; i < n; i++) *most_dots = MAX (*most_dots, count_dots (parts[i], (int) strlen (parts[i]), in[i]->ndim));
  for (int i = 0; i < n; i++) {
    int count;
    if (!read_labels (parts[i], (int) strlen (parts[i]), in[i]->ndim, terms[i].labels, &count, *most_dots, error)) return false;
    terms[i].array = dtype == CW_DTYPE_NONE ? cw_array_ref (in[i]) : cw_array_astype (in[i], dtype, error);
    if (!terms[i].array) return false;
  }
  return true;
}

static CwArray *evaluate (Term *terms, int n, const int *output, int n_output, GError **error) {
  for (int i = 0; i < n; i++) {
    if (!take_diagonals (&terms[i], error)) return NULL;
  }
  for (int i = 0; i < n_output; i++) {
    bool known = false;
    for (int k = 0; k < n; k++) known |= find_label (terms[k].labels, terms[k].array->ndim, output[i]) >= 0;
    if (!known || find_label (output, i, output[i]) >= 0) {
      cw_fail (error, CW_ERROR_VALUE, "einstein sum subscripts string includes output subscript '%c' which %s", output[i] < 1000 ? output[i] : '.',
               known ? "appears twice" : "never appeared in an input");
      return NULL;
    }
  }
  for (int i = 0; i < n; i++) { /* what only this operand has */
    int needed[64 * CW_MAX_NDIM], n_needed = 0;
    memcpy (needed, output, (size_t) n_output * sizeof *needed);
    n_needed = n_output;
    for (int k = 0; k < n; k++) {
      for (int d = 0; k != i && d < terms[k].array->ndim; d++) needed[n_needed++] = terms[k].labels[d];
    }
    if (!sum_unneeded (&terms[i], needed, n_needed, error)) return NULL;
  }
  for (int i = 1; i < n; i++) {
    int needed[64 * CW_MAX_NDIM], n_needed = n_output;
    memcpy (needed, output, (size_t) n_output * sizeof *needed);
    for (int k = i + 1; k < n; k++) {
      for (int d = 0; d < terms[k].array->ndim; d++) needed[n_needed++] = terms[k].labels[d];
    }
    if (!contract (&terms[0], &terms[i], needed, n_needed, error)) return NULL;
  }
  return spread (&terms[0], output, n_output, error);
}

CwArray *cw_compose_einsum (const char *subscripts, int n, CwArray **in, CwDtype dtype, GError **error) {
  g_autoptr (GString) text = g_string_new (NULL);
  for (const char *p = subscripts; *p; p++) {
    if (*p != ' ') g_string_append_c (text, *p);
  }
  char *arrow = strstr (text->str, "->");
  g_autofree char *left = arrow ? g_strndup (text->str, (gsize) (arrow - text->str)) : g_strdup (text->str);
  g_auto (GStrv) parts = g_strsplit (left, ",", -1);
  int given = MAX ((int) g_strv_length (parts), 1), most_dots = 0, output[CW_MAX_NDIM + 64], n_output = 0;
  if (given != n || n > 60) {
    cw_fail (error, CW_ERROR_VALUE, "einstein sum subscripts string has %d terms for %d operands", given, n);
    return NULL;
  }
  char *none[2] = { (char *) "", NULL };
  g_autofree Term *terms = g_new0 (Term, (gsize) n);
  bool ok = read_terms (*parts ? parts : none, n, in, terms, &most_dots, dtype, error);
  CwArray *result = NULL;
  if (ok && arrow) ok = strlen (arrow + 2) < CW_MAX_NDIM && read_labels (arrow + 2, (int) strlen (arrow + 2), -1, output, &n_output, most_dots, error);
  else if (ok) implied_output (terms, n, output, &n_output);
  if (ok && n_output > CW_MAX_NDIM) ok = cw_fail (error, CW_ERROR_VALUE, "the result would have more than %d dimensions", CW_MAX_NDIM);
  if (ok) result = evaluate (terms, n, output, n_output, error);
  for (int i = 0; i < n; i++) g_clear_pointer (&terms[i].array, cw_array_unref);
  return result;
}
