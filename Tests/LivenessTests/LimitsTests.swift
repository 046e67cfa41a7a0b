// Bounds that a challenge is made within.

import Liveness
import Testing
import Vocabulary

@Test("A challenge can ask for as many different actions as it may hold")
func enoughActions() {
  #expect(LivenessLimits.actionsOffered.count >= LivenessLimits.actions.upperBound)
}
