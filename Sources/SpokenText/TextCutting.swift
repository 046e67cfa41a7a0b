// Cuts a text into parts that are said within a recogniser's window.

enum TextCutting {
  /// `slots` in parts of at most `SpokenTextLimits.partSyllablesMax` syllables, as few as fit when cut at ends of sentences
  /// first, then at other pauses, then anywhere between characters, but not within a number if that can be helped.
  static func parts(_ slots: [SpokenSlot]) -> [[SpokenSlot]] {
    let pieces = pieces(slots[...], at: .sentence)
    var parts: [[SpokenSlot]] = []
    for piece in pieces {
      if let last = parts.last, length(last[...]) + length(piece) <= most {
        parts[parts.count - 1] += piece
      } else {
        parts.append(Array(piece))
      }
    }
    return parts
  }

  private static let most = SpokenTextLimits.partSyllablesMax

  private static func length(_ slots: ArraySlice<SpokenSlot>) -> Int {
    slots.reduce(0) { $0 + $1.syllablesMax }
  }

  /// Cut at pauses of a kind, and what is still too long at lesser ones.
  private static func pieces(
    _ slots: ArraySlice<SpokenSlot>, at pause: SpokenSlot.Pause
  ) -> [ArraySlice<SpokenSlot>] {
    if length(slots) <= most { return [slots] }
    guard pause != .none else { return evenly(slots) }
    let lesser: SpokenSlot.Pause = pause == .sentence ? .part : .none
    var found: [ArraySlice<SpokenSlot>] = []
    var start = slots.startIndex
    for index in slots.indices where slots[index].pause >= pause {
      found.append(slots[start...index])
      start = index + 1
    }
    if start < slots.endIndex { found.append(slots[start...]) }
    return found.flatMap { pieces($0, at: lesser) }
  }

  /// Pieces of about one length.
  private static func evenly(_ slots: ArraySlice<SpokenSlot>) -> [ArraySlice<SpokenSlot>] {
    let wanted = (length(slots) + most - 1) / most
    let each = (length(slots) + wanted - 1) / wanted
    var found: [ArraySlice<SpokenSlot>] = []
    var start = slots.startIndex
    var sum = 0
    for index in slots.indices {
      let next = slots[index].syllablesMax
      let isFull = sum + next > most || (sum >= each && !slots[index].isNumber)
      if isFull && index > start {
        found.append(slots[start..<index])
        start = index
        sum = 0
      }
      sum += next
    }
    found.append(slots[start...])
    return found
  }
}
