// How far apart two syllables sound, to people who do not keep all initials and finals apart.

/// Sounds that many speakers of Mandarin merge, and what hearing one for the other costs.
package struct SoundTolerance: Sendable, Equatable {
  /// Initials that are merged, by pairs.
  package var initials: [[String]]
  /// Finals that are merged, by pairs.
  package var finals: [[String]]
  /// Cost of each of the two that differs; a syllable that is none of these costs 1.
  package var cost: Double

  package init(initials: [[String]], finals: [[String]], cost: Double) {
    self.initials = initials
    self.finals = finals
    self.cost = cost
  }

  /// What is merged over wide regions, at 0.3 each: retroflex and dental sibilants, front and back nasals, l and n. h with
  /// f and r with l are merged by fewer people and would make names and numbers alike that others keep apart
  /// (湖/福, 热/乐); no recordings at hand show that they are needed, so they are not in it.
  package static let standard = SoundTolerance(
    initials: [["zh", "z"], ["ch", "c"], ["sh", "s"], ["l", "n"]],
    finals: [
      ["an", "ang"], ["en", "eng"], ["in", "ing"], ["ian", "iang"], ["uan", "uang"],
      ["uen", "ueng"],
    ], cost: 0.3)

  /// Nothing is merged.
  package static let none = SoundTolerance(initials: [], finals: [], cost: 1)

  /// 0 for one sound, `cost` or twice that for merged ones, 1 at most and for all others.
  package func distance(_ one: Syllable, _ other: Syllable) -> Double {
    if one == other { return 0 }
    let (a, b) = (one.parts, other.parts)
    func isMerged(_ pairs: [[String]], _ one: String, _ other: String) -> Bool {
      pairs.contains { $0.contains(one) && $0.contains(other) }
    }
    var sum = 0.0
    if a.initial != b.initial {
      guard isMerged(initials, a.initial, b.initial) else { return 1 }
      sum += cost
    }
    if a.final != b.final {
      guard isMerged(finals, a.final, b.final) else { return 1 }
      sum += cost
    }
    return min(1, sum)
  }
}

/// The distances of a tolerance, worked out once for every pair of initials and of finals.
struct SoundDistances: Sendable {
  private let initials: [Double]
  private let finals: [Double]
  private static let initialCount = Syllable.initials.count
  private static let finalCount = Syllable.finals.count

  init(_ tolerance: SoundTolerance) {
    func table(_ count: Int, _ syllable: (UInt8) -> Syllable) -> [Double] {
      (0..<count * count).map {
        tolerance.distance(syllable(UInt8($0 / count)), syllable(UInt8($0 % count)))
      }
    }
    initials = table(Self.initialCount) { Syllable(initialIndex: $0, finalIndex: 0) }
    finals = table(Self.finalCount) { Syllable(initialIndex: 0, finalIndex: $0) }
  }

  static let standard = SoundDistances(.standard)

  func between(_ one: Syllable, _ other: Syllable) -> Double {
    let sum =
      initials[Int(one.initial) * Self.initialCount + Int(other.initial)]
      + finals[Int(one.final) * Self.finalCount + Int(other.final)]
    return min(1, sum)
  }
}
