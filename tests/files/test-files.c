/* test-files.c: arrays in .npy files and folders of them: what is written is read again, here and in NumPy; damaged files are told as such. */
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/chunkwise.h"
#include "tests/language/run-cell.h"

static char *folder;

/* The code runs in the folder of the test's files. */
static void
shows (const char *code, const char *expected)
{
  g_autofree char *got = run_code (code);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_dtypes_come_back (void)
{
  shows ("ok = []\n"
         "for d in ['bool', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16', 'U5', 'S3']:\n"
         "  x = np.arange(12).reshape(3, 4).astype(d)\n"
         "  np.save('x', x)\n"
         "  y, m = np.load('x.npy'), np.load('x.npy', mmap_mode='r')\n"
         "  ok.append(y.dtype == x.dtype and m.dtype == x.dtype and y.tolist() == x.tolist() and m.tolist() == x.tolist())\n"
         "(all(ok), len(ok))",
         "(True, 16)");
  shows ("for x in [np.array(5), np.zeros(0), np.zeros((2, 0, 3)), np.arange(6).reshape(2, 3).T, np.arange(8)[::-2]]:\n"
         "  np.save('x.npy', x)\n"
         "  y = np.load('x.npy')\n"
         "  print(y.shape, y.tolist() == x.tolist())",
         "() True\n(0,) True\n(2, 0, 3) True\n(3, 2) True\n(4,) True");
}

static void
test_lazy_arrays_are_written_by_blocks (void)
{
  shows ("x = da.arange(24, chunks=5).reshape(4, 6)\nnp.save('x', x + x.sum())\nnp.array_equal(np.load('x.npy'), np.arange(24).reshape(4, 6) + 276)", "True");
  shows ("np.save('x', da.arange(6, chunks=4)[da.arange(6, chunks=4) > 3])\nnp.load('x.npy')", "array([4, 5])");
  /* from a file into the same file */
  shows ("np.save('x', np.arange(6))\ny = da.from_array(np.load('x.npy', mmap_mode='r'), chunks=2)\nnp.save('x', y[::-1] * 10)\nnp.load('x.npy')",
         "array([50, 40, 30, 20, 10,  0])");
}

static void
test_failures_keep_the_old_file (void)
{
  shows ("np.save('x', np.arange(3))\n"
         "def broken(b):\n  if b[0] > 2: raise ValueError('no')\n  return b\n"
         "try:\n  np.save('x', da.arange(6, chunks=2).map_blocks(broken))\nexcept ValueError as e:\n  print(e)\nnp.load('x.npy')",
         "no\narray([0, 1, 2])");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name (dir));)
    g_assert_false (g_str_has_prefix (name, "x.npy.")); /* nothing half written stays */
  shows ("np.save('missing/x', np.arange(3))", "OSError: [Errno 2] No such file or directory: 'missing/x.npy'");
  shows ("np.load('missing.npy')", "OSError: [Errno 2] No such file or directory: 'missing.npy'");
}

static void
test_mapped_files (void)
{
  shows ("np.save('x', np.arange(4))\nm = np.load('x.npy', mmap_mode='r')\nm[0] = 1",
         "ValueError: assignment destination is read-only: it is a file mapped with mode 'r'; x.copy() can be changed, or map it with mode 'r+'");
  shows ("m = np.load('x.npy', mmap_mode='r')\nm += 1",
         "ValueError: assignment destination is read-only: it is a file mapped with mode 'r'; x.copy() can be changed, or map it with mode 'r+'");
  shows ("m = np.load('x.npy', mmap_mode='r+')\nm[1] = 7\nnp.load('x.npy')", "array([0, 7, 2, 3])");
  shows ("m = np.load('x.npy', mmap_mode='c')", "ValueError: mode must be one of 'r' (read), 'r+' (read and write) and 'w+' (a new file), not 'c'");
  shows ("m = np.memmap('raw', dtype='i2', mode='w+', shape=(2, 2))\nm[1] = 5\n(np.memmap('raw', dtype='i2', mode='r'), np.memmap('raw', dtype='i2', mode='r', offset=4, shape=(2,)))",
         "(array([0, 0, 5, 5], dtype=int16), array([5, 5], dtype=int16))");
  shows ("np.memmap('raw', dtype='i2', mode='r', shape=(3, 3))", "ValueError: raw has 8 bytes, and an array of this shape from byte 0 on takes 18");
}

static void
test_storing (void)
{
  shows ("t = np.lib.format.open_memmap('t.npy', mode='w+', dtype='f4', shape=(4, 6))\nx = da.arange(24, chunks=5).reshape(4, 6)\nx.store(t)\nnp.load('t.npy')[3]",
         "array([18., 19., 20., 21., 22., 23.], dtype=float32)");
  shows ("a, b = np.zeros(4), np.zeros(6, dtype=int)\nx = da.arange(4, chunks=3)\nda.store([x, x + 1], [a, b], regions=[(slice(None),), (slice(1, 5),)])\n(a, b)",
         "(array([0., 1., 2., 3.]), array([0, 1, 2, 3, 4, 0]))");
  shows ("a = np.arange(10)\nda.from_array(a, chunks=3)[::-1].store(a)\na", "array([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])");
  shows ("da.ones(4, chunks=2).store(np.zeros(5))",
         "ValueError: could not store an array of shape (4,) into a target of shape (5,): make the target with np.empty(x.shape, x.dtype), or name a part of it with regions=");
  shows ("x = da.ones(4, chunks=2)\nx[x > 0].store(np.zeros(4))",
         "ValueError: an array of unknown chunk lengths cannot be stored, since it is not known where its blocks go: call x.compute_chunk_sizes() first");
}

static void
test_stacks (void)
{
  shows ("x = da.arange(24, chunks=5).reshape(4, 6).rechunk(2)\nda.to_npy_stack('stack', x, axis=1)\ny = da.from_npy_stack('stack')\n(y.chunks, bool((x == y).all().compute()), np.load('stack/2.npy')[0])",
         "(((4,), (2, 2, 2)), True, array([4, 5]))");
  shows ("np.save('stack/1', np.ones(3))\nda.from_npy_stack('stack').compute()",
         "ValueError: stack/1.npy is not the block that the folder's file info tells of: write the stack anew with da.to_npy_stack");
}

/* ---- damaged files ---- */

static void
write_file (const char *name, const char *bytes, gsize n)
{
  g_assert_true (g_file_set_contents (name, bytes, (gssize) n, NULL));
}

/* Both ways of loading fail with ValueError; what is asked for is part of the message. */
static void
refuses (const char *name, const char *part)
{
  g_autoptr (GError) load = NULL, map = NULL;
  g_assert_null (cw_npy_load (name, &load));
  g_assert_null (cw_npy_map (name, false, &map));
  g_assert_error (load, CW_ERROR, CW_ERROR_VALUE);
  g_assert_error (map, CW_ERROR, CW_ERROR_VALUE);
  if (!strstr (load->message, part))
    g_error ("'%s' is not in: %s", part, load->message);
}

static void
test_damaged_headers (void)
{
  static const struct {
    const char *header, *part;
  } cases[] = {
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4)", "damaged header" },
    { "{'descr': '<f8', 'fortran_order': False}", "damaged header" },
    { "{'descr': '<f8', 'fortran_order': 7, 'shape': (3,)}", "neither True nor False" },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}", "a length that is none" },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}", "a length that is none" },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (4000000000, 4000000000)}", "more elements than can be counted" },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693951,)}", "more elements than can be counted" },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,)}", "cut off" },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}", "cut off" },
    { "{'descr': '<f8', 'fortran_order': False, 'shape': 3}", "not a tuple" },
    { "{'descr': '<f8', 'descr': '<f8', 'shape': ()}", "once each" },
    { "{'descr': '|O', 'fortran_order': False, 'shape': ()}", "Python objects" },
    { "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': ()}", "several fields" },
    { "{'descr': '<f16', 'fortran_order': False, 'shape': ()}", "elements of type '<f16'" },
    { "{'descr': 'double', 'fortran_order': False, 'shape': ()}", "elements of type" },
    { "{'descr': '<M8[ns]', 'fortran_order': False, 'shape': ()}", "elements of type" },
    { "", "damaged header" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) file = g_string_new (NULL);
    g_string_append_len (file, "\x93NUMPY\x01\x00", 8);
    g_string_append_c (file, (char) strlen (cases[i].header));
    g_string_append_c (file, 0);
    g_string_append (file, cases[i].header);
    g_string_append_len (file, "0123456789abcdef", 16);
    write_file ("damaged.npy", file->str, file->len);
    refuses ("damaged.npy", cases[i].part);
  }
}

static void
test_files_that_are_cut_off (void)
{
  g_autofree char *whole = NULL, *out = run_code ("np.save('whole', np.arange(3.0))");
  gsize            n;
  g_assert_cmpstr (out, ==, "");
  g_assert_true (g_file_get_contents ("whole.npy", &whole, &n, NULL));
  for (gsize keep = 0; keep < n; keep++) {
    write_file ("cut.npy", whole, keep);
    refuses ("cut.npy", "cut.npy");
  }
  /* any byte of the header may be wrong: an array or an error, nothing else */
  for (gsize at = 0; at < n - 24; at++)
    for (int bit = 0; bit < 8; bit++) {
      g_autoptr (GError)   error = NULL;
      g_autoptr (CwBuffer) b     = NULL;
      whole[at] ^= (char) (1 << bit);
      write_file ("cut.npy", whole, n);
      whole[at] ^= (char) (1 << bit);
      b = cw_npy_load ("cut.npy", &error);
      g_assert_true ((b != NULL) != (error != NULL));
    }
  write_file ("cut.npy", "PK\x03\x04 and more of it", 20);
  refuses ("cut.npy", "archive");
  shows ("np.load('.')", "OSError: [Errno 21] Is a directory: '.'");
}

static void
test_damaged_stacks (void)
{
  g_autofree char *whole = NULL, *out = run_code ("da.to_npy_stack('bent', da.ones((4, 2), chunks=1))");
  gsize            n;
  g_assert_cmpstr (out, ==, "");
  g_assert_true (g_file_get_contents ("bent/info", &whole, &n, NULL));
  for (gsize keep = 0; keep < n; keep++) {
    g_autoptr (GError) error = NULL;
    write_file ("bent/info", whole, keep);
    g_assert_null (cw_npy_stack_read ("bent", &error));
    g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
  }
  for (gsize at = 0; at < n; at++)
    for (int bit = 0; bit < 8; bit++) {
      g_autoptr (GError)  error = NULL;
      g_autoptr (CwArray) a     = NULL;
      whole[at] ^= (char) (1 << bit);
      write_file ("bent/info", whole, n);
      whole[at] ^= (char) (1 << bit);
      a = cw_npy_stack_read ("bent", &error);
      g_assert_true ((a != NULL) != (error != NULL));
    }
}

/* ---- the limit ---- */

static void
test_files_larger_than_the_limit (void)
{
  int64_t limit = 64 << 20;
  cw_memory_set_limit (limit);
  shows ("x = da.random.RandomState(3).random((5000, 5000), chunks=1000)\nnp.save('large', x + x.T)\nm = np.load('large.npy', mmap_mode='r')\n"
         "y = da.from_array(m, chunks=1000)\n(m.shape, bool((y == y.T).all().compute()))",
         "((5000, 5000), True)");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  g_assert_cmpint (cw_memory_resident (), <=, limit / 10 * 11 + (64 << 20));
#endif
  shows ("np.load('large.npy')",
         "MemoryError: large.npy holds 190.73 MiB, which do not fit within the memory limit of 64.00 MiB: np.load(file, mmap_mode='r') leaves them in the file, and "
         "da.from_array of that reads a chunk at a time");
  cw_memory_set_limit (0);
}

/* ---- beside NumPy ---- */

static const char exchange[] =
  "import sys\n"
  "import numpy as np\n"
  "names = ['bool', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16', 'U5', 'S3']\n"
  "for d in names:\n"
  "    x = np.arange(12).reshape(3, 4).astype(d)\n"
  "    y = np.load('ours-' + d + '.npy')\n"
  "    assert y.dtype == x.dtype and (y == x).all(), d\n"
  "    np.save('theirs-' + d, x)\n"
  "    np.save('swapped-' + d, np.asfortranarray(x.astype(x.dtype.newbyteorder('>'))))\n"
  "    for version in [(2, 0), (3, 0)]:\n"
  "        with open('version%d-%s.npy' % (version[0], d), 'wb') as f:\n"
  "            np.lib.format.write_array(f, x, version=version)\n"
  "assert np.load('ours-fortran.npy').flags.f_contiguous\n";

static void
test_exchange_with_numpy (void)
{
  if (!g_file_test ("/usr/bin/python3", G_FILE_TEST_IS_EXECUTABLE) || system ("/usr/bin/python3 -c 'import numpy' 2>/dev/null") != 0) {
    g_test_skip ("python3-numpy is not installed");
    return;
  }
  shows ("for d in ['bool', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16', 'U5', 'S3']:\n"
         "  np.save('ours-' + d, da.arange(12, chunks=5).reshape(3, 4).astype(d))\nnp.save('ours-fortran', np.ones((3, 4)).T)", "");
  write_file ("exchange.py", exchange, strlen (exchange));
  g_assert_cmpint (system ("/usr/bin/python3 exchange.py"), ==, 0);
  shows ("ok = []\nfor d in ['bool', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8', 'f2', 'f4', 'f8', 'c8', 'c16', 'U5', 'S3']:\n"
         "  x = np.arange(12).reshape(3, 4).astype(d)\n"
         "  for kind in ['theirs', 'swapped', 'version2', 'version3']:\n"
         "    y = np.load(kind + '-' + d + '.npy')\n"
         "    ok.append(y.dtype == x.dtype and y.tolist() == x.tolist())\n"
         "(all(ok), len(ok))",
         "(True, 64)");
  shows ("np.load('swapped-f8.npy', mmap_mode='r')",
         "ValueError: swapped-f8.npy holds big-endian elements, which cannot be used where they stand: np.load(file) without mmap_mode turns them round");
}

/* The folder of a test, with what stands in it. */
static void
remove_all (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name (dir));) {
    g_autofree char *below = g_build_filename (path, name, NULL);
    remove_all (below);
  }
  if (dir)
    g_dir_close (dir);
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("chunkwise-files-XXXXXX", NULL);
  g_assert_cmpint (g_chdir (folder), ==, 0);
  g_test_add_func ("/files/dtypes-come-back", test_dtypes_come_back);
  g_test_add_func ("/files/lazy-arrays-are-written-by-blocks", test_lazy_arrays_are_written_by_blocks);
  g_test_add_func ("/files/failures-keep-the-old-file", test_failures_keep_the_old_file);
  g_test_add_func ("/files/mapped", test_mapped_files);
  g_test_add_func ("/files/storing", test_storing);
  g_test_add_func ("/files/stacks", test_stacks);
  g_test_add_func ("/files/damaged-headers", test_damaged_headers);
  g_test_add_func ("/files/cut-off", test_files_that_are_cut_off);
  g_test_add_func ("/files/damaged-stacks", test_damaged_stacks);
  g_test_add_func ("/files/larger-than-the-limit", test_files_larger_than_the_limit);
  g_test_add_func ("/files/exchange-with-numpy", test_exchange_with_numpy);
  int status = g_test_run ();
  g_assert_cmpint (g_chdir (".."), ==, 0);
  remove_all (folder);
  g_free (folder);
  return status;
}
