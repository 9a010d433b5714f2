/* exercise-card.c: what stands below an exercise's cell. */
#include "app/exercise-card.h"

#include <glib/gi18n.h>

#include "app/prose.h"

struct _CwExerciseCard {
  GtkBox               parent_instance;
  const CwLesson      *lesson;
  const CwLessonBlock *cell;
  GtkWidget           *verdicts, *hints, *solution, *hint_button, *solution_button;
  int                  n_hints, shown;
  bool                 passed;
};

enum { CHECK, USE_SOLUTION, START_OVER, HINT_SHOWN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwExerciseCard, cw_exercise_card, GTK_TYPE_BOX)

static void
cw_exercise_card_class_init (CwExerciseCardClass *class) {
  GType type = G_TYPE_FROM_CLASS (class);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "exercise");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[CHECK] = g_signal_new ("check", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[USE_SOLUTION] = g_signal_new ("use-solution", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[START_OVER] = g_signal_new ("start-over", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[HINT_SHOWN] = g_signal_new ("hint-shown", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void
clear_box (GtkWidget *box) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (box)))
    gtk_box_remove (GTK_BOX (box), child);
}

/* Before anything was judged. */
static void
invite (CwExerciseCard *self) {
  clear_box (self->verdicts);
  gtk_box_append (GTK_BOX (self->verdicts), cw_prose_line (_("When the cell has run, you see here whether it does what is asked."), "dim-label"));
}

/* ---- hints and the solution ------------------------------------------------------------------------------ */

/* The solution may be seen after success, or when every hint has been. */
static void
show_buttons (CwExerciseCard *self) {
  bool all = self->shown >= self->n_hints;
  g_autofree char *next = g_strdup_printf (_("_Hint (%d of %d)"), MIN (self->shown + 1, self->n_hints), self->n_hints);
  gtk_button_set_label (GTK_BUTTON (self->hint_button), next);
  gtk_widget_set_visible (self->hint_button, !all);
  gtk_widget_set_sensitive (self->solution_button, self->passed || all);
  gtk_widget_set_tooltip_text (self->solution_button, self->passed || all ? NULL : _("After the hints, or when your answer passes"));
}

static void
add_hint (CwExerciseCard *self, int n) {
  const CwLessonBlock *hint = cw_lesson_of_cell (self->lesson, self->cell->id, CW_BLOCK_HINT, n);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_autofree char *title = g_strdup_printf (_("Hint %d of %d"), n + 1, self->n_hints);
  GtkWidget *label = gtk_label_new (title);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "card-title");
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), cw_prose_new (hint->text));
  gtk_box_append (GTK_BOX (self->hints), box);
}

static void
show_hints (CwExerciseCard *self, int n) {
  for (; self->shown < MIN (n, self->n_hints); self->shown++)
    add_hint (self, self->shown);
  gtk_widget_set_visible (self->hints, self->shown > 0);
  show_buttons (self);
}

static void
hint_clicked (CwExerciseCard *self) {
  show_hints (self, self->shown + 1);
  g_signal_emit (self, signals[HINT_SHOWN], 0, self->shown);
}

static void
use_clicked (CwExerciseCard *self) {
  g_signal_emit (self, signals[USE_SOLUTION], 0);
}

static void
solution_clicked (CwExerciseCard *self) {
  const CwLessonBlock *solution = cw_lesson_of_cell (self->lesson, self->cell->id, CW_BLOCK_SOLUTION, 0);
  bool open = gtk_widget_get_visible (self->solution);
  if (!gtk_widget_get_first_child (self->solution)) {
    GtkWidget *use = gtk_button_new_with_mnemonic (_("_Put it into the cell"));
    gtk_widget_set_halign (use, GTK_ALIGN_START);
    g_signal_connect_swapped (use, "clicked", G_CALLBACK (use_clicked), self);
    gtk_box_append (GTK_BOX (self->solution), cw_code_new (solution->text, "python3"));
    gtk_box_append (GTK_BOX (self->solution), use);
  }
  gtk_widget_set_visible (self->solution, !open);
}

static void
check_clicked (CwExerciseCard *self) {
  g_signal_emit (self, signals[CHECK], 0);
}

static void
start_over_clicked (CwExerciseCard *self) {
  invite (self);
  g_signal_emit (self, signals[START_OVER], 0);
}

/* ---- verdicts ------------------------------------------------------------------------------------------------ */

static void
add_verdict (CwExerciseCard *self, const char *icon, const char *class, const char *markdown) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9), *image = gtk_image_new_from_icon_name (icon);
  gtk_widget_add_css_class (row, "verdict");
  gtk_widget_add_css_class (row, class);
  gtk_box_append (GTK_BOX (row), image);
  gtk_box_append (GTK_BOX (row), cw_prose_line (markdown, NULL));
  gtk_box_append (GTK_BOX (self->verdicts), row);
}

void
cw_exercise_card_show (CwExerciseCard *self, const CwCheckVerdict *verdict) {
  int passed = 0;
  clear_box (self->verdicts);
  self->passed = self->passed || verdict->passed;
  show_buttons (self);
  if (verdict->passed) {
    add_verdict (self, "object-select-symbolic", "right", verdict->good ? verdict->good : _("Right."));
    return;
  }
  if (verdict->mistake)
    add_verdict (self, "dialog-information-symbolic", "other", verdict->mistake);
  for (guint i = 0; i < verdict->verdicts->len; i++) {
    const CwVerdict *v = verdict->verdicts->pdata[i];
    passed += v->passed;
    if (!v->passed && !verdict->mistake)
      add_verdict (self, "dialog-information-symbolic", "other", v->said);
  }
  if (passed > 0) {
    g_autofree char *text = g_strdup_printf (ngettext ("%d condition is met already.", "%d conditions are met already.", passed), passed);
    add_verdict (self, "object-select-symbolic", "dim-label", text);
  }
}

void
cw_exercise_card_restore (CwExerciseCard *self, int hints, bool passed) {
  invite (self);
  clear_box (self->hints);
  self->shown = 0;
  self->passed = passed;
  gtk_widget_set_visible (self->solution, FALSE);
  show_hints (self, hints);
  if (!passed)
    return;
  clear_box (self->verdicts);
  add_verdict (self, "object-select-symbolic", "right", _("You solved this one."));
}

/* ---- construction -------------------------------------------------------------------------------------------- */

static GtkWidget *
add_button (CwExerciseCard *self, GtkWidget *row, const char *label, GCallback clicked, bool flat) {
  GtkWidget *button = gtk_button_new_with_mnemonic (label);
  if (flat)
    gtk_widget_add_css_class (button, "flat");
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (row), button);
  return button;
}

static void
cw_exercise_card_init (CwExerciseCard *self) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 9);
  gtk_widget_add_css_class (GTK_WIDGET (self), "lesson-card");
  self->verdicts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->hints = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  self->solution = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  add_button (self, row, _("_Check"), G_CALLBACK (check_clicked), false);
  self->hint_button = add_button (self, row, _("_Hint"), G_CALLBACK (hint_clicked), true);
  self->solution_button = add_button (self, row, _("S_olution"), G_CALLBACK (solution_clicked), true);
  add_button (self, row, _("Start o_ver"), G_CALLBACK (start_over_clicked), true);
  gtk_button_set_use_underline (GTK_BUTTON (self->hint_button), TRUE);
  gtk_widget_set_visible (self->solution, FALSE);
  gtk_box_append (GTK_BOX (self), self->verdicts);
  gtk_box_append (GTK_BOX (self), row);
  gtk_box_append (GTK_BOX (self), self->hints);
  gtk_box_append (GTK_BOX (self), self->solution);
}

GtkWidget *
cw_exercise_card_new (const CwLesson *lesson, const CwLessonBlock *cell) {
  CwExerciseCard *self = g_object_new (CW_TYPE_EXERCISE_CARD, NULL);
  self->lesson = lesson;
  self->cell = cell;
  self->n_hints = cw_lesson_count_of_cell (lesson, cell->id, CW_BLOCK_HINT);
  cw_exercise_card_restore (self, 0, false);
  return GTK_WIDGET (self);
}
