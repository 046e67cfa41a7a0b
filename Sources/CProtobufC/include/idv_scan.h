// Looks through the wire bytes of a message before protobuf-c unpacks it.
//
// protobuf-c 1.4 recurses without a limit (a 74 KB message overflows an 8 MB stack), takes up to
// 104 bytes of memory for one byte of input, keeps unknown fields, does not check UTF-8 and merges
// a repeated singular message wrongly. The scan is iterative, allocates nothing, and refuses all of
// that by a layout of the expected message; it also says how much memory unpacking would take.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "idv_arena.h"

enum {
  /// Deepest nesting that any limit may allow; the scan keeps this many frames on the stack.
  IDV_SCAN_DEPTH_MAX = 100,
  /// Most fields one message type may have: a bitmap of this size finds fields given twice.
  IDV_LAYOUT_FIELDS_MAX = 256,
};

/// What a field's value is, as far as the scan cares.
typedef enum idv_shape {
  IDV_SHAPE_SCALAR,
  IDV_SHAPE_TEXT,
  IDV_SHAPE_BYTES,
  IDV_SHAPE_MESSAGE,
} idv_shape;

/// One field of a layout.
typedef struct idv_layout_field {
  uint32_t number;
  /// Wire type of one element: 0 varint, 1 eight bytes, 2 length-prefixed, 5 four bytes.
  uint8_t wire_type;
  /// An `idv_shape`.
  uint8_t shape;
  uint8_t repeated;
  /// Bytes of one element in protobuf-c's array of a repeated field.
  uint8_t element_bytes;
  /// Layout of the message below; NULL unless `shape` is IDV_SHAPE_MESSAGE.
  const struct idv_layout *below;
} idv_layout_field;

/// What the scan knows about a message type. Immutable once in use; lives as long as the process.
typedef struct idv_layout {
  /// Size of protobuf-c's struct.
  uint32_t unpacked_bytes;
  /// Size of the value the caller will make of it.
  uint32_t value_bytes;
  uint32_t field_count;
  /// Ascending by number.
  const idv_layout_field *fields;
} idv_layout;

/// Bounds of one scan.
typedef struct idv_scan_limits {
  /// Deepest nesting; the message itself is depth 1. At most IDV_SCAN_DEPTH_MAX.
  uint32_t depth_max;
  /// Most fields in all, elements of unpacked repeated fields and unknown fields included.
  size_t fields_max;
  /// Most memory that unpacking and the caller's values may take together.
  size_t memory_bytes_max;
  /// From this length on, a bytes field is not copied.
  size_t alias_bytes_min;
} idv_scan_limits;

/// Outcome of a scan.
typedef enum idv_scan_code {
  IDV_SCAN_OK,
  IDV_SCAN_TRUNCATED,
  IDV_SCAN_BAD_TAG,
  IDV_SCAN_BAD_VARINT,
  IDV_SCAN_GROUP,
  IDV_SCAN_WRONG_WIRE_TYPE,
  IDV_SCAN_BAD_PACKED_LENGTH,
  IDV_SCAN_GIVEN_TWICE,
  IDV_SCAN_BAD_UTF8,
  IDV_SCAN_NUL_IN_TEXT,
  IDV_SCAN_TOO_DEEP,
  IDV_SCAN_TOO_MANY_FIELDS,
  IDV_SCAN_TOO_MUCH_MEMORY,
} idv_scan_code;

/// What the scan found.
typedef struct idv_scan_report {
  idv_scan_code code;
  /// Field numbers from the message down to where it failed.
  uint32_t path[IDV_SCAN_DEPTH_MAX + 1];
  uint32_t path_length;
  /// Fields seen, and how many of them the layout does not know.
  size_t fields;
  size_t unknown_fields;
  /// Upper bound of what the arena will hand out, rewriting included.
  size_t arena_bytes;
  /// Upper bound of what the caller's values take.
  size_t value_bytes;
  /// Bytes fields that will alias the input.
  size_t aliased_fields;
  /// Room `idv_rewrite` needs; 0 when the message may be unpacked as it is.
  size_t rewritten_bytes_max;
} idv_scan_report;

/// Stands in a rewritten message where a large bytes field was.
typedef struct idv_alias_token {
  uint64_t cookie[2];
  /// Where the value starts in the scanned message, and its length.
  uint64_t offset;
  uint64_t length;
} idv_alias_token;

/// Scans `size` bytes at `data`. Fills `report` and returns its code.
idv_scan_code idv_scan(
    const idv_layout *layout, const uint8_t *data, size_t size, const idv_scan_limits *limits,
    idv_scan_report *report);

/// Copies a message that `idv_scan` passed with the same limits, without its unknown fields and
/// with tokens in place of large bytes fields. `room` holds `report->rewritten_bytes_max` bytes.
/// Returns the length written; 0 with `*failed` set when the message is not one that was scanned.
size_t idv_rewrite(
    const idv_layout *layout, const uint8_t *data, size_t size, size_t alias_bytes_min,
    const uint64_t cookie[2], uint8_t *room, size_t room_bytes, int *failed);
