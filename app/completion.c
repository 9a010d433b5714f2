/* completion.c: names of the notebook language as GtkSourceView's completion shows them.
 *
 * The session knows the names; this asks it for those that continue the text before the cursor. Inside the brackets of a call
 * a small window below the line shows what the function takes, the argument at the cursor in bold. While a cell runs
 * the session is busy and nothing is offered.
 */
#include "app/completion.h"

#include <glib/gi18n.h>
#include <string.h>

/* ---- a proposal ------------------------------------------------------------------------------ */

#define CW_TYPE_PROPOSAL (cw_proposal_get_type ())
G_DECLARE_FINAL_TYPE (CwProposal, cw_proposal, CW, PROPOSAL, GObject)

struct _CwProposal {
  GObject parent_instance;
  char   *name;
};

static char *
proposal_text (GtkSourceCompletionProposal *proposal) {
  return g_strdup (CW_PROPOSAL (proposal)->name);
}

static void
proposal_interface (GtkSourceCompletionProposalInterface *interface) {
  interface->get_typed_text = proposal_text;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CwProposal, cw_proposal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL, proposal_interface))

static void
cw_proposal_finalize (GObject *object) {
  g_free (CW_PROPOSAL (object)->name);
  G_OBJECT_CLASS (cw_proposal_parent_class)->finalize (object);
}

static void
cw_proposal_class_init (CwProposalClass *class) {
  G_OBJECT_CLASS (class)->finalize = cw_proposal_finalize;
}

static void
cw_proposal_init (CwProposal *self) {}

/* ---- the provider ---------------------------------------------------------------------------- */

struct _CwCompletion {
  GObject  parent_instance;
  GWeakRef evaluator; /* a list that was shown keeps its provider for ever; it must not keep a session with all its arrays */
};

static char *
title (GtkSourceCompletionProvider *provider) {
  return g_strdup (_("Names"));
}

static gboolean
is_trigger (GtkSourceCompletionProvider *provider, const GtkTextIter *iter, gunichar c) {
  return c == '.';
}

static gboolean
key_activates (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context,
               GtkSourceCompletionProposal *proposal, guint key, GdkModifierType state) {
  return key == GDK_KEY_Tab;
}

static bool
is_name_character (gunichar c) {
  return g_unichar_isalnum (c) || c == '_';
}

static void
fill (CwCompletion *self, GtkSourceCompletionContext *context, GListStore *store) {
  GtkTextIter start, end, line;
  g_list_store_remove_all (store);
  if (!gtk_source_completion_context_get_bounds (context, &start, &end))
    gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context)), &end,
                                      gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context))));
  line = end;
  gtk_text_iter_set_line_offset (&line, 0);
  g_autofree char *before = gtk_text_iter_get_text (&line, &end);
  size_t length = strlen (before);
  if (length == 0 || (!is_name_character (before[length - 1]) && before[length - 1] != '.'))
    return;
  g_autoptr (CwEvaluator) evaluator = g_weak_ref_get (&self->evaluator);
  g_auto (GStrv) names = evaluator ? cw_evaluator_complete (evaluator, before) : NULL;
  size_t word = length;
  while (word > 0 && is_name_character (before[word - 1]))
    word--;
  /* A name that is complete already needs no offer: Return then makes a new line. */
  if (names && g_strv_contains ((const char *const *) names, before + word))
    return;
  for (int i = 0; names && names[i]; i++) {
    g_autoptr (CwProposal) proposal = g_object_new (CW_TYPE_PROPOSAL, NULL);
    proposal->name = g_strdup (names[i]);
    g_list_store_append (store, proposal);
  }
}

static GListModel *
populate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GError **error) {
  GListStore *store = g_list_store_new (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL);
  fill (CW_COMPLETION (provider), context, store);
  return G_LIST_MODEL (store);
}

static void
refilter (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GListModel *model) {
  fill (CW_COMPLETION (provider), context, G_LIST_STORE (model));
}

static void
display (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context,
         GtkSourceCompletionProposal *proposal, GtkSourceCompletionCell *cell) {
  if (gtk_source_completion_cell_get_column (cell) == GTK_SOURCE_COMPLETION_COLUMN_TYPED_TEXT)
    gtk_source_completion_cell_set_text (cell, CW_PROPOSAL (proposal)->name);
}

static void
activate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context,
          GtkSourceCompletionProposal *proposal) {
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context));
  GtkTextIter    start, end;
  gtk_text_buffer_get_iter_at_mark (buffer, &end, gtk_text_buffer_get_insert (buffer));
  for (start = end; gtk_text_iter_backward_char (&start);) {
    if (!is_name_character (gtk_text_iter_get_char (&start))) {
      gtk_text_iter_forward_char (&start);
      break;
    }
  }
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, CW_PROPOSAL (proposal)->name, -1);
  gtk_text_buffer_end_user_action (buffer);
}

static void
provider_interface (GtkSourceCompletionProviderInterface *interface) {
  interface->get_title = title;
  interface->is_trigger = is_trigger;
  interface->key_activates = key_activates;
  interface->populate = populate;
  interface->refilter = refilter;
  interface->display = display;
  interface->activate = activate;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CwCompletion, cw_completion, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROVIDER, provider_interface))

static void
cw_completion_finalize (GObject *object) {
  g_weak_ref_clear (&CW_COMPLETION (object)->evaluator);
  G_OBJECT_CLASS (cw_completion_parent_class)->finalize (object);
}

static void
cw_completion_class_init (CwCompletionClass *class) {
  G_OBJECT_CLASS (class)->finalize = cw_completion_finalize;
}

static void
cw_completion_init (CwCompletion *self) {
  g_weak_ref_init (&self->evaluator, NULL);
}

GtkSourceCompletionProvider *
cw_completion_new (CwEvaluator *evaluator) {
  CwCompletion *self = g_object_new (CW_TYPE_COMPLETION, NULL);
  g_weak_ref_set (&self->evaluator, evaluator);
  return GTK_SOURCE_COMPLETION_PROVIDER (self);
}

/* ---- the call that is being written ------------------------------------------------------------ */

/* The window below an editor's cursor. It never takes the focus. */
typedef struct {
  GtkSourceView *view; /* borrowed: the hint lives as long as it */
  CwEvaluator   *evaluator;
  GtkWidget     *popover, *signature, *doc;
  bool           typed; /* by hand since the focus came */
} CallHint;

static char *
signature_markup (const CwCallHint *hint) {
  GString         *out = g_string_new (NULL);
  g_autofree char *name = g_markup_escape_text (hint->name, -1);
  g_string_append_printf (out, "%s(", name);
  for (int i = 0; hint->parameters[i]; i++) {
    g_autofree char *text = g_markup_escape_text (hint->parameters[i], -1);
    g_string_append_printf (out, i == hint->current ? "%s<b>%s</b>" : "%s%s", i ? ", " : "", text);
  }
  g_string_append_c (out, ')');
  return g_string_free (out, FALSE);
}

static void
place_hint (CallHint *self, const GtkTextIter *cursor) {
  GdkRectangle where;
  int          x, y;
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self->view), cursor, &where);
  gtk_text_view_buffer_to_window_coords (GTK_TEXT_VIEW (self->view), GTK_TEXT_WINDOW_WIDGET, where.x, where.y, &x, &y);
  where.x = x;
  where.y = y;
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &where);
}

static void
update_hint (CallHint *self) {
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->view));
  GtkTextIter    start, cursor;
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  g_autofree char       *before = gtk_text_buffer_get_text (buffer, &start, &cursor, FALSE);
  bool                   wanted = self->typed && gtk_widget_has_focus (GTK_WIDGET (self->view)) && !gtk_text_buffer_get_has_selection (buffer);
  g_autoptr (CwCallHint) hint = wanted ? cw_evaluator_call_hint (self->evaluator, before) : NULL;
  if (!hint) {
    gtk_popover_popdown (GTK_POPOVER (self->popover));
    return;
  }
  g_autofree char *markup = signature_markup (hint);
  g_autofree char *about = hint->about ? g_strdup_printf ("%.*s: %s", (int) strcspn (hint->parameters[hint->current], "="),
                                                          hint->parameters[hint->current], hint->about)
                                       : g_strdup (hint->doc);
  gtk_label_set_markup (GTK_LABEL (self->signature), markup);
  gtk_label_set_text (GTK_LABEL (self->doc), about);
  gtk_widget_set_visible (self->doc, *about != '\0');
  if (!gtk_widget_get_parent (self->popover))
    gtk_widget_set_parent (self->popover, GTK_WIDGET (self->view));
  place_hint (self, &cursor);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
text_changed (CallHint *self) {
  self->typed = gtk_widget_has_focus (GTK_WIDGET (self->view));
  update_hint (self);
}

static void
cursor_moved (CallHint *self) {
  if (gtk_widget_get_visible (self->popover))
    update_hint (self);
}

static void
focus_changed (CallHint *self) {
  self->typed = false;
  update_hint (self);
}

static gboolean
key_pressed (CallHint *self, guint key) {
  if (key != GDK_KEY_Escape || !gtk_widget_get_visible (self->popover))
    return GDK_EVENT_PROPAGATE;
  self->typed = false;
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  return GDK_EVENT_STOP;
}

static void
call_hint_free (void *data, GObject *view) {
  CallHint *self = data;
  g_object_unref (self->popover);
  g_object_unref (self->evaluator);
  g_free (self);
}

/* A text view does not know the popover that it is the parent of; it must not find it among its children when it goes. */
static void
view_unrealized (CallHint *self) {
  if (gtk_widget_get_parent (self->popover))
    gtk_widget_unparent (self->popover);
}

static void
view_destroyed (GtkWidget *view, CallHint *self) {
  g_signal_handlers_disconnect_by_data (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), self);
  g_signal_handlers_disconnect_by_func (view, focus_changed, self);
}

void
cw_completion_hint_calls (GtkSourceView *view, CwEvaluator *evaluator) {
  CallHint  *self = g_new0 (CallHint, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  self->view = view;
  self->evaluator = g_object_ref (evaluator);
  self->popover = g_object_ref_sink (gtk_popover_new ());
  self->signature = gtk_label_new (NULL);
  self->doc = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->popover, "call-hint");
  gtk_widget_add_css_class (self->signature, "monospace");
  gtk_widget_add_css_class (self->doc, "dim-label");
  gtk_widget_add_css_class (self->doc, "caption");
  GtkWidget *const labels[] = { self->signature, self->doc };
  for (int i = 0; i < 2; i++) {
    gtk_label_set_xalign (GTK_LABEL (labels[i]), 0);
    gtk_label_set_wrap (GTK_LABEL (labels[i]), TRUE);
    gtk_label_set_max_width_chars (GTK_LABEL (labels[i]), 64);
    gtk_box_append (GTK_BOX (box), labels[i]);
  }
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_TOP);
  gtk_widget_set_can_focus (self->popover, FALSE);
  GtkEventController *keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (view), keys);
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  g_signal_connect_swapped (buffer, "changed", G_CALLBACK (text_changed), self);
  g_signal_connect_swapped (buffer, "notify::cursor-position", G_CALLBACK (cursor_moved), self);
  g_signal_connect_swapped (view, "notify::has-focus", G_CALLBACK (focus_changed), self);
  g_signal_connect_swapped (view, "unrealize", G_CALLBACK (view_unrealized), self);
  g_signal_connect (view, "destroy", G_CALLBACK (view_destroyed), self);
  g_object_weak_ref (G_OBJECT (view), call_hint_free, self);
}
