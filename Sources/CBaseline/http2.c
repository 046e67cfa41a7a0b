// The load client's side of gRPC over HTTP/2: as much of RFC 9113 and RFC 7541 as unary calls need. Headers of
// the first call go into the peer's table, later calls refer to it, as real clients do; answers' headers are
// not read: a call with a message before its end is one that went well.
#include "client.h"

enum {
  type_data = 0,
  type_headers = 1,
  type_reset = 3,
  type_settings = 4,
  type_ping = 6,
  type_goaway = 7,
  type_window = 8,
  flag_ack = 1,
  flag_end_stream = 1,
  flag_end_headers = 4,
  header_bytes = 9,
  settings_header_table = 1,
  settings_initial_window = 4,
  settings_max_frame = 5,
  assumed_window = 65535,
  assumed_frame = 16384,
  grpc_prefix_bytes = 5,
};

static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// :method POST and :scheme https of the static table, then the four entries that the first call made.
static const uint8_t indexed_block[] = {0x83, 0x87, 0xC1, 0xC0, 0xBF, 0xBE};

static void append_header(connection *connection, size_t count, int type, int flags, uint32_t id) {
  uint8_t header[header_bytes] = {(uint8_t)(count >> 16), (uint8_t)(count >> 8), (uint8_t)count,
                                  (uint8_t)type, (uint8_t)flags};
  write_u32(header + 5, id);
  queue_append(&connection->out, header, sizeof header);
}

static void append_window(connection *connection, uint32_t id, uint32_t credit) {
  uint8_t bytes[4];
  write_u32(bytes, credit);
  append_header(connection, sizeof bytes, type_window, 0, id);
  queue_append(&connection->out, bytes, sizeof bytes);
}

/// A literal that the peer keeps in its table; `name` 0 spells `spelled` out. Lengths are below 127.
static void append_literal(queue *to, uint8_t name, const char *spelled, const char *value) {
  uint8_t first = (uint8_t)(0x40 | name);
  queue_append(to, &first, 1);
  if (name == 0) {
    uint8_t length = (uint8_t)strlen(spelled);
    queue_append(to, &length, 1);
    queue_append(to, spelled, length);
  }
  uint8_t length = (uint8_t)strlen(value);
  queue_append(to, &length, 1);
  queue_append(to, value, length);
}

static void prepare(run *run) {
  const baseline_load *load = run->load;
  queue path = {0};
  queue_append(&path, "/", 1);
  queue_append(&path, load->service, strlen(load->service));
  queue_append(&path, "/", 1);
  queue_append(&path, load->method, strlen(load->method) + 1);
  queue_append(&run->head, indexed_block, 2);
  append_literal(&run->head, 4, NULL, (const char *)path.bytes);
  append_literal(&run->head, 1, NULL, "localhost");
  append_literal(&run->head, 31, NULL, "application/grpc");
  append_literal(&run->head, 0, "te", "trailers");
  free(path.bytes);
  uint8_t prefix[grpc_prefix_bytes] = {0};
  write_u32(prefix + 1, (uint32_t)load->message_count);
  queue_append(&run->body, prefix, sizeof prefix);
  queue_append(&run->body, load->message, load->message_count);
}

static void open_connection(run *run, connection *connection) {
  (void)run;
  connection->window = connection->stream_window = assumed_window;
  connection->frame_max = assumed_frame;
  queue_append(&connection->out, preface, sizeof preface - 1);
  uint8_t entries[12] = {0, 2, 0, 0, 0, 0, 0, settings_initial_window};
  write_u32(entries + 8, our_stream_window);
  append_header(connection, sizeof entries, type_settings, 0, 0);
  queue_append(&connection->out, entries, sizeof entries);
  append_window(connection, 0, our_connection_window - assumed_window);
}

static void pump(run *run, connection *connection, call *call) {
  size_t whole = run->body.end - run->body.start;
  while (call->sent < whole) {
    int64_t count = (int64_t)(whole - call->sent);
    if (count > (int64_t)connection->frame_max) count = (int64_t)connection->frame_max;
    if (count > call->window) count = call->window;
    if (count > connection->window) count = connection->window;
    if (count <= 0) return;
    int last = call->sent + (size_t)count == whole;
    append_header(connection, (size_t)count, type_data, last ? flag_end_stream : 0, call->id);
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

static void begin(run *run, connection *connection, call *call) {
  const uint8_t *block = connection->opened ? indexed_block : run->head.bytes;
  size_t count = connection->opened ? sizeof indexed_block : run->head.end;
  connection->opened = 1;
  append_header(connection, count, type_headers, flag_end_headers, call->id);
  queue_append(&connection->out, block, count);
  call->window = connection->stream_window;
  pump(run, connection, call);
}

static void take_settings(run *run, connection *connection, const uint8_t *frame, size_t count) {
  if ((frame[4] & flag_ack) != 0) return;
  connection->greeted = 1;
  const uint8_t *entry = frame + header_bytes;
  for (; count >= 6; entry += 6, count -= 6) {
    int64_t value = read_u32(entry + 2);
    switch (entry[0] << 8 | entry[1]) {
      case settings_header_table:
        if (value < 4096) connection->fault = "the server keeps too small a header table";
        break;
      case settings_initial_window:
        for (int i = 0; i < run->load->in_flight; i++) {
          connection->calls[i].window += value - connection->stream_window;
        }
        connection->stream_window = value;
        break;
      case settings_max_frame: connection->frame_max = (size_t)value; break;
    }
  }
  append_header(connection, 0, type_settings, flag_ack, 0);
  pump_all(run, connection);
}

static void take_data(connection *connection, call *call, size_t count) {
  connection->uncredited += count;
  if (connection->uncredited >= our_connection_window / 2) {
    append_window(connection, 0, (uint32_t)connection->uncredited);
    connection->uncredited = 0;
  }
  if (call == NULL) return;
  call->received += count;
  call->uncredited += count;
  if (call->uncredited >= our_stream_window / 2) {
    append_window(connection, call->id, (uint32_t)call->uncredited);
    call->uncredited = 0;
  }
}

static void take_frame(run *run, connection *connection, const uint8_t *frame, size_t count) {
  const uint8_t *body = frame + header_bytes;
  uint32_t id = read_u32(frame + 5) & 0x7FFFFFFF;
  call *call = id == 0 ? NULL : find_call(run, connection, id);
  switch (frame[3]) {
    case type_settings: take_settings(run, connection, frame, count); break;
    case type_window:
      if (count != 4) break;
      if (id == 0) connection->window += read_u32(body);
      if (call != NULL) call->window += read_u32(body);
      pump_all(run, connection);
      break;
    case type_ping:
      if ((frame[4] & flag_ack) != 0) break;
      append_header(connection, count, type_ping, flag_ack, 0);
      queue_append(&connection->out, body, count);
      break;
    case type_data: take_data(connection, call, count); break;
    case type_goaway: connection->fault = "the server said goodbye"; break;
    case type_reset:
      if (call != NULL) finish_call(run, connection, call, 1);
      return;
  }
  int ends = frame[3] == type_headers && (frame[4] & flag_end_stream) != 0;
  if (ends && call != NULL) {
    finish_call(run, connection, call, call->received < grpc_prefix_bytes);
  }
}

static void parse(run *run, connection *connection) {
  queue *in = &connection->in;
  while (in->end - in->start >= header_bytes) {
    const uint8_t *frame = in->bytes + in->start;
    size_t count = (size_t)frame[0] << 16 | (size_t)frame[1] << 8 | frame[2];
    if (in->end - in->start < header_bytes + count) return;
    in->start += header_bytes + count;
    take_frame(run, connection, frame, count);
  }
}

const protocol grpc_protocol = {"\x02h2", prepare, open_connection, begin, parse};
