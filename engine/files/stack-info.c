/* The file "info" of a folder of .npy blocks: Python's pickle of {'chunks': ((4, 4), (6,)), 'dtype': dtype('float64'), 'axis': 0}.
 *
 * A pickle is a program for a small stack machine. The few instructions that make dicts, tuples, strings and integers are
 * carried out; what makes an object, as the dtype, leaves a thing that nobody looks into. Nothing is called. */
#include "engine/files/files-private.h"

#include <string.h>

/* ---- reading ---- */

typedef enum { THING_OTHER, THING_INT, THING_TEXT, THING_TUPLE, THING_DICT, THING_MARK } ThingKind;

typedef struct {
  ThingKind  kind;
  int64_t    number;
  char      *text;
  GPtrArray *items; /* of Thing, borrowed; of a dict keys and values in turn */
} Thing;

typedef struct {
  const uint8_t *at, *end;
  GPtrArray     *all, *stack, *memo; /* of Thing; all owns them */
} Machine;

static void
thing_free (void *data)
{
  Thing *t = data;
  g_free (t->text);
  g_clear_pointer (&t->items, g_ptr_array_unref);
  g_free (t);
}

static Thing *
push (Machine *m, ThingKind kind)
{
  Thing *t = g_new0 (Thing, 1);
  t->kind  = kind;
  if (kind == THING_TUPLE || kind == THING_DICT)
    t->items = g_ptr_array_new ();
  g_ptr_array_add (m->all, t);
  g_ptr_array_add (m->stack, t);
  return t;
}

static Thing *
pop (Machine *m)
{
  return m->stack->len ? g_ptr_array_steal_index (m->stack, m->stack->len - 1) : NULL;
}

/* The next @n bytes as a number, lowest first; false where the program ends before. */
static bool
number (Machine *m, int n, int64_t *out)
{
  uint64_t value = 0;
  if (m->end - m->at < n)
    return false;
  for (int i = 0; i < n; i++)
    value |= (uint64_t) m->at[i] << 8 * i;
  m->at += n;
  *out = (int64_t) value;
  return true;
}

static bool
push_text (Machine *m, int n)
{
  int64_t length;
  if (!number (m, n, &length) || length < 0 || length > m->end - m->at)
    return false;
  push (m, THING_TEXT)->text = g_strndup ((const char *) m->at, (gsize) length);
  m->at += length;
  return true;
}

static bool
push_number (Machine *m, int n)
{
  int64_t value;
  if (!number (m, n, &value))
    return false;
  if (n >= 4 && n < 8 && value >> (8 * n - 1)) /* negative */
    value -= (int64_t) 1 << 8 * n;
  push (m, THING_INT)->number = value;
  return true;
}

/* What stands above the last mark, or the last @n things, in @items, and goes. */
static bool
take (Machine *m, int n, GPtrArray *items)
{
  guint from = m->stack->len;
  if (n >= 0 && from < (guint) n)
    return false;
  for (from -= n >= 0 ? (guint) n : 0; n < 0 && from && ((Thing *) m->stack->pdata[from - 1])->kind != THING_MARK;)
    from--;
  if (n < 0 && !from)
    return false;
  for (guint i = from; items && i < m->stack->len; i++)
    g_ptr_array_add (items, m->stack->pdata[i]);
  g_ptr_array_set_size (m->stack, (int) from - (n < 0));
  return true;
}

static bool
push_tuple (Machine *m, int n)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  if (!take (m, n, items))
    return false;
  g_ptr_array_extend (push (m, THING_TUPLE)->items, items, NULL, NULL);
  return true;
}

static bool
set_items (Machine *m, int n)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  if (!take (m, n, items) || !m->stack->len)
    return false;
  Thing *dict = m->stack->pdata[m->stack->len - 1];
  if (dict->kind == THING_DICT)
    g_ptr_array_extend (dict->items, items, NULL, NULL);
  return true;
}

/* Two things replaced by one that is not looked into. */
static bool
combine (Machine *m)
{
  if (!take (m, 2, NULL))
    return false;
  push (m, THING_OTHER);
  return true;
}

static bool
remember (Machine *m, int64_t at)
{
  if (at < 0 || at > 1 << 16 || !m->stack->len)
    return false;
  if (at >= m->memo->len)
    g_ptr_array_set_size (m->memo, (int) at + 1);
  m->memo->pdata[at] = m->stack->pdata[m->stack->len - 1];
  return true;
}

static bool
recall (Machine *m, int n)
{
  int64_t at;
  if (!number (m, n, &at) || at >= m->memo->len || !m->memo->pdata[at])
    return false;
  g_ptr_array_add (m->stack, m->memo->pdata[at]);
  return true;
}

static bool
skip_lines (Machine *m, int n)
{
  for (; n; n--) {
    const uint8_t *line = memchr (m->at, '\n', (size_t) (m->end - m->at));
    if (!line)
      return false;
    m->at = line + 1;
  }
  push (m, THING_OTHER);
  return true;
}

/* One instruction (names as in Python's pickletools); false at one that is not known here or does not fit. */
static bool
carry_out (Machine *m, int instruction)
{
  int64_t n;
  switch (instruction) {
  case 0x80: return number (m, 1, &n);                            /* PROTO */
  case 0x95: return number (m, 8, &n);                            /* FRAME */
  case '}': return push (m, THING_DICT) != NULL;                  /* EMPTY_DICT */
  case ')': return push (m, THING_TUPLE) != NULL;                 /* EMPTY_TUPLE */
  case '(': return push (m, THING_MARK) != NULL;                  /* MARK */
  case 't': return push_tuple (m, -1);                            /* TUPLE */
  case 0x85: return push_tuple (m, 1);                            /* TUPLE1 .. TUPLE3 */
  case 0x86: return push_tuple (m, 2);
  case 0x87: return push_tuple (m, 3);
  case 'K': return push_number (m, 1);                            /* BININT1, BININT2, BININT */
  case 'M': return push_number (m, 2);
  case 'J': return push_number (m, 4);
  case 0x8a: return number (m, 1, &n) && n <= 8 && push_number (m, (int) n); /* LONG1 */
  case 0x8c: return push_text (m, 1);                             /* SHORT_BINUNICODE, BINUNICODE */
  case 'X': return push_text (m, 4);
  case 'U': return push_text (m, 1);                              /* SHORT_BINSTRING */
  case 'C': return push_text (m, 1);                              /* SHORT_BINBYTES */
  case 'N':
  case 0x88:
  case 0x89: return push (m, THING_OTHER) != NULL;                /* NONE, NEWTRUE, NEWFALSE */
  case 'c': return skip_lines (m, 2);                             /* GLOBAL */
  case 0x93:
  case 'R':
  case 'b':
  case 0x81: return combine (m);                                  /* STACK_GLOBAL, REDUCE, BUILD, NEWOBJ */
  case 0x94: return remember (m, m->memo->len);                   /* MEMOIZE, BINPUT, LONG_BINPUT */
  case 'q': return number (m, 1, &n) && remember (m, n);
  case 'r': return number (m, 4, &n) && remember (m, n);
  case 'h': return recall (m, 1);                                 /* BINGET, LONG_BINGET */
  case 'j': return recall (m, 4);
  case 's': return set_items (m, 2);                              /* SETITEM, SETITEMS */
  case 'u': return set_items (m, -1);
  default: return false;
  }
}

static const Thing *
entry (const Thing *dict, const char *key)
{
  for (guint i = 0; i + 1 < dict->items->len; i += 2) {
    const Thing *k = dict->items->pdata[i];
    if (k->kind == THING_TEXT && g_str_equal (k->text, key))
      return dict->items->pdata[i + 1];
  }
  return NULL;
}

/* Axis and lengths of blocks of the dict that the program made. */
static bool
understand (const Thing *dict, CwStackInfo *info)
{
  if (!dict || dict->kind != THING_DICT)
    return false;
  const Thing *axis = entry (dict, "axis"), *chunks = entry (dict, "chunks");
  if (!axis || axis->kind != THING_INT || !chunks || chunks->kind != THING_TUPLE || axis->number < 0 || axis->number >= chunks->items->len ||
      axis->number >= CW_MAX_NDIM)
    return false;
  const Thing *along = chunks->items->pdata[axis->number];
  if (along->kind != THING_TUPLE || !along->items->len)
    return false;
  info->axis = (int) axis->number;
  for (guint i = 0; i < along->items->len; i++) {
    const Thing *length = along->items->pdata[i];
    if (length->kind != THING_INT || length->number < 0)
      return false;
    g_array_append_val (info->lengths, length->number);
  }
  return true;
}

bool
cw_stack_info_read (const char *folder, CwStackInfo *info, GError **error)
{
  g_autofree char   *path = g_build_filename (folder, "info", NULL), *text = NULL;
  g_autoptr (GError) failed = NULL;
  gsize              length;
  if (!g_file_get_contents (path, &text, &length, &failed))
    return cw_fail (error, CW_ERROR_OS, "%s is no folder that da.to_npy_stack wrote: %s", folder, failed->message);
  Machine m = { (const uint8_t *) text, (const uint8_t *) text + length, g_ptr_array_new_with_free_func (thing_free), g_ptr_array_new (), g_ptr_array_new () };
  bool    ok = false;
  while (m.at < m.end) {
    int instruction = *m.at++;
    if (instruction == '.') { /* STOP */
      ok = understand (pop (&m), info);
      break;
    }
    if (!carry_out (&m, instruction))
      break;
  }
  g_ptr_array_unref (m.stack);
  g_ptr_array_unref (m.memo);
  g_ptr_array_unref (m.all);
  return ok || cw_fail (error, CW_ERROR_VALUE, "%s does not say how the blocks of its folder belong together: it is not as da.to_npy_stack writes it", path);
}

/* ---- writing ---- */

static void
put_text (GString *out, const char *text)
{
  uint32_t length = GUINT32_TO_LE ((uint32_t) strlen (text));
  g_string_append_c (out, 'X');
  g_string_append_len (out, (const char *) &length, 4);
  g_string_append (out, text);
}

static void
put_number (GString *out, int64_t value)
{
  int64_t little = GINT64_TO_LE (value);
  g_string_append_len (out, "\x8a\x08", 2);
  g_string_append_len (out, (const char *) &little, 8);
}

bool
cw_stack_info_write (const char *folder, const CwArray *a, int axis, GError **error)
{
  g_autofree char    *path = g_build_filename (folder, "info", NULL);
  g_autoptr (GString) out  = g_string_new (NULL);
  g_autoptr (GError)  failed = NULL;
  g_string_append_len (out, "\x80\x02}(", 4);
  put_text (out, "chunks");
  g_string_append_c (out, '(');
  for (int k = 0; k < a->ndim; k++) {
    g_string_append_c (out, '(');
    for (int64_t b = 0; b < a->axes[k]->n; b++)
      put_number (out, a->axes[k]->lengths[b]);
    g_string_append_c (out, 't');
  }
  g_string_append_c (out, 't');
  put_text (out, "dtype");
  g_string_append (out, "cnumpy\ndtype\n(");
  put_text (out, cw_dtype_info (a->dtype)->code);
  g_string_append (out, "tR");
  put_text (out, "axis");
  put_number (out, axis);
  g_string_append (out, "u.");
  return g_file_set_contents (path, out->str, (gssize) out->len, &failed) || cw_fail (error, CW_ERROR_OS, "%s", failed->message);
}
