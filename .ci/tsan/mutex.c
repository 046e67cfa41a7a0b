// Tells the thread sanitizer of the locks that it cannot see: preloaded by .ci/tsan.sh, part of nothing else.
//
// `Synchronization.Mutex` takes a free lock by an atomic operation inlined into our code, which the sanitizer
// understands. A lock that somebody holds is handed over by the kernel (FUTEX_LOCK_PI) inside the toolchain's
// library, which is not instrumented: without this file every contended lock is reported as a race.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall))

// Absent in processes that run without the sanitizer.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

typedef SWIFT void (*Lock)(uint32_t thread, __attribute__((swift_context)) void *handle);
typedef SWIFT void (*Unlock)(__attribute__((swift_context)) void *handle);

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

SWIFT void idv_lock(uint32_t thread, __attribute__((swift_context)) void *handle) __asm__(LOCK_SLOW);
SWIFT void idv_lock(uint32_t thread, __attribute__((swift_context)) void *handle) {
  ((Lock)next(LOCK_SLOW))(thread, handle);
  if (__tsan_acquire) __tsan_acquire(handle);
}

SWIFT void idv_unlock(__attribute__((swift_context)) void *handle) __asm__(UNLOCK_SLOW);
SWIFT void idv_unlock(__attribute__((swift_context)) void *handle) {
  if (__tsan_release) __tsan_release(handle);
  ((Unlock)next(UNLOCK_SLOW))(handle);
}
