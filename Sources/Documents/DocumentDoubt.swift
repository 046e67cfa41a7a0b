// What can be wrong with what a document says. Each is a warning with a name, never a verdict and never a silent repair.

/// A rule that does not hold, or a part that could not be read.
package enum DocumentDoubt: String, Sendable, CaseIterable {
  /// A field that this kind of document has was not found.
  case fieldMissing
  /// Characters of a field are missing: a gap, a torn end, or too few.
  case fieldCut
  /// Not eighteen (or fifteen) characters.
  case idNumberLengthWrong
  /// The check character is not what the others ask for, and no single doubtful character explains it.
  case idNumberChecksumFailed
  /// One doubtful character was replaced by another reading of it, as the check character demands.
  case idNumberRepaired
  /// The number's form is not that of this kind of document.
  case idNumberKindUnexpected
  /// One doubtful digit of the date of birth was replaced, or one not read filled in, as a number that checks demands.
  case birthRepaired
  /// The printed date of birth is another than the number's.
  case birthDisagreesWithNumber
  /// The printed sex is another than the number's.
  case sexDisagreesWithNumber
  /// The printed nationality is another than the number's or the machine-readable zone's.
  case nationalityDisagrees
  /// A date that does not exist, or a birth in the future.
  case dateImpossible
  /// Digits of the period are not as read: one doubtful digit was replaced because the period could not be, or what was
  /// not read of one end was filled in by the other.
  case validityRepaired
  /// The document ends before it begins.
  case validityOrderWrong
  /// Not a length that this kind of document is issued for, or not that of the holder's age.
  case validityLengthUnusual
  /// Its last day is before today.
  case expired
  /// Its first day is after today.
  case notYetValid
  /// Issued before the holder was born.
  case issuedBeforeBirth
  /// Not a nation of GB/T 3304 or one written on cards beside them.
  case nationUnknown
  /// Does not have the form of an issuing authority.
  case authorityUnusual
  /// Does not have the form of a name.
  case nameUnusual
  /// The number does not have the form of this kind of document.
  case documentNumberUnusual
  /// A check digit of the machine-readable zone does not hold, a place of it holds what it may not, or its lines are
  /// missing or could not be laid out, so that nothing was checked.
  case mrzCheckFailed
  /// One doubtful character of the machine-readable zone was replaced, as its check digit demands.
  case mrzRepaired
  /// The printed text is another than the machine-readable zone's.
  case mrzDisagrees
  /// The bank card's number fails its check digit; some old domestic cards do.
  case cardNumberChecksumFailed
  /// One doubtful digit of the bank card's number was replaced, as its check digit demands.
  case cardNumberRepaired
  /// Not a length that cards of this issuer have.
  case cardNumberLengthWrong
}

/// A doubt and the fields that it is about; their boxes tell where.
package struct FoundDoubt: Sendable, Equatable {
  package var doubt: DocumentDoubt
  package var fields: [DocumentField]

  package init(_ doubt: DocumentDoubt, _ fields: DocumentField...) {
    self.doubt = doubt
    self.fields = fields
  }
}

extension [FoundDoubt] {
  /// In the order of `DocumentDoubt`'s cases; those of one case as they were found.
  var inOrder: [FoundDoubt] {
    let order = DocumentDoubt.allCases
    return enumerated().sorted { a, b in
      let places = [a, b].map { order.firstIndex(of: $0.element.doubt) ?? 0 }
      return (places[0], a.offset) < (places[1], b.offset)
    }.map(\.element)
  }
}
