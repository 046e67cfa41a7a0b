// idv admin registry import: a file of elements becomes a registry.

internal import ArgumentParser
internal import Glibc
internal import Inference
internal import RealName
internal import Registry
internal import RegistryEnrolment
internal import RegistryPostgres
internal import RegistrySQLite
internal import Sealing
internal import Vision
internal import Vocabulary

struct RegistryImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Imports a file of elements into a registry.",
    discussion: """
      The file is UTF-8, comma-separated, and its first row names its columns: \
      \(ImportColumn.allCases.map(\.rawValue).joined(separator: ", ")). Other columns are not looked at. Of several rows \
      for one number the last counts; what a file has no column for stays as the registry has it, while the holder stays \
      the same. Rows with a defect are left out and told by row and column, never by content. The \
      registry answers as before until the import is complete; interrupted (Ctrl-C, power), it goes on where it was when \
      it is started again with the same file. Exit status 3: done, but rows were left out. With a column portrait, which \
      names pictures below --portraits, a template of each face is kept, sealed, and never the picture.
      """)

  @Argument(help: "The file.")
  var file: String

  @OptionGroup var options: RegistryOptions

  @Option(
    help: ArgumentHelp(
      """
      Entries that are made: identity, phone, card; several with commas. Without it those that the columns are about: cards \
      of a list with bank_card, phones of one with phone, identities of one with id_number and name; of a list of cards \
      phones only if it has carrier, phone_status, phone_since or owner_since, and of a list of phones or cards identities \
      only if it has id_status or valid_from.
      """, valueName: "kinds"))
  var entries: String?

  @Option(
    help: ArgumentHelp(
      """
      Digests by which phone numbers are found too: md5, sha256, sm3; several with commas. Those that the registry has \
      already are made without being named.
      """,
      valueName: "digests"))
  var digests = ""

  @Option(
    help: ArgumentHelp(
      """
      The folder below which the column portrait names pictures (JPEG, PNG, WebP, at most 3 MiB, one face). No path leaves \
      it, and links are not followed.
      """, valueName: "folder"))
  var portraits: String?

  @Option(help: "Quality level that a portrait must have, 0 (any face) to 4 (frontal portrait).")
  var portraitQuality = 2

  @Option(help: "Folder that `make setup` filled: the face models, for portraits alone.")
  var deps = ".deps"

  @Option(help: "Threads; 0: one for each processor.")
  var workers = 0

  @Option(help: "Bad rows that are listed at most.")
  var show = 20

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if let entries {
      let words = entries.split(separator: ",")
      for word in words where EntryKind(word) == nil {
        throw ValidationError("--entries: \(word) is not one of identity, phone, card")
      }
      if words.isEmpty { throw ValidationError("--entries: name identity, phone or card") }
    }
    guard (0...4).contains(portraitQuality) else {
      throw ValidationError("--portrait-quality: 0 to 4")
    }
    for word in digests.split(separator: ",") where ElementHash(rawValue: String(word)) == nil {
      throw ValidationError("--digests: \(word) is not one of md5, sha256, sm3")
    }
  }

  func run() async throws {
    do {
      let hash = try RegistryHash(keyFile: options.key)
      var wanted = ImportOptions(workers: workers > 0 ? workers : onlineProcessors())
      wanted.kinds = entries.map { Set($0.split(separator: ",").compactMap { EntryKind($0) }) }
      wanted.digests = Set(
        digests.split(separator: ",").compactMap { ElementHash(rawValue: String($0)) })
      wanted.portraits = try enrolment()
      let target = try RegistryPlace(options.registry).target()
      let work = RegistryImport(
        hash: hash, options: wanted, folder: RegistryPlace(options.registry).importFolder)
      let interrupt = Interrupt()
      let line = ImportLine(isShown: isatty(STDERR_FILENO) == 1)
      let report = try work.run(file, into: target, now: Int64(time(nil))) { progress in
        line.show(progress)
        return !interrupt.isAsked
      }
      line.end()
      try show(report)
      if report.badRows > 0 { throw ExitCode(3) }
    } catch let fault as RegistryFault {
      note("idv: \(fault)")
      throw ExitCode(1)
    } catch let error as InferenceStartupError {
      note("idv: \(error)")
      throw ExitCode(1)
    }
  }

  /// Loads the face models if pictures are to be looked at.
  private func enrolment() throws -> PortraitEnrolment? {
    guard let portraits else { return nil }
    let folder = try PortraitFolder(portraits)
    let engine = try InferenceEngine(
      manifest: try .bundled(), folder: ModelFolder(dependencies: deps),
      uses: FaceAnalyzer.modelUses)
    return PortraitEnroller(
      analyzer: try FaceAnalyzer(engine: engine), qualityLevel: portraitQuality
    ).enrolment(from: folder)
  }

  private func show(_ report: ImportReport) throws {
    for bad in report.told.prefix(show) {
      note("row \(bad.row)\(bad.column.map { ", \($0.rawValue)" } ?? ""): \(bad.defect.rawValue)")
    }
    if report.badRows > min(show, report.told.count) {
      note("… \(report.badRows) bad rows in all")
    }
    if json {
      try printJSON(ImportFigures(report))
    } else {
      let seconds = report.readingSeconds + report.writingSeconds
      print(
        """
        \(report.rows - report.badRows) rows taken, \(report.badRows) left out; \(report.entries) entries now
        of each row: \(words(of: report.kinds).joined(separator: ", "))
        \(fixed(seconds, 1)) s (\(fixed(report.readingSeconds, 1)) reading, \(fixed(report.writingSeconds, 1)) writing), \
        \(fixed(Double(report.rows) / max(seconds, 0.001), 0)) rows/s\
        \(report.piecesKept > 0 ? "; \(report.piecesKept) of \(report.pieces) pieces were done already" : "")
        """)
    }
  }
}

/// What an import did, as JSON.
struct ImportFigures: Encodable {
  let rows, badRows, entriesGiven, entries, piecesKept: Int
  let readingSeconds, writingSeconds, rowsPerSecond: Double
  let kinds: [String]
  let told: [BadRow]

  init(_ report: ImportReport) {
    rows = report.rows
    badRows = report.badRows
    entriesGiven = report.entriesGiven
    entries = report.entries
    piecesKept = report.piecesKept
    readingSeconds = report.readingSeconds
    writingSeconds = report.writingSeconds
    rowsPerSecond = Double(report.rows) / max(report.readingSeconds + report.writingSeconds, 0.001)
    kinds = words(of: report.kinds)
    told = report.told
  }
}

/// As `--entries` takes them.
private func words(of kinds: Set<EntryKind>) -> [String] {
  ["identity", "phone", "card"].filter { word in EntryKind(word[...]).map(kinds.contains) ?? false }
}

extension EntryKind {
  fileprivate init?(_ word: Substring) {
    switch word {
    case "identity": self = .identity
    case "phone": self = .phone
    case "card": self = .card
    default: return nil
    }
  }
}

func onlineProcessors() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

/// Where a registry is.
struct RegistryPlace {
  private let text: String
  private var isPostgres: Bool { text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") }

  init(_ text: String) { self.text = text }

  func target() throws(RegistryFault) -> any RegistryTarget {
    isPostgres ? try PostgresBuilder(text) : SQLiteBuilder(text)
  }

  func store(_ hash: RegistryHash, lanes: Int) -> LookupLanes {
    isPostgres
      ? PostgresRegistry.open(text, hash: hash, lanes: lanes)
      : SQLiteRegistry.open(text, hash: hash, lanes: lanes)
  }

  /// Beside a file; for a database in the folder where the command runs.
  var importFolder: String { isPostgres ? "registry.import" : text + ".import" }
}

/// Whether Ctrl-C was pressed: an import ends between two pieces then.
private struct Interrupt {
  init() {
    signal(SIGINT) { _ in interruptCount += 1 }
    signal(SIGTERM) { _ in interruptCount += 1 }
  }

  var isAsked: Bool { interruptCount > 0 }
}

/// Written by the signal handler alone.
nonisolated(unsafe) private var interruptCount: sig_atomic_t = 0

/// One line on the terminal, a few times a second.
private final class ImportLine {
  private let isShown: Bool
  private var last = ContinuousClock.now

  init(isShown: Bool) { self.isShown = isShown }

  func show(_ progress: ImportProgress) {
    guard isShown, last.duration(to: .now) > .milliseconds(200) else { return }
    last = .now
    let share = Double(progress.done) / Double(max(progress.total, 1))
    let phase = progress.phase == .reading ? "reading" : "writing"
    noteInPlace("\(phase) \(percent(min(share, 1), 0)), \(progress.rows) rows  ")
  }

  func end() { if isShown { noteInPlace("\r") } }
}
