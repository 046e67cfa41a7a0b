// From one row of a file to the entries of a registry: validated, canonical, hashed.

internal import IdentityNumbers
internal import Sealing
internal import Vocabulary

/// Which column stands where.
package struct ImportHeader: Sendable, Equatable {
  /// By place in the row; nil for a column that is not looked at.
  package let columns: [ImportColumn?]

  /// - Parameter row: the file's first, without its line end.
  package init(_ row: UnsafeRawBufferPointer) throws(RegistryFault) {
    var row = row
    if row.starts(with: [0xEF, 0xBB, 0xBF]) { row = UnsafeRawBufferPointer(rebasing: row[3...]) }
    var fields = RowFields()
    do throws(RowDefectError) { try fields.cut(row) } catch {
      throw RegistryFault(.refused, "the file's first row: \(error.defect.rawValue)")
    }
    columns = (0..<fields.count).map { index in
      fields.withField(index) { ImportColumn(rawValue: String(decoding: $0, as: UTF8.self)) }
    }
    let named = columns.compactMap { $0 }
    guard Set(named).count == named.count else {
      throw RegistryFault(.refused, "the file's first row names a column twice")
    }
    guard !Set(named).isDisjoint(with: [.idNumber, .phone, .card]) else {
      let names = ImportColumn.allCases.map(\.rawValue).joined(separator: ", ")
      throw RegistryFault(
        .refused,
        "the file's first row must name its columns, one of id_number, phone and bank_card among them; known are \(names)"
      )
    }
  }
}

/// Makes entries of rows. Owned by one thread.
struct RowReader {
  /// By the columns' ordinals: every row asks for all of them, and hashing their names took longer than reading some.
  private let places: [Int?]
  private let columnCount: Int
  private let hash: RegistryHash
  private let kinds: Set<EntryKind>
  private let options: ImportOptions
  private var fields = RowFields()
  /// The digests that numbers are also found by; nil is the number itself.
  private let forms: [ElementHash?]

  /// - Parameter kinds: the entries that are made.
  init(
    _ header: ImportHeader, hash: RegistryHash, kinds: Set<EntryKind>, options: ImportOptions
  ) {
    columnCount = header.columns.count
    var places = [Int?](repeating: nil, count: ImportColumn.allCases.count)
    for (place, column) in header.columns.enumerated() {
      if let column { places[column.ordinal] = place }
    }
    self.places = places
    self.hash = hash
    self.kinds = kinds
    self.options = options
    forms = [nil] + options.digests.sorted { $0.rawValue < $1.rawValue }.map(Optional.some)
  }

  /// The elements of a row, canonical; nil for those that it has not.
  private struct Person {
    var idNumber: String?
    /// As it is compared, and as its holder's digest is made of.
    var name: (compared: String, spelt: String)?
    var validity: String?
    var phone: String?
    var card: String?
  }

  /// Gives `take` every entry of the row; nothing is given of a row that has a defect anywhere.
  mutating func read(
    _ row: UnsafeRawBufferPointer, _ take: (EntryKey, RegistryRecord) -> Void
  ) throws(RowDefectError) {
    try fields.cut(row)
    guard fields.count == columnCount else { throw RowDefectError(nil, .columnCount) }
    var person = Person()
    person.idNumber = try element(.idNumber, Self.idNumber)
    person.name = try element(.name, Self.name)
    person.phone = try element(.phone, Self.phone)
    person.card = try element(.card, Self.card)
    let status = try identityStatus(&person)
    let phone = try phoneWords()
    let card = try cardWords()
    var isEmpty = true
    if kinds.contains(.identity), let number = person.idNumber, let name = person.name {
      isEmpty = false
      let key = hash.key(.identity, nil, number)
      let portrait = try portrait()
      take(
        key,
        .identity(
          status: status, name: hash.tag(.name, nil, name.compared, beside: key),
          validity: person.validity.map { hash.tag(.validity, nil, $0, beside: key) },
          portrait: portrait.map { hash.seal($0, beside: key) }))
    }
    if kinds.contains(.phone), let number = person.phone {
      isEmpty = false
      for form in forms { takePhone(number, person, phone, form, take) }
    }
    if kinds.contains(.card), let number = person.card {
      isEmpty = false
      let key = hash.key(.card, nil, number)
      take(
        key,
        .card(
          refusal: card.refusal, account: card.kind,
          name: person.name.map { hash.tag(.name, nil, $0.compared, beside: key) },
          idNumber: person.idNumber.map { hash.tag(.idNumber, nil, $0, beside: key) },
          phone: person.phone.map { hash.tag(.phone, nil, $0, beside: key) }))
    }
    if isEmpty { throw RowDefectError(nil, .empty) }
  }

  /// Overwrites what is held of the last row.
  mutating func wipe() { fields.wipe() }

  private typealias PhoneWords = (
    status: PhoneStatus?, carrier: PhoneCarrier?, since: RegistryMonth, owner: RegistryMonth
  )

  private func takePhone(
    _ number: String, _ person: Person, _ words: PhoneWords, _ form: ElementHash?,
    _ take: (EntryKey, RegistryRecord) -> Void
  ) {
    let key = withDigest(number, form) { hash.key(.phone, form, $0) }
    let spelt = form == nil ? person.name?.compared : person.name?.spelt
    take(
      key,
      .phone(
        status: words.status, carrier: words.carrier, since: words.since, ownerSince: words.owner,
        name: spelt.map { withDigest($0, form) { hash.tag(.name, form, $0, beside: key) } },
        idNumber: person.idNumber.map {
          withDigest($0, form) { hash.tag(.idNumber, form, $0, beside: key) }
        }))
  }

  /// The bytes of `text`, or of its digest.
  private func withDigest<R>(
    _ text: String, _ form: ElementHash?, _ body: (UnsafeRawBufferPointer) -> R
  ) -> R {
    guard let form else {
      var text = text
      return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
    return options.digest(form, Array(text.utf8)).withUnsafeBytes(body)
  }

  private func identityStatus(_ person: inout Person) throws(RowDefectError) -> IdentityStatus {
    let first = try text(.validFrom)
    let last = try text(.validUntil)
    if first.isEmpty != last.isEmpty {
      throw RowDefectError(first.isEmpty ? .validFrom : .validUntil, .missing)
    }
    if !first.isEmpty {
      guard let validity = CanonicalElement.validity(from: first, to: last) else {
        throw RowDefectError(.validUntil, .date)
      }
      person.validity = validity
    }
    // An identity without a name would match none: of a row with the column, the name is asked for.
    if kinds.contains(.identity), person.idNumber != nil, person.name == nil,
      person.phone == nil, person.card == nil
    {
      throw RowDefectError(.name, .missing)
    }
    return try word(.idStatus, ImportWords.idStatuses) ?? .valid
  }

  /// Asked last: everything else of the row is right then.
  private func portrait() throws(RowDefectError) -> PortraitTemplate? {
    let path = try text(.portrait)
    guard !path.isEmpty, let portraits = options.portraits else { return nil }
    do throws(PortraitFailure) { return try portraits.template(at: path) } catch {
      switch error {
      case .defect(let defect): throw RowDefectError(.portrait, defect)
      case .fault(let fault): throw RowDefectError(.portrait, fault)
      }
    }
  }

  private func phoneWords() throws(RowDefectError) -> PhoneWords {
    (
      try word(.phoneStatus, ImportWords.phoneStatuses) ?? nil,
      try word(.carrier, ImportWords.carriers) ?? nil,
      try month(.phoneSince), try month(.ownerSince)
    )
  }

  private func cardWords() throws(RowDefectError) -> (refusal: ElementResult?, kind: BankCardKind?)
  {
    (
      try word(.cardStatus, ImportWords.cardRefusals) ?? nil,
      try word(.cardKind, ImportWords.cardKinds) ?? nil
    )
  }

  /// Empty for a column that is not there.
  private func text(_ column: ImportColumn) throws(RowDefectError) -> String {
    guard let place = places[column.ordinal] else { return "" }
    return try fields.withField(place) { (bytes) throws(RowDefectError) -> String in
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw RowDefectError(column, .notUTF8)
      }
      return text
    }
  }

  private func element<Element>(
    _ column: ImportColumn, _ read: (String) -> Result<Element, RowDefectError>
  ) throws(RowDefectError) -> Element? {
    let text = try text(column)
    return text.isEmpty ? nil : try read(text).get()
  }

  /// Nil for a column that is not there.
  private func word<Word>(
    _ column: ImportColumn, _ words: [String: Word]
  ) throws(RowDefectError) -> Word? {
    guard places[column.ordinal] != nil else { return nil }
    guard let word = words[try text(column)] else { throw RowDefectError(column, .word) }
    return word
  }

  private func month(_ column: ImportColumn) throws(RowDefectError) -> RegistryMonth {
    let text = try text(column)
    if text.isEmpty { return RegistryMonth(count: 0) }
    guard let month = RegistryMonth(digits: text) else { throw RowDefectError(column, .date) }
    return month
  }

  private static func idNumber(_ text: String) -> Result<String, RowDefectError> {
    do throws(IdentityNumber.Failure) { return .success(try CanonicalElement.idNumber(text)) } catch
    {
      return .failure(RowDefectError(.idNumber, RowDefect(error)))
    }
  }

  private static func name(_ text: String) -> Result<
    (compared: String, spelt: String), RowDefectError
  > {
    do throws(PersonName.Failure) {
      let name = try PersonName(text)
      return .success((name.comparisonForm, name.text))
    } catch {
      return .failure(RowDefectError(.name, RowDefect(error)))
    }
  }

  private static func phone(_ text: String) -> Result<String, RowDefectError> {
    do throws(MobileNumber.Failure) { return .success(try CanonicalElement.phone(text)) } catch {
      return .failure(RowDefectError(.phone, RowDefect(error)))
    }
  }

  private static func card(_ text: String) -> Result<String, RowDefectError> {
    do throws(BankCardNumber.Failure) { return .success(try CanonicalElement.card(text)) } catch {
      return .failure(RowDefectError(.card, RowDefect(error)))
    }
  }
}

extension RowDefect {
  fileprivate init(_ failure: IdentityNumber.Failure) {
    self =
      switch failure {
      case .resident(let failure):
        switch failure {
        case .length: .length
        case .character: .character
        case .birthDate, .birthDateInFuture: .date
        case .checkCharacter: .checkCharacter
        }
      case .oldResident(.length), .oldForeigner(.length), .hongKong(.length): .length
      case .oldResident(.birthDate): .date
      case .hongKong(.checkCharacter): .checkCharacter
      case .oldResident, .oldForeigner, .hongKong: .character
      case .noSuchForm: .form
      }
  }

  fileprivate init(_ failure: PersonName.Failure) {
    self =
      switch failure {
      case .tooShort, .tooLong: .length
      case .privateUse: .privateUse
      case .digit, .character, .separator: .character
      }
  }

  fileprivate init(_ failure: MobileNumber.Failure) {
    self =
      switch failure {
      case .length: .length
      case .character: .character
      case .prefix: .prefix
      case .machine: .machine
      }
  }

  fileprivate init(_ failure: BankCardNumber.Failure) {
    self =
      switch failure {
      case .length: .length
      case .character: .character
      case .checkDigit: .checkCharacter
      }
  }
}
