// Fills an SSL_CTX from files and says in one line what is wrong with them.

internal import COpenSSL

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Steps of making a context. Borrows the SSL_CTX; lives only inside `TLSContext.init`.
struct ContextLoader {
  let context: OpaquePointer
  /// What was loaded, and when it holds.
  var validities: [Validity] = []
  /// What an operator should know and time does not change. One line each.
  var remarks: [String] = []

  init(context: OpaquePointer) { self.context = context }

  /// TLS 1.3: the three AEAD suites, AES-128 first (about a third faster than AES-256 here and as
  /// strong as P-256). TLS 1.2: forward secrecy and AEAD only. Nothing is left to what the system's
  /// configuration of OpenSSL says.
  func setVersions(from lowest: TLSVersion, to highest: TLSVersion) throws(TLSSettingsError) {
    ERR_clear_error()
    SSL_CTX_set_security_level(context, 2)
    let suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    let suites12 =
      "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
      + "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305"
    // PKCS #1 is for certificates and TLS 1.2 only; 1.3 signs handshakes without it.
    let signatures =
      "ECDSA+SHA256:ECDSA+SHA384:ed25519:rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:"
      + "rsa_pss_rsae_sha512:rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:"
      + "RSA+SHA256:RSA+SHA384:RSA+SHA512"
    guard lowest <= highest,
      copenssl_set_versions(context, lowest.number, highest.number) != 0,
      SSL_CTX_set_ciphersuites(context, suites13) == 1,
      SSL_CTX_set_cipher_list(context, suites12) == 1,
      copenssl_set_groups(context, "X25519:P-256:P-384") != 0,
      copenssl_set_signatures(context, signatures) != 0
    else {
      ERR_clear_error()
      throw TLSSettingsError("libssl refuses TLS \(lowest.rawValue) to \(highest.rawValue)")
    }
  }

  /// Loads a certificate chain and its key. `owner` is "server" or "client", for messages.
  mutating func loadIdentity(
    chain: String, key: String, of owner: String
  ) throws(TLSSettingsError) {
    try checkReadable(chain, "certificate of the \(owner)")
    ERR_clear_error()
    guard SSL_CTX_use_certificate_chain_file(context, chain) == 1 else {
      throw TLSSettingsError(chainFault(chain, owner))
    }
    try checkReadable(key, "private key of the \(owner)")
    ERR_clear_error()
    let loaded = SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
    guard loaded, SSL_CTX_check_private_key(context) == 1 else {
      throw TLSSettingsError(keyFault(key, chain, owner))
    }
    if let leaf = SSL_CTX_get0_certificate(context) {
      note(leaf, .ownCertificate, "\(chain): certificate of the \(owner)")
    }
  }

  /// Asks clients for certificates and says whose are trusted.
  mutating func requestClientCertificates(
    _ rule: ClientCertificates, authorities: String?
  ) throws(TLSSettingsError) {
    var id = Array("idv".utf8)
    // Without it a resumed session with a client certificate fails
    // (SSL_CTX_set_session_id_context(3)).
    guard SSL_CTX_set_session_id_context(context, &id, UInt32(id.count)) == 1 else {
      throw TLSSettingsError("out of memory")
    }
    switch rule {
    case .ignored:
      SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
      return
    case .optional: SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    case .required:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }
    guard let authorities else {
      throw TLSSettingsError(
        "client certificates are asked for, so a file of authorities is needed")
    }
    try trust(authorities, "authorities of clients")
    // Tells clients which certificate to send.
    ERR_clear_error()
    guard let names = SSL_load_client_CA_file(authorities) else {
      ERR_clear_error()
      throw TLSSettingsError("\(authorities): authorities of clients have no names")
    }
    SSL_CTX_set_client_CA_list(context, names)
  }

  /// Trusts the certificates in `file` and no others.
  mutating func trust(_ file: String, _ what: String) throws(TLSSettingsError) {
    try checkReadable(file, what)
    ERR_clear_error()
    guard SSL_CTX_load_verify_file(context, file) == 1 else {
      ERR_clear_error()
      throw TLSSettingsError("\(file): \(what) is not a list of PEM certificates")
    }
    SSL_CTX_set_verify_depth(context, TLSLimits.chainDepthMax)
    var index: Int32 = 0
    while let certificate = copenssl_trusted_certificate(context, index) {
      let name = "\(file): certificate \(index + 1) of the \(what)"
      note(certificate, .authority, name)
      if copenssl_is_sm2(certificate) != 0 {
        remarks.append("\(name) has an SM2 key; \(Self.sm2Support)")
      }
      index += 1
    }
  }

  func checkReadable(_ file: String, _ what: String) throws(TLSSettingsError) {
    var status = stat()
    guard stat(file, &status) == 0 else {
      let why = errno == ENOENT || errno == ENOTDIR ? "does not exist" : "cannot be reached"
      throw TLSSettingsError("\(file): \(what) \(why)")
    }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw TLSSettingsError("\(file): \(what) is a folder, not a file")
    }
    guard access(file, R_OK) == 0 else {
      throw TLSSettingsError("\(file): \(what) cannot be read by this user")
    }
  }

  /// What is missing for SM2 (RFC 8998). OpenSSL 3.0 reads such keys, but its TLS has neither the signature
  /// scheme sm2sig_sm3 nor the SM4 suites, and its verifier cannot be told the signer's identity.
  private static let sm2Support =
    "this libssl has no SM2 in TLS (sm2sig_sm3, TLS_SM4_GCM_SM3 of RFC 8998); use P-256"

  private func chainFault(_ chain: String, _ owner: String) -> String {
    let reasons = Self.drainReasons()
    if reasons.contains(SSL_R_UNKNOWN_CERTIFICATE_TYPE) {
      let isSM2 = Self.firstCertificate(in: chain) { copenssl_is_sm2($0) != 0 } ?? false
      return "\(chain): certificate of the \(owner) has "
        + (isSM2 ? "an SM2 key; \(Self.sm2Support)" : "a kind of key that TLS has no use for")
    }
    return "\(chain): certificate of the \(owner) is not a chain of PEM certificates"
  }

  private static func firstCertificate<R>(in file: String, _ body: (OpaquePointer) -> R) -> R? {
    ERR_clear_error()
    guard let bio = BIO_new_file(file, "r") else { return nil }
    defer {
      BIO_free(bio)
      ERR_clear_error()
    }
    guard let certificate = PEM_read_bio_X509(bio, nil, nil, nil) else { return nil }
    defer { X509_free(certificate) }
    return body(certificate)
  }

  private static func drainReasons() -> Set<Int32> {
    var reasons: Set<Int32> = []
    while true {
      let error = ERR_get_error()
      if error == 0 { return reasons }
      reasons.insert(copenssl_error_reason(error))
    }
  }

  private func keyFault(_ key: String, _ chain: String, _ owner: String) -> String {
    let reasons = Self.drainReasons()
    if reasons.contains(X509_R_KEY_VALUES_MISMATCH) || reasons.contains(X509_R_KEY_TYPE_MISMATCH)
      || reasons.contains(SSL_R_NO_PRIVATE_KEY_ASSIGNED)
      || reasons.contains(SSL_R_NO_CERTIFICATE_ASSIGNED)
    {
      return "\(key): private key of the \(owner) does not belong to the certificate in \(chain)"
    }
    if reasons.contains(PEM_R_BAD_PASSWORD_READ)
      || reasons.contains(PEM_R_PROBLEMS_GETTING_PASSWORD)
    {
      return "\(key): private key of the \(owner) is encrypted; store it without a passphrase"
    }
    return "\(key): private key of the \(owner) is not a PEM private key"
  }

  private mutating func note(
    _ certificate: OpaquePointer, _ kind: Validity.Kind, _ what: String
  ) {
    validities.append(
      Validity(
        kind: kind, what: what, from: Int(copenssl_seconds(X509_get0_notBefore(certificate))),
        until: Int(copenssl_seconds(X509_get0_notAfter(certificate)))))
  }
}

extension TLSVersion {
  /// libssl's number.
  var number: Int32 {
    switch self {
    case .v12: TLS1_2_VERSION
    case .v13: TLS1_3_VERSION
    }
  }
}
