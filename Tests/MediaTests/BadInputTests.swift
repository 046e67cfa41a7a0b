// The collection of bad inputs, when it lies beside the checkout: each is refused or decoded, as
// its index says.

internal import Glibc
internal import Testing
internal import Vocabulary

@testable internal import Media

/// The shared evaluation data next to the checkout.
enum BadInputs {
  static let folder =
    #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
    + "/shared/data/badinputs"

  static var arePresent: Bool { access(folder + "/index.csv", R_OK) == 0 }

  static func read(_ path: String) -> [UInt8] {
    guard let file = fopen(folder + "/" + path, "rb") else { return [] }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&block, 1, block.count, file), count > 0 {
      bytes += block.prefix(count)
    }
    return bytes
  }

  /// Path and expectation of each row. Fields may be quoted.
  static var rows: [(path: String, expectation: String)] {
    String(decoding: read("index.csv"), as: UTF8.self).split(whereSeparator: \.isNewline)
      .dropFirst().map { line in
        var fields = [""]
        var isQuoted = false
        for character in line {
          switch character {
          case "\"": isQuoted.toggle()
          case "," where !isQuoted: fields.append("")
          default: fields[fields.count - 1].append(character)
          }
        }
        return (fields[0], fields.count > 3 ? fields[3] : "")
      }
  }
}

@Suite(.enabled(if: BadInputs.arePresent, "the shared bad inputs are not beside this checkout"))
struct BadInputTests {
  /// Sound pictures that are rejected later, because they show nobody.
  private static let faceless = ["made/image/black_640.jpg", "made/image/noise_640.jpg"]

  @Test func eachIsRefusedOrDecodedAsItsIndexSays() {
    let rows = BadInputs.rows
    #expect(rows.count > 400)
    for (path, expectation) in rows {
      let symbol = refusal(BadInputs.read(path))
      guard path.hasPrefix("made/image/"), !Self.faceless.contains(path) else { continue }
      switch expectation {
      case "reject": #expect(symbol != nil, "\(path) was decoded")
      case "accept": #expect(symbol == nil, "\(path): \(String(describing: symbol))")
      default: break
      }
    }
  }

  @Test(arguments: [2, 4, 5, 7, 8])
  func orientationsLookTheSame(orientation: Int) throws {
    let upright = try decode(BadInputs.read("made/image/exif_orient_1.jpg"))
    let turned = try decode(BadInputs.read("made/image/exif_orient_\(orientation).jpg"))
    #expect((turned.width, turned.height) == (upright.width, upright.height))
    let difference = zip(turned.bytes, upright.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(Double(difference) / Double(upright.bytes.count) < 4)
  }

  /// As its index says of videos and recordings; rows that a later step rejects are told apart.
  @Test func eachVideoIsRefusedOrDecodedAsItsIndexSays() {
    // Sound, and shows nobody.
    let later = ["made/video/ok_noface.mp4"]
    var seen = 0
    for (path, expectation) in BadInputs.rows {
      let bytes = Bytes(BadInputs.read(path))
      let isSound = path.hasPrefix("made/audio/")
      let limits = VideoLimits(shortSideMin: 1, longSideMin: 1)
      let error: VideoError? =
        isSound ? refusal(ofSound: bytes, limits) : refusal(ofVideo: bytes, limits)
      if let error { #expect(!error.message.isEmpty, "\(path)") }
      guard isSound || path.hasPrefix("made/video/"), !later.contains(path) else { continue }
      seen += 1
      switch expectation {
      case "reject": #expect(error != nil, "\(path) was decoded")
      case "accept": #expect(error == nil, "\(path): \(String(describing: error))")
      default: break
      }
    }
    #expect(seen > 25)
  }
}
