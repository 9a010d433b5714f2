/* help.c: what help() and the window tell of a function: its signature, its doc line, its arguments, an example.
 *
 * The signature and the doc line are the entry's own. Arguments that mean the same everywhere are explained once, here.
 */
#include <string.h>

#include "engine/language/help.h"
#include "engine/language/session-private.h"

#define METHODS (CW_IN_ARRAY | CW_IN_LAZY | CW_IN_EAGER | CW_IN_GENERATOR | CW_IN_CLIENT | CW_IN_STR | CW_IN_LIST | CW_IN_TUPLE | CW_IN_DICT | CW_IN_SET | CW_IN_NUMBER)

/* ---- arguments that mean the same everywhere --------------------------------------------------------------------------- */

static const struct {
  const char *name, *about;
} glossary[] = {
  { "a", "an array, a list of numbers or a number" },
  { "x", "an array, a list of numbers or a number" },
  { "x1", "the first operand: an array or a number" },
  { "x2", "the second operand: an array or a number; the shapes are broadcast" },
  { "x3", "the third operand: an array or a number" },
  { "v", "an array or a list of numbers" },
  { "m", "an array" },
  { "arr", "an array" },
  { "array", "an array" },
  { "ar", "an array" },
  { "y", "a second array" },
  { "b", "a second array" },
  { "func", "a function; it is called with blocks, as if they were NumPy arrays" },
  { "func1d", "a function of one line" },
  { "args", "the arrays, and whatever else the function takes" },
  { "arrays", "arrays" },
  { "seq", "a list of arrays" },
  { "tup", "a list of arrays" },
  { "axis", "the axis to go along, counted from 0 or, negative, from the end; several as a tuple where that makes sense; None: all" },
  { "axes", "the axes" },
  { "axis1", "an axis" },
  { "axis2", "another axis" },
  { "keepdims", "True keeps the reduced axes, with length 1" },
  { "dtype", "the type of the result's elements, such as 'f4' or np.int64; None: what NumPy chooses" },
  { "ddof", "what is taken off the number of elements before dividing; 1 for a sample" },
  { "split_every", "how many blocks one step of the reduction takes together" },
  { "out", "not used" },
  { "shape", "the lengths of the axes, as a tuple; -1 stands for what is left" },
  { "newshape", "the lengths of the axes, as a tuple; -1 stands for what is left" },
  { "size", "the shape of the result; None: a single number" },
  { "chunks", "how the array is cut: a length for every axis, a tuple of them, lengths of all chunks, 'auto', -1 for one chunk, or bytes such as '64MiB'" },
  { "casting", "'unsafe' converts anything; 'safe' and 'same_kind' refuse where values could be lost" },
  { "merge_chunks", "False cuts leading axes to single elements instead of merging chunks" },
  { "shuffle", "True allows any reshape, by moving pieces between blocks" },
  { "order", "'C': the last axis runs fastest; 'F': the first" },
  { "balance", "True makes the last chunk about as long as the others" },
  { "depth", "how many elements of the neighbours a block gets: a number, or a dict of axis and number" },
  { "boundary", "what lies beyond the edge: 'reflect', 'periodic', 'nearest', 'none' or a number" },
  { "trim", "True cuts the neighbours' elements off the result" },
  { "drop_axis", "axes that the function takes away" },
  { "new_axis", "axes that the function adds" },
  { "bins", "how many bins, or their edges in order" },
  { "range", "the lowest and the highest edge, as a pair" },
  { "weights", "a weight for every element" },
  { "density", "True divides by the total and the widths of the bins" },
  { "q", "percentages from 0 to 100 (fractions from 0 to 1 for quantile), one or a list" },
  { "method", "what to do between two elements: 'linear', 'lower', 'higher', 'midpoint' or 'nearest'" },
  { "k", "a number: which diagonal, how many elements, how many turns" },
  { "n", "how many" },
  { "start", "the first value" },
  { "stop", "where to stop" },
  { "step", "from one value to the next" },
  { "num", "how many values" },
  { "endpoint", "True makes the stop the last value" },
  { "retstep", "True gives the distance of the values as well" },
  { "fill_value", "the value of every element" },
  { "condition", "an array of True and False" },
  { "indices", "positions" },
  { "shift", "by how many places" },
  { "reps", "how often along each axis" },
  { "repeats", "how often every element" },
  { "pad_width", "how many elements at the two ends of every axis" },
  { "mode", "what to fill with or how to behave; the error for another value lists them" },
  { "decimals", "digits behind the point; negative: before it" },
  { "min", "the least value; None: no limit" },
  { "max", "the greatest value; None: no limit" },
  { "rtol", "the difference that is allowed, as a part of the second array" },
  { "atol", "the difference that is allowed in any case" },
  { "equal_nan", "True counts NaN as equal to NaN" },
  { "rowvar", "True: every row is a variable, every column an observation" },
  { "return_index", "True gives the first position of every value too" },
  { "return_inverse", "True gives the number of its value for every element too" },
  { "return_counts", "True gives how often every value occurs too" },
  { "seed", "a number; the same seed gives the same arrays, whatever their chunks" },
  { "low", "the least value" },
  { "high", "where the values end; not reached itself" },
  { "loc", "the middle" },
  { "scale", "the spread" },
  { "p", "a probability, or one for every element" },
  { "replace", "False draws every element once at most" },
  { "filename", "where the picture is drawn: a name ending in .svg, .png, .pdf or .dot" },
  { "rankdir", "where the layers of the picture go: 'LR' side by side, 'TB' below each other" },
  { "file", "a file's name; .npy is added to names without it" },
  { "mmap_mode", "'r' leaves the values in the file until they are used, 'r+' writes changes into it" },
  { "dirname", "a folder" },
  { "target", "a NumPy array or mapped file of the same shape" },
  { "targets", "NumPy arrays or mapped files of the same shapes" },
  { "regions", "the parts of the targets that are written, as tuples of slices" },
  { "optimize_graph", "True shows or computes the graph as it is after culling and fusion" },
  { "subscripts", "the axes of every operand by letters and, after ->, those of the result: 'ij,jk->ik'" },
  { "ord", "which norm: None, 1, 2, np.inf, 'fro' or 'nuc'" },
  { "kwargs", "handed on to the function" },
  { "obj", "a value" },
};

/* Lines to try, for functions that are met early. */
static const struct {
  const char *name, *lines;
} examples[] = {
  { "ones", "x = da.ones((4, 6), chunks=(2, 3))" },
  { "zeros", "x = da.zeros((4, 6), chunks=2)" },
  { "full", "x = da.full((4, 6), 7, chunks=2)" },
  { "arange", "x = da.arange(20, chunks=5)" },
  { "linspace", "x = da.linspace(0, 1, 11, chunks=4)" },
  { "from_array", "x = da.from_array(np.arange(12).reshape(3, 4), chunks=2)" },
  { "random", "x = da.random.random((1000, 1000), chunks=250)" },
  { "normal", "x = da.random.normal(10, 0.1, size=(1000, 1000), chunks=250)" },
  { "sum", "x = da.ones((4, 6), chunks=(2, 3))\nx.sum(axis=0).compute()" },
  { "mean", "x = da.arange(20, chunks=5)\nx.mean().compute()" },
  { "std", "da.arange(20, chunks=5).std(ddof=1).compute()" },
  { "cumsum", "da.arange(6, chunks=2).cumsum(axis=0).compute()" },
  { "histogram", "x = da.random.random(1000, chunks=250)\ncounts, edges = da.histogram(x, bins=10, range=(0, 1))\ncounts.compute()" },
  { "percentile", "x = da.random.random(1000, chunks=250)\nda.percentile(x, [25, 50, 75]).compute()" },
  { "map_blocks", "x = da.arange(6, chunks=3)\nx.map_blocks(lambda block: block - block.min()).compute()" },
  { "map_overlap", "x = da.arange(12, chunks=4)\nx.map_overlap(lambda b: np.roll(b, 1), depth=1, boundary='periodic').compute()" },
  { "rechunk", "x = da.ones((100, 100), chunks=10)\nx.rechunk((50, 100)).chunks" },
  { "reshape", "da.arange(24, chunks=6).reshape((4, 6)).chunks" },
  { "concatenate", "da.concatenate([da.ones(3), da.zeros(2)]).compute()" },
  { "stack", "da.stack([da.ones(3), da.zeros(3)]).compute()" },
  { "where", "x = da.arange(6, chunks=3)\nda.where(x > 2, x, 0).compute()" },
  { "topk", "da.arange(10, chunks=5).topk(3).compute()" },
  { "unique", "values, counts = da.unique(da.arange(9, chunks=3) % 3, return_counts=True)" },
  { "einsum", "a = da.ones((3, 4), chunks=2)\nda.einsum('ij,kj->ik', a, a).compute()" },
  { "compute", "x = da.ones((4, 6), chunks=2)\nx.sum().compute()" },
  { "compute_chunk_sizes", "x = da.arange(10, chunks=4)\ny = x[x > 4]\ny.compute_chunk_sizes().chunks" },
  { "visualize", "da.ones((4, 4), chunks=2).sum().visualize()" },
  { "apply_along_axis", "da.apply_along_axis(np.sum, 0, da.ones((4, 6), chunks=3)).compute()" },
  { "pad", "da.pad(da.arange(4, chunks=2), 2, mode='reflect').compute()" },
  { "set", "with dask.config.set(scheduler='synchronous'):\n    x.sum().compute()" },
};

const char *cw_help_argument (const char *name) {
  while (*name == '*') name++;
  size_t length = strcspn (name, "=");
  for (guint i = 0; i < G_N_ELEMENTS (glossary); i++) {
    if (strlen (glossary[i].name) == length && !strncmp (glossary[i].name, name, length)) return glossary[i].about;
  }
  return NULL;
}

/* The parameters as a reader writes them: the value before the dot is the first one of a method. */
char **cw_help_parameters (const CwEntry *entry, unsigned space) {
  char **parts = cw_signature_split (entry->signature);
  if (!(space & METHODS) || !*parts) return parts;
  g_free (parts[0]);
  memmove (parts, parts + 1, sizeof *parts * g_strv_length (parts + 1) + sizeof *parts);
  return parts;
}

static void add_arguments (GString *out, char **parameters) {
  int width = 0, any = 0;
  for (char **p = parameters; *p; p++) {
    if (!cw_help_argument (*p)) continue;
    width = MAX (width, (int) strcspn (*p, "="));
    any++;
  }
  if (any) g_string_append (out, "\n");
  for (char **p = parameters; *p; p++) {
    const char *about = cw_help_argument (*p);
    if (about) g_string_append_printf (out, "\n    %-*.*s  %s", width, (int) strcspn (*p, "="), *p, about);
  }
}

static const char *laziness (const CwEntry *entry, unsigned space) {
  static const char *const computes[] = { "compute", "persist", "compute_chunk_sizes", "visualize", "to_svg", "map_blocks", NULL };
  if (entry->flags & CW_ENTRY_PROPERTY || g_strv_contains (computes, entry->name)) return NULL;
  if (space & (CW_IN_DASK_SPACES | CW_IN_LAZY)) return "Gives a Dask array: nothing is computed before .compute().";
  if (space & (CW_IN_NP | CW_IN_ARRAY) && entry->spaces & (CW_IN_DA | CW_IN_ARRAY)) return "Of NumPy arrays at once; a Dask array stays lazy.";
  return NULL;
}

char *cw_entry_help (const CwEntry *entry, unsigned space) {
  GString *out = g_string_new (entry->name);
  g_auto (GStrv) parameters = entry->signature ? cw_help_parameters (entry, space) : NULL;
  if (parameters) {
    g_autofree char *list = g_strjoinv (", ", parameters);
    g_string_append_printf (out, "(%s)", list);
  }
  g_string_append_printf (out, "\n\n%s", entry->doc);
  if (parameters) add_arguments (out, parameters);
  const char *lazy = laziness (entry, space);
  if (lazy) g_string_append_printf (out, "\n\n%s", lazy);
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++) {
    if (!g_str_equal (examples[i].name, entry->name) || !(entry->spaces & (CW_IN_DA | CW_IN_LAZY | CW_IN_ARRAY | CW_IN_DA_RANDOM | CW_IN_CONFIG))) continue;
    g_auto (GStrv) lines = g_strsplit (examples[i].lines, "\n", -1);
    g_string_append (out, "\n\nExample:\n");
    for (char **line = lines; *line; line++) g_string_append_printf (out, "\n    %s", *line);
  }
  return g_string_free (out, FALSE);
}
