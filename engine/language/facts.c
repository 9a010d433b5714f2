/* facts.c: what a snippet's last expression is, as JSON, in the form that the conformance suite compares. */
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "engine/language/session-private.h"

static void add_value (JsonBuilder *b, CwValue *v);

static void add_number (JsonBuilder *b, double f) {
  if (isfinite (f)) json_builder_add_double_value (b, f);
  else json_builder_add_string_value (b, isnan (f) ? "nan" : f > 0 ? "inf" : "-inf");
}

static void add_scalar (JsonBuilder *b, CwScalar s) {
  switch (cw_dtype_kind (s.dtype)) {
  case 'b':
    json_builder_add_boolean_value (b, s.i != 0);
    break;
  case 'i':
    json_builder_add_int_value (b, s.i);
    break;
  case 'u':
    if (s.u <= INT64_MAX) json_builder_add_int_value (b, (int64_t) s.u);
    else add_number (b, (double) s.u);
    break;
  case 'f':
    add_number (b, s.f);
    break;
  default:
    json_builder_begin_array (b);
    add_number (b, creal (s.c));
    add_number (b, cimag (s.c));
    json_builder_end_array (b);
  }
}

static void add_shape (JsonBuilder *b, const char *name, int ndim, const int64_t *shape) {
  json_builder_set_member_name (b, name);
  json_builder_begin_array (b);
  for (int i = 0; i < ndim; i++) {
    if (shape[i] == CW_UNKNOWN) json_builder_add_string_value (b, "nan");
    else json_builder_add_int_value (b, shape[i]);
  }
  json_builder_end_array (b);
}

static void add_text (JsonBuilder *b, const char *name, const char *text) {
  json_builder_set_member_name (b, name);
  json_builder_add_string_value (b, text);
}

static void add_values (JsonBuilder *b, const CwBuffer *buffer) {
  json_builder_set_member_name (b, "values");
  json_builder_begin_array (b);
  g_autoptr (CwBuffer) flat = cw_dtype_is_text (buffer->dtype) ? cw_buffer_contiguous ((CwBuffer *) buffer, NULL) : NULL;
  for (int64_t i = 0; i < buffer->size; i++) {
    g_autofree char *text = flat ? cw_text_get (flat->dtype, flat->data + i * cw_dtype_size (flat->dtype)) : NULL;
    if (text) json_builder_add_string_value (b, text);
    else add_scalar (b, cw_buffer_get (buffer, i));
  }
  json_builder_end_array (b);
}

/* ---- kinds ----------------------------------------------------------------------------------------------------------------- */

static void add_lazy (JsonBuilder *b, CwArray *a, const CwBuffer *values) {
  add_text (b, "kind", "dask");
  add_shape (b, "shape", a->ndim, a->shape);
  add_text (b, "dtype", cw_dtype_name (a->dtype));
  json_builder_set_member_name (b, "chunks");
  json_builder_begin_array (b);
  for (int i = 0; i < a->ndim; i++) {
    json_builder_begin_array (b);
    for (int64_t k = 0; k < a->axes[i]->n; k++) {
      if (a->axes[i]->lengths[k] == CW_UNKNOWN) json_builder_add_string_value (b, "nan");
      else json_builder_add_int_value (b, a->axes[i]->lengths[k]);
    }
    json_builder_end_array (b);
  }
  json_builder_end_array (b);
  add_values (b, values);
  if (values->ndim != a->ndim || !cw_shape_equal (a->ndim, a->shape, values->shape)) add_shape (b, "computed_shape", values->ndim, values->shape);
  if (values->dtype != a->dtype) add_text (b, "computed_dtype", cw_dtype_name (values->dtype));
}

static void add_plain (JsonBuilder *b, CwValue *v) {
  CwScalar s;
  if (cw_value_scalar (v, &s)) {
    add_text (b, "kind", "scalar");
    add_shape (b, "shape", 0, NULL);
    add_text (b, "dtype", cw_dtype_name (s.dtype));
    json_builder_set_member_name (b, "values");
    add_scalar (b, s);
    if (v->kind != CW_V_SCALAR) {
      json_builder_set_member_name (b, "python");
      json_builder_add_boolean_value (b, TRUE);
    }
  } else if (v->kind == CW_V_NONE) {
    add_text (b, "kind", "none");
  } else if (v->kind == CW_V_DTYPE) {
    add_text (b, "kind", "dtype");
    add_text (b, "values", cw_dtype_name (v->dtype.id));
  } else if (v->kind == CW_V_STR) {
    add_text (b, "kind", "str");
    add_text (b, "values", v->s);
  } else {
    add_text (b, "kind", "other");
    add_text (b, "values", cw_type_name (v));
  }
}

static void add_members (JsonBuilder *b, CwValue *v) {
  if (cw_is_sequence (v)) {
    add_text (b, "kind", v->kind == CW_V_TUPLE ? "tuple" : "list");
    json_builder_set_member_name (b, "items");
    json_builder_begin_array (b);
    for (int i = 0; i < cw_items_n (v); i++) add_value (b, cw_items_get (v, i));
    json_builder_end_array (b);
  } else if (v->kind == CW_V_EAGER) {
    add_text (b, "kind", "numpy");
    add_shape (b, "shape", v->buffer->ndim, v->buffer->shape);
    add_text (b, "dtype", cw_dtype_name (v->buffer->dtype));
    add_values (b, v->buffer);
  } else if (v->kind == CW_V_LAZY) {
    g_autoptr (GError) error = NULL;
    g_autoptr (CwBuffer) values = cw_session_compute_one (v->array, &error);
    if (values) add_lazy (b, v->array, values);
  } else {
    add_plain (b, v);
  }
}

static void add_value (JsonBuilder *b, CwValue *v) {
  json_builder_begin_object (b);
  add_members (b, v);
  json_builder_end_object (b);
}

/* ---- a snippet ------------------------------------------------------------------------------------------------------------------ */

static bool any_fails (CwValue *v, GError **error) {
  if (v->kind == CW_V_LAZY) {
    g_autoptr (CwBuffer) values = cw_session_compute_one (v->array, error);
    return values == NULL;
  }
  for (int i = 0; cw_is_sequence (v) && i < cw_items_n (v); i++) {
    if (any_fails (cw_items_get (v, i), error)) return true;
  }
  return false;
}

static void add_error (JsonBuilder *b, const GError *error, const char *when) {
  json_builder_set_member_name (b, "error");
  json_builder_begin_object (b);
  add_text (b, "type", cw_error_class_name (error->domain == CW_ERROR ? error->code : CW_ERROR_OS));
  g_autofree char *first = g_strndup (error->message, strcspn (error->message, "\n"));
  add_text (b, "message", first);
  add_text (b, "when", when);
  json_builder_end_object (b);
}

/* Shows the last expression's value to @b instead of printing it. */
static void run_snippet (CwSession *s, const char *code, JsonBuilder *b) {
  g_autoptr (GError) error = NULL;
  int line, column;
  g_autoptr (CwProgram) program = cw_parse (code, &line, &column, &error);
  const char *when = "build";
  CwValue *value = NULL;
  guint n = program ? program->statements->len : 0;
  s->program = s->cell = program;
  for (guint i = 0; i < n && !error; i++) {
    const CwNode *node = program->statements->pdata[i];
    if (i + 1 == n && node->kind == CW_NODE_EXPR) value = cw_evaluate (s, node->a, &error);
    else cw_execute (s, node, &error);
  }
  if (value && any_fails (value, &error)) when = "compute";
  if (error) add_error (b, error, when);
  else add_members (b, value ? value : cw_none ());
  s->program = s->cell = NULL;
}

char *cw_session_facts (const char *code) {
  g_autoptr (CwSession) s = cw_session_new ();
  g_autoptr (JsonBuilder) b = json_builder_new ();
  CwSession *outer = cw_session_enter (s);
  CwPool *before = cw_pool_enter (s->pool);
  json_builder_begin_object (b);
  run_snippet (s, code, b);
  json_builder_end_object (b);
  cw_pool_drain (0);
  cw_pool_enter (before);
  cw_session_enter (outer);
  g_autoptr (JsonNode) root = json_builder_get_root (b);
  g_autofree char *object = json_to_string (root, FALSE);
  return g_strndup (object + 1, strlen (object) - 2);
}
