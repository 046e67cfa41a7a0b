// Compares what was read from documents with what is written on them, and counts. Pure: no picture, no model.

/// What the server answered about one picture, as far as it is scored. Names are those of the protocol.
package struct DocumentAnswer: Sendable, Equatable {
  /// One field.
  package struct Field: Sendable, Equatable {
    package var value: String
    /// 0–100.
    package var confidence: Double
    /// Whether the answer says that part of it is missing or that a reflection lies on it.
    package var isMarked: Bool
    /// Where it stands in the picture; nothing if the answer does not say.
    package var outline: DocumentOutline

    package init(
      value: String, confidence: Double, isMarked: Bool = false,
      outline: DocumentOutline = DocumentOutline()
    ) {
      self.value = value
      self.confidence = confidence
      self.isMarked = isMarked
      self.outline = outline
    }
  }

  /// One warning.
  package struct Warning: Sendable, Equatable {
    /// Its name in `CardWarningCode`: `reflection` …
    package var code: String
    package var isAdvisory: Bool
    /// Fields it is about; empty for the whole document.
    package var fields: Set<String>
    /// Where in the picture; nothing for the whole document.
    package var outline: DocumentOutline

    package init(
      code: String, isAdvisory: Bool = false, fields: Set<String> = [],
      outline: DocumentOutline = DocumentOutline()
    ) {
      self.code = code
      self.isAdvisory = isAdvisory
      self.fields = fields
      self.outline = outline
    }
  }

  /// The kind it was taken for; nil if it was refused.
  package var kind: String?
  package var fields: [String: Field]
  package var warnings: [Warning]
  /// The error's symbol if the call failed: `MULTI_CARD_ERROR` …
  package var refusal: String?

  package init(
    kind: String?, fields: [String: Field] = [:], warnings: [Warning] = [], refusal: String? = nil
  ) {
    self.kind = kind
    self.fields = fields
    self.warnings = warnings
    self.refusal = refusal
  }
}

/// A picture with what the server answered about it.
package struct ScoredDocument: Sendable, Equatable {
  package let truth: LabelledDocument
  package let answer: DocumentAnswer

  package init(_ truth: LabelledDocument, _ answer: DocumentAnswer) {
    self.truth = truth
    self.answer = answer
  }

  /// Whether it was taken for what it is.
  package var isKindRight: Bool { answer.kind == truth.kind }

  /// Whether the field reads exactly what is written.
  package func isExact(_ field: String) -> Bool {
    guard let wanted = truth.fields[field], let read = answer.fields[field] else { return false }
    return FieldText.comparable(read.value, field) == FieldText.comparable(wanted, field)
  }

  /// Whether every field reads exactly what is written.
  package var isAllExact: Bool { truth.fields.keys.allSatisfy(isExact) }

  /// Fields that have a value, and not the right one.
  package var wrongFields: [String] {
    truth.fields.keys.filter { !(answer.fields[$0]?.value ?? "").isEmpty && !isExact($0) }
  }

  /// Whether the answer gives a reason to doubt the field: it is marked, its confidence is low, or a
  /// warning is about it or about the whole document.
  package func isFlagged(_ field: String) -> Bool {
    guard let read = answer.fields[field] else { return true }
    return read.isMarked || read.confidence < DocumentScores.confidenceLow
      || answer.warnings.contains { $0.fields.isEmpty || $0.fields.contains(field) }
  }

  /// Whether the answer gives a reason to doubt this very field: it is marked, its confidence is low, or a warning names
  /// it or lies on it. What is said of the whole document does not count.
  package func isPointedOut(_ field: String) -> Bool {
    if let read = answer.fields[field] {
      if read.isMarked || read.confidence < DocumentScores.confidenceLow { return true }
      if answer.warnings.contains(where: { $0.outline.overlaps(read.outline) }) { return true }
    }
    return answer.warnings.contains { $0.fields.contains(field) }
  }

  /// Fields that are written on the document and have no value in the answer.
  package var lostFields: [String] {
    truth.fields.keys.filter { (answer.fields[$0]?.value ?? "").isEmpty }
  }

  /// Whether a wrong field has nothing that warns of it.
  package var isWrongUnflagged: Bool { wrongFields.contains { !isFlagged($0) } }

  /// Whether the answer says what is wrong with the picture, or refuses it for that reason.
  package func raises(_ condition: String) -> Bool {
    guard let codes = DocumentScores.codes[condition] else { return false }
    return answer.refusal.map(codes.contains) ?? false
      || answer.warnings.contains { codes.contains($0.code) }
  }
}

/// How texts are compared.
enum FieldText {
  private static let dots: Set<Character> = ["•", "‧", "・", "∙", "⋅", "．"]
  private static let dashes: Set<Character> = ["—", "–", "－", "‐", "−"]

  /// Without blanks, with one kind of dot in names and one kind of dash: what the product's own normal form
  /// promises. Letters and digits stay as they are.
  static func comparable(_ text: String, _ field: String) -> String {
    let isName = field == "name"
    return String(
      text.compactMap { character in
        if character.isWhitespace { return nil }
        if isName, dots.contains(character) { return "·" }
        return dashes.contains(character) ? "-" : character
      })
  }

  /// How many characters must be put in, taken out or changed to make one text the other (Levenshtein 1966).
  static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a), Array(b))
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let changed = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
      }
    }
    return row[b.count]
  }
}

/// Counts over scored pictures. The aims speak of resident IDs in their plain form; other documents and
/// variants are counted apart.
package struct DocumentScores: Sendable {
  /// A confidence below this is low: the answer says itself that the field needs a look.
  package static let confidenceLow = 80.0

  /// What is wrong with a picture, by the truth's name → warnings and refusals that say so. Conditions that are
  /// not here (turned, worn, tilted …) are simply read.
  package static let codes: [String: Set<String>] = [
    "border_incomplete": ["borderIncomplete"],
    "photocopy": ["copy"],
    "screen_recapture": ["screenRecapture"],
    "glare": ["reflection"],
    "laminate_glare": ["reflection"],
    "blocked": ["occlusion"],
    "heavy_blur": ["blur", "IMAGE_BLUR"],
    "low_resolution": ["lowResolution", "IMAGE_TOO_SMALL", "ID_CARD_TOO_SMALL"],
    "dark": ["dark"],
    "two_cards": ["multipleCards", "MULTI_CARD_ERROR"],
  ]
  /// Everything that `codes` names: none of it may be said of a picture with nothing wrong.
  private static let conditionCodes = Set(codes.values.joined())
  /// Levels with nothing wrong and little to see; harder ones may show real reflections and blur.
  private static let easyLevels = 0...2
  private static let photographLevels = 0...3
  private static let conditionLevel = 4

  private let all: [ScoredDocument]
  private let residents: [ScoredDocument]

  package init(_ scored: [ScoredDocument]) {
    all = scored
    residents = scored.filter(\.truth.isPlainResident)
  }

  /// Resident fronts of levels 0–3 whose `field` is exact.
  package func fronts(exact field: String) -> MeasuredRate {
    rate(readable(isBack: false)) { $0.isExact(field) }
  }

  /// Resident fronts of levels 0–3 of which every field is exact.
  package var allFields: MeasuredRate { rate(readable(isBack: false)) { $0.isAllExact } }

  /// Resident backs of levels 0–3 of which every field is exact.
  package var back: MeasuredRate { rate(readable(isBack: true)) { $0.isAllExact } }

  /// Level-4 pictures with a wrong field that nothing warns of. A field without a value is not wrong: the
  /// caller sees that it is missing.
  package var wrongUnflagged: MeasuredRate { rate(special) { $0.isWrongUnflagged } }

  /// Fields of some pictures, by what became of them; each rate is of all of them.
  package struct FieldLosses: Sendable, Equatable {
    /// A value, and not the right one.
    package let wrong: MeasuredRate
    /// The same with nothing that points this field out (`ScoredDocument.isPointedOut`).
    package let wrongUnmarked: MeasuredRate
    /// No value, but a warning that names the field, or the whole picture refused.
    package let lostMarked: MeasuredRate
    /// No value and nothing said about it.
    package let lostUnmarked: MeasuredRate
  }

  /// Fields of resident IDs at levels 0–3, both sides.
  package var readableLosses: FieldLosses {
    losses(residents.filter { Self.photographLevels.contains($0.truth.level) })
  }

  /// Fields of resident IDs at level 4, both sides.
  package var specialLosses: FieldLosses { losses(special) }

  private func losses(_ scored: [ScoredDocument]) -> FieldLosses {
    let total = scored.reduce(0) { $0 + $1.truth.fields.count }
    func rate(_ count: (ScoredDocument) -> Int) -> MeasuredRate {
      MeasuredRate(count: scored.reduce(0) { $0 + count($1) }, total: total)
    }
    func isMarkedLost(_ one: ScoredDocument, _ field: String) -> Bool {
      one.answer.refusal != nil || one.isPointedOut(field)
    }
    return FieldLosses(
      wrong: rate(\.wrongFields.count),
      wrongUnmarked: rate { one in one.wrongFields.count { !one.isPointedOut($0) } },
      lostMarked: rate { one in one.lostFields.count { isMarkedLost(one, $0) } },
      lostUnmarked: rate { one in one.lostFields.count { !isMarkedLost(one, $0) } })
  }

  /// Level-4 pictures whose condition is warned of, by condition; only those that should be.
  package var conditionRaised: [String: MeasuredRate] {
    byCondition(special.filter { Self.codes[$0.truth.condition ?? ""] != nil }) { scored in
      scored.raises(scored.truth.condition ?? "")
    }
  }

  /// Level-4 pictures that are simply to be read, every field exact, by condition.
  package var conditionRead: [String: MeasuredRate] {
    byCondition(special.filter { Self.codes[$0.truth.condition ?? ""] == nil }) { $0.isAllExact }
  }

  /// Pictures of levels 0–2 that are warned of something that is not there, or refused. Advisory warnings count
  /// when they name one of the conditions.
  package var falseAlarms: MeasuredRate {
    rate(residents.filter { Self.easyLevels.contains($0.truth.level) }) { scored in
      scored.answer.refusal != nil
        || scored.answer.warnings.contains { Self.conditionCodes.contains($0.code) }
    }
  }

  /// One condition's warning: how often it is right when given, and how often given when right.
  package struct WarningScore: Sendable, Equatable {
    package let condition: String
    /// Pictures warned of it that have it, of all that are warned of it. Level 3 is left out.
    package let precision: MeasuredRate
    /// Pictures warned of it, of all that have it.
    package let recall: MeasuredRate
  }

  /// A score for every condition that occurs, in the order of their names. Conditions with the same warning share
  /// their precision.
  package var warningScores: [WarningScore] {
    let raised = conditionRaised
    let judged = residents.filter { $0.truth.level != 3 }
    return raised.keys.sorted().map { condition in
      let warned = judged.filter { $0.raises(condition) }
      return WarningScore(
        condition: condition,
        precision: rate(warned) { scored in
          Self.codes[scored.truth.condition ?? ""].map { $0 == Self.codes[condition] } ?? false
        },
        recall: raised[condition] ?? MeasuredRate(count: 0, total: 0))
    }
  }

  /// How well one field is read in one group of pictures.
  package struct FieldScore: Sendable, Equatable {
    package let kind: String
    package let field: String
    /// `level 2`, the condition, or the variant.
    package let group: String
    package let exact: MeasuredRate
    /// Right characters of those written; a wrong, missing or extra one costs one.
    package let characters: MeasuredRate
  }

  /// Every field of every kind by level, condition and variant.
  package var fieldScores: [FieldScore] {
    var groups: [[String]: [ScoredDocument]] = [:]
    for scored in all {
      let truth = scored.truth
      let group = truth.variant ?? truth.condition ?? "level \(truth.level)"
      for field in truth.fields.keys {
        groups[[truth.kind, field, group], default: []].append(scored)
      }
    }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, scored in
      FieldScore(
        kind: key[0], field: key[1], group: key[2], exact: rate(scored) { $0.isExact(key[1]) },
        characters: characters(scored, key[1]))
    }
  }

  /// Pictures of levels 0–3 taken for their kind with every field exact, by kind or variant; resident IDs in their plain
  /// form included.
  package var kinds: [(name: String, kind: MeasuredRate, allExact: MeasuredRate)] {
    let readable = all.filter { Self.photographLevels.contains($0.truth.level) }
    return Dictionary(grouping: readable) { $0.truth.variant ?? $0.truth.kind }
      .sorted { $0.key < $1.key }
      .map { name, scored in
        (name, rate(scored, \.isKindRight), rate(scored, \.isAllExact))
      }
  }

  /// Pictures of `kind` at all levels up to 3 whose `field` is exact.
  package func exact(_ field: String, kind: String) -> MeasuredRate {
    let readable = all.filter {
      $0.truth.kind == kind && Self.photographLevels.contains($0.truth.level)
    }
    return rate(readable) { $0.isExact(field) }
  }

  private func readable(isBack: Bool) -> [ScoredDocument] {
    residents.filter {
      Self.photographLevels.contains($0.truth.level) && $0.truth.isBack == isBack
    }
  }

  private var special: [ScoredDocument] {
    residents.filter { $0.truth.level == Self.conditionLevel }
  }

  private func rate(
    _ scored: [ScoredDocument], _ isCounted: (ScoredDocument) -> Bool
  ) -> MeasuredRate {
    MeasuredRate(count: scored.count(where: isCounted), total: scored.count)
  }

  private func byCondition(
    _ scored: [ScoredDocument], _ isCounted: (ScoredDocument) -> Bool
  ) -> [String: MeasuredRate] {
    Dictionary(grouping: scored) { $0.truth.condition ?? "" }
      .mapValues { rate($0, isCounted) }
  }

  private func characters(_ scored: [ScoredDocument], _ field: String) -> MeasuredRate {
    var right = 0
    var total = 0
    for one in scored {
      let wanted = FieldText.comparable(one.truth.fields[field] ?? "", field)
      let read = FieldText.comparable(one.answer.fields[field]?.value ?? "", field)
      total += wanted.count
      right += max(0, wanted.count - FieldText.distance(wanted, read))
    }
    return MeasuredRate(count: right, total: total)
  }
}
