// What the recogniser read: a line of writing, character by character, each with its doubts.

/// One line of writing.
package struct TextLine: Sendable, Equatable {
  /// Where it lies, in pixels of the picture that `CardReading` or the reader names.
  package var quad: Quad
  /// What was read, in reading order. Never empty.
  package var characters: [ReadCharacter]
  /// How sure the detector is that this is a line, 0–1.
  package var detectionConfidence: Double

  package init(quad: Quad, characters: [ReadCharacter], detectionConfidence: Double) {
    self.quad = quad
    self.characters = characters
    self.detectionConfidence = detectionConfidence
  }

  /// The line's text as first read.
  package var text: String { String(characters.map(\.character)) }

  /// Mean confidence of the characters, 0–1.
  package var confidence: Double {
    characters.isEmpty
      ? 0 : characters.reduce(0) { $0 + $1.confidence } / Double(characters.count)
  }
}

/// One character of a line.
package struct ReadCharacter: Sendable, Equatable {
  /// The likeliest.
  package var character: Character
  /// Its probability as the model says it, 0–1.
  package var confidence: Double
  /// The next likeliest, surest first; at most six, each at least 0.001.
  package var alternatives: [Alternative]
  /// Its middle along the line: 0 at the left edge of the quad, 1 at the right.
  package var position: Double

  /// Another reading of the same place.
  package struct Alternative: Sendable, Equatable {
    package var character: Character
    /// 0–1.
    package var confidence: Double

    package init(character: Character, confidence: Double) {
      self.character = character
      self.confidence = confidence
    }
  }

  package init(
    character: Character, confidence: Double, alternatives: [Alternative] = [], position: Double
  ) {
    self.character = character
    self.confidence = confidence
    self.alternatives = alternatives
    self.position = position
  }
}
