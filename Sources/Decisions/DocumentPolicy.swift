// From measurements of a card's picture to warnings: thresholds as data, and the rule that uses them.

/// From which value on a warning is raised, and what that rests on.
package struct DocumentThreshold: Sendable, Equatable {
  package var symbol: DocumentWarningSymbol
  /// 0–1; a value at it raises the warning.
  package var limit: Double
  package var advisory: Bool
  /// What the limit means, in words.
  package var meaning: String

  package init(
    _ symbol: DocumentWarningSymbol, limit: Double, advisory: Bool = false, meaning: String
  ) {
    self.symbol = symbol
    self.limit = limit
    self.advisory = advisory
    self.meaning = meaning
  }
}

/// Names what is wrong with a picture. Pure; a value.
///
/// 1. A measurement at or above its limit raises the warning of its name.
/// 2. A measurement that is not a number from 0 to 1 raises it too, with score 1.
/// 3. What was not measured raises nothing, but is named by `unmeasured`: a caller who needs a kind to be ruled
///    out must look there.
package struct DocumentPolicy: Sendable {
  package static let version = "document-picture@1"

  /// One each kind that is judged, in the order in which warnings are told.
  package let thresholds: [DocumentThreshold]

  /// - Precondition: no symbol twice, every limit above 0 and at most 1.
  package init(thresholds: [DocumentThreshold]) {
    precondition(Set(thresholds.map(\.symbol)).count == thresholds.count, "a symbol twice")
    precondition(thresholds.allSatisfy { $0.limit > 0 && $0.limit <= 1 }, "a limit out of range")
    self.thresholds = thresholds
  }

  /// The warnings that measurements give, by the thresholds' order.
  package func warnings(
    for measures: [DocumentWarningSymbol: DocumentMeasure]
  ) -> [DocumentWarning] {
    thresholds.compactMap { threshold in
      guard let measure = measures[threshold.symbol] else { return nil }
      let isScore = (0...1).contains(measure.value)
      guard !isScore || measure.value >= threshold.limit else { return nil }
      return DocumentWarning(
        threshold.symbol, score: isScore ? measure.value : 1, limit: threshold.limit,
        place: measure.place, advisory: threshold.advisory)
    }
  }

  /// Kinds that are judged strictly and of which there is no measurement.
  package func unmeasured(
    in measures: [DocumentWarningSymbol: DocumentMeasure]
  ) -> [DocumentWarningSymbol] {
    thresholds.filter { !$0.advisory && measures[$0.symbol] == nil }.map(\.symbol)
  }
}

// MARK: - Where a reflection lies

/// Which part of a card a reflection covers.
package enum ReflectionPosition: String, Sendable, CaseIterable {
  case portrait, nationalEmblem, recognitionField, others
}

extension ReflectionPosition {
  /// The parts of the card that `place` covers, most important first; `others` alone if none of the named.
  /// A part counts when a tenth of it or of the reflection is shared: a rectangle around a round reflection
  /// reaches further than the light.
  ///
  /// - Parameters:
  ///   - portrait: The face's place, on a front.
  ///   - emblem: The emblem's, on a back.
  ///   - fields: The places of fields that were read or are expected.
  package static func all(
    at place: DocumentArea, portrait: DocumentArea?, emblem: DocumentArea?,
    fields: [DocumentArea]
  ) -> [ReflectionPosition] {
    func isCovered(_ area: DocumentArea) -> Bool {
      let shared = place.shared(with: area)
      return shared > 0
        && (shared >= 0.1 * area.width * area.height || shared >= 0.1 * place.width * place.height)
    }
    var positions: [ReflectionPosition] = []
    if let portrait, isCovered(portrait) { positions.append(.portrait) }
    if let emblem, isCovered(emblem) { positions.append(.nationalEmblem) }
    if fields.contains(where: isCovered) { positions.append(.recognitionField) }
    return positions.isEmpty ? [.others] : positions
  }
}
