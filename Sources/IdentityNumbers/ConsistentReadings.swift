// Which readings of a doubtful text are possible when parts of it check one another: all of them are counted and the
// likeliest told, exactly, without trying them one by one.

/// One character that a place may hold.
package struct CandidateCharacter: PersonalValue {
  package var character: Character
  /// How sure the reader is of it, 0–1. Anything else counts as the nearer bound.
  package var confidence: Double

  package init(_ character: Character, confidence: Double) {
    self.character = character
    self.confidence = confidence
  }
}

/// The readings for which everything that was asked holds.
package struct ConsistentReadings: PersonalValue {
  /// One of them.
  package struct Reading: PersonalValue {
    package let text: String
    /// Its part of the likelihood of all consistent readings together, 0–1.
    package let share: Double
    /// Places where it is not the first, likeliest reading. Counted from 0; in several lines, through them all.
    package let changes: [Int]
  }

  /// The likeliest, surest first; at most `IdentityNumberLimits.readingsToldMax`. Equally sure ones in the order of
  /// their text.
  package let readings: [Reading]
  /// How many there are, `Int.max` for that many and more.
  package let total: Int

  /// Whether there is exactly one.
  package var isUnique: Bool { total == 1 }

  /// None.
  static let none = ConsistentReadings(readings: [], total: 0)
}

/// A choice for one or several places next to each other.
struct LatticeChoice {
  var bytes: [UInt8]
  var weight: Double
}

/// Readings of a text from its left, kept by what later parts need to know of them. For every state it holds how many
/// readings lead there, their weight together, and the heaviest few.
struct ReadingLattice<State: Hashable> {
  struct Tally {
    var total = 0
    var weight = 0.0
    var best: [LatticeChoice] = []

    mutating func add(_ other: Tally) {
      total = total.addingReportingOverflow(other.total).overflow ? .max : total + other.total
      weight += other.weight
      best = Tally.heaviest(best + other.best)
    }

    static func heaviest(_ readings: [LatticeChoice]) -> [LatticeChoice] {
      let sorted = readings.sorted {
        $0.weight != $1.weight
          ? $0.weight > $1.weight : $0.bytes.lexicographicallyPrecedes($1.bytes)
      }
      return Array(sorted.prefix(IdentityNumberLimits.readingsToldMax))
    }
  }

  private(set) var tallies: [State: Tally]

  init(start: State) {
    tallies = [start: Tally(total: 1, weight: 1, best: [LatticeChoice(bytes: [], weight: 1)])]
  }

  /// Appends one of `choices` to every reading; `step` says the state then, nil for what cannot be.
  mutating func append(_ choices: [LatticeChoice], step: (State, [UInt8]) -> State?) {
    var next: [State: Tally] = [:]
    for (state, tally) in tallies {
      for choice in choices {
        guard let state = step(state, choice.bytes) else { continue }
        let best = tally.best.map {
          LatticeChoice(bytes: $0.bytes + choice.bytes, weight: $0.weight * choice.weight)
        }
        next[state, default: Tally()].add(
          Tally(total: tally.total, weight: tally.weight * choice.weight, best: best))
      }
    }
    tallies = next
  }

  /// All readings whose state is accepted.
  func tally(where accepts: (State) -> Bool) -> Tally {
    var sum = Tally()
    for (state, tally) in tallies where accepts(state) { sum.add(tally) }
    return sum
  }
}

/// One place's candidates as bytes, likeliest first, no byte twice: those that `byte` gives one for.
func choices(
  _ candidates: [CandidateCharacter], byte: (Character) -> UInt8?
) -> [LatticeChoice] {
  var found: [LatticeChoice] = []
  for candidate in candidates.prefix(IdentityNumberLimits.candidatesPerPlaceMax) {
    guard let byte = byte(candidate.character), !found.contains(where: { $0.bytes == [byte] })
    else { continue }
    let confidence = candidate.confidence.isNaN ? 0 : candidate.confidence
    found.append(
      LatticeChoice(
        bytes: [byte],
        weight: min(1, max(IdentityNumberLimits.candidateConfidenceMin, confidence))))
  }
  return found
}

/// Every way to fill several places of which `holds` is true: a date, for example. `places` has at most eight.
func joint(
  _ places: ArraySlice<[LatticeChoice]>, where holds: ([UInt8]) -> Bool
) -> [LatticeChoice] {
  var partial = [LatticeChoice(bytes: [], weight: 1)]
  for place in places {
    partial = partial.flatMap { start in
      place.map { LatticeChoice(bytes: start.bytes + $0.bytes, weight: start.weight * $0.weight) }
    }
  }
  return partial.filter { holds($0.bytes) }
}
