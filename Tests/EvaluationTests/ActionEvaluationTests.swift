// Labels of clips are read, and what was found is counted against them.

import Evaluation
import Foundation
import Liveness
import Testing
import Vocabulary

private func withFolder(_ body: (URL) throws -> Void) throws {
  let folder = FileManager.default.temporaryDirectory.appending(path: "idv-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try body(folder)
}

@Test("Hand wins over automatic labels, corrections over both; unknown words count for nothing")
func actionLabels() throws {
  try withFolder { folder in
    let labels = folder.appending(path: "labels.csv").path
    let corrections = folder.appending(path: "corrections.csv").path
    try """
    path,subject,auto_actions,hand_actions
    a.mp4,x,blink;talking_or_lip_motion,
    b.mp4,y,blink,turn_one_side;look_down
    c.mp4,z,still,
    """.write(toFile: labels, atomically: true, encoding: .utf8)
    try "path,actions,remark\nc.mp4,mouth_open;nod,seen\n".write(
      toFile: corrections, atomically: true, encoding: .utf8)
    let plain = try ClipLabels.read(atPath: labels)
    #expect(plain.map(\.words) == [[.blink], [.turnOneSide], []])
    #expect(plain[0].path == folder.path + "/a.mp4")
    let corrected = try ClipLabels.read(atPath: labels, corrections: corrections)
    #expect(corrected.map(\.words) == [[.blink], [.turnOneSide], [.mouthOpen, .nod]])
  }
}

@Test("The committed corrections are words that are known")
func committedCorrections() throws {
  let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Baselines/action-labels.csv")
  let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst()
  #expect(lines.count == 23)
  for line in lines {
    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
    #expect(fields.count == 3)
    for word in fields[1].split(separator: ";") {
      #expect(LabelledClip.Word(rawValue: String(word)) != nil, "\(word)")
    }
  }
}

@Test("A turn to a side that is not named counts as a turn, for neither side")
func sides() {
  let one = LabelledClip(path: "a", words: [.turnOneSide])
  #expect(one.turns)
  #expect(one.performs(.turnLeft) == nil)
  #expect(one.performs(.nod) == false)
  let both = LabelledClip(path: "a", words: [.turnBoth])
  #expect(both.performs(.turnLeft) == true && both.performs(.turnRight) == true)
  let left = LabelledClip(path: "a", words: [.turnLeft])
  #expect(left.performs(.turnLeft) == true && left.performs(.turnRight) == false)
}

@Test("Clips count once for each action")
func counts() {
  func scored(_ words: Set<LabelledClip.Word>, _ actions: [FaceAction]) -> ScoredClip {
    var seen = ActionSighting()
    seen.actions = actions.enumerated().map {
      PerformedAction(
        action: $1, start: Double($0) * 2, end: Double($0) * 2 + 1, score: 0.8)
    }
    return ScoredClip(
      clip: LabelledClip(path: "c", words: words), seen: seen, framesAnalysed: 60)
  }
  let result = ClipActionResult([
    scored([.blink], [.blink, .blink, .blink]), scored([.blink], []),
    scored([], [.blink, .turnLeft]), scored([.turnOneSide], [.turnRight]), scored([], []),
  ])
  let blink = result.counts[.blink]
  #expect(blink?.found == 1 && blink?.missed == 1 && blink?.wrong == 1 && blink?.absent == 2)
  #expect(blink?.precision.value == 0.5 && blink?.recall.value == 0.5)
  #expect(result.turns.found == 1 && result.turns.wrong == 1 && result.turns.missed == 0)
  #expect(result.counts[.turnRight]?.wrong == 0)
  #expect(result.replayed == 5 * 118)
  // Three blinks: a blink. A blink, then a turn: the turn, and both. A turn: it.
  #expect(result.replayPassed == 1 + 2 + 1)
}

@Test("There are 118 orders of one to three actions")
func orders() {
  #expect(ActionOrders.all.count == 6 + 16 + 96)
  #expect(Set(ActionOrders.all).count == 118)
}
