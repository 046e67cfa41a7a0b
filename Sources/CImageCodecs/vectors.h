// A function that is built twice, for processors with and without 256-bit vectors; the right one is taken at load time.

#ifndef IDV_VECTORS_H
#define IDV_VECTORS_H

#if defined(__x86_64__)
#define IDV_VECTOR __attribute__((target_clones("avx2", "default")))
#else
#define IDV_VECTOR
#endif

#endif
