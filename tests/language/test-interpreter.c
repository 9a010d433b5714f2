/* test-interpreter.c: what code shows. */
#include "tests/language/run-cell.h"

typedef struct {
  const char *name, *code, *text;
} Case;

static const Case cases[] = {
  { "arithmetic", "(7 // 2, -7 // 2, -7 % 3, 7 / 2, 2 ** 10, 2 ** -1, 5 & 3, 1 << 4, ~5)", "(3, -4, 2, 3.5, 1024, 0.5, 1, 16, -6)" },
  { "float-arithmetic", "(7.5 // 2, -7.5 % 2, 1e300 * 1e10, -2.0 ** 0.5)", "(3.0, 0.5, inf, -1.4142135623730951)" },
  { "chained-comparison", "(1 < 2 < 3, 1 < 2 > 5, 1 == 1.0, 'a' < 'b', [1, 2] < [1, 3])", "(True, False, True, True, True)" },
  { "logic", "(0 or 'x', [] and 1, not 3, None is None, 3 in [1, 3], 'b' not in 'abc')", "('x', [], False, True, True, False)" },
  { "ternary", "x = 5\n'big' if x > 3 else 'small'", "'big'" },
  { "tuple-assignment", "a, (b, *c) = 1, (2, 3, 4)\na, b = b, a\n(a, b, c)", "(2, 1, [3, 4])" },
  { "augmented", "x = [1]\ny = x\ny += [2]\nn = 3\nn **= 2\n(x, n)", "([1, 2], 9)" },
  { "del", "d = {'a': 1, 'b': 2}\ndel d['a']\nx = [1, 2, 3]\ndel x[0]\n(d, x)", "({'b': 2}, [2, 3])" },
  { "if-elif-else", "for x in (1, 5, 9):\n  if x < 3: print('low')\n  elif x < 7: print('mid')\n  else: print('high')", "low\nmid\nhigh" },
  { "while", "n = 0\nwhile True:\n  n += 1\n  if n == 3: continue\n  if n > 4: break\n  print(n)\nelse:\n  print('never')", "1\n2\n4" },
  { "for-else", "for i in range(3):\n  pass\nelse:\n  print('done', i)", "done 2" },
  { "functions", "def f(a, b=2, *rest, c, **more):\n  return (a, b, rest, c, more)\nf(1, c=3), f(1, 2, 3, 4, c=5, d=6)",
    "((1, 2, (), 3, {}), (1, 2, (3, 4), 5, {'d': 6}))" },
  { "closures", "def counter():\n  n = 0\n  def step():\n    nonlocal n\n    n += 1\n    return n\n  return step\nc = counter()\nc()\nc()", "2" },
  { "global", "n = 1\ndef f():\n  global n\n  n = 5\nf()\nn", "5" },
  { "names-of-functions", "n, k, x = 1, 2, 3\ndef f(a=n):\n  [x for x in range(2)]\n  g = lambda: k + (n := 9)\n  def h(b=x):\n    x = b\n    return x\n  return a, n, x, g(), h()\nf()", "(1, 1, 3, 11, 3)" },
  { "unbound-is-a-name-error", "x = 1\ndef f():\n  try: print(x)\n  except NameError as e: print(type(e))\n  x = 2\nf()", "<class 'UnboundLocalError'>" },
  { "walrus-leaves-comprehensions", "def f(): return [y := v for v in range(3)], y\n[z := v for v in 'ab']\nf(), z", "(([0, 1, 2], 2), 'b')" },
  { "global-is-deleted", "n = 1\ndef f():\n  global n\n  del n\nf()\ntry: n\nexcept NameError: print('gone')", "gone" },
  { "main", "if __name__ == '__main__': print(__name__)", "__main__" },
  { "in-range", "5 in range(10**12), 10 in range(0, 10**12, 3), 9 in range(0, 10**12, 3), 3 in range(5, 0, -2), 5 in range(5), 2.0 in range(3)", "(True, False, True, True, False, True)" },
  { "recursion", "def fib(n):\n  return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(15)", "610" },
  { "deep-recursion", "def total(n): return 0 if n == 0 else n + total(n - 1)\ntotal(900)", "405450" },
  { "lambda", "sorted(['bb', 'a', 'ccc'], key=lambda s: -len(s))", "['ccc', 'bb', 'a']" },
  { "comprehensions", "([i * j for i in range(3) for j in range(3) if i != j], {i: i * i for i in range(3)}, sum(i for i in range(5)))",
    "([0, 0, 0, 2, 0, 2], {0: 0, 1: 1, 2: 4}, 10)" },
  { "comprehension-scope", "i = 7\n[i for i in range(3)]\ni", "7" },
  { "try", "try:\n  1 / 0\nexcept (ValueError, ZeroDivisionError) as e:\n  print('caught', e)\nelse:\n  print('never')\nfinally:\n  print('end')",
    "caught division by zero\nend" },
  { "base-class", "try:\n  {}['a']\nexcept LookupError as e:\n  print(repr(e))", "KeyError('a')" },
  { "exception-args", "try:\n  raise ValueError('a', 2)\nexcept ValueError as e:\n  print(e, e.args, repr(e))\ntry: 1 / 0\nexcept Exception as e: print(e.args)\nValueError(), ValueError('a'), KeyError('zz').args",
    "('a', 2) ('a', 2) ValueError('a', 2)\n('division by zero',)\n(ValueError(), ValueError('a'), ('zz',))" },
  { "exception-str", "str(KeyError('zz')), str(KeyError('a', 'b')), str(ValueError([1])), str(ValueError())", "(\"'zz'\", \"('a', 'b')\", '[1]', '')" },
  { "exception-is-the-one-raised", "mine = ValueError(1)\ntry: raise mine\nexcept ValueError as e: print(e is mine)\ntry: {}[1, 2]\nexcept KeyError as e: print(e.args)", "True\n((1, 2),)" },
  { "exception-name-goes", "try: 1 / 0\nexcept ZeroDivisionError as e: pass\ntry: e\nexcept NameError as n: print(n)", "name 'e' is not defined" },
  { "stop-iteration", "i = iter([1])\nnext(i)\ntry: next(i)\nexcept StopIteration as e: print(repr(e))\nnext(i)", "StopIteration()\nStopIteration:" },
  { "isinstance-of-bases", "e = IndexError('x')\n[isinstance(e, c) for c in (IndexError, LookupError, Exception, BaseException, KeyError, str, (str, Exception))]",
    "[True, True, True, True, False, False, True]" },
  { "isinstance-of-scalars", "f, i = np.float64(1), np.int64(1)\n[isinstance(f, c) for c in (float, np.floating, np.number, np.integer, int)], [isinstance(i, c) for c in (int, np.integer, np.signedinteger, np.generic)], isinstance(1, np.integer)",
    "([True, True, True, False, False], [False, True, True, True], False)" },
  { "type-of-arrays", "a, x = np.ones(2), da.ones(2)\ntype(a), type(x), type(a) == np.ndarray, type(a) is np.ndarray, type(x) == da.Array, type(a) == da.Array, type(a).__name__, {int: 1, np.ndarray: 2}[type(a)], {int: 1}[type(5)]",
    "(<class 'numpy.ndarray'>, <class 'dask.array.core.Array'>, True, True, True, False, 'ndarray', 2, 1)" },
  { "reraise", "try:\n  try:\n    raise ValueError('x')\n  except ValueError:\n    raise\nexcept Exception as e:\n  print('outer', e)", "outer x" },
  { "walrus", "(n := 3) + n", "6" },
  { "strings", "('a,b'.split(','), ' x '.strip(), 'abc'[::-1], 'abc' * 2, '-'.join(['a', 'b']), 'aXa'.replace('X', '-'))",
    "(['a', 'b'], 'x', 'cba', 'abcabc', 'a-b', 'a-a')" },
  { "lines", "'a\\r\\nb\\n\\nc\\r'.splitlines(), 'a\\nb\\n'.splitlines(True), ''.splitlines()", "(['a', 'b', '', 'c'], ['a\\n', 'b\\n'], [])" },
  { "replacements", "'abc'.replace('', '-'), 'abc'.replace('', '-', 2), 'aaa'.replace('a', 'b', 1), 'aaa'.replace('aa', 'b'), 'a'.replace('x', 'y'), ''.replace('', 'x')", "('-a-b-c-', '-a-bc', 'baa', 'ba', 'a', 'x')" },
  { "justified", "'ab'.center(5, '*'), 'abc'.center(6, '*'), 'a'.center(4, '*'), f\"{'ab':*^5}\", len('a'.ljust(200000)), 'a'.rjust(3, '\u00e9')", "('**ab*', '*abc**', '*a**', '*ab**', 200000, '\u00e9\u00e9a')" },
  { "kinds-of-characters", "\"they're a-b\".title(), '\u00e4b'.isalpha(), '\u4e2d'.isalpha(), 'a1'.isalpha(), 'ab1'.isalnum(), 'a b'.isalnum(), ''.isalpha()", "(\"They'Re A-B\", True, True, False, True, False, False)" },
  { "octal-escapes", "'\\101\\60x', '\\7'", "('A0x', '\\x07')" },
  { "splits", "'a,b,c'.split(',', 1), 'a,b,c'.rsplit(',', 1), ' a b  c '.split(None, 1), ' a b  c '.rsplit(None, 1), ' a b '.split(maxsplit=0), ''.split(','), ''.split(), ' a  b '.split(), ' a  b '.rsplit(), 'a,,b,'.rsplit(',')",
    "(['a', 'b,c'], ['a,b', 'c'], ['a', 'b  c '], [' a b', 'c'], ['a b '], [''], [], ['a', 'b'], ['a', 'b'], ['a', '', 'b', ''])" },
  { "affixes", "'abc'.startswith(('x', 'a')), 'abc'.endswith(('x', 'y')), 'abc'.endswith('bc')", "(True, False, True)" },
  { "formats-of-numbers", "f'{np.float32(0.1)}', f'{True:5}', f'{1+2j:>10}', f'{1234:012,}', f'{-1234:010,}', f'{1234.5:012,.2f}', f'{1+2j:.2f}', f'{2j:>5}', f'{np.complex64(1+2j):>10}', f'{np.array(3.5):.2f}', f'{0x1234567:_x}', f'{np.float32(0.1):.3}'",
    "('0.10000000149011612', '    1', '    (1+2j)', '0,000,001,234', '-0,001,234', '0,001,234.50', '1.00+2.00j', '   2j', '    (1+2j)', '3.50', '123_4567', '0.1')" },
  { "format-fields", "'{0[1]}'.format([1, 2]), '{0.real}'.format(3+4j), '{:{w}.{p}f}'.format(3.14159, w=8, p=2), '{a[k]} {a[0]}'.format(a={'k': 1, 0: 2}), '{x.shape[0]}'.format(x=np.ones((2, 3))), '{:{}}'.format(5, 4), '{!r:>5}'.format('a'), '{{}}'.format()",
    "('2', '3.0', '    3.14', '1 2', '2', '   5', \"  'a'\", '{}')" },
  { "percent-keys", "'%(a)s %(b)05.1f%%' % {'a': 1, 'b': 2, 'c': 3}, '%s' % {'a': 1}", "('1 002.0%', \"{'a': 1}\")" },
  { "builtins", "(len('abc'), max([3, 1, 2]), min(4, 2), abs(-3), round(2.5), round(2.675, 2), divmod(-7, 2), list(zip('ab', (1, 2))), list(enumerate('x')))",
    "(3, 3, 2, 3, 2, 2.67, (-4, 1), [('a', 1), ('b', 2)], [(0, 'x')])" },
  { "exact-sums", "import math\nmath.fsum([0.1] * 10), math.fsum([1e100, 1, -1e100]), math.fsum([math.inf, 1]), math.fsum([]), math.fsum([1e16, 1, 1e-16]), math.fsum(np.arange(3))", "(1.0, 1.0, inf, 0.0, 1.0000000000000002e+16, 3.0)" },
  { "infinite-numbers", "import math\nmath.isclose(math.inf, 1), math.isclose(math.inf, math.inf), math.isclose(1, 1 + 1e-10), float('inf').is_integer(), float('nan').is_integer(), 2.0.is_integer(), math.pow(0, -math.inf)",
    "(False, True, True, False, False, True, inf)" },
  { "more-math", "import math\nmath.degrees(math.pi), math.radians(180) == math.pi, math.isqrt(17), math.isqrt(2**62), math.isqrt(2**62 - 1), math.copysign(3, -0.0), math.dist((0, 0), (3, 4)), math.fmod(7, 3)",
    "(180.0, True, 4, 2147483648, 2147483647, -3.0, 5.0, 1.0)" },
  { "powers-modulo", "pow(3, 4, 5), pow(2, -1, 7), pow(-3, 3, 5), pow(3, 3, -5), pow(12345678901, 12345678901, 2**62), pow(2, 3)", "(1, 4, 3, -3, 1020108977375811941, 8)" },
  { "round-of-scalars", "r = round(np.float64(2.5))\nr, type(r), round(np.float64(2.567), 1), round(np.int64(3)), round(np.float32(3.5))", "(2, <class 'int'>, 2.6, 3, 4)" },
  { "types", "(isinstance(1, int), isinstance(True, int), isinstance(np.ones(2), np.ndarray), type(1.5), int('12'), float('1e3'), bool([]))",
    "(True, True, True, <class 'float'>, 12, 1000.0, False)" },
  { "last-value", "1\n2", "2" },
  { "hidden-value", "2;", "" },
  { "none-is-silent", "None", "" },
  { "print-end", "print(1, 2, sep='-', end='!')\nprint(3)", "1-2!3" },
  { "sets", "({1, 2} | {3}, {1, 2} & {2}, {1, 2} - {2}, len(set([1, 1])))", "({1, 2, 3}, {2}, {1}, 1)" },
  { "sets-compared", "a, b, c = {1, 2}, {1, 2, 3}, {4}\n(a <= b, a < b, a < a, a <= a, b >= a, b > a, a < c, a > c, a >= c)", "(True, True, False, True, True, True, False, False, False)" },
  { "set-methods", "s = {5}\nt = {1}.union([2], (3,))\n(s.pop(), s, t, {1, 2, 3}.intersection([1, 2], {2}), {1, 2, 3}.difference([1], [2]), {1}.union())\n", "(5, set(), {1, 2, 3}, {2}, {3}, {1})" },
  { "set-is-empty", "set().pop()", "KeyError: 'pop from an empty set'" },
  { "dict-methods", "d = dict.fromkeys('ab', 0)\nd['c'] = 1\n(d.popitem(), d, dict.fromkeys([1]), list(map(str.upper, 'xy')))", "(('c', 1), {'a': 0, 'b': 0}, {1: None}, ['X', 'Y'])" },
  { "slices-deleted", "x, y, z = list(range(7)), list(range(7)), list(range(7))\ndel x[::2], y[5:0:-2], z[1:3]\nx, y, z", "([1, 3, 5], [0, 2, 4, 6], [0, 3, 4, 5, 6])" },
  { "eager-views", "x = np.arange(6)\ny = x[2:4]\ny[...] = 9\nx", "array([0, 1, 9, 9, 4, 5])" },
  { "eager-fancy", "x = np.arange(12).reshape(3, 4)\nx[[0, 2], [1, 3]], x[x > 8], x[:, [0, 0]].shape, x[None, ..., 1].shape", "(array([ 1, 11]), array([ 9, 10, 11]), (3, 2), (1, 3))" },
  { "eager-assign", "x = np.zeros((2, 3))\nx[0] = [1, 2, 3]\nx[:, 1] += 10\nx[x > 5] = -1\nx", "array([[ 1., -1.,  3.],\n       [ 0., -1.,  0.]])" },
  { "eager-augmented", "x = np.arange(3)\ny = x\ny += 1\nx", "array([1, 2, 3])" },
  { "weak-scalars", "(np.ones(2, 'f4') * 2.5).dtype, (np.float32(1) + np.float64(1)).dtype, (np.arange(2, dtype='i1') + 1).dtype",
    "(dtype('float32'), dtype('float64'), dtype('int8'))" },
  { "lazy-stays-lazy", "np.sin(da.zeros(3)).sum()", "dask.array<sum-aggregate, shape=(), dtype=float64, chunksize=(), chunktype=numpy.ndarray>" },
  { "lazy-assign", "x = da.arange(6, chunks=2)\nx[x > 3] = -1\nx[0] = 7\nx.compute()", "array([ 7,  1,  2,  3, -1, -1])" },
  { "lazy-box", "x = da.arange(5, chunks=2)\ny = x[x > 1]\nz = y\ny.compute_chunk_sizes()\nz.chunks", "((0, 2, 1),)" },
  { "compute-together", "x = da.ones(4, chunks=2)\nda.compute(x.sum(), [x.max(), 3])", "(4.0, [1.0, 3])" },
  { "map-blocks", "x = da.arange(6, chunks=3)\nx.map_blocks(lambda b: b - b.min()).compute()", "array([0, 1, 2, 0, 1, 2])" },
  { "persist", "x = (da.arange(6, chunks=3) + 1).persist()\n(x.chunks, x.sum().compute())", "(((3, 3),), 21)" },
  { "eig", "w, v = np.linalg.eig(np.array([[2.0, 0], [0, 3]]))\nw", "array([2., 3.])" },
  { "solve", "np.linalg.solve(np.array([[2.0, 1], [1, 3]]), np.array([3.0, 5]))", "array([0.8, 1.4])" },
  { "containers-in-themselves", "l = [1]\nl.append(l)\nd = {}\nd['d'] = d\n(l, d)", "([1, [...]], {'d': {...}})" },
  { "imports", "import math\nfrom dask.array import ones as o\nfrom numpy import pi\n(math.floor(2.7), o(3).shape, pi > 3)", "(2, (3,), True)" },
  { "fft", "np.fft.fft(np.array([1.0, 0, 0, 0]))", "array([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])" },
};

static void shows (const void *data) {
  const Case *c = data;
  g_autofree char *text = run_code (c->code);
  g_assert_cmpstr (text, ==, c->text);
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/interpreter/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], shows);
  }
  return g_test_run ();
}
