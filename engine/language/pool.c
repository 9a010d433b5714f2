/* pool.c: who releases what, and when.
 *
 * The pool of the session that runs on this thread is a stack of things to release. A statement marks its height and
 * drains to the mark at its end. Lists, dicts, functions and scopes may refer to each other in circles; they are also
 * linked into the pool, and when the session ends every circle is cut.
 */
#include "engine/language/value.h"

typedef struct {
  void          *thing;
  GDestroyNotify destroy;
} Kept;

struct _CwPool {
  Kept    *kept;
  guint    n_kept, room;
  CwValue  containers; /* head of a ring */
  CwScope  scopes;     /* head of a ring */
};

static __thread CwPool *current;

CwPool *cw_pool_new (void) {
  CwPool *pool = g_new0 (CwPool, 1);
  pool->containers.next = pool->containers.previous = &pool->containers;
  pool->scopes.next = pool->scopes.previous = &pool->scopes;
  return pool;
}

CwPool *cw_pool_enter (CwPool *pool) {
  CwPool *before = current;
  current = pool;
  return before;
}

guint cw_pool_mark (void) {
  return current->n_kept;
}

void cw_pool_drain (guint mark) {
  while (current->n_kept > mark) {
    Kept last = current->kept[--current->n_kept];
    last.destroy (last.thing);
  }
}

void *cw_keep (void *thing, GDestroyNotify destroy) {
  CwPool *pool = current;
  if (!thing) return NULL;
  if (pool->n_kept == pool->room) {
    pool->room = MAX (64, 2 * pool->room);
    pool->kept = g_renew (Kept, pool->kept, pool->room);
  }
  pool->kept[pool->n_kept++] = (Kept){ thing, destroy };
  return thing;
}

CwArray *cw_keep_array (CwArray *array) {
  return cw_keep (array, (GDestroyNotify) cw_array_unref);
}

CwBuffer *cw_keep_buffer (CwBuffer *buffer) {
  return cw_keep (buffer, (GDestroyNotify) cw_buffer_unref);
}

void *cw_keep_memory (void *memory) {
  return cw_keep (memory, g_free);
}

CwValue *cw_pool_drain_keeping (guint mark, CwValue *value) {
  if (value) cw_value_ref (value);
  cw_pool_drain (mark);
  return cw_keep (value, (GDestroyNotify) cw_value_unref);
}

/* ---- containers ------------------------------------------------------------------------------- */

static void link_container (CwValue *v) {
  v->pool     = current;
  v->next     = current->containers.next;
  v->previous = &current->containers;
  v->next->previous = v->previous->next = v;
}

static void unlink_container (CwValue *v) {
  v->previous->next = v->next;
  v->next->previous = v->previous;
  v->pool           = NULL;
}

static void clear_value (CwValue *v) {
  switch (v->kind) {
  case CW_V_STR:
    g_clear_pointer (&v->s, g_free);
    break;
  case CW_V_LIST:
  case CW_V_TUPLE:
    g_clear_pointer (&v->items, g_ptr_array_unref);
    break;
  case CW_V_DICT:
  case CW_V_SET:
    g_clear_pointer (&v->dict.index, g_hash_table_unref);
    g_clear_pointer (&v->dict.keys, g_ptr_array_unref);
    g_clear_pointer (&v->dict.values, g_ptr_array_unref);
    break;
  case CW_V_SLICE:
    g_clear_pointer (&v->slice.start, cw_value_unref);
    g_clear_pointer (&v->slice.stop, cw_value_unref);
    g_clear_pointer (&v->slice.step, cw_value_unref);
    break;
  case CW_V_FUNCTION:
    g_clear_pointer (&v->function.defaults, g_ptr_array_unref);
    g_clear_pointer (&v->function.scope, cw_scope_unref);
    g_clear_pointer (&v->function.program, cw_program_unref);
    break;
  case CW_V_BUILTIN:
    g_clear_pointer (&v->builtin.self, cw_value_unref);
    break;
  case CW_V_LAZY:
    g_clear_pointer (&v->array, cw_array_unref);
    break;
  case CW_V_EAGER:
    g_clear_pointer (&v->buffer, cw_buffer_unref);
    break;
  case CW_V_EXCEPTION:
    g_clear_pointer (&v->exception.message, g_free);
    g_clear_pointer (&v->exception.args, cw_value_unref);
    break;
  case CW_V_ITERATOR:
    g_clear_pointer (&v->iterator.over, cw_value_unref);
    break;
  case CW_V_ACCESSOR:
    g_clear_pointer (&v->accessor.of, cw_value_unref);
    break;
  case CW_V_RECORD:
    g_clear_pointer (&v->record.text, g_free);
    g_clear_pointer (&v->record.members, cw_value_unref);
    g_clear_pointer (&v->record.items, cw_value_unref);
    break;
  default:
    break;
  }
}

static bool is_container (CwValueKind kind) {
  return kind == CW_V_LIST || kind == CW_V_TUPLE || kind == CW_V_DICT || kind == CW_V_SET || kind == CW_V_FUNCTION ||
         kind == CW_V_BUILTIN || kind == CW_V_ITERATOR || kind == CW_V_SLICE || kind == CW_V_RECORD || kind == CW_V_EXCEPTION;
}

CwValue *cw_value_new (CwValueKind kind) {
  CwValue *v = g_new (CwValue, 1); /* as fast as a loop of the language is, which calloc and slices are not */
  *v = (CwValue){ .kind = kind, .refs = 1 };
  if (is_container (kind)) link_container (v);
  return cw_keep (v, (GDestroyNotify) cw_value_unref);
}

/* Containers that hold containers wait in a row for their turn, so that deep nesting does not need a deep stack. */
static void release_container (CwValue *v) {
  static __thread CwValue *waiting;
  static __thread bool releasing;
  v->next = waiting;
  waiting = v;
  if (releasing) return;
  releasing = true;
  while ((v = waiting)) {
    waiting = v->next;
    clear_value (v);
    g_free (v);
  }
  releasing = false;
}

CwValue *cw_value_ref (CwValue *v) {
  v->refs++;
  return v;
}

void cw_value_unref (CwValue *v) {
  if (!v || --v->refs > 0) return;
  if (v->pool) {
    unlink_container (v);
    release_container (v);
    return;
  }
  clear_value (v);
  g_free (v);
}

void cw_value_set (CwValue **slot, CwValue *v) {
  CwValue *old = *slot;
  *slot = v ? cw_value_ref (v) : NULL;
  cw_value_unref (old);
}

/* ---- scopes ------------------------------------------------------------------------------------- */

CwScope *cw_scope_new (CwPool *pool, CwScope *parent) {
  CwScope *scope = g_new0 (CwScope, 1);
  scope->refs   = 1;
  scope->names  = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) cw_value_unref);
  scope->parent = parent ? cw_scope_ref (parent) : NULL;
  scope->pool   = pool;
  scope->next     = pool->scopes.next;
  scope->previous = &pool->scopes;
  scope->next->previous = scope->previous->next = scope;
  return scope;
}

CwScope *cw_scope_ref (CwScope *scope) {
  scope->refs++;
  return scope;
}

void cw_scope_unref (CwScope *scope) {
  if (!scope || --scope->refs > 0) return;
  scope->previous->next = scope->next;
  scope->next->previous = scope->previous;
  g_hash_table_unref (scope->names);
  g_clear_pointer (&scope->elsewhere, g_hash_table_unref);
  cw_scope_unref (scope->parent);
  g_free (scope);
}

CwValue *cw_scope_find (CwScope *scope, const char *name) {
  for (; scope; scope = scope->parent) {
    CwScope *other = scope->elsewhere ? g_hash_table_lookup (scope->elsewhere, name) : NULL;
    CwValue *v = g_hash_table_lookup (other ? other->names : scope->names, name);
    if (v) return v;
  }
  return NULL;
}

CwValue *cw_scope_find_own (CwScope *scope, const char *name) {
  for (;; scope = scope->parent) {
    CwValue *v = g_hash_table_lookup (scope->names, name);
    if (v || !scope->comprehension) return v;
  }
}

bool cw_scope_remove (CwScope *scope, const char *name) {
  CwScope *other = scope->elsewhere ? g_hash_table_lookup (scope->elsewhere, name) : NULL;
  return g_hash_table_remove ((other ? other : scope)->names, name);
}

void cw_scope_assign (CwScope *scope, const char *name, CwValue *value) {
  CwScope *other = scope->elsewhere ? g_hash_table_lookup (scope->elsewhere, name) : NULL;
  g_hash_table_insert ((other ? other : scope)->names, (char *) name, cw_value_ref (value));
}

void cw_pool_free_with (CwPool *pool, CwScope *globals) {
  CwPool *before = cw_pool_enter (pool);
  cw_pool_drain (0);
  g_hash_table_remove_all (globals->names);
  cw_scope_unref (globals);
  while (pool->scopes.next != &pool->scopes) { /* each scope in turn loses its names */
    CwScope *scope = cw_scope_ref (pool->scopes.next);
    bool had_any = g_hash_table_size (scope->names) > 0;
    g_hash_table_remove_all (scope->names);
    if (!had_any && scope->refs > 1) { /* held by a function in a circle: unlinked and left to it */
      scope->previous->next = scope->next;
      scope->next->previous = scope->previous;
      scope->next = scope->previous = scope;
    }
    cw_scope_unref (scope);
  }
  while (pool->containers.next != &pool->containers) {
    CwValue *v = cw_value_ref (pool->containers.next);
    unlink_container (v);
    clear_value (v);
    v->kind = CW_V_NONE;
    cw_value_unref (v);
  }
  cw_pool_enter (before == pool ? NULL : before);
  g_free (pool->kept);
  g_free (pool);
}
