// The least a TLS server can do: epoll, one SSL a socket, frames sent back.
#define _GNU_SOURCE
#include "CBaseline.h"
#include "frame.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { read_bytes = 65536, events_max = 64, threads_max = 64, acknowledgement_bytes = 16 };

typedef struct connection {
  int socket;
  SSL *ssl;
  int established;
  queue in, out;
  /// Bytes of an upload's body that are still to come, and its id.
  size_t discarding;
  uint32_t discarding_id;
} connection;

typedef struct worker {
  SSL_CTX *context;
  int listener;
} worker;

static void acknowledge(connection *connection, uint32_t id) {
  uint8_t frame[frame_header_bytes + acknowledgement_bytes] = {0};
  write_u32(frame, acknowledgement_bytes);
  write_u32(frame + 4, id);
  frame[8] = 2;
  queue_append(&connection->out, frame, sizeof frame);
}

static void discard(connection *connection) {
  queue *in = &connection->in;
  size_t count = in->end - in->start;
  if (count > connection->discarding) count = connection->discarding;
  in->start += count;
  connection->discarding -= count;
  if (connection->discarding == 0) acknowledge(connection, connection->discarding_id);
}

static void parse(connection *connection) {
  queue *in = &connection->in;
  if (connection->discarding > 0) discard(connection);
  while (connection->discarding == 0 && in->end - in->start >= frame_header_bytes) {
    const uint8_t *header = in->bytes + in->start;
    size_t count = read_u32(header);
    if (header[8] == 2) {
      connection->discarding = count;
      connection->discarding_id = read_u32(header + 4);
      in->start += frame_header_bytes;
      discard(connection);
      continue;
    }
    if (in->end - in->start < frame_header_bytes + count) return;
    queue_append(&connection->out, header, frame_header_bytes + count);
    in->start += frame_header_bytes + count;
  }
}

/// Whether the call only has to wait for the socket.
static int waits(SSL *ssl, int result) {
  int error = SSL_get_error(ssl, result);
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/// Returns 0 when the connection is over.
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

/// Returns 0 when the connection is over.
static int serve(connection *connection) {
  if (!connection->established) {
    ERR_clear_error();
    int result = SSL_do_handshake(connection->ssl);
    if (result != 1) return waits(connection->ssl, result);
    connection->established = 1;
  }
  if (!flush(connection)) return 0;
  for (;;) {
    uint8_t *room = queue_reserve(&connection->in, read_bytes);
    size_t count = 0;
    ERR_clear_error();
    int result = SSL_read_ex(connection->ssl, room, read_bytes, &count);
    if (result != 1) return waits(connection->ssl, result) && flush(connection);
    connection->in.end += count;
    parse(connection);
  }
}

static void end(connection *connection) {
  close(connection->socket);
  SSL_free(connection->ssl);
  free(connection->in.bytes);
  free(connection->out.bytes);
  free(connection);
}

static void accept_all(worker *worker, int epoll) {
  for (;;) {
    int accepted = accept4(worker->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (accepted < 0) return;
    int one = 1;
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection *made = calloc(1, sizeof *made);
    if (made == NULL) abort();
    made->socket = accepted;
    made->ssl = SSL_new(worker->context);
    SSL_set_fd(made->ssl, accepted);
    SSL_set_accept_state(made->ssl);
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = made};
    epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event);
  }
}

static void *work(void *argument) {
  worker *worker = argument;
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event listening = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, worker->listener, &listening);
  struct epoll_event events[events_max];
  for (;;) {
    int count = epoll_wait(epoll, events, events_max, -1);
    for (int i = 0; i < count; i++) {
      connection *connection = events[i].data.ptr;
      if (connection == NULL) {
        accept_all(worker, epoll);
      } else if (!serve(connection)) {
        end(connection);
      }
    }
  }
  return NULL;
}

/// A listening socket that shares its port with those of the other threads; -1 on failure.
static int listen_on(int *port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)*port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) != 0 || listen(listener, 256) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
    close(listener);
    return -1;
  }
  *port = ntohs(address.sin_port);
  return listener;
}

static SSL_CTX *make_context(const char *certificate, const char *key) {
  SSL_CTX *context = SSL_CTX_new(TLS_server_method());
  if (context == NULL || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384") != 1 ||
      SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
    return NULL;
  }
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_read_ahead(context, 1);
  return context;
}

int baseline_echo_server(const char *certificate, const char *key, int port, int threads) {
  signal(SIGPIPE, SIG_IGN);
  SSL_CTX *context = make_context(certificate, key);
  if (context == NULL) {
    ERR_print_errors_fp(stderr);
    return 1;
  }
  if (threads < 1 || threads > threads_max) return 1;
  worker workers[threads_max];
  pthread_t ids[threads_max];
  for (int i = 0; i < threads; i++) {
    workers[i] = (worker){.context = context, .listener = listen_on(&port)};
    if (workers[i].listener < 0) {
      perror("baseline: cannot listen");
      return 1;
    }
  }
  for (int i = 0; i < threads; i++) pthread_create(&ids[i], NULL, work, &workers[i]);
  printf("ready %d\n", port);
  fflush(stdout);
  for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
  return 0;
}
