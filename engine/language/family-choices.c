/* family-choices.c: random orders and choices, and the streams that random numbers come from. */
#include <math.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- permutations ------------------------------------------------------------------------------------------------------- */

static CwValue *random_permutation (CwCall *call, GError **error) {
  CwRandomState *stream;
  CwValue *const *args = cw_random_begin (call, &stream), *of = args[0];
  int64_t n;
  if (cw_value_is_python_number (of)) {
    if (!cw_value_index (of, &n, error)) return NULL;
    CwBuffer *order = cw_random_permutation (stream, n, error);
    if (!order || !call->lazy) return cw_eager (order);
    cw_keep_buffer (order);
    return cw_lazy (cw_array_from_buffer (order, NULL, NULL, error));
  }
  CwArray *a = cw_value_array (call, of, error);
  if (!a) return NULL;
  if (!a->ndim || a->shape[0] == CW_UNKNOWN) {
    cw_fail (error, a->ndim ? CW_ERROR_VALUE : CW_ERROR_INDEX, "permutation() needs an array whose length is known");
    return NULL;
  }
  CwBuffer *order = cw_keep_buffer (cw_random_permutation (stream, a->shape[0], error));
  return order ? cw_answer (call, cw_compose_shuffle (a, order, 0, error), error) : NULL;
}

/* shuffle(x): a NumPy array or list in another order, in place. */
static CwValue *random_shuffle (CwCall *call, GError **error) {
  CwRandomState *stream;
  CwValue *x = cw_random_begin (call, &stream)[0];
  if (x->kind != CW_V_EAGER && x->kind != CW_V_LIST) {
    cw_fail (error, CW_ERROR_TYPE, "shuffle() changes a NumPy array or a list, not a value of type '%s'; permutation() makes a new array", cw_type_name (x));
    return NULL;
  }
  int64_t n = x->kind == CW_V_LIST ? cw_items_n (x) : x->buffer->ndim ? x->buffer->shape[0] : 0;
  CwBuffer *order = cw_keep_buffer (cw_random_permutation (stream, n, error));
  if (!order) return NULL;
  CwValue *positions = cw_eager (cw_buffer_ref (order));
  if (x->kind == CW_V_EAGER) {
    CwValue *moved = cw_array_item (x, positions, error), *all = cw_value_new (CW_V_ELLIPSIS);
    return moved && cw_array_assign (x, all, moved, error) ? cw_none () : NULL;
  }
  CwValue *copy = cw_to_list (x, error), *before = cw_list ();
  for (int64_t i = 0; copy && i < n; i++) cw_items_add (before, cw_items_get (copy, (int) i));
  for (int64_t i = 0; copy && i < n; i++) cw_value_set ((CwValue **) &x->items->pdata[i], cw_items_get (before, (int) ((int64_t *) order->data)[i]));
  return copy ? cw_none () : NULL;
}

/* ---- choices ---------------------------------------------------------------------------------------------------------------- */

/* Positions drawn by probabilities: the uniform numbers searched in the running sums. */
static CwBuffer *weighted_positions (CwBuffer *uniform, CwBuffer *p, GError **error) {
  g_autoptr (CwBuffer) weights = cw_buffer_cast (p, CW_FLOAT64, error);
  CwBuffer *out = weights ? cw_buffer_new (CW_INT64, uniform->ndim, uniform->shape, error) : NULL;
  if (!out) return NULL;
  double *w = (double *) weights->data, total = 0;
  for (int64_t i = 0; i < weights->size; i++) w[i] = total += w[i];
  for (int64_t i = 0; i < uniform->size; i++) {
    double u = cw_buffer_get (uniform, i).f * total;
    int64_t low = 0, high = weights->size - 1;
    while (low < high) {
      int64_t middle = (low + high) / 2;
      if (w[middle] > u) high = middle;
      else low = middle + 1;
    }
    ((int64_t *) out->data)[i] = low;
  }
  return out;
}

static bool check_weights (CwBuffer *p, int64_t n, GError **error) {
  double total = 0;
  for (int64_t i = 0; i < p->size; i++) {
    double w = cw_scalar_to_double (cw_buffer_get (p, i));
    if (w < 0) return cw_fail (error, CW_ERROR_VALUE, "probabilities are not non-negative");
    total += w;
  }
  if (p->ndim != 1 || p->size != n) return cw_fail (error, CW_ERROR_VALUE, "a and p must have the same size");
  return fabs (total - 1) <= 1e-8 || cw_fail (error, CW_ERROR_VALUE, "probabilities do not sum to 1");
}

/* Positions of @count draws among @n, kept. */
static CwBuffer *chosen (CwRandomState *stream, int64_t n, int64_t count, int ndim, const int64_t *shape, bool replace, CwBuffer *p, GError **error) {
  if (!replace) {
    if (count > n) {
      cw_fail (error, CW_ERROR_VALUE, "Cannot take a larger sample than population when 'replace=False'");
      return NULL;
    }
    g_autoptr (CwBuffer) order = cw_random_permutation (stream, n, error);
    g_autoptr (CwBuffer) some = order ? cw_buffer_view (order, CW_INT64, 1, &count, order->strides, order->data) : NULL;
    return some ? cw_keep_buffer (cw_buffer_reshape (some, ndim, shape, error)) : NULL;
  }
  if (p) {
    const double unit[4] = { 0, 1 };
    g_autoptr (CwArray) uniform = cw_array_random (stream, CW_RANDOM_UNIFORM, unit, ndim, shape, NULL, CW_FLOAT64, error);
    g_autoptr (CwBuffer) u = uniform ? cw_session_compute_one (uniform, error) : NULL;
    return u ? cw_keep_buffer (weighted_positions (u, p, error)) : NULL;
  }
  g_autoptr (CwArray) indices = cw_array_randint (stream, 0, MAX (n, 1), ndim, shape, NULL, CW_INT64, error);
  return indices ? cw_keep_buffer (cw_session_compute_one (indices, error)) : NULL;
}

static CwValue *random_choice (CwCall *call, GError **error) {
  CwRandomState *stream;
  CwValue *const *args = cw_random_begin (call, &stream);
  int ndim = 0, at_chunks = (int) (args - call->args) + 4;
  int64_t shape[CW_MAX_NDIM], n, count;
  CwChunkSpec *spec;
  bool replace;
  if (args[1]->kind != CW_V_NONE && !cw_value_shape (args[1], &ndim, shape, error)) return NULL;
  if (!cw_shape_size (ndim, shape, &count, error) || !cw_value_truth (args[2], &replace, error) || !cw_arg_chunks (call, at_chunks, &spec, error)) return NULL;
  CwValue *of = args[0];
  CwBuffer *from = cw_value_is_python_number (of) ? NULL : cw_value_buffer (of, error);
  if (!from && !cw_value_is_python_number (of)) return NULL;
  if (!from && !cw_value_index (of, &n, error)) return NULL;
  if (from && from->ndim != 1) {
    cw_fail (error, CW_ERROR_VALUE, "a must be one dimensional");
    return NULL;
  }
  if (from) n = from->size;
  if (n <= 0 && count > 0) {
    cw_fail (error, CW_ERROR_VALUE, "a must be greater than 0 unless no samples are taken");
    return NULL;
  }
  CwBuffer *p = args[3]->kind == CW_V_NONE ? NULL : cw_value_buffer (args[3], error);
  if (args[3]->kind != CW_V_NONE && (!p || !check_weights (p, n, error))) return NULL;
  CwBuffer *at = chosen (stream, n, count, ndim, shape, replace, p, error);
  if (!at) return NULL;
  CwValue *indices = cw_eager (cw_buffer_ref (at));
  CwValue *v = from ? cw_array_item (cw_eager (cw_buffer_ref (from)), indices, error) : indices;
  if (!v || v->kind != CW_V_EAGER || !call->lazy) return v && v->kind == CW_V_EAGER && !ndim ? cw_eager_or_scalar (cw_buffer_ref (v->buffer)) : v;
  CwArray *lazy = cw_array_from_buffer (v->buffer, spec, "choice", error);
  if (lazy && !replace && cw_array_n_blocks (lazy) > 1) {
    cw_array_unref (lazy);
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "replace=False is not currently supported for dask.array.choice with multi-chunk output arrays: one chunk, chunks=-1, works");
    return NULL;
  }
  return cw_lazy (lazy);
}

/* ---- streams ---------------------------------------------------------------------------------------------------------------------- */

static CwValue *random_state (CwCall *call, GError **error) {
  int64_t seed = 0;
  CwValue *v = cw_value_new (CW_V_RANDOM);
  if (!cw_arg_is_none (call, 0) && !cw_arg_int (call, 0, &seed, error)) return NULL;
  if (seed < 0) {
    cw_fail (error, CW_ERROR_VALUE, "Seed must be between 0 and 2**32 - 1");
    return NULL;
  }
  if (cw_arg_is_none (call, 0)) {
    CwRandomState *own = cw_session_random (call->session, call->lazy);
    seed = (int64_t) (own->seed * 6364136223846793005u + own->next++ + 1) & INT64_MAX;
  }
  v->random.state     = (CwRandomState){ .seed = (uint64_t) seed };
  v->random.generator = call->entry->data;
  v->random.lazy      = call->via & CW_IN_DA_RANDOM;
  return v;
}

static CwValue *random_seed (CwCall *call, GError **error) {
  int64_t seed = 0;
  if (!cw_arg_is_none (call, 0) && !cw_arg_int (call, 0, &seed, error)) return NULL;
  *cw_session_random (call->session, call->lazy) = (CwRandomState){ .seed = (uint64_t) seed };
  return cw_none ();
}

const CwEntry cw_entries_choices[] = {
  { "choice", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "a, size=None, replace=True, p=None, chunks='auto'", random_choice, "Elements drawn at random from an array, or from 0 to a-1.", 8 },
  { "permutation", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "x", random_permutation, "A random order of 0 to x-1, or of an array's rows.", 0 },
  { "shuffle", CW_IN_NP_RANDOM, "x", random_shuffle, "A NumPy array or a list brought into a random order, in place.", 0 },
  { "choice", CW_IN_GENERATOR, "self, a, size=None, replace=True, p=None, chunks='auto'", random_choice, "Elements drawn at random from an array, or from 0 to a-1.", 8 },
  { "permutation", CW_IN_GENERATOR, "self, x", random_permutation, "A random order of 0 to x-1, or of an array's rows.", 0 },
  { "shuffle", CW_IN_GENERATOR, "self, x", random_shuffle, "A NumPy array or a list brought into a random order, in place.", 0 },
  { "RandomState", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "seed=None", random_state, "A stream of random arrays: the same seed gives the same arrays.", 0 },
  { "default_rng", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "seed=None", random_state, "A stream of random arrays: the same seed gives the same arrays.", 1 },
  { "seed", CW_IN_NP_RANDOM | CW_IN_DA_RANDOM, "seed=None", random_seed, "Starts the module's own stream anew.", 0 },
  { 0 },
};
