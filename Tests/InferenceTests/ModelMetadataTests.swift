// The texts of an ONNX file, read without the rest: exact bytes, cut-off ones, other layouts.

internal import Foundation
internal import Testing

@testable internal import Inference

@Suite struct ModelMetadataTests {
  private func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest > 0x7f {
      bytes.append(UInt8(rest & 0x7f | 0x80))
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(content.count) + content
  }

  private func pair(_ key: String, _ value: String) -> [UInt8] {
    field(14, field(1, Array(key.utf8)) + field(2, Array(value.utf8)))
  }

  /// A version, a producer, a large graph, fixed-size fields, two pairs.
  private var file: [UInt8] {
    varint(1 << 3) + varint(300) + field(2, Array("maker".utf8))
      + field(7, [UInt8](repeating: 0xff, count: 5000)) + varint(30 << 3 | 1)
      + [UInt8](repeating: 0xff, count: 8) + varint(31 << 3 | 5) + [1, 2, 3, 4]
      + pair("other", "x") + pair("character", "a\n字\n")
  }

  private func read(
    _ bytes: [UInt8], keys: [String] = ["character"]
  ) throws -> [String: String] {
    let path = FileManager.default.temporaryDirectory.path + "/idv-\(UUID().uuidString)"
    #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try ModelMetadata.read(path, keys: keys)
  }

  @Test func theWantedKeysAreRead() throws {
    #expect(try read(file) == ["character": "a\n字\n"])
    #expect(try read(file, keys: ["other", "character"]).count == 2)
  }

  @Test func aMissingKeyIsNamed() {
    let error = #expect(throws: InferenceStartupError.self) {
      try read(file, keys: ["character", "absent"])
    }
    #expect(error?.description.contains("absent") == true)
  }

  @Test func cutOffAnywhereItIsRefused() {
    for length in stride(from: 0, to: file.count, by: 1) {
      #expect(throws: InferenceStartupError.self, "\(length) bytes") {
        try read(Array(file.prefix(length)))
      }
    }
  }

  @Test func otherLayoutsAreRefused() {
    #expect(throws: InferenceStartupError.self) { try read(Array("not a model at all".utf8)) }
    #expect(throws: InferenceStartupError.self) {
      try read(varint(14 << 3 | 2) + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1])
    }
    #expect(throws: InferenceStartupError.self) { try ModelMetadata.read("/nonexistent", keys: []) }
  }
}
