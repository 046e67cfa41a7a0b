// The options of idv load: how calls arrive, what they carry, when the test ends.

internal import ArgumentParser
internal import LoadTest
internal import Messages
internal import RPC
internal import Vocabulary

/// A length of time on the command line: `10s`, `250ms`, `2m`.
struct TimeArgument: ExpressibleByArgument {
  let seconds: Double
  private let text: String

  init(seconds: Double) {
    self.seconds = seconds
    text = TimeText.length(seconds).filter { $0 != " " }
  }

  init?(argument: String) {
    guard let seconds = TimeText.seconds(argument), seconds <= 604_800 else { return nil }
    self.seconds = seconds
    text = argument
  }

  var defaultValueDescription: String { text }
}

extension Bound: ExpressibleByArgument {
  package init?(argument: String) {
    guard let bound = try? Bound(argument) else { return nil }
    self = bound
  }
}

extension Spacing: ExpressibleByArgument {}
extension MethodKind: ExpressibleByArgument {
  package init?(argument: String) {
    guard let kind = Self.allCases.first(where: { $0.text == argument }) else { return nil }
    self = kind
  }

  package var defaultValueDescription: String { text }

  package static var allValueStrings: [String] { allCases.map(\.text) }
}

struct LoadOptions: ParsableArguments {
  /// Above these one process is the wrong tool.
  private static let connectionsMax = 10_000
  private static let slotsMax = 200_000

  @Option(
    help: ArgumentHelp(
      "Open loop, calls a second: 500, 100..1000/60s, 100,200,400/10s, 100..500+100/10s.",
      valueName: "rate"))
  var rate: String?

  @Option(help: "Spacing of calls in the open loop.")
  var spacing = Spacing.uniform

  @Option(help: ArgumentHelp("Closed loop, calls at a time.", valueName: "calls"))
  var concurrency: Int?

  @Option(help: "Connections; calls are spread over them.")
  var connections = 8

  @Option(help: "Most calls at a time on each connection in the open loop.")
  var streams = 64

  @Option(
    help: ArgumentHelp(
      "How long to send; without it, until --rate or --count ends, else 10s.", valueName: "time"))
  var duration: TimeArgument?

  @Option(help: "How many calls to send.")
  var count: Int?

  @Option(help: ArgumentHelp("Send so long before anything counts.", valueName: "time"))
  var warmup = TimeArgument(seconds: 0)

  @Option(help: ArgumentHelp("What calls in flight get at the end.", valueName: "time"))
  var grace = TimeArgument(seconds: 5)

  @Option(
    help: ArgumentHelp(
      "End early when a second breaks this; errors>N looks at the whole test.",
      valueName: "condition"))
  var stopIf: [Bound] = []

  @Option(help: ArgumentHelp("Fail when the whole test breaks this.", valueName: "condition"))
  var failIf: [Bound] = []

  @Option(help: "Seed of spacing and templates; the same seed sends the same.")
  var seed: UInt64 = 1

  func validate() throws {
    guard (rate == nil) != (concurrency == nil) else {
      throw ValidationError(
        "Say how calls arrive: --rate for an open loop or --concurrency for a closed one.")
    }
    guard (1...Self.connectionsMax).contains(connections) else {
      throw ValidationError("--connections takes 1 to \(Self.connectionsMax).")
    }
    guard streams > 0, (concurrency ?? 1) > 0, (count ?? 1) > 0 else {
      throw ValidationError("--streams, --concurrency and --count must be positive.")
    }
    guard streams <= Self.slotsMax / connections, (concurrency ?? 0) <= Self.slotsMax else {
      throw ValidationError("At most \(Self.slotsMax) calls can be made at a time.")
    }
    guard duration.map({ $0.seconds > 0 }) ?? true else {
      throw ValidationError("--duration must be positive.")
    }
  }

  func fill(_ settings: inout LoadSettings) throws {
    settings.connections = connections
    settings.streams = streams
    settings.warmUp = warmup.seconds
    settings.seconds = duration?.seconds
    settings.calls = count
    settings.grace = grace.seconds
    settings.stopIf = stopIf
    settings.failIf = failIf
    settings.seed = seed
    if let rate { settings.pace = .open(try usage { try RateStage.parse(rate) }, spacing) }
    if let concurrency {
      // Whole streams on every connection: fewer connections rather than more calls at a time.
      settings.connections = min(connections, concurrency)
      while !concurrency.isMultiple(of: settings.connections) { settings.connections -= 1 }
      settings.streams = concurrency / settings.connections
    }
    if settings.sendingSeconds.isInfinite, count == nil { settings.seconds = 10 }
  }
}

extension MethodKind {
  fileprivate init(client: Bool, server: Bool) {
    self =
      switch (client, server) {
      case (false, false): .unary
      case (true, false): .clientStreaming
      case (false, true): .serverStreaming
      case (true, true): .bidiStreaming
      }
  }
}

/// The method under test.
struct LoadMethod {
  let name: MethodName
  let kind: MethodKind
  /// Nil when this build does not know the method.
  let request: MessageDescriptor?
}

struct LoadPayloadOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The request; @FILE reads it from a file.", valueName: "json"))
  var data: String?

  @Option(help: ArgumentHelp("Requests: .json, .jsonl or a folder of them.", valueName: "path"))
  var dataFile: String?

  @Option(help: ArgumentHelp("Requests as encoded messages: a file or folder.", valueName: "path"))
  var raw: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Metadata sent along; may be repeated.", valueName: "key: value"))
  var metadata: [String] = []

  @Option(help: "Kind of call; only for methods that this build does not know.")
  var kind: MethodKind?

  @Option(help: "Request messages of each call that streams them.")
  var messages = 1

  @Option(help: ArgumentHelp("Time between two of them.", valueName: "time"))
  var messageInterval = TimeArgument(seconds: 0)

  func validate() throws {
    guard [data, dataFile, raw].count(where: { $0 != nil }) <= 1 else {
      throw ValidationError("--data, --data-file and --raw exclude one another.")
    }
    guard (1...1_000_000).contains(messages) else {
      throw ValidationError("--messages takes 1 to 1000000.")
    }
  }

  func target(_ method: String) throws -> LoadMethod {
    let parts = method.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ValidationError("Name SERVICE/METHOD; see idv list.")
    }
    let service = Catalog.services.first { $0.name == parts[0] }
    let found = service?.method(parts[1])
    guard found != nil || raw != nil else {
      throw ValidationError(
        "This build does not know \(method) (see idv list); other methods take --raw.")
    }
    let known = found.map { MethodKind(client: $0.clientStreaming, server: $0.serverStreaming) }
    if let kind, let known, kind != known {
      throw ValidationError("\(method) is of kind \(known.text); leave --kind out.")
    }
    let kind = known ?? kind ?? .unary
    return LoadMethod(
      name: MethodName(service: parts[0], method: parts[1]), kind: kind, request: found?.input())
  }

  func messageCount(_ kind: MethodKind) throws -> Int {
    guard kind.clientStreams || messages == 1 else {
      throw ValidationError("--messages is for calls that stream requests.")
    }
    return messages
  }

  func source(_ target: LoadMethod, seed: UInt64) throws(UsageError) -> PayloadSource {
    let files = PayloadFiles()
    if let raw {
      return try PayloadSource(
        try files.payloads(raw, raw: true), as: .raw, files: files, seed: seed)
    }
    guard let request = target.request else { throw UsageError("--raw is missing.") }
    return try PayloadSource(try contents(files), as: .json(request), files: files, seed: seed)
  }

  private func contents(_ files: PayloadFiles) throws(UsageError) -> [PayloadContent] {
    if let dataFile { return try files.payloads(dataFile, raw: false) }
    let text = data ?? "{}"
    guard text.hasPrefix("@") else {
      return [PayloadContent(name: "--data", bytes: Bytes(Array(text.utf8)))]
    }
    let path = String(text.dropFirst())
    return [PayloadContent(name: path, bytes: try files.bytes(path))]
  }

  func metadataTemplates() throws(UsageError) -> [(key: String, value: Template)] {
    let files = PayloadFiles()
    var pairs: [(key: String, value: Template)] = []
    for text in metadata {
      guard let colon = text.firstIndex(of: ":") else {
        throw UsageError("--metadata takes 'key: value'.")
      }
      let value = String(text[text.index(after: colon)...].drop { $0 == " " })
      let template = try Template(value, escapesJSON: false, readLines: files.lines)
      pairs.append((text[..<colon].lowercased(), template))
    }
    return pairs
  }
}
