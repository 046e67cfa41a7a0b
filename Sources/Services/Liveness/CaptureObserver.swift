// What becomes of captures, counted: nothing of a person, closed sets only.

package import Vocabulary

/// Hears of verdicts on captures and recordings. Any thread.
package protocol CaptureObserver: Sendable {
  /// On a capture of Basic or Enhanced.
  func decided(_ verdict: Verdict, mode: LivenessMode, tags: [AttackTag])
  /// On a recording of Intent: what it comes to, and what its pictures look like an attack by.
  func decided(_ verdict: Verdict, intent: IntentMode, code: IntentCode, tags: [AttackTag])
}

/// Hears and says nothing.
package struct SilentCaptureObserver: CaptureObserver {
  package init() {}

  package func decided(_ verdict: Verdict, mode: LivenessMode, tags: [AttackTag]) {}
  package func decided(
    _ verdict: Verdict, intent: IntentMode, code: IntentCode, tags: [AttackTag]
  ) {}
}
