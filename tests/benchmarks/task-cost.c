/* What a task costs: planning and running a raw graph of empty tasks, beside OpenMP tasks with `depend` and, where it is there, oneTBB's flow graph.
 *
 *   build/tests/benchmarks/task-cost [TASKS]
 *
 * Ten layers, each block reading the same block of the layer before; every kernel hands on its input. Medians of five. */
#include "engine/array/array-private.h"
#include "engine/plan/plan-private.h"
#include "engine/run/run.h"
#include "tests/benchmarks/timing.h"

#include <omp.h>
#include <stdio.h>

enum { LAYERS = 10, RUNS = 5 };

static CwBuffer *nothing;

static CwBuffer *
compute_nothing (const CwArray *a, const int64_t *block, const CwBlockInput *in, GError **error)
{
  return cw_buffer_ref (nothing);
}

static const CwOp op_nothing = { .name = "nothing", .kind = CW_OP_BLOCK, .compute = compute_nothing };

static CwArray *
layers (int64_t blocks)
{
  CwArray *a = NULL;
  for (int i = 0; i < LAYERS; i++) {
    CwAxis  *axis = a ? cw_axis_ref (a->axes[0]) : cw_axis_new_uniform (blocks, 1);
    CwArray *next = cw_array_new (&op_nothing, "nothing", CW_INT64, 1, &axis, a ? 1 : 0, &a, NULL);
    g_clear_pointer (&a, cw_array_unref);
    a = next;
  }
  return a;
}

/* The same graph as OpenMP tasks. */
static double
openmp (int64_t blocks, int threads)
{
  char  *cells = g_malloc0 ((size_t) blocks);
  double start = timing_now_ns ();
#pragma omp parallel num_threads(threads)
#pragma omp single
  for (int l = 0; l < LAYERS; l++)
    for (int64_t b = 0; b < blocks; b++) {
#pragma omp task depend(inout : cells[b])
      __asm__ volatile ("");
    }
  double ns = timing_now_ns () - start;
  g_free (cells);
  return ns;
}

#ifdef HAVE_FLOW_GRAPH
void flow_graph_cost (long blocks, int layers, int threads, double *build_ns, double *run_ns);
#endif

int
main (int argc, char **argv)
{
  int64_t tasks = argc > 1 ? g_ascii_strtoll (argv[1], NULL, 10) : 1000000, blocks = MAX (tasks / LAYERS, 1), one = 1;
  double  plan_ns[RUNS], run_ns[2][RUNS], omp_ns[2][RUNS];
#ifdef HAVE_FLOW_GRAPH
  double flow_build_ns[2][RUNS], flow_run_ns[2][RUNS];
#endif
  int64_t bytes = 0;
  nothing       = cw_buffer_new (CW_INT64, 1, &one, NULL);
  g_autoptr (CwArray) a = layers (blocks);
  for (int i = 0; i < RUNS; i++) {
    int64_t before = cw_memory_resident ();
    double  start  = timing_now_ns ();
    g_autoptr (CwPlan) plan = cw_plan_new (1, &a, CW_PLAN_RAW, NULL);
    plan_ns[i] = timing_now_ns () - start;
    for (int k = 0; k < 2; k++) {
      CwRunOptions      options = { .threads = k + 1 };
      CwBuffer         *result  = NULL;
      g_autoptr (CwRun) run     = cw_run_new (plan, &options);
      start                     = timing_now_ns ();
      cw_run_start (run);
      cw_run_wait (run, &result, NULL);
      CwProgress p;
      cw_run_progress (run, &p);
      run_ns[k][i] = (double) p.elapsed_ns;
      if (k == 0) /* later, what the others have freed counts too */
        bytes = MAX (bytes, cw_memory_resident () - before);
      cw_buffer_unref (result);
      omp_ns[k][i] = openmp (blocks, k + 1);
#ifdef HAVE_FLOW_GRAPH
      flow_graph_cost (blocks, LAYERS, k + 1, &flow_build_ns[k][i], &flow_run_ns[k][i]);
#endif
    }
  }
  double n = (double) (blocks * LAYERS);
  printf ("| %.0f empty tasks | 1 thread, ns a task | 2 threads, ns a task |\n|---|---|---|\n", n);
  printf ("| plan | %.0f | |\n", timing_median (plan_ns, RUNS) / n);
  printf ("| run | %.0f | %.0f |\n", timing_median (run_ns[0], RUNS) / n, timing_median (run_ns[1], RUNS) / n);
  printf ("| OpenMP tasks with depend | %.0f | %.0f |\n", timing_median (omp_ns[0], RUNS) / n, timing_median (omp_ns[1], RUNS) / n);
#ifdef HAVE_FLOW_GRAPH
  printf ("| oneTBB flow graph, build | %.0f | %.0f |\n", timing_median (flow_build_ns[0], RUNS) / n, timing_median (flow_build_ns[1], RUNS) / n);
  printf ("| oneTBB flow graph, run | %.0f | %.0f |\n", timing_median (flow_run_ns[0], RUNS) / n, timing_median (flow_run_ns[1], RUNS) / n);
#endif
  printf ("\nResident bytes a task, plan and run: %.0f\n", (double) bytes / n);
  cw_buffer_unref (nothing);
  return 0;
}
