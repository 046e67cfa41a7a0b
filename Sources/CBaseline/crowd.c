// Many connections at once: idle ones, and ones that ask for much and hardly read.
#define _GNU_SOURCE
#include "client.h"

#include <openssl/err.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
  /// Below the handshakes that a server takes at once (idv: 256; a kernel's backlog: 128 and more).
  handshakes_max = 64,
  connections_per_address = 4000,
  patience_millis = 30000,
  events_max = 256,
  /// Receive buffer of a connection that hardly reads.
  narrow_bytes = 16384,
  /// How often each of them reads.
  dawdle_millis = 250,
};

struct baseline_crowd {
  run run;
  baseline_result result;
  connection *connections;
  int count, epoll;
  /// A thread that reads a little now and then.
  pthread_t thread;
  int dawdles;
  long bytes_each_time;
  atomic_int stopping, lost;
  atomic_ullong read_bytes;
};

static void lose(baseline_crowd *crowd, connection *connection) {
  epoll_ctl(crowd->epoll, EPOLL_CTL_DEL, connection->socket, NULL);
  connection_end(connection);
  atomic_fetch_add(&crowd->lost, 1);
}

/// Goes on with a handshake; returns 0 when the connection is lost.
static int shake(baseline_crowd *crowd, connection *connection, int *shaking) {
  ERR_clear_error();
  int result = SSL_do_handshake(connection->ssl);
  if (result != 1) return waits(connection->ssl, result);
  (*shaking)--;
  connection_ready(&crowd->run, connection);
  return 1;
}

static const char *admit(baseline_crowd *crowd, int index, int receive_bytes) {
  connection *connection = &crowd->connections[index];
  uint32_t source = (uint32_t)(index / connections_per_address);
  const char *fault = connection_start(&crowd->run, connection, source, receive_bytes);
  if (fault != NULL) return fault;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = connection};
  epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, connection->socket, &event);
  return NULL;
}

/// Handles what has happened within `millis`; returns the number of events.
static int attend_once(baseline_crowd *crowd, int millis, int *shaking) {
  struct epoll_event events[events_max];
  int count = epoll_wait(crowd->epoll, events, events_max, millis);
  for (int i = 0; i < count; i++) {
    connection *connection = events[i].data.ptr;
    int alive = connection->established || shake(crowd, connection, shaking);
    if (alive && connection->established) alive = connection_serve(&crowd->run, connection, SIZE_MAX);
    if (!alive) lose(crowd, connection);
  }
  return count;
}

static int greeted(const baseline_crowd *crowd) {
  int count = 0;
  for (int i = 0; i < crowd->count; i++) count += crowd->connections[i].greeted;
  return count;
}

static const char *open_all(baseline_crowd *crowd) {
  int receive_bytes = crowd->run.load->in_flight > 0 ? narrow_bytes : 0;
  int shaking = 0;
  for (int admitted = 0; admitted < crowd->count || shaking > 0;) {
    while (admitted < crowd->count && shaking < handshakes_max) {
      const char *fault = admit(crowd, admitted, receive_bytes);
      if (fault != NULL) return fault;
      admitted++;
      shaking++;
    }
    if (attend_once(crowd, patience_millis, &shaking) == 0) return "no handshake for 30 s";
    if (atomic_load(&crowd->lost) > 0) return "the server refused a connection";
  }
  for (int quiet = 0; greeted(crowd) < crowd->count;) {
    if (attend_once(crowd, 1000, &shaking) == 0 && ++quiet > patience_millis / 1000) {
      return "the server does not greet";
    }
    if (atomic_load(&crowd->lost) > 0) return "the server dropped a connection";
  }
  return NULL;
}

const char *baseline_crowd_open(const baseline_load *load, baseline_crowd **made) {
  signal(SIGPIPE, SIG_IGN);
  baseline_crowd *crowd = calloc(1, sizeof *crowd);
  if (crowd == NULL) return "out of memory";
  *made = crowd;
  crowd->epoll = epoll_create1(EPOLL_CLOEXEC);
  const char *fault = run_prepare(&crowd->run, load, &crowd->result);
  if (fault != NULL) return fault;
  crowd->count = load->connections;
  crowd->connections = calloc((size_t)load->connections, sizeof *crowd->connections);
  return crowd->connections == NULL ? "out of memory" : open_all(crowd);
}

int baseline_crowd_attend(baseline_crowd *crowd, int millis) {
  int shaking = 0;
  uint64_t until = now_nanos() + (uint64_t)millis * 1000000u;
  for (uint64_t now; (now = now_nanos()) < until;) {
    attend_once(crowd, (int)((until - now) / 1000000u) + 1, &shaking);
  }
  return crowd->count - atomic_load(&crowd->lost);
}

// --- hardly reading ---

/// One connection's turn to read; returns 0 when it is lost.
static int sip(baseline_crowd *crowd, connection *connection) {
  uint64_t before = connection->read_total;
  int alive = connection_serve(&crowd->run, connection, (size_t)crowd->bytes_each_time);
  atomic_fetch_add(&crowd->read_bytes, connection->read_total - before);
  return alive;
}

static void *dawdle(void *argument) {
  baseline_crowd *crowd = argument;
  uint64_t step = (uint64_t)dawdle_millis * 1000000u / (uint64_t)crowd->count;
  uint64_t due = now_nanos();
  for (int i = 0; !atomic_load(&crowd->stopping); i = (i + 1) % crowd->count) {
    due += step;
    struct timespec until = {(time_t)(due / 1000000000u), (long)(due % 1000000000u)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
    connection *connection = &crowd->connections[i];
    if (connection->ssl != NULL && !sip(crowd, connection)) lose(crowd, connection);
  }
  return NULL;
}

const char *baseline_crowd_dawdle(baseline_crowd *crowd, long bytes_per_second) {
  crowd->bytes_each_time = bytes_per_second * dawdle_millis / 1000;
  for (int i = 0; i < crowd->count; i++) {
    connection *connection = &crowd->connections[i];
    for (call *call; (call = free_call(&crowd->run, connection)) != NULL;) {
      begin_call(&crowd->run, connection, call, now_nanos());
    }
    if (!connection_flush(connection)) return "a slow connection was lost at once";
  }
  if (pthread_create(&crowd->thread, NULL, dawdle, crowd) != 0) return "no thread";
  crowd->dawdles = 1;
  return NULL;
}

uint64_t baseline_crowd_read_bytes(const baseline_crowd *crowd) {
  return atomic_load(&crowd->read_bytes);
}

int baseline_crowd_lost(const baseline_crowd *crowd) { return atomic_load(&crowd->lost); }

void baseline_crowd_close(baseline_crowd *crowd) {
  if (crowd == NULL) return;
  if (crowd->dawdles) {
    atomic_store(&crowd->stopping, 1);
    pthread_join(crowd->thread, NULL);
  }
  for (int i = 0; i < crowd->count; i++) connection_end(&crowd->connections[i]);
  free(crowd->connections);
  close(crowd->epoll);
  run_end(&crowd->run);
  free(crowd);
}
