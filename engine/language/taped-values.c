/* taped-values.c: what is computed and what works on buffers, noted. */
#include "engine/language/taped.h"

#include "engine/language/tape.h"

/* Nothing that a task does is noted, though it may run on this thread. */
CwBuffer *cw_taped_compute (CwArray *a, GError **error) {
  CwTape *tape = cw_tape_enter (NULL);
  CwBuffer *made = cw_compute (a, error);
  cw_tape_enter (tape);
  cw_tape_computed (made != NULL, 1, &a, &made, error);
  return made;
}

void cw_tape_computed (bool ok, int n, CwArray *const *arrays, CwBuffer *const *results, GError **error) {
  if (!cw_tape_begin (n == 1 ? "compute" : "cw_compute_many")) return;
  if (n > 1) {
    cw_tape_int (n);
    cw_tape_arrays (n, arrays);
    cw_tape_end_buffers (ok, n, results, error);
  } else {
    cw_tape_array (arrays[0]);
    cw_tape_end_buffer (ok ? results[0] : NULL, false, error);
  }
  if (ok) cw_tape_wrote (n, arrays);
}

CwBuffer *cw_taped_random_permutation (CwRandomState *state, int64_t n, GError **error) {
  CwRandomState before = *state;
  CwBuffer *made = cw_random_permutation (state, n, error);
  if (!cw_tape_begin ("cw_random_permutation")) return made;
  cw_tape_random (&before);
  cw_tape_int (n);
  cw_tape_end_buffer (made, true, error);
  return made;
}

CwBuffer *cw_taped_buffer_index (CwBuffer *b, int n, const CwIndex *items, GError **error) {
  CwBuffer *made = cw_buffer_index (b, n, items, error);
  if (!cw_tape_begin ("cw_buffer_index")) return made;
  cw_tape_buffer (b);
  cw_tape_int (n);
  cw_tape_items (n, items);
  cw_tape_end_buffer (made, true, error);
  return made;
}

bool cw_taped_buffer_assign (CwBuffer *b, int n, const CwIndex *items, CwBuffer *value, GError **error) {
  bool runs = cw_tape_begin ("cw_buffer_assign"); /* before it happens: @b may be a constant that nobody has noted yet */
  if (runs) {
    cw_tape_buffer (b);
    cw_tape_int (n);
    cw_tape_items (n, items);
    cw_tape_buffer (value);
  }
  bool ok = cw_buffer_assign (b, n, items, value, error);
  if (runs) cw_tape_end_change (ok, b, error);
  return ok;
}

CwBuffer *cw_taped_buffer_broadcast (CwBuffer *b, int ndim, const int64_t *shape, GError **error) {
  CwBuffer *made = cw_buffer_broadcast (b, ndim, shape, error);
  if (!cw_tape_begin ("cw_buffer_broadcast")) return made;
  cw_tape_buffer (b);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_buffer (made, true, error);
  return made;
}

bool cw_taped_buffer_nonzero (CwBuffer *mask, CwBuffer **out, GError **error) {
  bool ok = cw_buffer_nonzero (mask, out, error);
  if (!cw_tape_begin ("cw_buffer_nonzero")) return ok;
  cw_tape_buffer (mask);
  cw_tape_end_buffers (ok, mask->ndim, out, error);
  return ok;
}

CwBuffer *cw_taped_buffer_cast (CwBuffer *b, CwDtype dtype, GError **error) {
  CwBuffer *made = cw_buffer_cast (b, dtype, error);
  if (!cw_tape_begin ("cw_buffer_cast")) return made;
  cw_tape_buffer (b);
  cw_tape_dtype (dtype);
  cw_tape_end_buffer (made, true, error);
  return made;
}

CwBuffer *cw_taped_buffer_contiguous (CwBuffer *b, GError **error) {
  CwBuffer *made = cw_buffer_contiguous (b, error);
  if (!cw_tape_begin ("cw_buffer_contiguous")) return made;
  cw_tape_buffer (b);
  cw_tape_end_buffer (made, true, error);
  return made;
}

CwBuffer *cw_taped_buffer_reshape (CwBuffer *b, int ndim, const int64_t *shape, GError **error) {
  CwBuffer *made = cw_buffer_reshape (b, ndim, shape, error);
  if (!cw_tape_begin ("cw_buffer_reshape")) return made;
  cw_tape_buffer (b);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_buffer (made, true, error);
  return made;
}

CwBuffer *cw_taped_buffer_view (CwBuffer *base, CwDtype dtype, int ndim, const int64_t *shape, const int64_t *strides, char *data) {
  CwBuffer *made = cw_buffer_view (base, dtype, ndim, shape, strides, data);
  if (!cw_tape_begin ("cw_buffer_view")) return made;
  cw_tape_buffer (base);
  cw_tape_dtype (dtype);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_longs (ndim, strides);
  cw_tape_inside (base, data);
  cw_tape_end_buffer (made, false, NULL);
  return made;
}

CwBuffer *cw_taped_buffer_from_scalar (CwScalar s) {
  CwBuffer *made = cw_buffer_from_scalar (s);
  if (!cw_tape_begin ("cw_buffer_from_scalar")) return made;
  cw_tape_scalar (s);
  cw_tape_end_buffer (made, false, NULL);
  return made;
}

/* ---- files ------------------------------------------------------------------------------------------------------------------------ */

CwBuffer *cw_taped_npy_load (const char *path, GError **error) {
  CwBuffer *made = cw_npy_load (path, error);
  if (!cw_tape_begin ("cw_npy_load")) return made;
  cw_tape_text_argument (path);
  cw_tape_end_buffer (made, true, error);
  return made;
}

CwBuffer *cw_taped_image_load (const char *path, GError **error) {
  CwBuffer *made = cw_image_load (path, error);
  if (!cw_tape_begin ("cw_image_load")) return made;
  cw_tape_text_argument (path);
  cw_tape_end_buffer (made, true, error);
  return made;
}

CwArray *cw_taped_image_stack (const char *pattern, GError **error) {
  CwArray *made = cw_image_stack (pattern, error);
  if (!cw_tape_begin ("cw_image_stack")) return made;
  cw_tape_text_argument (pattern);
  cw_tape_end_array (made, error);
  return made;
}

CwBuffer *cw_taped_npy_map (const char *path, bool writable, GError **error) {
  CwBuffer *made = cw_npy_map (path, writable, error);
  if (!cw_tape_begin ("cw_npy_map")) return made;
  cw_tape_text_argument (path);
  cw_tape_bool (writable);
  cw_tape_end_buffer (made, true, error);
  if (writable) cw_tape_in_file (made);
  return made;
}

bool cw_taped_npy_save (const char *path, CwBuffer *b, GError **error) {
  bool ok = cw_npy_save (path, b, error);
  if (!cw_tape_begin ("cw_npy_save")) return ok;
  cw_tape_text_argument (path);
  cw_tape_buffer (b);
  cw_tape_end_file (ok, error);
  return ok;
}

CwArray *cw_taped_npy_stack_read (const char *folder, GError **error) {
  CwArray *made = cw_npy_stack_read (folder, error);
  if (!cw_tape_begin ("cw_npy_stack_read")) return made;
  cw_tape_text_argument (folder);
  cw_tape_end_array (made, error);
  return made;
}

CwBuffer *cw_taped_npy_create (const char *path, CwDtype dtype, bool fortran, int ndim, const int64_t *shape, GError **error) {
  CwBuffer *made = cw_npy_create (path, dtype, fortran, ndim, shape, error);
  if (!cw_tape_begin ("cw_npy_create")) return made;
  cw_tape_text_argument (path);
  cw_tape_dtype (dtype);
  cw_tape_bool (fortran);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_buffer (made, true, error);
  cw_tape_in_file (made);
  return made;
}

CwBuffer *cw_taped_file_map (const char *path, bool writable, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error) {
  CwBuffer *made = cw_file_map (path, writable, offset, dtype, ndim, shape, error);
  if (!cw_tape_begin ("cw_file_map")) return made;
  cw_tape_text_argument (path);
  cw_tape_bool (writable);
  cw_tape_int (offset);
  cw_tape_dtype (dtype);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_buffer (made, true, error);
  if (writable) cw_tape_in_file (made);
  return made;
}

CwBuffer *cw_taped_file_create (const char *path, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, GError **error) {
  CwBuffer *made = cw_file_create (path, offset, dtype, ndim, shape, error);
  if (!cw_tape_begin ("cw_file_create")) return made;
  cw_tape_text_argument (path);
  cw_tape_int (offset);
  cw_tape_dtype (dtype);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_buffer (made, true, error);
  cw_tape_in_file (made);
  return made;
}

CwArray *cw_taped_array_store (CwArray *a, CwBuffer *target, GError **error) {
  CwArray *made = cw_array_store (a, target, error);
  if (!cw_tape_begin ("cw_array_store")) return made;
  cw_tape_array (a);
  cw_tape_buffer (target);
  cw_tape_end_array (made, error);
  cw_tape_writes (made, target);
  return made;
}

CwArray *cw_taped_npy_stack_write (const char *folder, CwArray *a, int axis, GError **error) {
  CwArray *made = cw_npy_stack_write (folder, a, axis, error);
  if (!cw_tape_begin ("cw_npy_stack_write")) return made;
  cw_tape_text_argument (folder);
  cw_tape_array (a);
  cw_tape_int (axis);
  cw_tape_end_array (made, error);
  cw_tape_writes (made, NULL);
  return made;
}

/* ---- linear algebra --------------------------------------------------------------------------------------------------------------- */

CwArray *cw_taped_array_fourier (const char *name, CwFourier kind, CwArray *a, int axis, int64_t n, double scale) {
  static const char *const kinds[] = { "CW_FOURIER_FORWARD", "CW_FOURIER_BACKWARD", "CW_FOURIER_REAL", "CW_FOURIER_REAL_BACK", "CW_FOURIER_HERMITIAN",
                                       "CW_FOURIER_HERMITIAN_BACK" };
  CwArray *made = cw_array_fourier (name, kind, a, axis, n, scale);
  if (!cw_tape_begin ("cw_array_fourier")) return made;
  cw_tape_text_argument (name);
  cw_tape_code (kinds[kind]);
  cw_tape_array (a);
  cw_tape_int (axis);
  cw_tape_int (n);
  cw_tape_double (scale);
  cw_tape_end_plain_array (made);
  return made;
}

bool cw_taped_linalg (CwLinalg op, bool flag, CwBuffer *const *in, CwBuffer **parts, GError **error) {
  bool ok = cw_linalg (op, flag, in, parts, error);
  if (!cw_tape_begin ("cw_linalg")) return ok;
  cw_tape_code (cw_linalg_name (op));
  cw_tape_bool (flag);
  cw_tape_buffers (cw_linalg_n_inputs (op), in);
  cw_tape_end_buffers (ok, CW_LINALG_MAX_PARTS, parts, error);
  return ok;
}

CwArray *cw_taped_linalg_part (CwLinalg op, int part, bool flag, int64_t n_rows, const int64_t *rows, int n, CwArray **in, CwDtype dtype, int ndim,
                               const int64_t *shape, GError **error) {
  CwArray *made = cw_linalg_part (op, part, flag, n_rows, rows, n, in, dtype, ndim, shape, error);
  if (!cw_tape_begin ("cw_linalg_part")) return made;
  cw_tape_code (cw_linalg_name (op));
  cw_tape_int (part);
  cw_tape_bool (flag);
  cw_tape_int (n_rows);
  cw_tape_longs ((int) n_rows, rows);
  cw_tape_int (n);
  cw_tape_arrays (n, in);
  cw_tape_dtype (dtype);
  cw_tape_int (ndim);
  cw_tape_longs (ndim, shape);
  cw_tape_end_array (made, error);
  return made;
}
