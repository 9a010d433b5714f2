/* graph-find.c: a layer or a task by what the learner types. */
#include "widgets/graph-find.h"

#include <string.h>

/* The numbers of "(3, 0)" at the end of @text; 0 where there are none. @name gets what stands before them. */
static int
read_block (const char *text, char **name, int64_t *block) {
  const char *open = strchr (text, '(');
  int         n = 0;
  *name = g_strndup (text, open ? (gsize) (open - text) : strlen (text));
  g_strstrip (*name);
  for (const char *p = open ? open + 1 : NULL; p && n < CW_MAX_NDIM;) {
    char *end;
    block[n] = g_ascii_strtoll (p, &end, 10);
    if (end == p)
      break;
    n++;
    p = strchr (end, ',') ? strchr (end, ',') + 1 : NULL;
  }
  return n;
}

static bool
has_name (CwPlan *plan, int layer, const char *name) {
  g_autofree char *label = cw_plan_layer_label (plan, layer), *folded = g_utf8_casefold (label, -1), *wanted = g_utf8_casefold (name, -1);
  return strstr (folded, wanted) != NULL;
}

bool
cw_graph_find (CwPlan *plan, const char *text, int64_t after, uint32_t *task, bool *whole) {
  g_autofree char *name = NULL;
  int64_t block[CW_MAX_NDIM];
  int     n_layers = cw_plan_n_layers (plan), start = after < 0 ? -1 : cw_plan_task_layer (plan, after);
  if (text[0] == '#') {
    uint64_t number = g_ascii_strtoull (text + 1, NULL, 10);
    *task = number;
    *whole = false;
    return g_ascii_isdigit (text[1]) && number < cw_plan_n_tasks (plan);
  }
  int n = read_block (text, &name, block);
  for (int i = 1; i <= n_layers && *name; i++) {
    int            k = (start + i + n_layers) % n_layers;
    const CwLayer *layer = cw_plan_layer (plan, k);
    if (layer->n_tasks == 0 || !has_name (plan, k, name) || (n > 0 && n != layer->array->ndim))
      continue;
    bool inside = true;
    for (int d = 0; d < n; d++)
      inside &= block[d] >= 0 && block[d] < layer->array->axes[d]->n;
    *whole = n == 0;
    *task = layer->first_task;
    if (n == 0 || (inside && cw_plan_find_task (plan, k, block, task)))
      return true;
  }
  return false;
}
