/* prose.c: the text between cells, as labels in one column. */
#include "app/prose.h"

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

static GtkWidget *
text_label (const char *markup, const char *class) {
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 76);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, class);
  return label;
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
  case CW_BLOCK_CELL: {
    g_autofree char *escaped = g_markup_escape_text (block->text, -1);
    g_autofree char *markup = g_strdup_printf ("<tt>%s</tt>", escaped);
    return text_label (markup, "shown-code");
  }
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

void
cw_prose_collect_headings (CwProse *self, GPtrArray *headings) {
  for (GtkWidget *c = gtk_widget_get_first_child (GTK_WIDGET (self)); c; c = gtk_widget_get_next_sibling (c))
    if (gtk_widget_has_css_class (c, "first-heading") || gtk_widget_has_css_class (c, "title-2"))
      g_ptr_array_add (headings, c);
}
