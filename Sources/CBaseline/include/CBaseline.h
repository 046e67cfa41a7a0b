// Yardsticks for `idv bench rpc`: the least a TLS server can do, and a load client that is the same for every
// server it drives. Nothing here is linked into idv-server.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// A bare epoll + OpenSSL server: TLS 1.3, no client certificates, one SSL a connection over its socket.
/// Frames are `u32 length | u32 id | u8 type | u8 flags | length bytes`, big-endian. Type 1 is sent back as it
/// is; type 2 is read, thrown away and answered with 16 bytes.
/// Prints "ready PORT" on standard output, then serves until the process ends.
/// `port` 0 lets the system choose. Returns non-zero, with a line on standard error, when it cannot start.
int baseline_echo_server(const char *certificate, const char *key, int port, int threads);

/// What the load client sends.
enum baseline_protocol {
  /// Frames of type 1 for `baseline_echo_server`.
  baseline_echo = 1,
  /// Frames of type 2 for `baseline_echo_server`.
  baseline_upload = 2,
  /// ttrpc unary calls.
  baseline_compat = 3,
  /// Unary calls of the native profile; the request must fit in one frame.
  baseline_native = 4,
};

/// One load: `calls` calls over `connections` connections, `in_flight` at a time on each (closed loop).
typedef struct baseline_load {
  enum baseline_protocol protocol;
  int port;
  int connections;
  int in_flight;
  long calls;
  /// Certificate and key of the client; NULL to come without.
  const char *certificate;
  const char *key;
  /// For `baseline_compat` and `baseline_native`.
  const char *service;
  const char *method;
  /// The request message.
  const uint8_t *message;
  size_t message_count;
} baseline_load;

/// What came of it.
typedef struct baseline_result {
  double seconds;
  long answered;
  /// Answers with a status other than OK.
  long failed;
  /// Microseconds from handing a call to TLS until its whole answer is read.
  double p50_micros;
  double p99_micros;
} baseline_result;

/// Runs `load` against 127.0.0.1 on the calling thread; the server's certificate is not verified. Blocks.
/// Handshakes are not part of `seconds`. Returns NULL, or what went wrong.
const char *baseline_run_load(const baseline_load *load, baseline_result *result);

/// User and system time of process `pid` in microseconds, and its resident memory in bytes; 0 when it is gone.
uint64_t baseline_process_micros(int pid);
uint64_t baseline_process_resident(int pid);
