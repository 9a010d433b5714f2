/* family-written.c: functions that are written in the notebook language itself.
 *
 * Each row holds the body of a function; its parameters are those of the signature, with `np` and `da` at hand. What these
 * functions do to lazy arrays stays lazy as far as the functions that they use do. An error in one is reported where it was called.
 */
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

typedef struct {
  const char *name;
  unsigned    spaces;
  const char *signature, *doc, *body;
} Written;

#define LINE(text) "    " text "\n"

static const Written written[] = {
  /* joining and splitting */
  { "column_stack", CW_IN_NP, "tup", "Lines as the columns of a matrix.",
    LINE ("return np.concatenate([a[:, None] if a.ndim == 1 else a for a in [np.atleast_1d(t) for t in tup]], axis=1)") },
  { "vsplit", CW_IN_NP, "ary, indices_or_sections", "Parts of an array along the first axis.", LINE ("return np.split(ary, indices_or_sections, axis=0)") },
  { "hsplit", CW_IN_NP, "ary, indices_or_sections", "Parts of an array along the second axis.",
    LINE ("return np.split(ary, indices_or_sections, axis=1 if np.ndim(ary) > 1 else 0)") },
  { "dsplit", CW_IN_NP, "ary, indices_or_sections", "Parts of an array along the third axis.", LINE ("return np.split(ary, indices_or_sections, axis=2)") },
  { "resize", CW_IN_NP, "a, new_shape", "The elements, repeated as often as needed, in another shape.",
    LINE ("a = np.ravel(a)") LINE ("n = int(np.prod(np.array(new_shape)))") LINE ("return np.tile(a, -(-n // len(a)))[:n].reshape(new_shape)") },
  { "broadcast_shapes", CW_IN_NP, "*args", "The shape that arrays of these shapes have together.",
    LINE ("return np.broadcast_arrays(*[np.broadcast_to(0, s) for s in args])[0].shape") },
  /* sets */
  { "in1d", CW_IN_NP, "ar1, ar2", "Is each element among some values? In one axis.", LINE ("return np.isin(np.ravel(ar1), ar2)") },
  { "intersect1d", CW_IN_NP, "ar1, ar2", "Distinct elements that both arrays have.", LINE ("a = np.unique(ar1)") LINE ("return a[np.isin(a, ar2)]") },
  { "setdiff1d", CW_IN_NP, "ar1, ar2", "Distinct elements of the first array that the second one has not.", LINE ("a = np.unique(ar1)") LINE ("return a[~np.isin(a, ar2)]") },
  { "setxor1d", CW_IN_NP, "ar1, ar2", "Distinct elements that one array alone has.",
    LINE ("return np.sort(np.concatenate([np.setdiff1d(ar1, ar2), np.setdiff1d(ar2, ar1)]))") },
  { "array_equiv", CW_IN_NP, "a1, a2", "Are the arrays equal where they are broadcast to one shape?",
    LINE ("try:") LINE ("    return bool(np.all(np.equal(a1, a2)))") LINE ("except ValueError:") LINE ("    return False") },
  /* diagonals and indices */
  { "diagflat", CW_IN_NP, "v, k=0", "All elements as a diagonal matrix.", LINE ("return np.diag(np.ravel(v), k)") },
  { "diag_indices", CW_IN_NP, "n, ndim=2", "The positions of a diagonal, to index with.", LINE ("return tuple([np.arange(n)] * ndim)") },
  { "fill_diagonal", CW_IN_NP, "a, val", "Writes values onto the diagonal of a matrix, in place.", LINE ("i = np.arange(min(a.shape))") LINE ("a[i, i] = val") },
  { "ix_", CW_IN_NP, "*args", "Lists of rows and columns as an open grid, to index with.",
    LINE ("return tuple([np.asarray(a).reshape([-1 if j == i else 1 for j in range(len(args))]) for i, a in enumerate(args)])") },
  { "ndindex", CW_IN_NP, "*shape", "All indices of an array of a shape, in order.",
    LINE ("lengths = shape[0] if len(shape) == 1 and isinstance(shape[0], (tuple, list)) else shape") LINE ("found = [()]") LINE ("for n in lengths:")
    LINE ("    found = [t + (i,) for t in found for i in range(n)]") LINE ("return iter(found)") },
  { "ndenumerate", CW_IN_NP, "arr", "Pairs of index and element.", LINE ("return iter([(i, arr[i]) for i in np.ndindex(*arr.shape)])") },
  { "take_along_axis", CW_IN_NP, "arr, indices, axis", "Elements at given positions along an axis, of their own for every line.",
    LINE ("grid = list(np.ix_(*[np.arange(n) for n in indices.shape]))") LINE ("grid[axis] = indices") LINE ("return arr[tuple(grid)]") },
  { "put", CW_IN_NP | CW_IN_EAGER, "a, ind, v", "Writes values at flat positions, in place.", LINE ("a.reshape(-1)[ind] = v") },
  { "copyto", CW_IN_NP, "dst, src", "Writes an array into another one, in place.", LINE ("dst[...] = src") },
  { "fill", CW_IN_EAGER, "a, value", "Writes one value everywhere, in place.", LINE ("a[...] = value") },
  { "compress", CW_IN_EAGER, "a, condition, axis=None", "Slices where a condition holds.", LINE ("return np.compress(condition, a, axis=axis)") },
  { "searchsorted", CW_IN_EAGER, "a, v, side='left'", "Where values go into this sorted array.", LINE ("return np.searchsorted(a, v, side=side)") },
  /* order */
  { "partition", CW_IN_NP, "a, kth, axis=-1", "An array whose element kth stands where sorting puts it; here all elements do.", LINE ("return np.sort(a, axis=axis)") },
  { "argpartition", CW_IN_NP | CW_IN_EAGER, "a, kth, axis=-1", "The positions that partition() takes the elements from.", LINE ("return np.argsort(a, axis=axis)") },
  { "lexsort", CW_IN_NP, "keys", "The order by several keys, the last one first.",
    LINE ("order = np.argsort(keys[0], kind='stable')") LINE ("for key in keys[1:]:") LINE ("    order = order[np.argsort(np.asarray(key)[order], kind='stable')]") LINE ("return order") },
  { "trim_zeros", CW_IN_NP, "filt, trim='fb'", "A line without the zeros at its ends.",
    LINE ("first, last = 0, len(filt)") LINE ("while 'f' in trim and first < last and filt[first] == 0: first += 1")
    LINE ("while 'b' in trim and last > first and filt[last - 1] == 0: last -= 1") LINE ("return filt[first:last]") },
  /* curves */
  { "interp", CW_IN_NP, "x, xp, fp, left=None, right=None", "Values between given points, along straight lines.",
    LINE ("x, xp, fp = np.asarray(x, dtype=float), np.asarray(xp, dtype=float), np.asarray(fp, dtype=float)")
    LINE ("if len(xp) == 1: return np.where(x < xp[0], fp[0] if left is None else left, np.where(x > xp[0], fp[0] if right is None else right, fp[0]))")
    LINE ("i = np.clip(np.searchsorted(xp, x, side='right') - 1, 0, len(xp) - 2)") LINE ("y = (fp[i + 1] - fp[i]) / (xp[i + 1] - xp[i]) * (x - xp[i]) + fp[i]")
    LINE ("y = np.where(x == xp[-1], fp[-1], y)") LINE ("y = np.where(x < xp[0], fp[0] if left is None else left, y)")
    LINE ("y = np.where(x > xp[-1], fp[-1] if right is None else right, y)") LINE ("return y if y.ndim else y[()]") },
  { "trapz", CW_IN_NP, "y, x=None, dx=1.0, axis=-1", "The area below a curve, by trapezes.",
    LINE ("y = np.moveaxis(np.asarray(y), axis, -1)") LINE ("d = dx if x is None else np.diff(np.asarray(x))") LINE ("return (d * (y[..., 1:] + y[..., :-1]) / 2.0).sum(axis=-1)") },
  { "convolve", CW_IN_NP, "a, v, mode='full'", "The convolution of two lines.",
    LINE ("a, v = np.atleast_1d(a), np.atleast_1d(v)") LINE ("if len(a) == 0 or len(v) == 0: raise ValueError('a convolution needs at least one element of each line')")
    LINE ("if mode not in ('full', 'same', 'valid'): raise ValueError(\"mode must be one of 'valid', 'same', or 'full'\")") LINE ("if len(v) > len(a): a, v = v, a")
    LINE ("out = np.zeros(len(a) + len(v) - 1, dtype=np.result_type(a, v))") LINE ("for k in range(len(v)): out[k:k + len(a)] += a * v[k]")
    LINE ("if mode == 'same': return out[(len(v) - 1) // 2:][:len(a)]") LINE ("return out if mode == 'full' else out[len(v) - 1:len(a)]") },
  { "correlate", CW_IN_NP, "a, v, mode='valid'", "The cross-correlation of two lines.", LINE ("return np.convolve(a, np.conj(np.asarray(v))[::-1], mode)") },
  { "cross", CW_IN_NP, "a, b", "The cross product of vectors of three elements.",
    LINE ("a, b = np.asarray(a), np.asarray(b)") LINE ("if a.shape[-1] != 3 or b.shape[-1] != 3: raise ValueError('incompatible dimensions for cross product: vectors have three elements')")
    LINE ("x, y, z, u, v, w = a[..., 0], a[..., 1], a[..., 2], b[..., 0], b[..., 1], b[..., 2]") LINE ("return np.stack([y * w - z * v, z * u - x * w, x * v - y * u], axis=-1)") },
  { "vander", CW_IN_NP, "x, N=None, increasing=False", "Powers of the elements as columns.",
    LINE ("x = np.asarray(x)") LINE ("powers = np.arange(len(x) if N is None else N)") LINE ("return x[:, None] ** (powers if increasing else powers[::-1])") },
  { "polyfit", CW_IN_NP, "x, y, deg", "The polynomial of a degree that lies nearest to points, highest power first.",
    LINE ("powers = np.vander(np.asarray(x) + 0.0, deg + 1)") LINE ("scale = np.sqrt((powers * powers).sum(axis=0))")
    LINE ("return (np.linalg.lstsq(powers / scale, np.asarray(y) + 0.0)[0].T / scale).T") },
  { "polyval", CW_IN_NP, "p, x", "The value of a polynomial, whose highest power comes first.", LINE ("x = np.asarray(x)") LINE ("y = x * 0") LINE ("for c in p: y = y * x + c") LINE ("return y") },
  { "unwrap", CW_IN_NP, "p", "Angles without jumps of more than pi.",
    LINE ("p = np.asarray(p) + 0.0") LINE ("d = np.diff(p)") LINE ("m = (d + np.pi) % (2 * np.pi) - np.pi") LINE ("m = np.where((m == -np.pi) & (d > 0), np.pi, m)")
    LINE ("return np.concatenate([p[:1], p[1:] + np.cumsum(np.where(np.abs(d) < np.pi, 0, m - d))])") },
  { "hanning", CW_IN_NP, "M", "The Hann window.", LINE ("return np.ones(1) if M == 1 else 0.5 + 0.5 * np.cos(np.pi * np.arange(1 - M, M, 2) / (M - 1))") },
  { "hamming", CW_IN_NP, "M", "The Hamming window.", LINE ("return np.ones(1) if M == 1 else 0.54 + 0.46 * np.cos(np.pi * np.arange(1 - M, M, 2) / (M - 1))") },
  { "blackman", CW_IN_NP, "M", "The Blackman window.",
    LINE ("if M == 1: return np.ones(1)") LINE ("n = np.arange(1 - M, M, 2)") LINE ("return 0.42 + 0.5 * np.cos(np.pi * n / (M - 1)) + 0.08 * np.cos(2.0 * np.pi * n / (M - 1))") },
  { "histogram_bin_edges", CW_IN_NP, "a, bins=10, range=None", "The edges that histogram() would use.", LINE ("return np.histogram(a, bins, range)[1]") },
  { "multi_dot", CW_IN_NP_LINALG, "arrays", "The product of several matrices.", LINE ("product = arrays[0]") LINE ("for a in arrays[1:]: product = product @ a") LINE ("return product") },
  /* functions, text and other names */
  { "vectorize", CW_IN_NP, "pyfunc", "A function of numbers as a function of arrays, element by element.",
    LINE ("return lambda x: np.array([pyfunc(v) for v in np.ravel(x).tolist()]).reshape(np.shape(x))") },
  { "product", CW_IN_NP, "a, axis=None", "The product of elements, as prod().", LINE ("return np.prod(a, axis=axis)") },
  { "array_str", CW_IN_NP, "a", "The text of an array, as str() gives it.", LINE ("return str(a)") },
  { "array2string", CW_IN_NP, "a", "The text of an array, as str() gives it.", LINE ("return str(a)") },
  { "array_repr", CW_IN_NP, "arr", "The text of an array, as repr() gives it.", LINE ("return repr(arr)") },
  { "asfarray", CW_IN_NP, "a", "The array with floating-point elements.", LINE ("return np.asarray(a, dtype=float)") },
  { "isscalar", CW_IN_NP, "element", "Is it a single number or text?",
    LINE ("return type(element).__name__ not in ('ndarray', 'Array', 'list', 'tuple', 'dict', 'set', 'NoneType', 'function', 'module')") },
  { "sample", CW_IN_NP_RANDOM, "size=None", "Floats evenly from 0 to 1.", LINE ("return np.random.random(size)") },
  { "ranf", CW_IN_NP_RANDOM, "size=None", "Floats evenly from 0 to 1.", LINE ("return np.random.random(size)") },
  /* methods of text, sets and numbers */
  { "removeprefix", CW_IN_STR, "s, prefix", "The text without what it starts with.", LINE ("return s[len(prefix):] if s.startswith(prefix) else s") },
  { "removesuffix", CW_IN_STR, "s, suffix", "The text without what it ends with.", LINE ("return s[:len(s) - len(suffix)] if suffix and s.endswith(suffix) else s") },
  { "zfill", CW_IN_STR, "s, width", "The number in the text with zeros before it.",
    LINE ("sign = s[:1] if s[:1] in ('+', '-') else ''") LINE ("return sign + '0' * max(width - len(s), 0) + s[len(sign):]") },
  { "index", CW_IN_STR, "s, sub", "Where a piece of text stands; ValueError where it is not.",
    LINE ("at = s.find(sub)") LINE ("if at < 0: raise ValueError('substring not found')") LINE ("return at") },
  { "rfind", CW_IN_STR, "s, sub", "Where a piece of text stands last, or -1.", LINE ("at = s[::-1].find(sub[::-1])") LINE ("return -1 if at < 0 else len(s) - at - len(sub)") },
  { "partition", CW_IN_STR, "s, sep", "What stands before a separator, the separator, what stands after it.",
    LINE ("at = s.find(sep)") LINE ("return (s, '', '') if at < 0 else (s[:at], sep, s[at + len(sep):])") },
  { "isspace", CW_IN_STR, "s", "Is it blanks alone?", LINE ("return len(s) > 0 and s.strip() == ''") },
  { "isupper", CW_IN_STR, "s", "Is it in capitals?", LINE ("return s == s.upper() and s != s.lower()") },
  { "islower", CW_IN_STR, "s", "Is it without capitals?", LINE ("return s == s.lower() and s != s.upper()") },
  { "isnumeric", CW_IN_STR, "s", "Is it digits alone?", LINE ("return s.isdigit()") },
  { "swapcase", CW_IN_STR, "s", "Capitals and small letters exchanged.", LINE ("return ''.join([c.lower() if c == c.upper() else c.upper() for c in s])") },
  { "issubset", CW_IN_SET, "s, other", "Are all elements in another one?", LINE ("return all([v in other for v in s])") },
  { "issuperset", CW_IN_SET, "s, other", "Has it all elements of another one?", LINE ("return all([v in s for v in other])") },
  { "isdisjoint", CW_IN_SET, "s, other", "Have they no element in common?", LINE ("return not any([v in s for v in other])") },
  { "copy", CW_IN_SET, "s", "Another set of the same elements.", LINE ("return set(s)") },
  { "copy", CW_IN_DICT, "d", "Another dict of the same entries.", LINE ("return dict(d)") },
  { "symmetric_difference", CW_IN_SET, "s, other", "Elements that one of them alone has.", LINE ("return {v for v in s if v not in other} | {v for v in other if v not in s}") },
  { "is_integer", CW_IN_NUMBER | CW_IN_EAGER, "x", "Is it a whole number?", LINE ("return bool(x - x == 0 and x == int(x))") },
  { "hex", CW_IN_BUILTINS, "number", "An integer in hexadecimal digits.", LINE ("return ('-0x' if number < 0 else '0x') + f'{abs(number):x}'") },
  { "bin", CW_IN_BUILTINS, "number", "An integer in binary digits.", LINE ("return ('-0b' if number < 0 else '0b') + f'{abs(number):b}'") },
  { "oct", CW_IN_BUILTINS, "number", "An integer in octal digits.", LINE ("return ('-0o' if number < 0 else '0o') + f'{abs(number):o}'") },
  { "frozenset", CW_IN_BUILTINS, "iterable=()", "A set; here it can be changed too.", LINE ("return set(iterable)") },
  { "clear", CW_IN_DICT, "d", "Takes all entries out.", LINE ("for key in list(d.keys()): d.pop(key)") },
  { "clear", CW_IN_SET, "s", "Takes all elements out.", LINE ("for v in list(s): s.discard(v)") },
  { "update", CW_IN_SET, "s, other", "Adds all elements of another one.", LINE ("for v in other: s.add(v)") },
  { "comb", CW_IN_MATH, "n, k", "In how many ways k of n things can be chosen.",
    LINE ("c = 1") LINE ("for i in range(min(k, n - k)): c = c * (n - i) // (i + 1)") LINE ("return c if 0 <= k <= n else 0") },
  { "isclose", CW_IN_MATH, "a, b, rel_tol=1e-09, abs_tol=0.0", "Are two numbers equal within a tolerance?",
    LINE ("if rel_tol < 0 or abs_tol < 0: raise ValueError('tolerances must be non-negative')")
    LINE ("if a == b or abs(a) == np.inf or abs(b) == np.inf: return a == b") LINE ("return abs(a - b) <= max(rel_tol * max(abs(a), abs(b)), abs_tol)") },
};

/* ---- calling them ---------------------------------------------------------------------------------------------------------- */

/* "a, *args, k=0" as the parameters of a plain function: arguments arrive bound. */
static char *plain_parameters (const char *signature) {
  g_auto (GStrv) parts = g_strsplit (signature, ",", -1);
  for (char **part = parts; *part; part++) {
    char *equals = strchr (*part, '=');
    if (equals) *equals = '\0';
    g_strstrip (*part);
    if (**part == '*') memmove (*part, *part + 1, strlen (*part));
  }
  return g_strjoinv (", ", parts);
}

static CwProgram *program_of (int row, GError **error) {
  static CwProgram *programs[G_N_ELEMENTS (written)];
  static GMutex lock;
  g_mutex_lock (&lock);
  if (!programs[row]) {
    int line, column;
    g_autofree char *parameters = plain_parameters (written[row].signature);
    g_autofree char *text = g_strdup_printf ("def %s(%s):\n%s", written[row].name, parameters, written[row].body);
    programs[row] = cw_parse (text, &line, &column, error);
  }
  g_mutex_unlock (&lock);
  return programs[row];
}

static CwValue *call_written (CwCall *call, GError **error) {
  CwSession *s = call->session;
  CwProgram *program = program_of (call->entry->data, error), *outer_program = s->program;
  CwScope *outer = s->scope, *scope = cw_scope_new (s->pool, NULL);
  CwValue *result = NULL, *function;
  cw_scope_assign (scope, g_intern_static_string ("np"), cw_module_value ("numpy"));
  cw_scope_assign (scope, g_intern_static_string ("da"), cw_module_value ("dask.array"));
  s->scope   = scope;
  s->program = program;
  bool defined = program && cw_execute_block (s, program->statements, error) == CW_FLOW_NEXT;
  s->scope   = outer;
  s->program = outer_program;
  if (defined && (function = cw_scope_find (scope, g_intern_string (written[call->entry->data].name)))) {
    result = cw_function_call (s, function, call->n, call->args, NULL, error);
  }
  if (!result) cw_place_clear (&s->place); /* the error lies where this was called */
  cw_scope_unref (scope);
  return result;
}

void cw_written_register (void (*add) (const CwEntry *entry)) {
  static CwEntry entries[G_N_ELEMENTS (written)];
  for (guint i = 0; i < G_N_ELEMENTS (written); i++) {
    entries[i] = (CwEntry){ written[i].name, written[i].spaces, written[i].signature, call_written, written[i].doc, (int) i, 0 };
    add (&entries[i]);
  }
}
