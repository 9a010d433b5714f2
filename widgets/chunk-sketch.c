/* chunk-sketch.c: an array that the learner cuts into chunks by hand.
 *
 * The cuts of an axis are its offsets behind 0, in order. Drawing and pointing use the same diagram as everywhere; a line follows the
 * pointer to where a click would cut.
 */
#include "widgets/chunk-sketch.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "widgets/widgets.h"

#define WIDTH 300
#define HEIGHT 220

struct _CwChunkSketch {
  GtkBox     parent_instance;
  GtkWidget *area, *fields, *spins[2];
  int        ndim;
  int64_t    shape[2], grid[2];
  GArray    *cuts[2]; /* of int64_t, ascending, ends not among them */
  int        hover_axis; /* -1: the pointer is not on it */
  int64_t    hover_place;
  bool       editable;
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CwChunkSketch, cw_chunk_sketch, GTK_TYPE_BOX)

/* ---- cuts --------------------------------------------------------------------------------------- */

static CwDrawChunks *
chunks_of (CwChunkSketch *self) {
  CwDrawChunks *chunks = cw_draw_chunks_new (self->ndim);
  for (int k = 0; k < self->ndim; k++) {
    guint   n = self->cuts[k]->len + 1;
    int64_t before = 0;
    g_autofree int64_t *lengths = g_new (int64_t, n);
    for (guint i = 0; i < n; i++) {
      int64_t end = i + 1 < n ? g_array_index (self->cuts[k], int64_t, i) : self->shape[k];
      lengths[i] = end - before;
      before = end;
    }
    cw_draw_chunks_set (chunks, k, n, lengths);
  }
  return chunks;
}

char *
cw_chunk_sketch_text (CwChunkSketch *self) {
  g_autoptr (CwDrawChunks) chunks = chunks_of (self);
  GString *out = g_string_new ("(");
  for (int k = 0; k < self->ndim; k++) {
    g_string_append (out, k ? ", (" : "(");
    for (int64_t i = 0; i < chunks->axes[k].n; i++)
      g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i ? ", " : "", chunks->axes[k].lengths[i]);
    g_string_append (out, chunks->axes[k].n == 1 ? ",)" : ")");
  }
  g_string_append (out, self->ndim == 1 ? ",)" : ")");
  return g_string_free (out, FALSE);
}

static void
cuts_changed (CwChunkSketch *self) {
  g_autofree char *text = cw_chunk_sketch_text (self), *words = g_strdup_printf (_("Your cuts: %s"), text);
  cw_canvas_describe (self->area, words);
  gtk_widget_queue_draw (self->area);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
cw_chunk_sketch_set_text (CwChunkSketch *self, const char *text) {
  int axis = -1, depth = 0;
  int64_t place = 0;
  for (int k = 0; k < self->ndim; k++)
    g_array_set_size (self->cuts[k], 0);
  for (const char *c = text; *c; c++) {
    if (*c == '(' && ++depth == 2) {
      axis++;
      place = 0;
    } else if (*c == ')') {
      depth--;
    } else if (g_ascii_isdigit (*c)) {
      char *end;
      place += g_ascii_strtoll (c, &end, 10);
      c = end - 1;
      if (axis >= 0 && axis < self->ndim && place < self->shape[axis])
        g_array_append_val (self->cuts[axis], place);
    }
  }
  cuts_changed (self);
}

/* A cut where there is none, none where there is one. */
static void
toggle (CwChunkSketch *self, int axis, int64_t place) {
  GArray *cuts = self->cuts[axis];
  guint   at = 0;
  while (at < cuts->len && g_array_index (cuts, int64_t, at) < place)
    at++;
  if (at < cuts->len && g_array_index (cuts, int64_t, at) == place)
    g_array_remove_index (cuts, at);
  else
    g_array_insert_val (cuts, at, place);
  cuts_changed (self);
}

static void
cut_evenly (CwChunkSketch *self, int axis, int64_t length) {
  g_array_set_size (self->cuts[axis], 0);
  for (int64_t place = length; place < self->shape[axis]; place += length)
    g_array_append_val (self->cuts[axis], place);
  cuts_changed (self);
}

/* ---- drawing and pointing -------------------------------------------------------------------------- */

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  CwChunkSketch   *self = CW_CHUNK_SKETCH (gtk_widget_get_ancestor (GTK_WIDGET (area), CW_TYPE_CHUNK_SKETCH));
  const CwPalette *palette = cw_widgets_palette ();
  g_autoptr (CwDrawChunks) chunks = chunks_of (self);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, width, height, CW_DIAGRAM_LABELS);
  cw_diagram_draw (diagram, cr, palette, cw_palette_layer (palette, self->editable ? 1 : 4), NULL);
  if (self->hover_axis < 0 || !self->editable)
    return;
  double x, y, w, h, part = (double) self->hover_place / (double) self->shape[self->hover_axis];
  cw_diagram_extents (diagram, &x, &y, &w, &h);
  bool rows = self->ndim == 2 && self->hover_axis == 0;
  cairo_move_to (cr, rows ? x - 6 : x + part * w, rows ? y + part * h : y - 6);
  cairo_line_to (cr, rows ? x + w + 6 : x + part * w, rows ? y + part * h : y + h + 6);
  cw_set_color (cr, palette->accent);
  cairo_set_line_width (cr, 2);
  cairo_set_dash (cr, (double[]) { 5, 4 }, 2, 0);
  cairo_stroke (cr);
}

/* Where a click at (x, y) would cut; false outside. */
static bool
place_at (CwChunkSketch *self, double px, double py, int *axis, int64_t *place) {
  double x, y, w, h;
  g_autoptr (CwDrawChunks) chunks = chunks_of (self);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, gtk_widget_get_width (self->area), gtk_widget_get_height (self->area), CW_DIAGRAM_LABELS);
  cw_diagram_extents (diagram, &x, &y, &w, &h);
  double u = (px - x) / w, v = (py - y) / h;
  if (u < -0.12 || u > 1.12 || v < -0.12 || v > 1.12)
    return false;
  bool rows = self->ndim == 2 && MIN (u, 1 - u) < MIN (v, 1 - v);
  *axis = rows ? 0 : self->ndim - 1;
  int64_t grid = self->grid[*axis];
  *place = (int64_t) round ((rows ? v : u) * (double) self->shape[*axis] / (double) grid) * grid;
  return *place > 0 && *place < self->shape[*axis];
}

static void
moved (CwChunkSketch *self, double x, double y) {
  if (!place_at (self, x, y, &self->hover_axis, &self->hover_place))
    self->hover_axis = -1;
  gtk_widget_queue_draw (self->area);
}

static void
left (CwChunkSketch *self) {
  self->hover_axis = -1;
  gtk_widget_queue_draw (self->area);
}

static void
pressed (CwChunkSketch *self, int n, double x, double y) {
  int     axis;
  int64_t place;
  if (self->editable && place_at (self, x, y, &axis, &place))
    toggle (self, axis, place);
}

static void
spun (CwChunkSketch *self, GtkSpinButton *spin) {
  int axis = GTK_WIDGET (spin) == self->spins[0] ? 0 : 1;
  cut_evenly (self, axis, MAX ((int64_t) gtk_spin_button_get_value (spin), 1));
}

/* ---- construction -------------------------------------------------------------------------------------- */

void
cw_chunk_sketch_set_editable (CwChunkSketch *self, bool editable) {
  self->editable = editable;
  gtk_widget_set_visible (self->fields, editable);
  gtk_widget_queue_draw (self->area);
}

static void
cw_chunk_sketch_finalize (GObject *object) {
  CwChunkSketch *self = CW_CHUNK_SKETCH (object);
  g_array_unref (self->cuts[0]);
  g_array_unref (self->cuts[1]);
  G_OBJECT_CLASS (cw_chunk_sketch_parent_class)->finalize (object);
}

static void
cw_chunk_sketch_class_init (CwChunkSketchClass *class) {
  G_OBJECT_CLASS (class)->finalize = cw_chunk_sketch_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
cw_chunk_sketch_init (CwChunkSketch *self) {
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  self->editable = true;
  self->hover_axis = -1;
  for (int k = 0; k < 2; k++)
    self->cuts[k] = g_array_new (FALSE, FALSE, sizeof (int64_t));
  self->area = cw_canvas_new_picture (draw, _("The array to cut"), NULL, NULL, WIDTH, HEIGHT);
  self->fields = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_halign (self->area, GTK_ALIGN_START);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (left), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed), self);
  gtk_widget_add_controller (self->area, motion);
  gtk_widget_add_controller (self->area, GTK_EVENT_CONTROLLER (click));
  gtk_box_append (GTK_BOX (self), self->area);
  gtk_box_append (GTK_BOX (self), self->fields);
}

static void
add_field (CwChunkSketch *self, int axis, const char *name) {
  GtkWidget *label = gtk_label_new (name);
  self->spins[axis] = gtk_spin_button_new_with_range (self->grid[axis], self->shape[axis], self->grid[axis]);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->spins[axis]), self->shape[axis]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spins[axis]), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (self->spins[axis], "value-changed", G_CALLBACK (spun), self);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (self->fields), label);
  gtk_box_append (GTK_BOX (self->fields), self->spins[axis]);
}

GtkWidget *
cw_chunk_sketch_new (int ndim, const int64_t *shape, const int64_t *grid) {
  CwChunkSketch *self = g_object_new (CW_TYPE_CHUNK_SKETCH, NULL);
  self->ndim = ndim;
  memcpy (self->shape, shape, ndim * sizeof *shape);
  memcpy (self->grid, grid, ndim * sizeof *grid);
  if (ndim == 2)
    add_field (self, 0, _("Rows in a chunk"));
  add_field (self, ndim - 1, ndim == 2 ? _("columns") : _("Elements in a chunk"));
  return GTK_WIDGET (self);
}
