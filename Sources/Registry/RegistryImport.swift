// A file of elements becomes a registry: read in pieces by several threads, sorted, merged with what there is, put in the
// old registry's place at once.

internal import Glibc
internal import Synchronization
internal import Vocabulary

/// One import. Bounded memory whatever the file's size: a piece and its entries for each worker, then a buffer for each
/// piece. What is written on the way are codes, never elements. An import that was interrupted goes on where it was if it
/// is started again with the same file; one that is done again changes nothing.
package struct RegistryImport {
  private let hash: RegistryHash
  private let options: ImportOptions
  private let folder: String

  /// - Parameter folder: for what is made on the way: on the registry's disk, with room for twice the registry.
  package init(hash: RegistryHash, options: ImportOptions, folder: String) {
    self.hash = hash
    self.options = options
    self.folder = folder
  }

  /// Blocks until it is done: not for an event loop.
  /// - Parameters:
  ///   - path: a UTF-8 file of comma-separated values; its first row names the columns (`ImportColumn`).
  ///   - now: seconds since 1970.
  ///   - progress: called several times a second on this thread; false ends the import, to be gone on with later.
  package func run(
    _ path: String, into target: any RegistryTarget, now: Int64,
    progress: (ImportProgress) -> Bool = { _ in true }
  ) throws(RegistryFault) -> ImportReport {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw RegistryFault(.refused, "the file cannot be read: \(String(cString: strerror(errno)))")
    }
    defer { close(file) }
    let fileBytes = try bytes(of: file)
    let header = try header(of: file, fileBytes)
    let kinds = try kinds(of: header)
    let hasPortraits = header.columns.contains(.portrait)
    guard !hasPortraits || self.options.portraits != nil else {
      throw RegistryFault(
        .refused, "the file has a column portrait: name the folder of pictures with --portraits")
    }
    let held = try target.existing(hash.keyCheck)?.digests ?? []
    var options = self.options
    if kinds.contains(.phone) { options.digests.formUnion(held) }
    let origin = try origin(of: file, kinds, options.digests, hasPortraits: hasPortraits)
    let pieceBytes = origin.pieceBytes
    let pieces = (origin.bytes + pieceBytes - 1) / pieceBytes
    let folder = try ImportFolder(folder, origin)
    var report = ImportReport()
    report.pieces = pieces
    report.kinds = kinds
    report.digests = kinds.contains(.phone) ? options.digests : held
    let started = ContinuousClock.now
    let made = try read(
      PieceCrew(
        hash: hash, file: file, fileBytes: origin.bytes, pieceBytes: pieceBytes,
        folder: folder.path, pieces: pieces,
        makeRows: { [hash, options] in
          RowReader(header, hash: hash, kinds: kinds, options: options)
        }), &report,
      progress)
    Self.add(made, to: &report)
    report.readingSeconds = started.duration(to: .now).asSeconds
    let writing = ContinuousClock.now
    do throws(RegistryFault) {
      try write(
        folder.path, EntryKeeping(header, hash: hash), into: target, now, &report, progress)
    } catch {
      target.abandon()
      throw error
    }
    report.writingSeconds = writing.duration(to: .now).asSeconds
    folder.remove()
    return report
  }

  /// The kinds of entries that the import makes of a file.
  private func kinds(of header: ImportHeader) throws(RegistryFault) -> Set<EntryKind> {
    let kinds = options.kinds ?? .told(by: Set(header.columns.compactMap { $0 }))
    guard !kinds.isEmpty else {
      throw RegistryFault(
        .refused, "no entries can be made of these columns: an identity needs id_number and name")
    }
    return kinds
  }

  private func bytes(of file: Int32) throws(RegistryFault) -> Int {
    try Int(Self.status(of: file).st_size)
  }

  private static func status(of file: Int32) throws(RegistryFault) -> stat {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw RegistryFault(.refused, "not a file that can be read in pieces")
    }
    guard status.st_size > 0 else { throw RegistryFault(.refused, "the file is empty") }
    return status
  }

  private func origin(
    of file: Int32, _ kinds: Set<EntryKind>, _ digests: Set<ElementHash>, hasPortraits: Bool
  ) throws(RegistryFault) -> ImportFolder.Origin {
    let status = try Self.status(of: file)
    let bytesMax = (options.pieceBytes ?? RegistryLimits.pieceBytes) * RegistryLimits.piecesMax
    guard status.st_size <= bytesMax else {
      throw RegistryFault(.refused, "the file has more than \(bytesMax) bytes; import it in parts")
    }
    return ImportFolder.Origin(
      bytes: Int(status.st_size), inode: UInt64(status.st_ino),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      changed: Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec),
      keyCheck: hash.keyCheck.bytes, kinds: kinds.map(\.rawValue).sorted(),
      digests: digests.map(\.rawValue).sorted(),
      pieceBytes: pieceBytes(of: Int(status.st_size), hasPortraits: hasPortraits),
      pictures: hasPortraits ? options.portraits?.folder.path : nil,
      contract: hasPortraits ? options.portraits?.contract : nil)
  }

  private func pieceBytes(of fileBytes: Int, hasPortraits: Bool) -> Int {
    if let given = options.pieceBytes { return given }
    guard hasPortraits else { return RegistryLimits.pieceBytes }
    let share = (fileBytes + RegistryLimits.piecesMax - 1) / RegistryLimits.piecesMax
    return max(RegistryLimits.portraitPieceBytes, share)
  }

  private func header(of file: Int32, _ fileBytes: Int) throws(RegistryFault) -> ImportHeader {
    var row = [UInt8](repeating: 0, count: min(fileBytes, RegistryLimits.rowBytesMax))
    // Rows may follow it.
    defer { row.withUnsafeMutableBytes { overwrite($0) } }
    let count = row.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    guard count == row.count else { throw RegistryFault(.refused, "the file cannot be read") }
    var end = row.firstIndex(of: UInt8(ascii: "\n")) ?? row.count
    if end == row.count, fileBytes > row.count {
      throw RegistryFault(
        .refused, "the file's first row is longer than \(RegistryLimits.rowBytesMax) bytes")
    }
    if end > 0, row[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return try row.withLent { (bytes) throws(RegistryFault) in
      try ImportHeader(UnsafeRawBufferPointer(rebasing: bytes[..<end]))
    }
  }

  private func read(
    _ crew: PieceCrew, _ report: inout ImportReport, _ progress: (ImportProgress) -> Bool
  ) throws(RegistryFault) -> [PieceReport] {
    crew.start(workers: min(options.workers, crew.pieces))
    while true {
      let state = crew.state
      let bytes = min(state.done * crew.pieceBytes, crew.fileBytes)
      let goesOn = progress(
        ImportProgress(phase: .reading, done: bytes, total: crew.fileBytes, rows: state.rows))
      if !goesOn { crew.stop(RegistryFault(.closed, "interrupted; start it again to go on")) }
      if state.workers == 0 {
        if let fault = crew.state.fault { throw fault }
        report.piecesKept = state.kept
        return state.reports.compactMap { $0 }
      }
      usleep(50_000)
    }
  }

  /// Row numbers of pieces become those of the file.
  private static func add(_ pieces: [PieceReport], to report: inout ImportReport) {
    var linesBefore = 0
    for piece in pieces {
      report.rows += piece.rows
      report.badRows += piece.badRows
      report.entriesGiven += piece.entries
      for bad in piece.told where report.told.count < RegistryLimits.badRowsToldMax {
        report.told.append(
          BadRow(row: linesBefore + bad.row + 1, column: bad.column, defect: bad.defect))
      }
      linesBefore += piece.lines
    }
  }

  /// Merges the runs with the old registry; of an entry in both the file's counts, and what the file has no column for
  /// stays.
  private func write(
    _ folder: String, _ keeping: EntryKeeping, into target: any RegistryTarget, _ now: Int64,
    _ report: inout ImportReport, _ progress: (ImportProgress) -> Bool
  ) throws(RegistryFault) {
    var keeping = keeping
    var merge = try RunMerge((0..<report.pieces).map { ImportFolder.run(folder, $0) })
    try target.begin(hash.keyCheck)
    var value = EntryValue()
    var existing = try target.nextExisting(&value)
    var written = 0
    while existing != nil || merge.nextKey != nil {
      if written % 65_536 == 0 {
        let goesOn = progress(
          ImportProgress(
            phase: .writing, done: written, total: report.entriesGiven, rows: report.rows))
        if !goesOn { throw RegistryFault(.closed, "interrupted; start it again to go on") }
      }
      let next = merge.nextKey
      if let key = existing, next.map({ key < $0 }) ?? true {
        try value.withBytes { (bytes) throws(RegistryFault) in try target.append(key, bytes) }
        existing = try target.nextExisting(&value)
      } else {
        let isHeld = existing == next
        try merge.take { (key, given) throws(RegistryFault) in
          guard isHeld else { return try target.append(key, given) }
          try keeping.join(key, value, given) { (joined) throws(RegistryFault) in
            try target.append(key, joined)
          }
        }
        if isHeld { existing = try target.nextExisting(&value) }
      }
      written += 1
    }
    report.entries = written
    try target.commit(
      RegistrySummary(entries: written, importedAt: now, digests: report.digests))
  }
}

/// The threads that read pieces, and what they have done. Any thread.
private final class PieceCrew: Sendable {
  struct State {
    var next = 0
    var done = 0
    var kept = 0
    var rows = 0
    var workers = 0
    var fault: RegistryFault?
    var reports: [PieceReport?]
  }

  let hash: RegistryHash
  let file: Int32
  let fileBytes: Int
  let pieceBytes: Int
  let folder: String
  let pieces: Int
  private let makeRows: @Sendable () -> RowReader
  private let shared: Mutex<State>

  init(
    hash: RegistryHash, file: Int32, fileBytes: Int, pieceBytes: Int, folder: String, pieces: Int,
    makeRows: @escaping @Sendable () -> RowReader
  ) {
    self.hash = hash
    self.file = file
    self.fileBytes = fileBytes
    self.pieceBytes = pieceBytes
    self.folder = folder
    self.pieces = pieces
    self.makeRows = makeRows
    shared = Mutex(State(reports: Array(repeating: nil, count: pieces)))
  }

  var state: State { shared.withLock { $0 } }

  func start(workers: Int) {
    shared.withLock { $0.workers = workers }
    for _ in 0..<workers {
      startThread { [self] in
        let reader = PieceReader(
          file: file, fileBytes: fileBytes, pieceBytes: pieceBytes, rows: makeRows(), hash: hash)
        while let piece = take() { work(reader, piece) }
        shared.withLock { $0.workers -= 1 }
      }
    }
  }

  func stop(_ fault: RegistryFault) {
    shared.withLock { if $0.fault == nil { $0.fault = fault } }
  }

  private func take() -> Int? {
    shared.withLock { state in
      guard state.fault == nil, state.next < pieces else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  private func work(_ reader: PieceReader, _ piece: Int) {
    do throws(RegistryFault) {
      let kept = ImportFolder.report(folder, piece)
      let report: PieceReport
      if let kept {
        report = kept
      } else {
        report = try reader.read(piece, to: ImportFolder.run(folder, piece))
        try ImportFolder.keep(report, folder, piece)
      }
      shared.withLock { state in
        state.done += 1
        state.kept += kept == nil ? 0 : 1
        state.rows += report.rows
        state.reports[piece] = report
      }
    } catch {
      stop(error)
    }
  }
}

extension Duration {
  fileprivate var asSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
