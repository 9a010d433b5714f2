/* family-graph.c: an array's graph as a value, and the picture of its chunks as SVG text.
 *
 * The formulas of the picture are Dask's: the longest axis gets the whole size, others less the longer it is against them; lines
 * are thinned where they would run together. Arrays of three dimensions are drawn as a box.
 */
#include <math.h>
#include <string.h>

#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- x.dask -------------------------------------------------------------------------------------------------------------- */

static void collect_layers (CwArray *a, GHashTable *seen, GPtrArray *layers) {
  g_autoptr (GPtrArray) open = g_ptr_array_new (); /* an explicit stack: graphs may be deep */
  g_ptr_array_add (open, a);
  while (open->len) {
    CwArray *top = open->pdata[open->len - 1];
    bool ready = true;
    for (int i = 0; i < top->n_inputs; i++) {
      if (g_hash_table_contains (seen, top->inputs[i])) continue;
      g_ptr_array_add (open, top->inputs[i]);
      ready = false;
    }
    if (!ready) continue;
    g_ptr_array_set_size (open, (int) open->len - 1);
    if (g_hash_table_add (seen, top)) g_ptr_array_add (layers, top);
  }
}

static char *layer_name (const CwArray *a) {
  return g_strdup_printf ("%s-%016" G_GINT64_MODIFIER "x", a->name, a->id);
}

static CwValue *graph_dask (CwCall *call, GError **error) {
  CwArray *a = call->args[0]->array;
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) arrays = g_ptr_array_new ();
  collect_layers (a, seen, arrays);
  CwValue *layers = cw_dict (), *dependencies = cw_dict ();
  int64_t tasks = 0;
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "HighLevelGraph with %u layers.", arrays->len);
  for (guint i = 0; i < arrays->len; i++) {
    CwArray *layer = arrays->pdata[i];
    g_autofree char *name = layer_name (layer);
    CwValue *on = cw_set ();
    for (int k = 0; k < layer->n_inputs; k++) {
      if (!cw_dict_set (on, cw_str_take (layer_name (layer->inputs[k])), NULL, error)) return NULL;
    }
    CwValue *record = cw_record ("Layer", g_strdup_printf ("<Layer %s, %" G_GINT64_FORMAT " tasks>", name, cw_array_n_blocks (layer)), NULL, NULL);
    record->record.length = cw_array_n_blocks (layer);
    cw_record_set (record, "name", cw_str (name));
    if (!cw_dict_set (layers, cw_str (name), record, error) || !cw_dict_set (dependencies, cw_str (name), on, error)) return NULL;
    tasks += cw_array_n_blocks (layer);
    g_string_append_printf (text, "\n %u. %s", i, name);
  }
  CwValue *graph = cw_record ("HighLevelGraph", g_string_free (text, FALSE), layers, NULL);
  graph->record.length = tasks;
  cw_record_set (graph, "layers", layers);
  cw_record_set (graph, "dependencies", dependencies);
  return graph;
}

/* ---- x.to_svg() ------------------------------------------------------------------------------------------------------------- */

static double shrink (double ratio) {
  return ratio < G_E ? ratio : ratio <= 100 ? log (ratio + 12.4) : log (112.4);
}

/* Where the cuts of an axis lie in a picture where it is @size long, thinned to @most lines that keep both ends. */
static GArray *cut_places (const CwAxis *axis, double size, int most) {
  GArray *places = g_array_new (FALSE, FALSE, sizeof (double));
  int64_t n = axis->n + 1, lines = MIN (n, MAX (most, 2));
  for (int64_t i = 0; i < lines; i++) {
    int64_t at = lines == n ? i : (int64_t) ((double) i * (double) (n - 1) / (double) (lines - 1));
    double place = (double) axis->offsets[at] * size / (double) MAX (axis->total, 1);
    g_array_append_val (places, place);
  }
  return places;
}

/* A parallelogram of two axes: @u runs along (ux, uy), @v along (vx, vy), from (x, y). */
static void draw_face (GString *out, GArray *u, GArray *v, double x, double y, double ux, double uy, double vx, double vy, double size_u, double size_v, bool dense) {
  for (int way = 0; way < 2; way++) {
    GArray *along = way ? v : u;
    double ax = way ? vx : ux, ay = way ? vy : uy, bx = (way ? ux : vx) * (way ? size_u : size_v), by = (way ? uy : vy) * (way ? size_u : size_v);
    for (guint i = 0; i < along->len; i++) {
      double at = g_array_index (along, double, i), x1 = x + ax * at, y1 = y + ay * at;
      g_string_append_printf (out, "  <line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"%s />\n", (int) x1, (int) y1, (int) (x1 + bx), (int) (y1 + by),
                              i == 0 || i + 1 == along->len ? " style=\"stroke-width:2\"" : "");
    }
  }
  double x2 = x + ux * size_u, y2 = y + uy * size_u, x3 = x + vx * size_v, y3 = y + vy * size_v;
  g_string_append_printf (out, "  <polygon points=\"%d,%d %d,%d %d,%d %d,%d\" style=\"fill:#%sA0;stroke-width:0\"/>\n", (int) x, (int) y, (int) x2, (int) y2,
                          (int) (x2 + vx * size_v), (int) (y2 + vy * size_v), (int) x3, (int) y3, dense ? "8B4903" : "ECB172");
}

static void draw_label (GString *out, double x, double y, int turn, int64_t length) {
  g_string_append_printf (out, "  <text x=\"%d\" y=\"%d\" font-size=\"1.0rem\" font-weight=\"100\" text-anchor=\"middle\"", (int) x, (int) y);
  if (turn) g_string_append_printf (out, " transform=\"rotate(%d,%d,%d)\"", turn, (int) x, (int) y);
  g_string_append_printf (out, ">%" G_GINT64_FORMAT "</text>\n", length);
}

/* The last one to three axes of @a from @first on. @x: left edge; returns the width and the height used. */
static void draw_axes (GString *out, CwArray *a, int first, const double *sizes, double size, double left, double *width, double *height) {
  const double slope = 1 / 1.7;
  int n = a->ndim - first > 3 ? 3 : a->ndim - first, most = (int) (size / 6);
  g_autoptr (CwAxis) one = cw_axis_new_uniform (1, 1);
  const CwAxis *axes[3] = { n == 3 ? a->axes[first] : NULL, n >= 2 ? a->axes[first + n - 2] : one, a->axes[first + n - 1] };
  double w = sizes[first + n - 1], h = n >= 2 ? sizes[first + n - 2] : size / shrink ((double) MAX (a->shape[first], 1) / 1.0), x = left;
  if (n == 1) h = MAX (h, 25);
  double deep = n == 3 ? sizes[first] * slope : 0;
  g_autoptr (GArray) us = cut_places (axes[2], w, most);
  g_autoptr (GArray) vs = cut_places (axes[1], h, most);
  bool dense = (int) us->len >= most || (int) vs->len >= most;
  if (n == 3) {
    g_autoptr (GArray) ds = cut_places (axes[0], deep, most);
    draw_face (out, ds, vs, x, 0, 1, 1, 0, 1, deep, h, dense);
    draw_face (out, ds, us, x, 0, 1, 1, 1, 0, deep, w, dense);
  }
  draw_face (out, us, vs, x + deep, deep, 1, 0, 0, 1, w, h, dense);
  draw_label (out, x + deep + w / 2, deep + h + 20, 0, axes[2]->total);
  draw_label (out, x + deep + w + 20, deep + h / 2, axes[1]->total >= 100 ? -90 : 0, axes[1]->total);
  if (n == 3) draw_label (out, x + deep / 2 - 10, h + deep / 2 + 20, 45, axes[0]->total);
  *width  = deep + w;
  *height = deep + h;
}

static CwValue *graph_svg (CwCall *call, GError **error) {
  CwArray *a = call->args[0]->array;
  double size, sizes[CW_MAX_NDIM], x = 0, width = 0, height = 0, tallest = 0;
  int64_t longest = 1;
  if (!cw_arg_double (call, 1, &size, error)) return NULL;
  if (!a->ndim || cw_array_has_unknown (a) || cw_array_size (a) == 0) {
    cw_fail (error, CW_ERROR_NOT_IMPLEMENTED, "Can't generate SVG with 0-length dimensions, unknown chunk sizes or no axes: call x.compute_chunk_sizes() first, or draw a larger array");
    return NULL;
  }
  for (int i = 0; i < a->ndim; i++) longest = MAX (longest, a->shape[i]);
  for (int i = 0; i < a->ndim; i++) sizes[i] = size / shrink ((double) longest / fmax (0.1, (double) a->shape[i]));
  g_autoptr (GString) body = g_string_new (NULL);
  for (int first = 0; first < a->ndim;) {
    int n = first == 0 && a->ndim % 3 ? a->ndim % 3 : 3;
    draw_axes (body, a, first, sizes, size, x, &width, &height);
    x += width + (first + n < a->ndim ? 60 : 50);
    tallest = fmax (tallest, height);
    first += n;
  }
  return cw_str_take (g_strdup_printf ("<svg width=\"%d\" height=\"%d\" style=\"stroke:rgb(0,0,0);stroke-width:1\" >\n%s</svg>", (int) x, (int) (tallest + 50), body->str));
}

const CwEntry cw_entries_graph[] = {
  CW_PROPERTY ("dask", CW_IN_LAZY, graph_dask, "The task graph: its layers by name; len() counts its tasks."),
  { "to_svg", CW_IN_LAZY, "a, size=500", graph_svg, "A picture of the chunks, as SVG text.", 0 },
  { 0 },
};
