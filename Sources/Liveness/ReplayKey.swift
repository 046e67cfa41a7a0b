// Under which secret fingerprints are stored.

/// HMAC-SHA-256 under a key that the holder does not show. Any thread.
package protocol KeyedDigest: Sendable {
  /// 32 bytes.
  func code(of message: [UInt8]) -> [UInt8]
}

/// Turns fingerprints and digests into what may be stored.
///
/// The 63 bits are put into a secret order and a secret half of them is inverted; media digests become an HMAC. What is
/// stored then says nothing without the key: it cannot be asked "was this film here?", nor be joined with the records of
/// another server. It is not encryption: two stored clips can still be found alike, and who can send films of his own
/// *and* read what became of them can learn the order from a few dozen frames. Neither gives back a picture: the bits
/// say how something moved. When the key is changed, everything remembered is worthless, and should be dropped.
package struct ReplayKey: Sendable {
  /// Where each bit of a fingerprint goes.
  private let places: [Int]
  private let mask: UInt64
  private let digest: any KeyedDigest

  package init(_ digest: any KeyedDigest) {
    self.digest = digest
    var stream = ByteStream(digest, label: "idv replay order v1")
    var places = Array(0..<ReplayLimits.bitCount)
    // Fisher and Yates, from bytes without bias.
    for index in stride(from: places.count - 1, to: 0, by: -1) {
      places.swapAt(index, stream.next(below: index + 1))
    }
    self.places = places
    let bytes = digest.code(of: Array("idv replay mask v1".utf8)).prefix(8)
    mask = bytes.reduce(0) { $0 << 8 | UInt64($1) } & (1 << UInt64(ReplayLimits.bitCount) - 1)
  }

  /// The bits as they are stored.
  package func keyed(_ bits: UInt64) -> UInt64 {
    // Bit 0 of a fingerprint is never set.
    var rest = bits >> 1 & (1 << UInt64(ReplayLimits.bitCount) - 1)
    var result: UInt64 = 0
    while rest != 0 {
      result |= 1 << UInt64(places[rest.trailingZeroBitCount])
      rest &= rest - 1
    }
    return result ^ mask
  }

  /// The code of a file whose SHA-256 is `digest`.
  package func mediaCode(_ sha256: [UInt8]) -> [UInt8] {
    digest.code(of: Array("idv replay media v1".utf8) + sha256)
  }

  /// The code of whatever says that two submissions are one.
  package func originCode(_ origin: [UInt8]) -> [UInt8] {
    digest.code(of: Array("idv replay origin v1".utf8) + origin)
  }
}

/// Endless bytes from a keyed digest in counter mode.
private struct ByteStream {
  private let digest: any KeyedDigest
  private let label: [UInt8]
  private var counter: UInt8 = 0
  private var bytes: ArraySlice<UInt8> = []

  init(_ digest: any KeyedDigest, label: String) {
    self.digest = digest
    self.label = Array(label.utf8)
  }

  /// A number below `bound`, which is at most 64; each as likely as another.
  mutating func next(below bound: Int) -> Int {
    precondition((1...64).contains(bound))
    let limit = 256 / bound * bound
    while true {
      if bytes.isEmpty {
        bytes = digest.code(of: label + [counter])[...]
        precondition(bytes.count == ReplayLimits.codeBytes, "not a digest of 32 bytes")
        counter &+= 1
      }
      let byte = Int(bytes.removeFirst())
      if byte < limit { return byte % bound }
    }
  }
}
