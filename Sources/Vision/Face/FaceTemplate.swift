// A face as numbers, which are compared with those of the same pipeline alone.

internal import Inference
package import Vocabulary

/// The exact pipeline that made a template. Templates of different contracts are never compared:
/// their numbers mean different things.
struct TemplateContract: Sendable, Hashable {
  /// Of a pipeline the first 16 bytes of the SHA-256 of its model files, preprocessing and edition, as 32 hexadecimal
  /// digits.
  let text: String

  /// Edition of the pipeline between the models.
  private static let pipeline = "two-scale detection, six close looks, colour and grey mirror/1"

  init(text: String) { self.text = text }

  /// That of templates made with the models of `engine`.
  init(_ engine: InferenceEngine) {
    let models = engine.models.filter { FaceModels.preprocessing[$0.role] != nil }
    let words =
      models.map { "\($0.sha256) \($0.preprocessing)" }.joined(separator: "; ") + "; "
      + Self.pipeline
    self.init(
      text: Hexadecimal.text(of: Inference.sha256(of: Bytes(words.utf8)).prefix(Self.markBytes)))
  }

  private static let markBytes = 16
}

/// A face's template: personal data. It is never sent or printed, and stored by nobody but a registry, which seals it.
package struct FaceTemplate: Sendable {
  let contract: TemplateContract
  private let vector: Redacted<[Float]>

  /// - Precondition: `vector` has unit length.
  init(_ vector: [Float], contract: TemplateContract) {
    self.contract = contract
    self.vector = Redacted(vector)
  }

  /// Names the pipeline in 32 hexadecimal digits, so that templates that were kept elsewhere are held against it.
  package var contractText: String { contract.text }

  /// The numbers as little-endian 32-bit floats, for a registry that seals them. Personal data: the caller zeroes them.
  package var portableBytes: [UInt8] {
    vector.reveal { numbers in
      numbers.flatMap { number in
        (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * UInt32($0))) }
      }
    }
  }

  /// Numbers that a registry kept. Nil unless they are a template of some pipeline: finite, of unit length.
  package init?(portable bytes: Bytes, contract: String) {
    guard bytes.count % 4 == 0, (16...4096).contains(bytes.count / 4) else { return nil }
    let numbers = (0..<bytes.count / 4).map { place in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) {
          $0 | UInt32(bytes[place * 4 + $1]) << (8 * UInt32($1))
        })
    }
    let length = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard length.isFinite, abs(length - 1) < 0.01 else { return nil }
    self.init(numbers, contract: TemplateContract(text: contract))
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
