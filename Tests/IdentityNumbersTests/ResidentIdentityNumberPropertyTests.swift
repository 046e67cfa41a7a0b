// Resident identity numbers at large: all that are right are accepted, every slip of one or two characters is refused.

import Glibc
import IdentityNumbers
import Testing

@Suite struct ResidentIdentityNumberPropertyTests {
  typealias Number = ResidentIdentityNumber

  /// Any region, any day from 1850 to 2025, any sequence.
  static func randomNumber(_ random: inout SeededRandom) -> String {
    let year = Int.random(in: 1850...2025, using: &random)
    let month = Int.random(in: 1...12, using: &random)
    let longest = [1, 3, 5, 7, 8, 10, 12].contains(month) ? 31 : month == 2 ? 28 : 30
    let day = Int.random(in: 1...longest, using: &random)
    let region = Int.random(in: 110_000...999_999, using: &random)
    let sequence = Int.random(in: 1000...1999, using: &random)
    let date = String(year * 10_000 + month * 100 + day)
    let body = String(region) + date + String(sequence).dropFirst()
    return body + String(Number.checkCharacter(of: body) ?? "?")
  }

  /// `IDV_NUMBERS_TOTAL` asks for more.
  @Test("random numbers that are right are accepted, with what was put in")
  func accepted() {
    let total = getenv("IDV_NUMBERS_TOTAL").flatMap { Int(String(cString: $0)) } ?? 200_000
    var random = SeededRandom(seed: 20_261)
    let today = CalendarDate(year: 2026, month: 1, day: 1)
    var refused = 0
    for _ in 0..<total {
      let text = Self.randomNumber(&random)
      guard let number = try? Number(text, today: today) else {
        refused += 1
        continue
      }
      let digits = text.utf8.map { $0 }
      let isRight =
        number.text == text && text.dropFirst(6).hasPrefix(number.birthDate.digits)
        && (number.sex == .male) == (digits[16] % 2 == 1)
      if !isRight { refused += 1 }
    }
    #expect(refused == 0, "of \(total)")
  }

  @Test("one wrong character, at every place and with every character, is refused")
  func oneWrong() {
    var random = SeededRandom(seed: 20_262)
    var accepted = 0
    for _ in 0..<1500 {
      let right = Array(Self.randomNumber(&random))
      for place in right.indices {
        for wrong in "0123456789X" where wrong != right[place] {
          var text = right
          text[place] = wrong
          if Number.failures(of: String(text)).isEmpty { accepted += 1 }
        }
      }
    }
    #expect(accepted == 0)
  }

  @Test("one swap of neighbours, at every place, is refused")
  func oneSwap() {
    var random = SeededRandom(seed: 20_263)
    var accepted = 0
    for _ in 0..<10_000 {
      let right = Array(Self.randomNumber(&random))
      for place in right.indices.dropLast() where right[place] != right[place + 1] {
        var text = right
        text.swapAt(place, place + 1)
        if Number.failures(of: String(text)).isEmpty { accepted += 1 }
      }
    }
    #expect(accepted == 0)
  }

  /// The check is linear: an error changes the weighted sum by weight × difference, whatever the number. So every error
  /// is caught if no such product is a multiple of 11, and every swap if no difference of neighbouring weights is.
  @Test("no error of one character or one swap can leave the check as it was")
  func exhaustiveErrors() {
    let zero = String(repeating: "0", count: 17)
    guard let base = Number.checkCharacter(of: zero) else {
      Issue.record("no check character")
      return
    }
    for place in 0..<17 {
      for digit in "123456789" {
        var body = Array(zero)
        body[place] = digit
        #expect(Number.checkCharacter(of: String(body)) != base)
      }
      for a in "0123456789" {
        for b in "0123456789" where a != b && place < 16 {
          var body = Array(zero)
          (body[place], body[place + 1]) = (a, b)
          let before = Number.checkCharacter(of: String(body))
          body.swapAt(place, place + 1)
          #expect(Number.checkCharacter(of: String(body)) != before)
        }
      }
    }
  }
}
