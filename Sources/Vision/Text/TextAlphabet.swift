// What the recogniser's classes mean, and from its probabilities to characters.

internal import Inference

/// The characters that the recogniser knows, and how its output becomes them.
struct TextAlphabet: Sendable {
  /// By class; class 0, which is "nothing", has none.
  private let characters: [Character]
  /// For each class the one that stands for it: that of the ordinary digit or Latin letter for its
  /// wide form, which no document prints and the model takes for it at times; else its own.
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
      Self.narrow(character).flatMap { classes[$0] } ?? index
    }
  }

  /// The ordinary form of a wide digit or Latin letter; nil for other characters.
  private static func narrow(_ character: Character) -> Character? {
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

  var classCount: Int { characters.count }

  /// A class at one step, or over several.
  private struct Candidate {
    var kind: Int
    var probability: Float
  }

  /// The characters that the likeliest class of each step spells: equal neighbours are one
  /// character, "nothing" none (CTC, greedy).
  /// - Parameters:
  ///   - probabilities: one row of classes for each of `steps`.
  ///   - span: how many steps the line itself takes; what follows is padding.
  func read(
    _ probabilities: UnsafeBufferPointer<Float>, steps: Int, span: Double
  ) -> [ReadCharacter] {
    precondition(probabilities.count == steps * classCount)
    var found: [ReadCharacter] = []
    var current: (kind: Int, first: Int, candidates: [Candidate])?
    func close(before step: Int) {
      guard let run = current else { return }
      current = nil
      found.append(
        character(run.kind, middle: Double(run.first + step) / 2 / span, run.candidates))
    }
    for step in 0..<steps {
      let row = UnsafeBufferPointer(
        rebasing: probabilities[step * classCount..<(step + 1) * classCount])
      let candidates = candidates(row)
      guard let best = candidates.max(by: { $0.probability < $1.probability }) else { continue }
      if current?.kind == best.kind {
        Self.merge(candidates, into: &current!.candidates)
        continue
      }
      close(before: step)
      if best.kind != Self.blank { current = (best.kind, step, candidates) }
    }
    close(before: steps)
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
