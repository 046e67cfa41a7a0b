// Settings of real-name checks: limits, sandbox accounts, sources.

import FoundationEssentials
import Observability
import RealName
import ServerApp
import Testing
import Vocabulary

struct RealNameSettingsTests {
  private static func read(_ flags: [String: String]) async throws(SettingsError) -> ServerSettings
  {
    try await ServerSettings.read(file: nil, environment: [:], flags: flags, cores: 1)
  }

  private static func refusal(_ flags: [String: String]) async -> String? {
    do throws(SettingsError) {
      _ = try await read(flags)
      return nil
    } catch { return error.description }
  }

  @Test("nobody is in the sandbox, and there is no source, unless it is said")
  func defaults() async throws {
    let settings = try await Self.read([:])
    #expect(settings.realNameSandboxAccounts.isEmpty && settings.realNameSourcesFile == nil)
    #expect(settings.realNameLimits.isEmpty && settings.realNameHedgeMillis == 0)
    #expect(settings.realNameCardCheckDigit)
  }

  @Test("limits are replaced field by field")
  func limits() async throws {
    let settings = try await Self.read([
      "realName.limits": "name-number.name=7,photo-verify.id_number=9"
    ])
    #expect(
      settings.realNameLimits[.nameNumber] == [
        FieldLimit(.name, perDay: 7), FieldLimit(.number, perDay: 1000),
      ])
    #expect(
      settings.realNameLimits[.photoVerify] == [FieldLimit(.number, perDay: 9, perMinute: 15)])
  }

  @Test(
    "what cannot be is refused by key",
    arguments: [
      ("realName.limits", "name-number=7"), ("realName.limits", "name-number.phone=7"),
      ("realName.limits", "name-number.name=0"), ("realName.limits", "name-number.name=70000"),
      ("realName.limits", "nothing.name=7"), ("realName.sandboxAccounts", "stranger"),
      ("realName.hedgeMillis", "60001"), ("realName.accountPerDay", "-1"),
      ("realName.cardCheckDigit", "maybe"),
    ])
  func refused(_ key: String, _ value: String) async {
    #expect(await Self.refusal([key: value])?.contains(key) == true)
  }

  /// A server's core with this file of sources.
  private static func core(_ text: String, _ makers: [String: SourceMaker]) throws {
    let file = FileManager.default.temporaryDirectory.path + "/idv-sources-\(CallCount.next()).json"
    try Data(text.utf8).write(to: URL(filePath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    var settings = ServerSettings(cores: 1)
    settings.realNameSourcesFile = file
    _ = try ServerCore(cold: settings, metrics: nil, log: .silent, sourceMakers: makers)
  }

  private enum CallCount {
    static func next() -> UInt64 { UInt64.random(in: .min ... .max) }
  }

  private struct Source: AuthoritySource {
    let profile: SourceProfile
    func check(_ question: ElementQuestion, deadline: Deadline) async -> SourceAnswer {
      .unavailable(.failed)
    }
  }

  private static let makers: [String: SourceMaker] = [
    "test": { json in
      struct Entry: Decodable {
        let name: String
        let region: String?
      }
      let entry = try JSONDecoder().decode(Entry.self, from: Data(json))
      return Source(
        profile: SourceProfile(
          name: entry.name, operations: [.nameNumber], region: entry.region ?? "CN"))
    }
  ]

  @Test("sources are made by kind, and what cannot be used names its place")
  func sources() throws {
    try Self.core(
      #"{"sources": [{"kind": "test", "name": "a", "order": 1, "weight": 5}, {"kind": "test", "name": "b"}]}"#,
      Self.makers)
    for damaged in [
      "[]", "{}", "{", #"{"sources": [{"name": "a"}]}"#, #"{"sources": [{"kind": "test"}]}"#,
      #"{"sources": [{"kind": "other", "name": "a"}]}"#,
      #"{"sources": [{"kind": "test", "name": "a"}, {"kind": "test", "name": "a"}]}"#,
      #"{"sources": [{"kind": "test", "name": "a", "weight": 0}]}"#,
    ] {
      #expect(throws: SettingsError.self, "\(damaged)") { try Self.core(damaged, Self.makers) }
    }
  }

  @Test("a source of another region is refused at start-up, by its place and its region")
  func regions() throws {
    try Self.core(
      #"{"sources": [{"kind": "test", "name": "a", "region": "CN"}]}"#, Self.makers)
    for region in ["HK", "US", "cn", ""] {
      let text =
        #"{"sources": [{"kind": "test", "name": "a"}, "#
        + #"{"kind": "test", "name": "b", "region": "\#(region)"}]}"#
      let error = #expect(throws: SettingsError.self) { try Self.core(text, Self.makers) }
      #expect(error?.description.contains("source 2: its region is \(region);") == true)
    }
  }

  @Test("the key of lists is read only where nobody else can read it")
  func listKey() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/idv-lists-\(CallCount.next())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (list, key) = (folder + "/lists.txt", folder + "/lists.key")
    try Data("# none\n".utf8).write(to: URL(filePath: list))
    func core(_ count: Int, _ mode: Int) throws {
      try Data(repeating: 7, count: count).write(to: URL(filePath: key))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: key)
      var settings = ServerSettings(cores: 1)
      settings.realNameListFile = list
      settings.realNameListKeyFile = key
      _ = try ServerCore(cold: settings, metrics: nil, log: .silent, sourceMakers: [:])
    }
    try core(32, 0o600)
    for mode in [0o640, 0o604, 0o644] {
      let error = #expect(throws: SettingsError.self) { try core(32, mode) }
      #expect(error?.description.contains("realName.listKeyFile") == true)
      #expect(error?.description.contains("chmod 600") == true)
    }
    let short = #expect(throws: SettingsError.self) { try core(31, 0o600) }
    #expect(short?.description.contains("32 to 4096 bytes") == true)
  }
}
