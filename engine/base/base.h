/* base.h: what every other part of the engine stands on.
 *
 * Errors are GErrors in one domain whose codes are Python's exception classes, so that the notebook
 * can show "ValueError: ..." without translating anything. A dtype is a small enum with one table of
 * facts. A buffer is a reference-counted n-dimensional view of memory with byte strides, as in NumPy.
 * Sizes are int64 and every product of sizes is checked.
 */
#pragma once

#include <complex.h>
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

G_BEGIN_DECLS

/* ---- errors ------------------------------------------------------------------------------- */

#define CW_ERROR (cw_error_quark ())

/* One row an exception class: code, name in Python, name of the base class that also matches. */
#define CW_ERROR_CLASSES(X)                                  \
  X (EXCEPTION, "Exception", "Exception")                    \
  X (VALUE, "ValueError", "Exception")                       \
  X (TYPE, "TypeError", "Exception")                         \
  X (INDEX, "IndexError", "LookupError")                     \
  X (KEY, "KeyError", "LookupError")                         \
  X (ATTRIBUTE, "AttributeError", "Exception")               \
  X (NAME, "NameError", "Exception")                         \
  X (ZERO_DIVISION, "ZeroDivisionError", "ArithmeticError")  \
  X (OVERFLOW, "OverflowError", "ArithmeticError")           \
  X (NOT_IMPLEMENTED, "NotImplementedError", "RuntimeError") \
  X (MEMORY, "MemoryError", "Exception")                     \
  X (SYNTAX, "SyntaxError", "Exception")                     \
  X (RUNTIME, "RuntimeError", "Exception")                   \
  X (RECURSION, "RecursionError", "RuntimeError")            \
  X (OS, "OSError", "Exception")                             \
  X (IMPORT, "ModuleNotFoundError", "ImportError")           \
  X (ASSERTION, "AssertionError", "Exception")               \
  X (AXIS, "AxisError", "ValueError")                        \
  X (LINALG, "LinAlgError", "Exception")                     \
  X (UNBOUND, "UnboundLocalError", "NameError")              \
  X (STOP, "StopIteration", "Exception")                     \
  X (INTERRUPT, "KeyboardInterrupt", "KeyboardInterrupt")

typedef enum {
#define X(code, name, base) CW_ERROR_##code,
  CW_ERROR_CLASSES (X)
#undef X
} CwErrorCode;

GQuark cw_error_quark (void);
/* The class of @code in Python's words ("ValueError"), and the class it derives from, which `except` also matches. */
const char *cw_error_class_name (int code);
const char *cw_error_base_name (int code);
/* The code of a class by its name; false if there is none. */
bool cw_error_code_from_name (const char *name, CwErrorCode *code);

/* Sets @error and returns false, so that a failing function can say `return cw_fail (error, ...)`. */
bool cw_fail (GError **error, CwErrorCode code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* ---- dtypes ------------------------------------------------------------------------------- */

/* One row a dtype: id, NumPy's name, kind letter, short code, bytes an element, C type. */
#define CW_DTYPES(X)                                          \
  X (BOOL, "bool", 'b', "b1", 1, uint8_t)                     \
  X (INT8, "int8", 'i', "i1", 1, int8_t)                      \
  X (INT16, "int16", 'i', "i2", 2, int16_t)                   \
  X (INT32, "int32", 'i', "i4", 4, int32_t)                   \
  X (INT64, "int64", 'i', "i8", 8, int64_t)                   \
  X (UINT8, "uint8", 'u', "u1", 1, uint8_t)                   \
  X (UINT16, "uint16", 'u', "u2", 2, uint16_t)                \
  X (UINT32, "uint32", 'u', "u4", 4, uint32_t)                \
  X (UINT64, "uint64", 'u', "u8", 8, uint64_t)                \
  X (FLOAT16, "float16", 'f', "f2", 2, _Float16)              \
  X (FLOAT32, "float32", 'f', "f4", 4, float)                 \
  X (FLOAT64, "float64", 'f', "f8", 8, double)                \
  X (COMPLEX64, "complex64", 'c', "c8", 8, float complex)     \
  X (COMPLEX128, "complex128", 'c', "c16", 16, double complex)

typedef enum {
#define X(id, name, kind, code, size, ctype) CW_##id,
  CW_DTYPES (X)
#undef X
  CW_N_DTYPES,
  CW_DTYPE_NONE = CW_N_DTYPES /* "not given" in arguments */
} CwDtype;

/* Fixed-width text: beyond the table, with the width in characters in the low bits. */
#define CW_TEXT        (1u << 16)
#define CW_TEXT_BYTES  (1u << 17)
#define CW_TEXT_WIDEST 4096

typedef struct {
  const char *name; /* "float64" */
  const char *code; /* "f8" */
  char        kind; /* 'b', 'i', 'u', 'f', 'c', 'S' or 'U', as numpy.dtype.kind */
  int         size; /* bytes an element */
} CwDtypeInfo;

/* Facts of @dtype; never NULL. */
const CwDtypeInfo *cw_dtype_info (CwDtype dtype);
#define cw_dtype_name(d) (cw_dtype_info (d)->name)
#define cw_dtype_size(d) (cw_dtype_info (d)->size)
#define cw_dtype_kind(d) (cw_dtype_info (d)->kind)

/* Reads "float64", "f8", "<f8", "i", "float", "int", "bool", "complex", "?", ... */
bool cw_dtype_from_name (const char *name, CwDtype *dtype);

static inline bool cw_dtype_is_integer (CwDtype d) { return d >= CW_INT8 && d <= CW_UINT64; }
static inline bool cw_dtype_is_signed (CwDtype d) { return d >= CW_INT8 && d <= CW_INT64; }
static inline bool cw_dtype_is_unsigned (CwDtype d) { return d >= CW_UINT8 && d <= CW_UINT64; }
static inline bool cw_dtype_is_float (CwDtype d) { return d >= CW_FLOAT16 && d <= CW_FLOAT64; }
static inline bool cw_dtype_is_complex (CwDtype d) { return d == CW_COMPLEX64 || d == CW_COMPLEX128; }

/* Text: which kind ('S' or 'U'), how wide, and what holds both or the numbers of a dtype (a width of 0 asks for as much as is needed). */
static inline bool cw_dtype_is_text (CwDtype d) { return (unsigned) d >= CW_TEXT; }
static inline int  cw_dtype_text_width (CwDtype d) { return (int) ((unsigned) d & 0xffff); }
CwDtype            cw_dtype_text (char kind, int width);
const CwDtypeInfo *cw_dtype_text_info (CwDtype dtype);
bool               cw_dtype_text_from_name (const char *name, CwDtype *dtype);
CwDtype            cw_dtype_text_promote (CwDtype a, CwDtype b);
CwDtype            cw_dtype_text_for (CwDtype text, CwDtype of);
/* An element as UTF-8 (g_free), and the other way round, cut off or filled with zeros. */
char *cw_text_get (CwDtype dtype, const void *where);
void  cw_text_put (CwDtype dtype, void *where, const char *text);

/* numpy.promote_types(a, b). */
CwDtype cw_dtype_promote (CwDtype a, CwDtype b);
/* The float (or complex) dtype in which NumPy computes sin(x) for x of @dtype: int8 -> float16, ... */
CwDtype cw_dtype_to_float (CwDtype dtype);
/* complex64 -> float32, complex128 -> float64, others unchanged. */
CwDtype cw_dtype_real (CwDtype dtype);
/* float32 -> complex64, everything else that is real -> complex128. */
CwDtype cw_dtype_complex (CwDtype dtype);

/* ---- scalars ------------------------------------------------------------------------------ */

/* One number. A weak scalar is a Python bool, int, float or complex: under NumPy 2's rules (NEP 50) it
 * never widens an array of its own kind or a higher one. The field that counts follows from the dtype:
 * bool and signed ints in i, unsigned in u, floats in f, complex in c. */
typedef struct {
  CwDtype dtype; /* weak: CW_BOOL, CW_INT64 (or CW_UINT64 beyond int64), CW_FLOAT64, CW_COMPLEX128 */
  bool    weak;
  union {
    int64_t        i;
    uint64_t       u;
    double         f;
    double complex c;
  };
} CwScalar;

/* The number that a text spells; ValueError. */
bool cw_text_to_number (const char *text, CwDtype dtype, CwScalar *out, GError **error);
/* Weak scalars, as Python's numbers, and what is in a scalar of any dtype. */
CwScalar       cw_scalar_bool (bool value);    /* weak, as Python's */
CwScalar       cw_scalar_int (int64_t value);  /* weak */
CwScalar       cw_scalar_float (double value); /* weak */
CwScalar       cw_scalar_complex (double complex value);
double         cw_scalar_to_double (CwScalar s); /* the real part of complex numbers */
double complex cw_scalar_to_complex (CwScalar s);
int64_t        cw_scalar_to_int (CwScalar s); /* truncated towards zero; wraps */
bool           cw_scalar_is_true (CwScalar s);
/* @s as a strong scalar of @dtype, converted as C converts (wraps, truncates). */
CwScalar cw_scalar_cast (CwScalar s, CwDtype dtype);
void     cw_scalar_store (CwScalar s, CwDtype dtype, void *where);
CwScalar cw_scalar_load (CwDtype dtype, const void *where); /* strong */
/* The dtype of array_of_@dtype (op) @s, NEP 50. OverflowError when a Python int does not fit. */
bool cw_dtype_promote_scalar (CwDtype dtype, CwScalar s, CwDtype *out, GError **error);

/* ---- sizes -------------------------------------------------------------------------------- */

#define CW_MAX_NDIM 32
#define CW_UNKNOWN ((int64_t) -1) /* a length that is known only once values are computed; shown as nan */

int  cw_order_int64 (const void *a, const void *b); /* of two int64_t, for qsort */
bool cw_size_mul (int64_t a, int64_t b, int64_t *out); /* false on overflow; UNKNOWN absorbs */
bool cw_size_add (int64_t a, int64_t b, int64_t *out);
/* Product of @shape: CW_UNKNOWN if any is unknown; ValueError if it does not fit an int64. */
bool  cw_shape_size (int ndim, const int64_t *shape, int64_t *size, GError **error);
bool  cw_shape_equal (int ndim, const int64_t *a, const int64_t *b);
char *cw_shape_to_string (int ndim, const int64_t *shape); /* "(3, nan)", "(5,)", "()" */
char *cw_bytes_to_string (double bytes);                   /* "190.73 MiB", as Dask writes it */
/* "128MiB", "1GB", "100 kB", "1e6" -> bytes. */
bool cw_bytes_from_string (const char *text, int64_t *bytes);

/* ---- buffers ------------------------------------------------------------------------------ */

/* Memory that several buffers may share. */
typedef struct _CwStorage CwStorage;

/* An n-dimensional view of memory. Immutable in shape; values are written only by its maker. */
typedef struct {
  gatomicrefcount ref_count;
  CwDtype         dtype;
  int             ndim;
  int64_t         size;    /* elements */
  int64_t        *shape;   /* ndim lengths */
  int64_t        *strides; /* ndim strides in bytes; may be negative or 0 */
  char           *data;    /* the element at index (0, ..., 0) */
  CwStorage      *storage;
} CwBuffer;

/* A new C-contiguous buffer, uninitialised, 64-byte aligned. MemoryError if it cannot be had. */
CwBuffer *cw_buffer_new (CwDtype dtype, int ndim, const int64_t *shape, GError **error);
/* A view into @base's storage. @data must lie inside it. */
CwBuffer *cw_buffer_view (CwBuffer *base, CwDtype dtype, int ndim, const int64_t *shape,
                          const int64_t *strides, char *data);
/* Wraps foreign memory; @free_func(@free_data) is called when the last view goes. */
CwBuffer *cw_buffer_wrap (CwDtype dtype, int ndim, const int64_t *shape, void *data,
                          GDestroyNotify free_func, void *free_data);
CwBuffer *cw_buffer_from_scalar (CwScalar s); /* 0-d */
/* Atomic; the storage goes with its last view. */
CwBuffer *cw_buffer_ref (CwBuffer *b);
void      cw_buffer_unref (CwBuffer *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CwBuffer, cw_buffer_unref)

bool     cw_buffer_is_contiguous (const CwBuffer *b); /* in C order */
int64_t  cw_buffer_nbytes (const CwBuffer *b);
CwScalar cw_buffer_get (const CwBuffer *b, int64_t flat); /* element @flat in C order */
void     cw_buffer_set (CwBuffer *b, int64_t flat, CwScalar value);
char    *cw_buffer_at (const CwBuffer *b, const int64_t *index); /* address of the element at @index[ndim] */
/* @b itself if it is C-contiguous, else a contiguous copy; both as a new reference. */
CwBuffer *cw_buffer_contiguous (CwBuffer *b, GError **error);
/* A copy without gaps that keeps the order of the axes in memory where that is one a matrix product can use, else in C order; so
 * products of the copy have the bits of products of @b. */
CwBuffer *cw_buffer_copy_dense (const CwBuffer *b, GError **error);
/* A contiguous copy (of another dtype, converted as C converts). */
CwBuffer *cw_buffer_cast (CwBuffer *b, CwDtype dtype, GError **error);
/* Puts @n elements of @b, from element @first in C order on, one after the other to @to. */
void cw_buffer_read (const CwBuffer *b, int64_t first, int64_t n, void *to);
/* Copies values of @from to @to (same shape; dtypes may differ; any strides). */
void cw_buffer_copy (CwBuffer *to, const CwBuffer *from);
/* A view of other shape on contiguous @b; sizes must agree. */
CwBuffer *cw_buffer_reshape (CwBuffer *b, int ndim, const int64_t *shape, GError **error);

/* Bytes that live buffers hold now, and the most since the last reset; for the status line and tests. */
int64_t cw_buffer_live_bytes (void);
int64_t cw_buffer_peak_bytes (void);
void    cw_buffer_reset_peak (void);
/* Gives back the memory of freed blocks that is kept for the next ones; at the end of a run. */
void cw_buffer_forget_kept (void);

/* A 1-d buffer of the first @n elements in @data, memory of malloc that it takes; what there is more of it goes back. */
CwBuffer *cw_buffer_take (CwDtype dtype, int64_t n, void *data);

/* A 1-d buffer of up to @most elements, of which memory takes only what is written; then settled to the first @n.
 * MemoryError where there is no such range of addresses. */
CwBuffer *cw_buffer_reserve (CwDtype dtype, int64_t most, GError **error);
void      cw_buffer_settle (CwBuffer *b, int64_t n);

/* ---- numbers as text ------------------------------------------------------------------------ */

/* The fewest decimal digits of |@f| that read back as @f in @dtype (float16, float32 or float64); the first stands before the point of
 * digits * 10^exponent. */
void cw_shortest_digits (double f, CwDtype dtype, char digits[32], int *exponent);
/* As Python's repr writes a float, by the shortest digits of @dtype; a double; and a complex number. g_free. */
char *cw_float_repr_of (double f, CwDtype dtype);
char *cw_float_repr (double f);
char *cw_complex_repr (double complex c);
/* As NumPy's str writes an element: float32 by its own shortest digits. g_free. */
char *cw_scalar_repr (CwScalar s);

/* ---- stopping ------------------------------------------------------------------------------ */

/* Long loops ask now and then whether their run was stopped, and leave their block unfinished then: nobody reads it. The flag is the
 * calling thread's; NULL: never. */
bool cw_work_is_stopped (void);
const _Atomic bool *cw_work_set_stop (const _Atomic bool *stop); /* gives the flag before */

/* ---- the memory limit, and what does not fit in it ---------------------------------------- */

/* Bytes that the whole program may have resident: what was set, else three quarters of what was free when first asked. */
int64_t cw_memory_limit (void);
void    cw_memory_set_limit (int64_t bytes); /* 0: the default */
/* Reads CHUNKWISE_MEMORY (a size) and CHUNKWISE_SPILL_DIR (a folder); ValueError, OSError. */
bool    cw_memory_from_environment (GError **error);
int64_t cw_memory_resident (void); /* bytes, as the system counts them */
int64_t cw_memory_budget (void);   /* bytes that new blocks may take within the limit */

/* The folder of spill files: what was set, else the user's cache. g_free. */
char *cw_spill_folder (void);
bool  cw_spill_set_folder (const char *path, GError **error); /* OSError where no file can be made there */
/* A new file there that has no name any more; -1 with OSError. */
int  cw_spill_open (GError **error);
bool cw_spill_allocate (int fd, int64_t offset, int64_t bytes, GError **error); /* OSError where the disk is full */

/* A contiguous buffer whose memory is a spill file. */
CwBuffer *cw_buffer_new_in_file (CwDtype dtype, int ndim, const int64_t *shape, GError **error);
/* ... that stands in @fd from @offset (a multiple of the page size) on; the descriptor may be closed. OSError. */
CwBuffer *cw_buffer_map (int fd, int64_t offset, CwDtype dtype, int ndim, const int64_t *shape, bool writable, GError **error);
bool      cw_buffer_is_in_file (const CwBuffer *b);
bool      cw_buffer_is_writable (const CwBuffer *b); /* not where it stands in a file that was mapped for reading */
/* Sends the pages of buffers in files away where the program is over its limit; called between parts of work. Costs nothing
 * while there are no such buffers. */
void cw_memory_relieve (void);

G_END_DECLS
