/* output.c: what a cell gave, as widgets that stand below it. */
#include "app/output.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "widgets/widgets.h"

#define LONG_TEXT   20  /* lines; longer text scrolls */
#define LONG_HEIGHT 340 /* pixels that it is given then */
#define LONG_LINE   400 /* characters, more than an array is printed in; longer lines are wrapped */
#define USUAL_LINE  60  /* characters that a wrapped line has, about */

/* Of very long text so much is laid out, which takes a label some milliseconds: at the beginning, and at the end. */
#define HEAD_LINES 200
#define HEAD_BYTES 12000
#define TAIL_LINES 100
#define TAIL_BYTES 4000

/* ---- text ----------------------------------------------------------------------------------- */

static int64_t
count_lines (const char *text, const char *end) {
  int64_t n = 1;
  for (const char *c = text; c < end; c++)
    n += *c == '\n';
  return n;
}

static bool
has_long_line (const char *text) {
  for (const char *line = text; line; line = strchr (line, '\n') ? strchr (line, '\n') + 1 : NULL)
    if (strcspn (line, "\n") > LONG_LINE)
      return true;
  return false;
}

/* Where the shown beginning of @text ends: behind a line, or within one that is too long itself. */
static const char *
head_end (const char *text, const char *end) {
  const char *c = text;
  for (int lines = 0; c < end && lines < HEAD_LINES && c - text < HEAD_BYTES; c = g_utf8_next_char (c))
    lines += *c == '\n';
  return c;
}

/* Where the shown end of @text starts. */
static const char *
tail_start (const char *text, const char *end) {
  const char *c = end;
  for (int lines = 0; c > text && end - c < TAIL_BYTES; c = g_utf8_prev_char (c))
    if (c[-1] == '\n' && ++lines == TAIL_LINES)
      break;
  return c;
}

static void
copy_all (GtkWidget *button) {
  gdk_clipboard_set_text (gtk_widget_get_clipboard (button), g_object_get_data (G_OBJECT (button), "text"));
}

/* What is not shown of @text, and a way to it. */
static GtkWidget *
left_out_widget (const char *text, const char *from, const char *to) {
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *label = gtk_label_new (NULL), *copy = gtk_button_new_with_mnemonic (_("_Copy all"));
  int64_t lines = count_lines (from, to) - 1, characters = g_utf8_strlen (from, to - from);
  g_autofree char *count = cw_number_to_string (lines > 0 ? lines : characters);
  g_autofree char *said = g_strdup_printf (lines > 0 ? ngettext ("%s line in the middle is not shown", "%s lines in the middle are not shown", lines)
                                                     : ngettext ("%s character in the middle is not shown", "%s characters in the middle are not shown", characters), count);
  gtk_label_set_label (GTK_LABEL (label), said);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "caption");
  g_object_set_data_full (G_OBJECT (copy), "text", g_strdup (text), g_free);
  g_signal_connect (copy, "clicked", G_CALLBACK (copy_all), NULL);
  gtk_box_append (GTK_BOX (row), label);
  gtk_box_append (GTK_BOX (row), copy);
  return row;
}

/* The wheel moves the document, not the line that happens to be under the pointer. */
static gboolean
scrolled (GtkWidget *scroller, double dx, double dy) {
  GtkWidget *outer = gtk_widget_get_ancestor (gtk_widget_get_parent (scroller), GTK_TYPE_SCROLLED_WINDOW);
  if (!outer || dy == 0)
    return FALSE;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (outer));
  double step = pow (gtk_adjustment_get_page_size (adjustment), 2 / 3.0); /* as GtkScrolledWindow's own */
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + dy * step);
  return TRUE;
}

static void
pass_on_vertical_scroll (GtkWidget *scroller) {
  GtkEventController *controller = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (controller, "scroll", G_CALLBACK (scrolled), scroller);
  gtk_widget_add_controller (scroller, controller);
}

static GtkWidget *
text_label (const char *text, const char *class) {
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_add_css_class (label, class);
  return label;
}

/* Text that can be selected, in its own scroller when it is wide or long. */
static GtkWidget *
scrolled_text (const char *text, const char *class) {
  GtkWidget *label = text_label (text, class);
  const char *end = text + strlen (text);
  bool wraps = has_long_line (text), is_long = count_lines (text, end) + (wraps ? (end - text) / USUAL_LINE : 0) > LONG_TEXT;
  gtk_label_set_wrap (GTK_LABEL (label), wraps);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (wraps && !is_long)
    return label;
  GtkWidget *scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), label);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, is_long ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  if (is_long)
    gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), LONG_HEIGHT);
  else
    pass_on_vertical_scroll (scroller);
  if (wraps) /* a scroller asks for the height that the text has where it is not wrapped */
    gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), LONG_HEIGHT);
  return scroller;
}

/* A label takes seconds for thousands of lines, and cannot draw a line of a million characters: of very long text it gets the beginning and the end. */
static GtkWidget *
text_widget (const char *text, const char *class) {
  const char *end = text + strlen (text), *from = head_end (text, end), *to = tail_start (text, end);
  if (from >= to)
    return scrolled_text (text, class);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  g_autofree char *shown = g_strdup_printf ("%.*s%s⋯%s%s", (int) (from - text), text, from[-1] == '\n' ? "" : " ", to[-1] == '\n' ? "\n" : " ", to);
  gtk_box_append (GTK_BOX (box), scrolled_text (shown, class));
  gtk_box_append (GTK_BOX (box), left_out_widget (text, from, to));
  return box;
}

static GtkWidget *
message_widget (const char *icon, const char *text, const char *class) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *image = gtk_image_new_from_icon_name (icon);
  GtkWidget *label = gtk_label_new (text);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), image);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "message");
  gtk_widget_add_css_class (box, class);
  return box;
}

/* ---- array ---------------------------------------------------------------------------------- */

static void
add_row (GtkWidget *grid, int row, const char *name, const char *value) {
  GtkWidget *left = gtk_label_new (name), *right = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (left), 0);
  gtk_label_set_xalign (GTK_LABEL (right), 0);
  gtk_label_set_ellipsize (GTK_LABEL (right), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (right, value);
  gtk_widget_set_hexpand (right, TRUE);
  gtk_widget_add_css_class (left, "dim-label");
  gtk_widget_add_css_class (left, "caption");
  gtk_widget_add_css_class (right, "numeric");
  gtk_grid_attach (GTK_GRID (grid), left, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), right, 1, row, 1, 1);
}

static char *
lengths_text (int n, const int64_t *lengths) {
  GString *out = g_string_new (n == 0 ? _("one number") : NULL);
  for (int i = 0; i < n; i++) {
    g_autofree char *length = cw_number_to_string (lengths[i]);
    g_string_append_printf (out, "%s%s", i ? " × " : "", length);
  }
  return g_string_free (out, FALSE);
}

static char *
chunks_text (CwArray *array) {
  int64_t longest[CW_MAX_NDIM], n = cw_array_n_blocks (array);
  for (int i = 0; i < array->ndim; i++)
    longest[i] = array->axes[i]->unknown ? CW_UNKNOWN : array->axes[i]->max;
  g_autofree char *count = cw_number_to_string (n), *size = lengths_text (array->ndim, longest);
  return n == 1 ? g_strdup (_("1")) : g_strdup_printf (_("%s of up to %s"), count, size);
}

static char *
tasks_text (CwArray *array) {
  int64_t layers, tasks;
  cw_array_count_graph (array, &layers, &tasks);
  g_autofree char *count = cw_number_to_string (tasks);
  g_autofree char *in_layers = g_strdup_printf (ngettext ("%" G_GINT64_FORMAT " layer", "%" G_GINT64_FORMAT " layers", layers), layers);
  return g_strdup_printf (_("%s in %s"), count, in_layers);
}

static GtkWidget *
array_widget (CwArray *array) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18), *grid = gtk_grid_new ();
  int64_t    bytes = cw_array_nbytes (array);
  g_autofree char *size = bytes < 0 ? g_strdup (_("not known yet")) : cw_bytes_to_string (bytes);
  g_autofree char *shape = lengths_text (array->ndim, array->shape), *chunks = chunks_text (array), *tasks = tasks_text (array);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  add_row (grid, 0, _("Bytes"), size);
  add_row (grid, 1, _("Shape"), shape);
  add_row (grid, 2, _("Chunks"), chunks);
  add_row (grid, 3, _("Tasks"), tasks);
  add_row (grid, 4, _("dtype"), cw_dtype_name (array->dtype));
  gtk_widget_set_valign (grid, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (grid, TRUE);
  gtk_box_append (GTK_BOX (box), grid);
  gtk_box_append (GTK_BOX (box), cw_chunk_thumbnail_new (array, 150, 112));
  return box;
}

static GtkWidget *
values_widget (const CwOutput *output) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *picture = output->buffer ? cw_values_thumbnail_new (output->buffer, 280, 180) : NULL;
  gtk_box_append (GTK_BOX (box), text_widget (output->text, "output-text"));
  if (picture)
    gtk_box_append (GTK_BOX (box), picture);
  return box;
}

/* ---- public --------------------------------------------------------------------------------- */

GtkWidget *
cw_output_new (const CwOutput *output) {
  const char *text = output->text ? output->text : "";
  switch (output->kind) {
  case CW_OUTPUT_ARRAY:
    return output->array ? array_widget (output->array) : text_widget (text, "output-text");
  case CW_OUTPUT_VALUES:
    return values_widget (output);
  case CW_OUTPUT_GRAPH:
    return message_widget ("cw-graph-symbolic", *text ? text : _("The graph is drawn on the right."), "note");
  case CW_OUTPUT_WARNING:
    return message_widget ("dialog-warning-symbolic", text, "warning");
  case CW_OUTPUT_TIMING:
    return text_widget (text, "timing");
  default:
    return text_widget (text, "output-text");
  }
}

GtkWidget *
cw_output_error_new (const CwCellResult *result) {
  if (!result->error_class)
    return NULL;
  g_autofree char *where = result->error_line > 0 ? g_strdup_printf (_("Line %d: "), result->error_line) : g_strdup ("");
  g_autofree char *text = g_strdup_printf ("%s%s: %s", where, result->error_class, result->error_message);
  if (g_strcmp0 (result->error_class, "KeyboardInterrupt") == 0)
    return message_widget ("media-playback-stop-symbolic", _("Stopped."), "note");
  return message_widget ("dialog-error-symbolic", text, "error");
}

GtkWidget *
cw_output_note_new (const char *text) {
  return message_widget ("dialog-information-symbolic", text, "note");
}
