// idv call: any method of any server, requests and answers as proto JSON.

internal import ArgumentParser
internal import Introspection
internal import Messages
internal import RPC
internal import Vocabulary

struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Calls any method of a server with requests in JSON.",
    discussion: """
      Messages are known from the server's reflection, or from this build if it has none. A request is \
      proto JSON; a bytes field is base64 or "@file". Example: idv call idv.v1.Basic/DetectFaces \
      --data '{"image":{"inline":"@selfie.jpg"},"wantQuality":true}'

      A method that takes a stream is sent every --data in turn, each one message, a JSON array of them or \
      several one after the other; "-" reads JSON lines from standard input and sends each as it comes. \
      The messages of a stream are printed one a line.

      Exit status: 0 answered, 1 answered with an error (which is printed with its symbol, field, limit and \
      advice) or not at all, 64 wrong usage, a request that is not the method's message included.
      """)

  @Argument(help: ArgumentHelp("Service and method.", valueName: "service/method"))
  var method: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The request; @FILE reads it from a file, - from standard input. May be repeated.",
      valueName: "json"))
  var data: [String] = []

  @Option(
    name: [.long, .customLong("metadata")], parsing: .singleValue,
    help: ArgumentHelp("Metadata sent along; may be repeated.", valueName: "key: value"))
  var header: [String] = []

  @Flag(name: .shortAndLong, help: "Also print what comes before and after the messages.")
  var verbose = false

  @Flag(help: "Also print fields that have their default value.")
  var defaults = false

  @OptionGroup var schema: SchemaOptions

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let parts = method.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts.contains("") else {
      throw ValidationError("Name SERVICE/METHOD; see idv list.")
    }
    let pairs = try header.map(pair)
    try await connection.withSchema(schema, of: [parts[0]]) { schema, caller, options in
      guard let service = try schema.service(parts[0]) else {
        throw ValidationError("No service \(parts[0]); see idv list.")
      }
      guard let found = service.method(parts[1]) else {
        throw ValidationError("\(parts[0]) has no method \(parts[1]); see idv list \(parts[0]).")
      }
      let call = DynamicCall(service.name, found)
      var options = options
      options.metadata = Metadata(pairs)
      options.isIdempotent = schema.isIdempotent(service.name, found.name)
      do {
        try await call.run(
          caller, try requests(of: found), options: options, events: events(of: call))
      } catch let error as JSONError {
        throw ValidationError("--data: \(error)")
      }
    }
  }

  private func events(of call: DynamicCall) -> DynamicCall.Events {
    var events = DynamicCall.Events()
    if verbose {
      events.headers = {
        for pair in $0.pairs { note("< \(plain(pair.key)): \(plain(pair.value))") }
      }
      events.trailers = {
        for pair in $0.pairs { note("> \(plain(pair.key)): \(plain(pair.value))") }
      }
    }
    let output = call.method.output()
    events.message = { message in
      printAtOnce(
        try MessageJSON.text(
          of: message, as: output, defaults: defaults, pretty: !call.method.serverStreaming))
    }
    return events
  }

  /// The messages to send. Those of standard input are made as its lines come.
  private func requests(of method: Messages.MethodDescriptor) throws -> DynamicCall.Requests {
    let type = method.input()
    if data == ["-"], method.clientStreaming {
      return DynamicCall.Requests { continuation in
        readLines { line in
          do {
            guard let line else { return continuation.finish() }
            for message in try wires(line, type) { continuation.yield(message) }
          } catch {
            continuation.finish(throwing: error)
          }
        }
      }
    }
    let messages = try data.flatMap { try wires(try text($0), type) }
    guard method.clientStreaming || messages.count <= 1 else {
      throw ValidationError("\(self.method) takes one message; --data has \(messages.count).")
    }
    return .of(messages)
  }

  private func wires(_ text: String, _ type: MessageDescriptor) throws -> [Bytes] {
    try MessageJSON.wires(from: text, as: type) { path in try readFile(path) }
  }

  private func text(_ data: String) throws -> String {
    if data == "-" { return readAll() }
    guard data.hasPrefix("@") else { return data }
    return String(decoding: try readFile(String(data.dropFirst())).array, as: UTF8.self)
  }

  private func pair(_ text: String) throws -> (key: String, value: String) {
    guard let colon = text.firstIndex(of: ":") else {
      throw ValidationError("--header takes 'key: value'.")
    }
    let value = text[text.index(after: colon)...].drop { $0 == " " }
    return (String(text[..<colon]).lowercased(), String(value))
  }
}

extension Message {
  /// The message as proto JSON, absent fields left out.
  func jsonText() throws -> String {
    try MessageJSON.text(of: encoded(), as: Self.descriptor)
  }
}

extension MessageEnum {
  /// The value's name in the `.proto` file without the prefix that all its values share.
  var wireName: String {
    let names = Self.descriptor.values.map(\.name)
    guard let name = Self.descriptor.name(of: rawValue) else { return "UNKNOWN_\(rawValue)" }
    guard var prefix = names.first else { return name }
    for other in names { prefix = String(zip(prefix, other).prefix { $0 == $1 }.map(\.0)) }
    let words = prefix.lastIndex(of: "_").map {
      prefix.distance(from: prefix.startIndex, to: $0) + 1
    }
    return String(name.dropFirst(words ?? 0))
  }
}
