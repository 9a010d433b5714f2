/* completion.c: names of the notebook language as GtkSourceView's completion shows them.
 *
 * The session knows the names; this asks it for those that continue the text before the cursor. While a cell runs
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
  GObject      parent_instance;
  CwEvaluator *evaluator;
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
  g_auto (GStrv) names = cw_evaluator_complete (self->evaluator, before);
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
cw_completion_dispose (GObject *object) {
  g_clear_object (&CW_COMPLETION (object)->evaluator);
  G_OBJECT_CLASS (cw_completion_parent_class)->dispose (object);
}

static void
cw_completion_class_init (CwCompletionClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_completion_dispose;
}

static void
cw_completion_init (CwCompletion *self) {}

GtkSourceCompletionProvider *
cw_completion_new (CwEvaluator *evaluator) {
  CwCompletion *self = g_object_new (CW_TYPE_COMPLETION, NULL);
  self->evaluator = g_object_ref (evaluator);
  return GTK_SOURCE_COMPLETION_PROVIDER (self);
}
