// The graph of task-cost.c as a flow graph of oneTBB: a node a task, an edge from each block to the same block of the next layer.
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>

#include <chrono>
#include <deque>

using oneapi::tbb::flow::continue_msg;
using oneapi::tbb::flow::continue_node;

static double
seconds_ns ()
{
  return std::chrono::duration<double, std::nano> (std::chrono::steady_clock::now ().time_since_epoch ()).count ();
}

// Fills *build_ns and *run_ns with what making the graph and running it take.
extern "C" void
flow_graph_cost (long blocks, int layers, int threads, double *build_ns, double *run_ns)
{
  oneapi::tbb::global_control limit (oneapi::tbb::global_control::max_allowed_parallelism, (size_t) threads);
  oneapi::tbb::flow::graph    graph;
  std::deque<continue_node<continue_msg>> nodes; // they cannot be moved
  double start = seconds_ns ();
  for (int l = 0; l < layers; l++)
    for (long b = 0; b < blocks; b++) {
      nodes.emplace_back (graph, [] (const continue_msg &) { __asm__ volatile (""); });
      if (l > 0)
        oneapi::tbb::flow::make_edge (nodes[(size_t) ((l - 1) * blocks + b)], nodes.back ());
    }
  *build_ns = seconds_ns () - start;
  start     = seconds_ns ();
  for (long b = 0; b < blocks; b++)
    nodes[(size_t) b].try_put (continue_msg ());
  graph.wait_for_all ();
  *run_ns = seconds_ns () - start;
}
