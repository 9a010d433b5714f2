/* values-view.c: what the session's array holds: numbers, a heat map, or a plot.
 *
 * A lazy array holds nothing yet; then the view says so and offers to compute a small part, on worker threads, and then the parts
 * beside it: only the chunks in sight are read. Only a bounded sample of the values is ever turned into text or colour.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>

#define TABLE_ROWS    400
#define TABLE_COLUMNS 120
#define MAP_SIDE      600
#define LINE_LENGTH   200000
#define PREVIEW_SIDE  200

typedef enum { SHOW_NUMBERS, SHOW_MAP, SHOW_PLOT } Show;

struct _CwValuesView {
  GtkBox         parent_instance;
  CwViewSession *session;
  GtkWidget     *stack, *message, *compute, *canvas, *note;
  GtkWidget     *buttons[3], *moves;
  Show           show;
  CwDrawValues  *table, *map;
  double        *line;
  int64_t        n_line;
  bool           all_integers;
  int            row, column; /* first ones of the table that are seen */
  int            cursor_row, cursor_column; /* of the map's samples; -1: none */
};

G_DEFINE_FINAL_TYPE (CwValuesView, cw_values_view, GTK_TYPE_BOX)

static void
drop_samples (CwValuesView *self) {
  g_clear_pointer (&self->table, cw_draw_values_free);
  g_clear_pointer (&self->map, cw_draw_values_free);
  g_clear_pointer (&self->line, g_free);
}

static void
cw_values_view_dispose (GObject *object) {
  CwValuesView *self = CW_VALUES_VIEW (object);
  drop_samples (self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (cw_values_view_parent_class)->dispose (object);
}

/* ---- the cursor on the map --------------------------------------------------------------------- */

/* "row 120, column 48: 0.731" of the array, wherever the values begin and however they are sampled. */
static void
tell_cursor (CwValuesView *self) {
  if (!self->map || self->cursor_row < 0) {
    cw_view_session_set_hover (self->session, -1, NULL);
    return;
  }
  const int64_t *origin = cw_view_session_values_origin (self->session);
  g_autofree char *row = cw_number_to_string (origin[0] + self->cursor_row * self->map->true_rows / self->map->rows);
  g_autofree char *column = cw_number_to_string (origin[1] + self->cursor_column * self->map->true_columns / self->map->columns);
  g_autofree char *value = cw_value_to_string (self->map->values[(size_t) self->cursor_row * self->map->columns + self->cursor_column]);
  g_autofree char *text = g_strdup_printf (_("row %s, column %s: %s"), row, column, value);
  cw_view_session_set_hover (self->session, -1, text);
  cw_canvas_describe (self->canvas, text);
}

static void
set_cursor (CwValuesView *self, int row, int column) {
  bool on_map = self->show == SHOW_MAP && self->map && row >= 0;
  self->cursor_row = on_map ? CLAMP (row, 0, self->map->rows - 1) : -1;
  self->cursor_column = on_map ? CLAMP (column, 0, self->map->columns - 1) : -1;
  tell_cursor (self);
  gtk_widget_queue_draw (self->canvas);
}

static void
pointer_moved (CwValuesView *self, double x, double y) {
  int row, column;
  bool hit = self->show == SHOW_MAP && self->map
             && cw_values_hit_heat_map (self->map, gtk_widget_get_width (self->canvas), gtk_widget_get_height (self->canvas), x, y, &row, &column);
  if (hit || self->cursor_row >= 0)
    set_cursor (self, hit ? row : -1, hit ? column : -1);
}

static void
pointer_left (CwValuesView *self) {
  if (self->cursor_row >= 0)
    set_cursor (self, -1, -1);
}

/* White within black, to be seen on any colour. */
static void
draw_cursor (CwValuesView *self, cairo_t *cr, int width, int height) {
  CwRect c = cw_values_heat_map_cell (self->map, width, height, self->cursor_row, self->cursor_column);
  for (int i = 0; i < 2; i++) {
    cairo_rectangle (cr, c.x - 2.5 + i, c.y - 2.5 + i, c.width + 5 - 2 * i, c.height + 5 - 2 * i);
    cairo_set_source_rgb (cr, i, i, i);
    cairo_set_line_width (cr, 1.5);
    cairo_stroke (cr);
  }
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  CwValuesView *self = CW_VALUES_VIEW (gtk_widget_get_ancestor (GTK_WIDGET (area), CW_TYPE_VALUES_VIEW));
  CwBuffer     *values = cw_view_session_values (self->session);
  CwArray      *array = cw_view_session_array (self->session);
  const CwPalette *palette = cw_widgets_palette ();
  if (!values)
    return;
  CwColor color = cw_palette_layer (palette, array ? cw_adapt_color (array) : 4);
  switch (self->show) {
  case SHOW_NUMBERS:
    if (!self->table)
      self->table = cw_adapt_values (values, array, cw_view_session_values_origin (self->session), TABLE_ROWS, TABLE_COLUMNS, true);
    cairo_translate (cr, 12, 12);
    cw_values_draw_numbers (self->table, cr, palette, width - 24, height - 24, self->row, self->column);
    break;
  case SHOW_MAP:
    if (!self->map)
      self->map = cw_adapt_values (values, array, cw_view_session_values_origin (self->session), MAP_SIDE, MAP_SIDE, false);
    cw_values_draw_heat_map (self->map, cr, palette, CW_MAP_VIRIDIS, width, height);
    if (self->cursor_row >= 0)
      draw_cursor (self, cr, width, height);
    break;
  case SHOW_PLOT:
    if (!self->line)
      self->line = cw_adapt_line (values, LINE_LENGTH, &self->n_line);
    if (cw_dtype_is_integer (values->dtype) && self->n_line <= 2000)
      cw_plot_bars (cr, palette, self->line, self->n_line, width, height, color);
    else
      cw_plot_line (cr, palette, self->line, self->n_line, width, height, color);
    break;
  }
}

/* ---- state ---------------------------------------------------------------------------------- */

static void
show_message (CwValuesView *self, CwArray *array) {
  const char *failure = cw_view_session_failure (self->session);
  bool running = cw_view_session_preview_runs (self->session) || cw_view_session_is_live (self->session);
  g_autofree char *text = NULL;
  if (!array)
    text = g_strdup (_("The numbers of an array appear here once you show or compute one in a cell."));
  else if (running)
    text = g_strdup (_("Computing …"));
  else if (failure)
    text = g_strdup_printf (_("This could not be computed: %s"), failure);
  else
    text = g_strdup (_("This array is lazy: it knows how to make its numbers, but has not made any yet."));
  gtk_label_set_label (GTK_LABEL (self->message), text);
  gtk_widget_set_visible (self->compute, array && !running && !failure);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "message");
}

/* Are the values a part of the array's last two axes? */
static bool
is_part (CwArray *array, CwBuffer *values) {
  bool known = array && !cw_array_has_unknown (array); /* arrays of unknown size are computed whole */
  return known && (array->ndim != values->ndim || !cw_shape_equal (array->ndim, array->shape, values->shape));
}

/* "rows 200 to 399" */
static char *
range_text (const char *format, int64_t from, int64_t n) {
  g_autofree char *first = cw_number_to_string (from), *last = cw_number_to_string (from + n - 1);
  return g_strdup_printf (format, first, last);
}

static char *
part_text (CwValuesView *self, CwArray *array, CwBuffer *values) {
  const int64_t   *origin = cw_view_session_values_origin (self->session);
  int              nd = values->ndim;
  g_autofree char *whole = cw_shape_to_string (array->ndim, array->shape);
  g_autofree char *columns = range_text (nd >= 2 ? _("columns %s to %s") : _("elements %s to %s"), origin[1], nd >= 1 ? values->shape[nd - 1] : 1);
  g_autofree char *rows = nd >= 2 ? range_text (_("rows %s to %s, "), origin[0], values->shape[nd - 2]) : g_strdup ("");
  return g_strdup_printf (_("A preview: %s%s of %s"), rows, columns, whole);
}

static void
show_note (CwValuesView *self, CwArray *array, CwBuffer *values) {
  g_autofree char *shape = cw_shape_to_string (values->ndim, values->shape);
  g_autofree char *text = is_part (array, values) ? part_text (self, array, values)
                          : values->ndim > 2 ? g_strdup_printf (_("%s, the last two axes at position 0 of the others"), shape)
                                             : g_strdup_printf ("%s %s", shape, cw_dtype_name (values->dtype));
  gtk_label_set_label (GTK_LABEL (self->note), text);
  cw_canvas_describe (self->canvas, text);
  gtk_widget_set_visible (self->moves, is_part (array, values));
}

static void
update (CwValuesView *self) {
  CwArray  *array = cw_view_session_array (self->session);
  CwBuffer *values = cw_view_session_values (self->session);
  drop_samples (self);
  self->row = self->column = 0;
  self->cursor_row = self->cursor_column = -1;
  if (!values) {
    show_message (self, array);
    return;
  }
  bool flat = values->ndim == 1 && values->size > 1, square = values->ndim >= 2 && values->size > 1;
  gtk_widget_set_visible (self->buttons[SHOW_MAP], square);
  gtk_widget_set_visible (self->buttons[SHOW_PLOT], flat);
  if ((self->show == SHOW_MAP && !square) || (self->show == SHOW_PLOT && !flat) || self->show == SHOW_NUMBERS)
    self->show = flat && values->size > 24 ? SHOW_PLOT : square && values->size > 400 ? SHOW_MAP : SHOW_NUMBERS;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->buttons[self->show]), TRUE);
  show_note (self, array, values);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "values");
  gtk_widget_queue_draw (self->canvas);
}

static void
status_changed (CwValuesView *self) {
  if (!cw_view_session_values (self->session))
    show_message (self, cw_view_session_array (self->session));
}

static void
compute (CwValuesView *self) {
  cw_view_session_start_preview (self->session, 0, 0, PREVIEW_SIDE);
}

static void
button_toggled (CwValuesView *self, GtkToggleButton *button) {
  if (!gtk_toggle_button_get_active (button))
    return;
  for (int i = 0; i < 3; i++)
    if (self->buttons[i] == GTK_WIDGET (button))
      self->show = i;
  gtk_widget_queue_draw (self->canvas);
}

/* ---- another part of a large array ------------------------------------------------------------ */

/* The part of the array @columns and @rows previews further; only its chunks are computed. */
static void
move_preview (CwValuesView *self, int columns, int rows) {
  CwArray  *array = cw_view_session_array (self->session);
  CwBuffer *values = cw_view_session_values (self->session);
  if (!values || !is_part (array, values))
    return;
  const int64_t *origin = cw_view_session_values_origin (self->session);
  int64_t height = array->ndim >= 2 ? array->shape[array->ndim - 2] : 1, width = array->shape[array->ndim - 1];
  int64_t row = CLAMP (origin[0] + rows * PREVIEW_SIDE, 0, MAX (height - PREVIEW_SIDE, 0));
  int64_t column = CLAMP (origin[1] + columns * PREVIEW_SIDE, 0, MAX (width - PREVIEW_SIDE, 0));
  if (row != origin[0] || column != origin[1])
    cw_view_session_start_preview (self->session, row, column, PREVIEW_SIDE);
}

static void
move_clicked (CwValuesView *self, GtkWidget *button) {
  int way = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "way"));
  move_preview (self, way == 0 ? -1 : way == 3 ? 1 : 0, way == 1 ? -1 : way == 2 ? 1 : 0);
}

static GtkWidget *
build_moves (CwValuesView *self) {
  static const struct { const char *icon, *tip; } ways[] = {
    { "pan-start-symbolic", N_("The part to the left (Shift+Left)") }, { "pan-up-symbolic", N_("The part above (Shift+Up)") },
    { "pan-down-symbolic", N_("The part below (Shift+Down)") },        { "pan-end-symbolic", N_("The part to the right (Shift+Right)") },
  };
  self->moves = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++) {
    GtkWidget *button = gtk_button_new_from_icon_name (ways[i].icon);
    gtk_widget_add_css_class (button, "flat");
    gtk_widget_set_tooltip_text (button, _(ways[i].tip));
    gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(ways[i].tip), -1);
    g_object_set_data (G_OBJECT (button), "way", GINT_TO_POINTER (i));
    g_signal_connect_swapped (button, "clicked", G_CALLBACK (move_clicked), self);
    gtk_box_append (GTK_BOX (self->moves), button);
  }
  return self->moves;
}

/* ---- scrolling the table --------------------------------------------------------------------- */

static void
scroll_table (CwValuesView *self, int columns, int rows) {
  if (self->show == SHOW_MAP && self->map)
    set_cursor (self, MAX (self->cursor_row, 0) + rows, MAX (self->cursor_column, 0) + columns);
  if (!self->table || self->show != SHOW_NUMBERS)
    return;
  self->row = CLAMP (self->row + rows, 0, MAX (self->table->rows - 1, 0));
  self->column = CLAMP (self->column + columns, 0, MAX (self->table->columns - 1, 0));
  gtk_widget_queue_draw (self->canvas);
}

static gboolean
scrolled (CwValuesView *self, double dx, double dy) {
  if (self->show == SHOW_NUMBERS)
    scroll_table (self, (int) dx, (int) (dy * 2));
  return self->show == SHOW_NUMBERS;
}

static gboolean
key_pressed (CwValuesView *self, guint key, guint code, GdkModifierType state) {
  void (*go) (CwValuesView *, int, int) = state & GDK_SHIFT_MASK ? move_preview : scroll_table;
  switch (key) {
  case GDK_KEY_Left: go (self, -1, 0); return TRUE;
  case GDK_KEY_Right: go (self, 1, 0); return TRUE;
  case GDK_KEY_Up: go (self, 0, -1); return TRUE;
  case GDK_KEY_Down: go (self, 0, 1); return TRUE;
  case GDK_KEY_Page_Up: scroll_table (self, 0, -16); return TRUE;
  case GDK_KEY_Page_Down: scroll_table (self, 0, 16); return TRUE;
  case GDK_KEY_Home: scroll_table (self, -TABLE_COLUMNS, -TABLE_ROWS); return TRUE;
  default: return FALSE;
  }
}

/* ---- construction --------------------------------------------------------------------------- */

static GtkWidget *
build_message (CwValuesView *self) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  self->message = gtk_label_new ("");
  gtk_label_set_wrap (GTK_LABEL (self->message), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (self->message), 44);
  gtk_label_set_justify (GTK_LABEL (self->message), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->message, "dim-label");
  self->compute = gtk_button_new_with_mnemonic (_("Compute a _preview"));
  gtk_widget_add_css_class (self->compute, "pill");
  gtk_widget_set_halign (self->compute, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->compute, "clicked", G_CALLBACK (compute), self);
  gtk_box_append (GTK_BOX (box), self->message);
  gtk_box_append (GTK_BOX (box), self->compute);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  return box;
}

static GtkWidget *
build_bar (CwValuesView *self) {
  static const char *const labels[3] = { N_("Numbers"), N_("Heat map"), N_("Plot") };
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (linked, "linked");
  for (int i = 0; i < 3; i++) {
    self->buttons[i] = gtk_toggle_button_new_with_label (_(labels[i]));
    if (i > 0)
      gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->buttons[i]), GTK_TOGGLE_BUTTON (self->buttons[0]));
    g_signal_connect_swapped (self->buttons[i], "toggled", G_CALLBACK (button_toggled), self);
    gtk_box_append (GTK_BOX (linked), self->buttons[i]);
  }
  self->note = gtk_label_new ("");
  gtk_label_set_ellipsize (GTK_LABEL (self->note), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->note, TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->note), 1);
  gtk_widget_add_css_class (self->note, "dim-label");
  gtk_widget_add_css_class (self->note, "caption");
  gtk_box_append (GTK_BOX (bar), linked);
  gtk_box_append (GTK_BOX (bar), self->note);
  gtk_box_append (GTK_BOX (bar), build_moves (self));
  gtk_widget_set_margin_start (bar, 12);
  gtk_widget_set_margin_end (bar, 12);
  gtk_widget_set_margin_top (bar, 6);
  return bar;
}

static void
cw_values_view_class_init (CwValuesViewClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_values_view_dispose;
}

static void
cw_values_view_init (CwValuesView *self) {
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkEventController *keys = gtk_event_controller_key_new (), *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  self->stack = gtk_stack_new ();
  self->canvas = gtk_drawing_area_new ();
  cw_canvas_init (self->canvas, draw, _("Values"));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scrolled), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (self->canvas, motion);
  gtk_widget_add_controller (self->canvas, keys);
  gtk_widget_add_controller (self->canvas, scroll);
  gtk_box_append (GTK_BOX (box), build_bar (self));
  gtk_box_append (GTK_BOX (box), self->canvas);
  gtk_stack_add_named (GTK_STACK (self->stack), build_message (self), "message");
  gtk_stack_add_named (GTK_STACK (self->stack), box, "values");
  gtk_widget_set_hexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (self), self->stack);
}

GtkWidget *
cw_values_view_new (CwViewSession *session) {
  CwValuesView *self = g_object_new (CW_TYPE_VALUES_VIEW, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "values-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "status-changed", G_CALLBACK (status_changed), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

/* ---- thumbnail ------------------------------------------------------------------------------ */

static void
draw_thumbnail (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  CwBuffer *values = cw_canvas_subject (area);
  const CwPalette *palette = cw_widgets_palette ();
  if (values->ndim == 1) {
    int64_t n;
    g_autofree double *line = cw_adapt_line (values, LINE_LENGTH, &n);
    if (cw_dtype_is_integer (values->dtype) && n <= 2000)
      cw_plot_bars (cr, palette, line, n, width, height, cw_palette_layer (palette, 4));
    else
      cw_plot_line (cr, palette, line, n, width, height, cw_palette_layer (palette, 4));
  } else {
    g_autoptr (CwDrawValues) map = cw_adapt_values (values, NULL, (int64_t[2]) { 0, 0 }, height, height, false);
    cw_values_draw_heat_map (map, cr, palette, CW_MAP_VIRIDIS, width, height);
  }
}

GtkWidget *
cw_values_thumbnail_new (CwBuffer *values, int width, int height) {
  bool line = values->ndim == 1 && values->size >= 24, map = values->ndim == 2 && values->size >= 400;
  if ((!line && !map) || cw_dtype_is_complex (values->dtype))
    return NULL;
  return cw_canvas_new_picture (draw_thumbnail, line ? _("Plot of the values") : _("Heat map of the values"), cw_buffer_ref (values),
                                (GDestroyNotify) cw_buffer_unref, width, height);
}
