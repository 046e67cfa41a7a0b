// RealName keeps nothing: a real server is asked everything and every wrong thing with marked values, is then killed as a
// crash would, and whatever it wrote or showed is searched for them.

import Client
import Foundation
import Messages
import RPC
import RealName
import Registry
import RegistrySQLite
import Sealing
import Stubs
import Synchronization
import TLS
import TestSupport
import Testing
import Transport
import Vocabulary
import Wire

/// The idv-server that was built beside these tests, in a folder of its own.
private final class ServerProcess {
  let folder: URL
  let process = Process()
  let port: Int
  private let log: URL
  private let ended: AsyncStream<Void>

  /// The program; nil in builds that leave it out.
  static let program: String? = {
    let folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let path = folder.appendingPathComponent("idv-server").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  struct NotStarted: Error, CustomStringConvertible { let description: String }

  init(_ settings: [String]) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("idv-canary-\(UUID().uuidString)")
    let work = folder.appendingPathComponent("work")
    let temporary = folder.appendingPathComponent("tmp")
    for place in [work, temporary] {
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    }
    log = folder.appendingPathComponent("server.log")
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process.executableURL = URL(fileURLWithPath: Self.program ?? "")
    process.currentDirectoryURL = work
    process.environment = ProcessInfo.processInfo.environment.merging([
      "TMPDIR": temporary.path, "HOME": folder.path, "XDG_CACHE_HOME": temporary.path,
    ]) { $1 }
    let certificates = Workplace.certificates
    let all = [
      "tls.certificate=\(certificates)/server.crt", "tls.key=\(certificates)/server.key",
      "tls.clientCA=\(certificates)/ca.crt", "models.directory=\(Workplace.deps)/models",
      "models.runtime=\(Workplace.deps)/openvino/lib/libopenvino_c.so.2641", "log.level=debug",
    ]
    process.arguments = ["--port", "0"] + (all + settings).flatMap { ["--set", $0] }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = try FileHandle(forWritingTo: log)
    // Not `waitUntilExit`: it waits for ever on another thread than the one that started the program.
    let (ended, end) = AsyncStream<Void>.makeStream()
    self.ended = ended
    process.terminationHandler = { _ in end.finish() }
    try process.run()
    // The log says where it listens; asked for until it does or ends.
    var found: Int?
    while found == nil {
      let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
      found = text.split(separator: "\n").first { $0.contains("msg=\"listening\"") }
        .flatMap { $0.split(separator: ":").last }.flatMap { Int($0) }
      guard found != nil || process.isRunning else {
        throw NotStarted(description: "the server ended: \(text)")
      }
      usleep(20_000)
    }
    port = found ?? 0
  }

  /// Every file under the server's folders, with its content.
  func written() throws -> [(name: String, bytes: [UInt8])] {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    return (files?.allObjects ?? []).compactMap { $0 as? URL }.compactMap { url in
      (try? Data(contentsOf: url)).map { (url.lastPathComponent, Array($0)) }
    }
  }

  /// What the system tells of the process.
  func shown(_ name: String) -> [UInt8] {
    (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process.processIdentifier)/\(name)")))
      .map { Array($0) } ?? []
  }

  func end(_ signal: Int32) async {
    kill(process.processIdentifier, signal)
    for await _ in ended {}
  }

  func remove() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: folder)
  }
}

/// Marked values and every form in which they could be left behind.
private struct Canaries {
  static let name = "禤氹赟"
  static let phone = "13847269905"
  static let card = "6217583940172836"

  /// Numbers of the sandbox with a region that stands nowhere else.
  static func number(_ digits: Int) -> String {
    let body = "65904319760229" + String(1000 + digits).dropFirst()
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(body.utf8, weights).reduce(0) { $0 + Int($1.0 - 0x30) * $1.1 }
    return body + String(Array("10X98765432")[sum % 11])
  }

  static func phone(_ digits: Int) -> String {
    "13847269" + String(1000 + digits).dropFirst()
  }

  /// With its check digit.
  static func card(_ digits: Int) -> String {
    let body = Array(("62175839401" + String(1000 + digits).dropFirst()).utf8)
    var sum = 0
    for (place, digit) in body.reversed().enumerated() {
      let value = Int(digit - 0x30) * (place % 2 == 0 ? 2 : 1)
      sum += value > 9 ? value - 9 : value
    }
    return String(decoding: body, as: UTF8.self) + String((10 - sum % 10) % 10)
  }

  /// Beginnings that every marked value has: each is in nothing that a server says by itself.
  static let needles: [[UInt8]] = {
    var needles: [[UInt8]] = []
    for text in [name, "65904319760229", "13847269", "62175839401"] {
      let bytes = Array(text.utf8)
      needles.append(bytes)
      needles.append(text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
      needles.append(Array(bytes.map { String(format: "%02x", $0) }.joined().utf8))
      // Whatever comes before in a text shifts base64: three ways, without the ends that neighbours change.
      for shift in 0..<3 {
        let coded = Data([UInt8](repeating: 0x20, count: shift) + bytes).base64EncodedString()
        needles.append(Array(coded.dropFirst(shift == 0 ? 0 : 4).dropLast(4).utf8))
      }
    }
    for digits in 0..<1000 {
      for text in [number(digits), phone(digits), card(digits)] {
        for algorithm in DigestAlgorithm.allCases {
          needles.append(digest(Array(text.utf8), algorithm))
        }
      }
    }
    return needles
  }()

  /// Unkeyed digests can be turned back by trying: they count as the values. Looked for by their first eight bytes.
  private static let heads: [UInt64: [[UInt8]]] = Dictionary(
    grouping: needles.filter { $0.count >= 8 }
  ) {
    head($0, 0)
  }

  private static func head(_ bytes: [UInt8], _ start: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 << 8 | UInt64(bytes[start + $1]) }
  }

  /// Whether anything marked is in `bytes`.
  static func areIn(_ bytes: [UInt8]) -> Bool {
    guard bytes.count >= 8 else { return false }
    var window = head(bytes, 0)
    for start in 0...bytes.count - 8 {
      if start > 0 { window = window << 8 | UInt64(bytes[start + 7]) }
      for needle in heads[window] ?? []
      where bytes[start...].starts(with: needle) { return true }
    }
    return false
  }
}

@Suite(
  .serialized,
  .enabled(
    if: Workplace.isSetUp && ServerProcess.program != nil,
    "run `make setup` first, and build idv-server"))
struct RealNameCanaryTests {
  @Test("a canary that is there is found")
  func selfTest() {
    let hay = [UInt8](repeating: 0x41, count: 100)
    #expect(!Canaries.areIn(hay))
    for needle in Canaries.needles.filter({ $0.count >= 8 }).prefix(60) {
      #expect(Canaries.areIn(hay + needle + hay), "\(needle.count)")
    }
  }

  @Test(
    "nothing that was asked is in a file, a log line, a metric, the environment or a crash's remains",
    arguments: [SIGABRT, SIGSEGV])
  func nothingIsKept(_ signal: Int32) async throws {
    let list = FileManager.default.temporaryDirectory
      .appendingPathComponent("idv-canary-list-\(UUID().uuidString)")
    let key = list.appendingPathExtension("key")
    let secret = [UInt8](repeating: 7, count: 32)
    try Data(secret).write(to: key)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key.path)
    let refused = Element(.phone, Canaries.phone(77)).fingerprint(under: FingerprintKey(secret))
    let line = "refuse " + refused.bytes.map { String(format: "%02x", $0) }.joined() + "\n"
    try Data(line.utf8).write(to: list)
    defer {
      try? FileManager.default.removeItem(at: list)
      try? FileManager.default.removeItem(at: key)
    }
    let server = try ServerProcess([
      "realName.sandboxAccounts=dev", "realName.limits=phone-status.phone=2",
      "realName.listFile=\(list.path)", "realName.listKeyFile=\(key.path)",
    ])
    defer { server.remove() }

    // 1. Everything that can be asked, over both profiles.
    for profile in [Profile.native, .compat] { try await drive(server.port, profile) }

    // 2. What it says of itself.
    let metrics = try await with(server.port, .native) { client in
      try await OperationsClient(client).getMetrics(GetMetricsRequest())
    }
    #expect(metrics.prometheusText.contains("idv_realname_results_total"))
    #expect(!Canaries.areIn(Array(metrics.prometheusText.utf8)))
    for name in ["environ", "cmdline", "comm", "status", "maps"] {
      #expect(!Canaries.areIn(server.shown(name)), "\(name)")
    }
    let limits = String(decoding: server.shown("limits"), as: UTF8.self)
    let core = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
    #expect(core?.split(separator: " ").dropFirst(4).prefix(2) == ["0", "0"])

    // 3. A crash, and what it leaves.
    await server.end(signal)
    #expect(server.process.terminationReason == .uncaughtSignal)
    let files = try server.written()
    let log = files.first { $0.name == "server.log" }.map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
    #expect(log?.contains("the server crashed: signal") == true)
    // The runtime's own reporter would print registers, and what they point to.
    #expect(log?.contains("Registers") == false)
    for file in files {
      #expect(!Canaries.areIn(file.bytes), "a marked value is in \(file.name)")
    }
    #expect(!files.contains { $0.name.hasPrefix("core") })
  }

  @Test("a registry that is asked, and one that is damaged under it, keep nothing either")
  func registry() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("idv-canary-registry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (registry, sources) = (folder.path + "/people.db", folder.path + "/sources.json")
    try importCanaries(to: registry, key: folder.path + "/registry.key")
    let entry = """
      {"sources": [{"kind": "registry", "registry": "\(registry)", "key": "\(folder.path)/registry.key",
        "hashes": ["sm3"], "portraits": true}]}
      """
    try Data(entry.utf8).write(to: URL(fileURLWithPath: sources))
    let server = try ServerProcess(["realName.sourcesFile=\(sources)"])
    defer { server.remove() }
    for profile in [Profile.native, .compat] { try await drive(server.port, profile) }
    let found = try await with(server.port, .native) { client in
      try await RealNameClient(client).checkNameId(
        CheckNameIdRequest(name: Canaries.name, idNumber: Canaries.number(1)))
    }
    #expect(found.outcome?.result == .match && found.outcome?.source == "registry")
    // The database, and whatever SQLite may have put beside it.
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let bytes = try Data(contentsOf: folder.appendingPathComponent(name))
      #expect(!Canaries.areIn(Array(bytes)), "a marked value is in \(name)")
    }
    // From here on every question meets a fault, which is told in the log.
    try Data("no registry any more".utf8).write(to: URL(fileURLWithPath: registry))
    try await with(server.port, .native) { client in
      let drive = Drive(client)
      await drive.askEverything(2)
      #expect(drive.answers == 0 && drive.errors > 5)
    }
    let metrics = try await with(server.port, .native) { client in
      try await OperationsClient(client).getMetrics(GetMetricsRequest())
    }
    #expect(!Canaries.areIn(Array(metrics.prometheusText.utf8)))
    // How Swift's own traps end a process.
    await server.end(SIGILL)
    let files = try server.written()
    let log = files.first { $0.name == "server.log" }.map {
      String(decoding: $0.bytes, as: UTF8.self)
    }
    #expect(log?.contains("a registry does not answer") == true)
    #expect(log?.contains("the server crashed: signal") == true)
    for file in files {
      #expect(!Canaries.areIn(file.bytes), "a marked value is in \(file.name)")
    }
  }

  /// A registry of everybody that `Drive` asks about.
  private func importCanaries(to registry: String, key: String) throws {
    try Data([UInt8](repeating: 7, count: 32)).write(to: URL(fileURLWithPath: key))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
    var text =
      "id_number,name,valid_from,valid_until,phone,phone_status,phone_since,bank_card,card_kind\n"
    for digits in [1, 5, 77] + Array(900...999) {
      text +=
        "\(Canaries.number(digits)),\(Canaries.name),20200101,00000000,\(Canaries.phone(digits)),"
      text += "normal,202001,\(Canaries.card(digits)),debit\n"
    }
    let file = FileManager.default.temporaryDirectory.path + "/canaries-\(UUID().uuidString).csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    var options = ImportOptions(workers: 1)
    options.digests = [.sm3]
    let work = RegistryImport(
      hash: try RegistryHash(keyFile: key), options: options, folder: registry + ".import")
    let report = try work.run(file, into: SQLiteBuilder(registry), now: 1)
    // Two forms of every phone; nobody is left out.
    #expect(report.badRows == 0 && report.entries == 4 * 103)
  }

  private func with<R: Sendable>(
    _ port: Int, _ profile: Profile, _ body: (Client) async throws -> R
  ) async throws -> R {
    var settings = ClientSettings(host: "127.0.0.1", port: port)
    settings.profile = profile
    let certificates = Workplace.certificates
    let client = Client(
      settings,
      tls: try TLSContext(
        client: TLSClientSettings(
          authorityFile: certificates + "/ca.crt",
          certificateChainFile: certificates + "/client.crt",
          privateKeyFile: certificates + "/client.key", applicationProtocols: [profile.alpn])))
    do {
      let result = try await body(client)
      await client.close()
      return result
    } catch {
      await client.close()
      throw error
    }
  }

  private func drive(_ port: Int, _ profile: Profile) async throws {
    try await with(port, profile) { client in
      let drive = Drive(client)
      for digits in [1] + Array(900...999) {
        await drive.askEverything(digits)
      }
      await drive.askListedAndLimited()
      await drive.askWrongly()
      await drive.sendWrongly()
      #expect(drive.answers > 500 && drive.errors > 80)
    }
  }
}

/// Asks with marked values. Used by one task.
private final class Drive {
  private let client: Client
  private let real: RealNameClient
  private(set) var answers = 0
  private(set) var errors = 0

  init(_ client: Client) {
    self.client = client
    real = RealNameClient(client)
  }

  private func attempt<R>(_ body: () async throws(ServiceError) -> R) async {
    do throws(ServiceError) {
      _ = try await body()
      answers += 1
    } catch { errors += 1 }
  }

  /// Every method about one person: of every result and every fault there is one.
  func askEverything(_ digits: Int) async {
    await askNumbers(digits)
    await askPhones(digits)
    await askCards(digits)
  }

  private func askNumbers(_ digits: Int) async {
    let number = Canaries.number(digits)
    await attempt { () throws(ServiceError) in
      try await real.checkNameId(CheckNameIdRequest(name: Canaries.name, idNumber: number))
    }
    await attempt { () throws(ServiceError) in
      try await real.checkNameIdDates(
        CheckNameIdDatesRequest(
          name: Canaries.name, idNumber: number, validFrom: "20200101", validUntil: "00000000"))
    }
    await attempt { () throws(ServiceError) in
      try await real.checkMinor(CheckMinorRequest(name: Canaries.name, idNumber: number))
    }
  }

  private func askPhones(_ digits: Int) async {
    let (number, phone) = (Canaries.number(digits), Canaries.phone(digits))
    await attempt { () throws(ServiceError) in
      try await real.checkPhoneName(CheckPhoneNameRequest(phone: phone, name: Canaries.name))
    }
    await attempt { () throws(ServiceError) in
      try await real.checkPhone(
        CheckPhoneRequest(
          phone: phone, name: Canaries.name, idNumber: number, detailed: digits % 2 == 0))
    }
    await attempt { () throws(ServiceError) in
      try await real.getPhoneTime(GetPhoneTimeRequest(phone: phone))
    }
    await attempt { () throws(ServiceError) in
      try await real.getPhoneStatus(GetPhoneStatusRequest(phone: phone))
    }
    await attempt { () throws(ServiceError) in
      try await real.checkPhoneRecycled(CheckPhoneRecycledRequest(phone: phone, since: "20250101"))
    }
    await attempt { () throws(ServiceError) in
      try await real.checkMinor(CheckMinorRequest(phone: phone))
    }
  }

  private func askCards(_ digits: Int) async {
    let card = Canaries.card(digits)
    await attempt { () throws(ServiceError) in
      try await real.checkBankCard(CheckBankCardRequest(bankCard: card, name: Canaries.name))
    }
    await attempt { () throws(ServiceError) in
      try await real.checkBankCard(
        CheckBankCardRequest(
          bankCard: card, name: Canaries.name, idNumber: Canaries.number(digits),
          phone: Canaries.phone(digits)))
    }
    await attempt { () throws(ServiceError) in
      try await real.getBankCardInfo(GetBankCardInfoRequest(bankCard: card))
    }
  }

  func askListedAndLimited() async {
    func sm3(_ text: String) -> String {
      digest(Array(text.utf8), .sm3).map { String(format: "%02x", $0) }.joined()
    }
    let hashed = CheckPhoneRequest(
      phone: sm3(Canaries.phone(1)), name: sm3(Canaries.name), idNumber: sm3(Canaries.number(1)),
      hash: .sm3)
    await attempt { () throws(ServiceError) in try await real.checkPhone(hashed) }
    await attempt { () throws(ServiceError) in
      try await real.checkPhoneName(
        CheckPhoneNameRequest(phone: Canaries.phone(77), name: Canaries.name))
    }
    for _ in 0..<4 {
      await attempt { () throws(ServiceError) in
        try await real.getPhoneStatus(GetPhoneStatusRequest(phone: Canaries.phone(5)))
      }
    }
  }

  /// Names as numbers, numbers as names, too long, missing.
  func askWrongly() async {
    let long = String(repeating: Canaries.number(1), count: 100)
    for (name, number) in [
      (Canaries.number(1), Canaries.name), (Canaries.name + "1", Canaries.number(1) + "1"),
      (long, long), ("", Canaries.number(1)), (Canaries.name, ""),
    ] {
      await attempt { () throws(ServiceError) in
        try await real.checkNameId(CheckNameIdRequest(name: name, idNumber: number))
      }
      await attempt { () throws(ServiceError) in
        try await real.checkNameIdDates(
          CheckNameIdDatesRequest(
            name: name, idNumber: number, validFrom: Canaries.number(1), validUntil: name))
      }
      await attempt { () throws(ServiceError) in
        try await real.checkBankCard(
          CheckBankCardRequest(bankCard: number, name: name, idNumber: number, phone: name))
      }
    }
    let odd = CheckNameIdRequest(
      header: RequestHeader(
        clientRequestId: String(repeating: Canaries.name, count: 20),
        sceneId: Canaries.number(1)), name: Canaries.name, idNumber: Canaries.number(1))
    await attempt { () throws(ServiceError) in try await real.checkNameId(odd) }
  }

  /// Pictures that show nothing, bytes that are no message, a method that does not exist, a deadline that has passed.
  func sendWrongly() async {
    let marked = Bytes(Array((Canaries.name + Canaries.number(1)).utf8))
    await attempt { () throws(ServiceError) in
      try await real.checkIdCard(CheckIdCardRequest(card: Media(inline: marked)))
    }
    let photo = VerifyPhotoRequest(
      image: Media(inline: marked), name: Canaries.name, idNumber: Canaries.number(1))
    await attempt { () throws(ServiceError) in
      try await BasicClient(client).verifyPhoto(photo)
    }
    for method in ["CheckNameId", "CheckNothing"] {
      await attempt { () throws(ServiceError) in
        try await client.call(
          MethodName(service: RealNameMethods.service, method: method), [marked],
          options: .standard)
      }
    }
    await attempt { () throws(ServiceError) in
      try await real.checkNameId(
        CheckNameIdRequest(name: Canaries.name, idNumber: Canaries.number(1)),
        options: CallOptions(deadline: .after(.nanoseconds(1))))
    }
  }
}
