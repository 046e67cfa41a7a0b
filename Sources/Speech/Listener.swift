// Finds out where in a recording each part of a text is said, and how well.

internal import Inference
internal import SpokenText

/// Listens to one recording. Made for one job.
struct Listener {
  let samples: [Float]
  let segments: [VoicedSegment]
  let pairs: [ContrastPair]
  let scorer: TextScorer

  /// All segments.
  var whole: Range<Int> { segments.indices }

  /// The samples of segments `run` with some sound around, but not into their neighbours; and whether all of it fits the
  /// recogniser.
  private func sound(_ run: Range<Int>) -> (samples: ArraySlice<Float>, isWhole: Bool) {
    let rate = Double(SpeechLimits.rate)
    let before = run.lowerBound > 0 ? segments[run.lowerBound - 1].end : 0
    let after =
      run.upperBound < segments.count
      ? segments[run.upperBound].start : Double(samples.count) / rate
    let (first, last) = (segments[run.lowerBound].start, segments[run.upperBound - 1].end)
    let begin = max(first - SpeechJob.leadSeconds, (before + first) / 2, 0)
    let end = min(last + SpeechJob.trailSeconds, max(last, (after + last) / 2))
    let start = max(0, min(samples.count, Int(begin * rate)))
    let stop = max(start, min(samples.count, Int(end * rate)))
    let most = Int(SpeechLimits.windowSecondsMax * rate)
    return (samples[start..<min(stop, start + most)], stop - start <= most)
  }

  private func span(_ run: Range<Int>) -> ClosedRange<Double> {
    let (first, last) = (segments[run.lowerBound].start, segments[run.upperBound - 1].end)
    return first...max(first, last)
  }

  private func hear(_ run: Range<Int>, _ prompt: String) throws(InferenceError) -> WhisperHearing {
    try scorer.whisper.hear(sound(run).samples, prompts: [prompt])[0]
  }

  /// What is said, window by window.
  func transcript() throws(InferenceError) -> String {
    var text = ""
    var first = 0
    while first < segments.count {
      var last = first + 1
      while last < segments.count,
        segments[last].end - segments[first].start < SpeechLimits.windowSecondsMax - 1
      {
        last += 1
      }
      let hearing = try hear(first..<last, TextScorer.prompt)
      let seconds = segments[first..<last].reduce(0) { $0 + $1.seconds }
      let hypothesis = try scorer.whisper.hypothesis(
        hearing, guess: [], tokensMax: Self.tokensMax(seconds))
      text += scorer.whisper.pairs.text(of: hypothesis.tokens)
      first = last
    }
    return text
  }

  /// Eight syllables, the fastest that people speak, of two tokens each.
  private static let tokensPerSecondMax = 16.0

  /// Most tokens of what is said in `seconds`.
  private static func tokensMax(_ seconds: Double) -> Int {
    min(
      SpeechLimits.hypothesisTokensMax,
      Int(seconds * tokensPerSecondMax) + SpeechLimits.hypothesisTokensOver)
  }

  /// How well each of `parts` is said, one after the other.
  func read(_ parts: [ExpectedText.Part]) throws(InferenceError) -> [PartReading] {
    try read(parts, in: try places(of: parts.map(Self.place)), after: [])
  }

  /// The same, and a code after them.
  func read(
    _ parts: [ExpectedText.Part], then code: [Int]
  ) throws(InferenceError) -> ([PartReading], CodeReading) {
    // Digits are read slowly.
    let spoken = Self.spoken(code)
    let runs = try places(
      of: parts.map(Self.place) + [(String(spoken), Double(code.count) * 1.5)])
    let readings = try read(parts, in: runs, after: spoken)
    let said = parts.flatMap(\.defaultForm.characters)
    return (readings, try read([code], in: runs[parts.count], before: said)[0])
  }

  private static func place(_ part: ExpectedText.Part) -> (text: String, syllables: Double) {
    (part.defaultForm.text, Double(part.syllableCount))
  }

  private static func spoken(_ code: [Int]) -> [Character] {
    code.map { Array("零一二三四五六七八九")[$0] }
  }

  /// - Parameter after: what has to be said after all of them.
  private func read(
    _ parts: [ExpectedText.Part], in runs: [Range<Int>], after: [Character]
  ) throws(InferenceError) -> [PartReading] {
    let texts = parts.map(\.defaultForm.characters)
    var readings: [PartReading] = []
    for (index, part) in parts.enumerated() {
      let run = runs[index]
      let hearing = try hear(run, TextScorer.prompt)
      let hypothesis = try scorer.hypothesis(hearing, guess: part.defaultForm.text)
      let fit = try fit(part, hearing, hypothesis)
      var reading = try weigh(fit, in: run, hearing)
      reading.surplus = fit.alignment.surplus(
        before: texts[..<index].flatMap(\.self),
        after: texts[(index + 1)...].flatMap(\.self) + after)
      reading.isLast = index + 1 == parts.count && after.isEmpty
      readings.append(reading)
    }
    return readings
  }

  /// The one of `choices` that fits all that is said best, against what else it may be; none of no choices.
  ///
  /// Of those whose evidence is as good as the best it is the one of which most was heard: a short answer scores as well as
  /// the longer one that has it within.
  func read(
    oneOf choices: [SpokenChoice]
  ) throws(InferenceError) -> [(index: Int, reading: PartReading)] {
    let (hearing, fits) = try fits(choices.map(\.part))
    guard let most = fits.map(\.measures.pmi).filter(\.isFinite).max() else { return [] }
    let close = fits.indices.filter { fits[$0].measures.pmi >= most - Self.closePMI }
    let best = close.max { one, other in
      let (a, b) = (fits[one], fits[other])
      return (a.alignment.coverage, a.measures.pmi, -one)
        < (b.alignment.coverage, b.measures.pmi, -other)
    }
    guard let best else { return [] }
    return [(best, try weigh(fits[best], in: whole, hearing, others: choices[best].others))]
  }

  /// Nats a token within which two texts fit alike.
  private static let closePMI = 0.5

  /// How well each of `parts` fits all that is said; the best first. What is below `floor` is weighed no further.
  func read(
    each parts: [ExpectedText.Part], _ floor: SpeechFloor
  ) throws(InferenceError) -> [(index: Int, reading: PartReading)] {
    let (hearing, fits) = try fits(parts)
    var readings: [(index: Int, reading: PartReading)] = []
    for (index, fit) in fits.enumerated() {
      readings.append((index, try weigh(fit, in: whole, hearing, floor: floor)))
    }
    return readings.sorted { $0.reading.measures.pmi > $1.reading.measures.pmi }
  }

  /// A part in the way of saying it that fits best, before it is weighed against what else may have been said.
  private struct Fit {
    let part: ExpectedText.Part
    let form: SpokenForm
    let measures: TextMeasures
    /// The form as it was scored: with common characters for rare ones.
    let text: String
    /// What the recogniser wrote, and that beside the part.
    let heard: String
    /// Whether the recogniser came to an end: if not, more was said than it wrote.
    let hasEnded: Bool
    let alignment: SpokenAlignment
  }

  /// How each of `parts` fits all that is said.
  private func fits(
    _ parts: [ExpectedText.Part]
  ) throws(InferenceError) -> (WhisperHearing, [Fit]) {
    let longest = parts.max { $0.syllableCount < $1.syllableCount }
    let hearing = try hear(whole, TextScorer.prompt)
    let hypothesis = try scorer.hypothesis(hearing, guess: longest?.defaultForm.text ?? "")
    var fits: [Fit] = []
    for part in parts {
      fits.append(try fit(part, hearing, hypothesis))
    }
    return (hearing, fits)
  }

  private func fit(
    _ part: ExpectedText.Part, _ hearing: WhisperHearing, _ hypothesis: Hypothesis
  ) throws(InferenceError) -> Fit {
    let usual = part.defaultForm
    let text = scorer.whisper.pairs.text(of: hypothesis.tokens)
    let alignment = part.align(HeardText(text, pinyin: scorer.pinyin))
    // The usual way, the one that was heard, and either with common characters for rare ones.
    var forms: [(text: String, form: SpokenForm)] = []
    for form in [usual, alignment.form] {
      for text in [form.text, form.homophoneText].compactMap({ $0 })
      where !forms.contains(where: { $0.text == text }) {
        forms.append((text, form))
      }
    }
    let best = try scorer.best(of: forms.map(\.text), hearing, hypothesis)
    let form = forms.first { $0.text == best.text }?.form ?? usual
    return Fit(
      part: part, form: form, measures: best.measures, text: best.text, heard: text,
      hasEnded: hypothesis.hasEnded, alignment: alignment)
  }

  /// Weighs `fit` against what else may have been said: texts that mean something else, `others`, other syllables.
  private func weigh(
    _ fit: Fit, in run: Range<Int>, _ hearing: WhisperHearing, others: [String] = [],
    floor: SpeechFloor? = nil
  ) throws(InferenceError) -> PartReading {
    let form = fit.form
    var contrasts = form.contrasts(extra: pairs)
    func add(_ contrast: Contrast) {
      guard contrast.text != form.text, !contrasts.contains(where: { $0.text == contrast.text })
      else { return }
      contrasts.append(contrast)
    }
    if form.text == fit.alignment.form.text { fit.alignment.heardContrasts().forEach(add) }
    for other in others {
      add(Contrast(kind: .opposite, place: 0..<form.count, text: other))
    }
    var reading = PartReading(
      range: fit.part.range, form: form, measures: fit.measures, contrasts: contrasts,
      contrastMargins: [], hypothesis: fit.heard, alignment: fit.alignment, span: span(run),
      isWhole: sound(run).isWhole, hasEnded: fit.hasEnded, surplus: fit.alignment.surplus())
    if let floor, !(fit.measures.pmi >= floor.pmi) { return reading }
    reading.contrastMargins = try scorer.contrast(form.text, contrasts, hearing)
    if let floor, let least = reading.scores.contrastMargin, !(least >= floor.contrastMargin) {
      return reading
    }
    reading.measures = try scorer.withMargins(fit.measures, of: fit.text, hearing)
    return reading
  }

  /// How well each of `codes` fits all that is said.
  func read(codes: [[Int]]) throws(InferenceError) -> [CodeReading] {
    try read(codes, in: whole, before: [])
  }

  /// - Parameter before: what has to be said before the code.
  private func read(
    _ codes: [[Int]], in run: Range<Int>, before: [Character]
  ) throws(InferenceError) -> [CodeReading] {
    let sound = sound(run)
    let hearings = try scorer.whisper.hear(
      sound.samples, prompts: [Self.digitPrompt, TextScorer.prompt])
    let seconds = segments[run].reduce(0) { $0 + $1.seconds }
    // Not the prompt of digits: with it the recogniser passes over words.
    let hypothesis = try scorer.whisper.hypothesis(
      hearings[1], guess: [], tokensMax: Self.tokensMax(seconds))
    let heard = HeardText(
      scorer.whisper.pairs.text(of: hypothesis.tokens), pinyin: scorer.pinyin)
    let words = try words(in: sound.samples, of: run, after: before)
    var readings: [CodeReading] = []
    for code in codes {
      let digits = try DigitScorer(scorer.whisper).score(code, hearings[0])
      var surplus = surplus(of: heard, hypothesis.hasEnded, beside: code, before)
      surplus?.add(words)
      readings.append(
        CodeReading(
          digits: digits, span: span(run), isWhole: sound.isWhole, surplus: surplus))
    }
    return readings
  }

  /// What of `heard` is not `code`; nil if that cannot be told. A recogniser that does not come to an end, as happens with
  /// digits, repeats itself: how much it wrote then says nothing.
  private func surplus(
    of heard: HeardText, _ hasEnded: Bool, beside code: [Int], _ before: [Character]
  ) -> SpokenSurplus? {
    let text = try? ExpectedText(
      code.map { "\($0)" }.joined(), field: "code", pinyin: scorer.pinyin)
    guard let text, text.parts.count == 1 else { return nil }
    var surplus = text.parts[0].align(heard).surplus(before: before)
    if !hasEnded { surplus.count = 0 }
    return surplus
  }

  /// The most words that are heard in any short stretch of `samples`. Where digits and words are said together the
  /// recogniser often writes only one of the two; in a stretch that has words alone it writes words.
  private func words(
    in samples: ArraySlice<Float>, of run: Range<Int>, after before: [Character]
  ) throws(InferenceError) -> SpokenSurplus {
    let rate = Double(SpeechLimits.rate)
    let length = Int(Self.stretchSeconds * rate)
    var words = SpokenSurplus(count: 0, takesBack: false)
    var start = samples.startIndex
    while words.count <= CodeReading.surplusMax {
      // The last stretch ends where the samples do.
      let first = max(samples.startIndex, min(start, samples.endIndex - length))
      let stretch = samples[first..<min(samples.endIndex, first + length)]
      let (begin, end) = (Double(first) / rate, Double(stretch.endIndex) / rate)
      let voiced = segments[run].reduce(0) { $0 + max(0, min(end, $1.end) - max(begin, $1.start)) }
      if voiced >= SpeechLimits.voicedSecondsMin {
        words.add(try self.words(of: stretch, after: before))
      }
      start += Int(Self.stretchStepSeconds * rate)
      guard first + length < samples.endIndex else { break }
    }
    return words
  }

  private func words(
    of stretch: ArraySlice<Float>, after before: [Character]
  ) throws(InferenceError) -> SpokenSurplus {
    let hearing = try scorer.whisper.hear(stretch, prompts: [TextScorer.prompt])[0]
    let hypothesis = try scorer.whisper.hypothesis(
      hearing, guess: [], tokensMax: Self.tokensMax(Self.stretchSeconds))
    let heard = scorer.whisper.pairs.text(of: hypothesis.tokens)
    let sureness = hypothesis.score / Double(max(1, hypothesis.tokens.count))
    guard !(sureness < Self.surenessMin), !TextScorer.isPrompt(heard, scorer.pinyin) else {
      return SpokenSurplus(count: 0, takesBack: false)
    }
    return .words(of: heard, after: before, pinyin: scorer.pinyin)
  }

  /// In shorter stretches single digits are heard as words, in longer ones words beside digits are passed over.
  private static let stretchSeconds = 2.0
  private static let stretchStepSeconds = 0.5
  /// Nats a token: what is less likely may be made up. With the speech that a stretch has it stands for the limits of A. Radford
  /// et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022, section 4.5.
  private static let surenessMin = -1.0

  /// Makes the recogniser write digits.
  private static let digitPrompt = "数字验证码：3 8 5 7 1 0"

  /// Which segments each of `texts` is said in: first by their syllables, then each boundary where what is before it
  /// fits best.
  private func places(
    of texts: [(text: String, syllables: Double)]
  ) throws(InferenceError) -> [Range<Int>] {
    guard texts.count > 1, segments.count >= texts.count else {
      return texts.map { _ in whole }
    }
    var ends = firstGuess(texts.map(\.syllables))
    var first = 0
    for index in 0..<texts.count - 1 {
      let most = segments.count - (texts.count - 1 - index)
      var best: (end: Int, score: Double)?
      for end in Set([ends[index] - 1, ends[index], ends[index] + 1]).sorted()
      where end > first && end <= most {
        let hearing = try hear(first..<end, TextScorer.prompt)
        let tokens = scorer.whisper.pairs.tokens(of: texts[index].text)
        let scores = try scorer.whisper.scores(of: [tokens], hearing)[0]
        let score = scores.reduce(0, +) / Double(scores.count)
        if score > best?.score ?? -.infinity { best = (end, score) }
      }
      ends[index] = best?.end ?? min(most, first + 1)
      first = ends[index]
      if index + 1 < ends.count { ends[index + 1] = max(ends[index + 1], first + 1) }
    }
    return (0..<texts.count).map { index in
      (index == 0 ? 0 : ends[index - 1])..<(index == texts.count - 1 ? segments.count : ends[index])
    }
  }

  /// Ends of all but the last text, by segments: where as much has been said as its share of syllables.
  private func firstGuess(_ syllables: [Double]) -> [Int] {
    let all = segments.reduce(0) { $0 + $1.seconds }
    let total = syllables.reduce(0, +)
    var ends: [Int] = []
    var said = 0.0
    for index in 0..<syllables.count - 1 {
      said += syllables[index] / total * all
      var (heard, end) = (0.0, 0)
      while end < segments.count, heard + segments[end].seconds / 2 < said {
        heard += segments[end].seconds
        end += 1
      }
      ends.append(max(end, (ends.last ?? 0) + 1))
    }
    return ends
  }
}
