// What an operator or a caller may choose about TLS. File names only; nothing is read here.

/// A version of TLS.
package enum TLSVersion: String, Sendable, Comparable {
  /// Only where an old client forces it: ECDHE with an AEAD cipher, no renegotiation.
  case v12 = "1.2"
  case v13 = "1.3"

  package static func < (a: TLSVersion, b: TLSVersion) -> Bool { a.rawValue < b.rawValue }
}

/// Whether a server asks its clients for certificates.
package enum ClientCertificates: Sendable {
  /// A client without a trusted certificate is refused.
  case required
  /// A client may come without; a certificate that comes must be trusted.
  case optional
  /// Clients are not asked. For tests and measurements only.
  case ignored
}

/// A server's side of TLS. Fields are PEM files; paths are opened once, when the context is made.
package struct TLSServerSettings: Sendable {
  /// The server's certificate, followed by those between it and its root.
  package var certificateChainFile: String
  /// Private key of the first certificate, not encrypted.
  package var privateKeyFile: String
  /// Authorities whose clients are let in. Needed unless `clientCertificates` is `.ignored`.
  package var clientAuthorityFile: String?
  package var clientCertificates: ClientCertificates = .required
  /// Revocation lists of those authorities. If any is given, every authority between a client and its
  /// root needs a list: a client whose authority has none is refused.
  package var revocationFiles: [String] = []
  /// Whether a list that has ended goes on to be used, instead of refusing its authority's clients.
  package var usesStaleRevocation = false
  /// OCSP response (DER) about the server's certificate, stapled while it holds. A file that is missing or
  /// useless is never a reason not to serve: it is named in the context's warnings.
  package var responseFile: String?
  /// Whether clients may resume sessions (TLS 1.3 only; never with early data).
  package var resumesSessions = true
  /// Application protocols in the server's order of preference. A client that names none is served
  /// as the last resort of old clients (`TLSSession.applicationProtocol` is nil).
  package var applicationProtocols: [String]
  package var lowestVersion: TLSVersion = .v13

  package init(
    certificateChainFile: String, privateKeyFile: String, clientAuthorityFile: String?,
    applicationProtocols: [String]
  ) {
    self.certificateChainFile = certificateChainFile
    self.privateKeyFile = privateKeyFile
    self.clientAuthorityFile = clientAuthorityFile
    self.applicationProtocols = applicationProtocols
  }
}

/// A client's side of TLS. The server's certificate and name are always verified.
package struct TLSClientSettings: Sendable {
  /// Authorities whose servers are trusted; the system's are not consulted.
  package var authorityFile: String
  /// The client's certificate, followed by those between it and its root; nil to come without.
  package var certificateChainFile: String?
  /// Private key of the first certificate; given exactly when `certificateChainFile` is.
  package var privateKeyFile: String?
  /// Application protocols to offer; empty offers none.
  package var applicationProtocols: [String]
  package var lowestVersion: TLSVersion = .v13
  package var highestVersion: TLSVersion = .v13
  /// Whether servers are asked for a stapled OCSP response (`TLSSession.stapledResponse`). It is not judged.
  package var requestsStaple = false
  /// Whether sessions that servers offer are resumed.
  package var resumesSessions = true

  package init(
    authorityFile: String, certificateChainFile: String?, privateKeyFile: String?,
    applicationProtocols: [String]
  ) {
    self.authorityFile = authorityFile
    self.certificateChainFile = certificateChainFile
    self.privateKeyFile = privateKeyFile
    self.applicationProtocols = applicationProtocols
  }
}

/// Why a context could not be made: one line for the operator, naming the file. Never sent to a
/// peer.
package struct TLSSettingsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong and what to do, in one line.
  package let description: String

  init(_ description: String) { self.description = description }
}
