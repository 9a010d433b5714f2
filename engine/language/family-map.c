/* family-map.c: functions of the notebook applied to blocks, lines and grids: map_blocks, map_overlap, apply_along_axis, ...
 *
 * A function is traced into the graph where that is possible (mapping.h). One that needs the values of a block, or something that
 * Dask arrays refuse and NumPy arrays do, is called on the values themselves, block by block, while the graph is made.
 */
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/mapping.h"
#include "engine/language/session-private.h"

/* A function, its arguments with the mapped arrays among them, and its keywords. */
typedef struct {
  CwValue *function, *args, *keywords;
  int      at[CW_MAX_MAPPED]; /* where the mapped arrays stand among args */
  int      n;
} Applied;

static CwValue *call_applied (CwCall *call, CwValue *const *blocks, void *data, GError **error) {
  const Applied *a = data;
  CwValue *own = cw_tuple ();
  for (int i = 0, next = 0; i < cw_items_n (a->args); i++) {
    bool mapped = next < a->n && a->at[next] == i;
    cw_items_add (own, mapped ? blocks[next++] : cw_items_get (a->args, i));
  }
  CwValue *keywords = a->keywords && a->keywords->dict.keys->len ? a->keywords : NULL;
  return cw_value_call (a->function, cw_items_n (own), (CwValue **) own->items->pdata, keywords, error);
}

/* Finds the Dask arrays among the arguments. */
static bool read_applied (CwValue *function, CwValue *args, CwValue *keywords, Applied *a, CwMapping *m, GError **error) {
  *a = (Applied){ .function = function, .args = args, .keywords = keywords };
  *m = (CwMapping){ .n = 0 };
  for (int i = 0; i < cw_items_n (args); i++) {
    CwValue *v = cw_items_get (args, i);
    if (v->kind != CW_V_LAZY) continue;
    if (m->n == CW_MAX_MAPPED) return cw_fail (error, CW_ERROR_VALUE, "a function can be mapped over at most %d arrays", CW_MAX_MAPPED);
    a->at[a->n++]       = i;
    m->arrays[m->n++]   = v->array;
    m->n_grid           = MAX (m->n_grid, v->array->ndim);
  }
  for (int i = 0; i < m->n; i++) { /* axes meet from the right */
    for (int k = 0; k < m->arrays[i]->ndim; k++) m->along[i][k] = m->n_grid - m->arrays[i]->ndim + k;
  }
  return m->n || cw_fail (error, CW_ERROR_TYPE, "there is no Dask array among the arguments: da.from_array makes one");
}

/* ---- block by block, on values ---------------------------------------------------------------------------------------------- */

static CwArray *joined (GPtrArray *parts, const int64_t *counts, int axis, int ndim, guint *next, GError **error) {
  if (axis == ndim) return cw_array_ref (parts->pdata[(*next)++]);
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  for (int64_t i = 0; i < counts[axis]; i++) {
    CwArray *part = joined (parts, counts, axis + 1, ndim, next, error);
    if (!part) return NULL;
    g_ptr_array_add (row, part);
  }
  return row->len == 1 ? cw_array_ref (row->pdata[0]) : cw_array_concatenate ((int) row->len, (CwArray **) row->pdata, axis, error);
}

/* The values of the blocks of @m at @index. */
static bool values_of_blocks (const CwMapping *m, const int64_t *index, CwValue **blocks, GError **error) {
  for (int i = 0; i < m->n; i++) {
    CwArray *a = m->arrays[i];
    CwIndex items[CW_MAX_NDIM];
    for (int k = 0; k < a->ndim; k++) {
      bool all = m->result_axis[m->along[i][k]] < 0;
      items[k] = (CwIndex){ .kind = all ? CW_INDEX_SLICE : CW_INDEX_INT, .start = a->axes[k]->n == 1 ? 0 : index[m->along[i][k]] };
    }
    g_autoptr (CwArray) block = a->ndim ? cw_array_blocks (a, a->ndim, items, error) : cw_array_ref (a);
    CwBuffer *values = block ? cw_session_compute_one (block, error) : NULL;
    if (!values) return false;
    blocks[i] = cw_eager (values);
  }
  return true;
}

static bool has_parameter (const CwValue *function, const char *name) {
  if (function->kind != CW_V_FUNCTION) return false;
  const CwNode *node = function->function.node;
  GPtrArray *params = node->kind == CW_NODE_LAMBDA ? node->list : node->list2;
  for (guint i = 0; i < params->len; i++) {
    if (g_str_equal (((CwNode *) params->pdata[i])->text, name)) return true;
  }
  return false;
}

/* What Dask tells of one array in block_info: its shape, its number of blocks, and which of them this is. */
static CwValue *info_of (const CwMapping *m, int i, const int64_t *index, bool of_result, GError **error) {
  const CwArray *a = m->arrays[i];
  int64_t counts[CW_MAX_NDIM], at[CW_MAX_NDIM], shape[CW_MAX_NDIM];
  CwValue *info = cw_dict (), *location = cw_list ();
  for (int k = 0; k < a->ndim; k++) {
    const CwAxis *axis = a->axes[k];
    bool all = m->result_axis[m->along[i][k]] < 0;
    counts[k] = axis->n;
    at[k]     = axis->n == 1 || all ? 0 : index[m->along[i][k]];
    shape[k]  = all ? axis->total : axis->lengths[at[k]];
    int64_t start = axis->unknown ? CW_UNKNOWN : axis->offsets[at[k]], stop = axis->unknown ? CW_UNKNOWN : start + shape[k];
    cw_items_add (location, cw_int_tuple (2, (int64_t[]){ start, stop }));
  }
  const char *const names[] = { "shape", "num-chunks", "array-location", "chunk-location" };
  CwValue *values[] = { cw_int_tuple (a->ndim, a->shape), cw_int_tuple (a->ndim, counts), location, cw_int_tuple (a->ndim, at) };
  for (guint k = 0; k < G_N_ELEMENTS (names); k++) {
    if (!cw_dict_set (info, cw_str (names[k]), values[k], error)) return NULL;
  }
  return !of_result || cw_dict_set (info, cw_str ("chunk-shape"), cw_int_tuple (a->ndim, shape), error) ? info : NULL;
}

/* block_info=: a dict of the arguments' places, and at None of the result's where that is cut as an argument is. */
static CwValue *block_info (const CwMapping *m, const Applied *a, const int64_t *index, GError **error) {
  CwValue *info = cw_dict ();
  bool found = false;
  for (int i = 0; i < m->n; i++) {
    CwValue *of = info_of (m, i, index, false, error);
    bool like_result = !found && m->arrays[i]->ndim == m->n_grid;
    for (int g = 0; g < m->n_grid; g++) like_result &= m->result_axis[g] == g;
    if (!of || !cw_dict_set (info, cw_int (a->at[i]), of, error)) return NULL;
    if (!like_result) continue;
    found = true;
    CwValue *result = info_of (m, i, index, true, error);
    if (!result || !cw_dict_set (info, cw_none (), result, error)) return NULL;
  }
  return info;
}

/* Gives the function the place of its block, where it has a parameter for that. */
static bool add_place (const CwMapping *m, Applied *a, const int64_t *index, GError **error) {
  CwValue *own = cw_dict ();
  for (guint i = 0; a->keywords && i < a->keywords->dict.keys->len; i++) {
    if (!cw_dict_set (own, a->keywords->dict.keys->pdata[i], a->keywords->dict.values->pdata[i], error)) return false;
  }
  a->keywords = own;
  if (has_parameter (a->function, "block_id") && !cw_dict_set (own, cw_str ("block_id"), cw_int_tuple (m->n_grid, index), error)) return false;
  CwValue *info = has_parameter (a->function, "block_info") ? block_info (m, a, index, error) : NULL;
  return !has_parameter (a->function, "block_info") || (info && cw_dict_set (own, cw_str ("block_info"), info, error));
}

static CwArray *map_values (CwCall *call, const CwMapping *m, Applied *a, GError **error) {
  const int64_t most = 20000;
  int64_t counts[CW_MAX_NDIM], along[CW_MAX_NDIM], at[CW_MAX_NDIM] = { 0 }, index[CW_MAX_NDIM] = { 0 }, n = 1; /* blocks of the grid; of the result; where */
  int n_out = 0;
  bool wants_place = has_parameter (a->function, "block_id") || has_parameter (a->function, "block_info");
  CwValue *keywords = a->keywords;
  for (int g = 0; g < m->n_grid; g++) {
    counts[g] = 1;
    for (int i = 0; i < m->n; i++) {
      for (int k = 0; k < m->arrays[i]->ndim; k++) {
        if (m->along[i][k] == g && m->result_axis[g] >= 0) counts[g] = MAX (counts[g], m->arrays[i]->axes[k]->n);
      }
    }
    n_out = MAX (n_out, m->result_axis[g] + 1);
    n *= counts[g];
    if (n > most) {
      cw_fail (error, CW_ERROR_VALUE, "the function needs the values of every block, and there are more than %d of them: rechunk first", (int) most);
      return NULL;
    }
  }
  for (int i = 0; i < n_out; i++) along[i] = 1;
  for (int g = 0; g < m->n_grid; g++) {
    if (m->result_axis[g] >= 0) along[m->result_axis[g]] = counts[g];
  }
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  for (int64_t k = 0; k < n; k++) { /* in the order of the result's blocks */
    CwValue *blocks[CW_MAX_MAPPED];
    for (int g = 0; g < m->n_grid; g++) index[g] = m->result_axis[g] < 0 ? 0 : at[m->result_axis[g]];
    a->keywords = keywords;
    if (!cw_session_check (call->session, error) || !values_of_blocks (m, index, blocks, error) || (wants_place && !add_place (m, a, index, error))) return NULL;
    CwValue *result = call_applied (call, blocks, a, error);
    CwArray *part = result ? cw_value_array (call, result, error) : NULL;
    if (!part) return NULL;
    g_ptr_array_add (parts, cw_array_ref (part));
    for (int i = n_out; i-- > 0 && ++at[i] == along[i];) at[i] = 0;
  }
  int ndim = ((CwArray *) parts->pdata[0])->ndim;
  for (int i = 0; i < n_out; i++) {
    if (i < ndim || along[i] == 1) continue;
    cw_fail (error, CW_ERROR_VALUE, "the function drops an axis that is cut into blocks: name it with drop_axis=, or keep it with keepdims=True");
    return NULL;
  }
  guint next = 0;
  CwArray *result = joined (parts, along, 0, MIN (n_out, ndim), &next, error);
  if (!result) g_prefix_error (error, "%s", "the function's blocks do not fit beside each other. ");
  return result;
}

static CwArray *mapped (CwCall *call, const char *name, const CwMapping *m, Applied *a, GError **error) {
  g_autoptr (GError) refused = NULL;
  bool wants_place = has_parameter (a->function, "block_id") || has_parameter (a->function, "block_info");
  CwArray *traced = wants_place ? NULL : cw_map_traced (call, name, m, call_applied, a, &refused);
  call->lazy = true;
  if (traced) return traced;
  if (refused && refused->code == CW_ERROR_INTERRUPT) {
    g_propagate_error (error, g_steal_pointer (&refused));
    return NULL;
  }
  return map_values (call, m, a, error);
}

/* ---- map_blocks ----------------------------------------------------------------------------------------------------------------- */

/* drop_axis= and new_axis=: which axes of the grid the result has, and where others come in between. */
static bool read_axes (CwValue *drop, CwValue *fresh, CwMapping *m, GError **error) {
  bool dropped[CW_MAX_NDIM] = { false }, added[CW_MAX_NDIM] = { false };
  CwValue *lists[2] = { drop, fresh };
  int n_dropped = 0, n_added = 0;
  for (int which = 0; which < 2; which++) {
    CwValue *list = lists[which]->kind == CW_V_NONE ? cw_tuple () : cw_is_sequence (lists[which]) ? lists[which] : cw_tuple_of (1, &lists[which]);
    for (int i = 0; i < cw_items_n (list); i++) {
      int64_t number;
      int axis, ndim = which ? m->n_grid - n_dropped + cw_items_n (list) : m->n_grid;
      if (!cw_value_index (cw_items_get (list, i), &number, error) || !cw_axis_number (number, ndim, &axis, error)) return false;
      if (which) added[axis] = true;
      else dropped[axis] = true;
      n_dropped += !which;
      n_added += which;
    }
  }
  for (int g = 0, to = 0; g < m->n_grid; g++) {
    m->result_axis[g] = -1;
    if (dropped[g]) continue;
    while (added[to]) to++;
    m->result_axis[g] = to++;
  }
  return true;
}

static CwValue *map_blocks (CwCall *call, GError **error) {
  CwDtype dtype;
  bool method = call->via & CW_IN_LAZY;
  CwValue *function = call->args[method ? 1 : 0], *rest = call->args[2 - !method], *args = cw_tuple ();
  int at = method ? 3 : 2;
  Applied a;
  CwMapping m;
  const char *name = cw_function_name (function);
  if (method) cw_items_add (args, call->args[0]);
  for (int i = 0; i < cw_items_n (rest); i++) cw_items_add (args, cw_items_get (rest, i));
  if (!cw_arg_dtype (call, at, &dtype, error) || !read_applied (function, args, call->args[at + 6], &a, &m, error)) return NULL;
  if (!cw_arg_is_none (call, at + 4) && !cw_arg_str (call, at + 4, &name, error)) return NULL;
  call->lazy = true;
  if (!read_axes (call->args[at + 2], call->args[at + 3], &m, error)) return NULL;
  g_autoptr (CwArray) result = mapped (call, name, &m, &a, error);
  if (!result) return NULL;
  return cw_lazy (dtype == CW_DTYPE_NONE ? cw_array_ref (result) : cw_array_astype (result, dtype, error));
}

/* ---- map_overlap ---------------------------------------------------------------------------------------------------------------- */

static CwValue *map_overlap (CwCall *call, GError **error) {
  bool method = call->via & CW_IN_LAZY, trim;
  CwValue *function = call->args[method ? 1 : 0], *rest = call->args[2 - !method], *args = cw_tuple (), *own = cw_tuple ();
  Applied a;
  CwMapping m;
  int at = method ? 3 : 2;
  if (method) cw_items_add (args, call->args[0]);
  for (int i = 0; i < cw_items_n (rest); i++) cw_items_add (args, cw_items_get (rest, i));
  CwValue *depth = call->args[at], *boundary = call->args[at + 1];
  if (!call->given[at] && cw_items_n (args) > 1 && cw_items_get (args, 1)->kind != CW_V_LAZY) { /* map_overlap(f, x, depth, boundary) */
    depth = cw_items_get (args, 1);
    if (cw_items_n (args) > 2) boundary = cw_items_get (args, 2);
    args = cw_tuple_of (1, (CwValue *[]){ cw_items_get (args, 0) });
  }
  if (function->kind == CW_V_LAZY && cw_items_n (args) && !cw_value_is_array (cw_items_get (args, 0))) { /* the old order: x, then the function */
    CwValue *x = function;
    function = cw_items_get (args, 0);
    args     = cw_tuple_of (1, &x);
  }
  if (!cw_arg_bool (call, at + 2, &trim, error)) return NULL;
  call->lazy = true;
  for (int i = 0; i < cw_items_n (args); i++) {
    CwValue *v = cw_items_get (args, i);
    CwArray *wide = v->kind == CW_V_LAZY ? cw_blocks_overlapped (v->array, depth, boundary, true, error) : NULL;
    if (v->kind == CW_V_LAZY && !wide) return NULL;
    cw_items_add (own, wide ? cw_lazy (wide) : v);
  }
  CwDtype dtype;
  if (!cw_arg_dtype (call, at + 5, &dtype, error) || !read_applied (function, own, call->args[call->n - 1], &a, &m, error)) return NULL;
  for (int g = 0; g < m.n_grid; g++) m.result_axis[g] = g;
  g_autoptr (CwArray) result = mapped (call, cw_function_name (function), &m, &a, error);
  g_autoptr (CwArray) cut = result && trim ? cw_blocks_trimmed (result, depth, boundary, error) : result ? cw_array_ref (result) : NULL;
  if (!cut) return NULL;
  return cw_lazy (dtype == CW_DTYPE_NONE ? cw_array_ref (cut) : cw_array_astype (cut, dtype, error));
}

/* Letters or numbers that name the axes of an array, as a tuple of hashable values. */
static CwValue *index_names (CwValue *v, GError **error) {
  CwValue *names = cw_tuple ();
  if (v->kind != CW_V_STR) return cw_to_list (v, error);
  for (const char *p = v->s; *p; p++) cw_items_add (names, cw_str_take (g_strndup (p, 1)));
  return names;
}

/* ---- blockwise and reduction --------------------------------------------------------------------------------------------------- */

/* blockwise(function, 'ik', x, 'ij', y, 'jk'): axes of one name go together; a name that the result has not gives all blocks, joined. */
static CwValue *map_blockwise (CwCall *call, GError **error) {
  CwValue *out = index_names (call->args[1], error), *pairs = call->args[2], *args = cw_tuple (), *letters = cw_list ();
  Applied a = { .function = call->args[0], .keywords = call->args[call->n - 1] };
  CwMapping m = { .n = 0 };
  const char *name = cw_function_name (a.function);
  CwDtype dtype;
  if (!out || !cw_arg_dtype (call, 4, &dtype, error)) return NULL;
  if (!cw_arg_is_none (call, 3) && !cw_arg_str (call, 3, &name, error)) return NULL;
  if (cw_items_n (pairs) % 2) {
    cw_fail (error, CW_ERROR_TYPE, "blockwise() takes pairs: an array and the names of its axes, such as x, 'ij', y, 'jk'");
    return NULL;
  }
  call->lazy = true;
  for (int i = 0; i < cw_items_n (pairs); i += 2) {
    CwValue *v = cw_items_get (pairs, i), *index = cw_items_get (pairs, i + 1);
    cw_items_add (args, v);
    if (index->kind == CW_V_NONE) continue;
    CwArray *array = cw_value_array (call, v, error);
    CwValue *names = array ? index_names (index, error) : NULL;
    if (!names) return NULL;
    if (m.n == CW_MAX_MAPPED || cw_items_n (names) != array->ndim) {
      cw_fail (error, CW_ERROR_VALUE, "%d names for the %d axes of an array", cw_items_n (names), array->ndim);
      return NULL;
    }
    for (int k = 0; k < array->ndim; k++) {
      int g = 0;
      while (g < cw_items_n (letters) && !cw_value_equal (cw_items_get (letters, g), cw_items_get (names, k))) g++;
      if (g == cw_items_n (letters)) cw_items_add (letters, cw_items_get (names, k));
      m.along[m.n][k] = g;
    }
    a.at[a.n++]     = i / 2;
    m.arrays[m.n++] = array;
  }
  a.args   = args;
  m.n_grid = cw_items_n (letters);
  for (int g = 0; g < m.n_grid; g++) {
    m.result_axis[g] = -1;
    for (int k = 0; k < cw_items_n (out); k++) {
      if (cw_value_equal (cw_items_get (out, k), cw_items_get (letters, g))) m.result_axis[g] = k;
    }
  }
  g_autoptr (CwArray) result = mapped (call, name, &m, &a, error);
  if (!result) return NULL;
  return cw_lazy (dtype == CW_DTYPE_NONE ? cw_array_ref (result) : cw_array_astype (result, dtype, error));
}

/* One step of a reduction: function(blocks, axis=axes, keepdims=...); @joins: all blocks along the axes at once. */
static CwArray *reduction_step (CwCall *call, CwValue *function, CwArray *a, int n, const int *axes, bool keepdims, bool joins, GError **error) {
  CwValue *keywords = cw_dict (), *args = cw_lazy (cw_array_ref (a));
  CwMapping m = { .n = 1, .arrays = { a }, .n_grid = a->ndim };
  Applied step = { .function = function, .args = cw_tuple_of (1, &args), .keywords = keywords, .n = 1 };
  CwValue *over = cw_tuple ();
  for (int i = 0; i < n; i++) cw_items_add (over, cw_int (axes[i]));
  if (!cw_dict_set (keywords, cw_str ("axis"), over, error) || !cw_dict_set (keywords, cw_str ("keepdims"), cw_bool (keepdims), error)) return NULL;
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (a->ndim);
  for (int i = 0, to = 0; i < a->ndim; i++) {
    bool reduced = false;
    for (int k = 0; k < n; k++) reduced |= axes[k] == i;
    m.along[0][i]    = i;
    m.result_axis[i] = reduced && !keepdims ? -1 : to++;
    spec->axes[i].kind = reduced && joins ? CW_CHUNK_WHOLE : CW_CHUNK_KEEP;
  }
  g_autoptr (CwArray) cut = cw_array_rechunk (a, spec, false, error);
  if (!cut) return NULL;
  m.arrays[0] = cut;
  return mapped (call, cw_function_name (function), &m, &step, error);
}

/* reduction(x, chunk, aggregate): chunk on every block, aggregate on what they gave, joined. */
static CwValue *map_reduction (CwCall *call, GError **error) {
  int n, axes[CW_MAX_NDIM];
  bool keepdims;
  CwDtype dtype;
  call->lazy = true;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_axes (call, 3, a->ndim, &n, axes, error) || !cw_arg_bool (call, 4, &keepdims, error) || !cw_arg_dtype (call, 6, &dtype, error)) return NULL;
  for (int i = 0; n < 0 && i < a->ndim; i++) axes[i] = i;
  if (n < 0) n = a->ndim;
  g_autoptr (CwArray) parts = reduction_step (call, call->args[1], a, n, axes, true, false, error);
  g_autoptr (CwArray) result = parts ? reduction_step (call, call->args[2], parts, n, axes, keepdims, true, error) : NULL;
  if (!result) return NULL;
  return cw_lazy (dtype == CW_DTYPE_NONE ? cw_array_ref (result) : cw_array_astype (result, dtype, error));
}

/* ---- lines --------------------------------------------------------------------------------------------------------------------- */

/* A function of one line, applied to every line of a block along its last axis. */
typedef struct {
  CwValue *function, *args, *keywords;
  int      axis;
} Lines;

static CwValue *call_lines (CwCall *call, CwValue *const *blocks, void *data, GError **error) {
  const Lines *l = data;
  const int64_t most = 10000;
  CwArray *a = cw_value_array (call, blocks[0], error);
  int order[CW_MAX_NDIM], n = 0;
  int64_t lines = 1, outer[CW_MAX_NDIM], shape[2];
  if (!a) return NULL;
  for (int i = 0; i < a->ndim; i++) {
    if (i == l->axis) continue;
    outer[n]   = a->shape[i];
    order[n++] = i;
    lines *= a->shape[i];
  }
  order[n] = l->axis;
  shape[0] = lines;
  shape[1] = a->shape[l->axis];
  if (lines > most) {
    cw_fail (error, CW_ERROR_VALUE, "apply_along_axis calls the function once a line: %" G_GINT64_FORMAT " lines in a block are too many; use a reduction with axis=, or smaller chunks", lines);
    return NULL;
  }
  g_autoptr (CwArray) turned = cw_array_transpose (a, order, error);
  g_autoptr (CwArray) rows = turned ? cw_array_reshape (turned, 2, shape, error) : NULL;
  CwValue *results = cw_list (), *all = rows ? cw_answer (call, cw_array_ref (rows), error) : NULL;
  if (!all) return NULL;
  for (int64_t i = 0; i < lines; i++) {
    CwValue *own = cw_tuple_of (1, (CwValue *[]){ cw_array_item (all, cw_int (i), error) });
    if (!cw_items_get (own, 0)) return NULL;
    for (int k = 0; k < cw_items_n (l->args); k++) cw_items_add (own, cw_items_get (l->args, k));
    CwValue *v = cw_value_call (l->function, cw_items_n (own), (CwValue **) own->items->pdata, l->keywords->dict.keys->len ? l->keywords : NULL, error);
    if (!v) return NULL;
    cw_items_add (results, v);
  }
  unsigned via = call->lazy ? CW_IN_DA : CW_IN_NP;
  CwValue *stacked = cw_entry_call (cw_register_find (via, "stack"), via, NULL, 1, &results, NULL, error), *lengths = cw_list ();
  if (!stacked) return NULL;
  for (int i = 0; i < n; i++) cw_items_add (lengths, cw_int (outer[i]));
  CwValue *inner = cw_value_attribute (stacked, "shape", error);
  for (int i = 1; i < cw_items_n (inner); i++) cw_items_add (lengths, cw_items_get (inner, i));
  CwValue *square = cw_entry_call (cw_register_find (via, "reshape"), via, NULL, 2, (CwValue *[]){ stacked, lengths }, NULL, error);
  CwValue *source = cw_list (), *target = cw_list (); /* what a line became stands where the line stood */
  for (int i = n; i < cw_items_n (lengths); i++) {
    cw_items_add (source, cw_int (i));
    cw_items_add (target, cw_int (l->axis + i - n));
  }
  return square ? cw_entry_call (cw_register_find (via, "moveaxis"), via, NULL, 3, (CwValue *[]){ square, source, target }, NULL, error) : NULL;
}

static CwValue *apply_along_axis (CwCall *call, GError **error) {
  Lines l = { .function = call->args[0], .args = call->args[3], .keywords = call->args[6] };
  CwArray *a = cw_arg_array (call, 2, error);
  if (!a || !cw_arg_axis (call, 1, a->ndim, &l.axis, error)) return NULL;
  if (!call->lazy) {
    CwValue *block = cw_value_is_array (call->args[2]) ? call->args[2] : cw_eager (cw_buffer_ref (cw_arg_buffer (call, 2, error)));
    return call_lines (call, &block, &l, error);
  }
  CwMapping m = { .n = 1, .arrays = { a }, .n_grid = a->ndim };
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (a->ndim);
  for (int i = 0; i < a->ndim; i++) spec->axes[i].kind = i == l.axis ? CW_CHUNK_WHOLE : CW_CHUNK_KEEP;
  g_autoptr (CwArray) whole = cw_array_rechunk (a, spec, false, error);
  if (!whole) return NULL;
  m.arrays[0] = whole;
  for (int drops = 0; drops < 2; drops++) { /* a line becomes a line, or a number */
    g_autoptr (GError) refused = NULL;
    for (int i = 0; i < a->ndim; i++) {
      m.along[0][i]    = i;
      m.result_axis[i] = i < l.axis || !drops ? i : i == l.axis ? -1 : i - 1;
    }
    g_autoptr (CwArray) result = cw_map_traced (call, cw_function_name (l.function), &m, call_lines, &l, &refused);
    call->lazy = true;
    if (result && result->ndim == a->ndim - drops) return cw_lazy (g_steal_pointer (&result));
  }
  CwBuffer *values = cw_arg_buffer (call, 2, error);
  CwValue *block = values ? cw_eager (cw_buffer_ref (values)) : NULL;
  call->lazy = false;
  CwValue *result = block ? call_lines (call, &block, &l, error) : NULL;
  call->lazy = true;
  CwArray *answer = result ? cw_value_array (call, result, error) : NULL;
  return answer ? cw_lazy (cw_array_ref (answer)) : NULL;
}

/* apply_over_axes(function, a, axes): function(a, axis) for one axis after the other, each kept with length 1. */
static CwValue *apply_over_axes (CwCall *call, GError **error) {
  CwArray *a = cw_arg_array (call, 1, error);
  int n, axes[CW_MAX_NDIM];
  CwValue *result = call->args[1];
  if (!a || !cw_arg_axes (call, 2, a->ndim, &n, axes, error)) return NULL;
  for (int i = 0; i < n; i++) {
    CwValue *next = cw_value_call (call->args[0], 2, (CwValue *[]){ result, cw_int (axes[i]) }, NULL, error), *shape = next ? cw_value_attribute (next, "shape", error) : NULL;
    if (!shape) return NULL;
    if (cw_items_n (shape) == a->ndim - 1) {
      unsigned via = next->kind == CW_V_LAZY ? CW_IN_DA : CW_IN_NP;
      next = cw_entry_call (cw_register_find (via, "expand_dims"), via, NULL, 2, (CwValue *[]){ next, cw_int (axes[i]) }, NULL, error);
    } else if (cw_items_n (shape) != a->ndim) {
      cw_fail (error, CW_ERROR_VALUE, "function is not returning an array of the correct shape: it may keep the axis or drop it");
      return NULL;
    }
    if (!(result = next)) return NULL;
  }
  return result;
}

/* ---- grids ------------------------------------------------------------------------------------------------------------------------ */

/* fromfunction(function, shape=...): the function of the arrays of indices. */
static CwValue *from_function (CwCall *call, GError **error) {
  int ndim;
  int64_t shape[CW_MAX_NDIM];
  CwDtype dtype;
  bool lazy = call->lazy;
  if (!cw_arg_shape (call, lazy ? 2 : 1, &ndim, shape, error) || !cw_arg_dtype (call, lazy ? 3 : 2, &dtype, error)) return NULL;
  unsigned via = lazy ? CW_IN_DA : CW_IN_NP;
  CwValue *keywords = cw_dict (), *dims = cw_int_tuple (ndim, shape);
  if (lazy && !cw_dict_set (keywords, cw_str ("chunks"), call->args[1], error)) return NULL;
  if (!cw_dict_set (keywords, cw_str ("dtype"), cw_dtype_value (dtype == CW_DTYPE_NONE ? CW_FLOAT64 : dtype, false), error)) return NULL;
  CwValue *grids = cw_entry_call (cw_register_find (via, "indices"), via, NULL, 1, &dims, keywords, error), *own = cw_tuple ();
  if (!grids) return NULL;
  for (int i = 0; i < ndim; i++) {
    CwValue *grid = cw_array_item (grids, cw_int (i), error);
    if (!grid) return NULL;
    cw_items_add (own, grid);
  }
  CwValue *rest = call->args[lazy ? 4 : 3];
  CwValue *result = cw_value_call (call->args[0], ndim, (CwValue **) own->items->pdata, rest->dict.keys->len ? rest : NULL, error);
  if (!result || result->kind != CW_V_SCALAR) return result;
  CwValue *full[2] = { dims, result };
  return lazy ? cw_entry_call (cw_register_find (via, "full"), via, NULL, 2, full, NULL, error) : result;
}

/* ---- unify_chunks --------------------------------------------------------------------------------------------------------------- */

/* unify_chunks(x, 'ij', y, 'jk'): the cuts that axes of one name have in common, and the arrays under them. */
static CwValue *unify_chunks (CwCall *call, GError **error) {
  CwValue *args = call->args[0], *chunks = cw_dict (), *arrays = cw_list ();
  int n = cw_items_n (args);
  if (n % 2) {
    cw_fail (error, CW_ERROR_TYPE, "unify_chunks() takes pairs: an array and the names of its axes, such as x, 'ij', y, 'j'");
    return NULL;
  }
  call->lazy = true;
  g_autoptr (GPtrArray) rulers = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref); /* one 1-d array an axis */
  for (int pass = 0; pass < 2; pass++) {
    for (int i = 0; i < n; i += 2) {
      CwArray *a = cw_value_array (call, cw_items_get (args, i), error);
      CwValue *names = a ? index_names (cw_items_get (args, i + 1), error) : NULL;
      CwAxis *axes[CW_MAX_NDIM];
      if (!names) return NULL;
      if (cw_items_n (names) != a->ndim) {
        cw_fail (error, CW_ERROR_VALUE, "%d names for the %d axes of an array", cw_items_n (names), a->ndim);
        return NULL;
      }
      for (int k = 0; k < a->ndim; k++) {
        CwValue *name = cw_items_get (names, k), *at = cw_dict_get (chunks, name);
        if (pass) {
          CwArray *ruler = rulers->pdata[at->i];
          axes[k] = a->shape[k] == ruler->shape[0] ? ruler->axes[0] : a->axes[k];
          continue;
        }
        g_autoptr (CwArray) zeros = cw_array_full ("zeros", 1, &a->shape[k], NULL, CW_BOOL, cw_scalar_int (0), error);
        CwArray *pair[2] = { zeros ? cw_array_rechunk_to (zeros, &a->axes[k], error) : NULL, NULL };
        if (!pair[0]) return NULL;
        if (!at) {
          if (!cw_dict_set (chunks, name, cw_int (rulers->len), error)) return NULL;
          g_ptr_array_add (rulers, pair[0]);
          continue;
        }
        pair[1] = cw_array_ref (rulers->pdata[at->i]);
        bool ok = cw_arrays_unify (2, pair, error);
        bool longer = ok && pair[0]->shape[0] > pair[1]->shape[0];
        if (ok) cw_array_unref (g_steal_pointer (&rulers->pdata[at->i]));
        if (ok) rulers->pdata[at->i] = cw_array_ref (pair[longer ? 0 : 1]);
        cw_array_unref (pair[0]);
        cw_array_unref (pair[1]);
        if (!ok) return NULL;
      }
      CwArray *cut = pass ? cw_array_rechunk_to (a, axes, error) : NULL;
      if (pass && !cut) return NULL;
      if (pass) cw_items_add (arrays, cw_lazy (cut));
    }
  }
  for (guint i = 0; i < chunks->dict.keys->len; i++) {
    const CwAxis *axis = ((CwArray *) rulers->pdata[i])->axes[0];
    if (!cw_dict_set (chunks, chunks->dict.keys->pdata[i], cw_int_tuple ((int) axis->n, axis->lengths), error)) return NULL;
  }
  return cw_pair (chunks, arrays);
}

#define MAP_REST "dtype=None, chunks=None, drop_axis=None, new_axis=None, name=None, meta=None, **kwargs"
#define OVERLAP_REST "depth=None, boundary=None, trim=True, align_arrays=True, allow_rechunk=True, dtype=None, meta=None, **kwargs"

const CwEntry cw_entries_map[] = {
  { "map_blocks", CW_IN_DA, "func, *args, " MAP_REST, map_blocks, "A function applied to every block.", 0 },
  { "map_blocks", CW_IN_LAZY, "a, func, *args, " MAP_REST, map_blocks, "A function applied to every block.", 0 },
  { "map_overlap", CW_IN_DA | CW_IN_OVERLAP, "func, *args, " OVERLAP_REST, map_overlap, "A function applied to every block with its neighbours' edges.", 0 },
  { "map_overlap", CW_IN_LAZY, "x, func, *args, " OVERLAP_REST, map_overlap, "A function applied to every block with its neighbours' edges.", 0 },
  { "apply_along_axis", CW_IN_MODULES, "func1d, axis, arr, *args, dtype=None, shape=None, **kwargs", apply_along_axis, "A function applied to every line along an axis.", 0 },
  { "apply_over_axes", CW_IN_MODULES, "func, a, axes", apply_over_axes, "A function of (array, axis) applied over one axis after the other.", 0 },
  { "fromfunction", CW_IN_DA, "func, chunks='auto', shape=None, dtype=None, **kwargs", from_function, "An array whose elements are a function of their indices.", 0 },
  { "fromfunction", CW_IN_NP, "function, shape, dtype=None, **kwargs", from_function, "An array whose elements are a function of their indices.", 0 },
  { "blockwise", CW_IN_DA, "func, out_ind, *args, name=None, dtype=None, meta=None, concatenate=True, **kwargs", map_blockwise, "A function of the blocks that meet where axes of one name go together.", 0 },
  { "reduction", CW_IN_DA, "x, chunk, aggregate, axis=None, keepdims=False, combine=None, dtype=None, split_every=None, name=None, meta=None", map_reduction, "A reduction made of two functions of (block, axis, keepdims): one of every block, one of what they gave.", 0 },
  { "unify_chunks", CW_IN_DA, "*args", unify_chunks, "Arrays cut alike along axes of one name: unify_chunks(x, 'ij', y, 'j').", 0 },
  { 0 },
};
