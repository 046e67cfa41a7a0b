// Clips of people that are damaged in the ways of a seed, where such clips lie beside the checkout: a named error or sound
// pictures, within the budget of decoding, and nothing is opened.

internal import Glibc
internal import Testing
internal import Vocabulary

@testable internal import Media

/// The shared clips of people next to the checkout.
enum RealClips {
  private static let folder =
    #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/shared/data/"

  /// Paths below the folder of data, in order.
  static let paths: [String] = ["videos", "pad/video"].flatMap { place -> [String] in
    guard let list = opendir(folder + place) else { return [] }
    defer { closedir(list) }
    var names: [String] = []
    while let entry = readdir(list) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if [".mp4", ".mov", ".mpg"].contains(where: name.hasSuffix) { names.append(name) }
    }
    return names.sorted().map { "\(place)/\($0)" }
  }

  static func read(_ path: String) -> [UInt8] { BadInputs.read("../" + path) }
}

@Suite(.enabled(if: !RealClips.paths.isEmpty, "the shared clips are not beside this checkout"))
struct RealClipDamageTests {
  private static let seed: UInt64 = 20_261_127
  private static let changesPerClip = 6

  /// What is done to a file.
  private enum Damage: CaseIterable {
    case bytes, head, cut, hole, doubled, swapped

    func apply(to whole: [UInt8], using random: inout SeededRandom) -> [UInt8] {
      var bytes = whole
      func place(_ length: Int) -> Int { Int.random(in: 0...whole.count - length, using: &random) }
      let length = Int.random(in: 1...max(1, whole.count / 16), using: &random)
      switch self {
      case .bytes, .head:
        let most = self == .head ? min(4096, whole.count) : whole.count
        for _ in 0..<Int.random(in: 1...64, using: &random) {
          bytes[Int.random(in: 0..<most, using: &random)] = .random(in: 0...255, using: &random)
        }
      case .cut: bytes.removeLast(Int.random(in: 1..<whole.count, using: &random))
      case .hole:
        let from = place(length)
        bytes.removeSubrange(from..<from + length)
      case .doubled:
        let from = place(length)
        bytes.insert(contentsOf: whole[from..<from + length], at: place(0))
      case .swapped:
        let (one, other) = (place(length), place(length))
        bytes.replaceSubrange(one..<one + length, with: whole[other..<other + length])
      }
      return bytes
    }
  }

  /// Files in the ways of the seed: `changesPerClip` of each clip.
  private static func damaged(_ path: String, _ index: Int) -> [Bytes] {
    let whole = RealClips.read(path)
    guard whole.count > 64 else { return [] }
    var random = SeededRandom(state: seed &+ UInt64(index))
    return (0..<changesPerClip).map { round in
      let damage = Damage.allCases[(index + round) % Damage.allCases.count]
      return Bytes(damage.apply(to: whole, using: &random))
    }
  }

  /// Half a second of processor time for pictures and as much for sound; what lies between two looks at the clock, and what
  /// this test does with pictures, may double it.
  private static let limits = VideoLimits(
    secondsMax: 60, framesMin: 1, shortSideMin: 1, longSideMin: 1, decodeMillisMax: 500,
    allowsEvaluationFormats: true)
  private static let nanosMax: Int64 = 2_000_000_000

  private static func threadNanos() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// What came of one file. Times rise and sizes stay, or the error has a name.
  private struct Outcome {
    var isSound = true
    var nanos: Int64 = 0

    init(_ bytes: Bytes) {
      let began = RealClipDamageTests.threadNanos()
      var last = -Double.infinity
      var sizes: Set<[Int]> = []
      do throws(VideoError) {
        _ = try VideoDecoder.decode(
          bytes, limits: RealClipDamageTests.limits, wanted: .every(seconds: 0.5)
        ) { frame in
          isSound = isSound && frame.seconds > last
          last = frame.seconds
          let pixels = frame.takePixels()
          sizes.insert([pixels.width, pixels.height])
          return true
        }
        isSound = isSound && sizes.count <= 1
      } catch { isSound = error.symbol.rawValue.hasPrefix("VIDEO_") && !error.message.isEmpty }
      _ = refusal(ofSound: bytes, RealClipDamageTests.limits)
      nanos = RealClipDamageTests.threadNanos() - began
    }
  }

  /// On a thread that the kernel keeps from files and network.
  @Test(.enabled(if: getenv("ASAN_OPTIONS") == nil, "the address sanitizer opens files of its own"))
  func damagedClipsAreRefusedOrSound() {
    var slowest: (path: String, nanos: Int64) = ("", 0)
    var seen = 0
    var kinds: Set<Substring> = []
    for (index, path) in RealClips.paths.enumerated() {
      let files = Self.damaged(path, index)
      // What is set up once is not what a caller's bytes make it do.
      if kinds.insert(path.suffix(4)).inserted { _ = Outcome(Bytes(RealClips.read(path))) }
      var outcomes: [Outcome] = []
      let tries = confined { outcomes = files.map(Outcome.init) }
      #expect(tries == 0, "\(path), seed \(Self.seed)")
      for (round, outcome) in outcomes.enumerated() {
        seen += 1
        #expect(outcome.isSound, "\(path), change \(round), seed \(Self.seed)")
        if outcome.nanos > slowest.nanos { slowest = (path, outcome.nanos) }
      }
    }
    #expect(seen >= RealClips.paths.count * (Self.changesPerClip - 1))
    #expect(slowest.nanos <= Self.nanosMax, "\(slowest.path): \(slowest.nanos / 1_000_000) ms")
    print(
      "\(seen) damaged clips, seed \(Self.seed): at most \(slowest.nanos / 1_000_000) ms each")
  }
}
