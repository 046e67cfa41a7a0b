// Everything a set of files declares, by full name, with the checks that untrusted files need.

/// Which files import which.
struct ImportGraph {
  private let files: [SchemaFile]
  private let positions: [String: Int]

  init(_ files: [SchemaFile]) throws(SchemaError) {
    guard files.count <= SchemaLimits.filesMax else {
      throw SchemaError("There are more than \(SchemaLimits.filesMax) files.")
    }
    var positions: [String: Int] = [:]
    for (position, file) in files.enumerated() {
      try SchemaIndex.checkFileName(file.name)
      guard positions.updateValue(position, forKey: file.name) == nil else {
        throw SchemaError("The file \(file.name) is there twice.")
      }
    }
    self.files = files
    self.positions = positions
  }

  /// - Throws: when an import is missing, or leads back to the file it is in.
  func check() throws(SchemaError) {
    var isDone = [Bool](repeating: false, count: files.count)
    var isOpen = isDone
    for start in files.indices where !isDone[start] {
      // The files on the way from `start`, and how many of their imports have been followed.
      var way = [(file: start, followed: 0)]
      isOpen[start] = true
      while let here = way.last {
        let imports = files[here.file].dependency
        guard here.followed < imports.count else {
          isOpen[here.file] = false
          isDone[here.file] = true
          way.removeLast()
          continue
        }
        way[way.count - 1].followed += 1
        let name = imports[here.followed]
        guard let next = positions[name] else {
          try SchemaIndex.checkFileName(name)
          throw SchemaError("\(files[here.file].name) imports \(name), which is missing.")
        }
        guard !isOpen[next] else {
          throw SchemaError("\(files[here.file].name) imports \(name), which imports it in turn.")
        }
        if !isDone[next] {
          isOpen[next] = true
          way.append((next, 0))
        }
      }
    }
  }
}

/// Declarations by full name.
struct SchemaIndex {
  struct Message {
    let fullName: String
    let declared: SchemaMessage
    let isProto3: Bool
    let file: Int

    var isMapEntry: Bool { declared.options?.mapEntry ?? false }
  }

  struct Service {
    let fullName: String
    let declared: SchemaService
    let file: Int
  }

  struct Enum {
    let declared: SchemaEnum
    let file: Int
  }

  private(set) var messages: [Message] = []
  private(set) var services: [Service] = []
  private(set) var enums: [String: EnumDescriptor] = [:]
  private(set) var declaredEnums: [String: Enum] = [:]
  /// Positions in `messages`.
  private(set) var positions: [String: Int] = [:]
  /// Packages of the files.
  let packages: [String]
  private var taken: Set<String> = []
  private var declarations = 0

  init(_ files: [SchemaFile]) throws(SchemaError) {
    packages = files.map(\.package)
    for (position, file) in files.enumerated() {
      guard ["", "proto2", "proto3"].contains(file.syntax) else {
        throw SchemaError("\(file.name) is neither proto2 nor proto3.")
      }
      var prefix = ""
      if !file.package.isEmpty {
        for part in file.package.split(separator: ".", omittingEmptySubsequences: false) {
          try Self.checkName(String(part), in: file.name)
        }
        guard file.package.utf8.count <= 4 * SchemaLimits.nameBytesMax else {
          throw SchemaError("\(file.name): the package's name is too long.")
        }
        prefix = file.package + "."
      }
      for message in file.messageType {
        try add(message, prefix, file, position, depth: 1)
      }
      for type in file.enumType { try add(type, prefix, position) }
      for service in file.service {
        let name = try claim(service.name, prefix)
        try count(1 + service.method.count)
        for method in service.method { try Self.checkName(method.name, in: name) }
        services.append(Service(fullName: name, declared: service, file: position))
      }
    }
  }

  private mutating func add(
    _ message: SchemaMessage, _ prefix: String, _ file: SchemaFile, _ position: Int, depth: Int
  ) throws(SchemaError) {
    let name = try claim(message.name, prefix)
    guard depth <= SchemaLimits.depthMax else { throw SchemaError("\(name) is nested too deep.") }
    try count(1 + message.field.count + message.oneofDecl.count)
    for oneof in message.oneofDecl { try Self.checkName(oneof.name, in: name) }
    positions[name] = messages.count
    messages.append(
      Message(
        fullName: name, declared: message, isProto3: file.syntax == "proto3", file: position))
    for inner in message.nestedType {
      try add(inner, name + ".", file, position, depth: depth + 1)
    }
    for type in message.enumType { try add(type, name + ".", position) }
  }

  private mutating func add(
    _ type: SchemaEnum, _ prefix: String, _ position: Int
  ) throws(SchemaError) {
    let name = try claim(type.name, prefix)
    try count(1 + type.value.count)
    for value in type.value { try Self.checkName(value.name, in: name) }
    enums[name] = EnumDescriptor(name, type.value.map { ($0.name, $0.number) })
    declaredEnums[name] = Enum(declared: type, file: position)
  }

  /// Counts declarations against the bound.
  private mutating func count(_ more: Int) throws(SchemaError) {
    declarations += more
    guard declarations <= SchemaLimits.declarationsMax else {
      throw SchemaError("There are more than \(SchemaLimits.declarationsMax) declarations.")
    }
  }

  private mutating func claim(_ name: String, _ prefix: String) throws(SchemaError) -> String {
    try Self.checkName(name, in: prefix)
    guard prefix.utf8.count <= 4 * SchemaLimits.nameBytesMax else {
      throw SchemaError("A full name is too long.")
    }
    guard taken.insert(prefix + name).inserted else {
      throw SchemaError("\(prefix + name) is declared twice.")
    }
    return prefix + name
  }

  /// The position of a message type that `user` names.
  func position(ofType name: String, named user: String) throws(SchemaError) -> Int {
    guard let position = positions[Self.bare(name)] else {
      throw SchemaError("\(user) is of a type that no file declares.")
    }
    return position
  }

  /// Without the dot in front.
  static func bare(_ typeName: String) -> String {
    typeName.hasPrefix(".") ? String(typeName.dropFirst()) : typeName
  }

  /// Names end up on a terminal: only what protobuf allows gets there.
  static func checkName(_ name: String, in place: String) throws(SchemaError) {
    let isSound =
      name.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_")
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      } && !name.isEmpty && name.utf8.count <= SchemaLimits.nameBytesMax
    guard isSound else {
      throw SchemaError("A name in \(place) is not one: letters, digits and underscores are.")
    }
  }

  static func checkFileName(_ name: String) throws(SchemaError) {
    let isSound =
      name.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0.value < 0x7F }
      && !name.isEmpty && name.utf8.count <= 4 * SchemaLimits.nameBytesMax
    guard isSound else { throw SchemaError("The name of a file is not one.") }
  }
}
