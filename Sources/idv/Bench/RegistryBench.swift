// idv bench registry: how fast a registry takes in people who cannot exist, and how fast it answers for them.

internal import ArgumentParser
internal import Foundation
internal import Registry
internal import Sealing
internal import Synchronization
internal import Vocabulary

struct RegistryBenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "registry", abstract: "Imports synthetic people and looks them up.",
    discussion: """
      Writes a file of people who cannot exist, imports it, and asks for random ones with --callers questions at once for \
      --seconds: one in eight is not there, one in four has a wrong name; every answer is held against what it must be. \
      With --keep the folder stays, and is used again by the next run with the same count. Aims: 50,000 rows/s, 5,000 \
      lookups/s, p99 10 ms at 10,000,000 people on two cores.
      """)

  @Option(help: "People.")
  var count = 1_000_000

  @Option(help: "Questions at once.")
  var callers = 8

  @Option(help: "Threads of the registry.")
  var lanes = 2

  @Option(help: "How long questions are asked.")
  var seconds = 10.0

  @Option(help: "Seed of the people.")
  var seed: UInt64 = 1

  @Option(help: "Where files are put: needs about 300 bytes for each person.")
  var folder = NSTemporaryDirectory() + "idv-bench-registry"

  @Option(help: "A PostgreSQL database instead of a file: postgresql://…")
  var postgres: String?

  @Flag(help: "Leave the folder, and use what is in it.")
  var keep = false

  @Flag(help: "People have phones and cards too: three entries each.")
  var all = false

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (8...SyntheticPeople.countMax / 2).contains(count), callers > 0, seconds > 0 else {
      throw ValidationError(
        "--count: 8 to \(SyntheticPeople.countMax / 2); --callers, --seconds: above 0")
    }
  }

  func run() async throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      defer { if !keep { try? FileManager.default.removeItem(atPath: folder) } }
      let hash = RegistryHash(KeyedCode(key: [UInt8](repeating: 0x42, count: 32)))
      let place = RegistryPlace(postgres ?? "\(folder)/registry-\(count).db")
      var report = RegistryBenchReport(people: count)
      if !FileManager.default.fileExists(atPath: "\(folder)/registry-\(count).db")
        || postgres != nil
      {
        try load(place, hash, &report)
      }
      try await ask(place, hash, &report)
      if json { try printJSON(report) } else { print(report.text) }
      guard report.wrong == 0 else {
        note("idv: \(report.wrong) answers were wrong")
        throw ExitCode(1)
      }
    } catch let fault as RegistryFault {
      note("idv: \(fault)")
      throw ExitCode(1)
    }
  }

  private func load(
    _ place: RegistryPlace, _ hash: RegistryHash, _ report: inout RegistryBenchReport
  ) throws {
    let file = folder + "/people.csv"
    note("writing \(count) people")
    try SyntheticPeople(seed: seed).write(count, to: file, phones: all, cards: all)
    defer { try? FileManager.default.removeItem(atPath: file) }
    note("importing")
    ResidentMemory.forgetPeak()
    var options = ImportOptions(workers: onlineProcessors())
    options.kinds = Set(EntryKind.allCases)
    let work = RegistryImport(hash: hash, options: options, folder: folder + "/import")
    let done = try work.run(file, into: try place.target(), now: 0)
    report.importPeakMB = Double(ResidentMemory.peakBytes) / 1e6
    report.importSeconds = done.readingSeconds + done.writingSeconds
    report.readingSeconds = done.readingSeconds
    report.rowsPerSecond = Double(done.rows) / max(done.readingSeconds + done.writingSeconds, 0.001)
    report.entries = done.entries
    report.wrong += done.badRows + abs(done.entries - count * (all ? 3 : 1))
  }

  private func ask(
    _ place: RegistryPlace, _ hash: RegistryHash, _ report: inout RegistryBenchReport
  ) async throws {
    note("asking")
    let store = place.store(hash, lanes: lanes)
    _ = try await store.check(before: .after(.seconds(30)))
    let (people, count) = (SyntheticPeople(seed: seed), count)
    let end = ContinuousClock.now + .seconds(seconds)
    let start = ContinuousClock.now
    let results = try await withThrowingTaskGroup(of: (micros: [UInt32], wrong: Int).self) {
      group in
      for caller in 0..<callers {
        group.addTask {
          var crowd = RegistryCaller(people, count, hash, store, seed: UInt64(caller))
          return try await crowd.ask(until: end)
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let elapsed = start.duration(to: .now).seconds
    await store.shutdown()
    let micros = results.flatMap(\.micros).sorted()
    report.wrong += results.map(\.wrong).reduce(0, +)
    report.lookups = micros.count
    report.lookupsPerSecond = Double(micros.count) / elapsed
    report.p50Millis = Double(micros[micros.count / 2]) / 1000
    report.p99Millis = Double(micros[min(micros.count - 1, micros.count * 99 / 100)]) / 1000
    report.maxMillis = Double(micros.last ?? 0) / 1000
  }
}

/// One caller, who asks for random people and knows the answers. Owned by its task.
private struct RegistryCaller {
  private let people: SyntheticPeople
  private let count: Int
  private let hash: RegistryHash
  private let store: LookupLanes
  private var random: UInt64

  init(
    _ people: SyntheticPeople, _ count: Int, _ hash: RegistryHash, _ store: LookupLanes,
    seed: UInt64
  ) {
    self.people = people
    self.count = count
    self.hash = hash
    self.store = store
    random = seed &* 0x9E37_79B9_7F4A_7C15 | 1
  }

  mutating func ask(
    until end: ContinuousClock.Instant
  ) async throws -> (micros: [UInt32], wrong: Int) {
    var (micros, wrong): ([UInt32], Int) = ([], 0)
    while ContinuousClock.now < end {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let isThere = random >> 60 & 7 != 0
      let isRight = random >> 58 & 3 != 0
      let index = Int(random >> 20 % UInt64(count)) + (isThere ? 0 : count)
      let person = people[index]
      let name = isRight ? person.name : person.name + "某"
      let start = ContinuousClock.now
      var number = person.idNumber
      var asked = number.withUTF8 {
        RegistryQuestion(.identity, UnsafeRawBufferPointer($0), form: nil, hash: hash)
      }
      var compared = name
      compared.withUTF8 { asked.compare(.name, UnsafeRawBufferPointer($0), hash: hash) }
      let answer = try await store.answer(asked, before: .after(.seconds(5)))
      micros.append(UInt32(clamping: Int(start.duration(to: .now).seconds * 1e6)))
      let expected: RegistryAnswer? =
        isThere
        ? .identity(status: .valid, name: isRight ? .matches : .differs, validity: .notAsked) : nil
      if answer != expected { wrong += 1 }
    }
    return (micros, wrong)
  }
}

/// What was measured.
private struct RegistryBenchReport: Encodable {
  let people: Int
  var entries = 0
  var rowsPerSecond = 0.0
  var importSeconds = 0.0
  var readingSeconds = 0.0
  var importPeakMB = 0.0
  var lookups = 0
  var lookupsPerSecond = 0.0
  var p50Millis = 0.0
  var p99Millis = 0.0
  var maxMillis = 0.0
  /// Answers that were not what they must be.
  var wrong = 0

  init(people: Int) { self.people = people }

  var text: String {
    """
    people                \(people)
    import                \(fixed(rowsPerSecond, 0)) rows/s (\(fixed(importSeconds, 1)) s, \(fixed(readingSeconds, 1)) of \
    them reading), peak \(fixed(importPeakMB, 0)) MB
    lookups               \(fixed(lookupsPerSecond, 0))/s, p50 \(fixed(p50Millis, 2)) ms, p99 \(fixed(p99Millis, 2)) ms, \
    longest \(fixed(maxMillis, 1)) ms
    wrong                 \(wrong) of \(lookups)
    """
  }
}
