// A load on one thread, closed loop or open loop: the same code drives every server, so what differs is the
// server.
#define _GNU_SOURCE
#include "client.h"

#include <openssl/err.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { patience_millis = 30000, events_max = 64 };
static const uint64_t nanos_per_second = 1000000000u;

static const char *handshake(connection *connection) {
  for (;;) {
    ERR_clear_error();
    int result = SSL_do_handshake(connection->ssl);
    if (result == 1) return NULL;
    int error = SSL_get_error(connection->ssl, result);
    short wanted = error == SSL_ERROR_WANT_WRITE ? POLLOUT : POLLIN;
    struct pollfd file = {.fd = connection->socket, .events = wanted};
    if (!waits(connection->ssl, result) || poll(&file, 1, patience_millis) != 1) {
      return "the TLS handshake failed";
    }
  }
}

/// Begins the calls that are due; returns nanoseconds until the next one, or -1 when none is to come.
static int64_t begin_due(run *run, connection *connections, int *turn) {
  const baseline_load *load = run->load;
  while (run->begun < load->calls) {
    uint64_t due = run->start_nanos + (uint64_t)((double)run->begun * 1e9 / load->rate);
    uint64_t now = now_nanos();
    if (due > now) return (int64_t)(due - now);
    call *call = NULL;
    for (int tried = 0; call == NULL && tried < load->connections; tried++) {
      *turn = (*turn + 1) % load->connections;
      call = free_call(run, &connections[*turn]);
    }
    // Every place is taken: the call waits, and its time runs.
    if (call == NULL) {
      run->full_nanos = now;
      return -1;
    }
    begin_call(run, &connections[*turn], call, due);
    if (!connection_flush(&connections[*turn])) connections[*turn].fault = "a connection was lost";
  }
  return -1;
}

static const char *drive(run *run, connection *connections, int epoll) {
  const baseline_load *load = run->load;
  for (int i = 0; i < load->connections; i++) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = &connections[i]};
    epoll_ctl(epoll, EPOLL_CTL_ADD, connections[i].socket, &event);
    for (int k = 0; load->rate == 0 && k < load->in_flight && run->begun < load->calls; k++) {
      begin_call(run, &connections[i], free_call(run, &connections[i]), now_nanos());
    }
  }
  struct epoll_event events[events_max];
  int turn = 0;
  const int64_t patience = patience_millis * (int64_t)1000000;
  uint64_t heard = now_nanos();
  while (run->result->answered < load->calls) {
    int64_t wait = load->rate > 0 ? begin_due(run, connections, &turn) : -1;
    if (load->spins) wait = 0;
    if (wait < 0) wait = patience;
    struct timespec most = {wait / (int64_t)nanos_per_second, wait % (int64_t)nanos_per_second};
    int count = epoll_pwait2(epoll, events, events_max, &most, NULL);
    if (count > 0) {
      heard = now_nanos();
    } else if ((int64_t)(now_nanos() - heard) >= patience) {
      return "no answer for 30 s";
    }
    for (int i = 0; i < count; i++) {
      // What is due does not wait until all answers are read.
      if (i > 0 && load->rate > 0) begin_due(run, connections, &turn);
      connection *connection = events[i].data.ptr;
      if (!connection_serve(run, connection, SIZE_MAX) && run->result->answered < load->calls) {
        return connection->fault != NULL ? connection->fault : "the server closed a connection";
      }
    }
  }
  return NULL;
}

static int ascending(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

static double percentile(uint32_t *tenths, long count, double share) {
  qsort(tenths, (size_t)count, sizeof *tenths, ascending);
  return tenths[(long)((double)count * share)] / 10.0;
}

static void summarise(run *run) {
  long count = run->result->answered < run->latencies_max ? run->result->answered : run->latencies_max;
  if (count == 0) return;
  run->result->p50_micros = percentile(run->latencies, count, 0.5);
  run->result->p99_micros = percentile(run->latencies, count, 0.99);
  if (run->load->rate > 0) run->result->late_p99_micros = percentile(run->delays, count, 0.99);
}

static const char *run_all(run *run, connection *connections) {
  const baseline_load *load = run->load;
  for (int i = 0; i < load->connections; i++) {
    const char *fault = connection_start(run, &connections[i], 0, 0);
    if (fault == NULL) fault = handshake(&connections[i]);
    if (fault != NULL) return fault;
    connection_ready(run, &connections[i]);
  }
  int epoll = epoll_create1(EPOLL_CLOEXEC);
  run->start_nanos = now_nanos();
  const char *fault = drive(run, connections, epoll);
  run->result->seconds = (double)(now_nanos() - run->start_nanos) / 1e9;
  close(epoll);
  summarise(run);
  return fault;
}

const char *baseline_run_load(const baseline_load *load, baseline_result *result) {
  signal(SIGPIPE, SIG_IGN);
  // Waking up late would count as the server's time.
  prctl(PR_SET_TIMERSLACK, 1000);
  run run;
  const char *fault = run_prepare(&run, load, result);
  if (fault == NULL && (load->calls < 1 || load->in_flight < 1)) fault = "there is nothing to do";
  connection *connections = calloc((size_t)load->connections, sizeof *connections);
  run.latencies_max = load->calls;
  run.latencies = calloc((size_t)load->calls, sizeof *run.latencies);
  run.delays = calloc(load->rate > 0 ? (size_t)load->calls : 1, sizeof *run.delays);
  if (fault == NULL && (connections == NULL || run.latencies == NULL || run.delays == NULL)) {
    fault = "out of memory";
  }
  if (fault == NULL) fault = run_all(&run, connections);
  for (int i = 0; connections != NULL && i < load->connections; i++) connection_end(&connections[i]);
  free(connections);
  run_end(&run);
  return fault;
}
