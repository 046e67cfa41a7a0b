// Loads the inference runtime and hashes model files.

#define _GNU_SOURCE
#include "CInference.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(char *reason, size_t reason_bytes, const char *text) {
  snprintf(reason, reason_bytes, "%s", text ? text : "unknown");
  return -1;
}

int idv_ov_load(const char *path, idv_ov_table *table, char *reason, size_t reason_bytes) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) return fail(reason, reason_bytes, dlerror());
#define X(result, name, parameters)                                       \
  *(void **)&table->name = dlsym(library, #name);                         \
  if (!table->name) return fail(reason, reason_bytes, "lacks " #name);
  IDV_OV_FUNCTIONS(X)
#undef X
  return 0;
}

int idv_sha256(const void *data, size_t bytes, uint8_t *digest) {
  return EVP_Digest(data, bytes, digest, NULL, EVP_sha256(), NULL) == 1 ? 0 : EIO;
}

// The type is libcrypto's own; its name is not part of the header.
static EVP_MD_CTX *context_of(idv_running_sha256 *running) { return (EVP_MD_CTX *)running; }

idv_running_sha256 *idv_running_sha256_new(void) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  if (context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
    EVP_MD_CTX_free(context);
    return NULL;
  }
  return (idv_running_sha256 *)context;
}

int idv_running_sha256_add(idv_running_sha256 *running, const void *data, size_t bytes) {
  return EVP_DigestUpdate(context_of(running), data, bytes) == 1 ? 0 : EIO;
}

int idv_running_sha256_end(idv_running_sha256 *running, uint8_t *digest) {
  return EVP_DigestFinal_ex(context_of(running), digest, NULL) == 1 ? 0 : EIO;
}

void idv_running_sha256_free(idv_running_sha256 *running) { EVP_MD_CTX_free(context_of(running)); }

// Feeds the open file to the digest; returns 0 or an errno value.
static int digest_file(int file, EVP_MD_CTX *context, uint8_t *digest, uint64_t *length) {
  static const size_t block_bytes = 1 << 16;
  uint8_t block[1 << 16];
  if (EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) return EIO;
  for (*length = 0;;) {
    ssize_t count = read(file, block, block_bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) break;
    if (EVP_DigestUpdate(context, block, (size_t)count) != 1) return EIO;
    *length += (uint64_t)count;
  }
  return EVP_DigestFinal_ex(context, digest, NULL) == 1 ? 0 : EIO;
}

int idv_sha256_file(const char *path, uint8_t *digest, uint64_t *length) {
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return errno;
  struct stat status;
  int result = fstat(file, &status) != 0 ? errno : 0;
  if (result == 0 && !S_ISREG(status.st_mode)) result = EINVAL;
  EVP_MD_CTX *context = result == 0 ? EVP_MD_CTX_new() : NULL;
  if (result == 0) result = context ? digest_file(file, context, digest, length) : ENOMEM;
  EVP_MD_CTX_free(context);
  close(file);
  return result;
}

int idv_has_bfloat16(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return 0;
#endif
}

void idv_release_unused_memory(void) { malloc_trim(0); }

void idv_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

// On Linux a nice value is a thread's own, and the process id 0 stands for the calling thread.
int idv_lower_priority(int steps) {
  errno = 0;
  int now = getpriority(PRIO_PROCESS, 0);
  if (errno != 0) return errno;
  int wanted = now + steps < 19 ? now + steps : 19;
  return setpriority(PRIO_PROCESS, 0, wanted) == 0 ? 0 : errno;
}
