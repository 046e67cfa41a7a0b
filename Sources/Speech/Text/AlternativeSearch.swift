// The recogniser's own alternatives: at each character of a text, which other syllable would it rather have heard?

internal import Inference
internal import SpokenText

/// Compares a text with its neighbours: one syllable replaced by one of another sound, one character left out.
///
/// A recogniser writes the wrong character often and the wrong sound seldom. So what it would rather write at a place,
/// all before it given, is weighed against the text itself, homophones counted as the text, and a few characters after
/// the place decide: if another syllable was said there, the text is far behind.
struct AlternativeSearch<Recogniser: SpeechRecogniser> {
  let recogniser: Recogniser
  let pinyin: PinyinTable

  /// How many first tokens at a place are followed up, and the least score of one.
  static var choicesMax: Int { 6 }
  static var choiceMin: Float { -9 }
  /// Of tokens that are part of a character, how many continuations, and the least score of the whole.
  static var continuationsMax: Int { 2 }
  static var continuationMin: Float { -11 }
  /// How many syllables of another sound, and how many homophones, are weighed at a place.
  static var othersMax: Int { 3 }
  static var homophonesMax: Int { 2 }
  /// How many characters after the place are weighed with it.
  static var context: Int { 3 }
  /// What is this far behind before anything after the place is weighed is not looked at further, in nats.
  static var farBehind: Float { 8 }

  /// Words of negation, and the sign of a number: whether one of them was said and is not in the text is looked at wherever
  /// it may stand.
  static var negations: Set<Character> {
    ["不", "没", "沒", "别", "別", "未", "非", "无", "勿", "莫", "负", "負"]
  }

  /// A character that may stand at a place.
  private struct Candidate {
    let place: Int
    let character: Character
    let score: Float
  }

  /// Margins of the syllables and characters of `text`.
  func margins(
    _ text: [Character], _ hearing: Recogniser.Hearing
  ) throws(InferenceError) -> (
    alternatives: [TextMeasures.Margin], omissions: [TextMeasures.Margin],
    insertions: [TextMeasures.Margin]
  ) {
    let (candidates, without) = try candidates(text, hearing)
    var tree = recogniser.tree()
    var variants: [(place: Int, kind: Kind, other: String, path: [Int], tokens: [Int32])] = []
    func add(_ place: Int, _ kind: Kind, _ other: String) {
      // The same characters end all texts of a place.
      let after =
        (kind == .insertion ? text[place...place] : [])
        + text[min(text.count, place + 1)...].prefix(Self.context)
      let tokens = recogniser.pairs.tokens(of: String(text[..<place]) + other + String(after))
      let path = tree.add(tokens)
      if place + 1 + Self.context >= text.count {
        tree.ask(recogniser.pairs.end, after: path.last ?? 0)
      }
      variants.append((place, kind, other, path, tokens))
    }
    for place in text.indices {
      for (kind, other) in rivals(of: text[place], candidates[place], without: without[place]) {
        add(place, kind, other)
      }
    }
    let scores = try recogniser.score(tree, hearing)
    var best = [[Kind: (nats: Double, other: String)]](repeating: [:], count: text.count)
    for variant in variants {
      var sum = 0.0
      var node = 0
      for (next, token) in zip(variant.path, variant.tokens) {
        sum += Double(scores.score(token, after: node))
        node = next
      }
      if variant.place + 1 + Self.context >= text.count {
        sum += Double(scores.score(recogniser.pairs.end, after: node))
      }
      if sum > best[variant.place][variant.kind]?.nats ?? -.infinity {
        best[variant.place][variant.kind] = (sum, variant.other)
      }
    }
    func margins(_ kind: Kind) -> [TextMeasures.Margin] {
      best.indices.compactMap { place in
        guard let own = best[place][.itself], let other = best[place][kind] else { return nil }
        return TextMeasures.Margin(place: place, nats: own.nats - other.nats, other: other.other)
      }
    }
    return (margins(.other), margins(.omission), margins(.insertion))
  }

  private enum Kind { case itself, other, omission, insertion }

  /// What is weighed at the place of `character`: itself and homophones, other syllables, nothing, a word of negation
  /// before it; nothing at all where no other comes near.
  private func rivals(
    of character: Character, _ candidates: [Candidate], without: Float
  ) -> [(Kind, String)] {
    let own = Set(pinyin.syllables(of: character))
    func isOwn(_ candidate: Candidate) -> Bool {
      candidate.character == character
        || !own.isDisjoint(with: pinyin.syllables(of: candidate.character))
    }
    let itself = candidates.first(where: isOwn)?.score ?? Self.continuationMin
    let near = itself - Self.farBehind
    let others = candidates.filter { !isOwn($0) && $0.score > near }
    guard !others.isEmpty || without > near else { return [] }
    let homophones = candidates.filter { isOwn($0) && $0.character != character }
    var rivals: [(Kind, String)] = [(.itself, String(character))]
    rivals += homophones.prefix(Self.homophonesMax).map { (.itself, String($0.character)) }
    rivals += others.prefix(Self.othersMax).map { (.other, String($0.character)) }
    if without > near { rivals.append((.omission, "")) }
    if let negation = others.first(where: { Self.negations.contains($0.character) }) {
      rivals.append((.insertion, String(negation.character)))
    }
    return rivals
  }

  /// Characters that may stand at each place, all before it given, likeliest first; and how likely what comes after the
  /// place begins there.
  private func candidates(
    _ text: [Character], _ hearing: Recogniser.Hearing
  ) throws(InferenceError) -> (found: [[Candidate]], without: [Float]) {
    let pairs = recogniser.pairs
    var tree = recogniser.tree()
    var beginnings: [Int] = []
    var next: [Int32] = []
    for place in text.indices {
      let node = tree.add(pairs.tokens(of: String(text[..<place]))).last ?? 0
      tree.want(Self.choicesMax, after: node)
      beginnings.append(node)
      let after =
        pairs.tokens(of: String(text[(place + 1)...].prefix(1))).first ?? recogniser.pairs.end
      tree.ask(after, after: node)
      next.append(after)
    }
    var scores = try recogniser.score(tree, hearing)
    let without = zip(next, beginnings).map { scores.score($0, after: $1) }
    var found = [[Candidate]](repeating: [], count: text.count)
    // Parts of characters: where, the bytes so far, their score, and the tokens since the place began.
    var open: [(place: Int, bytes: [UInt8], score: Float, tokens: [Int32])] = []
    for place in text.indices {
      for choice in scores.likeliest[beginnings[place]] where choice.score >= Self.choiceMin {
        take(choice, after: ([], 0, []), at: place, &found, &open)
      }
    }
    // A character is three bytes at most: two more tokens at most.
    for _ in 0..<2 where !open.isEmpty {
      tree = recogniser.tree()
      var ends: [Int] = []
      for part in open {
        let before = pairs.tokens(of: String(text[..<part.place]))
        let node = tree.add(before + part.tokens).last ?? 0
        tree.want(Self.continuationsMax, after: node)
        ends.append(node)
      }
      scores = try recogniser.score(tree, hearing)
      let parts = open
      open = []
      for (part, node) in zip(parts, ends) {
        for choice in scores.likeliest[node]
        where part.score + choice.score >= Self.continuationMin {
          take(choice, after: (part.bytes, part.score, part.tokens), at: part.place, &found, &open)
        }
      }
    }
    let ordered = found.map { candidates in
      var seen: Set<Character> = []
      return candidates.sorted { $0.score > $1.score }.filter {
        seen.insert($0.character).inserted
      }
    }
    return (ordered, without)
  }

  /// Adds what `choice` makes of the bytes before it: a character, or a part of one.
  private func take(
    _ choice: TreeScores.Choice, after part: (bytes: [UInt8], score: Float, tokens: [Int32]),
    at place: Int, _ found: inout [[Candidate]],
    _ open: inout [(place: Int, bytes: [UInt8], score: Float, tokens: [Int32])]
  ) {
    let bytes = part.bytes + recogniser.pairs.bytes(of: choice.token)
    let score = part.score + choice.score
    if let text = String(validating: bytes, as: UTF8.self) {
      guard let first = text.first(where: { $0 != " " }) else { return }
      let character = spoken(first)
      if !pinyin.syllables(of: character).isEmpty {
        found[place].append(Candidate(place: place, character: character, score: score))
      }
    } else if bytes.count < 3 {
      open.append((place, bytes, score, part.tokens + [choice.token]))
    }
  }

  /// How a digit is said.
  private func spoken(_ character: Character) -> Character {
    guard let digit = character.wholeNumberValue, character.isASCII else { return character }
    return Array("零一二三四五六七八九")[digit]
  }
}
