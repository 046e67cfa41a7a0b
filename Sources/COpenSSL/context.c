// Callbacks of an SSL_CTX. None of them traps on what a peer sends.
#include "COpenSSL.h"

static int select_alpn(SSL *ssl, const unsigned char **chosen, unsigned char *chosen_count,
                       const unsigned char *offered, unsigned int offered_count, void *argument) {
  (void)ssl;
  const copenssl_alpn_list *list = argument;
  unsigned char *found = NULL;
  if (SSL_select_next_proto(&found, chosen_count, list->names, list->count, offered, offered_count) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

void copenssl_select_alpn(SSL_CTX *context, const copenssl_alpn_list *list) {
  SSL_CTX_set_alpn_select_cb(context, select_alpn, (void *)list);
}

static int no_passphrase(char *to, int capacity, int writing, void *argument) {
  (void)to;
  (void)capacity;
  (void)writing;
  (void)argument;
  return -1;
}

void copenssl_refuse_passphrase(SSL_CTX *context) {
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
}

X509 *copenssl_trusted_certificate(SSL_CTX *context, int index) {
  STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
    X509 *certificate = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(objects, i));
    if (certificate != NULL && index-- == 0) return certificate;
  }
  return NULL;
}

X509_CRL *copenssl_revocation_list(SSL_CTX *context, int index) {
  STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
  for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
    X509_CRL *list = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
    if (list != NULL && index-- == 0) return list;
  }
  return NULL;
}
