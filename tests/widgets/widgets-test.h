/* widgets-test.h: what the tests of the widgets share: small arrays, and waiting for a session. */
#pragma once

#include "widgets/widgets.h"

static G_GNUC_UNUSED CwArray *
ones (int64_t rows, int64_t columns, int64_t chunk) {
  const int64_t shape[] = { rows, columns };
  g_autoptr (CwChunkSpec) spec = cw_chunk_spec_new (-1);
  g_autoptr (GError) error = NULL;
  spec->axes[0].kind = CW_CHUNK_SIZE;
  spec->axes[0].size = chunk;
  CwArray *array = cw_array_full ("ones", 2, shape, spec, CW_FLOAT64, cw_scalar_float (1), &error);
  g_assert_no_error (error);
  return array;
}

static G_GNUC_UNUSED CwArray *
sum_of (CwArray *array) {
  CwReduceOptions options = CW_REDUCE_OPTIONS_INIT;
  g_autoptr (GError) error = NULL;
  CwArray *sum = cw_array_reduce (CW_REDUCE_SUM, array, &options, &error);
  g_assert_no_error (error);
  return sum;
}

static G_GNUC_UNUSED void
wait_for (CwViewSession *session, bool (*done) (CwViewSession *)) {
  int64_t until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  while (!done (session)) {
    g_assert_cmpint (g_get_monotonic_time (), <, until);
    cw_view_session_tick (session, g_get_monotonic_time ());
    g_main_context_iteration (NULL, FALSE);
    g_usleep (500);
  }
}

static G_GNUC_UNUSED bool
run_is_over (CwViewSession *session) {
  return !cw_view_session_is_live (session) && cw_view_session_values (session);
}
