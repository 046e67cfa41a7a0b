// Reads the checked parts of a machine-readable zone from doubtful characters: its check digits and dates decide.

extension MachineReadableZone {
  /// The zones that the places of all lines, one line behind the other, may hold, given their candidates, likeliest
  /// first. Places that no check digit protects (names, codes of states, sex) keep their likeliest character, whatever
  /// it is; in the others only what may stand there counts. Each reading's text has the lines one behind the other, and
  /// every check digit holds in it. There is none if the number of places is no form's.
  ///
  /// A number continued in the optional data is taken as such when < is the likeliest in place of its check digit.
  package static func readings(of places: [[CandidateCharacter]]) -> ConsistentReadings {
    guard
      let layout = MRZLayout.all.first(where: { $0.lineCount * $0.lineLength == places.count })
    else { return .none }
    return ReadingSearch(layout: layout, places: places).readings()
  }
}

/// What later characters need to know of those before.
private struct CheckState: Hashable {
  /// Of all that the composite digit is formed over.
  var composite = 0
  /// Of the field that is being read.
  var field = 0
  /// Nothing but fillers in it so far.
  var isFieldEmpty = true
  /// Characters of the number that is continued in the optional data: their sum but for the last one, which is its
  /// check digit, and the last one. Nil when there is no such number or it has ended.
  var continued: Continued?

  struct Continued: Hashable {
    var residue: Int
    var count: Int
    var last: UInt8
  }
}

/// One search through a zone.
private struct ReadingSearch {
  let layout: MRZLayout
  let places: [[CandidateCharacter]]
  /// Places that the composite digit is formed over, in its order, and itself.
  let checked: [Int]
  /// Where each checked place stands in that order.
  var lattice = ReadingLattice(start: CheckState())

  init(layout: MRZLayout, places: [[CandidateCharacter]]) {
    self.layout = layout
    self.places = places
    checked = layout.composite.flatMap { Array($0) } + [layout.compositeDigit]
  }

  consuming func readings() -> ConsistentReadings {
    var order = 0
    while order < checked.count {
      let place = checked[order]
      if place == layout.birthDate.lowerBound || place == layout.expiryDate.lowerBound {
        let dates = joint((place..<place + 6).map { choices(at: $0) }[...], where: Self.isDate)
        append(dates, from: order)
        order += 6
      } else {
        append(choices(at: place), from: order)
        order += 1
      }
    }
    return told(lattice.tally { _ in true })
  }

  /// A number continued in the optional data: < is the likeliest where its digit would stand.
  private var isContinued: Bool {
    layout.form != .td3
      && places[layout.documentNumber.upperBound].first?.character == "<"
      && places[layout.optionalData.lowerBound].first?.character != "<"
  }

  private func choices(at place: Int) -> [LatticeChoice] {
    let numberDigit = layout.documentNumber.upperBound
    let isDigitOnly =
      place == numberDigit || place == layout.birthDate.upperBound
      || place == layout.expiryDate.upperBound || place == layout.compositeDigit
    let mayBeFiller =
      !isDigitOnly || layout.hasOptionalCheck && place == layout.optionalData.upperBound
    return IdentityNumbers.choices(places[place]) { character in
      guard let byte = character.asciiValue, MRZLayout.value(of: byte) != nil else { return nil }
      if place == numberDigit && isContinued { return byte == MRZLayout.filler ? byte : nil }
      if layout.hasOptionalCheck && place == layout.optionalData.upperBound {
        return isDigit(byte) || byte == MRZLayout.filler ? byte : nil
      }
      return mayBeFiller || isDigit(byte) ? byte : nil
    }
  }

  /// A day that exists in some century, or has parts that are fillers.
  private static func isDate(_ bytes: [UInt8]) -> Bool {
    let parts = [bytes[0..<2], bytes[2..<4], bytes[4..<6]]
    let numbers = parts.map { decimal($0) }
    for (part, number) in zip(parts, numbers) where number == nil {
      guard part.allSatisfy({ $0 == MRZLayout.filler }) else { return false }
    }
    // 2000 is a leap year; whether the year is one is judged when it is known.
    return CalendarDate(
      year: 2000 + (numbers[0] ?? 0), month: numbers[1] ?? 1, day: numbers[2] ?? 1) != nil
  }

  private mutating func append(_ choices: [LatticeChoice], from order: Int) {
    lattice.append(choices) { [layout, checked, isContinued] state, bytes in
      var state: CheckState? = state
      for (offset, byte) in bytes.enumerated() {
        state = state.flatMap {
          Self.step(
            $0, byte, place: checked[order + offset], order: order + offset, layout: layout,
            isContinued: isContinued)
        }
      }
      return state
    }
  }

  /// The state after one more character; nil if a check digit does not hold.
  private static func step(
    _ before: CheckState, _ byte: UInt8, place: Int, order: Int, layout: MRZLayout,
    isContinued: Bool
  ) -> CheckState? {
    guard let value = MRZLayout.value(of: byte) else { return nil }
    var state = before
    if place == layout.compositeDigit {
      return value == state.composite && state.continued == nil ? CheckState() : nil
    }
    state.composite = (state.composite + value * MRZLayout.weight(at: order)) % 10
    for span in [layout.documentNumber, layout.birthDate, layout.expiryDate] {
      if span.contains(place) { return inField(state, byte, value, place - span.lowerBound) }
      guard place == span.upperBound else { continue }
      if span == layout.documentNumber && isContinued {
        state.continued = CheckState.Continued(residue: state.field, count: span.count, last: byte)
        return cleared(state)
      }
      return isDigit(byte) && value == state.field ? cleared(state) : nil
    }
    if layout.optionalData.contains(place) {
      if state.continued != nil {
        return continued(
          state, byte, isLast: place == layout.optionalData.upperBound - 1,
          isFirst: place == layout.optionalData.lowerBound)
      }
      guard layout.hasOptionalCheck else { return state }
      return inField(state, byte, value, place - layout.optionalData.lowerBound)
    }
    if layout.hasOptionalCheck && place == layout.optionalData.upperBound {
      let holds =
        byte == MRZLayout.filler ? state.isFieldEmpty : isDigit(byte) && value == state.field
      return holds ? cleared(state) : nil
    }
    return state
  }

  private static func inField(
    _ before: CheckState, _ byte: UInt8, _ value: Int, _ place: Int
  ) -> CheckState {
    var state = before
    state.field = (state.field + value * MRZLayout.weight(at: place)) % 10
    state.isFieldEmpty = state.isFieldEmpty && byte == MRZLayout.filler
    return state
  }

  private static func cleared(_ before: CheckState) -> CheckState {
    var state = before
    state.field = 0
    state.isFieldEmpty = true
    return state
  }

  /// One more character of the number's continuation; < ends it, and so does the end of the field.
  private static func continued(
    _ before: CheckState, _ byte: UInt8, isLast: Bool, isFirst: Bool
  ) -> CheckState? {
    guard var number = before.continued else { return before }
    var state = before
    func ends(_ number: CheckState.Continued) -> Bool {
      isDigit(number.last) && Int(number.last - UInt8(ascii: "0")) == number.residue
    }
    if byte == MRZLayout.filler {
      guard !isFirst, ends(number) else { return nil }
      state.continued = nil
      return state
    }
    if !isFirst {
      // The one before was not the digit: it belongs to the number.
      let value = MRZLayout.value(of: number.last) ?? 0
      number.residue = (number.residue + value * MRZLayout.weight(at: number.count)) % 10
      number.count += 1
    }
    number.last = byte
    state.continued = number
    if isLast {
      guard ends(number) else { return nil }
      state.continued = nil
    }
    return state
  }

  /// Puts the checked characters in their places.
  private func told(_ tally: ReadingLattice<CheckState>.Tally) -> ConsistentReadings {
    let firstReading = places.map { $0.first?.character ?? "<" }
    let readings = tally.best.map { reading in
      var text = firstReading
      for (place, byte) in zip(checked, reading.bytes) {
        text[place] = Character(Unicode.Scalar(byte))
      }
      let changes = text.indices.filter { text[$0] != places[$0].first?.character }
      return ConsistentReadings.Reading(
        text: String(text), share: reading.weight / tally.weight, changes: changes)
    }
    return ConsistentReadings(readings: readings, total: tally.total)
  }
}
