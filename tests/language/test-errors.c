/* test-errors.c: errors carry Python's class, a message that helps, and their place. */
#include <pthread.h>
#include <string.h>

#include "tests/language/run-cell.h"

typedef struct {
  const char *name, *code, *class;
  int         line, column;
  const char *part; /* of the message */
} Case;

static const Case cases[] = {
  { "unknown-name", "import dask.array as da\nxa = 1\nprint(xb)", "NameError", 3, 7, "Did you mean: 'xa'?" },
  { "missing-import", "np.ones(3)", "NameError", 1, 1, "Did you forget 'import numpy as np'?" },
  { "unknown-attribute", "import dask.array as da\nda.onse(3)", "AttributeError", 2, 4, "module 'dask.array' has no attribute 'onse'. Did you mean: 'ones'?" },
  { "unknown-method", "import dask.array as da\nda.ones(3).smu()", "AttributeError", 2, 12, "Did you mean: 'sum'?" },
  { "types", "1 + 'a'", "TypeError", 1, 3, "unsupported operand type(s) for +: 'int' and 'str'" },
  { "division", "x = 0\n1 / x", "ZeroDivisionError", 2, 3, "division by zero" },
  { "overflow", "2 ** 63", "OverflowError", 1, 3, "64 bits" },
  { "index", "[1, 2][5]", "IndexError", 1, 1, "list index out of range" },
  { "key", "{'a': 1}['b']", "KeyError", 1, 1, "'b'" },
  { "unpacking", "a, b = 1, 2, 3", "ValueError", 1, 1, "too many values to unpack (expected 2)" },
  { "missing-argument", "def f(a): pass\nf()", "TypeError", 2, 1, "missing 1 required positional argument: 'a'" },
  { "too-many-arguments", "len([1], 2)", "TypeError", 1, 1, "len() takes 1 positional argument but 2 were given" },
  { "unknown-keyword", "import dask.array as da\nda.ones(3, chunk=2)", "TypeError", 2, 4, "Did you mean 'chunks'?" },
  { "recursion", "def f(): return f()\nf()", "RecursionError", 1, 17, "maximum recursion depth" },
  { "in-function", "def f(x):\n  y = x + 1\n  return y / 0\nf(1)", "ZeroDivisionError", 3, 12, "division" },
  { "assert", "assert 1 == 2, 'numbers'", "AssertionError", 1, 1, "numbers" },
  { "raise", "raise ValueError('mine')", "ValueError", 1, 1, "mine" },
  { "module", "import pandas", "ModuleNotFoundError", 1, 8, "No module named 'pandas'" },
  { "syntax", "x = 1\ny = (2,\nz = [3", "SyntaxError", 3, 5, "never closed" },
  { "broadcast", "import numpy as np\nnp.ones(3) + np.ones(4)", "ValueError", 2, 12, "could not be broadcast together" },
  { "reshape", "import dask.array as da\nda.ones((6, 4), chunks=2).reshape(4, 6)", "NotImplementedError", 2, 27, "merge or split" },
  { "unknown-chunks", "import dask.array as da\nx = da.arange(9, chunks=3)\ny = x[x > 2]\ny[0]", "ValueError", 4, 1, "" },
  { "truth", "import numpy as np\nif np.ones(2): pass", "ValueError", 2, 7, "ambiguous" },
  { "float-index", "import numpy as np\nnp.ones(3)[1.5]", "IndexError", 2, 4, "valid indices" },
  { "nan-in-ints", "import numpy as np\nx = np.arange(3)\nx[0] = np.nan", "ValueError", 3, 1, "cannot convert float NaN to integer" },
  { "singular", "import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))", "LinAlgError", 2, 11, "Singular matrix" },
  { "seed", "import numpy as np\nnp.random.randint(5, 5, 3)", "ValueError", 2, 11, "low >= high" },
  { "dict-grows-in-a-loop", "d = {1: 1}\nfor k in d:\n  d[k + 1] = 1", "RuntimeError", 2, 1, "dictionary changed size during iteration" },
  { "dict-shrinks-in-a-loop", "d = {1: 1, 2: 2}\nfor k in d:\n  del d[k]", "RuntimeError", 2, 1, "dictionary changed size during iteration" },
  { "set-grows-in-a-comprehension", "s = {1}\n[s.add(k + 1) for k in s]", "RuntimeError", 2, 15, "Set changed size during iteration" },
  { "dict-grows-under-an-iterator", "d = {1: 1}\ni = iter(d)\nd[2] = 2\nnext(i)", "RuntimeError", 4, 1, "dictionary changed size during iteration" },
  { "unbound", "n = 0\ndef step():\n  n += 1\nstep()", "UnboundLocalError", 3, 3, "local variable 'n' referenced before assignment. The function gives 'n' a value, so that it is its own; for the one outside, begin it with 'global n'" },
  { "unbound-by-loops", "i = 0\ndef f():\n  print(i)\n  for i in []: pass\nf()", "UnboundLocalError", 3, 9, "" },
  { "unbound-by-imports", "math = 0\ndef f():\n  print(math)\n  import math\nf()", "UnboundLocalError", 3, 9, "" },
  { "unbound-by-handlers", "e = 0\ndef f():\n  print([e for k in range(2)])\n  try: pass\n  except ValueError as e: pass\nf()", "UnboundLocalError", 3, 10, "" },
  { "unbound-by-walrus", "y = 0\ndef f():\n  print(y)\n  return [y := 1 for k in range(2)]\nf()", "UnboundLocalError", 3, 9, "" },
  { "unbound-in-a-closure", "def f():\n  n = 0\n  def g(): n += 1\n  g()\nf()", "UnboundLocalError", 3, 12, "begin it with 'nonlocal n'" },
  { "unbound-deleted", "x = 1\ndef f(x):\n  del x\n  return x\nf(2)", "UnboundLocalError", 4, 10, "" },
  { "text-too-large", "int('12345678901234567890')", "OverflowError", 1, 1, "64 bits" },
  { "text-too-small", "int('-10000000000000000', 16)", "OverflowError", 1, 1, "64 bits" },
  { "no-such-base", "int('1', 1)", "ValueError", 1, 1, "base must be" },
  { "never-closed", "x = 1\ny = (2,\n\n3", "SyntaxError", 2, 5, "'(' was never closed" },
  { "text-grows", "x = 'ab'\nwhile True: x = x + x", "MemoryError", 2, 19, "67 million" },
  { "list-grows", "x = [None] * 60000000\nx + x", "MemoryError", 2, 3, "67 million" },
  { "list-grows-in-place", "x = [None] * 60000000\nx += x", "MemoryError", 2, 1, "67 million" },
  { "list-extended", "x = [None] * 60000000\nx.extend(x)", "MemoryError", 2, 3, "67 million" },
  { "list-appended", "x = [None] * 67108864\nx.append(1)", "MemoryError", 2, 3, "67 million" },
  { "list-of-range", "list(range(10**9))", "MemoryError", 1, 1, "67 million" },
  { "sorted-range", "sorted(range(10**9))", "MemoryError", 1, 1, "67 million" },
  { "zip-of-range", "list(zip(range(10**9), 'ab'))", "MemoryError", 1, 6, "67 million" },
  { "map-of-range", "map(str, range(10**9))", "MemoryError", 1, 1, "67 million" },
  { "set-of-range", "set(range(10**9))", "MemoryError", 1, 1, "67 million" },
  { "text-replaced", "('a' * 60000000).replace('a', 'bbb')", "MemoryError", 1, 18, "67 million" },
  { "zero-to-a-negative-power", "import math\nmath.pow(0, -1)", "ValueError", 2, 6, "math domain error" },
  { "power-too-large", "import math\nmath.pow(1e300, 2)", "OverflowError", 2, 6, "math range error" },
  { "no-inverse", "pow(4, -1, 8)", "ValueError", 1, 1, "not invertible" },
  { "root-of-negative", "import math\nmath.isqrt(-1)", "ValueError", 2, 6, "nonnegative" },
  { "client", "from dask.distributed import Client\nClient(n_workers=0)", "ValueError", 2, 1, "between 1 and 256" },
};

/* Does a case fill hundreds of megabytes, element by element, which takes minutes where every access is checked? */
static bool is_heavy (const Case *c) {
#ifdef __SANITIZE_ADDRESS__
  return strstr (c->code, "60000000") || strstr (c->code, "67108864");
#else
  return false;
#endif
}

static void fails_as_python (const void *data) {
  const Case *c = data;
  if (is_heavy (c)) {
    g_test_skip ("takes minutes under a sanitizer");
    return;
  }
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (CwCellResult) result = run_in (session, c->code);
  g_assert_cmpstr (result->error_class, ==, c->class);
  if (!strstr (result->error_message, c->part)) g_error ("%s: got \"%s\"", c->name, result->error_message);
  g_assert_cmpint (result->error_line, ==, c->line);
  g_assert_cmpint (result->error_column, ==, c->column);
}

/* Of a function from another cell, the place is that of the call; its own line stands in the message. */
static void a_place_is_of_the_cell_that_runs (void) {
  static const struct {
    const char *code, *message;
    int line, column;
  } calls[] = {
    { "\n\ny = norm(2)", "name 'undefined' is not defined (in norm: return v / undefined)", 3, 5 },
    { "def own(v):\n  return twice(v)\n\nown(1)", "name 'undefined' is not defined (in norm: return v / undefined)", 2, 10 },
    { "list(map(norm, [1]))", "name 'undefined' is not defined (in norm: return v / undefined)", 1, 6 },
    { "try:\n  norm(1)\nexcept NameError as e:\n  print(e)\n1 / 0", "division by zero", 5, 3 },
    { "try:\n  1 / 0\nfinally:\n  try: norm(1)\n  except NameError: pass", "division by zero", 2, 5 },
    { "fail()", "in fail: def fail(): raise ValueError", 1, 1 },
  };
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (CwCellResult) defined = run_in (session, "def norm(v):\n\n\n\n\n\n    return v / undefined\ndef twice(v): return 2 * norm(v)\ndef fail(): raise ValueError");
  g_assert_null (defined->error_class);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++) {
    g_autoptr (CwCellResult) result = run_in (session, calls[i].code);
    g_assert_cmpstr (result->error_message, ==, calls[i].message);
    g_assert_cmpint (result->error_line, ==, calls[i].line);
    g_assert_cmpint (result->error_column, ==, calls[i].column);
  }
}

static void warnings_count_in_the_file (void) {
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (CwCellResult) defined = run_in (session, "import numpy as np\ndef f():\n\n\n\n  return np.ones(1) / 0");
  g_assert_null (defined->error_class);
  cw_session_set_first_line (session, 20);
  g_autoptr (CwCellResult) result = run_in (session, "\nx = f()");
  g_autofree char *text = shown (result);
  g_assert_cmpstr (text, ==, "RuntimeWarning: divide by zero encountered in divide (line 21)\n");
}

static void a_session_goes_on_after_an_error (void) {
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (CwCellResult) bad = run_in (session, "x = 1\ny = x + nothing\nz = 3");
  g_assert_cmpstr (bad->error_class, ==, "NameError");
  g_autoptr (CwCellResult) good = run_in (session, "x");
  g_autofree char *text = shown (good);
  g_assert_cmpstr (text, ==, "1\n");
  g_autoptr (CwCellResult) skipped = run_in (session, "z");
  g_assert_cmpstr (skipped->error_class, ==, "NameError");
}

/* Calls of large expressions, where the stack ends sooner than the calls that are allowed. */
static void *recurse (void *unused) {
  g_autoptr (CwSession) session = cw_session_new ();
  g_autoptr (CwCellResult) result = run_in (session, "def f(n): return -(-(-(-(-(-(-(-(-(-(-(-(-(-(-(-(f(n + 1)))))))))))))))))\nf(0)");
  g_assert_cmpstr (result->error_class, ==, "RecursionError");
  g_autoptr (CwCellResult) good = run_in (session, "1 + 1");
  g_autofree char *text = shown (good);
  g_assert_cmpstr (text, ==, "2\n");
  return unused;
}

static void recursion_ends_before_the_stack (void) {
  pthread_attr_t attr;
  pthread_t thread;
  pthread_attr_init (&attr);
  pthread_attr_setstacksize (&attr, 1 << 20);
  g_assert_cmpint (pthread_create (&thread, &attr, recurse, NULL), ==, 0);
  pthread_attr_destroy (&attr);
  pthread_join (thread, NULL);
}

/* Values and chains as deep as nobody writes them, but loops make them. */
static void depth_is_no_crash (void) {
  static const struct {
    const char *code, *class;
  } deep[] = {
    { "a = []; a.append(a); b = []; b.append(b)\na == b", "RecursionError" },
    { "a = []; a.append(a); b = []; b.append(b)\na < b", "RecursionError" },
    { "a = {}; a[1] = a; b = {}; b[1] = b\na == b", "RecursionError" },
    { "a = []; a.append(a); b = []; b.append(b)\na in [b]", "RecursionError" },
    { "a = []; a.append(a); b = []; b.append(b)\n[b].index(a)", "RecursionError" },
    { "n = ()\nfor i in range(300000): n = (n,)\n{n: 1}", "RecursionError" },
    { "n = ()\nfor i in range(300000): n = (n,)\nn in {1}", "RecursionError" },
    { "n = None\nfor i in range(300000): n = [i, n]\nn = None", NULL },
    { "n = None\nfor i in range(300000): n = {i: (n,)}\ndel n", NULL },
    { "def wrap(f): return lambda: f\nf = 1\nfor i in range(200000): f = wrap(f)\nf = None", NULL },
    { "n = None\nfor i in range(300000): n = [n]", NULL },
    { "n = None\nfor i in range(300000): n = iter([n])", NULL },
  };
  for (guint i = 0; i < G_N_ELEMENTS (deep); i++) {
    g_autoptr (CwSession) session = cw_session_new ();
    g_autoptr (CwCellResult) result = run_in (session, deep[i].code);
    g_assert_cmpstr (result->error_class, ==, deep[i].class);
  }
}

int main (int argc, char **argv) {
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/errors/%s", cases[i].name);
    g_test_add_data_func (path, &cases[i], fails_as_python);
  }
  g_test_add_func ("/errors/recursion-ends-before-the-stack", recursion_ends_before_the_stack);
  g_test_add_func ("/errors/place-of-the-call", a_place_is_of_the_cell_that_runs);
  g_test_add_func ("/errors/warnings-count-in-the-file", warnings_count_in_the_file);
  g_test_add_func ("/errors/depth", depth_is_no_crash);
  g_test_add_func ("/errors/session-goes-on", a_session_goes_on_after_an_error);
  return g_test_run ();
}
