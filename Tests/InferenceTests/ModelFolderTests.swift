// Model files on disk: only the listed content is accepted, and the refusal says which file and
// what to do.

internal import Glibc
internal import Testing

@testable internal import Inference

@Suite struct ModelFolderTests {
  /// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
  private static let digestOfABC =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  private func entry(
    sha256: String = Self.digestOfABC, bytes: Int = 3, required: Bool = true
  ) throws -> ModelEntry {
    try ModelManifest(
      json: """
        {"schema":1,"models":[{"role":"face-detection","name":"n","file":"m.onnx",
        "sha256":"\(sha256)","bytes":\(bytes),"licence":"MIT","source":"s","preprocessing":"p",
        "required":\(required)}]}
        """.utf8
    ).models[0]
  }

  /// Runs `body` with a fresh folder whose `m.onnx` holds `content`, if any.
  private func withFolder<R>(_ content: String?, _ body: (ModelFolder) throws -> R) throws -> R {
    var template = Array("/tmp/idv-models-XXXXXX".utf8CString)
    let path = String(cString: try #require(mkdtemp(&template)))
    defer {
      unlink(path + "/m.onnx")
      rmdir(path + "/m.onnx")
      rmdir(path)
    }
    if let content {
      let file = try #require(fopen(path + "/m.onnx", "w"))
      fputs(content, file)
      fclose(file)
    }
    return try body(ModelFolder(models: path, runtimeLibrary: path + "/none.so"))
  }

  private func refusal(_ content: String?, _ entry: ModelEntry) throws -> String {
    try withFolder(content) { folder in
      do {
        _ = try folder.verified(entry)
        return ""
      } catch { return "\(error)" }
    }
  }

  @Test func theListedFileIsAccepted() throws {
    let path = try withFolder("abc") { try $0.verified(try entry()) }
    #expect(path?.hasSuffix("/m.onnx") == true)
  }

  @Test func anotherContentIsRefused() throws {
    let text = try refusal("abd", try entry())
    #expect(text.contains("/m.onnx has SHA-256 "), "\(text)")
    #expect(text.contains("make setup"))
    #expect(try refusal("abcd", try entry()).contains("has 4 bytes, the manifest says 3"))
    #expect(try refusal("", try entry()).contains("has 0 bytes"))
  }

  @Test func aMissingFileIsAnErrorOnlyIfRequired() throws {
    let text = try refusal(nil, try entry())
    #expect(text.contains("\"face-detection\"") && text.contains("/m.onnx: missing"), "\(text)")
    #expect(text.contains("make setup"))
    let path = try withFolder(nil) { try $0.verified(try entry(required: false)) }
    #expect(path == nil)
  }

  @Test func whatAnOperatorAddsIsFoundAndProved() throws {
    try withFolder("abc") { added in
      let folder = ModelFolder(
        models: "/nonexistent", additions: added.models, runtimeLibrary: added.runtimeLibrary)
      let path = try folder.verified(try entry(required: false))
      #expect(path == added.models + "/m.onnx")
      #expect(throws: InferenceStartupError.self) {
        try folder.verified(try entry(sha256: String(repeating: "0", count: 64), required: false))
      }
    }
    try withFolder(nil) { empty in
      let folder = ModelFolder(
        models: empty.models, additions: empty.models, runtimeLibrary: empty.runtimeLibrary)
      let path = try folder.verified(try entry(required: false))
      #expect(path == nil)
    }
  }

  @Test func aFolderInPlaceOfTheFileIsRefused() throws {
    try withFolder(nil) { folder in
      mkdir(folder.models + "/m.onnx", 0o700)
      #expect(throws: InferenceStartupError.self) {
        try folder.verified(try entry(required: false))
      }
    }
  }

  @Test func aLibraryThatIsNoneIsNamed() throws {
    try withFolder("abc") { folder in
      let library = folder.models + "/m.onnx"
      let error = #expect(throws: InferenceStartupError.self) {
        try OpenVINORuntime(library: library, cacheFolder: nil)
      }
      #expect(error?.description.contains(library) == true)
      #expect(error?.description.contains("make setup") == true)
    }
  }
}
