// What every source of real-name answers is to the rest of the server: a registry of ours, an authority's gateway, the
// sandbox.

package import IdentityNumbers
package import Vocabulary

/// Answers questions about elements. Any thread, many questions at once.
///
/// A source keeps nothing of a question: neither in memory beyond the call, nor in files, logs, metrics or errors. It
/// answers by the deadline, or says that it cannot; it never guesses, and never answers a question it was not asked.
package protocol AuthoritySource: Sendable {
  /// What it can be asked, and what that means. Does not change while the source lives.
  var profile: SourceProfile { get }

  /// Says whether the elements belong together, or what is known of them. Only asked what `profile` can answer.
  /// - Parameter deadline: always set; whoever waits may turn away a little later.
  func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer

  /// The portrait that belongs to name and ID number, as a picture or as a template of the question's contract. Only
  /// asked of sources with `ElementOperation.portrait`. The answer is `.portrait` only where both elements match the
  /// record.
  func portrait(_ question: ElementQuestion, deadline: Deadline) async -> PortraitAnswer
}

extension AuthoritySource {
  /// Sources without portraits.
  package func portrait(
    _ question: ElementQuestion, deadline: Deadline
  ) async -> PortraitAnswer { .unavailable(.notOffered) }
}

/// What a source is.
package struct SourceProfile: Sendable {
  /// 1–32 characters from `a-z 0-9 -`, given by the operator: names it in settings, metrics and answers.
  package let name: String
  /// What it can be asked.
  package var operations: Set<ElementOperation>
  /// How phone questions may be hashed; empty: elements themselves only.
  package var hashes: Set<ElementHash>
  /// The carriers it answers for by name; empty: it takes no question that names one.
  package var carriers: Set<PhoneCarrier>
  /// Whether it says which elements disagree.
  package var tellsDetail: Bool
  /// What one answered question costs the operator, in 1/10,000 CNY; 0 for a registry of one's own.
  package var cost: Int
  /// Where it processes, ISO 3166-1 alpha-2. A server is set up with sources of one region only.
  package var region: String
  /// What it is given to know, for the register of sub-processors.
  package var dataClasses: Set<DataClass>
  /// The longest it may take for one question, whatever time the caller has.
  package var timeout: Duration
  /// Whether it answers from memory in microseconds, without suspending: it is then called without a watch.
  package var isImmediate: Bool
  /// Whether its answers are made up, for tests of callers: they are marked and never charged.
  package var isSandbox: Bool

  /// The name of a source is valid if it has 1–32 characters from `a-z 0-9 -`.
  package static func isName(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
      }
  }

  /// - Precondition: `isName(name)`.
  package init(
    name: String, operations: Set<ElementOperation>, hashes: Set<ElementHash> = [],
    carriers: Set<PhoneCarrier> = [], tellsDetail: Bool = false, cost: Int = 0,
    region: String = "CN", dataClasses: Set<DataClass>? = nil, timeout: Duration = .seconds(3),
    isImmediate: Bool = false, isSandbox: Bool = false
  ) {
    precondition(Self.isName(name), "not a source's name")
    self.name = name
    self.operations = operations
    self.hashes = hashes
    self.carriers = carriers
    self.tellsDetail = tellsDetail
    self.cost = cost
    self.region = region
    self.dataClasses = dataClasses ?? operations.reduce(into: []) { $0.formUnion($1.dataClasses) }
    self.timeout = timeout
    self.isImmediate = isImmediate
    self.isSandbox = isSandbox
  }
}

/// What is told about a person. Raw values are text of the register of sub-processors.
package enum DataClass: String, Sendable, CaseIterable {
  case name = "NAME"
  case number = "ID_NUMBER"
  case phone = "PHONE"
  case card = "BANK_CARD"
  case face = "FACE"
}

extension ElementOperation {
  /// What a source of it is given, or gives.
  package var dataClasses: Set<DataClass> {
    switch self {
    case .nameNumber, .nameNumberDates, .ageNumber: [.name, .number]
    case .phoneName: [.phone, .name]
    case .phoneNameNumber: [.phone, .name, .number]
    case .phoneTime, .phoneStatus, .phoneRecycled, .agePhone: [.phone]
    case .cardName: [.card, .name]
    case .cardNameNumber: [.card, .name, .number]
    case .cardNameNumberPhone: [.card, .name, .number, .phone]
    case .cardInfo: [.card]
    case .portrait: [.name, .number, .face]
    }
  }
}

extension ElementOperation {
  /// The elements of such a question: all of them are there, and no others.
  package var elements: Set<ElementKind> {
    switch self {
    case .nameNumber, .ageNumber, .portrait: [.name, .number]
    case .nameNumberDates: [.name, .number, .validFrom, .validUntil]
    case .phoneName: [.phone, .name]
    case .phoneNameNumber: [.phone, .name, .number]
    case .phoneTime, .phoneStatus, .phoneRecycled, .agePhone: [.phone]
    case .cardName: [.card, .name]
    case .cardNameNumber: [.card, .name, .number]
    case .cardNameNumberPhone: [.card, .name, .number, .phone]
    case .cardInfo: [.card]
    }
  }

  /// Whether such a question has a day since which something is to hold.
  package var asksSince: Bool { self == .phoneRecycled }

  /// Whether its elements may be digests, and whether it may name a carrier.
  package var takesHashesAndCarriers: Bool { self == .phoneNameNumber }
}

/// One question. Elements are there as the operation asks for them, past their validators and normalised: names with
/// U+00B7 alone, numbers of eighteen characters with an upper-case X, digits without blanks.
package struct ElementQuestion: Sendable {
  package var operation: ElementOperation
  package var name: Element?
  /// The ID number.
  package var number: Element?
  package var phone: Element?
  /// The bank card's number.
  package var card: Element?
  /// `YYYYMMDD`.
  package var validFrom: Element?
  /// `YYYYMMDD`, `00000000` for long term.
  package var validUntil: Element?
  /// How all elements are hashed; nil: they are given themselves.
  package var hash: ElementHash?
  /// The carrier that is to answer; nil: whichever it is.
  package var carrier: PhoneCarrier?
  /// Whether the caller wants to know which elements disagree.
  package var wantsDetail = false
  /// Of `phoneRecycled`: the day since which the owner is to be the same.
  package var since: CalendarDate?
  /// Of `portrait`: the one contract whose templates the asker can compare with (`ReferencePortrait.Form`); nil: pictures
  /// alone.
  package var templateContract: String?

  package init(_ operation: ElementOperation) { self.operation = operation }

  /// The element of that kind; nil if it is not there.
  package func element(_ kind: ElementKind) -> Element? {
    switch kind {
    case .name: name
    case .number: number
    case .phone: phone
    case .card: card
    case .validFrom: validFrom
    case .validUntil: validUntil
    }
  }

  /// Those that are there, in the order of `ElementKind`.
  package var elements: [Element] {
    [name, number, phone, card, validFrom, validUntil].compactMap { $0 }
  }
}

/// What a source says to a question.
package enum SourceAnswer: Sendable {
  /// The source answered. Whether that is charged is a matter of the result.
  case answered(SourceFinding)
  /// It did not, whatever the reason: that says nothing about the elements, and is never charged.
  case unavailable(SourceFault)
}

/// What a source found.
package struct SourceFinding: Sendable, Equatable {
  /// One of those that a source may give: none of the `bad…`, `dailyLimit` and `refusedByList`.
  package var result: ElementResult
  /// Which elements disagree, as far as the source says it.
  package var mismatched: Set<ElementKind>
  /// The network that the phone number is on.
  package var carrier: PhoneCarrier?
  package var phoneStatus: PhoneStatus?
  package var phoneTime: PhoneTime?
  package var ageRange: AgeRange?
  package var cardKind: BankCardKind?
  /// The issuing bank, as the source names it; at most `issuerBytesMax` bytes.
  package var issuer: String?

  package static let issuerBytesMax = 128

  package init(_ result: ElementResult, mismatched: Set<ElementKind> = []) {
    self.result = result
    self.mismatched = mismatched
  }
}

/// Why a source did not answer. Raw values are labels of metrics: never change one.
package enum SourceFault: String, Error, Sendable, CaseIterable {
  /// No connection, or it broke off.
  case unreachable
  /// No answer in the time that it has of its own.
  case timedOut = "timed-out"
  /// It says that it is busy, or that we ask too often.
  case busy
  /// It says that it is being upgraded.
  case upgrading
  /// It says that it has a fault.
  case failed
  /// It does not accept our credentials.
  case refused
  /// The answer's signature is missing or wrong.
  case badSignature = "bad-signature"
  /// The answer is not of the form that was agreed on, or not to this question.
  case malformed
  /// It was not asked: its breaker is open.
  case breakerOpen = "breaker-open"
  /// No source can be asked this.
  case notOffered = "not-offered"
  /// It has the answer in a form that we cannot use: a template of other models than ours. It says nothing about anybody.
  case unsupported
  /// The caller gave up, or its deadline passed, before the source could answer. Says nothing about the source.
  case abandoned

  /// Whether it speaks against the source: what counts for its breaker.
  package var countsAgainstSource: Bool {
    switch self {
    case .breakerOpen, .notOffered, .unsupported, .abandoned: false
    default: true
    }
  }
}

/// What a source says when it is asked for a portrait.
package enum PortraitAnswer: Sendable {
  case portrait(ReferencePortrait)
  /// It answered, and gives no portrait: `mismatch`, `noRecord`, `identityInvalid`.
  case none(ElementResult)
  /// Name and number match; there is no portrait on record, or none that can be used.
  case noPortrait
  case unavailable(SourceFault)
}
