/* containers.c: items and methods of lists, tuples, dicts, sets, strings and ranges. */
#include <string.h>

#include "engine/language/containers.h"
#include "engine/language/families.h"
#include "engine/language/session-private.h"

/* ---- items ------------------------------------------------------------------------------------------------------- */

static bool slice_part (CwValue *v, bool *has, int64_t *to, GError **error) {
  *has = v->kind != CW_V_NONE;
  if (!*has) return true;
  if (cw_value_index (v, to, NULL)) return true;
  return cw_fail (error, CW_ERROR_TYPE, "slice indices must be integers or None, not %s", cw_type_name (v));
}

bool cw_slice_from_value (CwValue *v, CwIndex *out, GError **error) {
  *out = (CwIndex){ .kind = CW_INDEX_SLICE };
  if (!slice_part (v->slice.start, &out->has_start, &out->start, error) || !slice_part (v->slice.stop, &out->has_stop, &out->stop, error) ||
      !slice_part (v->slice.step, &out->has_step, &out->step, error)) {
    return false;
  }
  if (out->has_step && out->step == 0) return cw_fail (error, CW_ERROR_VALUE, "slice step cannot be zero");
  return true;
}

static int64_t length_of (CwValue *v) {
  switch (v->kind) {
  case CW_V_STR:
    return g_utf8_strlen (v->s, -1);
  case CW_V_RANGE: {
    int64_t span = v->range.step > 0 ? v->range.stop - v->range.start : v->range.start - v->range.stop, step = ABS (v->range.step);
    return span > 0 ? (span - 1) / step + 1 : 0;
  }
  case CW_V_DICT:
  case CW_V_SET:
    return v->dict.keys->len;
  default:
    return cw_items_n (v);
  }
}

int64_t cw_value_length (CwValue *v) {
  return length_of (v);
}

static CwValue *item_at (CwValue *v, int64_t i) {
  if (v->kind == CW_V_RANGE) return cw_int (v->range.start + i * v->range.step);
  if (v->kind != CW_V_STR) return cw_items_get (v, (int) i);
  return cw_str_take (g_utf8_substring (v->s, i, i + 1));
}

static CwValue *get_slice (CwValue *v, CwValue *index, GError **error) {
  CwIndex slice;
  int64_t start, step, count;
  if (!cw_slice_from_value (index, &slice, error)) return NULL;
  cw_slice_resolve (&slice, length_of (v), &start, &step, &count);
  if (v->kind == CW_V_RANGE) {
    CwValue *range = cw_value_new (CW_V_RANGE);
    range->range.start = v->range.start + start * v->range.step;
    range->range.step  = v->range.step * step;
    range->range.stop  = range->range.start + count * range->range.step;
    return range;
  }
  if (v->kind == CW_V_STR) {
    GString *out = g_string_new (NULL);
    for (int64_t i = 0; i < count; i++) {
      g_autofree char *c = g_utf8_substring (v->s, start + i * step, start + i * step + 1);
      g_string_append (out, c);
    }
    return cw_str_take (g_string_free (out, FALSE));
  }
  CwValue *out = v->kind == CW_V_LIST ? cw_list () : cw_tuple ();
  for (int64_t i = 0; i < count; i++) cw_items_add (out, cw_items_get (v, (int) (start + i * step)));
  return out;
}

static bool check_index (CwValue *v, CwValue *index, int64_t *i, GError **error) {
  int64_t n = length_of (v);
  if (!cw_value_index (index, i, NULL)) {
    return cw_fail (error, CW_ERROR_TYPE, "%s indices must be integers or slices, not %s", cw_type_name (v), cw_type_name (index));
  }
  if (*i < 0) *i += n;
  if (*i < 0 || *i >= n) return cw_fail (error, CW_ERROR_INDEX, "%s index out of range", v->kind == CW_V_STR ? "string" : cw_type_name (v));
  return true;
}

static bool refuse_key (CwValue *key, GError **error) {
  return cw_session_raise (cw_current_session (), cw_exception (CW_ERROR_KEY, cw_tuple_of (1, &key)), error);
}

CwValue *cw_get_item (CwValue *v, CwValue *index, GError **error) {
  int64_t i;
  switch (v->kind) {
  case CW_V_LIST:
  case CW_V_TUPLE:
  case CW_V_STR:
  case CW_V_RANGE:
    if (index->kind == CW_V_SLICE) return get_slice (v, index, error);
    return check_index (v, index, &i, error) ? item_at (v, i) : NULL;
  case CW_V_DICT: {
    CwValue *found = cw_dict_get (v, index);
    if (!found && cw_check_depth (error)) refuse_key (index, error);
    return found;
  }
  case CW_V_RECORD:
    if (v->record.items) return cw_get_item (v->record.items, index, error);
    cw_fail (error, CW_ERROR_TYPE, "'%s' object is not subscriptable", cw_type_name (v));
    return NULL;
  case CW_V_LAZY:
  case CW_V_EAGER:
  case CW_V_SCALAR:
  case CW_V_ACCESSOR:
    return cw_array_item (v, index, error);
  default:
    cw_fail (error, CW_ERROR_TYPE, "'%s' object is not subscriptable", cw_type_name (v));
    return NULL;
  }
}

static bool set_slice (CwValue *list, CwValue *index, CwValue *to, GError **error) {
  CwIndex slice;
  int64_t start, step, count;
  CwValue *items = cw_to_list (to, error);
  if (!items || !cw_slice_from_value (index, &slice, error)) return false;
  cw_slice_resolve (&slice, cw_items_n (list), &start, &step, &count);
  int n = cw_items_n (items);
  if (step != 1 && n != count) {
    return cw_fail (error, CW_ERROR_VALUE, "attempt to assign sequence of size %d to extended slice of size %d", n, (int) count);
  }
  if (step != 1) {
    for (int i = 0; i < n; i++) cw_value_set ((CwValue **) &list->items->pdata[start + i * step], cw_items_get (items, i));
    return true;
  }
  if (count) g_ptr_array_remove_range (list->items, (guint) start, (guint) count);
  for (int i = 0; i < n; i++) g_ptr_array_insert (list->items, (int) start + i, cw_value_ref (cw_items_get (items, i)));
  return true;
}

bool cw_set_item (CwValue *v, CwValue *index, CwValue *to, GError **error) {
  int64_t i;
  if (v->kind == CW_V_LIST && index->kind == CW_V_SLICE) return set_slice (v, index, to, error);
  if (v->kind == CW_V_LIST) {
    if (!check_index (v, index, &i, error)) return false;
    cw_value_set ((CwValue **) &v->items->pdata[i], to);
    return true;
  }
  if (v->kind == CW_V_DICT) return cw_dict_set (v, index, to, error);
  if (cw_value_is_array (v)) return cw_array_assign (v, index, to, error);
  return cw_fail (error, CW_ERROR_TYPE, "'%s' object does not support item assignment", cw_type_name (v));
}

static bool delete_slice (CwValue *list, CwValue *index, GError **error) {
  CwIndex slice;
  int64_t start, step, count;
  if (!cw_slice_from_value (index, &slice, error)) return false;
  cw_slice_resolve (&slice, cw_items_n (list), &start, &step, &count);
  if (step == 1 && count) g_ptr_array_remove_range (list->items, (guint) start, (guint) count);
  for (int64_t i = 0; step != 1 && i < count; i++) { /* from the end, where what goes does not move the others */
    g_ptr_array_remove_index (list->items, (guint) (step > 0 ? start + (count - 1 - i) * step : start + i * step));
  }
  return true;
}

bool cw_delete_item (CwValue *v, CwValue *index, GError **error) {
  int64_t i;
  if (v->kind == CW_V_DICT) return cw_dict_remove (v, index) || refuse_key (index, error);
  if (v->kind != CW_V_LIST) return cw_fail (error, CW_ERROR_TYPE, "'%s' object does not support item deletion", cw_type_name (v));
  if (index->kind == CW_V_SLICE) return delete_slice (v, index, error);
  if (!check_index (v, index, &i, error)) return false;
  g_ptr_array_remove_index (v->items, (guint) i);
  return true;
}

/* ---- methods of lists and tuples --------------------------------------------------------------------------------------- */

static CwValue *list_append (CwCall *call, GError **error) {
  if (!cw_check_size ((int64_t) cw_items_n (call->args[0]) + 1, error)) return NULL;
  cw_items_add (call->args[0], call->args[1]);
  return cw_none ();
}

static CwValue *list_extend (CwCall *call, GError **error) {
  CwValue *more = cw_to_list (call->args[1], error);
  if (more && !cw_check_size ((int64_t) cw_items_n (call->args[0]) + cw_items_n (more), error)) return NULL;
  for (int i = 0, n = more ? cw_items_n (more) : 0; i < n; i++) cw_items_add (call->args[0], cw_items_get (more, i));
  return more ? cw_none () : NULL;
}

static CwValue *list_insert (CwCall *call, GError **error) {
  int64_t at, n = cw_items_n (call->args[0]);
  if (!cw_arg_int (call, 1, &at, error) || !cw_check_size (n + 1, error)) return NULL;
  at = CLAMP (at < 0 ? at + n : at, 0, n);
  g_ptr_array_insert (call->args[0]->items, (int) at, cw_value_ref (call->args[2]));
  return cw_none ();
}

static CwValue *list_pop (CwCall *call, GError **error) {
  int64_t i;
  if (!cw_items_n (call->args[0])) {
    cw_fail (error, CW_ERROR_INDEX, "pop from empty list");
    return NULL;
  }
  if (!check_index (call->args[0], call->args[1], &i, error)) return NULL;
  CwValue *v = cw_keep (cw_value_ref (cw_items_get (call->args[0], (int) i)), (GDestroyNotify) cw_value_unref);
  g_ptr_array_remove_index (call->args[0]->items, (guint) i);
  return v;
}

/* -1: not there; -2 with the error set. */
static int find_item (CwValue *list, CwValue *item, GError **error) {
  for (int i = 0; i < cw_items_n (list); i++) {
    if (cw_value_equal (cw_items_get (list, i), item)) return i;
  }
  return cw_check_depth (error) ? -1 : -2;
}

static CwValue *list_index (CwCall *call, GError **error) {
  int at = find_item (call->args[0], call->args[1], error);
  if (at != -1) return at >= 0 ? cw_int (at) : NULL;
  g_autofree char *text = cw_value_repr (call->args[1]);
  cw_fail (error, CW_ERROR_VALUE, "%s is not in %s", text, cw_type_name (call->args[0]));
  return NULL;
}

static CwValue *list_remove (CwCall *call, GError **error) {
  int at = find_item (call->args[0], call->args[1], error);
  if (at == -2) return NULL;
  if (at < 0) {
    cw_fail (error, CW_ERROR_VALUE, "list.remove(x): x not in list");
    return NULL;
  }
  g_ptr_array_remove_index (call->args[0]->items, (guint) at);
  return cw_none ();
}

static CwValue *list_count (CwCall *call, GError **error) {
  int n = 0;
  for (int i = 0; i < cw_items_n (call->args[0]); i++) n += cw_value_equal (cw_items_get (call->args[0], i), call->args[1]);
  return cw_check_depth (error) ? cw_int (n) : NULL;
}

static CwValue *list_reverse (CwCall *call, GError **error) {
  GPtrArray *items = call->args[0]->items;
  for (guint i = 0; i < items->len / 2; i++) {
    void *swap = items->pdata[i];
    items->pdata[i] = items->pdata[items->len - 1 - i];
    items->pdata[items->len - 1 - i] = swap;
  }
  return cw_none ();
}

static CwValue *list_copy (CwCall *call, GError **error) {
  CwValue *copy = cw_list ();
  for (int i = 0; i < cw_items_n (call->args[0]); i++) cw_items_add (copy, cw_items_get (call->args[0], i));
  return copy;
}

static CwValue *list_clear (CwCall *call, GError **error) {
  g_ptr_array_set_size (call->args[0]->items, 0);
  return cw_none ();
}

/* A stable merge sort of items by keys; false on the first pair that has no order, and when interrupted. */
static bool merge_sort (CwValue **keys, CwValue **items, int n, GError **error) {
  if (n < 2) return true;
  int half = n / 2;
  if (!merge_sort (keys, items, half, error) || !merge_sort (keys + half, items + half, n - half, error)) return false;
  g_autofree CwValue **k = g_new (CwValue *, (gsize) n), **v = g_new (CwValue *, (gsize) n);
  for (int i = 0, j = half, to = 0; to < n; to++) {
    bool right = i >= half;
    if (!right && j < n) {
      guint mark = cw_pool_mark ();
      CwValue *less = cw_session_check (cw_current_session (), error) ? cw_compare (CW_OP_LT, keys[j], keys[i], error) : NULL;
      if (!less || !cw_value_truth (less, &right, error)) return false;
      cw_pool_drain (mark);
    }
    int from = right ? j++ : i++;
    k[to] = keys[from];
    v[to] = items[from];
  }
  memcpy (keys, k, (gsize) n * sizeof *k);
  memcpy (items, v, (gsize) n * sizeof *v);
  return true;
}

CwValue *cw_sorted (CwValue *over, CwValue *key, bool reverse, GError **error) {
  CwValue *items = cw_to_list (over, error);
  if (!items) return NULL;
  if (items == over) items = cw_tuple_of (cw_items_n (over), (CwValue **) over->items->pdata);
  int n = cw_items_n (items);
  CwValue *keys = cw_list ();
  for (int i = 0; i < n; i++) {
    guint mark = cw_pool_mark ();
    CwValue *item = cw_items_get (items, i);
    CwValue *k = key->kind == CW_V_NONE ? item : cw_value_call (key, 1, &item, NULL, error);
    if (!k) return NULL;
    cw_items_add (keys, k);
    cw_pool_drain (mark);
  }
  g_autofree CwValue **order = g_new (CwValue *, (gsize) n + 1), **by = g_new (CwValue *, (gsize) n + 1);
  for (int i = 0; i < n; i++) { /* reversed before and after, so that equal keys keep their order */
    order[i] = cw_items_get (items, reverse ? n - 1 - i : i);
    by[i]    = cw_items_get (keys, reverse ? n - 1 - i : i);
  }
  if (!merge_sort (by, order, n, error)) return NULL;
  CwValue *out = cw_list ();
  for (int i = 0; i < n; i++) cw_items_add (out, order[reverse ? n - 1 - i : i]);
  return out;
}

static CwValue *list_sort (CwCall *call, GError **error) {
  bool reverse;
  if (!cw_arg_bool (call, 2, &reverse, error)) return NULL;
  CwValue *sorted = cw_sorted (call->args[0], call->args[1], reverse, error);
  if (!sorted) return NULL;
  GPtrArray *swap = call->args[0]->items;
  call->args[0]->items = sorted->items;
  sorted->items = swap;
  return cw_none ();
}

/* ---- methods of dicts and sets -------------------------------------------------------------------------------------------- */

static CwValue *dict_view (CwCall *call, GError **error) {
  CwValue *dict = call->args[0], *list = cw_list ();
  for (guint i = 0; i < dict->dict.keys->len; i++) {
    CwValue *key = dict->dict.keys->pdata[i], *value = dict->dict.values->pdata[i];
    cw_items_add (list, call->entry->data == 0 ? key : call->entry->data == 1 ? value : cw_pair (key, value));
  }
  return list;
}

static CwValue *dict_get (CwCall *call, GError **error) {
  CwValue *found = cw_dict_get (call->args[0], call->args[1]);
  return found ? found : call->args[2];
}

static CwValue *dict_pop (CwCall *call, GError **error) {
  CwValue *found = cw_dict_get (call->args[0], call->args[1]);
  if (!found && call->given[2]) return call->args[2];
  if (!found) {
    refuse_key (call->args[1], error);
    return NULL;
  }
  cw_keep (cw_value_ref (found), (GDestroyNotify) cw_value_unref);
  cw_dict_remove (call->args[0], call->args[1]);
  return found;
}

static CwValue *dict_popitem (CwCall *call, GError **error) {
  CwValue *dict = call->args[0];
  guint n = dict->dict.keys->len;
  if (!n) {
    cw_session_raise (call->session, cw_exception (CW_ERROR_KEY, cw_tuple_of (1, (CwValue *[]){ cw_str ("popitem(): dictionary is empty") })), error);
    return NULL;
  }
  CwValue *pair = cw_pair (dict->dict.keys->pdata[n - 1], dict->dict.values->pdata[n - 1]);
  cw_dict_remove (dict, cw_items_get (pair, 0));
  return pair;
}

static CwValue *dict_fromkeys (CwCall *call, GError **error) {
  CwValue *keys = cw_to_list (call->args[1], error), *dict = cw_dict ();
  for (int i = 0; keys && i < cw_items_n (keys); i++) {
    if (!cw_dict_set (dict, cw_items_get (keys, i), call->args[2], error)) return NULL;
  }
  return keys ? dict : NULL;
}

static CwValue *dict_setdefault (CwCall *call, GError **error) {
  CwValue *found = cw_dict_get (call->args[0], call->args[1]);
  if (found) return found;
  return cw_dict_set (call->args[0], call->args[1], call->args[2], error) ? call->args[2] : NULL;
}

static CwValue *dict_update (CwCall *call, GError **error) {
  CwValue *from[2] = { call->args[1], call->args[2] };
  for (int k = 0; k < 2; k++) {
    if (from[k]->kind != CW_V_DICT) continue;
    for (guint i = 0; i < from[k]->dict.keys->len; i++) {
      if (!cw_dict_set (call->args[0], from[k]->dict.keys->pdata[i], from[k]->dict.values->pdata[i], error)) return NULL;
    }
  }
  return cw_none ();
}

static CwValue *set_add (CwCall *call, GError **error) {
  return cw_dict_set (call->args[0], call->args[1], NULL, error) ? cw_none () : NULL;
}

static CwValue *set_discard (CwCall *call, GError **error) {
  if (!cw_dict_remove (call->args[0], call->args[1]) && call->entry->data) {
    refuse_key (call->args[1], error);
    return NULL;
  }
  return cw_none ();
}

static CwValue *set_pop (CwCall *call, GError **error) {
  CwValue *set = call->args[0];
  if (!set->dict.keys->len) {
    cw_session_raise (call->session, cw_exception (CW_ERROR_KEY, cw_tuple_of (1, (CwValue *[]){ cw_str ("pop from an empty set") })), error);
    return NULL;
  }
  CwValue *element = cw_keep (cw_value_ref (set->dict.keys->pdata[0]), (GDestroyNotify) cw_value_unref);
  cw_dict_remove (set, element);
  return element;
}

static CwValue *set_combine (CwCall *call, GError **error) {
  CwValue *result = cw_binary (CW_OP_OR, call->args[0], cw_set (), error); /* a copy */
  for (int k = 0; result && k < cw_items_n (call->args[1]); k++) {
    CwValue *other = cw_set (), *list = cw_to_list (cw_items_get (call->args[1], k), error);
    for (int i = 0; list && i < cw_items_n (list); i++) {
      if (!cw_dict_set (other, cw_items_get (list, i), NULL, error)) return NULL;
    }
    result = list ? cw_binary (call->entry->data, result, other, error) : NULL;
  }
  return result;
}

const CwEntry cw_entries_containers[] = {
  { "append", CW_IN_LIST, "self, object", list_append, "Adds one element at the end.", 0 },
  { "extend", CW_IN_LIST, "self, iterable", list_extend, "Adds all elements at the end.", 0 },
  { "insert", CW_IN_LIST, "self, index, object", list_insert, "Adds an element before a position.", 0 },
  { "pop", CW_IN_LIST, "self, index=-1", list_pop, "Takes an element out and returns it.", 0 },
  { "index", CW_IN_LIST | CW_IN_TUPLE, "self, value", list_index, "Position of the first equal element.", 0 },
  { "remove", CW_IN_LIST, "self, value", list_remove, "Takes the first equal element out.", 0 },
  { "count", CW_IN_LIST | CW_IN_TUPLE, "self, value", list_count, "Number of equal elements.", 0 },
  { "reverse", CW_IN_LIST, "self", list_reverse, "Turns the order round.", 0 },
  { "copy", CW_IN_LIST, "self", list_copy, "Another list of the same elements.", 0 },
  { "clear", CW_IN_LIST, "self", list_clear, "Takes all elements out.", 0 },
  { "sort", CW_IN_LIST, "self, key=None, reverse=False", list_sort, "Sorts in place.", 0 },
  { "keys", CW_IN_DICT, "self", dict_view, "The keys.", 0 },
  { "values", CW_IN_DICT, "self", dict_view, "The values.", 1 },
  { "items", CW_IN_DICT, "self", dict_view, "Pairs of key and value.", 2 },
  { "get", CW_IN_DICT, "self, key, default=None", dict_get, "The value of a key, or a default.", 0 },
  { "pop", CW_IN_DICT, "self, key, default=None", dict_pop, "Takes a key out and returns its value.", 0 },
  { "popitem", CW_IN_DICT, "self", dict_popitem, "Takes the last key out and returns it with its value.", 0 },
  { "fromkeys", CW_IN_DICT, "self, iterable, value=None", dict_fromkeys, "A dict of these keys, all with the same value.", 0 },
  { "setdefault", CW_IN_DICT, "self, key, default=None", dict_setdefault, "The value of a key, set to a default where absent.", 0 },
  { "update", CW_IN_DICT, "self, other=None, **kwargs", dict_update, "Sets the keys of another dict.", 0 },
  { "add", CW_IN_SET, "self, element", set_add, "Adds an element.", 0 },
  { "discard", CW_IN_SET, "self, element", set_discard, "Takes an element out if it is there.", 0 },
  { "remove", CW_IN_SET, "self, element", set_discard, "Takes an element out.", 1 },
  { "pop", CW_IN_SET, "self", set_pop, "Takes some element out and returns it.", 0 },
  { "union", CW_IN_SET, "self, *others", set_combine, "Elements of either.", CW_OP_OR },
  { "intersection", CW_IN_SET, "self, *others", set_combine, "Elements of both.", CW_OP_AND },
  { "difference", CW_IN_SET, "self, *others", set_combine, "Elements that the other lacks.", CW_OP_SUB },
  { 0 },
};
