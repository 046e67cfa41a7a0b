// What was heard laid beside what was expected: which characters were said, and how far apart the two sound.

/// The cheapest way to turn what was expected into what was heard, over all ways to say the one and to read the other.
/// Syllables are compared without tones. A syllable costs nothing if it is among the readings of the expected character,
/// `SoundTolerance.standard.cost` for each merged sound, and 1 if it is another, absent or too much; an 儿 that may melt
/// costs as much as a merged sound.
package struct SpokenAlignment: SpokenContent {
  /// The way to say the part that fits best.
  package let form: SpokenForm
  /// One for each character of `form`.
  package let places: [Place]
  /// What was said beside it.
  package let insertions: [Insertion]
  package let distance: Double

  /// What became of an expected character.
  package enum Place: SpokenContent, Equatable {
    case heard
    /// Merged with a like sound, or melted.
    case near
    /// Another character was heard, as the recogniser wrote it.
    case replaced(by: Character)
    case missing

    /// Whether it counts as said.
    package var isCovered: Bool { self == .heard || self == .near }
  }

  /// A character that was heard beside what was expected.
  package struct Insertion: SpokenContent, Equatable {
    /// How many characters of `form` come before it.
    package let place: Int
    package let character: Character
  }

  /// Characters expected.
  package var length: Int { places.count }

  /// 1: everything was heard and nothing else; 0: as far apart as nothing said at all.
  package var coverage: Double {
    length == 0 ? 0 : max(0, 1 - distance / Double(length))
  }

  /// Share of a stretch below which it counts as not said: whoever stops reading is still given a few matching syllables by
  /// chance.
  private static let sparseShare = 0.25

  /// Characters at the end that were not said: the longest end of which a quarter or less was heard,
  /// and its first not.
  package var uncoveredTail: Int {
    var covered = 0
    var longest = 0
    for (index, place) in places.reversed().enumerated() {
      covered += place.isCovered ? 1 : 0
      let isSparse = Double(covered) <= Self.sparseShare * Double(index + 1)
      if !place.isCovered && isSparse { longest = index + 1 }
    }
    return longest
  }

  /// Characters up to the uncovered tail: how far it was read.
  package var coveredPrefix: Int { length - uncoveredTail }

  /// Most characters in a row of which none was heard.
  package var longestGap: Int {
    var (longest, current) = (0, 0)
    for place in places {
      current = place.isCovered ? 0 : current + 1
      longest = max(longest, current)
    }
    return longest
  }
}

extension SpokenAlignment {
  init(_ part: ExpectedText.Part, _ heard: HeardText) {
    let costs = AlignmentCosts(expected: part.graph, heard: heard.graph)
    let path = costs.path()
    var choice = [Int](repeating: 0, count: part.slots.count)
    for step in path.steps {
      if let slot = step.slot { choice[slot] = step.wording }
    }
    form = SpokenForm(part.slots, choice: choice, part.pinyin)
    places = path.steps.compactMap(\.place)
    insertions = path.insertions
    distance = costs.total
  }
}

/// The table of an edit distance between two graphs.
private struct AlignmentCosts {
  private let expected, heard: SpokenGraph
  /// Cost of the cheapest way to each pair of nodes, by expected node.
  private var costs: [Double]
  private let width: Int

  static let melting = SoundTolerance.standard.cost

  var total: Double { costs[costs.count - 1] }

  init(expected: SpokenGraph, heard: SpokenGraph) {
    self.expected = expected
    self.heard = heard
    width = heard.nodeCount
    costs = [Double](repeating: .infinity, count: expected.nodeCount * width)
    costs[0] = 0
    for node in 0..<expected.nodeCount {
      for other in 0..<width {
        let best = cheapest(node, other)
        if best < costs[node * width + other] { costs[node * width + other] = best }
      }
    }
  }

  private func cheapest(_ node: Int, _ other: Int) -> Double {
    var best = Double.infinity
    for edge in expected.edges[node] {
      best = min(best, costs[edge.from * width + other] + leavingOut(edge, expected))
      guard edge.unit >= 0 else { continue }
      for otherEdge in heard.edges[other] where otherEdge.unit >= 0 {
        let before = costs[edge.from * width + otherEdge.from]
        best = min(best, before + replacing(edge.unit, otherEdge.unit))
      }
    }
    for edge in heard.edges[other] {
      best = min(best, costs[node * width + edge.from] + leavingOut(edge, heard))
    }
    return best
  }

  private func leavingOut(_ edge: SpokenGraph.Edge, _ graph: SpokenGraph) -> Double {
    guard edge.unit >= 0 else { return 0 }
    return graph.units[edge.unit].mayMelt ? Self.melting : 1
  }

  private func replacing(_ unit: Int, _ other: Int) -> Double {
    Self.distance(expected.units[unit], heard.units[other])
  }

  /// How far apart two units sound: the nearest of their readings.
  static func distance(_ one: SpokenUnit, _ other: SpokenUnit) -> Double {
    if one.character == other.character { return 0 }
    var least = 1.0
    for sound in one.sounds {
      for otherSound in other.sounds {
        least = min(least, SoundDistances.standard.between(sound, otherSound))
      }
    }
    return least
  }

  struct Step {
    /// Slot and way of an expected edge.
    var slot: Int?
    var wording = 0
    var place: SpokenAlignment.Place?
  }

  /// The cheapest way, from beginning to end. Of equally cheap ones that which leaves out as late as it can, so that what
  /// was read of a text lies at its beginning.
  func path() -> (steps: [Step], insertions: [SpokenAlignment.Insertion]) {
    var steps: [Step] = []
    var behind: [(said: Int, character: Character)] = []
    var said = 0
    var (node, other) = (expected.nodeCount - 1, width - 1)
    while node > 0 || other > 0 {
      let here = costs[node * width + other]
      if let edge = leftOut(node, other, here) {
        let place: SpokenAlignment.Place? =
          edge.unit < 0 ? nil : expected.units[edge.unit].mayMelt ? .near : .missing
        steps.append(Step(slot: edge.slot, wording: edge.wording, place: place))
        said += edge.unit < 0 ? 0 : 1
        node = edge.from
      } else if let (edge, otherEdge, cost) = replaced(node, other, here) {
        steps.append(
          Step(
            slot: edge.slot, wording: edge.wording,
            place: place(cost, heard.units[otherEdge.unit].character)))
        said += 1
        (node, other) = (edge.from, otherEdge.from)
      } else if let edge = tooMuch(node, other, here) {
        if edge.unit >= 0 { behind.append((said, heard.units[edge.unit].character)) }
        other = edge.from
      } else {
        preconditionFailure("a cost that no step explains")
      }
    }
    let insertions = behind.reversed().map {
      SpokenAlignment.Insertion(place: said - $0.said, character: $0.character)
    }
    return (steps.reversed(), insertions)
  }

  private func place(_ cost: Double, _ character: Character) -> SpokenAlignment.Place {
    cost == 0 ? .heard : cost < 1 ? .near : .replaced(by: character)
  }

  private func isReached(_ cost: Double, _ here: Double) -> Bool { abs(cost - here) < 1e-9 }

  private func leftOut(_ node: Int, _ other: Int, _ here: Double) -> SpokenGraph.Edge? {
    expected.edges[node].first {
      isReached(costs[$0.from * width + other] + leavingOut($0, expected), here)
    }
  }

  private func replaced(
    _ node: Int, _ other: Int, _ here: Double
  ) -> (SpokenGraph.Edge, SpokenGraph.Edge, Double)? {
    for edge in expected.edges[node] where edge.unit >= 0 {
      for otherEdge in heard.edges[other] where otherEdge.unit >= 0 {
        let cost = replacing(edge.unit, otherEdge.unit)
        if isReached(costs[edge.from * width + otherEdge.from] + cost, here) {
          return (edge, otherEdge, cost)
        }
      }
    }
    return nil
  }

  private func tooMuch(_ node: Int, _ other: Int, _ here: Double) -> SpokenGraph.Edge? {
    heard.edges[other].first {
      isReached(costs[node * width + $0.from] + leavingOut($0, heard), here)
    }
  }
}
