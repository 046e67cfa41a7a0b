// Questions of one registry: which of the elements that were named belong to the one that is looked up.

package import Vocabulary

/// A question as codes: made from elements at once, so that no element waits for an answer. Says nothing without the key.
package struct RegistryQuestion: Sendable {
  package let kind: EntryKind
  package let key: EntryKey
  private var tags: [(kind: TagKind, tag: ElementTag)] = []
  private let form: ElementHash?

  /// - Parameters:
  ///   - element: what is looked up: canonical (`CanonicalElement`), or its digest if `form` names one.
  package init(
    _ kind: EntryKind, _ element: UnsafeRawBufferPointer, form: ElementHash?, hash: RegistryHash
  ) {
    self.kind = kind
    self.form = form
    key = hash.key(kind, form, element)
  }

  /// Adds an element that is to be compared, in the same form.
  package mutating func compare(
    _ kind: TagKind, _ element: UnsafeRawBufferPointer, hash: RegistryHash
  ) {
    tags.append((kind, hash.tag(kind, form, element, beside: key)))
  }

  /// What `tag`, which the registry holds, says of the element that was added.
  func match(_ kind: TagKind, _ held: ElementTag?) -> ElementMatch {
    guard let asked = tags.first(where: { $0.kind == kind }) else { return .notAsked }
    guard let held else { return .notOnFile }
    return asked.tag == held ? .matches : .differs
  }
}

/// What a registry says of an element beside the one that was looked up.
package enum ElementMatch: Sendable, Equatable {
  case matches
  case differs
  /// The registry holds no such element of this entry, so that nothing can be said of it.
  case notOnFile
  /// It was not asked.
  case notAsked
}

/// What a registry has under a key, held against the question.
package enum RegistryAnswer: Sendable, Equatable {
  /// `portrait`: sealed as it is held, whether or not it was asked for.
  case identity(
    status: IdentityStatus, name: ElementMatch, validity: ElementMatch,
    portrait: SealedPortrait? = nil)
  /// `since`: on the net; `ownerSince`: with its present owner.
  case phone(
    status: PhoneStatus?, carrier: PhoneCarrier?, since: RegistryMonth, ownerSince: RegistryMonth,
    name: ElementMatch, idNumber: ElementMatch)
  case card(
    refusal: ElementResult?, account: BankCardKind?, name: ElementMatch, idNumber: ElementMatch,
    phone: ElementMatch)
}

extension RegistryStore {
  /// Nil: the registry has no such number, phone or card. A fault is neither.
  package func answer(
    _ question: RegistryQuestion, before deadline: Deadline
  ) async throws(RegistryFault) -> RegistryAnswer? {
    guard let record = try await record(question.key, before: deadline) else { return nil }
    switch (question.kind, record) {
    case (.identity, .identity(let status, let name, let validity, let portrait)):
      return .identity(
        status: status, name: question.match(.name, name),
        validity: question.match(.validity, validity), portrait: portrait)
    case (.phone, .phone(let status, let carrier, let since, let owner, let name, let idNumber)):
      return .phone(
        status: status, carrier: carrier, since: since, ownerSince: owner,
        name: question.match(.name, name), idNumber: question.match(.idNumber, idNumber))
    case (.card, .card(let refusal, let account, let name, let idNumber, let phone)):
      return .card(
        refusal: refusal, account: account, name: question.match(.name, name),
        idNumber: question.match(.idNumber, idNumber), phone: question.match(.phone, phone))
    default:
      // Keys of different kinds differ: somebody else put it there.
      throw RegistryFault(
        .corrupt, "an entry is of another kind than its key; import the registry anew")
    }
  }
}
