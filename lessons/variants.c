/* variants.c: comparisons and benches. */
#include "lessons/variants.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "lessons/plain_c/plain_c.h"

/* ---- plain C ---------------------------------------------------------------------------------------- */

typedef void (*Product) (size_t n, const double *a, const double *b, double *c);

static const struct {
  const char *name;
  Product     product;
} products[] = { { "dot_naive", dot_naive }, { "dot_reordered", dot_reordered }, { "dot_blocked", dot_blocked }, { "dot_blas", dot_blas } };

static Product
find_product (const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS (products); i++)
    if (strcmp (products[i].name, name) == 0)
      return products[i].product;
  return NULL;
}

bool
cw_plain_c_exists (const char *name) {
  return find_product (name) != NULL;
}

/* Matrices that are made once for each size, not timed. */
typedef struct {
  size_t  n;
  double *a, *b, *c;
} Matrices;

static void
free_matrices (Matrices *m) {
  free (m->a);
  free (m->b);
  free (m->c);
  *m = (Matrices) { 0 };
}

static bool
make_matrices (Matrices *m, size_t n) {
  if (m->n == n)
    return true;
  free_matrices (m);
  *m = (Matrices) { n, malloc (n * n * sizeof (double)), malloc (n * n * sizeof (double)), malloc (n * n * sizeof (double)) };
  if (!m->a || !m->b || !m->c)
    return false;
  for (size_t i = 0; i < n * n; i++) {
    m->a[i] = (double) (i % 17) / 17;
    m->b[i] = (double) (i % 13) / 13;
    m->c[i] = 0; /* touched, so that its pages are there when the clock runs */
  }
  return true;
}

/* ---- one measurement ----------------------------------------------------------------------------------- */

typedef struct {
  const CwVariants *variants;
  CwSession        *session;
  bool              keep_value, stopped;
  Matrices          matrices;
} Runner;

static void
add_seconds (CwMeasured *m, double seconds) {
  m->seconds = g_renew (double, m->seconds, m->n + 1);
  m->seconds[m->n++] = seconds;
}

static void
measure_plain_c (Runner *runner, const CwVariant *variant, int64_t size, CwMeasured *m) {
  Product product = find_product (variant->plain_c);
  if (!product || !make_matrices (&runner->matrices, size)) {
    m->error = g_strdup (product ? _("MemoryError: the matrices do not fit") : _("KeyError: there is no such C function"));
    return;
  }
  int64_t start = g_get_monotonic_time ();
  product (size, runner->matrices.a, runner->matrices.b, runner->matrices.c);
  add_seconds (m, (g_get_monotonic_time () - start) / 1e6);
}

/* What a cell showed, in one line. */
static char *
shown (const CwCellResult *result) {
  for (guint i = result->outputs->len; i > 0; i--) {
    const CwOutput *output = result->outputs->pdata[i - 1];
    if (output->text && output->kind != CW_OUTPUT_TIMING && output->kind != CW_OUTPUT_WARNING)
      return g_strstrip (g_strdelimit (g_strdup (output->text), "\n", ' '));
  }
  return NULL;
}

static void
measure_code (Runner *runner, const CwVariant *variant, CwMeasured *m) {
  g_autoptr (CwCellResult) result = cw_session_run_cell (runner->session, variant->code);
  g_clear_pointer (&m->value, g_free);
  if (result->error_class) {
    m->error = g_strdup_printf ("%s: %s", result->error_class, result->error_message);
    runner->stopped = strcmp (result->error_class, cw_error_class_name (CW_ERROR_INTERRUPT)) == 0;
    return;
  }
  add_seconds (m, result->wall_s);
  m->tasks = result->tasks;
  m->peak_bytes = result->peak_bytes;
  m->spilled_bytes = result->spilled_bytes;
  if (runner->keep_value)
    m->value = shown (result);
}

/* Runs the set-up with the size under its name; errors belong to every variant that needs it. */
static bool
set_up (Runner *runner, int size, char **failure) {
  const CwVariants *v = runner->variants;
  g_autoptr (GString) code = g_string_new (NULL);
  if (v->over)
    g_string_append_printf (code, "%s = %" G_GINT64_FORMAT "\n", v->over, v->sizes[size]);
  g_string_append (code, v->setup ? v->setup : "");
  if (code->len == 0)
    return true;
  g_autoptr (CwCellResult) result = cw_session_run_cell (runner->session, code->str);
  if (result->error_class)
    *failure = g_strdup_printf ("%s: %s", result->error_class, result->error_message);
  return !result->error_class;
}

/* ---- all of them ------------------------------------------------------------------------------------------- */

typedef struct {
  CwVariantsProgress tell;
  void *data;
  int   done, of;
} Counter;

static bool
one_more (const Runner *runner, Counter *counter, GError **error) {
  if (runner->stopped || (counter->tell && !counter->tell (counter->done, counter->of, counter->data)))
    return cw_fail (error, CW_ERROR_INTERRUPT, _("stopped"));
  counter->done++;
  return true;
}

static bool
measure_size (Runner *runner, CwMeasurements *all, int size, Counter *counter, GError **error) {
  const CwVariants *v = runner->variants;
  g_autofree char *failure = NULL;
  bool ready = set_up (runner, size, &failure);
  for (int turn = 0; turn < v->repeat; turn++)
    for (guint i = 0; i < v->variants->len; i++) {
      const CwVariant *variant = v->variants->pdata[i];
      CwMeasured      *m = &all->measured[size * all->n_variants + i];
      if (!one_more (runner, counter, error))
        return false;
      if (variant->code && !ready && !m->error)
        m->error = g_strdup (failure);
      if (m->error)
        continue;
      if (variant->plain_c)
        measure_plain_c (runner, variant, v->over ? v->sizes[size] : 512, m);
      else
        measure_code (runner, variant, m);
    }
  return true;
}

static int
ascending (const void *a, const void *b) {
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

double
cw_measured_median (const CwMeasured *m) {
  if (m->n == 0)
    return 0;
  g_autofree double *sorted = g_memdup2 (m->seconds, m->n * sizeof (double));
  qsort (sorted, m->n, sizeof (double), ascending);
  return m->n % 2 ? sorted[m->n / 2] : (sorted[m->n / 2 - 1] + sorted[m->n / 2]) / 2;
}

/* medians = {"label": [seconds, ...], ...}; nan where there is none. */
static void
leave_medians (CwSession *session, const CwVariants *v, const CwMeasurements *all) {
  g_autoptr (GString) code = g_string_new ("medians = {");
  for (int i = 0; i < all->n_variants; i++) {
    g_autofree char *label = cw_string_literal (((CwVariant *) v->variants->pdata[i])->label);
    g_string_append_printf (code, "%s: [", label);
    for (int size = 0; size < all->n_sizes; size++) {
      const CwMeasured *m = cw_measured (all, size, i);
      char text[G_ASCII_DTOSTR_BUF_SIZE];
      g_string_append_printf (code, "%s, ", m->n ? g_ascii_dtostr (text, sizeof text, cw_measured_median (m)) : "float('nan')");
    }
    g_string_append (code, "], ");
  }
  g_string_append_c (code, '}');
  cw_cell_result_free (cw_session_run_cell (session, code->str));
}

CwMeasurements *
cw_variants_run (CwSession *session, const CwLessonBlock *block, CwVariantsProgress progress, void *data, GError **error) {
  const CwVariants *v = block->variants;
  bool ok = true;
  g_autoptr (CwMeasurements) all = g_new0 (CwMeasurements, 1);
  Runner runner = { v, session, block->kind == CW_BLOCK_COMPARE, false, { 0 } };
  all->n_variants = v->variants->len;
  all->n_sizes = MAX (v->n_sizes, 1);
  all->measured = g_new0 (CwMeasured, (gsize) all->n_variants * all->n_sizes);
  Counter counter = { progress, data, 0, all->n_variants * all->n_sizes * v->repeat };
  for (int size = 0; size < all->n_sizes && ok; size++)
    ok = measure_size (&runner, all, size, &counter, error);
  free_matrices (&runner.matrices);
  if (ok && runner.stopped)
    ok = cw_fail (error, CW_ERROR_INTERRUPT, _("stopped"));
  if (!ok)
    return NULL;
  leave_medians (session, v, all);
  return g_steal_pointer (&all);
}

void
cw_measurements_free (CwMeasurements *all) {
  for (int i = 0; i < all->n_variants * all->n_sizes; i++) {
    g_free (all->measured[i].seconds);
    g_free (all->measured[i].value);
    g_free (all->measured[i].error);
  }
  g_free (all->measured);
  g_free (all);
}
