// The models folder on disk: finding each file of the manifest and proving that it is the listed
// one.

internal import CInference
internal import Glibc
internal import Vocabulary

/// Where set-up put the runtime and the models.
package struct ModelFolder: Sendable {
  /// Folder of the model files named in the manifest.
  package let models: String
  /// Folder of model files that the operator adds: looked into for what `models` has not. Nil if there is none.
  package let additions: String?
  /// The runtime's C library (`libopenvino_c.so.…`).
  package let runtimeLibrary: String

  package init(models: String, additions: String? = nil, runtimeLibrary: String) {
    self.models = models
    self.additions = additions
    self.runtimeLibrary = runtimeLibrary
  }

  /// The layout that `make setup` leaves under `dependencies` (usually `.deps`).
  package init(dependencies: String, additions: String? = nil) {
    self.init(
      models: dependencies + "/models", additions: additions,
      runtimeLibrary: dependencies + "/openvino/lib/libopenvino_c.so.2641")
  }

  /// Path of `entry`'s file after its length and SHA-256 have been found equal to the manifest's;
  /// nil if the file is missing and the model optional. Reads the whole file.
  func verified(_ entry: ModelEntry) throws(InferenceStartupError) -> String? {
    var path = models + "/" + entry.file
    if let additions, access(path, F_OK) != 0 { path = additions + "/" + entry.file }
    var digest = [UInt8](repeating: 0, count: 32)
    var length: UInt64 = 0
    let status = idv_sha256_file(path, &digest, &length)
    if status == ENOENT, !entry.required { return nil }
    guard status == 0 else {
      throw InferenceStartupError(
        "model \"\(entry.role.rawValue)\": \(path): \(Self.reason(status)); run `make setup`")
    }
    guard length == UInt64(entry.bytes) else {
      throw InferenceStartupError(
        "model \"\(entry.role.rawValue)\": \(path) has \(length) bytes, the manifest says "
          + "\(entry.bytes); remove it and run `make setup`")
    }
    let computed = Hexadecimal.text(of: digest)
    guard computed == entry.sha256 else {
      throw InferenceStartupError(
        "model \"\(entry.role.rawValue)\": \(path) has SHA-256 \(computed), the manifest says "
          + "\(entry.sha256); remove it and run `make setup`")
    }
    return path
  }

  private static func reason(_ status: Int32) -> String {
    switch status {
    case ENOENT: "missing"
    case EINVAL: "not a regular file"
    default: String(cString: strerror(status))
    }
  }
}
