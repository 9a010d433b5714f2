/* transport.c: run, pause, step and speed; over a recorded run also backwards, a scrubber, and a place for a run to compare with;
 * below, what the moment holds: tasks that run, blocks that are held, and Cancel.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>
#include <math.h>

#define SLOWEST_TASK_NS 1e9
#define FASTEST_SLOW_NS 2e6 /* the first slower notch than real time */
#define FASTEST_REPLAY  50  /* times real time, at the other end */
#define REAL_TIME       0.02 /* within so much of zero on the slider */

struct _CwTransport {
  GtkBox         parent_instance;
  CwViewSession *session;
  GtkWidget     *back, *step_back, *toggle, *step, *speed, *speed_text, *scrubber, *clock, *keep, *counts, *cancel, *details, *progress;
  double         replay_speed;
  bool           updating; /* widgets are moved by the session, not by the learner */
};

G_DEFINE_FINAL_TYPE (CwTransport, cw_transport, GTK_TYPE_BOX)

static void
cw_transport_dispose (GObject *object) {
  g_clear_object (&CW_TRANSPORT (object)->session);
  G_OBJECT_CLASS (cw_transport_parent_class)->dispose (object);
}

/* ---- showing -------------------------------------------------------------------------------- */

#define NO_BREAK "\302\240" /* a space at which a line is not broken */

/* "2 running · 310 held, 1.2 GiB · 12 spilled · 1,204 of 2,700 tasks"; where it is too long for a line, the line is broken between two of them. */
static char *
moment_text (CwTaskBoard *board, const uint32_t *counts, uint32_t done, uint32_t total) {
  static const struct { CwTaskState state; const char *one, *many; } shown[] = {
    { CW_TASK_RUNNING, N_("%s running"), N_("%s running") },   { CW_TASK_DONE, N_("%s block held"), N_("%s blocks held") },
    { CW_TASK_SPILLED, N_("%s spilled"), N_("%s spilled") },   { CW_TASK_FAILED, N_("%s failed"), N_("%s failed") },
    { CW_TASK_CANCELLED, N_("%s cancelled"), N_("%s cancelled") },
  };
  GString *out = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++) {
    uint32_t n = counts[shown[i].state];
    if (n == 0)
      continue;
    g_autofree char *number = cw_number_to_string (n), *bytes = cw_bytes_to_string (cw_task_board_held_bytes (board));
    g_string_append_printf (out, ngettext (shown[i].one, shown[i].many, n), number);
    g_string_append_printf (out, shown[i].state == CW_TASK_DONE ? ", %s · " : " · ", bytes);
  }
  g_autofree char *a = cw_number_to_string (done), *b = cw_number_to_string (total);
  g_string_append_printf (out, _("%s of %s tasks"), a, b);
  g_string_replace (out, " ", NO_BREAK, 0);
  g_string_replace (out, "·" NO_BREAK, "· ", 0);
  return g_string_free (out, FALSE);
}

static void
show_counts (CwTransport *self) {
  CwTaskBoard *board = cw_view_session_board (self->session);
  CwPlan      *plan = cw_view_session_plan (self->session, NULL);
  bool         live = cw_view_session_is_live (self->session);
  if (!board) {
    g_autofree char *n = cw_number_to_string (plan ? cw_plan_n_tasks (plan) : 0);
    g_autofree char *text = plan ? g_strdup_printf (ngettext ("%s task, not run yet", "%s tasks, not run yet",
                                                              cw_plan_n_tasks (plan)), n) : g_strdup ("");
    gtk_label_set_label (GTK_LABEL (self->counts), text);
    gtk_widget_set_visible (self->progress, FALSE);
    return;
  }
  const uint32_t *counts = cw_task_board_counts (board);
  uint32_t total = 0, done = counts[CW_TASK_DONE] + counts[CW_TASK_RELEASED] + counts[CW_TASK_SPILLED];
  for (int i = 0; i < CW_N_TASK_STATES; i++)
    total += counts[i];
  g_autofree char *text = moment_text (board, counts, done, total);
  gtk_label_set_label (GTK_LABEL (self->counts), text);
  gtk_widget_set_visible (self->progress, live && cw_view_session_duration (self->session) > 500000000);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), total ? (double) done / total : 0);
}

static void
clock_changed (CwTransport *self) {
  int64_t clock = cw_view_session_clock (self->session), duration = cw_view_session_duration (self->session);
  g_autofree char *now = cw_duration_to_string (clock), *end = cw_duration_to_string (duration);
  bool live = cw_view_session_is_live (self->session);
  g_autofree char *text = duration == 0 ? g_strdup ("") : clock < duration && !live ? g_strdup_printf ("%s / %s", now, end) : g_strdup (end);
  gtk_label_set_label (GTK_LABEL (self->clock), text);
  self->updating = true;
  gtk_range_set_value (GTK_RANGE (self->scrubber), duration > 0 ? 1000.0 * clock / duration : 0);
  self->updating = false;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scrubber), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  show_counts (self);
}

static void
show_kept (CwTransport *self, bool can_keep) {
  const char *name = NULL;
  bool        kept = cw_view_session_kept (self->session, &name) != NULL;
  self->updating = true;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->keep), kept);
  gtk_widget_set_sensitive (self->keep, kept || can_keep);
  gtk_widget_set_tooltip_text (self->keep, kept ? name : _("Keep this run, to compare the next one with it on one clock"));
  self->updating = false;
}

static void
status_changed (CwTransport *self) {
  bool live = cw_view_session_is_live (self->session), paused = cw_view_session_is_paused (self->session);
  bool has_run = cw_view_session_board (self->session) != NULL, has_array = cw_view_session_array (self->session) != NULL;
  const char *icon = paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic";
  const char *name = !has_run ? _("Run") : !paused ? _("Pause") : live ? _("Go on") : _("Replay");
  g_autofree char *details = cw_view_session_describe (self->session);
  gtk_button_set_icon_name (GTK_BUTTON (self->toggle), icon);
  gtk_widget_set_tooltip_text (self->toggle, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_sensitive (self->toggle, has_run || has_array);
  gtk_widget_set_sensitive (self->step, has_run || has_array);
  gtk_widget_set_sensitive (self->scrubber, has_run && !live);
  gtk_widget_set_sensitive (self->back, has_run && !live);
  gtk_widget_set_sensitive (self->step_back, has_run && !live);
  show_kept (self, has_run && !live);
  gtk_widget_set_visible (self->cancel, live || cw_view_session_preview_runs (self->session));
  gtk_label_set_label (GTK_LABEL (self->details), details);
  gtk_widget_set_tooltip_text (self->details, details);
  clock_changed (self);
}

/* ---- input ---------------------------------------------------------------------------------- */

static void
scrubbed (CwTransport *self) {
  if (self->updating)
    return;
  double part = gtk_range_get_value (GTK_RANGE (self->scrubber)) / 1000;
  cw_view_session_seek (self->session, part * cw_view_session_duration (self->session));
}

static void
speed_changed (CwTransport *self) {
  double  value = gtk_range_get_value (GTK_RANGE (self->speed));
  int64_t ns = value < REAL_TIME ? 0 : FASTEST_SLOW_NS * pow (SLOWEST_TASK_NS / FASTEST_SLOW_NS, value);
  self->replay_speed = value > -REAL_TIME ? 1 : pow (FASTEST_REPLAY, -2 * value);
  g_autofree char *time = cw_duration_to_string (ns);
  g_autofree char *text = ns > 0 ? g_strdup_printf (_("%s a task"), value > 0.99 ? "1 s" : time)
                          : self->replay_speed > 1 ? g_strdup_printf (_("replay × %.0f"), self->replay_speed)
                                                   : g_strdup (_("real time"));
  gtk_label_set_label (GTK_LABEL (self->speed_text), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->speed), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  cw_view_session_set_task_time (self->session, ns);
  cw_view_session_set_replay_speed (self->session, self->replay_speed);
}

static void
back_clicked (CwTransport *self) {
  cw_view_session_play (self->session, -self->replay_speed);
}

static void
step_back_clicked (CwTransport *self) {
  cw_view_session_step_back (self->session);
}

static void
keep_toggled (CwTransport *self) {
  if (self->updating)
    return;
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->keep)))
    cw_view_session_keep_run (self->session);
  else
    cw_view_session_drop_kept (self->session);
}

/* ---- construction --------------------------------------------------------------------------- */

static GtkWidget *
icon_button (CwTransport *self, const char *icon, const char *tip, GCallback clicked) {
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  if (clicked)
    g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void
toggle_clicked (CwTransport *self) {
  cw_view_session_toggle (self->session);
}

static void
step_clicked (CwTransport *self) {
  cw_view_session_step (self->session);
}

static void
cancel_clicked (CwTransport *self) {
  cw_view_session_cancel (self->session);
}

static GtkWidget *
build_controls (CwTransport *self) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->step_back = icon_button (self, "media-skip-backward-symbolic", _("Back to where a task began or ended (Shift+F7)"),
                                 G_CALLBACK (step_back_clicked));
  self->back = icon_button (self, "media-seek-backward-symbolic", _("Replay backwards"), G_CALLBACK (back_clicked));
  self->keep = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->keep), "view-dual-symbolic");
  gtk_widget_add_css_class (self->keep, "flat");
  gtk_widget_set_valign (self->keep, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->keep), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Keep this run to compare"), -1);
  g_signal_connect_swapped (self->keep, "toggled", G_CALLBACK (keep_toggled), self);
  self->toggle = icon_button (self, "media-playback-start-symbolic", _("Run"), G_CALLBACK (toggle_clicked));
  self->step = icon_button (self, "media-skip-forward-symbolic", _("One task further"), G_CALLBACK (step_clicked));
  self->speed = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, -0.5, 1, 0.05);
  gtk_range_set_value (GTK_RANGE (self->speed), 0);
  gtk_scale_add_mark (GTK_SCALE (self->speed), 0, GTK_POS_BOTTOM, NULL);
  gtk_scale_set_has_origin (GTK_SCALE (self->speed), FALSE);
  gtk_scale_set_draw_value (GTK_SCALE (self->speed), FALSE);
  gtk_widget_set_size_request (self->speed, 90, -1);
  gtk_widget_set_tooltip_text (self->speed, _("Speed: to the left faster replays, in the middle real time, to the right one task a second"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->speed), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Speed"), -1);
  self->speed_text = gtk_label_new (_("real time"));
  gtk_label_set_width_chars (GTK_LABEL (self->speed_text), 10);
  gtk_label_set_xalign (GTK_LABEL (self->speed_text), 0);
  self->scrubber = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1000, 1);
  gtk_scale_set_draw_value (GTK_SCALE (self->scrubber), FALSE);
  gtk_widget_set_hexpand (self->scrubber, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scrubber), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Moment of the recorded run"), -1);
  self->clock = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->clock), 1);
  GtkWidget *small[] = { self->speed_text, self->clock };
  for (int i = 0; i < 2; i++) {
    gtk_widget_add_css_class (small[i], "caption");
    gtk_widget_add_css_class (small[i], "numeric");
    gtk_widget_add_css_class (small[i], "dim-label");
  }
  GtkWidget *parts[] = { self->step_back, self->back, self->toggle, self->step, self->speed, self->speed_text, self->scrubber, self->clock, self->keep };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_box_append (GTK_BOX (row), parts[i]);
  return row;
}

static GtkWidget *
build_status (CwTransport *self) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->details = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->details), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->details), 12); /* they take what the numbers leave */
  gtk_label_set_xalign (GTK_LABEL (self->details), 0);
  gtk_widget_set_hexpand (self->details, TRUE);
  self->counts = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (self->counts), TRUE);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (self->counts), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (self->counts), 1);
  gtk_label_set_justify (GTK_LABEL (self->counts), GTK_JUSTIFY_RIGHT);
  GtkWidget *labels[] = { self->details, self->counts };
  for (int i = 0; i < 2; i++) {
    gtk_widget_add_css_class (labels[i], "caption");
    gtk_widget_add_css_class (labels[i], "numeric");
  }
  gtk_widget_add_css_class (self->details, "dim-label");
  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (self->progress, 60, -1);
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tasks done"), -1);
  self->cancel = gtk_button_new_with_mnemonic (_("_Cancel"));
  gtk_widget_set_visible (self->cancel, FALSE);
  g_signal_connect_swapped (self->cancel, "clicked", G_CALLBACK (cancel_clicked), self);
  gtk_box_append (GTK_BOX (row), self->details);
  gtk_box_append (GTK_BOX (row), self->progress);
  gtk_box_append (GTK_BOX (row), self->counts);
  gtk_box_append (GTK_BOX (row), self->cancel);
  gtk_widget_set_size_request (row, -1, 34);
  gtk_widget_set_margin_start (row, 6);
  return row;
}

static void
cw_transport_class_init (CwTransportClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_transport_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "transport");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
cw_transport_init (CwTransport *self) {
  self->replay_speed = 1;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_append (GTK_BOX (self), build_controls (self));
  gtk_box_append (GTK_BOX (self), build_status (self));
  g_signal_connect_swapped (self->scrubber, "value-changed", G_CALLBACK (scrubbed), self);
  g_signal_connect_swapped (self->speed, "value-changed", G_CALLBACK (speed_changed), self);
}

GtkWidget *
cw_transport_new (CwViewSession *session) {
  CwTransport *self = g_object_new (CW_TYPE_TRANSPORT, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "status-changed", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "clock-changed", G_CALLBACK (clock_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "plan-changed", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  status_changed (self);
  return GTK_WIDGET (self);
}
