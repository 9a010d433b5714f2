/* Plans: which tasks there are, what feeds them, what fusion and culling leave. */
#include "tests/engine-test.h"

#include <string.h>

#define SHAPE(...) (int64_t[]){ __VA_ARGS__ }

/* (x + x.T).sum() with @n blocks a side. */
static CwArray *
symmetric_sum (int64_t n)
{
  g_autoptr (CwArray) x = ones (2, SHAPE (n * 10, n * 10), 10);
  g_autoptr (CwArray) t = cw_array_transpose (x, NULL, NULL);
  g_autoptr (CwArray) s = apply2 (CW_UFUNC_add, x, t);
  return reduce_all (CW_REDUCE_SUM, s);
}

/* Edges agree both ways, parents come in earlier layers, blocks and numbers are inverse. */
static void
check_plan (CwPlan *plan)
{
  uint64_t down = 0, up = 0;
  for (uint32_t t = 0; t < cw_plan_n_tasks (plan); t++) {
    uint32_t        n, m;
    int             layer   = cw_plan_task_layer (plan, t);
    const uint32_t *parents = cw_plan_parents (plan, t, &n);
    int64_t         block[CW_MAX_NDIM];
    uint32_t        back;
    down += n;
    for (uint32_t i = 0; i < n; i++) {
      const uint32_t *children = cw_plan_children (plan, parents[i], &m);
      bool            found    = false;
      for (uint32_t k = 0; k < m; k++)
        found |= children[k] == t;
      g_assert_true (found);
      g_assert_cmpint (cw_plan_task_layer (plan, parents[i]), <, layer);
      g_assert_cmpint (cw_plan_layer (plan, cw_plan_task_layer (plan, parents[i]))->depth, <, cw_plan_layer (plan, layer)->depth);
    }
    cw_plan_children (plan, t, &m);
    up += m;
    cw_plan_task_block (plan, t, block);
    g_assert_true (cw_plan_find_task (plan, layer, block, &back));
    g_assert_cmpuint (back, ==, t);
  }
  g_assert_cmpuint (down, ==, up);
  g_assert_cmpuint (down, ==, cw_plan_n_edges (plan));
}

/* Layers of the optimized plan of @arrays. */
static int
optimized_layers (int n, CwArray *const *arrays)
{
  g_autoptr (CwPlan) plan = cw_plan_new (n, arrays, CW_PLAN_OPTIMIZED, NULL);
  return cw_plan_n_layers (plan);
}

static void
test_raw_counts (void)
{
  g_autoptr (CwArray) a   = symmetric_sum (100);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &a, CW_PLAN_RAW, NULL);
  g_assert_cmpuint (cw_plan_n_tasks (plan), ==, 43364);
  check_plan (plan);
}

static void
test_fusion (void)
{
  g_autoptr (CwArray) a   = symmetric_sum (4);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &a, CW_PLAN_OPTIMIZED, NULL);
  /* ones, transpose, add and sum are one layer; then the tree. */
  g_assert_cmpuint (cw_plan_layer (plan, 0)->n_tasks, ==, 16);
  g_assert_cmpint (cw_plan_layer (plan, 0)->n_fused, ==, 5);
  g_assert_cmpuint (cw_plan_n_tasks (plan), ==, 16 + 4 + 1);
  check_plan (plan);
}

/* Work that is read in two places is done once; values that cost less to make than to keep are made again. */
static void
test_shared_producers (void)
{
  g_autoptr (CwArray) x    = uniform (1, 2, SHAPE (40, 40), 10);
  g_autoptr (CwArray) root = apply1 (CW_UFUNC_sqrt, x);
  g_autoptr (CwArray) t = cw_array_transpose (x, NULL, NULL), root_t = cw_array_transpose (root, NULL, NULL);
  g_autoptr (CwArray) s = apply2 (CW_UFUNC_add, x, t), roots = apply2 (CW_UFUNC_add, root, root_t);
  g_autoptr (CwArray) all = reduce_all (CW_REDUCE_SUM, roots), made = reduce_all (CW_REDUCE_SUM, s);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &all, CW_PLAN_OPTIMIZED, NULL), again = cw_plan_new (1, &made, CW_PLAN_OPTIMIZED, NULL);
  g_assert_cmpint (cw_plan_n_layers (plan), ==, 4);
  g_assert_true (cw_plan_layer (plan, 0)->array == root);
  g_assert_cmpint (cw_plan_n_layers (again), ==, 3);
  check_plan (plan);
  check_plan (again);
  /* ... but x + x reads them in one place. */
  g_autoptr (CwArray) twice = apply2 (CW_UFUNC_add, x, x);
  g_autoptr (CwPlan) one    = cw_plan_new (1, &twice, CW_PLAN_OPTIMIZED, NULL);
  g_assert_cmpint (cw_plan_n_layers (one), ==, 1);
}

static void
test_culling (void)
{
  g_autoptr (CwArray) x     = uniform (1, 1, SHAPE (100), 10);
  g_autoptr (CwArray) turn  = cw_array_flip (x, -1, NULL, NULL);
  g_autoptr (CwChunkSpec) c = chunks_of (5);
  g_autoptr (CwArray) z     = cw_array_rechunk (turn, c, false, NULL);
  CwIndex             head  = { .kind = CW_INDEX_SLICE, .stop = 12, .has_stop = true };
  g_autoptr (CwArray) h     = cw_array_index (z, 1, &head, NULL);
  g_autoptr (CwPlan) raw = cw_plan_new (1, &h, CW_PLAN_RAW, NULL), culled = cw_plan_new (1, &h, CW_PLAN_OPTIMIZED, NULL);
  g_assert_cmpuint (cw_plan_n_tasks (raw), ==, 10 + 10 + 20 + 3);
  g_assert_cmpuint (cw_plan_n_tasks (culled), ==, 2 + 2 + 3 + 3);
  check_plan (culled);
}

/* Values that follow from their position are made in the cuts that are asked for; nothing is kept and copied. */
static void
test_rechunk_of_sources (void)
{
  g_autoptr (CwArray) x     = uniform (1, 2, SHAPE (40, 40), 10);
  g_autoptr (CwArray) s     = apply1 (CW_UFUNC_sin, x);
  g_autoptr (CwChunkSpec) c = chunks_of (16);
  g_autoptr (CwArray) r     = cw_array_rechunk (s, c, false, NULL);
  g_autoptr (CwPlan) plan   = cw_plan_new (1, &r, CW_PLAN_OPTIMIZED, NULL);
  g_assert_cmpint (cw_plan_n_layers (plan), ==, 1);
  g_assert_cmpuint (cw_plan_n_tasks (plan), ==, 9);
  check_plan (plan);
  /* sin is not computed twice: where its own blocks are asked for too, they are rechunked. */
  CwArray           *both[2] = { s, r };
  g_autoptr (CwPlan) two     = cw_plan_new (2, both, CW_PLAN_OPTIMIZED, NULL);
  g_autoptr (CwArray) sum    = reduce_all (CW_REDUCE_SUM, s), again = apply2 (CW_UFUNC_add, r, sum);
  g_autoptr (CwPlan) shared  = cw_plan_new (1, &again, CW_PLAN_OPTIMIZED, NULL);
  check_plan (two);
  g_assert_true (cw_plan_layer (shared, 0)->array == s);
}

/* x = x + x, many times over, is planned in no time; so is a chain that is deeper than any stack. */
static void
test_rechunk_of_chains (void)
{
  for (int twice = 0; twice < 2; twice++) {
    CwArray *x = uniform (1, 1, SHAPE (100), 10);
    for (int i = 0; i < (twice ? 150 : 20000); i++) {
      CwOperand in[2] = { { .array = x }, { .array = twice ? x : NULL, .scalar = cw_scalar_int (1) } };
      CwArray  *y     = cw_array_ufunc (CW_UFUNC_add, 2, in, CW_DTYPE_NONE, NULL);
      cw_array_unref (x);
      x = y;
    }
    g_autoptr (CwChunkSpec) c = chunks_of (25);
    g_autoptr (CwArray) r     = cw_array_rechunk (x, c, false, NULL);
    g_autoptr (CwPlan) plan   = cw_plan_new (1, &r, CW_PLAN_OPTIMIZED, NULL);
    g_assert_cmpuint (cw_plan_layer (plan, cw_plan_n_layers (plan) - 1)->n_tasks, ==, 4);
    cw_array_unref (x);
  }
}

/* Of rechunks in a row the last one's cuts are made at once: a mask of an array of small blocks, whose reshape rechunks twice, is one layer. What else is
 * asked of the array between them is there all the same. */
static void
test_rechunks_in_a_row (void)
{
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (40, 60), 10), sine = apply1 (CW_UFUNC_sin, x);
  CwOperand           more[2] = { { .array = x }, { .scalar = cw_scalar_float (0.5) } };
  g_autoptr (CwArray) mask = cw_array_ufunc (CW_UFUNC_greater, 2, more, CW_DTYPE_NONE, NULL);
  CwIndex             masked = { .kind = CW_INDEX_ARRAY, .array = mask };
  g_autoptr (CwArray) chosen = cw_array_index (x, 1, &masked, NULL);
  g_assert_cmpint (optimized_layers (1, &chosen), ==, 1);
  g_autoptr (CwChunkSpec) rows = chunks_of (4), columns = chunks_of (15);
  g_autoptr (CwArray) once = cw_array_rechunk (sine, rows, false, NULL), twice = cw_array_rechunk (once, columns, false, NULL);
  g_autoptr (CwArray) between = apply1 (CW_UFUNC_cos, once), after = apply1 (CW_UFUNC_cos, twice);
  CwArray            *results[2] = { after, between };
  g_assert_cmpint (optimized_layers (1, results), ==, 1);
  for (int n = 1; n <= 2; n++) {
    CwBuffer *made[2] = { NULL };
    g_assert_true (cw_compute_many (n, results, made, NULL));
    for (int i = 0; i < n; i++) {
      g_autoptr (CwBuffer) raw = compute_with (results[i], 1, CW_PLAN_RAW, NULL);
      g_assert_cmpmem (made[i]->data, cw_buffer_nbytes (made[i]), raw->data, cw_buffer_nbytes (raw));
      cw_buffer_unref (made[i]);
    }
  }
}

/* A mask of the array itself, ravelled: one layer makes, compares and selects. */
static void
test_selection_is_fused (void)
{
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (40, 40), 10);
  CwOperand           half[2] = { { .array = x }, { .scalar = cw_scalar_float (0.5) } };
  g_autoptr (CwArray) m = cw_array_ufunc (CW_UFUNC_greater, 2, half, CW_DTYPE_NONE, NULL);
  CwIndex             item = { .kind = CW_INDEX_ARRAY, .array = m };
  g_autoptr (CwArray) y = cw_array_index (x, 1, &item, NULL);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &y, CW_PLAN_OPTIMIZED, NULL);
  g_assert_cmpint (cw_plan_n_layers (plan), ==, 1);
  check_plan (plan);
}

static void
test_several_outputs (void)
{
  g_autoptr (CwArray) x = uniform (1, 1, SHAPE (100), 10);
  CwArray            *outputs[2] = { reduce_all (CW_REDUCE_SUM, x), reduce_all (CW_REDUCE_MAX, x) };
  g_autoptr (CwPlan) plan = cw_plan_new (2, outputs, CW_PLAN_OPTIMIZED, NULL);
  g_assert_cmpint (cw_plan_n_outputs (plan), ==, 2);
  check_plan (plan);
  cw_array_unref (outputs[0]);
  cw_array_unref (outputs[1]);
}

static void
test_projected_bytes (void)
{
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (100, 100), 50);
  g_autoptr (CwArray) t = cw_array_transpose (x, NULL, NULL);
  g_autoptr (CwArray) s = apply2 (CW_UFUNC_add, x, t);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &s, CW_PLAN_RAW, NULL);
  uint32_t           task;
  g_assert_true (cw_plan_find_task (plan, 0, SHAPE (1, 1), &task));
  g_assert_cmpint (cw_plan_task_bytes (plan, task), ==, 50 * 50 * 8);
  /* A diagonal block is done with at once; the two others are held together. */
  g_assert_cmpint (cw_plan_peak_bytes (plan), >=, 3 * 50 * 50 * 8);
  g_assert_cmpint (cw_plan_peak_bytes (plan), <=, 8 * 50 * 50 * 8);
}

static void
test_depth_first_order_keeps_little (void)
{
  g_autoptr (CwArray) x   = uniform (1, 1, SHAPE (100000), 100);
  g_autoptr (CwArray) all = reduce_all (CW_REDUCE_SUM, x);
  g_autoptr (CwPlan) plan = cw_plan_new (1, &all, CW_PLAN_RAW, NULL);
  /* One block of 800 bytes and some partial sums, not all thousand blocks. */
  g_assert_cmpint (cw_plan_peak_bytes (plan), <, 2000);
}

static CwArray *
histogram_of_some (bool alone)
{
  int64_t             two  = 2;
  g_autoptr (CwArray) x    = uniform (1, 1, SHAPE (100), 50);
  CwOperand           in[2] = { { .array = x }, { .scalar = cw_scalar_float (0.5) } };
  g_autoptr (CwArray) mask = cw_array_ufunc (CW_UFUNC_less, 2, in, CW_DTYPE_NONE, NULL);
  CwIndex             masked = { .kind = CW_INDEX_ARRAY, .array = mask };
  g_autoptr (CwArray) some = cw_array_index (x, 1, &masked, NULL);
  g_autoptr (CwBuffer) edges = cw_buffer_new (CW_FLOAT64, 1, &two, NULL);
  cw_buffer_set (edges, 0, cw_scalar_float (0));
  cw_buffer_set (edges, 1, cw_scalar_float (1));
  g_autoptr (CwArray) counts = cw_array_histogram (some, edges, NULL, false, NULL);
  if (alone)
    return g_steal_pointer (&counts);
  g_autoptr (CwArray) sum = reduce_all (CW_REDUCE_SUM, some);
  return apply2 (CW_UFUNC_add, counts, sum);
}

/* What a mask chooses is counted as it is made, unless others want it too. */
static void
test_counting_takes_masks (void)
{
  for (int alone = 0; alone < 2; alone++) {
    g_autoptr (CwArray) a   = histogram_of_some (alone);
    g_autoptr (CwPlan) plan = cw_plan_new (1, &a, CW_PLAN_OPTIMIZED, NULL);
    bool               selects = false;
    for (int i = 0; i < cw_plan_n_layers (plan); i++)
      selects |= strcmp (cw_plan_layer (plan, i)->array->name, "getitem") == 0;
    g_assert_cmpint (selects, ==, !alone);
    check_plan (plan);
  }
}

/* A reduction along axes that are not cut is one layer of tasks, which give the result. */
static void
test_reductions_within_blocks (void)
{
  static const struct {
    CwReduction kind;
    int         axis, n_layers;
  } cases[] = { { CW_REDUCE_SUM, 1, 1 }, { CW_REDUCE_VAR, 1, 1 }, { CW_REDUCE_MAX, 1, 2 }, { CW_REDUCE_SUM, 0, 2 } };
  g_autoptr (CwArray) x = uniform (1, 2, SHAPE (40, 10), 10);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (CwArray) a   = reduce_axis (cases[i].kind, x, cases[i].axis);
    g_autoptr (CwPlan) plan = cw_plan_new (1, &a, CW_PLAN_OPTIMIZED, NULL);
    g_assert_cmpint (cw_plan_n_layers (plan), ==, cases[i].n_layers);
    check_plan (plan);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name) g_test_add_func ("/plan/" #name, test_##name)
  ADD (raw_counts);
  ADD (fusion);
  ADD (counting_takes_masks);
  ADD (reductions_within_blocks);
  ADD (shared_producers);
  ADD (culling);
  ADD (rechunk_of_sources);
  ADD (rechunk_of_chains);
  ADD (rechunks_in_a_row);
  ADD (selection_is_fused);
  ADD (several_outputs);
  ADD (projected_bytes);
  ADD (depth_first_order_keeps_little);
  return g_test_run ();
}
