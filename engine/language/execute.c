/* execute.c: what statements do.
 *
 * A statement's temporary values go when it ends. Flow (break, return, an error) is the return value; the error of an
 * except clause that is being handled waits on a stack, so that a bare raise can raise it again.
 */
#include <math.h>
#include <string.h>

#include "engine/language/session-private.h"

#define MAX_CALLS 1000 /* as Python */

/* ---- assignment -------------------------------------------------------------------------------------- */

void cw_session_focus (CwSession *s, const char *name, const CwValue *value) {
  if (!s->result || s->depth > 0 || !cw_value_is_array (value)) return;
  g_free (s->result->focus_name);
  s->result->focus_name = g_strdup (name);
}

static bool unpack (CwSession *s, const CwNode *target, CwValue *value, GError **error) {
  CwValue *items = cw_to_list (value, error);
  if (!items) {
    g_clear_error (error);
    cw_fail (error, CW_ERROR_TYPE, "cannot unpack non-iterable %s object", cw_type_name (value));
    return cw_at (s, target) != NULL;
  }
  int want = (int) target->list->len, have = cw_items_n (items), star = -1;
  for (int i = 0; i < want; i++) {
    if (((CwNode *) target->list->pdata[i])->kind == CW_NODE_STAR) star = i;
  }
  if (star < 0 ? have != want : have < want - 1) {
    if (star < 0 && have > want) cw_fail (error, CW_ERROR_VALUE, "too many values to unpack (expected %d)", want);
    else cw_fail (error, CW_ERROR_VALUE, "not enough values to unpack (expected %s%d, got %d)", star < 0 ? "" : "at least ", star < 0 ? want : want - 1, have);
    return cw_at (s, target) != NULL;
  }
  for (int i = 0, from = 0; i < want; i++) {
    const CwNode *part = target->list->pdata[i];
    CwValue *v = i == star ? cw_list () : cw_items_get (items, from++);
    for (int k = 0; i == star && k < have - (want - 1); k++) cw_items_add (v, cw_items_get (items, from++));
    if (!cw_assign (s, i == star ? part->a : part, v, error)) return false;
  }
  return true;
}

bool cw_assign (CwSession *s, const CwNode *target, CwValue *value, GError **error) {
  CwValue *of, *index;
  switch (target->kind) {
  case CW_NODE_NAME:
    cw_scope_assign (s->scope, target->name, value);
    cw_session_focus (s, target->text, value);
    return true;
  case CW_NODE_TUPLE:
  case CW_NODE_LIST:
    return unpack (s, target, value, error);
  case CW_NODE_INDEX:
    of    = cw_evaluate (s, target->a, error);
    index = of ? cw_evaluate (s, target->b, error) : NULL;
    if (!index) return false;
    return cw_set_item (of, index, value, error) || cw_at (s, target);
  case CW_NODE_ATTR:
    of = cw_evaluate (s, target->a, error);
    if (!of) return false;
    return cw_value_set_attribute (of, target->text, value, error) || cw_at (s, target);
  default:
    return cw_at (s, target) || cw_fail (error, CW_ERROR_SYNTAX, "cannot assign to this expression");
  }
}

static bool execute_assign (CwSession *s, const CwNode *node, GError **error) {
  CwValue *value = cw_evaluate (s, node->a, error);
  if (!value) return false;
  for (guint i = 0; i < node->list->len; i++) {
    if (!cw_assign (s, node->list->pdata[i], value, error)) return false;
  }
  return true;
}

static bool execute_augment (CwSession *s, const CwNode *node, GError **error) {
  const CwNode *target = node->a;
  CwValue *of = NULL, *index = NULL, *old;
  if (target->kind == CW_NODE_INDEX) {
    of    = cw_evaluate (s, target->a, error);
    index = of ? cw_evaluate (s, target->b, error) : NULL;
    old   = index ? cw_get_item (of, index, error) : NULL;
    if (index && !old) cw_at (s, target);
  } else {
    old = cw_evaluate (s, target, error);
  }
  CwValue *by = old ? cw_evaluate (s, node->b, error) : NULL;
  if (!by) return false;
  if (old->kind == CW_V_LIST && node->op == CW_OP_ADD) { /* in place, as other names of the list see it */
    CwValue *more = cw_to_list (by, error);
    if (!more) return cw_at (s, node) != NULL;
    if (!cw_check_size ((int64_t) cw_items_n (old) + cw_items_n (more), error)) return cw_at (s, node) != NULL;
    for (int i = 0, n = cw_items_n (more); i < n; i++) cw_items_add (old, cw_items_get (more, i));
    return index ? cw_set_item (of, index, old, error) : cw_assign (s, target, old, error);
  }
  CwValue *result = cw_binary (node->op, old, by, error);
  if (!result) return cw_at (s, node) != NULL;
  if (old->kind == CW_V_EAGER && result->kind == CW_V_EAGER) { /* NumPy works in place */
    if (cw_dtype_promote (old->buffer->dtype, result->buffer->dtype) != old->buffer->dtype) {
      cw_fail (error, CW_ERROR_TYPE, "Cannot cast the result from dtype('%s') to dtype('%s') with casting rule 'same_kind'; write x = x %s y instead",
               cw_dtype_name (result->buffer->dtype), cw_dtype_name (old->buffer->dtype), cw_operator_text (node->op));
      return cw_at (s, node) != NULL;
    }
    if (!cw_set_item (old, cw_value_new (CW_V_ELLIPSIS), result, error)) return cw_at (s, node) != NULL;
    result = old;
    if (!index) return true;
  }
  if (index) return cw_set_item (of, index, result, error) || cw_at (s, target);
  return cw_assign (s, target, result, error);
}

static bool execute_delete (CwSession *s, const CwNode *node, GError **error) {
  for (guint i = 0; i < node->list->len; i++) {
    const CwNode *target = node->list->pdata[i];
    if (target->kind == CW_NODE_NAME) {
      if (cw_scope_remove (s->scope, target->name)) continue;
      return cw_evaluate (s, target, error) && cw_fail (error, CW_ERROR_NAME, "name '%s' is not defined", target->text);
    }
    CwValue *of = target->kind == CW_NODE_INDEX ? cw_evaluate (s, target->a, error) : NULL;
    CwValue *index = of ? cw_evaluate (s, target->b, error) : NULL;
    if (target->kind != CW_NODE_INDEX) cw_fail (error, CW_ERROR_TYPE, "only names and items can be deleted");
    else if (!index) return false;
    if (!index || !cw_delete_item (of, index, error)) return cw_at (s, target) != NULL;
  }
  return true;
}

/* ---- loops ---------------------------------------------------------------------------------------------- */

CwFlow cw_execute_block (CwSession *s, GPtrArray *block, GError **error) {
  for (guint i = 0; i < block->len; i++) {
    CwFlow flow = cw_execute (s, block->pdata[i], error);
    if (flow != CW_FLOW_NEXT) return flow;
  }
  return CW_FLOW_NEXT;
}

static CwFlow execute_while (CwSession *s, const CwNode *node, GError **error) {
  for (;;) {
    guint mark = cw_pool_mark ();
    bool truth;
    CwValue *condition = cw_session_check (s, error) ? cw_evaluate (s, node->a, error) : NULL;
    if (!condition || !cw_value_truth (condition, &truth, error)) {
      cw_at (s, node);
      return CW_FLOW_ERROR;
    }
    cw_pool_drain (mark);
    if (!truth) break;
    CwFlow flow = cw_execute_block (s, node->list, error);
    if (flow == CW_FLOW_BREAK) return CW_FLOW_NEXT;
    if (flow == CW_FLOW_RETURN || flow == CW_FLOW_ERROR) return flow;
  }
  return node->list2 ? cw_execute_block (s, node->list2, error) : CW_FLOW_NEXT;
}

static CwFlow execute_for (CwSession *s, const CwNode *node, GError **error) {
  CwValue *over = cw_evaluate (s, node->b, error);
  CwIterator it;
  if (!over || !cw_iterate (over, &it, error)) {
    cw_at (s, node->b);
    return CW_FLOW_ERROR;
  }
  for (;;) {
    guint mark = cw_pool_mark ();
    GError *failed = NULL;
    CwValue *item = cw_session_check (s, &failed) ? cw_iterate_next (&it, &failed) : NULL;
    if (failed) {
      g_propagate_error (error, failed);
      cw_at (s, node);
      return CW_FLOW_ERROR;
    }
    if (!item) break;
    if (!cw_assign (s, node->a, item, error)) return CW_FLOW_ERROR;
    cw_pool_drain (mark);
    CwFlow flow = cw_execute_block (s, node->list, error);
    if (flow == CW_FLOW_BREAK) return CW_FLOW_NEXT;
    if (flow == CW_FLOW_RETURN || flow == CW_FLOW_ERROR) return flow;
  }
  return node->list2 ? cw_execute_block (s, node->list2, error) : CW_FLOW_NEXT;
}

static CwFlow execute_if (CwSession *s, const CwNode *node, GError **error) {
  CwValue *condition = cw_evaluate (s, node->a, error);
  bool truth;
  if (!condition || !cw_value_truth (condition, &truth, error)) {
    cw_at (s, node->a);
    return CW_FLOW_ERROR;
  }
  if (truth) return cw_execute_block (s, node->list, error);
  return node->list2 ? cw_execute_block (s, node->list2, error) : CW_FLOW_NEXT;
}

/* ---- exceptions --------------------------------------------------------------------------------------------- */

/* What a handler calls the error: the exception that was raised, if the error is of one. */
static CwValue *exception_of (CwSession *s, const GError *raised) {
  CwValue *v = s->raised;
  bool its = v && raised->domain == CW_ERROR && raised->code == v->exception.code && g_str_equal (raised->message, v->exception.message);
  return its ? v : cw_exception_of_error (raised);
}

static bool handler_matches (CwSession *s, const CwNode *handler, const GError *raised, bool *matches, GError **error) {
  int code = raised->domain == CW_ERROR ? raised->code : CW_ERROR_OS;
  *matches = code != CW_ERROR_INTERRUPT;
  if (!handler->a) return true;
  CwValue *class = cw_evaluate (s, handler->a, error);
  if (!class) return false;
  CwValue *classes = class->kind == CW_V_TUPLE ? class : cw_tuple_of (1, &class);
  *matches = false;
  for (int i = 0; i < cw_items_n (classes); i++) {
    CwValue *one = cw_items_get (classes, i);
    if (one->kind != CW_V_TYPE || one->type.entry) {
      return cw_fail (error, CW_ERROR_TYPE, "catching classes that are not exceptions is not allowed");
    }
    *matches |= cw_error_is_a (code, one->type.name);
  }
  return true;
}

static CwFlow execute_handlers (CwSession *s, const CwNode *node, GError *raised, GError **error) {
  CwPlace place = s->place;
  s->place = (CwPlace){ 0 };
  for (guint i = 0; i < node->list2->len; i++) {
    const CwNode *handler = node->list2->pdata[i];
    bool matches;
    if (!handler_matches (s, handler, raised, &matches, error)) {
      cw_at (s, handler);
      cw_place_clear (&place);
      g_error_free (raised);
      return CW_FLOW_ERROR;
    }
    if (!matches) continue;
    cw_place_clear (&place);
    if (handler->text) cw_scope_assign (s->scope, handler->name, exception_of (s, raised));
    g_ptr_array_add (s->handled, raised);
    CwFlow flow = cw_execute_block (s, handler->list, error);
    if (handler->text) cw_scope_remove (s->scope, handler->name);
    g_ptr_array_set_size (s->handled, (int) s->handled->len - 1);
    return flow;
  }
  s->place = place;
  g_propagate_error (error, raised);
  return CW_FLOW_ERROR;
}

static CwFlow execute_try (CwSession *s, const CwNode *node, GError **error) {
  GError *raised = NULL, *late = NULL;
  CwFlow flow = cw_execute_block (s, node->list, &raised);
  if (flow == CW_FLOW_ERROR) flow = execute_handlers (s, node, raised, &late);
  else if (flow == CW_FLOW_NEXT && node->list3) flow = cw_execute_block (s, node->list3, &late);
  if (node->list4) {
    CwPlace place = s->place;
    s->place = (CwPlace){ 0 };
    CwFlow last = cw_execute_block (s, node->list4, error);
    if (last != CW_FLOW_NEXT) {
      g_clear_error (&late);
      cw_place_clear (&place);
      return last;
    }
    s->place = place;
  }
  if (late) g_propagate_error (error, late);
  return flow;
}

static CwFlow execute_raise (CwSession *s, const CwNode *node, GError **error) {
  cw_at (s, node);
  if (!node->a) {
    if (s->handled->len) g_propagate_error (error, g_error_copy (s->handled->pdata[s->handled->len - 1]));
    else cw_fail (error, CW_ERROR_RUNTIME, "No active exception to reraise");
    return CW_FLOW_ERROR;
  }
  CwValue *v = cw_evaluate (s, node->a, error);
  if (!v) return CW_FLOW_ERROR;
  if (v->kind == CW_V_EXCEPTION) cw_session_raise (s, v, error);
  else if (v->kind == CW_V_TYPE && v->type.error >= 0) cw_fail (error, v->type.error, "%s", "");
  else cw_fail (error, CW_ERROR_TYPE, "exceptions must be made of an exception class, as in raise ValueError(\"...\")");
  return CW_FLOW_ERROR;
}

static bool execute_assert (CwSession *s, const CwNode *node, GError **error) {
  CwValue *condition = cw_evaluate (s, node->a, error);
  bool truth;
  if (!condition) return false;
  if (!cw_value_truth (condition, &truth, error)) return cw_at (s, node->a) != NULL;
  if (truth) return true;
  CwValue *message = node->b ? cw_evaluate (s, node->b, error) : cw_str ("");
  if (!message) return false;
  g_autofree char *text = cw_value_str (message);
  cw_fail (error, CW_ERROR_ASSERTION, "%s", text);
  return cw_at (s, node) != NULL;
}

/* ---- functions ------------------------------------------------------------------------------------------------ */

static bool bind_parameters (CwValue *f, CwScope *scope, int n, CwValue *const *args, CwValue *keywords, GError **error) {
  const CwNode *node = f->function.node;
  GPtrArray *params = node->kind == CW_NODE_LAMBDA ? node->list : node->list2;
  const char *name = node->text ? node->text : "<lambda>";
  int next = 0;
  CwValue *extra = NULL;
  guint used = 0;
  for (guint i = 0; i < params->len; i++) {
    const CwNode *param = params->pdata[i];
    CwValue *key = cw_str (param->text), *v = NULL;
    if (param->op == '*') {
      v = cw_tuple ();
      while (next < n) cw_items_add (v, args[next++]);
    } else if (param->op == 'd') {
      v = extra = cw_dict ();
    } else {
      CwValue *by_name = keywords ? cw_dict_get (keywords, key) : NULL;
      if (param->op != 'k' && next < n) v = args[next++];
      if (v && by_name) return cw_fail (error, CW_ERROR_TYPE, "%s() got multiple values for argument '%s'", name, param->text);
      used += by_name != NULL;
      if (!v) v = by_name;
      if (!v) v = f->function.defaults->pdata[i];
    }
    if (!v) return cw_fail (error, CW_ERROR_TYPE, "%s() missing 1 required positional argument: '%s'", name, param->text);
    cw_scope_assign (scope, param->name, v);
  }
  if (next < n) return cw_fail (error, CW_ERROR_TYPE, "%s() takes %d positional arguments but %d were given", name, next, n);
  for (guint i = 0; keywords && used < keywords->dict.keys->len && i < keywords->dict.keys->len; i++) {
    CwValue *key = keywords->dict.keys->pdata[i];
    bool known = false;
    for (guint k = 0; k < params->len; k++) {
      const CwNode *param = params->pdata[k];
      known |= param->op != '*' && param->op != 'd' && g_str_equal (param->text, key->s);
    }
    if (known) continue;
    if (!extra) return cw_fail (error, CW_ERROR_TYPE, "%s() got an unexpected keyword argument '%s'", name, key->s);
    if (!cw_dict_set (extra, key, keywords->dict.values->pdata[i], error)) return false;
  }
  return true;
}

static CwValue *run_function (CwSession *s, CwValue *f, GError **error) {
  const CwNode *node = f->function.node;
  if (node->kind == CW_NODE_LAMBDA) return cw_evaluate (s, node->a, error);
  CwFlow flow = cw_execute_block (s, node->list, error);
  if (flow == CW_FLOW_ERROR) return NULL;
  CwValue *v = flow == CW_FLOW_RETURN ? s->returned : NULL;
  s->returned = NULL;
  return v ? cw_keep (v, (GDestroyNotify) cw_value_unref) : cw_none ();
}

/* The place of an error in a function of another cell means nothing in this one: it becomes words, and the call takes its place. */
static void leave_place (CwSession *s, const CwValue *f) {
  if (f->function.program == s->cell || !s->place.line) return;
  if (!s->place.inside) {
    g_autofree char *line = cw_program_line (f->function.program, s->place.line);
    s->place.inside = g_strdup_printf ("%s: %s", f->function.node->text ? f->function.node->text : "<lambda>", line);
  }
  s->place.line = s->place.column = 0;
}

CwValue *cw_function_call (CwSession *s, CwValue *f, int n, CwValue *const *args, CwValue *keywords, GError **error) {
  if (s->depth >= MAX_CALLS || cw_stack_is_short ()) {
    cw_fail (error, CW_ERROR_RECURSION, "maximum recursion depth exceeded: %d calls are open", s->depth);
    return NULL;
  }
  if (!cw_session_check (s, error)) return NULL; /* as sorted() and map() call without a statement between */
  guint mark = cw_pool_mark ();
  CwScope *scope = cw_scope_new (s->pool, f->function.scope), *outer = s->scope;
  CwProgram *program = s->program;
  CwValue *result = NULL;
  cw_value_ref (f);
  if (bind_parameters (f, scope, n, args, keywords, error)) {
    s->depth++;
    s->scope   = scope;
    s->program = f->function.program;
    result     = run_function (s, f, error);
    s->scope   = outer;
    s->program = program;
    s->depth--;
    if (!result) leave_place (s, f);
  }
  cw_scope_unref (scope);
  result = cw_pool_drain_keeping (mark, result);
  cw_value_unref (f);
  return result;
}

static bool declare_elsewhere (CwSession *s, const CwNode *node, GError **error) {
  for (guint i = 0; i < node->list->len; i++) {
    const CwNode *name = node->list->pdata[i];
    CwScope *where = s->globals;
    if (node->kind == CW_NODE_NONLOCAL) {
      for (where = s->scope->parent; where && where != s->globals; where = where->parent) {
        if (g_hash_table_contains (where->names, name->name)) break;
      }
      if (!where || where == s->globals) {
        cw_fail (error, CW_ERROR_SYNTAX, "no binding for nonlocal '%s' found", name->text);
        return cw_at (s, name) != NULL;
      }
    }
    if (where == s->scope) continue;
    if (!s->scope->elsewhere) s->scope->elsewhere = g_hash_table_new (NULL, NULL);
    g_hash_table_insert (s->scope->elsewhere, (char *) name->name, where);
  }
  return true;
}

/* ---- the rest ----------------------------------------------------------------------------------------------------- */

static bool execute_help (CwSession *s, const CwNode *node, GError **error) {
  g_autofree char *text = cw_session_help (s, node->text);
  if (!text) {
    cw_fail (error, CW_ERROR_NAME, "there is no help on '%s'", node->text);
    return cw_at (s, node) != NULL;
  }
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  cw_session_output (s, CW_OUTPUT_TEXT, line);
  return true;
}

static CwFlow execute_with (CwSession *s, const CwNode *node, GError **error) {
  CwValue *v = cw_evaluate (s, node->a, error);
  if (!v) return CW_FLOW_ERROR;
  bool record = v->kind == CW_V_RECORD && v->record.leave;
  if (v->kind != CW_V_CLIENT && !record) {
    cw_at (s, node);
    cw_fail (error, CW_ERROR_TYPE, "'%s' object cannot be used in a with statement; a Client, dask.config.set(...) and np.printoptions(...) can", cw_type_name (v));
    return CW_FLOW_ERROR;
  }
  cw_value_ref (v);
  CwFlow flow = node->b && !cw_assign (s, node->b, v, error) ? CW_FLOW_ERROR : cw_execute_block (s, node->list, error);
  if (record) v->record.leave (v);
  cw_value_unref (v);
  return flow;
}

static CwFlow execute_return (CwSession *s, const CwNode *node, GError **error) {
  CwValue *v = node->a ? cw_evaluate (s, node->a, error) : cw_none ();
  if (!v) return CW_FLOW_ERROR;
  cw_value_set (&s->returned, v);
  return CW_FLOW_RETURN;
}

static bool define_function (CwSession *s, const CwNode *node, GError **error) {
  CwValue *f = cw_evaluate (s, node, error);
  if (f) cw_scope_assign (s->scope, node->name, f);
  return f != NULL;
}

static CwFlow execute_one (CwSession *s, const CwNode *node, GError **error) {
  bool ok = true;
  switch (node->kind) {
  case CW_NODE_EXPR:
    ok = cw_evaluate (s, node->a, error) != NULL;
    break;
  case CW_NODE_ASSIGN:
    ok = execute_assign (s, node, error);
    break;
  case CW_NODE_AUGMENT:
    ok = execute_augment (s, node, error);
    break;
  case CW_NODE_DEL:
    ok = execute_delete (s, node, error);
    break;
  case CW_NODE_IF:
    return execute_if (s, node, error);
  case CW_NODE_WHILE:
    return execute_while (s, node, error);
  case CW_NODE_FOR:
    return execute_for (s, node, error);
  case CW_NODE_BREAK:
    return CW_FLOW_BREAK;
  case CW_NODE_CONTINUE:
    return CW_FLOW_CONTINUE;
  case CW_NODE_DEF:
    ok = define_function (s, node, error);
    break;
  case CW_NODE_RETURN:
    return execute_return (s, node, error);
  case CW_NODE_GLOBAL:
  case CW_NODE_NONLOCAL:
    ok = declare_elsewhere (s, node, error);
    break;
  case CW_NODE_ASSERT:
    ok = execute_assert (s, node, error);
    break;
  case CW_NODE_TRY:
    return execute_try (s, node, error);
  case CW_NODE_RAISE:
    return execute_raise (s, node, error);
  case CW_NODE_WITH:
    return execute_with (s, node, error);
  case CW_NODE_IMPORT:
  case CW_NODE_FROM:
    ok = cw_session_import (s, node, error);
    break;
  case CW_NODE_TIME:
    ok = cw_session_time (s, node, error);
    break;
  case CW_NODE_HELP:
    ok = execute_help (s, node, error);
    break;
  default:
    break;
  }
  return ok ? CW_FLOW_NEXT : CW_FLOW_ERROR;
}

CwFlow cw_execute (CwSession *s, const CwNode *node, GError **error) {
  guint mark = cw_pool_mark ();
  if (s->program == s->cell) s->line = node->line;
  CwFlow flow = cw_session_check (s, error) ? execute_one (s, node, error) : CW_FLOW_ERROR;
  if (flow == CW_FLOW_ERROR) cw_at (s, node);
  cw_pool_drain (mark);
  return flow;
}
