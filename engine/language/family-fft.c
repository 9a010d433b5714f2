/* family-fft.c: np.fft and da.fft. A transform along an axis is one task over whole lines (fourier.h). */
#include <math.h>
#include <string.h>

#include "engine/array/compose.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- one axis ----------------------------------------------------------------------------------------------------------- */

static bool scale_of (const char *norm, CwFourier kind, int64_t n, double *scale, GError **error) {
  bool back = kind == CW_FOURIER_BACKWARD || kind == CW_FOURIER_REAL_BACK || kind == CW_FOURIER_HERMITIAN_BACK;
  if (g_str_equal (norm, "ortho")) *scale = 1 / sqrt ((double) n);
  else if (g_str_equal (norm, "backward")) *scale = back ? 1 / (double) n : 1;
  else if (g_str_equal (norm, "forward")) *scale = back ? 1 : 1 / (double) n;
  else return cw_fail (error, CW_ERROR_VALUE, "Invalid norm value %s; should be \"backward\", \"ortho\" or \"forward\".", norm);
  return true;
}

static CwArray *transformed (CwCall *call, CwArray *a, CwFourier kind, int axis, int64_t n, const char *norm, GError **error) {
  if (a->shape[axis] == CW_UNKNOWN || (call->lazy && a->axes[axis]->n > 1)) {
    cw_fail (error, CW_ERROR_VALUE, "Dask array only supports taking an FFT along an axis that has a single chunk. An FFT operation was tried on axis %d. "
             "To change the array's chunks use dask.Array.rechunk.", axis);
    return NULL;
  }
  if (n < 0) n = cw_fourier_is_real (kind) ? 2 * (a->shape[axis] - 1) : a->shape[axis];
  if (n < 1 || n > (1 << 30)) {
    cw_fail (error, CW_ERROR_VALUE, "Invalid number of FFT data points (%" G_GINT64_FORMAT ") specified.", n);
    return NULL;
  }
  if ((kind == CW_FOURIER_REAL || kind == CW_FOURIER_HERMITIAN_BACK) && cw_dtype_is_complex (a->dtype)) {
    cw_fail (error, CW_ERROR_TYPE, "a real transform needs real numbers, not %s", cw_dtype_name (a->dtype));
    return NULL;
  }
  double scale = 1;
  return scale_of (norm, kind, n, &scale, error) ? cw_array_fourier (call->entry->name, kind, a, axis, n, scale) : NULL;
}

static const char *norm_of (CwCall *call, int i) {
  return call->args[i]->kind == CW_V_STR ? call->args[i]->s : "backward";
}

static CwValue *fft_one (CwCall *call, GError **error) {
  int axis;
  int64_t n = -1;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a) return NULL;
  if (!cw_arg_axis (call, 2, a->ndim, &axis, error)) {
    if (call->lazy && error && *error && (*error)->code == CW_ERROR_AXIS) (*error)->code = CW_ERROR_INDEX; /* as Dask */
    return NULL;
  }
  if (!cw_arg_is_none (call, 1) && !cw_arg_int (call, 1, &n, error)) return NULL;
  if (n < 1 && !cw_arg_is_none (call, 1)) n = 0;
  return cw_answer (call, transformed (call, a, (CwFourier) call->entry->data, axis, n, norm_of (call, 3), error), error);
}

/* fft2, fftn and their kin: one axis after the other; the real one is the last forward and the last backward. */
static CwValue *fft_many (CwCall *call, GError **error) {
  int n, sizes_n = 0, axes[CW_MAX_NDIM];
  int64_t sizes[CW_MAX_NDIM];
  CwFourier kind = (CwFourier) call->entry->data;
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_axes (call, 2, a->ndim, &n, axes, error)) return NULL;
  if (!cw_arg_is_none (call, 1) && !cw_arg_shape (call, 1, &sizes_n, sizes, error)) return NULL;
  if (n < 0) {
    n = sizes_n ? sizes_n : a->ndim;
    if (n > a->ndim) n = a->ndim;
    for (int i = 0; i < n; i++) axes[i] = a->ndim - n + i;
  }
  if (sizes_n && sizes_n != n) {
    cw_fail (error, CW_ERROR_VALUE, "Shape and axes have different lengths.");
    return NULL;
  }
  g_autoptr (CwArray) result = cw_array_ref (a);
  for (int k = 0; k < n; k++) {
    int i = kind == CW_FOURIER_REAL_BACK ? k : n - 1 - k;
    bool last = i == n - 1;
    CwFourier own = kind == CW_FOURIER_REAL ? (last ? CW_FOURIER_REAL : CW_FOURIER_FORWARD) : kind == CW_FOURIER_REAL_BACK ? (last ? CW_FOURIER_REAL_BACK : CW_FOURIER_BACKWARD) : kind;
    CwArray *next = transformed (call, result, own, axes[i], sizes_n ? sizes[i] : -1, norm_of (call, 3), error);
    if (!next) return NULL;
    cw_array_unref (result);
    result = next;
  }
  return cw_answer (call, g_steal_pointer (&result), error);
}

/* ---- frequencies and shifts ------------------------------------------------------------------------------------------------- */

static CwValue *fft_frequencies (CwCall *call, GError **error) {
  int64_t n;
  double d;
  CwChunkSpec *chunks;
  bool half = call->entry->data;
  if (!cw_arg_int (call, 0, &n, error) || !cw_arg_double (call, 1, &d, error) || !cw_arg_chunks (call, 2, &chunks, error)) return NULL;
  int64_t count = half ? n / 2 + 1 : n;
  if (n < 1) {
    cw_fail (error, CW_ERROR_VALUE, "n should be a positive integer");
    return NULL;
  }
  g_autoptr (CwBuffer) b = cw_buffer_new (CW_FLOAT64, 1, &count, error);
  if (!b) return NULL;
  for (int64_t i = 0; i < count; i++) ((double *) b->data)[i] = (double) (half || i < (n + 1) / 2 ? i : i - n) / ((double) n * d);
  return cw_answer (call, cw_array_from_buffer (b, chunks, call->entry->name, error), error);
}

static CwValue *fft_shift (CwCall *call, GError **error) {
  int n, axes[CW_MAX_NDIM];
  int64_t shifts[CW_MAX_NDIM];
  CwArray *a = cw_arg_array (call, 0, error);
  if (!a || !cw_arg_axes (call, 1, a->ndim, &n, axes, error)) return NULL;
  if (n < 0) {
    n = a->ndim;
    for (int i = 0; i < n; i++) axes[i] = i;
  }
  for (int i = 0; i < n; i++) shifts[i] = call->entry->data ? -(a->shape[axes[i]] / 2) : a->shape[axes[i]] / 2;
  g_autoptr (CwArray) moved = cw_compose_roll (a, n, shifts, axes, error);
  CwAxis *cuts[CW_MAX_NDIM];
  for (int i = 0; moved && i < a->ndim; i++) cuts[i] = a->axes[i]->n == 1 ? a->axes[i] : moved->axes[i]; /* one block stays one */
  return moved ? cw_answer (call, cw_array_rechunk_to (moved, cuts, error), error) : NULL;
}

#define ONE  "a, n=None, axis=-1, norm=None"
#define PAIR "a, s=None, axes=(-2,-1), norm=None"
#define MANY "a, s=None, axes=None, norm=None"

const CwEntry cw_entries_fft[] = {
  { "fft", CW_IN_FFT, ONE, fft_one, "The discrete Fourier transform.", CW_FOURIER_FORWARD },
  { "ifft", CW_IN_FFT, ONE, fft_one, "The inverse Fourier transform.", CW_FOURIER_BACKWARD },
  { "rfft", CW_IN_FFT, ONE, fft_one, "The transform of real numbers: the half that is not redundant.", CW_FOURIER_REAL },
  { "irfft", CW_IN_FFT, ONE, fft_one, "The inverse of rfft.", CW_FOURIER_REAL_BACK },
  { "hfft", CW_IN_FFT, ONE, fft_one, "The transform of a signal with hermitian symmetry.", CW_FOURIER_HERMITIAN },
  { "ihfft", CW_IN_FFT, ONE, fft_one, "The inverse of hfft.", CW_FOURIER_HERMITIAN_BACK },
  { "fft2", CW_IN_FFT, PAIR, fft_many, "The transform along two axes.", CW_FOURIER_FORWARD },
  { "ifft2", CW_IN_FFT, PAIR, fft_many, "The inverse of fft2.", CW_FOURIER_BACKWARD },
  { "rfft2", CW_IN_FFT, PAIR, fft_many, "The transform of real numbers along two axes.", CW_FOURIER_REAL },
  { "irfft2", CW_IN_FFT, PAIR, fft_many, "The inverse of rfft2.", CW_FOURIER_REAL_BACK },
  { "fftn", CW_IN_FFT, MANY, fft_many, "The transform along several axes.", CW_FOURIER_FORWARD },
  { "ifftn", CW_IN_FFT, MANY, fft_many, "The inverse of fftn.", CW_FOURIER_BACKWARD },
  { "rfftn", CW_IN_FFT, MANY, fft_many, "The transform of real numbers along several axes.", CW_FOURIER_REAL },
  { "irfftn", CW_IN_FFT, MANY, fft_many, "The inverse of rfftn.", CW_FOURIER_REAL_BACK },
  { "fftfreq", CW_IN_FFT, "n, d=1.0, chunks='auto'", fft_frequencies, "The frequencies of a transform.", 0 },
  { "rfftfreq", CW_IN_FFT, "n, d=1.0, chunks='auto'", fft_frequencies, "The frequencies of rfft.", 1 },
  { "fftshift", CW_IN_FFT, "x, axes=None", fft_shift, "Frequency zero moved to the middle.", 0 },
  { "ifftshift", CW_IN_FFT, "x, axes=None", fft_shift, "The inverse of fftshift.", 1 },
  { 0 },
};
