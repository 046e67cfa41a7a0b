// Revocation lists of clients and the stapled response of the server: files that say who is still trusted.

internal import COpenSSL

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension ContextLoader {
  /// Checks every client, and every authority above it, against the lists in `files`.
  /// - Returns: when the first of them ends, in seconds since 1970; `.max` without files, or when ended
  ///   lists go on to be used.
  mutating func revoke(
    by files: [String], usesStale: Bool, rule: ClientCertificates
  ) throws(TLSSettingsError) -> Int {
    guard !files.isEmpty, rule != .ignored else { return .max }
    for file in files { try loadLists(file, usesStale: usesStale) }
    let flags = UInt(X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL)
    guard X509_STORE_set_flags(SSL_CTX_get_cert_store(context), flags) == 1 else {
      throw TLSSettingsError("out of memory")
    }
    if usesStale {
      SSL_CTX_set_verify(context, SSL_CTX_get_verify_mode(context)) { verified, store in
        guard verified == 0, X509_STORE_CTX_get_error(store) == X509_V_ERR_CRL_HAS_EXPIRED else {
          return verified
        }
        X509_STORE_CTX_set_error(store, X509_V_OK)
        return 1
      }
    }
    remarkMissingLists()
    guard !usesStale else { return .max }
    return validities.reduce(.max) { earliest, validity in
      if case .revocationList = validity.kind { min(earliest, validity.until) } else { earliest }
    }
  }

  private mutating func loadLists(_ file: String, usesStale: Bool) throws(TLSSettingsError) {
    let what = "revocation list of clients"
    try checkReadable(file, what)
    ERR_clear_error()
    defer { ERR_clear_error() }
    guard let bio = BIO_new_file(file, "r") else {
      throw TLSSettingsError("\(file): \(what) cannot be read by this user")
    }
    defer { BIO_free(bio) }
    var count = 0
    while let list = PEM_read_bio_X509_CRL(bio, nil, nil, nil) {
      defer { X509_CRL_free(list) }
      count += 1
      guard X509_STORE_add_crl(SSL_CTX_get_cert_store(context), list) == 1 else {
        throw TLSSettingsError("out of memory")
      }
      // A list need not say when it ends; then it never does (X509_cmp_time(3) is not asked).
      let end = X509_CRL_get0_nextUpdate(list)
      validities.append(
        Validity(
          kind: .revocationList(isUsedWhenStale: usesStale), what: "\(file): \(what) \(count)",
          from: Int(copenssl_seconds(X509_CRL_get0_lastUpdate(list))),
          until: end == nil ? .max : Int(copenssl_seconds(end))))
    }
    // The reader ends with "no start line" after the last list, and with something else inside a damaged one.
    let reason = copenssl_error_reason(ERR_peek_last_error())
    guard count > 0, reason == PEM_R_NO_START_LINE else {
      throw TLSSettingsError("\(file): \(what) is not a list in PEM")
    }
  }

  private mutating func remarkMissingLists() {
    var index: Int32 = 0
    while let authority = copenssl_trusted_certificate(context, index) {
      index += 1
      var hasList = false
      var at: Int32 = 0
      while !hasList, let list = copenssl_revocation_list(context, at) {
        hasList =
          X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(authority)) == 0
        at += 1
      }
      if !hasList {
        remarks.append(
          "certificate \(index) of the authorities of clients has no revocation list; its clients "
            + "are refused")
      }
    }
  }

  /// Reads the response to be stapled; a useless one becomes a remark.
  mutating func loadResponse(
    _ file: String, clock: @escaping @Sendable () -> Int
  ) -> Staple? {
    let what = "\(file): OCSP response"
    guard let leaf = SSL_CTX_get0_certificate(context) else { return nil }
    guard let bytes = Self.content(of: file, upTo: TLSLimits.responseBytesMax) else {
      remarks.append(
        "\(what) cannot be read, or is larger than \(TLSLimits.responseBytesMax) bytes; nothing is "
          + "stapled")
      return nil
    }
    var times = copenssl_response_times()
    ERR_clear_error()
    let verdict = copenssl_read_response(bytes, bytes.count, leaf, &times)
    ERR_clear_error()
    let fault: String
    switch verdict {
    case 1:
      let (from, until) = (Int(times.from), Int(times.until))
      validities.append(Validity(kind: .response, what: what, from: from, until: until))
      return Staple(bytes: bytes, from: from, until: until, clock: clock)
    case -1: fault = "says that the responder could not answer"
    case -2: fault = "is about another certificate than the server's"
    case -3: fault = "does not say that the server's certificate is good"
    default: fault = "is not one in DER"
    }
    remarks.append("\(what) \(fault); nothing is stapled")
    return nil
  }

  private static func content(of file: String, upTo bytesMax: Int) -> [UInt8]? {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: bytesMax + 1)
    var filled = 0
    while filled < bytes.count {
      let room = bytes.count - filled
      let count = bytes.withUnsafeMutableBytes {
        read(descriptor, $0.baseAddress! + filled, room)
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return Array(bytes[..<filled]) }
      filled += count
    }
    return nil
  }
}
