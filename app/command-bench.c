/* chunkwise bench: what the engine's speed and memory are beside Dask, NumPy and itself, measured in one run.
 *
 * A workload is a set-up and one timed expression in the notebook language, which is also Python. Every measurement is a process of its own, so
 * that resident memory is that of the workload; the programs take turns, so that a slow moment of the machine meets all of them. Figures are
 * medians with the smallest and largest beside them, ratios are of medians. What a computation takes is what the whole cell takes. */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "app/commands.h"
#include "engine/run/run.h"

#define HEAD "import numpy as np\nimport dask.array as da\n"
#define PYTHON "/usr/bin/python3" /* Debian's, which its dask and numpy belong to */
#define WRITTEN "x.npy"
#define SQUARE "x = da.random.random((5000, 5000)%s)\n"

/* @setup has one %s where chunks may be given: ", chunks=250". */
static const struct {
  const char *name, *setup, *timed, *numpy_setup, *numpy_timed;
  double dask, numpy;  /* wanted: at least this many times as fast */
  bool compute_bound;  /* two threads are to be 1.85 times as fast as one */
  bool forgives;       /* also measured with chunks of 250 x 250 */
} speed[] = {
  { "mean of randint(0, 100, (10000, 1000, 100))", "y = da.random.randint(0, 100, (10000, 1000, 100)%s).mean()", "y.compute()", NULL, NULL, 6, 0, true, true },
  { "x[x > 0.5]", SQUARE "y = x[x > 0.5]", "y.compute()", NULL, NULL, 3, 0, false, true },
  { "sum(axis=0)", SQUARE "y = x.sum(axis=0)", "y.compute()", NULL, NULL, 4, 0, true, true },
  { "std(axis=1)", SQUARE "y = x.std(axis=1)", "y.compute()", NULL, NULL, 4, 0, true, true },
  { "(3*x**3 - 2*x**2 + x - 1).mean()", SQUARE "y = (3*x**3 - 2*x**2 + x - 1).mean()", "y.compute()", NULL, NULL, 5, 0, true, true },
  { "cos(x).sum()", SQUARE "y = da.cos(x).sum()", "y.compute()", NULL, NULL, 2.5, 0, true, true },
  { "x + x.T", SQUARE "y = x + x.T", "y.compute()", NULL, NULL, 3, 0, false, true },
  { "zeros reshaped to (5000, 1000, 5), sum(axis=2)", "y = da.zeros((5000, 5000)%s).reshape((5000, 1000, 5)).sum(axis=2)", "y.compute()", NULL, NULL, 4, 0, false, true },
  { "histogram of the masked normal(9, 1) + ones",
    "x = da.random.normal(9, 1, size=(5000, 5000)%s) + np.ones((5000, 5000))\nh, b = da.histogram(x[x < 10], bins=100, range=[-9, 11])", "h.compute()", NULL, NULL,
    8, 0, false, true },
  { "dot(x, x + x.T)", SQUARE "y = da.dot(x, x + x.T)", "y.compute()", "", "y = np.random.random((5000, 5000)); np.dot(y, y + y.T)", 1.2, 1, true, true },
  { "dot(x, x + x.T), 10000 x 10000", "x = da.random.random((10000, 10000)%s)\ny = da.dot(x, x + x.T)", "y.compute()", "",
    "y = np.random.random((10000, 10000)); np.dot(y, y + y.T)", 1.2, 1, false, false },
  { "(x + x.T).sum(), 43,364 raw tasks", "x = da.ones((1000, 1000), chunks=(10, 10))%s\ny = (x + x.T).sum()", "y.compute()", NULL, NULL, 150, 0, false, false },
};

/* Run without a limit and within 256 MB: the same text has to come out. */
static const struct {
  const char *name, *code;
  bool writes; /* a file that is larger than the limit */
} memory[] = {
  { "mean and std of 3.2 GB", "x = da.random.random((20000, 20000))\nprint(da.compute(x.mean(), x.std()))", false },
  { "(x - x.mean()).std()", "x = da.random.random((20000, 20000))\nprint(float((x - x.mean()).std()))", false },
  { "(x + x.T).sum(), 20000 x 20000", "x = da.random.random((20000, 20000))\nprint(float((x + x.T).sum()))", false },
  { "dot(x, x.T), 8000 x 8000", "x = da.random.random((8000, 8000))\nr = da.dot(x, x.T).compute()\nprint(r)", false },
  { "rechunk rows to columns, then sum", "x = da.random.random((20000, 20000), chunks=(1000, 20000))\nprint(float(x.rechunk((20000, 1000)).sum()))", false },
  { "running sums, rows to columns, sum",
    "x = da.random.random((20000, 20000), chunks=(500, 20000))\nprint(x.cumsum(axis=1).rechunk((20000, 500)).sum(axis=0).sum().compute())", false },
  { "histogram of 4e8 normals", "x = da.random.normal(size=400000000)\nprint(da.histogram(x, bins=10, range=[-4, 4])[0].compute())", false },
  { "3.2 GB to a .npy file", "x = da.random.random((20000, 20000))\nnp.save('" WRITTEN "', x)\nprint(np.load('" WRITTEN "', mmap_mode='r')[::6000, 19999])", true },
  { "percentiles of 4e8 normals", "x = da.random.normal(size=400000000)\nprint(da.percentile(x, [1, 50, 99]).compute())", false },
};

enum { MAX_RUNS = 99, TIMES_SHORT = 5 };
#define SHORT_S 0.1 /* what takes less is measured TIMES_SHORT times as often: on a machine that others use, its speed changes within a second */

typedef struct {
  int    n;
  double s[MAX_RUNS], rss;
} Sample;

typedef struct {
  int          runs;
  char        *json;
  char        *folder;
  bool         has_dask;
  JsonBuilder *out;
  char       **names;
} Bench;

/* ---- measuring ---- */

static void add (Sample *sample, double seconds, double rss) {
  if (seconds < 0 || sample->n == MAX_RUNS) return;
  sample->s[sample->n++] = seconds;
  sample->rss            = MAX (sample->rss, rss);
}

/* How often to measure in place of once, by what has been measured. */
static int times (const Sample *sample) {
  return sample->n > 0 && sample->s[0] < SHORT_S ? TIMES_SHORT : 1;
}

static int ascending (const void *a, const void *b) {
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double median (Sample *sample) {
  if (!sample->n) return 0;
  qsort (sample->s, (size_t) sample->n, sizeof (double), ascending);
  return (sample->s[(sample->n - 1) / 2] + sample->s[sample->n / 2]) / 2;
}

/* Runs @code in a process of its own; the seconds that its last cell computed (-1: it failed), and what it printed in @text. */
static double run_chunkwise (Bench *b, const char *code, const char *const *options, double *rss, double *spilled, char **text) {
  g_autofree char *notebook = g_build_filename (b->folder, "case.py", NULL), *stats = g_build_filename (b->folder, "stats.json", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *printed = NULL;
  int status = 1;
  const char *const head[] = { self, "run", "--quiet", "--seed", "1", "--stats", stats };
  for (guint i = 0; i < G_N_ELEMENTS (head); i++) g_ptr_array_add (argv, (char *) head[i]);
  for (; options && *options; options++) g_ptr_array_add (argv, (char *) *options);
  g_ptr_array_add (argv, notebook);
  g_ptr_array_add (argv, NULL);
  if (!g_file_set_contents (notebook, code, -1, NULL)) return -1;
  g_spawn_sync (b->folder, (char **) argv->pdata, NULL, text ? 0 : G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, text ? &printed : NULL, NULL, &status, NULL);
  if (status != 0 || !json_parser_load_from_file (parser, stats, NULL)) return -1;
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  JsonArray *cells = json_object_get_array_member (root, "cells");
  JsonObject *last = json_array_get_object_element (cells, json_array_get_length (cells) - 1);
  *rss = json_object_get_double_member (root, "peak_rss_bytes");
  if (spilled) *spilled = json_object_get_double_member (last, "spilled_bytes");
  if (text) *text = g_steal_pointer (&printed);
  return json_object_get_double_member (last, "wall_s");
}

static double run_python (const char *setup, const char *timed, double *rss) {
  g_autofree char *code = g_strdup_printf ("import resource, time\n" HEAD "%s\nt = time.perf_counter()\n%s\nprint(time.perf_counter() - t, "
                                           "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)\n", setup, timed);
  const char *const argv[] = { PYTHON, "-c", code, NULL };
  g_autofree char *out = NULL;
  int status = 1;
  char *rest = NULL;
  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, &status, NULL) || status != 0) return -1;
  double seconds = g_ascii_strtod (out, &rest);
  *rss = g_ascii_strtod (rest, NULL);
  return seconds;
}

static void measure (Bench *b, const char *setup, const char *timed, const char *chunks, const char *threads, Sample *sample) {
  g_auto (GStrv) parts = g_strsplit (setup, "%s", 2);
  g_autofree char *code = g_strconcat ("# %%\n" HEAD, parts[0], chunks, parts[1] ? parts[1] : "", "\n# %%\n", timed, ";\n", NULL);
  const char *const options[] = { "--threads", threads, NULL };
  double rss = 0, seconds = run_chunkwise (b, code, threads ? options : NULL, &rss, NULL, NULL);
  add (sample, seconds, rss);
}

/* ---- writing ---- */

static void put (Bench *b, const char *name, double value) {
  json_builder_set_member_name (b->out, name);
  json_builder_add_double_value (b->out, value);
}

static void put_sample (Bench *b, const char *name, Sample *sample) {
  json_builder_set_member_name (b->out, name);
  json_builder_begin_array (b->out);
  for (int i = 0; i < sample->n; i++) json_builder_add_double_value (b->out, sample->s[i]);
  json_builder_end_array (b->out);
}

static void begin_row (Bench *b, const char *name) {
  json_builder_begin_object (b->out);
  json_builder_set_member_name (b->out, "name");
  json_builder_add_string_value (b->out, name);
}

static bool wanted (Bench *b, const char *name) {
  if (!b->names || !*b->names) return true;
  for (char **n = b->names; *n; n++) {
    if (strstr (name, *n)) return true;
  }
  return false;
}

static void begin_table (Bench *b, const char *name, const char *head) {
  json_builder_set_member_name (b->out, name);
  json_builder_begin_array (b->out);
  int columns = 0;
  for (const char *p = head; *p; p++) columns += *p == '|';
  printf ("\n### %s\n\n%s\n|", name, head);
  for (int i = 1; i < columns; i++) printf ("---|");
  printf ("\n");
}

/* ---- tables ---- */

static bool bench_speed (Bench *b) {
  bool ok = true;
  begin_table (b, "speed", "| workload (float64, 5000 x 5000 unless said) | Chunkwise s | Dask s | NumPy s | Dask / Chunkwise | NumPy / Chunkwise | resident MiB (Chunkwise, Dask) | wanted |");
  for (guint i = 0; i < G_N_ELEMENTS (speed); i++) {
    Sample ours = { 0 }, dask = { 0 }, numpy = { 0 };
    double rss = 0;
    g_auto (GStrv) parts = g_strsplit (speed[i].setup, "%s", 2);
    g_autofree char *setup = g_strjoinv ("", parts);
    if (!wanted (b, speed[i].name)) continue;
    for (int r = 0; r < b->runs; r++) {
      measure (b, speed[i].setup, speed[i].timed, "", NULL, &ours);
      double seconds = b->has_dask ? run_python (setup, speed[i].timed, &rss) : -1;
      add (&dask, seconds, rss);
      seconds = b->has_dask && speed[i].numpy_setup ? run_python (speed[i].numpy_setup, speed[i].numpy_timed, &rss) : -1;
      add (&numpy, seconds, rss);
    }
    double c = median (&ours), d = median (&dask), n = median (&numpy);
    bool good = (!dask.n || d / c >= speed[i].dask) && (!numpy.n || n / c >= speed[i].numpy);
    ok = ok && good;
    printf ("| %s | %.3f (%.3f-%.3f) | ", speed[i].name, c, ours.s[0], ours.s[MAX (ours.n - 1, 0)]);
    if (dask.n) printf ("%.3f", d);
    printf (" | ");
    if (numpy.n) printf ("%.3f", n);
    printf (" | ");
    if (dask.n) printf ("%.1f", d / c);
    printf (" | ");
    if (numpy.n) printf ("%.2f", n / c);
    printf (" | %.0f, %.0f | Dask x %g: %s |\n", ours.rss / 1048576, dask.rss / 1048576, speed[i].dask, dask.n ? good ? "yes" : "no" : "not measured");
    fflush (stdout);
    begin_row (b, speed[i].name);
    put_sample (b, "chunkwise_s", &ours);
    put_sample (b, "dask_s", &dask);
    put_sample (b, "numpy_s", &numpy);
    put (b, "chunkwise_rss_bytes", ours.rss);
    put (b, "wanted_dask", speed[i].dask);
    json_builder_end_object (b->out);
  }
  json_builder_end_array (b->out);
  return ok;
}

/* Two threads beside one, and small chunks beside the best of some others. Threads are compared by medians and by the shortest times: on a machine whose
 * processors are not there for this program alone, medians tell how often they were, and only the shortest times what two threads can do. */
static bool bench_shape (Bench *b) {
  static const char *const cuts[] = { ", chunks=250", "", ", chunks=500", ", chunks=1000" };
  const double least_scaling = 1.85, most_cuts = 1.3;
  bool ok = true;
  begin_table (b, "threads and chunks", "| workload | 1 thread s | 2 threads s | ratio | of the shortest | chunks of 250 s | best chunks s | ratio | wanted |");
  for (guint i = 0; i < G_N_ELEMENTS (speed); i++) {
    Sample one = { 0 }, two = { 0 }, cut[G_N_ELEMENTS (cuts)] = { 0 };
    double best = 0;
    if (!wanted (b, speed[i].name) || !(speed[i].compute_bound || speed[i].forgives)) continue;
    for (int r = 0; r < b->runs * times (&two); r++) {
      measure (b, speed[i].setup, speed[i].timed, "", "1", &one);
      measure (b, speed[i].setup, speed[i].timed, "", "2", &two);
      for (guint k = 0; k < G_N_ELEMENTS (cuts) && speed[i].forgives; k++) measure (b, speed[i].setup, speed[i].timed, cuts[k], "2", &cut[k]);
    }
    for (guint k = 0; k < G_N_ELEMENTS (cuts); k++) best = best > 0 ? MIN (best, median (&cut[k])) : median (&cut[k]);
    double scaling = median (&one) / median (&two), shortest = one.s[0] / two.s[0], forgiving = speed[i].forgives ? median (&cut[0]) / best : 0;
    bool scales = !speed[i].compute_bound || MAX (scaling, shortest) >= least_scaling, good = scales && forgiving <= most_cuts;
    ok = ok && good;
    printf ("| %s | %.4f | %.4f | %.2f | %.2f | ", speed[i].name, median (&one), median (&two), scaling, shortest);
    if (speed[i].forgives) printf ("%.4f | %.4f | %.2f | ", median (&cut[0]), best, forgiving);
    else printf ("| | | ");
    printf ("%s |\n", good ? "yes" : "no");
    fflush (stdout);
    begin_row (b, speed[i].name);
    put_sample (b, "one_thread_s", &one);
    put_sample (b, "two_threads_s", &two);
    put_sample (b, "chunks_250_s", &cut[0]);
    put (b, "best_chunks_s", best);
    json_builder_end_object (b->out);
  }
  json_builder_end_array (b->out);
  return ok;
}

/* What an element costs from a million of them to ten thousand million, in a process that has computed something before. */
static bool bench_size (Bench *b) {
  static const char *const sizes[] = { "1000000", "10000000", "100000000", "1000000000", "10000000000" };
  const double most = 1.3;
  double least_ns = 0;
  bool ok = true;
  begin_table (b, "size", "| random(n).mean(), n | s | ns an element | beside the least | wanted |");
  Sample sample[G_N_ELEMENTS (sizes)] = { 0 };
  for (int r = 0; r < b->runs && wanted (b, "random(n).mean()"); r++) {
    for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
      g_autofree char *setup = g_strdup_printf ("da.random.random(1000000).mean().compute()\ny = da.random.random(%s).mean()", sizes[i]);
      for (int k = 0; k < times (&sample[i]); k++) measure (b, setup, "y.compute()", "", NULL, &sample[i]);
    }
  }
  for (int i = G_N_ELEMENTS (sizes); i-- > 0;) {
    double ns = median (&sample[i]) / g_ascii_strtod (sizes[i], NULL) * 1e9;
    least_ns = least_ns > 0 ? MIN (least_ns, ns) : ns;
  }
  for (guint i = 0; i < G_N_ELEMENTS (sizes) && least_ns > 0; i++) {
    double s = median (&sample[i]), ns = s / g_ascii_strtod (sizes[i], NULL) * 1e9;
    ok = ok && ns <= most * least_ns;
    printf ("| %s | %.4f | %.2f | %.2f | %s |\n", sizes[i], s, ns, ns / least_ns, ns <= most * least_ns ? "yes" : "no");
    begin_row (b, sizes[i]);
    put_sample (b, "chunkwise_s", &sample[i]);
    json_builder_end_object (b->out);
  }
  json_builder_end_array (b->out);
  return ok;
}

/* One run of @code; whether it printed what @text says, which the first run sets. What earlier runs wrote is on the disk by then. */
static bool measure_memory (Bench *b, const char *code, const char *const *options, Sample *sample, double *spilled, char **text) {
  g_autofree char *printed = NULL, *written = g_build_filename (b->folder, WRITTEN, NULL);
  double rss = 0;
  g_unlink (written);
  sync ();
  double seconds = run_chunkwise (b, code, options, &rss, spilled, &printed);
  add (sample, seconds, rss);
  bool same = printed && (!*text || g_str_equal (*text, printed));
  if (!*text) *text = g_steal_pointer (&printed);
  return same;
}

/* The same with and without a limit; not slower where nothing goes to the disk, which decides for the others. */
static bool bench_memory (Bench *b) {
  static const char *const limit[] = { "--memory", "256M", NULL };
  const double most = 256e6 * 1.1 + 64 * 1048576.0, most_streaming = 1.3;
  bool ok = true;
  begin_table (b, "memory", "| within 256 MB | s without a limit | s | ratio | resident MB without | resident MB | spilled MB | same bits | wanted |");
  for (guint i = 0; i < G_N_ELEMENTS (memory); i++) {
    Sample whole = { 0 }, tight = { 0 };
    double spilled = 0, ignored;
    bool same = true;
    g_autofree char *text = NULL, *code = g_strconcat ("# %%\n" HEAD "# %%\n", memory[i].code, "\n", NULL);
    if (!wanted (b, memory[i].name)) continue;
    for (int r = 0; r < (b->runs + 1) / 2; r++) {
      same = measure_memory (b, code, NULL, &whole, &ignored, &text) && same;
      same = measure_memory (b, code, limit, &tight, &spilled, &text) && same;
    }
    double s = median (&whole), limited = median (&tight), ratio = limited / s;
    bool good = same && tight.rss <= most && (spilled > 0 || memory[i].writes || ratio <= most_streaming);
    ok = ok && good;
    printf ("| %s | %.2f | %.2f | %.2f | %.0f | %.0f | %.0f | %s | %s |\n", memory[i].name, s, limited, ratio, whole.rss / 1e6, tight.rss / 1e6, spilled / 1e6, same ? "yes" : "no",
            good ? "yes" : "no");
    fflush (stdout);
    begin_row (b, memory[i].name);
    put_sample (b, "free_s", &whole);
    put_sample (b, "limited_s", &tight);
    put (b, "limited_rss_bytes", tight.rss);
    put (b, "spilled_bytes", spilled);
    put (b, "same", same);
    json_builder_end_object (b->out);
  }
  json_builder_end_array (b->out);
  return ok;
}

/* ---- the command ---- */

static void describe_machine (Bench *b) {
  struct utsname system;
  g_autofree char *cpu = NULL, *versions = NULL, *text = NULL;
  const char *const argv[] = { PYTHON, "-c", "import dask, numpy; print('Dask', dask.__version__ + ', NumPy', numpy.__version__)", NULL };
  int status = 1;
  uname (&system);
  if (g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL) && strstr (text, "model name")) {
    const char *from = strchr (strstr (text, "model name"), ':') + 2;
    cpu = g_strndup (from, strcspn (from, "\n"));
  }
  b->has_dask = g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &versions, NULL, &status, NULL) && status == 0;
  if (!b->has_dask) g_free (g_steal_pointer (&versions));
  g_autofree char *line = g_strdup_printf ("%s %s, %s, %d threads, kernels for %s, chunkwise %s%s%s", system.sysname, system.machine, cpu ? cpu : "unknown processor",
                                           cw_default_threads (), cw_kernels ()->isa, CW_VERSION, versions ? ", " : "", versions ? g_strchomp (versions) : "");
  printf ("%s; medians of %d runs\n", line, b->runs);
  if (!b->has_dask) printf (_("Dask is not here (packages python3-dask and python3-numpy): only Chunkwise is measured.\n"));
  json_builder_set_member_name (b->out, "machine");
  json_builder_add_string_value (b->out, line);
}

static int run_all (Bench *b) {
  json_builder_begin_object (b->out);
  describe_machine (b);
  bool ok = bench_speed (b);
  ok = bench_shape (b) && ok;
  ok = bench_size (b) && ok;
  ok = bench_memory (b) && ok;
  json_builder_end_object (b->out);
  if (b->json) {
    g_autoptr (JsonNode) root = json_builder_get_root (b->out);
    g_autofree char *text = json_to_string (root, TRUE);
    g_autoptr (GError) error = NULL;
    if (!g_file_set_contents (b->json, text, -1, &error)) {
      fprintf (stderr, "chunkwise bench: %s\n", error->message);
      return 1;
    }
  }
  return ok ? 0 : 1;
}

int cw_command_bench (int argc, char **argv) {
  Bench b = { .runs = 5 };
  const GOptionEntry entries[] = {
    { "runs", 0, 0, G_OPTION_ARG_INT, &b.runs, N_("Runs of every workload (5)"), "N" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &b.json, N_("Write every figure as JSON"), "OUT.json" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (_("[NAME...]"));
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) args = g_strdupv (argv);
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_summary (context, _("Measures speed and memory beside Dask and NumPy; NAMEs choose workloads by a part of their name."));
  if (!g_option_context_parse_strv (context, &args, &error)) {
    fprintf (stderr, "chunkwise bench: %s\n", error->message);
    return 2;
  }
  if (b.runs < 1 || b.runs > MAX_RUNS) {
    fprintf (stderr, _("chunkwise bench: --runs takes a number from 1 to %d\n"), MAX_RUNS);
    return 2;
  }
  b.names  = args + 1;
  b.out    = json_builder_new ();
  b.folder = g_dir_make_tmp ("chunkwise-bench-XXXXXX", &error);
  int status = b.folder ? run_all (&b) : 1;
  if (error) fprintf (stderr, "chunkwise bench: %s\n", error->message);
  if (b.folder) {
    static const char *const files[] = { "case.py", "stats.json", WRITTEN, NULL };
    for (int i = 0; files[i]; i++) {
      g_autofree char *path = g_build_filename (b.folder, files[i], NULL);
      g_unlink (path);
    }
    g_rmdir (b.folder);
  }
  g_object_unref (b.out);
  g_free (b.folder);
  g_free (b.json);
  return status;
}
