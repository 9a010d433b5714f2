/* diagram-view.c: the chunks of the session's array, large, with a keyboard cursor that walks over them.
 *
 * The cursor is a block index; the pointer moves it as the arrow keys do. Selecting a chunk selects the task that makes
 * it, so that the graph and the timeline show where it comes from. Below stand the arrays that this one is made from, with the
 * chunks that the one under the cursor reads.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>
#include <string.h>

#include "widgets/diagram-sources.h"
#include "widgets/mask-density.h"

#define SOURCES_HEIGHT 120.0

struct _CwDiagramView {
  GtkDrawingArea parent_instance;
  CwViewSession *session;
  CwDiagram     *diagram; /* for the size below */
  CwDiagramSources *sources;
  double        *densities; /* of a computed mask's chunks, or NULL */
  int            width, height;
  int64_t        cursor[CW_MAX_NDIM];
  bool           has_cursor;
};

G_DEFINE_FINAL_TYPE (CwDiagramView, cw_diagram_view, GTK_TYPE_DRAWING_AREA)

static void
cw_diagram_view_dispose (GObject *object) {
  CwDiagramView *self = CW_DIAGRAM_VIEW (object);
  g_clear_pointer (&self->diagram, cw_diagram_free);
  g_clear_pointer (&self->sources, cw_diagram_sources_free);
  g_clear_pointer (&self->densities, g_free);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (cw_diagram_view_parent_class)->dispose (object);
}

static bool
has_room (CwDiagramView *self, int height) {
  return self->sources && height > 3 * SOURCES_HEIGHT;
}

static void
ensure_diagram (CwDiagramView *self, int width, int height) {
  CwArray *array = cw_view_session_array (self->session);
  if (self->diagram && self->width == width && self->height == height)
    return;
  g_clear_pointer (&self->diagram, cw_diagram_free);
  if (!array)
    return;
  g_autoptr (CwDrawChunks) chunks = cw_adapt_chunks (array);
  if (!self->sources)
    self->sources = cw_diagram_sources_new (array);
  self->diagram = cw_diagram_new (chunks, width, height - (has_room (self, height) ? SOURCES_HEIGHT : 0), CW_DIAGRAM_LABELS);
  self->width = width;
  self->height = height;
}

/* The place of a block in C order, or -1 where it is not one of the array's. */
static int64_t
number_of (const CwArray *array, const int64_t *block) {
  int64_t number = 0;
  for (int k = 0; k < array->ndim; k++) {
    if (block[k] < 0)
      return -1;
    number = number * array->axes[k]->n + block[k];
  }
  return number;
}

/* The more of a chunk is true, the more of the text's colour covers it. */
static void
draw_densities (CwDiagramView *self, cairo_t *cr, const CwPalette *palette, const CwArray *array) {
  int64_t n = cw_array_n_blocks (array), block[CW_MAX_NDIM];
  for (int64_t i = 0; i < n; i++) {
    int64_t rest = i;
    for (int k = array->ndim - 1; k >= 0; k--) {
      block[k] = rest % array->axes[k]->n;
      rest /= array->axes[k]->n;
    }
    cw_diagram_fill (self->diagram, cr, cw_color_with_alpha (palette->foreground, 0.6 * self->densities[i]), block);
  }
}

static void
values_changed (CwDiagramView *self) {
  CwArray *array = cw_view_session_array (self->session);
  g_clear_pointer (&self->densities, g_free);
  if (array)
    self->densities = cw_mask_density_new (array, cw_view_session_values (self->session));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The block of the selected task, where that task makes a chunk of this array. */
static bool
selected_block (CwDiagramView *self, int64_t *block) {
  int64_t task = cw_view_session_selected (self->session);
  CwPlan *plan = task >= 0 ? cw_view_session_plan (self->session, NULL) : NULL;
  if (!plan || task >= cw_plan_n_tasks (plan))
    return false;
  int layer = cw_plan_task_layer (plan, task);
  if (cw_plan_layer (plan, layer)->array != cw_view_session_array (self->session))
    return false;
  cw_plan_task_block (plan, task, block);
  return true;
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  CwDiagramView *self = CW_DIAGRAM_VIEW (area);
  CwArray       *array = cw_view_session_array (self->session);
  int64_t        block[CW_MAX_NDIM];
  ensure_diagram (self, width, height);
  if (!self->diagram || !array)
    return;
  const CwPalette *palette = cw_widgets_palette ();
  const int64_t   *highlight = self->has_cursor ? self->cursor : selected_block (self, block) ? block : NULL;
  cw_diagram_draw (self->diagram, cr, palette, cw_palette_layer (palette, cw_adapt_color (array)), NULL);
  if (self->densities)
    draw_densities (self, cr, palette, array);
  if (highlight)
    cw_diagram_mark (self->diagram, cr, palette->accent, highlight);
  if (has_room (self, height))
    cw_diagram_sources_draw (self->sources, cr, palette, (CwRect) { 24, height - SOURCES_HEIGHT, width - 48, SOURCES_HEIGHT - 8 }, highlight);
}

static void
array_changed (CwDiagramView *self) {
  CwArray *array = cw_view_session_array (self->session);
  g_autofree char *text = array ? cw_adapt_array_text (array) : g_strdup (_("Nothing is shown"));
  g_clear_pointer (&self->diagram, cw_diagram_free);
  g_clear_pointer (&self->sources, cw_diagram_sources_free);
  self->has_cursor = false;
  cw_canvas_describe (GTK_WIDGET (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The task of the plan that makes a chunk, or -1. */
static int64_t
task_of (CwDiagramView *self, const int64_t *block) {
  CwArray *array = cw_view_session_array (self->session);
  CwPlan  *plan = cw_view_session_plan (self->session, NULL);
  uint32_t task;
  for (int i = 0; i < array->ndim; i++)
    if (block[i] < 0)
      return -1;
  for (int i = plan ? cw_plan_n_layers (plan) - 1 : -1; i >= 0; i--)
    if (cw_plan_layer (plan, i)->array == array && cw_plan_find_task (plan, i, block, &task))
      return task;
  return -1;
}

static char *
describe_block (CwDiagramView *self, const CwArray *array, const int64_t *block) {
  g_autofree char *text = cw_adapt_block_text (array, block);
  int64_t number = self->densities ? number_of (array, block) : -1;
  return number < 0 ? g_steal_pointer (&text) : g_strdup_printf (_("%s, %.3g%% true"), text, 100 * self->densities[number]);
}

static void
set_cursor (CwDiagramView *self, const int64_t *block) {
  CwArray *array = cw_view_session_array (self->session);
  bool     has = block && array;
  if (has == self->has_cursor && (!has || memcmp (block, self->cursor, array->ndim * sizeof *block) == 0))
    return;
  self->has_cursor = has;
  if (has)
    memcpy (self->cursor, block, array->ndim * sizeof *block);
  g_autofree char *text = has ? describe_block (self, array, block) : NULL;
  cw_view_session_set_hover (self->session, has ? task_of (self, block) : -1, text);
  if (text)
    cw_canvas_describe (GTK_WIDGET (self), text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
select_block (CwDiagramView *self, const int64_t *block) {
  int64_t task = task_of (self, block);
  if (task >= 0)
    cw_view_session_select (self->session, task);
}

/* ---- input ---------------------------------------------------------------------------------- */

static void
pointer_moved (CwDiagramView *self, double x, double y) {
  int64_t block[CW_MAX_NDIM];
  set_cursor (self, self->diagram && cw_diagram_hit (self->diagram, x, y, block) ? block : NULL);
}

static void
pointer_left (CwDiagramView *self) {
  set_cursor (self, NULL);
}

static void
pressed (CwDiagramView *self, int n, double x, double y) {
  int64_t block[CW_MAX_NDIM];
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->diagram && cw_diagram_hit (self->diagram, x, y, block))
    select_block (self, block);
  else
    cw_view_session_select (self->session, -1);
}

static void
move_cursor (CwDiagramView *self, int axis, int by) {
  CwArray *array = cw_view_session_array (self->session);
  int64_t  block[CW_MAX_NDIM] = { 0 };
  if (axis < 0)
    return;
  if (self->has_cursor) {
    memcpy (block, self->cursor, array->ndim * sizeof *block);
    block[axis] = CLAMP (MAX (block[axis], 0) + by, 0, array->axes[axis]->n - 1);
  }
  set_cursor (self, block);
}

static gboolean
key_pressed (CwDiagramView *self, guint key, guint code, GdkModifierType state) {
  CwArray *array = cw_view_session_array (self->session);
  if (!array || array->ndim == 0)
    return FALSE;
  int last = array->ndim - 1;
  switch (key) {
  case GDK_KEY_Left: move_cursor (self, last, -1); return TRUE;
  case GDK_KEY_Right: move_cursor (self, last, 1); return TRUE;
  case GDK_KEY_Up: move_cursor (self, last - 1, -1); return TRUE;
  case GDK_KEY_Down: move_cursor (self, last - 1, 1); return TRUE;
  case GDK_KEY_Page_Up: move_cursor (self, last - 2, -1); return TRUE;
  case GDK_KEY_Page_Down: move_cursor (self, last - 2, 1); return TRUE;
  case GDK_KEY_Return:
  case GDK_KEY_space:
    if (self->has_cursor)
      select_block (self, self->cursor);
    return TRUE;
  case GDK_KEY_Escape: set_cursor (self, NULL); return TRUE;
  default: return FALSE;
  }
}

static void
cw_diagram_view_class_init (CwDiagramViewClass *class) {
  G_OBJECT_CLASS (class)->dispose = cw_diagram_view_dispose;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (class), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "diagram");
}

static void
cw_diagram_view_init (CwDiagramView *self) {
  GtkEventController *motion = gtk_event_controller_motion_new (), *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  cw_canvas_init (GTK_WIDGET (self), draw, _("Chunk diagram"));
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (pointer_left), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
cw_diagram_view_new (CwViewSession *session) {
  CwDiagramView *self = g_object_new (CW_TYPE_DIAGRAM_VIEW, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "array-changed", G_CALLBACK (array_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "values-changed", G_CALLBACK (values_changed), self, G_CONNECT_SWAPPED);
  cw_canvas_redraw_on (GTK_WIDGET (self), session, "selection-changed");
  array_changed (self);
  return GTK_WIDGET (self);
}

/* ---- thumbnail ------------------------------------------------------------------------------ */

static void
draw_thumbnail (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data) {
  CwArray *array = cw_canvas_subject (area);
  const CwPalette *palette = cw_widgets_palette ();
  g_autoptr (CwDrawChunks) chunks = cw_adapt_chunks (array);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, width, height, CW_DIAGRAM_COMPACT);
  cw_diagram_draw (diagram, cr, palette, cw_palette_layer (palette, cw_adapt_color (array)), NULL);
}

GtkWidget *
cw_chunk_thumbnail_new (CwArray *array, int width, int height) {
  g_autofree char *text = cw_adapt_array_text (array);
  GtkWidget *area = cw_canvas_new_picture (draw_thumbnail, _("Chunk diagram"), cw_array_ref (array), (GDestroyNotify) cw_array_unref, width, height);
  cw_canvas_describe (area, text);
  return area;
}
