// What the recogniser's classes mean, and from its probabilities to characters.

internal import Glibc
internal import Inference

/// What one look at a line says, step by step: the classes that are not out of the question.
struct TextSteps: Equatable {
  /// A class at one step, or over several.
  fileprivate struct Candidate: Equatable {
    var kind: Int
    var probability: Float
  }

  fileprivate var rows: [[Candidate]]

  /// How likely a class is taken for where a look does not name it.
  private static let unnamed: Float = TextAlphabet.probabilityMin / 2

  /// Share of the arithmetic mean in what several looks say together: what one look alone thinks possible stays known.
  private static let arithmeticShare: Float = 0.2

  /// Several looks at one line as one: mostly each step's geometric mean, over its sum. A class that one of the looks
  /// thinks impossible does not win by what another one thinks. The looks must have the same steps.
  static func combined(_ looks: [TextSteps]) -> TextSteps {
    precondition(Set(looks.map(\.rows.count)).count == 1, "looks of one line have the same steps")
    guard let first = looks.first, looks.count > 1 else { return looks[0] }
    return TextSteps(
      rows: first.rows.indices.map { step in
        var sums: [(kind: Int, plain: Float, log: Float, named: Int)] = []
        for look in looks {
          for candidate in look.rows[step] {
            let value = min(candidate.probability, 1)
            if let index = sums.firstIndex(where: { $0.kind == candidate.kind }) {
              sums[index].plain += value
              sums[index].log += logf(value)
              sums[index].named += 1
            } else {
              sums.append((candidate.kind, value, logf(value), 1))
            }
          }
        }
        let count = Float(looks.count)
        let means = sums.map { sum in
          expf((sum.log + (count - Float(sum.named)) * logf(unnamed)) / count)
        }
        let total = means.reduce(0, +)
        let mixed = zip(sums, means).map { sum, mean in
          let (geometric, arithmetic) = (mean / total, sum.plain / count)
          return geometric + arithmeticShare * (arithmetic - geometric)
        }
        let most = mixed.max() ?? 0
        return zip(sums, mixed).map { sum, mixed in
          // What lost may still be told by the words around it: it keeps what the looks gave it on the average.
          let kept = mixed < most ? max(mixed, min(sum.plain / count, most.nextDown)) : mixed
          return Candidate(kind: sum.kind, probability: kept)
        }.filter { $0.probability >= TextAlphabet.probabilityMin }
      })
  }
}

/// The characters that the recogniser knows, and how its output becomes them.
struct TextAlphabet: Sendable {
  /// By class; class 0, which is "nothing", has none.
  private let characters: [Character]
  /// For each class the one that stands for it: that of the ordinary digit or Latin letter for its
  /// wide form and for the Greek letter of its shape, which no document prints and the model takes for
  /// it at times; else its own.
  private let standing: [Int]

  /// Class of "nothing here", or of the gap between two equal characters.
  static let blank = 0
  /// The least probability that is looked at.
  static let probabilityMin: Float = 0.001
  /// Most alternatives of a character.
  static let alternativesMax = 6

  /// - Parameter list: one character a line, as the model's file has it; the space is added.
  /// - Throws: unless there are as many as the model has classes.
  init(list: String) throws(InferenceStartupError) {
    let lines = list.split(separator: "\n")
    guard lines.count + 2 == TextModels.classCount, lines.allSatisfy({ $0.count == 1 }) else {
      throw InferenceStartupError(
        "model \"text-recognition\": \(lines.count) characters, this server was written for "
          + "\(TextModels.classCount - 2)")
    }
    self.init(characters: lines.map { $0.first! } + [" "])
  }

  /// - Parameter characters: of class 1 and up, each once.
  init(characters: [Character]) {
    let all = ["\u{0}"] + characters
    self.characters = all
    let classes = Dictionary(
      all.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    standing = all.enumerated().map { index, character in
      Self.ordinary(character).flatMap { classes[$0] } ?? index
    }
  }

  /// The ordinary form of a wide digit or Latin letter, and the Latin letter of a Greek one's shape; nil for other
  /// characters.
  private static func ordinary(_ character: Character) -> Character? {
    if let latin = greek[character] { return latin }
    guard let scalar = character.unicodeScalars.first, character.unicodeScalars.count == 1 else {
      return nil
    }
    // Unicode's block "Halfwidth and Fullwidth Forms" has them in ASCII's order.
    switch scalar.value {
    case 0xff10...0xff19, 0xff21...0xff3a, 0xff41...0xff5a:
      return Unicode.Scalar(scalar.value - 0xfee0).map(Character.init)
    default: return nil
    }
  }

  private static let greek: [Character: Character] = Dictionary(
    uniqueKeysWithValues: zip(
      "\u{391}\u{392}\u{395}\u{396}\u{397}\u{399}\u{39A}\u{39C}\u{39D}\u{39F}\u{3A1}\u{3A4}\u{3A5}\u{3A7}\u{3BF}",
      "ABEZHIKMNOPTYXo"))

  var classCount: Int { characters.count }

  private typealias Candidate = TextSteps.Candidate

  /// The characters that the likeliest class of each step spells: equal neighbours are one
  /// character, "nothing" none (CTC, greedy).
  /// - Parameters:
  ///   - probabilities: one row of classes for each of `steps`.
  ///   - span: how many steps the line itself takes; what follows is padding.
  func read(
    _ probabilities: UnsafeBufferPointer<Float>, steps: Int, span: Double
  ) -> [ReadCharacter] {
    read(self.steps(probabilities, count: steps), span: span)
  }

  /// What is kept of the recogniser's output.
  /// - Parameter probabilities: one row of classes for each of `count` steps.
  func steps(_ probabilities: UnsafeBufferPointer<Float>, count: Int) -> TextSteps {
    precondition(probabilities.count == count * classCount)
    return TextSteps(
      rows: (0..<count).map { step in
        candidates(
          UnsafeBufferPointer(
            rebasing: probabilities[step * classCount..<(step + 1) * classCount]))
      })
  }

  /// As `read(_:steps:span:)`, of what was kept.
  func read(_ steps: TextSteps, span: Double) -> [ReadCharacter] {
    var found: [ReadCharacter] = []
    var current: (kind: Int, first: Int, candidates: [Candidate])?
    func close(before step: Int) {
      guard let run = current else { return }
      current = nil
      found.append(
        character(run.kind, middle: Double(run.first + step) / 2 / span, run.candidates))
    }
    for (step, candidates) in steps.rows.enumerated() {
      guard let best = candidates.max(by: { $0.probability < $1.probability }) else { continue }
      if current?.kind == best.kind {
        Self.merge(candidates, into: &current!.candidates)
        continue
      }
      close(before: step)
      if best.kind != Self.blank { current = (best.kind, step, candidates) }
    }
    close(before: steps.rows.count)
    return found
  }

  private func character(
    _ kind: Int, middle: Double, _ candidates: [Candidate]
  ) -> ReadCharacter {
    let others = candidates.filter { $0.kind != kind && $0.kind != Self.blank }
      .sorted { ($0.probability, $1.kind) > ($1.probability, $0.kind) }
    let own = candidates.first { $0.kind == kind }?.probability ?? 0
    return ReadCharacter(
      character: characters[kind], confidence: Double(min(max(own, 0), 1)),
      alternatives: others.prefix(Self.alternativesMax).map {
        ReadCharacter.Alternative(
          character: characters[$0.kind], confidence: Double(min($0.probability, 1)))
      }, position: min(max(middle, 0), 1))
  }

  /// Classes of a step that are not out of the question. Values that are not numbers count as zero.
  private func candidates(_ row: UnsafeBufferPointer<Float>) -> [Candidate] {
    let block = SIMD16<Float>.scalarCount
    let least = SIMD16<Float>(repeating: Self.probabilityMin)
    var found: [Candidate] = []
    func add(_ kind: Int, _ probability: Float) {
      let kind = standing[kind]
      if let index = found.firstIndex(where: { $0.kind == kind }) {
        found[index].probability += probability
      } else {
        found.append(Candidate(kind: kind, probability: probability))
      }
    }
    let bytes = UnsafeRawBufferPointer(row)
    var at = 0
    while at + block <= row.count {
      let values = bytes.loadUnaligned(
        fromByteOffset: at * MemoryLayout<Float>.size, as: SIMD16<Float>.self)
      let mask = values .>= least
      if mask != SIMDMask(repeating: false) {
        for lane in 0..<block where mask[lane] {
          add(at + lane, values[lane])
        }
      }
      at += block
    }
    for kind in at..<row.count where row[kind] >= Self.probabilityMin { add(kind, row[kind]) }
    return found
  }

  /// Keeps each class's highest probability.
  private static func merge(_ more: [Candidate], into candidates: inout [Candidate]) {
    for candidate in more {
      if let index = candidates.firstIndex(where: { $0.kind == candidate.kind }) {
        candidates[index].probability = max(
          candidates[index].probability, candidate.probability)
      } else {
        candidates.append(candidate)
      }
    }
  }
}
