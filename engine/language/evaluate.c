/* evaluate.c: the value of an expression.
 *
 * Every function returns a kept value, or NULL with the error set. The node nearest to the error remembers its place.
 */
#include <math.h>

#include "engine/language/session-private.h"

CwValue *cw_at (CwSession *s, const CwNode *node) {
  if (!s->place.line) {
    s->place.line   = node->line;
    s->place.column = node->column;
  }
  return NULL;
}

void cw_place_clear (CwPlace *place) {
  g_free (place->inside);
  *place = (CwPlace){ 0 };
}

/* ---- names -------------------------------------------------------------------------------------- */

static CwValue *builtin_value (const char *name) {
  const CwEntry *entry = cw_register_find (CW_IN_BUILTINS, name);
  if (entry && (entry->flags & CW_ENTRY_PROPERTY)) return cw_entry_call (entry, CW_IN_BUILTINS, NULL, 0, NULL, NULL, NULL);
  if (entry && (entry->flags & CW_ENTRY_TYPE)) {
    CwValue *v = cw_value_new (CW_V_TYPE);
    v->type.entry = entry;
    v->type.name  = entry->name;
    v->type.error = -1;
    return v;
  }
  if (entry) {
    CwValue *v = cw_value_new (CW_V_BUILTIN);
    v->builtin.entry = entry;
    v->builtin.via   = CW_IN_BUILTINS;
    return v;
  }
  static const char *const bases[] = { "LookupError", "ArithmeticError", "ImportError", "BaseException" };
  CwErrorCode code = CW_ERROR_EXCEPTION;
  const char *class = cw_error_code_from_name (name, &code) ? cw_error_class_name (code) : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (bases) && !class; i++) { /* never raised themselves, but caught */
    if (g_str_equal (bases[i], name)) class = bases[i];
  }
  if (!class) return NULL;
  CwValue *v = cw_value_new (CW_V_TYPE);
  v->type.name  = class;
  v->type.error = code;
  return v;
}

static void add_key (void *key, void *value, void *names) {
  g_ptr_array_add (names, key);
}

static CwValue *refuse_unbound (CwSession *s, const CwNode *node, GError **error) {
  CwScope *around = s->scope;
  while (around->comprehension) around = around->parent;
  const char *where = !cw_scope_find (around->parent, node->name) ? NULL : g_hash_table_contains (s->globals->names, node->name) ? "global" : "nonlocal";
  g_autofree char *hint = where ? g_strdup_printf (". The function gives '%s' a value, so that it is its own; for the one outside, begin it with '%s %s'", node->text, where, node->text)
                                : g_strdup ("");
  cw_fail (error, CW_ERROR_UNBOUND, "local variable '%s' referenced before assignment%s", node->text, hint);
  return cw_at (s, node);
}

static CwValue *find_name (CwSession *s, const CwNode *node, GError **error) {
  if (node->flag) {
    CwValue *own = cw_scope_find_own (s->scope, node->name);
    return own ? own : refuse_unbound (s, node, error);
  }
  CwValue *v = cw_scope_find (s->scope, node->name);
  if (v) return v;
  v = builtin_value (node->text);
  if (v) return v;
  g_autoptr (GPtrArray) names = cw_register_names (CW_IN_BUILTINS, "");
  for (CwScope *scope = s->scope; scope; scope = scope->parent) g_hash_table_foreach (scope->names, add_key, names);
  const char *near = cw_nearest_name (node->text, names);
  static const struct {
    const char *name, *import;
  } usual[] = { { "np", "import numpy as np" }, { "da", "import dask.array as da" }, { "Client", "from dask.distributed import Client" },
                { "numpy", "import numpy" }, { "dask", "import dask" }, { "time", "import time" }, { "math", "import math" } };
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++) {
    if (g_str_equal (usual[i].name, node->text)) {
      cw_fail (error, CW_ERROR_NAME, "name '%s' is not defined. Did you forget '%s'?", node->text, usual[i].import);
      return cw_at (s, node);
    }
  }
  if (near) cw_fail (error, CW_ERROR_NAME, "name '%s' is not defined. Did you mean: '%s'?", node->text, near);
  else cw_fail (error, CW_ERROR_NAME, "name '%s' is not defined", node->text);
  return cw_at (s, node);
}

/* ---- displays ------------------------------------------------------------------------------------- */

static bool add_items (CwSession *s, GPtrArray *nodes, CwValue *into, GError **error) {
  for (guint i = 0; i < nodes->len; i++) {
    const CwNode *node = nodes->pdata[i];
    bool star = node->kind == CW_NODE_STAR;
    CwValue *v = cw_evaluate (s, star ? node->a : node, error);
    if (!v) return false;
    CwValue *all = star ? cw_to_list (v, error) : NULL;
    if (star && !all) return cw_at (s, node) != NULL;
    for (int k = 0; k < (star ? cw_items_n (all) : 1); k++) {
      CwValue *item = star ? cw_items_get (all, k) : v;
      if (into->kind != CW_V_SET) cw_items_add (into, item);
      else if (!cw_dict_set (into, item, NULL, error)) return cw_at (s, node) != NULL;
    }
  }
  return true;
}

static bool merge_dict (CwValue *into, CwValue *from, GError **error) {
  if (from->kind != CW_V_DICT) return cw_fail (error, CW_ERROR_TYPE, "'%s' object is not a mapping", cw_type_name (from));
  for (guint i = 0; i < from->dict.keys->len; i++) {
    if (!cw_dict_set (into, from->dict.keys->pdata[i], from->dict.values->pdata[i], error)) return false;
  }
  return true;
}

static CwValue *eval_dict (CwSession *s, const CwNode *node, GError **error) {
  CwValue *dict = cw_dict ();
  for (guint i = 0; i < node->list->len; i++) {
    const CwNode *key_node = node->list->pdata[i];
    CwValue *value = cw_evaluate (s, node->list2->pdata[i], error);
    if (!value) return NULL;
    if (key_node->kind == CW_NODE_STAR2) {
      if (!merge_dict (dict, value, error)) return cw_at (s, key_node);
      continue;
    }
    CwValue *key = cw_evaluate (s, key_node, error);
    if (!key) return NULL;
    if (!cw_dict_set (dict, key, value, error)) return cw_at (s, key_node);
  }
  return dict;
}

/* ---- comprehensions --------------------------------------------------------------------------------- */

static bool comp_element (CwSession *s, const CwNode *node, CwValue *into, GError **error) {
  CwValue *a = cw_evaluate (s, node->a, error);
  CwValue *b = a && node->b ? cw_evaluate (s, node->b, error) : NULL;
  if (!a || (node->b && !b)) return false;
  if (!cw_check_size ((int64_t) (cw_is_sequence (into) ? into->items : into->dict.keys)->len + 1, error)) return cw_at (s, node) != NULL;
  if (cw_is_sequence (into)) {
    cw_items_add (into, a);
    return true;
  }
  return cw_dict_set (into, a, b, error) || cw_at (s, node);
}

static bool comp_level (CwSession *s, const CwNode *node, guint level, CwValue *into, GError **error) {
  if (level == node->list->len) return comp_element (s, node, into, error);
  const CwNode *clause = node->list->pdata[level];
  CwValue *over = cw_evaluate (s, clause->b, error);
  CwIterator it;
  if (!over) return false;
  if (!cw_iterate (over, &it, error)) return cw_at (s, clause->b) != NULL;
  for (;;) {
    guint mark = cw_pool_mark ();
    g_autoptr (GError) failed = NULL;
    if (!cw_session_check (s, error)) return cw_at (s, clause) != NULL;
    CwValue *item = cw_iterate_next (&it, &failed);
    if (failed) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return cw_at (s, clause) != NULL;
    }
    if (!item) return true;
    if (!cw_assign (s, clause->a, item, error)) return false;
    bool take = true;
    for (guint i = 0; i < clause->list->len && take; i++) {
      CwValue *condition = cw_evaluate (s, clause->list->pdata[i], error);
      if (!condition || !cw_value_truth (condition, &take, error)) return cw_at (s, clause) != NULL;
    }
    if (take && !comp_level (s, node, level + 1, into, error)) return false;
    cw_pool_drain (mark);
  }
}

static CwValue *eval_comprehension (CwSession *s, const CwNode *node, GError **error) {
  CwValue *into = node->op == CW_NODE_SET ? cw_set () : node->op == CW_NODE_DICT ? cw_dict () : cw_list ();
  CwScope *outer = s->scope;
  s->scope = cw_scope_new (s->pool, outer);
  s->scope->comprehension = true;
  bool ok = comp_level (s, node, 0, into, error);
  cw_scope_unref (s->scope);
  s->scope = outer;
  if (!ok) return NULL;
  if (node->op != CW_NODE_GENERATOR) return into;
  CwValue *v = cw_value_new (CW_V_ITERATOR);
  v->iterator.over = cw_value_ref (into);
  return v;
}

/* ---- operators ------------------------------------------------------------------------------------- */

static CwValue *eval_logical (CwSession *s, const CwNode *node, GError **error) {
  CwValue *a = cw_evaluate (s, node->a, error);
  bool truth;
  if (!a) return NULL;
  if (!cw_value_truth (a, &truth, error)) return cw_at (s, node->a);
  return truth == (node->kind == CW_NODE_OR) ? a : cw_evaluate (s, node->b, error);
}

static CwValue *eval_compare (CwSession *s, const CwNode *node, GError **error) {
  CwValue *left = cw_evaluate (s, node->list->pdata[0], error), *result = NULL;
  for (guint i = 0; left && i < node->ops->len; i++) {
    CwValue *right = cw_evaluate (s, node->list->pdata[i + 1], error);
    if (!right) return NULL;
    result = cw_compare (g_array_index (node->ops, int, i), left, right, error);
    if (!result) return cw_at (s, node);
    if (i + 1 < node->ops->len) {
      bool truth;
      if (!cw_value_truth (result, &truth, error)) return cw_at (s, node);
      if (!truth) return result;
    }
    left = right;
  }
  return left ? result : NULL;
}

static CwValue *eval_ternary (CwSession *s, const CwNode *node, GError **error) {
  CwValue *condition = cw_evaluate (s, node->b, error);
  bool truth;
  if (!condition) return NULL;
  if (!cw_value_truth (condition, &truth, error)) return cw_at (s, node->b);
  return cw_evaluate (s, truth ? node->a : node->c, error);
}

/* ---- calls ------------------------------------------------------------------------------------------ */

static bool add_keyword (CwSession *s, const CwNode *node, CwValue *keywords, GError **error) {
  CwValue *v = cw_evaluate (s, node->a, error);
  if (!v) return false;
  if (node->kind == CW_NODE_STAR2) return merge_dict (keywords, v, error) || cw_at (s, node);
  CwValue *key = cw_str (node->text);
  if (cw_dict_get (keywords, key)) {
    cw_fail (error, CW_ERROR_SYNTAX, "keyword argument repeated: %s", node->text);
    return cw_at (s, node) != NULL;
  }
  return cw_dict_set (keywords, key, v, error);
}

static CwValue *eval_call (CwSession *s, const CwNode *node, GError **error) {
  CwValue *callee = cw_evaluate (s, node->a, error);
  if (!callee) return NULL;
  CwValue *args = cw_tuple (), *keywords = NULL;
  for (guint i = 0; i < node->list->len; i++) {
    const CwNode *arg = node->list->pdata[i];
    if (arg->kind == CW_NODE_KEYWORD || arg->kind == CW_NODE_STAR2) {
      if (!keywords) keywords = cw_dict ();
      if (!add_keyword (s, arg, keywords, error)) return NULL;
      continue;
    }
    CwValue *v = cw_evaluate (s, arg->kind == CW_NODE_STAR ? arg->a : arg, error);
    if (v && arg->kind == CW_NODE_STAR) {
      CwValue *all = cw_to_list (v, error);
      if (!all) return cw_at (s, arg);
      for (int k = 0; k < cw_items_n (all); k++) cw_items_add (args, cw_items_get (all, k));
    } else if (v) {
      cw_items_add (args, v);
    } else {
      return NULL;
    }
  }
  if (!cw_session_check (s, error)) return cw_at (s, node);
  CwValue *result = cw_value_call (callee, cw_items_n (args), (CwValue **) args->items->pdata, keywords, error);
  return result ? result : cw_at (s, node);
}

static CwValue *eval_function (CwSession *s, const CwNode *node, GError **error) {
  GPtrArray *params = node->kind == CW_NODE_LAMBDA ? node->list : node->list2;
  CwValue *v = cw_value_new (CW_V_FUNCTION);
  v->function.program  = cw_program_ref (s->program);
  v->function.node     = (CwNode *) node;
  v->function.scope    = cw_scope_ref (s->scope);
  v->function.defaults = g_ptr_array_new_with_free_func ((GDestroyNotify) cw_value_unref);
  for (guint i = 0; i < params->len; i++) {
    const CwNode *param = params->pdata[i];
    CwValue *value = param->a ? cw_evaluate (s, param->a, error) : NULL;
    if (param->a && !value) return NULL;
    g_ptr_array_add (v->function.defaults, value ? cw_value_ref (value) : NULL);
  }
  return v;
}

/* ---- slices and strings -------------------------------------------------------------------------------- */

static CwValue *eval_slice (CwSession *s, const CwNode *node, GError **error) {
  CwNode *parts[3] = { node->a, node->b, node->c };
  CwValue *values[3];
  for (int i = 0; i < 3; i++) {
    values[i] = parts[i] ? cw_evaluate (s, parts[i], error) : cw_none ();
    if (!values[i]) return NULL;
  }
  CwValue *v = cw_value_new (CW_V_SLICE);
  v->slice.start = cw_value_ref (values[0]);
  v->slice.stop  = cw_value_ref (values[1]);
  v->slice.step  = cw_value_ref (values[2]);
  return v;
}

static CwValue *eval_fstring (CwSession *s, const CwNode *node, GError **error) {
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GPtrArray) parts = g_ptr_array_new (), specs = g_ptr_array_new (); /* for a tape */
  for (guint i = 0; i < node->list->len; i++) {
    const CwNode *part = node->list->pdata[i];
    if (part->kind == CW_NODE_STR) {
      g_string_append (out, part->text);
      g_ptr_array_add (parts, cw_str (part->text));
      g_ptr_array_add (specs, NULL);
      continue;
    }
    CwValue *v = cw_evaluate (s, part->a, error);
    CwValue *spec = v && part->b ? cw_evaluate (s, part->b, error) : NULL;
    if (!v || (part->b && !spec)) return NULL;
    if (part->text && (!part->b || part->text[0] != 'r' || spec)) {
      bool repr = part->text[0] != 's' && !(part->b && part->text[0] == 'r' && cw_value_is_number (v));
      if (repr || part->text[0] == 's') v = cw_str_take (repr ? cw_value_repr (v) : cw_value_str (v));
    }
    g_autofree char *text = cw_value_format (v, spec ? spec->s : "", error);
    if (!text) return cw_at (s, part);
    g_string_append (out, text);
    g_ptr_array_add (parts, v);
    g_ptr_array_add (specs, spec ? spec->s : NULL);
  }
  CwValue *result = cw_str_take (g_string_free (g_steal_pointer (&out), FALSE));
  cw_tape_text (result, (int) parts->len, (CwValue *const *) parts->pdata, (char *const *) specs->pdata);
  return result;
}

/* ---- all kinds ------------------------------------------------------------------------------------------ */

static CwValue *eval_operation (CwSession *s, const CwNode *node, GError **error) {
  CwValue *a = cw_evaluate (s, node->a, error), *b = NULL, *result = NULL;
  if (!a) return NULL;
  if (node->kind == CW_NODE_BINARY || node->kind == CW_NODE_INDEX) {
    b = cw_evaluate (s, node->b, error);
    if (!b) return NULL;
  }
  if (node->kind == CW_NODE_BINARY) {
    result = cw_binary (node->op, a, b, error);
    if (result) cw_tape_number (result, node->op, a, b);
  }
  else if (node->kind == CW_NODE_UNARY) result = cw_unary (node->op, a, error);
  else if (node->kind == CW_NODE_INDEX) result = cw_get_item (a, b, error);
  else result = cw_value_attribute (a, node->text, error);
  return result ? result : cw_at (s, node);
}

static CwValue *eval_not (CwSession *s, const CwNode *node, GError **error) {
  CwValue *a = cw_evaluate (s, node->a, error);
  bool truth;
  if (!a) return NULL;
  return cw_value_truth (a, &truth, error) ? cw_bool (!truth) : cw_at (s, node);
}

static CwValue *eval_items (CwSession *s, const CwNode *node, GError **error) {
  CwValue *into = node->kind == CW_NODE_LIST ? cw_list () : node->kind == CW_NODE_SET ? cw_set () : cw_tuple ();
  return add_items (s, node->list, into, error) ? into : NULL;
}

static CwValue *eval_walrus (CwSession *s, const CwNode *node, GError **error) {
  CwValue *v = cw_evaluate (s, node->a, error);
  CwScope *scope = s->scope;
  while (scope->comprehension) scope = scope->parent;
  if (v) cw_scope_assign (scope, node->name, v);
  return v;
}

CwValue *cw_evaluate (CwSession *s, const CwNode *node, GError **error) {
  if (cw_stack_is_short ()) {
    cw_fail (error, CW_ERROR_RECURSION, "maximum recursion depth exceeded");
    return cw_at (s, node);
  }
  switch (node->kind) {
  case CW_NODE_NAME:
    return find_name (s, node, error);
  case CW_NODE_INT:
    return cw_int (node->integer);
  case CW_NODE_FLOAT:
    return cw_float (node->number);
  case CW_NODE_IMAG:
    return cw_complex (CMPLX (0, node->number));
  case CW_NODE_STR:
    return cw_str (node->text);
  case CW_NODE_FSTRING:
    return eval_fstring (s, node, error);
  case CW_NODE_NONE:
    return cw_none ();
  case CW_NODE_TRUE:
  case CW_NODE_FALSE:
    return cw_bool (node->kind == CW_NODE_TRUE);
  case CW_NODE_ELLIPSIS:
    return cw_value_new (CW_V_ELLIPSIS);
  case CW_NODE_TUPLE:
  case CW_NODE_LIST:
  case CW_NODE_SET:
    return eval_items (s, node, error);
  case CW_NODE_DICT:
    return eval_dict (s, node, error);
  case CW_NODE_UNARY:
  case CW_NODE_BINARY:
  case CW_NODE_INDEX:
  case CW_NODE_ATTR:
    return eval_operation (s, node, error);
  case CW_NODE_AND:
  case CW_NODE_OR:
    return eval_logical (s, node, error);
  case CW_NODE_NOT:
    return eval_not (s, node, error);
  case CW_NODE_COMPARE:
    return eval_compare (s, node, error);
  case CW_NODE_TERNARY:
    return eval_ternary (s, node, error);
  case CW_NODE_CALL:
    return eval_call (s, node, error);
  case CW_NODE_SLICE:
    return eval_slice (s, node, error);
  case CW_NODE_LAMBDA:
  case CW_NODE_DEF:
    return eval_function (s, node, error);
  case CW_NODE_COMP:
    return eval_comprehension (s, node, error);
  case CW_NODE_WALRUS:
    return eval_walrus (s, node, error);
  default:
    cw_fail (error, CW_ERROR_SYNTAX, "a starred expression cannot stand here");
    return cw_at (s, node);
  }
}
