// A number whose kind its holder did not say: what it is, or which part of the likeliest kind fails.

/// A number of a document that says who somebody is, by the form it has.
package enum IdentityNumber: PersonalValue {
  /// Eighteen characters: citizens; residents from Hong Kong, Macau and Taiwan; foreigners since 2023-12-01.
  case resident(ResidentIdentityNumber)
  /// Fifteen digits, given out until 1999; void as a document, good for finding the longer one.
  case oldResident(OldResidentIdentityNumber)
  /// Three letters and twelve digits: foreigners before 2023-12-01.
  case oldForeigner(OldForeignResidentNumber)
  /// A Hong Kong identity card.
  case hongKong(HongKongIdentityNumber)
  /// A permit or passport: every form that the number has, one at least.
  case travel(text: String, forms: [TravelDocumentForm])

  /// Why text is no such number: the failure of the kind that its length and first character speak for.
  package enum Failure: Error, Sendable, Equatable {
    case resident(ResidentIdentityNumber.Failure)
    case oldResident(OldResidentIdentityNumber.Failure)
    case oldForeigner(OldForeignResidentNumber.Failure)
    case hongKong(HongKongIdentityNumber.Failure)
    /// No kind has this form.
    case noSuchForm
  }

  /// Blanks around the text do not count.
  package init(_ source: some StringProtocol, today: CalendarDate? = nil) throws(Failure) {
    let text = Self.trimmed(source)
    let count = text.unicodeScalars.prefix(ResidentIdentityNumber.length + 3).count
    let startsWithLetter = text.utf8.first.map(isUpperLetter) ?? false
    switch (count, startsWithLetter) {
    case (16...20, false): self = try Self.resident(text, today)
    case (14...15, false), (OldResidentIdentityNumber.length, _):
      self = startsWithLetter ? try Self.foreigner(text) : try Self.old(text)
    default:
      let forms = TravelDocumentForm.forms(of: text)
      if !forms.isEmpty, (try? HongKongIdentityNumber(text)) == nil {
        self = .travel(text: String(text), forms: forms)
      } else if startsWithLetter, (8...11).contains(count) {
        self = try Self.hongKong(text)
      } else {
        throw .noSuchForm
      }
    }
  }

  /// The number of eighteen characters, if this kind has or gives one.
  package var residentNumber: ResidentIdentityNumber? {
    switch self {
    case .resident(let number): number
    case .oldResident(let number): number.upgraded
    default: nil
    }
  }

  private static func resident(
    _ text: Substring, _ today: CalendarDate?
  ) throws(Failure) -> IdentityNumber {
    do { return .resident(try ResidentIdentityNumber(text, today: today)) } catch {
      throw .resident(error)
    }
  }

  private static func old(_ text: Substring) throws(Failure) -> IdentityNumber {
    do { return .oldResident(try OldResidentIdentityNumber(text)) } catch {
      throw .oldResident(error)
    }
  }

  private static func foreigner(_ text: Substring) throws(Failure) -> IdentityNumber {
    do { return .oldForeigner(try OldForeignResidentNumber(text)) } catch {
      throw .oldForeigner(error)
    }
  }

  private static func hongKong(_ text: Substring) throws(Failure) -> IdentityNumber {
    do { return .hongKong(try HongKongIdentityNumber(text)) } catch { throw .hongKong(error) }
  }

  private static func trimmed(_ source: some StringProtocol) -> Substring {
    let text = Substring(source.prefix(IdentityNumberLimits.textCharactersMax + 1))
    let isBlank = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\u{3000}" }
    let scalars = text.unicodeScalars
    let start = scalars.firstIndex { !isBlank($0) } ?? scalars.endIndex
    let end = scalars.lastIndex { !isBlank($0) }.map { scalars.index(after: $0) } ?? start
    return Substring(scalars[start..<end])
  }
}
