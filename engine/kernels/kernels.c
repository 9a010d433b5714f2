/* Kernels: which builds there are, which one this machine runs, and the facts of ufuncs and reductions. */
#include "engine/kernels/kernels.h"

#include <string.h>

extern const CwKernels *cw_kernels_build_generic (void);
#ifdef CW_HAVE_X86_BUILDS
extern const CwKernels *cw_kernels_build_v3 (void);
extern const CwKernels *cw_kernels_build_v4 (void);
#endif

static const CwUfuncInfo ufuncs[] = {
#define U(id, arity, rule, out, loops, b, i, u, f, c, doc) { #id, arity, CW_RULE_##rule, CW_OUT_##out, loops, doc },
#define V(id, arity, rule, loops, i, u, f, c, doc) { #id, arity, CW_RULE_##rule, CW_OUT_SAME, loops, doc },
#include "engine/kernels/ufuncs.def"
#undef U
#undef V
};

static const CwReductionInfo reductions[] = {
#define X(id, name, doc) { name, doc },
  CW_REDUCTIONS (X)
#undef X
};

const CwUfuncInfo *
cw_ufunc_info (CwUfunc ufunc)
{
  return &ufuncs[ufunc];
}

bool
cw_ufunc_from_name (const char *name, CwUfunc *ufunc)
{
  for (int i = 0; i < CW_N_UFUNCS; i++)
    if (strcmp (ufuncs[i].name, name) == 0) {
      *ufunc = (CwUfunc) i;
      return true;
    }
  return false;
}

bool
cw_ufunc_has_loop (CwUfunc ufunc, char kind)
{
  return strchr (ufuncs[ufunc].loops, kind) != NULL;
}

const CwReductionInfo *
cw_reduction_info (CwReduction r)
{
  return &reductions[r];
}

CwLoopDtype
cw_loop_of (CwDtype dtype)
{
  switch (cw_dtype_kind (dtype)) {
  case 'b': return CW_LOOP_BOOL;
  case 'i': return CW_LOOP_INT64;
  case 'u': return CW_LOOP_UINT64;
  case 'c': return CW_LOOP_COMPLEX128;
  default: return dtype == CW_FLOAT64 ? CW_LOOP_FLOAT64 : CW_LOOP_FLOAT32;
  }
}

CwDtype
cw_loop_dtype (CwLoopDtype loop)
{
  static const CwDtype dtypes[] = { CW_BOOL, CW_INT64, CW_UINT64, CW_FLOAT32, CW_FLOAT64, CW_COMPLEX128 };
  return dtypes[loop];
}

int
cw_kernels_n (void)
{
#ifdef CW_HAVE_X86_BUILDS
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("x86-64-v4"))
    return 3;
  if (__builtin_cpu_supports ("x86-64-v3"))
    return 2;
#endif
  return 1;
}

const CwKernels *
cw_kernels_nth (int i)
{
#ifdef CW_HAVE_X86_BUILDS
  if (i == 2)
    return cw_kernels_build_v4 ();
  if (i == 1)
    return cw_kernels_build_v3 ();
#endif
  return cw_kernels_build_generic ();
}

const CwKernels *
cw_kernels (void)
{
  static const CwKernels *chosen;
  if (g_once_init_enter (&chosen)) {
    const char      *wanted = g_getenv ("CHUNKWISE_ISA");
    int              n      = cw_kernels_n ();
    const CwKernels *best   = cw_kernels_nth (n - 1);
    for (int i = 0; wanted && i < n; i++)
      if (strcmp (cw_kernels_nth (i)->isa, wanted) == 0)
        best = cw_kernels_nth (i);
    g_once_init_leave (&chosen, best);
  }
  return chosen;
}

CwLoop
cw_kernels_chain (const CwKernels *k, CwLoop f, CwLoop g, bool turned)
{
  static const CwUfunc steps[CW_N_CHAIN_FIRST]
      = { [CW_CHAIN_ADD] = CW_UFUNC_add, [CW_CHAIN_SUBTRACT] = CW_UFUNC_subtract, [CW_CHAIN_MULTIPLY] = CW_UFUNC_multiply };
  for (CwLoopDtype d = CW_LOOP_FLOAT32; d <= CW_LOOP_FLOAT64; d++) {
    int first = -1, second = -1;
    for (int i = 0; i < CW_N_CHAIN_FIRST; i++) {
      first  = k->ufunc[steps[i]][d] == f ? i : first;
      second = k->ufunc[steps[i]][d] == g ? i : second;
    }
    if (first >= 0 && second >= 0) /* sums and products are the same turned */
      return k->chain[d][first][turned && second == CW_CHAIN_SUBTRACT ? CW_CHAIN_FROM : second];
  }
  return NULL;
}

_Thread_local bool cw_loop_refused;

bool
cw_loop_is_refused (GError **error)
{
  bool refused    = cw_loop_refused;
  cw_loop_refused = false;
  if (refused)
    cw_fail (error, CW_ERROR_VALUE, CW_NO_NEGATIVE_POWERS);
  return refused;
}

const void *
cw_values_at (const CwBuffer *b, int64_t first, size_t n, CwDtype dtype, void *room)
{
  const char *from  = b->data + first * cw_dtype_size (b->dtype);
  bool        dense = cw_buffer_is_contiguous (b);
  if (dense && b->dtype == dtype)
    return from;
  if (b->dtype == dtype)
    cw_buffer_read (b, first, (int64_t) n, room);
  else {
    char *read = dense ? NULL : g_alloca (n * (size_t) cw_dtype_size (b->dtype));
    if (read)
      cw_buffer_read (b, first, (int64_t) n, read);
    cw_kernels ()->cast[dtype][b->dtype](room, read ? read : from, NULL, NULL, n);
  }
  return room;
}

void
cw_philox4x32 (const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t) 0xD2511F53u * c0, p1 = (uint64_t) 0xCD9E8D57u * c2;
    c0 = (uint32_t) (p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t) p1;
    c2 = (uint32_t) (p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t) p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
