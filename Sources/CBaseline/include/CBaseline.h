// Yardsticks for `idv bench`: the least a TLS server can do, and load clients that are the same for every
// server they drive. Nothing here is linked into idv-server.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// A bare epoll + OpenSSL server: TLS 1.3, no client certificates, one SSL a connection over its socket.
/// Frames are `u32 length | u32 id | u8 type | u8 flags | length bytes`, big-endian. Type 1 is sent back as it
/// is; type 2 is read, thrown away and answered with 16 bytes.
/// Prints "ready PORT" on standard output, then serves until the process ends.
/// `port` 0 lets the system choose. Returns non-zero, with a line on standard error, when it cannot start.
int baseline_echo_server(const char *certificate, const char *key, int port, int threads);

/// What the load clients speak.
enum baseline_protocol {
  /// Frames of type 1 for `baseline_echo_server`.
  baseline_echo = 1,
  /// Frames of type 2 for `baseline_echo_server`.
  baseline_upload = 2,
  /// ttrpc unary calls.
  baseline_compat = 3,
  /// Unary calls of the native profile.
  baseline_native = 4,
  /// gRPC unary calls over HTTP/2.
  baseline_grpc = 5,
};

/// One load: `calls` calls over `connections` connections to 127.0.0.1, at most `in_flight` at a time on each.
typedef struct baseline_load {
  enum baseline_protocol protocol;
  int port;
  int connections;
  /// At most 64.
  int in_flight;
  long calls;
  /// Calls a second that are due whatever the server does (open loop: a call that waits for its turn is late,
  /// and its time counts from when it was due); 0: the next call begins when one ends (closed loop).
  double rate;
  /// Whether the client never sleeps. For one that has a processor to itself: waking up is not measured then.
  int spins;
  /// Certificate and key of the client; NULL to come without.
  const char *certificate;
  const char *key;
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
  /// Microseconds from handing a call to TLS, or from when it was due, until its whole answer is read.
  double p50_micros;
  double p99_micros;
  /// How late the client itself handed calls to TLS, in an open loop: part of the two above. Not counted is what had to
  /// wait because the server had not answered enough.
  double late_p99_micros;
  /// The beginning of the last answer's message; compat and native only.
  uint8_t answer[64];
  size_t answer_count;
} baseline_result;

/// Runs `load` on the calling thread; the server's certificate is not verified. Blocks. Handshakes are not
/// part of `seconds`. Returns NULL, or what went wrong.
const char *baseline_run_load(const baseline_load *load, baseline_result *result);

/// Many connections held open. Owned by the caller; `baseline_crowd_close` ends it.
typedef struct baseline_crowd baseline_crowd;

/// Opens `load->connections` connections, handshakes and opening frames done, from several addresses of
/// 127.0.0.0/8, because one has too few ports. No calls are made. Returns NULL, or what went wrong.
const char *baseline_crowd_open(const baseline_load *load, baseline_crowd **crowd);
/// Reads what arrives and answers pings for `millis`. Returns how many connections are open.
int baseline_crowd_attend(baseline_crowd *crowd, int millis);
/// Starts a thread that keeps `load->in_flight` calls running on every connection and reads
/// `bytes_per_second` of each connection's answers. `load` must outlive the crowd.
/// Returns NULL, or what went wrong.
const char *baseline_crowd_dawdle(baseline_crowd *crowd, long bytes_per_second);
/// Answers read so far by a crowd that dawdles, in bytes; any thread.
uint64_t baseline_crowd_read_bytes(const baseline_crowd *crowd);
/// Connections that a dawdling crowd has lost; any thread.
int baseline_crowd_lost(const baseline_crowd *crowd);
/// Ends the thread and all connections. `crowd` may be NULL.
void baseline_crowd_close(baseline_crowd *crowd);

/// Processors that this process could use when it first asked.
int baseline_processors(void);
/// Confines the calling thread, and what it starts from now on, to `count` of those processors from the one at `first`
/// on. Returns 0 when the system does not allow it.
int baseline_confine(int first, int count);

/// Lets the calling thread, and what it starts from now on, run before all programs that do not ask for the same; 0 as
/// argument takes that back. Returns 0 when the system does not allow it.
int baseline_go_first(int first);

/// Lets this process and those it starts open as many files as the system allows; returns how many that is.
long baseline_raise_files(void);

/// User and system time of process `pid` in microseconds, and its resident memory in bytes; 0 when it is gone.
uint64_t baseline_process_micros(int pid);
uint64_t baseline_process_resident(int pid);

/// Time that all programs of the machine have used, with what its host took away, and time of this process, in
/// microseconds. Interrupts are nobody's and not counted.
uint64_t baseline_machine_micros(void);
uint64_t baseline_own_micros(void);

/// Where a count begins and ends: callgrind is told to dump before this function. Returns the allocations and
/// allocated bytes of this process so far, 0 unless the counting allocator (Sources/CCounting) is loaded.
typedef struct baseline_counts {
  uint64_t allocations;
  uint64_t bytes;
} baseline_counts;
baseline_counts baseline_mark(void);
