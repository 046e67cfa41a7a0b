// Packs a message into pieces: small runs are copied into the arena, large bytes fields stay where
// they are.
#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

#include "idv_arena.h"

/// A run of packed bytes. Lives in the arena or in memory that the message points to.
typedef struct idv_segment {
  const uint8_t *base;
  size_t size;
} idv_segment;

/// Packs `message`; runs of at least `alias_bytes_min` are referenced, not copied. Sets `*segments`
/// to an array in the arena and returns its length; 0 with `*segments` NULL when the arena is
/// exhausted. An empty message has no segments: `*segments` is set, the length is 0.
size_t idv_pack_segments(
    const ProtobufCMessage *message, idv_arena *arena, size_t alias_bytes_min,
    idv_segment **segments);
