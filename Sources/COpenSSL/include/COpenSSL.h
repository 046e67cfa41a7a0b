// The part of OpenSSL 3 that idv uses. What Swift cannot import (macros with casts, STACK_OF) is wrapped
// in static inline functions with the prefix `copenssl_`; the rest is imported as it is.
// Also a BIO over memory that the caller lends: see `copenssl_window`.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stddef.h>
#include <stdint.h>

/// Memory lent to one SSL for the duration of one call: ciphertext is read straight from `input` and
/// written straight to `output`. What does not fit in `output` goes to `spill` and is fetched with
/// `copenssl_window_drain`. Owned by the SSL's BIO; freed with the SSL.
typedef struct copenssl_window {
  const uint8_t *input;
  size_t input_count;
  uint8_t *output;
  size_t output_capacity;
  size_t output_count;
  uint8_t *spill;
  size_t spill_start;
  size_t spill_end;
  size_t spill_capacity;
} copenssl_window;

/// Gives `ssl` a window as its only BIO. Returns the window, or NULL without memory.
copenssl_window *copenssl_window_attach(SSL *ssl);

/// Moves up to `capacity` spilled bytes to `to`. Returns how many.
size_t copenssl_window_drain(copenssl_window *window, uint8_t *to, size_t capacity);

/// An HMAC-SHA-256 key made ready. Read by several threads at once; written by `copenssl_keyed_init` alone.
typedef struct copenssl_keyed {
  uint64_t words[32];
} copenssl_keyed;

/// Makes `count` bytes of key ready. Returns 1, or 0 if libcrypto refuses.
int copenssl_keyed_init(copenssl_keyed *keyed, const uint8_t *key, size_t count);

/// The code of `count` bytes of message. Returns 1, or 0 if libcrypto refuses.
int copenssl_keyed_code(
    const copenssl_keyed *keyed, const uint8_t *message, size_t count, uint8_t code[32]);

/// Overwrites the key.
void copenssl_keyed_forget(copenssl_keyed *keyed);

/// A protocol list in ALPN wire form (length byte, name, …) for `copenssl_select_alpn`.
typedef struct copenssl_alpn_list {
  const uint8_t *names;
  unsigned int count;
} copenssl_alpn_list;

/// Makes the server choose by its own order among `list`, which must outlive `context` and every SSL made from
/// it. No common protocol: fatal alert 120. A client that offers none is let through with none selected.
void copenssl_select_alpn(SSL_CTX *context, const copenssl_alpn_list *list);

/// Keeps OpenSSL from asking the terminal for a passphrase: an encrypted key is an error.
void copenssl_refuse_passphrase(SSL_CTX *context);

/// Only the certificates of the chain file are sent: libssl would add those of our trust store.
static inline void copenssl_set_modes(SSL_CTX *context) {
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_read_ahead(context, 1);
}

/// `chain_bytes` bounds the certificates that a client may send.
static inline void copenssl_set_server_options(SSL_CTX *context, long chain_bytes) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_max_cert_list(context, chain_bytes);
}

static inline void copenssl_set_client_options(SSL_CTX *context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}

static inline int copenssl_set_versions(SSL_CTX *context, int lowest, int highest) {
  return SSL_CTX_set_min_proto_version(context, lowest) == 1 &&
         SSL_CTX_set_max_proto_version(context, highest) == 1;
}

static inline int copenssl_set_groups(SSL_CTX *context, const char *names) {
  return SSL_CTX_set1_groups_list(context, names) == 1;
}

/// Signature algorithms for our own signatures, and those that a peer may use.
static inline int copenssl_set_signatures(SSL_CTX *context, const char *names) {
  return SSL_CTX_set1_sigalgs_list(context, names) == 1 &&
         SSL_CTX_set1_client_sigalgs_list(context, names) == 1;
}

/// No session is cached and no ticket sent or used: each connection verifies its certificate afresh.
static inline void copenssl_disable_resumption(SSL_CTX *context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
}

/// The client hands each session it may resume to the callback of SSL_CTX_sess_set_new_cb and keeps none.
static inline void copenssl_report_sessions(SSL_CTX *context) {
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
}

/// Keys that seal the tickets of one server context: the newest seals, it and the one before it open.
typedef struct copenssl_ticket_keys copenssl_ticket_keys;

/// Random keys, or NULL without memory or randomness.
copenssl_ticket_keys *copenssl_ticket_keys_new(void);

/// Wipes and frees. No SSL of a context that uses them may be left.
void copenssl_ticket_keys_free(copenssl_ticket_keys *keys);

/// Draws a new key; tickets of the key before the last are worthless from now on. Any thread. 1 on success.
int copenssl_ticket_keys_rotate(copenssl_ticket_keys *keys);

/// Makes the server seal TLS 1.3 tickets with `keys`, which must outlive `context` and every SSL made from it.
/// Tickets live `seconds`; `count` are sent after a full handshake. TLS 1.2 gets none: there a stolen ticket key
/// would open recorded traffic. 1 on success.
int copenssl_seal_tickets(SSL_CTX *context, copenssl_ticket_keys *keys, long seconds, size_t count);

/// Seconds since 1970; 0 for a damaged time.
long long copenssl_seconds(const ASN1_TIME *time);

/// The earliest end among the certificates by which the peer was verified in this handshake, in seconds since
/// 1970; -1 if none were (no certificate, or a resumed session).
long long copenssl_chain_until(const SSL *ssl);

/// When an OCSP response holds, in seconds since 1970.
typedef struct copenssl_response_times {
  long long from;
  long long until;
} copenssl_response_times;

/// Reads `count` DER bytes. 1: a good response for `certificate`, and when it holds; 0: not an OCSP response;
/// -1: the responder could not answer; -2: about another certificate; -3: it says revoked or unknown.
/// Its signature is left for clients to verify.
int copenssl_read_response(const uint8_t *bytes, size_t count, const X509 *certificate,
                           copenssl_response_times *times);

/// Makes the server call `answer` with `argument` for a client that asks for a stapled response.
static inline void copenssl_on_status_request(SSL_CTX *context, int (*answer)(SSL *, void *),
                                              void *argument) {
  SSL_CTX_set_tlsext_status_cb(context, answer);
  SSL_CTX_set_tlsext_status_arg(context, argument);
}

/// Staples a copy of `bytes`. 1 on success.
int copenssl_attach_staple(SSL *ssl, const uint8_t *bytes, size_t count);

/// Lets clients ask for a stapled response.
static inline void copenssl_request_staple(SSL_CTX *context) {
  SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
}

/// The stapled response that the server sent, borrowed; its length, or -1 if there was none.
static inline long copenssl_received_staple(SSL *ssl, const uint8_t **bytes) {
  return SSL_get_tlsext_status_ocsp_resp(ssl, bytes);
}

/// The revocation list at `index` among those of `context`, borrowed; NULL past the last.
X509_CRL *copenssl_revocation_list(SSL_CTX *context, int index);

/// Whether a list of `context` names the peer's certificate of `ssl`, or one above it as far as they are known. Any
/// thread that may use `ssl`.
int copenssl_is_peer_revoked(const SSL *ssl, SSL_CTX *context);

/// Whether libssl knows no way to use the key of `certificate`, because it is on the SM2 curve.
int copenssl_is_sm2(const X509 *certificate);

/// SHA-256 of the certificate's public key (DER, SubjectPublicKeyInfo) into `digest`, 32 bytes. 1 on success.
int copenssl_key_digest(const X509 *certificate, uint8_t *digest);

static inline int copenssl_set_server_name(SSL *ssl, const char *name) {
  return SSL_set_tlsext_host_name(ssl, name) == 1;
}

/// Empties this thread's error queue. `ERR_clear_error` walks all sixteen places of it, even when none is used,
/// and is called before every record: it was a tenth of what OpenSSL costs a small call.
static inline void copenssl_clear_errors(void) {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

static inline int copenssl_error_reason(unsigned long error) {
  return ERR_GET_REASON(error);
}

static inline int copenssl_error_is_library_ssl(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_SSL;
}

/// The certificate at `index` among those that `context` trusts, borrowed; NULL past the last.
X509 *copenssl_trusted_certificate(SSL_CTX *context, int index);

/// Subject alternative names of type URI: number of them, -1 if the extension is damaged.
int copenssl_uri_count(const X509 *certificate);

/// Copies the URI at `index` to `to` if it fits in `capacity`. Returns its length, 0 if there is none, -1 if it
/// does not fit. The bytes are the certificate's: not NUL-terminated, any value.
long copenssl_uri(const X509 *certificate, int index, uint8_t *to, size_t capacity);

/// Copies the last common name of the subject as UTF-8. Returns its length, 0 if there is none, -1 if
/// it does not fit.
long copenssl_common_name(const X509 *certificate, uint8_t *to, size_t capacity);

/// Bytes that the caller lends.
typedef struct copenssl_bytes {
  const uint8_t *start;
  size_t count;
} copenssl_bytes;

/// A verified chain: certificates that lead from the first one sent to a root.
typedef struct copenssl_chain copenssl_chain;

/// Verifies that the first of the certificates sent (DER each) leads to one of the roots (DER each) with sound
/// signatures of 112 bits at least, all valid at `seconds` since 1970. NULL if not, or if any cannot be read.
copenssl_chain *copenssl_chain_verify(const copenssl_bytes *sent, size_t sent_count,
                                      const copenssl_bytes *roots, size_t root_count,
                                      int64_t seconds);
void copenssl_chain_free(copenssl_chain *chain);

/// Certificates on the way, the root among them; and one of them, borrowed.
int copenssl_chain_count(const copenssl_chain *chain);
const X509 *copenssl_chain_certificate(const copenssl_chain *chain, int index);

/// Copies the serial number, big endian. Returns its length, -1 if it does not fit.
long copenssl_serial(const X509 *certificate, uint8_t *to, size_t capacity);

/// Copies the SubjectPublicKeyInfo in DER. Returns its length, -1 if it does not fit.
long copenssl_public_key(const X509 *certificate, uint8_t *to, size_t capacity);

/// The value of the extension `oid` (dotted), borrowed, and its length; -1 without one, -2 if there are two.
long copenssl_extension(const X509 *certificate, const char *oid, const uint8_t **value);

/// Ways of authenticated encryption: nonces of 12 bytes, tags of 16 behind the ciphertext.
typedef enum copenssl_cipher {
  /// Keys of 32 bytes.
  copenssl_aes_256_gcm,
  /// Keys of 16 bytes.
  copenssl_sm4_gcm,
} copenssl_cipher;

/// Encrypts `count` bytes; `sealed` has room for 16 more. 1 on success.
int copenssl_seal(copenssl_cipher cipher, const uint8_t *key, const uint8_t *nonce,
                  const uint8_t *aad, size_t aad_count, const uint8_t *plain, size_t count,
                  uint8_t *sealed);

/// Decrypts what `copenssl_seal` made; `plain` has room for all but the tag, and holds nothing of it unless 1 is
/// returned.
int copenssl_open(copenssl_cipher cipher, const uint8_t *key, const uint8_t *nonce,
                  const uint8_t *aad, size_t aad_count, const uint8_t *sealed, size_t sealed_count,
                  uint8_t *plain);

/// GHASH of NIST SP 800-38D over both runs, each filled up with zeros, and their lengths. Takes the same time for all
/// contents.
void copenssl_ghash(const uint8_t key[16], const uint8_t *aad, size_t aad_count,
                    const uint8_t *bytes, size_t count, uint8_t hash[16]);

/// What a key can wrap content keys with.
typedef enum copenssl_key_kind {
  copenssl_key_other,
  copenssl_key_rsa,
  copenssl_key_sm2,
  copenssl_key_x25519,
} copenssl_key_kind;

copenssl_key_kind copenssl_kind(EVP_PKEY *key);

/// Reads a PEM private key without a passphrase. The caller frees it; NULL if it is none.
EVP_PKEY *copenssl_read_private_key(const uint8_t *pem, size_t count);

/// Draws a key. The caller frees it; NULL if it cannot be made.
EVP_PKEY *copenssl_generate_key(copenssl_key_kind kind, int rsa_bits);

/// PKCS #8 in PEM, not encrypted; SubjectPublicKeyInfo in DER. Return the length, -1 if it does not fit.
long copenssl_write_private_key(EVP_PKEY *key, uint8_t *to, size_t capacity);
long copenssl_write_public_key(EVP_PKEY *key, uint8_t *to, size_t capacity);

/// RSA-OAEP with SHA-256 for both of its hashes and no label, or SM2 with SM3 in DER. Return the length, -1 on
/// failure.
long copenssl_encrypt(EVP_PKEY *key, const uint8_t *plain, size_t count, uint8_t *to,
                      size_t capacity);
long copenssl_decrypt(EVP_PKEY *key, const uint8_t *sealed, size_t count, uint8_t *to,
                      size_t capacity);

/// X25519 of our key and a public one of 32 bytes. 1 on success; points of small order fail.
int copenssl_agree(EVP_PKEY *own, const uint8_t *peer, uint8_t shared[32]);
int copenssl_x25519_public(EVP_PKEY *key, uint8_t to[32]);

/// SM2 ciphertext between C1 || C3 || C2 (GB/T 32918.4; C1 uncompressed) and DER (GM/T 0009). Return the length, -1 if
/// it is neither or does not fit. DER needs room for 256 bytes.
long copenssl_sm2_der(const uint8_t *raw, size_t count, uint8_t *to, size_t capacity);
long copenssl_sm2_raw(const uint8_t *der, size_t count, uint8_t *to, size_t capacity);
