/* course-page.c: the lessons with what was done in them, and the user's own lessons. */
#include "app/course-page.h"

#include <glib/gi18n.h>
#include <math.h>

#include "widgets/widgets.h"

struct _CwCoursePage {
  GtkBox        parent_instance;
  CwRecord     *record;
  GtkWidget    *column;
  GFileMonitor *monitor;
  guint         refresh_later;
};

G_DEFINE_FINAL_TYPE (CwCoursePage, cw_course_page, GTK_TYPE_BOX)

static void
cw_course_page_dispose (GObject *object) {
  CwCoursePage *self = CW_COURSE_PAGE (object);
  g_clear_handle_id (&self->refresh_later, g_source_remove);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (cw_course_page_parent_class)->dispose (object);
}

static void
cw_course_page_class_init (CwCoursePageClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_course_page_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "course");
}

/* ---- a lesson's row --------------------------------------------------------------------------------------- */

typedef struct {
  int done, of;
} Part;

/* A ring that closes while a lesson is done; a tick when it is. */
static void
draw_ring (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  const CwPalette *palette = cw_widgets_palette ();
  const Part *part = cw_canvas_subject (area);
  double x = width / 2.0, y = height / 2.0, r = MIN (x, y) - 3, share = part->of ? (double) part->done / part->of : 0;
  cairo_set_line_width (cr, 3);
  cairo_arc (cr, x, y, r, 0, 2 * G_PI);
  cw_set_color (cr, palette->hairline);
  cairo_stroke (cr);
  if (share <= 0)
    return;
  cairo_arc (cr, x, y, r, -G_PI / 2, -G_PI / 2 + 2 * G_PI * share);
  cw_set_color (cr, palette->accent);
  cairo_stroke (cr);
  if (part->done < part->of)
    return;
  cairo_move_to (cr, x - r * 0.42, y + r * 0.02);
  cairo_line_to (cr, x - r * 0.08, y + r * 0.36);
  cairo_line_to (cr, x + r * 0.46, y - r * 0.34);
  cairo_stroke (cr);
}

static GtkWidget *
ring (int done, int of) {
  Part *part = g_new (Part, 1);
  *part = (Part) { done, of };
  g_autofree char *words = g_strdup_printf (_("%d of %d steps done"), done, of);
  GtkWidget *picture = cw_canvas_new_picture (draw_ring, words, part, g_free, 30, 30);
  gtk_widget_set_valign (picture, GTK_ALIGN_CENTER);
  return picture;
}

/* "10 minutes · 3 of 7 steps · after Chunks" */
static char *
subtitle_of (const CwLesson *lesson, int done, GHashTable *titles) {
  GString *out = g_string_new (NULL);
  g_string_append_printf (out, ngettext ("%d minute", "%d minutes", lesson->minutes), lesson->minutes);
  if (done > 0)
    g_string_append_printf (out, _(" · %d of %d steps"), done, (int) lesson->steps->len);
  for (int i = 0; lesson->needs[i]; i++) {
    const char *title = g_hash_table_lookup (titles, lesson->needs[i]);
    g_string_append_printf (out, i ? ", %s" : _(" · after %s"), title ? title : lesson->needs[i]);
  }
  return g_string_free (out, FALSE);
}

static GtkWidget *
lesson_row (CwCoursePage *self, const CwLesson *lesson, const char *uri, int number, GHashTable *titles) {
  int done = cw_record_n_done (self->record, lesson), of = lesson->steps->len;
  g_autofree char *subtitle = subtitle_of (lesson, done, titles), *escaped = g_markup_escape_text (lesson->title, -1);
  g_autofree char *title = number ? g_strdup_printf ("%d. %s", number, escaped) : g_strdup (escaped), *below = g_markup_escape_text (subtitle, -1);
  GtkWidget *row = adw_action_row_new (), *state = gtk_label_new (done == 0 ? _("Begin") : done < of ? _("Go on") : _("Done"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), below);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), ring (done, of));
  gtk_widget_add_css_class (state, "dim-label");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), state);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.lesson");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", uri);
  return row;
}

/* A lesson of the user's own that cannot be read says why. */
static GtkWidget *
broken_row (const char *path, const char *message) {
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *name = g_path_get_basename (path), *title = g_markup_escape_text (name, -1), *text = g_markup_escape_text (message, -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  return row;
}

/* ---- groups ------------------------------------------------------------------------------------------------- */

static GtkWidget *
group (const char *title, const char *description) {
  GtkWidget *group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  if (description)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description);
  return group;
}

/* A lesson of the page, read once; @lesson is NULL with @problem. */
typedef struct {
  char     *uri, *problem;
  CwLesson *lesson;
} Listed;

static void
listed_free (Listed *listed) {
  g_free (listed->uri);
  g_free (listed->problem);
  cw_lesson_free (listed->lesson);
  g_free (listed);
}

static GPtrArray *
read_lessons (char **uris, GHashTable *titles) {
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) listed_free);
  for (int i = 0; uris[i]; i++) {
    g_autoptr (GError) error = NULL;
    Listed *listed = g_new0 (Listed, 1);
    *listed = (Listed) { .uri = g_strdup (uris[i]), .lesson = cw_lesson_load (uris[i], &error) };
    listed->problem = error ? g_strdup (error->message) : NULL;
    if (listed->lesson)
      g_hash_table_insert (titles, listed->lesson->id, listed->lesson->title);
    g_ptr_array_add (all, listed);
  }
  return all;
}

/* Gives the number of lessons that are done. */
static int
add_lessons (CwCoursePage *self, GtkWidget *to, GPtrArray *lessons, bool numbered, GHashTable *titles) {
  int finished = 0;
  for (guint i = 0; i < lessons->len; i++) {
    const Listed *listed = lessons->pdata[i];
    GtkWidget *row = listed->lesson ? lesson_row (self, listed->lesson, listed->uri, numbered ? i + 1 : 0, titles) : broken_row (listed->uri, listed->problem);
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (to), row);
    finished += listed->lesson && cw_record_n_done (self->record, listed->lesson) == (int) listed->lesson->steps->len;
  }
  return finished;
}

static GtkWidget *
action_row (const char *title, const char *subtitle, const char *icon, const char *action) {
  GtkWidget *row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name (icon));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), action);
  return row;
}

static GtkWidget *
other_things (void) {
  GtkWidget *others = group (_("Besides"), NULL);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (others),
                             action_row (_("An empty notebook"), _("Try things out on your own"), "document-new-symbolic", "win.new"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (others),
                             action_row (_("Save my report…"), _("What you did in the course, as a file for your teacher"), "document-save-symbolic", "win.report"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (others),
                             action_row (_("Sum up reports…"), _("For teachers: the reports of a class as one table"), "view-grid-symbolic", "win.sum-reports"));
  return others;
}

void
cw_course_page_refresh (CwCoursePage *self) {
  g_auto (GStrv) course = cw_course_lessons (), own = cw_user_lessons ();
  g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal); /* id -> title, of the lessons below */
  g_autoptr (GPtrArray) lessons_of_course = read_lessons (course, titles), lessons_of_user = read_lessons (own, titles);
  g_autofree char *folder = cw_user_lessons_folder ();
  g_autofree char *where = g_strdup_printf (_("Markdown files in %s; they are read again whenever you save them"), folder), *escaped = g_markup_escape_text (where, -1);
  GtkWidget *child, *lessons = group (_("The course"), NULL);
  while ((child = gtk_widget_get_first_child (self->column)))
    gtk_box_remove (GTK_BOX (self->column), child);
  int done = add_lessons (self, lessons, lessons_of_course, true, titles), of = lessons_of_course->len;
  g_autofree char *summary = done == 0 ? g_strdup_printf (ngettext ("%d lesson. Each one asks first, then shows.", "%d lessons. Each one asks first, then shows.", of), of)
                                       : g_strdup_printf (_("%d of %d lessons done"), done, of);
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (lessons), summary);
  gtk_box_append (GTK_BOX (self->column), lessons);
  if (own[0]) {
    GtkWidget *mine = group (_("Your own lessons"), escaped);
    add_lessons (self, mine, lessons_of_user, false, titles);
    gtk_box_append (GTK_BOX (self->column), mine);
  }
  gtk_box_append (GTK_BOX (self->column), other_things ());
}

/* ---- the user's folder ----------------------------------------------------------------------------------------- */

static gboolean
refresh_now (void *data) {
  CwCoursePage *self = data;
  self->refresh_later = 0;
  if (gtk_widget_get_mapped (GTK_WIDGET (self))) /* else it is read when it is shown */
    cw_course_page_refresh (self);
  return G_SOURCE_REMOVE;
}

static void
folder_changed (CwCoursePage *self) {
  if (!self->refresh_later)
    self->refresh_later = g_timeout_add (200, refresh_now, self);
}

static void
watch_folder (CwCoursePage *self) {
  g_autofree char *path = cw_user_lessons_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (folder_changed), self, G_CONNECT_SWAPPED);
}

static void
cw_course_page_init (CwCoursePage *self) {
  GtkWidget *scroller = gtk_scrolled_window_new (), *clamp = adw_clamp_new ();
  self->column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);
  gtk_widget_add_css_class (self->column, "course-column");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 720);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->column);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self), scroller);
}

GtkWidget *
cw_course_page_new (CwRecord *record) {
  CwCoursePage *self = g_object_new (CW_TYPE_COURSE_PAGE, NULL);
  self->record = record;
  watch_folder (self);
  return GTK_WIDGET (self);
}
