// Scatter-gather packing: a ProtobufCBuffer that collects runs.

#include "idv_segments.h"

#include <string.h>

typedef struct collector {
  ProtobufCBuffer base;
  idv_arena *arena;
  idv_segment *segments;
  size_t count;
  size_t capacity;
  // The unused end of the newest copied run.
  uint8_t *at;
  size_t room;
  size_t alias_bytes_min;
  int failed;
} collector;

enum { SEGMENTS_FIRST = 8, COPY_BYTES_MIN = 1024 };

static int add_segment(collector *c, const uint8_t *base, size_t size) {
  if (c->count == c->capacity) {
    size_t capacity = c->capacity * 2;
    idv_segment *grown = idv_arena_allocate(c->arena, capacity * sizeof(idv_segment));
    if (!grown) return 0;
    memcpy(grown, c->segments, c->count * sizeof(idv_segment));
    c->segments = grown;
    c->capacity = capacity;
  }
  c->segments[c->count++] = (idv_segment){.base = base, .size = size};
  return 1;
}

static void append(ProtobufCBuffer *buffer, size_t size, const uint8_t *data) {
  collector *c = (collector *)buffer;
  if (size == 0 || c->failed) return;
  if (size >= c->alias_bytes_min) {
    c->failed = !add_segment(c, data, size);
    return;
  }
  if (c->room < size) {
    size_t room = size > COPY_BYTES_MIN ? size : COPY_BYTES_MIN;
    c->at = idv_arena_allocate(c->arena, room);
    c->room = c->at ? room : 0;
    c->failed = !c->at;
    if (c->failed) return;
  }
  memcpy(c->at, data, size);
  idv_segment *last = c->count ? &c->segments[c->count - 1] : NULL;
  if (last && last->base + last->size == c->at) {
    last->size += size;
  } else {
    c->failed = !add_segment(c, c->at, size);
  }
  c->at += size;
  c->room -= size;
}

size_t idv_pack_segments(
    const ProtobufCMessage *message, idv_arena *arena, size_t alias_bytes_min,
    idv_segment **segments) {
  collector c = {
    .base = {.append = append},
    .arena = arena,
    .capacity = SEGMENTS_FIRST,
    .alias_bytes_min = alias_bytes_min,
  };
  c.segments = idv_arena_allocate(arena, SEGMENTS_FIRST * sizeof(idv_segment));
  *segments = NULL;
  if (!c.segments) return 0;
  protobuf_c_message_pack_to_buffer(message, &c.base);
  if (c.failed) return 0;
  *segments = c.segments;
  return c.count;
}
