// What the server tells about itself: the files of the services it serves, found by name and by symbol.

package import Messages
package import Vocabulary

/// Descriptors of everything that is served and of nothing else. Immutable; safe from any thread.
package struct ServedSchema: Sendable {
  /// Full names in alphabetical order.
  let services: [String]
  private let files: [String: File]
  /// Where a symbol is declared, by full name.
  private let places: [String: String]
  private let messages: Set<String>

  private struct File {
    let bytes: Bytes
    let imports: [String]
  }

  /// - Parameters:
  ///   - services: full names of what is served.
  ///   - files: serialised descriptors that hold them and what they import; others are left out.
  /// - Throws: when the files do not belong together, or a service is in none of them.
  package init(services: [String], files: [Bytes]) throws(SchemaError) {
    var read: [String: (bytes: Bytes, file: SchemaFile)] = [:]
    for bytes in files {
      let file = try SchemaFile(file: bytes)
      read[file.name] = (bytes, file)
    }
    _ = try DynamicSchema(read.values.map(\.file))
    var wanted: Set<String> = []
    for service in services {
      guard let file = read.values.first(where: { $0.file.declares(service: service) })?.file else {
        throw SchemaError("\(service) is served and in no descriptor.")
      }
      wanted.insert(file.name)
    }
    var open = Array(wanted)
    while let name = open.popLast() {
      for dependency in read[name]?.file.dependency ?? []
      where wanted.insert(dependency).inserted {
        open.append(dependency)
      }
    }
    var places = SymbolPlaces()
    var kept: [String: File] = [:]
    for case (let bytes, let file)? in wanted.map({ read[$0] }) {
      kept[file.name] = File(bytes: bytes, imports: file.dependency)
      places.add(file)
    }
    self.services = services.sorted()
    self.files = kept
    self.places = places.places
    messages = places.messages
  }

  /// The file of that name and the files below it that `sent` does not hold, which it then does; nil when there is no
  /// such file.
  func closure(of name: String, without sent: inout Set<String>) -> [Bytes]? {
    guard let file = files[name] else { return nil }
    sent.insert(name)
    var result = [file.bytes]
    var open = Array(file.imports.reversed())
    while let name = open.popLast() {
      guard let file = files[name], sent.insert(name).inserted else { continue }
      result.append(file.bytes)
      open += file.imports.reversed()
    }
    return result
  }

  /// The name of the file that declares `symbol`.
  func file(declaring symbol: String) -> String? { places[symbol] }

  /// Whether there is a message of that full name.
  func isMessage(_ name: String) -> Bool { messages.contains(name) }
}

/// Collects what files declare.
private struct SymbolPlaces {
  var places: [String: String] = [:]
  var messages: Set<String> = []

  mutating func add(_ file: SchemaFile) {
    let prefix = file.package.isEmpty ? "" : file.package + "."
    for message in file.messageType { add(message, prefix, file.name) }
    for type in file.enumType { add(type, prefix, file.name) }
    for service in file.service {
      places[prefix + service.name] = file.name
      for method in service.method { places[prefix + service.name + "." + method.name] = file.name }
    }
  }

  private mutating func add(_ message: SchemaMessage, _ prefix: String, _ file: String) {
    let name = prefix + message.name
    places[name] = file
    messages.insert(name)
    for field in message.field { places[name + "." + field.name] = file }
    for oneof in message.oneofDecl { places[name + "." + oneof.name] = file }
    for inner in message.nestedType { add(inner, name + ".", file) }
    for type in message.enumType { add(type, name + ".", file) }
  }

  /// The values of an enumeration are named beside it, not within.
  private mutating func add(_ type: SchemaEnum, _ prefix: String, _ file: String) {
    places[prefix + type.name] = file
    for value in type.value { places[prefix + value.name] = file }
  }
}

extension SchemaFile {
  fileprivate func declares(service name: String) -> Bool {
    service.contains { (package.isEmpty ? "" : package + ".") + $0.name == name }
  }
}
