// idv listen: what the server would hear in a recording, for a person at a terminal.

internal import ArgumentParser
internal import Inference
internal import Speech
internal import SpokenText
internal import Vocabulary

struct ListenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen",
    abstract: "Listens to a clip or recording, in this process: was the text said?",
    discussion: """
      Prints how good the sound is, where somebody speaks, and with --text or --code how well what was expected fits \
      what was heard; without either what the recogniser writes. The output is personal data. A synthetic voice \
      passes like a living one.
      """)

  @Argument(help: "The clip or recording.")
  var clip: String

  @Option(help: "What should be said.")
  var text: String?

  @Option(help: "Digits that should be said, after the text if there is one.")
  var code: String?

  @Flag(help: "Relax the server's limits on formats.")
  var relaxed = false

  @Option(help: "Folder that `make setup` filled.")
  var deps = ".deps"

  func validate() throws {
    guard code.map({ !$0.isEmpty && $0.allSatisfy { $0.isASCII && $0.isNumber } }) ?? true else {
      throw ValidationError("--code is digits.")
    }
  }

  func run() async throws {
    let bytes = try readFile(clip)
    let reading: SpeechReading
    do {
      let (engine, reader, pinyin) = try loadSpeech(deps: deps, lanes: 1, isEvaluation: relaxed)
      let digits = code?.compactMap(\.wholeNumberValue)
      let expected = try text.map { try ExpectedText($0, field: "--text", pinyin: pinyin) }
      let speech: ExpectedSpeech =
        switch (expected, digits) {
        case (let text?, let digits?): .textThenCode(text, digits)
        case (let text?, nil): .text(text)
        case (nil, let digits?): .code(digits)
        case (nil, nil): .anything
        }
      reading = try await reader.read(
        .encoded(bytes), SpeechTask(expected: speech), field: "the clip", before: .never)
      await engine.shutdown()
    } catch let error as ServiceError {
      note("idv: \(error.message)")
      throw ExitCode(1)
    } catch {
      note("idv: \(error)")
      throw ExitCode(1)
    }
    print(Self.report(reading))
  }

  private static func report(_ reading: SpeechReading) -> String {
    let condition = reading.condition
    var lines = [
      "\(fixed(condition.seconds, 2)) s, level \(condition.levelDB.map { fixed($0, 1) } ?? "–") dB, "
        + "signal to noise \(condition.signalToNoiseDB.map { fixed($0, 1) } ?? "–") dB, "
        + "clipped \(percent(condition.clippedShare, 1)), voiced \(percent(reading.voicedRatio, 0))",
      "speech: "
        + (reading.segments.isEmpty
          ? "none"
          : reading.segments.map { "\(fixed($0.start, 2))–\(fixed($0.end, 2))" }
            .joined(separator: ", ") + " s"),
    ]
    if !reading.doubts.isEmpty {
      lines.append("doubts: " + reading.doubts.map(\.rawValue).joined(separator: ", "))
    }
    if let rate = reading.syllablesPerSecond {
      lines.append("\(fixed(rate, 1)) syllables a second")
    }
    for part in reading.parts { lines += Self.report(part) }
    if !reading.parts.isEmpty {
      let judgement = SpeechJudgement(reading.parts)
      lines.append(
        "text: \(judgement.verdict), similarity "
          + fixed(SpeechSimilarity.of(reading.parts), 0)
          + (judgement.reasons.isEmpty
            ? "" : " (" + judgement.reasons.map(\.code.rawValue).joined(separator: ", ") + ")"))
    }
    if let code = reading.code {
      lines.append(
        "code: \(code.isAccepted() ? "accept" : "unclear"), heard "
          + code.heardDigits.map { "\($0)" }.joined() + ", least likely digit "
          + percent(code.leastProbability, 1))
    }
    if let transcript = reading.transcript { lines.append("heard: " + plain(transcript)) }
    if let voice = reading.voice {
      lines.append(
        "voice: halves \(voice.halves.map { fixed($0, 2) } ?? "–"), "
          + "least window \(voice.leastWindow.map { fixed($0, 2) } ?? "–")")
    }
    return lines.joined(separator: "\n")
  }

  private static func report(_ part: PartReading) -> [String] {
    let scores = part.scores
    let measures = part.measures
    return [
      "\(fixed(part.span.lowerBound, 2))–\(fixed(part.span.upperBound, 2)) s: expected "
        + plain(part.form.text) + ", heard " + plain(part.hypothesis),
      "  pmi \(fixed(scores.pmi, 2)), w4 \(fixed(scores.w4, 2)), tail \(fixed(scores.tail, 2)), "
        + "fg \(fixed(scores.fg, 2)), cov \(fixed(scores.cov, 2)), other syllables "
        + "\(fixed(measures.alternativeMargin, 1)), left out \(fixed(measures.omissionMargin, 1)), "
        + "contrasts \(scores.contrastMargin.map { fixed($0, 1) } ?? "none")",
    ]
  }
}
