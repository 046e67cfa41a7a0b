// A counting allocator, and what valgrind needs to run Swift: preloaded into the process that is measured
// (LD_PRELOAD). Nothing links it.
#pragma once

#include <stdint.h>

/// Calls of malloc, calloc, realloc, memalign and their relatives by this process so far, and the bytes they
/// asked for. Any thread.
void idv_counting_read(uint64_t *allocations, uint64_t *bytes);
