// What the operator is told at the start about what this server has, lacks and should not have.

package import Observability
internal import Vocabulary

/// Says in the log, once, what of the settings keeps callers from an answer, or makes answers worth less than they look.
package struct StartNotices: Sendable {
  private let settings: ServerSettings
  /// Roles of models without which nobody is alive for a picture alone.
  private let livenessModelsMissing: [String]
  /// The operator's names of the sources of real-name checks.
  private let sources: [String]
  /// Whether callers can encrypt fields.
  private let hasEncryptionKey: Bool
  /// Nil where the system does not tell it.
  private let fileLimit: FileLimit?

  package init(
    _ settings: ServerSettings, livenessModelsMissing: [String], sources: [String],
    hasEncryptionKey: Bool, fileLimit: FileLimit?
  ) {
    self.fileLimit = fileLimit
    self.settings = settings
    self.livenessModelsMissing = livenessModelsMissing
    self.sources = sources
    self.hasEncryptionKey = hasEncryptionKey
  }

  /// Writes the lines.
  package func tell(_ log: Log) {
    tellConnections(log)
    tellLiveness(log)
    tellRealName(log)
    if !hasEncryptionKey {
      log.info("no key for encrypting fields (encryption.keys): encrypted messages are refused")
    }
    if usesDevelopmentFiles, !isLoopback {
      log.warning(
        "development certificates on an address that others reach: bring your own (Certs/README.md)",
        [.address: .operatorText(settings.host)])
    }
  }

  private func tellConnections(_ log: Log) {
    guard let fileLimit else { return }
    let connections = fileLimit.connections(wanted: settings.connectionsMax)
    guard connections < settings.connectionsMax else { return }
    log.warning(
      "fewer connections than listen.connectionsMax: the limit of open files has no more room (ulimit -n)",
      [.connections: .count(connections), .limit: .count(fileLimit.files)])
  }

  private func tellLiveness(_ log: Log) {
    for role in livenessModelsMissing {
      log.warning(
        "a model is not installed: passive liveness is unavailable, SILENT and VerifyPhoto never pass",
        [.role: .operatorText(role)])
    }
    if !livenessModelsMissing.isEmpty, settings.intentFace == .live {
      log.warning(
        "intent.face=live needs these models: Intent's READ and QA never pass, though challenges are issued"
      )
    }
    if settings.livenessKeyFile == nil {
      log.info("the secret of challenges was drawn now: a restart forgets challenges and films")
    }
    if settings.deviceAppsFile == nil {
      log.info(
        "no applications are known (enhanced.appsFile): no device is believed in Enhanced",
        [.state: .code(settings.unknownDevice)])
    }
  }

  private func tellRealName(_ log: Log) {
    for source in sources {
      log.info("real-name checks have a source", [.source: .operatorText(source)])
    }
    if sources.isEmpty {
      log.info("real-name checks have no source (realName.sourcesFile): they are refused")
    }
    for account in settings.realNameSandboxAccounts {
      log.warning(
        "the sandbox makes up this account's real-name answers",
        [.account: .operatorText(account.name)])
    }
  }

  /// Whether files are used that `make setup` makes for development.
  private var usesDevelopmentFiles: Bool {
    [settings.certificateFile, settings.keyFile, settings.clientCAFile].contains {
      $0.contains("Certs/dev/")
    }
  }

  private var isLoopback: Bool {
    settings.host.hasPrefix("127.") || ["::1", "localhost"].contains(settings.host)
  }
}
