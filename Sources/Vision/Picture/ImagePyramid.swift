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

  /// Fills `side` × `side` pixels of three floats (red, green, blue; 0–1) whose places `map` takes to the
  /// picture's, one sample each. Beyond the picture its outermost pixels continue.
  ///
  /// Where a pixel stands for more than two of the picture each way, a halved picture is used.
  func sample(
    _ map: Similarity, side: Int, into pixels: UnsafeMutableBufferPointer<Float>
  ) {
    if map.scale > Self.sampleStepMax, min(width, height) >= 4 {
      // A place p of this picture is (p + 0.5) / 2 − 0.5 in the half.
      halfPicture().sample(
        Similarity(
          a: map.a / 2, b: map.b / 2, tx: (map.tx + 0.5) / 2 - 0.5, ty: (map.ty + 0.5) / 2 - 0.5),
        side: side, into: pixels)
      return
    }
    base.sample(
      SamplingMap(a: map.a, b: -map.b, c: map.tx, d: map.b, e: map.a, f: map.ty), scale: 1 / 255,
      into: pixels, width: side, height: side)
  }

  /// Fills the first `width` columns of `planes` with a view whose places `map` takes to the
  /// picture's, each value times `scale` plus `shift`, and the others with zeros. Beyond the picture
  /// its outermost pixels continue.
  /// - Parameters:
  ///   - step: pixels of the picture for one of the view, where it shrinks most.
  ///   - wantCubic: whether thin strokes count.
  func view(
    _ map: Homography, step: Double, wantCubic: Bool = true, order: PixelBuffer.PlaneOrder,
    scale: Float, shift: Float, planes: UnsafeMutableBufferPointer<Float>, planeWidth: Int,
    planeHeight: Int, width: Int
  ) {
    if step >= Self.viewHalvingStep, min(self.width, self.height) >= 2 {
      halfPicture().view(
        map.followed(by: .halving), step: step / 2, wantCubic: wantCubic, order: order,
        scale: scale, shift: shift, planes: planes, planeWidth: planeWidth,
        planeHeight: planeHeight, width: width)
      return
    }
    base.rectify(
      map.coefficients, sampling: PixelBuffer.Sampling(step: step, wantCubic: wantCubic),
      order: order, scale: scale, shift: shift, planes: planes, planeWidth: planeWidth,
      planeHeight: planeHeight, width: width)
  }

  /// The view of `width` × `height` pixels whose places `map` takes to the picture's.
  /// - Parameter step: pixels of the picture for one of the view, where it shrinks most.
  func view(_ map: Homography, step: Double, width: Int, height: Int) -> PixelBuffer {
    if step >= Self.viewHalvingStep, min(self.width, self.height) >= 2 {
      return halfPicture().view(
        map.followed(by: .halving), step: step / 2, width: width, height: height)
    }
    return base.rectified(
      map.coefficients, sampling: PixelBuffer.Sampling(step: step, wantCubic: false), width: width,
      height: height)
  }

  /// From this many picture pixels for one crop pixel on, the half is used instead.
  static let halvingStep = 4.0
  /// Up to this many, one sample a pixel is taken where a model wants no more.
  static let sampleStepMax = 2.0
  /// The same for views, whose pixels cost more.
  static let viewHalvingStep = 2.0

  private func halfPicture() -> ImagePyramid {
    if let half { return half }
    let made = ImagePyramid(base.halved())
    half = made
    return made
  }
}

extension Homography {
  /// From places of a picture to those of its half: p to (p + 0.5) / 2 − 0.5.
  fileprivate static var halving: Homography {
    Homography(coefficients: [0.5, 0, -0.25, 0, 0.5, -0.25, 0, 0, 1])
  }
}
