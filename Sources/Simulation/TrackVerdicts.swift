// What the server's policy says to a track as an answer to challenges of actions.

internal import Decisions
package import Liveness
package import Vision
package import Vocabulary

/// Holds a track against challenges by the policy's rules, as far as track and actions go: rules about what a track does
/// not have (the file, the looks, the template) are left out. Pure.
package struct TrackVerdicts: Sendable {
  private let judge: ActionJudge
  private let track: [LivenessSignal: Double]
  private let policy: LivenessPolicy

  package init(_ track: FaceTrack) {
    self.init(ActionDetector.sighting(in: track), signals: track.signals)
  }

  /// - Parameter signals: what the track says by itself; rules about others are left out.
  package init(_ sighting: ActionSighting, signals: [LivenessSignal: Double]) {
    judge = ActionJudge(sighting)
    track = signals
    // Which numbers there are does not depend on what is asked.
    let measured = Set(judge.judge(asked: [.blink]).signals.keys).union(signals.keys)
    policy = LivenessPolicy(
      rules: LivenessPolicy.standard.rules.filter { measured.contains($0.signal) })
  }

  /// Whether it would pass if `asked` were asked for.
  package func passes(_ asked: [FaceAction]) -> Bool {
    let signals = track.merging(judge.judge(asked: asked).signals) { _, later in later }
    let evidence = LivenessEvidence(
      mode: .action, challenged: true, actions: asked, signals: signals)
    return policy.decide(evidence, terms: LivenessTerms()).verdict == .pass
  }
}
