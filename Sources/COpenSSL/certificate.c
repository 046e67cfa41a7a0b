// What a verified certificate says about its holder, read by length: a NUL inside a name ends nothing.
#include "COpenSSL.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

static GENERAL_NAMES *alternative_names(const X509 *certificate, int *critical) {
  return X509_get_ext_d2i(certificate, NID_subject_alt_name, critical, NULL);
}

int copenssl_uri_count(const X509 *certificate) {
  int critical = 0;
  GENERAL_NAMES *names = alternative_names(certificate, &critical);
  // -1: no such extension; -2: twice, or damaged (X509_get_ext_d2i(3)).
  if (names == NULL) return critical == -1 ? 0 : -1;
  int count = 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
    if (sk_GENERAL_NAME_value(names, i)->type == GEN_URI) count++;
  }
  GENERAL_NAMES_free(names);
  return count;
}

static long copy(const ASN1_STRING *text, uint8_t *to, size_t capacity) {
  int count = ASN1_STRING_length(text);
  if (count < 0 || (size_t)count > capacity) return -1;
  if (count > 0) memcpy(to, ASN1_STRING_get0_data(text), (size_t)count);
  return count;
}

long copenssl_uri(const X509 *certificate, int index, uint8_t *to, size_t capacity) {
  int critical = 0;
  GENERAL_NAMES *names = alternative_names(certificate, &critical);
  if (names == NULL) return 0;
  long result = 0;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI || index-- != 0) continue;
    result = copy(name->d.uniformResourceIdentifier, to, capacity);
    break;
  }
  GENERAL_NAMES_free(names);
  return result;
}

long copenssl_common_name(const X509 *certificate, uint8_t *to, size_t capacity) {
  X509_NAME *subject = X509_get_subject_name(certificate);
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) last = at;
  if (last < 0) return 0;
  unsigned char *text = NULL;
  int count =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, last)));
  if (count < 0) return -1;
  long result = (size_t)count > capacity ? -1 : count;
  if (result > 0) memcpy(to, text, (size_t)count);
  OPENSSL_free(text);
  return result;
}

long long copenssl_seconds(const ASN1_TIME *time) {
  struct tm parts;
  return ASN1_TIME_to_tm(time, &parts) == 1 ? (long long)timegm(&parts) : 0;
}

long long copenssl_chain_until(const SSL *ssl) {
  STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
  long long until = -1;
  for (int i = 0; i < sk_X509_num(chain); i++) {
    long long end = copenssl_seconds(X509_get0_notAfter(sk_X509_value(chain, i)));
    if (until < 0 || end < until) until = end;
  }
  return until;
}

int copenssl_is_sm2(const X509 *certificate) {
  EVP_PKEY *key = X509_get0_pubkey(certificate);
  return key != NULL && EVP_PKEY_is_a(key, "SM2");
}

int copenssl_key_digest(const X509 *certificate, uint8_t *digest) {
  unsigned char *der = NULL;
  int count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (count <= 0) return 0;
  int made = EVP_Digest(der, (size_t)count, digest, NULL, EVP_sha256(), NULL);
  OPENSSL_free(der);
  return made == 1;
}
