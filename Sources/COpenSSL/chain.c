// Chains of certificates that were sent as bytes, followed to roots that were configured as bytes.
#include "COpenSSL.h"

#include <limits.h>
#include <string.h>

struct copenssl_chain {
  STACK_OF(X509) * certificates;
};

// One certificate and nothing behind it; NULL otherwise.
static X509 *certificate_of(const copenssl_bytes *bytes) {
  if (bytes->count == 0 || bytes->count > LONG_MAX) return NULL;
  const uint8_t *at = bytes->start;
  X509 *certificate = d2i_X509(NULL, &at, (long)bytes->count);
  if (certificate != NULL && at != bytes->start + bytes->count) {
    X509_free(certificate);
    return NULL;
  }
  return certificate;
}

// All or nothing.
static STACK_OF(X509) *stack_of(const copenssl_bytes *list, size_t count) {
  STACK_OF(X509) *stack = sk_X509_new_null();
  for (size_t i = 0; stack != NULL && i < count; i++) {
    X509 *certificate = certificate_of(&list[i]);
    if (certificate == NULL || sk_X509_push(stack, certificate) <= 0) {
      X509_free(certificate);
      sk_X509_pop_free(stack, X509_free);
      return NULL;
    }
  }
  return stack;
}

static STACK_OF(X509) *
    verify(STACK_OF(X509) *sent, STACK_OF(X509) *roots, int64_t seconds) {
  STACK_OF(X509) *path = NULL;
  X509_STORE_CTX *context = X509_STORE_CTX_new();
  if (context == NULL) return NULL;
  if (X509_STORE_CTX_init(context, NULL, sk_X509_value(sent, 0), sent) == 1) {
    X509_STORE_CTX_set0_trusted_stack(context, roots);
    X509_VERIFY_PARAM *rules = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(rules, (time_t)seconds);
    // What is configured is trusted, whether it signs itself or not.
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
    // 112 bits: no SHA-1, RSA from 2048 bits on.
    X509_VERIFY_PARAM_set_auth_level(rules, 2);
    X509_VERIFY_PARAM_set_depth(rules, 10);
    if (X509_verify_cert(context) == 1) path = X509_STORE_CTX_get1_chain(context);
  }
  X509_STORE_CTX_free(context);
  return path;
}

copenssl_chain *copenssl_chain_verify(const copenssl_bytes *sent, size_t sent_count,
                                      const copenssl_bytes *roots, size_t root_count,
                                      int64_t seconds) {
  if (sent_count == 0 || root_count == 0) return NULL;
  STACK_OF(X509) *certificates = stack_of(sent, sent_count);
  STACK_OF(X509) *trusted = stack_of(roots, root_count);
  copenssl_chain *chain = NULL;
  if (certificates != NULL && trusted != NULL) {
    STACK_OF(X509) *path = verify(certificates, trusted, seconds);
    chain = path == NULL ? NULL : OPENSSL_zalloc(sizeof *chain);
    if (chain != NULL)
      chain->certificates = path;
    else
      sk_X509_pop_free(path, X509_free);
  }
  sk_X509_pop_free(certificates, X509_free);
  sk_X509_pop_free(trusted, X509_free);
  return chain;
}

void copenssl_chain_free(copenssl_chain *chain) {
  if (chain == NULL) return;
  sk_X509_pop_free(chain->certificates, X509_free);
  OPENSSL_free(chain);
}

int copenssl_chain_count(const copenssl_chain *chain) { return sk_X509_num(chain->certificates); }

const X509 *copenssl_chain_certificate(const copenssl_chain *chain, int index) {
  return sk_X509_value(chain->certificates, index);
}

long copenssl_serial(const X509 *certificate, uint8_t *to, size_t capacity) {
  const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
  int count = ASN1_STRING_length(serial);
  if (count < 0 || (size_t)count > capacity) return -1;
  memcpy(to, ASN1_STRING_get0_data(serial), (size_t)count);
  return count;
}

long copenssl_public_key(const X509 *certificate, uint8_t *to, size_t capacity) {
  uint8_t *der = NULL;
  int count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (count <= 0) return -1;
  long result = (size_t)count > capacity ? -1 : count;
  if (result > 0) memcpy(to, der, (size_t)count);
  OPENSSL_free(der);
  return result;
}

long copenssl_extension(const X509 *certificate, const char *oid, const uint8_t **value) {
  ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
  if (object == NULL) return -2;
  int first = X509_get_ext_by_OBJ(certificate, object, -1);
  int second = first < 0 ? -1 : X509_get_ext_by_OBJ(certificate, object, first);
  ASN1_OBJECT_free(object);
  if (first < 0) return -1;
  if (second >= 0) return -2;
  const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(X509_get_ext(certificate, first));
  if (data == NULL) return -2;
  *value = ASN1_STRING_get0_data(data);
  return ASN1_STRING_length(data);
}
