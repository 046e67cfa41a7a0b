// What can be wrong with a document or its picture, by name, and the numbers others give it.

/// A warning's name. Raw values of those measured on the picture are the raw values of Vision's
/// `CardCondition.Kind`.
package enum DocumentWarningSymbol: String, Sendable, Hashable, CaseIterable {
  // Measured on the picture.

  /// Part of the card lies outside the picture.
  case borderIncomplete
  /// A copy without colour.
  case photocopy
  /// Photographed from a screen.
  case screenRecapture
  /// Light that washes out part of the card.
  case glare
  /// Something lies over the card.
  case occlusion
  /// Out of focus or moved.
  case blur
  /// Too little light.
  case dark
  /// Too few pixels to read.
  case lowResolution
  /// Traces of editing.
  case editing
  /// Writing across the card that is not part of it.
  case watermark
  /// An electronic card, not a photograph of one.
  case electronic

  // Found in what was read.

  /// A temporary identity card.
  case temporary
  /// Dates that cannot be, or a validity that has not begun or has ended.
  case datesInvalid
  /// Anything else that disagrees.
  case other
}

/// Products of another provider whose clients are to find the numbers they know. The same number means
/// different things in different products, hence a column for each.
package enum WarningNumbering: String, Sendable, CaseIterable {
  /// IDCardOCR and IdCardOCRVerification.
  case idCard
  /// Sessions, and OCR with encrypted answers: as `idCard` but for the dates.
  case session
  /// BankCardOCR.
  case bankCard
  /// Cards of the international edition.
  case international
}

extension DocumentWarningSymbol {
  /// The number of Tencent Cloud's OCR and FaceID interfaces for this warning; nil where a product has none.
  ///
  /// | symbol | idCard | session | bankCard | international |
  /// | --- | --- | --- | --- | --- |
  /// | borderIncomplete | −9101 | −9101 | −9111 | −9101 |
  /// | photocopy | −9102 | −9102 | −9113 | −9102 |
  /// | screenRecapture | −9103 | −9103 | −9114 | −9103 |
  /// | temporary | −9104 | −9104 | – | – |
  /// | occlusion | −9105 | −9105 | – | −9105 |
  /// | editing | −9106 | −9106 | – | −9104 |
  /// | glare | −9107 | −9107 | −9112 | −9107 |
  /// | datesInvalid | −9109 | −9100 | −9110 | – |
  /// | electronic | −9110 | −9110 | – | – |
  /// | watermark | −9111 | −9111 | – | – |
  /// | blur | −8001 | −8001 | – | −9108 |
  /// | other | – | – | – | −9901 |
  ///
  /// Collisions: −9104 is a temporary card or editing, −9108 a black-and-white copy or blur, −9109 dates or a
  /// capability that is not enabled, −9110 an electronic card or a bank card's dates, −9111 a watermark or a bank
  /// card's border. `photocopy` is raised for copies without colour alone, which `idCard` may also call −9108;
  /// −9102, which covers every copy, is given. Darkness and low resolution have no number of their own anywhere:
  /// they are told as a quality below 50.
  package func number(in numbering: WarningNumbering) -> Int32? {
    switch numbering {
    case .idCard: idCardNumber
    case .session: self == .datesInvalid ? -9100 : idCardNumber
    case .bankCard: bankCardNumber
    case .international: internationalNumber
    }
  }

  private var idCardNumber: Int32? {
    switch self {
    case .borderIncomplete: -9101
    case .photocopy: -9102
    case .screenRecapture: -9103
    case .temporary: -9104
    case .occlusion: -9105
    case .editing: -9106
    case .glare: -9107
    case .datesInvalid: -9109
    case .electronic: -9110
    case .watermark: -9111
    case .blur: -8001
    case .dark, .lowResolution, .other: nil
    }
  }

  private var bankCardNumber: Int32? {
    switch self {
    case .datesInvalid: -9110
    case .borderIncomplete: -9111
    case .glare: -9112
    case .photocopy: -9113
    case .screenRecapture: -9114
    default: nil
    }
  }

  private var internationalNumber: Int32? {
    switch self {
    case .editing: -9104
    case .blur: -9108
    case .other: -9901
    case .borderIncomplete, .photocopy, .screenRecapture, .occlusion, .glare: idCardNumber
    default: nil
    }
  }
}

/// A rectangle on the card, 0–1 across and down.
package struct DocumentArea: Sendable, Equatable {
  package var x: Double
  package var y: Double
  package var width: Double
  package var height: Double

  package init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// Area of what it shares with another.
  func shared(with other: DocumentArea) -> Double {
    let across = min(x + width, other.x + other.width) - max(x, other.x)
    let down = min(y + height, other.y + other.height) - max(y, other.y)
    return across > 0 && down > 0 ? across * down : 0
  }
}

/// One measurement of the picture.
package struct DocumentMeasure: Sendable, Equatable {
  /// 0–1, 0 is "nothing of it". What one unit is, Vision's meter says.
  package var value: Double
  /// Where it is worst; nil if it is of the whole card.
  package var place: DocumentArea?

  package init(value: Double, place: DocumentArea? = nil) {
    self.value = value
    self.place = place
  }
}

/// A warning that is raised.
package struct DocumentWarning: Sendable, Equatable {
  package var symbol: DocumentWarningSymbol
  /// 0–1 and finite; at or above `limit`, or nothing that can be compared was measured.
  package var score: Double
  /// The score from which on the warning is raised.
  package var limit: Double
  package var place: DocumentArea?
  /// Informs, must not decide: its error rates are not known well enough.
  package var advisory: Bool

  package init(
    _ symbol: DocumentWarningSymbol, score: Double, limit: Double, place: DocumentArea? = nil,
    advisory: Bool
  ) {
    self.symbol = symbol
    self.score = score
    self.limit = limit
    self.place = place
    self.advisory = advisory
  }
}
