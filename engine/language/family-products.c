/* family-products.c: dot, matmul, tensordot, einsum and their kin. */
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

static bool two_arrays (CwCall *call, CwArray **a, CwArray **b, GError **error) {
  for (int i = 0; i < 2; i++) call->lazy |= call->args[i]->kind == CW_V_LAZY;
  *a = cw_value_array_split (call, call->args[0], error);
  *b = *a ? cw_value_array_split (call, call->args[1], error) : NULL;
  return *b != NULL;
}

static CwValue *products_dot (CwCall *call, GError **error) {
  CwArray *a, *b;
  if (!two_arrays (call, &a, &b, error)) return NULL;
  if (!a->ndim || !b->ndim) {
    if (call->entry->data) {
      cw_fail (error, CW_ERROR_VALUE, "`matmul` does not support scalars.");
      return NULL;
    }
    return cw_answer (call, cw_compose_binary (CW_UFUNC_multiply, a, b, error), error);
  }
  return cw_answer (call, call->entry->data ? cw_array_matmul (a, b, error) : cw_array_dot (a, b, error), error);
}

static CwValue *products_vdot (CwCall *call, GError **error) {
  CwArray *a, *b;
  int64_t all = -1;
  if (!two_arrays (call, &a, &b, error)) return NULL;
  g_autoptr (CwArray) conjugate = cw_compose_unary (CW_UFUNC_conjugate, a, error);
  g_autoptr (CwArray) x = conjugate ? cw_array_reshape (conjugate, 1, &all, error) : NULL;
  g_autoptr (CwArray) y = x ? cw_array_reshape (b, 1, &all, error) : NULL;
  return y ? cw_answer (call, cw_array_dot (x, y, error), error) : NULL;
}

static CwValue *products_inner (CwCall *call, GError **error) {
  CwArray *a, *b;
  if (!two_arrays (call, &a, &b, error)) return NULL;
  if (!a->ndim || !b->ndim) return cw_answer (call, cw_compose_binary (CW_UFUNC_multiply, a, b, error), error);
  int last_a = a->ndim - 1, last_b = b->ndim - 1;
  return cw_answer (call, cw_array_tensordot (a, b, 1, &last_a, &last_b, error), error);
}

static CwValue *products_outer (CwCall *call, GError **error) {
  CwArray *a, *b;
  return two_arrays (call, &a, &b, error) ? cw_answer (call, cw_compose_outer (a, b, error), error) : NULL;
}

static CwValue *products_kron (CwCall *call, GError **error) {
  CwBuffer *x = cw_arg_buffer (call, 0, error), *y = x ? cw_arg_buffer (call, 1, error) : NULL; /* NumPy's own, on values */
  if (!y) return NULL;
  int ndim = MAX (x->ndim, y->ndim);
  int64_t shape_x[2 * CW_MAX_NDIM], shape_y[2 * CW_MAX_NDIM], shape[CW_MAX_NDIM];
  if (2 * ndim > CW_MAX_NDIM) {
    cw_fail (error, CW_ERROR_VALUE, "kron works on arrays of at most %d dimensions", CW_MAX_NDIM / 2);
    return NULL;
  }
  for (int i = 0; i < ndim; i++) {
    int at_x = i - (ndim - x->ndim), at_y = i - (ndim - y->ndim);
    shape_x[2 * i] = at_x < 0 ? 1 : x->shape[at_x];
    shape_y[2 * i + 1] = at_y < 0 ? 1 : y->shape[at_y];
    shape_x[2 * i + 1] = shape_y[2 * i] = 1;
    shape[i] = shape_x[2 * i] * shape_y[2 * i + 1];
  }
  CwCall eager = { .session = call->session };
  CwArray *a = cw_value_array (&eager, cw_eager (cw_buffer_ref (x)), error), *b = cw_value_array (&eager, cw_eager (cw_buffer_ref (y)), error);
  if (!a || !b) return NULL;
  g_autoptr (CwArray) wide_a = cw_array_reshape (a, 2 * ndim, shape_x, error);
  g_autoptr (CwArray) wide_b = wide_a ? cw_array_reshape (b, 2 * ndim, shape_y, error) : NULL;
  g_autoptr (CwArray) product = wide_b ? cw_compose_binary (CW_UFUNC_multiply, wide_a, wide_b, error) : NULL;
  return product ? cw_answer (&eager, cw_array_reshape (product, ndim, shape, error), error) : NULL;
}

static CwValue *products_tensordot (CwCall *call, GError **error) {
  CwArray *a, *b;
  CwValue *axes = call->args[2];
  int n, m, axes_a[CW_MAX_NDIM], axes_b[CW_MAX_NDIM];
  if (!two_arrays (call, &a, &b, error)) return NULL;
  if (cw_is_sequence (axes)) {
    if (cw_items_n (axes) != 2) {
      cw_fail (error, CW_ERROR_VALUE, "axes must be an int or a pair: the axes of a and the axes of b");
      return NULL;
    }
    CwCall part = *call;
    part.args[0] = cw_items_get (axes, 0);
    part.args[1] = cw_items_get (axes, 1);
    if (!cw_arg_axes (&part, 0, a->ndim, &n, axes_a, error) || !cw_arg_axes (&part, 1, b->ndim, &m, axes_b, error)) return NULL;
    if (n != m) {
      cw_fail (error, CW_ERROR_VALUE, "shape-mismatch for sum: %d axes of a and %d of b", n, m);
      return NULL;
    }
  } else {
    int64_t count;
    if (!cw_value_index (axes, &count, error)) return NULL;
    if (count < 0 || count > MIN (a->ndim, b->ndim)) {
      cw_fail (error, CW_ERROR_INDEX, "tuple index out of range: axes=%d, but the arrays have %d and %d dimensions", (int) count, a->ndim, b->ndim);
      return NULL;
    }
    n = (int) count;
    for (int i = 0; i < n; i++) {
      axes_a[i] = a->ndim - n + i;
      axes_b[i] = i;
    }
  }
  return cw_answer (call, cw_array_tensordot (a, b, n, axes_a, axes_b, error), error);
}

static CwValue *products_einsum (CwCall *call, GError **error) {
  const char *subscripts;
  int n;
  CwArray **in;
  CwDtype dtype;
  if (!cw_arg_str (call, 0, &subscripts, error) || !cw_arg_dtype (call, 2, &dtype, error)) return NULL;
  for (int i = 0; i < cw_items_n (call->args[1]); i++) call->lazy |= cw_items_get (call->args[1], i)->kind == CW_V_LAZY;
  if (!cw_arg_arrays (call, 1, &n, &in, error)) return NULL;
  return cw_answer (call, cw_compose_einsum (subscripts, n, in, dtype, error), error);
}

const CwEntry cw_entries_products[] = {
  { "dot", CW_IN_ALL, "a, b", products_dot, "The matrix product; of vectors the sum of products.", 0 },
  { "matmul", CW_IN_MODULES, "a, b", products_dot, "The matrix product, as a @ b; leading axes are batches.", 1 },
  { "vdot", CW_IN_MODULES, "a, b", products_vdot, "The sum of products of all elements, a conjugated.", 0 },
  { "inner", CW_IN_NP, "a, b", products_inner, "Sums of products over the last axes.", 0 },
  { "outer", CW_IN_MODULES, "a, b", products_outer, "Every element of a times every element of b.", 0 },
  { "kron", CW_IN_NP, "a, b", products_kron, "The Kronecker product.", 0 },
  { "tensordot", CW_IN_MODULES, "lhs, rhs, axes=2", products_tensordot, "Sums of products over chosen axes.", 0 },
  { "einsum", CW_IN_MODULES, "subscripts, *operands, dtype=None, optimize=False, split_every=None", products_einsum, "Sums of products by named axes: einsum('ij,jk->ik', a, b).", 0 },
  { 0 },
};
