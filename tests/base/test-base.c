/* Dtypes, scalars, sizes and buffers. */
#include "engine/base/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* numpy.promote_types, as NumPy 1.24 answers. */
static void
test_promotion (void)
{
  static const struct {
    const char *a, *b, *want;
  } cases[] = {
    { "bool", "bool", "bool" },         { "bool", "int8", "int8" },         { "int8", "uint8", "int16" },
    { "int16", "uint16", "int32" },     { "int32", "uint32", "int64" },     { "int64", "uint64", "float64" },
    { "int64", "uint32", "int64" },     { "int8", "float16", "float16" },   { "uint8", "float16", "float16" },
    { "int16", "float16", "float32" },  { "uint16", "float32", "float32" }, { "int32", "float32", "float64" },
    { "float32", "float64", "float64" }, { "float16", "float32", "float32" }, { "int32", "complex64", "complex128" },
    { "int8", "complex64", "complex64" }, { "float64", "complex64", "complex128" }, { "bool", "complex64", "complex64" },
    { "uint64", "float32", "float64" }, { "uint8", "uint64", "uint64" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    CwDtype a, b, want;
    g_assert_true (cw_dtype_from_name (cases[i].a, &a) && cw_dtype_from_name (cases[i].b, &b) && cw_dtype_from_name (cases[i].want, &want));
    g_assert_cmpstr (cw_dtype_name (cw_dtype_promote (a, b)), ==, cw_dtype_name (want));
    g_assert_cmpint (cw_dtype_promote (a, b), ==, cw_dtype_promote (b, a));
  }
}

static void
test_promotion_is_a_lattice (void)
{
  for (int a = 0; a < CW_N_DTYPES; a++)
    for (int b = 0; b < CW_N_DTYPES; b++) {
      CwDtype p = cw_dtype_promote ((CwDtype) a, (CwDtype) b);
      g_assert_cmpint (p, ==, cw_dtype_promote (p, (CwDtype) a));
      g_assert_cmpint (p, ==, cw_dtype_promote ((CwDtype) a, p));
    }
}

static void
test_weak_scalars (void)
{
  CwDtype           out;
  g_autoptr (GError) error = NULL;
  g_assert_true (cw_dtype_promote_scalar (CW_FLOAT32, cw_scalar_float (1e300), &out, NULL));
  g_assert_cmpint (out, ==, CW_FLOAT32);
  g_assert_true (cw_dtype_promote_scalar (CW_INT8, cw_scalar_float (1), &out, NULL));
  g_assert_cmpint (out, ==, CW_FLOAT64);
  g_assert_true (cw_dtype_promote_scalar (CW_BOOL, cw_scalar_int (3), &out, NULL));
  g_assert_cmpint (out, ==, CW_INT64);
  g_assert_true (cw_dtype_promote_scalar (CW_FLOAT32, cw_scalar_complex (1), &out, NULL));
  g_assert_cmpint (out, ==, CW_COMPLEX64);
  g_assert_false (cw_dtype_promote_scalar (CW_UINT8, cw_scalar_int (300), &out, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_OVERFLOW);
}

static void
test_scalar_casts (void)
{
  g_assert_cmpint (cw_scalar_cast (cw_scalar_int (300), CW_UINT8).u, ==, 44);
  g_assert_cmpint (cw_scalar_cast (cw_scalar_float (-2.9), CW_INT32).i, ==, -2);
  g_assert_cmpint (cw_scalar_cast (cw_scalar_float (NAN), CW_BOOL).i, ==, 1);
  g_assert_cmpfloat (cw_scalar_cast (cw_scalar_float (0.1), CW_FLOAT16).f, ==, 0.0999755859375);
  g_assert_cmpint (cw_scalar_to_int (cw_scalar_float (1e30)), ==, INT64_MIN);
}

static void
test_sizes (void)
{
  int64_t            shape[] = { INT64_MAX / 2, 3 }, size, out;
  g_autoptr (GError) error   = NULL;
  g_assert_false (cw_shape_size (2, shape, &size, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_VALUE);
  g_assert_false (cw_size_mul (INT64_MAX, 2, &out));
  g_assert_true (cw_size_mul (CW_UNKNOWN, 2, &out) && out == CW_UNKNOWN);
  shape[0] = 0;
  g_assert_true (cw_shape_size (2, shape, &size, NULL) && size == 0);
}

static void
test_bytes (void)
{
  static const struct {
    double      bytes;
    const char *text;
  } cases[] = { { 0, "0 B" }, { 921, "921 B" }, { 922, "0.90 KiB" }, { 200e6, "190.73 MiB" }, { 8e9, "7.45 GiB" } };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = cw_bytes_to_string (cases[i].bytes);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
  int64_t bytes;
  g_assert_true (cw_bytes_from_string ("128MiB", &bytes) && bytes == 134217728);
  g_assert_true (cw_bytes_from_string ("1.5 kB", &bytes) && bytes == 1500);
  g_assert_true (cw_bytes_from_string ("1GB", &bytes) && bytes == 1000000000);
  g_assert_false (cw_bytes_from_string ("12 parsecs", &bytes));
  g_assert_false (cw_bytes_from_string ("", &bytes));
}

static CwBuffer *
range (int64_t rows, int64_t columns)
{
  int64_t   shape[2] = { rows, columns };
  CwBuffer *b        = cw_buffer_new (CW_INT64, 2, shape, NULL);
  for (int64_t i = 0; i < b->size; i++)
    ((int64_t *) b->data)[i] = i;
  return b;
}

static void
test_views (void)
{
  g_autoptr (CwBuffer) b = range (3, 4);
  int64_t shape[2] = { 4, 3 }, strides[2] = { b->strides[1], b->strides[0] };
  g_autoptr (CwBuffer) t = cw_buffer_view (b, CW_INT64, 2, shape, strides, b->data);
  g_assert_false (cw_buffer_is_contiguous (t));
  g_assert_cmpint (cw_buffer_get (t, 1).i, ==, 4);
  g_autoptr (CwBuffer) c = cw_buffer_contiguous (t, NULL);
  for (int64_t i = 0; i < 12; i++)
    g_assert_cmpint (((int64_t *) c->data)[i], ==, i % 3 * 4 + i / 3);
  cw_buffer_set (t, 1, cw_scalar_int (-7));
  g_assert_cmpint (cw_buffer_get (b, 4).i, ==, -7);
}

/* A copy has its source's elements in order, however either lies in memory: axes in any order, steps, backwards, repeated, of any dtype. */
static void
test_copies (void)
{
  static const CwDtype dtypes[] = { CW_INT8, CW_INT16, CW_FLOAT32, CW_INT64, CW_COMPLEX128 };
  GRand *rand = g_rand_new_with_seed (15);
  for (int round = 0; round < 400; round++) {
    CwDtype dtypes_of[2] = { dtypes[g_rand_int_range (rand, 0, 5)], dtypes[g_rand_int_range (rand, 0, 5)] };
    int     ndim         = g_rand_int_range (rand, 1, 5);
    int64_t shape[4];
    CwBuffer *side[2];
    for (int k = 0; k < ndim; k++)
      shape[k] = g_rand_int_range (rand, 1, (int[]){ 3000, 90, 30, 12 }[ndim - 1]);
    if (round % 2)
      dtypes_of[1] = dtypes_of[0];
    for (int i = 0; i < 2; i++) { /* memory of a shape of its own, seen by axes in another order */
      int64_t memory[4], strides[4], step[4];
      int     place[4] = { 0, 1, 2, 3 };
      for (int k = ndim - 1; k > 0; k--) {
        int other = g_rand_int_range (rand, 0, k + 1), was = place[k];
        place[k]     = place[other];
        place[other] = was;
      }
      for (int k = 0; k < ndim; k++) {
        step[k]          = g_rand_int_range (rand, 0, 4) ? 1 : 2;
        memory[place[k]] = shape[k] * step[k];
      }
      g_autoptr (CwBuffer) b = cw_buffer_new (dtypes_of[i], ndim, memory, NULL);
      for (int64_t e = 0; e < b->size; e++)
        cw_buffer_set (b, e, cw_scalar_int (i ? g_rand_int_range (rand, -100, 100) : 0));
      char *data = b->data;
      for (int k = 0; k < ndim; k++) {
        strides[k] = b->strides[place[k]] * step[k];
        if (i && g_rand_int_range (rand, 0, 8) == 0)
          strides[k] = 0;
        else if (g_rand_int_range (rand, 0, 4) == 0) {
          data += (shape[k] - 1) * strides[k];
          strides[k] = -strides[k];
        }
      }
      side[i] = cw_buffer_view (b, dtypes_of[i], ndim, shape, strides, data);
    }
    cw_buffer_copy (side[0], side[1]);
    for (int64_t e = 0; e < side[0]->size; e++)
      g_assert_cmpint (cw_scalar_to_int (cw_buffer_get (side[0], e)), ==, cw_scalar_to_int (cw_buffer_get (side[1], e)));
    int64_t first = g_rand_int_range (rand, 0, (int) side[1]->size + 1), n = g_rand_int_range (rand, 0, (int) (side[1]->size - first) + 1);
    g_autoptr (CwBuffer) some = cw_buffer_new (dtypes_of[1], 1, &n, NULL);
    cw_buffer_read (side[1], first, n, some->data);
    for (int64_t e = 0; e < n; e++)
      g_assert_cmpint (cw_scalar_to_int (cw_buffer_get (some, e)), ==, cw_scalar_to_int (cw_buffer_get (side[1], first + e)));
    cw_buffer_unref (side[0]);
    cw_buffer_unref (side[1]);
  }
  g_rand_free (rand);
}

static void
test_memory_is_counted (void)
{
  int64_t   before = cw_buffer_live_bytes ();
  CwBuffer *b      = range (100, 100);
  g_assert_cmpint (cw_buffer_live_bytes (), ==, before + 80000);
  CwBuffer *view = cw_buffer_view (b, CW_INT64, 2, b->shape, b->strides, b->data);
  cw_buffer_unref (b);
  g_assert_cmpint (cw_buffer_live_bytes (), ==, before + 80000);
  cw_buffer_unref (view);
  g_assert_cmpint (cw_buffer_live_bytes (), ==, before);
}

static void
test_too_much_memory (void)
{
  int64_t            shape[1] = { (int64_t) 1 << 58 };
  g_autoptr (GError) error    = NULL;
  g_assert_null (cw_buffer_new (CW_FLOAT64, 1, shape, &error));
  g_assert_error (error, CW_ERROR, CW_ERROR_MEMORY);
}

static void
test_error_names (void)
{
  CwErrorCode code;
  g_assert_cmpstr (cw_error_class_name (CW_ERROR_AXIS), ==, "AxisError");
  g_assert_cmpstr (cw_error_base_name (CW_ERROR_AXIS), ==, "ValueError");
  g_assert_true (cw_error_code_from_name ("ZeroDivisionError", &code) && code == CW_ERROR_ZERO_DIVISION);
  g_assert_false (cw_error_code_from_name ("NoSuchError", &code));
}

/* The digits are the fewest of those that read back, also of numbers next to zero, which have few. */
static void
test_shortest_digits (void)
{
  static const CwDtype dtypes[] = { CW_FLOAT64, CW_FLOAT32, CW_FLOAT16 };
  GRand *rand = g_rand_new_with_seed (3);
  for (int i = 0; i < 6000; i++) {
    CwDtype dtype    = dtypes[i % 3];
    int     least    = (int[]){ -1074, -149, -24 }[i % 3], n = 0, exponent, given;
    double  f        = i % 2 ? ldexp (g_rand_int_range (rand, 1, 1000), g_rand_int_range (rand, least, 6)) : g_rand_int_range (rand, 1, 99999) / 1000.0;
    char    digits[32], text[64], format[16], *e;
    f = dtype == CW_FLOAT32 ? (double) (float) f : dtype == CW_FLOAT16 ? (double) (_Float16) f : f;
    if (f == 0 || isinf (f))
      continue;
    double back = 0;
    for (int most = 0; most < 17 && back != f; most++) {
      g_snprintf (format, sizeof format, "%%.%de", most);
      g_ascii_formatd (text, sizeof text, format, f);
      back = g_ascii_strtod (text, NULL);
      back = dtype == CW_FLOAT32 ? (double) (float) back : dtype == CW_FLOAT16 ? (double) (_Float16) back : back;
    }
    e     = strchr (text, 'e');
    given = atoi (e + 1);
    for (char *p = text; p < e; p++)
      if (*p != '.')
        text[n++] = *p;
    while (n > 1 && text[n - 1] == '0')
      n--;
    text[n] = '\0';
    cw_shortest_digits (f, dtype, digits, &exponent);
    g_assert_cmpstr (digits, ==, text);
    g_assert_cmpint (exponent, ==, given);
  }
  g_rand_free (rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/promotion", test_promotion);
  g_test_add_func ("/base/promotion-is-a-lattice", test_promotion_is_a_lattice);
  g_test_add_func ("/base/weak-scalars", test_weak_scalars);
  g_test_add_func ("/base/scalar-casts", test_scalar_casts);
  g_test_add_func ("/base/sizes", test_sizes);
  g_test_add_func ("/base/bytes", test_bytes);
  g_test_add_func ("/base/views", test_views);
  g_test_add_func ("/base/copies", test_copies);
  g_test_add_func ("/base/memory-is-counted", test_memory_is_counted);
  g_test_add_func ("/base/too-much-memory", test_too_much_memory);
  g_test_add_func ("/base/error-names", test_error_names);
  g_test_add_func ("/base/shortest-digits", test_shortest_digits);
  return g_test_run ();
}
