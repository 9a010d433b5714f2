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

/* Element @i of a new, contiguous buffer of text. */
static void put_text_element (GString *to, const CwBuffer *b, guint number, int64_t i) {
  int64_t index[CW_MAX_NDIM], rest = i;
  for (int k = b->ndim; k-- > 0; rest /= b->shape[k]) index[k] = rest % b->shape[k];
  g_autofree char *element = cw_text_get (b->dtype, cw_buffer_at (b, index));
  g_string_append (to, "\ncw_text_put (");
  cw_tape_put_reference (to, number);
  g_string_append (to, "->dtype, ");
  cw_tape_put_reference (to, number);
  g_string_append_printf (to, "->data + %" G_GINT64_FORMAT ", ", i * cw_dtype_size (b->dtype));
  cw_put_c_string (to, element);
  g_string_append (to, ");");
}

/* A buffer that no noted call made: its values as an initialiser. */
static guint note_constant (CwTape *t, CwBuffer *b) {
  guint number = new_buffer (t, b);
  if (b->size > MOST_LITERALS) {
    g_autofree char *shape = cw_shape_to_string (b->ndim, b->shape);
    cw_tape_add (t, CW_NOTE_REFUSED, g_strdup_printf ("an array of shape %s and dtype %s that Python made by itself", shape, cw_dtype_name (b->dtype)), number, 1);
    return number;
  }
  g_autoptr (GString) text = g_string_new ("g_autoptr (CwBuffer) ");
  cw_tape_put_reference (text, number);
  if (!b->size || cw_dtype_is_text (b->dtype)) {
    g_string_append (text, " = check (cw_buffer_new (");
    cw_put_dtype (text, b->dtype);
    g_string_append_printf (text, ", %d, ", b->ndim);
    cw_put_longs (text, b->ndim, b->shape);
    g_string_append (text, ", &error));");
    for (int64_t i = 0; i < b->size; i++) put_text_element (text, b, number, i);
  } else {
    g_string_append (text, " = literal (");
    cw_put_dtype (text, b->dtype);
    g_string_append_printf (text, ", %d, ", b->ndim);
    cw_put_longs (text, b->ndim, b->shape);
    g_string_append_printf (text, ", (%s[]){ ", cw_c_type (b->dtype));
    for (int64_t i = 0; i < b->size; i++) {
      if (i) g_string_append (text, ", ");
      cw_put_plain (text, cw_buffer_get (b, i));
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

void cw_tape_end_plain_array (CwArray *made) {
  note_made ("CwArray", new_array (current, made), false);
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

void cw_tape_in_file (CwBuffer *made) {
  if (!made) return;
  CwThing *thing = current->things->pdata[cw_tape_number_of_buffer (current, made)];
  thing->storage = CW_STORAGE_FILES;
  g_hash_table_insert (current->storages, made->storage, GUINT_TO_POINTER (CW_STORAGE_FILES));
}

void cw_tape_writes (CwArray *made, CwBuffer *target) {
  if (!made) return;
  CwThing *thing = current->things->pdata[cw_tape_number_of_array (current, made)];
  const CwThing *into = target ? current->things->pdata[cw_tape_number_of_buffer (current, target)] : NULL;
  thing->storage = into ? into->storage : CW_STORAGE_FILES;
}

void cw_tape_wrote (int n, CwArray *const *arrays) {
  CwNote *note = current->notes->pdata[current->notes->len - 1];
  for (int i = 0; i < n; i++) {
    const CwThing *thing = current->things->pdata[cw_tape_number_of_array (current, arrays[i])];
    if (thing->storage) note->storage = thing->storage;
  }
}
