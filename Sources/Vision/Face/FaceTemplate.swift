// A face as numbers. It stays in this process.

internal import Inference
internal import Vocabulary

/// The exact pipeline that made a template. Templates of different contracts are never compared:
/// their numbers mean different things.
struct TemplateContract: Sendable, Hashable {
  /// Model file, preprocessing and pipeline, in words.
  let text: String

  /// Edition of the pipeline between the models.
  private static let pipeline = "two-scale detection, six close looks, colour and grey mirror/1"

  init(text: String) { self.text = text }

  /// That of templates made with the models of `engine`.
  init(_ engine: InferenceEngine) {
    let models = engine.models.filter { FaceModels.preprocessing[$0.role] != nil }
    self.init(
      text: models.map { "\($0.sha256) \($0.preprocessing)" }.joined(separator: "; ") + "; "
        + Self.pipeline)
  }
}

/// A face's template: personal data. It is never sent, stored or printed; all one can do is compare
/// it.
package struct FaceTemplate: Sendable {
  let contract: TemplateContract
  private let vector: Redacted<[Float]>

  /// - Precondition: `vector` has unit length.
  init(_ vector: [Float], contract: TemplateContract) {
    self.contract = contract
    self.vector = Redacted(vector)
  }

  /// The cosine of the angle between two templates, −1 to 1; not a probability. Nil if another
  /// pipeline made the other one.
  package func similarity(to other: FaceTemplate) -> Double? {
    guard contract == other.contract else { return nil }
    return vector.reveal { a in
      other.vector.reveal { b in
        let cosine = zip(a, b).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        return min(max(cosine, -1), 1)
      }
    }
  }
}
