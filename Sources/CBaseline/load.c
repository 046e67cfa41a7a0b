// A closed-loop load client on one thread: the same code drives every server, so what differs is the server.
#define _GNU_SOURCE
#include "CBaseline.h"
#include "frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { read_bytes = 65536, connections_max = 1024, patience_millis = 30000 };

typedef struct connection {
  int socket;
  SSL *ssl;
  queue in, out;
  uint32_t next_id;
  /// When each call began, by (id - 1) / 2.
  uint64_t *began;
} connection;

typedef struct run {
  const baseline_load *load;
  baseline_result *result;
  /// One request, header included; only its id changes.
  uint8_t *request;
  size_t request_count;
  long begun;
  uint32_t *latencies;
} run;

static uint64_t now_nanos(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

// --- the request ---

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

static void make_request(run *run) {
  const baseline_load *load = run->load;
  queue body = {0};
  if (load->protocol == baseline_echo || load->protocol == baseline_upload) {
    queue_append(&body, load->message, load->message_count);
  } else {
    append_field(&body, 1, load->service, strlen(load->service));
    append_field(&body, 2, load->method, strlen(load->method));
    append_field(&body, 3, load->message, load->message_count);
  }
  size_t count = body.end - body.start;
  run->request_count = frame_header_bytes + count;
  run->request = calloc(1, run->request_count);
  if (run->request == NULL) abort();
  write_u32(run->request, (uint32_t)count);
  run->request[8] = load->protocol == baseline_upload ? 2 : 1;
  memcpy(run->request + frame_header_bytes, body.bytes, count);
  free(body.bytes);
}

static void begin_call(run *run, connection *connection) {
  if (run->begun == run->load->calls) return;
  run->begun++;
  uint32_t id = connection->next_id;
  connection->next_id += 2;
  connection->began[(id - 1) / 2] = now_nanos();
  write_u32(run->request + 4, id);
  queue_append(&connection->out, run->request, run->request_count);
}

// --- the answers ---

/// Whether the answer's envelope holds a status other than OK: field 1 comes first when there is one.
static int is_failure(const run *run, const uint8_t *body, size_t count) {
  if (run->load->protocol == baseline_echo || run->load->protocol == baseline_upload) return 0;
  return count >= 2 && body[0] == 0x0A && body[1] != 0;
}

static void take_frame(run *run, connection *connection, const uint8_t *frame, size_t count) {
  int type = frame[8];
  int answer = run->load->protocol == baseline_echo ? 1 : 2;
  if (type == 0x13 && run->load->protocol == baseline_native && (frame[9] & 1) == 0) {
    queue_append(&connection->out, frame, frame_header_bytes + count);
    connection->out.bytes[connection->out.end - count - 1] |= 1;
    return;
  }
  if (type != answer && type != 0x12) return;
  uint32_t id = read_u32(frame + 4);
  if (id >= connection->next_id || (id & 1) == 0) return;
  if (type == 0x12 || is_failure(run, frame + frame_header_bytes, count)) run->result->failed++;
  uint64_t took = now_nanos() - connection->began[(id - 1) / 2];
  run->latencies[run->result->answered++] = took / 100 > UINT32_MAX ? UINT32_MAX : (uint32_t)(took / 100);
  begin_call(run, connection);
}

static void parse(run *run, connection *connection) {
  queue *in = &connection->in;
  while (in->end - in->start >= frame_header_bytes) {
    const uint8_t *frame = in->bytes + in->start;
    size_t count = read_u32(frame);
    if (in->end - in->start < frame_header_bytes + count) return;
    in->start += frame_header_bytes + count;
    if (run->result->answered < run->load->calls) take_frame(run, connection, frame, count);
  }
}

// --- the connections ---

static int waits(SSL *ssl, int result) {
  int error = SSL_get_error(ssl, result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/// Returns 0 when the connection is lost.
static int flush(connection *connection) {
  queue *out = &connection->out;
  while (out->start < out->end) {
    size_t written = 0;
    ERR_clear_error();
    int result = SSL_write_ex(connection->ssl, out->bytes + out->start, out->end - out->start, &written);
    if (result != 1) return waits(connection->ssl, result);
    out->start += written;
  }
  return 1;
}

/// Returns 0 when the connection is lost.
static int serve(run *run, connection *connection) {
  for (;;) {
    if (!flush(connection)) return 0;
    uint8_t *room = queue_reserve(&connection->in, read_bytes);
    size_t count = 0;
    ERR_clear_error();
    int result = SSL_read_ex(connection->ssl, room, read_bytes, &count);
    if (result != 1) return waits(connection->ssl, result);
    connection->in.end += count;
    parse(run, connection);
  }
}

static const char *connect_one(const baseline_load *load, SSL_CTX *context, connection *connection) {
  connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)load->port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0) {
    return "cannot connect";
  }
  int one = 1;
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  connection->ssl = SSL_new(context);
  SSL_set_fd(connection->ssl, connection->socket);
  ERR_clear_error();
  if (SSL_connect(connection->ssl) != 1) return "the TLS handshake failed";
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  connection->next_id = 1;
  connection->began = calloc((size_t)load->calls + 1, sizeof(uint64_t));
  if (connection->began == NULL) return "out of memory";
  if (load->protocol == baseline_native) {
    // SETTINGS without entries: all defaults.
    static const uint8_t settings[frame_header_bytes] = {0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0};
    queue_append(&connection->out, settings, sizeof settings);
  }
  return NULL;
}

static void end(connection *connection) {
  if (connection->ssl != NULL) SSL_free(connection->ssl);
  if (connection->socket > 0) close(connection->socket);
  free(connection->in.bytes);
  free(connection->out.bytes);
  free(connection->began);
}

static SSL_CTX *make_context(const baseline_load *load) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (context == NULL) return NULL;
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  if (load->protocol == baseline_native) {
    SSL_CTX_set_alpn_protos(context, (const uint8_t *)"\x05idv/1", 6);
  } else if (load->protocol == baseline_compat) {
    SSL_CTX_set_alpn_protos(context, (const uint8_t *)"\x09ttrpc/1.2", 10);
  }
  if (load->certificate != NULL &&
      (SSL_CTX_use_certificate_chain_file(context, load->certificate) != 1 ||
       SSL_CTX_use_PrivateKey_file(context, load->key, SSL_FILETYPE_PEM) != 1)) {
    SSL_CTX_free(context);
    return NULL;
  }
  return context;
}

// --- the run ---

static const char *drive(run *run, connection *connections, int epoll) {
  const baseline_load *load = run->load;
  for (int i = 0; i < load->connections; i++) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &connections[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].socket, &event);
    for (int call = 0; call < load->in_flight; call++) begin_call(run, &connections[i]);
  }
  struct epoll_event events[64];
  while (run->result->answered < load->calls) {
    int count = epoll_wait(epoll, events, 64, patience_millis);
    if (count == 0) return "no answer for 30 s";
    for (int i = 0; i < count; i++) {
      if (!serve(run, events[i].data.ptr) && run->result->answered < load->calls) {
        return "the server closed a connection";
      }
    }
  }
  return NULL;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static void summarise(run *run) {
  long count = run->result->answered;
  if (count == 0) return;
  qsort(run->latencies, (size_t)count, sizeof *run->latencies, ascending);
  run->result->p50_micros = run->latencies[count / 2] / 10.0;
  run->result->p99_micros = run->latencies[(long)((double)count * 0.99)] / 10.0;
}

const char *baseline_run_load(const baseline_load *load, baseline_result *result) {
  signal(SIGPIPE, SIG_IGN);
  memset(result, 0, sizeof *result);
  if (load->connections < 1 || load->connections > connections_max || load->in_flight < 1 ||
      load->calls < 1) {
    return "connections, calls in flight and calls must be positive";
  }
  SSL_CTX *context = make_context(load);
  if (context == NULL) return "the client's certificate or key cannot be used";
  run run = {.load = load, .result = result};
  connection *connections = calloc((size_t)load->connections, sizeof *connections);
  run.latencies = calloc((size_t)load->calls, sizeof *run.latencies);
  const char *fault = connections == NULL || run.latencies == NULL ? "out of memory" : NULL;
  make_request(&run);
  for (int i = 0; fault == NULL && i < load->connections; i++) {
    fault = connect_one(load, context, &connections[i]);
  }
  if (fault == NULL) {
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    uint64_t start = now_nanos();
    fault = drive(&run, connections, epoll);
    result->seconds = (double)(now_nanos() - start) / 1e9;
    close(epoll);
    summarise(&run);
  }
  for (int i = 0; connections != NULL && i < load->connections; i++) end(&connections[i]);
  free(connections);
  free(run.latencies);
  free(run.request);
  SSL_CTX_free(context);
  return fault;
}
