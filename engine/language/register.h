/* register.h: every function, method and attribute of the notebook language, declared once.
 *
 * An entry says under which spaces (np, da, methods of arrays, builtins, ...) a name is found, how it is called,
 * and who answers. The signature is Python's own text: calls are bound by it, help, completion and tooltips show it.
 * Ufuncs and reductions make their entries from the kernels' tables. To add a function, add a row to the table of its
 * family; to add a family, add its table to register.c.
 */
#pragma once

#include "engine/language/language.h"
#include "engine/language/tape.h"
#include "engine/language/taped-names.h"
#include "engine/language/value.h"

G_BEGIN_DECLS

/* Spaces are bits, so that one row can stand in several. */
#define CW_IN_BUILTINS    (1u << 0)
#define CW_IN_NP          (1u << 1)
#define CW_IN_DA          (1u << 2)
#define CW_IN_ARRAY       (1u << 3) /* methods and attributes of both kinds of arrays and of NumPy scalars */
#define CW_IN_LAZY        (1u << 4) /* of Dask arrays only */
#define CW_IN_EAGER       (1u << 5) /* of NumPy arrays and scalars only */
#define CW_IN_NP_LINALG   (1u << 6)
#define CW_IN_DA_LINALG   (1u << 7)
#define CW_IN_NP_FFT      (1u << 8)
#define CW_IN_DA_FFT      (1u << 9)
#define CW_IN_NP_RANDOM   (1u << 10)
#define CW_IN_DA_RANDOM   (1u << 11)
#define CW_IN_GENERATOR   (1u << 12) /* methods of RandomState and Generator */
#define CW_IN_OVERLAP     (1u << 13)
#define CW_IN_STRIDE      (1u << 14) /* lib.stride_tricks */
#define CW_IN_DASK        (1u << 15)
#define CW_IN_DISTRIBUTED (1u << 16)
#define CW_IN_CLIENT      (1u << 17)
#define CW_IN_TIME        (1u << 18)
#define CW_IN_MATH        (1u << 19)
#define CW_IN_STR         (1u << 20)
#define CW_IN_LIST        (1u << 21)
#define CW_IN_TUPLE       (1u << 22)
#define CW_IN_DICT        (1u << 23)
#define CW_IN_SET         (1u << 24)
#define CW_IN_NUMBER      (1u << 25) /* Python numbers */
#define CW_IN_DTYPE       (1u << 26)
#define CW_IN_UFUNC       (1u << 27) /* np.add.reduce */
#define CW_IN_CONFIG      (1u << 28) /* dask.config */
#define CW_IN_NP_FORMAT   (1u << 29) /* numpy.lib.format */
#define CW_IN_DA_IMAGE    (1u << 30) /* dask.array.image */
#define CW_IN_IMAGEIO     (1u << 31)

#define CW_IN_MODULES (CW_IN_NP | CW_IN_DA)
#define CW_IN_ALL     (CW_IN_NP | CW_IN_DA | CW_IN_ARRAY)
#define CW_IN_LINALG  (CW_IN_NP_LINALG | CW_IN_DA_LINALG)
#define CW_IN_FFT     (CW_IN_NP_FFT | CW_IN_DA_FFT)
#define CW_IN_RANDOM  (CW_IN_NP_RANDOM | CW_IN_DA_RANDOM | CW_IN_GENERATOR)
/* Spaces whose functions answer with Dask arrays whatever they get. */
#define CW_IN_DASK_SPACES (CW_IN_DA | CW_IN_DA_LINALG | CW_IN_DA_FFT | CW_IN_DA_RANDOM | CW_IN_OVERLAP)

#define CW_MAX_ARGS 24

/* A call with its arguments bound to the entry's parameters. */
typedef struct {
  CwSession     *session;
  const CwEntry *entry;
  unsigned       via;                /* the space it was found in */
  int            n;                  /* parameters */
  CwValue       *args[CW_MAX_ARGS];  /* one a parameter; defaults filled in; *args a tuple, **kwargs a dict */
  bool           given[CW_MAX_ARGS]; /* written in the call */
  bool           lazy;               /* the answer is a Dask array */
} CwCall;

typedef CwValue *(*CwHandler) (CwCall *call, GError **error);

#define CW_ENTRY_PROPERTY 1 /* an attribute or constant: evaluated without a call */
#define CW_ENTRY_TYPE     2 /* a type as well as a function */

struct _CwEntry {
  const char *name;
  unsigned    spaces;
  const char *signature; /* "a, axis=None, *, keepdims=False"; NULL for properties */
  CwHandler   call;
  const char *doc;
  int         data;  /* the handler's own: a CwUfunc, a CwReduction, ... */
  int         flags;
};

#define CW_PROPERTY(name, spaces, handler, doc) { name, spaces, NULL, handler, doc, 0, CW_ENTRY_PROPERTY }

/* A module: its dotted name and the space of its members. */
struct _CwModule {
  const char *name;
  unsigned    space;
};

const CwEntry  *cw_register_find (unsigned space, const char *name);
const CwModule *cw_module_find (const char *dotted);
CwValue        *cw_module_value (const char *dotted);
/* Submodules are members too: "random" in np. */
const CwModule *cw_module_member (const CwModule *module, const char *name);
/* Names of a space that start with @prefix, sorted; g_ptr_array of borrowed strings. */
GPtrArray *cw_register_names (unsigned space, const char *prefix);
/* The nearest name to @name among @names (of const char *), or NULL when none is near. */
const char *cw_nearest_name (const char *name, GPtrArray *names);

/* Calls @entry with positional arguments and a dict of keywords (may be NULL); @self comes first where not NULL. */
CwValue *cw_entry_call (const CwEntry *entry, unsigned via, CwValue *self, int n, CwValue *const *args, CwValue *keywords,
                        GError **error);
/* Calls any callable value. */
CwValue *cw_value_call (CwValue *callee, int n, CwValue *const *args, CwValue *keywords, GError **error);
/* value.name, with AttributeErrors as Python's. */
CwValue *cw_value_attribute (CwValue *v, const char *name, GError **error);
bool     cw_value_set_attribute (CwValue *v, const char *name, CwValue *to, GError **error);
/* Names of attributes of @v that start with @prefix (borrowed strings). */
GPtrArray *cw_value_names (CwValue *v, const char *prefix);
/* The spaces in which attributes of @v are looked for. */
unsigned cw_value_spaces (const CwValue *v);
/* The parts of a signature between commas; g_strfreev. */
char **cw_signature_split (const char *text);
/* Signature, doc line, arguments and an example, as text of several lines. */
char *cw_entry_help (const CwEntry *entry, unsigned space);

/* ---- operators ------------------------------------------------------------------------------------ */

CwValue *cw_binary (int op, CwValue *a, CwValue *b, GError **error);
CwValue *cw_unary (int op, CwValue *a, GError **error);
CwValue *cw_compare (int op, CwValue *a, CwValue *b, GError **error);
/* v[index], and v[index] = to. */
CwValue *cw_get_item (CwValue *v, CwValue *index, GError **error);
bool     cw_set_item (CwValue *v, CwValue *index, CwValue *to, GError **error);
bool     cw_delete_item (CwValue *v, CwValue *index, GError **error);
/* array[index] of a lazy or eager array or NumPy scalar. */
CwValue *cw_array_item (CwValue *v, CwValue *index, GError **error);
bool     cw_array_assign (CwValue *v, CwValue *index, CwValue *to, GError **error);

/* ---- arguments: what handlers ask of a call ---------------------------------------------------------- */

static inline bool cw_arg_is_none (const CwCall *call, int i) { return !call->args[i] || call->args[i]->kind == CW_V_NONE; }
bool cw_arg_int (CwCall *call, int i, int64_t *out, GError **error);
bool cw_arg_double (CwCall *call, int i, double *out, GError **error);
bool cw_arg_bool (CwCall *call, int i, bool *out, GError **error);
bool cw_arg_str (CwCall *call, int i, const char **out, GError **error);
bool cw_arg_dtype (CwCall *call, int i, CwDtype *out, GError **error); /* CW_DTYPE_NONE where None */
/* An int or a sequence of ints. */
bool cw_arg_shape (CwCall *call, int i, int *ndim, int64_t shape[CW_MAX_NDIM], GError **error);
bool cw_value_shape (CwValue *v, int *ndim, int64_t shape[CW_MAX_NDIM], GError **error);
/* One axis, checked. */
bool cw_arg_axis (CwCall *call, int i, int ndim, int *axis, GError **error);
/* None (-1), an int or a tuple of ints; checked and distinct. */
bool cw_arg_axes (CwCall *call, int i, int ndim, int *n, int axes[CW_MAX_NDIM], GError **error);
/* `chunks=`: NULL in @out for "auto" not given; kept. */
bool cw_arg_chunks (CwCall *call, int i, CwChunkSpec **out, GError **error);
bool cw_value_chunks (CwValue *v, CwChunkSpec **out, GError **error);
/* An array argument as a lazy array (kept); makes the call lazy when it is one. */
CwArray *cw_arg_array (CwCall *call, int i, GError **error);
CwArray *cw_value_array (CwCall *call, CwValue *v, GError **error);
/* As cw_arg_array, but cut into parts where it is large and eager, so that threads can share the work. */
CwArray *cw_value_array_split (CwCall *call, CwValue *v, GError **error);
/* An array, or a scalar where it is a number. */
bool cw_value_operand (CwCall *call, CwValue *v, CwOperand *out, GError **error);
/* The values of an array argument; a lazy one is computed. Kept. */
CwBuffer *cw_arg_buffer (CwCall *call, int i, GError **error);
CwBuffer *cw_value_buffer (CwValue *v, GError **error);
/* A list of array arguments (a list, a tuple or an array's rows). */
bool cw_arg_arrays (CwCall *call, int i, int *n, CwArray ***out, GError **error);
/* Nested lists, numbers, arrays as a buffer of @dtype (or of the dtype they promote to). Kept. */
CwBuffer *cw_buffer_from_value (CwValue *v, CwDtype dtype, GError **error);

/* The answer of a call: @array (taken; NULL passes) as it is where the call is lazy, else computed. */
CwValue *cw_answer (CwCall *call, CwArray *array, GError **error);
/* Applies a ufunc to values by the rules above. */
CwValue *cw_apply_ufunc (CwUfunc ufunc, int n, CwValue *const *args, CwDtype dtype, GError **error);

/* ---- the session that runs on this thread -------------------------------------------------------------- */

CwSession *cw_current_session (void);
/* Computes with the session's threads and hooks; @results get new references. */
bool cw_session_compute (CwSession *session, int n, CwArray *const *arrays, CwBuffer **results, GError **error);
/* The same for one array, quickly where it is small. */
CwBuffer *cw_session_compute_one (CwArray *array, GError **error);
void      cw_session_output (CwSession *session, CwOutputKind kind, const char *text);
void      cw_session_output_graph (CwSession *session, CwArray *array, CwPlanKind kind, bool top_down, const char *text);
void      cw_session_output_value (CwSession *session, CwValue *v);
void      cw_session_warn (CwSession *session, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Warns as NumPy does where a ufunc of eager values divided by zero, overflowed or had no answer. */
void cw_warn_of_values (CwSession *session, CwUfunc ufunc, int n, CwValue *const *args, CwValue *result);
/* The same for what was computed of lazy arrays: which operation it was is told from the graph. */
void cw_warn_of_computed (CwSession *session, CwArray *array, const CwBuffer *result);
/* Raises an exception with its args, which an error alone does not carry; returns false. */
bool      cw_session_raise (CwSession *session, CwValue *exception, GError **error);
bool      cw_session_check (CwSession *session, GError **error); /* KeyboardInterrupt when interrupted; no session never is */
CwRandomState *cw_session_random (CwSession *session, bool lazy);

G_END_DECLS
