// One piece of a file: its rows read, hashed, sorted and written as a run.

internal import FoundationEssentials
internal import Glibc

/// What became of a piece; kept beside its run, so that an interrupted import does not do it again.
struct PieceReport: Sendable, Codable {
  /// Lines of the piece, those without text included: rows are counted by them.
  var lines = 0
  var rows = 0
  var badRows = 0
  /// Row numbers count from the piece's first line, which is 0.
  var told: [BadRow] = []
  var entries = 0
  /// Of the run that belongs to it.
  var run = RunMark()
}

/// Reads pieces. Owned by one worker thread.
final class PieceReader {
  private let file: Int32
  private let fileBytes: Int
  private let pieceBytes: Int
  private var rows: RowReader
  private let entries = EntryBuffer()
  private let buffer: UnsafeMutableRawBufferPointer

  private let hash: RegistryHash

  init(file: Int32, fileBytes: Int, pieceBytes: Int, rows: RowReader, hash: RegistryHash) {
    self.pieceBytes = pieceBytes
    self.hash = hash
    self.file = file
    self.fileBytes = fileBytes
    self.rows = rows
    // One byte before the piece tells whether a row begins with it; behind it its last row may end.
    buffer = .allocate(
      byteCount: min(pieceBytes, fileBytes) + 1 + RegistryLimits.rowBytesMax,
      alignment: 8)
  }

  deinit {
    rows.wipe()
    overwrite(buffer)
    buffer.deallocate()
  }

  /// Writes the run of piece `index` to `path`.
  func read(_ index: Int, to path: String) throws(RegistryFault) -> PieceReport {
    entries.removeAll()
    let start = index * pieceBytes
    let end = min(start + pieceBytes, fileBytes)
    let from = max(start - 1, 0)
    let bytes = UnsafeRawBufferPointer(
      rebasing: buffer[..<(try fill(from, min(end + RegistryLimits.rowBytesMax, fileBytes)))])
    var position = 0
    if index > 0 {
      guard let newline = Self.newline(bytes, 0), newline + 1 < bytes.count else {
        return try finish(PieceReport(), path)
      }
      position = newline + 1
    }
    var report = PieceReport()
    while from + position < end {
      let lineEnd = Self.newline(bytes, position)
      let line = UnsafeRawBufferPointer(rebasing: bytes[position..<(lineEnd ?? bytes.count)])
      let isWhole = lineEnd != nil || from + bytes.count == fileBytes
      // The file's first line names the columns.
      if index > 0 || report.lines > 0 { try read(line, isWhole, &report) }
      report.lines += 1
      guard let lineEnd else { break }
      position = lineEnd + 1
    }
    return try finish(report, path)
  }

  private func finish(_ report: PieceReport, _ path: String) throws(RegistryFault) -> PieceReport {
    var report = report
    (report.entries, report.run) = try entries.write(to: path)
    return report
  }

  private func read(
    _ line: UnsafeRawBufferPointer, _ isWhole: Bool, _ report: inout PieceReport
  ) throws(RegistryFault) {
    var line = line
    if line.last == UInt8(ascii: "\r") { line = UnsafeRawBufferPointer(rebasing: line.dropLast()) }
    if line.isEmpty { return }
    report.rows += 1
    do throws(RowDefectError) {
      guard isWhole, line.count <= RegistryLimits.rowBytesMax else {
        throw RowDefectError(nil, .tooLong)
      }
      try rows.read(line) { [entries, hash] key, record in
        entries.append(key, record, hash)
      }
    } catch {
      if let fault = error.fault { throw fault }
      report.badRows += 1
      if report.told.count < RegistryLimits.badRowsToldMax {
        report.told.append(BadRow(row: report.lines, column: error.column, defect: error.defect))
      }
    }
  }

  private func fill(_ start: Int, _ end: Int) throws(RegistryFault) -> Int {
    var count = 0
    while count < end - start {
      let got = pread(file, buffer.baseAddress! + count, end - start - count, off_t(start + count))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else {
        throw RegistryFault(.inputOutput, "the file cannot be read, or became shorter meanwhile")
      }
      count += got
    }
    return count
  }

  private static func newline(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int? {
    guard start < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
    else { return nil }
    return UnsafeRawPointer(found) - base
  }
}
