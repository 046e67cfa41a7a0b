// Elements of a request past their validators: what is put to a source, or which part of which one fails.

internal import IdentityNumbers
internal import Messages
internal import RealName
internal import Vocabulary

/// Reads the elements of one request. What cannot be an element is an answer with its reasons; what is missing is an
/// error. A value, used up by one call.
struct CheckedElements {
  /// The day that births and periods are held against.
  let today: IdentityNumbers.CalendarDate
  private(set) var problems: [ElementProblem] = []
  private(set) var notices: [ElementNotice] = []
  /// Of the first element that failed.
  private(set) var bad: Vocabulary.ElementResult?

  init(today: IdentityNumbers.CalendarDate) { self.today = today }

  mutating func name(_ text: String) throws(ServiceError) -> Element? {
    guard !text.isEmpty else { throw .missing("name") }
    do throws(PersonName.Failure) {
      let name = try PersonName(text)
      if name.notices.contains(.separator) { notices.append(.nameSeparator) }
      if name.notices.contains(.blanks) { notices.append(.nameBlanks) }
      if !name.rareCharacters.isEmpty { notices.append(.rareCharacters) }
      return Element(name)
    } catch {
      switch error {
      case .tooShort, .tooLong: add(.badName, "name", .length)
      case .digit(let position): add(.badName, "name", .digit, position)
      case .privateUse(let position): add(.badName, "name", .privateUse, position)
      case .character(let position): add(.badName, "name", .character, position)
      case .separator: add(.badName, "name", .separator)
      }
      return nil
    }
  }

  /// The ID number of residents, of residents from Hong Kong, Macau and Taiwan, and of foreigners, old and new.
  mutating func number(_ text: String) throws(ServiceError) -> Element? {
    guard !text.isEmpty else { throw .missing("id_number") }
    if let number = try? ResidentIdentityNumber(text, today: today) {
      if !number.notices.isEmpty { notices.append(.lowerCaseX) }
      return Element(.number, number.text)
    }
    if text.utf8.count == OldResidentIdentityNumber.length {
      if let foreign = try? OldForeignResidentNumber(text) { return Element(.number, foreign.text) }
      do throws(OldResidentIdentityNumber.Failure) {
        let old = try OldResidentIdentityNumber(text)
        notices.append(.oldNumber)
        return Element(.number, old.upgraded.text)
      } catch {
        switch error {
        case .length: add(.badNumber, "id_number", .length)
        case .character(let position): add(.badNumber, "id_number", .character, position)
        case .birthDate: add(.badNumber, "id_number", .date)
        }
        return nil
      }
    }
    for failure in ResidentIdentityNumber.failures(of: text, today: today) {
      switch failure {
      case .length: add(.badNumber, "id_number", .length)
      case .character(let position): add(.badNumber, "id_number", .character, position)
      case .birthDate: add(.badNumber, "id_number", .date)
      case .birthDateInFuture: add(.badNumber, "id_number", .dateInFuture)
      case .checkCharacter: add(.badNumber, "id_number", .checkDigit)
      }
    }
    return nil
  }

  mutating func phone(_ text: String) throws(ServiceError) -> Element? {
    guard !text.isEmpty else { throw .missing("phone") }
    do throws(MobileNumber.Failure) {
      return Element(.phone, try MobileNumber(text).digits)
    } catch {
      switch error {
      case .length: add(.badPhone, "phone", .length)
      case .character(let position): add(.badPhone, "phone", .character, position)
      case .prefix: add(.badPhone, "phone", .prefix)
      case .machine: add(.badPhone, "phone", .machineNumber)
      }
      return nil
    }
  }

  mutating func card(
    _ text: String, _ policy: BankCardNumber.CheckDigitPolicy
  ) throws(ServiceError) -> Element? {
    guard !text.isEmpty else { throw .missing("bank_card") }
    do throws(BankCardNumber.Failure) {
      let card = try BankCardNumber(text, checkDigit: policy)
      if !card.luhnHolds { notices.append(.cardCheckDigit) }
      return Element(.card, card.digits)
    } catch {
      switch error {
      case .length: add(.badCard, "bank_card", .length)
      case .character(let position): add(.badCard, "bank_card", .character, position)
      case .checkDigit: add(.badCard, "bank_card", .checkDigit)
      }
      return nil
    }
  }

  /// The days of a card's validity.
  mutating func period(
    from start: String, until end: String
  ) throws(ServiceError) -> (from: Element?, until: Element?) {
    guard !start.isEmpty else { throw .missing("valid_from") }
    guard !end.isEmpty else { throw .missing("valid_until") }
    let first = date(start, "valid_from")
    let isLongTerm = end == Self.longTerm
    let last = isLongTerm ? nil : date(end, "valid_until")
    guard let first, isLongTerm || last != nil else { return (nil, nil) }
    guard ValidityPeriod(start: first, end: last) != nil else {
      add(.badDates, "valid_until", .order)
      return (nil, nil)
    }
    return (Element(.validFrom, start), Element(.validUntil, end))
  }

  /// A day up to today.
  mutating func day(_ text: String, _ field: String) throws(ServiceError) -> IdentityNumbers
    .CalendarDate?
  {
    guard !text.isEmpty else { throw .missing(field) }
    guard let date = date(text, field) else { return nil }
    guard date <= today else {
      add(.badDates, field, .dateInFuture)
      return nil
    }
    return date
  }

  /// A digest in hexadecimal, of either case.
  mutating func digest(
    _ text: String, _ kind: ElementKind, _ hash: ElementHash
  ) throws(ServiceError) -> Element? {
    guard !text.isEmpty else { throw .missing(kind.rawValue) }
    let digits = text.utf8.prefix(2 * hash.bytes + 1)
    if let wrong = digits.enumerated().first(where: { Hexadecimal.value(of: $0.element) == nil }) {
      add(.badHash, kind.rawValue, .character, wrong.offset)
      return nil
    }
    guard digits.count == 2 * hash.bytes, let bytes = Hexadecimal.bytes(of: text) else {
      add(.badHash, kind.rawValue, .length)
      return nil
    }
    return Element(kind, digest: bytes, hash)
  }

  /// `valid_until` of a card without end.
  static let longTerm = "00000000"

  private mutating func date(_ text: String, _ field: String) -> IdentityNumbers.CalendarDate? {
    guard let date = IdentityNumbers.CalendarDate(digits: text) else {
      add(.badDates, field, .date)
      return nil
    }
    return date
  }

  private mutating func add(
    _ result: Vocabulary.ElementResult, _ field: String, _ part: ElementPart, _ position: Int? = nil
  ) {
    bad = bad ?? result
    var problem = ElementProblem()
    problem.field = field
    problem.part = part
    problem.position = position.map { UInt32(clamping: $0) }
    problems.append(problem)
  }
}
