/* simd.h: the little that loops.c needs from an instruction set: vectors of 64-bit lanes with a 32x32 -> 64 multiply,
 * and the names of SLEEF's functions for it. The variants with FMA agree with each other to the last bit. */
#pragma once

#include <stdint.h>

#ifdef CW_HAVE_SLEEF
#include <sleef.h>
#endif

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#define CW_LANES 8
typedef uint64_t cw_u64v __attribute__ ((vector_size (64)));
#define CW_MUL32(a, b) ((cw_u64v) _mm512_mul_epu32 ((__m512i) (a), (__m512i) (b)))
#ifdef CW_HAVE_SLEEF
#define CW_VD __m512d
#define CW_VF __m512
#define CW_VMATH_D(fn) Sleef_finz_##fn##d8_u10avx512f
#define CW_VMATH_F(fn) Sleef_finz_##fn##f16_u10avx512f
#define CW_SINCOS Sleef_finz_sincosd8_u35avx512f
#define CW_SINCOS_T Sleef___m512d_2
#define CW_VSQRT _mm512_sqrt_pd
#define Sleef_finz_hypotd8_u10avx512f Sleef_finz_hypotd8_u05avx512f
#define Sleef_finz_hypotf16_u10avx512f Sleef_finz_hypotf16_u05avx512f
#endif
#elif defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>
#define CW_LANES 4
typedef uint64_t cw_u64v __attribute__ ((vector_size (32)));
#define CW_MUL32(a, b) ((cw_u64v) _mm256_mul_epu32 ((__m256i) (a), (__m256i) (b)))
#ifdef CW_HAVE_SLEEF
#define CW_VD __m256d
#define CW_VF __m256
#define CW_VMATH_D(fn) Sleef_finz_##fn##d4_u10avx2
#define CW_VMATH_F(fn) Sleef_finz_##fn##f8_u10avx2
#define CW_SINCOS Sleef_finz_sincosd4_u35avx2
#define CW_SINCOS_T Sleef___m256d_2
#define CW_VSQRT _mm256_sqrt_pd
#define Sleef_finz_hypotd4_u10avx2 Sleef_finz_hypotd4_u05avx2
#define Sleef_finz_hypotf8_u10avx2 Sleef_finz_hypotf8_u05avx2
#endif
#elif defined(__SSE2__)
#include <emmintrin.h>
#define CW_LANES 2
typedef uint64_t cw_u64v __attribute__ ((vector_size (16)));
#define CW_MUL32(a, b) ((cw_u64v) _mm_mul_epu32 ((__m128i) (a), (__m128i) (b)))
#ifdef CW_HAVE_SLEEF
#define CW_VD __m128d
#define CW_VF __m128
#define CW_VMATH_D(fn) Sleef_cinz_##fn##d2_u10sse2
#define CW_VMATH_F(fn) Sleef_cinz_##fn##f4_u10sse2
#define CW_SINCOS Sleef_cinz_sincosd2_u35sse2
#define CW_SINCOS_T Sleef___m128d_2
#define CW_VSQRT _mm_sqrt_pd
#define Sleef_cinz_hypotd2_u10sse2 Sleef_cinz_hypotd2_u05sse2
#define Sleef_cinz_hypotf4_u10sse2 Sleef_cinz_hypotf4_u05sse2
#endif
#else
#define CW_LANES 2
typedef uint64_t cw_u64v __attribute__ ((vector_size (16)));
#define CW_MUL32(a, b) (((a) & 0xffffffffu) * ((b) & 0xffffffffu))
#endif
