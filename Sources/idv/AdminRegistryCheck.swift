// idv admin registry check and synthesize: whether a registry answers; people who cannot exist.

internal import ArgumentParser
internal import Glibc
internal import Registry
internal import RegistrySQLite
internal import Vocabulary

struct RegistryCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Says whether a registry answers, and why not.",
    discussion: """
      With --all every entry is read and held against its seal, its portrait too: a changed byte is found. Exit status 1: it \
      does not answer, or is damaged. Portraits are counted by what made them: those of other models than a server's cannot be \
      compared with, and have to be imported anew.
      """)

  @OptionGroup var options: RegistryOptions

  @Flag(help: "Read every entry.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func run() async throws {
    do {
      let hash = try RegistryHash(keyFile: options.key)
      let place = RegistryPlace(options.registry)
      let store = place.store(hash, lanes: 1)
      let summary = try await store.check(before: .after(.seconds(30)))
      await store.shutdown()
      let read = all ? try RegistryVerification.read(place.target(), hash) : nil
      let portraits = read.map { read in
        Dictionary(
          uniqueKeysWithValues: read.portraits.map {
            (Hexadecimal.text(of: $0.key), $0.value)
          })
      }
      if json {
        try printJSON(
          RegistryFigures(
            entries: summary.entries, importedAt: summary.importedAt, verified: read?.entries,
            portraits: portraits))
      } else {
        print("\(summary.entries) entries, imported at \(summary.importedAt) (seconds since 1970)")
        if let read { print("\(read.entries) entries hold their seals") }
        for (contract, count) in (portraits ?? [:]).sorted(by: { $0.key < $1.key }) {
          print("\(count) portraits hold theirs, made by \(contract)")
        }
      }
      guard read == nil || read?.entries == summary.entries else {
        note("idv: entries are missing; import the registry anew")
        throw ExitCode(1)
      }
    } catch let fault as RegistryFault {
      note("idv: \(fault)")
      throw ExitCode(1)
    }
  }
}

private struct RegistryFigures: Encodable {
  let entries: Int
  let importedAt: Int64
  let verified: Int?
  /// By what made them.
  let portraits: [String: Int]?
}

struct RegistrySynthesizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synthesize", abstract: "Writes a file of people who cannot exist.",
    discussion: """
      For tests of registries. ID numbers begin with 00, which is no province; phone numbers with 161, which no carrier has; \
      cards with 0000, which no issuer has. Forms and check characters are right. The same seed gives the same people.
      """)

  @Option(help: "People.")
  var count: Int

  @Option(help: "Seed.")
  var seed: UInt64 = 1

  @Option(help: "Where the file goes; - for standard output.")
  var out = "-"

  @Flag(help: "With phone numbers.")
  var phones = false

  @Flag(help: "With bank cards.")
  var cards = false

  func validate() throws {
    guard (1...SyntheticPeople.countMax).contains(count) else {
      throw ValidationError("--count: 1 to \(SyntheticPeople.countMax)")
    }
  }

  func run() async throws {
    do throws(RegistryFault) {
      try SyntheticPeople(seed: seed).write(count, to: out, phones: phones, cards: cards)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
  }
}
