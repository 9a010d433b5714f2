/* fourier.c: transforms of whole lines, by FFTW. Real transforms are taken from complex ones: their inputs are real or their outputs
 * hermitian, which costs a factor of two and keeps one path. */
#include "engine/language/fourier.h"

#include <complex.h>
#include <fftw3.h>
#include <string.h>

typedef struct {
  CwFourier kind;
  int       axis;
  int64_t   n; /* points of the transform */
  double    scale;
} Transform;

int64_t cw_fourier_length (CwFourier kind, int64_t n) {
  return kind == CW_FOURIER_REAL || kind == CW_FOURIER_HERMITIAN_BACK ? n / 2 + 1 : n;
}

bool cw_fourier_is_real (CwFourier kind) {
  return kind == CW_FOURIER_REAL_BACK || kind == CW_FOURIER_HERMITIAN;
}

/* One line, of float64 or complex128, into @points, cut or filled with zeros; hermitian input is completed. */
static void load_line (const Transform *t, const CwBuffer *in, const char *from, double complex *points) {
  int64_t length = in->shape[t->axis], stride = in->strides[t->axis];
  bool half = cw_fourier_is_real (t->kind);
  int64_t used = MIN (length, half ? t->n / 2 + 1 : t->n);
  memset (points, 0, sizeof *points * (size_t) t->n);
  for (int64_t i = 0; i < used && in->dtype == CW_FLOAT64; i++) points[i] = *(const double *) (from + i * stride);
  for (int64_t i = 0; i < used && in->dtype != CW_FLOAT64; i++) points[i] = *(const double complex *) (from + i * stride);
  if (t->kind == CW_FOURIER_HERMITIAN) {
    for (int64_t i = 0; i < used; i++) points[i] = conj (points[i]);
  }
  if (!half) return;
  points[0] = creal (points[0]);
  if (t->n % 2 == 0 && used > t->n / 2) points[t->n / 2] = creal (points[t->n / 2]);
  for (int64_t i = 1; i < (t->n + 1) / 2; i++) points[t->n - i] = conj (points[i]);
}

static void store_line (const Transform *t, CwBuffer *out, char *to, const double complex *points) {
  int64_t length = out->shape[t->axis], stride = out->strides[t->axis];
  for (int64_t i = 0; i < length; i++) {
    double complex c = points[i] * t->scale;
    if (t->kind == CW_FOURIER_HERMITIAN_BACK) c = conj (c);
    if (out->dtype == CW_FLOAT64) *(double *) (to + i * stride) = creal (c);
    else *(double complex *) (to + i * stride) = c;
  }
}

static CwBuffer *transform_block (CwBuffer *const *in, int n_in, void *data, GError **error) {
  static GMutex planning; /* FFTW's planner is not safe for threads; running a plan is */
  const Transform *t = data;
  int64_t shape[CW_MAX_NDIM], index[CW_MAX_NDIM] = { 0 }, lines = 1;
  memcpy (shape, in[0]->shape, (size_t) in[0]->ndim * sizeof *shape);
  shape[t->axis] = cw_fourier_length (t->kind, t->n);
  for (int i = 0; i < in[0]->ndim; i++) lines *= i == t->axis ? 1 : shape[i];
  CwBuffer *out = cw_buffer_new (cw_fourier_is_real (t->kind) ? CW_FLOAT64 : CW_COMPLEX128, in[0]->ndim, shape, error);
  if (!out) return NULL;
  fftw_complex *points = fftw_alloc_complex ((size_t) t->n);
  bool forward = t->kind == CW_FOURIER_FORWARD || t->kind == CW_FOURIER_REAL || t->kind == CW_FOURIER_HERMITIAN_BACK;
  g_mutex_lock (&planning);
  fftw_plan plan = fftw_plan_dft_1d ((int) t->n, points, points, forward ? FFTW_FORWARD : FFTW_BACKWARD, FFTW_ESTIMATE);
  g_mutex_unlock (&planning);
  for (int64_t k = 0; k < lines && !cw_work_is_stopped (); k++) {
    const char *from = in[0]->data;
    char *to = out->data;
    for (int i = 0; i < out->ndim; i++) {
      if (i == t->axis) continue;
      from += index[i] * in[0]->strides[i];
      to += index[i] * out->strides[i];
    }
    load_line (t, in[0], from, (double complex *) points);
    fftw_execute (plan);
    store_line (t, out, to, (double complex *) points);
    for (int i = out->ndim; i-- > 0;) {
      if (i == t->axis) continue;
      if (++index[i] < out->shape[i]) break;
      index[i] = 0;
    }
  }
  g_mutex_lock (&planning);
  fftw_destroy_plan (plan);
  g_mutex_unlock (&planning);
  fftw_free (points);
  return out;
}

CwArray *cw_array_fourier (const char *name, CwFourier kind, CwArray *a, int axis, int64_t n, double scale) {
  const Transform t = { .kind = kind, .axis = axis, .n = n, .scale = scale };
  g_autoptr (CwArray) values = cw_array_astype (a, cw_dtype_is_complex (a->dtype) ? CW_COMPLEX128 : CW_FLOAT64, NULL);
  return cw_array_along_axis (name, transform_block, g_memdup2 (&t, sizeof t), g_free, values, axis, cw_fourier_length (kind, n),
                              cw_fourier_is_real (kind) ? CW_FLOAT64 : CW_COMPLEX128);
}
