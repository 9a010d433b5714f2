/* mapping.c: tracing a function of the notebook into tasks.
 *
 * The function runs here, once for every distinct shape of blocks, on placeholders. The graph that it makes of them is a template;
 * a task fills in its own blocks and computes it. So nothing of the notebook runs on a worker.
 */
#include "engine/language/mapping.h"

#include <string.h>

#include "engine/language/session-private.h"

#define MAX_TEMPLATES 512
#define ANY_LENGTH    7 /* stands for a length that nobody knows, where the function goes element by element */

static void template_clear (void *data) {
  CwTemplate *t = data;
  for (int i = 0; i < t->n; i++) cw_array_unref (t->placeholders[i]);
  g_clear_pointer (&t->root, cw_array_unref);
}

static const CwTemplate *template_at (GArray *templates, guint i) {
  return &g_array_index (templates, CwTemplate, i);
}

const char *cw_function_name (const CwValue *function) {
  if (function->kind == CW_V_FUNCTION) return function->function.node->text ? function->function.node->text : "lambda";
  if (function->kind == CW_V_BUILTIN) return function->builtin.entry->name;
  return "map";
}

/* ---- tracing ------------------------------------------------------------------------------------------------------------ */

/* Lengths of the blocks that task @index of the grid works on. */
static void block_shape (const CwMapping *m, int i, const int64_t *index, int64_t *shape) {
  const CwArray *a = m->arrays[i];
  for (int k = 0; k < a->ndim; k++) {
    int g = m->along[i][k];
    shape[k] = m->result_axis[g] < 0 ? a->axes[k]->total : a->axes[k]->lengths[a->axes[k]->n == 1 ? 0 : index[g]];
    if (shape[k] == CW_UNKNOWN) shape[k] = ANY_LENGTH;
  }
}

static bool trace (CwCall *call, const CwMapping *m, const int64_t *index, CwMappedCall func, void *data, GArray *templates, GError **error) {
  CwValue *blocks[CW_MAX_MAPPED];
  CwTemplate t = { .n = m->n };
  for (int i = 0; i < m->n; i++) {
    int64_t shape[CW_MAX_NDIM];
    block_shape (m, i, index, shape);
    t.placeholders[i] = cw_array_placeholder (m->arrays[i]->dtype, m->arrays[i]->ndim, shape);
    blocks[i]         = cw_lazy (cw_array_ref (t.placeholders[i]));
  }
  CwValue *result = func (call, blocks, data, error);
  CwArray *root = result ? cw_value_array (call, result, error) : NULL;
  if (root && cw_array_has_unknown (root)) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "the function's result has a shape that only values can tell: keep the shape with da.where instead of a mask");
    root = NULL;
  }
  if (root) {
    t.root = cw_array_ref (root);
    g_array_append_val (templates, t);
  } else {
    template_clear (&t);
  }
  return root != NULL;
}

/* One index along a grid axis for every distinct set of block lengths there. */
static int64_t *distinct_blocks (const CwMapping *m, int g, int64_t count, int64_t *n) {
  int64_t *found = g_new (int64_t, (gsize) MAX (count, 1));
  *n = 0;
  for (int64_t b = 0; b < (m->result_axis[g] < 0 ? 1 : count); b++) {
    bool known = false;
    for (int64_t f = 0; f < *n && !known; f++) {
      known = true;
      for (int i = 0; i < m->n && known; i++) {
        for (int k = 0; k < m->arrays[i]->ndim && known; k++) {
          const CwAxis *axis = m->arrays[i]->axes[k];
          if (m->along[i][k] == g && axis->n > 1) known = axis->lengths[b] == axis->lengths[found[f]];
        }
      }
    }
    if (!known) found[(*n)++] = b;
    if (*n > MAX_TEMPLATES) break;
  }
  return found;
}

static bool count_blocks (const CwMapping *m, int64_t *counts, GError **error) {
  for (int g = 0; g < m->n_grid; g++) counts[g] = 1;
  for (int i = 0; i < m->n; i++) {
    for (int k = 0; k < m->arrays[i]->ndim; k++) {
      int64_t n = m->arrays[i]->axes[k]->n, *to = &counts[m->along[i][k]];
      if (n > 1 && *to > 1 && n != *to) {
        return cw_fail (error, CW_ERROR_VALUE, "the arrays have different numbers of blocks along an axis: %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT
                        "; rechunk one of them", *to, n);
      }
      *to = MAX (*to, n);
    }
  }
  return true;
}

typedef struct {
  int64_t index[CW_MAX_NDIM]; /* of a task in the grid */
} Place;

/* Traces all combinations of distinct blocks; @places: where each template's were. */
static bool trace_all (CwCall *call, const CwMapping *m, const int64_t *counts, CwMappedCall func, void *data, GArray *templates, GArray *places, GError **error) {
  int64_t *distinct[CW_MAX_NDIM], n[CW_MAX_NDIM], at[CW_MAX_NDIM] = { 0 }, total = 1;
  for (int g = 0; g < m->n_grid; g++) {
    distinct[g] = distinct_blocks (m, g, counts[g], &n[g]);
    total *= n[g];
    if (total > MAX_TEMPLATES) total = MAX_TEMPLATES + 1;
  }
  bool ok = total <= MAX_TEMPLATES || cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "the blocks have too many different shapes: rechunk to even chunks first");
  for (int64_t k = 0; ok && k < total; k++) {
    Place place = { { 0 } };
    for (int g = 0; g < m->n_grid; g++) place.index[g] = distinct[g][at[g]];
    ok = cw_session_check (call->session, error) && trace (call, m, place.index, func, data, templates, error);
    g_array_append_val (places, place);
    for (int g = m->n_grid; g-- > 0 && ++at[g] == n[g];) at[g] = 0;
  }
  for (int g = 0; g < m->n_grid; g++) g_free (distinct[g]);
  return ok;
}

/* ---- the result ----------------------------------------------------------------------------------------------------------- */

static const CwTemplate *find_template (const CwMapping *m, GArray *templates, const int64_t *index) {
  for (guint t = 0; t < templates->len; t++) {
    const CwTemplate *candidate = template_at (templates, t);
    bool same = true;
    for (int i = 0; i < m->n && same; i++) {
      int64_t shape[CW_MAX_NDIM];
      block_shape (m, i, index, shape);
      same = cw_shape_equal (m->arrays[i]->ndim, shape, candidate->placeholders[i]->shape);
    }
    if (same) return candidate;
  }
  return NULL;
}

/* The axis of the grid that the result's axis @axis follows; -1: none. */
static int grid_axis (const CwMapping *m, int axis) {
  int from = -1;
  for (int g = 0; g < m->n_grid; g++) {
    if (m->result_axis[g] == axis) from = g;
  }
  return from;
}

/* Lengths of the result's blocks along its axis @axis, from the templates of the blocks at index 0 of all other axes. */
static CwAxis *result_axis (const CwMapping *m, GArray *templates, const int64_t *counts, int axis) {
  int from = grid_axis (m, axis);
  int64_t n = from < 0 ? 1 : counts[from], index[CW_MAX_NDIM] = { 0 };
  g_autofree int64_t *lengths = g_new (int64_t, (gsize) n);
  for (int64_t b = 0; b < n; b++) {
    if (from >= 0) index[from] = b;
    const CwTemplate *t = find_template (m, templates, index);
    lengths[b] = t ? t->root->shape[axis] : 0;
  }
  return cw_axis_new (n, lengths);
}

static bool check_dimensions (const CwMapping *m, GArray *templates, const int64_t *counts, GError **error) {
  const CwArray *first = template_at (templates, 0)->root;
  for (guint t = 1; t < templates->len; t++) {
    if (template_at (templates, t)->root->ndim != first->ndim) {
      return cw_fail (error, CW_ERROR_VALUE, "the function gives arrays of different numbers of dimensions for different blocks");
    }
  }
  for (int g = 0; g < m->n_grid; g++) {
    if (m->result_axis[g] < first->ndim || counts[g] == 1) continue;
    return cw_fail (error, CW_ERROR_VALUE, "the function drops an axis that is cut into blocks: name it with drop_axis=, or keep it with keepdims=True");
  }
  return true;
}

/* Blocks beside each other have to be as long as each other: a function that turns its blocks makes none that fit. */
static bool check_lengths (const CwMapping *m, GArray *templates, GArray *places, CwAxis *const *axes, GError **error) {
  for (guint t = 0; t < templates->len; t++) {
    const CwArray *root = template_at (templates, t)->root;
    for (int i = 0; i < root->ndim; i++) {
      int from = grid_axis (m, i);
      int64_t b = from < 0 ? 0 : g_array_index (places, Place, t).index[from];
      if (root->shape[i] == axes[i]->lengths[b]) continue;
      g_autofree char *shape = cw_shape_to_string (root->ndim, root->shape);
      return cw_fail (error, CW_ERROR_VALUE, "the function gives blocks that do not fit beside each other: one of shape %s where axis %d has to be %" G_GINT64_FORMAT " long",
                      shape, i, axes[i]->lengths[b]);
    }
  }
  return true;
}

static CwArray *call_on_arrays (CwCall *call, const CwMapping *m, CwMappedCall func, void *data, GError **error) {
  CwValue *whole[CW_MAX_MAPPED];
  for (int i = 0; i < m->n; i++) whole[i] = cw_lazy (cw_array_ref (m->arrays[i]));
  CwValue *result = func (call, whole, data, error);
  return result && result->kind == CW_V_LAZY ? cw_array_ref (result->array) : NULL;
}

CwArray *cw_map_traced (CwCall *call, const char *name, const CwMapping *m, CwMappedCall func, void *data, GError **error) {
  int64_t counts[CW_MAX_NDIM];
  bool lazy = call->lazy;
  g_autoptr (GArray) templates = g_array_new (FALSE, FALSE, sizeof (CwTemplate));
  g_array_set_clear_func (templates, template_clear);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  uint32_t drawn = cw_session_random (call->session, false)->next;
  if (!count_blocks (m, counts, error) || !trace_all (call, m, counts, func, data, templates, places, error) || !check_dimensions (m, templates, counts, error)) return NULL;
  if (cw_session_random (call->session, false)->next != drawn) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "the function draws random numbers, so every block needs a call of its own");
    return NULL;
  }
  call->lazy = lazy;
  CwArray *root = template_at (templates, 0)->root;
  bool plain = true;
  for (guint t = 0; t < templates->len && plain; t++) plain = cw_array_is_elementwise (template_at (templates, t)->root);
  for (int g = 0; g < m->n_grid; g++) plain &= m->result_axis[g] == g;
  if (plain) return call_on_arrays (call, m, func, data, error);
  for (int i = 0; i < m->n; i++) {
    if (!cw_array_has_unknown (m->arrays[i])) continue;
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "blocks of unknown length can only be traced element by element");
    return NULL;
  }
  int follow[CW_MAX_MAPPED][CW_MAX_NDIM];
  for (int i = 0; i < m->n; i++) {
    for (int k = 0; k < m->arrays[i]->ndim; k++) {
      int to = m->result_axis[m->along[i][k]];
      follow[i][k] = to >= root->ndim ? -1 : to;
    }
  }
  CwAxis *axes[CW_MAX_NDIM];
  for (int i = 0; i < root->ndim; i++) axes[i] = result_axis (m, templates, counts, i);
  CwArray *arrays[CW_MAX_MAPPED];
  for (int i = 0; i < m->n; i++) arrays[i] = m->arrays[i];
  bool fits = check_lengths (m, templates, places, axes, error);
  CwArray *result = fits ? cw_array_of_templates (name, (int) templates->len, template_at (templates, 0), m->n, arrays, follow, root->ndim, axes) : NULL;
  for (int i = 0; i < root->ndim; i++) cw_axis_unref (axes[i]);
  return result;
}
