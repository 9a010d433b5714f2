/* prose.c: the text between cells, as labels in one column. */
#include "app/prose.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/code-view.h"
#include "lessons/lesson.h"

struct _CwProse {
  GtkBox parent_instance;
  char  *markdown;
};

G_DEFINE_FINAL_TYPE (CwProse, cw_prose, GTK_TYPE_BOX)

static void
cw_prose_finalize (GObject *object) {
  g_free (CW_PROSE (object)->markdown);
  G_OBJECT_CLASS (cw_prose_parent_class)->finalize (object);
}

static void
cw_prose_class_init (CwProseClass *class) {
  G_OBJECT_CLASS (class)->finalize = cw_prose_finalize;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "prose");
}

static void
cw_prose_init (CwProse *self) {
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

static gboolean
follow_link (GtkWidget *label, const char *uri) {
  return gtk_widget_activate_action (label, "win.follow-link", "s", uri);
}

static GtkWidget *
text_label (const char *markup, const char *class) {
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  if (class)
    gtk_widget_add_css_class (label, class);
  if (strstr (markup, "<a "))
    g_signal_connect (label, "activate-link", G_CALLBACK (follow_link), NULL);
  return label;
}

GtkWidget *
cw_prose_line (const char *markdown, const char *class) {
  g_autofree char *markup = cw_markdown_line (markdown);
  return text_label (markup, class);
}

static void
follow_style (GtkSourceBuffer *buffer) {
  bool dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  gtk_source_buffer_set_style_scheme (buffer, gtk_source_style_scheme_manager_get_scheme (schemes, dark ? "Adwaita-dark" : "Adwaita"));
}

GtkWidget *
cw_code_new (const char *code, const char *language) {
  GtkSourceLanguage *known = language ? gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), language) : NULL;
  g_autoptr (GtkSourceBuffer) buffer = known ? gtk_source_buffer_new_with_language (known) : gtk_source_buffer_new (NULL);
  GtkWidget   *view = cw_code_view_new (buffer);
  GtkTextView *text = GTK_TEXT_VIEW (view);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), code, -1);
  gtk_text_view_set_editable (text, FALSE);
  gtk_text_view_set_cursor_visible (text, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Code to read"), -1);
  gtk_widget_add_css_class (view, "shown-code");
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (follow_style), buffer, G_CONNECT_SWAPPED);
  follow_style (buffer);
  return view;
}

static GtkWidget *
item_widget (const CwLessonBlock *block) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9), *marker = gtk_label_new (block->marker);
  gtk_widget_set_valign (marker, GTK_ALIGN_START);
  gtk_widget_set_margin_start (marker, 18 * (block->level - 1) + 6);
  gtk_widget_set_size_request (marker, 12, -1);
  gtk_box_append (GTK_BOX (row), marker);
  gtk_box_append (GTK_BOX (row), text_label (block->markup, "body"));
  gtk_widget_add_css_class (row, "item");
  return row;
}

static GtkWidget *
block_widget (const CwLessonBlock *block) {
  static const char *const headings[] = { "title-1", "title-2", "title-3", "heading" };
  GtkWidget *label;
  switch (block->kind) {
  case CW_BLOCK_HEADING:
    label = text_label (block->markup, headings[CLAMP (block->level, 1, 4) - 1]);
    gtk_widget_add_css_class (label, block->level == 1 ? "first-heading" : "section-heading");
    return label;
  case CW_BLOCK_ITEM:
    return item_widget (block);
  case CW_BLOCK_QUOTE:
    return text_label (block->markup, "remark");
  case CW_BLOCK_CODE:
    return cw_code_new (block->text, g_str_equal (block->word, "python") ? "python3" : block->word);
  default:
    return text_label (block->markup, "body");
  }
}

GtkWidget *
cw_prose_new (const char *markdown) {
  CwProse *self = g_object_new (CW_TYPE_PROSE, NULL);
  g_autoptr (GPtrArray) blocks = cw_markdown_blocks (markdown);
  self->markdown = g_strdup (markdown);
  for (guint i = 0; i < blocks->len; i++)
    gtk_box_append (GTK_BOX (self), block_widget (g_ptr_array_index (blocks, i)));
  return GTK_WIDGET (self);
}

const char *
cw_prose_markdown (CwProse *self) {
  return self->markdown;
}
