/* tape-arguments.c: how the arguments of a call are spelled in C. */
#include <math.h>
#include <string.h>

#include "engine/language/tape-private.h"

/* ---- numbers and lists ------------------------------------------------------------------------------------------------------------- */

void cw_put_double (GString *to, double f) {
  g_autofree char *text = isfinite (f) ? cw_float_repr (f) : NULL;
  if (text && g_str_has_suffix (text, ".0")) text[strlen (text) - 2] = '\0';
  g_string_append (to, text ? text : isnan (f) ? "NAN" : f > 0 ? "INFINITY" : "-INFINITY");
}

static void put_int (GString *to, int64_t i) {
  if (i == INT64_MIN) g_string_append (to, "INT64_MIN");
  else if (i == INT64_MAX) g_string_append (to, "INT64_MAX");
  else g_string_append_printf (to, "%" G_GINT64_FORMAT, i);
}

void cw_put_plain (GString *to, CwScalar s) {
  if (cw_dtype_is_complex (s.dtype)) {
    g_string_append (to, "CMPLX (");
    cw_put_double (to, creal (s.c));
    g_string_append (to, ", ");
    cw_put_double (to, cimag (s.c));
    g_string_append_c (to, ')');
  } else if (cw_dtype_is_float (s.dtype)) {
    cw_put_double (to, s.f);
  } else if (cw_dtype_is_unsigned (s.dtype)) {
    g_string_append_printf (to, "%" G_GUINT64_FORMAT "u", s.u);
  } else {
    put_int (to, s.i);
  }
}

void cw_put_dtype (GString *to, CwDtype dtype) {
  g_autofree char *upper = dtype == CW_DTYPE_NONE ? g_strdup ("DTYPE_NONE") : g_ascii_strup (cw_dtype_name (dtype), -1);
  if (cw_dtype_is_text (dtype)) g_string_append_printf (to, "cw_dtype_text ('%c', %d)", cw_dtype_kind (dtype), cw_dtype_text_width (dtype));
  else g_string_append_printf (to, "CW_%s", upper);
}

const char *cw_c_type (CwDtype dtype) {
  switch (dtype) {
#define X(id, name, kind, code, size, ctype) case CW_##id: return #ctype;
  CW_DTYPES (X)
#undef X
  default:
    return "char";
  }
}

void cw_put_longs (GString *to, int n, const int64_t *items) {
  if (!items || n <= 0) {
    g_string_append (to, "NULL");
    return;
  }
  g_string_append (to, "(int64_t[]){ ");
  for (int i = 0; i < n; i++) {
    if (i) g_string_append (to, ", ");
    if (items[i] == CW_UNKNOWN) g_string_append (to, "-1");
    else put_int (to, items[i]);
  }
  g_string_append (to, " }");
}

/* ---- arguments -------------------------------------------------------------------------------------------------------------------- */

bool cw_tape_begin (const char *function) {
  CwTape *t = cw_tape_current ();
  if (!t) return false;
  g_string_printf (t->call, "%s (", function);
  t->arguments = 0;
  return true;
}

/* Where the next argument goes. */
static GString *next (void) {
  CwTape *t = cw_tape_current ();
  if (t->arguments++) g_string_append (t->call, ", ");
  return t->call;
}

void cw_tape_code (const char *code) {
  g_string_append (next (), code);
}

void cw_tape_array (CwArray *a) {
  if (!a) cw_tape_code ("NULL");
  else cw_tape_put_reference (next (), cw_tape_number_of_array (cw_tape_current (), a));
}

void cw_tape_buffer (CwBuffer *b) {
  if (!b) cw_tape_code ("NULL");
  else cw_tape_put_reference (next (), cw_tape_number_of_buffer (cw_tape_current (), b));
}

void cw_tape_arrays (int n, CwArray *const *arrays) {
  GString *to = next ();
  g_string_append (to, n ? "(CwArray *[]){ " : "NULL");
  for (int i = 0; i < n; i++) {
    if (i) g_string_append (to, ", ");
    cw_tape_put_reference (to, cw_tape_number_of_array (cw_tape_current (), arrays[i]));
  }
  if (n) g_string_append (to, " }");
}

void cw_tape_buffers (int n, CwBuffer *const *buffers) {
  GString *to = next ();
  g_string_append (to, "(CwBuffer *[]){ ");
  for (int i = 0; i < n; i++) {
    if (i) g_string_append (to, ", ");
    cw_tape_put_reference (to, cw_tape_number_of_buffer (cw_tape_current (), buffers[i]));
  }
  g_string_append (to, " }");
}

static guint note_axis (const CwAxis *axis) {
  guint number = cw_tape_new_thing (cw_tape_current (), CW_THING_AXIS);
  g_autoptr (GString) text = g_string_new ("g_autoptr (CwAxis) ");
  cw_tape_put_reference (text, number);
  bool none = axis->unknown, even = !axis->unknown && axis->max > 0;
  for (int64_t i = 0; i < axis->n; i++) {
    none &= axis->lengths[i] == CW_UNKNOWN;
    even &= i + 1 < axis->n ? axis->lengths[i] == axis->max : axis->lengths[i] > 0;
  }
  if (none) {
    g_string_append_printf (text, " = cw_axis_new_unknown (%" G_GINT64_FORMAT ");", axis->n);
  } else if (even) {
    g_string_append_printf (text, " = cw_axis_new_uniform (%" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ");", axis->total, axis->max);
  } else {
    g_string_append_printf (text, " = cw_axis_new (%" G_GINT64_FORMAT ", ", axis->n);
    cw_put_longs (text, (int) axis->n, axis->lengths);
    g_string_append (text, ");");
  }
  cw_tape_add (cw_tape_current (), CW_NOTE_CALL, g_strdup (text->str), number, 1);
  return number;
}

void cw_tape_axes (int n, CwAxis *const *axes) {
  GString *to = next ();
  g_string_append (to, n ? "(CwAxis *[]){ " : "NULL");
  for (int i = 0; i < n; i++) {
    if (i) g_string_append (to, ", ");
    cw_tape_put_reference (to, note_axis (axes[i]));
  }
  if (n) g_string_append (to, " }");
}

void cw_tape_int (int64_t i) {
  put_int (next (), i);
}

void cw_tape_double (double f) {
  cw_put_double (next (), f);
}

void cw_tape_bool (bool b) {
  cw_tape_code (b ? "true" : "false");
}

void cw_tape_text_argument (const char *text) {
  GString *to = next ();
  if (text) cw_put_c_string (to, text);
  else g_string_append (to, "NULL");
}

void cw_tape_ints (int n, const int *items) {
  GString *to = next ();
  g_string_append (to, items && n > 0 ? "(int[]){ " : "NULL");
  for (int i = 0; items && i < n; i++) g_string_append_printf (to, "%s%d", i ? ", " : "", items[i]);
  if (items && n > 0) g_string_append (to, " }");
}

void cw_tape_longs (int n, const int64_t *items) {
  cw_put_longs (next (), n, items);
}

void cw_tape_doubles (int n, const double *items) {
  GString *to = next ();
  int used = n;
  while (used > 1 && items[used - 1] == 0) used--; /* C fills up with zeros */
  g_string_append_printf (to, "(double[%d]){ ", n);
  for (int i = 0; i < used; i++) {
    if (i) g_string_append (to, ", ");
    cw_put_double (to, items[i]);
  }
  g_string_append (to, " }");
}

/* The latest buffer of one element that holds this number, if the number is not one that anybody might write. */
bool cw_tape_find_number (CwTape *t, CwScalar s, guint *number) {
  bool real = cw_dtype_is_float (s.dtype);
  g_autofree char *text = s.weak && real ? cw_float_repr (s.f) : NULL;
  if (s.weak && (!text || strlen (text) < 9)) return false;
  guint last = t->things->len, most = 10000; /* so far back */
  for (guint i = last; i-- > (last > most ? last - most : 0);) {
    const CwThing *thing = t->things->pdata[i];
    if (thing->kind != CW_THING_BUFFER || !thing->single || thing->value.dtype != s.dtype) continue;
    bool same = cw_dtype_is_complex (s.dtype) ? memcmp (&thing->value.c, &s.c, sizeof s.c) == 0 : thing->value.u == s.u;
    if (!same) continue;
    *number = i;
    return true;
  }
  return false;
}

static void put_scalar (GString *to, CwScalar s) {
  guint number;
  if (cw_tape_find_number (cw_tape_current (), s, &number)) {
    g_string_append (to, s.weak ? "cw_scalar_float (cw_scalar_to_double (cw_buffer_get (" : "cw_buffer_get (");
    cw_tape_put_reference (to, number);
    g_string_append (to, s.weak ? ", 0)))" : ", 0)");
    return;
  }
  bool weak = s.weak && s.dtype != CW_UINT64;
  g_autoptr (GString) plain = g_string_new (NULL);
  cw_put_plain (plain, s);
  const char *maker = cw_dtype_is_complex (s.dtype) ? "complex" : cw_dtype_is_float (s.dtype) ? "float" : s.dtype == CW_BOOL ? "bool" : "int";
  if (s.dtype == CW_BOOL) g_string_assign (plain, s.i ? "true" : "false");
  if (weak) {
    g_string_append_printf (to, "cw_scalar_%s (%s)", maker, plain->str);
  } else if (s.weak) {
    g_string_append_printf (to, "(CwScalar){ .dtype = CW_UINT64, .weak = true, .u = %s }", plain->str);
  } else {
    g_string_append_printf (to, "cw_scalar_cast (cw_scalar_%s (%s%s), ", maker, cw_dtype_is_unsigned (s.dtype) ? "(int64_t) " : "", plain->str);
    cw_put_dtype (to, s.dtype);
    g_string_append_c (to, ')');
  }
}

void cw_tape_scalar (CwScalar s) {
  put_scalar (next (), s);
}

void cw_tape_scalars (int n, const CwScalar *items) {
  GString *to = next ();
  g_string_append (to, items && n ? "(CwScalar[]){ " : "NULL");
  for (int i = 0; items && i < n; i++) {
    if (i) g_string_append (to, ", ");
    put_scalar (to, items[i]);
  }
  if (items && n) g_string_append (to, " }");
}

void cw_tape_dtype (CwDtype dtype) {
  cw_put_dtype (next (), dtype);
}

static void put_chunk_axis (GString *to, const CwChunkAxis *axis) {
  static const char *const kinds[] = { "AUTO", "WHOLE", "SIZE", "LENGTHS", "KEEP" };
  g_string_append_printf (to, "{ .kind = CW_CHUNK_%s", kinds[axis->kind]);
  if (axis->kind == CW_CHUNK_SIZE) {
    g_string_append (to, ", .size = ");
    put_int (to, axis->size);
  } else if (axis->kind == CW_CHUNK_LENGTHS) {
    g_string_append_printf (to, ", .n = %" G_GINT64_FORMAT ", .lengths = ", axis->n);
    cw_put_longs (to, (int) axis->n, axis->lengths);
  }
  g_string_append (to, " }");
}

void cw_tape_chunks (const CwChunkSpec *spec) {
  GString *to = next ();
  const CwChunkAxis automatic = { .kind = CW_CHUNK_AUTO };
  int64_t limit = spec && spec->limit_bytes ? spec->limit_bytes : cw_chunk_limit () != CW_CHUNK_LIMIT ? cw_chunk_limit () : 0;
  if (!spec && !limit) {
    g_string_append (to, "NULL");
    return;
  }
  int n = spec ? spec->n : -1;
  g_string_append_printf (to, "&(CwChunkSpec){ .n = %d, .axes = ", n);
  if (n) g_string_append (to, "(CwChunkAxis[]){ ");
  for (int i = 0; i < (n < 0 ? 1 : n); i++) {
    if (i) g_string_append (to, ", ");
    put_chunk_axis (to, spec ? &spec->axes[i] : &automatic);
  }
  g_string_append (to, n ? " }" : "NULL");
  if (spec && spec->some) g_string_append (to, ", .some = true");
  if (limit) g_string_append_printf (to, ", .limit_bytes = %" G_GINT64_FORMAT, limit);
  g_string_append (to, " }");
}

static void put_operand (GString *to, const CwOperand *operand) {
  g_string_append (to, operand->array ? "{ .array = " : "{ .scalar = ");
  if (operand->array) cw_tape_put_reference (to, cw_tape_number_of_array (cw_tape_current (), operand->array));
  else put_scalar (to, operand->scalar);
  g_string_append (to, " }");
}

void cw_tape_operand (const CwOperand *operand) {
  GString *to = next ();
  g_string_append (to, "(CwOperand)");
  put_operand (to, operand);
}

void cw_tape_operands (int n, const CwOperand *operands) {
  GString *to = next ();
  g_string_append (to, "(CwOperand[]){ ");
  for (int i = 0; i < n; i++) {
    if (i) g_string_append (to, ", ");
    put_operand (to, &operands[i]);
  }
  g_string_append (to, " }");
}

static void put_slice (GString *to, const CwIndex *item) {
  const struct {
    const char *name;
    bool has;
    int64_t value;
  } parts[] = { { "start", item->has_start, item->start }, { "stop", item->has_stop, item->stop }, { "step", item->has_step, item->step } };
  for (int i = 0; i < 3; i++) {
    if (!parts[i].has) continue;
    g_string_append_printf (to, ", .has_%s = true, .%s = ", parts[i].name, parts[i].name);
    put_int (to, parts[i].value);
  }
}

void cw_tape_items (int n, const CwIndex *items) {
  static const char *const kinds[] = { "INT", "SLICE", "NEWAXIS", "ELLIPSIS", "LIST", "ARRAY" };
  GString *to = next ();
  g_string_append (to, n ? "(CwIndex[]){ " : "NULL");
  for (int i = 0; i < n; i++) {
    const CwIndex *item = &items[i];
    g_string_append_printf (to, "%s{ .kind = CW_INDEX_%s", i ? ", " : "", kinds[item->kind]);
    if (item->kind == CW_INDEX_INT) {
      g_string_append (to, ", .start = ");
      put_int (to, item->start);
    } else if (item->kind == CW_INDEX_SLICE) {
      put_slice (to, item);
    } else if (item->kind == CW_INDEX_LIST || item->kind == CW_INDEX_ARRAY) {
      g_string_append (to, item->kind == CW_INDEX_LIST ? ", .list = " : ", .array = ");
      cw_tape_put_reference (to, item->kind == CW_INDEX_LIST ? cw_tape_number_of_buffer (cw_tape_current (), item->list) : cw_tape_number_of_array (cw_tape_current (), item->array));
    }
    g_string_append (to, " }");
  }
  if (n) g_string_append (to, " }");
}

void cw_tape_options (const CwReduceOptions *o) {
  GString *to = next ();
  if (!o) {
    g_string_append (to, "NULL");
    return;
  }
  if (o->n_axes < 0 && !o->keepdims && o->ddof == 0 && !o->split_every && o->dtype == CW_DTYPE_NONE) {
    g_string_append (to, "&(CwReduceOptions) CW_REDUCE_OPTIONS_INIT");
    return;
  }
  g_string_append_printf (to, "&(CwReduceOptions){ .n_axes = %d", o->n_axes);
  for (int i = 0; i < o->n_axes; i++) g_string_append_printf (to, "%s%d", i ? ", " : ", .axes = { ", o->axes[i]);
  if (o->n_axes > 0) g_string_append (to, " }");
  g_string_append (to, ", .dtype = ");
  cw_put_dtype (to, o->dtype);
  if (o->keepdims) g_string_append (to, ", .keepdims = true");
  if (o->ddof != 0) {
    g_string_append (to, ", .ddof = ");
    cw_put_double (to, o->ddof);
  }
  if (o->split_every) g_string_append_printf (to, ", .split_every = %d", o->split_every);
  g_string_append (to, " }");
}

void cw_tape_random (const CwRandomState *state) {
  g_string_append_printf (next (), "&(CwRandomState){ .seed = %" G_GUINT64_FORMAT "u, .next = %u }", state->seed, state->next);
}

void cw_tape_ufunc (CwUfunc ufunc) {
  g_string_append_printf (next (), "CW_UFUNC_%s", cw_ufunc_info (ufunc)->name);
}

void cw_tape_reduction (CwReduction kind) {
  g_autofree char *upper = g_ascii_strup (cw_reduction_info (kind)->name, -1);
  g_string_append_printf (next (), "CW_REDUCE_%s", upper);
}

void cw_tape_random_kind (CwRandomKind kind) {
  static const char *const names[CW_N_RANDOM] = { "UNIFORM", "NORMAL", "EXPONENTIAL", "POISSON", "INTEGERS", "BINOMIAL", "GAMMA", "LAPLACE" };
  g_string_append_printf (next (), "CW_RANDOM_%s", names[kind]);
}

void cw_tape_inside (CwBuffer *b, const char *data) {
  GString *to = next ();
  cw_tape_put_reference (to, cw_tape_number_of_buffer (cw_tape_current (), b));
  g_string_append (to, "->data");
  if (data != b->data) g_string_append_printf (to, " + %" G_GINT64_FORMAT, (int64_t) (data - b->data));
}

void cw_tape_templates (int n, const CwTemplate *templates) {
  GString *to = next ();
  g_string_append (to, "(CwTemplate[]){ ");
  for (int i = 0; i < n; i++) {
    g_string_append_printf (to, "%s{ .n = %d, .placeholders = { ", i ? ", " : "", templates[i].n);
    for (int k = 0; k < templates[i].n; k++) {
      if (k) g_string_append (to, ", ");
      cw_tape_put_reference (to, cw_tape_number_of_array (cw_tape_current (), templates[i].placeholders[k]));
    }
    g_string_append (to, " }, .root = ");
    cw_tape_put_reference (to, cw_tape_number_of_array (cw_tape_current (), templates[i].root));
    g_string_append (to, " }");
  }
  g_string_append (to, " }");
}

void cw_tape_follow (int n, CwArray *const *inputs, const int (*follow)[CW_MAX_NDIM]) {
  GString *to = next ();
  g_string_append (to, "(const int[][CW_MAX_NDIM]){ ");
  for (int i = 0; i < n; i++) {
    g_string_append (to, i ? ", { " : "{ ");
    for (int k = 0; k < MAX (inputs[i]->ndim, 1); k++) g_string_append_printf (to, "%s%d", k ? ", " : "", inputs[i]->ndim ? follow[i][k] : 0);
    g_string_append (to, " }");
  }
  g_string_append (to, " }");
}
