/* application.c: the program as the desktop sees it: windows for files, about, preferences, style. */
#include "app/application.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "app/app-resource.h"
#include "app/commands.h"
#include "app/settings.h"
#include "app/window.h"
#include "widgets/frame-stats.h"

#define CW_TYPE_APPLICATION (cw_application_get_type ())
G_DECLARE_FINAL_TYPE (CwApplication, cw_application, CW, APPLICATION, AdwApplication)

struct _CwApplication {
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (CwApplication, cw_application, ADW_TYPE_APPLICATION)

/* ---- windows ---------------------------------------------------------------------------------- */

/* What was open last time; the first lesson for a newcomer, or where that is gone. */
static void
open_first (CwWindow *window) {
  const char *last = cw_settings ()->last;
  g_auto (GStrv) uris = cw_course_lessons ();
  if (last && *last == '\0')
    return;
  if (last && g_str_has_prefix (last, "resource://") && cw_window_open_lesson (window, last))
    return;
  if (last && !g_str_has_prefix (last, "resource://") && g_file_test (last, G_FILE_TEST_EXISTS)) {
    g_autoptr (GFile) file = g_file_new_for_path (last);
    if (cw_window_open (window, file))
      return;
  }
  cw_window_open_lesson (window, uris[0]);
}

static void
cw_application_activate (GApplication *application) {
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  if (!window) {
    window = GTK_WINDOW (cw_window_new (GTK_APPLICATION (application)));
    open_first (CW_WINDOW (window));
  }
  gtk_window_present (window);
}

static void
cw_application_open (GApplication *application, GFile **files, int n, const char *hint) {
  for (int i = 0; i < n; i++) {
    CwWindow *window = cw_window_new (GTK_APPLICATION (application));
    gtk_window_present (GTK_WINDOW (window)); /* first: what is opened may have a window of its own, above this one */
    cw_window_open (window, files[i]);
  }
}

/* ---- preferences ------------------------------------------------------------------------------- */

static void
settings_changed (GtkWidget *window) {
  g_autoptr (GError) error = NULL;
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (window));
  if (!cw_settings_save (&error))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (window), adw_toast_new (error->message));
  if (parent && CW_IS_WINDOW (parent))
    cw_window_settings_changed (CW_WINDOW (parent));
}

static void
threads_changed (GtkSpinButton *spin, GtkWidget *window) {
  cw_settings ()->threads = gtk_spin_button_get_value_as_int (spin);
  settings_changed (window);
}

static void
seed_changed (GtkSpinButton *spin, GtkWidget *window) {
  cw_settings ()->seed = gtk_spin_button_get_value_as_int (spin);
  settings_changed (window);
}

static void
memory_changed (GtkSpinButton *spin, GtkWidget *window) {
  cw_settings ()->memory = gtk_spin_button_get_value_as_int (spin);
  cw_memory_set_limit ((int64_t) cw_settings ()->memory << 20);
  settings_changed (window);
}

static void
add_number_row (AdwPreferencesGroup *group, const char *title, const char *subtitle, int low, int high, int value,
                GCallback changed, GtkWidget *window) {
  GtkWidget *row = adw_action_row_new (), *spin = gtk_spin_button_new_with_range (low, high, 1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  g_signal_connect_object (spin, "value-changed", changed, window, 0);
  adw_preferences_group_add (group, row);
}

static void
show_preferences (GSimpleAction *action, GVariant *parameter, void *data) {
  GtkWidget *window = adw_preferences_window_new (), *page = adw_preferences_page_new (), *group = adw_preferences_group_new ();
  g_autofree char *threads = g_strdup_printf (_("0 takes one for each of this machine's %d processors"), cw_default_threads ());
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Computing"));
  add_number_row (ADW_PREFERENCES_GROUP (group), _("Worker threads"), threads, 0, 255, cw_settings ()->threads,
                  G_CALLBACK (threads_changed), window);
  add_number_row (ADW_PREFERENCES_GROUP (group), _("Seed of random numbers"),
                  _("The same seed gives the same numbers in each new document; −1 takes another one each time"), -1,
                  G_MAXINT, cw_settings ()->seed, G_CALLBACK (seed_changed), window);
  add_number_row (ADW_PREFERENCES_GROUP (group), _("Memory, in MiB"),
                  _("What does not fit is kept on disk; 0 takes three quarters of what is free"), 0, 16 << 20, cw_settings ()->memory,
                  G_CALLBACK (memory_changed), window);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 360);
  gtk_window_set_transient_for (GTK_WINDOW (window), gtk_application_get_active_window (GTK_APPLICATION (data)));
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_present (GTK_WINDOW (window));
}

static void
show_about (GSimpleAction *action, GVariant *parameter, void *data) {
  static const char *const developers[] = { "The Chunkwise authors", NULL };
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (data)), "application-name", "Chunkwise",
                         "application-icon", CW_APPLICATION_ID, "version", CW_VERSION, "developer-name",
                         _("The Chunkwise authors"), "developers", developers, "license-type", GTK_LICENSE_MIT_X11,
                         "comments", _("A workbench for learning how parallel arrays work"), NULL);
}

static void
quit (GSimpleAction *action, GVariant *parameter, void *data) {
  for (GList *w = gtk_application_get_windows (GTK_APPLICATION (data)); w;) {
    GtkWindow *window = w->data;
    w = w->next;
    gtk_window_close (window);
  }
}

/* ---- life ------------------------------------------------------------------------------------- */

static void
load_style (void) {
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (provider, "/org/chunkwise/Chunkwise/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
cw_application_startup (GApplication *application) {
  static const GActionEntry entries[] = { { .name = "about", .activate = show_about },
                                          { .name = "preferences", .activate = show_preferences },
                                          { .name = "quit", .activate = quit } };
  static const char *const quit_keys[] = { "<Control>q", NULL }, *const preference_keys[] = { "<Control>comma", NULL };
  cw_app_register_resource ();
  if (cw_settings ()->memory > 0) /* else what the environment says, or the default */
    cw_memory_set_limit ((int64_t) cw_settings ()->memory << 20);
  G_APPLICATION_CLASS (cw_application_parent_class)->startup (application);
  gtk_source_init ();
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()), "/org/chunkwise/Chunkwise/icons");
  load_style ();
  gtk_window_set_default_icon_name (CW_APPLICATION_ID);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.quit", quit_keys);
  gtk_application_set_accels_for_action (GTK_APPLICATION (application), "app.preferences", preference_keys);
}

static int
cw_application_handle_local_options (GApplication *application, GVariantDict *options) {
  cw_frame_stats_show (g_variant_dict_contains (options, "frame-stats"));
  return -1; /* go on */
}

static void
cw_application_class_init (CwApplicationClass *class) {
  G_APPLICATION_CLASS (class)->activate = cw_application_activate;
  G_APPLICATION_CLASS (class)->open = cw_application_open;
  G_APPLICATION_CLASS (class)->startup = cw_application_startup;
  G_APPLICATION_CLASS (class)->handle_local_options = cw_application_handle_local_options;
}

static void
cw_application_init (CwApplication *self) {
  g_application_add_main_option (G_APPLICATION (self), "frame-stats", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _("Show how long frames take"), NULL);
}

AdwApplication *
cw_application_new (gboolean unique) {
  GApplicationFlags flags = G_APPLICATION_HANDLES_OPEN | (unique ? 0 : G_APPLICATION_NON_UNIQUE);
  return g_object_new (CW_TYPE_APPLICATION, "application-id", CW_APPLICATION_ID, "flags", flags, "resource-base-path",
                       "/org/chunkwise/Chunkwise", NULL);
}

/* Without a graphics processor OpenGL is computed by the very processors that the arrays need: then cairo draws for less. */
static void
choose_renderer (void) {
  if (!g_file_test ("/dev/dri", G_FILE_TEST_EXISTS))
    g_setenv ("GSK_RENDERER", "cairo", FALSE);
}

int
cw_gui_main (int argc, char **argv) {
  choose_renderer ();
  g_autoptr (AdwApplication) application = cw_application_new (TRUE);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
