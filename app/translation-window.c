/* translation-window.c: a cell as C and as Dask, side by side behind a switch.
 *
 * A page is made when it is first looked at, on a thread of its own: C needs the cells before to be run again, in a session that
 * nobody else sees. Closing the window, or Cancel, stops that.
 */
#include "app/translation-window.h"

#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>

#include "app/settings.h"
#include "engine/language/language.h"

/* One of the two forms. */
typedef struct {
  const char      *id, *title, *language, *filename;
  CwTranslationWindow *window;
  GtkStack        *stack; /* "busy", "text" or "none" */
  GtkSourceBuffer *buffer;
  GtkWidget       *view, *status, *again;
  CwSession       *session; /* while it is being made */
  bool             begun;
} Page;

struct _CwTranslationWindow {
  AdwWindow  parent_instance;
  GPtrArray *cells;
  int        cell;
  Page       pages[2];
  GtkStack  *stack;
  GtkWidget *copy, *save, *toasts;
};

G_DEFINE_FINAL_TYPE (CwTranslationWindow, cw_translation_window, ADW_TYPE_WINDOW)

/* ---- making a program, on another thread ---------------------------------------------------------------------------------------- */

typedef struct {
  GPtrArray *cells;
  int        cell, page;
  uint64_t   seed;
  CwSession *session;
} Job;

static void job_free (void *data) {
  Job *job = data;
  g_ptr_array_unref (job->cells);
  cw_session_free (job->session);
  g_free (job);
}

static void make (GTask *task, void *source, void *data, GCancellable *cancellable) {
  Job *job = data;
  GError *error = NULL;
  char *program = job->page == 0 ? cw_cells_as_c (job->cells, job->cell, job->seed, job->session, &error) : cw_cells_as_dask (job->cells, job->cell, &error);
  if (program) g_task_return_pointer (task, program, g_free);
  else g_task_return_error (task, error);
}

static void update_buttons (CwTranslationWindow *self) {
  g_autofree char *text = cw_translation_window_text (self);
  gtk_widget_set_sensitive (self->copy, text != NULL);
  gtk_widget_set_sensitive (self->save, text != NULL);
}

/* What the cell does stands in main(); its helpers are above. */
static void show_program (Page *page, const char *program) {
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (page->buffer);
  GtkTextIter at;
  gtk_text_buffer_set_text (buffer, program, -1);
  gtk_text_buffer_get_start_iter (buffer, &at);
  gtk_text_iter_forward_search (&at, "int main (void)", 0, &at, NULL, NULL);
  gtk_text_buffer_place_cursor (buffer, &at);
  gtk_stack_set_visible_child_name (page->stack, "text");
  gtk_text_view_scroll_to_mark (GTK_TEXT_VIEW (page->view), gtk_text_buffer_get_insert (buffer), 0, TRUE, 0, 0.03);
}

static void show_error (Page *page, const GError *error) {
  AdwStatusPage *status = ADW_STATUS_PAGE (page->status);
  bool cancelled = g_error_matches (error, CW_ERROR, CW_ERROR_INTERRUPT);
  g_autofree char *title = g_strdup_printf (_("Not as %s"), page->title), *text = g_markup_escape_text (error->message, -1);
  adw_status_page_set_title (status, cancelled ? _("Cancelled") : title);
  adw_status_page_set_description (status, cancelled ? _("The program was not made.") : text);
  gtk_widget_set_visible (page->again, cancelled); /* another time it would be refused again */
  gtk_stack_set_visible_child_name (page->stack, "none");
}

static void made (GObject *source, GAsyncResult *result, void *data) {
  CwTranslationWindow *self = CW_TRANSLATION_WINDOW (source);
  Page *page = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_task_propagate_pointer (G_TASK (result), &error);
  page->session = NULL;
  if (!self->stack) return;
  if (program) {
    show_program (page, program);
  } else {
    show_error (page, error);
  }
  update_buttons (self);
}

static void begin (Page *page) {
  CwTranslationWindow *self = page->window;
  Job *job = g_new0 (Job, 1);
  *job = (Job){ g_ptr_array_ref (self->cells), self->cell, (int) (page - self->pages), (uint64_t) MAX (cw_settings ()->seed, 0), cw_session_new () };
  page->begun   = true;
  page->session = job->session;
  gtk_stack_set_visible_child_name (page->stack, "busy");
  g_autoptr (GTask) task = g_task_new (self, NULL, made, page);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, make);
}

/* ---- what is in sight ---------------------------------------------------------------------------------------------------------------- */

static Page *page_in_sight (CwTranslationWindow *self) {
  const char *name = self->stack ? gtk_stack_get_visible_child_name (self->stack) : NULL;
  return &self->pages[g_strcmp0 (name, self->pages[1].id) == 0];
}

char *cw_translation_window_text (CwTranslationWindow *self) {
  Page *page = page_in_sight (self);
  GtkTextIter start, end;
  if (g_strcmp0 (gtk_stack_get_visible_child_name (page->stack), "text") != 0) return NULL;
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (page->buffer), &start, &end);
  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (page->buffer), &start, &end, FALSE);
}

bool cw_translation_window_is_busy (CwTranslationWindow *self) {
  return page_in_sight (self)->session != NULL;
}

void cw_translation_window_choose (CwTranslationWindow *self, const char *to) {
  gtk_stack_set_visible_child_name (self->stack, to);
}

static void page_changed (CwTranslationWindow *self) {
  Page *page = page_in_sight (self);
  if (!page->begun) begin (page);
  update_buttons (self);
}

/* ---- actions --------------------------------------------------------------------------------------------------------------------------- */

static void say (CwTranslationWindow *self, const char *text) {
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), adw_toast_new (text));
}

static void copy_clicked (CwTranslationWindow *self) {
  g_autofree char *text = cw_translation_window_text (self);
  if (!text) return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  say (self, _("Copied"));
}

static void save_chosen (GtkNativeDialog *dialog, int response, CwTranslationWindow *self) {
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *text = cw_translation_window_text (self);
  g_autoptr (GError) error = NULL;
  if (file && text) {
    bool ok = g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, &error);
    say (self, ok ? _("Saved") : error->message);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void save_clicked (CwTranslationWindow *self) {
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Save Program"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), page_in_sight (self)->filename);
  g_signal_connect_object (dialog, "response", G_CALLBACK (save_chosen), self, 0);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void cancel_clicked (Page *page) {
  if (page->session) cw_session_interrupt (page->session);
}

static void again_clicked (Page *page) {
  if (!page->session) begin (page);
  update_buttons (page->window);
}

/* ---- construction ------------------------------------------------------------------------------------------------------------------------ */

static void style_changed (CwTranslationWindow *self) {
  bool dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleScheme *scheme = gtk_source_style_scheme_manager_get_scheme (gtk_source_style_scheme_manager_get_default (), dark ? "Adwaita-dark" : "Adwaita");
  for (int i = 0; i < 2; i++) gtk_source_buffer_set_style_scheme (self->pages[i].buffer, scheme);
}

static GtkWidget *new_text (Page *page) {
  GtkSourceLanguage *language = gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), page->language);
  page->buffer = gtk_source_buffer_new_with_language (language);
  GtkWidget *view = page->view = gtk_source_view_new_with_buffer (page->buffer), *scrolled = gtk_scrolled_window_new ();
  g_object_unref (page->buffer);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 18);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 18);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, page->title, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);
  return scrolled;
}

static GtkWidget *new_pill (const char *label, GCallback clicked, Page *page) {
  GtkWidget *button = gtk_button_new_with_mnemonic (label);
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", clicked, page);
  return button;
}

static GtkWidget *new_busy (Page *page) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *spinner = gtk_spinner_new (), *label = gtk_label_new (_("Running the cells before, to see what they do…"));
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (box), spinner);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), new_pill (_("_Cancel"), G_CALLBACK (cancel_clicked), page));
  return box;
}

static void build_page (CwTranslationWindow *self, int i, Page page) {
  Page *own = &self->pages[i];
  *own = page;
  own->window = self;
  own->stack  = GTK_STACK (gtk_stack_new ());
  own->status = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (own->status), "dialog-information-symbolic");
  own->again = new_pill (_("_Try Again"), G_CALLBACK (again_clicked), own);
  adw_status_page_set_child (ADW_STATUS_PAGE (own->status), own->again);
  gtk_stack_add_named (own->stack, new_busy (own), "busy");
  gtk_stack_add_named (own->stack, new_text (own), "text");
  gtk_stack_add_named (own->stack, own->status, "none");
  gtk_widget_set_vexpand (GTK_WIDGET (own->stack), TRUE);
  gtk_stack_add_titled (self->stack, GTK_WIDGET (own->stack), own->id, own->title);
}

static GtkWidget *new_button (const char *icon, const char *tooltip, GCallback clicked, CwTranslationWindow *self) {
  GtkWidget *button = gtk_button_new_from_icon_name (icon);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

static void cw_translation_window_init (CwTranslationWindow *self) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = adw_header_bar_new (), *switcher = gtk_stack_switcher_new ();
  self->stack  = GTK_STACK (gtk_stack_new ());
  self->toasts = adw_toast_overlay_new ();
  self->copy   = new_button ("edit-copy-symbolic", _("Copy"), G_CALLBACK (copy_clicked), self);
  self->save   = new_button ("document-save-symbolic", _("Save…"), G_CALLBACK (save_clicked), self);
  build_page (self, 0, (Page){ .id = "c", .title = "C", .language = "c", .filename = "cell.c" });
  build_page (self, 1, (Page){ .id = "dask", .title = "Dask", .language = "python3", .filename = "cell.py" });
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), self->stack);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), switcher);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->copy);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->save);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), GTK_WIDGET (self->stack));
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), self->toasts);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_default_size (GTK_WINDOW (self), 940, 640);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (style_changed), self, G_CONNECT_SWAPPED);
  style_changed (self);
}

/* The window is closed, though what is being made still holds it. */
static void unmap (GtkWidget *widget) {
  CwTranslationWindow *self = CW_TRANSLATION_WINDOW (widget);
  for (int i = 0; i < 2; i++) cancel_clicked (&self->pages[i]);
  GTK_WIDGET_CLASS (cw_translation_window_parent_class)->unmap (widget);
}

static void dispose (GObject *object) {
  CW_TRANSLATION_WINDOW (object)->stack = NULL;
  G_OBJECT_CLASS (cw_translation_window_parent_class)->dispose (object);
}

static void finalize (GObject *object) {
  g_clear_pointer (&CW_TRANSLATION_WINDOW (object)->cells, g_ptr_array_unref);
  G_OBJECT_CLASS (cw_translation_window_parent_class)->finalize (object);
}

static void cw_translation_window_class_init (CwTranslationWindowClass *class) {
  G_OBJECT_CLASS (class)->dispose  = dispose;
  G_OBJECT_CLASS (class)->finalize = finalize;
  GTK_WIDGET_CLASS (class)->unmap  = unmap;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (class), GDK_KEY_Escape, 0, "window.close", NULL);
}

static GPtrArray *copy_of (GPtrArray *cells) {
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_cell_free);
  for (guint i = 0; i < cells->len; i++) {
    CwCell *cell = g_memdup2 (cells->pdata[i], sizeof *cell);
    cell->code   = g_strdup (cell->code);
    cell->marker = g_strdup (cell->marker);
    g_ptr_array_add (copy, cell);
  }
  return copy;
}

CwTranslationWindow *cw_translation_window_open (GtkWindow *parent, GPtrArray *cells, int cell) {
  CwTranslationWindow *self = g_object_new (CW_TYPE_TRANSLATION_WINDOW, "transient-for", parent, "destroy-with-parent", TRUE, "title", _("Cell as Program"), NULL);
  self->cells = copy_of (cells);
  self->cell  = cell;
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (page_changed), self, G_CONNECT_SWAPPED);
  page_changed (self);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
