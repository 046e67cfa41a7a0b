// What generated code uses to put values into protobuf-c's structs.

internal import CProtobufC
package import Vocabulary

/// Makes protobuf-c's values of Swift's, in an arena. Lives during one encode. Running out of
/// memory ends the process, as it does everywhere in Swift: what is packed here is the server's
/// own.
package struct MessageWriter {
  let arena: OpaquePointer

  private func allocate<T>(_ type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    guard let raw = idv_arena_allocate(arena, count * MemoryLayout<T>.stride) else {
      fatalError("out of memory")
    }
    return raw.bindMemory(to: T.self, capacity: count)
  }

  /// A struct that `initialize`, protobuf-c's generated function, has filled.
  package func new<T>(
    _ initialize: (UnsafeMutablePointer<T>?) -> Void
  ) -> UnsafeMutablePointer<T> {
    let pointer = allocate(T.self, 1)
    initialize(pointer)
    return pointer
  }

  /// A string field: a copy in the arena.
  package func text(_ text: String) -> (Int, UnsafeMutablePointer<UInt8>?) {
    var text = text
    return text.withUTF8 { utf8 in
      guard let base = utf8.baseAddress, utf8.count > 0 else { return (0, nil) }
      let copy = allocate(UInt8.self, utf8.count)
      copy.initialize(from: base, count: utf8.count)
      return (utf8.count, copy)
    }
  }

  /// A bytes field: the bytes themselves, which must outlive the packed struct.
  package func bytes(_ bytes: Bytes) -> (Int, UnsafeMutablePointer<UInt8>?) {
    bytes.withUnsafeBytes { raw in
      // protobuf-c does not write through it when packing.
      let base = UnsafeMutableRawPointer(mutating: raw.baseAddress)
      return (raw.count, base?.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// A repeated field of numbers.
  package func numbers<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T>? {
    array(values) { $0 }
  }

  /// A repeated field of booleans.
  package func bools(_ values: [Bool]) -> UnsafeMutablePointer<Int32>? {
    array(values) { $0 ? 1 : 0 }
  }

  /// A repeated field of enumeration values; `T` is the C enumeration.
  package func enums<T>(_ values: [some MessageEnum]) -> UnsafeMutablePointer<T>? {
    precondition(MemoryLayout<T>.stride == MemoryLayout<Int32>.stride, "not a C enumeration")
    return rebound(array(values) { $0.rawValue })
  }

  /// A repeated field of strings; `T` is `ProtobufCBinaryData`.
  package func texts<T>(_ values: [String]) -> UnsafeMutablePointer<T>? {
    rebound(array(values) { run(text($0)) })
  }

  /// A repeated field of bytes; `T` is `ProtobufCBinaryData`.
  package func blobs<T>(_ values: [Bytes]) -> UnsafeMutablePointer<T>? {
    rebound(array(values) { run(bytes($0)) })
  }

  /// A message field; nil when absent. `T` is the message's C struct.
  package func message<T>(_ value: (some Message)?) -> UnsafeMutablePointer<T>? {
    value.map { $0.packed(self).assumingMemoryBound(to: T.self) }
  }

  /// A repeated field of messages; `T` is a pointer to the message's C struct.
  package func messages<T>(_ values: [some Message]) -> UnsafeMutablePointer<T>? {
    rebound(array(values) { $0.packed(self) })
  }

  /// A map field; `entry` makes one entry's struct. `T` is a pointer to the entry's C struct.
  package func entries<K, V, E, T>(
    _ values: [K: V], _ entry: (K, V) -> UnsafeMutablePointer<E>
  ) -> UnsafeMutablePointer<T>? {
    rebound(array(values) { UnsafeMutableRawPointer(entry($0.key, $0.value)) })
  }

  private func run(_ parts: (Int, UnsafeMutablePointer<UInt8>?)) -> ProtobufCBinaryData {
    ProtobufCBinaryData(len: parts.0, data: parts.1)
  }

  private func array<C: Collection, T>(
    _ values: C, _ element: (C.Element) -> T
  ) -> UnsafeMutablePointer<T>? {
    guard !values.isEmpty else { return nil }
    let base = allocate(T.self, values.count)
    for (index, value) in values.enumerated() { (base + index).initialize(to: element(value)) }
    return base
  }

  private func rebound<A, B>(_ base: UnsafeMutablePointer<A>?) -> UnsafeMutablePointer<B>? {
    base.map { UnsafeMutableRawPointer($0).assumingMemoryBound(to: B.self) }
  }
}
