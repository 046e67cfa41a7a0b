// What `protoc-gen-idv` does with its arguments.

internal import Foundation
internal import SwiftProtobufPluginLibrary

package enum Command {
  /// Without arguments: protoc's plugin. `patch IN OUT`: prepares a descriptor set for protoc-c. `publish IN OUT`: for
  /// those who ask a server what it serves.
  package static func run(_ arguments: [String]) {
    guard let word = arguments.first, ["patch", "publish"].contains(word), arguments.count == 3
    else {
      return Generator().main(arguments)
    }
    do {
      let set = try Data(contentsOf: URL(filePath: arguments[1]))
      let written =
        try word == "patch" ? DescriptorPatch.patched(set) : DescriptorPatch.published(set)
      try written.write(to: URL(filePath: arguments[2]))
    } catch {
      FileHandle.standardError.write(Data("protoc-gen-idv: \(error)\n".utf8))
      exit(1)
    }
  }
}
