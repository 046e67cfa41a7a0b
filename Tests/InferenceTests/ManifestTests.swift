// The model manifest: the shipped one is sound, and every way to get one wrong is refused by name.

internal import Testing

@testable internal import Inference

@Suite struct ManifestTests {
  private static let digest = String(repeating: "0f", count: 32)

  /// One model entry with `change` applied to its JSON fields.
  private func entry(_ change: [String: String?] = [:]) -> String {
    var fields: [String: String?] = [
      "role": "\"face-detection\"", "name": "\"n\"", "file": "\"a.onnx\"",
      "sha256": "\"\(Self.digest)\"", "bytes": "3", "licence": "\"MIT\"", "source": "\"s\"",
      "preprocessing": "\"p/1\"", "required": "true",
    ]
    fields.merge(change) { $1 }
    let pairs = fields.compactMap { key, value in value.map { "\"\(key)\":\($0)" } }
    return "{\(pairs.sorted().joined(separator: ","))}"
  }

  private func read(_ models: String, schema: Int = 1, extra: String = "") throws -> ModelManifest {
    try ModelManifest(json: "{\"schema\":\(schema),\"models\":[\(models)]\(extra)}".utf8)
  }

  private func refusal(_ body: () throws -> ModelManifest) -> String {
    do {
      _ = try body()
      return ""
    } catch { return "\(error)" }
  }

  @Test func theShippedManifestListsBothFaceModels() throws {
    let manifest = try ModelManifest.bundled()
    #expect(manifest[.faceDetection]?.required == true)
    #expect(manifest[.faceEmbedding]?.required == true)
  }

  @Test func aSoundManifestIsRead() throws {
    let manifest = try read(entry() + "," + entry(["role": "\"face-embedding\""]))
    #expect(manifest.models.count == 2)
    #expect(manifest[.faceDetection]?.file == "a.onnx")
    #expect(manifest[.faceEmbedding]?.bytes == 3)
  }

  @Test(arguments: [
    ("file", "\"../a.onnx\"", "models.[0].file: must be a file name"),
    ("file", "\"/etc/passwd\"", "must be a file name"),
    ("file", "\"..\"", "must be a file name"),
    ("file", "\"a\\u0000b\"", "must be a file name"),
    ("file", "\"\"", "must have 1 to"),
    ("sha256", "\"0F\"", "64 lower-case hexadecimal"),
    ("sha256", "\"\(String(repeating: "0F", count: 32))\"", "64 lower-case hexadecimal"),
    ("bytes", "0", "bytes: must be 1 to"),
    ("bytes", "99999999999", "bytes: must be 1 to"),
    ("bytes", "\"3\"", "bytes: must be Int"),
    ("role", "\"face\"", "role: "),
    ("required", "1", "required: must be Bool"),
    ("name", "null", "name"),
    ("sha265", "\"x\"", "unknown key \"sha265\""),
  ])
  func aWrongFieldIsNamed(field: String, value: String, reason: String) {
    let text = refusal { try read(entry([field: value])) }
    #expect(text.hasPrefix("model manifest: "), "\(text)")
    #expect(text.contains(reason), "\(text)")
  }

  @Test(arguments: [
    "role", "name", "file", "sha256", "bytes", "licence", "source", "preprocessing", "required",
  ])
  func aMissingFieldIsNamed(field: String) {
    let text = refusal { try read(entry([field: String?.none])) }
    #expect(text.contains("\"\(field)\" is missing"), "\(text)")
  }

  @Test func twoModelsOfOneRoleAreRefused() {
    #expect(refusal { try read(entry() + "," + entry()) }.contains("two models of role"))
  }

  @Test func anotherEditionOrKeyIsRefused() {
    #expect(refusal { try read(entry(), schema: 2) }.contains("schema 2 is not known"))
    #expect(refusal { try read(entry(), extra: ",\"x\":1") }.contains("unknown key \"x\""))
  }

  @Test func notJSONAndTooLongAreRefused() {
    #expect(refusal { try ModelManifest(json: "{".utf8) } != "")
    #expect(refusal { try ModelManifest(json: [UInt8]()) } != "")
    let long = [UInt8](repeating: 0x20, count: InferenceLimits.manifestBytesMax + 1)
    #expect(refusal { try ModelManifest(json: long) }.contains("at most"))
  }
}
