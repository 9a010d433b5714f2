/* register.c: the tables of all families as one register, and the modules.
 *
 * Names are found through one hash table a space, made on first use and never changed. Ufuncs and reductions come
 * from the kernels' tables: their rows here are made, not written.
 */
#include "engine/language/register.h"

#include <string.h>

#include "engine/language/families.h"

#define N_SPACES 32

static GHashTable *spaces[N_SPACES];

static const CwModule modules[] = {
  { "numpy", CW_IN_NP },
  { "numpy.linalg", CW_IN_NP_LINALG },
  { "numpy.fft", CW_IN_NP_FFT },
  { "numpy.random", CW_IN_NP_RANDOM },
  { "numpy.lib", 0 },
  { "numpy.lib.format", CW_IN_NP_FORMAT },
  { "dask.array", CW_IN_DA },
  { "dask.array.linalg", CW_IN_DA_LINALG },
  { "dask.array.fft", CW_IN_DA_FFT },
  { "dask.array.random", CW_IN_DA_RANDOM },
  { "dask.array.overlap", CW_IN_OVERLAP },
  { "dask.array.image", CW_IN_DA_IMAGE },
  { "dask.array.lib", 0 },
  { "dask.array.lib.stride_tricks", CW_IN_STRIDE },
  { "dask", CW_IN_DASK },
  { "dask.config", CW_IN_CONFIG },
  { "dask.distributed", CW_IN_DISTRIBUTED },
  { "distributed", CW_IN_DISTRIBUTED },
  { "imageio", CW_IN_IMAGEIO },
  { "imageio.v3", CW_IN_IMAGEIO },
  { "time", CW_IN_TIME },
  { "math", CW_IN_MATH },
};

static void add_entry (const CwEntry *entry) {
  for (int i = 0; i < N_SPACES; i++) {
    if (entry->spaces & (1u << i)) g_hash_table_insert (spaces[i], (char *) entry->name, (CwEntry *) entry);
  }
}

static void build (void) {
  for (int i = 0; i < N_SPACES; i++) spaces[i] = g_hash_table_new (g_str_hash, g_str_equal);
  cw_elementwise_register (add_entry);
  cw_reductions_register (add_entry);
  cw_random_register (add_entry);
  cw_written_register (add_entry);
  const CwEntry *const tables[] = {
    cw_entries_builtins, cw_entries_text, cw_entries_containers, cw_entries_modules, cw_entries_creation, cw_entries_random, cw_entries_choices, cw_entries_elementwise,
    cw_entries_reductions, cw_entries_shape, cw_entries_joining, cw_entries_indexing, cw_entries_products, cw_entries_statistics,
    cw_entries_sets, cw_entries_linalg, cw_entries_fft, cw_entries_attributes, cw_entries_compute, cw_entries_client, cw_entries_blocks, cw_entries_map, cw_entries_values, cw_entries_settings, cw_entries_graph, cw_entries_files,
  };
  for (guint t = 0; t < G_N_ELEMENTS (tables); t++) {
    for (const CwEntry *entry = tables[t]; entry->name; entry++) add_entry (entry);
  }
}

static void ensure_built (void) {
  static gsize once = 0;
  if (g_once_init_enter (&once)) {
    build ();
    g_once_init_leave (&once, 1);
  }
}

const CwEntry *cw_register_find (unsigned space, const char *name) {
  ensure_built ();
  for (int i = 0; i < N_SPACES; i++) {
    const CwEntry *entry = space & (1u << i) ? g_hash_table_lookup (spaces[i], name) : NULL;
    if (entry) return entry;
  }
  return NULL;
}

const CwModule *cw_module_find (const char *dotted) {
  for (guint i = 0; i < G_N_ELEMENTS (modules); i++) {
    if (g_str_equal (modules[i].name, dotted)) return &modules[i];
  }
  return NULL;
}

const CwModule *cw_module_member (const CwModule *module, const char *name) {
  g_autofree char *dotted = g_strdup_printf ("%s.%s", module->name, name);
  return cw_module_find (dotted);
}

static int compare_names (const void *a, const void *b) {
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *cw_register_names (unsigned space, const char *prefix) {
  ensure_built ();
  GPtrArray *names = g_ptr_array_new ();
  for (int i = 0; i < N_SPACES; i++) {
    if (!(space & (1u << i))) continue;
    GHashTableIter iter;
    void *name;
    g_hash_table_iter_init (&iter, spaces[i]);
    while (g_hash_table_iter_next (&iter, &name, NULL)) {
      if (g_str_has_prefix (name, prefix)) g_ptr_array_add (names, name);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (modules); i++) {
    const char *dot = strrchr (modules[i].name, '.');
    g_autofree char *parent = dot ? g_strndup (modules[i].name, (gsize) (dot - modules[i].name)) : NULL;
    const CwModule *of = parent ? cw_module_find (parent) : NULL;
    if (of && (of->space & space) && g_str_has_prefix (dot + 1, prefix)) g_ptr_array_add (names, (char *) dot + 1);
  }
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* ---- suggestions ------------------------------------------------------------------------------------ */

/* Edits (insert, delete, replace, swap neighbours) from @a to @b. */
static int edit_distance (const char *a, const char *b) {
  int n = (int) strlen (a), m = (int) strlen (b), width = m + 1;
  if (n > 40 || m > 40) return 100;
  g_autofree int *d = g_new (int, (gsize) ((n + 1) * width));
  for (int i = 0; i <= n; i++) {
    for (int j = 0; j <= m; j++) {
      int *at = &d[i * width + j];
      if (!i || !j) {
        *at = i + j;
        continue;
      }
      int change = d[(i - 1) * width + j - 1] + (a[i - 1] != b[j - 1]);
      *at = MIN (change, MIN (d[(i - 1) * width + j], d[i * width + j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) *at = MIN (*at, d[(i - 2) * width + j - 2] + 1);
    }
  }
  return d[n * width + m];
}

const char *cw_nearest_name (const char *name, GPtrArray *names) {
  const char *best = NULL;
  int limit = MAX (1, (int) strlen (name) / 3), best_distance = limit + 1;
  for (guint i = 0; i < names->len; i++) {
    const char *other = names->pdata[i];
    int distance = edit_distance (name, other);
    if (distance > 0 && (distance < best_distance || (distance == best_distance && best && strcmp (other, best) < 0))) {
      best          = other;
      best_distance = distance;
    }
  }
  return best;
}
