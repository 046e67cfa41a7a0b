// The trials behind `idv evaluate actions`.

import Liveness
import Simulation
import Testing

@Test("Trials repeat with their seed; people pass, pictures and other challenges do not")
func trials() {
  let trials = ActionTrials(count: 40, seed: 3)
  let again = ActionTrials(count: 40, seed: 3)
  #expect(trials.counts == again.counts)
  #expect(trials.genuine == 40)
  #expect(trials.genuinePassed >= 36)
  #expect(trials.pictures > 20 && trials.picturesPassed == 0)
  #expect(trials.wrongOrders > 20 && trials.wrongOrdersPassed == 0)
  #expect(trials.otherActions > 2000)
  // A shake is a quick turn to either side: challenges that ask for just those two may pass.
  #expect(trials.otherActionsPassed <= trials.genuine / 4)
}
