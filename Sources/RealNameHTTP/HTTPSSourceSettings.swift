// What an operator writes of an authority's gateway that speaks JSON over HTTPS.

internal import RealName
internal import Vocabulary

/// An entry `"kind": "https"`. Every name that the gateway uses is set here; none is built in.
struct HTTPSSourceSettings: Decodable, Sendable {
  /// Names the source in metrics and answers.
  let name: String
  /// `https://host[:port]`, without a path.
  let url: String
  /// PEM file of the authorities that sign the gateway's certificate.
  let authority: String
  /// PEM files of our certificate and key for mutual TLS; both or neither.
  let certificate: String?
  let key: String?
  /// Longest wait for one answer, 10–60000 ms. Default 3000.
  let timeoutMillis: Int?
  /// Connections at once, 1–1024. Default 16.
  let connectionsMax: Int?
  /// What an answer costs, in 1/10,000 CNY. Default 0.
  let cost: Int?
  /// ISO 3166-1 alpha-2. Default CN.
  let region: String?
  let tellsDetail: Bool?
  /// `md5`, `sha256`, `sm3`: how phone questions may be hashed. Default none.
  let hashes: [String]?
  /// `mobile`, `unicom`, `telecom`, `broadnet`: networks that it answers for by name. Default none.
  let carriers: [String]?
  let signing: Signing?
  /// By the names of `ElementOperation`.
  let operations: [String: Operation]

  /// HMAC-SHA-256 of requests and answers.
  struct Signing: Decodable, Sendable {
    let keyId: String
    /// File of the secret, 16–4096 bytes.
    let keyFile: String
    /// How far the gateway's clock may be off, 1–3600 s. Default 300.
    let toleranceSeconds: Int?
  }

  /// How one question is asked and answered.
  struct Operation: Decodable, Sendable {
    let path: String
    /// Element kinds (`name`, `id_number`, `phone`, `bank_card`, `valid_from`, `valid_until`, `since`) → keys of the request:
    /// those of the question, each of them.
    let fields: [String: String]
    /// Key that tells how elements are hashed, and the names that the gateway has for the source's `hashes`. Not sent
    /// where elements are given themselves.
    let hashKey: Choice?
    /// Key that tells the carrier that is to answer, and the names for the source's `carriers`. Not sent where any may.
    let carrierKey: Choice?
    /// Keys with fixed texts.
    let constants: [String: String]?
    /// Key of the request that holds the call's serial, and path of the answer that must repeat it.
    let serial: String?
    let serialEcho: String?
    /// Path of the answer's code: keys with dots between.
    let result: String
    /// Code → name of an `ElementResult`.
    let results: [String: String]
    /// Code → `busy`, `upgrading`, `failed` or `refused`.
    let faults: [String: String]?
    /// Paths of facts, and what their values mean.
    let carrier: Fact?
    let phoneStatus: Fact?
    let phoneTime: Fact?
    let ageRange: Fact?
    let cardKind: Fact?
    /// Path of the issuer's name.
    let issuer: String?
    /// Of `portrait`: path of the picture in base64.
    let portrait: String?
  }

  /// A key of the request, and what stands in it: our names → the gateway's.
  struct Choice: Decodable, Sendable {
    let key: String
    let values: [String: String]
  }

  /// A value of the answer by path, and the names that its texts stand for.
  struct Fact: Decodable, Sendable {
    let path: String
    let values: [String: String]
  }
}

/// Why an entry cannot be used. For the operator.
struct HTTPSSourceError: Error, CustomStringConvertible {
  let description: String
}

/// An operation with every name looked up.
struct MappedOperation: Sendable {
  let path: String
  let fields: [(kind: ElementKind?, key: String)]
  /// Nil where no elements are hashed.
  let hash: MappedChoice<ElementHash>?
  /// Nil where no carrier is named.
  let namedCarrier: MappedChoice<PhoneCarrier>?
  let constants: [(key: String, value: String)]
  let serial: String?
  let serialEcho: [String]?
  let result: [String]
  let results: [String: ElementResult]
  let faults: [String: SourceFault]
  let carrier: MappedFact<PhoneCarrier>?
  let phoneStatus: MappedFact<PhoneStatus>?
  let phoneTime: MappedFact<PhoneTime>?
  let ageRange: MappedFact<AgeRange>?
  let cardKind: MappedFact<BankCardKind>?
  let issuer: [String]?
  let portrait: [String]?

  /// A fact of answers: where it is, and what its texts mean.
  struct MappedFact<Value: Sendable>: Sendable {
    let path: [String]
    let values: [String: Value]
  }

  /// A choice of questions: its key, and the text of each value.
  struct MappedChoice<Value: Sendable & Hashable>: Sendable {
    let key: String
    let values: [Value: String]
  }

  /// - Parameters:
  ///   - hashes: how questions to the source may be hashed.
  ///   - carriers: whom they may name.
  init(
    _ settings: HTTPSSourceSettings.Operation, _ operation: ElementOperation,
    hashes: Set<ElementHash>, carriers: Set<PhoneCarrier>
  ) throws(HTTPSSourceError) {
    let reader = MappingReader(operation: operation)
    guard settings.path.hasPrefix("/"), settings.path.utf8.count <= 1024 else {
      throw reader.fail("path must begin with /")
    }
    path = settings.path
    fields = try reader.fields(settings.fields)
    hash = try reader.choice(settings.hashKey, "hashKey", of: "hashes", hashes)
    namedCarrier = try reader.choice(settings.carrierKey, "carrierKey", of: "carriers", carriers)
    constants = (settings.constants ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    guard (settings.serial == nil) == (settings.serialEcho == nil) else {
      throw reader.fail("serial and serialEcho go together")
    }
    serial = settings.serial
    serialEcho = settings.serialEcho.map(MappingReader.path)
    let keys =
      fields.map(\.key) + constants.map(\.key)
      + [serial, hash?.key, namedCarrier?.key]
      .compactMap { $0 }
    guard Set(keys).count == keys.count else {
      throw reader.fail("two of fields, hashKey, carrierKey, constants and serial have one key")
    }
    result = MappingReader.path(settings.result)
    results = try reader.results(settings.results)
    faults = try reader.faults(settings.faults ?? [:], results)
    carrier = try reader.fact(settings.carrier, "carrier")
    phoneStatus = try reader.fact(settings.phoneStatus, "phoneStatus")
    phoneTime = try reader.fact(settings.phoneTime, "phoneTime")
    ageRange = try reader.fact(settings.ageRange, "ageRange")
    cardKind = try reader.fact(settings.cardKind, "cardKind")
    issuer = settings.issuer.map(MappingReader.path)
    portrait = settings.portrait.map(MappingReader.path)
    guard operation != .portrait || portrait != nil else {
      throw reader.fail("portrait is missing")
    }
  }
}

/// Looks up the names of one operation's mapping, and refuses what would ask another question than the operation's.
private struct MappingReader {
  let operation: ElementOperation

  func fail(_ text: String) -> HTTPSSourceError {
    HTTPSSourceError(description: "operations.\(operation.rawValue): \(text)")
  }

  static func path(_ text: String) -> [String] {
    text.split(separator: ".").map(String.init)
  }

  /// The name of the day of `ElementOperation.asksSince` among fields.
  private static let since = "since"

  /// Nil stands for `since`. A gateway that is not given an element answers without looking at it: a match of a name
  /// that it never saw.
  func fields(
    _ settings: [String: String]
  ) throws(HTTPSSourceError) -> [(kind: ElementKind?, key: String)] {
    let due = Set(operation.elements.map(\.rawValue)).union(operation.asksSince ? [Self.since] : [])
    let missing = due.subtracting(settings.keys).sorted()
    guard missing.isEmpty else {
      throw fail("fields lacks \(missing.joined(separator: ", ")), which this question is about")
    }
    guard settings.count == due.count else {
      throw fail("fields has another element than \(due.sorted().joined(separator: ", "))")
    }
    guard settings.values.allSatisfy({ !$0.isEmpty }) else { throw fail("fields has an empty key") }
    return settings.sorted { $0.key < $1.key }.map { (ElementKind(rawValue: $0.key), $0.value) }
  }

  /// What the source takes must reach the gateway, each by a text of its own.
  func choice<Value: CaseIterable & Hashable & Sendable>(
    _ settings: HTTPSSourceSettings.Choice?, _ name: String, of list: String, _ taken: Set<Value>
  ) throws(HTTPSSourceError) -> MappedOperation.MappedChoice<Value>? {
    guard let settings else {
      guard taken.isEmpty || !operation.takesHashesAndCarriers else {
        throw fail("\(name) is missing: without it the gateway is not told which of \(list) it is")
      }
      return nil
    }
    guard operation.takesHashesAndCarriers else {
      throw fail("\(name) has no meaning for this question")
    }
    guard !settings.key.isEmpty else { throw fail("\(name).key is empty") }
    var values: [Value: String] = [:]
    for (wanted, text) in settings.values {
      guard let value = Value.allCases.first(where: { "\($0)" == wanted }) else {
        throw fail("\(name).values names an unknown value")
      }
      values[value] = text
    }
    guard taken.isSubset(of: values.keys) else {
      throw fail("\(name).values lacks one of \(list)")
    }
    guard values.values.allSatisfy({ !$0.isEmpty }), Set(values.values).count == values.count else {
      throw fail("\(name).values must be different texts")
    }
    return MappedOperation.MappedChoice(key: settings.key, values: values)
  }

  func results(_ settings: [String: String]) throws(HTTPSSourceError) -> [String: ElementResult] {
    var results: [String: ElementResult] = [:]
    for (code, name) in settings {
      guard let result = ElementResult.allCases.first(where: { "\($0)" == name }),
        operation == .portrait
          ? [.match, .mismatch, .noRecord, .identityInvalid].contains(result)
          : operation.mayFind(result)
      else { throw fail("results names a result that this question does not have") }
      results[code] = result
    }
    guard !results.isEmpty else { throw fail("results is empty") }
    return results
  }

  func faults(
    _ settings: [String: String], _ results: [String: ElementResult]
  ) throws(HTTPSSourceError) -> [String: SourceFault] {
    var faults: [String: SourceFault] = [:]
    for (code, name) in settings {
      guard results[code] == nil, let fault = SourceFault(rawValue: name),
        [.busy, .upgrading, .failed, .refused].contains(fault)
      else { throw fail("faults names something else than busy, upgrading, failed or refused") }
      faults[code] = fault
    }
    return faults
  }

  func fact<Value: CaseIterable & Sendable>(
    _ fact: HTTPSSourceSettings.Fact?, _ name: String
  ) throws(HTTPSSourceError) -> MappedOperation.MappedFact<Value>? {
    guard let fact else { return nil }
    var values: [String: Value] = [:]
    for (text, wanted) in fact.values {
      guard let value = Value.allCases.first(where: { "\($0)" == wanted }) else {
        throw fail("\(name).values names an unknown value")
      }
      values[text] = value
    }
    return MappedOperation.MappedFact(path: Self.path(fact.path), values: values)
  }
}
