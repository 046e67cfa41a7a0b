// The secret of challenges comes from a file that nobody else may read, or is drawn.

import Foundation
import Testing

@testable import ServerApp

struct LivenessSecretTests {
  @Test("serial numbers of a list are compared as certificates' are: without zeros before them")
  func serials() throws {
    for text in ["ab12", "00AB12", "00:ab:12", "0ab12", "0000ab12"] {
      #expect(try DeviceTrustFile.serial(text) == [0xAB, 0x12], "\(text)")
    }
    #expect(try DeviceTrustFile.serial("100") == [1, 0])
    for text in ["", "xy", "a b"] {
      #expect(throws: SettingsError.self) { try DeviceTrustFile.serial(text) }
    }
  }

  @Test("liveness.keyFile is read only where nobody else can read it")
  func keyFile() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "liveness-\(UUID())").path()
    defer { try? FileManager.default.removeItem(atPath: file) }
    func secret(_ count: Int, _ mode: Int) throws -> LivenessSecret {
      try Data(repeating: 7, count: count).write(to: URL(filePath: file))
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
      return try LivenessSecret(file: file)
    }
    let one = try secret(32, 0o600).key(for: "challenges")
    #expect(try secret(32, 0o400).key(for: "challenges").code(of: [1]) == one.code(of: [1]))
    #expect(try LivenessSecret(file: nil).key(for: "challenges").code(of: [1]) != one.code(of: [1]))
    for mode in [0o640, 0o604, 0o660] {
      let error = #expect(throws: SettingsError.self) { try secret(32, mode) }
      #expect(error?.description.contains("liveness.keyFile") == true)
      #expect(error?.description.contains("chmod 600") == true)
    }
    let short = #expect(throws: SettingsError.self) { try secret(31, 0o600) }
    #expect(short?.description.contains("32 to 4096 bytes") == true)
    try FileManager.default.removeItem(atPath: file)
    #expect(throws: SettingsError.self) { try LivenessSecret(file: file) }
  }
}
