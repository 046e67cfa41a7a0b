// See CProcess.h.
#include "CProcess.h"

#include <execinfo.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int cprocess_forbid_dumps(void) {
  // The limit stops dumps into files; a pattern that pipes them to a program ignores it and heeds the flag.
  struct rlimit none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int cprocess_forbids_dumps(void) {
  struct rlimit now;
  return getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_cur == 0 && now.rlim_max == 0 &&
         prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

long cprocess_raise_file_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
  if (limit.rlim_cur < limit.rlim_max) {
    const struct rlimit raised = {limit.rlim_max, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur > (rlim_t)LONG_MAX ? LONG_MAX : (long)limit.rlim_cur;
}

// Called in a signal handler: nothing here allocates once `backtrace` has been called before.
static void say(const char *text) {
  ssize_t written = write(STDERR_FILENO, text, strlen(text));
  (void)written;
}

static void tell_of_crash(int number) {
  char digits[] = "00\n";
  digits[0] = (char)('0' + number / 10 % 10);
  digits[1] = (char)('0' + number % 10);
  say("the server crashed: signal ");
  say(digits);
  void *places[64];
  backtrace_symbols_fd(places, backtrace(places, 64), STDERR_FILENO);
  // The handler was for one time: now the system's own action ends the process, and says by which signal.
  raise(number);
}

int cprocess_tell_crashes_without_values(void) {
  void *place;
  backtrace(&place, 1);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = tell_of_crash;
  action.sa_flags = SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
  const int crashes[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
  for (size_t at = 0; at < sizeof crashes / sizeof crashes[0]; at++) {
    if (sigaction(crashes[at], &action, NULL) != 0) return -1;
  }
  return 0;
}
