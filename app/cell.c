/* cell.c: a code cell of the document: an editor with its output below it.
 *
 * The cell keeps what it gave (array, values, run), so that turning to it again shows the same on the stage. Its state is
 * seen at its left: a button that runs it, and stops it while it runs.
 */
#include "app/cell.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/code-view.h"
#include "app/completion.h"
#include "app/output.h"
#include "widgets/adapt.h"

struct _CwCellView {
  GtkBox           parent_instance;
  GtkWidget       *editor, *outputs, *run_button, *status, *tools;
  GtkSourceBuffer *buffer;
  GtkTextTag      *error_tag;
  char            *marker;
  CwCellState      state;
  int64_t          began_us;
  guint            ticket, clock; /* the latter a source while the cell runs */
  CwEvaluator     *evaluator;
  CwArray         *array;
  CwBuffer        *values;
  CwRun           *run;
  bool             wants_graph;
  CwPlanKind       graph_kind;
  CwWithCell     (*make_with) (CwCellView *cell, void *data);
  void            *with_data;
  char            *locked; /* why it cannot be run yet, or NULL */
};

enum { RUN, TOOL, LEAVE, MODIFIED, CURSOR_MOVED, FOCUSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwCellView, cw_cell_view, GTK_TYPE_BOX)

static void
forget_results (CwCellView *self) {
  g_clear_pointer (&self->array, cw_array_unref);
  g_clear_pointer (&self->values, cw_buffer_unref);
  g_clear_pointer (&self->run, cw_run_unref);
  self->wants_graph = false;
}

static void
cw_cell_view_dispose (GObject *object) {
  CwCellView *self = CW_CELL_VIEW (object);
  forget_results (self);
  g_clear_handle_id (&self->clock, g_source_remove);
  g_clear_object (&self->evaluator);
  g_clear_pointer (&self->marker, g_free);
  g_clear_pointer (&self->locked, g_free);
  G_OBJECT_CLASS (cw_cell_view_parent_class)->dispose (object);
}

/* ---- state ---------------------------------------------------------------------------------- */

/* How long the cell has run. A number that changes four times a second says as much as something that turns sixty times, and leaves
 * the processors to the run. */
static gboolean
show_elapsed (void *data) {
  CwCellView *self = data;
  int64_t     passed = (g_get_monotonic_time () - self->began_us) * 1000;
  g_autofree char *time = cw_duration_to_string (passed / 100000000 * 100000000), *text = g_strdup_printf (_("runs, %s"), time);
  gtk_label_set_label (GTK_LABEL (self->status), passed < 200000000 ? _("runs") : text);
  return G_SOURCE_CONTINUE;
}

static void
set_state (CwCellView *self, CwCellState state) {
  static const char *const classes[] = { "idle", "queued", "running", "done", "failed" };
  bool busy = state == CW_CELL_RUNNING || state == CW_CELL_QUEUED;
  const char *tip = busy ? _("Stop") : self->locked ? self->locked : _("Run this cell (Shift+Enter)");
  gtk_widget_remove_css_class (GTK_WIDGET (self), classes[self->state]);
  gtk_widget_add_css_class (GTK_WIDGET (self), classes[state]);
  self->state = state;
  gtk_button_set_icon_name (GTK_BUTTON (self->run_button), busy ? "media-playback-stop-symbolic" : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (self->run_button, tip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->run_button), GTK_ACCESSIBLE_PROPERTY_LABEL, tip, -1);
  g_clear_handle_id (&self->clock, g_source_remove);
  if (state == CW_CELL_RUNNING) {
    self->began_us = g_get_monotonic_time ();
    self->clock = g_timeout_add (250, show_elapsed, self);
  }
  if (busy)
    gtk_label_set_label (GTK_LABEL (self->status), state == CW_CELL_QUEUED ? _("waits its turn") : _("runs"));
  gtk_widget_set_visible (gtk_widget_get_parent (self->status), busy || *gtk_label_get_label (GTK_LABEL (self->status)));
}

static void
clear_outputs (CwCellView *self) {
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (self->outputs)))
    gtk_box_remove (GTK_BOX (self->outputs), child);
}

static void
clear_error (CwCellView *self) {
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  gtk_text_buffer_remove_tag (GTK_TEXT_BUFFER (self->buffer), self->error_tag, &start, &end);
}

static void
mark_error (CwCellView *self, int line) {
  GtkTextIter start, end;
  if (line < 1 || !gtk_text_buffer_get_iter_at_line (GTK_TEXT_BUFFER (self->buffer), &start, line - 1))
    return;
  end = start;
  if (!gtk_text_iter_ends_line (&end))
    gtk_text_iter_forward_to_line_end (&end);
  gtk_text_buffer_apply_tag (GTK_TEXT_BUFFER (self->buffer), self->error_tag, &start, &end);
}

/* ---- running -------------------------------------------------------------------------------- */

char *
cw_cell_view_code (CwCellView *self) {
  GtkTextIter start, end;
  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  return gtk_text_buffer_get_text (GTK_TEXT_BUFFER (self->buffer), &start, &end, TRUE);
}

void
cw_cell_view_set_code (CwCellView *self, const char *code) {
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), code, -1);
}

/* Tells the evaluator how many characters a line of output has room for; it is as wide as the code. */
static void
fit_lines (CwCellView *self) {
  int width = gtk_widget_get_width (self->editor), hundred = 0;
  g_autoptr (GString) zeros = g_string_new (NULL);
  for (int i = 0; i < 100; i++)
    g_string_append_c (zeros, '0');
  GtkWidget *text = g_object_ref_sink (gtk_label_new (NULL));
  gtk_widget_add_css_class (text, "output-text");
  g_autoptr (PangoLayout) line = gtk_widget_create_pango_layout (text, zeros->str);
  pango_layout_get_pixel_size (line, &hundred, NULL);
  g_object_unref (text);
  if (width > 0 && hundred > 0)
    cw_evaluator_set_print_width (self->evaluator, 100 * width / hundred - 1);
}

void
cw_cell_view_run (CwCellView *self) {
  g_autofree char *code = cw_cell_view_code (self);
  if (self->locked || self->state == CW_CELL_RUNNING || self->state == CW_CELL_QUEUED)
    return;
  clear_error (self);
  fit_lines (self);
  CwWithCell with = self->make_with ? self->make_with (self, self->with_data) : (CwWithCell) { 0 };
  self->ticket = cw_evaluator_run (self->evaluator, code, self->marker && strstr (self->marker, "raises-exception"), with);
  set_state (self, CW_CELL_QUEUED);
}

void
cw_cell_view_set_with (CwCellView *self, CwWithCell (*make) (CwCellView *cell, void *data), void *data) {
  self->make_with = make;
  self->with_data = data;
}

void
cw_cell_view_set_locked (CwCellView *self, const char *why) {
  g_free (self->locked);
  self->locked = g_strdup (why);
  gtk_widget_set_sensitive (self->run_button, why == NULL);
  set_state (self, self->state);
}

bool
cw_cell_view_is_locked (CwCellView *self) {
  return self->locked != NULL;
}

void
cw_cell_view_say (CwCellView *self, const char *text) {
  clear_outputs (self);
  gtk_box_append (GTK_BOX (self->outputs), cw_output_note_new (text));
  gtk_widget_set_visible (self->outputs, TRUE);
}

void
cw_cell_view_set_fixed (CwCellView *self) {
  gtk_widget_add_css_class (GTK_WIDGET (self), "fixed");
  for (GtkWidget *c = gtk_widget_get_first_child (self->tools); c; c = gtk_widget_get_next_sibling (c))
    gtk_widget_set_visible (c, strcmp (gtk_widget_get_name (c), "show-as") == 0);
}

void
cw_cell_view_forget (CwCellView *self) {
  if (self->state == CW_CELL_RUNNING || self->state == CW_CELL_QUEUED)
    return;
  forget_results (self);
  clear_error (self);
  clear_outputs (self);
  gtk_widget_set_visible (self->outputs, FALSE);
  gtk_label_set_label (GTK_LABEL (self->status), "");
  set_state (self, CW_CELL_IDLE);
}

void
cw_cell_view_started (CwCellView *self) {
  forget_results (self);
  set_state (self, CW_CELL_RUNNING);
}

void
cw_cell_view_dropped (CwCellView *self) {
  gtk_label_set_label (GTK_LABEL (self->status), _("not run"));
  set_state (self, CW_CELL_IDLE);
}

void
cw_cell_view_run_begins (CwCellView *self, CwRun *run) {
  g_clear_pointer (&self->run, cw_run_unref);
  self->run = cw_run_ref (run);
}

/* The array whose values a buffer is: the one that the cell's run computed, or the buffer itself in one chunk. */
static CwArray *
array_of_values (CwCellView *self, CwBuffer *buffer) {
  CwPlan *plan = self->run ? cw_run_plan (self->run) : NULL;
  for (int i = plan ? cw_plan_n_layers (plan) - 1 : -1; i >= 0; i--) {
    const CwLayer *layer = cw_plan_layer (plan, i);
    if (layer->is_output && layer->array->ndim == buffer->ndim
        && (cw_array_has_unknown (layer->array) || cw_shape_equal (buffer->ndim, layer->array->shape, buffer->shape)))
      return cw_array_ref (layer->array);
  }
  return cw_array_from_buffer (buffer, NULL, NULL, NULL);
}

static void
keep_output (CwCellView *self, const CwOutput *output) {
  if ((output->kind == CW_OUTPUT_ARRAY || output->kind == CW_OUTPUT_GRAPH) && output->array) {
    g_clear_pointer (&self->values, cw_buffer_unref);
    g_clear_pointer (&self->array, cw_array_unref);
    self->array = cw_array_ref (output->array);
  } else if (output->kind == CW_OUTPUT_VALUES && output->buffer) {
    g_clear_pointer (&self->values, cw_buffer_unref);
    g_clear_pointer (&self->array, cw_array_unref);
    self->array = array_of_values (self, output->buffer);
    self->values = self->array ? cw_buffer_ref (output->buffer) : NULL;
  }
  if (output->kind == CW_OUTPUT_GRAPH) {
    self->wants_graph = true;
    self->graph_kind = output->plan_kind;
  }
}

static void
show_times (CwCellView *self, const CwCellResult *result) {
  g_autofree char *time = cw_duration_to_string (result->wall_s * 1e9);
  g_autofree char *tasks = cw_number_to_string (result->tasks), *peak = cw_bytes_to_string (result->peak_bytes);
  g_autofree char *text = NULL;
  if (result->tasks > 0)
    text = g_strdup_printf (ngettext ("%s · %s task · at most %s", "%s · %s tasks · at most %s", result->tasks), time, tasks, peak);
  else
    text = g_strdup (result->wall_s >= 0.1 ? time : "");
  gtk_label_set_label (GTK_LABEL (self->status), text);
}

/* Lines printed one after the other stand together. */
static void
append_outputs (CwCellView *self, GPtrArray *outputs) {
  for (guint i = 0; i < outputs->len; i++) {
    CwOutput joined = *(const CwOutput *) g_ptr_array_index (outputs, i);
    g_autoptr (GString) text = g_string_new (joined.text);
    for (; joined.kind == CW_OUTPUT_TEXT && i + 1 < outputs->len; i++) {
      const CwOutput *next = g_ptr_array_index (outputs, i + 1);
      if (next->kind != CW_OUTPUT_TEXT)
        break;
      if (text->len == 0 || text->str[text->len - 1] != '\n')
        g_string_append_c (text, '\n');
      g_string_append (text, next->text);
    }
    while (joined.kind == CW_OUTPUT_TEXT && text->len > 0 && text->str[text->len - 1] == '\n')
      g_string_truncate (text, text->len - 1);
    joined.text = joined.text ? text->str : NULL;
    gtk_box_append (GTK_BOX (self->outputs), cw_output_new (&joined));
    keep_output (self, &joined);
  }
}

void
cw_cell_view_finished (CwCellView *self, const CwCellResult *result, CwArray *focus) {
  GtkWidget *error = cw_output_error_new (result);
  clear_outputs (self);
  append_outputs (self, result->outputs);
  if (!self->array && self->run) {
    CwPlan *plan = cw_run_plan (self->run);
    self->array = cw_array_ref (cw_plan_layer (plan, cw_plan_n_layers (plan) - 1)->array);
  } else if (!self->array && focus) {
    CwBuffer *source = cw_array_source_buffer (focus);
    self->array = cw_array_ref (focus);
    self->values = source ? cw_buffer_ref (source) : NULL;
  }
  if (error) {
    gtk_box_append (GTK_BOX (self->outputs), error);
    mark_error (self, result->error_line);
  }
  gtk_widget_set_visible (self->outputs, gtk_widget_get_first_child (self->outputs) != NULL);
  show_times (self, result);
  set_state (self, result->error_class ? CW_CELL_FAILED : CW_CELL_DONE);
}

/* ---- reading -------------------------------------------------------------------------------- */

const char *
cw_cell_view_marker (CwCellView *self) {
  return self->marker;
}

CwCellState
cw_cell_view_state (CwCellView *self) {
  return self->state;
}

guint
cw_cell_view_ticket (CwCellView *self) {
  return self->ticket;
}

CwArray *
cw_cell_view_array (CwCellView *self) {
  return self->array;
}

CwBuffer *
cw_cell_view_values (CwCellView *self) {
  return self->values;
}

CwRun *
cw_cell_view_last_run (CwCellView *self) {
  return self->run;
}

bool
cw_cell_view_wants_graph (CwCellView *self, CwPlanKind *kind) {
  *kind = self->graph_kind;
  return self->wants_graph;
}

void
cw_cell_view_focus_editor (CwCellView *self) {
  gtk_widget_grab_focus (self->editor);
}

bool
cw_cell_view_has_focus (CwCellView *self) {
  return gtk_widget_is_focus (self->editor);
}

void
cw_cell_view_cursor_place (CwCellView *self, GtkWidget *in, double *top, double *bottom) {
  GdkRectangle cursor;
  int          y;
  double       x;
  gtk_text_view_get_cursor_locations (GTK_TEXT_VIEW (self->editor), NULL, &cursor, NULL);
  gtk_text_view_buffer_to_window_coords (GTK_TEXT_VIEW (self->editor), GTK_TEXT_WINDOW_WIDGET, cursor.x, cursor.y, NULL, &y);
  gtk_widget_translate_coordinates (self->editor, in, 0, y, &x, top);
  *bottom = *top + cursor.height;
}

void
cw_cell_view_output_place (CwCellView *self, GtkWidget *in, double *top, double *bottom) {
  double x;
  gtk_widget_translate_coordinates (self->editor, in, 0, gtk_widget_get_height (self->editor), &x, top);
  gtk_widget_translate_coordinates (GTK_WIDGET (self), in, 0, gtk_widget_get_height (GTK_WIDGET (self)), &x, bottom);
}

/* ---- input ---------------------------------------------------------------------------------- */

static void
ask_run (CwCellView *self, gboolean advance) {
  g_signal_emit (self, signals[RUN], 0, advance);
}

static void
button_clicked (CwCellView *self) {
  if (self->state == CW_CELL_RUNNING || self->state == CW_CELL_QUEUED)
    g_signal_emit (self, signals[TOOL], 0, "stop");
  else
    ask_run (self, FALSE);
}

/* Keys of the document that the editor would take for itself. */
static const char *
document_action (guint key, GdkModifierType state) {
  static const struct { guint key; GdkModifierType modifiers; const char *action; } keys[] = {
    { GDK_KEY_period, GDK_CONTROL_MASK, "win.interrupt" },
    { GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.show-as" },
    { GDK_KEY_x, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.delete-cell" },
    { GDK_KEY_Up, GDK_ALT_MASK | GDK_SHIFT_MASK, "win.cell-up" },
    { GDK_KEY_Down, GDK_ALT_MASK | GDK_SHIFT_MASK, "win.cell-down" },
  };
  GdkModifierType pressed = state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (gdk_keyval_to_lower (key) == keys[i].key && pressed == keys[i].modifiers)
      return keys[i].action;
  return NULL;
}

/* Is the completion's list open? Then the arrows are its own. */
static bool
completion_is_open (CwCellView *self) {
  for (GtkWidget *c = gtk_widget_get_first_child (self->editor); c; c = gtk_widget_get_next_sibling (c))
    if (GTK_IS_POPOVER (c) && gtk_widget_get_visible (c))
      return true;
  return false;
}

static gboolean
leaves (CwCellView *self, int by) {
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter    cursor;
  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  int line = gtk_text_iter_get_line (&cursor), last = gtk_text_buffer_get_line_count (buffer) - 1;
  if (line != (by < 0 ? 0 : last) || completion_is_open (self))
    return FALSE;
  g_signal_emit (self, signals[LEAVE], 0, by);
  return TRUE;
}

static gboolean
key_pressed (CwCellView *self, guint key, guint code, GdkModifierType state) {
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  bool enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter;
  if (enter && state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK)) {
    gtk_source_completion_hide (gtk_source_view_get_completion (GTK_SOURCE_VIEW (self->editor)));
    ask_run (self, (state & GDK_SHIFT_MASK) != 0);
    return TRUE;
  }
  const char *action = document_action (key, state);
  if (action) {
    gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
    return TRUE;
  }
  if ((key == GDK_KEY_Up || key == GDK_KEY_Down) && (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK)) == 0)
    return leaves (self, key == GDK_KEY_Up ? -1 : 1);
  /* Where the text has nothing to undo, the document may have. */
  if (state & GDK_CONTROL_MASK && (key == GDK_KEY_z || key == GDK_KEY_Z)) {
    bool redo = state & GDK_SHIFT_MASK;
    if (redo ? gtk_text_buffer_get_can_redo (buffer) : gtk_text_buffer_get_can_undo (buffer))
      return FALSE;
    gtk_widget_activate_action (GTK_WIDGET (self), redo ? "win.redo" : "win.undo", NULL);
    return TRUE;
  }
  return FALSE;
}

static void
focus_entered (CwCellView *self) {
  gtk_widget_add_css_class (GTK_WIDGET (self), "current");
  g_signal_emit (self, signals[FOCUSED], 0);
}

static void
focus_left (CwCellView *self) {
  gtk_widget_remove_css_class (GTK_WIDGET (self), "current");
}

static void
code_changed (CwCellView *self) {
  clear_error (self);
  g_signal_emit (self, signals[MODIFIED], 0);
}

static void
cursor_moved (CwCellView *self) {
  if (cw_cell_view_has_focus (self))
    g_signal_emit (self, signals[CURSOR_MOVED], 0);
}

static void
pressed_anywhere (CwCellView *self) {
  g_signal_emit (self, signals[FOCUSED], 0);
}

static void
tool_clicked (CwCellView *self, GtkWidget *button) {
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (button, GTK_TYPE_POPOVER)));
  g_signal_emit (self, signals[TOOL], 0, gtk_widget_get_name (button));
}

/* ---- construction --------------------------------------------------------------------------- */

static void
style_changed (CwCellView *self) {
  bool dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  GdkRGBA color = dark ? (GdkRGBA) { 0.75, 0.2, 0.2, 0.35 } : (GdkRGBA) { 0.88, 0.11, 0.14, 0.14 };
  gtk_source_buffer_set_style_scheme (self->buffer, gtk_source_style_scheme_manager_get_scheme (schemes, dark ? "Adwaita-dark" : "Adwaita"));
  g_object_set (self->error_tag, "paragraph-background-rgba", &color, NULL);
}

static GtkWidget *
build_editor (CwCellView *self) {
  GtkSourceLanguageManager *languages = gtk_source_language_manager_get_default ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  self->buffer = gtk_source_buffer_new_with_language (gtk_source_language_manager_get_language (languages, "python3"));
  gtk_source_buffer_set_highlight_matching_brackets (self->buffer, TRUE);
  self->error_tag = gtk_text_buffer_create_tag (GTK_TEXT_BUFFER (self->buffer), NULL, "underline", PANGO_UNDERLINE_ERROR, NULL);
  self->editor = cw_code_view_new (self->buffer);
  g_object_unref (self->buffer);
  GtkSourceView *view = GTK_SOURCE_VIEW (self->editor);
  gtk_source_view_set_auto_indent (view, TRUE);
  gtk_source_view_set_insert_spaces_instead_of_tabs (view, TRUE);
  gtk_source_view_set_tab_width (view, 4);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Code"), -1);
  gtk_widget_set_hexpand (self->editor, TRUE);
  gtk_widget_add_css_class (self->editor, "code");
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (self->editor, keys);
  g_signal_connect_object (self->buffer, "changed", G_CALLBACK (code_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->buffer, "notify::cursor-position", G_CALLBACK (cursor_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (style_changed), self, G_CONNECT_SWAPPED);
  style_changed (self);
  return self->editor;
}

/* A menu beside the code, which would cover it if its tools stood there all. */
static GtkWidget *
build_tools (CwCellView *self) {
  static const struct { const char *name, *label; } tools[] = {
    { "show-as", N_("Show as C or as a Dask script (Ctrl+Shift+C)") },
    { "add", N_("Add a cell below (Ctrl+B)") },
    { "up", N_("Move up (Alt+Shift+Up)") },
    { "down", N_("Move down (Alt+Shift+Down)") },
    { "delete", N_("Delete this cell (Ctrl+Shift+X)") },
  };
  GtkWidget *menu = gtk_menu_button_new (), *popover = gtk_popover_new ();
  self->tools = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++) {
    GtkWidget *button = gtk_button_new_with_label (_(tools[i].label));
    gtk_label_set_xalign (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 0);
    gtk_widget_set_name (button, tools[i].name);
    gtk_widget_add_css_class (button, "flat");
    g_signal_connect_swapped (button, "clicked", G_CALLBACK (tool_clicked), self);
    gtk_box_append (GTK_BOX (self->tools), button);
  }
  gtk_popover_set_child (GTK_POPOVER (popover), self->tools);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (menu), popover);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "view-more-symbolic");
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (menu), FALSE);
  gtk_widget_set_tooltip_text (menu, _("What can be done with this cell"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What can be done with this cell"), -1);
  gtk_widget_set_valign (menu, GTK_ALIGN_START);
  gtk_widget_add_css_class (menu, "cell-tools");
  return menu;
}

static GtkWidget *
build_row (CwCellView *self) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *frame = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  self->run_button = gtk_button_new_from_icon_name ("media-playback-start-symbolic");
  gtk_widget_add_css_class (self->run_button, "flat");
  gtk_widget_add_css_class (self->run_button, "circular");
  gtk_widget_add_css_class (self->run_button, "run-button");
  gtk_widget_set_valign (self->run_button, GTK_ALIGN_START);
  g_signal_connect_swapped (self->run_button, "clicked", G_CALLBACK (button_clicked), self);
  gtk_box_append (GTK_BOX (frame), build_editor (self));
  gtk_box_append (GTK_BOX (frame), build_tools (self));
  gtk_widget_add_css_class (frame, "cell-frame");
  gtk_widget_set_overflow (frame, GTK_OVERFLOW_HIDDEN);
  gtk_box_append (GTK_BOX (row), self->run_button);
  gtk_box_append (GTK_BOX (row), frame);
  return row;
}

static GtkWidget *
build_status (CwCellView *self) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->status = gtk_label_new ("");
  gtk_widget_add_css_class (self->status, "caption");
  gtk_widget_add_css_class (self->status, "dim-label");
  gtk_widget_add_css_class (self->status, "numeric");
  gtk_box_append (GTK_BOX (row), self->status);
  gtk_widget_add_css_class (row, "cell-status");
  return row;
}

static void
cw_cell_view_class_init (CwCellViewClass *class) {
  GType type = G_TYPE_FROM_CLASS (class);
  G_OBJECT_CLASS (class)->dispose = cw_cell_view_dispose;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "cell");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_GROUP);
  signals[RUN] = g_signal_new ("run", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
  signals[TOOL] = g_signal_new ("tool", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[LEAVE] = g_signal_new ("leave", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[MODIFIED] = g_signal_new ("modified", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[FOCUSED] = g_signal_new ("focused", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cw_cell_view_init (CwCellView *self) {
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  self->outputs = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_add_css_class (self->outputs, "outputs");
  gtk_widget_set_visible (self->outputs, FALSE);
  gtk_box_append (GTK_BOX (self), build_row (self));
  gtk_box_append (GTK_BOX (self), self->outputs);
  gtk_box_append (GTK_BOX (self), build_status (self));
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_entered), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE); /* seen, not taken */
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_anywhere), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  set_state (self, CW_CELL_IDLE);
}

GtkWidget *
cw_cell_view_new (CwEvaluator *evaluator, const char *code, const char *marker) {
  CwCellView *self = g_object_new (CW_TYPE_CELL_VIEW, NULL);
  g_autoptr (GtkSourceCompletionProvider) provider = cw_completion_new (evaluator);
  self->evaluator = g_object_ref (evaluator);
  self->marker = g_strdup (marker);
  g_object_set (gtk_source_view_get_completion (GTK_SOURCE_VIEW (self->editor)), "select-on-show", TRUE, NULL);
  gtk_source_completion_add_provider (gtk_source_view_get_completion (GTK_SOURCE_VIEW (self->editor)), provider);
  cw_completion_hint_calls (GTK_SOURCE_VIEW (self->editor), evaluator);
  gtk_text_buffer_begin_irreversible_action (GTK_TEXT_BUFFER (self->buffer));
  cw_cell_view_set_code (self, code);
  gtk_text_buffer_end_irreversible_action (GTK_TEXT_BUFFER (self->buffer));
  return GTK_WIDGET (self);
}
