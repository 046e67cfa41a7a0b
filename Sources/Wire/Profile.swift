// Which of the two dialects a connection speaks, and how its calls are numbered.

/// The dialect of a connection, fixed by ALPN before the first frame. PROTOCOL.md, "Profiles".
package enum Profile: Sendable, Hashable, CaseIterable {
  /// ttrpc 1.2 as stock Go and Rust stubs speak it: no windows, no cancel, frames up to 4 MiB.
  case compat
  /// idv/1: the same header and envelope, with settings, windows, cancel, ping, drain and chunking.
  case native

  /// The profile that `alpn` stands for; a peer that offers none speaks ttrpc. Nil for any other name.
  package init?(alpn: String?) {
    switch alpn {
    case "idv/1": self = .native
    case "ttrpc/1.2", nil: self = .compat
    default: return nil
    }
  }

  /// The protocol's name in the TLS handshake.
  package var alpn: String {
    switch self {
    case .compat: "ttrpc/1.2"
    case .native: "idv/1"
    }
  }
}

/// The number of a call within its connection: odd, strictly increasing, never used twice.
package struct StreamID: Sendable, Hashable, CustomStringConvertible {
  package let raw: UInt32

  @inlinable package init(_ raw: UInt32) { self.raw = raw }

  package var description: String { "stream \(raw)" }

  /// The largest number a call may have; the sign bit stays clear for languages without unsigned types.
  package static let max: UInt32 = 0x7FFF_FFFF
}
