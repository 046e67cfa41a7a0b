// Keys for encrypting fields: what settings may say, and which files are taken.

import FoundationEssentials
import Glibc
import Observability
import ServerApp
import Testing
import Vocabulary

struct EncryptionSettingsTests {
  /// An X25519 key made for this test: PKCS #8 of 32 bytes of 9.
  static let pem = [
    "-----BEGIN " + "PRIVATE KEY-----",
    "MC4CAQAwBQYDK2VuBCIEIAkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ",
    "-----END " + "PRIVATE KEY-----", "",
  ].joined(separator: "\n")

  /// Starts a server without models with a key file of these contents and rights.
  static func start(
    _ text: String, mode: Int = 0o600, id: String = "k",
    _ change: (inout ServerSettings, String) -> Void = { _, _ in }
  ) throws -> ServerCore {
    let file = FileManager.default.temporaryDirectory
      .appending(component: "idv-key-\(UInt64.random(in: .min ... .max)).pem")
    try Data(text.utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    defer { try? FileManager.default.removeItem(at: file) }
    var settings = ServerSettings(cores: 1)
    settings.encryptionKeys = [EncryptionKeyFile(id: id, path: file.path)]
    change(&settings, file.path)
    return try ServerCore(cold: settings, metrics: nil, log: .silent)
  }

  static func refusal(
    _ text: String, mode: Int = 0o600, id: String = "k",
    _ change: (inout ServerSettings, String) -> Void = { _, _ in }
  ) -> String? {
    do {
      _ = try start(text, mode: mode, id: id, change)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("a key that its owner alone may read is taken")
  func good() throws { _ = try Self.start(Self.pem) }

  @Test("files that others may read, that are no keys, or not there, stop the start with one line")
  func files() {
    for mode in [0o640, 0o604, 0o620, 0o666] {
      #expect(Self.refusal(Self.pem, mode: mode)?.contains("chmod 600") == true)
    }
    for text in ["", "CANARY", String(repeating: "a", count: 100_000)] {
      let said = Self.refusal(text)
      #expect(said?.contains("encryption key k") == true && said?.contains("CANARY") == false)
    }
    let missing = Self.refusal(Self.pem) { settings, path in
      settings.encryptionKeys = [EncryptionKeyFile(id: "k", path: path + "-none")]
    }
    #expect(missing?.contains("cannot read") == true)
    // Neither folders nor pipes, which would keep the start waiting.
    let pipe = FileManager.default.temporaryDirectory
      .appending(component: "idv-pipe-\(UInt64.random(in: .min ... .max))").path
    #expect(mkfifo(pipe, 0o600) == 0)
    defer { unlink(pipe) }
    for path in [FileManager.default.temporaryDirectory.path, pipe] {
      let said = Self.refusal(Self.pem) { settings, _ in
        settings.encryptionKeys = [EncryptionKeyFile(id: "k", path: path)]
      }
      #expect(said?.contains("cannot read") == true)
    }
  }

  @Test("names are names, and each is there once")
  func names() {
    #expect(Self.refusal(Self.pem, id: "a b")?.contains("encryption.keys") == true)
    let twice = Self.refusal(Self.pem) { settings, _ in settings.encryptionRetiredKeys = ["k"] }
    #expect(twice?.contains("every name once") == true)
  }

  @Test("settings of encryption are read")
  func settings() async throws {
    let file = #"""
      {"encryption": {"keys": ["b=/k/b.pem", "a=/k/a.pem"], "decryptOnlyKeys": ["c=/k/c=1.pem"], "retiredKeys": ["d"],
       "requiredAccounts": ["bank-a"], "requiredScenes": ["default"], "ageSeconds": 60, "messagesMax": 5000},
       "accounts": {"names": ["bank-a"]}}
      """#
    let settings = try await SettingsTests.read(file: file)
    #expect(settings.encryptionKeys.map(\.id) == ["b", "a"])
    #expect(settings.encryptionDecryptOnlyKeys.map(\.path) == ["/k/c=1.pem"])
    #expect(settings.encryptionRetiredKeys == ["d"])
    #expect(settings.encryptionRequiredAccounts == [AccountID("bank-a")!])
    #expect(settings.encryptionRequiredScenes == ["default"])
    #expect(settings.encryptionAgeSeconds == 60 && settings.encryptionMessagesMax == 5000)
    #expect(try await SettingsTests.read().encryptionKeys == [.development])
    let none = try await SettingsTests.read(flags: ["encryption.keys": "none"])
    #expect(none.encryptionKeys.isEmpty)
  }

  @Test("what cannot hold is refused")
  func refused() async {
    for flags in [
      ["encryption.keys": "file-alone"], ["encryption.ageSeconds": "5"],
      ["encryption.messagesMax": "10"],
      ["encryption.keys": "none", "encryption.requiredAccounts": "dev"],
      ["encryption.keys": "none", "encryption.requiredScenes": "default"],
    ] {
      #expect(await SettingsTests.refusal(flags: flags)?.contains("encryption.") == true)
    }
  }

  @Test("a mistyped account or scene would demand nothing: it stops the start")
  func mistyped() async {
    let account = await SettingsTests.refusal(flags: ["encryption.requiredAccounts": "bank-a"])
    #expect(account?.contains("encryption.requiredAccounts names bank-a") == true)
    let scene = await SettingsTests.refusal(flags: ["encryption.requiredScenes": "Default"])
    #expect(scene?.contains("encryption.requiredScenes names a scene") == true)
    #expect(await SettingsTests.refusal(flags: ["encryption.requiredAccounts": "dev"]) == nil)
  }

  @Test("who demands encryption needs a key that is there, not only named")
  func demandedWithoutKey() {
    let demands: [(inout ServerSettings) -> Void] = [
      { $0.encryptionRequiredAccounts = [AccountID("dev")!] },
      { $0.encryptionRequiredScenes = ["default"] },
    ]
    for demand in demands {
      // Of a development key that was never made, and of one that only reads.
      let unmade = Self.refusal(Self.pem) { settings, _ in
        demand(&settings)
        settings.encryptionKeys = []
      }
      #expect(unmade?.contains("none of encryption.keys is there") == true)
      let readOnly = Self.refusal(Self.pem) { settings, path in
        demand(&settings)
        settings.encryptionKeys = []
        settings.encryptionDecryptOnlyKeys = [EncryptionKeyFile(id: "k", path: path)]
      }
      #expect(readOnly?.contains("none of encryption.keys is there") == true)
      #expect(Self.refusal(Self.pem) { settings, _ in demand(&settings) } == nil)
    }
  }
}
