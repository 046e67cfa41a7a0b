// A character seen by two neighbouring lines is read once.

/// Outlines are wider than their lines, so the end of one may show the first character of the next, or
/// a part of it that looks like another character.
enum DoubleCharacters {
  /// Characters of two lines whose middles are nearer than this share of the lower line's height are
  /// one: closer than any print sets them.
  static let nearness = 0.6

  /// `lines` without the less sure of two readings of one character where lines overlap; a line of
  /// which nothing is left is left out.
  static func removed(from lines: [TextLine]) -> [TextLine] {
    var lines = lines
    for first in lines.indices {
      for second in lines.indices.dropFirst(first + 1)
      where overlap(lines[first].quad.bounds, lines[second].quad.bounds) {
        while let end = double(lines[first], lines[second]) {
          lines[end.isOfFirst ? first : second].characters.remove(at: end.index)
        }
      }
    }
    return lines.filter { !$0.characters.isEmpty }
  }

  private static func overlap(_ a: ImageBox, _ b: ImageBox) -> Bool {
    a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
  }

  /// A character at the end of one line that the other shows as well: the less sure one if both stand
  /// at an end, else the one that does, since a line is not to lose one from its midst.
  private static func double(_ a: TextLine, _ b: TextLine) -> (isOfFirst: Bool, index: Int)? {
    guard !a.characters.isEmpty, !b.characters.isEmpty else { return nil }
    let height = min(a.quad.thickness, b.quad.thickness)
    for (one, other, isSwapped) in [(a, b, false), (b, a, true)] {
      for end in Set([0, one.characters.count - 1]).sorted() {
        let place = one.quad.place(one.characters[end].position)
        let twin = other.characters.firstIndex {
          other.quad.place($0.position).distance(to: place) < nearness * height
        }
        guard let twin else { continue }
        let isAtEnd = twin == 0 || twin == other.characters.count - 1
        let isSurer = one.characters[end].confidence >= other.characters[twin].confidence
        return isAtEnd && isSurer ? (isSwapped, twin) : (!isSwapped, end)
      }
    }
    return nil
  }
}

extension Quad {
  /// The place half way up at the share `position` of the way from its left to its right side.
  func place(_ position: Double) -> ImagePoint {
    func between(_ a: ImagePoint, _ b: ImagePoint, _ share: Double) -> ImagePoint {
      ImagePoint(x: a.x + share * (b.x - a.x), y: a.y + share * (b.y - a.y))
    }
    return between(
      between(topLeft, topRight, position), between(bottomLeft, bottomRight, position), 0.5)
  }
}
