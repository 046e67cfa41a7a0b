// The methods a server has, found by the bytes of their names.

internal import Glibc
package import Vocabulary

/// One method as the wire layer needs to know it.
package struct MethodEntry: Sendable, Hashable {
  /// Full name of the service: `idv.v1.Basic`.
  package let service: String
  /// Name of the method: `CompareFaces`.
  package let method: String
  package let kind: MethodKind
  /// Largest request message; nil takes `WireLimits.methodMessageBytesMax`.
  package let requestBytesMax: Int?
  /// Whether calls are answered while they are received, by `receive`'s `answer`, instead of being started; unary
  /// only.
  package let isAtOnce: Bool
  /// Whether answers may be compressed; not worth it for media.
  package let compressesAnswers: Bool

  package init(
    service: String, method: String, kind: MethodKind = .unary, requestBytesMax: Int? = nil,
    isAtOnce: Bool = false, compressesAnswers: Bool = true
  ) {
    self.compressesAnswers = compressesAnswers
    self.isAtOnce = isAtOnce && kind == .unary
    self.service = service
    self.method = method
    self.kind = kind
    self.requestBytesMax = requestBytesMax
  }
}

/// An immutable index of methods, shared by all connections of a server. A look-up compares bytes and makes
/// no `String`.
package final class MethodTable: Sendable {
  /// The methods in the order given; `IncomingCall.method` is a position in it.
  package let entries: [MethodEntry]
  private let services: [[UInt8]]
  /// Service and method names, joined by a slash, one key after the other; key n starts at `starts[n]`.
  private let names: [UInt8]
  private let starts: [Int]
  private let serviceLengths: [Int]
  let kinds: [MethodKind]
  let bytesMax: [Int?]
  let compressesAnswers: [Bool]
  let areAtOnce: [Bool]
  /// Open addressing over the keys; -1 is empty.
  private let index: [Int32]

  /// What a look-up found.
  enum Match: Equatable {
    case method(Int)
    case unknownMethod, unknownService
  }

  /// - Precondition: no method is listed twice.
  package init(_ entries: [MethodEntry]) {
    self.entries = entries
    let keys = entries.map { Array("\($0.service)/\($0.method)".utf8) }
    names = Array(keys.joined())
    starts = keys.reduce(into: [0]) { $0.append($0.last! + $1.count) }
    serviceLengths = entries.map { $0.service.utf8.count }
    kinds = entries.map(\.kind)
    bytesMax = entries.map(\.requestBytesMax)
    compressesAnswers = entries.map(\.compressesAnswers)
    areAtOnce = entries.map(\.isAtOnce)
    services = Set(entries.map(\.service)).sorted().map { Array($0.utf8) }
    precondition(Set(keys).count == keys.count, "a method is listed twice")
    var size = 16
    while size < entries.count * 2 { size *= 2 }
    var index = [Int32](repeating: -1, count: size)
    for (number, key) in keys.enumerated() {
      let split = serviceLengths[number]
      var place =
        key.withUnsafeBytes { bytes in
          Self.hash(
            UnsafeRawBufferPointer(rebasing: bytes[..<split]),
            UnsafeRawBufferPointer(rebasing: bytes[(split + 1)...]))
        } & (size - 1)
      while index[place] >= 0 { place = (place + 1) & (size - 1) }
      index[place] = Int32(number)
    }
    self.index = index
  }

  package subscript(method: Int) -> MethodEntry { entries[method] }

  package var count: Int { entries.count }

  /// Largest request message of `method`, packed or not.
  package func messageBytesMax(_ method: Int, _ limits: borrowing WireLimits) -> Int {
    guard let own = bytesMax[method] else {
      return min(limits.methodMessageBytesMax, limits.messageBytesMax)
    }
    return min(own, limits.messageBytesMax)
  }

  /// Finds the method with these names.
  func find(service: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer) -> Match {
    let mask = index.count - 1
    var place = Self.hash(service, method) & mask
    while index[place] >= 0 {
      let number = Int(index[place])
      if matches(number, service, method) { return .method(number) }
      place = (place + 1) & mask
    }
    return services.contains { $0.elementsEqual(service) } ? .unknownMethod : .unknownService
  }

  private func matches(
    _ number: Int, _ service: UnsafeRawBufferPointer, _ method: UnsafeRawBufferPointer
  ) -> Bool {
    guard serviceLengths[number] == service.count else { return false }
    let offset = starts[number]
    guard starts[number + 1] - offset == service.count + 1 + method.count else { return false }
    return names.withUnsafeBytes { names in
      guard let start = names.baseAddress.map({ $0 + offset }), let first = service.baseAddress,
        let second = method.baseAddress
      else { return false }
      return memcmp(start, first, service.count) == 0
        && memcmp(start + service.count + 1, second, method.count) == 0
    }
  }

  /// A cheap hash of two names. The table never grows from what peers send, so collisions cost nothing.
  private static func hash(
    _ service: UnsafeRawBufferPointer, _ method: UnsafeRawBufferPointer
  ) -> Int {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: service.count)
    mix(service, &state)
    mix(method, &state)
    return Int(truncatingIfNeeded: state >> 33)
  }

  private static func mix(_ bytes: UnsafeRawBufferPointer, _ state: inout UInt64) {
    var offset = 0
    while offset + 8 <= bytes.count {
      state =
        (state ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        &* 0xD6E8_FEB8_6659_FD93
      state ^= state >> 32
      offset += 8
    }
    var tail: UInt64 = UInt64(truncatingIfNeeded: bytes.count - offset)
    while offset < bytes.count {
      tail = tail << 8 | UInt64(bytes[offset])
      offset += 1
    }
    state = (state ^ tail) &* 0xD6E8_FEB8_6659_FD93
    state ^= state >> 32
  }
}
