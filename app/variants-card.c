/* variants-card.c: a comparison or a bench of a lesson. */
#include "app/variants-card.h"

#include <glib/gi18n.h>
#include <math.h>

#include "widgets/widgets.h"

struct _CwVariantsCard {
  GtkBox               parent_instance;
  const CwLessonBlock *block;
  GtkWidget           *button, *progress, *results;
};

enum { RUN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwVariantsCard, cw_variants_card, GTK_TYPE_BOX)

static void
cw_variants_card_class_init (CwVariantsCardClass *class) {
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "variants");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[RUN] = g_signal_new ("run", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* ---- results ------------------------------------------------------------------------------------------ */

static void
clear_results (CwVariantsCard *self) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->results)))
    gtk_box_remove (GTK_BOX (self->results), child);
}

static void
put (GtkWidget *grid, int column, int row, const char *text, const char *class) {
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0 : 1);
  gtk_label_set_wrap (GTK_LABEL (label), column == 0);
  gtk_widget_set_hexpand (label, column == 0);
  if (class)
    gtk_widget_add_css_class (label, class);
  gtk_grid_attach (GTK_GRID (grid), label, column, row, 1, 1);
}

static void
put_measured (GtkWidget *grid, int row, const CwVariant *variant, const CwMeasured *m) {
  put (grid, 0, row, variant->label, NULL);
  if (m->error) {
    GtkWidget *label = gtk_label_new (m->error);
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
    gtk_grid_attach (GTK_GRID (grid), label, 1, row, 4, 1);
    return;
  }
  g_autofree char *time = cw_duration_to_string (cw_measured_median (m) * 1e9), *tasks = cw_number_to_string (m->tasks);
  g_autofree char *peak = cw_bytes_to_string (m->peak_bytes), *spilled = m->spilled_bytes ? cw_bytes_to_string (m->spilled_bytes) : g_strdup ("");
  put (grid, 1, row, time, "numeric");
  put (grid, 2, row, m->tasks ? tasks : "", "numeric");
  put (grid, 3, row, m->tasks ? peak : "", "numeric");
  put (grid, 4, row, spilled, "numeric");
}

static GtkWidget *
table (const CwVariants *v, const CwMeasurements *all) {
  static const char *const heads[] = { N_("What"), N_("time"), N_("tasks"), N_("memory, at most"), N_("spilled") };
  GtkWidget *grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  bool spilled = false;
  for (int i = 0; i < all->n_variants; i++)
    spilled = spilled || cw_measured (all, 0, i)->spilled_bytes > 0;
  for (guint c = 0; c < G_N_ELEMENTS (heads) - !spilled; c++)
    put (grid, c, 0, _(heads[c]), "card-title");
  for (int i = 0; i < all->n_variants; i++)
    put_measured (grid, i + 1, v->variants->pdata[i], cw_measured (all, 0, i));
  return grid;
}

static void
draw_chart (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  cw_bench_draw (cw_canvas_subject (area), cr, cw_widgets_palette (), width, height);
}

/* The measurements as the chart that all benches have: a group a size. */
static CwDrawBench *
to_draw (const CwVariants *v, const CwMeasurements *all) {
  CwDrawBench *bench = cw_draw_bench_new (all->n_sizes, all->n_variants);
  for (int i = 0; i < all->n_variants; i++)
    bench->series[i] = g_strdup (((CwVariant *) v->variants->pdata[i])->label);
  for (int size = 0; size < all->n_sizes; size++) {
    g_autofree char *number = v->over ? cw_number_to_string (v->sizes[size]) : NULL;
    bench->groups[size] = number ? g_strdup_printf ("%s = %s", v->over, number) : g_strdup ("");
    for (int i = 0; i < all->n_variants; i++)
      cw_draw_bench_set (bench, size, i, cw_measured (all, size, i)->seconds, cw_measured (all, size, i)->n);
  }
  return bench;
}

static char *
words (const CwVariants *v, const CwMeasurements *all) {
  GString *out = g_string_new (NULL);
  for (int size = 0; size < all->n_sizes; size++)
    for (int i = 0; i < all->n_variants; i++) {
      g_autofree char *time = cw_duration_to_string (cw_measured_median (cw_measured (all, size, i)) * 1e9);
      g_string_append_printf (out, "%s%s %" G_GINT64_FORMAT ": %s", out->len ? "; " : "", ((CwVariant *) v->variants->pdata[i])->label,
                              v->over ? v->sizes[size] : 0, time);
    }
  return g_string_free (out, FALSE);
}

static GtkWidget *
chart (const CwVariants *v, const CwMeasurements *all) {
  double height = 70 + all->n_sizes * (12.0 + 18 * all->n_variants);
  g_autofree char *description = words (v, all);
  GtkWidget *picture = cw_canvas_new_picture (draw_chart, _("Measured times"), to_draw (v, all), (GDestroyNotify) cw_draw_bench_free, 320, height);
  cw_canvas_describe (picture, description);
  gtk_widget_set_hexpand (picture, TRUE);
  return picture;
}

static void
add_errors (CwVariantsCard *self, const CwMeasurements *all) {
  const CwVariants *v = self->block->variants;
  for (int i = 0; i < all->n_variants * all->n_sizes; i++)
    if (all->measured[i].error) {
      g_autofree char *text = g_strdup_printf ("%s: %s", ((CwVariant *) v->variants->pdata[i % all->n_variants])->label, all->measured[i].error);
      GtkWidget *label = gtk_label_new (text);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_box_append (GTK_BOX (self->results), label);
    }
}

void
cw_variants_card_show (CwVariantsCard *self, const CwMeasurements *all, const char *problem) {
  const CwVariants *v = self->block->variants;
  clear_results (self);
  gtk_widget_set_sensitive (self->button, TRUE);
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_button_set_label (GTK_BUTTON (self->button), all ? _("Measure again") : _("Measure"));
  if (problem) {
    GtkWidget *label = gtk_label_new (problem);
    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_box_append (GTK_BOX (self->results), label);
  }
  if (!all)
    return;
  bool bench = self->block->kind == CW_BLOCK_BENCH;
  gtk_box_append (GTK_BOX (self->results), bench ? chart (v, all) : table (v, all));
  if (bench)
    add_errors (self, all);
}

void
cw_variants_card_set_locked (CwVariantsCard *self, bool locked) {
  gtk_widget_set_sensitive (self->button, !locked);
  gtk_widget_set_tooltip_text (self->button, locked ? _("Answer the question above first; “not sure” is an answer") : NULL);
}

void
cw_variants_card_set_progress (CwVariantsCard *self, double part) {
  gtk_widget_set_sensitive (self->button, FALSE);
  gtk_widget_set_visible (self->progress, TRUE);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), part);
}

/* ---- construction --------------------------------------------------------------------------------------- */

static void
run_clicked (CwVariantsCard *self) {
  g_signal_emit (self, signals[RUN], 0);
}

static void
cw_variants_card_init (CwVariantsCard *self) {
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 9);
  gtk_widget_add_css_class (GTK_WIDGET (self), "lesson-card");
  self->button = gtk_button_new_with_label (_("Measure"));
  self->progress = gtk_progress_bar_new ();
  self->results = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  gtk_widget_set_visible (self->progress, FALSE);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (run_clicked), self);
}

static void
add_lines (CwVariantsCard *self) {
  const CwVariants *v = self->block->variants;
  for (guint i = 0; i < v->variants->len; i++) {
    const CwVariant *variant = v->variants->pdata[i];
    g_autofree char *c = variant->plain_c ? g_strdup_printf (_("%s.c"), variant->plain_c) : NULL;
    GtkWidget *pair = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *label = gtk_label_new (variant->label), *code = gtk_label_new (c ? c : variant->code);
    gtk_label_set_xalign (GTK_LABEL (label), 0);
    gtk_label_set_xalign (GTK_LABEL (code), 0);
    gtk_label_set_wrap (GTK_LABEL (code), TRUE);
    gtk_label_set_wrap_mode (GTK_LABEL (code), PANGO_WRAP_WORD_CHAR);
    gtk_widget_add_css_class (code, "output-text");
    gtk_widget_add_css_class (code, "dim-label");
    gtk_box_append (GTK_BOX (pair), label);
    gtk_box_append (GTK_BOX (pair), code);
    gtk_box_append (GTK_BOX (self), pair);
  }
}

GtkWidget *
cw_variants_card_new (const CwLessonBlock *block) {
  CwVariantsCard *self = g_object_new (CW_TYPE_VARIANTS_CARD, NULL);
  GtkWidget *title = gtk_label_new (block->variants->title ? block->variants->title : block->kind == CW_BLOCK_BENCH ? _("Measure") : _("Compare"));
  self->block = block;
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_widget_add_css_class (title, "heading");
  gtk_box_append (GTK_BOX (self), title);
  add_lines (self);
  gtk_box_append (GTK_BOX (self), self->button);
  gtk_box_append (GTK_BOX (self), self->progress);
  gtk_box_append (GTK_BOX (self), self->results);
  return GTK_WIDGET (self);
}
