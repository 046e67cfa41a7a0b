// Everything an operator can set, read once at start-up.

internal import Configuration
internal import Decisions
internal import FoundationEssentials
internal import Inference
package import Liveness
package import RealName
internal import Services
package import Speech
package import Vocabulary

/// The server's settings. A value; every property says its default and bounds.
///
/// They come, later ones winning, from the defaults, a JSON file (`--config`), environment variables
/// (`IDV_LISTEN_PORT` for `listen.port`) and command-line flags. Keys that are not known are refused.
package struct ServerSettings: Sendable, Equatable {
  /// `listen.host`: address to listen on. Default `127.0.0.1`.
  package var host = "127.0.0.1"
  /// `listen.port`: TCP port, 0–65535; 0 takes a free one. Default 7443.
  package var port = 7443
  /// `listen.loops`: event loops, 1–256. Default: one a core.
  package var loops: Int
  /// `listen.connectionsMax`: connections open at the same time, 1–100000; no more than the limit of open files has
  /// room for. Default 10000.
  package var connectionsMax = 10_000
  /// `listen.drainSeconds`: how long calls in progress may go on after SIGTERM, 0–3600. Default 30.
  package var drainSeconds = 30
  /// `listen.connectionAgeSeconds`: age at which a connection is drained, so that callers spread over new servers;
  /// 0 never, else 60–2592000. Default 0.
  package var connectionAgeSeconds = 0
  /// `listen.compression`: whether messages may be compressed, for clients that ask for it. Default true.
  package var compression = true

  /// `tls.certificate`: PEM file, leaf first. Default `Certs/dev/server.crt`.
  package var certificateFile = "Certs/dev/server.crt"
  /// `tls.key`: PEM file. Default `Certs/dev/server.key`.
  package var keyFile = "Certs/dev/server.key"
  /// `tls.clientCA`: PEM file of the authorities that sign client certificates. Default `Certs/dev/ca.crt`.
  package var clientCAFile = "Certs/dev/ca.crt"
  /// `tls.clientCRL`: PEM files of revocation lists; every authority of clients needs one. Default none.
  package var clientCRLFiles: [String] = []
  /// `tls.staleCRL`: what a list that has ended means: `refuse` its authority's clients, or `use` it. Default
  /// `refuse`.
  package var usesStaleCRL = false
  /// `tls.ocspResponse`: DER file, stapled while it holds. Default none.
  package var ocspResponseFile: String?
  /// `tls.resumption`: whether clients may resume sessions. Default true.
  package var resumesSessions = true
  /// `tls.reloadSeconds`: how often the files are looked at, 0–3600; 0 only at SIGHUP. Default 5.
  package var reloadSeconds = 5
  /// `tls.allowTLS12`: also accept TLS 1.2. Default false.
  package var allowTLS12 = false

  /// `models.directory`: where the files of the model manifest lie. Default `.deps/models`.
  package var modelsDirectory = ".deps/models"
  /// `models.additions`: folder of models that the operator adds, looked into for what `models.directory` has
  /// not. Default none.
  package var modelAdditions: String?
  /// `models.runtime`: the inference runtime's C library. Default `.deps/openvino/lib/libopenvino_c.so.2641`.
  package var runtimeLibrary = ".deps/openvino/lib/libopenvino_c.so.2641"

  /// `inference.lanes`: threads that run models, of pictures and of clips and recordings each, 1–64. Default: one a
  /// core.
  package var lanes: Int
  /// `inference.queueDepth`: pictures that may wait for a lane, 1–4096; of each account no more than three times what is
  /// left. Default 64 a lane.
  package var queueDepth: Int
  /// `inference.clipQueueDepth`: clips and recordings that may wait for a lane, 1–4096; the same. Default 16 a lane.
  package var clipQueueDepth: Int

  /// `image.bytesMax`: largest picture file in bytes, 1 KiB–16 MiB. Default 3 MiB.
  package var imageBytesMax = 3 << 20
  /// `image.sideMax`: longest side in pixels, 64–16384. Default 4096.
  package var imageSideMax = 4096

  /// `media.bytesMax`: bytes of uploads and streamed captures that are held at one time, 64 MiB–64 GiB; of each account
  /// no more than are left. Default 512 MiB.
  package var mediaBytesMax = MediaMemory.bytesMaxDefault
  /// `media.accountUploadsMax`: uploads of one account that are held at one time, 1–10000. Default 16.
  package var accountUploadsMax = UploadLimits().filesPerAccountMax

  /// `accounts.names`: accounts that may call, by the name in their certificate. Default `dev`.
  package var accounts: [AccountID]
  /// `accounts.operators`: those that may also ask `Operations`. Default `dev`.
  package var operators: [AccountID]
  /// `accounts.certificates`: keys that accounts are bound to, `NAME=HEX` each, HEX being the SHA-256 of the
  /// certificate's public key. An account without any may come with every key. Default none.
  package var accountKeys: [AccountID: [String]] = [:]
  /// `accounts.concurrentCallsMax`: calls in progress at once per account, 1–100000. Default 256.
  package var concurrentCallsMax = 256

  /// `compare.threshold`: score for PASS when the caller names none, 0–100. Default 80.
  package var compareThreshold = 80.0
  /// `compare.thresholdFloor`: lowest threshold a caller may name, 0–100. Default 70.
  package var compareThresholdFloor = 70.0
  /// `compare.qualityLevel`: quality level when the caller names none, 0–4. Default 2.
  package var compareQualityLevel = FaceQualityPolicy.levelDefault

  /// `card.qualityLevel`: quality level of the portrait on a card, 0–4. Default 1: print is soft.
  package var cardQualityLevel = 1
  /// `card.stopOn`: warnings about a card that prevent a comparison with it (INCONCLUSIVE). Default none.
  package var cardStopOn: [CardWarningCode] = []
  /// `card.reviewOn`: warnings that make REVIEW of a PASS. Default: `CardWarningTerms.standard`.
  package var cardReviewOn = CardWarningCode.allCases.filter {
    CardWarningTerms.standard.reviewOn.contains($0)
  }

  /// `liveness.limits`: limits of liveness rules, `RULE=NUMBER` each. Default none: the policy's own.
  package var livenessLimits: [String: Double] = [:]
  /// `liveness.advisory`: rules whose failure is a remark; only some may be. Default none.
  package var livenessAdvisory: [String] = []
  /// `intent.face`: what Intent demands of the face beside its being one person's, there throughout: `live` or
  /// `present`. Default `live`.
  package var intentFace = FaceDemand.live
  /// `intent.point`: how much a reading may differ from its text: `strict` or `default`. Default `default`. The
  /// lenient point of evaluations takes half of a text for all of it: no setting offers it.
  package var intentPoint = SpeechPoint.standard
  /// `intent.limits`: limits of Intent's rules, `RULE=NUMBER` each. Default none: the policy's own.
  package var intentLimits: [String: Double] = [:]
  /// `intent.advisory`: rules of Intent whose failure is a remark; only some may be. Default none.
  package var intentAdvisory: [String] = []
  /// `intent.contrasts`: words that must not be taken for one another in what is read or answered, `WORD=OTHER` each, at
  /// most 32, beside those that a challenge names. Default none.
  package var intentContrasts: [IntentScript.Pair] = []
  /// `liveness.keyFile`: 32–4096 bytes of secret that challenges are signed and films are remembered under. Default
  /// none: drawn at start-up.
  package var livenessKeyFile: String?
  /// `liveness.replayHours`: how long films are remembered, 1–720. Default 24.
  package var replayHours = 24
  /// `liveness.replayBytesMax`: memory for them, 1 MiB–64 GiB; a film of four seconds takes up to 2.6 kB. Default 128 MiB.
  package var replayBytesMax = 128 << 20
  /// `liveness.attemptsMax`: challenges of one session within two hours, 0–99; 0 any number. Default 5.
  package var attemptsMax = 5
  /// `enhanced.unknownDevice`: what becomes of a device of which nothing is known. Default `review`.
  package var unknownDevice = UnknownDeviceRule.review
  /// `enhanced.appsFile`: JSON file of the applications whose devices may be believed. Default none.
  package var deviceAppsFile: String?

  /// `realName.sourcesFile`: JSON file of the sources that real-name checks are put to. Default none: they are refused.
  package var realNameSourcesFile: String?
  /// `realName.sandboxAccounts`: accounts whose real-name checks are answered by the sandbox, which makes its answers up;
  /// no other account ever is. Default none.
  package var realNameSandboxAccounts: [AccountID] = []
  /// `realName.sandboxPortrait`: picture that the sandbox gives as everybody's portrait. Default none.
  package var realNameSandboxPortrait: String?
  /// `realName.limits`: questions a day about one value, `GROUP.FIELD=NUMBER` each. Default: `LimitGroup.limits`.
  package var realNameLimits: [LimitGroup: [FieldLimit]] = [:]
  /// `realName.accountPerDay`: questions a day of one account, 0–1000000000; 0 any number. Default 0.
  package var realNameAccountPerDay = 0
  /// `realName.listFile`: fingerprints of elements that are refused, or exempt from limits. Default none.
  package var realNameListFile: String?
  /// `realName.listKeyFile`: 32–4096 bytes of secret that the fingerprints were made under. Default none.
  package var realNameListKeyFile: String?
  /// `realName.cardCheckDigit`: whether a bank card's number without its check digit is refused. Default true.
  package var realNameCardCheckDigit = true
  /// `realName.hedgeMillis`: after how long a second source is asked beside a slow one, 0–60000; 0 never. Default 0.
  package var realNameHedgeMillis = 0

  /// What `enhanced.unknownDevice` may say.
  package enum UnknownDeviceRule: String, Sendable, CaseIterable {
    /// It gets no challenge.
    case refuse
    /// It is asked for the most, and passes to a human at best.
    case review
    /// It is asked for the most, and may pass.
    case allow
  }

  /// `encryption.keys`: keys that callers encrypt fields with, `ID=FILE` each, the preferred one first. Default: that of
  /// `make setup`, where it is there.
  package var encryptionKeys = [EncryptionKeyFile.development]
  /// `encryption.decryptOnlyKeys`: keys that are not handed out any more and still read, `ID=FILE`. Default none.
  package var encryptionDecryptOnlyKeys: [EncryptionKeyFile] = []
  /// `encryption.retiredKeys`: names of keys that are used no more. Default none.
  package var encryptionRetiredKeys: [String] = []
  /// `encryption.requiredAccounts`: accounts that may not send personal fields in plaintext. Default none.
  package var encryptionRequiredAccounts: [AccountID] = []
  /// `encryption.requiredScenes`: the same of scenes. Default none.
  package var encryptionRequiredScenes: [String] = []
  /// `encryption.ageSeconds`: age of encrypted messages that is taken, 10–3600. Default 120.
  package var encryptionAgeSeconds = 120
  /// `encryption.messagesMax`: messages remembered within that age, of each account no more than are left,
  /// 1000–100000000. Default 1000000.
  package var encryptionMessagesMax = 1_000_000

  /// `reflection.enabled`: whether tools may ask which services and messages there are. Default true.
  package var reflectionEnabled = true

  /// `log.level`: debug, info, warning or error. Default info.
  package var logLevel = LogLevel.info

  /// The levels that `log.level` may name.
  package enum LogLevel: String, Sendable, CaseIterable {
    case debug
    case info
    case warning
    case error
  }

  /// The defaults on a machine with `cores` cores.
  package init(cores: Int) {
    loops = cores
    lanes = min(cores, InferenceLimits.lanesMax)
    queueDepth = 64 * lanes
    clipQueueDepth = 16 * lanes
    accounts = [AccountID("dev")!]
    operators = [AccountID("dev")!]
  }
}

/// A setting that cannot be used. For the operator only: it names the key, what was found and what is
/// allowed.
package struct SettingsError: Error, CustomStringConvertible {
  package let description: String
}

extension ServerSettings {
  /// Every key that may be set, with what it means, for `--help` and for refusing unknown ones.
  package static let explanations: [(key: String, meaning: String)] = [
    ("listen.host", "address to listen on (127.0.0.1)"),
    ("listen.port", "TCP port, 0 takes a free one (7443)"),
    ("listen.loops", "event loops (one a core)"),
    ("listen.connectionsMax", "connections open at the same time (10000)"),
    ("listen.drainSeconds", "how long calls may go on after SIGTERM (30)"),
    ("listen.connectionAgeSeconds", "age at which a connection is drained, 0 never (0)"),
    ("listen.compression", "take and send compressed messages where clients ask for it (true)"),
    ("tls.certificate", "PEM file, leaf first (Certs/dev/server.crt)"),
    ("tls.key", "PEM file (Certs/dev/server.key)"),
    ("tls.clientCA", "PEM file that verifies client certificates (Certs/dev/ca.crt)"),
    ("tls.clientCRL", "PEM files of revocation lists for clients, comma-separated (none)"),
    ("tls.staleCRL", "what an ended list means: refuse its clients, or use it (refuse)"),
    ("tls.ocspResponse", "DER file that is stapled while it holds (none)"),
    ("tls.resumption", "clients may resume TLS 1.3 sessions (true)"),
    ("tls.reloadSeconds", "how often these files are looked at, 0 only at SIGHUP (5)"),
    ("tls.allowTLS12", "also accept TLS 1.2 (false)"),
    ("models.directory", "folder of the model files (.deps/models)"),
    ("models.additions", "folder of model files that you add, such as MiniFASNet's (none)"),
    ("models.runtime", "inference runtime (.deps/openvino/lib/libopenvino_c.so.2641)"),
    ("inference.lanes", "threads that run models, of pictures and of clips each (one a core)"),
    ("inference.queueDepth", "pictures that may wait for a lane (64 a lane)"),
    ("inference.clipQueueDepth", "clips and recordings that may wait for a lane (16 a lane)"),
    ("image.bytesMax", "largest picture in bytes (3145728)"),
    ("image.sideMax", "longest side of a picture in pixels (4096)"),
    (
      "media.bytesMax",
      "bytes of uploads and streamed captures held at once, of each account no more than are left "
        + "(536870912)"
    ),
    ("media.accountUploadsMax", "uploads of an account held at once (16)"),
    ("accounts.names", "accounts that may call, comma-separated (dev)"),
    ("accounts.operators", "accounts that may ask Operations (dev)"),
    ("accounts.certificates", "NAME=HEX: keys that accounts are bound to, comma-separated (none)"),
    ("accounts.concurrentCallsMax", "calls in progress at once per account (256)"),
    ("compare.threshold", "score for PASS when the caller names none (80)"),
    ("compare.thresholdFloor", "lowest threshold a caller may name (70)"),
    ("compare.qualityLevel", "quality level when the caller names none, 0-4 (2)"),
    ("card.qualityLevel", "quality level of the portrait on a card, 0-4 (1)"),
    ("card.stopOn", "warnings that prevent a comparison with a card, comma-separated (none)"),
    ("card.reviewOn", "warnings that make REVIEW of a PASS (what puts the card in doubt; README)"),
    ("liveness.limits", "RULE=NUMBER: limits of liveness rules (the policy's; idv decide --rules)"),
    (
      "liveness.advisory", "liveness rules whose failure is a remark only, where that may be (none)"
    ),
    ("intent.face", "live or present: what Intent demands of the face (live)"),
    ("intent.point", "strict or default: how exactly texts have to be said (default)"),
    ("intent.limits", "RULE=NUMBER: limits of Intent's rules (the policy's; idv decide --rules)"),
    ("intent.advisory", "rules of Intent whose failure is a remark only, where that may be (none)"),
    ("intent.contrasts", "WORD=OTHER: words that must not be taken for one another (none)"),
    ("liveness.keyFile", "secret of challenges and of the memory of films (drawn at start-up)"),
    ("liveness.replayHours", "how long films are remembered (24)"),
    ("liveness.replayBytesMax", "memory for films that are remembered (134217728)"),
    ("liveness.attemptsMax", "challenges of one session, 0 any number (5)"),
    ("enhanced.unknownDevice", "a device that shows nothing: refuse, review or allow (review)"),
    ("enhanced.appsFile", "JSON file of applications whose devices are believed (none)"),
    ("realName.sourcesFile", "JSON file of the sources of real-name checks (none: refused)"),
    ("realName.sandboxAccounts", "accounts that the sandbox answers with made-up results (none)"),
    ("realName.sandboxPortrait", "picture that the sandbox gives as everybody's portrait (none)"),
    ("realName.limits", "GROUP.FIELD=NUMBER: questions a day about one value (README)"),
    ("realName.accountPerDay", "questions a day of one account, 0 any number (0)"),
    ("realName.listFile", "fingerprints of elements that are refused or exempt from limits (none)"),
    ("realName.listKeyFile", "secret that these fingerprints were made under (none)"),
    ("realName.cardCheckDigit", "refuse bank cards whose check digit does not hold (true)"),
    ("realName.hedgeMillis", "ask a second source beside one that is this slow, 0 never (0)"),
    (
      "encryption.keys",
      "ID=FILE: keys that fields are encrypted with, preferred first (make setup's)"
    ),
    (
      "encryption.decryptOnlyKeys",
      "ID=FILE: keys that are not handed out any more, and still read (none)"
    ),
    ("encryption.retiredKeys", "names of keys that are used no more (none)"),
    ("encryption.requiredAccounts", "accounts that must encrypt personal fields (none)"),
    ("encryption.requiredScenes", "scenes in which personal fields must be encrypted (none)"),
    ("encryption.ageSeconds", "age of encrypted messages that is taken (120)"),
    ("encryption.messagesMax", "encrypted messages remembered against replays (1000000)"),
    ("reflection.enabled", "let tools ask which services and messages there are (true)"),
    ("log.level", "debug, info, warning or error (info)"),
  ]

  /// The keys of `explanations`.
  package static let keys = Set(explanations.map(\.key))

  /// The table of settings for `--help`: key, environment variable, meaning, default in brackets.
  package static var documentation: String {
    explanations.map { "\($0.key), \(environmentName($0.key)): \($0.meaning)" }
      .joined(separator: "\n")
  }

  /// Reads the settings.
  ///
  /// - Parameters:
  ///   - file: path of a JSON file, or nil.
  ///   - environment: the process's environment; names start with `IDV_`.
  ///   - flags: values given on the command line, by key.
  /// - Throws: `SettingsError` for an unreadable file, an unknown key or a value out of bounds.
  package static func read(
    file: String?, environment: [String: String], flags: [String: String], cores: Int
  ) async throws(SettingsError) -> ServerSettings {
    var providers: [any ConfigProvider] = [
      EnvironmentVariablesProvider(
        environmentVariables: flags.reduce(into: [:]) {
          $0[environmentName($1.key)] = $1.value
        }),
      EnvironmentVariablesProvider(environmentVariables: environment),
    ]
    if let file {
      try refuseUnknownKeys(inFile: file)
      providers.append(try await fileProvider(file))
    }
    try refuseUnknownKeys(inEnvironment: environment)
    var settings = ServerSettings(cores: cores)
    try settings.apply(ConfigReader(providers: providers.map(prefixed)))
    try settings.validate()
    return settings
  }

  /// `listen.port` → `IDV_LISTEN_PORT`.
  package static func environmentName(_ key: String) -> String {
    var name = "IDV_"
    var lastWasLower = false
    for character in key {
      if character == "." {
        name += "_"
      } else {
        if character.isUppercase && lastWasLower { name += "_" }
        name += character.uppercased()
      }
      lastWasLower = character.isLowercase
    }
    return name
  }

  /// Environment variables carry the prefix `IDV_`, files do not.
  private static func prefixed(_ provider: any ConfigProvider) -> any ConfigProvider {
    guard let variables = provider as? EnvironmentVariablesProvider else { return provider }
    return KeyMappingProvider(upstream: variables) { $0.prepending("idv") }
  }

  private static func fileProvider(
    _ file: String
  ) async throws(SettingsError) -> any ConfigProvider {
    do {
      return try await FileProvider<JSONSnapshot>(
        config: ConfigReader(
          provider: InMemoryProvider(values: ["filePath": .init(.string(file), isSecret: false)])))
    } catch {
      throw SettingsError(description: "cannot read the configuration file \(file): \(error)")
    }
  }

  private static func refuseUnknownKeys(inFile file: String) throws(SettingsError) {
    guard let data = try? Data(contentsOf: URL(filePath: file)) else {
      throw SettingsError(description: "cannot read the configuration file \(file)")
    }
    guard let tree = try? JSONDecoder().decode(KeyTree.self, from: data) else {
      throw SettingsError(description: "the configuration file \(file) is not a JSON object")
    }
    for key in tree.paths where !keys.contains(key) {
      throw SettingsError(
        description: "unknown key \(key) in \(file); `idv-server --help` lists the keys")
    }
  }

  private static func refuseUnknownKeys(
    inEnvironment environment: [String: String]
  ) throws(SettingsError) {
    let known = Set(keys.map(environmentName))
    for name in environment.keys where name.hasPrefix("IDV_") && !known.contains(name) {
      throw SettingsError(
        description: "unknown environment variable \(name); `idv-server --help` lists the names")
    }
  }
}

/// The shape of a JSON document without its values.
private struct KeyTree: Decodable {
  var paths: [String] = []

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if let inner = try? container.decode(KeyTree.self, forKey: key) {
        paths += inner.paths.map { key.stringValue + "." + $0 }
      } else {
        paths.append(key.stringValue)
      }
    }
  }
}
