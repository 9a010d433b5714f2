/* value.h: what names of a notebook stand for.
 *
 * Values are counted. A function that makes or finds a value returns it "kept": the current pool holds a reference
 * until the statement ends, so that expression code never has to release anything. Whoever stores a value
 * longer (a variable, a list, a slot) takes a reference of its own. Values that can stand in a cycle are also on the
 * pool's list of containers, which is emptied when the session ends.
 */
#pragma once

#include "engine/language/ast.h"
#include "engine/language/language.h"
#include "engine/run/run.h"

G_BEGIN_DECLS

typedef enum {
  CW_V_NONE,
  CW_V_BOOL,
  CW_V_INT,
  CW_V_FLOAT,
  CW_V_COMPLEX,
  CW_V_STR,
  CW_V_LIST,
  CW_V_TUPLE,
  CW_V_DICT,
  CW_V_SET,
  CW_V_RANGE,
  CW_V_SLICE,
  CW_V_ELLIPSIS,
  CW_V_NOT_IMPLEMENTED,
  CW_V_FUNCTION,  /* def or lambda */
  CW_V_BUILTIN,   /* an entry of the register, perhaps bound to a value */
  CW_V_MODULE,
  CW_V_TYPE,      /* int, list, ValueError ... */
  CW_V_DTYPE,
  CW_V_LAZY,      /* a box around a CwArray: x[...] = v puts another array into it */
  CW_V_EAGER,     /* a CwBuffer: a NumPy array */
  CW_V_SCALAR,    /* a NumPy scalar */
  CW_V_RANDOM,    /* RandomState or Generator */
  CW_V_CLIENT,
  CW_V_EXCEPTION,
  CW_V_ITERATOR,
  CW_V_ACCESSOR,  /* x.blocks, x.vindex */
  CW_V_RECORD,    /* a thing with named members: x.dask, np.iinfo, the settings of a with statement */
  CW_N_VALUE_KINDS,
} CwValueKind;

typedef struct _CwValue CwValue;
typedef struct _CwEntry CwEntry;   /* register.h */
typedef struct _CwModule CwModule; /* register.h */
typedef struct _CwScope CwScope;
typedef struct _CwPool CwPool;

typedef struct {
  GPtrArray  *keys, *values; /* of CwValue; a set has no values */
  GHashTable *index;         /* key -> position + 1 */
} CwDict;

/* A def or lambda with the scope it was made in. */
typedef struct {
  CwProgram *program;
  CwNode    *node;
  CwScope   *scope;
  GPtrArray *defaults; /* one a parameter, NULL where none */
} CwFunction;

/* A place in a sequence; map, zip, enumerate and generators are made lists at once. */
typedef struct {
  CwValue *over;
  int64_t  next;
  guint    size; /* of a dict or set, which has to stay */
} CwIterator;

/* What a with statement over a record undoes at its end. */
typedef void (*CwLeave) (CwValue *record);

struct _CwValue {
  CwValueKind kind;
  int         refs;
  union {
    bool           b;
    int64_t        i;
    double         f;
    double complex c;
    char          *s;
    GPtrArray     *items; /* LIST, TUPLE */
    CwDict         dict;  /* DICT, SET */
    struct {
      int64_t start, stop, step;
    } range;
    struct {
      CwValue *start, *stop, *step;
    } slice;
    CwFunction function;
    struct {
      const CwEntry *entry;
      CwValue       *self; /* NULL: not bound */
      unsigned       via;  /* the space it was taken from */
    } builtin;
    const CwModule *module;
    struct {
      const CwEntry *entry; /* makes a value of the type; NULL for exceptions */
      const char    *name;
      int            error; /* CwErrorCode of an exception class, else -1 */
    } type;
    struct {
      CwDtype id;
      bool    is_class; /* np.float32, not np.dtype("float32") */
    } dtype;
    CwArray  *array;  /* LAZY */
    CwBuffer *buffer; /* EAGER */
    CwScalar  scalar;
    struct {
      CwRandomState state;
      bool          generator, lazy;
    } random;
    struct {
      int workers, threads_per_worker;
    } client;
    struct {
      int      code;
      char    *message; /* its str */
      CwValue *args;    /* a tuple */
    } exception;
    CwIterator iterator;
    struct {
      CwValue    *of;
      const char *what; /* "blocks", "vindex" */
    } accessor;
    struct {
      const char *type;    /* static */
      char       *text;    /* its repr */
      CwValue    *members; /* dict: attributes */
      CwValue    *items;   /* a dict or list that it is iterated and indexed as; NULL: it is not */
      int64_t     length;  /* len(), where that is not the items' */
      CwLeave     leave;   /* NULL: not for with statements */
    } record;
  };
  CwPool  *pool; /* of containers, for the list below */
  CwValue *previous, *next;
};

/* ---- pools -------------------------------------------------------------------------------- */

CwPool *cw_pool_new (void);
/* Ends a pool with the scope of its session: empties every container and scope that still lives. */
void    cw_pool_free_with (CwPool *pool, CwScope *globals);
/* Makes @pool the one that new values of this thread go to; returns the one before. */
CwPool *cw_pool_enter (CwPool *pool);
/* What is kept after a mark is released by draining to it. */
guint cw_pool_mark (void);
void  cw_pool_drain (guint mark);
/* Drains to @mark but keeps @value. */
CwValue *cw_pool_drain_keeping (guint mark, CwValue *value);
/* Keeps other things for the statement. NULL passes through. */
CwArray  *cw_keep_array (CwArray *array);
CwBuffer *cw_keep_buffer (CwBuffer *buffer);
void     *cw_keep_memory (void *memory); /* g_free */
void     *cw_keep (void *thing, GDestroyNotify destroy);

/* ---- values ------------------------------------------------------------------------------- */

CwValue *cw_value_ref (CwValue *v);
void     cw_value_unref (CwValue *v);
/* Stores a new reference to @v (may be NULL) in @slot. */
void cw_value_set (CwValue **slot, CwValue *v);

CwValue *cw_value_new (CwValueKind kind); /* kept, zeroed */
CwValue *cw_none (void);
CwValue *cw_bool (bool b);
CwValue *cw_int (int64_t i);
CwValue *cw_float (double f);
CwValue *cw_complex (double complex c);
CwValue *cw_str (const char *s);
CwValue *cw_str_take (char *s);
CwValue *cw_list (void);
CwValue *cw_tuple (void);
CwValue *cw_tuple_of (int n, CwValue *const *items);
CwValue *cw_pair (CwValue *a, CwValue *b);
CwValue *cw_dict (void);
CwValue *cw_set (void);
CwValue *cw_dtype_value (CwDtype dtype, bool is_class);
CwValue *cw_scalar_value (CwScalar s);             /* NumPy's */
CwValue *cw_lazy (CwArray *array);                 /* takes the reference; NULL gives NULL */
CwValue *cw_eager (CwBuffer *buffer);              /* takes the reference; NULL gives NULL */
CwValue *cw_eager_or_scalar (CwBuffer *buffer);    /* 0-d: a NumPy scalar */
CwValue *cw_exception (int code, CwValue *args);
CwValue *cw_exception_of_error (const GError *raised);
/* Is the exception class of @code the one named @wanted, or derived from it? */
bool     cw_error_is_a (int code, const char *wanted);
/* A record of @type whose repr is @text (taken); members are added with cw_record_set. @items may be NULL. */
CwValue *cw_record (const char *type, char *text, CwValue *items, CwLeave leave);
void     cw_record_set (CwValue *record, const char *name, CwValue *value);
CwValue *cw_record_get (const CwValue *record, const char *name); /* NULL if absent */
CwValue *cw_int_tuple (int n, const int64_t *items); /* CW_UNKNOWN as nan */

void     cw_items_add (CwValue *sequence, CwValue *item); /* list, tuple */
int      cw_items_n (const CwValue *sequence);
CwValue *cw_items_get (const CwValue *sequence, int i);
static inline bool cw_is_sequence (const CwValue *v) { return v->kind == CW_V_LIST || v->kind == CW_V_TUPLE; }

/* Dicts and sets; TypeError for keys that cannot be hashed. */
bool     cw_dict_set (CwValue *dict, CwValue *key, CwValue *value, GError **error);
CwValue *cw_dict_get (CwValue *dict, CwValue *key); /* NULL if absent */
bool     cw_set_within (CwValue *set, CwValue *other); /* are all elements in the other one? */
bool     cw_dict_remove (CwValue *dict, CwValue *key);
bool     cw_value_hashable (const CwValue *v);

const char *cw_type_name (const CwValue *v); /* "int", "Array", "ndarray", "float64" */
bool        cw_value_is_number (const CwValue *v); /* Python or NumPy number, bool included */
bool        cw_value_is_python_number (const CwValue *v);
bool        cw_value_is_array (const CwValue *v); /* lazy or eager */
/* The scalar of a Python or NumPy number; false for others. */
bool cw_value_scalar (const CwValue *v, CwScalar *s);
bool cw_value_equal (CwValue *a, CwValue *b); /* == between plain values; arrays by identity */
bool cw_value_truth (CwValue *v, bool *truth, GError **error);
/* An int from int, bool, a NumPy integer, a float that is whole where @from_float; TypeError otherwise. */
bool cw_value_index (CwValue *v, int64_t *i, GError **error);
/* The dtype that a value names (np.float32, "f4", float, x.dtype); TypeError otherwise. */
bool cw_value_dtype (CwValue *v, CwDtype *dtype, GError **error);

/* Text of a value, as Python's repr and str. */
char *cw_value_repr (CwValue *v);
char *cw_value_str (CwValue *v);

/* MemoryError where a list or string of @n elements is too large to be one. */
bool cw_check_size (int64_t n, GError **error);

/* ---- depth -------------------------------------------------------------------------------- */

/* Is this thread's stack nearly used up? */
bool cw_stack_is_short (void);
/* The same for a walk that cannot fail: it stops, and the next cw_check_depth() fails. */
bool cw_too_deep (void);
/* RecursionError if a comparison or hash gave up since the last call. */
bool cw_check_depth (GError **error);

/* ---- iteration ---------------------------------------------------------------------------- */

/* Items of a list, tuple, str, dict, set, range or eager array, or of one lazy array's first axis. */
bool     cw_iterate (CwValue *v, CwIterator *it, GError **error);
/* NULL at the end or on error. */
CwValue *cw_iterate_next (CwIterator *it, GError **error);
/* All items as a list value. */
CwValue *cw_to_list (CwValue *v, GError **error);

/* ---- scopes ------------------------------------------------------------------------------- */

struct _CwScope {
  int         refs;
  GHashTable *names;     /* name -> CwValue; names are interned (g_intern_string) */
  GHashTable *elsewhere; /* names declared global or nonlocal -> the scope; NULL if none */
  CwScope    *parent;
  bool        comprehension; /* names that are not its loop variables are the function's around it */
  CwPool     *pool;
  CwScope    *previous, *next;
};

CwScope *cw_scope_new (CwPool *pool, CwScope *parent);
CwScope *cw_scope_ref (CwScope *scope);
void     cw_scope_unref (CwScope *scope);
/* @name: interned. */
CwValue *cw_scope_find (CwScope *scope, const char *name);
/* Only among the names of the function that @scope belongs to. */
CwValue *cw_scope_find_own (CwScope *scope, const char *name);
void     cw_scope_assign (CwScope *scope, const char *name, CwValue *value);
bool     cw_scope_remove (CwScope *scope, const char *name); /* false if absent */

/* ---- printing of numbers and arrays --------------------------------------------------------- */

/* A value by a format spec (f"{x:.3f}"); ValueError for unknown specs. */
char *cw_value_format (CwValue *v, const char *spec, GError **error);
CwValue *cw_python_number (CwScalar s);          /* the bool, int, float or complex of a NumPy scalar */
char *cw_string_repr (const char *s);

G_END_DECLS
