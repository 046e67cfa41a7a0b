// The schema that this build was made from, as descriptors.

package import Vocabulary

extension Catalog {
  /// Every file under `Proto/`, serialised `FileDescriptorProto`s, those imported before those that import.
  /// - Throws: never in a build whose generated files belong together.
  package static func descriptorFiles() throws(SchemaError) -> [Bytes] {
    do throws(DecodingError) {
      return try SchemaSet(decoding: Bytes(PackageResources.descriptors_binpb)).file
    } catch {
      throw SchemaError("The descriptors of this build cannot be read: \(error.message)")
    }
  }

  /// The same, read.
  package static func schema() throws(SchemaError) -> DynamicSchema {
    try DynamicSchema(
      try descriptorFiles().map { (file) throws(SchemaError) in try SchemaFile(file: file) })
  }
}

extension SchemaFile {
  /// Reads a serialised `FileDescriptorProto` within `SchemaLimits`. Names of files are then plain text.
  package init(file: Bytes) throws(SchemaError) {
    do throws(DecodingError) {
      self = try SchemaFile(decoding: file, limits: SchemaLimits.decoding)
    } catch {
      throw SchemaError("A file's descriptor cannot be read: \(error.message)")
    }
    try SchemaIndex.checkFileName(name)
    for name in dependency { try SchemaIndex.checkFileName(name) }
  }

  /// Whether `name` is names joined by dots.
  package static func isFullName(_ name: String) -> Bool {
    name.utf8.count <= 4 * SchemaLimits.nameBytesMax
      && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy {
        (try? SchemaIndex.checkName(String($0), in: "")) != nil
      }
  }
}
