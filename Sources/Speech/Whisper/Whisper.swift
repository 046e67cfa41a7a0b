// Whisper on the inference core: sound to memory, trees of tokens to likelihoods.

internal import Inference

/// Runs Whisper's two halves on a lane. Made for one job.
struct Whisper: SpeechRecogniser {
  let lane: InferenceLane
  let pairs: BytePairs

  /// Added to the weight of what a token must not see.
  private static let unseen: Float = -1e9

  func hear(
    _ samples: ArraySlice<Float>, prompts: [String]
  ) throws(InferenceError) -> [WhisperHearing] {
    let frames = LogMel.frames(samples: samples.count)
    let mel = LogMel.spectrum(samples, frames: frames)
    guard mel.allSatisfy(\.isFinite) else {
      throw .failed("the spectrum of a recording is infinite")
    }
    let sound = try lane.run(
      .speechEncoding, shape: [1, SpeechModels.mels, frames],
      fill: { input in _ = input.update(from: mel) },
      read: { outputs in SharedNumbers(Array(outputs[0])) })
    var hearings: [WhisperHearing] = []
    for prompt in prompts {
      let tokens =
        [pairs.previous] + pairs.tokens(of: prompt)
        + [pairs.start, pairs.chinese, pairs.transcribe]
      hearings.append(
        WhisperHearing(
          sound: sound, length: frames / 2,
          before: try remember(tokens, sound: sound, length: frames / 2)))
    }
    return hearings
  }

  /// Runs the tokens before all texts.
  private func remember(
    _ tokens: [Int32], sound: SharedNumbers, length: Int
  ) throws(InferenceError) -> TokenMemory {
    let count = tokens.count
    var memory = TokenMemory()
    precondition(count <= SpeechLimits.rowsMax, "too long a prompt")
    try lane.run(
      .speechDecoding,
      // The model needs something before: a token that none sees.
      shapes: [
        [1, count], [1, count], [count, 1 + count],
        [SpeechModels.memoryParts, 1, SpeechModels.width],
        [SpeechModels.memoryParts, length, SpeechModels.width], [1],
      ],
      fill: { inputs in
        for place in 0..<count {
          inputs[0][place] = Float(tokens[place])
          inputs[1][place] = Float(place)
          for other in 0...count {
            inputs[2][place * (count + 1) + other] =
              other > 0 && other - 1 <= place ? 0 : Self.unseen
          }
        }
        inputs[3].update(repeating: 0)
        _ = inputs[4].update(from: sound.numbers)
        inputs[5][0] = Float(count - 1)
      }, read: { outputs in memory.append(outputs[1], rows: count, of: count) })
    return memory
  }

  func score(
    _ tree: TokenTree, _ hearing: WhisperHearing
  ) throws(InferenceError) -> TreeScores {
    var memory = hearing.before
    return try score(tree, hearing, keeping: &memory)
  }

  /// The same; `memory`, which is what was before, also keeps the tree's own tokens in their order.
  func score(
    _ tree: TokenTree, _ hearing: WhisperHearing, keeping memory: inout TokenMemory
  ) throws(InferenceError) -> TreeScores {
    var scores = TreeScores(asked: [], likeliest: [])
    var first = 0
    while first < tree.nodes.count {
      let rows = min(SpeechLimits.rowsMax, tree.nodes.count - first)
      try run(tree, first..<first + rows, hearing, &memory, &scores)
      first += rows
    }
    return scores
  }

  /// Runs some nodes of `tree` after all before them.
  private func run(
    _ tree: TokenTree, _ run: Range<Int>, _ hearing: WhisperHearing, _ memory: inout TokenMemory,
    _ scores: inout TreeScores
  ) throws(InferenceError) {
    let count = Self.sizes.first { $0 >= run.count } ?? run.count
    let past = memory.count
    let before = hearing.before.count
    let seen = past + count
    // Rows that nobody asks anything of are not turned into words.
    let rows = run.filter { !tree.nodes[$0].asked.isEmpty || tree.nodes[$0].wanted > 0 }
    let rowCount = Self.sizes.first { $0 >= rows.count } ?? rows.count
    try lane.run(
      .speechDecoding,
      shapes: [
        [1, count], [1, count], [count, seen],
        [SpeechModels.memoryParts, past, SpeechModels.width],
        [SpeechModels.memoryParts, hearing.length, SpeechModels.width], [rowCount],
      ],
      fill: { inputs in
        for (place, index) in run.enumerated() {
          let node = tree.nodes[index]
          inputs[0][place] = Float(node.token)
          inputs[1][place] = Float(before + node.depth)
          let row = place * seen
          for other in 0..<seen { inputs[2][row + other] = other < before ? 0 : Self.unseen }
          var ancestor = index
          while ancestor >= 0 {
            inputs[2][row + before + ancestor] = 0
            ancestor = tree.nodes[ancestor].parent
          }
        }
        // What fills the run up to its size sees itself and is seen by none.
        for place in run.count..<count {
          inputs[0][place] = 0
          inputs[1][place] = 0
          for other in 0..<seen {
            inputs[2][place * seen + other] = other == past + place ? 0 : Self.unseen
          }
        }
        memory.fill(inputs[3])
        _ = inputs[4].update(from: hearing.sound.numbers)
        inputs[5].update(repeating: 0)
        for (place, row) in rows.enumerated() { inputs[5][place] = Float(row - run.lowerBound) }
      },
      read: { outputs in
        memory.append(outputs[1], rows: run.count, of: count)
        scores.asked += repeatElement([:], count: run.count)
        scores.likeliest += repeatElement([], count: run.count)
        for (place, index) in rows.enumerated() {
          let words = UnsafeBufferPointer(
            rebasing: outputs[0][place * SpeechModels.words..<(place + 1) * SpeechModels.words])
          let node = tree.nodes[index]
          for token in node.asked { scores.asked[index][token] = words[Int(token)] }
          scores.likeliest[index] = likeliest(node.wanted, of: words)
        }
      })
  }

  /// How many tokens a run has: the runtime makes ready for each new number, so there are few.
  private static let sizes = [1, 9, 16, 32, SpeechLimits.rowsMax]

  /// The `count` likeliest of text tokens and the end, best first.
  private func likeliest(
    _ count: Int, of words: UnsafeBufferPointer<Float>
  ) -> [TreeScores.Choice] {
    guard count > 0 else { return [] }
    var best: [TreeScores.Choice] = []
    best.reserveCapacity(count + 1)
    var least = -Float.infinity
    for index in 0...Int(pairs.end) where words[index] > least {
      let choice = TreeScores.Choice(token: Int32(index), score: words[index])
      let place = best.firstIndex { $0.score < choice.score } ?? best.endIndex
      best.insert(choice, at: place)
      if best.count > count { best.removeLast() }
      if best.count == count { least = best[count - 1].score }
    }
    return best
  }
}
