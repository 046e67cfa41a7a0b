// OCSP responses that a server staples.
#include "COpenSSL.h"

#include <string.h>

// Whether `id` is about `certificate`: same serial number, same issuer name by the id's own digest.
static int is_about(const OCSP_SINGLERESP *single, const X509 *certificate) {
  ASN1_OCTET_STRING *name = NULL;
  ASN1_OBJECT *algorithm = NULL;
  ASN1_INTEGER *serial = NULL;
  OCSP_CERTID *id = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id(single);
  if (!OCSP_id_get0_info(&name, &algorithm, NULL, &serial, id)) return 0;
  if (ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(certificate)) != 0) return 0;
  const EVP_MD *digest = EVP_get_digestbyobj(algorithm);
  unsigned char expected[EVP_MAX_MD_SIZE];
  unsigned int count = 0;
  if (digest == NULL || !X509_NAME_digest(X509_get_issuer_name(certificate), digest, expected, &count)) {
    return 0;
  }
  return ASN1_STRING_length(name) == (int)count &&
         memcmp(ASN1_STRING_get0_data(name), expected, count) == 0;
}

static int judge(copenssl_response_times *times, OCSP_BASICRESP *basic, const X509 *certificate) {
  for (int i = 0; i < OCSP_resp_count(basic); i++) {
    OCSP_SINGLERESP *single = OCSP_resp_get0(basic, i);
    if (!is_about(single, certificate)) continue;
    ASN1_GENERALIZEDTIME *from = NULL;
    ASN1_GENERALIZEDTIME *until = NULL;
    int status = OCSP_single_get0_status(single, NULL, NULL, &from, &until);
    if (status != V_OCSP_CERTSTATUS_GOOD) return -3;
    times->from = from == NULL ? 0 : copenssl_seconds(from);
    // Without an end newer information is always available (RFC 6960 2.4): such a response is never fresh.
    times->until = until == NULL ? 0 : copenssl_seconds(until);
    return 1;
  }
  return -2;
}

int copenssl_read_response(const uint8_t *bytes, size_t count, const X509 *certificate,
                           copenssl_response_times *times) {
  const unsigned char *at = bytes;
  OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)count);
  if (response == NULL) return 0;
  int result = -1;
  if (OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
    result = basic == NULL ? 0 : judge(times, basic, certificate);
    OCSP_BASICRESP_free(basic);
  }
  OCSP_RESPONSE_free(response);
  return result;
}

int copenssl_attach_staple(SSL *ssl, const uint8_t *bytes, size_t count) {
  unsigned char *copy = OPENSSL_memdup(bytes, count);
  if (copy == NULL) return 0;
  if (SSL_set_tlsext_status_ocsp_resp(ssl, copy, (long)count) == 1) return 1;
  OPENSSL_free(copy);
  return 0;
}
