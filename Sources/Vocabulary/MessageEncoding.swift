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

/// A set of encodings, as SETTINGS carry it. Bits that no encoding has mean nothing to us and are kept.
package struct MessageEncodings: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let gzip = MessageEncodings(rawValue: MessageEncoding.gzip.settingsBit)
  package static let zstd = MessageEncodings(rawValue: MessageEncoding.zstd.settingsBit)
  /// Every encoding there is.
  package static let all: MessageEncodings = [.gzip, .zstd]

  /// Whether messages packed with `encoding` are taken; those that are as they are always are.
  package func takes(_ encoding: MessageEncoding) -> Bool {
    rawValue & encoding.settingsBit == encoding.settingsBit
  }
}
