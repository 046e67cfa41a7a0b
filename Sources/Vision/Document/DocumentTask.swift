// One picture of documents on its way through the pipeline, on one lane: decode, find the lines,
// find the cards, turn each upright and lay it flat, find its lines again, read them, look for the
// portrait, measure the picture's condition.

internal import Inference
internal import Media
internal import Vocabulary

/// The work of one job. Pictures live only as long as it runs, but for the crops that were asked for.
struct DocumentTask: Sendable {
  let image: Bytes
  let options: DocumentReadOptions
  let limits: ImageLimits
  let alphabet: TextAlphabet

  /// Runs on the calling thread, which is the lane's.
  func run(on lane: InferenceLane) throws(AnalysisError) -> DocumentPictureReading {
    let decoded: DecodedImage
    do throws(ImageError) {
      decoded = try ImageDecoder.decode(
        image, limits: limits, longSideWanted: VisionLimits.documentLongSideMin)
    } catch { throw .image(error) }
    let (width, height) = (decoded.fullWidth, decoded.fullHeight)
    let denominator = Double(decoded.denominator)
    let picture = ImagePyramid(decoded.takePixels())
    do throws(InferenceError) {
      let lines = try TextDetector(lane: lane).lines(in: picture)
      var cards: [CardReading] = []
      var images: [CardImages] = []
      let found = CardFinder.find(in: picture, textQuads: lines.map(\.quad))
      for found in found.prefix(options.cardsMax) {
        let read = try card(found, lines, in: picture, lane)
        cards.append(Self.inSentPixels(read.card, denominator))
        images.append(read.images)
      }
      return DocumentPictureReading(
        width: width, height: height, cards: cards, cardImages: images)
    } catch { throw .inference(error) }
  }

  /// A card laid flat, the way up it is read.
  private func card(
    _ found: FoundCard, _ lines: [DetectedLine], in picture: ImagePyramid, _ lane: InferenceLane
  ) throws(InferenceError) -> (card: CardReading, images: CardImages) {
    let quad = try CardTurner(lane: lane).upright(found.quad, lines.map(\.quad), in: picture)
    let size = RectifiedSize(of: quad)
    guard let map = RectifyingMap(quad, width: size.width, height: size.height) else {
      return (
        CardReading(
          quad: quad, quadConfidence: 0, width: size.width, height: size.height, lines: [],
          portrait: nil, condition: CardCondition()), CardImages()
      )
    }
    let flat = ImagePyramid(
      picture.view(map.toPicture, step: size.step, width: size.width, height: size.height))
    let detected = try TextDetector(lane: lane).lines(in: flat, longSide: size.detectionSide)
    // The flat card: laying it flat takes noise out of a small picture. If the picture is larger than that, it has
    // more to see.
    let view =
      size.step > Self.pictureStep
      ? TextView(picture: picture, map: map.toPicture) : TextView(picture: flat, map: nil)
    var read = try TextRecognizer(lane: lane, alphabet: alphabet).read(detected, in: view)
    read.sort { ($0.quad.topLeft.y, $0.quad.topLeft.x) < ($1.quad.topLeft.y, $1.quad.topLeft.x) }
    // A portrait is 60 pixels wide at the small input: what is found only at the large one is none.
    let faces = try FaceDetector(lane: lane).look(flat, .small)
    let portrait = faces.max { $0.box.area < $1.box.area }?.box
    var card = CardReading(
      quad: quad, quadConfidence: found.confidence, width: size.width, height: size.height,
      lines: read, portrait: portrait, condition: CardCondition())
    if let secondLook = options.secondLook {
      try lookAgain(at: secondLook(card), view, of: &card, lane)
    }
    card.condition = CardConditionMeter.measure(
      picture: picture, quad: quad, rectified: flat, lines: card.lines)
    return (card, images(of: flat, portrait, in: picture, map, step: size.step))
  }

  /// Reads what stands in `places`; where that is more than was read there, it takes its place.
  private func lookAgain(
    at places: [ImageBox], _ view: TextView, of card: inout CardReading, _ lane: InferenceLane
  ) throws(InferenceError) {
    for place in places.prefix(VisionLimits.secondLooksMax) {
      let quad = Quad(place)
      let again = try TextRecognizer(lane: lane, alphabet: alphabet).read(
        [DetectedLine(quad: quad, confidence: 1)], in: view)
      guard let line = again.first else { continue }
      card.lines = Self.lines(card.lines, with: line)
    }
  }

  /// `lines` with `line` in place of those whose middles lie in it, if it says more than all of them and nothing less.
  static func lines(_ lines: [TextLine], with line: TextLine) -> [TextLine] {
    func written(_ line: TextLine) -> [ReadCharacter] {
      line.characters.filter { $0.character != " " }
    }
    let inside = lines.filter { line.quad.contains($0.quad.middleOfCorners) }
    let sure = written(line).filter { $0.confidence >= TextRecognizer.readMin }
    let before = inside.flatMap(written)
    guard sure.count > before.count else { return lines }
    let others = lines.filter { !line.quad.contains($0.quad.middleOfCorners) }
    return DoubleCharacters.removed(from: others + [line]).sorted {
      ($0.quad.topLeft.y, $0.quad.topLeft.x) < ($1.quad.topLeft.y, $1.quad.topLeft.x)
    }
  }

  /// From this many pixels of the picture for one of the flat card on, lines are read in the picture.
  static let pictureStep = 1.25

  /// The crops that were asked for. The portrait is cut out of the picture itself, at its scale.
  private func images(
    of flat: ImagePyramid, _ portrait: ImageBox?, in picture: ImagePyramid, _ map: RectifyingMap,
    step: Double
  ) -> CardImages {
    var images = CardImages()
    if options.wantCardImage { images.card = flat.withPixels { $0.jpeg() } }
    if options.wantPortraitImage, let portrait {
      let box = Self.portraitCrop(portrait, width: flat.width, height: flat.height)
      let scale = min(max(step, 1), Self.portraitScaleMax)
      // From pixel centres of the crop to those of the flat card.
      let shift = 0.5 / scale - 0.5
      let toFlat = Homography(
        coefficients: [1 / scale, 0, box.x + shift, 0, 1 / scale, box.y + shift, 0, 0, 1])
      images.portrait = picture.view(
        toFlat.followed(by: map.toPicture), step: step / scale,
        width: Int((box.width * scale).rounded()), height: Int((box.height * scale).rounded())
      ).jpeg()
    }
    return images
  }

  /// Largest scale of a portrait against the flat card: a face of 600 pixels.
  static let portraitScaleMax = 3.0

  /// How far a portrait reaches beyond its face, in sides of the face's box: to the left and right, above, below.
  static let portraitMargin = (side: 0.45, above: 0.55, below: 0.6)

  /// The face in `box` with what is around it, in whole pixels of a picture of `width` × `height`.
  static func portraitCrop(_ box: ImageBox, width: Int, height: Int) -> ImageBox {
    let margin = portraitMargin
    let left = max(0, (box.x - margin.side * box.width).rounded())
    let top = max(0, (box.y - margin.above * box.height).rounded())
    let right = min(Double(width), (box.x + (1 + margin.side) * box.width).rounded())
    let bottom = min(Double(height), (box.y + (1 + margin.below) * box.height).rounded())
    return ImageBox(x: left, y: top, width: max(1, right - left), height: max(1, bottom - top))
  }

  /// With the outline in pixels of the picture as it was sent, `denominator` times as large.
  private static func inSentPixels(_ card: CardReading, _ denominator: Double) -> CardReading {
    func sent(_ point: ImagePoint) -> ImagePoint {
      ImagePoint(
        x: (point.x + 0.5) * denominator - 0.5, y: (point.y + 0.5) * denominator - 0.5)
    }
    var card = card
    card.quad = Quad(
      topLeft: sent(card.quad.topLeft), topRight: sent(card.quad.topRight),
      bottomRight: sent(card.quad.bottomRight), bottomLeft: sent(card.quad.bottomLeft))
    return card
  }
}

/// How large a card is laid flat.
struct RectifiedSize: Equatable {
  let width: Int
  let height: Int
  /// Pixels of the picture for one of the flat card, where the card is largest.
  let step: Double
  /// Pixels of its longer side at the text detector's input. On cards 480, 544, 608, 672 and 736 find
  /// the lines equally well (7 or 8 wrong fields of 288); a page has smaller print.
  let detectionSide: Int

  /// A card of ISO/IEC 7810's size ID-1, 85.6 × 54 mm, at 300 pixels an inch; a page of its ID-3,
  /// 125 × 88 mm, at 250.
  static let card = (width: 1012, height: 638)
  static let page = (width: 1230, height: 866)
  /// Between the proportions of the two, 1.585 and 1.42.
  static let cardRatioMin = 1.5

  /// The size that suits `quad`'s proportions.
  init(of quad: Quad) {
    let upper = quad.topLeft.distance(to: quad.topRight)
    let lower = quad.bottomLeft.distance(to: quad.bottomRight)
    let left = quad.topLeft.distance(to: quad.bottomLeft)
    let right = quad.topRight.distance(to: quad.bottomRight)
    let isCard = upper + lower >= Self.cardRatioMin * (left + right)
    (width, height) = isCard ? Self.card : Self.page
    detectionSide = isCard ? 480 : 736
    step = max(max(upper, lower) / Double(width), max(left, right) / Double(height))
  }
}
