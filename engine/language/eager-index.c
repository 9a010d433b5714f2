/* eager-index.c: NumPy's indexing of buffers.
 *
 * Ints, slices and new axes give views. As soon as an array takes part, the indexed axes are replaced by one group of
 * axes, the broadcast shape of all index arrays: it stands where they stood if they are neighbours, else in front. The
 * group's elements become a table of byte offsets, so that reading and writing are one loop.
 */
#include "engine/language/eager-index.h"

#include <string.h>

/* An index once Ellipsis, masks and missing axes are written out. */
typedef struct {
  enum { PART_SLICE, PART_NEW, PART_INT, PART_ARRAY } kind;
  int       axis;
  int64_t   start, step, count; /* SLICE; INT: start */
  CwBuffer *positions;          /* ARRAY: int64, owned */
} Part;

typedef struct {
  Part parts[3 * CW_MAX_NDIM];
  int  n;
  int  n_arrays;
} Plan;

static void plan_clear (Plan *plan) {
  for (int i = 0; i < plan->n; i++) g_clear_pointer (&plan->parts[i].positions, cw_buffer_unref);
}

bool cw_buffer_nonzero (CwBuffer *mask, CwBuffer **out, GError **error) {
  g_autoptr (CwBuffer) flat = cw_buffer_contiguous (mask, error);
  if (!flat) return false;
  int64_t count = 0;
  for (int64_t i = 0; i < flat->size; i++) {
    count += flat->dtype == CW_BOOL ? flat->data[i] != 0 : cw_scalar_is_true (cw_buffer_get (flat, i));
  }
  for (int a = 0; a < mask->ndim; a++) {
    out[a] = cw_buffer_new (CW_INT64, 1, &count, error);
    if (!out[a]) {
      while (a-- > 0) cw_buffer_unref (out[a]);
      return false;
    }
  }
  int64_t index[CW_MAX_NDIM] = { 0 }, at = 0;
  for (int64_t i = 0; i < flat->size; i++) {
    bool set = flat->dtype == CW_BOOL ? flat->data[i] != 0 : cw_scalar_is_true (cw_buffer_get (flat, i));
    for (int a = 0; set && a < mask->ndim; a++) ((int64_t *) out[a]->data)[at] = index[a];
    at += set;
    for (int a = mask->ndim; a-- > 0 && ++index[a] == mask->shape[a];) index[a] = 0;
  }
  return true;
}

static bool add_mask (Plan *plan, const CwBuffer *b, int *axis, CwBuffer *mask, GError **error) {
  for (int a = 0; a < mask->ndim; a++) {
    if (*axis + a >= b->ndim) return cw_fail (error, CW_ERROR_INDEX, "too many indices for array: array is %d-dimensional", b->ndim);
    if (mask->shape[a] != b->shape[*axis + a]) {
      return cw_fail (error, CW_ERROR_INDEX, "boolean index did not match indexed array along dimension %d; dimension is %" G_GINT64_FORMAT
                      " but corresponding boolean dimension is %" G_GINT64_FORMAT, *axis + a, b->shape[*axis + a], mask->shape[a]);
    }
  }
  CwBuffer *positions[CW_MAX_NDIM];
  if (!cw_buffer_nonzero (mask, positions, error)) return false;
  for (int a = 0; a < mask->ndim; a++) {
    plan->parts[plan->n++] = (Part){ .kind = PART_ARRAY, .axis = (*axis)++, .positions = positions[a] };
  }
  return true;
}

static bool add_array (Plan *plan, const CwBuffer *b, int *axis, CwBuffer *list, GError **error) {
  plan->n_arrays++;
  if (list->dtype == CW_BOOL) return add_mask (plan, b, axis, list, error);
  if (!cw_dtype_is_integer (list->dtype) && list->size) {
    return cw_fail (error, CW_ERROR_INDEX, "arrays used as indices must be of integer (or boolean) type");
  }
  if (*axis >= b->ndim) return cw_fail (error, CW_ERROR_INDEX, "too many indices for array: array is %d-dimensional", b->ndim);
  g_autoptr (CwBuffer) positions = cw_buffer_cast (list, CW_INT64, error);
  if (!positions) return false;
  int64_t length = b->shape[*axis], *p = (int64_t *) positions->data;
  for (int64_t i = 0; i < positions->size; i++) {
    if (p[i] < -length || p[i] >= length) {
      return cw_fail (error, CW_ERROR_INDEX, "index %" G_GINT64_FORMAT " is out of bounds for axis %d with size %" G_GINT64_FORMAT, p[i], *axis, length);
    }
    if (p[i] < 0) p[i] += length;
  }
  plan->parts[plan->n++] = (Part){ .kind = PART_ARRAY, .axis = (*axis)++, .positions = g_steal_pointer (&positions) };
  return true;
}

static bool add_int (Plan *plan, const CwBuffer *b, int *axis, int64_t i, GError **error) {
  if (*axis >= b->ndim) return cw_fail (error, CW_ERROR_INDEX, "too many indices for array: array is %d-dimensional", b->ndim);
  int64_t length = b->shape[*axis];
  if (i < -length || i >= length) {
    return cw_fail (error, CW_ERROR_INDEX, "index %" G_GINT64_FORMAT " is out of bounds for axis %d with size %" G_GINT64_FORMAT, i, *axis, length);
  }
  plan->parts[plan->n++] = (Part){ .kind = PART_INT, .axis = (*axis)++, .start = i < 0 ? i + length : i };
  return true;
}

static bool add_slice (Plan *plan, const CwBuffer *b, int *axis, const CwIndex *item, GError **error) {
  if (*axis >= b->ndim) return cw_fail (error, CW_ERROR_INDEX, "too many indices for array: array is %d-dimensional", b->ndim);
  Part *part = &plan->parts[plan->n++];
  *part = (Part){ .kind = PART_SLICE, .axis = *axis };
  cw_slice_resolve (item, b->shape[*axis], &part->start, &part->step, &part->count);
  (*axis)++;
  return true;
}

static int axes_taken (const CwIndex *item) {
  if (item->kind == CW_INDEX_NEWAXIS || item->kind == CW_INDEX_ELLIPSIS) return 0;
  return item->kind == CW_INDEX_LIST && item->list->dtype == CW_BOOL ? item->list->ndim : 1;
}

static bool make_plan (Plan *plan, const CwBuffer *b, int n, const CwIndex *items, GError **error) {
  static const CwIndex everything = { .kind = CW_INDEX_SLICE };
  int used = 0, axis = 0, ellipses = 0;
  for (int i = 0; i < n; i++) {
    used += axes_taken (&items[i]);
    ellipses += items[i].kind == CW_INDEX_ELLIPSIS;
  }
  if (ellipses > 1) return cw_fail (error, CW_ERROR_INDEX, "an index can only have a single ellipsis ('...')");
  if (used > b->ndim) {
    return cw_fail (error, CW_ERROR_INDEX, "too many indices for array: array is %d-dimensional, but %d were indexed", b->ndim, used);
  }
  for (int i = 0; i <= n; i++) {
    bool fill = i == n ? !ellipses : items[i].kind == CW_INDEX_ELLIPSIS;
    for (int k = used; fill && k < b->ndim; k++) add_slice (plan, b, &axis, &everything, NULL);
    if (i == n || fill) continue;
    bool ok = true;
    if (items[i].kind == CW_INDEX_NEWAXIS) plan->parts[plan->n++] = (Part){ .kind = PART_NEW };
    else if (items[i].kind == CW_INDEX_INT) ok = add_int (plan, b, &axis, items[i].start, error);
    else if (items[i].kind == CW_INDEX_SLICE) ok = add_slice (plan, b, &axis, &items[i], error);
    else if (items[i].kind == CW_INDEX_LIST) ok = add_array (plan, b, &axis, items[i].list, error);
    if (!ok) return false;
  }
  if (plan->n > CW_MAX_NDIM) return cw_fail (error, CW_ERROR_INDEX, "the result would have more than %d dimensions", CW_MAX_NDIM);
  return true;
}

/* ---- the slices of a plan as a view ------------------------------------------------------------------------------- */

static CwBuffer *view_of_slices (const Plan *plan, CwBuffer *b) {
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  char *data = b->data;
  int ndim = 0;
  bool empty = b->size == 0;
  for (int i = 0; i < plan->n; i++) {
    const Part *part = &plan->parts[i];
    if (part->kind == PART_NEW) {
      shape[ndim]     = 1;
      strides[ndim++] = 0;
    } else if (part->kind == PART_INT) {
      data += part->start * b->strides[part->axis];
    } else if (part->kind == PART_SLICE) {
      shape[ndim]     = part->count;
      strides[ndim++] = part->step * b->strides[part->axis];
      empty |= part->count == 0;
      if (part->count) data += part->start * b->strides[part->axis];
    }
  }
  return cw_buffer_view (b, b->dtype, ndim, shape, strides, empty ? b->data : data);
}

/* ---- index arrays ---------------------------------------------------------------------------------------------------- */

CwBuffer *cw_buffer_broadcast (CwBuffer *b, int ndim, const int64_t *shape, GError **error) {
  int64_t strides[CW_MAX_NDIM];
  bool fits = b->ndim <= ndim;
  for (int i = 0; i < ndim && fits; i++) {
    int from = i - (ndim - b->ndim);
    strides[i] = from < 0 || (b->shape[from] == 1 && shape[i] != 1) ? 0 : b->strides[from];
    fits = from < 0 || b->shape[from] == 1 || b->shape[from] == shape[i];
  }
  if (!fits) {
    g_autofree char *have = cw_shape_to_string (b->ndim, b->shape), *want = cw_shape_to_string (ndim, shape);
    cw_fail (error, CW_ERROR_VALUE, "could not broadcast input array from shape %s into shape %s", have, want);
    return NULL;
  }
  return cw_buffer_view (b, b->dtype, ndim, shape, strides, b->data);
}

typedef struct {
  int       ndim;
  int64_t   shape[CW_MAX_NDIM];
  int64_t   count;
  int64_t  *offsets; /* bytes, one an element of the group */
  int       place;   /* of the group among the result's axes */
} Group;

static bool group_shape (const Plan *plan, Group *group, GError **error) {
  group->ndim = 0;
  for (int i = 0; i < plan->n; i++) {
    if (plan->parts[i].kind == PART_ARRAY) group->ndim = MAX (group->ndim, plan->parts[i].positions->ndim);
  }
  for (int d = 0; d < group->ndim; d++) group->shape[d] = 1;
  for (int i = 0; i < plan->n; i++) {
    const CwBuffer *p = plan->parts[i].positions;
    for (int d = 0; plan->parts[i].kind == PART_ARRAY && d < p->ndim; d++) {
      int64_t *to = &group->shape[d + group->ndim - p->ndim];
      if (*to != 1 && p->shape[d] != 1 && *to != p->shape[d]) {
        g_autofree char *a = cw_shape_to_string (group->ndim, group->shape), *b = cw_shape_to_string (p->ndim, p->shape);
        return cw_fail (error, CW_ERROR_INDEX, "shape mismatch: indexing arrays could not be broadcast together with shapes %s %s", a, b);
      }
      if (p->shape[d] != 1) *to = p->shape[d];
    }
  }
  return cw_shape_size (group->ndim, group->shape, &group->count, error);
}

static bool group_make (const Plan *plan, const CwBuffer *b, Group *group, GError **error) {
  int first = -1, last = -1, axes = 0;
  bool apart = false;
  if (!group_shape (plan, group, error)) return false;
  group->offsets = g_try_new0 (int64_t, (gsize) MAX (group->count, 1));
  if (!group->offsets) return cw_fail (error, CW_ERROR_MEMORY, "no memory for an index of %" G_GINT64_FORMAT " elements", group->count);
  for (int i = 0; i < plan->n; i++) {
    const Part *part = &plan->parts[i];
    bool indexes = part->kind == PART_ARRAY || part->kind == PART_INT;
    if (indexes) {
      apart |= last >= 0 && i != last + 1;
      if (first < 0) {
        first        = i;
        group->place = axes;
      }
      last = i;
    } else {
      axes++;
    }
    if (part->kind == PART_INT) {
      for (int64_t k = 0; k < group->count; k++) group->offsets[k] += part->start * b->strides[part->axis];
    } else if (part->kind == PART_ARRAY) {
      g_autoptr (CwBuffer) wide = cw_buffer_broadcast (part->positions, group->ndim, group->shape, error);
      g_autoptr (CwBuffer) flat = wide ? cw_buffer_contiguous (wide, error) : NULL;
      if (!flat) return false;
      for (int64_t k = 0; k < group->count; k++) group->offsets[k] += ((int64_t *) flat->data)[k] * b->strides[part->axis];
    }
  }
  if (apart) group->place = 0;
  return true;
}

/* Copies between the places of @b that @plan and @group name and @other, whose axes are the result's. */
static void transfer (const Plan *plan, const Group *group, CwBuffer *b, CwBuffer *other, bool write) {
  Plan slices = { 0 };
  for (int i = 0; i < plan->n; i++) {
    if (plan->parts[i].kind == PART_SLICE || plan->parts[i].kind == PART_NEW) slices.parts[slices.n++] = plan->parts[i];
  }
  g_autoptr (CwBuffer) base = view_of_slices (&slices, b);
  if (base->size == 0 || group->count == 0) return;
  int64_t shape[CW_MAX_NDIM], strides[CW_MAX_NDIM];
  for (int i = 0, to = 0; i < other->ndim; i++) {
    if (i >= group->place && i < group->place + group->ndim) continue;
    shape[to]     = other->shape[i];
    strides[to++] = other->strides[i];
  }
  int item = cw_dtype_size (b->dtype);
  int64_t index[CW_MAX_NDIM] = { 0 };
  char *at = other->data;
  for (int64_t k = 0; k < group->count; k++) {
    char *here = base->data + group->offsets[k];
    if (base->ndim == 0 && other->dtype == b->dtype) {
      memcpy (write ? here : at, write ? at : here, (size_t) item);
    } else {
      g_autoptr (CwBuffer) mine = cw_buffer_view (base, base->dtype, base->ndim, base->shape, base->strides, here);
      g_autoptr (CwBuffer) theirs = cw_buffer_view (other, other->dtype, base->ndim, shape, strides, at);
      cw_buffer_copy (write ? mine : theirs, write ? theirs : mine);
    }
    for (int d = group->ndim; d-- > 0;) {
      at += other->strides[group->place + d];
      if (++index[d] < group->shape[d]) break;
      at -= index[d] * other->strides[group->place + d];
      index[d] = 0;
    }
  }
}

static int result_shape (const Plan *plan, const Group *group, int64_t *shape) {
  int ndim = 0;
  bool placed = false;
  for (int i = 0, axes = 0; i <= plan->n; i++) {
    if (!placed && axes == group->place && (i == plan->n || axes == group->place)) {
      memcpy (shape + ndim, group->shape, (size_t) group->ndim * sizeof *shape);
      ndim += group->ndim;
      placed = true;
    }
    if (i == plan->n || (plan->parts[i].kind != PART_SLICE && plan->parts[i].kind != PART_NEW)) continue;
    shape[ndim++] = plan->parts[i].kind == PART_NEW ? 1 : plan->parts[i].count;
    axes++;
  }
  return ndim;
}

/* ---- reading and writing ---------------------------------------------------------------------------------------------- */

static CwBuffer *index_with_arrays (const Plan *plan, CwBuffer *b, GError **error) {
  Group group = { 0 };
  g_autoptr (CwBuffer) out = NULL;
  if (group_make (plan, b, &group, error)) {
    int64_t shape[2 * CW_MAX_NDIM];
    int ndim = result_shape (plan, &group, shape);
    if (ndim > CW_MAX_NDIM) cw_fail (error, CW_ERROR_INDEX, "the result would have more than %d dimensions", CW_MAX_NDIM);
    else out = cw_buffer_new (b->dtype, ndim, shape, error);
    if (out) transfer (plan, &group, b, out, false);
  }
  g_free (group.offsets);
  return g_steal_pointer (&out);
}

CwBuffer *cw_buffer_index (CwBuffer *b, int n, const CwIndex *items, GError **error) {
  Plan plan = { 0 };
  CwBuffer *out = NULL;
  if (make_plan (&plan, b, n, items, error)) out = plan.n_arrays ? index_with_arrays (&plan, b, error) : view_of_slices (&plan, b);
  plan_clear (&plan);
  return out;
}

static bool assign_with_arrays (const Plan *plan, CwBuffer *b, CwBuffer *value, GError **error) {
  Group group = { 0 };
  bool ok = group_make (plan, b, &group, error);
  if (ok) {
    int64_t shape[2 * CW_MAX_NDIM];
    int ndim = result_shape (plan, &group, shape);
    g_autoptr (CwBuffer) wide = ndim <= CW_MAX_NDIM ? cw_buffer_broadcast (value, ndim, shape, NULL) : NULL;
    g_autoptr (CwBuffer) cast = wide ? cw_buffer_cast (wide, b->dtype, error) : NULL;
    if (cast) {
      transfer (plan, &group, b, cast, true);
    } else if (!wide) {
      g_autofree char *have = cw_shape_to_string (value->ndim, value->shape), *want = cw_shape_to_string (MIN (ndim, CW_MAX_NDIM), shape);
      cw_fail (error, CW_ERROR_VALUE, "shape mismatch: value array of shape %s could not be broadcast to indexing result of shape %s", have, want);
    }
    ok = cast != NULL;
  }
  g_free (group.offsets);
  return ok;
}

bool cw_buffer_assign (CwBuffer *b, int n, const CwIndex *items, CwBuffer *value, GError **error) {
  if (!cw_buffer_is_writable (b)) {
    return cw_fail (error, CW_ERROR_VALUE, "assignment destination is read-only: it is a file mapped with mode 'r'; x.copy() can be changed, or map it with mode 'r+'");
  }
  Plan plan = { 0 };
  bool ok = make_plan (&plan, b, n, items, error);
  if (ok && plan.n_arrays) {
    ok = assign_with_arrays (&plan, b, value, error);
  } else if (ok) {
    g_autoptr (CwBuffer) to = view_of_slices (&plan, b);
    /* leading axes of length 1 of the value may be dropped, as NumPy does */
    g_autoptr (CwBuffer) from = cw_buffer_ref (value);
    while (from->ndim > to->ndim && from->shape[0] == 1) {
      CwBuffer *less = cw_buffer_view (from, from->dtype, from->ndim - 1, from->shape + 1, from->strides + 1, from->data);
      cw_buffer_unref (from);
      from = less;
    }
    g_autoptr (CwBuffer) wide = cw_buffer_broadcast (from, to->ndim, to->shape, error);
    g_autoptr (CwBuffer) copy = wide && wide->storage == b->storage ? cw_buffer_cast (wide, wide->dtype, error) : wide ? cw_buffer_ref (wide) : NULL;
    if (copy) cw_buffer_copy (to, copy);
    ok = copy != NULL;
  }
  plan_clear (&plan);
  return ok;
}
