// The condition of a card's picture, on cards drawn here: each kind of damage raises its own number, and little
// else; more damage gives a larger number.

internal import Foundation
internal import Testing

@testable internal import Media
@testable internal import Vision

/// A drawn card of 1000 × 630 pixels on a table, one pixel of the card a pixel of the picture.
private struct DrawnCard {
  static let (width, height) = (1280, 960)
  static let (left, top, cardWidth, cardHeight) = (140, 165, 1000, 630)

  /// Red, green, blue, 0–255, row after row.
  var pixels: [Float]
  private var random: UInt64

  /// Paper with blue labels, black writing and a portrait; grain of about `grain` grey levels.
  init(paper: (Float, Float, Float) = (226, 232, 236), grain: Float = 2, seed: UInt64 = 7) {
    random = seed
    pixels = [Float](repeating: 0, count: Self.width * Self.height * 3)
    paint(0..<Self.width, 0..<Self.height) { _, _, _ in (96, 84, 70) }
    paint(card: 0..<1000, 0..<630) { _, _, _ in paper }
    // Lines of writing: strokes 5 wide, 38 high, of uneven distance; a crossbar each.
    for (line, y) in [64, 146, 222, 300, 350, 540].enumerated() {
      var x = line < 5 ? 186 : 340
      while x < (line < 5 ? 560 : 900) {
        paint(card: x..<x + 5, y..<y + 38) { _, _, _ in (32, 32, 32) }
        paint(card: x..<x + 17, y + 16..<y + 21) { _, _, _ in (32, 32, 32) }
        x += 22 + Int(number() * 20)
      }
      paint(card: 76..<81, y..<y + 30) { _, _, _ in (70, 130, 180) }
      paint(card: 90..<140, y + 10..<y + 15) { _, _, _ in (70, 130, 180) }
    }
    paint(card: 640..<940, 92..<470) { x, y, _ in
      let (dx, dy) = (Float(x - 790) / 80, Float(y - 260) / 110)
      return dx * dx + dy * dy < 1 ? (205, 160, 135) : (235, 238, 242)
    }
    for index in pixels.indices { pixels[index] += grain * (number() + number() - 1) * 2.45 }
  }

  /// Evenly from 0 to 1, the same on every run.
  private mutating func number() -> Float {
    random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(random >> 40) / Float(1 << 24)
  }

  private mutating func paint(
    _ columns: Range<Int>, _ rows: Range<Int>,
    _ colour: (Int, Int, (Float, Float, Float)) -> (Float, Float, Float)
  ) {
    for y in rows {
      for x in columns {
        let at = (y * Self.width + x) * 3
        let new = colour(x, y, (pixels[at], pixels[at + 1], pixels[at + 2]))
        (pixels[at], pixels[at + 1], pixels[at + 2]) = new
      }
    }
  }

  /// Paints in the card's own pixels.
  mutating func paint(
    card columns: Range<Int>, _ rows: Range<Int>,
    _ colour: (Int, Int, (Float, Float, Float)) -> (Float, Float, Float)
  ) {
    paint(
      columns.lowerBound + Self.left..<columns.upperBound + Self.left,
      rows.lowerBound + Self.top..<rows.upperBound + Self.top
    ) { x, y, old in colour(x - Self.left, y - Self.top, old) }
  }

  mutating func everywhere(
    _ colour: (Int, Int, (Float, Float, Float)) -> (Float, Float, Float)
  ) {
    paint(0..<Self.width, 0..<Self.height, colour)
  }

  /// A round lamp's reflection: `strength` 255 whitens black in its middle.
  mutating func shine(x: Float, y: Float, radius: Float, strength: Float) {
    paint(card: 0..<1000, 0..<630) { column, row, old in
      let (dx, dy) = ((Float(column) - x) / radius, (Float(row) - y) / radius)
      let light = strength * exp(-(dx * dx + dy * dy))
      return (old.0 + light, old.1 + light, old.2 + light)
    }
  }

  /// Averages 2 · `reach` + 1 pixels, down if `down`, else across.
  mutating func smear(_ reach: Int, down: Bool) {
    let step = (down ? Self.width : 1) * 3
    let old = pixels
    for y in 0..<Self.height {
      for x in 0..<Self.width {
        let place = down ? y : x
        let last = (down ? Self.height : Self.width) - 1
        for channel in 0..<3 {
          let at = (y * Self.width + x) * 3 + channel
          var sum: Float = 0
          for d in -reach...reach { sum += old[at + (min(max(place + d, 0), last) - place) * step] }
          pixels[at] = sum / Float(2 * reach + 1)
        }
      }
    }
  }

  private func buffer(_ left: Int, _ top: Int, _ width: Int, _ height: Int) -> ImagePyramid {
    var result = PixelBuffer(width: width, height: height, red: 0, green: 0, blue: 0)
    result.withUnsafeMutableBytes { bytes in
      for y in 0..<height {
        for index in 0..<width * 3 {
          let value = pixels[((y + top) * Self.width + left) * 3 + index]
          bytes[y * width * 3 + index] = UInt8(min(max(value.rounded(), 0), 255))
        }
      }
    }
    return ImagePyramid(result)
  }

  /// Measures the card.
  func measured(lines: [TextLine] = [line("公民身份号码", from: (76, 538), to: (330, 538))])
    -> [CardCondition.Kind: CardCondition.Measurement]
  {
    let (x, y) = (Double(Self.left) - 0.5, Double(Self.top) - 0.5)
    let quad = Quad(
      topLeft: ImagePoint(x: x, y: y), topRight: ImagePoint(x: x + 1000, y: y),
      bottomRight: ImagePoint(x: x + 1000, y: y + 630), bottomLeft: ImagePoint(x: x, y: y + 630))
    return CardConditionMeter.measure(
      picture: buffer(0, 0, Self.width, Self.height), quad: quad,
      rectified: buffer(Self.left, Self.top, Self.cardWidth, Self.cardHeight), lines: lines
    ).measurements
  }

  /// A line of writing 40 high.
  static func line(_ text: String, from: (Double, Double), to: (Double, Double)) -> TextLine {
    TextLine(
      quad: Quad(
        topLeft: ImagePoint(x: from.0, y: from.1), topRight: ImagePoint(x: to.0, y: to.1),
        bottomRight: ImagePoint(x: to.0, y: to.1 + 40),
        bottomLeft: ImagePoint(x: from.0, y: from.1 + 40)),
      characters: text.map { ReadCharacter(character: $0, confidence: 1, position: 0.5) },
      detectionConfidence: 1)
  }
}

@Suite struct CardConditionTests {
  typealias Kind = CardCondition.Kind

  /// Where a warning would begin; Decisions has the limits that hold.
  private static let bounds: [Kind: Double] = [
    .borderIncomplete: 0.02, .photocopy: 0.5, .screenRecapture: 0.5, .glare: 0.5,
    .occlusion: 0.02, .blur: 0.28, .dark: 0.7, .lowResolution: 0.485, .editing: 0.8,
    .watermark: 0.25, .electronic: 0.6,
  ]

  /// Hints, which have tests of their own: what is done to a drawn card here also takes its grain away.
  private static let hints: Set<Kind> = [.editing, .watermark, .electronic]

  /// The kinds at or above their bound, but for hints.
  private func raised(_ card: DrawnCard) -> Set<Kind> {
    Set(card.measured().filter { $0.value.value >= Self.bounds[$0.key]! }.keys)
      .subtracting(Self.hints)
  }

  @Test("a plain card raises nothing, and its numbers are what they were")
  func plain() throws {
    let found = DrawnCard().measured()
    #expect(found.allSatisfy { $0.value.value < Self.bounds[$0.key]! }, "\(found)")
    #expect(try #require(found[.borderIncomplete]).value == 0)
    // 8 pixels over 0.0375 × 1000.
    #expect(abs(try #require(found[.lowResolution]).value - 8 / 37.5) < 1e-9)
    // The brightest tenth is the portrait's background: 0.299 · 235 + 0.587 · 238 + 0.114 · 242, a little more
    // for the brightest pixels of each cell.
    let dark = try #require(found[.dark]).value
    #expect(abs(dark - (1 - 238.5 / 255)) < 0.008)
    #expect(try #require(found[.photocopy]).value < 0.2)
  }

  @Test("light of any colour and a shade from one side raise nothing")
  func light() {
    var card = DrawnCard()
    card.everywhere { x, y, old in
      let shade = 0.72 + 0.25 * Float(x) / 1280 - 0.1 * Float(y) / 960
      return (old.0 * shade, old.1 * shade * 0.92, old.2 * shade * 0.75)
    }
    #expect(raised(card).isEmpty)
  }

  @Test("a dim card whose writing can be read raises nothing; a dark one is dark")
  func dark() throws {
    var values: [Double] = []
    for share: Float in [1, 0.6, 0.42, 0.25, 0.12] {
      var card = DrawnCard()
      card.everywhere { _, _, old in (old.0 * share, old.1 * share, old.2 * share) }
      values.append(try #require(card.measured()[.dark]).value)
      #expect(raised(card) == (share > 0.4 ? [] : [.dark]))
    }
    #expect(values == values.sorted())
  }

  @Test("a card without colour is a copy, under any light")
  func photocopy() {
    for tint: Float in [1, 0.8] {
      var card = DrawnCard()
      card.everywhere { _, _, old in
        let grey = (old.0 + old.1 + old.2) / 3
        return (grey, grey, grey * tint)
      }
      #expect(raised(card) == [.photocopy])
    }
  }

  @Test("a reflection that fills writing is glare, at its place; one that leaves it is not")
  func glare() throws {
    var values: [Double] = []
    for strength: Float in [0, 10, 40, 250] {
      var card = DrawnCard(paper: (200, 206, 210))
      card.shine(x: 330, y: 240, radius: 110, strength: strength)
      let found = try #require(card.measured()[.glare])
      values.append(found.value)
      if strength == 250 {
        #expect(raised(card) == [.glare])
        let place = try #require(found.place)
        #expect(abs(place.centre.x - 330) < 60 && abs(place.centre.y - 240) < 60)
      }
    }
    #expect(values == values.sorted() && values[0] < 0.2)
  }

  @Test("a lit half with its writing intact is no glare")
  func halfShade() {
    var card = DrawnCard(paper: (214, 220, 224))
    card.everywhere { x, y, old in
      let shade = 1 - 0.28 / (1 + exp(-Float(x - 560 - y / 4) / 25))
      return (old.0 * shade, old.1 * shade, old.2 * shade)
    }
    #expect(!raised(card).contains(.glare))
  }

  @Test(
    "fingers of any skin, cloth and paper of another colour cover",
    arguments: [(205, 170, 150), (141, 94, 66), (66, 44, 36), (20, 20, 22), (250, 240, 120)])
  func occlusion(red: Int, green: Int, blue: Int) throws {
    var card = DrawnCard()
    card.paint(card: 380..<520, 470..<630) { _, _, _ in (Float(red), Float(green), Float(blue)) }
    #expect(raised(card) == [.occlusion])
    let found = try #require(card.measured()[.occlusion])
    let place = try #require(found.place)
    #expect(abs(place.centre.x - 450) < 15 && abs(place.y - 470) < 15)
  }

  @Test("more of the card covered gives a larger number")
  func occlusionGrows() throws {
    let values = try [0, 40, 90, 160].map { side in
      var card = DrawnCard()
      card.paint(card: 380..<380 + side, 430..<430 + side) { _, _, _ in (60, 40, 30) }
      return try #require(card.measured()[.occlusion]).value
    }
    #expect(values == values.sorted() && values[0] < 0.005 && values[3] > 0.03)
  }

  @Test("blur grows with the width of edges, and recapture is not judged on a blurred card")
  func blur() throws {
    var values: [Double] = []
    for reach in [0, 2, 4, 7] {
      var card = DrawnCard()
      if reach > 0 {
        card.smear(reach, down: false)
        card.smear(reach, down: true)
        card.smear(reach / 2, down: false)
        card.smear(reach / 2, down: true)
      }
      let found = card.measured()
      values.append(try #require(found[.blur]).value)
      if reach == 7 {
        #expect(raised(card) == [.blur])
        #expect(found[.screenRecapture] == nil)
      }
    }
    #expect(values == values.sorted() && values[1] < 0.28)
  }

  @Test("a regular grid all over the card is a recapture", arguments: [2.3, 3.1, 5.2])
  func recapture(pitch: Double) throws {
    var card = DrawnCard()
    card.everywhere { x, y, old in
      let along = 0.98 * Double(x) + 0.2 * Double(y)
      let share = Float(1 + 0.04 * sin(2 * .pi * along / pitch))
      return (old.0 * share, old.1 * share, old.2 * share)
    }
    #expect(raised(card) == [.screenRecapture])
  }

  @Test("the share of a card that lies outside its picture is told, with its place")
  func border() throws {
    let map = try #require(
      Homography(
        ofCard: Quad(
          topLeft: ImagePoint(x: -100.5, y: 99.5), topRight: ImagePoint(x: 899.5, y: 99.5),
          bottomRight: ImagePoint(x: 899.5, y: 729.5), bottomLeft: ImagePoint(x: -100.5, y: 729.5)))
    )
    let quad = Quad(
      topLeft: map(ImagePoint(x: 0, y: 0)), topRight: map(ImagePoint(x: 1, y: 0)),
      bottomRight: map(ImagePoint(x: 1, y: 1)), bottomLeft: map(ImagePoint(x: 0, y: 1)))
    let size = ImagePoint(x: 1000, y: 630)
    let cut = ConditionBorder.measure(quad, width: 1280, height: 960, map: map, size: size)
    #expect(abs(cut.value - 0.1) < 0.01)
    let place = try #require(cut.place)
    #expect(place.x == -0.5 && abs(place.width - 100) < 20 && abs(place.height - 630) < 1)
    let whole = ConditionBorder.measure(
      Quad(
        topLeft: ImagePoint(x: -0.5, y: -0.5), topRight: ImagePoint(x: 999.5, y: -0.5),
        bottomRight: ImagePoint(x: 999.5, y: 629.5), bottomLeft: ImagePoint(x: -0.5, y: 629.5)),
      width: 1000, height: 630,
      map: try #require(
        Homography(
          ofCard: Quad(
            topLeft: ImagePoint(x: -0.5, y: -0.5), topRight: ImagePoint(x: 999.5, y: -0.5),
            bottomRight: ImagePoint(x: 999.5, y: 629.5), bottomLeft: ImagePoint(x: -0.5, y: 629.5)))
      ),
      size: size)
    #expect(whole == CardCondition.Measurement(value: 0))
  }

  @Test("corners that make no card measure nothing")
  func noCard() {
    let point = ImagePoint(x: 5, y: 5)
    #expect(
      Homography(
        ofCard: Quad(topLeft: point, topRight: point, bottomRight: point, bottomLeft: point))
        == nil)
    let (a, b) = (ImagePoint(x: 0, y: 0), ImagePoint(x: 100, y: 0))
    let (c, d) = (ImagePoint(x: 100, y: 60), ImagePoint(x: 0, y: 60))
    #expect(Homography(ofCard: Quad(topLeft: b, topRight: a, bottomRight: d, bottomLeft: c)) == nil)
    #expect(
      Homography(
        ofCard: Quad(
          topLeft: a, topRight: b, bottomRight: ImagePoint(x: .nan, y: 60), bottomLeft: d)) == nil)
  }

  @Test("a line of writing without grain stands out")
  func editing() throws {
    let lines = [64, 146, 222, 300, 540].map {
      DrawnCard.line("公民身份号码", from: (180, Double($0 - 8)), to: (590, Double($0 - 8)))
    }
    var card = DrawnCard(grain: 3)
    #expect(try #require(card.measured(lines: lines)[.editing]).value < 0.4)
    card.paint(card: 170..<600, 212..<264) { x, y, _ in
      x % 40 < 5 && y > 222 && y < 256 ? (32, 32, 32) : (226, 232, 236)
    }
    let found = try #require(card.measured(lines: lines)[.editing])
    #expect(found.value > 0.8)
    #expect(abs(try #require(found.place).y - 214) < 1)
  }

  @Test("slanting writing is a watermark; a card's own lines, and one that climbs, are not")
  func watermark() {
    let size = ImagePoint(x: 1000, y: 630)
    let own = [
      DrawnCard.line("公民身份号码", from: (76, 538), to: (330, 545)),
      DrawnCard.line("样张", from: (100, 100), to: (300, 300)),
    ]
    #expect(ConditionTraces.watermark(own, size: size) == CardCondition.Measurement(value: 0))
    let slanting = DrawnCard.line("仅供办理业务使用", from: (100, 500), to: (500, 200))
    let found = ConditionTraces.watermark(own + [slanting], size: size)
    #expect(abs(found.value - 0.5) < 1e-9 && found.place == slanting.quad.bounds)
  }

  @Test("a card drawn without grain is electronic, one with grain is not")
  func electronic() throws {
    #expect(try #require(DrawnCard(grain: 0).measured()[.electronic]).value > 0.9)
    #expect(try #require(DrawnCard(grain: 2).measured()[.electronic]).value < 0.3)
  }
}

@Suite struct ConditionGridTests {
  @Test("a surface of second order is found exactly")
  func surface() throws {
    let places = (0..<60).map { ImagePoint(x: Double($0 % 10) / 9, y: Double($0 / 10) / 5) }
    func value(_ p: ImagePoint) -> Double { 3 - 2 * p.x + p.y + 0.5 * p.x * p.x - p.x * p.y }
    let fitted = try #require(Surface(places.map { ($0, value($0)) }, terms: 6))
    for place in places { #expect(abs(fitted(place) - value(place)) < 1e-9) }
    #expect(Surface([], terms: 3) == nil)
    #expect(Surface([(ImagePoint(x: 0.2, y: 0.3), 1.0)], terms: 3) == nil)
  }

  @Test("what stands at a rank is found without sorting")
  func ranks() {
    var random = SeededRandom(seed: 7)
    for count in [1, 2, 3, 10, 257, 1000] {
      // Many alike, too.
      let values = (0..<count).map { _ in Float(Int.random(in: -20...20, using: &random)) / 4 }
      for share in [0, 0.05, 0.5, 0.9, 1] {
        let place = min(count - 1, Int(share * Double(count)))
        #expect(ConditionGrid.percentile(values, share) == values.sorted()[place])
      }
    }
    #expect(ConditionGrid.percentile([], 0.5) == 0)
  }

  @Test("the mean and the median of a neighbourhood, smaller at the border")
  func neighbourhoods() {
    let filter = GridFilter(columns: 3, rows: 3)
    let values: [Float] = [9, 1, 8, 2, 7, 3, 6, 4, 5]
    #expect(filter.mean(values)[0] == Float(9 + 1 + 2 + 7) / 4)
    #expect(filter.mean(values)[4] == 5)
    // The lower middle of an even number.
    #expect(filter.median(values)[0] == 2)
    #expect(filter.median(values)[4] == 5)
    #expect(GridFilter(columns: 1, rows: 1).median([3]) == [3])
  }

  @Test("groups touch by their sides, and the heaviest wins, not the largest")
  func groups() {
    let filter = GridFilter(columns: 4, rows: 3)
    let mask = [1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1].map { $0 == 1 }
    let weights: [Float] = [1, 1, 9, 9, 9, 9, 5, 9, 1, 1, 9, 2]
    let (cells, weight) = filter.heaviestGroup(mask, weights: weights)
    #expect(cells == [6] && weight == 5)
    let none = filter.heaviestGroup([Bool](repeating: false, count: 12), weights: weights)
    #expect(none.cells.isEmpty && none.weight == 0)
  }

  @Test("narrow hills stay, wide plateaus go")
  func hills() {
    let filter = GridFilter(columns: 20, rows: 1)
    let values: [Float] = (0..<20).map { $0 == 3 ? 2 : $0 >= 10 ? 1 : 0 }
    let found = filter.hills(values, across: 2, down: 0)
    #expect(found == (0..<20).map { $0 == 3 ? 2 : 0 })
  }

  @Test("the map takes the square's corners to the quad's")
  func map() throws {
    let quad = Quad(
      topLeft: ImagePoint(x: 12, y: 7), topRight: ImagePoint(x: 210, y: 30),
      bottomRight: ImagePoint(x: 190, y: 160), bottomLeft: ImagePoint(x: 3, y: 120))
    let map = try #require(Homography(ofCard: quad))
    for (place, corner) in zip([(0, 0), (1, 0), (1, 1), (0, 1)], quad.corners) {
      let there = map(ImagePoint(x: Double(place.0), y: Double(place.1)))
      #expect(abs(there.x - corner.x) < 1e-9 && abs(there.y - corner.y) < 1e-9)
    }
  }
}
