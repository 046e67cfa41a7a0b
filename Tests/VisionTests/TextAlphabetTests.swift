// From probabilities to characters: exact cases on made-up outputs, and random ones.

internal import Testing

@testable internal import Inference
@testable internal import Vision

@Suite struct TextAlphabetTests {
  /// Class 0 is "nothing", then a, b, c, d, e and so on.
  private let alphabet = TextAlphabet(characters: Array("abcdefghi"))

  /// Reads steps that say how likely some classes are; "nothing" takes what is left.
  private func read(_ steps: [[Int: Float]], span: Double? = nil) -> [ReadCharacter] {
    let rows = steps.map { step -> [Float] in
      var row = (0..<10).map { step[$0] ?? 0 }
      if step[0] == nil { row[0] = max(0, 1 - row.reduce(0, +)) }
      return row
    }
    return rows.flatMap { $0 }.withUnsafeBufferPointer {
      alphabet.read($0, steps: steps.count, span: span ?? Double(steps.count))
    }
  }

  @Test func equalNeighboursAreOneUnlessAGapIsBetween() {
    #expect(String(read([[1: 0.9], [1: 0.8], [2: 0.9]]).map(\.character)) == "ab")
    #expect(String(read([[1: 0.9], [:], [1: 0.8], [2: 0.9]]).map(\.character)) == "aab")
    #expect(read([[:], [:]]).isEmpty)
    #expect(read([]).isEmpty)
  }

  @Test func confidencePlaceAndAlternativesOfARun() throws {
    let read = read(
      [[:], [1: 0.6, 2: 0.3], [1: 0.9, 3: 0.05], [:], [4: 1]], span: 5)
    #expect(read.map(\.character) == ["a", "d"])
    let first = try #require(read.first)
    #expect(abs(first.confidence - 0.9) < 1e-6)
    #expect(abs(first.position - 2.0 / 5) < 1e-9)
    #expect(first.alternatives.map(\.character) == ["b", "c"])
    #expect(abs(first.alternatives[0].confidence - 0.3) < 1e-6)
    #expect(read[1].alternatives.isEmpty)
    #expect(abs(read[1].position - 4.5 / 5) < 1e-9)
  }

  @Test("a letter's wide form and the Greek one of its shape count as the letter")
  func otherFormsOfLetters() throws {
    let forms = TextAlphabet(characters: ["P", "\u{3A1}", "\u{FF30}", "R"])
    let read = [0.05, 0.2, 0.35, 0.15, 0.25].map { Float($0) }.withUnsafeBufferPointer {
      forms.read($0, steps: 1, span: 1)
    }
    #expect(read.map(\.character) == ["P"])
    #expect(try abs(#require(read.first).confidence - 0.7) < 1e-6)
    #expect(read.first?.alternatives.map(\.character) == ["R"])
  }

  @Test func alternativesAreFewAndNotTheUnlikely() throws {
    let first = try #require(
      read([[0: 0.05, 1: 0.5, 2: 0.2, 3: 0.15, 4: 0.0005, 5: 0.1]]).first)
    #expect(first.alternatives.map(\.character) == ["b", "c", "e"])
    #expect(
      read([[1: 0.3, 2: 0.2, 3: 0.15, 4: 0.1, 5: 0.09, 6: 0.07, 7: 0.05, 8: 0.04]]).first?
        .alternatives.map(\.character) == Array("bcdefg"))
  }

  /// What several looks at one step say together.
  private func together(_ looks: [[Int: Float]]) -> [ReadCharacter] {
    let steps = looks.map { look in
      (0..<10).map { look[$0] ?? 0 }.withUnsafeBufferPointer { alphabet.steps($0, count: 1) }
    }
    return alphabet.read(.combined(steps), span: 1)
  }

  @Test func whatOneLookThinksImpossibleDoesNotWin() throws {
    // On average c is likelier, but one look sees that it is none.
    let read = together([[2: 0.45, 3: 0.55], [2: 0.4, 3: 0.6], [2: 0.6]])
    #expect(read.map(\.character) == ["b"])
    let first = try #require(read.first)
    #expect(first.confidence > 0.6 && first.confidence <= 1)
    #expect(first.alternatives.first?.character == "c", "what looks alone think stays known")
  }

  @Test func whatLostKeepsWhatTheLooksGaveItOnTheAverage() throws {
    // One look of three is half sure of c, the others do not name it.
    let first = try #require(together([[2: 0.5, 3: 0.5], [2: 0.9], [2: 0.9]]).first)
    #expect(first.character == "b")
    #expect(abs((first.alternatives.first?.confidence ?? 0) - 0.5 / 3) < 1e-3)
    let close = try #require(together([[2: 0.5, 3: 0.45], [2: 0.5, 3: 0.45], [2: 0.6]]).first)
    #expect(close.character == "b")
    #expect(close.alternatives.allSatisfy { $0.confidence < close.confidence })
  }

  @Test func looksThatAgreeSayWhatOneSays() throws {
    let one = try #require(together([[1: 0.7, 4: 0.3]]).first)
    let two = try #require(together([[1: 0.7, 4: 0.3], [1: 0.7, 4: 0.3]]).first)
    #expect(one.character == two.character)
    #expect(abs(one.confidence - two.confidence) < 1e-4)
    #expect(abs(one.alternatives[0].confidence - two.alternatives[0].confidence) < 1e-4)
  }

  @Test func placesStayOnTheLine() {
    #expect(read([[:], [:], [1: 1]], span: 1).first?.position == 1)
  }

  @Test func whatAreNoProbabilitiesDoesNoHarm() {
    for value in [Float.nan, .infinity, -.infinity, 3e38, -1] {
      for character in read([[0: value, 1: value, 2: 0.5], [3: value]]) {
        #expect((0...1).contains(character.confidence))
        #expect((0...1).contains(character.position))
      }
    }
  }

  /// Against a plain reading of random outputs of the size of a real one.
  @Test func readsAsAPlainReaderDoes() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var state = seed
    func random() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    let classes = 67
    let wide = TextAlphabet(
      characters: (1..<classes).map { Character(Unicode.Scalar(UInt32(0x4e00 + $0))!) })
    for _ in 0..<20 {
      let steps = 24
      var values = (0..<steps * classes).map { _ in random() * 0.0008 }
      for step in 0..<steps {
        values[step * classes + Int(random() * 4) * 16] += 0.5 + random() * 0.4
        values[step * classes + Int(random() * Float(classes))] += 0.3
      }
      let read = values.withUnsafeBufferPointer {
        wide.read($0, steps: steps, span: Double(steps))
      }
      var plain: [Int] = []
      var last = 0
      for step in 0..<steps {
        let row = values[step * classes..<(step + 1) * classes]
        let best = row.indices.max { row[$0] < row[$1] }! - step * classes
        if best != last, best != 0 { plain.append(best) }
        last = best
      }
      #expect(
        read.map { Int($0.character.unicodeScalars.first!.value) - 0x4e00 } == plain,
        "seed \(seed)")
    }
  }

  @Test func anotherListOfCharactersIsRefused() {
    for list in ["", "a\nb", "ab\nc"] {
      #expect(throws: InferenceStartupError.self) { _ = try TextAlphabet(list: list) }
    }
  }
}
