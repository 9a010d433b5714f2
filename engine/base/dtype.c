/* Dtypes: the table of facts, NumPy's promotion, and single numbers with NEP 50's weak and strong rules. */
#include "engine/base/base.h"

#include <math.h>
#include <string.h>

static const CwDtypeInfo infos[] = {
#define X(id, name, kind, code, size, ctype) [CW_##id] = { name, code, kind, size },
  CW_DTYPES (X)
#undef X
};

const CwDtypeInfo *
cw_dtype_info (CwDtype dtype)
{
  static const CwDtypeInfo none = { "none", "?", '?', 0 };
  return dtype < CW_N_DTYPES ? &infos[dtype] : cw_dtype_is_text (dtype) ? cw_dtype_text_info (dtype) : &none;
}

bool
cw_dtype_from_name (const char *name, CwDtype *dtype)
{
  static const struct {
    const char *name;
    CwDtype     dtype;
  } aliases[] = {
    { "?", CW_BOOL },         { "bool_", CW_BOOL },         { "bool8", CW_BOOL },         { "b", CW_INT8 },
    { "B", CW_UINT8 },        { "h", CW_INT16 },            { "H", CW_UINT16 },           { "i", CW_INT32 },
    { "I", CW_UINT32 },       { "l", CW_INT64 },            { "q", CW_INT64 },            { "L", CW_UINT64 },
    { "Q", CW_UINT64 },       { "p", CW_INT64 },            { "int", CW_INT64 },          { "int_", CW_INT64 },
    { "intp", CW_INT64 },     { "uint", CW_UINT64 },        { "uintp", CW_UINT64 },       { "e", CW_FLOAT16 },
    { "half", CW_FLOAT16 },   { "f", CW_FLOAT32 },          { "single", CW_FLOAT32 },     { "d", CW_FLOAT64 },
    { "float", CW_FLOAT64 },  { "float_", CW_FLOAT64 },     { "double", CW_FLOAT64 },     { "F", CW_COMPLEX64 },
    { "csingle", CW_COMPLEX64 }, { "D", CW_COMPLEX128 },    { "complex", CW_COMPLEX128 }, { "complex_", CW_COMPLEX128 },
    { "cdouble", CW_COMPLEX128 },
  };
  if (*name == '<' || *name == '=' || *name == '|')
    name++;
  for (int i = 0; i < CW_N_DTYPES; i++)
    if (strcmp (infos[i].name, name) == 0 || strcmp (infos[i].code, name) == 0) {
      *dtype = (CwDtype) i;
      return true;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].name, name) == 0) {
      *dtype = aliases[i].dtype;
      return true;
    }
  return cw_dtype_text_from_name (name, dtype);
}

static CwDtype
signed_of_size (int size)
{
  return size == 1 ? CW_INT8 : size == 2 ? CW_INT16 : size == 4 ? CW_INT32 : CW_INT64;
}

/* The smallest float that NumPy takes for an integer of @size bytes beside a float. */
static CwDtype
float_for_integer (int size)
{
  return size == 1 ? CW_FLOAT16 : size == 2 ? CW_FLOAT32 : CW_FLOAT64;
}

CwDtype
cw_dtype_promote (CwDtype a, CwDtype b)
{
  if (a == b)
    return a;
  if (cw_dtype_is_text (a) || cw_dtype_is_text (b))
    return cw_dtype_text_promote (a, b);
  if (a == CW_BOOL)
    return b;
  if (b == CW_BOOL)
    return a;
  if (cw_dtype_is_integer (a) && cw_dtype_is_integer (b)) {
    int sa = cw_dtype_size (a), sb = cw_dtype_size (b);
    if (cw_dtype_is_signed (a) == cw_dtype_is_signed (b))
      return sa >= sb ? a : b;
    CwDtype s = cw_dtype_is_signed (a) ? a : b, u = cw_dtype_is_signed (a) ? b : a;
    if (cw_dtype_size (s) > cw_dtype_size (u))
      return s;
    return cw_dtype_size (u) == 8 ? CW_FLOAT64 : signed_of_size (cw_dtype_size (u) * 2);
  }
  bool    complex_result = cw_dtype_is_complex (a) || cw_dtype_is_complex (b);
  CwDtype ra             = cw_dtype_is_integer (a) ? float_for_integer (cw_dtype_size (a)) : cw_dtype_real (a);
  CwDtype rb             = cw_dtype_is_integer (b) ? float_for_integer (cw_dtype_size (b)) : cw_dtype_real (b);
  CwDtype real           = MAX (ra, rb);
  return complex_result ? cw_dtype_complex (real) : real;
}

CwDtype
cw_dtype_to_float (CwDtype dtype)
{
  if (dtype == CW_BOOL)
    return CW_FLOAT16;
  return cw_dtype_is_integer (dtype) ? float_for_integer (cw_dtype_size (dtype)) : dtype;
}

CwDtype
cw_dtype_real (CwDtype dtype)
{
  return dtype == CW_COMPLEX64 ? CW_FLOAT32 : dtype == CW_COMPLEX128 ? CW_FLOAT64 : dtype;
}

CwDtype
cw_dtype_complex (CwDtype dtype)
{
  return dtype == CW_FLOAT32 || dtype == CW_FLOAT16 || dtype == CW_COMPLEX64 ? CW_COMPLEX64 : CW_COMPLEX128;
}

CwScalar
cw_scalar_bool (bool value)
{
  return (CwScalar){ .dtype = CW_BOOL, .weak = true, .i = value };
}

CwScalar
cw_scalar_int (int64_t value)
{
  return (CwScalar){ .dtype = CW_INT64, .weak = true, .i = value };
}

CwScalar
cw_scalar_float (double value)
{
  return (CwScalar){ .dtype = CW_FLOAT64, .weak = true, .f = value };
}

CwScalar
cw_scalar_complex (double complex value)
{
  return (CwScalar){ .dtype = CW_COMPLEX128, .weak = true, .c = value };
}

double complex
cw_scalar_to_complex (CwScalar s)
{
  switch (cw_dtype_kind (s.dtype)) {
  case 'u': return (double) s.u;
  case 'f': return s.f;
  case 'c': return s.c;
  default: return (double) s.i;
  }
}

double
cw_scalar_to_double (CwScalar s)
{
  return creal (cw_scalar_to_complex (s));
}

/* Float to integer as x86-64 does it: what does not fit is the smallest integer. */
static int64_t
double_to_int (double f)
{
  if (f >= 9223372036854775808.0 && f < 18446744073709551616.0)
    return (int64_t) (uint64_t) f;
  return f >= -9223372036854775808.0 && f < 9223372036854775808.0 ? (int64_t) f : INT64_MIN;
}

int64_t
cw_scalar_to_int (CwScalar s)
{
  switch (cw_dtype_kind (s.dtype)) {
  case 'u': return (int64_t) s.u;
  case 'f': return double_to_int (s.f);
  case 'c': return double_to_int (creal (s.c));
  default: return s.i;
  }
}

bool
cw_scalar_is_true (CwScalar s)
{
  switch (cw_dtype_kind (s.dtype)) {
  case 'f': return s.f != 0;
  case 'c': return s.c != 0;
  default: return s.i != 0;
  }
}

void
cw_scalar_store (CwScalar s, CwDtype dtype, void *where)
{
  switch (dtype) {
  case CW_BOOL: *(uint8_t *) where = cw_scalar_is_true (s); break;
#define INTEGER(id, ctype) \
  case CW_##id: *(ctype *) where = (ctype) cw_scalar_to_int (s); break;
    INTEGER (INT8, int8_t)
    INTEGER (INT16, int16_t)
    INTEGER (INT32, int32_t)
    INTEGER (INT64, int64_t)
    INTEGER (UINT8, uint8_t)
    INTEGER (UINT16, uint16_t)
    INTEGER (UINT32, uint32_t)
    INTEGER (UINT64, uint64_t)
#undef INTEGER
  case CW_FLOAT16: *(_Float16 *) where = (_Float16) cw_scalar_to_double (s); break;
  case CW_FLOAT32: *(float *) where = (float) cw_scalar_to_double (s); break;
  case CW_FLOAT64: *(double *) where = cw_scalar_to_double (s); break;
  case CW_COMPLEX64: *(float complex *) where = (float complex) cw_scalar_to_complex (s); break;
  case CW_COMPLEX128: *(double complex *) where = cw_scalar_to_complex (s); break;
  case CW_N_DTYPES: break;
  }
}

CwScalar
cw_scalar_load (CwDtype dtype, const void *where)
{
  CwScalar s = { .dtype = dtype };
  switch (dtype) {
#define LOAD(id, ctype, field) \
  case CW_##id: s.field = *(const ctype *) where; break;
    LOAD (BOOL, uint8_t, i)
    LOAD (INT8, int8_t, i)
    LOAD (INT16, int16_t, i)
    LOAD (INT32, int32_t, i)
    LOAD (INT64, int64_t, i)
    LOAD (UINT8, uint8_t, u)
    LOAD (UINT16, uint16_t, u)
    LOAD (UINT32, uint32_t, u)
    LOAD (UINT64, uint64_t, u)
    LOAD (FLOAT32, float, f)
    LOAD (FLOAT64, double, f)
    LOAD (COMPLEX64, float complex, c)
    LOAD (COMPLEX128, double complex, c)
#undef LOAD
  case CW_FLOAT16: s.f = (double) *(const _Float16 *) where; break;
  case CW_N_DTYPES: break;
  }
  return s;
}

CwScalar
cw_scalar_cast (CwScalar s, CwDtype dtype)
{
  char bytes[16] __attribute__ ((aligned (16)));
  cw_scalar_store (s, dtype, bytes);
  return cw_scalar_load (dtype, bytes);
}

/* 0 bool, 1 integer, 2 float, 3 complex: a weak scalar widens only an array of a lower rank. */
static int
kind_rank (CwDtype d)
{
  switch (cw_dtype_kind (d)) {
  case 'b': return 0;
  case 'i':
  case 'u': return 1;
  case 'f': return 2;
  default: return 3;
  }
}

static bool
integer_fits (CwDtype d, CwScalar s)
{
  if (s.dtype == CW_UINT64)
    return d == CW_UINT64;
  if (cw_dtype_is_unsigned (d))
    return s.i >= 0 && (cw_dtype_size (d) == 8 || s.i < (int64_t) 1 << (8 * cw_dtype_size (d)));
  int bits = 8 * cw_dtype_size (d) - 1;
  return bits == 63 || (s.i >= -((int64_t) 1 << bits) && s.i < (int64_t) 1 << bits);
}

bool
cw_dtype_promote_scalar (CwDtype dtype, CwScalar s, CwDtype *out, GError **error)
{
  if (!s.weak) {
    *out = cw_dtype_promote (dtype, s.dtype);
    return true;
  }
  int array_rank = kind_rank (dtype), scalar_rank = kind_rank (s.dtype);
  if (scalar_rank > array_rank) {
    if (scalar_rank == 3)
      *out = array_rank == 2 ? cw_dtype_complex (dtype) : CW_COMPLEX128;
    else
      *out = scalar_rank == 2 ? CW_FLOAT64 : s.dtype;
    return true;
  }
  *out = dtype;
  if (scalar_rank == 1 && array_rank == 1 && !integer_fits (dtype, s)) {
    if (s.dtype == CW_UINT64)
      return cw_fail (error, CW_ERROR_OVERFLOW, "Python integer %" G_GUINT64_FORMAT " out of bounds for %s", s.u,
                      cw_dtype_name (dtype));
    return cw_fail (error, CW_ERROR_OVERFLOW, "Python integer %" G_GINT64_FORMAT " out of bounds for %s", s.i,
                    cw_dtype_name (dtype));
  }
  return true;
}
