// What a card says: its kind, its fields, and what is doubtful about them.

internal import IdentityNumbers
package import Vision

/// One field as it was read.
package struct FieldReading: PersonalValue {
  /// In the field's own form, with repairs. Never empty.
  package var value: String
  /// As read, before any repair; characters that do not belong to the field are left out.
  package var rawValue: String
  /// 0–100. Below `DocumentLimits.lowConfidence` it is low: not to be used unseen.
  package var confidence: Double
  /// Where it is, in pixels of the rectified card.
  package var box: ImageBox
  /// Something of it is missing.
  package var incomplete: Bool
  /// Glare lies on it.
  package var reflective: Bool
  /// The value is not what was read, and no check digit says so: doubtful characters were settled by what can stand there,
  /// a letter was taken for the digit it looks like, or one that was not read was filled in.
  package var settled: Bool
  /// Other values that the reader thinks possible, likeliest first; at most `DocumentLimits.alternativesMax`.
  package var alternatives: [String]

  package init(
    value: String, rawValue: String, confidence: Double, box: ImageBox, incomplete: Bool = false,
    reflective: Bool = false, settled: Bool = false, alternatives: [String] = []
  ) {
    self.value = value
    self.rawValue = rawValue
    self.confidence = confidence
    self.box = box
    self.incomplete = incomplete
    self.reflective = reflective
    self.settled = settled
    self.alternatives = alternatives
  }

  /// Whether the value needs a look before it is used.
  package var isLow: Bool { confidence < DocumentLimits.lowConfidence }
}

/// A card as far as it is understood.
package struct InterpretedDocument: Sendable {
  /// Nil if it is no document that is known; then there are no fields.
  package var kind: DocumentKind?
  /// How well each kind fits, 0–1; kinds without any sign are absent.
  package var scores: [DocumentKind: Double]
  package var fields: [DocumentField: FieldReading]
  /// In the order of `DocumentDoubt`'s cases.
  package var doubts: [FoundDoubt]

  package init(
    kind: DocumentKind?, scores: [DocumentKind: Double] = [:],
    fields: [DocumentField: FieldReading] = [:], doubts: [FoundDoubt] = []
  ) {
    self.kind = kind
    self.scores = scores
    self.fields = fields
    self.doubts = doubts
  }

  /// Notes what another document of the same picture says about this one; doubts stay in their order.
  package mutating func add(_ found: [FoundDoubt]) {
    for doubt in found where !doubts.contains(doubt) { doubts.append(doubt) }
    doubts = doubts.inOrder
  }

  /// Whether `doubt` was found.
  package func has(_ doubt: DocumentDoubt) -> Bool { doubts.contains { $0.doubt == doubt } }
}
