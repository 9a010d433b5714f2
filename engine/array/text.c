/* Arrays of fixed-width text: conversion to and from numbers, comparison and choice. All else treats the elements as bytes. */
#include "engine/array/array.h"

#include <string.h>

CwBuffer *
cw_buffer_cast_text (CwBuffer *b, CwDtype dtype, GError **error)
{
  g_autoptr (CwBuffer) flat = cw_buffer_contiguous (b, error);
  g_autoptr (CwBuffer) out  = flat ? cw_buffer_new (dtype, b->ndim, b->shape, error) : NULL;
  for (int64_t i = 0; out && i < out->size; i++) {
    const char *from = flat->data + i * cw_dtype_size (b->dtype);
    char       *to   = out->data + i * cw_dtype_size (dtype);
    CwScalar    s    = cw_scalar_load (b->dtype, from);
    g_autofree char *text = cw_dtype_is_text (b->dtype) ? cw_text_get (b->dtype, from) : cw_scalar_repr (s);
    if (cw_dtype_is_text (dtype))
      cw_text_put (dtype, to, text);
    else if (dtype == CW_BOOL)
      *to = *text != '\0';
    else if (cw_text_to_number (text, dtype, &s, error))
      cw_scalar_store (s, dtype, to);
    else
      return NULL;
  }
  return g_steal_pointer (&out);
}

static CwBuffer *
cast_block (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  return cw_buffer_cast_text (in[0], (CwDtype) GPOINTER_TO_UINT (data), error);
}

CwArray *
cw_array_astype_text (CwArray *a, CwDtype dtype, GError **error)
{
  int follow[1][CW_MAX_NDIM];
  for (int k = 0; k < a->ndim; k++)
    follow[0][k] = k;
  if (cw_dtype_is_text (dtype))
    dtype = cw_dtype_text_for (dtype, a->dtype);
  return dtype == a->dtype ? cw_array_ref (a)
                           : cw_array_blockwise ("astype", cast_block, GUINT_TO_POINTER ((guint) dtype), NULL, 1, &a, follow, dtype, a->ndim, a->axes);
}

/* ---- operations of two or three operands ---- */

typedef struct {
  CwUfunc ufunc; /* where, or a comparison */
  CwDtype dtype;
} Operation;

/* The element of @b that broadcasts to @index of @ndim axes. */
static const char *
element (const CwBuffer *b, int ndim, const int64_t *index)
{
  const char *at = b->data;
  for (int k = 0; k < b->ndim; k++)
    at += b->shape[k] == 1 ? 0 : index[ndim - b->ndim + k] * b->strides[k];
  return at;
}

static bool
holds (CwUfunc ufunc, int order)
{
  switch (ufunc) {
  case CW_UFUNC_equal: return order == 0;
  case CW_UFUNC_not_equal: return order != 0;
  case CW_UFUNC_less: return order < 0;
  case CW_UFUNC_less_equal: return order <= 0;
  case CW_UFUNC_greater: return order > 0;
  default: return order >= 0;
  }
}

static CwBuffer *
operate (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  const Operation *o                  = data;
  int64_t          shape[CW_MAX_NDIM], index[CW_MAX_NDIM] = { 0 };
  int              ndim = 0;
  for (int k = 0; k < CW_MAX_NDIM; k++)
    shape[k] = 1;
  for (int i = 0; i < n_in; i++)
    ndim = MAX (ndim, in[i]->ndim);
  for (int i = 0; i < n_in; i++)
    for (int k = 0; k < in[i]->ndim; k++)
      if (in[i]->shape[k] != 1)
        shape[ndim - in[i]->ndim + k] = in[i]->shape[k];
  CwBuffer *out = cw_buffer_new (o->dtype, ndim, shape, error);
  for (int64_t e = 0; out && e < out->size; e++) {
    char *to = out->data + e * cw_dtype_size (o->dtype);
    if (o->ufunc == CW_UFUNC_where) {
      int              which = *element (in[0], ndim, index) ? 1 : 2;
      g_autofree char *text  = cw_text_get (in[which]->dtype, element (in[which], ndim, index));
      cw_text_put (o->dtype, to, text);
    } else {
      g_autofree char *x = cw_text_get (in[0]->dtype, element (in[0], ndim, index)), *y = cw_text_get (in[1]->dtype, element (in[1], ndim, index));
      *to = holds (o->ufunc, strcmp (x, y));
    }
    for (int k = ndim; k-- > 0 && ++index[k] == shape[k];)
      index[k] = 0;
  }
  return out;
}

CwArray *
cw_array_text_operation (CwUfunc ufunc, int n, CwArray *const *operands, GError **error)
{
  CwArray *in[3] = { NULL }, *result = NULL;
  CwAxis  *axes[CW_MAX_NDIM] = { NULL };
  int      follow[3][CW_MAX_NDIM], ndim = 0;
  bool     choose = ufunc == CW_UFUNC_where;
  for (int i = 0; i < n; i++) {
    in[i] = cw_array_ref (operands[i]);
    ndim  = MAX (ndim, in[i]->ndim);
  }
  if (cw_arrays_unify (n, in, error)) {
    for (int i = 0; i < n; i++)
      for (int k = 0; k < in[i]->ndim; k++) {
        int to = follow[i][k] = ndim - in[i]->ndim + k;
        if (!axes[to] || in[i]->shape[k] != 1)
          axes[to] = in[i]->axes[k];
      }
    Operation *o = g_new (Operation, 1);
    o->ufunc     = ufunc;
    o->dtype     = choose ? cw_dtype_promote (in[1]->dtype, in[2]->dtype) : CW_BOOL;
    result       = cw_array_blockwise (cw_ufunc_info (ufunc)->name, operate, o, g_free, n, in, follow, o->dtype, ndim, axes);
  }
  for (int i = 0; i < n; i++)
    cw_array_unref (in[i]);
  return result;
}
