// Clips that tests make as they need them.

internal import CTestVideo
internal import Glibc
internal import Vocabulary

@testable internal import Media

/// A small clip to be made: coloured quarters, the last of which tells the picture's number.
struct TestClip: CustomStringConvertible {
  var muxer = "mp4"
  var video: String? = "libx264"
  var audio: String?
  var width = 64
  var height = 48
  var frames = 20
  var milliseconds: [Int32]?
  var keyDistance = 10
  var bFrames = 0
  var slices = 0
  /// a, b, c, d of the display matrix.
  var matrix: (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
  var is709 = false
  var isFull = false
  var isUntold = false
  var change: (at: Int, width: Int, height: Int)?
  var soundSeconds = 0.8
  var soundRate = 48_000
  var hasSecondSound = false

  var description: String { "\(muxer) \(video ?? "") \(audio ?? "")" }

  /// Its bytes.
  func make() throws -> Bytes {
    var plan = idv_test_clip()
    (plan.width, plan.height, plan.frames) = (Int32(width), Int32(height), Int32(frames))
    (plan.key_distance, plan.b_frames) = (Int32(keyDistance), Int32(bFrames))
    plan.slices = Int32(slices)
    (plan.a, plan.b, plan.c, plan.d) = matrix
    (plan.is_709, plan.is_full, plan.is_untold) = (is709 ? 1 : 0, isFull ? 1 : 0, isUntold ? 1 : 0)
    if let change {
      plan.change_at = Int32(change.at)
      (plan.change_width, plan.change_height) = (Int32(change.width), Int32(change.height))
    }
    (plan.sound_seconds, plan.sound_rate) = (soundSeconds, Int32(soundRate))
    plan.has_second_sound = hasSecondSound ? 1 : 0
    var (count, code): (Int, Int32) = (0, 0)
    let made = muxer.withCString { muxer in
      plan.muxer = muxer
      return lend(video) { name in
        plan.video = name
        return lend(audio) { name in
          plan.audio = name
          guard let milliseconds else { return idv_test_clip_make(&plan, &count, &code) }
          return milliseconds.withUnsafeBufferPointer {
            plan.milliseconds = $0.baseAddress
            return idv_test_clip_make(&plan, &count, &code)
          }
        }
      }
    }
    guard let made else { throw EncoderFault(code: code) }
    defer { free(made) }
    return Bytes(copying: UnsafeRawBufferPointer(start: made, count: count))
  }

  private func lend<R>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> R) -> R {
    if let text { text.withCString(body) } else { body(nil) }
  }
}

struct EncoderFault: Error {
  let code: Int32
}

extension VideoLimits {
  /// For the small clips of tests.
  static let small = VideoLimits(shortSideMin: 1, longSideMin: 1)
  static let smallEvaluation = VideoLimits(
    shortSideMin: 1, longSideMin: 1, allowsEvaluationFormats: true)
}

typealias RGB = (red: Int, green: Int, blue: Int)

/// The colours in the middle of a picture's quarters: top left, top right, bottom left, bottom right.
struct Quarters {
  let colours: [RGB]

  init(_ pixels: borrowing PixelBuffer) {
    var colours: [RGB] = []
    for (column, row) in [(1, 1), (3, 1), (1, 3), (3, 3)] {
      let (x, y) = (pixels.width * column / 4, pixels.height * row / 4)
      var sum = (0, 0, 0)
      for dx in -2..<2 {
        for dy in -2..<2 {
          let pixel = pixels[x + dx, y + dy]
          sum = (sum.0 + Int(pixel.red), sum.1 + Int(pixel.green), sum.2 + Int(pixel.blue))
        }
      }
      colours.append(((sum.0 + 8) / 16, (sum.1 + 8) / 16, (sum.2 + 8) / 16))
    }
    self.colours = colours
  }

  static let red: RGB = (200, 40, 40)
  static let green: RGB = (40, 180, 40)
  static let blue: RGB = (40, 40, 200)

  /// The largest difference of any channel between `index`'s colour and `expected`.
  func distance(_ index: Int, _ expected: RGB) -> Int {
    let found = colours[index]
    return max(
      abs(found.red - expected.red), abs(found.green - expected.green),
      abs(found.blue - expected.blue))
  }

  /// The picture's number, 0–19, by its grey quarter.
  func number(at index: Int = 3) -> Int { (colours[index].green - 40 + 4) / 8 }
}

/// What was handed out of a clip.
struct SeenClip {
  var seconds: [Double] = []
  var quarters: [Quarters] = []
  var sizes: [[Int]] = []
  var info: VideoInfo?

  /// Decodes and remembers.
  init(
    _ bytes: Bytes, _ limits: VideoLimits = .small, wanted: FrameChoice = .all,
    stopAfter: Int = .max
  ) throws(VideoError) {
    var (seconds, quarters, sizes): ([Double], [Quarters], [[Int]]) = ([], [], [])
    info = try VideoDecoder.decode(bytes, limits: limits, wanted: wanted) { frame in
      seconds.append(frame.seconds)
      let pixels = frame.takePixels()
      quarters.append(Quarters(pixels))
      sizes.append([pixels.width, pixels.height])
      return seconds.count < stopAfter
    }
    (self.seconds, self.quarters, self.sizes) = (seconds, quarters, sizes)
  }
}

/// The error of decoding, nil if there is none.
func refusal(
  ofVideo bytes: Bytes, _ limits: VideoLimits = .small
) -> VideoError? {
  do throws(VideoError) {
    _ = try VideoDecoder.decode(bytes, limits: limits) { _ in true }
    return nil
  } catch {
    return error
  }
}

/// The error of decoding the sound, nil if there is none.
func refusal(
  ofSound bytes: Bytes, _ limits: VideoLimits = .small
) -> VideoError? {
  do throws(VideoError) {
    _ = try AudioDecoder.decode(bytes, limits: limits)
    return nil
  } catch {
    return error
  }
}
