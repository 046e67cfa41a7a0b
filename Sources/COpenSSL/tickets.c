// Keys of session tickets: AES-256-CBC with HMAC-SHA-256, as libssl's own, but ours to rotate.
#include "COpenSSL.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <string.h>

typedef struct ticket_key {
  unsigned char name[16];
  unsigned char cipher[32];
  unsigned char mac[32];
} ticket_key;

struct copenssl_ticket_keys {
  CRYPTO_RWLOCK *lock;
  ticket_key newest;
  ticket_key previous;
  int has_previous;
};

static int context_index = -1;
static CRYPTO_ONCE context_index_once = CRYPTO_ONCE_STATIC_INIT;

static void make_context_index(void) {
  context_index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
}

static int draw(ticket_key *key) {
  return RAND_bytes(key->name, sizeof key->name) == 1 &&
         RAND_priv_bytes(key->cipher, sizeof key->cipher) == 1 &&
         RAND_priv_bytes(key->mac, sizeof key->mac) == 1;
}

copenssl_ticket_keys *copenssl_ticket_keys_new(void) {
  copenssl_ticket_keys *keys = OPENSSL_zalloc(sizeof *keys);
  if (keys == NULL) return NULL;
  keys->lock = CRYPTO_THREAD_lock_new();
  if (keys->lock == NULL || !draw(&keys->newest)) {
    copenssl_ticket_keys_free(keys);
    return NULL;
  }
  return keys;
}

void copenssl_ticket_keys_free(copenssl_ticket_keys *keys) {
  if (keys == NULL) return;
  CRYPTO_THREAD_lock_free(keys->lock);
  OPENSSL_clear_free(keys, sizeof *keys);
}

int copenssl_ticket_keys_rotate(copenssl_ticket_keys *keys) {
  ticket_key fresh;
  if (!draw(&fresh)) return 0;
  int locked = CRYPTO_THREAD_write_lock(keys->lock);
  if (locked) {
    keys->previous = keys->newest;
    keys->has_previous = 1;
    keys->newest = fresh;
    CRYPTO_THREAD_unlock(keys->lock);
  }
  OPENSSL_cleanse(&fresh, sizeof fresh);
  return locked;
}

// Copies the key called `name`, or the newest for NULL, to `key`. 0: none; 1: the newest; 2: the one before.
static int find(copenssl_ticket_keys *keys, const unsigned char *name, ticket_key *key) {
  int found = 0;
  if (!CRYPTO_THREAD_read_lock(keys->lock)) return 0;
  if (name == NULL || memcmp(name, keys->newest.name, sizeof keys->newest.name) == 0) {
    *key = keys->newest;
    found = 1;
  } else if (keys->has_previous && memcmp(name, keys->previous.name, sizeof key->name) == 0) {
    *key = keys->previous;
    found = 2;
  }
  CRYPTO_THREAD_unlock(keys->lock);
  return found;
}

static int ready(const ticket_key *key, const unsigned char *iv, EVP_CIPHER_CTX *cipher,
                 EVP_MAC_CTX *mac, int sealing) {
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key->mac, sizeof key->mac),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_CipherInit_ex(cipher, EVP_aes_256_cbc(), NULL, key->cipher, iv, sealing) == 1 &&
         EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

// The contract of SSL_CTX_set_tlsext_ticket_key_evp_cb(3): -1 fails the handshake, 0 does without the ticket.
static int seal_or_open(SSL *ssl, unsigned char *name, unsigned char *iv, EVP_CIPHER_CTX *cipher,
                        EVP_MAC_CTX *mac, int sealing) {
  copenssl_ticket_keys *keys = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), context_index);
  if (keys == NULL || SSL_version(ssl) < TLS1_3_VERSION) return 0;
  ticket_key key;
  int found = find(keys, sealing ? NULL : name, &key);
  if (found != 0) {
    int done = 1;
    if (sealing) {
      memcpy(name, key.name, sizeof key.name);
      done = RAND_bytes(iv, EVP_CIPHER_get_iv_length(EVP_aes_256_cbc())) == 1;
    }
    if (!done || !ready(&key, iv, cipher, mac, sealing)) found = sealing ? -1 : 0;
  }
  OPENSSL_cleanse(&key, sizeof key);
  return found;
}

int copenssl_seal_tickets(SSL_CTX *context, copenssl_ticket_keys *keys, long seconds, size_t count) {
  if (!CRYPTO_THREAD_run_once(&context_index_once, make_context_index) || context_index < 0) return 0;
  // No session is kept in memory: a ticket is all there is.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, seconds);
  SSL_CTX_set_max_early_data(context, 0);
  return SSL_CTX_set_ex_data(context, context_index, keys) == 1 &&
         SSL_CTX_set_num_tickets(context, count) == 1 &&
         SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_or_open) == 1;
}
