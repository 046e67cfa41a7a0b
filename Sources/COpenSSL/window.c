// A BIO over memory lent by the caller. Against a pair of memory BIOs it saves one copy of each direction and
// every allocation: libssl reads from the socket's buffer and writes into the next socket buffer.
#include "COpenSSL.h"

#include <stdlib.h>
#include <string.h>

static BIO_METHOD *window_method;
static CRYPTO_ONCE window_once = CRYPTO_ONCE_STATIC_INIT;

static int window_read(BIO *bio, char *to, size_t wanted, size_t *taken) {
  copenssl_window *window = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  if (window->input_count == 0) {
    BIO_set_retry_read(bio);
    *taken = 0;
    return 0;
  }
  size_t count = wanted < window->input_count ? wanted : window->input_count;
  memcpy(to, window->input, count);
  window->input += count;
  window->input_count -= count;
  *taken = count;
  return 1;
}

static int spill(copenssl_window *window, const char *from, size_t count) {
  if (window->spill_start == window->spill_end) window->spill_start = window->spill_end = 0;
  if (window->spill_capacity - window->spill_end < count) {
    size_t capacity = (window->spill_end + count) * 2;
    uint8_t *grown = realloc(window->spill, capacity);
    if (grown == NULL) return 0;
    window->spill = grown;
    window->spill_capacity = capacity;
  }
  memcpy(window->spill + window->spill_end, from, count);
  window->spill_end += count;
  return 1;
}

static int window_write(BIO *bio, const char *from, size_t count, size_t *put) {
  copenssl_window *window = BIO_get_data(bio);
  BIO_clear_retry_flags(bio);
  size_t fits = 0;
  if (window->spill_start == window->spill_end) {
    fits = window->output_capacity - window->output_count;
    if (fits > count) fits = count;
    if (fits > 0) memcpy(window->output + window->output_count, from, fits);
  }
  if (fits < count && !spill(window, from + fits, count - fits)) return 0;
  window->output_count += fits;
  *put = count;
  return 1;
}

static long window_control(BIO *bio, int command, long number, void *pointer) {
  (void)number;
  (void)pointer;
  copenssl_window *window = BIO_get_data(bio);
  switch (command) {
    case BIO_CTRL_FLUSH:
      return 1;
    case BIO_CTRL_PENDING:
      return window == NULL ? 0 : (long)window->input_count;
    default:
      return 0;
  }
}

static int window_create(BIO *bio) {
  copenssl_window *window = calloc(1, sizeof *window);
  if (window == NULL) return 0;
  BIO_set_data(bio, window);
  BIO_set_init(bio, 1);
  return 1;
}

static int window_destroy(BIO *bio) {
  copenssl_window *window = BIO_get_data(bio);
  if (window != NULL) {
    free(window->spill);
    free(window);
    BIO_set_data(bio, NULL);
  }
  return 1;
}

static void make_window_method(void) {
  BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "window");
  if (method == NULL) return;
  if (BIO_meth_set_read_ex(method, window_read) && BIO_meth_set_write_ex(method, window_write) &&
      BIO_meth_set_ctrl(method, window_control) && BIO_meth_set_create(method, window_create) &&
      BIO_meth_set_destroy(method, window_destroy)) {
    window_method = method;
  } else {
    BIO_meth_free(method);
  }
}

copenssl_window *copenssl_window_attach(SSL *ssl) {
  if (!CRYPTO_THREAD_run_once(&window_once, make_window_method) || window_method == NULL) return NULL;
  BIO *bio = BIO_new(window_method);
  if (bio == NULL) return NULL;
  SSL_set_bio(ssl, bio, bio);
  return BIO_get_data(bio);
}

size_t copenssl_window_drain(copenssl_window *window, uint8_t *to, size_t capacity) {
  size_t count = window->spill_end - window->spill_start;
  if (count > capacity) count = capacity;
  if (count > 0) memcpy(to, window->spill + window->spill_start, count);
  window->spill_start += count;
  if (window->spill_start == window->spill_end) {
    // Spilling is rare (handshake alerts, key updates): keep no memory for it.
    free(window->spill);
    window->spill = NULL;
    window->spill_start = window->spill_end = window->spill_capacity = 0;
  }
  return count;
}
