/* predict-card.c: a question that is answered before its cell runs, and the truth afterwards. */
#include "app/predict-card.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/prose.h"
#include "widgets/chunk-sketch.h"

struct _CwPredictCard {
  GtkBox               parent_instance;
  const CwLessonBlock *block;
  GtkWidget           *inputs, *buttons, *entry, *sketch, *how, *answer_button, *state, *truth;
  GPtrArray           *choices; /* of GtkCheckButton, borrowed */
  char                *answer;
};

enum { ANSWERED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwPredictCard, cw_predict_card, GTK_TYPE_BOX)

static void
cw_predict_card_finalize (GObject *object) {
  CwPredictCard *self = CW_PREDICT_CARD (object);
  g_free (self->answer);
  g_ptr_array_unref (self->choices);
  G_OBJECT_CLASS (cw_predict_card_parent_class)->finalize (object);
}

static void
cw_predict_card_class_init (CwPredictCardClass *class) {
  G_OBJECT_CLASS (class)->finalize = cw_predict_card_finalize;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "predict");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[ANSWERED] = g_signal_new ("answered", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
clear_box (GtkWidget *box) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (box)))
    gtk_box_remove (GTK_BOX (box), child);
}

/* ---- answering -------------------------------------------------------------------------------------- */

/* What the inputs say now; NULL: nothing that is an answer. g_free. */
static char *
given (CwPredictCard *self) {
  double number;
  for (guint i = 0; i < self->choices->len; i++)
    if (gtk_check_button_get_active (self->choices->pdata[i]))
      return g_strdup_printf ("%u", i);
  if (self->sketch)
    return cw_chunk_sketch_text (CW_CHUNK_SKETCH (self->sketch));
  if (self->entry && cw_judge_read_number (gtk_editable_get_text (GTK_EDITABLE (self->entry)), &number))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  return NULL;
}

static void
inputs_changed (CwPredictCard *self) {
  g_autofree char *answer = given (self);
  gtk_widget_set_sensitive (self->answer_button, answer != NULL);
}

static void
show_state (CwPredictCard *self) {
  bool answered = self->answer != NULL, sure = answered && *self->answer;
  gtk_widget_set_sensitive (self->inputs, !answered);
  gtk_widget_set_visible (self->buttons, !answered);
  if (self->sketch) {
    cw_chunk_sketch_set_editable (CW_CHUNK_SKETCH (self->sketch), !answered);
    gtk_widget_set_visible (self->how, !answered);
  }
  gtk_label_set_label (GTK_LABEL (self->state), sure ? _("Now run the cell below and see.") : _("That is fine. Run the cell below and find out."));
  gtk_widget_set_visible (self->state, answered && !gtk_widget_get_visible (self->truth));
}

/* The keys go to what is read before the inputs are closed: an entry that has them then does not notice that it lost them. */
static void
leave_inputs (CwPredictCard *self) {
  GtkWidget *reading = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_SCROLLED_WINDOW);
  if (reading && gtk_widget_get_focus_child (GTK_WIDGET (self)))
    gtk_widget_grab_focus (reading);
}

static void
answer (CwPredictCard *self, const char *text) {
  g_free (self->answer);
  self->answer = g_strdup (text);
  leave_inputs (self);
  show_state (self);
  g_signal_emit (self, signals[ANSWERED], 0, text);
}

static void
answer_clicked (CwPredictCard *self) {
  g_autofree char *text = given (self);
  if (text)
    answer (self, text);
}

static void
not_sure_clicked (CwPredictCard *self) {
  answer (self, "");
}

const char *
cw_predict_card_answer (CwPredictCard *self) {
  return self->answer;
}

void
cw_predict_card_set_answer (CwPredictCard *self, const char *text) {
  g_free (self->answer);
  self->answer = g_strdup (text);
  clear_box (self->truth);
  gtk_widget_set_visible (self->truth, FALSE);
  for (guint i = 0; i < self->choices->len; i++)
    gtk_check_button_set_active (self->choices->pdata[i], text && *text && g_ascii_strtoll (text, NULL, 10) == i);
  if (self->entry)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), text ? text : "");
  if (self->sketch && text && *text)
    cw_chunk_sketch_set_text (CW_CHUNK_SKETCH (self->sketch), text);
  show_state (self);
  inputs_changed (self);
}

/* ---- the truth ------------------------------------------------------------------------------------------- */

static void
add_verdict (CwPredictCard *self, const CwPredictVerdict *verdict) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  const char *icon = verdict->right ? "object-select-symbolic" : "dialog-information-symbolic";
  g_autofree char *text = NULL;
  if (self->sketch)
    text = g_strdup (verdict->right ? _("Right: the engine cuts just so.") : _("The engine cuts like this:"));
  else
    text = g_strdup_printf (verdict->right ? _("Right: %s") : verdict->sure ? _("Not quite: %s") : _("The answer: %s"), verdict->truth);
  gtk_box_append (GTK_BOX (row), gtk_image_new_from_icon_name (icon));
  gtk_box_append (GTK_BOX (row), cw_prose_line (text, "heading"));
  gtk_widget_add_css_class (row, verdict->right ? "right" : "other");
  gtk_box_append (GTK_BOX (self->truth), row);
}

void
cw_predict_card_reveal (CwPredictCard *self, const CwPredictVerdict *verdict) {
  const CwPredict *predict = self->block->predict;
  clear_box (self->truth);
  add_verdict (self, verdict);
  if (self->sketch && !verdict->right) {
    GtkWidget *sketch = cw_chunk_sketch_new (predict->ndim, predict->shape, predict->grid);
    cw_chunk_sketch_set_text (CW_CHUNK_SKETCH (sketch), verdict->truth);
    cw_chunk_sketch_set_editable (CW_CHUNK_SKETCH (sketch), false);
    gtk_box_append (GTK_BOX (self->truth), sketch);
  }
  if (verdict->said)
    gtk_box_append (GTK_BOX (self->truth), cw_prose_line (verdict->said, NULL));
  if (verdict->why)
    gtk_box_append (GTK_BOX (self->truth), cw_prose_line (verdict->why, NULL));
  gtk_widget_set_visible (self->truth, TRUE);
  show_state (self);
}

/* ---- construction -------------------------------------------------------------------------------------------- */

static void
add_choices (CwPredictCard *self) {
  const CwPredict *predict = self->block->predict;
  for (guint i = 0; i < predict->options->len; i++) {
    const CwOption *option = predict->options->pdata[i];
    GtkWidget *button = gtk_check_button_new ();
    gtk_check_button_set_child (GTK_CHECK_BUTTON (button), cw_prose_line (option->text, NULL));
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, option->text, -1);
    if (i > 0)
      gtk_check_button_set_group (GTK_CHECK_BUTTON (button), self->choices->pdata[0]);
    g_signal_connect_swapped (button, "toggled", G_CALLBACK (inputs_changed), self);
    g_ptr_array_add (self->choices, button);
    gtk_box_append (GTK_BOX (self->inputs), button);
  }
}

static void
add_number (CwPredictCard *self) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->entry = gtk_entry_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->entry), 14);
  gtk_entry_set_input_purpose (GTK_ENTRY (self->entry), GTK_INPUT_PURPOSE_NUMBER);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), _("a number"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, self->block->predict->question, -1);
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (inputs_changed), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (answer_clicked), self);
  gtk_box_append (GTK_BOX (row), self->entry);
  if (self->block->predict->unit)
    gtk_box_append (GTK_BOX (row), gtk_label_new (self->block->predict->unit));
  gtk_box_append (GTK_BOX (self->inputs), row);
}

static void
add_sketch (CwPredictCard *self) {
  const CwPredict *predict = self->block->predict;
  self->sketch = cw_chunk_sketch_new (predict->ndim, predict->shape, predict->grid);
  gtk_box_append (GTK_BOX (self->inputs), self->sketch);
  self->how = cw_prose_line (predict->ndim == 2 ? _("Click near the left edge to cut the rows, near the top edge to cut the columns; click a cut to take it away.")
                                                : _("Click where it will be cut; click a cut to take it away."), "dim-label");
  gtk_box_append (GTK_BOX (self->inputs), self->how);
  g_signal_connect_swapped (self->sketch, "changed", G_CALLBACK (inputs_changed), self);
}

static void
add_buttons (CwPredictCard *self) {
  GtkWidget *not_sure = gtk_button_new_with_mnemonic (_("Not _sure"));
  self->answer_button = gtk_button_new_with_mnemonic (_("_Answer"));
  gtk_widget_add_css_class (not_sure, "flat");
  g_signal_connect_swapped (self->answer_button, "clicked", G_CALLBACK (answer_clicked), self);
  g_signal_connect_swapped (not_sure, "clicked", G_CALLBACK (not_sure_clicked), self);
  gtk_box_append (GTK_BOX (self->buttons), self->answer_button);
  gtk_box_append (GTK_BOX (self->buttons), not_sure);
}

static void
cw_predict_card_init (CwPredictCard *self) {
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 9);
  gtk_widget_add_css_class (GTK_WIDGET (self), "lesson-card");
  self->choices = g_ptr_array_new ();
  self->inputs = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->state = cw_prose_line ("", "dim-label");
  self->truth = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_set_visible (self->truth, FALSE);
}

GtkWidget *
cw_predict_card_new (const CwLessonBlock *block) {
  CwPredictCard *self = g_object_new (CW_TYPE_PREDICT_CARD, NULL);
  GtkWidget *title = cw_prose_line (_("Predict"), "card-title");
  self->block = block;
  gtk_box_append (GTK_BOX (self), title);
  gtk_box_append (GTK_BOX (self), cw_prose_line (block->predict->question, "heading"));
  if (block->predict->kind == CW_PREDICT_CHOICE)
    add_choices (self);
  else if (block->predict->kind == CW_PREDICT_NUMBER)
    add_number (self);
  else
    add_sketch (self);
  add_buttons (self);
  gtk_box_append (GTK_BOX (self), self->inputs);
  gtk_box_append (GTK_BOX (self), self->buttons);
  gtk_box_append (GTK_BOX (self), self->state);
  gtk_box_append (GTK_BOX (self), self->truth);
  cw_predict_card_set_answer (self, NULL);
  return GTK_WIDGET (self);
}
