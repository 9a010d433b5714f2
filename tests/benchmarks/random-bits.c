/* The engine's random words on standard output, for programs that judge generators:
 *
 *   build/tests/benchmarks/random-bits [SEED [STREAM]] | dieharder -g 200 -d 2
 */
#include "engine/kernels/kernels.h"

#include <stdio.h>

enum { WORDS = 1 << 16 };

int
main (int argc, char **argv)
{
  static uint64_t words[WORDS];
  CwRandomSource  s = { .kind = CW_RANDOM_INTEGERS, .range = 0 };
  s.seed            = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 1;
  s.stream          = argc > 2 ? (uint32_t) g_ascii_strtoull (argv[2], NULL, 10) : 0;
  for (uint64_t first = 0;; first += WORDS) {
    cw_kernels ()->random (words, &s, first, 1, WORDS);
    if (fwrite (words, sizeof *words, WORDS, stdout) < WORDS)
      return 0;
  }
}
