/* table-twin.c: each view's facts as a table, for everybody who would rather read or hear than look.
 *
 * A row is made when it comes into sight, so that a table of a million tasks is as light as one of ten. Activating a row selects its
 * task in all views.
 */
#include "widgets/widgets.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_VALUE_COLUMNS 12

/* ---- rows --------------------------------------------------------------------------------------- */

#define CW_TYPE_ROW (cw_row_get_type ())
G_DECLARE_FINAL_TYPE (CwRow, cw_row, CW, ROW, GObject)
struct _CwRow {
  GObject parent_instance;
  guint   number;
};
G_DEFINE_FINAL_TYPE (CwRow, cw_row, G_TYPE_OBJECT)

static void
cw_row_class_init (CwRowClass *class) {}

static void
cw_row_init (CwRow *self) {}

#define CW_TYPE_ROWS (cw_rows_get_type ())
G_DECLARE_FINAL_TYPE (CwRows, cw_rows, CW, ROWS, GObject)
struct _CwRows {
  GObject parent_instance;
  guint   n;
};

static GType
rows_item_type (GListModel *model) {
  return CW_TYPE_ROW;
}

static guint
rows_n_items (GListModel *model) {
  return CW_ROWS (model)->n;
}

static gpointer
rows_item (GListModel *model, guint i) {
  if (i >= CW_ROWS (model)->n)
    return NULL;
  CwRow *row = g_object_new (CW_TYPE_ROW, NULL);
  row->number = i;
  return row;
}

static void
rows_model_init (GListModelInterface *interface) {
  interface->get_item_type = rows_item_type;
  interface->get_n_items = rows_n_items;
  interface->get_item = rows_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CwRows, cw_rows, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, rows_model_init))

static void
cw_rows_class_init (CwRowsClass *class) {}

static void
cw_rows_init (CwRows *self) {}

/* ---- what the tables say ------------------------------------------------------------------------- */

typedef struct {
  const char *titles[MOST_VALUE_COLUMNS + 1]; /* up to the first NULL */
  const char *changed[3];                     /* signals after which there are other rows */
  guint (*n_rows) (CwViewSession *session);
  char *(*text) (CwViewSession *session, guint row, int column);
  int64_t (*task) (CwViewSession *session, guint row); /* -1: none; may be NULL */
} Table;

static const char *
state_of (CwViewSession *session, int64_t task) {
  CwTaskBoard *board = cw_view_session_board (session);
  bool own = board && task >= 0 && cw_task_board_plan (board) == cw_view_session_plan (session, NULL);
  return own ? cw_task_state_name ((CwTaskState) cw_task_board_states (board)[task]) : _("not run");
}

/* Chunks. */

static guint
n_chunks (CwViewSession *session) {
  CwArray *array = cw_view_session_array (session);
  return array ? MIN (cw_array_n_blocks (array), G_MAXINT) : 0;
}

static void
block_of (const CwArray *array, int64_t number, int64_t *block) {
  for (int i = array->ndim - 1; i >= 0; i--) {
    block[i] = number % array->axes[i]->n;
    number /= array->axes[i]->n;
  }
}

static int64_t
chunk_task (CwViewSession *session, guint row) {
  CwArray *array = cw_view_session_array (session);
  CwPlan  *plan = cw_view_session_plan (session, NULL);
  int64_t  block[CW_MAX_NDIM];
  uint32_t task;
  block_of (array, row, block);
  for (int i = plan ? cw_plan_n_layers (plan) - 1 : -1; i >= 0; i--)
    if (cw_plan_layer (plan, i)->array == array && cw_plan_find_task (plan, i, block, &task))
      return task;
  return -1;
}

static char *
chunk_text (CwViewSession *session, guint row, int column) {
  CwArray *array = cw_view_session_array (session);
  int64_t  block[CW_MAX_NDIM];
  block_of (array, row, block);
  return column == 0 ? cw_adapt_block_text (array, block) : g_strdup (state_of (session, chunk_task (session, row)));
}

/* Layers. */

static guint
n_layers (CwViewSession *session) {
  CwPlan *plan = cw_view_session_plan (session, NULL);
  return plan ? cw_plan_n_layers (plan) : 0;
}

static char *
names_of_inputs (CwPlan *plan, const CwLayer *layer) {
  GString *out = g_string_new (NULL);
  for (int i = 0; i < layer->n_inputs; i++) {
    g_autofree char *label = cw_plan_layer_label (plan, layer->inputs[i]);
    g_string_append_printf (out, "%s%s", i ? "; " : "", label);
  }
  return g_string_free (out, FALSE);
}

static char *
finished_text (CwViewSession *session, CwPlan *plan, const CwLayer *layer) {
  CwTaskBoard *board = cw_view_session_board (session);
  uint32_t     counts[CW_N_TASK_STATES] = { 0 };
  if (!board || cw_task_board_plan (board) != plan)
    return g_strdup (_("not run"));
  for (uint32_t t = 0; t < layer->n_tasks; t++)
    counts[cw_task_board_states (board)[layer->first_task + t]]++;
  uint32_t done = counts[CW_TASK_DONE] + counts[CW_TASK_RELEASED] + counts[CW_TASK_SPILLED];
  g_autofree char *a = cw_number_to_string (done), *b = cw_number_to_string (counts[CW_TASK_RUNNING]);
  return g_strdup_printf (_("%s done, %s running"), a, b);
}

static char *
layer_text (CwViewSession *session, guint row, int column) {
  CwPlan        *plan = cw_view_session_plan (session, NULL);
  const CwLayer *layer = cw_plan_layer (plan, row);
  switch (column) {
  case 0: return cw_plan_layer_label (plan, row);
  case 1: return cw_number_to_string (layer->n_tasks);
  case 2: return names_of_inputs (plan, layer);
  default: return finished_text (session, plan, layer);
  }
}

static int64_t
layer_task (CwViewSession *session, guint row) {
  const CwLayer *layer = cw_plan_layer (cw_view_session_plan (session, NULL), row);
  return layer->n_tasks ? (int64_t) layer->first_task : -1;
}

/* Bars. */

static const CwDrawBar *
bar_at (CwViewSession *session, guint row, int *lane) {
  CwTaskBoard *board = cw_view_session_board (session);
  const CwDrawTimeline *timeline = cw_task_board_timeline (board);
  for (*lane = 0; *lane < timeline->n_lanes; row -= timeline->lanes[(*lane)++].n)
    if (row < timeline->lanes[*lane].n)
      return &timeline->lanes[*lane].bars[row];
  return NULL;
}

static guint
n_bars (CwViewSession *session) {
  CwTaskBoard *board = cw_view_session_is_live (session) ? NULL : cw_view_session_board (session);
  guint n = 0;
  for (int i = 0; board && i < cw_task_board_timeline (board)->n_lanes; i++)
    n += cw_task_board_timeline (board)->lanes[i].n;
  return n;
}

static char *
bar_text (CwViewSession *session, guint row, int column) {
  int lane;
  const CwDrawBar *bar = bar_at (session, row, &lane);
  if (!bar)
    return g_strdup ("");
  switch (column) {
  case 0: return g_strdup_printf ("%d", lane + 1);
  case 1: return cw_adapt_task_text (cw_task_board_plan (cw_view_session_board (session)), bar->task);
  case 2: return cw_duration_to_string (bar->start_ns);
  default: return cw_duration_to_string (bar->end_ns - bar->start_ns);
  }
}

static int64_t
bar_task (CwViewSession *session, guint row) {
  int lane;
  const CwDrawBar *bar = bar_at (session, row, &lane);
  bool own = bar && cw_task_board_plan (cw_view_session_board (session)) == cw_view_session_plan (session, NULL);
  return own ? (int64_t) bar->task : -1;
}

/* Values: rows of the last two axes, the first columns of each. */

static guint
n_value_rows (CwViewSession *session) {
  CwBuffer *values = cw_view_session_values (session);
  if (!values || values->size == 0)
    return 0;
  return values->ndim == 0 ? 1 : values->ndim == 1 ? values->shape[0] : values->shape[values->ndim - 2];
}

static char *
value_text (CwViewSession *session, guint row, int column) {
  CwBuffer *values = cw_view_session_values (session);
  int64_t   index[CW_MAX_NDIM] = { 0 };
  if (column == 0)
    return cw_number_to_string (row);
  if (column > (values->ndim >= 2 ? MIN (values->shape[values->ndim - 1], MOST_VALUE_COLUMNS - 1) : 1))
    return g_strdup ("");
  if (values->ndim >= 2)
    index[values->ndim - 1] = column - 1;
  if (values->ndim >= 1)
    index[MAX (values->ndim - 2, 0)] = row;
  return cw_adapt_scalar_text (cw_scalar_load (values->dtype, cw_buffer_at (values, index)));
}

static const struct {
  const char *name;
  Table       table;
} tables[] = {
  { "diagram", { { N_("Chunk"), N_("State") }, { "array-changed", "plan-changed", "status-changed" }, n_chunks, chunk_text, chunk_task } },
  { "graph", { { N_("Layer"), N_("Tasks"), N_("Reads from"), N_("State") }, { "plan-changed", "status-changed" }, n_layers, layer_text, layer_task } },
  { "timeline", { { N_("Worker"), N_("Task"), N_("Start"), N_("Duration") }, { "plan-changed", "status-changed" }, n_bars, bar_text, bar_task } },
  { "values", { { N_("Row"), "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10" }, { "values-changed" }, n_value_rows, value_text, NULL } },
};

/* ---- the widget ---------------------------------------------------------------------------------- */

typedef struct {
  CwViewSession *session;
  const Table   *table;
  CwRows        *rows;
  void          *seen[3]; /* what the rows are of: array, plan, board or values */
  GtkWidget     *scroller;
} Twin;

static void
twin_free (Twin *twin) {
  g_object_unref (twin->session);
  g_object_unref (twin->rows);
  g_free (twin);
}

static void
set_up_cell (GtkSignalListItemFactory *factory, GtkListItem *item) {
  GtkWidget *label = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cell (GtkSignalListItemFactory *factory, GtkListItem *item, Twin *twin) {
  int   column = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (factory), "column"));
  guint row = CW_ROW (gtk_list_item_get_item (item))->number;
  g_autofree char *text = row < twin->table->n_rows (twin->session) ? twin->table->text (twin->session, row, column) : g_strdup ("");
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)), text);
}

static void
row_activated (GtkColumnView *view, guint row, Twin *twin) {
  int64_t task = twin->table->task ? twin->table->task (twin->session, row) : -1;
  if (task >= 0)
    cw_view_session_select (twin->session, task);
}

/* New rows where they are of something else, or its states may have changed. */
static void
update (GtkWidget *scroller) {
  Twin *twin = g_object_get_data (G_OBJECT (scroller), "twin");
  bool  live = cw_view_session_is_live (twin->session);
  void *now[3] = { cw_view_session_plan (twin->session, NULL), live ? NULL : cw_view_session_board (twin->session), cw_view_session_values (twin->session) };
  guint before = twin->rows->n, n = gtk_widget_get_mapped (scroller) ? twin->table->n_rows (twin->session) : 0;
  if (n == before && memcmp (now, twin->seen, sizeof now) == 0)
    return;
  memcpy (twin->seen, now, sizeof now);
  twin->rows->n = n;
  g_list_model_items_changed (G_LIST_MODEL (twin->rows), 0, before, n);
}

static void
add_columns (GtkColumnView *view, Twin *twin) {
  for (int c = 0; twin->table->titles[c]; c++) {
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
    g_object_set_data (G_OBJECT (factory), "column", GINT_TO_POINTER (c));
    g_signal_connect (factory, "setup", G_CALLBACK (set_up_cell), NULL);
    g_signal_connect (factory, "bind", G_CALLBACK (bind_cell), twin);
    GtkColumnViewColumn *column = gtk_column_view_column_new (_(twin->table->titles[c]), factory);
    gtk_column_view_column_set_resizable (column, TRUE);
    gtk_column_view_column_set_expand (column, twin->table->task != NULL && (c == 0 || c == 1));
    gtk_column_view_append_column (view, column);
    g_object_unref (column);
  }
}

GtkWidget *
cw_table_twin_new (CwViewSession *session, const char *view) {
  Twin *twin = g_new0 (Twin, 1);
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (g_str_equal (tables[i].name, view))
      twin->table = &tables[i].table;
  g_return_val_if_fail (twin->table != NULL, NULL);
  twin->session = g_object_ref (session);
  twin->rows = g_object_new (CW_TYPE_ROWS, NULL);
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (G_LIST_MODEL (twin->rows))));
  GtkWidget *list = gtk_column_view_new (selection);
  twin->scroller = gtk_scrolled_window_new ();
  add_columns (GTK_COLUMN_VIEW (list), twin);
  gtk_widget_add_css_class (list, "data-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What the picture shows, as a table"), -1);
  g_signal_connect (list, "activate", G_CALLBACK (row_activated), twin);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (twin->scroller), list);
  gtk_widget_set_vexpand (twin->scroller, TRUE);
  g_object_set_data_full (G_OBJECT (twin->scroller), "twin", twin, (GDestroyNotify) twin_free);
  for (int i = 0; i < 3 && twin->table->changed[i]; i++)
    g_signal_connect_object (session, twin->table->changed[i], G_CALLBACK (update), twin->scroller, G_CONNECT_SWAPPED);
  g_signal_connect (twin->scroller, "map", G_CALLBACK (update), NULL);
  return twin->scroller;
}
