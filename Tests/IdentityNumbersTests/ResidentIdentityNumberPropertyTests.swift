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
    // The last digit and the check character: a number that ends 0…0 with each last digit, its two ends swapped.
    for digit in "0123456789" {
      let body = zero.dropLast() + String(digit)
      guard let check = Number.checkCharacter(of: body), check != digit else { continue }
      let swapped = zero.dropLast() + String(check)
      #expect(
        Number.checkCharacter(of: swapped) != digit, "X among digits is no digit, others are caught"
      )
    }
  }

  /// What the check character cannot catch, exactly. Two wrong characters pass if their changes, each times the weight of
  /// its place, cancel modulo 11: about one pair of changes in ten. Places ten apart have the same weight (2^10 = 1 modulo 11),
  /// so a swap of those always passes, and so does a run of ten that moves whole. A date that does not exist, a character
  /// that is no digit and a birth in the future are caught by other parts.
  @Test("what no check character of this kind can tell is told by the test")
  func limits() throws {
    // Swaps by distance: all are caught but those ten apart, and of those none is.
    let zero = Array(String(repeating: "0", count: 17))
    for distance in 1...16 {
      var caught = 0
      var all = 0
      for place in 0..<(17 - distance) {
        for (a, b) in [("1", "0"), ("9", "0"), ("5", "2"), ("7", "8")] {
          var body = zero
          (body[place], body[place + distance]) = (Character(a), Character(b))
          let before = Number.checkCharacter(of: String(body))
          body.swapAt(place, place + distance)
          all += 1
          if Number.checkCharacter(of: String(body)) != before { caught += 1 }
        }
      }
      #expect(caught == (distance == 10 ? 0 : all), "distance \(distance)")
    }
    // Two changed digits, every pair of places and of changes: the share that passes.
    var passed = 0
    var pairs = 0
    let weights = (0..<17).map { place in
      var body = zero
      body[place] = "1"
      return Self.value(Number.checkCharacter(of: String(body))) - Self.value("1")
    }
    for a in 0..<17 {
      for b in (a + 1)..<17 {
        for (x, y) in Self.changes {
          pairs += 1
          if (weights[a] * x + weights[b] * y) % 11 == 0 { passed += 1 }
        }
      }
    }
    #expect(pairs == 136 * 18 * 18)
    // 34 of 324 where the weights are equal or opposite modulo 11, 32 elsewhere.
    var like = 0
    for a in 0..<17 {
      for b in (a + 1)..<17 {
        let (sum, difference) = (weights[a] + weights[b], weights[a] - weights[b])
        if sum % 11 == 0 || difference % 11 == 0 { like += 1 }
      }
    }
    #expect(passed == like * 34 + (136 - like) * 32)
  }

  /// Differences of two unlike digits, each with each.
  static let changes: [(Int, Int)] = (-9...9).filter { $0 != 0 }.flatMap { x in
    (-9...9).filter { $0 != 0 }.map { (x, $0) }
  }

  static func value(_ check: Character?) -> Int {
    check.map { $0 == "X" ? 10 : Int(String($0)) ?? -1 } ?? -1
  }
}
