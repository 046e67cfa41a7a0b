// Connections and calls of the load clients, whatever they speak.
#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

uint64_t now_nanos(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

long baseline_raise_files(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return (long)limit.rlim_cur;
}

// --- a run ---

static const protocol *protocol_of(enum baseline_protocol wanted) {
  switch (wanted) {
    case baseline_echo:
    case baseline_upload: return &frames_protocol;
    case baseline_compat: return &compat_protocol;
    case baseline_native: return &native_protocol;
    case baseline_grpc: return &grpc_protocol;
  }
  return NULL;
}

static SSL_CTX *make_context(const baseline_load *load, const char *alpn) {
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());
  if (context == NULL) return NULL;
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  // One suite, so that no server is measured with another cipher.
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  if (alpn != NULL) {
    SSL_CTX_set_alpn_protos(context, (const uint8_t *)alpn, (unsigned)strlen(alpn));
  }
  if (load->certificate != NULL &&
      (SSL_CTX_use_certificate_chain_file(context, load->certificate) != 1 ||
       SSL_CTX_use_PrivateKey_file(context, load->key, SSL_FILETYPE_PEM) != 1)) {
    SSL_CTX_free(context);
    return NULL;
  }
  return context;
}

const char *run_prepare(run *run, const baseline_load *load, baseline_result *result) {
  memset(run, 0, sizeof *run);
  memset(result, 0, sizeof *result);
  run->load = load;
  run->result = result;
  run->protocol = protocol_of(load->protocol);
  if (run->protocol == NULL) return "no such protocol";
  if (load->connections < 1 || load->in_flight < 0 || load->in_flight > in_flight_max) {
    return "connections or calls in flight are out of bounds";
  }
  run->context = make_context(load, run->protocol->alpn);
  if (run->context == NULL) return "the client's certificate or key cannot be used";
  run->protocol->prepare(run);
  return NULL;
}

void run_end(run *run) {
  free(run->head.bytes);
  free(run->body.bytes);
  free(run->latencies);
  free(run->delays);
  SSL_CTX_free(run->context);
}

// --- connections ---

const char *connection_start(run *run, connection *connection, uint32_t source, int receive_bytes) {
  connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connection->socket < 0) return "too many open files";
  int one = 1;
  if (receive_bytes > 0) {
    setsockopt(connection->socket, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  }
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + source)};
  setsockopt(connection->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  if (bind(connection->socket, (struct sockaddr *)&own, sizeof own) != 0) return "cannot bind";
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)run->load->port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0) {
    return "cannot connect";
  }
  setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  fcntl(connection->socket, F_SETFL, O_NONBLOCK);
  connection->ssl = SSL_new(run->context);
  if (connection->ssl == NULL) return "out of memory";
  SSL_set_fd(connection->ssl, connection->socket);
  SSL_set_connect_state(connection->ssl);
  return NULL;
}

void connection_ready(run *run, connection *connection) {
  connection->established = 1;
  connection->next_id = 1;
  run->protocol->open(run, connection);
}

void connection_end(connection *connection) {
  if (connection->ssl != NULL) SSL_free(connection->ssl);
  if (connection->socket > 0) close(connection->socket);
  free(connection->in.bytes);
  free(connection->out.bytes);
  memset(connection, 0, sizeof *connection);
}

int waits(SSL *ssl, int result) {
  int error = SSL_get_error(ssl, result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

int connection_flush(connection *connection) {
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

int connection_serve(run *run, connection *connection, size_t bytes_max) {
  size_t taken = 0;
  for (;;) {
    if (!connection_flush(connection)) return 0;
    if (taken >= bytes_max) return 1;
    size_t most = bytes_max - taken < read_bytes ? bytes_max - taken : read_bytes;
    uint8_t *room = queue_reserve(&connection->in, most);
    size_t count = 0;
    ERR_clear_error();
    int result = SSL_read_ex(connection->ssl, room, most, &count);
    if (result != 1) return waits(connection->ssl, result);
    connection->in.end += count;
    connection->read_total += count;
    taken += count;
    run->protocol->parse(run, connection);
    if (connection->fault != NULL) return 0;
  }
}

// --- calls ---

call *free_call(const run *run, connection *connection) {
  for (int i = 0; i < run->load->in_flight; i++) {
    if (connection->calls[i].id == 0) return &connection->calls[i];
  }
  return NULL;
}

call *find_call(const run *run, connection *connection, uint32_t id) {
  for (int i = 0; i < run->load->in_flight; i++) {
    if (connection->calls[i].id == id) return &connection->calls[i];
  }
  return NULL;
}

static uint32_t tenths_since(uint64_t nanos) {
  uint64_t tenths = (now_nanos() - nanos) / 100;
  return tenths > UINT32_MAX ? UINT32_MAX : (uint32_t)tenths;
}

void begin_call(run *run, connection *connection, call *call, uint64_t began_nanos) {
  if (run->load->rate > 0 && run->begun < run->latencies_max) {
    run->delays[run->begun] = began_nanos > run->full_nanos ? tenths_since(began_nanos) : 0;
  }
  run->begun++;
  *call = (struct call){.id = connection->next_id, .began_nanos = began_nanos};
  connection->next_id += 2;
  run->protocol->begin(run, connection, call);
}

void finish_call(run *run, connection *connection, call *call, int failed) {
  uint32_t tenths = tenths_since(call->began_nanos);
  call->id = 0;
  if (failed) run->result->failed++;
  if (run->result->answered < run->latencies_max) {
    run->latencies[run->result->answered] = tenths;
  }
  run->result->answered++;
  if (run->load->rate == 0 && run->begun < run->load->calls) {
    begin_call(run, connection, call, now_nanos());
  }
}
