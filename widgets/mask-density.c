/* mask-density.c: how much of each chunk of a computed mask is true. */
#include "widgets/mask-density.h"

#define MOST_CHUNKS  4096
#define MOST_SAMPLES 1000000
#define LEAST_A_CHUNK 64

/* Of a large block @most elements are looked at, which the golden ratio spreads over it: no pattern of the mask falls in step with it. */
static double
density_of (const CwArray *array, const CwBuffer *values, const int64_t *block, int64_t most) {
  int64_t total = 1, seen = 0, set = 0, index[CW_MAX_NDIM];
  for (int k = 0; k < array->ndim; k++)
    total *= array->axes[k]->lengths[block[k]];
  for (; seen < MIN (total, most); seen++) {
    uint64_t spread = (uint64_t) seen * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
    int64_t  rest = total <= most ? seen : (int64_t) ((unsigned __int128) spread * (uint64_t) total >> 64);
    for (int k = array->ndim - 1; k >= 0; k--) {
      int64_t length = array->axes[k]->lengths[block[k]];
      index[k] = array->axes[k]->offsets[block[k]] + rest % length;
      rest /= length;
    }
    set += *(const uint8_t *) cw_buffer_at (values, index) != 0;
  }
  return seen ? (double) set / seen : 0;
}

double *
cw_mask_density_new (const CwArray *array, const CwBuffer *values) {
  int64_t n = cw_array_n_blocks (array);
  if (array->dtype != CW_BOOL || !values || values->dtype != CW_BOOL || cw_array_has_unknown (array) || n > MOST_CHUNKS
      || !cw_shape_equal (array->ndim, array->shape, values->shape) || array->ndim != values->ndim)
    return NULL;
  double *densities = g_new (double, n);
  int64_t block[CW_MAX_NDIM];
  for (int64_t i = 0; i < n; i++) {
    int64_t rest = i;
    for (int k = array->ndim - 1; k >= 0; k--) {
      block[k] = rest % array->axes[k]->n;
      rest /= array->axes[k]->n;
    }
    densities[i] = density_of (array, values, block, MAX (MOST_SAMPLES / n, LEAST_A_CHUNK));
  }
  return densities;
}
