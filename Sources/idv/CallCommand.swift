// idv call and idv list: any method of any service, requests and answers as proto JSON.

internal import ArgumentParser
internal import FoundationEssentials
internal import Messages
internal import RPC
internal import Vocabulary

struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Calls any method of a server with a request in JSON.",
    discussion: """
      The request is proto JSON; a bytes field is base64 or "@file". Example: idv call \
      idv.v1.Basic/DetectFaces --data '{"image":{"inline":"@selfie.jpg"},"wantQuality":true}'
      """)

  @Argument(help: ArgumentHelp("Service and method.", valueName: "service/method"))
  var method: String

  @Option(help: ArgumentHelp("The request; @FILE reads it from a file.", valueName: "json"))
  var data = "{}"

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("Metadata sent along; may be repeated.", valueName: "key: value"))
  var metadata: [String] = []

  @Flag(help: "Also print fields that have their default value.")
  var defaults = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let (name, descriptor) = try lookUp()
    let text =
      data.hasPrefix("@")
      ? String(decoding: try readFile(String(data.dropFirst())).array, as: UTF8.self) : data
    let request: Bytes
    do {
      request = try MessageJSON.wire(from: text, as: descriptor.input()) { path in
        try readFile(path)
      }
    } catch {
      throw ValidationError("--data: \(error)")
    }
    let pairs = try metadata.map(pair)
    let answer = try await connection.withCaller { caller, options in
      var options = options
      options.metadata = Metadata(pairs)
      return try await caller.call(name, [request], options: options)
    }
    print(try MessageJSON.text(of: answer, as: descriptor.output(), defaults: defaults))
  }

  private func lookUp() throws -> (MethodName, Messages.MethodDescriptor) {
    let parts = method.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw ValidationError("Name SERVICE/METHOD; see idv list.") }
    guard let service = Catalog.services.first(where: { $0.name == parts[0] }) else {
      throw ValidationError("No service \(parts[0]); see idv list.")
    }
    guard let found = service.method(parts[1]) else {
      throw ValidationError("\(parts[0]) has no method \(parts[1]); see idv list \(parts[0]).")
    }
    return (MethodName(service: parts[0], method: parts[1]), found)
  }

  private func pair(_ text: String) throws -> (key: String, value: String) {
    guard let colon = text.firstIndex(of: ":") else {
      throw ValidationError("--metadata takes 'key: value'.")
    }
    let value = text[text.index(after: colon)...].drop { $0 == " " }
    return (String(text[..<colon]).lowercased(), String(value))
  }
}

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists services and methods, or the fields of a service's messages.")

  @Argument(help: "A service; without one, all services are listed.")
  var service: String?

  func run() throws {
    guard let service else {
      for service in Catalog.services {
        for method in service.methods { print("\(service.name)/\(method.name)") }
      }
      return
    }
    guard let found = Catalog.services.first(where: { $0.name == service }) else {
      throw ValidationError("No service \(service); see idv list.")
    }
    for method in found.methods {
      print("\(found.name)/\(method.name)")
      for (what, message) in [("request", method.input()), ("answer", method.output())] {
        print("  \(what) \(message.name)")
        for field in message.fields { print("    \(field.jsonName)") }
      }
    }
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
