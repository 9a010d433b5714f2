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

/* What the function made of blocks of certain shapes. */
typedef struct {
  int      n;
  CwArray *placeholders[CW_MAX_MAPPED];
  CwArray *root;
} Template;

static void template_free (void *data) {
  Template *t = data;
  for (int i = 0; i < t->n; i++) cw_array_unref (t->placeholders[i]);
  g_clear_pointer (&t->root, cw_array_unref);
  g_free (t);
}

static bool fits (const Template *t, CwBuffer *const *in) {
  for (int i = 0; i < t->n; i++) {
    if (!cw_shape_equal (in[i]->ndim, in[i]->shape, t->placeholders[i]->shape)) return false;
  }
  return true;
}

static CwBuffer *run_template (CwBuffer *const *in, int n_in, void *data, GError **error) {
  GPtrArray *templates = data;
  for (guint i = 0; i < templates->len; i++) {
    const Template *t = templates->pdata[i];
    if (!fits (t, in)) continue;
    g_autoptr (CwArray) filled = cw_array_fill_placeholders (t->root, t->n, t->placeholders, in, error);
    return filled ? cw_compute (filled, error) : NULL;
  }
  cw_fail (error, CW_ERROR_VALUE, "a block turned out to have a shape that the function was not traced for");
  return NULL;
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

static Template *trace (CwCall *call, const CwMapping *m, const int64_t *index, CwMappedCall func, void *data, GError **error) {
  CwValue *blocks[CW_MAX_MAPPED];
  Template *t = g_new0 (Template, 1);
  t->n = m->n;
  for (int i = 0; i < m->n; i++) {
    int64_t shape[CW_MAX_NDIM];
    block_shape (m, i, index, shape);
    t->placeholders[i] = cw_array_placeholder (m->arrays[i]->dtype, m->arrays[i]->ndim, shape);
    blocks[i]          = cw_lazy (cw_array_ref (t->placeholders[i]));
  }
  CwValue *result = func (call, blocks, data, error);
  CwArray *root = result ? cw_value_array (call, result, error) : NULL;
  if (root && cw_array_has_unknown (root)) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "the function's result has a shape that only values can tell: keep the shape with da.where instead of a mask");
    root = NULL;
  }
  if (root) {
    t->root = cw_array_ref (root);
    return t;
  }
  template_free (t);
  return NULL;
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

/* Traces all combinations of distinct blocks. */
static bool trace_all (CwCall *call, const CwMapping *m, const int64_t *counts, CwMappedCall func, void *data, GPtrArray *templates, GError **error) {
  int64_t *distinct[CW_MAX_NDIM], n[CW_MAX_NDIM], at[CW_MAX_NDIM] = { 0 }, total = 1;
  for (int g = 0; g < m->n_grid; g++) {
    distinct[g] = distinct_blocks (m, g, counts[g], &n[g]);
    total *= n[g];
    if (total > MAX_TEMPLATES) total = MAX_TEMPLATES + 1;
  }
  CwTape *tape = cw_tape_enter (NULL); /* graphs of placeholders are nobody's arrays */
  bool ok = total <= MAX_TEMPLATES || cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "the blocks have too many different shapes: rechunk to even chunks first");
  for (int64_t k = 0; ok && k < total; k++) {
    int64_t index[CW_MAX_NDIM];
    for (int g = 0; g < m->n_grid; g++) index[g] = distinct[g][at[g]];
    Template *t = cw_session_check (call->session, error) ? trace (call, m, index, func, data, error) : NULL;
    if ((ok = t != NULL)) g_ptr_array_add (templates, t);
    for (int g = m->n_grid; g-- > 0 && ++at[g] == n[g];) at[g] = 0;
  }
  cw_tape_enter (tape);
  for (int g = 0; g < m->n_grid; g++) g_free (distinct[g]);
  return ok;
}

/* ---- the result ----------------------------------------------------------------------------------------------------------- */

static const Template *find_template (const CwMapping *m, GPtrArray *templates, const int64_t *index) {
  for (guint t = 0; t < templates->len; t++) {
    const Template *candidate = templates->pdata[t];
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

/* Lengths of the result's blocks along its axis @axis, from the templates of the blocks at index 0 of all other axes. */
static CwAxis *result_axis (const CwMapping *m, GPtrArray *templates, const int64_t *counts, int axis) {
  int from = -1;
  for (int g = 0; g < m->n_grid; g++) {
    if (m->result_axis[g] == axis) from = g;
  }
  int64_t n = from < 0 ? 1 : counts[from], index[CW_MAX_NDIM] = { 0 };
  g_autofree int64_t *lengths = g_new (int64_t, (gsize) n);
  for (int64_t b = 0; b < n; b++) {
    if (from >= 0) index[from] = b;
    const Template *t = find_template (m, templates, index);
    lengths[b] = t ? t->root->shape[axis] : 0;
  }
  return cw_axis_new (n, lengths);
}

static bool check_dimensions (const CwMapping *m, GPtrArray *templates, const int64_t *counts, GError **error) {
  const CwArray *first = ((Template *) templates->pdata[0])->root;
  for (guint t = 1; t < templates->len; t++) {
    if (((Template *) templates->pdata[t])->root->ndim != first->ndim) {
      return cw_fail (error, CW_ERROR_VALUE, "the function gives arrays of different numbers of dimensions for different blocks");
    }
  }
  for (int g = 0; g < m->n_grid; g++) {
    if (m->result_axis[g] < first->ndim || counts[g] == 1) continue;
    return cw_fail (error, CW_ERROR_VALUE, "the function drops an axis that is cut into blocks: name it with drop_axis=, or keep it with keepdims=True");
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
  g_autoptr (GPtrArray) templates = g_ptr_array_new_with_free_func (template_free);
  uint32_t drawn = cw_session_random (call->session, false)->next;
  if (!count_blocks (m, counts, error) || !trace_all (call, m, counts, func, data, templates, error) || !check_dimensions (m, templates, counts, error)) return NULL;
  if (cw_session_random (call->session, false)->next != drawn) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "the function draws random numbers, so every block needs a call of its own");
    return NULL;
  }
  call->lazy = lazy;
  CwArray *root = ((Template *) templates->pdata[0])->root;
  bool plain = true;
  for (guint t = 0; t < templates->len && plain; t++) plain = cw_array_is_elementwise (((Template *) templates->pdata[t])->root);
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
  CwArray *result = cw_array_blockwise (name, run_template, g_ptr_array_ref (templates), (GDestroyNotify) g_ptr_array_unref, m->n, arrays, follow,
                                        root->dtype, root->ndim, axes);
  for (int i = 0; i < root->ndim; i++) cw_axis_unref (axes[i]);
  return result;
}
