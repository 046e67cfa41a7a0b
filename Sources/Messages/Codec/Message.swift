// What every generated message is, and the two ways across: bytes to value, value to bytes.

internal import CProtobufC
package import Vocabulary

/// A generated message: a value that knows its wire form. Nothing in it points into decoding's
/// memory, except large bytes fields, which keep the buffer they were received in alive.
package protocol Message: Sendable, Equatable {
  /// The type as data.
  static var descriptor: MessageDescriptor { get }

  /// All fields at zero or absent.
  init()

  /// Generated. Takes every field over from the protobuf-c struct at `unpacked`, which the scan has
  /// passed.
  init(unpacked: UnsafeRawPointer, _ reader: MessageReader)

  /// Generated. Makes the protobuf-c struct of this value. It points into `writer`'s arena and into
  /// this value's bytes fields, and is valid while both live.
  func packed(_ writer: MessageWriter) -> UnsafeMutableRawPointer
}

/// A generated enumeration. Numbers that this version does not know are kept.
package protocol MessageEnum: Sendable, Hashable, RawRepresentable where RawValue == Int32 {
  /// The type as data.
  static var descriptor: EnumDescriptor { get }

  /// The value of a number; every number is one.
  init(rawValue: Int32)
}

extension Message {
  /// Decodes one message. Takes time and memory within `limits` whatever the bytes are; never
  /// traps. Bytes fields of at least `limits.aliasBytesMin` share memory with `bytes`.
  package init(decoding bytes: Bytes, limits: DecodingLimits = .standard) throws(DecodingError) {
    var peak = 0
    try self.init(decoding: bytes, limits: limits, arenaBytes: &peak)
  }

  /// As above; `arenaBytes` tells what the arena handed out, for tests of the bounds.
  init(
    decoding bytes: Bytes, limits: DecodingLimits, arenaBytes: inout Int
  ) throws(DecodingError) {
    let descriptor = Self.descriptor
    let report = try descriptor.scan(bytes, limits)
    // The scan's bound is generous; large messages grow their arena instead of reserving all of it.
    let firstBytes = min(report.arena_bytes, arenaFirstBytesMax)
    guard let arena = Arena(firstBytes: firstBytes, budgetBytes: report.arena_bytes) else {
      throw .notUnpacked
    }
    defer { arenaBytes = arena.usedBytes }
    self = try bytes.withUnsafeBytes { wire throws(DecodingError) in
      let lean = try descriptor.leanForm(of: wire, report, limits, arena)
      guard let packed = descriptor.packed else { throw .notUnpacked }
      let unpacked = protobuf_c_message_unpack(
        packed, idv_arena_allocator(arena.pointer), lean.count, lean.baseAddress)
      guard let unpacked else { throw .notUnpacked }
      return Self(unpacked: UnsafeRawPointer(unpacked), MessageReader(source: bytes))
    }
  }

  /// The message in one run of bytes.
  package func encoded() -> Bytes {
    guard let arena = Arena(firstBytes: arenaFirstBytesMin, budgetBytes: .max) else {
      fatalError("out of memory")
    }
    return withExtendedLifetime(self) {
      let root = packed(MessageWriter(arena: arena.pointer))
        .assumingMemoryBound(to: ProtobufCMessage.self)
      let count = protobuf_c_message_get_packed_size(root)
      let buffer = PackedBuffer(count: count)
      protobuf_c_message_pack(root, buffer.base)
      return Bytes(owner: buffer, base: UnsafeRawPointer(buffer.base), count: count)
    }
  }

  /// The message in pieces that are to be sent one after the other. Bytes fields of at least
  /// `aliasBytesMin` are not copied. An empty message has no pieces.
  package func encodedSegments(
    aliasBytesMin: Int = DecodingLimits.standard.aliasBytesMin
  ) -> [Bytes] {
    let owner = PackedMessage(self)
    let root = owner.message.packed(MessageWriter(arena: owner.arena.pointer))
      .assumingMemoryBound(to: ProtobufCMessage.self)
    var segments: UnsafeMutablePointer<idv_segment>?
    let count = idv_pack_segments(root, owner.arena.pointer, aliasBytesMin, &segments)
    guard let segments else { fatalError("out of memory") }
    return UnsafeBufferPointer(start: segments, count: count).map {
      Bytes(owner: owner, base: UnsafeRawPointer($0.base), count: $0.size)
    }
  }
}

extension MessageDescriptor {
  /// Checks that `bytes` may be unpacked as this type.
  func scan(_ bytes: Bytes, _ limits: DecodingLimits) throws(DecodingError) -> idv_scan_report {
    guard bytes.count <= limits.messageBytesMax else { throw .tooLong(limits) }
    var report = idv_scan_report()
    var bounds = idv_scan_limits(
      depth_max: UInt32(limits.depthMax), fields_max: limits.fieldsMax,
      memory_bytes_max: limits.memoryBytesMax, alias_bytes_min: limits.aliasBytesMin)
    let code = bytes.withUnsafeBytes { wire in
      idv_scan(
        layout, wire.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? emptyBase, wire.count,
        &bounds, &report)
    }
    guard code == IDV_SCAN_OK else { throw DecodingError(report, of: self, limits) }
    return report
  }

  /// Checks that `bytes` may be decoded as this type, as decoding does first.
  package func check(_ bytes: Bytes, _ limits: DecodingLimits) throws(DecodingError) {
    _ = try scan(bytes, limits)
  }

  /// What protobuf-c is to unpack: `wire` itself, or a copy without unknown fields and large bytes.
  fileprivate func leanForm(
    of wire: UnsafeRawBufferPointer, _ report: idv_scan_report, _ limits: DecodingLimits,
    _ arena: borrowing Arena
  ) throws(DecodingError) -> UnsafeBufferPointer<UInt8> {
    let start = wire.baseAddress?.assumingMemoryBound(to: UInt8.self) ?? emptyBase
    let room = report.rewritten_bytes_max
    guard room > 0 else { return UnsafeBufferPointer(start: start, count: wire.count) }
    guard let copy = idv_arena_allocate(arena.pointer, room) else { throw .notUnpacked }
    let bytes = copy.bindMemory(to: UInt8.self, capacity: room)
    var failed: Int32 = 0
    let count = aliasCookie.withUnsafeBufferPointer { cookie in
      idv_rewrite(
        layout, start, wire.count, limits.aliasBytesMin, cookie.baseAddress, bytes, room, &failed)
    }
    guard failed == 0 else { throw .notUnpacked }
    return UnsafeBufferPointer(start: bytes, count: count)
  }
}

/// Most of an arena's first block, in bytes.
private let arenaFirstBytesMax = 256 << 10
/// An arena's first block for packing, in bytes: most answers fit.
private let arenaFirstBytesMin = 2 << 10

/// Marks tokens that stand for large bytes fields. A sender who knew it could only make one of his
/// own fields alias another part of his own message.
let aliasCookie: [UInt64] = [.random(in: .min ... .max), .random(in: .min ... .max)]

/// A place for no bytes: protobuf-c wants a pointer. Never written after its making.
private nonisolated(unsafe) let emptyBase: UnsafePointer<UInt8> = {
  let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
  byte.initialize(to: 0)
  return UnsafePointer(byte)
}()

/// Keeps a packed message's pieces alive: the arena with the copied runs, the value with the
/// others.
private final class PackedMessage<M: Message>: @unchecked Sendable {
  // Unchecked because of the arena: once the message is packed, its memory is only read.
  let message: M
  let arena: Arena

  init(_ message: M) {
    guard let arena = Arena(firstBytes: arenaFirstBytesMin, budgetBytes: .max) else {
      fatalError("out of memory")
    }
    self.message = message
    self.arena = arena
  }
}

/// Memory of a message in one run.
private final class PackedBuffer {
  let base: UnsafeMutablePointer<UInt8>

  init(count: Int) { base = .allocate(capacity: max(1, count)) }

  deinit { base.deallocate() }
}
