// What generated code uses to take values out of protobuf-c's structs.

internal import CProtobufC
package import Vocabulary

/// Makes Swift values of protobuf-c's. Lives during one decode; everything it returns is
/// independent of the arena. Pointers and counts are those of a message that the scan has passed.
package struct MessageReader {
  /// The message as received: large bytes fields alias it.
  let source: Bytes

  /// A string field.
  package func text(_ count: Int, _ base: UnsafeMutablePointer<UInt8>?) -> String {
    String(decoding: UnsafeBufferPointer(start: base, count: count), as: UTF8.self)
  }

  /// A bytes field: a copy, or a slice of the received message.
  package func bytes(_ count: Int, _ base: UnsafeMutablePointer<UInt8>?) -> Bytes {
    guard count > 0, let base else { return .empty }
    if count == MemoryLayout<idv_alias_token>.size {
      let token = UnsafeRawPointer(base).loadUnaligned(as: idv_alias_token.self)
      if token.cookie == (aliasCookie[0], aliasCookie[1]), token.offset <= UInt64(source.count),
        token.length <= UInt64(source.count) - token.offset
      {
        return source[Int(token.offset)..<Int(token.offset + token.length)]
      }
    }
    return Bytes(copying: UnsafeRawBufferPointer(start: base, count: count))
  }

  /// A repeated field of numbers.
  package func numbers<T: BitwiseCopyable>(_ count: Int, _ base: UnsafeMutablePointer<T>?) -> [T] {
    Array(UnsafeBufferPointer(start: base, count: count))
  }

  /// A repeated field of booleans.
  package func bools(_ count: Int, _ base: UnsafeMutablePointer<Int32>?) -> [Bool] {
    UnsafeBufferPointer(start: base, count: count).map { $0 != 0 }
  }

  /// A repeated field of enumeration values: C enumerations of four bytes.
  package func enums<E: MessageEnum>(_ count: Int, _ base: UnsafeRawPointer?) -> [E] {
    UnsafeBufferPointer(start: base?.assumingMemoryBound(to: Int32.self), count: count)
      .map { E(rawValue: $0) }
  }

  /// A repeated field of strings: an array of `ProtobufCBinaryData`.
  package func texts(_ count: Int, _ base: UnsafeRawPointer?) -> [String] {
    runs(count, base).map { text($0.len, $0.data) }
  }

  /// A repeated field of bytes: an array of `ProtobufCBinaryData`.
  package func blobs(_ count: Int, _ base: UnsafeRawPointer?) -> [Bytes] {
    runs(count, base).map { bytes($0.len, $0.data) }
  }

  /// A message field; nil when absent.
  package func message<M: Message>(_ base: UnsafeRawPointer?) -> M? {
    base.map { M(unpacked: $0, self) }
  }

  /// A repeated field of messages: an array of pointers.
  package func messages<M: Message>(_ count: Int, _ base: UnsafeRawPointer?) -> [M] {
    UnsafeBufferPointer(start: base?.assumingMemoryBound(to: UnsafeRawPointer.self), count: count)
      .map { M(unpacked: $0, self) }
  }

  private func runs(
    _ count: Int, _ base: UnsafeRawPointer?
  ) -> UnsafeBufferPointer<ProtobufCBinaryData> {
    UnsafeBufferPointer(
      start: base?.assumingMemoryBound(to: ProtobufCBinaryData.self), count: count)
  }
}
