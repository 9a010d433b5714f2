/* header.c: the bar at the window's top. Everything in it acts through the window's actions. */
#include "app/header.h"

#include <glib/gi18n.h>

struct _CwHeader {
  AdwBin     parent_instance;
  GtkWidget *title, *back, *forward, *status, *steps, *list, *run_all, *way_back, *course;
};

G_DEFINE_FINAL_TYPE (CwHeader, cw_header, ADW_TYPE_BIN)

static void
cw_header_class_init (CwHeaderClass *class) {
}

void
cw_header_set_title (CwHeader *self, const char *title, const char *subtitle) {
  adw_window_title_set_title (ADW_WINDOW_TITLE (self->title), title);
  adw_window_title_set_subtitle (ADW_WINDOW_TITLE (self->title), subtitle);
}

void
cw_header_set_status (CwHeader *self, const char *status, const char *tip) {
  gtk_label_set_label (GTK_LABEL (self->status), status);
  gtk_widget_set_tooltip_text (self->status, tip);
}

/* ---- steps -------------------------------------------------------------------------------------------- */

static GtkWidget *
step_row (int number, const char *title, bool done, bool current) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9), *label = gtk_label_new (title), *mark = gtk_image_new ();
  if (done)
    gtk_image_set_from_icon_name (GTK_IMAGE (mark), "object-select-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (mark), 16);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 48);
  gtk_widget_set_hexpand (label, TRUE);
  if (current)
    gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (row), mark);
  gtk_box_append (GTK_BOX (row), label);
  g_autofree char *words = g_strdup_printf (done ? _("Step %d, done: %s") : _("Step %d: %s"), number + 1, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return row;
}

static void
step_chosen (CwHeader *self, GtkListBoxRow *row) {
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->steps));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.go-to-step", "i", gtk_list_box_row_get_index (row));
}

void
cw_header_set_steps (CwHeader *self, int n, const char *const *titles, const bool *done, int current) {
  GtkListBoxRow *row;
  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0)))
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
  for (int i = 0; i < n; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), step_row (i, titles[i], done[i], i == current));
  if (n > 0)
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), current));
  gtk_widget_set_visible (self->back, n > 1);
  gtk_widget_set_visible (self->forward, n > 1);
  gtk_widget_set_sensitive (self->back, current > 0);
  gtk_widget_set_sensitive (self->forward, current < n - 1);
  gtk_widget_set_can_target (self->steps, n > 1); /* insensitive it would be grey */
  gtk_widget_set_can_focus (self->steps, n > 1);
  gtk_menu_button_set_always_show_arrow (GTK_MENU_BUTTON (self->steps), n > 1);
}

void
cw_header_set_way_back (CwHeader *self, const char *lesson) {
  g_autofree char *label = lesson ? g_strdup_printf (_("Back to “%s”"), lesson) : NULL;
  gtk_widget_set_visible (self->way_back, lesson != NULL);
  if (label)
    gtk_button_set_label (GTK_BUTTON (self->way_back), label);
}

void
cw_header_set_on_course (CwHeader *self, bool on_course) {
  gtk_widget_set_visible (self->run_all, !on_course);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->course), on_course);
}

/* ---- construction ---------------------------------------------------------------------------------------- */

static GMenuModel *
primary_menu (void) {
  static const struct { const char *label, *action; } items[][5] = {
    { { N_("_New notebook"), "win.new" }, { N_("_Open…"), "win.open" }, { N_("_Save"), "win.save" }, { N_("Save _as…"), "win.save-as" } },
    { { N_("Run _all cells"), "win.run-all" }, { N_("S_top"), "win.interrupt" }, { N_("_Undo"), "win.undo" }, { N_("_Redo"), "win.redo" },
      { N_("Show as _C or for Dask"), "win.show-as" } },
    { { N_("_Explore in a notebook"), "win.explore" }, { N_("Start this step over"), "win.restart-step" }, { N_("Start the lesson over"), "win.restart-lesson" } },
    { { N_("_Presenter style"), "win.present" }, { N_("_Instructor's notes"), "win.notes" }, { N_("_Handout…"), "win.handout" }, { N_("Handout _with answers…"), "win.handout-answers" } },
    { { N_("Save p_icture…"), "win.save-picture" }, { N_("Save ani_mation…"), "win.save-animation" }, { N_("Save _trace…"), "win.save-trace" } },
    { { N_("_Fold the document away"), "win.fold" }, { N_("F_ull screen"), "win.fullscreen" } },
    { { N_("_Preferences"), "app.preferences" }, { N_("_Keyboard shortcuts"), "win.show-help-overlay" }, { N_("A_bout Chunkwise"), "app.about" } },
  };
  GMenu *menu = g_menu_new ();
  for (guint s = 0; s < G_N_ELEMENTS (items); s++) {
    g_autoptr (GMenu) section = g_menu_new ();
    for (guint i = 0; i < G_N_ELEMENTS (items[s]) && items[s][i].label; i++)
      g_menu_append (section, _(items[s][i].label), items[s][i].action);
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  }
  return G_MENU_MODEL (menu);
}

static void
name (GtkWidget *button, const char *tip) {
  gtk_widget_set_tooltip_text (button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
}

static GtkWidget *
action_button (GtkWidget *button, const char *action, const char *tip) {
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  name (button, tip);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static GtkWidget *
build_steps (CwHeader *self) {
  GtkWidget *popover = gtk_popover_new (), *scroller = gtk_scrolled_window_new ();
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (self->list, "step-list");
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (step_chosen), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 480);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  self->steps = gtk_menu_button_new ();
  self->title = adw_window_title_new ("", "");
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->steps), self->title);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->steps), popover);
  gtk_widget_add_css_class (self->steps, "flat");
  gtk_widget_add_css_class (self->steps, "step-button");
  name (self->steps, _("Steps of this lesson"));
  return self->steps;
}

static GtkWidget *
build_middle (CwHeader *self) {
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->back = action_button (gtk_button_new_from_icon_name ("go-previous-symbolic"), "win.previous-step", _("Previous step (Alt+Page Up)"));
  self->forward = action_button (gtk_button_new_from_icon_name ("go-next-symbolic"), "win.next-step", _("Next step (Alt+Page Down)"));
  gtk_box_append (GTK_BOX (middle), self->back);
  gtk_box_append (GTK_BOX (middle), build_steps (self));
  gtk_box_append (GTK_BOX (middle), self->forward);
  return middle;
}

static GtkWidget *
build_menu_button (void) {
  GtkWidget *menu = gtk_menu_button_new ();
  g_autoptr (GMenuModel) model = primary_menu ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "open-menu-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu), model);
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (menu), TRUE);
  name (menu, _("Main menu"));
  return menu;
}

static void
cw_header_init (CwHeader *self) {
  GtkWidget *bar = adw_header_bar_new ();
  self->course = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->course), "cw-course-symbolic");
  action_button (self->course, "win.course", _("The course (Alt+Home)"));
  self->run_all = action_button (gtk_button_new_from_icon_name ("media-seek-forward-symbolic"), "win.run-all", _("Run all cells (F5)"));
  self->way_back = action_button (gtk_button_new (), "win.way-back", _("Back to the lesson; this notebook can be saved"));
  self->status = gtk_label_new ("");
  gtk_widget_add_css_class (self->status, "caption");
  gtk_widget_add_css_class (self->status, "numeric");
  gtk_widget_add_css_class (self->status, "dim-label");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), build_middle (self));
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->course);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->run_all);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), self->way_back);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), build_menu_button ());
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), self->status);
  adw_bin_set_child (ADW_BIN (self), bar);
  cw_header_set_steps (self, 0, NULL, NULL, 0);
  cw_header_set_way_back (self, NULL);
}

GtkWidget *
cw_header_new (void) {
  return g_object_new (CW_TYPE_HEADER, NULL);
}
