// Which actions people perform in labelled clips.

package import Vocabulary

/// What a label says of a clip.
package struct LabelledClip: Sendable, Equatable {
  /// Words that a clip is labelled with, beside those that say nothing about actions (talking, looking down …).
  package enum Word: String, Sendable, CaseIterable {
    case blink
    case mouthOpen = "mouth_open"
    case nod, shake
    case turnLeft = "turn_left"
    case turnRight = "turn_right"
    case turnBoth = "turn_both"
    /// To either side; which one is not said.
    case turnOneSide = "turn_one_side"

    /// The word for an action.
    package init(_ action: FaceAction) {
      self =
        switch action {
        case .blink: .blink
        case .openMouth: .mouthOpen
        case .nod: .nod
        case .shake: .shake
        case .turnLeft: .turnLeft
        case .turnRight: .turnRight
        }
    }
  }

  package let path: String
  package let words: Set<Word>

  package init(path: String, words: Set<Word>) {
    self.path = path
    self.words = words
  }

  /// Whether `action` is performed; nil if the label leaves it open.
  package func performs(_ action: FaceAction) -> Bool? {
    switch action {
    case .blink: words.contains(.blink)
    case .openMouth: words.contains(.mouthOpen)
    case .nod: words.contains(.nod)
    case .shake: words.contains(.shake)
    case .turnLeft: turns(.turnLeft)
    case .turnRight: turns(.turnRight)
    }
  }

  /// Whether the head is turned to any side.
  package var turns: Bool {
    !words.isDisjoint(with: [.turnLeft, .turnRight, .turnBoth, .turnOneSide])
  }

  /// Whether the head is turned to either side, one after the other; nil if the label leaves it open.
  package var turnsBothWays: Bool? {
    guard let left = performs(.turnLeft), let right = performs(.turnRight) else { return nil }
    return left && right
  }

  private func turns(_ side: Word) -> Bool? {
    if words.contains(side) || words.contains(.turnBoth) { return true }
    return words.contains(.turnOneSide) ? nil : false
  }
}

/// Lists of labelled clips.
package enum ClipLabels {
  /// Reads columns path, auto_actions and hand_actions; words are separated by semicolons, hand wins over auto. Paths
  /// are relative to the file's folder.
  /// - Parameter corrections: a list with columns path and actions whose words win over both; paths as written in
  ///   `path`'s file.
  package static func read(
    atPath path: String, corrections: String? = nil
  ) throws(ListError) -> [LabelledClip] {
    var corrected: [String: Set<LabelledClip.Word>] = [:]
    if let corrections {
      let rows = try CSVRows.read(corrections, "a correction", columns: ["path", "actions"]) {
        ($0[0], words($0[1]))
      }
      corrected = Dictionary(rows) { _, last in last }
    }
    let folder = CSVRows.folder(of: path)
    return try CSVRows.read(
      path, "a labelled clip", columns: ["path", "auto_actions", "hand_actions"]
    ) { fields in
      let own = words(fields[2].isEmpty ? fields[1] : fields[2])
      return LabelledClip(path: folder + fields[0], words: corrected[fields[0]] ?? own)
    }
  }

  private static func words(_ text: String) -> Set<LabelledClip.Word> {
    Set(text.split(separator: ";").compactMap { LabelledClip.Word(rawValue: String($0)) })
  }
}
