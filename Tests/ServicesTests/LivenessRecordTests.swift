// Records of verdicts: what is written down decides as it did, and what is not understood does not decide.

import Decisions
import Messages
import Services
import Synchronization
import Testing
import Vocabulary

/// Counts up from 1.
final class Counter: Sendable {
  private let value = Mutex(0)

  func next() -> Int {
    value.withLock {
      $0 += 1
      return $0
    }
  }
}

/// SplitMix64.
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}

struct LivenessRecordTests {
  static let rules = LivenessPolicy.standard.rules

  /// Some case, most numbers on the good side.
  private static func someCase(_ numbers: inout Seeded) -> LivenessCase {
    var signals: [Vocabulary.LivenessSignal: Double] = [:]
    for rule in rules where Int.random(in: 0..<40, using: &numbers) > 0 {
      let good = rule.side == .atLeast ? rule.range.upperBound : rule.range.lowerBound
      let isBad = Int.random(in: 0..<40, using: &numbers) == 0
      let value = Double.random(in: 0...1, using: &numbers)
      let from = isBad ? rule.range.lowerBound : rule.limit
      let to = isBad ? rule.range.upperBound : good
      signals[rule.signal] = min(from, to) + abs(to - from) * value
    }
    if Int.random(in: 0..<20, using: &numbers) > 0 {
      signals[.comparedSimilarity] = Double.random(in: 0...1, using: &numbers)
    }
    let enhanced =
      Bool.random(using: &numbers)
      ? EnhancedEvidence(
        device: Vocabulary.DeviceRisk(
          level: DeviceLevelChoice.any(&numbers), cameraLevel: DeviceLevelChoice.any(&numbers),
          tags: Vocabulary.DeviceTag.allCases.filter { _ in
            Int.random(in: 0..<6, using: &numbers) == 0
          }, score: Double.random(in: 0...100, using: &numbers)),
        demandedMode: [nil, .action, .actionReflect].randomElement(using: &numbers)!) : nil
    var decided = LivenessCase(
      evidence: LivenessEvidence(
        mode: Vocabulary.LivenessMode.allCases.randomElement(using: &numbers)!,
        isStill: Int.random(in: 0..<5, using: &numbers) == 0,
        challenged: Int.random(in: 0..<5, using: &numbers) > 0,
        actions: Array(
          Vocabulary.FaceAction.allCases.shuffled(using: &numbers)
            .prefix(Int.random(in: 0...3, using: &numbers))),
        signals: signals,
        capabilities: Set(LivenessCapability.allCases.filter { _ in Bool.random(using: &numbers) }),
        enhanced: enhanced),
      terms: LivenessTerms(
        limits: Bool.random(using: &numbers) ? ["faceShare": 0.95] : [:],
        advisory: Bool.random(using: &numbers) ? ["presentationEvidence"] : [],
        allowsUnverifiedDevice: enhanced != nil && Bool.random(using: &numbers)),
      comparison: Bool.random(using: &numbers)
        ? .init(
          score: Bool.random(using: &numbers) ? Double.random(in: 0...100, using: &numbers) : nil,
          threshold: 80,
          obstacles: Int.random(in: 0..<4, using: &numbers) == 0
            ? [DecisionReason(.faceBlurred, field: "photo", measured: 1.5, limit: 2)] : [])
        : nil)
    decided.policyNumber = LivenessPolicy.versionsKnown.randomElement(using: &numbers)!
    return decided
  }

  private enum DeviceLevelChoice {
    static func any(_ numbers: inout Seeded) -> Vocabulary.DeviceLevel? {
      ([nil] + Vocabulary.DeviceLevel.allCases.map(Optional.some)).randomElement(using: &numbers)!
    }
  }

  @Test("a record that went through JSON decides as the case did, whatever the case")
  func roundTrip() throws {
    var numbers = Seeded(state: 20_261_126)
    var verdicts: Set<Vocabulary.Verdict> = []
    for _ in 0..<2_000 {
      let decided = Self.someCase(&numbers)
      let record = LivenessRecord(decided)
      let json = try MessageJSON.text(of: record.encoded(), as: LivenessRecord.descriptor)
      let wire = try MessageJSON.wire(from: json, as: LivenessRecord.descriptor)
      let read = try LivenessCase(LivenessRecord(decoding: wire))
      #expect(read.evidence == decided.evidence && read.policyNumber == decided.policyNumber)
      let (before, after) = (decided.decide(), read.decide())
      #expect(before == after)
      verdicts.insert(before.verdict)
      if before.verdict == .pass, decided.comparison != nil {
        #expect(decided.comparison?.score ?? 0 >= 80)
        if !decided.evidence.isStill, decided.policyNumber > 2 {
          #expect(decided.evidence.signals[.comparedSimilarity] ?? -1 >= 0.45)
        }
      }
    }
    #expect(verdicts == [.pass, .reject, .review, .inconclusive])
  }

  @Test("what this version does not know is refused, not left out")
  func unknown() throws {
    var numbers = Seeded(state: 7)
    let good = LivenessRecord(Self.someCase(&numbers))
    _ = try LivenessCase(good)
    let changes: [(inout LivenessRecord) -> Void] = [
      { $0.policy = "liveness@99" },
      { $0.mode = .unrecognized(99) },
      { $0.mode = .unspecified },
      { $0.signals.append(SignalValue(name: "somethingNew", value: 1)) },
      { $0.signals += [$0.signals[0]] },
      { $0.limits.append(SignalValue(name: "noRule", value: 1)) },
      { $0.advisory.append("noRule") },
      { $0.capabilities.append("clairvoyance") },
      { $0.actions.append(.unrecognized(42)) },
      {
        $0.enhanced = true
        $0.device = Messages.DeviceRisk(tags: [.unrecognized(77)])
      },
    ]
    for (index, change) in changes.enumerated() {
      var record = good
      change(&record)
      #expect(throws: RecordError.self, "\(index)") { try LivenessCase(record) }
    }
  }

  /// Verdicts that were given, as `idv call` printed their records. A change of a rule that changes one of them is a new
  /// version of the policy.
  @Test("golden records keep their verdicts", arguments: GoldenRecord.all)
  func golden(record: GoldenRecord) throws {
    let wire = try MessageJSON.wire(from: record.json, as: LivenessRecord.descriptor)
    let decision = try LivenessCase(LivenessRecord(decoding: wire)).decide()
    #expect(decision.verdict == record.verdict)
    #expect(decision.reasons.map(\.code) == record.reasons)
    #expect(decision.liveness.tags == record.tags)
  }
}

struct GoldenRecord: Sendable {
  let json: String
  let verdict: Vocabulary.Verdict
  let reasons: [Vocabulary.ReasonCode]
  var tags: [Vocabulary.AttackTag] = []

  /// Of a clip in which everything is well.
  private static let well = """
    {"name":"clipSeconds","value":4.2},{"name":"framesAnalysed","value":42},
    {"name":"faceShare","value":1},{"name":"severalFacesShare","value":0},
    {"name":"faceLostSecondsMax","value":0},{"name":"identitySimilarityMin","value":0.61},
    {"name":"personChanges","value":0},{"name":"flatMovements","value":0},
    {"name":"presentationLooks","value":3},{"name":"presentationEvidence","value":0},
    {"name":"presentationRoom","value":2.1}
    """
  private static let actions = """
    {"name":"actionsPerformedShare","value":1},{"name":"actionsInOrder","value":1},
    {"name":"actionScoreMin","value":0.8},{"name":"actionsNotAsked","value":0}
    """

  /// What version 3 asks for beside that.
  private static let times = #"{"name":"timingGapSecondsMax","value":0.07}"#

  private static func record(
    _ signals: String..., version: Int = 2, more: String = ""
  ) -> String {
    """
    {"policy":"liveness@\(version)","mode":"LIVENESS_MODE_ACTION","challenged":true,
     "actions":["FACE_ACTION_BLINK","FACE_ACTION_NOD"],
     "signals":[\(signals.joined(separator: ","))]\(more)}
    """
  }

  static let all: [GoldenRecord] = [
    GoldenRecord(json: record(well, actions), verdict: .pass, reasons: [.livenessShown]),
    GoldenRecord(
      json: record(
        well, actions, more: #","comparison":{"score":86.4,"threshold":80}"#), verdict: .pass,
      reasons: [.scoreAtOrAboveThreshold, .livenessShown]),
    GoldenRecord(
      json: record(
        well, actions, more: #","comparison":{"score":41,"threshold":80}"#), verdict: .reject,
      reasons: [.scoreBelowThreshold, .livenessShown]),
    GoldenRecord(
      json: record(well, actions, #"{"name":"replayMediaKnown","value":1}"#), verdict: .reject,
      reasons: [.replayedMedia], tags: [.replayed]),
    GoldenRecord(
      json: record(
        well, actions, more: #","enhanced":true,"demandedMode":"LIVENESS_MODE_ACTION""#),
      verdict: .review, reasons: [.deviceUnverified, .signalMissing]),
    GoldenRecord(
      json: record(well), verdict: .inconclusive,
      reasons: [.signalMissing, .signalMissing, .signalMissing, .signalMissing]),

    GoldenRecord(
      json: record(well, actions, times, version: 3), verdict: .pass, reasons: [.livenessShown]),
    GoldenRecord(
      json: record(well, actions, version: 3), verdict: .inconclusive, reasons: [.signalMissing]),
    GoldenRecord(
      json: record(
        well, actions, #"{"name":"timingGapSecondsMax","value":0.6}"#, version: 3),
      verdict: .inconclusive, reasons: [.recordingCut]),
    GoldenRecord(
      json: record(
        well, actions, times, #"{"name":"comparedSimilarity","value":0.83}"#, version: 3,
        more: #","comparison":{"score":86.4,"threshold":80}"#), verdict: .pass,
      reasons: [.scoreAtOrAboveThreshold, .livenessShown]),
    // A score of a face that nothing ties to the person who was followed.
    GoldenRecord(
      json: record(
        well, actions, times, version: 3, more: #","comparison":{"score":86.4,"threshold":80}"#),
      verdict: .inconclusive, reasons: [.signalMissing, .livenessShown]),
    GoldenRecord(
      json: record(
        well, actions, times, #"{"name":"replayMediaKnown","value":0}"#, version: 3,
        more: #","enhanced":true,"demandedMode":"LIVENESS_MODE_ACTION""#
          + #","allowsUnverifiedDevice":true"#),
      verdict: .review, reasons: [.signalMissing]),

    // What version 4 asks for beside that.
    GoldenRecord(
      json: record(well, actions, times, fourth, version: 4), verdict: .pass,
      reasons: [.livenessShown]),
    GoldenRecord(
      json: record(well, actions, times, version: 4), verdict: .inconclusive,
      reasons: [.signalMissing, .signalMissing, .signalMissing]),
  ]

  private static let fourth = """
    {"name":"identityJumpsUnseen","value":0},{"name":"eyesOpenShare","value":0.93},
    {"name":"actionGapSecondsMax","value":0.07}
    """
}
