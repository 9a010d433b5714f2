/* forecast.h: what a computation will take, before it is run. */
#pragma once

#include "engine/run/run.h"

G_BEGIN_DECLS

typedef struct {
  int64_t  chunks, chunk_bytes; /* of the result; the largest one */
  uint32_t tasks;               /* as it is run */
  int64_t  peak_bytes;          /* of serial execution */
  int64_t  time_ns;
} CwForecast;

/* A planned computation of @array, optimized. Time is told by the bytes that its steps read and write and by its number of tasks;
 * @factor (1 where nothing was measured yet) is what earlier runs took longer than that. */
bool cw_forecast_make (CwForecast *forecast, CwArray *array, int threads, double factor, GError **error);
/* The same of a plan that is there already. */
void cw_forecast_plan (CwForecast *forecast, CwPlan *plan, int threads, double factor);

G_END_DECLS
