// The seam between what is recognised and by what: another recogniser takes Whisper's place by giving these answers.

internal import Inference

/// Says how well texts fit a recording. Lives for one job on one lane's thread.
protocol SpeechRecogniser {
  associatedtype Hearing

  /// Tokens of its vocabulary.
  var pairs: BytePairs { get }
  /// Listens to at most a window of sound; `prompt` is what it shall take to have been said before.
  func hear(_ samples: ArraySlice<Float>, prompts: [String]) throws(InferenceError) -> [Hearing]
  /// How likely each token of `tree` is, the tree's root being the last one before all texts.
  func score(_ tree: TokenTree, _ hearing: Hearing) throws(InferenceError) -> TreeScores
}

extension SpeechRecogniser {
  /// A tree of texts that may be said.
  func tree() -> TokenTree { TokenTree(root: pairs.withoutTimes) }
}

/// What a recogniser attends to while it weighs texts: the sound, and the tokens before them.
struct WhisperHearing {
  /// Keys and values of each layer over the sound, `length` places each.
  let sound: SharedNumbers
  let length: Int
  /// Of the tokens before the texts, the last one apart.
  let before: TokenMemory
}

/// Numbers that several hearings share.
final class SharedNumbers: Sendable {
  let numbers: [Float]
  init(_ numbers: [Float]) { self.numbers = numbers }
}

/// Keys and values of tokens that were run: for each part of the memory one row for each token.
struct TokenMemory {
  private(set) var count = 0
  private(set) var parts = [[Float]](repeating: [], count: SpeechModels.memoryParts)

  /// Takes in what the first `rows` tokens of a run of `all` gave.
  mutating func append(_ present: UnsafeBufferPointer<Float>, rows: Int, of all: Int) {
    for part in 0..<SpeechModels.memoryParts {
      let first = part * all * SpeechModels.width
      parts[part] += present[first..<first + rows * SpeechModels.width]
    }
    count += rows
  }

  /// Forgets all but the first `kept` tokens.
  mutating func cut(to kept: Int) {
    for part in parts.indices { parts[part].removeLast((count - kept) * SpeechModels.width) }
    count = kept
  }

  /// Copies itself into the decoder's input.
  func fill(_ input: UnsafeMutableBufferPointer<Float>) {
    let size = count * SpeechModels.width
    for (part, numbers) in parts.enumerated() {
      numbers.withUnsafeBufferPointer { numbers in
        (input.baseAddress! + part * size).update(from: numbers.baseAddress!, count: size)
      }
    }
  }
}
