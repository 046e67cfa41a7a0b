// Texts that an ONNX file carries beside its graph, such as the characters that a recogniser knows.

internal import Glibc

/// Reads the metadata of an ONNX file: fields of the outermost protobuf message, all others stepped
/// over without being read. The file's digest has been proved before, so this is about files of
/// another layout, not about hostile ones; it is bounded all the same.
enum ModelMetadata {
  /// Field of `ModelProto` that holds pairs of key and value.
  private static let pairField: UInt64 = 14

  /// The values of `keys` in the file at `path`.
  /// - Throws: if the file is not laid out as protobuf, or a key is missing.
  static func read(
    _ path: String, keys: [String]
  ) throws(InferenceStartupError) -> [String: String] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw InferenceStartupError("model file \(path): cannot be read for its metadata")
    }
    defer { close(file) }
    var found: [String: String] = [:]
    guard scan(file, { key, value in if keys.contains(key) { found[key] = value } }) else {
      throw InferenceStartupError("model file \(path): its metadata cannot be read")
    }
    if let missing = keys.first(where: { found[$0] == nil }) {
      throw InferenceStartupError("model file \(path): no metadata \"\(missing)\"")
    }
    return found
  }

  /// Walks over the fields of the file; false if they do not end where the file does.
  private static func scan(_ file: Int32, _ body: (String, String) -> Void) -> Bool {
    let end = Int(lseek(file, 0, SEEK_END))
    var at = 0
    while at < end {
      let head = bytes(file, at, min(20, end - at))
      var cursor = FieldCursor(head[...])
      guard let tag = cursor.varint() else { return false }
      switch tag & 7 {
      case 0: guard cursor.varint() != nil else { return false }
      case 1: cursor.skip(8)
      case 5: cursor.skip(4)
      case 2:
        guard let length = cursor.varint(), length <= UInt64(end) else { return false }
        let start = at + head.count - cursor.rest.count
        if tag >> 3 == pairField, length <= InferenceLimits.metadataBytesMax, start < end {
          let field = bytes(file, start, min(Int(length), end - start))
          guard let (key, value) = pair(field) else { return false }
          body(key, value)
        }
        at = start + Int(length)
        continue
      default: return false
      }
      at += head.count - cursor.rest.count
    }
    return at == end
  }

  /// Field 1 is the key, field 2 the value.
  private static func pair(_ field: [UInt8]) -> (key: String, value: String)? {
    var (key, value) = ("", "")
    var cursor = FieldCursor(field[...])
    while !cursor.rest.isEmpty {
      guard let tag = cursor.varint(), tag & 7 == 2, let length = cursor.varint(),
        length <= UInt64(cursor.rest.count)
      else { return nil }
      let text = String(decoding: cursor.rest.prefix(Int(length)), as: UTF8.self)
      cursor.skip(Int(length))
      if tag >> 3 == 1 { key = text } else if tag >> 3 == 2 { value = text }
    }
    return (key, value)
  }

  private static func bytes(_ file: Int32, _ offset: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = max(0, pread(file, buffer.baseAddress, count, off_t(offset)))
    }
  }
}

/// What is left of some protobuf bytes.
private struct FieldCursor {
  var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    return nil
  }

  mutating func skip(_ count: Int) { rest = rest.dropFirst(count) }
}
