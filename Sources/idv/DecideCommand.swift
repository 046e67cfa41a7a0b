// idv decide: recorded numbers once more under the policy. No server, no pictures: same numbers in, same verdict out.

internal import ArgumentParser
internal import Decisions
internal import Messages
internal import Services
internal import Vocabulary

struct DecideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decide",
    abstract: "Decides on the recorded numbers of a capture again.",
    discussion: """
      The file is an answer of Basic, Enhanced or Intent about a capture, as JSON, or the record in it. The same numbers give \
      the same verdict; when the file has a verdict and it is another one, the exit status is 4.
      """)

  @Argument(help: "The answer, or its record, as JSON; - reads standard input.")
  var file: String?

  @Option(
    name: .customLong("limit"),
    help: ArgumentHelp(
      "Another limit for a rule, to see what it would change; repeatable.",
      valueName: "rule=number"))
  var limits: [String] = []

  @Flag(help: "Print the policy's rules and their limits instead.")
  var rules = false

  @Flag(help: "Print JSON.")
  var json = false

  @Flag(help: "Exit with status 3 unless the verdict is PASS.")
  var requirePass = false

  func validate() throws {
    if (file == nil) != rules { throw ValidationError("Name a file, or ask for --rules.") }
  }

  func run() throws {
    guard let file else { return print(rulesText) }
    let text = file == "-" ? readAll() : String(decoding: try readFile(file).array, as: UTF8.self)
    if let intent = RecordedIntent(text) { return try decideIntent(intent) }
    let recorded = try RecordedAnswer(text)
    var decided = try LivenessCase(recorded.record)
    for limit in limits { try change(limit, in: &decided) }
    let decision = decided.decide()
    print(json ? try answer(decision, decided).jsonText() : self.text(decision, decided))
    if limits.isEmpty, recorded.verdict != .unknown,
      recorded.verdict.rawValue != decision.verdict.rawValue
    {
      note("the file says \(recorded.verdict.wireName)")
      throw ExitCode(4)
    }
    if requirePass && decision.verdict != .pass { throw ExitCode(3) }
  }

  private func change(_ limit: String, in decided: inout LivenessCase) throws {
    let (name, value) = try parsed(limit, LivenessPolicy.standard.rules)
    decided.terms.limits[name] = value
  }

  private func parsed(_ limit: String, _ rules: [LivenessRule]) throws -> (String, Double) {
    let parts = limit.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let value = Double(parts[1]),
      let rule = rules.first(where: { $0.name == parts[0] }), rule.range.contains(value)
    else { throw ValidationError("--limit \(limit): see --rules for names and ranges") }
    return (rule.name, value)
  }

  /// The same for a verdict on a person's will.
  private func decideIntent(_ recorded: RecordedIntent) throws {
    var decided = try IntentCase(recorded.record)
    for limit in limits {
      if limit.hasPrefix("intent.") {
        let rules = IntentPolicy.standard.asOf(decided.policyNumber).rules
        let (name, value) = try parsed(limit, rules.map(\.rule))
        decided.terms.limits[name] = value
      } else {
        try change(limit, in: &decided.face)
      }
    }
    let decision = decided.decide()
    print(json ? try answer(decision, decided).jsonText() : self.text(decision, decided))
    if limits.isEmpty, recorded.verdict != .unknown,
      recorded.verdict.rawValue != decision.verdict.rawValue
    {
      note("the file says \(recorded.verdict.wireName)")
      throw ExitCode(4)
    }
    if requirePass && decision.verdict != .pass { throw ExitCode(3) }
  }

  private func answer(
    _ decision: IntentDecision, _ decided: IntentCase
  ) -> VerifyIntentResponse {
    var response = VerifyIntentResponse()
    response.verdict = Messages.Verdict(rawValue: decision.verdict.rawValue)
    response.reasons = decision.reasons.map(Reason.init)
    var result = IntentResult()
    result.code = Messages.IntentCode(rawValue: decision.code.rawValue)
    result.record = IntentRecord(decided)
    response.intent = result
    return response
  }

  private func text(_ decision: IntentDecision, _ decided: IntentCase) -> String {
    let verdict = Messages.Verdict(rawValue: decision.verdict.rawValue)
    let policy = IntentPolicy.name(ofVersion: decided.policyNumber)
    var lines = [left(verdict.wireName, 14) + "by \(policy)"]
    lines += decision.reasons.map(line)
    for message in decision.messages {
      let key = Messages.UserMessage(rawValue: message.rawValue)
      lines.append("  " + left("tell", 12) + key.wireName)
    }
    func signals(_ title: String, _ signals: [Vocabulary.LivenessSignal: Double]) {
      for (signal, value) in signals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
        lines.append("  " + left(title, 12) + left(signal.rawValue, 26) + "\(value)")
      }
    }
    signals("signal", decided.will?.signals ?? [:])
    for (index, part) in (decided.will?.parts ?? []).enumerated() {
      lines.append(
        "  " + left("part \(index)", 12) + "\(part.kind.rawValue) \(part.outcome.rawValue)")
      signals("part \(index)", part.signals)
    }
    signals("face", decided.face.evidence.signals)
    return lines.joined(separator: "\n")
  }

  private func line(_ reason: DecisionReason) -> String {
    var line = Messages.ReasonCode(rawValue: reason.code.rawValue).wireName
    if !reason.field.isEmpty { line += " \(reason.field)" }
    if let signal = reason.signal { line += " \(signal.rawValue)" }
    if let measured = reason.measured, let limit = reason.limit {
      line += ": \(fixed(measured, 3)) against \(fixed(limit, 3))"
    }
    return "  " + left("reason", 12) + line + (reason.advisory ? " (advisory)" : "")
  }

  private func answer(
    _ decision: LivenessCaseDecision, _ decided: LivenessCase
  ) -> VerifyVideoResponse {
    var response = VerifyVideoResponse()
    response.verdict = Messages.Verdict(rawValue: decision.verdict.rawValue)
    response.reasons = decision.reasons.map(Reason.init)
    response.liveness = LivenessResult(decision.liveness, decided)
    return response
  }

  private func text(_ decision: LivenessCaseDecision, _ decided: LivenessCase) -> String {
    let verdict = Messages.Verdict(rawValue: decision.verdict.rawValue)
    let policy = LivenessPolicy.name(ofVersion: decided.policyNumber)
    var lines = [left(verdict.wireName, 14) + "by \(policy)"]
    for reason in decision.reasons {
      var line = Messages.ReasonCode(rawValue: reason.code.rawValue).wireName
      if let signal = reason.signal { line += " \(signal.rawValue)" }
      if let measured = reason.measured, let limit = reason.limit {
        line += ": \(fixed(measured, 3)) against \(fixed(limit, 3))"
      }
      lines.append("  " + left("reason", 12) + line + (reason.advisory ? " (advisory)" : ""))
    }
    for tag in decision.liveness.tags { lines.append("  " + left("attack", 12) + tag.name) }
    for message in decision.liveness.messages {
      let key = Messages.UserMessage(rawValue: message.rawValue)
      lines.append("  " + left("tell", 12) + key.wireName)
    }
    for (signal, value) in decided.evidence.signals.sorted(by: { $0.key.rawValue < $1.key.rawValue }
    ) {
      lines.append("  " + left("signal", 12) + left(signal.rawValue, 26) + "\(value)")
    }
    return lines.joined(separator: "\n")
  }

  private var rulesText: String {
    let policy = LivenessPolicy.standard
    var lines = ["\(LivenessPolicy.version)"]
    for rule in policy.rules {
      let all = rule.modes.count == Vocabulary.LivenessMode.allCases.count
      let since =
        rule.since > LivenessPolicy.versionsKnown.lowerBound ? "; since @\(rule.since)" : ""
      let modes = Vocabulary.LivenessMode.allCases.filter(rule.modes.contains).map(\.rawValue)
      lines.append(
        left(rule.name, 28) + left(rule.side == .atLeast ? "at least" : "at most", 9)
          + left("\(rule.limit)", 8) + left("\(rule.failing)", 13)
          + (all ? "" : "(\(modes.joined(separator: ", "))) ") + rule.meaning
          + (rule.missing == nil ? "; only if measured" : "")
          + (rule.mayBeAdvisory ? "; may be advisory" : "") + since)
    }
    lines.append("\(IntentPolicy.version)")
    for rule in IntentPolicy.standard.rules {
      let bound = rule.rule
      let all = rule.modes.count == Vocabulary.IntentMode.allCases.count
      let modes = Vocabulary.IntentMode.allCases.filter(rule.modes.contains).map(\.rawValue)
      lines.append(
        left(bound.name, 28) + left(bound.side == .atLeast ? "at least" : "at most", 9)
          + left("\(bound.limit)", 8) + left("\(bound.failing)", 13)
          + (all ? "" : "(\(modes.joined(separator: ", "))) ") + bound.meaning
          + (bound.missing == nil ? "; only if measured" : "")
          + (bound.mayBeAdvisory ? "; may be advisory" : ""))
    }
    return lines.joined(separator: "\n")
  }
}

/// A record of a verdict on a person's will, and the verdict that came with it.
private struct RecordedIntent {
  let record: IntentRecord
  /// `unknown` if the file has the record alone.
  let verdict: Messages.Verdict

  /// Nil of anything else.
  init?(_ text: String) {
    if let record = try? IntentRecord(json: text), !record.policy.isEmpty, record.face != nil {
      (self.record, verdict) = (record, .unknown)
      return
    }
    guard let answer = try? VerifyIntentResponse(json: text), let record = answer.intent?.record
    else { return nil }
    (self.record, verdict) = (record, answer.verdict)
  }
}

/// A record, and the verdict that came with it.
private struct RecordedAnswer {
  let record: LivenessRecord
  /// `unknown` if the file has the record alone.
  let verdict: Messages.Verdict

  init(_ text: String) throws {
    if let record = try? LivenessRecord(json: text) {
      (self.record, verdict) = (record, .unknown)
      return
    }
    let answers: [(LivenessRecord?, Messages.Verdict)?] = [
      (try? DetectLivenessResponse(json: text)).map { ($0.liveness?.record, $0.verdict) },
      (try? VerifyVideoResponse(json: text)).map { ($0.liveness?.record, $0.verdict) },
      (try? CompareVideoResponse(json: text)).map { ($0.liveness?.record, $0.verdict) },
      (try? VerifyPhotoResponse(json: text)).map { ($0.liveness?.record, $0.verdict) },
      (try? VerifyResponse(json: text)).map { ($0.liveness?.record, $0.verdict) },
    ]
    for case (let record?, let verdict)? in answers {
      (self.record, self.verdict) = (record, verdict)
      return
    }
    throw ValidationError(
      "The file is neither an answer of Basic, Enhanced or Intent about a capture nor a record.")
  }
}

extension Message {
  /// Reads proto JSON.
  fileprivate init(json text: String) throws {
    self = try Self(decoding: MessageJSON.wire(from: text, as: Self.descriptor))
  }
}
