// idv list and idv describe: what a server serves, as it says itself.

internal import ArgumentParser
internal import Messages

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists a server's methods, or the fields of one service's messages.")

  @Argument(help: "A service; without one, all are listed.")
  var service: String?

  @OptionGroup var schema: SchemaOptions

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let lines = try await connection.withCaller { caller, options in
      let wanted: [String]
      if let service {
        wanted = [service]
      } else {
        wanted = try await schema.services(over: caller, options)
      }
      let found = try await schema.schema(of: wanted, over: caller, options)
      return try wanted.flatMap { try describe($0, in: found) }
    }
    for line in lines { print(line) }
  }

  private func describe(_ name: String, in schema: DynamicSchema) throws -> [String] {
    guard let found = try schema.service(name) else {
      throw ValidationError("\(name) is no service; see idv list.")
    }
    var lines: [String] = []
    for method in found.methods {
      lines.append("\(name)/\(method.name)")
      guard service != nil else { continue }
      for (what, message) in [("request", method.input()), ("answer", method.output())] {
        lines.append("  \(what) \(message.name)")
        for field in message.fields { lines.append("    \(field.jsonName)") }
      }
    }
    return lines
  }
}

struct DescribeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Prints a service, method, message or enumeration as a .proto file has it.")

  @Argument(help: "Full name: idv.v1.Basic, idv.v1.Basic/CompareFaces, idv.v1.Face.")
  var symbol: String

  @OptionGroup var schema: SchemaOptions

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let name = symbol.replacing("/", with: ".")
    let text = try await connection.withSchema(schema, of: [name]) { found, _, _ in
      guard let text = found.text(of: name) else {
        throw ValidationError(
          "\(symbol) is no service, method, message or enumeration; see idv list.")
      }
      return text
    }
    print(text)
  }
}
