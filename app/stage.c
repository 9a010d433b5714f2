/* stage.c: the right pane: one array seen in four ways, with the transport below.
 *
 * While a run goes or is replayed, a tick callback of the frame clock lets the session read new events; otherwise nothing
 * here takes any time.
 */
#include "app/stage.h"

#include <glib/gi18n.h>

#include "widgets/frame-stats.h"

struct _CwStage {
  GtkBox         parent_instance;
  CwViewSession *session;
  GtkWidget     *stack, *pages, *table_button, *twins[4], *graph, *raw, *optimized, *find, *follow, *left, *stats;
  guint          tick, stats_timer;
  int64_t        frame_begin;
  bool           updating;
};

G_DEFINE_FINAL_TYPE (CwStage, cw_stage, GTK_TYPE_BOX)

static void
cw_stage_dispose (GObject *object) {
  g_clear_handle_id (&CW_STAGE (object)->stats_timer, g_source_remove);
  g_clear_object (&CW_STAGE (object)->session);
  G_OBJECT_CLASS (cw_stage_parent_class)->dispose (object);
}

/* ---- clock ----------------------------------------------------------------------------------- */

static bool
is_moving (CwStage *self) {
  return cw_view_session_is_live (self->session) || cw_view_session_is_replaying (self->session);
}

static gboolean
tick (GtkWidget *widget, GdkFrameClock *clock, void *data) {
  CwStage *self = CW_STAGE (widget);
  cw_view_session_tick (self->session, gdk_frame_clock_get_frame_time (clock));
  if (is_moving (self))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

static void
status_changed (CwStage *self) {
  if (is_moving (self) && self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick, NULL, NULL);
}

static void
array_changed (CwStage *self) {
  bool has = cw_view_session_array (self->session) != NULL;
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), has ? "views" : "empty");
}

/* How many of the tasks as written are left in the optimized plan. */
static void
show_left (CwStage *self) {
  CwPlan  *plan = cw_view_session_plan (self->session, NULL);
  CwArray *array = cw_view_session_array (self->session);
  bool     optimized = plan && array && cw_plan_kind (plan) == CW_PLAN_OPTIMIZED;
  int64_t  layers, tasks;
  gtk_widget_set_visible (self->left, optimized);
  if (!optimized)
    return;
  cw_array_count_graph (array, &layers, &tasks);
  g_autofree char *now = cw_number_to_string (cw_plan_n_tasks (plan)), *before = cw_number_to_string (tasks);
  g_autofree char *text = g_strdup_printf (_("%s of %s tasks"), now, before);
  g_autofree char *tip = g_strdup_printf (_("%d of %" G_GINT64_FORMAT " layers and %s of %s tasks are left: the others became part of them, or nobody needs them"),
                                          cw_plan_n_layers (plan), layers, now, before);
  gtk_label_set_label (GTK_LABEL (self->left), text);
  gtk_widget_set_tooltip_text (self->left, tip);
}

static void
plan_changed (CwStage *self) {
  show_left (self);
  self->updating = true;
  bool optimized = cw_view_session_plan_kind (self->session) == CW_PLAN_OPTIMIZED;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (optimized ? self->optimized : self->raw), TRUE);
  self->updating = false;
}

static void
kind_toggled (CwStage *self, GtkToggleButton *button) {
  if (!self->updating && gtk_toggle_button_get_active (button))
    cw_view_session_set_plan_kind (self->session, GTK_WIDGET (button) == self->optimized ? CW_PLAN_OPTIMIZED : CW_PLAN_RAW);
}

void
cw_stage_show_page (CwStage *self, const char *page) {
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (self->pages), page);
}

const char *
cw_stage_page (CwStage *self) {
  return adw_view_stack_get_visible_child_name (ADW_VIEW_STACK (self->pages));
}

/* ---- pictures --------------------------------------------------------------------------------- */

typedef struct {
  CwPicture   what;
  CwPictureOf of; /* with references */
  char       *filename;
} Saving;

static void
saving_free (Saving *saving) {
  g_clear_pointer (&saving->of.array, cw_array_unref);
  g_clear_pointer (&saving->of.plan, cw_plan_unref);
  g_clear_pointer (&saving->of.board, cw_task_board_unref);
  g_clear_pointer (&saving->of.run, cw_run_unref);
  g_clear_pointer (&saving->of.values, cw_buffer_unref);
  g_free (saving->filename);
  g_free (saving);
}

static void
write_picture (GTask *task, void *source, void *data, GCancellable *cancellable) {
  Saving *saving = data;
  GError *error = NULL;
  if (cw_draw_picture (saving->what, &saving->of, saving->filename, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

CwPicture
cw_stage_picture (CwStage *self) {
  int what = 0;
  while (what < CW_PICTURE_VALUES && !g_str_equal (cw_picture_name (what), cw_stage_page (self)))
    what++;
  return what;
}

void
cw_stage_save_picture (CwStage *self, CwPicture what, const char *filename, GAsyncReadyCallback done, GObject *source) {
  g_autoptr (GTask) task = g_task_new (source, NULL, done, NULL);
  CwArray     *array = cw_view_session_array (self->session);
  CwPlan      *plan = cw_view_session_plan (self->session, NULL);
  CwTaskBoard *board = cw_view_session_board (self->session);
  CwRun       *run = cw_view_session_is_live (self->session) ? NULL : cw_view_session_run (self->session);
  CwBuffer    *values = cw_view_session_values (self->session);
  Saving      *saving = g_new0 (Saving, 1);
  if (!array) {
    g_task_return_new_error (task, CW_ERROR, CW_ERROR_VALUE, _("There is nothing to draw yet: run a cell that makes an array"));
    g_free (saving);
    return;
  }
  *saving = (Saving) { what, { .array = cw_array_ref (array), .plan = plan ? cw_plan_ref (plan) : NULL, .run = run ? cw_run_ref (run) : NULL,
                               .values = values ? cw_buffer_ref (values) : NULL }, g_strdup (filename) };
  g_task_set_task_data (task, saving, (GDestroyNotify) saving_free);
  if (what != CW_PICTURE_GRAPH) {
    g_task_run_in_thread (task, write_picture);
    return;
  }
  /* The board belongs to this thread, and a graph is drawn at once. */
  saving->of.board = board ? cw_task_board_ref (board) : NULL;
  write_picture (task, self, saving, NULL);
}

/* ---- how long frames take --------------------------------------------------------------------- */

static void
frame_begins (CwStage *self) {
  self->frame_begin = g_get_monotonic_time ();
}

static void
frame_ends (CwStage *self) {
  cw_frame_stats_add (CW_STATS_FRAME, (g_get_monotonic_time () - self->frame_begin) * 1000);
}

static void
realized (CwStage *self) {
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));
  g_signal_connect_object (clock, "before-paint", G_CALLBACK (frame_begins), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (frame_ends), self, G_CONNECT_SWAPPED);
}

static gboolean
update_stats (void *data) {
  CwStage *self = data;
  g_autofree char *text = cw_frame_stats_text ();
  gtk_label_set_label (GTK_LABEL (self->stats), text);
  return G_SOURCE_CONTINUE;
}

void
cw_stage_show_stats (CwStage *self, bool show) {
  cw_frame_stats_show (show);
  gtk_widget_set_visible (self->stats, show);
  g_clear_handle_id (&self->stats_timer, g_source_remove);
  if (show)
    self->stats_timer = g_timeout_add (500, update_stats, self);
}

/* ---- graph page ------------------------------------------------------------------------------- */

static void
zoom_in (CwStage *self) {
  cw_graph_view_zoom (CW_GRAPH_VIEW (self->graph), 1.4);
}

static void
zoom_out (CwStage *self) {
  cw_graph_view_zoom (CW_GRAPH_VIEW (self->graph), 1 / 1.4);
}

static void
zoom_fit (CwStage *self) {
  cw_graph_view_fit (CW_GRAPH_VIEW (self->graph));
}

static void
find_activated (CwStage *self) {
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->find));
  bool        found = *text == '\0' || cw_graph_view_find (CW_GRAPH_VIEW (self->graph), text);
  if (found)
    gtk_widget_remove_css_class (self->find, "error");
  else
    gtk_widget_add_css_class (self->find, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->find), GTK_ACCESSIBLE_STATE_INVALID,
                               found ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
}

void
cw_stage_find (CwStage *self) {
  cw_stage_show_page (self, "graph");
  gtk_widget_grab_focus (self->find);
}

static void
find_stopped (CwStage *self) {
  gtk_widget_grab_focus (self->graph);
}

static void
follow_toggled (CwStage *self) {
  cw_graph_view_set_follow (CW_GRAPH_VIEW (self->graph), gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->follow)));
}

static GtkWidget *
build_find (CwStage *self) {
  const char *tip = _("The name of a layer; “add (3, 0)” for a task, or its number, “#42”. Enter goes to the next one.");
  self->find = gtk_search_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->find), 6);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->find), 16);
  g_object_set (self->find, "placeholder-text", _("Find a layer or a task"), NULL);
  gtk_widget_set_tooltip_text (self->find, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->find), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Find a layer or a task"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tip, -1);
  g_signal_connect_swapped (self->find, "activate", G_CALLBACK (find_activated), self);
  g_signal_connect_swapped (self->find, "stop-search", G_CALLBACK (find_stopped), self);
  return self->find;
}

static GtkWidget *
tool_button (CwStage *self, const char *icon, const char *tip, GCallback clicked) {
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
draw_legend (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  static const CwDrawState states[] = { CW_DRAW_WAITING, CW_DRAW_READY, CW_DRAW_RUNNING, CW_DRAW_DONE, CW_DRAW_RELEASED, CW_DRAW_SPILLED, CW_DRAW_FAILED };
  const CwPalette *palette = cw_widgets_palette ();
  double x = 4, w;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    CwRect cell = { x + 0.5, height / 2 - 6.5, 13, 13 };
    const char *name = cw_task_state_name ((CwTaskState) states[i]);
    cw_graph_draw_cell (cr, palette, cell, cw_palette_layer (palette, 7), states[i], 0, 0);
    cw_draw_text (cr, name, x + 20, height / 2, 0, 0.5, 11, palette->dim);
    cw_text_size (cr, name, 11, &w, NULL);
    x += 20 + w + 14;
  }
}

static GtkWidget *
build_graph_bar (CwStage *self) {
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->raw = gtk_toggle_button_new_with_label (_("As written"));
  self->optimized = gtk_toggle_button_new_with_label (_("Optimized"));
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->optimized), GTK_TOGGLE_BUTTON (self->raw));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->raw), TRUE);
  gtk_widget_set_tooltip_text (self->raw, _("One layer of tasks for each operation, as you wrote it"));
  gtk_widget_set_tooltip_text (self->optimized, _("As it is run: steps that fit together are one task"));
  g_signal_connect_swapped (self->raw, "toggled", G_CALLBACK (kind_toggled), self);
  g_signal_connect_swapped (self->optimized, "toggled", G_CALLBACK (kind_toggled), self);
  gtk_widget_add_css_class (linked, "linked");
  gtk_box_append (GTK_BOX (linked), self->raw);
  gtk_box_append (GTK_BOX (linked), self->optimized);
  gtk_widget_set_halign (linked, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (bar), linked);
  self->left = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->left), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->left), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->left, "caption");
  gtk_widget_add_css_class (self->left, "numeric");
  gtk_widget_add_css_class (self->left, "dim-label");
  gtk_box_append (GTK_BOX (bar), self->left);
  GtkWidget *space = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_hexpand (space, TRUE);
  gtk_box_append (GTK_BOX (bar), space);
  self->follow = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->follow), "find-location-symbolic");
  gtk_widget_add_css_class (self->follow, "flat");
  gtk_widget_set_tooltip_text (self->follow, _("Follow the tasks that run"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->follow), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Follow the tasks that run"), -1);
  g_signal_connect_swapped (self->follow, "toggled", G_CALLBACK (follow_toggled), self);
  gtk_box_append (GTK_BOX (bar), build_find (self));
  gtk_box_append (GTK_BOX (bar), self->follow);
  gtk_box_append (GTK_BOX (bar), tool_button (self, "zoom-out-symbolic", _("Zoom out (−)"), G_CALLBACK (zoom_out)));
  gtk_box_append (GTK_BOX (bar), tool_button (self, "zoom-fit-best-symbolic", _("Show all (0)"), G_CALLBACK (zoom_fit)));
  gtk_box_append (GTK_BOX (bar), tool_button (self, "zoom-in-symbolic", _("Zoom in (+)"), G_CALLBACK (zoom_in)));
  gtk_widget_add_css_class (bar, "stage-bar");
  return bar;
}

static GtkWidget *
build_graph_page (CwStage *self) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *legend = gtk_drawing_area_new ();
  cw_canvas_init (legend, draw_legend, _("Legend of the tasks' states"));
  gtk_widget_set_focusable (legend, FALSE);
  gtk_widget_set_vexpand (legend, FALSE);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (legend), 22);
  gtk_widget_set_margin_start (legend, 12);
  self->graph = cw_graph_view_new (self->session);
  gtk_box_append (GTK_BOX (box), build_graph_bar (self));
  gtk_box_append (GTK_BOX (box), self->graph);
  gtk_box_append (GTK_BOX (box), legend);
  return box;
}

/* ---- construction ----------------------------------------------------------------------------- */

static void
draw_example (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  static const int64_t lengths[][4] = { { 3, 3, 3, 1 }, { 2, 2, 2 }, { 4, 4 } };
  static const int     counts[] = { 4, 3, 2 };
  const CwPalette *palette = cw_widgets_palette ();
  g_autoptr (CwDrawChunks) chunks = cw_draw_chunks_new (3);
  for (int i = 0; i < 3; i++)
    cw_draw_chunks_set (chunks, i, counts[i], lengths[i]);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, width, height, CW_DIAGRAM_COMPACT);
  cw_diagram_draw (diagram, cr, palette, cw_palette_layer (palette, 0), NULL);
}

static GtkWidget *
build_empty (void) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *picture = gtk_drawing_area_new ();
  GtkWidget *title = gtk_label_new (_("Arrays appear here"));
  GtkWidget *text = gtk_label_new (_("Run a cell that makes an array: its chunks, the graph of its tasks, the run of those tasks "
                                     "and its values are shown in this place."));
  cw_canvas_init (picture, draw_example, _("A box cut into chunks"));
  gtk_widget_set_focusable (picture, FALSE);
  gtk_widget_set_vexpand (picture, FALSE);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (picture), 150);
  gtk_widget_set_opacity (picture, 0.6);
  gtk_widget_add_css_class (title, "title-2");
  gtk_widget_add_css_class (text, "dim-label");
  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_justify (GTK_LABEL (text), GTK_JUSTIFY_CENTER);
  gtk_label_set_max_width_chars (GTK_LABEL (text), 46);
  gtk_widget_set_halign (text, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), picture);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

/* A page is the picture, or the table that says the same. */
static void
add_page (CwStage *self, int i, GtkWidget *picture, const char *name, const char *title, const char *icon) {
  self->twins[i] = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->twins[i]), picture, "picture");
  gtk_stack_add_named (GTK_STACK (self->twins[i]), cw_table_twin_new (self->session, name), "table");
  adw_view_stack_add_titled (ADW_VIEW_STACK (self->pages), self->twins[i], name, title);
  adw_view_stack_page_set_icon_name (adw_view_stack_get_page (ADW_VIEW_STACK (self->pages), self->twins[i]), icon);
}

static void
table_toggled (CwStage *self) {
  bool table = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->table_button));
  for (guint i = 0; i < G_N_ELEMENTS (self->twins); i++)
    gtk_stack_set_visible_child_name (GTK_STACK (self->twins[i]), table ? "table" : "picture");
}

void
cw_stage_toggle_table (CwStage *self) {
  GtkToggleButton *button = GTK_TOGGLE_BUTTON (self->table_button);
  gtk_toggle_button_set_active (button, !gtk_toggle_button_get_active (button));
}

/* The four views, and beside them whether they are pictures or tables. */
static GtkWidget *
build_switcher (CwStage *self) {
  GtkWidget *switcher = adw_view_switcher_new (), *row = gtk_center_box_new ();
  adw_view_switcher_set_policy (ADW_VIEW_SWITCHER (switcher), ADW_VIEW_SWITCHER_POLICY_WIDE);
  adw_view_switcher_set_stack (ADW_VIEW_SWITCHER (switcher), ADW_VIEW_STACK (self->pages));
  self->table_button = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->table_button), "view-list-symbolic");
  gtk_widget_add_css_class (self->table_button, "flat");
  gtk_widget_set_tooltip_text (self->table_button, _("As tables (Ctrl+T)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->table_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Views as tables"), -1);
  g_signal_connect_swapped (self->table_button, "toggled", G_CALLBACK (table_toggled), self);
  gtk_center_box_set_center_widget (GTK_CENTER_BOX (row), switcher);
  gtk_center_box_set_end_widget (GTK_CENTER_BOX (row), self->table_button);
  gtk_widget_add_css_class (row, "stage-switcher");
  return row;
}

static void
build (CwStage *self) {
  GtkWidget *views = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->pages = adw_view_stack_new ();
  self->stack = gtk_stack_new ();
  GtkWidget *diagram = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (diagram), cw_diagram_view_new (self->session));
  gtk_box_append (GTK_BOX (diagram), cw_chunk_control_new (self->session));
  add_page (self, 0, diagram, "diagram", _("Diagram"), "cw-diagram-symbolic");
  add_page (self, 1, build_graph_page (self), "graph", _("Graph"), "cw-graph-symbolic");
  add_page (self, 2, cw_timeline_view_new (self->session), "timeline", _("Timeline"), "cw-timeline-symbolic");
  add_page (self, 3, cw_values_view_new (self->session), "values", _("Values"), "cw-values-symbolic");
  gtk_widget_set_vexpand (self->pages, TRUE);
  gtk_box_append (GTK_BOX (views), build_switcher (self));
  gtk_box_append (GTK_BOX (views), self->pages);
  gtk_box_append (GTK_BOX (views), cw_transport_new (self->session));
  gtk_stack_add_named (GTK_STACK (self->stack), build_empty (), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), views, "views");
  gtk_stack_set_transition_type (GTK_STACK (self->stack), GTK_STACK_TRANSITION_TYPE_CROSSFADE);
  gtk_widget_set_hexpand (self->stack, TRUE);
  self->stats = gtk_label_new ("");
  gtk_widget_add_css_class (self->stats, "caption");
  gtk_widget_add_css_class (self->stats, "numeric");
  gtk_widget_add_css_class (self->stats, "osd");
  gtk_widget_set_halign (self->stats, GTK_ALIGN_START);
  gtk_widget_set_valign (self->stats, GTK_ALIGN_END);
  gtk_widget_set_margin_start (self->stats, 12);
  gtk_widget_set_margin_bottom (self->stats, 110);
  gtk_widget_set_can_target (self->stats, FALSE);
  GtkWidget *overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (overlay), self->stack);
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), self->stats);
  gtk_box_append (GTK_BOX (self), overlay);
  cw_stage_show_stats (self, cw_frame_stats_shown ());
  g_signal_connect_swapped (self, "realize", G_CALLBACK (realized), self);
}

static void
cw_stage_class_init (CwStageClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_stage_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "stage");
}

static void
cw_stage_init (CwStage *self) {}

GtkWidget *
cw_stage_new (CwViewSession *session) {
  CwStage *self = g_object_new (CW_TYPE_STAGE, NULL);
  self->session = g_object_ref (session);
  build (self);
  g_signal_connect_object (session, "status-changed", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "array-changed", G_CALLBACK (array_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "plan-changed", G_CALLBACK (plan_changed), self, G_CONNECT_SWAPPED);
  array_changed (self);
  return GTK_WIDGET (self);
}
