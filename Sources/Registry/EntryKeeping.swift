// What an import leaves as it was: a file says nothing about what it has no column for.

internal import Vocabulary

extension Set<EntryKind> {
  /// The entries that a file with these columns is a list of, where nobody says which to make. A list of cards names
  /// their holders too; it is no word of the authority or the carrier about them, and must not become one.
  package static func told(by columns: Set<ImportColumn>) -> Set<EntryKind> {
    var kinds: Set<EntryKind> = []
    if columns.contains(.card) { kinds.insert(.card) }
    let aboutPhones: Set<ImportColumn> = [.carrier, .phoneStatus, .phoneSince, .ownerSince]
    if columns.contains(.phone),
      !columns.contains(.card) || !columns.isDisjoint(with: aboutPhones)
    {
      kinds.insert(.phone)
    }
    let aboutIdentities: Set<ImportColumn> = [.idStatus, .validFrom, .validUntil, .portrait]
    if columns.isSuperset(of: [.idNumber, .name]),
      columns.isDisjoint(with: [.phone, .card]) || !columns.isDisjoint(with: aboutIdentities)
    {
      kinds.insert(.identity)
    }
    return kinds
  }
}

/// Joins an entry of a file with the one that the registry has under its key.
///
/// Words of columns that the file has not stay: a list without statuses revives nobody. Elements of such columns stay
/// only while the holder does, that is, while name and number, as far as the file has them, are those of before: what
/// is held of one holder must not stand beside the name of another.
struct EntryKeeping {
  private let columns: Set<ImportColumn>
  private let hash: RegistryHash
  /// Reused from entry to entry.
  private var value = [UInt8](repeating: 0, count: RegistryLimits.valueBytesMax)

  init(_ header: ImportHeader, hash: RegistryHash) {
    columns = Set(header.columns.compactMap { $0 })
    self.hash = hash
  }

  /// Lends `take` the value that comes to stand under `key`.
  mutating func join(
    _ key: EntryKey, _ held: EntryValue, _ given: UnsafeRawBufferPointer,
    _ take: (UnsafeRawBufferPointer) throws(RegistryFault) -> Void
  ) throws(RegistryFault) {
    guard let new = hash.record(given, under: key) else {
      throw RegistryFault(
        .corrupt, "a sorted piece is damaged; remove the import's folder and start it again")
    }
    if isWhole(new), !keepsPortrait(of: held) { return try take(given) }
    guard let old = held.withBytes({ hash.record($0, under: key) }),
      let joined = joined(old, new)
    else {
      throw RegistryFault(
        .corrupt,
        "an entry that the file would add to is damaged; import a file with all columns, or into a new registry"
      )
    }
    let count = value.withUnsafeMutableBytes { hash.seal(joined, under: key, into: $0) }
    try value.withLent { (bytes) throws(RegistryFault) in
      try take(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
    }
  }

  /// Whether the registry holds a portrait that the file, without such a column, says nothing of.
  private func keepsPortrait(of held: EntryValue) -> Bool {
    !columns.contains(.portrait) && held.withBytes { RegistryRecord.hasPortrait($0) }
  }

  /// Whether the file has a column for everything that such an entry says, a portrait aside.
  private func isWhole(_ record: RegistryRecord) -> Bool {
    switch record {
    case .identity: columns.isSuperset(of: [.name, .idStatus, .validFrom, .validUntil])
    case .phone:
      columns.isSuperset(of: [
        .name, .idNumber, .phoneStatus, .carrier, .phoneSince, .ownerSince,
      ])
    case .card: columns.isSuperset(of: [.name, .idNumber, .phone, .cardStatus, .cardKind])
    }
  }

  /// Nil if they are not of one kind.
  private func joined(_ old: RegistryRecord, _ new: RegistryRecord) -> RegistryRecord? {
    switch (old, new) {
    case (
      .identity(let oldStatus, let oldName, let oldValidity, let oldPortrait),
      .identity(let status, let name, let validity, let portrait)
    ):
      let isSame = isSame(.name, oldName, name)
      return .identity(
        status: chosen(.idStatus, oldStatus, status),
        name: chosen(.name, oldName, name),
        validity: columns.isSuperset(of: [.validFrom, .validUntil])
          ? validity : isSame ? oldValidity : nil,
        portrait: chosen(.portrait, isSame ? oldPortrait : nil, portrait))
    case (
      .phone(let oldStatus, let oldCarrier, let oldSince, let oldOwner, let oldName, let oldNumber),
      .phone(let status, let carrier, let since, let owner, let name, let number)
    ):
      let isSame = isSame(.name, oldName, name) && isSame(.idNumber, oldNumber, number)
      let unknown = RegistryMonth(count: 0)
      return .phone(
        status: chosen(.phoneStatus, oldStatus, status),
        carrier: chosen(.carrier, oldCarrier, carrier),
        since: chosen(.phoneSince, isSame ? oldSince : unknown, since),
        ownerSince: chosen(.ownerSince, isSame ? oldOwner : unknown, owner),
        name: chosen(.name, isSame ? oldName : nil, name),
        idNumber: chosen(.idNumber, isSame ? oldNumber : nil, number))
    case (
      .card(let oldRefusal, let oldAccount, let oldName, let oldNumber, let oldPhone),
      .card(let refusal, let account, let name, let number, let phone)
    ):
      let isSame = isSame(.name, oldName, name) && isSame(.idNumber, oldNumber, number)
      return .card(
        refusal: chosen(.cardStatus, oldRefusal, refusal),
        account: chosen(.cardKind, oldAccount, account),
        name: chosen(.name, isSame ? oldName : nil, name),
        idNumber: chosen(.idNumber, isSame ? oldNumber : nil, number),
        phone: chosen(.phone, isSame ? oldPhone : nil, phone))
    default: return nil
    }
  }

  private func chosen<Value>(_ column: ImportColumn, _ old: Value, _ new: Value) -> Value {
    columns.contains(column) ? new : old
  }

  /// Whether the file says nothing else of the holder by this column than the registry does.
  private func isSame(_ column: ImportColumn, _ old: ElementTag?, _ new: ElementTag?) -> Bool {
    !columns.contains(column) || old == new
  }
}
