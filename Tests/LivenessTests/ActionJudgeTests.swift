// Only the actions that were asked for, in the order asked for, pass.

import Liveness
import Simulation
import Testing
import Vision
import Vocabulary

private func performed(
  _ action: FaceAction, _ start: Double, _ end: Double, score: Double = 0.9
) -> PerformedAction {
  PerformedAction(action: action, start: start, end: end, score: score)
}

private func sighting(_ actions: [PerformedAction]) -> ActionSighting {
  var sighting = ActionSighting()
  sighting.actions = actions.sorted { $0.start < $1.start }
  return sighting
}

/// What a strict policy asks: all of them, in order, nothing else.
private func passes(_ reading: ActionReading) -> Bool {
  reading.signals[.actionsPerformedShare] == 1 && reading.signals[.actionsInOrder] == 1
    && reading.signals[.actionsNotAsked] == 0
}

@Test("Of all orders of three actions, the one asked for passes", arguments: 0..<20)
func allOrders(seed: Int) {
  var random = SeededRandom(seed: UInt64(seed))
  let actions = Array(FaceAction.allCases.shuffled(using: &random).prefix(3))
  for first in actions {
    for second in actions where second != first {
      for third in actions where third != first && third != second {
        let done = [first, second, third]
        let clip = sighting(
          done.enumerated().map { performed($1, Double($0) * 2, Double($0) * 2 + 1) })
        let reading = ActionJudge(clip).judge(asked: actions)
        #expect(passes(reading) == (done == actions))
        #expect(reading.perAction.allSatisfy { $0.performed })
      }
    }
  }
}

@Test("Generated clips pass for what they perform and for no other challenge", arguments: 0..<15)
func generatedClips(seed: Int) {
  var random = SeededRandom(seed: UInt64(seed) + 1000)
  func draw() -> [FaceAction] {
    Array(
      FaceAction.allCases.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)))
  }
  let actions = draw()
  let motion = HeadMotion(performing: actions, talks: true, using: &random)
  let judge = ActionJudge(motion.track(using: &random))
  for _ in 0..<20 {
    let other = draw()
    // A blink that nobody asked for may answer a challenge that begins or ends with one: see the next test.
    guard other != actions, Set(other).subtracting([.blink]) != Set(actions).subtracting([.blink])
    else { continue }
    #expect(!passes(judge.judge(asked: other)), "asked \(other), performed \(actions)")
  }
}

@Test("Most people who do as asked pass")
func genuine() {
  let passed = (0..<50).count { seed in
    var random = SeededRandom(seed: UInt64(seed) + 2000)
    let actions = Array(FaceAction.allCases.shuffled(using: &random).prefix(3))
    let motion = HeadMotion(performing: actions, talks: true, using: &random)
    return passes(ActionJudge(motion.track(using: &random)).judge(asked: actions))
  }
  #expect(passed >= 46)
}

@Test("Own blinks are counted apart and fail nobody")
func ownBlinks() {
  let clip = sighting([
    performed(.blink, 0.2, 0.4), performed(.nod, 1, 2), performed(.blink, 1.2, 1.4),
    performed(.turnLeft, 3, 4),
  ])
  let reading = ActionJudge(clip).judge(asked: [.nod, .turnLeft])
  #expect(passes(reading))
  #expect(reading.signals[.blinksNotAsked] == 2)
  #expect(reading.performedOthers.map(\.action) == [.blink, .blink])
}

@Test("A blink that was asked for has to come in its place")
func askedBlink() {
  let early = sighting([performed(.blink, 0.2, 0.4), performed(.nod, 1, 2)])
  #expect(!passes(ActionJudge(early).judge(asked: [.nod, .blink])))
  #expect(passes(ActionJudge(early).judge(asked: [.blink, .nod])))
  let during = sighting([performed(.nod, 1, 2), performed(.blink, 1.2, 1.4)])
  #expect(!passes(ActionJudge(during).judge(asked: [.nod, .blink])))
}

@Test("Who performs everything, over and over, passes no challenge")
func everything() {
  var all: [PerformedAction] = []
  for round in 0..<6 {
    for (place, action) in FaceAction.allCases.enumerated() {
      let start = Double(round * 6 + place) * 0.5
      all.append(performed(action, start, start + 0.45))
    }
  }
  let judge = ActionJudge(sighting(all))
  for action in FaceAction.allCases {
    for next in FaceAction.allCases where next != action {
      let reading = judge.judge(asked: [action, next])
      #expect(reading.inOrder)
      #expect(reading.signals[.actionsNotAsked] ?? 0 >= 3)
      #expect(!passes(reading))
    }
  }
}

@Test("Actions at the same time are not one after the other")
func atOnce() {
  let clip = sighting([performed(.openMouth, 1, 3), performed(.turnLeft, 1.2, 3.1)])
  for asked in [[FaceAction.openMouth, .turnLeft], [.turnLeft, .openMouth]] {
    let reading = ActionJudge(clip).judge(asked: asked)
    #expect(!reading.inOrder)
    #expect(reading.perAction.allSatisfy { $0.performed })
    #expect(reading.signals[.actionsInOrder] == 0)
  }
}

@Test("Each action has to begin within its own time, if times are given")
func windows() {
  let clip = sighting([performed(.nod, 1, 2), performed(.openMouth, 3, 4)])
  let judge = ActionJudge(clip)
  #expect(judge.judge(asked: [.nod, .openMouth], windows: [0...2, 2.5...5]).inOrder)
  let late = judge.judge(asked: [.nod, .openMouth], windows: [0...2, 0...2.5])
  #expect(!late.inOrder)
  #expect(late.perAction.map(\.performed) == [true, false])
  #expect(late.signals[.actionScoreMin] == 0)
  #expect(late.signals[.actionsPerformedShare] == 0.5)
}

@Test("The same action once more is no other action, unless another lies between")
func repetitions() {
  let twice = sighting([performed(.nod, 1, 2), performed(.nod, 2.5, 3), performed(.shake, 4, 5)])
  #expect(passes(ActionJudge(twice).judge(asked: [.nod, .shake])))
  let again = sighting([performed(.nod, 1, 2), performed(.shake, 3, 4), performed(.nod, 5, 6)])
  let reading = ActionJudge(again).judge(asked: [.nod, .shake])
  #expect(reading.inOrder)
  #expect(reading.signals[.actionsNotAsked] == 1)
}

@Test("A quick left and right answers for turns where turns were asked for, else it is a shake")
func quickTurns() {
  var clip = sighting([performed(.shake, 1, 3), performed(.nod, 4, 5)])
  clip.turnsOfShakes = [performed(.turnLeft, 1, 1.8), performed(.turnRight, 1.9, 2.9)]
  let judge = ActionJudge(clip)
  #expect(passes(judge.judge(asked: [.shake, .nod])))
  #expect(passes(judge.judge(asked: [.turnLeft, .turnRight, .nod])))
  #expect(!passes(judge.judge(asked: [.turnRight, .turnLeft, .nod])))
  let one = judge.judge(asked: [.turnLeft, .nod])
  #expect(one.inOrder)
  #expect(one.signals[.actionsNotAsked] == 1)
}

@Test("Movements of a picture are told and count for nothing")
func flat() {
  var clip = sighting([])
  clip.flatMovements = [performed(.turnLeft, 1, 2)]
  clip.solidity = 0.7
  let reading = ActionJudge(clip).judge(asked: [.turnLeft])
  #expect(!reading.perAction[0].performed)
  #expect(reading.signals[.flatMovements] == 1)
  #expect(reading.signals[.headSolidityMin] == 0.7)
}

@Test("With nothing asked, nothing is in order")
func nothingAsked() {
  let reading = ActionJudge(sighting([performed(.nod, 1, 2)])).judge(asked: [])
  #expect(!reading.inOrder)
  #expect(reading.signals[.actionsNotAsked] == 1)
  #expect(reading.signals[.actionsInOrder] == nil)
  #expect(reading.signals[.actionScoreMin] == nil)
}

@Test("Frames that were left out are told: what was done meanwhile is not known")
func gaps() throws {
  var random = SeededRandom(seed: 77)
  var motion = HeadMotion(performing: [.nod, .shake], talks: false, using: &random)
  motion.framesPerSecond = 30
  let whole = motion.track(using: &random)
  let seen = ActionJudge(whole).judge(asked: [.nod])
  #expect(try #require(seen.signals[.actionsNotAsked]) == 1)
  #expect(try #require(seen.signals[.actionGapSecondsMax]) <= 0.25)
  // Two frames of each third of a second: no gap is longer than the clip may have, and no action is seen.
  var thinned = whole
  thinned.frames = whole.frames.filter { frame in
    frame.seconds.truncatingRemainder(dividingBy: 0.35) < 0.07
  }
  let hidden = ActionJudge(thinned).judge(asked: [.nod])
  #expect(try #require(hidden.signals[.actionGapSecondsMax]) > 0.25)
  // So far apart that nothing can be told: nothing is counted.
  var sparse = whole
  sparse.frames = stride(from: 0, to: whole.frames.count, by: 6).map { whole.frames[$0] }
  let blind = ActionJudge(sparse).judge(asked: [.nod])
  for signal in [
    LivenessSignal.actionsNotAsked, .blinksNotAsked, .flatMovements, .headShakes,
  ] { #expect(blind.signals[signal] == nil, "\(signal)") }
  let performed = blind.perAction.map(\.performed)
  #expect(performed == [false])
}
