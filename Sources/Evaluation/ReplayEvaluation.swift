// How surely films are known again, and how seldom other films are taken for them.

internal import FoundationEssentials
package import Liveness
package import Vision
internal import Vocabulary

/// One film.
package struct LabelledFilm: Sendable, Equatable {
  /// Path of the file, that of the list's folder included.
  package let path: String
  /// The person it shows.
  package let subject: String
  /// The file that it is a copy of; nil for a film of its own.
  package let original: String?

  package init(path: String, subject: String, original: String? = nil) {
    self.path = path
    self.subject = subject
    self.original = original
  }
}

/// Lists of films.
package enum FilmList {
  /// Reads columns path and subject; paths are relative to the file's folder.
  package static func read(atPath path: String) throws(ListError) -> [LabelledFilm] {
    let folder = CSVRows.folder(of: path)
    return try CSVRows.read(path, "a film", columns: ["path", "subject"]) { fields in
      fields[0].isEmpty ? nil : LabelledFilm(path: folder + fields[0], subject: fields[1])
    }
  }

  /// Reads columns path and original, copies that another program made; both are relative to the file's folder.
  package static func copies(atPath path: String) throws(ListError) -> [LabelledFilm] {
    let folder = CSVRows.folder(of: path)
    return try CSVRows.read(path, "a copy", columns: ["path", "original"]) { fields in
      fields.contains("")
        ? nil : LabelledFilm(path: folder + fields[0], subject: "", original: folder + fields[1])
    }
  }
}

/// What became of one kind of look-up.
package struct ReplayRow: Sendable {
  /// Name of a `ReplayCopyKind`, `fileCopies`, `otherPeople` or `sameRecording`.
  package let name: String
  /// How many were taken for a film that was there before, of those that moved enough to be judged.
  package let seen: MeasuredRate
  /// How many did not move enough.
  package let unjudged: Int
}

/// What was found.
package struct ReplayResults: Sendable {
  /// Films that could be read, and those of them with motion enough to be known again.
  package let films: Int
  package let judged: Int
  /// Copies, each looked up where all films are remembered.
  package let copies: [ReplayRow]
  /// Films and copies looked up where all others are remembered, but none of the same person.
  package let otherPeople: ReplayRow
  /// The later half of a film looked up where its earlier half is remembered: the same person, place and camera at
  /// another time.
  package let sameRecording: ReplayRow
  /// Share of bits by which pairs of films of different people differ at best: the least, and the least but one in a
  /// hundred. Nil without pairs.
  package let pairErrors: (pairs: Int, least: Double, hundredth: Double)?
  /// Paths of files that could not be read; they count nowhere.
  package var unread: [String] = []
}

/// Looks films up in the product's own memory, under a key. A value; any thread.
package struct ReplayEvaluation: Sendable {
  private let reader: ClipReader
  private let key: ReplayKey
  private let kinds: [ReplayCopyKind]
  private let atOnce: Int

  /// - Parameters:
  ///   - reader: made for evaluation.
  ///   - kinds: copies that are made.
  package init(reader: ClipReader, key: ReplayKey, kinds: [ReplayCopyKind], atOnce: Int) {
    self.reader = reader
    self.key = key
    self.kinds = kinds
    self.atOnce = max(1, atOnce)
  }

  /// What is known of a film.
  struct Prints: Sendable {
    let film: LabelledFilm
    /// `original`, a `ReplayCopyKind` or `fileCopies`.
    let kind: String
    let frames: [FrameFingerprint]
  }

  /// - Parameter progress: called with files and copies read, and of how many.
  package func run(
    _ films: [LabelledFilm], copies: [LabelledFilm],
    progress: @escaping @Sendable (Int, Int) -> Void
  ) async -> ReplayResults {
    var work: [(LabelledFilm, ReplayCopyKind?)] = films.map { ($0, nil) }
    work += films.flatMap { film in kinds.map { (film, $0) } }
    work += copies.map { ($0, nil) }
    let count = work.count
    let (known, unread) = await withTaskGroup(of: (String, Prints?).self) { group in
      var waiting = work[...]
      var read: [Prints] = []
      var unread: Set<String> = []
      var done = 0
      for _ in 0..<atOnce {
        guard let next = waiting.popFirst() else { break }
        group.addTask { (next.0.path, await prints(of: next.0, next.1)) }
      }
      for await (path, one) in group {
        if let one { read.append(one) } else { unread.insert(path) }
        done += 1
        progress(done, count)
        guard let next = waiting.popFirst() else { continue }
        group.addTask { (next.0.path, await prints(of: next.0, next.1)) }
      }
      return (read, unread)
    }
    var results = await Self.results(known, key: key)
    results.unread = unread.sorted()
    return results
  }

  private func prints(of film: LabelledFilm, _ kind: ReplayCopyKind?) async -> Prints? {
    guard let data = try? Data(contentsOf: URL(filePath: film.path)) else { return nil }
    let source: ClipSource
    if let kind {
      guard let pictures = kind.copy(of: Bytes(data)) else { return nil }
      source = .frames(pictures)
    } else {
      source = .video(Bytes(data))
    }
    guard
      let reading = try? await reader.read(
        source, field: "film", options: ClipOptions(wantFingerprints: true), before: .never)
    else { return nil }
    return Prints(
      film: film, kind: kind?.rawValue ?? (film.original == nil ? Self.originals : "fileCopies"),
      frames: reading.fingerprints)
  }

  static let originals = "original"

  // MARK: Judging

  /// Looks everything up.
  static func results(_ prints: [Prints], key: ReplayKey) async -> ReplayResults {
    let films = prints.filter { $0.kind == originals }.sorted { $0.film.path < $1.film.path }
    let people = Dictionary(films.map { ($0.film.path, $0.film.subject) }) { first, _ in first }
    let names = ReplayCopyKind.allCases.map(\.rawValue) + ["fileCopies"]
    var rows: [ReplayRow] = []
    for name in names {
      let own = prints.filter { $0.kind == name }
      guard !own.isEmpty else { continue }
      var tally = Tally()
      for copy in own { tally.add(await look(copy.frames, among: films, key)) }
      rows.append(tally.row(name))
    }
    var others = Tally()
    for one in prints {
      let person = people[one.film.original ?? one.film.path] ?? one.film.subject
      others.add(await look(one.frames, among: films.filter { $0.film.subject != person }, key))
    }
    var halves = Tally()
    for film in films {
      guard let first = film.frames.first, let last = film.frames.last else { continue }
      let middle = (first.seconds + last.seconds) / 2
      let early = Prints(
        film: film.film, kind: originals, frames: film.frames.filter { $0.seconds < middle })
      guard ReplayWindow.aligned(early.frames).count >= ReplayLimits.framesMin else { continue }
      halves.add(await look(film.frames.filter { $0.seconds >= middle }, among: [early], key))
    }
    return ReplayResults(
      films: films.count,
      judged: films.count { ReplayWindow.aligned($0.frames).count >= ReplayLimits.framesMin },
      copies: rows, otherPeople: others.row("otherPeople"),
      sameRecording: halves.row("sameRecording"), pairErrors: pairErrors(films))
  }

  /// Counts look-ups.
  private struct Tally {
    var seen = 0
    var judged = 0
    var unjudged = 0

    mutating func add(_ reading: ReplayReading?) {
      guard let reading, reading.isJudged else {
        unjudged += 1
        return
      }
      judged += 1
      if reading.wasSeen { seen += 1 }
    }

    func row(_ name: String) -> ReplayRow {
      ReplayRow(name: name, seen: MeasuredRate(count: seen, total: judged), unjudged: unjudged)
    }
  }

  /// What a memory that holds `films` says to `frames`.
  private static func look(
    _ frames: [FrameFingerprint], among films: [Prints], _ key: ReplayKey
  ) async -> ReplayReading? {
    let window = ReplayWindow(key: key, records: MemoryReplayRecords())
    for (index, film) in films.enumerated() {
      _ = try? await window.seen(
        film.frames, mediaSHA256: nil, origin: Array("film \(index)".utf8), owner: "evaluation",
        at: Int64(index))
    }
    return try? await window.seen(
      frames, mediaSHA256: nil, origin: Array("looked up".utf8), owner: "evaluation",
      at: Int64(films.count))
  }

  private static func pairErrors(
    _ films: [Prints]
  ) -> (pairs: Int, least: Double, hundredth: Double)? {
    let rows = films.map { ($0.film.subject, ReplayWindow.aligned($0.frames)) }
    var errors: [Double] = []
    for (index, one) in rows.enumerated() {
      for other in rows[..<index] where one.0 != other.0 {
        if let fit = ReplayAlignment.best(one.1, other.1) { errors.append(fit.bitError) }
      }
    }
    errors.sort()
    guard let least = errors.first else { return nil }
    return (errors.count, least, errors[errors.count / 100])
  }
}
