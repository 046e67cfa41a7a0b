// What real-name checks are made of in this process: sources, the sandbox, limits, lists.

internal import Decisions
internal import FoundationEssentials
internal import IdentityNumbers
internal import Messages
internal import RealName
internal import Sealing
internal import Services
internal import Vocabulary

/// Made once, before models are loaded: elements need none.
struct RealNameParts: Sendable {
  let desk: ElementDesk

  /// - Parameter makers: of sources, by kind.
  /// - Throws: one line for the operator.
  init(
    _ settings: ServerSettings, makers: [String: SourceMaker], metrics: RealNameMetrics
  ) throws(SettingsError) {
    let now: @Sendable () -> Int64 = {
      Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))
    }
    var terms = PoolTerms()
    if settings.realNameHedgeMillis > 0 {
      terms.hedgeAfter = .milliseconds(settings.realNameHedgeMillis)
    }
    let portrait = try Self.portrait(settings.realNameSandboxPortrait)
    let sandbox = SandboxSource(
      digest: { hash, bytes in digest(bytes, hash.algorithm) },
      portraits: { _ in portrait })
    var limits = SubjectLimits.Terms()
    limits.overrides = settings.realNameLimits
    limits.accountPerDay =
      settings.realNameAccountPerDay == 0 ? nil : settings.realNameAccountPerDay
    desk = ElementDesk(
      sources: SourcePool(
        try RealNameSources.routes(file: settings.realNameSourcesFile, makers: makers),
        terms: terms,
        observer: metrics),
      sandbox: SourcePool([SourceRoute(sandbox)], observer: metrics),
      sandboxAccounts: Set(settings.realNameSandboxAccounts),
      limits: SubjectLimits(limits, unixMilliseconds: now),
      lists: try Self.lists(settings),
      cardCheckDigit: settings.realNameCardCheckDigit ? .required : .noted,
      observer: metrics, today: DocumentDay.today)
  }

  /// What `GetStatus` tells: which questions have a source. The sandbox is none.
  var capabilities: [Messages.Capability] {
    let asked: [(name: String, operation: ElementOperation)] = [
      ("real-name-identity", .nameNumber), ("real-name-phone", .phoneNameNumber),
      ("real-name-bank-card", .cardName), ("authority-portrait", .portrait),
    ]
    return asked.map { name, operation in
      var capability = Messages.Capability()
      capability.name = name
      capability.available = desk.profiles.contains { $0.operations.contains(operation) }
      if !capability.available { capability.reason = "no source (realName.sourcesFile)" }
      return capability
    }
  }

  private static func lists(_ settings: ServerSettings) throws(SettingsError) -> SubjectLists {
    guard let file = settings.realNameListFile else { return SubjectLists() }
    guard let keyFile = settings.realNameListKeyFile else {
      throw SettingsError(description: "realName.listFile needs realName.listKeyFile")
    }
    let key = try Self.key(file: keyFile)
    guard let data = try? Data(contentsOf: URL(filePath: file)) else {
      throw SettingsError(description: "realName.listFile \(file) cannot be read")
    }
    do {
      return try SubjectLists(key: key, text: String(decoding: data, as: UTF8.self))
    } catch {
      throw SettingsError(description: "realName.listFile \(file): \(error)")
    }
  }

  /// Least and most bytes of a key file.
  static let keyBytes = 32...4096

  static func key(file: String) throws(SettingsError) -> FingerprintKey {
    do throws(SecretFile.Failure) {
      return try SecretFile.read(file, bytes: keyBytes).withUnsafeBytes { FingerprintKey($0) }
    } catch {
      throw SettingsError(description: "realName.listKeyFile \(file) \(error)")
    }
  }

  /// Largest picture of the sandbox, in bytes.
  private static let portraitBytesMax = 3 << 20

  private static func portrait(
    _ file: String?
  ) throws(SettingsError) -> ReferencePortrait? {
    guard let file else { return nil }
    guard let data = try? Data(contentsOf: URL(filePath: file)), data.count <= portraitBytesMax
    else {
      throw SettingsError(
        description: "realName.sandboxPortrait \(file) cannot be read, or has more than "
          + "\(portraitBytesMax) bytes")
    }
    return data.withUnsafeBytes { ReferencePortrait(.image, $0) }
  }
}
