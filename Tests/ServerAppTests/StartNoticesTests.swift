// What a start says about what the server has and lacks.

import ServerApp
import TestSupport
import Testing
import Vocabulary

struct StartNoticesTests {
  /// Everything in order: nothing is said.
  static let whole: ServerSettings = {
    var settings = ServerSettings(cores: 1)
    settings.livenessKeyFile = "/k"
    settings.deviceAppsFile = "/apps.json"
    settings.certificateFile = "/c"
    settings.keyFile = "/k"
    settings.clientCAFile = "/ca"
    settings.host = "0.0.0.0"
    return settings
  }()

  static func said(
    missing: [String] = [], sources: [String] = ["gateway-a"], key: Bool = true,
    files: FileLimit? = nil, _ change: (inout ServerSettings) -> Void = { _ in }
  ) -> [String] {
    let lines = LogLines()
    var settings = whole
    change(&settings)
    StartNotices(
      settings, livenessModelsMissing: missing, sources: sources, hasEncryptionKey: key,
      fileLimit: files
    ).tell(lines.log)
    return lines.take()
  }

  @Test("sources are named; what is in order costs no line")
  func whole() {
    #expect(Self.said() == ["info real-name checks have a source [source=gateway-a]"])
  }

  @Test("connections that the limit of open files has no room for are told")
  func connections() {
    let said = Self.said(files: FileLimit(files: 1_024)).first
    #expect(said?.hasPrefix("warning fewer connections than listen.connectionsMax") == true)
    #expect(said?.contains("(ulimit -n) [connections=896 limit=1024]") == true)
    #expect(Self.said(files: FileLimit(files: 10_128)).count == 1)
    #expect(Self.said(files: FileLimit(files: 1_024)) { $0.connectionsMax = 896 }.count == 1)
  }

  @Test("without the liveness models all that cannot pass is named, by what is demanded of faces")
  func liveness() {
    let live = Self.said(missing: ["presentation-near"])
    #expect(
      live.contains { $0.contains("SILENT and VerifyPhoto never pass [role=presentation-near]") })
    #expect(live.contains { $0.contains("Intent's READ and QA never pass") })
    let present = Self.said(missing: ["presentation-near"]) { $0.intentFace = .present }
    #expect(!present.contains { $0.contains("Intent") })
  }

  @Test("what is lacking, or made up, is told")
  func lacking() {
    #expect(Self.said(sources: []).contains { $0.contains("no source") })
    #expect(Self.said(key: false).contains { $0.contains("encryption.keys") })
    #expect(
      Self.said { $0.deviceAppsFile = nil }.contains {
        $0.hasPrefix("info no applications are known") && $0.contains("state=review")
      })
    #expect(
      Self.said { $0.realNameSandboxAccounts = [AccountID("dev")!] }.contains {
        $0.hasPrefix("warning the sandbox") && $0.contains("account=dev")
      })
    #expect(Self.said { $0.livenessKeyFile = nil }.contains { $0.contains("drawn now") })
  }

  @Test(
    "development certificates are told of where others reach them",
    arguments: [("0.0.0.0", true), ("127.0.0.1", false), ("::1", false), ("10.0.0.5", true)])
  func development(host: String, isTold: Bool) {
    let said = Self.said {
      $0.clientCAFile = "Certs/dev/ca.crt"
      $0.host = host
    }
    #expect(said.contains { $0.hasPrefix("warning development certificates") } == isTold)
  }
}
