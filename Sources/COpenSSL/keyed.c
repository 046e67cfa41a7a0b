// HMAC-SHA-256 with both padded keys hashed once: two blocks of work for a short message, no allocation.
// The digest's own functions are used, because a copied EVP context allocates: importing a registry makes hundreds
// of millions of these codes.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "COpenSSL.h"

#include <openssl/sha.h>
#include <string.h>

typedef struct {
  SHA256_CTX inner;
  SHA256_CTX outer;
} keyed_state;

_Static_assert(sizeof(keyed_state) <= sizeof(copenssl_keyed), "copenssl_keyed is too small");

int copenssl_keyed_init(copenssl_keyed *keyed, const uint8_t *key, size_t count) {
  keyed_state state;
  uint8_t block[SHA256_CBLOCK] = {0};
  if (count > sizeof block) {
    SHA256(key, count, block);
  } else {
    memcpy(block, key, count);
  }
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36;
  int done = SHA256_Init(&state.inner) && SHA256_Update(&state.inner, block, sizeof block);
  for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
  done = done && SHA256_Init(&state.outer) && SHA256_Update(&state.outer, block, sizeof block);
  memcpy(keyed->words, &state, sizeof state);
  OPENSSL_cleanse(block, sizeof block);
  OPENSSL_cleanse(&state, sizeof state);
  return done;
}

int copenssl_keyed_code(
    const copenssl_keyed *keyed, const uint8_t *message, size_t count, uint8_t code[32]) {
  keyed_state state;
  memcpy(&state, keyed->words, sizeof state);
  int done = SHA256_Update(&state.inner, message, count) && SHA256_Final(code, &state.inner) &&
             SHA256_Update(&state.outer, code, SHA256_DIGEST_LENGTH) &&
             SHA256_Final(code, &state.outer);
  OPENSSL_cleanse(&state, sizeof state);
  return done;
}

void copenssl_keyed_forget(copenssl_keyed *keyed) { OPENSSL_cleanse(keyed, sizeof *keyed); }
