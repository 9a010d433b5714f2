/* call.c: binding the arguments of a call to a signature, and attributes.
 *
 * A signature is Python's own text. It is read once an entry; a call then goes through its parameters as
 * Python does, and complains as Python does.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/language/session-private.h"

typedef struct {
  char *name;
  char *fallback; /* text of the default, NULL: required */
  char  kind;     /* 'p' positional or keyword, 'k' keyword only, '*' and 'd' for *args and **kwargs */
} Parameter;

/* ---- signatures --------------------------------------------------------------------------------------- */

static void parameter_free (void *data) {
  Parameter *p = data;
  g_free (p->name);
  g_free (p->fallback);
  g_free (p);
}

char **cw_signature_split (const char *text) {
  GPtrArray *parts = g_ptr_array_new ();
  int depth = 0;
  const char *start = text;
  for (const char *p = text;; p++) {
    depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
    if (*p && (*p != ',' || depth)) continue;
    char *part = g_strstrip (g_strndup (start, (gsize) (p - start)));
    if (*part) g_ptr_array_add (parts, part);
    else g_free (part);
    start = p + 1;
    if (!*p) break;
  }
  g_ptr_array_add (parts, NULL);
  return (char **) g_ptr_array_free (parts, FALSE);
}

static GPtrArray *parse_signature (const char *text) {
  GPtrArray *params = g_ptr_array_new_with_free_func (parameter_free);
  g_auto (GStrv) parts = cw_signature_split (text);
  bool keyword_only = false;
  for (char **part = parts; *part; part++) {
    if (g_str_equal (*part, "*") || g_str_equal (*part, "/")) {
      keyword_only |= **part == '*';
      continue;
    }
    Parameter *p = g_new0 (Parameter, 1);
    p->kind = keyword_only ? 'k' : 'p';
    char *name = *part;
    if (g_str_has_prefix (name, "**")) {
      p->kind = 'd';
      name += 2;
    } else if (*name == '*') {
      p->kind      = '*';
      keyword_only = true;
      name++;
    }
    char *equals = strchr (name, '=');
    if (equals) {
      *equals     = '\0';
      p->fallback = g_strdup (equals + 1);
    }
    p->name = g_strdup (name);
    g_ptr_array_add (params, p);
  }
  return params;
}

static GPtrArray *signature_of (const CwEntry *entry) {
  static GMutex lock;
  static GHashTable *parsed;
  g_mutex_lock (&lock);
  if (!parsed) parsed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  GPtrArray *params = g_hash_table_lookup (parsed, entry->signature);
  if (!params) {
    params = parse_signature (entry->signature);
    g_hash_table_insert (parsed, (char *) entry->signature, params);
  }
  g_mutex_unlock (&lock);
  return params;
}

static CwValue *default_value (const char *text) {
  char *end;
  if (g_str_equal (text, "None")) return cw_none ();
  if (g_str_equal (text, "True") || g_str_equal (text, "False")) return cw_bool (*text == 'T');
  if (*text == '\'') return cw_str_take (g_strndup (text + 1, strlen (text) - 2));
  if (*text == '(') { /* a tuple of plain values */
    CwValue *tuple = cw_tuple ();
    g_autofree char *inside = g_strndup (text + 1, strlen (text) - 2);
    g_auto (GStrv) parts = cw_signature_split (inside);
    for (char **part = parts; *part; part++) cw_items_add (tuple, default_value (*part));
    return tuple;
  }
  int64_t i = g_ascii_strtoll (text, &end, 10);
  return *end ? cw_float (g_ascii_strtod (text, NULL)) : cw_int (i);
}

/* ---- binding --------------------------------------------------------------------------------------------- */

static bool refuse_count (const CwEntry *entry, GPtrArray *params, int given, bool bound, GError **error) {
  int most = 0, least = 0;
  for (guint i = 0; i < params->len; i++) {
    const Parameter *p = params->pdata[i];
    most += p->kind == 'p';
    least += p->kind == 'p' && !p->fallback;
  }
  most -= bound;
  least = MAX (least - bound, 0);
  g_autofree char *range = least == most ? g_strdup_printf ("%d", most) : g_strdup_printf ("from %d to %d", least, most);
  return cw_fail (error, CW_ERROR_TYPE, "%s() takes %s positional argument%s but %d %s given", entry->name, range,
                  most == 1 && least == most ? "" : "s", given, given == 1 ? "was" : "were");
}

static bool refuse_keyword (const CwEntry *entry, GPtrArray *params, const char *keyword, GError **error) {
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (guint i = 0; i < params->len; i++) g_ptr_array_add (names, ((Parameter *) params->pdata[i])->name);
  const char *near = cw_nearest_name (keyword, names);
  if (near) {
    return cw_fail (error, CW_ERROR_TYPE, "%s() got an unexpected keyword argument '%s'. Did you mean '%s'?", entry->name, keyword, near);
  }
  return cw_fail (error, CW_ERROR_TYPE, "%s() got an unexpected keyword argument '%s'", entry->name, keyword);
}

static bool bind_one (CwCall *call, const Parameter *p, int i, CwValue *const *args, int n, int *next, CwValue *keywords, guint *used, GError **error) {
  CwValue *v = NULL, *by_name = NULL;
  if (p->kind == '*') {
    v = cw_tuple ();
    while (*next < n) cw_items_add (v, args[(*next)++]);
  } else if (p->kind == 'd') {
    v = cw_dict ();
  } else {
    if (keywords) by_name = cw_dict_get (keywords, cw_str (p->name));
    if (p->kind == 'p' && *next < n) v = args[(*next)++];
    if (v && by_name) {
      return cw_fail (error, CW_ERROR_TYPE, "%s() got multiple values for argument '%s'", call->entry->name, p->name);
    }
    *used += by_name != NULL;
    if (!v) v = by_name;
    call->given[i] = v != NULL;
    if (!v && p->fallback) v = default_value (p->fallback);
    if (!v) {
      return cw_fail (error, CW_ERROR_TYPE, "%s() missing 1 required positional argument: '%s'", call->entry->name, p->name);
    }
  }
  call->args[i] = v;
  return true;
}

static bool bind_rest (CwCall *call, GPtrArray *params, CwValue *keywords, GError **error) {
  for (guint k = 0; k < keywords->dict.keys->len; k++) {
    CwValue *key = keywords->dict.keys->pdata[k], *rest = NULL;
    bool known = false;
    for (guint i = 0; i < params->len; i++) {
      const Parameter *p = params->pdata[i];
      if (p->kind == 'd') rest = call->args[i];
      else if (p->kind != '*' && g_str_equal (p->name, key->s)) known = true;
    }
    if (known) continue;
    if (!rest) return refuse_keyword (call->entry, params, key->s, error);
    if (!cw_dict_set (rest, key, keywords->dict.values->pdata[k], error)) return false;
  }
  return true;
}

CwValue *cw_entry_call (const CwEntry *entry, unsigned via, CwValue *self, int n, CwValue *const *args, CwValue *keywords,
                        GError **error) {
  CwCall call = { .session = cw_current_session (), .entry = entry, .via = via, .lazy = via & CW_IN_DASK_SPACES };
  if (!entry->signature) {
    call.args[0] = self;
    call.n       = 1;
    return entry->call (&call, error);
  }
  g_autofree CwValue **all = g_new (CwValue *, (gsize) n + 1);
  if (self) all[0] = self;
  if (n) memcpy (all + (self != NULL), args, (gsize) n * sizeof *args);
  int count = n + (self != NULL), next = 0;
  GPtrArray *params = signature_of (entry);
  guint used = 0;
  call.n = (int) params->len;
  for (int i = 0; i < call.n; i++) {
    if (!bind_one (&call, params->pdata[i], i, all, count, &next, keywords, &used, error)) return NULL;
  }
  if (next < count) {
    refuse_count (entry, params, n, self != NULL, error);
    return NULL;
  }
  if (keywords && used < keywords->dict.keys->len && !bind_rest (&call, params, keywords, error)) return NULL;
  return entry->call (&call, error);
}

/* ---- calling values ---------------------------------------------------------------------------------------- */

static CwValue *call_dtype (CwValue *dtype, int n, CwValue *const *args, GError **error) {
  if (!dtype->dtype.is_class) {
    cw_fail (error, CW_ERROR_TYPE, "'numpy.dtype' object is not callable");
    return NULL;
  }
  if (n == 0) return cw_scalar_value (cw_scalar_cast (cw_scalar_int (0), dtype->dtype.id));
  CwBuffer *b = cw_buffer_from_value (args[0], CW_DTYPE_NONE, error);
  CwBuffer *cast = b ? cw_buffer_cast (b, dtype->dtype.id, error) : NULL;
  return cw_eager_or_scalar (cast);
}

static CwValue *call_type (CwValue *type, int n, CwValue *const *args, CwValue *keywords, GError **error) {
  if (type->type.error < 0) return cw_entry_call (type->type.entry, CW_IN_BUILTINS, NULL, n, args, keywords, error);
  return cw_exception (type->type.error, cw_tuple_of (n, args));
}

CwValue *cw_value_call (CwValue *callee, int n, CwValue *const *args, CwValue *keywords, GError **error) {
  switch (callee->kind) {
  case CW_V_FUNCTION:
    return cw_function_call (cw_current_session (), callee, n, args, keywords, error);
  case CW_V_BUILTIN:
    return cw_entry_call (callee->builtin.entry, callee->builtin.via, callee->builtin.self, n, args, keywords, error);
  case CW_V_TYPE:
    return call_type (callee, n, args, keywords, error);
  case CW_V_DTYPE:
    return call_dtype (callee, n, args, error);
  default:
    cw_fail (error, CW_ERROR_TYPE, "'%s' object is not callable", cw_type_name (callee));
    return NULL;
  }
}

/* ---- attributes ---------------------------------------------------------------------------------------------- */

unsigned cw_value_spaces (const CwValue *v) {
  switch (v->kind) {
  case CW_V_BOOL:
  case CW_V_INT:
  case CW_V_FLOAT:
  case CW_V_COMPLEX:
    return CW_IN_NUMBER;
  case CW_V_STR:
    return CW_IN_STR;
  case CW_V_LIST:
    return CW_IN_LIST;
  case CW_V_TUPLE:
    return CW_IN_TUPLE;
  case CW_V_DICT:
    return CW_IN_DICT;
  case CW_V_SET:
    return CW_IN_SET;
  case CW_V_MODULE:
    return v->module->space;
  case CW_V_LAZY:
    return CW_IN_ARRAY | CW_IN_LAZY;
  case CW_V_EAGER:
  case CW_V_SCALAR:
    return CW_IN_ARRAY | CW_IN_EAGER;
  case CW_V_RANDOM:
    return CW_IN_GENERATOR;
  case CW_V_CLIENT:
    return CW_IN_CLIENT;
  case CW_V_DTYPE:
    return CW_IN_DTYPE;
  case CW_V_BUILTIN:
    return v->builtin.entry->spaces & CW_IN_MODULES && !v->builtin.self ? CW_IN_UFUNC : 0;
  default:
    return 0;
  }
}

GPtrArray *cw_value_names (CwValue *v, const char *prefix) {
  GPtrArray *names = cw_register_names (cw_value_spaces (v), prefix);
  for (guint i = 0; v->kind == CW_V_RECORD && i < v->record.members->dict.keys->len; i++) {
    char *name = ((CwValue *) v->record.members->dict.keys->pdata[i])->s;
    if (g_str_has_prefix (name, prefix)) g_ptr_array_add (names, name);
  }
  return names;
}

CwValue *cw_module_value (const char *dotted) {
  CwValue *v = cw_value_new (CW_V_MODULE);
  v->module = cw_module_find (dotted);
  return v;
}

static CwValue *refuse_attribute (CwValue *v, const char *name, GError **error) {
  g_autoptr (GPtrArray) names = cw_value_names (v, "");
  const char *near = cw_nearest_name (name, names);
  g_autofree char *what = v->kind == CW_V_MODULE ? g_strdup_printf ("module '%s'", v->module->name)
                                                 : g_strdup_printf ("'%s' object", v->kind == CW_V_EAGER ? "numpy.ndarray" : cw_type_name (v));
  g_autofree char *hint = near ? g_strdup_printf (". Did you mean: '%s'?", near) : g_strdup ("");
  cw_fail (error, CW_ERROR_ATTRIBUTE, "%s has no attribute '%s'%s", what, name, hint);
  return NULL;
}

/* The space of the methods of a type's values: str.upper is a function of a string. */
static unsigned spaces_of_type (const CwValue *type) {
  static const struct {
    const char *name;
    unsigned    space;
  } types[] = { { "str", CW_IN_STR }, { "list", CW_IN_LIST }, { "tuple", CW_IN_TUPLE }, { "dict", CW_IN_DICT }, { "set", CW_IN_SET } };
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (type->kind == CW_V_TYPE && g_str_equal (types[i].name, type->type.name)) return types[i].space;
  }
  return 0;
}

CwValue *cw_value_attribute (CwValue *v, const char *name, GError **error) {
  bool of_type = v->kind == CW_V_TYPE;
  unsigned space = of_type ? spaces_of_type (v) : cw_value_spaces (v);
  const CwEntry *entry = cw_register_find (space, name);
  if (v->kind == CW_V_MODULE && !entry) {
    const CwModule *member = cw_module_member (v->module, name);
    if (!member) return refuse_attribute (v, name, error);
    CwValue *module = cw_value_new (CW_V_MODULE);
    module->module = member;
    return module;
  }
  if (!entry) {
    CwValue *member = v->kind == CW_V_RECORD ? cw_record_get (v, name) : NULL;
    if (member) return member;
    if (v->kind == CW_V_TYPE && g_str_equal (name, "__name__")) return cw_str (v->type.name);
    if (v->kind == CW_V_BUILTIN && g_str_equal (name, "__name__")) return cw_str (v->builtin.entry->name);
    if (v->kind == CW_V_EXCEPTION && g_str_equal (name, "args")) return v->exception.args;
    if (v->kind == CW_V_DTYPE && v->dtype.is_class && g_str_equal (name, "__name__")) return cw_str (cw_dtype_name (v->dtype.id));
    if (v->kind == CW_V_FUNCTION && g_str_equal (name, "__name__")) return cw_str (v->function.node->text ? v->function.node->text : "<lambda>");
    if (v->kind == CW_V_SLICE && g_str_equal (name, "start")) return v->slice.start;
    if (v->kind == CW_V_SLICE && g_str_equal (name, "stop")) return v->slice.stop;
    if (v->kind == CW_V_SLICE && g_str_equal (name, "step")) return v->slice.step;
    return refuse_attribute (v, name, error);
  }
  bool module = v->kind == CW_V_MODULE;
  if (entry->flags & CW_ENTRY_PROPERTY) return cw_entry_call (entry, space, module ? NULL : v, 0, NULL, NULL, error);
  if (module && (entry->flags & CW_ENTRY_TYPE)) {
    CwDtype dtype;
    if (cw_value_dtype (cw_str (entry->name), &dtype, NULL)) return cw_dtype_value (dtype, true);
  }
  CwValue *bound = cw_value_new (CW_V_BUILTIN);
  bound->builtin.entry = entry;
  bound->builtin.via   = space;
  bound->builtin.self  = module || (of_type && !g_str_equal (name, "fromkeys")) ? NULL : cw_value_ref (v);
  return bound;
}

bool cw_value_set_attribute (CwValue *v, const char *name, CwValue *to, GError **error) {
  if (v->kind == CW_V_EAGER && g_str_equal (name, "shape")) {
    int ndim;
    int64_t shape[CW_MAX_NDIM];
    if (!cw_value_shape (to, &ndim, shape, error)) return false;
    CwBuffer *b = cw_buffer_reshape (v->buffer, ndim, shape, error);
    if (!b) return false;
    cw_buffer_unref (v->buffer);
    v->buffer = b;
    return true;
  }
  if (cw_value_is_array (v)) {
    return cw_fail (error, CW_ERROR_ATTRIBUTE, "attribute '%s' of an array cannot be assigned: arrays change by operations such as astype, reshape and rechunk", name);
  }
  return cw_fail (error, CW_ERROR_ATTRIBUTE, "'%s' object has no attribute '%s' that can be assigned", cw_type_name (v), name);
}
