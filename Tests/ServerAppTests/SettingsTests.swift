// Where settings come from, which wins, and that a mistake is named instead of ignored.

import FoundationEssentials
import ServerApp
import Testing
import Vocabulary

struct SettingsTests {
  static func read(
    file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
  ) async throws -> ServerSettings {
    var path: String?
    if let file {
      let folder = FileManager.default.temporaryDirectory
      let url = folder.appending(component: "idv-settings-\(UInt64.random(in: .min ... .max)).json")
      try Data(file.utf8).write(to: url)
      path = url.path
    }
    defer { if let path { try? FileManager.default.removeItem(atPath: path) } }
    return try await ServerSettings.read(
      file: path, environment: environment, flags: flags, cores: 2)
  }

  static func refusal(
    file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:]
  ) async -> String? {
    do {
      _ = try await read(file: file, environment: environment, flags: flags)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("with nothing given the documented defaults hold")
  func defaults() async throws {
    let settings = try await Self.read()
    #expect(settings == ServerSettings(cores: 2))
    #expect(settings.host == "127.0.0.1")
    #expect(settings.port == 7443)
    #expect(settings.lanes == 2)
    #expect(settings.accounts == [AccountID("dev")!])
    #expect(settings.compareThreshold == 80)
  }

  @Test("flags win over the environment, the environment over the file")
  func precedence() async throws {
    let file = #"{"listen": {"port": 1001, "host": "file"}, "log": {"level": "error"}}"#
    let settings = try await Self.read(
      file: file, environment: ["IDV_LISTEN_PORT": "1002", "IDV_LISTEN_HOST": "environment"],
      flags: ["listen.port": "1003"])
    #expect(settings.port == 1003)
    #expect(settings.host == "environment")
    #expect(settings.logLevel == .error)
  }

  @Test("lists, numbers and truth values are read in every notation")
  func types() async throws {
    let file = #"""
      {"accounts": {"names": ["a", "b"]}, "compare": {"threshold": 85.5}, "tls": {"allowTLS12": true},
       "reflection": {"enabled": false}}
      """#
    let settings = try await Self.read(
      file: file, environment: ["IDV_ACCOUNTS_OPERATORS": "b,c", "IDV_TLS_CLIENT_CA": "x.pem"])
    #expect(settings.accounts.map(\.name) == ["a", "b"])
    #expect(settings.operators.map(\.name) == ["b", "c"])
    #expect(settings.compareThreshold == 85.5)
    #expect(settings.allowTLS12)
    #expect(!settings.reflectionEnabled)
    #expect(settings.clientCAFile == "x.pem")
  }

  @Test("accounts are bound to keys in any usual notation of a digest")
  func accountKeys() async throws {
    let a = String(repeating: "0f", count: 32)
    let colons = Array(repeating: "0F", count: 32).joined(separator: ":")
    let b = String(repeating: "b2", count: 32)
    let file = #"""
      {"accounts": {"names": ["x", "y"], "operators": ["op"], "certificates": ["x=\#(colons)", "x=\#(b)", "op=\#(b)"]}}
      """#
    let keys = try await Self.read(file: file).accountKeys
    #expect(keys == [AccountID("x")!: [a, b], AccountID("op")!: [b]])
    let unlisted = await Self.refusal(flags: ["accounts.certificates": "ghost=\(a)"])
    #expect(unlisted?.contains("binds ghost") == true)
  }

  @Test("files of TLS and what they mean can be set")
  func tls() async throws {
    #expect(try await Self.read().usesStaleCRL == false)
    let settings = try await Self.read(
      environment: ["IDV_TLS_CLIENT_CRL": "a.pem,b.pem", "IDV_TLS_STALE_CRL": "use"],
      flags: ["tls.ocspResponse": "r.der", "tls.reloadSeconds": "0", "tls.resumption": "false"])
    #expect(settings.clientCRLFiles == ["a.pem", "b.pem"])
    #expect(settings.usesStaleCRL && !settings.resumesSessions)
    #expect(settings.ocspResponseFile == "r.der" && settings.reloadSeconds == 0)
  }

  @Test("unknown keys are refused wherever they stand")
  func unknown() async {
    #expect(await Self.refusal(file: #"{"listen": {"prot": 1}}"#)?.contains("listen.prot") == true)
    #expect(
      await Self.refusal(environment: ["IDV_LISTEN_PROT": "1"])?.contains("IDV_LISTEN_PROT")
        == true)
    #expect(await Self.refusal(file: "[1]") != nil)
    #expect(await Self.refusal(file: "{") != nil)
    #expect(await Self.refusal(environment: ["PATH": "/bin", "HOME": "/"]) == nil)
  }

  @Test(
    "values out of bounds are refused by name",
    arguments: [
      ("listen.port", "65536"), ("listen.port", "-1"), ("listen.port", "x"),
      ("inference.lanes", "0"), ("inference.lanes", "65"), ("inference.queueDepth", "4097"),
      ("inference.clipQueueDepth", "0"), ("inference.clipQueueDepth", "4097"),
      ("media.bytesMax", "67108863"), ("media.accountUploadsMax", "0"),
      ("compare.threshold", "101"), ("compare.threshold", "nan"),
      ("intent.point", "loose"), ("compare.threshold", "69"), ("compare.qualityLevel", "5"),
      ("image.sideMax", "63"),
      ("accounts.names", "Bad Name"), ("tls.allowTLS12", "maybe"),
      ("tls.staleCRL", "accept"), ("tls.reloadSeconds", "3601"), ("tls.resumption", "maybe"),
      ("accounts.certificates", "dev"), ("accounts.certificates", "dev=12"),
      ("accounts.certificates", "=\(String(repeating: "a", count: 64))"),
      ("accounts.certificates", "dev=\(String(repeating: "g", count: 64))"), ("log.level", "loud"),
      ("reflection.enabled", "sometimes"), ("intent.contrasts", "买入"),
      ("intent.contrasts", "买入=买入"), ("intent.contrasts", "买入=卖出,=卖出"),
      ("intent.contrasts", "\(String(repeating: "买", count: 11))=卖出"),
      ("intent.contrasts", [String](repeating: "买入=卖出", count: 33).joined(separator: ",")),
    ])
  func bounds(key: String, value: String) async {
    let refusal = await Self.refusal(flags: [key: value])
    #expect(refusal?.contains(key) == true)
  }

  @Test("a file that is not there is an error that names it")
  func missingFile() async {
    do {
      _ = try await ServerSettings.read(
        file: "/nowhere/idv.json", environment: [:], flags: [:], cores: 1)
      Issue.record("a missing file was accepted")
    } catch {
      #expect("\(error)".contains("/nowhere/idv.json"))
    }
  }

  @Test("the help names each key's environment variable")
  func help() {
    let lines = ServerSettings.documentation.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("tls.clientCA, IDV_TLS_CLIENT_CA: PEM file") })
    for (line, (key, _)) in zip(lines, ServerSettings.explanations) {
      #expect(line.hasPrefix("\(key), \(ServerSettings.environmentName(key)): "))
    }
    #expect(lines.count == ServerSettings.explanations.count)
  }

  @Test("every documented key can be set and no other")
  func keys() {
    #expect(ServerSettings.keys.count == ServerSettings.explanations.count)
    #expect(ServerSettings.environmentName("listen.drainSeconds") == "IDV_LISTEN_DRAIN_SECONDS")
    #expect(ServerSettings.environmentName("tls.clientCA") == "IDV_TLS_CLIENT_CA")
    #expect(ServerSettings.environmentName("tls.clientCRL") == "IDV_TLS_CLIENT_CRL")
    #expect(ServerSettings.environmentName("tls.staleCRL") == "IDV_TLS_STALE_CRL")
    #expect(ServerSettings.environmentName("tls.ocspResponse") == "IDV_TLS_OCSP_RESPONSE")
    #expect(ServerSettings.environmentName("tls.allowTLS12") == "IDV_TLS_ALLOW_TLS12")
  }
}
