/* deque.h: a work-stealing deque of task numbers. Its owner pushes and takes at the bottom, others steal from the top
 * (Chase and Lev 2005; memory orders as proved by Le, Pop, Cohen and Zappa Nardelli 2013, with the fences folded into sequentially
 * consistent operations, which thread sanitizers understand). The ring never grows: it has room for every task of a plan. */
#pragma once

#include <glib.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
  _Alignas (64) _Atomic int64_t top; /* thieves write here, the owner below */
  _Alignas (64) _Atomic int64_t bottom;
  int64_t            mask;
  _Atomic uint32_t  *ring;
} CwDeque;

static inline void
cw_deque_init (CwDeque *d, uint32_t capacity)
{
  int64_t size = 64;
  while (size < (int64_t) capacity)
    size *= 2;
  d->ring = g_new0 (_Atomic uint32_t, (gsize) size);
  d->mask = size - 1;
  atomic_init (&d->top, 0);
  atomic_init (&d->bottom, 0);
}

static inline void
cw_deque_push (CwDeque *d, uint32_t task)
{
  int64_t b = atomic_load_explicit (&d->bottom, memory_order_relaxed);
  atomic_store_explicit (&d->ring[b & d->mask], task, memory_order_relaxed);
  atomic_store_explicit (&d->bottom, b + 1, memory_order_release);
}

/* Newest first; owner only. */
static inline bool
cw_deque_take (CwDeque *d, uint32_t *task)
{
  int64_t b = atomic_load_explicit (&d->bottom, memory_order_relaxed) - 1;
  atomic_store (&d->bottom, b);
  int64_t t = atomic_load (&d->top);
  if (t > b) {
    atomic_store_explicit (&d->bottom, b + 1, memory_order_relaxed);
    return false;
  }
  *task = atomic_load_explicit (&d->ring[b & d->mask], memory_order_relaxed);
  if (t < b)
    return true;
  /* The last one: a thief may want it too. */
  bool won = atomic_compare_exchange_strong (&d->top, &t, t + 1);
  atomic_store_explicit (&d->bottom, b + 1, memory_order_relaxed);
  return won;
}

/* Oldest first; any thread. */
static inline bool
cw_deque_steal (CwDeque *d, uint32_t *task)
{
  int64_t t = atomic_load (&d->top), b = atomic_load (&d->bottom);
  if (t >= b)
    return false;
  *task = atomic_load_explicit (&d->ring[t & d->mask], memory_order_relaxed);
  return atomic_compare_exchange_strong (&d->top, &t, t + 1);
}

static inline bool
cw_deque_is_empty (CwDeque *d)
{
  return atomic_load_explicit (&d->top, memory_order_relaxed) >= atomic_load_explicit (&d->bottom, memory_order_relaxed);
}
