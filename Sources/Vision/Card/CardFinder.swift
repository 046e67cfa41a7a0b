// Finds identity cards in a picture: straight edges, quads of them, the best ones measured again at full size.

internal import Media

/// A card found in a picture.
package struct FoundCard: Sendable, Equatable {
  /// Its corners, from the picture's upper left going clockwise; those outside the picture are extrapolated. Which
  /// corner is the card's own upper left is told by `CardFinder.orientation`.
  package var quad: Quad
  /// How sure the finder is of the corners, 0–1. Below `CardFinder.seenMin` no border was seen: the place was
  /// guessed from the writing.
  package var confidence: Double

  package init(quad: Quad, confidence: Double) {
    self.quad = quad
    self.confidence = confidence
  }
}

/// Finds cards by their borders.
///
/// Works on a picture of `workSide` pixels; the corners are then measured on the picture itself. The number of
/// lines, quads and pixels looked at is bounded, so time is bounded whatever the picture shows.
package enum CardFinder {
  /// Confidence from which on a border was seen.
  package static let seenMin = 0.25

  /// Every card of `picture`, surest first, at most `CardFinderLimits.cardsMax`. `textQuads` are the lines of
  /// writing in the whole picture, in any direction; without them, cards are told by their border alone.
  static func find(in picture: ImagePyramid, textQuads: [Quad]) -> [FoundCard] {
    let whole = WorkFrame(pictureWidth: picture.width, pictureHeight: picture.height)
    guard min(whole.width, whole.height) >= CardFinderLimits.workSideMin else { return [] }
    let lines = Array(textQuads.prefix(CardFinderLimits.textQuadsMax))
    let writing = CardWriting(lines.map(whole.toWork))
    var found = search(picture, whole, writing)
    let sure = found.first?.confidence ?? 0
    if sure < CardFinderLimits.closerLookBelow, let box = writing.surroundings(in: whole) {
      // Little of the picture is written on: a small card, seen better from near by.
      let part = WorkFrame(box, of: whole)
      if min(part.width, part.height) >= CardFinderLimits.workSideMin {
        let nearer = search(picture, part, CardWriting(lines.map(part.toWork)))
        if nearer.first?.confidence ?? 0 > sure { found = nearer }
      }
    }
    if found.isEmpty, let guess = writing.guess(in: whole) {
      found.append(
        FoundCard(quad: whole.toPicture(guess.quad).clockwise, confidence: guess.confidence))
    }
    return found
  }

  /// The cards in the part of `picture` that `frame` shows.
  private static func search(
    _ picture: ImagePyramid, _ frame: WorkFrame, _ writing: CardWriting
  ) -> [FoundCard] {
    let lines = picture.withPixels { pixels in sideLines(of: pixels, frame) }
    let candidates = CardCandidates(lines: lines, frame: frame, writing: writing).best()
    var found: [FoundCard] = []
    var taken: [Quad] = []
    for candidate in candidates where found.count < CardFinderLimits.cardsMax {
      guard accepts(candidate, beside: taken, first: found.isEmpty, writing) else { continue }
      taken.append(candidate.quad)
      let quad = picture.withPixels { pixels in
        SideRefinement(frame: frame).refined(candidate, on: pixels)
      }
      found.append(FoundCard(quad: quad.clockwise, confidence: candidate.confidence))
    }
    return found
  }

  /// The longest straight edges of what `frame` shows.
  private static func sideLines(of pixels: borrowing PixelBuffer, _ frame: WorkFrame) -> [SideLine]
  {
    let (width, height) = (frame.width, frame.height)
    return withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * width * height) { planes in
      if frame.isWhole {
        pixels.resample(
          toWidth: width, height: height, order: .rgb, planes: planes, planeWidth: width,
          planeHeight: height)
      } else {
        let first = frame.toPicture(ImagePoint(x: 0, y: 0))
        pixels.warp(
          SamplingMap(a: frame.scaleX, b: 0, c: first.x, d: 0, e: frame.scaleY, f: first.y),
          samples: Int(max(frame.scaleX, frame.scaleY).rounded(.up)), order: .rgb, planes: planes,
          width: width, height: height)
      }
      let edges = EdgeMap(
        planes: UnsafeBufferPointer(planes), width: width, height: height,
        threshold: CardFinderLimits.edgeThreshold)
      return SideLine.longest(of: edges)
    }
  }

  /// Whether `candidate` is another card beside those in `taken`.
  private static func accepts(
    _ candidate: CardCandidate, beside taken: [Quad], first: Bool, _ writing: CardWriting
  ) -> Bool {
    guard candidate.score >= (first ? CardFinderLimits.scoreMin : CardFinderLimits.scoreMinOfMore)
    else { return false }
    // Where there is writing, a card has some.
    if writing.count >= CardFinderLimits.guessLinesMin, candidate.writing <= 0 { return false }
    let area = abs(candidate.quad.signedArea)
    for other in taken {
      let otherArea = abs(other.signedArea)
      guard candidate.quad.sharedArea(with: other) < 0.1 * min(area, otherArea) else {
        return false
      }
    }
    guard !first else { return true }
    // Sheets, tiles and screens lie about; another card has writing, or is much like the first.
    let ratio = area / abs(taken[0].signedArea)
    return writing.isEmpty
      ? (0.5...2).contains(ratio) && candidate.isClosed
        && candidate.score >= CardFinderLimits.scoreMinUnread
      : (0.2...5).contains(ratio) && writing.lines(in: candidate.quad) >= 2
  }
}

/// A picture or a part of it at working size, and the way back. Pixel centres in both.
struct WorkFrame: Sendable {
  /// Size of what is looked at, in working pixels.
  let width: Int
  let height: Int
  /// Pixels of the picture for one working pixel.
  let scaleX: Double
  let scaleY: Double
  /// Size of the picture.
  let pictureWidth: Int
  let pictureHeight: Int
  /// The first pixel of the picture that is looked at.
  private let left: Int
  private let top: Int

  /// The whole picture.
  init(pictureWidth: Int, pictureHeight: Int) {
    self.init(
      left: 0, top: 0, width: pictureWidth, height: pictureHeight, pictureWidth: pictureWidth,
      pictureHeight: pictureHeight)
  }

  /// The whole picture at its own size.
  init(unscaledWidth width: Int, height: Int) {
    self.init(
      left: 0, top: 0, width: width, height: height, pictureWidth: width, pictureHeight: height,
      scale: 1)
  }

  /// The part that `box`, in working pixels of `whole`, covers.
  init(_ box: ImageBox, of whole: WorkFrame) {
    let first = whole.toPicture(ImagePoint(x: box.x, y: box.y))
    let last = whole.toPicture(ImagePoint(x: box.x + box.width, y: box.y + box.height))
    let (left, top) = (max(0, Int(first.x)), max(0, Int(first.y)))
    self.init(
      left: left, top: top, width: min(whole.pictureWidth, Int(last.x) + 1) - left,
      height: min(whole.pictureHeight, Int(last.y) + 1) - top, pictureWidth: whole.pictureWidth,
      pictureHeight: whole.pictureHeight)
  }

  private init(
    left: Int, top: Int, width: Int, height: Int, pictureWidth: Int, pictureHeight: Int,
    scale fixed: Double? = nil
  ) {
    let scale =
      fixed ?? max(1, Double(max(width, height)) / Double(CardFinderLimits.workSide))
    self.width = Int((Double(width) / scale).rounded())
    self.height = Int((Double(height) / scale).rounded())
    scaleX = Double(width) / Double(max(1, self.width))
    scaleY = Double(height) / Double(max(1, self.height))
    (self.left, self.top) = (left, top)
    (self.pictureWidth, self.pictureHeight) = (pictureWidth, pictureHeight)
    isWhole = width == pictureWidth && height == pictureHeight
  }

  /// Whether nothing is left out: only then can a card end at the border of what is looked at.
  let isWhole: Bool

  func toWork(_ quad: Quad) -> Quad { quad.map(toWork) }

  func toWork(_ point: ImagePoint) -> ImagePoint {
    ImagePoint(
      x: (point.x - Double(left) + 0.5) / scaleX - 0.5,
      y: (point.y - Double(top) + 0.5) / scaleY - 0.5)
  }

  func toPicture(_ quad: Quad) -> Quad { quad.map(toPicture) }

  func toPicture(_ point: ImagePoint) -> ImagePoint {
    ImagePoint(
      x: (point.x + 0.5) * scaleX - 0.5 + Double(left),
      y: (point.y + 0.5) * scaleY - 0.5 + Double(top))
  }

  /// The camera that is assumed to have taken the picture, in working pixels.
  var camera: CardCamera {
    let middle = ImagePoint(
      x: (Double(pictureWidth) - 1) / 2, y: (Double(pictureHeight) - 1) / 2)
    return CardCamera(
      centre: toWork(middle),
      longSide: Double(max(pictureWidth, pictureHeight)) / max(scaleX, scaleY))
  }

  /// Whether `point` lies in the picture, at least `margin` from its border.
  func contains(_ point: ImagePoint, margin: Double) -> Bool {
    point.x >= margin && point.y >= margin && point.x <= Double(width) - 1 - margin
      && point.y <= Double(height) - 1 - margin
  }
}

extension Quad {
  func map(_ body: (ImagePoint) -> ImagePoint) -> Quad {
    Quad(
      topLeft: body(topLeft), topRight: body(topRight), bottomRight: body(bottomRight),
      bottomLeft: body(bottomLeft))
  }

  /// The same corners clockwise as seen in the picture, beginning at the one whose side to the next one leads most
  /// to the right.
  package var clockwise: Quad {
    let turned =
      signedArea < 0
      ? Quad(
        topLeft: topLeft, topRight: bottomLeft, bottomRight: bottomRight, bottomLeft: topRight)
      : self
    return (0..<4).map(turned.startingLater).max {
      $0.topRight.x - $0.topLeft.x + $0.bottomRight.x - $0.bottomLeft.x
        < $1.topRight.x - $1.topLeft.x + $1.bottomRight.x - $1.bottomLeft.x
    }!
  }

  /// What is left of this quad inside the half plane to the left of the way from `a` to `b`, and so on around
  /// `other`: the corners of what both share. Both must be convex.
  func shared(with other: Quad) -> [ImagePoint] {
    var rest = corners
    let sign = other.signedArea < 0 ? -1.0 : 1.0
    let clip = other.corners
    for index in 0..<4 {
      let (a, b) = (clip[index], clip[(index + 1) % 4])
      let side = { (p: ImagePoint) in
        sign * ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x))
      }
      var kept: [ImagePoint] = []
      for (position, point) in rest.enumerated() {
        let before = rest[(position + rest.count - 1) % rest.count]
        let (s, t) = (side(before), side(point))
        if (s >= 0) != (t >= 0) {
          let share = s / (s - t)
          kept.append(
            ImagePoint(
              x: before.x + share * (point.x - before.x), y: before.y + share * (point.y - before.y)
            ))
        }
        if t >= 0 { kept.append(point) }
      }
      rest = kept
    }
    return rest
  }

  /// Area that both cover, in square pixels. Both must be convex.
  package func sharedArea(with other: Quad) -> Double {
    let places = shared(with: other)
    guard places.count >= 3 else { return 0 }
    var twice = 0.0
    for (index, point) in places.enumerated() {
      let next = places[(index + 1) % places.count]
      twice += (point.x - places[0].x) * (next.y - places[0].y)
      twice -= (next.x - places[0].x) * (point.y - places[0].y)
    }
    return abs(twice) / 2
  }
}
