/* depth.c: how deep nested values and expressions may be.
 *
 * What walks them calls itself, and asks here whether the thread's stack still has room. A comparison or a hash has no way to fail: it
 * stops and says so afterwards.
 */
#include <pthread.h>

#include "engine/language/value.h"

#define STACK_KEPT (512 << 10) /* bytes, for what the last call does: an expression as deep as the parser takes it, and an operation */

static __thread bool gave_up;

bool cw_stack_is_short (void) {
#ifdef __linux__
  static __thread char *end;
  if (!end) {
    pthread_attr_t attr;
    void *lowest = NULL;
    size_t size = 0;
    if (pthread_getattr_np (pthread_self (), &attr) != 0) return false;
    pthread_attr_getstack (&attr, &lowest, &size);
    pthread_attr_destroy (&attr);
    end = (char *) lowest + MIN (size / 4, STACK_KEPT);
  }
  return (char *) __builtin_frame_address (0) < end;
#else
  return false;
#endif
}

bool cw_too_deep (void) {
  gave_up |= cw_stack_is_short (); /* and what is still open gives up too, however much it had left to compare */
  return gave_up;
}

bool cw_check_depth (GError **error) {
  if (!gave_up) return true;
  gave_up = false;
  return cw_fail (error, CW_ERROR_RECURSION, "maximum recursion depth exceeded in comparison");
}
