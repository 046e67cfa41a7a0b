// The load client's side of ttrpc frames: the bare echo, the compat profile and the native one.
#include "client.h"

enum {
  type_request = 1,
  type_response = 2,
  type_data = 3,
  type_settings = 0x10,
  type_window = 0x11,
  type_cancel = 0x12,
  type_ping = 0x13,
  type_goaway = 0x14,
  flag_rc = 1,
  flag_ro = 2,
  flag_nd = 4,
  flag_more = 8,
  /// What holds until the server's SETTINGS arrive.
  assumed_window = 64 << 10,
  assumed_frame = 16 << 10,
};

static void append_header(connection *connection, size_t count, uint32_t id, int type, int flags) {
  uint8_t header[frame_header_bytes];
  write_u32(header, (uint32_t)count);
  write_u32(header + 4, id);
  header[8] = (uint8_t)type;
  header[9] = (uint8_t)flags;
  queue_append(&connection->out, header, sizeof header);
}

static void append_u32(connection *connection, uint32_t value) {
  uint8_t bytes[4];
  write_u32(bytes, value);
  queue_append(&connection->out, bytes, sizeof bytes);
}

static void append_field(queue *to, uint8_t number, const void *bytes, size_t count) {
  uint8_t head[11] = {(uint8_t)(number << 3 | 2)};
  size_t used = 1;
  size_t rest = count;
  do {
    head[used++] = (uint8_t)((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  queue_append(to, head, used);
  queue_append(to, bytes, count);
}

// --- requests ---

static void prepare_bare(run *run) {
  queue_append(&run->head, run->load->message, run->load->message_count);
}

static void prepare_envelope(run *run) {
  const baseline_load *load = run->load;
  append_field(&run->head, 1, load->service, strlen(load->service));
  append_field(&run->head, 2, load->method, strlen(load->method));
  if (load->protocol == baseline_native && load->message_count + 256 > assumed_frame) {
    queue_append(&run->body, load->message, load->message_count);
  } else {
    append_field(&run->head, 3, load->message, load->message_count);
  }
}

static void open_nothing(run *run, connection *connection) {
  (void)run;
  connection->greeted = 1;
}

static void open_native(run *run, connection *connection) {
  (void)run;
  connection->window = connection->stream_window = assumed_window;
  connection->frame_max = assumed_frame;
  append_header(connection, 12, 0, type_settings, 0);
  const uint8_t windows[12] = {0, 1, our_stream_window >> 24, our_stream_window >> 16 & 0xFF, 0, 0,
                               0, 2, our_connection_window >> 24, our_connection_window >> 16 & 0xFF, 0, 0};
  queue_append(&connection->out, windows, sizeof windows);
}

static void begin_whole(run *run, connection *connection, call *call) {
  size_t count = run->head.end - run->head.start;
  int type = run->load->protocol == baseline_upload ? 2 : type_request;
  append_header(connection, count, call->id, type, 0);
  queue_append(&connection->out, run->head.bytes, count);
}

/// Sends as much of the call's body as the server gives credit for.
static void pump(run *run, connection *connection, call *call) {
  size_t whole = run->body.end - run->body.start;
  while (call->sent < whole) {
    int64_t count = (int64_t)(whole - call->sent);
    if (count > (int64_t)connection->frame_max) count = (int64_t)connection->frame_max;
    if (count > call->window) count = call->window;
    if (count > connection->window) count = connection->window;
    if (count <= 0) return;
    int last = call->sent + (size_t)count == whole;
    append_header(connection, (size_t)count, call->id, type_data, last ? flag_rc : flag_more);
    queue_append(&connection->out, run->body.bytes + call->sent, (size_t)count);
    call->sent += (size_t)count;
    call->window -= count;
    connection->window -= count;
  }
}

static void pump_all(run *run, connection *connection) {
  for (int i = 0; i < run->load->in_flight; i++) {
    if (connection->calls[i].id != 0) pump(run, connection, &connection->calls[i]);
  }
}

static void begin_native(run *run, connection *connection, call *call) {
  size_t count = run->head.end - run->head.start;
  int piecemeal = run->body.end > run->body.start;
  append_header(connection, count, call->id, type_request, piecemeal ? flag_ro | flag_nd : 0);
  queue_append(&connection->out, run->head.bytes, count);
  call->window = connection->stream_window;
  if (piecemeal) pump(run, connection, call);
}

// --- answers ---

/// Whether the answer's envelope holds a status other than OK: field 1 comes first when there is one.
static int is_failure(const uint8_t *body, size_t count) {
  return count >= 2 && body[0] == 0x0A && body[1] != 0;
}

/// Keeps the beginning of the payload, field 2.
static void keep_answer(run *run, const uint8_t *body, size_t count) {
  size_t at = count >= 2 && body[0] == 0x0A ? 2 : 0;
  if (count < at + 2 || body[at] != 0x12 || body[at + 1] > 0x7F || count < at + 2 + body[at + 1]) return;
  size_t kept = body[at + 1] < sizeof run->result->answer ? body[at + 1] : sizeof run->result->answer;
  memcpy(run->result->answer, body + at + 2, kept);
  run->result->answer_count = kept;
}

static void take_bare(run *run, connection *connection, const uint8_t *frame, size_t count) {
  (void)count;
  call *call = find_call(run, connection, read_u32(frame + 4));
  if (call != NULL && call->id != 0) finish_call(run, connection, call, 0);
}

static void take_compat(run *run, connection *connection, const uint8_t *frame, size_t count) {
  if (frame[8] != type_response) return;
  call *call = find_call(run, connection, read_u32(frame + 4));
  if (call == NULL || call->id == 0) return;
  keep_answer(run, frame + frame_header_bytes, count);
  finish_call(run, connection, call, is_failure(frame + frame_header_bytes, count));
}

static void take_settings(run *run, connection *connection, const uint8_t *entries, size_t count) {
  connection->greeted = 1;
  for (; count >= 6; entries += 6, count -= 6) {
    int64_t value = read_u32(entries + 2);
    switch (entries[0] << 8 | entries[1]) {
      case 1:
        for (int i = 0; i < run->load->in_flight; i++) {
          connection->calls[i].window += value - connection->stream_window;
        }
        connection->stream_window = value;
        break;
      case 2: connection->window += value - assumed_window; break;
      case 3: connection->frame_max = (size_t)value; break;
    }
  }
  pump_all(run, connection);
}

/// Gives credit back once half of it is used.
static void credit(connection *connection, call *call, size_t count) {
  connection->uncredited += count;
  if (connection->uncredited >= our_connection_window / 2) {
    append_header(connection, 4, 0, type_window, 0);
    append_u32(connection, (uint32_t)connection->uncredited);
    connection->uncredited = 0;
  }
  if (call == NULL) return;
  call->uncredited += count;
  if (call->uncredited >= our_stream_window / 2) {
    append_header(connection, 4, call->id, type_window, 0);
    append_u32(connection, (uint32_t)call->uncredited);
    call->uncredited = 0;
  }
}

static void take_native(run *run, connection *connection, const uint8_t *frame, size_t count) {
  const uint8_t *body = frame + frame_header_bytes;
  uint32_t id = read_u32(frame + 4);
  call *call = id == 0 ? NULL : find_call(run, connection, id);
  switch (frame[8]) {
    case type_settings: take_settings(run, connection, body, count); break;
    case type_window:
      if (count != 4) break;
      if (id == 0) connection->window += read_u32(body);
      if (call != NULL) call->window += read_u32(body);
      pump_all(run, connection);
      break;
    case type_ping:
      if ((frame[9] & 1) != 0) break;
      append_header(connection, count, 0, type_ping, 1);
      queue_append(&connection->out, body, count);
      break;
    case type_data: credit(connection, call, count); break;
    case type_response:
      if (call == NULL) break;
      keep_answer(run, body, count);
      finish_call(run, connection, call, is_failure(body, count));
      break;
    case type_cancel:
      if (call != NULL) finish_call(run, connection, call, 1);
      break;
    case type_goaway: connection->fault = "the server said goodbye"; break;
  }
}

typedef void take_frame(run *run, connection *connection, const uint8_t *frame, size_t count);

static void parse_with(run *run, connection *connection, take_frame *take) {
  queue *in = &connection->in;
  while (in->end - in->start >= frame_header_bytes) {
    const uint8_t *frame = in->bytes + in->start;
    size_t count = read_u32(frame);
    if (in->end - in->start < frame_header_bytes + count) return;
    in->start += frame_header_bytes + count;
    take(run, connection, frame, count);
  }
}

static void parse_bare(run *run, connection *connection) { parse_with(run, connection, take_bare); }
static void parse_compat(run *run, connection *connection) { parse_with(run, connection, take_compat); }
static void parse_native(run *run, connection *connection) { parse_with(run, connection, take_native); }

const protocol frames_protocol = {NULL, prepare_bare, open_nothing, begin_whole, parse_bare};
const protocol compat_protocol = {
    "\x09ttrpc/1.2", prepare_envelope, open_nothing, begin_whole, parse_compat};
const protocol native_protocol = {"\x05idv/1", prepare_envelope, open_native, begin_native, parse_native};
