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

/// Whether a list of the certificate's issuer names it. The store must be locked: a verification elsewhere may sort it.
static int is_listed(X509_STORE *store, X509 *certificate) {
  STACK_OF(X509_OBJECT) *objects = X509_STORE_get0_objects(store);
  for (int i = 0; i < sk_X509_OBJECT_num(objects); i++) {
    X509_CRL *list = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(objects, i));
    X509_REVOKED *entry = NULL;
    // 2 says that an earlier entry is taken back.
    if (list != NULL && X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_issuer_name(certificate)) == 0 &&
        X509_CRL_get0_by_cert(list, &entry, certificate) == 1) {
      return 1;
    }
  }
  return 0;
}

int copenssl_is_peer_revoked(const SSL *ssl, SSL_CTX *context) {
  X509 *leaf = SSL_get0_peer_certificate(ssl);
  if (leaf == NULL) return 0;
  // A resumed session knows the leaf only.
  STACK_OF(X509) *chain = SSL_get0_verified_chain(ssl);
  if (chain == NULL) chain = SSL_get_peer_cert_chain(ssl);
  X509_STORE *store = SSL_CTX_get_cert_store(context);
  if (X509_STORE_lock(store) != 1) return 0;
  int revoked = is_listed(store, leaf);
  for (int i = 0; !revoked && i < sk_X509_num(chain); i++) {
    revoked = is_listed(store, sk_X509_value(chain, i));
  }
  X509_STORE_unlock(store);
  return revoked;
}
