// The defaults of PROTOCOL.md are those of the code.

internal import Testing
internal import Vocabulary
internal import Wire

@Suite struct DefaultsTests {
  /// Every bound has its row, with its value; so a new one cannot be forgotten.
  @Test func theSpecificationNamesEveryDefault() throws {
    let text = String(decoding: try VectorFile.read("../../Proto/PROTOCOL.md"), as: UTF8.self)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
    var count = 0
    for case (let name?, let value) in Mirror(reflecting: WireLimits()).children {
      count += 1
      let wanted = "| \(Self.shown(value)) | `\(name)` |"
      #expect(rows.contains { $0.hasSuffix(wanted) }, "PROTOCOL.md lacks: \(wanted)")
    }
    #expect(count > 30)
    #expect(!rows.contains { $0.hasSuffix("| 8 KiB | `streamsMax` |") })
  }

  private static func shown(_ value: Any) -> String {
    if let duration = value as? Duration {
      let seconds = duration.components.seconds
      return seconds >= 600 && seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }
    if let encodings = value as? MessageEncodings {
      let names = MessageEncoding.allCases.dropFirst().filter(encodings.takes).map(\.name)
      return names.joined(separator: ", ")
    }
    guard let number = value as? Int else { return "?" }
    if number >= 1 << 20 && number % (1 << 20) == 0 { return "\(number >> 20) MiB" }
    if number >= 1 << 10 && number % (1 << 10) == 0 { return "\(number >> 10) KiB" }
    return number < 1_000 ? "\(number)" : "\(number / 1_000),\("00\(number % 1_000)".suffix(3))"
  }
}
