/* bench-chart.c: what `chunkwise bench --json` measured, as charts.
 *
 * The file has tables: arrays of rows with a name. Whatever member of a row ends in "_s" is seconds, a list of measurements or one of them, and
 * its name says of which program or under which condition; a table of the file is a chart, without those that nothing was measured
 * of. One that failed or was left out is an empty list there, or a number that is not above nought.
 */
#include "app/bench-chart.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/base/base.h"

#define HEAD   82.0 /* of a chart: its title, its programs, its axis */
#define BAR    13.0
#define BETWEEN 9.0 /* groups */

#define LONGEST 1e9 /* seconds: thirty years are no measurement, and more could not be written in nanoseconds */

/* ---- reading -------------------------------------------------------------------------------- */

static bool
is_number (JsonNode *node) {
  return JSON_NODE_HOLDS_VALUE (node)
         && (json_node_get_value_type (node) == G_TYPE_DOUBLE || json_node_get_value_type (node) == G_TYPE_INT64);
}

static bool
add_time (GArray *times, JsonNode *node) {
  double seconds = is_number (node) ? json_node_get_double (node) : NAN;
  if (!(seconds < LONGEST)) /* nor a number */
    return false;
  if (seconds > 0)
    g_array_append_val (times, seconds);
  return true;
}

/* The measurements in one member of a row; NULL: it holds something else. */
static GArray *
read_times (JsonNode *node) {
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  bool ok = true;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return add_time (times, node) ? g_steal_pointer (&times) : NULL;
  JsonArray *list = json_node_get_array (node);
  for (guint i = 0; ok && i < json_array_get_length (list); i++)
    ok = add_time (times, json_array_get_element (list, i));
  return ok ? g_steal_pointer (&times) : NULL;
}

static char *
with_capital (const char *name, size_t length) {
  g_autofree char *text = g_strndup (name, length);
  g_autofree char *spaced = g_strdelimit (g_steal_pointer (&text), "_", ' ');
  g_autofree char *first = g_utf8_strup (spaced, *spaced ? g_utf8_next_char (spaced) - spaced : 0);
  return strcmp (spaced, "numpy") == 0 ? g_strdup ("NumPy") : g_strconcat (first, *spaced ? g_utf8_next_char (spaced) : "", NULL);
}

/* The members of a table's rows that are times and of which at least one was measured; false with an error for a malformed row. */
static bool
find_series (const char *table, JsonArray *rows, GPtrArray *series, GError **error) {
  for (guint r = 0; r < json_array_get_length (rows); r++) {
    JsonNode   *node = json_array_get_element (rows, r);
    JsonObject *row = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    const char *name = row ? json_object_get_string_member_with_default (row, "name", NULL) : NULL;
    if (!name)
      return cw_fail (error, CW_ERROR_VALUE, _("row %u of “%s” has no name"), r + 1, table);
    g_autoptr (GList) members = json_object_get_members (row);
    for (GList *m = members; m; m = m->next) {
      if (!g_str_has_suffix (m->data, "_s"))
        continue;
      g_autoptr (GArray) times = read_times (json_object_get_member (row, m->data));
      if (!times)
        return cw_fail (error, CW_ERROR_VALUE, _("“%s” of “%s” in “%s” is not a list of seconds"), (char *) m->data, name, table);
      if (times->len > 0 && !g_ptr_array_find_with_equal_func (series, m->data, g_str_equal, NULL))
        g_ptr_array_add (series, m->data);
    }
  }
  return true;
}

static CwDrawBench *
make_chart (const char *table, JsonArray *rows, GPtrArray *series) {
  CwDrawBench *bench = cw_draw_bench_new (json_array_get_length (rows), series->len);
  bench->title = with_capital (table, strlen (table));
  for (guint s = 0; s < series->len; s++) {
    const char *member = g_ptr_array_index (series, s);
    bench->series[s] = with_capital (member, strlen (member) - strlen ("_s"));
  }
  for (guint r = 0; r < json_array_get_length (rows); r++) {
    JsonObject *row = json_array_get_object_element (rows, r);
    bench->groups[r] = g_strdup (json_object_get_string_member (row, "name"));
    for (guint s = 0; s < series->len; s++) {
      JsonNode *node = json_object_get_member (row, g_ptr_array_index (series, s));
      g_autoptr (GArray) times = node ? read_times (node) : NULL;
      if (times)
        cw_draw_bench_set (bench, r, s, (const double *) (const void *) times->data, times->len);
    }
  }
  return bench;
}

static bool
read_tables (JsonObject *root, GPtrArray *charts, GError **error) {
  g_autoptr (GList) members = json_object_get_members (root);
  for (GList *m = members; m; m = m->next) {
    JsonNode *node = json_object_get_member (root, m->data);
    g_autoptr (GPtrArray) series = g_ptr_array_new ();
    if (!JSON_NODE_HOLDS_ARRAY (node))
      continue;
    if (!find_series (m->data, json_node_get_array (node), series, error))
      return false;
    if (series->len > 0)
      g_ptr_array_add (charts, make_chart (m->data, json_node_get_array (node), series));
  }
  return true;
}

GPtrArray *
cw_bench_charts_read (const char *text, GError **error) {
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GPtrArray) charts = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_draw_bench_free);
  g_autoptr (GError) wrong = NULL;
  if (!json_parser_load_from_data (parser, text, -1, &wrong)) {
    cw_fail (error, CW_ERROR_VALUE, _("this is not JSON (%s); `chunkwise bench --json OUT.json` writes what can be drawn"), wrong->message);
    return NULL;
  }
  JsonNode *root = json_parser_get_root (parser);
  if (root && JSON_NODE_HOLDS_OBJECT (root) && !read_tables (json_node_get_object (root), charts, error))
    return NULL;
  if (charts->len == 0) {
    cw_fail (error, CW_ERROR_VALUE, _("there are no measurements in it; `chunkwise bench --json OUT.json` writes what can be drawn"));
    return NULL;
  }
  return g_steal_pointer (&charts);
}

/* ---- drawing -------------------------------------------------------------------------------- */

static double
chart_height (const CwDrawBench *bench) {
  return HEAD + bench->n_groups * (bench->n_series * BAR + BETWEEN);
}

double
cw_bench_charts_height (GPtrArray *charts) {
  double height = 0;
  for (guint i = 0; i < charts->len; i++)
    height += chart_height (g_ptr_array_index (charts, i));
  return height;
}

void
cw_bench_charts_draw (GPtrArray *charts, cairo_t *cr, const CwPalette *palette, double width, double height) {
  double scale = height / cw_bench_charts_height (charts);
  cairo_save (cr);
  for (guint i = 0; i < charts->len; i++) {
    const CwDrawBench *bench = g_ptr_array_index (charts, i);
    cw_bench_draw (bench, cr, palette, width, chart_height (bench) * scale);
    cairo_translate (cr, 0, chart_height (bench) * scale);
  }
  cairo_restore (cr);
}

/* ---- words ---------------------------------------------------------------------------------- */

static char *
tell_measure (const CwDrawBench *bench, int group, int series) {
  const CwDrawMeasure *m = &bench->measures[group * bench->n_series + series];
  g_autofree char *median = cw_duration_to_string (m->median * 1e9), *smallest = cw_duration_to_string (m->smallest * 1e9);
  g_autofree char *largest = cw_duration_to_string (m->largest * 1e9);
  if (m->n == 0)
    return g_strdup_printf (_("%s, %s: not measured"), bench->groups[group], bench->series[series]);
  if (m->n == 1)
    return g_strdup_printf (_("%s, %s: %s"), bench->groups[group], bench->series[series], median);
  return g_strdup_printf (_("%s, %s: %s, the median of %d from %s to %s"), bench->groups[group], bench->series[series], median, m->n,
                          smallest, largest);
}

char *
cw_bench_charts_tell (GPtrArray *charts, double width, double height, double x, double y) {
  double scale = height / cw_bench_charts_height (charts);
  for (guint i = 0; i < charts->len; i++) {
    const CwDrawBench *bench = g_ptr_array_index (charts, i);
    int group, series;
    if (cw_bench_hit (bench, width, chart_height (bench) * scale, x, y, &group, &series))
      return tell_measure (bench, group, series);
    y -= chart_height (bench) * scale;
  }
  return NULL;
}

char *
cw_bench_charts_describe (GPtrArray *charts) {
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < charts->len; i++) {
    const CwDrawBench *bench = g_ptr_array_index (charts, i);
    for (int k = 0; k < bench->n_groups * bench->n_series; k++) {
      g_autofree char *line = tell_measure (bench, k / bench->n_series, k % bench->n_series);
      g_string_append_printf (text, "%s%s", text->len ? "\n" : "", line);
    }
  }
  return g_string_free (text, FALSE);
}
