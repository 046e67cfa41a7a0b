// All characters of a card with their places, and the rows that they form.

internal import Vision

/// A card's writing. Lines that the detector split or merged look alike here: characters are what counts.
struct CardText {
  /// Width and height of the card in pixels, at least 1.
  let width: Double
  let height: Double
  /// Without blanks, in reading order of their lines.
  let glyphs: [Glyph]
  /// Lines side by side form one row; upper ones first, each from left to right.
  let rows: [[Glyph]]
  /// What is read somewhere or may be, Latin letters also as small ones: words that are not made of it are not on the card.
  let vocabulary: Set<Character>

  init(_ reading: CardReading) {
    width = Double(max(1, reading.width))
    height = Double(max(1, reading.height))
    var glyphs: [Glyph] = []
    var lines: [(y: Double, height: Double, range: Range<Int>)] = []
    for (index, line) in reading.lines.prefix(DocumentLimits.linesMax).enumerated() {
      let made = Self.glyphs(of: line, index: index, firstID: glyphs.count)
      guard let first = made.first else { continue }
      let y = made.reduce(0) { $0 + $1.y } / Double(made.count)
      lines.append((y, first.height, glyphs.count..<glyphs.count + made.count))
      glyphs += made
    }
    let doubles = Self.doubles(among: lines.map { Array(glyphs[$0.range]) })
    self.glyphs = glyphs.filter { !doubles.contains($0.id) }
    var rows: [(y: Double, height: Double, glyphs: [Glyph])] = []
    for line in lines.sorted(by: { ($0.y, $0.range.lowerBound) < ($1.y, $1.range.lowerBound) }) {
      let members = glyphs[line.range].filter { !doubles.contains($0.id) }
      if members.isEmpty { continue }
      if let last = rows.indices.last(where: { index in
        abs(rows[index].y - line.y) < Self.sameRow * min(rows[index].height, line.height)
          && !Self.overlap(rows[index].glyphs, members)
      }) {
        rows[last].glyphs += members
      } else {
        rows.append((line.y, line.height, members))
      }
    }
    self.rows = rows.map(\.glyphs.leftToRight)
    vocabulary = Set(self.glyphs.flatMap(Self.forms(of:)))
  }

  /// Lines whose middles lie closer than this part of the lower one's height share a row.
  static let sameRow = 0.55

  /// Characters at the end of a line that are another line's: detected lines may reach into each other. Of two readings
  /// of one place the less sure one is the double.
  private static func doubles(among lines: [[Glyph]]) -> Set<Int> {
    var doubles: Set<Int> = []
    for (index, line) in lines.enumerated() {
      for end in [0, line.count - 1] {
        let glyph = line[end]
        for (other, neighbours) in lines.enumerated() where other != index {
          let isDouble = [0, neighbours.count - 1].contains { place in
            let twin = neighbours[place]
            let near = abs(twin.x - glyph.x) < doubleEms * min(twin.em, glyph.em)
            let level = abs(twin.y - glyph.y) < 0.4 * min(twin.height, glyph.height)
            let isLess = (glyph.confidence, twin.id) < (twin.confidence, glyph.id)
            return near && level && isLess && !doubles.contains(twin.id)
          }
          if isDouble { doubles.insert(glyph.id) }
        }
      }
    }
    return doubles
  }

  /// Neighbouring digits are more than half an em apart.
  static let doubleEms = 0.45

  /// Whether two groups lie over each other, so that they cannot be parts of one row.
  private static func overlap(_ a: [Glyph], _ b: [Glyph]) -> Bool {
    a.contains { first in
      b.contains { abs($0.x - first.x) < doubleEms * min($0.em, first.em) }
    }
  }

  private static func glyphs(of line: TextLine, index: Int, firstID: Int) -> [Glyph] {
    let quad = line.quad
    let corners = [quad.topLeft, quad.topRight, quad.bottomRight, quad.bottomLeft]
    guard corners.allSatisfy({ abs($0.x) < 1e6 && abs($0.y) < 1e6 }) else { return [] }
    let left = middle(quad.topLeft, quad.bottomLeft)
    let right = middle(quad.topRight, quad.bottomRight)
    let top = middle(quad.topLeft, quad.topRight)
    let bottom = middle(quad.bottomLeft, quad.bottomRight)
    let height = max(1, distance(top, bottom))
    var made: [Glyph] = []
    var isAfterBlank = false
    for read in line.characters.prefix(DocumentLimits.lineCharactersMax) {
      let character = Characters.normalised(read.character)
      guard character != " ", read.position.isFinite else {
        isAfterBlank = true
        continue
      }
      let at = min(1, max(0, read.position))
      made.append(
        Glyph(
          id: firstID + made.count, character: character, read: character,
          confidence: read.confidence.isFinite ? min(1, max(0, read.confidence)) : 0,
          alternatives: read.alternatives.map {
            .init(
              character: Characters.normalised($0.character),
              confidence: $0.confidence.isFinite ? min(1, max(0, $0.confidence)) : 0)
          }, x: left.x + (right.x - left.x) * at, y: left.y + (right.y - left.y) * at,
          height: height, em: 0, line: index, lineEnd: right.x, isAfterBlank: isAfterBlank))
      isAfterBlank = false
    }
    let em = emWidth(of: made, height: height)
    for index in made.indices { made[index].em = em }
    return made
  }

  /// The distance of neighbouring Han characters, wider ones left out: labels stand apart from their values. Without
  /// any, from the line's height.
  private static func emWidth(of glyphs: [Glyph], height: Double) -> Double {
    var steps: [Double] = []
    for (a, b) in zip(glyphs, glyphs.dropFirst())
    where Characters.isHan(a.character) && Characters.isHan(b.character) {
      steps.append(abs(b.x - a.x))
    }
    let byHeight = height * emOfHeight
    guard steps.count >= 2 else { return byHeight }
    return min(max(steps.sorted()[steps.count / 3], 0.7 * byHeight), 1.6 * byHeight)
  }

  /// An em as part of a line's height with the detector's margin.
  static let emOfHeight = 0.72

  private static func middle(_ a: ImagePoint, _ b: ImagePoint) -> ImagePoint {
    ImagePoint(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2)
  }

  private static func distance(_ a: ImagePoint, _ b: ImagePoint) -> Double {
    ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
  }
}
