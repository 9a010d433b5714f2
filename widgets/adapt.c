/* adapt.c: engine objects as the plain structs that widgets/draw takes. */
#include "widgets/adapt.h"

#include <glib/gi18n.h>
#include <math.h>

G_STATIC_ASSERT ((int) CW_DRAW_RUNNING == (int) CW_TASK_RUNNING);
G_STATIC_ASSERT ((int) CW_DRAW_RELEASED == (int) CW_TASK_RELEASED);
G_STATIC_ASSERT ((int) CW_N_DRAW_STATES == (int) CW_N_TASK_STATES);
G_STATIC_ASSERT (CW_DIAGRAM_MAX_NDIM >= CW_MAX_NDIM);

int
cw_adapt_color (const CwArray *array) {
  return array->id % CW_N_LAYER_COLORS;
}

CwDrawChunks *
cw_adapt_chunks (const CwArray *array) {
  CwDrawChunks *chunks = cw_draw_chunks_new (array->ndim);
  for (int i = 0; i < array->ndim; i++)
    cw_draw_chunks_set (chunks, i, array->axes[i]->n, array->axes[i]->lengths);
  return chunks;
}

/* ---- words ---------------------------------------------------------------------------------- */

static void
append_lengths (GString *out, int n, const int64_t *lengths) {
  for (int i = 0; i < n; i++) {
    g_autofree char *text = cw_number_to_string (lengths[i]);
    g_string_append_printf (out, "%s%s", i ? " × " : "", text);
  }
  if (n == 0)
    g_string_append (out, _("one number"));
}

static void
append_bytes (GString *out, int n, const int64_t *lengths, int item) {
  double bytes = item;
  for (int i = 0; i < n; i++) {
    if (lengths[i] < 0) {
      g_string_append (out, _(", size not known yet"));
      return;
    }
    bytes *= lengths[i];
  }
  g_autofree char *text = cw_bytes_to_string (bytes);
  g_string_append_printf (out, ", %s", text);
}

static void
append_block (GString *out, int n, const int64_t *block) {
  g_string_append_c (out, '(');
  for (int i = 0; i < n; i++) {
    if (block[i] < 0)
      g_string_append (out, i ? ", …" : "…");
    else
      g_string_append_printf (out, "%s%" G_GINT64_FORMAT, i ? ", " : "", block[i]);
  }
  g_string_append (out, n == 1 ? ",)" : ")");
}

char *
cw_adapt_block_text (const CwArray *array, const int64_t *block) {
  GString *out = g_string_new (_("chunk "));
  int64_t  lengths[CW_MAX_NDIM];
  bool     whole = true;
  append_block (out, array->ndim, block);
  for (int i = 0; i < array->ndim; i++) {
    whole &= block[i] >= 0;
    lengths[i] = block[i] < 0 ? 0 : array->axes[i]->lengths[block[i]];
  }
  if (whole) {
    g_string_append (out, ": ");
    append_lengths (out, array->ndim, lengths);
    append_bytes (out, array->ndim, lengths, cw_dtype_size (array->dtype));
  }
  return g_string_free (out, FALSE);
}

char *
cw_adapt_array_text (const CwArray *array) {
  GString *out = g_string_new (array->name);
  int64_t  n = cw_array_n_blocks (array);
  g_autofree char *blocks = cw_number_to_string (n);
  g_string_append (out, ", ");
  append_lengths (out, array->ndim, array->shape);
  g_string_append_printf (out, " %s ", cw_dtype_name (array->dtype));
  g_string_append_printf (out, ngettext ("in %s chunk", "in %s chunks", n), blocks);
  append_bytes (out, array->ndim, array->shape, cw_dtype_size (array->dtype));
  return g_string_free (out, FALSE);
}

char *
cw_adapt_task_text (CwPlan *plan, uint32_t task) {
  int            i = cw_plan_task_layer (plan, task);
  const CwLayer *layer = cw_plan_layer (plan, i);
  int64_t        block[CW_MAX_NDIM], shape[CW_MAX_NDIM];
  uint32_t       parents, children;
  g_autofree char *label = cw_plan_layer_label (plan, i);
  GString         *out = g_string_new (label);
  cw_plan_task_block (plan, task, block);
  cw_plan_task_shape (plan, task, shape);
  cw_plan_parents (plan, task, &parents);
  cw_plan_children (plan, task, &children);
  g_string_append (out, " ");
  append_block (out, layer->array->ndim, block);
  g_string_append (out, ": ");
  append_lengths (out, layer->array->ndim, shape);
  append_bytes (out, layer->array->ndim, shape, cw_dtype_size (layer->array->dtype));
  g_string_append_printf (out, ngettext (" · reads %u task", " · reads %u tasks", parents), parents);
  g_string_append_printf (out, ngettext (", feeds %u", ", feeds %u", children), children);
  return g_string_free (out, FALSE);
}

/* ---- graph ---------------------------------------------------------------------------------- */

static const uint32_t *
parents_of (void *data, uint32_t task, uint32_t *n) {
  return cw_plan_parents (data, task, n);
}

static const uint32_t *
children_of (void *data, uint32_t task, uint32_t *n) {
  return cw_plan_children (data, task, n);
}

/* Block, shape and bytes, a line each. */
static char *
describe_task (void *data, uint32_t task) {
  CwPlan        *plan = data;
  const CwArray *array = cw_plan_layer (plan, cw_plan_task_layer (plan, task))->array;
  int64_t        block[CW_MAX_NDIM], shape[CW_MAX_NDIM], bytes = cw_plan_task_bytes (plan, task);
  GString       *out = g_string_new (NULL);
  cw_plan_task_block (plan, task, block);
  cw_plan_task_shape (plan, task, shape);
  append_block (out, array->ndim, block);
  g_string_append_c (out, '\n');
  append_lengths (out, array->ndim, shape);
  if (bytes >= 0) {
    g_autofree char *text = cw_bytes_to_string (bytes);
    g_string_append_printf (out, "\n%s", text);
  }
  return g_string_free (out, FALSE);
}

CwDrawGraph *
cw_adapt_graph (CwPlan *plan) {
  CwDrawGraph *graph = cw_draw_graph_new (cw_plan_n_layers (plan));
  for (int i = 0; i < graph->n_layers; i++) {
    const CwLayer *layer = cw_plan_layer (plan, i);
    CwDrawLayer   *out = &graph->layers[i];
    out->label = cw_plan_layer_label (plan, i);
    out->color = cw_adapt_color (layer->array);
    out->depth = layer->depth;
    out->is_output = layer->is_output;
    out->first = layer->first_task;
    out->n = layer->n_tasks;
    out->ndim = layer->array->ndim;
    for (int k = 0; k < out->ndim; k++)
      out->grid[k] = layer->array->axes[k]->n;
    out->n_inputs = layer->n_inputs;
    out->inputs = g_memdup2 (layer->inputs, layer->n_inputs * sizeof *layer->inputs);
  }
  graph->n_tasks = cw_plan_n_tasks (plan);
  graph->parents = parents_of;
  graph->children = children_of;
  graph->describe = describe_task;
  graph->data = cw_plan_ref (plan);
  graph->free_data = (GDestroyNotify) cw_plan_unref;
  return graph;
}

/* ---- values --------------------------------------------------------------------------------- */

char *
cw_adapt_scalar_text (CwScalar scalar) {
  switch (cw_dtype_kind (scalar.dtype)) {
  case 'b':
    return g_strdup (cw_scalar_is_true (scalar) ? "True" : "False");
  case 'i':
    return g_strdup_printf ("%" G_GINT64_FORMAT, scalar.i);
  case 'u':
    return g_strdup_printf ("%" G_GUINT64_FORMAT, scalar.u);
  case 'c': {
    double complex z = cw_scalar_to_complex (scalar);
    return g_strdup_printf ("%.4g%+.4gj", creal (z), cimag (z));
  }
  default:
    return cw_value_to_string (cw_scalar_to_double (scalar));
  }
}

/* The borders of chunks along @axis of @array within the @total elements from @origin on, of which @shown are drawn. */
static void
set_borders (int **borders, int *n, const CwArray *array, int axis, int64_t origin, int shown, int64_t total) {
  if (!array || axis < 0 || array->axes[axis]->unknown || origin + total > array->shape[axis])
    return;
  const CwAxis *a = array->axes[axis];
  int           last = 0;
  *borders = g_new (int, shown + 1);
  for (int64_t i = 1; i < a->n; i++) {
    int at = (double) (a->offsets[i] - origin) * shown / MAX (total, 1);
    if (a->offsets[i] > origin && at > last && at < shown)
      (*borders)[(*n)++] = last = at;
  }
}

CwDrawValues *
cw_adapt_values (const CwBuffer *buffer, const CwArray *array, const int64_t *origin, int max_rows, int max_columns, bool texts) {
  int     nd = buffer->ndim;
  int64_t rows = nd >= 2 ? buffer->shape[nd - 2] : 1, columns = nd >= 1 ? buffer->shape[nd - 1] : 1;
  int     shown_rows = MIN (rows, max_rows), shown_columns = MIN (columns, max_columns);
  CwDrawValues *values = cw_draw_values_new (shown_rows, shown_columns);
  values->true_rows = rows;
  values->true_columns = columns;
  if (texts)
    values->texts = g_new0 (char *, MAX ((size_t) shown_rows * shown_columns, 1));
  int64_t index[CW_MAX_NDIM] = { 0 };
  for (int r = 0; buffer->size > 0 && r < shown_rows; r++) {
    for (int c = 0; c < shown_columns; c++) {
      if (nd >= 2)
        index[nd - 2] = texts ? r : r * rows / shown_rows;
      if (nd >= 1)
        index[nd - 1] = texts ? c : c * columns / shown_columns;
      CwScalar scalar = cw_scalar_load (buffer->dtype, cw_buffer_at (buffer, index));
      size_t   at = (size_t) r * shown_columns + c;
      values->values[at] = cw_dtype_is_complex (buffer->dtype) ? cabs (cw_scalar_to_complex (scalar)) : cw_scalar_to_double (scalar);
      if (texts)
        values->texts[at] = cw_adapt_scalar_text (scalar);
    }
  }
  /* A table shows the first rows as they are, a heat map a sample of all. */
  int  outer = array ? array->ndim - nd : 0; /* axes that the values do not have */
  bool fits = array && outer >= 0;
  set_borders (&values->row_borders, &values->n_row_borders, fits && nd >= 2 ? array : NULL, outer + nd - 2, origin[0], texts ? rows : shown_rows,
               rows);
  set_borders (&values->column_borders, &values->n_column_borders, fits && nd >= 1 ? array : NULL, outer + nd - 1, origin[1],
               texts ? columns : shown_columns, columns);
  cw_draw_values_find_range (values);
  return values;
}

double *
cw_adapt_line (const CwBuffer *buffer, int64_t max, int64_t *n) {
  *n = MIN (buffer->size, max);
  double *values = g_new (double, MAX (*n, 1));
  for (int64_t i = 0; i < *n; i++)
    values[i] = cw_scalar_to_double (cw_buffer_get (buffer, i));
  return values;
}
