// Where a layout's labels stand on this card, and where those that were not read must stand.

/// A printed label and where it stands on cards of the kind, as parts of width and height.
struct LayoutLabel {
  let word: [Character]
  /// Its middle, 0–1.
  let x: Double
  let y: Double

  init(_ word: String, x: Double, y: Double) {
    self.word = Array(word)
    self.x = x
    self.y = y
  }
}

/// A layout laid over a card: labels that were read say where the card's parts are, the others follow from them.
struct Placement {
  /// One for each label of the layout; nil where it was not read.
  let words: [FoundWord?]
  private let labels: [LayoutLabel]
  private let width: Double
  private let height: Double
  private var across = Line()
  private var down = Line()

  /// at ↦ shift + scale · at, from parts of the card to pixels' parts of the card.
  private struct Line {
    var shift = 0.0
    var scale = 1.0
    func callAsFunction(_ at: Double) -> Double { shift + scale * at }
  }

  /// A label read in full may stand this far from its place, in parts of the card.
  static let looseDistance = 0.2
  /// A label read in part must stand this close to its place.
  static let tightDistance = 0.06

  init(_ labels: [LayoutLabel], on text: CardText) {
    self.labels = labels
    width = text.width
    height = text.height
    var words = labels.map { label in
      text.places(of: label.word, scoreMin: 0.9).min {
        Self.distance($0, label.x, label.y, text) < Self.distance($1, label.x, label.y, text)
      }.flatMap {
        Self.distance($0, label.x, label.y, text) < Self.looseDistance ? $0 : nil
      }
    }
    for _ in 0..<2 {
      across = Self.fit(
        zip(labels, words).compactMap { l, w in w.map { (l.x, $0.x / text.width) } })
      down = Self.fit(zip(labels, words).compactMap { l, w in w.map { (l.y, $0.y / text.height) } })
      for (index, label) in labels.enumerated() {
        let (x, y) = (across(label.x), down(label.y))
        if let word = words[index], Self.distance(word, x, y, text) > Self.looseDistance / 2 {
          words[index] = nil
        }
        if words[index] == nil {
          words[index] = text.places(of: label.word, scoreMin: 0.45).first {
            Self.distance($0, x, y, text) < Self.tightDistance
          }
        }
      }
    }
    self.words = words
  }

  /// Ids of all glyphs that belong to labels.
  var labelGlyphs: Set<Int> {
    Set(words.flatMap { $0?.glyphs.map(\.id) ?? [] })
  }

  /// Pixels for a part of the card's width.
  func x(_ part: Double) -> Double { across(part) * width }

  /// The middle of the label at `index`, in pixels, read or not.
  func y(_ index: Int) -> Double {
    if let word = words[index] { return word.y }
    return y(part: labels[index].y)
  }

  /// Pixels for a part of the card's height. The nearest label that was read corrects it.
  func y(part: Double) -> Double {
    let nearest = labels.indices.filter { words[$0] != nil }
      .min { abs(labels[$0].y - part) < abs(labels[$1].y - part) }
    guard let nearest, let word = words[nearest] else { return down(part) * height }
    return word.y + (part - labels[nearest].y) * down.scale * height
  }

  /// Right end of the label at `index`, in pixels, read or not.
  func right(_ index: Int) -> Double {
    if let word = words[index] { return word.right }
    let half = Double(labels[index].word.count) * Self.labelEm / 2
    return x(labels[index].x + half)
  }

  /// Left end of the label at `index`, in pixels, read or not.
  func left(_ index: Int) -> Double {
    if let word = words[index] { return word.left }
    let half = Double(labels[index].word.count) * Self.labelEm / 2
    return x(labels[index].x - half)
  }

  /// Step from one label character to the next, as part of the card's width; a mean of the layouts.
  static let labelEm = 0.034

  private static func distance(_ word: FoundWord, _ x: Double, _ y: Double, _ text: CardText)
    -> Double
  {
    max(abs(word.x / text.width - x), abs(word.y / text.height - y))
  }

  /// A rectified card is not much larger or smaller than its layout; labels that say so were taken for others.
  private static let scaleMin = 0.93
  private static let scaleMax = 1.07

  /// Least squares through (expected, found); a shift alone where the points lie close together.
  private static func fit(_ points: [(Double, Double)]) -> Line {
    guard !points.isEmpty else { return Line() }
    let n = Double(points.count)
    let mean = (
      points.reduce(0) { $0 + $1.0 } / n, points.reduce(0) { $0 + $1.1 } / n
    )
    var (spread, joint) = (0.0, 0.0)
    for point in points {
      spread += (point.0 - mean.0) * (point.0 - mean.0)
      joint += (point.0 - mean.0) * (point.1 - mean.1)
    }
    let extent = (points.map(\.0).max() ?? 0) - (points.map(\.0).min() ?? 0)
    let scale = extent > 0.15 && spread > 0 ? min(scaleMax, max(scaleMin, joint / spread)) : 1
    return Line(shift: mean.1 - scale * mean.0, scale: scale)
  }
}
