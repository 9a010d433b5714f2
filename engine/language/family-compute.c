/* family-compute.c: where lazy arrays become values: compute, persist, visualize, compute_chunk_sizes. */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- compute ------------------------------------------------------------------------------------------------------------- */

/* Lazy arrays anywhere in @v, in order. */
static void collect (CwValue *v, GPtrArray *arrays) {
  if (v->kind == CW_V_LAZY) g_ptr_array_add (arrays, v->array);
  if (cw_is_sequence (v)) {
    for (int i = 0; i < cw_items_n (v); i++) collect (cw_items_get (v, i), arrays);
  }
  if (v->kind == CW_V_DICT) {
    for (guint i = 0; i < v->dict.values->len; i++) collect (v->dict.values->pdata[i], arrays);
  }
}

/* @v with its lazy arrays replaced by the results in turn. */
static CwValue *replaced (CwValue *v, CwBuffer **results, guint *next) {
  if (v->kind == CW_V_LAZY) return cw_eager_or_scalar (results[(*next)++]);
  if (cw_is_sequence (v)) {
    CwValue *out = v->kind == CW_V_LIST ? cw_list () : cw_tuple ();
    for (int i = 0; i < cw_items_n (v); i++) cw_items_add (out, replaced (cw_items_get (v, i), results, next));
    return out;
  }
  if (v->kind == CW_V_DICT) {
    CwValue *out = cw_dict ();
    for (guint i = 0; i < v->dict.keys->len; i++) cw_dict_set (out, v->dict.keys->pdata[i], replaced (v->dict.values->pdata[i], results, next), NULL);
    return out;
  }
  return v;
}

static CwValue *compute_values (CwCall *call, CwValue *v, GError **error) {
  g_autoptr (GPtrArray) arrays = g_ptr_array_new ();
  collect (v, arrays);
  if (!arrays->len) return v;
  g_autofree CwBuffer **results = g_new0 (CwBuffer *, arrays->len);
  if (!cw_session_compute (call->session, (int) arrays->len, (CwArray *const *) arrays->pdata, results, error)) return NULL;
  for (guint i = 0; i < arrays->len; i++) cw_warn_of_computed (call->session, arrays->pdata[i], results[i]);
  guint next = 0;
  return replaced (v, results, &next);
}

static CwValue *compute_method (CwCall *call, GError **error) {
  return compute_values (call, call->args[0], error);
}

static CwValue *compute_function (CwCall *call, GError **error) {
  return compute_values (call, call->args[0], error);
}

/* ---- blocks of unknown length -------------------------------------------------------------------------------------------------- */

/* Computes every block by itself, and with them (@whole not NULL) the array as one; fills @axes with the lengths found. */
static bool block_lengths (CwCall *call, CwArray *a, CwAxis **axes, CwBuffer **whole, GError **error) {
  int64_t n = cw_array_n_blocks (a), index[CW_MAX_NDIM] = { 0 };
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_array_unref);
  for (int64_t k = 0; k < n; k++) {
    CwIndex items[CW_MAX_NDIM];
    for (int i = 0; i < a->ndim; i++) items[i] = (CwIndex){ .kind = CW_INDEX_INT, .start = index[i] };
    CwArray *block = cw_array_blocks (a, a->ndim, items, error);
    if (!block) return false;
    g_ptr_array_add (blocks, block);
    for (int i = a->ndim; i-- > 0 && ++index[i] == a->axes[i]->n;) index[i] = 0;
  }
  if (whole) g_ptr_array_add (blocks, cw_array_ref (a));
  g_autofree CwBuffer **results = g_new0 (CwBuffer *, blocks->len);
  if (!cw_session_compute (call->session, (int) blocks->len, (CwArray *const *) blocks->pdata, results, error)) return false;
  for (int i = 0; i < a->ndim; i++) {
    g_autofree int64_t *lengths = g_new0 (int64_t, (gsize) a->axes[i]->n);
    int64_t inner = 1;
    for (int k = i + 1; k < a->ndim; k++) inner *= a->axes[k]->n;
    for (int64_t k = 0; k < n; k++) lengths[k / inner % a->axes[i]->n] = results[k]->shape[i];
    axes[i] = cw_axis_new (a->axes[i]->n, lengths);
  }
  for (int64_t k = 0; k < n; k++) cw_buffer_unref (results[k]);
  if (whole) *whole = results[n];
  return true;
}

static CwArray *with_known_sizes (CwCall *call, CwArray *a, GError **error) {
  CwAxis *axes[CW_MAX_NDIM];
  if (!block_lengths (call, a, axes, NULL, error)) return NULL;
  CwArray *known = cw_array_with_known_chunks (a, axes, error);
  for (int i = 0; i < a->ndim; i++) cw_axis_unref (axes[i]);
  return known;
}

/* ---- persist ---------------------------------------------------------------------------------------------------------------- */

static CwChunkSpec *spec_of_result (CwArray *a, const CwBuffer *b) {
  CwChunkSpec *spec = cw_chunk_spec_new (a->ndim);
  for (int i = 0; i < a->ndim; i++) {
    spec->axes[i].kind = CW_CHUNK_WHOLE;
    if (a->axes[i]->unknown || a->axes[i]->total != b->shape[i]) continue;
    spec->axes[i].kind    = CW_CHUNK_LENGTHS;
    spec->axes[i].n       = a->axes[i]->n;
    spec->axes[i].lengths = g_memdup2 (a->axes[i]->lengths, sizeof (int64_t) * (gsize) a->axes[i]->n);
  }
  return spec;
}

static CwBuffer *same_block (CwBuffer *const *in, int n_in, void *data, GError **error) {
  return cw_buffer_ref (in[0]);
}

/* The values of an array of unknown chunk lengths, block by block; it stays one whose lengths are asked for. */
static CwArray *persist_blocks (CwCall *call, CwArray *a, GError **error) {
  int follow[1][CW_MAX_NDIM];
  CwAxis *axes[CW_MAX_NDIM];
  CwBuffer *whole = NULL;
  if (!block_lengths (call, a, axes, &whole, error)) return NULL;
  g_autoptr (CwArray) one = cw_array_from_buffer (cw_keep_buffer (whole), NULL, a->name, error);
  g_autoptr (CwArray) known = one ? cw_array_rechunk_to (one, axes, error) : NULL;
  for (int i = 0; i < a->ndim; i++) {
    follow[0][i] = i;
    cw_axis_unref (axes[i]);
  }
  return known ? cw_array_blockwise (a->name, same_block, NULL, NULL, 1, &known, follow, a->dtype, a->ndim, a->axes) : NULL;
}

static CwValue *persisted (CwCall *call, CwValue *v, GError **error) {
  CwBuffer *result = NULL;
  if (v->kind != CW_V_LAZY) return v;
  if (cw_array_has_unknown (v->array)) return cw_lazy (persist_blocks (call, v->array, error));
  if (!cw_session_compute (call->session, 1, &v->array, &result, error)) return NULL;
  cw_keep_buffer (result);
  g_autoptr (CwChunkSpec) spec = spec_of_result (v->array, result);
  return cw_lazy (cw_array_from_buffer (result, spec, v->array->name, error));
}

static CwValue *compute_persist (CwCall *call, GError **error) {
  if (call->args[0]->kind != CW_V_TUPLE) return persisted (call, call->args[0], error);
  CwValue *out = cw_tuple ();
  for (int i = 0; i < cw_items_n (call->args[0]); i++) {
    CwValue *v = persisted (call, cw_items_get (call->args[0], i), error);
    if (!v) return NULL;
    cw_items_add (out, v);
  }
  return out;
}

/* ---- unknown chunk sizes --------------------------------------------------------------------------------------------------------- */

static CwValue *compute_chunk_sizes (CwCall *call, GError **error) {
  CwValue *v = call->args[0];
  if (!cw_array_has_unknown (v->array)) return v;
  CwTape *tape = cw_tape_enter (NULL); /* for a program it is one call */
  CwArray *known = with_known_sizes (call, v->array, error);
  cw_tape_enter (tape);
  if (!known) return NULL;
  if (cw_tape_begin ("cw_compute_chunk_sizes")) {
    cw_tape_array (v->array);
    cw_tape_end_array (known, error);
  }
  cw_array_unref (v->array);
  v->array = known;
  return v;
}

/* ---- visualize --------------------------------------------------------------------------------------------------------------------- */

/* rankdir=, as Graphviz spells directions: do layers stand below each other? */
static bool read_direction (CwCall *call, int i, bool *top_down, GError **error) {
  const char *direction = "LR";
  if (!cw_arg_is_none (call, i) && !cw_arg_str (call, i, &direction, error)) return false;
  *top_down = g_str_equal (direction, "TB") || g_str_equal (direction, "BT");
  if (*top_down || g_str_equal (direction, "LR") || g_str_equal (direction, "RL")) return true;
  return cw_fail (error, CW_ERROR_VALUE, "rankdir must be 'LR' or 'RL' (layers side by side), 'TB' or 'BT' (below each other), not '%s'", direction);
}

static CwValue *visualized (CwCall *call, CwValue *v, GError **error) {
  const int filename_at = 1, optimize_at = 3, direction_at = 4;
  CwSession *s = call->session;
  bool optimize, top_down;
  const char *filename = NULL;
  if (v->kind != CW_V_LAZY) {
    cw_fail (error, CW_ERROR_TYPE, "visualize() draws the graph of a Dask array, not a value of type '%s'", cw_type_name (v));
    return NULL;
  }
  if (!cw_arg_is_none (call, filename_at) && !cw_arg_str (call, filename_at, &filename, error)) return NULL;
  if (!cw_arg_bool (call, optimize_at, &optimize, error) || !read_direction (call, direction_at, &top_down, error)) return NULL;
  CwPlanKind kind = optimize ? CW_PLAN_OPTIMIZED : CW_PLAN_RAW;
  g_autofree char *text = NULL;
  if (s->visualize) {
    if (!s->visualize (v->array, kind, top_down, filename, s->visualize_data, error)) return NULL;
    if (filename) text = g_strdup_printf (_("The task graph is drawn in %s."), filename);
  } else if (filename) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "nothing here can draw a task graph into a file");
    return NULL;
  }
  cw_session_output_graph (s, v->array, kind, top_down, text);
  return cw_none ();
}

static CwValue *compute_visualize (CwCall *call, GError **error) {
  return visualized (call, call->args[0], error);
}

static CwValue *compute_visualize_many (CwCall *call, GError **error) {
  for (int i = 0; i < cw_items_n (call->args[0]); i++) {
    if (!visualized (call, cw_items_get (call->args[0], i), error)) return NULL;
  }
  return cw_none ();
}

static CwValue *compute_optimize (CwCall *call, GError **error) {
  return call->args[0];
}

const CwEntry cw_entries_compute[] = {
  { "compute", CW_IN_LAZY, "a, scheduler=None, num_workers=None, optimize_graph=True", compute_method, "Computes the array: gives a NumPy array or number.", 0 },
  { "compute", CW_IN_DA | CW_IN_DASK, "*args, scheduler=None, num_workers=None, optimize_graph=True", compute_function, "Computes several arrays together: gives a tuple.", 0 },
  { "persist", CW_IN_LAZY, "a", compute_persist, "Computes the blocks and keeps them: still a Dask array.", 0 },
  { "persist", CW_IN_DA | CW_IN_DASK, "*args", compute_persist, "Computes the blocks of several arrays and keeps them.", 0 },
  { "compute_chunk_sizes", CW_IN_LAZY, "a", compute_chunk_sizes, "Computes unknown chunk sizes; the array knows them from then on.", 0 },
  { "visualize", CW_IN_LAZY, "a, filename=None, format=None, optimize_graph=False, rankdir=None, color=None", compute_visualize, "Draws the task graph.", 0 },
  { "visualize", CW_IN_DASK, "*args, filename=None, format=None, optimize_graph=False, rankdir=None", compute_visualize_many, "Draws task graphs.", 0 },
  { "optimize", CW_IN_DA | CW_IN_DASK, "*args", compute_optimize, "The arrays: optimizing happens when they are computed.", 0 },
  { 0 },
};
