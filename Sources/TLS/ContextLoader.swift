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
  /// Seconds since 1970.
  let now: Int
  private(set) var warnings: [String] = []

  init(context: OpaquePointer, now: Int) {
    self.context = context
    self.now = now
  }

  /// TLS 1.3: the three AEAD suites, AES-128 first (about a third faster than AES-256 here and as
  /// strong as P-256). TLS 1.2: forward secrecy and AEAD only.
  func setVersions(from lowest: TLSVersion, to highest: TLSVersion) throws(TLSSettingsError) {
    ERR_clear_error()
    SSL_CTX_set_security_level(context, 2)
    let suites13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    let suites12 = "ECDHE+AESGCM:ECDHE+CHACHA20"
    guard lowest <= highest,
      copenssl_set_versions(context, lowest.number, highest.number) != 0,
      SSL_CTX_set_ciphersuites(context, suites13) == 1,
      SSL_CTX_set_cipher_list(context, suites12) == 1,
      copenssl_set_groups(context, "X25519:P-256:P-384") != 0
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
      ERR_clear_error()
      throw TLSSettingsError(
        "\(chain): certificate of the \(owner) is not a chain of PEM certificates")
    }
    try checkReadable(key, "private key of the \(owner)")
    ERR_clear_error()
    let loaded = SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
    guard loaded, SSL_CTX_check_private_key(context) == 1 else {
      throw TLSSettingsError(keyFault(key, chain, owner))
    }
    if let leaf = SSL_CTX_get0_certificate(context) {
      warn(leaf, "\(chain): certificate of the \(owner)")
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
      warn(certificate, "\(file): certificate \(index + 1) of the \(what)")
      index += 1
    }
  }

  private func checkReadable(_ file: String, _ what: String) throws(TLSSettingsError) {
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

  private func keyFault(_ key: String, _ chain: String, _ owner: String) -> String {
    var reasons: Set<Int32> = []
    while true {
      let error = ERR_get_error()
      if error == 0 { break }
      reasons.insert(copenssl_error_reason(error))
    }
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

  private mutating func warn(_ certificate: OpaquePointer, _ what: String) {
    let ends = X509_get0_notAfter(certificate)
    var date = tm()
    guard ASN1_TIME_to_tm(ends, &date) == 1 else { return }
    let day = "\(date.tm_year + 1900)-\(twoDigits(date.tm_mon + 1))-\(twoDigits(date.tm_mday))"
    var at = time_t(now)
    var soon = time_t(now + TLSLimits.expiryWarningDays * 86_400)
    if X509_cmp_time(ends, &at) < 0 {
      warnings.append("\(what) expired on \(day); bring a new one")
    } else if X509_cmp_time(ends, &soon) < 0 {
      warnings.append("\(what) expires on \(day); bring a new one")
    } else if X509_cmp_time(X509_get0_notBefore(certificate), &at) > 0 {
      warnings.append("\(what) is not valid yet; check this machine's clock")
    }
  }

  private func twoDigits(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
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
