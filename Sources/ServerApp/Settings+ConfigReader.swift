// How the settings are read and what values they may have.

internal import Configuration
internal import Decisions
internal import Inference
internal import Liveness
internal import RealName
internal import Services
internal import Speech
internal import Vocabulary

extension ServerSettings {
  /// Replaces every setting that `reader` knows. Keys: see `ServerSettings.keys`.
  mutating func apply(_ reader: ConfigReader) throws(SettingsError) {
    let read = KeyReader(reader: reader)
    host = read.text("listen.host") ?? host
    port = try read.int("listen.port") ?? port
    loops = try read.int("listen.loops") ?? loops
    connectionsMax = try read.int("listen.connectionsMax") ?? connectionsMax
    drainSeconds = try read.int("listen.drainSeconds") ?? drainSeconds
    connectionAgeSeconds = try read.int("listen.connectionAgeSeconds") ?? connectionAgeSeconds
    compression = try read.bool("listen.compression") ?? compression
    certificateFile = read.text("tls.certificate") ?? certificateFile
    keyFile = read.text("tls.key") ?? keyFile
    clientCAFile = read.text("tls.clientCA") ?? clientCAFile
    clientCRLFiles = read.texts("tls.clientCRL") ?? clientCRLFiles
    usesStaleCRL = try read.staleCRL("tls.staleCRL") ?? usesStaleCRL
    ocspResponseFile = read.text("tls.ocspResponse") ?? ocspResponseFile
    resumesSessions = try read.bool("tls.resumption") ?? resumesSessions
    reloadSeconds = try read.int("tls.reloadSeconds") ?? reloadSeconds
    allowTLS12 = try read.bool("tls.allowTLS12") ?? allowTLS12
    modelsDirectory = read.text("models.directory") ?? modelsDirectory
    modelAdditions = read.text("models.additions") ?? modelAdditions
    runtimeLibrary = read.text("models.runtime") ?? runtimeLibrary
    lanes = try read.int("inference.lanes") ?? lanes
    queueDepth = try read.int("inference.queueDepth") ?? queueDepth
    clipQueueDepth = try read.int("inference.clipQueueDepth") ?? clipQueueDepth
    imageBytesMax = try read.int("image.bytesMax") ?? imageBytesMax
    imageSideMax = try read.int("image.sideMax") ?? imageSideMax
    mediaBytesMax = try read.int("media.bytesMax") ?? mediaBytesMax
    accountUploadsMax = try read.int("media.accountUploadsMax") ?? accountUploadsMax
    accounts = try read.accounts("accounts.names") ?? accounts
    operators = try read.accounts("accounts.operators") ?? operators
    accountKeys = try read.accountKeys("accounts.certificates") ?? accountKeys
    concurrentCallsMax = try read.int("accounts.concurrentCallsMax") ?? concurrentCallsMax
    compareThreshold = try read.number("compare.threshold") ?? compareThreshold
    compareThresholdFloor = try read.number("compare.thresholdFloor") ?? compareThresholdFloor
    compareQualityLevel = try read.int("compare.qualityLevel") ?? compareQualityLevel
    cardQualityLevel = try read.int("card.qualityLevel") ?? cardQualityLevel
    cardStopOn = try read.warnings("card.stopOn") ?? cardStopOn
    cardReviewOn = try read.warnings("card.reviewOn") ?? cardReviewOn
    livenessLimits = try read.limits("liveness.limits") ?? livenessLimits
    livenessAdvisory = try read.advisory("liveness.advisory") ?? livenessAdvisory
    intentFace = try read.faceDemand("intent.face") ?? intentFace
    intentPoint = try read.speechPoint("intent.point") ?? intentPoint
    intentLimits =
      try read.limits("intent.limits", of: IntentPolicy.standard.rules.map(\.rule)) ?? intentLimits
    intentAdvisory =
      try read.advisory("intent.advisory", of: IntentPolicy.standard.rules.map(\.rule))
      ?? intentAdvisory
    intentContrasts = try read.contrasts("intent.contrasts") ?? intentContrasts
    livenessKeyFile = read.text("liveness.keyFile") ?? livenessKeyFile
    replayHours = try read.int("liveness.replayHours") ?? replayHours
    replayBytesMax = try read.int("liveness.replayBytesMax") ?? replayBytesMax
    attemptsMax = try read.int("liveness.attemptsMax") ?? attemptsMax
    unknownDevice = try read.unknownDevice("enhanced.unknownDevice") ?? unknownDevice
    deviceAppsFile = read.text("enhanced.appsFile") ?? deviceAppsFile
    try applyRealName(read)
    try applyEncryption(read)
    reflectionEnabled = try read.bool("reflection.enabled") ?? reflectionEnabled
    if let level = read.text("log.level") {
      guard let known = LogLevel(rawValue: level) else {
        throw SettingsError(description: "log.level must be debug, info, warning or error")
      }
      logLevel = known
    }
  }

  private mutating func applyRealName(_ read: KeyReader) throws(SettingsError) {
    realNameSourcesFile = read.text("realName.sourcesFile") ?? realNameSourcesFile
    realNameSandboxAccounts =
      try read.accounts("realName.sandboxAccounts") ?? realNameSandboxAccounts
    realNameSandboxPortrait = read.text("realName.sandboxPortrait") ?? realNameSandboxPortrait
    realNameLimits = try read.subjectLimits("realName.limits") ?? realNameLimits
    realNameAccountPerDay = try read.int("realName.accountPerDay") ?? realNameAccountPerDay
    realNameListFile = read.text("realName.listFile") ?? realNameListFile
    realNameListKeyFile = read.text("realName.listKeyFile") ?? realNameListKeyFile
    realNameCardCheckDigit = try read.bool("realName.cardCheckDigit") ?? realNameCardCheckDigit
    realNameHedgeMillis = try read.int("realName.hedgeMillis") ?? realNameHedgeMillis
  }

  private mutating func applyEncryption(_ read: KeyReader) throws(SettingsError) {
    encryptionKeys = try read.keyFiles("encryption.keys") ?? encryptionKeys
    encryptionDecryptOnlyKeys =
      try read.keyFiles("encryption.decryptOnlyKeys") ?? encryptionDecryptOnlyKeys
    encryptionRetiredKeys = read.texts("encryption.retiredKeys") ?? encryptionRetiredKeys
    encryptionRequiredAccounts =
      try read.accounts("encryption.requiredAccounts") ?? encryptionRequiredAccounts
    encryptionRequiredScenes = read.texts("encryption.requiredScenes") ?? encryptionRequiredScenes
    encryptionAgeSeconds = try read.int("encryption.ageSeconds") ?? encryptionAgeSeconds
    encryptionMessagesMax = try read.int("encryption.messagesMax") ?? encryptionMessagesMax
  }

  /// Checks every bound.
  func validate() throws(SettingsError) {
    try check("listen.port", port, 0...65_535)
    try check("listen.loops", loops, 1...256)
    try check("listen.connectionsMax", connectionsMax, 1...100_000)
    try check("listen.drainSeconds", drainSeconds, 0...3600)
    try check("tls.reloadSeconds", reloadSeconds, 0...3600)
    if connectionAgeSeconds != 0 {
      try check("listen.connectionAgeSeconds", connectionAgeSeconds, 60...2_592_000)
    }
    try check("inference.lanes", lanes, 1...InferenceLimits.lanesMax)
    try check("inference.queueDepth", queueDepth, 1...InferenceLimits.queueDepthMax)
    try check("inference.clipQueueDepth", clipQueueDepth, 1...InferenceLimits.queueDepthMax)
    try check("image.bytesMax", imageBytesMax, 1024...(16 << 20))
    try check("image.sideMax", imageSideMax, 64...16_384)
    try check("media.bytesMax", mediaBytesMax, (64 << 20)...(64 << 30))
    try check("media.accountUploadsMax", accountUploadsMax, 1...10_000)
    try check("accounts.concurrentCallsMax", concurrentCallsMax, 1...100_000)
    try check("compare.threshold", compareThreshold, 0...100)
    try check("compare.thresholdFloor", compareThresholdFloor, 0...100)
    try check("compare.qualityLevel", compareQualityLevel, 0...4)
    try check("card.qualityLevel", cardQualityLevel, 0...4)
    try check("liveness.replayHours", replayHours, 1...720)
    try check("liveness.replayBytesMax", replayBytesMax, (1 << 20)...(64 << 30))
    try check("liveness.attemptsMax", attemptsMax, 0...99)
    try check("realName.accountPerDay", realNameAccountPerDay, 0...1_000_000_000)
    try check("realName.hedgeMillis", realNameHedgeMillis, 0...60_000)
    try checkKnown("realName.sandboxAccounts", realNameSandboxAccounts)
    try check("encryption.ageSeconds", encryptionAgeSeconds, 10...3600)
    try check("encryption.messagesMax", encryptionMessagesMax, 1000...100_000_000)
    // A name that nobody has would demand nothing of anybody.
    try checkKnown("encryption.requiredAccounts", encryptionRequiredAccounts)
    for scene in encryptionRequiredScenes where scene != Scenes.defaultName {
      throw SettingsError(
        description: "encryption.requiredScenes names a scene that there is not; this version has "
          + "\(Scenes.defaultName) only")
    }
    guard !encryptionKeys.isEmpty || !requiresEncryption else {
      throw SettingsError(
        description: "encryption.requiredAccounts or encryption.requiredScenes wants fields "
          + "encrypted, and encryption.keys names no key")
    }
    guard compareThreshold >= compareThresholdFloor else {
      throw SettingsError(
        description: "compare.threshold (\(compareThreshold)) is below compare.thresholdFloor "
          + "(\(compareThresholdFloor))")
    }
    guard !accounts.isEmpty else {
      throw SettingsError(description: "accounts.names must name at least one account")
    }
    for account in accountKeys.keys
    where !accounts.contains(account) && !operators.contains(account) {
      throw SettingsError(
        description: "accounts.certificates binds \(account), which neither accounts.names nor "
          + "accounts.operators lists")
    }
  }

  /// - Throws: if an account is none that may call.
  private func checkKnown(_ key: String, _ named: [AccountID]) throws(SettingsError) {
    for account in named where !accounts.contains(account) && !operators.contains(account) {
      throw SettingsError(
        description: "\(key) names \(account), which neither accounts.names nor "
          + "accounts.operators lists")
    }
  }

  /// Whether anybody may not send personal fields in plaintext.
  var requiresEncryption: Bool {
    !encryptionRequiredAccounts.isEmpty || !encryptionRequiredScenes.isEmpty
  }

  private func check<Value: Comparable>(
    _ key: String, _ value: Value, _ range: ClosedRange<Value>
  ) throws(SettingsError) {
    guard range.contains(value) else {
      throw SettingsError(
        description: "\(key) is \(value); it must be from \(range.lowerBound) to "
          + "\(range.upperBound)")
    }
  }
}

/// Reads one key as one type; a value of another type is an error, not a silent default.
private struct KeyReader {
  let reader: ConfigReader

  func text(_ key: String) -> String? {
    let key = ConfigKey(key.split(separator: ".").map(String.init))
    if let text = reader.string(forKey: key) { return text }
    if let number = reader.int(forKey: key) { return String(number) }
    if let number = reader.double(forKey: key) { return String(number) }
    if let flag = reader.bool(forKey: key) { return String(flag) }
    return nil
  }

  func int(_ key: String) throws(SettingsError) -> Int? {
    guard let text = text(key) else { return nil }
    guard let value = Int(text) else {
      throw SettingsError(description: "\(key) must be a whole number")
    }
    return value
  }

  func number(_ key: String) throws(SettingsError) -> Double? {
    guard let text = text(key) else { return nil }
    guard let value = Double(text), value.isFinite else {
      throw SettingsError(description: "\(key) must be a number")
    }
    return value
  }

  func bool(_ key: String) throws(SettingsError) -> Bool? {
    guard let text = text(key) else { return nil }
    switch text.lowercased() {
    case "true", "1", "yes": return true
    case "false", "0", "no": return false
    default: throw SettingsError(description: "\(key) must be true or false")
    }
  }

  func texts(_ key: String) -> [String]? {
    reader.stringArray(forKey: ConfigKey(key.split(separator: ".").map(String.init)))
  }

  /// Names of warnings as answers have them, without the prefix; the single word `none` for none.
  func warnings(_ key: String) throws(SettingsError) -> [CardWarningCode]? {
    guard let names = texts(key) else { return nil }
    if names == ["none"] { return [] }
    var codes: [CardWarningCode] = []
    for name in names {
      guard let code = CardWarningCode(name: name) else {
        throw SettingsError(
          description: "\(key) holds a name that is no warning; "
            + "Proto/idv/v1/common.proto, CardWarningCode, has them")
      }
      codes.append(code)
    }
    return codes
  }

  /// `RULE=NUMBER` each; the single word `none` for none.
  func limits(
    _ key: String, of rules: [LivenessRule] = LivenessPolicy.standard.rules
  ) throws(SettingsError) -> [String: Double]? {
    guard let entries = texts(key) else { return nil }
    if entries == ["none"] { return [:] }
    var limits: [String: Double] = [:]
    for entry in entries {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, let number = Double(parts[1]),
        let rule = rules.first(where: { $0.name == parts[0] }),
        rule.range.contains(number)
      else {
        throw SettingsError(
          description: "\(key) holds an entry that is not a rule, = and a number of its range; "
            + "idv decide --rules has them")
      }
      limits[rule.name] = number
    }
    return limits
  }

  func advisory(
    _ key: String, of rules: [LivenessRule] = LivenessPolicy.standard.rules
  ) throws(SettingsError) -> [String]? {
    guard let names = texts(key) else { return nil }
    if names == ["none"] { return [] }
    let known = rules.filter(\.mayBeAdvisory).map(\.name)
    guard names.allSatisfy(known.contains) else {
      throw SettingsError(
        description: "\(key) may name \(known.joined(separator: ", ")) only")
    }
    return names
  }

  /// `WORD=OTHER` each; the single word `none` for none.
  func contrasts(_ key: String) throws(SettingsError) -> [IntentScript.Pair]? {
    guard let entries = texts(key) else { return nil }
    if entries == ["none"] { return [] }
    let pairs = entries.compactMap { IntentScript.Pair(setting: $0) }
    guard pairs.count == entries.count, pairs.count <= IntentLimits.pairsMax else {
      throw SettingsError(
        description:
          "\(key) holds more than \(IntentLimits.pairsMax) entries, or one that is not a word, = and "
          + "another word, of \(IntentLimits.pairCharactersMax) characters at most")
    }
    return pairs
  }

  func faceDemand(_ key: String) throws(SettingsError) -> FaceDemand? {
    guard let text = text(key) else { return nil }
    guard let demand = FaceDemand(rawValue: text) else {
      throw SettingsError(description: "\(key) must be live or present")
    }
    return demand
  }

  func speechPoint(_ key: String) throws(SettingsError) -> SpeechPoint? {
    switch text(key) {
    case nil: nil
    case "strict": .strict
    case "default": .standard
    default: throw SettingsError(description: "\(key) must be strict or default")
    }
  }

  func unknownDevice(_ key: String) throws(SettingsError) -> ServerSettings.UnknownDeviceRule? {
    guard let text = text(key) else { return nil }
    guard let rule = ServerSettings.UnknownDeviceRule(rawValue: text) else {
      throw SettingsError(description: "\(key) must be refuse, review or allow")
    }
    return rule
  }

  /// `GROUP.FIELD=NUMBER` each, in place of that group's limit of that field. Counts are kept up to 65,535.
  func subjectLimits(_ key: String) throws(SettingsError) -> [LimitGroup: [FieldLimit]]? {
    guard let entries = texts(key) else { return nil }
    var limits: [LimitGroup: [FieldLimit]] = [:]
    for entry in entries {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      let words = parts.first?.split(separator: ".", maxSplits: 1).map(String.init) ?? []
      guard parts.count == 2, words.count == 2, let group = LimitGroup(rawValue: words[0]),
        let kind = ElementKind(rawValue: words[1]), let number = Int(parts[1]),
        (1...65_535).contains(number)
      else {
        throw SettingsError(
          description:
            "\(key) holds an entry that is not GROUP.FIELD=NUMBER with a number from 1 to "
            + "65535; groups are \(LimitGroup.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      var own = limits[group] ?? group.limits
      guard let place = own.firstIndex(where: { $0.kind == kind }) else {
        throw SettingsError(
          description: "\(key): \(group.rawValue) has no limit of \(kind.rawValue)")
      }
      own[place] = FieldLimit(kind, perDay: number, perMinute: own[place].perMinute)
      limits[group] = own
    }
    return limits
  }

  func staleCRL(_ key: String) throws(SettingsError) -> Bool? {
    switch text(key) {
    case nil: return nil
    case "refuse": return false
    case "use": return true
    default: throw SettingsError(description: "\(key) must be refuse or use")
    }
  }

  /// `NAME=HEX` each; colons between the digits and capitals are allowed, as tools print them.
  func accountKeys(_ key: String) throws(SettingsError) -> [AccountID: [String]]? {
    guard let entries = texts(key) else { return nil }
    var keys: [AccountID: [String]] = [:]
    for entry in entries {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let digits = parts.last.map { $0.filter { $0 != ":" }.lowercased() } ?? ""
      guard parts.count == 2, let account = AccountID(String(parts[0])), digits.utf8.count == 64,
        digits.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
      else {
        throw SettingsError(
          description: "\(key) holds an entry that is not an account, = and 64 hexadecimal digits")
      }
      keys[account, default: []].append(digits)
    }
    return keys
  }

  /// `ID=FILE` each; the single word `none` for none.
  func keyFiles(_ key: String) throws(SettingsError) -> [EncryptionKeyFile]? {
    guard let entries = texts(key) else { return nil }
    if entries == ["none"] { return [] }
    var files: [EncryptionKeyFile] = []
    for entry in entries {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw SettingsError(description: "\(key) holds an entry that is not a name, = and a file")
      }
      files.append(EncryptionKeyFile(id: parts[0], path: parts[1]))
    }
    return files
  }

  func accounts(_ key: String) throws(SettingsError) -> [AccountID]? {
    guard let names = texts(key) else { return nil }
    var accounts: [AccountID] = []
    for name in names {
      guard let account = AccountID(name) else {
        throw SettingsError(
          description: "\(key) holds a name that is not 1–64 characters of a-z 0-9 . _ -")
      }
      accounts.append(account)
    }
    return accounts
  }
}
