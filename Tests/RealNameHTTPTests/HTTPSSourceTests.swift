// The HTTPS adapter against a real gateway over mutual TLS: honest, dead, slow, lying, flapping, half-closed.

import Foundation
import Observability
import RealName
import Sealing
import Synchronization
import TestIdentities
import TestSupport
import Testing
import Vocabulary

@testable import RealNameHTTP

/// One gateway with a source that knows it.
struct Gateway {
  let upstream: ReferenceUpstream
  let source: HTTPSSource
  /// What the source says to the operator.
  let lines: LogLines

  static func open(
    _ script: [ReferenceUpstream.Behaviour] = [.honest], client: String = "client",
    secret: [UInt8] = ReferenceUpstream.secret, timeoutMillis: Int = 5000
  ) async throws -> Gateway {
    let identities = try TestIdentities.shared.get()
    let upstream = try await ReferenceUpstream(script, identities: identities)
    let lines = LogLines()
    return Gateway(
      upstream: upstream,
      source: try source(
        port: upstream.port, identities, client: client, secret: secret,
        timeoutMillis: timeoutMillis, log: lines.log), lines: lines)
  }

  static func source(
    port: Int, _ identities: TestIdentities, client: String = "client",
    secret: [UInt8] = ReferenceUpstream.secret, timeoutMillis: Int = 5000, log: Log = .silent
  ) throws -> HTTPSSource {
    let key = try identities.write(
      String(decoding: secret, as: UTF8.self), to: "gateway-\(UUID().uuidString).key")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    let entry: [String: Any] = [
      "kind": "https", "name": "gateway", "url": "https://127.0.0.1:\(port)",
      "authority": identities.authority, "certificate": identities[client].certificate,
      "key": identities[client].key, "timeoutMillis": timeoutMillis, "cost": 300,
      "signing": ["keyId": "k1", "keyFile": key], "hashes": ["sha256", "sm3"],
      "carriers": ["mobile", "unicom"],
      "operations": [
        "name-number": [
          "path": "/id2", "fields": ["name": "realName", "id_number": "idCard"],
          "constants": ["product": "ID2"], "serial": "serial", "serialEcho": "data.serial",
          "result": "data.code", "results": ["0": "match", "1": "mismatch", "2": "noRecord"],
          "faults": ["9": "upgrading", "8": "busy"],
        ],
        "phone-name-number": [
          "path": "/phone3",
          "fields": ["phone": "msisdn", "name": "realName", "id_number": "idCard"],
          "hashKey": ["key": "algorithm", "values": ["sha256": "S2", "sm3": "S3"]],
          "carrierKey": ["key": "net", "values": ["mobile": "CMCC", "unicom": "CUCC"]],
          "serial": "serial", "serialEcho": "data.serial", "result": "data.code",
          "results": ["0": "match", "1": "mismatch"],
          "carrier": ["path": "data.isp", "values": ["CMCC": "mobile", "CUCC": "unicom"]],
        ],
        "phone-status": [
          "path": "/status", "fields": ["phone": "msisdn"], "serial": "serial",
          "serialEcho": "data.serial", "result": "data.code", "results": ["0": "found"],
          "phoneStatus": ["path": "data.state", "values": ["STOPPED": "suspended"]],
          "carrier": ["path": "data.isp", "values": ["CUCC": "unicom"]],
        ],
        "portrait": [
          "path": "/portrait", "fields": ["name": "realName", "id_number": "idCard"],
          "serial": "serial", "serialEcho": "data.serial", "result": "data.code",
          "results": ["0": "match", "1": "mismatch", "2": "noRecord"], "portrait": "data.photo",
        ],
      ],
    ]
    let numbers = Counter()
    return try HTTPSSource(
      json: Array(try JSONSerialization.data(withJSONObject: entry)),
      unixSeconds: { ReferenceUpstream.now }, newNonce: { numbers.next() }, log: log)
  }

  private final class Counter: Sendable {
    private let count = Atomic(0)
    func next() -> String {
      "nonce-\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    }
  }

  static func question(
    _ name: String = "张三", _ number: String = "11010519491231002X",
    _ operation: ElementOperation = .nameNumber
  ) -> ElementQuestion {
    var question = ElementQuestion(operation)
    question.name = Element(.name, name)
    question.number = Element(.number, number)
    return question
  }

  func check(
    _ question: ElementQuestion = Gateway.question(), within time: Duration = .seconds(10)
  ) async -> SourceAnswer {
    await source.check(question, deadline: .after(time))
  }
}

private func result(_ answer: SourceAnswer) -> ElementResult? {
  if case .answered(let finding) = answer { finding.result } else { nil }
}

private func fault(_ answer: SourceAnswer) -> SourceFault? {
  if case .unavailable(let fault) = answer { fault } else { nil }
}

@Suite("HTTPS source", .serialized)
struct HTTPSSourceTests {
  @Test("match, mismatch and no record, by the operator's mapping")
  func honest() async throws {
    let gateway = try await Gateway.open()
    #expect(result(await gateway.check()) == .match)
    #expect(result(await gateway.check(Gateway.question("李四"))) == .mismatch)
    #expect(result(await gateway.check(Gateway.question("王五", "110105194912310038"))) == .noRecord)
    let asked = gateway.upstream.asked[0]
    #expect(asked["realName"] == "张三" && asked["idCard"] == "11010519491231002X")
    #expect(asked["product"] == "ID2" && asked["serial"] == "nonce-1")
    await gateway.upstream.close()
  }

  @Test("facts and portraits")
  func facts() async throws {
    let gateway = try await Gateway.open()
    var question = ElementQuestion(.phoneStatus)
    question.phone = Element(.phone, "13800138000")
    guard case .answered(let finding) = await gateway.check(question) else {
      Issue.record("no answer")
      return
    }
    #expect(finding.result == .found && finding.phoneStatus == .suspended)
    #expect(finding.carrier == .unicom)
    let portrait = await gateway.source.portrait(
      Gateway.question("张三", "11010519491231002X", .portrait), deadline: .after(.seconds(10)))
    guard case .portrait(let picture) = portrait else {
      Issue.record("no portrait")
      return
    }
    #expect(picture.form == .image && picture.bytes.array == [0xFF, 0xD8, 1])
    let other = await gateway.source.portrait(
      Gateway.question("李四", "11010519491231002X", .portrait), deadline: .after(.seconds(10)))
    guard case .none(.mismatch) = other else {
      Issue.record("a stranger's portrait")
      return
    }
    await gateway.upstream.close()
  }

  @Test(
    "what is no signed answer to this question is a fault",
    arguments: [
      (ReferenceUpstream.Behaviour.forged, SourceFault.badSignature), (.unsigned, .badSignature),
      (.replayed, .badSignature), (.otherSerial, .malformed), (.halfAnswer, .unreachable),
      (.halfClosed, .unreachable), (.status(429), .busy), (.status(503), .busy),
      (.status(500), .failed), (.status(403), .refused), (.status(302), .malformed),
      (.body("not JSON"), .malformed), (.body("[]"), .malformed), (.body("{}"), .malformed),
      (.body(#"{"data":{"code":"77"}}"#), .malformed), (.flood, .malformed),
    ])
  func faults(_ behaviour: ReferenceUpstream.Behaviour, _ due: SourceFault) async throws {
    let gateway = try await Gateway.open([behaviour, .honest])
    #expect(fault(await gateway.check()) == due)
    // And by itself it is well again.
    #expect(result(await gateway.check()) == .match)
    #expect(gateway.lines.take().count == (due == .malformed ? 1 : 0))
    await gateway.upstream.close()
  }

  @Test("what is malformed about an answer is told in constant words, with the source's name")
  func malformedTold() async throws {
    let answers: [(ReferenceUpstream.Behaviour, String)] = [
      (.status(302), "HTTP status is not 200"), (.body("CANARY"), "body is not JSON"),
      (.body("{}"), "serialEcho is not the serial"),
      (
        .body(#"{"data":{"serial":"nonce-4"}}"#), "there is nothing at the path of result"
      ),
      (
        .body(#"{"data":{"code":"CANARY","serial":"nonce-5"}}"#),
        "code is in neither results nor faults"
      ),
    ]
    let gateway = try await Gateway.open(answers.map(\.0) + [.honest])
    for (_, why) in answers {
      #expect(fault(await gateway.check()) == .malformed)
      #expect(
        gateway.lines.take()
          == ["warning an answer of a source is malformed [reason=\(why) source=gateway]"])
    }
    gateway.upstream.behave([
      .body(#"{"data":{"code":"0","serial":"nonce-6","state":"CANARY"}}"#)
    ])
    var question = ElementQuestion(.phoneStatus)
    question.phone = Element(.phone, "13800138000")
    #expect(fault(await gateway.check(question)) == .malformed)
    let said = gateway.lines.take()
    #expect(said.count == 1 && said[0].contains("a fact that the result needs"))
    await gateway.upstream.close()
  }

  private static func phone(_ hash: ElementHash?) -> ElementQuestion {
    var question = ElementQuestion(.phoneNameNumber)
    question.hash = hash
    let elements = [ElementKind.phone, .name, .number].map { kind in
      guard let hash else { return Element(kind, "13800138000") }
      return Element(kind, digest: [UInt8](repeating: 0xAB, count: hash.bytes), hash)
    }
    (question.phone, question.name, question.number) = (elements[0], elements[1], elements[2])
    return question
  }

  @Test("the gateway is told which digests it gets, and which carrier is asked")
  func choices() async throws {
    let gateway = try await Gateway.open([
      .body(#"{"data":{"code":"1","serial":"nonce-1"}}"#),
      .body(#"{"data":{"code":"1","serial":"nonce-2"}}"#),
      .body(#"{"data":{"code":"0","serial":"nonce-3","isp":"CUCC"}}"#),
      .body(#"{"data":{"code":"0","serial":"nonce-4","isp":"CUCC"}}"#),
      .body(#"{"data":{"code":"0","serial":"nonce-5","isp":"CTCC"}}"#),
    ])
    #expect(result(await gateway.check(Self.phone(.sha256))) == .mismatch)
    #expect(result(await gateway.check(Self.phone(.sm3))) == .mismatch)
    var named = Self.phone(nil)
    named.carrier = .unicom
    #expect(result(await gateway.check(named)) == .match)
    // Another network's answer is none of the one that was asked; nor is that of one that nobody knows.
    let pool = SourcePool([SourceRoute(gateway.source)])
    named.carrier = .mobile
    #expect(fault(await pool.ask(named, deadline: .after(.seconds(10))).answer) == .malformed)
    #expect(fault(await gateway.check(named)) == .malformed)
    let asked = gateway.upstream.asked
    #expect(asked.map { $0["algorithm"] } == ["S2", "S3", nil, nil, nil])
    #expect(asked.map { $0["net"] } == [nil, nil, "CUCC", "CMCC", "CMCC"])
    #expect(asked[0]["msisdn"] == String(repeating: "ab", count: 32))
    // What was not mapped for is not asked.
    #expect(fault(await gateway.check(Self.phone(.md5))) == .notOffered)
    named.carrier = .telecom
    #expect(fault(await gateway.check(named)) == .notOffered)
    var mixed = Self.phone(.sm3)
    mixed.name = Element(.name, "张三")
    #expect(fault(await gateway.check(mixed)) == .notOffered)
    await gateway.upstream.close()
  }

  @Test("a fault that the gateway tells is mapped")
  func toldFaults() async throws {
    let gateway = try await Gateway.open([.body(#"{"data":{"code":"9","serial":"nonce-1"}}"#)])
    #expect(fault(await gateway.check()) == .upgrading)
    await gateway.upstream.close()
  }

  @Test("a gateway that says nothing is left at the deadline, or after its own time")
  func silent() async throws {
    let gateway = try await Gateway.open([.silent], timeoutMillis: 60_000)
    #expect(fault(await gateway.check(within: .milliseconds(150))) == .timedOut)
    await gateway.upstream.close()
    let hasty = try await Gateway.open([.silent], timeoutMillis: 100)
    #expect(fault(await hasty.check()) == .timedOut)
    await hasty.upstream.close()
  }

  @Test("a dead gateway is unreachable at once, and back when it is back")
  func dead() async throws {
    let gateway = try await Gateway.open()
    #expect(result(await gateway.check()) == .match)
    await gateway.upstream.close()
    #expect(fault(await gateway.check()) == .unreachable)
  }

  @Test("another certificate, and another secret, are refused by the gateway")
  func strangers() async throws {
    let identities = try TestIdentities.shared.get()
    let gateway = try await Gateway.open()
    let stranger = try Gateway.source(
      port: gateway.upstream.port, identities, client: "stranger")
    #expect(
      fault(await stranger.check(Gateway.question(), deadline: .after(.seconds(10))))
        == .unreachable)
    let unsigned = try Gateway.source(
      port: gateway.upstream.port, identities, secret: Array("another secret of sixteen".utf8))
    let refused = await unsigned.check(Gateway.question(), deadline: .after(.seconds(10)))
    // The gateway signs its refusal under its own secret, which this source does not have.
    #expect(fault(refused) == .refused)
    await gateway.upstream.close()
  }

  @Test("a server whose certificate another authority signed gets no element")
  func impostor() async throws {
    let identities = try TestIdentities.shared.get()
    let impostor = try TestIdentities()
    let upstream = try await ReferenceUpstream(identities: impostor)
    let source = try Gateway.source(port: upstream.port, identities)
    #expect(
      fault(await source.check(Gateway.question(), deadline: .after(.seconds(10)))) == .unreachable)
    #expect(upstream.asked.isEmpty)
    await upstream.close()
  }

  @Test(
    "a flapping gateway opens the breaker, which is told and closes by itself; nothing is a mismatch"
  )
  func flapping() async throws {
    let clock = Mutex(Moment.now)
    let gateway = try await Gateway.open(
      (0..<20).map { $0 % 2 == 0 ? .status(500) : .honest })
    let pool = SourcePool([SourceRoute(gateway.source)], now: { clock.withLock { $0 } })
    var results: Set<ElementResult> = []
    var isOpen = false
    for _ in 0..<20 where !isOpen {
      let answer = await pool.ask(Gateway.question(), deadline: .never)
      if case .answered(let finding) = answer.answer { results.insert(finding.result) }
      isOpen = fault(answer.answer) == .breakerOpen
    }
    #expect(isOpen)
    #expect(results == [.match])
    gateway.upstream.behave([.honest])
    clock.withLock { $0 += .seconds(1) }
    for _ in 0..<2 {
      #expect(result(await pool.ask(Gateway.question(), deadline: .never).answer) == .match)
    }
    await gateway.upstream.close()
  }

  @Test("entries that cannot be used say which key, and no value")
  func damaged() throws {
    let authority = try TestIdentities.shared.get().authority
    let good: [String: Any] = [
      "name": "gateway", "url": "https://127.0.0.1:1", "authority": authority,
      "operations": [
        "name-number": [
          "path": "/id2", "fields": ["name": "n", "id_number": "i"], "result": "c",
          "results": ["0": "match"],
        ]
      ],
    ]
    func make(_ entry: [String: Any]) throws -> HTTPSSource {
      try HTTPSSource(
        json: Array(try JSONSerialization.data(withJSONObject: entry)), unixSeconds: { 0 },
        newNonce: { "" })
    }
    _ = try make(good)
    let foreign: [String: Any] = [
      "path": "/x", "fields": ["name": "n", "id_number": "i"], "result": "c",
      "results": ["0": "found"],
    ]
    let damages: [(key: String, value: Any?)] = [
      ("url", "http://gateway"), ("url", "https://u:secretword@h/p?q"), ("name", "No Good"),
      ("timeoutMillis", 5), ("timeoutMillis", "secretword"), ("authority", "/nowhere"),
      ("certificate", "/nowhere"), ("hashes", ["crc"]), ("operations", ["name-number": foreign]),
      ("operations", ["surprise": foreign]), ("operations", [String: String]()), ("url", nil),
    ]
    for damage in damages {
      var entry = good
      entry[damage.key] = damage.value
      do {
        _ = try make(entry)
        Issue.record("a damaged \(damage.key) was taken")
      } catch {
        #expect(!"\(error)".contains("secretword"))
      }
    }
  }
  /// What a source with these settings beside the usual ones is refused for; nil if it is made.
  private static func refusal(_ settings: [String: Any]) throws -> String? {
    var entry: [String: Any] = [
      "name": "gateway", "url": "https://127.0.0.1:1",
      "authority": try TestIdentities.shared.get().authority,
    ]
    entry.merge(settings) { $1 }
    let json = Array(try JSONSerialization.data(withJSONObject: entry))
    do {
      _ = try HTTPSSource(json: json, unixSeconds: { 0 }, newNonce: { "" })
      return nil
    } catch { return "\(error)" }
  }

  /// The mapping of an operation with these keys, and one of its results.
  private static func mapping(
    _ operation: ElementOperation, _ fields: [String], _ more: [String: Any] = [:]
  ) throws -> [String: Any] {
    let result = try #require(
      operation == .portrait ? .match : ElementResult.allCases.first(where: operation.mayFind))
    var mapping: [String: Any] = [
      "path": "/x", "result": "c", "results": ["0": "\(result)"], "portrait": "p",
      "fields": Dictionary(uniqueKeysWithValues: fields.map { ($0, "key-\($0)") }),
    ]
    mapping.merge(more) { $1 }
    return ["operations": [operation.rawValue: mapping]]
  }

  @Test(
    "every element of a question must be mapped, and no other", arguments: ElementOperation.allCases
  )
  func fields(_ operation: ElementOperation) throws {
    let due = operation.elements.map(\.rawValue) + (operation.asksSince ? ["since"] : [])
    #expect(try Self.refusal(try Self.mapping(operation, due)) == nil)
    for missing in due {
      let refusal = try Self.refusal(
        try Self.mapping(operation, due.filter { $0 != missing }))
      #expect(refusal?.contains("operations.\(operation.rawValue)") == true)
      #expect(refusal?.contains("lacks \(missing)") == true)
    }
    for other in ElementKind.allCases.map(\.rawValue) + ["since", "surprise"]
    where !due.contains(other) {
      #expect(try Self.refusal(try Self.mapping(operation, due + [other])) != nil)
    }
    let first = try #require(due.first)
    #expect(
      try Self.refusal(
        try Self.mapping(operation, due, ["constants": ["key-\(first)": "fixed"]])) != nil)
  }

  @Test("digests and carriers that a source takes must reach its gateway")
  func choiceSettings() throws {
    let due = ["phone", "name", "id_number"]
    let good: [String: Any] = [
      "hashKey": ["key": "h", "values": ["sha256": "1", "sm3": "2"]],
      "carrierKey": ["key": "c", "values": ["mobile": "1", "unicom": "2"]],
    ]
    func refusal(_ more: [String: Any], hashes: [String], carriers: [String]) throws -> String? {
      var settings = try Self.mapping(.phoneNameNumber, due, more)
      settings["hashes"] = hashes
      settings["carriers"] = carriers
      return try Self.refusal(settings)
    }
    #expect(try refusal(good, hashes: ["sha256", "sm3"], carriers: ["mobile", "unicom"]) == nil)
    #expect(try refusal([:], hashes: [], carriers: []) == nil)
    #expect(try refusal([:], hashes: ["sm3"], carriers: [])?.contains("hashKey") == true)
    #expect(try refusal([:], hashes: [], carriers: ["mobile"])?.contains("carrierKey") == true)
    #expect(try refusal(good, hashes: ["md5"], carriers: [])?.contains("hashKey") == true)
    #expect(try refusal(good, hashes: [], carriers: ["telecom"])?.contains("carrierKey") == true)
    for damaged in [
      ["key": "h", "values": ["sm3": "1", "sha256": "1"]], ["key": "h", "values": ["sm3": ""]],
      ["key": "", "values": ["sm3": "1"]], ["key": "h", "values": ["sm3": "1", "crc": "2"]],
      ["key": "key-phone", "values": ["sm3": "1"]],
    ] as [[String: Any]] {
      #expect(try refusal(["hashKey": damaged], hashes: ["sm3"], carriers: []) != nil)
    }
    // A question that has neither takes no such key, and asks for none.
    let names = ["name", "id_number"]
    #expect(try Self.refusal(try Self.mapping(.nameNumber, names, good)) != nil)
    var plain = try Self.mapping(.nameNumber, names)
    plain["hashes"] = ["sm3"]
    #expect(try Self.refusal(plain) == nil)
  }

  @Test("keys that others may read are refused, by the name of their setting")
  func sharedKeys() throws {
    let identities = try TestIdentities.shared.get()
    let secret = try identities.write(
      String(repeating: "s", count: 32), to: "shared-\(UUID().uuidString).secret")
    let own = try String(contentsOfFile: identities["client"].key, encoding: .utf8)
    let key = try identities.write(own, to: "shared-\(UUID().uuidString).key")
    var settings = try Self.mapping(.nameNumber, ["name", "id_number"])
    settings["signing"] = ["keyId": "k1", "keyFile": secret]
    settings["certificate"] = identities["client"].certificate
    settings["key"] = key
    func mode(_ mode: Int, _ file: String) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }
    for shared in [0o640, 0o604] {
      try mode(shared, secret)
      try mode(0o600, key)
      #expect(try Self.refusal(settings)?.contains("signing.keyFile is open") == true)
      try mode(0o600, secret)
      try mode(shared, key)
      #expect(try Self.refusal(settings)?.contains("key is open") == true)
    }
    try mode(0o600, key)
    #expect(try Self.refusal(settings) == nil)
  }
}
