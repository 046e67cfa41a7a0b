// A bump allocator with a budget, usable as protobuf-c's allocator. One arena serves one message:
// memory is taken by moving a pointer and given back all at once. Not for use from several threads.
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

typedef struct idv_arena idv_arena;

/// Every allocation is rounded up to this many bytes.
enum { IDV_ARENA_ALIGNMENT = 16 };

/// An arena whose first block holds `first_bytes`, and which never hands out more than
/// `budget_bytes` in all. NULL when there is no memory. The caller owns it and ends it with
/// `idv_arena_free`.
idv_arena *idv_arena_new(size_t first_bytes, size_t budget_bytes);

/// Gives all memory back; every pointer into the arena is invalid afterwards. NULL is allowed.
void idv_arena_free(idv_arena *arena);

/// `size` bytes aligned to 16, not zeroed; NULL when the budget or the memory is used up.
void *idv_arena_allocate(idv_arena *arena, size_t size);

/// The arena as protobuf-c's allocator; freeing through it does nothing. Valid as long as the
/// arena.
ProtobufCAllocator *idv_arena_allocator(idv_arena *arena);

/// Bytes handed out so far, rounding included.
size_t idv_arena_used(const idv_arena *arena);
