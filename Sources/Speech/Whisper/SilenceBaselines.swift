// What the recogniser makes of texts when nothing is said: heard once, kept for texts that come again.

internal import Inference
internal import Synchronization
internal import Vocabulary

/// How likely texts are without any sound. Owned by the reader, shared by all lanes; safe from any thread.
///
/// Texts are not kept: their scores lie under a digest of their tokens, and the longest unused ones are dropped.
final class SilenceBaselines: Sendable {
  private struct Entry {
    var scores: [Double]
    var used: UInt64
  }

  private struct State {
    var hearing: WhisperHearing?
    var entries: [[UInt8]: Entry] = [:]
    var clock: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Seconds of silence that are listened to.
  private static let seconds = 5

  /// For each of `texts` the score of each of its tokens and of the end after them.
  func scores(
    of texts: [[Int32]], by whisper: Whisper, prompt: String
  ) throws(InferenceError) -> [[Double]] {
    let names = texts.map(Self.name)
    var found: [[Double]?] = state.withLock { state in
      state.clock += 1
      return names.map { name in
        state.entries[name]?.used = state.clock
        return state.entries[name]?.scores
      }
    }
    let missing = found.indices.filter { found[$0] == nil }
    guard !missing.isEmpty else { return found.compactMap { $0 } }
    let scores = try whisper.scores(
      of: missing.map { texts[$0] }, try hearing(by: whisper, prompt: prompt))
    for (index, scores) in zip(missing, scores) { found[index] = scores }
    state.withLock { state in
      for (index, scores) in zip(missing, scores) {
        if state.entries.count >= SpeechLimits.baselinesMax,
          let oldest = state.entries.min(by: { $0.value.used < $1.value.used })?.key
        {
          state.entries[oldest] = nil
        }
        state.entries[names[index]] = Entry(scores: scores, used: state.clock)
      }
    }
    return found.compactMap { $0 }
  }

  private static func name(_ tokens: [Int32]) -> [UInt8] {
    sha256(
      of: Bytes(
        tokens.flatMap { token in (0..<4).map { UInt8(truncatingIfNeeded: token >> ($0 * 8)) } }))
  }

  /// How many texts are kept now.
  var count: Int { state.withLock { $0.entries.count } }

  private func hearing(
    by whisper: Whisper, prompt: String
  ) throws(InferenceError) -> WhisperHearing {
    if let known = state.withLock({ $0.hearing }) { return known }
    let silence = [Float](repeating: 0, count: Self.seconds * SpeechLimits.rate)
    let hearing = try whisper.hear(silence[...], prompts: [prompt])[0]
    state.withLock { $0.hearing = $0.hearing ?? hearing }
    return hearing
  }
}

extension Whisper {
  /// For each of `texts` the score of each of its tokens and of the end after them.
  func scores(
    of texts: [[Int32]], _ hearing: WhisperHearing
  ) throws(InferenceError) -> [[Double]] {
    var tree = tree()
    let paths = texts.map { text in
      let path = [0] + tree.add(text)
      tree.ask(pairs.end, after: path.last ?? 0)
      return path
    }
    let scores = try score(tree, hearing)
    return zip(texts, paths).map { text, path in
      zip(path, text + [pairs.end]).map { Double(scores.score($1, after: $0)) }
    }
  }
}
