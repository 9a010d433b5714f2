/* window-actions.c: everything that the window can be asked to do, and the keys for it. */
#include "app/window-private.h"

#include <glib/gi18n.h>

#include "app/save-dialogs.h"
#include "app/settings.h"
#include "widgets/frame-stats.h"

/* ---- actions ------------------------------------------------------------------------------------- */

/* Whatever runs, be it asked for by a cell or by the stage. */
static void
stop (CwWindow *self) {
  cw_evaluator_interrupt (self->evaluator);
  cw_view_session_cancel (self->session);
}

static void
act (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow   *self = CW_WINDOW (widget);
  CwDocument *document = CW_DOCUMENT (self->document);
  if (g_str_equal (name, "win.new"))
    cw_window_ask_first (self, cw_window_new_notebook);
  else if (g_str_equal (name, "win.open"))
    cw_window_ask_first (self, cw_window_open_dialog);
  else if (g_str_equal (name, "win.save"))
    cw_window_save (self);
  else if (g_str_equal (name, "win.save-as"))
    cw_window_save_as (self);
  else if (g_str_equal (name, "win.undo"))
    cw_document_undo (document);
  else if (g_str_equal (name, "win.redo"))
    cw_document_redo (document);
  else if (g_str_equal (name, "win.add-cell"))
    cw_document_add_cell (document, "");
  else if (g_str_equal (name, "win.delete-cell"))
    cw_document_delete_current (document);
  else if (g_str_equal (name, "win.cell-up"))
    cw_document_move_current (document, -1);
  else if (g_str_equal (name, "win.cell-down"))
    cw_document_move_current (document, 1);
  else if (g_str_equal (name, "win.previous-step"))
    cw_window_go_to_step (self, cw_document_step (document) - 1);
  else if (g_str_equal (name, "win.next-step"))
    cw_window_go_to_step (self, cw_document_step (document) + 1);
  else if (g_str_equal (name, "win.show-as"))
    cw_window_show_as (self, cw_document_current (document));
  else if (g_str_equal (name, "win.run-all"))
    cw_document_run_all (document);
  else if (g_str_equal (name, "win.interrupt"))
    stop (self);
}

static void
act_on_stage (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow *self = CW_WINDOW (widget);
  if (g_str_equal (name, "win.page"))
    cw_stage_show_page (CW_STAGE (self->stage), g_variant_get_string (parameter, NULL));
  else if (g_str_equal (name, "win.play"))
    cw_view_session_toggle (self->session);
  else if (g_str_equal (name, "win.step"))
    cw_view_session_step (self->session);
  else if (g_str_equal (name, "win.step-back"))
    cw_view_session_step_back (self->session);
  else if (g_str_equal (name, "win.find"))
    cw_stage_find (CW_STAGE (self->stage));
  else if (g_str_equal (name, "win.table"))
    cw_stage_toggle_table (CW_STAGE (self->stage));
  else if (g_str_equal (name, "win.frame-stats"))
    cw_stage_show_stats (CW_STAGE (self->stage), !cw_frame_stats_shown ());
}

static void
act_on_window (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow *self = CW_WINDOW (widget);
  if (g_str_equal (name, "win.fold"))
    cw_window_fold (self);
  else if (g_str_equal (name, "win.present"))
    cw_window_present (self);
  else if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    gtk_window_unfullscreen (GTK_WINDOW (self));
  else
    gtk_window_fullscreen (GTK_WINDOW (self));
}

static void
open_chosen_lesson (CwWindow *self) {
  const char *uri = g_object_get_data (G_OBJECT (self), "chosen-lesson");
  if (g_strcmp0 (uri, self->uri) == 0 && self->guide) /* it is open: on with it */
    cw_window_show_course (self, false);
  else
    cw_window_open_lesson (self, uri);
}

static void
act_lesson (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow *self = CW_WINDOW (widget);
  if (g_str_equal (name, "win.lesson")) {
    g_object_set_data_full (G_OBJECT (widget), "chosen-lesson", g_variant_dup_string (parameter, NULL), g_free);
    cw_window_ask_first (self, open_chosen_lesson);
  } else if (g_str_equal (name, "win.course"))
    cw_window_show_course (self, !cw_window_is_on_course (self));
  else if (g_str_equal (name, "win.explore"))
    cw_window_explore (self);
  else if (g_str_equal (name, "win.way-back"))
    cw_window_ask_first (self, cw_window_way_back);
  else if (g_str_equal (name, "win.go-to-step"))
    cw_window_go_to_step (self, g_variant_get_int32 (parameter));
  else if (g_str_equal (name, "win.restart-step") && self->guide)
    cw_guide_start_over (self->guide, cw_document_step (CW_DOCUMENT (self->document)));
  else if (g_str_equal (name, "win.restart-lesson"))
    cw_window_ask_restart (self);
  else if (g_str_equal (name, "win.follow-link"))
    cw_window_follow_link (self, g_variant_get_string (parameter, NULL));
  else if (g_str_equal (name, "win.notes"))
    cw_window_toggle_notes (self);
}

static void
act_save (GtkWidget *widget, const char *name, GVariant *parameter) {
  CwWindow *self = CW_WINDOW (widget);
  CwStage  *stage = CW_STAGE (self->stage);
  bool      handout = g_str_has_prefix (name, "win.handout");
  if (g_str_equal (name, "win.save-picture"))
    cw_save_picture (GTK_WINDOW (self), stage, cw_stage_picture (stage));
  else if (g_str_equal (name, "win.save-trace"))
    cw_save_picture (GTK_WINDOW (self), stage, CW_PICTURE_TRACE);
  else if (g_str_equal (name, "win.save-animation"))
    cw_save_picture (GTK_WINDOW (self), stage, CW_PICTURE_ANIMATION);
  else if (g_str_equal (name, "win.report"))
    cw_save_report (GTK_WINDOW (self), cw_user_record ());
  else if (g_str_equal (name, "win.sum-reports"))
    cw_sum_reports (GTK_WINDOW (self));
  else if (g_str_equal (name, "win.say"))
    cw_window_toast (self, g_variant_get_string (parameter, NULL));
  else if (handout && self->guide)
    cw_save_handout (GTK_WINDOW (self), self->uri, cw_guide_lesson (self->guide)->id, g_str_has_suffix (name, "-answers"));
  else if (handout)
    cw_window_toast (self, _("A handout is made of a lesson: open one first"));
}

static void
bind_key (GtkWidgetClass *class, guint key, GdkModifierType modifiers, const char *action, const char *argument) {
  if (argument)
    gtk_widget_class_add_binding_action (class, key, modifiers, action, "s", argument);
  else
    gtk_widget_class_add_binding_action (class, key, modifiers, action, NULL);
}

void
cw_window_install_actions (GtkWidgetClass *class) {
  static const struct { const char *name; guint key; GdkModifierType modifiers; } actions[] = {
    { "win.new", GDK_KEY_n, GDK_CONTROL_MASK },
    { "win.open", GDK_KEY_o, GDK_CONTROL_MASK },
    { "win.save", GDK_KEY_s, GDK_CONTROL_MASK },
    { "win.save-as", GDK_KEY_s, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.undo", GDK_KEY_z, GDK_CONTROL_MASK },
    { "win.redo", GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.add-cell", GDK_KEY_b, GDK_CONTROL_MASK },
    { "win.delete-cell", GDK_KEY_x, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.cell-up", GDK_KEY_Up, GDK_ALT_MASK | GDK_SHIFT_MASK },
    { "win.cell-down", GDK_KEY_Down, GDK_ALT_MASK | GDK_SHIFT_MASK },
    { "win.previous-step", GDK_KEY_Page_Up, GDK_ALT_MASK },
    { "win.next-step", GDK_KEY_Page_Down, GDK_ALT_MASK },
    { "win.show-as", GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { "win.run-all", GDK_KEY_F5, 0 },
    { "win.interrupt", GDK_KEY_period, GDK_CONTROL_MASK },
  };
  static const char *const pages[] = { "diagram", "graph", "timeline", "values" };
  static const struct { const char *name, *type; } lesson_actions[] = {
    { "win.lesson", "s" }, { "win.course", NULL }, { "win.explore", NULL }, { "win.way-back", NULL }, { "win.go-to-step", "i" },
    { "win.restart-step", NULL }, { "win.restart-lesson", NULL }, { "win.follow-link", "s" }, { "win.notes", NULL },
  };
  static const char *const save_actions[] = { "win.save-picture", "win.save-animation", "win.save-trace", "win.report", "win.sum-reports",
                                              "win.handout", "win.handout-answers", "win.say" };
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    gtk_widget_class_install_action (class, actions[i].name, NULL, act);
    bind_key (class, actions[i].key, actions[i].modifiers, actions[i].name, NULL);
  }
  gtk_widget_class_install_action (class, "win.page", "s", act_on_stage);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    bind_key (class, GDK_KEY_1 + i, GDK_CONTROL_MASK, "win.page", pages[i]);
  gtk_widget_class_install_action (class, "win.play", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.step", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.step-back", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.find", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.table", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.frame-stats", NULL, act_on_stage);
  gtk_widget_class_install_action (class, "win.fold", NULL, act_on_window);
  gtk_widget_class_install_action (class, "win.fullscreen", NULL, act_on_window);
  gtk_widget_class_install_action (class, "win.present", NULL, act_on_window);
  for (guint i = 0; i < G_N_ELEMENTS (lesson_actions); i++)
    gtk_widget_class_install_action (class, lesson_actions[i].name, lesson_actions[i].type, act_lesson);
  for (guint i = 0; i < G_N_ELEMENTS (save_actions); i++)
    gtk_widget_class_install_action (class, save_actions[i], g_str_equal (save_actions[i], "win.say") ? "s" : NULL, act_save);
  bind_key (class, GDK_KEY_Home, GDK_ALT_MASK, "win.course", NULL);
  bind_key (class, GDK_KEY_e, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.explore", NULL);
  bind_key (class, GDK_KEY_p, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.save-picture", NULL);
  bind_key (class, GDK_KEY_F7, 0, "win.step", NULL);
  bind_key (class, GDK_KEY_F7, GDK_SHIFT_MASK, "win.step-back", NULL);
  bind_key (class, GDK_KEY_f, GDK_CONTROL_MASK, "win.find", NULL);
  bind_key (class, GDK_KEY_t, GDK_CONTROL_MASK, "win.table", NULL);
  bind_key (class, GDK_KEY_F12, 0, "win.frame-stats", NULL);
  bind_key (class, GDK_KEY_F9, 0, "win.fold", NULL);
  bind_key (class, GDK_KEY_F11, 0, "win.fullscreen", NULL);
}
