// What one picture of a face says about whether the face is there or only shown.

internal import Glibc
internal import Inference
internal import Media

/// Measurements of one face on one picture. Numbers only.
package struct PresentationLook: Sendable, Equatable {
  /// Log-odds of the liveness models' mean probability of a living face; nil without the models.
  package var model: Double?
  /// How far a regular grid stands out of the spectrum all over the face, as a logarithm of power over the
  /// neighbourhood; nil where the face is too small for a window.
  package var grid: Double?
  /// Logarithm of red over blue light from cheeks and forehead; nil on a picture without colour and where the face
  /// has no points.
  package var redness: Double?
  /// Logarithm of how steep luma is on the face over how steep it is around it; nil where too little lies around it
  /// or nothing changes there.
  package var detail: Double?
  /// How covered the lower face looks, 0–100 (`FacePixels.maskSuspicion`).
  package var cover: Double
  /// How many times the face's box fits into the picture, along the tighter direction.
  package var room: Double
  /// The picture's longer side, pixels.
  package var side: Double

  package init(
    model: Double?, grid: Double?, redness: Double?, detail: Double?, cover: Double, room: Double,
    side: Double
  ) {
    self.model = model
    self.grid = grid
    self.redness = redness
    self.detail = detail
    self.cover = cover
    self.room = room
    self.side = side
  }
}

extension PresentationLook {
  /// Probabilities nearer to 0 or 1 than this are no surer (log-odds ±6.9).
  static let probabilityMin = 0.001

  /// Looks at the face in `box` with the five points `points`.
  init(
    box: ImageBox, points: [ImagePoint], in picture: ImagePyramid, on lane: InferenceLane
  ) throws(InferenceError) {
    let probability = try PresentationModels.probability(of: box, in: picture, on: lane)
    let skin = SkinLook(points: points, in: picture)
    self.init(
      model: probability.map(Self.logOdds), grid: ScreenGrid.measure(box, in: picture),
      redness: skin?.redness, detail: SurroundingDetail.measure(box, in: picture),
      cover: skin?.cover ?? 0,
      room: max(
        0, min(Double(picture.width - 1) / box.width, Double(picture.height - 1) / box.height)),
      side: Double(max(picture.width, picture.height)))
  }

  /// Logarithm of p ÷ (1 − p), for the nearest p that is neither 0 nor 1 by `probabilityMin`.
  static func logOdds(_ probability: Double) -> Double {
    guard probability.isFinite else { return -log(1 / probabilityMin - 1) }
    let inside = min(max(probability, probabilityMin), 1 - probabilityMin)
    return log(inside / (1 - inside))
  }
}

/// The pixels of a screen, and the stripes that they make with a camera's: one regular pattern all over the face.
enum ScreenGrid {
  /// Lower frequencies are the face's own.
  static let frequencyMin: Float = 0.11
  /// Three frequencies of 128 to either side: where a JPEG's or a video's blocks lie.
  static let blockGap: Float = 1.6 / 128
  /// Windows are this share of the face's box apart, three across and three down.
  static let stride = 0.45

  /// See `PresentationLook.grid`. Stripes along an axis count: screens stand upright before cameras.
  static func measure(_ box: ImageBox, in picture: ImagePyramid) -> Double? {
    let side = PixelBuffer.spectrumSide
    guard picture.width >= side, picture.height >= side, box.width >= 1, box.height >= 1 else {
      return nil
    }
    func place(_ centre: Double, _ length: Double, _ step: Int, _ most: Int) -> Int {
      let middle = centre + Double(step) * length * stride
      return min(max(Int((middle - Double(side) / 2).rounded()), 0), most - side)
    }
    var corners: [(x: Int, y: Int)] = []
    for down in -1...1 {
      for across in -1...1 {
        let corner = (
          x: place(box.centre.x, box.width, across, picture.width),
          y: place(box.centre.y, box.height, down, picture.height)
        )
        if !corners.contains(where: { $0 == corner }) { corners.append(corner) }
      }
    }
    return picture.withPixels {
      $0.coherence(at: corners, frequencyMin: frequencyMin, axisGap: 0, blockGap: blockGap)
    }.median
  }
}

/// How much a face shows beside what is around it. A camera that takes a sheet of paper or a screen takes a picture
/// whose contrast and sharpness are lost once already, in a scene that has all of its own.
enum SurroundingDetail {
  /// Parts of the face's box that are the face, and around which the scene begins.
  private static let face = (from: 0.15, to: 0.85)
  private static let aroundColumns = (from: -0.1, to: 1.1)
  private static let aroundRows = (from: -0.25, to: 1.15)
  /// Least part of the picture that has to lie around the face.
  private static let shareMin = 0.1
  /// Added to both means: a twentieth of a step of 8-bit luma each way, so that flat walls do not count as nothing.
  private static let floor = 0.1

  /// See `PresentationLook.detail`.
  static func measure(_ box: ImageBox, in picture: ImagePyramid) -> Double? {
    guard box.width >= 1, box.height >= 1 else { return nil }
    func span(_ start: Double, _ length: Double, _ part: (from: Double, to: Double)) -> Range<Int> {
      let most = 1e6
      let lower = Int(min(max(start + part.from * length, -most), most))
      return lower..<max(lower, Int(min(max(start + part.to * length, -most), most)))
    }
    let steep = picture.withPixels {
      $0.steepness(
        inside: (span(box.x, box.width, face), span(box.y, box.height, face)),
        outsideOf: (
          span(box.x, box.width, aroundColumns), span(box.y, box.height, aroundRows)
        ))
    }
    guard steep.outsideShare >= shareMin, steep.inside > 0, steep.outside > 0 else { return nil }
    return log((steep.inside + floor) / (steep.outside + floor))
  }
}

/// Colour of the bare skin, and whether the lower face is covered.
struct SkinLook {
  let redness: Double?
  let cover: Double

  /// Added to each channel (0–255), so that grain in the dark does not count as colour.
  private static let lift: Float = 1
  /// A picture whose channels differ by less than this on all places of the skin has no colour.
  private static let greyMax: Float = 1

  /// Nil if the points do not make a face.
  init?(points: [ImagePoint], in picture: ImagePyramid) {
    let side = FaceTemplatePoints.cropSide
    guard let map = Similarity(from: points, to: FaceTemplatePoints.points) else { return nil }
    var planes = [Float](repeating: 0, count: 3 * side * side)
    planes.withUnsafeMutableBufferPointer {
      picture.crop(map, side: side, order: .rgb, into: $0)
    }
    var (reds, blues): ([Float], [Float]) = ([], [])
    for region in FaceCrop.upperSkin {
      for row in region.rows {
        for column in region.columns {
          reds.append(planes[row * side + column])
          blues.append(planes[2 * side * side + row * side + column])
        }
      }
    }
    let isGrey = zip(reds, blues).allSatisfy { abs($0 - $1) < Self.greyMax }
    reds.sort()
    blues.sort()
    let (red, blue) = (reds[reds.count / 2] + Self.lift, blues[blues.count / 2] + Self.lift)
    redness = isGrey ? nil : Double(log(red / blue))
    cover = FacePixels(FaceCrop(planes)).maskSuspicion
  }
}
