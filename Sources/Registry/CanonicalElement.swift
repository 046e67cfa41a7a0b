// The one spelling in which an element is hashed, for import and lookup alike.

package import IdentityNumbers

/// Makes elements canonical; throws what the validator found. Pure.
package enum CanonicalElement {
  /// The number of eighteen characters where there is one, otherwise the number of its kind without brackets.
  package static func idNumber(_ text: some StringProtocol) throws(IdentityNumber.Failure) -> String
  {
    if text.utf8.count == ResidentIdentityNumber.length,
      let number = try? ResidentIdentityNumber(text)
    {
      return number.text
    }
    return switch try IdentityNumber(text) {
    case .resident(let number): number.text
    case .oldResident(let number): number.upgraded.text
    case .oldForeigner(let number): number.text
    case .hongKong(let number): number.text
    case .travel(let text, _): text
    }
  }

  package static func name(_ text: some StringProtocol) throws(PersonName.Failure) -> String {
    try PersonName(text).comparisonForm
  }

  /// Lends the comparison form of a name that is one already: `utf8` is what `PersonName.text` holds. Nothing of it stays
  /// in memory. Nil if it is no UTF-8.
  package static func withName<R>(
    _ utf8: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> R
  ) -> R? {
    // A character of the table may need one byte more.
    withUnsafeTemporaryAllocation(byteCount: utf8.count * 2, alignment: 1) { form -> R? in
      defer { overwrite(form) }
      var count = 0
      var bytes = utf8.makeIterator()
      var decoder = UTF8()
      while true {
        switch decoder.decode(&bytes) {
        case .scalarValue(let scalar):
          for byte in UTF8.encode(PersonName.compared(scalar)) ?? UTF8.encodedReplacementCharacter {
            guard count < form.count else { return nil }
            form[count] = byte
            count += 1
          }
        case .emptyInput: return body(UnsafeRawBufferPointer(rebasing: form[..<count]))
        case .error: return nil
        }
      }
    }
  }

  package static func phone(_ text: some StringProtocol) throws(MobileNumber.Failure) -> String {
    try MobileNumber(text).digits
  }

  /// Some old domestic cards have no check digit: a registry holds them too.
  package static func card(_ text: some StringProtocol) throws(BankCardNumber.Failure) -> String {
    try BankCardNumber(text, checkDigit: .noted).digits
  }

  /// `YYYYMMDD-YYYYMMDD`; the end is `00000000` for a card without one. Nil if a date is none or the end is before the
  /// beginning.
  package static func validity(from start: some StringProtocol, to end: some StringProtocol)
    -> String?
  {
    guard let first = CalendarDate(digits: start) else { return nil }
    if end != noEnd {
      guard let last = CalendarDate(digits: end), first <= last else { return nil }
    }
    // Eight ASCII digits each, or they were no dates.
    return String(start) + "-" + String(end)
  }

  /// The end of a card that has none.
  package static let noEnd = "00000000"
}
