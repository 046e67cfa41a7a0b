// What `protoc-gen-idv` does with its arguments.

internal import Foundation
internal import SwiftProtobufPluginLibrary

package enum Command {
  /// Without arguments: protoc's plugin. `patch IN OUT`: prepares a descriptor set for protoc-c.
  package static func run(_ arguments: [String]) {
    guard arguments.first == "patch", arguments.count == 3 else {
      return Generator().main(arguments)
    }
    do {
      let set = try Data(contentsOf: URL(filePath: arguments[1]))
      try DescriptorPatch.patched(set).write(to: URL(filePath: arguments[2]))
    } catch {
      FileHandle.standardError.write(Data("protoc-gen-idv: \(error)\n".utf8))
      exit(1)
    }
  }
}
