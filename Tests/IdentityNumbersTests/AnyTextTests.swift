// No text, whatever it is, makes a reader trap; and what is accepted is accepted again.

import IdentityNumbers
import Testing

@Suite struct AnyTextTests {
  /// What numbers, names and periods are made of, and what is near it.
  static let alphabet = Array(
    "0123456789Xx<>.-长期·•张王A Z(HMC\n\u{301}\u{FE0F}😀é\u{200D}\u{0}\u{FFFF}".unicodeScalars)

  static func text(_ random: inout SeededRandom) -> String {
    let count = Int.random(in: 0...50, using: &random)
    var scalars = String.UnicodeScalarView()
    for _ in 0..<count {
      if Int.random(in: 0..<6, using: &random) == 0 {
        scalars.append(Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random)) ?? "?")
      } else {
        scalars.append(alphabet.randomElement(using: &random) ?? "?")
      }
    }
    return String(scalars)
  }

  @Test("random text is read by every reader")
  func everyReader() throws {
    var random = SeededRandom(seed: 20_265)
    let today = try #require(CalendarDate(year: 2026, month: 11, day: 1))
    var accepted = 0
    for _ in 0..<20_000 {
      let text = Self.text(&random)
      let isNumber = (try? ResidentIdentityNumber(text, today: today)) != nil
      #expect(isNumber == ResidentIdentityNumber.failures(of: text, today: today).isEmpty)
      _ = try? OldResidentIdentityNumber(text)
      _ = try? OldForeignResidentNumber(text)
      _ = try? HongKongIdentityNumber(text)
      _ = (TravelDocumentForm.forms(of: text), TravelDocumentForm.issue(of: text))
      for form in TravelDocumentForm.allCases {
        let fits = TravelDocumentNumber.failure(of: text, form: form) == nil
        #expect(fits == TravelDocumentForm.forms(of: text).contains(form))
      }
      _ = try? IdentityNumber(text, today: today)
      _ = try? MobileNumber(text)
      _ = try? BankCardNumber(text, checkDigit: .noted)
      _ = (CardScheme(digits: text), CardIssuer(digits: text), Luhn.holds(text))
      _ = (Nation(text), Country(code: text), IssuingAuthority(text))
      _ = (Region.status(text, on: today), Region.names(of: text, in: -5))
      _ = try? ValidityPeriod(text)
      _ = try? MachineReadableZone(lines: [text, text], today: today)
      _ = MachineReadableZone.checkDigit(of: text)
      _ = CalendarDate(digits: text)
      if let name = try? PersonName(text) {
        accepted += 1
        #expect(try PersonName(name.text).text == name.text)
        let form = name.comparisonForm
        #expect(try PersonName(form).comparisonForm == form)
      }
      let places = text.map { [CandidateCharacter($0, confidence: 0.5)] }
      _ = ResidentIdentityNumber.readings(of: places)
      _ = MachineReadableZone.readings(of: places)
    }
    #expect(accepted > 0)
  }
}
