/* tape-show.c: what a session tells the tape: cells, lines, variables, and what is printed.
 *
 * Printed text is noted as pieces. A piece that comes from an array, or from a number that was computed, prints that array or
 * number again; the rest is text that Python made, and stands in the program as it is.
 */
#include <math.h>
#include <string.h>

#include "engine/language/register.h"
#include "engine/language/tape-private.h"

static void piece_free (void *data) {
  CwPiece *piece = data;
  g_free (piece->text);
  g_free (piece);
}

static GPtrArray *pieces_new (void) {
  return g_ptr_array_new_with_free_func (piece_free);
}

static void add (GPtrArray *pieces, CwPieceKind kind, bool whole, char *text) {
  CwPiece *last = pieces->len ? pieces->pdata[pieces->len - 1] : NULL;
  if (kind == CW_PIECE_LITERAL && last && last->kind == CW_PIECE_LITERAL) {
    char *joined = g_strconcat (last->text, text, NULL);
    g_free (last->text);
    g_free (text);
    last->text = joined;
    return;
  }
  CwPiece *piece = g_new0 (CwPiece, 1);
  *piece = (CwPiece){ kind, whole, text };
  g_ptr_array_add (pieces, piece);
}

static void add_literal (GPtrArray *pieces, const char *text) {
  add (pieces, CW_PIECE_LITERAL, false, g_strdup (text));
}

/* @before, a reference, @after. */
static char *around (const char *before, guint number, const char *after) {
  GString *text = g_string_new (before);
  cw_tape_put_reference (text, number);
  g_string_append (text, after);
  return g_string_free (text, FALSE);
}

/* ---- pieces of values --------------------------------------------------------------------------------------------------------------- */

/* A C expression for the number that @v is, where it was computed or asked of an array; else NULL. */
static char *number_of (CwTape *t, CwValue *v, bool *whole) {
  GPtrArray *origin = g_hash_table_lookup (t->origins, v);
  const CwPiece *piece = origin && origin->len == 1 ? origin->pdata[0] : NULL;
  CwScalar s;
  guint number;
  if (piece && piece->kind == CW_PIECE_NUMBER) {
    *whole = piece->whole;
    return g_strdup (piece->text);
  }
  if ((v->kind != CW_V_SCALAR && v->kind != CW_V_FLOAT) || !cw_value_scalar (v, &s) || cw_dtype_is_complex (s.dtype)) return NULL;
  if (!cw_tape_find_number (t, s, &number)) return NULL;
  *whole = !cw_dtype_is_float (s.dtype);
  return around (*whole ? "cw_scalar_to_int (cw_buffer_get (" : "cw_scalar_to_double (cw_buffer_get (", number, ", 0))");
}

static void add_value (CwTape *t, GPtrArray *pieces, CwValue *v, bool as_str);

static void add_items (CwTape *t, GPtrArray *pieces, CwValue *v) {
  bool tuple = v->kind == CW_V_TUPLE;
  add_literal (pieces, tuple ? "(" : "[");
  for (int i = 0; i < cw_items_n (v); i++) {
    if (i) add_literal (pieces, ", ");
    add_value (t, pieces, cw_items_get (v, i), false);
  }
  add_literal (pieces, tuple && cw_items_n (v) == 1 ? ",)" : tuple ? ")" : "]");
}

static void add_value (CwTape *t, GPtrArray *pieces, CwValue *v, bool as_str) {
  GPtrArray *origin = v->kind == CW_V_STR && !as_str ? NULL : g_hash_table_lookup (t->origins, v);
  guint number;
  if (origin) {
    bool quoted = v->kind == CW_V_DTYPE && !as_str;
    if (quoted) add_literal (pieces, "dtype('");
    for (guint i = 0; i < origin->len; i++) {
      const CwPiece *piece = origin->pdata[i];
      add (pieces, piece->kind, piece->whole, g_strdup (piece->text));
    }
    if (quoted) add_literal (pieces, "')");
  } else if (v->kind == CW_V_LAZY) {
    add (pieces, CW_PIECE_TEXT, false, around ("cw_array_repr (", cw_tape_number_of_array (t, v->array), ")"));
  } else if (v->kind == CW_V_EAGER) {
    add (pieces, CW_PIECE_TEXT, false, around (as_str ? "cw_buffer_str (" : "cw_buffer_repr (", cw_tape_number_of_buffer (t, v->buffer), ")"));
  } else if (v->kind == CW_V_SCALAR && cw_tape_find_number (t, v->scalar, &number)) {
    add (pieces, CW_PIECE_TEXT, false, around ("cw_scalar_repr (cw_buffer_get (", number, ", 0))"));
  } else if (v->kind == CW_V_FLOAT && cw_tape_find_number (t, cw_scalar_float (v->f), &number)) {
    add (pieces, CW_PIECE_TEXT, false, around ("cw_float_repr (cw_scalar_to_double (cw_buffer_get (", number, ", 0)))"));
  } else if (cw_is_sequence (v)) {
    add_items (t, pieces, v);
  } else {
    add (pieces, CW_PIECE_LITERAL, false, as_str ? cw_value_str (v) : cw_value_repr (v));
  }
}

/* ---- where values come from ----------------------------------------------------------------------------------------------------------- */

static void remember (CwTape *t, CwValue *v, GPtrArray *pieces) {
  g_hash_table_replace (t->origins, cw_value_ref (v), pieces);
}

/* "(3, 4)" with a number for each axis. */
static void add_each_axis (GPtrArray *pieces, guint number, int ndim, const char *member) {
  for (int i = 0; i < ndim; i++) {
    g_autofree char *after = g_strdup_printf ("->axes[%d]->%s", i, member);
    add_literal (pieces, i ? ", " : "(");
    add (pieces, CW_PIECE_NUMBER, true, around ("", number, after));
  }
  add_literal (pieces, ndim == 0 ? "()" : ndim == 1 ? ",)" : ")");
}

void cw_tape_fact (CwValue *fact, CwValue *of, const char *name) {
  CwTape *t = cw_tape_current ();
  bool lazy = of->kind == CW_V_LAZY, unknown = lazy && cw_array_has_unknown (of->array);
  if (!t || !fact || !cw_value_is_array (of)) return;
  guint number = lazy ? cw_tape_number_of_array (t, of->array) : cw_tape_number_of_buffer (t, of->buffer);
  int ndim = lazy ? of->array->ndim : of->buffer->ndim;
  g_autoptr (GPtrArray) pieces = pieces_new ();
  if (g_str_equal (name, "shape")) {
    g_autofree char *count = around ("cw_shape_to_string (", number, "->ndim, ");
    add (pieces, CW_PIECE_TEXT, false, around (count, number, "->shape)"));
  } else if (g_str_equal (name, "chunks")) {
    add (pieces, CW_PIECE_TEXT, false, around ("cw_array_chunks_to_string (", number, ")"));
  } else if (g_str_equal (name, "dtype")) {
    add (pieces, CW_PIECE_TEXT, false, around ("g_strdup (cw_dtype_name (", number, "->dtype))"));
  } else if (g_str_equal (name, "ndim")) {
    add (pieces, CW_PIECE_NUMBER, true, around ("", number, "->ndim"));
  } else if (g_str_equal (name, "npartitions")) {
    add (pieces, CW_PIECE_NUMBER, true, around ("cw_array_n_blocks (", number, ")"));
  } else if (g_str_equal (name, "numblocks")) {
    add_each_axis (pieces, number, ndim, "n");
  } else if (unknown) { /* prints as nan, whatever is asked */
    return;
  } else if (g_str_equal (name, "chunksize")) {
    add_each_axis (pieces, number, ndim, "max");
  } else if (g_str_equal (name, "size")) {
    add (pieces, CW_PIECE_NUMBER, true, lazy ? around ("cw_array_size (", number, ")") : around ("", number, "->size"));
  } else if (g_str_equal (name, "nbytes")) {
    add (pieces, CW_PIECE_NUMBER, true, around (lazy ? "cw_array_nbytes (" : "cw_buffer_nbytes (", number, ")"));
  } else {
    return;
  }
  remember (t, fact, g_steal_pointer (&pieces));
}

/* A format that means to printf() what it means to Python. */
static bool is_plain_format (const char *spec) {
  const char *p = spec + strspn (spec, "0123456789");
  if (*p == '.') p += 1 + strspn (p + 1, "0123456789");
  return *spec != '0' && *p && strchr ("feEg", *p) && !p[1];
}

void cw_tape_text (CwValue *text, int n, CwValue *const *parts, char *const *specs) {
  CwTape *t = cw_tape_current ();
  if (!t) return;
  g_autoptr (GPtrArray) pieces = pieces_new ();
  for (int i = 0; i < n; i++) {
    bool whole = false;
    g_autofree char *number = specs[i] && is_plain_format (specs[i]) ? number_of (t, parts[i], &whole) : NULL;
    g_autofree char *formatted = specs[i] ? cw_value_format (parts[i], specs[i], NULL) : NULL;
    if (number) add (pieces, CW_PIECE_TEXT, false, g_strdup_printf ("g_strdup_printf (\"%%%s\", %s%s)", specs[i], whole ? "(double) " : "", number));
    else if (specs[i] && *specs[i]) add_literal (pieces, formatted ? formatted : "");
    else add_value (t, pieces, parts[i], true);
  }
  remember (t, text, g_steal_pointer (&pieces));
}

void cw_tape_number (CwValue *result, int op, CwValue *a, CwValue *b) {
  static const struct {
    int op;
    const char *sign;
  } signs[] = { { CW_OP_ADD, "+" }, { CW_OP_SUB, "-" }, { CW_OP_MUL, "*" }, { CW_OP_DIV, "/" } };
  CwTape *t = cw_tape_current ();
  if (!t || (result->kind != CW_V_INT && result->kind != CW_V_FLOAT)) return;
  bool whole[2] = { a->kind == CW_V_INT, b->kind == CW_V_INT };
  g_autofree char *x = number_of (t, a, &whole[0]), *y = number_of (t, b, &whole[1]);
  if (!x && !y) return;
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++) {
    if (signs[i].op != op) continue;
    g_autofree char *left = x ? g_strdup (x) : cw_value_repr (a), *right = y ? g_strdup (y) : cw_value_repr (b);
    const char *cast = result->kind == CW_V_FLOAT && whole[0] ? "(double) " : "";
    g_autoptr (GPtrArray) pieces = pieces_new ();
    add (pieces, CW_PIECE_NUMBER, result->kind == CW_V_INT, g_strdup_printf ("(%s%s %s %s)", cast, left, signs[i].sign, right));
    remember (t, result, g_steal_pointer (&pieces));
  }
}

/* ---- printing -------------------------------------------------------------------------------------------------------------------------- */

void cw_put_c_string (GString *to, const char *text) {
  g_string_append_c (to, '"');
  for (const char *p = text; *p; p++) {
    if (*p == '\n') g_string_append (to, p[1] ? "\\n\" \"" : "\\n");
    else if (*p == '"' || *p == '\\') g_string_append_printf (to, "\\%c", *p);
    else if (*p == '\t') g_string_append (to, "\\t");
    else if ((guchar) *p < ' ') g_string_append_printf (to, "\\%03o", (guchar) *p);
    else g_string_append_c (to, *p);
  }
  g_string_append_c (to, '"');
}

/* Where the notebook chose how arrays are printed. */
static void put_options (GString *text) {
  const CwPrintOptions *o = cw_print_options (), *d = &cw_print_defaults;
  if (o->precision == d->precision && o->edge == d->edge && o->width == d->width && o->threshold == d->threshold && o->suppress == d->suppress) return;
  g_string_append_printf (text, "*cw_print_options () = (CwPrintOptions){ .precision = %d, .edge = %d, .width = %d, .threshold = %" G_GINT64_FORMAT ", .suppress = %s };",
                          o->precision, o->edge, o->width, o->threshold, o->suppress ? "true" : "false");
}

static void note_pieces (CwTape *t, GPtrArray *pieces) {
  g_autoptr (GString) text = g_string_new (NULL);
  put_options (text);
  for (guint i = 0; i < pieces->len; i++) {
    const CwPiece *piece = pieces->pdata[i];
    if (!*piece->text) continue;
    if (text->len) g_string_append_c (text, '\n');
    if (piece->kind == CW_PIECE_LITERAL) {
      g_string_append (text, "fputs (");
      cw_put_c_string (text, piece->text);
      g_string_append (text, ", stdout);");
    } else if (piece->kind == CW_PIECE_TEXT) {
      g_string_append_printf (text, "show (%s);", piece->text);
    } else if (piece->whole) {
      g_string_append_printf (text, "printf (\"%%\" G_GINT64_FORMAT, (int64_t) %s);", piece->text);
    } else {
      g_string_append_printf (text, "show (cw_float_repr (%s));", piece->text);
    }
  }
  cw_tape_add (t, CW_NOTE_SHOW, g_strdup (text->str), 0, 0);
}

void cw_tape_print (CwValue *values, const char *sep, const char *end) {
  CwTape *t = cw_tape_current ();
  if (!t) return;
  g_autoptr (GPtrArray) pieces = pieces_new ();
  for (int i = 0; i < cw_items_n (values); i++) {
    if (i) add_literal (pieces, sep);
    add_value (t, pieces, cw_items_get (values, i), true);
  }
  add_literal (pieces, end);
  note_pieces (t, pieces);
}

void cw_tape_show (CwValue *value) {
  CwTape *t = cw_tape_current ();
  if (!t || value->kind == CW_V_NONE) return;
  if (value->kind == CW_V_CLIENT) {
    cw_tape_add (t, CW_NOTE_SHOW, g_strdup ("/* A client: this program's own threads do the work, one a processor. */"), 0, 0);
    return;
  }
  g_autoptr (GPtrArray) pieces = pieces_new ();
  add_value (t, pieces, value, false);
  add_literal (pieces, "\n");
  note_pieces (t, pieces);
}

void cw_tape_show_graph (CwArray *array) {
  CwTape *t = cw_tape_current ();
  if (t) cw_tape_add (t, CW_NOTE_SHOW, around ("show_graph (", cw_tape_number_of_array (t, array), ");"), 0, 0);
}

void cw_tape_time (bool begins) {
  CwTape *t = cw_tape_current ();
  if (!t) return;
  t->timers += begins;
  cw_tape_add (t, CW_NOTE_TIME, g_strdup_printf (begins ? "int64_t start%d = g_get_monotonic_time ();"
                                                        : "printf (\"wall time: %%.3g s\\n\", (double) (g_get_monotonic_time () - start%d) / 1e6);", t->timers), 0, 0);
}

/* ---- cells and variables ---------------------------------------------------------------------------------------------------------------- */

void cw_tape_cell_begins (CwTape *t, const char *code) {
  g_ptr_array_add (t->sources, g_strdup (code));
  g_ptr_array_add (t->errors, NULL);
  t->line = t->end_line = 0;
}

void cw_tape_cell_ends (CwTape *t, const CwCellResult *result) {
  const CwNote *last = t->notes->len ? t->notes->pdata[t->notes->len - 1] : NULL;
  bool failed = last && last->kind == CW_NOTE_FAILED;
  bool noted = failed && result->error_message && t->failure && g_str_equal (t->failure, result->error_message);
  if (failed && !noted) g_ptr_array_set_size (t->notes, (int) t->notes->len - 1);
  if (result->error_class && !noted) t->errors->pdata[t->errors->len - 1] = g_strdup_printf ("%s: %s", result->error_class, result->error_message);
  g_hash_table_remove_all (t->origins);
  cw_tape_sweep (t);
}

void cw_tape_line (int line, int end_line) {
  CwTape *t = cw_tape_current ();
  if (!t) return;
  t->line     = line;
  t->end_line = MAX (line, end_line);
}

static void name_value (CwTape *t, const char *name, CwValue *v) {
  const int64_t most = 4096;
  guint number;
  if (v->kind == CW_V_LAZY) number = cw_tape_number_of_array (t, v->array);
  else if (v->kind == CW_V_EAGER && (v->buffer->size <= most || g_hash_table_contains (t->buffers, v->buffer))) number = cw_tape_number_of_buffer (t, v->buffer);
  else if (v->kind != CW_V_SCALAR || !cw_tape_find_number (t, v->scalar, &number)) return;
  CwThing *thing = t->things->pdata[number];
  if (!thing->name) thing->name = g_strdup (name);
}

void cw_tape_names (GHashTable *names) {
  CwTape *t = cw_tape_current ();
  GHashTableIter iter;
  void *key, *value;
  if (!t) return;
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &key, &value)) name_value (t, key, value);
}
