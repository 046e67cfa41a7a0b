// Authenticated encryption: AES-256-GCM as libcrypto has it, and SM4-GCM (RFC 8998), which OpenSSL 3.0 lacks, of its
// SM4 and the GHASH below.

#include "COpenSSL.h"

#include <openssl/crypto.h>
#include <string.h>

enum { block_bytes = 16, nonce_bytes = 12, tag_bytes = 16 };

// GHASH (NIST SP 800-38D, 6.4) without tables and without branches on data: a table indexed by what is secret would
// leak it through the cache. Polynomials over GF(2) are multiplied with the processor's integer multiplication: their
// bits are spread with three empty places between them, which take the carries.

/// The lower 64 bits of the product of two polynomials. No place gets more than 15 ones, but the last, whose carry
/// leaves the word.
static inline uint64_t product_low(uint64_t a, uint64_t b) {
  const uint64_t every[4] = {0x1111111111111111u, 0x2222222222222222u, 0x4444444444444444u,
                             0x8888888888888888u};
  uint64_t result = 0;
  for (int place = 0; place < 4; place++) {
    uint64_t sum = 0;
    for (int of_a = 0; of_a < 4; of_a++) {
      sum ^= (a & every[of_a]) * (b & every[(place - of_a) & 3]);
    }
    result |= sum & every[place];
  }
  return result;
}

/// The bits of a word in reverse.
static inline uint64_t reversed(uint64_t word) {
  word = (word & 0x5555555555555555u) << 1 | (word >> 1 & 0x5555555555555555u);
  word = (word & 0x3333333333333333u) << 2 | (word >> 2 & 0x3333333333333333u);
  word = (word & 0x0F0F0F0F0F0F0F0Fu) << 4 | (word >> 4 & 0x0F0F0F0F0F0F0F0Fu);
  return __builtin_bswap64(word);
}

static inline uint64_t read_word(const uint8_t *from) {
  uint64_t word;
  memcpy(&word, from, sizeof word);
  return __builtin_bswap64(word);
}

static inline void write_word(uint8_t *to, uint64_t word) {
  word = __builtin_bswap64(word);
  memcpy(to, &word, sizeof word);
}

/// The key of one GHASH in the forms that a multiplication needs: halves, their sum, and all of them reversed.
typedef struct hash_key {
  uint64_t low, high, sum;
  uint64_t low_reversed, high_reversed, sum_reversed;
} hash_key;

typedef struct hash_state {
  uint64_t high, low;
} hash_state;

static hash_key make_hash_key(const uint8_t bytes[block_bytes]) {
  hash_key key;
  key.high = read_word(bytes);
  key.low = read_word(bytes + 8);
  key.sum = key.high ^ key.low;
  key.high_reversed = reversed(key.high);
  key.low_reversed = reversed(key.low);
  key.sum_reversed = key.high_reversed ^ key.low_reversed;
  return key;
}

/// Multiplies `state` by the key modulo x^128 + x^7 + x^2 + x + 1, whose bits GCM writes in reverse.
static void multiply(hash_state *state, const hash_key *key) {
  const uint64_t high_reversed = reversed(state->high);
  const uint64_t low_reversed = reversed(state->low);
  // Karatsuba: three products of halves; the upper half of each is the lower half of the reversed one, reversed.
  const uint64_t low = product_low(state->low, key->low);
  const uint64_t high = product_low(state->high, key->high);
  const uint64_t middle = product_low(state->low ^ state->high, key->sum) ^ low ^ high;
  const uint64_t low_upper = product_low(low_reversed, key->low_reversed);
  const uint64_t high_upper = product_low(high_reversed, key->high_reversed);
  const uint64_t middle_upper =
      product_low(low_reversed ^ high_reversed, key->sum_reversed) ^ low_upper ^ high_upper;
  uint64_t words[4] = {low, (reversed(low_upper) >> 1) ^ middle,
                       high ^ (reversed(middle_upper) >> 1), reversed(high_upper) >> 1};
  // The product of reversed polynomials is reversed, and one place too low.
  for (int at = 3; at > 0; at--) words[at] = words[at] << 1 | words[at - 1] >> 63;
  words[0] <<= 1;
  // Two steps of 64 places.
  for (int at = 0; at < 2; at++) {
    const uint64_t word = words[at];
    words[at + 2] ^= word ^ word >> 1 ^ word >> 2 ^ word >> 7;
    words[at + 1] ^= word << 63 ^ word << 62 ^ word << 57;
  }
  state->high = words[3];
  state->low = words[2];
}

/// Takes `count` bytes in, the last block filled up with zeros.
static void absorb(hash_state *state, const hash_key *key, const uint8_t *bytes, size_t count) {
  uint8_t last[block_bytes];
  while (count > 0) {
    const uint8_t *block = bytes;
    size_t taken = block_bytes;
    if (count < block_bytes) {
      memset(last, 0, sizeof last);
      memcpy(last, bytes, count);
      block = last;
      taken = count;
    }
    state->high ^= read_word(block);
    state->low ^= read_word(block + 8);
    multiply(state, key);
    bytes += taken;
    count -= taken;
  }
}

void copenssl_ghash(const uint8_t key[16], const uint8_t *aad, size_t aad_count,
                    const uint8_t *bytes, size_t count, uint8_t hash[16]) {
  hash_key forms = make_hash_key(key);
  hash_state state = {0, 0};
  absorb(&state, &forms, aad, aad_count);
  absorb(&state, &forms, bytes, count);
  uint8_t lengths[block_bytes];
  write_word(lengths, (uint64_t)aad_count * 8);
  write_word(lengths + 8, (uint64_t)count * 8);
  absorb(&state, &forms, lengths, sizeof lengths);
  write_word(hash, state.high);
  write_word(hash + 8, state.low);
  OPENSSL_cleanse(&forms, sizeof forms);
}

/// Runs SM4 in counter mode from the block behind the one that masks the tag; gives that mask and GHASH's key.
/// The counter of GCM has 32 bits and that of `EVP_sm4_ctr` 128: they agree as long as there are fewer than 2^32 - 1
/// blocks, which the bound on `count` sees to.
static int sm4_counter(const uint8_t *key, const uint8_t *nonce, const uint8_t *from, size_t count,
                       uint8_t *to, uint8_t mask[block_bytes], uint8_t hash[block_bytes]) {
  static const uint8_t zeros[block_bytes] = {0};
  uint8_t start[block_bytes] = {0};
  memcpy(start, nonce, nonce_bytes);
  start[block_bytes - 1] = 1;
  int done = 0, good = 0;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (context == NULL) return 0;
  if (hash != NULL) {
    good = EVP_EncryptInit_ex(context, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
           EVP_CIPHER_CTX_set_padding(context, 0) == 1 &&
           EVP_EncryptUpdate(context, hash, &done, zeros, block_bytes) == 1 && done == block_bytes;
    if (!good) goto end;
  }
  good = EVP_EncryptInit_ex(context, EVP_sm4_ctr(), NULL, key, start) == 1 &&
         EVP_EncryptUpdate(context, mask, &done, zeros, block_bytes) == 1 && done == block_bytes;
  if (good && count > 0) {
    good = EVP_EncryptUpdate(context, to, &done, from, (int)count) == 1 && done == (int)count;
  }
end:
  EVP_CIPHER_CTX_free(context);
  return good;
}

static void finish_tag(uint8_t *tag, const uint8_t *mask) {
  for (int at = 0; at < tag_bytes; at++) tag[at] ^= mask[at];
}

static int sm4_seal(const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_count,
                    const uint8_t *plain, size_t count, uint8_t *sealed) {
  uint8_t mask[block_bytes], hash[block_bytes];
  int good = sm4_counter(key, nonce, plain, count, sealed, mask, hash);
  if (good) {
    copenssl_ghash(hash, aad, aad_count, sealed, count, sealed + count);
    finish_tag(sealed + count, mask);
  }
  OPENSSL_cleanse(mask, sizeof mask);
  OPENSSL_cleanse(hash, sizeof hash);
  return good;
}

/// Nothing is decrypted before the tag is verified.
static int sm4_open(const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_count,
                    const uint8_t *sealed, size_t count, uint8_t *plain) {
  uint8_t mask[block_bytes], hash[block_bytes], tag[tag_bytes];
  int good = sm4_counter(key, nonce, NULL, 0, NULL, mask, hash);
  if (good) {
    copenssl_ghash(hash, aad, aad_count, sealed, count, tag);
    finish_tag(tag, mask);
    good = CRYPTO_memcmp(tag, sealed + count, tag_bytes) == 0;
  }
  if (good) good = sm4_counter(key, nonce, sealed, count, plain, mask, NULL);
  OPENSSL_cleanse(mask, sizeof mask);
  OPENSSL_cleanse(hash, sizeof hash);
  OPENSSL_cleanse(tag, sizeof tag);
  return good;
}

static int aes_seal(const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_count,
                    const uint8_t *plain, size_t count, uint8_t *sealed) {
  int done = 0;
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (context == NULL) return 0;
  int good = EVP_EncryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
             EVP_EncryptUpdate(context, NULL, &done, aad, (int)aad_count) == 1 &&
             (count == 0 || (EVP_EncryptUpdate(context, sealed, &done, plain, (int)count) == 1 &&
                             done == (int)count)) &&
             EVP_EncryptFinal_ex(context, sealed + count, &done) == 1 &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_bytes, sealed + count) == 1;
  EVP_CIPHER_CTX_free(context);
  return good;
}

static int aes_open(const uint8_t *key, const uint8_t *nonce, const uint8_t *aad, size_t aad_count,
                    const uint8_t *sealed, size_t count, uint8_t *plain) {
  int done = 0;
  uint8_t tag[tag_bytes], rest[block_bytes];
  memcpy(tag, sealed + count, tag_bytes);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (context == NULL) return 0;
  int good = EVP_DecryptInit_ex(context, EVP_aes_256_gcm(), NULL, key, nonce) == 1 &&
             EVP_DecryptUpdate(context, NULL, &done, aad, (int)aad_count) == 1 &&
             (count == 0 || (EVP_DecryptUpdate(context, plain, &done, sealed, (int)count) == 1 &&
                             done == (int)count)) &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag) == 1 &&
             EVP_DecryptFinal_ex(context, rest, &done) == 1;
  EVP_CIPHER_CTX_free(context);
  if (!good) OPENSSL_cleanse(plain, count);
  return good;
}

/// Lengths go to libcrypto as `int`.
static int fits(size_t count) { return count <= (size_t)1 << 30; }

int copenssl_seal(copenssl_cipher cipher, const uint8_t *key, const uint8_t *nonce,
                  const uint8_t *aad, size_t aad_count, const uint8_t *plain, size_t count,
                  uint8_t *sealed) {
  if (!fits(count) || !fits(aad_count)) return 0;
  return cipher == copenssl_sm4_gcm ? sm4_seal(key, nonce, aad, aad_count, plain, count, sealed)
                                    : aes_seal(key, nonce, aad, aad_count, plain, count, sealed);
}

int copenssl_open(copenssl_cipher cipher, const uint8_t *key, const uint8_t *nonce,
                  const uint8_t *aad, size_t aad_count, const uint8_t *sealed, size_t sealed_count,
                  uint8_t *plain) {
  if (sealed_count < tag_bytes || !fits(sealed_count) || !fits(aad_count)) return 0;
  const size_t count = sealed_count - tag_bytes;
  return cipher == copenssl_sm4_gcm ? sm4_open(key, nonce, aad, aad_count, sealed, count, plain)
                                    : aes_open(key, nonce, aad, aad_count, sealed, count, plain);
}
