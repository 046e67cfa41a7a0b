// Keys that wrap content keys: RSA-OAEP with SHA-256, SM2 encryption (GB/T 32918.4) and X25519.

#include "COpenSSL.h"

#include <openssl/crypto.h>
#include <openssl/rsa.h>
#include <string.h>

enum { coordinate_bytes = 32, hash_bytes = 32 };

copenssl_key_kind copenssl_kind(EVP_PKEY *key) {
  if (EVP_PKEY_is_a(key, "RSA")) return copenssl_key_rsa;
  if (EVP_PKEY_is_a(key, "SM2")) return copenssl_key_sm2;
  if (EVP_PKEY_is_a(key, "X25519")) return copenssl_key_x25519;
  return copenssl_key_other;
}

static int refuse_passphrase(char *buffer, int size, int writing, void *argument) {
  (void)buffer, (void)size, (void)writing, (void)argument;
  return -1;
}

EVP_PKEY *copenssl_read_private_key(const uint8_t *pem, size_t count) {
  if (count > 1 << 20) return NULL;
  BIO *memory = BIO_new_mem_buf(pem, (int)count);
  if (memory == NULL) return NULL;
  EVP_PKEY *key = PEM_read_bio_PrivateKey(memory, NULL, refuse_passphrase, NULL);
  BIO_free(memory);
  return key;
}

EVP_PKEY *copenssl_generate_key(copenssl_key_kind kind, int rsa_bits) {
  const char *name = kind == copenssl_key_rsa ? "RSA" : kind == copenssl_key_sm2 ? "SM2" : "X25519";
  EVP_PKEY *key = NULL;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, name, NULL);
  if (context == NULL) return NULL;
  if (EVP_PKEY_keygen_init(context) != 1 ||
      (kind == copenssl_key_rsa && EVP_PKEY_CTX_set_rsa_keygen_bits(context, rsa_bits) != 1) ||
      EVP_PKEY_generate(context, &key) != 1) {
    key = NULL;
  }
  EVP_PKEY_CTX_free(context);
  return key;
}

long copenssl_write_private_key(EVP_PKEY *key, uint8_t *to, size_t capacity) {
  // Secure memory where there is some; wiped in any case when the BIO is freed.
  BIO *memory = BIO_new(BIO_s_secmem());
  if (memory == NULL) return -1;
  long count = -1;
  if (PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL) == 1) {
    char *start = NULL;
    const long written = BIO_get_mem_data(memory, &start);
    if (written > 0 && (size_t)written <= capacity) {
      memcpy(to, start, (size_t)written);
      count = written;
    }
  }
  BIO_free(memory);
  return count;
}

long copenssl_write_public_key(EVP_PKEY *key, uint8_t *to, size_t capacity) {
  uint8_t *der = NULL;
  const int count = i2d_PUBKEY(key, &der);
  if (count <= 0) return -1;
  const int good = (size_t)count <= capacity;
  if (good) memcpy(to, der, (size_t)count);
  OPENSSL_free(der);
  return good ? count : -1;
}

/// A context for encrypting or decrypting with `key`, or NULL.
static EVP_PKEY_CTX *prepare(EVP_PKEY *key, int encrypts) {
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
  if (context == NULL) return NULL;
  int good = (encrypts ? EVP_PKEY_encrypt_init(context) : EVP_PKEY_decrypt_init(context)) == 1;
  if (good && EVP_PKEY_is_a(key, "RSA")) {
    good = EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_oaep_md(context, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) == 1;
  }
  if (good) return context;
  EVP_PKEY_CTX_free(context);
  return NULL;
}

long copenssl_encrypt(EVP_PKEY *key, const uint8_t *plain, size_t count, uint8_t *to,
                      size_t capacity) {
  EVP_PKEY_CTX *context = prepare(key, 1);
  if (context == NULL) return -1;
  size_t written = 0;
  int good = EVP_PKEY_encrypt(context, NULL, &written, plain, count) == 1 && written <= capacity;
  if (good) {
    written = capacity;
    good = EVP_PKEY_encrypt(context, to, &written, plain, count) == 1;
  }
  EVP_PKEY_CTX_free(context);
  return good ? (long)written : -1;
}

long copenssl_decrypt(EVP_PKEY *key, const uint8_t *sealed, size_t count, uint8_t *to,
                      size_t capacity) {
  EVP_PKEY_CTX *context = prepare(key, 0);
  if (context == NULL) return -1;
  size_t written = capacity;
  const int good = EVP_PKEY_decrypt(context, to, &written, sealed, count) == 1;
  EVP_PKEY_CTX_free(context);
  return good ? (long)written : -1;
}

int copenssl_agree(EVP_PKEY *own, const uint8_t *peer, uint8_t shared[32]) {
  EVP_PKEY *other = EVP_PKEY_new_raw_public_key_ex(NULL, "X25519", NULL, peer, 32);
  if (other == NULL) return 0;
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, own, NULL);
  size_t count = 32;
  // A point of small order makes `derive` fail: the secret would be zero whatever our key is.
  const int good = context != NULL && EVP_PKEY_derive_init(context) == 1 &&
                   EVP_PKEY_derive_set_peer(context, other) == 1 &&
                   EVP_PKEY_derive(context, shared, &count) == 1 && count == 32;
  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(other);
  return good;
}

int copenssl_x25519_public(EVP_PKEY *key, uint8_t to[32]) {
  size_t count = 32;
  return EVP_PKEY_get_raw_public_key(key, to, &count) == 1 && count == 32;
}

/// Writes an INTEGER of `coordinate_bytes` big-endian bytes; returns its length, at most 35.
static size_t write_integer(uint8_t *to, const uint8_t *value) {
  size_t skipped = 0;
  while (skipped < coordinate_bytes - 1 && value[skipped] == 0) skipped++;
  const size_t count = coordinate_bytes - skipped;
  const size_t padding = value[skipped] >> 7;
  to[0] = 0x02;
  to[1] = (uint8_t)(count + padding);
  to[2] = 0;
  memcpy(to + 2 + padding, value + skipped, count);
  return 2 + padding + count;
}

static size_t write_octets(uint8_t *to, const uint8_t *value, size_t count) {
  to[0] = 0x04;
  to[1] = (uint8_t)count;
  memcpy(to + 2, value, count);
  return 2 + count;
}

long copenssl_sm2_der(const uint8_t *raw, size_t count, uint8_t *to, size_t capacity) {
  const size_t head = 1 + 2 * coordinate_bytes + hash_bytes;
  if (count <= head || count - head > 64 || raw[0] != 0x04 || capacity < 256) return -1;
  uint8_t body[256];
  size_t at = write_integer(body, raw + 1);
  at += write_integer(body + at, raw + 1 + coordinate_bytes);
  at += write_octets(body + at, raw + 1 + 2 * coordinate_bytes, hash_bytes);
  at += write_octets(body + at, raw + head, count - head);
  size_t start = 0;
  to[start++] = 0x30;
  if (at >= 0x80) to[start++] = 0x81;
  to[start++] = (uint8_t)at;
  memcpy(to + start, body, at);
  return (long)(start + at);
}

/// Reads an element of `tag`; returns its content and moves `at` behind it, or NULL.
static const uint8_t *read_element(const uint8_t *der, size_t count, size_t *at, uint8_t tag,
                                   size_t *length) {
  if (*at + 2 > count || der[*at] != tag) return NULL;
  size_t start = *at + 2;
  *length = der[*at + 1];
  if (*length == 0x81) {
    if (start >= count) return NULL;
    *length = der[start++];
  } else if (*length >= 0x80) {
    return NULL;
  }
  if (*length > count - start) return NULL;
  *at = start + *length;
  return der + start;
}

static int read_coordinate(const uint8_t *der, size_t count, size_t *at, uint8_t *to) {
  size_t length = 0;
  const uint8_t *value = read_element(der, count, at, 0x02, &length);
  if (value == NULL) return 0;
  while (length > 0 && *value == 0) value++, length--;
  if (length > coordinate_bytes) return 0;
  memset(to, 0, coordinate_bytes - length);
  memcpy(to + coordinate_bytes - length, value, length);
  return 1;
}

long copenssl_sm2_raw(const uint8_t *der, size_t count, uint8_t *to, size_t capacity) {
  const size_t head = 1 + 2 * coordinate_bytes + hash_bytes;
  size_t at = 0, length = 0;
  const uint8_t *body = read_element(der, count, &at, 0x30, &length);
  if (body == NULL || at != count || capacity < head) return -1;
  size_t within = 0;
  to[0] = 0x04;
  if (!read_coordinate(body, length, &within, to + 1)) return -1;
  if (!read_coordinate(body, length, &within, to + 1 + coordinate_bytes)) return -1;
  size_t taken = 0;
  const uint8_t *hash = read_element(body, length, &within, 0x04, &taken);
  if (hash == NULL || taken != hash_bytes) return -1;
  memcpy(to + 1 + 2 * coordinate_bytes, hash, hash_bytes);
  const uint8_t *sealed = read_element(body, length, &within, 0x04, &taken);
  if (sealed == NULL || within != length || taken > capacity - head) return -1;
  memcpy(to + head, sealed, taken);
  return (long)(head + taken);
}
