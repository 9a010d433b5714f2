/* family-modules.c: constants of the modules, math, time, and imports. */
#include <math.h>
#include <string.h>
#include <time.h>

#include "engine/language/families.h"
#include "engine/language/print.h"
#include "engine/language/session-private.h"

/* ---- constants ----------------------------------------------------------------------------------------------------------- */

static CwValue *constant_float (CwCall *call, GError **error) {
  static const double values[] = { M_PI, M_E, INFINITY, NAN, -INFINITY, 0.57721566490153286, 2 * M_PI };
  return cw_float (values[call->entry->data]);
}

static CwValue *constant_newaxis (CwCall *call, GError **error) {
  return cw_none ();
}

static CwValue *constant_version (CwCall *call, GError **error) {
  return cw_str (call->via & CW_IN_NP ? "2.0 (Chunkwise)" : "2022.12.1 (Chunkwise)");
}

static CwValue *array_class (CwCall *call, GError **error) {
  cw_fail (error, CW_ERROR_TYPE, "arrays are made by functions such as zeros, arange and from_array, not by the class %s", call->entry->name);
  return NULL;
}

/* ---- math ------------------------------------------------------------------------------------------------------------------ */

static double to_degrees (double x) {
  return x * (180 / M_PI);
}

static double to_radians (double x) {
  return x * (M_PI / 180);
}

static CwValue *math_function (CwCall *call, GError **error) {
  static double (*const functions[]) (double) = { sqrt, exp, log, log2, log10, sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, fabs, expm1, log1p,
                                                  to_degrees, to_radians };
  double x;
  if (!cw_arg_double (call, 0, &x, error)) return NULL;
  if (call->entry->data == 2 && call->n > 1 && !cw_arg_is_none (call, 1)) {
    double base;
    return cw_arg_double (call, 1, &base, error) ? cw_float (log (x) / log (base)) : NULL;
  }
  double y = functions[call->entry->data](x);
  if (isnan (y) && !isnan (x)) cw_fail (error, CW_ERROR_VALUE, "math domain error");
  else if (isinf (y) && isfinite (x)) cw_fail (error, x == 0 || x == -1 ? CW_ERROR_VALUE : CW_ERROR_OVERFLOW, x == 0 || x == -1 ? "math domain error" : "math range error");
  else return cw_float (y);
  return NULL;
}

static CwValue *math_pair (CwCall *call, GError **error) {
  static double (*const functions[]) (double, double) = { pow, atan2, hypot, fmod, copysign };
  double x, y;
  if (!cw_arg_double (call, 0, &x, error) || !cw_arg_double (call, 1, &y, error)) return NULL;
  double z = functions[call->entry->data](x, y);
  bool finite = isfinite (x) && isfinite (y), pole = call->entry->data == 0 && x == 0; /* 0 to a negative power */
  if ((isnan (z) && !isnan (x) && !isnan (y)) || (isinf (z) && finite && pole)) cw_fail (error, CW_ERROR_VALUE, "math domain error");
  else if (isinf (z) && finite) cw_fail (error, CW_ERROR_OVERFLOW, "math range error");
  else return cw_float (z);
  return NULL;
}

/* Adds @x to a sum kept exactly as @parts that do not overlap, smallest first: J. R. Shewchuk, "Adaptive precision floating-point
 * arithmetic and fast robust geometric predicates", 1997, as Python's fsum does. */
static void add_exactly (GArray *parts, double x) {
  guint kept = 0;
  for (guint i = 0; i < parts->len; i++) {
    double y = g_array_index (parts, double, i);
    if (fabs (x) < fabs (y)) {
      double swap = x;
      x = y;
      y = swap;
    }
    double high = x + y, low = y - (high - x);
    if (low != 0) g_array_index (parts, double, kept++) = low;
    x = high;
  }
  g_array_set_size (parts, kept);
  g_array_append_val (parts, x);
}

/* The nearest double of the parts' sum, halves to even. */
static double round_parts (const GArray *parts) {
  const double *p = (const double *) (const void *) parts->data;
  guint i = parts->len;
  double high = i ? p[--i] : 0, low = 0;
  while (i > 0 && low == 0) {
    double x = high, y = p[--i];
    high = x + y;
    low  = y - (high - x);
  }
  if (i > 0 && ((low < 0 && p[i - 1] < 0) || (low > 0 && p[i - 1] > 0))) { /* what is below decides a tie */
    double y = low * 2, x = high + y;
    if (y == x - high) high = x;
  }
  return high;
}

static CwValue *math_fsum (CwCall *call, GError **error) {
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (double));
  CwValue *list = cw_to_list (call->args[0], error);
  double special = 0; /* sum of what is not finite */
  if (!list) return NULL;
  for (int i = 0; i < cw_items_n (list); i++) {
    CwScalar s;
    CwValue *item = cw_items_get (list, i);
    if (!cw_value_scalar (item, &s) || cw_dtype_is_complex (s.dtype)) {
      cw_fail (error, CW_ERROR_TYPE, "must be real number, not %s", cw_type_name (item));
      return NULL;
    }
    double x = cw_scalar_to_double (s);
    if (!isfinite (x)) {
      if (isinf (special) && isinf (x) && special != x) {
        cw_fail (error, CW_ERROR_VALUE, "-inf + inf in fsum");
        return NULL;
      }
      special += x;
      continue;
    }
    add_exactly (parts, x);
    if (!isfinite (g_array_index (parts, double, parts->len - 1))) {
      cw_fail (error, CW_ERROR_OVERFLOW, "intermediate overflow in fsum");
      return NULL;
    }
  }
  return cw_float (special != 0 ? special : round_parts (parts));
}

static CwValue *math_dist (CwCall *call, GError **error) {
  CwValue *p = cw_to_list (call->args[0], error), *q = p ? cw_to_list (call->args[1], error) : NULL;
  long double sum = 0;
  if (!q) return NULL;
  if (cw_items_n (p) != cw_items_n (q)) {
    cw_fail (error, CW_ERROR_VALUE, "both points must have the same number of dimensions");
    return NULL;
  }
  for (int i = 0; i < cw_items_n (p); i++) {
    CwScalar a, b;
    if (!cw_value_scalar (cw_items_get (p, i), &a) || !cw_value_scalar (cw_items_get (q, i), &b)) {
      cw_fail (error, CW_ERROR_TYPE, "must be real numbers");
      return NULL;
    }
    long double d = (long double) cw_scalar_to_double (a) - cw_scalar_to_double (b);
    sum += d * d;
  }
  return cw_float ((double) sqrtl (sum));
}

static CwValue *math_isqrt (CwCall *call, GError **error) {
  int64_t n;
  if (!cw_arg_int (call, 0, &n, error)) return NULL;
  if (n < 0) {
    cw_fail (error, CW_ERROR_VALUE, "isqrt() argument must be nonnegative");
    return NULL;
  }
  int64_t root = (int64_t) sqrt ((double) n);
  while (root > 3037000499 || root * root > n) root--; /* the double is near; the first is the largest root of 64 bits */
  while (root < 3037000499 && (root + 1) * (root + 1) <= n) root++;
  return cw_int (root);
}

static CwValue *math_whole (CwCall *call, GError **error) {
  double x;
  if (!cw_arg_double (call, 0, &x, error)) return NULL;
  CwValue *whole = cw_float (call->entry->data == 0 ? floor (x) : call->entry->data == 1 ? ceil (x) : trunc (x));
  return cw_entry_call (cw_register_find (CW_IN_BUILTINS, "int"), CW_IN_BUILTINS, NULL, 1, &whole, NULL, error);
}

static CwValue *math_test (CwCall *call, GError **error) {
  double x;
  if (!cw_arg_double (call, 0, &x, error)) return NULL;
  return cw_bool (call->entry->data == 0 ? isnan (x) : call->entry->data == 1 ? isinf (x) : isfinite (x));
}

static CwValue *math_prod (CwCall *call, GError **error) {
  CwValue *list = cw_to_list (call->args[0], error), *product = cw_int (1);
  for (int i = 0; list && product && i < cw_items_n (list); i++) product = cw_binary (CW_OP_MUL, product, cw_items_get (list, i), error);
  return list ? product : NULL;
}

static CwValue *math_gcd (CwCall *call, GError **error) {
  int64_t a, b;
  if (!cw_arg_int (call, 0, &a, error) || !cw_arg_int (call, 1, &b, error)) return NULL;
  while (b) {
    int64_t r = b == -1 ? 0 : a % b;
    a = b;
    b = r;
  }
  return cw_int (a < 0 ? -a : a);
}

static CwValue *math_factorial (CwCall *call, GError **error) {
  int64_t n, product = 1;
  if (!cw_arg_int (call, 0, &n, error)) return NULL;
  if (n < 0) cw_fail (error, CW_ERROR_VALUE, "factorial() not defined for negative values");
  else if (n > 20) cw_fail (error, CW_ERROR_OVERFLOW, "factorial(%d) does not fit an integer of 64 bits", (int) MIN (n, 1000000));
  if (n < 0 || n > 20) return NULL;
  for (int64_t i = 2; i <= n; i++) product *= i;
  return cw_int (product);
}

/* ---- time --------------------------------------------------------------------------------------------------------------------- */

static CwValue *time_now (CwCall *call, GError **error) {
  if (call->entry->data == 0) return cw_float ((double) g_get_real_time () / 1e6);
  return cw_float ((double) g_get_monotonic_time () / 1e6);
}

static CwValue *time_sleep (CwCall *call, GError **error) {
  double seconds;
  if (!cw_arg_double (call, 0, &seconds, error)) return NULL;
  if (!(seconds >= 0)) {
    cw_fail (error, CW_ERROR_VALUE, "sleep length must be non-negative");
    return NULL;
  }
  for (int64_t end = g_get_monotonic_time () + (int64_t) (MIN (seconds, 1e9) * 1e6), now; (now = g_get_monotonic_time ()) < end;) {
    if (!cw_session_check (call->session, error)) return NULL;
    g_usleep ((gulong) MIN (end - now, 20000));
  }
  return cw_none ();
}

const CwEntry cw_entries_modules[] = {
#define EVERYWHERE (CW_IN_NP | CW_IN_DA | CW_IN_MATH)
  { "pi", EVERYWHERE, NULL, constant_float, "3.14159...", 0, CW_ENTRY_PROPERTY },
  { "e", EVERYWHERE, NULL, constant_float, "2.71828...", 1, CW_ENTRY_PROPERTY },
  { "inf", EVERYWHERE, NULL, constant_float, "Infinity.", 2, CW_ENTRY_PROPERTY },
  { "Inf", CW_IN_NP, NULL, constant_float, "Infinity.", 2, CW_ENTRY_PROPERTY },
  { "nan", EVERYWHERE, NULL, constant_float, "Not a number.", 3, CW_ENTRY_PROPERTY },
  { "NaN", CW_IN_NP, NULL, constant_float, "Not a number.", 3, CW_ENTRY_PROPERTY },
  { "NINF", CW_IN_NP, NULL, constant_float, "Minus infinity.", 4, CW_ENTRY_PROPERTY },
  { "euler_gamma", CW_IN_NP | CW_IN_DA, NULL, constant_float, "0.57721...", 5, CW_ENTRY_PROPERTY },
  { "tau", CW_IN_MATH, NULL, constant_float, "Two pi.", 6, CW_ENTRY_PROPERTY },
  CW_PROPERTY ("newaxis", CW_IN_NP | CW_IN_DA, constant_newaxis, "A new axis of length 1, inside brackets."),
  CW_PROPERTY ("__version__", CW_IN_NP | CW_IN_DA | CW_IN_DASK, constant_version, "The version whose rules hold here."),
  { "ndarray", CW_IN_NP, "*args, **kwargs", array_class, "The class of NumPy arrays.", 0, CW_ENTRY_TYPE },
  { "Array", CW_IN_DA, "*args, **kwargs", array_class, "The class of Dask arrays.", 0, CW_ENTRY_TYPE },
  { "sqrt", CW_IN_MATH, "x", math_function, "Square root.", 0 },
  { "exp", CW_IN_MATH, "x", math_function, "e to the power x.", 1 },
  { "log", CW_IN_MATH, "x, base=None", math_function, "Natural logarithm, or to a base.", 2 },
  { "log2", CW_IN_MATH, "x", math_function, "Logarithm to base 2.", 3 },
  { "log10", CW_IN_MATH, "x", math_function, "Logarithm to base 10.", 4 },
  { "sin", CW_IN_MATH, "x", math_function, "Sine.", 5 },
  { "cos", CW_IN_MATH, "x", math_function, "Cosine.", 6 },
  { "tan", CW_IN_MATH, "x", math_function, "Tangent.", 7 },
  { "asin", CW_IN_MATH, "x", math_function, "Inverse sine.", 8 },
  { "acos", CW_IN_MATH, "x", math_function, "Inverse cosine.", 9 },
  { "atan", CW_IN_MATH, "x", math_function, "Inverse tangent.", 10 },
  { "sinh", CW_IN_MATH, "x", math_function, "Hyperbolic sine.", 11 },
  { "cosh", CW_IN_MATH, "x", math_function, "Hyperbolic cosine.", 12 },
  { "tanh", CW_IN_MATH, "x", math_function, "Hyperbolic tangent.", 13 },
  { "fabs", CW_IN_MATH, "x", math_function, "Absolute value.", 14 },
  { "expm1", CW_IN_MATH, "x", math_function, "exp(x) - 1.", 15 },
  { "log1p", CW_IN_MATH, "x", math_function, "log(1 + x).", 16 },
  { "degrees", CW_IN_MATH, "x", math_function, "An angle in radians, in degrees.", 17 },
  { "radians", CW_IN_MATH, "x", math_function, "An angle in degrees, in radians.", 18 },
  { "pow", CW_IN_MATH, "x, y", math_pair, "x to the power y.", 0 },
  { "atan2", CW_IN_MATH, "y, x", math_pair, "Angle of a point.", 1 },
  { "hypot", CW_IN_MATH, "x, y", math_pair, "Length of a vector.", 2 },
  { "fmod", CW_IN_MATH, "x, y", math_pair, "Remainder with the sign of x.", 3 },
  { "copysign", CW_IN_MATH, "x, y", math_pair, "x with the sign of y.", 4 },
  { "dist", CW_IN_MATH, "p, q", math_dist, "Distance of two points.", 0 },
  { "isqrt", CW_IN_MATH, "n", math_isqrt, "The integer part of an integer's square root.", 0 },
  { "fsum", CW_IN_MATH, "seq", math_fsum, "The sum of numbers, rounded once.", 0 },
  { "floor", CW_IN_MATH, "x", math_whole, "Largest integer not above x.", 0 },
  { "ceil", CW_IN_MATH, "x", math_whole, "Smallest integer not below x.", 1 },
  { "trunc", CW_IN_MATH, "x", math_whole, "The integer part.", 2 },
  { "isnan", CW_IN_MATH, "x", math_test, "Is it not a number?", 0 },
  { "isinf", CW_IN_MATH, "x", math_test, "Is it infinite?", 1 },
  { "isfinite", CW_IN_MATH, "x", math_test, "Is it neither?", 2 },
  { "prod", CW_IN_MATH, "iterable", math_prod, "Product of the elements.", 0 },
  { "gcd", CW_IN_MATH, "a, b", math_gcd, "Greatest common divisor.", 0 },
  { "factorial", CW_IN_MATH, "n", math_factorial, "1 * 2 * ... * n.", 0 },
  { "time", CW_IN_TIME, "", time_now, "Seconds since 1970.", 0 },
  { "perf_counter", CW_IN_TIME, "", time_now, "Seconds of a clock that only runs forward.", 1 },
  { "monotonic", CW_IN_TIME, "", time_now, "Seconds of a clock that only runs forward.", 1 },
  { "sleep", CW_IN_TIME, "seconds", time_sleep, "Waits.", 0 },
  { 0 },
};

/* ---- imports --------------------------------------------------------------------------------------------------------------------- */

static bool refuse_module (CwSession *s, const CwNode *node, const char *name, GError **error) {
  cw_fail (error, CW_ERROR_IMPORT, "No module named '%s' in the notebook language: there are numpy, dask, dask.array, dask.distributed, time and math", name);
  return cw_at (s, node) != NULL;
}

static CwValue *module_value (const CwModule *module) {
  CwValue *v = cw_value_new (CW_V_MODULE);
  v->module = module;
  return v;
}

bool cw_session_import (CwSession *s, const CwNode *node, GError **error) {
  const CwModule *from = node->kind == CW_NODE_FROM ? cw_module_find (node->text) : NULL;
  if (node->kind == CW_NODE_FROM && !from) return refuse_module (s, node, node->text, error);
  for (guint i = 0; i < node->list->len; i++) {
    const CwNode *alias = node->list->pdata[i];
    CwValue *v;
    if (from) {
      g_autoptr (GError) missing = NULL;
      v = cw_value_attribute (module_value (from), alias->text, &missing);
      if (!v) {
        cw_fail (error, CW_ERROR_IMPORT, "cannot import name '%s' from '%s'", alias->text, node->text);
        return cw_at (s, alias) != NULL;
      }
    } else {
      const CwModule *module = cw_module_find (alias->text);
      if (!module) return refuse_module (s, alias, alias->text, error);
      g_autofree char *top = g_strndup (alias->text, strcspn (alias->text, "."));
      v = module_value (alias->text2 ? module : cw_module_find (top));
      if (!alias->text2) {
        cw_scope_assign (s->scope, g_intern_string (top), v);
        continue;
      }
    }
    cw_scope_assign (s->scope, g_intern_string (alias->text2 ? alias->text2 : alias->text), v);
  }
  return true;
}

/* ---- repr of what is neither number nor container -------------------------------------------------------------------------------------- */

char *cw_value_object_repr (CwValue *v) {
  switch (v->kind) {
  case CW_V_FUNCTION:
    return g_strdup_printf ("<function %s>", v->function.node->text ? v->function.node->text : "<lambda>");
  case CW_V_BUILTIN:
    if (v->builtin.entry->flags & CW_ENTRY_TYPE) {
      return g_strdup_printf ("<class '%s.%s'>", v->builtin.via & CW_IN_DA ? "dask.array.core" : "numpy", v->builtin.entry->name);
    }
    return g_strdup_printf (v->builtin.self ? "<bound method %s>" : "<function %s>", v->builtin.entry->name);
  case CW_V_MODULE:
    return g_strdup_printf ("<module '%s'>", v->module->name);
  case CW_V_TYPE:
    return g_strdup_printf ("<class '%s'>", v->type.name);
  case CW_V_DTYPE:
    return g_strdup_printf (v->dtype.is_class ? "<class 'numpy.%s'>" : "dtype('%s')", cw_dtype_name (v->dtype.id));
  case CW_V_RANDOM:
    return g_strdup_printf ("%s(seed=%" G_GUINT64_FORMAT ")", cw_type_name (v), v->random.state.seed);
  case CW_V_CLIENT:
    return g_strdup_printf ("<Client: this machine, %d worker%s, %d thread%s>", v->client.workers, v->client.workers == 1 ? "" : "s",
                            v->client.workers * v->client.threads_per_worker, v->client.workers * v->client.threads_per_worker == 1 ? "" : "s");
  case CW_V_RECORD:
    return g_strdup (v->record.text);
  default:
    return g_strdup_printf ("<%s>", cw_type_name (v));
  }
}
