// Documents as tests plant them, without models.

import Decisions
import Documents
import Vision
import Vocabulary

@testable import Services

enum Planted {
  /// Values that must be found nowhere but in answers.
  static let name = "金丝雀"
  static let number = "11010519491231002X"

  static func reading(_ value: String, raw: String? = nil, confidence: Double = 99) -> FieldReading
  {
    FieldReading(
      value: value, rawValue: raw ?? value, confidence: confidence,
      box: ImageBox(x: 100, y: 50, width: 200, height: 40))
  }

  static func document(
    _ kind: Documents.DocumentKind?,
    _ fields: [Documents.DocumentField: FieldReading] = [
      .name: reading(name), .idNumber: reading(number),
    ], doubts: [FoundDoubt] = []
  ) -> InterpretedDocument {
    InterpretedDocument(
      kind: kind, scores: kind.map { [$0: 0.9] } ?? [:], fields: fields, doubts: doubts)
  }

  /// A card laid straight in the picture at `left`, `top`, half as large there as rectified.
  static func card(
    _ document: InterpretedDocument, left: Double = 10, top: Double = 20, scale: Double = 0.5,
    confidence: Double = 0.8,
    condition: [CardCondition.Kind: CardCondition.Measurement] = [:],
    portrait: ImageBox? = ImageBox(x: 600, y: 100, width: 200, height: 250),
    images: CardImages = CardImages()
  ) -> SeenCard {
    let (right, bottom) = (left + 1000 * scale, top + 600 * scale)
    var measured = CardCondition()
    measured.measurements = condition
    return SeenCard(
      CardReading(
        quad: Quad(
          topLeft: ImagePoint(x: left - 0.5, y: top - 0.5),
          topRight: ImagePoint(x: right - 0.5, y: top - 0.5),
          bottomRight: ImagePoint(x: right - 0.5, y: bottom - 0.5),
          bottomLeft: ImagePoint(x: left - 0.5, y: bottom - 0.5)), quadConfidence: confidence,
        width: 1000, height: 600, lines: [], portrait: portrait, condition: measured), document,
      images, .standard)
  }
}
