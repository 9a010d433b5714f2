/* diagram-sources.c: the arrays that an array is made of, small, with the chunks that one of its chunks reads.
 *
 * The plan as written knows which chunks a chunk is made from: its edges; the array knows which of their elements. Each input is
 * drawn once, however often it is read.
 */
#include "widgets/diagram-sources.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_TASKS  20000
#define MOST_INPUTS 4

/* The smallest box of elements. */
typedef struct {
  bool    any;
  int64_t start[CW_MAX_NDIM], stop[CW_MAX_NDIM];
} Box;

struct _CwDiagramSources {
  CwPlan   *plan; /* as written */
  int       layer; /* of the array */
  int       n;
  int       inputs[MOST_INPUTS]; /* layers */
  uint8_t  *read;                /* by task: does any chunk of the array read it? */
  uint32_t  n_read[MOST_INPUTS];
  Box       boxes[MOST_INPUTS]; /* elements that the array reads */
};

static int
find_layer (CwPlan *plan, const CwArray *array) {
  for (int i = cw_plan_n_layers (plan) - 1; i >= 0; i--)
    if (cw_plan_layer (plan, i)->array == array)
      return i;
  return -1;
}

static void
note_read (CwDiagramSources *sources) {
  const CwLayer *layer = cw_plan_layer (sources->plan, sources->layer);
  for (uint32_t t = layer->first_task; t < layer->first_task + layer->n_tasks; t++) {
    uint32_t n;
    const uint32_t *parents = cw_plan_parents (sources->plan, t, &n);
    for (uint32_t k = 0; k < n; k++)
      sources->read[parents[k]] = 1;
  }
  for (int i = 0; i < sources->n; i++) {
    const CwLayer *input = cw_plan_layer (sources->plan, sources->inputs[i]);
    for (uint32_t t = 0; t < input->n_tasks; t++)
      sources->n_read[i] += sources->read[input->first_task + t];
  }
}

/* Grows @box by what chunk @block reads of the input that layer @input makes. */
static void
grow (Box *box, const CwArray *array, const CwArray *input, const int64_t *block) {
  int64_t start[CW_MAX_NDIM], stop[CW_MAX_NDIM];
  for (int k = 0; k < array->n_inputs; k++) {
    if (array->inputs[k] != input || cw_array_has_unknown (input) || !cw_array_input_region (array, block, k, start, stop))
      continue;
    for (int d = 0; d < input->ndim; d++) {
      box->start[d] = box->any ? MIN (box->start[d], start[d]) : start[d];
      box->stop[d] = box->any ? MAX (box->stop[d], stop[d]) : stop[d];
    }
    box->any = true;
  }
}

static void
note_boxes (CwDiagramSources *sources) {
  const CwLayer *layer = cw_plan_layer (sources->plan, sources->layer);
  int64_t        block[CW_MAX_NDIM];
  for (uint32_t t = layer->first_task; t < layer->first_task + layer->n_tasks; t++) {
    cw_plan_task_block (sources->plan, t, block);
    for (int i = 0; i < sources->n; i++)
      grow (&sources->boxes[i], layer->array, cw_plan_layer (sources->plan, sources->inputs[i])->array, block);
  }
}

static bool
is_whole (const Box *box, const CwArray *array) {
  bool whole = true;
  for (int d = 0; d < array->ndim; d++)
    whole &= box->start[d] == 0 && box->stop[d] == array->shape[d];
  return whole;
}

CwDiagramSources *
cw_diagram_sources_new (CwArray *array) {
  int64_t layers, tasks;
  cw_array_count_graph (array, &layers, &tasks);
  if (array->n_inputs == 0 || tasks > MOST_TASKS)
    return NULL;
  CwPlan *plan = cw_plan_new (1, &array, CW_PLAN_RAW, NULL);
  int     layer = plan ? find_layer (plan, array) : -1;
  if (layer < 0) {
    g_clear_pointer (&plan, cw_plan_unref);
    return NULL;
  }
  CwDiagramSources *sources = g_new0 (CwDiagramSources, 1);
  const CwLayer    *own = cw_plan_layer (plan, layer);
  sources->plan = plan;
  sources->layer = layer;
  sources->read = g_malloc0 (MAX (cw_plan_n_tasks (plan), 1));
  for (int i = 0; i < own->n_inputs && sources->n < MOST_INPUTS; i++)
    sources->inputs[sources->n++] = own->inputs[i];
  note_read (sources);
  note_boxes (sources);
  return sources;
}

void
cw_diagram_sources_free (CwDiagramSources *sources) {
  if (!sources)
    return;
  cw_plan_unref (sources->plan);
  g_free (sources->read);
  g_free (sources);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static void
mark_task (CwDiagramSources *sources, const CwDiagram *diagram, cairo_t *cr, CwColor color, uint32_t task) {
  int64_t block[CW_MAX_NDIM];
  cw_plan_task_block (sources->plan, task, block);
  cw_diagram_mark (diagram, cr, color, block);
}

static void
mark_parents (CwDiagramSources *sources, const CwLayer *layer, const CwDiagram *diagram, cairo_t *cr, CwColor color, int64_t task) {
  uint32_t n = 0;
  const uint32_t *parents = task >= 0 ? cw_plan_parents (sources->plan, task, &n) : NULL;
  for (uint32_t k = 0; k < n; k++)
    if (parents[k] >= layer->first_task && parents[k] < layer->first_task + layer->n_tasks)
      mark_task (sources, diagram, cr, cw_color_with_alpha (color, 0.7), parents[k]);
}

/* Strongly what a chunk reads, in a frame what the whole array does. */
static void
mark_boxes (CwDiagramSources *sources, int i, const CwArray *input, const CwDiagram *diagram, cairo_t *cr, const CwPalette *palette,
            int64_t task) {
  if (sources->boxes[i].any && !is_whole (&sources->boxes[i], input))
    cw_diagram_mark_region (diagram, cr, palette->foreground, sources->boxes[i].start, sources->boxes[i].stop);
  if (task < 0)
    return;
  Box     box = { false };
  int64_t block[CW_MAX_NDIM];
  cw_plan_task_block (sources->plan, task, block);
  grow (&box, cw_plan_layer (sources->plan, sources->layer)->array, input, block);
  if (box.any)
    cw_diagram_mark_region (diagram, cr, palette->accent, box.start, box.stop);
}

static void
draw_input (CwDiagramSources *sources, int i, cairo_t *cr, const CwPalette *palette, CwRect area, int64_t task) {
  const CwLayer *layer = cw_plan_layer (sources->plan, sources->inputs[i]);
  g_autoptr (CwDrawChunks) chunks = cw_adapt_chunks (layer->array);
  g_autoptr (CwDiagram) diagram = cw_diagram_new (chunks, area.width, area.height - 18, CW_DIAGRAM_COMPACT);
  cairo_save (cr);
  cairo_translate (cr, area.x, area.y);
  cw_diagram_draw (diagram, cr, palette, cw_palette_layer (palette, cw_adapt_color (layer->array)), NULL);
  bool part = sources->n_read[i] < layer->n_tasks;
  for (uint32_t t = layer->first_task; part && t < layer->first_task + layer->n_tasks; t++)
    if (sources->read[t])
      mark_task (sources, diagram, cr, cw_color_with_alpha (palette->accent, 0.45), t);
  mark_parents (sources, layer, diagram, cr, palette->accent, task);
  mark_boxes (sources, i, layer->array, diagram, cr, palette, task);
  g_autofree char *all = cw_number_to_string (layer->n_tasks), *some = cw_number_to_string (sources->n_read[i]);
  g_autofree char *text = part ? g_strdup_printf (_("%s: %s of %s chunks"), layer->array->name, some, all) : g_strdup (layer->array->name);
  double width;
  cw_text_size (cr, text, 11, &width, NULL);
  cw_draw_text_within (cr, text, MAX (area.width / 2 - width / 2, 0), area.height - 15, area.width, 11, palette->dim);
  cairo_restore (cr);
}

void
cw_diagram_sources_draw (CwDiagramSources *sources, cairo_t *cr, const CwPalette *palette, CwRect area, const int64_t *block) {
  uint32_t task = 0;
  int64_t  chosen = -1;
  bool     whole = block != NULL;
  int      ndim = cw_plan_layer (sources->plan, sources->layer)->array->ndim;
  for (int i = 0; block && i < ndim; i++)
    whole &= block[i] >= 0;
  if (whole && cw_plan_find_task (sources->plan, sources->layer, block, &task))
    chosen = task;
  double label = 76, room = (area.width - label) / MAX (sources->n, 1), width = MIN (room, 1.6 * area.height);
  cw_draw_text_wrapped (cr, _("made from"), area.x + label / 2, area.y + area.height / 2, label, 11, palette->dim);
  for (int i = 0; i < sources->n; i++)
    draw_input (sources, i, cr, palette, (CwRect) { area.x + label + i * width, area.y, width - 12, area.height }, chosen);
}
