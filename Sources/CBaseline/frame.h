// The frame header that both sides of the yardstick use.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { frame_header_bytes = 10 };

static inline uint32_t read_u32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void write_u32(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 24);
  at[1] = (uint8_t)(value >> 16);
  at[2] = (uint8_t)(value >> 8);
  at[3] = (uint8_t)value;
}

/// Bytes that wait, from `start` to `end`.
typedef struct queue {
  uint8_t *bytes;
  size_t start, end, capacity;
} queue;

/// Room for `count` more bytes at `end`. These are yardsticks: without memory they stop.
static inline uint8_t *queue_reserve(queue *queue, size_t count) {
  if (queue->start == queue->end) queue->start = queue->end = 0;
  if (queue->capacity - queue->end < count && queue->start > 0) {
    memmove(queue->bytes, queue->bytes + queue->start, queue->end - queue->start);
    queue->end -= queue->start;
    queue->start = 0;
  }
  if (queue->capacity - queue->end < count) {
    queue->capacity = (queue->end + count) * 2;
    queue->bytes = realloc(queue->bytes, queue->capacity);
    if (queue->bytes == NULL) abort();
  }
  return queue->bytes + queue->end;
}

static inline void queue_append(queue *queue, const void *bytes, size_t count) {
  memcpy(queue_reserve(queue, count), bytes, count);
  queue->end += count;
}
