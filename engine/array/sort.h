/* sort.h: order of values as order of unsigned keys, and lines brought into it. */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* Keys of the @n values at @values, of a real @dtype, as NumPy sorts them: NaN is last, -0.0 and 0.0 are equal. (Herf 2001: radix tricks.) */
void cw_keys_of (CwDtype dtype, const void *values, size_t n, uint64_t *keys);
/* A value that has that key. */
CwScalar cw_key_value (CwDtype dtype, uint64_t key);

/* The keys of the elements of @b, of a real dtype, in C order, and how many of them are NaN; g_free. MemoryError where there is no room for them. */
uint64_t *cw_keys_new (const CwBuffer *b, int64_t *n_nan, GError **error);
/* Moves @keys, so that those at @ranks, @n of them in rising order, are what they would be if all @count keys were in order. */
void cw_keys_select (uint64_t *keys, int64_t count, const int64_t *ranks, int n);
/* Where in @b, of real numbers, its @k largest (or @smallest) elements stand, the utmost first; of equal ones the later first (the earlier). */
void cw_utmost (const CwBuffer *b, int64_t k, bool smallest, int64_t *at);

/* The elements of a buffer in order. Equal elements have equal keys, and keep their order. */
typedef struct {
  int64_t   n, n_nan; /* elements; NaNs among them, which stand at the end */
  uint64_t *keys;     /* in that order; of complex numbers: of their real parts */
  uint64_t *minor;    /* complex numbers: of their imaginary parts; else NULL */
  int64_t  *at;       /* where in the buffer they stand, in C order */
} CwSorted;

/* Sorts @b, of numbers of any dtype and strides. MemoryError where there is no room for some 40 bytes an element. */
CwSorted *cw_sorted_new (const CwBuffer *b, GError **error);
void      cw_sorted_free (CwSorted *s);
/* Are the elements at @i and @j of the order equal? */
bool cw_sorted_equal (const CwSorted *s, int64_t i, int64_t j);

/* For each value of @v, of the dtype of what was sorted: is it there, or with @invert: not? NaN never is. */
void cw_sorted_contains (const CwSorted *s, const CwBuffer *v, bool invert, bool *found);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwSorted, cw_sorted_free)

/* For each value of @v, of the dtype of @among, whose values are in order: how many of those are less, or, from the @right, not greater. */
void cw_search_sorted (const CwBuffer *among, const CwBuffer *v, bool right, int64_t *found);

G_END_DECLS
