// Fuzzes the readers of numbers, names and machine-readable zones: any text, and doubtful characters by the thousand.

import IdentityNumbers

let numberEntries = [
  FuzzEntry(name: "identity-numbers") { feedText($0) },
  FuzzEntry(name: "identity-mrz") { feedZone($0) },
  FuzzEntry(name: "identity-readings") { feedReadings($0) },
]

/// Traps once a resident identity number is accepted.
let numberCanary = FuzzEntry(name: "canary-identity") { feedReadings($0, isCanary: true) }

private let today = CalendarDate(year: 2026, month: 11, day: 1)

/// The input as text, repaired where it is not UTF-8.
private func text(_ input: UnsafeRawBufferPointer) -> String {
  String(decoding: input, as: UTF8.self)
}

private func feedText(_ input: UnsafeRawBufferPointer) {
  let text = text(input)
  let failures = ResidentIdentityNumber.failures(of: text, today: today)
  let number = try? ResidentIdentityNumber(text, today: today)
  precondition((number == nil) == !failures.isEmpty, "a number and a reason against it")
  if let number {
    let again = try? ResidentIdentityNumber(number.text, today: today)
    precondition(again?.notices == [], "what was put right is right")
    _ = Region.status(number.regionCode, on: number.birthDate)
  }
  _ = try? OldResidentIdentityNumber(text)
  _ = try? OldForeignResidentNumber(text)
  _ = try? HongKongIdentityNumber(text)
  _ = TravelDocumentForm.forms(of: text)
  _ = TravelDocumentForm.issue(of: text)
  _ = try? MobileNumber(text)
  if let card = try? BankCardNumber(text, checkDigit: .noted) {
    _ = (card.scheme, card.issuer)
  }
  if let name = try? PersonName(text) {
    precondition((try? PersonName(name.text))?.text == name.text, "a name that changes again")
  }
  _ = (Nation(text), Country(code: text), IssuingAuthority(text))
  if let period = try? ValidityPeriod(text) {
    precondition((try? ValidityPeriod(period.text)) == period, "a period that changes")
    if let today { _ = period.ageRule(birthDate: today) }
    _ = period.length
  }
  if let today { _ = Region.status(text, on: today) }
  _ = Region.names(of: text, in: 1990)
  _ = Luhn.holds(text)
}

/// Lines are what newlines cut, so that every form is within reach.
private func feedZone(_ input: UnsafeRawBufferPointer) {
  guard let today else { return }
  let lines = text(input).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  guard let zone = try? MachineReadableZone(lines: lines, today: today) else { return }
  precondition(zone.lines == lines)
  precondition(zone.birthDate.map { $0 <= today } ?? true, "born in the future")
}

/// What readers confuse, and one that no number holds.
private let alphabet = Array("0123456789X<AMZ中")

/// A byte is a candidate: four bits say the character, one whether it is at the next place or the same.
private func feedReadings(_ input: UnsafeRawBufferPointer, isCanary: Bool = false) {
  let count = [18, 72, 88, 90][Int(input.first ?? 0) % 4]
  var places = [[CandidateCharacter]](repeating: [], count: count)
  var place = -1
  for byte in input.dropFirst().prefix(4 * count) {
    if byte < 0x80 || place < 0 { place = (place + 1) % count }
    let confidence = Double(byte & 0x7F) / 127
    places[place].append(CandidateCharacter(alphabet[Int(byte & 15)], confidence: confidence))
  }
  if count == 18 {
    let found = ResidentIdentityNumber.readings(of: places)
    precondition(!isCanary || found.total == 0, "the canary was found")
    for reading in found.readings {
      precondition(ResidentIdentityNumber.failures(of: reading.text).isEmpty, "a wrong reading")
    }
  } else {
    let found = MachineReadableZone.readings(of: places)
    precondition(found.readings.count <= found.total)
    for reading in found.readings {
      precondition(reading.text.count == count && (0...1.000_001).contains(reading.share))
    }
  }
}
