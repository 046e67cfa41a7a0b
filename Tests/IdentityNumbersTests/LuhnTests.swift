// The check digit of payment cards.

import IdentityNumbers
import Testing

@Suite struct LuhnTests {
  @Test(
    "numbers that hold",
    arguments: [
      "6222020000000000000", "6217000000000000004", "6259650000000007", "4111111111111111", "00",
      "79927398713",
    ])
  func holds(_ digits: String) {
    #expect(Luhn.holds(digits))
    #expect(Luhn.checkDigit(of: digits.dropLast()) == digits.last)
  }

  @Test("text that does not", arguments: ["", "0", "1", "6222020000000000001", "42x", "４２", "-42"])
  func doesNotHold(_ text: String) { #expect(!Luhn.holds(text)) }

  @Test("a wrong digit never holds, a swap only of 0 and 9")
  func errors() {
    var random = SeededRandom(seed: 20_264)
    for _ in 0..<500 {
      let body = (0..<15).map { _ in Character(String(Int.random(in: 0...9, using: &random))) }
      let digits = body + [Luhn.checkDigit(of: String(body)) ?? "?"]
      for place in digits.indices {
        for wrong in "0123456789" where wrong != digits[place] {
          var text = digits
          text[place] = wrong
          #expect(!Luhn.holds(String(text)))
        }
        guard place + 1 < digits.count, digits[place] != digits[place + 1] else { continue }
        var text = digits
        text.swapAt(place, place + 1)
        let isBlindSpot = Set([digits[place], digits[place + 1]]) == ["0", "9"]
        #expect(Luhn.holds(String(text)) == isBlindSpot)
      }
    }
  }
}
