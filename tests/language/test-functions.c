/* test-functions.c: functions of functions, settings, warnings, help: what the register promises beside single calls. */
#include <string.h>

#include "engine/language/register.h"
#include "tests/language/run-cell.h"

typedef struct {
  const char *name, *code, *text;
} Case;

static const Case cases[] = {
  /* functions traced into the graph */
  { "elementwise-map-fuses", "da.arange(6, chunks=3).map_blocks(lambda b: b * 2 + 1)", "dask.array<add, shape=(6,), dtype=int64, chunksize=(3,), chunktype=numpy.ndarray>" },
  { "map-is-named-after-its-function", "def lower(b): return b - b.min()\nx = da.arange(6, chunks=3).map_blocks(lower)\n(x.name.split('-')[0], x.compute())",
    "('lower', array([0, 1, 2, 0, 1, 2]))" },
  { "map-of-blocks-that-do-not-fit", "x = da.from_array(np.arange(20).reshape(4, 5), chunks=(2, 3))\nx.map_blocks(lambda b: b.T)", "ValueError: the function's blocks do not fit beside each other. Shapes do not align: all axes but the one joined must agree: array 2 has shape (2, 2), the first one (3, 2)" },
  { "blockwise-turns-values", "x = da.from_array(np.arange(6).reshape(2, 3), chunks=(1, 2))\ndef f(b): return (b if b.max() > 0 else b - 1).T\nda.blockwise(f, 'ji', x, 'ij', dtype=int).compute().tolist()", "[[0, 3], [1, 4], [2, 5]]" },
  { "map-is-traced-once-a-shape", "def f(b):\n  print(b.shape)\n  return b[::2]\nx = da.arange(10, chunks=4).map_blocks(f)\nx.chunks", "(4,)\n(2,)\n((2, 2, 1),)" },
  { "map-drops-and-adds-axes", "x = da.ones((4, 6), chunks=(2, 3))\n(x.map_blocks(lambda b: b.sum(axis=1), drop_axis=1).compute(), x.map_blocks(lambda b: b[None], new_axis=0).chunks)",
    "(array([6., 6., 6., 6.]), ((1,), (2, 2), (3, 3)))" },
  { "map-that-needs-values", "def f(b):\n  return b if b.max() > 3 else -b\nda.arange(6, chunks=3).map_blocks(f).compute()", "array([ 0, -1, -2,  3,  4,  5])" },
  { "map-with-block-id", "da.zeros(6, chunks=2).map_blocks(lambda b, block_id=None: b + block_id[0]).compute()", "array([0., 0., 1., 1., 2., 2.])" },
  { "map-with-block-info", "def f(b, block_info=None):\n  i = block_info[1]\n  print(i['shape'], i['num-chunks'], i['array-location'], i['chunk-location'], block_info[None]['chunk-shape'])\n  return b\n"
                           "x = da.map_blocks(lambda k, b, block_info=None: f(b, block_info), 3, da.zeros((4, 3), chunks=(2, 3)))\nx.shape",
    "(4, 3) (2, 1) [(0, 2), (0, 3)] (0, 0) (2, 3)\n(4, 3) (2, 1) [(2, 4), (0, 3)] (1, 0) (2, 3)\n(4, 3)" },
  { "bool-begins-at-int8", "b = np.array([True, False])\n(np.square(b).dtype, np.conj(b).dtype, np.reciprocal(b[:1]).dtype, da.square(da.from_array(b)).dtype)",
    "(dtype('int8'), dtype('int8'), dtype('int8'), dtype('int8'))" },
  { "floats-of-each-operand", "i, u = np.ones(2, 'i1'), np.ones(2, 'u1')\n(np.hypot(i, u).dtype, np.arctan2(i, u.astype('u2')).dtype, np.hypot(i, 2).dtype, np.hypot(i, u.astype('u8')).dtype)",
    "(dtype('float16'), dtype('float32'), dtype('float16'), dtype('float64'))" },
  { "masks-of-unknown-rows", "x = da.from_array(np.arange(24).reshape(6, 4), chunks=2)\nu = x[x[:, 0] > 5]\n(u[u > 10].compute(), u[u > 10].chunks, u[u > 99].compute())",
    "(array([11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]), ((nan, nan, nan),), array([], dtype=int64))" },
  { "masks-of-other-unknown-rows", "x = da.from_array(np.arange(24).reshape(6, 4), chunks=2)\nu, v = x[x[:, 0] > 5], x[x[:, 0] > 9]\nu[v > 10].compute()",
    "ValueError: a block of shape (2, 4) has a mask of shape (1, 4): make the mask from the array itself, as in x[x > 0]" },
  { "places-of-complex-numbers", "c = np.array([[1+2j, 3, 3+1j], [3+1j, -1, np.nan]])\nx = da.from_array(c, chunks=2)\n"
                                 "(np.argmax(c), np.argmin(c[:, :2]), x[:, :2].argmin(axis=1).compute(), x.argmax(axis=0).compute(), np.nanargmax(c), np.argmax(c, axis=1, keepdims=True))",
    "(5, 3, array([0, 1]), array([1, 0, 1]), 2, array([[2],\n       [2]]))" },
  { "half-precision-spans", "np.array([0.1, 1.5, 100, 2.25], dtype='f2')", "array([  0.1 ,   1.5 , 100.  ,   2.25], dtype=float16)" },
  { "map-refuses-a-lost-axis", "da.ones((4, 4), chunks=2).map_blocks(lambda b: b.sum(axis=0))",
    "ValueError: the function drops an axis that is cut into blocks: name it with drop_axis=, or keep it with keepdims=True" },
  { "map-random-differs", "x = da.zeros(4, chunks=2).map_blocks(lambda b: b + np.random.random(b.shape)).compute()\nlen(np.unique(x))", "4" },
  { "overlap", "da.arange(6, chunks=3).map_overlap(lambda b: b[:-2] + b[2:], depth=1, boundary=0, trim=False).compute()", "array([1, 2, 4, 6, 8, 4])" },
  { "overlap-merges-short-chunks", "da.overlap.overlap(da.arange(7, chunks=3), depth=2, boundary='none').chunks", "((5, 6),)" },
  { "along-axis", "da.apply_along_axis(lambda v: v[::-1].cumsum(axis=0), 0, da.arange(6, chunks=2).reshape(3, 2)).compute()", "array([[4, 5],\n       [6, 8],\n       [6, 9]])" },
  { "over-axes", "da.apply_over_axes(np.sum, da.ones((2, 3, 4), chunks=2), [0, 2]).compute()", "array([[[8.],\n        [8.],\n        [8.]]])" },
  { "from-function", "da.fromfunction(lambda i, j: i + j, shape=(2, 3), chunks=2).compute()", "array([[0., 1., 2.],\n       [1., 2., 3.]])" },
  { "unify-chunks", "d, (x, y) = da.unify_chunks(da.ones(10, chunks=5), 'i', da.ones(10, chunks=4), 'i')\n(d, x.chunks == y.chunks)", "({'i': (4, 1, 3, 2)}, True)" },
  { "reduction", "f = lambda b, axis, keepdims: np.sum(b, axis=axis, keepdims=keepdims)\nda.reduction(da.ones((4, 6), chunks=2), f, f, axis=1).compute()", "array([6., 6., 6., 6.])" },
  { "blockwise", "da.blockwise(lambda a, b: np.dot(a, b), 'ik', da.ones((4, 6), chunks=2), 'ij', da.ones((6, 3), chunks=(2, 3)), 'jk').compute()[0]", "array([6., 6., 6.])" },
  /* beyond Dask, by name */
  { "reshape-refuses", "da.ones((6, 4), chunks=(2, 4)).reshape(4, 6).shape",
    "NotImplementedError: Dask's reshape only supports operations that merge or split existing dimensions evenly: from (6, 4) to (4, 6), axis 1 (4) of the array and "
    "axis 1 (6) of the result overlap without one being a product of the other, so every block of the result would need pieces of many blocks. What works: "
    "x.reshape((4, 6), shuffle=True), which moves pieces between blocks; or one chunk, x.rechunk(-1).reshape((4, 6))" },
  { "reshape-shuffles", "x = da.arange(24, chunks=7).reshape(6, 4)\nnp.array_equal(x.reshape(4, 6, shuffle=True).compute(), np.arange(24).reshape(4, 6))", "True" },
  { "lazy-sort", "x = da.from_array(np.array([3, 1, 2, 5, 4]), chunks=2)\n(da.sort(x).compute(), da.argsort(x).compute())", "(array([1, 2, 3, 4, 5]), array([1, 2, 0, 4, 3]))" },
  { "percentiles-by-counting", "x = da.random.RandomState(1).normal(size=4500000, chunks=700001)\nq = [0, 12.5, 50, 99.9, 100]\n"
                               "np.array_equal(da.percentile(x, q).compute(), np.percentile(x.compute(), q))", "True" },
  { "counting-sees-nan", "x = da.random.RandomState(1).random(4500000, chunks=700001)\nx = da.where(x > 0.5, np.nan, x)\n"
                         "(da.median(x, axis=0).compute(), da.nanmedian(x, axis=0).compute() == np.nanmedian(x.compute()))", "(nan, True)" },
  /* counting by bins */
  { "bincount", "(np.bincount(np.array([0, 2, 2]), weights=[1, .5, 2]).tolist(), np.bincount(np.arange(2000) % 3).tolist())", "([1.0, 0.0, 2.5], [667, 667, 666])" },
  { "histogram2d", "np.histogram2d([0, .5, 1, 1.5], [0, 1, 1, .2], bins=2, range=[[0, 1], [0, 1]])[0].tolist()", "[[1.0, 0.0], [0.0, 2.0]]" },
  { "histogramdd", "np.histogramdd(np.arange(3000.)[:, None] / 2999, bins=[[0, .25, .5, 1]], weights=np.ones(3000) * 2)[0].tolist()", "[1500.0, 1500.0, 3000.0]" },
  /* settings */
  { "config-in-with", "import dask\nwith dask.config.set({'array.chunk-size': '1MiB'}):\n  n = da.ones(1000000).numblocks\n(n, da.ones(1000000).numblocks)", "((8,), (1,))" },
  { "config-get", "import dask\ndask.config.set(scheduler='synchronous')\n(dask.config.get('scheduler'), dask.config.get('nothing', 3))", "('synchronous', 3)" },
  { "config-refuses", "import dask\ndask.config.set(scheduler='magic')",
    "ValueError: Expected one of [distributed, multiprocessing, processes, single-threaded, sync, synchronous, threading, threads], not 'magic'" },
  { "print-options", "np.set_printoptions(precision=3)\nprint(np.array([1.23456, 2]))\nwith np.printoptions(suppress=True, threshold=3, edgeitems=1):\n  print(np.arange(5) / 1e6)\n"
                     "np.get_printoptions()['threshold']", "[1.235 2.   ]\n[0. ... 0.]\n1000" },
  /* the graph as a value */
  { "graph", "x = da.ones((4, 4), chunks=2).sum()\n(len(x.dask), len(x.dask.layers), [n.split('-')[0] for n in x.dask])", "(9, 3, ['ones_like', 'sum', 'sum'])" },
  { "svg", "da.ones((4, 4), chunks=2).to_svg().startswith('<svg width=\"550\" height=\"550\"')", "True" },
  /* functions written in the language */
  { "written", "(np.interp(1.5, [1, 2], [10, 20]), np.polyval([1, 0, 2], 3), [t for t in np.ndindex(1, 2)], np.cross([1, 0, 0], [0, 1, 0]))", "(15.0, 11, [(0, 0), (0, 1)], array([0, 0, 1]))" },
  { "written-errors-lie-in-the-call", "np.cross([1, 2], [3, 4])", "ValueError: incompatible dimensions for cross product: vectors have three elements" },
  { "limits", "(np.iinfo('i2').max, np.iinfo(np.uint8).min, np.finfo('f4').eps)", "(32767, 0, 1.1920929e-07)" },
  /* warnings */
  { "divide-by-zero", "x = np.array([1.0, 0.0]) / 0", "RuntimeWarning: divide by zero encountered in divide (line 3)\nRuntimeWarning: invalid value encountered in divide (line 3)" },
  { "integer-division", "x = np.arange(2) // 0", "RuntimeWarning: divide by zero encountered in floor_divide (line 3)" },
  { "warned-once-a-line", "for i in range(3):\n  x = np.sqrt(np.array([-1.0]))", "RuntimeWarning: invalid value encountered in sqrt (line 4)" },
  { "overflow", "x = np.array([1e308]) * 10", "RuntimeWarning: overflow encountered in multiply (line 3)" },
  { "lazy-warns-when-computed", "x = da.ones(2, chunks=1) / 0\ny = 1\nz = x.compute()", "RuntimeWarning: divide by zero encountered in divide (line 5)" },
  { "one-of-many", "x = np.ones((100, 70), dtype='f4')\nx[99, 69] = 0\ny = np.log(x)", "RuntimeWarning: divide by zero encountered in log (line 5)" },
  { "one-of-many-turned", "x = np.ones((100, 70))\nx[99, 3] = -1\ny = np.sqrt(x.T)", "RuntimeWarning: invalid value encountered in sqrt (line 5)" },
  { "one-of-many-pairs", "x = np.full(5000, 1j)\nx[4999] = 1e308\ny = x * 100", "RuntimeWarning: overflow encountered in multiply (line 5)" },
  { "one-of-many-divisors", "x = np.arange(1, 5001)\ny = 7 // x\nx[4321] = 0\ny = 7 % x", "RuntimeWarning: divide by zero encountered in remainder (line 6)" },
  { "large-is-not-infinite", "y = np.full(5000, 1e308) * 1.5", "" },
  { "no-values-no-warning", "y = np.ones((0, 1), dtype=int) // np.zeros((1, 3), dtype=int)", "" },
  { "were-there-before", "x = np.ones(5000)\nx[4000] = np.nan\ny = np.sqrt(x)\nz = (da.from_array(x, chunks=1000) * 2).compute()", "" },
  { "lazy-one-of-many", "x = np.ones(5000, dtype='c8')\nx[4000] = 0\nz = (1 / da.from_array(x, chunks=1000)).compute()", "RuntimeWarning: divide by zero encountered in divide (line 5)\nRuntimeWarning: invalid value encountered in divide (line 5)" },
  { "quiet", "with np.errstate(all='ignore'):\n  x = np.array([1.0]) / 0\ny = np.array([np.nan, np.inf]) + 1", "" },
  /* text */
  { "text", "x = da.from_array(np.array(['a', 'bb', 'c']), chunks=2)\n(x.dtype, x[::-1].compute(), (x == 'bb').compute(), np.array(['1', '22']).astype(int))",
    "(dtype('<U2'), array(['c', 'bb', 'a'], dtype='<U2'), array([False,  True, False]), array([ 1, 22]))" },
  { "text-of-numbers", "(np.array([1e5, 1e15, 1e16, -2.5e-5]).astype(str).tolist(), np.array([.1, 1e5], dtype='f4').astype(str).tolist(), np.array([1+2j, 1e20]).astype(str).tolist())",
    "(['100000.0', '1000000000000000.0', '1e+16', '-2.5e-05'], ['0.1', '100000.0'], ['(1+2j)', '(1e+20+0j)'])" },
  { "text-is-chosen", "np.where(np.arange(3) > 1, 'hi', 'no').tolist()", "['no', 'no', 'hi']" },
  { "text-does-not-calculate", "np.array(['a']).sum()", "TypeError: sum() calculates with numbers, and these elements are text (<U1): x.astype(float) makes numbers of them" },
  { "text-has-no-ufuncs", "-np.array(['a'])", "TypeError: ufunc 'negative' did not contain a loop with signature matching types: text can be compared with text, and chosen by where()" },
  { "text-that-is-no-number", "np.array(['1', 'x']).astype(int)", "ValueError: invalid literal for int() with base 10: 'x'" },
  { "choose-broadcasts", "i = np.array([[0, 1], [2, 0]])\nc = [np.array([1, 2]), 10.5, np.array([[7], [8]])]\n(np.choose(i, c).tolist(), da.choose(da.from_array(i, chunks=1), c).compute().tolist())",
    "([[1.0, 10.5], [8.0, 2.0]], [[1.0, 10.5], [8.0, 2.0]])" },
  { "choose-by-bools", "np.choose(np.array([True, False]), [1j, 2])", "array([2.+0.j, 0.+1.j])" },
  /* random arrays */
  { "unique-by-blocks", "x = da.from_array(np.array([3, 1, 2, 3, 5, 1, 9, 9, 0, 3]), chunks=3)\nu = da.unique(x)\n(u.compute().tolist(), len(u.dask))", "([0, 1, 2, 3, 5, 9], 9)" },
  { "negative-powers-in-arrays", "x = np.array([2, 3])\ny = np.array([-1, 2])\nfor f in (lambda: x ** y, lambda: 2 ** y, lambda: (da.from_array(x, chunks=1) ** da.from_array(y, chunks=1)).compute()):\n  try:\n    f()\n  except ValueError as e:\n    print(e)",
    "Integers to negative integer powers are not allowed. Make the base a float: x.astype(float)\nIntegers to negative integer powers are not allowed. Make the base a float: x.astype(float)\nIntegers to negative integer powers are not allowed. Make the base a float: x.astype(float)" },
  { "powers-after-a-refused-one", "try:\n  np.array([2]) ** np.array([-1])\nexcept ValueError:\n  pass\nnp.array([2]) ** np.array([3])", "array([8])" },
  { "float16-has-its-own-digits", "(np.arange(4, dtype='f2') * 0.1).tolist()", "[0.0, 0.0999755859375, 0.199951171875, 0.2998046875]" },
  { "falling-bins", "[np.digitize([0, 1, 1.5, 2, 3, 4], [3, 2, 1], right=r).tolist() for r in (False, True)]", "[[3, 2, 2, 1, 0, 0], [3, 3, 2, 2, 1, 0]]" },
  { "quantiles-keep-axes", "a = np.arange(24.).reshape(2, 3, 4)\n(np.percentile(a, [10, 50], axis=1, keepdims=True).shape, np.percentile(a, 50, axis=1, keepdims=True).shape, np.quantile(a, [0.5], keepdims=True).shape)",
    "((2, 2, 1, 4), (2, 1, 4), (1, 1, 1, 1))" },
  { "chunks-of-some-axes", "(da.ones((4, 4), chunks={0: 2}).chunks, da.random.random((4, 4, 4), chunks={1: 2}).chunks, da.ones((6, 4), chunks=2).rechunk({-1: 4}).chunks)",
    "(((2, 2), (4,)), ((4,), (2, 2), (4,)), ((2, 2, 2), (4,)))" },
  { "bins-of-nan", "np.histogram([1, np.nan], bins=2)", "ValueError: autodetected range of [nan, nan] is not finite: give range=(lowest, highest)" },
  { "item-counts-through", "a = np.arange(6).reshape(2, 3)\n(a.item(4), a.item(-1), a.item(1, 2), a.item((0, 1)))", "(4, 5, 5, 1)" },
  { "odd-reflections", "np.pad([1, 2, 3], 2, 'reflect', reflect_type='odd')", "NotImplementedError: reflect_type='odd' is not part of the notebook language: it is twice the edge's value less the even border" },
  { "percentiles-of-complex", "np.median(np.array([1j, 2]))", "TypeError: percentiles and medians need an order, and complex numbers have none; take abs(x) or x.real" },
  { "permutation-keeps-chunks", "x = da.arange(60, chunks=((7, 20, 33),))\ny = da.random.RandomState(1).permutation(x)\n(y.chunks, np.array_equal(y.compute(), np.random.RandomState(1).permutation(60)))", "(((7, 20, 33),), True)" },
  { "array-parameters", "x = da.random.RandomState(1).poisson(np.array([0, 1000]), size=(3, 2), chunks=(2, 1)).compute()\n(x[:, 0].tolist(), bool((x[:, 1] > 500).all()))", "([0, 0, 0], True)" },
  { "array-parameters-ignore-chunks", "f = lambda c: da.random.RandomState(1).normal(np.arange(6), 1, chunks=c).compute()\nnp.array_equal(f(2), f(6))", "True" },
};

static void shows (const void *data) {
  const Case *c = data;
  g_autofree char *text = run_code (c->code);
  g_assert_cmpstr (text, ==, c->text);
}

/* ---- the register ------------------------------------------------------------------------------------------------------- */

/* Every function has a sentence to say, and a signature whose defaults can be read. */
static void entries_are_documented (void) {
  for (int bit = 0; bit < 29; bit++) {
    g_autoptr (GPtrArray) names = cw_register_names (1u << bit, "");
    for (guint i = 0; i < names->len; i++) {
      const CwEntry *entry = cw_register_find (1u << bit, names->pdata[i]);
      if (!entry) continue; /* a submodule */
      g_test_message ("%s", entry->name);
      g_assert_nonnull (entry->doc);
      g_assert_cmpint ((int) strlen (entry->doc), >=, 5);
      if (!entry->signature) continue;
      g_auto (GStrv) parts = cw_signature_split (entry->signature);
      for (char **p = parts; *p; p++) g_assert_true (g_ascii_isalpha (**p) || **p == '*' || **p == '/' || **p == '_');
      g_autofree char *help = cw_entry_help (entry, 1u << bit);
      g_assert_true (g_str_has_prefix (help, entry->name));
    }
  }
}

static void help_explains_arguments (void) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (CwCellResult) result = run_in (s, "import dask.array as da\n?da.histogram");
  g_autofree char *text = shown (result);
  g_assert_nonnull (strstr (text, "bins     how many bins"));
  g_assert_nonnull (strstr (text, "Example:"));
}

/* ---- the call at the cursor ------------------------------------------------------------------------------------------------ */

static void hint (const char *before, const char *name, const char *current) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (CwCellResult) result = run_in (s, "import dask.array as da\nx = da.ones(3)\ndef own(a, b=2, *c): return a");
  g_autoptr (CwCallHint) h = cw_session_call_hint (s, before);
  g_assert_null (result->error_class);
  g_test_message ("%s", before);
  g_assert_cmpstr (h ? h->name : NULL, ==, name);
  if (h) g_assert_cmpstr (h->current >= 0 ? h->parameters[h->current] : NULL, ==, current);
}

static void hints_follow_the_cursor (void) {
  hint ("da.histogram(", "histogram", "a");
  hint ("da.histogram(x, bins=10, ", "histogram", "range=None");
  hint ("da.histogram(x, density=", "histogram", "density=False");
  hint ("y = da.ones((3, 4", "ones", "shape");
  hint ("y = da.ones((3, 4), chunks=[1, 2", "ones", "chunks='auto'");
  hint ("x.sum(", "sum", "axis=None");
  hint ("da.sum(x.mean(axis=0), ", "sum", "axis=None");
  hint ("da.stack([x, x\n", "stack", "seq");
  hint ("own(1, 2, 3, ", "own", "*c");
  hint ("print('da.ones(', ", "print", "*values");
  hint ("da.ones(3)", NULL, NULL);
  hint ("# da.ones(", NULL, NULL);
  hint ("nobody(", NULL, NULL);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/functions/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], shows);
  }
  g_test_add_func ("/functions/documented", entries_are_documented);
  g_test_add_func ("/functions/help", help_explains_arguments);
  g_test_add_func ("/functions/hints", hints_follow_the_cursor);
  return g_test_run ();
}
