// A model as callers and start-up see it.

internal import Inference

/// A model as it is named to callers.
package struct VisionModel: Sendable, Equatable {
  /// The manifest's word for what it is for: `face-detection`, `text-recognition` …
  package let role: String
  /// Name and edition.
  package let name: String
  /// SHA-256 of its file, hexadecimal.
  package let sha256: String
  /// Version of what is done to pictures before it.
  package let preprocessing: String

  init(_ entry: ModelEntry) {
    role = entry.role.rawValue
    name = entry.name
    sha256 = entry.sha256
    preprocessing = entry.preprocessing
  }
}

/// Throws unless `engine` has a model of `role` with the preprocessing that this code does.
func requirePreprocessing(
  _ known: String?, of role: ModelRole, in engine: InferenceEngine
) throws(InferenceStartupError) {
  guard let entry = engine[role] else {
    throw InferenceStartupError("model \"\(role.rawValue)\" is missing; run `make setup`")
  }
  guard entry.preprocessing == known else {
    throw InferenceStartupError(
      "model \"\(role.rawValue)\": the manifest wants preprocessing \"\(entry.preprocessing)\", "
        + "this server has \"\(known ?? "none")\"")
  }
}
