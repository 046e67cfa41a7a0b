// The inside of the load clients: a connection, the calls on it, and what a protocol must supply.
#pragma once

#include "CBaseline.h"
#include "frame.h"

#include <openssl/ssl.h>

enum { in_flight_max = 64, read_bytes = 65536 };

/// A call in progress; `id` 0 marks a free place.
typedef struct call {
  uint32_t id;
  uint64_t began_nanos;
  /// Of the request's body, for protocols that send it piecemeal.
  size_t sent;
  int64_t window;
  /// Of the answer's body, and since credit was last returned.
  size_t received, uncredited;
} call;

typedef struct connection {
  int socket;
  SSL *ssl;
  queue in, out;
  uint32_t next_id;
  call calls[in_flight_max];
  /// What the peer lets us send: credit left, credit of a new stream, largest frame.
  int64_t window, stream_window;
  size_t frame_max;
  /// Of answers, since credit was last returned.
  size_t uncredited;
  /// Plaintext read since it was opened.
  uint64_t read_total;
  int established, greeted, opened;
  const char *fault;
} connection;

typedef struct protocol protocol;

/// A load in progress. Owned by one thread.
typedef struct run {
  const baseline_load *load;
  const protocol *protocol;
  baseline_result *result;
  SSL_CTX *context;
  /// What every request begins with (envelope or header block), and what is sent piecemeal after it.
  queue head, body;
  long begun;
  uint64_t start_nanos;
  /// When every place was last taken: calls that were due before that did not wait for the client.
  uint64_t full_nanos;
  /// Tenths of microseconds: of each answered call, and of each begun one from when it was due.
  uint32_t *latencies, *delays;
  long latencies_max;
} run;

struct protocol {
  /// In the form of SSL_CTX_set_alpn_protos; NULL for none.
  const char *alpn;
  /// Prepares `head` and `body`.
  void (*prepare)(run *run);
  /// Queues what a client sends first.
  void (*open)(run *run, connection *connection);
  /// Queues a new call, as far as credit goes.
  void (*begin)(run *run, connection *connection, call *call);
  /// Takes whole frames out of `in`; sets `fault` when they make no sense.
  void (*parse)(run *run, connection *connection);
};

extern const protocol frames_protocol, compat_protocol, native_protocol, grpc_protocol;

enum {
  /// Credit given to servers on a stream and on a connection, as idv's own limits have it.
  our_stream_window = 1 << 20,
  our_connection_window = 4 << 20,
};

uint64_t now_nanos(void);

/// NULL, or what went wrong.
const char *run_prepare(run *run, const baseline_load *load, baseline_result *result);
void run_end(run *run);

/// A connected socket with its SSL, not yet shaken hands. `source` is added to 127.0.0.1 as the own address.
const char *connection_start(run *run, connection *connection, uint32_t source, int receive_bytes);
/// After the handshake.
void connection_ready(run *run, connection *connection);
void connection_end(connection *connection);
/// Whether an SSL call only has to wait for the socket.
int waits(SSL *ssl, int result);
/// Writes what is queued; returns 0 when the connection is lost.
int connection_flush(connection *connection);
/// Writes, and reads and parses at most `bytes_max`; returns 0 when the connection is lost.
int connection_serve(run *run, connection *connection, size_t bytes_max);

/// A free place among the first `in_flight`; NULL when there is none.
call *free_call(const run *run, connection *connection);
/// The call of a stream; NULL when it has ended.
call *find_call(const run *run, connection *connection, uint32_t id);
void begin_call(run *run, connection *connection, call *call, uint64_t began_nanos);
/// Counts an answer; in a closed loop the next call begins.
void finish_call(run *run, connection *connection, call *call, int failed);
