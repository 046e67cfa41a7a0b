// What can be wrong with a picture of a document or with what the document says: one closed set for all parts.

/// A warning by name. Raw values are those of `idv.v1.CardWarningCode`, whose text explains each: never change one.
package enum CardWarningCode: Int32, Sendable, CaseIterable {
  // The picture.
  case borderIncomplete = 1
  case copy = 2
  case screenRecapture = 3
  case editingTraces = 4
  case occlusion = 5
  case reflection = 6
  case blur = 7
  case dark = 8
  case lowResolution = 9
  case electronic = 10
  case watermark = 11
  case temporary = 12
  case multipleCards = 13

  // Its dates.
  case expired = 20
  case notYetValid = 21
  case dateImpossible = 22
  case validityOrderWrong = 23
  case validityLengthUnusual = 24
  case issuedBeforeBirth = 25

  // Its other fields.
  case fieldMissing = 30
  case fieldCut = 31
  case fieldUncertain = 32
  case idNumberLengthWrong = 33
  case idNumberCheckFailed = 34
  case idNumberRepaired = 35
  case idNumberKindUnexpected = 36
  case birthDateRepaired = 37
  case birthDateDisagrees = 38
  case sexDisagrees = 39
  case nationalityDisagrees = 40
  case nationUnknown = 41
  case authorityUnusual = 42
  case nameUnusual = 43
  case documentNumberUnusual = 44
  case mrzCheckFailed = 45
  case mrzRepaired = 46
  case mrzDisagrees = 47
  case cardNumberCheckFailed = 48
  case cardNumberRepaired = 49
  case cardNumberLengthWrong = 50
  case validityRepaired = 51
}

extension CardWarningCode {
  /// The name on the wire without its prefix: `SCREEN_RECAPTURE`.
  package var name: String {
    var name = ""
    for character in "\(self)" {
      if character.isUppercase { name += "_" }
      name += character.uppercased()
    }
    return name
  }

  /// The code of that name; nil if there is none.
  package init?(name: String) {
    guard let code = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = code
  }
}
