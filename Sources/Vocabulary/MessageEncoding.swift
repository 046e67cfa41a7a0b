// How a message is packed on the wire.

/// An encoding of messages, negotiated by SETTINGS and named in envelopes (PROTOCOL.md, "Compression").
package enum MessageEncoding: UInt8, Sendable, Hashable, CaseIterable {
  /// As it is.
  case identity = 0
  /// RFC 1952.
  case gzip = 1
  /// RFC 8878.
  case zstd = 2

  /// Its name in envelopes and headers.
  package var name: String {
    switch self {
    case .identity: "identity"
    case .gzip: "gzip"
    case .zstd: "zstd"
    }
  }

  /// Its bit in SETTINGS; none for what is always taken.
  package var settingsBit: UInt32 { self == .identity ? 0 : 1 << (UInt32(rawValue) - 1) }
}
