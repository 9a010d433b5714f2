/* Arrays whose blocks are small graphs.
 *
 * A function of blocks was called on placeholders, and what it made of them is a graph: a template. A task that has real blocks finds
 * the template for their shapes, puts them where the placeholders are and computes it. */
#include "engine/run/run.h"

static void
templates_free (void *data)
{
  GPtrArray *templates = data;
  for (guint i = 0; i < templates->len; i++) {
    CwTemplate *t = templates->pdata[i];
    for (int k = 0; k < t->n; k++)
      cw_array_unref (t->placeholders[k]);
    cw_array_unref (t->root);
    g_free (t);
  }
  g_ptr_array_unref (templates);
}

static bool
fits (const CwTemplate *t, CwBuffer *const *in)
{
  for (int i = 0; i < t->n; i++)
    if (!cw_shape_equal (in[i]->ndim, in[i]->shape, t->placeholders[i]->shape))
      return false;
  return true;
}

static CwBuffer *
run_template (CwBuffer *const *in, int n_in, void *data, GError **error)
{
  GPtrArray *templates = data;
  for (guint i = 0; i < templates->len; i++) {
    const CwTemplate *t = templates->pdata[i];
    if (!fits (t, in))
      continue;
    g_autoptr (CwArray) filled = cw_array_fill_placeholders (t->root, t->n, t->placeholders, in, error);
    return filled ? cw_compute (filled, error) : NULL;
  }
  cw_fail (error, CW_ERROR_VALUE, "a block turned out to have a shape that the function was not traced for");
  return NULL;
}

CwArray *
cw_array_of_templates (const char *name, int n_templates, const CwTemplate *templates, int n_inputs, CwArray **inputs,
                       const int (*follow)[CW_MAX_NDIM], int ndim, CwAxis *const *axes)
{
  GPtrArray *kept = g_ptr_array_new ();
  for (int i = 0; i < n_templates; i++) {
    CwTemplate *t = g_memdup2 (&templates[i], sizeof *t);
    for (int k = 0; k < t->n; k++)
      cw_array_ref (t->placeholders[k]);
    cw_array_ref (t->root);
    g_ptr_array_add (kept, t);
  }
  return cw_array_blockwise (name, run_template, kept, templates_free, n_inputs, inputs, follow, templates[0].root->dtype, ndim, axes);
}
