// From protoc's descriptors to the model that all languages share.

internal import SwiftProtobuf
internal import SwiftProtobufPluginLibrary

/// Reads descriptors of proto3 files. Refuses what no language supports, by name.
struct SchemaReader {
  func file(_ file: FileDescriptor) throws -> FileModel {
    guard file.edition == .proto3 else {
      throw UnsupportedSchema(description: "\(file.name): only proto3 is supported")
    }
    guard file.extensions.isEmpty else {
      throw UnsupportedSchema(description: "\(file.name): extensions are not supported")
    }
    return FileModel(path: file.name, services: file.services.map(service))
  }

  private func service(_ service: ServiceDescriptor) -> ServiceModel {
    let methods = service.methods.map { method in
      MethodModel(
        protoName: method.name, input: reference(method.inputType),
        output: reference(method.outputType), clientStreaming: method.clientStreaming,
        serverStreaming: method.serverStreaming,
        isIdempotent: method.options.idempotencyLevel != .idempotencyUnknown,
        comment: method.commentLines)
    }
    return ServiceModel(
      protoName: service.name, fullName: service.fullName, methods: methods,
      comment: service.commentLines)
  }

  private func reference(_ type: Descriptor) -> TypeReference {
    var path = [type.name]
    var outer = type.containingType
    while let parent = outer {
      path.insert(parent.name, at: 0)
      outer = parent.containingType
    }
    return TypeReference(file: type.file.name, path: path)
  }
}

/// Our own options of fields (`Proto/idv/v1/options.proto`), read from what SwiftProtobuf does not know.
enum FieldOptions {
  /// The file that declares them; it has no messages, and nothing is generated of it.
  static let file = "idv/v1/options.proto"
  /// The number of `sensitive`, a boolean.
  static let sensitiveNumber = 50743

  static func isSensitive(_ field: FieldDescriptor) -> Bool {
    isSensitive(field.options)
  }

  /// The last value counts. Extensions that are not registered are kept as they stand on the wire.
  static func isSensitive(_ options: Google_Protobuf_FieldOptions) -> Bool {
    let tag = varint(sensitiveNumber << 3)
    let bytes = Array(options.unknownFields.data)
    guard let at = bytes.indices.last(where: { bytes[$0...].starts(with: tag) }) else {
      return false
    }
    return bytes[at...].dropFirst(tag.count).first == 1
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}

extension ProvidesSourceCodeLocation {
  /// The comment in front, or else the one behind, as lines.
  var commentLines: [String] {
    guard let location = sourceCodeInfoLocation else { return [] }
    let text =
      location.leadingComments.isEmpty
      ? location.trailingComments : location.leadingComments
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}
