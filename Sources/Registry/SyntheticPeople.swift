// People who cannot exist, for tests and measurements of registries: as many as wanted, the same for the same seed.

internal import IdentityNumbers
internal import Vocabulary

/// Makes people from numbers. None of them can be real:
/// - ID numbers begin with 00: no province has that code (GB/T 2260 begins with 11). Birth dates and check characters are
///   as in real ones, so that every validator of form accepts them.
/// - Phone numbers begin with 161, which no carrier has been given (`TableSource.mobileRanges`).
/// - Cards begin with 0000: numbers of 0 are no payment cards (ISO/IEC 7812-1), and no issuer has them.
/// - Names are drawn character by character; that somebody has one of them is chance and says nothing about anybody.
package struct SyntheticPeople: Sendable {
  private let offset: UInt64

  /// How many different people there are.
  package static let countMax = 100_000_000

  package init(seed: UInt64) { offset = Self.mix(seed &+ 0x1D5) }

  /// A person's elements, as an import takes them.
  package struct Person: Sendable, Equatable {
    package let idNumber: String
    package let name: String
    package let validFrom: String
    package let validUntil: String
    package let phone: String
    package let card: String
  }

  /// - Precondition: from 0 to `countMax` − 1.
  package subscript(index: Int) -> Person {
    precondition((0..<Self.countMax).contains(index), "not that many people")
    let random = Self.mix(UInt64(index) &* 0x9E37_79B9_7F4A_7C15 ^ offset)
    let (number, birthYear) = Self.idNumber(place(index, of: Self.idCount, step: 148_576_103_261))
    let start = birthYear + 16 + Int(random % 40)
    let day = Self.padded(1 + Int(random >> 8 % 12), 2) + Self.padded(1 + Int(random >> 16 % 28), 2)
    return Person(
      idNumber: number, name: Self.name(random >> 24),
      validFrom: Self.padded(start, 4) + day,
      validUntil: random >> 20 & 3 == 0
        ? CanonicalElement.noEnd : Self.padded(start + 20, 4) + day,
      phone: "161" + Self.padded(Int(place(index, of: 100_000_000, step: 61_803_399)), 8),
      card: Self.card(place(index, of: 100_000_000_000, step: 38_196_601_127)))
  }

  /// The first row of a file with them, and a person's row.
  package static let header = "id_number,name,valid_from,valid_until,phone,bank_card"

  package func row(_ index: Int, phones: Bool, cards: Bool) -> String {
    let person = self[index]
    return
      "\(person.idNumber),\(person.name),\(person.validFrom),\(person.validUntil),"
      + (phones ? person.phone : "") + "," + (cards ? person.card : "")
  }

  /// Where the person stands among `count`: a step without a divisor in common, so that no two stand in one place.
  private func place(_ index: Int, of count: UInt64, step: UInt64) -> UInt64 {
    let (high, low) = UInt64(index).multipliedFullWidth(by: step)
    let product = count.dividingFullWidth((high % count, low)).remainder
    return (product + offset % count) % count
  }

  /// Regions 000000 to 009999, birth days of ninety years from 1930 with 28 days a month, 1,000 sequences.
  private static let idCount: UInt64 = 10_000 * 90 * 12 * 28 * 1000

  private static func idNumber(_ place: UInt64) -> (String, birthYear: Int) {
    var rest = place
    func take(_ count: UInt64) -> Int {
      defer { rest /= count }
      return Int(rest % count)
    }
    let region = take(10_000)
    let year = 1930 + take(90)
    let month = 1 + take(12)
    let day = 1 + take(28)
    let body =
      "00" + padded(region, 4) + padded(year, 4) + padded(month, 2) + padded(day, 2)
      + padded(take(1000), 3)
    guard let check = ResidentIdentityNumber.checkCharacter(of: body) else {
      preconditionFailure("seventeen digits have a check character")
    }
    return (body + String(check), year)
  }

  private static func card(_ place: UInt64) -> String {
    let body = "0000" + padded(Int(place), 11)
    guard let check = Luhn.checkDigit(of: body) else {
      preconditionFailure("digits have a check digit")
    }
    return body + String(check)
  }

  private static func name(_ random: UInt64) -> String {
    let family = families[Int(random % UInt64(families.count))]
    let first = given[Int(random >> 8 % UInt64(given.count))]
    guard random >> 16 & 7 != 0 else { return String([family, first]) }
    return String([family, first, given[Int(random >> 20 % UInt64(given.count))]])
  }

  private static let families = Array("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余")
  private static let given = Array("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰英华建国文志玉红春梅海龙云飞雪琳晨宇轩浩然子涵欣怡梓博")

  private static func padded(_ value: Int, _ width: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var numbers = SplitMix64(seed: value)
    return numbers.next()
  }
}
