/* The widgets on a real display: they show the session's array, plan and run, and let go of everything. */
#include "tests/widgets/widgets-test.h"

#include <string.h>

/* ---- helpers -------------------------------------------------------------------------------- */

static bool
has_plan (CwViewSession *session) {
  return cw_view_session_plan (session, NULL) != NULL;
}

static void
count (int *n) {
  ++*n;
}

/* Draws @widget at a size of its own and returns the number of pixels that are not the most common one. */
static int
ink (GtkWidget *widget, int width, int height) {
  GtkWidget *window = gtk_window_new ();
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  for (int i = 0; i < 100 && gdk_paintable_get_intrinsic_width (paintable) == 0; i++)
    gtk_test_widget_wait_for_draw (widget);
  gtk_test_widget_wait_for_draw (widget);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  cairo_surface_t *image = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (image);
  if (node)
    gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (image);
  const uint32_t *pixels = (const uint32_t *) (const void *) cairo_image_surface_get_data (image);
  int n = 0;
  for (int i = 0; i < width * height; i++)
    n += pixels[i] != pixels[0];
  cairo_surface_destroy (image);
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  return n;
}

/* ---- session -------------------------------------------------------------------------------- */

static void
session_tells_what_changes (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (8, 8, 4);
  int arrays = 0, plans = 0, selections = 0;
  g_signal_connect_swapped (session, "array-changed", G_CALLBACK (count), &arrays);
  g_signal_connect_swapped (session, "plan-changed", G_CALLBACK (count), &plans);
  cw_view_session_show (session, array, NULL);
  cw_view_session_show (session, array, NULL);
  g_assert_cmpint (arrays, ==, 1);
  g_assert_cmpint (plans, ==, 1);
  g_assert_cmpuint (cw_plan_n_tasks (cw_view_session_plan (session, NULL)), ==, 4);
  g_signal_connect_swapped (session, "selection-changed", G_CALLBACK (count), &selections);
  cw_view_session_select (session, 2);
  cw_view_session_select (session, 2);
  g_assert_cmpint (selections, ==, 1);
  g_autofree char *text = cw_view_session_describe (session);
  g_assert_nonnull (strstr (text, "(1, 0)"));
}

static void
run_gives_values_and_a_record (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (100, 100, 10), sum = sum_of (array);
  cw_view_session_show (session, sum, NULL);
  cw_view_session_start (session, false);
  g_assert_true (cw_view_session_is_live (session));
  wait_for (session, run_is_over);
  g_assert_cmpfloat (cw_scalar_to_double (cw_buffer_get (cw_view_session_values (session), 0)), ==, 10000);
  CwTaskBoard    *board = cw_view_session_board (session);
  const uint32_t *counts = cw_task_board_counts (board);
  uint32_t total = cw_plan_n_tasks (cw_view_session_plan (session, NULL));
  g_assert_cmpuint (counts[CW_TASK_DONE] + counts[CW_TASK_RELEASED], ==, total);
  g_assert_cmpuint (counts[CW_TASK_DONE], >=, 1);
  size_t bars = 0;
  for (int w = 0; w < cw_task_board_timeline (board)->n_lanes; w++)
    bars += cw_task_board_timeline (board)->lanes[w].n;
  g_assert_cmpuint (bars, ==, total);
}

static void
record_can_be_walked (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (100, 100, 10), sum = sum_of (array);
  cw_view_session_show (session, sum, NULL);
  cw_view_session_start (session, false);
  wait_for (session, run_is_over);
  CwTaskBoard *board = cw_view_session_board (session);
  uint32_t last = 0, total = cw_plan_n_tasks (cw_view_session_plan (session, NULL));
  for (int i = 0; i <= 10; i++) {
    cw_view_session_seek (session, cw_view_session_duration (session) * i / 10);
    const uint32_t *counts = cw_task_board_counts (board);
    uint32_t done = counts[CW_TASK_DONE] + counts[CW_TASK_RELEASED], all = 0;
    for (int s = 0; s < CW_N_TASK_STATES; s++)
      all += counts[s];
    g_assert_cmpuint (all, ==, total);
    g_assert_cmpuint (done, >=, last);
    last = done;
  }
  g_assert_cmpuint (last, ==, total);
  cw_view_session_seek (session, 0);
  cw_view_session_step (session);
  g_assert_cmpint (cw_view_session_clock (session), >, 0);
}

static void
paused_run_goes_by_steps (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (8, 8, 4);
  cw_view_session_show (session, array, NULL);
  cw_view_session_start (session, true);
  g_assert_true (cw_view_session_is_paused (session));
  for (int i = 0; i < 200 && cw_view_session_is_live (session); i++) {
    cw_view_session_tick (session, g_get_monotonic_time ());
    g_usleep (200);
  }
  g_assert_true (cw_view_session_is_live (session));
  cw_view_session_toggle (session);
  wait_for (session, run_is_over);
}

static void
preview_is_a_part (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (1000, 1000, 100);
  cw_view_session_show (session, array, NULL);
  cw_view_session_start_preview (session, 120, 960, 50);
  g_assert_true (cw_view_session_preview_runs (session));
  wait_for (session, run_is_over);
  g_assert_cmpint (cw_view_session_values (session)->shape[0], ==, 50);
  g_assert_cmpint (cw_view_session_values (session)->shape[1], ==, 40); /* the array ends there */
  g_assert_cmpint (cw_view_session_values_origin (session)[0], ==, 120);
  g_assert_cmpint (cw_view_session_values_origin (session)[1], ==, 960);
}

static void
large_plans_are_made_aside (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (2000, 2000, 10);
  cw_view_session_show (session, array, NULL);
  int64_t begin = g_get_monotonic_time ();
  g_assert_null (cw_view_session_plan (session, NULL));
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 100000);
  wait_for (session, has_plan);
  g_assert_cmpuint (cw_plan_n_tasks (cw_view_session_plan (session, NULL)), ==, 40000);
}

/* ---- views ---------------------------------------------------------------------------------- */

typedef GtkWidget *(*MakeView) (CwViewSession *session);

static void
check_view (MakeView make, bool (*ready) (CwViewSession *)) {
  CwViewSession *session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (100, 100, 25);
  cw_view_session_show (session, array, NULL);
  cw_view_session_start (session, false);
  wait_for (session, ready);
  GtkWidget *view = g_object_ref_sink (make (session));
  g_assert_cmpint (ink (view, 500, 400), >, 800);
  g_assert_finalize_object (view);
  g_assert_finalize_object (session);
}

static void
views_draw_and_let_go (void) {
  check_view (cw_diagram_view_new, run_is_over);
  check_view (cw_graph_view_new, run_is_over);
  check_view (cw_timeline_view_new, run_is_over);
  check_view (cw_values_view_new, run_is_over);
  check_view (cw_transport_new, run_is_over);
}

static void
views_bear_an_empty_session (void) {
  static const MakeView views[] = { cw_diagram_view_new, cw_graph_view_new, cw_timeline_view_new, cw_values_view_new, cw_transport_new };
  for (guint i = 0; i < G_N_ELEMENTS (views); i++) {
    CwViewSession *session = cw_view_session_new ();
    GtkWidget *view = g_object_ref_sink (views[i] (session));
    ink (view, 300, 200);
    g_assert_finalize_object (view);
    g_assert_finalize_object (session);
  }
}

static void
views_have_roles (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  GtkWidget *graph = g_object_ref_sink (cw_graph_view_new (session));
  GtkWidget *diagram = g_object_ref_sink (cw_diagram_view_new (session));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (graph), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (graph), GTK_ACCESSIBLE_PROPERTY_LABEL, "Task graph");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (diagram), GTK_ACCESSIBLE_PROPERTY_LABEL, "Chunk diagram");
  g_assert_true (gtk_widget_get_focusable (graph));
  g_assert_finalize_object (graph);
  g_assert_finalize_object (diagram);
}

static void
press_key (GtkWidget *widget, guint key) {
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);
    gboolean handled = FALSE;
    if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
      g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &handled);
  }
}

static void
keys_walk_over_the_graph (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (8, 8, 2);
  cw_view_session_show (session, array, NULL);
  GtkWidget *graph = g_object_ref_sink (cw_graph_view_new (session));
  ink (graph, 400, 300);
  press_key (graph, GDK_KEY_Right);
  g_assert_cmpint (cw_view_session_selected (session), ==, 0);
  press_key (graph, GDK_KEY_Right);
  g_assert_cmpint (cw_view_session_selected (session), ==, 1);
  press_key (graph, GDK_KEY_Down);
  g_assert_cmpint (cw_view_session_selected (session), ==, 5);
  press_key (graph, GDK_KEY_Escape);
  g_assert_cmpint (cw_view_session_selected (session), ==, -1);
  CwViewport before, after;
  cw_graph_view_layout (CW_GRAPH_VIEW (graph), &before);
  press_key (graph, GDK_KEY_plus);
  cw_graph_view_layout (CW_GRAPH_VIEW (graph), &after);
  g_assert_cmpfloat (after.scale, >, before.scale);
  g_assert_finalize_object (graph);
}

static void
keys_walk_over_chunks (void) {
  g_autoptr (CwViewSession) session = cw_view_session_new ();
  g_autoptr (CwArray) array = ones (8, 8, 2);
  cw_view_session_show (session, array, NULL);
  GtkWidget *diagram = g_object_ref_sink (cw_diagram_view_new (session));
  ink (diagram, 400, 300);
  press_key (diagram, GDK_KEY_Right);
  press_key (diagram, GDK_KEY_Right);
  press_key (diagram, GDK_KEY_Down);
  g_autofree char *text = cw_view_session_describe (session);
  g_assert_nonnull (strstr (text, "(1, 1)"));
  press_key (diagram, GDK_KEY_Return);
  g_assert_cmpint (cw_view_session_selected (session), ==, 5);
  g_assert_finalize_object (diagram);
}

int
main (int argc, char **argv) {
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/widgets/session/signals", session_tells_what_changes);
  g_test_add_func ("/widgets/session/run", run_gives_values_and_a_record);
  g_test_add_func ("/widgets/session/replay", record_can_be_walked);
  g_test_add_func ("/widgets/session/steps", paused_run_goes_by_steps);
  g_test_add_func ("/widgets/session/preview", preview_is_a_part);
  g_test_add_func ("/widgets/session/large-plan", large_plans_are_made_aside);
  g_test_add_func ("/widgets/views/draw", views_draw_and_let_go);
  g_test_add_func ("/widgets/views/empty", views_bear_an_empty_session);
  g_test_add_func ("/widgets/views/roles", views_have_roles);
  g_test_add_func ("/widgets/graph/keys", keys_walk_over_the_graph);
  g_test_add_func ("/widgets/diagram/keys", keys_walk_over_chunks);
  return g_test_run ();
}
