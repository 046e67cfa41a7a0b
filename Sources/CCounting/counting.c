// malloc and its relatives, counted and passed on to the C library's own.
#define _GNU_SOURCE
#include "CCounting.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_ullong allocations, bytes_asked;

static void count_one(size_t size) {
  atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  atomic_fetch_add_explicit(&bytes_asked, size, memory_order_relaxed);
}

void idv_counting_read(uint64_t *count, uint64_t *bytes) {
  *count = atomic_load(&allocations);
  *bytes = atomic_load(&bytes_asked);
}

void *malloc(size_t size) {
  count_one(size);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  count_one(count * size);
  return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size) {
  count_one(size);
  return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size) {
  count_one(size);
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **block, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0) return EINVAL;
  void *made = memalign(alignment, size);
  if (made == NULL) return ENOMEM;
  *block = made;
  return 0;
}

/// valgrind 3.19 dies when the mask lies in memory that cannot be written, as that of Swift's dispatch library
/// does: it gets a copy.
int sigsuspend(const sigset_t *mask) {
  sigset_t copy = *mask;
  return (int)syscall(SYS_rt_sigsuspend, &copy, 8);
}
