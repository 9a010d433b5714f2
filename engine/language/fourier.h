/* fourier.h: Fourier transforms along an axis. */
#pragma once

#include "engine/array/array.h"

G_BEGIN_DECLS

/* fft, ifft, rfft, irfft, hfft, ihfft of NumPy. */
typedef enum {
  CW_FOURIER_FORWARD, CW_FOURIER_BACKWARD, CW_FOURIER_REAL, CW_FOURIER_REAL_BACK, CW_FOURIER_HERMITIAN, CW_FOURIER_HERMITIAN_BACK,
} CwFourier;

/* Points of the result of a transform of @n points; is it float64, or else complex128? */
int64_t cw_fourier_length (CwFourier kind, int64_t n);
bool    cw_fourier_is_real (CwFourier kind);
/* The transform of @n points (2^30 at most; lines are cut, or filled with zeros) along @axis, each of whose lines is one task's, times @scale. */
CwArray *cw_array_fourier (const char *name, CwFourier kind, CwArray *a, int axis, int64_t n, double scale);

G_END_DECLS
