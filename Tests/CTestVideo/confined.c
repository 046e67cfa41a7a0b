// A thread that the kernel keeps from files and the network.

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "CTestVideo.h"

// What names a file, or makes something to talk through.
static const int refused[] = {
    SYS_open,   SYS_openat,  SYS_openat2, SYS_creat,  SYS_stat,     SYS_lstat,      SYS_newfstatat,
    SYS_statx,  SYS_access,  SYS_faccessat, SYS_faccessat2, SYS_readlink, SYS_readlinkat, SYS_unlink,
    SYS_unlinkat, SYS_rename, SYS_renameat, SYS_renameat2, SYS_mkdir, SYS_mkdirat, SYS_mknod,
    SYS_mknodat, SYS_truncate, SYS_memfd_create, SYS_socket, SYS_socketpair, SYS_connect, SYS_bind,
    SYS_accept, SYS_accept4, SYS_sendto, SYS_sendmsg, SYS_sendmmsg, SYS_pipe, SYS_pipe2,
    SYS_execve, SYS_execveat, SYS_fork, SYS_vfork, SYS_clone, SYS_clone3,
};
enum { refused_count = sizeof refused / sizeof *refused };

// Of this thread alone: tests that confine run side by side. The signal comes to the thread that tried, and a confined
// one makes no others.
static _Thread_local volatile int64_t tries;

static void on_refusal(int number, siginfo_t *info, void *context) {
  (void)number, (void)info;
  tries++;
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = -EACCES;
}

// Once and for good: a handler that one test took back would be missing to another. The C library reads the machine's
// time zone when the first date is converted, whosever it is; so that is read before.
static bool is_handled;
static void handle(void) {
  tzset();
  struct sigaction action = {.sa_sigaction = on_refusal, .sa_flags = SA_SIGINFO};
  is_handled = sigaction(SIGSYS, &action, NULL) == 0;
}

static bool confine(void) {
  struct sock_filter filter[refused_count + 3];
  filter[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                                           offsetof(struct seccomp_data, nr));
  for (int index = 0; index < refused_count; index++) {
    filter[1 + index] = (struct sock_filter)BPF_JUMP(
        BPF_JMP | BPF_JEQ | BPF_K, (unsigned)refused[index],
        (unsigned char)(refused_count - index), 0);
  }
  filter[refused_count + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  filter[refused_count + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
  struct sock_fprog program = {refused_count + 3, filter};
  // Without other flags it holds for this thread alone.
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

typedef struct {
  void (*body)(void *);
  void *context;
  int64_t tries;
} confined_run;

static void *run(void *opaque) {
  confined_run *self = opaque;
  tries = 0;
  if (!confine()) return NULL;
  self->body(self->context);
  self->tries = tries;
  return NULL;
}

int64_t idv_test_confined(void (*body)(void *), void *context) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  if (pthread_once(&once, handle) != 0 || !is_handled) return -1;
  confined_run self = {body, context, -1};
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, &self) != 0) return -1;
  pthread_join(thread, NULL);
  return self.tries;
}
