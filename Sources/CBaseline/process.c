// What a process has used, read from /proc, and where it runs.
#define _GNU_SOURCE
#include "CBaseline.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/// Reads /proc/PID/NAME into `text`; returns 0 when there is none.
static int read_entry(int pid, const char *name, char *text, size_t capacity) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) return 0;
  size_t count = fread(text, 1, capacity - 1, file);
  text[count] = 0;
  fclose(file);
  return count > 0;
}

uint64_t baseline_process_micros(int pid) {
  char text[1024];
  if (!read_entry(pid, "stat", text, sizeof text)) return 0;
  // Fields 14 and 15, counted after the name in brackets, which may hold anything.
  const char *after = strrchr(text, ')');
  unsigned long long user = 0, system = 0;
  if (after == NULL ||
      sscanf(after + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system) != 2) {
    return 0;
  }
  return (user + system) * 1000000u / (uint64_t)sysconf(_SC_CLK_TCK);
}

uint64_t baseline_process_resident(int pid) {
  char text[1024];
  unsigned long long pages = 0;
  if (!read_entry(pid, "statm", text, sizeof text) || sscanf(text, "%*u %llu", &pages) != 1) return 0;
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t baseline_machine_micros(void) {
  FILE *file = fopen("/proc/stat", "r");
  if (file == NULL) return 0;
  unsigned long long user = 0, nice = 0, system = 0, steal = 0;
  int found = fscanf(file, "cpu %llu %llu %llu %*u %*u %*u %*u %llu", &user, &nice, &system, &steal);
  fclose(file);
  return found == 4 ? (user + nice + system + steal) * 1000000u / (uint64_t)sysconf(_SC_CLK_TCK) : 0;
}

uint64_t baseline_own_micros(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000u +
         (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static cpu_set_t usable;
static pthread_once_t usable_once = PTHREAD_ONCE_INIT;

static void find_usable(void) {
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) CPU_ZERO(&usable);
}

int baseline_processors(void) {
  pthread_once(&usable_once, find_usable);
  return CPU_COUNT(&usable);
}

int baseline_confine(int first, int count) {
  int left = baseline_processors();
  cpu_set_t chosen;
  CPU_ZERO(&chosen);
  for (int at = 0, number = 0; at < CPU_SETSIZE && left > 0; at++) {
    if (!CPU_ISSET(at, &usable)) continue;
    left--;
    if (number >= first && number < first + count) CPU_SET(at, &chosen);
    number++;
  }
  return sched_setaffinity(0, sizeof chosen, &chosen) == 0;
}

int baseline_go_first(int first) {
  struct sched_param how = {.sched_priority = first ? 1 : 0};
  return sched_setscheduler(0, first ? SCHED_RR : SCHED_OTHER, &how) == 0;
}
