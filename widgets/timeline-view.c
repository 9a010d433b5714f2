/* timeline-view.c: what each worker did when, with zoom in time; the clock of the session is a line across it. */
#include "widgets/widgets.h"

#include <glib/gi18n.h>
#include <math.h>

struct _CwTimelineView {
  GtkDrawingArea parent_instance;
  CwViewSession *session;
  int64_t        from_ns, to_ns; /* the seen span; to_ns 0: all of it */
  CwRun         *described; /* compared only */
  double         pointer_x, drag_x;
  bool           dragged;
};

G_DEFINE_FINAL_TYPE (CwTimelineView, cw_timeline_view, GTK_TYPE_DRAWING_AREA)

static void
cw_timeline_view_dispose (GObject *object) {
  g_clear_object (&CW_TIMELINE_VIEW (object)->session);
  G_OBJECT_CLASS (cw_timeline_view_parent_class)->dispose (object);
}

/* A kept run is drawn below the present one, on the same clock; it is looked at only. */
static CwTaskBoard *
kept_board (CwTimelineView *self, const char **name) {
  CwTaskBoard *kept = cw_view_session_kept (self->session, name);
  return kept == cw_view_session_board (self->session) ? NULL : kept;
}

static CwTimeSpan
span_of (CwTimelineView *self) {
  int64_t duration = MAX (cw_view_session_duration (self->session), 1000);
  bool    all = self->to_ns == 0;
  return (CwTimeSpan) { .from_ns = all ? 0 : self->from_ns, .to_ns = all ? duration : self->to_ns,
                        .width = gtk_widget_get_width (GTK_WIDGET (self)),
                        .height = gtk_widget_get_height (GTK_WIDGET (self)) / (kept_board (self, NULL) ? 2 : 1),
                        .title = kept_board (self, NULL) ? _("This run") : NULL,
                        .cursor_ns = cw_view_session_clock (self->session),
                        .selected = cw_view_session_selected (self->session),
                        .hovered = cw_view_session_hovered (self->session) };
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  CwTimelineView  *self = CW_TIMELINE_VIEW (area);
  const CwPalette *palette = cw_widgets_palette ();
  CwTaskBoard     *board = cw_view_session_board (self->session);
  if (!board) {
    cw_draw_text_wrapped (cr, _("Nothing has run yet. Press Run below, or compute the array in a cell."), width / 2.0,
                          height / 2.0, MIN (width - 48, 420), 13, palette->dim);
    return;
  }
  CwTimeSpan span = span_of (self);
  cw_timeline_draw (cw_task_board_timeline (board), cr, palette, &span);
  CwTaskBoard *kept = kept_board (self, &span.title);
  if (kept) {
    span.selected = span.hovered = -1; /* its tasks have other numbers */
    cairo_translate (cr, 0, span.height);
    cw_timeline_draw (cw_task_board_timeline (kept), cr, palette, &span);
  }
}

/* ---- moving --------------------------------------------------------------------------------- */

static void
set_span (CwTimelineView *self, double from, double to) {
  int64_t duration = MAX (cw_view_session_duration (self->session), 1000);
  double  length = CLAMP (to - from, 1000, duration);
  from = CLAMP (from, 0, duration - length);
  self->from_ns = from;
  self->to_ns = from + length;
  if (length >= duration)
    self->from_ns = self->to_ns = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
zoom_at (CwTimelineView *self, double factor, double x) {
  CwTimeSpan span = span_of (self);
  double     at = cw_timeline_time_at (&span, x);
  set_span (self, at - (at - span.from_ns) / factor, at + (span.to_ns - at) / factor);
}

static void
pan (CwTimelineView *self, double pixels) {
  CwTimeSpan span = span_of (self);
  int64_t    by = cw_timeline_time_at (&span, pixels) - cw_timeline_time_at (&span, 0);
  if (self->to_ns != 0)
    set_span (self, span.from_ns + by, span.to_ns + by);
}

/* Is the recorded run one of the plan that the session shows? Else its tasks have other numbers. */
static bool
is_own_run (CwTimelineView *self) {
  CwRun *run = cw_view_session_run (self->session);
  return run && cw_run_plan (run) == cw_view_session_plan (self->session, NULL);
}

static void
select_at (CwTimelineView *self, double x, double y) {
  CwTaskBoard *board = cw_view_session_board (self->session);
  CwTimeSpan   span = span_of (self);
  int          lane;
  size_t       bar;
  if (!board || !is_own_run (self))
    return;
  if (cw_timeline_hit (cw_task_board_timeline (board), &span, x, y, &lane, &bar))
    cw_view_session_select (self->session, cw_task_board_timeline (board)->lanes[lane].bars[bar].task);
  else
    cw_view_session_select (self->session, -1);
  cw_view_session_seek (self->session, cw_timeline_time_at (&span, x));
}

/* Selects the bar @by places after the selected one in its lane. */
static void
walk (CwTimelineView *self, int by) {
  CwTaskBoard *board = cw_view_session_board (self->session);
  int64_t      selected = cw_view_session_selected (self->session);
  if (!board || !is_own_run (self))
    return;
  const CwDrawTimeline *timeline = cw_task_board_timeline (board);
  int w = selected >= 0 ? cw_task_board_workers (board)[selected] : 0;
  if (w >= timeline->n_lanes || timeline->lanes[w].n == 0)
    return;
  const CwDrawLane *lane = &timeline->lanes[w];
  size_t at = 0;
  while (at + 1 < lane->n && lane->bars[at].task != selected)
    at++;
  if (selected >= 0 && lane->bars[at].task == selected)
    at = CLAMP ((int64_t) at + by, 0, (int64_t) lane->n - 1);
  else
    at = 0;
  cw_view_session_select (self->session, lane->bars[at].task);
  cw_view_session_seek (self->session, lane->bars[at].start_ns);
}

/* ---- input ---------------------------------------------------------------------------------- */

static void
pointer_moved (CwTimelineView *self, double x, double y) {
  CwTaskBoard *board = cw_view_session_board (self->session);
  CwTimeSpan   span = span_of (self);
  int          lane;
  size_t       bar;
  self->pointer_x = x;
  if (!board || !cw_timeline_hit (cw_task_board_timeline (board), &span, x, y, &lane, &bar)) {
    cw_view_session_set_hover (self->session, -1, NULL);
    return;
  }
  const CwDrawBar *hit = &cw_task_board_timeline (board)->lanes[lane].bars[bar];
  g_autofree char *task = cw_adapt_task_text (cw_run_plan (cw_view_session_run (self->session)), hit->task);
  g_autofree char *time = cw_duration_to_string (hit->end_ns - hit->start_ns);
  g_autofree char *text = g_strdup_printf ("%s · %s", time, task);
  cw_view_session_set_hover (self->session, is_own_run (self) ? (int64_t) hit->task : -1, text);
}

static void
pointer_left (CwTimelineView *self) {
  cw_view_session_set_hover (self->session, -1, NULL);
}

static void
drag_begin (CwTimelineView *self, double x, double y) {
  gtk_widget_grab_focus (GTK_WIDGET (self));
  self->drag_x = 0;
  self->dragged = false;
}

static void
drag_update (CwTimelineView *self, double dx, double dy) {
  if (!self->dragged && fabs (dx) < 5)
    return;
  self->dragged = true;
  pan (self, self->drag_x - dx);
  self->drag_x = dx;
}

static void
drag_end (CwTimelineView *self, double dx, double dy, GtkGestureDrag *gesture) {
  double x, y;
  if (!self->dragged && gtk_gesture_drag_get_start_point (gesture, &x, &y))
    select_at (self, x, y);
}

static gboolean
scrolled (CwTimelineView *self, double dx, double dy, GtkEventController *controller) {
  GdkModifierType state = gtk_event_controller_get_current_event_state (controller);
  if (state & GDK_SHIFT_MASK || fabs (dx) > fabs (dy))
    pan (self, (dx + dy) * 60);
  else
    zoom_at (self, pow (1.25, -dy), self->pointer_x);
  return TRUE;
}

static gboolean
key_pressed (CwTimelineView *self, guint key, guint code, GdkModifierType state) {
  double middle = gtk_widget_get_width (GTK_WIDGET (self)) / 2.0;
  bool   shift = state & GDK_SHIFT_MASK;
  switch (key) {
  case GDK_KEY_Left: shift ? pan (self, -60) : walk (self, -1); return TRUE;
  case GDK_KEY_Right: shift ? pan (self, 60) : walk (self, 1); return TRUE;
  case GDK_KEY_plus:
  case GDK_KEY_equal:
  case GDK_KEY_KP_Add: zoom_at (self, 1.5, middle); return TRUE;
  case GDK_KEY_minus:
  case GDK_KEY_KP_Subtract: zoom_at (self, 1 / 1.5, middle); return TRUE;
  case GDK_KEY_0:
  case GDK_KEY_KP_0:
  case GDK_KEY_Home: set_span (self, 0, G_MAXDOUBLE); return TRUE;
  case GDK_KEY_Escape: cw_view_session_select (self->session, -1); return TRUE;
  default: return FALSE;
  }
}

/* "2 workers, 440 tasks in 35 ms, 99 % and 98 % of it busy" */
static void
describe (CwTimelineView *self) {
  CwTaskBoard *board = cw_view_session_is_live (self->session) ? NULL : cw_view_session_board (self->session);
  if (!board)
    return;
  const CwDrawTimeline *timeline = cw_task_board_timeline (board);
  g_autofree char *time = cw_duration_to_string (timeline->duration_ns);
  GString *out = g_string_new (NULL);
  size_t   tasks = 0;
  for (int w = 0; w < timeline->n_lanes; w++)
    tasks += timeline->lanes[w].n;
  g_autofree char *count = cw_number_to_string (tasks);
  g_string_append_printf (out, ngettext ("%d worker, %s tasks in %s; busy part:", "%d workers, %s tasks in %s; busy parts:", timeline->n_lanes),
                          timeline->n_lanes, count, time);
  for (int w = 0; w < timeline->n_lanes; w++)
    g_string_append_printf (out, " %.0f%%", 100 * cw_timeline_busy (&timeline->lanes[w], 0, timeline->duration_ns));
  cw_canvas_describe (GTK_WIDGET (self), out->str);
  g_string_free (out, TRUE);
}

static void
status_changed (CwTimelineView *self) {
  CwRun *run = cw_view_session_is_live (self->session) ? NULL : cw_view_session_run (self->session);
  if (run != self->described)
    describe (self);
  self->described = run;
}

static void
plan_changed (CwTimelineView *self) {
  self->from_ns = self->to_ns = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cw_timeline_view_class_init (CwTimelineViewClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_timeline_view_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "timeline");
}

static void
cw_timeline_view_init (CwTimelineView *self) {
  cw_canvas_init (GTK_WIDGET (self), draw, _("Timeline of the workers"));
  cw_canvas_listen (GTK_WIDGET (self), &(CwCanvasInput){ .motion = G_CALLBACK (pointer_moved),
                                                         .leave = G_CALLBACK (pointer_left),
                                                         .key = G_CALLBACK (key_pressed),
                                                         .scroll = G_CALLBACK (scrolled),
                                                         .drag_begin = G_CALLBACK (drag_begin),
                                                         .drag_update = G_CALLBACK (drag_update),
                                                         .drag_end = G_CALLBACK (drag_end) });
}

GtkWidget *
cw_timeline_view_new (CwViewSession *session) {
  CwTimelineView *self = g_object_new (CW_TYPE_TIMELINE_VIEW, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "plan-changed", G_CALLBACK (plan_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "status-changed", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "clock-changed");
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "selection-changed");
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "hover-changed");
  return GTK_WIDGET (self);
}
