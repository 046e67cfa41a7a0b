// A picture and its halves, quarters …, made when they are asked for.

internal import Media

/// A decoded picture for one analysis. Used on one thread.
final class ImagePyramid {
  private let base: PixelBuffer
  private var half: ImagePyramid?

  init(_ pixels: consuming PixelBuffer) { base = pixels }

  var width: Int { base.width }
  var height: Int { base.height }

  /// Lends the picture itself.
  func withPixels<R>(_ body: (borrowing PixelBuffer) -> R) -> R { body(base) }

  /// The picture turned clockwise by 90, 180 or 270 degrees.
  func turned(clockwise degrees: Int) -> ImagePyramid {
    ImagePyramid(base.turned(clockwise: degrees))
  }

  /// Fills `planes` with a crop of `side` × `side` pixels to which `map` takes the picture's
  /// places. Each pixel is averaged over the area it stands for; outside the picture is black.
  ///
  /// Crops much smaller than what they show are taken from a halved picture, which costs a quarter
  /// and differs by less than the grain of an 8-bit picture.
  func crop(
    _ map: Similarity, side: Int, order: PixelBuffer.PlaneOrder,
    into planes: UnsafeMutableBufferPointer<Float>
  ) {
    let step = 1 / map.scale
    if step >= Self.halvingStep, min(width, height) >= 2 {
      // A place p of this picture is (p + 0.5) / 2 − 0.5 in the half.
      let halved = Similarity(
        a: map.a * 2, b: map.b * 2, tx: map.tx + 0.5 * (map.a - map.b),
        ty: map.ty + 0.5 * (map.b + map.a))
      halfPicture().crop(halved, side: side, order: order, into: planes)
      return
    }
    let back = map.inverse
    base.warp(
      SamplingMap(a: back.a, b: -back.b, c: back.tx, d: back.b, e: back.a, f: back.ty),
      samples: max(1, Int((step - 0.25).rounded(.up))), order: order, planes: planes, width: side,
      height: side)
  }

  /// From this many picture pixels for one crop pixel on, the half is used instead.
  static let halvingStep = 4.0

  private func halfPicture() -> ImagePyramid {
    if let half { return half }
    let made = ImagePyramid(base.halved())
    half = made
    return made
  }
}
