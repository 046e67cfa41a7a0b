// The scan and the rewriting: two walks over the same bytes with an explicit stack.

#include "idv_scan.h"

#include <string.h>

enum {
  WIRE_VARINT = 0,
  WIRE_EIGHT = 1,
  WIRE_LENGTH = 2,
  WIRE_GROUP_START = 3,
  WIRE_GROUP_END = 4,
  WIRE_FOUR = 5,
  // protobuf-c reads tags and lengths of at most this many bytes.
  TAG_BYTES_MAX = 5,
  LENGTH_BYTES_MAX = 5,
  VARINT_BYTES_MAX = 10,
  FIELD_NUMBER_MAX = (1 << 29) - 1,
  // protobuf-c notes every field in a table of such entries: 16 on its stack, then twice as many
  // each time.
  SCANNED_MEMBER_BYTES = 32,
  SCANNED_MEMBERS_FIRST = 16,
  // Above this many fields protobuf-c allocates a bitmap.
  BITMAP_FREE_FIELDS = 128,
  // Swift keeps texts of this length inside the value; longer ones take an object.
  INLINE_TEXT_BYTES_MAX = 15,
  OBJECT_BYTES = 48,
};

static size_t rounded(size_t size) {
  return (size + IDV_ARENA_ALIGNMENT - 1) & ~(size_t)(IDV_ARENA_ALIGNMENT - 1);
}

/// Reads a varint of at most `bytes_max` bytes that fits 64 bits. Returns its length, 0 when the
/// input ends inside it, -1 when it is too long.
static int read_varint(const uint8_t *at, const uint8_t *end, int bytes_max, uint64_t *value) {
  uint64_t result = 0;
  for (int i = 0; i < bytes_max; i++) {
    if (at + i == end) return 0;
    uint8_t byte = at[i];
    if (i == VARINT_BYTES_MAX - 1 && byte > 1) return -1;
    result |= (uint64_t)(byte & 0x7F) << (7 * i);
    if (!(byte & 0x80)) {
      *value = result;
      return i + 1;
    }
  }
  return -1;
}

/// Index of the field `number`, looked for first at `hint` and behind it; -1 when there is none.
static int find_field(const idv_layout *layout, uint32_t number, uint32_t hint) {
  const idv_layout_field *fields = layout->fields;
  for (uint32_t i = hint; i < hint + 2 && i < layout->field_count; i++) {
    if (fields[i].number == number) return (int)i;
  }
  uint32_t low = 0, high = layout->field_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (fields[middle].number == number) return (int)middle;
    if (fields[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return -1;
}

/// Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7); 0 when there is none.
static size_t utf8_sequence(const uint8_t *at, size_t room) {
  uint8_t lead = at[0];
  if (lead < 0x80) return 1;
  size_t length = lead >= 0xC2 && lead <= 0xDF ? 2 : lead >= 0xE0 && lead <= 0xEF ? 3
      : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
  if (length == 0 || room < length) return 0;
  uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  if (at[1] < low || at[1] > high) return 0;
  for (size_t i = 2; i < length; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
  }
  return length;
}

static idv_scan_code check_text(const uint8_t *at, size_t size) {
  const uint8_t *end = at + size;
  while (at < end) {
    while (end - at >= 8) {  // eight ASCII bytes at a time, none of them NUL
      uint64_t word;
      memcpy(&word, at, 8);
      uint64_t zero = (word - 0x0101010101010101u) & ~word;
      if ((word | zero) & 0x8080808080808080u) break;
      at += 8;
    }
    if (at == end) break;
    if (*at == 0) return IDV_SCAN_NUL_IN_TEXT;
    size_t length = utf8_sequence(at, (size_t)(end - at));
    if (length == 0) return IDV_SCAN_BAD_UTF8;
    at += length;
  }
  return IDV_SCAN_OK;
}

/// One field as it stands on the wire.
typedef struct token {
  uint32_t number;
  uint8_t wire_type;
  /// First byte of the tag, of the value (behind the length), and behind the value.
  const uint8_t *start;
  const uint8_t *value;
  const uint8_t *end;
} token;

/// Reads the tag at `at`.
static idv_scan_code read_tag(const uint8_t *at, const uint8_t *end, token *t) {
  uint64_t tag = 0;
  int used = read_varint(at, end, TAG_BYTES_MAX, &tag);
  if (used == 0) return IDV_SCAN_TRUNCATED;
  if (used < 0 || tag > UINT32_MAX || tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX) {
    return IDV_SCAN_BAD_TAG;
  }
  *t = (token){
    .number = (uint32_t)(tag >> 3), .wire_type = tag & 7, .start = at, .value = at + used};
  return IDV_SCAN_OK;
}

/// Finds the end of the value whose tag `t` holds.
static idv_scan_code read_extent(const uint8_t *end, token *t) {
  uint64_t number = 0;
  size_t room = (size_t)(end - t->value);
  int used;
  switch (t->wire_type) {
    case WIRE_VARINT:
      used = read_varint(t->value, end, VARINT_BYTES_MAX, &number);
      if (used <= 0) return used == 0 ? IDV_SCAN_TRUNCATED : IDV_SCAN_BAD_VARINT;
      t->end = t->value + used;
      return IDV_SCAN_OK;
    case WIRE_EIGHT:
      if (room < 8) return IDV_SCAN_TRUNCATED;
      t->end = t->value + 8;
      return IDV_SCAN_OK;
    case WIRE_FOUR:
      if (room < 4) return IDV_SCAN_TRUNCATED;
      t->end = t->value + 4;
      return IDV_SCAN_OK;
    case WIRE_LENGTH:
      used = read_varint(t->value, end, LENGTH_BYTES_MAX, &number);
      if (used <= 0) return used == 0 ? IDV_SCAN_TRUNCATED : IDV_SCAN_BAD_VARINT;
      if (number > INT32_MAX || number > room - (size_t)used) return IDV_SCAN_TRUNCATED;
      t->value += used;
      t->end = t->value + number;
      return IDV_SCAN_OK;
    case WIRE_GROUP_START:
    case WIRE_GROUP_END:
      return IDV_SCAN_GROUP;
    default:
      return IDV_SCAN_BAD_TAG;
  }
}

/// A message that is being looked through.
typedef struct frame {
  const idv_layout *layout;
  const uint8_t *end;
  uint32_t hint;
  /// Number of the field that holds this message.
  uint32_t number;
  /// As protobuf-c's table of members: size of the newest part and how full it is.
  size_t slab_size;
  size_t slab_fill;
  uint32_t last_repeated;
  uint64_t seen[IDV_LAYOUT_FIELDS_MAX / 64];
} frame;

typedef struct scanner {
  const idv_scan_limits *limits;
  idv_scan_report *report;
  frame *frames;
  uint32_t depth;
  size_t messages;
  size_t aliased_bytes;
} scanner;

static idv_scan_code charge(scanner *s, size_t arena, size_t value) {
  s->report->arena_bytes += arena;
  s->report->value_bytes += value;
  size_t total = s->report->arena_bytes + s->report->value_bytes;
  return total > s->limits->memory_bytes_max ? IDV_SCAN_TOO_MUCH_MEMORY : IDV_SCAN_OK;
}

static idv_scan_code enter(
    scanner *s, const idv_layout *layout, const uint8_t *end, uint32_t number) {
  if (s->depth == s->limits->depth_max || s->depth == IDV_SCAN_DEPTH_MAX) return IDV_SCAN_TOO_DEEP;
  s->messages++;
  s->frames[s->depth++] = (frame){
    .layout = layout,
    .end = end,
    .number = number,
    .slab_size = SCANNED_MEMBERS_FIRST,
    .last_repeated = UINT32_MAX,
  };
  size_t bitmap = layout->field_count > BITMAP_FREE_FIELDS ? (layout->field_count + 7) / 8 : 0;
  return charge(s, rounded(layout->unpacked_bytes) + rounded(bitmap), layout->value_bytes);
}

/// Charges a member's entry in protobuf-c's table.
static idv_scan_code note_member(scanner *s, frame *f) {
  if (f->slab_fill == f->slab_size) {
    f->slab_size *= 2;
    f->slab_fill = 0;
    idv_scan_code code = charge(s, f->slab_size * SCANNED_MEMBER_BYTES, 0);
    if (code) return code;
  }
  f->slab_fill++;
  return IDV_SCAN_OK;
}

static idv_scan_code scan_packed(
    scanner *s, const idv_layout_field *field, const uint8_t *at, const uint8_t *end) {
  size_t size = (size_t)(end - at);
  size_t count = 0;
  if (field->wire_type == WIRE_VARINT) {
    while (at < end) {
      uint64_t value;
      int used = read_varint(at, end, VARINT_BYTES_MAX, &value);
      if (used <= 0) return used == 0 ? IDV_SCAN_TRUNCATED : IDV_SCAN_BAD_VARINT;
      at += used;
      count++;
    }
  } else {
    size_t width = field->wire_type == WIRE_EIGHT ? 8 : 4;
    if (size % width != 0) return IDV_SCAN_BAD_PACKED_LENGTH;
    count = size / width;
  }
  return charge(s, count * field->element_bytes, count * field->element_bytes);
}

/// Checks the value of a known field and charges what it will take. Enters messages.
static idv_scan_code scan_value(scanner *s, frame *f, uint32_t index, const token *t) {
  const idv_layout_field *field = &f->layout->fields[index];
  size_t size = (size_t)(t->end - t->value);
  int packed = t->wire_type == WIRE_LENGTH && field->wire_type != WIRE_LENGTH && field->repeated;
  if (t->wire_type != field->wire_type && !packed) return IDV_SCAN_WRONG_WIRE_TYPE;
  idv_scan_code code = note_member(s, f);
  if (!code && field->repeated && f->last_repeated != index) {
    f->last_repeated = index;  // a new run: at worst a new array, rounded up
    code = charge(s, IDV_ARENA_ALIGNMENT, OBJECT_BYTES);
  }
  if (code) return code;
  if (packed) return scan_packed(s, field, t->value, t->end);
  if (field->repeated) {
    code = charge(s, field->element_bytes, field->element_bytes);
    if (code) return code;
  }
  switch (field->shape) {
    case IDV_SHAPE_TEXT:
      code = check_text(t->value, size);
      if (code) return code;
      return charge(s, rounded(size), size > INLINE_TEXT_BYTES_MAX ? OBJECT_BYTES + size : 0);
    case IDV_SHAPE_BYTES:
      if (size < s->limits->alias_bytes_min) {
        return charge(s, rounded(size), size ? 2 * OBJECT_BYTES + size : 0);
      }
      s->report->aliased_fields++;
      s->aliased_bytes += size;
      return charge(s, rounded(sizeof(idv_alias_token)), 0);
    case IDV_SHAPE_MESSAGE:
      if (!field->repeated) {
        uint64_t bit = (uint64_t)1 << (index % 64);
        if (f->seen[index / 64] & bit) return IDV_SCAN_GIVEN_TWICE;
        f->seen[index / 64] |= bit;
      }
      return enter(s, field->below, t->end, t->number);
    default:
      return IDV_SCAN_OK;
  }
}

/// Looks through the frames until none is left. `*number` is the field it was at.
static idv_scan_code scan_frames(scanner *s, const uint8_t *at, uint32_t *number) {
  while (s->depth > 0) {
    frame *f = &s->frames[s->depth - 1];
    *number = 0;
    if (at == f->end) {
      s->depth--;
      continue;
    }
    token t;
    idv_scan_code code = read_tag(at, f->end, &t);
    if (code) return code;
    *number = t.number;
    if (++s->report->fields > s->limits->fields_max) return IDV_SCAN_TOO_MANY_FIELDS;
    code = read_extent(f->end, &t);
    if (code) return code;
    int index = find_field(f->layout, t.number, f->hint);
    at = t.end;
    if (index < 0) {
      s->report->unknown_fields++;
      continue;
    }
    f->hint = (uint32_t)index;
    uint32_t depth = s->depth;
    code = scan_value(s, f, (uint32_t)index, &t);
    if (code) return code;
    if (s->depth > depth) at = t.value;
  }
  return IDV_SCAN_OK;
}

static void note_path(scanner *s, uint32_t number) {
  idv_scan_report *r = s->report;
  r->path_length = 0;
  for (uint32_t i = 1; i < s->depth; i++) r->path[r->path_length++] = s->frames[i].number;
  if (number) r->path[r->path_length++] = number;
}

idv_scan_code idv_scan(
    const idv_layout *layout, const uint8_t *data, size_t size, const idv_scan_limits *limits,
    idv_scan_report *report) {
  frame frames[IDV_SCAN_DEPTH_MAX];
  *report = (idv_scan_report){.code = IDV_SCAN_OK};
  scanner s = {.limits = limits, .report = report, .frames = frames};
  uint32_t number = 0;
  idv_scan_code code = enter(&s, layout, data + size, 0);
  if (!code) code = scan_frames(&s, data, &number);
  if (!code && (report->unknown_fields || report->aliased_fields)) {
    // Lengths of messages grow to five bytes; a token takes a tag, a length and itself.
    size_t token_bytes = TAG_BYTES_MAX + 1 + sizeof(idv_alias_token);
    report->rewritten_bytes_max = size - s.aliased_bytes
        + report->aliased_fields * token_bytes + s.messages * LENGTH_BYTES_MAX;
    code = charge(&s, rounded(report->rewritten_bytes_max), 0);
  }
  if (code) note_path(&s, number);
  report->code = code;
  return code;
}

/// Where rewriting stands in one message: its input's end and the place of its length in the
/// output.
typedef struct rewrite_frame {
  const idv_layout *layout;
  const uint8_t *end;
  uint8_t *length;
  uint32_t hint;
} rewrite_frame;

/// Writes `size` as a varint of exactly five bytes, which every reader accepts.
static void put_length(uint8_t *at, size_t size) {
  for (int i = 0; i < LENGTH_BYTES_MAX - 1; i++) {
    at[i] = (uint8_t)(0x80 | ((size >> (7 * i)) & 0x7F));
  }
  at[LENGTH_BYTES_MAX - 1] = (uint8_t)((size >> 28) & 0x0F);
}

/// Bytes of `t` in front of its value, without the length.
static size_t tag_bytes(const token *t) {
  size_t i = 0;
  while (t->start[i] & 0x80) i++;
  return i + 1;
}

size_t idv_rewrite(
    const idv_layout *layout, const uint8_t *data, size_t size, size_t alias_bytes_min,
    const uint64_t cookie[2], uint8_t *room, size_t room_bytes, int *failed) {
  rewrite_frame frames[IDV_SCAN_DEPTH_MAX];
  uint32_t depth = 1;
  frames[0] = (rewrite_frame){.layout = layout, .end = data + size};
  const uint8_t *at = data;
  uint8_t *out = room;
  *failed = 1;
  while (depth > 0) {
    rewrite_frame *f = &frames[depth - 1];
    if (at == f->end) {
      if (f->length) put_length(f->length, (size_t)(out - f->length) - LENGTH_BYTES_MAX);
      depth--;
      continue;
    }
    token t;
    if (read_tag(at, f->end, &t) || read_extent(f->end, &t)) return 0;
    int index = find_field(f->layout, t.number, f->hint);
    at = t.end;
    if (index < 0) continue;
    f->hint = (uint32_t)index;
    const idv_layout_field *field = &f->layout->fields[index];
    size_t head = tag_bytes(&t);
    size_t length = (size_t)(t.end - t.value);
    int aliased = field->shape == IDV_SHAPE_BYTES && length >= alias_bytes_min;
    size_t need = field->shape == IDV_SHAPE_MESSAGE ? head + LENGTH_BYTES_MAX
        : aliased ? head + 1 + sizeof(idv_alias_token) : (size_t)(t.end - t.start);
    if (need > room_bytes - (size_t)(out - room)) return 0;
    if (field->shape == IDV_SHAPE_MESSAGE) {
      if (depth == IDV_SCAN_DEPTH_MAX) return 0;
      memcpy(out, t.start, head);
      frames[depth++] = (rewrite_frame){
        .layout = field->below, .end = t.end, .length = out + head};
      at = t.value;
    } else if (aliased) {
      idv_alias_token token = {
        .cookie = {cookie[0], cookie[1]}, .offset = (uint64_t)(t.value - data), .length = length};
      memcpy(out, t.start, head);
      out[head] = sizeof token;
      memcpy(out + head + 1, &token, sizeof token);
    } else {
      memcpy(out, t.start, need);
    }
    out += need;
  }
  *failed = 0;
  return (size_t)(out - room);
}
