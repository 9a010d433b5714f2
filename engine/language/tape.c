/* tape.c: the tape itself: things, notes, and how arguments are spelled in C. */
#include "engine/language/tape.h"

#include <math.h>
#include <string.h>

#include "engine/language/tape-private.h"

static __thread CwTape *current;

static void note_free (void *data) {
  CwNote *note = data;
  g_free (note->text);
  g_free (note);
}

static void thing_free (void *data) {
  CwThing *thing = data;
  g_free (thing->name);
  g_free (thing);
}

CwTape *cw_tape_new (void) {
  CwTape *t = g_new0 (CwTape, 1);
  t->notes    = g_ptr_array_new_with_free_func (note_free);
  t->things   = g_ptr_array_new_with_free_func (thing_free);
  t->sources  = g_ptr_array_new_with_free_func (g_free);
  t->errors   = g_ptr_array_new_with_free_func (g_free);
  t->arrays   = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  t->buffers  = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) cw_buffer_unref, NULL);
  t->storages = g_hash_table_new (NULL, NULL);
  t->origins  = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) cw_value_unref, (GDestroyNotify) g_ptr_array_unref);
  t->call     = g_string_new (NULL);
  return t;
}

void cw_tape_free (CwTape *t) {
  if (!t) return;
  g_ptr_array_unref (t->notes);
  g_ptr_array_unref (t->things);
  g_ptr_array_unref (t->sources);
  g_ptr_array_unref (t->errors);
  g_hash_table_unref (t->arrays);
  g_hash_table_unref (t->buffers);
  g_hash_table_unref (t->storages);
  g_hash_table_unref (t->origins);
  g_string_free (t->call, TRUE);
  g_free (t->failure);
  g_free (t);
}

CwTape *cw_tape_enter (CwTape *tape) {
  CwTape *before = current;
  current = tape;
  return before;
}

CwTape *cw_tape_current (void) {
  return current;
}

bool cw_tape_runs (void) {
  return current != NULL;
}

GPtrArray *cw_tape_notes (const CwTape *t) {
  return t->notes;
}

GPtrArray *cw_tape_things (const CwTape *t) {
  return t->things;
}

int cw_tape_n_cells (const CwTape *t) {
  return (int) t->sources->len;
}

const char *cw_tape_source (const CwTape *t, int cell) {
  return t->sources->pdata[cell];
}

const char *cw_tape_error (const CwTape *t, int cell) {
  return t->errors->pdata[cell];
}

/* ---- notes and things ----------------------------------------------------------------------------------------------------------- */

static void drop_failed (CwTape *t) {
  CwNote *last = t->notes->len ? t->notes->pdata[t->notes->len - 1] : NULL;
  if (last && last->kind == CW_NOTE_FAILED) g_ptr_array_set_size (t->notes, (int) t->notes->len - 1);
}

CwNote *cw_tape_add (CwTape *t, CwNoteKind kind, char *text, guint first, guint n) {
  CwNote *note = g_new0 (CwNote, 1);
  drop_failed (t);
  *note = (CwNote){ .kind = kind, .cell = (int) t->sources->len - 1, .line = t->line, .end_line = t->end_line, .text = text, .first = first, .n = n };
  g_ptr_array_add (t->notes, note);
  return note;
}

guint cw_tape_new_thing (CwTape *t, CwThingKind kind) {
  CwThing *thing = g_new0 (CwThing, 1);
  thing->kind = kind;
  g_ptr_array_add (t->things, thing);
  return t->things->len - 1;
}

static guint new_array (CwTape *t, CwArray *a) {
  guint number = cw_tape_new_thing (t, CW_THING_ARRAY);
  g_hash_table_insert (t->arrays, g_memdup2 (&a->id, sizeof a->id), GUINT_TO_POINTER (number + 1));
  return number;
}

static guint new_buffer (CwTape *t, CwBuffer *b) {
  guint number = cw_tape_new_thing (t, CW_THING_BUFFER);
  CwThing *thing = t->things->pdata[number];
  guint storage = GPOINTER_TO_UINT (g_hash_table_lookup (t->storages, b->storage));
  if (!storage) {
    storage = ++t->n_storages;
    g_hash_table_insert (t->storages, b->storage, GUINT_TO_POINTER (storage));
  }
  thing->storage = storage;
  thing->single  = b->size == 1 && !cw_dtype_is_text (b->dtype);
  if (thing->single) thing->value = cw_buffer_get (b, 0);
  g_hash_table_insert (t->buffers, cw_buffer_ref (b), GUINT_TO_POINTER (number + 1));
  return number;
}

/* Buffers that only the tape still holds are let go; single numbers live on in their thing. */
static gboolean is_forgotten (void *key, void *value, void *data) {
  CwBuffer *b = key;
  if (!g_atomic_ref_count_compare (&b->ref_count, 1)) return FALSE;
  g_hash_table_remove (data, b->storage); /* its address may come again */
  return TRUE;
}

void cw_tape_sweep (CwTape *t) {
  g_hash_table_foreach_remove (t->buffers, is_forgotten, t->storages);
  GHashTableIter iter;
  void *key, *value;
  g_hash_table_iter_init (&iter, t->buffers);
  while (g_hash_table_iter_next (&iter, &key, &value)) { /* other views of memory that was taken off above */
    CwThing *thing = t->things->pdata[GPOINTER_TO_UINT (value) - 1];
    g_hash_table_insert (t->storages, ((CwBuffer *) key)->storage, GUINT_TO_POINTER (thing->storage));
  }
}

void cw_tape_put_reference (GString *to, guint number) {
  g_string_append_printf (to, "%c%u%c", CW_REFERENCE_BEGINS, number, CW_REFERENCE_ENDS);
}

/* ---- constants that the notebook wrote itself -------------------------------------------------------------------------------------- */

#define MOST_LITERALS 4096

static void put_double (GString *to, double f) {
  g_autofree char *text = isfinite (f) ? cw_float_repr (f) : NULL;
  if (text && g_str_has_suffix (text, ".0")) text[strlen (text) - 2] = '\0';
  g_string_append (to, text ? text : isnan (f) ? "NAN" : f > 0 ? "INFINITY" : "-INFINITY");
}

static void put_int (GString *to, int64_t i) {
  if (i == INT64_MIN) g_string_append (to, "INT64_MIN");
  else if (i == INT64_MAX) g_string_append (to, "INT64_MAX");
  else g_string_append_printf (to, "%" G_GINT64_FORMAT, i);
}

static void put_plain (GString *to, CwScalar s) {
  if (cw_dtype_is_complex (s.dtype)) {
    g_string_append (to, "CMPLX (");
    put_double (to, creal (s.c));
    g_string_append (to, ", ");
    put_double (to, cimag (s.c));
    g_string_append_c (to, ')');
  } else if (cw_dtype_is_float (s.dtype)) {
    put_double (to, s.f);
  } else if (cw_dtype_is_unsigned (s.dtype)) {
    g_string_append_printf (to, "%" G_GUINT64_FORMAT "u", s.u);
  } else {
    put_int (to, s.i);
  }
}

static void put_dtype (GString *to, CwDtype dtype) {
  g_autofree char *upper = dtype == CW_DTYPE_NONE ? g_strdup ("DTYPE_NONE") : g_ascii_strup (cw_dtype_name (dtype), -1);
  if (cw_dtype_is_text (dtype)) g_string_append_printf (to, "cw_dtype_text ('%c', %d)", cw_dtype_kind (dtype), cw_dtype_text_width (dtype));
  else g_string_append_printf (to, "CW_%s", upper);
}

static const char *c_type (CwDtype dtype) {
  switch (dtype) {
#define X(id, name, kind, code, size, ctype) case CW_##id: return #ctype;
  CW_DTYPES (X)
#undef X
  default:
    return "char";
  }
}

static void put_longs (GString *to, int n, const int64_t *items) {
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

/* A buffer that no noted call made: its values as an initialiser. */
static guint note_constant (CwTape *t, CwBuffer *b) {
  guint number = new_buffer (t, b);
  if (b->size > MOST_LITERALS || cw_dtype_is_text (b->dtype)) {
    g_autofree char *shape = cw_shape_to_string (b->ndim, b->shape);
    cw_tape_add (t, CW_NOTE_REFUSED, g_strdup_printf ("an array of shape %s and dtype %s that Python made by itself", shape, cw_dtype_name (b->dtype)), number, 1);
    return number;
  }
  g_autoptr (GString) text = g_string_new ("g_autoptr (CwBuffer) ");
  cw_tape_put_reference (text, number);
  if (!b->size) {
    g_string_append (text, " = check (cw_buffer_new (");
    put_dtype (text, b->dtype);
    g_string_append_printf (text, ", %d, ", b->ndim);
    put_longs (text, b->ndim, b->shape);
    g_string_append (text, ", &error));");
  } else {
    g_string_append (text, " = literal (");
    put_dtype (text, b->dtype);
    g_string_append_printf (text, ", %d, ", b->ndim);
    put_longs (text, b->ndim, b->shape);
    g_string_append_printf (text, ", (%s[]){ ", c_type (b->dtype));
    for (int64_t i = 0; i < b->size; i++) {
      if (i) g_string_append (text, ", ");
      put_plain (text, cw_buffer_get (b, i));
    }
    g_string_append (text, " });");
  }
  cw_tape_add (t, CW_NOTE_CALL, g_strdup (text->str), number, 1);
  return number;
}

guint cw_tape_number_of_buffer (CwTape *t, CwBuffer *b) {
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (t->buffers, b));
  return known ? known - 1 : note_constant (t, b);
}

guint cw_tape_number_of_array (CwTape *t, CwArray *a) {
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (t->arrays, &a->id));
  if (known) return known - 1;
  guint number = new_array (t, a);
  cw_tape_add (t, CW_NOTE_REFUSED, g_strdup_printf ("the array '%s'", a->name), number, 1);
  return number;
}

/* ---- arguments -------------------------------------------------------------------------------------------------------------------- */

bool cw_tape_begin (const char *function) {
  if (!current) return false;
  g_string_printf (current->call, "%s (", function);
  current->arguments = 0;
  return true;
}

/* Where the next argument goes. */
static GString *next (void) {
  if (current->arguments++) g_string_append (current->call, ", ");
  return current->call;
}

void cw_tape_code (const char *code) {
  g_string_append (next (), code);
}

void cw_tape_array (CwArray *a) {
  if (!a) cw_tape_code ("NULL");
  else cw_tape_put_reference (next (), cw_tape_number_of_array (current, a));
}

void cw_tape_buffer (CwBuffer *b) {
  if (!b) cw_tape_code ("NULL");
  else cw_tape_put_reference (next (), cw_tape_number_of_buffer (current, b));
}

void cw_tape_arrays (int n, CwArray *const *arrays) {
  GString *to = next ();
  g_string_append (to, n ? "(CwArray *[]){ " : "NULL");
  for (int i = 0; i < n; i++) {
    if (i) g_string_append (to, ", ");
    cw_tape_put_reference (to, cw_tape_number_of_array (current, arrays[i]));
  }
  if (n) g_string_append (to, " }");
}

void cw_tape_buffers (int n, CwBuffer *const *buffers) {
  GString *to = next ();
  g_string_append (to, "(CwBuffer *[]){ ");
  for (int i = 0; i < n; i++) {
    if (i) g_string_append (to, ", ");
    cw_tape_put_reference (to, cw_tape_number_of_buffer (current, buffers[i]));
  }
  g_string_append (to, " }");
}

static guint note_axis (const CwAxis *axis) {
  guint number = cw_tape_new_thing (current, CW_THING_AXIS);
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
    put_longs (text, (int) axis->n, axis->lengths);
    g_string_append (text, ");");
  }
  cw_tape_add (current, CW_NOTE_CALL, g_strdup (text->str), number, 1);
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
  put_double (next (), f);
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
  put_longs (next (), n, items);
}

void cw_tape_doubles (int n, const double *items) {
  GString *to = next ();
  int used = n;
  while (used > 1 && items[used - 1] == 0) used--; /* C fills up with zeros */
  g_string_append_printf (to, "(double[%d]){ ", n);
  for (int i = 0; i < used; i++) {
    if (i) g_string_append (to, ", ");
    put_double (to, items[i]);
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
  if (cw_tape_find_number (current, s, &number)) {
    g_string_append (to, s.weak ? "cw_scalar_float (cw_scalar_to_double (cw_buffer_get (" : "cw_buffer_get (");
    cw_tape_put_reference (to, number);
    g_string_append (to, s.weak ? ", 0)))" : ", 0)");
    return;
  }
  bool weak = s.weak && s.dtype != CW_UINT64;
  g_autoptr (GString) plain = g_string_new (NULL);
  put_plain (plain, s);
  const char *maker = cw_dtype_is_complex (s.dtype) ? "complex" : cw_dtype_is_float (s.dtype) ? "float" : s.dtype == CW_BOOL ? "bool" : "int";
  if (s.dtype == CW_BOOL) g_string_assign (plain, s.i ? "true" : "false");
  if (weak) {
    g_string_append_printf (to, "cw_scalar_%s (%s)", maker, plain->str);
  } else if (s.weak) {
    g_string_append_printf (to, "(CwScalar){ .dtype = CW_UINT64, .weak = true, .u = %s }", plain->str);
  } else {
    g_string_append_printf (to, "cw_scalar_cast (cw_scalar_%s (%s%s), ", maker, cw_dtype_is_unsigned (s.dtype) ? "(int64_t) " : "", plain->str);
    put_dtype (to, s.dtype);
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
  put_dtype (next (), dtype);
}

static void put_chunk_axis (GString *to, const CwChunkAxis *axis) {
  static const char *const kinds[] = { "AUTO", "WHOLE", "SIZE", "LENGTHS", "KEEP" };
  g_string_append_printf (to, "{ .kind = CW_CHUNK_%s", kinds[axis->kind]);
  if (axis->kind == CW_CHUNK_SIZE) {
    g_string_append (to, ", .size = ");
    put_int (to, axis->size);
  } else if (axis->kind == CW_CHUNK_LENGTHS) {
    g_string_append_printf (to, ", .n = %" G_GINT64_FORMAT ", .lengths = ", axis->n);
    put_longs (to, (int) axis->n, axis->lengths);
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
  if (limit) g_string_append_printf (to, ", .limit_bytes = %" G_GINT64_FORMAT, limit);
  g_string_append (to, " }");
}

static void put_operand (GString *to, const CwOperand *operand) {
  g_string_append (to, operand->array ? "{ .array = " : "{ .scalar = ");
  if (operand->array) cw_tape_put_reference (to, cw_tape_number_of_array (current, operand->array));
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
      cw_tape_put_reference (to, item->kind == CW_INDEX_LIST ? cw_tape_number_of_buffer (current, item->list) : cw_tape_number_of_array (current, item->array));
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
  put_dtype (to, o->dtype);
  if (o->keepdims) g_string_append (to, ", .keepdims = true");
  if (o->ddof != 0) {
    g_string_append (to, ", .ddof = ");
    put_double (to, o->ddof);
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
  cw_tape_put_reference (to, cw_tape_number_of_buffer (current, b));
  g_string_append (to, "->data");
  if (data != b->data) g_string_append_printf (to, " + %" G_GINT64_FORMAT, (int64_t) (data - b->data));
}

/* ---- ends ---------------------------------------------------------------------------------------------------------------------------- */

/* A failed call stands on the tape only as long as it is the last one. @statement is taken. */
static void note_failure (char *statement, GError **error) {
  cw_tape_add (current, CW_NOTE_FAILED, statement, 0, 0);
  g_free (current->failure);
  current->failure = g_strdup (error && *error ? (*error)->message : "");
}

/* check (f (..., &error)); or the like. */
static char *statement_of (const char *check, bool may_fail) {
  return may_fail ? g_strdup_printf ("%s (%s, &error));", check, current->call->str) : g_strdup_printf ("%s);", current->call->str);
}

static void note_made (const char *type, guint number, bool may_fail) {
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "g_autoptr (%s) ", type);
  cw_tape_put_reference (text, number);
  if (may_fail) g_string_append_printf (text, " = check (%s%s&error));", current->call->str, current->arguments ? ", " : "");
  else g_string_append_printf (text, " = %s);", current->call->str);
  cw_tape_add (current, CW_NOTE_CALL, g_strdup (text->str), number, 1);
}

void cw_tape_end_array (CwArray *made, GError **error) {
  if (!made) note_failure (statement_of ("check", true), error);
  else if (!g_hash_table_contains (current->arrays, &made->id)) note_made ("CwArray", new_array (current, made), true);
}

void cw_tape_end_buffer (CwBuffer *made, bool may_fail, GError **error) {
  if (!made) note_failure (statement_of ("check", may_fail), error);
  else if (!g_hash_table_contains (current->buffers, made)) note_made ("CwBuffer", new_buffer (current, made), may_fail);
}

/* ensure (f (..., results, &error)), where there are results to come. */
static char *call_of_several (const char *type, int n) {
  int group = ++current->groups;
  return g_strdup_printf ("%s *made%d[%d] = { NULL };\nensure (%s, made%d, &error));", type, group, n, current->call->str, group);
}

/* ... then a name for each. */
static void note_several (const char *type, guint first, int n) {
  g_autofree char *call = call_of_several (type, n);
  g_autoptr (GString) text = g_string_new (call);
  for (int i = 0; i < n; i++) {
    g_string_append_printf (text, "\ng_autoptr (%s) ", type);
    cw_tape_put_reference (text, first + (guint) i);
    g_string_append_printf (text, " = made%d[%d];", current->groups, i);
  }
  cw_tape_add (current, CW_NOTE_CALL, g_strdup (text->str), first, (guint) n);
}

void cw_tape_end_buffers (bool ok, int n, CwBuffer *const *made, GError **error) {
  guint first = current->things->len;
  if (!ok) {
    note_failure (call_of_several ("CwBuffer", n), error);
    return;
  }
  for (int i = 0; i < n; i++) {
    if (made[i]) new_buffer (current, made[i]);
    else cw_tape_new_thing (current, CW_THING_BUFFER);
  }
  note_several ("CwBuffer", first, n);
}

void cw_tape_end_arrays (bool ok, int n, CwArray *const *made, GError **error) {
  guint first = current->things->len;
  if (!ok) {
    note_failure (call_of_several ("CwArray", n), error);
    return;
  }
  for (int i = 0; i < n; i++) new_array (current, made[i]);
  note_several ("CwArray", first, n);
}

void cw_tape_end_change (bool ok, CwBuffer *changed, GError **error) {
  if (!ok) {
    note_failure (statement_of ("ensure", true), error);
    return;
  }
  CwThing *thing = current->things->pdata[cw_tape_number_of_buffer (current, changed)];
  CwNote *note = cw_tape_add (current, CW_NOTE_CHANGE, statement_of ("ensure", true), 0, 0);
  note->storage = thing->storage;
  if (thing->single) thing->value = cw_buffer_get (changed, 0);
}

void cw_tape_refuse_array (CwArray *made, const char *what) {
  if (!current || !made || g_hash_table_contains (current->arrays, &made->id)) return;
  guint number = new_array (current, made);
  cw_tape_add (current, CW_NOTE_REFUSED, g_strdup (what), number, 1);
}

void cw_tape_end_file (bool ok, GError **error) {
  if (!ok) {
    note_failure (statement_of ("ensure", true), error);
    return;
  }
  cw_tape_add (current, CW_NOTE_CHANGE, statement_of ("ensure", true), 0, 0)->storage = CW_STORAGE_FILES;
}

void cw_tape_end_setting (void) {
  cw_tape_add (current, CW_NOTE_CHANGE, statement_of (NULL, false), 0, 0)->storage = CW_STORAGE_SETTINGS;
}

void cw_tape_refuse_buffer (CwBuffer *made, const char *what) {
  if (!current || !made || g_hash_table_contains (current->buffers, made)) return;
  guint number = new_buffer (current, made);
  cw_tape_add (current, CW_NOTE_REFUSED, g_strdup (what), number, 1);
}

void cw_tape_refuse (const char *what) {
  if (current) cw_tape_add (current, CW_NOTE_REFUSED, g_strdup (what), 0, 0);
}
