// What becomes of captures, counted: nothing of a person, closed sets only.

package import Vocabulary

/// Hears of verdicts on captures. Any thread.
package protocol CaptureObserver: Sendable {
  func decided(_ verdict: Verdict, mode: LivenessMode, tags: [AttackTag])
}

/// Hears and says nothing.
package struct SilentCaptureObserver: CaptureObserver {
  package init() {}

  package func decided(_ verdict: Verdict, mode: LivenessMode, tags: [AttackTag]) {}
}
