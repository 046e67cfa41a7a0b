// Copies of films as somebody would make them who sends a film again and hopes that it is not known.

internal import Glibc
internal import Media
internal import Vision
internal import Vocabulary

/// What is done to a film. Every picture is compressed anew, as a JPEG; times are written anew.
package enum ReplayCopyKind: String, Sendable, CaseIterable {
  /// Compressed again, quality 60.
  case recompressed
  /// Half the size, quality 25.
  case lowQuality
  /// An eighth cut off on each side.
  case cropped
  case mirrored
  /// 5 % faster.
  case faster
  /// Every other picture left out.
  case thinned
  /// Lighter by a gamma of 0.6, with less contrast.
  case brightened
  /// The first third left out.
  case cutShort
  /// Seen at an angle, as filmed from a screen: one side a tenth shorter, turned by three degrees.
  case tilted
  /// Cropped, mirrored, smaller, 5 % faster, lighter, quality 40.
  case everything

  /// JPEG quality.
  private var quality: Int {
    switch self {
    case .lowQuality: 25
    case .everything: 40
    default: 60
    }
  }

  private var scale: Double {
    switch self {
    case .lowQuality: 0.5
    case .everything: 0.7
    default: 1
    }
  }

  /// Cut off on each side, as a share of it.
  private var crop: Double { self == .cropped || self == .everything ? 0.125 : 0 }
  private var isMirrored: Bool { self == .mirrored || self == .everything }
  private var isLighter: Bool { self == .brightened || self == .everything }

  /// How much faster it runs.
  private var speed: Double { self == .faster || self == .everything ? 1.05 : 1 }

  /// The copy's pictures of the film in `bytes`; nil if it cannot be read.
  func copy(of bytes: Bytes) -> [(picture: Bytes, seconds: Double)]? {
    guard let info = try? VideoDecoder.inspect(bytes, limits: .evaluation) else { return nil }
    let begin = self == .cutShort ? info.seconds / 3 : 0
    var pictures: [(picture: Bytes, seconds: Double)] = []
    var index = 0
    let done = try? VideoDecoder.decode(
      bytes, limits: .evaluation, wanted: .every(seconds: 1 / Self.framesPerSecond)
    ) { frame in
      let seconds = frame.seconds
      let pixels = frame.takePixels()
      index += 1
      guard seconds >= begin, self != .thinned || index % 2 == 1 else { return true }
      let jpeg = picture(pixels).jpeg(quality: quality)
      pictures.append((jpeg, (seconds - begin) / speed))
      return true
    }
    return done == nil ? nil : pictures
  }

  /// Pictures that a copy has a second, at most.
  private static let framesPerSecond = 30.0

  /// The picture as it is in the copy.
  private func picture(_ pixels: borrowing PixelBuffer) -> PixelBuffer {
    let part = 1 - 2 * crop
    let width = max(16, Int(Double(pixels.width) * part * scale))
    let height = max(16, Int(Double(pixels.height) * part * scale))
    let map = map(
      from: (Double(pixels.width), Double(pixels.height)), to: (Double(width), Double(height)))
    var copy = pixels.rectified(
      map, sampling: PixelBuffer.Sampling(step: 1 / scale, wantCubic: false), width: width,
      height: height)
    guard isLighter else { return copy }
    let light = (0..<256).map { UInt8(30 + 210 * pow(Double($0) / 255, 0.6)) }
    copy.withUnsafeMutableBytes { bytes in
      for index in bytes.indices { bytes[index] = light[Int(bytes[index])] }
    }
    return copy
  }

  /// Where a place of the copy is in the film's picture (see `PixelBuffer.rectified`).
  func map(
    from picture: (width: Double, height: Double), to copy: (width: Double, height: Double)
  ) -> [Double] {
    let across = picture.width * (1 - 2 * crop) / copy.width
    let down = picture.height * (1 - 2 * crop) / copy.height
    let (left, top) = (picture.width * crop, picture.height * crop)
    if self == .tilted {
      let (sine, cosine) = (sin(3 * Double.pi / 180), cos(3 * Double.pi / 180))
      let (x, y) = (picture.width / 2, picture.height / 2)
      // w grows to the right by a tenth and is 1 in the middle.
      let lean = 0.1 / picture.width
      let right: Double = x * (1 - cosine) + y * sine - lean * x * x
      let below: Double = y * (1 - cosine) - x * sine - lean * x * y
      let (a, d): (Double, Double) = (cosine + lean * x, sine + lean * y)
      return [a, -sine, right, d, cosine, below, lean, 0, 1 - lean * x]
    }
    if isMirrored {
      let right: Double = left + across * (copy.width - 1)
      return [-across, 0, right, 0, down, top, 0, 0, 1]
    }
    return [across, 0, left, 0, down, top, 0, 0, 1]
  }
}
