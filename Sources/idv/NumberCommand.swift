// idv number: what the validators say of numbers, each part by itself.

internal import ArgumentParser
internal import FoundationEssentials
internal import Glibc
internal import IdentityNumbers

struct NumberCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "number", abstract: "Says which part of an identity number holds and which fails.",
    discussion: """
      Reads a number a line from standard input, so that none is left in a shell's history, and prints a line of JSON for \
      each: accepted or not, every part that fails, what the number is, and what is known of its region. A region is never \
      a reason to refuse.
      """)

  @Option(help: "Today, YYYYMMDD: births after it fail; the system's day if not given.")
  var today: String?

  @Flag(help: "Print where the tables come from, and end.")
  var sources = false

  func run() async throws {
    if sources {
      for source in TableSource.all {
        print("\(source.name): \(source.source), version \(source.version), as of \(source.asOf)")
      }
      return
    }
    let day = try day()
    while let line = readLine() { try printLine(NumberFigures(line, day)) }
  }

  private func printLine(_ figures: NumberFigures) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(figures), as: UTF8.self))
  }

  private func day() throws -> CalendarDate {
    if let today {
      guard let day = CalendarDate(digits: today) else {
        throw ValidationError("--today: no such day")
      }
      return day
    }
    var (now, parts) = (time(nil), tm())
    localtime_r(&now, &parts)
    guard
      let day = CalendarDate(
        year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
    else { throw ValidationError("the system's clock names no day; give --today") }
    return day
  }
}

/// What is said of one number. Not the number.
private struct NumberFigures: Encodable {
  var accepted = false
  var kind = ""
  var failures: [String] = []
  var birthDate: String?
  var sex: String?
  var holder: String?
  var region: String?
  var regionNames: [String]?

  init(_ text: String, _ today: CalendarDate) {
    do throws(IdentityNumber.Failure) {
      let number = try IdentityNumber(text, today: today)
      accepted = true
      kind = Self.kind(number)
      if let resident = number.residentNumber { tell(resident) }
    } catch {
      // The parts that fail, by their names and places alone.
      failures =
        switch error {
        case .resident(let failure):
          Self.all(ResidentIdentityNumber.failures(of: text, today: today), or: failure)
        case .oldResident(let failure): ["\(failure)"]
        case .oldForeigner(let failure): ["\(failure)"]
        case .hongKong(let failure): ["\(failure)"]
        case .noSuchForm: ["no known form"]
        }
    }
  }

  private static func all(
    _ failures: [ResidentIdentityNumber.Failure], or failure: ResidentIdentityNumber.Failure
  ) -> [String] {
    (failures.isEmpty ? [failure] : failures).map { "\($0)" }
  }

  private mutating func tell(_ number: ResidentIdentityNumber) {
    birthDate = number.birthDate.digits
    sex = number.sex == .male ? "male" : "female"
    holder =
      switch number.holder {
      case .citizen: "citizen"
      case .hongKongResident: "Hong Kong resident"
      case .macauResident: "Macau resident"
      case .taiwanResident: "Taiwan resident"
      case .foreigner(_, let nationality): Country(number: nationality)?.code ?? "foreigner"
      }
    region =
      switch Region.status(number.regionCode, on: number.birthDate) {
      case .known: "known"
      case .abolished(let region): "abolished \(region.lastYear.map(String.init) ?? "")"
      case .aggregate: "aggregate"
      case .unknown: "unknown"
      }
    regionNames = Region.names(of: number.regionCode, in: number.birthDate.year)
  }

  private static func kind(_ number: IdentityNumber) -> String {
    switch number {
    case .resident: "resident"
    case .oldResident: "resident, 15 digits"
    case .oldForeigner: "foreigner, before 2023-12"
    case .hongKong: "Hong Kong identity card"
    case .travel(_, let forms): forms.map(\.rawValue).joined(separator: " or ")
    }
  }
}
