// Finds the words of a text that a contrast set alters. The words themselves are in ContrastLexicon.swift.

/// A word that must not be mistaken, with what it must not be mistaken for.
struct ContrastWord: Sendable {
  struct Other: Sendable {
    let text: String
    let kind: Contrast.Kind
  }

  var others: [Other]
}

enum ContrastWords {
  /// Words by their first character, longest first; those without others only keep their characters from being taken for
  /// something else.
  private static let lexicon: [Character: [(word: [Character], entry: ContrastWord)]] = {
    var words: [String: ContrastWord] = [:]
    func add(_ word: String, _ other: String, _ kind: Contrast.Kind) {
      words[word, default: ContrastWord(others: [])].others.append(.init(text: other, kind: kind))
    }
    for word in ContrastLexicon.kept { words[word] = ContrastWord(others: []) }
    for verb in ContrastLexicon.verbs {
      add(verb, "不" + verb, .negationInserted)
      for negator in ["不", "没有", "没", "未"] where !ContrastLexicon.kept.contains(negator + verb) {
        add(negator + verb, verb, .negationRemoved)
      }
    }
    for (said, negated) in ContrastLexicon.negated {
      for other in negated { add(said, other, .negationInserted) }
      for other in negated where !ContrastLexicon.kept.contains(other) {
        add(other, said, .negationRemoved)
      }
    }
    for (one, other) in ContrastLexicon.opposites {
      add(one, other, .opposite)
      add(other, one, .opposite)
    }
    for (negator, others) in ContrastLexicon.negators {
      for other in others { add(negator, other, .negationRemoved) }
    }
    var byFirst: [Character: [(word: [Character], entry: ContrastWord)]] = [:]
    // In the order of the words, so that nothing depends on how a set is laid out.
    for (word, entry) in words.sorted(by: { ($1.key.count, $0.key) < ($0.key.count, $1.key) }) {
      var entry = entry
      var seen: Set<String> = [word]
      entry.others = entry.others.filter { seen.insert($0.text).inserted }
      if let first = word.first { byFirst[first, default: []].append((Array(word), entry)) }
    }
    return byFirst
  }()

  /// The words that can be altered, from left to right, the longest at every place.
  static func words(in text: [Character]) -> [(place: Range<Int>, word: ContrastWord)] {
    var found: [(place: Range<Int>, word: ContrastWord)] = []
    var place = 0
    while place < text.count {
      let rest = text[place...]
      guard let match = lexicon[text[place]]?.first(where: { rest.starts(with: $0.word) }) else {
        place += 1
        continue
      }
      let end = place + match.word.count
      if !match.entry.others.isEmpty { found.append((place..<end, match.entry)) }
      place = end
    }
    return found
  }
}
