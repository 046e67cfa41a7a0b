// The arena: a list of blocks, newest first, and a pointer that moves.

#include "idv_arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct block {
  struct block *next;
  size_t size;
} block;

struct idv_arena {
  ProtobufCAllocator allocator;
  block *extra;
  uint8_t *at;
  uint8_t *end;
  uint8_t *first_end;
  size_t used;
  size_t budget;
  size_t block_bytes_next;
};

enum { BLOCK_BYTES_MIN = 4096, BLOCK_BYTES_MAX = 1 << 20 };

static size_t rounded(size_t size) {
  return (size + IDV_ARENA_ALIGNMENT - 1) & ~(size_t)(IDV_ARENA_ALIGNMENT - 1);
}

static void *allocate(void *arena, size_t size) { return idv_arena_allocate(arena, size); }

static void release(void *arena, void *pointer) {
  (void)arena;
  (void)pointer;
}

idv_arena *idv_arena_new(size_t first_bytes, size_t budget_bytes) {
  if (first_bytes > SIZE_MAX / 2) return NULL;
  size_t header = rounded(sizeof(idv_arena));
  size_t first = rounded(first_bytes);
  idv_arena *arena = malloc(header + first);
  if (!arena) return NULL;
  *arena = (idv_arena){
    .allocator = {.alloc = allocate, .free = release, .allocator_data = arena},
    .at = (uint8_t *)arena + header,
    .end = (uint8_t *)arena + header + first,
    .first_end = (uint8_t *)arena + header + first,
    .budget = budget_bytes,
    .block_bytes_next = BLOCK_BYTES_MIN,
  };
  return arena;
}

// Messages hold names and numbers: what was handed out is not left behind in memory that is free.
static void forget(uint8_t *start, const uint8_t *end) {
  explicit_bzero(start, (size_t)(end - start));
}

void idv_arena_free(idv_arena *arena) {
  if (!arena) return;
  // Of the newest block only what was handed out; the others are full.
  const uint8_t *end = arena->at;
  for (block *b = arena->extra; b;) {
    block *next = b->next;
    uint8_t *start = (uint8_t *)b + rounded(sizeof(block));
    forget(start, b == arena->extra ? end : start + b->size);
    free(b);
    b = next;
  }
  forget((uint8_t *)arena + rounded(sizeof(idv_arena)), arena->extra ? arena->first_end : end);
  free(arena);
}

static int add_block(idv_arena *arena, size_t size) {
  size_t header = rounded(sizeof(block));
  size_t room = size > arena->block_bytes_next ? size : arena->block_bytes_next;
  if (room > SIZE_MAX / 2) return 0;
  block *b = malloc(header + room);
  if (!b) return 0;
  *b = (block){.next = arena->extra, .size = room};
  arena->extra = b;
  arena->at = (uint8_t *)b + header;
  arena->end = arena->at + room;
  if (arena->block_bytes_next < BLOCK_BYTES_MAX) arena->block_bytes_next *= 2;
  return 1;
}

void *idv_arena_allocate(idv_arena *arena, size_t size) {
  if (size > arena->budget) return NULL;
  size = size ? rounded(size) : IDV_ARENA_ALIGNMENT;
  if (size > arena->budget - arena->used) return NULL;
  if ((size_t)(arena->end - arena->at) < size && !add_block(arena, size)) return NULL;
  void *pointer = arena->at;
  arena->at += size;
  arena->used += size;
  return pointer;
}

ProtobufCAllocator *idv_arena_allocator(idv_arena *arena) { return &arena->allocator; }

size_t idv_arena_used(const idv_arena *arena) { return arena->used; }
