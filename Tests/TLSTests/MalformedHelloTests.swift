// First flights that no sound client sends, each with the alert and the reason that must come of it.
// `make tls-check` sends many more to a running server.

internal import TLS
internal import TestIdentities
internal import Testing

@Suite struct MalformedHelloTests {
  /// The first flight of a sound client: one record with a ClientHello.
  private static func hello(highest: TLSVersion = .v13) throws -> [UInt8] {
    var settings = Settings()
    settings.client.lowestVersion = .v12
    settings.client.highestVersion = highest
    let side = Side(
      try TLSSession(connecting: TLSContext(client: settings.client), to: settings.host))
    side.start()
    return side.takeOutbox()
  }

  private static func record(_ payload: [UInt8], type: UInt8 = 22, bytes: Int? = nil) -> [UInt8] {
    let count = bytes ?? payload.count
    return [type, 3, 1, UInt8(count >> 8), UInt8(count & 0xFF)] + payload
  }

  /// What a server makes of `bytes`: its reason, and the alert it sends.
  private static func outcome(
    _ bytes: [UInt8], lowest: TLSVersion = .v13
  ) throws -> (failure: TLSFailure?, alert: UInt8?, answer: [UInt8]) {
    var settings = Settings().server
    settings.lowestVersion = lowest
    let server = Side(try TLSSession(accepting: TLSContext(server: settings)))
    server.receive(bytes)
    let answer = server.takeOutbox()
    let isAlert = answer.count == 7 && answer[0] == 21
    return (server.failure, isAlert ? answer[6] : nil, answer)
  }

  struct Malformed: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let failure: TLSFailure
    let alert: UInt8?
    let bytes: @Sendable () throws -> [UInt8]
  }

  static let malformed = [
    Malformed(testDescription: "a record of 65,535 bytes", failure: .damagedRecord, alert: 22) {
      record([UInt8](repeating: 1, count: 65_535))
    },
    Malformed(testDescription: "forty empty records", failure: .damagedRecord, alert: 10) {
      [[UInt8]](repeating: record([]), count: 40).flatMap { $0 }
    },
    Malformed(testDescription: "an unknown record type", failure: .protocolViolation, alert: 10) {
      record(try hello().dropFirst(5).map { $0 }, type: 99)
    },
    Malformed(testDescription: "application data first", failure: .protocolViolation, alert: 10) {
      record([1, 2, 3], type: 23)
    },
    Malformed(testDescription: "ChangeCipherSpec first", failure: .protocolViolation, alert: 10) {
      record([1], type: 20)
    },
    Malformed(testDescription: "a heartbeat first", failure: .protocolViolation, alert: 10) {
      record([1, 0x40, 0] + [UInt8](repeating: 0, count: 16), type: 24)
    },
    Malformed(testDescription: "TLS 1.2", failure: .versionMismatch, alert: 70) {
      try hello(highest: .v12)
    },
    Malformed(testDescription: "TLS 1.1", failure: .versionMismatch, alert: 70) {
      var hello = try Self.hello(highest: .v12)
      hello[10] = 2
      return hello
    },
    Malformed(testDescription: "SSL 2", failure: .versionMismatch, alert: 70) {
      [0x80, 0x1F, 1, 0, 2, 0, 6, 0, 0, 0, 16, 1, 0, 0x80, 2, 0, 0x80]
        + [UInt8](repeating: 7, count: 16)
    },
    Malformed(testDescription: "a hello of 16 MB", failure: .protocolViolation, alert: 47) {
      var hello = try Self.hello()
      hello[6] = 0xFF
      return hello
    },
    Malformed(testDescription: "a session id without end", failure: .protocolViolation, alert: 50) {
      var hello = try Self.hello()
      hello[43] = 0xFF
      return hello
    },
  ]

  @Test("a malformed hello gets its alert and its reason", arguments: malformed)
  func refused(malformed: Malformed) throws {
    let outcome = try Self.outcome(malformed.bytes())
    #expect(outcome.failure == malformed.failure)
    #expect(outcome.alert == malformed.alert)
  }

  @Test func olderVersionsStayOutWhenTLS12IsIn() throws {
    #expect(try Self.outcome(Self.hello(highest: .v12), lowest: .v12).failure == nil)
    var hello = try Self.hello(highest: .v12)
    hello[10] = 2
    #expect(try Self.outcome(hello, lowest: .v12).failure == .versionMismatch)
  }

  @Test func aHelloInOneByteRecordsIsAnswered() throws {
    let pieces = try Self.hello().dropFirst(5).flatMap { Self.record([$0]) }
    let outcome = try Self.outcome(pieces)
    #expect(outcome.failure == nil)
    #expect(outcome.answer.first == 22)
  }
}
