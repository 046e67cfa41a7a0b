// Secrets in files: read only where nobody else can read them.

import Foundation
import Testing

@testable import Sealing

struct SecretFileTests {
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/idv-secret-\(UUID().uuidString)"
    init() throws {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ count: Int, _ mode: Int) throws -> String {
      let file = path + "/\(UUID().uuidString)"
      try Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
        .write(to: URL(fileURLWithPath: file))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
      return file
    }
  }

  @Test("a file of its owner's gives its bytes, all of them")
  func read() throws {
    let folder = try Folder()
    for (count, mode) in [(32, 0o600), (64, 0o400), (48, 0o700)] {
      let secret = try SecretFile.read(try folder.file(count, mode), bytes: 32...64)
      #expect(secret.withUnsafeBytes { Array($0) } == (0..<UInt8(count)).map { $0 })
    }
  }

  @Test("any right of the group or of others, and every other size, is refused")
  func refused() throws {
    let folder = try Folder()
    for mode in [0o640, 0o604, 0o620, 0o601, 0o610, 0o644, 0o666] {
      let file = try folder.file(32, mode)
      #expect(throws: SecretFile.Failure.shared) { try SecretFile.read(file, bytes: 32...64) }
    }
    for count in [0, 31, 65, 10_000] {
      let file = try folder.file(count, 0o600)
      #expect(throws: SecretFile.Failure.size(32...64)) {
        try SecretFile.read(file, bytes: 32...64)
      }
    }
    #expect(throws: SecretFile.Failure.noFile) {
      try SecretFile.read(folder.path, bytes: 32...64)
    }
    #expect(throws: SecretFile.Failure.unreadable) {
      try SecretFile.read(folder.path + "/none", bytes: 32...64)
    }
  }
}
